/* The answer to a request, as the library sends it. */
#include "api/http_priv.h"
#include "base/log.h"

static void add_header(void *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        log_line(LOG_WARN, "cannot add the header %s", name);
}

enum MHD_Result http_reply_send(struct exchange *x)
{
    const struct reply *reply = &x->answer.reply;
    bool unchanged;
    unsigned status = answer_status(&unchanged, &x->answer);
    struct MHD_Response *r = reply->stream.read && !unchanged
                                 ? http_stream_response(x)
                                 : MHD_create_response_from_buffer(
                                       unchanged ? 0 : reply->body.len,
                                       (void *)(uintptr_t)reply->body.ptr, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    answer_headers(&x->answer, x->last, add_header, r);
    enum MHD_Result rc = MHD_queue_response(x->connection, status, r);
    MHD_destroy_response(r);
    return rc;
}
