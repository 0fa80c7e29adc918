// SPDX-License-Identifier: GPL-2.0
/* Stays from records. What a record costs here is what a trace of millions costs. */
#include <stdlib.h>
#include <string.h>

#include "graph.h"
#include "model.h"

/* What no page of any size can hold is no record. */
#define MAX_RECORD	65536

void model_init(struct model *model, const struct schema *schema, const struct model_ops *ops,
		void *context)
{
	*model = (struct model){ .schema = schema, .ops = ops, .context = context };
}

void model_free(struct model *model)
{
	__u32 i;

	for (i = 1; i <= model->nr_words; i++)
		free(model->word[i]);
	for (i = 1; i <= model->nr_causes; i++)
		free(model->cause[i]);
	free(model->word);
	free(model->cause);
	free(model->vcpu);
	free(model->cpu);
	map_free(&model->word_map);
	map_free(&model->cause_map);
	map_free(&model->vcpu_map);
}

static struct model_cpu *cpu_state(struct model *model, int cpu)
{
	if (cpu >= model->nr_cpus) {
		model->cpu = xrealloc(model->cpu, cpu + 1, sizeof(*model->cpu));
		memset(model->cpu + model->nr_cpus, 0,
		       (cpu + 1 - model->nr_cpus) * sizeof(*model->cpu));
		model->nr_cpus = cpu + 1;
	}
	return &model->cpu[cpu];
}

/* What the event's own format calls its value, for those that tell a reason or a detail */
static char *name_of(struct model *model, enum event_kind kind, __u64 value,
		     struct tep_record *record)
{
	static const char * const tags[EVENT_KINDS] = {
		[EVENT_ENTER]		= "reason",
		[EVENT_HCALL]		= "name",
		[EVENT_SMC]		= "id",
		[EVENT_PSCI_CALL]	= "name",
		[EVENT_FFA]		= "func_id",
	};
	char *name;

	if (kind == EVENT_VCPU_EXIT) {
		/* A trap is an exception, and of a class. */
		name = schema_word(model->schema, record, "code");
		if (name && !strcmp(name, "TRAP")) {
			free(name);
			name = schema_word(model->schema, record, "ec");
		}
	} else {
		name = schema_word(model->schema, record, tags[kind]);
	}
	if (!name || !*name) {
		free(name);
		name = xasprintf("0x%llx", (unsigned long long)value);
	}
	return name;
}

/* The number of a value's name; 0 if the event has no such field */
static __u32 word(struct model *model, enum event_kind kind, struct tep_record *record)
{
	const struct schema *schema = model->schema;
	__u64 value;
	__u32 *at;

	if (!schema->value[kind].size)
		return 0;
	/* All these are 32 bits, whatever the field has. */
	value = (__u32)schema_read(schema, &schema->value[kind], record);
	if (kind == EVENT_VCPU_EXIT)
		value = (__u32)(value << 8) | schema_read(schema, &schema->ec, record);
	/* The same values, the same names */
	if (kind == EVENT_EXIT)
		kind = EVENT_ENTER;
	else if (kind == EVENT_PSCI_RETURN)
		kind = EVENT_PSCI_CALL;
	at = map_at(&model->word_map, value | (__u64)kind << 48);
	if (!*at) {
		char *name = name_of(model, kind, value, record);

		*at = ++model->nr_words;
		model->word = xrealloc(model->word, *at + 1, sizeof(*model->word));
		model->word[*at] = name;
		if (kind == EVENT_ENTER && !strcmp(name, "eret_guest"))
			model->to_guest = *at;
	}
	return *at;
}

__u32 model_name_cause(struct model *model, const char *name)
{
	__u32 i;

	for (i = 1; i <= model->nr_causes; i++) {
		if (!strcmp(model->cause[i], name))
			return i;
	}
	model->cause = xrealloc(model->cause, i + 1, sizeof(*model->cause));
	model->cause[i] = xstrdup(name);
	model->nr_causes = i;
	return i;
}

static __u32 cause(struct model *model, __u32 reason, __u32 detail)
{
	__u32 *at = map_at(&model->cause_map, (__u64)reason << 32 | detail);
	const char *first;
	char *name;

	if (!*at) {
		first = reason ? model->word[reason] : "stay";
		name = detail ? xasprintf("%s:%s", first, model->word[detail]) : xstrdup(first);
		/* Somebody else may have told of it. */
		*at = model_name_cause(model, name);
		free(name);
	}
	return *at;
}

/* What vcpu_run and vcpu_exit told of a thread's vCPU holds for its other stays, too. */
static void know_vcpu(struct model *model, struct vcpu *vcpu)
{
	__u32 *at;

	if (!vcpu->thread)
		return;
	at = map_at(&model->vcpu_map, vcpu->thread);
	if (!*at) {
		*at = ++model->nr_vcpus;
		model->vcpu = xrealloc(model->vcpu, *at + 1, sizeof(*model->vcpu));
		model->vcpu[*at] = (struct vcpu){ .thread = vcpu->thread };
	}
	if (vcpu->known)
		model->vcpu[*at] = *vcpu;
	else
		*vcpu = model->vcpu[*at];
}

static void forget(struct model *model, struct model_cpu *c, int cpu)
{
	if (c->inside) {
		model->broken++;
		if (model->ops->broken)
			model->ops->broken(model->context, cpu);
	}
	c->inside = false;
	c->in_guest = false;
	c->left_for = 0;
}

/* There was more of the CPU. */
static void lose(struct model *model, struct model_cpu *c, int cpu)
{
	forget(model, c, cpu);
	if (model->graph)
		graph_lost(model->graph, cpu);
	if (model->ops->lost)
		model->ops->lost(model->context, cpu);
}

static void enter(struct model *model, struct model_cpu *c, int cpu, struct tep_record *record)
{
	const struct schema *schema = model->schema;

	c->reason = word(model, EVENT_ENTER, record);
	c->detail = 0;
	c->stay = (struct stay){
		.cpu = cpu,
		.enter = record->ts,
		.pid = schema_read(schema, &schema->pid, record),
		.vcpu.thread = schema_read(schema, &schema->vcpu, record),
	};
	if (c->in_guest && model->ops->guest) {
		struct vcpu vcpu = { .thread = c->stay.vcpu.thread };

		know_vcpu(model, &vcpu);
		model->ops->guest(model->context, cpu, &vcpu, c->left_at, record->ts);
	}
	if (c->left_for && model->graph)
		graph_outside(model->graph, cpu, c->in_guest, record->ts - c->left_at);
	c->in_guest = false;
	c->inside = true;
}

static void leave(struct model *model, struct model_cpu *c, struct tep_record *record)
{
	const struct schema *schema = model->schema;
	struct stay *stay = &c->stay;
	__u32 to = word(model, EVENT_EXIT, record);

	/* The way back from a call of the firmware belongs to that call. */
	if (!c->detail && c->reason && c->reason == c->left_for)
		c->detail = c->left_detail;
	stay->leave = record->ts;
	stay->cause = cause(model, c->reason, c->detail);
	if (!stay->vcpu.thread)
		stay->vcpu.thread = schema_read(schema, &schema->vcpu_exit, record);
	if (!stay->pid)
		stay->pid = schema_read(schema, &schema->pid, record);
	if (!stay->pid)
		stay->pid = stay->vcpu.thread;
	know_vcpu(model, &stay->vcpu);
	stay->for_vcpu = stay->vcpu.thread || stay->vcpu.known;
	c->inside = false;
	c->left_for = to;
	c->left_detail = c->detail;
	c->in_guest = to && to == model->to_guest;
	c->left_at = record->ts;
	model->stays++;
	if (model->ops->stay)
		model->ops->stay(model->context, stay);
}

/* Something that can be a record: libtracecmd has the size that a damaged page says */
static bool is_sound(const struct schema *schema, const struct tep_record *record)
{
	return record->size >= (int)(schema->type.offset + schema->type.size) &&
	       record->size <= MAX_RECORD;
}

void model_record(struct model *model, int cpu, struct tep_record *record)
{
	const struct schema *schema = model->schema;
	struct model_cpu *c = cpu_state(model, cpu);
	enum event_kind kind;

	if (!is_sound(schema, record)) {
		/* What it was, and what else there was, nobody knows. */
		model->losses++;
		model->untold++;
		lose(model, c, cpu);
		return;
	}
	kind = schema_kind(schema, record);
	if (record->missed_events) {
		model->losses++;
		if (record->missed_events > 0)
			model->lost += record->missed_events;
		else
			model->untold++;
		lose(model, c, cpu);
	}
	if (kind >= EVENT_CALL) {
		model->functions++;
		if (model->graph)
			graph_record(model->graph, cpu, kind, record);
		if (model->ops->function)
			model->ops->function(model->context, cpu);
	}
	if (kind == EVENT_NONE || kind >= EVENT_CALL) {
		if (c->inside && model->ops->inside)
			model->ops->inside(model->context, cpu, record);
		return;
	}
	if (!model->events || record->ts < model->first)
		model->first = record->ts;
	if (record->ts > model->last)
		model->last = record->ts;
	model->events++;
	if (kind == EVENT_ENTER) {
		if (c->inside)
			forget(model, c, cpu);
		enter(model, c, cpu, record);
	} else if (!c->inside) {
		if (kind == EVENT_EXIT)
			model->broken++;
		return;
	}
	if (model->ops->inside)
		model->ops->inside(model->context, cpu, record);
	switch (kind) {
	case EVENT_EXIT:
		leave(model, c, record);
		break;
	case EVENT_RUN:
	case EVENT_VCPU_EXIT:
		c->stay.vcpu.vm = schema_read(schema, &schema->vm[kind], record);
		c->stay.vcpu.index = schema_read(schema, &schema->vcpu_idx[kind], record);
		c->stay.vcpu.known = true;
		if (kind == EVENT_RUN)
			break;
		__attribute__((fallthrough));
	case EVENT_HCALL:
	case EVENT_SMC:
	case EVENT_PSCI_CALL:
	case EVENT_PSCI_RETURN:
	case EVENT_FFA:
		/* Of a stay that has several, the first is what it was entered for. */
		if (!c->detail)
			c->detail = word(model, kind, record);
		break;
	default:
		break;
	}
}

void model_count_anew(struct model *model)
{
	model->events = 0;
	model->functions = 0;
	model->stays = 0;
	model->broken = 0;
	model->lost = 0;
	model->losses = 0;
	model->untold = 0;
}

void model_end(struct model *model)
{
	int cpu;

	for (cpu = 0; cpu < model->nr_cpus; cpu++)
		forget(model, &model->cpu[cpu], cpu);
	if (model->graph)
		graph_end(model->graph);
}
