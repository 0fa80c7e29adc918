// SPDX-License-Identifier: GPL-2.0
/*
 * What tests ask the hypervisor for: whose a page is, which the host could not find out without
 * touching it; what became of its text; and events that nothing else in the hypervisor makes.
 */
#include <asm/kvm_mmu.h>
#include <asm/kvm_pgtable.h>
#include <asm/sections.h>

#include <nvhe/el2_trace.h>
#include <nvhe/mem_protect.h>
#include <nvhe/memory.h>
#include <nvhe/mm.h>

/* Of a state in a page table, two bits that pkvm_getstate() leaves where they are in an entry */
static int page_state(enum kvm_pgtable_prot prot)
{
	return pkvm_getstate(prot) / KVM_PGTABLE_PROT_SW0;
}

static_assert(PKVM_PAGE_SHARED_OWNED / KVM_PGTABLE_PROT_SW0 == EL2_TRACE_PAGE_SHARED);
static_assert(PKVM_PAGE_SHARED_BORROWED / KVM_PGTABLE_PROT_SW0 == EL2_TRACE_PAGE_BORROWED);

/*
 * A page that the hypervisor alone has may be one of a page table or of a pool, which count their
 * own things; any other's count is of those who have it pinned.
 */
static int el2_trace_page(u64 pfn)
{
	phys_addr_t phys = hyp_pfn_to_phys(pfn);
	void *page = hyp_phys_to_virt(phys);
	int host, hyp = EL2_TRACE_PAGE_NONE, ret;
	kvm_pte_t pte;
	s8 level;

	if (hyp_phys_to_pfn(phys) != pfn || !addr_is_memory(phys))
		return -ENOENT;

	hyp_spin_lock(&host_mmu.lock);
	hyp_spin_lock(&pkvm_pgd_lock);

	ret = kvm_pgtable_get_leaf(&host_mmu.pgt, phys, &pte, &level);
	if (ret)
		goto unlock;
	/* One that is not mapped is the host's if it is all 0, and will be mapped when touched */
	if (!kvm_pte_valid(pte) && pte)
		host = EL2_TRACE_PAGE_NONE;
	else
		host = page_state(kvm_pgtable_stage2_pte_prot(pte));

	ret = kvm_pgtable_get_leaf(&pkvm_pgtable, (u64)page, &pte, &level);
	if (ret)
		goto unlock;
	if (kvm_pte_valid(pte))
		hyp = page_state(kvm_pgtable_hyp_pte_prot(pte));

	ret = host | hyp << EL2_TRACE_PAGE_HYP_SHIFT;
	if (hyp != EL2_TRACE_PAGE_OWNED)
		ret |= min(hyp_page_count(page), (int)EL2_TRACE_PAGE_PINS_MAX) <<
		       EL2_TRACE_PAGE_PINS_SHIFT;

unlock:
	hyp_spin_unlock(&pkvm_pgd_lock);
	hyp_spin_unlock(&host_mmu.lock);

	return ret;
}

static int el2_trace_print(u64 arg)
{
	trace_hyp_printk("hostile");
	trace_hyp_printk("hostile %llu", arg);
	trace_hyp_printk("hostile %llu %d", arg, 2);
	trace_hyp_printk("hostile %llu %llx", arg, arg);
	trace_hyp_printk("hostile %llu %llx %llx", arg, arg, arg);
	trace_hyp_printk("hostile %llu %llx %llx %llx", arg, arg, arg, arg);
	trace_hyp_printk("hostile %llu %llx %llx %llx %llx", arg, arg, arg, arg, arg);
	trace_hyp_printk("hostile %llu %llx %llx %llx %llx %pS", arg, arg, arg, arg, arg,
			 trace_hyp_printk_sym(el2_trace_print));

	return 0;
}

/* What the hypervisor executes, which a host that is locked out cannot read */
static int el2_trace_text(void)
{
	const u32 *insn = (const u32 *)__hyp_text_start;
	u64 sum = 0;

	/* Each instruction counts, and where it is */
	for (; insn < (const u32 *)__hyp_text_end; insn++)
		sum = (sum ^ *insn) * 0x100000001b3ULL;
	el2_trace_selftest(sum);

	return 0;
}

/* How often pages of the text are mapped, with the right to do what */
struct text_mappings {
	u64	executable;
	u64	writable;
};

static int count_text_mapping(const struct kvm_pgtable_visit_ctx *ctx,
			      enum kvm_pgtable_walk_flags visit)
{
	phys_addr_t phys = kvm_pte_to_phys(ctx->old);
	struct text_mappings *mappings = ctx->arg;
	enum kvm_pgtable_prot prot;

	if (!kvm_pte_valid(ctx->old) || phys >= __hyp_pa(__hyp_text_end) ||
	    phys + kvm_granule_size(ctx->level) <= __hyp_pa(__hyp_text_start))
		return 0;

	prot = kvm_pgtable_hyp_pte_prot(ctx->old);
	mappings->executable += !!(prot & KVM_PGTABLE_PROT_X);
	mappings->writable += !!(prot & KVM_PGTABLE_PROT_W);

	return 0;
}

/* Wherever that is: by all that the hypervisor's page table maps, and by what the host can reach */
static int el2_trace_aliases(void)
{
	u64 pfn = hyp_phys_to_pfn(__hyp_pa(__hyp_text_start));
	u64 end = hyp_phys_to_pfn(__hyp_pa(__hyp_text_end) - 1);
	struct text_mappings mappings = {};
	struct kvm_pgtable_walker walker = {
		.cb	= count_text_mapping,
		.arg	= &mappings,
		.flags	= KVM_PGTABLE_WALK_LEAF,
	};
	int ret;

	/* The page table is the host's */
	if (!is_protected_kvm_enabled())
		return -ENODEV;

	hyp_spin_lock(&pkvm_pgd_lock);
	ret = kvm_pgtable_walk(&pkvm_pgtable, 0, BIT(pkvm_pgtable.ia_bits), &walker);
	hyp_spin_unlock(&pkvm_pgd_lock);
	if (ret)
		return ret;

	for (; pfn <= end; pfn++) {
		ret = el2_trace_page(pfn);
		if (ret < 0)
			return ret;
		mappings.writable += (ret & EL2_TRACE_PAGE_NONE) != EL2_TRACE_PAGE_NONE;
	}

	el2_trace_selftest(mappings.executable);
	el2_trace_selftest(mappings.writable);

	return 0;
}

/**
 * el2_trace_hostile_test - obey, if what __el2_trace_write_event() is called with is an order of a
 *			    test
 * @value:	EL2_TRACE_PAGE_TEST, EL2_TRACE_PRINT_TEST, EL2_TRACE_TEXT_TEST or
 *		EL2_TRACE_ALIAS_TEST; or a number like any other
 * @arg:	a page frame number, or what is to be printed
 * @ret:	what to answer to an order: of a page EL2_TRACE_PAGE_..., or -ENOENT if there is no
 *		such memory
 *
 * Return: whether it was an order.
 */
bool el2_trace_hostile_test(u64 value, u64 arg, int *ret)
{
	switch (value) {
	case EL2_TRACE_PAGE_TEST:
		*ret = el2_trace_page(arg);
		return true;
	case EL2_TRACE_PRINT_TEST:
		*ret = el2_trace_print(arg);
		return true;
	case EL2_TRACE_TEXT_TEST:
		*ret = el2_trace_text();
		return true;
	case EL2_TRACE_ALIAS_TEST:
		*ret = el2_trace_aliases();
		return true;
	}

	return false;
}
