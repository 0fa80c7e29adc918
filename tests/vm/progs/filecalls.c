// SPDX-License-Identifier: GPL-2.0
/*
 * filecalls DIR: whatever else than reading and writing can be done to each file that an instance
 * of ftrace and the hypervisor both have, and to the directories: see filediff.h.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "filetries.h"
#include "trace_mmap.h"

static const char * const modes[] = { "read", "write", "both" };

/* Is a file opened so for what it is meant for? */
static bool meant(const struct try *t, unsigned int mode)
{
	return (mode == 1 || t->kind & READS) && (!mode || t->kind & WRITES);
}

static void try_stat(const struct try *t)
{
	struct stat st;

	if (stat(expand(t->name), &st))
		die("%s: %s", t->name, strerror(errno));
	say("stat", "mode %o, owner %u:%u, size %ld, links %u, blocks %ld of %u", st.st_mode,
	    st.st_uid, st.st_gid, st.st_size, (unsigned int)st.st_nlink, st.st_blocks,
	    (unsigned int)st.st_blksize);
}

static void try_open(const struct try *t)
{
	static const char * const ways[] = { "RDONLY", "WRONLY", "RDWR", "3" };
	static const struct {
		const char	*name;
		int		flags;
	} extras[] = {
		{ "", 0 }, { "|TRUNC", O_TRUNC }, { "|APPEND", O_APPEND },
		{ "|NONBLOCK", O_NONBLOCK }, { "|CREAT", O_CREAT },
		{ "|CREAT|EXCL", O_CREAT | O_EXCL }, { "|DIRECTORY", O_DIRECTORY },
		{ "|DIRECT", O_DIRECT }, { "|PATH", O_PATH }, { "|SYNC", O_SYNC },
		{ "|NOFOLLOW", O_NOFOLLOW }, { "|TRUNC|APPEND", O_TRUNC | O_APPEND },
	};
	unsigned int way, i;
	char op[64];

	for (way = 0; way < 4; way++) {
		for (i = 0; i < ARRAY_SIZE(extras); i++) {
			int fd, flags = way | extras[i].flags;

			prepare(t);
			snprintf(op, sizeof(op), "open %s%s", ways[way], extras[i].name);
			fd = open(expand(t->name), flags, 0600);
			if (fd < 0) {
				say(op, "%s", result(fd));
				continue;
			}
			flags = fcntl(fd, F_GETFL);
			close(fd);
			say(op, "ok, flags %o, then %s", flags, now(t));
		}
	}
}

/* In each way of opening: what waiting says, and calls that have little to do with it */
static void try_poll(int fd, const char *mode)
{
	struct pollfd p = { .fd = fd, .events = ~0 };
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLPRI };
	struct timeval none = { 0, 0 };
	fd_set in, out, err;
	char op[64];
	int ep, ret;

	snprintf(op, sizeof(op), "%s, poll", mode);
	ret = poll(&p, 1, 0);
	say(op, "%s %x", result(ret), p.revents);

	FD_ZERO(&in);
	FD_SET(fd, &in);
	out = in;
	err = in;
	snprintf(op, sizeof(op), "%s, select", mode);
	ret = select(fd + 1, &in, &out, &err, &none);
	say(op, "%s, in %d out %d error %d", result(ret), !!FD_ISSET(fd, &in),
	    !!FD_ISSET(fd, &out), !!FD_ISSET(fd, &err));

	snprintf(op, sizeof(op), "%s, epoll", mode);
	ep = epoll_create1(0);
	ret = epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
	if (ret) {
		say(op, "%s", result(ret));
	} else {
		ret = epoll_wait(ep, &ev, 1, 0);
		say(op, "%s %x", result(ret), ret > 0 ? ev.events : 0);
	}
	close(ep);
}

static void try_ioctl(int fd, const char *mode)
{
	static const struct {
		const char	*name;
		unsigned long	cmd;
	} cmds[] = {
		{ "0", 0 }, { "1", 1 }, { "FIONREAD", FIONREAD }, { "TCGETS", TCGETS },
		{ "FIGETBSZ", FIGETBSZ }, { "FIBMAP", FIBMAP }, { "FIOQSIZE", FIOQSIZE },
		{ "FS_IOC_GETFLAGS", FS_IOC_GETFLAGS }, { "FICLONE", FICLONE },
		{ "an unknown", 0xdeadbeef }, { "GET_READER", TRACE_MMAP_IOCTL_GET_READER },
	};
	unsigned int i;
	char op[64];

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		long arg[16] = { 0 };

		snprintf(op, sizeof(op), "%s, ioctl %s", mode, cmds[i].name);
		say(op, "%s", result(ioctl(fd, cmds[i].cmd, arg)));
	}
}

static void try_mmap(int fd, const char *mode)
{
	static const struct {
		const char	*name;
		int		prot, flags;
	} ways[] = {
		{ "read shared", PROT_READ, MAP_SHARED },
		{ "read private", PROT_READ, MAP_PRIVATE },
		{ "write shared", PROT_READ | PROT_WRITE, MAP_SHARED },
		{ "write private", PROT_READ | PROT_WRITE, MAP_PRIVATE },
		{ "execute", PROT_READ | PROT_EXEC, MAP_SHARED },
	};
	static const struct {
		const char	*name;
		unsigned int	first, nr;
	} parts[] = {
		{ "1 page", 0, 1 }, { "2 pages", 0, 2 }, { "page 1", 1, 1 },
		{ "too much", 0, 4000 },
		{ "far away", 4000, 1 },
	};
	size_t page = sysconf(_SC_PAGESIZE);
	unsigned int i, k;
	char op[64];
	void *at;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		for (k = 0; k < ARRAY_SIZE(parts); k++) {
			snprintf(op, sizeof(op), "%s, mmap %s, %s", mode, ways[i].name,
				 parts[k].name);
			at = mmap(NULL, parts[k].nr * page, ways[i].prot, ways[i].flags, fd,
				  parts[k].first * page);
			say(op, "%s", success(at == MAP_FAILED ? -1 : 0));
			if (at == MAP_FAILED)
				continue;
			say("... mprotect", "%s", success(mprotect(at, page, PROT_WRITE)));
			say("... munmap", "%s", success(munmap(at, parts[k].nr * page)));
		}
	}
}

static void try_calls(const struct try *t, int fd, const char *mode)
{
	struct flock lock = { .l_type = F_RDLCK };
	char op[64];

#define CALL(name, call) do {							\
		snprintf(op, sizeof(op), "%s, %s", mode, name);			\
		say(op, "%s", success(call));					\
	} while (0)
	CALL("fsync", fsync(fd));
	CALL("fdatasync", fdatasync(fd));
	CALL("syncfs", syncfs(fd));
	CALL("sync_file_range", sync_file_range(fd, 0, 1, SYNC_FILE_RANGE_WRITE));
	CALL("ftruncate 0", ftruncate(fd, 0));
	CALL("ftruncate 10", ftruncate(fd, 10));
	CALL("fallocate", fallocate(fd, 0, 0, 10));
	CALL("posix_fadvise", (errno = posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM)) ? -1 : 0);
	CALL("readahead", readahead(fd, 0, 10));
	CALL("flock", flock(fd, LOCK_SH));
	CALL("F_SETLK", fcntl(fd, F_SETLK, &lock));
	CALL("F_SETLEASE", fcntl(fd, F_SETLEASE, F_RDLCK));
	CALL("F_SETLEASE none", fcntl(fd, F_SETLEASE, F_UNLCK));
	CALL("O_DIRECT", fcntl(fd, F_SETFL, O_DIRECT));
	CALL("O_ASYNC", fcntl(fd, F_SETFL, O_ASYNC));
	CALL("O_APPEND", fcntl(fd, F_SETFL, O_APPEND));
	CALL("O_NONBLOCK", fcntl(fd, F_SETFL, O_NONBLOCK));
	CALL("F_SETPIPE_SZ", fcntl(fd, F_SETPIPE_SZ, 65536));
	CALL("F_ADD_SEALS", fcntl(fd, F_ADD_SEALS, 0));
	CALL("getdents", getdents64(fd, buf, 1000));
	CALL("fchdir", fchdir(fd));
	/* What is not meant */
	if (!(t->kind & WRITES))
		CALL("write", write(fd, "0", 1));
	if (!(t->kind & READS))
		CALL("read", read(fd, buf, 1));
}

/* From and to pipes and other files; what consumes has more of that in pipediff */
static void try_splice(const struct try *t, int fd, const char *mode)
{
	static const size_t lengths[] = { 0, 1, 4096, MAX_FILE };
	int pipes[2], tmp = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char op[64];
	unsigned int i;
	ssize_t n;

	if (tmp < 0 || pipe2(pipes, O_NONBLOCK))
		die("/tmp or a pipe: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(lengths) && !(t->kind & CONSUMES); i++) {
		lseek(fd, 0, SEEK_SET);
		n = splice(fd, NULL, pipes[1], NULL, lengths[i], SPLICE_F_NONBLOCK);
		snprintf(op, sizeof(op), "%s, splice %zu", mode, lengths[i]);
		if (n > 0 && read(pipes[0], buf, MAX_FILE) != n)
			die("%s: what was spliced is not in the pipe", t->name);
		say_read(t, op, n, lengths[i], 0);

		lseek(fd, 0, SEEK_SET);
		n = sendfile(tmp, fd, NULL, lengths[i]);
		snprintf(op, sizeof(op), "%s, sendfile %zu", mode, lengths[i]);
		if (n > 0 && pread(tmp, buf, MAX_FILE, lseek(tmp, 0, SEEK_CUR) - n) != n)
			die("%s: what was sent is not in the file", t->name);
		say_read(t, op, n, lengths[i], 0);
	}
	snprintf(op, sizeof(op), "%s, copy_file_range", mode);
	say(op, "%s", success(copy_file_range(fd, NULL, tmp, NULL, 10, 0)));
	if (pwrite(tmp, "0", 1, 0) != 1 || write(pipes[1], "0", 1) != 1)
		die("/tmp or a pipe: %s", strerror(errno));
	snprintf(op, sizeof(op), "%s, copy_file_range to it", mode);
	lseek(tmp, 0, SEEK_SET);
	say(op, "%s", success(copy_file_range(tmp, NULL, fd, NULL, 1, 0)));
	snprintf(op, sizeof(op), "%s, splice to it", mode);
	say(op, "%s", success(splice(pipes[0], NULL, fd, NULL, 1, 0)));
	snprintf(op, sizeof(op), "%s, sendfile to it", mode);
	say(op, "%s", success(sendfile(fd, tmp, NULL, 1)));
	close(pipes[0]);
	close(pipes[1]);
	close(tmp);
}

static void try_opened(const struct try *t)
{
	unsigned int mode;

	for (mode = 0; mode < 3; mode++) {
		int fd;

		if (!meant(t, mode) && t->kind & CONSUMES && mode != 1)
			continue;
		prepare(t);
		fd = get(t, mode | O_NONBLOCK);
		try_poll(fd, modes[mode]);
		try_ioctl(fd, modes[mode]);
		try_mmap(fd, modes[mode]);
		try_splice(t, fd, modes[mode]);
		try_calls(t, fd, modes[mode]);
		close(fd);
	}
}

/* What the file system does, or does not let do; all of it is undone */
static void try_inode(const struct try *t)
{
	const char *path = expand(t->name);
	struct statfs fs;
	struct stat st;
	int pid, status;
	char other[256];

	snprintf(other, sizeof(other), "%s.new", path);
	say("statfs", "%s, type %lx", success(statfs(path, &fs)), fs.f_type);
	say("truncate 0", "%s", success(truncate(path, 0)));
	say("truncate 10", "%s", success(truncate(path, 10)));
	say("rename", "%s", success(rename(path, other)));
	say("link", "%s", success(link(path, other)));
	say("symlink", "%s", success(symlink(path, other)));
	say("unlink", "%s", success(unlink(path)));
	say("rmdir", "%s", success(rmdir(path)));
	say("mkdir", "%s", success(mkdir(path, 0700)));
	say("mkdir beside", "%s", success(mkdir(other, 0700)));
	say("mknod beside", "%s", success(mknod(other, S_IFIFO | 0600, 0)));
	say("create beside", "%s", success(open(other, O_CREAT | O_WRONLY, 0600)));
	say("setxattr", "%s", success(setxattr(path, "user.x", "1", 1, 0)));
	say("getxattr", "%s", success(getxattr(path, "user.x", buf, 10)));
	say("listxattr", "%s", result(listxattr(path, buf, 1000)));
	if (stat(path, &st))
		die("%s: %s", path, strerror(errno));
	say("chmod", "%s", success(chmod(path, 0644)));
	say("chown", "%s", success(chown(path, 1, 1)));
	if (stat(path, &st))
		die("%s: %s", path, strerror(errno));
	say("... stat", "mode %o, owner %u:%u", st.st_mode, st.st_uid, st.st_gid);
	if (chown(path, 0, 0) || chmod(path, t->kind & WRITES ? 0640 : 0440))
		die("%s cannot be given back: %s", path, strerror(errno));
	say("utimensat", "%s", success(utimensat(AT_FDCWD, path, NULL, 0)));

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(255);
		status = open(path, O_RDONLY);
		_exit(status < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	errno = WEXITSTATUS(status);
	say("open as nobody", "%s", success(errno ? -1 : 0));
}

static void try_file(const struct try *t)
{
	try_stat(t);
	try_inode(t);
	try_open(t);
	try_opened(t);
}

/* The names of what there is, CPUs but the first and events but one left out */
static void list(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[512];

	if (!d)
		die("%s: %s", dir, strerror(errno));
	while ((e = readdir(d))) {
		struct stat st;

		if (*e->d_name == '.' ||
		    (!strncmp(e->d_name, "cpu", 3) && strcmp(e->d_name, "cpu0")))
			continue;
		if (!strcmp(dir, "."))
			snprintf(path, sizeof(path), "%s", e->d_name);
		else
			snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (stat(path, &st))
			die("%s: %s", path, strerror(errno));
		if (!strcmp(dir, "events") && S_ISDIR(st.st_mode) &&
		    strcmp(e->d_name, side->names[0]))
			continue;
		if (!strcmp(dir, expand("events/SYSTEM")) && S_ISDIR(st.st_mode) &&
		    strcmp(e->d_name, side->names[1]))
			continue;
		if (S_ISDIR(st.st_mode))
			list(path);
		fold_path(path);
		tried = path;
		say("is there", "mode %o, owner %u:%u", st.st_mode, st.st_uid, st.st_gid);
	}
	closedir(d);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: filecalls DIR\n", stderr);
		return 2;
	}
	enter_side(argv[1]);
	list(".");
	try_all(try_file);
	return 0;
}
