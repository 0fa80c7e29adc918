/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs of the guest tests share: complaining, parsing numbers, and taking a line of
 * trace_pipe to pieces. A program complains on stderr in one sentence and exits with 1; a wrong
 * command line exits with 2.
 */
#ifndef TESTS_VM_GUEST_H
#define TESTS_VM_GUEST_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/types.h>

#define MAX_CPUS	64

/* The pages of memory, and so those of a ring, are not larger than this */
#define MAX_PAGE	65536

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static inline __u64 number(const char *s, const char *what)
{
	char *end;
	__u64 v;

	errno = 0;
	v = strtoull(s, &end, 0);
	if (errno || *s < '0' || *s > '9' || *end) {
		fprintf(stderr, "%s '%s' is not a number\n", what, s);
		exit(2);
	}
	return v;
}

static inline unsigned int page_size(void)
{
	static unsigned int size;

	if (!size)
		size = sysconf(_SC_PAGESIZE);
	if (size > MAX_PAGE)
		die("pages of %u bytes", size);
	return size;
}

static inline __u64 timespec_ns(const struct timespec *ts)
{
	return ts->tv_sec * 1000000000ULL + ts->tv_nsec;
}

/*
 * Asked of the kernel. clock_gettime() makes it of the virtual counter, in user space, and that has
 * been minutes ahead for one look, once in some thousand starts of a program, where the CPUs are
 * emulated, go off and on, and have guests; why is not known. The kernel reads the physical one.
 */
static inline __u64 now_ns(clockid_t clock)
{
	struct timespec ts;

	if (syscall(SYS_clock_gettime, clock, &ts))
		die("clock_gettime: %s", strerror(errno));
	return timespec_ns(&ts);
}

/* Seconds since now_ns(CLOCK_MONOTONIC) was @begin */
static inline double waited(__u64 begin)
{
	return (now_ns(CLOCK_MONOTONIC) - begin) / 1e9;
}

/**
 * struct line - a line of trace_pipe
 * @cpu:	whose it is
 * @lost:	it says that this many events are missing; then nothing below is valid
 * @usec:	its time stamp
 * @name:	the event's name
 * @args:	what comes after the name
 */
struct line {
	unsigned int	cpu;
	__u64	lost;
	__u64	usec;
	char		name[64];
	const char	*args;
};

/* Only the exact forms of the manual are lines; anything else ends the program. */
static inline void parse_line(const char *text, struct line *l)
{
	__u64 secs, lost;
	unsigned int usecs;
	char form[64];
	int end = 0;

	memset(l, 0, sizeof(*l));
	if (sscanf(text, "CPU:%u [LOST %llu EVENTS]%n", &l->cpu, &lost, &end) == 2 && end) {
		if (text[end] || !lost || l->cpu >= MAX_CPUS)
			die("not a line that tells of lost events: '%s'", text);
		l->lost = lost;
		return;
	}
	end = 0;
	if (sscanf(text, "[%u]\t%llu.%6u: %63[a-z0-9_]%n", &l->cpu, &secs, &usecs, l->name,
		   &end) != 4 || !end || l->cpu >= MAX_CPUS)
		die("not a line of trace_pipe: '%s'", text);
	/* sscanf is generous with blanks and digits, so print it again and compare */
	snprintf(form, sizeof(form), "[%03u]\t%5llu.%06u: ", l->cpu, secs, usecs);
	if (strncmp(text, form, strlen(form)))
		die("not '[%%03d]\\t%%5lu.%%06lu: ' at the start of '%s'", text);
	l->usec = secs * 1000000 + usecs;
	if (text[end] == ' ')
		end++;
	else if (text[end])
		die("no blank after the event's name in '%s'", text);
	l->args = text + end;
}

/* The next line without its newline; NULL at the end. A last line without newline is an error. */
static inline char *next_line(FILE *f)
{
	static char *text;
	static size_t size;
	ssize_t len = getline(&text, &size, f);

	if (len < 0)
		return NULL;
	if (text[len - 1] != '\n')
		die("the text ends in the middle of a line: '%s'", text);
	text[len - 1] = '\0';
	return text;
}

/* The value of name=value among an event's arguments, or NULL; valid until the next call. */
static inline const char *field(const struct line *l, const char *name)
{
	static char value[64];
	size_t len = strlen(name);
	const char *p;

	for (p = l->args; p && *p; p = strchr(p, ' ')) {
		p += strspn(p, " ");
		if (!strncmp(p, name, len) && p[len] == '=') {
			if (sscanf(p + len + 1, "%63s", value) != 1)
				die("no value after %s= in '%s %s'", name, l->name, l->args);
			return value;
		}
	}
	return NULL;
}

/* Run a command to its end, with what it says on stderr; it must end with status 0 */
static inline void run_command(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		die("%s: %s", argv[0], strerror(errno));
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("%s: status %#x", argv[0], status);
}

#endif /* TESTS_VM_GUEST_H */
