/* Pages as grey pictures, for comparing them: PDF, PNG and JPEG. */
#ifndef PDF_GREY_H
#define PDF_GREY_H
#include <cairo.h>
#include <glib.h>

#define GREY_SIDE 1000           /* pixels of the longer side, at most */
#define GREY_PAGES 4             /* of a document, the first ones */
#define GREY_PIXELS_MAX 60000000 /* of a picture that is read: A3 at 600 dpi has 70 million */

/* Hands each page to `put`: width × height bytes, 0 black. Returns 0, or 1 where nothing can be
 * read or `put` fails. */
int grey_pages(GBytes *input, int (*put)(const unsigned char *grey, int width, int height));

/* Shared with page.h, which draws pages in colour. */
int is_png(const unsigned char *data, gsize len);
int is_jpeg(const unsigned char *data, gsize len);
/* A white surface and its context, both to be destroyed. */
cairo_surface_t *white(int width, int height, cairo_t **to);
/* A PNG on white. NULL: it cannot be read, or has more than GREY_PIXELS_MAX. */
cairo_surface_t *png_surface(const unsigned char *data, gsize len);
/* A JPEG with 1 (grey) or 3 (RGB) components; g_free. NULL likewise. */
unsigned char *jpeg_pixels(const unsigned char *data, gsize len, int components, int *width,
                           int *height);
#endif
