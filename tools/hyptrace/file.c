// SPDX-License-Identifier: GPL-2.0
/* trace.dat, version 6 and 7, and what trace or trace_pipe gave as text. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <trace-cmd.h>

#include "fault.h"
#include "file.h"

static const char record_hint[] =
	"hyptrace record makes one; so does: trace-cmd record -B hypervisor -e hypervisor COMMAND";
static const char again_hint[] = "copy or record it again";

/* What can be seen at the first glance, with a better word than the library has */
static void look(struct trace_file *file)
{
	static const char magic[10] = "\x17\x08\x44tracing";
	char head[sizeof(magic) + 3] = "";
	struct stat st;
	ssize_t n;
	int fd = open(file->name, O_RDONLY);

	if (fd < 0)
		die(NULL, "%s cannot be opened: %s", file->name, strerror(errno));
	if (fstat(fd, &st))
		die(NULL, "%s cannot be looked at: %s", file->name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die(record_hint, "%s is no file", file->name);
	if (!st.st_size)
		die(record_hint, "%s is empty", file->name);
	file->size = st.st_size;
	n = read(fd, head, sizeof(head) - 1);
	close(fd);
	if (text_is(head)) {
		file->is_text = true;
		return;
	}
	if (n < (ssize_t)sizeof(head) - 1 || memcmp(head, magic, sizeof(magic)))
		die(record_hint, "%s is no trace.dat", file->name);
	if (head[10] < '6' || head[10] > '7' || head[11])
		die("trace-cmd convert makes one of version 6 of it",
		    "%s is a trace.dat of version '%.2s', and 6 and 7 can be read", file->name,
		    head + 10);
}

void trace_file_open(struct trace_file *file, const char *name)
{
	int i, nr;

	*file = (struct trace_file){ .name = name };
	look(file);
	if (file->is_text) {
		text_open(&file->text);
		file->schema = file->text.schema;
		return;
	}
	fault_guard(name);
	tracecmd_set_loglevel(TEP_LOG_NONE);
	file->input = tracecmd_open(name, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!file->input)
		die(again_hint, "%s is damaged, or not all of it is there", name);
	file->buffer = file->input;
	nr = tracecmd_buffer_instances(file->input);
	for (i = 0; i < nr; i++) {
		const char *instance = tracecmd_buffer_instance_name(file->input, i);

		if (!instance || strcmp(instance, "hypervisor"))
			continue;
		file->buffer = tracecmd_buffer_instance_handle(file->input, i);
		if (!file->buffer)
			die(again_hint, "%s: what it has of the hypervisor is damaged", name);
		break;
	}
	if (!schema_init(&file->schema, tracecmd_get_tep(file->input)))
		die("record it with: trace-cmd record -B hypervisor -e hypervisor COMMAND",
		    "%s knows no hyp_enter and hyp_exit of a hypervisor", name);
	file->cpus = tep_get_cpus(tracecmd_get_tep(file->buffer));
	fault_guard(NULL);
}

struct feed {
	struct trace_file	*file;
	struct model		*model;
	bool			progress;
	__u64			nr;
};

static void show_progress(const struct feed *feed)
{
	fprintf(stderr, "\r%s: %llu records", feed->file->name, (unsigned long long)feed->nr);
	fflush(stderr);
}

static int feed_record(struct tracecmd_input *input, struct tep_record *record, int cpu, void *data)
{
	struct feed *feed = data;

	(void)input;
	/* libtracecmd 3.1.6 comes with the rest in spite of what is returned. */
	if (interrupted || (feed->nr == feed->file->limit && feed->nr))
		return 1;
	model_record(feed->model, cpu, record);
	feed->nr++;
	if (feed->progress && !(feed->nr & 0xfffff))
		show_progress(feed);
	return 0;
}

static __u64 feed_lines(struct trace_file *file, struct model *model)
{
	FILE *in = fopen(file->name, "re");
	size_t size = 0;
	char *line = NULL;

	if (!in)
		die(NULL, "%s cannot be opened: %s", file->name, strerror(errno));
	while (!interrupted && !(file->limit && model->events >= file->limit) &&
	       getline(&line, &size, in) > 0)
		text_line(&file->text, line, model);
	if (ferror(in))
		die(NULL, "%s cannot be read: %s", file->name, strerror(errno));
	free(line);
	fclose(in);
	file->cpus = file->text.nr_cpus;
	return model->events;
}

void trace_file_feed(struct trace_file *file, struct model *model)
{
	struct feed feed = {
		.file = file,
		.model = model,
		.progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO),
	};

	if (file->is_text) {
		feed.nr = feed_lines(file, model);
	} else {
		fault_guard(file->name);
		tracecmd_iterate_events(file->buffer, NULL, 0, feed_record, &feed);
		fault_guard(NULL);
	}
	file->read = feed.nr;
	if (feed.progress && feed.nr > 0xfffff)
		fputc('\n', stderr);
	if (interrupted)
		warn("%s: interrupted; what follows is of its first %llu records", file->name,
		     (unsigned long long)feed.nr);
	model_end(model);
	if (!model->events && !model->functions && !interrupted)
		die("were its events on? trace-cmd record -B hypervisor -e hypervisor COMMAND",
		    "%s has no event of the hypervisor", file->name);
}

void trace_file_close(struct trace_file *file)
{
	if (file->is_text) {
		text_close(&file->text);
		return;
	}
	fault_guard(file->name);
	schema_free(&file->schema);
	if (file->buffer != file->input)
		tracecmd_close(file->buffer);
	tracecmd_close(file->input);
	fault_guard(NULL);
}
