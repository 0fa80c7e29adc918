/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report --html: one page with everything in it, its script and its data, too. The page is made
 * of files (page.S): report.html says where what goes.
 */
#ifndef HYPTRACE_HTML_H
#define HYPTRACE_HTML_H

#include "file.h"

/* Of @file, which was opened just now, to the file @name, with the @slowest longest stays */
void report_html(struct trace_file *file, const char *name, unsigned int slowest);

/*
 * The stays of @file, for the time line: two elements of a page, numbers in base64 and what they
 * mean. The time is 0 at @first; this, @last, and the number of @stays are what a first look at the
 * file has found.
 */
void html_stays(struct trace_file *file, FILE *out, __u64 first, __u64 last, __u64 stays);

/* A stream for JSON that lies within a page: what comes out of it can end no script there */
FILE *html_json(FILE *out);

#endif /* HYPTRACE_HTML_H */
