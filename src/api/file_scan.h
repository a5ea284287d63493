/* Looking over what is uploaded, before there is a row by which somebody can ask for it. */
#ifndef API_FILE_SCAN_H
#define API_FILE_SCAN_H
#include "api/resource.h"
#include "model/file.h"
#include "model/file_kind.h"

/* What the content is, by its name too, and whether it may stay: nothing that file_kind.h refuses, no PDF that its
 * reader does not survive, nothing that the administrator's command refuses (`serve --scan-files`, its words parted by
 * blanks; the content comes through its standard input, so that a secret one lies nowhere in clear). E_INVALID: it is
 * refused; E_IO: the command could not be asked. */
MUST_CHECK err_t file_admit(const struct file_kind **kind, const struct request *r,
                            const struct file_row *row, struct str name, struct err *e);
#endif
