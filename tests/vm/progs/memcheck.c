// SPDX-License-Identifier: GPL-2.0
/*
 * memcheck: judge the text of a trace_pipe on stdin as the story of the machine's memory. It must
 * have every event of hyp_enter, hyp_exit, host_hcall, host_mem_abort, page_transition,
 * host_stage2_map, host_stage2_owner, hyp_map, hyp_unmap and hyp_pool; others do not matter. From
 * the transitions it follows who has each page, and from the pools' events what is free, and
 * whatever does not go together ends it:
 *	a transition of a page that its giver does not have, or that changed other page tables
 *	than it must, or none, or, refused, some
 *	an abort that is none by its syndrome or by the reason of the stay, or that maps what the
 *	host does not have alone
 *	a pool that gives out what it has not, or says that it is empty when it is not
 *
 * Prints what there was, as words of name=value:
 *	aborts raced		host_mem_abort; those of them that found the page mapped already
 *	share unshare		pages shared and unshared with the hypervisor
 *	share_calls unshare_calls  hypercalls that do this, by their host_hcall
 *	give back		pages donated to the hypervisor, and by it
 *	touched			pages of the latter that the host then had an abort for
 *	refused			transitions with an error
 *	left			pages that are still shared or donated at the end
 *	pools pool_pages	pools in donated memory that came and went, and what was in them
 *	alloc free fail		events of any pool
 */
#include "guest.h"

#define PAGE		((__u64)page_size())
#define ABORT_UNIT	4096		/* to which an abort tells its address */
#define MAX_PAGES	65536		/* of two */
#define MAX_POOLS	16
#define MAX_CALLS	64
#define MAX_CHANGES	4

#define ESR_EC(esr)		((esr) >> 26 & 0x3f)
#define EC_IABT_LOW		0x20
#define EC_DABT_LOW		0x24
#define ESR_WRITE		0x40
#define ESR_IS_TRANSLATION(esr)	(((esr) & 0x3c) == 0x04)

enum owner { HOST, SHARED, HYP };
enum use { UNKNOWN, FREE, ALLOCATED };

struct page {
	__u64		addr;		/* 0 is none */
	__u64		donation;	/* how many pages came with this one, the first */
	enum owner	owner;
	enum use	use;
	bool		returned;	/* and not touched by the host since */
};

struct pool {
	__u64	addr;
	__u64	pages;
	__u64	free;
	__u64	back;
	bool	filled;
};

/* A change of a page table that no transition or abort has accounted for yet */
struct change {
	char	what[200];	/* the event's name, and perms and state or owner */
	__u64	addr;
	__u64	size;
};

struct stay {
	bool		inside;
	bool		host_abort;
	unsigned int	aborts;
	__u64		abort;
	char		hcall[64];
	struct change	changes[MAX_CHANGES];
	unsigned int	nr_changes;
};

static struct call {
	char	id[64];
	__u64	count;
} calls[MAX_CALLS];

static struct page pages[MAX_PAGES];
static struct pool pools[MAX_POOLS];
static struct stay stays[MAX_CPUS];
static char share_call[64], unshare_call[64];
static const char *text;

static __u64 aborts, raced, shared, unshared, given, back, touched, refused, left;
static __u64 nr_pools, pool_pages, allocs, frees, fails;

static void __attribute__((noreturn)) bad(const char *why)
{
	die("%s: '%s'", why, text);
}

static struct page *find(__u64 addr)
{
	__u64 i = addr / PAGE;

	for (i *= 0x9e3779b97f4a7c15ULL, i >>= 40;; i++) {
		struct page *page = &pages[i % MAX_PAGES];

		if (!page->addr || page->addr == addr)
			return page;
	}
}

static struct page *get(__u64 addr)
{
	static unsigned int nr;
	struct page *page = find(addr);

	if (!page->addr) {
		if (++nr == MAX_PAGES)
			bad("too many pages");
		page->addr = addr;
	}
	return page;
}

static __u64 num(const struct line *l, const char *name)
{
	const char *value = field(l, name);

	if (!value)
		bad(name);
	return number(value, name);
}

static bool is(const struct line *l, const char *name, const char *expected)
{
	const char *value = field(l, name);

	if (!value)
		bad(name);
	return !strcmp(value, expected);
}

static void change(struct stay *s, const struct line *l, const char *addr, const char *word,
		   const char *word2)
{
	struct change *c = &s->changes[s->nr_changes];
	const char *value;
	int len;

	if (s->nr_changes++ == MAX_CHANGES)
		bad("too many changes of page tables");
	c->addr = num(l, addr);
	c->size = num(l, "size");
	if (!c->size || (c->addr | c->size) % PAGE)
		bad("not whole pages");
	len = sprintf(c->what, "%s", l->name);
	value = word ? field(l, word) : NULL;
	if (value)
		len += sprintf(c->what + len, " %s", value);
	value = word2 ? field(l, word2) : NULL;
	if (value)
		sprintf(c->what + len, " %s", value);
}

static void need(struct stay *s, unsigned int nr, const char *what, __u64 addr, __u64 size)
{
	struct change *c = &s->changes[nr];

	if (nr >= s->nr_changes || strcmp(c->what, what) || c->addr != addr || c->size != size)
		die("no '%s' of 0x%llx, 0x%llx before this: '%s'", what, addr, size, text);
}

/* All that a hypervisor does with @size at @addr, if @one then @other, is in @s, and no more */
static void settle(struct stay *s, const char *one, const char *other, __u64 addr, __u64 size)
{
	need(s, 0, one, addr, size);
	need(s, 1, other, addr, size);
	if (s->nr_changes != 2)
		bad("more changes of page tables than this needs");
	s->nr_changes = 0;
}

static void same_call(char *known, const char *call)
{
	if (!*call)
		bad("not in a hypercall");
	if (!*known)
		snprintf(known, 64, "%s", call);
	if (strcmp(known, call))
		bad("in another hypercall than the others of its kind");
}

static void pass(__u64 addr, __u64 nr, enum owner from, enum owner to)
{
	__u64 i;

	for (i = 0; i < nr; i++) {
		struct page *page = get(addr + i * PAGE);

		if (page->owner != from)
			bad("not the giver's to give");
		page->owner = to;
		page->returned = to == HOST && from == HYP;
		page->donation = to == HYP && !i ? nr : 0;
		if (page->use == FREE)
			bad("in a pool");
		page->use = UNKNOWN;
	}
}

/*
 * Some of its memory goes back to the host, a page at a time: with the last one nothing in it may
 * be free, for the pool was to be emptied
 */
static void end_pool(__u64 addr, __u64 nr)
{
	unsigned int i;

	for (i = 0; i < MAX_POOLS; i++) {
		struct pool *pool = &pools[i];

		if (!pool->addr || addr < pool->addr || addr - pool->addr >= pool->pages * PAGE)
			continue;
		pool->back += nr;
		if (pool->back < pool->pages)
			continue;
		if (pool->free)
			bad("a pool that is not empty");
		nr_pools++;
		pool_pages += pool->pages;
		pool->addr = 0;
	}
}

static void transition(struct stay *s, const struct line *l)
{
	__u64 addr = num(l, "addr"), nr = num(l, "nr_pages"), size = nr * PAGE;
	bool to_hyp = is(l, "from", "host") && is(l, "to", "hyp");
	bool to_host = is(l, "from", "hyp") && is(l, "to", "host");

	if (!to_hyp && !to_host)
		bad("not between host and hypervisor");
	if (!nr || addr % PAGE)
		bad("not whole pages");
	if (!is(l, "err", "0")) {
		refused++;
		if (s->nr_changes)
			bad("refused, but changed page tables");
	} else if (is(l, "op", "share") && to_hyp) {
		same_call(share_call, s->hcall);
		settle(s, "host_stage2_map rwx shared", "hyp_map rw borrowed", addr, size);
		pass(addr, nr, HOST, SHARED);
		shared += nr;
	} else if (is(l, "op", "unshare") && to_hyp) {
		same_call(unshare_call, s->hcall);
		settle(s, "host_stage2_map rwx owned", "hyp_unmap", addr, size);
		pass(addr, nr, SHARED, HOST);
		unshared += nr;
	} else if (is(l, "op", "donate") && to_hyp) {
		settle(s, "host_stage2_owner hyp", "hyp_map rw owned", addr, size);
		pass(addr, nr, HOST, HYP);
		given += nr;
	} else if (is(l, "op", "donate") && to_host) {
		settle(s, "hyp_unmap", "host_stage2_owner host", addr, size);
		end_pool(addr, nr);
		pass(addr, nr, HYP, HOST);
		back += nr;
	} else {
		bad("not an operation");
	}
}

static void mem_abort(struct stay *s, const struct line *l)
{
	__u64 esr = num(l, "esr");
	struct page *page;

	s->abort = num(l, "addr");
	if (s->abort % ABORT_UNIT)
		bad("not what a CPU tells of an address");
	s->abort -= s->abort % PAGE;
	if ((ESR_EC(esr) != EC_DABT_LOW && ESR_EC(esr) != EC_IABT_LOW) || !ESR_IS_TRANSLATION(esr))
		bad("not the syndrome of a fault that the host's stage 2 may have");
	if (!s->host_abort)
		bad("the hypervisor was not entered for an abort");
	if (s->aborts++)
		bad("a second abort");
	aborts++;
	page = find(s->abort);
	if (page->addr && page->owner == HYP)
		bad("an abort of the host's for what is the hypervisor's");
	if (page->addr && page->returned) {
		/* They come back as a list, each page of it being the link to the next */
		if (ESR_EC(esr) != EC_DABT_LOW || esr & ESR_WRITE)
			bad("the host must read first what it gets back");
		page->returned = false;
		touched++;
	}
}

/* What was done for an abort, or nothing if another CPU did it */
static void end_abort(struct stay *s)
{
	struct change *c = &s->changes[0];
	__u64 addr;

	if (!s->nr_changes) {
		raced++;
		return;
	}
	if (s->nr_changes > 1 || (strcmp(c->what, "host_stage2_map rwx owned") &&
				  strcmp(c->what, "host_stage2_map rw owned")))
		bad("an abort was not answered by one mapping");
	if (s->abort < c->addr || s->abort >= c->addr + c->size)
		bad("an abort for one page mapped another");
	for (addr = c->addr; addr < c->addr + c->size; addr += PAGE) {
		struct page *page = find(addr);

		if (page->addr && page->owner != HOST)
			bad("an abort mapped what is not the host's alone");
	}
	s->nr_changes = 0;
}

static struct pool *find_pool(__u64 addr)
{
	unsigned int i;

	for (i = 0; i < MAX_POOLS; i++) {
		if (pools[i].addr == addr)
			return &pools[i];
	}
	return NULL;
}

/* Of pools that were there before, it is not known what is in them; of the others it is */
static void pool(const struct line *l)
{
	__u64 addr = num(l, "pool"), phys = num(l, "phys"), nr = 1ULL << num(l, "order"), i;
	bool alloc = is(l, "op", "alloc");
	struct pool *pool = find_pool(addr);

	if (is(l, "op", "fail")) {
		fails++;
		if (phys)
			bad("nothing, yet something");
		if (pool && nr == 1 && pool->free)
			bad("it is not empty");
		return;
	}
	if (!alloc && !is(l, "op", "free"))
		bad("not an operation");
	*(alloc ? &allocs : &frees) += 1;
	for (i = 0; i < nr; i++) {
		struct page *page = get(phys + i * PAGE);

		if (page->use == (alloc ? ALLOCATED : FREE))
			bad("twice");
		page->use = alloc ? ALLOCATED : FREE;
	}

	if (!pool && !alloc && phys == addr && find(addr)->donation) {
		pool = find_pool(0);
		if (!pool)
			bad("too many pools");
		*pool = (struct pool){ .addr = addr };
	}
	if (!pool)
		return;
	if (alloc) {
		if (!pool->filled && pool->pages != find(addr)->donation)
			bad("not all of a donation is in its pool");
		pool->filled = true;
		if (pool->free < nr)
			bad("there is not so much in it");
		pool->free -= nr;
	} else {
		pool->free += nr;
		if (!pool->filled)
			pool->pages += nr;
	}
}

static void count_call(const char *id)
{
	unsigned int i;

	for (i = 0; i < MAX_CALLS && *calls[i].id; i++) {
		if (!strcmp(calls[i].id, id))
			break;
	}
	if (i == MAX_CALLS)
		bad("too many different hypercalls");
	snprintf(calls[i].id, sizeof(calls[i].id), "%s", id);
	calls[i].count++;
}

static __u64 call_count(const char *id)
{
	unsigned int i;

	for (i = 0; i < MAX_CALLS; i++) {
		if (*id && !strcmp(calls[i].id, id))
			return calls[i].count;
	}
	return 0;
}

static void event(const struct line *l)
{
	struct stay *s = &stays[l->cpu];
	static __u64 offset;
	const char *id;

	if (!strcmp(l->name, "hyp_enter")) {
		memset(s, 0, sizeof(*s));
		s->inside = true;
		s->host_abort = is(l, "reason", "host_abort");
		return;
	}
	/* When tracing began, the CPU was there already */
	if (!s->inside)
		return;

	if (!strcmp(l->name, "hyp_exit")) {
		if (s->aborts)
			end_abort(s);
		if (s->nr_changes)
			bad("page tables were changed for nothing");
		s->inside = false;
	} else if (!strcmp(l->name, "host_hcall")) {
		id = field(l, "id");
		if (!id)
			bad("id");
		snprintf(s->hcall, sizeof(s->hcall), "%s", id);
		count_call(id);
	} else if (!strcmp(l->name, "host_mem_abort")) {
		mem_abort(s, l);
	} else if (!strcmp(l->name, "page_transition")) {
		transition(s, l);
	} else if (!strcmp(l->name, "host_stage2_map")) {
		change(s, l, "addr", "perms", "state");
	} else if (!strcmp(l->name, "host_stage2_owner")) {
		change(s, l, "addr", "owner", NULL);
	} else if (!strcmp(l->name, "hyp_map") || !strcmp(l->name, "hyp_unmap")) {
		change(s, l, "phys", "perms", "state");
		if (offset && num(l, "va") - num(l, "phys") != offset)
			bad("not where the hypervisor has all other memory");
		offset = num(l, "va") - num(l, "phys");
	} else if (!strcmp(l->name, "hyp_pool")) {
		pool(l);
	}
}

int main(void)
{
	unsigned int i;
	struct line l;

	while ((text = next_line(stdin))) {
		parse_line(text, &l);
		if (l.lost)
			bad("the story has a gap");
		event(&l);
	}
	for (i = 0; i < MAX_PAGES; i++)
		left += pages[i].addr && pages[i].owner != HOST;

	printf("aborts=%llu raced=%llu share=%llu unshare=%llu ", aborts, raced, shared, unshared);
	printf("share_calls=%llu unshare_calls=%llu ", call_count(share_call),
	       call_count(unshare_call));
	printf("give=%llu back=%llu touched=%llu refused=%llu left=%llu ", given, back, touched,
	       refused, left);
	printf("pools=%llu pool_pages=%llu alloc=%llu free=%llu fail=%llu\n", nr_pools, pool_pages,
	       allocs, frees, fails);
	return 0;
}
