/* Import: a thread reads (producer.c), the caller's thread writes.
 *
 * QUEUE_BATCHES batches go round: filled by the reader, emptied by the writer.
 * A batch of one record of 30 MB is no rarity in files of full texts, so those
 * given and not yet emptied are bounded in bytes, too.
 * The writer puts the items of a batch through store_write in steps of a few
 * milliseconds, so that a server's writes get in between; each step commits the
 * number of items done with their rows. Resuming reads the file from its start
 * and passes over that many items: parsing is several times faster than
 * writing, and formats need no seek. */
#include "ingest/pipeline.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "ingest/import_undo.h"
#include "ingest/producer.h"
#include "ingest/report.h"
#include "ingest/right.h"
#include "model/patent_undo.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUEUE_BATCHES 4
/* Time of one store_write, less what its last record and the progress take: db/store.h
 * allows 5 ms, which is how long a server's writes wait. */
#define STEP_US 4000
#define PROGRESS_US 100000
/* Raise when a reader comes to read more from the same bytes, so that a broken
 * off import of an older program is begun anew. */
#define READER_VERSION "7"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct batch *free[QUEUE_BATCHES], *full[QUEUE_BATCHES];
    size_t free_count, full_count;
    size_t given_bytes; /* of batches given and not yet returned */
    bool stopping;      /* the writer wants no more */
    bool ended;         /* the reader gives no more */
    struct source *abandoned;
};

struct reader {
    struct queue *q;
    struct producer producer;
    const char *path;
    enum lang lang;   /* of its messages */
    struct err error; /* of produce_file; read after join */
};

static void queue_init(struct queue *q)
{
    *q = (struct queue){0};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->moved, NULL);
    for (size_t i = 0; i < QUEUE_BATCHES; i++) {
        struct batch *b = mem_zalloc(sizeof(*b));
        b->a = arena_new();
        q->free[q->free_count++] = b;
    }
}

/* Only when no thread uses it any more: all batches are free or full. */
static void queue_clear(struct queue *q)
{
    while (q->full_count)
        q->free[q->free_count++] = q->full[--q->full_count];
    while (q->free_count) {
        struct batch *b = q->free[--q->free_count];
        arena_free(b->a);
        free(b);
    }
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->moved);
}

static err_t queue_fresh(struct batch **out, void *arg, struct err *e)
{
    struct queue *q = arg;

    pthread_mutex_lock(&q->lock);
    while ((q->free_count == 0 || q->given_bytes > QUEUE_BYTES_MAX) && !q->stopping)
        pthread_cond_wait(&q->moved, &q->lock);
    bool stop = q->stopping;
    if (!stop)
        *out = q->free[--q->free_count];
    pthread_mutex_unlock(&q->lock);
    if (stop)
        return err_set(e, E_BUSY, "stopped");
    (*out)->source = NULL;
    (*out)->count = 0;
    (*out)->last = false;
    (*out)->raw_offset = 0;
    return OK;
}

static err_t queue_give(void *arg, struct batch *b, struct err *e)
{
    struct queue *q = arg;

    (void)e;
    b->bytes = arena_used(b->a);
    pthread_mutex_lock(&q->lock);
    q->given_bytes += b->bytes;
    q->full[q->full_count++] = b;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
    return OK;
}

static void queue_settle(void *arg)
{
    struct queue *q = arg;

    pthread_mutex_lock(&q->lock);
    while (q->free_count < QUEUE_BATCHES)
        pthread_cond_wait(&q->moved, &q->lock);
    pthread_mutex_unlock(&q->lock);
}

static void queue_abandon(void *arg, struct source *s)
{
    ((struct queue *)arg)->abandoned = s; /* read after the reader's thread is joined */
}

/* The oldest full batch; NULL when the reader has ended. */
static struct batch *queue_take(struct queue *q)
{
    struct batch *b = NULL;

    pthread_mutex_lock(&q->lock);
    while (q->full_count == 0 && !q->ended)
        pthread_cond_wait(&q->moved, &q->lock);
    if (q->full_count) {
        b = q->full[0];
        memmove(q->full, q->full + 1, --q->full_count * sizeof(q->full[0]));
    }
    pthread_mutex_unlock(&q->lock);
    return b;
}

static void queue_return(struct queue *q, struct batch *b)
{
    arena_reset(b->a);
    pthread_mutex_lock(&q->lock);
    q->given_bytes -= b->bytes;
    q->free[q->free_count++] = b;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
}

static void *reader_main(void *arg)
{
    struct reader *r = arg;
    msg_speak(r->lang);
    err_t rc = produce_file(&r->producer, r->path, &r->error);

    pthread_mutex_lock(&r->q->lock);
    r->error.kind = rc;
    r->q->ended = true;
    pthread_cond_broadcast(&r->q->moved);
    pthread_mutex_unlock(&r->q->lock);
    return NULL;
}

/* --- writing ------------------------------------------------------------------ */

struct run {
    struct store *store;
    const struct import_options *o;
    const struct fs *fs;
    const char *tmpdir;
    struct arena *a;
    struct arena *scratch; /* of one put */
    struct db *trial;      /* of a dry run, from its first batch on */
    struct column_map *columns;
    const struct format *format;
    struct notes notes; /* of no file alone */
    struct {
        struct import_file_report *ptr;
        size_t len, cap;
    } files;
    struct {
        int64_t *ptr;
        size_t len, cap;
    } imports;
    /* of the file and input at hand */
    const char *path;
    char digest[SHA256_HEX_LEN + 1]; /* of the file; empty until an input of it is recognised */
    struct report_writer report;
    struct spool_file *refused; /* rows of all inputs; in `a` */
    struct import_file_report *now;
    struct str options_text;
    struct str by_content; /* source of records whose file names none: the file itself */
    int64_t file_number;   /* of the file (struct import_file.number), when … */
    bool has_number;       /* … it is known: all members of an archive have the first's */
    int64_t done, skip;    /* items; skip: already in the store from an earlier run */
    uint8_t *touched;      /* bitmap by publication id: documents that this input had */
    size_t touched_bytes;
    struct date today; /* no data are of a later day */
    bool lists;        /* nothing that is read is an office's data: who imports may not say so */
    int64_t began_us, shown_us;
    uint64_t bytes_before, bytes_total;
    int64_t records_before;
};

enum done_as {
    DONE_INSERTED,
    DONE_UPDATED,
    DONE_UNCHANGED,
    DONE_REFUSED,
    DONE_RESUMED,
    DONE_READ /* compared with nothing: a dry run */
};

struct step {
    struct run *run;
    struct batch *b;
    int64_t file_number;
    size_t from, to; /* items of the batch; `to` is where time ran out */
    enum done_as as[BATCH_ITEMS];
};

static int64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

static err_t put_progress(struct db *db, const struct step *st, struct err *e)
{
    const struct run *run = st->run;
    const struct batch *b = st->b;
    struct source *s = b->source;
    size_t to = st->to;
    struct import_file f = {
        .digest = str_of(run->digest),
        .name = s->file_name,
        .format = str_of(s->format->name),
        .records_done = run->done + (int64_t)to,
        .finished = b->last && to == b->count && s->ended.kind == OK,
        .number = st->file_number,
    };
    return import_file_put(db, &f, run->options_text, e);
}

/* The first step of a file makes its import. */
static err_t begin_import(struct step *st, struct db *db, struct err *e)
{
    const struct run *run = st->run;
    const struct import_by *by = run->o->by;
    err_t rc = import_file_next_number(&st->file_number, db, e);
    struct publication_import i = {.id = st->file_number,
                                   .digest = str_of(run->digest),
                                   .name = st->b->source->packed_name,
                                   .source = run->o->source,
                                   .account = by ? by->account : 0,
                                   .unit = by ? by->unit : 0,
                                   .begun_ms = clock_now_ms(by ? by->clock : &clock_system)};
    return rc == OK ? publication_import_begin(db, &i, e) : rc;
}

/* What the pipeline knows of a record and its reader does not. */
static void complete(struct item *item, const struct step *st, int64_t batch)
{
    const struct run *run = st->run;
    struct patent *p = item->patent;
    if (item->by_file && run->o->source.len == 0)
        p->source = run->by_content;
    p->file_number = item->by_file ? st->file_number : 0;
    p->import_number = st->file_number;
    p->unit = run->o->by ? run->o->by->unit : 0;
    p->batch = batch;
}

/* A step of the store, perhaps run twice; writes only *step. Of a dry run, `db` is a reader. */
static err_t step_write(struct db *db, void *arg, struct err *e)
{
    struct step *st = arg;
    struct run *run = st->run;
    int64_t until = now_us() + STEP_US;
    bool dry = run->o->dry_run;
    size_t puts = 0;
    struct batch_log log;
    err_t rc = OK;
    _Static_assert(BATCH_ITEMS <= BATCH_RECORDS_MAX, "a step is at most a batch");

    st->file_number = run->file_number;
    arena_reset(run->scratch);
    if ((rc = import_right(db, run->o->by, run->scratch, e)) != OK)
        return rc;
    rc = run->has_number ? import_stands(db, run->file_number, run->scratch, e)
         : dry           ? import_file_next_number(&st->file_number, db, e)
                         : begin_import(st, db, e);
    if (rc == OK && dry && !run->trial)
        rc = patent_trial_open(&run->trial, db, run->scratch, e);
    if (rc != OK)
        return rc;
    if ((rc = batch_log_begin(&log, db, run->o->by, e)) != OK)
        return rc;
    for (st->to = st->from; st->to < st->b->count; st->to++) {
        struct item *item = &st->b->items[st->to];
        enum put_result put;
        if (run->done + (int64_t)st->to < run->skip) {
            st->as[st->to] = DONE_RESUMED;
            continue;
        }
        if (item->kind != ITEM_RECORD) {
            st->as[st->to] = DONE_REFUSED;
            continue;
        }
        if (puts++ > 0 && now_us() > until)
            break;
        arena_reset(run->scratch);
        complete(item, st, log.first);
        struct err local = {0};
        rc = dry ? patent_trial_put(&put, run->trial, db, item->patent, run->scratch, &local)
                 : patent_put(&put, db, item->patent, run->scratch, &local);
        if (rc == E_INVALID) {
            item->kind = ITEM_REJECT;
            item->reason = arena_dup(st->b->a, str_of(local.text));
            st->as[st->to] = DONE_REFUSED;
            continue;
        }
        if (rc != OK)
            return err_pass(e, rc, &local);
        batch_log_add(&log, item->patent);
        st->as[st->to] = put == PUT_INSERTED  ? DONE_INSERTED
                         : put == PUT_UPDATED ? DONE_UPDATED
                                              : DONE_UNCHANGED;
    }
    if (dry)
        return OK;
    log.import_number = st->file_number;
    rc = batch_log_end(&log, db, str_of(run->digest), run->options_text, run->scratch, e);
    return rc == OK ? put_progress(db, st, e) : rc;
}

/* Whether this input had the document before; remembers it. */
static bool touch(struct run *run, int64_t id)
{
    size_t byte = (size_t)id / 8;
    uint8_t bit = (uint8_t)(1u << (id & 7));

    if (id <= 0)
        return false;
    if (byte >= run->touched_bytes) {
        size_t bytes = byte * 2 + 4096;
        run->touched = mem_grow(run->touched, bytes);
        memset(run->touched + run->touched_bytes, 0, bytes - run->touched_bytes);
        run->touched_bytes = bytes;
    }
    bool before = run->touched[byte] & bit;
    run->touched[byte] |= bit;
    return before;
}

static err_t count_item(struct run *run, struct item *item, enum done_as as, struct err *e)
{
    struct import_file_report *r = run->now;
    const struct patent *p = item->patent;

    if (item->kind == ITEM_REJECT)
        return report_reject(&run->report, item, e);
    report_warnings(&run->report, item);
    r->applicants += patent_party(p, PARTY_APPLICANT, 0) != NULL;
    r->abstracts += patent_has_text(p, TEXT_ABSTRACT);
    r->classes += p->classes.len > 0;
    r->citations += p->citations.len > 0;
    r->numberless += p->publication.key.len == 0 && p->application.key.len == 0;
    switch (as) {
    case DONE_INSERTED:
        r->inserted++;
        break;
    case DONE_UPDATED:
        r->updated++;
        break;
    case DONE_RESUMED:
        r->resumed++;
        r->unchanged++;
        return OK;
    case DONE_READ:
        r->read++;
        return OK;
    case DONE_UNCHANGED:
    case DONE_REFUSED:
        r->unchanged++;
        break;
    }
    r->repeats += touch(run, item->patent->id);
    return OK;
}

static err_t write_batch(struct run *run, struct batch *b, struct err *e)
{
    struct step *st = mem_zalloc(sizeof(*st));
    err_t rc = OK;

    if (b->count == 0 && b->source->ended.kind != OK) { /* nothing of it is in: no import */
        free(st);
        return OK;
    }
    *st = (struct step){.run = run, .b = b};
    do {
        struct db *reader = NULL;
        rc = run->o->dry_run ? store_reader_get(&reader, run->store, e)
                             : store_write(run->store, step_write, st, e);
        if (reader)
            rc = step_write(reader, st, e);
        store_reader_put(run->store, reader);
        for (size_t i = st->from; rc == OK && i < st->to; i++)
            rc = count_item(run, &b->items[i], st->as[i], e);
        if (rc == OK && !run->o->dry_run) {
            run->file_number = st->file_number;
            run->has_number = true;
        }
        st->from = st->to;
    } while (rc == OK && st->from < b->count);
    run->done += (int64_t)b->count;
    free(st);
    return rc;
}

/* Without a store a dry run tells only how much there is, what would be refused and warned of. */
static err_t count_batch(struct run *run, struct batch *b, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < b->count; i++)
        rc = count_item(run, &b->items[i], DONE_READ, e);
    return rc;
}

/* What besides the bytes decides what is read from an input, and whose import it is. A --map for a
 * column that it has not decides nothing. */
static struct str options_text(const struct run *run, const struct source *s)
{
    struct str day = date_text(run->o->as_of, run->a);
    struct str t =
        arena_printf(run->a, "v" READER_VERSION " %s in=%.*s source=%.*s as_of=%.*s unit=%lld",
                     s->format->name, STR_ARG(s->inner), STR_ARG(run->o->source), STR_ARG(day),
                     (long long)(run->o->by ? run->o->by->unit : 0));
    return arena_join(run->a, t, s->maps);
}

static err_t find_resume_point(struct run *run, struct err *e)
{
    struct import_file f = {0};
    bool found = false;
    err_t rc = STORE_READ(
        db, run->store, e,
        import_file_get(&f, &found, db, str_of(run->digest), run->options_text, run->a, e));
    run->skip = rc == OK && found && !f.finished ? f.records_done : 0;
    if (rc == OK && found && !run->has_number) {
        run->file_number = f.number;
        run->has_number = true;
    }
    return rc;
}

static err_t digest_file(struct run *run, const char *path, struct err *e)
{
    struct stream *s = NULL;
    struct digest sum;
    uint8_t *chunk = mem_alloc(1 << 18);
    struct hasher *h = hasher_new();
    size_t got = 0;
    err_t rc = stream_open_file(&s, run->fs, path, e);

    while (rc == OK && (rc = stream_read(&got, s, chunk, 1 << 18, e)) == OK && got)
        hasher_add(h, (struct bytes){chunk, got});
    sum = hasher_end(h);
    sha256_hex(run->digest, &sum);
    hasher_free(h);
    stream_close(s);
    free(chunk);
    return rc;
}

static err_t begin_input(struct run *run, const struct source *s, struct err *e)
{
    struct import_file_report *r = arena_alloc(run->a, sizeof(*r));
    err_t rc;

    *r =
        (struct import_file_report){.file = arena_dup(run->a, s->name), .dry_run = run->o->dry_run};
    if (s->format) {
        r->format = str_of(s->format->name);
        r->format_title = s->format->title;
    }
    run->now = r;
    run->report = (struct report_writer){
        .a = run->a, .r = r, .refused = &run->refused, .fs = run->fs, .tmpdir = run->tmpdir};
    run->done = run->skip = 0;
    run->began_us = now_us();
    free(run->touched);
    run->touched = NULL;
    run->touched_bytes = 0;
    if (!run->store || !s->format)
        return OK;
    run->options_text = options_text(run, s);
    if (run->digest[0] == '\0' && (rc = digest_file(run, run->path, e)) != OK)
        return rc;
    run->by_content = arena_printf(run->a, "file:%s%.*s", run->digest, STR_ARG(s->inner));
    return find_resume_point(run, e);
}

/* Where a path was not given by who reads the report, none is told. */
static void hide(struct str path, struct str shown, struct err *e)
{
    struct err was = *e;
    size_t at = path.len ? str_find(str_of(was.text), path, 0) : 0;
    if (path.len && at < strlen(was.text))
        err_set(e, was.kind, "%.*s%.*s%s", (int)at, was.text, STR_ARG(shown),
                was.text + at + path.len);
}

static void hide_paths(const struct run *run, struct err *e)
{
    if (!e || run->o->shown.len == 0)
        return;
    hide(str_of(run->path), run->o->shown, e);
    hide(str_of(run->tmpdir), STR("…"), e);
}

static void end_input(struct run *run, struct source *s)
{
    if (s->ended.kind != OK)
        hide_paths(run, &s->ended);
    report_close(&run->report, s);
    run->now->seconds = (double)(now_us() - run->began_us) / 1e6;
    VEC_PUSH(run->a, &run->files, *run->now);
    run->records_before += run->now->records;
    run->now = NULL;
    source_free(s);
}

static void show_progress(struct run *run, const struct batch *b, bool always)
{
    int64_t now = now_us();
    if (!run->o->progress || (!always && now - run->shown_us < PROGRESS_US))
        return;
    run->shown_us = now;
    int64_t here = run->now ? run->now->inserted + run->now->updated + run->now->unchanged +
                                  run->now->read + run->now->rejected
                            : 0;
    struct import_progress p = {
        .file = b->source->name.ptr,
        .bytes_done = run->bytes_before + b->raw_offset,
        .bytes_total = run->bytes_total,
        .records = run->records_before + here,
    };
    run->o->progress(run->o->progress_arg, &p);
}

/* Of what day the records are: as they or their file say, else as the caller does. */
static void settle_days(struct run *run, struct batch *b)
{
    struct import_file_report *r = run->now;
    for (size_t i = 0; i < b->count; i++) {
        struct patent *p = b->items[i].patent;
        if (b->items[i].kind != ITEM_RECORD)
            continue;
        if (date_cmp(run->today, p->as_of) < 0) {
            item_warn(&b->items[i], b->a,
                      N_("the day that the file gives for its data has not come yet: it was not "
                         "taken"),
                      date_text(p->as_of, b->a));
            p->as_of = (struct date){0};
        }
        if (p->as_of.year == 0)
            p->as_of = run->o->as_of;
        if (p->as_of.year == 0)
            continue;
        if (r->as_of.year == 0 || date_cmp(p->as_of, r->as_of) < 0)
            r->as_of = p->as_of;
        if (date_cmp(r->as_of_last, p->as_of) < 0)
            r->as_of_last = p->as_of;
    }
}

static struct date today_of(const struct import_options *o)
{
    struct arena *a = arena_new();
    struct date today = {0};
    bool is_day =
        date_parse(&today, business_date(clock_now_ms(o->by ? o->by->clock : &clock_system), a));
    arena_free(a);
    assert(is_day);
    return today;
}

static err_t consume(struct run *run, struct batch *b, struct err *e)
{
    err_t rc = OK;

    if (!run->now)
        rc = begin_input(run, b->source, e);
    if (rc == OK)
        settle_days(run, b);
    if (rc == OK && !run->store)
        rc = count_batch(run, b, e);
    else if (rc == OK && b->source->format)
        rc = write_batch(run, b, e);
    if (rc != OK)
        return rc;
    show_progress(run, b, b->last);
    if (b->last) {
        end_input(run, b->source);
        b->source = NULL;
    }
    if (run->o->stop && run->o->stop(run->o->stop_arg))
        return err_set(
            e, E_BUSY,
            "stopped; what was read so far is in the store, and the same command goes on "
            "from there");
    return OK;
}

static uint64_t file_size(const struct run *run, const char *path)
{
    struct stream *s = NULL;
    struct bytes map;
    uint64_t size = 0;
    if (stream_open_file(&s, run->fs, path, NULL) == OK &&
        stream_map(&map, s, run->tmpdir, NULL) == OK)
        size = map.len;
    stream_close(s);
    return size;
}

/* The reader still running must not wait for us for ever. */
static void stop_reader(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->stopping = true;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
}

/* An input that did not come to its end because the import is broken off. */
static void end_broken(struct run *run, struct source *s, err_t rc, const struct err *e)
{
    if (!run->now) {
        source_free(s);
        return;
    }
    err_set(&s->ended, rc, "%s", e ? e->text : err_kind_name(rc));
    end_input(run, s);
}

static err_t consume_all(struct run *run, struct queue *q, struct err *e)
{
    struct batch *b;
    err_t rc = OK;

    while ((b = queue_take(q)) != NULL) {
        if (rc == OK && (rc = consume(run, b, e)) != OK)
            stop_reader(q);
        if (rc != OK && b->last && b->source)
            end_broken(run, b->source, rc, e);
        queue_return(q, b);
    }
    return rc;
}

/* Of the inputs since `before`, one was not read to its end, or nothing was stored of all. */
static bool was_refused(const struct run *run, size_t before)
{
    int64_t stored = 0;
    for (size_t i = before; i < run->files.len; i++) {
        const struct import_file_report *f = &run->files.ptr[i];
        if (f->refused != OK)
            return true;
        stored += f->inserted + f->updated + f->unchanged;
    }
    return stored == 0;
}

static err_t replace_earlier(struct run *run, struct err *e)
{
    const struct import_stop stop = {run->o->stop, run->o->stop_arg};
    const struct taking_back t = {run->store, run->o->by, &stop};
    const struct publication_import now = {.id = run->file_number, .digest = str_of(run->digest)};
    struct ids earlier;
    err_t rc = import_replace(&earlier, &t, &now, run->a, e);
    for (size_t i = 0; rc == OK && i < earlier.len; i++)
        notes_remark(&run->notes,
                     N_("import %lld read the same file otherwise: it was taken back, this one "
                        "stands in its place"),
                     (long long)earlier.ptr[i]);
    return rc;
}

static err_t import_file_run(struct run *run, const char *path, struct err *e)
{
    struct queue q;
    struct reader r = {.q = &q, .path = path, .lang = msg_lang()};
    pthread_t thread;

    size_t before = run->files.len;
    run->path = path;
    run->digest[0] = '\0';
    run->file_number = 0;
    run->has_number = false;
    queue_init(&q);
    r.producer = (struct producer){.fresh = queue_fresh,
                                   .give = queue_give,
                                   .settle = queue_settle,
                                   .abandon = queue_abandon,
                                   .arg = &q,
                                   .columns = run->columns,
                                   .format = run->format,
                                   .source_name = run->o->source,
                                   .shown = run->o->shown,
                                   .lists = run->lists,
                                   .tmpdir = run->tmpdir,
                                   .reader = run->o->reader,
                                   .fs = run->fs};
    if (pthread_create(&thread, NULL, reader_main, &r) != 0) {
        queue_clear(&q);
        return err_set(e, E_IO, "cannot start a thread");
    }
    err_t rc = consume_all(run, &q, e);
    pthread_join(thread, NULL);
    if (rc == OK && r.error.kind != OK) {
        rc = r.error.kind;
        if (e)
            *e = r.error;
    }
    if (q.abandoned)
        end_broken(run, q.abandoned, rc, e);
    queue_clear(&q);
    if (run->o->dry_run)
        return rc;
    if (run->has_number)
        VEC_PUSH(run->a, &run->imports, run->file_number);
    return rc == OK && run->has_number && !was_refused(run, before) ? replace_earlier(run, e) : rc;
}

static void sum_up(struct import_report *out, const struct run *run, int64_t began_us)
{
    *out = (struct import_report){.files = run->files.ptr,
                                  .file_count = run->files.len,
                                  .imports = run->imports.ptr,
                                  .import_count = run->imports.len};
    for (size_t i = 0; i < run->files.len; i++) {
        const struct import_file_report *f = &run->files.ptr[i];
        out->records += f->records;
        out->inserted += f->inserted;
        out->updated += f->updated;
        out->unchanged += f->unchanged;
        out->rejected += f->rejected;
        out->refused_files += f->refused != OK;
    }
    out->dry_run = run->o->dry_run;
    out->seconds = (double)(now_us() - began_us) / 1e6;
}

/* Only when every file was read: the next one might have the column. */
static void note_unused_maps(struct run *run)
{
    struct str entry;
    size_t at = 0;

    while (column_map_unused(&entry, &at, run->columns))
        notes_remark(&run->notes,
                     N_("--map %.*s: no file has a column of that name; nothing was read "
                        "by it"),
                     STR_ARG(entry));
}

static const char *temporary_folder(const struct import_options *o)
{
    const char *env = getenv("TMPDIR");
    return o->tmpdir ? o->tmpdir : env && *env ? env : "/tmp";
}

static err_t run_open(struct run *run, const struct import_options *o, struct err *e)
{
    run->fs = o->fs ? o->fs : &fs_system;
    run->tmpdir = temporary_folder(o);
    if (o->format && !(run->format = format_find(o->format)))
        return err_set(e, E_INVALID,
                       "--format %s: there is no such format; zhiyun import --help lists them",
                       o->format);
    return column_map_new(&run->columns, o->maps, o->map_count, e);
}

/* Who may say what an office states is asked once: it goes by the unit, which an account keeps. */
static err_t find_right(struct run *run, struct err *e)
{
    const struct import_by *by = run->o->by;
    struct subject s;
    if (!by || by->account == 0)
        return OK;
    err_t rc = STORE_READ(db, run->store, e, import_subject(&s, db, by, run->scratch, e));
    run->lists = rc == OK && !import_states_offices(&s);
    return rc;
}

/* A wrong path is told before hours of work, not after. */
static err_t check_rejects(const struct run *run, const char *path, struct err *e)
{
    char part[PATH_BYTES_MAX];
    int len = snprintf(part, sizeof(part), "%s.part", path);
    struct stat st;

    if (len < 0 || (size_t)len >= sizeof(part))
        return err_set(e, E_LIMIT, "--rejects: path too long: %s", path);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, E_IO,
                       "--rejects %s: this is a folder; name a file, such as %s/rejects.xlsx", path,
                       path);
    int fd = run->fs->open(run->fs, part, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        return err_errno(e, errno, "--rejects %s: the file cannot be written; nothing was imported",
                         path);
    run->fs->close(run->fs, fd);
    run->fs->unlink(run->fs, part);
    return OK;
}

err_t import_run(struct import_report *out, struct store *store, const char *const *files,
                 size_t count, const struct import_options *o, struct arena *a, struct err *e)
{
    struct run run = {.store = store, .o = o, .a = a, .notes = {.a = a}};
    int64_t began = now_us();
    err_t rc;

    *out = (struct import_report){0};
    if ((rc = run_open(&run, o, e)) != OK)
        return rc;
    if (o->rejects && (rc = check_rejects(&run, o->rejects, e)) != OK) {
        column_map_free(run.columns);
        return rc;
    }
    run.scratch = arena_new();
    run.today = today_of(o);
    rc = find_right(&run, e);
    for (size_t i = 0; i < count; i++)
        run.bytes_total += file_size(&run, files[i]);
    for (size_t i = 0; rc == OK && i < count; i++) {
        rc = import_file_run(&run, files[i], e);
        if (rc != OK)
            hide_paths(&run, e);
        run.bytes_before += file_size(&run, files[i]);
    }
    sum_up(out, &run, began);
    if (rc == OK)
        note_unused_maps(&run);
    out->remarks = run.notes.remarks.ptr;
    out->remark_count = run.notes.remarks.len;
    if (rc == OK && o->rejects)
        rc = report_rejects_xlsx(out, o->rejects, run.tmpdir, e);
    free(run.touched);
    db_close(run.trial);
    arena_free(run.scratch);
    column_map_free(run.columns);
    return rc;
}

err_t import_check_refused(const struct import_report *r, struct err *e)
{
    if (r->file_count == 0 || r->refused_files < r->file_count || r->records > 0)
        return OK;
    const struct import_file_report *f = &r->files[0];
    return err_set(e, f->refused == E_LIMIT ? E_LIMIT : E_INVALID, "%.*s", STR_ARG(f->refusal));
}
