// SPDX-License-Identifier: GPL-2.0
/*
 * Filters as we parse them against filters as ftrace does, and the programs of the one against
 * those of the other: what is taken and what is refused, with which error, in which words and at
 * which place; and of what is taken, which records match.
 *
 * Filters are made by chance, most of them by rules and then spoilt a little, so that there are
 * mistakes of all kinds.
 *
 *	filter [SEED [FILTERS]]
 */
#include "test.h"

#include "filter_ftrace.h"

#include <linux/remote_filter.h>

#include "filter.h"

/* A record with a field of each size and sign, and what is no number */
struct record {
	u16	common_type;
	u8	common_flags;
	u8	common_preempt_count;
	s32	common_pid;
	u8	u8;
	s8	s8;
	u16	u16;
	s16	s16;
	char	text[10];
	u32	u32;
	s32	s32;
	u64	u64;
	s64	s64;
	u64	string;
};

#define FIELD(name, type, is_signed)						\
	{ #name, type, offsetof(struct record, name), sizeof(((struct record *)0)->name),	\
	  is_signed }
#define GENERIC(name, type)	{ #name, type, 0, 0, (type) == FILTER_CPU }

static struct ftrace_event_field fields[] = {
	FIELD(common_type, FILTER_OTHER, 0), FIELD(common_flags, FILTER_OTHER, 0),
	FIELD(common_preempt_count, FILTER_OTHER, 0), FIELD(common_pid, FILTER_OTHER, 1),
	FIELD(u8, FILTER_OTHER, 0), FIELD(s8, FILTER_OTHER, 1), FIELD(u16, FILTER_OTHER, 0),
	FIELD(s16, FILTER_OTHER, 1), FIELD(u32, FILTER_OTHER, 0), FIELD(s32, FILTER_OTHER, 1),
	FIELD(u64, FILTER_OTHER, 0), FIELD(s64, FILTER_OTHER, 1),
	FIELD(text, FILTER_STATIC_STRING, 0), FIELD(string, FILTER_PTR_STRING, 0),
	{ "array", FILTER_OTHER, offsetof(struct record, text), 10, 0 },
	{ "dynamic", FILTER_OTHER, sizeof(struct record), 0, 0 },
	GENERIC(CPU, FILTER_CPU), GENERIC(cpu, FILTER_CPU), GENERIC(COMM, FILTER_COMM),
	GENERIC(stacktrace, FILTER_STACKTRACE),
};

static struct trace_event_call call = {
	.print_fmt = "\"u8=%s s16=%s\", __print_symbolic(REC->u8, { 0, \"zero\" }, "
		     "{ 0x7, \"seven\" } , { 255, \"most\" }), "
		     "__print_symbolic(REC->u8 & 1, { 1, \"odd\" }),"
		     " __print_symbolic(REC->s16, { -1, \"minus\" }, { 3, \"__three\" })",
};

#define mistake_text(name, text)	[REMOTE_FILTER_##name] = text,
static const char * const mistakes[] = { REMOTE_FILTER_MISTAKES(mistake_text) };

struct ftrace_event_field *trace_find_event_field(struct trace_event_call *event __maybe_unused,
						  char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	}

	return NULL;
}

static u64 seed;
static char filter_text[4096];
static u32 filter_len;
static u64 nr_taken, nr_refused, nr_ours, nr_matched, nr_records;

static u32 below(u32 n)
{
	return test_below(&seed, n);
}

static void put(const char *text)
{
	u32 len = strlen(text);

	if (filter_len + len < sizeof(filter_text) - 1) {
		strcpy(filter_text + filter_len, text);
		filter_len += len;
	}
}

static void put_one(const char * const *texts, u32 nr)
{
	put(texts[below(nr)]);
}

#define PUT_ONE(...)								\
	do {									\
		static const char * const _texts[] = { __VA_ARGS__ };		\
										\
		put_one(_texts, ARRAY_SIZE(_texts));				\
	} while (0)

/* Numbers that matter to fields of some size */
static u64 number(void)
{
	u64 near = 1ULL << (8 << below(4)) / (1 + below(2));

	switch (below(5)) {
	case 0:
		return below(10);
	case 1:
		return -(u64)below(4);
	case 2:
		return near - below(3);
	case 3:
		return below(2) ? (near >> 1) - below(3) : -(near >> 1) + below(3);
	default:
		return test_random(&seed) >> below(64);
	}
}

static void put_number(void)
{
	static const char * const formats[] = { "%lld", "%llu", "0x%llx", "%lld", "%llu", "0%llo" };
	char text[32];

	snprintf(text, sizeof(text), formats[below(ARRAY_SIZE(formats))], number());
	put(text);
}

static void put_space(void)
{
	PUT_ONE("", "", " ", " ", " ", "  ", "\t");
}

static void put_comparison(void)
{
	put_space();
	/* The first of them are numbers, and what is none is mostly refused */
	if (below(40))
		put(fields[below(below(10) ? 12 : ARRAY_SIZE(fields))].name);
	else
		PUT_ONE("nothing", "", "common", "u", "u64.function", "u64.ustring", "u8.function");
	if (!below(30))
		PUT_ONE(".function", ".ustring", ".ustring.function", ".func");
	put_space();
	if (below(40))
		PUT_ONE("==", "!=", "<", "<=", ">", ">=", "&");
	else
		PUT_ONE("~", "=", "!", "", "===", "=!", "&&", "<>", "!~");
	put_space();
	if (below(25))
		put_number();
	else
		PUT_ONE("CPUS{1}", "CPUS{2-5}", "CPUS{0-7}", "CPUS{0,7}", "CPUS{ }", "CPUS{}",
			"CPUS{9}", "CPUS", "CPUS{1", "CPUS1}", "\"text\"", "'a text'",
			"\"a)(text\"", "\"", "word", "-", "0x",
			"99999999999999999999999999", "18446744073709551616", "1a", "12e",
			SHIM_FUNCTION, "no_function", "0xffff800080123410", "0x10", "");
	put_space();
}

static void put_expression(u32 depth)
{
	u32 nr = 1 + below(4);

	while (nr--) {
		while (!below(4))
			PUT_ONE("!", "! ", "!");
		if (depth && below(2)) {
			put("(");
			put_expression(depth - 1);
			put(")");
		} else {
			put_comparison();
		}
		put_space();
		if (nr)
			PUT_ONE("&&", "||", "&&", "||");
	}
}

static void spoil(void)
{
	static const char characters[] = "()!&|= <>~'\"{}.-0ax_C\n";
	u32 at = below(filter_len + 1);
	char c = characters[below(sizeof(characters) - 1)];

	switch (below(3)) {
	case 0:
		if (at < filter_len)
			filter_text[at] = c;
		break;
	case 1:
		memmove(filter_text + at, filter_text + at + 1, filter_len - at);
		filter_len -= at < filter_len;
		break;
	default:
		if (filter_len < sizeof(filter_text) - 2) {
			memmove(filter_text + at + 1, filter_text + at, filter_len - at + 1);
			filter_text[at] = c;
			filter_len++;
		}
	}
}

static void make_filter(void)
{
	u32 n;

	filter_len = 0;
	filter_text[0] = '\0';
	put_expression(below(4));
	for (n = below(2) ? 0 : below(4); n; n--)
		spoil();
}

/* A number that may be one of the filter's */
static u64 likely_number(void)
{
	const char *at = filter_text + below(filter_len + 1);

	at = strpbrk(at, "-0123456789") ?: filter_text;

	return below(4) ? (u64)strtoll(at, NULL, 0) + below(3) - 1 : number();
}

static void compare_records(struct event_filter *theirs, const struct remote_filter *ours)
{
	struct {
		u32		cpu;
		u32		reserved;
		struct record	record;
		u8		behind[REMOTE_FILTER_BEHIND];
	} subject __attribute__((__aligned__(8)));
	u32 n, i;
	bool match;

	for (n = 0; n < 30; n++) {
		/* What is behind must make no difference */
		for (i = 0; i < sizeof(subject); i++)
			((u8 *)&subject)[i] = below(256);
		filter_cpu = subject.cpu = below(nr_cpu_ids);
		for (i = 0; i < ARRAY_SIZE(fields); i++) {
			u64 value = likely_number();

			if (fields[i].size && fields[i].size <= 8)
				memcpy((u8 *)&subject.record + fields[i].offset, &value,
				       fields[i].size);
		}
		if (!below(20))
			subject.record.u64 = SHIM_FUNCTION_AT - 1 + below(SHIM_FUNCTION_SIZE + 2);

		match = filter_match_preds(theirs, &subject.record);
		CHECK_EQ(remote_filter_match(ours->insns, &subject), match);
		nr_records++;
		nr_matched += match;
	}
}

static void free_theirs(struct event_filter *theirs)
{
	u32 i;

	if (!theirs->prog)
		return;
	for (i = 0; theirs->prog[i].pred; i++)
		free_predicate(theirs->prog[i].pred);
	free(theirs->prog);
}

/* Both parse it; what both take is a program that does the same */
static void compare(struct event_filter *theirs)
{
	struct filter_parse_error their_error = { };
	struct remote_filter_error error;
	struct remote_filter ours;
	int their_ret, ret;

	snprintf(test_context, sizeof(test_context), "filter %.100s", filter_text);

	/* It can do nothing to memory that is no program's yet */
	memset(&ours, 0xff, sizeof(ours));
	their_ret = process_preds(&call, filter_text, theirs, &their_error);
	ret = remote_trace_filter_parse(&call, filter_text, &ours, &error);

	if (ret && error.mistake >= REMOTE_FILTER_STRING) {
		/* Their mistakes go before the length, but what cannot be compared is one itself */
		CHECK_EQ(ret, error.mistake == REMOTE_FILTER_TOO_LONG ? -E2BIG : -EINVAL);
		if (error.mistake == REMOTE_FILTER_TOO_LONG)
			CHECK_EQ(their_ret, 0);
		CHECK(error.pos <= filter_len);
		nr_ours++;
		return;
	}

	CHECK_EQ(ret, their_ret);
	if (ret) {
		nr_refused++;
		if (!their_error.lasterr) {
			CHECK_EQ(error.mistake, REMOTE_FILTER_ERRNO);
			return;
		}
		CHECK(!strcmp(mistakes[error.mistake], err_text[their_error.lasterr]));
		CHECK_EQ(error.pos, their_error.lasterr_pos);
		return;
	}

	nr_taken++;
	CHECK(remote_filter_check(&ours, sizeof(struct record)));
	remote_filter_end(&ours);
	compare_records(theirs, &ours);
}

/* Names of numbers, which ftrace does not know: as if the number were there */
static void check_symbol(const char *with, const char *without)
{
	struct remote_filter_error error;
	struct remote_filter named, numbered;
	int ret;

	snprintf(test_context, sizeof(test_context), "symbol in %s", with);
	memset(&named, 0, sizeof(named));
	memset(&numbered, 0, sizeof(numbered));

	ret = remote_trace_filter_parse(&call, with, &named, &error);
	if (!without) {
		CHECK_EQ(ret, -EINVAL);
		CHECK_EQ(error.mistake, REMOTE_FILTER_INVALID_VALUE);
		return;
	}
	CHECK_EQ(ret, 0);
	CHECK_EQ(remote_trace_filter_parse(&call, without, &numbered, &error), 0);
	CHECK(!memcmp(&named, &numbered, sizeof(named)));
}

static void check_symbols(void)
{
	check_symbol("u8 == seven", "u8 == 7");
	check_symbol("u8==zero||u8!=most", "u8==0||u8!=255");
	check_symbol("!(u8 > seven) && s16 == minus", "!(u8 > 7) && s16 == -1");
	check_symbol("s16 & __three", "s16 & 3");
	check_symbol("u8 == odd", NULL);
	check_symbol("u8 == zer", NULL);
	check_symbol("u8 == sevens", NULL);
	check_symbol("u8 ~ seven", NULL);
	check_symbol("u8 == minus", NULL);
	check_symbol("u16 == seven", NULL);
	check_symbol("CPU == seven", NULL);
}

static void check_refused(struct remote_filter filter)
{
	CHECK(!remote_filter_check(&filter, 16));
}

/* What is no program, all around one that is */
static void check_checks(void)
{
	struct remote_filter good = { .nr = 2 }, bad;
	u32 i;

	snprintf(test_context, sizeof(test_context), "checks");
	for (i = 0; i < 2; i++)
		good.insns[i].where = remote_filter_where(REMOTE_FILTER_RECORD + 8, 8, 3);
	CHECK(remote_filter_check(&good, 16));

#define BAD(change) do { bad = good; change; check_refused(bad); } while (0)
	BAD(bad.nr = 0);
	BAD(bad.nr = REMOTE_FILTER_MAX_INSNS + 1);
	BAD(bad.nr = ~0U);
	/* The last instruction may go to the end or beyond, and nowhere else */
	for (i = 0; i < 256; i++) {
		bad = good;
		bad.insns[1].where = remote_filter_where(REMOTE_FILTER_RECORD, 8, i);
		CHECK_EQ(remote_filter_check(&bad, 16), i == 2 || i == 3);
		bad = good;
		bad.insns[0].where = remote_filter_where(REMOTE_FILTER_RECORD, 8, i);
		CHECK_EQ(remote_filter_check(&bad, 16), i >= 1 && i <= 3);
	}
	/* Every offset, and every shift */
	for (i = 0; i < 0x10000; i++) {
		bad = good;
		bad.insns[0].where = remote_filter_where(i, 4, 1);
		CHECK_EQ(remote_filter_check(&bad, 16),
			 !i || (i >= REMOTE_FILTER_RECORD && i + 4 <= REMOTE_FILTER_RECORD + 16));
	}
	for (i = 0; i < 256; i++) {
		bad = good;
		bad.insns[0].where = (bad.insns[0].where & ~0xffULL) | i;
		CHECK_EQ(remote_filter_check(&bad, 16), i == 0 || i == 32 || i == 48 || i == 56);
	}
	for (i = 24; i < 64; i++) {
		if (i < 32 || i >= 40)
			BAD(bad.insns[1].where |= 1ULL << i);
	}
}

/* As many comparisons as there may be, and one more */
static void check_length(void)
{
	struct remote_filter_error error;
	struct remote_filter filter;
	u32 i;

	filter_len = 0;
	for (i = 1; i <= REMOTE_FILTER_MAX_INSNS + 2; i++) {
		if (i > 1)
			put(" || ");
		put("u32==7");
		CHECK_EQ(remote_trace_filter_parse(&call, filter_text, &filter, &error),
			 i > REMOTE_FILTER_MAX_INSNS ? -E2BIG : 0);
		if (i > REMOTE_FILTER_MAX_INSNS)
			CHECK_EQ(error.pos, REMOTE_FILTER_MAX_INSNS * strlen("u32==7 || "));
	}
	/* A mistake behind them is still the mistake */
	put(" || u32==");
	CHECK_EQ(remote_trace_filter_parse(&call, filter_text, &filter, &error), -EINVAL);
	CHECK_EQ(error.mistake, REMOTE_FILTER_INVALID_VALUE);
}

int main(int argc, char **argv)
{
	u64 n, nr = test_arg(argc, argv, 2, 100000);

	seed = test_arg(argc, argv, 1, 1);

	check_symbols();
	check_checks();
	check_length();

	for (n = 0; n < nr; n++) {
		struct event_filter theirs = { };

		make_filter();
		compare(&theirs);
		free_theirs(&theirs);
	}

	printf("%llu filters: %llu taken, %llu refused, %llu by us alone; "
	       "%llu of %llu records match\n", nr, nr_taken, nr_refused, nr_ours, nr_matched,
	       nr_records);
	/* Or it would not have been much of a test */
	CHECK(nr_taken > nr / 10 && nr_refused > nr / 10);
	CHECK(nr_matched > nr_records / 10 && nr_matched < nr_records / 10 * 9);

	return 0;
}
