// SPDX-License-Identifier: GPL-2.0
/*
 * vms VMS VCPUS: create that many virtual machines with that many vCPUs each, and run each vCPU
 * until its guest makes a store that nobody backs, which is the first thing it does. Says of each
 * machine "ok", or the error that running its first vCPU gave. Then all of them go, in the order
 * they came.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <linux/kvm.h>

#include "guest.h"

#define GUEST_CODE	0x80000000UL
#define GUEST_DEV	0x09000000UL	/* no memory here */
#define MAX_VCPUS	8

#define CORE_REG(name)							\
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |		\
	 (offsetof(struct kvm_regs, name) / sizeof(__u32)))

/* str x0, [x21]; b . */
static const __u32 guest_code[] = { 0xf90002a0, 0x14000000 };

struct vm {
	int fd;
	int vcpus[MAX_VCPUS];
	struct kvm_run *runs[MAX_VCPUS];
};

static int kvm_fd;
static size_t run_size;

static void set_reg(int vcpu, __u64 id, __u64 val)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&val };

	if (ioctl(vcpu, KVM_SET_ONE_REG, &reg))
		die("KVM_SET_ONE_REG %#llx: %s", id, strerror(errno));
}

static void create_vcpu(struct vm *vm, unsigned int i)
{
	struct kvm_vcpu_init init;
	int vcpu = ioctl(vm->fd, KVM_CREATE_VCPU, i);

	if (vcpu < 0)
		die("KVM_CREATE_VCPU: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &init) || ioctl(vcpu, KVM_ARM_VCPU_INIT, &init))
		die("KVM_ARM_VCPU_INIT: %s", strerror(errno));
	set_reg(vcpu, CORE_REG(regs.pc), GUEST_CODE);
	set_reg(vcpu, CORE_REG(regs.regs[21]), GUEST_DEV);
	vm->runs[i] = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (vm->runs[i] == MAP_FAILED)
		die("a vCPU's run page cannot be mapped: %s", strerror(errno));
	vm->vcpus[i] = vcpu;
}

static void create_vm(struct vm *vm, void *code, unsigned int vcpus)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_CODE,
		.memory_size = sysconf(_SC_PAGESIZE),
		.userspace_addr = (uintptr_t)code,
	};
	unsigned int i;

	vm->fd = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		die("KVM_CREATE_VM: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION: %s", strerror(errno));
	for (i = 0; i < vcpus; i++)
		create_vcpu(vm, i);
}

static void run_vm(struct vm *vm, unsigned int vcpus)
{
	unsigned int i;

	for (i = 0; i < vcpus; i++) {
		if (ioctl(vm->vcpus[i], KVM_RUN, 0)) {
			if (i)
				die("KVM_RUN of vCPU %u: %s", i, strerror(errno));
			puts(strerrorname_np(errno));
			return;
		}
		if (vm->runs[i]->exit_reason != KVM_EXIT_MMIO)
			die("vCPU %u: exit reason %u", i, vm->runs[i]->exit_reason);
	}
	puts("ok");
}

static void destroy_vm(struct vm *vm, unsigned int vcpus)
{
	unsigned int i;

	/* The last reference to a VM is that of its last vCPU, or the mapping of it */
	for (i = 0; i < vcpus; i++) {
		if (munmap(vm->runs[i], run_size) || close(vm->vcpus[i]))
			die("destroying a vCPU: %s", strerror(errno));
	}
	if (close(vm->fd))
		die("destroying a VM: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	struct rlimit limit = { .rlim_cur = 4096, .rlim_max = 4096 };
	unsigned int nr, vcpus, i;
	struct vm *vms;
	void *code;

	if (argc != 3) {
		fputs("usage: vms VMS VCPUS\n", stderr);
		return 2;
	}
	nr = number(argv[1], "VMS");
	vcpus = number(argv[2], "VCPUS");
	if (!nr || !vcpus || vcpus > MAX_VCPUS)
		die("1 VM at least, and 1 to %u vCPUs", MAX_VCPUS);
	setrlimit(RLIMIT_NOFILE, &limit);

	kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm_fd < 0)
		die("/dev/kvm: %s", strerror(errno));
	run_size = ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	code = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vms = calloc(nr, sizeof(*vms));
	if (code == MAP_FAILED || !vms)
		die("no memory");
	memcpy(code, guest_code, sizeof(guest_code));
	__builtin___clear_cache(code, code + sizeof(guest_code));

	for (i = 0; i < nr; i++) {
		create_vm(&vms[i], code, vcpus);
		run_vm(&vms[i], vcpus);
	}
	for (i = 0; i < nr; i++)
		destroy_vm(&vms[i], vcpus);
	free(vms);
	return 0;
}
