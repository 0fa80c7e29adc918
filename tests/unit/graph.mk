# SPDX-License-Identifier: GPL-2.0
# How remote_trace/ prints graphs, built against ../shim/graph. Included by Makefile.
# What the kernel does not mind is as in kvm.mk.

$(BUILD)/graph: graph.c $(OVERLAY)/kernel/trace/remote_trace/graph.c \
		$(OVERLAY)/kernel/trace/remote_trace/functions.h $(RING) \
		$(shell find ../shim -type f) $(wildcard $(OVERLAY)/include/linux/remote_*.h) \
		test.h ring.h graph.mk $(BUILD)/flags
	@rm -f $@
	@$(CC) $(FLAGS) $(SANITIZE) -O1 -D_GNU_SOURCE -DCONFIG_REMOTE_TRACE_FUNCTIONS \
		-Wno-sign-compare -fno-sanitize=alignment \
		-I../shim/graph -I../shim/trace -I../shim/trace/remote_trace -I../shim \
		-I$(OVERLAY)/include -I$(OVERLAY)/kernel/trace/remote_trace \
		-include ../shim/graph/remote_trace/internal.h -o $@ \
		graph.c $(OVERLAY)/kernel/trace/remote_trace/graph.c $(RING)

programs: $(BUILD)/graph
