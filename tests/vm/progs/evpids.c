// SPDX-License-Identifier: GPL-2.0
/*
 * evpids DIR: take all that the rings in DIR hold, by every CPU's trace_pipe_raw, and tell on whose
 * behalf it is said to have happened. A line for each event and thread, in no order:
 *	event=NAME pid=COMMON_PID vcpu=0|1 n=HOW_MANY
 * vcpu: between vcpu_run and the end of the stay, or of the last of the stays it is interrupted by;
 * so the CPU works for a guest.
 *
 * Tracing is off and nothing was lost. What is between a hyp_enter and its hyp_exit must be one
 * thread's, or all of it from a vcpu_run on another's.
 */
#include "ringpage.h"

#define MAX_ROWS	4096

static struct row {
	unsigned int	id;
	int		pid;
	bool		vcpu;
	__u64		n;
} rows[MAX_ROWS];

static unsigned int enter_id, run_id, vcpu_offset;

static void count(unsigned int id, int pid, bool vcpu)
{
	struct row *row;

	for (row = rows; row < rows + MAX_ROWS; row++) {
		if (!row->n)
			*row = (struct row) { .id = id, .pid = pid, .vcpu = vcpu };
		if (row->id == id && row->pid == pid && row->vcpu == vcpu) {
			row->n++;
			return;
		}
	}
	die("more than %d pairs of event and thread", MAX_ROWS);
}

static void take(unsigned int cpu, const struct record *r)
{
	static struct {
		int	pid;
		bool	vcpu;
	} stays[MAX_CPUS];
	typeof(stays[0]) *stay = &stays[cpu];
	int pid, vcpu_pid;

	memcpy(&pid, r->data + 4, sizeof(pid));
	if (r->id == enter_id) {
		memcpy(&vcpu_pid, r->data + vcpu_offset, sizeof(vcpu_pid));
		stay->vcpu = vcpu_pid;
		stay->pid = pid;
	} else if (r->id == run_id) {
		stay->vcpu = true;
		stay->pid = pid;
	}
	if (pid != stay->pid)
		die("CPU %u: %s of thread %d in a stay of %d", cpu, event_names[r->id], pid,
		    stay->pid);
	count(r->id, pid, stay->vcpu);
}

int main(int argc, char **argv)
{
	const char *dir = argv[1], *field;
	struct row *row;

	if (argc != 2) {
		fprintf(stderr, "usage: evpids DIR\n");
		return 2;
	}
	check_headers(dir);
	load_events(dir);
	enter_id = event_id("hyp_enter");
	run_id = event_id("vcpu_run");
	field = strstr(slurp("%s/events/hypervisor/hyp_enter/format", dir), " vcpu;");
	if (!enter_id || !run_id || !field ||
	    sscanf(field, " vcpu; offset:%u;", &vcpu_offset) != 1)
		die("%s: the events are not the hypervisor's", dir);

	take_records(dir, take);
	for (row = rows; row < rows + MAX_ROWS && row->n; row++)
		printf("event=%s pid=%d vcpu=%d n=%llu\n", event_names[row->id], row->pid,
		       row->vcpu, row->n);
	return 0;
}
