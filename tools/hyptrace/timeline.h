/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HYPTRACE_TIMELINE_H
#define HYPTRACE_TIMELINE_H

#include "file.h"

/* A line for each stay of a file, in the order in which they end */
void report_timeline(struct trace_file *file, bool json);

#endif /* HYPTRACE_TIMELINE_H */
