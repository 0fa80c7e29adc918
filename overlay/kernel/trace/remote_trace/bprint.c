// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's own trace_printk(). Its records are those of ftrace's, struct bprint_entry, with
 * ftrace's id for them, so that tools know them, and find the formats where they find ftrace's, in
 * printk_formats. The remote has put the formats there: they are the kernel's tracepoint strings.
 *
 * A record may only contain numbers and addresses, and nothing in it is trusted.
 */
#include <linux/ctype.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/remote_trace.h>
#include <linux/trace_seq.h>
#include <linux/unaligned.h>

#include "../trace.h"

/*
 * Put @fmt into @out as we print it, which is with the bare %p as a number: who reads the trace may
 * see what is in it, and tools show it too. Returns how many bytes the arguments take, or -EINVAL
 * if @fmt asks for more than numbers.
 */
static int take_format(struct trace_seq *out, const char *fmt)
{
	unsigned int longs;
	const char *start;
	int size = 0;

	for (; *fmt; trace_seq_putmem(out, start, fmt - start)) {
		start = fmt;
		fmt = strchrnul(fmt, '%');
		if (fmt != start)
			continue;

		if (*++fmt == '%') {
			fmt++;
			continue;
		}

		if (*fmt == 'p') {
			size += sizeof(void *);
			fmt++;
			if (*fmt == 's' || *fmt == 'S') {
				fmt++;
			} else {
				trace_seq_puts(out, "0x%lx");
				start = fmt;
			}
			/* Any more, and it would be what the pointer points to */
			if (isalnum(*fmt))
				return -EINVAL;
			continue;
		}

		/* No *: a width that came with the record could be any */
		while (isdigit(*fmt) || *fmt == '.')
			fmt++;
		for (longs = 0; *fmt == 'l' || *fmt == 'z'; fmt++)
			longs++;
		if (longs > 2 || !*fmt || !strchr("diux", *fmt))
			return -EINVAL;
		size += longs ? sizeof(long) : sizeof(int);
		fmt++;
	}

	trace_seq_putc(out, '\0');

	return trace_seq_has_overflowed(out) ? -EINVAL : size;
}

/**
 * remote_trace_bprint - append a text whose format came with the event to a line
 * @seq:	where to
 * @tmp:	scratch space, initialised
 * @record:	struct bprint_entry
 * @len:	its length in bytes, as much as remote_trace_init_bprint() said at least
 *
 * The format must be one of the kernel's tracepoint strings and ask for nothing but numbers and
 * addresses, and the arguments must be there; otherwise the text says that they are not.
 */
void remote_trace_bprint(struct trace_seq *seq, struct trace_seq *tmp, const void *record, u32 len)
{
	const struct bprint_entry *entry = record;
	/* A record is 4-byte aligned, and READ_ONCE() of more is a load that may mind: with LTO */
	const char *fmt = get_unaligned(&entry->fmt);
	size_t start;
	int size;

	/* The writer shares this memory; what was looked up must be what is printed */
	OPTIMIZER_HIDE_VAR(fmt);

	trace_seq_printf(seq, "%ps: ", (void *)get_unaligned(&entry->ip));

	if (!trace_is_tracepoint_string(fmt)) {
		trace_seq_printf(seq, "(no format of the kernel's: 0x%lx)", (unsigned long)fmt);
		return;
	}

	size = take_format(tmp, fmt);
	if (size < 0 || size > len - offsetof(struct bprint_entry, buf)) {
		trace_seq_printf(seq, "(bad format or arguments: %s)", fmt);
		return;
	}

	start = seq->seq.len;
	trace_seq_bprintf(seq, tmp->buffer, entry->buf);

	/* trace_printk() is used with a newline and without; a line has one already */
	if (seq->seq.len > start && seq->seq.buffer[seq->seq.len - 1] == '\n')
		seq->seq.len--;
}

/**
 * remote_trace_init_bprint - make the event of a remote's trace_printk()
 * @call:	to be filled in, but for its name and its class, which must be empty. It is an event
 *		of the remote alone: to ftrace it is not registered
 *
 * Return: bytes of the smallest record, for struct remote_trace_event.
 */
u32 remote_trace_init_bprint(struct trace_event_call *call)
{
	INIT_LIST_HEAD(&call->class->fields);
	call->event.type = TRACE_BPRINT;
	/* As in events/ftrace/bprint/format, where tools look for it */
	call->print_fmt = "\"%ps: %s\", (void *)REC->ip, REC->fmt";

	WARN_ON(trace_define_field(call, "unsigned long", "ip",
				   offsetof(struct bprint_entry, ip),
				   sizeof_field(struct bprint_entry, ip), 0, FILTER_OTHER) ||
		trace_define_field(call, "const char *", "fmt",
				   offsetof(struct bprint_entry, fmt),
				   sizeof_field(struct bprint_entry, fmt), 0, FILTER_OTHER) ||
		trace_define_field(call, "u32[]", "buf", offsetof(struct bprint_entry, buf), 0, 0,
				   FILTER_OTHER));

	return sizeof(struct bprint_entry);
}
