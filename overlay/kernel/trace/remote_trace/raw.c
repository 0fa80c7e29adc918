// SPDX-License-Identifier: GPL-2.0
/*
 * trace_pipe_raw of a remote: one CPU's events as pages in ftrace's binary form, gone once read.
 *
 * What is read is whole pages, padded with zeroes, each with at least one event, and as many of
 * them as there are and the user has room for. A read does not wait for the page that is being
 * written: what there is of it makes a page of its own. splice, for those who want much at a time,
 * gives pages that the writer has left, and no others, or a slow stream would be mostly padding.
 *
 * A read waits for any event; splice, poll and mmap wait for the part of the ring that
 * buffer_percent says. When tracing goes off, who waits in splice or for mapped pages comes back
 * empty-handed; so does a read that has read something before.
 *
 * core.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/pipe_fs_i.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/splice.h>
#include <linux/uaccess.h>

#include <uapi/linux/trace_mmap.h>

#include "../trace.h"
#include "internal.h"

/* A try without a result, though there seems to be something, is followed by a pause */
#define PAUSE_US	100

/**
 * struct remote_trace_raw - an open trace_pipe_raw
 * @tcpu:	what is read
 * @wakes:	how often those who wait for this file have been told not to
 * @has_read:	something has been read
 * @asks:	somebody has waited, so CPUs are asked whether they are busy
 * @closed:	a descriptor of it has been closed; as in ftrace, neither read nor splice wait
 *		from then on
 * @left:	a read has left something of what it had consumed; written with @lock
 * @lock:	serialises all that follows
 * @copy:	what is given to the user if it is none of the ring's own pages
 * @pages:	what has been consumed and is being given to the user
 * @nr:		how many there are
 * @next:	the first of them that the user has not got, or
 * @pos:	not all of, but this many bytes
 * @mapped:	what has been consumed where it is mapped
 */
struct remote_trace_raw {
	struct remote_trace_cpu	*tcpu;
	atomic_t		wakes;
	bool			has_read;
	bool			asks;
	bool			closed;
	bool			left;
	struct mutex		lock;	/* outermost */
	struct page		*copy;
	struct page		*pages[PIPE_DEF_BUFFERS];
	u32			nr;
	u32			next;
	u32			pos;
	struct remote_trace_mapped mapped;
};

/* What a reader waits for: any event, or much, for a pipe or where it is mapped */
enum raw_way {
	RAW_READ,
	RAW_SPLICE,
	RAW_MAPPED,
};

/**
 * struct raw_wait - what a reader knows when it begins to wait
 * @raw:	the file
 * @way:	what for
 * @woken:	how often those who wait so had been told not to
 * @ends:	how often tracing had gone off
 */
struct raw_wait {
	struct remote_trace_raw	*raw;
	enum raw_way		way;
	int			woken;
	unsigned int		ends;
};

static bool raw_tracing(const struct remote_trace_raw *raw)
{
	return READ_ONCE(raw->tcpu->scope.remote->tracing_on);
}

/* What the remote has not handed over is out of reach */
static bool raw_dead(const struct remote_trace_raw *raw)
{
	return READ_ONCE(raw->tcpu->scope.remote->dead);
}

/* Who has read something comes to the end when tracing is off */
static bool raw_at_end(const struct remote_trace_raw *raw)
{
	return READ_ONCE(raw->has_read) && !raw_tracing(raw);
}

/* As in ftrace, those who wait for a mapped page are told by whichever file of that CPU */
static int raw_wakes(const struct remote_trace_raw *raw, enum raw_way way)
{
	return atomic_read(way == RAW_MAPPED ? &raw->tcpu->wakes : &raw->wakes);
}

/* Is there a reason to stop waiting, though there is nothing? */
static bool raw_woken(const void *data)
{
	const struct raw_wait *wait = data;
	const struct remote_trace_raw *raw = wait->raw;

	if (raw_dead(raw) || raw_wakes(raw, wait->way) != wait->woken)
		return true;
	/* These stay. Who has it mapped is told once of either, by the wakes and by the ends */
	if (wait->way != RAW_MAPPED && (READ_ONCE(raw->closed) || raw_at_end(raw)))
		return true;

	return wait->way != RAW_READ && READ_ONCE(raw->tcpu->scope.remote->ends) != wait->ends;
}

/* Before anything that is waited for is looked at */
static struct raw_wait raw_start_wait(struct remote_trace_raw *raw, enum raw_way way)
{
	return (struct raw_wait) { raw, way, raw_wakes(raw, way),
				   READ_ONCE(raw->tcpu->scope.remote->ends) };
}

/* Before anybody waits; who only reads what there is has the writer pay for nothing */
static void raw_prepare_wait(struct remote_trace_raw *raw)
{
	struct remote_trace *remote = raw->tcpu->scope.remote;

	/* Another one may be at it, and until it is done whoever waits is told a little later */
	if (remote->ops->wake && !READ_ONCE(raw->asks) && !xchg(&raw->asks, true))
		remote_trace_ask_busy(remote);
}

/* Wait for any event; returns 0 if it is time to look again, or a negative error */
static int raw_wait_any(struct remote_trace_raw *raw, const struct raw_wait *wait)
{
	const struct remote_trace_scope *scope = &raw->tcpu->scope;

	/* Soon there will be something, or there never will, and then it is not worth a CPU */
	if (!remote_trace_empty(scope))
		return remote_trace_pause(PAUSE_US);

	raw_prepare_wait(raw);

	return remote_trace_wait(scope, false, raw_woken, wait);
}

/* Wait for much; the same */
static int raw_wait_much(struct remote_trace_raw *raw, const struct raw_wait *wait)
{
	const struct remote_trace_scope *scope = &raw->tcpu->scope;

	raw_prepare_wait(raw);

	return remote_trace_wait(scope, READ_ONCE(scope->remote->buffer_percent), raw_woken, wait);
}

/*
 * Have something to give to the user, up to @max pages. Returns 0 if there is any or the file has
 * come to its end, or a negative error.
 */
static int raw_fill(struct remote_trace_raw *raw, struct file *filp, u32 max)
{
	int ret;

	while (!raw->nr) {
		struct raw_wait wait = raw_start_wait(raw, RAW_READ);
		/* Before the ring: what was written while tracing was on must still be read */
		bool at_end = raw_at_end(raw);
		u32 nr;

		nr = remote_trace_take_pages(raw->tcpu, raw->pages,
					     min(max, ARRAY_SIZE(raw->pages)), false);
		if (!nr && remote_trace_take_copy(raw->tcpu, raw->copy, false)) {
			raw->pages[0] = raw->copy;
			get_page(raw->copy);
			nr = 1;
		}
		raw->nr = nr;
		if (nr) {
			WRITE_ONCE(raw->has_read, true);
			return 0;
		}

		if (raw_dead(raw))
			return -EIO;
		if (READ_ONCE(raw->closed))
			return 0;
		if (filp->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (at_end)
			return 0;

		/* Others with the same file shall not wait for this one's signals */
		mutex_unlock(&raw->lock);
		ret = raw_wait_any(raw, &wait);
		mutex_lock(&raw->lock);
		if (ret)
			return ret;
	}

	return 0;
}

/* The user has got the next page, or never will */
static void raw_drop_page(struct remote_trace_raw *raw)
{
	put_page(raw->pages[raw->next]);
	raw->pos = 0;
	raw->next++;
	if (raw->next == raw->nr) {
		raw->next = 0;
		raw->nr = 0;
	}
}

static ssize_t raw_read(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos)
{
	struct remote_trace_raw *raw = filp->private_data;
	size_t done = 0, len, left = 0;
	int ret;

	if (!cnt)
		return 0;

	if (mutex_lock_interruptible(&raw->lock))
		return -ERESTARTSYS;

	ret = raw_fill(raw, filp, max(cnt / PAGE_SIZE, 1));

	while (!ret && raw->nr && done < cnt && !left) {
		len = min_t(size_t, cnt - done, PAGE_SIZE - raw->pos);
		left = copy_to_user(ubuf + done,
				    page_address(raw->pages[raw->next]) + raw->pos, len);
		raw->pos += len - left;
		done += len - left;
		if (raw->pos == PAGE_SIZE)
			raw_drop_page(raw);
	}
	WRITE_ONCE(raw->left, raw->nr);
	mutex_unlock(&raw->lock);

	if (!done && left)
		ret = -EFAULT;

	return ret ?: done;
}

/* Returns a page that is the caller's, NULL if there is nothing, or ERR_PTR(-ENOMEM) */
static struct page *raw_take_copy(struct remote_trace_raw *raw)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return ERR_PTR(-ENOMEM);
	if (remote_trace_take_copy(raw->tcpu, page, true))
		return page;
	__free_page(page);

	return NULL;
}

/* Move pages into @pipe; returns how many bytes, or a negative error if that are none */
static ssize_t raw_fill_pipe(struct remote_trace_raw *raw, struct pipe_inode_info *pipe,
			     size_t len)
{
	struct page *pages[PIPE_DEF_BUFFERS];
	size_t done = 0;
	u32 i, nr;

	while (len - done >= PAGE_SIZE && !remote_trace_empty(&raw->tcpu->scope)) {
		nr = min((len - done) / PAGE_SIZE, ARRAY_SIZE(pages));
		nr = remote_trace_take_pages(raw->tcpu, pages, nr, true);
		if (!nr) {
			if (done && !remote_trace_take_has_whole(raw->tcpu))
				break;
			pages[0] = raw_take_copy(raw);
			if (IS_ERR(pages[0]))
				return done ?: PTR_ERR(pages[0]);
			if (!pages[0])
				break;
			nr = 1;
		}

		for (i = 0; i < nr; i++) {
			struct pipe_buffer buf = {
				.ops = &default_pipe_buf_ops,
				.page = pages[i],
				.len = PAGE_SIZE,
			};

			/* There is a reader and there is room, and the pipe is locked */
			if (!WARN_ON_ONCE(add_to_pipe(pipe, &buf) < 0))
				done += PAGE_SIZE;
		}
	}

	if (!done)
		return -EAGAIN;
	WRITE_ONCE(raw->has_read, true);

	return done;
}

/* The caller has locked the pipe and reduced @len to what it has room for */
static ssize_t raw_splice_read(struct file *filp, loff_t *ppos, struct pipe_inode_info *pipe,
			       size_t len, unsigned int flags)
{
	struct remote_trace_raw *raw = filp->private_data;
	bool woken;
	ssize_t ret;

	for (woken = false; ; woken = true) {
		struct raw_wait wait = raw_start_wait(raw, RAW_SPLICE);
		bool at_end = raw_at_end(raw);

		/* What is consumed for nobody would be lost */
		if (!pipe->readers) {
			send_sig(SIGPIPE, current, 0);
			return -EPIPE;
		}

		/* As in ftrace, none of these is wrong while there is nothing anyhow */
		if (!remote_trace_empty(&raw->tcpu->scope) &&
		    (READ_ONCE(raw->left) || len < PAGE_SIZE))
			return -EINVAL;

		ret = raw_fill_pipe(raw, pipe, len);
		if (ret != -EAGAIN)
			return ret;
		if (raw_dead(raw))
			return -EIO;
		/* As in ftrace, who was woken does not wait again, whyever that was */
		if (woken)
			return 0;
		if (filp->f_flags & O_NONBLOCK || flags & SPLICE_F_NONBLOCK)
			return -EAGAIN;
		if (at_end)
			return 0;

		/*
		 * Not to be restarted after a handler, whatever that was installed for: a recorder
		 * that is told to stop by a signal makes its file non-blocking in there, and would
		 * take EAGAIN for a fault of the file, and not read what is left on the last page.
		 */
		ret = raw_wait_much(raw, &wait);
		if (ret)
			return -ERESTARTNOHAND;
	}
}

static __poll_t raw_poll(struct file *filp, poll_table *table)
{
	struct remote_trace_raw *raw = filp->private_data;
	const struct remote_trace_scope *scope = &raw->tcpu->scope;
	__poll_t events;

	raw_prepare_wait(raw);
	events = remote_trace_poll(filp, table, scope, READ_ONCE(scope->remote->buffer_percent));

	return READ_ONCE(raw->left) || READ_ONCE(raw->mapped.nr) ? EPOLLIN | EPOLLRDNORM : events;
}

/* Wait, if that is wanted, as who has mapped the ring does; the same as raw_wait_much() */
static int raw_wait_mapped(struct remote_trace_raw *raw, struct file *filp)
{
	struct raw_wait wait = raw_start_wait(raw, RAW_MAPPED);

	return filp->f_flags & O_NONBLOCK ? 0 : raw_wait_much(raw, &wait);
}

/* So many pages have been put where those who have mapped the ring look; as in ftrace, or none */
static int raw_got_mapped(struct remote_trace_raw *raw, int nr)
{
	if (nr > 0)
		WRITE_ONCE(raw->has_read, true);
	if (!nr && raw_dead(raw))
		return -EIO;

	return min(nr, 0);
}

static int raw_next_mapped(struct remote_trace_raw *raw, struct file *filp)
{
	int ret = raw_wait_mapped(raw, filp);

	return ret ?: raw_got_mapped(raw, remote_trace_map_next(raw->tcpu));
}

static int raw_get_pages(struct remote_trace_raw *raw, struct file *filp,
			 struct remote_trace_get_pages __user *user)
{
	struct remote_trace_get_pages get;
	int ret;

	if (copy_from_user(&get, user, sizeof(get)))
		return -EFAULT;
	if (get.flags || !get.nr)
		return -EINVAL;

	if (!READ_ONCE(raw->mapped.nr)) {
		ret = raw_wait_mapped(raw, filp);
		if (ret)
			return ret;
	}

	if (mutex_lock_interruptible(&raw->lock))
		return -ERESTARTSYS;
	ret = remote_trace_map_pages(raw->tcpu, &raw->mapped, get.nr, user);
	mutex_unlock(&raw->lock);

	return raw_got_mapped(raw, ret);
}

static void raw_wake(struct remote_trace_raw *raw)
{
	atomic_inc(&raw->wakes);
	atomic_inc(&raw->tcpu->wakes);
	remote_trace_wake_waiters(raw->tcpu->scope.remote);
}

static long raw_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct remote_trace_raw *raw = filp->private_data;

	if (cmd == TRACE_MMAP_IOCTL_GET_READER)
		return raw_next_mapped(raw, filp);
	if (cmd == REMOTE_TRACE_IOCTL_GET_PAGES)
		return raw_get_pages(raw, filp, (struct remote_trace_get_pages __user *)arg);
	if (cmd)
		return -ENOTTY;

	/* As in ftrace: have those who wait look at what has changed, and splice return */
	raw_wake(raw);

	return 0;
}

/* As in ftrace: whoever else uses the file is not to wait for what nobody may want any more */
static int raw_flush(struct file *filp, fl_owner_t id)
{
	struct remote_trace_raw *raw = filp->private_data;

	WRITE_ONCE(raw->closed, true);
	raw_wake(raw);

	return 0;
}

static int raw_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct remote_trace_raw *raw = filp->private_data;

	return remote_trace_map(raw->tcpu, vma);
}

static int raw_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace_raw *raw;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	raw = kzalloc(sizeof(*raw), GFP_KERNEL);
	if (!raw)
		return -ENOMEM;

	raw->tcpu = &scope->remote->cpus[scope->cpu];
	mutex_init(&raw->lock);
	raw->copy = alloc_page(GFP_KERNEL);
	if (!raw->copy) {
		ret = -ENOMEM;
		goto free_raw;
	}

	ret = remote_trace_get(scope->remote);
	if (ret)
		goto free_copy;

	filp->private_data = raw;

	/* No position: its lock would keep others, unkillable, while one waits */
	return stream_open(inode, filp);

free_copy:
	__free_page(raw->copy);
free_raw:
	kfree(raw);

	return ret;
}

static int raw_release(struct inode *inode, struct file *filp)
{
	struct remote_trace_raw *raw = filp->private_data;

	while (raw->nr)
		raw_drop_page(raw);
	remote_trace_map_release(raw->tcpu, &raw->mapped);
	if (raw->asks)
		remote_trace_unask_busy(raw->tcpu->scope.remote);
	remote_trace_put(raw->tcpu->scope.remote);
	__free_page(raw->copy);
	mutex_destroy(&raw->lock);
	kfree(raw);

	return 0;
}

/* Data is the struct remote_trace_scope of the CPU */
const struct file_operations remote_trace_raw_fops = {
	.open		= raw_open,
	.read		= raw_read,
	.splice_read	= raw_splice_read,
	.poll		= raw_poll,
	.unlocked_ioctl	= raw_ioctl,
	.mmap		= raw_mmap,
	.flush		= raw_flush,
	.release	= raw_release,
};
