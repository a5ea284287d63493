/* The body of a possibly secret upload on its way to the blob store: in an unlinked file, sealed
 * with a key that exists only in this process's memory. The bytes on disk reveal nothing. */
#ifndef API_SEALED_BODY_H
#define API_SEALED_BODY_H
#include "base/err.h"
#include "base/str.h"

struct sealed_body;

MUST_CHECK err_t sealed_body_open(struct sealed_body **out, const char *dir, struct err *e);
void sealed_body_close(struct sealed_body *s); /* accepts NULL */

MUST_CHECK err_t sealed_body_add(struct sealed_body *s, struct bytes piece, struct err *e);
int64_t sealed_body_size(const struct sealed_body *s);
/* From the first byte on, once all was added; empty at the end. Borrowed until the
 * next call. */
MUST_CHECK err_t sealed_body_next(struct bytes *out, struct sealed_body *s, struct err *e);
#endif
