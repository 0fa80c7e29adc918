/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux 7.1 and later have a hypervisor's trace of their own kind: remotes/hypervisor/, with text
 * alone, events that are switched by files of their own, and a trace_pipe of which no more is taken
 * for granted than that a read of it comes back with lines, or when a signal ends it.
 */
#ifndef HYPTRACE_LIVE_TEXT_H
#define HYPTRACE_LIVE_TEXT_H

#include "live.h"
#include "text.h"

/* NULL if there is none in tracefs, which is mounted on @tracing; otherwise as live_open() */
struct live_text *live_text_open(const char *tracing, const bool *wanted, int nr_wanted,
				 int nr_cpus);
const struct text *live_text_lines(const struct live_text *live);
/* The rest is as in live.h */
void live_text_start(struct live_text *live, unsigned long kb);
__u64 live_text_read(struct live_text *live, struct model *model);
void live_text_wait(struct live_text *live, int fd, int ms);
void live_text_stop(struct live_text *live, struct model *model);
void live_text_put_back(struct live_text *live);
void live_text_close(struct live_text *live);

#endif /* HYPTRACE_LIVE_TEXT_H */
