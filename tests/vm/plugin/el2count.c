// SPDX-License-Identifier: GPL-2.0
/*
 * el2count: a plugin for QEMU that counts the instructions a guest kernel's hypervisor executes,
 * from the exception that enters it to the eret that leaves it. It knows nothing of tracing.
 *
 * Its options are in el2.h; hyp and ehyp are the kernel's symbols __hyp_text_start and
 * __hyp_text_end.
 *
 * A program in the guest brackets what is to be counted with the instructions "hint #100" and "hint
 * #101", which do nothing otherwise. At each of the latter a line is added to out:
 *	VISITS INSTRUCTIONS BETWEEN
 * since the former: visits end with an eret; BETWEEN are those of the instructions that are after a
 * visit's first reading of the counter and not after its last. For one CPU.
 *
 * Built by tests/vm/run.
 */
#include "el2.h"

#define INSN_HINT(n)	(0xd503201fU | (n) << 5)
#define INSN_BEGIN	INSN_HINT(100U)
#define INSN_END	INSN_HINT(101U)
#define INSN_ERET	0xd69f03e0U
/* mrs of CNTPCT_EL0 or, where there is FEAT_ECV, CNTPCTSS_EL0 */
#define INSN_COUNTER	0xd53be020U
#define INSN_COUNTER_SS	0xd53be0a0U
#define INSN_REGISTER	0x0000001fU

static uint64_t visits, insns, between;

/* In this visit: @insns at the first and the last reading of the counter; 0 for none yet */
static uint64_t first, last;

static void on_insn(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	insns++;
}

static void on_eret(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	insns++;
	visits++;
	between += last - first;
	first = 0;
	last = 0;
}

static void on_counter(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	insns++;
	if (!first)
		first = insns;
	last = insns;
}

static void on_begin(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	insns = 0;
	visits = 0;
	between = 0;
}

static void on_end(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	fprintf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", visits, insns, between);
	fflush(out);
}

static vcpu_udata_cb callback_at_el2(uint32_t code)
{
	if (code == INSN_ERET)
		return on_eret;
	if ((code & ~INSN_REGISTER) == INSN_COUNTER || (code & ~INSN_REGISTER) == INSN_COUNTER_SS)
		return on_counter;
	return on_insn;
}

static void look_at(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr)
{
	vcpu_udata_cb cb = NULL;
	uint32_t code;

	memcpy(&code, haddr, sizeof(code));
	if (at_el2(vaddr, haddr))
		cb = callback_at_el2(code);
	else if (code == INSN_BEGIN)
		cb = on_begin;
	else if (code == INSN_END)
		cb = on_end;
	if (cb)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	each_insn(tb, look_at);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	(void)info;
	if (!read_options("el2count", argc, argv))
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
