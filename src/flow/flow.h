/* Cases and their steps. What a host hands in is asked in the order of this page. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H
#include "access/two_person.h"
#include "base/vec.h"
#include "db/store.h"
#include "flow/case.h"
#include "text/json.h"

/* What would take an obstacle away: a record and its field, who makes it, and by what. */
struct flow_missing {
    struct str type, type_zh, type_en; /* of a record; "case": of the step's own request */
    struct str field, field_zh, field_en;
    int64_t id;                        /* of the record; 0: there is none yet, or it is another's */
    struct str who_zh, who_en;         /* roles or offices */
    struct str step, step_zh, step_en; /* a step of a case of `process`; empty: … */
    struct str process;
    struct str by; /* … a request or a command: "PATCH /api/v1/records/applicant/12" */
    struct str
        path; /* "applicant.kind", set by who adds the obstacle and knows it (id with it, where he
                        knows which record); else empty */
    /* What a verdict does not know, by its paths ("awards[2].amount"; "awards": whether there are more);
     * set with the obstacle. The first of them is what stands above. */
    const struct str *facts;
    size_t fact_count;
    bool is_new;  /* set with path: no record that there is would do, nor one that id names */
    bool said;    /* it stands in the sentence */
    bool instead; /* nothing lacks: by what the record says another step is this case's */
};

/* Why a step is not open. */
struct flow_obstacle {
    const char *code;       /* "stage" "actor" "when" "criterion" "question" "early" "late" "clock"
                                 "reason" "basis" "second" "object" "taken" "panel" "served": a paper is not
                                 served yet; "publicity": a list that is
                                 not in order, an objection that is not settled; "lapsed": its
                                 document has; "changed": what a review rested on;
                                 "sensitive": what must not go out unseen; "against": a
                                 condition that is not met or not known, of which nothing is said */
    struct str subject;     /* of the code: a criterion, a field, a step; empty: none */
    struct str case_number; /* of several cases at once, of which; empty: of the only one */
    struct str zh, en;      /* a sentence; of several, it begins with the number */
    struct str clause, quote; /* that says so; empty: none */
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
/* The same with words that have a form in each language. */
void flow_obstacle_add_in(struct flow_obstacles *to, const char *code, struct str subject,
                          const struct citation *from, const char *sentence, const struct str *zh,
                          const struct str *en, size_t count);
/* `sentence` with its %s filled in. */
struct str flow_filled(const char *sentence, const struct str *args, size_t count, struct arena *a);
#define FLOW_ARGS(...)                                                                             \
    ((const struct str[]){__VA_ARGS__}),                                                           \
        (sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* A step that is looked at, or taken. */
struct flow_call {
    struct flow_case c; /* as it was read; while it is taken, as the step found it */
    const struct process *process;
    const struct process_step *step; /* NULL while a case is opened */
    const struct subject *by;
    const struct grant *as;         /* the role; NULL: none (the public, the program) */
    const struct jvalue *arguments; /* an object, or NULL */
    struct str
        untold; /* set by `note`: of arguments.records.UNTOLD the history keeps the id alone */
    struct str reason, basis;
    struct str today;   /* business date */
    struct due_day due; /* of this step's timer */
    bool late;
    bool looking; /* only what stands against it is asked; nothing is taken */
    /* The cases of which the step is taken at once, this one among them, in order (flow_take_joint);
     * 0: of this one alone. */
    struct flow_call *joint;
    size_t joint_count;
    struct arena *arena;
    void *prepared; /* the host's, from `look` on */
    /* What came of it, for the history; the host adds members to the open object. */
    struct jout *result;
    int64_t step_id;             /* of the line in the history; in `settled` */
    char entry[LOG_UID_LEN + 1]; /* … and its entry */
};

/* A day that a step has in the stage where a case stands. */
struct flow_due {
    bool known;
    struct due_day day;
};

struct flow_host {
    void *arg;
    /* What stands against a step, beside stage, actor, days and reason. Outside of any store step,
     * holding no reader: may take as long as a verdict takes. */
    err_t (*look)(struct flow_obstacles *to, struct flow_call *x, void *arg, struct err *e);
    /* The same of what can change under way; in the store step, short. NULL: nothing. x->step NULL: the
     * case is sent back. */
    err_t (*guard)(struct flow_obstacles *to, struct db *db, struct flow_call *x, void *arg,
                   struct err *e);
    /* Is it known that a step is not this party's (process_step.when)? In or out of the store step. */
    err_t (*anothers)(bool *out, struct db *db, struct flow_call *x,
                      const struct process_step *step, void *arg, struct err *e);
    /* Is a step called for by what it rests on? In the store step. NULL: one that leads on is, none beside the
     * way (process_step.stays). */
    err_t (*calls)(bool *out, struct db *db, struct flow_call *x, const struct process_step *step,
                   void *arg, struct err *e);
    /* Outside of any store step: fills `missing` of each obstacle, and says it in its sentence. */
    err_t (*name_missing)(struct flow_obstacles *to, struct flow_call *x, void *arg, struct err *e);
    /* In the store step: what stands against taking the case into the round `call`; sets x->as. */
    err_t (*call)(struct flow_obstacles *to, struct db *db, struct flow_call *x, int64_t call,
                  void *arg, struct err *e);
    /* In the store step, before its effects: what `look` found, and the history is to say. NULL:
     * nothing. */
    void (*note)(struct flow_call *x, void *arg);
    /* In the store step: what one effect does; `x->step` is taken, the case stands where it stood.
     * E_INVALID with *to: the arguments are not what it needs. */
    err_t (*effect)(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                    const struct process_effect *f, void *arg, struct err *e);
    /* The records that a step with these arguments changes, each as it stands now: a proposal counts no more when one
     * of them has changed. In or out of the store step. NULL: none. */
    err_t (*records)(struct str *out, struct db *db, const struct flow_call *x,
                     const struct jvalue *arguments, void *arg, struct err *e);
    /* The day of a step that is open in the stage where the case stands now; in the store step. */
    err_t (*due)(struct flow_due *out, struct db *db, struct flow_call *x,
                 const struct process_step *step, void *arg, struct err *e);
    /* That day is told to who holds the case: *deadline, its number (0: nothing was issued). A day
     * that was issued counts no more. Both in the store step. */
    err_t (*issue)(int64_t *deadline, struct db *db, struct flow_call *x,
                   const struct process_step *step, const struct flow_due *due, void *arg,
                   struct err *e);
    err_t (*due_over)(struct db *db, struct flow_call *x, int64_t deadline, void *arg,
                      struct err *e);
    /* In the store step: whether the person (0: somebody of the unit) reads the case. NULL: everybody does. */
    err_t (*reads)(bool *out, struct db *db, struct flow_call *x, int64_t account, int64_t unit,
                   void *arg, struct err *e);
    /* May who is signed in say a step of the public, x->step, for somebody who is not, with x->arguments (while it is
     * looked at: with any)? NULL: everybody may. */
    bool (*speaks)(const struct flow_call *x, void *arg);
    /* In the store step: the case, whose history is `all`, is sent back to `stage`, in which it stood before; what its
     * own record went through since follows it. NULL: nothing. */
    err_t (*back)(struct db *db, struct flow_call *x, const struct flow_done *all, size_t count,
                  struct str stage, void *arg, struct err *e);
    /* Last in the store step; the case stands in its new stage, and x->step_id and x->entry are
     * there. NULL: nothing. */
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

/* What came of a step. */
struct flow_taken {
    int64_t case_id, version, proposal; /* proposal: it waits for a second person */
    struct str stage, stage_label;
    char entry[LOG_UID_LEN + 1];
    struct str result;                     /* JSON object */
    const struct flow_obstacle *obstacles; /* E_INVALID, E_DENIED, E_CONFLICT: why not */
    size_t obstacle_count;
};

/* Inside a store step: a case at the start of its process, with its entry. x->c is set; x->by and
 * what goes with it is the caller's. Who may is the caller's to ask. */
MUST_CHECK err_t flow_begin(struct flow_taken *out, struct db *db, const struct flow *f,
                            struct flow_call *x, const struct flow_new *n, struct err *e);

/* Those lines of the history that x->by is shown (c and process as they were read), in order: what was done all who
 * read the case; what is only proposed, or was not confirmed, who may take the step; what offices ask and tell each
 * other, they; what he did himself he too; who audits all of it. */
MUST_CHECK err_t flow_history_shown(const struct flow_done **out, size_t *count, struct db *db,
                                    const struct flow_call *x, struct err *e);

/* Is that action, as the log's entry of a case names it, told to all who read the case? */
bool flow_is_told(struct str action);

/* E_CONFLICT: the case is at another version than who asks saw; who moved it, when, by what, as far as he is shown it. */
err_t flow_moved_since(const struct flow_call *x, const struct flow *f, struct err *e);

/* What stands against a step now: in *to, nothing where it is open. */
MUST_CHECK err_t flow_look(struct flow_obstacles *to, struct flow_call *x, const struct flow *f,
                           struct err *e);

/* Take a step. x->c is the case as it was read (its version is the one that counts). E_DENIED: it
 * is another's; E_INVALID: something stands against it; E_CONFLICT: the case has moved. */
MUST_CHECK err_t flow_take(struct flow_taken *out, struct flow_call *x, const struct flow *f,
                           struct err *e);
#define FLOW_JOINT_MAX 500 /* cases: what else is to be written waits meanwhile */
/* The same step of several cases of one process in one store step: all of them take it (propose it,
 * confirm it), or none. What one person proposes of several is confirmed of the same. out: one for each;
 * the obstacles stand in out[0], each under the number of its case. Else as flow_take. */
MUST_CHECK err_t flow_take_joint(struct flow_taken *out, struct flow_call *xs, size_t count,
                                 const struct flow *f, struct err *e);
/* What is proposed of the step x->step of the case and waits for a second person; id 0: nothing.
 * out->arguments: {"arguments":{…} or null,"basis"}. Whether who asks may see it is the caller's. */
MUST_CHECK err_t flow_proposed(struct proposal *out, const struct flow_call *x,
                               const struct flow *f, struct err *e);
/* Take back what one proposed himself, refuse what another did. E_NOTFOUND: nothing is proposed. */
MUST_CHECK err_t flow_unpropose(struct flow_taken *out, struct flow_call *x, const struct flow *f,
                                struct err *e);

/* What a stage is called in English (a case keeps the Chinese); its id where the process has it no more. */
struct str flow_stage_label_en(const struct process *p, struct str stage);

/* --- what every case allows (aside.c) ------------------------------------------------------ */
/* kind: "back" (退回: to an earlier stage `target`, by its holder, who enters reason and basis; over a
 * step that took two persons by two, the second of whom sends the same),
 * "recall" (撤回: the last step, by who took it, before anything followed), "opinion" (asked of a
 * person or unit: 会签, 加签), "forward" (转办: within the unit, to a person), "copy" (抄送), "urge"
 * (催办: whoever reads the case, to its holders), "answer" (an opinion given), "release" (减签: an
 * opinion that is not waited for any more), "call" (编入批次: into a round, by the office whose it is). */
struct flow_aside {
    const char *kind;
    struct str target;     /* back: a stage */
    int64_t account, unit; /* to whom; 0: not said */
    int64_t assignment;    /* answer, release: which */
    int64_t call;          /* call: which */
    struct str due_date;   /* opinion, forward: by when; empty: none */
};
bool flow_aside_is(struct str kind); /* one of these */
/* One that is open to x->by now, and what he says of it. */
struct flow_open_aside {
    const char *kind, *label; /* N_() */
    bool reason, basis;       /* are required */
    const char *people;       /* "forward", "opinion", "copy": to whom; NULL: to nobody */
    const struct process_state *const *targets; /* back: the stages, in the order of the process */
    size_t target_count;
    const struct flow_waiting { /* answer, release: the opinions that are waited for */
        int64_t assignment;
        struct str label; /* who was asked, and what */
    } * assignments;
    size_t assignment_count;
};
/* All but "call", which is the host's to offer, in the order of the buttons of a case. */
MUST_CHECK err_t flow_asides(const struct flow_open_aside **out, size_t *count, struct db *db,
                             struct flow_call *x, const struct flow *f, struct err *e);
/* The accounts that flow_do_aside accepts as recipients of "forward", "opinion" or "copy" (`kind`) from x->by: active ones
 * without his own, at most 500, sorted by unit and name; none unless he holds the case. In the arena. */
MUST_CHECK err_t flow_aside_people(const struct subject **out, size_t *count, struct flow_call *x,
                                   struct str kind, const struct flow *f, struct err *e);
MUST_CHECK err_t flow_do_aside(struct flow_taken *out, struct flow_call *x,
                               const struct flow_aside *what, const struct flow *f, struct err *e);
#endif
