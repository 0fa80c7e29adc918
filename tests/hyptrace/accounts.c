// SPDX-License-Identifier: GPL-2.0
/*
 * accounts BY CPUS text|json NOW [BEFORE]: the table that hyptrace stat makes of two readings of
 * trace_stat/accounts, as if the second were 10000 s after the first. CPUS is 01101, a flag for
 * each, or "all", which are two then. Without BEFORE they were switched on then.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/hyptrace/accounts.h"

static void load(struct accounts *accounts, const char *name)
{
	FILE *in = fopen(name, "re");

	if (!in)
		die(NULL, "%s cannot be opened: %s", name, strerror(errno));
	accounts_parse(in, name, accounts);
	fclose(in);
}

int main(int argc, char **argv)
{
	struct accounts now = { 0 }, before = { 0 };
	struct model model = { .last = 10000000000000 };
	struct table table = { 0 };
	struct cells cells = { 0 };
	int i, nr, cpus = 0;
	bool wanted[64];

	if (argc < 5)
		die(NULL, "usage: accounts BY CPUS text|json NOW [BEFORE]");
	table.by = table_parse_by("accounts", argv[1]);
	nr = strlen(argv[2]);
	for (i = 0; i < nr && i < 64; i++) {
		wanted[i] = argv[2][i] == '1';
		cpus += wanted[i];
	}
	load(&now, argv[4]);
	if (argc > 5)
		load(&before, argv[5]);
	if (!accounts_compare(&now, &before, strcmp(argv[2], "all") ? wanted : NULL, nr, &cells,
			      &model))
		table.partial = "cleared";
	accounts_tabulate(&cells, &table);
	cells_free(&cells);
	table_sort(&table, &model);
	cpus = cpus ? cpus : 2;
	if (!strcmp(argv[3], "json"))
		table_print_json(stdout, &table, &model, cpus);
	else
		table_print(&table, &model, "accounts", cpus);
	table_free(&table);
	model_free(&model);
	accounts_free(&now);
	accounts_free(&before);
	return 0;
}
