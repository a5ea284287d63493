/* What leaves the instance as a file (a workbook, a paper, an archive, what was uploaded): an entry in the evidence log
 * says who took it. Looking at a page leaves none. */
#ifndef API_TAKEN_H
#define API_TAKEN_H
#include "api/resource.h"

/* Before any of it is sent. what: "export 12", "fetch pdf". Of what everybody may have without an account none is
 * written. */
MUST_CHECK err_t taken_note(const struct request *r, const char *what, const char *type, int64_t id,
                            struct err *e);
#endif
