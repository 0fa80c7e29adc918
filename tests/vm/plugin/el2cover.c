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

static void look_at(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr)
{
	if (!at_el2(vaddr, haddr))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn, QEMU_PLUGIN_CB_NO_REGS,
					       &executed[(haddr - image - (hyp - text)) / 4]);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	each_insn(tb, look_at);
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
