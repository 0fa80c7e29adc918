/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing a remote's functions, and what stands for it where no remote has any.
 *
 *	functions.c	which functions: sets of them, and their files
 *	tracer.c	the current tracer, and what becomes of each function's calls
 *	graph.c		the text of a graph
 */
#ifndef _KERNEL_REMOTE_TRACE_FUNCTIONS_H
#define _KERNEL_REMOTE_TRACE_FUNCTIONS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

#include "internal.h"
#include "merge.h"

struct dentry;

/* As much of struct ftrace_graph_ret_entry as is needed: some kernels have more */
#define REMOTE_TRACE_GRAPH_RET_LEN	offsetofend(struct ftrace_graph_ret_entry, ret)

/**
 * enum remote_trace_set - sets of functions, each the file of that name
 * @REMOTE_TRACE_SET_FILTER:	set_ftrace_filter: those that are traced; all if empty
 * @REMOTE_TRACE_SET_NOTRACE:	set_ftrace_notrace: those that are not
 * @REMOTE_TRACE_SET_GRAPH:	set_graph_function: those that a graph begins with; all if empty
 * @REMOTE_TRACE_SET_GRAPH_NOTRACE: set_graph_notrace: those that a graph leaves out, with all that
 *				they call
 * @REMOTE_TRACE_NR_SETS:	how many there are
 */
enum remote_trace_set {
	REMOTE_TRACE_SET_FILTER,
	REMOTE_TRACE_SET_NOTRACE,
	REMOTE_TRACE_SET_GRAPH,
	REMOTE_TRACE_SET_GRAPH_NOTRACE,
	REMOTE_TRACE_NR_SETS,
};

#ifdef CONFIG_REMOTE_TRACE_FUNCTIONS

/* The tracers there are */
enum remote_trace_tracing {
	REMOTE_TRACE_NOP,
	REMOTE_TRACE_FUNCTION,
	REMOTE_TRACE_FUNCTION_GRAPH,
};

/* What the text of a graph shows, in ftrace's order; graph.c has the names */
enum remote_trace_graph_option {
	REMOTE_TRACE_GRAPH_OVERRUN,
	REMOTE_TRACE_GRAPH_CPU,
	REMOTE_TRACE_GRAPH_OVERHEAD,
	REMOTE_TRACE_GRAPH_PROC,
	REMOTE_TRACE_GRAPH_DURATION,
	REMOTE_TRACE_GRAPH_ABSTIME,
	REMOTE_TRACE_GRAPH_TAIL,
	REMOTE_TRACE_NR_GRAPH_OPTIONS,
};

/**
 * struct remote_trace_function_set - a set of functions, the i_private of its file
 * @remote:	whose
 * @bits:	a bit for each function, 1 if it is in the set; under the remote's lock
 */
struct remote_trace_function_set {
	struct remote_trace	*remote;
	unsigned long		*bits;
};

/**
 * struct remote_trace_tracer - which functions of a remote are traced, and how
 * @tracing:	the current tracer; may be read without the remote's lock, as may @options
 * @max_depth:	what max_graph_depth says
 * @options:	what the text of a graph shows; may be set at any time
 * @sets:	what users have said
 * @wanted:	what follows for each function, an enum remote_trace_function
 *
 * Under the remote's lock.
 */
struct remote_trace_tracer {
	enum remote_trace_tracing		tracing;
	u32					max_depth;
	bool					options[REMOTE_TRACE_NR_GRAPH_OPTIONS];
	struct remote_trace_function_set	sets[REMOTE_TRACE_NR_SETS];
	u8					*wanted;
};

/* functions.c */
int remote_trace_init_functions(struct remote_trace *remote);
int remote_trace_create_functions(struct remote_trace *remote, struct dentry *dir);
int remote_trace_add_functions(struct remote_trace *remote, enum remote_trace_set set,
			       const char *word);

/* tracer.c */
extern const struct remote_trace_file remote_trace_tracer_files[];
const char *remote_trace_tracer(const struct remote_trace *remote);
int remote_trace_set_tracer(struct remote_trace *remote, const char *name);
int remote_trace_tracer_apply(struct remote_trace *remote);
bool remote_trace_tracer_print(struct trace_seq *seq, const struct remote_ring_event *event,
			       unsigned int id);

/* graph.c */
void remote_trace_graph_init(struct remote_trace_tracer *tracer);
int remote_trace_graph_create_options(struct remote_trace *remote, struct dentry *dir);
void remote_trace_graph_show_options(struct seq_file *m, const struct remote_trace *remote);
int remote_trace_graph_set_option(struct remote_trace *remote, const char *name, bool on);
int remote_trace_graph_alloc(struct remote_trace_text *text, const struct remote_trace *remote);
void remote_trace_graph_free(struct remote_trace_text *text);
void remote_trace_graph_begin(struct remote_trace_text *text);
bool remote_trace_graph_header(struct seq_file *m, const struct remote_trace *remote);
bool remote_trace_graph_line(struct remote_trace_text *text,
			     const struct remote_trace_cursor *cursor);
void remote_trace_graph_next(struct remote_trace_text *text, struct remote_trace_merge *merge);

/* Append an event to a text as a part of a graph; false if it is to be a line like others */
static inline bool remote_trace_graph_print(struct remote_trace_text *text,
					    const struct remote_trace_cursor *cursor)
{
	return text->graph && remote_trace_graph_line(text, cursor);
}

#else

static inline int remote_trace_init_functions(struct remote_trace *remote)
{
	return 0;
}

static inline int remote_trace_create_functions(struct remote_trace *remote, struct dentry *dir)
{
	return 0;
}

static inline int remote_trace_add_functions(struct remote_trace *remote,
					     enum remote_trace_set set, const char *word)
{
	return -EINVAL;
}

/* There is no tracer but events, by the name that ftrace has for that */
static inline const char *remote_trace_tracer(const struct remote_trace *remote)
{
	return "nop";
}

static inline int remote_trace_set_tracer(struct remote_trace *remote, const char *name)
{
	return strcmp(name, "nop") ? -EINVAL : 0;
}

static inline bool remote_trace_tracer_print(struct trace_seq *seq,
					     const struct remote_ring_event *event,
					     unsigned int id)
{
	return false;
}

static inline int remote_trace_graph_create_options(struct remote_trace *remote,
						    struct dentry *dir)
{
	return 0;
}

static inline void remote_trace_graph_show_options(struct seq_file *m,
						   const struct remote_trace *remote)
{
}

static inline int remote_trace_graph_set_option(struct remote_trace *remote, const char *name,
						bool on)
{
	return -EINVAL;
}

static inline int remote_trace_graph_alloc(struct remote_trace_text *text,
					   const struct remote_trace *remote)
{
	return 0;
}

static inline void remote_trace_graph_free(struct remote_trace_text *text)
{
}

static inline void remote_trace_graph_begin(struct remote_trace_text *text)
{
}

static inline bool remote_trace_graph_header(struct seq_file *m,
					     const struct remote_trace *remote)
{
	return false;
}

static inline bool remote_trace_graph_print(struct remote_trace_text *text,
					    const struct remote_trace_cursor *cursor)
{
	return false;
}

static inline void remote_trace_graph_next(struct remote_trace_text *text,
					   struct remote_trace_merge *merge)
{
	remote_trace_merge_next(merge);
}

#endif /* CONFIG_REMOTE_TRACE_FUNCTIONS */

#endif /* _KERNEL_REMOTE_TRACE_FUNCTIONS_H */
