/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be wrong with a machine, one check each. They look at files alone, below a directory
 * that need not be the machine's own root.
 */
#ifndef HYPTRACE_DOCTOR_H
#define HYPTRACE_DOCTOR_H

#include "hyptrace.h"

enum verdict {
	VERDICT_OK,
	VERDICT_NOTE,	/* something is missing that one can do without */
	VERDICT_BAD,	/* nothing can be traced */
};

/**
 * struct finding - what a check has found
 * @what:	in words
 * @mend:	what to do, a command where there is one; NULL if nothing is to be done
 */
struct finding {
	enum verdict	verdict;
	char		*what;
	char		*mend;
};

/* A check; the ones after it make no sense if it is bad */
typedef void (*doctor_check)(const char *root, struct finding *finding);

/* In the order in which they are to be made, NULL at the end */
extern const doctor_check doctor_checks[];
/* The names that go with them, for programs */
extern const char * const doctor_names[];

/* Is there a hypervisor's trace of Linux 7.1's own kind, and no other? It has no pages. */
bool doctor_text_alone(const char *root);

#endif /* HYPTRACE_DOCTOR_H */
