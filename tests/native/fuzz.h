/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the fuzzer share.
 *
 *	fuzz.c		threads, and who watches over them
 *	choose.c	random choices
 *	ops.c		operations on files, and the table of all
 *	ops_map.c	operations on mappings
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "native.h"

#define MAX_THREADS	64
#define MAX_PATHS	1024
#define NR_TREES	4
#define NR_FDS		48
#define NR_MAPS		8
#define NR_PIPES	4
#define BUF_SIZE	(64 * 1024)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * A thread: @random is where its stream of random numbers is; @done and @op (-1: none) tell whoever
 * watches how far it is. While @touching, a bad access jumps to @fault.
 */
struct thread {
	pthread_t thread;
	pid_t tid;
	uint64_t random;
	atomic_ulong done;
	atomic_int op;
	unsigned char *buf;
	sigjmp_buf fault;
	volatile bool touching;
};

/*
 * An operation: returns a negative value if the kernel refused it. @often is its share of all, of
 * which only one in @seldom is done.
 */
struct op {
	const char *name;
	long (*run)(struct thread *t);
	unsigned int often, seldom;
	atomic_ulong good, bad;
};

extern struct op ops[];
extern const unsigned int nr_ops_known;

/* All threads' */
extern const char *const trees[NR_TREES];
extern char *paths[MAX_PATHS];
extern unsigned int nr_paths;
extern atomic_int fds[NR_FDS];
extern int pipes[NR_PIPES][2], null_fd, epoll_fd;
extern long page_size;

uint64_t random64(struct thread *t);
unsigned int below(struct thread *t, unsigned int end);
bool once_in(struct thread *t, unsigned int n);
size_t some_len(struct thread *t);
size_t buf_len(struct thread *t);
loff_t some_offset(struct thread *t);
int some_fd(struct thread *t);
void *some_buf(struct thread *t);
int keep(struct thread *t, int fd);
const char *some_path(struct thread *t, char *buf, size_t size);
size_t some_words(struct thread *t, char *buf, size_t size);

void maps_init(void);
void maps_tidy(void);
long do_mmap(struct thread *t);
long do_munmap(struct thread *t);
long do_touch(struct thread *t);
long do_remap(struct thread *t);

#endif /* FUZZ_H */
