/* Telling who was first: as faults, for the loser of a race and for whoever enters
 * what is there already. Nothing is told of what the subject may not see. */
#ifndef RECORD_CONFLICT_H
#define RECORD_CONFLICT_H
#include "record/write.h"

/* What people call the action: its transition's label, or the kernel's own word. */
struct label conflict_action(const struct write *w, struct str action);

/* Another version than the one asked for, or an ended record: who wrote it, when,
 * and which fields differ from the version asked for. Sets the outcome. */
MUST_CHECK err_t conflict_of_version(struct write *w, struct db *db, struct err *e);

/* A unique index refused the row: which record holds the key. Sets the outcome. */
MUST_CHECK err_t conflict_of_key(struct write *w, struct err *e);

/* The state does not allow this transition: who brought it there. */
MUST_CHECK err_t conflict_of_state(struct write *w, struct db *db, struct err *e);
/* Whether who writes may be told of that record of the type: he may read it, and it is not only coming. */
MUST_CHECK err_t conflict_shows(bool *out, struct write *w, struct db *db, int64_t id,
                                struct err *e);
/* The record is the matter of a running case: its steps end it and bring it to another state, and once it is handed
 * in its party does not change it beside them, nor once the case is over. WRITE_CONFLICT with the case and its stage;
 * nothing said of what a step itself writes. */
MUST_CHECK err_t conflict_of_case(struct write *w, struct db *db, struct err *e);
/* The record belongs to a case (a payment to its project's), running or over, whose step would do what this transition
 * does, and which stands where it does not. WRITE_CONFLICT with the case, its stage and the step. */
MUST_CHECK err_t conflict_of_step(struct write *w, struct db *db, struct err *e);
/* *out: conflict_of_case or conflict_of_step would refuse that to the subject: nobody is offered it. `transition` NULL:
 * the verb alone. */
struct held_ask {
    struct kernel *kernel;
    const struct subject *subject;
    const struct type_plan *plan;
    const struct row *row;
    enum access_verb verb;
    const struct transition *transition;
    struct arena *arena;
};
MUST_CHECK err_t conflict_holds(bool *out, const struct held_ask *ask, struct db *db,
                                struct err *e);
/* Likewise of a running case whose step would make the record, which has its row by now. */
MUST_CHECK err_t conflict_of_making(struct write *w, struct db *db, struct err *e);
#endif
