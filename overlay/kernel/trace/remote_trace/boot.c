// SPDX-License-Identifier: GPL-2.0
/*
 * trace_remote= on the kernel's command line: a remote that is traced from the moment it is there.
 *
 *	trace_remote=<name>[^<option>[=<value>]]...[,<event>]...
 *
 * may be given several times, for one remote or for several. What makes no sense is reported and
 * left out; the rest counts, and the boot goes on.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "functions.h"
#include "internal.h"

/* How often the parameter may be given */
#define MAX_SPECS	16

/**
 * struct boot_spec - one trace_remote=
 * @text:	what follows the equals sign
 * @used:	there is such a remote
 */
struct boot_spec {
	const char	*text;
	bool		used;
};

static struct boot_spec specs[MAX_SPECS] __initdata;
static unsigned int nr_specs __initdata;

/* Names of the remotes there are, with a blank before each */
static char names[128] __initdata;

static int __init remote_trace_setup(char *text)
{
	/* The text stays where it is */
	if (nr_specs < MAX_SPECS)
		specs[nr_specs++].text = text;
	else
		pr_warn("trace_remote=%s ignored: there are %d already\n", text, MAX_SPECS);

	return 1;
}
__setup("trace_remote=", remote_trace_setup);

static int __init set_buf_size(struct remote_trace *remote, const char *value)
{
	u64 size_kb;
	int ret;

	ret = kstrtou64(value, 10, &size_kb);

	return ret ?: remote_trace_set_size(remote, size_kb);
}

static int __init set_overwrite(struct remote_trace *remote, const char *value)
{
	bool on;
	int ret;

	ret = remote_trace_parse_switch(value, &on);

	return ret ?: remote_trace_set_overwrite(remote, on);
}

static int __init add_filter(struct remote_trace *remote, const char *value)
{
	return remote_trace_add_functions(remote, REMOTE_TRACE_SET_FILTER, value);
}

static int __init add_notrace(struct remote_trace *remote, const char *value)
{
	return remote_trace_add_functions(remote, REMOTE_TRACE_SET_NOTRACE, value);
}

static int __init add_graph(struct remote_trace *remote, const char *value)
{
	return remote_trace_add_functions(remote, REMOTE_TRACE_SET_GRAPH, value);
}

/**
 * struct boot_option - something that can be set
 * @name:	its name
 * @set:	sets it; returns 0 or a negative error
 * @takes:	what values it takes, for people
 */
struct boot_option {
	const char	*name;
	int		(*set)(struct remote_trace *remote, const char *value);
	const char	*takes;
};

#define OPTION_NAMES	"buf_size, overwrite, dump_on_panic, dmesg, tracer, filter, notrace, graph"

#define TRACERS		"nop; function and function_graph where functions can be traced"
#define FUNCTIONS	"a name, or a glob, of functions that can be traced"

static const struct boot_option options[] __initconst = {
	{ "buf_size", set_buf_size, "kilobytes for each CPU, half of the memory in all at most" },
	{ "overwrite", set_overwrite, "0 or 1" },
	{ "dump_on_panic", remote_trace_set_dump, "0, 1, or a number of lines up to 10000" },
	{ "dmesg", remote_trace_set_dmesg, "0 or 1" },
	{ "tracer", remote_trace_set_tracer, TRACERS },
	{ "filter", add_filter, FUNCTIONS },
	{ "notrace", add_notrace, FUNCTIONS },
	{ "graph", add_graph, FUNCTIONS },
};

/* "name=value"; a name alone means 1 */
static void __init set_option(struct remote_trace *remote, char *text)
{
	char *value = text, *name = strsep(&value, "=");
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (strcmp(name, options[i].name))
			continue;

		ret = options[i].set(remote, value ?: "1");
		if (ret)
			pr_warn("trace_remote=%s: %s=%s ignored (error %d): it takes %s\n",
				remote->name, name, value ?: "1", ret, options[i].takes);
		return;
	}

	pr_warn("trace_remote=%s: option '%s' ignored: there are " OPTION_NAMES "\n",
		remote->name, name);
}

static void __init set_event(struct remote_trace *remote, char *word)
{
	struct remote_trace_event_set *all = &remote->event_sets[remote->nr_events];
	int ret;

	ret = strcmp(word, "all") ? remote_trace_select_word(remote, word) :
				    remote_trace_set_events(all, true);
	if (ret)
		pr_warn("trace_remote=%s: event '%s' ignored (error %d): see available_events\n",
			remote->name, word, ret);
}

/* "name^option^option,event,event", which is changed. Returns false if it is another remote's */
static bool __init apply_spec(struct remote_trace *remote, char *text)
{
	char *events = text, *opts = strsep(&events, ","), *word;

	if (strcmp(strsep(&opts, "^"), remote->name))
		return false;

	while ((word = strsep(&opts, "^")))
		set_option(remote, word);
	while ((word = strsep(&events, ",")))
		set_event(remote, word);

	return true;
}

/**
 * remote_trace_boot - do for a remote what the command line says
 * @remote:	has just been registered
 */
void __init remote_trace_boot(struct remote_trace *remote)
{
	size_t len = strlen(names);
	bool wanted = false;
	unsigned int i;
	int ret;

	snprintf(names + len, sizeof(names) - len, " %s", remote->name);

	for (i = 0; i < nr_specs; i++) {
		char *text = kstrdup(specs[i].text, GFP_KERNEL);

		if (text && apply_spec(remote, text)) {
			specs[i].used = true;
			wanted = true;
		}
		kfree(text);
	}

	if (!wanted)
		return;

	/* Last, for what is loaded keeps its size */
	ret = remote_trace_set_tracing(remote, true);
	if (ret)
		pr_warn("trace_remote=%s: tracing does not start (error %d)\n", remote->name, ret);
}

/* By now all remotes have registered */
static int __init report_unused(void)
{
	unsigned int i;

	for (i = 0; i < nr_specs; i++) {
		if (!specs[i].used)
			pr_warn("trace_remote=%s ignored: no such remote; there are:%s\n",
				specs[i].text, *names ? names : " none");
	}

	return 0;
}
late_initcall_sync(report_unused);
