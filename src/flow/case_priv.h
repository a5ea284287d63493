/* Private to this folder: writes rows of a case inside a store step. */
#ifndef FLOW_CASE_PRIV_H
#define FLOW_CASE_PRIV_H
#include "flow/flow.h"

struct deed flow_deed(const struct flow_call *x, const struct flow *f);

/* A history line; each is a version of the case with a log entry. */
struct flow_line {
    const char *kind;
    struct str step, label, from, to, arguments, result;
    const struct citation *citation; /* NULL: none */
};
/* Writes x->c as the next version of the case; sets x->entry and x->step_id. E_CONFLICT: it has moved since it was
 * read. */
MUST_CHECK err_t flow_put(struct db *db, struct flow_call *x, const struct flow *f,
                          const struct flow_line *line, struct err *e);
/* The case enters a state otherwise than by a step; sets line->from and line->to. */
MUST_CHECK err_t flow_enter(struct db *db, struct flow_call *x, const struct flow *f,
                            struct flow_line *line, const struct process_state *to, struct err *e);
/* Stores the open steps and assigns the case to its holder's to-do list. */
MUST_CHECK err_t flow_set_holder(struct db *db, struct flow_call *x, const struct flow *f,
                                 struct err *e);
/* After a case was sent back from `from`: ends the assignments of offices that belong to undone steps (a paper to
 * issue). Called between writing the line and flow_set_holder; does nothing if the case moved forward. */
MUST_CHECK err_t flow_end_undone(struct db *db, const struct flow_call *x, const struct flow *f,
                                 struct str from, struct err *e);
/* As flow_set_holder for a case that stays in its stage: the holder keeps it unless the open items changed. */
MUST_CHECK err_t flow_update_holder(struct db *db, struct flow_call *x, const struct flow *f,
                                    struct err *e);

/* Returns E_CONFLICT: the stored case has another version than x->c. The text says who moved it, when, by which step, and
 * its stage. */
err_t flow_conflict_error(struct db *db, const struct flow_call *x, struct err *e);
/* Turns obstacles into an error with the text of the first. */
err_t flow_obstacle_error(struct flow_taken *out, const struct flow_obstacles *o, struct err *e);
/* Adds obstacles for a missing reason or basis. */
void flow_check_words(struct flow_obstacles *to, const struct flow_call *x);
/* Fills *out; `b`: the JSON result of the step, or NULL. */
void flow_result(struct flow_taken *out, const struct flow_call *x, struct buf *b);
/* The part of the arguments that all readers of the case may see. */
struct str flow_public_arguments(const struct flow_call *x);
/* Writes the numbers of the cases of a joint step as an array. */
void flow_joint_json(struct jout *j, const struct flow_call *x);
bool flow_takes_two(const struct flow_call *x);
/* Whether x->by may take any step of the process that `among` selects, in any stage; out->grant: the grant. */
MUST_CHECK err_t flow_takes_any(struct decision *out, struct db *db, const struct flow_call *x,
                                bool (*among)(const struct process_step *s), struct err *e);
/* Adds an obstacle if x->by tries to confirm another person's proposal that has lapsed (same body, or an empty one).
 * *words: obstacles for the reason and basis that a new proposal would need. */
MUST_CHECK err_t flow_check_lapsed(struct flow_obstacles *to, struct flow_obstacles *words,
                                   const struct flow_call *x, const struct flow *f, struct err *e);
/* A step of two persons that is looked at. */
struct flow_two {
    struct flow_obstacles *to;
    struct db *db;
    const struct flow_call *x;
    const struct flow *f;
};
/* In the store step of a two-person step (w->x: x). *go: the proposal is confirmed and the step is taken with its arguments; else
 * a proposal is stored (out->proposal), or *w->to has the obstacles. */
MUST_CHECK err_t flow_confirm_or_propose(bool *go, struct flow_taken *out, const struct flow_two *w,
                                         struct flow_call *x, struct err *e);
/* Adds the obstacles of flow: stage, actor, dates, periods of others, reason, basis, opinions. In or outside of a store
 * step. */
MUST_CHECK err_t flow_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                            const struct flow *f, struct err *e);
#endif
