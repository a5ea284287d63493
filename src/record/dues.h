/* Days by which records want something done: `dues` of their types. The table record_due is an index of
 * the open ones, kept right in the step of each write and made again by dues_remake_step. It gives no
 * right: who reads the record and its day is told. */
#ifndef RECORD_DUES_H
#define RECORD_DUES_H
#include "record/write.h"

/* What `on` names: a field of the type (or of its rows), of a type that refers to it, or its creation. */
struct due_source {
    const struct field *field; /* NULL: when it was created */
    const struct field *table; /* whose rows have it; NULL: none */
    const struct record_type *child;
    const struct field *reference; /* of the child; NULL: no child */
};
bool due_source(struct due_source *out, const struct record_type *t, const struct record_types *set,
                struct str path);

struct record_due {
    struct str type_name, name;
    const struct record_type *type; /* NULL: type or rule is no more */
    const struct due_rule *rule;
    int64_t record, row;
    struct str date;
    int64_t owner_unit, unit, account; /* unit and account 0: who handles the record is told */
    int64_t next_ms, import_id;
    int64_t
        imported; /* number of records of its import, if its warning was past when that finished; else 0 */
    int64_t amount; /* fen; 0: none, or not known */
    bool taken;
};
struct dues {
    struct record_due *ptr;
    size_t len, cap;
};
/* The dues of DUE_SELECT "condition …", in the arena. */
#define DUE_SELECT                                                                                 \
    "SELECT d.type, d.record_id, d.due, d.row, d.due_date, d.owner_unit, d.unit, d.account, "      \
    "d.next_ms, d.import_id, (SELECT i.created + i.changed FROM record_import i WHERE i.id ="      \
    " d.import_id AND i.finished_ms >= d.next_ms), d.amount FROM record_due d WHERE "
MUST_CHECK err_t dues_read(struct dues *out, struct db *db, const struct record_types *set,
                           const char *sql, const struct value *values, size_t count,
                           struct arena *a, struct err *e);

/* The first warning after a moment: 8 o'clock in China on a day of `warn`. 0: none. */
int64_t due_warning_ms(const struct record_due *d, int64_t after_ms);

/* In the step of a write, once the record and its rows are written: its dues, those of the records
 * that it refers to, and of those that it is newer than. */
MUST_CHECK err_t dues_follow(struct db *db, const struct write *w, struct err *e);

/* Makes the index again, some records a step: dues_remake_step is one (store_fn), then at = next while more. A due of the
 * same day that was told is not told again. The last step notes the set of types;
 * without `all`, an index that was made for the same set is kept. */
struct dues_remaking {
    const struct kernel *kernel;
    int64_t now_ms;
    struct dues_place {
        size_t type;    /* of the set */
        int64_t record; /* behind it */
    } at, next;
    bool all, more;
};
MUST_CHECK err_t dues_remake_step(struct db *db, void *remaking, struct err *e);
/* True if the index was made for this set of types. */
MUST_CHECK err_t dues_current(bool *out, struct db *db, const struct record_types *set,
                              struct err *e);

/* The fees that the kernel computes of a record; NULL: none. */
MUST_CHECK err_t fees_of(const struct jvalue **rows, struct db *db, const struct kernel *k,
                         const struct type_plan *p, const struct row *row, int64_t now_ms,
                         struct arena *a, struct err *e);

/* True if the subject may read the record and the date of the due; fills *row and *read. False for an
 * ended record and for one whose import is not finished. */
MUST_CHECK err_t due_seen(bool *seen, struct row *row, struct decision *read,
                          const struct record_call *c, struct db *db, const struct record_due *d,
                          struct err *e);
/* Active accounts that it concerns, whether they may read it or not. */
MUST_CHECK err_t due_people(struct ids *out, struct db *db, const struct record_due *d,
                            struct arena *a, struct err *e);
/* Outside of the program nothing of the record is told. */
bool due_is_secret(const struct record_due *d);
/* "due_name", "label", "of_type" and "of" (the record that it is within), "row", "secret" and, where the subject may do what answers it, "act",
 * into the open object. */
MUST_CHECK err_t due_item_json(struct jout *j, const struct record_call *c, struct db *db,
                               const struct record_due *d, const struct row *row,
                               const struct decision *read, struct err *e);
#endif
