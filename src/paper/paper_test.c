/* Content, its digest and Word; PDF is tested where the program is (tests/papers). */
#include "test.h"

#include "paper/style.h"
#include "text/zip.h"
#include <signal.h>
#include <time.h>
#include <unistd.h>

static struct paper sample(struct arena *a, const char *value)
{
    struct paper p = {.layout = STR("form"),
                      .id = STR("application-form"),
                      .pack = STR("sc-yunying-2025"),
                      .pack_version = STR("1"),
                      .title = STR("申报表 <&\">"),
                      .number = STR("川知运〔2026〕1号")};
    struct paper_cell line[] = {{PAPER_LABEL, 160, STR("单位名称")},
                                {PAPER_VALUE, 840, str_of(value)}};
    struct paper_cell head[] = {{PAPER_COLUMN, 333, STR("姓名")}, {PAPER_COLUMN, 667, STR("分工")}};
    struct paper_cell row[] = {{PAPER_VALUE, 333, STR("李四")}, {PAPER_VALUE, 667, STR("交易")}};
    struct paper_build *b = paper_build_new(a);
    paper_add_mark(b, STR("草稿"));
    struct str *pieces = arena_array(a, 1, sizeof(*pieces));
    *pieces = p.title;
    paper_add_title(b, p.title, pieces, 1);
    paper_add_row(b, PAPER_LINE, STR_NONE, line, 2);
    paper_add_row(b, PAPER_HEAD, STR("工作队伍"), head, 2);
    paper_add_row(b, PAPER_DATA, STR("工作队伍"), row, 2);
    paper_add_item(b, PAPER_ITEM, STR("联系人"), STR("张三"));
    paper_build_end(&p, b);
    return p;
}

static struct str spelled(const struct paper *p, struct arena *a)
{
    struct buf out;
    buf_init(&out, 0);
    paper_canonical(&out, p);
    struct str s = arena_dup(a, buf_str(&out));
    buf_clear(&out);
    return s;
}

static void rows_that_follow_one_another_are_one_table(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院");
    (void)state;
    assert_int_equal(p.block_count, 3);
    assert_int_equal(p.blocks[1].role, PAPER_TABLE);
    assert_int_equal(p.blocks[1].row_count, 3);
    assert_int_equal(p.mark_count, 1);
    arena_free(a);
}

static void a_table_at_the_end_is_there(void **state)
{
    struct arena *a = arena_new();
    struct paper_cell line[] = {{PAPER_LABEL, 160, STR("单位名称")},
                                {PAPER_VALUE, 840, STR("某院")}};
    struct paper_build *b = paper_build_new(a);
    struct paper p = {0};
    (void)state;
    paper_add(b, PAPER_TITLE, STR("申报表"));
    paper_add_row(b, PAPER_LINE, STR_NONE, line, 2);
    paper_build_end(&p, b);
    assert_int_equal(p.block_count, 2);
    assert_int_equal(p.blocks[1].role, PAPER_TABLE);
    assert_int_equal(p.blocks[1].row_count, 1);
    arena_free(a);
}

static void a_content_read_back_is_spelled_the_same(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院\n第二行 \"引号\""), again;
    const struct jvalue *v = NULL;
    struct err e;
    struct str text = spelled(&p, a);
    (void)state;
    assert_ok(jin_parse(&v, text, a, &e), &e);
    assert_ok(paper_read(&again, v, a, &e), &e);
    assert_true(str_eq(spelled(&again, a), text));
    arena_free(a);
}

static void any_changed_character_changes_the_digest(void **state)
{
    struct arena *a = arena_new();
    struct paper one = sample(a, "某院"), same = sample(a, "某院"), other = sample(a, "某某院");
    struct digest d1 = paper_digest(&one), d2 = paper_digest(&same), d3 = paper_digest(&other);
    (void)state;
    assert_true(digest_eq(&d1, &d2));
    assert_false(digest_eq(&d1, &d3));
    other = sample(a, "某院");
    other.number = STR("川知运〔2026〕2号");
    d3 = paper_digest(&other);
    assert_false(digest_eq(&d1, &d3));
    arena_free(a);
}

static void cells_that_do_not_fill_their_row_are_no_content(void **state)
{
    static const char *const wrong[] = {
        ("{\"layout\":\"form\",\"blocks\":[{\"role\":\"table\",\"rows\":[{\"kind\":\"line\","
         "\"cells\":[{\"look\":\"value\",\"width\":900,\"text\":\"\"}]}]}]}"),
        "{\"layout\":\"form\",\"blocks\":[{\"role\":\"headline\"}]}", "{\"blocks\":[]}"};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        const struct jvalue *v = NULL;
        struct paper p;
        struct err e;
        assert_ok(jin_parse(&v, str_of(wrong[i]), a, &e), &e);
        assert_int_equal(paper_read(&p, v, a, &e), E_INVALID);
    }
    arena_free(a);
}

static struct str docx(const struct paper *p, const struct paper_stamp *s, struct arena *a)
{
    struct buf out;
    struct err e;
    buf_init(&out, 0);
    assert_ok(paper_docx(&out, p, s, a, &e), &e);
    struct str bytes = arena_dup(a, buf_str(&out));
    buf_clear(&out);
    return bytes;
}

static void word_of_the_same_content_is_the_same_bytes_in_every_time_zone(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院");
    struct paper_stamp s = {.entry = STR("0123"), .check_url = STR("https://example.org/check/1")};
    (void)state;
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    struct str one = docx(&p, &s, a);
    setenv("TZ", "America/New_York", 1);
    tzset();
    assert_true(str_eq(one, docx(&p, &s, a)));
    struct zip *z = NULL;
    struct err e;
    assert_ok(zip_open(&z, str_bytes(one), &e), &e);
    assert_int_equal(zip_count(z), 11);
    assert_true(zip_find(z, STR("word/media/qr.png")) < zip_count(z));
    zip_close(z);
    arena_free(a);
}

static void fonts_of_an_administrator_take_the_place_of_those_shipped(void **state)
{
    struct arena *a = arena_new();
    struct paper_style style;
    const struct paper_layout *layout;
    struct err e;
    (void)state;
    assert_ok(paper_style_read(&style, STR("fonts:\n  - {id: text, faces: [某仿宋]}\n"), a, &e),
              &e);
    assert_ok(paper_style_layout(&layout, &style, STR("official"), &e), &e);
    assert_str(layout->roles[PAPER_TEXT].font->faces[0], "某仿宋");
    assert_str(layout->roles[PAPER_TEXT].font->word, "仿宋_GB2312");
    assert_int_equal(layout->chars, 28);
    assert_str(paper_page_number(layout, 3, 7, a), "— 3 —");
    assert_int_equal(paper_style_layout(&layout, &style, STR("poster"), &e), E_INVALID);
    assert_int_equal(paper_style_read(&style, STR("fonts:\n  - {id: txt, faces: [x]}\n"), a, &e),
                     E_INVALID);
    assert_non_null(strstr(e.text, "fonts.yaml:2"));
    arena_free(a);
}

static void without_the_press_there_is_no_pdf(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院");
    struct paper_stamp s = {.entry = STR_NONE};
    struct paper_press press = {.program = NULL};
    struct paper_pdf said;
    struct buf out;
    struct err e;
    (void)state;
    buf_init(&out, 0);
    assert_int_equal(paper_pdf(&out, &said, &p, &s, &press, a, &e), E_NOTFOUND);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
    arena_free(a);
}

/* With the program beside the tests (ZHIYUN_PAPER); where pango is not, there is none. */
static err_t pressed(struct buf *out, struct paper_pdf *said, const struct paper *p,
                     const char *fonts, struct arena *a, struct err *e)
{
    struct paper_press press = {.program = getenv("ZHIYUN_PAPER"), .fonts = fonts};
    struct paper_stamp s = {.entry = STR("0123"), .check_url = STR("https://example.org/check/1")};
    return paper_pdf(out, said, p, &s, &press, a, e);
}

static bool no_press(void)
{
    const char *program = getenv("ZHIYUN_PAPER");
    if (program && access(program, X_OK) == 0)
        return false;
    print_message("# skipped: zhiyun-paper was not built\n");
    return true;
}

static void a_pdf_says_its_pages_and_what_stands_in_for_a_face(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院");
    struct paper_pdf said = {0};
    struct buf one, two;
    struct err e;
    (void)state;
    if (no_press())
        return;
    buf_init(&one, 0);
    buf_init(&two, 0);
    assert_ok(pressed(&one, &said, &p, NULL, a, &e), &e);
    assert_int_equal(said.pages, 1);
    assert_true(str_starts(buf_str(&one), STR("%PDF-")));
    for (size_t i = 0; i < said.substitution_count; i++)
        assert_false(str_eq(said.substitutions[i].wanted, said.substitutions[i].used));
    assert_ok(pressed(&two, &said, &p, NULL, a, &e), &e);
    assert_true(str_eq(buf_str(&one), buf_str(&two)));
    buf_clear(&one);
    buf_clear(&two);
    arena_free(a);
}

static void a_character_without_a_font_ends_the_paper_with_its_name(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某\xf4\x8f\xbf\xbd院");
    struct paper_pdf said = {0};
    struct buf out;
    struct err e;
    (void)state;
    if (no_press())
        return;
    buf_init(&out, 0);
    assert_int_equal(pressed(&out, &said, &p, "some/fonts", a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "U+10FFFD"));
    assert_non_null(strstr(e.text, "some/fonts"));
    assert_int_equal(out.len, 0);
    buf_clear(&out);
    arena_free(a);
}

static void a_layout_that_is_not_there_is_refused(void **state)
{
    struct arena *a = arena_new();
    struct paper p = sample(a, "某院");
    struct paper_pdf said = {0};
    struct buf out;
    struct err e;
    (void)state;
    if (no_press())
        return;
    p.layout = STR("poster");
    buf_init(&out, 0);
    assert_int_equal(pressed(&out, &said, &p, NULL, a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "poster"));
    buf_clear(&out);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_follow_one_another_are_one_table),
        cmocka_unit_test(a_table_at_the_end_is_there),
        cmocka_unit_test(a_content_read_back_is_spelled_the_same),
        cmocka_unit_test(any_changed_character_changes_the_digest),
        cmocka_unit_test(cells_that_do_not_fill_their_row_are_no_content),
        cmocka_unit_test(word_of_the_same_content_is_the_same_bytes_in_every_time_zone),
        cmocka_unit_test(fonts_of_an_administrator_take_the_place_of_those_shipped),
        cmocka_unit_test(without_the_press_there_is_no_pdf),
        cmocka_unit_test(a_pdf_says_its_pages_and_what_stands_in_for_a_face),
        cmocka_unit_test(a_character_without_a_font_ends_the_paper_with_its_name),
        cmocka_unit_test(a_layout_that_is_not_there_is_refused),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
