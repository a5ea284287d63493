/* PNG and JPEG as pixels. */
#ifndef PDF_PICTURE_H
#define PDF_PICTURE_H
#include <cairo.h>
#include <glib.h>

#define PICTURE_PIXELS_MAX 60000000 /* of a picture that is read: A3 at 600 dpi has 70 million */

int is_png(const unsigned char *data, gsize len);
int is_jpeg(const unsigned char *data, gsize len);
/* A white surface and its context, both to be destroyed. */
cairo_surface_t *white(int width, int height, cairo_t **to);
/* A PNG on white. NULL: it cannot be read, or has more than PICTURE_PIXELS_MAX. */
cairo_surface_t *png_surface(const unsigned char *data, gsize len);
/* A JPEG, three bytes a pixel; g_free. NULL likewise. */
unsigned char *jpeg_pixels(const unsigned char *data, gsize len, int *width, int *height);
#endif
