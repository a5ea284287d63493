/* Records of any type: create, change, act, end, read, list, history. One store
 * step per write holds the guards, the row, its version and its log entry.
 * Nothing here knows HTTP: api, cmd and imports call the same functions. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H
#include "access/assignment.h"
#include "audit/log.h"
#include "db/store.h"
#include "model/due_day.h"
#include "record/type.h"
#include "text/json.h"

struct seal_key; /* crypto: key of the instance for sealed fields and blind indexes */

struct record_plans; /* what kernel_init makes of the types */

/* Records of a type that something above moves (cases), and what somebody can do with one now. */
struct moved_step {
    struct str name, label, clause; /* clause: that says so; empty: none */
    struct due_day due;             /* the last day */
    bool allowed, leads_on;         /* to the subject; from where the record stands */
    bool later; /* not before `due` is over; of an empty one: nobody knows yet when */
};
struct moved_steps {
    const struct moved_step *ptr;
    size_t count;
    struct due_day due;    /* a day of no step, but of what follows here */
    struct due_day others; /* the nearest day of somebody else's step */
    bool held;             /* given to its holder by the process, not by a person */
};
/* The day that counts for the subject. `day` says what it is: "by", the last day; "after", something opens when it is
 * over; "others", somebody else's last day; "remind", no text gives it. */
struct shown_day {
    struct due_day due; /* its date empty: there is none */
    const char *day;
};
void shown_day_of(struct shown_day *out, const struct moved_steps *moved);
/* Takes the day if it is nearer than the one that is there. */
void shown_day_take(struct shown_day *to, const char *day, struct due_day due);
/* "due", "day", "provisional", "count_by", "reminder", "days_left", "overdue_days" into the open object; without a day
 * nothing. */
void shown_day_json(struct jout *j, const struct shown_day *d, struct str today);

struct moved_matter {
    struct str number, stage, stage_on, programme;
    struct str party; /* name of the unit whose matter it is */
    int64_t unit;
    bool trial;
    int64_t urged; /* how often since it came to its stage */
    struct str
        returned; /* why it came back to where it had been, with who sent it; empty: it did not */
    struct str group; /* the same for what is done at once: the round, the list made public */
};
struct kernel;
struct assignment;
struct kernel_moves {
    const char *type;
    /* `given`: by which it waits; NULL: a proposal does. */
    err_t (*steps)(struct moved_steps *out, struct kernel *k, struct db *db,
                   const struct subject *s, const struct labels *l, const struct assignment *given,
                   struct arena *a, struct err *e);
    err_t (*matter)(struct moved_matter *out, struct db *db, int64_t id, struct arena *a,
                    struct err *e);
    /* Another record, that waits with its party until it is opened; out->allowed false: it does not. */
    err_t (*opens)(struct moved_step *out, struct db *db, const struct subject *s, struct str type,
                   int64_t id, struct err *e);
    /* Values of a record of `owner_unit` were erased by law, in this step: what was made of its records
     * goes too. */
    err_t (*erased)(struct db *db, int64_t owner_unit, struct err *e);
};

/* A case, where it stands, and the step of it that would do what is asked. */
struct case_beside {
    struct str number;
    struct label stage, step;
};

struct unit_place {
    struct str kind, city, province; /* "city_office", 4 digits (empty: none), 2 digits */
};

/* Names that policies give to what a field with `choices` says, and what they ask of records. */
struct kernel_choices {
    /* The code of what was said, a code or the word of one; empty: it is neither. *all: what there is,
     * for people; empty: no name is given, and every word will do. province: two digits, of who
     * writes; only policies of it, or of the whole country, give names. */
    err_t (*find)(struct str *code, struct str *all, const struct kernel_choices *c,
                  struct str province, struct str fact, struct str said, struct arena *a,
                  struct err *e);
    /* What policies of a region (its city's 4 digits, else its province's 2) ask of records of a type that
     * says `policies_ask`, beside its own constraints, on this day; in the arena. NULL: nothing. */
    err_t (*asks)(const struct constraint **out, size_t *count, const struct kernel_choices *c,
                  struct str region, struct str type, struct str today, struct arena *a,
                  struct err *e);
    /* The place whose offices alone enter an issuing mark that begins so (2 digits of a province, 4 of a city), in the
     * arena; empty: any. NULL: nothing is known of marks. */
    err_t (*mark_place)(struct str *place, const struct kernel_choices *c, struct str mark,
                        struct arena *a, struct err *e);
    /* Whether the policy of a programme gives a function ("interpret") to units of this kind and place. False: *whose, in
     * the arena, names who has it. True also where no policy of that name, or nobody in it, has it. NULL: nothing is known. */
    err_t (*plays)(bool *out, struct str *whose, const struct kernel_choices *c,
                   struct str programme, struct str function, const struct unit_place *unit,
                   struct arena *a, struct err *e);
    /* The case whose step brings the record to that state (empty: makes it), and stands where it does not; number
     * empty: none. NULL: nothing is asked. */
    err_t (*beside)(struct case_beside *out, const struct kernel_choices *c, struct kernel *k,
                    struct db *db, const struct record_type *t, int64_t id, struct str state,
                    struct arena *a, struct err *e);
    /* E_CONFLICT, with the reason: the record does not end now (an expert who sits in a panel). NULL: each does. */
    err_t (*stays)(struct db *db, const struct record_type *t, int64_t id, struct err *e);
    void *arg;
};

struct kernel {
    struct store *store;
    const struct record_types *types;
    const struct log_suite *suite;
    const struct clock *clock;
    const struct seal_key *keys; /* NULL: personal numbers cannot be written or shown */
    int64_t columns_from;        /* records of a type from which lists are answered from columns in
                             memory (columns.h); 0: COLUMNS_FROM */
    const struct kernel_choices *choices; /* NULL: no policies are at hand, every word will do */
    const struct kernel_moves *moves;     /* NULL: nothing is moved but by its own transitions */
    const struct file_place *files;       /* model/file.h; NULL: no content of files is read */
    const char
        *pdf_program; /* what reads PDF and Office files (src/pdf); NULL: it is not installed */
    struct record_plans *plans; /* by kernel_init */
};

/* Prepare what the other members say; one kernel, shared by threads. */
void kernel_init(struct kernel *k);
void kernel_clear(struct kernel *k); /* before its store is closed; accepts one that was never
                                        prepared */

/* What is wrong with a body, one per field: RFC 9457 `errors`. */
struct fault {
    struct str field; /* "amount", "shares[2].percent"; empty: the whole record */
    const char
        *code; /* "required", "type", "range", "pattern", "unknown", "constraint", "state" … */
    struct str message_zh, message_en;
};
struct faults {
    const struct fault *items;
    size_t count;
};

struct written {
    int64_t id, version;
    char entry[LOG_UID_LEN + 1];
    struct str state;
    bool repeated;    /* an earlier request with this idempotency key did it */
    int64_t proposal; /* nothing is done yet: it waits for a second person; 0: it is done */
    int64_t holder; /* E_CONFLICT: the record that has this key already; 0: none that may be seen */
};

struct write_options {
    struct str reason; /* why; empty: none given */
    struct str
        date; /* of the program alone, never of a request: business date of the step; empty: today */
    int64_t if_version;     /* 0: not asked */
    struct str idempotency; /* key of the request; empty: none */
    int64_t import_id;      /* 0: none */
    int64_t owner_unit;     /* create on behalf of (program, offices); 0: the subject's unit */
    bool check_only;        /* do everything, then take it back: what would come of it */
    bool allowed; /* record_put: what the step that runs brings about was allowed as a whole */
    const struct grant *as; /* …in this role; NULL: none is named */
    struct str state;       /* record_put: afterwards; empty: the first one, or as it is */
    bool ends;              /* record_put: the record there is has ended with it */
    /* In the same step, once the version is written; may run again. NULL: nothing. */
    err_t (*with)(struct db *db, void *arg, const struct written *w, struct err *e);
    void *with_arg;
};

/* E_INVALID: *faults say why. E_NOTFOUND, E_DENIED as access decides. E_CONFLICT:
 * natural key taken, or another version (then *faults name who wrote it, when,
 * and the fields that differ). */
MUST_CHECK err_t record_create(struct written *out, struct faults *faults, struct kernel *k,
                               const struct subject *s, const struct record_type *t,
                               const struct jvalue *body, const struct write_options *o,
                               struct arena *a, struct err *e);
/* The same for who does not wait for the commit: what needs no database is done at once,
 * the step is the caller's to submit (store_submit), and once it is done end gives the
 * answer; it waits for nobody if the step's rc is OK. NULL: there is something to be read
 * or refused first, and record_create is to be called. All lives in the arena; `s` and
 * `body` are borrowed until the end. */
struct record_creation;
struct record_creation *record_create_begin(struct kernel *k, const struct subject *s,
                                            const struct record_type *t, const struct jvalue *body,
                                            const struct write_options *o, struct arena *a);
struct store_step *record_create_step(struct record_creation *c);
MUST_CHECK err_t record_create_end(struct written *out, struct faults *faults,
                                   struct record_creation *c, struct err *e);
/* `patch`: RFC 7396 merge patch of the fields. */
MUST_CHECK err_t record_change(struct written *out, struct faults *faults, struct kernel *k,
                               const struct subject *s, const struct record_type *t, int64_t id,
                               const struct jvalue *patch, const struct write_options *o,
                               struct arena *a, struct err *e);
/* A transition or named action; `arguments` may be NULL. "end" ends the record. */
MUST_CHECK err_t record_act(struct written *out, struct faults *faults, struct kernel *k,
                            const struct subject *s, const struct record_type *t, int64_t id,
                            struct str action, const struct jvalue *arguments,
                            const struct write_options *o, struct arena *a, struct err *e);

/* Within a step that already runs: what it brings about (a case that moves), allowed as a whole
 * by whoever began it, so no rule of the type is asked, nor who may write it, nor its locks; its
 * fields and constraints are. id 0: a new record, of o->owner_unit. Reads and writes through `db`
 * alone (but for who has a key that is taken), and may run again with it. Errors as record_create and record_change; the step can
 * then only fail. o->allowed is set here. */
MUST_CHECK err_t record_put(struct written *out, struct faults *faults, struct db *db,
                            struct kernel *k, const struct subject *s, const struct record_type *t,
                            int64_t id, const struct jvalue *body, const struct write_options *o,
                            struct arena *a, struct err *e);

/* Within such a step: the latest record of a type that is a party's own, or of an office about it,
 * of a programme where the type says one, and of a case where it says one: the case's own before one
 * that says none. Empty: of any. id 0: none, or it has ended. */
MUST_CHECK err_t record_latest(int64_t *id, struct db *db, struct kernel *k,
                               const struct record_type *t, int64_t unit, struct str programme,
                               struct str case_number, struct arena *a, struct err *e);
/* The canonical JSON of a field; empty: it has no value, or there is no such field. E_NOTFOUND. */
MUST_CHECK err_t record_value(struct str *json, struct db *db, struct kernel *k,
                              const struct record_type *t, int64_t id, struct str field,
                              struct arena *a, struct err *e);

/* A transition of two persons: the first request proposes it (out->proposal), the
 * same request of another person, with the same arguments or none, does it. This
 * takes an open proposal back (who made it) or refuses it (who may confirm it). */
MUST_CHECK err_t record_unpropose(struct written *out, struct kernel *k, const struct subject *s,
                                  const struct record_type *t, int64_t id, struct str action,
                                  const struct write_options *o, struct arena *a, struct err *e);

/* One record as JSON into `out`, masked and cut to what the subject may see. */
MUST_CHECK err_t record_get(struct buf *out, int64_t *version, struct kernel *k,
                            const struct subject *s, const struct record_type *t, int64_t id,
                            struct arena *a, struct err *e);

/* What the subject may change by hand of a record as it stands; id 0: of a new one of his own. */
struct writable {
    const struct record_type *type;
    bool allowed;
    struct str_list fields;
    const struct state *state;
    int64_t changed_ms; /* 0: it is new */
};
MUST_CHECK err_t record_writable(struct writable *out, struct db *db, struct kernel *k,
                                 const struct subject *s, const struct record_type *t, int64_t id,
                                 struct arena *a, struct err *e);
/* field empty: some field of it. */
bool writable_has(const struct writable *w, struct str field);

struct list_request {
    struct str filter;     /* filter language: record/filter.h */
    struct str sort;       /* "-signed,contract_no"; empty: the type's */
    struct str fields;     /* "id,amount"; empty: the list columns */
    struct str cursor;     /* from an earlier reply; empty: first page */
    struct str words;      /* search in the type's texts; empty: none */
    int64_t page;          /* 1 …; 0: by cursor */
    int64_t limit;         /* 1 … 500; 0: 50 */
    bool ended;            /* ended records too */
    enum access_verb verb; /* ACCESS_EXPORT: what may be exported; 0: what may be read */
    bool without_total;    /* "total" is null: nobody asks for it */
};
/* {"items":[…],"total":n,"next":cursor|null}; total is exact. */
MUST_CHECK err_t record_list(struct buf *out, struct kernel *k, const struct subject *s,
                             const struct record_type *t, const struct list_request *r,
                             struct arena *a, struct err *e);
/* The same where the answer is kept and nothing was written that could change it: waits
 * for nobody. False: record_list is to be called. */
bool record_list_kept(struct buf *out, struct kernel *k, const struct subject *s,
                      const struct record_type *t, const struct list_request *r, struct arena *a);
/* What waits for the subject (待办): proposals that it may confirm (never told to a program), and
 * records given to it or its unit while it can do something with them, or, where there is nothing,
 * until it says that it has; what it is to read (待阅); what it has done, read or decided (已办);
 * what it proposed or gave to others (我发起); copies (抄送). */
enum todo_box { TODO_DO, TODO_READ, TODO_DONE, TODO_MINE, TODO_COPIED };
struct todo_request {
    enum todo_box box;
    struct str cursor; /* from an earlier reply; empty: from the first */
    int64_t limit;     /* 0: TODO_PAGE */
    bool each;         /* a row for each case, also where the same is to be done for many */
};
#define TODO_PAGE 200
/* {"items":[…],"total":n,"next":cursor|null}; total is exact. What waits (todo, read) by its day,
 * the longest overdue first, then what has none, the oldest first; the other boxes latest first.
 * E_INVALID: the cursor is none of this box. docs: GET /todo. */
MUST_CHECK err_t record_todo(struct buf *out, struct kernel *k, const struct subject *s,
                             const struct todo_request *r, struct arena *a, struct err *e);
/* The total of each box (enum todo_box), as record_todo gives it without `each`. Of the boxes that
 * only grow (done, mine, copied) -1 where more than TODO_COUNT_MAX rows would have to be asked of. */
#define TODO_BOXES (TODO_COPIED + 1)
#define TODO_COUNT_MAX 500
MUST_CHECK err_t record_todo_totals(int64_t out[TODO_BOXES], struct kernel *k,
                                    const struct subject *s, struct arena *a, struct err *e);

/* A record for somebody else (access/assignment.h): a->kind, account or unit, note and
 * due_date say what; the rest is set. For who may change the record; E_DENIED,
 * E_NOTFOUND; E_INVALID as assignment_give, and who is only to read it cannot. */
MUST_CHECK err_t record_give(struct assignment *a, struct kernel *k, const struct subject *s,
                             const struct record_type *t, int64_t id, struct arena *arena,
                             struct err *e);
MUST_CHECK err_t record_take_back(int64_t assignment, struct kernel *k, const struct subject *s,
                                  const struct record_type *t, int64_t id, struct arena *arena,
                                  struct err *e);
/* {"items":[{"id","kind","account"|"unit","to","by","note","due","from_ms",…}],…}: to
 * whom it was given, latest first, for who may change it. */
MUST_CHECK err_t record_given(struct buf *out, struct kernel *k, const struct subject *s,
                              const struct record_type *t, int64_t id, struct arena *arena,
                              struct err *e);
/* For who tells people: does what was given (NULL: nothing was), or the open proposal
 * (NULL: there is none), wait for the subject? *title: what the record is called, as the
 * subject may see it. */
struct proposal;
MUST_CHECK err_t record_waits(bool *waits, struct str *title, struct kernel *k, struct db *db,
                              const struct subject *s, struct str type, int64_t id,
                              const struct assignment *given, const struct proposal *proposal,
                              struct arena *a, struct err *e);
/* Of a record that something above moves: its versions that the subject is told of. NULL: all. */
struct versions_told {
    const int64_t *ptr;
    size_t count;
};
/* {"items":[{"version","at","who","name","unit","role","action","reason","entry",
 * "content","changed":[…],"erased":[…]}]}, latest first: the versions that the subject
 * may read as they were, each cut to what it may see of it. Who and why are left out
 * where only rules of the public show it. */
MUST_CHECK err_t record_history(struct buf *out, struct kernel *k, const struct subject *s,
                                const struct record_type *t, int64_t id,
                                const struct versions_told *told, struct arena *a, struct err *e);
/* {"from","to","fields":[{"name","zh","en","before","after"}]}: what differs between two
 * versions. "erased": true where a side is missing because it was erased. */
MUST_CHECK err_t record_diff(struct buf *out, struct kernel *k, const struct subject *s,
                             const struct record_type *t, int64_t id, int64_t from, int64_t to,
                             const struct versions_told *told, struct arena *a, struct err *e);

/* Erase values by law (个保法 47): those of `fields` in the record and in every version, with the keys of their
 * commitments: fields that the type marks as personal, "team.name" of a table (its column goes out of the rows, the whole
 * table out of the versions), "_reason" (the reasons given) where the type has such fields. The commitments, the entries and
 * the rest stay, and the log still verifies. By two persons (access/erase.h): out->proposal: it waits for the second one;
 * else out->entry is the entry "erase (GROUND, proposed by N)"; the version stays. E_DENIED, E_NOTFOUND; E_INVALID: *faults;
 * E_CONFLICT: a case rests on it, the law has it kept, or something else is proposed. The program, which erases again what
 * a restored backup holds, is asked none of this. */
struct erase_request {
    const struct str *fields;
    size_t field_count;
    struct str ground, basis; /* model/erasure_ground.h */
    bool in_person;           /* who asks has signed in and proved himself just now */
};
MUST_CHECK err_t record_erase(struct written *out, struct faults *faults, struct kernel *k,
                              const struct subject *s, const struct record_type *t, int64_t id,
                              const struct erase_request *r, const struct write_options *o,
                              struct arena *a, struct err *e);
/* The same for versions of rows that no type describes (accounts; access/erase.h): the
 * members are taken out of one version, of all with 0. Inside a store step; the entry is the caller's. */
MUST_CHECK err_t record_erase_versions(struct db *db, const struct log_suite *suite,
                                       struct str type, int64_t id, int64_t version,
                                       const struct str *fields, size_t field_count,
                                       struct arena *a, struct err *e);

/* Whom an account names, by two persons too (`fields` is not asked; *d->waits); of all versions too, and into the list of
 * what was erased, so that a restored backup is brought to the same. Inside a store step. */
struct deed;
MUST_CHECK err_t record_erase_account(struct db *db, const struct deed *d, int64_t account,
                                      const struct erase_request *r, struct err *e);

/* Records whose time to be kept is over (`retention_years` after their end):
 * {"items":[{"id","title","ended_on","keep_until"}],"total":n}, at most 500, the longest
 * overdue first. Nothing is removed by itself. */
MUST_CHECK err_t record_retention(struct buf *out, struct kernel *k, const struct subject *s,
                                  const struct record_type *t, struct arena *a, struct err *e);

/* The values of one text field (of a patent: its number) in all records of the list, where
 * the subject sees it; in the arena. `r` says filter and `ended` alone. E_DENIED,
 * E_INVALID as record_list; E_LIMIT: more than `max`. */
MUST_CHECK err_t record_texts(const struct str **out, size_t *count, struct kernel *k,
                              const struct subject *s, const struct record_type *t,
                              const struct list_request *r, struct str field, size_t max,
                              struct arena *a, struct err *e);

/* --- named C actions ------------------------------------------------------------ */
/* Looks before the step, at the record as it was read (a record that moves meanwhile is looked at again);
 * refuses with faults, or adds to the reason that the version keeps. Of two persons each is asked. */
struct action_call {
    struct kernel *kernel;
    struct db *db;
    const struct subject *subject;
    const struct record_type *type;
    int64_t id;
    const struct jvalue *before, *arguments;
    struct str reason; /* empty: none was given */
    struct arena *arena;
};
struct action_function {
    const char *name;
    err_t (*look)(struct str *reason, struct faults *faults, const struct action_call *c,
                  struct err *e);
};
extern const struct action_function *const action_functions[]; /* NULL-terminated */
#endif
