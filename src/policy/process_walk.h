/* Explores every path through a process as defined in its data: each state, each step and its
 * actor, with each guard as a free truth value. It needs no store, facts or record types, so its
 * findings hold for every case. It does not cover conditions only the host knows: open objections,
 * a second application in one call, missing papers and materials.
 *
 * The same model states for one moment which steps are open and who holds the case, for comparison
 * with a running case. */
#ifndef POLICY_PROCESS_WALK_H
#define POLICY_PROCESS_WALK_H
#include "base/arena.h"
#include "base/err.h"
#include "model/process.h"

/* A variable of conditions. */
enum process_guard_kind {
    GUARD_FIELD, /* a field of a record: unknown, one of `values`, or, after them, anything else */
    GUARD_CRITERION, /* these: unknown, fails, passes */
    GUARD_QUESTION,
    GUARD_PANEL, /* unknown: none is closed */
    GUARD_PERIOD /* unknown: its day is not known; else it runs, or is over */
};
enum { GUARD_UNKNOWN, GUARD_FAILS, GUARD_PASSES, GUARD_RUNS = GUARD_FAILS, GUARD_OVER };
#define GUARD_VALUES_MAX 32 /* that one guard can have: they are bits */

struct process_guard {
    enum process_guard_kind kind;
    struct str name; /* field, criterion, question, evaluation, deadline rule; of a period that an
                        officer gives: the step whose it is */
    struct str counted; /* of a period: the field from which it runs */
    /* For fields: possible values as conditions write them. */
    const struct str *values;
    size_t value_count;
    size_t says; /* how many truth values there are, "unknown" among them */
    bool
        settles; /* a field that says for good whose the step is (who the party is, the way it chose) */
    /* A period that runs from a date which this step writes, so it is the stage's behind it; NULL. */
    const struct process_step *begins;
};

/* Facts about a field, from its record type. */
struct process_field {
    struct str name;          /* "application.to" */
    const struct str *values; /* all that it can hold; count 0, or too many for bits: anything */
    size_t count;
    bool settles;
};

struct process_model {
    const struct process *process;
    const struct process_guard *guards;
    size_t guard_count;
    const uint32_t *allowed; /* [step][guard]: bits of the truth values with which it is open */
};
/* Fields that occur in no condition are ignored; fields without given values can have any value.
 * All in the arena; borrows the process. E_LIMIT: its conditions name too many values. */
MUST_CHECK err_t process_model_make(struct process_model *out, const struct process *p,
                                    const struct process_field *fields, size_t count,
                                    struct arena *a, struct err *e);

/* The step whose actor holds the case: the first one that leads on and is not known to be another
 * party's. NULL: nobody holds it. `says`: a truth value per guard; `state`: an index. */
const struct process_step *process_main_step(const struct process_model *m, size_t state,
                                             const uint8_t *says);
/* The truth values of a guard with which the step is open in the state: those of `allowed`; a
 * period that a decision waits for must be over. */
uint32_t process_allowed(const struct process_model *m, const struct process_step *s, size_t state,
                         size_t guard);
/* Whether the guard is the period of that step: by its rule, or given by an officer. */
bool process_guard_is_of(const struct process_guard *g, const struct process_step *period);

enum process_breach_kind {
    BREACH_DEAD,        /* the state is no end, and nothing leads on from it */
    BREACH_UNREACHABLE, /* no way leads to the state */
    BREACH_ENDLESS,     /* ways lead on from the state, and none to an end */
    BREACH_NEVER, /* nobody can ever take the step; of the program's (`system`) too: no job takes any */
    BREACH_HASTY, /* the step decides in the state while a period still runs */
    BREACH_IDLE   /* who holds the case in the state has no step that he can take */
};

struct process_breach {
    enum process_breach_kind kind;
    const struct process_state *state; /* never: NULL */
    const struct process_step *step; /* never, hasty; idle: the one that makes it his; else NULL */
    const struct process_step *period; /* hasty: the one to whom the period belongs */
    /* A path to the state with the values of its guards: "draft -submit→ queue
     * [application.to=city]"; empty: there is none. */
    struct str witness;
};
struct process_breaches {
    struct process_breach *ptr;
    size_t len, cap;
};

#define PROCESS_COMBINATIONS_MAX 4096 /* of what the fields of one process say */
/* All breaches, ordered by kind and then by the process. Corrections of its own record by the
 * party while it holds the case in its first state are no breach. Periods that a decision waits
 * for are those of process_gives_period and the public's objection without a date; a decision is
 * an office's step to an end state. E_LIMIT: too many combinations. */
MUST_CHECK err_t process_walk(struct process_breaches *out, const struct process_model *m,
                              struct arena *a, struct err *e);
#endif
