/* Begins cases, examines and takes their steps, and fires their timers. */
#ifndef CASE_CASE_H
#define CASE_CASE_H
#include "document/document.h"
#include "matter/entered.h"
#include "matter/timers.h"

struct case_paper;
struct service_period;

#define FLOW_JOINT_MAX 500 /* cases; other writers wait for the step */

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

struct programme_new {
    struct str pack, process;
    int64_t record_id;           /* of the process's subject type; 0: create one */
    const struct jvalue *record; /* its fields; NULL: none */
    int64_t unit;                /* the party; 0: the subject's own */
    int64_t call;                /* record of type call; 0: none */
    int64_t parent;              /* the case whose step begins it; 0: none */
};

/* --- action_json.c --- */
/* {"items":[{"action","label","open","input":…,"why":[…]}],"total","next"}: the actions open to x->by, and the
 * closed steps of this stage on x->by's side with their obstacles. `all`: also steps of other stages, other actors, other
 * kinds of party and other paths than the record's. */
MUST_CHECK err_t programme_actions(struct buf *out, struct step *g, bool all);

/* --- aside.c --- */
/* Open actions except "call" (action_aside.c offers it), in display order. */
MUST_CHECK err_t flow_general_actions(const struct flow_open_aside **out, size_t *count,
                                      struct step *g);
/* Recipients of "forward", "opinion" or "copy" (`kind`) by x->by: active accounts other than its own, at most 500, sorted
 * by unit and name; none unless x->by holds the case. In the arena. */
MUST_CHECK err_t flow_action_recipients(const struct subject **out, size_t *count, struct step *g,
                                        struct str kind);
MUST_CHECK err_t flow_take_general_action(struct flow_taken *out, struct step *g,
                                          const struct flow_aside *what);

/* --- back.c --- */
/* In the store step: the case with history `all` is sent back to an earlier `stage`; its subject record goes back too. */
MUST_CHECK err_t programme_back(struct step *g, const struct flow_done *all, size_t count,
                                struct str stage);

/* --- begin.c --- */
/* Begins a case under the version in force. E_INVALID with p->faults: the record is wrong; E_INVALID with a reason: the pack
 * has no such process, the document has expired, the call is not open for this party today, or the party has such a case
 * (out->case_id, else 0). E_DENIED. */
MUST_CHECK err_t programme_begin(struct flow_taken *out, struct step *g,
                                 const struct programme_new *n);
/* The checks of programme_begin alone (beginnings.c): whether x->by may begin x->process, by role and place; and whether
 * the policy, its calls and earlier cases allow it. n->unit is the party. E_DENIED, E_INVALID … with the reason. */
MUST_CHECK err_t programme_begins_here(struct step *g, int64_t unit);
MUST_CHECK err_t programme_may_begin(struct step *g, const struct programme_new *n);
/* As programme_begin inside a store step, for a case that is an effect of another step. */
MUST_CHECK err_t programme_begin_in(struct flow_taken *out, struct step *g,
                                    const struct programme_new *n);

/* --- begin_row.c --- */
/* Inside a store step: begins a case at the start of x->process, under g->p->pack, and logs it. x->c has its title, record,
 * party and place, call and parent; the rest of it is set. The caller checks the permission. */
MUST_CHECK err_t flow_begin(struct flow_taken *out, struct step *g);

/* --- beginnings.c --- */
/* The cases a unit can begin: the processes of its region's policies that its staff begin, one
 * entry per open call for processes that take applications. */

/* {"items":[…],"total","next"}; of the unit of x->by. A process that others begin is none of its. Of another `unit` (0:
 * none): what the office of x->by begins about it. */
MUST_CHECK err_t beginnings_json(struct buf *out, struct step *g, int64_t unit);

/* --- beside.c --- */
/* The types with cases whose subjects a record of type `t` can refer to by their key (a payment to its project). */
MUST_CHECK err_t programme_types_beside(struct texts *out, struct kernel *k, struct db *db,
                                        const struct record_type *t, struct arena *a,
                                        struct err *e);
/* The case of one of those types that the record refers to so, if a step of that case sets the record to `state` and is
 * closed now; empty number: none. In the arena. */
MUST_CHECK err_t programme_find_blocking_case(struct case_beside *out, struct kernel *k,
                                              struct packs *packs, struct db *db,
                                              const struct record_type *t, const struct texts *of,
                                              int64_t id, struct str state, struct arena *a,
                                              struct err *e);

/* --- call.c --- */
/* For kernel_choices. */
MUST_CHECK err_t programme_has_function(bool *out, struct str *whose, struct packs *packs,
                                        struct str programme, struct str function,
                                        const struct unit_place *unit, struct arena *a,
                                        struct err *e);
/* Checks that `version` of a call may be open: its programme is a policy with a process, its office is one of the
 * policy's authorities in this region, its dates lie within the policy's term, and a call that is extended was not over.
 * Inside the store step that opens or extends it. E_INVALID with p->faults. */
MUST_CHECK err_t programme_call_check(struct db *db, struct programme *p, int64_t call,
                                      int64_t version, struct err *e);

/* --- called.c --- */
/* Sets *out if a step of the stage is an open item (README): a step that leads on is one; a step beside the way is one
 * while its record waits for it. In the store step. */
MUST_CHECK err_t programme_is_open_item(bool *out, struct step *g, const struct process_step *step);

/* --- case_json.c --- */
/* The case with party, dates and holder, as x->by may see it. */
MUST_CHECK err_t programme_case_json(struct buf *out, struct step *g);
/* The history visible to x->by, oldest first. */
MUST_CHECK err_t programme_history_json(struct buf *out, struct step *g);
/* The result of a step: {"id","version","stage","entry","proposal","result"}. */
void flow_taken_json(struct jout *j, const struct flow_taken *t);
/* RFC 9457 `errors` of obstacles. */
const struct jvalue *flow_obstacles_values(const struct flow_obstacle *o, size_t count,
                                           struct arena *a);

/* --- case_verdict.c --- */
/* The current state of the criteria of a case, each with its remedy, for those who prepare or
 * review it. */

/* The question is that of the case's review; the facts are the party's as if it handed in now. */
MUST_CHECK err_t case_verdict_json(struct buf *out, struct step *g);

/* --- check.c --- */
/* Asks what stands against x->step and adds it to *to, in the order of the table. */
enum {
    CHECKS_LOOK =
        1, /* outside of store steps and without a reader: prepares x->prepared; may take as long as a verdict */
    CHECKS_STORE = 2 /* in the store step, and short: what may have changed since */
};
MUST_CHECK err_t checks_ask(struct step *g, int moment);
/* Is the case at another stage, or the step not for whom takes it? */
bool checks_turn_away(const struct flow_obstacles *to, const struct flow_call *x);
/* The obstacles of a step that x->by only looks at, each with how it is removed; none if it is open. */
MUST_CHECK err_t flow_find_obstacles(struct step *g);
/* In the store step before the effects: writes what the checks prepared for the history. */
void programme_note(struct step *g);

/* --- content.c --- */
/* The body of a new record: the entered values and the values common to all records of a case. */
MUST_CHECK err_t programme_body(const struct jvalue **out, struct step *g,
                                const struct record_type *t, int64_t unit,
                                const struct jvalue *said);

/* --- delivered.c --- */
/* Somebody of the party reads the paper: what was sent to it in the system is served. Writes
 * nothing where nothing was, or it was read before. */
MUST_CHECK err_t service_read(struct step *g, const struct case_paper *c);
/* The period of a step runs from this service, and the days of the case are counted again.
 * E_INVALID: no such step, no basis, no day where no rule gives it, the day outside of the rule's range. */
MUST_CHECK err_t service_set_period(struct written *out, struct step *g, const struct case_paper *c,
                                    int64_t service, const struct service_period *period);

/* --- effect.c --- */
/* In the store step: executes one effect of x->step; the case is still in the old stage. E_INVALID with *to: the arguments
 * do not fit the effect. */
MUST_CHECK err_t programme_effect(struct step *g, const struct process_effect *f);

/* --- entered_json.c --- */
/* Member "records": [{record, label, named, choices, fields: [InputField]}], labels in the language of the thread, as the
 * policy of p calls things (NULL: as their types do); enum values and bounds that hold `today` (empty: all values, no
 * bound that is a day). */
void entered_json(struct jout *j, const struct entered *what, const struct programme *p,
                  struct str today);
/* One InputField, under that label. */
void entered_field_json(struct jout *j, const struct entered_field *f, struct str label,
                        struct str today);

/* --- holder.c --- */
/* Stores the open steps and assigns the case to its holder's to-do list. */
MUST_CHECK err_t flow_set_holder(struct step *g);
/* After a case was sent back from `from`: ends the assignments of offices that belong to undone steps (a paper to
 * issue). Called between writing the line and flow_set_holder; does nothing if the case moved forward. */
MUST_CHECK err_t flow_end_undone(struct step *g, struct str from);
/* As flow_set_holder for a case that stays in its stage: the holder keeps it unless the open items changed. */
MUST_CHECK err_t flow_update_holder(struct step *g);

/* --- issue.c --- */
/* In the store step: issues the day to the holder; *deadline: its number, 0 if none was issued. programme_due_over ends
 * it. */
MUST_CHECK err_t programme_issue(int64_t *deadline, struct step *g, const struct process_step *step,
                                 const struct flow_due *due);
MUST_CHECK err_t programme_due_over(struct step *g, int64_t deadline);

/* --- left.c --- */
/* Ends the running reports, evaluations and rectifications of the unit x->c.unit (0: of every unit) if it has left the
 * register of their policy. Cases that remove a unit from the register go on. The history gives the reason for which
 * the unit left, and the clause of x->step. */
MUST_CHECK err_t standing_end_cases(struct step *g);

/* --- moves.c --- */
/* Steps of a case that are open to a person, for to-do lists (待办). */
extern const struct kernel_moves programme_moves;

/* --- publicity_check.c --- */
/* Obstacles to a step that opens after the publication period: a list taken down early at every
 * official place; an open objection in the case; a list that differs from the current records. The
 * last also blocks a clerical correction. An open objection also blocks any step of an office that
 * moves the case on or back (x->step NULL: back). Checked before the step and again in it. */
MUST_CHECK err_t publicity_check(struct step *g);
/* Does the step decide what a list was made public for, once its period is over? */
bool publicity_decides(const struct process_step *s);

/* --- second.c --- */
/* Adds an obstacle if x->by tries to confirm another person's proposal that has lapsed (same body, or an empty one).
 * *words: obstacles for the reason and basis that a new proposal would need. */
MUST_CHECK err_t flow_check_lapsed(struct step *g, struct flow_obstacles *words);
/* In the store step of a two-person step (w->x: x). *go: the proposal is confirmed and the step is taken with its arguments; else
 * a proposal is stored (out->proposal), or *w->to has the obstacles. */
MUST_CHECK err_t flow_confirm_or_propose(bool *go, struct flow_taken *out, struct step *g);
/* Withdraws one's own proposal, or rejects another person's. E_NOTFOUND: there is none. */
MUST_CHECK err_t flow_unpropose(struct flow_taken *out, struct step *g);

/* --- settle.c --- */
/* In the store step: whether the person (0: anybody of the unit) may read the case. */
MUST_CHECK err_t programme_reads(bool *out, struct step *g, int64_t account, int64_t unit);
/* Last in the store step: the case is in its new stage; x->step_id and x->entry are set; x->step NULL: it was urged. */
MUST_CHECK err_t programme_settled(struct step *g);

/* --- source.c --- */
/* Outside of store steps: fills `missing` of each obstacle and adds it to the sentence. */
MUST_CHECK err_t programme_name_missing(struct step *g);
/* Which record and field an expression of the pack rests on, and who makes it by which step or request;
 * `path`: "TYPE.FIELD" or "TYPE". Outside of any store step. */
MUST_CHECK err_t programme_find_source(struct flow_missing *out, struct step *g, struct str path);
/* Which records would mend a criterion that is not met or not known: those of the facts that it lacks, else what it
 * counts. `max`: room in out. Outside of any store step. */
MUST_CHECK err_t programme_find_remedies(struct flow_missing *out, size_t max, size_t *count,
                                         struct step *g, const struct criterion_result *r);

/* --- take.c --- */
/* The case enters a state otherwise than by a step; sets line->from and line->to. */
MUST_CHECK err_t flow_enter(struct step *g, struct flow_line *line, const struct process_state *to);
/* Inside a store step: ends the case (x->c as stored) in the end state `as`, which its process need not have, for
 * x->reason. The case has no holder and no timer afterwards. */
MUST_CHECK err_t flow_end(struct step *g, const struct process_state *as,
                          const struct citation *from);
/* Takes a step. x->c is the case as read; its version must still be current. E_DENIED: another actor's step;
 * E_INVALID: there are obstacles; E_CONFLICT: the case has moved. */
MUST_CHECK err_t flow_take(struct flow_taken *out, struct step *g);
/* Takes (proposes, confirms) the same step of several cases of one process in one store step: all or none. A joint
 * proposal is confirmed for the same cases. out: one per case; out[0] has all obstacles, each with its case number.
 * Otherwise as flow_take. */
MUST_CHECK err_t flow_take_joint(struct flow_taken *out, struct flow_call *xs, size_t count,
                                 struct programme *p, struct err *e);

/* --- timer.c --- */
/* In the store step, after the stage is set: starts the timers of open steps, stops all others and sets the nearest due
 * date of the case. */
MUST_CHECK err_t flow_timers_set(struct step *g);
/* The timer fired at `now_ms`: sets its next time (8:00 in China on the next reminder, on the date, on the day after;
 * then none). The end of a provisional date is reported after its recount. */
MUST_CHECK err_t flow_timer_fired(struct db *db, const struct flow_timer *t, int64_t now_ms,
                                  struct err *e);
/* Updates the timer of a recomputed provisional date (moved by decide/deadline.h) and the nearest due date of the case;
 * overdue reminders fire at once. Deadlines without a case are ignored. */
MUST_CHECK err_t flow_timer_move(struct db *db, const struct deed *d, int64_t deadline,
                                 struct due_day day, struct err *e);

/* --- watch.c --- */
/* Flags of the pack with `watch`: judged anew each day for who is in the register. They are no verdict, and nothing
 * follows from them by itself. */

/* Gives the office that guides a flag for each party of the register that raises one, under a draft as well, each once
 * for the row that raises it. */
MUST_CHECK err_t watch_raise(struct programme *p, struct str today, struct err *e);

/* --- who.c --- */
/* Turns obstacles into an error with the text of the first. */
err_t flow_obstacle_error(struct flow_taken *out, const struct flow_obstacles *o, struct err *e);
/* Adds obstacles for a missing reason or basis. */
void flow_check_words(struct flow_obstacles *to, const struct flow_call *x);
/* The labels of roles as a list. */
struct str flow_role_words(enum lang lang, const struct str *roles, size_t count, struct arena *a);
/* Checks of the table (check.c). */
MUST_CHECK err_t check_stage(struct step *g);
MUST_CHECK err_t check_actor(struct step *g);
MUST_CHECK err_t check_clock(struct step *g);
MUST_CHECK err_t check_day(struct step *g);
MUST_CHECK err_t check_waits(struct step *g);
MUST_CHECK err_t check_words(struct step *g);
MUST_CHECK err_t check_opinions(struct step *g);
#endif
