#include "policy/clause_map.h"
#include "test.h"

static const char text[] = "某省办法\n"
                           "第一章 总则\n"
                           "第一条 目的。\n"
                           "第二条 条件：\n"
                           "（一）人员；\n"
                           "（二）场所：\n"
                           "1. 固定；\n"
                           "2. 独立。\n"
                           "第二章 程序\n"
                           "第三条 公示。\n"
                           "附件2 申报表\n";
static const char notice[] = "关于某事的通知\n"
                             "（一）人员。\n"
                             "（二）场所。\n";

static const char lists[] = "三、条件和成效\n"
                            "申报单位应当具备以下条件：\n"
                            "1. 人员；\n"
                            "2. 场所。\n"
                            "申报单位应当取得较好的成效：\n"
                            "1. 金额；\n"
                            "2. 项目；\n"
                            "2. 企业。\n";

/* Whether the words stand in the clause; -1: the text has no such clause. */
static const struct {
    const char *source, *label, *words;
    int has;
} cases[] = {
    {text, "第二条（二）", "场所", 1}, {text, "二(二)", "场所", 1},
    {text, "二(一)", "场所", 0},       {text, "第二条", "独立", 1},
    {text, "第一条", "独立", 0},       {text, "二(二)2", "独立", 1},
    {text, "二(二)1", "独立", 0},      {text, "二(三)", "独立", -1},
    {text, "七", "目的", -1},          {text, "第二章", "公示", 1},
    {text, "第二章", "目的", 0},       {text, "第二章第三条", "公示", 1},
    {text, "标题", "某省办法", 1},     {text, "标题", "公示", 0},
    {text, "附件2", "申报表", 1},      {text, "办法200", "目的", 0},
    {text, "办法1", "目的", 1},        {notice, "（二）", "场所", 1},
    {notice, "（二）", "人员", 0},     {lists, "三.条件1", "人员", 1},
    {lists, "三.条件1", "金额", 0},    {lists, "三.成效1", "金额", 1},
    {lists, "三.成效1", "人员", 0},    {lists, "三.成效第二个2", "企业", 1},
    {lists, "三.成效2", "场所", 0},    {lists, "三1", "金额", 1},
    {lists, "三.要求1", "金额", 1},    {lists, "三1", "人员", 1},
};

static void a_label_names_its_piece(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new();
        const struct source_span *pieces;
        const struct clause_map *m = clause_map_make(str_of(cases[i].source), a);
        size_t count = clause_map_find(&pieces, m, str_of(cases[i].label), false, a);
        int has = count ? clause_map_has(m, pieces, count, str_of(cases[i].words), a) : -1;
        if (has != cases[i].has)
            fail_msg("%s: %s: %d", cases[i].label, cases[i].words, has);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_label_names_its_piece)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
