// SPDX-License-Identifier: GPL-2.0
/* Messages, memory, numbers, signals. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "hyptrace.h"

volatile sig_atomic_t interrupted;
void (*before_words)(void);

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

void catch_signals(void)
{
	/* Without SA_RESTART: what waits shall return. The second one kills. */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND }, was;
	static const int others[] = { SIGHUP, SIGQUIT };
	unsigned int i;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		/* nohup has its reasons. */
		sigaction(others[i], NULL, &was);
		if (was.sa_handler != SIG_IGN)
			sigaction(others[i], &action, NULL);
	}
}

static void say(const char *format, va_list args)
{
	if (before_words)
		before_words();
	fflush(stdout);
	fputs("hyptrace: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void die(const char *mend, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	if (mend)
		fprintf(stderr, "    %s\n", mend);
	exit(STATUS_FAILED);
}

void die_usage(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fprintf(stderr, "    hyptrace %s%s--help tells what there is\n", command,
		*command ? " " : "");
	exit(STATUS_USAGE);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

static void *checked(void *memory)
{
	if (!memory)
		die(NULL, "no memory");
	return memory;
}

void *xcalloc(size_t nr, size_t size)
{
	return checked(calloc(nr ? nr : 1, size));
}

void *xrealloc(void *old, size_t nr, size_t size)
{
	return checked(reallocarray(old, nr ? nr : 1, size));
}

char *xstrdup(const char *text)
{
	return checked(strdup(text));
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	return checked(n < 0 ? NULL : text);
}

__u64 parse_number(const char *command, const char *what, const char *text, __u64 min, __u64 max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value < min || value > max)
		die_usage(command, "%s takes a number from %llu to %llu, not '%s'", what,
			  (unsigned long long)min, (unsigned long long)max, text);
	return value;
}

void finish_output(FILE *out, const char *name)
{
	errno = 0;
	if (fflush(out) || ferror(out))
		die("is the disk full?", "%s cannot be written: %s", name,
		    errno ? strerror(errno) : "an error before");
}

void print_quoted(FILE *out, const char *text)
{
	const unsigned char *c;

	putc('"', out);
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < ' ' || *c >= 0x7f)
			putc('?', out);
		else
			putc(*c, out);
	}
	putc('"', out);
}
