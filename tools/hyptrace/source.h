/* SPDX-License-Identifier: GPL-2.0 */
/* Where live tables are from: what the hypervisor itself counts, or its events. */
#ifndef HYPTRACE_SOURCE_H
#define HYPTRACE_SOURCE_H

#include "filter.h"
#include "table.h"

enum source {
	SOURCE_BEST,		/* accounts, where they do */
	SOURCE_ACCOUNTS,
	SOURCE_EVENTS,
};

/* The value of --source, or the end */
enum source source_parse(const char *command, const char *text);

/* Options that only events can meet: the first of them, or NULL. @buffer: its name, if it is set */
const char *source_only_events(const struct filter *filter, enum table_by by, const char *buffer);

/* Is it to be from accounts? The end if @source and such an option contradict each other. */
bool source_choose(const char *command, enum source source, const char *only_events);

#endif /* HYPTRACE_SOURCE_H */
