# SPDX-License-Identifier: GPL-2.0
# KVM's two halves of hypervisor tracing, each built against what it finds around itself: the host's
# (../shim/kvm/el1) and the hypervisor's (../shim/kvm/el2). Included by Makefile.

EL1_TESTS := undo_host
CLOCK_TESTS := clock clock_follow clock_late clock_sleep
EL2_TESTS := undo_hyp life_hyp stays smc stack accounts filter_hyp trigger_hyp pids_hyp wake_hyp
EL2_64K_TESTS := undo_hyp-64k life_hyp-64k stack-64k accounts-64k
# Of both halves, and of what is between them and tracefs
MANY_TESTS := many_cpus
# Those of a hypervisor whose functions can be traced
EL2_FUNCTIONS_TESTS := patch_hyp graph_hyp unhook_hyp
KVM_TESTS := $(EL1_TESTS) $(CLOCK_TESTS) $(EL2_TESTS) $(EL2_64K_TESTS) \
	$(EL2_FUNCTIONS_TESTS) $(MANY_TESTS)
KVM_PROGRAMS := $(addprefix $(BUILD)/,$(KVM_TESTS))
MANY_PROGRAM := $(addprefix $(BUILD)/,$(MANY_TESTS))

KVM	:= $(OVERLAY)/arch/arm64/kvm
# What the kernel does not warn about either. A record is only 4-byte aligned, as ftrace's are, and
# neither arm64 nor the kernel minds.
KVM_FLAGS := $(FLAGS) -Wno-unused-parameter -Wno-sign-compare $(SANITIZE) -O1 \
	-fno-sanitize=alignment -fno-omit-frame-pointer -D_GNU_SOURCE
KVM_INCLUDES := -I../shim/kvm/both -I../shim -I$(OVERLAY)/include -I$(OVERLAY)/arch/arm64/include

EL1_SOURCES := $(addprefix $(KVM)/el2_trace/,remote.c cpus.c filter.c trigger.c pids.c)
EL1_PLACE := -I../shim/kvm/el1 -I$(KVM)/el2_trace
EL2_SOURCES := $(RING) \
	$(addprefix $(KVM)/hyp/nvhe/el2_trace/,hcalls.c memory.c stack.c events.c clock.c printk.c \
	account.c filter.c trigger.c pids.c wake.c)
EL2_PLACE := -I../shim/kvm/el2 -I$(KVM)/hyp/include -DCONFIG_KVM_EL2_TRACE

$(addprefix $(BUILD)/,$(EL1_TESTS)): KVM_SOURCES = $(EL1_SOURCES)
$(addprefix $(BUILD)/,$(CLOCK_TESTS)): KVM_SOURCES = $(KVM)/el2_trace/clock.c
$(addprefix $(BUILD)/,$(EL1_TESTS) $(CLOCK_TESTS)): KVM_PLACE = $(EL1_PLACE)
EL2_PROGRAMS := $(addprefix $(BUILD)/,$(EL2_TESTS) $(EL2_64K_TESTS) $(EL2_FUNCTIONS_TESTS))
$(EL2_PROGRAMS): KVM_SOURCES = $(EL2_SOURCES)
$(EL2_PROGRAMS): KVM_PLACE = $(EL2_PLACE)
$(addprefix $(BUILD)/,$(EL2_64K_TESTS)): KVM_PLACE += -DSHIM_PAGE_SHIFT=16
$(addprefix $(BUILD)/,$(EL2_FUNCTIONS_TESTS)): KVM_PLACE += -DCONFIG_KVM_EL2_FUNCTION_TRACE
$(addprefix $(BUILD)/,$(EL2_FUNCTIONS_TESTS)): KVM_SOURCES += \
	$(addprefix $(KVM)/hyp/nvhe/el2_trace/,function.c graph.c)
$(BUILD)/patch_hyp: KVM_SOURCES += $(KVM)/hyp/nvhe/el2_trace/patch.c

KVM_DEPENDS := $(shell find ../shim $(OVERLAY)/arch $(OVERLAY)/include -type f) $(RING) \
	$(wildcard *.h) kvm.mk

$(filter-out $(MANY_PROGRAM),$(KVM_PROGRAMS)): $(BUILD)/%: $(KVM_DEPENDS) $(wildcard *.c) \
		$(BUILD)/flags
	@rm -f $@
	@$(CC) $(KVM_FLAGS) $(KVM_PLACE) $(KVM_INCLUDES) -o $@ \
		$(firstword $(subst -, ,$*)).c $(KVM_SOURCES)

# Each part is compiled with what it finds around itself, as it is in a machine; all of them see as
# many CPUs.
MANY_FLAGS := $(KVM_FLAGS) -Wno-missing-field-initializers -DSHIM_NR_CPUS=1024 $(KVM_INCLUDES)
REMOTE	:= $(OVERLAY)/kernel/trace/remote_trace
MANY_CORE := $(addprefix $(REMOTE)/,core.c rings.c merge.c cursor.c busy.c)

$(MANY_PROGRAM): $(KVM_DEPENDS) $(MANY_CORE) $(wildcard many_cpus*.c $(REMOTE)/*.h) \
		$(BUILD)/flags
	@rm -f $@
	@$(CC) -I../shim/core -I../shim/core/shim -I$(REMOTE) $(MANY_FLAGS) -r -o $@.core.o \
		many_cpus.c $(MANY_CORE)
	@$(CC) $(EL1_PLACE) $(MANY_FLAGS) -r -o $@.el1.o many_cpus_el1.c $(EL1_SOURCES)
	@$(CC) $(EL2_PLACE) $(MANY_FLAGS) -r -o $@.el2.o many_cpus_el2.c $(EL2_SOURCES)
	@$(CC) $(SANITIZE) -o $@ $@.core.o $@.el1.o $@.el2.o

programs: $(KVM_PROGRAMS)

kvm_entries = $(foreach t,$(KVM_TESTS),$(call entry,$(t)))

.PHONY: check-kvm
# The tests of this file alone
check-kvm:
	-@$(MAKE) --no-print-directory -k -j$(shell nproc) $(KVM_PROGRAMS)
	@./run $(BUILD) $(kvm_entries)
