/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that make filters share. ftrace's parser (kernel/trace/trace_events_filter.c)
 * makes a program of its own that it shows to nobody, and does not know names of numbers, so this
 * is a parser apart. It takes the same language and finds the same mistakes, in the same words, at
 * the same places and with the same errors: tests/unit/filter.c holds the one against the other.
 *
 *	filter_parse.c		what is between comparisons, and the program
 *	filter_compare.c	one comparison, as an instruction
 *	filter.c		the files
 *	error_log.c		mistakes, for those who ask later
 */
#ifndef _KERNEL_REMOTE_TRACE_FILTER_H
#define _KERNEL_REMOTE_TRACE_FILTER_H

#include <linux/remote_filter.h>

struct trace_event_call;

/*
 * ftrace's mistakes in its words, of which the first has none of its own, and then ours: what
 * it can do and a remote cannot.
 */
#define REMOTE_FILTER_MISTAKES(f)						\
	f(ERRNO,		"Error")					\
	f(INVALID_OP,		"Invalid operator")				\
	f(TOO_MANY_OPEN,	"Too many '('")					\
	f(TOO_MANY_CLOSE,	"Too few '('")					\
	f(MISSING_QUOTE,	"Missing matching quote")			\
	f(MISSING_BRACE_OPEN,	"Missing '{'")					\
	f(MISSING_BRACE_CLOSE,	"Missing '}'")					\
	f(OPERAND_TOO_LONG,	"Operand too long")				\
	f(EXPECT_STRING,	"Expecting string field")			\
	f(EXPECT_DIGIT,		"Expecting numeric field")			\
	f(ILLEGAL_FIELD_OP,	"Illegal operation for field type")		\
	f(FIELD_NOT_FOUND,	"Field not found")				\
	f(ILLEGAL_INTVAL,	"Illegal integer value")			\
	f(BAD_SYSTEM,		"Couldn't find or set field in one of a subsystem's events") \
	f(TOO_MANY_PREDS,	"Too many terms in predicate expression")	\
	f(INVALID_FILTER,	"Meaningless filter expression")		\
	f(INVALID_CPULIST,	"Invalid cpulist")				\
	f(INVALID_VALUE,	"Invalid value (did you forget quotes)?")	\
	f(NO_FUNCTION,		"Function not found")				\
	f(NO_FILTER,		"No filter found")				\
	f(STRING,		"Strings cannot be compared here")		\
	f(CPUS,			"CPUs with gaps between them cannot be compared here")	\
	f(TOO_LONG,		"More than 16 comparisons")

#define remote_filter_mistake(name, text)	REMOTE_FILTER_##name,
enum remote_filter_mistake { REMOTE_FILTER_MISTAKES(remote_filter_mistake) };
#undef remote_filter_mistake

/**
 * struct remote_filter_error - what is wrong with a filter
 * @mistake:	what
 * @pos:	where in the text, as ftrace counts
 */
struct remote_filter_error {
	enum remote_filter_mistake	mistake;
	unsigned int			pos;
};

/* Say what is wrong, and return @ret */
static inline int remote_filter_wrong(struct remote_filter_error *error,
				      enum remote_filter_mistake mistake, unsigned int pos, int ret)
{
	error->mistake = mistake;
	error->pos = pos;

	return ret;
}

int remote_trace_filter_parse(struct trace_event_call *call, const char *text,
			      struct remote_filter *filter, struct remote_filter_error *error);
int remote_trace_filter_compare(struct trace_event_call *call, const char *text, unsigned int pos,
				struct remote_filter_insn *insn, struct remote_filter_error *error);

/**
 * remote_trace_filter_negate - turn a comparison into its contrary
 * @insn:	which
 *
 * The rest of the circle. No comparison goes round all of it, so there is one.
 */
static inline void remote_trace_filter_negate(struct remote_filter_insn *insn)
{
	insn->first += insn->span + 1;
	insn->span = ~insn->span - 1;
}

#endif /* _KERNEL_REMOTE_TRACE_FILTER_H */
