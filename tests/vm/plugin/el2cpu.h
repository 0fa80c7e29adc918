/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which CPU is it that executes at EL2? For plugins that tell CPUs apart, besides el2.h.
 *
 * A callback is told so. But QEMU 10.0, where all CPUs take turns in one thread as with -icount,
 * tells it the CPU for which the code was translated, which executes it or not. What a plugin can
 * have from there is registers, of the CPU that does execute: TPIDR_EL2, in which the hypervisor
 * keeps a value for each CPU, and VMPIDR_EL2.
 *
 * What reads registers came with version 2 of the interface, and is NULL in a QEMU without. There
 * what callbacks are told is right.
 */
#define WEAK		__attribute__((weak))

/* As much of GLib's GArray, and of its GByteArray, as anybody may see */
struct array {
	void		*data;
	unsigned int	len;
};

struct qemu_plugin_reg_descriptor {
	void		*handle;
	const char	*name;
	const char	*feature;
};

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, vcpu_udata_cb cb,
					  enum qemu_plugin_cb_flags flags, void *userdata);
WEAK struct array *qemu_plugin_get_registers(void);
WEAK int qemu_plugin_read_register(void *handle, struct array *bytes);
/* GLib's, with which QEMU is linked */
WEAK struct array *g_byte_array_new(void);
WEAK struct array *g_byte_array_set_size(struct array *bytes, unsigned int len);

/* NULL if callbacks are told the right CPU */
static void *tpidr_el2, *vmpidr_el2;

/* The values of TPIDR_EL2 that there were, but for 0, and whose they are */
static struct {
	uint64_t	tpidr;
	unsigned int	cpu;
} known[64];
static unsigned int nr_known;

/* Whose turn it is */
static unsigned int current;

static uint64_t read_register(void *handle)
{
	static struct array *bytes;
	uint64_t value = 0;

	if (!bytes)
		bytes = g_byte_array_new();
	g_byte_array_set_size(bytes, 0);
	qemu_plugin_read_register(handle, bytes);
	memcpy(&value, bytes->data, bytes->len < sizeof(value) ? bytes->len : sizeof(value));
	return value;
}

/*
 * VMPIDR_EL2 has the CPU's own number from a reset until its first guest has another. By then the
 * hypervisor has set TPIDR_EL2, to what it is from now on.
 */
static void on_block(unsigned int vcpu_index, void *userdata)
{
	uint64_t tpidr = read_register(tpidr_el2), mpidr;
	unsigned int i;

	(void)vcpu_index;
	(void)userdata;
	for (i = 0; i < nr_known; i++) {
		if (known[i].tpidr == tpidr) {
			current = known[i].cpu;
			return;
		}
	}
	mpidr = read_register(vmpidr_el2);
	/* QEMU's machine has clusters of 16 */
	current = (mpidr & 0xff) + (mpidr >> 8 & 0xff) * 16;
	if (tpidr && nr_known < sizeof(known) / sizeof(known[0])) {
		known[nr_known].tpidr = tpidr;
		known[nr_known++].cpu = current;
	}
}

/* The CPU that executes at EL2, to a callback that is told it is @vcpu_index */
static unsigned int el2_cpu(unsigned int vcpu_index)
{
	return tpidr_el2 ? current : vcpu_index;
}

/* el2_cpu() is to be asked in what has been translated */
static void el2_cpu_translated(struct qemu_plugin_tb *tb)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, 0);
	const char *haddr = qemu_plugin_insn_haddr(insn);

	if (tpidr_el2 && haddr && at_el2(qemu_plugin_insn_vaddr(insn), haddr))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_R_REGS, NULL);
}

/* el2_cpu() will be asked; to be called for each CPU that is made */
static void el2_cpu_made(qemu_plugin_id_t id, unsigned int cpu)
{
	const struct qemu_plugin_reg_descriptor *reg;
	struct array *regs;
	unsigned int i;

	(void)id;
	(void)cpu;
	if (!qemu_plugin_get_registers || tpidr_el2)
		return;
	regs = qemu_plugin_get_registers();
	reg = regs->data;
	for (i = 0; i < regs->len; i++) {
		if (!strcmp(reg[i].name, "TPIDR_EL2"))
			tpidr_el2 = reg[i].handle;
		if (!strcmp(reg[i].name, "VMPIDR_EL2"))
			vmpidr_el2 = reg[i].handle;
	}
	if (!tpidr_el2 || !vmpidr_el2) {
		fprintf(stderr, "TPIDR_EL2 and VMPIDR_EL2 are not among QEMU's registers\n");
		exit(1);
	}
}
