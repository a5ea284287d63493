/* What resources share of uploaded files. */
#ifndef API_FILES_H
#define API_FILES_H
#include "api/resource.h"
#include "model/file.h"

/* Milliseconds: secret files are given so long at most after who asks has proved himself. */
#define FILES_FRESH_MS (INT64_C(10) * 60 * 1000)

/* All of a file as the answer, in pieces, under the row's name; whatever range was asked for. Who may
 * have it was decided before. */
MUST_CHECK err_t files_send(struct reply *out, const struct request *r, const struct file_row *row,
                            struct err *e);
#endif
