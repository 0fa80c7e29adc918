/* SPDX-License-Identifier: GPL-2.0 */
/* The terminal: its size, its keys, and lines on it. */
#ifndef HYPTRACE_TOP_SCREEN_H
#define HYPTRACE_TOP_SCREEN_H

struct canvas;

/* Takes the terminal, or ends. It is given back whichever way the program ends by itself. */
void screen_open(void);
void screen_close(void);
void screen_size(int *rows, int *columns);
void screen_show(const struct canvas *canvas);
/* A key that was pressed, a character or enum top_key; 0 if there is none, -1 for a new size */
int screen_key(void);
/* Nobody can press a key any more */
bool screen_is_gone(void);

#endif /* HYPTRACE_TOP_SCREEN_H */
