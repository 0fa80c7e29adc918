/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Triggers of remote traces: what is done when an event happens, decided and done where it happens.
 */
#ifndef _LINUX_REMOTE_TRIGGER_H
#define _LINUX_REMOTE_TRIGGER_H

#include <linux/types.h>

struct remote_filter;

/* What a trigger does. An event has one at the most of the first two, and one of the third */
enum remote_trigger_action {
	REMOTE_TRIGGER_TRACEON = 1,
	REMOTE_TRIGGER_TRACEOFF,
	REMOTE_TRIGGER_STACKTRACE,
};

/* As remote_trigger::count: as often as it happens */
#define REMOTE_TRIGGER_UNLIMITED	(~0ULL)

/**
 * struct remote_trigger - a trigger, as a remote gets it
 * @action:	what it does
 * @count:	how often at the most
 * @filter:	for which records of its event; NULL for all
 * @stack_id:	what REMOTE_TRIGGER_STACKTRACE records stacks with
 */
struct remote_trigger {
	enum remote_trigger_action	action;
	u64				count;
	const struct remote_filter	*filter;
	u32				stack_id;
};

#endif /* _LINUX_REMOTE_TRIGGER_H */
