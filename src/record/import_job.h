/* An import of a workbook that is no matter of one request: its file lies with the uploaded
 * ones, a job reads it (model/job_worker.h). Killed, it goes on behind the rows that are there;
 * cancelled, or failed for good, it leaves what it wrote hidden, and the sweeper takes it back.
 * Its result is the import's numbers and, where rows were refused, the workbook of them. */
#ifndef RECORD_IMPORT_JOB_H
#define RECORD_IMPORT_JOB_H
#include "db/blob.h"
#include "model/job_worker.h"
#include "record/import.h"

struct sheet_import_parts {
    struct kernel *kernel;
    struct blobs *blobs;
    const char *tmpdir;
};

/* The parts of both: struct sheet_import_parts. */
extern const struct job_kind sheet_import_kind;
extern const struct job_kind sheet_import_sweep_kind; /* sheet_import_sweep, as soon as it is due */

struct sheet_import_wish {
    struct str digest; /* of the file, hex; the caller has put it (db/blob_file.h) */
    struct str type, file_name, reason;
    bool whole;
    int64_t account; /* whose import it is */
};

/* Inside a store step. The same wish while it is open is the same job. */
MUST_CHECK err_t sheet_import_queue(int64_t *id, struct db *db, const struct sheet_import_wish *w,
                                    int64_t now_ms, struct err *e);
#endif
