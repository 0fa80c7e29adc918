/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of trace and trace_pipe, where there are no pages: that of the hypervisor's tracing in
 * Linux 7.1 and later, and of a trace that was saved as text. What a line has is a time in whole
 * microseconds, a reason and a vCPU's thread; so stays have causes without details, and no task.
 */
#ifndef HYPTRACE_TEXT_H
#define HYPTRACE_TEXT_H

#include "model.h"

/**
 * struct text - who reads lines
 * @schema:	of the records that are made of them
 * @missed:	by CPU: events lost since the last line
 * @nr_cpus:	one more than the last CPU that a line was of
 * @lost:	events that are said to be lost
 * @skip:	CPUs of which nothing is taken, @nr_skip flags; may be left at NULL
 */
struct text {
	struct tep_handle	*tep;
	struct schema		schema;
	__u64			*missed;
	int			nr_cpus;
	__u64			lost;
	const bool		*skip;
	int			nr_skip;
};

/* Can this be the beginning of a trace? Comments of ftrace's are. */
bool text_is(const char *beginning);
void text_open(struct text *text);
/* One line. Those of other events, and what is no line of a trace, are passed over. */
void text_line(struct text *text, const char *line, struct model *model);
void text_close(struct text *text);

#endif /* HYPTRACE_TEXT_H */
