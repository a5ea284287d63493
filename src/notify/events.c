/* One lock guards all: the thread that looks holds it to hand events out, a reader
 * to take bytes; never while the store is read. Streams of an account stand in one
 * bucket, so an event costs what its own listeners cost. */
#include "notify/events.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "notify/notification.h"
#include <pthread.h>
#include <stdlib.h>

#define LOOK_MS 500
#define BUCKETS 1024
#define ROWS_A_LOOK 500

struct event_stream {
    struct event_stream *next, **at; /* in its bucket */
    struct events *hub;
    int64_t account;
    int64_t began_us, beat_us; /* monotonic; beat: when it last said something */
    struct buf waiting;
    size_t taken; /* of waiting */
    bool over;
    void (*wake)(void *arg); /* somebody waits; NULL: nobody does */
    void *wake_arg;
};

struct events {
    struct store *store;
    const struct clock *clock;
    pthread_t thread;
    bool thread_runs;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t poked;
    bool poke, stopping;
    struct event_stream *buckets[BUCKETS];
    size_t open;
    /* of the thread alone */
    struct map *seen, *seen_before; /* what was told of late: "j12.3", "n7" */
    int64_t turned_ms;              /* when these two changed places */
    bool said;                      /* that the store cannot be read */
};

/* --- one event ------------------------------------------------------------------------ */

struct event {
    int64_t account, at_ms;
    struct str key; /* which state of which thing */
    struct str text;
};
typedef VEC(struct event) event_vec;

static struct str event_text(const char *name, int64_t at_ms, struct buf *json, struct arena *a)
{
    struct str text = arena_printf(a, "id: %lld\nevent: %s\ndata: %.*s\n\n", (long long)at_ms, name,
                                   STR_ARG(buf_str(json)));
    buf_clear(json);
    return text;
}

static void add_job(event_vec *out, struct stmt *st, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "id", stmt_i64(st, 0));
    jout_pair(&j, "kind", stmt_str(st, 4));
    jout_pair(&j, "state", stmt_str(st, 5));
    jout_pair_i64(&j, "done", stmt_i64(st, 6));
    jout_pair_i64(&j, "total", stmt_i64(st, 7));
    jout_pair(&j, "note", stmt_str(st, 8));
    jout_pair(&j, "error", stmt_str(st, 9));
    jout_end_object(&j);
    VEC_PUSH(a, out,
             ((struct event){.account = stmt_i64(st, 2),
                             .at_ms = stmt_i64(st, 3),
                             .key = arena_printf(a, "j%lld.%lld", (long long)stmt_i64(st, 0),
                                                 (long long)stmt_i64(st, 1)),
                             .text = event_text("job", stmt_i64(st, 3), j.to, a)}));
}

static void add_notification(event_vec *out, struct stmt *st, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "id", stmt_i64(st, 0));
    jout_pair(&j, "kind", stmt_str(st, 3));
    jout_pair(&j, "title", notification_title(msg_lang(), stmt_str(st, 3), stmt_str(st, 4), a));
    notification_subject_json(&j, stmt_str(st, 5));
    jout_end_object(&j);
    VEC_PUSH(a, out,
             ((struct event){.account = stmt_i64(st, 1),
                             .at_ms = stmt_i64(st, 2),
                             .key = arena_printf(a, "n%lld", (long long)stmt_i64(st, 0)),
                             .text = event_text("notification", stmt_i64(st, 2), j.to, a)}));
}

/* A line of a case's history, for one account of those who may read the case. */
static void add_case(event_vec *out, struct stmt *st, struct arena *a)
{
    int64_t line = stmt_i64(st, 0), account = stmt_i64(st, 1), at_ms = stmt_i64(st, 2);
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "id", stmt_i64(st, 3));
    jout_pair_i64(&j, "version", stmt_i64(st, 4));
    jout_end_object(&j);
    VEC_PUSH(
        a, out,
        ((struct event){.account = account,
                        .at_ms = at_ms,
                        .key = arena_printf(a, "c%lld.%lld", (long long)line, (long long)account),
                        .text = event_text("case", at_ms, j.to, a)}));
    buf_addz(j.to, "{}");
    VEC_PUSH(
        a, out,
        ((struct event){.account = account,
                        .at_ms = at_ms,
                        .key = arena_printf(a, "t%lld.%lld", (long long)line, (long long)account),
                        .text = event_text("todo", at_ms, j.to, a)}));
}

/* The accounts of the party, of the offices of its place, and of who was given the case; of the last lines of all
 * histories, so that no index by time is wanted. */
#define CASES                                                                                      \
    "SELECT s.id, a.id, s.at_ms, s.case_id, s.version FROM flow_step s JOIN flow_case c ON c.id"   \
    " = s.case_id JOIN unit u ON ((u.id = c.owner_unit AND c.secrecy < 2) OR (u.kind = "           \
    "'province_office' AND"                                                                        \
    " u.owner_province = c.owner_province) OR (u.kind = 'city_office' AND u.owner_city ="          \
    " c.owner_city) OR u.id IN (SELECT g.unit FROM assignment g WHERE g.type = 'case' AND"         \
    " g.record_id = c.id) OR u.id IN (SELECT h.owner_unit FROM assignment g JOIN account h ON"     \
    " h.id = g.account WHERE g.type = 'case' AND g.record_id = c.id)) JOIN account a ON"           \
    " a.owner_unit = u.id AND a.state = 'active' WHERE s.id > (SELECT coalesce(max(m.id), 0) -"    \
    " 500 FROM flow_step m) AND s.at_ms > ?1 ORDER BY s.id, a.id"
#define JOBS                                                                                       \
    "SELECT j.id, j.version, j.owner, j.changed_ms, j.kind, j.state, j.done, j.total, j.note,"     \
    " j.error FROM job j JOIN account c ON c.id = j.owner AND c.state = 'active'"
#define NOTIFICATIONS                                                                              \
    "SELECT m.id, m.account, m.created_ms, m.kind, m.arguments, m.link FROM notification m"        \
    " JOIN account c ON c.id = m.account AND c.state = 'active'"

static err_t collect(event_vec *out, struct db *db, const char *sql, const struct value *values,
                     size_t count, void (*add)(event_vec *, struct stmt *, struct arena *),
                     struct arena *a, struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, sql, values, count)
        add(out, st, a);
    return rc;
}

static err_t changed_since(event_vec *out, struct store *store, int64_t since_ms, struct arena *a,
                           struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    if (rc != OK)
        return rc;
    rc = collect(out, db, JOBS " WHERE j.changed_ms > ?1 ORDER BY j.changed_ms NULLS LAST, j.id",
                 VALUES(v_i64(since_ms)), add_job, a, e);
    if (rc == OK)
        rc =
            collect(out, db,
                    NOTIFICATIONS " WHERE m.created_ms > ?1 ORDER BY m.created_ms NULLS LAST, m.id",
                    VALUES(v_i64(since_ms)), add_notification, a, e);
    if (rc == OK)
        rc = collect(out, db, CASES, VALUES(v_i64(since_ms)), add_case, a, e);
    store_reader_put(store, db);
    return rc;
}

/* The latest ROWS_A_LOOK of one account: who was away longer reads the lists anyway. */
static err_t missed(event_vec *out, struct store *store, int64_t account, int64_t since_ms,
                    struct arena *a, struct err *e)
{
    return STORE_READ(db, store, e,
                      collect(out, db,
                              JOBS " WHERE j.owner = ?1 AND j.changed_ms > ?2"
                                   " ORDER BY j.changed_ms DESC NULLS LAST, j.id DESC LIMIT ?3",
                              VALUES(v_i64(account), v_i64(since_ms), v_i64(ROWS_A_LOOK)), add_job,
                              a, e)
                          ?: collect(out, db,
                                     NOTIFICATIONS " WHERE m.account = ?1 AND m.created_ms > ?2"
                                                   " ORDER BY m.id DESC NULLS LAST LIMIT ?3",
                                     VALUES(v_i64(account), v_i64(since_ms), v_i64(ROWS_A_LOOK)),
                                     add_notification, a, e));
}

/* --- streams; all under the lock --------------------------------------------------------- */

static void wake(struct event_stream *s)
{
    if (s->wake)
        s->wake(s->wake_arg);
    s->wake = NULL;
}

static void say(struct event_stream *s, struct str text, int64_t now_us)
{
    buf_add(&s->waiting, text);
    s->over |= !buf_ok(&s->waiting);
    s->beat_us = now_us;
    wake(s);
}

static struct event_stream **bucket_of(struct events *h, int64_t account)
{
    return &h->buckets[(uint64_t)account % BUCKETS];
}

static void tell(struct events *h, const struct event *x, int64_t now_us)
{
    for (struct event_stream *s = *bucket_of(h, x->account); s; s = s->next)
        if (s->account == x->account && !s->over)
            say(s, x->text, now_us);
}

static void beat(struct events *h, int64_t now_us)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct event_stream *s = h->buckets[i]; s; s = s->next) {
            if (!s->over && now_us - s->began_us > (int64_t)EVENTS_LIFE_MS * 1000) {
                s->over = true;
                wake(s);
            } else if (!s->over && now_us - s->beat_us >= (int64_t)EVENTS_HEARTBEAT_MS * 1000) {
                say(s, STR(":\n\n"), now_us);
            }
        }
}

/* --- the thread ---------------------------------------------------------------------------- */

static bool is_new(struct events *h, struct str key)
{
    bool added = false;
    if (map_get(h->seen_before, key))
        return false;
    (void)map_put(h->seen, key, &added);
    return added;
}

/* What was seen is forgotten once it is too old to be looked at again. */
static void forget_old(struct events *h, int64_t now_ms)
{
    if (now_ms >= h->turned_ms && now_ms - h->turned_ms < 2 * (int64_t)EVENTS_OVERLAP_MS)
        return;
    map_free(h->seen_before);
    h->seen_before = h->seen;
    h->seen = map_new((uint64_t)now_ms);
    h->turned_ms = now_ms;
}

static void look(struct events *h, struct arena *a)
{
    int64_t now_ms = clock_now_ms(h->clock);
    event_vec found = {0};
    struct err e;
    forget_old(h, now_ms);
    err_t rc = changed_since(&found, h->store, now_ms - EVENTS_OVERLAP_MS, a, &e);
    if (rc != OK && !h->said)
        log_line(LOG_WARN, "events are not told: %s", e.text);
    h->said = rc != OK;
    int64_t now_us = clock_monotonic_us(&clock_system);
    pthread_mutex_lock(&h->lock);
    for (size_t i = 0; rc == OK && i < found.len; i++)
        if (is_new(h, found.ptr[i].key))
            tell(h, &found.ptr[i], now_us);
    beat(h, now_us);
    pthread_mutex_unlock(&h->lock);
}

static void *watch(void *arg)
{
    struct events *h = arg;
    struct arena *a = arena_new();
    pthread_mutex_lock(&h->lock);
    while (!h->stopping) {
        struct timespec until = clock_moment_in(CLOCK_MONOTONIC, LOOK_MS);
        if (h->open == 0)
            pthread_cond_wait(&h->poked, &h->lock);
        else if (!h->poke)
            pthread_cond_timedwait(&h->poked, &h->lock, &until);
        h->poke = false;
        if (h->open == 0 || h->stopping)
            continue;
        pthread_mutex_unlock(&h->lock);
        look(h, a);
        arena_reset(a);
        pthread_mutex_lock(&h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    arena_free(a);
    return NULL;
}

err_t events_start(struct events **out, struct store *store, const struct clock *clock,
                   struct err *e)
{
    struct events *h = mem_zalloc(sizeof(*h));
    pthread_condattr_t monotonic;
    *h = (struct events){
        .store = store, .clock = clock, .seen = map_new(1), .seen_before = map_new(2)};
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&h->poked, &monotonic);
    pthread_condattr_destroy(&monotonic);
    h->thread_runs = pthread_create(&h->thread, NULL, watch, h) == 0;
    if (!h->thread_runs) {
        events_stop(h);
        *out = NULL;
        return err_set(e, E_IO, "cannot start a worker thread");
    }
    *out = h;
    return OK;
}

void events_stop(struct events *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->poked);
    pthread_mutex_unlock(&h->lock);
    if (h->thread_runs)
        pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->poked);
    pthread_mutex_destroy(&h->lock);
    map_free(h->seen);
    map_free(h->seen_before);
    free(h);
}

void events_poke(struct events *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->poke = true;
    pthread_cond_signal(&h->poked);
    pthread_mutex_unlock(&h->lock);
}

size_t events_open_count(struct events *h)
{
    pthread_mutex_lock(&h->lock);
    size_t n = h->open;
    pthread_mutex_unlock(&h->lock);
    return n;
}

/* --- opening, reading ------------------------------------------------------------------------ */

/* False: there are too many. */
static bool enter(struct events *h, struct event_stream *s)
{
    struct event_stream **bucket = bucket_of(h, s->account);
    size_t own = 0;
    pthread_mutex_lock(&h->lock);
    for (struct event_stream *i = *bucket; i; i = i->next)
        own += i->account == s->account;
    bool room = own < EVENTS_OF_ACCOUNT_MAX && h->open < EVENTS_STREAMS_MAX;
    if (room) {
        s->next = *bucket;
        s->at = bucket;
        if (s->next)
            s->next->at = &s->next;
        *bucket = s;
        h->open++;
        pthread_cond_signal(&h->poked); /* the thread sleeps without streams */
    }
    pthread_mutex_unlock(&h->lock);
    return room;
}

err_t events_open(struct event_stream **out, struct events *h, int64_t account, int64_t since_ms,
                  struct err *e)
{
    struct event_stream *s = mem_zalloc(sizeof(*s));
    struct arena *a = arena_new();
    event_vec found = {0};
    err_t rc = OK;

    *out = NULL;
    s->hub = h;
    s->account = account;
    s->began_us = s->beat_us = clock_monotonic_us(&clock_system);
    buf_init(&s->waiting, EVENTS_BUFFER_MAX);
    /* First in, then what was missed: in between nothing is lost. */
    if (!enter(h, s)) {
        buf_clear(&s->waiting);
        free(s);
        arena_free(a);
        return err_set(e, E_LIMIT, "too many streams of events are open; close some pages");
    }
    if (since_ms > 0)
        rc = missed(&found, h->store, account, since_ms - EVENTS_OVERLAP_MS, a, e);
    pthread_mutex_lock(&h->lock);
    struct buf meanwhile = s->waiting; /* told behind what was missed: what is so now comes last */
    buf_init(&s->waiting, EVENTS_BUFFER_MAX);
    buf_addz(&s->waiting, "retry: 3000\n\n");
    for (size_t i = found.len; rc == OK && i > 0; i--)
        buf_add(&s->waiting, found.ptr[i - 1].text);
    buf_add(&s->waiting, buf_str(&meanwhile));
    buf_clear(&meanwhile);
    pthread_mutex_unlock(&h->lock);
    arena_free(a);
    if (rc != OK) {
        events_close(s);
        return rc;
    }
    *out = s;
    return OK;
}

void events_close(struct event_stream *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->hub->lock);
    *s->at = s->next;
    if (s->next)
        s->next->at = s->at;
    s->hub->open--;
    pthread_mutex_unlock(&s->hub->lock);
    buf_clear(&s->waiting);
    free(s);
}

ssize_t events_read(struct event_stream *s, char *to, size_t max, void (*wait)(void *),
                    void (*wake_fn)(void *), void *arg)
{
    pthread_mutex_lock(&s->hub->lock);
    size_t left = s->waiting.len - s->taken, n = left < max ? left : max;
    ssize_t given = (ssize_t)n;
    if (n > 0) {
        memcpy(to, s->waiting.ptr + s->taken, n);
        s->taken += n;
        if (s->taken == s->waiting.len) {
            bool failed = !buf_ok(&s->waiting);
            buf_clear(&s->waiting); /* an idle stream keeps no memory */
            s->over |= failed;
            s->taken = 0;
        }
    } else if (s->over) {
        given = EVENTS_END;
    } else {
        s->wake = wake_fn;
        s->wake_arg = arg;
        wait(arg);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return given;
}
