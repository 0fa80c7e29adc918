/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HYPTRACE_FAULT_H
#define HYPTRACE_FAULT_H

/*
 * libtracecmd believes what is in a file: offsets, sizes and counts of a damaged one make it crash
 * (3.1.6, with one file in four). From fault_guard() on a crash is told as what it is, a damaged
 * file, by its name, and ends the program with STATUS_FAILED. NULL: no file is being read.
 */
void fault_guard(const char *file);

#endif /* HYPTRACE_FAULT_H */
