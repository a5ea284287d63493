/* Import of records from workbooks. Every row is one create or change by the person who imports,
 * checked and logged like any other. Rejected rows are listed with row and reason and can be
 * downloaded as a workbook. Existing records are found by their natural key, so importing twice
 * changes nothing. An import can be undone.
 *
 * Rows that name one record are written in the order of the file, and rows that bring a number
 * before those that are given one. A full disk or any other error that is not a row's ends the
 * import: its records are then hidden, and undone or, by its job, resumed. */
#ifndef RECORD_IMPORT_H
#define RECORD_IMPORT_H
#include "base/msg.h"
#include "model/job_worker.h"
#include "record/record.h"

struct stream;

/* Stores a file that came in one ZIP with the workbook as an upload of the importer. */
struct sheet_import_files {
    /* *digest outlives the import. E_INVALID, E_LIMIT, E_DENIED: the file is rejected, which is a
     * fault of the rows that name it. The caller closes content. */
    err_t (*put)(struct str *digest, void *arg, struct str name, struct stream *content,
                 struct err *e);
    void *arg;
    size_t book_bytes_max; /* of the workbook, unpacked */
};

struct sheet_import_options {
    bool check; /* what would become of each row; nothing is written but files of a ZIP */
    bool whole; /* all rows or none */
    enum lang lang;
    struct str file_name;   /* for people */
    const char *tmpdir;     /* for a workbook that is no plain file */
    struct str reason;      /* kept with every version */
    const struct str *maps; /* "header=column of the type"; "header=": left out */
    size_t map_count;
    /* The file may be a ZIP of a workbook and of files that its cells name; NULL: it may not. */
    const struct sheet_import_files *files;
    /* Called between rows; NULL: never stops. A stopped import is undone. */
    bool (*stop)(void *arg);
    void *arg;
    /* Alternatively the job that runs the import; it is asked whether to stop and told the
     * progress. When stopped, it leaves its records to its next run, which reports them. */
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
    struct str state; /* finished; refused: all or nothing; broken: stopped, and taken back;
                         checked: nothing was written; unmapped: the same, and rejects are the
                         headers that are no columns */
    int64_t created, changed, unchanged, rejected;
    const struct sheet_reject *rejects; /* in the order of the file */
    size_t reject_count;
    /* rows that were imported although the state of their record differs from theirs, and why;
     * then, of a check too, how columns of money are read and skipped rows of totals */
    const struct sheet_reject *notes;
    size_t note_count;
    /* of an unmapped one: "header=column", where the column is likely */
    const struct str *maps;
    size_t map_count;
    const struct str *unused; /* names of files in the ZIP that no cell names */
    size_t unused_count;
};

/* Whether it is a ZIP of a workbook and files, rather than a workbook. */
MUST_CHECK err_t sheet_import_is_bundle(bool *out, const char *path, const char *tmpdir,
                                        struct err *e);

/* E_INVALID: no workbook (in a ZIP: not one), no sheet or header of this type, an unknown column (named).
 * Refused rows are no error. */
MUST_CHECK err_t sheet_import(struct sheet_import_outcome *out, const struct record_call *c,
                              const char *path, const struct sheet_import_options *o,
                              struct err *e);

/* name: [{"sheet", "row", "reason"} …] */
void sheet_rows_json(struct jout *j, const char *name, const struct sheet_reject *rows,
                     size_t count);

/* The refused rows of an import as a workbook: as they came, with the reason in a
 * further column; mended, it can be imported again. E_NOTFOUND: no such import of
 * this account. */
MUST_CHECK err_t sheet_import_rejects(const char *path, const struct record_call *c,
                                      const char *tmpdir, struct err *e);

/* The last 50 imports of this type by this account, and how many there are. */
MUST_CHECK err_t sheet_imports_json(struct jout *j, int64_t *total, const struct record_call *c,
                                    struct err *e);

struct sheet_undo_outcome {
    int64_t undone, kept;
    const int64_t *left; /* the records that were left alone, `kept` of them, by id */
    struct str why;      /* of the first of them; empty: none was */
};
/* End what it made and put back what it changed, where nobody wrote since. Killed under way,
 * it is asked for again. E_CONFLICT: undone already, or running. */
MUST_CHECK err_t sheet_import_undo(struct sheet_undo_outcome *out, const struct record_call *c,
                                   struct err *e);

/* Imports that nobody is at any more, because their process was killed or their job is over
 * for good: what they wrote is taken back, as the program. *removed: how many. */
MUST_CHECK err_t sheet_import_sweep(int64_t *removed, struct kernel *k, struct err *e);
/* Is there any? */
MUST_CHECK err_t sheet_import_has_leftover(bool *out, struct db *db, int64_t now_ms, struct err *e);
#endif
