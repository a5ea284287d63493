/* One page in colour, as wide as somebody wants to look at it: PDF, PNG and JPEG. */
#ifndef PDF_PAGE_H
#define PDF_PAGE_H
#include <cairo.h>
#include <glib.h>

#define PAGE_HEIGHT_MAX 8000 /* pixels; a longer page is narrower instead */

/* Page `n`, from 1, `width` pixels wide; a picture is one page and is never enlarged. *pages: how many there are;
 * 0: the input cannot be read. NULL: there is no such page. */
cairo_surface_t *page_drawn(int *pages, GBytes *input, int n, int width);
#endif
