/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of mkdat: mkdat.c is what the hypervisor does, mkdat_calls.c which functions it calls
 * for that, mkdat_file.c pages and the file around them.
 */
#ifndef MKDAT_H
#define MKDAT_H

#include <linux/types.h>
#include <stddef.h>

#define PAGE		4096
#define MAX_CPUS	64

/* Numbers of events, as FORMATS has them */
struct event_id {
	const char	*name;
	int		*id;
};

/* What is on a CPU now; @now goes on only */
struct cpu {
	char		*data;
	size_t		used, size;	/* whole pages */
	__u64		now, last;	/* last: of the record before */
	size_t		page;		/* where the one that is written begins */
	__u32		commit;
	__u32		missed;		/* not written since then */
	int		skip;		/* so many records to be lost */
	__u32		page_missed;	/* before the page that is written */
};

extern struct cpu cpus[MAX_CPUS];
extern int nr_cpus, losses;
extern long left;		/* so many records are to come */
extern __u64 seed;

__u64 rnd(void);
void record(int n, int id, int pid, const void *payload, size_t size);

/* The file: each of these once, in this order, and records before the last */
void file_begin(const char *name);
/* Of ftrace's own events; FORMATS with ".functions" behind it. NULL: none */
void file_functions(const char *formats, const struct event_id *ids, unsigned int nr);
void file_events(const char *formats, const struct event_id *ids, unsigned int nr);
/* All these, as the hypervisor's own */
void file_all_events(const char *formats, const struct event_id *ids, unsigned int nr,
		     const struct event_id *function_ids, unsigned int nr_functions);
/* @symbols: as kallsyms has them */
void file_names(const char *symbols);
void file_end(int toplevel);

/* Functions, and how they are recorded: whole calls, or just that they are called */
#define CALLS_GRAPH	1
#define CALLS_SEEN	2
extern int calls, half_calls, id_call, id_call_begin, id_call_end;
const char *call_symbols(void);
void call_begin(int n, int pid, unsigned int function);
void call_end(int n, int pid);
/* Calls that are open */
int call_depth(int n);
/* They are left, without an end. */
void call_leave(int n);
/* Time passes, about so much, in calls of functions. */
void call_work(int n, int pid, __u64 ns);

#endif /* MKDAT_H */
