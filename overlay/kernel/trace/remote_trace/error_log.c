// SPDX-License-Identifier: GPL-2.0
/*
 * error_log of a remote: what has been written to its files wrong, and where the mistake is. As
 * ftrace's of an instance; ftrace keeps what is in its own to itself.
 */
#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../trace.h"
#include "internal.h"

/**
 * struct remote_trace_error - a mistake
 * @time:	when it was made
 * @where:	in what
 * @what:	it is, in words; these two are constants
 * @pos:	where in @command, from 0
 * @command:	what was written
 */
struct remote_trace_error {
	u64		time;
	const char	*where;
	const char	*what;
	u16		pos;
	char		command[];
};

/* Of remote_trace::errors of all remotes. Innermost */
static DEFINE_MUTEX(errors_lock);

#define COMMAND	"  Command: "

/**
 * remote_trace_log_error - note that somebody has written something wrong
 * @remote:	to a file of which
 * @where:	what could not be done; a constant
 * @command:	what was written
 * @what:	is wrong with it; a constant
 * @pos:	where that is
 *
 * For want of memory it may go without notice, as in ftrace.
 *
 * Context: may sleep.
 */
void remote_trace_log_error(struct remote_trace *remote, const char *where, const char *command,
			    const char *what, u16 pos)
{
	size_t size = strlen(command) + 1;
	struct remote_trace_error *error;
	unsigned int i;

	error = kmalloc(struct_size(error, command, size), GFP_KERNEL);
	if (!error)
		return;

	error->time = local_clock();
	error->where = where;
	error->what = what;
	error->pos = pos;
	memcpy(error->command, command, size);

	guard(mutex)(&errors_lock);

	for (i = 0; i < REMOTE_TRACE_MAX_ERRORS && remote->errors[i]; i++)
		;
	if (i == REMOTE_TRACE_MAX_ERRORS) {
		kfree(remote->errors[0]);
		memmove(remote->errors, remote->errors + 1, --i * sizeof(*remote->errors));
	}
	remote->errors[i] = error;
}

static void forget_errors(struct remote_trace *remote)
{
	unsigned int i;

	guard(mutex)(&errors_lock);

	for (i = 0; i < REMOTE_TRACE_MAX_ERRORS; i++) {
		kfree(remote->errors[i]);
		remote->errors[i] = NULL;
	}
}

static void *errors_start(struct seq_file *m, loff_t *pos)
{
	const struct remote_trace *remote = m->private;

	mutex_lock(&errors_lock);

	return *pos < REMOTE_TRACE_MAX_ERRORS ? remote->errors[*pos] : NULL;
}

static void *errors_next(struct seq_file *m, void *v, loff_t *pos)
{
	const struct remote_trace *remote = m->private;

	return ++*pos < REMOTE_TRACE_MAX_ERRORS ? remote->errors[*pos] : NULL;
}

static void errors_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&errors_lock);
}

static int errors_show(struct seq_file *m, void *v)
{
	const struct remote_trace_error *error = v;
	u32 nsec;
	u64 sec = div_u64_rem(error->time, NSEC_PER_SEC, &nsec);

	seq_printf(m, "[%5llu.%06u] %s: error: %s\n", sec, nsec / 1000, error->where, error->what);
	seq_printf(m, COMMAND "%s\n", error->command);
	seq_printf(m, "%*s^\n", (int)strlen(COMMAND) + error->pos, "");

	return 0;
}

static const struct seq_operations errors_seq_ops = {
	.start	= errors_start,
	.next	= errors_next,
	.stop	= errors_stop,
	.show	= errors_show,
};

static int error_log_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct seq_file *m;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	if (filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC)
		forget_errors(scope->remote);

	if (!(filp->f_mode & FMODE_READ))
		return 0;

	ret = seq_open(filp, &errors_seq_ops);
	if (ret)
		return ret;
	m = filp->private_data;
	m->private = scope->remote;

	return 0;
}

/* To clear it is to open it; what is written makes no difference */
static ssize_t error_log_write(struct file *filp, const char __user *ubuf, size_t cnt,
			       loff_t *ppos)
{
	return cnt;
}

static int error_log_release(struct inode *inode, struct file *filp)
{
	return filp->f_mode & FMODE_READ ? seq_release(inode, filp) : 0;
}

static const struct file_operations error_log_fops = {
	.open		= error_log_open,
	.read		= seq_read,
	.write		= error_log_write,
	.llseek		= tracing_lseek,
	.release	= error_log_release,
};

/* About the remote as a whole */
const struct remote_trace_file remote_trace_error_files[] = {
	{ "error_log",	TRACE_MODE_WRITE,	&error_log_fops },
	{ }
};
