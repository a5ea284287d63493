/* The first web page: five static files. */
#include "api/embedded.h"
#include "api/resource.h"

static err_t send_file(struct reply *out, const char *name, const char *type, struct err *e)
{
    for (const struct embedded_file *f = embedded_files; f->name; f++)
        if (strcmp(f->name, name) == 0) {
            *out = (struct reply){
                .content_type = type, .body = {(const char *)f->bytes, f->len}, .etag = f->etag};
            return OK;
        }
    return err_set(e, E_INTERNAL, "the page %s is not in this binary", name);
}

static err_t get_index(struct reply *out, const struct request *r, struct err *e)
{
    (void)r;
    return send_file(out, "index.html", "text/html; charset=utf-8", e);
}

static err_t get_script(struct reply *out, const struct request *r, struct err *e)
{
    (void)r;
    return send_file(out, "page.js", "text/javascript; charset=utf-8", e);
}

static err_t get_account_script(struct reply *out, const struct request *r, struct err *e)
{
    (void)r;
    return send_file(out, "account.js", "text/javascript; charset=utf-8", e);
}

static err_t get_draw_script(struct reply *out, const struct request *r, struct err *e)
{
    (void)r;
    return send_file(out, "draw.js", "text/javascript; charset=utf-8", e);
}

static err_t get_style(struct reply *out, const struct request *r, struct err *e)
{
    (void)r;
    return send_file(out, "page.css", "text/css; charset=utf-8", e);
}

const struct resource resource_index = {.method = "GET",
                                        .reads = READS_NONE,
                                        .path = "/",
                                        .summary = "page",
                                        .handle = get_index,
                                        .hidden = true,
                                        .need = NEED_NOBODY};
const struct resource resource_script = {.method = "GET",
                                         .reads = READS_NONE,
                                         .path = "/page.js",
                                         .summary = "page",
                                         .handle = get_script,
                                         .hidden = true,
                                         .need = NEED_NOBODY};
const struct resource resource_account_script = {.method = "GET",
                                                 .reads = READS_NONE,
                                                 .path = "/account.js",
                                                 .summary = "page",
                                                 .handle = get_account_script,
                                                 .hidden = true,
                                                 .need = NEED_NOBODY};
const struct resource resource_draw_script = {.method = "GET",
                                              .reads = READS_NONE,
                                              .path = "/draw.js",
                                              .summary = "page",
                                              .handle = get_draw_script,
                                              .hidden = true,
                                              .need = NEED_NOBODY};
const struct resource resource_style = {.method = "GET",
                                        .reads = READS_NONE,
                                        .path = "/page.css",
                                        .summary = "page",
                                        .handle = get_style,
                                        .hidden = true,
                                        .need = NEED_NOBODY};
