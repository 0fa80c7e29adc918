// SPDX-License-Identifier: GPL-2.0
/* Intervals of accounts are differences of readings; those of events are added up as they come. */
#include <poll.h>
#include <string.h>

#include "top_feed.h"

static void add_stay(void *context, const struct stay *stay)
{
	struct top_feed *feed = context;

	if (filter_stay(feed->filter, stay))
		cells_add(&feed->cells, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct top_feed *feed = context;

	if (filter_guest(feed->filter, vcpu))
		cells_add_guest(&feed->cells, cpu, vcpu, to - from);
}

static const struct model_ops feed_ops = { .stay = add_stay, .guest = add_guest };

static void open_source(struct top_feed *feed)
{
	const struct filter *filter = feed->filter;

	if (feed->from_accounts)
		feed->cpus = accounts_live_open(&feed->accounts,
						filter->nr_cpus ? filter->cpu : NULL,
						filter->nr_cpus);
	else
		feed->cpus = filter_open(feed->filter, &feed->live);
}

void top_feed_open(struct top_feed *feed)
{
	open_source(feed);
	model_init(&feed->model, &feed->live.schema, &feed_ops, feed);
}

void top_feed_start(struct top_feed *feed)
{
	if (feed->from_accounts)
		accounts_live_start(&feed->accounts);
	else
		live_start(&feed->live, feed->kb);
	feed->since = live_now();
	feed->lost = 0;
}

void top_feed_wait(struct top_feed *feed, int fd, int ms)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };

	if (feed->from_accounts) {
		poll(&input, 1, ms);
		return;
	}
	live_wait(&feed->live, fd, ms);
	live_read(&feed->live, &feed->model);
}

/* Threads have other names by and by, and numbers are given anew. */
static void forget(struct top_feed *feed)
{
	filter_forget(feed->filter);
	model_count_anew(&feed->model);
}

void top_feed_take(struct top_feed *feed, struct cells *cells, struct top_sums *sums,
		   struct model *told)
{
	__u64 to = live_now(), lost = 0;

	*sums = (struct top_sums){
		.accounts = feed->from_accounts,
		.span = to - feed->since,
		.cpus = feed->cpus,
	};
	*cells = feed->cells;
	feed->cells = (struct cells){ 0 };
	if (feed->from_accounts) {
		sums->partial = accounts_live_read(&feed->accounts, cells, &feed->model);
	} else {
		lost = live_lost(&feed->live);
		sums->lost = lost - feed->lost;
		sums->unplaced = feed->filter->nobodys + feed->filter->untold;
	}
	sums->stays = feed->model.stays;
	sums->broken = feed->model.broken;
	*told = feed->model;
	told->first = feed->since;
	told->last = to;
	told->lost = sums->lost;
	told->untold = 0;
	feed->since = to;
	feed->lost = lost;
	forget(feed);
}

void top_feed_stop(struct top_feed *feed)
{
	if (!feed->from_accounts)
		live_stop(&feed->live, &feed->model);
}

static void close_source(struct top_feed *feed)
{
	if (feed->from_accounts)
		accounts_live_close(&feed->accounts);
	else
		live_close(&feed->live);
}

const char *top_feed_change(void *context, bool accounts)
{
	struct top_feed *feed = context;
	const char *why;

	if (accounts && feed->only_events)
		return "what was asked for when it began is for events alone";
	if (accounts && !accounts_live_exist())
		return "this kernel has no accounts; hyptrace doctor tells";
	why = accounts ? NULL : live_refusal();
	if (why)
		return why;
	top_feed_stop(feed);
	close_source(feed);
	cells_free(&feed->cells);
	forget(feed);
	feed->from_accounts = accounts;
	open_source(feed);
	top_feed_start(feed);
	return NULL;
}

void top_feed_close(struct top_feed *feed)
{
	close_source(feed);
	cells_free(&feed->cells);
	model_free(&feed->model);
}
