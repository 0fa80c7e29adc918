// SPDX-License-Identifier: GPL-2.0
/*
 * kexec IMAGE INITRD CMDLINE: load another kernel and start it, which does not come back.
 * kexec -p IMAGE INITRD CMDLINE: load it to be started when this one panics.
 * Prints an error by its name and exits with 1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kexec.h>
#include <linux/reboot.h>

#include "guest.h"

static int load(char **args, unsigned long flags)
{
	int image = open(args[0], O_RDONLY), initrd = open(args[1], O_RDONLY);

	if (image < 0 || initrd < 0)
		return -1;

	return syscall(SYS_kexec_file_load, image, initrd, strlen(args[2]) + 1, args[2], flags);
}

int main(int argc, char **argv)
{
	bool crash = argc == 5 && !strcmp(argv[1], "-p");

	if (argc != 4 && !crash) {
		fprintf(stderr, "usage: kexec [-p] IMAGE INITRD CMDLINE\n");
		return 2;
	}
	if (!load(argv + argc - 3, crash ? KEXEC_FILE_ON_CRASH : 0)) {
		if (crash)
			return 0;
		reboot(LINUX_REBOOT_CMD_KEXEC);
	}
	puts(strerrorname_np(errno));

	return 1;
}
