/* The web application: two pages, the portal's and the workbench's, and the files that they load.
 * Their routers read the rest of the address, so each page answers at all of its addresses
 * (route_find). */
#include "api/embedded.h"
#include "api/public_address.h"
#include "text/xml_out.h"

#define BASE "<base href=\""

/* The page with the address that its relative addresses begin with: "/", or behind a front
 * proxy the path of the public address. */
static struct str with_base(const struct embedded_file *f, const char *base, struct arena *a)
{
    struct str page = {(const char *)f->bytes, f->len};
    size_t at = str_find(page, STR(BASE), 0) + strlen(BASE), end = str_find(page, STR("\""), at);
    struct buf b = {0};
    buf_add(&b, (struct str){page.ptr, at});
    xml_escape(&b, str_of(base));
    buf_add(&b, str_range(page.ptr + end, page.ptr + page.len));
    return buf_take(&b, a);
}

static err_t get_page(struct reply *out, const struct request *r, struct err *e)
{
    bool work = str_is(r->path, "/w") || str_starts(r->path, STR("/w/"));
    const struct embedded_file *f = embedded_find(work ? STR("w.html") : STR("index.html"));
    const char *base = request_base(r);
    if (!f)
        f = embedded_find(STR("no_pages.html"));
    if (!f)
        return err_set(e, E_INTERNAL, "the page %s is not in this binary", "no_pages.html");
    *out = (struct reply){
        .content_type = f->content_type,
        .body = with_base(f, base, r->arena),
        .etag =
            arena_printf(r->arena, "\"%.*s%s\"", (int)strlen(f->etag) - 2, f->etag + 1, base).ptr};
    return OK;
}

static err_t get_file(struct reply *out, const struct request *r, struct err *e)
{
    struct str name = str_range(r->path.ptr + 1, r->path.ptr + r->path.len); /* "assets/…" */
    const struct embedded_file *f = embedded_find(name);
    if (!f)
        return err_set(e, E_NOTFOUND, "there is nothing at this address");
    err_t rc = embedded_reply(out, f, r, e);
    out->immutable = str_starts(name, STR("assets/")); /* its name holds its digest */
    return rc;
}

static const struct parameter asset_parameters[] = {
    {"name", IN_PATH, &schema_string, true, false, NULL}, {0}};

const struct resource resource_page = {.reads = READS_NONE,
                                       .path = "/",
                                       .summary = "page",
                                       .handle = get_page,
                                       .hidden = true,
                                       .open_query = true,
                                       .any_host = true,
                                       .need = NEED_NOBODY};
const struct resource resource_asset = {.reads = READS_NONE,
                                        .path = "/assets/{name}",
                                        .summary = "file of a page",
                                        .parameters = asset_parameters,
                                        .handle = get_file,
                                        .hidden = true,
                                        .any_host = true,
                                        .need = NEED_NOBODY};
const struct resource resource_check_style = {.reads = READS_NONE,
                                              .path = "/check.css",
                                              .summary = "page",
                                              .handle = get_file,
                                              .hidden = true,
                                              .any_host = true,
                                              .need = NEED_NOBODY};
const struct resource resource_robots = {.reads = READS_NONE,
                                         .path = "/robots.txt",
                                         .summary = "page",
                                         .handle = get_file,
                                         .hidden = true,
                                         .any_host = true,
                                         .need = NEED_NOBODY};
