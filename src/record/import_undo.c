/* An import back again: what it made is ended, what it changed is put back. By who made it,
 * once it is finished; by the program, where it came to no end. */
#include "access/mutation.h"
#include "audit/suite.h"
#include "base/log.h"
#include "base/msg.h"
#include "record/import_priv.h"
#include "record/value_person.h"
#include <pthread.h>
#include <stdlib.h>

#define SWEEP_AGAIN_MS ((int64_t)60000)

err_t import_find(struct str *state, struct db *db, const struct record_call *c, struct err *e)
{
    bool found;
    err_t rc = db_row(&found, db,
                      "SELECT state FROM record_import WHERE id = ?1 AND type = ?2 AND (account = "
                      "?3 OR ?4 = 1)",
                      VALUES(v_i64(c->id), v_str(c->type->name), v_i64(c->subject->account),
                             v_i64(access_off(STR("imports"), "owner"))),
                      INTO(into_str(state)), c->arena, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "you have no import %lld of %.*s",
                                        (long long)c->id, STR_ARG(record_type_label(c->type)))
                              : rc;
}

err_t sheet_imports_json(struct jout *j, int64_t *total, const struct record_call *c, struct err *e)
{
    static const char *const counts[] = {"created", "changed", "unchanged", "rejected", "kept"};
    struct db *db = NULL;
    char begun[21];
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    EACH_ROW(st, rc, e, db,
             "SELECT created, changed, unchanged, rejected, kept, id, state, file_name, "
             "started_ms, count(*) OVER () FROM record_import WHERE type = ?1 AND account "
             "= ?2 ORDER BY id DESC LIMIT 50",
             VALUES(v_str(c->type->name), v_i64(c->subject->account))) {
        jout_object(j);
        for (int i = 0; i < (int)ARRAY_LEN(counts); i++)
            jout_pair_i64(j, counts[i], stmt_i64(st, i));
        jout_pair_i64(j, "id", stmt_i64(st, 5));
        jout_pair(j, "state", stmt_str(st, 6));
        jout_pair(j, "name", stmt_str(st, 7));
        time_format(begun, stmt_i64(st, 8));
        jout_pair_z(j, "begun", begun);
        jout_end_object(j);
        *total = stmt_i64(st, 9);
    }
    store_reader_put(c->kernel->store, db);
    return rc;
}

/* One record, however many rows of the workbook named it: the version before the first of
 * them, and after the last. */
struct undo_row {
    int64_t number; /* of the last row; 0: none was noted */
    int64_t record, before, after;
    bool undone;             /* an earlier run did it */
    bool others;             /* somebody wrote between two of its rows */
    struct str content, now; /* of the version before; of the one after */
};

typedef VEC(struct undo_row) undo_list;

struct undo {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    int64_t import_id;
    struct hold *hold; /* it was never finished; NULL: it was */
    undo_list rows;
    bool *left; /* by row; each is one thread's */
    atomic_size_t next;
    atomic_llong undone, kept;
    const char *state;
    pthread_mutex_t lock; /* guards what follows */
    err_t rc;             /* of the first record that has to go and does not */
    struct err why;
    size_t kept_row; /* the first that stays, and why it does */
    struct err kept_why;
    enum lang lang; /* of who asks, for what the threads say */
};

static void join_row(undo_list *rows, const struct undo_row *row, struct arena *a)
{
    if (rows->len == 0 || rows->ptr[rows->len - 1].record != row->record) {
        VEC_PUSH(a, rows, *row);
        return;
    }
    struct undo_row *last = &rows->ptr[rows->len - 1];
    last->others |= row->before != last->after;
    last->undone |= row->undone;
    last->number = row->number;
    last->after = row->after;
    last->now = row->now;
}

static err_t read_undo(undo_list *rows, struct db *db, const struct record_call *c, struct err *e)
{
    err_t rc = OK;
    EACH_ROW(
        st, rc, e, db,
        "SELECT r.number, r.record_id, r.version_before, r.version_after, r.undone, v.content, "
        "w.content FROM record_import_row r LEFT JOIN record_version v ON v.type = ?2 AND "
        "v.record_id = r.record_id AND v.version = r.version_before LEFT JOIN record_version w ON "
        "w.type = ?2 AND w.record_id = r.record_id AND w.version = r.version_after WHERE "
        "r.import_id = ?1 AND r.record_id IS "
        "NOT NULL AND r.version_before <> r.version_after ORDER BY r.record_id NULLS LAST, "
        "r.version_after NULLS LAST, r.number",
        VALUES(v_i64(c->id), v_str(c->type->name)))
        join_row(rows,
                 &(struct undo_row){.number = stmt_i64(st, 0),
                                    .record = stmt_i64(st, 1),
                                    .before = stmt_i64(st, 2),
                                    .after = stmt_i64(st, 3),
                                    .undone = !stmt_is_null(st, 4),
                                    .content = arena_dup(c->arena, stmt_str(st, 5)),
                                    .now = arena_dup(c->arena, stmt_str(st, 6))},
                 c->arena);
    return rc;
}

static bool is_same(const struct jvalue *x, const struct jvalue *y, struct arena *a)
{
    return x && y ? str_eq(jvalue_text(x, a), jvalue_text(y, a)) : x == y;
}

/* The content of the version before as a patch that brings it back: every field that differs is
 * named, those without value null, sealed numbers opened. */
static err_t restoring_patch(const struct jvalue **out, const struct undo *u,
                             const struct undo_row *row, struct arena *a, struct err *e)
{
    const struct jvalue *old, *now;
    struct jout j;
    err_t rc = jin_parse(&old, row->content, a, e);
    if (rc == OK)
        rc = jin_parse(&now, row->now, a, e);
    if (rc != OK)
        return rc;
    jout_init_values(&j, a);
    for (size_t i = 0; i < u->type->field_count && rc == OK; i++) {
        const struct field *f = &u->type->fields[i];
        char number[PERSON_LEN + 1];
        const struct jvalue *v = jin_get(old, f->name.ptr);
        if (f->type == FIELD_COMPUTED || is_same(v, jin_get(now, f->name.ptr), a))
            continue;
        jout_name_str(&j, f->name);
        if (!v) {
            jout_null(&j);
        } else if (f->type == FIELD_PERSON) {
            if ((rc = person_open(number, u->kernel->keys, v->text, e)) == OK)
                jout_z(&j, number);
        } else {
            jout_value(&j, v);
        }
    }
    *out = jout_made(&j);
    return rc;
}

struct putting_back {
    struct undo *undo;
    const struct undo_row *row;
};

/* In the step that puts the record back, so that whoever goes on with a killed undo knows. */
static err_t note_put_back(struct db *db, void *arg, const struct written *w, struct err *e)
{
    const struct putting_back *p = arg;
    err_t rc = p->undo->hold ? import_hold_check(db, p->undo->hold, e) : OK;
    return rc == OK
               ? db_run(db,
                        "UPDATE record_import_row SET undone = ?3 WHERE import_id = ?1 AND "
                        "number = ?2",
                        VALUES(v_i64(p->undo->import_id), v_i64(p->row->number), v_i64(w->version)),
                        e)
               : rc;
}

static err_t undo_row(struct undo *u, const struct undo_row *row, struct arena *a, struct err *e)
{
    struct written w = {0};
    const struct jvalue *patch;
    struct write_options o = {.reason = arena_printf(a,
                                                     u->hold ? msg(N_("import %lld came to no end"))
                                                             : msg(N_("undo of import %lld")),
                                                     (long long)u->import_id),
                              .if_version = row->after,
                              .import_id = u->import_id,
                              .with = note_put_back,
                              .with_arg = &(struct putting_back){u, row}};
    err_t rc;
    if (row->undone)
        return OK;
    if (row->others)
        return err_set(e, E_CONFLICT, "others wrote to it while the import did");
    if (row->before == 0)
        return record_act(&w, &(struct record_call){u->kernel, u->subject, u->type, row->record, a},
                          STR("end"), NULL, &o, e);
    if ((rc = restoring_patch(&patch, u, row, a, e)) != OK)
        return rc;
    return record_change(&w, &(struct record_call){u->kernel, u->subject, u->type, row->record, a},
                         patch, &o, e);
}

/* Whether the record stays: others have changed it since. Records that were never visible do not. */
static bool may_stay(const struct undo *u, const struct undo_row *row, err_t rc)
{
    return !u->hold || (row->before != 0 && rc != E_IO && rc != E_BUSY && !u->hold->lost);
}

static void *undo_rows(void *arg)
{
    struct undo *u = arg;
    msg_speak(u->lang);
    for (size_t i; (i = atomic_fetch_add(&u->next, 1)) < u->rows.len;) {
        struct arena *a = arena_new();
        struct err e = {0};
        err_t rc = undo_row(u, &u->rows.ptr[i], a, &e);
        u->left[i] = rc != OK;
        atomic_fetch_add(rc == OK ? &u->undone : &u->kept, 1);
        if (rc != OK) {
            pthread_mutex_lock(&u->lock);
            if (i < u->kept_row) {
                u->kept_row = i;
                u->kept_why = e;
            }
            if (u->rc == OK && !may_stay(u, &u->rows.ptr[i], rc)) {
                u->rc = rc;
                u->why = e;
            }
            pthread_mutex_unlock(&u->lock);
        }
        arena_free(a);
    }
    return NULL;
}

static void put_back(struct undo *u, struct arena *a)
{
    pthread_mutex_init(&u->lock, NULL);
    u->kept_row = SIZE_MAX;
    u->left = arena_array(a, u->rows.len + 1, sizeof(*u->left));
    import_crew(undo_rows, u, u->rows.len, u->hold);
    pthread_mutex_destroy(&u->lock);
}

static err_t note_undone(struct db *db, void *arg, struct err *e)
{
    const struct undo *u = arg;
    return db_run(db, "UPDATE record_import SET state = 'undone', kept = ?2 WHERE id = ?1",
                  VALUES(v_i64(u->import_id), v_i64(u->kept)), e);
}

static const int64_t *left_alone(const struct undo *u, struct arena *a)
{
    int64_t *ids = arena_array(a, u->rows.len + 1, sizeof(*ids));
    size_t n = 0;
    for (size_t i = 0; i < u->rows.len; i++)
        if (u->left[i])
            ids[n++] = u->rows.ptr[i].record;
    qsort(ids, n, sizeof(*ids), i64_cmp_first);
    return ids;
}

err_t sheet_import_undo(struct sheet_undo_outcome *out, const struct record_call *c, struct err *e)
{
    struct undo u = {.kernel = c->kernel,
                     .subject = c->subject,
                     .type = c->type,
                     .import_id = c->id,
                     .lang = msg_lang()};
    struct str state;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    rc = import_find(&state, db, c, e);
    if (rc == OK && str_is(state, "undone"))
        rc = err_set(e, E_CONFLICT, "import %lld was undone already", (long long)c->id);
    if (rc == OK && !str_is(state, "finished"))
        rc = err_set(e, E_CONFLICT, "import %lld is not finished, or brought nothing in",
                     (long long)c->id);
    if (rc == OK)
        rc = read_undo(&u.rows, db, c, e);
    store_reader_put(c->kernel->store, db);
    if (rc != OK)
        return rc;
    put_back(&u, c->arena);
    *out = (struct sheet_undo_outcome){u.undone, u.kept, left_alone(&u, c->arena),
                                       arena_dup(c->arena, str_of(u.kept_why.text))};
    return store_write(c->kernel->store, note_undone, &u, e);
}

/* --- what came to no end ------------------------------------------------------------------ */

static err_t note_removed(struct db *db, void *arg, struct err *e)
{
    const struct undo *u = arg;
    struct arena *a = arena_new();
    char uid[LOG_UID_LEN + 1];
    const struct log_draft draft = {.has_who = true,
                                    .action = STR("import_removed"),
                                    .type = u->type->name,
                                    .id = u->import_id};
    err_t rc = import_hold_check(db, u->hold, e);
    if (rc == OK)
        rc = db_run(db,
                    "UPDATE record_import SET state = ?2, finished_ms = ?3, created = 0, changed = "
                    "0, kept = ?4, holder = NULL, held_until_ms = NULL, untold = CASE WHEN ?2 = "
                    "'broken' THEN 1 END WHERE id = ?1",
                    VALUES(v_i64(u->import_id), v_str(str_of(u->state)),
                           v_i64(clock_now_ms(u->kernel->clock)), v_i64(u->kept)),
                    e);
    if (rc == OK)
        rc = log_append(uid, db, u->kernel->suite, u->kernel->clock, &draft, a, e);
    arena_free(a);
    return rc;
}

static err_t read_removal(struct undo *u, struct arena *a, struct err *e)
{
    return STORE_READ(
        db, u->kernel->store, e,
        read_undo(&u->rows, db,
                  &(struct record_call){u->kernel, u->subject, u->type, u->import_id, a}, e));
}

err_t import_remove(struct hold *h, const struct record_type *t, const char *state, struct err *e)
{
    struct arena *a = arena_new();
    struct subject program;
    struct undo u = {.kernel = h->kernel,
                     .subject = &program,
                     .type = t,
                     .import_id = h->import_id,
                     .hold = h,
                     .lang = msg_lang(),
                     .state = state};
    subject_program(&program, business_date(clock_now_ms(h->kernel->clock), a));
    err_t rc = import_hold_remove(h, e);
    if (rc == OK)
        rc = read_removal(&u, a, e);
    if (rc == OK) {
        put_back(&u, a);
        if ((rc = u.rc) != OK && e)
            *e = u.why;
    }
    if (rc == OK)
        rc = store_write(h->kernel->store, note_removed, &u, e);
    arena_free(a);
    return rc;
}

/* --- the sweeper ---------------------------------------------------------------------------- */

#define LEFT                                                                                       \
    " FROM record_import i WHERE i.held_until_ms <= ?1 AND NOT EXISTS (SELECT 1 FROM job j WHERE " \
    "j.id = i.job AND j.due_ms IS NOT NULL) ORDER BY i.id LIMIT 1"

err_t sheet_import_has_leftover(bool *out, struct db *db, int64_t now_ms, struct err *e)
{
    return db_any(out, db, "SELECT i.id" LEFT, VALUES(v_i64(now_ms)), e);
}

/* *id 0: none is left. */
static err_t find_left(int64_t *id, struct str *type, struct kernel *k, struct arena *a,
                       struct err *e)
{
    *id = 0;
    return STORE_READ(db, k->store, e,
                      db_row(NULL, db, "SELECT i.id, i.type" LEFT,
                             VALUES(v_i64(clock_now_ms(k->clock))),
                             INTO(into_i64(id), into_str(type)), a, e));
}

/* One that cannot be removed now does not keep the others waiting. */
static err_t sweep_one(bool *removed, struct kernel *k, int64_t id, struct str type, struct err *e)
{
    const struct record_type *t = record_type_find(k->types, type);
    struct hold h;
    struct err why = {0};
    import_hold_init(&h, k, NULL, id);
    err_t rc = t ? import_remove(&h, t, "broken", &why)
                 : err_set(&why, E_NOTFOUND, "there is no kind of record %.*s", STR_ARG(type));
    *removed = rc == OK;
    if (rc == OK || h.lost)
        return OK;
    log_line(LOG_WARN, "what import %lld left cannot be removed: %s", (long long)id, why.text);
    if (!t && (rc = import_hold_remove(&h, e)) != OK)
        return rc;
    return import_hold_release(&h, SWEEP_AGAIN_MS, e);
}

err_t sheet_import_sweep(int64_t *removed, struct kernel *k, struct err *e)
{
    struct arena *a = arena_new();
    struct str type = STR_NONE;
    int64_t id = 0;
    bool gone = false;
    err_t rc = OK;
    *removed = 0;
    while (rc == OK && (rc = find_left(&id, &type, k, a, e)) == OK && id) {
        rc = sweep_one(&gone, k, id, type, e);
        *removed += gone;
    }
    arena_free(a);
    return rc;
}
