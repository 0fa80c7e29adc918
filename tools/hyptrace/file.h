/* SPDX-License-Identifier: GPL-2.0 */
/* Records from a trace.dat, through libtracecmd, or from a text. */
#ifndef HYPTRACE_FILE_H
#define HYPTRACE_FILE_H

#include "text.h"

struct tracecmd_input;

/**
 * struct trace_file - an open one
 * @buffer:	where the hypervisor's events are: its instance, or the file's top-level buffer
 * @is_text:	and it has neither
 * @cpus:	of the machine it is from; of a text, those that a line is of, once it was read
 * @limit:	not more than so many records are read; 0 for all
 * @read:	records that were
 */
struct trace_file {
	const char		*name;
	long long		size;
	struct tracecmd_input	*input;
	struct tracecmd_input	*buffer;
	bool			is_text;
	struct text		text;
	struct schema		schema;
	int			cpus;
	__u64			limit, read;
};

/* Or the end: what is wrong with the file is told */
void trace_file_open(struct trace_file *file, const char *name);
/* All records of it, until there are no more or the user has interrupted */
void trace_file_feed(struct trace_file *file, struct model *model);
void trace_file_close(struct trace_file *file);

#endif /* HYPTRACE_FILE_H */
