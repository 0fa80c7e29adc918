/* SPDX-License-Identifier: GPL-2.0 */
/* hyptrace top as lines of text, for a screen of any size. */
#ifndef HYPTRACE_TOP_DRAW_H
#define HYPTRACE_TOP_DRAW_H

#include "top_state.h"

enum canvas_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_REVERSE,
};

/**
 * struct canvas - what a screen shall show
 * @text:	@rows lines of @columns characters, all of them printable ASCII; each has a 0 behind
 * @style:	of each line
 */
struct canvas {
	int			rows, columns;
	char			*text;
	enum canvas_style	*style;
};

void canvas_init(struct canvas *canvas, int rows, int columns);
void canvas_free(struct canvas *canvas);

static inline const char *canvas_line(const struct canvas *canvas, int row)
{
	return canvas->text + (size_t)row * (canvas->columns + 1);
}

void top_draw(struct top *top, struct canvas *canvas);

#endif /* HYPTRACE_TOP_DRAW_H */
