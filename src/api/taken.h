/* Log entries for files that leave the instance (a workbook, a paper, an archive, an upload): they
 * say who downloaded it. Viewing a page writes none. */
#ifndef API_TAKEN_H
#define API_TAKEN_H
#include "api/resource.h"

/* Called before sending. what: "export 12", "fetch pdf". Writes no entry for public files. */
MUST_CHECK err_t taken_note(const struct request *r, const char *what, const char *type, int64_t id,
                            struct err *e);
#endif
