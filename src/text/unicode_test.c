/* Folding against the definition computed by libutf8proc for every code point
 * and for random strings, and against ICU's simplification by known pairs. */
#include "test.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "text/unicode.h"
#include "text/unicode_table.h"
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

static struct buf folded;

static struct str fold(struct str s)
{
    buf_reset(&folded);
    unicode_fold(&folded, s);
    return buf_str(&folded);
}

static void check_fold(const char *in, const char *expected)
{
    struct str got = fold(str_of(in));
    if (!str_is(got, expected))
        fail_msg("fold(\"%s\") is \"%.*s\", expected \"%s\"", in, STR_ARG(got), expected);
}

static void words_meet_in_one_form(void **state)
{
    (void)state;
    check_fold("ＡＲ眼镜", "ar眼镜");
    check_fold("電動汽車與電池", "电动汽车与电池");
    check_fold("Straße STRASSE", "strasse strasse");
    check_fold("Cafe\xCC\x81", "caf\xC3\xA9");
    check_fold("CAF\xC3\x89", "caf\xC3\xA9");
    check_fold("ｶﾞﾗｽ", "ガラス");
    check_fold("①㎡½ ﬁn", "1m21⁄2 fin");
    check_fold("soft\xC2\xADhyphen zero\xE2\x80\x8Bwidth", "softhyphen zerowidth");
    check_fold("한국 \xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한국 한");
    check_fold("bad \xFF\xC3 bytes", "bad \xEF\xBF\xBD\xEF\xBF\xBD bytes");
    check_fold("", "");
}

/* NFKC_Casefold by its definition, as utf8proc computes it. */
static struct str slow_fold(struct str s, utf8proc_uint8_t **owned)
{
    utf8proc_ssize_t n = utf8proc_map(
        (const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, owned,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    assert_true(n >= 0);
    return (struct str){(const char *)*owned, (size_t)n};
}

/* Append `s` with traditional code points replaced by their simplified form. */
static void add_simplified(struct buf *out, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at), block = c / UNICODE_BLOCK, in = c % UNICODE_BLOCK;
        uint8_t props = unicode_props_block[unicode_props_stage[block] * UNICODE_BLOCK + in];
        uint32_t entry = unicode_fold_block[unicode_fold_stage[block] * UNICODE_BLOCK + in];
        uint32_t map = unicode_maps[entry];
        if (props & UNICODE_TRADITIONAL)
            buf_add(out, (struct str){(const char *)unicode_pool + (map >> 8), map & 0xFF});
        else
            buf_add(out, (struct str){s.ptr + from, at - from});
    }
}

static void every_code_point_folds_as_its_definition_says(void **state)
{
    (void)state;
    struct buf slow;
    buf_init(&slow, 0);
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char text[4];
        utf8proc_uint8_t *owned = NULL;
        struct str one = {text, utf8_put(text, c)};
        buf_reset(&slow);
        add_simplified(&slow, slow_fold(one, &owned));
        struct str got = fold(one);
        if (!str_eq(got, buf_str(&slow)))
            fail_msg("U+%04X folds to \"%.*s\", by definition to \"%.*s\"", c, STR_ARG(got),
                     STR_ARG(buf_str(&slow)));
        free(owned);
    }
    buf_clear(&slow);
}

/* The second column of the line of a file in tests/text that begins with a character; empty: there is none. */
static struct str column_of(struct str file, struct str character, struct arena *a)
{
    struct str key = arena_printf(a, "\n%.*s\t", STR_ARG(character));
    size_t at = str_find(file, key, 0);
    struct str rest = {file.ptr + at, file.len - at};
    if (at == file.len)
        return STR_NONE;
    rest = (struct str){rest.ptr + key.len, rest.len - key.len};
    return (struct str){rest.ptr, strcspn(rest.ptr, "\t\n")};
}

static struct str file_of(const char *name, struct arena *a)
{
    FILE *f =
        fopen(arena_printf(a, "%s/tests/text/%s", getenv("MESON_SOURCE_ROOT"), name).ptr, "rb");
    char *text = arena_alloc(a, 1 << 17);
    assert_non_null(f);
    size_t len = fread(text, 1, (1 << 17) - 1, f);
    (void)fclose(f);
    return (struct str){text, len};
}

static size_t characters_of_charset(const char *charset, uint8_t from, uint8_t to, struct arena *a)
{
    struct str opencc = file_of("opencc_characters.tsv", a);
    struct str otherwise = file_of("characters_otherwise.tsv", a);
    iconv_t cd = iconv_open("UTF-8", charset);
    size_t count = 0;
    assert_true(cd != (iconv_t)-1);
    for (unsigned high = from; high <= to; high++)
        for (unsigned low = 0x40; low <= 0xFE; low++) {
            char in[2] = {(char)high, (char)low}, utf8[8], *from_at = in, *to_at = utf8;
            size_t in_left = 2, out_left = sizeof(utf8), at = 0;
            (void)iconv(cd, NULL, NULL, NULL, NULL);
            if (iconv(cd, &from_at, &in_left, &to_at, &out_left) == (size_t)-1)
                continue;
            struct str c = {utf8, sizeof(utf8) - out_left};
            uint32_t point = utf8_next(c, &at);
            if (at < c.len || point < 0x4E00 || point > 0x9FFF)
                continue;
            struct str theirs = column_of(opencc, c, a), ours = column_of(otherwise, c, a);
            struct str form = arena_dup(a, fold(c));
            struct str want = arena_dup(a, fold(ours.len ? ours : theirs.len ? theirs : c));
            bool told = ours.len > 0;
            if (!str_eq(form, want) || (told && !str_eq(form, ours)) ||
                (!told && theirs.len == 0 && !str_eq(form, c)))
                fail_msg("%.*s folds to %.*s, not to %.*s", STR_ARG(c), STR_ARG(form),
                         STR_ARG(want));
            count++;
        }
    (void)iconv_close(cd);
    return count;
}

/* What OpenCC 1.1.6 makes one is one; what differs stands in characters_otherwise.tsv with its reason. */
static void characters_are_one_where_opencc_has_them_so(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_int_equal(characters_of_charset("BIG5", 0xA4, 0xF9, a), 13058);
    assert_int_equal(characters_of_charset("GB2312", 0xB0, 0xF7, a), 6763);
    arena_free(a);
    check_fold("⻓⻋⻔⻛⻢⻘⽤", "长车门风马青用");
    check_fold("裝置元件噁唑𫫇唑資訊",
               "装置元件噁唑噁唑资讯"); /* characters, no words of the mainland */
}

static struct str slow_nfc(struct str s, utf8proc_uint8_t **owned)
{
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len,
                                      owned, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    assert_true(n >= 0);
    return (struct str){(const char *)*owned, (size_t)n};
}

static uint32_t random_code_point(struct rand *r);

/* Every code point after a letter and before a mark, and random strings: the
 * short way round the library gives what the library gives. */
static void composing_is_as_the_definition_says(void **state)
{
    (void)state;
    struct rand r = {test_seed(7)};
    struct buf got;
    buf_init(&got, 0);
    for (uint32_t c = 1; c <= 0x10FFFF + 200000; c++) {
        char text[64];
        struct str s = {text, 0};
        utf8proc_uint8_t *owned = NULL;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        if (c <= 0x10FFFF) {
            s.len += utf8_put(text, 'e');
            s.len += utf8_put(text + s.len, c);
            s.len += utf8_put(text + s.len, c % 2 ? 0x301 : 0x3099);
        } else {
            for (uint32_t n = 1 + rand_below(&r, 8); n > 0; n--)
                s.len += utf8_put(text + s.len, random_code_point(&r));
        }
        buf_reset(&got);
        unicode_nfc(&got, s);
        struct str slow = slow_nfc(s, &owned);
        if (!str_eq(buf_str(&got), slow))
            fail_msg("\"%.*s\" composes to \"%.*s\"", STR_ARG(s), STR_ARG(buf_str(&got)));
        if (c <= 0x10FFFF) { /* and alone */
            s = (struct str){text, utf8_put(text, c)};
            free(owned);
            owned = NULL;
            buf_reset(&got);
            unicode_nfc(&got, s);
            assert_true(str_eq(buf_str(&got), slow_nfc(s, &owned)));
        }
        free(owned);
    }
    buf_reset(&got);
    unicode_nfc(&got, STR("e\xCC\x81\xFF"));
    assert_str(buf_str(&got), "é\xEF\xBF\xBD");
    buf_clear(&got);
}

/* Code points that make folding hard, more often than by chance. */
static uint32_t random_code_point(struct rand *r)
{
    static const uint32_t hard[] = {'a',    'E',    ' ',    0x301,  0x345,  0x308,  0x323,
                                    0x1100, 0x1161, 0x11A8, 0xAC00, 0x3099, 0x304B, 0xAD,
                                    0x200B, 0xFE0F, 0x96FB, 0x82CE, 0xF900, 0xDF,   0x130,
                                    0x3C3,  0x1F88, 0xFF76, 0xFF9E, 0x0E33, 0x1D15E};
    if (rand_below(r, 3))
        return hard[rand_below(r, ARRAY_LEN(hard))];
    uint32_t c = rand_below(r, rand_below(r, 2) ? 0x110000 : 0x3000);
    return c >= 0xD800 && c <= 0xDFFF ? 'x' : c;
}

static void random_strings_fold_as_the_definition_says_and_stay_so(void **state)
{
    (void)state;
    struct rand r = {test_seed(7)};
    uint64_t seed = r.state;
    struct buf slow, again;
    buf_init(&slow, 0);
    buf_init(&again, 0);
    for (int round = 0; round < 60000; round++) {
        char text[64];
        size_t len = 0;
        for (uint32_t n = rand_below(&r, 12); n > 0; n--)
            len += utf8_put(text + len, random_code_point(&r));
        utf8proc_uint8_t *owned = NULL;
        buf_reset(&slow);
        add_simplified(&slow, slow_fold((struct str){text, len}, &owned));
        struct str got = fold((struct str){text, len});
        if (!str_eq(got, buf_str(&slow)))
            fail_msg("SEED=%llu round %d: \"%.*s\" folds to \"%.*s\", by definition \"%.*s\"",
                     (unsigned long long)seed, round, (int)len, text, STR_ARG(got),
                     STR_ARG(buf_str(&slow)));
        buf_reset(&again);
        unicode_fold(&again, got);
        if (!str_eq(buf_str(&again), got))
            fail_msg("SEED=%llu round %d: folding \"%.*s\" again changes it",
                     (unsigned long long)seed, round, STR_ARG(got));
        free(owned);
    }
    buf_clear(&slow);
    buf_clear(&again);
}

static void offsets_name_the_source_of_every_byte(void **state)
{
    (void)state;
    struct rand r = {11};
    struct arena *a = arena_new();
    struct buf out;
    buf_init(&out, 0);
    for (int round = 0; round < 20000; round++) {
        char text[80];
        size_t len = 0;
        for (uint32_t n = rand_below(&r, 14); n > 0; n--)
            if (rand_below(&r, 12) == 0)
                text[len++] = (char)(0x80 + rand_below(&r, 0x80)); /* bad bytes too */
            else
                len += utf8_put(text + len, random_code_point(&r));
        uint32_t *offsets = NULL;
        buf_reset(&out);
        buf_addz(&out, "before");
        unicode_fold_mapped(&out, &offsets, (struct str){text, len}, a);
        struct str plain = fold((struct str){text, len});
        assert_true(str_eq(plain, (struct str){out.ptr + 6, out.len - 6}));
        for (size_t i = 0; i < plain.len; i++) {
            assert_true(offsets[i] < len);
            assert_true(i == 0 || offsets[i] >= offsets[i - 1]);
        }
        arena_reset(a);
    }
    /* "eÉ电": e at 0, É (two bytes) at 1, 電 at 3. */
    uint32_t *offsets = NULL;
    buf_reset(&out);
    unicode_fold_mapped(&out, &offsets, str_of("e\xC3\x89\xE9\x9B\xBB"), a);
    static const uint32_t expected[] = {0, 1, 1, 3, 3, 3};
    assert_int_equal(out.len, 6);
    assert_memory_equal(offsets, expected, sizeof(expected));
    buf_clear(&out);
    arena_free(a);
}

static void long_runs_of_marks_end_in_time(void **state)
{
    (void)state;
    struct buf in, out;
    buf_init(&in, 0);
    buf_init(&out, 0);
    buf_addc(&in, 'a');
    for (int i = 0; i < 500000; i++)
        buf_add(&in, i % 2 ? STR("\xCC\x81") : STR("\xCC\xA3"));
    unicode_fold(&out, buf_str(&in));
    assert_true(out.len > 900000 && buf_ok(&out));
    buf_clear(&in);
    buf_clear(&out);
}

static void classes_tell_words_from_runs(void **state)
{
    (void)state;
    static const struct {
        uint32_t c;
        enum unicode_class expected;
    } cases[] = {{'a', UNICODE_LETTER},   {'7', UNICODE_DIGIT},     {' ', UNICODE_OTHER},
                 {0x7535, UNICODE_CJK},   {0x3042, UNICODE_CJK},    {0x30FC, UNICODE_CJK},
                 {0xAC00, UNICODE_CJK},   {0x3105, UNICODE_CJK},    {0x3002, UNICODE_OTHER},
                 {0xFF0C, UNICODE_OTHER}, {0x3A3, UNICODE_LETTER},  {0x301, UNICODE_LETTER},
                 {0x3007, UNICODE_CJK},   {0x660, UNICODE_DIGIT},   {0x20BB7, UNICODE_CJK},
                 {0xFFFD, UNICODE_OTHER}, {0x110000, UNICODE_OTHER}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (unicode_class(cases[i].c) != cases[i].expected)
            fail_msg("U+%04X has class %d", cases[i].c, (int)unicode_class(cases[i].c));
}

static void script_tells_the_language(void **state)
{
    (void)state;
    assert_str(unicode_script_lang(str_of("一种AR眼镜")), "zh");
    assert_str(unicode_script_lang(str_of("基于Transformer的CT图像分割方法")), "zh");
    assert_str(unicode_script_lang(str_of("電池パックの製造方法")), "ja");
    assert_str(unicode_script_lang(str_of("배터리 팩")), "ko");
    assert_str(unicode_script_lang(str_of("Способ изготовления")), "ru");
    assert_str(unicode_script_lang(str_of("Battery pack")), "");
    assert_str(unicode_script_lang(str_of("Coating (涂层) of a long English sentence on metals")),
               "");
    assert_str(unicode_script_lang(str_of("123 -- ")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_meet_in_one_form),
        cmocka_unit_test(every_code_point_folds_as_its_definition_says),
        cmocka_unit_test(characters_are_one_where_opencc_has_them_so),
        cmocka_unit_test(random_strings_fold_as_the_definition_says_and_stay_so),
        cmocka_unit_test(composing_is_as_the_definition_says),
        cmocka_unit_test(offsets_name_the_source_of_every_byte),
        cmocka_unit_test(long_runs_of_marks_end_in_time),
        cmocka_unit_test(classes_tell_words_from_runs),
        cmocka_unit_test(script_tells_the_language),
    };
    buf_init(&folded, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
