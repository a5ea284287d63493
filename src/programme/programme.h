/* Cases of policies, for whoever asks: HTTP, commands, jobs. One struct programme serves one
 * thread for one request. */
#ifndef PROGRAMME_PROGRAMME_H
#define PROGRAMME_PROGRAMME_H
#include "flow/flow.h"
#include "policy/packs.h"
#include "record/record.h"

/* What closed panels came to, each read once: its digest says what it is. */
struct panel_reports {
    struct arena *arena; /* of what is kept here */
    const struct panel_report *first;
};

struct programme {
    struct kernel *kernel;
    struct packs *packs; /* those of now */
    const struct calendar *calendar;
    struct flow flow;
    const struct pack *pack; /* of the case at hand */
    /* Of a case under an earlier version: the one that counts now, whose document may have yielded to
     * another since; else NULL. */
    const struct pack *later;
    struct arena *arena;
    /* The list that was made public of the cases of a joint step, and whether it is as the records say
     * (publicity_check.c). */
    struct {
        struct str list;
        bool same;
    } compared;
    /* its own; or those of who looks at many cases, one after the other */
    struct panel_reports *reports;
};

void programme_init(struct programme *p, struct kernel *k, struct packs *packs,
                    const struct calendar *calendar, struct arena *a);

/* For the boxes of people (待办): which steps of a case are open to somebody. */
extern const struct kernel_moves programme_moves;

/* The case to which a record belongs that names the case's own by its key (a payment its project), where a step of
 * that case brings such a record to the state and is not open there; number empty: there is none. In the arena. */
/* For kernel_choices. */
MUST_CHECK err_t programme_plays(bool *out, struct str *whose, struct packs *packs,
                                 struct str programme, struct str function,
                                 const struct unit_place *unit, struct arena *a, struct err *e);
MUST_CHECK err_t programme_beside(struct case_beside *out, struct kernel *k, struct packs *packs,
                                  struct db *db, const struct record_type *t, int64_t id,
                                  struct str state, struct arena *a, struct err *e);

/* The pack of a case in the version that it began under, and its process. E_CORRUPT: the kept files
 * are not what their digest says. */
MUST_CHECK err_t programme_case(struct flow_call *x, struct programme *p, struct err *e);

struct programme_new {
    struct str pack, process;
    int64_t record_id;           /* of the process's subject type; 0: a new one is made */
    const struct jvalue *record; /* its fields; NULL: none */
    int64_t unit;                /* the party; 0: the subject's own */
    int64_t call;                /* record of type call; 0: none */
};
/* A case at its start. E_INVALID with *faults: the record; or with the reason: the pack has no such
 * process, the document has lapsed, the call is not open for this party today, it has such a case
 * already (then out->case_id is that one, else 0). E_DENIED. The case begins under the version that
 * counts here. */
MUST_CHECK err_t programme_begin(struct flow_taken *out, struct faults *faults, struct flow_call *x,
                                 struct programme *p, const struct programme_new *n, struct err *e);
/* What stands against that, asked before (beginnings.c): who may begin x->process at all, by role and place; and what
 * the policy, its calls and earlier cases say. n->unit is the party. E_DENIED, E_INVALID … with the reason. */
MUST_CHECK err_t programme_begins_here(struct db *db, struct flow_call *x, struct programme *p,
                                       int64_t unit, struct err *e);
MUST_CHECK err_t programme_may_begin(struct db *db, struct flow_call *x, struct programme *p,
                                     const struct programme_new *n, struct err *e);
/* p->pack: the version of the policy that the call opened with. */
MUST_CHECK err_t programme_call_version(struct programme *p, int64_t call, struct err *e);
/* The same inside a store step, for whom the step that runs brings a case about. */
MUST_CHECK err_t programme_begin_in(struct flow_taken *out, struct faults *faults, struct db *db,
                                    struct flow_call *x, struct programme *p,
                                    const struct programme_new *n, int64_t parent, struct err *e);

/* Whether the call may be open as `version` of it says: its programme is a policy with a process, its office plays one
 * of that policy's authorities, here, its days lie within the policy's, and where its last day is moved it was not over
 * yet. Inside the store step that opens or extends it. E_INVALID with *faults. */
MUST_CHECK err_t programme_call_check(struct faults *faults, struct db *db, struct programme *p,
                                      int64_t call, int64_t version, struct err *e);

/* {"items":[{"action","label","open","input":…,"why":[…]}],"total","next"}: what x->by may do in the case now, and the
 * closed steps of this stage that are of his side, each with what stands against it. `all`: also those of other stages,
 * of others, of another kind of party, and of another way than the record names. */
MUST_CHECK err_t programme_actions(struct buf *out, struct flow_call *x, struct programme *p,
                                   bool all, struct err *e);
/* The case with its party, days and holder, as who asks may see it. */
MUST_CHECK err_t programme_case_json(struct buf *out, struct flow_call *x, struct programme *p,
                                     struct err *e);
/* The steps that were taken, as who asks may see them, oldest first. */
MUST_CHECK err_t programme_history_json(struct buf *out, struct flow_call *x, struct programme *p,
                                        struct err *e);
/* What came of a step; {"id","version","stage","entry","proposal","result"}. */
void flow_taken_json(struct jout *j, const struct flow_taken *t);
/* RFC 9457 `errors` of obstacles. */
struct str flow_obstacles_json(const struct flow_obstacle *o, size_t count, struct arena *a);
#endif
