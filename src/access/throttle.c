/* One entry per kind and subject in a map; `known` is what the store said last, `fresh`
 * what this process has counted since, `sent` what is on its way to the store. The
 * lock is held for counting only: the store is read and written without it. An answer
 * of the store may hold what another thread has sent: then it counts twice for a
 * moment, never too little. */
#include "access/throttle.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdatomic.h>

#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define CHINA_MS (8 * 60 * MINUTE_MS)
#define FLUSH_PART 64
#define FLUSH_MS 10000
#define SUBJECT_MAX 80
/* Subjects at once. Strangers' addresses beyond share one entry. */
#define ENTRIES_MAX 100000
#define ROOM_EVERY_MS 1000 /* a walk over all of them */

static const char *const kind_names[THROTTLE_KINDS] = {"reads", "calls", "objections"};

struct entry {
    char key[SUBJECT_MAX]; /* "reads account:12" */
    enum throttle_kind kind;
    int64_t bucket;
    int64_t known, fresh, sent;
    int64_t flushed_ms;
    bool loaded;  /* known is the store's */
    bool failing; /* the store took nothing last time: try again by the clock only */
    bool refused; /* in this window already */
};

struct throttle {
    struct store *store;
    const struct clock *clock;
    struct throttle_limits limits; /* guarded by lock */
    atomic_bool on;                /* one of them is set */
    pthread_mutex_t lock;
    struct map *index; /* key → place in entries */
    struct entry *entries;
    size_t count, cap;
    int64_t room_made_ms;
};

struct throttle *throttle_new(struct store *store, const struct clock *clock,
                              const struct throttle_limits *limits)
{
    struct throttle *t = mem_zalloc(sizeof(*t));
    t->store = store;
    t->clock = clock;
    t->index = map_new((uint64_t)clock_monotonic_us(clock));
    pthread_mutex_init(&t->lock, NULL);
    throttle_limit(t, limits);
    return t;
}

void throttle_free(struct throttle *t)
{
    struct err e;
    if (!t)
        return;
    if (throttle_flush(t, &e) != OK)
        log_line(LOG_WARN, "the last seconds of reading are not counted: %s", e.text);
    map_free(t->index);
    free(t->entries);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static int64_t window_of(enum throttle_kind kind)
{
    return kind == THROTTLE_READS ? DAY_MS : kind == THROTTLE_CALLS ? MINUTE_MS : HOUR_MS;
}

/* Days begin at midnight in China. */
static int64_t bucket_of(enum throttle_kind kind, int64_t now_ms)
{
    return (now_ms + CHINA_MS) / window_of(kind);
}

static bool is_kept(enum throttle_kind kind)
{
    return kind == THROTTLE_READS;
}

/* --- entries (under the lock) ------------------------------------------------------------ */

/* Forget windows that are over and owe the store nothing. */
static void make_room(struct throttle *t, int64_t now_ms)
{
    size_t kept = 0;
    t->room_made_ms = now_ms;
    map_free(t->index);
    t->index = map_new((uint64_t)clock_monotonic_us(t->clock));
    for (size_t i = 0; i < t->count; i++) {
        struct entry *x = &t->entries[i];
        bool added;
        bool owes = is_kept(x->kind) && (x->fresh > 0 || x->sent > 0);
        if (x->bucket != bucket_of(x->kind, now_ms) && !owes)
            continue;
        t->entries[kept] = *x;
        *map_put(t->index, str_of(t->entries[kept].key), &added) = kept;
        kept++;
    }
    t->count = kept;
}

static struct entry *entry_of(struct throttle *t, enum throttle_kind kind, const char *subject,
                              int64_t now_ms)
{
    char key[SUBJECT_MAX];
    bool added = false;

    (void)snprintf(key, sizeof(key), "%s %s", kind_names[kind], subject);
    if (t->count >= ENTRIES_MAX && !map_get(t->index, str_of(key))) {
        if (now_ms - t->room_made_ms >= ROOM_EVERY_MS || now_ms < t->room_made_ms)
            make_room(t, now_ms);
        if (t->count >= ENTRIES_MAX && strncmp(subject, "address:", 8) == 0)
            (void)snprintf(key, sizeof(key), "%s address:others", kind_names[kind]);
    }
    uint64_t *place = map_put(t->index, str_of(key), &added);
    if (added) {
        if (t->count == t->cap) {
            t->cap = t->cap ? t->cap * 2 : 64;
            t->entries = mem_grow(t->entries, t->cap * sizeof(*t->entries));
        }
        *place = t->count;
        struct entry *x = &t->entries[t->count++];
        *x = (struct entry){.kind = kind, .bucket = bucket_of(kind, now_ms), .flushed_ms = now_ms};
        memcpy(x->key, key, sizeof(key));
    }
    return &t->entries[*place];
}

/* A new window begins with nothing; what the old one owes the store is lost with it (a
 * flush comes every 10 s). */
static void turn(struct entry *x, int64_t now_ms)
{
    int64_t bucket = bucket_of(x->kind, now_ms);
    if (x->bucket == bucket)
        return;
    x->bucket = bucket;
    x->known = x->fresh = x->sent = 0;
    x->loaded = x->refused = false;
}

/* --- the store ------------------------------------------------------------------------------ */

struct addition {
    char key[SUBJECT_MAX];
    enum throttle_kind kind;
    int64_t bucket, amount;
    int64_t total; /* of all, after the addition */
};

static struct str subject_of(const char *key)
{
    return str_of(strchr(key, ' ') + 1);
}

static err_t read_total(int64_t *out, struct db *db, const struct addition *a, struct err *e)
{
    return db_i64(
        out, db,
        "SELECT amount FROM usage_count WHERE kind = ?1 AND subject = ?2"
        " AND bucket = ?3",
        VALUES(v_str(str_of(kind_names[a->kind])), v_str(subject_of(a->key)), v_i64(a->bucket)), e);
}

static err_t add_step(struct db *db, void *arg, struct err *e)
{
    static const struct upsert upsert = {"usage_count", "kind, subject, bucket", "amount"};
    struct addition *a = arg;
    err_t rc = read_total(&a->total, db, a, e);
    if (rc != OK)
        return rc;
    a->total += a->amount;
    return db_upsert(db, &upsert,
                     VALUES(v_str(str_of(kind_names[a->kind])), v_str(subject_of(a->key)),
                            v_i64(a->bucket), v_i64(a->total)),
                     e);
}

/* What the others have counted, at the first sight of a subject. */
static err_t load(struct throttle *t, struct addition *a, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, t->store, e);
    if (rc == OK)
        rc = read_total(&a->total, db, a, e);
    store_reader_put(t->store, db);
    return rc;
}

/* Learn the total; add what is fresh when there is enough of it. */
static err_t settle(struct throttle *t, const struct addition *want, struct err *e)
{
    struct addition a = *want;
    err_t rc = a.amount > 0 ? store_write(t->store, add_step, &a, e) : load(t, &a, e);

    pthread_mutex_lock(&t->lock);
    uint64_t *place = map_get(t->index, str_of(a.key));
    struct entry *x = place ? &t->entries[*place] : NULL;
    if (x && x->bucket == a.bucket) {
        x->sent -= a.amount;
        if (rc != OK)
            x->fresh += a.amount; /* owed still */
        else if (a.total > x->known)
            x->known = a.total; /* it only grows: a smaller one is older */
        x->loaded = x->loaded || rc == OK;
        x->failing = rc != OK;
    }
    pthread_mutex_unlock(&t->lock);
    return rc;
}

/* Must the store be asked before or after counting? Fills *a when so. */
static bool is_due(struct addition *a, struct entry *x, int64_t limit, int64_t now_ms)
{
    if (!is_kept(x->kind))
        return false;
    bool late = now_ms - x->flushed_ms >= FLUSH_MS;
    bool enough = x->fresh > 0 && (late || (!x->failing && x->fresh >= limit / FLUSH_PART));
    if (x->loaded && !enough)
        return false;
    *a = (struct addition){.kind = x->kind, .bucket = x->bucket, .amount = x->fresh};
    memcpy(a->key, x->key, sizeof(a->key));
    x->sent += x->fresh;
    x->fresh = 0;
    x->flushed_ms = now_ms;
    return true;
}

/* --- taking ------------------------------------------------------------------------------------ */

struct claim {
    char subject[SUBJECT_MAX];
    int64_t limit;
    bool unit;
};

static struct throttle_limits limits_of(struct throttle *t)
{
    pthread_mutex_lock(&t->lock);
    struct throttle_limits l = t->limits;
    pthread_mutex_unlock(&t->lock);
    return l;
}

void throttle_limit(struct throttle *t, const struct throttle_limits *limits)
{
    pthread_mutex_lock(&t->lock);
    t->limits = *limits;
    pthread_mutex_unlock(&t->lock);
    atomic_store(&t->on, limits->reads_account > 0 || limits->reads_unit > 0 ||
                             limits->calls_account > 0 || limits->calls_address > 0);
}

bool throttle_is_on(const struct throttle *t)
{
    return atomic_load(&t->on);
}

/* The address is counted in any case: its first ones are granted whatever comes to the list. */
static size_t objection_claims(struct claim out[2], const struct throttle_limits *l,
                               const struct throttle_subject *who)
{
    if (l->objections_address == 0 && l->objections_list == 0)
        return 0;
    out[0].limit = l->objections_address ? l->objections_address : INT64_MAX;
    (void)snprintf(out[0].subject, SUBJECT_MAX, "address:%.*s", STR_ARG(who->address));
    out[1].limit = l->objections_list ? l->objections_list : INT64_MAX;
    (void)snprintf(out[1].subject, SUBJECT_MAX, "list:%lld", (long long)who->list);
    return 2;
}

/* Without a limit there is nothing to count. */
static size_t claims_of(struct claim out[2], struct throttle *t, enum throttle_kind kind,
                        const struct throttle_subject *who)
{
    struct throttle_limits l = limits_of(t);
    bool reads = kind == THROTTLE_READS, known = who->account != 0;
    if (kind == THROTTLE_OBJECTIONS)
        return objection_claims(out, &l, who);
    int64_t own = reads ? l.reads_account : known ? l.calls_account : l.calls_address;
    size_t n = 0;
    if (own > 0) {
        out[n] = (struct claim){.limit = own};
        if (known)
            (void)snprintf(out[n++].subject, SUBJECT_MAX, "account:%lld", (long long)who->account);
        else
            (void)snprintf(out[n++].subject, SUBJECT_MAX, "address:%.*s", STR_ARG(who->address));
    }
    if (reads && known && who->unit != 0 && l.reads_unit > 0) {
        (void)snprintf(out[n].subject, SUBJECT_MAX, "unit:%lld", (long long)who->unit);
        out[n].unit = true;
        out[n++].limit = l.reads_unit;
    }
    return n;
}

static err_t load_new(struct throttle *t, enum throttle_kind kind, const struct claim *claims,
                      size_t count, int64_t now_ms, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count && is_kept(kind); i++) {
        struct addition a;
        pthread_mutex_lock(&t->lock);
        struct entry *x = entry_of(t, kind, claims[i].subject, now_ms);
        turn(x, now_ms);
        bool due = !x->loaded && is_due(&a, x, claims[i].limit, now_ms);
        pthread_mutex_unlock(&t->lock);
        if (due)
            rc = settle(t, &a, e);
    }
    return rc;
}

/* Under the lock. */
static bool is_always(struct throttle *t, enum throttle_kind kind, const struct claim *claims,
                      int64_t now_ms)
{
    if (kind != THROTTLE_OBJECTIONS)
        return false;
    struct entry *x = entry_of(t, kind, claims[0].subject, now_ms);
    turn(x, now_ms);
    return x->fresh < OBJECTIONS_ALWAYS;
}

err_t throttle_take(struct throttle_answer *out, struct throttle *t, enum throttle_kind kind,
                    const struct throttle_subject *who, int64_t amount, struct err *e)
{
    struct claim claims[2] = {0};
    struct addition due[2];
    size_t due_count = 0, count = claims_of(claims, t, kind, who);
    int64_t now_ms = clock_now_ms(t->clock);
    err_t rc = load_new(t, kind, claims, count, now_ms, e);

    *out = (struct throttle_answer){0};
    if (rc != OK)
        return rc;
    pthread_mutex_lock(&t->lock);
    out->always = count > 0 && is_always(t, kind, claims, now_ms);
    for (size_t i = 0; i < count && out->retry_ms == 0; i++) {
        struct entry *x = entry_of(t, kind, claims[i].subject, now_ms);
        turn(x, now_ms);
        if (out->always || x->known + x->sent + x->fresh + amount <= claims[i].limit)
            continue;
        out->retry_ms = (x->bucket + 1) * window_of(kind) - CHINA_MS - now_ms;
        out->first = !x->refused;
        out->unit = claims[i].unit;
        x->refused = true;
    }
    for (size_t i = 0; i < count && out->retry_ms == 0; i++) {
        struct entry *x = entry_of(t, kind, claims[i].subject, now_ms);
        x->fresh += amount;
        due_count += is_due(&due[due_count], x, claims[i].limit, now_ms);
    }
    pthread_mutex_unlock(&t->lock);
    for (size_t i = 0; i < due_count; i++) {
        struct err why;
        if (settle(t, &due[i], &why) != OK) /* a full disk stops no reading; it stays owed */
            log_line(LOG_WARN, "reading is counted in memory only: %s", why.text);
    }
    return OK;
}

void throttle_return(struct throttle *t, const struct throttle_subject *who)
{
    struct claim claims[2] = {0};
    size_t count = claims_of(claims, t, THROTTLE_OBJECTIONS, who);
    int64_t now_ms = clock_now_ms(t->clock);
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < count; i++) {
        struct entry *x = entry_of(t, THROTTLE_OBJECTIONS, claims[i].subject, now_ms);
        turn(x, now_ms);
        x->fresh -= x->fresh > 0;
    }
    pthread_mutex_unlock(&t->lock);
}

static err_t sweep_step(struct db *db, void *arg, struct err *e)
{
    const int64_t *bucket = arg;
    return db_run(db, "DELETE FROM usage_count WHERE kind = 'reads' AND bucket < ?1",
                  VALUES(v_i64(*bucket)), e);
}

/* The next entry from *at on that owes the store something. */
static bool next_owed(struct addition *a, struct throttle *t, size_t *at, int64_t now_ms)
{
    bool found = false;
    pthread_mutex_lock(&t->lock);
    for (; !found && *at < t->count; ++*at)
        if (t->entries[*at].fresh > 0)
            found = is_due(a, &t->entries[*at], 0, now_ms);
    pthread_mutex_unlock(&t->lock);
    return found;
}

err_t throttle_flush(struct throttle *t, struct err *e)
{
    int64_t now_ms = clock_now_ms(t->clock), week_ago = bucket_of(THROTTLE_READS, now_ms) - 7;
    struct addition a;
    err_t rc = OK;
    for (size_t at = 0; rc == OK && next_owed(&a, t, &at, now_ms);)
        rc = settle(t, &a, e);
    return rc == OK ? store_write(t->store, sweep_step, &week_ago, e) : rc;
}
