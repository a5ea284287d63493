/* A page that the browser has already is not drawn again, nor one that is kept here. */
#include "api/page_picture.h"
#include "api/looks_kept.h"
#include "model/file_text.h"

#define PNG_MAX ((size_t)64 << 20)
#define WIDTH 900

const struct schema page_number_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 100000};
const struct schema page_width_schema = {SCHEMA_INTEGER, .minimum = 200, .maximum = 2000};

/* Does the browser have the picture? *out is then the answer. */
static bool is_known(struct reply *out, const struct request *r, struct str tag)
{
    out->content_type = "image/png";
    out->sandboxed = true;
    if (tag.len)
        out->etag = arena_printf(r->arena, "\"%.*s-%lld-%lld\"", STR_ARG(tag),
                                 (long long)request_integer(r, "n", 1),
                                 (long long)request_integer(r, "width", WIDTH))
                        .ptr;
    return out->etag && str_is(request_header(r, "if-none-match"), out->etag);
}

static void show(struct reply *out, const struct request *r, const struct look_kept *page)
{
    out->body = page->bytes;
    reply_header(out, "X-Pages", arena_printf(r->arena, "%d", page->number).ptr);
}

static err_t draw(struct look_kept *page, struct reply *out, const struct request *r,
                  const struct file_view *v, struct str line, struct err *e)
{
    struct str png;
    struct buf b;
    buf_init(&b, PNG_MAX);
    err_t rc =
        file_page(&png, &page->number, &b, v, (int)request_integer(r, "n", 1),
                  (int)request_integer(r, "width", WIDTH), line, r->api->pdf_program, r->arena, e);
    if (rc == OK) {
        page->bytes = arena_dup(r->arena, png);
        show(out, r, page);
    }
    buf_clear(&b);
    return rc;
}

err_t page_reply(struct reply *out, const struct request *r, const struct file_view *v,
                 struct str line, struct str tag, struct err *e)
{
    struct look_kept page;
    err_t rc = OK;
    if (is_known(out, r, tag))
        return OK;
    if (out->etag && looks_kept_get(&page, r->api->looks, str_of(out->etag), r->arena))
        show(out, r, &page);
    else if (request_look(out, r)) {
        rc = draw(&page, out, r, v, line, e);
        if (rc == OK && out->etag)
            looks_kept_put(r->api->looks, str_of(out->etag), page);
    }
    return rc;
}

err_t page_reply_paper(struct reply *out, const struct request *r, const struct paper *p,
                       const struct paper_stamp *s, struct str tag, struct err *e)
{
    struct look_kept page;
    struct paper_pdf said;
    struct buf b = {0};
    if (is_known(out, r, tag))
        return OK;
    err_t rc = paper_pdf(&b, &said, p, s, &r->api->press, r->arena, e);
    const struct bytes pdf = str_bytes(buf_str(&b));
    const struct file_view view = file_view_bytes(&pdf);
    if (rc == OK)
        rc = draw(&page, out, r, &view, STR_NONE, e);
    buf_clear(&b);
    return rc;
}
