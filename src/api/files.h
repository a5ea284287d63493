/* What resources share of uploaded files. */
#ifndef API_FILES_H
#define API_FILES_H
#include "api/resource.h"
#include "model/file.h"
#include "text/stream.h"

/* Milliseconds: secret files are given so long at most after who asks has proved himself. */
#define FILES_FRESH_MS (INT64_C(10) * 60 * 1000)

/* All of a file as the answer, in pieces, under the row's name; whatever range was asked for. Who may
 * have it was decided before. */
MUST_CHECK err_t files_send(struct reply *out, const struct request *r, const struct file_row *row,
                            struct err *e);

/* One more file of who asks, out of a stream, with all that an upload is held to: its name and kind, the
 * scanner, what a unit may keep. *digest is in the request's arena. E_INVALID, E_LIMIT, E_DENIED: why it is not
 * taken. */
MUST_CHECK err_t files_take(struct str *digest, const struct request *r, struct str name,
                            struct stream *content, struct err *e);
#endif
