/* Pictures of small landscapes, to the byte. */
#include "test.h"

#include "base/arena.h"
#include "search/chart.h"
#include <expat.h>

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

static struct str svg_of(const struct landscape_reply *r, struct str title)
{
    struct buf b;
    buf_init(&b, 0);
    chart_svg(&b, r, title);
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
    struct str svg = svg_of(&r, STR("x"));
    assert_true(str_contains(svg, STR(">the third dimension, type, is summed up here; --json")));
    r.by_count = 2;
    assert_false(str_contains(svg_of(&r, STR("x")), STR("third")));
}

static void check_well_formed(struct str svg)
{
    XML_Parser p = XML_ParserCreate(NULL);
    if (XML_Parse(p, svg.ptr, (int)svg.len, 1) != XML_STATUS_OK)
        fail_msg("line %lu: %s", XML_GetCurrentLineNumber(p), XML_ErrorString(XML_GetErrorCode(p)));
    XML_ParserFree(p);
}

static size_t count_of(struct str s, const char *part)
{
    size_t count = 0, at = 0, len = strlen(part);
    while ((at = str_find(s, str_of(part), at)) < s.len) {
        count++;
        at += len;
    }
    return count;
}

/* The number behind `after`. */
static uint64_t number_after(struct str s, const char *after)
{
    size_t at = str_find(s, str_of(after), 0) + strlen(after);
    uint64_t n = 0;
    for (; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++)
        n = n * 10 + (uint64_t)(s.ptr[at] - '0');
    return n;
}

static void notes_stand_below_every_plot_and_inside_it(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"year", NULL}, {"office", NULL}, {"office", "type"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct landscape_cell cells[] = {cell_of("2020", "CN", 5)};
        struct landscape_reply r = reply_of(cells, 1, names[i][0], names[i][1]);
        struct str plain = svg_of(&r, STR("x"));
        r.note = STR("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八"
                     "九十 words of a note that is longer than any of these plots is wide, so that "
                     "it has to be broken into lines & goes on <end>");
        struct str noted = svg_of(&r, STR("x"));
        check_well_formed(noted);
        assert_false(str_contains(noted, STR("<end>")));
        assert_true(str_contains(noted, STR("&lt;end&gt;</text>")));
        size_t lines = count_of(noted, "<text") - count_of(plain, "<text");
        assert_true(lines >= 2);
        assert_int_equal(number_after(noted, "height=\"") - number_after(plain, "height=\""),
                         lines * 18);
    }
}

static void plots_are_well_formed_whatever_the_labels_hold(void **state)
{
    (void)state;
    struct landscape_cell cells[] = {
        cell_of("<b>&\"'", "]]>", 3), cell_of("\xFF\x01 bad", "甲", 2),
        cell_of("a very long label that has to be cut somewhere before its end", "乙", 1)};
    struct landscape_reply r = reply_of(cells, 3, "applicant", NULL);
    struct str bars = svg_of(&r, STR("<title> & \"more\""));
    check_well_formed(bars);
    assert_true(str_contains(bars, STR("&lt;b&gt;&amp;&quot;")));
    assert_true(str_contains(bars, STR("before…")) || str_contains(bars, STR("…</text>")));
    r.by_count = 2;
    check_well_formed(svg_of(&r, STR_NONE));
    struct landscape_cell years[] = {cell_of("2020", NULL, 3), cell_of("未知", NULL, 0)};
    r = reply_of(years, 2, "year", NULL);
    check_well_formed(svg_of(&r, STR("趋势")));
    r.cell_count = 0;
    check_well_formed(svg_of(&r, STR_NONE));
    assert_true(str_eq(svg_of(&r, STR("x")), svg_of(&r, STR("x"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_counts),
        cmocka_unit_test(years_stand_in_order_and_early_ones_go_first),
        cmocka_unit_test(a_trend_shows_years_without_records_and_the_unknown_last),
        cmocka_unit_test(two_dimensions_make_a_table),
        cmocka_unit_test(a_third_dimension_is_said_to_be_summed_up),
        cmocka_unit_test(notes_stand_below_every_plot_and_inside_it),
        cmocka_unit_test(plots_are_well_formed_whatever_the_labels_hold),
    };
    arena = arena_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
