// SPDX-License-Identifier: GPL-2.0
/*
 * evaccounts DIR COMMAND [ARGUMENT]...: run a command, and say what the accounts in DIR tell of the
 * time spent in the hypervisor meanwhile, by CPU. Accounts are on.
 *
 * From when the accounts begin anew until they have been read is between two instructions that do
 * nothing, "hint #100" and "hint #101", by which somebody outside can tell when to measure the same
 * (tests/vm/plugin/el2count.c). The hypercalls by which accounts are read are not all in what they
 * read, but are as many, and take as long, when that is done once more: for a CPU that is off they
 * are another's, and so this is always on the first. Nothing else may enter the hypervisor on a CPU
 * between such an instruction and the call by which its accounts begin anew, or are read.
 *
 * All is done twice and told of the second time: then no page is touched for the first time.
 *
 * Prints a line for each CPU, as words of name=value:
 *	cpu			which
 *	stays ns		how many, and their sum
 *	guest			runs of virtual CPUs
 * The command's own output goes to stderr. It begins on the first CPU.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>

#include "ringpage.h"

#define MAX_CPUS	64
#define READ_CAUSE	"cause=hvc:__el2_trace_read_accounts"

/* What there is in a text of accounts of a CPU, without reading them; and that alone */
struct sum {
	__u64	stays;
	__u64	ns;
	__u64	runs;
	__u64	reads;
	__u64	read_ns;
};

static struct sum first[MAX_CPUS], again[MAX_CPUS];
static char text[1 << 20];

/* What is in the file is what there was when it was opened */
static int open_accounts(const char *dir)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/trace_stat/accounts", dir);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));

	return fd;
}

/* Of the first CPUs alone, which is all that there are */
static void read_accounts(int fd, struct sum *sums)
{
	size_t used = 0;
	char *line, *next = text;
	ssize_t len;

	while ((len = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += len;
	close(fd);
	if (len)
		die("trace_stat/accounts: %s", strerror(errno));
	text[used] = '\0';

	while ((line = strsep(&next, "\n"))) {
		const char *p = strstr(line, " cpu=");
		unsigned long long count, ns;
		struct sum *sum;
		unsigned int cpu;

		if (!*line)
			continue;
		if (!p || sscanf(p, " cpu=%u", &cpu) != 1 || cpu >= MAX_CPUS)
			die("trace_stat/accounts: whose is '%s'?", line);
		sum = &sums[cpu];

		p = strstr(line, " count=");
		if (p && sscanf(p, " count=%llu total_ns=%llu", &count, &ns) == 2) {
			if (strstr(line, READ_CAUSE)) {
				sum->reads += count;
				sum->read_ns += ns;
			} else {
				sum->stays += count;
				sum->ns += ns;
			}
			continue;
		}
		p = strstr(line, " runs=");
		if (!p || sscanf(p, " runs=%llu", &count) != 1)
			die("trace_stat/accounts: what is '%s'?", line);
		sum->runs += count;
	}
}

static void stay_on_first_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU 0: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	long cpu, nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	int fd, clear, turn;
	char path[256];

	if (argc < 3) {
		fprintf(stderr, "usage: evaccounts DIR COMMAND [ARGUMENT]...\n");
		return 2;
	}
	if (nr_cpus > MAX_CPUS)
		die("%ld CPUs, and there is room for %d", nr_cpus, MAX_CPUS);
	snprintf(path, sizeof(path), "%s/trace_stat/accounts", argv[1]);
	clear = open(path, O_WRONLY);
	if (clear < 0)
		die("%s: %s", path, strerror(errno));
	stay_on_first_cpu();

	for (turn = 0; turn < 2; turn++) {
		memset(first, 0, sizeof(first));
		if (turn)
			asm volatile("hint #100" ::: "memory");
		if (write(clear, "0", 1) != 1)
			die("%s: %s", path, strerror(errno));
		run_command(argv + 2);
		fd = open_accounts(argv[1]);
		if (turn)
			asm volatile("hint #101" ::: "memory");
		read_accounts(fd, first);
	}
	read_accounts(open_accounts(argv[1]), again);

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		const struct sum *sum = &first[cpu];

		printf("cpu=%ld stays=%llu ns=%llu guest=%llu\n", cpu,
		       sum->stays + again[cpu].reads - sum->reads,
		       sum->ns + again[cpu].read_ns - sum->read_ns, sum->runs);
	}
	return 0;
}
