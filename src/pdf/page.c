/* Pages are drawn at the size that is asked for; pictures are read whole and made smaller. */
#include "pdf/page.h"
#include "pdf/picture.h"
#include <poppler.h>
#include <string.h>

/* The scale that makes `wide` pixels `width`, and the page no longer than PAGE_HEIGHT_MAX. */
static double scale_of(double wide, double high, int width)
{
    double scale = wide > 0 ? width / wide : 0;
    return high * scale > PAGE_HEIGHT_MAX ? PAGE_HEIGHT_MAX / high : scale;
}

static cairo_surface_t *drawn_to(double wide, double high, double scale, cairo_t **to)
{
    int w = (int)(wide * scale), h = (int)(high * scale);
    cairo_surface_t *surface = white(w < 1 ? 1 : w, h < 1 ? 1 : h, to);
    cairo_scale(*to, scale, scale);
    return surface;
}

static cairo_surface_t *ended(cairo_surface_t *surface, cairo_t *to)
{
    int failed = cairo_status(to) != CAIRO_STATUS_SUCCESS;
    cairo_destroy(to);
    if (!failed)
        return surface;
    cairo_surface_destroy(surface);
    return NULL;
}

/* --- pictures ------------------------------------------------------------------------------- */

static cairo_surface_t *jpeg_surface(const unsigned char *data, gsize len)
{
    int width = 0, height = 0;
    unsigned char *rgb = jpeg_pixels(data, len, &width, &height);
    if (!rgb)
        return NULL;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; pixels && y < height; y++)
        for (int x = 0; x < width; x++) {
            const unsigned char *p = rgb + 3 * ((gsize)y * (gsize)width + (gsize)x);
            guint32 pixel = (guint32)p[0] << 16 | (guint32)p[1] << 8 | p[2];
            memcpy(pixels + (gsize)y * (gsize)stride + 4 * (gsize)x, &pixel, sizeof(pixel));
        }
    cairo_surface_mark_dirty(surface);
    g_free(rgb);
    return surface;
}

static cairo_surface_t *smaller(cairo_surface_t *from, int width)
{
    double wide = cairo_image_surface_get_width(from), high = cairo_image_surface_get_height(from);
    double scale = scale_of(wide, high, wide < width ? (int)wide : width);
    cairo_t *to;
    cairo_surface_t *surface = drawn_to(wide, high, scale, &to);
    cairo_set_source_surface(to, from, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(to), CAIRO_FILTER_GOOD);
    cairo_paint(to);
    return ended(surface, to);
}

static cairo_surface_t *picture_drawn(int *pages, cairo_surface_t *read, int n, int width)
{
    cairo_surface_t *surface = NULL;
    *pages = read && cairo_surface_status(read) == CAIRO_STATUS_SUCCESS;
    if (*pages && n == 1)
        surface = smaller(read, width);
    if (read)
        cairo_surface_destroy(read);
    return surface;
}

/* --- PDF ------------------------------------------------------------------------------------ */

static cairo_surface_t *pdf_page_drawn(PopplerPage *page, int width)
{
    double wide = 0, high = 0;
    cairo_t *to;
    poppler_page_get_size(page, &wide, &high);
    cairo_surface_t *surface = drawn_to(wide, high, scale_of(wide, high, width), &to);
    poppler_page_render(page, to);
    return ended(surface, to);
}

static cairo_surface_t *pdf_drawn(int *pages, GBytes *input, int n, int width)
{
    PopplerDocument *document = poppler_document_new_from_bytes(input, NULL, NULL);
    cairo_surface_t *surface = NULL;
    *pages = document ? poppler_document_get_n_pages(document) : 0;
    PopplerPage *page = n <= *pages ? poppler_document_get_page(document, n - 1) : NULL;
    if (page) {
        surface = pdf_page_drawn(page, width);
        g_object_unref(page);
    }
    if (document)
        g_object_unref(document);
    return surface;
}

cairo_surface_t *page_drawn(int *pages, GBytes *input, int n, int width)
{
    gsize len = 0;
    const unsigned char *data = g_bytes_get_data(input, &len);
    if (is_png(data, len))
        return picture_drawn(pages, png_surface(data, len), n, width);
    if (is_jpeg(data, len))
        return picture_drawn(pages, jpeg_surface(data, len), n, width);
    return pdf_drawn(pages, input, n, width);
}
