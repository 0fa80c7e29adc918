/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What two parsers of filters need of the kernel: ours, and ftrace's, which unit/filter.c takes out
 * of the kernel's source. What they ask is answered the same, and for the rest there is nobody.
 */
#ifndef _SHIM_FILTER_H
#define _SHIM_FILTER_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include <ctype.h>

/* The kernel's take any character */
#define SHIM_CTYPE(name)						\
	static inline int shim_##name(char c)				\
	{								\
		return name((unsigned char)c);				\
	}
SHIM_CTYPE(isspace)
SHIM_CTYPE(isalnum)
SHIM_CTYPE(isdigit)
#undef isspace
#undef isalnum
#undef isdigit
#define isspace	shim_isspace
#define isalnum	shim_isalnum
#define isdigit	shim_isdigit

#define U64_MAX		(~0ULL)

/* Memory. The kernel's parser has frees that are left out here, and nobody looks for leaks */
#define GFP_KERNEL				0
#define kmalloc(size, gfp)			malloc(size)
#define kzalloc(size, gfp)			calloc(1, size)
#define kcalloc(nr, size, gfp)			calloc(nr, size)
#define kmalloc_array(nr, size, gfp)		calloc(nr, size)
#define kfree(p)				free((void *)(p))
#define kstrdup(text, gfp)			strdup(text)
#define kmemdup_nul(from, len, gfp)		strndup(from, len)
#define strscpy(to, from, size)			((void)snprintf(to, size, "%s", from))

static inline void shim_kfree(void *p)
{
	free(*(void **)p);
}

#define __free(name)	__attribute__((__cleanup__(shim_##name)))

/* Texts */
static inline size_t str_has_prefix(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? 0 : len;
}

static inline const char *skip_spaces(const char *text)
{
	while (isspace(*text))
		text++;

	return text;
}

/* As the kernel's: nothing around it but one newline, no more digits than fit */
static inline int shim_digits(const char *text, unsigned int base, u64 *value)
{
	u64 digit;
	bool any = false;

	if (!base) {
		base = 10;
		if (*text == '0') {
			base = (text[1] | 0x20) == 'x' && isxdigit((unsigned char)text[2]) ? 16 : 8;
			text += base == 16 ? 2 : 0;
		}
	}

	for (*value = 0; isalnum(*text); text++, any = true) {
		digit = isdigit(*text) ? *text - '0' : (*text | 0x20) - 'a' + 10;
		if (digit >= base)
			break;
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return -ERANGE;
	}
	if (*text == '\n')
		text++;

	return !any || *text ? -EINVAL : 0;
}

static inline int kstrtoull(const char *text, unsigned int base, u64 *value)
{
	return shim_digits(*text == '+' ? text + 1 : text, base, value);
}

static inline int shim_kstrtoll(const char *text, s64 *value)
{
	u64 number;
	int ret = *text == '-' ? shim_digits(text + 1, 0, &number) : kstrtoull(text, 0, &number);

	if (ret)
		return ret;
	if (*text == '-' ? -number > 0 && (s64)-number > 0 : (s64)number < 0)
		return -ERANGE;
	*value = *text == '-' ? -number : number;

	return 0;
}

/* The one takes an s64 for it, the other a u64 */
#define kstrtoll(text, base, value)	shim_kstrtoll(text, (s64 *)(value))

static inline int kstrtoul(const char *text, unsigned int base, unsigned long *value)
{
	u64 number;
	int ret = kstrtoull(text, base, &number);

	if (!ret)
		*value = number;

	return ret;
}

/* CPUs */
struct cpumask {
	u64	bits;
};

typedef struct cpumask cpumask_var_t[1];

#define nr_cpu_ids	8U

static inline bool zalloc_cpumask_var(cpumask_var_t *mask, int gfp __maybe_unused)
{
	(*mask)->bits = 0;

	return true;
}

#define free_cpumask_var(mask)		((void)(mask))
#define cpumask_size()			sizeof(struct cpumask)
#define cpumask_weight(mask)		((u32)__builtin_popcountll((mask)->bits))
#define cpumask_empty(mask)		(!(mask)->bits)
#define cpumask_first(mask)							\
	((mask)->bits ? (u32)__builtin_ctzll((mask)->bits) : nr_cpu_ids)
#define cpumask_last(mask)							\
	((mask)->bits ? 63 - (u32)__builtin_clzll((mask)->bits) : nr_cpu_ids)
#define cpumask_test_cpu(cpu, mask)	(!!((mask)->bits >> (cpu) & 1))
#define cpumask_equal(a, b)		((a)->bits == (b)->bits)
#define cpumask_intersects(a, b)	(!!((a)->bits & (b)->bits))
#define cpumask_nth(n, mask)		((void)(mask), (n) + nr_cpu_ids)
#define hweight32(word)			((u32)__builtin_popcount(word))

/* N and N-M with commas between them, a space for none */
static inline int cpulist_parse(const char *text, struct cpumask *mask)
{
	mask->bits = 0;
	if (!strcmp(text, " "))
		return 0;

	do {
		char *end;
		u64 first, last;

		if (!isdigit(*text))
			return -EINVAL;
		first = last = strtoul(text, &end, 10);
		if (*end == '-') {
			if (!isdigit(end[1]))
				return -EINVAL;
			last = strtoul(end + 1, &end, 10);
		}
		if (last >= nr_cpu_ids || first > last)
			return -EINVAL;
		for (; first <= last; first++)
			mask->bits |= 1ULL << first;
		text = end;
	} while (*text++ == ',');

	return text[-1] ? -EINVAL : 0;
}

/* Functions: one, of 0x100 bytes */
#define SHIM_FUNCTION		"some_function"
#define SHIM_FUNCTION_AT	0xffff800080123400UL
#define SHIM_FUNCTION_SIZE	0x100UL

static inline unsigned long kallsyms_lookup_name(const char *name)
{
	return strcmp(name, SHIM_FUNCTION) ? 0 : SHIM_FUNCTION_AT;
}

static inline bool kallsyms_lookup_size_offset(unsigned long address, unsigned long *size,
					       unsigned long *offset)
{
	if (address < SHIM_FUNCTION_AT || address >= SHIM_FUNCTION_AT + SHIM_FUNCTION_SIZE)
		return false;
	*size = SHIM_FUNCTION_SIZE;
	*offset = address - SHIM_FUNCTION_AT;

	return true;
}

/* Events */
#define MAX_FILTER_STR_VAL	256U

enum {
	FILTER_OTHER,
	FILTER_STATIC_STRING,
	FILTER_DYN_STRING,
	FILTER_RDYN_STRING,
	FILTER_PTR_STRING,
	FILTER_TRACE_FN,
	FILTER_CPUMASK,
	FILTER_COMM,
	FILTER_CPU,
	FILTER_STACKTRACE,
};

struct ftrace_event_field {
	const char	*name;
	int		filter_type;
	int		offset;
	int		size;
	unsigned int	is_signed;
};

struct trace_event_call {
	const char	*print_fmt;
};

static inline bool is_string_field(const struct ftrace_event_field *field)
{
	return field->filter_type == FILTER_DYN_STRING ||
	       field->filter_type == FILTER_RDYN_STRING ||
	       field->filter_type == FILTER_STATIC_STRING ||
	       field->filter_type == FILTER_PTR_STRING || field->filter_type == FILTER_COMM;
}

/* The test's */
struct ftrace_event_field *trace_find_event_field(struct trace_event_call *call, char *name);

#endif /* _SHIM_FILTER_H */
