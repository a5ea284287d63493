/* Cases under policies, for HTTP, commands and jobs. A struct programme serves one thread for one request. */
#ifndef PROGRAMME_PROGRAMME_H
#define PROGRAMME_PROGRAMME_H
#include "flow/flow.h"
#include "policy/packs.h"
#include "record/record.h"

/* Reports of closed panels, each read once; identified by digest. */
struct panel_reports {
    struct arena *arena; /* owns the reports */
    const struct panel_report *first;
};

struct programme {
    struct kernel *kernel;
    struct packs *packs; /* the current ones */
    const struct calendar *calendar;
    struct flow flow;
    const struct pack *pack; /* of the case */
    /* For a case under an earlier version: the version in force, whose document may have been replaced since; else
     * NULL. */
    const struct pack *later;
    struct arena *arena;
    struct faults faults; /* of a record that a beginning, a call or an archive writes */
    /* The published list of the cases of a joint step, and whether it matches the records (publicity_check.c). */
    struct {
        struct str list;
        bool same;
    } compared;
    /* private, or shared by a loop over many cases */
    struct panel_reports *reports;
};

/* A case and its step, of which nothing is changed. */
struct step_view {
    struct flow_obstacles *to; /* NULL: none are collected */
    struct db *db;
    const struct flow_call *x;
    const struct programme *p;
    struct err *e;
};

void programme_init(struct programme *p, struct kernel *k, struct packs *packs,
                    const struct calendar *calendar, struct arena *a);

/* Steps of a case that are open to a person, for to-do lists (待办). */
extern const struct kernel_moves programme_moves;

/* For kernel_choices. */
MUST_CHECK err_t programme_has_function(bool *out, struct str *whose, struct packs *packs,
                                        struct str programme, struct str function,
                                        const struct unit_place *unit, struct arena *a,
                                        struct err *e);
/* The case of a record that refers to the case's subject by its key (a payment to its project), if a step of that case
 * sets the record to `state` and is closed now; empty number: none. In the arena. */
MUST_CHECK err_t programme_find_blocking_case(struct case_beside *out, struct kernel *k,
                                              struct packs *packs, struct db *db,
                                              const struct record_type *t, int64_t id,
                                              struct str state, struct arena *a, struct err *e);

/* Loads the pack version under which the case began, and its process. E_CORRUPT: the stored files do not match their
 * digest. */
MUST_CHECK err_t programme_case(struct flow_call *x, struct programme *p, struct err *e);

struct programme_new {
    struct str pack, process;
    int64_t record_id;           /* of the process's subject type; 0: create one */
    const struct jvalue *record; /* its fields; NULL: none */
    int64_t unit;                /* the party; 0: the subject's own */
    int64_t call;                /* record of type call; 0: none */
    int64_t parent;              /* the case whose step begins it; 0: none */
};
/* Begins a case under the version in force. E_INVALID with p->faults: the record is wrong; E_INVALID with a reason: the pack
 * has no such process, the document has expired, the call is not open for this party today, or the party has such a case
 * (out->case_id, else 0). E_DENIED. */
MUST_CHECK err_t programme_begin(struct flow_taken *out, struct flow_call *x, struct programme *p,
                                 const struct programme_new *n, struct err *e);
/* The checks of programme_begin alone (beginnings.c): whether x->by may begin x->process, by role and place; and whether
 * the policy, its calls and earlier cases allow it. n->unit is the party. E_DENIED, E_INVALID … with the reason. */
MUST_CHECK err_t programme_begins_here(struct db *db, struct flow_call *x, struct programme *p,
                                       int64_t unit, struct err *e);
MUST_CHECK err_t programme_may_begin(struct db *db, struct flow_call *x, struct programme *p,
                                     const struct programme_new *n, struct err *e);
/* Sets p->pack to the version under which the call opened. */
MUST_CHECK err_t programme_call_version(struct programme *p, int64_t call, struct err *e);

/* Checks that `version` of a call may be open: its programme is a policy with a process, its office is one of the
 * policy's authorities in this region, its dates lie within the policy's term, and a call that is extended was not over.
 * Inside the store step that opens or extends it. E_INVALID with p->faults. */
MUST_CHECK err_t programme_call_check(struct db *db, struct programme *p, int64_t call,
                                      int64_t version, struct err *e);

/* {"items":[{"action","label","open","input":…,"why":[…]}],"total","next"}: the actions open to x->by, and the
 * closed steps of this stage on x->by's side with their obstacles. `all`: also steps of other stages, other actors, other
 * kinds of party and other paths than the record's. */
MUST_CHECK err_t programme_actions(struct buf *out, struct flow_call *x, struct programme *p,
                                   bool all, struct err *e);
/* The case with party, dates and holder, as x->by may see it. */
MUST_CHECK err_t programme_case_json(struct buf *out, struct flow_call *x, struct programme *p,
                                     struct err *e);
/* The history visible to x->by, oldest first. */
MUST_CHECK err_t programme_history_json(struct buf *out, struct flow_call *x, struct programme *p,
                                        struct err *e);
/* The result of a step: {"id","version","stage","entry","proposal","result"}. */
void flow_taken_json(struct jout *j, const struct flow_taken *t);
/* RFC 9457 `errors` of obstacles. */
const struct jvalue *flow_obstacles_values(const struct flow_obstacle *o, size_t count,
                                           struct arena *a);
#endif
