# SPDX-License-Identifier: GPL-2.0
# The host's lists of pids, built against ../shim/pids. Included by Makefile.
# What the kernel does not mind is as in kvm.mk.

$(BUILD)/pids: pids.c $(OVERLAY)/kernel/trace/remote_trace/pids.c $(shell find ../shim -type f) \
		$(wildcard $(OVERLAY)/include/linux/remote_*.h) test.h pids.mk $(BUILD)/flags
	@rm -f $@
	@$(CC) $(FLAGS) $(SANITIZE) -O1 -D_GNU_SOURCE -Wno-sign-compare -Wno-unused-parameter \
		-I../shim/pids -I../shim/pids/remote_trace -I../shim -I$(OVERLAY)/include \
		-include ../shim/pids/remote_trace/internal.h -o $@ \
		pids.c $(OVERLAY)/kernel/trace/remote_trace/pids.c

programs: $(BUILD)/pids
