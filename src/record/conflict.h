/* Reports who was first, as faults, to the loser of a race and to anybody who enters an existing
 * record. Reveals nothing the subject may not see. */
#ifndef RECORD_CONFLICT_H
#define RECORD_CONFLICT_H
#include "record/write.h"

/* The display name of the action: its transition's label, or the kernel's word. */
struct label conflict_action(const struct write *w, struct str action);

/* The record has ended or has another version than the request's. Reports the author, the time and
 * the differing fields, and sets the outcome. */
MUST_CHECK err_t conflict_of_version(struct write *w, struct db *db, struct err *e);

/* A unique index refused the row: which record holds the key. Sets the outcome. */
MUST_CHECK err_t conflict_of_key(struct write *w, struct err *e);

/* The state does not allow this transition: who brought it there. */
MUST_CHECK err_t conflict_of_state(struct write *w, struct db *db, struct err *e);
/* Rejects a change of a record that is the subject of a running case: only steps of the case end
 * it or change its state, and after submission its party cannot change it otherwise, not even
 * after the case is closed. WRITE_CONFLICT with the case and its stage. Writes by steps pass. */
MUST_CHECK err_t conflict_of_case(struct write *w, struct db *db, struct err *e);
/* Rejects a transition of a record that belongs to a case (such as a payment to its project),
 * running or closed, if a step of the case makes that transition and the case is in another stage.
 * WRITE_CONFLICT with the case, its stage and the step. */
MUST_CHECK err_t conflict_of_step(struct write *w, struct db *db, struct err *e);
/* *out: whether conflict_of_case or conflict_of_step would refuse the action, so that it is not
 * offered. `transition` NULL: only the verb. */
struct held_ask {
    struct kernel *kernel;
    const struct subject *subject;
    const struct type_plan *plan;
    const struct row *row;
    enum access_verb verb;
    const struct transition *transition;
    struct arena *arena;
};
MUST_CHECK err_t conflict_would_refuse(bool *out, const struct held_ask *ask, struct db *db,
                                       struct err *e);
/* Likewise of a running case whose step would make the record, which has its row by now. */
MUST_CHECK err_t conflict_of_making(struct write *w, struct db *db, struct err *e);
#endif
