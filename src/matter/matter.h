/* A case under a policy, as it stands: what is read of it, what is asked of it, and how its rows are written. A
 * struct programme serves one thread for one request. */
#ifndef MATTER_MATTER_H
#define MATTER_MATTER_H
#include "access/two_person.h"
#include "base/date.h"
#include "base/vec.h"
#include "decide/deadline.h"
#include "decide/decision.h"
#include "matter/row.h"
#include "model/store_read.h"
#include "notify/notification.h"
#include "panel/panel.h"
#include "policy/calendar.h"
#include "policy/pack_verdict.h"
#include "policy/packs.h"
#include "record/clearing.h"
#include "record/record.h"
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

/* WHY_OTHER_STAGE, WHY_FOR_OTHERS …: what can stand against a step. */
#define WHY(name, code, sentence) WHY_##name,
enum why {
#include "matter/obstacles.h"
};
#undef WHY

/* The reason why a step is closed. */
struct flow_obstacle {
    const char *code;         /* of matter/obstacles.h */
    struct str subject;       /* a criterion, field or step; empty: none */
    struct str case_number;   /* in joint steps, the case; empty: the only one */
    struct str zh, en;        /* a sentence; in joint steps it begins with the case number */
    struct str clause, quote; /* its source; empty: none */
    struct flow_missing missing;
};

struct flow_obstacles {
    struct flow_obstacle *ptr;
    size_t len, cap;
    struct arena *arena;
};

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
        untold; /* set by programme_note: the history keeps only the id of arguments.records.UNTOLD */
    struct str reason, basis;
    struct str today;                /* business date */
    struct due_day due;              /* of this step's timer */
    const struct flow_timer *timers; /* of the case (case/who.c), once `timed` */
    size_t timer_count;
    bool timed;
    bool late;
    bool looking; /* obstacles are collected; nothing is written */
    /* All cases of a joint step in order, this one included (flow_take_joint); count 0: no joint step. */
    struct flow_call *joint;
    size_t joint_count;
    struct arena *arena;
    struct prepared *prepared; /* set by checks_ask (case/check.c) */
    const struct prepared
        *looked; /* at a step before this one: the facts are the same; NULL: none */
    /* Result for the history, an open object. */
    struct jout *result;
    int64_t step_id;             /* id of the history line; set in the store step */
    char entry[LOG_UID_LEN + 1]; /* its log entry */
};

/* The date of a step in the current stage of a case. */
struct flow_due {
    bool known;
    struct date from; /* from which its rule counts */
    struct due_day day;
};

/* A history line; each is a version of the case with a log entry. */
struct flow_line {
    const char *kind;
    struct str step, label, from, to, arguments, result;
    const struct citation *citation; /* NULL: none */
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

/* Under which files a round takes cases: of the version that counted when it opened; where none did (a
 * draft), of its first case. `of`: whether it was that digest's, which counted at an earlier opening too;
 * empty: the last opening's. */
struct call_version {
    struct str digest; /* empty: it has none yet */
    int64_t opened_ms; /* when it opened under a version that counted; 0: none did */
};

/* Reports of closed panels, each read once; identified by digest. */
struct panel_reports {
    struct arena *arena; /* owns the reports */
    const struct panel_report *first;
};

/* A test of steps gives these answers in place of policies and records. */
struct stand_in {
    err_t (*look)(struct flow_obstacles *to, const struct flow_call *x);
    bool (*inapplicable)(const struct process_step *step);
    struct flow_due (*due)(const struct process_step *step);
};

struct programme {
    struct kernel *kernel;
    struct packs *packs; /* the current ones */
    const struct calendar *calendar;
    const struct pack *pack; /* of the case */
    /* For a case under an earlier version: the version in force, whose document may have been replaced since; else
     * NULL. */
    const struct pack *later;
    struct arena *arena;
    struct faults faults; /* of a record that a beginning, a call or an archive writes */
    /* The published list of the cases of a joint step, and whether it matches the records (case/publicity_check.c). */
    struct {
        struct str list;
        bool same;
    } compared;
    /* private, or shared by a loop over many cases */
    struct panel_reports *reports;
    const struct stand_in *stand_in; /* NULL: no test */
};

/* A step that is looked at or taken. Holds nothing of its own: a copy with another `to`, `db` or `e` is the same step. */
struct step {
    struct flow_obstacles *to; /* what stands against it; NULL: it is not collected */
    struct db *db; /* of the store step, or a reader; NULL: whoever reads takes one (step_reader) */
    struct flow_call *x; /* NULL: what is read is of no case at hand (a list made public) */
    struct programme *p;
    struct err *e;
    int within; /* uses of a db that another gives back (step_reader) */
};

/* Data prepared before the store step. */
struct prepared {
    struct str as_of, facts; /* the facts document in its one spelling; empty: none was asked for */
    struct str code;         /* of the party; empty: no facts were asked for */
    const struct yvalue *document;
    bool with_sources; /* of the facts, too: set before they are read */
    bool submitted;    /* they are of a case that is handed in */
    struct pack_verdict sources;
    struct str name; /* formed by the rule of the pack */
    bool reviews;    /* its facts are kept: later steps rest on them (review.h) */
    bool handed_in;  /* …likewise: the party hands the case in */
    struct str
        review_seen; /* the changes since the review, as they are shown to who takes the step */
    struct str review_stands; /* said of an earlier review; empty: nothing */
    const struct jvalue *review_changes;
    /* Why who takes the step goes on against conditions; while it is looked at, of which conditions
     * he would say so (against.h). NULL: none. */
    const struct jvalue *against;
    const struct jvalue
        *review_verdict;        /* what who reviews is shown of the conditions (review.h) */
    struct clearing cleared;    /* what must not go out unseen, with its answers (cleared.c) */
    struct panel_review review; /* that the step rests on; panel 0: it asks for none */
    /* The commitment of the step and the role that accepts it; empty: none. */
    struct str commitment, commitment_digest, commitment_role;
    bool commitment_noted; /* in what came of the step */
    VEC(struct judged {
        struct str question;
        struct pack_verdict verdict;
        struct str wrong; /* nothing can be judged by the records: why */
    } *)
    judged; /* programme_verdict */
    VEC(struct kept_decision) decisions;
    struct prepared_documents
        *documents; /* its forms and papers (document/document.h); NULL: none yet */
    VEC(struct made {
        struct str type;
        int64_t id;
    })
    records; /* written in the step */
};

/* A ban on applying again (prohibitions, consequences: bars) that counts today. */
struct ban {
    bool bars;
    enum why why; /* with `count` words in each language */
    struct str zh[3], en[3];
    size_t count;
    struct citation citation; /* quote: the words of the consequence */
};

/* The case, and those that brought it about. */
struct facts_case;

/* The people who hold roles in the units that act in a case. Each is notified once per `struct
 * told`, whatever number of roles they hold. */
struct told {
    struct db *db; /* of the store step, with its error */
    struct err *e;
    struct str today;
    int64_t now_ms, except; /* except: who did it himself; 0: nobody */
    struct arena *arena;
    VEC(int64_t) people;
};

/* Values that a new record of a case takes from the case, so that nobody enters them (case/content.c):
 * the programme, the case number, the party, its industry and region in an office's register, the
 * year, the certificate number. */
enum follows {
    FOLLOWS_NOTHING,
    FOLLOWS_PROGRAMME,
    FOLLOWS_CASE,
    FOLLOWS_CERTIFICATE,
    FOLLOWS_INDUSTRY,
    FOLLOWS_YEAR,
    FOLLOWS_PARTY,
    FOLLOWS_REGION
};

struct service_run {
    bool found;
    bool known; /* it was served */
    struct date from, due;
    bool has_due;
};

/* --- ban.c --- */
/* Whether a case of x->process may not begin for the party: counted from the step that brought the ban
 * about in any of its cases under this policy, a trial's for trials alone. */
MUST_CHECK err_t programme_find_ban(struct ban *out, struct step *g, int64_t unit);

/* --- call.c --- */
MUST_CHECK err_t call_version(struct call_version *out, struct step *g, int64_t call,
                              struct str pack, struct str of);
/* The id of the party's register row in force; 0: it has none, or the process does not recognise a
 * party again. */
MUST_CHECK err_t call_row(int64_t *id, struct step *g);
/* Whether a place (first 4 and 2 digits of its region) is of the jurisdiction of the policy. */
bool programme_covers_region(const struct pack *p, struct str city, struct str province);
/* The processes of what the process's recognition begins, after which a party is recognised again (not_said.again_after);
 * NULL: its standing is for good. */
const struct part_value *call_again_after(const struct pack *pack, const struct process *process);

/* --- cleared.c --- */
/* Steps that move a record to a state whose own transitions require a disclosure check
 * (record/clearing.h) require the same check: the person taking the step is shown each place
 * found, in the record's texts and in its files, and states for each why it may stay
 * (arguments.clears). The history keeps the answers. */

/* Outside of the store step: obstacles "sensitive", one for each field with places that are not answered. */
MUST_CHECK err_t cleared_look(struct step *g);

/* A member of what came of the step: "cleared". */
void cleared_note(struct flow_call *x);

/* --- conflict.c --- */
/* The actor, time and action of the latest line of the case's history, or of one of its steps;
 * found false: none. */
struct done_by {
    bool found;
    struct str name, at, label;
};
/* Returns E_CONFLICT: the stored case has another version than x->c. The text says who moved it, when, by which step, and
 * its stage. */
err_t flow_conflict_error(struct step *g);
/* Returns E_CONFLICT: the case has another version than the caller read. The text says who moved it, when and by which
 * step, as far as the caller may know. */
err_t flow_moved_since(struct step *g);
/* English label of a stage (cases store the Chinese one); its id if the process no longer has it. */
struct str flow_stage_label_en(const struct process *p, struct str stage);
MUST_CHECK err_t flow_find_done(struct done_by *out, struct step *g,
                                const struct process_step *step);

/* --- day.c --- */
/* The day of a step in the current stage. In the store step. */
MUST_CHECK err_t programme_due(struct flow_due *out, struct step *g,
                               const struct process_step *step);
/* The day of a step by its rule, counted from `from`: whatever shows, takes or decides by it asks here.
 * Indicators do by deadline() of the same rule (policy/pack_functions.c). Not of a day that is entered. */
MUST_CHECK err_t programme_day_of(struct due *out, struct step *g, const struct process_step *step,
                                  struct date from);
/* The rules for counting days under the policy: its calendar and the chosen reading. */
MUST_CHECK err_t programme_counting(struct counting *how, struct db *db, const struct programme *p,
                                    struct err *e);
/* The day of a step, where an officer let its period run from service; where he did not, that of its
 * rule. Not known: it was not served, or no day was entered. E_INVALID: the day that he entered does
 * not fit. */
MUST_CHECK err_t programme_service_day(struct due *out, bool *known, struct step *g,
                                       const struct process_step *step);
/* The field that holds the year of a yearly record; NULL: it has none. */
const struct field *programme_year_field(const struct record_type *t);
/* From when the period of a step runs, where an officer let it run from service. */
MUST_CHECK err_t service_run_of(struct service_run *out, struct db *db, int64_t case_id,
                                struct str step, struct err *e);

/* --- earlier.c --- */
/* Parties recognised before a document existed are entered in its register on the strength of the
 * earlier recognition: its document number, its file and its date, which must precede the first
 * day of the new document. No text prescribes the procedure; the program only asks for this
 * evidence. For steps with the effect `record centre entered=of:TYPE.FIELD` whose case moves the
 * record of that type. */

/* Missing inputs of x->step; none for other kinds of step. */
MUST_CHECK err_t earlier_check(struct step *g);

/* The same where a case of such a process begins about the record: E_INVALID. Nobody could add it later. */
MUST_CHECK err_t earlier_begins(struct step *g, const struct record_type *t, int64_t record);

/* --- facts.c --- */
/* Sets *reports if the case hands in the report of a year, and then limits *day to 31 December of
 * that year. */
MUST_CHECK err_t programme_report_day(bool *reports, struct str *day, struct db *db,
                                      struct kernel *k, const struct pack *pack,
                                      const struct flow_case *c, struct arena *a, struct err *e);
/* When the matter began: a case that a step of another brought about began with that one; what manages
 * a party of a document that has lapsed, when the party was recognised. */
MUST_CHECK err_t programme_begin_time(int64_t *ms, struct step *g, const struct pack *pack);
/* The facts of the party of the case, once for a step; as the program reads them. Of a case that hands in the report of a
 * year also what reports alone count, on programme_report_day. */
MUST_CHECK err_t programme_facts(const struct yvalue **out, struct step *g);
/* The same with what reports alone count, for any case; read anew. */
MUST_CHECK err_t programme_report_facts(const struct yvalue **out, struct step *g);
/* Whether the case was handed in by its party, or the step hands it in: its own lists count as complete. */
bool programme_is_submitted(const struct flow_call *x);
MUST_CHECK err_t programme_load_facts(struct step *g);
bool programme_hands_in(const struct flow_call *x);

/* --- history.c --- */
/* The first line with which a case came into a stage, given after it: ordinals of stages in SQL. */
#define FIRST_IN "(SELECT min(s.id) FROM flow_step s WHERE s.case_id = ?1 AND s.to_stage = "
/* Whether x->by may take any step of the process that `among` selects, in any stage; out->grant: the grant. */
MUST_CHECK err_t flow_takes_any(struct decision *out, struct step *g,
                                bool (*among)(const struct process_step *s));
/* The history lines visible to x->by, in order (c and process as read). Completed steps: all readers of the case.
 * Proposals and unconfirmed steps: those who may take the step. Exchanges between offices: offices. A person's own
 * lines: that person too. Auditors see all lines. */
MUST_CHECK err_t flow_history_shown(const struct flow_done **out, size_t *count, struct step *g);
/* The last of these steps that is in effect. */
MUST_CHECK err_t flow_step_stands(struct flow_stands *out, struct step *g, int64_t case_id,
                                  const struct str *steps, size_t count);
/* Whether an action, by its name in the log entry of a case, is visible to all readers of the case. */
bool flow_is_public_action(struct str action);
bool flow_is_general_action(struct str kind); /* whether kind is one of these */

/* --- lapse.c --- */
/* 依据已到期: the document's last day is past (lapse.h says what still applies). */
bool programme_lapsed(const struct pack *p, struct str today);
/* The same of the case at hand, whose document may have yielded to another in a later version of its pack;
 * empty: it has no last day. */
struct str programme_last_day(const struct programme *p);
bool programme_is_over(const struct programme *p, struct str today);

/* --- matter.c --- */
/* Where the step has no db, lends it a reader (E_BUSY), which step_reader_end gives back, also after an error. A thread
 * holds one reader: within, the one that is there is used. */
MUST_CHECK err_t step_reader(struct step *g);
void step_reader_end(struct step *g);
/* For one thread and one request. What the arguments point to must outlive *p. */
void programme_init(struct programme *p, struct kernel *k, struct packs *packs,
                    const struct calendar *calendar, struct arena *a);
/* A result of record_value in the form of conditions ("true", "province", "2026"); empty: no
 * value, or a list. */
struct str programme_condition_text(const struct jvalue *v);
/* Its SHA-256, lower-case hex. */
struct str text_digest(struct str text, struct arena *a);
/* A value that is not null and not an empty list. */
bool programme_stands(const struct jvalue *v);
/* Whether a party enters the records of the type itself, and no step alone does. */
bool programme_is_partys(const struct record_type *t);
/* x->prepared, begun if it is not there. */
struct prepared *programme_prepared(struct flow_call *x);
/* The credit code of the case's party, in p->arena; empty where it has none. */
MUST_CHECK err_t programme_party_code(struct str *out, struct step *g);
MUST_CHECK err_t programme_cases(const struct facts_case **out, size_t *count, struct step *g);
bool programme_is_office(const struct subject *s);
struct deed programme_deed(struct step *g);

/* --- obstacle.c --- */
/* `args`: one for each %s of its sentence. */
void obstacle_add(struct flow_obstacles *to, enum why why, struct str subject,
                  const struct citation *from, const struct str *args, size_t count);
/* The same with arguments in both languages. */
void obstacle_add_in(struct flow_obstacles *to, enum why why, struct str subject,
                     const struct citation *from, const struct str *zh, const struct str *en,
                     size_t count);
/* One whose sentence (N_()) another room has. */
void obstacle_pass(struct flow_obstacles *to, enum why why, const struct citation *from,
                   const char *sentence);
/* It asks for a text of the request: reason, basis, commitment, "against". */
bool obstacle_is_words(const struct flow_obstacle *o);
/* `sentence` with its %s filled in. */
struct str flow_fill_sentence(const char *sentence, const struct str *args, size_t count,
                              struct arena *a);

/* --- proposal.c --- */
/* The record that the effect changes: named in the arguments, else that which the case has; *t NULL: it changes none. */
MUST_CHECK err_t programme_find_changed(const struct record_type **t, int64_t *id, struct step *g,
                                        const struct process_effect *f,
                                        const struct jvalue *arguments);
/* The changes that are shown since a review, and the version of each record that x->step changes with these arguments: a
 * proposal is void once one of them has changed. In or outside of the store step. */
MUST_CHECK err_t programme_changed(struct str *out, struct step *g, const struct jvalue *arguments);
/* The part of the arguments that all readers of the case may see. */
struct str flow_public_arguments(const struct flow_call *x);
/* Writes the numbers of the cases of a joint step as an array. */
void flow_joint_json(struct jout *j, const struct flow_call *x);
bool flow_takes_two(const struct flow_call *x);
/* The open proposal of x->step; id 0: none. out->arguments: {"arguments":{…} or null,"basis"}. The caller checks whether
 * it may be shown. */
MUST_CHECK err_t flow_proposed(struct proposal *out, struct step *g);
struct str flow_arguments_text(const struct flow_call *x);
/* …with the basis: what a proposal keeps. */
struct str flow_asked_text(const struct flow_call *x);
/* The digest that both persons confirm: of the case, the records that the step changes, the request, reason and basis. */
MUST_CHECK err_t flow_proposal_digest(struct str *out, struct step *g, struct str asked,
                                      struct str reason);
/* The current proposal of this step; p->id 0: none. *over: a former proposal that has lapsed. */
MUST_CHECK err_t flow_standing_proposal(struct proposal *p, int64_t *over, struct step *g);

/* --- record_label.c --- */
/* Labels of a type and a field in cases of the pack (record_labels), else those of the type. */
struct label programme_type_label(const struct programme *p, const struct record_type *t);
struct label programme_field_label(const struct programme *p, const struct record_type *t,
                                   const struct field *f);

/* --- review.c --- */
void programme_criterion_json(struct jout *j, const struct criterion_result *r, struct arena *a);

/* --- row_write.c --- */
struct deed flow_deed(struct step *g);
/* Writes x->c as the next version of the case; sets x->entry and x->step_id. E_CONFLICT: it has moved since it was
 * read. */
MUST_CHECK err_t flow_put(struct step *g, const struct flow_line *line);
/* Fills *out; `b`: the JSON result of the step, or NULL. */
void flow_result(struct flow_taken *out, const struct flow_call *x, struct buf *b);
/* Whether the case stays hidden from its party after x->step: it was hidden so far, and the next state is unseen. A case
 * that the party could once read is never hidden again. */
bool flow_unseen_after(const struct flow_call *x);

/* --- told.c --- */
/* Tells the people who act for an actor of the pack ("city", "applicant") of the step of this case. */
MUST_CHECK err_t programme_notify_actor(struct step *g, struct str actor);
/* A list of recipients, empty, for messages about a step that x->by takes now. He gets none. */
struct told told_by(struct step *g);
/* {title, step, by}: the arguments of their messages. */
struct str told_words(const struct flow_call *x, struct str step);
/* `what` of the case: its link follows. */
MUST_CHECK err_t programme_notify_roles(struct told *t, const struct flow_case *c,
                                        const struct str *roles, size_t count,
                                        const struct notification_draft *what);
/* Notifies the people who may take the step; if `step` is empty or not open, the holder of the case. */
MUST_CHECK err_t programme_notify_step(struct told *t, const struct flow_case *c, struct str step,
                                       const char *kind, struct str arguments);
/* The officers of a province (GB/T 2260, 2 digits). */
MUST_CHECK err_t programme_notify_offices(struct told *t, struct str province,
                                          const struct notification_draft *what);

/* --- value.c --- */
/* Whether the step certainly does not apply to this party (process_step.when). In or outside of the store step. */
MUST_CHECK err_t programme_is_inapplicable(bool *out, struct step *g,
                                           const struct process_step *step);
/* Is it settled that one of these does not hold of this party or case? */
MUST_CHECK err_t programme_conditions_false(bool *out, struct step *g,
                                            const struct process_value *when, size_t count);
/* The conditions under which x->step is this party's. */
MUST_CHECK err_t programme_check_when(struct step *g);
/* "application.to" → type and field; the record that it speaks of, 0: there is none. */
MUST_CHECK err_t programme_field(const struct record_type **t, struct str *field,
                                 const struct programme *p, struct str path, struct err *e);
MUST_CHECK err_t programme_record(int64_t *id, struct step *g, const struct record_type *t);
/* The value of such a field as conditions write it ("true", "2026"); empty: unknown. */
MUST_CHECK err_t programme_field_text(struct str *out, struct step *g, struct str path);
/* Evaluates the conditions; *holds: all are true. False ones are reported if `told`. */
MUST_CHECK err_t programme_check_conditions(bool *holds, bool told, struct step *g,
                                            const struct process_value *when, size_t count);

/* --- verdict.c --- */
/* The verdict of a question on the facts of the case, computed once per step; in its arena. NULL:
 * the records allow no verdict; *wrong says why. */
MUST_CHECK err_t programme_verdict(const struct pack_verdict **out, struct str *wrong,
                                   struct step *g, struct str question);
/* Members of an open object: one criterion as it was judged. */
/* Its test is any(…): one of what lacks is enough. */
bool programme_any_is_enough(const struct criterion *c);
/* The facts that the verdict lacks are those that the last refusal names (case/source.c). */
void programme_note_unknown(struct flow_obstacles *to, const struct criterion_result *r);
MUST_CHECK err_t verdict_check_needs(struct step *g);
/* Requires criteria to be known as unmet: unknown and inapplicable ones are no ground. */
MUST_CHECK err_t verdict_check_fails(struct step *g);
/* A case is handed in with what the party has to say of it: no condition is left open that its own word settles. */
MUST_CHECK err_t verdict_check_known(struct step *g);
MUST_CHECK err_t verdict_check_questions(struct step *g, const struct str *ids, size_t count,
                                         bool must_pass);
/* A party's statement that differs from the register must be corrected before submission, because
 * the verdict counts it as absent. */
MUST_CHECK err_t verdict_check_register(struct step *g);

/* --- version.c --- */
/* Loads the pack version under which the case began, and its process. E_CORRUPT: the stored files do not match their
 * digest. */
MUST_CHECK err_t programme_case(struct step *g);
/* Sets p->pack to the version under which the call opened. */
MUST_CHECK err_t programme_call_version(struct step *g, int64_t call);
/* p->pack: the version that counts here, under which cases begin now; where none was activated, the
 * one that is there. */
MUST_CHECK err_t programme_version(struct step *g, struct str pack);

/* --- word.c --- */
/* A record that who takes a step names must be the party's, or an office's of the province.
 * E_INVALID. */
MUST_CHECK err_t programme_check_owner(struct step *g, const struct record_type *t, int64_t id);
/* Whether the fact that a field gives is the word of who takes the step (or begins the case); else that is
 * told. */
bool programme_check_fact_source(struct flow_obstacles *to, const struct flow_call *x,
                                 const struct field *f);
enum follows programme_derivation_of(const struct record_type *t, const struct field *f);
#endif
