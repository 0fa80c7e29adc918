// SPDX-License-Identifier: GPL-2.0
/* Fields of records by their offsets; text only for a value that has not been seen before. */
#include <stdlib.h>
#include <string.h>

#include "schema.h"

static const struct {
	const char	*name;
	const char	*value;
} events[EVENT_KINDS] = {
	[EVENT_ENTER]		= { "hyp_enter", "reason" },
	[EVENT_EXIT]		= { "hyp_exit", "reason" },
	[EVENT_HCALL]		= { "host_hcall", "id" },
	[EVENT_SMC]		= { "host_smc", "id" },
	[EVENT_PSCI_CALL]	= { "psci_call", "func_id" },
	[EVENT_PSCI_RETURN]	= { "psci_return", "func_id" },
	[EVENT_FFA]		= { "host_ffa_call", "func_id" },
	[EVENT_RUN]		= { "vcpu_run", NULL },
	[EVENT_VCPU_EXIT]	= { "vcpu_exit", "code" },
};

/* ftrace's own; the same of the hypervisor's where the kernel has no such tracer */
static const struct {
	const char	*name;
	const char	*func;
} functions[EVENT_KINDS] = {
	[EVENT_CALL]		= { "function", "ip" },
	[EVENT_CALL_BEGIN]	= { "funcgraph_entry", "func" },
	[EVENT_CALL_END]	= { "funcgraph_exit", "func" },
};

static void take(struct field *to, const struct tep_format_field *from)
{
	*to = (struct field){ 0 };
	if (!from || from->offset < 0 || from->offset > 65535)
		return;
	if (from->size != 1 && from->size != 2 && from->size != 4 && from->size != 8)
		return;
	to->offset = from->offset;
	to->size = from->size;
}

static void find_field(struct field *to, struct tep_event *event, const char *name)
{
	take(to, event && name ? tep_find_field(event, name) : NULL);
}

static void find_functions(struct schema *schema)
{
	struct tep_event *event;
	int i;

	for (i = EVENT_CALL; i < EVENT_KINDS; i++) {
		event = tep_find_event_by_name(schema->tep, "hypervisor", functions[i].name);
		if (!event)
			event = tep_find_event_by_name(schema->tep, "ftrace", functions[i].name);
		if (!event || (unsigned int)event->id >= schema->nr_kinds)
			continue;
		find_field(&schema->func[i], event, functions[i].func);
		find_field(&schema->depth[i], event, "depth");
		if (i == EVENT_CALL_END) {
			find_field(&schema->calltime, event, "calltime");
			find_field(&schema->rettime, event, "rettime");
			find_field(&schema->overrun, event, "overrun");
		}
		if (!schema->func[i].size || (i != EVENT_CALL && !schema->depth[i].size) ||
		    (i == EVENT_CALL_END && !(schema->calltime.size && schema->rettime.size)))
			continue;
		schema->event[i] = event;
		schema->kind[event->id] = i;
	}
}

bool schema_init(struct schema *schema, struct tep_handle *tep)
{
	struct tep_event *any;
	int i, nr = tep_get_events_count(tep);

	*schema = (struct schema){ .tep = tep };
	schema->swap = tep_is_file_bigendian(tep) != tep_is_local_bigendian(tep);
	schema->nr_kinds = 65536;
	schema->kind = xcalloc(schema->nr_kinds, 1);
	for (i = 0; i < nr; i++) {
		struct tep_event *event = tep_get_event(tep, i);

		if (event && event->system && !strcmp(event->system, "hypervisor") &&
		    (unsigned int)event->id < schema->nr_kinds)
			schema->kind[event->id] = EVENT_OTHER;
	}
	for (i = 0; i < EVENT_KINDS; i++) {
		struct tep_event *event;

		if (!events[i].name)
			continue;
		event = tep_find_event_by_name(tep, "hypervisor", events[i].name);
		if (!event || (unsigned int)event->id >= schema->nr_kinds)
			continue;
		schema->event[i] = event;
		schema->kind[event->id] = i;
		find_field(&schema->value[i], event, events[i].value);
		find_field(&schema->vm[i], event, "vm");
		find_field(&schema->vcpu_idx[i], event, "vcpu_idx");
	}
	find_functions(schema);
	any = schema->event[EVENT_ENTER];
	if (!any || !schema->event[EVENT_EXIT])
		return false;
	find_field(&schema->vcpu, any, "vcpu");
	find_field(&schema->vcpu_exit, schema->event[EVENT_EXIT], "vcpu");
	find_field(&schema->ec, schema->event[EVENT_VCPU_EXIT], "ec");
	take(&schema->type, tep_find_common_field(any, "common_type"));
	take(&schema->pid, tep_find_common_field(any, "common_pid"));
	return schema->type.size;
}

void schema_free(struct schema *schema)
{
	free(schema->kind);
	schema->kind = NULL;
	schema->nr_kinds = 0;
}

__u64 schema_read(const struct schema *schema, const struct field *field,
		  const struct tep_record *record)
{
	const char *data = (const char *)record->data + field->offset;
	__u16 two;
	__u32 four;
	__u64 eight;

	if (record->size < 0 || field->offset + field->size > (unsigned int)record->size)
		return 0;
	switch (field->size) {
	case 1:
		return *(const __u8 *)data;
	case 2:
		memcpy(&two, data, 2);
		return schema->swap ? __builtin_bswap16(two) : two;
	case 4:
		memcpy(&four, data, 4);
		return schema->swap ? __builtin_bswap32(four) : four;
	case 8:
		memcpy(&eight, data, 8);
		return schema->swap ? __builtin_bswap64(eight) : eight;
	}
	return 0;
}

char *schema_text(const struct schema *schema, struct tep_record *record)
{
	struct trace_seq seq;
	char *text;

	trace_seq_init(&seq);
	tep_print_event(schema->tep, &seq, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	text = xstrdup(seq.buffer ? seq.buffer : "");
	trace_seq_destroy(&seq);
	return text;
}

char *schema_word(const struct schema *schema, struct tep_record *record, const char *tag)
{
	char *text = schema_text(schema, record), *word = NULL, *at = text;
	size_t length = strlen(tag);

	while (*at) {
		if (!strncmp(at, tag, length) && at[length] == '=') {
			at += length + 1;
			word = xstrdup(at);
			word[strcspn(word, " \n")] = 0;
			break;
		}
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	free(text);
	return word;
}
