// SPDX-License-Identifier: GPL-2.0
/*
 * el2count: a plugin for QEMU that counts the instructions a guest kernel's hypervisor executes,
 * from the exception that enters it to the eret that leaves it. It knows nothing of tracing.
 *
 * Its options are in el2.h; hyp and ehyp are the kernel's symbols __hyp_idmap_text_start and
 * __hyp_text_end. Besides:
 *	,own=ADDR	where what the hypervisor is at work in begins; before that are the stub
 *			that holds EL2 when there is no hypervisor, and what comes between the two
 *	,guest=ADDR	__guest_enter(), the hypervisor's
 *	,eguest=ADDR	where that ends
 *
 * A program in the guest brackets what is to be counted with the instructions "hint #100" and "hint
 * #101", which do nothing otherwise. At each of the latter a line for each CPU is added to out, of
 * what was since the former:
 *	cpu=N visits=N insns=N between=N setups=N givenup=N
 *
 * visits	end with an eret, or for the firmware with an smc, from which some come back, to
 *		another visit. A CPU that the firmware starts comes to EL2 without an exception: it
 *		is there until its eret like any other.
 * insns	instructions at EL2
 * between	instructions of all CPUs, since with -icount these take their turns and time goes on
 *		by each, that are after a visit's first reading of the counter and not after its
 *		last
 * setups	visits that end before own, and are among no other
 * givenup	guests that were not entered since something was pending
 *
 * Built by tests/vm/run.
 */
#include "el2.h"
#include "el2cpu.h"

#define MAX_CPUS	64U
#define INSN_HINT(n)	(0xd503201fU | (n) << 5)
#define INSN_BEGIN	INSN_HINT(100U)
#define INSN_END	INSN_HINT(101U)
#define INSN_ERET	0xd69f03e0U
#define INSN_RET	0xd65f03c0U
#define INSN_SMC	0xd4000003U
#define INSN_IMMEDIATE	0x001fffe0U
/* mrs of CNTPCT_EL0 or, where there is FEAT_ECV, CNTPCTSS_EL0 */
#define INSN_COUNTER	0xd53be020U
#define INSN_COUNTER_SS	0xd53be0a0U
#define INSN_REGISTER	0x0000001fU

static uint64_t own, guest, eguest;

/* Instructions that any CPU has executed: it is the machine's time */
static uint64_t now;

static struct {
	uint64_t	visits, insns, between, setups, givenup;
	/* In this visit: @now at the first and the last reading of the counter; 0 for none yet */
	uint64_t	first, last;
} cpus[MAX_CPUS];
static unsigned int nr_cpus;

static void on_other(unsigned int cpu, void *userdata)
{
	(void)cpu;
	(void)userdata;
	now++;
}

static void on_insn(unsigned int cpu, void *userdata)
{
	(void)userdata;
	now++;
	cpus[el2_cpu(cpu)].insns++;
}

static void end_visit(unsigned int cpu)
{
	cpus[cpu].between += cpus[cpu].last - cpus[cpu].first;
	cpus[cpu].first = 0;
	cpus[cpu].last = 0;
}

static void on_leave(unsigned int cpu, void *userdata)
{
	on_insn(cpu, userdata);
	cpu = el2_cpu(cpu);
	end_visit(cpu);
	cpus[cpu].visits++;
}

static void on_setup(unsigned int cpu, void *userdata)
{
	on_insn(cpu, userdata);
	cpu = el2_cpu(cpu);
	end_visit(cpu);
	cpus[cpu].setups++;
}

static void on_givenup(unsigned int cpu, void *userdata)
{
	on_insn(cpu, userdata);
	cpu = el2_cpu(cpu);
	cpus[cpu].givenup++;
}

static void on_counter(unsigned int cpu, void *userdata)
{
	on_insn(cpu, userdata);
	cpu = el2_cpu(cpu);
	if (!cpus[cpu].first)
		cpus[cpu].first = now;
	cpus[cpu].last = now;
}

static void on_begin(unsigned int cpu, void *userdata)
{
	on_other(cpu, userdata);
	memset(cpus, 0, sizeof(cpus));
}

static void on_end(unsigned int cpu, void *userdata)
{
	on_other(cpu, userdata);
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		fprintf(out, "cpu=%u visits=%" PRIu64 " insns=%" PRIu64 " between=%" PRIu64, cpu,
			cpus[cpu].visits, cpus[cpu].insns, cpus[cpu].between);
		fprintf(out, " setups=%" PRIu64 " givenup=%" PRIu64 "\n", cpus[cpu].setups,
			cpus[cpu].givenup);
	}
	fflush(out);
}

static vcpu_udata_cb callback_at_el2(uint32_t code, uint64_t addr)
{
	if (code == INSN_ERET)
		return addr < own ? on_setup : on_leave;
	if ((code & ~INSN_IMMEDIATE) == INSN_SMC)
		return on_leave;
	if (code == INSN_RET && addr >= guest && addr < eguest)
		return on_givenup;
	if ((code & ~INSN_REGISTER) == INSN_COUNTER || (code & ~INSN_REGISTER) == INSN_COUNTER_SS)
		return on_counter;
	return on_insn;
}

static void look_at(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr)
{
	vcpu_udata_cb cb = on_other;
	uint32_t code;

	memcpy(&code, haddr, sizeof(code));
	if (at_el2(vaddr, haddr))
		cb = callback_at_el2(code, text + (haddr - image));
	else if (code == INSN_BEGIN)
		cb = on_begin;
	else if (code == INSN_END)
		cb = on_end;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	each_insn(tb, look_at);
	el2_cpu_translated(tb);
}

static void on_cpu(qemu_plugin_id_t id, unsigned int cpu)
{
	el2_cpu_made(id, cpu);
	if (cpu >= MAX_CPUS) {
		fprintf(stderr, "el2count: CPU %u, and there is room for %u\n", cpu, MAX_CPUS);
		exit(1);
	}
	if (cpu >= nr_cpus)
		nr_cpus = cpu + 1;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	const struct address more[] = {
		{ "own=", &own }, { "guest=", &guest }, { "eguest=", &eguest },
	};

	(void)info;
	if (!read_options("el2count", argc, argv))
		return 1;
	read_addresses(more, 3, argc, argv);
	if (own < hyp || guest < own || eguest < guest || ehyp < eguest) {
		fprintf(stderr, "el2count: wants hyp <= own <= guest <= eguest <= ehyp\n");
		return 1;
	}
	qemu_plugin_register_vcpu_init_cb(id, on_cpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
