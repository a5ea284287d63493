/* Bars and tables of small landscapes, to the byte. */
#include "test.h"

#include "base/arena.h"
#include "search/chart.h"

static struct arena *arena;

static struct landscape_cell cell_of(const char *k0, const char *k1, uint64_t count)
{
    struct str *key = arena_array(arena, 2, sizeof(*key));
    key[0] = str_of(k0);
    key[1] = str_of(k1);
    return (struct landscape_cell){.key = key, .label = key, .count = count};
}

static struct landscape_reply reply_of(struct landscape_cell *cells, size_t count, const char *d0,
                                       const char *d1)
{
    struct str *by = arena_array(arena, 2, sizeof(*by));
    by[0] = str_of(d0);
    by[1] = str_of(d1);
    return (struct landscape_reply){
        .by = by, .by_count = d1 ? 2 : 1, .cells = cells, .cell_count = count, .total = 12};
}

static struct str bars_of(const struct landscape_reply *r, unsigned columns, size_t rows)
{
    struct buf b;
    buf_init(&b, 0);
    chart_bars(&b, r, columns, rows);
    struct str s = arena_dup(arena, buf_str(&b));
    buf_clear(&b);
    return s;
}

static void bars_are_as_long_as_their_counts(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {cell_of("H01M", NULL, 8), cell_of("显示器", NULL, 4),
                                     cell_of("G02B", NULL, 1)};
    struct landscape_reply r = reply_of(cells, 3, "ipc4", NULL);
    assert_str(bars_of(&r, 19, 0), "H01M    8 ████████\n"
                                   "显示器  4 ████\n"
                                   "G02B    1 █\n");
    assert_str(bars_of(&r, 19, 2), "H01M    8 ████████\n"
                                   "显示器  4 ████\n"
                                   "… and 1 smaller ones of ipc4 not shown\n");
    r.cell_count = 0;
    assert_str(bars_of(&r, 40, 0), "no record matches\n");
}

static void years_stand_in_order_and_early_ones_go_first(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {cell_of("2020", NULL, 1), cell_of("2021", NULL, 8),
                                     cell_of("2022", NULL, 4)};
    struct landscape_reply r = reply_of(cells, 3, "year", NULL);
    assert_str(bars_of(&r, 17, 2), "2021  8 ████████\n"
                                   "2022  4 ████\n"
                                   "… and 1 earlier ones of year not shown\n");
}

static void a_trend_shows_years_without_records_and_the_unknown_last(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {cell_of("2018", NULL, 4), cell_of("2020", NULL, 2),
                                     cell_of("未知", NULL, 400)};
    struct landscape_reply r = reply_of(cells, 3, "year", NULL);
    assert_str(bars_of(&r, 15, 0), "2018    4 ████\n"
                                   "2019    0 \n"
                                   "2020    2 ██\n"
                                   "未知  400 ████\n");
}

static void two_dimensions_make_a_table(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {cell_of("2020", "CN", 5), cell_of("2020", "US", 1),
                                     cell_of("2021", "CN", 6)};
    struct landscape_reply r = reply_of(cells, 3, "year", "office");
    assert_str(bars_of(&r, 60, 0), "           CN       US\n"
                                   "2020        5        1\n"
                                   "2021        6        ·\n");
}

static void a_third_dimension_is_said_to_be_summed_up(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {cell_of("2020", "CN", 5), cell_of("2021", "CN", 6)};
    struct landscape_reply r = reply_of(cells, 2, "year", "office");
    struct str by[] = {STR("year"), STR("office"), STR("type")};
    r.by = by;
    r.by_count = 3;
    assert_str(bars_of(&r, 60, 0),
               "           CN\n"
               "2020        5\n"
               "2021        6\n"
               "the third dimension, type, is summed up here; --json shows it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_counts),
        cmocka_unit_test(years_stand_in_order_and_early_ones_go_first),
        cmocka_unit_test(a_trend_shows_years_without_records_and_the_unknown_last),
        cmocka_unit_test(two_dimensions_make_a_table),
        cmocka_unit_test(a_third_dimension_is_said_to_be_summed_up),
    };
    arena = arena_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
