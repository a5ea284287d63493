/* Looking for viruses in what is uploaded, before there is a row by which somebody can ask for it. */
#ifndef API_FILE_SCAN_H
#define API_FILE_SCAN_H
#include "api/resource.h"
#include "model/file.h"

/* The administrator's command (`serve --scan-files`), its words parted by blanks; the content comes
 * through its standard input, so that a secret one lies nowhere in clear. OK also where there is no such
 * command. E_INVALID: it refused the file; E_IO: it could not be asked. */
MUST_CHECK err_t file_scan(const struct request *r, const struct file_row *row, struct err *e);
#endif
