// SPDX-License-Identifier: GPL-2.0
/* Calls of functions: nests of any form, some within themselves, as ftrace records them. */
#include <stdio.h>
#include <stdlib.h>

#include "mkdat.h"

#define MAX_DEPTH	40
#define ADDRESS		0xffff800080001000ULL
#define SIZE		0x40

int calls, half_calls, id_call, id_call_begin, id_call_end;

static const char * const names[] = {
	"handle_trap", "handle___kvm_vcpu_run", "__kvm_vcpu_run", "fixup_guest_exit",
	"kvm_pgtable_walk", "__kvm_pgtable_walk", "host_stage2_adjust_range", "hyp_spin_lock",
	"__pkvm_host_share_hyp", "hyp_pool_get", "memcpy", "kvm_hyp_handle_sysreg",
};

#define NR		(sizeof(names) / sizeof((names)[0]))

struct open_call {
	unsigned int	function;
	__u64		from;
};

static struct open_call stack[MAX_CPUS][MAX_DEPTH];
static int depth[MAX_CPUS];
static __u32 overrun[MAX_CPUS];

static __u64 address(unsigned int function)
{
	return ADDRESS + SIZE * function;
}

const char *call_symbols(void)
{
	static char text[NR * 80];
	unsigned int i;
	int at = 0;

	for (i = 0; i < NR; i++)
		at += sprintf(text + at, "%llx t __kvm_nvhe_%s\n",
			      (unsigned long long)address(i), names[i]);
	/* Where the last one ends */
	sprintf(text + at, "%llx t other\n", (unsigned long long)address(NR));
	return text;
}

/* Of half calls, one end in so many is missing. */
static int half(void)
{
	return half_calls && rnd() % half_calls == 0;
}

void call_begin(int n, int pid, unsigned int function)
{
	struct { __u64 func, caller; } call = { address(function), 0 };
	struct { __u64 func; __s32 depth; } __attribute__((packed)) entry = {
		address(function), depth[n]
	};
	int above = depth[n] - 1;

	call.caller = address(above < 0 ? function : stack[n][above].function);
	if (calls & CALLS_SEEN)
		record(n, id_call, pid, &call, sizeof(call));
	if ((calls & CALLS_GRAPH) && !half())
		record(n, id_call_begin, pid, &entry, sizeof(entry));
	stack[n][depth[n]++] = (struct open_call){ function, cpus[n].now };
}

void call_end(int n, int pid)
{
	struct open_call *call;
	struct {
		__u64 func;
		__s32 depth;
		__u32 overrun;
		__u64 from, to;
	} __attribute__((packed)) exit;

	if (!depth[n])
		return;
	call = &stack[n][--depth[n]];
	exit.func = address(call->function);
	exit.depth = depth[n];
	/* It goes round where a test would not see it otherwise. */
	if (half_calls && rnd() % half_calls == 0)
		overrun[n]++;
	exit.overrun = overrun[n] - 50;
	exit.from = call->from;
	exit.to = cpus[n].now;
	if ((calls & CALLS_GRAPH) && !half())
		record(n, id_call_end, pid, &exit, sizeof(exit));
}

int call_depth(int n)
{
	return depth[n];
}

void call_leave(int n)
{
	depth[n] = 0;
}

void call_work(int n, int pid, __u64 ns)
{
	int more = ns > 8 && depth[n] < MAX_DEPTH - 1 ? rnd() % 4 : 0;
	unsigned int function;

	while (more--) {
		cpus[n].now += rnd() % (ns / 4 + 1);
		function = 3 + rnd() % (NR - 3);
		if (depth[n] && rnd() % 4 == 0)
			function = stack[n][rnd() % depth[n]].function;
		call_begin(n, pid, function);
		call_work(n, pid, ns / 4);
		call_end(n, pid);
	}
	cpus[n].now += rnd() % (ns / 4 + 1);
}
