/* SPDX-License-Identifier: GPL-2.0 */
/* The files that a page of report --html is made of, put into the program by page.S. */
#ifndef HYPTRACE_PAGE_H
#define HYPTRACE_PAGE_H

/* Each from page_x to page_x_end; only the hashes end in a 0 byte */
extern const char page_html[], page_html_end[];
extern const char page_css[], page_css_end[];
extern const char page_js[], page_js_end[];
extern const char page_d3[], page_d3_end[];
extern const char page_licence[], page_licence_end[];

/* "'sha256-...' ..." of the scripts, as Content-Security-Policy has them */
extern const char page_hashes[];

#endif /* HYPTRACE_PAGE_H */
