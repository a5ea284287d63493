/* Looking over what is uploaded, before there is a row by which somebody can ask for it. */
#ifndef API_FILE_SCAN_H
#define API_FILE_SCAN_H
#include "api/resource.h"
#include "model/file.h"
#include "model/file_kind.h"

/* Detects the kind of a content, compares it with the name and decides whether it is accepted: not
 * refused by file_kind.h, no PDF that crashes its reader, not refused by the administrator's
 * command (`serve --scan-files`, its words separated by blanks; the content is passed on standard
 * input, so a secret file is never on disk in clear). E_INVALID: refused; E_IO: the command could
 * not be run. */
MUST_CHECK err_t file_admit(const struct file_kind **kind, const struct request *r,
                            const struct file_row *row, struct str name, struct err *e);
#endif
