#include "test.h"

#include "base/limits.h"
#include "base/rand.h"
#include "text/yaml_take.h"
#include <stdlib.h>

static struct arena *a;

static const struct yvalue *parse(const char *z)
{
    const struct yvalue *v;
    const struct yfault *faults;
    size_t count;
    struct err e;
    assert_ok(yin_parse(&v, &faults, &count, str_of(z), a, &e), &e);
    assert_int_equal(count, 0);
    return v;
}

/* Every fault as "line:column reason", one a line. */
static struct str faults_of(struct str text)
{
    const struct yvalue *v;
    const struct yfault *faults;
    size_t count;
    struct err e;
    struct str all = STR("");
    if (yin_parse(&v, &faults, &count, text, a, &e) == OK)
        fail_msg("accepted: %.*s", STR_ARG(text));
    assert_int_equal(e.kind, E_INVALID);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        all = arena_printf(a, "%.*s%d:%d %.*s\n", STR_ARG(all), faults[i].line, faults[i].column,
                           STR_ARG(faults[i].reason));
    return all;
}

static void refuse(const char *z, const char *expected)
{
    struct str got = faults_of(str_of(z));
    if (!str_is(got, expected))
        fail_msg("%s\ngot\n%.*sexpected\n%s", z, STR_ARG(got), expected);
}

static void scalars_are_text_as_written(void **state)
{
    (void)state;
    const struct yvalue *v =
        parse("[on, 0012, 2026-11-20, 1.0, '~', ~, \"a\\nb\", 否, null, \"\"]");
    const char *texts[] = {"on", "0012", "2026-11-20", "1.0", "~", "~", "a\nb", "否", "null", ""};
    assert_int_equal(v->type, Y_LIST);
    assert_int_equal(v->count, ARRAY_LEN(texts));
    for (size_t i = 0; i < v->count; i++)
        assert_str(v->items[i].text, texts[i]);
    assert_false(yin_is_null(&v->items[4])); /* quoted */
    assert_true(yin_is_null(&v->items[5]));
    assert_true(yin_is_null(&parse("a:\n")->items[0]));
    assert_true(yin_is_null(&v->items[8]));
    assert_false(yin_is_null(&v->items[9]));
    assert_false(yin_is_null(v));
}

static void maps_lists_and_blocks_have_their_places(void **state)
{
    (void)state;
    const struct yvalue *v = parse("# a comment\n"
                                   "label: {zh: 交易, en: Deal}\n"
                                   "fields:\n"
                                   "  - {name: x}\n"
                                   "  - name: y\n"
                                   "    sql: |\n"
                                   "      SELECT 1\n"
                                   "      FROM t\n");
    assert_int_equal(v->type, Y_MAP);
    assert_int_equal(v->count, 2);
    assert_str(v->names[1].text, "fields");
    assert_int_equal(v->names[1].line, 3);
    assert_str(yin_get(yin_get(v, "label"), "en")->text, "Deal");
    assert_int_equal(yin_get(yin_get(v, "label"), "en")->column, 21); /* characters, not bytes */
    const struct yvalue *second = &yin_get(v, "fields")->items[1];
    assert_int_equal(second->line, 5);
    assert_str(yin_get(second, "sql")->text, "SELECT 1\nFROM t\n");
    assert_true(yin_get(second, "sql")->quoted);
    assert_null(yin_get(second, "absent"));
    assert_null(yin_get(NULL, "absent"));
    assert_null(yin_get(yin_get(v, "fields"), "name"));
}

static void what_is_not_of_the_subset_is_refused_with_its_place(void **state)
{
    (void)state;
    refuse("", "1:1 the file is empty\n");
    refuse("# only a comment\n", "2:1 the file is empty\n");
    refuse("a: &x 1\nb: 2\n", "1:4 an anchor (&) is not used here: write the value out\n");
    refuse("a: !!int 1\n", "1:4 a tag (!) is not used here: write the value alone\n");
    refuse("[&x {a: 1}, !t [1]]\n", "1:2 an anchor (&) is not used here: write the value out\n"
                                    "1:13 a tag (!) is not used here: write the value alone\n");
    refuse("a: 1\nb: 2\na: 3\n", "3:1 the key \"a\" stands here twice (first on line 1)\n");
    refuse("<<: {a: 1}\n", "1:1 a merge key (<<) is not used here: write the keys out\n");
    refuse("[a]: 1\n", "1:1 a key must be a word\n");
    refuse("%YAML 1.1\n---\na: 1\n", "1:1 a directive (%) is not used here\n");
    refuse("a: 1\n---\nb: 2\n", "2:1 a second document begins here: one file holds one\n");
    refuse("a: \"x\\0y\"\n", "1:4 a text holds a NUL character\n");
    refuse("a: 1\nb: \xff\n", "2:4 the text is not UTF-8\n");
}

static void every_fault_is_told_and_the_tree_is_there(void **state)
{
    (void)state;
    const struct yvalue *v;
    const struct yfault *faults;
    size_t count;
    struct err e;
    const char *z = "a: &x 1\nb: *x\na: 3\nc: [1, 2]\n";
    assert_int_equal(yin_parse(&v, &faults, &count, str_of(z), a, &e), E_INVALID);
    assert_int_equal(count, 3);
    assert_int_equal(faults[2].line, 3);
    assert_true(str_contains(str_of(e.text), STR("line 1, column 4: an anchor")));
    assert_str(yin_get(v, "a")->text, "1"); /* the first of two */
    assert_int_equal(yin_get(v, "c")->count, 2);
}

static void text_that_is_no_yaml_has_one_fault_and_no_tree(void **state)
{
    (void)state;
    const char *bad[] = {"a: [1, 2\nb: 3\n",
                         "a: {b\n",
                         "a: 'x\n",
                         "a:\n\t- b\n",
                         "a: b: c\n",
                         "- a\nb: 1\n",
                         "@x\n",
                         "a: *x",
                         "]"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct yvalue *v;
        const struct yfault *faults;
        size_t count;
        struct err e;
        assert_int_equal(yin_parse(&v, &faults, &count, str_of(bad[i]), a, &e), E_INVALID);
        assert_int_equal(count, 1);
        assert_true(faults[0].line >= 1 && faults[0].column >= 1);
        assert_true(faults[0].reason.len > 0);
    }
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    char deep[2 * (YAML_DEPTH_MAX + 1) + 1] = "";
    memset(deep, '[', YAML_DEPTH_MAX + 1);
    memset(deep + YAML_DEPTH_MAX + 1, ']', YAML_DEPTH_MAX + 1);
    struct str got = faults_of(str_of(deep));
    assert_true(str_contains(got, STR("nested too deeply")));
    deep[2 * YAML_DEPTH_MAX + 1] = '\0';
    (void)parse(deep + 1);
    char *large = arena_alloc(a, YAML_BYTES_MAX + 1);
    memset(large, 'x', YAML_BYTES_MAX + 1);
    got = faults_of((struct str){large, YAML_BYTES_MAX + 1});
    assert_true(str_contains(got, STR("larger than")));
}

/* A tree written as text reads back to itself. */
static void write_random(struct rand *r, struct str *out, int depth)
{
    uint32_t kind = depth > 3 ? 0 : rand_below(r, 3), n = rand_below(r, 4);
    if (kind == 0) {
        static const char *const words[] = {"a", "是", "\"x: y\"", "'it''s'", "12", "no", "a b"};
        *out = arena_printf(a, "%.*s%s", STR_ARG(*out), words[rand_below(r, ARRAY_LEN(words))]);
        return;
    }
    *out = arena_join(a, *out, kind == 1 ? STR("[") : STR("{"));
    for (uint32_t i = 0; i < n; i++) {
        if (kind == 2)
            *out = arena_printf(a, "%.*sk%u: ", STR_ARG(*out), i);
        write_random(r, out, depth + 1);
        *out = arena_join(a, *out, STR(", "));
    }
    *out = arena_join(a, *out, kind == 1 ? STR("]") : STR("}"));
}

static struct str shown(const struct yvalue *v)
{
    struct str out = v->type == Y_TEXT ? v->text : v->type == Y_LIST ? STR("[") : STR("{");
    for (size_t i = 0; i < v->count; i++) {
        if (v->type == Y_MAP)
            out = arena_printf(a, "%.*s%.*s=", STR_ARG(out), STR_ARG(v->names[i].text));
        struct str item = shown(&v->items[i]);
        out = arena_printf(a, "%.*s%.*s;", STR_ARG(out), STR_ARG(item));
    }
    return out;
}

static void flow_and_block_style_give_the_same_tree(void **state)
{
    (void)state;
    uint64_t seed = test_seed(7);
    struct rand r = {seed};
    for (int i = 0; i < 300; i++) {
        struct str flow = STR("");
        write_random(&r, &flow, 0);
        struct str block = arena_printf(a, "top:\n  - %.*s\n", STR_ARG(flow));
        const struct yvalue *x = parse(flow.ptr), *y = parse(block.ptr);
        struct str one = shown(x), other = shown(&yin_get(y, "top")->items[0]);
        if (!str_eq(one, other))
            fail_msg("SEED=%llu %.*s: %.*s against %.*s", (unsigned long long)seed, STR_ARG(flow),
                     STR_ARG(one), STR_ARG(other));
    }
}

/* "line:column fault; …" */
static void tell(void *arg, const struct yvalue *where, const char *fmt, va_list args)
{
    struct str *all = arg;
    struct str one = arena_vprintf(a, fmt, args);
    *all = arena_printf(a, "%.*s%d:%d %.*s; ", STR_ARG(*all), where->line, where->column,
                        STR_ARG(one));
}

static void checked_values_are_taken_and_every_fault_is_told(void **state)
{
    (void)state;
    static const char *const kinds[] = {"text", "money", NULL};
    static const char *const known[] = {"name", "kind", "words", "day", "parts", "on", NULL};
    struct str told = STR("");
    const struct ytake t = {a, tell, &told};
    const struct str *words;
    const struct yvalue *maps, *good = parse("name: ' a '\nkind: money\nwords: [x, y]\n"
                                             "day: 2026-11-20\nparts: [{name: b}]\non: true\n");
    ytake_keys(&t, good, known);
    assert_str(ytake_required(&t, good, "name"), "a");
    assert_int_equal(ytake_choice(&t, good, "kind", kinds, -1), 1);
    assert_int_equal(ytake_words(&words, &t, good, "words"), 2);
    assert_str(ytake_date(&t, good, "day"), "2026-11-20");
    assert_int_equal(ytake_maps(&maps, &t, good, "parts"), 1);
    assert_true(ytake_bool(&t, good, "on", false));
    assert_true(ytake_bool(&t, good, "off", true));
    assert_str(told, "");
    const struct yvalue *bad = parse("nam: a\nkind: monney\nwords: [x, x]\nday: 2026-02-30\n"
                                     "parts: [b]\non: yes\n");
    ytake_keys(&t, bad, known);
    assert_str(ytake_required(&t, bad, "name"), "");
    assert_int_equal(ytake_choice(&t, bad, "kind", kinds, -1), -1);
    assert_int_equal(ytake_words(&words, &t, bad, "words"), 1);
    assert_str(ytake_date(&t, bad, "day"), "");
    assert_int_equal(ytake_maps(&maps, &t, bad, "parts"), 0);
    assert_false(ytake_bool(&t, bad, "on", true));
    assert_str(told, "1:1 unknown key \"nam\" (did you mean \"name\"?); 1:1 \"name\" is missing; "
                     "2:1 \"kind\" cannot be \"monney\"; it is one of: text money; "
                     "3:12 \"x\" stands twice in \"words\"; "
                     "4:1 \"day\" must be a date YYYY-MM-DD, not \"2026-02-30\"; "
                     "5:9 each of \"parts\" must be a map: {key: value}; "
                     "6:1 \"on\" must be true or false, not \"yes\"; ");
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_text_as_written),
        cmocka_unit_test(maps_lists_and_blocks_have_their_places),
        cmocka_unit_test(what_is_not_of_the_subset_is_refused_with_its_place),
        cmocka_unit_test(every_fault_is_told_and_the_tree_is_there),
        cmocka_unit_test(text_that_is_no_yaml_has_one_fault_and_no_tree),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(flow_and_block_style_give_the_same_tree),
        cmocka_unit_test(checked_values_are_taken_and_every_fault_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
