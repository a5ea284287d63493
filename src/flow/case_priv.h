/* Between the files of this folder: writing a case's rows inside a store step. */
#ifndef FLOW_CASE_PRIV_H
#define FLOW_CASE_PRIV_H
#include "flow/flow.h"

struct deed flow_deed(const struct flow_call *x, const struct flow *f);

/* A line of the history, which is a version of the case with its entry. */
struct flow_line {
    const char *kind;
    struct str step, label, from, to, arguments, result;
    const struct citation *citation; /* NULL: none */
};
/* The case's next version: x->c as it is to stand. Sets x->entry and x->step_id. E_CONFLICT: it has
 * moved since it was read. */
MUST_CHECK err_t flow_put(struct db *db, struct flow_call *x, const struct flow *f,
                          const struct flow_line *line, struct err *e);
/* Steps that are open now, and the case in the 待办 of who holds it. */
MUST_CHECK err_t flow_hold(struct db *db, struct flow_call *x, const struct flow *f, struct err *e);
/* The case went back: what offices were given to do by the steps that are undone (a paper to issue) has lost its
 * object. Before flow_hold, once the line is written that brought the case from `from`; of one that went on nothing. */
MUST_CHECK err_t flow_undone(struct db *db, const struct flow_call *x, const struct flow *f,
                             struct str from, struct err *e);
/* The same of a case that stays where it stood: who holds it holds it on, unless there is something else to do. */
MUST_CHECK err_t flow_hold_on(struct db *db, struct flow_call *x, const struct flow *f,
                              struct err *e);

/* E_CONFLICT: x->c is of another version than the one at hand; who moved it, when, by what, and where
 * it stands. */
err_t flow_moved(struct db *db, const struct flow_call *x, struct err *e);
/* The obstacles as an error: the first as its sentence. */
err_t flow_refused(struct flow_taken *out, const struct flow_obstacles *o, struct err *e);
/* The reason and the basis that a step needs. */
void flow_check_words(struct flow_obstacles *to, const struct flow_call *x);
/* What came of it; `b`: the JSON of the step's result, or NULL. */
void flow_result(struct flow_taken *out, const struct flow_call *x, struct buf *b);
/* What a step keeps of what was said with it, as all who read the case may see it. */
struct str flow_told_arguments(const struct flow_call *x);
/* The numbers of the cases of the step, an array. */
void flow_joint_json(struct jout *j, const struct flow_call *x);
bool flow_takes_two(const struct flow_call *x);
/* Whether x->by may take some step of the process among these, wherever the case stands; out->grant: by which. */
MUST_CHECK err_t flow_takes_any(struct decision *out, struct db *db, const struct flow_call *x,
                                bool (*among)(const struct process_step *s), struct err *e);
/* Adds an obstacle where x->by tries to confirm a proposal of another person that has lapsed: he repeats its words, or
 * says nothing. In *words: the reason and the basis that who proposes does not give. */
MUST_CHECK err_t flow_check_lapsed(struct flow_obstacles *to, struct flow_obstacles *words,
                                   const struct flow_call *x, const struct flow *f, struct err *e);
/* In the store step of a step of two persons. *go: it is confirmed, and taken now with what was proposed;
 * else it is proposed (out->proposal), or *to says why not. */
MUST_CHECK err_t flow_pair(bool *go, struct flow_taken *out, struct flow_obstacles *to,
                           struct db *db, struct flow_call *x, const struct flow *f, struct err *e);
/* Guards of flow itself: stage, actor, day, periods of others, reason, basis, opinions. In or out of a step. */
MUST_CHECK err_t flow_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                            const struct flow *f, struct err *e);
#endif
