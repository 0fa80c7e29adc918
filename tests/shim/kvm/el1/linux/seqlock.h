/* SPDX-License-Identifier: GPL-2.0 */
/* For one thread: a reader that comes amid a writer would wait for ever, so it traps. */
#ifndef _SHIM_KVM_EL1_LINUX_SEQLOCK_H
#define _SHIM_KVM_EL1_LINUX_SEQLOCK_H

#include <linux/irqflags.h>
#include <linux/types.h>

typedef struct {
	u32 sequence;
} seqcount_t;

typedef seqcount_t seqlock_t;

#define SEQCNT_ZERO(name)	{ 0 }
#define DEFINE_SEQLOCK(name)	seqlock_t name

static inline void write_seqcount_begin(seqcount_t *count)
{
	if (count->sequence++ & 1)
		__builtin_trap();
}

static inline void write_seqcount_end(seqcount_t *count)
{
	count->sequence++;
}

static inline u32 read_seqcount_begin(const seqcount_t *count)
{
	if (count->sequence & 1)
		__builtin_trap();
	return count->sequence;
}

static inline bool read_seqcount_retry(const seqcount_t *count, u32 start)
{
	return count->sequence != start;
}

#define raw_write_seqcount_begin(count)	write_seqcount_begin(count)
#define raw_write_seqcount_end(count)	write_seqcount_end(count)

#define write_seqlock(lock)		write_seqcount_begin(lock)
#define write_sequnlock(lock)		write_seqcount_end(lock)
#define read_seqbegin(lock)		read_seqcount_begin(lock)
#define read_seqretry(lock, start)	read_seqcount_retry(lock, start)

#define write_seqlock_irqsave(lock, flags)	\
	do { local_irq_save(flags); write_seqlock(lock); } while (0)
#define write_sequnlock_irqrestore(lock, flags)	\
	do { write_sequnlock(lock); local_irq_restore(flags); } while (0)

#endif /* _SHIM_KVM_EL1_LINUX_SEQLOCK_H */
