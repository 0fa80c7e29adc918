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
 * -w PERCENT: host_abort takes longer by that much
 * -r EVERY: pages are shared, and each time that the number is a multiple of EVERY that is refused
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/types.h>

#define PAGE		4096
#define HEADER		16
#define MAX_CPUS	64
#define MISSED		(1u << 31)
#define MISSED_STORED	(1u << 30)

enum { SMC, HVC, PSCI, HOST_ABORT, GUEST_EXIT, ERET_HOST, ERET_GUEST };

/* Numbers of events, as FORMATS has them */
static int id_enter, id_exit, id_hcall, id_smc, id_psci_call, id_psci_return, id_run, id_vcpu_exit;
static int id_transition;

static const struct {
	const char	*name;
	int		*id;
} ids[] = {
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

#define NR_IDS		(sizeof(ids) / sizeof((ids)[0]))

struct cpu {
	char		*data;
	size_t		used, size;	/* whole pages */
	__u64	now, last;	/* last: of the record before */
	size_t		page;		/* where the one that is written begins */
	__u32	commit;
	__u32	missed;		/* not written since then */
	int		skip;		/* so many records to be lost */
};

static struct cpu cpus[MAX_CPUS];
static int nr_cpus = 2, losses, slower, refused;
static long left = 10000;
static __u64 seed = 1;

static __u64 rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 11;
}

static void new_page(struct cpu *cpu)
{
	if (cpu->used + PAGE > cpu->size) {
		cpu->size = (cpu->size + PAGE) * 2;
		cpu->data = realloc(cpu->data, cpu->size);
		if (!cpu->data)
			exit(1);
	}
	cpu->page = cpu->used;
	cpu->used += PAGE;
	memset(cpu->data + cpu->page, 0, PAGE);
	cpu->commit = 0;
}

/* A page's number of bytes, and what was lost before it */
static void commit(struct cpu *cpu, __u32 missed)
{
	__u64 word = cpu->commit;

	if (missed) {
		word |= MISSED;
		if (cpu->commit + 8 <= PAGE - HEADER) {
			__u64 nr = missed;

			word |= MISSED_STORED;
			memcpy(cpu->data + cpu->page + HEADER + cpu->commit, &nr, 8);
		}
	}
	memcpy(cpu->data + cpu->page + 8, &word, 8);
}

static void put_word(struct cpu *cpu, __u32 word)
{
	memcpy(cpu->data + cpu->page + HEADER + cpu->commit, &word, 4);
	cpu->commit += 4;
}

static __u32 page_missed[MAX_CPUS];	/* before the page that is written */

static void record(int n, int id, int pid, const void *payload, size_t size)
{
	struct cpu *cpu = &cpus[n];
	__u64 delta = cpu->now - cpu->last;
	size_t need = 4 + 8 + size;
	__u16 type = id;

	left--;
	if (cpu->skip) {
		cpu->skip--;
		cpu->missed++;
		return;
	}
	if (cpu->used && delta >= 1 << 27)
		need += 8;
	/* What was lost is told by a page, so there is a new one after a loss. */
	if (!cpu->used || cpu->missed || cpu->commit + need > PAGE - HEADER) {
		if (cpu->used)
			commit(cpu, page_missed[n]);
		page_missed[n] = cpu->missed;
		cpu->missed = 0;
		new_page(cpu);
		memcpy(cpu->data + cpu->page, &cpu->now, 8);
		cpu->last = cpu->now;
		delta = 0;
		if (losses && rnd() % 5 == 0)
			cpu->skip = 1 + rnd() % 40;
	}
	if (delta >= 1 << 27) {
		put_word(cpu, 30 | (__u32)(delta << 5));
		put_word(cpu, delta >> 27);
		delta = 0;
	}
	put_word(cpu, (__u32)(8 + size) / 4 | (__u32)delta << 5);
	put_word(cpu, type);
	put_word(cpu, pid);
	memcpy(cpu->data + cpu->page + HEADER + cpu->commit, payload, size);
	cpu->commit += size;
	cpu->last = cpu->now;
}

static void stay_event(int n, int id, int pid, __u8 reason, __s32 vcpu)
{
	struct { __u8 reason, pad[3]; __s32 vcpu; } payload = { reason, { 0 }, vcpu };

	record(n, id, pid, &payload, sizeof(payload));
}

static void hcall(int n, int pid, __u32 id)
{
	struct { __u32 id; __u8 invalid, pad[3]; } payload = { id, 0, { 0 } };

	record(n, id_hcall, pid, &payload, sizeof(payload));
}

static void pass(int n, __u64 ns)
{
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
	pass(n, 300);
	while (more) {
		record(n, id_run, thread, &run, sizeof(run));
		/* An interrupt was pending: back without having been there, in the same stay */
		if (rnd() % 10 == 0) {
			left_for.code = 0;
			left_for.ec = 0;
			record(n, id_vcpu_exit, thread, &left_for, sizeof(left_for));
			record(n, id_run, thread, &run, sizeof(run));
		}
		pass(n, 50);
		stay_event(n, id_exit, thread, ERET_GUEST, thread);
		pass(n, 20000);
		stay_event(n, id_enter, thread, GUEST_EXIT, thread);
		pass(n, 60);
		left_for.code = rnd() % 4 ? 2 : 0;
		left_for.ec = left_for.code ? ecs[rnd() % 4] : 0;
		record(n, id_vcpu_exit, thread, &left_for, sizeof(left_for));
		pass(n, 200);
		more = rnd() % 3 == 0;
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
	record(n, id_psci_call, pid, &call, sizeof(call));
	stay_event(n, id_exit, pid, PSCI, 0);
	pass(n, 2000);
	stay_event(n, id_enter, pid, PSCI, 0);
	pass(n, 30);
	record(n, id_psci_return, pid, &back, sizeof(back));
	stay_event(n, id_exit, pid, ERET_HOST, 0);
}

static void smc(int n, int pid)
{
	struct { __u64 id; __u8 forwarded, pad[7]; } call = { 0x80000001, 1, { 0 } };

	stay_event(n, id_enter, pid, SMC, 0);
	pass(n, 30);
	record(n, id_smc, pid, &call, sizeof(call));
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
	record(n, id_transition, pid, &payload, sizeof(payload));
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
		stay_event(n, id_enter, pid, HOST_ABORT, 0);
		pass(n, 1000 + 10 * slower);
		stay_event(n, id_exit, pid, ERET_HOST, 0);
	}
}

/* ---- the file ---- */

static FILE *out;

static void put(const void *data, size_t size)
{
	if (fwrite(data, 1, size, out) != size)
		exit(1);
}

static void put_number(__u64 value, size_t size)
{
	put(&value, size);
}

static void put_sized(const char *text)
{
	put_number(strlen(text), 8);
	put(text, strlen(text));
}

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";
static const char header_event[] =
	"# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
	"\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n"
	"\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";

/* Each event's text, and the numbers it gives */
static void put_formats(const char *name)
{
	char text[65536], line[1024];
	FILE *in = fopen(name, "r");
	unsigned int nr = 0, i;
	size_t used = 0;

	if (!in)
		exit(1);
	put("hypervisor", 11);
	put_number(NR_IDS, 4);
	while (1) {
		char *got = fgets(line, sizeof(line), in);
		size_t length;

		if ((!got || !strncmp(line, "name: ", 6)) && used) {
			text[used] = 0;
			put_sized(text);
			for (i = 0; i < NR_IDS; i++) {
				length = strlen(ids[i].name);
				if (!strncmp(text + 6, ids[i].name, length) &&
				    text[6 + length] == '\n')
					*ids[i].id = atoi(strstr(text, "ID: ") + 4);
			}
			used = 0;
			nr++;
		}
		if (!got)
			break;
		length = strlen(line);
		if (line[0] == '#' || length < 1)
			continue;
		if (length > 1 && line[length - 2] == '\\')
			length -= 2;
		memcpy(text + used, line, length);
		used += length;
	}
	fclose(in);
	if (nr != NR_IDS)
		exit(1);
}

static void put_head(const char *formats)
{
	/* Whoever may start a task may give it any of these. */
	static const char names[] =
		"100 <!--<script>\n101 a task;b\n102 \"quoted\", \n200 vmm\n201 </script><b>&\n";

	put("\x17\x08\x44tracing6\0\0\x08", 14);
	put_number(PAGE, 4);
	put("header_page", 12);
	put_sized(header_page);
	put("header_event", 13);
	put_sized(header_event);
	put_number(0, 4);		/* ftrace's own events */
	put_number(1, 4);		/* systems */
	put_formats(formats);
	put_number(0, 4);		/* kallsyms */
	put_number(0, 4);		/* printk formats */
	put_sized(names);
	put_number(nr_cpus, 4);
}

static __u64 aligned(__u64 at)
{
	return (at + PAGE - 1) / PAGE * PAGE;
}

/* A buffer's table of CPUs; @at: where its data will be, 0 if there is none */
static __u64 put_table(__u64 at)
{
	int n;

	put("flyrecord", 10);
	for (n = 0; n < nr_cpus; n++) {
		put_number(at, 8);
		put_number(at ? cpus[n].used : 0, 8);
		if (at)
			at += cpus[n].used;
	}
	put_sized("[boot]");
	return at;
}

static void put_data(__u64 at)
{
	int n;

	while ((__u64)ftell(out) < at)
		putc(0, out);
	for (n = 0; n < nr_cpus; n++)
		put(cpus[n].data, cpus[n].used);
}

static void put_rest(int toplevel)
{
	static const char clocks[] = "local [boot]\n";
	__u64 at;

	put("options  ", 10);
	put_number(4, 2);
	put_number(sizeof(clocks), 4);
	put(clocks, sizeof(clocks));
	if (!toplevel) {
		put_number(8, 2);	/* so many CPUs */
		put_number(4, 4);
		put_number(nr_cpus, 4);
		/* Everything behind it is less than a page, or two */
		at = aligned(ftell(out) + 64 + 16 * nr_cpus + 32);
		put_number(3, 2);	/* an instance */
		put_number(8 + 11, 4);
		put_number(at, 8);
		put("hypervisor", 11);
	}
	put_number(0, 2);
	if (toplevel) {
		at = aligned(ftell(out) + 10 + 16 * nr_cpus + 32);
	} else {
		put_table(0);
		while ((__u64)ftell(out) < at)
			putc(0, out);
		at = aligned(at + 10 + 16 * nr_cpus + 32);
	}
	put_table(at);
	put_data(at);
}

int main(int argc, char **argv)
{
	int c, n, toplevel = 0;

	while ((c = getopt(argc, argv, "n:c:s:w:r:lt")) != -1) {
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
		default:
			return 2;
		}
	}
	if (argc - optind != 2 || nr_cpus < 1 || nr_cpus > MAX_CPUS || !seed)
		return 2;
	out = fopen(argv[optind + 1], "w");
	if (!out)
		return 1;
	put_head(argv[optind]);
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
	for (n = 0; n < nr_cpus; n++) {
		if (cpus[n].used)
			commit(&cpus[n], page_missed[n]);
	}
	put_rest(toplevel);
	return fclose(out) ? 1 : 0;
}
