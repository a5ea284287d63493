#include "test.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/json_split.h"
#include "text/rows_test.h"
#include <stdlib.h>

static const char *const paths[] = {"docs", "response/hits/docs", NULL};

/* Reads all elements; writes "line:text " for each and "!line " for an error. */
static void outline(struct buf *to, struct stream *in, bool *gave_up)
{
    struct arena *a = arena_new();
    struct json_split *s;
    struct err e;
    bool has = true;
    assert_ok(json_split_open(&s, in, paths, &e), &e);
    for (int turns = 0; turns < 100000; turns++) {
        struct json_element el;
        err_t rc = json_split_next(&has, &el, s, a, &e);
        if (rc == OK && !has)
            break;
        if (rc == OK)
            buf_addf(to, "%lld:%.*s ", (long long)el.line, STR_ARG(el.text));
        else
            buf_addf(to, "!%lld ", (long long)el.line);
        arena_reset(a);
    }
    assert_false(has);
    *gave_up = json_split_gave_up(s);
    json_split_close(s);
    stream_close(in);
    arena_free(a);
}

static void expect(const char *text, const char *wanted, bool wanted_gave_up)
{
    for (uint32_t most = 1; most < 40; most += 3) {
        struct buf b;
        bool gave_up;
        buf_init(&b, 0);
        outline(&b, in_pieces(str_of(text), most, most), &gave_up);
        if (!str_is(buf_str(&b), wanted))
            fail_msg("%s\n got %.*s\nwant %s", text, STR_ARG(buf_str(&b)), wanted);
        assert_int_equal(gave_up, wanted_gave_up);
        buf_clear(&b);
    }
}

static void every_layout_is_found(void **state)
{
    (void)state;
    expect("", "", false);
    expect(" \n\n", "", false);
    expect("[]", "", false);
    expect("[{\"a\":1}, {\"a\":\"x]}\\\"\"} ,\n\n 3\n,\"[\"]\n",
           "1:{\"a\":1} 1:{\"a\":\"x]}\\\"\"} "
           "3:3 4:\"[\" ",
           false);
    expect("{\"a\":1}\n{\"a\":2}\r\n\r\n{\"a\":3}\r{\"a\":4}",
           "1:{\"a\":1} 2:{\"a\":2} 4:{\"a\":3} "
           "5:{\"a\":4} ",
           false);
    expect("\xEF\xBB\xBF{\"a\":1}\n", "1:{\"a\":1} ", false);
    expect("{\"a\":1}{\"a\":2}\n {\n\"a\":3}", "1:{\"a\":1} 1:{\"a\":2} 2:{\n\"a\":3} ", false);
    expect("{\n\"a\":1}\n{\n\"a\":2\n}\n", "1:{\n\"a\":1} 3:{\n\"a\":2\n} ", false);
}

static void an_array_inside_an_object_is_found_by_its_path(void **state)
{
    (void)state;
    expect("{\"n\":2,\"docs\":[{\"a\":1},\n{\"a\":2}],\"x\":[1]}", "1:{\"a\":1} 2:{\"a\":2} ",
           false);
    expect("{\"docs\":[1]}\n{\"docs\":[2],\"docs\":[3]}", "1:1 2:2 2:3 ", false);
    expect("{\"response\":{\"q\":{\"docs\":[9]},\"hits\":{\"n\":\"]\",\n\"docs\":[1,2]}},\"z\":{}}",
           "2:1 2:2 ", false);
    expect("{\"response\":{\"docs\":[9]}}", "1:{\"response\":{\"docs\":[9]}} ", false);
    expect("{\"docs\":{\"a\":[1]}}\n{\"docs\":2}", "1:{\"docs\":{\"a\":[1]}} 2:{\"docs\":2} ",
           false);
    expect("{}\n{}", "1:{} 2:{} ", false);
}

static void a_broken_record_costs_itself_only(void **state)
{
    (void)state;
    expect("{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":\"x}\n{\"a\":5}\n]\n7\n",
           "1:{\"a\":1} !2 3:{\"a\":3} !4 5:{\"a\":5} !6 7:7 ", false);
    expect("{\"a\":\"x}\n{\"a\":2}\n", "!1 2:{\"a\":2} ", false);
    expect("{\"a\":[1,2\n{\"a\":2}\n", "!1 2:{\"a\":2} ", false);
    expect("[{\"a\":1},{\"a\" 2},{\"a\":3}]", "1:{\"a\":1} !1 1:{\"a\":3} ", false);
    expect("[{\"a\":1},\n{\"a\":2", "1:{\"a\":1} !2 ", true);
    expect("[{\"a\":1}\n{\"a\":2}]", "1:{\"a\":1} !1 ", true);
    expect("[1,,2]", "1:1 !1 ", true);
    expect("[1,2", "1:1 1:2 !1 ", true);
    expect("{\"docs\":[1,2]", "1:1 1:2 !1 ", true);
    expect("PK\x03\x04", "!1 ", false);
}

static void every_cut_ends_in_order(void **state)
{
    (void)state;
    const char *texts[] = {"[{\"a\":1},{\"b\":[\"\\\"\",true]}]",
                           "{\"a\":\"\\u77e5\"}\n{\"b\":2}\n",
                           "{\"x\":{},\"docs\":[{\"a\":1},2],\"y\":1}", "{\n}\n{\n\"a\":1}\n"};
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        for (size_t len = 0; len <= strlen(texts[t]); len++) {
            struct buf b;
            bool gave_up;
            buf_init(&b, 0);
            outline(&b, in_pieces((struct str){texts[t], len}, len, 3), &gave_up);
            buf_clear(&b);
        }
    }
}

/* A stream that gives its text and then an error for ever. */
struct failing {
    struct str text;
    err_t kind;
};

static err_t failing_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct failing *f = state;
    *got = f->text.len < cap ? f->text.len : cap;
    if (*got == 0)
        return err_set(e, f->kind, "the stream failed");
    memcpy(to, f->text.ptr, *got);
    f->text.ptr += *got;
    f->text.len -= *got;
    return OK;
}

static const struct stream_ops failing_ops = {failing_read, NULL, free};

static void an_error_of_the_stream_is_told_once(void **state)
{
    (void)state;
    const char *texts[] = {
        "", " ", "{", "{\"docs\":[{\"a\":1},", "[1", "{\"a\":1}\n{\"b", "{\"x\":", "{\"a\":1}\n"};
    const err_t kinds[] = {E_INVALID, E_LIMIT, E_IO};
    for (size_t i = 0; i < ARRAY_LEN(texts) * 3; i++) {
        struct failing *f = mem_zalloc(sizeof(*f));
        *f = (struct failing){str_of(texts[i / 3]), kinds[i % 3]};
        struct stream *in = stream_new(&failing_ops, f);
        struct arena *a = arena_new();
        struct json_split *s;
        struct json_element el;
        struct err e;
        bool has = true;
        size_t errors = 0;
        err_t rc = json_split_open(&s, in, paths, &e);
        errors += rc != OK; /* told by the first look */
        for (int turns = 0; rc == OK && turns < 10; turns++) {
            err_t next = json_split_next(&has, &el, s, a, &e);
            errors += next != OK;
            if (next == OK && !has)
                break;
        }
        assert_int_equal(errors, 1);
        assert_true(rc != OK || !has);
        assert_string_equal(e.text, "the stream failed");
        if (rc == OK)
            json_split_close(s);
        stream_close(in);
        arena_free(a);
    }
}

/* One record of about a kilobyte repeated, but never in memory at once. */
struct endless {
    uint64_t left; /* bytes */
    char fill;
};

static err_t endless_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct endless *n = state;
    (void)e;
    *got = cap < n->left ? cap : (size_t)n->left;
    memset(to, n->fill, *got);
    n->left -= *got;
    return OK;
}

static const struct stream_ops endless_ops = {endless_read, NULL, free};

static void a_record_without_end_is_a_limit_not_a_memory(void **state)
{
    (void)state;
    const char fills[] = {'[', 'x', '1'};
    for (size_t i = 0; i < ARRAY_LEN(fills); i++) {
        struct endless *n = mem_zalloc(sizeof(*n));
        *n = (struct endless){(uint64_t)RECORD_BYTES_MAX + 50000, fills[i]};
        struct stream *in = stream_new(&endless_ops, n);
        struct arena *a = arena_new();
        struct json_split *s;
        struct json_element el;
        struct err e;
        bool has;
        assert_ok(json_split_open(&s, in, NULL, &e), &e);
        err_t rc = json_split_next(&has, &el, s, a, &e);
        assert_true(rc == E_LIMIT || rc == E_INVALID);
        assert_ok(json_split_next(&has, &el, s, a, &e), &e);
        assert_false(has);
        json_split_close(s);
        stream_close(in);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_found),
        cmocka_unit_test(an_array_inside_an_object_is_found_by_its_path),
        cmocka_unit_test(a_broken_record_costs_itself_only),
        cmocka_unit_test(every_cut_ends_in_order),
        cmocka_unit_test(an_error_of_the_stream_is_told_once),
        cmocka_unit_test(a_record_without_end_is_a_limit_not_a_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
