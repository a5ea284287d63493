/* Shared by resources with uploaded files. */
#ifndef API_FILES_H
#define API_FILES_H
#include "api/resource.h"
#include "model/file.h"
#include "text/stream.h"

/* Milliseconds for which secret files are available after authentication was repeated. */
#define FILES_FRESH_MS (INT64_C(10) * 60 * 1000)

/* Sends a file as the answer, in pieces, under the row's name, or the range requested. The caller
 * has checked the permission. */
MUST_CHECK err_t files_send(struct reply *out, const struct request *r, const struct file_row *row,
                            struct err *e);

/* Name, account and time of who looks, in the request's arena: it stands across each page. */
struct str files_watermark(const struct request *r);

/* Stores a file of the subject from a stream, with all checks of an upload: its name and kind, the
 * scanner, the unit's limits. *digest is in the request's arena. E_INVALID, E_LIMIT, E_DENIED: why
 * it is refused. */
MUST_CHECK err_t files_store(struct str *digest, const struct request *r, struct str name,
                             bool secret, struct stream *content, struct err *e);
#endif
