/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as they come, from the hypervisor's directory in tracefs, as pages; or as lines, where
 * there are no pages (live_text.h).
 */
#ifndef HYPTRACE_LIVE_H
#define HYPTRACE_LIVE_H

#include "model.h"

struct tracefs_instance;
struct kbuffer;
struct live_text;

/**
 * struct live_cpu - a CPU whose trace is read
 * @fd:		its trace_pipe_raw, -1 if it is not wanted
 */
struct live_cpu {
	int		fd;
	struct kbuffer	*kbuf;
};

/**
 * struct live - a trace that is going on
 * @was_on:	set_event's lines, as they were found
 * @was_kb:	buffer_size_kb likewise; 0 if it was left alone
 * @started:	there is something to put back
 * @text:	who reads lines; if there is one, nothing else is of use but @tep, @schema and
 *		@nr_cpus. NULL where there are pages
 */
struct live {
	struct tracefs_instance	*instance;
	struct tep_handle	*tep;
	struct schema		schema;
	struct live_cpu		*cpu;
	int			nr_cpus;
	void			*page;
	size_t			page_size;
	char			*was_on;
	unsigned long		was_kb;
	bool			started;
	struct live_text	*text;
};

/*
 * Everything but switching it on, or the end: nothing is there, nobody may, somebody else traces.
 * @wanted: so many flags, by CPU; NULL for all of them
 */
void live_open(struct live *live, const bool *wanted, int nr_wanted);
/* Why live_open() would not let anybody trace now, for a while perhaps; NULL if it would */
const char *live_refusal(void);
/* The time of the clock that the hypervisor's events have */
__u64 live_now(void);
/* From now on there are events, in rings of @kb for each CPU */
void live_start(struct live *live, unsigned long kb);
/* All that there is now; returns the number of records */
__u64 live_read(struct live *live, struct model *model);
/* Until there is more, here or in @fd unless that is -1, a signal comes, or @ms are over */
void live_wait(struct live *live, int fd, int ms);
/*
 * Events lost since live_start() on the CPUs that are wanted. A page that is full to the last byte
 * does not say how many came before it; this is exact.
 */
__u64 live_lost(struct live *live);
/* No more events, and all that there were */
void live_stop(struct live *live, struct model *model);
/* Everything as it was found */
void live_close(struct live *live);

#endif /* HYPTRACE_LIVE_H */
