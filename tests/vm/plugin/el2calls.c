// SPDX-License-Identifier: GPL-2.0
/*
 * el2calls: a plugin for QEMU that tells which functions a guest kernel's hypervisor enters and
 * returns from, on which CPU, in which order.
 *
 * Its options are in el2.h; hyp and ehyp are the kernel's symbols __hyp_text_start and
 * __hyp_text_end. And list=FILE has a line for each function there is between them, in order,
 *
 *	START END WHAT [NAME]
 *
 * with addresses as the kernel's symbols have them. WHAT it is when the function is entered:
 *
 *	call	told, in a part of a stay that is looked at
 *	begin	such a part begins
 *	leave	it ends, but the CPU may come back
 *	back	it has come back, if it had left such a part
 *	end	it ends
 *	guest	nothing. An eret in it leads away for a while, and all others for good
 *	hook	nothing. It is not called: functions may be made to return to it
 *	-	nothing
 *
 * All of it between two instructions that a program in the guest executes, "hint #100" and "hint
 * #101", which do nothing otherwise. A function is entered when its first instruction is executed.
 * It has returned when a RET in it is; and so has then, if no call led from there, the one before
 * it, and so on. Out has a line for each:
 *
 *	CPU + ADDRESS PARENT	entered; will return to PARENT
 *	CPU - ADDRESS		returned
 *	CPU begin, leave, back, end
 *	CPU mark		"hint #100" was executed on any of them
 *	? ADDRESS TEXT		what should not be
 *
 * and, when the machine ends, one for each function that was entered meanwhile, whatever it is: how
 * often in parts of stays that are looked at, and how often elsewhere:
 *
 *	= ADDRESS TIMES ELSEWHERE
 *
 * It knows nothing of tracing but what FILE says, and reads neither registers nor memory: where a
 * function returns to is behind the call.
 *
 * Built by tests/vm/witness.
 */
#include "el2.h"
#include "el2cpu.h"

#define INSN_HINT(n)	(0xd503201fU | (n) << 5)
#define INSN_LOOK	INSN_HINT(100U)
#define INSN_DONE	INSN_HINT(101U)
#define INSN_REGISTER	0x000003e0U

#define MAX_CPUS	64
#define MAX_DEPTH	256

enum what { NOTHING, CALL, BEGIN, LEAVE, BACK, END, GUEST, HOOK, NR_WHATS };

static const char *const words[] = {
	"-", "call", "begin", "leave", "back", "end", "guest", "hook",
};

struct function {
	uint64_t	start, end;
	enum what	what;
	/* By each CPU; elsewhere than in a part of a stay that is looked at */
	uint64_t	entered[MAX_CPUS], elsewhere[MAX_CPUS];
};

static struct function *functions;
static size_t nr_functions;

/* An instruction of the hypervisor's */
struct place {
	uint64_t	address;
	/* Of a BL: where it leads */
	uint64_t	target;
	/* That it is in, if any */
	struct function	*function;
};

static struct place *places;

struct frame {
	struct function	*function;
	uint64_t	parent;
	/* No call led here: the one before has returned when this has */
	bool		tail;
};

static struct cpu {
	bool		seen, open, away;
	/* The last call, until its function is entered: what is behind it, and its target */
	uint64_t	from, to;
	unsigned int	depth;
	struct frame	stack[MAX_DEPTH];
} cpus[MAX_CPUS];

/* Between the hints */
static bool looking;

static bool is_bl(uint32_t code)
{
	return (code & 0xfc000000U) == 0x94000000U;
}

static bool is_blr(uint32_t code)
{
	/* Or one of those that authenticate as well */
	return (code & ~INSN_REGISTER) == 0xd63f0000U || (code & 0xfefff800U) == 0xd63f0800U;
}

static bool is_ret(uint32_t code)
{
	return (code & ~INSN_REGISTER) == 0xd65f0000U || (code | 0x400U) == 0xd65f0fffU;
}

static bool is_eret(uint32_t code)
{
	return code == 0xd69f03e0U || (code | 0x400U) == 0xd69f0fffU;
}

static void switch_part(struct cpu *cpu, unsigned int i, enum what what)
{
	bool was = cpu->open;

	if (!looking || (what == LEAVE && !was) || (what == BACK && !cpu->away))
		return;
	cpu->open = what == BEGIN || what == BACK;
	cpu->away = what == LEAVE;
	if (was || cpu->open)
		fprintf(out, "%u %s\n", i, words[what]);
}

static void on_entry(unsigned int i, void *userdata)
{
	const struct place *place = userdata;
	struct function *function = place->function;
	struct cpu *cpu = &cpus[i = el2_cpu(i)];
	bool tail = !cpu->from || (cpu->to && cpu->to != place->address);
	uint64_t parent = cpu->from;
	struct frame *frame;

	if (tail)
		parent = cpu->depth ? cpu->stack[cpu->depth - 1].parent : 0;
	cpu->from = 0;
	cpu->seen = true;
	if (function->what == HOOK)
		return;
	if (cpu->depth == MAX_DEPTH) {
		fprintf(out, "? %" PRIx64 " is called too deep\n", place->address);
		cpu->depth = 0;
	}
	frame = &cpu->stack[cpu->depth++];
	frame->function = function;
	frame->parent = parent;
	frame->tail = tail;

	switch (function->what) {
	case BEGIN:
	case LEAVE:
	case BACK:
	case END:
		switch_part(cpu, i, function->what);
		break;
	default:
		break;
	}
	if (!cpu->open) {
		function->elsewhere[i] += looking;
		return;
	}
	function->entered[i]++;
	if (function->what == CALL)
		fprintf(out, "%u + %" PRIx64 " %" PRIx64 "\n", i, function->start, parent);
}

static void on_call(unsigned int i, void *userdata)
{
	const struct place *place = userdata;

	i = el2_cpu(i);
	cpus[i].from = place->address + 4;
	cpus[i].to = place->target;
}

static void pop(struct cpu *cpu, unsigned int i)
{
	const struct function *function = cpu->stack[--cpu->depth].function;

	if (cpu->open && function->what == CALL)
		fprintf(out, "%u - %" PRIx64 "\n", i, function->start);
}

static void on_ret(unsigned int i, void *userdata)
{
	const struct place *place = userdata;
	struct cpu *cpu = &cpus[i = el2_cpu(i)];
	unsigned int depth = cpu->depth;
	bool tail;

	while (depth && cpu->stack[depth - 1].function != place->function)
		depth--;
	/* What is entered elsewhere than where it begins has no frame */
	if (!depth)
		return;
	while (cpu->depth > depth) {
		if (cpu->open && cpu->stack[cpu->depth - 1].function->what == CALL)
			fprintf(out, "? %" PRIx64 " returns before what it called\n",
				place->address);
		pop(cpu, i);
	}
	do {
		tail = cpu->stack[cpu->depth - 1].tail;
		pop(cpu, i);
	} while (tail && cpu->depth);
}

static void on_eret(unsigned int i, void *userdata)
{
	const struct place *place = userdata;

	if (!place->function || place->function->what != GUEST)
		cpus[el2_cpu(i)].depth = 0;
}

static void on_look(unsigned int i, void *userdata)
{
	(void)userdata;
	for (i = 0; i < MAX_CPUS; i++) {
		cpus[i].open = false;
		cpus[i].away = false;
		if (cpus[i].seen)
			fprintf(out, "%u mark\n", i);
	}
	looking = true;
}

static void on_done(unsigned int i, void *userdata)
{
	(void)userdata;
	looking = false;
	for (i = 0; i < MAX_CPUS; i++)
		cpus[i].open = false;
}

static vcpu_udata_cb callback_at_el2(struct place *place, uint32_t code)
{
	if (is_bl(code)) {
		place->target = place->address + (int64_t)((int32_t)(code << 6) >> 6) * 4;
		return on_call;
	}
	if (is_blr(code))
		return on_call;
	if (is_ret(code))
		return on_ret;
	return is_eret(code) ? on_eret : NULL;
}

static void look_at(struct qemu_plugin_insn *insn, uint64_t vaddr, const char *haddr)
{
	struct place *place = NULL;
	vcpu_udata_cb cb = NULL;
	uint32_t code;

	memcpy(&code, haddr, sizeof(code));
	if (at_el2(vaddr, haddr)) {
		place = &places[(haddr - image - (hyp - text)) / 4];
		cb = callback_at_el2(place, code);
		if (place->function && place->function->start == place->address)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_entry,
							       QEMU_PLUGIN_CB_NO_REGS, place);
	} else if (code == INSN_LOOK) {
		cb = on_look;
	} else if (code == INSN_DONE) {
		cb = on_done;
	}
	if (cb)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, place);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	each_insn(tb, look_at);
	el2_cpu_translated(tb);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *userdata)
{
	size_t i, j;

	(void)id;
	(void)userdata;
	for (i = 0; i < nr_functions; i++) {
		uint64_t entered = 0, elsewhere = 0;

		for (j = 0; j < MAX_CPUS; j++) {
			entered += functions[i].entered[j];
			elsewhere += functions[i].elsewhere[j];
		}
		if (entered || elsewhere)
			fprintf(out, "= %" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
				functions[i].start, entered, elsewhere);
	}
	fclose(out);
}

/* A line of the list; false if it is none */
static bool read_function(struct function *function, const char *line)
{
	char word[8];
	unsigned int what;

	if (sscanf(line, "%" SCNx64 " %" SCNx64 " %7s", &function->start, &function->end,
		   word) != 3)
		return false;
	for (what = 0; what < NR_WHATS; what++) {
		if (!strcmp(words[what], word)) {
			function->what = what;
			return true;
		}
	}
	return false;
}

static bool read_list(const char *name)
{
	FILE *list = fopen(name, "r");
	char line[1024];
	size_t i;

	if (!list)
		return false;
	/* No more functions than instructions */
	functions = calloc((ehyp - hyp) / 4, sizeof(*functions));
	places = calloc((ehyp - hyp) / 4, sizeof(*places));
	if (!functions || !places)
		return false;
	while (fgets(line, sizeof(line), list)) {
		struct function *function = &functions[nr_functions];

		if (!read_function(function, line) || function->start < hyp ||
		    function->end <= function->start || function->end > ehyp)
			return false;
		for (i = (function->start - hyp) / 4; i < (function->end - hyp) / 4; i++)
			places[i].function = function;
		nr_functions++;
	}
	fclose(list);
	for (i = 0; i < (ehyp - hyp) / 4; i++)
		places[i].address = hyp + i * 4;
	return nr_functions;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	bool listed = false;
	int i;

	(void)info;
	if (!read_options("el2calls", argc, argv))
		return 1;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "list=", 5))
			listed = read_list(argv[i] + 5);
	}
	if (!listed) {
		fprintf(stderr, "el2calls: wants a list of functions, in order\n");
		return 1;
	}
	qemu_plugin_register_vcpu_init_cb(id, el2_cpu_made);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
