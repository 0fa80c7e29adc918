// SPDX-License-Identifier: GPL-2.0
/*
 * trace_pipe_raw of a remote: one CPU's events as pages in ftrace's binary form, gone once read.
 *
 * What is read is whole pages, padded with zeroes, each with at least one event, and as many of
 * them as there are and the user has room for. The page that is being written is not waited for:
 * what there is of it makes a page of its own.
 *
 * A page that is complete is not copied on its way to a user or a pipe: the reader holds several,
 * and goes on with another that nobody has. Whether somebody has one is told by its reference count
 * and nothing else, so that a pipe may keep it for as long as it wants, even when the ring is gone.
 * Where there is none to go on with, in a small ring or one that is mapped, pages are copied.
 *
 * read and poll wait for any event. splice and mmap are for those who want much at a time: they
 * wait for the part of the ring that buffer_percent says, but no longer than anybody may have to.
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
 * @lock:	serialises all that follows
 * @copy:	what is given to the user if it is none of the ring's own pages
 * @pages:	what has been consumed and is being given to the user
 * @nr:		how many there are; may be compared with 0 without @lock
 * @next:	the first of them that the user has not got, or
 * @pos:	not all of, but this many bytes
 */
struct remote_trace_raw {
	struct remote_trace_cpu	*tcpu;
	atomic_t		wakes;
	bool			has_read;
	struct mutex		lock;	/* outermost */
	struct page		*copy;
	struct page		*pages[PIPE_DEF_BUFFERS];
	u32			nr;
	u32			next;
	u32			pos;
};

/**
 * struct raw_wait - what a reader knows when it begins to wait
 * @raw:	the file
 * @wakes:	its wakes
 */
struct raw_wait {
	struct remote_trace_raw	*raw;
	int			wakes;
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

static bool raw_woken(const void *data)
{
	const struct raw_wait *wait = data;

	return raw_dead(wait->raw) ||
	       atomic_read(&wait->raw->wakes) != wait->wakes ||
	       (READ_ONCE(wait->raw->has_read) && !raw_tracing(wait->raw));
}

/* Find pages that the reader can go on with, up to @max; returns a bit for each */
static u32 find_spares(const struct remote_ring_reader *reader, u32 max)
{
	const u32 *ids = reader->ids + reader->nr_slots;
	u32 i, spares = 0;

	for (i = 0; i < reader->nr_readers && max; i++) {
		if (i == reader->index)
			continue;
		if (page_count(virt_to_page(reader->pages[ids[i]])) == 1) {
			spares |= BIT(i);
			max--;
		}
	}

	/*
	 * Whoever had one has read what he wanted before it is written to again. Pairs with the
	 * atomic_dec_and_test() in put_page().
	 */
	smp_acquire__after_ctrl_dep();

	return spares;
}

/* Consume up to @max pages without a copy; returns how many, each with a reference */
static u32 raw_take(struct remote_trace_raw *raw, struct page **pages, u32 max)
{
	struct remote_ring_reader *reader = &raw->tcpu->reader;
	struct remote_ring_page *taken[PIPE_DEF_BUFFERS];
	u32 i, nr;

	max = min(max, ARRAY_SIZE(taken));

	guard(mutex)(&raw->tcpu->lock);

	nr = remote_ring_reader_take_pages(reader, find_spares(reader, max), taken, max);
	for (i = 0; i < nr; i++) {
		pages[i] = virt_to_page(taken[i]);
		get_page(pages[i]);
	}
	if (nr)
		WRITE_ONCE(raw->has_read, true);

	return nr;
}

/* Consume what there is of a page into @copy; returns false if there is nothing */
static bool raw_copy(struct remote_trace_raw *raw, struct page *copy)
{
	guard(mutex)(&raw->tcpu->lock);

	if (!remote_ring_reader_read_page(&raw->tcpu->reader, page_address(copy)))
		return false;
	WRITE_ONCE(raw->has_read, true);

	return true;
}

/* Returns 0 if it is time to look again, or a negative error */
static int raw_wait(struct remote_trace_raw *raw, const struct raw_wait *wait, bool much)
{
	const struct remote_trace_scope *scope = &raw->tcpu->scope;

	if (raw_dead(raw))
		return -EIO;

	/* Soon there will be something, or there never will, and then it is not worth a CPU */
	if (!remote_trace_empty(scope))
		return remote_trace_pause(PAUSE_US);

	return remote_trace_sleep(scope, much, raw_woken, wait);
}

/*
 * Have something to give to the user, up to @max pages. Returns 0 if there is any or the file has
 * come to its end, or a negative error.
 */
static int raw_fill(struct remote_trace_raw *raw, struct file *filp, u32 max)
{
	int ret;

	while (!raw->nr) {
		struct raw_wait wait = { raw, atomic_read(&raw->wakes) };
		/* Before the ring: what was written while tracing was on must still be read */
		bool at_end = READ_ONCE(raw->has_read) && !raw_tracing(raw);
		u32 nr;

		nr = raw_take(raw, raw->pages, max);
		if (!nr && raw_copy(raw, raw->copy)) {
			raw->pages[0] = raw->copy;
			get_page(raw->copy);
			nr = 1;
		}
		WRITE_ONCE(raw->nr, nr);
		if (nr)
			return 0;

		if (filp->f_flags & O_NONBLOCK)
			return raw_dead(raw) ? -EIO : -EAGAIN;
		if (at_end)
			return 0;

		/* Others with the same file shall not wait for this one's signals */
		mutex_unlock(&raw->lock);
		ret = raw_wait(raw, &wait, false);
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
		WRITE_ONCE(raw->nr, 0);
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
	mutex_unlock(&raw->lock);

	*ppos += done;
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
	if (raw_copy(raw, page))
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
		nr = raw_take(raw, pages, min((len - done) / PAGE_SIZE, ARRAY_SIZE(pages)));
		if (!nr) {
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

	return done ?: -EAGAIN;
}

/* The caller has locked the pipe and reduced @len to what it has room for */
static ssize_t raw_splice_read(struct file *filp, loff_t *ppos, struct pipe_inode_info *pipe,
			       size_t len, unsigned int flags)
{
	struct remote_trace_raw *raw = filp->private_data;
	ssize_t ret;

	if (!IS_ALIGNED(*ppos, PAGE_SIZE) || len < PAGE_SIZE)
		return -EINVAL;

	for (;;) {
		struct raw_wait wait = { raw, atomic_read(&raw->wakes) };
		bool tracing = raw_tracing(raw);

		/* What is consumed for nobody would be lost */
		if (!pipe->readers) {
			send_sig(SIGPIPE, current, 0);
			return -EPIPE;
		}

		ret = raw_fill_pipe(raw, pipe, len);
		if (ret != -EAGAIN)
			break;
		if (raw_dead(raw))
			ret = -EIO;
		if (ret == -EIO || filp->f_flags & O_NONBLOCK || flags & SPLICE_F_NONBLOCK)
			break;
		/* As in ftrace, who waited comes to the end when tracing goes off */
		if (!tracing && READ_ONCE(raw->has_read))
			return 0;

		ret = raw_wait(raw, &wait, READ_ONCE(raw->tcpu->scope.remote->buffer_percent));
		if (ret)
			break;
		if (atomic_read(&raw->wakes) != wait.wakes &&
		    remote_trace_empty(&raw->tcpu->scope))
			return 0;
	}

	if (ret > 0)
		*ppos += ret;

	return ret;
}

static __poll_t raw_poll(struct file *filp, poll_table *table)
{
	struct remote_trace_raw *raw = filp->private_data;
	__poll_t events = remote_trace_poll(filp, table, &raw->tcpu->scope);

	return READ_ONCE(raw->nr) ? EPOLLIN | EPOLLRDNORM : events;
}

/* Have the next page put where those who have mapped the ring look */
static int raw_next_mapped(struct remote_trace_raw *raw, struct file *filp)
{
	int ret;

	for (;;) {
		struct raw_wait wait = { raw, atomic_read(&raw->wakes) };
		bool at_end = READ_ONCE(raw->has_read) && !raw_tracing(raw);

		ret = remote_trace_map_next(raw->tcpu);
		if (ret > 0)
			WRITE_ONCE(raw->has_read, true);
		if (ret)
			return min(ret, 0);

		/* As in ftrace, it is no error if there is nothing new */
		if (filp->f_flags & O_NONBLOCK || at_end)
			return 0;

		ret = raw_wait(raw, &wait, READ_ONCE(raw->tcpu->scope.remote->buffer_percent));
		if (ret)
			return ret;
		if (atomic_read(&raw->wakes) != wait.wakes)
			return 0;
	}
}

static long raw_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct remote_trace_raw *raw = filp->private_data;

	if (cmd == TRACE_MMAP_IOCTL_GET_READER)
		return raw_next_mapped(raw, filp);
	if (cmd)
		return -ENOTTY;

	/* As in ftrace: have those who wait look at what has changed, and splice return */
	atomic_inc(&raw->wakes);
	remote_trace_wake_waiters(raw->tcpu->scope.remote);

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

	return nonseekable_open(inode, filp);

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
	.release	= raw_release,
};
