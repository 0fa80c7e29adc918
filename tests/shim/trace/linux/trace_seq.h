/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's buffer for text, on libc's formatted prints: %ps and %pB become an address and a
 * letter. It is always large enough.
 */
#ifndef _SHIM_TRACE_LINUX_TRACE_SEQ_H
#define _SHIM_TRACE_LINUX_TRACE_SEQ_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/compiler.h>
#include <linux/types.h>

struct seq_buf {
	char		buffer[4096];
	size_t		len;
};

struct trace_seq {
	char		*buffer;
	struct seq_buf	seq;
};

static inline void trace_seq_init(struct trace_seq *s)
{
	s->buffer = s->seq.buffer;
	s->seq.len = 0;
	s->buffer[0] = '\0';
}

__printf(2, 3)
static inline void trace_seq_printf(struct trace_seq *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	s->seq.len += vsnprintf(s->buffer + s->seq.len, sizeof(s->seq.buffer) - s->seq.len, fmt,
				args);
	va_end(args);
}

static inline void trace_seq_putmem(struct trace_seq *s, const void *mem, size_t len)
{
	memcpy(s->buffer + s->seq.len, mem, len);
	s->seq.len += len;
}

static inline void trace_seq_puts(struct trace_seq *s, const char *text)
{
	trace_seq_printf(s, "%s", text);
}

static inline void trace_seq_putc(struct trace_seq *s, char c)
{
	trace_seq_putmem(s, &c, 1);
}

static inline bool trace_seq_has_overflowed(const struct trace_seq *s)
{
	return s->seq.len >= sizeof(s->seq.buffer);
}

/* Arguments are words of 4 bytes, as vbin_printf() has them; knows %d, %u, %x, and l's of them */
static inline void trace_seq_bprintf(struct trace_seq *s, const char *fmt, const u32 *args)
{
	char one[16];
	size_t len;
	u64 value;

	for (; *fmt; fmt += len) {
		len = *fmt == '%' ? strcspn(fmt, "dux") + 1 : strcspn(fmt, "%");
		if (*fmt != '%') {
			trace_seq_putmem(s, fmt, len);
			s->buffer[s->seq.len] = '\0';
			continue;
		}

		snprintf(one, sizeof(one), "%.*s", (int)len, fmt);
		value = *args++;
		if (strchr(one, 'l'))
			value |= (u64)*args++ << 32;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
		trace_seq_printf(s, one, value);
#pragma GCC diagnostic pop
	}
}

#endif /* _SHIM_TRACE_LINUX_TRACE_SEQ_H */
