# SPDX-License-Identifier: GPL-2.0
# How remote_trace/ prints, against libc, built with ../shim/text. Included by Makefile.

$(BUILD)/printf: printf.c $(OVERLAY)/kernel/trace/remote_trace/printf.c \
		$(OVERLAY)/kernel/trace/remote_trace/digits.h $(shell find ../shim/text -type f) \
		test.h printf.mk $(BUILD)/flags
	@rm -f $@
	@$(CC) $(FLAGS) $(SANITIZE) -O1 -D_GNU_SOURCE -I../shim/text -I../shim -o $@ printf.c \
		$(OVERLAY)/kernel/trace/remote_trace/printf.c

programs: $(BUILD)/printf
