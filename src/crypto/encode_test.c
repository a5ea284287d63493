#include "test.h"

#include "crypto/encode.h"
#include "crypto/random.h"
#include <sys/wait.h>
#include <unistd.h>

static void check_base64(const char *plain, const char *text)
{
    struct arena *a = arena_new();
    uint8_t back[16];
    size_t len = 99;
    assert_str(base64_of(str_bytes(str_of(plain)), a), text);
    assert_true(base64_read(back, &len, sizeof(back), str_of(text)));
    assert_int_equal(len, strlen(plain));
    assert_memory_equal(back, plain, len);
    arena_free(a);
}

/* RFC 4648 §10. */
static void base64_gives_the_published_texts(void **state)
{
    (void)state;
    check_base64("", "");
    check_base64("f", "Zg==");
    check_base64("fo", "Zm8=");
    check_base64("foo", "Zm9v");
    check_base64("foob", "Zm9vYg==");
    check_base64("fooba", "Zm9vYmE=");
    check_base64("foobar", "Zm9vYmFy");
}

static void base64_has_one_spelling(void **state)
{
    static const char *const bad[] = {"Zg",       "Zg=",      "Zg===", "Zh==",   "Zm9=",  "====",
                                      "=AAA",     "A===",     "AA=A",  "Zm9v\n", " Zm9v", "Zm-_",
                                      "Zg==Zg==", "Zm8=Zm8=", "Zm9v=", "Zm\0v"};
    (void)state;
    uint8_t out[16];
    size_t len;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (base64_read(out, &len, sizeof(out), str_of(bad[i])))
            fail_msg("\"%s\" was read", bad[i]);
    assert_false(base64_read(out, &len, sizeof(out), (struct str){"Zm\0v", 4}));
    assert_false(base64_read(out, &len, 2, STR("Zm9v"))); /* longer than there is room for */
    assert_true(base64_read(out, &len, 3, STR("Zm9v")));
}

/* Whatever is read, written again, is the same text: over all last groups. */
static void every_text_that_is_read_is_what_would_be_written(void **state)
{
    static const char digits[] = "AQgw/+9z=-";
    (void)state;
    struct arena *a = arena_new();
    int read = 0;
    for (size_t i = 0; i < 10 * 10 * 10 * 10; i++) {
        char text[4] = {digits[i % 10], digits[i / 10 % 10], digits[i / 100 % 10],
                        digits[i / 1000]};
        uint8_t out[3];
        size_t len;
        if (!base64_read(out, &len, sizeof(out), (struct str){text, 4}))
            continue;
        read++;
        assert_true(str_eq(base64_of((struct bytes){out, len}, a), (struct str){text, 4}));
    }
    assert_in_range(read, 8 * 8 * 8 * 8, 8 * 8 * 8 * 8 + 8 * 8 * 8 + 8 * 8);
    arena_free(a);
}

static void hex_is_lower_case_and_whole(void **state)
{
    (void)state;
    uint8_t out[3];
    char text[7];
    assert_true(hex_read(out, 3, STR("00aff9")));
    hex_write(text, (struct bytes){out, 3});
    assert_string_equal(text, "00aff9");
    assert_false(hex_read(out, 3, STR("00AFF9")));
    assert_false(hex_read(out, 3, STR("00aff")));
    assert_false(hex_read(out, 3, STR("00aff90")));
    assert_false(hex_read(out, 3, STR("00afg9")));
}

static void random_bytes_differ_and_fill_all(void **state)
{
    (void)state;
    uint8_t x[1000] = {0}, y[1000] = {0};
    size_t zero = 0;
    random_bytes(x, sizeof(x));
    random_bytes(y, sizeof(y));
    assert_memory_not_equal(x, y, sizeof(x));
    for (size_t i = 0; i < sizeof(x); i++)
        zero += x[i] == 0;
    assert_in_range(zero, 0, 40); /* 4 expected */
    random_bytes(x, 0);
}

/* Short pieces come from a block that is drawn ahead: none is given out twice, and not by a
 * child that was forked off either. */
static void short_pieces_are_given_out_once(void **state)
{
    enum { PIECES = 200, LEN = 16 };
    static uint8_t piece[PIECES + 1][LEN];
    int ends[2];
    (void)state;
    for (size_t i = 0; i < PIECES / 2; i++)
        random_bytes(piece[i], LEN);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        random_bytes(piece[0], LEN);
        _exit(write(ends[1], piece[0], LEN) == LEN ? 0 : 1);
    }
    for (size_t i = PIECES / 2; i < PIECES; i++)
        random_bytes(piece[i], LEN);
    assert_int_equal(read(ends[0], piece[PIECES], LEN), LEN);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
    for (size_t i = 0; i <= PIECES; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(piece[i], piece[k], LEN);
}

/* RFC 4648 §10, less the padding. */
static void base32_gives_the_published_texts(void **state)
{
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "MY"},
                                           {"fo", "MZXQ"},
                                           {"foo", "MZXW6"},
                                           {"foob", "MZXW6YQ"},
                                           {"fooba", "MZXW6YTB"},
                                           {"foobar", "MZXW6YTBOI"}};
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(base32_of(str_bytes(str_of(cases[i][0])), a), cases[i][1]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_gives_the_published_texts),
        cmocka_unit_test(base64_has_one_spelling),
        cmocka_unit_test(every_text_that_is_read_is_what_would_be_written),
        cmocka_unit_test(base32_gives_the_published_texts),
        cmocka_unit_test(hex_is_lower_case_and_whole),
        cmocka_unit_test(random_bytes_differ_and_fill_all),
        cmocka_unit_test(short_pieces_are_given_out_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
