/* Replies from unlinked files: Excel workbooks, other files, long JSON. */
#ifndef API_REPLY_BOOK_H
#define API_REPLY_BOOK_H
#include "api/resource.h"
#include <zlib.h>

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define CSV_TYPE "text/csv; charset=utf-8"

/* Creates a new, empty file in the data folder, which the workbook replaces. The caller unlinks it
 * or passes it to reply_book. */
MUST_CHECK err_t reply_book_path(const char **out, const struct request *r, struct err *e);
/* The same for a file of another kind: ".csv", ".bundle". */
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

/* JSON of any length: what is longer than JOUT_PART_BYTES goes to a file, in gzip where the client
 * takes that. Not for `tagged` resources. Write to `json`, then call long_json_end in any case. */
struct long_json {
    struct jout json;
    const struct request *r;
    struct buf text;
    const char *path; /* NULL: all of it is in `text` */
    gzFile file;
    struct err *e;
    err_t rc;
};
void long_json_begin(struct long_json *x, const struct request *r, struct err *e);
MUST_CHECK err_t long_json_end(struct reply *out, struct long_json *x);
#endif
