/* One policy pack, parsed: a plain tree (docs/policy-packs.md describes its parts). Everything is
 * in the pack's arena; texts are borrowed from it. Parts of the packs it extends are in the same
 * lists, with `from` naming their pack.
 *
 * A loaded pack is shared and immutable: every list and tree is const down to its leaves. To
 * evaluate a changed pack, use a copy (pack_copy.h). */
#ifndef POLICY_PACK_H
#define POLICY_PACK_H
#include "base/date.h"
#include "base/vec.h"
#include "model/process.h"
#include "policy/expr.h"
#include "policy/parts.h"

struct pack;

enum pack_standing {
    PACK_IN_FORCE,    /* binding between its dates */
    PACK_DRAFT,       /* 征求意见稿: judged in trial */
    PACK_INFORMATIVE, /* an interpretation: it gives no verdict */
    PACK_LIBRARY      /* no document: parts that others extend */
};

enum fold { FOLD_EXISTS, FOLD_COUNT, FOLD_SUM, FOLD_RATE, FOLD_EVERY, FOLD_VALUE };

/* Columns of an indicator's SELECT. */
enum row_column {
    ROW_TEST,
    ROW_KEY,
    ROW_AMOUNT,
    ROW_BASE,
    ROW_GRP,
    ROW_BOUND,
    ROW_SHARE,
    ROW_SAYS,
    ROW_LABEL,
    ROW_RECORD,
    ROW_COLUMNS
};

struct indicator {
    struct str id;
    const struct pack *from;
    struct str label;
    enum fold fold;
    enum fold each;          /* FOLD_EVERY: FOLD_COUNT or FOLD_SUM of a group … */
    enum compare must;       /* … compared with its bound */
    struct str unit;         /* of a count, sum, rate or value */
    const struct str *lists; /* whose absence leaves it open upward */
    size_t list_count;
    struct str file; /* its SQL's, for findings */
    const char *sql; /* its parameters as ?1 … ?6; lines as in the file */
    int parameters;  /* the highest of them */
    struct str word; /* :word of its SQL, where several indicators share one file; empty: none */
    int line;
};

struct test { /* text empty, tree NULL: none was written */
    struct str text;
    int line, column;
    const struct expr *tree;
};

struct reading_test { /* another test, where a reading is chosen */
    struct str ambiguity, reading;
    struct test test;
};

struct criterion {
    struct str id;
    const struct pack *from;
    struct citation citation;
    bool judged, part, advisory;
    bool never_fails; /* not met is not known: the failure would rest on the product's word, not the
                         document's; `ambiguities` say which */
    struct test test; /* none: judged alone */
    struct test applies; /* none: always */
    struct test reason;  /* 原则上: whether a reason was given; none: a rule without exception */
    struct str advice;
    struct str own; /* what of it the document does not say; empty: it says all */
    const struct str *ambiguities;
    size_t ambiguity_count;
    VEC(const struct reading_test) readings;
    int line;
};

struct question {
    struct str id, label;
    const struct str *names; /* of its criteria */
    const size_t *criteria;  /* indexes of them */
    size_t count;
    const struct pack *from;
    int line;
};

enum deadline_kind {
    DUE_NONE,     /* the text has no number */
    DUE_FROM,     /* the day itself */
    DUE_WORKDAYS, /* n-th working day after it; before it where n is negative, as in the next two */
    DUE_DAYS,     /* n-th day after it */
    DUE_MONTHS,   /* same day n months on, or that month's last */
    DUE_RANGE,    /* a day that an officer chooses, from n months on to `high` months on */
    DUE_TERM,     /* last day of n years beginning on it */
    DUE_YEARLY,   /* month-day of its year, n years on */
    DUE_QUARTERLY /* day of the month-th month of its quarter, n quarters on */
};

struct deadline_rule {
    struct str id;
    const struct pack *from;
    enum deadline_kind kind;
    int n, high, month, day;
    int other_year; /* of this year a yearly rule gives another date; 0: of none */
    struct date other_day;
    struct citation citation;
    struct str note; /* what of it the text does not say */
    bool chosen; /* no text gives the day: it is one to be reminded on, and nothing is late by it */
    bool carry;  /* a last day off moves on to the next working day, whatever reading is chosen */
    const struct deadline_rule
        *also; /* counted from the same day: the later of both counts; NULL: none */
    const struct deadline_rule *then; /* counted from the day that these give; NULL: none */
    int line;
};

struct naming {
    bool given;
    struct str level;         /* of `levels`: that of the recognition; empty: any other */
    struct str before, after; /* of the industry, out of the template */
    struct str drop_suffix;
    int longest;                 /* characters of the whole name; 0: the text says none */
    const struct naming *levels; /* other templates; the rest of them is of the naming itself */
    size_t level_count;
    const struct str *refuse, *refuse_within;
    size_t refuse_count, refuse_within_count;
    struct citation citation;
    int line; /* of the template */
};

struct alternative { /* another reading of an unclear clause */
    struct str id;   /* empty: it was thought of and is not offered */
    struct str reading, effect;
};

struct ambiguity {
    struct str id, clause, problem, reading;
    struct str quote; /* may be empty: what is unclear may be what is not said */
    int quote_line;
    struct str usual; /* name of the reading taken where none is chosen; may be empty */
    const struct str *alternatives; /* names of other readings */
    size_t alternative_count;
    struct str carries; /* the reading by which a last day off moves on; may be empty */
    bool noted;         /* papers that print the words say how they are read */
    VEC(const struct alternative) others; /* what they and the ones not offered say and change */
    const struct str *switched_by; /* authorities, or functions of one, that may choose another;
                                       the choice is an action with its entry */
    size_t switched_by_count;
    const struct pack *from;
    int line;
};

struct flag {
    struct str id, text;
    const struct str *questions;
    size_t question_count;
    const struct pack *from;
    bool watched; /* looked at each day for who is in the register: a flag of the office */
    struct str indicator_name; /* its fold is exists */
    size_t indicator;
    int line;
};

/* Written M, E, D, T: force_names, ended by NULL. */
extern const char *const force_names[];
enum force { FORCE_MUST, FORCE_ENCOURAGED, FORCE_DEFINITION, FORCE_TARGET };

struct clause {
    struct str id;
    struct citation citation;
    enum force force;
    struct str actor, how, reason;
    struct str why_only_recorded; /* why nothing is asked, counted or refused by it; may be empty */
    const struct str *by, *rows, *screens;
    size_t by_count, row_count, screen_count;
    const struct pack *from;
    int line;
};

struct source_note { /* words of the text that no quote answers, and why */
    struct str text, reason;
    int line;
};

struct basis_end {
    struct str title, until; /* until: its last day */
};

struct document {
    struct str title, number, issuer, jurisdiction, note;
    enum pack_standing standing;
    bool not_held; /* the text was not supplied with the pack; an administrator may load it */
    struct str issued, effective, expires; /* dates, or empty */
    const struct str *aliases, *basis;
    size_t alias_count, basis_count;
    const struct str *marks; /* how the issuing marks of its place begin */
    size_t mark_count;
    const struct basis_end *basis_ends; /* of those that end by their own words */
    size_t basis_end_count;
    struct str replaced_by,
        replaced_from; /* the pack that it yields to, since that day; or empty */
    struct str yields; /* the day before it */
    int replaced_line;
    int effective_line, expires_line; /* in the file */
    const struct str *explained_by;   /* packs of interpretations (informative) of its basis */
    size_t explained_by_count;
    int explained_by_line;
};

struct pack_label { /* a label of the pack, and its English one */
    struct str label, en;
    int line;
};

struct pack_section { /* a top-level key, and the one file of the pack that says it */
    struct str name, file;
};

#define PACK_FORMAT 2 /* of the pack language, as this program writes it */

/* Keys of an earlier format and their present form. */
struct pack_change {
    struct str file;
    int line;
    struct str was;
    const char *mend; /* English sentence of the catalogue */
};

struct pack {
    struct arena *arena;
    struct str id, version, file;
    int format; /* 1 where it says none */
    VEC(const struct pack_change) changes;
    struct str digest; /* SHA-256 of packs_archive, hex */
    struct document document;
    const struct pack *parent;
    const struct str *overrides;
    size_t override_count;
    struct str source; /* the whole text; empty: not held */
    VEC(const struct pack_section) sections;
    VEC(const struct clause) clauses;
    VEC(const struct indicator) indicators;
    VEC(const struct criterion) criteria;
    VEC(const struct question) questions;
    VEC(const struct deadline_rule) deadlines;
    VEC(const struct ambiguity) ambiguities;
    VEC(const struct flag) flags;
    VEC(const struct source_note) unquoted;
    VEC(const struct pack_label)
    labels; /* its own: pack_label_find looks in the packs it extends too */
    struct naming naming;
    const struct calendar *calendar; /* working days beside those built in; NULL: none */
    struct part_list parts[PART_SECTIONS];
    const struct process *processes; /* out of parts[PART_PROCESSES], in its order */
    size_t process_count;
    struct checkings *checkings; /* checking.h; NULL: it keeps none */
};

/* The file that says a section, for findings about lines of it ("sc-x/clauses.yaml");
 * of a section that no file says, pack.yaml. */
struct str pack_section_file(const struct pack *p, const char *section);

/* NULL: there is none of that name. */
const struct question *pack_question(const struct pack *p, struct str id);
const struct deadline_rule *pack_deadline(const struct pack *p, struct str id);
const struct ambiguity *pack_ambiguity(const struct pack *p, struct str id);
/* The reading of a doubt that makes last days move behind days off (民法典 203); NULL: the pack
 * has none. */
const struct ambiguity *pack_carrying(const struct pack *p);
const struct process *pack_process(const struct pack *p, struct str id);
/* An effect as a pack writes it: "change centre state=exited when finding.serious=true". */
struct str process_effect_text(const struct process_effect *f, struct arena *a);
/* Roles (types/roles.yaml) of those who act as an authority of the pack, or as applicant, centre,
 * expert or public; none: nobody of that name, or the system. In the arena, or the pack's. */
size_t pack_actor_roles(const struct str **out, const struct pack *p, struct str actor,
                        struct arena *a);
/* A label of a step, a state, a paper … in the language of messages, and in English; one that has no
 * English stays Chinese and says so. */
struct str pack_label(const struct pack *p, struct str label, struct arena *a);
struct str pack_label_en(const struct pack *p, struct str label, struct arena *a);
/* NULL: it has no English. */
const struct pack_label *pack_label_find(const struct pack *p, struct str label);
/* Every label that people meet while they work, and the titles of the documents; not what
 * papers print. */
typedef void pack_label_fn(void *arg, const struct pack *from, struct str label, int line);
void pack_labels_each(const struct pack *p, pack_label_fn *fn, void *arg);
/* How people call an actor of a step: an authority by its label, a party by a sentence of messages. */
struct str pack_actor_label(const struct pack *p, struct str actor, struct arena *a);
/* Whether a decision of that day may cite the pack. E_INVALID with the reason: a draft, an
 * interpretation, a text that is missing or unchecked, or outside its dates of validity (which are
 * given). A draft can be tried nevertheless. */
MUST_CHECK err_t pack_decides(const struct pack *p, struct date on, struct err *e);
/* The last day of the document: it expires or is replaced; empty: it has none. */
struct str pack_last_day(const struct pack *p);
bool pack_find_criterion(size_t *index, const struct pack *p, struct str id);
bool pack_find_indicator(size_t *index, const struct pack *p, struct str id);
bool fold_is_truth(enum fold f);

/* An error in the files of a pack. */
struct pack_finding {
    struct str file;
    int line, column; /* column 0: the line as a whole */
    struct str reason;
};
#endif
