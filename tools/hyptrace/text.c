// SPDX-License-Identifier: GPL-2.0
/* Records from lines: the same as from pages, in a format of their own. */
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* More than any machine has, and so no number of a CPU */
#define MAX_CPU	65536

enum { ID_ENTER = 1, ID_EXIT };

struct line_record {
	__u16	type;
	__u8	flags, preempt_count;
	__s32	pid;
	__u8	reason, pad[3];
	__s32	vcpu;
};

/* What the events print, by the number that a record has for it. The last stands for all others. */
static const char * const reasons[] = {
	"smc", "hvc", "psci", "host_abort", "guest_exit", "eret_host", "eret_guest", "unknown",
};

static const char format[] =
	"name: %s\n"
	"ID: %d\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:u8 reason;\toffset:8;\tsize:1;\tsigned:0;\n"
	"\tfield:pid_t vcpu;\toffset:12;\tsize:4;\tsigned:1;\n"
	"\n"
	"print fmt: \"reason=%%s vcpu=%%d\", __print_symbolic(REC->reason%s), REC->vcpu\n";

static void add_event(struct tep_handle *tep, const char *name, int id)
{
	char *symbols = xstrdup(""), *all;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		char *more = xasprintf("%s, { %u, \"%s\" }", symbols, i, reasons[i]);

		free(symbols);
		symbols = more;
	}
	all = xasprintf(format, name, id, symbols);
	if (tep_parse_event(tep, all, strlen(all), "hypervisor"))
		die(NULL, "libtraceevent does not take the format of %s", name);
	free(symbols);
	free(all);
}

bool text_is(const char *beginning)
{
	return *beginning == '[' || !strncmp(beginning, "CPU:", 4) ||
	       !strncmp(beginning, "# tracer", 8);
}

void text_open(struct text *text)
{
	*text = (struct text){ .tep = tep_alloc() };
	if (!text->tep)
		die(NULL, "no memory");
	tep_set_file_bigendian(text->tep, tep_is_local_bigendian(text->tep));
	add_event(text->tep, "hyp_enter", ID_ENTER);
	add_event(text->tep, "hyp_exit", ID_EXIT);
	if (!schema_init(&text->schema, text->tep))
		die(NULL, "libtraceevent does not know what it was told");
}

static bool known_cpu(struct text *text, unsigned int cpu)
{
	if (cpu >= MAX_CPU || ((int)cpu < text->nr_skip && text->skip[cpu]))
		return false;
	if ((int)cpu >= text->nr_cpus) {
		text->missed = xrealloc(text->missed, cpu + 1, sizeof(*text->missed));
		memset(text->missed + text->nr_cpus, 0,
		       (cpu + 1 - text->nr_cpus) * sizeof(*text->missed));
		text->nr_cpus = cpu + 1;
	}
	return true;
}

static __u8 reason(const char *fields)
{
	unsigned int i;
	size_t length;

	if (!strncmp(fields, "reason=", 7))
		fields += 7;
	length = strcspn(fields, " \n");
	for (i = 0; i < ARRAY_SIZE(reasons) - 1; i++) {
		if (strlen(reasons[i]) == length && !strncmp(fields, reasons[i], length))
			break;
	}
	return i;
}

void text_line(struct text *text, const char *line, struct model *model)
{
	unsigned long long seconds, events;
	struct line_record data = { 0 };
	struct tep_record record = { .data = &data, .size = sizeof(data) };
	unsigned int cpu, us;
	const char *vcpu;
	int fields = 0;

	if (sscanf(line, "CPU:%u [LOST %llu EVENTS]", &cpu, &events) == 2) {
		if (known_cpu(text, cpu)) {
			text->missed[cpu] += events;
			text->lost += events;
		}
		return;
	}
	if (sscanf(line, "[%u] %llu.%6u: %n", &cpu, &seconds, &us, &fields) < 3 || !fields ||
	    !known_cpu(text, cpu))
		return;
	line += fields;
	if (!strncmp(line, "hyp_enter ", 10))
		data.type = ID_ENTER;
	else if (!strncmp(line, "hyp_exit ", 9))
		data.type = ID_EXIT;
	else
		return;
	line += strcspn(line, " ") + 1;
	data.reason = reason(line);
	vcpu = strstr(line, " vcpu=");
	if (vcpu)
		data.vcpu = strtol(vcpu + 6, NULL, 10);
	record.cpu = cpu;
	record.ts = seconds * 1000000000 + us * 1000ULL;
	/* What is lost is lost of this CPU before the next of its events, whichever that is. */
	if (text->missed[cpu])
		record.missed_events = text->missed[cpu] > 1 << 30 ? 1 << 30 : text->missed[cpu];
	text->missed[cpu] = 0;
	model_record(model, cpu, &record);
}

void text_close(struct text *text)
{
	schema_free(&text->schema);
	tep_free(text->tep);
	free(text->missed);
}
