/* Records of any type: create, change, act, end, read, list, history. One store
 * step per write holds the guards, the row, its version and its log entry.
 * Nothing here knows HTTP: api, cmd and imports call the same functions. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H
#include "access/assignment.h"
#include "audit/log.h"
#include "model/due_day.h"
#include "model/store_read.h"
#include "record/type.h"
#include "text/json.h"

struct seal_key; /* crypto: key of the instance for sealed fields and blind indexes */

struct record_plans; /* prepared by kernel_init */

/* Records moved by a higher layer (cases), and the steps of one that are open now. */
struct moved_step {
    struct str name, label, clause; /* clause: its source; empty: none */
    struct str lender;              /* whose role it is that allows it; empty: the subject's own */
    struct due_day due;             /* the last day */
    bool allowed, leads_on;         /* for the subject; from the current stage */
    bool later; /* opens after `due`; if that is empty, the date is not known yet */
};
struct moved_steps {
    const struct moved_step *ptr;
    size_t count;
    struct due_day due;    /* the date of what follows in this stage, if no step has it */
    struct due_day others; /* the nearest date of another actor's step */
    bool held;             /* assigned to its holder by the process, not by a person */
};
/* The date shown to the subject. `day` is its kind: "by", a due date; "after", a step opens after it; "others", another
 * actor's due date; "remind", chosen by the office. */
struct shown_day {
    struct due_day due; /* empty date: none */
    const char *day;
};
void shown_day_of(struct shown_day *out, const struct moved_steps *moved);
/* Replaces the date by a nearer one. */
void shown_day_take(struct shown_day *to, const char *day, struct due_day due);
/* "due", "day", "provisional", "count_by", "reminder", "days_left", "overdue_days" into the open object; nothing without a
 * date. */
void shown_day_json(struct jout *j, const struct shown_day *d, struct str today);

struct moved_matter {
    struct str number, stage, stage_on, programme;
    struct str party; /* name of the party */
    int64_t unit;
    bool trial;
    int64_t urged;       /* reminders since it entered its stage */
    struct str returned; /* why it was sent back, and by whom; empty: it was not */
    struct str group;    /* key of cases handled together: the call, the published list */
};
struct kernel;
struct assignment;
struct kernel_moves {
    const char *type;
    /* `given`: the assignment; NULL: a proposal. */
    err_t (*steps)(struct moved_steps *out, struct kernel *k, struct db *db,
                   const struct subject *s, const struct labels *l, const struct assignment *given,
                   struct arena *a, struct err *e);
    err_t (*matter)(struct moved_matter *out, struct db *db, int64_t id, struct arena *a,
                    struct err *e);
    /* Another record that the party must open; out->allowed false: it need not. */
    err_t (*opens)(struct moved_step *out, struct db *db, const struct subject *s, struct str type,
                   int64_t id, struct err *e);
    /* In the store step of a legal erasure of values of `owner_unit`: erases documents derived from its records. */
    err_t (*erased)(struct db *db, int64_t owner_unit, struct err *e);
};

/* A case, its stage, and the step that would make the requested change. */
struct case_beside {
    struct str number;
    struct label stage, step;
};

struct unit_place {
    struct str kind, city, province; /* "city_office", 4 digits (empty: none), 2 digits */
};

struct choice_for {
    int64_t unit;         /* whose record it is */
    struct str province;  /* two digits, of the writer; only its policies and national ones count */
    struct str programme; /* of the record; empty: not known */
};

/* Words of policies for fields with `choices`, and requirements of policies on records. */
struct kernel_choices {
    /* The codes that the field may hold, with their labels, in the arena; none: any text is accepted. */
    err_t (*words)(const struct enum_value **out, size_t *count, const struct kernel_choices *c,
                   const struct choice_for *who, struct str fact, struct arena *a, struct err *e);
    /* Constraints of policies on records of a type with `policies_ask`, in a region (4 digits of a city, else 2 of a
     * province), on a day; in the arena. NULL: none. */
    err_t (*asks)(const struct constraint **out, size_t *count, const struct kernel_choices *c,
                  struct str region, struct str type, struct str today, struct arena *a,
                  struct err *e);
    /* The region whose offices alone may enter document numbers with this issuing mark (2 digits of a province, 4 of a
     * city), in the arena; empty: any. NULL: marks are not checked. */
    err_t (*mark_place)(struct str *place, const struct kernel_choices *c, struct str mark,
                        struct arena *a, struct err *e);
    /* Whether a programme's policy gives a function ("interpret") to units of this kind and region. False: *whose names the
     * unit that has it, in the arena. Also true if there is no such policy or the policy names nobody. NULL: not checked. */
    err_t (*plays)(bool *out, struct str *whose, const struct kernel_choices *c,
                   struct str programme, struct str function, const struct unit_place *unit,
                   struct arena *a, struct err *e);
    /* The case whose step sets the record to `state` (empty: creates it) and is closed now; empty number: none. NULL: not
     * checked. */
    err_t (*beside)(struct case_beside *out, const struct kernel_choices *c, struct kernel *k,
                    struct db *db, const struct record_type *t, int64_t id, struct str state,
                    struct arena *a, struct err *e);
    /* E_CONFLICT with a reason: the record must not end now (an expert on a panel). NULL: every record may end. */
    err_t (*stays)(struct db *db, const struct record_type *t, int64_t id, struct err *e);
    void *arg;
};

struct patent;
struct searcher;

struct kernel {
    struct store *store;
    const struct record_types *types;
    const struct log_suite *suite;
    const struct clock *clock;
    const struct seal_key *keys; /* NULL: personal numbers cannot be written or shown */
    int64_t columns_from;        /* records of a type from which lists are answered from columns in
                             memory (columns.h); 0: COLUMNS_FROM */
    const struct kernel_choices *choices; /* NULL: no policies; any text is accepted */
    const struct kernel_moves *moves;     /* NULL: records move by their own transitions only */
    const struct file_place *files;       /* model/file.h; NULL: no content of files is read */
    const char
        *pdf_program; /* what reads PDF and Office files (src/pdf); NULL: it is not installed */
    struct searcher *searcher;
    /* The publications of a number in the library, the newest first (search/export.h); NULL: it is not asked. */
    err_t (*library)(struct searcher *s, struct str number,
                     err_t (*visit)(void *arg, const struct patent *p, struct err *e), void *arg,
                     struct arena *a, struct err *e);
    /* Annual fees of a record, as JSON of its values (matter/annual_fee.h); NULL: none are computed. */
    err_t (*fees)(const struct jvalue **rows, struct db *db, const struct jvalue *record,
                  struct date today, struct arena *a, struct err *e);
    struct record_plans *plans; /* by kernel_init */
};

/* Prepares a kernel from its members; one kernel is shared by all threads. */
void kernel_init(struct kernel *k);
void kernel_clear(struct kernel *k); /* before its store is closed; accepts one that was never
                                        initialised */

/* One call of the kernel: the subject, the record type, and the record or 0. */
struct record_call {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type; /* NULL: of all, or of files */
    int64_t id;                     /* of the record, or of the import; 0: of none */
    struct arena *arena;
};

/* The field with the words of policies as its values: none where any text is accepted, or they cannot be read. */
struct field field_offered(const struct field *f, const struct kernel_choices *c,
                           const struct choice_for *who, struct arena *a);
/* The type with such fields, as the subject may fill them where the programme is not known. */
const struct record_type *type_offered(const struct record_call *c);

/* An error of a body: an item of RFC 9457 `errors`. */
struct fault {
    struct str field; /* "amount", "shares[2].percent"; empty: the whole record */
    const char
        *code; /* "required", "type", "range", "pattern", "unknown", "constraint", "state" … */
    struct str message_zh, message_en;
    const struct jvalue *places_zh, *places_en; /* NULL: it is of no disclosure check */
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
    int64_t proposal; /* it waits for a second person; 0: done */
    int64_t holder;   /* E_CONFLICT: the record with this key; 0: not visible */
    struct faults faults;
};

struct write_options {
    struct str reason;      /* empty: none */
    struct str date;        /* business date, set by the program only; empty: today */
    int64_t if_version;     /* 0: not checked */
    struct str idempotency; /* key of the request; empty: none */
    int64_t import_id;      /* 0: none */
    int64_t owner_unit;     /* create on behalf of (program, offices); 0: the subject's unit */
    bool check_only;        /* execute and roll back */
    bool allowed;           /* record_put: permission was checked for the running step */
    const struct grant *as; /* …under this grant; NULL: none */
    struct str state;       /* record_put: new state; empty: the first, or unchanged */
    bool ends;              /* record_put: ends the record */
    struct str
        action; /* record_put: of an ask (ask.h), with a version in any case; empty: a change or an end */
    /* Called in the same step after the version is written; may be retried. NULL: nothing. */
    err_t (*with)(struct db *db, void *arg, const struct written *w, struct err *e);
    void *with_arg;
};

/* E_INVALID: out->faults. E_NOTFOUND, E_DENIED by the access policy. E_CONFLICT: the natural
 * key is taken, or the version differs (out->faults then name the author, the time and the
 * differing fields). */
MUST_CHECK err_t record_create(struct written *out, const struct record_call *c,
                               const struct jvalue *body, const struct write_options *o,
                               struct err *e);
/* Asynchronous record_create: begin does the work that needs no database, the caller submits
 * the step (store_submit), and end returns the result without blocking if the step's rc is
 * OK. NULL: the request needs a read or is wrong; call record_create. Everything lives in the
 * arena; `s` and `body` are borrowed until the end. */
struct record_creation;
struct record_creation *record_create_begin(const struct record_call *c, const struct jvalue *body,
                                            const struct write_options *o);
struct store_step *record_create_step(struct record_creation *c);
MUST_CHECK err_t record_create_end(struct written *out, struct record_creation *c, struct err *e);
/* `patch`: RFC 7396 merge patch of the fields. */
MUST_CHECK err_t record_change(struct written *out, const struct record_call *c,
                               const struct jvalue *patch, const struct write_options *o,
                               struct err *e);
/* A transition or named action; `arguments` may be NULL. "end" ends the record. */
MUST_CHECK err_t record_act(struct written *out, const struct record_call *c, struct str action,
                            const struct jvalue *arguments, const struct write_options *o,
                            struct err *e);

/* Inside a running store step: writes a record as an effect of the step (a case that moves). Access rules and locks of
 * the type are not checked, fields and constraints are. id 0: a new record of o->owner_unit. Uses `db` only (except to find
 * the holder of a taken key) and may be retried with the step. Errors as record_create and record_change; the step must
 * then fail. Sets o->allowed. */
MUST_CHECK err_t record_put(struct written *out, struct db *db, const struct record_call *c,
                            const struct jvalue *body, const struct write_options *o,
                            struct err *e);

/* Inside a step: the latest record of a type that belongs to a party or is an office's record about it, filtered by
 * programme and case if the type has these fields (a record of the case is preferred to one without a case). Empty: any.
 * id 0: none, or it has ended. */
MUST_CHECK err_t record_latest(int64_t *id, struct db *db, struct kernel *k,
                               const struct record_type *t, int64_t unit, struct str programme,
                               struct str case_number, struct arena *a, struct err *e);
/* The canonical value of a field; NULL: none, or no such field. E_NOTFOUND. */
MUST_CHECK err_t record_value(const struct jvalue **out, struct db *db, struct kernel *k,
                              const struct record_type *t, int64_t id, struct str field,
                              struct arena *a, struct err *e);

/* Two-person transitions: the first request creates a proposal (out->proposal); the same
 * request by another person, with the same arguments or none, executes it. This function
 * withdraws (by the proposer) or rejects (by a confirmer) an open proposal. */
MUST_CHECK err_t record_unpropose(struct written *out, const struct record_call *c,
                                  struct str action, const struct write_options *o, struct err *e);

/* Writes the part of a record that the subject may see to `out` as JSON, masked. */
MUST_CHECK err_t record_get(struct buf *out, int64_t *version, const struct record_call *c,
                            struct err *e);

/* The same as values in the arena; *out NULL with an error. */
MUST_CHECK err_t record_seen(const struct jvalue **out, const struct record_call *c, struct err *e);

int64_t record_seen_version(const struct jvalue *record);

/* {"drafts": [{"values", "sources"}]}: what a new record of c->type takes over from the record c->id
 * that its reference `from` names ("event.shown": from the row `row` of it, from 0); empty: from
 * nothing but the own unit. E_INVALID: no such reference; errors of record_seen. */
MUST_CHECK err_t record_draft(struct buf *out, const struct record_call *c, struct str from,
                              int64_t row, struct err *e);

/* The fields of a record that the subject may write now; id 0: of a new record. */
struct writable {
    const struct record_type *type;
    bool allowed;
    struct str_list fields;
    const struct state *state;
    int64_t changed_ms; /* 0: it is new */
};
MUST_CHECK err_t record_writable(struct writable *out, struct db *db, const struct record_call *c,
                                 struct err *e);
/* empty field: any field. */
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
    struct str by, sum;    /* record_groups */
};
/* {"items":[…],"total":n,"next":cursor|null}; total is exact. */
MUST_CHECK err_t record_list(struct buf *out, const struct record_call *c,
                             const struct list_request *r, struct err *e);
/* {"groups":[{"code","count","sum","unknown","hidden"}]} of the records of the list (filter, words and
 * ended count): by an enum, a bool or "state"; `code` is absent where the field has no value. `sum`: a
 * number; empty: none. Records in which it is empty are `unknown`, those in which it is hidden from
 * the subject `hidden`. E_INVALID: no such field; E_DENIED. */
MUST_CHECK err_t record_groups(struct buf *out, const struct record_call *c,
                               const struct list_request *r, struct err *e);
/* The same as values in the arena. */
struct record_page {
    const struct jvalue *items;
    size_t count;
    int64_t total; /* 0 without_total */
    struct str next;
};
MUST_CHECK err_t record_page_read(struct record_page *out, const struct record_call *c,
                                  const struct list_request *r, struct err *e);
/* record_list from the cache, if nothing was written since that could change the result; never waits.
 * False: call record_list. */
bool record_list_kept(struct buf *out, const struct record_call *c, const struct list_request *r);
/* "year", "open", "undated", "last", by value "by" and "open_by", and the filters of lists "year_filter" and "open_filter",
 * into the open object; nothing of a type that the subject does not read or that has no days. `db` is in a transaction that
 * reads. */
MUST_CHECK err_t record_counts(struct jout *j, const struct record_call *c, struct db *db, int year,
                               struct err *e);
/* The lists of pending work. 待办: proposals the subject may confirm (not for programs), records
 * assigned to it or its unit as long as it can act on them or, without an action, until it reports
 * them done, and dues (dues.h); 待阅: to read; 已办: done, read or decided; 我发起: proposed or assigned to others; 抄送:
 * copies. TODO_DUE is no box: the dues of some days. */
enum todo_box { TODO_DO, TODO_READ, TODO_DONE, TODO_MINE, TODO_COPIED, TODO_DUE };
struct todo_request {
    enum todo_box box;
    struct str from, to; /* TODO_DUE: days; … */
    struct str type;     /* … of one type; empty: of all */
    int64_t id;          /* … of one record of the type; 0: of all */
    struct str cursor;   /* from an earlier reply; empty: from the first */
    int64_t limit;       /* 0: TODO_PAGE */
    bool each;           /* a row for each case, also where the same is to be done for many */
};
#define TODO_PAGE 200
/* {"items":[…],"total":n,"next":cursor|null}; total is exact. What waits (todo, read) by its day,
 * the longest overdue first, then what has none, the oldest first; the other boxes latest first.
 * E_INVALID: the cursor is none of this box. docs: GET /todo. */
MUST_CHECK err_t record_todo(struct buf *out, const struct record_call *c,
                             const struct todo_request *r, struct err *e);
/* The total of each box (enum todo_box), as record_todo gives it without `each`. For the boxes
 * that only grow (done, mine, copied) -1 if more than TODO_COUNT_MAX rows would have to be read.
 */
#define TODO_BOXES (TODO_COPIED + 1)
#define TODO_COUNT_MAX 500
MUST_CHECK err_t record_todo_totals(int64_t out[TODO_BOXES], const struct record_call *c,
                                    struct err *e);

/* Assigns a record to an account or unit (access/assignment.h): the caller sets a->kind,
 * account or unit, note and due_date. Requires the right to change the record. E_DENIED,
 * E_NOTFOUND; E_INVALID as assignment_give, or the recipient may not read the record. */
MUST_CHECK err_t record_give(struct assignment *a, const struct record_call *c, struct err *e);
MUST_CHECK err_t record_take_back(int64_t assignment, const struct record_call *c, struct err *e);
/* {"items":[{"id","kind","account"|"unit","to","by","note","due","from_ms",…}],…}: the
 * assignments, latest first; requires the right to change the record. */
MUST_CHECK err_t record_given(struct buf *out, const struct record_call *c, struct err *e);
/* For notifications: whether the assignment `given` (or NULL) or the open proposal (or NULL)
 * waits for the subject. *title: the title of the record as the subject may see it. */
struct proposal;
MUST_CHECK err_t record_waits(bool *waits, struct str *title, struct kernel *k, struct db *db,
                              const struct subject *s, struct str type, int64_t id,
                              const struct assignment *given, const struct proposal *proposal,
                              struct arena *a, struct err *e);
/* Versions of a case that are visible to the subject. NULL: all. */
struct versions_told {
    const int64_t *ptr;
    size_t count;
};
/* {"items":[{"version","at","who","name","unit","role","action","reason","entry",
 * "content","changed":[…],"erased":[…]}]}, latest first: the versions readable by the
 * subject, each reduced to its visible part. Person and reason are omitted if only public
 * rules allow reading. */
MUST_CHECK err_t record_history(struct buf *out, const struct record_call *c,
                                const struct versions_told *told, struct err *e);
/* {"from","to","fields":[{"name","zh","en","before","after"}]}: the differences of two
 * versions. "erased": true if a side was erased. */
MUST_CHECK err_t record_diff(struct buf *out, const struct record_call *c, int64_t from, int64_t to,
                             const struct versions_told *told, struct err *e);

/* Erases values under 个保法 47: the `fields` of the record and of all its versions, with the keys of their commitments.
 * Allowed are fields marked as personal, "team.name" of a table (removes the column from the rows and the table from the
 * versions) and "_reason". Commitments and log entries remain, so the log still verifies. Two persons (access/erase.h):
 * out->proposal waits for the second; else out->entry is the entry "erase (GROUND, proposed by N)"; the version is unchanged.
 * E_DENIED, E_NOTFOUND; E_INVALID: out->faults; E_CONFLICT: a case depends on it, a retention period runs, or another proposal
 * is open. The program itself (after a restore) skips these checks. */
struct erase_request {
    const struct str *fields;
    size_t field_count;
    struct str ground, basis; /* model/erasure_ground.h */
    bool in_person;           /* the person has just re-authenticated */
};
MUST_CHECK err_t record_erase(struct written *out, const struct record_call *c,
                              const struct erase_request *r, const struct write_options *o,
                              struct err *e);
/* As record_erase for versions of rows without a type (accounts; access/erase.h): removes the members from one version, or
 * from all (0). Inside a store step; the caller writes the log entry. */
MUST_CHECK err_t record_erase_versions(struct db *db, const struct log_suite *suite,
                                       struct str type, int64_t id, int64_t version,
                                       const struct str *fields, size_t field_count,
                                       struct arena *a, struct err *e);

/* Erases the personal data of an account, in all versions, by two persons (`fields` is ignored; *d->waits), and adds it to
 * the list of erasures that a restore repeats. Inside a store step. */
struct deed;
MUST_CHECK err_t record_erase_account(struct db *db, const struct deed *d, int64_t account,
                                      const struct erase_request *r, struct err *e);

/* Records whose retention period (`retention_years` after their end) is over:
 * {"items":[{"id","title","ended_on","keep_until"}],"total":n}, at most 500, the longest
 * overdue first. Nothing is removed automatically. */
MUST_CHECK err_t record_retention(struct buf *out, const struct record_call *c, struct err *e);

/* The visible values of a text or patent field in all records of a list, in the arena; of `r`
 * only filter and `ended` are used. E_DENIED, E_INVALID as record_list; E_LIMIT: more than
 * `max`. */
MUST_CHECK err_t record_texts(const struct str **out, size_t *count, const struct record_call *c,
                              const struct list_request *r, struct err *e);

/* --- named C actions ------------------------------------------------------------ */
/* Called before the store step with the record as read (again if the record has changed meanwhile). Rejects with faults, or
 * adds to the reason stored in the version. Called for both persons of a two-person action. */
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
