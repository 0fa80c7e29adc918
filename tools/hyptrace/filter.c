// SPDX-License-Identifier: GPL-2.0
/* Of some CPUs, of a process, of a VM. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "filter.h"

/* 0,2-3 */
void filter_parse_cpus(struct filter *filter, const char *command, const char *text)
{
	char *copy = xstrdup(text), *rest = copy, *part;

	while ((part = strsep(&rest, ","))) {
		char *to = strchr(part, '-');
		__u64 first, last;

		if (to)
			*to++ = 0;
		first = parse_number(command, "-C", part, 0, MAX_CPUS - 1);
		last = to ? parse_number(command, "-C", to, first, MAX_CPUS - 1) : first;
		for (; first <= last; first++)
			filter->cpu[first] = true;
		if ((int)last >= filter->nr_cpus)
			filter->nr_cpus = last + 1;
	}
	free(copy);
}

void filter_parse_pid(struct filter *filter, const char *command, const char *text)
{
	char dir[64];

	filter->pid = parse_number(command, "-p", text, 1, 1 << 30);
	snprintf(dir, sizeof(dir), "/proc/%d", filter->pid);
	if (access(dir, F_OK))
		die(NULL, "there is no process %d", filter->pid);
}

/* As the tables have it, 0x1000, or decimal */
void filter_parse_vm(struct filter *filter, const char *command, const char *text)
{
	bool hex = !strncmp(text, "0x", 2);
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, hex ? 16 : 10);
	if (*text < '0' || *text > '9' || *end || errno || !value || value > 0xffffffff)
		die_usage(command, "--vm takes the handle of a VM, as 0x1000, not '%s'", text);
	filter->vm = value;
}

/* Handles are told by events that only a protected KVM has. */
static void refuse_unprotected(const struct filter *filter)
{
	struct finding finding = { 0 };
	int i;

	for (i = 0; doctor_checks[i]; i++) {
		if (!strcmp(doctor_names[i], "protection"))
			doctor_checks[i]("", &finding);
	}
	if (finding.verdict != VERDICT_OK)
		die("-p PID, of the process that runs it, does the same; --by vcpu has its threads",
		    "there is no VM 0x%x: KVM is not protected, and VMs have no handles",
		    filter->vm);
	free(finding.what);
	free(finding.mend);
}

int filter_open(struct filter *filter, struct live *live)
{
	int cpu, nr = 0;

	live_open(live, filter->nr_cpus ? filter->cpu : NULL, filter->nr_cpus);
	if (filter->vm && live->text)
		die("-p PID, of the process that runs it, does the same",
		    "VM 0x%x cannot be told: this kernel's hypervisor tells of no VM", filter->vm);
	if (filter->vm)
		refuse_unprotected(filter);
	filter->tep = live->tep;
	for (cpu = 0; cpu < live->nr_cpus; cpu++)
		nr += !filter->nr_cpus || (cpu < filter->nr_cpus && filter->cpu[cpu]);
	return nr;
}

/* A thread's name while it can be asked for: later it may be gone. */
static void learn_name(struct filter *filter, __u32 pid)
{
	__u32 *at = map_at(&filter->named, pid);
	char file[64], comm[64] = "";
	FILE *in;

	if (*at)
		return;
	*at = 1;
	snprintf(file, sizeof(file), "/proc/%u/comm", pid);
	in = fopen(file, "re");
	if (!in)
		return;
	if (fgets(comm, sizeof(comm), in)) {
		comm[strcspn(comm, "\n")] = 0;
		tep_override_comm(filter->tep, comm, pid);
	}
	fclose(in);
}

/* Asked when a thread first comes */
static bool is_of_process(struct filter *filter, __u32 pid)
{
	__u32 *at = map_at(&filter->threads, pid);
	char dir[64];

	if (!*at) {
		snprintf(dir, sizeof(dir), "/proc/%d/task/%u", filter->pid, pid);
		/* The process itself may have ended since. */
		*at = 1 + (pid == (__u32)filter->pid || !access(dir, F_OK));
	}
	return *at == 2;
}

static bool is_of_vm(struct filter *filter, const struct vcpu *vcpu)
{
	if (vcpu->vm)
		*map_at(&filter->vms, vcpu->vm) = 1;
	if (vcpu->vm == filter->vm)
		filter->vm_seen = true;
	return vcpu->vm == filter->vm;
}

bool filter_stay(struct filter *filter, const struct stay *stay)
{
	if (stay->pid)
		learn_name(filter, stay->pid);
	if (filter->vm) {
		filter->untold += stay->for_vcpu && !stay->vcpu.vm;
		if (!stay->for_vcpu || !is_of_vm(filter, &stay->vcpu))
			return false;
	}
	if (!filter->pid)
		return true;
	filter->nobodys += !stay->pid;
	return stay->pid && is_of_process(filter, stay->pid);
}

bool filter_guest(struct filter *filter, const struct vcpu *vcpu)
{
	if (filter->vm && !is_of_vm(filter, vcpu))
		return false;
	return !filter->pid || (vcpu->thread && is_of_process(filter, vcpu->thread));
}

void filter_print_untold(struct filter *filter, FILE *out)
{
	if (filter->nobodys)
		fprintf(out, "%llu stays are of no thread that is known, and not in the table\n",
			(unsigned long long)filter->nobodys);
	if (filter->untold)
		fprintf(out, "%llu stays are of a VM that is not told, and not in the table\n",
			(unsigned long long)filter->untold);
	filter->nobodys = 0;
	filter->untold = 0;
}

void filter_forget(struct filter *filter)
{
	map_free(&filter->named);
	filter->nobodys = 0;
	filter->untold = 0;
}

void filter_warn(struct filter *filter)
{
	__u32 i;

	if (!filter->vm || filter->vm_seen)
		return;
	if (!filter->vms.nr) {
		warn("nothing was of VM 0x%x: no VM ran meanwhile", filter->vm);
		return;
	}
	warn("nothing was of VM 0x%x; these ran meanwhile:", filter->vm);
	for (i = 0; i < filter->vms.size; i++) {
		if (filter->vms.entry[i].value)
			fprintf(stderr, "    --vm 0x%llx\n",
				(unsigned long long)filter->vms.entry[i].key);
	}
}

void filter_free(struct filter *filter)
{
	map_free(&filter->named);
	map_free(&filter->threads);
	map_free(&filter->vms);
}
