#include "test.h"

#include "base/limits.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "index/analyze.h"
#include <stdlib.h>

static struct arena *arena;

/* "term@number ..." of a text; single characters shown as "<字>". */
static struct str shown(const char *text, enum analyze_how how)
{
    size_t count;
    const struct token *t = analyze_text(&count, str_of(text), how, arena);
    struct str out = STR("");
    for (size_t i = 0; i < count; i++) {
        bool single = t[i].term.ptr[0] == ANALYZE_SINGLE;
        struct str term = single ? (struct str){t[i].term.ptr + 1, t[i].term.len - 1} : t[i].term;
        out = arena_printf(arena, "%.*s%s%s%.*s%s@%u", STR_ARG(out), i ? " " : "",
                           single ? "<" : "", STR_ARG(term), single ? ">" : "", t[i].number);
    }
    return out;
}

static void words_and_runs_become_tokens_with_numbers(void **state)
{
    (void)state;
    assert_str(shown("Solid-state Batteries, 2nd ed.", ANALYZE_QUERY),
               "solid@0 state@1 battery@2 2nd@3 ed@4");
    assert_str(shown("AR眼镜显示", ANALYZE_QUERY), "ar@0 眼镜@1 镜显@2 显示@3");
    assert_str(shown("AR眼镜", ANALYZE_INDEX), "ar@0 眼镜@1 <眼>@1 <镜>@2");
    assert_str(shown("眼镜AR", ANALYZE_INDEX), "眼镜@0 <眼>@0 <镜>@1 ar@2");
    assert_str(shown("镜", ANALYZE_QUERY), "<镜>@0");
    assert_str(shown("一种 镜", ANALYZE_QUERY), "一种@0 <镜>@2");
    assert_str(shown("LiFePO4电池３．５Ｖ", ANALYZE_QUERY), "lifepo4@0 电池@1 3@3 5v@4");
    assert_str(shown("電動車", ANALYZE_QUERY), "电动@0 动车@1");
    assert_str(shown("the driver's view, drivers' O'Neil", ANALYZE_QUERY),
               "the@0 driver@1 view@2 driver@3 o@4 neil@5");
    assert_str(shown(" ,。 —", ANALYZE_QUERY), "");
    assert_str(shown("", ANALYZE_INDEX), "");
}

static void stems_meet(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"batteries", "battery"},
                                           {"battery", "battery"},
                                           {"glasses", "glass"},
                                           {"glass", "glass"},
                                           {"boxes", "box"},
                                           {"switches", "switch"},
                                           {"caches", "cache"},
                                           {"cache", "cache"},
                                           {"lenses", "lens"},
                                           {"lens", "lens"},
                                           {"devices", "device"},
                                           {"trees", "tree"},
                                           {"apparatus", "apparatus"},
                                           {"axis", "axis"},
                                           {"gas", "gas"},
                                           {"gases", "gas"},
                                           {"processes", "process"},
                                           {"vehicles", "vehicle"},
                                           {"dies", "die"},
                                           {"h2s", "h2s"},
                                           {"bus", "bus"},
                                           {"buses", "bus"},
                                           {"dishes", "dish"},
                                           {"s", "s"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char word[32];
        size_t len = strlen(cases[i][0]);
        memcpy(word, cases[i][0], len);
        len = analyze_stem(word, len);
        assert_str(((struct str){word, len}), cases[i][1]);
        assert_int_equal(analyze_stem(word, len), len); /* a stem stays */
    }
}

static void ranges_point_into_the_text_as_written(void **state)
{
    (void)state;
    size_t count;
    const char *text = "（ＡＲ）眼鏡 batteries";
    const struct token *t = analyze_text(&count, str_of(text), ANALYZE_QUERY, arena);
    assert_int_equal(count, 3);
    assert_str(str_range(text + t[0].from, text + t[0].to), "ＡＲ");
    assert_str(str_range(text + t[1].from, text + t[1].to), "眼鏡");
    assert_str(str_range(text + t[2].from, text + t[2].to), "batteries");
    assert_int_equal(t[0].word, 0);
    assert_int_equal(t[1].word, 0);
    assert_int_equal(t[2].word, 1);
    assert_true(t[1].cjk && !t[2].cjk);

    /* One character that is two: each has all of it. */
    t = analyze_text(&count, STR("㌔"), ANALYZE_MARKS, arena);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_true(t[i].from == 0 && t[i].to == 3);
}

static void a_long_token_is_cut_between_characters(void **state)
{
    (void)state;
    char text[3 * TERM_BYTES_MAX];
    for (size_t i = 0; i < sizeof(text); i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    size_t count;
    const struct token *t =
        analyze_text(&count, (struct str){text, sizeof(text)}, ANALYZE_INDEX, arena);
    assert_int_equal(count, 1);
    assert_int_equal(t[0].term.len, TERM_BYTES_MAX);
    (void)analyze_text(&count, (struct str){text + 1, sizeof(text) - 1}, ANALYZE_INDEX, arena);
    assert_int_equal(count, 1);
}

/* Any bytes: terms are UTF-8 of legal length, numbers and ranges rise and stay
 * inside, a query's tokens are all among those of the same text indexed. */
static void any_bytes_give_tokens_that_hold_their_promises(void **state)
{
    (void)state;
    struct rand r = {test_seed(3)};
    for (int round = 0; round < 20000; round++) {
        char text[120];
        size_t len = 0, limit = rand_below(&r, 100);
        static const uint32_t from[] = {' ', 'a', 's', '\'', 0x2019, 0x4E00, 0x96FB, 0x301, 0xAD};
        while (len < limit)
            if (rand_below(&r, 10) == 0)
                text[len++] = (char)rand_below(&r, 256);
            else
                len +=
                    utf8_put(text + len, rand_below(&r, 3) ? from[rand_below(&r, ARRAY_LEN(from))]
                                                           : rand_below(&r, 0x3000));
        size_t marks, query, seen = 0;
        const struct token *m = analyze_text(&marks, (struct str){text, len}, ANALYZE_MARKS, arena);
        const struct token *q = analyze_text(&query, (struct str){text, len}, ANALYZE_QUERY, arena);
        for (size_t i = 0; i < marks; i++) {
            assert_in_range(m[i].term.len, 1, TERM_BYTES_MAX);
            assert_int_equal(utf8_check(m[i].term), m[i].term.len);
            assert_true(m[i].from < m[i].to && m[i].to <= len);
            assert_true(i == 0 || m[i].number == m[i - 1].number ||
                        m[i].number == m[i - 1].number + 1);
        }
        for (size_t i = 0; i < query; i++) {
            while (seen < marks && !(str_eq(m[seen].term, q[i].term) &&
                                     m[seen].number == q[i].number && m[seen].from == q[i].from))
                seen++;
            if (seen == marks)
                fail_msg("round %d: query token %zu is not indexed", round, i);
        }
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_runs_become_tokens_with_numbers),
        cmocka_unit_test(stems_meet),
        cmocka_unit_test(ranges_point_into_the_text_as_written),
        cmocka_unit_test(a_long_token_is_cut_between_characters),
        cmocka_unit_test(any_bytes_give_tokens_that_hold_their_promises),
    };
    arena = arena_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
