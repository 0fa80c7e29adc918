// SPDX-License-Identifier: GPL-2.0
/*
 * el2lines: a plugin for QEMU that tells what the instructions of a guest kernel's hypervisor cost
 * that a count of them does not show: barriers, and cache lines. It knows nothing of tracing.
 *
 * Its options are in el2.h; hyp and ehyp are the kernel's symbols __hyp_text_start and
 * __hyp_text_end. And, if they are given, fn=ADDR,efn=ADDR are those of a function in between:
 * first byte, and first behind it.
 *
 * A program in the guest brackets what is to be looked at with the instructions "hint #100" and
 * "hint #101", which do nothing otherwise. At each of the latter two lines are added to out, for
 * all visits to EL2 since the former, each of which ends with an eret, and for all calls of the
 * function:
 *
 *	visit NR DSB DMB ISB ORDERED ATOMIC READ WRITTEN MEAN
 *	call NR DSB DMB ISB ORDERED ATOMIC READ WRITTEN MEAN
 *
 * NR is how many there were, and what follows what one of them costs: the median of each, so that
 * what happens now and then is not in it; but MEAN, with two digits, is that of WRITTEN. ORDERED
 * are loads that acquire and stores that release, if they are not ATOMIC: exclusives and those that
 * read, modify and write in one. READ and WRITTEN are different lines of 64 bytes; a call's are
 * those from its first instruction to its return, stack and what it calls included. A call that
 * does not return by itself, but by another function that it has jumped to, ends with the visit.
 *
 * For one CPU. Built by bench/run.
 */
#include "el2.h"

#define INSN_HINT(n)	(0xd503201fU | (n) << 5)
#define INSN_BEGIN	INSN_HINT(100U)
#define INSN_END	INSN_HINT(101U)
#define INSN_ERET	0xd69f03e0U
#define INSN_REGISTER	0x000003e0U
#define INSN_RET	0xd65f0000U
/* Or those that authenticate as well */
#define INSN_RETAA	0xd65f0bffU
#define INSN_RETAB	0xd65f0fffU

#define LINE_SIZE	64
/* No visit of those that are looked at has as many, nor is there time for so many */
#define MAX_LINES	1024
#define MAX_TIMES	65536

typedef uint32_t qemu_plugin_meminfo_t;
typedef void (*mem_cb)(unsigned int vcpu_index, qemu_plugin_meminfo_t info, uint64_t vaddr,
		       void *userdata);
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W, QEMU_PLUGIN_MEM_RW };

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_cb cb,
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *userdata);
unsigned int qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);

enum what { DSB, DMB, ISB, ORDERED, ATOMIC, READ, WRITTEN, NR_WHATS, NOTHING = NR_WHATS };

/* What is under way: a visit, or a call within it */
struct part {
	const char	*name;
	bool		open;
	uint32_t	cost[NR_WHATS];
	uint64_t	lines[2][MAX_LINES];
	/* Of each that has ended since the beginning */
	uint32_t	nr;
	uint32_t	costs[NR_WHATS][MAX_TIMES];
};

static struct part visit = { .name = "visit" }, call = { .name = "call" };
static uint64_t fn, efn;
static bool looking;

static enum what classify(uint32_t code)
{
	/* Whatever it is for; with no option, or 4, it is a barrier of speculation alone */
	if ((code & ~0xf00U) == 0xd503309fU)
		return code & 0xb00 ? DSB : NOTHING;
	if ((code & ~0xf00U) == 0xd50330bfU)
		return DMB;
	if ((code & ~0xf00U) == 0xd50330dfU)
		return ISB;
	/* LDAR, STLR; LDAPR; LDAPUR, STLUR; each of any size */
	if ((code & 0x3fbffc00U) == 0x089ffc00U || (code & 0x3ffffc00U) == 0x38bfc000U ||
	    (code & 0x3f200c00U) == 0x19000000U)
		return ORDERED;
	/* Exclusives and CASP; CAS; LDADD and its like, SWP */
	if ((code & 0x3f800000U) == 0x08000000U || (code & 0x3fa07c00U) == 0x08a07c00U ||
	    (code & 0x3f200c00U) == 0x38200000U)
		return ATOMIC;
	return NOTHING;
}

static void begin(struct part *part)
{
	memset(part->cost, 0, sizeof(part->cost));
	part->open = true;
}

static void end(struct part *part)
{
	unsigned int what;

	if (looking && part->open && part->nr < MAX_TIMES) {
		for (what = 0; what < NR_WHATS; what++)
			part->costs[what][part->nr] = part->cost[what];
		part->nr++;
	}
	part->open = false;
}

static void touch(struct part *part, enum what what, uint64_t line)
{
	uint64_t *lines = part->lines[what == WRITTEN];
	uint32_t i, nr = part->cost[what];

	if (!part->open)
		return;
	for (i = 0; i < nr; i++) {
		if (lines[i] == line)
			return;
	}
	if (nr < MAX_LINES)
		lines[part->cost[what]++] = line;
}

static void on_memory(unsigned int vcpu_index, qemu_plugin_meminfo_t info, uint64_t vaddr,
		      void *userdata)
{
	enum what what = qemu_plugin_mem_is_store(info) ? WRITTEN : READ;
	uint64_t last = vaddr + (1U << qemu_plugin_mem_size_shift(info)) - 1, line;

	(void)vcpu_index;
	(void)userdata;
	for (line = vaddr / LINE_SIZE; line <= last / LINE_SIZE; line++) {
		touch(&visit, what, line);
		touch(&call, what, line);
	}
}

/* The first instruction of a visit is whatever comes first */
static void on_insn(unsigned int vcpu_index, void *userdata)
{
	enum what what = (uintptr_t)userdata;

	(void)vcpu_index;
	if (!visit.open)
		begin(&visit);
	if (what == NOTHING)
		return;
	visit.cost[what]++;
	call.cost[what]++;
}

static void on_eret(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	end(&call);
	end(&visit);
}

static void on_call(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	begin(&call);
}

static void on_return(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	end(&call);
}

static void on_begin(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	visit.nr = 0;
	call.nr = 0;
	looking = true;
}

static int compare(const void *l, const void *r)
{
	uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;

	return (a > b) - (a < b);
}

static void tell(struct part *part)
{
	double sum = 0;
	unsigned int what;
	uint32_t i;

	fprintf(out, "%s %" PRIu32, part->name, part->nr);
	for (i = 0; i < part->nr; i++)
		sum += part->costs[WRITTEN][i];
	for (what = 0; what < NR_WHATS; what++) {
		qsort(part->costs[what], part->nr, sizeof(part->costs[what][0]), compare);
		fprintf(out, " %" PRIu32, part->nr ? part->costs[what][part->nr / 2] : 0);
	}
	fprintf(out, " %.2f\n", part->nr ? sum / part->nr : 0);
}

static void on_end(unsigned int vcpu_index, void *userdata)
{
	(void)vcpu_index;
	(void)userdata;
	looking = false;
	tell(&visit);
	tell(&call);
	fflush(out);
}

static void look_at_el2(struct qemu_plugin_insn *insn, const char *haddr, uint32_t code)
{
	uint64_t address = text + (haddr - image);
	bool in_fn = address >= fn && address < efn;

	if (code == INSN_ERET) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_eret, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
		return;
	}
	if (in_fn && address == fn)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_call, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn, QEMU_PLUGIN_CB_NO_REGS,
					       (void *)(uintptr_t)classify(code));
	if (in_fn && ((code & ~INSN_REGISTER) == INSN_RET || code == INSN_RETAA ||
		      code == INSN_RETAB))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_return, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	qemu_plugin_register_vcpu_mem_cb(insn, on_memory, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW, NULL);
}

static void look_at(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr)
{
	vcpu_udata_cb cb = NULL;
	uint32_t code;

	memcpy(&code, haddr, sizeof(code));
	if (at_el2(vaddr, haddr))
		look_at_el2(insn, haddr, code);
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
	const struct address addresses[] = { { "fn=", &fn }, { "efn=", &efn } };

	(void)info;
	if (!read_options("el2lines", argc, argv))
		return 1;
	read_addresses(addresses, 2, argc, argv);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
