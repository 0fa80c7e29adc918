/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing the hypervisor's functions, at EL2. <asm/kvm_el2_functions.h> says what is traced;
 * function.c writes the records, patch.c has functions traced.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H
#define __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

#ifdef CONFIG_KVM_EL2_FUNCTION_TRACE

#include <asm/kvm_asm.h>

/*
 * Not traced, though the files they are in are: what begins where the firmware starts a CPU, and
 * what has no way back.
 */
asmlinkage notrace void __noreturn __kvm_host_psci_cpu_entry(bool is_cpu_on);
asmlinkage notrace void __noreturn hyp_panic(void);
asmlinkage notrace void __noreturn hyp_panic_bad_stack(void);
asmlinkage notrace void kvm_unexpected_el2_exception(void);

void el2_trace_function(unsigned long ip, unsigned long parent);
void el2_functions_record(u32 id, u64 text);
int el2_functions_patch(u64 word, u64 bits);

#else

static inline void el2_functions_record(u32 id, u64 text) { }

/* There are no such functions */
static inline int el2_functions_patch(u64 word, u64 bits)
{
	return -EINVAL;
}

#endif /* CONFIG_KVM_EL2_FUNCTION_TRACE */

#endif /* __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H */
