/* A ring of chunks: the thread fills one while the caller empties another. A
 * chunk is handed over when it holds CHUNK_ROWS rows or CHUNK_BYTES bytes, and
 * past AHEAD_BYTES the thread waits for the caller, so that large rows do not
 * pile up. Only the ring's counters are shared; a chunk
 * belongs to the thread until it is counted as filled, then to the caller until
 * it is counted as emptied. */
#include "text/rows_ahead.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>

#define CHUNKS 3
#define CHUNK_ROWS 256
#define CHUNK_BYTES ((size_t)256 << 10)
#define AHEAD_BYTES ((size_t)1 << 20)

struct entry {
    struct row row;
    bool has_row;
    err_t rc;
    struct str sentence; /* of rc */
};

struct chunk {
    struct arena *arena;
    struct entry entries[CHUNK_ROWS];
    size_t count;
};

struct ahead {
    struct rows inner;
    pthread_t thread;
    pthread_mutex_t lock; /* guards filled, emptied, filled_bytes, stopping */
    pthread_cond_t changed;
    uint64_t filled, emptied; /* chunks so far; chunk number n is ring[n % CHUNKS] */
    size_t filled_bytes;      /* of the chunks filled and not emptied */
    bool stopping;
    struct chunk ring[CHUNKS];
    size_t at;  /* the caller's place in chunk `emptied` */
    bool ended; /* the caller has seen the end */
};

static bool is_end(const struct entry *e)
{
    return e->rc == OK && !e->has_row;
}

/* Returns whether the end was reached. */
static bool fill(struct chunk *c, struct rows *inner)
{
    c->count = 0;
    while (c->count < CHUNK_ROWS && arena_used(c->arena) < CHUNK_BYTES) {
        struct entry *entry = &c->entries[c->count++];
        struct err e = {0};
        *entry = (struct entry){0};
        entry->rc = rows_next(&entry->has_row, &entry->row, inner, c->arena, &e);
        if (entry->rc != OK)
            entry->sentence = arena_dup(c->arena, str_of(e.text));
        if (is_end(entry))
            return true;
    }
    return false;
}

static void *read_ahead(void *arg)
{
    struct ahead *x = arg;
    bool ended = false;
    while (!ended) {
        pthread_mutex_lock(&x->lock);
        while ((x->filled - x->emptied == CHUNKS || x->filled_bytes > AHEAD_BYTES) && !x->stopping)
            pthread_cond_wait(&x->changed, &x->lock);
        bool stopping = x->stopping;
        struct chunk *c = &x->ring[x->filled % CHUNKS];
        pthread_mutex_unlock(&x->lock);
        if (stopping)
            break;
        ended = fill(c, &x->inner);
        pthread_mutex_lock(&x->lock);
        x->filled++;
        x->filled_bytes += arena_used(c->arena);
        pthread_cond_signal(&x->changed);
        pthread_mutex_unlock(&x->lock);
    }
    return NULL;
}

static void copy_row(struct row *out, const struct row *row, struct arena *a)
{
    struct cell *cells = arena_array(a, row->count, sizeof(*cells));
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = row->cells[i];
        if (cells[i].text.len)
            cells[i].text = arena_dup(a, cells[i].text);
        if (cells[i].link.len)
            cells[i].link = arena_dup(a, cells[i].link);
    }
    *out = *row;
    out->cells = cells;
    if (row->sheet.len)
        out->sheet = arena_dup(a, row->sheet);
}

/* The chunk at hand; waits for the thread to fill it. */
static struct chunk *chunk_at_hand(struct ahead *x)
{
    pthread_mutex_lock(&x->lock);
    while (x->filled == x->emptied)
        pthread_cond_wait(&x->changed, &x->lock);
    struct chunk *c = &x->ring[x->emptied % CHUNKS];
    pthread_mutex_unlock(&x->lock);
    return c;
}

static void give_back(struct ahead *x, struct chunk *c)
{
    size_t bytes = arena_used(c->arena);
    arena_reset(c->arena);
    pthread_mutex_lock(&x->lock);
    x->emptied++;
    x->filled_bytes -= bytes;
    x->at = 0;
    pthread_cond_signal(&x->changed);
    pthread_mutex_unlock(&x->lock);
}

static err_t ahead_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct ahead *x = state;
    *has_row = false;
    if (x->ended)
        return OK;
    struct chunk *c = chunk_at_hand(x);
    const struct entry *entry = &c->entries[x->at++];
    err_t rc = entry->rc;
    x->ended = is_end(entry);
    *has_row = rc == OK && entry->has_row;
    copy_row(out, &entry->row, a);
    if (rc != OK)
        (void)err_set(e, rc, "%.*s", STR_ARG(entry->sentence));
    if (x->at == c->count)
        give_back(x, c);
    return rc;
}

static void ahead_close(void *state)
{
    struct ahead *x = state;
    pthread_mutex_lock(&x->lock);
    x->stopping = true;
    pthread_cond_signal(&x->changed);
    pthread_mutex_unlock(&x->lock);
    pthread_join(x->thread, NULL);
    rows_close(&x->inner);
    for (size_t i = 0; i < CHUNKS; i++)
        arena_free(x->ring[i].arena);
    pthread_cond_destroy(&x->changed);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

static const struct rows_ops ahead_ops = {ahead_next, ahead_close};

struct rows rows_ahead(struct rows inner)
{
    struct ahead *x = mem_zalloc(sizeof(*x));
    x->inner = inner;
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->changed, NULL);
    for (size_t i = 0; i < CHUNKS; i++)
        x->ring[i].arena = arena_new();
    if (pthread_create(&x->thread, NULL, read_ahead, x) == 0)
        return (struct rows){&ahead_ops, x};
    for (size_t i = 0; i < CHUNKS; i++)
        arena_free(x->ring[i].arena);
    pthread_cond_destroy(&x->changed);
    pthread_mutex_destroy(&x->lock);
    free(x);
    return inner;
}
