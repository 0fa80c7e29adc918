// SPDX-License-Identifier: GPL-2.0
/*
 * evpairs [-l] [-n COUNT -r REACHED] -d DONE [-t SECONDS] DIR: read every CPU's trace_pipe_raw in
 * DIR and judge it, CPU by CPU, as the story of a hypervisor:
 *
 * - hyp_enter and hyp_exit alternate, and all other events, whichever there are, are between them;
 *   the first thing a CPU does is to enter;
 * - where a CPU has left for a guest or for the firmware, it comes back from there, and for the
 *   same vCPU; where it has left for the host, it comes from the host;
 * - it leaves for a guest only when the host called it or the guest was just there, and for the
 *   firmware only when the host made an SMC;
 * - no time goes backwards.
 *
 * Where events were lost the story may go on anywhere; times still only grow. -l: tracing is
 * switched off and on meanwhile, so where a CPU comes from is not checked against where it went.
 *
 * Creates REACHED when COUNT events have been read. Ends when DONE exists and nothing more is to
 * be read; then no CPU may be inside. Gives up after SECONDS (60) with status 1. Prints, as words
 * of name=value:
 *	events lost gaps		read; told as lost, and in how many places
 *	stays guest psci		pairs; hyp_exit to a guest and to the firmware
 *	others				events between
 *	cpus				CPUs that entered
 */
#include <getopt.h>
#include <poll.h>

#include "ringpage.h"

/* By name: the numbers are only known from the format */
enum reason { SMC, HVC, PSCI, HOST_ABORT, GUEST_EXIT, ERET_HOST, ERET_GUEST, OTHER, NR_REASONS };

static const char *const reason_names[NR_REASONS] = {
	"smc", "hvc", "psci", "host_abort", "guest_exit", "eret_host", "eret_guest", "unknown",
};

#define BIT(n)	(1U << (n))

/* Why a CPU may leave, by why it came */
static const unsigned int leaves_for[NR_REASONS] = {
	[SMC]		= BIT(ERET_HOST) | BIT(PSCI) | BIT(SMC),
	[HVC]		= BIT(ERET_HOST) | BIT(ERET_GUEST),
	[PSCI]		= BIT(ERET_HOST) | BIT(PSCI),
	[HOST_ABORT]	= BIT(ERET_HOST),
	[GUEST_EXIT]	= BIT(ERET_HOST) | BIT(ERET_GUEST),
	[OTHER]		= BIT(ERET_HOST),
};

/* Why it may come, by why it has left */
static const unsigned int comes_from[NR_REASONS] = {
	[ERET_HOST]	= BIT(SMC) | BIT(HVC) | BIT(HOST_ABORT) | BIT(OTHER),
	[ERET_GUEST]	= BIT(GUEST_EXIT),
	[PSCI]		= BIT(PSCI),
	/* To the firmware and back, with a call that the hypervisor only forwards */
	[SMC]		= BIT(SMC),
};

/* AT_START: nothing has been read; IN_A_GAP: it may be anywhere */
enum state { AT_START, IN_A_GAP, OUTSIDE, INSIDE };

static struct cpu {
	bool		there;
	enum state	state;
	bool		known;	/* @reason is that of the last enter or exit, nothing was lost */
	enum reason	reason;
	__s32		vcpu;
	__u64		time;
	__u64		nr;	/* events */
	__u64		stays;
} cpus[MAX_CPUS];

static __u64 nr_events, nr_lost, nr_gaps, nr_stays, nr_guest, nr_psci, nr_others;
static bool loose;

/* hyp_enter's and hyp_exit's ids, where their fields are, and what the values of reason mean */
static unsigned int enter_id, exit_id, reason_offset, vcpu_offset;
static enum reason reason_of[256];

static unsigned int field_offset(const char *format, const char *field)
{
	const char *p = strstr(format, field);
	unsigned int offset;

	if (!p || sscanf(p + strlen(field), " offset:%u;", &offset) != 1)
		die("the format has no '%s': '%s'", field, format);
	return offset;
}

static void load_reasons(const char *dir)
{
	const char *format = slurp("%s/events/hypervisor/hyp_enter/format", dir), *p = format;
	unsigned int value, i;
	char name[32];

	reason_offset = field_offset(format, " reason;");
	vcpu_offset = field_offset(format, " vcpu;");
	for (i = 0; i < 256; i++)
		reason_of[i] = NR_REASONS;
	while ((p = strchr(p, '{'))) {
		if (sscanf(p, "{ %u, \"%31[a-z_]\" }", &value, name) != 2 || value > 255)
			die("the format's names of reasons are not understood at '%s'", p);
		for (i = 0; i < NR_REASONS && strcmp(name, reason_names[i]); i++)
			;
		if (i == NR_REASONS)
			die("a reason '%s', of which this program knows nothing", name);
		reason_of[value] = i;
		p++;
	}
	enter_id = event_id("hyp_enter");
	exit_id = event_id("hyp_exit");
	if (!enter_id || !exit_id)
		die("%s has no hyp_enter or no hyp_exit", dir);
	format = slurp("%s/events/hypervisor/hyp_exit/format", dir);
	if (reason_offset != field_offset(format, " reason;") ||
	    vcpu_offset != field_offset(format, " vcpu;"))
		die("the fields of hyp_exit are not where those of hyp_enter are");
}

static enum reason reason(unsigned int nr, const struct record *r)
{
	__u8 value;

	if (reason_offset + 1 > r->size || vcpu_offset + 4 > r->size)
		die("CPU %u: a record of %s of %u bytes", nr, event_names[r->id], r->size);
	value = r->data[reason_offset];
	if (reason_of[value] == NR_REASONS)
		die("CPU %u: %s with the reason %u, which has no name", nr, event_names[r->id],
		    value);
	return reason_of[value];
}

static void enter(struct cpu *c, unsigned int nr, enum reason why, __s32 vcpu)
{
	if (c->state == INSIDE)
		die("CPU %u, event %llu: enters for %s, is in for %s", nr, c->nr,
		    reason_names[why], reason_names[c->reason]);
	if (!leaves_for[why])
		die("CPU %u, event %llu: enters for %s", nr, c->nr, reason_names[why]);
	if (c->known && !loose) {
		if (!(comes_from[c->reason] & BIT(why)))
			die("CPU %u, event %llu: has left for %s, enters for %s", nr, c->nr,
			    reason_names[c->reason], reason_names[why]);
		if (why == GUEST_EXIT && vcpu != c->vcpu)
			die("CPU %u, event %llu: has left for vCPU %d, comes back from %d", nr,
			    c->nr, c->vcpu, vcpu);
	}
	if ((why == GUEST_EXIT) != !!vcpu)
		die("CPU %u, event %llu: enters for %s with vCPU %d", nr, c->nr,
		    reason_names[why], vcpu);
	c->state = INSIDE;
}

static void leave(struct cpu *c, unsigned int nr, enum reason why, __s32 vcpu)
{
	if (c->state == OUTSIDE || c->state == AT_START)
		die("CPU %u, event %llu: leaves for %s, but is not in", nr, c->nr,
		    reason_names[why]);
	if (!comes_from[why])
		die("CPU %u, event %llu: leaves for %s", nr, c->nr, reason_names[why]);
	if (c->known && !(leaves_for[c->reason] & BIT(why)))
		die("CPU %u, event %llu: has come for %s, leaves for %s", nr, c->nr,
		    reason_names[c->reason], reason_names[why]);
	if ((why == ERET_GUEST) != !!vcpu)
		die("CPU %u, event %llu: leaves for %s with vCPU %d", nr, c->nr,
		    reason_names[why], vcpu);
	if (c->state == INSIDE) {
		nr_stays++;
		c->stays++;
	}
	nr_guest += why == ERET_GUEST;
	nr_psci += why == PSCI;
	c->state = OUTSIDE;
}

static void judge(struct cpu *c, unsigned int nr, const struct record *r)
{
	enum reason why;
	__s32 vcpu;

	c->nr++;
	nr_events++;
	if (r->time < c->time)
		die("CPU %u, event %llu: time goes backwards: %llu, then %llu", nr, c->nr,
		    c->time, r->time);
	c->time = r->time;
	if (r->id != enter_id && r->id != exit_id) {
		if (c->state == OUTSIDE || c->state == AT_START)
			die("CPU %u, event %llu: %s, but it is not in", nr, c->nr,
			    event_names[r->id]);
		nr_others++;
		return;
	}
	why = reason(nr, r);
	memcpy(&vcpu, r->data + vcpu_offset, 4);
	if (r->id == enter_id)
		enter(c, nr, why, vcpu);
	else
		leave(c, nr, why, vcpu);
	c->known = true;
	c->reason = why;
	c->vcpu = vcpu;
}

/* Returns how many pages there were */
static unsigned int read_all(struct cpu *c, unsigned int nr, int fd, unsigned int max)
{
	static char raw[MAX_PAGE];
	unsigned int n, pos;
	struct record r;
	struct page p;
	ssize_t len;
	__u64 time;

	for (n = 0; n < max; n++) {
		len = read(fd, raw, PAGE);
		if (len < 0 && errno == EAGAIN)
			break;
		if (len != PAGE)
			die("CPU %u: read() of a page: %zd (%s)", nr, len,
			    len < 0 ? strerror(errno) : "-");
		p = open_page(raw, false);
		if (p.lost) {
			nr_lost += p.nr_lost;
			nr_gaps++;
			c->state = IN_A_GAP;
			c->known = false;
		}
		time = p.time;
		pos = 0;
		while (next_record(&p, &pos, &time, &r))
			judge(c, nr, &r);
	}
	return n;
}

static void create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

int main(int argc, char **argv)
{
	const char *done = NULL, *reached = NULL;
	struct pollfd polls[MAX_CPUS];
	unsigned int i, got, nr_cpus = 0, entered = 0;
	__u64 want = 0, limit = 60, begin;
	bool finished;
	char path[512];
	int opt;

	while ((opt = getopt(argc, argv, "d:ln:r:t:")) != -1) {
		switch (opt) {
		case 'd':
			done = optarg;
			break;
		case 'l':
			loose = true;
			break;
		case 'n':
			want = number(optarg, "-n");
			break;
		case 'r':
			reached = optarg;
			break;
		case 't':
			limit = number(optarg, "-t");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || !done || !want != !reached) {
		fprintf(stderr,
			"usage: evpairs [-l] [-n COUNT -r REACHED] -d DONE [-t SECONDS] DIR\n");
		return 2;
	}

	check_headers(argv[optind]);
	load_events(argv[optind]);
	load_reasons(argv[optind]);
	for (i = 0; i < MAX_CPUS; i++) {
		polls[i] = (struct pollfd) { .fd = -1, .events = POLLIN };
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", argv[optind], i);
		if (access(path, F_OK))
			continue;
		polls[i].fd = open(path, O_RDONLY | O_NONBLOCK);
		if (polls[i].fd < 0)
			die("%s: %s", path, strerror(errno));
		cpus[i].there = true;
		nr_cpus = i + 1;
	}

	begin = now_ns(CLOCK_MONOTONIC);
	for (;;) {
		if (waited(begin) > limit)
			die("evpairs: gave up after %.1f seconds and %llu events",
			    waited(begin), nr_events);
		/* Before reading: what is written before DONE appears must be seen */
		finished = !access(done, F_OK);
		/* By turns, so that no ring overflows because of another */
		for (got = i = 0; i < nr_cpus; i++) {
			if (cpus[i].there)
				got += read_all(&cpus[i], i, polls[i].fd, finished ? -1U : 64);
		}
		if (reached && nr_events >= want) {
			create(reached);
			reached = NULL;
		}
		if (finished)
			break;
		if (!got && poll(polls, nr_cpus, 100) < 0)
			die("evpairs: poll: %s", strerror(errno));
	}

	for (i = 0; i < nr_cpus; i++) {
		if (cpus[i].state == INSIDE)
			die("CPU %u: is still in for %s at the end", i,
			    reason_names[cpus[i].reason]);
		entered += cpus[i].stays > 0;
	}
	printf("events=%llu lost=%llu gaps=%llu stays=%llu guest=%llu psci=%llu others=%llu "
	       "cpus=%u\n", nr_events, nr_lost, nr_gaps, nr_stays, nr_guest, nr_psci, nr_others,
	       entered);
	return 0;
}
