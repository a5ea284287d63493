/* Words as sources have them, and as they are printed. */
#include "test.h"

#include "text/typography.h"

static void words_stay_and_blanks_and_half_width_marks_between_han_go(void **state)
{
    static const struct {
        const char *source, *printed;
    } pairs[] = {
        {"确定名单并向 社会公示5个工作日", "确定名单并向社会公示5个工作日"},
        {"公示期满且无异议的,正式予以认定", "公示期满且无异议的，正式予以认定"},
        {"且郑重承诺:所提交", "且郑重承诺：所提交"},
        {"工作指引(试行)", "工作指引（试行）"},
        {"市(州)市场监管局", "市（州）市场监管局"},
        {"建设纲要 (2022—2035年)", "建设纲要（2022—2035年）"},
        {"第1条(a)款", "第1条（a）款"},
        {"是否属于?属于的;说明", "是否属于？属于的；说明"},
        {"单　位", "单位"},
        {"( 盖 章 )", "（盖章）"},
        {"要求 3-6 个月内", "要求3-6个月内"},
        {"增长 20%以上", "增长20%以上"},
        /* what stands between no Han characters */
        {"1. 姓名 GB/T 9704 A 甲", "1. 姓名 GB/T 9704 A 甲"},
        {"1,234 10:30 a(b)c", "1,234 10:30 a(b)c"},
        {"IPC A61K, H01M", "IPC A61K, H01M"},
        {"\"四川省\"+\"XX产业\"", "\"四川省\"+\"XX产业\""},
        {"甲\n乙", "甲\n乙"},
        {"(没有另一半", "(没有另一半"},
        {"", ""},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        assert_str(typography_mended(str_of(pairs[i].source), a), pairs[i].printed);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stay_and_blanks_and_half_width_marks_between_han_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
