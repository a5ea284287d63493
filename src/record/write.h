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
    struct kernel *kernel;
    const struct subject *subject;
    const struct type_plan *plan;
    const struct write_options *options;
    struct arena *arena;
    struct fault_list faults;
    struct written *out;
    enum access_verb verb;
    struct str action; /* as the log names it */
    struct str today;  /* business date */
    int64_t id, now_ms;
    char digest[65]; /* of the request, with a key */

    /* First half. */
    const struct jvalue *patch; /* of the fields; NULL: none */
    struct str reason;          /* why, cleaned */
    const struct row *before;   /* NULL: a new record */
    bool absent;                /* there is no such record */
    struct labels labels;       /* of the record as it will be, but for its state */
    struct body body;
    struct str state;  /* afterwards */
    struct str number; /* that the step gave a new record (numbered.c); empty: none yet */
    bool published, ends;
    struct str content, text;
    bool text_changed;
    struct log_commitment commitment;
    const char *update;
    struct value *update_values;
    size_t update_count;
    /* Called in the first half of an action, before and after the fields are read; NULL: none. */
    err_t (*prepare_first)(struct write *w, struct db *db, struct err *e);
    err_t (*prepare_more)(struct write *w, struct validation *v, struct db *db, struct err *e);
    const struct transition *transition; /* act.c; NULL: none */
    const struct jvalue *arguments;
    /* …and inside the step, before the row is written: changes the body and prepares
     * anew. May run again. */
    err_t (*in_step)(struct db *db, struct write *w, struct err *e);
    /* Two persons: the open proposal (id 0: none), and what this request does to it. */
    struct proposal proposal;
    bool proposes, confirms;
    struct str proposed_arguments;
    const struct jvalue *confirmed_arguments;

    /* Second half. */
    struct decision decision;
    enum write_outcome outcome;
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
/* Content, commitment, statement: all that the step writes, from body and labels. */
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
