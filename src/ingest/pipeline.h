/* Import: files → records → store. One thread unpacks and parses, the caller's
 * thread writes in short batches, a bounded queue lies between, so memory does
 * not grow with the file.
 *
 * Progress is committed in the same transaction as the rows it counts, under
 * the file's SHA-256 and the options that change what a row means: an import
 * that was killed goes on where it stopped when run again, and ends in the same
 * store as one that was not. A finished file may be imported again: everything
 * is compared, nothing changes. */
#ifndef INGEST_PIPELINE_H
#define INGEST_PIPELINE_H
#include "base/arena.h"
#include "base/err.h"
#include "ingest/batch_log.h"
#include "ingest/format.h"
#include "model/store_read.h"
#include "text/json.h"

struct import_progress {
    const char *file;                 /* the input being read: "weekly.zip/US1.xml" */
    uint64_t bytes_done, bytes_total; /* over all files, packed size */
    int64_t records;                  /* over all files, refused ones too */
};

struct import_options {
    const char *format;     /* name of a format; NULL: by content */
    const struct str *maps; /* "列名=field" */
    size_t map_count;
    const char *rejects; /* write refused rows to this XLSX file; NULL: do not */
    /* Whose import the evidence log has (ingest/batch_log.h); NULL: a test or measurement, and
     * nothing is logged. */
    const struct import_by *by;
    bool dry_run; /* write nothing; without a `store` nothing is compared either */
    /* The office or vendor that says what the files hold; empty: each file speaks for itself, by its
     * content. */
    struct str source;
    struct date as_of;  /* day of the data, where the records do not say; year 0: not known */
    struct str shown;   /* a file's name for people, which its path is not; empty: its path */
    const char *tmpdir; /* NULL: $TMPDIR, else /tmp */
    const char *
        reader; /* the program that reads workbooks, in its cage (text/book.h); NULL: they are read here */
    const struct fs *fs; /* NULL: fs_system */
    /* Called on the caller's thread, about ten times a second. */
    void (*progress)(void *arg, const struct import_progress *p);
    void *progress_arg;
    /* Asked between batches; true ends the import after the batch at hand:
     * E_BUSY "stopped"; a later import goes on from there. NULL: never. */
    bool (*stop)(void *arg);
    void *stop_arg;
};

struct import_reject {
    struct str sheet; /* may be empty */
    int64_t row;      /* 0: the file as a whole from here on */
    struct str column, value, reason;
};

struct import_warning {
    const char *kind; /* constant sentence, translated by msg() */
    int64_t count;
    int64_t first_row; /* an example */
    struct str column, value;
};

struct reject_spool;

/* One input: a file, or one member of an archive. */
struct import_file_report {
    struct str file;          /* path as given, members as "path/member" */
    struct str format;        /* name of the format; empty when refused before one was found */
    const char *format_title; /* static; NULL as the name is empty */
    bool dry_run;
    int64_t records; /* read + inserted + updated + unchanged + rejected */
    /* A dry run counts what an import would do; it counts a new document twice if the file has it twice. */
    int64_t inserted, updated, unchanged, rejected;
    int64_t read;       /* records that were compared with nothing: a dry run without a store */
    int64_t resumed;    /* of `unchanged`: known from an earlier run that was broken off */
    int64_t numberless; /* of the records: without any number (无号) */
    int64_t repeats;    /* of the records: another record of a document that this file had before */
    /* Records with an applicant, an abstract, a class, a citation. */
    int64_t applicants, abstracts, classes, citations;
    const struct import_column *columns; /* of the first table */
    size_t column_count;
    const struct import_reject *rejects; /* the first IMPORT_REJECTS_KEPT */
    size_t reject_count;
    struct reject_spool *spool; /* all of them; NULL when none */
    const struct str *unknown_columns;
    size_t unknown_count;
    const struct import_warning *warnings;
    size_t warning_count;
    const struct str *remarks;
    size_t remark_count;
    const struct import_guess *guesses; /* of an input that was refused with a question */
    size_t guess_count;
    struct date as_of, as_of_last; /* of what days its records are; year 0: not known */
    struct str table;              /* not patents but a table we recognise: its name */
    err_t refused;                 /* OK, or the whole input was refused or broken off here … */
    struct str refusal;            /* … because */
    double seconds;
};
#define IMPORT_REJECTS_KEPT 1000

/* All refused rows of an input, in order; fn returns false to stop. */
MUST_CHECK err_t import_rejects_each(const struct import_file_report *f,
                                     bool (*fn)(void *arg, const struct import_reject *r),
                                     void *arg, struct err *e);

/* Append one object with all that is known of the input, every refused row too. */
MUST_CHECK err_t import_file_json(struct jout *j, const struct import_file_report *f,
                                  struct err *e);

struct import_report {
    const int64_t
        *imports; /* their numbers (ingest/import_undo.h), one for each file that was read */
    size_t import_count;
    const struct import_file_report *files;
    size_t file_count;
    int64_t records, inserted, updated, unchanged, rejected;
    size_t refused_files; /* > 0: exit code 3 */
    bool dry_run;
    const struct str *remarks; /* on the run as a whole: entries of --map that fit no column */
    size_t remark_count;
    double seconds;
};

/* Append "remarks" on the run as a whole and, of a dry run, "dry_run": true. */
void import_run_json(struct jout *j, const struct import_report *r);

/* Read every file; strs of the report live in `a`. A file that cannot be read
 * is in the report and the others still go in; an error is returned for bad
 * options (E_INVALID), the store (E_IO, E_BUSY …) or a stop (E_BUSY): *out then
 * holds what was done. */
MUST_CHECK err_t import_run(struct import_report *out, struct store *store,
                            const char *const *files, size_t count, const struct import_options *o,
                            struct arena *a, struct err *e);

/* E_INVALID or E_LIMIT, with the first sentence: every input was refused, and nothing of any is in. */
MUST_CHECK err_t import_check_refused(const struct import_report *r, struct err *e);
#endif
