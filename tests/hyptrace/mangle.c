// SPDX-License-Identifier: GPL-2.0
/*
 * mangle SEED IN OUT: a copy of IN that is damaged: cut off somewhere, with some bits turned, or
 * with a stretch overwritten. The same for the same seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <linux/types.h>

static __u64 seed;

static __u64 rnd(__u64 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

int main(int argc, char **argv)
{
	unsigned char *data;
	long size, at, n;
	struct stat st;
	FILE *file;

	if (argc != 4)
		return 2;
	seed = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ULL + 1;
	rnd(1);
	if (stat(argv[2], &st) || !st.st_size)
		return 1;
	size = st.st_size;
	data = malloc(size);
	file = fopen(argv[2], "r");
	if (!data || !file || fread(data, 1, size, file) != (size_t)size)
		exit(1);
	fclose(file);

	/* Most of what is read before the data is in the first pages. */
	at = rnd(2) ? size : size / 8;
	switch (rnd(3)) {
	case 0:
		size = rnd(at);
		break;
	case 1:
		for (n = 1 + rnd(20); n; n--)
			data[rnd(at)] ^= 1 << rnd(8);
		break;
	case 2:
		n = 1 + rnd(64);
		at = rnd(at);
		if (n > size - at)
			n = size - at;
		memset(data + at, rnd(2) ? 0xff : 0, n);
		break;
	}
	file = fopen(argv[3], "w");
	n = !file || fwrite(data, 1, size, file) != (size_t)size || fclose(file);
	free(data);
	return n;
}
