/* Words of Chinese texts: the path through a run, and what is learnt of a collection. */
#include "search/words.h"
#include "test.h"

#include <time.h>

/* The words that are not inner, with "|" between them; functions in brackets. */
static const char *split(const char *text, const char *own, struct arena *a)
{
    size_t count;
    struct words_list list;
    words_list_make(&list, str_bytes(str_of(own)));
    const struct word *w = words_split(&count, str_of(text), &list, a);
    struct str out = STR_NONE;
    for (size_t i = 0; i < count; i++)
        if (!w[i].inner)
            out =
                arena_printf(a, w[i].function ? "%.*s%s(%.*s)" : "%.*s%s%.*s", STR_ARG(out),
                             out.len > 0 ? "|" : "", (int)(w[i].to - w[i].from), text + w[i].from);
    return arena_cstr(a, out);
}

static bool has_inner(const char *text, const char *inner, struct arena *a)
{
    size_t count;
    const struct word *w = words_split(&count, str_of(text), NULL, a);
    for (size_t i = 0; i < count; i++)
        if (w[i].inner && str_is(w[i].folded, inner))
            return true;
    return false;
}

static void a_text_is_split_into_its_likeliest_words(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(split("电池的冷却装置", "", a), "电池|(的)|冷却|装置");
    assert_string_equal(split("一种锂离子电池，包括隔膜", "", a), "(一种)|锂离子|电池|(包括)|隔膜");
    assert_string_equal(split("毫米波雷达和微米级的分米波", "", a),
                        "毫米波|雷达|(和)|微米级|(的)|分米波");
    assert_true(has_inner("热交换器", "交换", a));
    assert_false(has_inner("热交换器", "换器", a));
    arena_free(a);
}

static void words_of_the_store_join_those_of_the_program(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(split("用鳍鲟的方法", "", a), "(用)|鳍|鲟|(的)|(方法)");
    assert_string_equal(split("用鳍鲟的方法", "30\n鳍鲟\t100\n", a), "(用)|鳍鲟|(的)|(方法)");
    assert_string_equal(split("用鳍鲟的方法", "30\n鳍鲟\t-1\nx", a), "(用)|鳍|鲟|(的)|(方法)");
    arena_free(a);
}

static void a_short_run_that_no_list_knows_is_one_word(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(split("ABC 鳍鲟，鳍鲟的", "", a), "鳍鲟|鳍|鲟|(的)");
    arena_free(a);
}

static void places_are_those_of_the_text_as_written(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *text = "ＡＢ電池，㌔x";
    size_t count;
    const struct word *w = words_split(&count, str_of(text), NULL, a);
    assert_true(count >= 2);
    assert_str(w[0].folded, "电池");
    assert_int_equal(w[0].from, 6);
    assert_int_equal(w[0].to, 12);
    assert_int_equal(w[count - 1].to, 18);
    assert_int_equal(words_split(&count, STR_NONE, NULL, a) == NULL, 1);
    assert_int_equal(count, 0);
    arena_free(a);
}

/* Sentences over a vocabulary, by a generator of fixed seed. */
static struct str sentences(size_t count, struct arena *a)
{
    static const char *const words[] = {"蜂窝隼", "鳍鲟", "电机", "用",   "冷却", "轴承",
                                        "热",     "装置", "把",   "阀",   "滤网", "压",
                                        "齿轮",   "螺栓", "密封", "弹簧", "壳体", "导管",
                                        "传感器", "叶片", "支架", "水泵", "喷嘴", "磁铁"};
    struct buf b;
    uint32_t random = 1;
    buf_init(&b, 0);
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < 8; k++) {
            random = random * 1664525 + 1013904223;
            buf_addz(&b, words[(random >> 16) % ARRAY_LEN(words)]);
        }
        buf_addz(&b, "。");
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static bool is_learnt(const struct buf *lines, const char *word)
{
    char line[64];
    snprintf(line, sizeof(line), "\n%s\t", word);
    return str_contains(buf_str(lines), str_of(line));
}

static void strings_between_changing_neighbours_are_learnt(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf lines;
    struct words_text text = {0};
    words_take(&text, sentences(800, a), a);
    buf_init(&lines, 0);
    buf_addz(&lines, "\n");
    words_learn(&lines, &text, a);
    assert_true(is_learnt(&lines, "蜂窝隼"));
    assert_true(is_learnt(&lines, "鳍鲟"));
    assert_false(is_learnt(&lines, "蜂窝"));
    assert_false(is_learnt(&lines, "窝隼"));
    assert_false(is_learnt(&lines, "却轴"));
    buf_clear(&lines);
    arena_free(a);
}

static void learning_and_splitting_are_linear(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf run, lines;
    size_t count;
    buf_init(&run, 0);
    buf_init(&lines, 0);
    while (run.len < 65535)
        buf_addz(&run, "电");
    clock_t start = clock();
    struct words_list list;
    words_list_make(&list, str_bytes(STR("9\n电电\t10\n电电电电电电电电\t9\n")));
    (void)words_split(&count, buf_str(&run), &list, a);
    assert_true(count > 0);
    struct words_text text = {0};
    words_take(&text, buf_str(&run), a);
    words_learn(&lines, &text, a);
    assert_true(clock() - start < 10 * CLOCKS_PER_SEC); /* far from it, but for a quadratic one */
    buf_clear(&run);
    buf_clear(&lines);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_split_into_its_likeliest_words),
        cmocka_unit_test(words_of_the_store_join_those_of_the_program),
        cmocka_unit_test(a_short_run_that_no_list_knows_is_one_word),
        cmocka_unit_test(places_are_those_of_the_text_as_written),
        cmocka_unit_test(strings_between_changing_neighbours_are_learnt),
        cmocka_unit_test(learning_and_splitting_are_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
