/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file of accounts shows: accounts.c asks the remote for it and gives it to the user,
 * accounts_table.c makes a table of it.
 */
#ifndef _KERNEL_REMOTE_TRACE_ACCOUNTS_H
#define _KERNEL_REMOTE_TRACE_ACCOUNTS_H

#include <linux/remote_account.h>
#include <linux/remote_trace.h>
#include <linux/seq_file.h>

/**
 * struct account_set - the accounts of a CPU, or of several together
 * @causes:	by cause
 * @vcpus:	by virtual CPU
 * @cpu:	which CPU
 */
struct account_set {
	struct remote_account		*causes;
	struct remote_account_vcpu	*vcpus;
	int				cpu;
};

/**
 * struct account_row - a line to be printed: one of the two
 * @set:	whose it is
 * @cause:	its number, if it is one of causes
 * @account:	what came of that
 * @vcpu:	what was done for a virtual CPU
 */
struct account_row {
	const struct account_set		*set;
	unsigned int				cause;
	const struct remote_account		*account;
	const struct remote_account_vcpu	*vcpu;
};

/**
 * struct account_view - what an open file shows
 * @accounts:	what the remote says of them
 * @title:	prints what is above the rows, or NULL
 * @print:	prints a row
 * @nr_rows:	how many
 * @rows:	...
 * @nr_sets:	how many
 * @sets:	what rows point to
 */
struct account_view {
	const struct remote_trace_accounts	*accounts;
	void					(*title)(struct seq_file *m);
	void					(*print)(struct seq_file *m,
							 const struct account_view *view,
							 const struct account_row *row);
	unsigned int				nr_rows;
	struct account_row			*rows;
	unsigned int				nr_sets;
	struct account_set			sets[];
};

/* accounts_table.c */
void remote_trace_accounts_table_stays(struct account_view *view);
void remote_trace_accounts_table_vcpus(struct account_view *view);
void remote_trace_accounts_table_accounts(struct account_view *view);

#endif /* _KERNEL_REMOTE_TRACE_ACCOUNTS_H */
