// SPDX-License-Identifier: GPL-2.0
/* Without overwriting a full ring keeps its oldest events; those it refused show as a gap. */
#include "ring.h"

#define PER_PAGE	340

int main(void)
{
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 3, false);

	for (id = 1; id <= 3 * PER_PAGE; id++)
		CHECK(test_write_id(&ring, id, id));
	for (; id <= 1500; id++)
		CHECK(!test_write_id(&ring, id, id));
	CHECK_EQ(ring.meta->dropped, 1500 - 3 * PER_PAGE);
	CHECK_EQ(ring.meta->overrun, 0);

	/* Reading the first page does not bring the lost ones back, but makes room for others */
	CHECK_READ(&ring, 1, 0);
	for (; id <= 1500 + PER_PAGE; id++)
		CHECK(test_write_id(&ring, id, id));
	CHECK(!test_write_id(&ring, id, id));
	id++;

	for (u64 i = 2; i <= 3 * PER_PAGE; i++)
		CHECK_READ(&ring, i, 0);
	CHECK_READ(&ring, 1501, 1500 - 3 * PER_PAGE);
	for (u64 i = 1502; i <= 1500 + PER_PAGE; i++)
		CHECK_READ(&ring, i, 0);
	CHECK_NOTHING(&ring);

	/* The last one refused is counted already, but the gap shows with the event after it */
	CHECK_EQ(test_lost_later(&ring), 1);
	CHECK_EQ(ring.meta->dropped, 1500 - 3 * PER_PAGE + 1);
	CHECK(test_write_id(&ring, id, id));
	CHECK_READ(&ring, id, 1);
	CHECK_EQ(ring.reader.read + ring.reader.lost, id);
	CHECK_EQ(ring.reader.lost, ring.meta->dropped);

	test_ring_free(&ring);
	return 0;
}
