// SPDX-License-Identifier: GPL-2.0
/*
 * Registering a remote: its state, what hangs on that, and where it appears.
 */
#include <linux/err.h>
#include <linux/init.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

static const struct remote_trace_feature *const features[] = {
	&remote_trace_wait_feature,
	&remote_trace_stats_feature,
	&remote_trace_map_feature,
	&remote_trace_dmesg_feature,
	&remote_trace_switch_feature,
	NULL
};

/* Documented in <linux/remote_trace.h> */
int __init remote_trace_register(const char *name, const struct remote_trace_ops *ops, void *priv,
				 const struct remote_trace_event *events, unsigned int nr_events)
{
	struct remote_trace *remote;
	int ret;

	ret = tracing_init_dentry();
	if (ret)
		return ret;

	remote = remote_trace_create(name, ops, priv, events, nr_events, features);
	if (IS_ERR(remote))
		return PTR_ERR(remote);

	remote_trace_init_waiters(remote);
	remote_trace_init_switches(remote);

	ret = remote_trace_init_functions(remote) ?: remote_trace_create_trees(remote);
	if (ret) {
		remote_trace_destroy(remote);
		return ret;
	}

	remote_trace_init_host(remote);
	remote_trace_boot(remote);

	return 0;
}
