/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts: how often something was done and how long it took, kept where it happens by a remote
 * (<linux/remote_trace.h>), for when a record of each time would be too much.
 */
#ifndef _LINUX_REMOTE_ACCOUNT_H
#define _LINUX_REMOTE_ACCOUNT_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Times are told apart by how many zeros they begin with, as a word of 64 bits: 1 ns has 63 */
#define REMOTE_ACCOUNT_BUCKETS	64

/* A time that begins with fewer would be one of 146 years */
#define REMOTE_ACCOUNT_FIRST	2

/**
 * struct remote_account - what came of one cause
 * @total:	nanoseconds, of all times together
 * @longest:	nanoseconds, of the longest time
 * @times:	how often, by remote_account_bucket() of how long: longest first, from
 *		REMOTE_ACCOUNT_FIRST on. Their sum is how often there was one at all, of which there
 *		is no other count
 *
 * One is found by a shift, and a place in it by a count of zeros: of all that is done for a stay
 * this is a good part.
 */
struct remote_account {
	union {
		struct {
			u64	total;
			u64	longest;
		};
		u64		times[REMOTE_ACCOUNT_BUCKETS];
	};
};

static_assert(sizeof(struct remote_account) == 512);
static_assert(offsetof(struct remote_account, times[REMOTE_ACCOUNT_FIRST]) == 16);

/**
 * struct remote_account_vcpu - what was done for one thread that runs a virtual CPU
 * @pid:	the thread, 0 for all those of which there is no account
 * @vm:		its virtual machine, as the remote calls it; 0 if it has no name for that
 * @index:	which of its CPUs
 * @reserved:	0
 * @runs:	how often it ran
 * @guest:	nanoseconds that it ran
 * @remote:	nanoseconds that the remote worked for it
 */
struct remote_account_vcpu {
	u32	pid;
	u32	vm;
	u32	index;
	u32	reserved;
	u64	runs;
	u64	guest;
	u64	remote;
};

static_assert(sizeof(struct remote_account_vcpu) == 40);

/**
 * remote_account_bucket - where a time is counted
 * @ns:	nanoseconds
 *
 * Return: index in remote_account::times; what it counts are times of
 * remote_account_bucket_min() at least and less than twice that, or of less than 2 ns.
 */
static __always_inline unsigned int remote_account_bucket(u64 ns)
{
	return __builtin_clzll(ns | 1);
}

/**
 * remote_account_bucket_min - the shortest time that is counted in a place
 * @bucket:	index in remote_account::times
 *
 * Return: nanoseconds.
 */
static inline u64 remote_account_bucket_min(unsigned int bucket)
{
	return (1ULL << (63 - bucket)) & ~1ULL;
}

/**
 * remote_account_add - one more
 * @account:	the account
 * @ns:		nanoseconds that it took. Whatever it is, nothing but the account is written to
 *
 * Context: nobody else writes to the account meanwhile.
 */
static __always_inline void remote_account_add(struct remote_account *account, u64 ns)
{
	/* Two words that are next to each other, and no branch */
	account->total += ns;
	account->longest = max(account->longest, ns);
	account->times[remote_account_bucket(ns)]++;
}

#endif /* _LINUX_REMOTE_ACCOUNT_H */
