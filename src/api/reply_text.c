/* Texts and receipts as replies. */
#include "api/reply_text.h"
#include "audit/receipt.h"
#include "audit/sequencer.h"
#include "record/record.h"

err_t reply_text(struct reply *out, const struct request *r, struct buf *text, const char *name,
                 struct err *e)
{
    err_t rc = reply_json(out, r, text, e);
    if (rc != OK)
        return rc;
    out->content_type = "text/plain; charset=utf-8";
    if (name)
        reply_header(out, "Content-Disposition",
                     arena_printf(r->arena, "attachment; filename=\"%s\"", name).ptr);
    return OK;
}

void reply_attachment(struct reply *out, const struct request *r, const struct buf *b,
                      const char *type, const char *name)
{
    out->body = arena_dup(r->arena, buf_str(b));
    out->content_type = type;
    out->sandboxed = true;
    reply_header(out, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"%s\"", name).ptr);
}

err_t reply_receipt(struct reply *out, const struct request *r, struct str uid, struct err *e)
{
    struct buf b = {0};
    err_t rc = sequencer_cover(r->api->sequencer, uid, SEQUENCER_COVER_MS, e);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e,
                        receipt_write(&b, db, r->api->kernel->suite, uid, r->arena, e));
    if (rc == OK)
        return reply_text(out, r, &b, arena_printf(r->arena, "%.*s.receipt", STR_ARG(uid)).ptr, e);
    buf_clear(&b);
    return rc;
}
