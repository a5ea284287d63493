/* The query language as its trees, its errors by their places, and random bytes. */
#include "test.h"

#include "base/limits.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "search/compile.h"
#include "search/stopwords.h"
#include "search/syntax.h"
#include <stdlib.h>

static struct arena *arena;

/* (and word (or a b)) … */
static void print_clause(struct buf *out, const struct clause *c)
{
    static const char *const names[] = {"", "", "", "", "", "and", "or", "not", "all"};
    if (c->op >= CLAUSE_AND) {
        buf_addf(out, "(%s", names[c->op]);
        for (size_t i = 0; i < c->child_count; i++) {
            buf_addc(out, ' ');
            print_clause(out, &c->children[i]);
        }
        buf_addc(out, ')');
        return;
    }
    if (c->attribute)
        buf_addf(out, "%s%s", c->attribute->name, c->op == CLAUSE_VALUE ? "=" : ":");
    buf_addf(out, "%s%.*s%s",
             c->op == CLAUSE_PHRASE   ? "\""
             : c->op == CLAUSE_FILTER ? "{"
                                      : "",
             STR_ARG(c->text),
             c->op == CLAUSE_PHRASE   ? "\""
             : c->op == CLAUSE_FILTER ? "}"
             : c->op == CLAUSE_PREFIX ? "*"
                                      : "");
}

static void check(const char *query, const char *expected)
{
    const struct clause *c;
    struct err e = {0};
    struct buf b;
    if (syntax_parse(&c, str_of(query), arena, &e) != OK)
        fail_msg("%s: %s", query, e.text);
    buf_init(&b, 0);
    print_clause(&b, c);
    if (!str_is(buf_str(&b), expected))
        fail_msg("%s\n  is       %.*s\n  expected %s", query, STR_ARG(buf_str(&b)), expected);
    buf_clear(&b);
}

static void check_error(const char *query, const char *part)
{
    struct compiled plan;
    struct err e = {0};
    err_t rc = compile_query(&plan, str_of(query), INDEX_FULL, &(struct filters){0}, arena, &e);
    if (rc != E_INVALID || !str_contains(str_of(e.text), str_of(part)))
        fail_msg("%s\n  gives    %s: %s\n  expected %s", query, err_kind_name(rc), e.text, part);
}

static void words_phrases_and_operators_make_trees(void **state)
{
    (void)state;
    check("", "(all)");
    check("  \xE3\x80\x80 ", "(all)");
    check("*", "(all)");
    check("AR眼镜 波导", "(and AR眼镜 波导)");
    check("a b OR c d", "(or (and a b) (and c d))");
    check("a AND b OR c", "(or (and a b) c)");
    check("a (b OR c)", "(and a (or b c))");
    check("((a))", "a");
    check("NOT a", "(not a)");
    check("a -b !c", "(and a (not b) (not c))");
    check("NOT NOT a", "a");
    check("a NOT NOT NOT b", "(and a (not b))");
    check("well-known a - b", "(and well-known a - b)");
    check("a && b || c", "(or (and a b) c)");
    check("眼镜 与 波导 或 显示 非 头盔", "(or (and 眼镜 波导) (and 显示 (not 头盔)))");
    check("与非门", "与非门");
    check("and or not", "(and and or not)");
    check("\"optical waveguide\" display", "(and \"optical waveguide\" display)");
    check("“光波导” 「显示」", "(and \"光波导\" \"显示\")");
    check("（眼镜 ＯＲ 头显）　波导", "(and (or 眼镜 头显) 波导)");
    check("眼镜，波导；显示。", "(and 眼镜 波导 显示)");
    check("holograph*", "holograph*");
    check("holograph＊ ＊", "(and holograph* (all))");
    check("\"*波导\" a*b", "(and \"*波导\" a*b)");
    check("AT&T", "AT&T");
    check("(a {office=CN}) OR -{applicant=\"甲}乙\"} b{c}",
          "(or (and a {office=CN}) (and (not {applicant=\"甲}乙\"}) b{c}))");
}

static void fields_take_words_phrases_and_groups(void **state)
{
    (void)state;
    check("title:眼镜", "title:眼镜");
    check("标题：眼镜 摘要:波导", "(and title:眼镜 abstract:波导)");
    check("TI:\"wave guide\"", "title:\"wave guide\"");
    check("申请人:*大学* inventor:＊明", "(and applicant=*大学* inventor=＊明)");
    check("title:(a OR b) c", "(and (or title:a title:b) c)");
    check("title:(a abstract:b)", "(and title:a abstract:b)");
    check("ipc:H01M*", "ipc=H01M*");
    check("ipc:H01M 10/052 battery", "(and ipc=H01M 10/052 battery)");
    check("ipc:H01M battery", "(and ipc=H01M battery)");
    check("分类号:(H01M OR G02B)", "(or ipc=H01M ipc=G02B)");
    check("date:2019..2024", "date=2019..2024");
    check("number:\"CN 2014 1 0001234.8\"", "number=CN 2014 1 0001234.8");
    check("-title:a", "(not title:a)");
    check("title : a", "(and title : a)");
    check("10:1 ratio", "(and 10:1 ratio)");
    check("http://example.org", "http://example.org");
}

static void errors_point_at_the_character_and_say_how_to_mend(void **state)
{
    (void)state;
    check_error("a AND", "at character 3: 'AND' needs something after it");
    check_error("a AND OR b", "at character 3: 'AND' needs something after it");
    check_error("OR b", "at character 1: 'OR' needs something before it");
    check_error("眼镜 或", "at character 4: '或' needs something after it");
    check_error("a NOT", "at character 3: 'NOT' needs something after it");
    check_error("a {office=CN", "at character 3: '{' begins a filter");
    check_error("a {nothing=CN}",
                "at character 3: filter \"nothing=CN\": there is no filter \"nothing\"");
    check_error("(a", "at character 1: '(' is never closed");
    check_error("眼镜 (a (b)", "at character 4: '(' is never closed");
    check_error("a)", "at character 2: ')' has no '(' before it");
    check_error(")", "at character 1: ')' has no '('");
    check_error("a ()", "at character 3: there is nothing between these parentheses");
    check_error("\"a b", "at character 1: this quotation mark is never closed");
    check_error("眼镜 “光", "at character 4: this quotation mark is never closed");
    check_error("foo:a", "at character 1: there is no field \"foo\"; the fields are title");
    check_error("a title:", "at character 3: 'title:' needs a word after it");
    check_error("a date:yesterday", "at character 8: \"yesterday\" is no date or range");
    check_error("ipc:99", "at character 5: \"99\" is no ipc symbol");
    check_error("*波导", "at character 1: '*' stands at the end of a word, not before it");
    check_error("眼镜 title:*guide*", "at character 10: '*' stands at the end of a word");
    check_error("a (b OR ＊波导)", "at character 9: '*' stands at the end of a word");
    check_error("**", "at character 1: '*' stands at the end of a word");
    check_error("h*", "at character 1: '*' needs at least two letters");
    check_error("。 ??", "nothing here can be searched for");
    check_error("(((((((((((((((((a)))))))))))))))))", "nested more than 16 deep");
}

static void bounds_are_refused_in_words(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    for (int i = 0; i < QUERY_TERMS_MAX + 1; i++)
        buf_addz(&b, "word ");
    check_error(arena_cstr(arena, buf_str(&b)), "more than 1024 parts");
    while (b.len <= QUERY_BYTES_MAX)
        buf_addz(&b, "more words ");
    check_error(arena_cstr(arena, buf_str(&b)), "shorten it");
    buf_clear(&b);
    /* One word of many bigrams. */
    buf_init(&b, 0);
    for (int i = 0; i < 1200; i++) {
        char c[4];
        buf_add(&b, (struct str){c, utf8_put(c, 0x4E00 + (uint32_t)i)});
    }
    check_error(arena_cstr(arena, buf_str(&b)), "at character 1: the query has more than");
    buf_clear(&b);
}

static unsigned depth_of(const struct query *q)
{
    unsigned deepest = 0;
    for (size_t i = 0; i < q->child_count; i++) {
        unsigned d = depth_of(&q->children[i]);
        deepest = d > deepest ? d : deepest;
    }
    return deepest + 1;
}

/* Any bytes give a tree within the engine's bounds, or E_INVALID with a text. */
static void any_bytes_give_a_tree_or_a_reason(void **state)
{
    (void)state;
    static const char *const pieces[] = {"(",    ")",    "\"",     " ",       "AND ",  "OR ",
                                         "NOT ", "-",    "title:", "ipc:",    "a",     "电池",
                                         "H01M", "10/2", "*",      ":",       "date:", "2019",
                                         "..",   "，",   "“",      "number:", "CN1",   "！",
                                         "\xFF", "\xE4", "\x01",   "|",       "&&",    "或 "};
    struct rand r = {test_seed(5)};
    for (int round = 0; round < 30000; round++) {
        struct buf b;
        struct compiled plan;
        struct err e = {0};
        buf_init(&b, 0);
        for (uint32_t n = rand_below(&r, 40); n > 0; n--) {
            if (rand_below(&r, 8) == 0)
                buf_addc(&b, (char)rand_below(&r, 256));
            else
                buf_addz(&b, pieces[rand_below(&r, ARRAY_LEN(pieces))]);
        }
        err_t rc = compile_query(&plan, buf_str(&b), INDEX_FULL, &(struct filters){0}, arena, &e);
        if (rc != OK && (rc != E_INVALID || e.text[0] == 0))
            fail_msg("round %d: %s %s", round, err_kind_name(rc), e.text);
        if (rc == OK)
            assert_true(depth_of(plan.root) + 4 <= QUERY_DEPTH_MAX);
        buf_clear(&b);
        arena_reset(arena);
    }
}

static void stop_words_can_be_bisected(void **state)
{
    (void)state;
    assert_true(stop_words_are_sorted());
    assert_true(is_stop_word(STR("the")));
    assert_false(is_stop_word(STR("battery")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_phrases_and_operators_make_trees),
        cmocka_unit_test(fields_take_words_phrases_and_groups),
        cmocka_unit_test(errors_point_at_the_character_and_say_how_to_mend),
        cmocka_unit_test(bounds_are_refused_in_words),
        cmocka_unit_test(any_bytes_give_a_tree_or_a_reason),
        cmocka_unit_test(stop_words_can_be_bisected),
    };
    arena = arena_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
