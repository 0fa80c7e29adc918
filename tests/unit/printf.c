// SPDX-License-Identifier: GPL-2.0
/*
 * remote_trace_printf() prints what libc's does, whatever the number and however little room there
 * is; what does not fit leaves the buffer as it was.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/remote_trace.h>
#include <linux/trace_seq.h>

#include "test.h"

#define MAX_ROOM	96

static u64 random_state;

/* Numbers of every length, not only long ones */
static u64 any_number(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;

	return (random_state ^ random_state >> 29) >> (random_state >> 58);
}

/* Both into buffers of the very size, which the sanitizer watches */
#define SAME(room, fmt, args...)						\
do {										\
	size_t _room = (room), _len;						\
	char *_ours = malloc(_room ?: 1), _libc[512];				\
	struct trace_seq _seq = { .seq = { .buffer = _ours, .size = _room } };	\
										\
	_len = snprintf(_libc, sizeof(_libc), fmt, ##args);			\
	snprintf(test_context, sizeof(test_context), "%zu bytes for '%.60s'", _room, _libc);	\
	remote_trace_printf(&_seq, fmt, ##args);				\
	CHECK_EQ(_seq.seq.len, _len < _room ? _len : 0);			\
	CHECK_EQ(_seq.full, _len >= _room);					\
	CHECK(!memcmp(_ours, _libc, _seq.seq.len));				\
	free(_ours);								\
} while (0)

static void numbers(size_t room)
{
	u64 a = any_number(), b = any_number();

	SAME(room, "%s id=%llu", "selftest", a);
	SAME(room, "%u %lu %llu", (u32)a, (unsigned long)b, a);
	SAME(room, "%d|%d", (int)a, -(int)(b & INT_MAX));
	SAME(room, "%x,%lx,%llx", (u32)a, (unsigned long)b, a);
	SAME(room, "%s=%s", "", a & 1 ? "a" : "some name that is long");
	/* What is left to the kernel's own */
	SAME(room, "%s %5u %#llx %c%%", "x", (u32)a, b, 'c');
}

int main(int argc, char **argv)
{
	unsigned int i, rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000;
	static const u64 edges[] = { 0, 9, 10, 99, 100, 999, 1000, 4294967295, 4294967296,
				     9999999999, 10000000000, 18446744073709551615ULL };
	size_t room;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (room = 0; room < MAX_ROOM; room++) {
			SAME(room, "%llu", edges[i]);
			SAME(room, "%llx.", edges[i]);
			SAME(room, "%d", (int)edges[i]);
		}
	}
	SAME(40, "%d %d", INT_MIN, INT_MAX);
	for (i = 0; i < rounds; i++)
		numbers(any_number() % MAX_ROOM);

	return 0;
}
