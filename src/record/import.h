/* Workbooks of records in. Every row is one create or change by the person who
 * imports, checked and logged like any other; what was refused is listed with row
 * and reason and can be had back as a workbook. The natural key finds what is there
 * already, so importing twice changes nothing; an import can be undone.
 *
 * Rows that name one record are written in the order of the file. A disk that is full, and
 * whatever else is no matter of a row, ends the import: what it wrote is then hidden, and taken
 * back or, by its job, gone on with. */
#ifndef RECORD_IMPORT_H
#define RECORD_IMPORT_H
#include "base/msg.h"
#include "model/job_worker.h"
#include "record/record.h"

struct stream;

/* How a file that came in one ZIP with its workbook becomes an upload of the importer. */
struct sheet_import_files {
    /* *digest outlives the import. E_INVALID, E_LIMIT, E_DENIED: it is not taken, and why: a matter of the rows
     * that name it. Content is closed by the caller. */
    err_t (*put)(struct str *digest, void *arg, struct str name, struct stream *content,
                 struct err *e);
    void *arg;
    size_t book_bytes_max; /* of the workbook, unpacked */
};

struct sheet_import_options {
    bool whole; /* all rows or none */
    enum lang lang;
    struct str file_name; /* for people */
    const char *tmpdir;   /* for a workbook that is no plain file */
    struct str reason;    /* kept with every version */
    /* The file may be a ZIP of a workbook and of files that its cells name; NULL: it may not. */
    const struct sheet_import_files *files;
    /* Asked between rows; NULL: never stops. A stopped import is taken back. */
    bool (*stop)(void *arg);
    void *arg;
    /* Instead: the job that does it, which is asked and told where it is. Stopped, it leaves
     * what it wrote to its next run, which says so. */
    struct job_run *job; /* NULL: none */
    int64_t resumes;     /* the job's import that is `running`; 0: a new one */
};

struct sheet_reject {
    struct str sheet;
    int64_t row;
    struct str reason;
};

struct sheet_import_outcome {
    int64_t id;       /* record_import.id; 0: the file was refused before it began */
    struct str state; /* finished; refused: all or nothing; broken: stopped, and taken back */
    int64_t created, changed, unchanged, rejected;
    const struct sheet_reject *rejects; /* in the order of the file */
    size_t reject_count;
    /* rows that were taken whose record stands elsewhere than they say, and why; then rows of totals, left out */
    const struct sheet_reject *notes;
    size_t note_count;
    const struct str *unused; /* names of files in the ZIP that no cell names */
    size_t unused_count;
};

/* Whether it is a ZIP of a workbook and files, rather than a workbook. */
MUST_CHECK err_t sheet_import_is_bundle(bool *out, const char *path, const char *tmpdir,
                                        struct err *e);

/* E_INVALID: no workbook (in a ZIP: not one), no sheet or header of this type, an unknown column (named).
 * Refused rows are no error. */
MUST_CHECK err_t sheet_import(struct sheet_import_outcome *out, struct kernel *k,
                              const struct subject *s, const struct record_type *t,
                              const char *path, const struct sheet_import_options *o,
                              struct arena *a, struct err *e);

/* name: [{"sheet", "row", "reason"} …] */
void sheet_rows_json(struct jout *j, const char *name, const struct sheet_reject *rows,
                     size_t count);

/* The refused rows of an import as a workbook: as they came, with the reason in a
 * further column; mended, it can be imported again. E_NOTFOUND: no such import of
 * this account. */
MUST_CHECK err_t sheet_import_rejects(const char *path, struct kernel *k, const struct subject *s,
                                      const struct record_type *t, int64_t import_id,
                                      enum lang lang, const char *tmpdir, struct arena *a,
                                      struct err *e);

struct sheet_undo_outcome {
    int64_t undone, kept;
    const int64_t *left; /* the records that were left alone, `kept` of them, by id */
    struct str why;      /* of the first of them; empty: none was */
};
/* End what it made and put back what it changed, where nobody wrote since. Killed under way,
 * it is asked for again. E_CONFLICT: undone already, or running. */
MUST_CHECK err_t sheet_import_undo(struct sheet_undo_outcome *out, struct kernel *k,
                                   const struct subject *s, const struct record_type *t,
                                   int64_t import_id, struct arena *a, struct err *e);

/* Imports that nobody is at any more, because their process was killed or their job is over
 * for good: what they wrote is taken back, as the program. *removed: how many. */
MUST_CHECK err_t sheet_import_sweep(int64_t *removed, struct kernel *k, struct err *e);
/* Is there any? */
MUST_CHECK err_t sheet_import_left(bool *out, struct db *db, int64_t now_ms, struct err *e);
#endif
