/* SPDX-License-Identifier: GPL-2.0 */
/* A table that stat --json or report --json has written, read back. */
#ifndef HYPTRACE_STAT_FILE_H
#define HYPTRACE_STAT_FILE_H

#include "table.h"

/* It looks like one: JSON, and no trace.dat. False if it cannot be read, too */
bool stat_file_is(const char *name);
/*
 * Rows go to @table, numbers of events and losses, and the span of time, to @model, which is
 * zeroed. Or the end: what is wrong with the file is told.
 */
void stat_file_load(const char *name, struct table *table, struct model *model);

#endif /* HYPTRACE_STAT_FILE_H */
