/* What is found in a text and where; and what looks like it and is not. */
#include "test.h"

#include "base/buf.h"
#include "model/sensitive.h"

static struct str found(struct arena *a, const char *text)
{
    static const char *const names[] = {"person", "phone", "price", "mark", "card", "mail"};
    const struct sensitive_hit *hits;
    size_t count = sensitive_find(&hits, str_of(text), a);
    struct buf out;
    buf_init(&out, 0);
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s%s@%zu=%.*s", i ? " " : "", names[hits[i].kind], hits[i].character,
                 STR_ARG(hits[i].text));
    struct str said = arena_dup(a, buf_str(&out));
    buf_clear(&out);
    return said;
}

static void each_kind_is_found_with_its_place(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_str(found(a, "联系人13800001234。"), "phone@4=13800001234");
    assert_str(found(a, "电话 138-0000 1234"), "phone@4=138-0000 1234");
    assert_str(found(a, "１３８００００１２３４"), "phone@1=１３８００００１２３４");
    assert_str(found(a, "身份证11010519491231002X，"), "person@4=11010519491231002X");
    assert_str(found(a, "合同价2,300,000元整"), "price@4=2,300,000元");
    assert_str(found(a, "以230.5 万元许可"), "price@2=230.5 万元");
    assert_str(found(a, "成交￥1200"), "price@4=1200");
    assert_str(found(a, "本件机密，内部资料"), "mark@3=机密 mark@6=内部资料");
    assert_str(found(a, "秘密，13800001234，5万元"),
               "mark@1=秘密 phone@4=13800001234 price@16=5万元");
    arena_free(a);
}

static void each_way_of_writing_is_found(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"+8613900000006", "phone@2=8613900000006"},
        {"+86 139-0000-0006", "phone@2=86 139-0000-0006"},
        {"008613900000006", "phone@1=008613900000006"},
        {"028-88888888", "phone@1=028-88888888"},
        {"（028）88888888转801", "phone@2=028）88888888"},
        {"0816-2222222、010 66666666", "phone@1=0816-2222222 phone@14=010 66666666"},
        {"+86-28-88888888", "phone@2=86-28-88888888"},
        {"编号12 13800001234", "phone@6=13800001234"},
        {"13800001234 2026年", "phone@1=13800001234"},
        {"许可费壹佰万元", "price@4=壹佰万元"},
        {"许可费一百二十万元", "price@4=一百二十万元"},
        {"许可费 100 万", "price@5=100 万"},
        {"转让价款共3亿，分期", "price@6=3亿"},
        {"许可费一百万", "price@4=一百万"},
        {"身份证号110105194912310021", "person@5=110105194912310021"},
        {"联系 li.si@example.com。", "mail@4=li.si@example.com"},
        {"13800001234@example.com", "mail@1=13800001234@example.com"},
        {"卡号6222021234567890123", "card@3=6222021234567890123"},
        {"卡号 6222 0212 3456 7890", "card@4=6222 0212 3456 7890"},
        {"商业秘密保护制度", "mark@1=商业秘密"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        assert_str(found(a, pairs[i][0]), pairs[i][1]);
    arena_free(a);
}

static void what_only_looks_like_it_is_not_found(void **state)
{
    (void)state;
    static const char *const clean[] = {
        "专利CN108192973A等12件",
        "2026年11月20日完成3项",
        "2026-11-01 2026-11-02",
        "2026-11-20至2026-12-20共31天",
        "专利转让合同备案号2026510000000123",
        "许可费收取后培训 2 万人次",
        "产业园面积3万平方米",
        "一元化管理，单位：万元",
        "专利申请号202310123456.7",
        "见a@b与c.d",
        "（1）2026年",
        "编号12345678901",
        "第1.2节",
        "91510100MA6CXXXX1X的许可",
        "",
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(clean); i++)
        assert_str(found(a, clean[i]), "");
    arena_free(a);
}

static void every_text_comes_to_an_end(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char text[300];
    memset(text, '1', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)found(a, text);
    assert_str(found(a, "\xff\xe5 13800001234"), "phone@4=13800001234");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found_with_its_place),
        cmocka_unit_test(each_way_of_writing_is_found),
        cmocka_unit_test(what_only_looks_like_it_is_not_found),
        cmocka_unit_test(every_text_comes_to_an_end),
    };
    return cmocka_run_group_tests_name("model/sensitive", tests, NULL, NULL);
}
