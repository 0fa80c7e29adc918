// SPDX-License-Identifier: GPL-2.0
/* Accounts from text, and what two readings have between them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"

/* ---- the text: lines of words "name=value" ---- */

static const char mend[] = "is it trace_stat/accounts of a hypervisor with hyptrace?";

/**
 * struct line - where something is, for words about it
 * @text:	its words, each with a 0 behind it from the second on, and an empty one at the end
 */
struct line {
	const char	*file;
	unsigned long	nr;
	char		*text;
};

/* The value of the word of this name, or the end */
static const char *value_of(const struct line *line, const char *name)
{
	size_t length = strlen(name);
	const char *word;

	for (word = line->text; *word; word += strlen(word) + 1) {
		if (!strncmp(word, name, length) && word[length] == '=')
			return word + length + 1;
	}
	die(mend, "%s, line %lu: there is no '%s='", line->file, line->nr, name);
}

/* Up to any of the characters @ends; 0 is always one */
static __u64 parse_value(const struct line *line, const char *name, const char *text,
			 const char **end, const char *ends, __u64 max)
{
	int base = !strncmp(text, "0x", 2) ? 16 : 10;
	unsigned long long value;
	char *stop;

	errno = 0;
	value = strtoull(text, &stop, base);
	if (!isdigit((unsigned char)*text) || errno || value > max || !strchr(ends, *stop))
		die(mend, "%s, line %lu: '%s=' has '%s', which is no number up to %llu",
		    line->file, line->nr, name, text, (unsigned long long)max);
	if (end)
		*end = stop;
	return value;
}

static __u64 number(const struct line *line, const char *name, __u64 max)
{
	return parse_value(line, name, value_of(line, name), NULL, "", max);
}

/* 16384:236,32768:62: where bins begin, and what is in them */
static void parse_bins(const struct line *line, struct accounts_stay *stay)
{
	const char *text = value_of(line, "min_ns"), *at = text;
	__u64 from, n, left = stay->count;

	do {
		from = parse_value(line, "min_ns", at, &at, ":", 1ULL << (ACCOUNTS_BINS - 1));
		if (*at++ != ':' || from & (from - 1) || from == 1)
			die(mend, "%s, line %lu: 'min_ns=%s' is not of powers of 2 and numbers",
			    line->file, line->nr, text);
		n = parse_value(line, "min_ns", at, &at, ",", -1);
		/* They shall not add up to it by going round. */
		if (n > left)
			break;
		left -= n;
		stay->bins[from ? __builtin_ctzll(from) : 0] += n;
	} while (*at++ == ',');
	if (left || at[-1])
		die(mend, "%s, line %lu contradicts itself: bins do not add up to count=%llu",
		    line->file, line->nr, (unsigned long long)stay->count);
}

static void parse_stay(const struct line *line, struct accounts *accounts)
{
	struct accounts_stay *stay;

	accounts->stay = xrealloc(accounts->stay, accounts->nr_stays + 1, sizeof(*stay));
	stay = &accounts->stay[accounts->nr_stays];
	*stay = (struct accounts_stay){
		.cpu = number(line, "cpu", 0xffff),
		.count = number(line, "count", -1),
		.total = number(line, "total_ns", -1),
		.longest = number(line, "longest_ns", -1),
	};
	parse_bins(line, stay);
	stay->cause = xstrdup(value_of(line, "cause"));
	if (!*stay->cause)
		die(mend, "%s, line %lu: 'cause=' has no name", line->file, line->nr);
	accounts->nr_stays++;
}

static void parse_vcpu(const struct line *line, struct accounts *accounts)
{
	struct accounts_vcpu *vcpu;

	accounts->vcpu = xrealloc(accounts->vcpu, accounts->nr_vcpus + 1, sizeof(*vcpu));
	vcpu = &accounts->vcpu[accounts->nr_vcpus];
	*vcpu = (struct accounts_vcpu){
		.cpu = number(line, "cpu", 0xffff),
		.pid = number(line, "pid", 0xffffffff),
		.vm = number(line, "vm", 0xffffffff),
		.index = number(line, "vcpu", 0xffffffff),
		.runs = number(line, "runs", -1),
		.guest = number(line, "guest_ns", -1),
		.hyp = number(line, "hyp_ns", -1),
	};
	accounts->nr_vcpus++;
}

/* A 0 behind each word, and one more */
static void split(char *text)
{
	char *to = text, *word, *rest = text;

	while ((word = strsep(&rest, " "))) {
		size_t length = strlen(word);

		/* Of several spaces, one counts. */
		if (!length)
			continue;
		memmove(to, word, length + 1);
		to += length + 1;
	}
	*to = 0;
}

void accounts_parse(FILE *in, const char *name, struct accounts *accounts)
{
	struct line line = { .file = name };
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	errno = 0;
	while ((length = getline(&text, &size, in)) > 0) {
		line.nr++;
		if (text[length - 1] != '\n' || strlen(text) != (size_t)length)
			die("was what wrote it interrupted?",
			    "%s, line %lu ends in the middle", name, line.nr);
		/* Room for one 0 more than it had characters: that of the line's end */
		text[length - 1] = 0;
		split(text);
		line.text = text + strlen(text) + 1;
		if (!strcmp(text, "stay"))
			parse_stay(&line, accounts);
		else if (!strcmp(text, "vcpu"))
			parse_vcpu(&line, accounts);
	}
	if (ferror(in))
		die(NULL, "%s cannot be read: %s", name, strerror(errno));
	free(text);
}

void accounts_free(struct accounts *accounts)
{
	__u32 i;

	for (i = 0; i < accounts->nr_stays; i++)
		free(accounts->stay[i].cause);
	free(accounts->stay);
	free(accounts->vcpu);
	*accounts = (struct accounts){ 0 };
}

/* ---- what came between two readings ---- */

/* Both are in the same order, so where the last one was found is next to where this one is. */
static const struct accounts_stay *find_stay(const struct accounts *in, __u32 *at,
					     const struct accounts_stay *like)
{
	__u32 i;

	for (i = 0; i < in->nr_stays; i++) {
		const struct accounts_stay *stay = &in->stay[(*at + i) % in->nr_stays];

		if (stay->cpu == like->cpu && !strcmp(stay->cause, like->cause)) {
			*at += i + 1;
			return stay;
		}
	}
	return NULL;
}

static const struct accounts_vcpu *find_vcpu(const struct accounts *in, __u32 *at,
					     const struct accounts_vcpu *like)
{
	__u32 i;

	for (i = 0; i < in->nr_vcpus; i++) {
		const struct accounts_vcpu *vcpu = &in->vcpu[(*at + i) % in->nr_vcpus];

		if (vcpu->cpu == like->cpu && vcpu->pid == like->pid && vcpu->vm == like->vm &&
		    vcpu->index == like->index) {
			*at += i + 1;
			return vcpu;
		}
	}
	return NULL;
}

/* All that it counts only grows, until somebody clears it. */
static bool stay_is_older(const struct accounts_stay *before, const struct accounts_stay *now)
{
	unsigned int i;

	for (i = 0; i < ACCOUNTS_BINS; i++) {
		if (before->bins[i] > now->bins[i])
			return false;
	}
	return before->total <= now->total && before->longest <= now->longest;
}

static bool vcpu_is_older(const struct accounts_vcpu *before, const struct accounts_vcpu *now)
{
	return before->runs <= now->runs && before->guest <= now->guest && before->hyp <= now->hyp;
}

static __u64 bin_start(unsigned int bin)
{
	return bin ? 1ULL << bin : 0;
}

/* False if there is nothing in it */
static bool subtract_stay(struct row *row, const struct accounts_stay *now,
			  const struct accounts_stay *before)
{
	struct latency *latency = &row->latency;
	unsigned int i, last = 0;
	__u64 n;

	if (now->count == before->count)
		return false;
	for (i = ACCOUNTS_BINS; i-- > 0;) {
		n = now->bins[i] - before->bins[i];
		if (!n)
			continue;
		if (!latency->count)
			last = i;
		latency_fill(latency, bin_start(i), n);
		latency->count += n;
		latency->min = bin_start(i);
	}
	latency->total = now->total - before->total;
	if (now->longest > before->longest)
		latency->max = now->longest;
	else
		row->longest_bound = (2ULL << last) - 1 < now->longest ? (2ULL << last) - 1 :
									 now->longest;
	return true;
}

/**
 * struct comparison - what is made of two readings
 * @cpu:	flags of the CPUs that are asked for, NULL for all
 * @host:	by CPU, from 1 on: which of @cells has what is left for the host
 */
struct comparison {
	const struct accounts	*now, *before;
	const bool		*cpu;
	int			nr_cpus;
	struct map		host;
	struct cells		*cells;
	struct model		*model;
};

static bool is_wanted(const struct comparison *of, int cpu)
{
	return !of->cpu || (cpu < of->nr_cpus && of->cpu[cpu]);
}

static __u64 *host_of(struct comparison *of, int cpu)
{
	__u32 *at = map_at(&of->host, cpu);

	if (!*at) {
		cells_append(of->cells, &(struct row){ .stay.cpu = cpu });
		*at = of->cells->nr;
	}
	return &of->cells->row[*at - 1].latency.total;
}

/* The sum of them goes to the host, too */
static bool add_stays(struct comparison *of)
{
	static const struct accounts_stay none;
	__u32 i, at = 0, gone = 0;
	bool whole = true;

	for (i = 0; i < of->before->nr_stays; i++)
		gone += is_wanted(of, of->before->stay[i].cpu);
	for (i = 0; i < of->now->nr_stays; i++) {
		const struct accounts_stay *stay = &of->now->stay[i], *was;
		struct row row = { .stay.cpu = stay->cpu };

		if (!is_wanted(of, stay->cpu))
			continue;
		was = find_stay(of->before, &at, stay);
		gone -= !!was;
		if (was && !stay_is_older(was, stay)) {
			whole = false;
			was = NULL;
		}
		if (!subtract_stay(&row, stay, was ? was : &none))
			continue;
		of->model->stays += row.latency.count;
		*host_of(of, stay->cpu) += row.latency.total;
		row.stay.cause = model_name_cause(of->model, stay->cause);
		cells_append(of->cells, &row);
	}
	return whole && !gone;
}

/* What is theirs is not the host's */
static bool add_vcpus(struct comparison *of)
{
	static const struct accounts_vcpu none;
	bool whole = true;
	__u32 i, at = 0;

	for (i = 0; i < of->now->nr_vcpus; i++) {
		const struct accounts_vcpu *vcpu = &of->now->vcpu[i], *was;
		struct row row = { .stay.cpu = vcpu->cpu, .stay.for_vcpu = true };
		__u64 *host;

		if (!is_wanted(of, vcpu->cpu))
			continue;
		was = find_vcpu(of->before, &at, vcpu);
		if (was && !vcpu_is_older(was, vcpu)) {
			whole = false;
			was = NULL;
		}
		if (!was)
			was = &none;
		row.stay.vcpu = (struct vcpu){
			.thread = vcpu->pid, .vm = vcpu->vm, .index = vcpu->index,
			.known = vcpu->vm,
		};
		row.latency.total = vcpu->hyp - was->hyp;
		row.guest_ns = vcpu->guest - was->guest;
		row.guest_runs = vcpu->runs - was->runs;
		if (!row.latency.total && !row.guest_runs)
			continue;
		/* A stay that goes on may be in one of the two sums alone. */
		host = host_of(of, vcpu->cpu);
		*host -= row.latency.total < *host ? row.latency.total : *host;
		cells_append(of->cells, &row);
	}
	return whole;
}

bool accounts_compare(const struct accounts *now, const struct accounts *before,
		      const bool *wanted, int nr_wanted, struct cells *cells, struct model *model)
{
	struct comparison of = {
		.now = now, .before = before, .cpu = wanted, .nr_cpus = nr_wanted,
		.cells = cells, .model = model,
	};
	bool whole;

	whole = add_stays(&of);
	whole &= add_vcpus(&of);
	map_free(&of.host);
	return whole;
}

void accounts_tabulate(const struct cells *cells, struct table *table)
{
	bool sums = table_by_guests(table->by);
	__u32 i;

	table->accounts = true;
	for (i = 0; i < cells->nr; i++) {
		if (accounts_has(&cells->row[i], sums))
			table_merge(table, &cells->row[i]);
	}
}
