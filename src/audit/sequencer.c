/* Numbering is one step of the store, so that leaf indexes and tiles appear
 * together; signing happens between two steps, because a key has no business
 * inside one, and a head is told to nobody before the step that keeps it is
 * durable. Killed in between, the next holder signs the same tree anew. */
#include "audit/sequencer.h"
#include "audit/clock_state.h"
#include "audit/head.h"
#include "audit/rows.h"
#include "base/log.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>

#define BATCH 512         /* entries a step: 3 ms of the store's writer */
#define LOCK_NUMBER 1     /* of db_try_lock */
#define POLL_MS 50        /* how often committed entries are looked for */
#define SIGN_AFTER_MS 500 /* from the first entry that no head covers */
#define RETRY_MS 1000     /* the part is another's, or something failed */
#define COVER_POLL_MS 10

struct sequencer {
    struct sequencer_options o;
    int lock;           /* descriptor of <data>/log.lock */
    struct db *holding; /* its connection has the store's lock */
    bool held;          /* the part could not be had: another process has it */
    int64_t epoch;
    struct note_signer signer;
    struct hasher *hasher;
    struct tile_writer tiles;
    struct arena *arena; /* of one step */

    uint64_t size; /* after the last step */
    struct digest root;
    uint64_t head_size;
    int64_t head_ms; /* −1: no head yet */
    bool untimely;   /* the clock alone keeps it from signing … */
    bool doubted;    /* … as it is in doubt */
};

/* --- steps ---------------------------------------------------------------------------- */

static err_t check_epoch(struct db *db, const struct sequencer *s, struct err *e)
{
    bool ours;
    err_t rc = db_any(&ours, db, "SELECT 1 FROM log_sequencer WHERE id = 1 AND epoch = ?1",
                      VALUES(v_i64(s->epoch)), e);
    return rc == OK && !ours ? err_set(e, E_CONFLICT, "another process keeps the evidence log now")
                             : rc;
}

static err_t raise_epoch(struct db *db, void *arg, struct err *e)
{
    struct sequencer *s = arg;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_prepare(
        &st, db, "UPDATE log_sequencer SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch", e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK) {
        if (has_row)
            s->epoch = stmt_i64(st, 0);
        else
            rc = err_set(e, E_CORRUPT, "the table log_sequencer has lost its row");
    }
    while (rc == OK && has_row) /* to its end: RETURNING writes only then */
        rc = stmt_next(&has_row, st, e);
    stmt_free(st);
    return rc;
}

static err_t write_tile(void *arg, int level, uint64_t number, struct bytes hashes, struct err *e)
{
    static const struct upsert tile = {"log_tile", "level, number", "hashes"};
    return db_upsert(arg, &tile, VALUES(v_i64(level), v_i64((int64_t)number), v_bytes(hashes)), e);
}

/* Leaf hashes of the next entries, in the order in which they were inserted. */
static err_t add_leaves(size_t *count, struct db *db, struct sequencer *s, struct err *e)
{
    struct stmt *st = NULL;
    *count = 0;
    err_t rc =
        db_query(&st, db, "SELECT body FROM log_entry WHERE leaf IS NULL ORDER BY id LIMIT ?1",
                 VALUES(v_i64(BATCH)), e);
    while (stmt_row(&rc, st, e)) {
        struct digest leaf = tree_leaf(s->hasher, str_bytes(stmt_str(st, 0)));
        rc = tile_writer_add(&s->tiles, &leaf, e);
        (*count)++;
    }
    stmt_free(st);
    return rc;
}

struct numbering {
    struct sequencer *s;
    size_t count;
};

static err_t number_entries(struct db *db, void *arg, struct err *e)
{
    struct numbering *n = arg;
    struct sequencer *s = n->s;
    struct tile_source tiles = log_tiles(db);
    uint64_t size, now;
    err_t rc;

    arena_reset(s->arena);
    s->tiles.write = write_tile;
    s->tiles.arg = db;
    s->tiles.hasher = s->hasher;
    if ((rc = check_epoch(db, s, e)) != OK || (rc = log_size(&size, db, e)) != OK ||
        (rc = tile_writer_init(&s->tiles, size, &tiles, s->arena, e)) != OK ||
        (rc = add_leaves(&n->count, db, s, e)) != OK ||
        (rc = tile_writer_flush(&s->tiles, e)) != OK)
        return rc;
    s->size = s->tiles.size;
    s->root = tile_writer_root(&s->tiles);
    if (n->count == 0)
        return OK;
    if ((rc = db_run(db,
                     "UPDATE log_entry SET leaf = n.leaf FROM (SELECT id, "
                     "?1 + row_number() OVER (ORDER BY id) - 1 AS leaf FROM log_entry "
                     "WHERE leaf IS NULL ORDER BY id LIMIT ?2) AS n WHERE log_entry.id = n.id",
                     VALUES(v_i64((int64_t)size), v_i64(BATCH)), e)) != OK ||
        (rc = log_size(&now, db, e)) != OK)
        return rc;
    return now == s->size ? OK
                          : err_set(e, E_INTERNAL, "%zu entries of the log became %llu leaves",
                                    n->count, (unsigned long long)(now - size));
}

struct keeping {
    struct sequencer *s;
    int64_t at_ms;
    struct str note;
};

static err_t keep_head(struct db *db, void *arg, struct err *e)
{
    struct keeping *k = arg;
    struct log_head_row last;
    arena_reset(k->s->arena);
    err_t rc = check_epoch(db, k->s, e);
    if (rc != OK)
        return rc;
    rc = log_head_latest(&last, db, k->s->arena, e);
    if (rc == OK && (last.at_ms > k->at_ms || last.size >= k->s->size))
        return err_set(e, E_INTERNAL, "a head of the log would not follow the last one");
    if (rc != OK && rc != E_NOTFOUND)
        return rc;
    return db_run(db, "INSERT INTO log_head (size, at_ms, note) VALUES (?1, ?2, ?3)",
                  VALUES(v_i64((int64_t)k->s->size), v_i64(k->at_ms), v_str(k->note)), e);
}

/* --- the work --------------------------------------------------------------------------- */

/* *more: the step was full, so there may be others. */
static err_t number_some(struct sequencer *s, bool *more, struct err *e)
{
    struct numbering n = {s, 0};
    err_t rc = store_write(s->o.store, number_entries, &n, e);
    *more = rc == OK && n.count == BATCH;
    return rc;
}

static bool head_is_due(const struct sequencer *s)
{
    return s->head_ms < 0 || s->head_size < s->size;
}

/* The time is read first, then asked whether it was right. */
static err_t head_time(int64_t *out, struct sequencer *s, struct err *e)
{
    struct clock_state state;
    *out = clock_now_ms(s->o.clock);
    s->untimely = s->doubted = false;
    err_t rc = clock_state_load(&state, s->holding, e);
    if (rc != OK)
        return rc;
    s->untimely = s->doubted = true;
    if (state.doubt != CLOCK_TRUSTED || clock_watch_doubted(s->o.watch))
        return err_set(e, E_CONFLICT,
                       "the clock is in doubt: nothing is signed before people have said what time "
                       "it is");
    s->doubted = false;
    if (*out < s->head_ms && s->head_ms <= state.signed_until_ms)
        *out = s->head_ms;
    if (*out < s->head_ms)
        return err_set(e, E_CONFLICT,
                       "the clock is %lld s behind the last head of the evidence log: nothing is "
                       "signed before it is set right",
                       (long long)(s->head_ms - *out + 999) / 1000);
    s->untimely = false;
    return OK;
}

static err_t sign_head(struct sequencer *s, struct err *e)
{
    struct keeping k = {.s = s};
    struct buf text = {0}, note = {0};
    err_t rc = head_time(&k.at_ms, s, e);
    if (rc != OK)
        return rc;
    head_write_text(&text, s->o.suite->origin, s->size, &s->root, k.at_ms);
    buf_add(&note, buf_str(&text));
    buf_addc(&note, '\n');
    note_sign(&note, &s->signer, buf_str(&text));
    k.note = buf_str(&note);
    rc = store_write(s->o.store, keep_head, &k, e);
    if (rc == OK) {
        s->head_size = s->size;
        s->head_ms = k.at_ms;
    }
    buf_clear(&note);
    buf_clear(&text);
    return rc;
}

err_t sequencer_run(struct sequencer *s, struct err *e)
{
    bool more = true;
    err_t rc = OK;
    while (rc == OK && more)
        rc = number_some(s, &more, e);
    return rc == OK && head_is_due(s) ? sign_head(s, e) : rc;
}

/* --- taking and giving the part ------------------------------------------------------------ */

static err_t take_file_lock(struct sequencer *s, struct err *e)
{
    const struct fs *fs = s->o.fs;
    const char *path = arena_printf(s->arena, "%s/log.lock", s->o.data).ptr;
    s->lock = fs->open(fs, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0)
        return err_errno(e, errno, "cannot open %s", path);
    if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
        return OK;
    s->held = errno == EWOULDBLOCK;
    return s->held ? err_set(e, E_BUSY, "%s: another process keeps the evidence log", path)
                   : err_errno(e, errno, "cannot lock %s", path);
}

static err_t take_store_lock(struct sequencer *s, struct err *e)
{
    bool got = false;
    err_t rc =
        db_open(&s->holding, store_url(s->o.store), &(struct db_options){.must_exist = true}, e);
    if (rc == OK)
        rc = db_try_lock(&got, s->holding, LOCK_NUMBER, e);
    s->held = rc == OK && !got;
    return s->held ? err_set(e, E_BUSY, "another process keeps the evidence log of this store")
                   : rc;
}

static err_t take_locks(struct sequencer *s, struct err *e)
{
    err_t rc = s->o.locked ? OK : take_file_lock(s, e);
    return rc == OK ? take_store_lock(s, e) : rc;
}

static void give_locks_back(struct sequencer *s)
{
    db_close(s->holding);
    if (s->lock >= 0)
        s->o.fs->close(s->o.fs, s->lock);
}

/* What the last holder left: the latest head. */
static err_t load_head(struct sequencer *s, struct err *e)
{
    struct log_head_row head;
    err_t rc = log_head_latest(&head, s->holding, s->arena, e);
    if (rc == OK) {
        s->head_size = head.size;
        s->head_ms = head.at_ms;
    }
    return rc == E_NOTFOUND ? OK : rc;
}

/* *held: another process has the part, and not the store alone is busy. */
static err_t open_part(struct sequencer **out, bool *held, const struct sequencer_options *o,
                       struct err *e)
{
    struct sequencer *s = mem_zalloc(sizeof(*s));
    err_t rc;

    *s = (struct sequencer){.o = *o, .lock = -1, .head_ms = -1};
    s->arena = arena_new();
    s->hasher = hasher_new_of(o->suite->hash);
    if ((rc = take_locks(s, e)) == OK &&
        (rc = log_signer_open(&s->signer, o->suite, o->fs,
                              arena_printf(s->arena, "%s/keys", o->data).ptr, e)) == OK &&
        (rc = store_write(o->store, raise_epoch, s, e)) == OK)
        rc = load_head(s, e);
    *out = rc == OK ? s : NULL;
    *held = s->held;
    if (rc != OK)
        sequencer_close(s);
    return rc;
}

err_t sequencer_open(struct sequencer **out, const struct sequencer_options *o, struct err *e)
{
    bool held;
    return open_part(out, &held, o, e);
}

void sequencer_close(struct sequencer *s)
{
    if (!s)
        return;
    note_signer_clear(&s->signer);
    give_locks_back(s);
    hasher_free(s->hasher);
    arena_free(s->arena);
    free(s);
}

err_t log_sequence_now(const struct sequencer_options *o, struct err *e)
{
    struct sequencer *s = NULL;
    bool held = false;
    err_t rc = open_part(&s, &held, o, e);
    if (rc == E_BUSY && held)
        return OK; /* the holder looks every POLL_MS */
    if (rc == OK && (rc = sequencer_run(s, e)) != OK && s->doubted) {
        log_line(LOG_WARN, "%s", e->text); /* what was done is done, and its entry waits */
        rc = OK;
    }
    sequencer_close(s);
    return rc;
}

err_t log_untaken(const struct sequencer_options *o, struct err *e)
{
    struct sequencer s = {.o = *o, .lock = -1, .arena = arena_new()};
    err_t rc = take_locks(&s, e);
    give_locks_back(&s);
    arena_free(s.arena);
    return rc;
}

/* --- a server's thread ------------------------------------------------------------------------ */

struct sequencer_thread {
    struct sequencer_options o;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    bool stopping, asked; /* asked: somebody waits for a head */
    struct sequencer_state state;
};

/* Sleep until asked for a head, or to stop; after a fault (`whole`) to stop alone. */
static void pause_ms(struct sequencer_thread *t, int ms, bool whole)
{
    struct timespec until = clock_moment_in(CLOCK_MONOTONIC, ms);
    pthread_mutex_lock(&t->lock);
    while (!t->stopping && (whole || !t->asked) &&
           pthread_cond_timedwait(&t->wake, &t->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&t->lock);
}

/* Whether anything waits to be numbered: a read, so that an idle log costs no write. */
static err_t anything_new(bool *out, struct sequencer *s, struct err *e)
{
    return db_any(out, s->holding, "SELECT 1 FROM log_entry WHERE leaf IS NULL LIMIT 1", NULL, 0,
                  e);
}

/* Tell a fault once, and that it is over. */
static void note_state(struct sequencer_thread *t, const struct sequencer *s, err_t rc,
                       const struct err *e)
{
    /* E_NOTFOUND: a node without the signing key, which leaves the part to others. */
    const char *fault = rc == OK || rc == E_BUSY || rc == E_NOTFOUND ? "" : e->text;
    pthread_mutex_lock(&t->lock);
    bool changed = strncmp(t->state.fault, fault, sizeof(t->state.fault) - 1) != 0;
    t->state.holder = s != NULL;
    t->state.doubted = s && s->doubted;
    if (s)
        t->state.size = s->size;
    snprintf(t->state.fault, sizeof(t->state.fault), "%s", fault);
    pthread_mutex_unlock(&t->lock);
    if (t->o.untold)
        return;
    if (changed && *fault)
        log_line(LOG_ERROR, "the evidence log is not kept up: %s", fault);
    else if (changed)
        log_line(LOG_INFO, "the evidence log is kept up again");
}

/* One look; *since_us: when the first entry was seen that no head covers, 0: none. */
static err_t look(struct sequencer_thread *t, struct sequencer *s, int64_t *since_us, bool stopping,
                  struct err *e)
{
    bool fresh, more = true;
    int64_t now_us = clock_monotonic_us(s->o.clock);
    pthread_mutex_lock(&t->lock);
    bool asked = t->asked;
    t->asked = false;
    pthread_mutex_unlock(&t->lock);
    s->untimely = s->doubted = false; /* of this look */

    err_t rc = anything_new(&fresh, s, e);
    while (rc == OK && (fresh || s->head_ms < 0) && more)
        rc = number_some(s, &more, e);
    if (rc != OK || !head_is_due(s))
        return rc;
    if (*since_us == 0)
        *since_us = now_us;
    if (!asked && !stopping && s->head_ms >= 0 && now_us - *since_us < SIGN_AFTER_MS * 1000)
        return OK;
    rc = sign_head(s, e);
    if (rc == OK)
        *since_us = 0;
    return rc;
}

static void *keep_log(void *arg)
{
    struct sequencer_thread *t = arg;
    struct sequencer *s = NULL;
    int64_t since_us = 0;
    for (bool stopping = false; !stopping;) {
        struct err e = {0};
        pthread_mutex_lock(&t->lock);
        stopping = t->stopping;
        pthread_mutex_unlock(&t->lock);
        err_t rc = OK;
        if (!s && (rc = sequencer_open(&s, &t->o, &e)) == OK) {
            bool more; /* a new holder learns the size and root that the last one left */
            rc = number_some(s, &more, &e);
        }
        if (rc == OK)
            rc = look(t, s, &since_us, stopping, &e);
        note_state(t, s, rc, &e);
        if (rc != OK && s && !s->untimely) {
            sequencer_close(s); /* take the part anew; a wrong clock alone keeps it */
            s = NULL;
        }
        if (!stopping)
            pause_ms(t, rc == OK ? POLL_MS : RETRY_MS, rc != OK);
    }
    sequencer_close(s);
    return NULL;
}

err_t sequencer_start(struct sequencer_thread **out, const struct sequencer_options *o,
                      struct err *e)
{
    struct sequencer_thread *t = mem_zalloc(sizeof(*t));
    pthread_condattr_t monotonic;
    t->o = *o;
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&t->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = NULL;
    int code = pthread_create(&t->thread, NULL, keep_log, t);
    if (code != 0) {
        pthread_cond_destroy(&t->wake);
        pthread_mutex_destroy(&t->lock);
        free(t);
        return err_errno(e, code, "cannot start the thread that keeps the evidence log");
    }
    *out = t;
    return OK;
}

void sequencer_stop(struct sequencer_thread *t, struct sequencer_state *last)
{
    if (last)
        *last = (struct sequencer_state){0};
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    if (last)
        *last = t->state;
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* Whether the entry is under a head now. */
static err_t is_covered(bool *out, struct store *store, struct str uid, struct err *e)
{
    struct db *db = NULL;
    struct arena *a = arena_new();
    struct log_head_row head;
    int64_t leaf = -1;
    *out = false;
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK && (rc = log_leaf_of(&leaf, db, uid, e)) == OK && leaf >= 0) {
        rc = log_head_latest(&head, db, a, e);
        *out = rc == OK && head.size > (uint64_t)leaf;
        rc = rc == E_NOTFOUND ? OK : rc;
    }
    store_reader_put(store, db);
    arena_free(a);
    return rc;
}

err_t sequencer_cover(struct sequencer_thread *t, struct str uid, int timeout_ms, struct err *e)
{
    const struct clock *clock = t->o.clock;
    int64_t until_us = clock_monotonic_us(clock) + (int64_t)timeout_ms * 1000;
    const struct timespec nap = {.tv_nsec = COVER_POLL_MS * 1000000};
    for (;;) {
        bool covered;
        err_t rc = is_covered(&covered, t->o.store, uid, e);
        if (rc != OK || covered)
            return rc;
        if (clock_monotonic_us(clock) >= until_us)
            return err_set(e, E_BUSY,
                           "the entry is kept, but under no signed head yet; ask again later");
        pthread_mutex_lock(&t->lock);
        t->asked = true;
        pthread_cond_signal(&t->wake);
        pthread_mutex_unlock(&t->lock);
        nanosleep(&nap, NULL);
    }
}

void sequencer_state(struct sequencer_state *out, struct sequencer_thread *t)
{
    pthread_mutex_lock(&t->lock);
    *out = t->state;
    pthread_mutex_unlock(&t->lock);
}
