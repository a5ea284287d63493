/* The answer to a request: its headers, and the problem that an error becomes. */
#include "api/http_priv.h"
#include "base/log.h"
#include "base/msg.h"
#include <string.h>

/* `sentence` goes through the catalogue; one that did already is not found there again. */
void http_problem(struct exchange *x, unsigned status, const char *sentence, struct str errors)
{
    struct buf b;
    buf_init(&b, 0);
    problem_json(&b, status, str_of(msg(sentence)), errors);
    x->reply = (struct reply){.status = status,
                              .content_type = "application/problem+json",
                              .body = arena_dup(x->request.arena, buf_str(&b))};
    buf_clear(&b);
    x->handled = true;
}

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        log_line(LOG_WARN, "cannot add the header %s", name);
}

static bool etag_matches(const struct exchange *x)
{
    const char *match =
        MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "If-None-Match");
    return x->reply.etag && match && strcmp(match, x->reply.etag) == 0 && x->resource &&
           strcmp(x->resource->method, "GET") == 0;
}

enum MHD_Result http_reply_send(struct exchange *x)
{
    const struct reply *reply = &x->reply;
    unsigned status = reply->status ? reply->status : 200;
    bool unchanged = etag_matches(x);
    struct MHD_Response *r = reply->stream.read && !unchanged
                                 ? http_stream_response(x)
                                 : MHD_create_response_from_buffer(
                                       unchanged ? 0 : reply->body.len,
                                       (void *)(uintptr_t)reply->body.ptr, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    for (size_t i = 0; i < reply->header_count; i++)
        add_header(r, reply->headers[i].name, reply->headers[i].value);
    add_header(r, "Content-Type", reply->content_type ? reply->content_type : "application/json");
    add_header(r, "Vary", "Accept-Language");
    add_header(r, "X-Content-Type-Options", "nosniff");
    add_header(r, "Content-Security-Policy",
               reply->sandboxed ? "sandbox; default-src 'none'; frame-ancestors 'none'"
                                : "default-src 'none'; script-src 'self'; style-src 'self'; "
                                  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
                                  "form-action 'self'; frame-ancestors 'none'");
    add_header(r, "Referrer-Policy", "no-referrer");
    add_header(r, "Cache-Control", reply->etag ? "no-cache" : "no-store");
    if (reply->etag)
        add_header(r, "ETag", reply->etag);
    if (x->last)
        add_header(r, "Connection", "close");
    if (status == 405 && x->allowed.len)
        add_header(r, "Allow", arena_cstr(x->request.arena, x->allowed));
    enum MHD_Result rc = MHD_queue_response(x->connection, unchanged ? 304 : status, r);
    MHD_destroy_response(r);
    return rc;
}
