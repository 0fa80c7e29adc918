# SPDX-License-Identifier: GPL-2.0
#
# The hypervisor's functions can be traced: how they are compiled, which are not, and the proof that
# the tracer does not call what it traces. Part of the Makefile above.
#
ifdef CONFIG_KVM_EL2_FUNCTION_TRACE

# Two NOPs a function. What they may become a call of, a tracer, keeps the registers that a
# caller may count on by the calling convention and no others, so callers must count on no others.
CC_FLAGS_EL2_FUNCTIONS := -fpatchable-function-entry=2
KBUILD_CFLAGS += $(CC_FLAGS_EL2_FUNCTIONS) $(call cc-option,-fno-ipa-ra)
# ... and what notrace is
ccflags-y += -DCC_USING_PATCHABLE_FUNCTION_ENTRY

# What tracing itself runs through, and what runs where nothing can be traced: before the hypervisor
# has page tables and stacks of its own, and when it has panicked. Single functions are declared
# notrace in <nvhe/el2_functions.h>.
hyp-notrace-y := $(filter el2_trace/%,$(hyp-obj-y)) ../../../../../kernel/trace/remote_ring/writer.o
hyp-notrace-y += hyp-smp.o setup.o early_alloc.o stacktrace.o
$(foreach o,$(hyp-notrace-y),$(eval CFLAGS_REMOVE_$(o:.o=.nvhe.o) += $(CC_FLAGS_EL2_FUNCTIONS)))

# Neither of these may be instrumented, nor, of the first, anything that they call
hyp-tracer := el2_function_entry.*|el2_function_return|__el2_trace_.*|__trace_hyp_printk.*
hyp-tracer := $(hyp-tracer)|el2_trace_to_firmware|el2_trace_from_firmware|el2_trace_cpu_entry
hyp-tracer := $(hyp-tracer)|el2_trace_panic
hyp-special := hyp_panic|hyp_panic_bad_stack|kvm_unexpected_el2_exception
hyp-special := $(hyp-special)|__kvm_host_psci_cpu_entry|__pkvm_init|__pkvm_init_finalise

quiet_cmd_hypnotrace = HYPCHK  $@
      cmd_hypnotrace = $(PERL) $(src)/el2_trace/check-notrace.pl '$(OBJDUMP)' $< \
		       '$(hyp-tracer)' '$(hyp-special)' > $@ || { rm -f $@; false; }

targets += kvm_nvhe.notrace
$(obj)/kvm_nvhe.notrace: $(obj)/kvm_nvhe.tmp.o $(src)/el2_trace/check-notrace.pl FORCE
	$(call if_changed,hypnotrace)
$(obj)/kvm_nvhe.o: $(obj)/kvm_nvhe.notrace

endif
