/* An Excel workbook as a reply. */
#ifndef API_REPLY_BOOK_H
#define API_REPLY_BOOK_H
#include "api/resource.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define CSV_TYPE "text/csv; charset=utf-8"

/* Creates a new, empty file in the data folder, which the workbook replaces. The caller unlinks it
 * or passes it to reply_book. */
MUST_CHECK err_t reply_book_path(const char **out, const struct request *r, struct err *e);
/* The same for a file of another kind: ".csv". */
MUST_CHECK err_t reply_file_path(const char **out, const struct request *r, const char *ending,
                                 struct err *e);
/* The file loses its name before the first byte is sent, also after an error. `name`: of the download,
 * without the path's ending, which tells the content type. */
MUST_CHECK err_t reply_book(struct reply *out, const struct request *r, const char *path,
                            struct str name, struct err *e);
/* The same for records, which leave the instance: a log entry says who exported how many of which
 * type. No entry is written for public records. */
MUST_CHECK err_t reply_export(struct reply *out, const struct request *r, const char *path,
                              struct str name, int64_t count, struct err *e);
#endif
