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
    static const char *const names[] = {"near", "and", "or", "not", "all"};
    if (c->op >= CLAUSE_NEAR) {
        buf_addf(out, "(%s", names[c->op - CLAUSE_NEAR]);
        if (c->op == CLAUSE_NEAR)
            buf_addf(out, "%s%u", c->ordered ? ">" : "", c->apart);
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
             c->op == CLAUSE_PHRASE    ? "\""
             : c->op == CLAUSE_FILTER  ? "{"
             : c->op == CLAUSE_PATTERN ? "~"
             : c->op == CLAUSE_NUMBERS ? "list "
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

static void fields_are_named_as_other_tools_do(void **state)
{
    (void)state;
    check("TI=眼镜", "title:眼镜");
    check("TI = (a or b) AND AB=c", "(and (or title:a title:b) abstract:c)");
    check("TA=(a b) TAC:c", "(and (and ta:a ta:b) tac:c)");
    check("ttl/wave AND ABST/(a OR b) ACLM/\"c d\"",
          "(and title:wave (or abstract:a abstract:b) claims:\"c d\")");
    check("TTL/wave and/or IN/OUT IN/Smith", "(and title:wave and/or IN/OUT inventor:Smith)");
    check("wave.ti. guide", "(and title:wave guide)");
    check("(a or \"b c\").ti,ab. d.clm.", "(and (or ti,ab:a ti,ab:\"b c\") claims:d)");
    check("wave[TTL] \"a b\"[ABST]", "(and title:wave abstract:\"a b\")");
    check("[TTL]=wave [ABST]:(a b)", "(and title:wave (and abstract:a abstract:b))");
    check("e.g. x[0] a.b", "(and e.g. x[0] a.b)");
    check("标题=波导 申请人=(华为 or 中兴)", "(and title:波导 (or applicant:华为 applicant:中兴))");
    check("申请（专利权）人=华为 公开（公告）号=CN108192973A",
          "(and applicant:华为 number=CN108192973A)");
    check("AN=华为 AP=(甲 or 乙)", "(and applicant:华为 (or applicant:甲 applicant:乙))");
    check("AN=CN201410001234.8 ap:201410001234",
          "(and number=CN201410001234.8 number=201410001234)");
    check("IC=H01M10/052 IPC=(H01M or G02B) CPC=H01M",
          "(and ipc=H01M10/052 (or ipc=H01M ipc=G02B) cpc=H01M)");
    check("EN_TI:wave applicant.name:(Acme)", "(and title:wave applicant:Acme)");
    check("E=mc2 a=b x<y", "(and E=mc2 a=b x<y)");
    check("AD=2013-04 PD=20130401", "(and applied=2013-04 published=20130401)");
    check("APD=[20130101 TO 20131231] x", "(and applied=[20130101 TO 20131231] x)");
    check("@pd>=20130101<=20131231", "published=>=20130101<=20131231");
    check("PY >= 2013 AND PY<2015", "(and published=>= 2013 published=<2015)");
    check("申请日=2013-01-01:2013-12-31", "applied=2013-01-01:2013-12-31");
    check("AD=(20130101 to 20131231 or 2015)", "(or applied=20130101 to 20131231 applied=2015)");
    check("date:\"2019\" title:x", "(and date=2019 title:x)");
    check("ISD/1/1/2013->12/31/2013", "granted=1/1/2013->12/31/2013");
}

static void fields_and_relations_of_four_systems(void **state)
{
    (void)state;
    /* Espacenet */
    check("ti any \"a b, c\" and x", "(and (or title:a title:b title:c) x)");
    check("ta all \"a b\"", "(and ta:a ta:b)");
    check("ti any a", "title:a");
    check("used in all cases of any kind", "(and used in all cases of any kind)");
    check("in all \"a b\"", "(and inventor:a inventor:b)");
    check("pd within \"2010 2015\"", "published=2010..2015");
    check("pd within 2010,2015 or ti=a", "(or published=2010..2015 title:a)");
    check("cl=H01M10/low cl=lens", "(and class=H01M10/low claims:lens)");
    check("cpc=/low \"H01M10\" cl=/low H04", "(and cpc=H01M10/low class=H04/low)");
    check("cl any \"H01M G02B27/01\"", "(or class=H01M class=G02B27/01)");
    check("txt=a ia=b", "(and title,abstract,applicant,inventor:a applicant,inventor:b)");
    check("pn=EP pn=(US or CN)", "(and office=EP (or office=US office=CN))");
    check("cited>=5 cited:[5 TO 9]", "(and cited=>=5 cited=[5 TO 9])");
    /* Google Patents */
    check("after:filing:20100101 before:publication:2015",
          "(and applied=>=20100101 published=<2015)");
    check("CL=(a b) CPC=H01M/low", "(and (and claims:a claims:b) cpc=H01M/low)");
    check("office:US,CN a,b", "(and office=US,CN a b)");
    check("assignee:华为 country:中国", "(and assignee=华为 country=中国)");
    /* PatSnap, incoPat */
    check("TACD_ALL:(a) PNC:(\"CN\") ALL_AN:(b)", "(and tacd:a office=CN applicant:b)");
    check("SIMPLE_LEGAL_STATUS:(1 OR 2) PATENT_TYPE:(A)",
          "(and (or status=active status=pending) type=发明申请)");
    check("TI=(a (W) b) AP-OR=(c) LEGAL=有效",
          "(and (near>1 title:a title:b) applicant:c status=有效)");
    check("TI=(a (n) b)", "(near1 title:a title:b)");
    check("number (n) of", "(and number n of)");

    check_error("PRC=CN a", "at character 1: there is no field \"PRC\"; the fields are title");
    check_error("a famn=1", "nearest to it: family:…");
    check_error("AEE=甲", "nearest to it: applicant:… standard_applicant:… owner:…");
    check_error("ssr=1", "at character 1: there is no field \"ssr\"");
    check_error("a before:priority:2010", "at character 3: there is no field \"before:priority\"");
    check_error("after:2010", "there is no field \"after\"");
    check_error("country:US", "\"country\" is not the same field in all tools; write one of these: "
                              "office:… applicant_country:…");
    check_error("assignee:\"Acme\"", "write one of these: applicant:… owner:…");
    check_error("AN=CN", "\"AN\" is not the same field in all tools");
    check_error("status:GRANT", "at character 8: 'GRANT' is not known here; write type:发明授权");
    check_error("ti==\"a\"", "at character 1: '==' is not known here; write title:…");
    check_error("ti exact \"a\"", "at character 1: 'exact' is not known here; write title:…");
    check_error("ti within \"a\"", "'within' is not known here");
    check_error("ti<>a", "'<>' is not known here");
    check_error("ti any (a b)", "'any' is not known here");
    check_error("ti any \"a) b\"", "')' needs something before it");
    check_error("pr within \"2010 2012\"", "there is no field \"pr\"");
    check_error("TI=(a (s) b)", "at character 7: 's' is not known here; write for example NEAR/10");
    check_error("a (P) b", "at character 3: 'P' is not known here");
    check_error("AN:(TREE@\"a\")", "'TREE@' is not known here; write standard_applicant:…");
    check_error("cpc=/low H01M10/052", "/low is not known here below a subgroup");
    check_error("cl=/low lens", "'=/' is not known here");
    check_error("PNC:(CN, US)", "at character 10: write OR between values of office");
    check_error("IN:\"A B\",\"C\"", "at character 10: write OR between values of inventor");
    check_error("pn=US2010*", "\"US2010*\" is no patent number");
}

static void operators_of_other_tools(void **state)
{
    (void)state;
    check("a or b", "(or a b)");
    check("a and (b or c) not d", "(and a (or b c) (not d))");
    check("a and not b", "(and a (not b))");
    check("or a and", "(and or a and)");
    check("not a", "(and not a)");
    check("\"a or b\"", "\"a or b\"");
    check("title:or b", "(and title:or b)");
    check("+a +b -c", "(and a b (not c))");
    check("a ANDNOT b", "(and a (not b))");
    check("a NEAR/3 b", "(near3 a b)");
    check("a near5 b adj2 c", "(near>2 (near5 a b) c)");
    check("a ADJ b", "(near>1 a b)");
    check("a W/3 b OR c wd/2 d", "(or (near3 a b) (near2 c d))");
    check("a 2W b (3n) c", "(near4 (near>3 a b) c)");
    check("a $W5 b $PRE2 c", "(near>2 (near5 a b) c)");
    check("NOT a PRE/2 b", "(not (near>2 a b))");
    check("TI=(a near/2 (b OR \"c d\"))", "(near2 title:a (or title:b title:\"c d\"))");
    check("\"a b\"~2 c", "(and (near3 a b) c)");
    check("near field 3W NEAR/2", "(and near field 3W NEAR/2)");
    check("METHOD USING NEAR FIELD XOR GATE", "(and METHOD USING NEAR FIELD XOR GATE)");
    check("wom?n col*r photo*ic", "(and ~wom?n ~col*r ~photo*ic)");
    check("holograph$ colo$1r title:wheel#s", "(and ~holograph$ ~colo$1r title:~wheel#s)");
    check("what is a lens?", "(and what is a lens)");
    check("C# 2*3 a*b", "(and C# 2*3 a*b)");
    check("CN108192973A, CN108192974A\nUS9026000B2",
          "list CN108192973A, CN108192974A\nUS9026000B2");
    check("CN108192973A or CN108192974A", "list CN108192973A or CN108192974A");
    check("US 9,026,000 B2; CN 201410001234.8", "list US 9,026,000 B2; CN 201410001234.8");
    check("US 5,123,456, US D939,807 S", "list US 5,123,456, US D939,807 S");
    check("IN1604DELNP2013A, EA38604", "list IN1604DELNP2013A, EA38604");
    check("IN 1604/DELNP/2013 A, GB 0901975 D0", "list IN 1604/DELNP/2013 A, GB 0901975 D0");
    check("H01M10/0525 H01M10/0526", "(and H01M10/0525 H01M10/0526)");
    check("PN=(CN108192973A CN108192974A) 电池", "(and list CN108192973A CN108192974A 电池)");
    check("公开号\nCN1\nCN2", "(and 公开号 CN1 CN2)");
    check("CN108192973A 电池", "(and CN108192973A 电池)");
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
    check_error("a lens XOR b", "at character 8: 'XOR' is not known here; write (a OR b) NOT");
    check_error("lens SAME frame",
                "at character 6: 'SAME' is not known here; write for example NEAR/10");
    check_error("a $WS b", "at character 3: '$WS' is not known here");
    check_error("a prox/distance<=3 b", "at character 3: 'prox/distance<=3' is not known here");
    check_error("lens near/500 b", "NEAR reaches 100 words at most");
    check_error("a NEAR/3 (b c)", "at character 11: NEAR stands between words, phrases or groups");
    check_error("a NEAR/3 ipc:H01M", "at character 14: NEAR stands between words");
    check_error("a NEAR/3 NOT b", "NEAR stands between words");
    check_error("电池 PRD=2013", "at character 4: there is no field \"PRD\"");
    check_error("优先权日=2013", "at character 1: there is no field \"优先权日\"");
    check_error("AD=[2013 TO x]", "at character 4: \"[2013 TO x]\" is no date or range");
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
    static const char *const pieces[] = {"(",
                                         ")",
                                         "\"",
                                         " ",
                                         "AND ",
                                         "OR ",
                                         "NOT ",
                                         "-",
                                         "title:",
                                         "ipc:",
                                         "a",
                                         "电池",
                                         "H01M",
                                         "10/2",
                                         "*",
                                         ":",
                                         "date:",
                                         "2019",
                                         "..",
                                         "，",
                                         "“",
                                         "number:",
                                         "CN1",
                                         "！",
                                         "\xFF",
                                         "\xE4",
                                         "NEAR/2 ",
                                         "or ",
                                         "not ",
                                         "TI=",
                                         ".ti. ",
                                         "[TTL]",
                                         "AD=",
                                         "[2013 TO 2014]",
                                         "(2N) ",
                                         "ab?c ",
                                         "$2",
                                         "~3",
                                         ">=",
                                         "TAC=(",
                                         "ADJ ",
                                         "PN=(",
                                         "CN108192973A ",
                                         "\x01",
                                         "|",
                                         "&&",
                                         "或 "};
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
        cmocka_unit_test(fields_are_named_as_other_tools_do),
        cmocka_unit_test(fields_and_relations_of_four_systems),
        cmocka_unit_test(operators_of_other_tools),
        cmocka_unit_test(errors_point_at_the_character_and_say_how_to_mend),
        cmocka_unit_test(bounds_are_refused_in_words),
        cmocka_unit_test(any_bytes_give_a_tree_or_a_reason),
        cmocka_unit_test(stop_words_can_be_bisected),
    };
    arena = arena_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
