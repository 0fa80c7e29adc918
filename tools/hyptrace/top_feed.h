/* SPDX-License-Identifier: GPL-2.0 */
/* Where hyptrace top has its intervals from: accounts or events, and from the one to the other. */
#ifndef HYPTRACE_TOP_FEED_H
#define HYPTRACE_TOP_FEED_H

#include "accounts_live.h"
#include "source.h"
#include "top_state.h"

/**
 * struct top_feed - what comes in
 * @filter:	what of events is wanted; of accounts, CPUs alone
 * @kb:		the size of rings, for each CPU
 * @only_events: an option that accounts cannot meet, NULL if there is none
 * @from_accounts: which of @accounts and @live is in use
 * @model:	for names, and what is told of the interval that goes on
 * @cells:	of that interval; of events alone
 * @since:	when it has begun
 * @lost:	events, until then
 */
struct top_feed {
	struct filter		*filter;
	unsigned long		kb;
	const char		*only_events;
	bool			from_accounts;
	struct accounts_live	accounts;
	struct live		live;
	struct model		model;
	struct cells		cells;
	__u64			since, lost;
	int			cpus;
};

/* All but the first five are set; nothing is switched on yet, and the end if it cannot be. */
void top_feed_open(struct top_feed *feed);
void top_feed_start(struct top_feed *feed);
/* Until @fd, unless that is -1, a signal, events or the end of @ms come; events are read. */
void top_feed_wait(struct top_feed *feed, int fd, int ms);
/*
 * An interval ends: @cells and @sums are what it had, @told what there is to say of it. The next
 * one begins.
 */
void top_feed_take(struct top_feed *feed, struct cells *cells, struct top_sums *sums,
		   struct model *told);
/* For struct top_source: @context is the feed. What the interval had until now is forgotten. */
const char *top_feed_change(void *context, bool accounts);
/* Nothing more comes but what has come */
void top_feed_stop(struct top_feed *feed);
/* As it was found */
void top_feed_close(struct top_feed *feed);

#endif /* HYPTRACE_TOP_FEED_H */
