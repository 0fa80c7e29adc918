// SPDX-License-Identifier: GPL-2.0
/* curses, and nothing else. */
#include <stdlib.h>
#include <unistd.h>

#include <curses.h>

#include "top_draw.h"
#include "top_screen.h"

#define ESCAPE		27
#define BACKSPACE	127
/* How long an Esc may wait for what makes another key of it, in ms: ssh may cut in between */
#define ESCAPE_DELAY	100

static SCREEN *screen;

void screen_open(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		die("hyptrace top -b prints tables, wherever to",
		    "the %s is no terminal", isatty(STDIN_FILENO) ? "output" : "input");
	set_escdelay(ESCAPE_DELAY);
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		die("TERM=vt100 hyptrace top may do, and hyptrace top -b will",
		    "nothing is known of a terminal '%s' (TERM)", term ? term : "");
	/* First, or those at the end would be told of an error on a screen that goes away. */
	before_words = screen_close;
	atexit(screen_close);
	/* Ctrl-C is a signal still, and a newline is none. */
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
}

void screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	before_words = NULL;
}

void screen_size(int *rows, int *columns)
{
	getmaxyx(stdscr, *rows, *columns);
}

void screen_show(const struct canvas *canvas)
{
	static const attr_t attributes[] = {
		[STYLE_PLAIN] = A_NORMAL, [STYLE_BOLD] = A_BOLD, [STYLE_REVERSE] = A_REVERSE,
	};
	int row;

	for (row = 0; row < canvas->rows; row++) {
		attrset(attributes[canvas->style[row]]);
		/* Its last character cannot be followed by the cursor, which is no error here. */
		mvaddnstr(row, 0, canvas_line(canvas, row), canvas->columns);
	}
	refresh();
}

int screen_key(void)
{
	int key = getch();

	switch (key) {
	case ERR:
		return 0;
	case KEY_RESIZE:
		return -1;
	case KEY_UP:
		return TOP_KEY_UP;
	case KEY_DOWN:
		return TOP_KEY_DOWN;
	case KEY_PPAGE:
		return TOP_KEY_PAGE_UP;
	case KEY_NPAGE:
		return TOP_KEY_PAGE_DOWN;
	case KEY_HOME:
		return TOP_KEY_HOME;
	case KEY_END:
		return TOP_KEY_END;
	case KEY_RIGHT:
	case KEY_ENTER:
	case '\r':
	case '\n':
		return TOP_KEY_ENTER;
	case KEY_LEFT:
	case KEY_BACKSPACE:
	case ESCAPE:
	case BACKSPACE:
	case '\b':
		return TOP_KEY_BACK;
	case 'L' - '@':
		/* As everywhere: something else has written on the screen. */
		clearok(curscr, TRUE);
		return -1;
	}
	/* Others that curses knows are none of ours. */
	return key < 0x100 ? key : TOP_KEY_BACK + 1;
}

bool screen_is_gone(void)
{
	return !isatty(STDIN_FILENO);
}
