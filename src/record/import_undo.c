/* An import back again: what it made is ended, what it changed is put back. */
#include "record/import_priv.h"
#include "record/value_person.h"
#include <pthread.h>
#include <stdatomic.h>

err_t import_find(struct str *state, struct db *db, const struct subject *s,
                  const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT state FROM record_import WHERE id = ?1 AND type = ?2 AND account = "
                        "?3",
                        VALUES(v_i64(id), v_str(t->name), v_i64(s->account)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *state = has_row ? arena_dup(a, stmt_str(st, 0)) : STR_NONE;
    stmt_free(st);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "you have no import %lld of %.*s", (long long)id,
                     STR_ARG(import_label(t)));
    return rc;
}

struct undo_row {
    int64_t record, before, after;
    struct str content; /* of the version before */
};

struct undo {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    int64_t import_id;
    const struct undo_row *rows;
    bool *left; /* by row; each is one thread's */
    size_t count;
    atomic_size_t next;
    atomic_llong undone, kept;
    const char *state;
};

static err_t read_undo(const struct undo_row **out, size_t *count, struct db *db,
                       const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    VEC(struct undo_row) rows = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(
        &st, db,
        "SELECT r.record_id, r.version_before, r.version_after, v.content FROM record_import_row r "
        "LEFT JOIN record_version v ON v.type = ?2 AND v.record_id = r.record_id AND v.version = "
        "r.version_before WHERE r.import_id = ?1 AND r.record_id IS NOT NULL AND r.version_before "
        "<> r.version_after ORDER BY r.number",
        VALUES(v_i64(id), v_str(t->name)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, &rows,
                 ((struct undo_row){stmt_i64(st, 0), stmt_i64(st, 1), stmt_i64(st, 2),
                                    arena_dup(a, stmt_str(st, 3))}));
    stmt_free(st);
    *out = rows.ptr;
    *count = rows.len;
    return rc;
}

/* The content of a version as a patch that brings it back: every field named, those
 * without value null, sealed numbers opened. */
static err_t restoring_patch(const struct jvalue **out, const struct undo *u, struct str content,
                             struct arena *a, struct err *e)
{
    const struct jvalue *old;
    struct buf b;
    struct jout j;
    err_t rc = jin_parse(&old, content, JIN_REFUSE_DUPLICATES, NULL, a, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    for (size_t i = 0; i < u->type->field_count && rc == OK; i++) {
        const struct field *f = &u->type->fields[i];
        const struct jvalue *v = NULL;
        char number[PERSON_LEN + 1];
        if (f->type == FIELD_COMPUTED)
            continue;
        for (size_t k = 0; k < old->count; k++)
            if (str_eq(old->names[k], f->name))
                v = &old->items[k];
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
    jout_end_object(&j);
    if (rc == OK)
        rc = jin_parse(out, arena_dup(a, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL, a, e);
    buf_clear(&b);
    return rc;
}

static err_t undo_row(struct undo *u, const struct undo_row *row, struct arena *a, struct err *e)
{
    struct written w;
    struct faults faults = {0};
    const struct jvalue *patch;
    struct write_options o = {
        .reason = arena_printf(a, msg(N_("undo of import %lld")), (long long)u->import_id),
        .if_version = row->after,
        .import_id = u->import_id};
    err_t rc;
    if (row->before == 0)
        return record_act(&w, &faults, u->kernel, u->subject, u->type, row->record, STR("end"),
                          NULL, &o, a, e);
    if ((rc = restoring_patch(&patch, u, row->content, a, e)) != OK)
        return rc;
    return record_change(&w, &faults, u->kernel, u->subject, u->type, row->record, patch, &o, a, e);
}

static void *undo_rows(void *arg)
{
    struct undo *u = arg;
    for (size_t i; (i = atomic_fetch_add(&u->next, 1)) < u->count;) {
        struct arena *a = arena_new();
        struct err e;
        u->left[i] = undo_row(u, &u->rows[i], a, &e) != OK;
        if (!u->left[i])
            atomic_fetch_add(&u->undone, 1);
        else
            atomic_fetch_add(&u->kept, 1);
        arena_free(a);
    }
    return NULL;
}

static err_t note_undone(struct db *db, void *arg, struct err *e)
{
    const struct undo *u = arg;
    return db_run(db, "UPDATE record_import SET state = 'undone', kept = ?2 WHERE id = ?1",
                  VALUES(v_i64(u->import_id), v_i64(u->kept)), e);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static const int64_t *left_alone(const struct undo *u, struct arena *a)
{
    int64_t *ids = arena_array(a, u->count + 1, sizeof(*ids));
    size_t n = 0;
    for (size_t i = 0; i < u->count; i++)
        if (u->left[i])
            ids[n++] = u->rows[i].record;
    qsort(ids, n, sizeof(*ids), by_number);
    return ids;
}

err_t sheet_import_undo(struct sheet_undo_outcome *out, struct kernel *k, const struct subject *s,
                        const struct record_type *t, int64_t import_id, struct arena *a,
                        struct err *e)
{
    struct undo u = {.kernel = k, .subject = s, .type = t, .import_id = import_id};
    struct str state;
    struct db *db = NULL;
    pthread_t threads[IMPORT_THREADS];
    size_t started = 0;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc != OK)
        return rc;
    rc = import_find(&state, db, s, t, import_id, a, e);
    if (rc == OK && str_is(state, "undone"))
        rc = err_set(e, E_CONFLICT, "import %lld was undone already", (long long)import_id);
    if (rc == OK && !str_is(state, "finished"))
        rc = err_set(e, E_CONFLICT, "import %lld is not finished, or brought nothing in",
                     (long long)import_id);
    if (rc == OK)
        rc = read_undo(&u.rows, &u.count, db, t, import_id, a, e);
    store_reader_put(k->store, db);
    if (rc != OK)
        return rc;
    u.left = arena_array(a, u.count + 1, sizeof(*u.left));
    while (started < IMPORT_THREADS && started < u.count &&
           pthread_create(&threads[started], NULL, undo_rows, &u) == 0)
        started++;
    if (started == 0)
        undo_rows(&u);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    *out = (struct sheet_undo_outcome){u.undone, u.kept, left_alone(&u, a)};
    return store_write(k->store, note_undone, &u, e);
}
