/* SPDX-License-Identifier: GPL-2.0 */
/*
 * many_cpus.c is built of three parts that do not see each other's headers, as it is in a machine:
 * what is below tracefs, KVM's host half, and the hypervisor. This is what they know of each other.
 */
#ifndef _UNIT_MANY_CPUS_H
#define _UNIT_MANY_CPUS_H

#include <linux/types.h>

/* The machine's memory, of which tracing may have all */
#define MANY_PAGES		16384
#define MANY_PFN		0x80000ULL

#define MANY_SELFTEST_ID	1234

/* Hypercalls that are told apart; __el2_trace_load is the first of ours */
#define MANY_SHARE		0
#define MANY_UNSHARE		1
#define MANY_LOAD		2
#define MANY_UNLOAD		3
#define MANY_HCALLS		64

/**
 * struct many_hcall - what has been seen of one hypercall
 * @calls:	how often it was made
 * @looks:	how often one of them has looked for the memory of a CPU, at the most
 */
struct many_hcall {
	u64	calls;
	u64	looks;
};

extern struct many_hcall many_hcalls[MANY_HCALLS];

/* many_cpus.c: pages, which the host has */
void *many_alloc_pages(size_t size);
void many_free_pages(void *addr, size_t size);
u32 many_index(const void *page);

/* many_cpus_el1.c */
struct remote_trace_ops;
struct remote_trace_event;
const struct remote_trace_ops *many_ops(const struct remote_trace_event **events, u32 *nr,
					u32 *selftest);
u32 many_enable_nr(void);
u32 many_set_clock_nr(void);
u32 many_wake_nr(void);

/* many_cpus_el2.c: returns where the host sees its memory */
char *many_boot(void);
s64 many_hypercall(u32 nr, const u64 *args);
void many_pass_time(u64 ns);
u64 many_now(void);
/* Nothing is shared, donated or pinned */
void many_check_all_back(void);

#endif /* _UNIT_MANY_CPUS_H */
