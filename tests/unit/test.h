/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every test here needs. A test is one program: it exits with 0 if it passed, 1 if it failed
 * and 77 if it cannot run on this machine, and then says why on the last line it prints.
 */
#ifndef _UNIT_TEST_H
#define _UNIT_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/compiler.h>
#include <linux/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define CHECK(cond)								\
	do {									\
		if (!(cond))							\
			test_fail(__FILE__, __LINE__, #cond);			\
	} while (0)

#define CHECK_EQ(a, b)								\
	do {									\
		u64 _a = (u64)(a), _b = (u64)(b);				\
										\
		if (_a != _b)							\
			test_fail_eq(__FILE__, __LINE__, #a, _a, #b, _b);	\
	} while (0)

/* What the test was doing, printed when it fails: enough to do it again */
static char test_context[128] __maybe_unused;

static inline void test_die(void)
{
	if (test_context[0])
		fprintf(stderr, "\t%s\n", test_context);
	fflush(NULL);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	/* For libFuzzer to keep the input */
	abort();
#endif
	/* Threads may be running that an orderly exit() would pull the rug from */
	_Exit(1);
}

static inline void test_fail(const char *file, int line, const char *cond)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, cond);
	test_die();
}

static inline void test_fail_eq(const char *file, int line, const char *a, u64 va, const char *b,
				u64 vb)
{
	fprintf(stderr, "%s:%d: %s is %llu (0x%llx), not %s, %llu (0x%llx)\n", file, line, a, va,
		va, b, vb, vb);
	test_die();
}

/* The command line's argument @i as a number, or @value if there is none */
static inline u64 test_arg(int argc, char **argv, int i, u64 value)
{
	return argc > i ? strtoull(argv[i], NULL, 0) : value;
}

/* splitmix64: good enough, one word of state, and any seed will do */
static inline u64 test_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;

	return z ^ (z >> 31);
}

/* 0 .. @n - 1 */
static inline u32 test_below(u64 *state, u32 n)
{
	return (test_random(state) >> 32) * n >> 32;
}

#endif /* _UNIT_TEST_H */
