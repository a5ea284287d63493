#include "ingest/split.h"
#include "test.h"

static void check(struct str v, enum split how, const char *const *expected)
{
    struct arena *a = arena_new();
    struct str *piece;
    size_t count = split_value(&piece, v, how, a), want = 0;

    while (expected[want])
        want++;
    for (size_t i = 0; i < count && i < want; i++)
        assert_str(piece[i], expected[i]);
    assert_int_equal(count, want);
    arena_free(a);
}
#define CHECK(v, how, ...)                                                                         \
    check(str_of(v), how, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void names_are_cut_at_the_strongest_separator_only(void **state)
{
    (void)state;
    CHECK("A Inc. | B; C Ltd", SPLIT_NAMES, "A Inc.", "B; C Ltd");
    CHECK("SMITH; JOHN;;DOE; JANE", SPLIT_NAMES, "SMITH; JOHN", "DOE; JANE");
    CHECK("甲；乙；", SPLIT_NAMES, "甲", "乙");
    CHECK("甲、乙", SPLIT_NAMES, "甲", "乙");
    CHECK("互联网与云计算、大数据服务", SPLIT_LABELS, "互联网与云计算、大数据服务");
    CHECK("甲、乙;丙", SPLIT_LABELS, "甲、乙", "丙");
    CHECK("一行\r\n二行\r三行", SPLIT_NAMES, "一行", "二行", "三行");
    CHECK("a" SPLIT_RS "b|c", SPLIT_NAMES, "a", "b|c");
}

static void commas_part_han_names_but_stay_inside_latin_ones(void **state)
{
    (void)state;
    CHECK("陶某,毛某,李·某", SPLIT_NAMES, "陶某", "毛某", "李·某");
    CHECK("SCHOWENGERDT, BRIAN T.", SPLIT_NAMES, "SCHOWENGERDT, BRIAN T.");
    CHECK("华为Co., Ltd", SPLIT_NAMES, "华为Co., Ltd");
}

static void people_are_cut_only_where_a_comma_cannot_stand_inside_a_name(void **state)
{
    (void)state;
    CHECK("Doe, Jane", SPLIT_PEOPLE, "Doe, Jane");
    CHECK("Doe, Jane, Smith, John A.", SPLIT_PEOPLE, "Doe, Jane", "Smith, John A.");
    CHECK("Doe, Jane; Smith, John", SPLIT_PEOPLE, "Doe, Jane", "Smith, John");
    CHECK("De la Cruz, Juan, Doe, Jane", SPLIT_PEOPLE, "De la Cruz, Juan, Doe, Jane");
    CHECK("Doe, Jane, Smith, Jr.", SPLIT_PEOPLE, "Doe, Jane, Smith, Jr.");
    CHECK("Jane Doe, John Smith, Jr.", SPLIT_COMMAS, "Jane Doe", "John Smith, Jr.");
    CHECK("陶某,毛某", SPLIT_COMMAS, "陶某", "毛某");
    CHECK("Invented Co., Ltd., Fable, L.L.C., 某公司", SPLIT_COMMAS, "Invented Co., Ltd.",
          "Fable, L.L.C.", "某公司");
    CHECK("カナ、アルファ, ベタ、ガンマ", SPLIT_COMMAS, "カナ、アルファ", "ベタ、ガンマ");
    CHECK("カナ、アルファ", SPLIT_COMMAS, "カナ、アルファ");
}

static void a_separator_of_a_cell_may_be_none_of_its_column(void **state)
{
    struct arena *a = arena_new();
    struct str *piece;
    enum separator by;
    (void)state;
    assert_int_equal(split_list(&piece, &by, STR("甲、乙"), SPLIT_NAMES, 0, a), 2);
    assert_int_equal(by, SEP_STOP);
    assert_int_equal(split_list(&piece, &by, STR("甲、乙"), SPLIT_NAMES, 1u << SEP_STOP, a), 1);
    assert_int_equal(by, SEP_NONE);
    assert_int_equal(split_list(&piece, &by, STR("甲；乙、丙"), SPLIT_NAMES, 1u << SEP_STOP, a), 2);
    assert_int_equal(by, SEP_SEMICOLON);
    assert_int_equal(split_list(&piece, &by, STR("甲,乙"), SPLIT_NAMES, 1u << SEP_COMMA, a), 1);
    assert_int_equal(
        split_list(&piece, &by, STR("a;b" SPLIT_RS "c"), SPLIT_NAMES, 1u << SEP_SEMICOLON, a), 2);
    arena_free(a);
}

static void symbols_are_cut_everywhere(void **state)
{
    (void)state;
    CHECK("G02B27/01 | G02C7/06; H04L;;A61K，B01D、C07C", SPLIT_SYMBOLS, "G02B27/01", "G02C7/06",
          "H04L", "A61K", "B01D", "C07C");
    CHECK(";;,|", SPLIT_SYMBOLS);
}

static void commas_that_group_thousands_do_not_cut(void **state)
{
    (void)state;
    CHECK("US 5,123,456", SPLIT_SYMBOLS, "US 5,123,456");
    CHECK("US D939,807 S; 8，765，432 B2", SPLIT_SYMBOLS, "US D939,807 S", "8，765，432 B2");
    CHECK("US 5,123,456,US 5,234,567, 07/654,321", SPLIT_SYMBOLS, "US 5,123,456", "US 5,234,567",
          "07/654,321");
    CHECK("5,123,456,5,234,567", SPLIT_SYMBOLS, "5,123,456", "5,234,567");
    CHECK("5123456,5234567,CN101234567A,123", SPLIT_SYMBOLS, "5123456", "5234567", "CN101234567A",
          "123");
    CHECK("US9026000B2,5123456,1234", SPLIT_SYMBOLS, "US9026000B2", "5123456", "1234");
}

static void texts_keep_their_semicolons(void **state)
{
    (void)state;
    CHECK("A. Author; Journal, 1999;;Second", SPLIT_TEXTS, "A. Author; Journal, 1999", "Second");
}

static void lists_as_python_prints_them_are_read(void **state)
{
    (void)state;
    CHECK("['250/208.1', '382/104.']", SPLIT_SYMBOLS, "250/208.1", "382/104.");
    CHECK("[\"it's\", 'a\\'b']", SPLIT_NAMES, "it's", "a'b");
    CHECK("['open", SPLIT_NAMES, "['open");
    CHECK("[标]甲公司", SPLIT_NAMES, "[标]甲公司");
    CHECK("['']", SPLIT_NAMES);
}

static void words_that_say_nothing_are_empty(void **state)
{
    (void)state;
    static const char *const empty[] = {"", " ", "-", "--", "—", "N/A", "null", "None", "[]", "/"};
    static const char *const full[] = {"0", "无", "x", "-1", "none of these", "NAB", "a"};
    for (size_t i = 0; i < ARRAY_LEN(empty); i++)
        assert_true(value_is_empty(str_of(empty[i])));
    for (size_t i = 0; i < ARRAY_LEN(full); i++)
        assert_false(value_is_empty(str_of(full[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_cut_at_the_strongest_separator_only),
        cmocka_unit_test(commas_part_han_names_but_stay_inside_latin_ones),
        cmocka_unit_test(people_are_cut_only_where_a_comma_cannot_stand_inside_a_name),
        cmocka_unit_test(a_separator_of_a_cell_may_be_none_of_its_column),
        cmocka_unit_test(symbols_are_cut_everywhere),
        cmocka_unit_test(commas_that_group_thousands_do_not_cut),
        cmocka_unit_test(texts_keep_their_semicolons),
        cmocka_unit_test(lists_as_python_prints_them_are_read),
        cmocka_unit_test(words_that_say_nothing_are_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
