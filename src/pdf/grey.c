/* Whatever the picture is, it becomes one of at most GREY_SIDE pixels a side. */
#include "pdf/grey.h"
#include <cairo.h>
#include <poppler.h>
#include <stdio.h> /* before jpeglib.h, which needs it */

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

typedef int (*put_page)(const unsigned char *grey, int width, int height);

/* The mean of the pixels that fall into one. */
static int put_smaller(const unsigned char *grey, int width, int height, put_page put)
{
    int longer = width > height ? width : height;
    if (longer <= GREY_SIDE)
        return put(grey, width, height);
    int w = (int)((gint64)width * GREY_SIDE / longer),
        h = (int)((gint64)height * GREY_SIDE / longer);
    if (w < 1 || h < 1)
        return 1;
    guint64 *sums = g_new0(guint64, (gsize)w);
    guint32 *counts = g_new0(guint32, (gsize)w);
    unsigned char *out = g_malloc((gsize)w * (gsize)h);
    for (int y = 0, row = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int column = (int)((gint64)x * w / width);
            sums[column] += grey[(gsize)y * (gsize)width + (gsize)x];
            counts[column]++;
        }
        if (y + 1 < height && (int)((gint64)(y + 1) * h / height) == row)
            continue;
        for (int x = 0; x < w; x++)
            out[(gsize)row * (gsize)w + (gsize)x] =
                (unsigned char)(sums[x] / (counts[x] ? counts[x] : 1));
        memset(sums, 0, (gsize)w * sizeof(*sums));
        memset(counts, 0, (gsize)w * sizeof(*counts));
        row++;
    }
    int failed = put(out, w, h);
    g_free(sums);
    g_free(counts);
    g_free(out);
    return failed;
}

/* --- cairo's pictures: pages of a PDF, PNG ----------------------------------------------- */

static int put_surface(cairo_surface_t *surface, put_page put)
{
    int width = cairo_image_surface_get_width(surface),
        height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    const unsigned char *from = cairo_image_surface_get_data(surface);
    unsigned char *grey = g_malloc((gsize)width * (gsize)height);
    cairo_surface_flush(surface);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            guint32 p;
            memcpy(&p, from + (gsize)y * (gsize)stride + 4 * (gsize)x, sizeof(p));
            guint32 sum = 299 * (p >> 16 & 255) + 587 * (p >> 8 & 255) + 114 * (p & 255);
            grey[(gsize)y * (gsize)width + (gsize)x] = (unsigned char)(sum / 1000);
        }
    int failed = put_smaller(grey, width, height, put);
    g_free(grey);
    return failed;
}

/* On white, whatever shines through. */
cairo_surface_t *white(int width, int height, cairo_t **to)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    *to = cairo_create(surface);
    cairo_set_source_rgb(*to, 1, 1, 1);
    cairo_paint(*to);
    return surface;
}

static int put_pdf_page(PopplerPage *page, put_page put)
{
    double width = 0, height = 0;
    cairo_t *to;
    poppler_page_get_size(page, &width, &height);
    double longer = width > height ? width : height, scale = longer > 0 ? GREY_SIDE / longer : 0;
    int w = (int)(width * scale), h = (int)(height * scale);
    if (w < 1 || h < 1)
        return 1;
    cairo_surface_t *surface = white(w, h, &to);
    cairo_scale(to, scale, scale);
    poppler_page_render(page, to);
    int failed = cairo_status(to) != CAIRO_STATUS_SUCCESS || put_surface(surface, put);
    cairo_destroy(to);
    cairo_surface_destroy(surface);
    return failed;
}

static int pdf_pages(GBytes *input, put_page put)
{
    PopplerDocument *document = poppler_document_new_from_bytes(input, NULL, NULL);
    int failed = document == NULL, count = document ? poppler_document_get_n_pages(document) : 0;
    for (int i = 0; i < count && i < GREY_PAGES && !failed; i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        failed = !page || put_pdf_page(page, put);
        if (page)
            g_object_unref(page);
    }
    if (document)
        g_object_unref(document);
    return failed;
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
    if (len < 24 || (guint64)be32(data + 16) * be32(data + 20) > GREY_PIXELS_MAX)
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

static int png_page(const unsigned char *data, gsize len, put_page put)
{
    cairo_surface_t *surface = png_surface(data, len);
    int failed = !surface || put_surface(surface, put);
    if (surface)
        cairo_surface_destroy(surface);
    return failed;
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

unsigned char *jpeg_pixels(const unsigned char *data, gsize len, int components, int *width,
                           int *height)
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
    info.out_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    guint64 count = (guint64)info.image_width * info.image_height;
    if (count <= GREY_PIXELS_MAX) {
        jpeg_start_decompress(&info);
        gsize row_bytes = (gsize)info.output_width * (gsize)components;
        *width = (int)info.output_width;
        *height = (int)info.output_height;
        pixels = g_malloc0((gsize)count * (gsize)components);
        while (info.output_scanline < info.output_height) {
            unsigned char *row = pixels + (gsize)info.output_scanline * row_bytes;
            jpeg_read_scanlines(&info, &row, 1);
        }
    }
    jpeg_destroy_decompress(&info);
    return pixels;
}

static int jpeg_page(const unsigned char *data, gsize len, put_page put)
{
    int width = 0, height = 0;
    unsigned char *grey = jpeg_pixels(data, len, 1, &width, &height);
    int failed = !grey || put_smaller(grey, width, height, put);
    g_free(grey);
    return failed;
}

int is_png(const unsigned char *data, gsize len)
{
    return len >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

int is_jpeg(const unsigned char *data, gsize len)
{
    return len >= 3 && memcmp(data, "\xff\xd8\xff", 3) == 0;
}

int grey_pages(GBytes *input, put_page put)
{
    gsize len = 0;
    const unsigned char *data = g_bytes_get_data(input, &len);
    if (is_png(data, len))
        return png_page(data, len, put);
    if (is_jpeg(data, len))
        return jpeg_page(data, len, put);
    return pdf_pages(input, put);
}
