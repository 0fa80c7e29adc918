// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer's operations on mappings.
 */
#include <sys/mman.h>

#include "fuzz.h"

static struct map {
	pthread_mutex_t lock;
	char *addr;
	size_t len;
} maps[NR_MAPS];

/* Before there is more than one thread */
void maps_init(void)
{
	unsigned int i;

	for (i = 0; i < NR_MAPS; i++)
		pthread_mutex_init(&maps[i].lock, NULL);
}

/* When there is only one thread again */
void maps_tidy(void)
{
	unsigned int i;

	for (i = 0; i < NR_MAPS; i++) {
		if (maps[i].addr)
			munmap(maps[i].addr, maps[i].len);
	}
}

long do_mmap(struct thread *t)
{
	static const int prots[] = { PROT_READ, PROT_READ, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_NONE, PROT_READ | PROT_EXEC };
	struct map *map = &maps[below(t, NR_MAPS)];
	int fd = some_fd(t), prot = prots[below(t, ARRAY_SIZE(prots))];
	int flags = once_in(t, 8) ? MAP_PRIVATE : MAP_SHARED;
	size_t len = page_size * (1 + below(t, 12));
	off_t offset = once_in(t, 2) ? 0 : (off_t)page_size * below(t, 12);
	char path[256];
	bool own = !once_in(t, 3);
	void *addr;

	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", trees[below(t, 3)],
		 below(t, 2));
	if (once_in(t, 32))
		len = random64(t);
	if (own)
		fd = open(path, O_RDONLY | O_NONBLOCK);
	addr = mmap(NULL, len, prot, flags | (once_in(t, 4) ? MAP_POPULATE : 0), fd, offset);
	if (own)
		keep(t, fd);
	if (addr == MAP_FAILED)
		return -1;

	pthread_mutex_lock(&map->lock);
	if (map->addr)
		munmap(map->addr, map->len);
	map->addr = addr;
	map->len = len;
	pthread_mutex_unlock(&map->lock);

	return 0;
}

long do_munmap(struct thread *t)
{
	struct map *map = &maps[below(t, NR_MAPS)];
	bool part = once_in(t, 4);
	long ret = -1;

	pthread_mutex_lock(&map->lock);
	if (map->addr && part && map->len > (size_t)page_size) {
		/* A ring's is all or nothing */
		ret = munmap(map->addr + map->len - page_size, page_size);
		if (!ret)
			map->len -= page_size;
	} else if (map->addr) {
		ret = munmap(map->addr, map->len);
		map->addr = NULL;
	}
	pthread_mutex_unlock(&map->lock);

	return ret;
}

/* Read, or write, what is mapped: it may be gone */
long do_touch(struct thread *t)
{
	struct map *map = &maps[below(t, NR_MAPS)];
	size_t at = random64(t);
	bool writes = once_in(t, 16);
	volatile char *place;

	pthread_mutex_lock(&map->lock);
	place = map->addr ? map->addr + at % map->len : NULL;
	pthread_mutex_unlock(&map->lock);
	if (!place)
		return -1;

	if (sigsetjmp(t->fault, 1))
		return -1;
	t->touching = true;
	if (writes)
		*place = 1;
	else
		(void)*place;
	t->touching = false;

	return 0;
}

/* What else is done to mappings */
long do_remap(struct thread *t)
{
	struct map *map = &maps[below(t, NR_MAPS)];
	static const int kinds[] = { MADV_DONTNEED, MADV_WILLNEED, MADV_DONTFORK, MADV_DOFORK,
				     MADV_COLD, MADV_HUGEPAGE };
	unsigned int how = below(t, 4), pages = 1 + below(t, 12);
	int advice = kinds[below(t, ARRAY_SIZE(kinds))];
	int prot = below(t, 8);
	void *addr;
	long ret = -1;

	pthread_mutex_lock(&map->lock);
	if (map->addr) {
		switch (how) {
		case 0:
			addr = mremap(map->addr, map->len, page_size * pages, MREMAP_MAYMOVE);
			if (addr != MAP_FAILED) {
				map->addr = addr;
				map->len = page_size * pages;
				ret = 0;
			}
			break;
		case 1:
			ret = mprotect(map->addr, map->len, prot);
			break;
		case 2:
			ret = mlock(map->addr, map->len);
			break;
		default:
			ret = madvise(map->addr, map->len, advice);
			break;
		}
	}
	pthread_mutex_unlock(&map->lock);

	return ret;
}
