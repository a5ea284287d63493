/* 文号: 发文机关代字〔年〕n号. The marks are data of the offices (types/document_mark.yaml), each number a
 * record (types/document_number.yaml): given in the store step that needs it, and never again, so that
 * what lacks between the first and the last was made void by somebody, or was given elsewhere (OA). */
#ifndef DOCUMENT_DOCUMENT_NUMBER_H
#define DOCUMENT_DOCUMENT_NUMBER_H
#include "record/record.h"

#define DOCUMENT_SERIAL_MAX 99999 /* of a mark in a year */

struct document_number {
    int64_t id;         /* of its record; 0: none yet */
    struct str mark;    /* "川知发" */
    int64_t year;       /* Gregorian, four digits */
    int64_t serial;     /* 1 … DOCUMENT_SERIAL_MAX */
    struct str written; /* "川知发〔2026〕3号" */
};

/* For what a number is wanted, by whom. */
struct document_use {
    struct kernel *kernel;
    struct db *db; /* of the store step */
    const struct subject *by;
    const struct grant *as;
    struct str today;       /* business date */
    struct str purpose;     /* of one that is drawn ahead; empty: it is used at once, for … */
    struct str paper;       /* … a paper of this title */
    struct str case_number; /* empty: none */
    struct arena *arena;
};

/* Inside a store step: takes the next number of this year for a mark of the subject's office.
 * E_INVALID: no such mark, or it is numbered elsewhere; E_DENIED: it belongs to another office;
 * E_LIMIT: no number is left. */
MUST_CHECK err_t document_number_draw(struct document_number *out, const struct document_use *use,
                                      struct str mark, struct err *e);

/* The same for a policy's usual mark, which needs no entry by an office: it has its own register.
 */
MUST_CHECK err_t document_number_usual(struct document_number *out, const struct document_use *use,
                                       struct str mark, struct err *e);

/* The same for one that was drawn before, or that comes from elsewhere. An office that entered no mark
 * keeps no register here: its numbers are checked in form, and are no other paper's. E_CONFLICT: it is
 * another paper's, or was made void; E_INVALID: form, year (this one or the last), or numbers of that
 * mark are drawn here. */
MUST_CHECK err_t document_number_use(struct document_number *out, const struct document_use *use,
                                     struct str written, struct err *e);

/* Whether document_number_use would take it; nothing is written. */
MUST_CHECK err_t document_number_check(const struct document_use *use, struct str written,
                                       struct err *e);

/* As document_number_use, for a number stated by a decision (recognition.document_no), before or
 * after its paper is issued here. From then on the number belongs to the case, and only a paper of
 * the case can take it. Its mark must have been entered by an office. E_CONFLICT: it belongs to
 * another case, or was voided; else as above. */
MUST_CHECK err_t document_number_cite(struct document_number *out, const struct document_use *use,
                                      struct str written, struct err *e);

/* The mark for certificates of an office; empty: it has none. */
MUST_CHECK err_t document_mark_certificates(struct str *mark, struct db *db, int64_t unit,
                                            struct arena *a, struct err *e);

struct document_gap {
    int64_t from, to;  /* serials; of one that was given, the same */
    const char *state; /* "voided", "given" (drawn, not used), "missing" (not given here) */
    struct str written, on, by, reason; /* of voided and given ones; on: business date */
};

struct document_gaps {
    struct document_gap *ptr;
    size_t len, cap;
};

/* The marks and years in which numbers were given, in order: of an office; or of a province (GB/T 2260,
 * 2 digits), with unit 0; or with neither, all. */
struct document_year {
    struct str mark;
    int64_t year, last; /* last: the highest serial */
};

MUST_CHECK err_t document_years(const struct document_year **out, size_t *count, struct db *db,
                                int64_t unit, struct str province, struct arena *a, struct err *e);

/* Missing numbers of a mark in a year, in order. */
MUST_CHECK err_t document_gaps(struct document_gaps *out, struct db *db,
                               const struct document_year *of, struct arena *a, struct err *e);
#endif
