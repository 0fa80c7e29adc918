// SPDX-License-Identifier: GPL-2.0
/* Open addressing, never more than half full, nothing is ever taken out. */
#include <stdlib.h>

#include "hyptrace.h"
#include "map.h"

static struct map_entry *find(struct map *map, __u64 key)
{
	__u64 hash = key * 0x9e3779b97f4a7c15ULL;
	__u32 i = (hash >> 32) & (map->size - 1);

	while (map->entry[i].value && map->entry[i].key != key)
		i = (i + 1) & (map->size - 1);
	return &map->entry[i];
}

static void grow(struct map *map)
{
	struct map old = *map;
	__u32 i;

	map->size = old.size ? old.size * 2 : 64;
	map->entry = xcalloc(map->size, sizeof(*map->entry));
	map->nr = 0;
	for (i = 0; i < old.size; i++) {
		if (!old.entry[i].value)
			continue;
		*find(map, old.entry[i].key) = old.entry[i];
		map->nr++;
	}
	free(old.entry);
}

__u32 *map_at(struct map *map, __u64 key)
{
	struct map_entry *entry;

	if (map->nr * 2 >= map->size)
		grow(map);
	entry = find(map, key);
	if (!entry->value) {
		/* The caller is about to give it a value. If not, it is found free again. */
		entry->key = key;
		map->nr++;
	}
	return &entry->value;
}

void map_free(struct map *map)
{
	free(map->entry);
	*map = (struct map){ 0 };
}
