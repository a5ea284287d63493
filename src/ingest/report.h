/* The report of one input while it is being made. */
#ifndef INGEST_REPORT_H
#define INGEST_REPORT_H
#include "ingest/pipeline.h"
#include "ingest/producer.h"

struct report_writer {
    struct arena *a; /* the report's */
    struct import_file_report *r;
    struct spool_file **refused; /* of the import */
    const struct fs *fs;
    const char *tmpdir;
    struct {
        struct import_reject *ptr;
        size_t len, cap;
    } rejects;
    struct {
        struct import_warning *ptr;
        size_t len, cap;
    } warnings;
};

void report_warnings(struct report_writer *w, const struct item *item);
MUST_CHECK err_t report_reject(struct report_writer *w, const struct item *item, struct err *e);

/* Everything that the source says of itself. */
void report_close(struct report_writer *w, const struct source *s);

/* Refused rows of all files into one workbook: file, row, column, reason, then
 * the row's own columns, so that it can be mended and imported again. Writes no
 * file when there are none. */
MUST_CHECK err_t report_rejects_xlsx(const struct import_report *r, const char *path,
                                     const char *tmpdir, struct err *e);
#endif
