/* The first rows of a set in an order. Each row's first key is made a number that
 * orders as the row does (place); further keys and ids are looked at only where
 * these are equal. A heap of the best serves pages near the beginning; those far
 * behind are parted from the rest first, so that no more than the page is sorted. */
#include "base/mem.h"
#include "index/grid_priv.h"
#include <assert.h>
#include <stdlib.h>

#define HEAP_MAX 4096       /* rows up to the page's end for which the heap is the faster */
#define NO_PLACE UINT64_MAX /* of what is empty: last */

struct ordered {
    uint64_t place; /* by the first key */
    uint32_t row;
};

struct ordering {
    const struct grid *t;
    const struct grid_order *o;
    const struct column *columns[GRID_KEYS_MAX];
    uint64_t last[GRID_KEYS_MAX]; /* places of the row before the page */
};

/* Numbers in their order; texts at twice their rank, so that one which is not there
 * has a place between. Never NO_PLACE: the largest number of all cannot be put. */
static uint64_t place_of_number(int64_t n)
{
    return (uint64_t)n ^ (uint64_t)1 << 63;
}

static uint64_t turned(uint64_t place, bool down)
{
    return down && place != NO_PLACE ? NO_PLACE - 1 - place : place;
}

static uint64_t place_of(const struct ordering *x, size_t key, size_t row)
{
    const struct grid_key *k = &x->o->keys[key];
    const struct column *c = x->columns[key];
    assert(c);
    uint64_t cell = cell_at(c, row);
    if (cell == 0 || (k->shown && (k->shown->words[row / 64] >> row % 64 & 1) == 0))
        return NO_PLACE;
    if (c->kind == GRID_TEXTS)
        return turned(2 * (uint64_t)c->texts.ranks[cell - 1] + 1, k->down);
    return turned(place_of_number(number_of(c, cell)), k->down);
}

static uint64_t place_of_last(const struct ordering *x, size_t key)
{
    const struct grid_key *k = &x->o->keys[key];
    const struct column *c = x->columns[key];
    if (!k->last.given)
        return NO_PLACE;
    if (c->kind == GRID_NUMBERS)
        return turned(place_of_number(k->last.number), k->down);
    size_t n = texts_find(&c->texts, k->last.text);
    return turned(n != SIZE_MAX ? 2 * (uint64_t)c->texts.ranks[n] + 1
                                : 2 * (uint64_t)texts_less(&c->texts, k->last.text),
                  k->down);
}

static uint64_t first_place(const struct ordering *x, size_t row)
{
    return x->o->key_count > 0 ? place_of(x, 0, row) : 0;
}

/* Rows stand in the order of their ids. */
static bool is_before(const struct ordering *x, const struct ordered *a, const struct ordered *b)
{
    if (a->place != b->place)
        return a->place < b->place;
    for (size_t i = 1; i < x->o->key_count; i++) {
        uint64_t pa = place_of(x, i, a->row), pb = place_of(x, i, b->row);
        if (pa != pb)
            return pa < pb;
    }
    return x->o->id_down ? a->row > b->row : a->row < b->row;
}

static bool is_behind(const struct ordering *x, const struct ordered *a)
{
    if (!x->o->behind)
        return true;
    if (x->o->key_count > 0 && a->place != x->last[0])
        return a->place > x->last[0];
    for (size_t i = 1; i < x->o->key_count; i++) {
        uint64_t place = place_of(x, i, a->row);
        if (place != x->last[i])
            return place > x->last[i];
    }
    int64_t id = number_of(&x->t->id, cell_at(&x->t->id, a->row));
    return x->o->id_down ? id < x->o->last_id : id > x->o->last_id;
}

/* --- a heap with the last of the best on top --------------------------------------------- */

static void sink(struct ordered *heap, size_t count, size_t at, const struct ordering *x)
{
    struct ordered moved = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(x, &heap[child], &heap[child + 1]))
            child++;
        if (!is_before(x, &moved, &heap[child]))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void rise(struct ordered *heap, size_t at, const struct ordering *x)
{
    struct ordered moved = heap[at];
    for (; at > 0 && is_before(x, &heap[(at - 1) / 2], &moved); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = moved;
}

static void heap_sort(struct ordered *heap, size_t count, const struct ordering *x)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(heap, count, i, x);
    while (count > 1) {
        struct ordered last = heap[0];
        heap[0] = heap[--count];
        heap[count] = last;
        sink(heap, count, 0, x);
    }
}

static size_t keep_best(struct ordered *heap, size_t most, const struct ordering *x,
                        struct grid_set of)
{
    size_t count = 0;
    for (size_t w = 0; w < of.word_count; w++)
        for (uint64_t bits = of.words[w]; bits != 0; bits &= bits - 1) {
            struct ordered y = {.row = (uint32_t)(64 * w + (size_t)__builtin_ctzll(bits))};
            y.place = first_place(x, y.row);
            if (count == most && y.place > heap[0].place)
                continue;
            if (!is_behind(x, &y))
                continue;
            if (count < most) {
                heap[count] = y;
                rise(heap, count++, x);
            } else if (is_before(x, &y, &heap[0])) {
                heap[0] = y;
                sink(heap, count, 0, x);
            }
        }
    return count;
}

/* --- all of them, parted ------------------------------------------------------------------ */

/* The first `n` of the order come to stand before the others. The middle one of three
 * parts them; after too many rounds a sort does, so that no order is quadratic. */
static void part(struct ordered *all, size_t count, size_t n, const struct ordering *x)
{
    for (int round = 0; count > 16 && n > 0 && n < count; round++) {
        if (round == 100) {
            heap_sort(all, count, x);
            return;
        }
        struct ordered p = all[0], q = all[count / 2], r = all[count - 1], middle = q;
        if (is_before(x, &p, &q) == is_before(x, &r, &p))
            middle = p;
        else if (is_before(x, &q, &r) == is_before(x, &r, &p))
            middle = r;
        size_t low = 0, high = count - 1;
        for (;;) {
            while (is_before(x, &all[low], &middle))
                low++;
            while (is_before(x, &middle, &all[high]))
                high--;
            if (low >= high)
                break;
            struct ordered swapped = all[low];
            all[low++] = all[high];
            all[high--] = swapped;
        }
        /* No two are equal: all before `low` come before all from it on. */
        if (n <= low) {
            count = low;
        } else {
            all += low;
            n -= low;
            count -= low;
        }
    }
    if (n > 0 && n < count)
        heap_sort(all, count, x);
}

static size_t take_all(struct ordered *all, const struct ordering *x, struct grid_set of)
{
    size_t count = 0;
    for (size_t w = 0; w < of.word_count; w++)
        for (uint64_t bits = of.words[w]; bits != 0; bits &= bits - 1) {
            struct ordered y = {.row = (uint32_t)(64 * w + (size_t)__builtin_ctzll(bits))};
            y.place = first_place(x, y.row);
            if (is_behind(x, &y))
                all[count++] = y;
        }
    return count;
}

/* --- by ids alone ---------------------------------------------------------------------------- */

static size_t page_by_id(int64_t *ids, const struct ordering *x, struct grid_set of, size_t offset,
                         size_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < of.word_count && count < limit; i++) {
        size_t w = x->o->id_down ? of.word_count - 1 - i : i;
        uint64_t bits = of.words[w];
        while (bits != 0 && count < limit) {
            int bit = x->o->id_down ? 63 - __builtin_clzll(bits) : __builtin_ctzll(bits);
            bits &= ~((uint64_t)1 << bit);
            struct ordered y = {.row = (uint32_t)(64 * w + (size_t)bit)};
            if (!is_behind(x, &y))
                continue;
            if (offset > 0)
                offset--;
            else
                ids[count++] = number_of(&x->t->id, cell_at(&x->t->id, y.row));
        }
    }
    return count;
}

size_t grid_page(int64_t *ids, const struct grid *t, struct grid_set of, const struct grid_order *o,
                 size_t offset, size_t limit, struct arena *a)
{
    struct ordering x = {.t = t, .o = o};
    size_t matches = (size_t)set_count(of), end = offset + limit;
    for (size_t i = 0; i < o->key_count; i++) {
        x.columns[i] = column_of(t, o->keys[i].column);
        if (x.columns[i]->kind == GRID_TEXTS) /* what orders texts is theirs to make */
            texts_rank(&t->columns[o->keys[i].column].texts);
    }
    for (size_t i = 0; o->behind && i < o->key_count; i++)
        x.last[i] = place_of_last(&x, i);
    if (limit == 0 || offset >= matches)
        return 0;
    if (o->key_count == 0)
        return page_by_id(ids, &x, of, offset, limit);
    end = end < matches ? end : matches;
    bool few = end <= HEAP_MAX;
    struct ordered *rows =
        few ? arena_array(a, end, sizeof(*rows)) : mem_array(matches, sizeof(*rows));
    size_t count = few ? keep_best(rows, end, &x, of) : take_all(rows, &x, of), shown = 0;
    end = end < count ? end : count;
    if (!few && offset < count) { /* those before the page, then the page */
        part(rows, count, offset, &x);
        part(rows + offset, count - offset, end - offset, &x);
    }
    if (offset < end)
        heap_sort(rows + (few ? 0 : offset), end - (few ? 0 : offset), &x);
    for (size_t i = offset; i < end; i++)
        ids[shown++] = number_of(&t->id, cell_at(&t->id, rows[i].row));
    if (!few)
        free(rows);
    return shown;
}
