/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HYPTRACE_SLOWEST_H
#define HYPTRACE_SLOWEST_H

#include "file.h"

/* The @nr longest stays of a file, longest first, and what happened in them, to @out */
void report_slowest(struct trace_file *file, unsigned int nr, bool json, FILE *out);

#endif /* HYPTRACE_SLOWEST_H */
