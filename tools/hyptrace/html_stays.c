// SPDX-License-Identifier: GPL-2.0
/*
 * Stays as numbers, as they come: what is written is forgotten. Each is a row of numbers of 7 bits
 * to a byte, the lowest first, the highest bit set in all but the last:
 *
 *	cpu
 *	enter		since the enter of the one before on this CPU
 *	length
 *	cause		their names follow at the end, the first is 0
 *	task		likewise
 *	vcpu * 2	likewise, 0 being the host; + 1 if a guest ran between it and the one before
 *
 * A page must not grow without bound. Of more than MAX_MARKS stays those that begin in the same
 * part of the time on the same CPU are one mark, with the cause, task and vCPU of the longest of
 * them, and with two numbers more in each row:
 *
 *	number		of stays
 *	busy		time in the hypervisor
 */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "table.h"

#define MAX_MARKS	524288

struct mark {
	struct stay	longest;
	__u64		enter, leave;
	__u64		number, busy;
	bool		guest;
};

struct cpu {
	struct mark	mark;
	__u64		written;	/* enter of the last that was */
	bool		guest;		/* ran just now */
};

/* Names in the order in which they were first needed */
struct names {
	struct map	map;
	char		*(*of)(const struct model *model, const struct stay *stay);
	char		**name;
	__u32		nr;
};

struct stays {
	struct model	model;
	FILE		*out;
	__u64		first, within;	/* within: 0 if each is for itself */
	__u64		marks;
	struct cpu	*cpu;
	int		nr_cpus;
	struct names	task, vcpu;
	__u8		bits[3];	/* not yet in base64 */
	unsigned int	nr_bits;
};

static void put_bits(struct stays *stays)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	__u32 bits = stays->bits[0] << 16 | stays->bits[1] << 8 | stays->bits[2];
	unsigned int i;

	for (i = 0; i < 4; i++)
		putc(i <= stays->nr_bits ? digits[bits >> (18 - 6 * i) & 63] : '=', stays->out);
	memset(stays->bits, 0, sizeof(stays->bits));
	stays->nr_bits = 0;
}

static void put_number(struct stays *stays, __u64 n)
{
	do {
		stays->bits[stays->nr_bits++] = (n & 0x7f) | (n > 0x7f ? 0x80 : 0);
		if (stays->nr_bits == sizeof(stays->bits))
			put_bits(stays);
		n >>= 7;
	} while (n);
}

/* From 0 on */
static __u32 number_of(struct names *names, __u64 key, const struct model *model,
		       const struct stay *stay)
{
	__u32 *at = map_at(&names->map, key);

	if (!*at) {
		*at = ++names->nr;
		names->name = xrealloc(names->name, names->nr, sizeof(*names->name));
		names->name[*at - 1] = names->of(model, stay);
	}
	return *at - 1;
}

static char *name_task(const struct model *model, const struct stay *stay)
{
	return task_name(model, stay->pid);
}

static char *name_vcpu(const struct model *model, const struct stay *stay)
{
	(void)model;
	return stay->for_vcpu ? vcpu_name(&stay->vcpu) : xstrdup("host");
}

static struct cpu *cpu_at(struct stays *stays, int cpu)
{
	int i;

	if (cpu >= stays->nr_cpus) {
		stays->cpu = xrealloc(stays->cpu, cpu + 1, sizeof(*stays->cpu));
		for (i = stays->nr_cpus; i <= cpu; i++)
			stays->cpu[i] = (struct cpu){ .written = stays->first };
		stays->nr_cpus = cpu + 1;
	}
	return &stays->cpu[cpu];
}

/* What of a number is left where a damaged file has time go backwards */
static __u64 since(__u64 from, __u64 to)
{
	return to > from ? to - from : 0;
}

static void put_mark(struct stays *stays, struct cpu *cpu)
{
	struct mark *mark = &cpu->mark;
	const struct stay *stay = &mark->longest;
	const struct model *model = &stays->model;

	if (!mark->number)
		return;
	put_number(stays, stay->cpu);
	put_number(stays, since(cpu->written, mark->enter));
	put_number(stays, since(mark->enter, mark->leave));
	put_number(stays, stay->cause - 1);
	put_number(stays, number_of(&stays->task, table_key(BY_TASK, stay), model, stay));
	put_number(stays, number_of(&stays->vcpu, table_key(BY_VCPU, stay), model, stay) * 2 +
			  mark->guest);
	if (stays->within) {
		put_number(stays, mark->number);
		put_number(stays, mark->busy);
	}
	if (mark->enter > cpu->written)
		cpu->written = mark->enter;
	mark->number = 0;
	stays->marks++;
}

static bool belongs(const struct stays *stays, const struct mark *mark, const struct stay *stay)
{
	return mark->number && stays->within &&
	       since(stays->first, mark->enter) / stays->within ==
	       since(stays->first, stay->enter) / stays->within;
}

static void add_stay(void *context, const struct stay *stay)
{
	struct stays *stays = context;
	struct cpu *cpu = cpu_at(stays, stay->cpu);
	struct mark *mark = &cpu->mark;
	__u64 ns = since(stay->enter, stay->leave);

	if (!belongs(stays, mark, stay)) {
		put_mark(stays, cpu);
		*mark = (struct mark){
			.longest = *stay, .enter = stay->enter, .guest = cpu->guest,
		};
	}
	if (ns > since(mark->longest.enter, mark->longest.leave))
		mark->longest = *stay;
	mark->leave = stay->leave;
	mark->busy += ns;
	mark->number++;
	cpu->guest = false;
	if (!stays->within)
		put_mark(stays, cpu);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	(void)vcpu;
	(void)from;
	(void)to;
	cpu_at(context, cpu)->guest = true;
}

static void broken(void *context, int cpu)
{
	cpu_at(context, cpu)->guest = false;
}

static const struct model_ops stays_ops = {
	.stay = add_stay, .guest = add_guest, .broken = broken,
};

static void put_names(FILE *json, const char *what, char * const *name, __u32 nr)
{
	__u32 i;

	fprintf(json, ",\n\"%s\": [", what);
	for (i = 0; i < nr; i++) {
		fputs(i ? ",\n" : "", json);
		print_quoted(json, name[i]);
	}
	putc(']', json);
}

static void free_names(struct names *names)
{
	__u32 i;

	for (i = 0; i < names->nr; i++)
		free(names->name[i]);
	free(names->name);
	map_free(&names->map);
}

/* A damaged file can have any number. */
static unsigned int clamp_cpus(int cpus)
{
	if (cpus < 1)
		return 1;
	return cpus > 65536 ? 65536 : cpus;
}

void html_stays(struct trace_file *file, FILE *out, __u64 first, __u64 last, __u64 nr)
{
	struct stays stays = {
		.out = out, .first = first, .task.of = name_task, .vcpu.of = name_vcpu,
	};
	__u64 no_vcpu = table_key(BY_VCPU, &(struct stay){ 0 });
	FILE *json;
	int cpu;

	/* So many parts for each CPU, and each mark is in another */
	if (nr > MAX_MARKS)
		stays.within = (last - first) / (MAX_MARKS / clamp_cpus(file->cpus)) + 1;
	model_init(&stays.model, &file->schema, &stays_ops, &stays);
	/* The host is 0, whether it has stays or not. */
	number_of(&stays.vcpu, no_vcpu, &stays.model, &(struct stay){ 0 });
	fputs("<script type=\"text/plain\" id=\"stays\">", out);
	trace_file_feed(file, &stays.model);
	for (cpu = 0; cpu < stays.nr_cpus; cpu++)
		put_mark(&stays, &stays.cpu[cpu]);
	if (stays.nr_bits)
		put_bits(&stays);
	fputs("</script>\n<script type=\"application/json\" id=\"names\">", out);
	json = html_json(out);
	fprintf(json, "{\"interrupted\": %s, ", interrupted ? "true" : "false");
	fprintf(json, "\"stays\": %llu, \"marks\": %llu, \"within_ns\": %llu",
		(unsigned long long)stays.model.stays, (unsigned long long)stays.marks,
		(unsigned long long)stays.within);
	put_names(json, "causes", stays.model.cause + 1, stays.model.nr_causes);
	put_names(json, "tasks", stays.task.name, stays.task.nr);
	put_names(json, "vcpus", stays.vcpu.name, stays.vcpu.nr);
	fputs("}\n", json);
	fclose(json);
	fputs("</script>", out);
	free_names(&stays.task);
	free_names(&stays.vcpu);
	free(stays.cpu);
	model_free(&stays.model);
}
