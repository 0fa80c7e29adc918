// SPDX-License-Identifier: GPL-2.0
/*
 * tracefs: the switch of accounts, and readings of them. Nothing is cleared: whoever else looks at
 * them does not notice. To switch them on begins anew, but only from off, when nobody does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "accounts_live.h"

#define SWITCH	"stay_profile_enabled"
#define LINES	"trace_stat/accounts"

static const char doctor_hint[] = "hyptrace doctor tells why, and what to do";

/* Whatever ends the program, the switch is put back. */
static struct accounts_live *active;

static char *file_of(const char *dir, const char *file)
{
	return xasprintf("%s/%s", dir, file);
}

static char *find_dir(void)
{
	const char *tracing = tracefs_tracing_dir();

	return tracing ? file_of(tracing, "hypervisor") : NULL;
}

static bool is_there(const char *dir, const char *name)
{
	char *file = file_of(dir, name);
	bool is = !access(file, F_OK);

	free(file);
	return is;
}

bool accounts_live_exist(void)
{
	char *dir = find_dir();
	bool exist = dir && is_there(dir, SWITCH) && is_there(dir, LINES);

	free(dir);
	return exist;
}

int accounts_live_open(struct accounts_live *live, const bool *wanted, int nr_wanted)
{
	int cpu, nr = 0, nr_cpus = sysconf(_SC_NPROCESSORS_CONF);

	*live = (struct accounts_live){
		.dir = find_dir(), .wanted = wanted, .nr_wanted = nr_wanted,
	};
	if (!accounts_live_exist())
		die("--source events does without them", "this kernel has no accounts: no %s/%s",
		    live->dir ? live->dir : "tracefs", LINES);
	for (cpu = nr_cpus; wanted && cpu < nr_wanted; cpu++) {
		if (wanted[cpu])
			die(NULL, "there is no CPU %d, the last is %d", cpu, nr_cpus - 1);
	}
	for (cpu = 0; cpu < nr_cpus; cpu++)
		nr += !wanted || (cpu < nr_wanted && wanted[cpu]);
	return nr;
}

static bool is_on(const struct accounts_live *live)
{
	char *file = file_of(live->dir, SWITCH), c;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &c, 1) != 1)
		die(doctor_hint, "%s cannot be read: %s", file, strerror(errno));
	close(fd);
	free(file);
	return c != '0';
}

static void must_switch_on(struct accounts_live *live)
{
	char *file = file_of(live->dir, SWITCH);

	/* It remains open: whatever there will be no more of, it can be put back. */
	live->fd = open(file, O_WRONLY | O_CLOEXEC);
	if (live->fd < 0 || pwrite(live->fd, "1", 1, 0) != 1)
		die(doctor_hint, "%s does not take '1': %s", file, strerror(errno));
	live->switched = true;
	free(file);
}

static void take(const struct accounts_live *live, struct accounts *accounts)
{
	char *file = file_of(live->dir, LINES);
	FILE *in = fopen(file, "re");

	if (!in)
		die(doctor_hint, "%s cannot be opened: %s", file, strerror(errno));
	accounts_parse(in, file, accounts);
	fclose(in);
	free(file);
}

static void put_back(void)
{
	struct accounts_live *live = active;

	active = NULL;
	if (!live || !live->switched)
		return;
	live->switched = false;
	if (pwrite(live->fd, "0", 1, 0) != 1)
		warn("%s/%s could not be put back to 0: %s", live->dir, SWITCH, strerror(errno));
	close(live->fd);
}

void accounts_live_start(struct accounts_live *live)
{
	static bool registered;

	if (is_on(live)) {
		take(live, &live->last);
		return;
	}
	active = live;
	if (!registered)
		atexit(put_back);
	registered = true;
	must_switch_on(live);
}

const char *accounts_live_read(struct accounts_live *live, struct cells *cells,
			       struct model *model)
{
	struct accounts now = { 0 };
	const char *why = NULL;

	take(live, &now);
	if (!accounts_compare(&now, &live->last, live->wanted, live->nr_wanted, cells, model))
		why = "somebody has cleared accounts meanwhile";
	/* Afterwards, or it might be switched off between the two. */
	if (!is_on(live))
		why = "somebody has switched accounts off meanwhile";
	accounts_free(&live->last);
	live->last = now;
	return why;
}

void accounts_live_close(struct accounts_live *live)
{
	put_back();
	accounts_free(&live->last);
	free(live->dir);
	live->dir = NULL;
}
