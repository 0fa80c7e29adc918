# SPDX-License-Identifier: GPL-2.0
# How remote_trace/ reads records, built against ../shim/trace. Included by Makefile.
# What the kernel does not mind is as in kvm.mk.

RECORDS := $(addprefix $(OVERLAY)/kernel/trace/remote_trace/,stack.c bprint.c)

$(BUILD)/records: records.c $(RECORDS) $(shell find ../shim -type f) \
		$(wildcard $(OVERLAY)/include/linux/remote_*.h) test.h records.mk $(BUILD)/flags
	@rm -f $@
	@$(CC) $(FLAGS) $(SANITIZE) -O1 -D_GNU_SOURCE -Wno-sign-compare -fno-sanitize=alignment \
		-I../shim/trace -I../shim/trace/remote_trace -I../shim -I$(OVERLAY)/include \
		-include ../shim/trace/remote_trace/internal.h -o $@ \
		records.c $(RECORDS)

programs: $(BUILD)/records
