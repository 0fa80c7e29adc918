// SPDX-License-Identifier: GPL-2.0
/*
 * ptyscreen ROWS COLUMNS COMMAND...: run it on a terminal of that size, a VT52, and do what the
 * lines of the standard input say:
 *
 *	expect TEXT		wait until the screen has it; TEXT is as it is, up to the line's end
 *	key TEXT		press these keys; \e is Esc, \r Enter, \003 Ctrl-C
 *	resize ROWS COLUMNS	of the terminal, of which the program is told
 *	signal N		send it to the program
 *	run COMMAND		of the shell, to its end
 *	nofiles			from now on the program can open no file
 *	hangup			the terminal goes away
 *	show			print the screen
 *	end			wait for the program's end: prints "exit N" or "signal N", then
 *				"restored", if the terminal is as it was, or what is different of it
 *
 * What is expected in vain for a minute ends it, with the screen as it is.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <utmp.h>

#include "guest.h"

#define MAX_ROWS	100
#define MAX_COLUMNS	300
#define PATIENCE	60

static char screen[MAX_ROWS][MAX_COLUMNS + 1];
static int rows, columns, row, column;
static int master = -1, slave = -1;
static pid_t child;

static void blank(int from_row, int from_column, int to_row)
{
	int r;

	for (r = from_row; r < to_row; r++) {
		memset(screen[r] + from_column, ' ', MAX_COLUMNS - from_column);
		from_column = 0;
	}
}

static void scroll(void)
{
	memmove(screen[0], screen[1], sizeof(screen[0]) * (rows - 1));
	blank(rows - 1, 0, rows);
}

static int clip(int value, int end)
{
	return value < 0 ? 0 : value < end ? value : end - 1;
}

/* What comes after ESC; what this has no meaning for has none for the screen. */
static void escape(char c)
{
	switch (c) {
	case 'A':
		row = clip(row - 1, rows);
		break;
	case 'B':
		row = clip(row + 1, rows);
		break;
	case 'C':
		column = clip(column + 1, columns);
		break;
	case 'D':
		column = clip(column - 1, columns);
		break;
	case 'H':
		row = 0;
		column = 0;
		break;
	case 'I':
		if (row) {
			row--;
			break;
		}
		memmove(screen[1], screen[0], sizeof(screen[0]) * (rows - 1));
		blank(0, 0, 1);
		break;
	case 'J':
		blank(row, column, MAX_ROWS);
		break;
	case 'K':
		blank(row, column, row + 1);
		break;
	}
}

/* ESC Y, and then the row and the column from ' ' on */
static void output(unsigned char c)
{
	static enum { PLAIN, AFTER_ESC, ROW, COLUMN } state;

	switch (state) {
	case AFTER_ESC:
		state = c == 'Y' ? ROW : PLAIN;
		if (c != 'Y')
			escape(c);
		return;
	case ROW:
		row = clip(c - ' ', rows);
		state = COLUMN;
		return;
	case COLUMN:
		column = clip(c - ' ', columns);
		state = PLAIN;
		return;
	case PLAIN:
		break;
	}
	switch (c) {
	case '\033':
		state = AFTER_ESC;
		break;
	case '\r':
		column = 0;
		break;
	case '\n':
		if (row == rows - 1)
			scroll();
		else
			row++;
		break;
	case '\b':
		column = clip(column - 1, columns);
		break;
	case '\t':
		column = clip((column + 8) & ~7, columns);
		break;
	default:
		if (c < ' ')
			break;
		screen[row][column] = c;
		column = clip(column + 1, columns);
	}
}

/* True if there was something; false after @ms without */
static bool pump(int ms)
{
	struct pollfd fd = { .fd = master, .events = POLLIN };
	char data[4096];
	ssize_t n, i;

	if (poll(&fd, 1, ms) <= 0)
		return false;
	n = read(master, data, sizeof(data));
	for (i = 0; i < n; i++)
		output(data[i]);
	return n > 0;
}

/* All of it, when nothing has come for a moment: what is waited for may be at its beginning. */
static void show(void)
{
	int r;

	while (pump(100))
		;
	for (r = 0; r < rows; r++)
		printf("%.*s\n", columns, screen[r]);
	fflush(stdout);
}

static bool has(const char *text)
{
	char line[MAX_COLUMNS + 1];
	int r;

	for (r = 0; r < rows; r++) {
		snprintf(line, sizeof(line), "%.*s", columns, screen[r]);
		if (strstr(line, text))
			return true;
	}
	return false;
}

static void expect(const char *text)
{
	__u64 begin = now_ns(CLOCK_MONOTONIC);

	while (!has(text)) {
		if (waited(begin) >= PATIENCE) {
			show();
			die("'%s' did not come", text);
		}
		pump(100);
	}
}

static void press(const char *text)
{
	unsigned int code;
	char c;
	int n;

	for (; *text; text++) {
		c = *text;
		if (c == '\\') {
			text++;
			n = 0;
			if (*text == 'e')
				c = '\033';
			else if (*text == 'r')
				c = '\r';
			else if (sscanf(text, "%3o%n", &code, &n) == 1)
				c = code;
			else
				die("no key: '\\%s'", text);
			text += n ? n - 1 : 0;
		}
		if (write(master, &c, 1) != 1)
			die("a key cannot be pressed: %s", strerror(errno));
	}
}

static void set_size(int new_rows, int new_columns)
{
	struct winsize size = { .ws_row = new_rows, .ws_col = new_columns };

	if (new_rows < 1 || new_rows > MAX_ROWS || new_columns < 1 || new_columns > MAX_COLUMNS)
		die("no screen is of %d lines of %d", new_rows, new_columns);
	rows = new_rows;
	columns = new_columns;
	row = clip(row, rows);
	column = clip(column, columns);
	if (ioctl(master, TIOCSWINSZ, &size))
		die("size: %s", strerror(errno));
}

static void finish(const struct termios *before)
{
	__u64 begin = now_ns(CLOCK_MONOTONIC);
	struct termios after;
	int status;

	while (!waitpid(child, &status, WNOHANG)) {
		if (waited(begin) >= PATIENCE)
			die("it does not end");
		if (master < 0 || !pump(20))
			usleep(20000);
	}
	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("exit %d\n", WEXITSTATUS(status));
	while (master >= 0 && pump(0))
		;
	if (master >= 0) {
		if (tcgetattr(slave, &after))
			die("tcgetattr: %s", strerror(errno));
		if (after.c_iflag != before->c_iflag || after.c_oflag != before->c_oflag ||
		    after.c_cflag != before->c_cflag || after.c_lflag != before->c_lflag ||
		    memcmp(after.c_cc, before->c_cc, sizeof(after.c_cc)))
			printf("not restored: iflag %o oflag %o lflag %o, were %o %o %o\n",
			       after.c_iflag, after.c_oflag, after.c_lflag, before->c_iflag,
			       before->c_oflag, before->c_lflag);
		else
			puts("restored");
	}
	fflush(stdout);
}

static void hang_up(void)
{
	close(slave);
	close(master);
	master = -1;
}

static void obey(char *line, const struct termios *before)
{
	struct rlimit none = { 3, 3 };
	int a, b;

	line[strcspn(line, "\n")] = 0;
	if (!strncmp(line, "expect ", 7))
		expect(line + 7);
	else if (!strncmp(line, "key ", 4))
		press(line + 4);
	else if (sscanf(line, "resize %d %d", &a, &b) == 2)
		set_size(a, b);
	else if (sscanf(line, "signal %d", &a) == 1)
		kill(child, a);
	else if (!strncmp(line, "run ", 4) && !system(line + 4))
		return;
	else if (!strcmp(line, "nofiles") && !prlimit(child, RLIMIT_NOFILE, &none, NULL))
		return;
	else if (!strcmp(line, "hangup"))
		hang_up();
	else if (!strcmp(line, "show"))
		show();
	else if (!strcmp(line, "end"))
		finish(before);
	else
		die("'%s' cannot be done", line);
}

int main(int argc, char **argv)
{
	struct termios before;
	char line[1024];

	if (argc < 4)
		die("usage: ptyscreen ROWS COLUMNS COMMAND...");
	blank(0, 0, MAX_ROWS);
	if (openpty(&master, &slave, NULL, NULL, NULL))
		die("no terminal: %s", strerror(errno));
	set_size(number(argv[1], "ROWS"), number(argv[2], "COLUMNS"));
	if (tcgetattr(slave, &before))
		die("tcgetattr: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (!child) {
		close(master);
		if (login_tty(slave))
			_exit(126);
		/* As after a login, whatever the test's own shell has ignored */
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		setenv("TERM", "vt52", 1);
		/* Of the terminal it is on, not of this program's */
		unsetenv("LINES");
		unsetenv("COLUMNS");
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	while (fgets(line, sizeof(line), stdin))
		obey(line, &before);
	return 0;
}
