// SPDX-License-Identifier: GPL-2.0
/*
 * The formatted print of a remote's events. The kernel's own spends two thirds of what a line costs
 * on finding out what "%llu" means.
 */
#include <linux/bitops.h>
#include <linux/hex.h>
#include <linux/seq_buf.h>
#include <linux/remote_trace.h>
#include <linux/string.h>
#include <linux/trace_seq.h>

#include "digits.h"

/* The longest number, and with its sign */
#define NUMBER_LEN	20
#define ITEM_ROOM	(NUMBER_LEN + 1)

/* Half as many divisions for twice as many digits */
const char remote_trace_pairs[100][3] = {
	"00", "01", "02", "03", "04", "05", "06", "07", "08", "09",
	"10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
	"20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
	"30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
	"40", "41", "42", "43", "44", "45", "46", "47", "48", "49",
	"50", "51", "52", "53", "54", "55", "56", "57", "58", "59",
	"60", "61", "62", "63", "64", "65", "66", "67", "68", "69",
	"70", "71", "72", "73", "74", "75", "76", "77", "78", "79",
	"80", "81", "82", "83", "84", "85", "86", "87", "88", "89",
	"90", "91", "92", "93", "94", "95", "96", "97", "98", "99",
};

/* Put @value in decimal digits at @p, where NUMBER_LEN are free; returns their end */
static char *put_decimal(char *p, u64 value)
{
	/* As many again, so that a number can be copied in one size, wherever it begins */
	char digits[2 * NUMBER_LEN], *end = digits + NUMBER_LEN, *digit = end;
	u32 rest;

	/* A shorter division does for what fits 32 bits */
	while (value >> 32) {
		digit -= 2;
		remote_trace_put_pair(digit, value % 100);
		value /= 100;
	}

	for (rest = value; rest >= 100; rest /= 100) {
		digit -= 2;
		remote_trace_put_pair(digit, rest % 100);
	}
	/* Nothing in front of what has 32 bits is 0, so these are the first */
	if (rest >= 10) {
		digit -= 2;
		remote_trace_put_pair(digit, rest);
	} else {
		*--digit = '0' + rest;
	}
	memcpy(p, digit, NUMBER_LEN);

	return p + (end - digit);
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
	char *start, *end, *p;
	const char *f = fmt;
	va_list args;
	size_t room;
	ssize_t len;
	bool wide;
	s64 value;

	room = seq_buf_get_buf(buf, &start);
	if (unlikely(room < ITEM_ROOM))
		goto no_room;
	/* Up to here a number or a character can be put without asking */
	end = start + room - ITEM_ROOM;
	p = start;

	va_start(args, fmt);
	for (;;) {
		char c = *f++;

		if (unlikely(p > end))
			goto slow;

		if (c != '%') {
			if (!c)
				break;
			*p++ = c;
			continue;
		}

		c = *f++;
		wide = c == 'l';
		if (wide) {
			c = *f++;
			if (c == 'l')
				c = *f++;
		}

		if (c == 'u' || c == 'x') {
			value = wide ? va_arg(args, u64) : va_arg(args, u32);
			p = c == 'u' ? put_decimal(p, value) : put_hex(p, value);
		} else if (c == 'd' && !wide) {
			value = va_arg(args, int);
			if (value < 0) {
				*p++ = '-';
				value = -value;
			}
			p = put_decimal(p, value);
		} else if (c == 's' && !wide) {
			const char *text = va_arg(args, const char *);

			if (unlikely(!text))
				goto slow;
			len = strscpy(p, text, end + ITEM_ROOM - p);
			if (unlikely(len < 0))
				goto slow;
			p += len;
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
no_room:
	va_start(args, fmt);
	trace_seq_vprintf(seq, fmt, args);
	va_end(args);
}
