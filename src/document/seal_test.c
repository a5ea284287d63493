/* What of a sealed file's text makes it the paper's; the exchange is lived through in tests/programmes. */
#include "document/seal.h"
#include "test.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define TITLE "不予推荐决定"
static const struct paper_block blocks[] = {
    {.role = PAPER_TITLE, .text = {TITLE, sizeof(TITLE) - 1}},
    {.role = PAPER_TEXT, .text = {"材料不实，\n不予推荐。", sizeof("材料不实，\n不予推荐。") - 1}}};
static const struct paper paper = {
    .layout = {"official", sizeof("official") - 1},
    .id = {"not-recommended", sizeof("not-recommended") - 1},
    .pack = {"sc", sizeof("sc") - 1},
    .pack_version = {"1", sizeof("1") - 1},
    .title = {TITLE, sizeof(TITLE) - 1},
    .number = {"成市监函〔2026〕4号", sizeof("成市监函〔2026〕4号") - 1},
    .version = {"1", sizeof("1") - 1},
    .blocks = blocks,
    .block_count = 2};
#define ISSUED "成市监函〔2026〕4号\n不予推荐决定\n材料不实，\n不予推荐。\nabc 123\n"

static err_t compare(struct seal_reading *out, const char *issued, const char *text, struct err *e)
{
    return seal_compare(out, &paper, str_of(issued), str_of(text), arena, e);
}

static void the_same_text_is_the_papers_however_it_is_spaced(void **state)
{
    struct seal_reading r;
    struct err e;
    (void)state;
    assert_ok(compare(&r, ISSUED, ISSUED, &e), &e);
    assert_true(!r.unread && r.added.len == 0);
    assert_ok(compare(&r, ISSUED,
                      "成市监函 〔2026〕4号 不予推荐\n决定\n材料不实，　不予推荐。 abc123", &e),
              &e);
    assert_true(!r.unread && r.added.len == 0);
}

static void what_stands_beside_it_is_told(void **state)
{
    struct seal_reading r;
    struct err e;
    (void)state;
    assert_ok(compare(&r, ISSUED, ISSUED "电子签章有效", &e), &e);
    assert_true(str_is(r.added, "电子签章有效"));
}

static void another_paper_is_refused_with_what_it_lacks(void **state)
{
    struct seal_reading r;
    struct err e;
    (void)state;
    assert_int_equal(compare(&r, ISSUED,
                             "成市监函〔2026〕4号\n不予推荐决定\n材料属实，\n予以推荐。\nabc 123",
                             &e),
                     E_INVALID);
    assert_non_null(strstr(e.text, "材料不实"));
    assert_int_equal(compare(&r, "", "另一件", &e), E_INVALID);
    assert_non_null(strstr(e.text, "成市监函〔2026〕4号"));
}

static void a_page_without_text_is_not_read(void **state)
{
    struct seal_reading r;
    struct err e;
    (void)state;
    assert_ok(compare(&r, ISSUED, " \n\f ", &e), &e);
    assert_true(r.unread);
}

/* Of the Word file, or where no PDF of the paper can be made: its content and its digest. */
static void in_another_layout_content_and_digest_are_there(void **state)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = paper_digest(&paper);
    struct seal_reading r;
    struct err e;
    (void)state;
    sha256_hex(hex, &d);
    const char *whole =
        arena_printf(arena, "不予推荐决定 成市监函〔2026〕4号\n材料不实，不予推荐。%s", hex).ptr;
    assert_ok(compare(&r, "", whole, &e), &e);
    assert_ok(compare(&r, ISSUED, whole, &e), &e);
    assert_int_equal(compare(&r, "", "不予推荐决定 成市监函〔2026〕4号 材料不实，不予推荐。", &e),
                     E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_is_the_papers_however_it_is_spaced),
        cmocka_unit_test(what_stands_beside_it_is_told),
        cmocka_unit_test(another_paper_is_refused_with_what_it_lacks),
        cmocka_unit_test(a_page_without_text_is_not_read),
        cmocka_unit_test(in_another_layout_content_and_digest_are_there),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
