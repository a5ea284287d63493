#include "test.h"

#include "base/buf.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "text/encoding.h"
#include <iconv.h>
#include <stdlib.h>

static const enum encoding all[] = {ENCODING_UTF8,        ENCODING_UTF16LE, ENCODING_UTF16BE,
                                    ENCODING_UTF32LE,     ENCODING_UTF32BE, ENCODING_GB18030,
                                    ENCODING_WINDOWS_1252};

static void convert(struct buf *to, const char *name, struct str s)
{
    iconv_t cd = iconv_open(name, "UTF-8");
    assert_true(cd != (iconv_t)-1);
    char *from = (char *)(uintptr_t)s.ptr, *room = buf_reserve(to, s.len * 4 + 16);
    size_t left = s.len, room_left = s.len * 4 + 16;
    assert_int_equal(iconv(cd, &from, &left, &room, &room_left), 0);
    to->len = (size_t)(room - to->ptr);
    iconv_close(cd);
}

static void decode(struct buf *to, struct str s, enum encoding_bad how, struct encoding_report *r,
                   size_t step)
{
    struct err e;
    struct stream *in;
    size_t got = 1;
    assert_ok(encoding_open(&in, stream_open_memory(str_bytes(s)), how, r, &e), &e);
    while (got > 0) {
        assert_ok(stream_read(&got, in, buf_reserve(to, step), step, &e), &e);
        to->len += got;
    }
    stream_close(in);
}

static bool is_utf32(enum encoding encoding)
{
    return encoding == ENCODING_UTF32LE || encoding == ENCODING_UTF32BE;
}

static const char chinese[] = "公开(公告)号,标题,摘要\r\nCN101234567A,一种增强现实眼镜的波导结构,"
                              "\"本发明涉及一种光学器件，包括耦入光栅和耦出光栅。\"\r\n";
static const char western[] =
    "number;inventor\r\nEP1234567;Müller-Lüdenscheid, Jürgen “Äther” €5\r\n";

static void every_encoding_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        for (int bom = 0; bom < 2; bom++) {
            for (size_t repeat = 1; repeat < 4000; repeat = repeat * 7 + 1) {
                struct buf text, packed, back;
                struct encoding_report r;
                bool is_western = all[i] == ENCODING_WINDOWS_1252;
                if ((bom && is_western) || (!bom && is_utf32(all[i])))
                    continue;
                buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0);
                if (bom)
                    buf_addz(&text, "\xEF\xBB\xBF");
                for (size_t k = 0; k < repeat; k++)
                    buf_addz(&text, is_western ? western : chinese);
                convert(&packed, encoding_name(all[i]), buf_str(&text));
                decode(&back, buf_str(&packed), repeat & 1 ? ENCODING_MARK : ENCODING_REPLACE, &r,
                       1 + repeat * 3);
                assert_int_equal(r.encoding, all[i]);
                assert_int_equal(r.bad, 0);
                assert_true(back.len + (bom ? 3 : 0) == text.len);
                assert_memory_equal(back.ptr, text.ptr + (bom ? 3 : 0), back.len);
                buf_clear(&text), buf_clear(&packed), buf_clear(&back);
            }
        }
    }
}

/* Lists of few rows under column names in ASCII, as resaved exports have them. */
static void lists_of_east_asian_offices_are_told_apart(void **state)
{
    static const struct {
        enum encoding encoding;
        const char *name, *row;
    } lists[] = {
        {ENCODING_CP949, "EUC-KR",
         "KR1020210054321A,배터리 냉각 장치 및 그 제조 방법,주식회사 견본"},
        {ENCODING_CP949, "CP949", "KR1020210054322A,펭귄 로봇,견본전자"},
        {ENCODING_CP949, "CP949", "KR1020210054323A,똠방각하,박철수"},
        {ENCODING_BIG5, "BIG5", "TWI712345B,電池冷卻裝置,樣品股份有限公司"},
        {ENCODING_BIG5, "BIG5", "TW202112345A,散熱鰭片之製造方法,樣品科技大學"},
        {ENCODING_CP932, "CP932", "JP2021123456A,電池の冷却装置,株式会社サンプル"},
        {ENCODING_CP932, "CP932", "JP2021123457A,ロボットアームおよびその制御方法,サンプル電機㈱"},
        {ENCODING_EUC_JP, "EUC-JP", "JP2021123458A,車両のドア構造,サンプル自動車"},
        {ENCODING_GB18030, "GB18030", "CN112345678A,一种电池冷却装置,样品有限公司"},
        {ENCODING_GB18030, "GB18030", "CN112345679A,钢材,李四"},
        {ENCODING_GB18030, "GB18030", "TW202112346A,散熱鰭片之製造方法,樣品科技大學"},
        {ENCODING_GB18030, "GB18030", "JP2021123459A,電池の冷却装置,样品公司"},
        {ENCODING_WINDOWS_1252, "WINDOWS-1252", "DE102021000001A1,Kühlgerät für Säfte,Müller AG"},
        {ENCODING_WINDOWS_1252, "WINDOWS-1252",
         "FR3101234A1,Procédé de séparation d’éléments,Société Exémple"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (size_t repeat = 1; repeat < 500; repeat = repeat * 9 + 1) {
            struct buf text, packed, back;
            struct encoding_report r;
            buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0);
            buf_addz(&text, "Publication Number,Title,Applicant\n");
            for (size_t k = 0; k < repeat; k++)
                buf_addf(&text, "%s\n", lists[i].row);
            convert(&packed, lists[i].name, buf_str(&text));
            decode(&back, buf_str(&packed), ENCODING_REPLACE, &r, 1000);
            if (r.encoding != lists[i].encoding || !str_eq(buf_str(&back), buf_str(&text)))
                fail_msg("%s: %s: %.*s", lists[i].row, encoding_name(r.encoding), (int)back.len,
                         back.ptr);
            buf_clear(&text), buf_clear(&packed), buf_clear(&back);
        }
}

static void a_long_ascii_beginning_does_not_hide_the_encoding(void **state)
{
    (void)state;
    for (size_t ascii = 65000; ascii < 200000; ascii += 12347) {
        struct buf text, packed, back;
        struct encoding_report r;
        buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0);
        while (text.len < ascii)
            buf_addz(&text, "CN101234567A,1\n");
        buf_addz(&text, chinese);
        convert(&packed, "GB18030", buf_str(&text));
        decode(&back, buf_str(&packed), ENCODING_REPLACE, &r, 70001);
        assert_int_equal(r.encoding, ENCODING_GB18030);
        assert_true(str_eq(buf_str(&back), buf_str(&text)));
        buf_clear(&text), buf_clear(&packed), buf_clear(&back);
    }
}

static void one_broken_byte_is_one_replacement_with_its_place(void **state)
{
    (void)state;
    const enum encoding two[] = {ENCODING_UTF8, ENCODING_GB18030};
    for (size_t i = 0; i < 2; i++) {
        struct buf text, packed, back;
        struct encoding_report r;
        buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0);
        for (int k = 0; k < 3; k++)
            buf_addz(&text, chinese);
        convert(&packed, encoding_name(two[i]), buf_str(&text));
        size_t at = str_find(buf_str(&packed), STR("\r\nCN"), packed.len / 2);
        packed.ptr[at + 2] = (char)0xFF; /* was the C of CN… */
        decode(&back, buf_str(&packed), ENCODING_REPLACE, &r, 1000);
        assert_int_equal(r.encoding, two[i]);
        assert_int_equal(r.bad, 1);
        assert_int_equal(r.first_bad, at + 2);
        assert_int_equal(back.len, text.len + 2);
        assert_true(str_contains(buf_str(&back), STR("\r\n\xEF\xBF\xBDN101234567A,一种")));
        buf_reset(&back);
        decode(&back, buf_str(&packed), ENCODING_MARK, &r, 1000);
        assert_int_equal(back.len, text.len);
        assert_true(str_contains(buf_str(&back), STR("\r\n\xFFN101234567A,一种")));
        buf_clear(&text), buf_clear(&packed), buf_clear(&back);
    }
}

/* Whichever byte of a pair broke, and into what: what stands around it is whole. */
static void a_broken_byte_in_gb18030_costs_its_character_only(void **state)
{
    (void)state;
    static const char before[] = "CN101234567A,一种增强现实眼镜的波导结构,\"本发明涉及",
                      after[] = "种光学器件，包括耦入光栅和耦出光栅。\",示例公司\r\n";
    static const unsigned char broken[] = {0xFF, 0x20, 'M', '3', 0x7F};
    for (size_t i = 0; i < ARRAY_LEN(broken) * 2; i++) {
        struct buf text, packed, back;
        struct encoding_report r;
        struct buf head;
        buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0), buf_init(&head, 0);
        buf_addf(&text, "%s一%s", before, after);
        convert(&packed, "GB18030", buf_str(&text));
        convert(&head, "GB18030", str_of(before));
        size_t at = head.len + i % 2;
        packed.ptr[at] = (char)broken[i / 2];
        decode(&back, buf_str(&packed), ENCODING_REPLACE, &r, 1000);
        assert_int_equal(r.encoding, ENCODING_GB18030);
        assert_true(str_starts(buf_str(&back), str_of(before)));
        assert_true(str_ends(buf_str(&back), str_of(after)));
        bool a_character = i % 2 == 1 && broken[i / 2] == 'M'; /* D24D is one of GBK */
        assert_int_equal(r.bad, !a_character);
        assert_true(back.len <= text.len + 4);
        buf_clear(&text), buf_clear(&packed), buf_clear(&back), buf_clear(&head);
    }
}

/* Characters that GB 18030 moved out of the private-use area: each edition, and each writer, has other bytes for them. */
static void no_edition_of_gb18030_gives_a_private_character(void **state)
{
    static const struct {
        const char *bytes, *text;
    } written[] = {
        /* Python 3.11 (codec gb18030, edition 2000) */
        {"\x81\x35\xF4\x37", "ḿ"},
        /* Python 3.11 and iconv-lite 0.6.3 */
        {"\x82\x35\x90\x37\x82\x35\x90\x38\x82\x35\x90\x39\x82\x35\x91\x30"
         "\x82\x35\x91\x31\x82\x35\x91\x32\x82\x35\x91\x33\x82\x35\x91\x34",
         "\u9FB4\u9FB5\u9FB6\u9FB7\u9FB8\u9FB9\u9FBA\u9FBB"},
        {"\x84\x31\x82\x36\x84\x31\x82\x37\x84\x31\x82\x38\x84\x31\x82\x39\x84\x31\x83\x30"
         "\x84\x31\x83\x31\x84\x31\x83\x32\x84\x31\x83\x33\x84\x31\x83\x34\x84\x31\x83\x35",
         "\uFE10\uFE11\uFE12\uFE13\uFE14\uFE15\uFE16\uFE17\uFE18\uFE19"},
        /* glibc 2.36, ICU 78; Python and iconv-lite, where the text had the private-use character of a font */
        {"\xA8\xBC", "ḿ"},
        {"\xFE\x59\xFE\x61\xFE\x66\xFE\x67\xFE\x6D\xFE\x7E\xFE\x90\xFE\xA0",
         "\u9FB4\u9FB5\u9FB6\u9FB7\u9FB8\u9FB9\u9FBA\u9FBB"},
        {"\xA6\xD9\xA6\xDA\xA6\xDB\xA6\xDC\xA6\xDD\xA6\xDE\xA6\xDF\xA6\xEC\xA6\xED\xA6\xF3",
         "\uFE10\uFE12\uFE11\uFE13\uFE14\uFE15\uFE16\uFE17\uFE18\uFE19"},
        {"\xFE\x51\xFE\x52\xFE\x53\xFE\x6C\xFE\x76\xFE\x91",
         "\U00020087\U00020089\U000200CC\U000215D7\U0002298F\U000241FE"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(written); i++)
        for (size_t step = 1; step < 2000; step = step * 9 + 1) {
            struct buf text, packed, back, line;
            struct encoding_report r;
            buf_init(&text, 0), buf_init(&packed, 0), buf_init(&back, 0), buf_init(&line, 0);
            convert(&line, "GB18030", str_of(chinese));
            for (size_t k = 0; k < 1500; k++) { /* over more than one block, and its end */
                buf_addf(&packed, "%.*s%s", (int)line.len, line.ptr, written[i].bytes);
                buf_addf(&text, "%s%s", chinese, written[i].text);
            }
            decode(&back, buf_str(&packed), ENCODING_MARK, &r, step);
            assert_int_equal(r.encoding, ENCODING_GB18030);
            assert_int_equal(r.bad, 0);
            if (!str_eq(buf_str(&back), buf_str(&text)))
                fail_msg("%s: %.*s", written[i].text, 200, back.ptr + strlen(chinese));
            buf_clear(&text), buf_clear(&packed), buf_clear(&back), buf_clear(&line);
        }
}

static void small_texts_are_told_apart(void **state)
{
    (void)state;
    size_t bom;
    struct {
        struct str head;
        enum encoding encoding;
    } cases[] = {
        {STR(""), ENCODING_UTF8},
        {STR("a"), ENCODING_UTF8},
        {STR("a,b\nc\0d,e\n"), ENCODING_UTF8}, /* a stray NUL */
        {STR("a\0,\0b\0\n\0"), ENCODING_UTF16LE},
        {STR("\0a\0,\0b\0\n"), ENCODING_UTF16BE},
        {STR("caf\xe9 au lait"), ENCODING_WINDOWS_1252},
        {STR("\xb1\xea\xcc\xe2"), ENCODING_GB18030}, /* 标题 */
        {STR("标题"), ENCODING_UTF8},
        {STR("标题,发明人,申请号\xff"), ENCODING_UTF8},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        enum encoding got = encoding_guess(str_bytes(cases[i].head), &bom);
        if (got != cases[i].encoding)
            fail_msg("case %zu: %s", i, encoding_name(got));
    }
    struct arena *a = arena_new();
    assert_str(encoding_to_utf8(STR("\xb1\xea\xcc\xe2.xml"), a), "标题.xml");
    arena_free(a);
}

static void any_bytes_give_utf8_however_they_are_read(void **state)
{
    (void)state;
    struct rand r = {test_seed(11)};
    for (int round = 0; round < 2000; round++) {
        char bytes[300];
        size_t len = rand_below(&r, sizeof(bytes));
        uint32_t range = 1 + rand_below(&r, 255);
        struct buf one, two;
        struct encoding_report report;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)rand_below(&r, range + 1);
        buf_init(&one, 0), buf_init(&two, 0);
        decode(&one, (struct str){bytes, len}, ENCODING_REPLACE, &report, 1);
        decode(&two, (struct str){bytes, len}, ENCODING_REPLACE, &report, 1000);
        assert_true(str_eq(buf_str(&one), buf_str(&two)));
        assert_int_equal(utf8_check(buf_str(&one)), one.len);
        buf_clear(&one), buf_clear(&two);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_encoding_comes_back),
        cmocka_unit_test(lists_of_east_asian_offices_are_told_apart),
        cmocka_unit_test(a_long_ascii_beginning_does_not_hide_the_encoding),
        cmocka_unit_test(one_broken_byte_is_one_replacement_with_its_place),
        cmocka_unit_test(a_broken_byte_in_gb18030_costs_its_character_only),
        cmocka_unit_test(no_edition_of_gb18030_gives_a_private_character),
        cmocka_unit_test(small_texts_are_told_apart),
        cmocka_unit_test(any_bytes_give_utf8_however_they_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
