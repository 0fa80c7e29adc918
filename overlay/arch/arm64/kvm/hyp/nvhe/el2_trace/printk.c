// SPDX-License-Identifier: GPL-2.0
/*
 * The records of trace_hyp_printk(). See <nvhe/el2_trace_printk.h>.
 */
#include <linux/overflow.h>
#include <linux/string.h>

#include <asm/alternative.h>
#include <asm/kvm_hyp.h>
#include <asm/kvm_mmu.h>

#include <nvhe/el2_clock.h>
#include <nvhe/memory.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_filter.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>
#include <nvhe/el2_trace_trigger.h>

/* From one of our addresses, of something in the kernel's image, to the host's address of it */
static __always_inline u64 kimg_va(const void *addr)
{
	u64 voffset;

	asm(ALTERNATIVE_CB("movz %0, #0\n"
			   "movk %0, #0, lsl #16\n"
			   "movk %0, #0, lsl #32\n"
			   "movk %0, #0, lsl #48\n",
			   ARM64_ALWAYS_SYSTEM, kvm_get_kimage_voffset)
	    : "=r" (voffset));

	return hyp_virt_to_phys((void *)addr) + voffset;
}

/**
 * trace_hyp_printk_sym - a symbol as an argument of trace_hyp_printk(), for %ps and %pS
 * @addr:	of a function or of data of the hypervisor's image
 *
 * Return: its address as the host knows it. Nothing that the hypervisor could use.
 */
void *trace_hyp_printk_sym(const void *addr)
{
	return (void *)kimg_va(addr);
}

/* What is to be done about it; the record has all that a filter or a trigger can be about */
static noinline u32 judge_printk(u32 id, unsigned long ip, const char *fmt)
{
	EL2_FILTER_SUBJECT(subject, struct el2_printk_record);
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	memset(&subject.entry, 0, sizeof(subject.entry));
	subject.cpu = cpu->number;
	subject.entry.header.id = el2_printk_id(id);
	subject.entry.header.pid = cpu->pid;
	subject.entry.ip = kimg_va((void *)ip);
	subject.entry.fmt = kimg_va(fmt);

	return el2_trace_trigger_match(EL2_EVENT_hyp_printk, &subject, id == el2_printk_id(id));
}

/* As an event's: what fits is written by the first, anything else goes to the second */
#define write_record(how, nr)							\
	const u64 args[] = { a, b, c, d, e, f };				\
	struct remote_ring_record record;					\
	struct el2_printk_record *entry;					\
										\
	record = remote_ring_writer_##how(&cpu->ring, el2_clock_ns(READ_ONCE(cpu->clock)),	\
					  struct_size_t(struct el2_printk_record, buf, nr));	\
	if (likely(record.ok)) {						\
		entry = record.payload;						\
		entry->header.id = id;						\
		entry->header.pid = cpu->pid;					\
		entry->ip = kimg_va((void *)ip);				\
		entry->fmt = kimg_va(fmt);					\
		memcpy(entry->buf, args, nr * sizeof(args[0]));			\
		remote_ring_writer_commit(&cpu->ring, record);			\
	}

/* Sizes are constants here as for any event */
#define TRACE_PRINTK_FUNCTION(nr)						\
	static noinline void slow_trace_hyp_printk##nr(unsigned long ip, const char *fmt,	\
						       u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) \
	{									\
		struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);	\
		/* May have been switched off since the caller looked, and 0 is no id */	\
		u32 id = READ_ONCE(el2_event_id_hyp_printk);			\
		/* That it has a filter or a trigger may be news of now: judge it anyway */ \
		u32 what = id ? judge_printk(id, ip, fmt) : 0;			\
										\
		if (what & EL2_TRIGGER_RECORD) {				\
			write_record(reserve, nr)				\
			if (record.ok)						\
				el2_trace_stack(cpu, __builtin_frame_address(0), false); \
		}								\
		if (what & ~EL2_TRIGGER_RECORD)					\
			el2_trace_trigger_fire(EL2_EVENT_hyp_printk, what,	\
					       *(unsigned long *)__builtin_frame_address(0)); \
	}									\
										\
	void __trace_hyp_printk##nr(unsigned long ip, const char *fmt, u64 a, u64 b, u64 c,	\
				    u64 d, u64 e, u64 f)			\
	{									\
		struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);	\
		u32 id = READ_ONCE(el2_plain_id_hyp_printk);			\
										\
		if (unlikely(!id)) {						\
			slow_trace_hyp_printk##nr(ip, fmt, a, b, c, d, e, f);	\
			return;							\
		}								\
										\
		write_record(try_reserve, nr)					\
		else								\
			slow_trace_hyp_printk##nr(ip, fmt, a, b, c, d, e, f);	\
	}
TRACE_PRINTK_FUNCTIONS(TRACE_PRINTK_FUNCTION)
