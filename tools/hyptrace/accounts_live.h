/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's accounts while they grow. */
#ifndef HYPTRACE_ACCOUNTS_LIVE_H
#define HYPTRACE_ACCOUNTS_LIVE_H

#include "accounts.h"

/**
 * struct accounts_live - zeroed, it is not begun
 * @dir:	the hypervisor's, in tracefs
 * @last:	the reading that the next is compared with
 * @wanted:	flags by CPU, as live_open() has them
 * @switched:	they were off, and shall be again
 * @fd:		their switch, if @switched
 */
struct accounts_live {
	char		*dir;
	struct accounts	last;
	const bool	*wanted;
	int		nr_wanted;
	bool		switched;
	int		fd;
};

/* Is this a kernel that has them? */
bool accounts_live_exist(void);
/* Those CPUs' alone, or the end; returns how many these are. Nothing is switched on yet. */
int accounts_live_open(struct accounts_live *live, const bool *wanted, int nr_wanted);
/* From now on; somebody else's, who has them on already, are left as they are. */
void accounts_live_start(struct accounts_live *live);
/*
 * What there was since the last call or accounts_live_start(), as by accounts_compare(). Returns
 * why that is not all of it, or NULL.
 */
const char *accounts_live_read(struct accounts_live *live, struct cells *cells,
			       struct model *model);
/* As it was found */
void accounts_live_close(struct accounts_live *live);

#endif /* HYPTRACE_ACCOUNTS_LIVE_H */
