// SPDX-License-Identifier: GPL-2.0
/* What is shown, and what keys do to it. */
#include <stdlib.h>
#include <string.h>

#include "top_state.h"

const struct top_step *top_inside(const struct top *top, enum table_by by)
{
	int i;

	for (i = 0; i < top->steps; i++) {
		if (top->into[i].by == by)
			return &top->into[i];
	}
	return NULL;
}

static bool is_of_guests(const struct top *top, enum table_by by)
{
	return table_by_guests(by) || top_inside(top, BY_VM) || top_inside(top, BY_VCPU);
}

bool top_shows_sums(const struct top *top)
{
	return top->sums.accounts && is_of_guests(top, top->table.by);
}

/* Accounts are by cause and CPU, or by VM, vCPU and CPU. */
static bool accounts_tell(const struct top *top, enum table_by by)
{
	if (by == BY_TASK || top_inside(top, BY_TASK))
		return false;
	return !is_of_guests(top, by) || (by != BY_CAUSE && !top_inside(top, BY_CAUSE));
}

static bool is_inside(const struct top *top, const struct row *row)
{
	int i;

	for (i = 0; i < top->steps; i++) {
		/* What has no cause is a guest's run, and in no cause. */
		if (top->into[i].by == BY_CAUSE && !row->latency.count)
			return false;
		if (table_key(top->into[i].by, &row->stay) != top->into[i].key)
			return false;
	}
	return true;
}

/* The row that was under the cursor, or else what is in its place now */
static void find_cursor(struct top *top)
{
	__u32 i;

	for (i = 0; top->has_key && i < top->table.nr; i++) {
		if (table_key(top->table.by, &top->table.row[i]->stay) == top->key) {
			top->cursor = i;
			return;
		}
	}
	if (top->cursor >= top->table.nr)
		top->cursor = top->table.nr ? top->table.nr - 1 : 0;
}

static void move_cursor(struct top *top, __u32 to)
{
	top->cursor = to < top->table.nr ? to : top->table.nr ? top->table.nr - 1 : 0;
	/* At the top it stays at the top, whichever row that is: who looks wants the largest. */
	top->has_key = top->cursor > 0;
	if (top->has_key)
		top->key = table_key(top->table.by, &top->table.row[top->cursor]->stay);
}

/* The table anew, of the same cells */
static void build(struct top *top)
{
	__u32 i;

	table_free(&top->table);
	latency_free(&top->all);
	top->table.accounts = top->sums.accounts;
	top->table.partial = top->sums.partial;
	for (i = 0; i < top->cells.nr; i++) {
		const struct row *row = &top->cells.row[i];

		if (top->sums.accounts && !accounts_has(row, top_shows_sums(top)))
			continue;
		if (!is_inside(top, row))
			continue;
		table_merge(&top->table, row);
		latency_merge(&top->all, &row->latency);
	}
	table_sort_by(&top->table, top->model, top->order, top->reverse);
	find_cursor(top);
}

void top_init(struct top *top, const struct model *model, enum table_by by, enum table_order order)
{
	*top = (struct top){ .model = model, .table.by = by, .order = order, .page = 1 };
}

void top_update(struct top *top, struct cells *cells, const struct top_sums *sums)
{
	cells_free(&top->cells);
	top->cells = *cells;
	*cells = (struct cells){ 0 };
	top->sums = *sums;
	build(top);
}

static void say(struct top *top, const char *text)
{
	snprintf(top->say, sizeof(top->say), "%s", text);
}

/* Another source, which has had nothing yet; or false, and it is said why not */
static bool change_source(struct top *top, bool accounts)
{
	const char *why = top->source.change(top->source.context, accounts);

	if (why) {
		snprintf(top->say, sizeof(top->say), "no %s: %s", accounts ? "accounts" : "events",
			 why);
		return false;
	}
	cells_free(&top->cells);
	top->sums = (struct top_sums){ .accounts = accounts, .cpus = top->sums.cpus };
	build(top);
	return true;
}

/* Can it be shown? If only events tell, they are asked from now on; if not, that is said. */
static bool may_show(struct top *top, enum table_by by)
{
	if (!top->sums.accounts || accounts_tell(top, by))
		return true;
	if (!top->source.fixed)
		return change_source(top, false);
	say(top, "accounts do not tell this; e goes on from events, which do");
	return false;
}

static void choose_source(struct top *top, bool accounts)
{
	if (accounts == top->sums.accounts)
		return;
	if (accounts && !accounts_tell(top, top->table.by))
		say(top, "accounts do not tell what is shown; they do by c, p, v and u");
	else
		change_source(top, accounts);
}

static void switch_by(struct top *top, enum table_by by)
{
	top->table.by = by;
	top->cursor = 0;
	top->has_key = false;
	build(top);
}

static void sort(struct top *top, enum table_order order)
{
	top->order = order;
	build(top);
	/* What is first now is what was asked for. */
	move_cursor(top, 0);
}

/* What one wants to know next: why; and once that is chosen, who. The source stays the same. */
static bool next_by(const struct top *top, enum table_by *by)
{
	static const enum table_by wanted[] = { BY_CAUSE, BY_TASK, BY_VM, BY_VCPU, BY_CPU };
	static const enum table_by told[] = { BY_CAUSE, BY_VCPU, BY_CPU, BY_VM };
	const enum table_by *next = top->sums.accounts ? told : wanted;
	unsigned int i, nr = top->sums.accounts ? ARRAY_SIZE(told) : ARRAY_SIZE(wanted);

	for (i = 0; i < nr; i++) {
		if (!top_inside(top, next[i]) &&
		    (!top->sums.accounts || accounts_tell(top, next[i]))) {
			*by = next[i];
			return true;
		}
	}
	return false;
}

static void go_into(struct top *top)
{
	const struct row *row;
	enum table_by by;

	if (!top->table.nr || top->steps == TOP_STEPS || top_inside(top, top->table.by))
		return;
	row = top->table.row[top->cursor];
	top->into[top->steps++] = (struct top_step){
		.by = top->table.by,
		.key = table_key(top->table.by, &row->stay),
		.name = xstrdup(row->name),
	};
	/* After the last step, the row that was gone into is all there is. */
	switch_by(top, next_by(top, &by) ? by : top->table.by);
}

static void go_back(struct top *top)
{
	struct top_step *step;

	if (!top->steps)
		return;
	step = &top->into[--top->steps];
	switch_by(top, step->by);
	top->key = step->key;
	top->has_key = true;
	find_cursor(top);
	free(step->name);
}

static bool press_by(struct top *top, int key)
{
	static const char keys[] = {
		[BY_CAUSE] = 'c', [BY_CPU] = 'p', [BY_VM] = 'v', [BY_VCPU] = 'u', [BY_TASK] = 't',
	};
	unsigned int i;

	for (i = 0; i < sizeof(keys); i++) {
		if (key == keys[i]) {
			if (may_show(top, i))
				switch_by(top, i);
			return true;
		}
	}
	return false;
}

static bool press_order(struct top *top, int key)
{
	static const char keys[] = {
		[ORDER_TIME] = 'T', [ORDER_COUNT] = 'N', [ORDER_MEAN] = 'M',
		[ORDER_LONGEST] = 'L', [ORDER_NAME] = 'C',
	};
	unsigned int i;

	for (i = 0; i < sizeof(keys); i++) {
		if (key == keys[i]) {
			sort(top, i);
			return true;
		}
	}
	return false;
}

static bool press_cursor(struct top *top, int key)
{
	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		move_cursor(top, top->cursor ? top->cursor - 1 : 0);
		return true;
	case TOP_KEY_DOWN:
	case 'j':
		move_cursor(top, top->cursor + 1);
		return true;
	case TOP_KEY_PAGE_UP:
		move_cursor(top, top->cursor > top->page ? top->cursor - top->page : 0);
		return true;
	case TOP_KEY_PAGE_DOWN:
		move_cursor(top, top->cursor + top->page);
		return true;
	case TOP_KEY_HOME:
		move_cursor(top, 0);
		return true;
	case TOP_KEY_END:
		move_cursor(top, top->table.nr);
		return true;
	}
	return false;
}

bool top_press(struct top *top, int key)
{
	if (key == 'q') {
		top->quit = true;
		return true;
	}
	top->say[0] = 0;
	if (top->help) {
		top->help = false;
		return true;
	}
	switch (key) {
	case 'a':
	case 'e':
		choose_source(top, key == 'a');
		return true;
	case '?':
	case 'h':
		top->help = true;
		return true;
	case ' ':
		top->now = true;
		return true;
	case 'R':
		top->reverse = !top->reverse;
		sort(top, top->order);
		return true;
	case TOP_KEY_ENTER:
		go_into(top);
		return true;
	case TOP_KEY_BACK:
		go_back(top);
		return true;
	}
	return press_by(top, key) || press_order(top, key) || press_cursor(top, key);
}

void top_scroll(struct top *top, __u32 page)
{
	top->page = page ? page : 1;
	if (top->first > top->cursor)
		top->first = top->cursor;
	if (top->cursor >= top->first + top->page)
		top->first = top->cursor - top->page + 1;
	/* No empty rows below while there are some above */
	if (top->first + top->page > top->table.nr)
		top->first = top->table.nr > top->page ? top->table.nr - top->page : 0;
}

void top_free(struct top *top)
{
	while (top->steps)
		free(top->into[--top->steps].name);
	cells_free(&top->cells);
	table_free(&top->table);
	latency_free(&top->all);
}
