// SPDX-License-Identifier: GPL-2.0
/*
 * kernelshark FILE: load a trace.dat as KernelShark does, with its own library, the trace at the
 * top and all its instances', and print for each event "SYSTEM/EVENT COUNT". Fails if an event is
 * not understood, or if they are not in the order of time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libkshark.h>
#include <libkshark-tepdata.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "kernelshark: %s: %s\n", name, what);
	return 1;
}

int main(int argc, char **argv)
{
	struct kshark_context *context = NULL;
	struct kshark_entry **entries = NULL;
	ssize_t nr, i, same;
	char **names;
	int stream;

	if (argc != 2)
		return 2;
	if (!kshark_instance(&context))
		return fail("KernelShark's library does not start", argv[1]);
	stream = kshark_open(context, argv[1]);
	if (stream < 0)
		return fail("cannot be opened", argv[1]);
	if (kshark_tep_init_all_buffers(context, stream) < 0)
		return fail("its instances cannot be opened", argv[1]);
	nr = kshark_load_all_entries(context, &entries);
	if (nr <= 0)
		return fail("no events", argv[1]);

	names = calloc(nr, sizeof(*names));
	if (!names)
		return 1;
	for (i = 0; i < nr; i++) {
		char *info = kshark_get_info(entries[i]);

		names[i] = kshark_get_event_name(entries[i]);
		if (!names[i] || !strchr(names[i], '/'))
			return fail("an event that has no name", argv[1]);
		if (!info || strstr(info, "FAILED TO PARSE") || strstr(info, "[failed"))
			return fail("an event that is not understood", names[i]);
		if (i && entries[i]->ts < entries[i - 1]->ts)
			return fail("comes before the one that it follows", names[i]);
		free(info);
	}
	qsort(names, nr, sizeof(*names), compare);
	for (i = 0; i < nr; i = same) {
		for (same = i; same < nr && !strcmp(names[i], names[same]); same++)
			;
		printf("%s %zd\n", names[i], same - i);
	}
	return 0;
}
