// SPDX-License-Identifier: GPL-2.0
/*
 * A machine of 1024 CPUs: its rings are allocated, shared, described, loaded, written to by each
 * CPU, merged, and unloaded, all by the kernel's and the hypervisor's own sources. What that takes
 * is what docs/performance.md says: so many pages for each CPU, no piece above order 3, one call to
 * load a small ring, and no loop over CPUs at EL2 but in the calls that are known to have one.
 *
 * Usage: many_cpus [SEED]
 */
#include "core.h"
#include "merge.h"

#include "many_cpus.h"
#include "test.h"

/* Events that each CPU writes */
#define EVENTS		5

/* What one of these calls looks at of a CPU: its ring, whether that is loaded, what it is to do */
#define LOOKS_ENABLE	3
#define LOOKS_SET_CLOCK	1
#define LOOKS_WAKE	3
/* And any call of the CPUs that it has to do with: the one it is made on, the one it is about */
#define LOOKS		4

static u64 seed;

static char *memory;
static bool used[MANY_PAGES];
static u32 nr_used, next_page;

/* The largest order of what has been allocated in one piece, and how many pieces there are */
static u32 most_order;
static u64 pieces;

const char shim_cpumasks[NR_CPUS];
u32 shim_mutexes;

static struct remote_trace *remote;
static u32 owners[NR_CPUS * EVENTS];
static u64 times[NR_CPUS * EVENTS];

void cond_resched(void)
{
}

bool fatal_signal_pending(struct task_struct *task)
{
	(void)task;
	return false;
}

static void count_piece(size_t size)
{
	u32 order = 0;

	while (PAGE_SIZE << order < size)
		order++;
	most_order = max(most_order, order);
}

void *shim_alloc(size_t size)
{
	count_piece(size);
	return shim_alloc_pieces(size);
}

void *shim_alloc_pieces(size_t size)
{
	void *addr = calloc(1, size);

	CHECK(addr);
	pieces++;

	return addr;
}

/* Also the other half's, whose name it has in common */
void *(kvcalloc)(size_t nr, size_t size, gfp_t gfp);
void *(kvcalloc)(size_t nr, size_t size, gfp_t gfp)
{
	(void)gfp;
	return shim_alloc(nr * size);
}

void kvfree(const void *addr)
{
	pieces -= !!addr;
	free((void *)addr);
}

u32 many_index(const void *page)
{
	u64 offset = (const char *)page - memory;

	CHECK(offset < MANY_PAGES * PAGE_SIZE && !(offset % PAGE_SIZE));
	return offset / PAGE_SIZE;
}

void *many_alloc_pages(size_t size)
{
	u32 i, tries, nr = DIV_ROUND_UP(size, PAGE_SIZE);

	count_piece(size);
	/* Round and round, so that what is used too long is not at once somebody else's */
	for (i = 0, tries = 0; i < nr; tries++) {
		CHECK(tries < 2 * MANY_PAGES);
		if (next_page + nr > MANY_PAGES) {
			next_page = 0;
			i = 0;
		}
		if (used[next_page + i]) {
			next_page += i + 1;
			i = 0;
		} else {
			i++;
		}
	}
	memset(used + next_page, true, nr);
	nr_used += nr;
	next_page += nr;

	return memory + (next_page - nr) * PAGE_SIZE;
}

void many_free_pages(void *addr, size_t size)
{
	u32 i, first = many_index(addr), nr = DIV_ROUND_UP(size, PAGE_SIZE);

	for (i = first; i < first + nr; i++) {
		CHECK(used[i]);
		used[i] = false;
	}
	nr_used -= nr;
}

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	void *pages = many_alloc_pages(PAGE_SIZE << order);

	(void)node;
	if (gfp & __GFP_ZERO)
		memset(pages, 0, PAGE_SIZE << order);

	return pages;
}

void *page_address(const struct page *page)
{
	return (void *)page;
}

unsigned long __get_free_page(gfp_t gfp)
{
	return (unsigned long)alloc_pages_node(0, gfp, 0);
}

void free_page(unsigned long addr)
{
	if (addr)
		many_free_pages((void *)addr, PAGE_SIZE);
}

/* So that half of it is all there is: what is accepted can be loaded */
unsigned long totalram_pages(void)
{
	return 2 * MANY_PAGES;
}

long si_mem_available(void)
{
	return MANY_PAGES - nr_used;
}

void remote_trace_settle(struct remote_trace *its_remote)
{
	(void)its_remote;
}

/* In another order each time: each CPU is once before and once after each other */
static void write_events(void)
{
	u32 i, j, round, cpus[NR_CPUS], nr = 0;

	for (i = 0; i < NR_CPUS; i++)
		cpus[i] = i;
	for (round = 0; round < EVENTS; round++) {
		for (i = NR_CPUS - 1; i; i--) {
			j = test_below(&seed, i + 1);
			swap(cpus[i], cpus[j]);
		}
		for (i = 0; i < NR_CPUS; i++, nr++) {
			many_pass_time(1 + test_below(&seed, 1000));
			owners[nr] = cpus[i];
			times[nr] = many_now();
			shim_cpu = cpus[i];
			CHECK_EQ(remote_trace_write_event(remote, nr), 0);
		}
	}
	shim_cpu = 0;
}

static void check_event(const struct remote_trace_cursor *cursor, u32 nr)
{
	const struct remote_ring_event *event = cursor->event;
	u32 id;
	u64 value;

	snprintf(test_context, sizeof(test_context), "event %u, of CPU %u", nr, owners[nr]);
	CHECK_EQ(cursor->tcpu->scope.cpu, owners[nr]);
	CHECK_EQ(event->time, times[nr]);
	CHECK_EQ(event->lost, 0);
	CHECK_EQ(event->len, 16);
	memcpy(&id, event->data, sizeof(id));
	memcpy(&value, event->data + 8, sizeof(value));
	CHECK_EQ(id, MANY_SELFTEST_ID);
	CHECK_EQ(value, nr);
	test_context[0] = '\0';
}

/* All of them, or those of one CPU, which are only looked at */
static void read_events(const struct remote_trace_scope *scope, const struct remote_trace_way *way)
{
	const struct remote_trace_cursor *cursor;
	struct remote_trace_merge *merge;
	u32 nr = 0, pages = nr_used;
	u64 before = pieces;

	CHECK_EQ(remote_trace_get(remote), 0);
	remote_trace_ask_busy(remote);
	merge = remote_trace_merge_alloc(scope, way);
	CHECK(merge);
	CHECK_EQ(merge->nr, scope->cpu < 0 ? NR_CPUS : 1);
	CHECK_EQ(nr_used - pages, way->copies ? merge->nr : 0);

	mutex_lock(&remote->merge_lock);
	remote_trace_merge_begin(merge, many_now(), true);
	for (;;) {
		while (scope->cpu >= 0 && nr < NR_CPUS * EVENTS && owners[nr] != (u32)scope->cpu)
			nr++;
		cursor = remote_trace_merge_first(merge);
		if (!cursor)
			break;
		CHECK(nr < NR_CPUS * EVENTS);
		check_event(cursor, nr++);
		remote_trace_merge_next(merge);
	}
	remote_trace_merge_end(merge);
	mutex_unlock(&remote->merge_lock);
	CHECK_EQ(nr, NR_CPUS * EVENTS);

	remote_trace_merge_free(merge);
	CHECK_EQ(pieces, before);
	CHECK_EQ(nr_used, pages);
	remote_trace_unask_busy(remote);
	remote_trace_put(remote);
	CHECK_EQ(shim_mutexes, 0);
}

/* Which calls go over all CPUs, and that no other does */
static void check_looks(void)
{
	u32 nr;

	for (nr = 0; nr < MANY_HCALLS; nr++) {
		u64 most = LOOKS;

		if (nr == many_enable_nr())
			most += LOOKS_ENABLE * NR_CPUS;
		else if (nr == many_set_clock_nr())
			most += LOOKS_SET_CLOCK * NR_CPUS;
		else if (nr == many_wake_nr())
			most += LOOKS_WAKE * NR_CPUS;

		snprintf(test_context, sizeof(test_context), "hypercall %u: %llu looks at CPUs", nr,
			 (unsigned long long)many_hcalls[nr].looks);
		CHECK(many_hcalls[nr].looks <= most);
	}
	test_context[0] = '\0';
	/* The bound is one for what is seen, not for what does not happen */
	CHECK(many_hcalls[many_enable_nr()].looks >= NR_CPUS);
	CHECK(many_hcalls[many_wake_nr()].looks >= NR_CPUS);
}

static void go_round(u32 kb, u32 nr_slots, u32 nr_readers)
{
	const u32 ring_pages = nr_slots + nr_readers;
	struct remote_trace_scope last = { remote, NR_CPUS - 1 };
	u64 before = pieces;

	memset(many_hcalls, 0, sizeof(many_hcalls));
	CHECK_EQ(remote_trace_set_size(remote, kb), 0);
	CHECK_EQ(remote_trace_set_tracing(remote, true), 0);
	CHECK_EQ(remote->layout.nr_slots, nr_slots);
	CHECK_EQ(remote->layout.nr_readers, nr_readers);

	/* The ring, its meta page, the descriptor, a page of slots. What is shared takes a call */
	CHECK_EQ(nr_used, NR_CPUS * (ring_pages + 3));
	CHECK_EQ(many_hcalls[MANY_SHARE].calls, NR_CPUS * (ring_pages + 1));
	CHECK_EQ(many_hcalls[MANY_LOAD].calls, NR_CPUS);

	write_events();
	CHECK_EQ(remote->ops->wake(remote->priv, remote, REMOTE_TRACE_NEWS_EVENT, -1, 0), 0);
	read_events(&remote->scope, &remote_trace_copying);
	read_events(&last, &remote_trace_copying);
	read_events(&remote->scope, &remote_trace_consuming);

	CHECK_EQ(remote_trace_set_tracing(remote, false), 0);
	CHECK_EQ(many_hcalls[MANY_UNLOAD].calls, NR_CPUS);
	CHECK_EQ(many_hcalls[MANY_UNSHARE].calls, NR_CPUS * (ring_pages + 1));
	CHECK_EQ(nr_used, 0);
	CHECK_EQ(pieces, before);
	many_check_all_back();
	check_looks();
}

int main(int argc, char **argv)
{
	static const struct remote_trace_feature *const features[] = { NULL };
	const struct remote_trace_event *events;
	const struct remote_trace_ops *ops;
	u32 nr_events, selftest, cpu;

	seed = test_arg(argc, argv, 1, 1);
	memory = many_boot();
	ops = many_ops(&events, &nr_events, &selftest);
	remote = remote_trace_create("hypervisor", ops, NULL, events, nr_events, features);
	CHECK((long)remote > 0);

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		char tag[16];

		snprintf(tag, sizeof(tag), "[%03u]\t", cpu);
		CHECK(!strcmp(remote->cpus[cpu].tag, tag));
		CHECK_EQ(remote->cpus[cpu].tag_len, strlen(tag));
		CHECK_EQ(remote->cpus[cpu].scope.cpu, cpu);
	}
	CHECK_EQ(remote_trace_set_events(&remote->event_sets[selftest], true), 0);

	/* The smallest rings, twice; such as give the reader more pages; and too large for all */
	go_round(7, 2, 1);
	go_round(7, 2, 1);
	go_round(24, 7, 2);
	CHECK_EQ(remote_trace_set_size(remote, 64), -E2BIG);

	remote_trace_destroy(remote);
	CHECK_EQ(pieces, 0);
	CHECK(most_order <= 3);

	return 0;
}
