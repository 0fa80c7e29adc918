// SPDX-License-Identifier: GPL-2.0
/*
 * el2count: a plugin for QEMU that counts the instructions a guest kernel's hypervisor executes,
 * from the exception that enters it to the eret that leaves it. It knows nothing of tracing.
 *
 *	-plugin FILE,text=ADDR,etext=ADDR,hyp=ADDR,ehyp=ADDR,out=FILE
 *
 * The addresses are those of the kernel's symbols _text, _etext, __hyp_text_start and
 * __hyp_text_end. The hypervisor maps its part of the image elsewhere; what is executed there and
 * is that part of the image by its place in memory, is executed at EL2.
 *
 * A program in the guest brackets what is to be counted with the instructions "hint #100" and "hint
 * #101", which do nothing otherwise. At each of the latter a line is added to out:
 *	VISITS INSTRUCTIONS BETWEEN
 * since the former: visits end with an eret; BETWEEN are those of the instructions that are after a
 * visit's first reading of the counter and not after its last. For one CPU.
 *
 * Built by tests/vm/run with the host's compiler. QEMU's header for plugins is in no package of
 * Debian 12, so what is used of it is declared here; these have been the same since version 1.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))

#define INSN_HINT(n)	(0xd503201fU | (n) << 5)
#define INSN_BEGIN	INSN_HINT(100U)
#define INSN_END	INSN_HINT(101U)
#define INSN_ERET	0xd69f03e0U
/* mrs of CNTPCT_EL0 or, where there is FEAT_ECV, CNTPCTSS_EL0 */
#define INSN_COUNTER	0xd53be020U
#define INSN_COUNTER_SS	0xd53be0a0U
#define INSN_REGISTER	0x0000001fU

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
typedef uint64_t qemu_plugin_id_t;
typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_udata_cb)(unsigned int vcpu_index, void *userdata);
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_udata_cb cb,
					    enum qemu_plugin_cb_flags flags, void *userdata);
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

static bool at_el2(uint64_t vaddr, const char *haddr)
{
	if (vaddr >= text && vaddr < etext) {
		image = haddr - (vaddr - text);
		return false;
	}
	return image && haddr >= image + (hyp - text) && haddr < image + (ehyp - text);
}

static vcpu_udata_cb callback_at_el2(uint32_t code)
{
	if (code == INSN_ERET)
		return on_eret;
	if ((code & ~INSN_REGISTER) == INSN_COUNTER || (code & ~INSN_REGISTER) == INSN_COUNTER_SS)
		return on_counter;
	return on_insn;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t vaddr = qemu_plugin_insn_vaddr(insn);
		const char *haddr = qemu_plugin_insn_haddr(insn);
		vcpu_udata_cb cb = NULL;
		uint32_t code;

		/* Not in memory: QEMU's own firmware, say */
		if (!haddr)
			continue;
		memcpy(&code, haddr, sizeof(code));
		if (at_el2(vaddr, haddr))
			cb = callback_at_el2(code);
		else if (code == INSN_BEGIN)
			cb = on_begin;
		else if (code == INSN_END)
			cb = on_end;
		if (cb)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS,
							       NULL);
	}
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
		fprintf(stderr, "el2count: wants text < hyp < ehyp <= etext, and out\n");
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
