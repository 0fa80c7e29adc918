/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In place of kernel/trace/remote_trace/internal.h: included first, it keeps that out, and with it
 * the better part of the kernel. Threads are 0 to 63, and what is written to a file is not text but
 * a word with a bit for each. One thread: who waits for a lock would wait for ever, so that traps.
 */
#ifndef _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_INTERNAL_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/types.h>

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/remote_trace.h>
#include <linux/types.h>

#define __user
#define swap(a, b)						\
	do {							\
		__typeof__(a) _a = (a);				\
								\
		(a) = (b);					\
		(b) = _a;					\
	} while (0)
#define ERR_PTR(error)			((void *)(long)(error))
#define PTR_ERR(p)			((long)(p))
#define IS_ERR(p)			((unsigned long)(p) >= -4095UL)
#define struct_size(p, member, nr)	(sizeof(*(p)) + (nr) * sizeof((p)->member[0]))

/* Memory: how many pieces are in use, and there may be no more */
extern int shim_pieces;
extern bool shim_no_memory;

static inline void *shim_alloc(size_t size)
{
	void *p = malloc(size);

	/* Which an analyzer does not know */
	if (IS_ERR(p))
		__builtin_unreachable();
	shim_pieces++;

	return p;
}

static inline void kfree(void *p)
{
	shim_pieces -= !!p;
	free(p);
}

#define kmalloc(size, gfp)		(shim_no_memory ? NULL : shim_alloc(size))

#define atomic_read(v)			((v)->counter)
#define atomic_set(v, i)		((void)((v)->counter = (i)))
#define atomic_dec(v)			((void)(v)->counter--)
#define atomic_add_unless(v, a, u)	\
	((v)->counter == (u) ? false : ((void)((v)->counter += (a)), true))

/* Locks */
struct mutex {
	bool held;
};

static inline struct mutex *mutex_lock(struct mutex *lock)
{
	if (lock->held)
		__builtin_trap();
	lock->held = true;

	return lock;
}

static inline void mutex_unlock(struct mutex *lock)
{
	if (!lock->held)
		__builtin_trap();
	lock->held = false;
}

static inline void shim_unguard_mutex(struct mutex **lock)
{
	mutex_unlock(*lock);
}

#define DEFINE_MUTEX(name)		struct mutex name
#define lockdep_assert_held(lock)	((lock)->held ? (void)0 : __builtin_trap())
#define SHIM_HELD			\
	_held __attribute__((__cleanup__(shim_unguard_mutex))) __maybe_unused
/* guard(mutex)(&lock); */
#define guard(name)			struct mutex *SHIM_HELD = name##_lock
#define scoped_guard(name, lock)	\
	for (struct mutex *SHIM_HELD = name##_lock(lock), *_done = NULL; !_done; _done = _held)

/* Lists of pids */
struct trace_pid_list {
	u64	pids;
};

#define trace_pid_list_free(list)		kfree(list)
#define trace_pid_list_first(list, pid)		trace_pid_list_next(list, 0, pid)

static inline bool trace_pid_list_is_set(struct trace_pid_list *list, unsigned int pid)
{
	return list && pid < 64 && list->pids >> pid & 1;
}

static inline int trace_pid_list_set(struct trace_pid_list *list, unsigned int pid)
{
	if (shim_no_memory)
		return -ENOMEM;
	list->pids |= 1ULL << pid;

	return 0;
}

static inline void trace_pid_list_clear(struct trace_pid_list *list, unsigned int pid)
{
	list->pids &= ~(1ULL << pid);
}

static inline int trace_pid_list_next(struct trace_pid_list *list, unsigned int pid,
				      unsigned int *next)
{
	for (; pid < 64; pid++) {
		if (trace_pid_list_is_set(list, pid)) {
			*next = pid;
			return 0;
		}
	}

	return -1;
}

static inline int trace_pid_write(struct trace_pid_list *old, struct trace_pid_list **new,
				  const char *ubuf, size_t cnt)
{
	struct trace_pid_list made = { *(const u64 *)ubuf | (old ? old->pids : 0) };

	if (shim_no_memory)
		return -ENOMEM;
	*new = NULL;
	if (made.pids) {
		*new = shim_alloc(sizeof(**new));
		**new = made;
	}

	return cnt;
}

/* Files, which nobody reads */
#define FMODE_WRITE			0x2
#define seq_read			NULL
#define seq_lseek			NULL
#define trace_pid_start(list, pos)	NULL
#define trace_pid_next(list, v, pos)	((void)(list), NULL)
#define trace_pid_show			NULL
#define tracing_check_open_get_tr(tr)	0
#define file_inode(filp)		((filp)->f_inode)

struct inode {
	void			*i_private;
};

struct file {
	unsigned int		f_mode, f_flags;
	void			*private_data;
	struct inode		*f_inode;
};

struct seq_file {
	void			*private;
};

struct seq_operations {
	void	*(*start)(struct seq_file *m, loff_t *pos);
	void	*(*next)(struct seq_file *m, void *v, loff_t *pos);
	void	(*stop)(struct seq_file *m, void *v);
	void	*show;
};

struct file_operations {
	int	(*open)(struct inode *inode, struct file *filp);
	ssize_t	(*write)(struct file *filp, const char *ubuf, size_t cnt, loff_t *ppos);
	int	(*release)(struct inode *inode, struct file *filp);
	void	*read, *llseek;
};

static inline int seq_open(struct file *filp, const struct seq_operations *op __maybe_unused)
{
	filp->private_data = shim_alloc(sizeof(struct seq_file));

	return 0;
}

static inline int seq_release(struct inode *inode __maybe_unused, struct file *filp)
{
	kfree(filp->private_data);

	return 0;
}

/* Tracepoints: the one who is told of what threads do, if he is, and why he cannot be */
struct task_struct {
	pid_t	pid;
};

#define SHIM_TRACEPOINT(name, ...)							\
typedef void shim_##name##_probe(void *data, __VA_ARGS__);				\
extern shim_##name##_probe *shim_##name;						\
extern int shim_##name##_error;								\
static inline int									\
register_trace_sched_process_##name(shim_##name##_probe *probe, void *data)		\
{											\
	if (shim_##name || data != &remote)						\
		__builtin_trap();							\
	if (!shim_##name##_error)							\
		shim_##name = probe;							\
											\
	return shim_##name##_error;							\
}											\
static inline void									\
unregister_trace_sched_process_##name(shim_##name##_probe *probe, void *data)		\
{											\
	if (shim_##name != probe || data != &remote)					\
		__builtin_trap();							\
	shim_##name = NULL;								\
}

void tracepoint_synchronize_unregister(void);

/* Of core.h */
struct remote_trace_pid_list {
	struct trace_pid_list	*list;
	atomic_t		nr;
};

extern struct remote_trace {
	const struct remote_trace_ops	*ops;
	void				*priv;
	struct mutex			lock;
	struct remote_trace_pid_list	pids, no_pids;
	bool				pids_change, follow_forks;
} remote;

#define remote_trace_answer(remote, ret)	(ret)

struct remote_trace_scope {
	struct remote_trace		*remote;
};

SHIM_TRACEPOINT(fork, struct task_struct *self, struct task_struct *task)
SHIM_TRACEPOINT(free, struct task_struct *task)

extern const struct file_operations remote_trace_pids_fops, remote_trace_no_pids_fops;
int remote_trace_pids_follow(struct remote_trace *remote, bool on);

#endif /* _KERNEL_REMOTE_TRACE_INTERNAL_H */
