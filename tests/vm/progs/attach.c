// SPDX-License-Identifier: GPL-2.0
/*
 * attach: try to hang on to an event of the host kernel as tools do, and print how it went: "ok" or
 * the error by its name, which is no failure of attach.
 *
 *	attach perf ID		open the event with that id, as "perf record -e" does
 *	attach bpf ID		the same, and have a BPF program run when it happens
 *	attach raw NAME		have a BPF program run at the tracepoint of that name
 *
 * An error before that is a failure, whatever was to be shown with it.
 */
#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/perf_event.h>

#include "guest.h"

static int result(int ret)
{
	puts(ret < 0 ? strerrorname_np(errno) : "ok");
	return 0;
}

static int open_event(__u64 id)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	};

	return syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

/* A program that does nothing */
static int load_program(enum bpf_prog_type type)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (unsigned long)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.license = (unsigned long)"GPL";
	fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		die("attach: loading a BPF program: %s", strerror(errno));
	return fd;
}

static int attach_bpf(__u64 id)
{
	int prog = load_program(BPF_PROG_TYPE_TRACEPOINT), fd = open_event(id);

	return fd < 0 ? fd : ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog);
}

static int attach_raw(const char *name)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (unsigned long)name;
	attr.raw_tracepoint.prog_fd = load_program(BPF_PROG_TYPE_RAW_TRACEPOINT);
	return syscall(__NR_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "perf"))
		return result(open_event(number(argv[2], "ID")));
	if (argc == 3 && !strcmp(argv[1], "bpf"))
		return result(attach_bpf(number(argv[2], "ID")));
	if (argc == 3 && !strcmp(argv[1], "raw"))
		return result(attach_raw(argv[2]));
	fputs("usage: attach perf ID | bpf ID | raw NAME\n", stderr);
	return 2;
}
