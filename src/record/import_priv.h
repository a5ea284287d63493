/* What the files of an import share: a workbook as it was read (import_read.c), who is at it
 * (import_hold.c), the rows of the tables record_import and record_import_row (import_note.c),
 * and the way back (import_undo.c).
 *
 * Each row that is written is noted in the very step of its record. So whatever ends a process,
 * what it wrote is known: a job goes on behind it, anything else is taken back. */
#ifndef RECORD_IMPORT_PRIV_H
#define RECORD_IMPORT_PRIV_H
#include "base/map.h"
#include "base/vec.h"
#include "record/import.h"
#include "record/ref_names.h"
#include "record/sheet.h"
#include <stdatomic.h>

/* --- a workbook as it was read ------------------------------------------------------- */

enum outcome { ROW_OPEN, ROW_CREATED, ROW_CHANGED, ROW_UNCHANGED, ROW_REJECTED };

/* One row of the main sheet, with the rows of its tables. */
struct item {
    struct str sheet;
    int64_t row;
    struct str *cells; /* as read */
    size_t cell_count;
    int64_t id, version;        /* from the system columns; 0: not given */
    struct str key;             /* natural key of one field, as written; empty: none */
    const struct field *unique; /* whose value stands for the key, which the row does not say */
    struct str body;            /* JSON object without its brackets */
    VEC(struct str) * tables;   /* by sheet: JSON objects */
    /* Rows that name the same record, as far as their cells tell: a chain of indexes. */
    size_t first, next; /* next SIZE_MAX: none */
    size_t last;        /* of the first alone */
    bool follows;       /* it is not the first */
    bool numbered;      /* it brings the number that the program gives where there is none */
    enum outcome outcome;
    struct str reason;
    struct str state; /* as its column says it; empty: there is none, or it says nothing */
    struct str note;  /* why its record stands elsewhere than the row says; empty: it does not */
    int64_t record_id, before, after;
    bool noted; /* record_import_row has it */
};

struct orphan { /* a row of a table's sheet that belongs to no row of the main sheet */
    struct sheet_reject reject;
    struct str *cells;
    size_t cell_count;
    bool noted;
};

struct header { /* as the file has it, for giving refused rows back under it */
    struct str sheet;
    struct str *cells;
    size_t count;
};

struct import_bundle;
typedef VEC(struct sheet_reject) header_list;

struct reading {
    const struct record_type *type;
    const struct sheet_import_options *options;
    header_list unknown;          /* headers that are no columns */
    struct sheet registers;       /* further columns of the main sheet */
    struct import_bundle *bundle; /* NULL: the workbook came alone */
    struct ref_names refs;
    const struct sheet *sheets;
    size_t sheet_count;
    bool *seen; /* by sheet */
    VEC(struct item) items;
    VEC(struct orphan) orphans;
    VEC(struct sheet_reject) notes; /* how amounts are read; rows of totals, left out */
    VEC(struct header) headers;
    VEC(struct header) samples; /* rows below a header that has unknown columns */
    VEC(struct str) past;       /* "header=column" of the unit's imports, the last first */
    struct str *heads;          /* that header as written, and what its columns are */
    const struct sheet_column **head_columns;
    size_t head_count;
    struct map *names; /* of records, for the rows of their tables: index in items */
    struct arena *a;
    enum lang lang;
    /* The sheet at hand. */
    size_t at;
    struct str name;
    const struct sheet_column **columns; /* by column of the file; NULL: empty header */
    size_t column_count;
    struct str unit;   /* of its money, as a row above the header says; empty: yuan */
    struct str *units; /* by column of the file: of the money there; empty: none */
    bool *told;        /* by column: of an amount that names its own */
};

void import_reading_init(struct reading *r, const struct record_type *t, enum lang lang,
                         struct arena *a);
void import_reading_clear(struct reading *r);
/* E_INVALID: no workbook, no sheet or header of the type, an unknown column. */
MUST_CHECK err_t import_reading_take(struct reading *r, struct bytes file, const char *reader,
                                     struct err *e);
/* The body of a row with its tables, as JSON text. */
struct str import_reading_body(const struct reading *r, const struct item *item, struct arena *a);

/* "HEADER=column" of each unknown header whose column is likely; in r->a. */
size_t import_propose(const struct str **out, struct reading *r);
/* The column of the sheet at hand that a header or a path names; NULL: none. */
const struct sheet_column *import_column(const struct reading *r, struct str header);

/* --- a ZIP of a workbook and its files --------------------------------------------- */

MUST_CHECK err_t import_bundle_is(bool *out, struct bytes file, struct err *e);
/* *out is to be closed also after an error. *book: the workbook, until then. E_INVALID: there is not one
 * workbook, or the import has no place for files; E_LIMIT: it is too large. */
MUST_CHECK err_t import_bundle_open(struct import_bundle **out, struct bytes *book,
                                    struct bytes file, const struct sheet_import_options *o,
                                    struct arena *a, struct err *e);
void import_bundle_close(struct import_bundle *b); /* accepts NULL */
/* A name in a cell of a file field becomes it with its digest. *problem: why it cannot; else it stays. */
MUST_CHECK err_t import_bundle_name(struct str *one, struct str *problem, struct import_bundle *b,
                                    enum lang lang, struct arena *a, struct err *e);
void import_bundle_unused(struct sheet_import_outcome *out, const struct import_bundle *b,
                          struct arena *a);

/* --- who is at it ---------------------------------------------------------------------- */

#define IMPORT_HOLD_MS ((int64_t)30000)

/* An import is held under a random name, which each step that writes for it must show, until a
 * moment that is moved on while its process lives. Once that is past, it is the sweeper's. */
struct hold {
    struct kernel *kernel;
    struct job_run *job; /* NULL: of a request, or of the sweeper */
    int64_t import_id;   /* 0: not begun */
    char holder[JOB_LEASE_LEN + 1];
    atomic_bool lost; /* it is another's by now */
};

void import_hold_init(struct hold *h, struct kernel *k, struct job_run *job, int64_t import_id);
/* Says so: E_CONFLICT, and h->lost is set. */
err_t import_hold_lost(struct hold *h, struct err *e);
/* First in every step that writes for the import. E_CONFLICT: it is another's; h->lost is set. */
MUST_CHECK err_t import_hold_check(struct db *db, struct hold *h, struct err *e);
/* The same, and moves its end on. */
MUST_CHECK err_t import_hold_renew(struct db *db, struct hold *h, struct err *e);
/* A step of the store: under the job's lease where there is one. */
MUST_CHECK err_t import_hold_step(struct hold *h, store_fn fn, void *arg, struct err *e);
/* A job takes its own import up again. E_CONFLICT: it is not running. */
MUST_CHECK err_t import_hold_resume(struct hold *h, struct err *e);
/* The import becomes `removing`, in the hands of h, who holds it already or finds it left.
 * E_CONFLICT: it is somebody's. */
MUST_CHECK err_t import_hold_remove(struct hold *h, struct err *e);
/* Somebody else may have it from `ms` from now on. */
MUST_CHECK err_t import_hold_release(struct hold *h, int64_t ms, struct err *e);

/* Run `work` on some threads at once until all have returned, at most `count`; the calling
 * one keeps the hold (NULL: there is none). */
void import_crew(void *(*work)(void *), void *arg, size_t count, struct hold *h);

/* --- what is written down of it ---------------------------------------------------------- */

struct running {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    const struct sheet_import_options *options;
    struct reading *reading;
    struct hold hold;
    struct str digest; /* of the file */
    bool check_only;
    atomic_size_t next;
    atomic_bool stopped;
    bool numbered; /* which rows are being written: those that bring a number, or the others */
    /* Held while the caller's function is asked, and what outlives a row is kept in the
     * arena of all. */
    pthread_mutex_t lock;
    size_t done; /* rows, under the lock */
    err_t rc;    /* the first error that is no row's, and why; under the lock */
    struct err why;
};

/* Faults of a row, else the error, in one sentence of the arena of all that names fields as people do. */
struct str import_error_text(struct running *x, const struct faults *faults, const struct err *why);
/* Once an import is finished (before, its records are nobody's to see): what its rows bring about besides their
 * records, and which of them stand elsewhere than their row says, into *out. */
void import_follow(struct sheet_import_outcome *out, struct running *x);

/* r->past, of the type's imports of this unit. */
MUST_CHECK err_t import_note_maps(struct reading *r, struct kernel *k, int64_t unit, struct err *e);
MUST_CHECK err_t import_note_begin(struct running *x, struct err *e);
/* What an earlier run noted, into the reading. */
MUST_CHECK err_t import_note_resume(struct running *x, struct err *e);
/* One row that became record `w`; inside its step. */
MUST_CHECK err_t import_note_written(struct db *db, struct running *x, const struct item *item,
                                     const struct written *w, struct err *e);
/* What it became besides, by `w`: of a record that the row made, that is undone with it. */
MUST_CHECK err_t import_note_moved(struct db *db, struct running *x, struct item *item,
                                   const struct written *w, struct err *e);
/* All rows that are not noted yet. */
MUST_CHECK err_t import_note_rows(struct running *x, struct err *e);
/* Its end, with its entry in the log. `removing`: another end follows. */
MUST_CHECK err_t import_note_end(struct running *x, const char *state,
                                 const struct sheet_import_outcome *out, struct err *e);

/* *state in the arena. E_NOTFOUND: the account has no such import. */
MUST_CHECK err_t import_find(struct str *state, struct db *db, const struct record_call *c,
                             struct err *e);

/* --- the way back -------------------------------------------------------------------------- */

/* Take back all that an unfinished import wrote, whatever its account may do, and end it in
 * `state`. What others wrote to since stays. An error leaves the rest hidden, for the sweeper. */
MUST_CHECK err_t import_remove(struct hold *h, const struct record_type *t, const char *state,
                               struct err *e);
#endif
