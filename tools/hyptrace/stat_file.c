// SPDX-License-Identifier: GPL-2.0
/* Tables from JSON. Nothing in it is believed before it was looked at. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <json.h>

#include "stat_file.h"

#define MAX_SIZE	(256 << 20)

static const char mend[] = "hyptrace stat --json >FILE writes what can be compared";

bool stat_file_is(const char *name)
{
	FILE *in = fopen(name, "re");
	int c;

	if (!in)
		return false;
	do {
		c = getc(in);
	} while (c != EOF && isspace(c));
	fclose(in);
	return c == '{' || c == '[';
}

static char *slurp(const char *name, int *size)
{
	FILE *in = fopen(name, "re");
	struct stat st;
	char *text;

	if (!in || fstat(fileno(in), &st))
		die(NULL, "%s cannot be opened: %s", name, strerror(errno));
	if (st.st_size > MAX_SIZE)
		die(mend, "%s is too large to be a table", name);
	text = xcalloc(st.st_size + 1, 1);
	*size = fread(text, 1, st.st_size, in);
	if (ferror(in))
		die(NULL, "%s cannot be read: %s", name, strerror(errno));
	fclose(in);
	return text;
}

static struct json_object *parse(const char *name)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	size_t end;
	int size;
	char *text = slurp(name, &size);

	if (!tokener)
		die(NULL, "no memory");
	object = json_tokener_parse_ex(tokener, text, size);
	end = json_tokener_get_parse_end(tokener);
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		die("was what wrote it interrupted?", "%s ends before its table does", name);
	if (!object)
		die(mend, "%s is no JSON at byte %zu: %s", name, end,
		    json_tokener_error_desc(json_tokener_get_error(tokener)));
	while (end < (size_t)size && isspace((unsigned char)text[end]))
		end++;
	if (end < (size_t)size)
		die("take one of them, or stat without -I",
		    "%s has something behind its table: several tables?", name);
	json_tokener_free(tokener);
	free(text);
	return object;
}

static struct json_object *member(const char *name, struct json_object *object, const char *key,
				  enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		die(mend, "%s is no table of hyptrace: '%s' is missing, or not what it should be",
		    name, key);
	return value;
}

static __u64 number(const char *name, struct json_object *object, const char *key)
{
	struct json_object *value = member(name, object, key, json_type_int);

	if (json_object_get_int64(value) < 0)
		die(mend, "%s is no table of hyptrace: '%s' is below 0", name, key);
	return json_object_get_uint64(value);
}

/* Pairs of where a bin begins and what is in it */
static void load_bins(const char *name, struct json_object *row, struct latency *latency)
{
	struct json_object *bins, *pair, *from, *count;
	__u64 n, sum = 0;
	size_t i;

	if (!json_object_object_get_ex(row, "bins", &bins))
		die("write it again with this hyptrace",
		    "%s has no histograms: it is of an older hyptrace", name);
	bins = member(name, row, "bins", json_type_array);
	for (i = 0; i < json_object_array_length(bins); i++) {
		pair = json_object_array_get_idx(bins, i);
		if (!json_object_is_type(pair, json_type_array))
			die(mend, "%s is no table of hyptrace: a bin is no pair", name);
		from = json_object_array_get_idx(pair, 0);
		count = json_object_array_get_idx(pair, 1);
		if (!json_object_is_type(from, json_type_int) ||
		    !json_object_is_type(count, json_type_int) ||
		    json_object_get_int64(from) < 0 || json_object_get_int64(count) < 1)
			die(mend, "%s is no table of hyptrace: a bin is no pair of numbers", name);
		n = json_object_get_uint64(count);
		/* They shall not add up to it by going round. */
		if (n > latency->count - sum)
			break;
		sum += n;
		latency_fill(latency, json_object_get_uint64(from), n);
	}
	if (i < json_object_array_length(bins) || sum != latency->count)
		die(mend, "%s contradicts itself: bins of '%s' do not add up to its count", name,
		    json_object_get_string(member(name, row, "name", json_type_string)));
}

static void load_row(const char *name, struct json_object *object, struct table *table)
{
	const char *row_name;
	struct row *row;

	if (!json_object_is_type(object, json_type_object))
		die(mend, "%s is no table of hyptrace: a row is no object", name);
	row_name = json_object_get_string(member(name, object, "name", json_type_string));
	/* Of a VM that ran, and for which the hypervisor did nothing */
	if (!number(name, object, "count"))
		return;
	row = table_add_named(table, row_name);
	row->latency.count = number(name, object, "count");
	row->latency.total = number(name, object, "total_ns");
	row->latency.min = number(name, object, "min_ns");
	row->latency.max = number(name, object, "max_ns");
	load_bins(name, object, &row->latency);
}

/* Those who wrote none knew events alone. */
static bool is_of_accounts(const char *name, struct json_object *object)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, "source", &value))
		return false;
	value = member(name, object, "source", json_type_string);
	return !strcmp(json_object_get_string(value), "accounts");
}

void stat_file_load(const char *name, struct table *table, struct model *model)
{
	struct json_object *object = parse(name), *rows;
	const char *by;
	size_t i;

	if (!json_object_is_type(object, json_type_object))
		die(mend, "%s is no table of hyptrace: it is a list", name);
	by = json_object_get_string(member(name, object, "by", json_type_string));
	if (!table_find_by(by, &table->by))
		die(mend, "%s is a table by '%s', which is nothing that hyptrace knows", name, by);
	table->accounts = is_of_accounts(name, object);
	if (table->accounts && (table->by == BY_VM || table->by == BY_VCPU))
		die("hyptrace stat --source events --json writes what can be compared",
		    "%s is a table of accounts by %s, which do not tell how long each stay was",
		    name, by);
	model->first = number(name, object, "first_ns");
	model->last = number(name, object, "last_ns");
	if (model->last < model->first)
		die(mend, "%s contradicts itself: it ends before it begins", name);
	model->events = number(name, object, "events");
	model->stays = number(name, object, "stays");
	model->broken = number(name, object, "broken");
	model->lost = number(name, object, "lost");
	model->losses = number(name, object, "losses");
	model->untold = number(name, object, "losses_untold");
	rows = member(name, object, "rows", json_type_array);
	for (i = 0; i < json_object_array_length(rows); i++)
		load_row(name, json_object_array_get_idx(rows, i), table);
	json_object_put(object);
}
