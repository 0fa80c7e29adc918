/* SPDX-License-Identifier: GPL-2.0 */
/* From a number of 64 bits to one of 32 that is not 0. Zeroed, it is empty. */
#ifndef HYPTRACE_MAP_H
#define HYPTRACE_MAP_H

#include <linux/types.h>

struct map_entry {
	__u64	key;
	__u32	value;		/* 0: free */
};

struct map {
	struct map_entry	*entry;
	__u32			nr;
	__u32			size;		/* a power of 2 */
};

/* The value's place, 0 in it if the key is new. Good until the next call. */
__u32 *map_at(struct map *map, __u64 key);
void map_free(struct map *map);

#endif /* HYPTRACE_MAP_H */
