/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hyptrace, the command: what its parts share. Each subcommand is a file cmd_*.c; below them are
 * the model (model.h), which makes stays of records, and what feeds it (file.h, live.h).
 */
#ifndef HYPTRACE_H
#define HYPTRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/types.h>

/* As the kernel's own tools have them */
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define __noreturn		__attribute__((noreturn))

/* Exit status: what was asked for cannot be done; it was asked for wrongly */
#define STATUS_FAILED	1
#define STATUS_USAGE	2

/*
 * Set by SIGINT, SIGTERM, SIGHUP and SIGQUIT once catch_signals() was called: end soon, keep what
 * there is
 */
extern volatile sig_atomic_t interrupted;

void catch_signals(void);

/* Called before anything is said on stderr, if there is one: a screen is put away */
extern void (*before_words)(void);

/*
 * die() - say what is wrong and end with STATUS_FAILED
 * @mend: what to do about it, on a line of its own; NULL if nobody can know
 */
void __noreturn __printf(2, 3) die(const char *mend, const char *format, ...);
/* The same for a command line that makes no sense: STATUS_USAGE, and where to look */
void __noreturn __printf(2, 3) die_usage(const char *command, const char *format, ...);
void __printf(1, 2) warn(const char *format, ...);

/* These end the program where there is no memory */
void *xcalloc(size_t nr, size_t size);
void *xrealloc(void *old, size_t nr, size_t size);
char *xstrdup(const char *text);
__printf(1, 2) char *xasprintf(const char *format, ...);

/* A decimal number from @min to @max and nothing else, or the end with @what in the message */
__u64 parse_number(const char *command, const char *what, const char *text, __u64 min, __u64 max);

/* All that was printed has arrived, or the end: a full disk is an error */
void finish_output(FILE *out, const char *name);

/* A string in JSON or in the label of OpenMetrics, with its quotes */
void print_quoted(FILE *out, const char *text);

/* Nanoseconds as microseconds, for "%.3f": exact up to 2^53, 104 days */
static inline double us(__u64 ns)
{
	return ns / 1000.0;
}

int cmd_report(int argc, char **argv);
int cmd_hist(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_stat(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

#endif /* HYPTRACE_H */
