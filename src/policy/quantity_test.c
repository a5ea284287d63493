#include "policy/quantity.h"
#include "policy/sentences.h"
#include "test.h"

/* A number of the words with its unit, and what the words say of it ("": nothing). */
static const struct {
    const char *words, *number, *unit, *bound;
} said[] = {
    {"工作人员不少于5人", "5", "人", ">="},
    {"项目超过5个", "5", "个", ">"},
    {"服务5家以上", "5", "家", ">="},
    {"累计 100 万元以上", "1000000", "元", ">="},
    {"单笔超过1.5亿元", "150000000", "元", ">"},
    {"授权率 65%以上", "65", "%", ">="},
    {"达百分之六十的", "60", "%", ">="},
    {"五分之三的单位", "60", "%", ""},
    {"不得超过补助总额的20%", "20", "%", "<="},
    {"不满70分", "70", "分", "<"},
    {"满二十五年", "25", "年", ">="},
    {"自印发之日起一个月后施行", "1", "个月", ""},
    {"二十个工作日以内", "20", "个工作日", "<="},
    {"要求 3-6 个月内完成", "3", "个月", ""},
    {"要求 3-6 个月内完成", "6", "个月", ""},
    {"１０日内", "10", "日", ""},
    {"二〇二五年", "2025", "年", ""},
    {"一万二千三百元", "12300", "元", ""},
    {"至少有1家高校、2家银行", "2", "家", ">="},
    {"3家高校，2家银行", "2", "家", ""},
};

static void numbers_are_read_with_unit_and_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        struct arena *a = arena_new();
        struct str words = without_blanks(str_of(said[i].words), a);
        const struct quantity *q;
        size_t count = quantities(&q, words, a), k = 0;
        while (k < count && !(str_is(wide_text(q[k].number, a), said[i].number) &&
                              quantity_in(&q[k], words, str_of(said[i].unit))))
            k++;
        if (k == count)
            fail_msg("%s: no %s %s", said[i].words, said[i].number, said[i].unit);
        assert_string_equal(q[k].bounded ? compare_text(q[k].bound) : "", said[i].bound);
        arena_free(a);
    }
}

static void doubling_is_a_multiple(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct quantity *q;
    assert_int_equal(quantities(&q, STR("拥有量翻一番"), a), 1);
    assert_true(q->times && q->number == 2 * (wide)MILLION);
    assert_int_equal(quantities(&q, STR("翻两番"), a), 1);
    assert_true(q->number == 4 * (wide)MILLION);
    arena_free(a);
}

static void what_is_no_number_is_none(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct quantity *q;
    assert_int_equal(quantities(&q, STR("第五条规定，第二款"), a), 0);
    assert_int_equal(quantities(&q, STR("亿万群众"), a), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_with_unit_and_bound),
        cmocka_unit_test(doubling_is_a_multiple),
        cmocka_unit_test(what_is_no_number_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
