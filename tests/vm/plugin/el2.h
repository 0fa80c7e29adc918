/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the plugins for QEMU that look at a guest kernel's hypervisor have in common:
 *
 *	-plugin FILE,text=ADDR,etext=ADDR,hyp=ADDR,ehyp=ADDR,out=FILE
 *
 * The addresses are those of the kernel's symbols _text and _etext, and of the part of the
 * hypervisor that is looked at: first byte, and first behind it. The hypervisor maps its part of
 * the image elsewhere; what is executed there and is that part of the image by its place in memory,
 * is executed at EL2.
 *
 * They are built with the host's compiler. QEMU's header for plugins is in no package of Debian 12,
 * so what is used of it is declared here; these have been the same since version 1.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
typedef uint64_t qemu_plugin_id_t;
typedef void (*vcpu_cb)(qemu_plugin_id_t id, unsigned int vcpu_index);
typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_udata_cb)(unsigned int vcpu_index, void *userdata);
typedef void (*udata_cb)(qemu_plugin_id_t id, void *userdata);
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_CB_R_REGS };

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, vcpu_cb cb);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_udata_cb cb,
					    enum qemu_plugin_cb_flags flags, void *userdata);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, udata_cb cb, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv);

/* Of the interface this was written for; 2 is the oldest that QEMU 9 and later take */
EXPORT int qemu_plugin_version = PLUGIN_VERSION;

static uint64_t text, etext, hyp, ehyp;
static FILE *out;

/* Where _text lies in QEMU's own memory; NULL until the kernel runs at its addresses */
static const char *image;

/* Is an instruction, which lies in memory at haddr, executed at EL2, and of the part looked at? */
static bool at_el2(uint64_t vaddr, const char *haddr)
{
	if (vaddr >= text && vaddr < etext) {
		image = haddr - (vaddr - text);
		return false;
	}
	return image && haddr >= image + (hyp - text) && haddr < image + (ehyp - text);
}

typedef void (*look_cb)(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr);

/* Look at each instruction that is translated and lies in memory: QEMU's own firmware may not */
static void each_insn(struct qemu_plugin_tb *tb, look_cb look)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;

	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const char *haddr = qemu_plugin_insn_haddr(insn);

		if (haddr)
			look(insn, qemu_plugin_insn_vaddr(insn), haddr);
	}
}

/* An option that is an address, and where it belongs */
struct address {
	const char	*name;
	uint64_t	*value;
};

static void read_addresses(const struct address *addresses, unsigned int nr, int argc, char **argv)
{
	unsigned int j;
	int i;

	for (i = 0; i < argc; i++) {
		for (j = 0; j < nr; j++) {
			size_t len = strlen(addresses[j].name);

			if (!strncmp(argv[i], addresses[j].name, len))
				*addresses[j].value = strtoull(argv[i] + len, NULL, 16);
		}
	}
}

/* Take what is behind the plugin's own FILE; says what is wrong if something is */
static bool read_options(const char *plugin, int argc, char **argv)
{
	const struct address addresses[] = {
		{ "text=", &text }, { "etext=", &etext }, { "hyp=", &hyp }, { "ehyp=", &ehyp },
	};
	int i;

	read_addresses(addresses, 4, argc, argv);
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	}
	if (text < hyp && hyp < ehyp && ehyp <= etext && out)
		return true;
	fprintf(stderr, "%s: wants text < hyp < ehyp <= etext, and out\n", plugin);
	return false;
}
