// SPDX-License-Identifier: GPL-2.0
#include <sched.h>

#include <weak.h>

#define NR_STORES	32

struct store {
	char	*address;
	u64	value;
	u32	size;
	u32	group;
	bool	release;
};

char *weak_first, *weak_last;

static __thread struct store stores[NR_STORES];
static __thread u32 nr;
/* Counts write barriers */
static __thread u32 group;
static __thread u64 seed = 1;

/* Called before there are threads */
void weak_share(void *page, u64 size)
{
	char *first = page;

	if (!weak_first || first < weak_first)
		weak_first = first;
	if (first + size > weak_last)
		weak_last = first + size;
}

static void let_out(u32 i)
{
	struct store store = stores[i];

	for (nr--; i < nr; i++)
		stores[i] = stores[i + 1];

	/* The order is settled by now, and must not be mixed again */
	if (store.size == sizeof(u64))
		__atomic_store_n((u64 *)store.address, store.value, __ATOMIC_RELEASE);
	else
		__atomic_store_n((u32 *)store.address, store.value, __ATOMIC_RELEASE);
}

static bool may_go(u32 i)
{
	u32 j;

	for (j = 0; j < i; j++)
		if (stores[i].release || stores[j].group != stores[i].group ||
		    stores[j].address == stores[i].address)
			return false;

	return true;
}

void weak_order(void)
{
	group++;
}

void weak_flush(void)
{
	while (nr)
		let_out(0);
}

void weak_store(void *address, u64 value, u32 size, bool release)
{
	u32 i;

	if (size != sizeof(u32) && size != sizeof(u64))
		__builtin_trap();

	if (nr == NR_STORES)
		let_out(0);
	stores[nr++] = (struct store) { address, value, size, group, release };

	/* Each may go or stay, the newest first; now and then all go */
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	if (!(seed >> 59))
		weak_flush();
	for (i = nr; i-- > 0;)
		if (seed >> (8 + i) & 1 && may_go(i))
			let_out(i);

	/* Let the others have a look, above all where there is more than one store to mix up */
	if (!(seed >> 40 & (release ? 0xfff : 7)))
		sched_yield();
}
