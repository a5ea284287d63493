/* Columns in memory against an array of rows that is gone through one by one. */
#include "base/rand.h"
#include "index/grid.h"
#include "test.h"
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS 5
#define ROWS_MAX 700

static const enum grid_kind kinds[COLUMNS] = {GRID_NUMBERS, GRID_TEXTS, GRID_NUMBERS, GRID_TEXTS,
                                              GRID_NUMBERS};

struct row {
    int64_t id;
    struct cell cells[COLUMNS];
};

struct model {
    struct arena *a;
    struct rand r;
    struct row rows[ROWS_MAX];
    size_t count;
};

static struct str some_text(struct model *m, uint32_t different)
{
    static const char *const heads[] = {"", "合同", "HT-2024-", "a", "zz"};
    uint32_t n = rand_below(&m->r, different);
    return arena_printf(m->a, "%s%u", heads[n % ARRAY_LEN(heads)], n);
}

/* Columns of few numbers, of any, of small ones around zero; of few texts, of many. */
static struct cell some_cell(struct model *m, size_t column)
{
    struct cell c = {.given = rand_below(&m->r, 5) > 0};
    if (!c.given)
        return c;
    switch (column) {
    case 0:
        c.number = rand_below(&m->r, 6);
        break;
    case 1:
        c.text = some_text(m, 7);
        break;
    case 2:
        c.number = (int64_t)(rand_u64(&m->r) >> (2 + rand_below(&m->r, 60)));
        c.number = rand_below(&m->r, 2) ? c.number : -c.number;
        break;
    case 3:
        c.text = some_text(m, 5000);
        break;
    default:
        c.number = (int64_t)rand_below(&m->r, 400) - 200;
        break;
    }
    return c;
}

static size_t place_in(const struct model *m, int64_t id)
{
    size_t i = 0;
    while (i < m->count && m->rows[i].id < id)
        i++;
    return i;
}

static void put(struct model *m, struct grid *t)
{
    struct row row = {.id = rand_below(&m->r, 4) ? (int64_t)m->count * 3 : rand_below(&m->r, 2000)};
    for (size_t c = 0; c < COLUMNS; c++)
        row.cells[c] = some_cell(m, c);
    size_t at = place_in(m, row.id);
    bool there = at < m->count && m->rows[at].id == row.id;
    if (!there && m->count == ROWS_MAX)
        return;
    if (!there) {
        memmove(&m->rows[at + 1], &m->rows[at], (m->count - at) * sizeof(row));
        m->count++;
    }
    m->rows[at] = row;
    assert_true(grid_put(t, row.id, row.cells));
}

static void take_away(struct model *m, struct grid *t)
{
    int64_t low = rand_below(&m->r, 2000), high = low + rand_below(&m->r, 12);
    size_t gone = 0, kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].id >= low && m->rows[i].id <= high)
            gone++;
        else
            m->rows[kept++] = m->rows[i];
    }
    m->count = kept;
    assert_int_equal(grid_remove(t, low, high), gone);
}

static bool in_set(struct grid_set s, size_t row)
{
    return s.words[row / 64] >> row % 64 & 1;
}

static bool ends_in_seven(struct str s, void *arg)
{
    (void)arg;
    return s.len > 0 && s.ptr[s.len - 1] == '7';
}

static void assert_sets(struct model *m, const struct grid *t)
{
    struct arena *a = arena_new();
    size_t numbers = (size_t[]){0, 2, 4}[rand_below(&m->r, 3)],
           texts = rand_below(&m->r, 2) ? 1 : 3;
    const struct cell *some = &m->rows[rand_below(&m->r, (uint32_t)m->count)].cells[numbers];
    int64_t low = some->given ? some->number : 3, high = low + (int64_t)rand_below(&m->r, 300);
    struct str text = some_text(m, 9);
    if (rand_below(&m->r, 9) == 0)
        low = INT64_MIN;
    if (rand_below(&m->r, 9) == 0)
        high = INT64_MAX;
    struct grid_set between = grid_between(t, numbers, low, high, a),
                    given = grid_given(t, texts, a), same = grid_text(t, texts, text, a),
                    held = grid_texts(t, texts, ends_in_seven, NULL, a),
                    ids = grid_between(t, GRID_ID, 100, 500, a);
    struct grid_set both = grid_all(t, a);
    set_and(&both, between);
    set_or(&both, same);
    set_and_not(&both, held);
    uint64_t count = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct cell *n = &m->rows[i].cells[numbers], *x = &m->rows[i].cells[texts];
        bool is_between = n->given && n->number >= low && n->number <= high,
             is_same = x->given && str_eq(x->text, text),
             is_held = x->given && ends_in_seven(x->text, NULL);
        assert_int_equal(in_set(between, i), is_between);
        assert_int_equal(in_set(given, i), x->given);
        assert_int_equal(in_set(same, i), is_same);
        assert_int_equal(in_set(held, i), is_held);
        assert_int_equal(in_set(ids, i), m->rows[i].id >= 100 && m->rows[i].id <= 500);
        assert_int_equal(in_set(both, i), (is_between || is_same) && !is_held);
        count += (is_between || is_same) && !is_held;
    }
    assert_int_equal(set_count(both), count);
    assert_int_equal(set_count(grid_all(t, a)), m->count);
    arena_free(a);
}

/* --- order --------------------------------------------------------------------------- */

struct sorting {
    const struct grid_order *o;
    const struct model *m;
};
static struct sorting sorting; /* qsort has no argument */

static struct cell shown_cell(size_t row, size_t key)
{
    size_t column = sorting.o->keys[key].column;
    if (column == GRID_ID)
        return (struct cell){.given = true, .number = sorting.m->rows[row].id};
    struct cell c = sorting.m->rows[row].cells[column];
    if (sorting.o->keys[key].shown && !in_set(*sorting.o->keys[key].shown, row))
        c.given = false;
    return c;
}

static int by_order(const void *x, const void *y)
{
    size_t p = *(const size_t *)x, q = *(const size_t *)y;
    for (size_t k = 0; k < sorting.o->key_count; k++) {
        struct cell a = shown_cell(p, k), b = shown_cell(q, k);
        if (!a.given || !b.given) {
            if (a.given != b.given)
                return a.given ? -1 : 1;
            continue;
        }
        int d = a.text.ptr || b.text.ptr ? str_cmp(a.text, b.text)
                                         : (a.number > b.number) - (a.number < b.number);
        if (d != 0)
            return sorting.o->keys[k].down ? -d : d;
    }
    return sorting.o->id_down ? (p < q) - (p > q) : (p > q) - (p < q);
}

/* All pages, by number and by the last row, are the sorted rows. */
static void assert_order(struct model *m, const struct grid *t)
{
    struct arena *a = arena_new();
    struct grid_key keys[2] = {{0}};
    struct grid_order o = {.keys = keys, .id_down = rand_below(&m->r, 2)};
    struct grid_set of = grid_all(t, a), shown = grid_between(t, 0, 1, 4, a);
    size_t *sorted = arena_array(a, m->count + 1, sizeof(*sorted)), count = 0;
    int64_t ids[ROWS_MAX];
    o.key_count = rand_below(&m->r, 3);
    for (size_t k = 0; k < o.key_count; k++) {
        keys[k].column = rand_below(&m->r, COLUMNS + 1);
        keys[k].column = keys[k].column == COLUMNS ? GRID_ID : keys[k].column;
        keys[k].down = rand_below(&m->r, 2);
        keys[k].shown = rand_below(&m->r, 3) == 0 && keys[k].column != GRID_ID ? &shown : NULL;
    }
    if (rand_below(&m->r, 2))
        set_and_not(&of, grid_between(t, 4, 0, 50, a));
    for (size_t i = 0; i < m->count; i++)
        if (in_set(of, i))
            sorted[count++] = i;
    sorting = (struct sorting){.o = &o, .m = m};
    qsort(sorted, count, sizeof(*sorted), by_order);
    size_t limit = 1 + rand_below(&m->r, 90), offset = rand_below(&m->r, (uint32_t)m->count + 5);
    size_t got = grid_page(ids, t, of, &o, offset, limit, a);
    size_t wanted = offset >= count ? 0 : count - offset < limit ? count - offset : limit;
    assert_int_equal(got, wanted);
    for (size_t i = 0; i < got; i++)
        assert_int_equal(ids[i], m->rows[sorted[offset + i]].id);
    if (count == 0)
        goto done;
    size_t last = rand_below(&m->r, (uint32_t)count);
    for (size_t k = 0; k < o.key_count; k++)
        keys[k].last = shown_cell(sorted[last], k);
    o.behind = true;
    o.last_id = m->rows[sorted[last]].id;
    got = grid_page(ids, t, of, &o, 0, limit, a);
    wanted = count - last - 1 < limit ? count - last - 1 : limit;
    assert_int_equal(got, wanted);
    for (size_t i = 0; i < got; i++)
        assert_int_equal(ids[i], m->rows[sorted[last + 1 + i]].id);
done:
    arena_free(a);
}

static void columns_answer_as_rows_gone_through_one_by_one(void **state)
{
    (void)state;
    const char *seed = getenv("SEED");
    struct model *m = calloc(1, sizeof(*m));
    assert_non_null(m);
    m->r.state = seed ? strtoull(seed, NULL, 10) : 7;
    printf("# SEED=%llu\n", (unsigned long long)m->r.state);
    for (int round = 0; round < 12; round++) {
        struct grid *t = grid_new(kinds, COLUMNS);
        m->a = arena_new();
        m->count = 0;
        for (int i = 0; i < 1200; i++) {
            if (rand_below(&m->r, 12) == 0)
                take_away(m, t);
            else
                put(m, t);
            if (m->count > 0 && i % 7 == 0) {
                assert_sets(m, t);
                assert_order(m, t);
            }
            assert_int_equal(grid_rows(t), m->count);
        }
        arena_free(m->a);
        grid_free(t);
    }
    free(m);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* More rows than the heap is used for, and a page far behind. */
static void pages_far_behind_are_those_of_the_sorted_rows(void **state)
{
    (void)state;
    enum { ROWS = 30000 };
    struct arena *a = arena_new();
    struct rand r = {5};
    struct grid *t = grid_new((enum grid_kind[]){GRID_NUMBERS}, 1);
    int64_t *sorted = arena_array(a, ROWS, sizeof(*sorted)), ids[50];
    for (int64_t i = 0; i < ROWS; i++) { /* number·ROWS + id tells both */
        int64_t n = rand_below(&r, 900);
        sorted[i] = n * ROWS + i;
        assert_true(grid_put(t, i, &(struct cell){.given = true, .number = n}));
    }
    qsort(sorted, ROWS, sizeof(*sorted), by_number);
    struct grid_key key = {.column = 0};
    struct grid_order o = {.keys = &key, .key_count = 1};
    for (size_t offset = 0; offset < ROWS; offset += 1 + rand_below(&r, 3000)) {
        size_t n = grid_page(ids, t, grid_all(t, a), &o, offset, 50, a);
        assert_int_equal(n, ROWS - offset < 50 ? ROWS - offset : 50);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(ids[i], sorted[offset + i] % ROWS);
    }
    grid_free(t);
    arena_free(a);
}

static void numbers_that_are_too_far_apart_are_refused(void **state)
{
    (void)state;
    struct grid *t = grid_new((enum grid_kind[]){GRID_NUMBERS}, 1);
    struct arena *a = arena_new();
    assert_true(grid_put(t, 1, &(struct cell){.given = true, .number = INT64_MIN}));
    assert_true(grid_put(t, 2, &(struct cell){.given = true, .number = INT64_MAX - 2}));
    assert_false(grid_put(t, 3, &(struct cell){.given = true, .number = INT64_MAX}));
    grid_free(t);
    t = grid_new((enum grid_kind[]){GRID_NUMBERS}, 1);
    assert_true(grid_put(t, 1, &(struct cell){.given = true, .number = INT64_MAX - 5}));
    assert_true(grid_put(t, 2, &(struct cell){.given = true, .number = INT64_MIN + 5}));
    assert_int_equal(set_count(grid_between(t, 0, INT64_MIN, -1, a)), 1);
    assert_int_equal(set_count(grid_between(t, 0, INT64_MAX - 5, INT64_MAX, a)), 1);
    assert_int_equal(set_count(grid_between(t, 0, 0, 100, a)), 0);
    grid_free(t);
    arena_free(a);
}

static void rows_are_found_by_their_parts_and_by_ids(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct grid *t = grid_new(NULL, 0), *parts = grid_new((enum grid_kind[]){GRID_TEXTS}, 1);
    for (int64_t id = 1; id <= 200; id++) {
        assert_true(grid_put(t, id * 2, NULL));
        for (int64_t k = 0; k < id % 4; k++)
            assert_true(
                grid_put(parts, id * 2 << 11 | k,
                         &(struct cell){.given = true, .text = id % 3 ? STR("x") : STR("y")}));
    }
    assert_true(grid_put(parts, (int64_t)7 << 11, &(struct cell){.given = true, .text = STR("x")}));
    struct grid_set s = grid_owners(t, parts, grid_text(parts, 0, STR("x"), a), 11, a);
    for (int64_t id = 1; id <= 200; id++)
        assert_int_equal(in_set(s, (size_t)id - 1), id % 4 > 0 && id % 3);
    s = grid_ids(t, (const int64_t[]){1, 2, 3, 10, 400, 401}, 6, a);
    assert_int_equal(set_count(s), 3);
    assert_true(in_set(s, 0) && in_set(s, 4) && in_set(s, 199));
    grid_free(t);
    grid_free(parts);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_answer_as_rows_gone_through_one_by_one),
        cmocka_unit_test(pages_far_behind_are_those_of_the_sorted_rows),
        cmocka_unit_test(numbers_that_are_too_far_apart_are_refused),
        cmocka_unit_test(rows_are_found_by_their_parts_and_by_ids),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
