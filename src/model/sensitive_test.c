/* What is found in a text and where; and what looks like it and is not. */
#include "test.h"

#include "base/buf.h"
#include "model/sensitive.h"

static struct str found(struct arena *a, const char *text)
{
    static const char *const names[] = {"person", "phone", "price", "mark"};
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

static void what_only_looks_like_it_is_not_found(void **state)
{
    (void)state;
    static const char *const clean[] = {
        "专利CN108192973A等12件",
        "2026年11月20日完成3项",
        "商业秘密保护制度",
        "身份证号110105194912310021", /* a check digit that does not fit */
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
        cmocka_unit_test(what_only_looks_like_it_is_not_found),
        cmocka_unit_test(every_text_comes_to_an_end),
    };
    return cmocka_run_group_tests_name("model/sensitive", tests, NULL, NULL);
}
