// SPDX-License-Identifier: GPL-2.0
/*
 * kexec IMAGE INITRD CMDLINE: load another kernel and start it, which does not come back. Otherwise
 * prints the error by its name and exits with 1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/reboot.h>

#include "guest.h"

int main(int argc, char **argv)
{
	int image, initrd;

	if (argc != 4) {
		fprintf(stderr, "usage: kexec IMAGE INITRD CMDLINE\n");
		return 2;
	}
	image = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (image >= 0 && initrd >= 0 &&
	    !syscall(SYS_kexec_file_load, image, initrd, strlen(argv[3]) + 1, argv[3], 0L))
		reboot(LINUX_REBOOT_CMD_KEXEC);
	puts(strerrorname_np(errno));

	return 1;
}
