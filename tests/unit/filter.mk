# SPDX-License-Identifier: GPL-2.0
# Filters: our parser and the programs it makes, against ftrace's, taken out of the source of the
# kernel that is built. Included by Makefile.

FILTERS	:= $(addprefix $(OVERLAY)/kernel/trace/remote_trace/,filter_parse.c filter_compare.c)
FTRACE_FILTERS := $(wildcard $(BUILD)/../linux/kernel/trace/trace_events_filter.c)

# All that parses and matches, without what reports and what knows files
$(BUILD)/ftrace/filter_ftrace.c: $(FTRACE_FILTERS) filter.mk
	@mkdir -p $(@D)
	@sed -n -e '/^\/\* Due to token parsing/,/^static void append_filter_err/p' \
		-e '/^int filter_assign_type/,/^static inline void event_set_filtered_flag/p' $< | \
		sed -e '/^static void append_filter_err/d' \
		-e '/^static inline void event_set_filtered_flag/d' >$@

$(BUILD)/filter: filter.c filter_ftrace.h $(BUILD)/ftrace/filter_ftrace.c $(FILTERS) \
		$(shell find ../shim -type f) $(OVERLAY)/include/linux/remote_filter.h \
		$(OVERLAY)/kernel/trace/remote_trace/filter.h test.h filter.mk $(BUILD)/flags
	@rm -f $@
	@$(CC) $(FLAGS) $(SANITIZE) -O1 -D_GNU_SOURCE -Wno-sign-compare -Wno-unused-parameter \
		-Wno-unused-function -fno-sanitize=alignment,shift \
		-I../shim/filter -I../shim/filter/shim -I../shim -I$(OVERLAY)/include \
		-I$(OVERLAY)/kernel/trace/remote_trace -I. \
		-I$(BUILD)/ftrace -o $@ filter.c $(FILTERS)

ifneq ($(FTRACE_FILTERS),)
programs: $(BUILD)/filter
filter_entries = $(call entry,filter,1 $(1))
else
filter_entries = 'filter skip there is no kernel: make kernel'
endif
