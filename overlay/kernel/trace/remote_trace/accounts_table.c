// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts as tables, for people and for programs.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/time64.h>

#include "accounts.h"

static u64 account_count(const struct remote_account *account)
{
	unsigned int i;
	u64 count = 0;

	for (i = REMOTE_ACCOUNT_FIRST; i < REMOTE_ACCOUNT_BUCKETS; i++)
		count += account->times[i];

	return count;
}

/* Nanoseconds that so many of a hundred times are shorter than, or equal to if it is the longest */
static u64 account_below(const struct remote_account *account, unsigned int percent)
{
	u64 want = DIV_ROUND_UP_ULL(account_count(account) * percent, 100), count = 0;
	unsigned int i = REMOTE_ACCOUNT_BUCKETS;

	while (i-- > REMOTE_ACCOUNT_FIRST) {
		count += account->times[i];
		if (count >= want)
			return min(2 * remote_account_bucket_min(i) ?: 2, account->longest);
	}

	return account->longest;
}

static void account_sum(struct remote_account *sum, const struct remote_account *account)
{
	unsigned int i;

	sum->total += account->total;
	sum->longest = max(sum->longest, account->longest);
	for (i = REMOTE_ACCOUNT_FIRST; i < REMOTE_ACCOUNT_BUCKETS; i++)
		sum->times[i] += account->times[i];
}

static void print_us(struct seq_file *m, u64 ns)
{
	u32 rest;
	u64 us = div_u64_rem(ns, NSEC_PER_USEC, &rest);

	seq_printf(m, " %11llu.%03u us", us, rest);
}

/* As wide as what is below it */
#define STAYS_TITLE	"  %-32s%12s%19s%19s%19s%19s%19s\n"
#define VCPUS_TITLE	"  %-9s %-11s %4s %12s%19s%19s\n"

static void title_stays(struct seq_file *m)
{
	seq_printf(m, STAYS_TITLE, "Cause", "Hit", "Time", "Avg", "p50 <", "p99 <", "Longest");
	seq_printf(m, STAYS_TITLE, "-----", "---", "----", "---", "-----", "-----", "-------");
}

static void print_stay(struct seq_file *m, const struct account_view *view,
		       const struct account_row *row)
{
	const struct remote_account *account = row->account;
	u64 count = account_count(account);

	seq_puts(m, "  ");
	seq_setwidth(m, 32);
	view->accounts->print_cause(m, row->cause);
	seq_pad(m, ' ');
	seq_printf(m, "%12llu", count);
	print_us(m, account->total);
	print_us(m, div64_u64(account->total, count));
	print_us(m, account_below(account, 50));
	print_us(m, account_below(account, 99));
	print_us(m, account->longest);
	seq_putc(m, '\n');
}

static void title_vcpus(struct seq_file *m)
{
	seq_printf(m, VCPUS_TITLE, "Thread", "VM", "vCPU", "Runs", "In guest", "In hypervisor");
	seq_printf(m, VCPUS_TITLE, "------", "--", "----", "----", "--------", "-------------");
}

static void print_vcpu(struct seq_file *m, const struct account_view *view,
		       const struct account_row *row)
{
	const struct remote_account_vcpu *vcpu = row->vcpu;

	if (vcpu->pid)
		seq_printf(m, "  %-9u %-#11x %4u", vcpu->pid, vcpu->vm, vcpu->index);
	else
		seq_printf(m, "  %-9s %-11s %4s", "others", "-", "-");
	seq_printf(m, " %12llu", vcpu->runs);
	print_us(m, vcpu->guest);
	print_us(m, vcpu->remote);
	seq_putc(m, '\n');
}

/* Words "name=value" that have their order and mean the same for ever; there may be more of them */
static void print_account(struct seq_file *m, const struct account_view *view,
			  const struct account_row *row)
{
	const struct remote_account_vcpu *vcpu = row->vcpu;
	unsigned int i = REMOTE_ACCOUNT_BUCKETS;
	char sep = '=';

	if (vcpu) {
		seq_printf(m, "vcpu cpu=%d pid=%u vm=0x%x vcpu=%u", row->set->cpu, vcpu->pid,
			   vcpu->vm, vcpu->index);
		seq_printf(m, " runs=%llu guest_ns=%llu hyp_ns=%llu\n", vcpu->runs, vcpu->guest,
			   vcpu->remote);
		return;
	}

	seq_printf(m, "stay cpu=%d cause=", row->set->cpu);
	view->accounts->print_cause(m, row->cause);
	seq_printf(m, " count=%llu total_ns=%llu longest_ns=%llu min_ns",
		   account_count(row->account), row->account->total, row->account->longest);
	while (i-- > REMOTE_ACCOUNT_FIRST) {
		if (!row->account->times[i])
			continue;
		seq_printf(m, "%c%llu:%llu", sep, remote_account_bucket_min(i),
			   row->account->times[i]);
		sep = ',';
	}
	seq_putc(m, '\n');
}

static int longer_stay(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	return (x->account->total < y->account->total) - (x->account->total > y->account->total);
}

static int longer_vcpu(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	return (x->vcpu->remote < y->vcpu->remote) - (x->vcpu->remote > y->vcpu->remote);
}

static bool same_vcpu(const struct remote_account_vcpu *a, const struct remote_account_vcpu *b)
{
	return a->pid == b->pid && a->vm == b->vm && a->index == b->index;
}

static void add_causes(struct account_view *view, const struct account_set *set)
{
	unsigned int i;

	for (i = 0; i < view->accounts->nr_causes; i++) {
		if (account_count(&set->causes[i]))
			view->rows[view->nr_rows++] = (struct account_row) {
				.set = set,
				.cause = i,
				.account = &set->causes[i],
			};
	}
}

static void add_vcpus(struct account_view *view, const struct account_set *set)
{
	unsigned int i;

	for (i = 0; i < view->accounts->nr_vcpus; i++) {
		if (set->vcpus[i].pid || set->vcpus[i].runs)
			view->rows[view->nr_rows++] = (struct account_row) {
				.set = set,
				.vcpu = &set->vcpus[i],
			};
	}
}

/**
 * remote_trace_accounts_table_stays - a table by cause, of all CPUs in one, longest first
 * @view:	has the accounts; rows are added
 *
 * Context: process; the view is nobody else's yet.
 */
void remote_trace_accounts_table_stays(struct account_view *view)
{
	struct account_set *sum = &view->sets[0];
	unsigned int i, cause;

	for (i = 1; i < view->nr_sets; i++) {
		for (cause = 0; cause < view->accounts->nr_causes; cause++)
			account_sum(&sum->causes[cause], &view->sets[i].causes[cause]);
	}
	add_causes(view, sum);
	sort(view->rows, view->nr_rows, sizeof(*view->rows), longer_stay, NULL);
	view->title = title_stays;
	view->print = print_stay;
}

/**
 * remote_trace_accounts_table_vcpus - a table by virtual CPU, likewise
 * @view:	as above
 *
 * Those that are the same on several CPUs become one; there are few.
 */
void remote_trace_accounts_table_vcpus(struct account_view *view)
{
	unsigned int i, k, nr = 0;

	for (i = 0; i < view->nr_sets; i++)
		add_vcpus(view, &view->sets[i]);

	for (i = 0; i < view->nr_rows; i++) {
		const struct remote_account_vcpu *vcpu = view->rows[i].vcpu;
		struct remote_account_vcpu *sum;

		for (k = 0; k < nr && !same_vcpu(view->rows[k].vcpu, vcpu); k++)
			;
		if (k == nr) {
			view->rows[nr++] = view->rows[i];
			continue;
		}
		/* It is in one of our own sets */
		sum = (struct remote_account_vcpu *)view->rows[k].vcpu;
		sum->runs += vcpu->runs;
		sum->guest += vcpu->guest;
		sum->remote += vcpu->remote;
	}
	view->nr_rows = nr;
	sort(view->rows, view->nr_rows, sizeof(*view->rows), longer_vcpu, NULL);
	view->title = title_vcpus;
	view->print = print_vcpu;
}

/**
 * remote_trace_accounts_table_accounts - all there is, CPU by CPU, for programs
 * @view:	as above
 */
void remote_trace_accounts_table_accounts(struct account_view *view)
{
	unsigned int i;

	for (i = 0; i < view->nr_sets; i++) {
		add_causes(view, &view->sets[i]);
		add_vcpus(view, &view->sets[i]);
	}
	view->print = print_account;
}
