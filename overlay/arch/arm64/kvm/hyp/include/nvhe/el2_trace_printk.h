/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace_hyp_printk(): what trace_printk() is to the kernel, for those who develop the hypervisor.
 *
 * The hypervisor formats nothing and copies no text. The format is a string of the host's, in
 * memory that the host can read and the hypervisor never does; the record has its address and the
 * arguments as vbin_printf() lays them out. It is the record of ftrace's own trace_printk(), struct
 * bprint_entry, so whoever can read that can read this.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_PRINTK_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_PRINTK_H

#include <linux/args.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/instruction_pointer.h>
#include <linux/types.h>

/* What is left of the registers that a call passes arguments in; each has room for one of ours */
#define TRACE_PRINTK_MAX_ARGS	6

/**
 * struct trace_printk_args - arguments of trace_hyp_printk() as they are in the record
 * @buf:	words of 4 bytes, in pairs, the first of a pair in the lower half
 * @nr_words:	words in @buf
 */
struct trace_printk_args {
	u64		buf[TRACE_PRINTK_MAX_ARGS];
	unsigned int	nr_words;
};

void *trace_hyp_printk_sym(const void *addr);

/* For the compiler, which checks the arguments against the format, here and nowhere else */
static __always_inline __printf(1, 2) void trace_printk_check(const char *fmt, ...) { }

/*
 * The kernel can print more than tools can, and both can do more than we could without copying
 * text. What follows the next % in @fmt must be what all agree on. Returns what comes after it, the
 * end of the text if there is no more, or NULL if they do not.
 */
static __always_inline const char *trace_printk_conversion(const char *fmt)
{
	if (!fmt)
		return NULL;

	fmt = __builtin_strchr(fmt, '%');
	if (!fmt)
		return "";

	fmt++;
	if (*fmt == '%')
		return fmt + 1;

	if (*fmt == 'p') {
		fmt++;
		if (*fmt == 's' || *fmt == 'S')
			fmt++;
		/* To the kernel, these belong to the conversion */
		if ((*fmt >= '0' && *fmt <= '9') || (*fmt >= 'a' && *fmt <= 'z') ||
		    (*fmt >= 'A' && *fmt <= 'Z'))
			return NULL;
		return fmt;
	}

	fmt += __builtin_strspn(fmt, "0123456789.");
	fmt += __builtin_strspn(fmt, "lz");

	return *fmt == 'd' || *fmt == 'i' || *fmt == 'u' || *fmt == 'x' ? fmt + 1 : NULL;
}

/* The same for all of @fmt, with two %% to spare. A constant: the compiler does all of this */
static __always_inline bool trace_printk_format_ok(const char *fmt)
{
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);
	fmt = trace_printk_conversion(fmt);

	return fmt && !__builtin_strchr(fmt, '%');
}

static __always_inline void trace_printk_put(struct trace_printk_args *args, u64 value, size_t size)
{
	unsigned int n = args->nr_words;
	bool upper = n % 2;

	/* As an argument, anything shorter is an int */
	if (size <= sizeof(u32))
		value = (u32)value;

	args->buf[n / 2] |= upper ? value << 32 : value;
	if (upper && size > sizeof(u32))
		args->buf[n / 2 + 1] = value >> 32;

	args->nr_words += size > sizeof(u32) ? 2 : 1;
}

#define __trace_printk_put(args, arg)						\
	do {									\
		__auto_type __arg = (arg);					\
										\
		BUILD_BUG_ON(sizeof(__arg) > sizeof(u64));			\
		trace_printk_put(args, (u64)__arg, sizeof(__arg));		\
	} while (0)

/* One for each number of arguments */
#define __trace_printk_put0(args)	do { } while (0)
#define __trace_printk_put1(args, a)	__trace_printk_put(args, a)
#define __trace_printk_put2(args, a, b...)					\
	do {									\
		__trace_printk_put(args, a);					\
		__trace_printk_put1(args, b);					\
	} while (0)
#define __trace_printk_put3(args, a, b...)					\
	do {									\
		__trace_printk_put(args, a);					\
		__trace_printk_put2(args, b);					\
	} while (0)
#define __trace_printk_put4(args, a, b...)					\
	do {									\
		__trace_printk_put(args, a);					\
		__trace_printk_put3(args, b);					\
	} while (0)
#define __trace_printk_put5(args, a, b...)					\
	do {									\
		__trace_printk_put(args, a);					\
		__trace_printk_put4(args, b);					\
	} while (0)
#define __trace_printk_put6(args, a, b...)					\
	do {									\
		__trace_printk_put(args, a);					\
		__trace_printk_put5(args, b);					\
	} while (0)

#define __trace_printk_checks(fmt, args...)					\
	do {									\
		static_assert(COUNT_ARGS(args) <= TRACE_PRINTK_MAX_ARGS,	\
			      "trace_hyp_printk() takes 6 arguments at most");	\
		BUILD_BUG_ON_MSG(!trace_printk_format_ok(fmt),			\
				 "trace_hyp_printk() has %d %i %u %x, l ll z, %p[sS], %%"); \
		if (0)								\
			trace_printk_check(fmt, ##args);			\
	} while (0)

#ifdef CONFIG_KVM_EL2_TRACE

/* What it is recorded with, or 0; the same while it has no filter, and 0 if it has one */
extern u32 el2_event_id_hyp_printk;
extern u32 el2_plain_id_hyp_printk;

/* The former if it is not on and has triggers, and the id that is in it in either case */
#define EL2_PRINTK_OFF	((u32)BIT(31))

static inline u32 el2_printk_id_off(u16 id)
{
	return id ? id | EL2_PRINTK_OFF : 0;
}

static inline u32 el2_printk_id(u32 id)
{
	return id & ~EL2_PRINTK_OFF;
}

/* One for each size of record; @nr is how much of the arguments' buffer is in it */
#define TRACE_PRINTK_FUNCTIONS(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6)

#define TRACE_PRINTK_FUNCTION(nr)						\
	void __trace_hyp_printk##nr(unsigned long ip, const char *fmt,		\
				    u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
TRACE_PRINTK_FUNCTIONS(TRACE_PRINTK_FUNCTION)
#undef TRACE_PRINTK_FUNCTION

static __always_inline void trace_printk_write(unsigned long ip, const char *fmt,
					       const struct trace_printk_args *args)
{
	const u64 *buf = args->buf;

	/* A constant: one of the calls remains */
	switch ((args->nr_words + 1) / 2) {
#define TRACE_PRINTK_FUNCTION(nr)						\
	case nr:								\
		__trace_hyp_printk##nr(ip, fmt, buf[0], buf[1], buf[2],		\
				       buf[3], buf[4], buf[5]);			\
		break;
	TRACE_PRINTK_FUNCTIONS(TRACE_PRINTK_FUNCTION)
#undef TRACE_PRINTK_FUNCTION
	}
}

/**
 * trace_hyp_printk - print into the hypervisor's trace
 * @fmt:	a string literal with %d, %i, %u and %x, each with a width and with l, ll or z if
 *		need be; %p, %ps and %pS; %%. Anything else is a compile error. No newline is needed
 * @args:	6 at the most: integers, and pointers, which %p prints as they are. For %ps and %pS
 *		it takes trace_hyp_printk_sym(symbol)
 *
 * As an event, recorded while hyp_printk is on and within a stay that is traced. While it is off it
 * costs three instructions, and @args are not evaluated.
 */
#define trace_hyp_printk(fmt, args...)						\
	do {									\
		/* The host's, for hyp.lds.S does not gather it */		\
		static const char __text[] __section("__tracepoints_strings") = fmt;	\
		/* So that it is in printk_formats: where host and tools know it from */ \
		static const char *__listed __used __section("__tracepoint_str") = __text; \
										\
		__trace_printk_checks(fmt, ##args);				\
		if (unlikely(READ_ONCE(el2_event_id_hyp_printk))) {		\
			struct trace_printk_args __args = { };			\
										\
			CONCATENATE(__trace_printk_put, COUNT_ARGS(args))(&__args, ##args); \
			trace_printk_write(_THIS_IP_, __text, &__args);		\
		}								\
	} while (0)

#else /* !CONFIG_KVM_EL2_TRACE */

#define trace_hyp_printk(fmt, args...)	__trace_printk_checks(fmt, ##args)

#endif /* CONFIG_KVM_EL2_TRACE */

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_PRINTK_H */
