// SPDX-License-Identifier: GPL-2.0
/*
 * filediff DIR: read, write and seek each file that an instance of ftrace and the hypervisor both
 * have: see filediff.h. What is not about the text is filecalls's, what consumes pipediff's.
 *
 * Where texts are known not to be the same, an operation's result is told in terms of the file's
 * own text: "all" that was asked for, the "rest" that there was, or "part" of that; "end"; "wrong"
 * if that is not what should be there.
 */
#define _GNU_SOURCE
#include <sys/uio.h>
#include <sys/wait.h>

#include "filetries.h"

/* No memory; not a constant, or the compiler would know better */
static void *volatile nowhere;

static void try_text(const struct try *t)
{
	prepare(t);
	if (!(t->kind & READS) || t->kind & CONSUMES)
		return;
	say("text", "%s", saying(t, text, text_len));
	/* All of it, where only the essence must be the same */
	if (t->essence && !(t->kind & VARIES)) {
		fold(text);
		say("whole text", "%s", quote(text, strlen(text)));
	}
}

static void try_read(const struct try *t)
{
	static const int steps[] = { 1, 3, 7, 100 };
	const struct { const char *name; size_t size; } sizes[] = {
		{ "0", 0 }, { "1", 1 }, { "len-1", text_len - 1 }, { "len", text_len },
		{ "len+1", text_len + 1 }, { "64K", MAX_FILE }, { "1G", 1UL << 30 },
	};
	const struct { const char *name; off_t at; } offsets[] = {
		{ "0", 0 }, { "1", 1 }, { "len-1", text_len - 1 }, { "len", text_len },
		{ "len+1", text_len + 1 }, { "far", 1L << 40 }, { "-1", -1 },
		{ "end of the world", 0x7fffffffffffffff },
	};
	struct iovec iov[2] = { { buf, 1 }, { buf + 1, MAX_FILE - 1 } };
	unsigned int i;
	size_t len;
	char op[64];
	ssize_t n;
	int fd, other;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		prepare(t);
		snprintf(op, sizeof(op), "read %s", sizes[i].name);
		fd = get(t, O_RDONLY);
		say_read(t, op, read(fd, buf, sizes[i].size), sizes[i].size, 0);
		close(fd);
	}
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		prepare(t);
		fd = get(t, O_RDONLY);
		for (len = 0; (n = read(fd, buf + len, steps[i])) > 0 && len < MAX_FILE; len += n)
			;
		snprintf(op, sizeof(op), "read %d and %d ...", steps[i], steps[i]);
		say_read(t, op, n < 0 ? n : (ssize_t)len, text_len, 0);
		say("... and after the end", "%s", result(read(fd, buf, 1)));
		say("... position", "%s",
		    lseek(fd, 0, SEEK_CUR) == (off_t)text_len ? "the end" : "elsewhere");
		close(fd);
	}
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		fd = get(t, O_RDONLY);
		snprintf(op, sizeof(op), "pread at %s", offsets[i].name);
		n = pread(fd, buf, MAX_FILE, offsets[i].at);
		say_read(t, op, n, MAX_FILE, offsets[i].at);
		say("... position", "%s", result(lseek(fd, 0, SEEK_CUR)));
		close(fd);
	}
	fd = get(t, O_RDONLY);
	say_read(t, "readv", readv(fd, iov, 2), MAX_FILE, 0);
	close(fd);
	fd = get(t, O_RDONLY);
	say("read to nowhere", "%s", result(read(fd, nowhere, 10)));
	say_read(t, "... and then", read(fd, buf, MAX_FILE), MAX_FILE, 0);
	close(fd);
	fd = get(t, O_RDONLY);
	say("read nothing to nowhere", "%s", result(read(fd, nowhere, 0)));
	close(fd);

	/* Who shares what */
	fd = get(t, O_RDONLY);
	if (!fork())
		_exit(read(fd, buf, 1) != 1);
	wait(NULL);
	say_read(t, "read 1 in a child, the rest here", read(fd, buf, MAX_FILE), MAX_FILE, 1);
	other = get(t, O_RDONLY);
	say_read(t, "read from another open", read(other, buf, MAX_FILE), MAX_FILE, 0);
	close(other);
	close(fd);

	/* A value that changes meanwhile */
	if (!t->other)
		return;
	fd = get(t, O_RDONLY);
	put(t->name, expand(t->other));
	n = read(fd, buf, 1);
	if (!(t->kind & OWN))
		say("change, read 1", "%s %s", result(n), quote(buf, n));
	put(t->name, expand(t->value));
	n = read(fd, buf, MAX_FILE);
	if (!(t->kind & OWN))
		say("... change, read on", "%s %s", result(n), quote(buf, n));
	put(t->name, expand(t->other));
	n = read(fd, buf, MAX_FILE);
	say("change, read on at the end", "%s", result(n));
	lseek(fd, 0, SEEK_SET);
	n = read(fd, buf, MAX_FILE);
	say("... and from the start", "%s", saying(t, buf, n));
	close(fd);
}

static void try_lseek(const struct try *t)
{
	static const struct {
		const char	*name;
		int		whence;
	} ways[] = {
		{ "SET", SEEK_SET }, { "CUR", SEEK_CUR }, { "END", SEEK_END },
		{ "DATA", SEEK_DATA }, { "HOLE", SEEK_HOLE }, { "9", 9 },
	};
	static const struct { const char *name; off_t at; } offsets[] = {
		{ "0", 0 }, { "1", 1 }, { "-1", -1 }, { "100000", 100000 }, { "far", 1L << 40 },
		{ "the end of the world", 0x7fffffffffffffff },
	};
	static const char * const modes[] = { "read", "write", "both" };
	unsigned int mode, w, i;
	char op[64];
	off_t at;
	int fd;

	for (mode = 0; mode < 3; mode++) {
		/* What is not meant to be done here is seen when it is opened */
		if ((mode != 1 && !(t->kind & READS)) || (mode && !(t->kind & WRITES)))
			continue;
		for (w = 0; w < ARRAY_SIZE(ways); w++) {
			for (i = 0; i < ARRAY_SIZE(offsets); i++) {
				if (t->kind & TRACING && !(t->kind & CONSUMES))
					prepare(t);
				fd = get(t, mode);
				if (mode != 1 && !(t->kind & (CONSUMES | WHOLE)) &&
				    read(fd, buf, 1) != 1)
					die("%s has nothing to be read", t->name);
				at = lseek(fd, offsets[i].at, ways[w].whence);
				snprintf(op, sizeof(op), "%s, lseek %s %s", modes[mode],
					 ways[w].name, offsets[i].name);
				say(op, "%s", result(at));
				if (mode != 1 && at >= 0)
					say_read(t, "... and read", read(fd, buf, MAX_FILE),
						 MAX_FILE, at);
				close(fd);
			}
		}
	}
}

static const char * const number_values[] = {
	"0", "1", "2", "1\n", "0\n", "", "\n", " ", "1 ", " 1", "\t1\n", "1\n\n", "1\r\n", "+1",
	"-1", "--1", "01", "0x1", "1x", "x", "1 x", "1\n0\n", "0 1", "99", "100", "101", "+", "-",
	"on", "yes", "Y", "1.0", "1e1", "\xff\xfe", "4294967296", "4294967297", NULL
};

static const char * const huge_values[] = {
	"18446744073709551615", "18446744073709551616", "-18446744073709551616",
	"99999999999999999999999999", NULL
};

static void try_write(const struct try *t, const char *value, size_t len, const char *as)
{
	static char taken[2 * MAX_FILE];
	char op[600];
	off_t pos;
	ssize_t n;
	int fd;

	prepare(t);
	fd = get(t, O_WRONLY);
	n = write(fd, value, len);
	snprintf(op, sizeof(op), "write %s", as);
	if (n < 0) {
		say(op, "%s, then %s", result(n), now(t));
	} else {
		pos = lseek(fd, 0, SEEK_CUR);
		/* Of one that is not taken whole, how much is */
		if (n < (ssize_t)len) {
			memcpy(taken, value, n);
			taken[n] = '\0';
			fold(taken);
		}
		say(op, "%s, at %s, then %s",
		    n == (ssize_t)len ? "all" : quote(taken, strlen(taken)),
		    pos == n ? "its end" : result(pos), now(t));
	}
	close(fd);
}

static void try_values(const struct try *t, const char * const *values)
{
	const char *value;

	for (; *values; values++) {
		/* The position depends on the names */
		value = expand(*values);
		try_write(t, value, strlen(value), quote(*values, strlen(*values)));
	}
}

static void try_writes(const struct try *t)
{
	static const size_t lengths[] = {
		40, 63, 64, 65, 66, 67, 99, 100, 101, 127, 128, 129, 255, 256, 4095, 4096, MAX_FILE
	};
	const char *value = expand(t->value);
	size_t len = strlen(value);
	struct iovec iov[2] = { { (void *)value, 1 }, { (void *)(value + 1), len - 1 } };
	unsigned int i;
	char op[64];
	int fd;

	if (t->numbers) {
		try_values(t, number_values);
		if (!(t->kind & ROUGH))
			try_values(t, huge_values);
	}
	if (t->values)
		try_values(t, t->values);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		static const char fill[] = " 0x\n";
		unsigned int k;

		for (k = 0; fill[k]; k++) {
			memset(buf, fill[k], lengths[i]);
			memcpy(buf, value, len);
			snprintf(op, sizeof(op), "the value and up to %zu %s", lengths[i],
				 quote(&fill[k], 1));
			/* A larger number is too large for some, and which is no matter here */
			if (!t->numbers || fill[k] != '0')
				try_write(t, buf, lengths[i], op);
			if (!t->numbers)
				continue;
			memset(buf, fill[k], lengths[i]);
			memcpy(buf + lengths[i] - len, value, len);
			snprintf(op, sizeof(op), "%s up to %zu and the value", quote(&fill[k], 1),
				 lengths[i]);
			try_write(t, buf, lengths[i], op);
		}
	}
	memcpy(buf, value, len);
	memcpy(buf + len, "\0junk", 5);
	try_write(t, buf, len + 1, "the value and a NUL");
	try_write(t, buf, len + 5, "the value, a NUL and more");
	try_write(t, "\0", 1, "a NUL");
	try_write(t, nowhere, 0, "nothing from nowhere");
	try_write(t, nowhere, 1, "1 from nowhere");
	try_write(t, nowhere, 4096, "4096 from nowhere");
	try_write(t, nowhere, MAX_FILE, "64K from nowhere");

	/* In parts */
	prepare(t);
	fd = get(t, O_WRONLY);
	say("write a part", "%s", success(write(fd, value, 1)));
	say("... and the rest", "%s", success(write(fd, value + 1, len - 1)));
	say("... and a newline", "%s, then %s", success(write(fd, "\n", 1)), now(t));
	close(fd);
	say("... and close", "then %s", now(t));
	prepare(t);
	fd = get(t, O_WRONLY);
	say("writev", "%s, then %s", success(writev(fd, iov, 2)), now(t));
	close(fd);
	prepare(t);
	fd = get(t, O_WRONLY);
	say("write", "%s", success(write(fd, value, len)));
	say("... and again", "%s, then %s", success(write(fd, value, len)), now(t));
	close(fd);

	/* Elsewhere */
	fd = get(t, O_WRONLY);
	say("pwrite at 0", "%s", success(pwrite(fd, value, len, 0)));
	say("pwrite at 5", "%s", success(pwrite(fd, value, len, 5)));
	say("pwrite at -1", "%s", success(pwrite(fd, value, len, -1)));
	say("lseek 7 and write", "%s", (lseek(fd, 7, SEEK_SET), success(write(fd, value, len))));
	close(fd);
	fd = get(t, O_WRONLY | O_APPEND);
	say("write to append", "%s", success(write(fd, value, len)));
	close(fd);
	if (!(t->kind & READS))
		return;
	fd = get(t, O_RDWR);
	say("write to read and write", "%s", success(write(fd, value, len)));
	memset(buf, 0, MAX_FILE);
	say("... and read", "%s %s", success(read(fd, buf, MAX_FILE)),
	    t->kind & OWN ? "" : quote(buf, strlen(buf)));
	close(fd);
	prepare(t);
	fd = get(t, O_RDWR);
	say_read(t, "read to read and write", read(fd, buf, MAX_FILE), MAX_FILE, 0);
	if (t->other) {
		const char *other = expand(t->other);

		say("... and write", "%s, then %s", success(write(fd, other, strlen(other))),
		    now(t));
		lseek(fd, 0, SEEK_SET);
		memset(buf, 0, MAX_FILE);
		say("... and read from the start", "%s",
		    (read(fd, buf, MAX_FILE), saying(t, buf, strlen(buf))));
	}
	close(fd);
}

static void try_file(const struct try *t)
{
	try_text(t);
	try_lseek(t);
	if (t->kind & READS && !(t->kind & CONSUMES))
		try_read(t);
	if (t->kind & WRITES)
		try_writes(t);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: filediff DIR\n", stderr);
		return 2;
	}
	enter_side(argv[1]);
	try_all(try_file);
	return 0;
}
