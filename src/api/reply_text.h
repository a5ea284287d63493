/* Texts as replies: a checkpoint, a receipt, a proof; and files that are kept in memory. */
#ifndef API_REPLY_TEXT_H
#define API_REPLY_TEXT_H
#include "api/resource.h"

/* Takes `text`. name: the file name for downloads; NULL: none. */
MUST_CHECK err_t reply_text(struct reply *out, const struct request *r, struct buf *text,
                            const char *name, struct err *e);
#define PDF_TYPE "application/pdf"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

/* A copy of the bytes as a file of that name, which a browser stores and never shows as a page. */
void reply_attachment(struct reply *out, const struct request *r, const struct buf *b,
                      const char *type, const char *name);
/* The receipt of an entry, once a signed head covers it. The caller has checked the permission.
 * E_NOTFOUND, E_BUSY. */
MUST_CHECK err_t reply_receipt(struct reply *out, const struct request *r, struct str uid,
                               struct err *e);
#endif
