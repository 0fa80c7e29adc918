/* SPDX-License-Identifier: GPL-2.0 */
/* One piece of work that is due or is not; the test does it when it thinks it is time. */
#ifndef _SHIM_KVM_EL1_LINUX_WORKQUEUE_H
#define _SHIM_KVM_EL1_LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/types.h>

#define HZ	250

struct work_struct {
	void	(*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct	work;
};

struct workqueue_struct;

extern struct workqueue_struct *system_freezable_power_efficient_wq;
extern struct delayed_work *shim_work;
extern unsigned long shim_work_delay;

#define DECLARE_DELAYED_WORK(name, fn)	struct delayed_work name = { .work = { .func = fn } }

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq __attribute__((unused)),
				      struct delayed_work *work, unsigned long delay)
{
	if (shim_work)
		return false;
	shim_work = work;
	shim_work_delay = delay;

	return true;
}

static inline bool cancel_delayed_work_sync(struct delayed_work *work)
{
	bool pending = shim_work == work;

	shim_work = NULL;

	return pending;
}

#endif /* _SHIM_KVM_EL1_LINUX_WORKQUEUE_H */
