/* Questions to columns. The loops are plain C over cells of one width that compilers
 * turn into vector instructions: 64 comparisons to 64 bytes, these to 64 bits. */
#include "base/mem.h"
#include "index/grid_priv.h"
#include <stdlib.h>

static size_t words_for(const struct grid *t)
{
    return (t->rows + 63) / 64;
}

struct grid_set grid_none(const struct grid *t, struct arena *a)
{
    return (struct grid_set){arena_array(a, words_for(t) + 1, sizeof(uint64_t)), words_for(t)};
}

static void cut_last(struct grid_set *s, size_t rows)
{
    if (rows % 64 != 0)
        s->words[s->word_count - 1] &= ((uint64_t)1 << rows % 64) - 1;
}

struct grid_set grid_all(const struct grid *t, struct arena *a)
{
    struct grid_set s = grid_none(t, a);
    memset(s.words, 0xff, s.word_count * sizeof(*s.words));
    cut_last(&s, t->rows);
    return s;
}

/* 64 bytes of 0 and 1 → 64 bits, the first byte lowest. */
static uint64_t bits_of(const uint8_t flags[64])
{
    uint64_t bits = 0;
    for (size_t i = 0; i < 8; i++) {
        uint64_t eight;
        memcpy(&eight, flags + 8 * i, 8);
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return bits;
}

/* Cells from `low` to `low + span`. The columns have no room behind the last row, so
 * the last word is made one cell at a time. */
#define BETWEEN(T)                                                                                 \
    static void between_##T(struct grid_set *s, const T *cells, size_t rows, T low, T span)        \
    {                                                                                              \
        uint8_t flags[64];                                                                         \
        for (size_t w = 0; w < rows / 64; w++) {                                                   \
            for (size_t i = 0; i < 64; i++)                                                        \
                flags[i] = (T)(cells[64 * w + i] - low) <= span;                                   \
            s->words[w] = bits_of(flags);                                                          \
        }                                                                                          \
        for (size_t row = rows / 64 * 64; row < rows; row++)                                       \
            s->words[row / 64] |= (uint64_t)((T)(cells[row] - low) <= span) << row % 64;           \
    }
BETWEEN(uint8_t)
BETWEEN(uint16_t)
BETWEEN(uint32_t)
BETWEEN(uint64_t)

static struct grid_set cells_between(const struct grid *t, const struct column *c, uint64_t low,
                                     uint64_t high, struct arena *a)
{
    struct grid_set s = grid_none(t, a);
    uint64_t most = c->width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * c->width) - 1;
    high = high < most ? high : most;
    if (low > high)
        return s;
    const void *cells = c->cells;
    switch (c->width) {
    case 1:
        between_uint8_t(&s, cells, t->rows, (uint8_t)low, (uint8_t)(high - low));
        break;
    case 2:
        between_uint16_t(&s, cells, t->rows, (uint16_t)low, (uint16_t)(high - low));
        break;
    case 4:
        between_uint32_t(&s, cells, t->rows, (uint32_t)low, (uint32_t)(high - low));
        break;
    default:
        between_uint64_t(&s, cells, t->rows, low, high - low);
        break;
    }
    return s;
}

struct grid_set grid_given(const struct grid *t, size_t column, struct arena *a)
{
    return cells_between(t, column_of(t, column), 1, UINT64_MAX, a);
}

struct grid_set grid_between(const struct grid *t, size_t column, int64_t low, int64_t high,
                             struct arena *a)
{
    const struct column *c = column_of(t, column);
    if (!c->any || low > high || high < c->least)
        return grid_none(t, a);
    uint64_t from = low <= c->least ? 0 : (uint64_t)low - (uint64_t)c->least;
    uint64_t to = (uint64_t)high - (uint64_t)c->least;
    if (from >= UINT64_MAX - 1)
        return grid_none(t, a);
    return cells_between(t, c, from + 1, to >= UINT64_MAX - 1 ? UINT64_MAX : to + 1, a);
}

struct grid_set grid_text(const struct grid *t, size_t column, struct str text, struct arena *a)
{
    const struct column *c = column_of(t, column);
    size_t n = texts_find(&c->texts, text);
    return n == SIZE_MAX ? grid_none(t, a) : cells_between(t, c, n + 1, n + 1, a);
}

struct grid_set grid_texts(const struct grid *t, size_t column,
                           bool (*holds)(struct str text, void *arg), void *arg, struct arena *a)
{
    const struct column *c = column_of(t, column);
    struct grid_set s = grid_none(t, a);
    uint8_t *held = mem_zalloc(c->texts.count + 1); /* by cell: 0 is nothing */
    for (size_t n = 0; n < c->texts.count; n++)
        held[n + 1] = holds(text_at(&c->texts, n), arg);
    for (size_t row = 0; row < t->rows; row++)
        s.words[row / 64] |= (uint64_t)held[cell_at(c, row)] << row % 64;
    free(held);
    return s;
}

struct grid_set grid_ids(const struct grid *t, const int64_t *ids, size_t count, struct arena *a)
{
    struct grid_set s = grid_none(t, a);
    for (size_t i = 0; i < count; i++) {
        size_t row = row_from(t, ids[i]);
        if (row < t->rows && number_of(&t->id, cell_at(&t->id, row)) == ids[i])
            s.words[row / 64] |= (uint64_t)1 << row % 64;
    }
    return s;
}

struct grid_set grid_owners(const struct grid *t, const struct grid *parts, struct grid_set of,
                            int shift, struct arena *a)
{
    struct grid_set s = grid_none(t, a);
    size_t row = 0;
    for (size_t w = 0; w < of.word_count; w++)
        for (uint64_t bits = of.words[w]; bits != 0; bits &= bits - 1) {
            size_t part = 64 * w + (size_t)__builtin_ctzll(bits);
            int64_t owner = number_of(&parts->id, cell_at(&parts->id, part)) >> shift;
            while (row < t->rows && number_of(&t->id, cell_at(&t->id, row)) < owner)
                row++;
            if (row == t->rows)
                return s;
            if (number_of(&t->id, cell_at(&t->id, row)) == owner)
                s.words[row / 64] |= (uint64_t)1 << row % 64;
        }
    return s;
}

void set_and(struct grid_set *s, struct grid_set with)
{
    for (size_t i = 0; i < s->word_count; i++)
        s->words[i] &= with.words[i];
}

void set_or(struct grid_set *s, struct grid_set with)
{
    for (size_t i = 0; i < s->word_count; i++)
        s->words[i] |= with.words[i];
}

void set_and_not(struct grid_set *s, struct grid_set without)
{
    for (size_t i = 0; i < s->word_count; i++)
        s->words[i] &= ~without.words[i];
}

uint64_t set_count(struct grid_set s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.word_count; i++)
        n += (uint64_t)__builtin_popcountll(s.words[i]);
    return n;
}
