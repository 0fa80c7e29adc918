/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HYPTRACE_EXPORT_H
#define HYPTRACE_EXPORT_H

#include "file.h"

/* A whole file, in one form each, to @out */
void export_chrome(struct trace_file *file, FILE *out);
void export_csv(struct trace_file *file, FILE *out);
void export_folded(struct trace_file *file, FILE *out);
void export_functions(struct trace_file *file, FILE *out);
void export_openmetrics(struct trace_file *file, FILE *out);

#endif /* HYPTRACE_EXPORT_H */
