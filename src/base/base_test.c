#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "base/vec.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void an_error_keeps_kind_and_sentence(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(err_set(&e, E_INVALID, "row %d", 7), E_INVALID);
    err_note(&e, "file %s", "a.csv");
    assert_string_equal(e.text, "file a.csv: row 7");
    assert_int_equal(err_set(NULL, E_IO, "nobody listens"), E_IO);
}

static void what_is_told_names_no_place_of_the_machine(void **state)
{
    struct err e;
    (void)state;
    (void)err_set(&e, E_INVALID, "row %d", 7);
    assert_string_equal(err_told(&e), "row 7");
    assert_false(err_is_down(&e));
    (void)err_errno(&e, ENOENT, "cannot open %s", "/srv/zhiyun/key");
    assert_non_null(strstr(e.text, "/srv/zhiyun/key"));
    assert_null(strstr(err_told(&e), "/srv"));
    assert_int_equal(err_errno(&e, EMFILE, "cannot open %s", "/srv/zhiyun/key"), E_BUSY);
    assert_null(strstr(err_told(&e), "/srv"));
    assert_non_null(strstr(err_told(&e), "try again later"));
    static const err_t kinds[] = {E_INVALID, E_NOTFOUND, E_CONFLICT, E_LIMIT,
                                  E_BUSY,    E_IO,       E_CORRUPT,  E_INTERNAL};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        (void)err_store(&e, kinds[i], "store %s: unique constraint", "postgresql:///zhiyun");
        err_note(&e, "migration %d", 1);
        assert_null(strstr(err_told(&e), "constraint"));
        assert_null(strstr(err_told(&e), "postgresql"));
        bool down = kinds[i] == E_IO || kinds[i] == E_BUSY || kinds[i] == E_NOTFOUND;
        assert_int_equal(err_is_down(&e), down);
    }
    (void)err_set(&e, E_CONFLICT, "it is there"); /* says whose words it is each time */
    assert_string_equal(err_told(&e), "it is there");
}

static void a_long_error_ends_in_an_ellipsis_on_a_character_boundary(void **state)
{
    (void)state;
    struct err e;
    char text[3001];
    for (int i = 0; i < 1000; i++)
        memcpy(text + (size_t)i * 3, "知", 3);
    text[3000] = '\0';
    (void)err_set(&e, E_INVALID, "x%s", text);
    struct str s = str_of(e.text);
    assert_int_equal(utf8_check(s), s.len);
    assert_true(str_ends(s, STR("…")));
}

static void trim_knows_wide_blanks(void **state)
{
    (void)state;
    assert_str(str_trim(STR("\xEF\xBB\xBF \xE3\x80\x80标题\xC2\xA0\r\n")), "标题");
    assert_int_equal(str_trim(STR(" \t ")).len, 0);
    assert_str(str_trim(STR("a")), "a");
}

static void split_gives_every_part_once(void **state)
{
    (void)state;
    struct str rest = STR("a | b | | c");
    const char *expected[] = {"a", "b", "", "c"};
    size_t n = 0;
    while (rest.ptr)
        assert_str(str_trim(str_split(&rest, STR("|"))), expected[n++]);
    assert_int_equal(n, 4);
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    uint64_t u;
    int64_t i;
    assert_true(str_to_u64(&u, STR("18446744073709551615")));
    assert_false(str_to_u64(&u, STR("18446744073709551616")));
    assert_false(str_to_u64(&u, STR("")));
    assert_true(str_to_i64(&i, STR("-9223372036854775808")));
    assert_true(i == INT64_MIN);
    assert_false(str_to_i64(&i, STR("9223372036854775808")));
}

static void every_code_point_survives_utf8(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char b[4];
        size_t n = utf8_put(b, c), pos = 0;
        uint32_t back = utf8_next((struct str){b, n}, &pos);
        assert_int_equal(back, c >= 0xD800 && c <= 0xDFFF ? UTF8_REPLACEMENT : c);
        assert_int_equal(pos, n);
    }
}

static void bad_utf8_is_found_at_its_first_byte(void **state)
{
    (void)state;
    const char *bad[] = {"\x80",         "\xC0\x80",         "\xE0\x80\x80",
                         "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE4\xB8",
                         "\xF0\x9F\x98"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char text[64];
        int n = snprintf(text, sizeof(text), "0123456789%s", bad[i]);
        assert_int_equal(utf8_check((struct str){text, (size_t)n}), 10);
    }
    assert_int_equal(utf8_cut(STR("知运"), 5).len, 3);
    assert_int_equal(utf8_width(STR("知a运")), 5);
}

static size_t first_bad_by_decoding(struct str s)
{
    size_t pos = 0, at = 0;
    while (pos < s.len) {
        at = pos;
        if (utf8_next(s, &pos) == UTF8_BAD)
            return at;
    }
    return s.len;
}

/* Every three bytes before some good ones; among them all that are nearly a character. */
static void the_check_of_utf8_agrees_with_its_decoding(void **state)
{
    (void)state;
    static const unsigned char second[] = {0x00, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    char text[] = "___\xE7\x9F\xA5 behind";
    for (int a = 0; a < 256; a++)
        for (size_t b = 0; b < ARRAY_LEN(second); b++)
            for (size_t c = 0; c < ARRAY_LEN(second); c++)
                for (size_t cut = 0; cut < sizeof(text) - 3; cut += 5) {
                    text[0] = (char)a;
                    text[1] = (char)second[b];
                    text[2] = (char)second[c];
                    struct str s = {text, sizeof(text) - 1 - cut};
                    assert_int_equal(utf8_check(s), first_bad_by_decoding(s));
                }
}

static void count_call(void *arg)
{
    ++*(int *)arg;
}

static void an_arena_gives_zeroed_aligned_memory_and_runs_cleanups_once(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rand r = {1};
    int calls = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++) {
            size_t len = rand_below(&r, i % 100 == 0 ? 100000 : 300);
            unsigned char *p = arena_alloc(a, len);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t j = 0; j < len; j++)
                assert_int_equal(p[j], 0);
            memset(p, 0xFF, len);
        }
        arena_reset(a);
    }
    arena_cleanup(a, count_call, &calls);
    arena_reset(a);
    arena_free(a);
    assert_int_equal(calls, 1);
    struct arena *b = arena_new();
    struct str s = arena_printf(b, "%s-%d", "x", 12);
    assert_str(s, "x-12");
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        VEC_PUSH(b, &v, i);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(v.ptr[i], i);
    arena_free(b);
}

static void texts_of_every_length_are_printed_whole_wherever_a_block_ends(void **state)
{
    (void)state;
    enum { LENS = 400 };
    struct arena *a = arena_new();
    char x[LENS + 1];
    struct str all[LENS];
    memset(x, 'x', LENS);
    x[LENS] = '\0';
    for (int round = 0; round < 2; round++) {
        for (int len = 0; len < LENS; len++) {
            all[len] = arena_printf(a, "%.*s", len, x);
            const unsigned char *behind = arena_alloc(a, 1);
            assert_int_equal(*behind, 0);
            assert_int_equal((uintptr_t)behind % 16, 0);
        }
        for (int len = 0; len < LENS; len++) {
            assert_str(all[len], x + LENS - len);
            assert_int_equal(all[len].ptr[len], '\0');
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void a_buffer_fails_stickily_at_its_maximum(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_addz(&b, "0123456789");
    assert_true(buf_ok(&b));
    buf_addc(&b, 'x');
    assert_false(buf_ok(&b));
    buf_addz(&b, "");
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 10);
    buf_reset(&b);
    buf_addf(&b, "%05d", 42);
    assert_str(buf_str(&b), "00042");
    buf_clear(&b);
}

static void a_map_agrees_with_an_array(void **state)
{
    (void)state;
    struct map *m = map_new(7);
    uint64_t truth[5000] = {0};
    struct rand r = {3};
    for (int i = 0; i < 50000; i++) {
        char key[24];
        uint32_t k = rand_below(&r, 5000);
        int n = snprintf(key, sizeof(key), "key %u", k);
        bool added;
        *map_put(m, (struct str){key, (size_t)n}, &added) += 1;
        assert_int_equal(added, truth[k] == 0);
        truth[k]++;
    }
    size_t seen = 0;
    for (uint32_t k = 0; k < ARRAY_LEN(truth); k++) {
        char key[24];
        int n = snprintf(key, sizeof(key), "key %u", k);
        const uint64_t *value = map_get(m, (struct str){key, (size_t)n});
        assert_int_equal(value ? *value : 0, truth[k]);
        seen += value != NULL;
    }
    assert_int_equal(seen, map_count(m));
    assert_null(map_get(m, STR("absent")));
    map_free(m);
}

static void every_day_of_four_centuries_survives(void **state)
{
    (void)state;
    int32_t first = date_to_days((struct date){1800, 1, 1}),
            last = date_to_days((struct date){2200, 12, 31});
    for (int32_t d = first; d <= last; d++) {
        struct date date = date_from_days(d), back;
        char text[DATE_TEXT_LEN + 1];
        assert_true(date_valid(date));
        assert_int_equal(date_to_days(date), d);
        date_format(text, date);
        assert_true(date_parse(&back, str_of(text)));
        assert_int_equal(date_to_days(back), d);
    }
    struct date none;
    assert_false(date_parse(&none, STR("2023-02-29")));
    assert_false(date_parse(&none, STR("1900-02-29"))); /* a century is no leap year */
    assert_false(date_parse(&none, STR("2023-2-09")));
}

static void a_date_says_as_much_as_is_known(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_true(str_eq(date_text((struct date){2024, 3, 9}, a), STR("2024-03-09")));
    assert_true(str_eq(date_text((struct date){2024, 3, 0}, a), STR("2024-03")));
    assert_true(str_eq(date_text((struct date){987, 0, 0}, a), STR("0987")));
    assert_int_equal(date_text((struct date){0}, a).len, 0);
    arena_free(a);
}

/* Runs fn in a child whose stderr is closed: 'l' it lived, 'a' it aborted, 'c' it crashed. */
#if !defined(__SANITIZE_ADDRESS__) /* there each object is freed by itself */
static void an_arena_of_secrets_leaves_none(void **state)
{
    (void)state;
    struct arena *plain = arena_new(), *secret = arena_new_secret();
    char *shown = arena_alloc(plain, 32), *hidden = arena_alloc(secret, 32);
    memset(shown, 'x', 32);
    memset(hidden, 'x', 32);
    arena_reset(plain); /* both keep the block: it can be looked at */
    arena_reset(secret);
    assert_int_equal(shown[31], 'x');
    for (size_t i = 0; i < 32; i++)
        assert_int_equal(hidden[i], 0);
    arena_free(plain);
    arena_free(secret);
}
#endif

static char fate_of(void (*fn)(struct arena *a))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        fclose(stderr);
        fn(arena_new());
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) /* AddressSanitizer aborts by an exit status */
        return WEXITSTATUS(status) == 0 ? 'l' : 'a';
    return WTERMSIG(status) == SIGABRT ? 'a' : 'c';
}

static void ask_for_little(struct arena *a)
{
    (void)arena_array(a, 10, 10);
}

static void ask_for_a_product_that_overflows(struct arena *a)
{
    (void)arena_array(a, SIZE_MAX / 2, 3);
}

static void ask_for_all_but_a_header(struct arena *a)
{
    (void)arena_alloc(a, SIZE_MAX - 16);
}

static void an_arena_asked_for_more_than_can_be_aborts(void **state)
{
    (void)state;
    assert_int_equal(fate_of(ask_for_little), 'l');
    assert_int_equal(fate_of(ask_for_a_product_that_overflows), 'a');
    assert_int_equal(fate_of(ask_for_all_but_a_header), 'a');
}

static void only_regular_files_are_read_whole(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct bytes content;
    struct err e;
    char path[64];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    assert_int_equal(fs_read(&content, &fs_system, path, 100, a, &e), E_INVALID);
    assert_int_equal(fs_read(&content, &fs_system, "/", 100, a, &e), E_INVALID);
    close(ends[0]);
    close(ends[1]);
    snprintf(path, sizeof(path), "/tmp/zhiyun-pipe-%d", (int)getpid());
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(10); /* a pipe without a writer must not be waited for */
    assert_int_equal(fs_read(&content, &fs_system, path, 100, a, &e), E_INVALID);
    alarm(0);
    unlink(path);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_keeps_kind_and_sentence),
        cmocka_unit_test(what_is_told_names_no_place_of_the_machine),
        cmocka_unit_test(a_long_error_ends_in_an_ellipsis_on_a_character_boundary),
        cmocka_unit_test(trim_knows_wide_blanks),
        cmocka_unit_test(split_gives_every_part_once),
        cmocka_unit_test(numbers_that_do_not_fit_are_refused),
        cmocka_unit_test(every_code_point_survives_utf8),
        cmocka_unit_test(bad_utf8_is_found_at_its_first_byte),
        cmocka_unit_test(the_check_of_utf8_agrees_with_its_decoding),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_and_runs_cleanups_once),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(an_arena_of_secrets_leaves_none),
#endif
        cmocka_unit_test(texts_of_every_length_are_printed_whole_wherever_a_block_ends),
        cmocka_unit_test(a_buffer_fails_stickily_at_its_maximum),
        cmocka_unit_test(a_map_agrees_with_an_array),
        cmocka_unit_test(every_day_of_four_centuries_survives),
        cmocka_unit_test(a_date_says_as_much_as_is_known),
        cmocka_unit_test(an_arena_asked_for_more_than_can_be_aborts),
        cmocka_unit_test(only_regular_files_are_read_whole),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
