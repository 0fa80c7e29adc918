// SPDX-License-Identifier: GPL-2.0
/*
 * mkdat [OPTIONS] FORMATS OUT: a trace.dat (version 6) of what a hypervisor does, the same for the
 * same options. It follows trace-cmd.dat.v6(5) and nothing of the command that it is for.
 *
 * -n EVENTS: so many at least
 * -c CPUS
 * -s SEED: other numbers of the same kind
 * -l: events are lost now and then, and times are far apart
 * -t: in the top-level buffer, not in the instance "hypervisor"
 * -w PERCENT: host_abort takes longer by that much, or calls so many times as many functions
 * -r EVERY: pages are shared, and each time that the number is a multiple of EVERY that is refused
 * -g: functions are called, and recorded as function_graph does
 * -f: likewise, as the tracer function does
 * -x EVERY: one end in EVERY of a call is missing, and stays leave functions that have not ended
 * -b: nothing else is recorded
 * -o: formats of functions are the hypervisor's own, as where the kernel has no such tracer
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mkdat.h"

enum { SMC, HVC, PSCI, HOST_ABORT, GUEST_EXIT, ERET_HOST, ERET_GUEST };

static int id_enter, id_exit, id_hcall, id_smc, id_psci_call, id_psci_return, id_run, id_vcpu_exit;
static int id_transition;

static const struct event_id ids[] = {
	{ "hyp_enter", &id_enter },
	{ "hyp_exit", &id_exit },
	{ "host_hcall", &id_hcall },
	{ "host_smc", &id_smc },
	{ "psci_call", &id_psci_call },
	{ "psci_return", &id_psci_return },
	{ "vcpu_run", &id_run },
	{ "vcpu_exit", &id_vcpu_exit },
	{ "page_transition", &id_transition },
};

static const struct event_id function_ids[] = {
	{ "function", &id_call },
	{ "funcgraph_entry", &id_call_begin },
	{ "funcgraph_exit", &id_call_end },
};

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

static int slower, refused, bare, own;
static int inside[MAX_CPUS], who[MAX_CPUS];


static void event(int n, int id, int pid, const void *payload, size_t size)
{
	if (!bare)
		record(n, id, pid, payload, size);
}

static void stay_event(int n, int id, int pid, __u8 reason, __s32 vcpu)
{
	struct { __u8 reason, pad[3]; __s32 vcpu; } payload = { reason, { 0 }, vcpu };

	if (calls && id == id_exit && reason == ERET_HOST) {
		if (half_calls && rnd() % half_calls == 0)
			call_leave(n);
		while (call_depth(n))
			call_end(n, pid);
	}
	event(n, id, pid, &payload, sizeof(payload));
	inside[n] = id == id_enter;
	who[n] = pid;
	if (calls && inside[n] && !call_depth(n))
		call_begin(n, pid, 0);
}

static void hcall(int n, int pid, __u32 id)
{
	struct { __u32 id; __u8 invalid, pad[3]; } payload = { id, 0, { 0 } };

	event(n, id_hcall, pid, &payload, sizeof(payload));
}

static void pass(int n, __u64 ns)
{
	if (calls && inside[n])
		call_work(n, who[n], ns);
	/* Some take very much longer. */
	ns += rnd() % (ns + 1);
	if (rnd() % 50 == 0)
		ns *= 1 + rnd() % 200;
	cpus[n].now += ns + 1;
}

/* One vCPU on each CPU, two VMs, and the second has half as much to do */
static void guest(int n)
{
	static const __u8 ecs[] = { 0x24, 0x01, 0x16, 0x20 };
	__s32 thread = 200 + n;
	struct { __u32 vm, index; } run = { 0x1000 + n % 2, n / 2 };
	struct { __u32 vm, index, code; __u8 ec, pad[3]; } left_for = {
		run.vm, run.index, 0, 0, { 0 }
	};
	int more = 1;

	if (n % 2 && rnd() % 2)
		return;
	stay_event(n, id_enter, 0, HVC, 0);
	pass(n, 40);
	hcall(n, 0, 12);
	if (calls) {
		call_begin(n, 0, 1);
		call_begin(n, 0, 2);
	}
	pass(n, 300);
	while (more) {
		event(n, id_run, thread, &run, sizeof(run));
		/* An interrupt was pending: back without having been there, in the same stay */
		if (rnd() % 10 == 0) {
			left_for.code = 0;
			left_for.ec = 0;
			event(n, id_vcpu_exit, thread, &left_for, sizeof(left_for));
			event(n, id_run, thread, &run, sizeof(run));
		}
		pass(n, 50);
		stay_event(n, id_exit, thread, ERET_GUEST, thread);
		pass(n, 20000);
		stay_event(n, id_enter, thread, GUEST_EXIT, thread);
		pass(n, 60);
		left_for.code = rnd() % 4 ? 2 : 0;
		left_for.ec = left_for.code ? ecs[rnd() % 4] : 0;
		event(n, id_vcpu_exit, thread, &left_for, sizeof(left_for));
		pass(n, 200);
		more = rnd() % 3 == 0;
	}
	if (calls) {
		call_end(n, thread);
		call_end(n, thread);
		for (more = slower; more; more--)
			call_work(n, thread, 400);
		pass(n, 100);
	}
	stay_event(n, id_exit, 0, ERET_HOST, 0);
}

static void psci(int n, int pid)
{
	struct { __u32 id, pad; __u64 arg; } call = { 0xc4000003, 0, n };
	struct { __u32 id; __s32 ret; } back = { 0xc4000003, 0 };

	if (rnd() % 2)
		call.id = 0xc4000004;
	back.id = call.id;
	stay_event(n, id_enter, pid, SMC, 0);
	pass(n, 30);
	event(n, id_psci_call, pid, &call, sizeof(call));
	stay_event(n, id_exit, pid, PSCI, 0);
	pass(n, 2000);
	stay_event(n, id_enter, pid, PSCI, 0);
	pass(n, 30);
	event(n, id_psci_return, pid, &back, sizeof(back));
	stay_event(n, id_exit, pid, ERET_HOST, 0);
}

static void smc(int n, int pid)
{
	struct { __u64 id; __u8 forwarded, pad[7]; } call = { 0x80000001, 1, { 0 } };

	stay_event(n, id_enter, pid, SMC, 0);
	pass(n, 30);
	event(n, id_smc, pid, &call, sizeof(call));
	stay_event(n, id_exit, pid, SMC, 0);
	pass(n, 3000);
	stay_event(n, id_enter, pid, SMC, 0);
	pass(n, 40);
	stay_event(n, id_exit, pid, ERET_HOST, 0);
}

/* The page's address is told by its number. */
static void share(int n, int pid)
{
	struct { __u64 addr, nr; __s32 err; __u8 op, from, to, pad; } payload = {
		.nr = 1, .to = 1,
	};
	static __u64 nr;

	payload.addr = ++nr << 12;
	if (nr % refused == 0)
		payload.err = -1;
	stay_event(n, id_enter, pid, HVC, 0);
	pass(n, 40);
	hcall(n, pid, 9);
	pass(n, 400);
	event(n, id_transition, pid, &payload, sizeof(payload));
	pass(n, 40);
	stay_event(n, id_exit, pid, ERET_HOST, 0);
}

static void something(int n)
{
	static const __u8 hcalls[] = { 9, 11, 16, 19, 19, 19, 30 };
	int pid = rnd() % 4 ? 100 + rnd() % 3 : 0;
	unsigned int what = rnd() % 100;

	pass(n, 5000);
	/* Long enough that a record needs a time of its own */
	if (losses && rnd() % 2000 == 0)
		cpus[n].now += 300000000;
	if (refused && what < 20) {
		share(n, 100 + what % 3);
	} else if (what < 45) {
		stay_event(n, id_enter, pid, HVC, 0);
		pass(n, 40);
		hcall(n, pid, hcalls[rnd() % sizeof(hcalls)]);
		pass(n, 400);
		stay_event(n, id_exit, pid, ERET_HOST, 0);
	} else if (what < 90) {
		guest(n);
	} else if (what < 94) {
		psci(n, pid);
	} else if (what < 97) {
		smc(n, pid);
	} else {
		int more = calls ? slower : 0;

		stay_event(n, id_enter, pid, HOST_ABORT, 0);
		while (more--)
			call_work(n, pid, 400);
		pass(n, 1000 + 10 * slower);
		stay_event(n, id_exit, pid, ERET_HOST, 0);
	}
}

int main(int argc, char **argv)
{
	int c, n, toplevel = 0;

	while ((c = getopt(argc, argv, "n:c:s:w:r:x:ltgfbo")) != -1) {
		switch (c) {
		case 'n':
			left = atol(optarg);
			break;
		case 'c':
			nr_cpus = atoi(optarg);
			break;
		case 's':
			seed = atol(optarg);
			break;
		case 'w':
			slower = atoi(optarg);
			break;
		case 'r':
			refused = atoi(optarg);
			break;
		case 'l':
			losses = 1;
			break;
		case 't':
			toplevel = 1;
			break;
		case 'g':
			calls |= CALLS_GRAPH;
			break;
		case 'f':
			calls |= CALLS_SEEN;
			break;
		case 'x':
			half_calls = atoi(optarg);
			break;
		case 'b':
			bare = 1;
			break;
		case 'o':
			own = 1;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2 || nr_cpus < 1 || nr_cpus > MAX_CPUS || !seed)
		return 2;
	file_begin(argv[optind + 1]);
	file_functions(calls && !own ? argv[optind] : NULL, function_ids, NR(function_ids));
	if (own)
		file_all_events(argv[optind], ids, NR(ids), function_ids, NR(function_ids));
	else
		file_events(argv[optind], ids, NR(ids));
	file_names(calls ? call_symbols() : "");
	for (n = 0; n < nr_cpus; n++)
		cpus[n].now = 5000000000 + n * 777;
	/* What comes first in time comes first, so that all end at about the same time. */
	while (left > 0) {
		int first = 0;

		for (n = 1; n < nr_cpus; n++) {
			if (cpus[n].now < cpus[first].now)
				first = n;
		}
		something(first);
	}
	file_end(toplevel);
	return 0;
}
