// SPDX-License-Identifier: GPL-2.0
/*
 * kvm-load - give an arm64 hypervisor something to do.
 *
 * Creates a virtual machine with one vCPU and no interrupt controller, and lets a few
 * instructions in it leave the guest again and again: a store nobody backs (MMIO), a PSCI call
 * (HVC), a wait for the virtual timer (WFI, and a load that asks whether it did wait). Every exit
 * is one __kvm_vcpu_run hypercall of the host, so the figures printed at the end can be held
 * against what a trace shows.
 *
 * Build: aarch64-linux-gnu-gcc -O2 -static -o kvm-load kvm-load.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <linux/kvm.h>
#include <linux/psci.h>
#include <linux/types.h>

#define DO_MMIO		1UL
#define DO_HVC		2UL
#define DO_WFI		4UL

#define GUEST_CODE	0x80000000UL	/* one page of memory, see guest_start below */
#define GUEST_DEV	0x09000000UL	/* no memory here: every access leaves the guest */
#define DEV_TICK	(GUEST_DEV + 0)	/* what an MMIO round stores to */
#define DEV_DONE	(GUEST_DEV + 8)	/* stored to once, when all rounds are over */
#define DEV_ESR		(GUEST_DEV + 16) /* an exception the guest did not expect: why */
#define DEV_ELR		(GUEST_DEV + 24) /* and where */
#define DEV_SLEPT	(GUEST_DEV + 32) /* loaded, the timer off again: 0 if it never slept */

#define VECTORS		0x800		/* offset of the guest's exception vectors in its page */
#define VECTOR_SIZE	0x80
#define NR_VECTORS	16

/*
 * How far ahead the guest sets its timer, in parts of a second. It has to reach its WFI before
 * the timer fires, a matter of some instructions, but an emulated machine on a busy host is slow:
 * a guest that came too late to sleep tries again, with twice the time, up to a second.
 */
#define TIMER_FRACTION	2000

/*
 * No round done for this long while the guest runs means that it hangs. If it leaves so often in
 * one round, whatever KVM does about the reason is in vain, and waiting would not help.
 */
#define STUCK_SECONDS	30
#define STUCK_EXITS	10000

/*
 * With 64 KB pages, Linux 6.12 takes the CPU's number of bits for a guest's address, and in
 * protected mode it uses them all, even if it was configured for addresses of 48 bits. Then it
 * tells the CPU to translate 52 bits to 48, which the architecture refuses: each access of the
 * guest faults, whatever is mapped.
 */
#define IPA_BITS	48

#define CORE_REG(name)							\
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |		\
	 (offsetof(struct kvm_regs, name) / sizeof(__u32)))

/*
 * The guest: x19 what to do, x20 rounds to go, x21 the device, x22 timer ticks, x23 the HVC's
 * function. It runs at EL1 with the MMU off and interrupts masked; a pending interrupt still
 * ends a WFI. It is copied to its own page, so it must be position independent. An exception in
 * it is a mistake of ours or of the hypervisor; it is told to userspace. (.globl because the
 * linker mixes up local labels that are reached through a global offset table.)
 */
extern const char guest_start[], guest_end[], oops_start[], oops_end[];
asm(".pushsection .rodata\n"
"	.globl	guest_start\n"
"guest_start:\n"
"1:	tbz	x19, #0, 2f\n"
"	str	x20, [x21]\n"
"2:	tbz	x19, #1, 3f\n"
"	mov	x0, x23\n"
"	hvc	#0\n"
"	mov	x24, x0\n"
"3:	tbz	x19, #2, 4f\n"
"	isb\n"
"	mrs	x0, cntvct_el0\n"
"	add	x0, x0, x22\n"
"	msr	cntv_cval_el0, x0\n"
"	mov	x0, #1\n"
"	msr	cntv_ctl_el0, x0\n"
"	isb\n"
"	wfi\n"
"	msr	cntv_ctl_el0, xzr\n"
"	isb\n"
"	ldr	x0, [x21, #32]\n"
"	cbz	x0, 3b\n"
"4:	subs	x20, x20, #1\n"
"	b.ne	1b\n"
"	str	x24, [x21, #8]\n"
"5:	b	5b\n"
"	.globl	guest_end\n"
"guest_end:\n"
"	.globl	oops_start\n"
"oops_start:\n"
"	mrs	x0, esr_el1\n"
"	str	x0, [x21, #16]\n"
"	mrs	x0, elr_el1\n"
"	str	x0, [x21, #24]\n"
"6:	b	6b\n"
"	.globl	oops_end\n"
"oops_end:\n"
".popsection\n");

struct load {
	__u64 what;
	__u64 rounds;
	int kvm_fd;
	int vm_fd;
	int vcpu_fd;
	int stats_fd;
	struct kvm_run *run;
	size_t run_size;
	char *mem;
	size_t mem_size;
	bool irq_level;
	__u64 hz;
	__u64 ticks;
	off_t wfi_stat;
	__u64 wfi;
	__u64 mmio;
	__u64 intr;
};

static struct kvm_run *volatile running;	/* for the signal handler alone */
static volatile sig_atomic_t stop, alarmed;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	va_list ap;

	/* What stdout still holds belongs before the complaint. */
	fflush(stdout);
	fputs("kvm-load: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void on_signal(int sig)
{
	if (sig == SIGALRM)
		alarmed = 1;
	else
		stop = 1;
	/* A signal that comes just before KVM_RUN would be slept over without this. */
	if (running)
		running->immediate_exit = 1;
}

static void usage(FILE *to)
{
	fputs("usage: kvm-load [-n ROUNDS] [-c CPU] [-t mmio|hvc|wfi|mix] [ROUNDS]\n"
	      "Run a small virtual machine whose guest exits ROUNDS times in each way asked for.\n"
	      "  -n ROUNDS  how often (default 1000; 0: until SIGINT or SIGTERM)\n"
	      "  -c CPU     stay on this CPU\n"
	      "  -t TYPE    mmio, hvc, wfi, or mix for all three (default mix)\n", to);
}

static __u64 number(const char *s, const char *what, __u64 max)
{
	char *end;
	__u64 v;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno || *s < '0' || *s > '9' || *end || v > max)
		die("%s '%s' is not a number from 0 to %llu", what, s, max);
	return v;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("cannot stay on CPU %u: %s; see /sys/devices/system/cpu/online", cpu,
		    strerror(errno));
}

static void create(struct load *l)
{
	struct kvm_userspace_memory_region region = { .guest_phys_addr = GUEST_CODE };
	int version, size, i;

	l->kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (l->kvm_fd < 0)
		die("/dev/kvm: %s; be root on a kernel with KVM that was started at EL2",
		    strerror(errno));
	version = ioctl(l->kvm_fd, KVM_GET_API_VERSION, 0);
	if (version != KVM_API_VERSION)
		die("/dev/kvm: API version is %d, only %d is known", version, KVM_API_VERSION);

	l->vm_fd = ioctl(l->kvm_fd, KVM_CREATE_VM, 0);
	if (l->vm_fd < 0)
		die("/dev/kvm: KVM_CREATE_VM: %s", strerror(errno));

	l->mem_size = sysconf(_SC_PAGESIZE);
	l->mem = mmap(NULL, l->mem_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED)
		die("no memory for the guest's page: %s", strerror(errno));
	memcpy(l->mem, guest_start, guest_end - guest_start);
	for (i = 0; i < NR_VECTORS; i++)
		memcpy(l->mem + VECTORS + i * VECTOR_SIZE, oops_start, oops_end - oops_start);
	__builtin___clear_cache(l->mem, l->mem + l->mem_size);

	region.memory_size = l->mem_size;
	region.userspace_addr = (uintptr_t)l->mem;
	if (ioctl(l->vm_fd, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION for the guest's page: %s", strerror(errno));

	l->vcpu_fd = ioctl(l->vm_fd, KVM_CREATE_VCPU, 0);
	if (l->vcpu_fd < 0)
		die("KVM_CREATE_VCPU: %s", strerror(errno));

	size = ioctl(l->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (size < (int)sizeof(*l->run))
		die("KVM_GET_VCPU_MMAP_SIZE: %s", size < 0 ? strerror(errno) : "too small");
	l->run_size = size;
	l->run = mmap(NULL, l->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, l->vcpu_fd, 0);
	if (l->run == MAP_FAILED)
		die("the vCPU's run page cannot be mapped: %s", strerror(errno));

	l->stats_fd = ioctl(l->vcpu_fd, KVM_GET_STATS_FD, 0);
	if (l->stats_fd < 0)
		die("KVM_GET_STATS_FD: %s; kernels from 5.14 on have it", strerror(errno));
}

static void set_reg(struct load *l, __u64 id, __u64 val)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&val };

	if (ioctl(l->vcpu_fd, KVM_SET_ONE_REG, &reg))
		die("KVM_SET_ONE_REG %#llx: %s", id, strerror(errno));
}

static void init_vcpu(struct load *l)
{
	struct kvm_vcpu_init init;

	if (ioctl(l->vm_fd, KVM_ARM_PREFERRED_TARGET, &init))
		die("KVM_ARM_PREFERRED_TARGET: %s", strerror(errno));
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	if (ioctl(l->vcpu_fd, KVM_ARM_VCPU_INIT, &init))
		die("KVM_ARM_VCPU_INIT: %s", strerror(errno));

	asm volatile("mrs %0, cntfrq_el0" : "=r" (l->hz));
	l->ticks = l->hz / TIMER_FRACTION + 1;
	set_reg(l, CORE_REG(regs.regs[19]), l->what);
	set_reg(l, CORE_REG(regs.regs[20]), l->rounds);
	set_reg(l, CORE_REG(regs.regs[21]), GUEST_DEV);
	set_reg(l, CORE_REG(regs.regs[22]), l->ticks);
	set_reg(l, CORE_REG(regs.regs[23]), PSCI_0_2_FN_PSCI_VERSION);
	set_reg(l, CORE_REG(regs.regs[24]), 0);
	set_reg(l, CORE_REG(regs.pc), GUEST_CODE);
	set_reg(l, ARM64_SYS_REG(3, 0, 12, 0, 0), GUEST_CODE + VECTORS);	/* VBAR_EL1 */
}

/* Where in the vCPU's statistics one of the kernel's own counters is. */
static off_t find_stat(struct load *l, const char *name)
{
	struct kvm_stats_header head;
	struct kvm_stats_desc *desc;
	off_t offset;
	size_t size;
	__u32 i;

	if (pread(l->stats_fd, &head, sizeof(head), 0) != sizeof(head))
		die("the vCPU's statistics cannot be read: %s", strerror(errno));
	size = sizeof(*desc) + head.name_size;
	desc = malloc(size);
	if (!desc)
		die("no memory for a statistics descriptor");
	for (i = 0; i < head.num_desc; i++) {
		if (pread(l->stats_fd, desc, size, head.desc_offset + i * size) != (ssize_t)size)
			die("the vCPU's statistics end at descriptor %u of %u", i, head.num_desc);
		if (strcmp(desc->name, name))
			continue;
		offset = head.data_offset + desc->offset;
		free(desc);
		return offset;
	}
	die("this kernel keeps no vCPU statistic '%s'", name);
}

static __u64 read_stat(struct load *l, off_t offset)
{
	__u64 val;

	if (pread(l->stats_fd, &val, sizeof(val), offset) != sizeof(val))
		die("the vCPU's statistic at %lld cannot be read: %s", (long long)offset,
		    strerror(errno));
	return val;
}

static __u64 stat(struct load *l, const char *name)
{
	return read_stat(l, find_stat(l, name));
}

/*
 * Without an interrupt controller in the kernel, userspace is the interrupt controller: the
 * kernel says what level the timer's output has, and it is for us to pass that on. A guest
 * whose timer fired before it reached its WFI would sleep for ever otherwise.
 */
static void route_timer(struct load *l)
{
	struct kvm_irq_level irq = {
		.irq = (KVM_ARM_IRQ_TYPE_CPU << KVM_ARM_IRQ_TYPE_SHIFT) | KVM_ARM_IRQ_CPU_IRQ,
	};
	bool level = l->run->s.regs.device_irq_level & KVM_ARM_DEV_EL1_VTIMER;

	if (level == l->irq_level)
		return;
	irq.level = level;
	if (ioctl(l->vm_fd, KVM_IRQ_LINE, &irq))
		die("KVM_IRQ_LINE %d: %s", level, strerror(errno));
	l->irq_level = level;
}

static __u64 get_reg(struct load *l, __u64 id)
{
	__u64 val;
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&val };

	if (ioctl(l->vcpu_fd, KVM_GET_ONE_REG, &reg))
		die("KVM_GET_ONE_REG %#llx: %s", id, strerror(errno));
	return val;
}

/* Did the guest's last WFI leave it? If the timer had fired already it did not. */
static __u64 slept(struct load *l)
{
	__u64 wfi = read_stat(l, l->wfi_stat);

	if (wfi != l->wfi) {
		l->wfi = wfi;
		return 1;
	}
	if (l->ticks < l->hz) {
		l->ticks *= 2;
		set_reg(l, CORE_REG(regs.regs[22]), l->ticks);
	}
	return 0;
}

/* Once a second: has the guest done a round since the last time? */
static void check_progress(struct load *l)
{
	static __u64 last_to_go, last_exits;
	static unsigned int seconds;
	__u64 exits = stat(l, "exits"), to_go = get_reg(l, CORE_REG(regs.regs[20]));
	__u64 pc = get_reg(l, CORE_REG(regs.pc));
	int bits;

	if (!last_exits || to_go != last_to_go) {
		last_to_go = to_go;
		last_exits = exits;
		seconds = 0;
		return;
	}
	if (exits - last_exits > STUCK_EXITS) {
		bits = ioctl(l->kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
		if (bits > IPA_BITS)
			fprintf(stderr,
				"kvm-load: pages of 64 KB: %d bits need CONFIG_ARM64_PA_BITS_52\n",
				bits);
		die("the guest left %llu times at %#llx for nothing: KVM mends what is not broken",
		    exits - last_exits, pc);
	}
	if (++seconds >= STUCK_SECONDS)
		die("the guest did no round for %d seconds (%llu exits, at %#llx): it hangs",
		    seconds, exits, pc);
}

/* Returns what the guest stored when it was done: the answer to its last HVC. */
static __u64 run(struct load *l)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct itimerval every = { { 1, 0 }, { 1, 0 } };
	struct kvm_run *run = l->run;
	__u64 val, esr = 0;

	running = run;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &every, NULL);

	while (!stop) {
		bool interrupted = ioctl(l->vcpu_fd, KVM_RUN, 0);

		if (interrupted && errno != EINTR)
			die("KVM_RUN: %s (exit reason %u)", strerror(errno), run->exit_reason);
		if (alarmed) {
			alarmed = 0;
			check_progress(l);
		}
		run->immediate_exit = 0;
		route_timer(l);
		if (interrupted) {
			/* A signal, or the timer; exit_reason may be that of an older exit. */
			l->intr++;
			continue;
		}

		switch (run->exit_reason) {
		case KVM_EXIT_MMIO:
			if (run->mmio.len != sizeof(val) ||
			    run->mmio.is_write == (run->mmio.phys_addr == DEV_SLEPT))
				die("the guest made a strange access of %u bytes at %#llx",
				    run->mmio.len, run->mmio.phys_addr);
			if (!run->mmio.is_write) {
				val = slept(l);
				memcpy(run->mmio.data, &val, sizeof(val));
				break;
			}
			memcpy(&val, run->mmio.data, sizeof(val));
			if (run->mmio.phys_addr == DEV_DONE)
				return val;
			if (run->mmio.phys_addr == DEV_ESR) {
				esr = val;
				break;
			}
			if (run->mmio.phys_addr == DEV_ELR)
				die("the guest took an exception at %#llx, ESR_EL1 %#llx", val,
				    esr);
			if (run->mmio.phys_addr != DEV_TICK)
				die("the guest stored to %#llx, where nothing is",
				    run->mmio.phys_addr);
			if (val != l->rounds - l->mmio)
				die("the guest has %llu rounds to go, not %llu: an exit was lost",
				    val, l->rounds - l->mmio);
			l->mmio++;
			break;
		default:
			die("KVM_RUN came back with exit reason %u, not of this guest's making",
			    run->exit_reason);
		}
	}
	return 0;
}

static void check(struct load *l, __u64 hvc, __u64 wfi, __u64 answer)
{
	if ((l->what & DO_MMIO) && l->mmio != l->rounds)
		die("%llu MMIO exits in %llu rounds", l->mmio, l->rounds);
	if ((l->what & DO_HVC) && hvc != l->rounds)
		die("%llu HVC exits in %llu rounds", hvc, l->rounds);
	if ((l->what & DO_HVC) && (int)answer <= 0)
		die("PSCI_VERSION answered %d to the guest", (int)answer);
	if ((l->what & DO_WFI) && wfi != l->rounds)
		die("%llu WFI exits in %llu rounds", wfi, l->rounds);
}

int main(int argc, char **argv)
{
	struct load l = { .what = DO_MMIO | DO_HVC | DO_WFI, .rounds = 1000 };
	__u64 answer, hvc, wfi, exits;
	int opt;

	while ((opt = getopt(argc, argv, "n:c:t:h")) != -1) {
		switch (opt) {
		case 'n':
			l.rounds = number(optarg, "-n", ~0ULL);
			break;
		case 'c':
			pin(number(optarg, "-c", CPU_SETSIZE - 1));
			break;
		case 't':
			if (!strcmp(optarg, "mmio"))
				l.what = DO_MMIO;
			else if (!strcmp(optarg, "hvc"))
				l.what = DO_HVC;
			else if (!strcmp(optarg, "wfi"))
				l.what = DO_WFI;
			else if (!strcmp(optarg, "mix"))
				l.what = DO_MMIO | DO_HVC | DO_WFI;
			else
				die("-t '%s' is none of mmio, hvc, wfi, mix", optarg);
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind < argc)
		l.rounds = number(argv[optind++], "ROUNDS", ~0ULL);
	if (optind < argc) {
		usage(stderr);
		return 2;
	}

	create(&l);
	init_vcpu(&l);
	/* Asked for in each round, so it is looked up once */
	l.wfi_stat = find_stat(&l, "wfi_exit_stat");
	answer = run(&l);
	hvc = stat(&l, "hvc_exit_stat");
	wfi = read_stat(&l, l.wfi_stat);
	exits = stat(&l, "exits");
	if (!stop)
		check(&l, hvc, wfi, answer);

	/* The VM goes with the last reference to it, so what follows is its end. */
	running = NULL;
	if (munmap(l.run, l.run_size) || close(l.stats_fd) || close(l.vcpu_fd) ||
	    close(l.vm_fd) || munmap(l.mem, l.mem_size) || close(l.kvm_fd))
		die("destroying the VM: %s", strerror(errno));

	printf("kvm-load: VM created, mmio=%llu hvc=%llu wfi=%llu intr=%llu exits=%llu tid=%ld",
	       l.mmio, hvc, wfi, l.intr, exits, (long)syscall(SYS_gettid));
	puts(", VM destroyed");
	return 0;
}
