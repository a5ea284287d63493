#include "base/fs.h"
#include "ingest/columns.h"
#include "ingest/columns_priv.h"
#include "ingest/fields_priv.h"
#include "test.h"
#include "text/shared_files.h"

static struct column_map *built_in(void)
{
    struct column_map *m = NULL;
    struct err e = {0};
    assert_ok(column_map_new(&m, NULL, 0, &e), &e);
    return m;
}

static void every_alias_names_a_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_alias_count; i++)
        if (!field_by_name(str_of(column_aliases[i].field)))
            fail_msg("%s: no field %s", column_aliases[i].name, column_aliases[i].field);
    for (size_t i = 0; i < field_count; i++)
        assert_ptr_equal(field_by_name(str_of(fields[i].name)), &fields[i]);
}

static void spellings_of_a_name_are_one_name(void **state)
{
    struct column_map *m = built_in();
    static const char *const same[] = {
        "公开(公告)号",       "公开（公告）号",     "公开公告号",
        " 公开 (公告) 号 ",   "公開(公告)號",       "Publication Number",
        "publication_number", "PUBLICATION-NUMBER", "＃"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        if (!column_map_knows(m, str_of(same[i])))
            fail_msg("%s is not known", same[i]);
    assert_false(column_map_knows(m, STR("")));
    assert_false(column_map_knows(m, STR("我们的备注")));
    column_map_free(m);
}

static void every_name_of_the_vendors_lists_is_known(void **state)
{
    static const char *const lists[] = {"export-headers/incopat-columns.txt",
                                        "export-headers/patsnap-columns.txt"};
    struct column_map *m = built_in();
    struct arena *a = arena_new();
    size_t names = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct bytes text;
        struct err e = {0};
        const char *path = shared_file(a, lists[i]);
        if (!path) {
            shared_absent();
            arena_free(a);
            column_map_free(m);
            return;
        }
        assert_ok(fs_read(&text, &fs_system, path, 1 << 20, a, &e), &e);
        for (struct str rest = bytes_str(text); rest.ptr;) {
            struct str name = str_trim(str_split(&rest, STR("\n")));
            if (name.len && !column_map_knows(m, name))
                fail_msg("%s: %.*s is not known", lists[i], STR_ARG(name));
            names += name.len > 0;
        }
    }
    assert_true(names >= 231);
    arena_free(a);
    column_map_free(m);
}

static void a_map_goes_on_top_of_the_table(void **state)
{
    struct column_map *m = NULL;
    struct err e = {0};
    const struct str maps[] = {STR("我们的备注=title"), STR("标题 = vendor")};

    (void)state;
    assert_ok(column_map_new(&m, maps, 2, &e), &e);
    assert_true(column_map_knows(m, STR("我们的备注")));
    column_map_free(m);
}

/* What is answered to no question, or of no date, is not taken in silence. */
static void an_answer_that_changes_nothing_is_refused(void **state)
{
    static const char *const wrong[] = {"-=abstract", "-=title", "-=application_date",
                                        "-=publication_number:day-first", "标题=title:month-first"};
    static const char *const right[] = {
        "-=publication_number",    "-=application_number",         "-=inventor", "-=ipc",
        "日=grant_date:day-first", "日=priority_date:month-first", "office=EP"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct column_map *m = NULL;
        const struct str map = str_of(wrong[i]);
        struct err e = {0};
        assert_int_equal(column_map_new(&m, &map, 1, &e), E_INVALID);
        assert_true(str_contains(str_of(e.text), map));
        assert_true(str_contains(str_of(e.text), strchr(wrong[i], ':') ? STR("a column of dates")
                                                                       : STR("-=applicant")));
    }
    for (size_t i = 0; i < ARRAY_LEN(right); i++) {
        struct column_map *m = NULL;
        const struct str map = str_of(right[i]);
        struct err e = {0};
        assert_ok(column_map_new(&m, &map, 1, &e), &e);
        column_map_free(m);
    }
}

static void a_wrong_map_names_the_nearest_fields(void **state)
{
    struct column_map *m = NULL;
    struct err e = {0};
    const struct str wrong[] = {STR("列=aplicant")}, shapeless[] = {STR("列")};

    (void)state;
    assert_int_equal(column_map_new(&m, wrong, 1, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("applicant")));
    assert_int_equal(column_map_new(&m, shapeless, 1, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("COLUMN=FIELD")));
}

static struct row row_of(struct cell *cells, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cells[i] = (struct cell){.text = str_of(texts[i])};
    return (struct row){.number = 1, .cells = cells, .count = count};
}

static bool are_patents(const char *const *names, size_t count)
{
    struct column_map *m = built_in();
    struct arena *a = arena_new();
    struct cell cells[16];
    struct row row = row_of(cells, names, count);
    struct header *h = NULL;
    struct err e = {0};

    assert_ok(header_bind(&h, m, NULL, &row, a, &e), &e);
    bool are = header_is_patents(h);
    arena_free(a);
    column_map_free(m);
    return are;
}
#define ARE_PATENTS(...)                                                                           \
    are_patents((const char *const[]){__VA_ARGS__},                                                \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void tables_that_are_no_patents_are_told_apart(void **state)
{
    (void)state;
    assert_true(ARE_PATENTS("标题", "公布号", "", "参考资料"));
    assert_true(ARE_PATENTS("id", "title", "assignee", "abstract", "label_id"));
    assert_true(ARE_PATENTS("公开号"));
    assert_true(ARE_PATENTS("publication_number", "text", "labels", "n_labels"));
    assert_false(ARE_PATENTS("id", "anchor", "target", "context", "score"));
    assert_false(ARE_PATENTS("mention_id", "name_full", "inventor_id", "patent_id", "name_first"));
    assert_false(ARE_PATENTS("field_nr", "sector", "field_name", "ipc"));
    assert_false(ARE_PATENTS("code", "name", "provinceCode", "cityCode"));
    assert_false(ARE_PATENTS("sentence_A", "sentence_B", "label"));
    assert_false(ARE_PATENTS("申请人", "发明人")); /* without a number or a title */
}

/* One data row read under a header; the caller frees the arena. */
static bool read_one(struct patent *p, struct reading *how, struct arena *a,
                     const char *const *names, const char *const *values, size_t count)
{
    struct column_map *m = built_in();
    struct cell *head = arena_array(a, count, sizeof(*head));
    struct cell *cells = arena_array(a, count, sizeof(*cells));
    struct row header_row = row_of(head, names, count), row = row_of(cells, values, count);
    struct header *h = NULL;
    struct err e = {0};

    assert_ok(header_bind(&h, m, NULL, &header_row, a, &e), &e);
    bool read = header_read(p, how, h, &row, a);
    column_map_free(m);
    return read;
}

static void weak_columns_give_way_whatever_their_order(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"[标]当前申请(专利权)人", "申请年", "当前申请(专利权)人", "申请日",
                           "公开号"};
    const char *values[] = {"某标准公司", "2019", "某公司", "2018-12-31", "CN299000001A"};

    (void)state;
    assert_true(read_one(&p, &how, a, names, values, 5));
    assert_int_equal(p.parties.len, 1);
    assert_str(p.parties.ptr[0].name, "某公司");
    assert_int_equal(p.application_date.year, 2018);
    assert_int_equal(p.application_date.month, 12);
    assert_int_equal(p.vendor.len, 1); /* the standardised name is kept as written */
    arena_free(a);
}

static void what_is_not_understood_is_kept_and_said(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"公开号", "公开日", "IPC", "被引证次数"};
    const char *values[] = {"CN299000001A", "昨天", "G06F16/33; 无此类", "很多"};

    (void)state;
    assert_true(read_one(&p, &how, a, names, values, 4));
    assert_int_equal(p.classes.len, 1);
    assert_int_equal(p.times_cited, -1);
    assert_int_equal(p.vendor.len, 3);
    assert_int_equal(how.warnings.len, 3);
    arena_free(a);
}

static void commas_inside_a_class_symbol_do_not_cut_it(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"公开号", "FI分类号", "FI主分类号", "IPC"};
    const char *values[] = {"JP2019999999A", "H01M10/052,101@A, H01M4/36@A|B65D81/00,101",
                            "H01M10/052,101@A", "E01B3/32(2006.01)I,F; E01B9/10,F16B1/00"};
    static const char *const symbols[] = {"H01M10/052,101@A", "H01M4/36@A", "B65D81/00,101",
                                          "E01B3/32",         "E01B9/10",   "F16B1/00"};

    (void)state;
    assert_true(read_one(&p, &how, a, names, values, 4));
    assert_int_equal(how.warnings.len, 0);
    assert_int_equal(p.vendor.len, 0);
    assert_int_equal(p.classes.len, ARRAY_LEN(symbols));
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
        assert_str(p.classes.ptr[i].symbol.symbol, symbols[i]);
    assert_int_equal(p.classes.ptr[0].symbol.position, 'F');
    assert_int_equal(p.classes.ptr[3].symbol.position, 'F');
    arena_free(a);
}

static void a_refused_row_says_column_value_and_what_to_do(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"公开号", "标题"};
    const char *wrong[] = {"见附件", "一种方法"}, *blank[] = {"", ""}, *dash[] = {"-", "-"};

    (void)state;
    assert_false(read_one(&p, &how, a, names, wrong, 2));
    assert_false(how.blank);
    assert_str(how.column, "公开号");
    assert_str(how.value, "见附件");
    assert_true(how.reason.len > 0);
    assert_false(read_one(&p, &how, a, names, blank, 2));
    assert_true(how.blank);
    assert_false(read_one(&p, &how, a, names, dash, 2));
    assert_false(how.blank);
    arena_free(a);
}

static void bare_digits_under_a_chinese_name_are_a_chinese_number(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"申请号", "名称"}, *values[] = {"201410001234", "一种方法"};

    (void)state;
    assert_true(read_one(&p, &how, a, names, values, 2));
    assert_str(p.application.office, "CN");
    arena_free(a);
}

/* A number keeps its own office, then the row's; the caller's word comes last, and is none for texts. */
static void the_caller_names_the_office_of_bare_numbers(void **state)
{
    struct arena *a = arena_new();
    struct column_map *m = NULL;
    struct cell head[6], cells[6];
    const struct str map = STR("office=US");
    const char *names[] = {"publication number", "jurisdiction",   "title",
                           "cites patents",      "family members", "application number"};
    const char *values[] = {"9998001",    "",         "Imaginary", "5999001; EP1999001A1",
                            "2019999001", "15/999001"};
    struct row header = row_of(head, names, 6), row = row_of(cells, values, 6);
    struct header *h = NULL;
    struct patent p;
    struct reading how;
    struct err e = {0};

    (void)state;
    assert_ok(column_map_new(&m, &map, 1, &e), &e);
    assert_ok(header_bind(&h, m, NULL, &header, a, &e), &e);
    assert_true(header_read(&p, &how, h, &row, a));
    assert_str(p.publication.key, "US/9998001/");
    assert_str(p.application.office, "US");
    assert_str(p.citations.ptr[0].number.office, "US");
    assert_str(p.citations.ptr[1].number.office, "EP");
    assert_str(p.family_members.ptr[0].office, "US");
    cells[1].text = STR("AU");
    assert_true(header_read(&p, &how, h, &row, a));
    assert_str(p.publication.office, "AU");
    assert_str(p.citations.ptr[0].number.office, "US");
    cells[0].text = cells[5].text = STR_NONE;
    assert_true(header_read(&p, &how, h, &row, a));
    assert_int_equal(p.publication.key.len, 0);
    assert_str(p.publication.office, "AU"); /* a record without a number keeps its office */
    arena_free(a);
    column_map_free(m);
}

static void a_kind_column_completes_the_number(void **state)
{
    struct arena *a = arena_new();
    struct patent p;
    struct reading how;
    const char *names[] = {"publication number", "kind code", "title"};
    const char *values[] = {"AU2007999956", "B2", "Imaginary"};

    (void)state;
    assert_true(read_one(&p, &how, a, names, values, 3));
    assert_str(p.publication.kind, "B2");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alias_names_a_field),
        cmocka_unit_test(spellings_of_a_name_are_one_name),
        cmocka_unit_test(every_name_of_the_vendors_lists_is_known),
        cmocka_unit_test(a_map_goes_on_top_of_the_table),
        cmocka_unit_test(a_wrong_map_names_the_nearest_fields),
        cmocka_unit_test(an_answer_that_changes_nothing_is_refused),
        cmocka_unit_test(tables_that_are_no_patents_are_told_apart),
        cmocka_unit_test(weak_columns_give_way_whatever_their_order),
        cmocka_unit_test(what_is_not_understood_is_kept_and_said),
        cmocka_unit_test(commas_inside_a_class_symbol_do_not_cut_it),
        cmocka_unit_test(a_refused_row_says_column_value_and_what_to_do),
        cmocka_unit_test(bare_digits_under_a_chinese_name_are_a_chinese_number),
        cmocka_unit_test(the_caller_names_the_office_of_bare_numbers),
        cmocka_unit_test(a_kind_column_completes_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
