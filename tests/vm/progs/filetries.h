/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that an instance of ftrace and the hypervisor both have, and what is written to them.
 */
#ifndef TESTS_VM_FILETRIES_H
#define TESTS_VM_FILETRIES_H

#include "filediff.h"

/* Keep what follows @what, up to a newline */
static inline void keep_line(char *text, const char *what)
{
	char *at = strstr(text, what);

	if (!at)
		return;
	memmove(text, at, strlen(at) + 1);
	text[strcspn(text, "\n")] = '\0';
}

/* Another set of clocks: which of them is chosen */
static inline void which_clock(char *text)
{
	keep_line(text, "[");
	text[strcspn(text, " ")] = '\0';
}

/* Other options: those that both have */
static inline void common_options(char *text)
{
	bool overwrite = !strstr(text, "nooverwrite\n"), stack = !strstr(text, "nostacktrace\n");

	sprintf(text, "%soverwrite %sstacktrace", overwrite ? "" : "no", stack ? "" : "no");
}

/* Something after the number */
static inline void first_word(char *text)
{
	text[strcspn(text, " \n")] = '\0';
}

/* What is said where there is no trigger: a list, and it is another one */
static inline void trigger_text(char *text)
{
	if (!strncmp(text, "# Available", strlen("# Available")))
		strcpy(text, "none\n");
}

/* A system without a filter is explained how to have one */
static inline void filter_text(char *text)
{
	if (!strncmp(text, "### global filter ###\n", strlen("### global filter ###\n")))
		strcpy(text, "none\n");
}

/* What each event has: the fields before the first empty line */
static inline void common_fields(char *text)
{
	char *end = strstr(text, "\n\n"), *id = strstr(text, "ID: ");

	if (end)
		*end = '\0';
	if (id)
		memmove(id + 4, id + 4 + strcspn(id + 4, "\n"),
			strlen(id + 4 + strcspn(id + 4, "\n")) + 1);
}

/* Which of the two events are on; others may be, of a whole system */
static inline void chosen_events(char *text)
{
	bool event, other;

	fold(text);
	event = strstr(text, "SYSTEM:EVENT\n");
	other = strstr(text, "SYSTEM:OTHER\n");
	sprintf(text, "%s%s", event ? "EVENT " : "", other ? "OTHER " : "");
}

/* Not the number itself */
static inline void any_number(char *text)
{
	char *in, *out;

	for (in = out = text; *in; in++) {
		if (!isdigit((unsigned char)*in))
			*out++ = *in;
		else if (out == text || out[-1] != 'N')
			*out++ = 'N';
	}
	*out = '\0';
}

/* Not how many bytes and what time */
static inline void counts(char *text)
{
	static const char * const vary[] = { "bytes: ", "oldest event ts: ", "now ts: " };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vary); i++) {
		char *at = strstr(text, vary[i]);

		if (at) {
			at += strlen(vary[i]);
			memmove(at, at + strcspn(at, "\n"), strlen(at + strcspn(at, "\n")) + 1);
		}
	}
}

/* How many events, and what is said before them */
static inline void events(char *text)
{
	char *first = strstr(text, "# entries"), *line = text, out[256];
	unsigned int nr = 0;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		nr += *line != '#';
	snprintf(out, sizeof(out), "%.*s, %u events", first ? (int)strcspn(first, "\n") : 0,
		 first ?: "", nr);
	strcpy(text, out);
}

static const char * const clocks[] = {
	"boot", "boot\n", " boot\n", "boot \n", "boot\n\n", "boot boot", "bootx", "BOOT", "boo", "",
	"\n", " ", "[boot]", "1", "mono", "local", NULL
};

static const char * const tracers[] = {
	"nop", "nop\n", " nop\n", "nop \n", "nop nop", "nopx", "NOP", "", "\n", " ", "0", NULL
};

static const char * const option_words[] = {
	"overwrite", "nooverwrite", "nooverwrite\n", " nooverwrite\n", "nooverwrite \n",
	"nooverwrite stacktrace", "nooverwrite\nstacktrace\n", "nonooverwrite", "no overwrite",
	"no", "", "\n", " ", "stacktrace", "nostacktrace", "nostacktrace\n", "overwritex", "over",
	"NOOVERWRITE", "0", "1", "nosuch", "event-fork", "noevent-fork", "noirq-info", "markers",
	NULL
};

static const char * const event_words[] = {
	"EVENT", "OTHER", "OTHER\n", "EVENT\n", " OTHER", "OTHER ", "SYSTEM:OTHER", "SYSTEM:*\n",
	"SYSTEM:", "SYSTEM", "*:OTHER", ":OTHER", "!EVENT", "!EVENT\n", "!SYSTEM:EVENT",
	"!SYSTEM:*", "!SYSTEM", "! EVENT", "!!EVENT", "!OTHER",
	"SYSTEM:nosuch", "nosuch", "nosuch:OTHER", "OTHERx",
	"OTHER !EVENT", "OTHER\n!EVENT\n", "nosuch OTHER", "OTHER nosuch", "\n", " ", "", "\n\n",
	"SYSTEM:OTHER:x", "SYSTEM:O*", "*", "!", "!*:*", "SYSTEM:OTHER,SYSTEM:EVENT", "0", "1",
	NULL
};

/* All events of the kernel need not be on for this test */
static const char * const bad_switches[] = {
	"0\n", "", "\n", " ", " 0", "0 ", "0\n\n", "2", "-1", "+0", "00", "x",
	"0x0", "on", "0 1", NULL
};

static const char * const filters[] = {
	"0", "0\n", " 0", "0 ", "00", "", "\n", "none", "none\n", "1", "common_pid == 1",
	"nosuch == 1", "(", "==", NULL
};

static const char * const masks[] = {
	"1", "1\n", "0", "", "\n", " ", "00000001", "100000001", "ff", "3,1", "1,00000001", "x",
	"1x", "1 ", " 1", "1 1", "-1", "0x1", ",", "1,", ",1",
	"ffffffffffffffffffffffffffffffffffff", NULL
};

static const char * const pids[] = {
	"1", "1\n", "0", "", "\n", " ", "12 34", "12\n34\n", "12 34\n", " 12 ", "-1", "x", "12 x",
	"x 12", "0x10", "1,2", "1073741823", "1073741824", "99999999999999999999", NULL
};

static const char * const triggers[] = {
	"traceoff:0", "!traceoff", "stacktrace:0", "stacktrace", "!stacktrace", "traceon:0 if",
	"traceon:0 if common_pid == 1", "!traceon", "traceoff:x", "!traceoff:x", "nosuch", "!", "",
	"\n", NULL
};

/* The files that both have */
static const struct try tries[] = {
	{ "tracing_on", READS | WRITES, .value = "0", .other = "1", .numbers = true },
	{ "buffer_percent", READS | WRITES, .value = "50", .other = "7", .numbers = true },
	/* As large as pages are in both, and the same in pages of 4, 16 and 64 KB */
	{ "buffer_size_kb", READS | WRITES | OWN | ROUGH, .value = "255", .other = "127",
	  .numbers = true, .essence = first_word },
	{ "current_tracer", READS | WRITES, .value = "nop", .values = tracers },
	{ "trace_clock", READS | WRITES | OWN, .value = "boot", .values = clocks,
	  .essence = which_clock },
	{ "trace_options", READS | WRITES | OWN, .value = "overwrite", .values = option_words,
	  .essence = common_options },
	{ "options/event-fork", READS | WRITES, .value = "0", .other = "1", .numbers = true },
	{ "options/overwrite", READS | WRITES, .value = "1", .other = "0", .numbers = true },
	{ "options/stacktrace", READS | WRITES, .value = "0", .other = "1", .numbers = true },
	{ "tracing_cpumask", READS | WRITES | WHOLE, .value = "1", .other = "3", .values = masks },
	{ "set_event", READS | WRITES | OWN, .value = "SYSTEM:EVENT\n", .other = "SYSTEM:OTHER\n",
	  .values = event_words, .essence = chosen_events },
	{ "events/enable", READS | WRITES, .value = "0", .values = bad_switches },
	{ "events/header_page", .kind = READS },
	{ "events/header_event", .kind = READS },
	{ "events/SYSTEM/enable", READS | WRITES, .value = "0", .other = "1", .numbers = true },
	{ "events/SYSTEM/filter", READS | WRITES | OWN, .value = "0", .values = filters,
	  .essence = filter_text },
	{ "events/SYSTEM/EVENT/enable", READS | WRITES, .value = "0", .other = "1",
	  .numbers = true },
	{ "events/SYSTEM/EVENT/filter", READS | WRITES, .value = "0", .values = filters },
	{ "events/SYSTEM/EVENT/trigger", READS | WRITES | OWN, .value = "!traceoff",
	  .values = triggers, .essence = trigger_text },
	{ "events/SYSTEM/EVENT/format", READS | OWN, .essence = common_fields },
	{ "events/SYSTEM/EVENT/id", READS | OWN, .essence = any_number },
	/* With tracing on */
	{ "trace", READS | WRITES | OWN | TRACING, .value = "x", .essence = events },
	{ "per_cpu/cpu0/trace", READS | WRITES | OWN | TRACING, .value = "x", .essence = events },
	{ "per_cpu/cpu0/stats", READS | OWN | VARIES | TRACING, .essence = counts },
	{ "trace_pipe", .kind = READS | OWN | TRACING | CONSUMES },
	{ "per_cpu/cpu0/trace_pipe", .kind = READS | OWN | TRACING | CONSUMES },
	{ "per_cpu/cpu0/trace_pipe_raw", .kind = READS | OWN | TRACING | CONSUMES },
	/* When all that is about events has been tried */
	{ "set_event_pid", READS | WRITES, .value = "1\n", .other = "12\n34\n", .values = pids },
	{ "set_event_notrace_pid", READS | WRITES, .value = "1\n", .other = "12\n34\n",
	  .values = pids },
};

/* Run @ops on each of the files, those about events with tracing on */
static inline void try_all(void (*ops)(const struct try *t))
{
	unsigned int i;
	bool on = false;

	put("tracing_on", "0");
	put("trace", "");
	put("set_event_pid", "");
	put("set_event_notrace_pid", "");
	put("buffer_size_kb", "255");
	put("trace_clock", "boot");
	put("events/enable", "0");
	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		tried = tries[i].name;
		if (tries[i].kind & TRACING && !on) {
			put("set_event", expand("EVENT"));
			put("tracing_on", "1");
			on = true;
		}
		ops(&tries[i]);
		if (tries[i].value)
			put(tried, expand(tries[i].value));
	}
	put("tracing_on", "0");
	put("events/enable", "0");
	put("trace", "");
}

#endif /* TESTS_VM_FILETRIES_H */
