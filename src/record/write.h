/* A write under way: shared by creating (create.c), changing (change.c), acting (act.c)
 * and telling of conflicts (conflict.c). */
#ifndef RECORD_WRITE_H
#define RECORD_WRITE_H
#include "access/two_person.h"
#include "record/row.h"
#include "record/validate.h"

enum write_outcome {
    WRITE_DONE,
    WRITE_PROPOSED, /* it waits for a second person */
    WRITE_REPEATED, /* an earlier request with this key did it */
    WRITE_KEY_USED, /* …did something else */
    WRITE_FAULTY,   /* faults say why */
    WRITE_DENIED,   /* written down as refused */
    WRITE_CONFLICT, /* faults say who and what */
    WRITE_MOVED     /* the record is another than the one that was read */
};

struct write {
    /* The request, from write_begin and the function that begins the write. */
    struct kernel *kernel;
    const struct subject *subject;
    const struct type_plan *plan;
    const struct write_options *options;
    struct arena *arena;
    struct written *out;
    enum access_verb verb;
    struct str action;                   /* as the log names it */
    const struct transition *transition; /* NULL: none */
    const struct jvalue *arguments;      /* fields, or of the transition's function; NULL: none */
    struct str today;                    /* business date */
    int64_t id, now_ms;                  /* id: 0 until a new record has its row */
    char digest[65];                     /* of the request, with a key */

    /* Made before the step, again by each attempt. */
    const struct row *before;   /* NULL: a new record */
    struct proposal proposal;   /* of two persons: the open one; id 0: none */
    bool proposes;              /* two persons: it makes a proposal, and does not confirm one */
    const struct jvalue *patch; /* the arguments, or those that were proposed */
    struct str reason;          /* likewise; cleaned */
    struct body body;
    struct labels labels; /* of the record as it will be */
    bool ends;
    struct str content;
    struct log_commitment commitment;
    struct str text; /* for search; ptr NULL: unchanged */

    /* Found, by an attempt or in the step. */
    struct decision decision;
    enum write_outcome outcome;
    struct fault_list faults;
    struct str number;  /* that the step gave a new record (numbered.c); empty: none yet */
    VEC(int64_t) files; /* that the record names newly; kept once it is written */
    bool moved;         /* the record became another under this request, which looks at it again */
    bool row_refused;   /* by a unique index */
    bool trying;        /* what is proposed is done and undone: it is refused to who can mend it */
    bool taken_back;    /* the step came to its end and was undone: options->check_only, trying, or
                           the record as it was written breaks a rule (outcome) */
};

void write_begin(struct write *w, struct written *out, const struct record_call *c,
                 const struct write_options *o);
struct validation write_validation(struct write *w);
/* Content, commitment and search text, which the step writes, from body and labels. */
void write_prepare(struct write *w);
/* Read, check, prepare, write, again while the record moves; then the answer. */
MUST_CHECK err_t write_change(struct write *w, struct err *e);
/* Entries of what is no version: "propose:revoke"; a refusal. */
MUST_CHECK err_t write_note(struct db *db, struct write *w, const char *what, struct err *e);
/* …named by the action alone: "erase". */
MUST_CHECK err_t write_plain_entry(struct db *db, struct write *w, struct err *e);
/* The record's search text from w->body, whatever changed. */
MUST_CHECK err_t write_search_text(struct db *db, struct write *w, struct err *e);
MUST_CHECK err_t write_refused(struct db *db, struct write *w, struct err *e);
/* The answer of an outcome, with w->out->faults. */
err_t write_answer(struct write *w, struct err *e);
/* Remember that the request with this key was done. */
MUST_CHECK err_t write_request_done(struct db *db, const struct write *w, struct err *e);
#endif
