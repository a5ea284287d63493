/* Columns of a type: made by one thread for all types, brought up to the moment of a
 * question by whoever asks it.
 *
 * The moment is the id of the last entry of the log: ids follow the order of commits. Columns are
 * asked only by a snapshot of exactly their moment; one that began while they were
 * locked is never older than they are, so going on to it is always possible. */
#include "record/columns.h"
#include "audit/entry.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "record/columns_priv.h"
#include "record/row.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_ROWS 10000     /* read at once while columns are made */
#define FOLLOW_ENTRIES 10000 /* read by who asks; more are left to the thread: some 50 ms */
#define AT_ONCE_ROWS 20000   /* a type of so few is made by who asks first: some 50 ms */
#define TURNS 3              /* others may go on meanwhile; then nobody may */

struct type_columns {
    const struct type_plan *plan;
    const struct kernel *kernel;
    struct held held;
    pthread_rwlock_t lock;            /* guards what follows up to `answers` */
    struct held_rows rows;            /* records NULL: there are none */
    int64_t moment;                   /* that it shows */
    size_t changed;                   /* records put since it was made */
    uint64_t answers, made, followed; /* atomic */
    bool wanted;                      /* under list_columns.lock: the thread is to make it */
    bool refused;                     /* the same: its values cannot be held */
};

struct list_columns {
    const struct kernel *kernel;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* guarded by lock; read without it while columns are made */
    bool runs;
    pthread_t thread;
    struct arena *arena; /* what is held of each type; under lock */
    size_t count;
    struct type_columns *types; /* by type_plan.number; plan NULL: never asked for */
};

/* --- what is held -------------------------------------------------------------------- */

size_t held_find(const struct held_columns *h, struct str name)
{
    for (size_t i = 0; i < h->len; i++)
        if (str_eq(h->ptr[i].name, name))
            return i;
    return SIZE_MAX;
}

size_t held_find_part(const struct held *h, struct str child)
{
    for (size_t i = 0; i < h->part_count; i++)
        if (str_eq(h->parts[i].child, child))
            return i;
    return SIZE_MAX;
}

static void hold(struct held_columns *h, struct str name, bool integer, struct arena *a)
{
    if (h->len < GRID_COLUMNS_MAX && held_find(h, name) == SIZE_MAX)
        VEC_PUSH(a, h, ((struct held_column){name, integer}));
}

/* Of one value of the field. */
static void hold_field(struct held_columns *h, const struct field *f, struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    if (f->type == FIELD_COMPUTED || f->type == FIELD_LONG_TEXT || f->type == FIELD_TABLE)
        return;
    size_t count = value_columns(columns, f, a);
    bool all =
        value_order(f) == ORDER_PERIOD || f->type == FIELD_PATENT || f->type == FIELD_PATENTS;
    for (size_t i = 0; i < count; i++)
        if (all || i == value_order_column(f) || i == value_sort_column(f))
            hold(h, columns[i].name, columns[i].integer, a);
}

static struct held_part part_of(const struct field *f, struct arena *a)
{
    struct held_part part = {.child = f->child};
    hold_field(&part.columns, f, a);
    for (size_t i = 0; i < f->field_count; i++)
        hold_field(&part.columns, &f->fields[i], a);
    return part;
}

static void hold_type(struct held *h, const struct type_plan *p, struct arena *a)
{
    for (int c = SYS_ID + 1; c < SYS_COUNT; c++)
        hold(&h->columns, str_of(system_column_name((enum system_column)c)),
             c != SYS_STATE && c != SYS_OWNER_CITY && c != SYS_OWNER_PROVINCE, a);
    if (p->programme)
        hold(&h->columns, p->programme->columns[0].name, p->programme->columns[0].integer, a);
    h->parts = arena_array(a, p->field_count + 1, sizeof(*h->parts));
    for (size_t i = 0; i < p->field_count; i++) {
        if (p->fields[i].child)
            h->parts[h->part_count++] = part_of(p->fields[i].field, a);
        else
            hold_field(&h->columns, p->fields[i].field, a);
    }
}

static struct grid *new_grid(const struct held_columns *h)
{
    enum grid_kind kinds[GRID_COLUMNS_MAX];
    for (size_t i = 0; i < h->len; i++)
        kinds[i] = h->ptr[i].integer ? GRID_NUMBERS : GRID_TEXTS;
    return grid_new(kinds, h->len);
}

static struct held_rows rows_new(const struct held *h)
{
    struct held_rows rows = {h, new_grid(&h->columns),
                             mem_array(h->part_count + 1, sizeof(void *))};
    for (size_t i = 0; i < h->part_count; i++)
        rows.parts[i] = new_grid(&h->parts[i].columns);
    return rows;
}

static void rows_free(struct held_rows *rows)
{
    for (size_t i = 0; rows->parts && i < rows->held->part_count; i++)
        grid_free(rows->parts[i]);
    free(rows->parts);
    grid_free(rows->records);
    *rows = (struct held_rows){0};
}

static void add_names(struct buf *sql, const char *alias, const struct held_columns *h)
{
    for (size_t i = 0; i < h->len; i++)
        buf_addf(sql, ", %s.%.*s", alias, STR_ARG(h->ptr[i].name));
}

/* "SELECT r.id, r.version, … FROM record_deal r", and of a child table
 * "SELECT c.record_id, c.position, … FROM record_deal_shares c". */
static void add_select(struct buf *sql, const struct type_columns *t)
{
    buf_addz(sql, "SELECT r.id");
    add_names(sql, "r", &t->held.columns);
    buf_addf(sql, " FROM %.*s r", STR_ARG(t->plan->type->table));
}

static void add_part_select(struct buf *sql, const struct held_part *part)
{
    buf_addz(sql, "SELECT c.record_id, c.position");
    add_names(sql, "c", &part->columns);
    buf_addf(sql, " FROM %.*s c", STR_ARG(part->child));
}

/* The statement's columns from `first` on. */
static bool put_row(struct grid *grid, int64_t id, const struct held_columns *h, struct stmt *st,
                    int first)
{
    struct cell cells[GRID_COLUMNS_MAX];
    for (size_t i = 0; i < h->len; i++) {
        int column = first + (int)i;
        cells[i] = (struct cell){.given = !stmt_is_null(st, column)};
        if (cells[i].given && h->ptr[i].integer)
            cells[i].number = stmt_i64(st, column);
        else if (cells[i].given)
            cells[i].text = stmt_str(st, column);
    }
    return grid_put(grid, id, cells);
}

static bool put_part(struct grid *grid, const struct held_part *part, struct stmt *st)
{
    return put_row(grid, stmt_i64(st, 0) << PART_SHIFT | stmt_i64(st, 1), &part->columns, st, 2);
}

/* --- moments ------------------------------------------------------------------------- */

/* Reads the id of the last entry that the transaction of `db` sees; 0: there is none. */
static err_t read_moment(int64_t *out, struct db *db, struct err *e)
{
    return db_i64(out, db, "SELECT id FROM log_entry ORDER BY id DESC LIMIT 1", NULL, 0, e);
}

/* --- following ----------------------------------------------------------------------- */

struct delta {
    struct type_columns *t;
    struct db *db;
    bool fits; /* the columns can hold what was read */
    struct arena *a;
    VEC(int64_t) ids;   /* of records of the type */
    VEC(int64_t) units; /* whose rows may lie elsewhere now */
    bool erased;        /* a value has to leave the dictionaries */
};

/* An entry of the unit tree, whose rows take records along (unit_write.c). */
static bool is_of_unit(const struct kernel *k, struct str type)
{
    const struct record_type *t = record_type_find(k->types, type);
    return t && t->core && t->owner == OWNER_UNIT && plan_of(k, t)->owns_itself;
}

static void take_entry(struct delta *d, struct str line)
{
    const struct type_columns *t = d->t;
    struct entry entry;
    entry_guess(&entry, line);
    if (t->plan->type->owner == OWNER_UNIT && is_of_unit(t->kernel, entry.type) &&
        !str_contains(line, STR(",\"version\":1,")))
        VEC_PUSH(d->a, &d->units, entry.id);
    if (!str_eq(entry.type, t->plan->type->name))
        return;
    VEC_PUSH(d->a, &d->ids, entry.id);
    d->erased |= str_contains(line, STR(",\"do\":\"erase")); /* "erase (GROUND, proposed by 5)" */
}

/* Records named by entries of `now` that the columns have not seen. */
static err_t read_delta(struct delta *d, int64_t now, struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, d->db, "SELECT body FROM log_entry WHERE id > ?1 AND id <= ?2",
             VALUES(v_i64(d->t->moment), v_i64(now)))
        take_entry(d, stmt_str(st, 0));
    return rc;
}

/* Records that went with a unit have no entries of their own. */
static err_t read_units(struct delta *d, struct err *e)
{
    struct str sql = arena_printf(d->a, "SELECT id FROM %.*s WHERE owner_unit = ?1",
                                  STR_ARG(d->t->plan->type->table));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < d->units.len; i++) {
        EACH_ROW_ONCE(st, rc, e, d->db, sql.ptr, VALUES(v_i64(d->units.ptr[i])))
            VEC_PUSH(d->a, &d->ids, stmt_i64(st, 0));
    }
    return rc;
}

/* The rows of a child table as they are now. */
static err_t read_part(struct delta *d, size_t n, int64_t id, struct err *e)
{
    const struct held_part *part = &d->t->held.parts[n];
    struct grid *grid = d->t->rows.parts[n];
    struct buf sql = {0};
    add_part_select(&sql, part);
    buf_addz(&sql, " WHERE c.record_id = ?1 ORDER BY c.position");
    buf_addc(&sql, '\0');
    (void)grid_remove(grid, id << PART_SHIFT, ((id + 1) << PART_SHIFT) - 1);
    err_t rc = OK;
    ROWS_ONCE_WHILE(d->fits, st, rc, e, d->db, sql.ptr, VALUES(v_i64(id)))
        d->fits = put_part(grid, part, st);
    buf_clear(&sql);
    return rc;
}

/* One record as it is now. */
static err_t read_record(struct delta *d, const char *sql, int64_t id, struct err *e)
{
    struct type_columns *t = d->t;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query_once(&st, d->db, sql, VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row)
        d->fits = put_row(t->rows.records, id, &t->held.columns, st, 1);
    else if (rc == OK)
        (void)grid_remove(t->rows.records, id, id);
    stmt_free(st);
    for (size_t i = 0; rc == OK && d->fits && i < t->held.part_count; i++)
        rc = read_part(d, i, id, e);
    return rc;
}

static void forget(struct type_columns *t)
{
    rows_free(&t->rows);
    t->changed = 0;
}

/* Bring the columns to `now`, which becomes theirs, in its transaction. Held for writing.
 * Afterwards there may be none: a value does not fit, or was erased. */
static err_t follow(bool *fits, struct type_columns *t, struct db *db, int64_t now, struct err *e)
{
    struct delta d = {.t = t, .db = db, .fits = true, .a = arena_new()};
    struct buf sql = {0};
    add_select(&sql, t);
    buf_addz(&sql, " WHERE r.id = ?1");
    buf_addc(&sql, '\0');
    err_t rc = read_delta(&d, now, e);
    if (rc == OK)
        rc = read_units(&d, e);
    if (d.ids.len > 0)
        qsort(d.ids.ptr, d.ids.len, sizeof(*d.ids.ptr), i64_cmp_first);
    for (size_t i = 0; rc == OK && d.fits && !d.erased && i < d.ids.len; i++) {
        if (i > 0 && d.ids.ptr[i] == d.ids.ptr[i - 1])
            continue;
        rc = read_record(&d, sql.ptr, d.ids.ptr[i], e);
        t->changed++;
        t->followed++;
    }
    buf_clear(&sql);
    arena_free(d.a);
    *fits = d.fits;
    if (rc == OK && (!d.fits || d.erased)) {
        forget(t);
        return OK;
    }
    if (rc == OK)
        t->moment = now;
    return rc;
}

/* --- making -------------------------------------------------------------------------- */

static bool is_stopping(struct list_columns *c)
{
    pthread_mutex_lock(&c->lock);
    bool stopping = c->stopping;
    pthread_mutex_unlock(&c->lock);
    return stopping;
}

struct making {
    struct list_columns *c;
    struct type_columns *t;
    struct db *db;
    struct held_rows rows;
    int64_t last; /* record read */
    bool fits;
};

static err_t read_batch(bool *more, struct making *m, const char *sql, struct err *e)
{
    int64_t n = 0;
    err_t rc = OK;
    ROWS_ONCE_WHILE(m->fits, st, rc, e, m->db, sql, VALUES(v_i64(m->last), v_i64(BATCH_ROWS))) {
        m->last = stmt_i64(st, 0);
        m->fits = put_row(m->rows.records, m->last, &m->t->held.columns, st, 1);
        n++;
    }
    *more = n == BATCH_ROWS && m->fits;
    return rc;
}

static err_t read_records(struct making *m, struct err *e)
{
    bool more = true;
    struct buf sql = {0};
    err_t rc = OK;
    add_select(&sql, m->t);
    buf_addz(&sql, " WHERE r.id > ?1 ORDER BY r.id LIMIT ?2");
    buf_addc(&sql, '\0');
    while (rc == OK && more && m->fits && !is_stopping(m->c))
        rc = read_batch(&more, m, sql.ptr, e);
    buf_clear(&sql);
    return rc;
}

/* All rows of a child table, those of so many records at once. */
static err_t read_parts(struct making *m, size_t n, struct err *e)
{
    const struct held_part *part = &m->t->held.parts[n];
    struct buf sql = {0};
    err_t rc = OK;
    add_part_select(&sql, part);
    buf_addz(&sql,
             " WHERE c.record_id > ?1 AND c.record_id <= ?2 ORDER BY c.record_id, c.position");
    buf_addc(&sql, '\0');
    for (int64_t from = 0; rc == OK && m->fits && from < m->last && !is_stopping(m->c);
         from += BATCH_ROWS) {
        ROWS_ONCE_WHILE(m->fits, st, rc, e, m->db, sql.ptr,
                        VALUES(v_i64(from), v_i64(from + BATCH_ROWS)))
            m->fits = put_part(m->rows.parts[n], part, st);
    }
    buf_clear(&sql);
    return rc;
}

/* The columns that there are serve until those come that take their place; none come if it was
 * stopped, or values cannot be held. Outside of a transaction of `db`. */
static err_t make_for(struct list_columns *c, struct type_columns *t, struct db *db, struct err *e)
{
    struct making m = {.c = c, .t = t, .db = db, .rows = rows_new(&t->held), .fits = true};
    int64_t moment = 0;
    err_t rc = db_begin_read(db, e);
    if (rc == OK) {
        rc = read_moment(&moment, db, e);
        if (rc == OK)
            rc = read_records(&m, e);
        for (size_t i = 0; rc == OK && i < t->held.part_count; i++)
            rc = read_parts(&m, i, e);
        db_rollback(db);
    }
    pthread_mutex_lock(&c->lock);
    t->refused |= !m.fits;
    bool whole = rc == OK && m.fits && !c->stopping;
    pthread_mutex_unlock(&c->lock);
    if (!whole) {
        rows_free(&m.rows);
        return rc;
    }
    grid_rank(m.rows.records);
    pthread_rwlock_wrlock(&t->lock);
    forget(t);
    t->rows = m.rows;
    t->moment = moment;
    t->made++;
    pthread_rwlock_unlock(&t->lock);
    return OK;
}

static err_t make_alone(struct list_columns *c, struct type_columns *t, struct err *e)
{
    return STORE_READ(db, c->kernel->store, e, make_for(c, t, db, e));
}

static struct type_columns *next_wanted(struct list_columns *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->types[i].wanted)
            return &c->types[i];
    return NULL;
}

static void *run(void *arg)
{
    struct list_columns *c = arg;
    pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        struct type_columns *t = next_wanted(c);
        if (!t) {
            pthread_cond_wait(&c->wake, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        struct err e;
        err_t rc = make_alone(c, t, &e);
        if (rc != OK) /* SQL answers; the next question asks for them again */
            log_line(LOG_WARN, "columns of %.*s could not be made: %s",
                     STR_ARG(t->plan->type->name), e.text);
        pthread_mutex_lock(&c->lock);
        t->wanted = false;
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void want(struct list_columns *c, struct type_columns *t)
{
    pthread_mutex_lock(&c->lock);
    t->wanted |= !t->refused;
    if (!c->runs && !c->stopping)
        c->runs = pthread_create(&c->thread, NULL, run, c) == 0;
    if (!c->runs) /* the next question tries again */
        t->wanted = false;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
}

/* --- asking -------------------------------------------------------------------------- */

/* The last id: records do not go, so there are hardly fewer. */
static err_t last_record(int64_t *out, const struct type_columns *t, struct db *db, struct err *e)
{
    struct buf sql = {0};
    buf_addf(&sql, "SELECT r.id FROM %.*s r ORDER BY r.id DESC LIMIT 1",
             STR_ARG(t->plan->type->table));
    buf_addc(&sql, '\0');
    *out = 0;
    err_t rc = db_row_once(NULL, db, sql.ptr, NULL, 0, INTO(into_i64(out)), NULL, e);
    buf_clear(&sql);
    return rc;
}

/* There are none: see that there will be, where there are so many records. */
static err_t consider(bool *made, struct list_columns *c, struct type_columns *t, struct db *db,
                      struct err *e)
{
    int64_t from = c->kernel->columns_from ? c->kernel->columns_from : COLUMNS_FROM, last = 0;
    *made = false;
    pthread_mutex_lock(&c->lock);
    bool no = t->wanted || t->refused;
    pthread_mutex_unlock(&c->lock);
    if (no)
        return OK;
    err_t rc = last_record(&last, t, db, e);
    if (rc != OK || last < from)
        return rc;
    if (last > AT_ONCE_ROWS) {
        want(c, t);
        return OK;
    }
    rc = make_for(c, t, db, e);
    *made = rc == OK;
    return rc;
}

enum entered { ENTERED, ENTERED_NONE, ENTERED_BEHIND, ENTERED_LATER };

/* Lock the columns and begin a transaction of their moment. Only after ENTERED is
 * either so; ENTERED_LATER: others are at it, or they were just forgotten. `alone`:
 * nobody else may go on meanwhile. */
static err_t enter(enum entered *out, struct type_columns *t, struct db *db, bool alone,
                   struct err *e)
{
    int64_t now = 0;
    bool fits = true;
    err_t rc = OK;
    *out = ENTERED_NONE;
    if (alone)
        pthread_rwlock_wrlock(&t->lock);
    else
        pthread_rwlock_rdlock(&t->lock);
    if (!t->rows.records)
        goto out;
    if ((rc = db_begin_read(db, e)) != OK)
        goto out;
    *out = ENTERED_LATER;
    if ((rc = read_moment(&now, db, e)) != OK)
        goto undo;
    if (now == t->moment) {
        *out = ENTERED;
        return OK;
    }
    if (now < t->moment) /* a store that is behind another of its copies */
        *out = ENTERED_NONE;
    else if (now - t->moment > FOLLOW_ENTRIES)
        *out = ENTERED_BEHIND;
    else if (alone && (rc = follow(&fits, t, db, now, e)) == OK && t->rows.records) {
        *out = ENTERED;
        return OK;
    }
undo:
    db_rollback(db);
out:
    pthread_rwlock_unlock(&t->lock);
    return rc;
}

static struct type_columns *columns_of(struct list_columns *c, const struct type_plan *p)
{
    struct type_columns *t = &c->types[p->number];
    pthread_mutex_lock(&c->lock);
    if (!t->plan) {
        hold_type(&t->held, p, c->arena);
        t->plan = p;
        t->kernel = c->kernel;
    }
    pthread_mutex_unlock(&c->lock);
    return t;
}

/* Columns with far more changes than records hold texts that nothing names any more. */
static bool is_worn(const struct type_columns *t)
{
    return t->changed > 2 * grid_rows(t->rows.records) + 2 * AT_ONCE_ROWS;
}

static err_t answer(struct columns_answer *out, struct type_columns *t, struct db *db,
                    const struct columns_question *q, struct err *e)
{
    struct list_columns *c = kernel_columns(t->kernel);
    enum entered entered = ENTERED_LATER;
    bool made = false;
    err_t rc = OK;
    for (int turn = 0; rc == OK && entered == ENTERED_LATER && turn < TURNS; turn++) {
        if ((rc = enter(&entered, t, db, turn > 0, e)) == OK && entered == ENTERED_NONE &&
            (rc = consider(&made, c, t, db, e)) == OK && made)
            entered = ENTERED_LATER;
    }
    if (rc == OK && entered == ENTERED_BEHIND)
        want(c, t);
    if (rc != OK || entered != ENTERED)
        return rc;
    bool worn = is_worn(t), leave;
    if ((rc = columns_leave(&leave, q, db, e)) == OK && !leave)
        rc = columns_ask(out, &t->rows, db, q, e);
    __atomic_fetch_add(&t->answers, out->answered, __ATOMIC_RELAXED);
    pthread_rwlock_unlock(&t->lock);
    if (!out->answered)
        db_rollback(db);
    if (worn)
        want(c, t);
    return rc;
}

err_t columns_list(struct columns_answer *out, struct db *db, const struct columns_question *q,
                   struct err *e)
{
    const struct type_plan *p = q->view->plan;
    *out = (struct columns_answer){0};
    if (p->type->core)
        return OK;
    struct type_columns *t = columns_of(kernel_columns(q->view->kernel), p);
    return columns_can(&t->held, q) ? answer(out, t, db, q, e) : OK;
}

void columns_distrust(struct list_columns *c, const struct type_plan *p)
{
    struct type_columns *t = columns_of(c, p);
    pthread_rwlock_wrlock(&t->lock);
    forget(t);
    pthread_rwlock_unlock(&t->lock);
}

static size_t rows_bytes(const struct held_rows *rows)
{
    size_t bytes = rows->records ? grid_bytes(rows->records) : 0;
    for (size_t i = 0; rows->records && i < rows->held->part_count; i++)
        bytes += grid_bytes(rows->parts[i]);
    return bytes;
}

static struct columns_state state_of(struct type_columns *t)
{
    pthread_rwlock_rdlock(&t->lock);
    struct columns_state s = {.there = t->rows.records != NULL,
                              .rows = t->rows.records ? grid_rows(t->rows.records) : 0,
                              .bytes = rows_bytes(&t->rows),
                              .answers = __atomic_load_n(&t->answers, __ATOMIC_RELAXED),
                              .made = t->made,
                              .followed = t->followed};
    pthread_rwlock_unlock(&t->lock);
    return s;
}

struct columns_state columns_state(struct list_columns *c, const struct type_plan *p)
{
    return state_of(columns_of(c, p));
}

struct columns_state columns_states(const struct kernel *k)
{
    struct list_columns *c = kernel_columns(k);
    struct columns_state sum = {.there = false};
    for (size_t i = 0; i < c->count; i++) {
        struct columns_state s = state_of(&c->types[i]);
        sum.there |= s.there;
        sum.rows += s.rows;
        sum.bytes += s.bytes;
        sum.answers += s.answers;
        sum.made += s.made;
        sum.followed += s.followed;
    }
    return sum;
}

struct list_columns *list_columns_new(const struct kernel *k, size_t plans)
{
    struct list_columns *c = mem_zalloc(sizeof(*c));
    pthread_rwlockattr_t fair;
    c->kernel = k;
    c->arena = arena_new();
    c->count = plans;
    c->types = mem_zalloc((plans + 1) * sizeof(*c->types));
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    pthread_rwlockattr_init(&fair);
    /* Else a stream of readers would keep out who brings the columns up to date. */
    pthread_rwlockattr_setkind_np(&fair, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    for (size_t i = 0; i < plans; i++)
        pthread_rwlock_init(&c->types[i].lock, &fair);
    pthread_rwlockattr_destroy(&fair);
    return c;
}

void list_columns_free(struct list_columns *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    if (c->runs)
        pthread_join(c->thread, NULL);
    for (size_t i = 0; i < c->count; i++) {
        forget(&c->types[i]);
        pthread_rwlock_destroy(&c->types[i].lock);
    }
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    arena_free(c->arena);
    free(c->types);
    free(c);
}
