/* A ring of chunks handed over as text/handover.h says. A chunk is handed over
 * when it holds CHUNK_ROWS rows or CHUNK_BYTES bytes, and past AHEAD_BYTES the
 * thread waits for the caller, so that large rows do not pile up. */
#include "text/rows_ahead.h"
#include "base/mem.h"
#include "text/handover.h"
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
    struct handover handover;
    struct chunk ring[CHUNKS];
    struct chunk *at_hand; /* NULL: the next is to be taken */
    size_t at;             /* the caller's place in it */
    bool ended;            /* the caller has seen the end */
};

static bool is_end(const struct entry *e)
{
    return e->rc == OK && !e->has_row;
}

/* Returns whether the end was reached. */
static bool fill(size_t *bytes, void *arg, size_t slot)
{
    struct ahead *x = arg;
    struct chunk *c = &x->ring[slot];
    bool ended = false;
    c->count = 0;
    while (!ended && c->count < CHUNK_ROWS && arena_used(c->arena) < CHUNK_BYTES) {
        struct entry *entry = &c->entries[c->count++];
        struct err e = {0};
        *entry = (struct entry){0};
        entry->rc = rows_next(&entry->has_row, &entry->row, &x->inner, c->arena, &e);
        if (entry->rc != OK)
            entry->sentence = arena_dup(c->arena, str_of(e.text));
        ended = is_end(entry);
    }
    *bytes = arena_used(c->arena);
    return ended;
}

static void copy_row(struct row *out, const struct row *row, struct arena *a)
{
    struct cell *cells = arena_array(a, row->count, sizeof(*cells));
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = row->cells[i];
        if (cells[i].text.len)
            cells[i].text = arena_dup(a, cells[i].text);
    }
    *out = *row;
    out->cells = cells;
    if (row->sheet.len)
        out->sheet = arena_dup(a, row->sheet);
}

static err_t ahead_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct ahead *x = state;
    *has_row = false;
    if (x->ended)
        return OK;
    if (!x->at_hand) {
        x->at_hand = &x->ring[handover_take(&x->handover)];
        x->at = 0;
    }
    const struct entry *entry = &x->at_hand->entries[x->at++];
    err_t rc = entry->rc;
    x->ended = is_end(entry);
    *has_row = rc == OK && entry->has_row;
    copy_row(out, &entry->row, a);
    if (rc != OK)
        (void)err_set(e, rc, "%.*s", STR_ARG(entry->sentence));
    if (x->at == x->at_hand->count) {
        size_t bytes = arena_used(x->at_hand->arena);
        arena_reset(x->at_hand->arena);
        x->at_hand = NULL;
        handover_give_back(&x->handover, bytes);
    }
    return rc;
}

static void ahead_free(struct ahead *x)
{
    for (size_t i = 0; i < CHUNKS; i++)
        arena_free(x->ring[i].arena);
    free(x);
}

static void ahead_close(void *state)
{
    struct ahead *x = state;
    handover_end(&x->handover);
    rows_close(&x->inner);
    ahead_free(x);
}

static const struct rows_ops ahead_ops = {ahead_next, ahead_close};

struct rows rows_ahead(struct rows inner)
{
    struct ahead *x = mem_zalloc(sizeof(*x));
    x->inner = inner;
    for (size_t i = 0; i < CHUNKS; i++)
        x->ring[i].arena = arena_new();
    if (handover_start(&x->handover, CHUNKS, AHEAD_BYTES, fill, x))
        return (struct rows){&ahead_ops, x};
    ahead_free(x);
    return inner;
}
