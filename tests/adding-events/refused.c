// SPDX-License-Identifier: GPL-2.0
/*
 * One use of trace_hyp_printk() for each number; run says which of them must compile.
 */
#include <linux/kconfig.h>

#ifdef WITHOUT
#undef CONFIG_KVM_EL2_TRACE
#endif

#include <nvhe/el2_trace_printk.h>

void use(int number, unsigned long number64, const char *text);
void use(int number, unsigned long number64, const char *text)
{
#if USE == 0
	trace_hyp_printk("%d %lx", number, number64);
#elif USE == 1
	trace_hyp_printk("%d %d %d %d %d %d %d", number, number, number, number, number, number,
			 number);
#elif USE == 2
	trace_hyp_printk("%s", text);
#elif USE == 3
	trace_hyp_printk("%d", number64);
#elif USE == 4
	trace_hyp_printk("%d %d", number);
#elif USE == 5
	trace_hyp_printk("%d", number, number);
#elif USE == 6
	trace_hyp_printk("%pI4", text);
#elif USE == 7
	trace_hyp_printk("%*d", number, number);
#elif USE == 8
	trace_hyp_printk("%c", number);
#elif USE == 9
	trace_hyp_printk("%#x", number);
#elif USE == 10
	trace_hyp_printk(text);
#else
	nothing at all;
#endif
}
