// SPDX-License-Identifier: GPL-2.0
/* Pages as ftrace's ring-buffer has them, and a trace.dat of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkdat.h"

#define HEADER		16
#define MISSED		(1u << 31)
#define MISSED_STORED	(1u << 30)

struct cpu cpus[MAX_CPUS];
int nr_cpus = 2, losses;
long left = 10000;
__u64 seed = 1;

__u64 rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 11;
}

static void new_page(struct cpu *cpu)
{
	if (cpu->used + PAGE > cpu->size) {
		cpu->size = (cpu->size + PAGE) * 2;
		cpu->data = realloc(cpu->data, cpu->size);
		if (!cpu->data)
			exit(1);
	}
	cpu->page = cpu->used;
	cpu->used += PAGE;
	memset(cpu->data + cpu->page, 0, PAGE);
	cpu->commit = 0;
}

/* A page's number of bytes, and what was lost before it */
static void commit(struct cpu *cpu, __u32 missed)
{
	__u64 word = cpu->commit;

	if (missed) {
		word |= MISSED;
		if (cpu->commit + 8 <= PAGE - HEADER) {
			__u64 nr = missed;

			word |= MISSED_STORED;
			memcpy(cpu->data + cpu->page + HEADER + cpu->commit, &nr, 8);
		}
	}
	memcpy(cpu->data + cpu->page + 8, &word, 8);
}

static void put_word(struct cpu *cpu, __u32 word)
{
	memcpy(cpu->data + cpu->page + HEADER + cpu->commit, &word, 4);
	cpu->commit += 4;
}

void record(int n, int id, int pid, const void *payload, size_t size)
{
	struct cpu *cpu = &cpus[n];
	__u64 delta = cpu->now - cpu->last;
	size_t need = 4 + 8 + size;
	__u16 type = id;

	left--;
	if (cpu->skip) {
		cpu->skip--;
		cpu->missed++;
		return;
	}
	if (cpu->used && delta >= 1 << 27)
		need += 8;
	/* What was lost is told by a page, so there is a new one after a loss. */
	if (!cpu->used || cpu->missed || cpu->commit + need > PAGE - HEADER) {
		if (cpu->used)
			commit(cpu, cpu->page_missed);
		cpu->page_missed = cpu->missed;
		cpu->missed = 0;
		new_page(cpu);
		memcpy(cpu->data + cpu->page, &cpu->now, 8);
		cpu->last = cpu->now;
		delta = 0;
		if (losses && rnd() % 5 == 0)
			cpu->skip = 1 + rnd() % 40;
	}
	if (delta >= 1 << 27) {
		put_word(cpu, 30 | (__u32)(delta << 5));
		put_word(cpu, delta >> 27);
		delta = 0;
	}
	put_word(cpu, (__u32)(8 + size) / 4 | (__u32)delta << 5);
	put_word(cpu, type);
	put_word(cpu, pid);
	memcpy(cpu->data + cpu->page + HEADER + cpu->commit, payload, size);
	cpu->commit += size;
	cpu->last = cpu->now;
}

static FILE *out;

static void put(const void *data, size_t size)
{
	if (fwrite(data, 1, size, out) != size)
		exit(1);
}

static void put_number(__u64 value, size_t size)
{
	put(&value, size);
}

static void put_sized(const char *text)
{
	put_number(strlen(text), 8);
	put(text, strlen(text));
}

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";
static const char header_event[] =
	"# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
	"\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n"
	"\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";

/* Each event's text, and the numbers it gives */
static void put_texts(const char *name, const struct event_id *ids, unsigned int nr_ids)
{
	char text[65536], line[1024];
	FILE *in = fopen(name, "r");
	unsigned int nr = 0, i;
	size_t used = 0;

	if (!in)
		exit(1);
	while (1) {
		char *got = fgets(line, sizeof(line), in);
		size_t length;

		if ((!got || !strncmp(line, "name: ", 6)) && used) {
			text[used] = 0;
			put_sized(text);
			for (i = 0; i < nr_ids; i++) {
				length = strlen(ids[i].name);
				if (!strncmp(text + 6, ids[i].name, length) &&
				    text[6 + length] == '\n')
					*ids[i].id = atoi(strstr(text, "ID: ") + 4);
			}
			used = 0;
			nr++;
		}
		if (!got)
			break;
		length = strlen(line);
		if (line[0] == '#' || length < 1)
			continue;
		if (length > 1 && line[length - 2] == '\\')
			length -= 2;
		memcpy(text + used, line, length);
		used += length;
	}
	fclose(in);
	if (nr != nr_ids)
		exit(1);
}

void file_begin(const char *name)
{
	out = fopen(name, "w");
	if (!out)
		exit(1);
	put("\x17\x08\x44tracing6\0\0\x08", 14);
	put_number(PAGE, 4);
	put("header_page", 12);
	put_sized(header_page);
	put("header_event", 13);
	put_sized(header_event);
}

static void put_functions(const char *formats, const struct event_id *ids, unsigned int nr)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s.functions", formats);
	put_texts(name, ids, nr);
}

void file_functions(const char *formats, const struct event_id *ids, unsigned int nr)
{
	put_number(formats ? nr : 0, 4);
	if (formats)
		put_functions(formats, ids, nr);
}

static void put_system(unsigned int nr)
{
	put_number(1, 4);		/* systems */
	put("hypervisor", 11);
	put_number(nr, 4);
}

void file_events(const char *formats, const struct event_id *ids, unsigned int nr)
{
	put_system(nr);
	put_texts(formats, ids, nr);
}

void file_all_events(const char *formats, const struct event_id *ids, unsigned int nr,
		     const struct event_id *function_ids, unsigned int nr_functions)
{
	put_system(nr + nr_functions);
	put_texts(formats, ids, nr);
	put_functions(formats, function_ids, nr_functions);
}

void file_names(const char *symbols)
{
	/* Whoever may start a task may give it any of these. */
	static const char names[] =
		"100 <!--<script>\n101 a task;b\n102 \"quoted\", \n200 vmm\n201 </script><b>&\n";

	put_number(strlen(symbols), 4);
	put(symbols, strlen(symbols));
	put_number(0, 4);		/* printk formats */
	put_sized(names);
	put_number(nr_cpus, 4);
}

static __u64 aligned(__u64 at)
{
	return (at + PAGE - 1) / PAGE * PAGE;
}

/* A buffer's table of CPUs; @at: where its data will be, 0 if there is none */
static __u64 put_table(__u64 at)
{
	int n;

	put("flyrecord", 10);
	for (n = 0; n < nr_cpus; n++) {
		put_number(at, 8);
		put_number(at ? cpus[n].used : 0, 8);
		if (at)
			at += cpus[n].used;
	}
	put_sized("[boot]");
	return at;
}

static void put_data(__u64 at)
{
	int n;

	while ((__u64)ftell(out) < at)
		putc(0, out);
	for (n = 0; n < nr_cpus; n++)
		put(cpus[n].data, cpus[n].used);
}

void file_end(int toplevel)
{
	static const char clocks[] = "local [boot]\n";
	__u64 at;
	int n;

	for (n = 0; n < nr_cpus; n++) {
		if (cpus[n].used)
			commit(&cpus[n], cpus[n].page_missed);
	}
	put("options  ", 10);
	put_number(4, 2);
	put_number(sizeof(clocks), 4);
	put(clocks, sizeof(clocks));
	if (!toplevel) {
		put_number(8, 2);	/* so many CPUs */
		put_number(4, 4);
		put_number(nr_cpus, 4);
		/* Everything behind it is less than a page, or two */
		at = aligned(ftell(out) + 64 + 16 * nr_cpus + 32);
		put_number(3, 2);	/* an instance */
		put_number(8 + 11, 4);
		put_number(at, 8);
		put("hypervisor", 11);
	}
	put_number(0, 2);
	if (toplevel) {
		at = aligned(ftell(out) + 10 + 16 * nr_cpus + 32);
	} else {
		put_table(0);
		while ((__u64)ftell(out) < at)
			putc(0, out);
		at = aligned(at + 10 + 16 * nr_cpus + 32);
	}
	put_table(at);
	put_data(at);
	if (fclose(out))
		exit(1);
}

