/* Taking an import back: one step that decides and is told in the log, then steps that withdraw some
 * of its statements each, until none is left. A file that is being read meanwhile stops at its next step. */
#include "ingest/import_undo.h"
#include "access/mutation.h"
#include "base/vec.h"
#include "ingest/right.h"

#define STEP_STATEMENTS 20 /* documents made anew in one step of the store */

/* --- whose it is ------------------------------------------------------------------------- */

static err_t province_of(struct str *out, struct db *db, int64_t unit, struct arena *a,
                         struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = STR_NONE;
    err_t rc = db_query(&st, db, "SELECT region FROM unit WHERE id = ?1", VALUES(v_i64(unit)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = arena_dup(a, region_province_prefix(stmt_str(st, 0)));
    stmt_free(st);
    return rc;
}

static bool is_of_province(const struct subject *s)
{
    return str_is(s->unit_kind, "province_office") || str_is(s->unit_kind, "province_ip_centre");
}

err_t import_reach(bool *out, struct db *db, const struct subject *s,
                   const struct publication_import *i, struct err *e)
{
    struct arena *a = arena_new();
    struct str province = STR_NONE;
    err_t rc = province_of(&province, db, i->unit, a, e);
    bool own = s->unit != 0 && s->unit == i->unit;
    bool of_his = is_of_province(s) && (i->unit == 0 || str_eq(province, s->province));
    *out = subject_is_program(s) || own || of_his || access_off(STR("imports"), "reach");
    arena_free(a);
    return rc;
}

err_t import_get(struct publication_import *out, struct db *db, const struct subject *s, int64_t id,
                 struct arena *a, struct err *e)
{
    bool reached = false;
    err_t rc = publication_import_get(out, db, id, a, e);
    if (rc == OK)
        rc = import_reach(&reached, db, s, out, e);
    return rc == OK && !reached ? err_set(e, E_NOTFOUND, "there is no import %lld", (long long)id)
                                : rc;
}

/* --- taking it back ------------------------------------------------------------------------ */

struct undoing {
    const struct deed *d;
    const struct import_by *by;
    int64_t id;
    struct publication_import import;
    struct arena *a; /* of one step */
    struct arena *kept;
    size_t taken;
};

static err_t refuse(const struct publication_import *i, struct err *e)
{
    if (str_is(i->state, "undone"))
        return err_set(e, E_CONFLICT, "import %lld was taken back already", (long long)i->id);
    if (str_is(i->state, "earlier"))
        return err_set(e, E_CONFLICT,
                       "import %lld is from before it was kept what an import states: import a "
                       "later file that says better",
                       (long long)i->id);
    return OK;
}

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct undoing *u = arg;
    struct publication_import *i = &u->import;
    char uid[LOG_UID_LEN + 1];
    err_t rc;
    if ((rc = patents_lock(db, e)) != OK || (rc = import_right(db, u->by, u->d->arena, e)) != OK ||
        (rc = import_get(i, db, u->d->by, u->id, u->d->arena, e)) != OK ||
        (rc = refuse(i, e)) != OK)
        return rc;
    if (str_is(i->state, "undoing"))
        return OK;
    if ((rc = deed_note_as(uid, u->d, db, "import_undo", "import", i->id, 0, e)) != OK)
        return rc;
    i->undone_ms = deed_now_ms(u->d);
    i->undone_by = u->d->by->account;
    i->undone_entry = arena_dup(u->d->arena, str_of(uid));
    return publication_import_undo(db, i, e);
}

static err_t note_batch(struct undoing *u, struct db *db, int64_t first, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    struct log_draft draft = {.has_who = true,
                              .who = u->by->account,
                              .unit = u->by->unit,
                              .action = STR("import_undo"),
                              .type = STR("patent")};
    int64_t last = 0;
    err_t rc = changes_last(&last, db, e);
    if (rc != OK || last < first)
        return rc;
    if ((rc = batch_log_stored(&draft.batch, db, u->by->suite, u->import.digest, first, last, u->a,
                               e)) != OK ||
        (rc = log_append(uid, db, u->by->suite, u->by->clock, &draft, u->a, e)) != OK)
        return rc;
    return patent_batch_put(db, first, last, str_of(uid), e);
}

static err_t withdraw_step(struct db *db, void *arg, struct err *e)
{
    struct undoing *u = arg;
    int64_t last = 0;
    err_t rc = patents_lock(db, e);
    arena_reset(u->a);
    u->taken = 0;
    if (rc == OK)
        rc = changes_last(&last, db, e);
    if (rc == OK)
        rc = patent_withdraw(&u->taken, db, u->id, last + 1, STEP_STATEMENTS, u->a, e);
    if (rc == OK && u->taken == 0)
        rc = publication_import_undone(db, u->id, e);
    return rc == OK ? note_batch(u, db, last + 1, e) : rc;
}

err_t import_undo(struct publication_import *out, struct store *store, const struct deed *d,
                  int64_t id, struct err *e)
{
    const struct import_by by = {
        .suite = d->suite, .clock = d->clock, .account = d->by->account, .unit = d->by->unit};
    struct db *db = NULL;
    struct undoing u = {.d = d, .by = &by, .id = id, .a = arena_new(), .taken = 1};
    err_t rc = store_write(store, begin_step, &u, e);
    while (rc == OK && u.taken > 0)
        rc = store_write(store, withdraw_step, &u, e);
    if (rc == OK && (rc = store_reader_get(&db, store, e)) == OK) {
        rc = publication_import_get(&u.import, db, id, d->arena, e);
        store_reader_put(store, db);
    }
    arena_free(u.a);
    *out = u.import;
    return rc;
}

/* --- one that another reading replaces ----------------------------------------------------- */

static err_t begin_replacing(struct db *db, void *arg, struct err *e)
{
    struct undoing *u = arg;
    struct publication_import *i = &u->import;
    struct log_draft draft = {.has_who = true,
                              .who = u->by->account,
                              .unit = u->by->unit,
                              .action = STR("import_undo"),
                              .type = STR("import"),
                              .id = u->id};
    char uid[LOG_UID_LEN + 1];
    err_t rc;
    arena_reset(u->a);
    if ((rc = patents_lock(db, e)) != OK || (rc = import_right(db, u->by, u->a, e)) != OK ||
        (rc = publication_import_get(i, db, u->id, u->kept, e)) != OK)
        return rc;
    if (str_is(i->state, "undoing"))
        return OK;
    if ((rc = refuse(i, e)) != OK ||
        (rc = log_append(uid, db, u->by->suite, u->by->clock, &draft, u->a, e)) != OK)
        return rc;
    i->undone_ms = clock_now_ms(u->by->clock);
    i->undone_by = u->by->account;
    i->undone_entry = arena_dup(u->kept, str_of(uid));
    return publication_import_undo(db, i, e);
}

typedef VEC(int64_t) numbers_t;

static err_t find_earlier(numbers_t *out, struct store *store, const struct import_by *by,
                          struct str digest, int64_t id, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = store_reader_get(&db, store, e);
    if (rc != OK)
        return rc;
    rc =
        db_query(&st, db,
                 "SELECT id FROM publication_import WHERE digest = ?1 AND unit = ?2 AND id < ?3 AND"
                 " state IN ('held', 'undoing') ORDER BY id",
                 VALUES(v_str(digest), v_i64(by->unit), v_i64(id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, out, stmt_i64(st, 0));
    stmt_free(st);
    store_reader_put(store, db);
    return rc;
}

err_t import_replace(const int64_t **ids, size_t *count, struct store *store,
                     const struct import_by *by, struct str digest, int64_t id, struct arena *a,
                     struct err *e)
{
    numbers_t all = {0};
    err_t rc = by ? find_earlier(&all, store, by, digest, id, a, e) : OK;
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        struct undoing u = {.by = by, .id = all.ptr[i], .a = arena_new(), .kept = a, .taken = 1};
        rc = store_write(store, begin_replacing, &u, e);
        while (rc == OK && u.taken > 0)
            rc = store_write(store, withdraw_step, &u, e);
        arena_free(u.a);
    }
    *ids = all.ptr;
    *count = all.len;
    return rc;
}

err_t import_stands(struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct publication_import i;
    err_t rc = publication_import_get(&i, db, id, a, e);
    if (rc == OK && !str_is(i.state, "held") && !str_is(i.state, "earlier"))
        rc = err_set(e, E_CONFLICT, "the import was taken back while it ran");
    return rc;
}
