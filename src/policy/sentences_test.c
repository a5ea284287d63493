#include "base/rand.h"
#include "base/utf8.h"
#include "policy/sentences.h"
#include "test.h"

/* The sentences of a source, each after its line: "1:… 2:…". */
static void expect(const char *source, const char *expected)
{
    struct arena *a = arena_new();
    struct str text = without_blanks(str_of(source), a), got = STR("");
    const struct source_sentence *s;
    size_t count = source_sentences(&s, str_of(source), a);
    for (size_t i = 0; i < count; i++)
        got = arena_printf(a, "%.*s%s%d:%.*s", STR_ARG(got), i ? " " : "", s[i].line,
                           (int)(s[i].end - s[i].from), text.ptr + s[i].from);
    if (!str_is(got, expected))
        fail_msg("%s: expected \"%s\", got \"%.*s\"", source, expected, STR_ARG(got));
    arena_free(a);
}

static void a_line_break_within_a_sentence_ends_nothing(void **state)
{
    (void)state;
    expect("甲方应当\n\n提交 材料。\n乙方", "1:甲方应当提交材料。 4:乙方");
    expect("提供公共服务和市\n\n场化服务。", "1:提供公共服务和市场化服务。");
}

static void full_stops_and_semicolons_end_one_with_what_closes_behind_them(void **state)
{
    (void)state;
    expect("甲。乙；丙;丁", "1:甲。 1:乙； 1:丙; 1:丁");
    expect("（甲。）“乙。”丙", "1:（甲。） 1:“乙。” 1:丙");
    expect("……。\n、，", "");
}

static void a_mark_at_the_start_of_a_line_begins_one_and_is_none_of_its_words(void **state)
{
    (void)state;
    expect("总则\n第一条 甲\n（二）乙\n3.丙\n- 4. 丁\n", "1:总则 2:甲 3:乙 4:丙 5:丁");
    expect("[bookmark: _Hlk1]第七条 甲。[bookmark: _Hlk2]", "1:甲。");
    expect("甲不少于\n5个。", "1:甲不少于5个。");
    expect("一、总则\n甲", "1:总则 2:甲");
    expect("# 标题\n甲", "1:标题 2:甲");
    expect("某省办法\n第一章 总则\n第一条 甲。", "1:某省办法 2:第一章总则 3:甲。");
    expect("规定见\n第一章，总则", "1:规定见第一章，总则");
    expect("第三条 违者\n取消资格。", "1:违者取消资格。");
}

static void cells_of_a_table_are_one_each(void **state)
{
    (void)state;
    expect("甲\n名称\t\t邮编\n地址\t \n乙", "1:甲 2:名称 2:邮编 3:地址 4:乙");
}

static void the_line_of_a_byte_is_that_of_the_source(void **state)
{
    struct str source = STR("\n 甲\n\n乙丙\n丁");
    (void)state;
    assert_int_equal(source_line(source, 0), 2);
    assert_int_equal(source_line(source, 3), 4);
    assert_int_equal(source_line(source, 6), 4);
    assert_int_equal(source_line(source, 9), 5);
}

static bool has_word(struct str s)
{
    for (size_t at = 0; at < s.len;)
        if (source_is_word(utf8_next(s, &at)))
            return true;
    return false;
}

/* What stands between two sentences: marks, and letters that are no words. */
static bool is_left_out(struct str s)
{
    for (size_t at = 0, next = 0; at < s.len; at = next) {
        size_t mark = source_mark_len((struct str){s.ptr + at, s.len - at});
        next = at + mark;
        if (mark == 0 && source_is_word(utf8_next(s, &next)))
            return false;
    }
    return true;
}

/* Whatever the text: sentences stand in its order, do not overlap and have words; no word is
 * lost between them. */
static void every_word_is_in_one_sentence_or_in_a_mark(void **state)
{
    static const char *const pieces[] = {
        "甲",     "乙方", "。", "；", "\n", "\n\n",           "\t",   " ",  "第三条", "一、",
        "（二）", "5.",   "- ", "# ", "”",  "[bookmark: _H]", "\xE4", "12", "，"};
    struct rand r = {test_seed(20301112)};
    (void)state;
    for (int n = 0; n < 5000; n++) {
        struct arena *a = arena_new();
        struct str source = STR("");
        const struct source_sentence *s;
        for (uint32_t k = rand_below(&r, 30); k > 0; k--)
            source = arena_join(a, source, str_of(pieces[rand_below(&r, ARRAY_LEN(pieces))]));
        struct str text = without_blanks(source, a);
        size_t count = source_sentences(&s, source, a), before = 0;
        for (size_t i = 0; i < count; i++) {
            assert_in_range(s[i].from, before, s[i].end - 1);
            assert_in_range(s[i].end, 1, text.len);
            assert_true(has_word((struct str){text.ptr + s[i].from, s[i].end - s[i].from}));
            assert_true(is_left_out((struct str){text.ptr + before, s[i].from - before}));
            before = s[i].end;
        }
        assert_true(is_left_out((struct str){text.ptr + before, text.len - before}));
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_break_within_a_sentence_ends_nothing),
        cmocka_unit_test(full_stops_and_semicolons_end_one_with_what_closes_behind_them),
        cmocka_unit_test(a_mark_at_the_start_of_a_line_begins_one_and_is_none_of_its_words),
        cmocka_unit_test(cells_of_a_table_are_one_each),
        cmocka_unit_test(the_line_of_a_byte_is_that_of_the_source),
        cmocka_unit_test(every_word_is_in_one_sentence_or_in_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
