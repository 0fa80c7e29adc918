// SPDX-License-Identifier: GPL-2.0
/*
 * An event of a remote as a line of text. Every line a user reads passes here, so the parts that
 * all lines share are put together by hand.
 */
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/trace_events.h>

#include "digits.h"
#include "functions.h"
#include "internal.h"

#define USEC_DIGITS	6

/* "[cpu]\tsecs.usecs: " */
static void print_prefix(struct remote_trace_text *text, const struct remote_trace_cpu *tcpu,
			 u64 time)
{
	struct seq_buf *buf = &text->seq.seq;
	u64 usecs, rest;
	u32 high, low;
	char *p;

	/* To the nearest microsecond, as ftrace and trace-cmd round, so that times compare */
	usecs = div_u64(time + NSEC_PER_USEC / 2, NSEC_PER_USEC);

	rest = usecs - text->secs_start;
	if (unlikely(!text->secs_len || rest >= USEC_PER_SEC)) {
		u64 secs = div_u64(usecs, USEC_PER_SEC);

		text->secs_start = secs * USEC_PER_SEC;
		text->secs_len = scnprintf(text->secs_text, sizeof(text->secs_text), "%5llu.",
					   secs);
		rest = usecs - text->secs_start;
	}

	if (unlikely(seq_buf_get_buf(buf, &p) <
		     sizeof(tcpu->tag) + sizeof(text->secs_text) + USEC_DIGITS + 2)) {
		text->seq.full = 1;
		return;
	}

	/* Constant sizes cost less than exact ones, and there is room */
	memcpy(p, tcpu->tag, sizeof(tcpu->tag));
	p += tcpu->tag_len;
	memcpy(p, text->secs_text, sizeof(text->secs_text));
	p += text->secs_len;

	high = (u32)rest / 10000;
	low = (u32)rest % 10000;
	remote_trace_put_pair(p, high);
	remote_trace_put_pair(p + 2, low / 100);
	remote_trace_put_pair(p + 4, low % 100);
	p[USEC_DIGITS] = ':';
	p[USEC_DIGITS + 1] = ' ';

	buf->len += tcpu->tag_len + text->secs_len + USEC_DIGITS + 2;
}

static void print_event(struct remote_trace_text *text, const struct remote_trace *remote,
			const struct remote_ring_event *event)
{
	const struct trace_entry *entry = event->data;
	const struct remote_trace_event *desc = NULL;
	unsigned int id = 0;

	if (likely(event->len >= sizeof(*entry))) {
		/* The writer shares this memory; what was looked up must be what is printed */
		id = READ_ONCE(entry->type);
		desc = remote_trace_find_event(remote, id);
	}

	if (unlikely(!desc || event->len < desc->size)) {
		if (remote_trace_stack_print(&text->seq, event, id) ||
		    remote_trace_tracer_print(&text->seq, event, id))
			return;
		trace_seq_printf(&text->seq, "(bad event: id %u, %u bytes)", id, event->len);
		return;
	}

	trace_seq_init(&text->tmp);
	desc->print(&text->seq, &text->tmp, entry, event->len);
}

/* seq_buf_putc() of what every line has */
static void print_newline(struct seq_buf *buf)
{
	char *p;

	if (likely(seq_buf_get_buf(buf, &p))) {
		*p = '\n';
		buf->len++;
	} else {
		seq_buf_set_overflow(buf);
	}
}

/**
 * remote_trace_print - append an event to a text, as a line
 * @text:	where to
 * @cursor:	where the event is; if events were lost before it, a line before its own says so.
 *		remote_trace_graph_next() goes on from there
 *
 * Context: serialised by the user, for @text; the event must not be consumed meanwhile.
 * Return: true if the event is in the text; false if it did not fit, and @text is what it was.
 */
bool remote_trace_print(struct remote_trace_text *text, const struct remote_trace_cursor *cursor)
{
	const struct remote_ring_event *event = cursor->event;
	const struct remote_trace_cpu *tcpu = cursor->tcpu;
	struct trace_seq *seq = &text->seq;
	size_t len = seq->seq.len;

	if (unlikely(event->lost))
		trace_seq_printf(seq, "CPU:%d [LOST %llu EVENTS]\n", tcpu->scope.cpu, event->lost);

	if (!remote_trace_graph_print(text, cursor)) {
		print_prefix(text, tcpu, event->time);
		print_event(text, tcpu->scope.remote, event);
		print_newline(&seq->seq);
	}

	if (likely(!trace_seq_has_overflowed(seq)))
		return true;

	seq->seq.len = len;
	seq->full = 0;
	if (len)
		return false;

	/* It will never fit; say so rather than try for ever */
	trace_seq_printf(seq, "%.*s(event does not fit a line: %u bytes)\n", tcpu->tag_len,
			 tcpu->tag, event->len);

	return true;
}
