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

/* All that a CPU's ring has */
static void take(const char *dir, unsigned int cpu)
{
	int pid, vcpu_pid, of_stay = 0;
	static char raw[MAX_PAGE];
	unsigned int pos;
	bool vcpu = false;
	char path[512];
	struct record r;
	struct page p;
	ssize_t len;
	__u64 time;
	int fd;

	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", dir, cpu);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	while ((len = read(fd, raw, PAGE)) == PAGE) {
		p = open_page(raw, false);
		if (p.lost)
			die("CPU %u: events were lost; a larger buffer is needed", cpu);
		time = p.time;
		pos = 0;
		while (next_record(&p, &pos, &time, &r)) {
			memcpy(&pid, r.data + 4, sizeof(pid));
			if (r.id == enter_id) {
				memcpy(&vcpu_pid, r.data + vcpu_offset, sizeof(vcpu_pid));
				vcpu = vcpu_pid;
				of_stay = pid;
			} else if (r.id == run_id) {
				vcpu = true;
				of_stay = pid;
			}
			if (pid != of_stay)
				die("CPU %u: %s of thread %d in a stay of %d", cpu,
				    event_names[r.id], pid, of_stay);
			count(r.id, pid, vcpu);
		}
	}
	if (len >= 0 || errno != EAGAIN)
		die("CPU %u: read() of a page: %zd", cpu, len);
	close(fd);
}

int main(int argc, char **argv)
{
	const char *dir = argv[1], *field;
	char path[512];
	struct row *row;
	unsigned int i;

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

	for (i = 0; i < MAX_CPUS; i++) {
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u", dir, i);
		if (!access(path, F_OK))
			take(dir, i);
	}
	for (row = rows; row < rows + MAX_ROWS && row->n; row++)
		printf("event=%s pid=%d vcpu=%d n=%llu\n", event_names[row->id], row->pid,
		       row->vcpu, row->n);
	return 0;
}
