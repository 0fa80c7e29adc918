/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What filediff and pipediff share. Both are run twice, in an ordinary instance's directory and in
 * the hypervisor's, and print what each operation on each file does:
 *
 *	FILE <tab> OPERATION <tab> RESULT
 *
 * What is known to bear another name is printed by the name it has here: the system SYSTEM has an
 * event EVENT, which provoke() lets happen on CPU 0, and another, OTHER.
 */
#ifndef TESTS_VM_FILEDIFF_H
#define TESTS_VM_FILEDIFF_H

#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define MAX_FILE	65536
#define ARRAY_SIZE(_array)	(sizeof(_array) / sizeof((_array)[0]))

/**
 * struct side - what the names stand for in a directory
 * @names:	of SYSTEM, EVENT and OTHER
 */
struct side {
	const char	*names[3];
};

static const char * const tokens[] = { "SYSTEM", "EVENT", "OTHER" };
static const struct side instance_side = { { "task", "task_rename", "task_newtask" } };
static const struct side remote_side = { { "hypervisor", "selftest", "hyp_enter" } };
static const struct side *side;

/* The file that is tried */
static const char *tried;

/* A text with the names of this side; never freed */
static inline const char *expand(const char *text)
{
	char *buf = malloc(8 * strlen(text) + 1), *out = buf;
	unsigned int i;

	while (*text) {
		for (i = 0; i < 3 && strncmp(text, tokens[i], strlen(tokens[i])); i++)
			;
		if (i < 3) {
			out = stpcpy(out, side->names[i]);
			text += strlen(tokens[i]);
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
	return buf;
}

static inline void replace(char *text, const char *what, const char *by)
{
	char *at = text;

	while ((at = strstr(at, what))) {
		memmove(at + strlen(by), at + strlen(what), strlen(at + strlen(what)) + 1);
		memcpy(at, by, strlen(by));
		at += strlen(by);
	}
}

/* The other way: a text as it is the same on both sides. There must be room for it to grow. */
static inline void fold(char *text)
{
	char system[32];

	replace(text, side->names[1], tokens[1]);
	replace(text, side->names[2], tokens[2]);
	snprintf(system, sizeof(system), "%s:", side->names[0]);
	replace(text, system, "SYSTEM:");
}

/* As C would write it; a long one is cut. Valid for some calls */
static inline const char *quote(const char *text, size_t len)
{
	static char bufs[4][512];
	static unsigned int turn;
	char *buf = bufs[turn++ % 4], *out = buf;
	size_t i;

	*out++ = '"';
	for (i = 0; i < len && out < buf + 480; i++) {
		if (text[i] == '\n')
			out = stpcpy(out, "\\n");
		else if (text[i] == '\t')
			out = stpcpy(out, "\\t");
		else if (text[i] == '|')
			out = stpcpy(out, "\\174");
		else if (isprint((unsigned char)text[i]))
			*out++ = text[i];
		else
			out += sprintf(out, "\\%o", (unsigned char)text[i]);
	}
	if (i < len)
		out += sprintf(out, "...%zu", len);
	stpcpy(out, "\"");
	return buf;
}

/* A path likewise */
static inline void fold_path(char *path)
{
	char name[64], by[16];
	int i;

	for (i = 2; i >= 0; i--) {
		snprintf(name, sizeof(name), "/%s", side->names[i]);
		snprintf(by, sizeof(by), "/%s", tokens[i]);
		replace(path, name, by);
	}
}

static void __attribute__((format(printf, 2, 3))) say(const char *op, const char *fmt, ...)
{
	static char last[600];
	va_list ap;

	/* What goes on from something else is told with it */
	if (!strncmp(op, "...", 3)) {
		printf("%s\t%s %s\t", tried, last, op);
	} else {
		snprintf(last, sizeof(last), "%s", op);
		printf("%s\t%s\t", tried, op);
	}
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* What a system call has returned: a number or the error's name; valid for some calls */
static inline const char *result(long ret)
{
	static char bufs[4][32];
	static unsigned int turn;
	char *buf = bufs[turn++ % 4];

	if (ret < 0)
		return strerrorname_np(errno);
	snprintf(buf, sizeof(bufs[0]), "%ld", ret);
	return buf;
}

/* The same where only success counts */
static inline const char *success(long ret)
{
	return ret < 0 ? strerrorname_np(errno) : "ok";
}

/* Must work; leaves the file as only the last value makes it */
static inline void put(const char *file, const char *value)
{
	const char *path = expand(file);
	int fd = open(path, O_WRONLY | O_TRUNC);
	size_t len = strlen(value);

	if (fd < 0 || (len && write(fd, value, len) != (ssize_t)len))
		die("'%s' cannot be written to %s: %s", value, path, strerror(errno));
	close(fd);
}

/* So many events, and no others */
static inline void provoke(unsigned int nr)
{
	put("trace", "");
	while (nr--) {
		if (side == &remote_side)
			put("write_event", "1");
		else if (prctl(PR_SET_NAME, tried))
			die("prctl: %s", strerror(errno));
	}
}

/* Go to the directory, and to CPU 0 */
static inline void enter_side(const char *dir)
{
	cpu_set_t set;

	if (chdir(dir))
		die("%s: %s", dir, strerror(errno));
	side = access("write_event", F_OK) ? &instance_side : &remote_side;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU 0: %s", strerror(errno));
}

enum {
	READS = 1,		/* can be read */
	WRITES = 2,		/* can be written */
	OWN = 4,		/* the text is not the same on both sides */
	ROUGH = 8,		/* what is written is rounded */
	VARIES = 16,		/* the text is another with each reading */
	CONSUMES = 32,		/* what is read is gone */
	TRACING = 64,		/* is about events */
	WHOLE = 128,		/* cannot be read in pieces */
};

/**
 * struct try - a file that is tried
 * @name:	its path
 * @kind:	READS ...
 * @value:	what it has before each operation, if it can be written
 * @other:	another value, of another length if there is one
 * @values:	what is written to it
 * @numbers:	as are all sorts of numbers
 * @essence:	makes of its text what must be the same
 */
struct try {
	const char		*name;
	unsigned int		kind;
	const char		*value;
	const char		*other;
	const char		*const *values;
	bool			numbers;
	void			(*essence)(char *text);
};

/* The text the file has when an operation begins */
static char text[MAX_FILE + 1];
static size_t text_len;
static char buf[MAX_FILE + 4096];

static inline int get(const struct try *t, int flags)
{
	int fd = open(expand(t->name), flags);

	if (fd < 0)
		die("%s: %s", t->name, strerror(errno));
	return fd;
}

static inline size_t whole(const struct try *t, char *to)
{
	size_t len = 0;
	ssize_t n;
	int fd;

	fd = get(t, O_RDONLY);
	while ((n = read(fd, to + len, MAX_FILE - len)) > 0)
		len += n;
	if (n)
		die("%s cannot be read: %s", t->name, strerror(errno));
	close(fd);
	to[len] = '\0';
	return len;
}

static inline void prepare(const struct try *t)
{
	if (t->kind & TRACING)
		provoke(3);
	else if (t->value)
		put(t->name, expand(t->value));
	if (t->kind & READS && !(t->kind & CONSUMES))
		text_len = whole(t, text);
}

/* What a text says, as far as it must be the same */
static inline const char *saying(const struct try *t, const char *of, size_t len)
{
	static char essence[2 * MAX_FILE];

	memcpy(essence, of, len);
	essence[len] = '\0';
	if (t->essence)
		t->essence(essence);
	fold(essence);
	return quote(essence, strlen(essence));
}

static inline const char *now(const struct try *t)
{
	static char found[MAX_FILE + 1];
	size_t len;

	if (!(t->kind & READS) || t->kind & CONSUMES)
		return "-";
	len = whole(t, found);
	if (t->kind & ROUGH)
		return len == text_len && !memcmp(found, text, len) ? "as before" : "another value";
	return saying(t, found, len);
}

/* What a read of @asked bytes from @from on has given */
static inline void say_read(const struct try *t, const char *op, ssize_t n, size_t asked,
			    size_t from)
{
	const char *word;

	if (n < 0)
		word = strerrorname_np(errno);
	else if (!n)
		word = asked ? "end" : "nothing";
	else if (from + n > text_len ||
		 (!(t->kind & VARIES) && memcmp(buf, text + from, n)))
		word = "wrong";
	else if ((size_t)n == asked)
		word = "all";
	else
		word = from + n == text_len ? "rest" : "part";
	if (t->kind & OWN || n <= 0)
		say(op, "%s", word);
	else
		say(op, "%s %zd %s", word, n, quote(buf, n));
}

#endif /* TESTS_VM_FILEDIFF_H */
