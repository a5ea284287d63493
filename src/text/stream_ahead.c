/* A ring of blocks handed over as text/handover.h says. */
#include "text/stream_ahead.h"
#include "base/mem.h"
#include "text/handover.h"
#include <stdlib.h>

#define BLOCKS 4
#define BLOCK_BYTES ((size_t)64 << 10)

struct block {
    uint8_t *bytes; /* BLOCK_BYTES */
    size_t len;     /* 0: the end, or `damage` */
    uint64_t raw_offset;
    struct err damage; /* kind OK: none */
};

struct ahead {
    struct stream *inner;
    struct handover handover;
    struct block ring[BLOCKS];
    struct block *at_hand; /* NULL: the next is to be taken */
    size_t taken;          /* of the block at hand */
    uint64_t raw_offset;   /* of the last block taken */
};

/* Full blocks, so that small reads of the inner stream cost no hand-over each. */
static bool fill(size_t *bytes, void *arg, size_t slot)
{
    struct ahead *x = arg;
    struct block *b = &x->ring[slot];
    size_t got = 1;
    b->len = 0;
    b->damage = (struct err){0};
    while (got > 0 && b->len < BLOCK_BYTES) {
        err_t rc = stream_read(&got, x->inner, b->bytes + b->len, BLOCK_BYTES - b->len, &b->damage);
        b->damage.kind = rc;
        if (rc != OK)
            got = 0;
        b->len += got;
    }
    b->raw_offset = stream_raw_offset(x->inner);
    *bytes = b->len;
    return got == 0;
}

/* The last block stays at hand: it tells its end or damage each time. */
static err_t ahead_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct ahead *x = state;
    if (x->at_hand && x->taken == BLOCK_BYTES) {
        handover_give_back(&x->handover, x->at_hand->len);
        x->at_hand = NULL;
    }
    if (!x->at_hand) {
        x->at_hand = &x->ring[handover_take(&x->handover)];
        x->taken = 0;
        x->raw_offset = x->at_hand->raw_offset;
    }
    const struct block *b = x->at_hand;
    size_t left = b->len - x->taken;
    *got = left < cap ? left : cap;
    memcpy(to, b->bytes + x->taken, *got);
    x->taken += *got;
    if (left == 0 && b->damage.kind != OK) {
        if (e)
            *e = b->damage;
        return b->damage.kind;
    }
    return OK;
}

static uint64_t ahead_raw_offset(const void *state)
{
    return ((const struct ahead *)state)->raw_offset;
}

static void ahead_free(struct ahead *x)
{
    for (size_t i = 0; i < BLOCKS; i++)
        free(x->ring[i].bytes);
    free(x);
}

static void ahead_close(void *state)
{
    struct ahead *x = state;
    handover_end(&x->handover);
    stream_close(x->inner);
    ahead_free(x);
}

static const struct stream_ops ahead_ops = {ahead_read, ahead_raw_offset, ahead_close};

struct stream *stream_ahead(struct stream *inner)
{
    struct ahead *x = mem_zalloc(sizeof(*x));
    x->inner = inner;
    for (size_t i = 0; i < BLOCKS; i++)
        x->ring[i].bytes = mem_alloc(BLOCK_BYTES);
    if (handover_start(&x->handover, BLOCKS, BLOCKS * BLOCK_BYTES, fill, x))
        return stream_new(&ahead_ops, x);
    ahead_free(x);
    return inner;
}
