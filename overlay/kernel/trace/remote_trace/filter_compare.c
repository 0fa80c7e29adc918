// SPDX-License-Identifier: GPL-2.0
/*
 * One comparison of a filter, FIELD OPERATOR VALUE, as an instruction: a range of a field's values.
 *
 * A value may be a number, a list of CPUs, or, of a field whose numbers have names in the event's
 * print format, such a name. Of a function it may be anything in there (.function). Numbers are cut
 * to the field's size and compared with the field's sign, as ftrace does.
 */
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/kallsyms.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#include "../trace.h"
#include "filter.h"

/* The longest number, as ftrace has it */
#define MAX_NUMBER	24

/* In the order in which they are looked for: none begins like one further down */
enum { GLOB, NE, EQ, LE, LT, GE, GT, BAND, NR_OPERATORS };

static const char * const operators[] = { "~", "!=", "==", "<=", "<", ">=", ">", "&" };

/**
 * struct comparison - what has been read of it
 * @call:	the event
 * @text:	where it begins
 * @at:		how far it has been read
 * @pos:	where @text is in the filter, for the user
 * @field:	the field
 * @function:	...is to be seen as an address in a function
 * @op:		how it is compared
 * @insn:	what is made of it
 * @error:	what is wrong with it
 */
struct comparison {
	struct trace_event_call		*call;
	const char			*text;
	unsigned int			at;
	unsigned int			pos;
	struct ftrace_event_field	*field;
	bool				function;
	unsigned int			op;
	struct remote_filter_insn	*insn;
	struct remote_filter_error	*error;
};

static int wrong(const struct comparison *c, enum remote_filter_mistake mistake)
{
	return remote_filter_wrong(c->error, mistake, c->pos + c->at, -EINVAL);
}

static void skip_spaces_of(struct comparison *c)
{
	while (isspace(c->text[c->at]))
		c->at++;
}

static void skip_word(struct comparison *c, const char *more)
{
	while (isalnum(c->text[c->at]) || (c->text[c->at] && strchr(more, c->text[c->at])))
		c->at++;
}

/* What has been read since @from, to be freed */
static char *copy_since(const struct comparison *c, unsigned int from)
{
	return kmemdup_nul(c->text + from, c->at - from, GFP_KERNEL);
}

static bool is_cpu(const struct comparison *c)
{
	return c->field->filter_type == FILTER_CPU;
}

/* What is compared: @size bytes of the field */
static void look_at(struct comparison *c, u32 size)
{
	u32 offset = is_cpu(c) ? REMOTE_FILTER_CPU : REMOTE_FILTER_RECORD + c->field->offset;

	c->insn->where = remote_filter_where(offset, size, 0);
}

static void want(struct comparison *c, u64 first, u64 last)
{
	c->insn->mask = ~0ULL;
	c->insn->first = first;
	c->insn->span = last - first;
}

/* With no bit that matters, all fields are 0 */
static void want_all(struct comparison *c)
{
	c->insn->mask = 0;
	c->insn->first = 0;
	c->insn->span = 0;
}

static void want_none(struct comparison *c)
{
	want_all(c);
	c->insn->first = 1;
}

/* Something that can be looked at and makes no difference */
static int compare_none(struct comparison *c)
{
	c->insn->where = remote_filter_where(REMOTE_FILTER_CPU, sizeof(u32), 0);
	want_none(c);

	return 0;
}

/* Compare a field of @size bytes with a number */
static int compare_number(struct comparison *c, u32 size, bool is_signed, u64 number)
{
	unsigned int shift = 64 - 8 * size;
	u64 one = 1ULL << shift, value = number << shift;
	u64 least = is_signed ? 1ULL << 63 : 0, most = least - one;

	look_at(c, size);

	switch (c->op) {
	case EQ:
	case NE:
		want(c, value, value);
		if (c->op == NE)
			remote_trace_filter_negate(c->insn);
		break;
	case LE:
	case GT:
		if (value == most)
			want_all(c);
		else
			want(c, least, value);
		if (c->op == GT)
			remote_trace_filter_negate(c->insn);
		break;
	case GE:
	case LT:
		if (value == least)
			want_all(c);
		else
			want(c, value, most);
		if (c->op == LT)
			remote_trace_filter_negate(c->insn);
		break;
	case BAND:
		/* Whatever is not 0 */
		want(c, 0, 0);
		c->insn->mask = value;
		remote_trace_filter_negate(c->insn);
		break;
	}

	return 0;
}

/* ... the field as it is. What is of no size a number can have is never equal to anything */
static int compare_field(struct comparison *c, bool is_signed, u64 number)
{
	switch (is_cpu(c) ? sizeof(u32) : c->field->size) {
	case 1:
		return compare_number(c, 1, is_signed, number);
	case 2:
		return compare_number(c, 2, is_signed, number);
	case 4:
		return compare_number(c, 4, is_signed, number);
	case 8:
		return compare_number(c, 8, is_signed, number);
	default:
		return compare_none(c);
	}
}

/* FIELD.function: an address or a name, and the field is wanted in that function */
static int parse_function(struct comparison *c)
{
	unsigned long address, size, offset;
	char *name __free(kfree) = NULL;
	unsigned int from = c->at;

	if (c->field->size != sizeof(long))
		return wrong(c, REMOTE_FILTER_ILLEGAL_FIELD_OP);
	if (c->op != EQ && c->op != NE)
		return wrong(c, REMOTE_FILTER_INVALID_OP);

	if (isdigit(c->text[c->at])) {
		skip_word(c, "");
		if (c->at - from >= MAX_NUMBER)
			return wrong(c, REMOTE_FILTER_OPERAND_TOO_LONG);
		name = copy_since(c, from);
		if (!name)
			return -ENOMEM;
		if (kstrtoul(name, 0, &address))
			return wrong(c, REMOTE_FILTER_INVALID_VALUE);
	} else {
		while (c->text[c->at] && !isspace(c->text[c->at]))
			c->at++;
		name = copy_since(c, from);
		if (!name)
			return -ENOMEM;
		address = kallsyms_lookup_name(name);
		if (!address)
			return wrong(c, REMOTE_FILTER_NO_FUNCTION);
	}

	if (!kallsyms_lookup_size_offset(address, &size, &offset))
		return wrong(c, REMOTE_FILTER_NO_FUNCTION);

	look_at(c, sizeof(long));
	if (size)
		want(c, address - offset, address - offset + size - 1);
	else
		want_none(c);
	if (c->op == NE)
		remote_trace_filter_negate(c->insn);

	return 0;
}

/* One CPU is a number. Of several none is equal to a number, but the number may be one of them */
static int compare_cpus(struct comparison *c, const struct cpumask *cpus)
{
	/* A number of 8 bytes ftrace cuts to 4 */
	u32 size = is_cpu(c) ? sizeof(u32) : min_t(u32, c->field->size, sizeof(u32));
	unsigned int first = cpumask_first(cpus), last = cpumask_last(cpus), shift = 64 - 8 * size;

	if (c->field->filter_type == FILTER_CPUMASK)
		return wrong(c, REMOTE_FILTER_CPUS);

	if (cpumask_weight(cpus) == 1) {
		if (c->op == BAND)
			c->op = EQ;
		return compare_field(c, false, first);
	}

	/* Nor is one of no size a number can have */
	if (c->op == EQ || (c->op == BAND && cpumask_empty(cpus)) ||
	    (!is_cpu(c) && (c->field->size > 8 || hweight32(c->field->size) != 1)))
		return compare_none(c);

	if (c->op == NE) {
		/* What is no CPU's number does not match in any case, if it is a field's */
		if (is_cpu(c)) {
			look_at(c, size);
			want_all(c);
			return 0;
		}
		first = 0;
		last = nr_cpu_ids - 1;
	} else if (last - first + 1 != cpumask_weight(cpus)) {
		return wrong(c, REMOTE_FILTER_CPUS);
	}

	look_at(c, size);
	/* No field of one byte is as large */
	if (last > U64_MAX >> shift)
		last = U64_MAX >> shift;
	if (first > last)
		want_none(c);
	else if (!first && last == U64_MAX >> shift)
		want_all(c);
	else
		want(c, (u64)first << shift, (u64)last << shift);

	return 0;
}

/* CPUS{LIST} */
static int parse_cpus(struct comparison *c)
{
	cpumask_var_t cpus;
	char *list;
	unsigned int from;
	int ret;

	switch (c->field->filter_type) {
	case FILTER_CPU:
	case FILTER_CPUMASK:
	case FILTER_OTHER:
		break;
	default:
		return wrong(c, REMOTE_FILTER_ILLEGAL_FIELD_OP);
	}

	if (c->op != EQ && c->op != NE && c->op != BAND)
		return wrong(c, REMOTE_FILTER_ILLEGAL_FIELD_OP);

	c->at += strlen("CPUS");
	if (c->text[c->at++] != '{')
		return wrong(c, REMOTE_FILTER_MISSING_BRACE_OPEN);

	from = c->at;
	while (c->text[c->at] && c->text[c->at] != '}')
		c->at++;
	if (!c->text[c->at])
		return wrong(c, REMOTE_FILTER_MISSING_BRACE_CLOSE);
	if (c->at == from)
		return wrong(c, REMOTE_FILTER_INVALID_CPULIST);

	if (!zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	list = copy_since(c, from);
	if (!list)
		ret = -ENOMEM;
	else if (cpulist_parse(list, cpus))
		ret = wrong(c, REMOTE_FILTER_INVALID_CPULIST);
	else
		ret = compare_cpus(c, cpus);
	kfree(list);
	free_cpumask_var(cpus);
	if (!ret)
		c->at++;

	return ret;
}

/* A text in quotes: everything about it may be right, but it cannot be compared */
static int parse_text(struct comparison *c)
{
	char quote = c->text[c->at];
	unsigned int from = c->at + 1;

	if (c->op != EQ && c->op != NE && c->op != GLOB)
		return wrong(c, REMOTE_FILTER_ILLEGAL_FIELD_OP);
	if (!is_string_field(c->field))
		return wrong(c, REMOTE_FILTER_EXPECT_DIGIT);

	do
		c->at++;
	while (c->text[c->at] && c->text[c->at] != quote);

	if (!c->text[c->at])
		return wrong(c, REMOTE_FILTER_MISSING_QUOTE);
	if (c->at - from >= MAX_FILTER_STR_VAL)
		return wrong(c, REMOTE_FILTER_OPERAND_TOO_LONG);

	return wrong(c, REMOTE_FILTER_STRING);
}

static int parse_number(struct comparison *c)
{
	char *number __free(kfree) = NULL;
	unsigned int from = c->at;
	u64 value;
	int ret;

	if (is_string_field(c->field))
		return wrong(c, REMOTE_FILTER_EXPECT_STRING);
	if (c->op == GLOB)
		return wrong(c, REMOTE_FILTER_ILLEGAL_FIELD_OP);

	if (c->text[c->at] == '-')
		c->at++;
	skip_word(c, "");
	if (c->at - from >= MAX_NUMBER)
		return wrong(c, REMOTE_FILTER_OPERAND_TOO_LONG);

	number = copy_since(c, from);
	if (!number)
		return -ENOMEM;
	ret = c->field->is_signed ? kstrtoll(number, 0, (s64 *)&value) :
				    kstrtoull(number, 0, &value);
	if (ret)
		return remote_filter_wrong(c->error, REMOTE_FILTER_ILLEGAL_INTVAL, c->pos + from,
					   -EINVAL);

	/* A CPU has no bits to ftrace */
	if (is_cpu(c) && c->op == BAND)
		return compare_none(c);

	return compare_field(c, c->field->is_signed, value);
}

/*
 * Number of the symbol @name of @len in what follows "__print_symbolic(REC->FIELD" of a print
 * format: , { NUMBER, "NAME" }, ... )
 */
static bool find_symbol(const char *symbols, const char *name, size_t len, s64 *number)
{
	char digits[MAX_NUMBER];
	size_t n;

	while (*symbols && *symbols != ')') {
		if (*symbols++ != '{')
			continue;

		symbols = skip_spaces(symbols);
		n = strcspn(symbols, ", ");
		if (n >= sizeof(digits))
			return false;
		memcpy(digits, symbols, n);
		digits[n] = '\0';

		symbols = strchrnul(symbols, '"');
		if (!*symbols)
			return false;
		symbols++;
		n = strcspn(symbols, "\"");
		if (n == len && !strncmp(symbols, name, len))
			return !kstrtoll(digits, 0, number);
		symbols += n;
		if (*symbols)
			symbols++;
	}

	return false;
}

static bool field_symbol(const struct comparison *c, const char *name, size_t len, s64 *number)
{
	static const char begin[] = "__print_symbolic(REC->";
	const char *format = c->call->print_fmt;

	while (format && (format = strstr(format, begin))) {
		format += strlen(begin);
		if (str_has_prefix(format, c->field->name) &&
		    format[strlen(c->field->name)] == ',' &&
		    find_symbol(format + strlen(c->field->name), name, len, number))
			return true;
	}

	return false;
}

/* The name of a number. What is none is a word that makes no sense, as it would to ftrace */
static int parse_symbol(struct comparison *c)
{
	unsigned int from = c->at;
	s64 number;

	skip_word(c, "_");
	if (c->op == GLOB || c->field->filter_type != FILTER_OTHER || c->at == from ||
	    !field_symbol(c, c->text + from, c->at - from, &number)) {
		c->at = from;
		return wrong(c, REMOTE_FILTER_INVALID_VALUE);
	}

	return compare_field(c, c->field->is_signed, number);
}

static int parse_value(struct comparison *c)
{
	char first = c->text[c->at];

	if (c->function)
		return parse_function(c);
	if (!strncmp(c->text + c->at, "CPUS", strlen("CPUS")))
		return parse_cpus(c);
	if (first == '\'' || first == '"')
		return parse_text(c);
	if (isdigit(first) || first == '-')
		return parse_number(c);

	return parse_symbol(c);
}

/* FIELD, and what may follow it */
static int parse_field(struct comparison *c)
{
	char *name __free(kfree) = NULL;
	unsigned int from;

	skip_spaces_of(c);
	from = c->at;
	skip_word(c, "_");
	/* ftrace says no more of that either */
	if (c->at == from)
		return -EPERM;

	name = copy_since(c, from);
	if (!name)
		return -ENOMEM;

	c->field = trace_find_event_field(c->call, name);
	if (!c->field)
		return wrong(c, REMOTE_FILTER_FIELD_NOT_FOUND);

	c->at += str_has_prefix(c->text + c->at, ".ustring");
	if (str_has_prefix(c->text + c->at, ".function")) {
		c->function = true;
		c->at += strlen(".function");
	}

	return 0;
}

static int parse_operator(struct comparison *c)
{
	skip_spaces_of(c);

	for (c->op = 0; c->op < NR_OPERATORS; c->op++) {
		size_t len = str_has_prefix(c->text + c->at, operators[c->op]);

		if (len) {
			c->at += len;
			skip_spaces_of(c);
			return 0;
		}
	}

	return wrong(c, REMOTE_FILTER_INVALID_OP);
}

/**
 * remote_trace_filter_compare - read a comparison, and make an instruction of it
 * @call:	the event
 * @text:	where it begins; more may follow
 * @pos:	where in the filter that is, as ftrace counts
 * @insn:	set on success, but for its target
 * @error:	set if there is more to be said than the error
 *
 * Context: may sleep.
 * Return: how many characters it has; -EINVAL; -EPERM if there is no field; -ENOMEM.
 */
int remote_trace_filter_compare(struct trace_event_call *call, const char *text, unsigned int pos,
				struct remote_filter_insn *insn, struct remote_filter_error *error)
{
	struct comparison c = {
		.call = call,
		.text = text,
		.pos = pos,
		.insn = insn,
		.error = error,
	};
	int ret;

	ret = parse_field(&c) ?: parse_operator(&c) ?: parse_value(&c);

	return ret ?: c.at;
}
