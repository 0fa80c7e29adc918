// SPDX-License-Identifier: GPL-2.0
/*
 * Chrome's JSON of traces, which Perfetto takes as well: a track for each CPU with its stays and
 * the functions that were called in these, and one for each vCPU with its runs and what the
 * hypervisor did for it in between. Written as it comes, so the length of a trace takes no memory.
 */
#include <stdlib.h>

#include "export.h"
#include "slices.h"
#include "table.h"

#define CPUS	1	/* "processes" */
#define VCPUS	2

struct chrome {
	struct model	model;
	struct slices	slices;
	FILE		*out;
	struct map	named;		/* tracks: 1, named; 2, named as an event told it */
	bool		any;
};

static void begin(struct chrome *chrome)
{
	fputs(chrome->any ? ",\n" : "\n", chrome->out);
	chrome->any = true;
}

static void name_track(struct chrome *chrome, const char *what, int process, __u32 track,
		       const char *name)
{
	begin(chrome);
	fprintf(chrome->out, "{\"ph\": \"M\", \"name\": \"%s\", \"pid\": %d, \"tid\": %u, ", what,
		process, track);
	fputs("\"args\": {\"name\": ", chrome->out);
	print_quoted(chrome->out, name);
	fputs("}}", chrome->out);
}

static void name_cpu(struct chrome *chrome, int cpu)
{
	__u32 *named = map_at(&chrome->named, (__u64)CPUS << 32 | (__u32)cpu);
	char *name;

	if (*named)
		return;
	*named = 1;
	name = xasprintf("CPU %d", cpu);
	name_track(chrome, "thread_name", CPUS, cpu, name);
	free(name);
}

static void name_vcpu(struct chrome *chrome, const struct vcpu *vcpu)
{
	__u32 *named = map_at(&chrome->named, (__u64)VCPUS << 32 | vcpu->thread);
	__u32 known = 1 + vcpu->known;
	char *name;

	if (*named >= known)
		return;
	*named = known;
	name = vcpu_name(vcpu);
	name_track(chrome, "thread_name", VCPUS, vcpu->thread, name);
	free(name);
}

static void slice(struct chrome *chrome, int process, __u32 track, const char *name, __u64 from,
		  __u64 to)
{
	begin(chrome);
	fputs("{\"ph\": \"X\", \"name\": ", chrome->out);
	print_quoted(chrome->out, name);
	fprintf(chrome->out, ", \"pid\": %d, \"tid\": %u, \"ts\": %.3f, \"dur\": %.3f", process,
		track, us(from), us(to - from));
}

static void stay(void *context, const struct stay *stay)
{
	struct chrome *chrome = context;
	const char *cause = model_cause(&chrome->model, stay->cause);
	char *task = task_name(&chrome->model, stay->pid);

	name_cpu(chrome, stay->cpu);
	slice(chrome, CPUS, stay->cpu, cause, stay->enter, stay->leave);
	fputs(", \"args\": {\"task\": ", chrome->out);
	print_quoted(chrome->out, task);
	if (stay->for_vcpu) {
		char *vcpu = vcpu_name(&stay->vcpu);

		fputs(", \"vcpu\": ", chrome->out);
		print_quoted(chrome->out, vcpu);
		free(vcpu);
	}
	fputs("}}", chrome->out);
	if (stay->for_vcpu) {
		name_vcpu(chrome, &stay->vcpu);
		slice(chrome, VCPUS, stay->vcpu.thread, cause, stay->enter, stay->leave);
		fprintf(chrome->out, ", \"args\": {\"cpu\": %d}}", stay->cpu);
	}
	free(task);
	slices_stay(&chrome->slices, stay);
}

static void function_slice(void *context, int cpu, const char *name, __u64 from, __u64 to)
{
	struct chrome *chrome = context;

	name_cpu(chrome, cpu);
	slice(chrome, CPUS, cpu, name, from, to);
	fputs(", \"cat\": \"function\"}", chrome->out);
}

static void lost(void *context, int cpu)
{
	slices_lost(&((struct chrome *)context)->slices, cpu);
}

static void guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct chrome *chrome = context;

	name_vcpu(chrome, vcpu);
	slice(chrome, VCPUS, vcpu->thread, "guest", from, to);
	fprintf(chrome->out, ", \"args\": {\"cpu\": %d}}", cpu);
}

static const struct model_ops chrome_ops = { .stay = stay, .guest = guest, .lost = lost };

void export_chrome(struct trace_file *file, FILE *out)
{
	struct chrome chrome = { .out = out, .slices.slice = function_slice };

	model_init(&chrome.model, &file->schema, &chrome_ops, &chrome);
	chrome.slices.context = &chrome;
	slices_init(&chrome.slices, &chrome.model);
	fputs("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [", out);
	name_track(&chrome, "process_name", CPUS, 0, "hypervisor, by CPU");
	name_track(&chrome, "process_name", VCPUS, 0, "by vCPU");
	trace_file_feed(file, &chrome.model);
	slices_end(&chrome.slices);
	fprintf(out, "\n], \"otherData\": {\"lost\": \"%llu\", \"losses\": \"%llu\"}}\n",
		(unsigned long long)chrome.model.lost, (unsigned long long)chrome.model.losses);
	slices_free(&chrome.slices);
	map_free(&chrome.named);
	model_free(&chrome.model);
}
