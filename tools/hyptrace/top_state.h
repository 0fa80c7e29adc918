/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hyptrace top shows: of the last interval's stays, which, added up by what, in which order,
 * and where the cursor is. Keys change that. Nothing here knows a terminal.
 */
#ifndef HYPTRACE_TOP_STATE_H
#define HYPTRACE_TOP_STATE_H

#include "accounts.h"

/* Keys that are no characters */
enum top_key {
	TOP_KEY_UP = 0x100,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_BACK,
};

/**
 * struct top_step - a row that was gone into
 * @by:		of which table
 * @key:	of the row, for table_key()
 * @name:	what it was called
 */
struct top_step {
	enum table_by	by;
	__u64		key;
	char		*name;
};

/**
 * struct top_sums - what there was in an interval, whatever of it is shown
 * @accounts:	it is from accounts, as accounts_compare() has it, not from events
 * @partial:	why that is not all of it, NULL if it is
 * @stays:	how many, before anything is chosen; of accounts
 * @span:	its length, in nanoseconds
 * @cpus:	so many were looked at
 * @broken:	stays of which one end is missing
 * @lost:	events
 * @unplaced:	stays that could not be told to be wanted or not
 */
struct top_sums {
	bool		accounts;
	const char	*partial;
	__u64		stays;
	__u64		span;
	int		cpus;
	__u64		broken;
	__u64		lost;
	__u64		unplaced;
};

/* One step for each thing that stays can be added up by */
#define TOP_STEPS	5

/**
 * struct top_source - whoever has the intervals
 * @change:	from now on they are to be from accounts, or not; returns why that is impossible,
 *		or NULL
 * @context:	for @change
 * @fixed:	keys that ask for a view do not change it
 */
struct top_source {
	const char	*(*change)(void *context, bool accounts);
	void		*context;
	bool		fixed;
};

/**
 * struct top - the state
 * @model:	for names
 * @source:	of @cells
 * @cells:	the interval's stays
 * @table:	what of them is shown
 * @all:	the sum of @table
 * @into:	rows that were gone into, in this order
 * @cursor:	the row under it
 * @key:	that row's, by which it is found again in the next interval
 * @has_key:	there is such a row
 * @first:	of the rows on the screen
 * @page:	so many rows are on the screen, which whoever draws has to tell
 * @help:	keys are explained, and nothing else is shown
 * @say:	what is to be told about the last key, if anything
 * @now:	the user does not want to wait for the interval's end
 */
struct top {
	const struct model	*model;
	struct top_source	source;
	struct cells		cells;
	struct top_sums		sums;
	struct table		table;
	struct latency		all;
	enum table_order	order;
	bool			reverse;
	struct top_step		into[TOP_STEPS];
	int			steps;
	__u32			cursor;
	__u64			key;
	bool			has_key;
	__u32			first, page;
	char			say[128];
	bool			help, now, quit;
};

void top_init(struct top *top, const struct model *model, enum table_by by,
	      enum table_order order);
/* Another interval's stays; @cells has none then */
void top_update(struct top *top, struct cells *cells, const struct top_sums *sums);
/* A character or enum top_key; false if it means nothing */
bool top_press(struct top *top, int key);
/* A row that was gone into, of this kind; NULL if none was */
const struct top_step *top_inside(const struct top *top, enum table_by by);
/* Is what is shown of accounts, which of that have times alone, and nothing of single stays? */
bool top_shows_sums(const struct top *top);
/* So that the cursor is on the screen, which has place for so many rows */
void top_scroll(struct top *top, __u32 page);
void top_free(struct top *top);

#endif /* HYPTRACE_TOP_STATE_H */
