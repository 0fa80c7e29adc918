// SPDX-License-Identifier: GPL-2.0
/*
 * A filter as the user writes it, as a program: comparisons, &&, ||, ! and parentheses.
 *
 * What is read is kept as a row of tokens. From each comparison there are two ways on, one if it is
 * so and one if it is not, and each is found by going along the row from there with that value:
 *
 *	)	turns the value if there is a ! in front of the parenthesis
 *	&&	with 1, the comparison behind it decides; with 0, nothing does up to the next ||, )
 *	||	with 0, the comparison behind it decides; with 1, nothing does up to the next )
 *	end	the value is the filter's
 *
 * One of the two ways is always the next comparison, or the end of the program, which is to match.
 * That is the way of an instruction whose field is in its range, so comparisons of which it is the
 * other way are negated.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#include "../trace.h"
#include "filter.h"

enum token_kind { COMPARISON, AND, OR, OPEN, CLOSE };

/**
 * struct token - a piece of a filter
 * @kind:	what it is
 * @not:	of a comparison or a parenthesis: there is an odd number of ! in front of it
 * @next:	number of the comparison that is next, or that this is
 */
struct token {
	u8	kind;
	bool	not;
	u16	next;
};

/**
 * struct parser - what has been read so far
 * @call:	the event
 * @text:	all of it
 * @at:		how far it has been read
 * @filter:	the comparisons, as far as there is room for them
 * @error:	what is wrong
 * @tokens:	what has been read: no more than there are characters
 * @nr_tokens:	...
 * @open:	where parentheses were opened that are not closed yet; room for as many
 * @depth:	how many that are
 * @nr:		comparisons read
 * @max:	comparisons that there can be
 * @too_many:	where the first one is that there is no room for
 */
struct parser {
	struct trace_event_call		*call;
	const char			*text;
	unsigned int			at;
	struct remote_filter		*filter;
	struct remote_filter_error	*error;
	struct token			*tokens;
	unsigned int			nr_tokens;
	u16				*open;
	unsigned int			depth;
	unsigned int			nr;
	unsigned int			max;
	unsigned int			too_many;
};

static void add_token(struct parser *p, enum token_kind kind, bool not)
{
	p->tokens[p->nr_tokens++] = (struct token) { kind, not, p->nr };
}

/*
 * Before anything else ftrace looks whether quotes and parentheses fit, and counts what may be
 * comparisons. Its errors for these are the numbers it has for them.
 */
static int look_through(struct parser *p)
{
	bool inside = false;
	unsigned int i, quoted = 0;
	char quote = 0;

	for (i = 0; p->text[i]; i++) {
		char c = p->text[i];

		if (isspace(c))
			continue;
		if (quote) {
			if (c == quote)
				quote = 0;
			continue;
		}

		switch (c) {
		case '(':
			p->open[p->depth++] = i;
			inside = false;
			continue;
		case ')':
			if (!p->depth)
				return remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_CLOSE,
							   i, -1);
			p->depth--;
			inside = false;
			continue;
		case '&':
		case '|':
			if (p->text[i + 1] == c) {
				inside = false;
				continue;
			}
			break;
		case '\'':
		case '"':
			quote = c;
			quoted = i;
			break;
		}

		if (!inside)
			p->max++;
		inside = true;
	}

	if (quote)
		return remote_filter_wrong(p->error, REMOTE_FILTER_MISSING_QUOTE, quoted, -3);
	if (p->depth)
		return remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_OPEN,
					   p->open[p->depth - 1], -2);

	return p->max ? 0 : -EINVAL;
}

/* It begins one character ago */
static int parse_comparison(struct parser *p, bool not)
{
	unsigned int start = p->at - 1;
	struct remote_filter_insn insn;
	int len;

	if (p->nr >= p->max)
		return remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_PREDS, start, -EPERM);

	len = remote_trace_filter_compare(p->call, p->text + start, p->at, &insn, p->error);
	if (len < 0)
		return len;

	add_token(p, COMPARISON, not);
	if (p->nr < REMOTE_FILTER_MAX_INSNS)
		p->filter->insns[p->nr] = insn;
	else if (p->nr == REMOTE_FILTER_MAX_INSNS)
		p->too_many = start;
	p->nr++;
	p->at = start + len;

	return 0;
}

/*
 * What follows a comparison, up to where there must be another one. Returns 1 for that, 0 if there
 * is nothing more.
 */
static int parse_between(struct parser *p)
{
	for (;;) {
		char c = p->text[p->at++];

		if (isspace(c))
			continue;

		switch (c) {
		case '\0':
			return 0;
		case ')':
			if (!p->depth)
				return remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_CLOSE,
							   p->at, -EPERM);
			add_token(p, CLOSE, p->tokens[p->open[--p->depth]].not);
			continue;
		case '&':
		case '|':
			if (p->text[p->at] == c) {
				p->at++;
				add_token(p, c == '&' ? AND : OR, false);
				return 1;
			}
			break;
		}

		return remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_PREDS, p->at - 1,
					   -EPERM);
	}
}

static int parse(struct parser *p)
{
	bool not = false;
	int ret;

	p->depth = 0;

	while (p->text[p->at]) {
		char c = p->text[p->at++], next = p->text[p->at];

		if (isspace(c))
			continue;

		if (c == '(') {
			p->open[p->depth++] = p->nr_tokens;
			add_token(p, OPEN, not);
			not = false;
			continue;
		}

		/* The beginning of an operator is for those to say no to who expect a field */
		if (c == '!' && next != '=' && next != '~') {
			not = !not;
			continue;
		}

		ret = parse_comparison(p, not);
		if (ret)
			return ret;
		not = false;

		ret = parse_between(p);
		if (ret < 0)
			return ret;
		if (!ret)
			return p->depth ? remote_filter_wrong(p->error, REMOTE_FILTER_TOO_MANY_OPEN,
							      p->at, -EPERM) : 0;
	}

	return remote_filter_wrong(p->error, p->nr ? REMOTE_FILTER_INVALID_FILTER :
				   REMOTE_FILTER_NO_FILTER, p->at, -EINVAL);
}

/* From token @i on, the next that is not in parentheses of its own: a ), or a || if that will do */
static unsigned int skip(const struct parser *p, unsigned int i, bool or_too)
{
	unsigned int depth = 0;

	for (; i < p->nr_tokens; i++) {
		switch (p->tokens[i].kind) {
		case OPEN:
			depth++;
			break;
		case CLOSE:
			if (!depth)
				return i;
			depth--;
			break;
		case OR:
			if (!depth && or_too)
				return i;
			break;
		}
	}

	return i;
}

/* Where to go on if the comparison that is token @i is @value */
static u32 way_on(const struct parser *p, unsigned int i, bool value)
{
	value ^= p->tokens[i++].not;

	while (i < p->nr_tokens) {
		switch (p->tokens[i].kind) {
		case CLOSE:
			value ^= p->tokens[i++].not;
			break;
		case AND:
			if (value)
				return p->tokens[i].next;
			i = skip(p, i + 1, true);
			break;
		default:
			if (!value)
				return p->tokens[i].next;
			i = skip(p, i + 1, false);
			break;
		}
	}

	return value ? p->nr : p->nr + 1;
}

static void set_targets(struct parser *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_tokens; i++) {
		u32 next = p->tokens[i].next, target;
		struct remote_filter_insn *insn;

		if (p->tokens[i].kind != COMPARISON)
			continue;

		insn = &p->filter->insns[next];
		target = way_on(p, i, false);
		if (target == next + 1) {
			target = way_on(p, i, true);
			remote_trace_filter_negate(insn);
		}
		insn->where |= (u64)target << REMOTE_FILTER_TARGET_SHIFT;
	}

	p->filter->nr = p->nr;
}

/**
 * remote_trace_filter_parse - make a program of a filter
 * @call:	the event it is for
 * @text:	the filter, shorter than a page
 * @filter:	set on success
 * @error:	set on failure: what is wrong with the filter, REMOTE_FILTER_ERRNO if there is no
 *		more to be said than the error
 *
 * Context: may sleep.
 * Return: 0; what ftrace returns for the same mistake; -E2BIG if it takes too many comparisons;
 * or -ENOMEM.
 */
int remote_trace_filter_parse(struct trace_event_call *call, const char *text,
			      struct remote_filter *filter, struct remote_filter_error *error)
{
	size_t len = strlen(text);
	struct token *tokens __free(kfree) = kcalloc(len + 1, sizeof(*tokens), GFP_KERNEL);
	u16 *open __free(kfree) = kcalloc(len + 1, sizeof(*open), GFP_KERNEL);
	struct parser p = {
		.call = call,
		.text = text,
		.filter = filter,
		.error = error,
		.tokens = tokens,
		.open = open,
	};
	int ret;

	*error = (struct remote_filter_error) { REMOTE_FILTER_ERRNO, 0 };
	if (!tokens || !open)
		return -ENOMEM;

	ret = look_through(&p) ?: parse(&p);
	if (ret)
		return ret;

	/* Only now: a mistake is one however long the filter is */
	if (p.nr > REMOTE_FILTER_MAX_INSNS)
		return remote_filter_wrong(error, REMOTE_FILTER_TOO_LONG, p.too_many, -E2BIG);

	set_targets(&p);

	return 0;
}
