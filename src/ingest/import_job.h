/* An import that is no matter of one request: its file lies with the uploaded ones, a job
 * reads it (model/job_worker.h), and goes on where it was after its process was killed
 * (ingest/pipeline.h). Its result is what the import's answer would have been; where that is
 * long, it is a file among the uploaded ones, and the job's result names it; so is the workbook of
 * refused rows, "rejects". */
#ifndef INGEST_IMPORT_JOB_H
#define INGEST_IMPORT_JOB_H
#include "audit/suite.h"
#include "base/msg.h"
#include "db/blob.h"
#include "model/job_worker.h"

struct import_parts {
    struct blobs *blobs;
    const struct log_suite *suite;
    const char *tmpdir, *reader; /* import_options (pipeline.h) */
};

extern const struct job_kind import_job_kind;   /* its parts: struct import_parts */
extern const struct job_kind import_check_kind; /* a dry run; the same parts */
/* Standing work: goes on with imports that were being taken back when their process ended. The same parts. */
extern const struct job_kind import_undo_kind;

struct import_wish {
    struct str digest; /* of the file, hex; the caller has put it (db/blob_file.h) */
    struct str name;   /* of the file, for people */
    struct str format; /* empty: found by content */
    struct str source; /* the office or vendor that was named; empty: the file itself */
    struct str as_of;  /* day of the data, YYYY-MM-DD; empty: not known */
    const struct str *maps;
    size_t map_count;
    int64_t account, unit; /* whose import it is */
    bool dry_run;
    int64_t check;  /* job that read the same file before; 0: none */
    enum lang lang; /* of the report and the workbook */
};

/* Reads the arguments of an import job or a check job. E_CORRUPT: they are invalid. */
MUST_CHECK err_t import_job_wish(struct import_wish *out, const struct job *job, struct arena *a,
                                 struct err *e);

/* Inside a store step. The same wish while it is open is the same job. */
MUST_CHECK err_t import_job_add(int64_t *id, struct db *db, const struct import_wish *w,
                                int64_t now_ms, struct err *e);
#endif
