/* Taking an import back: one step that decides and is told in the log, then steps that withdraw some
 * of its statements each, until none is left. A file that is being read meanwhile stops at its next step. */
#include "ingest/import_undo.h"
#include "access/mutation.h"
#include "base/vec.h"
#include "ingest/right.h"

#define STEP_STATEMENTS 20 /* documents made anew in one step of the store */

/* --- whose it is ------------------------------------------------------------------------- */

static bool is_of_province(const struct subject *s)
{
    return str_is(s->unit_kind, "province_office") || str_is(s->unit_kind, "province_ip_centre");
}

struct publication_reach import_reach(const struct subject *s)
{
    return (struct publication_reach){.all = subject_is_program(s) ||
                                             access_off(STR("imports"), "reach"),
                                      .unit = s->unit,
                                      .of_province = is_of_province(s),
                                      .province = s->province};
}

/* --- taking it back ------------------------------------------------------------------------ */

struct undoing {
    const struct deed *d;
    bool reached; /* it is theirs who does it: nobody asks */
    int64_t id;
    struct publication_import import;
};

static struct import_by by_of(const struct deed *d)
{
    return (struct import_by){
        .suite = d->suite, .clock = d->clock, .account = d->by->account, .unit = d->by->unit};
}

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
    const struct import_by by = by_of(u->d);
    struct arena *a = u->d->arena;
    struct publication_reach who = import_reach(u->d->by);
    char uid[LOG_UID_LEN + 1];
    err_t rc;
    who.id = u->id;
    who.all |= u->reached;
    if ((rc = patents_lock(db, e)) != OK || (rc = import_right(db, &by, a, e)) != OK)
        return rc;
    rc = publication_import_reached(i, db, &who, a, e);
    if (rc != OK || (rc = refuse(i, e)) != OK || str_is(i->state, "undoing"))
        return rc;
    if ((rc = deed_note_as(uid, u->d, db, "import_undo", "import", i->id, 0, e)) != OK)
        return rc;
    i->undone_ms = deed_now_ms(u->d);
    i->undone_by = u->d->by->account;
    i->undone_entry = arena_dup(a, str_of(uid));
    return publication_import_undo(db, i, e);
}

/* Its statements leave some a step. */
struct leaving {
    const struct import_by *by;
    const struct publication_import *import;
    struct arena *a; /* of one step */
    size_t taken;
};

static err_t note_batch(struct leaving *x, struct db *db, int64_t first, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    struct log_draft draft = {.has_who = true,
                              .who = x->by->account,
                              .unit = x->by->unit,
                              .action = STR("import_undo"),
                              .type = STR("patent")};
    int64_t last = 0;
    err_t rc = changes_last(&last, db, e);
    if (rc != OK || last < first)
        return rc;
    if ((rc = batch_log_stored(&draft.batch, db, x->by->suite, x->import->digest, first, last, x->a,
                               e)) != OK ||
        (rc = log_append(uid, db, x->by->suite, x->by->clock, &draft, x->a, e)) != OK)
        return rc;
    return patent_batch_put(db, first, last, str_of(uid), e);
}

static err_t withdraw_step(struct db *db, void *arg, struct err *e)
{
    struct leaving *x = arg;
    int64_t last = 0;
    err_t rc = patents_lock(db, e);
    arena_reset(x->a);
    x->taken = 0;
    if (rc == OK)
        rc = changes_last(&last, db, e);
    if (rc == OK)
        rc = patent_withdraw(
            &x->taken, &(struct withdrawing){db, x->import->id, last + 1, x->a}, STEP_STATEMENTS, e);
    if (rc == OK && x->taken == 0)
        rc = publication_import_undone(db, x->import->id, e);
    return rc == OK ? note_batch(x, db, last + 1, e) : rc;
}

static bool is_asked(const struct import_stop *stop)
{
    return stop && stop->asked && stop->asked(stop->arg);
}

/* *all false: it was asked to stop before. */
static err_t withdraw(bool *all, const struct taking_back *t, const struct publication_import *i,
                      struct err *e)
{
    struct leaving x = {.by = t->by, .import = i, .a = arena_new(), .taken = 1};
    err_t rc = OK;
    while (rc == OK && x.taken > 0 && !is_asked(t->stop))
        rc = store_write(t->store, withdraw_step, &x, e);
    *all = x.taken == 0;
    arena_free(x.a);
    return rc;
}

err_t import_undo(struct publication_import *out, struct store *store, const struct deed *d,
                  int64_t id, const struct import_stop *stop, struct err *e)
{
    const struct import_by by = by_of(d);
    struct undoing u = {.d = d, .id = id};
    struct db *db = NULL;
    bool all;
    err_t rc = store_write(store, begin_step, &u, e);
    if (rc == OK)
        rc = withdraw(&all, &(struct taking_back){store, &by, stop}, &u.import, e);
    if (rc == OK && (rc = store_reader_get(&db, store, e)) == OK) {
        rc = publication_import_get(&u.import, db, id, d->arena, e);
        store_reader_put(store, db);
    }
    *out = u.import;
    return rc;
}

/* --- what was broken off -------------------------------------------------------------------- */

err_t import_undo_waits(bool *out, struct db *db, struct err *e)
{
    return db_any(out, db, "SELECT 1 FROM publication_import WHERE state = 'undoing'", NULL, 0, e);
}

/* out->id 0: none was. */
static err_t find_broken_off(struct publication_import *out, struct import_by *by,
                             struct store *store, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    int64_t id = 0;
    err_t rc = store_reader_get(&db, store, e);
    *out = (struct publication_import){0};
    if (rc != OK)
        return rc;
    rc = db_row(NULL, db,
                "SELECT i.id, i.undone_by, a.owner_unit FROM publication_import i"
                " LEFT JOIN account a ON a.id = i.undone_by WHERE i.state = 'undoing'"
                " ORDER BY i.id LIMIT 1",
                NULL, 0, INTO(into_i64(&id), into_i64(&by->account), into_i64(&by->unit)), NULL, e);
    if (rc == OK && id)
        rc = publication_import_get(out, db, id, a, e);
    store_reader_put(store, db);
    return rc;
}

err_t import_undo_rest(struct store *store, const struct log_suite *suite,
                       const struct clock *clock, const struct import_stop *stop, struct err *e)
{
    struct arena *a = arena_new();
    struct publication_import i = {.id = 1};
    err_t rc = OK;
    while (rc == OK && i.id && !is_asked(stop)) {
        struct import_by by = {.suite = suite, .clock = clock};
        bool all;
        arena_reset(a);
        rc = find_broken_off(&i, &by, store, a, e);
        if (rc == OK && i.id)
            rc = withdraw(&all, &(struct taking_back){store, &by, stop}, &i, e);
    }
    arena_free(a);
    return rc;
}

/* --- one that another reading replaces ----------------------------------------------------- */

static err_t find_earlier(struct import_numbers *out, const struct taking_back *t,
                          const struct publication_import *i, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = store_reader_get(&db, t->store, e);
    if (rc != OK)
        return rc;
    rc =
        db_query(&st, db,
                 "SELECT id FROM publication_import WHERE digest = ?1 AND unit = ?2 AND id < ?3 AND"
                 " state IN ('held', 'undoing') ORDER BY id",
                 VALUES(v_str(i->digest), v_i64(t->by->unit), v_i64(i->id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, out, stmt_i64(st, 0));
    stmt_free(st);
    store_reader_put(t->store, db);
    return rc;
}

static err_t subject_of(struct subject *out, struct store *store, const struct import_by *by,
                        struct arena *a, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK)
        rc = import_subject(out, db, by, a, e);
    store_reader_put(store, db);
    return rc;
}

static err_t replace(const struct taking_back *t, const struct import_numbers *ids, struct arena *a,
                     struct err *e)
{
    struct subject s;
    const struct deed d = {.suite = t->by->suite, .clock = t->by->clock, .by = &s, .arena = a};
    bool all = true;
    err_t rc = subject_of(&s, t->store, t->by, a, e);
    for (size_t i = 0; rc == OK && all && i < ids->len; i++) {
        struct undoing u = {.d = &d, .reached = true, .id = ids->ptr[i]};
        if ((rc = store_write(t->store, begin_step, &u, e)) == OK)
            rc = withdraw(&all, t, &u.import, e);
    }
    return rc == OK && !all
               ? err_set(e, E_BUSY,
                         "stopped; what was read so far is in the store, and the same command "
                         "goes on from there")
               : rc;
}

err_t import_replace(struct import_numbers *out, const struct taking_back *t,
                     const struct publication_import *i, struct arena *a, struct err *e)
{
    *out = (struct import_numbers){0};
    err_t rc = t->by ? find_earlier(out, t, i, a, e) : OK;
    return rc == OK && out->len > 0 ? replace(t, out, a, e) : rc;
}

err_t import_stands(struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct publication_import i;
    err_t rc = publication_import_get(&i, db, id, a, e);
    if (rc == OK && !str_is(i.state, "held") && !str_is(i.state, "earlier"))
        rc = err_set(e, E_CONFLICT, "the import was taken back while it ran");
    return rc;
}
