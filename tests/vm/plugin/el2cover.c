// SPDX-License-Identifier: GPL-2.0
/*
 * el2cover: a plugin for QEMU that tells which instructions of a part of a guest kernel's
 * hypervisor have been executed.
 *
 *	-plugin FILE,text=ADDR,etext=ADDR,hyp=ADDR,ehyp=ADDR,out=FILE
 *
 * The addresses are those of the kernel's symbols _text and _etext, and of the part: first byte,
 * and first behind it. How EL2 is told from the rest is as in el2count.c. When the machine ends,
 * out has a line for each instruction that was executed: its address, as the kernel's symbols have
 * it.
 *
 * Built by tests/vm/coverage. What is used of QEMU's header is declared here, as in el2count.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
typedef uint64_t qemu_plugin_id_t;
typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_udata_cb)(unsigned int vcpu_index, void *userdata);
typedef void (*udata_cb)(qemu_plugin_id_t id, void *userdata);
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_udata_cb cb,
					    enum qemu_plugin_cb_flags flags, void *userdata);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, udata_cb cb, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

/* Of the interface this was written for; 2 is the oldest that QEMU 9 and later take */
EXPORT int qemu_plugin_version = PLUGIN_VERSION;

static uint64_t text, etext, hyp, ehyp;
static FILE *out;

/* Where _text lies in QEMU's own memory; NULL until the kernel runs at its addresses */
static const char *image;

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
		if (vaddr >= text && vaddr < etext)
			image = haddr - (vaddr - text);
		else if (image && haddr >= image + (hyp - text) && haddr < image + (ehyp - text))
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
			       char **argv);

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	const struct {
		const char *name;
		uint64_t *value;
	} addresses[] = {
		{ "text=", &text }, { "etext=", &etext }, { "hyp=", &hyp }, { "ehyp=", &ehyp },
	};
	unsigned int j;
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		for (j = 0; j < 4; j++) {
			size_t len = strlen(addresses[j].name);

			if (!strncmp(argv[i], addresses[j].name, len))
				*addresses[j].value = strtoull(argv[i] + len, NULL, 16);
		}
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	}
	if (!(text < hyp && hyp < ehyp && ehyp <= etext) || !out) {
		fprintf(stderr, "el2cover: wants text < hyp < ehyp <= etext, and out\n");
		return 1;
	}
	executed = calloc((ehyp - hyp) / 4 + 1, 1);
	if (!executed)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
