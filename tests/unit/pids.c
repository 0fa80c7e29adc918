// SPDX-License-Identifier: GPL-2.0
/*
 * The host's lists of pids, against a model of what they list and of what a remote is told: written
 * to and cleared by their files, and followed when threads start and end, which these also do while
 * a list is written, when nobody may be followed. The remote takes few, and refuses now and then.
 *
 * Usage: pids [SEED [ROUNDS]]
 */
#include "test.h"

#define ROOM		8
#define THREADS		20
#define BIT(n)		(1ULL << (n))
#define weight(set)	__builtin_popcountll(set)

enum { PIDS, NO_PIDS };

/* The kernel's */
bool shim_no_memory;
int shim_pieces, shim_fork_error, shim_free_error;
shim_fork_probe *shim_fork;
shim_free_probe *shim_free;
struct remote_trace remote;
static struct remote_trace_scope scope = { &remote };

/* What the remote has been told, and what it says to the next */
static struct told {
	bool	all, listed;
	u64	pids;
} told = { .all = true };
static int set_error, change_error;

/* The model. A list that is there and has nobody is not one that is not there */
static struct list {
	bool	there;
	u64	pids;
} lists[2];
static bool follow;
static u32 sets, waits, seen_sets, seen_waits;
static u64 full, refused, changed, stirred, stale;

/* All start threads and end, at a moment at which no list and no remote may learn of it */
static bool stirring;

static void stir(void)
{
	int i;

	if (!shim_fork || !shim_free)
		return;
	stirring = true;
	for (i = 0; i < 64; i++) {
		struct task_struct self = { i }, task = { (i + 7) % 64 };

		shim_fork(&remote, &self, &task);
		shim_free(&remote, &task);
		stirred++;
	}
	stirring = false;
}

void tracepoint_synchronize_unregister(void)
{
	seen_waits++;
	/* For both, or for those who still come */
	CHECK_EQ(!shim_fork, !shim_free);
	stir();
}

static int set_pids(void *priv, const struct remote_trace_pids *pids)
{
	struct told new = { .all = !pids, .listed = pids && pids->listed };
	u32 i;

	CHECK(priv == &told && remote.lock.held);
	seen_sets++;
	/* Who is followed has been waited for by now, and nobody else */
	CHECK_EQ(seen_waits, waits + follow);
	stir();
	if (pids) {
		CHECK(pids->nr <= ROOM);
		for (i = 0; i < pids->nr; i++)
			new.pids |= BIT(pids->pids[i]);
		CHECK_EQ(weight(new.pids), pids->nr);
	}
	if (set_error)
		return set_error;
	told = new;
	stir();

	return 0;
}

/* One more, or one less, which may be so already */
static int change_pid(void *priv, u32 pid, bool in)
{
	CHECK(priv == &told && !stirring && !told.all);
	if (change_error)
		return change_error;
	told.pids = in ? told.pids | BIT(pid) : told.pids & ~BIT(pid);

	return 0;
}

static const struct remote_trace_ops chooses = {
	.max_pids	= ROOM,
	.set_pids	= set_pids,
	.change_pid	= change_pid,
};

static const struct remote_trace_ops takes_all;

static int most(void)
{
	return remote.ops->set_pids ? ROOM : INT_MAX;
}

/* What lists come to */
static struct told come_to(const struct list *l)
{
	if (l[PIDS].there)
		return (struct told){ .listed = true, .pids = l[PIDS].pids & ~l[NO_PIDS].pids };

	return (struct told){ .all = !l[NO_PIDS].there, .pids = l[NO_PIDS].pids };
}

static void check(void)
{
	const struct remote_trace_pid_list *real[] = { &remote.pids, &remote.no_pids };
	const struct told want = come_to(lists);
	int i;

	for (i = 0; i < 2; i++) {
		CHECK_EQ(!!real[i]->list, lists[i].there);
		CHECK_EQ(real[i]->list ? real[i]->list->pids : 0, lists[i].pids);
		CHECK_EQ(real[i]->nr.counter, weight(lists[i].pids));
		CHECK(weight(lists[i].pids) <= most());
	}
	if (remote.ops->set_pids) {
		CHECK_EQ(told.all, want.all);
		CHECK_EQ(told.listed, want.listed);
		CHECK_EQ(told.pids, want.pids);
	}
	CHECK_EQ(seen_sets, sets);
	CHECK_EQ(seen_waits, waits);
	CHECK_EQ(remote.follow_forks, follow);
	CHECK_EQ(!!shim_fork, follow);
	CHECK_EQ(!!shim_free, follow);
	CHECK(!remote.lock.held);
}

/* The model's list becomes @new: what must be returned */
static int become(int which, u64 pids)
{
	struct list new[] = { lists[0], lists[1] };

	new[which] = (struct list){ .there = !!pids, .pids = pids };
	if (!pids && !lists[which].there)
		return 0;
	if (weight(pids) > most()) {
		full++;
		return -ENOSPC;
	}
	waits += follow;
	if (remote.ops->set_pids) {
		if (shim_no_memory && !come_to(new).all)
			return -ENOMEM;
		sets++;
		if (set_error) {
			refused++;
			return set_error;
		}
	}
	lists[which] = new[which];

	return 0;
}

/* The list is emptied, or is not; then @pids are written, or nothing is */
static void write_file(int which, bool trunc, const u64 *pids)
{
	const struct file_operations *fops = which == PIDS ? &remote_trace_pids_fops :
							     &remote_trace_no_pids_fops;
	struct inode inode = { &scope };
	struct file file = { FMODE_WRITE, trunc ? O_TRUNC : 0, NULL, &inode };
	loff_t pos = 0;
	int ret, want;

	ret = fops->open(&inode, &file);
	CHECK_EQ(ret, trunc ? become(which, 0) : 0);
	check();
	if (ret)
		return;
	if (pids) {
		ret = fops->write(&file, (const char *)pids, sizeof(*pids), &pos);
		want = shim_no_memory ? -ENOMEM : become(which, lists[which].pids | *pids);
		CHECK_EQ(ret, want ?: (int)sizeof(*pids));
		CHECK_EQ(pos, max(ret, 0));
		check();
	}
	CHECK_EQ(fops->release(&inode, &file), 0);
	CHECK_EQ(shim_pieces, lists[PIDS].there + lists[NO_PIDS].there);
}

static void put(int which, u64 pids)
{
	write_file(which, true, &pids);
}

/* Can be done when all is well */
static void empty(int which)
{
	write_file(which, true, NULL);
	CHECK(!lists[which].there);
}

static void fork_thread(u32 self, u32 child)
{
	struct list to[] = { lists[0], lists[1] };
	struct task_struct task[] = { { self }, { child } };
	int i, ret = 0;

	if (!follow)
		return;
	shim_fork(&remote, &task[0], &task[1]);

	stale += !!((lists[0].pids | lists[1].pids) & BIT(child));
	for (i = 0; i < 2; i++) {
		if (!(to[i].pids & BIT(self)) || to[i].pids & BIT(child))
			continue;
		full += weight(to[i].pids) == most();
		if (weight(to[i].pids) == most() || shim_no_memory)
			ret = -ENOSPC;
		to[i].pids |= BIT(child);
	}
	/* All of it or nothing */
	if (!ret && remote.ops->change_pid && come_to(to).pids != come_to(lists).pids) {
		changed++;
		ret = change_error;
	}
	if (!ret)
		memcpy(lists, to, sizeof(to));
	check();
}

static void end_thread(u32 pid)
{
	struct task_struct task = { pid };

	if (!follow)
		return;
	shim_free(&remote, &task);
	if (!change_error || !remote.ops->change_pid || !(come_to(lists).pids & BIT(pid))) {
		lists[PIDS].pids &= ~BIT(pid);
		lists[NO_PIDS].pids &= ~BIT(pid);
	}
	check();
}

static void set_follow(bool on)
{
	bool was = follow;
	int want = !on || was ? 0 : shim_fork_error ?: shim_free_error;

	/* To stop is waited for, and so is the one tracepoint if the other is not to be had */
	waits += (was && !on) || (want && !shim_fork_error);
	if (!want)
		follow = on;
	CHECK_EQ(remote_trace_pids_follow(&remote, on), want);
	check();
}

/* Thread 1 has children until there is no room; when all of them have gone, as many again */
static void fill(int which)
{
	int round, i;

	for (round = 0; round < 2; round++) {
		for (i = 2; i < 64; i++)
			end_thread(i);
		CHECK_EQ(lists[which].pids, BIT(1));
		for (i = 2; i < 64; i++)
			fork_thread(1, i);
		CHECK_EQ(weight(lists[which].pids), min(most(), 63));
	}
}

/*
 * When all have ended there is as much room as ever. No list outgrows what the remote takes, which
 * can be told of each when the other has gone: nobody is in that one, or another, or 1 as well.
 */
static void test_room(void)
{
	int which, other, i;

	shim_no_memory = false;
	shim_fork_error = 0;
	shim_free_error = 0;
	set_error = 0;
	change_error = 0;
	set_follow(true);
	for (i = 0; i < 64; i++)
		end_thread(i);
	CHECK(!lists[PIDS].pids && !lists[NO_PIDS].pids);

	for (which = 0; which < 2; which++) {
		for (other = 0; other < 3; other++) {
			put(!which, other);
			put(which, BIT(1));
			fill(which);
			empty(!which);
			empty(which);
		}
		put(which, BIT(ROOM) - 1);
		CHECK_EQ(weight(lists[which].pids), ROOM);
		empty(which);
		put(which, BIT(ROOM + 1) - 1);
		CHECK_EQ(lists[which].there, most() > ROOM);
		empty(which);
	}
}

/* Something happens, which may not work */
static void one(u64 *seed)
{
	u64 pids = test_random(seed) & test_random(seed) & test_random(seed) & (BIT(THREADS) - 1);
	u32 a = test_below(seed, THREADS), b = (a + 1 + test_below(seed, THREADS - 1)) % THREADS;
	int which = test_below(seed, 2);

	shim_no_memory = !test_below(seed, 16);
	set_error = test_below(seed, 8) ? 0 : -EBUSY;
	change_error = test_below(seed, 8) ? 0 : -ENOSPC;
	shim_fork_error = test_below(seed, 4) ? 0 : -EEXIST;
	shim_free_error = test_below(seed, 4) ? 0 : -ENOMEM;

	switch (test_below(seed, 16)) {
	case 0:
		write_file(which, true, test_below(seed, 2) ? &pids : NULL);
		break;
	case 1 ... 2:
		write_file(which, false, &pids);
		break;
	case 3:
		set_follow(test_below(seed, 4));
		break;
	case 4 ... 11:
		fork_thread(a, b);
		break;
	default:
		end_thread(a);
	}
}

static void test_rounds(u64 seed, u64 rounds)
{
	u64 first = seed, i;

	for (i = 0; i < rounds; i++) {
		snprintf(test_context, sizeof(test_context), "seed %llu, round %llu", first, i);
		one(&seed);
		if (!(i % 1000))
			test_room();
	}
	test_room();
}

int main(int argc, char **argv)
{
	u64 seed = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 1000000);

	remote.priv = &told;
	remote.ops = &chooses;
	test_rounds(seed, rounds);
	CHECK(full && refused && changed && stirred && stale);
	printf("%llu times no room, %llu sets refused, %llu pids told, %llu listed before\n", full,
	       refused, changed, stale);
	remote.ops = &takes_all;
	test_rounds(seed, rounds / 10);

	return 0;
}
