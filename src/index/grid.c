/* Putting rows into columns. A column that needs more bytes a cell, or a lesser
 * `least`, is written anew; `least` moves down by doubling steps, so that numbers
 * which come in falling order do not make that happen for each. */
#include "index/grid.h"
#include "base/map.h"
#include "base/mem.h"
#include "index/grid_priv.h"
#include <assert.h>
#include <stdlib.h>

#define ROWS_MAX ((size_t)1 << 31)
#define ROWS_AT_FIRST 64

/* --- texts --------------------------------------------------------------------------- */

static void texts_clear(struct texts *x)
{
    free(x->bytes);
    free(x->ends);
    free(x->slots);
    free(x->order);
    free(x->ranks);
    pthread_mutex_destroy(&x->lock);
}

static size_t slot_of(const struct texts *x, struct str text)
{
    size_t at = (size_t)hash_bytes(text, hash_secret()) & (x->slot_count - 1);
    while (x->slots[at] != 0 && !str_eq(text_at(x, x->slots[at] - 1), text))
        at = (at + 1) & (x->slot_count - 1);
    return at;
}

size_t texts_find(const struct texts *x, struct str text)
{
    if (x->slot_count == 0)
        return SIZE_MAX;
    uint32_t held = x->slots[slot_of(x, text)];
    return held == 0 ? SIZE_MAX : held - 1;
}

static void more_slots(struct texts *x)
{
    uint32_t *old = x->slots;
    x->slot_count = x->slot_count ? 2 * x->slot_count : 64;
    x->slots = mem_zalloc(x->slot_count * sizeof(*x->slots));
    free(old);
    for (size_t n = 0; n < x->count; n++)
        x->slots[slot_of(x, text_at(x, n))] = (uint32_t)n + 1;
}

static size_t texts_put(struct texts *x, struct str text)
{
    if (2 * x->count >= x->slot_count)
        more_slots(x);
    size_t at = slot_of(x, text);
    if (x->slots[at] != 0)
        return x->slots[at] - 1;
    if (x->count == x->cap) {
        x->cap = x->cap ? x->cap + x->cap / 2 : 64;
        x->ends = mem_grow(x->ends, x->cap * sizeof(*x->ends));
    }
    if (x->bytes_len + text.len > x->bytes_cap) {
        x->bytes_cap = x->bytes_len + x->bytes_len / 2 + text.len + 256;
        x->bytes = mem_grow(x->bytes, x->bytes_cap);
    }
    if (text.len > 0)
        memcpy(x->bytes + x->bytes_len, text.ptr, text.len);
    x->bytes_len += text.len;
    x->ends[x->count] = x->bytes_len;
    x->slots[at] = (uint32_t)x->count + 1;
    return x->count++;
}

/* A text and its first eight bytes, which decide nearly all comparisons. */
struct placed {
    uint64_t head;
    struct str text;
    uint32_t number;
};

static uint64_t head_of(struct str s)
{
    uint64_t head = 0;
    for (size_t i = 0; i < 8; i++)
        head = head << 8 | (i < s.len ? (unsigned char)s.ptr[i] : 0);
    return head;
}

static int by_text(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    return str_cmp(a->text, b->text);
}

void texts_rank(struct texts *x)
{
    pthread_mutex_lock(&x->lock);
    size_t fresh = x->count - x->ranked;
    if (fresh == 0) {
        pthread_mutex_unlock(&x->lock);
        return;
    }
    struct placed *come = mem_array(fresh, sizeof(*come));
    for (size_t i = 0; i < fresh; i++) {
        struct str text = text_at(x, x->ranked + i);
        come[i] = (struct placed){head_of(text), text, (uint32_t)(x->ranked + i)};
    }
    qsort(come, fresh, sizeof(*come), by_text);
    /* The new ones are merged in from behind. */
    x->order = mem_grow(x->order, x->count * sizeof(*x->order));
    for (size_t old = x->ranked, new = fresh, to = x->count; new > 0;) {
        if (old > 0 && str_cmp(text_at(x, x->order[old - 1]), come[new - 1].text) > 0)
            x->order[--to] = x->order[--old];
        else
            x->order[--to] = come[--new].number;
    }
    x->ranks = mem_grow(x->ranks, x->count * sizeof(*x->ranks));
    for (size_t i = 0; i < x->count; i++)
        x->ranks[x->order[i]] = (uint32_t)i;
    x->ranked = x->count;
    free(come);
    pthread_mutex_unlock(&x->lock);
}

size_t texts_less(const struct texts *x, struct str text)
{
    size_t low = 0, high = x->ranked;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(text_at(x, x->order[middle]), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- columns ------------------------------------------------------------------------- */

static unsigned width_for(uint64_t cell)
{
    return cell <= UINT8_MAX ? 1 : cell <= UINT16_MAX ? 2 : cell <= UINT32_MAX ? 4 : 8;
}

static void set_cell(struct column *c, size_t row, uint64_t cell)
{
    switch (c->width) {
    case 1:
        c->cells[row] = (uint8_t)cell;
        break;
    case 2:
        ((uint16_t *)(void *)c->cells)[row] = (uint16_t)cell;
        break;
    case 4:
        ((uint32_t *)(void *)c->cells)[row] = (uint32_t)cell;
        break;
    default:
        ((uint64_t *)(void *)c->cells)[row] = cell;
        break;
    }
}

/* Every cell that holds something becomes larger by `more`. */
static void rewrite(struct column *c, unsigned width, uint64_t more, size_t rows, size_t cap)
{
    struct column old = *c;
    c->width = width;
    c->cells = mem_alloc(cap * width);
    for (size_t i = 0; i < rows; i++) {
        uint64_t cell = cell_at(&old, i);
        set_cell(c, i, cell == 0 ? 0 : cell + more);
    }
    free(old.cells);
}

/* What `number` is as a cell; 0: it is too far from the others. */
static uint64_t cell_for(struct column *c, int64_t number, size_t rows, size_t cap)
{
    if (number == INT64_MAX) /* its place in an order is that of what is empty */
        return 0;
    if (!c->any) {
        c->any = true;
        c->least = number;
    }
    if (number < c->least) {
        uint64_t largest = 1;
        for (size_t i = 0; i < rows; i++) {
            uint64_t cell = cell_at(c, i);
            largest = cell > largest ? cell : largest;
        }
        uint64_t down = (uint64_t)c->least - (uint64_t)number;
        if (down > UINT64_MAX - 1 - largest)
            return 0;
        uint64_t span = down + largest, room = (uint64_t)number - (uint64_t)INT64_MIN;
        if (room > span)
            room = span;
        if (room > UINT64_MAX - 1 - span)
            room = 0;
        rewrite(c, width_for(largest + down + room), down + room, rows, cap);
        c->least = (int64_t)((uint64_t)c->least - down - room);
    }
    uint64_t away = (uint64_t)number - (uint64_t)c->least;
    return away >= UINT64_MAX - 1 ? 0 : away + 1;
}

static bool put_cell(struct column *c, size_t row, const struct cell *cell, size_t rows, size_t cap)
{
    uint64_t x = 0;
    if (cell->given && c->kind == GRID_TEXTS)
        x = texts_put(&c->texts, cell->text) + 1;
    else if (cell->given && (x = cell_for(c, cell->number, rows, cap)) == 0)
        return false;
    if (width_for(x) > c->width)
        rewrite(c, width_for(x), 0, rows, cap);
    set_cell(c, row, x);
    return true;
}

static void column_init(struct column *c, enum grid_kind kind)
{
    *c = (struct column){.kind = kind, .width = 1};
    c->cells = mem_alloc(ROWS_AT_FIRST);
    pthread_mutex_init(&c->texts.lock, NULL);
}

static void column_clear(struct column *c)
{
    texts_clear(&c->texts);
    free(c->cells);
}

/* --- rows ---------------------------------------------------------------------------- */

struct grid *grid_new(const enum grid_kind *kinds, size_t column_count)
{
    struct grid *t = mem_zalloc(sizeof(*t));
    t->columns = mem_zalloc((column_count + 1) * sizeof(*t->columns));
    t->column_count = column_count;
    t->cap = ROWS_AT_FIRST;
    column_init(&t->id, GRID_NUMBERS);
    for (size_t i = 0; i < column_count; i++)
        column_init(&t->columns[i], kinds[i]);
    return t;
}

void grid_free(struct grid *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->column_count; i++)
        column_clear(&t->columns[i]);
    column_clear(&t->id);
    free(t->columns);
    free(t);
}

size_t row_from(const struct grid *t, int64_t id)
{
    size_t low = 0, high = t->rows;
    if (high > 0 && number_of(&t->id, cell_at(&t->id, high - 1)) < id)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (number_of(&t->id, cell_at(&t->id, middle)) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct column *nth(struct grid *t, size_t i)
{
    return i < t->column_count ? &t->columns[i] : &t->id;
}

/* What stands from `from` on stands from `to` on afterwards. */
static void move_rows(struct grid *t, size_t from, size_t to)
{
    for (size_t i = 0; i <= t->column_count; i++) {
        struct column *c = nth(t, i);
        memmove(c->cells + to * c->width, c->cells + from * c->width, (t->rows - from) * c->width);
    }
}

static void more_rows(struct grid *t)
{
    t->cap += t->cap / 2;
    for (size_t i = 0; i <= t->column_count; i++) {
        struct column *c = nth(t, i);
        c->cells = mem_grow(c->cells, t->cap * c->width);
    }
}

/* Room for a new row, empty. */
static void insert_row(struct grid *t, size_t row)
{
    if (t->rows == t->cap)
        more_rows(t);
    if (row < t->rows)
        move_rows(t, row, row + 1);
    t->rows++;
    for (size_t i = 0; i <= t->column_count; i++)
        set_cell(nth(t, i), row, 0);
}

bool grid_put(struct grid *t, int64_t id, const struct cell *cells)
{
    size_t row = row_from(t, id);
    bool there = row < t->rows && number_of(&t->id, cell_at(&t->id, row)) == id;
    if (!there && t->rows == ROWS_MAX)
        return false;
    if (!there)
        insert_row(t, row);
    assert(t->id.kind == GRID_NUMBERS);
    bool fits = put_cell(&t->id, row, &(struct cell){.given = true, .number = id}, t->rows, t->cap);
    for (size_t i = 0; fits && i < t->column_count; i++)
        fits = put_cell(&t->columns[i], row, &cells[i], t->rows, t->cap);
    return fits;
}

size_t grid_remove(struct grid *t, int64_t low, int64_t high)
{
    size_t from = row_from(t, low), to = from;
    while (to < t->rows && number_of(&t->id, cell_at(&t->id, to)) <= high)
        to++;
    if (to > from) {
        move_rows(t, to, from);
        t->rows -= to - from;
    }
    return to - from;
}

void grid_rank(struct grid *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].kind == GRID_TEXTS)
            texts_rank(&t->columns[i].texts);
}

size_t grid_rows(const struct grid *t)
{
    return t->rows;
}

size_t grid_bytes(const struct grid *t)
{
    size_t bytes = sizeof(*t);
    for (size_t i = 0; i <= t->column_count; i++) {
        const struct column *c = i < t->column_count ? &t->columns[i] : &t->id;
        const struct texts *x = &c->texts;
        pthread_mutex_lock((pthread_mutex_t *)&x->lock); /* somebody may be ranking */
        bytes += sizeof(*c) + t->cap * c->width + x->bytes_cap + x->cap * sizeof(*x->ends) +
                 x->slot_count * sizeof(*x->slots) +
                 x->ranked * (sizeof(*x->order) + sizeof(*x->ranks));
        pthread_mutex_unlock((pthread_mutex_t *)&x->lock);
    }
    return bytes;
}
