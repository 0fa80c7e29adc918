// SPDX-License-Identifier: GPL-2.0
/*
 * tfstracer NAME WHAT [WORD]: what libtracefs does about tracers and functions, in an instance, a
 * call at a time. WHAT:
 *
 *	list		tracefs_tracers: prints them
 *	available WORD	tracefs_tracer_available
 *	function	tracefs_tracer_set with that tracer
 *	graph		likewise function_graph
 *	custom WORD	likewise one by its name
 *	clear		tracefs_tracer_clear
 *	filter WORD	tracefs_instance_file_write of set_ftrace_filter
 *	notrace WORD	likewise set_ftrace_notrace
 *			(tracefs_function_filter takes the kernel's functions for any instance's)
 *	read SYSTEM	tracefs_iterate_raw_events, with all events of that system known: prints
 *			how many there are of each name
 */
#include <event-parse.h>
#include <tracefs.h>

#include "guest.h"

#define MAX_NAMES	64

static struct {
	const char	*name;
	unsigned int	nr;
} counts[MAX_NAMES];

static int count(struct tep_event *event, struct tep_record *rec, int cpu, void *unused)
{
	unsigned int i;

	(void)rec;
	(void)cpu;
	(void)unused;
	for (i = 0; i < MAX_NAMES && counts[i].name; i++) {
		if (!strcmp(counts[i].name, event->name))
			break;
	}
	if (i == MAX_NAMES)
		die("events of more than %d names", MAX_NAMES);
	counts[i].name = event->name;
	counts[i].nr++;

	return 0;
}

static int read_events(struct tracefs_instance *instance, const char *system)
{
	const char * const systems[] = { system, NULL };
	struct tep_handle *tep = tracefs_local_events_system(NULL, systems);
	unsigned int i;

	if (!tep)
		die("tracefs_local_events_system %s: %s", system, strerror(errno));
	if (tracefs_iterate_raw_events(tep, instance, NULL, 0, count, NULL))
		return -1;
	for (i = 0; i < MAX_NAMES && counts[i].name; i++)
		printf("%s=%u\n", counts[i].name, counts[i].nr);
	tep_free(tep);

	return 0;
}

static int list(const char *dir)
{
	char **tracers = tracefs_tracers(dir);
	unsigned int i;

	for (i = 0; tracers && tracers[i]; i++)
		printf("%s\n", tracers[i]);
	tracefs_list_free(tracers);

	return i ? 0 : -1;
}

static int set_functions(struct tracefs_instance *instance, const char *file, const char *word)
{
	return tracefs_instance_file_write(instance, file, word) == (int)strlen(word) ? 0 : -1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "", *word = argc > 3 ? argv[3] : NULL;
	struct tracefs_instance *instance;
	const char *dir;
	int ret;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: tfstracer NAME WHAT [WORD]\n");
		return 2;
	}
	instance = tracefs_instance_alloc(NULL, argv[1]);
	if (!instance)
		die("no instance %s: %s", argv[1], strerror(errno));
	dir = tracefs_instance_get_dir(instance);

	errno = 0;
	if (!strcmp(what, "list"))
		ret = list(dir);
	else if (!strcmp(what, "available") && word)
		ret = tracefs_tracer_available(dir, word) ? 0 : -1;
	else if (!strcmp(what, "function"))
		ret = tracefs_tracer_set(instance, TRACEFS_TRACER_FUNCTION);
	else if (!strcmp(what, "graph"))
		ret = tracefs_tracer_set(instance, TRACEFS_TRACER_FUNCTION_GRAPH);
	else if (!strcmp(what, "custom") && word)
		ret = tracefs_tracer_set(instance, TRACEFS_TRACER_CUSTOM, word);
	else if (!strcmp(what, "clear"))
		ret = tracefs_tracer_clear(instance);
	else if (!strcmp(what, "filter") && word)
		ret = set_functions(instance, "set_ftrace_filter", word);
	else if (!strcmp(what, "notrace") && word)
		ret = set_functions(instance, "set_ftrace_notrace", word);
	else if (!strcmp(what, "read") && word)
		ret = read_events(instance, word);
	else
		die("tfstracer: what is '%s' to do?", what);
	if (ret)
		die("libtracefs: %s %s: %s", what, word ?: "", strerror(errno));
	tracefs_instance_free(instance);

	return 0;
}
