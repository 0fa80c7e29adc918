/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of trace_pipe_raw taken to pieces, by the description in events/header_page and
 * events/header_event, which check_headers() holds against what is assumed here.
 */
#ifndef TESTS_VM_RINGPAGE_H
#define TESTS_VM_RINGPAGE_H

#include <fcntl.h>
#include <glob.h>

#include "guest.h"

#define PAGE		page_size()
#define PAGE_HEADER	16U
#define PAGE_DATA	(PAGE - PAGE_HEADER)
#define LOST_SOME	(1ULL << 31)	/* events were lost before this page */
#define LOST_STORED	(1ULL << 30)	/* and how many is said behind the records */
#define MAX_EVENT_ID	65536

/**
 * struct page - a page's header, understood
 * @time:	what the first record's time is counted from
 * @size:	bytes of records
 * @lost:	the page says that events were lost before it
 * @nr_lost:	how many, 0 if the page has had no room to say so
 * @data:	the records
 */
struct page {
	__u64		time;
	unsigned int	size;
	bool		lost;
	__u64		nr_lost;
	const char	*data;
};

struct record {
	__u64		time;
	unsigned int	id;	/* event */
	unsigned int	size;	/* of @data */
	const char	*data;	/* begins with common_type */
};

static char *event_names[MAX_EVENT_ID];
static unsigned int selftest_offset;

static inline char *slurp(const char *fmt, ...)
{
	static char text[65536];
	char path[512];
	va_list ap;
	ssize_t n;
	int fd;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? fd : read(fd, text, sizeof(text) - 1);
	if (n < 0)
		die("%s: %s", path, strerror(errno));
	text[n] = '\0';
	close(fd);
	return text;
}

static inline void check_headers(const char *dir)
{
	const char *text = slurp("%s/events/header_page", dir);
	char data[64];

	snprintf(data, sizeof(data), "data;\toffset:16;\tsize:%u;", PAGE_DATA);
	if (!strstr(text, "timestamp;\toffset:0;\tsize:8;") ||
	    !strstr(text, "commit;\toffset:8;\tsize:8;") ||
	    !strstr(text, data))
		die("%s/events/header_page tells of other pages than this program knows", dir);
	text = slurp("%s/events/header_event", dir);
	if (!strstr(text, "type_len    :    5 bits") || !strstr(text, "time_delta  :   27 bits"))
		die("%s/events/header_event tells of other records than this program knows", dir);
}

/* Its id, or 0 if load_events() has found none of that name */
static inline unsigned int event_id(const char *name)
{
	unsigned int id;

	for (id = 1; id < MAX_EVENT_ID; id++) {
		if (event_names[id] && !strcmp(event_names[id], name))
			return id;
	}

	return 0;
}

/* Names by id, of all events below DIR/events */
static inline void load_events(const char *dir)
{
	char path[512], *name;
	unsigned int id;
	size_t i;
	glob_t g;

	snprintf(path, sizeof(path), "%s/events/*/*/id", dir);
	if (glob(path, 0, NULL, &g))
		die("%s: there are none", path);
	for (i = 0; i < g.gl_pathc; i++) {
		id = atoi(slurp("%s", g.gl_pathv[i]));
		if (id < 1 || id >= MAX_EVENT_ID || event_names[id])
			die("%s: %u is no id, or has been another event's", g.gl_pathv[i], id);
		*strrchr(g.gl_pathv[i], '/') = '\0';
		name = strrchr(g.gl_pathv[i], '/') + 1;
		event_names[id] = strdup(name);
		if (!strcmp(name, "selftest")) {
			const char *field = strstr(slurp("%s/format", g.gl_pathv[i]), " id;");

			if (!field || sscanf(field, " id; offset:%u;", &selftest_offset) != 1)
				die("%s/format has no field id", g.gl_pathv[i]);
		}
	}
	globfree(&g);
}

/* Whole pages only, with something in them; padded with zeroes if @zeroes. */
static inline struct page open_page(const char *raw, bool zeroes)
{
	struct page p = { .data = raw + PAGE_HEADER };
	unsigned int end, i;
	__u64 commit;

	memcpy(&p.time, raw, 8);
	memcpy(&commit, raw + 8, 8);
	p.size = commit & (LOST_STORED - 1);
	p.lost = commit & LOST_SOME;
	if (commit & ~(LOST_SOME | LOST_STORED | (LOST_STORED - 1)) || p.size > PAGE_DATA ||
	    p.size % 4)
		die("a page whose commit is %#llx", commit);
	if (!p.size)
		die("a page with nothing in it (commit %#llx)", commit);
	if (!p.time)
		die("a page without a time stamp");
	end = p.size;
	if (commit & LOST_STORED) {
		if (!p.lost || p.size + 8 > PAGE_DATA)
			die("a page whose commit %#llx says that there is a number", commit);
		memcpy(&p.nr_lost, p.data + p.size, 8);
		if (!p.nr_lost)
			die("a page before which 0 events were lost");
		end += 8;
	}
	for (i = end; zeroes && i < PAGE_DATA; i++) {
		if (p.data[i])
			die("a page with %u bytes of records has something at %u", p.size, i);
	}
	return p;
}

/* The record at *@pos, which moves on; false at the end. @time: carried from record to record. */
static inline bool next_record(const struct page *p, unsigned int *pos, __u64 *time,
			       struct record *r)
{
	__u32 head, word;
	unsigned int type, len;
	__u16 id;

	while (*pos < p->size) {
		memcpy(&head, p->data + *pos, 4);
		memcpy(&word, p->data + *pos + 4, 4);
		type = head & 31;
		if (type == 30 || type == 31) {
			*time = type == 30 ? *time + (head >> 5) + ((__u64)word << 27) :
				(*time & (0x1fULL << 59)) | ((__u64)word << 27 | head >> 5);
			*pos += 8;
			continue;
		}
		*time += head >> 5;
		if (type == 29) {
			*pos += 4 + word;
			continue;
		}
		len = type ? 4 * type : word - 4;
		r->data = p->data + *pos + (type ? 4 : 8);
		*pos += (type ? 4 : 8) + ((len + 3) & ~3U);
		if (*pos > p->size || len < 8 || len > PAGE_DATA)
			die("a record of %u bytes that ends at %u, in %u", len, *pos, p->size);
		memcpy(&id, r->data, 2);
		r->time = *time;
		r->size = len;
		r->id = id;
		if (!event_names[id])
			die("a record of an event with the id %u, which nobody has", id);
		return true;
	}
	if (*pos > p->size)
		die("a record that ends at %u, in %u", *pos, p->size);
	return false;
}

/*
 * Take all that the rings in @dir hold, by every CPU's trace_pipe_raw: each record is given to
 * @take, a CPU's in order. Nothing must have been lost.
 */
static inline void take_records(const char *dir,
				void (*take)(unsigned int cpu, const struct record *r))
{
	static char raw[MAX_PAGE];
	unsigned int cpu, pos;
	struct record r;
	struct page p;
	char path[512];
	ssize_t len;
	__u64 time;
	int fd;

	for (cpu = 0; cpu < MAX_CPUS; cpu++) {
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u", dir, cpu);
		if (access(path, F_OK))
			continue;
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", dir, cpu);
		fd = open(path, O_RDONLY | O_NONBLOCK);
		if (fd < 0)
			die("%s: %s", path, strerror(errno));
		while ((len = read(fd, raw, PAGE)) == PAGE) {
			p = open_page(raw, false);
			if (p.lost)
				die("CPU %u: events were lost; a larger buffer is needed", cpu);
			time = p.time;
			pos = 0;
			while (next_record(&p, &pos, &time, &r))
				take(cpu, &r);
		}
		if (len >= 0 || errno != EAGAIN)
			die("CPU %u: read() of a page: %zd", cpu, len);
		close(fd);
	}
}

static inline bool is_selftest(const struct record *r, __u64 *value)
{
	if (strcmp(event_names[r->id], "selftest"))
		return false;
	if (selftest_offset + 8 > r->size)
		die("a selftest record of %u bytes", r->size);
	memcpy(value, r->data + selftest_offset, 8);
	return true;
}

#endif /* TESTS_VM_RINGPAGE_H */
