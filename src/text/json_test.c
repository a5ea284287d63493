#include "test.h"

#include "base/limits.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "text/json.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

static struct arena *a;

static const struct jvalue *parse(const char *z)
{
    const struct jvalue *v;
    struct err e;
    assert_ok(jin_parse(&v, str_of(z), a, &e), &e);
    return v;
}

static void refuse(const char *z, const char *place)
{
    const struct jvalue *v;
    struct err e;
    if (jin_parse(&v, str_of(z), a, &e) == OK)
        fail_msg("accepted: %s", z);
    assert_null(v);
    if (!str_contains(str_of(e.text), str_of(place)))
        fail_msg("%s: got \"%s\", expected \"%s\"", z, e.text, place);
}

static void numbers_keep_every_digit(void **state)
{
    (void)state;
    const char *numbers[] = {"0",
                             "-0",
                             "1",
                             "-17",
                             "201410001234",
                             "12345678901234567890123456789",
                             "-9223372036854775809",
                             "0.1000",
                             "1.0",
                             "1E5",
                             "1.50e-300",
                             "1e999"};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct str text = arena_printf(a, "{\"n\":[%s,{\"m\":%s}]}", numbers[i], numbers[i]);
        const struct jvalue *v = jin_get(parse(text.ptr), "n");
        assert_int_equal(v->count, 2);
        assert_int_equal(v->items[0].type, J_NUMBER);
        assert_str(v->items[0].text, numbers[i]);
        assert_str(jin_text(&v->items[1], "m"), numbers[i]);
        assert_str(parse(numbers[i])->text, numbers[i]);
    }
}

static void values_of_every_kind_are_read(void **state)
{
    (void)state;
    const struct jvalue *v =
        parse("\xEF\xBB\xBF {\"a\":null,\"b\":true,\"c\":false,\"d\":\"\\u77e5\\n"
              "\\ud83d\\ude00#1\",\"e\":[],\"f\":{},\"a#1\":-12,\"\":\"x\"}\n");
    assert_int_equal(v->count, 8);
    assert_int_equal(jin_get(v, "a")->type, J_NULL);
    assert_int_equal(jin_get(v, "b")->type, J_TRUE);
    assert_int_equal(jin_get(v, "c")->type, J_FALSE);
    assert_str(jin_text(v, "d"), "知\n😀#1");
    assert_int_equal(jin_get(v, "e")->count, 0);
    assert_int_equal(jin_get(v, "f")->type, J_OBJECT);
    assert_str(jin_text(v, ""), "x");
    int64_t n;
    assert_true(jin_i64(&n, v, "a#1") && n == -12);
    assert_false(jin_i64(&n, v, "d"));
    assert_null(jin_get(v, "g"));
    assert_null(jin_get(NULL, "g"));
    assert_int_equal(jin_text(v, "a").len, 0);
}

/* U+2D800 is written with a unit that looks like half of another pair. */
static void every_pair_of_escapes_is_its_character(void **state)
{
    char text[16], wanted[5];
    (void)state;
    for (uint32_t c = 0x10000; c < 0x110000; c += c % 0x400 == 0x3FF ? 1 : 0x155) {
        uint32_t high = 0xD800 + ((c - 0x10000) >> 10), low = 0xDC00 + (c & 0x3FF);
        snprintf(text, sizeof(text), "\"\\u%04X\\u%04x\"", high, low);
        wanted[utf8_put(wanted, c)] = '\0';
        assert_str(parse(text)->text, wanted);
    }
    assert_str(parse("\"\\ud876\\udc00\"")->text, "\xF0\xAD\xA0\x80");
    assert_str(parse("\"\\\\ud876\\\\udc00\"")->text, "\\ud876\\udc00");
    refuse("{\"\\ud876\\udc00\":\"\\ud876\\udc00\" 1}", "line 1, column 32");
}

/* Nothing takes the place of half a character: the text is refused where it stands, by its name. */
static void half_a_character_is_refused_by_the_name_of_its_text(void **state)
{
    (void)state;
    refuse("\"\\ud876x\\udc00\"", "JSON: line 1, column 2: \"\\ud876\" is half of a character");
    refuse("{\"a\":1,\"title\":\"x\\uDC00\"}", "title: line 1, column 18: \"\\uDC00\"");
    refuse("{\"title\":[\"\\ud876\\u0041\"]}", "title: line 1, column 12");
    refuse("{\"title\":\"\\ud876\\ud876\\udc00\"}", "title: line 1, column 11");
    refuse("{\"\\ud876\":1}", "half of a character");
    refuse("{\"title\":\"\\udbff\"}", "half of a character");
    refuse("{\"title\":\"\xed\xa0\x80\"}",
           "line 1, column 11: not valid JSON: bytes that are not UTF-8");
    assert_str(parse("\"\\ufffd\\ud7ff\\ue000\"")->text, "\xEF\xBF\xBD\xED\x9F\xBF\xEE\x80\x80");
    assert_int_equal(parse("\"a\\u0000b\"")->text.len, 3); /* kept: whoever stores it refuses it */
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    (void)state;
    refuse("", "line 1, column 1");
    refuse("{\"a\":1,}", "line 1, column 8");
    refuse("[1,]", "line 1, column 4");
    refuse("[1 2]", "line 1, column 4");
    refuse("{\"知识\":01}", "line 1, column 7");
    refuse("{\"知识\" 1}", "line 1, column 7");
    refuse("[1,\n2,\r\n 3x]", "line 3, column 2");
    refuse("[1,\r2,\r nul]", "line 3, column 2");
    refuse("[1.]", "column 2");
    refuse("[.5]", "column 2");
    refuse("[+1]", "column 2");
    refuse("[1e]", "column 2");
    refuse("[-]", "column 2");
    refuse("[NaN]", "column 2");
    refuse("[True]", "column 2");
    refuse("['a']", "column 2");
    refuse("[/*c*/1]", "column 2");
    refuse("[truefalse]", "column 2");
    refuse("[1]x", "column 4");
    refuse("[1] [2]", "column 5");
    refuse("[\"a", "column 2");
    refuse("[\"a\nb\"]", "column 4");
    refuse("[\"a\tb\"]", "column 4");
    refuse("[\"\\x\"]", "line 1, column");
    refuse("[\"\\u12g4\"]", "line 1, column");
    refuse("[", "ends too early");
    refuse("{\"a\":", "ends too early");
    refuse("{\"a\\u0000b\":1}", "U+0000");
    refuse("[\"\xff\"]", "line 1, column 3");
    refuse("[\"\xed\xa0\x80\"]", "line 1");
    refuse("\x0b[1]", "column 1");
    refuse("{\"a\":1,\n \"b\":2, \"a\":3}", "line 2, column 9: the name \"a\" stands twice");
    refuse("{1:2}", "column 2");
    refuse("}", "column 1");
}

static void an_import_keeps_the_last_of_two_equal_names(void **state)
{
    (void)state;
    struct err e;
    const struct jvalue *v;
    size_t duplicates = 0;
    assert_ok(
        jin_parse_last(&v, STR("{\"a\":1,\"b\":2,\"a\":[3],\"\\u0061\":4}"), &duplicates, a, &e),
        &e);
    assert_int_equal(duplicates, 2);
    assert_int_equal(v->count, 2);
    assert_str(jin_text(v, "a"), "4");
    assert_str(jin_text(v, "b"), "2");
    struct buf many;
    buf_init(&many, 0);
    buf_addc(&many, '{');
    for (int i = 0; i < 3000; i++)
        buf_addf(&many, "%s\"n%d\":%d", i ? "," : "", i % 2000, i);
    buf_addc(&many, '}');
    duplicates = 0;
    assert_ok(jin_parse_last(&v, buf_str(&many), &duplicates, a, &e), &e);
    assert_int_equal(duplicates, 1000);
    assert_int_equal(v->count, 2000);
    assert_str(jin_text(v, "n999"), "2999");
    assert_str(jin_text(v, "n1500"), "1500");
    buf_clear(&many);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct err e;
    const struct jvalue *v;
    char text[4000];
    for (size_t depth = 1; depth < 1000; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        err_t rc = jin_parse_last(&v, (struct str){text, depth * 2}, &(size_t){0}, a, &e);
        assert_int_equal(rc, depth <= JSON_DEPTH_MAX ? OK : E_LIMIT);
        arena_reset(a);
    }
}

static void write_value(struct jout *j, const struct jvalue *v)
{
    switch (v->type) {
    case J_NULL:
        jout_null(j);
        break;
    case J_FALSE:
    case J_TRUE:
        jout_bool(j, v->type == J_TRUE);
        break;
    case J_NUMBER:
        jout_raw(j, v->text);
        break;
    case J_STRING:
        jout_str(j, v->text);
        break;
    case J_ARRAY:
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            write_value(j, &v->items[i]);
        jout_end_array(j);
        break;
    case J_OBJECT:
        jout_object(j);
        for (size_t i = 0; i < v->count; i++) {
            jout_name_str(j, v->names[i]);
            write_value(j, &v->items[i]);
        }
        jout_end_object(j);
        break;
    }
}

static struct jvalue random_value(struct rand *r, int depth)
{
    struct jvalue v = {.type = rand_below(r, depth > 5 ? 5 : 7)};
    size_t n = rand_below(r, 6);
    char bytes[64], *p = bytes;
    while (v.type == J_STRING && p < bytes + 50 && rand_below(r, 9))
        p += utf8_put(p, rand_below(r, 3) ? rand_below(r, 0x250) : rand_below(r, 0x11000));
    if (v.type == J_STRING)
        v.text = arena_dup(a, str_range(bytes, p));
    if (v.type == J_NUMBER)
        v.text = arena_printf(a, "%s%llu", rand_below(r, 2) ? "-" : "",
                              (unsigned long long)(rand_u64(r) >> rand_below(r, 64)));
    if (v.type != J_ARRAY && v.type != J_OBJECT)
        return v;
    struct jvalue *items = arena_array(a, n, sizeof(*items));
    struct str *names = arena_array(a, n, sizeof(*names));
    for (size_t i = 0; i < n; i++) {
        items[i] = random_value(r, depth + 1);
        names[i] = arena_printf(a, "n\"%zu\\\t知", i);
    }
    v.items = items;
    v.names = names;
    v.count = n;
    return v;
}

static void what_was_written_reads_back_the_same(void **state)
{
    (void)state;
    struct rand r = {test_seed(5)};
    struct buf once, again;
    buf_init(&once, 0);
    buf_init(&again, 0);
    for (int round = 0; round < 3000; round++) {
        struct err e;
        struct jout j;
        const struct jvalue *back;
        struct jvalue v = random_value(&r, 0);
        buf_reset(&once);
        jout_init(&j, &once);
        write_value(&j, &v);
        assert_ok(jin_parse(&back, buf_str(&once), a, &e), &e);
        buf_reset(&again);
        jout_init(&j, &again);
        write_value(&j, back);
        assert_true(str_eq(buf_str(&once), buf_str(&again)));
        jout_init_values(&j, a);
        write_value(&j, &v);
        assert_true(str_eq(buf_str(&once), jvalue_json(jout_made(&j), a)));
        /* Cut anywhere it is refused (a number may lose digits) and never crashes. */
        size_t cut = once.len ? rand_below(&r, (uint32_t)once.len) : 0;
        if (jin_parse(&back, (struct str){once.ptr, cut}, a, &e) == OK)
            assert_int_equal(back->type, J_NUMBER);
        /* Any one byte changed: no crash, and what is accepted is a tree. */
        once.ptr[cut] = (char)rand_below(&r, 256);
        if (jin_parse_last(&back, buf_str(&once), &(size_t){0}, a, &e) == OK)
            assert_non_null(back);
        arena_reset(a);
    }
    buf_clear(&once);
    buf_clear(&again);
}

static void the_writer_escapes_and_mends(void **state)
{
    (void)state;
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair(&j, "t",
              STR("a\"\\\n\x01知\xff"
                  "b\xe7\x9f"));
    jout_pair(&j, "none", STR_NONE);
    jout_pair_i64(&j, "n", INT64_MIN);
    jout_name(&j, "d");
    jout_array(&j);
    jout_double(&j, 0.1);
    jout_double(&j, 1.0 / 3);
    jout_double(&j, -0.0);
    jout_double(&j, (double)NAN);
    jout_double(&j, (double)INFINITY);
    jout_z(&j, NULL);
    jout_z(&j, "z");
    jout_u64(&j, UINT64_MAX);
    jout_end_array(&j);
    jout_end_object(&j);
    assert_str(buf_str(&b), "{\"t\":\"a\\\"\\\\\\n\\u0001知\xEF\xBF\xBD"
                            "b\xEF\xBF\xBD\xEF\xBF\xBD\",\"n\":-9223372036854775808,\"d\":[0.1,"
                            "0.3333333333333333,-0,null,null,null,\"z\",18446744073709551615]}");
    buf_clear(&b);
}

static void values_are_as_their_text(void **state)
{
    (void)state;
    struct jout j;
    jout_init_values(&j, a);
    assert_str(jvalue_json(jout_made(&j), a), "{}");
    jout_init_values(&j, a);
    jout_pair(&j, "t", STR("a\"\xff"));
    assert_str(jvalue_json(jout_made(&j), a), "{\"t\":\"a\\\"\xEF\xBF\xBD\"}");
    jout_init_values(&j, a);
    jout_name(&j, "raw");
    jout_raw(&j, STR("{\"n\":[1.50,true,null]}"));
    jout_name(&j, "number");
    jout_number(&j, STR("07"));
    jout_name(&j, "hole");
    jout_name(&j, "double");
    jout_double(&j, 0.1);
    jout_name(&j, "last");
    assert_str(jvalue_json(jout_made(&j), a),
               "{\"raw\":{\"n\":[1.50,true,null]},\"number\":null,\"hole\":null,\"double\":0.1,"
               "\"last\":null}");
}

/* As a text must stand: byte by byte, which put_string is too quick for. */
static void escape_slowly(struct buf *to, struct str s)
{
    static const char from[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    buf_addc(to, '"');
    for (size_t i = 0; i < s.len; i++) {
        const char *p = memchr(from, s.ptr[i], sizeof(from) - 1);
        if (p)
            buf_addf(to, "\\%c", letter[p - from]);
        else if ((unsigned char)s.ptr[i] < 0x20)
            buf_addf(to, "\\u%04x", s.ptr[i]);
        else
            buf_addc(to, s.ptr[i]);
    }
    buf_addc(to, '"');
}

static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    enum { LEN = 27 };
    char text[LEN];
    for (int c = 0; c < 0x80; c++)
        for (size_t at = 0; at < LEN; at++) {
            struct buf fast, slow;
            struct jout j;
            buf_init(&fast, 0);
            buf_init(&slow, 0);
            memset(text, 'x', LEN);
            if (at % 2) /* a character of three bytes before it, or behind it */
                memcpy(text + (at + 8) % (LEN - 3), "知", 3);
            text[at] = (char)c;
            struct str s = {text, utf8_check((struct str){text, LEN})};
            jout_init(&j, &fast);
            jout_str(&j, s);
            escape_slowly(&slow, s);
            assert_str(buf_str(&fast), arena_dup(a, buf_str(&slow)).ptr);
            buf_clear(&fast);
            buf_clear(&slow);
        }
}

static void doubles_read_back_exactly(void **state)
{
    (void)state;
    struct rand r = {77};
    struct buf b;
    buf_init(&b, 0);
    for (int i = 0; i < 100000; i++) {
        union {
            uint64_t bits;
            double x;
        } u = {rand_u64(&r)};
        if (!isfinite(u.x))
            continue;
        struct jout j;
        buf_reset(&b);
        jout_init(&j, &b);
        jout_double(&j, u.x);
        buf_addc(&b, '\0');
        assert_true(strtod(b.ptr, NULL) == u.x);
    }
    buf_clear(&b);
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

static void members_are_written_in_one_call(void **state)
{
    (void)state;
    const struct str words[] = {STR("a"), STR("")};
    struct buf b;
    struct jout j;
    jout_begin(&j, &b);
    jout_pair_str(&j, "empty", STR_NONE);
    jout_pair_z(&j, "z", NULL);
    jout_pair_u64(&j, "u", UINT64_MAX);
    jout_pair_double(&j, "d", 0.5);
    jout_pair_bool(&j, "b", true);
    jout_pair_null(&j, "none");
    jout_pair_raw(&j, "raw", STR("{}"));
    jout_pair_object(&j, "o");
    jout_pair_strs(&j, "words", words, ARRAY_LEN(words));
    jout_end_object(&j);
    jout_pair_array(&j, "all");
    jout_strs(&j, NULL, 0);
    jout_end_array(&j);
    jout_end_object(&j);
    assert_str(buf_str(&b),
               "{\"empty\":\"\",\"z\":null,\"u\":18446744073709551615,\"d\":0.5,\"b\":true,"
               "\"none\":null,\"raw\":{},\"o\":{\"words\":[\"a\",\"\"]},\"all\":[[]]}");
    buf_clear(&b);
}

static void take_part(void *arg, struct buf *text)
{
    assert_true(text->len >= JOUT_PART_BYTES);
    buf_add(arg, buf_str(text));
    buf_reset(text);
}

static void a_long_text_is_taken_in_parts(void **state)
{
    (void)state;
    struct buf whole, last, parts;
    buf_init(&parts, 0);
    for (int in_parts = 0; in_parts < 2; in_parts++) {
        struct jout j;
        jout_begin(&j, in_parts ? &last : &whole);
        j.take_part = in_parts ? take_part : NULL;
        j.part_arg = &parts;
        jout_pair_array(&j, "all");
        for (int64_t i = 0; i < 200000; i++) {
            jout_object(&j);
            jout_pair_i64(&j, "number", i);
            jout_end_object(&j);
        }
        jout_end_array(&j);
        jout_end_object(&j);
    }
    assert_true(parts.len >= 2 * JOUT_PART_BYTES && last.len < JOUT_PART_BYTES);
    buf_add(&parts, buf_str(&last));
    assert_true(str_eq(buf_str(&parts), buf_str(&whole)));
    buf_clear(&whole);
    buf_clear(&last);
    buf_clear(&parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_written_in_one_call),
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(values_of_every_kind_are_read),
        cmocka_unit_test(every_pair_of_escapes_is_its_character),
        cmocka_unit_test(half_a_character_is_refused_by_the_name_of_its_text),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(an_import_keeps_the_last_of_two_equal_names),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(what_was_written_reads_back_the_same),
        cmocka_unit_test(the_writer_escapes_and_mends),
        cmocka_unit_test(values_are_as_their_text),
        cmocka_unit_test(a_long_text_is_taken_in_parts),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(doubles_read_back_exactly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
