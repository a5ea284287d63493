/* Bodies become records. Some threads create and change records side by side: each write
 * waits for a commit, and commits are shared, so one thread alone would be an fsync per row. */
#include "base/log.h"
#include "crypto/hash.h"
#include "model/job_worker.h"
#include "record/import_priv.h"
#include "record/workbook.h"
#include "text/stream.h"
#include <pthread.h>

/* The display name of a field, of patents[0] that of the list; sections[0].text: the table, its row, and the column. */
static struct str name_of(struct running *x, struct str path)
{
    bool english = x->options->lang == LANG_EN;
    size_t at = str_find(path, STR("["), 0), end = str_find(path, STR("]."), at);
    const struct field *f = record_field(x->type, (struct str){path.ptr, at}), *inner = NULL;
    uint64_t row = 0;
    if (end < path.len && f && str_to_u64(&row, (struct str){path.ptr + at + 1, end - at - 1}))
        inner = record_row_field(f, (struct str){path.ptr + end + 2, path.len - end - 2});
    if (!f || (at < path.len && !inner && f->type == FIELD_TABLE))
        return path;
    if (!inner)
        return english ? f->label.en : f->label.zh;
    pthread_mutex_lock(&x->lock);
    struct str out =
        arena_printf(x->reading->a, msg_in(x->options->lang, N_("%.*s, row %llu, %.*s")),
                     STR_ARG(english ? f->label.en : f->label.zh), (unsigned long long)row + 1,
                     STR_ARG(english ? inner->label.en : inner->label.zh));
    pthread_mutex_unlock(&x->lock);
    return out;
}

struct str import_error_text(struct running *x, const struct faults *faults, const struct err *why)
{
    struct buf b = {0};
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->items[i];
        struct str name = name_of(x, f->field);
        buf_addz(&b, i ? "; " : "");
        if (name.len)
            buf_addf(&b, "%.*s: ", STR_ARG(name));
        buf_add(&b, x->options->lang == LANG_EN ? f->message_en : f->message_zh);
    }
    if (!faults->count)
        buf_addz(&b, why->text);
    pthread_mutex_lock(&x->lock);
    struct str text = arena_dup(x->reading->a, buf_str(&b));
    pthread_mutex_unlock(&x->lock);
    buf_clear(&b);
    return text;
}

static void reject(struct running *x, struct item *item, const struct faults *faults,
                   const struct err *why)
{
    item->outcome = ROW_REJECTED;
    item->reason = import_error_text(x, faults, why);
}

static struct str json_member(const struct jvalue *body, struct str name)
{
    for (size_t i = 0; i < body->count; i++)
        if (str_eq(body->names[i], name))
            return body->items[i].text;
    return STR_NONE;
}

/* The record that has the body's values of these fields; *id 0: none that the subject sees. */
static err_t find_by(int64_t *id, const struct running *x, const struct jvalue *body,
                     const struct str *names, size_t count, struct arena *a, struct err *e)
{
    struct buf filter = {0};
    struct record_page page;
    struct list_request q = {.fields = STR("id"), .limit = 2, .without_total = true};
    *id = 0;
    if (count == 0)
        return OK;
    for (size_t i = 0; i < count; i++) {
        struct str value = json_member(body, names[i]);
        buf_addz(&filter, i ? " and " : "");
        buf_add(&filter, names[i]);
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
    err_t rc =
        record_page_read(&page, &(struct record_call){x->kernel, x->subject, x->type, 0, a}, &q, e);
    if (page.count == 1 && !jin_i64(id, page.items, "id"))
        *id = 0;
    buf_clear(&filter);
    return rc == E_INVALID ? OK : rc; /* a key that cannot be asked for: the write says why */
}

/* By its natural key; where the row says nothing of that, by what is unique. */
static err_t find_record(int64_t *id, const struct running *x, const struct jvalue *body,
                         struct arena *a, struct err *e)
{
    const struct record_type *t = x->type;
    bool keyed = false;
    err_t rc = OK;
    *id = 0;
    for (size_t i = 0; i < t->key_count; i++)
        keyed |= json_member(body, t->key[i]).len > 0;
    for (size_t i = 0; rc == OK && !keyed && *id == 0 && i < t->field_count; i++)
        if (t->fields[i].unique && json_member(body, t->fields[i].name).len)
            rc = find_by(id, x, body, &t->fields[i].name, 1, a, e);
    return rc == OK && *id == 0 ? find_by(id, x, body, t->key, t->key_count, a, e) : rc;
}

/* An error that is not a row's ends the import. */
static void break_off(struct running *x, err_t rc, const struct err *why)
{
    pthread_mutex_lock(&x->lock);
    if (x->rc == OK) {
        x->rc = rc;
        x->why = *why;
    }
    x->next = x->reading->items.len;
    pthread_mutex_unlock(&x->lock);
}

struct writing {
    struct running *run;
    struct item *item;
};

static err_t note_written(struct db *db, void *arg, const struct written *w, struct err *e)
{
    const struct writing *x = arg;
    return import_note_written(db, x->run, x->item, w, e);
}

/* The state that earlier rows of a chain gave their record, which is invisible until the import is
 * finished. No id: none. */
struct known {
    int64_t id, version;
};

static void write_item(struct running *x, struct item *item, struct known known)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct written w = {0};
    const struct jvalue *body;
    struct write_options o = {.reason = x->options->reason,
                              .import_id = x->hold.import_id,
                              .check_only = x->check_only,
                              .with = x->hold.import_id ? note_written : NULL,
                              .with_arg = &(struct writing){x, item}};
    int64_t id = item->id ? item->id : known.id;
    item->before = id && id == known.id ? known.version : 0;
    err_t rc = jin_parse(&body, import_reading_body(x->reading, item, a), a, &e);
    if (rc == OK && id == 0)
        rc = find_record(&id, x, body, a, &e);
    const struct record_call c = {x->kernel, x->subject, x->type, id, a};
    if (rc == OK && id) {
        const struct jvalue *record = NULL;
        if (item->before == 0 && (rc = record_seen(&record, &c, &e)) == OK)
            item->before = record_seen_version(record);
        o.if_version = item->version ? item->version : item->before;
        if (rc == OK)
            rc = record_change(&w, &c, body, &o, &e);
        item->outcome = w.version == item->before ? ROW_UNCHANGED : ROW_CHANGED;
    } else if (rc == OK) {
        item->outcome = ROW_CREATED;
        rc = record_create(&w, &c, body, &o, &e);
    }
    /* A write that was refused may have got as far as a number, which the next record then has: it is no row's. */
    item->record_id = rc == OK ? w.id : 0;
    item->after = rc == OK ? w.version : 0;
    item->noted = rc == OK && item->outcome != ROW_UNCHANGED && !x->check_only;
    if (x->hold.lost)
        rc = import_hold_lost(&x->hold, &e);
    if (rc == E_IO || rc == E_BUSY || rc == E_CORRUPT || x->hold.lost) {
        item->outcome = ROW_OPEN;
        break_off(x, rc, &e);
    } else if (rc != OK) {
        reject(x, item, &w.faults, &e);
    }
    arena_free(a);
}

static bool asked_to_stop(const struct running *x)
{
    const struct sheet_import_options *o = x->options;
    return o->job ? job_run_stops(o->job) : o->stop && o->stop(o->arg);
}

static void row_done(struct running *x)
{
    pthread_mutex_lock(&x->lock);
    x->done++;
    if (x->options->job)
        job_run_progress(x->options->job, (int64_t)x->done, (int64_t)x->reading->items.len,
                         STR_NONE);
    if (asked_to_stop(x)) {
        x->stopped = true;
        x->next = x->reading->items.len;
    }
    pthread_mutex_unlock(&x->lock);
}

static void write_chain(struct running *x, size_t first)
{
    struct known known = {0, 0};
    for (size_t i = first; i != SIZE_MAX && !x->stopped; i = x->reading->items.ptr[i].next) {
        struct item *item = &x->reading->items.ptr[i];
        if (item->outcome != ROW_REJECTED && !item->noted)
            write_item(x, item, known);
        if (item->outcome != ROW_REJECTED && !x->check_only)
            known = (struct known){item->record_id, item->after};
        row_done(x);
    }
}

static void *write_items(void *arg)
{
    struct running *x = arg;
    for (size_t i; (i = atomic_fetch_add(&x->next, 1)) < x->reading->items.len;) {
        const struct item *item = &x->reading->items.ptr[i];
        if (!item->follows && item->numbered == x->numbered)
            write_chain(x, i);
    }
    return NULL;
}

/* Rows that bring their number go before those that are given one, which might else be given theirs. */
static void run(struct running *x)
{
    x->done = 0;
    x->numbered = true;
    do {
        x->next = 0;
        import_crew(write_items, x, x->reading->items.len, x->hold.import_id ? &x->hold : NULL);
        x->numbered = !x->numbered;
    } while (!x->numbered && x->rc == OK && !x->stopped);
}

static void count_outcomes(struct sheet_import_outcome *out, const struct reading *r)
{
    VEC(struct sheet_reject) rejects = {0};
    *out = (struct sheet_import_outcome){
        .id = out->id, .state = out->state, .notes = r->notes.ptr, .note_count = r->notes.len};
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
    for (size_t i = 0; i < x->reading->items.len; i++) {
        struct item *item = &x->reading->items.ptr[i];
        if (item->outcome != ROW_REJECTED && !item->noted)
            item->outcome = ROW_OPEN;
    }
    return !any_rejected(x->reading) && !x->stopped && x->rc == OK;
}

/* It came to no end. A job goes on later (import_job.c); what a request wrote is taken back
 * now, and by the sweeper where that fails too. */
static err_t broken_off(struct sheet_import_outcome *out, struct running *x, struct err *e)
{
    struct err why;
    err_t rc = x->stopped ? OK : x->rc;
    if (rc != OK && e)
        *e = x->why;
    if (x->options->job && x->stopped)
        rc = job_run_stopped(e);
    if (x->hold.lost)
        return rc;
    if ((x->options->job ? import_hold_release(&x->hold, 0, &why)
                         : import_remove(&x->hold, x->type, "broken", &why)) != OK)
        log_line(LOG_WARN, "import %lld is taken back later: %s", (long long)x->hold.import_id,
                 why.text);
    out->state = STR("broken");
    out->created = out->changed = out->unchanged = 0;
    return rc;
}

static bool any_written(const struct reading *r)
{
    for (size_t i = 0; i < r->items.len; i++)
        if (r->items.ptr[i].noted && r->items.ptr[i].record_id)
            return true;
    return false;
}

/* A row that was good when looked at and bad when written: somebody else was faster. All or
 * nothing then means to take the others back. */
static err_t note_end(struct sheet_import_outcome *out, struct running *x, struct err *e)
{
    bool refused = x->options->whole && any_rejected(x->reading);
    bool take_back = refused && any_written(x->reading);
    if (refused)
        out->created = out->changed = out->unchanged = 0;
    out->state = refused ? STR("refused") : STR("finished");
    err_t rc = import_note_rows(x, e);
    if (rc == OK)
        rc = import_note_end(x, take_back ? "removing" : out->state.ptr, out, e);
    return rc == OK && take_back ? import_remove(&x->hold, x->type, "refused", e) : rc;
}

/* --- all together ------------------------------------------------------------------------------ */

static err_t import_rows(struct sheet_import_outcome *out, struct running *x, struct err *e)
{
    if (x->options->check) {
        x->check_only = true;
        run(x);
        count_outcomes(out, x->reading);
        out->state = STR("checked");
        *e = x->why;
        return x->rc;
    }
    err_t rc = x->hold.import_id ? import_note_resume(x, e) : import_note_begin(x, e);
    if (rc != OK)
        return rc;
    if (!x->options->whole || check_rows(x))
        run(x);
    count_outcomes(out, x->reading);
    out->id = x->hold.import_id;
    if (!x->stopped && x->rc == OK)
        x->rc = note_end(out, x, &x->why);
    if (x->stopped || x->rc != OK)
        return broken_off(out, x, e);
    if (str_is(out->state, "finished"))
        import_follow(out, x);
    return out->created >= ANALYZE_FROM ? record_type_analyze(x->type, x->kernel->store, e) : OK;
}

err_t sheet_import_is_bundle(bool *out, const char *path, const char *tmpdir, struct err *e)
{
    struct stream *file = NULL;
    struct bytes bytes;
    err_t rc = stream_open_file(&file, &fs_system, path, e);
    *out = false;
    if (rc == OK)
        rc = stream_map(&bytes, file, tmpdir, e);
    if (rc == OK)
        rc = import_bundle_is(out, bytes, e);
    stream_close(file);
    return rc;
}

err_t sheet_import(struct sheet_import_outcome *out, const struct record_call *c, const char *path,
                   const struct sheet_import_options *o, struct err *e)
{
    struct reading r;
    struct running x = {
        .kernel = c->kernel, .subject = c->subject, .type = c->type, .options = o, .reading = &r};
    struct stream *file = NULL;
    struct bytes bytes;
    char hex[SHA256_HEX_LEN + 1];
    err_t rc;
    *out = (struct sheet_import_outcome){0};
    pthread_mutex_init(&x.lock, NULL);
    import_reading_init(&r, c->type, o->lang, c->arena);
    r.options = o;
    r.refs = (struct ref_names){c->kernel, c->subject, c->arena, .lang = r.lang};
    import_hold_init(&x.hold, c->kernel, o->job, o->resumes);
    if (!workbook_may_import(c->type, c->subject))
        rc = err_set(e, E_DENIED, "you may not import: %.*s", STR_ARG(record_type_label(c->type)));
    else if ((rc = stream_open_file(&file, &fs_system, path, e)) == OK &&
             (rc = stream_map(&bytes, file, o->tmpdir, e)) == OK) {
        struct digest digest = sha256_of(bytes);
        sha256_hex(hex, &digest);
        x.digest = str_of(hex);
        bool bundle = false;
        if ((rc = import_bundle_is(&bundle, bytes, e)) == OK && bundle)
            rc = import_bundle_open(&r.bundle, &bytes, bytes, o, c->arena, e);
        if (rc == OK && (rc = import_reading_take(&r, bytes, c->kernel->pdf_program, e)) == OK)
            rc = import_rows(out, &x, e);
        if (rc == E_INVALID && o->check && r.unknown.len) {
            *out = (struct sheet_import_outcome){
                .state = STR("unmapped"), .rejects = r.unknown.ptr, .reject_count = r.unknown.len};
            rc = import_note_maps(&r, c->kernel, c->subject->unit, e);
            out->map_count = import_propose(&out->maps, &r);
        }
        if (rc == OK && bundle)
            import_bundle_unused(out, r.bundle, c->arena);
    }
    import_bundle_close(r.bundle);
    stream_close(file);
    import_reading_clear(&r);
    pthread_mutex_destroy(&x.lock);
    return rc;
}
