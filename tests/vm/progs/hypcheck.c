// SPDX-License-Identifier: GPL-2.0
/*
 * hypcheck: judge the text of a trace_pipe on stdin as the story of a hypervisor. On each CPU
 * hyp_enter and hyp_exit must alternate, and everything else but selftest's own line happens
 * between the two. Where events were lost, and at a CPU's start, the story may begin anywhere, and
 * counts from its first hyp_enter.
 *
 * Prints what there was, as words of name=value:
 *	lines lost enter exit hcall	how many of each
 *	run_hcall run_count		the host_hcall that leads into the guest, and how many
 *	guest_exit eret_guest		hyp_enter and hyp_exit with this reason
 *	vcpus				the values of vcpu= other than 0, with commas between
 */
#include "guest.h"

enum state { UNKNOWN, OUTSIDE, INSIDE };

#define MAX_HCALLS	1024
#define MAX_VCPUS	16

static void note_vcpu(unsigned int *vcpus, unsigned int *nr, unsigned int vcpu)
{
	unsigned int i;

	for (i = 0; i < *nr; i++) {
		if (vcpus[i] == vcpu)
			return;
	}
	if (*nr < MAX_VCPUS)
		vcpus[(*nr)++] = vcpu;
}

int main(void)
{
	__u64 lost = 0, nr = 0, last = 0, enter = 0, leave = 0, hcall = 0;
	__u64 guest_exit = 0, eret_guest = 0;
	static __u64 hcalls[MAX_HCALLS];
	__u64 called[MAX_CPUS] = { 0 };
	enum state state[MAX_CPUS] = { 0 };
	unsigned int vcpus[MAX_VCPUS], nr_vcpus = 0, i, run = 0;
	const char *text, *value;
	struct line l;
	__u64 id;

	while ((text = next_line(stdin))) {
		bool is_enter, is_exit;

		nr++;
		parse_line(text, &l);
		if (l.lost) {
			lost += l.lost;
			state[l.cpu] = UNKNOWN;
			called[l.cpu] = 0;
			continue;
		}
		if (l.usec < last)
			die("line %llu: time goes backwards: '%s'", nr, text);
		last = l.usec;
		is_enter = !strcmp(l.name, "hyp_enter");
		is_exit = !strcmp(l.name, "hyp_exit");
		if (is_enter) {
			if (state[l.cpu] == INSIDE)
				die("line %llu: CPU %u enters twice: '%s'", nr, l.cpu, text);
			state[l.cpu] = INSIDE;
			enter++;
		} else if (state[l.cpu] == UNKNOWN) {
			continue;
		} else if (state[l.cpu] == OUTSIDE) {
			die("line %llu: CPU %u is not in the hypervisor: '%s'", nr, l.cpu, text);
		}

		if (is_enter || is_exit) {
			value = field(&l, "vcpu");
			if (value && strcmp(value, "0"))
				note_vcpu(vcpus, &nr_vcpus, number(value, "vcpu"));
			value = field(&l, "reason");
			if (is_enter && value && !strcmp(value, "guest_exit"))
				guest_exit++;
			if (is_exit && value && !strcmp(value, "eret_guest")) {
				eret_guest++;
				if (called[l.cpu] && run && called[l.cpu] != run)
					die("line %llu: hypercall %u led into a guest, now %llu",
					    nr, run, called[l.cpu]);
				if (called[l.cpu])
					run = called[l.cpu];
			}
		}
		if (is_exit) {
			state[l.cpu] = OUTSIDE;
			leave++;
		}
		if (!strcmp(l.name, "host_hcall")) {
			hcall++;
			value = field(&l, "id");
			if (!value)
				die("line %llu: host_hcall without id=: '%s'", nr, text);
			id = number(value, "id");
			if (id >= MAX_HCALLS)
				die("line %llu: hypercalls have no such ids: '%s'", nr, text);
			hcalls[id]++;
			called[l.cpu] = id;
			value = field(&l, "invalid");
			if (!value || strcmp(value, "0"))
				die("line %llu: a hypercall that is not valid: '%s'", nr, text);
		}
	}

	printf("lines=%llu lost=%llu enter=%llu exit=%llu hcall=%llu ", nr, lost, enter, leave,
	       hcall);
	printf("run_hcall=%u run_count=%llu ", run, hcalls[run]);
	printf("guest_exit=%llu eret_guest=%llu vcpus=", guest_exit, eret_guest);
	for (i = 0; i < nr_vcpus; i++)
		printf("%s%u", i ? "," : "", vcpus[i]);
	printf("\n");
	return 0;
}
