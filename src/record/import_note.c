/* The stored data of an import: its row, the results of its rows, its log entry. */
#include "audit/suite.h"
#include "crypto/hash.h"
#include "model/job_worker.h"
#include "record/import_priv.h"
#include <pthread.h>

#define ROWS_A_STEP 100 /* written down in one step of the store */

static int64_t held_until(const struct running *x)
{
    return clock_now_ms(x->kernel->clock) + IMPORT_HOLD_MS;
}

static struct str cells_json(const struct str *cells, size_t count, struct arena *a)
{
    struct jout j;
    jout_own(&j);
    jout_strs(&j, cells, count);
    return buf_take(j.to, a);
}

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct running *x = arg;
    err_t rc = db_run(
        db,
        "INSERT INTO record_import (type, state, account, unit, file_name, file_digest, whole, "
        "started_ms, created, changed, unchanged, rejected, kept, holder, held_until_ms, job, "
        "maps) "
        "VALUES (?1, 'running', ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0, 0, ?8, ?9, ?10, ?11)",
        VALUES(v_str(x->type->name), v_i64(x->subject->account), v_i64(x->subject->unit),
               v_str(x->options->file_name), v_str(x->digest), v_i64(x->options->whole),
               v_i64(clock_now_ms(x->kernel->clock)), v_str(str_of(x->hold.holder)),
               v_i64(held_until(x)),
               x->hold.job ? v_i64(job_run_job(x->hold.job)->id)
                           : (struct value){.type = VALUE_NULL},
               x->options->map_count
                   ? v_str(cells_json(x->options->maps, x->options->map_count, x->reading->a))
                   : (struct value){.type = VALUE_NULL}),
        e);
    if (rc == OK)
        x->hold.import_id = db_last_id(db);
    return rc;
}

err_t import_note_begin(struct running *x, struct err *e)
{
    return import_hold_step(&x->hold, begin_step, x, e);
}

/* --- rows ---------------------------------------------------------------------------- */

#define ADD_ROW                                                                                    \
    "INSERT INTO record_import_row (import_id, number, sheet, row, record_id, version_before, "    \
    "version_after, reason, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"

static int64_t number_of(const struct running *x, const struct item *item)
{
    return item - x->reading->items.ptr + 1;
}

static err_t add_record(struct db *db, const struct running *x, const struct item *item,
                        const struct written *w, struct err *e)
{
    const struct value none = {.type = VALUE_NULL};
    return db_run(db, ADD_ROW,
                  VALUES(v_i64(x->hold.import_id), v_i64(number_of(x, item)), v_str(item->sheet),
                         v_i64(item->row), v_i64(w->id), v_i64(item->before), v_i64(w->version),
                         none, none),
                  e);
}

err_t import_note_written(struct db *db, struct running *x, const struct item *item,
                          const struct written *w, struct err *e)
{
    err_t rc = import_hold_check(db, &x->hold, e);
    return rc == OK ? add_record(db, x, item, w, e) : rc;
}

err_t import_note_moved(struct db *db, struct running *x, struct item *item,
                        const struct written *w, struct err *e)
{
    if (item->outcome != ROW_CREATED)
        return OK; /* what was there before and moved on is not put back */
    item->after = w->version;
    return db_run(db,
                  "UPDATE record_import_row SET version_after = ?1 WHERE import_id = ?2 AND number"
                  " = ?3",
                  VALUES(v_i64(w->version), v_i64(x->hold.import_id), v_i64(number_of(x, item))),
                  e);
}

static err_t add_row(struct db *db, const struct running *x, size_t i, struct arena *a,
                     struct err *e)
{
    const struct reading *r = x->reading;
    const struct item *item = i < r->items.len ? &r->items.ptr[i] : NULL;
    const struct value none = {.type = VALUE_NULL};
    if (item && (item->noted || item->outcome == ROW_OPEN))
        return OK;
    if (item && item->outcome != ROW_REJECTED)
        return add_record(db, x, item,
                          &(struct written){.id = item->record_id, .version = item->after}, e);
    const struct orphan refused = item ? (struct orphan){{item->sheet, item->row, item->reason},
                                                         item->cells,
                                                         item->cell_count,
                                                         false}
                                       : r->orphans.ptr[i - r->items.len];
    if (refused.noted)
        return OK;
    return db_run(db, ADD_ROW,
                  VALUES(v_i64(x->hold.import_id), v_i64((int64_t)i + 1),
                         v_str(refused.reject.sheet), v_i64(refused.reject.row), none, none, none,
                         v_str(refused.reject.reason),
                         v_str(cells_json(refused.cells, refused.cell_count, a))),
                  e);
}

struct rows_step {
    struct running *run;
    size_t from, until; /* items, then orphans */
};

static err_t rows_step(struct db *db, void *arg, struct err *e)
{
    const struct rows_step *s = arg;
    struct arena *a = arena_new();
    err_t rc = import_hold_renew(db, &s->run->hold, e);
    for (size_t i = s->from; i < s->until && rc == OK; i++)
        rc = add_row(db, s->run, i, a, e);
    arena_free(a);
    return rc;
}

err_t import_note_rows(struct running *x, struct err *e)
{
    size_t all = x->reading->items.len + x->reading->orphans.len;
    struct rows_step s = {.run = x};
    err_t rc = OK;
    for (; s.from < all && rc == OK; s.from = s.until) {
        s.until = s.from + ROWS_A_STEP < all ? s.from + ROWS_A_STEP : all;
        rc = import_hold_step(&x->hold, rows_step, &s, e);
    }
    return rc;
}

err_t import_note_maps(struct reading *r, struct kernel *k, int64_t unit, struct err *e)
{
    struct db *db = NULL;
    const struct jvalue *list;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc != OK)
        return rc;
    EACH_ROW(st, rc, e, db,
             "SELECT maps FROM record_import WHERE type = ?1 AND unit = ?2 AND maps IS NOT NULL"
             " ORDER BY id DESC LIMIT 20",
             VALUES(v_str(r->type->name), v_i64(unit)))
        if (jin_parse(&list, stmt_str(st, 0), r->a, NULL) == OK)
            for (size_t i = 0; i < list->count; i++)
                VEC_PUSH(r->a, &r->past, arena_dup(r->a, list->items[i].text));
    store_reader_put(k->store, db);
    return rc;
}

/* --- what is there already --------------------------------------------------------------- */

static void take_noted(struct reading *r, struct stmt *st)
{
    size_t i = (size_t)stmt_i64(st, 0) - 1;
    if (i >= r->items.len) {
        r->orphans.ptr[i - r->items.len].noted = true;
        return;
    }
    struct item *item = &r->items.ptr[i];
    item->noted = true;
    item->record_id = stmt_i64(st, 1);
    item->before = stmt_i64(st, 2);
    item->after = stmt_i64(st, 3);
    item->outcome = ROW_REJECTED;
    if (item->record_id)
        item->outcome = item->before == 0             ? ROW_CREATED
                        : item->before == item->after ? ROW_UNCHANGED
                                                      : ROW_CHANGED;
    else
        item->reason = arena_dup(r->a, stmt_str(st, 4));
}

err_t import_note_resume(struct running *x, struct err *e)
{
    struct reading *r = x->reading;
    struct db *db = NULL;
    err_t rc = import_hold_resume(&x->hold, e);
    if (rc != OK || (rc = store_reader_get(&db, x->kernel->store, e)) != OK)
        return rc;
    EACH_ROW(st, rc, e, db,
             "SELECT number, record_id, version_before, version_after, reason FROM "
             "record_import_row WHERE import_id = ?1 AND number BETWEEN 1 AND ?2",
             VALUES(v_i64(x->hold.import_id), v_i64((int64_t)(r->items.len + r->orphans.len))))
        take_noted(r, st);
    store_reader_put(x->kernel->store, db);
    return rc;
}

/* --- its end ---------------------------------------------------------------------------- */

/* The data of the entry (docs/evidence-log.md, `batch`): the columns as named in the file, and the
 * rows as parsed, in order. */
static struct str batch_json(const struct running *x, int64_t count, struct arena *a)
{
    const struct reading *r = x->reading;
    struct hasher *h = hasher_new_of(x->kernel->suite->hash);
    char mapping[HASH_HEX_LEN + 1], rows[HASH_HEX_LEN + 1];
    struct digest digest;
    for (size_t i = 0; i < r->headers.len; i++) {
        hasher_add(h, str_bytes(cells_json(r->headers.ptr[i].cells, r->headers.ptr[i].count, a)));
        hasher_add(h, str_bytes(STR("\n")));
    }
    digest = hasher_end(h);
    digest_hex(mapping, &digest);
    for (size_t i = 0; i < r->items.len; i++) {
        hasher_add(h, str_bytes(import_reading_body(r, &r->items.ptr[i], a)));
        hasher_add(h, str_bytes(STR("\n")));
    }
    digest = hasher_end(h);
    digest_hex(rows, &digest);
    hasher_free(h);
    return arena_printf(a,
                        "{\"file\":\"%.*s\",\"mapping\":\"%s\",\"count\":%lld,\"rows\":\"%s\","
                        "\"first\":1,\"last\":%lld}",
                        STR_ARG(x->digest), mapping, (long long)count, rows,
                        (long long)(r->items.len + r->orphans.len));
}

struct end_step {
    struct running *run;
    const char *state;
    const struct sheet_import_outcome *out;
    struct str batch;
    bool over;
};

static err_t add_headers(struct db *db, const struct running *x, struct arena *a, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; i < x->reading->headers.len && rc == OK; i++) {
        const struct header *h = &x->reading->headers.ptr[i];
        rc = db_run(db,
                    "INSERT INTO record_import_row (import_id, number, sheet, row, cells) VALUES "
                    "(?1, ?2, ?3, 0, ?4)",
                    VALUES(v_i64(x->hold.import_id), v_i64(-(int64_t)i - 1), v_str(h->sheet),
                           v_str(cells_json(h->cells, h->count, a))),
                    e);
    }
    return rc;
}

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    const struct end_step *s = arg;
    struct running *x = s->run;
    struct arena *a = arena_new();
    char uid[LOG_UID_LEN + 1];
    struct log_draft draft = {.has_who = true,
                              .who = x->subject->account,
                              .unit = x->subject->unit,
                              .action = STR("import"),
                              .type = x->type->name,
                              .id = x->hold.import_id,
                              .batch = s->batch};
    err_t rc = import_hold_renew(db, &x->hold, e);
    if (rc == OK)
        rc = add_headers(db, x, a, e);
    if (rc == OK)
        rc = db_run(db,
                    "UPDATE record_import SET state = ?2, finished_ms = ?3, created = ?4, "
                    "changed = ?5, unchanged = ?6, rejected = ?7 WHERE id = ?1",
                    VALUES(v_i64(x->hold.import_id), v_str(str_of(s->state)),
                           v_i64(clock_now_ms(x->kernel->clock)), v_i64(s->out->created),
                           v_i64(s->out->changed), v_i64(s->out->unchanged),
                           v_i64(s->out->rejected)),
                    e);
    if (rc == OK && s->over)
        rc =
            db_run(db, "UPDATE record_import SET holder = NULL, held_until_ms = NULL WHERE id = ?1",
                   VALUES(v_i64(x->hold.import_id)), e);
    if (rc == OK)
        rc = log_append(uid, db, x->kernel->suite, x->kernel->clock, &draft, a, e);
    arena_free(a);
    return rc;
}

err_t import_note_end(struct running *x, const char *state, const struct sheet_import_outcome *out,
                      struct err *e)
{
    struct end_step s = {.run = x,
                         .state = state,
                         .out = out,
                         .batch = batch_json(x, out->created + out->changed, x->reading->a),
                         .over = strcmp(state, "removing") != 0};
    return import_hold_step(&x->hold, end_step, &s, e);
}
