/* Taking an import back: one step that decides and is told in the log, then steps that withdraw some
 * of its statements each, until none is left. A file that is being read meanwhile stops at its next step. */
#include "ingest/import_undo.h"
#include "access/mutation.h"
#include "ingest/right.h"

#define STEP_STATEMENTS 20 /* documents made anew in one step of the store */

/* --- whose it is ------------------------------------------------------------------------- */

struct publication_reach import_reach(const struct subject *s)
{
    return (struct publication_reach){.all = subject_is_program(s) ||
                                             access_off(STR("imports"), "reach"),
                                      .unit = s->unit,
                                      .of_province = import_states_offices(s),
                                      .province = s->province};
}

/* --- its statements leave ------------------------------------------------------------------ */

static bool is_asked(const struct import_stop *stop)
{
    return stop && stop->asked && stop->asked(stop->arg);
}

struct leaving {
    struct import_by by; /* who took it back */
    struct publication_import import;
    struct arena *a; /* of one step */
    size_t taken;
};

static err_t note_batch(struct leaving *x, struct db *db, int64_t first, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    struct log_draft draft = {.has_who = true,
                              .who = x->by.account,
                              .unit = x->by.unit,
                              .action = STR("import_undo"),
                              .type = STR("patent")};
    int64_t last = 0;
    err_t rc = changes_last(&last, db, e);
    if (rc != OK || last < first)
        return rc;
    if ((rc = batch_log_stored(&draft.batch, db, x->by.suite, x->import.digest, first, last, x->a,
                               e)) != OK ||
        (rc = log_append(uid, db, x->by.suite, x->by.clock, &draft, x->a, e)) != OK)
        return rc;
    return patent_batch_put(db, first, last, str_of(uid), e);
}

static err_t withdraw_step(struct db *db, void *arg, struct err *e)
{
    struct leaving *x = arg;
    int64_t last = 0;
    err_t rc = changes_last(&last, db, e);
    arena_reset(x->a);
    x->taken = 0;
    if (rc == OK)
        rc = patent_withdraw(&x->taken, &(struct withdrawing){db, x->import.id, last + 1, x->a},
                             STEP_STATEMENTS, e);
    if (rc == OK && x->taken == 0)
        rc = publication_import_undone(db, x->import.id, e);
    return rc == OK ? note_batch(x, db, last + 1, e) : rc;
}

/* The first that is being taken back, of `id` alone if it is not 0; x->import.id 0: none is. */
static err_t find_undoing(struct leaving *x, struct store *store, int64_t id, struct arena *a,
                          struct err *e)
{
    x->import = (struct publication_import){0};
    return STORE_READ(
        db, store, e,
        db_row(NULL, db,
               "SELECT i.id, i.digest, i.undone_by, a.owner_unit FROM publication_import i"
               " LEFT JOIN account a ON a.id = i.undone_by WHERE i.state = 'undoing'"
               " AND (?1 = 0 OR i.id = ?1) ORDER BY i.id LIMIT 1",
               VALUES(v_i64(id)),
               INTO(into_i64(&x->import.id), into_str(&x->import.digest), into_i64(&x->by.account),
                    into_i64(&x->by.unit)),
               a, e));
}

/* *all false: it was asked to stop before. */
static err_t withdraw(bool *all, const struct taking_back *t, int64_t id, struct err *e)
{
    struct arena *a = arena_new();
    struct leaving x = {.by = {.suite = t->by->suite, .clock = t->by->clock}, .a = arena_new()};
    err_t rc;
    do {
        arena_reset(a);
        rc = find_undoing(&x, t->store, id, a, e);
        x.taken = x.import.id != 0;
        while (rc == OK && x.taken > 0 && !is_asked(t->stop))
            rc = store_write(t->store, withdraw_step, &x, e);
    } while (rc == OK && x.import.id && !is_asked(t->stop));
    *all = x.import.id == 0 || x.taken == 0;
    arena_free(x.a);
    arena_free(a);
    return rc;
}

err_t import_undo_waits(bool *out, struct db *db, struct err *e)
{
    return db_any(out, db, "SELECT 1 FROM publication_import WHERE state = 'undoing'", NULL, 0, e);
}

err_t import_undo_rest(struct store *store, const struct log_suite *suite,
                       const struct clock *clock, const struct import_stop *stop, struct err *e)
{
    const struct import_by by = {.suite = suite, .clock = clock};
    bool all;
    return withdraw(&all, &(struct taking_back){store, &by, stop}, 0, e);
}

/* --- taking it back ------------------------------------------------------------------------ */

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

static err_t begin(struct db *db, const struct deed *d, const struct publication_reach *who,
                   struct err *e)
{
    struct publication_import i;
    char uid[LOG_UID_LEN + 1];
    err_t rc = publication_import_reached(&i, db, who, d->arena, e);
    if (rc != OK || (rc = refuse(&i, e)) != OK || str_is(i.state, "undoing"))
        return rc;
    if ((rc = deed_note_as(uid, d, db, "import_undo", "import", i.id, 0, e)) != OK)
        return rc;
    i.undone_ms = deed_now_ms(d);
    i.undone_by = d->by->account;
    i.undone_entry = str_of(uid);
    return publication_import_undo(db, &i, e);
}

struct undoing {
    const struct deed *d;
    struct publication_reach who;
};

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct undoing *u = arg;
    const struct import_by by = {.suite = u->d->suite,
                                 .clock = u->d->clock,
                                 .account = u->d->by->account,
                                 .unit = u->d->by->unit};
    err_t rc = import_right(db, &by, u->d->arena, e);
    return rc == OK ? begin(db, u->d, &u->who, e) : rc;
}

err_t import_undo(struct publication_import *out, struct store *store, const struct deed *d,
                  int64_t id, const struct import_stop *stop, struct err *e)
{
    const struct import_by by = {.suite = d->suite, .clock = d->clock};
    struct undoing u = {.d = d, .who = import_reach(d->by)};
    bool all;
    u.who.id = id;
    err_t rc = store_write(store, begin_step, &u, e);
    if (rc == OK)
        rc = withdraw(&all, &(struct taking_back){store, &by, stop}, id, e);
    return rc == OK ? STORE_READ(db, store, e, publication_import_get(out, db, id, d->arena, e))
                    : rc;
}

/* --- one that another reading replaces ----------------------------------------------------- */

struct replacing {
    struct ids *ids; /* of those that are replaced */
    const struct import_by *by;
    const struct publication_import *import;
    struct arena *a;
};

static err_t replace_step(struct db *db, void *arg, struct err *e)
{
    struct replacing *x = arg;
    struct subject s;
    const struct deed d = {.suite = x->by->suite, .clock = x->by->clock, .by = &s, .arena = x->a};
    *x->ids = (struct ids){0};
    err_t rc =
        db_ids(x->ids, db,
               "SELECT id FROM publication_import WHERE digest = ?1 AND unit = ?2 AND id < ?3"
               " AND state IN ('held', 'undoing') ORDER BY id",
               VALUES(v_str(x->import->digest), v_i64(x->by->unit), v_i64(x->import->id)), x->a, e);
    if (rc != OK || x->ids->len == 0 || (rc = import_right(db, x->by, x->a, e)) != OK)
        return rc;
    rc = import_subject(&s, db, x->by, x->a, e);
    for (size_t i = 0; rc == OK && i < x->ids->len; i++)
        rc = begin(db, &d, &(struct publication_reach){.id = x->ids->ptr[i], .all = true}, e);
    return rc;
}

err_t import_replace(struct ids *out, const struct taking_back *t,
                     const struct publication_import *i, struct arena *a, struct err *e)
{
    bool all = true;
    *out = (struct ids){0};
    if (!t->by)
        return OK;
    err_t rc = store_write(t->store, replace_step, &(struct replacing){out, t->by, i, a}, e);
    for (size_t k = 0; rc == OK && all && k < out->len; k++)
        rc = withdraw(&all, t, out->ptr[k], e);
    return rc == OK && !all
               ? err_set(e, E_BUSY,
                         "stopped; what was read so far is in the store, and the same command "
                         "goes on from there")
               : rc;
}

err_t import_stands(struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct publication_import i;
    err_t rc = publication_import_get(&i, db, id, a, e);
    if (rc == OK && !str_is(i.state, "held") && !str_is(i.state, "earlier"))
        rc = err_set(e, E_CONFLICT, "the import was taken back while it ran");
    return rc;
}
