/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a remote's state, its rings and its merges (core.h of remote_trace) need of the kernel, for
 * one thread. Memory comes from the test, which keeps the books; who waits for a lock would wait
 * for ever, so that traps. All CPUs are possible.
 */
#ifndef _SHIM_CORE_H
#define _SHIM_CORE_H

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/barrier.h>
#include <asm/page.h>

#define U64_MAX			(~0ULL)
#define MAX_ERRNO		4095UL
#define ERR_PTR(error)		((void *)(long)(error))
#define swap(a, b)						\
	do {							\
		__typeof__(a) _a = (a);				\
								\
		(a) = (b);					\
		(b) = _a;					\
	} while (0)
#define noinline		__attribute__((__noinline__))
#define scnprintf		snprintf
#define WARN_ON(condition)	(condition)
#define WARN_ON_ONCE(condition)	(condition)
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((u64)(n), d)
#define smp_store_mb(var, value)					\
	do {								\
		WRITE_ONCE(var, value);					\
		smp_mb();						\
	} while (0)

#define BITS_PER_LONG		64
#define test_bit(nr, bits)	((bits)[(nr) / BITS_PER_LONG] >> ((nr) % BITS_PER_LONG) & 1)
#define clear_bit(nr, bits)	((bits)[(nr) / BITS_PER_LONG] &= ~BIT((nr) % BITS_PER_LONG))

static inline void assign_bit(unsigned int nr, unsigned long *bits, bool value)
{
	clear_bit(nr, bits);
	bits[nr / BITS_PER_LONG] |= (unsigned long)value << nr % BITS_PER_LONG;
}

/* Memory */
typedef u32 gfp_t;

#define GFP_KERNEL		0x1u
#define __GFP_ZERO		0x2u
#define __GFP_NOWARN		0x4u
#define __GFP_RETRY_MAYFAIL	0x8u
#define PAGE_ALLOC_COSTLY_ORDER	3

struct page;

/* In one piece, and not necessarily so */
void *shim_alloc(size_t size);
void *shim_alloc_pieces(size_t size);
void kvfree(const void *addr);
struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order);
unsigned long __get_free_page(gfp_t gfp);
void free_page(unsigned long addr);
void *page_address(const struct page *page);
unsigned long totalram_pages(void);
long si_mem_available(void);

#define kzalloc(size, gfp)		shim_alloc(size)
#define kcalloc(nr, size, gfp)		shim_alloc((nr) * (size))
#define kvcalloc(nr, size, gfp)		shim_alloc((nr) * (size))
#define vcalloc(nr, size)		shim_alloc_pieces((nr) * (size))
#define bitmap_zalloc(nr, gfp)		shim_alloc(DIV_ROUND_UP(nr, BITS_PER_LONG) * sizeof(long))
#define kfree(addr)			kvfree(addr)
#define bitmap_free(bits)		kvfree(bits)
#define size_mul(a, b)			((size_t)(a) * (b))
#define struct_size(p, member, count)	(sizeof(*(p)) + sizeof((p)->member[0]) * (size_t)(count))

/* CPUs */
struct cpumask;

#define nr_cpu_ids		NR_CPUS
#define num_possible_cpus()	NR_CPUS
#define cpu_to_node(cpu)	((cpu) % 2)
#define cpu_relax()		do { } while (0)
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++)

/* A mask is all of them, which is none, or the address of the one that it has */
extern const char shim_cpumasks[NR_CPUS];

#define cpu_possible_mask	((const struct cpumask *)NULL)
#define cpumask_of(cpu)		((const struct cpumask *)&shim_cpumasks[cpu])
#define cpumask_weight(mask)	((mask) ? 1 : NR_CPUS)

static inline bool shim_cpu_in(int cpu, const struct cpumask *mask)
{
	return !mask || (const char *)mask == &shim_cpumasks[cpu];
}

#define for_each_cpu(cpu, mask)						\
	for_each_possible_cpu(cpu)					\
		if (!shim_cpu_in(cpu, mask)) {				\
		} else

/* Locks */
struct mutex {
	bool held;
};

typedef struct mutex spinlock_t;

/* How many are held */
extern u32 shim_mutexes;

static inline void mutex_lock(struct mutex *lock)
{
	if (lock->held)
		__builtin_trap();
	lock->held = true;
	shim_mutexes++;
}

static inline void mutex_unlock(struct mutex *lock)
{
	if (!lock->held)
		__builtin_trap();
	lock->held = false;
	shim_mutexes--;
}

static inline struct mutex *shim_guard_mutex(struct mutex *lock)
{
	mutex_lock(lock);
	return lock;
}

static inline void shim_unguard_mutex(struct mutex **lock)
{
	mutex_unlock(*lock);
}

#define SHIM_NAME(name, number)		name##number
#define SHIM_UNIQUE(name, number)	SHIM_NAME(name, number)
/* guard(mutex)(&lock); */
#define guard(name)							\
	struct mutex *SHIM_UNIQUE(shim_guard_, __COUNTER__)		\
	__attribute__((__cleanup__(shim_unguard_##name))) __maybe_unused = shim_guard_##name

#define mutex_init(lock)			((lock)->held = false)
#define mutex_lock_nest_lock(lock, outer)			\
	do {							\
		if (!(outer)->held)				\
			__builtin_trap();			\
		mutex_lock(lock);				\
	} while (0)
#define lockdep_assert_held(lock)				\
	do {							\
		if (!(lock)->held)				\
			__builtin_trap();			\
	} while (0)

/* Nobody is waited for, and nothing is put off */
struct list_head { char unused; };
struct irq_work { char unused; };
struct work_struct { char unused; };
struct delayed_work { char unused; };
struct timer_list { char unused; };
typedef struct { char unused; } wait_queue_head_t;

struct task_struct;

#define current			((struct task_struct *)NULL)
#define PIPE_DEF_BUFFERS	16

void cond_resched(void);
bool fatal_signal_pending(struct task_struct *task);

struct trace_event_call {
	struct {
		int	type;
	} event;
};

struct trace_entry {
	u64	fields;
};

#endif /* _SHIM_CORE_H */
