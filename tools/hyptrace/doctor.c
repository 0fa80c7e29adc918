// SPDX-License-Identifier: GPL-2.0
/* The checks. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"

#define TRACING		"/sys/kernel/tracing"
#define HYPERVISOR	TRACING "/hypervisor"
#define MAINLINE	TRACING "/remotes/hypervisor"

static void __printf(4, 5) set(struct finding *finding, enum verdict verdict, const char *mend,
			       const char *format, ...)
{
	va_list args;

	finding->verdict = verdict;
	finding->mend = mend ? xstrdup(mend) : NULL;
	va_start(args, format);
	if (vasprintf(&finding->what, format, args) < 0)
		die(NULL, "no memory");
	va_end(args);
}

static char *below(const char *root, const char *file)
{
	return xasprintf("%s%s", root, file);
}

static bool there(const char *root, const char *file)
{
	char *path = below(root, file);
	bool is = !access(path, F_OK);

	free(path);
	return is;
}

/* All of a text, to be freed, or NULL if there is none */
static char *slurp_from(FILE *in, int (*close)(FILE *))
{
	size_t used = 0, size = 0, n;
	char *text = NULL;

	if (!in)
		return NULL;
	do {
		size = size * 2 + 4096;
		text = xrealloc(text, size, 1);
		n = fread(text + used, 1, size - used - 1, in);
		used += n;
	} while (used == size - 1);
	text[used] = 0;
	close(in);
	return text;
}

static char *slurp(const char *root, const char *file)
{
	char *path = below(root, file), *text = slurp_from(fopen(path, "re"), fclose);

	free(path);
	return text;
}

static bool says(const char *root, const char *file, const char *word)
{
	char *text = slurp(root, file);
	bool is = text && strstr(text, word);

	free(text);
	return is;
}

/* ---- what the kernel is ---- */

static char *release(const char *root)
{
	char *text = slurp(root, "/proc/sys/kernel/osrelease");

	if (!text)
		return xstrdup("?");
	text[strcspn(text, "\n")] = 0;
	return text;
}

/* The kernel's configuration, to be freed; NULL if nobody has it */
static char *kernel_config(const char *root)
{
	char *name = release(root), *text = NULL, *file, *command;

	if (there(root, "/proc/config.gz")) {
		/* Quoted: the directory is the user's. */
		file = below(root, "/proc/config.gz");
		if (!strchr(file, '\'')) {
			command = xasprintf("gzip -d -c '%s'", file);
			text = slurp_from(popen(command, "re"), pclose);
			free(command);
		}
		free(file);
	}
	if (!text) {
		file = xasprintf("/boot/config-%s", name);
		text = slurp(root, file);
		free(file);
	}
	if (!text) {
		file = xasprintf("/lib/modules/%s/build/.config", name);
		text = slurp(root, file);
		free(file);
	}
	free(name);
	return text;
}

/* 1: it is set, 0: it is not, -1: nobody knows */
static int config_has(const char *root, const char *option)
{
	char *text = kernel_config(root), *line;
	int has;

	if (!text)
		return -1;
	line = xasprintf("\n%s=y\n", option);
	has = !!strstr(text, line) || !strncmp(text, line + 1, strlen(line) - 1);
	free(line);
	free(text);
	return has;
}

/* What KVM said when it started */
static bool kernel_log_says(const char *root, const char *words)
{
	int size = 1 << 20, n;
	bool is = false;
	char *text;

	if (*root)
		return says(root, "/dmesg", words);
	text = xcalloc(size + 1, 1);
	n = klogctl(3, text, size);
	if (n > 0) {
		text[n] = 0;
		is = strstr(text, words);
	}
	free(text);
	return is;
}

/* ---- the checks ---- */

static void check_machine(const char *root, struct finding *finding)
{
	struct utsname name;

	if (*root || uname(&name)) {
		set(finding, VERDICT_OK, NULL, "the files of another machine: %s", root);
		return;
	}
	if (!strcmp(name.machine, "aarch64"))
		set(finding, VERDICT_OK, NULL, "the machine is aarch64, Linux %s", name.release);
	else
		set(finding, VERDICT_BAD,
		    "record on the arm64 machine, read here: hyptrace report FILE",
		    "this machine is %s; the hypervisor is arm64's", name.machine);
}

static void check_tracefs(const char *root, struct finding *finding)
{
	if (says(root, "/proc/mounts", " " TRACING " tracefs ")) {
		set(finding, VERDICT_OK, NULL, "tracefs is mounted on " TRACING);
		return;
	}
	if (there(root, TRACING))
		set(finding, VERDICT_BAD, "mount -t tracefs tracefs " TRACING,
		    "tracefs is not mounted on " TRACING);
	else
		set(finding, VERDICT_BAD, "build the kernel with CONFIG_TRACING=y, and boot it",
		    "there is no " TRACING ": the kernel has no tracing");
}

static void check_lockdown(const char *root, struct finding *finding)
{
	if (says(root, "/sys/kernel/security/lockdown", "[confidentiality]"))
		set(finding, VERDICT_BAD,
		    "boot with lockdown=integrity, or without lockdown= (docs/boards.md)",
		    "the kernel is locked down for confidentiality and lets nobody trace");
	else
		set(finding, VERDICT_OK, NULL, "no lockdown is in the way");
}

static void check_permission(const char *root, struct finding *finding)
{
	char *path = below(root, TRACING);

	if (!access(path, R_OK | X_OK))
		set(finding, VERDICT_OK, NULL, TRACING " can be looked into");
	else
		set(finding, VERDICT_BAD, "sudo hyptrace doctor", TRACING " is closed to you: %s",
		    strerror(errno));
	free(path);
}

/* Why is there no hypervisor/? The likeliest first. */
static void explain_absence(const char *root, struct finding *finding)
{
	char *name = release(root);

	if (!config_has(root, "CONFIG_KVM_EL2_TRACE"))
		set(finding, VERDICT_BAD,
		    "build it with CONFIG_KVM_EL2_TRACE=y, and boot it (docs/boards.md)",
		    "the kernel, %s, is built without hyptrace", name);
	else if (kernel_log_says(root, "VHE mode initialized") &&
		 !kernel_log_says(root, "hVHE mode initialized"))
		set(finding, VERDICT_BAD,
		    "boot with kvm-arm.mode=protected, or with kvm-arm.mode=nvhe",
		    "KVM runs in VHE mode, without a hypervisor of its own");
	else if (kernel_log_says(root, "HYP mode not available"))
		set(finding, VERDICT_BAD,
		    "have the firmware, or what is below, start Linux at EL2 (docs/boards.md)",
		    "Linux was started at EL1, so there is no KVM");
	else if (says(root, "/proc/cmdline", "kvm-arm.mode=none"))
		set(finding, VERDICT_BAD,
		    "boot with kvm-arm.mode=protected, or with kvm-arm.mode=nvhe",
		    "KVM is switched off by kvm-arm.mode=none");
	else
		set(finding, VERDICT_BAD, "dmesg | grep -i -E 'kvm|trace' tells more",
		    "there is no " HYPERVISOR ", and why cannot be seen");
	free(name);
}

bool doctor_text_alone(const char *root)
{
	return !there(root, HYPERVISOR "/tracing_on") && there(root, MAINLINE "/tracing_on");
}

/* Where the hypervisor is */
static const char *place(const char *root)
{
	return doctor_text_alone(root) ? MAINLINE : HYPERVISOR;
}

static void check_hypervisor(const char *root, struct finding *finding)
{
	if (there(root, HYPERVISOR "/tracing_on"))
		set(finding, VERDICT_OK, NULL, "the hypervisor is in " HYPERVISOR);
	else if (doctor_text_alone(root))
		set(finding, VERDICT_NOTE,
		    "hyptrace stat, or top; a kernel with hyptrace tells calls, VMs and threads",
		    "the hypervisor is in " MAINLINE ", Linux's own: text, reasons alone");
	else
		explain_absence(root, finding);
}

static void check_access(const char *root, struct finding *finding)
{
	char *path = xasprintf("%s%s/tracing_on", root, place(root));

	if (!access(path, R_OK | W_OK))
		set(finding, VERDICT_OK, NULL, "%s/tracing_on can be written", place(root));
	else
		set(finding, VERDICT_BAD, "sudo hyptrace doctor",
		    "%s/tracing_on cannot be written by you: %s", place(root), strerror(errno));
	free(path);
}

static void check_use(const char *root, struct finding *finding)
{
	char *on = xasprintf("%s/tracing_on", place(root)), *mend = NULL;
	char *size = xasprintf("%s/buffer_size_kb", place(root));

	if (says(root, on, "1")) {
		mend = xasprintf("when that is over: echo 0 > %s", on);
		set(finding, VERDICT_BAD, mend,
		    "the hypervisor is being traced already: tracing_on is 1");
	} else if (says(root, size, "(loaded)")) {
		mend = xasprintf("if nobody wants it: echo > %s/trace", place(root));
		set(finding, VERDICT_BAD, mend,
		    "a tool has the trace open, or there are events that nobody has read");
	} else {
		set(finding, VERDICT_OK, NULL, "nobody else is tracing the hypervisor");
	}
	free(mend);
	free(size);
	free(on);
}

static void check_protection(const char *root, struct finding *finding)
{
	if (says(root, "/proc/cmdline", "kvm-arm.mode=protected"))
		set(finding, VERDICT_OK, NULL, "KVM is protected");
	else
		set(finding, VERDICT_NOTE, "boot with kvm-arm.mode=protected",
		    "KVM is not protected: no SMC, no PSCI, no VM and no page has events");
}

static void check_pids(const char *root, struct finding *finding)
{
	int has = config_has(root, "CONFIG_PID_IN_CONTEXTIDR");

	if (doctor_text_alone(root))
		set(finding, VERDICT_OK, NULL,
		    "CONFIG_PID_IN_CONTEXTIDR does not matter, text has no tasks");
	else if (has > 0)
		set(finding, VERDICT_OK, NULL, "CONFIG_PID_IN_CONTEXTIDR is set");
	else
		set(finding, VERDICT_NOTE, "build the kernel with CONFIG_PID_IN_CONTEXTIDR=y",
		    "CONFIG_PID_IN_CONTEXTIDR is %s: stays for no vCPU have no task",
		    has ? "not known to be set" : "not set");
}

static void check_accounts(const char *root, struct finding *finding)
{
	if (!there(root, HYPERVISOR "/trace_stat/accounts"))
		set(finding, VERDICT_NOTE, "hyptrace stat takes events instead",
		    "this kernel's hypervisor keeps no accounts");
	else if (says(root, HYPERVISOR "/stay_profile_enabled", "1"))
		set(finding, VERDICT_OK, NULL, "accounts are kept, and on");
	else
		set(finding, VERDICT_OK, NULL, "accounts can be kept, and are off");
}

static void check_tool(const char *root, struct finding *finding)
{
	if (there(root, "/usr/bin/trace-cmd") || there(root, "/usr/local/bin/trace-cmd"))
		set(finding, VERDICT_OK, NULL, "trace-cmd, which hyptrace record runs, is there");
	else
		set(finding, VERDICT_NOTE, "apt-get install trace-cmd",
		    "there is no trace-cmd, which hyptrace record runs");
}

const doctor_check doctor_checks[] = {
	check_machine, check_lockdown, check_tracefs, check_permission, check_hypervisor,
	check_access, check_use, check_protection, check_pids, check_accounts, check_tool, NULL,
};

const char * const doctor_names[] = {
	"machine", "lockdown", "tracefs", "permission", "hypervisor",
	"access", "use", "protection", "pids", "accounts", "trace-cmd", NULL,
};
