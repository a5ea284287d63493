/* Text by model/file_text.h, pictures by the same confined program. */
#include "integrity/print.h"
#include "base/log.h"
#include "base/mem.h"
#include "model/file_text.h"
#include <stdlib.h>

#define GREY_BYTES_MAX ((size_t)8 << 20)
#define GREY_SIDE_MAX 4000
#define GREY_SIDE_MIN 32

/* --- kept ------------------------------------------------------------------------------- */

static void put_hashes(uint8_t *to, const struct sketch *s)
{
    for (size_t i = 0; i < s->count; i++)
        for (int k = 0; k < 4; k++)
            to[4 * i + (size_t)k] = (uint8_t)(s->hashes[i] >> 8 * k);
}

static struct sketch get_hashes(struct bytes b, bool whole, struct arena *a)
{
    size_t count = b.len / 4;
    uint32_t *hashes = arena_array(a, count + 1, sizeof(*hashes));
    for (size_t i = 0; i < count; i++)
        hashes[i] = (uint32_t)b.ptr[4 * i] | (uint32_t)b.ptr[4 * i + 1] << 8 |
                    (uint32_t)b.ptr[4 * i + 2] << 16 | (uint32_t)b.ptr[4 * i + 3] << 24;
    return (struct sketch){hashes, count, whole};
}

err_t print_find(bool *found, struct print *out, struct db *db, struct str digest, struct arena *a,
                 struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT sketch, whole, pages FROM file_print WHERE digest = ?1"
                        " AND method = ?2",
                        VALUES(v_str(digest), v_i64(PRINT_METHOD)), e);
    *out = (struct print){.digest = digest};
    *found = false;
    if (rc == OK)
        rc = stmt_next(found, st, e);
    if (rc == OK && *found) {
        struct bytes pages = stmt_bytes(st, 2);
        out->sketch = get_hashes(stmt_bytes(st, 0), stmt_i64(st, 1) != 0, a);
        out->pages = (const uint8_t *)arena_dup(a, bytes_str(pages)).ptr;
        out->page_count = pages.len / PAGE_BYTES;
    }
    stmt_free(st);
    return rc;
}

err_t print_keep(struct db *db, const struct print *p, struct err *e)
{
    uint8_t *hashes = mem_zalloc(p->sketch.count * 4 + 1);
    struct bytes sketch = {hashes, p->sketch.count * 4},
                 pages = {p->pages, p->page_count * PAGE_BYTES};
    static const struct value null = {.type = VALUE_NULL};
    put_hashes(hashes, &p->sketch);
    err_t rc = db_run(db, "DELETE FROM file_print WHERE digest = ?1", VALUES(v_str(p->digest)), e);
    if (rc == OK)
        rc = db_run(db,
                    "INSERT INTO file_print (digest, method, sketch, whole, pages)"
                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                    VALUES(v_str(p->digest), v_i64(PRINT_METHOD),
                           sketch.len ? v_bytes(sketch) : null, v_i64(p->sketch.whole),
                           pages.len ? v_bytes(pages) : null),
                    e);
    free(hashes);
    return rc;
}

err_t print_sweep(struct db *db, struct err *e)
{
    return db_run(db,
                  "DELETE FROM file_print WHERE digest IN (SELECT p.digest FROM file_print p WHERE"
                  " NOT EXISTS (SELECT 1 FROM file f WHERE f.digest = p.digest AND"
                  " f.ended_ms IS NULL) LIMIT 500)",
                  NULL, 0, e);
}

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
    struct str pictures = STR_NONE;
    struct buf said;
    err_t rc = OK;
    buf_init(&said, GREY_BYTES_MAX);
    if (is_picture(row->kind)) {
        if (pdf_program && (rc = file_pictures(&said, v, pdf_program, e)) == OK)
            pictures = buf_str(&said);
    } else if (str_is(row->kind, "pdf") && pdf_program) {
        rc = file_pdf_print(&text, &pictures, &said, v, pdf_program, own, e);
    } else if (kind) {
        rc = file_text_read(&text, v, kind, pdf_program, own, e);
    }
    if (rc == OK)
        out->sketch = kept(sketch_of(text.text, own), a);
    if (rc == OK && pictures.len)
        take_pages(out, pictures, a);
    buf_clear(&said);
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
