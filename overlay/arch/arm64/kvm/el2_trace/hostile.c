// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a host that is hostile to the hypervisor's tracing, and says whether the hypervisor is none
 * the worse for it.
 *
 *	echo SEED CALLS >/sys/kernel/debug/kvm_el2_trace_hostile/run
 *
 * makes CALLS calls from all CPUs that are online, which come and go meanwhile, and fails with EIO
 * if something was wrong. What, and which call got which answer how often, is read from the same
 * file. The same seed has each CPU make the same calls in the same order; how they meet is up to
 * the machine.
 *
 * Nobody else may trace, create or end a virtual machine meanwhile; one that runs is welcome. When
 * it is over the hypervisor has no event on, whatever the files in tracefs say.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/kvm_host.h>
#include <linux/memblock.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/kvm_el2_accounts.h>
#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>
#include <asm/virt.h>

#include "el2_trace.h"
#include "hostile.h"

#define HOSTILE_MAX_CALLS	1000000000ULL
/* Milliseconds between a CPU's coming and another one's going */
#define HOSTILE_HOTPLUG_MS	50
/* How many pages that are not as before are told by number */
#define HOSTILE_MAX_TOLD	8

static const char * const hostile_names[] = {
#define hostile_name(name, weight)	#name,
	HOSTILE_CALLS(hostile_name)
#undef hostile_name
};

/* Others are told by number: none of them is expected */
static const char * const hostile_errors[HOSTILE_NR_ERRORS] = {
	[0] = "ok", [EPERM] = "EPERM", [ENOENT] = "ENOENT", [EIO] = "EIO", [EAGAIN] = "EAGAIN",
	[ENOMEM] = "ENOMEM", [EBUSY] = "EBUSY", [ENODEV] = "ENODEV", [EINVAL] = "EINVAL",
	[ERANGE] = "ERANGE", [EEXIST] = "EEXIST",
};

/**
 * struct hostile_result - what came of a run
 * @seed:	as asked for
 * @calls:	that were made
 * @hotplugs:	how often a CPU went and came back
 * @pages:	of memory, whose owners have been compared
 * @differ:	of them, those that are not as before
 * @stuck:	CPUs whose ring could not be unloaded
 * @told:	the first pages that differ
 * @sum:	of all workers' answers; the first that was wrong
 */
static struct hostile_result {
	u64				seed;
	u64				calls;
	u32				hotplugs;
	u64				pages;
	u64				differ;
	u32				stuck;
	struct {
		u64	pfn;
		int	before;
		int	after;
	}				told[HOSTILE_MAX_TOLD];
	struct hostile_worker		sum;
} hostile_result;

/* One run at a time, and what is read of it is whole */
static DEFINE_MUTEX(hostile_lock);

/* What is told of all memory, a word for each page */
static int *hostile_map(const struct hostile_ground *ground)
{
	u64 i, nr = ground->mem_end - ground->mem_start;
	int *map = vmalloc_array(nr, sizeof(*map));

	for (i = 0; map && i < nr; i++) {
		map[i] = hostile_page_state(ground->mem_start + i);
		cond_resched();
	}

	return map;
}

static void hostile_compare(const struct hostile_ground *ground, const int *before,
			    const int *after)
{
	struct hostile_result *result = &hostile_result;
	u64 i;

	for (i = 0; i < ground->mem_end - ground->mem_start; i++) {
		if (before[i] != -ENOENT || after[i] != -ENOENT)
			result->pages++;
		if (before[i] == after[i])
			continue;
		if (result->differ < HOSTILE_MAX_TOLD) {
			result->told[result->differ].pfn = ground->mem_start + i;
			result->told[result->differ].before = before[i];
			result->told[result->differ].after = after[i];
		}
		result->differ++;
	}
}

/* Pages that are not the host's, and those that the hypervisor has pinned, from all over memory */
static void hostile_find_foreign(struct hostile_ground *ground, const int *map)
{
	u64 i, nr = ground->mem_end - ground->mem_start, seen = 0;
	int last = 0;

	for (i = 0; i < nr; i++) {
		if (map[i] < 0 || ((map[i] & 3) <= EL2_TRACE_PAGE_SHARED &&
				   !(map[i] >> EL2_TRACE_PAGE_PINS_SHIFT)))
			continue;
		/* All of them that are not many, some of those that are */
		if (map[i] == last && ++seen % 64)
			continue;
		last = map[i];
		if (ground->nr_foreign < HOSTILE_MAX_FOREIGN)
			ground->foreign[ground->nr_foreign++] = ground->mem_start + i;
		else
			ground->foreign[seen % HOSTILE_MAX_FOREIGN] = ground->mem_start + i;
	}
}

static int hostile_thread(void *arg)
{
	struct hostile_worker *worker = arg;
	u32 turn;

	for (turn = 0; worker->calls < worker->quota && !worker->unexpected; turn++) {
		if (kthread_should_stop())
			break;
		/* It was sent elsewhere if its CPU went off */
		if (!(turn % 64) && cpu_online(worker->cpu))
			set_cpus_allowed_ptr(current, cpumask_of(worker->cpu));
		hostile_turn(worker);
		cond_resched();
	}

	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);

	return 0;
}

static bool hostile_working(const struct hostile_worker *workers, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (READ_ONCE(workers[i].unexpected))
			return false;
		if (READ_ONCE(workers[i].calls) < workers[i].quota)
			return true;
	}

	return false;
}

/* While the workers are at it, have one CPU after the other go and come back */
static int hostile_wait(const struct hostile_worker *workers, u32 nr)
{
	u32 i = 0;

	while (hostile_working(workers, nr)) {
		if (schedule_timeout_killable(msecs_to_jiffies(HOSTILE_HOTPLUG_MS)) &&
		    fatal_signal_pending(current))
			return -EINTR;
		i++;
		/* Others may want it to be off, or on */
		if (nr < 2 || remove_cpu(workers[i % nr].cpu))
			continue;
		schedule_timeout_killable(msecs_to_jiffies(HOSTILE_HOTPLUG_MS) / 4);
		if (!add_cpu(workers[i % nr].cpu))
			hostile_result.hotplugs++;
	}

	return 0;
}

static void hostile_sum(const struct hostile_worker *worker)
{
	struct hostile_worker *sum = &hostile_result.sum;
	u32 call, error;

	for (call = 0; call < HOSTILE_NR_CALLS; call++) {
		for (error = 0; error < HOSTILE_NR_ERRORS; error++)
			sum->answers[call][error] += worker->answers[call][error];
	}
	hostile_result.calls += worker->calls;

	if (worker->unexpected && !sum->unexpected) {
		sum->cpu = worker->cpu;
		sum->bad_call = worker->bad_call;
		sum->bad_answer = worker->bad_answer;
		sum->bad_nr = worker->bad_nr;
	}
	sum->unexpected += worker->unexpected;
}

static int hostile_fight(struct hostile_ground *ground, u64 seed, u64 calls)
{
	u32 cpu, i, nr = 0, nr_cpus = num_online_cpus();
	struct hostile_worker *workers;
	int ret = 0;

	workers = kcalloc(nr_cpus, sizeof(*workers), GFP_KERNEL);
	if (!workers)
		return -ENOMEM;

	for_each_online_cpu(cpu) {
		struct hostile_worker *worker = &workers[nr];

		if (nr == nr_cpus)
			break;

		worker->ground = ground;
		worker->cpu = cpu;
		worker->quota = DIV_ROUND_UP_ULL(calls, nr_cpus);
		prandom_seed_state(&worker->rnd, seed * 0x9e3779b97f4a7c15ULL + cpu + 1);
		worker->task = kthread_create(hostile_thread, worker, "el2_hostile/%u", cpu);
		if (IS_ERR(worker->task)) {
			ret = PTR_ERR(worker->task);
			break;
		}
		nr++;
	}

	for (i = 0; i < nr; i++)
		wake_up_process(workers[i].task);
	if (!ret)
		ret = hostile_wait(workers, nr);
	for (i = 0; i < nr; i++) {
		kthread_stop(workers[i].task);
		hostile_sum(&workers[i]);
	}
	kfree(workers);

	return ret;
}

static void hostile_detach_cpu(void *unused)
{
	el2_trace_call(__el2_trace_detach);
}

/* The way back, as the host goes it that is not hostile */
static void hostile_retreat(void)
{
	int cpu, event, action, ret;

	el2_trace_call(__el2_trace_set_stack, 0, 0);
	hostile_end_functions();
	el2_trace_call(__el2_trace_set_accounts, EL2_ACCOUNTS_OFF);
	el2_trace_call(__el2_trace_set_pids, 0, EL2_PIDS_ALL);
	for_each_possible_cpu(cpu)
		el2_trace_call(__el2_trace_set_cpu, cpu, true, false);
	for (event = 0; event < EL2_NR_EVENTS; event++) {
		el2_trace_call(__el2_trace_set_event, event, 0);
		el2_trace_call(__el2_trace_set_filter, event, 0);
		for (action = REMOTE_TRIGGER_TRACEON; action <= REMOTE_TRIGGER_STACKTRACE; action++)
			el2_trace_call(__el2_trace_set_trigger, event, action, 0, 0, 0);
	}
	/* With no trigger that would not let it be */
	el2_trace_call(__el2_trace_enable, 0);

	cpus_read_lock();
	on_each_cpu(hostile_detach_cpu, NULL, true);
	cpus_read_unlock();

	for_each_possible_cpu(cpu) {
		do {
			ret = el2_trace_call(__el2_trace_unload, cpu);
			cond_resched();
		} while (ret == -EAGAIN);
		if (ret && ret != -ENODEV)
			hostile_result.stuck++;
	}
}

static void hostile_unshare_all(struct hostile_ground *ground)
{
	u32 i;

	for (i = 0; i < HOSTILE_NR_PAGES; i++) {
		if ((hostile_page_state(ground->pfn + i) & 3) == EL2_TRACE_PAGE_SHARED)
			kvm_call_hyp_nvhe(__pkvm_host_unshare_hyp, ground->pfn + i);
	}
}

static int hostile_share_all(struct hostile_ground *ground)
{
	u32 i;
	int ret;

	for (i = 0; i < HOSTILE_NR_PAGES; i++) {
		if (i >= HOSTILE_DATA || i == HOSTILE_GUARD || i == HOSTILE_GUARD_2) {
			ret = kvm_call_hyp_nvhe(__pkvm_host_share_hyp, ground->pfn + i);
			if (ret)
				return ret;
		}
	}

	return 0;
}

/* Memory that has not come back is not given to anybody: to touch it would be fatal */
static void hostile_free(struct hostile_ground *ground)
{
	u32 i;

	for (i = 0; i < HOSTILE_NR_PAGES; i++) {
		if (hostile_page_state(ground->pfn + i) !=
		    (EL2_TRACE_PAGE_OWNED | EL2_TRACE_PAGE_NONE << EL2_TRACE_PAGE_HYP_SHIFT))
			return;
	}
	free_pages_exact(ground->pages, HOSTILE_NR_PAGES * PAGE_SIZE);
}

static int hostile_run(u64 seed, u64 calls)
{
	struct hostile_ground *ground;
	int *before, *after = NULL;
	int cpu, ret = -ENOMEM;

	/* Somebody is tracing */
	for_each_possible_cpu(cpu) {
		if (el2_trace_call(__el2_trace_unload, cpu) != -ENODEV)
			return -EBUSY;
	}

	memset(&hostile_result, 0, sizeof(hostile_result));
	hostile_result.seed = seed;

	ground = kzalloc(sizeof(*ground), GFP_KERNEL);
	if (!ground)
		return -ENOMEM;
	rwlock_init(&ground->desc_lock);
	ground->mem_start = PHYS_PFN(memblock_start_of_DRAM());
	ground->mem_end = PHYS_PFN(memblock_end_of_DRAM());
	ground->pages = alloc_pages_exact(HOSTILE_NR_PAGES * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (!ground->pages)
		goto free_ground;
	ground->pfn = page_to_pfn(virt_to_page(ground->pages));

	before = hostile_map(ground);
	if (!before)
		goto free_pages;
	hostile_find_foreign(ground, before);

	ret = hostile_share_all(ground);
	if (!ret)
		ret = hostile_fight(ground, seed, calls);
	hostile_retreat();
	hostile_unshare_all(ground);

	after = hostile_map(ground);
	if (after)
		hostile_compare(ground, before, after);
	else
		ret = -ENOMEM;
	if (!ret && (hostile_result.sum.unexpected || hostile_result.stuck ||
		     hostile_result.differ))
		ret = -EIO;

	vfree(after);
	vfree(before);
free_pages:
	hostile_free(ground);
free_ground:
	kfree(ground);

	return ret;
}

static ssize_t hostile_run_write(struct file *file, const char __user *user, size_t count,
				 loff_t *ppos)
{
	u64 seed, calls;
	char *text;
	int ret;

	if (count > 64)
		return -EINVAL;

	text = memdup_user_nul(user, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = sscanf(text, "%llu %llu", &seed, &calls);
	kfree(text);
	if (ret != 2 || !calls || calls > HOSTILE_MAX_CALLS)
		return -EINVAL;

	if (mutex_lock_killable(&hostile_lock))
		return -EINTR;
	ret = hostile_run(seed, calls);
	mutex_unlock(&hostile_lock);

	return ret ?: count;
}

static int hostile_run_show(struct seq_file *seq, void *v)
{
	const struct hostile_result *result = &hostile_result;
	const struct hostile_worker *sum = &result->sum;
	u32 call, error, i;

	mutex_lock(&hostile_lock);

	seq_printf(seq, "seed=%llu calls=%llu hotplugs=%u stuck=%u\n", result->seed,
		   result->calls, result->hotplugs, result->stuck);
	for (call = 0; call < HOSTILE_NR_CALLS; call++) {
		seq_printf(seq, "%s:", hostile_names[call]);
		for (error = 0; error < HOSTILE_NR_ERRORS; error++) {
			if (!sum->answers[call][error])
				continue;
			if (hostile_errors[error])
				seq_printf(seq, " %s", hostile_errors[error]);
			else
				seq_printf(seq, " %u", error);
			seq_printf(seq, "=%u", sum->answers[call][error]);
		}
		seq_putc(seq, '\n');
	}
	seq_printf(seq, "unexpected=%u\n", sum->unexpected);
	if (sum->unexpected)
		seq_printf(seq, "CPU %d, call %llu: %s gave %d\n", sum->cpu, sum->bad_nr,
			   hostile_names[sum->bad_call], sum->bad_answer);
	seq_printf(seq, "pages=%llu differ=%llu\n", result->pages, result->differ);
	for (i = 0; i < min(result->differ, HOSTILE_MAX_TOLD); i++)
		seq_printf(seq, "page %#llx: %#x, now %#x\n", result->told[i].pfn,
			   result->told[i].before, result->told[i].after);

	mutex_unlock(&hostile_lock);

	return 0;
}
DEFINE_SHOW_STORE_ATTRIBUTE(hostile_run);

static int __init hostile_init(void)
{
	/* Where the host is trusted it need not be hostile */
	if (is_kvm_arm_initialised() && is_protected_kvm_enabled())
		debugfs_create_file("run", 0600, debugfs_create_dir("kvm_el2_trace_hostile", NULL),
				    NULL, &hostile_run_fops);

	return 0;
}
late_initcall(hostile_init);
