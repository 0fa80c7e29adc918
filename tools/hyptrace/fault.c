// SPDX-License-Identifier: GPL-2.0
/* A crash of a library on a damaged file, in words. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "hyptrace.h"

static const char *volatile guarded;

/* Only what may be done in a handler whenever it comes */
static void put(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(STATUS_FAILED);
}

static void on_fault(int number)
{
	if (!guarded) {
		/* Ours, then. The handler is gone, so this ends it as it should be. */
		raise(number);
		return;
	}
	put("hyptrace: ");
	put(guarded);
	put(" is damaged, and reading on makes libtracecmd crash\n    copy or record it again\n");
	_exit(STATUS_FAILED);
}

void fault_guard(const char *file)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT };
	/* The stack may be what is at its end. */
	static char stack[65536];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_handler = on_fault,
		.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER,
	};
	unsigned int i;

	if (!guarded && file && !sigaltstack(&alternative, NULL)) {
		for (i = 0; i < ARRAY_SIZE(signals); i++)
			sigaction(signals[i], &action, NULL);
	}
	guarded = file;
}
