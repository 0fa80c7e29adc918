// SPDX-License-Identifier: GPL-2.0
/* Accounts or events */
#include <string.h>

#include "accounts_live.h"
#include "source.h"

enum source source_parse(const char *command, const char *text)
{
	if (!strcmp(text, "accounts"))
		return SOURCE_ACCOUNTS;
	if (!strcmp(text, "events"))
		return SOURCE_EVENTS;
	die_usage(command, "--source takes accounts or events, not '%s'", text);
}

const char *source_only_events(const struct filter *filter, enum table_by by, const char *buffer)
{
	if (filter->pid)
		return "-p";
	if (filter->vm)
		return "--vm";
	return by == BY_TASK ? "--by task" : buffer;
}

bool source_choose(const char *command, enum source source, const char *only_events)
{
	if (only_events && source == SOURCE_ACCOUNTS)
		die_usage(command, "%s is for --source events: accounts have nothing of it",
			  only_events);
	if (source == SOURCE_BEST)
		return !only_events && accounts_live_exist();
	return source == SOURCE_ACCOUNTS;
}
