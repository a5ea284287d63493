/* The hash of a piece is the same on every machine and in every version (hash_bytes). */
#include "integrity/sketch.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/unicode.h"
#include <math.h>
#include <stdlib.h>

#define PIECE 5      /* characters */
#define TEXTS_MIN 64 /* weights of fewer texts would call everything common */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static size_t unique(uint32_t *list, size_t count)
{
    size_t n = 0;
    if (count)
        qsort(list, count, sizeof(*list), by_number);
    for (size_t i = 0; i < count; i++)
        if (n == 0 || list[i] != list[n - 1])
            list[n++] = list[i];
    return n;
}

struct sketch sketch_of(struct str text, struct arena *a)
{
    VEC(uint32_t) hashes = {0};
    struct buf folded, plain;
    size_t starts[PIECE] = {0}, seen = 0;
    buf_init(&folded, 0);
    buf_init(&plain, 0);
    unicode_fold(&folded, text);
    struct str s = buf_str(&folded);
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c == UTF8_BAD || unicode_class(c) == UNICODE_OTHER)
            continue;
        starts[seen++ % PIECE] = plain.len;
        buf_add(&plain, (struct str){s.ptr + from, at - from});
        size_t start = starts[seen % PIECE];
        if (seen >= PIECE)
            VEC_PUSH(a, &hashes,
                     (uint32_t)(hash_bytes((struct str){plain.ptr + start, plain.len - start}, 1) >>
                                32));
    }
    size_t count = unique(hashes.ptr, hashes.len);
    buf_clear(&folded);
    buf_clear(&plain);
    return (struct sketch){hashes.ptr, count < SKETCH_MAX ? count : SKETCH_MAX,
                           count <= SKETCH_MAX};
}

/* --- weights --------------------------------------------------------------------------- */

struct sketch_weights {
    const uint32_t *all; /* of every sketch, sorted */
    size_t count, texts;
};

struct sketch_weights *sketch_weights_new(const struct sketch *all, size_t count, struct arena *a)
{
    struct sketch_weights *w = arena_alloc(a, sizeof(*w));
    size_t total = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        total += all[i].count;
    uint32_t *list = arena_array(a, total + 1, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].count; k++)
            list[n++] = all[i].hashes[k];
    qsort(list, n, sizeof(*list), by_number);
    *w = (struct sketch_weights){list, n, count};
    return w;
}

/* The first that is not below. */
static size_t lower(const struct sketch_weights *w, uint64_t hash)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (w->all[mid] < hash)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t sketch_frequency(const struct sketch_weights *w, uint32_t hash)
{
    return lower(w, (uint64_t)hash + 1) - lower(w, hash);
}

static double weight(const struct sketch_weights *w, uint32_t hash)
{
    size_t texts = w->texts > TEXTS_MIN ? w->texts : TEXTS_MIN, in = sketch_frequency(w, hash);
    return log((double)texts / (double)(in ? in : 1));
}

double sketch_likeness(const struct sketch *x, const struct sketch *y,
                       const struct sketch_weights *w)
{
    /* Above this one of them was cut off, and what it lacks says nothing. */
    uint32_t most = UINT32_MAX;
    double shared = 0, either = 0;
    size_t i = 0, k = 0;
    if (!x->whole && x->count)
        most = x->hashes[x->count - 1];
    if (!y->whole && y->count && y->hashes[y->count - 1] < most)
        most = y->hashes[y->count - 1];
    while (i < x->count || k < y->count) {
        bool left = k == y->count || (i < x->count && x->hashes[i] <= y->hashes[k]);
        bool right = i == x->count || (k < y->count && y->hashes[k] <= x->hashes[i]);
        uint32_t hash = left ? x->hashes[i] : y->hashes[k];
        if (hash > most)
            break;
        double h = weight(w, hash);
        shared += left && right ? h : 0;
        either += h;
        i += left;
        k += right;
    }
    return either > 0 ? shared / either : 0;
}
