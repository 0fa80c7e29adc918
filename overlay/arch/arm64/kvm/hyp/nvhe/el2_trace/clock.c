// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's clock for trace events. The host computes, the hypervisor multiplies.
 *
 * Trust: a host that sets nonsense gets nonsense in the time stamps of its own trace. The ring sees
 * to it that time does not go backwards.
 */
#include <nvhe/el2_clock.h>

/* The one in use, and one to prepare the next in; NULL until the host sets one */
const struct el2_trace_clock *el2_clock;
static struct el2_trace_clock el2_clocks[2];

/**
 * el2_clock_set - change the clock on all CPUs
 * @epoch_cyc:	see struct el2_trace_clock, and so on
 * @epoch_ns:	...
 * @mult:	...
 * @shift:	...
 *
 * A CPU that reads the clock meanwhile uses the old one or the new one. Only a host that calls this
 * twice within such a read can make it use a mixture.
 *
 * Context: serialised by the caller.
 * Return: 0, or -EINVAL if @mult or @shift is out of range.
 */
int el2_clock_set(u64 epoch_cyc, u64 epoch_ns, u64 mult, u64 shift)
{
	struct el2_trace_clock *clock = &el2_clocks[el2_clock == &el2_clocks[0]];

	if (!mult || mult >> 63 || !shift || shift > 63)
		return -EINVAL;

	*clock = (struct el2_trace_clock) {
		.epoch_cyc = epoch_cyc,
		.epoch_ns = epoch_ns,
		.mult = mult,
		.shift = shift,
	};
	/* Pairs with the address dependency in el2_clock_ns() */
	smp_store_release(&el2_clock, clock);

	return 0;
}
