/* Bodies become records. Some threads create and change records side by side: each write
 * waits for a commit, and commits are shared, so one thread alone would be an fsync per row. */
#include "audit/suite.h"
#include "crypto/hash.h"
#include "record/import_priv.h"
#include "record/workbook.h"
#include "text/stream.h"
#include <pthread.h>
#include <stdatomic.h>

#define OUTCOMES_A_STEP 100 /* rows written down in one step of the store */

struct running {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    const struct sheet_import_options *options;
    struct reading *reading;
    int64_t import_id;
    bool check_only;
    atomic_size_t next;
    atomic_bool stopped;
    /* Held while the caller's function is asked, and what outlives a row is kept in the
     * arena of all. */
    pthread_mutex_t lock;
};

static void reject(struct running *x, struct item *item, const struct faults *faults,
                   const struct err *why)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->items[i];
        const struct field *field = record_field(x->type, f->field);
        struct label label = field ? field->label : (struct label){f->field, f->field};
        struct str name = x->options->lang == LANG_EN ? label.en : label.zh;
        buf_addz(&b, i ? "; " : "");
        if (name.len)
            buf_addf(&b, "%.*s: ", STR_ARG(name));
        buf_add(&b, x->options->lang == LANG_EN ? f->message_en : f->message_zh);
    }
    if (!faults->count)
        buf_addz(&b, why->text);
    item->outcome = ROW_REJECTED;
    pthread_mutex_lock(&x->lock);
    item->reason = arena_dup(x->reading->a, buf_str(&b));
    pthread_mutex_unlock(&x->lock);
    buf_clear(&b);
}

static struct str json_member(const struct jvalue *body, struct str name)
{
    for (size_t i = 0; i < body->count; i++)
        if (str_eq(body->names[i], name))
            return body->items[i].text;
    return STR_NONE;
}

/* The record that has the body's natural key; *id 0: none that the subject sees. */
static err_t find_by_key(int64_t *id, const struct running *x, const struct jvalue *body,
                         struct arena *a, struct err *e)
{
    struct buf filter, json;
    const struct jvalue *reply;
    struct list_request q = {.fields = STR("id"), .limit = 2, .without_total = true};
    err_t rc;
    *id = 0;
    if (x->type->key_count == 0)
        return OK;
    buf_init(&filter, 0);
    buf_init(&json, 0);
    for (size_t i = 0; i < x->type->key_count; i++) {
        struct str value = json_member(body, x->type->key[i]);
        buf_addz(&filter, i ? " and " : "");
        buf_add(&filter, x->type->key[i]);
        if (value.len == 0) {
            buf_addz(&filter, "=null");
            continue;
        }
        buf_addc(&filter, '=');
        struct jout j;
        jout_init(&j, &filter);
        jout_str(&j, value);
    }
    q.filter = buf_str(&filter);
    if ((rc = record_list(&json, x->kernel, x->subject, x->type, &q, a, e)) == OK &&
        (rc = jin_parse(&reply, buf_str(&json), JIN_REFUSE_DUPLICATES, NULL, a, e)) == OK) {
        const struct jvalue *items = jin_get(reply, "items");
        if (items->count == 1 && !jin_i64(id, &items->items[0], "id"))
            *id = 0;
    }
    buf_clear(&filter);
    buf_clear(&json);
    return rc == E_INVALID ? OK : rc; /* a key that cannot be asked for: the write says why */
}

static int64_t version_of(const struct running *x, int64_t id, struct arena *a, err_t *rc,
                          struct err *e)
{
    struct buf b;
    int64_t version = 0;
    buf_init(&b, 0);
    *rc = record_get(&b, &version, x->kernel, x->subject, x->type, id, a, e);
    buf_clear(&b);
    return version;
}

static void write_item(struct running *x, struct item *item)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct faults faults = {0};
    struct written w = {0};
    const struct jvalue *body;
    struct write_options o = {
        .reason = x->options->reason, .import_id = x->import_id, .check_only = x->check_only};
    int64_t id = item->id;
    err_t rc = jin_parse(&body, import_reading_body(x->reading, item, a), JIN_REFUSE_DUPLICATES,
                         NULL, a, &e);
    if (rc == OK && id == 0)
        rc = find_by_key(&id, x, body, a, &e);
    if (rc == OK && id) {
        int64_t before = version_of(x, id, a, &rc, &e);
        o.if_version = item->version ? item->version : before;
        if (rc == OK)
            rc = record_change(&w, &faults, x->kernel, x->subject, x->type, id, body, &o, a, &e);
        item->before = before;
        item->outcome = w.version == before ? ROW_UNCHANGED : ROW_CHANGED;
    } else if (rc == OK) {
        rc = record_create(&w, &faults, x->kernel, x->subject, x->type, body, &o, a, &e);
        item->before = 0;
        item->outcome = ROW_CREATED;
    }
    item->record_id = w.id;
    item->after = w.version;
    if (rc != OK)
        reject(x, item, &faults, &e);
    arena_free(a);
}

static void *write_items(void *arg)
{
    struct running *x = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&x->next, 1);
        if (i >= x->reading->items.len)
            return NULL;
        struct item *item = &x->reading->items.ptr[i];
        if (item->outcome != ROW_REJECTED)
            write_item(x, item);
        pthread_mutex_lock(&x->lock);
        if (x->options->stop && x->options->stop(x->options->arg)) {
            x->stopped = true;
            x->next = x->reading->items.len;
        }
        pthread_mutex_unlock(&x->lock);
    }
}

static void run(struct running *x)
{
    pthread_t threads[IMPORT_THREADS];
    size_t started = 0;
    x->next = 0;
    while (started < IMPORT_THREADS && started < x->reading->items.len &&
           pthread_create(&threads[started], NULL, write_items, x) == 0)
        started++;
    if (started == 0)
        write_items(x); /* no thread to be had: then by this one */
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* --- what is written down of an import ---------------------------------------------- */

struct note {
    struct running *run;
    const char *state;
    struct str digest;
    struct sheet_import_outcome *out;
    size_t from, until; /* items, then orphans */
    int64_t now_ms;
};

static err_t note_begin(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    const struct running *x = n->run;
    err_t rc = db_run(
        db,
        "INSERT INTO record_import (type, state, account, unit, file_name, file_digest, whole, "
        "started_ms, created, changed, unchanged, rejected, kept) VALUES (?1, 'running', ?2, ?3, "
        "?4, ?5, ?6, ?7, 0, 0, 0, 0, 0)",
        VALUES(v_str(x->type->name), v_i64(x->subject->account), v_i64(x->subject->unit),
               v_str(x->options->file_name), v_str(n->digest), v_i64(x->options->whole),
               v_i64(n->now_ms)),
        e);
    if (rc == OK)
        n->run->import_id = db_last_id(db);
    return rc;
}

static struct str cells_json(const struct str *cells, size_t count, struct arena *a)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_array(&j);
    for (size_t i = 0; i < count; i++)
        jout_str(&j, cells[i]);
    jout_end_array(&j);
    struct str json = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return json;
}

static err_t note_row(struct db *db, const struct note *n, size_t i, struct arena *a, struct err *e)
{
    const struct reading *r = n->run->reading;
    const struct item *item = i < r->items.len ? &r->items.ptr[i] : NULL;
    const struct orphan *orphan = item ? NULL : &r->orphans.ptr[i - r->items.len];
    bool refused = orphan || item->outcome == ROW_REJECTED;
    struct value record = refused ? (struct value){0} : v_i64(item->record_id);
    struct str cells = STR_NONE;
    if (refused)
        cells = item ? cells_json(item->cells, item->cell_count, a)
                     : cells_json(orphan->cells, orphan->cell_count, a);
    return db_run(db,
                  "INSERT INTO record_import_row (import_id, number, sheet, row, record_id, "
                  "version_before, version_after, reason, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                  "?7, ?8, ?9)",
                  VALUES(v_i64(n->run->import_id), v_i64((int64_t)i + 1),
                         v_str(item ? item->sheet : orphan->reject.sheet),
                         v_i64(item ? item->row : orphan->reject.row), record,
                         refused ? (struct value){0} : v_i64(item->before),
                         refused ? (struct value){0} : v_i64(item->after),
                         v_str(refused ? (item ? item->reason : orphan->reject.reason) : STR_NONE),
                         v_str(cells)),
                  e);
}

static err_t note_rows(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    struct arena *a = arena_new();
    err_t rc = OK;
    for (size_t i = n->from; i < n->until && rc == OK; i++)
        rc = note_row(db, n, i, a, e);
    arena_free(a);
    return rc;
}

/* What the entry says of the file (docs/evidence-log.md, `batch`): the columns as it
 * names them, and the rows as they were understood, in its order. */
static struct str batch_json(const struct note *n, struct arena *a)
{
    const struct running *x = n->run;
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
                        STR_ARG(n->digest), mapping, (long long)(n->out->created + n->out->changed),
                        rows, (long long)(r->items.len + r->orphans.len));
}

static err_t note_end(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    struct running *x = n->run;
    struct arena *a = arena_new();
    char uid[LOG_UID_LEN + 1];
    struct str batch = batch_json(n, a);
    struct log_draft draft = {.has_who = true,
                              .who = x->subject->account,
                              .unit = x->subject->unit,
                              .action = STR("import"),
                              .type = x->type->name,
                              .id = x->import_id,
                              .batch = batch};
    err_t rc = OK;
    for (size_t i = 0; i < x->reading->headers.len && rc == OK; i++) {
        const struct header *h = &x->reading->headers.ptr[i];
        rc = db_run(db,
                    "INSERT INTO record_import_row (import_id, number, sheet, row, cells) VALUES "
                    "(?1, ?2, ?3, 0, ?4)",
                    VALUES(v_i64(x->import_id), v_i64(-(int64_t)i - 1), v_str(h->sheet),
                           v_str(cells_json(h->cells, h->count, a))),
                    e);
    }
    if (rc == OK)
        rc = db_run(db,
                    "UPDATE record_import SET state = ?2, finished_ms = ?3, created = ?4, "
                    "changed = ?5, unchanged = ?6, rejected = ?7 WHERE id = ?1",
                    VALUES(v_i64(x->import_id), v_str(str_of(n->state)), v_i64(n->now_ms),
                           v_i64(n->out->created), v_i64(n->out->changed), v_i64(n->out->unchanged),
                           v_i64(n->out->rejected)),
                    e);
    if (rc == OK)
        rc = log_append(uid, db, x->kernel->suite, x->kernel->clock, &draft, a, e);
    arena_free(a);
    return rc;
}

static void count_outcomes(struct sheet_import_outcome *out, const struct reading *r)
{
    VEC(struct sheet_reject) rejects = {0};
    *out = (struct sheet_import_outcome){.id = out->id, .state = out->state};
    for (size_t i = 0; i < r->items.len; i++) {
        const struct item *item = &r->items.ptr[i];
        switch (item->outcome) {
        case ROW_OPEN:
            break;
        case ROW_CREATED:
            out->created++;
            break;
        case ROW_CHANGED:
            out->changed++;
            break;
        case ROW_UNCHANGED:
            out->unchanged++;
            break;
        case ROW_REJECTED:
            VEC_PUSH(r->a, &rejects, ((struct sheet_reject){item->sheet, item->row, item->reason}));
            break;
        }
    }
    for (size_t i = 0; i < r->orphans.len; i++)
        VEC_PUSH(r->a, &rejects, r->orphans.ptr[i].reject);
    out->rejects = rejects.ptr;
    out->reject_count = rejects.len;
    out->rejected = (int64_t)rejects.len;
}

static err_t write_down(struct note *n, struct err *e)
{
    const struct reading *r = n->run->reading;
    size_t all = r->items.len + r->orphans.len;
    err_t rc = OK;
    for (n->from = 0; n->from < all && rc == OK; n->from = n->until) {
        n->until = n->from + OUTCOMES_A_STEP < all ? n->from + OUTCOMES_A_STEP : all;
        rc = store_write(n->run->kernel->store, note_rows, n, e);
    }
    n->now_ms = clock_now_ms(n->run->kernel->clock);
    return rc == OK ? store_write(n->run->kernel->store, note_end, n, e) : rc;
}

static bool any_rejected(const struct reading *r)
{
    bool found = r->orphans.len > 0;
    for (size_t i = 0; i < r->items.len; i++)
        found |= r->items.ptr[i].outcome == ROW_REJECTED;
    return found;
}

/* Every row as it would be written, without writing. */
static bool check_rows(struct running *x)
{
    x->check_only = true;
    run(x);
    x->check_only = false;
    return !any_rejected(x->reading);
}

static err_t import_rows(struct sheet_import_outcome *out, struct running *x, struct str digest,
                         struct err *e)
{
    struct note n = {
        .run = x, .digest = digest, .out = out, .now_ms = clock_now_ms(x->kernel->clock)};
    struct sheet_undo_outcome undo;
    err_t rc = store_write(x->kernel->store, note_begin, &n, e);
    if (rc != OK)
        return rc;
    bool whole = !x->options->whole || check_rows(x);
    if (whole && !x->stopped)
        run(x);
    n.state = whole ? "finished" : "refused";
    out->id = x->import_id;
    count_outcomes(out, x->reading);
    if (!whole)
        out->created = out->changed = out->unchanged = 0; /* they were only looked at */
    /* A row that was good when looked at and bad when written: somebody else was
     * faster. All or nothing then means to take the others back. */
    bool take_back = x->stopped || (whole && x->options->whole && any_rejected(x->reading));
    rc = write_down(&n, e);
    out->state = str_of(n.state);
    if (rc == OK && take_back) {
        rc = sheet_import_undo(&undo, x->kernel, x->subject, x->type, out->id, x->reading->a, e);
        out->state = STR("undone");
        out->created = out->changed = 0;
    }
    if (rc == OK && out->created >= ANALYZE_FROM)
        rc = record_type_analyze(x->type, x->kernel->store, e);
    return rc;
}

err_t sheet_import(struct sheet_import_outcome *out, struct kernel *k, const struct subject *s,
                   const struct record_type *t, const char *path,
                   const struct sheet_import_options *o, struct arena *a, struct err *e)
{
    struct reading r;
    struct running x = {.kernel = k, .subject = s, .type = t, .options = o, .reading = &r};
    struct stream *file = NULL;
    struct bytes bytes;
    char hex[65];
    err_t rc;
    *out = (struct sheet_import_outcome){0};
    pthread_mutex_init(&x.lock, NULL);
    import_reading_init(&r, t, o->lang, a);
    if (!workbook_may_import(t, s))
        rc = err_set(e, E_DENIED, "you may not import records of type %.*s", STR_ARG(t->name));
    else if ((rc = stream_open_file(&file, &fs_system, path, e)) == OK &&
             (rc = stream_map(&bytes, file, o->tmpdir, e)) == OK) {
        struct digest digest = sha256_of(bytes);
        sha256_hex(hex, &digest);
        if ((rc = import_reading_take(&r, bytes, e)) == OK)
            rc = import_rows(out, &x, str_of(hex), e);
    }
    stream_close(file);
    import_reading_clear(&r);
    pthread_mutex_destroy(&x.lock);
    return rc;
}
