/* Cases and their steps. The functions of a host are called in the order in which struct flow_host lists them. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H
#include "access/two_person.h"
#include "base/vec.h"
#include "db/store.h"
#include "flow/case.h"
#include "text/json.h"

/* How to remove an obstacle: the record and field to be filled, by whom, and through which step or request. */
struct flow_missing {
    struct str type, type_zh, type_en; /* record type; "case": the body of the step itself */
    struct str field, field_zh, field_en;
    int64_t id;       /* of the record; 0: it does not exist yet, or belongs to another party */
    struct str title; /* of that record, else its kind; empty: who asks may not see it */
    bool may;         /* he may fill in the field, or enter the new record */
    struct str who_zh, who_en;         /* roles or offices */
    struct str step, step_zh, step_en; /* a step of `process`; empty: see `by` */
    struct str process;
    struct str by; /* a request or command: "PATCH /api/v1/records/applicant/12" */
    struct str
        path; /* "applicant.kind"; empty unless the code that adds the obstacle knows it (it then
                        sets id too, if it knows the record) */
    /* Unknown facts of a verdict, by path ("awards[2].amount"; "awards": whether the list is complete); set with
     * the obstacle. The members above describe the first of them. */
    const struct str *facts;
    size_t fact_count;
    bool any;     /* one of the facts is enough */
    bool is_new;  /* set with path: a new record is needed */
    bool said;    /* the sentence already names it */
    bool instead; /* nothing is missing: the record's values lead to another step */
};

/* The reason why a step is closed. */
struct flow_obstacle {
    const char *code;       /* "stage" "actor" "when" "criterion" "question" "early" "late" "clock"
                                 "reason" "basis" "second" "object" "taken" "panel" "served": a paper is not
                                 served yet; "publicity": an irregular list or an open
                                 objection; "lapsed": the policy has expired; "changed": facts
                                 of a review have changed; "sensitive": redactions are not
                                 confirmed; "against": an unmet or unknown condition that the
                                 reason does not address */
    struct str subject;     /* a criterion, field or step; empty: none */
    struct str case_number; /* in joint steps, the case; empty: the only one */
    struct str zh, en;      /* a sentence; in joint steps it begins with the case number */
    struct str clause, quote; /* its source; empty: none */
    struct flow_missing missing;
};
struct flow_obstacles {
    struct flow_obstacle *ptr;
    size_t len, cap;
    struct arena *arena;
};
/* `sentence` is N_() and holds one %s for each of `args`. */
void flow_obstacle_add(struct flow_obstacles *to, const char *code, struct str subject,
                       const struct citation *from, const char *sentence, const struct str *args,
                       size_t count);
/* The same with arguments in both languages. */
void flow_obstacle_add_in(struct flow_obstacles *to, const char *code, struct str subject,
                          const struct citation *from, const char *sentence, const struct str *zh,
                          const struct str *en, size_t count);
/* `sentence` with its %s filled in. */
struct str flow_fill_sentence(const char *sentence, const struct str *args, size_t count,
                              struct arena *a);
#define FLOW_ARGS(...)                                                                             \
    ((const struct str[]){__VA_ARGS__}),                                                           \
        (sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* A step that is examined or taken. */
struct flow_call {
    struct flow_case c; /* as it was read; in the store step, as stored */
    const struct process *process;
    const struct process_step *step; /* NULL while a case is opened */
    const struct subject *by;
    const struct grant *as;         /* the role; NULL: none (the public, the program) */
    const struct jvalue *arguments; /* an object, or NULL */
    struct str
        untold; /* set by `note`: the history keeps only the id of arguments.records.UNTOLD */
    struct str reason, basis;
    struct str today;   /* business date */
    struct due_day due; /* of this step's timer */
    bool late;
    bool looking; /* obstacles are collected; nothing is written */
    /* All cases of a joint step in order, this one included (flow_take_joint); count 0: no joint step. */
    struct flow_call *joint;
    size_t joint_count;
    struct arena *arena;
    void *prepared; /* host data, set by `look` */
    /* Result for the history; the host adds members to the open object. */
    struct jout *result;
    int64_t step_id;             /* id of the history line; set in `settled` */
    char entry[LOG_UID_LEN + 1]; /* its log entry */
};

/* The date of a step in the current stage of a case. */
struct flow_due {
    bool known;
    struct due_day day;
};

struct flow_host {
    void *arg;
    /* Adds obstacles beyond stage, actor, dates and reason. Called outside of store steps without a reader; may take as
     * long as a verdict. */
    err_t (*look)(struct flow_obstacles *to, struct flow_call *x, void *arg, struct err *e);
    /* Adds obstacles from state that may have changed since `look`. Called in the store step; must be fast. NULL: none.
     * x->step NULL: the case is sent back. */
    err_t (*guard)(struct flow_obstacles *to, struct db *db, struct flow_call *x, void *arg,
                   struct err *e);
    /* Whether the step certainly does not apply to this party (process_step.when). In or outside of the store step. */
    err_t (*inapplicable)(bool *out, struct db *db, struct flow_call *x,
                          const struct process_step *step, void *arg, struct err *e);
    /* Whether a step is an open item. Called in the store step. NULL: steps that lead on are, others
     * (process_step.stays) are not. */
    err_t (*calls)(bool *out, struct db *db, struct flow_call *x, const struct process_step *step,
                   void *arg, struct err *e);
    /* Outside of store steps: fills `missing` of each obstacle and adds it to the sentence. */
    err_t (*name_missing)(struct flow_obstacles *to, struct flow_call *x, void *arg, struct err *e);
    /* In the store step: obstacles to adding the case to `call`; sets x->as. */
    err_t (*call)(struct flow_obstacles *to, struct db *db, struct flow_call *x, int64_t call,
                  void *arg, struct err *e);
    /* In the store step before the effects: writes results of `look` for the history. NULL: none. */
    void (*note)(struct flow_call *x, void *arg);
    /* In the store step: executes one effect of x->step; the case is still in the old stage. E_INVALID with *to: the
     * arguments do not fit the effect. */
    err_t (*effect)(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                    const struct process_effect *f, void *arg, struct err *e);
    /* The records that a step with these arguments changes, with their versions: a proposal is void once one of them
     * has changed. In or outside of the store step. NULL: none. */
    err_t (*records)(struct str *out, struct db *db, const struct flow_call *x,
                     const struct jvalue *arguments, void *arg, struct err *e);
    /* The date of an open step in the current stage. In the store step. */
    err_t (*due)(struct flow_due *out, struct db *db, struct flow_call *x,
                 const struct process_step *step, void *arg, struct err *e);
    /* Issues the date to the holder; *deadline: its number, 0 if none was issued. due_over closes an issued one. Both in
     * the store step. */
    err_t (*issue)(int64_t *deadline, struct db *db, struct flow_call *x,
                   const struct process_step *step, const struct flow_due *due, void *arg,
                   struct err *e);
    err_t (*due_over)(struct db *db, struct flow_call *x, int64_t deadline, void *arg,
                      struct err *e);
    /* In the store step: whether the person (0: anybody of the unit) may read the case. NULL: everybody. */
    err_t (*reads)(bool *out, struct db *db, struct flow_call *x, int64_t account, int64_t unit,
                   void *arg, struct err *e);
    /* Whether the signed-in subject may take the public's step x->step on behalf of somebody else, with x->arguments
     * (any, while looking). NULL: everybody. */
    bool (*speaks)(const struct flow_call *x, void *arg);
    /* In the store step: the case with history `all` is sent back to an earlier `stage`; the host reverts its subject
     * record. NULL: nothing. */
    err_t (*back)(struct db *db, struct flow_call *x, const struct flow_done *all, size_t count,
                  struct str stage, void *arg, struct err *e);
    /* Last in the store step: the case is in its new stage; x->step_id and x->entry are set;
     * x->step NULL: it was urged. NULL: nothing. */
    err_t (*settled)(struct db *db, struct flow_call *x, void *arg, struct err *e);
};

struct flow {
    struct store *store;
    const struct log_suite *suite;
    const struct clock *clock;
    const struct flow_host *host;
};

struct flow_new {
    const struct process *process;
    struct str pack, pack_version, pack_digest, title;
    bool trial;
    struct str type;
    int64_t record_id, unit;
    struct str region; /* of the unit: GB/T 2260 */
    int64_t call, parent;
};

/* The result of a step. */
struct flow_taken {
    int64_t case_id, version,
        proposal; /* proposal: number of the one that waits for a second person */
    struct str stage, stage_label;
    char entry[LOG_UID_LEN + 1];
    struct str result;                     /* JSON object */
    const struct flow_obstacle *obstacles; /* on E_INVALID, E_DENIED, E_CONFLICT */
    size_t obstacle_count;
};

/* Inside a store step: begins a case at the start of its process and logs it. Sets x->c; the caller sets x->by and its
 * companions, and checks the permission. */
MUST_CHECK err_t flow_begin(struct flow_taken *out, struct db *db, const struct flow *f,
                            struct flow_call *x, const struct flow_new *n, struct err *e);

/* Inside a store step: ends the case (x->c as stored) in the end state `as`, which its process need not have, for
 * x->reason. The case has no holder and no timer afterwards. */
MUST_CHECK err_t flow_end(struct db *db, struct flow_call *x, const struct flow *f,
                          const struct process_state *as, const struct citation *from,
                          struct err *e);

/* The history lines visible to x->by, in order (c and process as read). Completed steps: all readers of the case.
 * Proposals and unconfirmed steps: those who may take the step. Exchanges between offices: offices. A person's own
 * lines: that person too. Auditors see all lines. */
MUST_CHECK err_t flow_history_shown(const struct flow_done **out, size_t *count, struct db *db,
                                    const struct flow_call *x, struct err *e);

/* Whether an action, by its name in the log entry of a case, is visible to all readers of the case. */
bool flow_is_public_action(struct str action);

/* Returns E_CONFLICT: the case has another version than the caller read. The text says who moved it, when and by which
 * step, as far as the caller may know. */
err_t flow_moved_since(const struct flow_call *x, const struct flow *f, struct err *e);

/* Adds the obstacles of a step to *to; none if it is open. */
MUST_CHECK err_t flow_find_obstacles(struct flow_obstacles *to, struct flow_call *x,
                                     const struct flow *f, struct err *e);

/* Takes a step. x->c is the case as read; its version must still be current. E_DENIED: another actor's step;
 * E_INVALID: there are obstacles; E_CONFLICT: the case has moved. */
MUST_CHECK err_t flow_take(struct flow_taken *out, struct flow_call *x, const struct flow *f,
                           struct err *e);
#define FLOW_JOINT_MAX 500 /* cases; other writers wait for the step */
/* Takes (proposes, confirms) the same step of several cases of one process in one store step: all or none. A joint
 * proposal is confirmed for the same cases. out: one per case; out[0] has all obstacles, each with its case number.
 * Otherwise as flow_take. */
MUST_CHECK err_t flow_take_joint(struct flow_taken *out, struct flow_call *xs, size_t count,
                                 const struct flow *f, struct err *e);
/* The open proposal of x->step; id 0: none. out->arguments: {"arguments":{…} or null,"basis"}. The caller checks whether
 * it may be shown. */
MUST_CHECK err_t flow_proposed(struct proposal *out, const struct flow_call *x,
                               const struct flow *f, struct err *e);
/* Withdraws one's own proposal, or rejects another person's. E_NOTFOUND: there is none. */
MUST_CHECK err_t flow_unpropose(struct flow_taken *out, struct flow_call *x, const struct flow *f,
                                struct err *e);

/* Whether the case stays hidden from its party after x->step: it was hidden so far, and the next state is unseen. A case
 * that the party could once read is never hidden again. */
bool flow_unseen_after(const struct flow_call *x);

/* English label of a stage (cases store the Chinese one); its id if the process no longer has it. */
struct str flow_stage_label_en(const struct process *p, struct str stage);

/* --- actions of every case (aside.c) ------------------------------------------------------- */
/* kind: "back" (退回: the holder sends the case to an earlier stage `target`, with reason and basis; past a two-person
 * step this too needs a second person, who sends the same request), "recall" (撤回: the last step, by the person who
 * took it, before any other), "opinion" (会签, 加签: request to a person or unit), "forward" (转办: to a person of the
 * unit), "copy" (抄送), "urge" (催办: by any reader, to the holders), "answer" (gives an opinion), "release" (减签:
 * cancels a requested opinion), "call" (编入批次: adds the case to a call, by the call's office). */
struct flow_aside {
    const char *kind;
    struct str target;     /* back: a stage */
    int64_t account, unit; /* recipient; 0: none given */
    int64_t assignment;    /* answer, release */
    int64_t call;          /* call */
    struct str due_date;   /* opinion, forward; empty: none */
};
bool flow_is_general_action(struct str kind); /* whether kind is one of these */
/* An action open to x->by, with its inputs. */
struct flow_open_aside {
    const char *kind, *label; /* N_() */
    bool reason, basis;       /* are required */
    const char *people;       /* "forward", "opinion", "copy": recipients; NULL: none */
    const struct process_state *const *targets; /* back: stages in process order */
    size_t target_count;
    const struct flow_waiting { /* answer, release: open requests */
        int64_t assignment;
        struct str label; /* recipient and question */
    } * assignments;
    size_t assignment_count;
};
/* Open actions except "call" (the host offers it), in display order. */
MUST_CHECK err_t flow_general_actions(const struct flow_open_aside **out, size_t *count,
                                      struct db *db, struct flow_call *x, const struct flow *f,
                                      struct err *e);
/* Recipients of "forward", "opinion" or "copy" (`kind`) by x->by: active accounts other than its own, at most 500, sorted
 * by unit and name; none unless x->by holds the case. In the arena. */
MUST_CHECK err_t flow_action_recipients(const struct subject **out, size_t *count,
                                        struct flow_call *x, struct str kind, const struct flow *f,
                                        struct err *e);
MUST_CHECK err_t flow_take_general_action(struct flow_taken *out, struct flow_call *x,
                                          const struct flow_aside *what, const struct flow *f,
                                          struct err *e);
#endif
