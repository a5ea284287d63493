/* A record type: types/<name>.yaml (docs/record-types.md), parsed, checked and compiled for the
 * kernel. Immutable after loading; one set for the life of the process, shared by threads. No type
 * is named in C. */
#ifndef RECORD_TYPE_H
#define RECORD_TYPE_H
#include "access/policy.h"
#include "base/arena.h"
#include "base/date.h"
#include "model/fact_word.h"
#include "model/label.h"

enum field_type {
    FIELD_TEXT,
    FIELD_LONG_TEXT,
    FIELD_INT,
    FIELD_DECIMAL,
    FIELD_MONEY,
    FIELD_PERCENT,
    FIELD_DATE,
    FIELD_KNOWN_DATE,
    FIELD_DATETIME,
    FIELD_PERIOD,
    FIELD_ENUM,
    FIELD_BOOL,
    FIELD_REF,
    FIELD_REFS,
    FIELD_PARTY,
    FIELD_PERSON,
    FIELD_PHONE,
    FIELD_EMAIL,
    FIELD_URL,
    FIELD_REGION,
    FIELD_IPC,
    FIELD_PATENT,
    FIELD_PATENTS,
    FIELD_TEXTS,
    FIELD_FILE,
    FIELD_FILES,
    FIELD_TABLE,
    FIELD_COMPUTED
};

/* In the language of the thread; Chinese where there is no English. */
struct str label_shown(struct label l);

struct field {
    struct str name;
    enum field_type type;
    struct label label, hint;
    struct str fact;   /* key in facts.md; empty: none */
    struct str column; /* its column, or the stem of its columns (value.h); empty: a set, a table
                          or computed. A word of SQL has "_" after it: from_ */
    struct str child;  /* child table: "record_deal_shares"; empty: none */
    bool required;     /* always */
    const struct str *required_from; /* needed in these states */
    size_t required_from_count;
    bool unique, many, retired;
    bool names; /* FIELD_TEXT: of the natural key, or the number of a claim */
    bool
        adds_up; /* FIELD_INT, FIELD_MONEY: what several records say comes to a total (record/total.h) */
    enum secrecy secrecy; /* needed to see the field; SECRECY_OPEN: whoever reads the record */
    const struct str *set_by, *cleared_by; /* actions that alone fill and empty it: with who
                                              (ref to account), the day (date), true (bool) */
    size_t set_by_count, cleared_by_count;
    bool by_cases; /* steps of cases alone write it */
    bool personal; /* of a natural person: it is erased by law (record_erase) */
    bool number;   /* FIELD_TEXT: equal numbers have equal keys (<name>_key) */
    bool
        sorts; /* FIELD_TEXT: lists of the type stand in its order, that of pinyin (<name>_order) */
    bool choices;          /* FIELD_TEXT, FIELD_TEXTS: words that policies give … */
    struct str choices_of; /* … to this ("series.name"); empty: to its fact */
    bool has_word;         /* it is a fact: … */
    struct fact_word word; /* … whose word it is */
    bool office_mark;      /* FIELD_TEXT: an issuing mark, of the place whose it is by policies */
    struct str was;        /* the field of the type whose values it takes over (ddl_migrate.c) */
    struct str numbered;   /* FIELD_TEXT: the usual pattern of a new record's number (numbered.c) */
    bool stays; /* once it has a value the transition that amends it changes it, and nothing else */
    const struct str *fixed_by; /* once one of these fields has a value only an office changes it */
    size_t fixed_by_count;
    struct str fallback; /* `default`, as JSON text; empty: none */
    int64_t min, max; /* in the stored unit (fen, scaled, characters for texts, rows for tables) */
    bool has_min, has_max;
    struct str min_date,
        max_date; /* ISO or "today", max also "year_end"; of an int, a year: max_date alone, "today" or "next_year" */
    int places; /* FIELD_DECIMAL */
    struct str unit, pattern, currency, to /* ref */, level /* region */;
    struct str
        organisation; /* FIELD_TEXT of a table: names one, whose code stands in this field of the row */
    const struct enum_value *values;
    size_t value_count;
    const struct str *accept; /* file kinds */
    size_t accept_count;
    const struct field *fields; /* FIELD_TABLE */
    size_t field_count;
    const struct str *row_key; /* FIELD_TABLE */
    size_t row_key_count;
    bool keep_rows; /* FIELD_TABLE: a row that was written is changed, and never taken away */
    const struct str *fixed_but; /* FIELD_TABLE: columns that `fixed_by` leaves open */
    size_t fixed_but_count;
    enum field_type result; /* FIELD_COMPUTED */
    struct str sql;
    int line; /* in the file */
};

enum constraint_kind {
    CONSTRAINT_ORDER,
    CONSTRAINT_SUM,
    CONSTRAINT_ONE_OF,
    CONSTRAINT_ONLY_ONE_OF,
    CONSTRAINT_WHEN_NEED,
    CONSTRAINT_WHEN_FORBID,
    CONSTRAINT_UNEQUAL,
    CONSTRAINT_TERM,   /* fields: first and last day */
    CONSTRAINT_ROW,    /* of policies alone: of the table fields[0] a row with these values */
    CONSTRAINT_UNSAID, /* the texts do not say these words, in whatever writing */
    CONSTRAINT_BEGUN,  /* years that have begun */
    CONSTRAINT_NEVER   /* no row of `sql`, asked in the step once the record is written */
};

/* One pair of a `when`: the field is known and has one of the values; `negated`: none of them. */
struct condition {
    struct str field; /* an enum, bool or text of the type, or "state" */
    const struct str *values;
    size_t value_count;
    bool negated;
};
struct conditions { /* all of them hold; none: always */
    const struct condition *items;
    size_t count;
    int line;
};

struct constraint {
    enum constraint_kind kind;
    const struct str *fields; /* SUM: "shares.percent" */
    size_t field_count;
    int64_t sum;         /* in the field's stored unit */
    struct str sum_text; /* as written: "100.00" */
    bool at_most;        /* the sum, or the TERM, may be less */
    struct conditions when;
    struct str since; /* asked once this field has a value; empty: always */
    const struct str *row_columns, *row_values; /* ROW: columns and what they hold, as texts */
    /* ROW: of each column '>' where the value is the least that it holds, '<' the most, else 0 */
    const char *row_bound;
    size_t row_column_count;
    const struct str *unsaid, *but; /* UNSAID: words, and what may follow one of them at once */
    size_t unsaid_count, but_count;
    const struct str *filled; /* ROW: further columns that have a value in that row */
    size_t filled_count;
    struct years years; /* TERM: its length */
    struct str
        unless; /* TERM: the field that gives the reason for another length; ROW: that excuses it; empty: none */
    struct str sql; /* NEVER: one SELECT; fields: where its fault stands */
    const struct str
        *upon; /* NEVER: asked in a write alone that changes one of these; none: always */
    size_t upon_count;
    const struct str *not_by; /* NEVER: transitions that may do it */
    size_t not_by_count;
    struct label message; /* may be empty; NEVER always has it */
    int line;
};

struct state {
    struct str name;
    struct label label;
    struct str_list locked; /* fields that do not change in it */
    struct str_list late;   /* of them, of tables with their column: given where still empty */
    bool is_public;         /* its records are published (RELATION_PUBLISHED) */
    int line;               /* in the file; 0: the built-in "active" */
};

struct transition {
    struct str name;
    struct label label;
    const struct str *from;
    size_t from_count;
    struct str to;
    const struct str *need; /* fields */
    size_t need_count;
    /* fields that it corrects, locked or fixed by a signature, and nothing else then does */
    const struct str *amends;
    size_t amend_count;
    /* fields that whoever takes it may fill with it, besides those that he may change anyway */
    const struct str *takes;
    size_t take_count;
    const struct str *ahead; /* days that are not past when it is taken */
    size_t ahead_count;
    enum { REASON_NONE, REASON_OPTIONAL, REASON_REQUIRED } reason;
    bool two_persons;
    bool ends;           /* the record has ended with it: it counts nowhere from then on */
    bool on_import;      /* a workbook's row whose record has all that it needs brings it about */
    bool beside_case;    /* also while a case runs on the record; else the steps alone move it */
    struct str function; /* named C action run beside it; empty: none. For `actions`: from any
                            state (from_count 0), to empty: the state stays */
    int line;
};

/* The fields that identify the contract, project, patent … a record claims, to find several
 * records of one thing (src/integrity). Names of fields; empty: the type has none. */
struct claim_rule {
    struct str
        what; /* "contract", "project", "patent", "product", "invoice"; empty: claims nothing */
    struct str number, title, amount, date, kind, parties, patents, files;
    struct str yuan;         /* what the amount is worth where its currency is another */
    struct str_list repeats; /* values of `kind` that lawfully come again, year by year */
    struct str_list without; /* states whose records claim nothing */
    struct str holder;       /* a text: which holders of its patents are no party (holder.c) */
    struct str_list held;    /* values of `kind` of which that is asked */
    int line;
};

/* The fields in which related organisations agree; names of fields. */
struct kinship_rule {
    struct str name, code;
    struct str_list by; /* empty: the type says nothing of kinship */
    int line;
};

/* Which duty of a centre the records serve (dictionary duty, or "own"). */
struct duty_rule {
    struct str code; /* of all records; empty: by the value of `by` */
    struct str by;   /* an enum or bool; empty with `code` empty: the type does not say */
    const struct duty_of_value {
        struct str value, duty;
    } * of;
    size_t of_count;         /* 0: the value of `by` is the duty */
    struct str otherwise;    /* of the other values; empty: there are none */
    const struct str *dated; /* dates; the first known one is the record's day */
    size_t dated_count;
    int line;
};

/* Fields that a form asks and a page shows together. */
struct section {
    struct str name; /* empty: the first, without label and condition */
    struct label label;
    struct conditions when;
    const struct str *fields;
    size_t field_count;
    int line;
}; /* Of `papers`: a paper that is filled from the record, by its id in the pack of such papers; no fields. */

/* Other records, or rows, that a rule names: "payments.paid", "follow_up", "follow_up.deal". */
struct related {
    struct str type; /* a type with a reference to this one, or a table of this type; empty: none */
    struct str field;       /* the reference, or the column; empty: the only reference */
    struct conditions when; /* of the record */
};

/* A record is in the last stage all of whose conditions hold. */
struct stage_rule {
    struct str name;
    struct label label;
    struct conditions when;  /* with "state" */
    const struct str *given; /* fields with a value */
    size_t given_count;
    struct related has; /* one at least */
    struct str each;    /* "payments.paid": every row has a value */
    struct str sql;     /* its conditions, of the record m */
    struct str on; /* field, "type.field" or "table.column": when it was reached; may be empty */
    int line;
};

#define DUE_WARN_MAX 999
/* A day by which something has to be done. */
struct due_rule {
    struct str name;
    struct label label;
    const struct str
        *on; /* the latest known: a date, "created", "type.field"; or one "table.column" */
    size_t on_count;
    struct str after;       /* 90d, 6m, 1y after it, or an enum whose values say so; empty: on it */
    struct conditions when; /* with "state" */
    struct str until;       /* over once this has a value; empty: never */
    const struct str *newer; /* over once a later record equals it in these */
    size_t newer_count;
    const struct str *computed; /* fees are computed too, once these fields have a value */
    size_t computed_count;
    int16_t warn[6]; /* at most DUE_WARN_MAX: days before, negative after, the farthest first */
    size_t warn_count;
    struct str whom, act; /* may be empty: the default, and what `until` needs */
    int line;
};

/* What a record takes over from the record it is made from. */
struct carry {
    struct str
        from; /* a reference of this type, "type.table" (a row of it) or "unit" (the owner) */
    struct str each; /* a table of the source: a draft for every row; empty: none */
    const struct carried {
        struct str to, column; /* field; with `column` a column of one added row of that table */
        struct str path;       /* in the source: "field", "reference.field" */
        struct str constant;   /* instead of a path: a code */
        struct str rows;       /* a table or texts of the source: a row for each */
    } * fields;
    size_t field_count;
    int line;
};

/* A field that agrees with one of the need that the record answers: a place, a price within a budget, a text. */
struct answer_rule {
    struct str of, need, own; /* the need's type and field; its own field */
    int line;
};

/* What the record asks of another unit or person, who answers on a page of its own and reads nothing else of it
 * (record/ask.c). */
struct ask_rule {
    struct str name;
    struct label label;
    struct str who;         /* the field that names it: a party, or a ref to account */
    struct conditions when; /* opens by itself in the step that makes it true; none: by hand */
    struct str_list sees;   /* fields that it is shown */
    struct str_list fills;  /* …that it writes */
    struct str_list sets;   /* …that the answer fills: the day; an enum: "account", "link" */
    struct str_list roles;  /* which accounts of the unit; none: all but administrators */
    int64_t days;           /* to answer in */
    bool link;              /* also by a link, without an account */
    int line;
};
/* Actions of the versions that answering and withdrawing make; the name of the ask follows. */
#define ASK_ANSWER "answer:"
#define ASK_REFUSE "refuse:"
#define ASK_WITHDRAW "withdraw:"

enum owner_kind { OWNER_UNIT, OWNER_ACCOUNT, OWNER_OFFICE };
enum key_scope { KEY_OWNER, KEY_PROVINCE, KEY_INSTANCE };
enum facts_of {
    FACTS_OF_OWNER,
    FACTS_OF_PARTY,   /* of the party that the field `party` names */
    FACTS_OF_PROVINCE /* of every party of the owner's province */
};

struct record_type {
    struct str name, file; /* file: for messages */
    struct label label, hint;
    enum owner_kind owner;
    bool core;               /* columns belong to migrations */
    struct str table;        /* "record_deal", or the core table */
    struct str where_column; /* core: rows of the table that are of this type; empty: all */
    const struct str *where_values;
    size_t where_value_count;
    struct str facts; /* name in facts.md; empty: none */
    bool facts_object;
    enum facts_of facts_of; /* of whom the facts are */
    bool kept_here;         /* nothing else makes them: of a party, those that are here are all */
    struct str completes, covers; /* a list statement: which field names the list, which the last
                                     day that it covers; empty: it is none */
    struct claim_rule claim;
    struct kinship_rule kinship;
    const struct field *fields;
    size_t field_count;
    const struct constraint *constraints;
    size_t constraint_count;
    const struct state *states; /* at least one: "active" */
    size_t state_count;
    struct str initial;
    const struct transition *transitions; /* and actions */
    size_t transition_count;
    const struct ask_rule *asks;
    size_t ask_count;
    const struct str *key;
    size_t key_count;
    enum key_scope key_scope;
    struct str key_state; /* in which alone the key counts; empty: in all */
    bool by_actions_only;
    bool kept_by_case; /* while its case runs, its steps alone change it */
    bool is_public;    /* published in every state */
    struct str
        public_unless; /* a bool: a record where it is true is never published; empty: none */
    bool policies_ask; /* packs say more of what a record holds (kernel_choices.asks) */
    const struct str *list, *search, *evidence;
    size_t list_count, search_count, evidence_count;
    struct str sort; /* "-signed" */
    struct str title;
    enum secrecy secrecy;
    int retention_years; /* 0: for ever */
    struct duty_rule duty;
    struct str_list within; /* references to the records that these belong to */
    const struct section *sections;
    size_t section_count;
    const struct section *papers;
    size_t paper_count;
    const struct stage_rule *stages; /* compiled into the computed field "stage" */
    size_t stage_count;
    struct str fees; /* "table.column" of the due whose fees are computed; empty: none are */
    const struct due_rule *dues;
    size_t due_count;
    const struct carry *carries;
    size_t carry_count;
    const struct answer_rule *answers;
    size_t answer_count;
    struct access_policy access;
    struct str digest; /* SHA-256 of the file, hex */
};

struct record_types; /* the loaded set */

/* Whether a field name names a system column, and where it is no name of a field
 * of any type: "id", "state", "owner_unit" … */
bool record_is_system_column(struct str name);
/* Decimal places of the text form: FIELD_DECIMAL's own, 2 for money and percent
 * (and computed ones of these), else 0. See record/scaled.h. */
int field_places(const struct field *f);
/* True if the type shows names of units that another type writes. */
bool record_type_is_view(const struct record_type *t);
/* Whether a body may speak of the field: it is neither computed nor filled by actions alone. */
bool field_is_given(const struct field *f);

const struct record_type *record_type_find(const struct record_types *set, struct str name);
const struct record_type *record_type_at(const struct record_types *set,
                                         size_t i); /* by name; NULL past the end */
extern const char *const secrecy_names[];           /* by enum secrecy; NULL behind the last */
/* The display name, in the language of the thread. */
struct str record_type_label(const struct record_type *t);
const struct field *record_field(const struct record_type *t, struct str name); /* NULL: none */
/* Whether a record names one of that type, of the same owner, by its key: a payment its project. */
bool record_type_names(const struct record_type *t, const struct record_type *of);
/* A field of a FIELD_TABLE's rows; NULL: none. */
const struct field *record_row_field(const struct field *table, struct str name);
/* To what policies give the words of a field with `choices`. */
struct str field_choices_of(const struct field *f);
/* The value of an enum; NULL: none has the code. */
const struct enum_value *field_value(const struct field *f, struct str code);
/* Its label in a record of that programme, by its pack's words first. */
struct label field_word(const struct field *f, struct str code, struct str programme);
/* The code for a code or a label of it, codes first; else the text itself. */
struct str field_code(const struct field *f, struct str text);
/* The key of a facts document that a field gives ("/ip_body": of the document itself);
 * empty: none. */
struct str record_field_fact(const struct field *f);
/* The column of a table with `fact: none` whose texts are a fact of the record; NULL: none. */
const struct field *record_fact_column(const struct field *f);
bool record_is_ever_published(const struct record_type *t); /* by itself or in a state */
const struct state *record_state(const struct record_type *t, struct str name);
const struct transition *record_transition(const struct record_type *t, struct str action);
const struct ask_rule *record_ask_rule(const struct record_type *t, struct str name); /* NULL */
bool transition_leaves(const struct transition *t,
                       struct str state); /* whether it can be taken in it */
const char *field_type_name(enum field_type t);

/* --- loading ------------------------------------------------------------------ */
struct type_finding { /* what `zhiyun types lint` prints */
    struct str file;
    int line;
    struct str reason;
    bool advice;  /* it stops nothing */
    size_t order; /* in which they were found; they are handed out by file and line */
};

/* The types built into the program, then those of `folder` (NULL: none).
 * E_INVALID: findings (arena) say file, line, reason of each fault; *out is NULL. OK: they are advice. */
MUST_CHECK err_t record_types_load(struct record_types **out, const char *folder,
                                   const struct type_finding **findings, size_t *finding_count,
                                   struct arena *a, struct err *e);
void record_types_free(struct record_types *set); /* accepts NULL */

/* Checks that record_types_load skips for shipped types, because they are made at build: prepares
 * the SQL of computed fields and looks up columns of core tables, in an in-memory database.
 * E_INVALID: findings. */
MUST_CHECK err_t record_types_check(const struct record_types *set,
                                    const struct type_finding **findings, size_t *finding_count,
                                    struct arena *a, struct err *e);

/* Checks the texts of some files together with the types of `set`; a text replaces the type of its
 * name. They may refer to each other, and may include dictionaries. E_INVALID: findings, in `a`.
 */
struct type_text {
    const char *file;
    struct str text;
};
MUST_CHECK err_t record_types_lint(const struct type_finding **findings, size_t *finding_count,
                                   const struct type_text *texts, size_t text_count,
                                   const struct record_types *set, struct arena *a, struct err *e);

/* The digest of all that the tables of types follow from: the program's types and
 * the code that makes tables of them, and the files of `folder` (NULL: none),
 * which are read and no more. Hex, in the arena. */
MUST_CHECK err_t record_types_digest(struct str *out, const char *folder, struct arena *a,
                                     struct err *e);
/* Whether record_types_migrate has brought the store to exactly that: a command
 * that asks for no record needs to load no types then. */
struct store;
struct db;
MUST_CHECK err_t record_types_current_in(bool *out, struct str digest, struct db *db,
                                         struct err *e);
MUST_CHECK err_t record_types_current(bool *out, struct str digest, struct store *store,
                                      struct err *e);

/* Bring the tables of all types to what the files say: additive by itself, all
 * else E_CONFLICT with the way to do it. Runs before the store serves. */
MUST_CHECK err_t record_types_migrate(const struct record_types *set, struct store *store,
                                      struct err *e);

/* Updates the statistics of the tables for the database's planner (db_analyze); a server calls it
 * at start. */
MUST_CHECK err_t record_types_analyze(const struct record_types *set, struct store *store,
                                      struct err *e);
/* The same for one type, after an import of this many records. */
#define ANALYZE_FROM 5000
MUST_CHECK err_t record_type_analyze(const struct record_type *t, struct store *store,
                                     struct err *e);

/* JSON: the description a front end draws lists and forms from. Labels, fields
 * without retired ones, with bounds and defaults as a record's JSON has them;
 * constraints, states, actions, access. What is empty or false is left out. */
struct jout;
void record_field_json(struct jout *j, const struct field *f);
void record_type_json(struct jout *j, const struct record_type *t);
/* Writes the members "actions" and "access" of the description. */
void record_access_json(struct jout *j, const struct record_type *t);
/* "duty" of it, if it says one. */
void record_duty_json(struct jout *j, const struct duty_rule *d);

/* JSON Schema (2020-12, as in OpenAPI 3.1) of bodies: a record as read, a new one, a merge patch
 * (RFC 7396). Labels are titles in the language of messages. */
enum record_schema { RECORD_SCHEMA_READ, RECORD_SCHEMA_CREATE, RECORD_SCHEMA_CHANGE };
void record_type_schema(struct jout *j, const struct record_type *t, enum record_schema which);
#endif
