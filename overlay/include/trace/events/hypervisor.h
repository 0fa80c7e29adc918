/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of the arm64 KVM hypervisor (EL2), each declared once. The kernel's trace macros make
 * ids, fields and formats of them (arch/arm64/kvm/el2_trace/events.c); the hypervisor makes
 * functions that write them (arch/arm64/kvm/hyp/nvhe/el2_trace/events.c). The order is the
 * numbering both sides share.
 *
 * At EL2 there is TP_fast_assign() of plain fields and nothing else: no strings, no dynamic arrays.
 * Print formats use what libtraceevent can parse.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hypervisor

#if !defined(_TRACE_HYPERVISOR_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_HYPERVISOR_H

#include <linux/tracepoint.h>

/* enum el2_reason, in numbers: a user's copy of the format has no other way to know them */
#define show_hyp_reason(reason)			\
	__print_symbolic(reason,		\
			 { 0, "smc" },		\
			 { 1, "hvc" },		\
			 { 2, "psci" },		\
			 { 3, "host_abort" },	\
			 { 4, "guest_exit" },	\
			 { 5, "eret_host" },	\
			 { 6, "eret_guest" },	\
			 { 7, "unknown" })

DECLARE_EVENT_CLASS(hyp_stay,
	TP_PROTO(u32 reason, pid_t vcpu),
	TP_ARGS(reason, vcpu),

	TP_STRUCT__entry(
		__field(u8,	reason)
		__field(pid_t,	vcpu)
	),

	TP_fast_assign(
		__entry->reason = reason;
		__entry->vcpu = vcpu;
	),

	TP_printk("reason=%s vcpu=%d", show_hyp_reason(__entry->reason), __entry->vcpu)
);

DEFINE_EVENT(hyp_stay, hyp_enter, TP_PROTO(u32 reason, pid_t vcpu), TP_ARGS(reason, vcpu));
DEFINE_EVENT(hyp_stay, hyp_exit, TP_PROTO(u32 reason, pid_t vcpu), TP_ARGS(reason, vcpu));

/* enum __kvm_host_smccc_func, in numbers; el2_trace/events.c checks that none is missing */
#define HYP_HCALLS(f)					\
	f(1, __kvm_get_mdcr_el2)			\
	f(2, __pkvm_init)				\
	f(3, __pkvm_create_private_mapping)		\
	f(4, __pkvm_cpu_set_vector)			\
	f(5, __kvm_enable_ssbs)				\
	f(6, __vgic_v3_init_lrs)			\
	f(7, __vgic_v3_get_gic_config)			\
	f(8, __pkvm_prot_finalize)			\
	f(9, __pkvm_host_share_hyp)			\
	f(10, __pkvm_host_unshare_hyp)			\
	f(11, __kvm_adjust_pc)				\
	f(12, __kvm_vcpu_run)				\
	f(13, __kvm_flush_vm_context)			\
	f(14, __kvm_tlb_flush_vmid_ipa)			\
	f(15, __kvm_tlb_flush_vmid_ipa_nsh)		\
	f(16, __kvm_tlb_flush_vmid)			\
	f(17, __kvm_tlb_flush_vmid_range)		\
	f(18, __kvm_flush_cpu_context)			\
	f(19, __kvm_timer_set_cntvoff)			\
	f(20, __vgic_v3_save_vmcr_aprs)			\
	f(21, __vgic_v3_restore_vmcr_aprs)		\
	f(22, __pkvm_vcpu_init_traps)			\
	f(23, __pkvm_init_vm)				\
	f(24, __pkvm_init_vcpu)				\
	f(25, __pkvm_teardown_vm)			\
	f(26, __el2_trace_load)				\
	f(27, __el2_trace_unload)			\
	f(28, __el2_trace_detach)			\
	f(29, __el2_trace_enable)			\
	f(30, __el2_trace_swap)				\
	f(31, __el2_trace_reset)			\
	f(32, __el2_trace_sync)				\
	f(33, __el2_trace_set_event)			\
	f(34, __el2_trace_set_clock)			\
	f(35, __el2_trace_write_event)			\
	f(36, __el2_trace_set_stack)			\
	f(37, __el2_trace_set_accounts)			\
	f(38, __el2_trace_reset_accounts)		\
	f(39, __el2_trace_read_accounts)		\
	f(40, __el2_trace_filter)			\
	f(41, __el2_trace_set_filter)			\
	f(42, __el2_trace_add_pid)			\
	f(43, __el2_trace_set_pids)			\
	f(44, __el2_trace_change_pid)			\
	f(45, __el2_trace_set_cpu)			\
	f(46, __el2_trace_set_trigger)			\
	f(47, __el2_trace_read_trigger)			\
	f(48, __el2_trace_settle)			\
	f(49, __el2_trace_record_functions)		\
	f(50, __el2_trace_patch_functions)		\
	f(51, __el2_trace_wake)				\
	f(52, __el2_trace_listen)			\
	f(53, __el2_trace_tell_busy)

/* 0 is never called: it is what the hypervisor is started by */
#define show_hcall(id)			\
	__print_symbolic(id, { 0, "__kvm_hyp_init" } HYP_HCALLS(hyp_symbol))

#define hyp_symbol(value, name)		, { value, #name }

TRACE_EVENT(host_hcall,
	TP_PROTO(u32 id, u8 invalid),
	TP_ARGS(id, invalid),

	TP_STRUCT__entry(
		__field(u32,	id)
		__field(u8,	invalid)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->invalid = invalid;
	),

	TP_printk("id=%u invalid=%u name=%s", __entry->id, __entry->invalid,
		  show_hcall(__entry->id))
);

TRACE_EVENT(host_smc,
	TP_PROTO(u64 id, u8 forwarded),
	TP_ARGS(id, forwarded),

	TP_STRUCT__entry(
		__field(u64,	id)
		__field(u8,	forwarded)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->forwarded = forwarded;
	),

	TP_printk("id=0x%llx forwarded=%u", __entry->id, __entry->forwarded)
);

/* The PSCI functions that 6.12 relays, but PSCI_VERSION: number, prefix, name */
#define HYP_PSCI_CALLS(f)				\
	f(0xc4000001, 0_2_FN64, CPU_SUSPEND)		\
	f(0x84000002, 0_2_FN, CPU_OFF)			\
	f(0xc4000003, 0_2_FN64, CPU_ON)			\
	f(0xc4000004, 0_2_FN64, AFFINITY_INFO)		\
	f(0xc4000005, 0_2_FN64, MIGRATE)		\
	f(0x84000006, 0_2_FN, MIGRATE_INFO_TYPE)	\
	f(0xc4000007, 0_2_FN64, MIGRATE_INFO_UP_CPU)	\
	f(0x84000008, 0_2_FN, SYSTEM_OFF)		\
	f(0x84000009, 0_2_FN, SYSTEM_RESET)		\
	f(0x8400000a, 1_0_FN, PSCI_FEATURES)		\
	f(0xc400000e, 1_0_FN64, SYSTEM_SUSPEND)		\
	f(0x8400000f, 1_0_FN, SET_SUSPEND_MODE)		\
	f(0xc4000012, 1_1_FN64, SYSTEM_RESET2)

#define show_psci_call(id)		\
	__print_symbolic(id, { 0x84000000, "PSCI_VERSION" } HYP_PSCI_CALLS(hyp_psci_symbol))

#define hyp_psci_symbol(value, prefix, name)	, { value, #name }

/* @arg is the first: the target CPU, the power state, the function asked for */
TRACE_EVENT(psci_call,
	TP_PROTO(u32 func_id, u64 arg),
	TP_ARGS(func_id, arg),

	TP_STRUCT__entry(
		__field(u32,	func_id)
		__field(u64,	arg)
	),

	TP_fast_assign(
		__entry->func_id = func_id;
		__entry->arg = arg;
	),

	TP_printk("func_id=0x%x arg=0x%llx name=%s",
		  __entry->func_id, __entry->arg, show_psci_call(__entry->func_id))
);

/* Not every call returns */
TRACE_EVENT(psci_return,
	TP_PROTO(u32 func_id, int ret),
	TP_ARGS(func_id, ret),

	TP_STRUCT__entry(
		__field(u32,	func_id)
		__field(int,	ret)
	),

	TP_fast_assign(
		__entry->func_id = func_id;
		__entry->ret = ret;
	),

	TP_printk("func_id=0x%x ret=%d name=%s",
		  __entry->func_id, __entry->ret, show_psci_call(__entry->func_id))
);

/* @handled by the hypervisor, with results and perhaps an error; otherwise on its way to EL3 */
TRACE_EVENT(host_ffa_call,
	TP_PROTO(u64 func_id, u64 res_a1, u64 res_a2, u64 res_a3, u64 res_a4, int handled, int err),
	TP_ARGS(func_id, res_a1, res_a2, res_a3, res_a4, handled, err),

	TP_STRUCT__entry(
		__field(u64,	func_id)
		__field(u64,	res_a1)
		__field(u64,	res_a2)
		__field(u64,	res_a3)
		__field(u64,	res_a4)
		__field(int,	handled)
		__field(int,	err)
	),

	TP_fast_assign(
		__entry->func_id = func_id;
		__entry->res_a1 = res_a1;
		__entry->res_a2 = res_a2;
		__entry->res_a3 = res_a3;
		__entry->res_a4 = res_a4;
		__entry->handled = handled;
		__entry->err = err;
	),

	TP_printk("func_id=0x%llx handled=%d err=%d res=0x%llx,0x%llx,0x%llx,0x%llx",
		  __entry->func_id, __entry->handled, __entry->err, __entry->res_a1,
		  __entry->res_a2, __entry->res_a3, __entry->res_a4)
);

DECLARE_EVENT_CLASS(hyp_vm,
	TP_PROTO(u32 vm, u32 nr_vcpus, u8 protected, int err),
	TP_ARGS(vm, nr_vcpus, protected, err),

	TP_STRUCT__entry(
		__field(u32,	vm)
		__field(u32,	nr_vcpus)
		__field(u8,	protected)
		__field(int,	err)
	),

	TP_fast_assign(
		__entry->vm = vm;
		__entry->nr_vcpus = nr_vcpus;
		__entry->protected = protected;
		__entry->err = err;
	),

	TP_printk("vm=0x%x nr_vcpus=%u protected=%u err=%d",
		  __entry->vm, __entry->nr_vcpus, __entry->protected, __entry->err)
);

DEFINE_EVENT(hyp_vm, vm_create,
	TP_PROTO(u32 vm, u32 nr_vcpus, u8 protected, int err),
	TP_ARGS(vm, nr_vcpus, protected, err)
);

DEFINE_EVENT(hyp_vm, vm_teardown,
	TP_PROTO(u32 vm, u32 nr_vcpus, u8 protected, int err),
	TP_ARGS(vm, nr_vcpus, protected, err)
);

TRACE_EVENT(vcpu_run,
	TP_PROTO(u32 vm, u32 vcpu_idx),
	TP_ARGS(vm, vcpu_idx),

	TP_STRUCT__entry(
		__field(u32,	vm)
		__field(u32,	vcpu_idx)
	),

	TP_fast_assign(
		__entry->vm = vm;
		__entry->vcpu_idx = vcpu_idx;
	),

	TP_printk("vm=0x%x vcpu_idx=%u", __entry->vm, __entry->vcpu_idx)
);

/* ARM_EXCEPTION_* */
#define show_exit_code(code)			\
	__print_symbolic(code,			\
			 { 0, "IRQ" },		\
			 { 1, "SERROR" },	\
			 { 2, "TRAP" },		\
			 { 3, "IL" })

/*
 * ESR_ELx_EC_*, as far as a guest can cause them: @f32 is for those that only AArch32 has. They are
 * rare, and not worth an account for each CPU.
 */
#define HYP_EXIT_CLASSES(f, f32)			\
	f(0x01, WFx)					\
	f32(0x03, CP15_32)				\
	f32(0x04, CP15_64)				\
	f32(0x05, CP14_MR)				\
	f32(0x06, CP14_LS)				\
	f(0x07, FP_ASIMD)				\
	f32(0x08, CP10_ID)				\
	f(0x09, PAC)					\
	f32(0x0c, CP14_64)				\
	f(0x0e, ILL)					\
	f32(0x11, SVC32)				\
	f32(0x12, HVC32)				\
	f32(0x13, SMC32)				\
	f(0x15, SVC64)					\
	f(0x16, HVC64)					\
	f(0x17, SMC64)					\
	f(0x18, SYS64)					\
	f(0x19, SVE)					\
	f(0x1a, ERET)					\
	f(0x1d, SME)					\
	f(0x20, IABT_LOW)				\
	f(0x22, PC_ALIGN)				\
	f(0x24, DABT_LOW)				\
	f(0x26, SP_ALIGN)				\
	f(0x27, MOPS)					\
	f32(0x28, FP_EXC32)				\
	f(0x2c, FP_EXC64)				\
	f(0x2f, SERROR)					\
	f(0x30, BREAKPT_LOW)				\
	f(0x32, SOFTSTP_LOW)				\
	f(0x34, WATCHPT_LOW)				\
	f32(0x38, BKPT32)				\
	f32(0x3a, VECTOR32)				\
	f(0x3c, BRK64)

#define show_exit_class(ec)		\
	__print_symbolic(ec, { 0x00, "UNKNOWN" } HYP_EXIT_CLASSES(hyp_symbol, hyp_symbol))

/* @ec is 0 if it was an interrupt. Nothing else of the guest: it may be a protected one */
TRACE_EVENT(vcpu_exit,
	TP_PROTO(u32 vm, u32 vcpu_idx, u32 code, u8 ec),
	TP_ARGS(vm, vcpu_idx, code, ec),

	TP_STRUCT__entry(
		__field(u32,	vm)
		__field(u32,	vcpu_idx)
		__field(u32,	code)
		__field(u8,	ec)
	),

	TP_fast_assign(
		__entry->vm = vm;
		__entry->vcpu_idx = vcpu_idx;
		__entry->code = code;
		__entry->ec = ec;
	),

	TP_printk("vm=0x%x vcpu_idx=%u code=%s ec=%s",
		  __entry->vm, __entry->vcpu_idx, show_exit_code(__entry->code),
		  show_exit_class(__entry->ec))
);

/* A protected guest did what it may not, and got an undefined exception */
TRACE_EVENT(vcpu_illegal_trap,
	TP_PROTO(u64 esr),
	TP_ARGS(esr),

	TP_STRUCT__entry(
		__field(u64,	esr)
	),

	TP_fast_assign(
		__entry->esr = esr;
	),

	TP_printk("esr=0x%llx", __entry->esr)
);

TRACE_EVENT(host_mem_abort,
	TP_PROTO(u64 esr, u64 addr),
	TP_ARGS(esr, addr),

	TP_STRUCT__entry(
		__field(u64,	esr)
		__field(u64,	addr)
	),

	TP_fast_assign(
		__entry->esr = esr;
		__entry->addr = addr;
	),

	TP_printk("esr=0x%llx addr=0x%llx", __entry->esr, __entry->addr)
);

/* enum hyp_page_op */
#define show_hyp_page_op(op)			\
	__print_symbolic(op,			\
			 { 0, "share" },	\
			 { 1, "unshare" },	\
			 { 2, "donate" })

/* enum pkvm_component_id */
#define show_hyp_owner(id)			\
	__print_symbolic(id,			\
			 { 0, "host" },		\
			 { 1, "hyp" },		\
			 { 2, "ffa" })

TRACE_EVENT(page_transition,
	TP_PROTO(u8 op, u8 from, u8 to, u64 pfn, u64 nr_pages, int err),
	TP_ARGS(op, from, to, pfn, nr_pages, err),

	TP_STRUCT__entry(
		__field(u64,	addr)
		__field(u64,	nr_pages)
		__field(int,	err)
		__field(u8,	op)
		__field(u8,	from)
		__field(u8,	to)
	),

	TP_fast_assign(
		__entry->addr = pfn << PAGE_SHIFT;
		__entry->nr_pages = nr_pages;
		__entry->err = err;
		__entry->op = op;
		__entry->from = from;
		__entry->to = to;
	),

	TP_printk("op=%s from=%s to=%s addr=0x%llx nr_pages=%llu err=%d",
		  show_hyp_page_op(__entry->op), show_hyp_owner(__entry->from),
		  show_hyp_owner(__entry->to), __entry->addr, __entry->nr_pages, __entry->err)
);

/* enum kvm_pgtable_prot: the permissions, and the ownership that pKVM keeps in two bits of it */
#define hyp_prot_perms(prot)	((prot) & 0xff)
#define hyp_prot_state(prot)	((prot) >> 55 & 3)

#define show_hyp_perms(perms)			\
	__print_symbolic(perms,			\
			 { 4, "r" },		\
			 { 5, "rx" },		\
			 { 6, "rw" },		\
			 { 7, "rwx" })

#define show_hyp_page_state(state)		\
	__print_symbolic(state,			\
			 { 0, "owned" },	\
			 { 1, "shared" },	\
			 { 2, "borrowed" })

TRACE_EVENT(host_stage2_map,
	TP_PROTO(u64 addr, u64 size, u64 prot),
	TP_ARGS(addr, size, prot),

	TP_STRUCT__entry(
		__field(u64,	addr)
		__field(u64,	size)
		__field(u8,	perms)
		__field(u8,	state)
	),

	TP_fast_assign(
		__entry->addr = addr;
		__entry->size = size;
		__entry->perms = hyp_prot_perms(prot);
		__entry->state = hyp_prot_state(prot);
	),

	TP_printk("addr=0x%llx size=0x%llx perms=%s state=%s", __entry->addr, __entry->size,
		  show_hyp_perms(__entry->perms), show_hyp_page_state(__entry->state))
);

TRACE_EVENT(host_stage2_owner,
	TP_PROTO(u64 addr, u64 size, u8 owner),
	TP_ARGS(addr, size, owner),

	TP_STRUCT__entry(
		__field(u64,	addr)
		__field(u64,	size)
		__field(u8,	owner)
	),

	TP_fast_assign(
		__entry->addr = addr;
		__entry->size = size;
		__entry->owner = owner;
	),

	TP_printk("addr=0x%llx size=0x%llx owner=%s", __entry->addr, __entry->size,
		  show_hyp_owner(__entry->owner))
);

TRACE_EVENT(hyp_map,
	TP_PROTO(u64 va, u64 phys, u64 size, u64 prot),
	TP_ARGS(va, phys, size, prot),

	TP_STRUCT__entry(
		__field(u64,	va)
		__field(u64,	phys)
		__field(u64,	size)
		__field(u8,	perms)
		__field(u8,	state)
	),

	TP_fast_assign(
		__entry->va = va;
		__entry->phys = phys;
		__entry->size = size;
		__entry->perms = hyp_prot_perms(prot);
		__entry->state = hyp_prot_state(prot);
	),

	TP_printk("va=0x%llx phys=0x%llx size=0x%llx perms=%s state=%s", __entry->va,
		  __entry->phys, __entry->size, show_hyp_perms(__entry->perms),
		  show_hyp_page_state(__entry->state))
);

TRACE_EVENT(hyp_unmap,
	TP_PROTO(u64 va, u64 phys, u64 size),
	TP_ARGS(va, phys, size),

	TP_STRUCT__entry(
		__field(u64,	va)
		__field(u64,	phys)
		__field(u64,	size)
	),

	TP_fast_assign(
		__entry->va = va;
		__entry->phys = phys;
		__entry->size = size;
	),

	TP_printk("va=0x%llx phys=0x%llx size=0x%llx", __entry->va, __entry->phys, __entry->size)
);

/* enum hyp_pool_op */
#define show_hyp_pool_op(op)			\
	__print_symbolic(op,			\
			 { 0, "alloc" },	\
			 { 1, "free" },		\
			 { 2, "fail" })

TRACE_EVENT(hyp_pool,
	TP_PROTO(u8 op, u64 pool, u64 phys, u8 order),
	TP_ARGS(op, pool, phys, order),

	TP_STRUCT__entry(
		__field(u64,	pool)
		__field(u64,	phys)
		__field(u8,	op)
		__field(u8,	order)
	),

	TP_fast_assign(
		__entry->pool = pool;
		__entry->phys = phys;
		__entry->op = op;
		__entry->order = order;
	),

	TP_printk("op=%s pool=0x%llx phys=0x%llx order=%u", show_hyp_pool_op(__entry->op),
		  __entry->pool, __entry->phys, __entry->order)
);

TRACE_EVENT(selftest,
	TP_PROTO(u64 id),
	TP_ARGS(id),

	TP_STRUCT__entry(
		__field(u64,	id)
	),

	TP_fast_assign(
		__entry->id = id;
	),

	TP_printk("id=%llu", __entry->id)
);

#endif /* _TRACE_HYPERVISOR_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
