// SPDX-License-Identifier: GPL-2.0
/*
 * The formatted print of a remote's events. The kernel's own spends two thirds of what a line costs
 * on finding out what "%llu" means.
 */
#include <linux/bitops.h>
#include <linux/hex.h>
#include <linux/seq_buf.h>
#include <linux/remote_trace.h>
#include <linux/trace_seq.h>

/* The longest text of a number, its sign included */
#define NUMBER_LEN	20

/* Put @value in decimal digits at @p, which has room for them; returns their end */
static char *put_decimal(char *p, u64 value)
{
	char digits[NUMBER_LEN], *digit = digits + sizeof(digits);
	u32 rest;

	/* A shorter division does for what fits 32 bits */
	while (value >> 32) {
		*--digit = '0' + value % 10;
		value /= 10;
	}

	rest = value;
	do {
		*--digit = '0' + rest % 10;
		rest /= 10;
	} while (rest);

	while (digit < digits + sizeof(digits))
		*p++ = *digit++;

	return p;
}

static char *put_hex(char *p, u64 value)
{
	int shift = value ? __fls(value) & ~3 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = hex_asc[(value >> shift) & 0xf];

	return p;
}

/**
 * remote_trace_printf - trace_seq_printf(), faster for what events mostly print
 * @seq:	where to
 * @fmt:	with nothing but %s, %d and [l[l]]{u,x} it is fast
 */
void remote_trace_printf(struct trace_seq *seq, const char *fmt, ...)
{
	struct seq_buf *buf = &seq->seq;
	const char *f, *text;
	char *start, *end, *p;
	va_list args;
	size_t room;
	bool wide;
	s64 value;

	room = seq_buf_get_buf(buf, &start);
	end = start + room;
	p = start;

	va_start(args, fmt);
	for (f = fmt; *f; f++) {
		if (unlikely(end - p < NUMBER_LEN))
			goto slow;

		if (*f != '%') {
			*p++ = *f;
			continue;
		}

		wide = *++f == 'l';
		if (wide)
			f += f[1] == 'l' ? 2 : 1;

		if (*f == 'u' || *f == 'x') {
			value = wide ? va_arg(args, u64) : va_arg(args, u32);
			p = *f == 'u' ? put_decimal(p, value) : put_hex(p, value);
		} else if (*f == 'd' && !wide) {
			value = va_arg(args, int);
			if (value < 0) {
				*p++ = '-';
				value = -value;
			}
			p = put_decimal(p, value);
		} else if (*f == 's' && !wide) {
			text = va_arg(args, const char *);
			if (unlikely(!text))
				goto slow;
			while (*text && p < end)
				*p++ = *text++;
			if (unlikely(*text))
				goto slow;
		} else {
			goto slow;
		}
	}
	va_end(args);
	seq_buf_commit(buf, p - start);

	return;

slow:
	/* From the beginning: nothing has been committed */
	va_end(args);
	va_start(args, fmt);
	trace_seq_vprintf(seq, fmt, args);
	va_end(args);
}
