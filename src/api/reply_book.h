/* An Excel workbook as a reply. */
#ifndef API_REPLY_BOOK_H
#define API_REPLY_BOOK_H
#include "api/resource.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define CSV_TYPE "text/csv; charset=utf-8"

/* A new, empty file under the data folder, for the workbook to replace. Who asked for it unlinks it, or
 * gives it to reply_book. */
MUST_CHECK err_t reply_book_path(const char **out, const struct request *r, struct err *e);
/* The same for a file of another kind: ".csv". */
MUST_CHECK err_t reply_file_path(const char **out, const struct request *r, const char *ending,
                                 struct err *e);
/* The file loses its name before the first byte is sent, also after an error. `name`: of the download,
 * without the path's ending, which tells the content type. */
MUST_CHECK err_t reply_book(struct reply *out, const struct request *r, const char *path,
                            struct str name, struct err *e);
/* The same of records, which leave the instance so: an entry in the evidence log says who took how many of what. Of what
 * everybody may read without an account none is written. */
MUST_CHECK err_t reply_export(struct reply *out, const struct request *r, const char *path,
                              struct str name, int64_t count, struct err *e);
#endif
