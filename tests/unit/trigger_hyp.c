// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers at EL2: set, hit, taken away, refused, on events that are on or off, filtered or not, on
 * two CPUs whose tracing they switch off and on, held against what they ought to do: every record,
 * in order, how often each has fired, and what the hypervisor says has become of tracing. And what
 * becomes of it if two CPUs switch at once, wherever the one comes in the other's way.
 *
 * Usage: trigger_hyp [SEED [ROUNDS]]
 */
#include <linux/remote_filter.h>
#include <linux/remote_trigger.h>

#include <nvhe/el2_trace_filter.h>
#include <nvhe/el2_trace_trigger.h>

#include "el2.h"

#include <nvhe/trap_handler.h>

#define NR_RINGS	2
#define SLOTS		8
#define STRIDE		32
#define STACK_ID	4
#define PID		77
#define MAX_RECORDS	64

enum { SELFTEST, ENTER, EXIT, NR_MINE };

static const u32 numbers[NR_MINE] = { EL2_EVENT_selftest, EL2_EVENT_hyp_enter, EL2_EVENT_hyp_exit };
static const u32 event_ids[NR_MINE] = { 200, 201, 202 };

static u64 seed;
static u64 sets, refusals, turned_off, turned_on, stacks, records;

static struct ring {
	struct remote_ring_page		*pages[SLOTS + 1];
	u32				ids[SLOTS + 1];
	struct remote_ring_reader	reader;
	/* What there ought to be since it was read last */
	u32				want[MAX_RECORDS];
	u64				values[MAX_RECORDS];
	u32				nr;
	bool				inside;
	u64				notice;
} rings[NR_RINGS];

/* Of each CPU, since it is there */
static u64 switches[NR_RINGS];

/* A trigger, or none: in which range of numbers, and how often it has fired, of how often it may */
static struct trigger {
	u32	action;
	bool	filtered;
	u64	first;
	u64	span;
	u64	count;
	u64	fired;
} triggers[NR_MINE][2];

static bool is_on[NR_MINE];
static bool filtered;
static u64 filter_first, filter_span;
/* Events are recorded; who has switched it off, as the hypervisor tells it */
static bool open;
static u64 by;

static bool armed(void)
{
	u32 i;

	for (i = 0; i < NR_MINE; i++)
		if (triggers[i][0].action == REMOTE_TRIGGER_TRACEON)
			return true;

	return false;
}

static bool has_triggers(u32 event)
{
	return triggers[event][0].action || triggers[event][1].action;
}

static bool take(struct trigger *t)
{
	if (t->count == REMOTE_TRIGGER_UNLIMITED)
		return true;
	if (t->fired == t->count)
		return false;
	t->fired++;

	return true;
}

static void want(struct ring *ring, u32 id, u64 value)
{
	CHECK(ring->nr < MAX_RECORDS);
	ring->want[ring->nr] = id;
	ring->values[ring->nr++] = value;
}

static bool hits(const struct trigger *t, u32 action, u64 value)
{
	return t->action == action && (!t->filtered || value - t->first <= t->span);
}

/* What is to happen if an event does; on or not and asking for triggers or not, as it was @when */
struct when {
	bool	on;
	bool	asks;
};

static struct when now(u32 event)
{
	return (struct when) {
		.on = is_on[event],
		.asks = has_triggers(event) || (event == ENTER && is_on[ENTER] && armed()),
	};
}

static void happens(u32 cpu, u32 event, struct when when, u64 value)
{
	bool on = when.on;

	struct trigger *one = &triggers[event][0], *stack = &triggers[event][1];
	struct ring *ring = &rings[cpu];

	/* Only selftest has a filter */
	if (event == SELFTEST && filtered && value - filter_first > filter_span)
		on = false;
	if (ring->inside && on)
		want(ring, event_ids[event], value);
	if (!when.asks)
		return;
	if (ring->inside && hits(stack, REMOTE_TRIGGER_STACKTRACE, value) && take(stack)) {
		want(ring, STACK_ID, 0);
		stacks++;
	}
	if (ring->inside && open && hits(one, REMOTE_TRIGGER_TRACEOFF, value) && take(one)) {
		open = false;
		ring->inside = false;
		by = ((u64)cpu << 32 | (numbers[event] + 1)) << 1;
		ring->notice = ++switches[cpu];
		turned_off++;
	} else if (!open && hits(one, REMOTE_TRIGGER_TRACEON, value) && take(one)) {
		open = true;
		by = 0;
		ring->notice = ++switches[cpu];
		turned_on++;
	}
}

/* A record that is long enough for the number is a selftest's or a stack's */
static void check_ring(u32 cpu)
{
	struct ring *ring = &rings[cpu];
	const struct remote_ring_event *event;
	u32 i, header[2];
	u64 value;

	for (i = 0; i < ring->nr; i++) {
		event = remote_ring_reader_peek(&ring->reader);
		CHECK(event);
		CHECK_EQ(event->lost, 0);
		memcpy(header, event->data, sizeof(header));
		CHECK_EQ(header[0], ring->want[i]);
		CHECK_EQ(header[1], PID);
		if (header[0] == event_ids[SELFTEST]) {
			memcpy(&value, event->data + 8, sizeof(value));
			CHECK_EQ(value, ring->values[i]);
		}
		remote_ring_reader_consume(&ring->reader);
		records++;
	}
	CHECK(!remote_ring_reader_peek(&ring->reader));
	CHECK_EQ(ring->reader.bad_pages, 0);
	CHECK_EQ(ring->reader.meta->notice, ring->notice);
	CHECK_EQ(ring->reader.meta->busy, 0);
	ring->nr = 0;
}

/*
 * A stay: what the hypervisor does in it is @call, and what becomes of that @then, NULL if nothing
 * that concerns the stay.
 */
#define stay(cpu, ret, call, then)						\
do {										\
	bool __hooks = open || armed();						\
	struct when __enter = now(ENTER), __exit = now(EXIT);			\
	bool __has_enter = __enter.on || __enter.asks;				\
	bool __has_exit = __exit.on || __exit.asks;				\
	u32 __cpu = (cpu);							\
										\
	shim_cpu = __cpu;							\
	rings[__cpu].inside = __hooks && open;					\
	if (__hooks && __has_enter)						\
		happens(__cpu, ENTER, __enter, 0);				\
	else if (__hooks && !open)						\
		__has_exit = false;						\
	ret = call;								\
	then;									\
	if (!__has_exit && (open || armed())) {					\
		__exit = now(EXIT);						\
		__has_exit = __exit.on || __exit.asks;				\
	}									\
	__enter = now(ENTER);							\
	if (__hooks && __has_exit && (__has_enter || !(open || armed()) ||	\
				      !(__enter.on || __enter.asks)))		\
		happens(__cpu, EXIT, __exit, 0);				\
	rings[__cpu].inside = false;						\
} while (0)

/* Not in a stay: whoever looks shall not change what there is to be seen */
static int quiet_swap(void *priv __maybe_unused, int cpu, u32 indexes)
{
	struct kvm_cpu_context ctxt = { .regs.regs = { [1] = cpu, [2] = indexes } };

	handle___el2_trace_swap(&ctxt);

	return ctxt.regs.regs[1];
}

static u64 small(void)
{
	return test_below(&seed, 12);
}

static u32 any_cpu(void)
{
	return test_below(&seed, NR_RINGS);
}

static void send_range(u64 first, u64 span, u64 index)
{
	u64 where = remote_filter_where(REMOTE_FILTER_RECORD + 8, 8, 2);
	s64 ret;

	stay(any_cpu(), ret, el2_call(filter, index, where, ~0ULL, first, span), (void)0);
	CHECK_EQ(ret, 0);
}

static void check_settle(void)
{
	u64 is;
	s64 ret;

	/* It may be switched by the very stay in which the question is asked */
	stay(any_cpu(), ret, el2_call(settle), is = open ? 1 : by);
	CHECK_EQ(ret, is);
}

/* The words of events are up to it */
static void check_words(void)
{
	bool settled = !open && !armed();

	if (!settled)
		return;
	check_settle();
	CHECK(!open);
	CHECK_EQ(el2_event_id_selftest, 0);
	CHECK_EQ(el2_event_id_hyp_enter, 0);
	CHECK_EQ(el2_event_id_hyp_exit, 0);
	CHECK_EQ(el2_trace_on, 0);
}

static void set_tracing(bool on)
{
	s64 ret;

	stay(any_cpu(), ret, el2_call(enable, on), (open = on, by = on ? 0 : by));
	CHECK_EQ(ret, 0);
}

static void set_trigger(void)
{
	u32 event = test_below(&seed, NR_MINE), action = 1 + test_below(&seed, 3);
	struct trigger *t = &triggers[event][action == REMOTE_TRIGGER_STACKTRACE];
	struct trigger new = {
		.action = action,
		.filtered = event == SELFTEST && test_below(&seed, 4),
		.first = small(),
		.span = small() / 2,
		.count = test_below(&seed, 3) ? test_below(&seed, 6) : REMOTE_TRIGGER_UNLIMITED,
	};
	u64 ids = event_ids[event] | (action == REMOTE_TRIGGER_STACKTRACE ? STACK_ID << 16 : 0);
	bool exists = t->action;
	s64 ret;

	if (new.filtered)
		send_range(new.first, new.span, 0);
	stay(any_cpu(), ret, el2_call(set_trigger, numbers[event], action, ids, new.filtered,
				      new.count),
	     if (!exists) *t = new);
	CHECK_EQ(ret, exists ? -EEXIST : 0);
	sets += !ret;
}

static void unset_trigger(void)
{
	u32 event = test_below(&seed, NR_MINE), action = 1 + test_below(&seed, 3);
	struct trigger *t = &triggers[event][action == REMOTE_TRIGGER_STACKTRACE];
	bool exists = t->action == action;
	s64 ret;

	stay(any_cpu(), ret, el2_call(set_trigger, numbers[event], action, 0, 0, 0),
	     if (exists) t->action = 0);
	CHECK_EQ(ret, exists ? 0 : -ENOENT);
}

/* Of something that may pass one thing is wrong, so nothing changes */
static void refused(void)
{
	static u64 *args;
	u64 wrong = test_below(&seed, 2) ? test_below(&seed, 4) : test_random(&seed);
	s64 ret;

	/* hyp_printk has no trigger */
	if (!args)
		args = calloc(5, sizeof(*args));
	args[0] = EL2_EVENT_hyp_printk;
	args[1] = 1 + test_below(&seed, 3);
	args[2] = 300 | (args[1] == REMOTE_TRIGGER_STACKTRACE ? STACK_ID << 16 : 0);
	args[3] = 0;
	args[4] = test_random(&seed);
	switch (test_below(&seed, 6)) {
	case 0:
		args[0] = EL2_NR_EVENTS + wrong % (1ULL << 40);
		break;
	case 1:
		args[1] = wrong ? wrong + 3 ?: 4 : 0;
		break;
	case 2:
		args[2] ^= STACK_ID << 16;
		break;
	case 3:
		args[2] |= 1ULL << (32 + test_below(&seed, 32));
		break;
	case 4:
		args[2] &= ~0xffffULL;
		if (!args[2])
			args[2] = 1 << 16;
		break;
	default:
		args[3] = REMOTE_FILTER_MAX_INSNS + 1 + wrong % (1ULL << 40);
	}
	if (args[1] >= 1 && args[1] <= 3 && args[0] == EL2_EVENT_hyp_printk && !args[3] &&
	    args[2] && args[2] & 0xffff && !(args[2] >> 32) &&
	    !(args[2] >> 16) == (args[1] != REMOTE_TRIGGER_STACKTRACE))
		return;
	stay(any_cpu(), ret, el2_call(set_trigger, args[0], args[1], args[2], args[3], args[4]),
	     (void)0);
	CHECK_EQ(ret, -EINVAL);
	stay(any_cpu(), ret, el2_call(read_trigger, args[0], args[1]), (void)0);
	CHECK(ret == -ENOENT || (args[0] >= EL2_NR_EVENTS && ret == -EINVAL));
	refusals++;
}

static void change_event(void)
{
	u32 event = test_below(&seed, NR_MINE);
	bool on = test_below(&seed, 2);
	s64 ret;

	stay(any_cpu(), ret, el2_call(set_event, numbers[event], on ? event_ids[event] : 0),
	     is_on[event] = on);
	CHECK_EQ(ret, 0);
}

static void change_filter(void)
{
	bool on = test_below(&seed, 2);
	u64 first = small(), span = small();
	s64 ret;

	if (on)
		send_range(first, span, 0);
	stay(any_cpu(), ret, el2_call(set_filter, EL2_EVENT_selftest, on),
	     (filtered = on, filter_first = first, filter_span = span));
	CHECK_EQ(ret, 0);
}

static void check_counts(void)
{
	u32 event, kind;
	s64 ret;

	for (event = 0; event < NR_MINE; event++) {
		for (kind = 0; kind < 2; kind++) {
			struct trigger *t = &triggers[event][kind];
			u64 is;

			if (!t->action)
				continue;
			stay(0, ret, el2_call(read_trigger, numbers[event], t->action),
			     is = t->fired);
			CHECK_EQ(ret, is);
			CHECK(t->fired <= t->count);
		}
	}
}

static void write_values(u32 nr)
{
	while (nr--) {
		u64 value = small();
		u32 cpu = any_cpu();
		s64 ret;

		shim_counter += test_below(&seed, 100);
		stay(cpu, ret, el2_call(write_event, value),
		     if (open || armed() || rings[cpu].inside || by)
			     happens(cpu, SELFTEST, now(SELFTEST), value));
		CHECK_EQ(ret, 0);
		check_ring(cpu);
	}
}

static void change(void)
{
	switch (test_below(&seed, 16)) {
	case 0:
	case 1:
	case 2:
		set_trigger();
		break;
	case 3:
	case 4:
		unset_trigger();
		break;
	case 5:
		refused();
		break;
	case 6:
	case 7:
		change_event();
		break;
	case 8:
		change_filter();
		break;
	case 9:
		check_counts();
		break;
	case 10:
		check_settle();
		break;
	case 11:
		set_tracing(test_below(&seed, 2));
		break;
	case 12:
	case 13:
		if (!open)
			set_tracing(true);
		break;
	default:
		check_words();
	}
}

static void load_rings(bool protected)
{
	u32 cpu;

	el2_boot(protected);
	shim_contextidr = PID;
	memset(rings, 0, sizeof(rings));
	el2_set_clock();
	for (cpu = 0; cpu < NR_RINGS; cpu++) {
		el2_describe(cpu * STRIDE, 1, SLOTS, 1, true);
		CHECK_EQ(el2_load(cpu, EL2_PFN + cpu * STRIDE, 1), 0);
		el2_read(&rings[cpu].reader, rings[cpu].pages, rings[cpu].ids, cpu * STRIDE, 1,
			 cpu, SLOTS, 1);
		rings[cpu].reader.swap_pages = quiet_swap;
	}
}

static void unload_rings(void)
{
	u32 cpu;

	for (cpu = 0; cpu < NR_RINGS; cpu++) {
		shim_cpu = cpu;
		CHECK_EQ(el2_call(detach), 0);
		CHECK_EQ(el2_unload(cpu), 0);
	}
}

static void run(bool protected, u32 rounds)
{
	u32 i, cpu;
	s64 ret;

	load_rings(protected);

	while (rounds--) {
		change();
		write_values(test_below(&seed, 4));
		for (cpu = 0; cpu < NR_RINGS; cpu++)
			check_ring(cpu);
	}

	/* Take all of it away, whatever happens meanwhile, and then the rings can go */
	for (i = 0; i < NR_MINE; i++) {
		for (cpu = 0; cpu < 2; cpu++) {
			struct trigger *t = &triggers[i][cpu];

			if (!t->action)
				continue;
			stay(0, ret, el2_call(set_trigger, numbers[i], t->action, 0, 0, 0),
			     t->action = 0);
			CHECK_EQ(ret, 0);
		}
	}
	set_tracing(false);
	check_words();
	for (i = 0; i < NR_MINE; i++) {
		is_on[i] = false;
		CHECK_EQ(el2_call(set_event, numbers[i], 0), 0);
	}
	CHECK_EQ(el2_call(set_filter, EL2_EVENT_selftest, 0), 0);
	filtered = false;
	for (cpu = 0; cpu < NR_RINGS; cpu++)
		check_ring(cpu);
	unload_rings();
}

/*
 * Two CPUs at once: what CPU 0 does is interrupted once, at the place of that number, by what CPU 1
 * does. Both are in a stay.
 */
static u32 place;
static void (*of_cpu_1)(void);

static void meanwhile(void)
{
	if (--place)
		return;

	shim_meanwhile = NULL;
	shim_cpu = 1;
	of_cpu_1();
	shim_cpu = 0;
}

/* Returns whether there was such a place; if not, the one comes after the other */
static bool at_once(u32 nr, void (*cpu_0)(void), void (*cpu_1)(void))
{
	struct el2_trace_stay stays[NR_RINGS];
	bool was_there;

	for (shim_cpu = 0; shim_cpu < NR_RINGS; shim_cpu++)
		stays[shim_cpu] = el2_trace_begin((u64)ESR_ELx_EC_HVC64 << 26);

	shim_cpu = 0;
	place = nr;
	of_cpu_1 = cpu_1;
	shim_meanwhile = meanwhile;
	cpu_0();
	was_there = !shim_meanwhile;
	if (!was_there) {
		place = 1;
		meanwhile();
	}

	for (shim_cpu = 0; shim_cpu < NR_RINGS; shim_cpu++)
		el2_trace_end(stays[shim_cpu]);
	shim_cpu = 0;

	return was_there;
}

static void fire(u32 event, u32 action)
{
	el2_trace_trigger_fire(event, BIT(action), 0);
}

static void fire_selftest(void)
{
	fire(EL2_EVENT_selftest, REMOTE_TRIGGER_TRACEOFF);
}

static void fire_vm_create(void)
{
	fire(EL2_EVENT_vm_create, REMOTE_TRIGGER_TRACEOFF);
}

static void set_traceoff(u32 event, u64 count)
{
	CHECK_EQ(el2_call(set_trigger, event, REMOTE_TRIGGER_TRACEOFF, 200, 0, count), 0);
}

static void unset_traceoff(u32 event)
{
	CHECK_EQ(el2_call(set_trigger, event, REMOTE_TRIGGER_TRACEOFF, 0, 0, 0), 0);
}

/* One that is used up is in nobody's way */
static bool used_up(u32 nr)
{
	bool was_there;

	set_traceoff(EL2_EVENT_selftest, 0);
	set_traceoff(EL2_EVENT_vm_create, REMOTE_TRIGGER_UNLIMITED);
	CHECK_EQ(el2_call(enable, EL2_ENABLE_ON), 0);

	was_there = at_once(nr, fire_selftest, fire_vm_create);
	CHECK_EQ(el2_trace_on, 0);
	CHECK_EQ(el2_call(settle) >> 1, 1ULL << 32 | (EL2_EVENT_vm_create + 1));

	unset_traceoff(EL2_EVENT_selftest);
	unset_traceoff(EL2_EVENT_vm_create);

	return was_there;
}

/* The host switches off, and is about to switch on again: as a traceon does, which is shorter */
static void host_switches(void)
{
	struct kvm_cpu_context ctxt = { .regs.regs = { [1] = EL2_ENABLE_OFF } };

	handle___el2_trace_enable(&ctxt);
	CHECK_EQ(ctxt.regs.regs[1], 0);
	el2_trace_trigger_restart();
}

/* Whatever one has come in the way of, the next switches tracing off */
static bool off_and_on(u32 nr)
{
	bool was_there;

	set_traceoff(EL2_EVENT_selftest, REMOTE_TRIGGER_UNLIMITED);
	set_traceoff(EL2_EVENT_vm_create, REMOTE_TRIGGER_UNLIMITED);
	CHECK_EQ(el2_call(enable, EL2_ENABLE_ON), 0);

	was_there = at_once(nr, fire_selftest, host_switches);
	el2_trace_switch(0, EL2_TRACE_RINGS | EL2_TRACE_OPEN);
	at_once(1, fire_vm_create, fire_vm_create);
	CHECK_EQ(el2_trace_on, 0);

	unset_traceoff(EL2_EVENT_selftest);
	unset_traceoff(EL2_EVENT_vm_create);

	return was_there;
}

static void take_traceon(void)
{
	struct kvm_cpu_context ctxt = {
		.regs.regs = { [1] = EL2_EVENT_vm_create, [2] = REMOTE_TRIGGER_TRACEON },
	};

	handle___el2_trace_set_trigger(&ctxt);
	CHECK_EQ(ctxt.regs.regs[1], 0);
}

static void fire_traceon(void)
{
	fire(EL2_EVENT_vm_create, REMOTE_TRIGGER_TRACEON);
}

/* Whether or not it has fired while it was being taken away, tracing is on or it is off */
static bool taken_away(u32 nr)
{
	static u64 value = 1000;
	bool was_there;
	s64 ret;

	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, event_ids[SELFTEST]), 0);
	CHECK_EQ(el2_call(set_trigger, EL2_EVENT_vm_create, REMOTE_TRIGGER_TRACEON, 200, 0,
			  REMOTE_TRIGGER_UNLIMITED), 0);

	was_there = at_once(nr, take_traceon, fire_traceon);
	ret = el2_call(settle);
	CHECK_EQ(el2_trace_on, ret & 1 ? EL2_TRACE_RINGS | EL2_TRACE_OPEN : 0);

	for (shim_cpu = 0; shim_cpu < NR_RINGS; shim_cpu++) {
		struct ring *ring = &rings[shim_cpu];

		CHECK_EQ(el2_call(write_event, ++value), 0);
		ring->notice = ring->reader.meta->notice;
		if (ret & 1)
			want(ring, event_ids[SELFTEST], value);
		check_ring(shim_cpu);
	}
	shim_cpu = 0;

	CHECK_EQ(el2_call(enable, EL2_ENABLE_OFF), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, 0), 0);

	return was_there;
}

static void at_all_places(bool (*what)(u32 nr))
{
	u32 nr = 0;

	do
		snprintf(test_context, sizeof(test_context), "place %u", ++nr);
	while (what(nr));
	test_context[0] = '\0';
}

static void races(void)
{
	load_rings(true);
	at_all_places(used_up);
	at_all_places(off_and_on);
	at_all_places(taken_away);
	unload_rings();
}

int main(int argc, char **argv)
{
	u64 rounds = test_arg(argc, argv, 2, 20000);

	seed = test_arg(argc, argv, 1, 1);
	run(true, rounds);
	run(false, rounds);
	races();
	printf("%llu triggers, %llu refused; off %llu, on %llu, %llu stacks, %llu records\n",
	       (unsigned long long)sets, (unsigned long long)refusals,
	       (unsigned long long)turned_off, (unsigned long long)turned_on,
	       (unsigned long long)stacks, (unsigned long long)records);
	CHECK(sets > rounds / 50 && refusals > rounds / 50 && turned_off > rounds / 50 &&
	      turned_on > rounds / 200 && stacks > rounds / 50 && records > rounds / 2);

	return 0;
}
