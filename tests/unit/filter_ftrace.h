/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ftrace's parser of filters needs besides <filter_shim.h>. The parser itself filter.mk
 * takes out of kernel/trace/trace_events_filter.c, and it is included here.
 */
#ifndef _UNIT_FILTER_FTRACE_H
#define _UNIT_FILTER_FTRACE_H

#include <filter_shim.h>

#define __percpu
#define __user
#define fallthrough				__attribute__((__fallthrough__))
#define EXPORT_SYMBOL_GPL(symbol)
#define rcu_dereference_raw(p)			(p)
#define rcu_assign_pointer(p, value)		((p) = (value))
#define ERR_PTR(error)				((void *)(long)(error))
#define PTR_ERR(p)				((long)(p))
#define IS_ERR(p)				((unsigned long)(p) >= -4095UL)
#define WARN_ON(condition)			((condition) ? abort(), true : false)
#define WARN_ON_ONCE(condition)			WARN_ON(condition)
#define ftrace_event_is_function(call)		((void)(call), false)
#define alloc_percpu(type)			((type *)calloc(1, sizeof(type)))
#define this_cpu_ptr(p)				(p)
#define TASK_COMM_LEN				16

/* No string is ever looked at: what compares one is refused by ours, so it is not compared */
#define strncpy_from_kernel_nofault(to, from, n)	((void)(from), (void)(to), -1)
#define strncpy_from_user_nofault(to, from, n)		((void)(from), (void)(to), -1)
#define strnstr(text, what, len)			((void)(len), strstr(text, what))
#define glob_match_len(pattern, text, len)		((void)(pattern), (void)(text), (len) < 0)

static u32 filter_cpu;
#define raw_smp_processor_id()			((int)filter_cpu)

static struct {
	char	comm[TASK_COMM_LEN];
} filter_current;
#define current					(&filter_current)

struct regex;
typedef int (*regex_match_func)(char *str, struct regex *r, int len);

enum regex_type {
	MATCH_FULL,
	MATCH_FRONT_ONLY,
	MATCH_MIDDLE_ONLY,
	MATCH_END_ONLY,
	MATCH_GLOB,
	MATCH_INDEX,
};

struct regex {
	char			pattern[MAX_FILTER_STR_VAL];
	int			len;
	int			field_len;
	regex_match_func	match;
};

struct prog_entry;

struct event_filter {
	struct prog_entry	*prog;
	char			*filter_string;
};

int filter_match_preds(struct event_filter *filter, void *rec);
enum regex_type filter_parse_regex(char *buff, int len, char **search, int *not);
int filter_assign_type(const char *type);

#include "filter_ftrace.c"

#endif /* _UNIT_FILTER_FTRACE_H */
