/* Text by model/file_text.h, pictures by the same confined program. */
#include "integrity/print.h"
#include "base/log.h"
#include "base/mem.h"
#include "model/file_text.h"
#include <stdlib.h>

#define GREY_BYTES_MAX ((size_t)8 << 20)
#define GREY_SIDE_MAX 4000
#define GREY_SIDE_MIN 32

/* --- made -------------------------------------------------------------------------------- */

static bool take_number(int *out, struct str *s, char end)
{
    int64_t n = 0;
    size_t i = 0;
    for (; i < s->len && s->ptr[i] >= '0' && s->ptr[i] <= '9' && n < 100000; i++)
        n = n * 10 + (s->ptr[i] - '0');
    if (i == 0 || i == s->len || s->ptr[i] != end)
        return false;
    *out = (int)n;
    *s = (struct str){s->ptr + i + 1, s->len - i - 1};
    return true;
}

/* "P5\n707 1000\n255\n" and its bytes. */
static bool take_picture(const uint8_t **grey, int *width, int *height, struct str *s)
{
    int white;
    if (!str_starts(*s, STR("P5\n")))
        return false;
    *s = (struct str){s->ptr + 3, s->len - 3};
    if (!take_number(width, s, ' ') || !take_number(height, s, '\n') ||
        !take_number(&white, s, '\n'))
        return false;
    size_t len = (size_t)*width * (size_t)*height;
    if (*width > GREY_SIDE_MAX || *height > GREY_SIDE_MAX || len > s->len)
        return false;
    *grey = (const uint8_t *)s->ptr;
    *s = (struct str){s->ptr + len, s->len - len};
    return true;
}

static void take_pages(struct print *p, struct str pictures, struct arena *a)
{
    struct arena *own = arena_new();
    struct page *page = arena_alloc(own, sizeof(*page));
    const uint8_t *grey;
    int width, height;
    size_t count = 0;
    for (struct str rest = pictures; take_picture(&grey, &width, &height, &rest);)
        count++;
    uint8_t *pages = arena_array(a, count ? count : 1, PAGE_BYTES);
    while (p->page_count < PRINT_PAGES_MAX && take_picture(&grey, &width, &height, &pictures)) {
        struct arena *work = arena_new();
        if (width >= GREY_SIDE_MIN && height >= GREY_SIDE_MIN) {
            page_of_grey(page, grey, width, height, work);
            page_pack(pages + p->page_count++ * PAGE_BYTES, page);
        }
        arena_free(work);
    }
    p->pages = pages;
    arena_free(own);
}

static bool is_picture(struct str kind)
{
    return str_is(kind, "png") || str_is(kind, "jpg") || str_is(kind, "jpeg");
}

static struct sketch kept(struct sketch s, struct arena *a)
{
    uint32_t *hashes = arena_array(a, s.count + 1, sizeof(*hashes));
    if (s.count)
        memcpy(hashes, s.hashes, s.count * sizeof(*hashes));
    s.hashes = hashes;
    return s;
}

static err_t read_content(struct print *out, const struct file_view *v, const struct file_row *row,
                          const char *pdf_program, struct arena *a, struct err *e)
{
    const struct file_kind *kind = file_kind_find(row->kind);
    struct arena *own = arena_new(); /* texts are long, and there are many files */
    struct file_text text = {0};
    struct buf pictures;
    err_t rc = OK;
    buf_init(&pictures, GREY_BYTES_MAX);
    if (kind && !is_picture(row->kind))
        rc = file_text_read(&text, v, kind, pdf_program, own, e);
    if (rc == OK)
        out->sketch = kept(sketch_of(text.text, own), a);
    if (rc == OK && (is_picture(row->kind) || str_is(row->kind, "pdf")) && pdf_program)
        rc = file_pictures(&pictures, v, pdf_program, e);
    if (rc == OK && pictures.len)
        take_pages(out, buf_str(&pictures), a);
    buf_clear(&pictures);
    arena_free(own);
    return rc;
}

/* What cannot be read (a damaged file, one with a password) has no print: no reason to stop. */
err_t print_make(struct print *out, const struct file_place *place, const struct file_row *row,
                 const char *pdf_program, struct arena *a, struct err *e)
{
    struct file_viewer *v = file_view_new(place, row);
    struct err why = {0};
    *out = (struct print){.digest = row->digest};
    err_t rc = read_content(out, file_view_of(v), row, pdf_program, a, &why);
    file_view_free(v);
    if (rc == E_INVALID) {
        log_line(LOG_INFO, "no print of the file %.*s: %s", STR_ARG(row->digest), why.text);
        return OK;
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}
