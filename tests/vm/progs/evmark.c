// SPDX-License-Identifier: GPL-2.0
/*
 * evmark begin|end: tell somebody outside, who sees what is executed, that what is of interest
 * begins or has ended: by "hint #100" and "hint #101", which do nothing otherwise.
 */
#include "guest.h"

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "begin"))
		asm volatile("hint #100" ::: "memory");
	else if (argc == 2 && !strcmp(argv[1], "end"))
		asm volatile("hint #101" ::: "memory");
	else
		die("usage: evmark begin|end");
	return 0;
}
