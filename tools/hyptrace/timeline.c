// SPDX-License-Identifier: GPL-2.0
/* One line for each stay. */
#include <stdlib.h>

#include "table.h"
#include "timeline.h"

struct timeline {
	struct model	model;
	bool		json;
	__u64		nr;
};

static void print_stay(void *context, const struct stay *stay)
{
	struct timeline *timeline = context;
	const char *cause = model_cause(&timeline->model, stay->cause);
	char *task = task_name(&timeline->model, stay->pid);
	char *vcpu = stay->for_vcpu ? vcpu_name(&stay->vcpu) : xstrdup("host");

	if (timeline->json) {
		printf("%s\n{\"enter_ns\": %llu, \"ns\": %llu, \"cpu\": %d, \"cause\": ",
		       timeline->nr ? "," : "", (unsigned long long)stay->enter,
		       (unsigned long long)(stay->leave - stay->enter), stay->cpu);
		print_quoted(stdout, cause);
		printf(", \"task\": ");
		print_quoted(stdout, task);
		printf(", \"vcpu\": ");
		print_quoted(stdout, vcpu);
		putchar('}');
	} else {
		printf("%llu.%09llu [%03d] %10llu ns  %-32s %-20s %s\n",
		       (unsigned long long)stay->enter / 1000000000,
		       (unsigned long long)stay->enter % 1000000000, stay->cpu,
		       (unsigned long long)(stay->leave - stay->enter), cause, vcpu, task);
	}
	timeline->nr++;
	free(task);
	free(vcpu);
}

static const struct model_ops timeline_ops = { .stay = print_stay };

void report_timeline(struct trace_file *file, bool json)
{
	struct timeline timeline = { .json = json };

	model_init(&timeline.model, &file->schema, &timeline_ops, &timeline);
	if (json)
		putchar('[');
	trace_file_feed(file, &timeline.model);
	if (json)
		printf("]\n");
	else
		table_print_losses(&timeline.model);
	model_free(&timeline.model);
}
