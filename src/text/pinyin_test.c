/* The order of names: places and surnames among others, and every word of the table. */
#include "test.h"

#include "text/pinyin_table.h"
#include "text/pinyin.h"
#include "text/unicode.h"

static int order(const char *x, const char *y)
{
    struct arena *a = arena_new();
    int d = str_cmp(pinyin_key(str_of(x), a), pinyin_key(str_of(y), a));
    arena_free(a);
    return d;
}

static void assert_order(const char *const *names, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (order(names[i - 1], names[i]) >= 0)
            fail_msg("%s is not before %s", names[i - 1], names[i]);
}

static void places_are_read_as_places(void **state)
{
    (void)state;
    static const char *const names[] = {
        "（中）甲", "3号工坊",  "A云服务",  "安宁纸业", "蚌埠云帆", "长春云帆", "长沙云帆",
        "长治云帆", "重庆云帆", "冲压云帆", "大连云帆", "东阿云帆", "洪洞云帆",
        "会稽云帆", "昆山云帆", "乐山云帆", "丽水云帆", "六安云帆", "吕梁云帆", "番禺云帆", "犍为云帆",
        "单县云帆", "歙县云帆", "莘县云帆", "台州云帆", "尉氏云帆", "厦门云帆", "荥阳云帆",
        "铅山云帆", "荥经云帆", "尉犁云帆", "乐清云帆", "长子县云", "重工云帆"};
    assert_order(names, ARRAY_LEN(names));
    static const char *const places[] = {"长春", "重庆", "六安", "番禺", "莘县", "厦门", "浚县"};
    assert_order(places, ARRAY_LEN(places));
}

static void surnames_are_read_as_surnames(void **state)
{
    (void)state;
    static const char *const people[] = {"陈甲", "盖甲乙", "欧甲", "区甲", "朴甲乙", "仇甲", "任甲",
                                         "单甲乙", "解甲", "尉迟甲", "曾甲乙", "曾甲乙（演示）", "查甲"};
    assert_order(people, ARRAY_LEN(people));
    /* words are none, nor are longer texts */
    static const char *const words[] = {"查新报告", "单位", "解决甲", "区域"};
    assert_order(words, ARRAY_LEN(words));
}

static void width_case_and_traditional_forms_make_no_difference(void **state)
{
    (void)state;
    assert_int_equal(order("重慶（ＡＢ）", "重庆(ab)"), 0);
    assert_true(order("", "a") < 0);
    assert_true(order("鿿", "座") > 0); /* without a reading: last */
    assert_true(order("\xff", "a") != 0);
}

/* A word that is not its own search form would never be found. */
static void words_are_search_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pinyin_words); i++) {
        struct buf folded = {0};
        unicode_fold(&folded, str_of(pinyin_words[i][0]));
        assert_true(str_is(buf_str(&folded), pinyin_words[i][0]));
        buf_clear(&folded);
    }
    assert_true(ARRAY_LEN(pinyin_signs) > 6763 && ARRAY_LEN(pinyin_surnames) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_read_as_places),
        cmocka_unit_test(surnames_are_read_as_surnames),
        cmocka_unit_test(width_case_and_traditional_forms_make_no_difference),
        cmocka_unit_test(words_are_search_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
