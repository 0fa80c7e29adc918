// SPDX-License-Identifier: GPL-2.0
/*
 * el2cover: a plugin for QEMU that tells which instructions of a part of a guest kernel's
 * hypervisor have been executed.
 *
 * Its options are in el2.h. When the machine ends, out has a line for each instruction that was
 * executed: its address, as the kernel's symbols have it.
 *
 * Built by tests/vm/coverage.
 */
#include "el2.h"

/* For each instruction whether it was executed. CPUs only ever set them */
static unsigned char *executed;

static void on_insn(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	*(unsigned char *)userdata = 1;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t vaddr = qemu_plugin_insn_vaddr(insn);
		const char *haddr = qemu_plugin_insn_haddr(insn);

		/* Not in memory: QEMU's own firmware, say */
		if (!haddr)
			continue;
		if (at_el2(vaddr, haddr))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn,
							       QEMU_PLUGIN_CB_NO_REGS,
							       &executed[(haddr - image -
									  (hyp - text)) / 4]);
	}
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *userdata)
{
	uint64_t i;

	(void)id;
	(void)userdata;
	for (i = 0; i < (ehyp - hyp) / 4; i++) {
		if (executed[i])
			fprintf(out, "%" PRIx64 "\n", hyp + i * 4);
	}
	fclose(out);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	(void)info;
	if (!read_options("el2cover", argc, argv))
		return 1;
	executed = calloc((ehyp - hyp) / 4 + 1, 1);
	if (!executed)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
