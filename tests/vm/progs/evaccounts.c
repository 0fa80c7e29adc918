// SPDX-License-Identifier: GPL-2.0
/*
 * evaccounts DIR COMMAND [ARGUMENT]...: run a command, and say what the accounts in DIR tell of the
 * time spent in the hypervisor meanwhile. Accounts are on.
 *
 * From when the accounts begin anew until they have been read is between two instructions that do
 * nothing, "hint #100" and "hint #101", by which somebody outside can tell when to measure the same
 * (tests/vm/plugin/el2count.c). The hypercalls by which accounts are read are not all in what they
 * read, but are as many, and take as long, when that is done once more.
 *
 * All is done twice and told of the second time: then no page is touched for the first time.
 *
 * Prints, as words of name=value:
 *	stays ns		how many, and their sum
 *	guest			runs of virtual CPUs
 * The command's own output goes to stderr.
 */
#include <fcntl.h>

#include "ringpage.h"

#define READ_CAUSE	"cause=hvc:__el2_trace_read_accounts"

/* What there is in a text of accounts, without reading them; and that alone */
struct sum {
	__u64	stays;
	__u64	ns;
	__u64	runs;
	__u64	reads;
	__u64	read_ns;
};

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

static struct sum read_accounts(int fd)
{
	struct sum sum = {};
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
		unsigned long long count, ns;
		const char *p = strstr(line, " count=");

		if (p && sscanf(p, " count=%llu total_ns=%llu", &count, &ns) == 2) {
			if (strstr(line, READ_CAUSE)) {
				sum.reads += count;
				sum.read_ns += ns;
			} else {
				sum.stays += count;
				sum.ns += ns;
			}
			continue;
		}
		p = strstr(line, " runs=");
		if (p && sscanf(p, " runs=%llu", &count) == 1)
			sum.runs += count;
		else if (*line)
			die("trace_stat/accounts: what is '%s'?", line);
	}

	return sum;
}

int main(int argc, char **argv)
{
	struct sum sum = {}, again;
	int fd, clear, turn;
	char path[256];

	if (argc < 3) {
		fprintf(stderr, "usage: evaccounts DIR COMMAND [ARGUMENT]...\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/trace_stat/accounts", argv[1]);
	clear = open(path, O_WRONLY);
	if (clear < 0)
		die("%s: %s", path, strerror(errno));

	for (turn = 0; turn < 2; turn++) {
		if (turn)
			asm volatile("hint #100" ::: "memory");
		if (write(clear, "0", 1) != 1)
			die("%s: %s", path, strerror(errno));
		run_command(argv + 2);
		fd = open_accounts(argv[1]);
		if (turn)
			asm volatile("hint #101" ::: "memory");
		sum = read_accounts(fd);
	}
	again = read_accounts(open_accounts(argv[1]));

	printf("stays=%llu ns=%llu guest=%llu\n", sum.stays + again.reads - sum.reads,
	       sum.ns + again.read_ns - sum.read_ns, sum.runs);
	return 0;
}
