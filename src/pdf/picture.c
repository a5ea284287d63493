/* Pictures are read whole; what is too large is not read at all. */
#include "pdf/picture.h"
#include <cairo.h>
#include <stdio.h> /* before jpeglib.h, which needs it */

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

/* On white, whatever shines through. */
cairo_surface_t *white(int width, int height, cairo_t **to)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    *to = cairo_create(surface);
    cairo_set_source_rgb(*to, 1, 1, 1);
    cairo_paint(*to);
    return surface;
}

struct source {
    const unsigned char *at;
    gsize left;
};

static cairo_status_t read_source(void *arg, unsigned char *to, unsigned len)
{
    struct source *s = arg;
    if (len > s->left)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, s->at, len);
    s->at += len;
    s->left -= len;
    return CAIRO_STATUS_SUCCESS;
}

static guint32 be32(const unsigned char *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

cairo_surface_t *png_surface(const unsigned char *data, gsize len)
{
    struct source s = {data, len};
    cairo_surface_t *surface = NULL;
    cairo_t *to;
    if (len < 24 || (guint64)be32(data + 16) * be32(data + 20) > PICTURE_PIXELS_MAX)
        return NULL;
    cairo_surface_t *read = cairo_image_surface_create_from_png_stream(read_source, &s);
    if (cairo_surface_status(read) == CAIRO_STATUS_SUCCESS) {
        surface =
            white(cairo_image_surface_get_width(read), cairo_image_surface_get_height(read), &to);
        cairo_set_source_surface(to, read, 0, 0);
        cairo_paint(to);
        if (cairo_status(to) != CAIRO_STATUS_SUCCESS) {
            cairo_surface_destroy(surface);
            surface = NULL;
        }
        cairo_destroy(to);
    }
    cairo_surface_destroy(read);
    return surface;
}

/* --- JPEG ---------------------------------------------------------------------------------- */

/* This program has nothing left to do then, and nobody to clean up for. */
static void give_up(j_common_ptr info)
{
    (void)info;
    exit(1);
}

static void be_silent(j_common_ptr info)
{
    (void)info;
}

unsigned char *jpeg_pixels(const unsigned char *data, gsize len, int *width, int *height)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char *pixels = NULL;
    info.err = jpeg_std_error(&errors);
    errors.error_exit = give_up;
    errors.output_message = be_silent;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, data, len);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    guint64 count = (guint64)info.image_width * info.image_height;
    if (count <= PICTURE_PIXELS_MAX) {
        jpeg_start_decompress(&info);
        gsize row_bytes = (gsize)info.output_width * 3;
        *width = (int)info.output_width;
        *height = (int)info.output_height;
        pixels = g_malloc0((gsize)count * 3);
        while (info.output_scanline < info.output_height) {
            unsigned char *row = pixels + (gsize)info.output_scanline * row_bytes;
            jpeg_read_scanlines(&info, &row, 1);
        }
    }
    jpeg_destroy_decompress(&info);
    return pixels;
}

int is_png(const unsigned char *data, gsize len)
{
    return len >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

int is_jpeg(const unsigned char *data, gsize len)
{
    return len >= 3 && memcmp(data, "\xff\xd8\xff", 3) == 0;
}
