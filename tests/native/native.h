/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that run in the native guest share: the test remote's files, small.
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRACING	"/sys/kernel/tracing/"
#define REMOTE	TRACING "remote_test/"
#define PARAMS	"/sys/module/remote_trace_test/parameters/"

/* Say what is wrong, and that is the end */
__attribute__((noreturn, format(printf, 1, 2))) static inline void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(NULL);
	_exit(1);
}

/* Write @text to a file; returns 0 or what errno says */
static inline int try_put(const char *path, const char *text)
{
	int ret = 0, fd = open(path, O_WRONLY);

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = errno;
	close(fd);

	return ret;
}

static inline void put(const char *path, const char *text)
{
	int err = try_put(path, text);

	if (err)
		fail("%s: cannot write '%s': %s", path, text, strerror(err));
}

/* All of a file, at most @size - 1 bytes, as a string in @buf */
static inline char *get(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t ret;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	while ((ret = read(fd, buf + len, size - 1 - len)) > 0)
		len += ret;
	if (ret < 0)
		fail("%s: read: %s", path, strerror(errno));
	close(fd);
	buf[len] = '\0';

	return buf;
}

/* As it was after boot, but for the rings' size; whoever holds a file open keeps them loaded */
static inline void reset_remote(void)
{
	int fd;

	put(PARAMS "rate", "0");
	put(REMOTE "dmesg", "0");
	put(REMOTE "dump_on_panic", "0");
	put(REMOTE "tracing_on", "0");
	put(REMOTE "options/stacktrace", "0");
	put(REMOTE "buffer_percent", "50");
	put(TRACING "events/remote_test/enable", "0");
	put(REMOTE "events/enable", "0");
	fd = open(REMOTE "trace", O_WRONLY | O_TRUNC);
	if (fd < 0)
		fail("trace: cannot be cleared: %s", strerror(errno));
	close(fd);
}

#endif /* NATIVE_H */
