/* Between the files of this folder. */
#ifndef PROGRAMME_PROGRAMME_PRIV_H
#define PROGRAMME_PROGRAMME_PRIV_H
#include "base/date.h"
#include "decide/deadline.h"
#include "decide/decision.h"
#include "panel/panel.h"
#include "policy/calendar.h"
#include "policy/pack_verdict.h"
#include "programme/form_fill.h"
#include "programme/programme.h"
#include "record/clearing.h"

struct case_paper_known;

/* A step that is looked at or taken; what stands against it is told in `to`. */
struct step_run {
    struct flow_obstacles *to;
    struct db *db;
    struct flow_call *x;
    struct programme *p;
    struct err *e;
};

/* The same as a step_view (programme.h). */
#define SEEN(g) (&(struct step_view){(g)->to, (g)->db, (g)->x, (g)->p, (g)->e})

/* As programme_begin inside a store step, for a case that is an effect of another step. */
MUST_CHECK err_t programme_begin_in(struct flow_taken *out, struct step_run *g,
                                    const struct programme_new *n);

/* Data prepared before the store step. */
struct prepared {
    struct str as_of, facts; /* the facts document in its one spelling; empty: none was asked for */
    const struct yvalue *document;
    bool with_sources; /* of the facts, too: set before they are read */
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
    struct clearing cleared;    /* what must not go out unseen, with its answers (cleared.h) */
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
    VEC(struct case_paper_known *) papers; /* that the step issues (step_paper.h) */
    VEC(struct kept_form {
        const struct part *form;
        struct form_source source;
        struct form_filled filled;
    })
    forms;                       /* that it hands in (form_paper.h) */
    struct form_rows_known rows; /* read for its forms and papers, as the program sees them */
    VEC(struct made {
        struct str type;
        int64_t id;
    })
    records; /* written in the step */
};

/* The host's functions (flow_host). */
MUST_CHECK err_t programme_look(struct flow_obstacles *to, struct flow_call *x, void *arg,
                                struct err *e);
MUST_CHECK err_t programme_name_missing(struct flow_obstacles *to, struct flow_call *x, void *arg,
                                        struct err *e);
/* Which record and field an expression of the pack rests on, and who makes it by which step or request;
 * `path`: "TYPE.FIELD" or "TYPE". Outside of any store step. */
MUST_CHECK err_t programme_find_source(struct flow_missing *out, struct flow_call *x,
                                       const struct programme *p, struct str path, struct err *e);
/* Which records would mend a criterion that is not met or not known: those of the facts that it lacks, else what it
 * counts. `max`: room in out. Outside of any store step. */
MUST_CHECK err_t programme_find_remedies(struct flow_missing *out, size_t max, size_t *count,
                                         struct flow_call *x, const struct programme *p,
                                         const struct criterion_result *r, struct err *e);
void programme_note(struct flow_call *x, void *arg);
MUST_CHECK err_t programme_guard(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                                 void *arg, struct err *e);
MUST_CHECK err_t programme_effect(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                                  const struct process_effect *f, void *arg, struct err *e);
MUST_CHECK err_t programme_is_inapplicable(bool *out, struct db *db, struct flow_call *x,
                                           const struct process_step *step, void *arg,
                                           struct err *e);
/* For flow_host.records: the changes that are shown since a review, and the version of each record that x->step changes. */
MUST_CHECK err_t programme_changed(struct str *out, struct db *db, const struct flow_call *x,
                                   const struct jvalue *arguments, void *arg, struct err *e);
MUST_CHECK err_t programme_is_open_item(bool *out, struct db *db, struct flow_call *x,
                                        const struct process_step *step, void *arg, struct err *e);
MUST_CHECK err_t programme_due(struct flow_due *out, struct db *db, struct flow_call *x,
                               const struct process_step *step, void *arg, struct err *e);
/* The day of a step by its rule, counted from `from`: whatever shows, takes or decides by it asks here.
 * Indicators do by deadline() of the same rule (policy/pack_functions.c). Not of a day that is entered. */
MUST_CHECK err_t programme_day_of(struct due *out, struct db *db, const struct programme *p,
                                  const struct process_step *step, struct date from, struct err *e);
/* The rules for counting days under the policy: its calendar and the chosen reading. */
MUST_CHECK err_t programme_counting(struct counting *how, struct db *db, const struct programme *p,
                                    struct err *e);
/* The day of a step, where an officer let its period run from service; where he did not, that of its
 * rule. Not known: it was not served, or no day was entered. E_INVALID: the day that he entered does
 * not fit. */
MUST_CHECK err_t programme_service_day(struct due *out, bool *known, struct step_view *g,
                                       const struct process_step *step);
MUST_CHECK err_t programme_issue(int64_t *deadline, struct db *db, struct flow_call *x,
                                 const struct process_step *step, const struct flow_due *due,
                                 void *arg, struct err *e);
MUST_CHECK err_t programme_due_over(struct db *db, struct flow_call *x, int64_t deadline, void *arg,
                                    struct err *e);
MUST_CHECK err_t programme_reads(bool *out, struct db *db, struct flow_call *x, int64_t account,
                                 int64_t unit, void *arg, struct err *e);
MUST_CHECK err_t programme_back(struct db *db, struct flow_call *x, const struct flow_done *all,
                                size_t count, struct str stage, void *arg, struct err *e);
MUST_CHECK err_t programme_settled(struct db *db, struct flow_call *x, void *arg, struct err *e);

/* A result of record_value in the form of conditions ("true", "province", "2026"); empty: no
 * value, or a list. */
struct str programme_condition_text(const struct jvalue *v);
/* A value that is not null and not an empty list. */
bool programme_stands(const struct jvalue *v);

/* Whether a party enters the records of the type itself, and no step alone does. */
bool programme_is_partys(const struct record_type *t);
/* The field that holds the year of a yearly record; NULL: it has none. */
const struct field *programme_year_field(const struct record_type *t);
/* p->pack: the version that counts here, under which cases begin now; where none was activated, the
 * one that is there. */
MUST_CHECK err_t programme_version(struct programme *p, struct str pack, struct err *e);
/* When the matter began: a case that a step of another brought about began with that one; what manages
 * a party of a document that has lapsed, when the party was recognised. */
MUST_CHECK err_t programme_begin_time(int64_t *ms, struct db *db, const struct flow_call *x,
                                      const struct pack *pack, struct err *e);
/* 依据已到期: the document's last day is past (lapse.h says what still applies). */
bool programme_lapsed(const struct pack *p, struct str today);
/* The same of the case at hand, whose document may have yielded to another in a later version of its pack;
 * empty: it has no last day. */
struct str programme_last_day(const struct programme *p);
bool programme_is_over(const struct programme *p, struct str today);
/* x->prepared, begun if it is not there. */
struct prepared *programme_prepared(struct flow_call *x);
/* The facts of the party of the case, once for a step; as the program reads them. Of a case that hands in the report of a
 * year also what reports alone count, on programme_report_day. */
MUST_CHECK err_t programme_facts(const struct yvalue **out, struct flow_call *x,
                                 struct programme *p, struct err *e);
/* The same with what reports alone count, for any case; read anew. */
MUST_CHECK err_t programme_report_facts(const struct yvalue **out, struct flow_call *x,
                                        struct programme *p, struct err *e);
/* Is it settled that one of these does not hold of this party or case? */
MUST_CHECK err_t programme_conditions_false(bool *out, struct step_view *g,
                                            const struct process_value *when, size_t count);
/* The verdict of a question on the facts of the case, computed once per step; in its arena. NULL:
 * the records allow no verdict; *wrong says why. */
MUST_CHECK err_t programme_verdict(const struct pack_verdict **out, struct str *wrong,
                                   struct step_run *g, struct str question);
/* The conditions under which x->step is this party's. */
MUST_CHECK err_t programme_check_when(struct flow_obstacles *to, struct flow_call *x,
                                      struct programme *p, struct err *e);
/* The credit code of a unit, in p->arena; empty where it has none. Takes a reader. */
MUST_CHECK err_t programme_party_code(struct str *out, struct programme *p, int64_t unit,
                                      struct err *e);
/* Labels of a type and a field in cases of the pack (record_labels), else those of the type. */
struct label programme_type_label(const struct programme *p, const struct record_type *t);
struct label programme_field_label(const struct programme *p, const struct record_type *t,
                                   const struct field *f);
/* A ban on applying again (prohibitions, consequences: bars) that counts today. */
struct ban {
    bool bars;
    const char *sentence; /* N_(), with `count` words in each language */
    struct str zh[3], en[3];
    size_t count;
    struct citation citation; /* quote: the words of the consequence */
};
/* Whether a case of x->process may not begin for the party: counted from the step that brought the ban
 * about in any of its cases under this policy, a trial's for trials alone. */
MUST_CHECK err_t programme_find_ban(struct ban *out, struct step_view *g, int64_t unit);
/* Whether the case was handed in by its party, or the step hands it in: its own lists count as complete. */
bool programme_is_submitted(const struct flow_call *x);
/* Checks that the materials of x->step are complete and its commitment is accepted by an entitled person. */
MUST_CHECK err_t programme_check_submission(struct flow_obstacles *to, struct flow_call *x,
                                            struct programme *p, struct err *e);
/* "application.to" → type and field; the record that it speaks of, 0: there is none. */
MUST_CHECK err_t programme_field(const struct record_type **t, struct str *field,
                                 const struct programme *p, struct str path, struct err *e);
MUST_CHECK err_t programme_record(int64_t *id, struct step_view *g, const struct record_type *t);
/* The case, and those that brought it about. */
struct facts_case;
MUST_CHECK err_t programme_cases(const struct facts_case **out, size_t *count, struct db *db,
                                 const struct flow_call *x, struct err *e);
/* The value of such a field as conditions write it ("true", "2026"); empty: unknown. */
MUST_CHECK err_t programme_field_text(struct str *out, struct step_view *g, struct str path);
/* A record that who takes a step names must be the party's, or an office's of the province.
 * E_INVALID. */
MUST_CHECK err_t programme_check_owner(struct db *db, const struct flow_call *x,
                                       const struct record_type *t, int64_t id, struct err *e);
/* Whether the fact that a field gives is the word of who takes the step (or begins the case); else that is
 * told. */
bool programme_check_fact_source(struct flow_obstacles *to, const struct flow_call *x,
                                 const struct field *f);
/* The body of a new record: the entered values and the values common to all records of a case. */
MUST_CHECK err_t programme_body(const struct jvalue **out, struct step_run *g,
                                const struct record_type *t, int64_t unit,
                                const struct jvalue *said);
/* Tells the people who act for an actor of the pack ("city", "applicant") of the step of this case. */
MUST_CHECK err_t programme_notify_actor(const struct step_view *g, struct str actor);
/* The people who hold roles in the units that act in a case. Each is notified once per `struct
 * told`, whatever number of roles they hold. */
struct told {
    struct str today;
    int64_t now_ms, except; /* except: who did it himself; 0: nobody */
    struct arena *arena;
    struct str gather; /* notification_draft.gather */
    VEC(int64_t) people;
};
/* A list of recipients, empty, for messages about a step that x->by takes now. He gets none. */
struct told told_by(const struct flow_call *x, const struct programme *p);
/* {title, step, by}: the arguments of their messages. */
struct str told_words(const struct flow_call *x, struct str step);
MUST_CHECK err_t programme_notify_roles(struct told *t, struct db *db, const struct flow_case *c,
                                        const struct str *roles, size_t count, const char *kind,
                                        struct str arguments, struct err *e);
/* Notifies the people who may take the step; if `step` is empty or not open, the holder of the case. */
MUST_CHECK err_t programme_notify_step(struct told *t, struct db *db, const struct flow_case *c,
                                       struct str step, const char *kind, struct str arguments,
                                       struct err *e);
/* The officers of a province (GB/T 2260, 2 digits). */
MUST_CHECK err_t programme_notify_offices(struct told *t, struct db *db, struct str province,
                                          const char *kind, struct str arguments, struct str link,
                                          struct err *e);
/* Papers of the step: what they will say, as far as it is known before (with what lacks of those that
 * who takes it has filled), and, last in the store step, those that are whole issued. */
MUST_CHECK err_t programme_papers(struct flow_obstacles *to, struct flow_call *x,
                                  struct programme *p, struct err *e);
MUST_CHECK err_t programme_papers_settle(struct db *db, struct flow_call *x, struct programme *p,
                                         struct err *e);
/* Whether a place (first 4 and 2 digits of its region) is of the jurisdiction of the policy. */
bool programme_covers_region(const struct pack *p, struct str city, struct str province);
bool programme_is_office(const struct subject *s);
struct deed programme_deed(const struct flow_call *x, const struct programme *p);
/* Members of an open object: one criterion as it was judged. */
/* Its test is any(…): one of what lacks is enough. */
bool programme_any_is_enough(const struct criterion *c);
/* The facts that the verdict lacks are those that the last refusal names (source.c). */
void programme_note_unknown(struct flow_obstacles *to, const struct criterion_result *r);
void programme_criterion_json(struct jout *j, const struct criterion_result *r, struct arena *a);
/* Values that a new record of a case takes from the case, so that nobody enters them (effect.c):
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
enum follows programme_derivation_of(const struct record_type *t, const struct field *f);
#endif
