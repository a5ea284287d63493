#include "test.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/cell_text.h"
#include "text/rows_test.h"
#include "text/xlsx.h"
#include "text/xlsx_out.h"
#include "text/zip.h"
#include "text/zip_build.h"
#include <stdio.h>
#include <sys/resource.h>

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

/* --- helpers ------------------------------------------------------------- */

/* A workbook of hand-made parts. NULL: the part is left out. */
struct book {
    const char *sheet, *second, *shared, *styles, *workbook;
    bool stored; /* the first sheet is not packed */
};

static struct bytes build(struct zip_build *z, const struct book *b)
{
    static const char rels[] =
        "<Relationships><Relationship Id=\"r1\" Type=\"" REL "officeDocument\" "
        "Target=\"/xl/workbook.xml\"/></Relationships>";
    static const char book_rels[] =
        "<Relationships><Relationship Id=\"rId2\" Type=\"" REL "worksheet\" "
        "Target=\"worksheets/one.xml\"/><Relationship Id=\"rId1\" Type=\"" REL "worksheet\" "
        "Target=\"/xl/worksheets/two.xml\"/><Relationship Id=\"s\" Type=\"" REL "sharedStrings\" "
        "Target=\"./x/../shared.xml\"/><Relationship Id=\"y\" Type=\"" REL "styles\" "
        "Target=\"styles.xml\"/></Relationships>";
    static const char workbook[] =
        "<workbook xmlns:r=\"" REL "\"><workbookPr/><sheets><sheet name=\"表 1\" sheetId=\"9\" "
        "r:id=\"rId2\"/><sheet name=\"Two\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    zip_begin(z);
    zip_put(z, "xl/worksheets/one.xml", NULL, str_of(b->sheet), !b->stored, 0);
    zip_put(z, "xl/worksheets/two.xml", NULL,
            str_of(b->second ? b->second : "<worksheet><sheetData/></worksheet>"), true, 0);
    zip_put(z, "[Content_Types].xml", NULL, STR("<Types/>"), true, 0);
    zip_put(z, "_rels/", NULL, STR(""), false, 0);
    zip_put(z, "_rels/.rels", NULL, str_of(rels), true, 0);
    zip_put(z, "xl/workbook.xml", NULL, str_of(b->workbook ? b->workbook : workbook), true, 0);
    zip_put(z, "xl/_rels/workbook.xml.rels", NULL, str_of(book_rels), true, 0);
    if (b->shared)
        zip_put(z, "xl/shared.xml", NULL, str_of(b->shared), true, 0);
    if (b->styles)
        zip_put(z, "xl/styles.xml", NULL, str_of(b->styles), true, 0);
    return zip_end(z);
}

static void outline(struct buf *to, struct bytes file)
{
    struct rows rows;
    struct err e;
    if (xlsx_open(&rows, file, &e) == OK)
        outline_rows(to, &rows);
    else
        buf_addf(to, "!%s", e.text);
}

static void expect(const struct book *b, const char *wanted)
{
    struct zip_build z;
    struct buf got;
    buf_init(&got, 0);
    outline(&got, build(&z, b));
    if (!str_contains(buf_str(&got), str_of(wanted)))
        fail_msg("got %.*s\nwanted %s", STR_ARG(buf_str(&got)), wanted);
    buf_clear(&got);
    zip_drop(&z);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

/* --- tests --------------------------------------------------------------- */

/* 256 is where the buffer of a cell's value grows: it may move then. */
static void a_number_of_any_length_is_read(void **state)
{
    (void)state;
    char sheet[1024], wanted[600];
    for (int zeros = 245; zeros < 260; zeros++) {
        snprintf(sheet, sizeof(sheet), SHEET("<row><c><v>0.%0*d</v></c></row>"), zeros, 1);
        snprintf(wanted, sizeof(wanted), "/1[0.%0*d]", zeros, 1);
        expect(&(struct book){.sheet = sheet}, wanted);
    }
}

static void a_cell_beyond_the_limit_is_told_not_cut(void **state)
{
    (void)state;
    static const char head[] = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>";
    static const char tail[] = "</t></is></c><c><v>7</v></c></row></sheetData></worksheet>";
    size_t len = FIELD_BYTES_MAX + 10;
    char *sheet = mem_alloc(sizeof(head) + len + sizeof(tail));
    memcpy(sheet, head, sizeof(head) - 1);
    memset(sheet + sizeof(head) - 1, 'x', len);
    memcpy(sheet + sizeof(head) - 1 + len, tail, sizeof(tail));
    expect(&(struct book){.sheet = sheet, .stored = true}, "a cell or row of more than");
    free(sheet);
}

static void every_kind_of_cell_gives_its_text(void **state)
{
    (void)state;
    struct book b = {
        .shared =
            "<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r>"
            "<rPh sb=\"0\" eb=\"1\"><t>hidden</t></rPh></si><si><t>a_x000D_b_x005F_x_</t></si>"
            "<si><t xml:space=\"preserve\"> &lt;知&gt; </t></si></sst>",
        .sheet = SHEET(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
            "<c t=\"s\"><v>2</v></c><c r=\"E1\" t=\"s\"><v>3</v></c></row>"
            "<row><c t=\"inlineStr\"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>x</t></rPh></is>"
            "</c><c t=\"str\"><f>A1</f><v>f_x0041_</v></c><c t=\"b\"><v>1</v></c>"
            "<c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"s\"><v>77</v></c></row>"
            "<row r=\"5\"/><row r=\"7\"><c r=\"C7\"><f>1+1</f></c><c r=\"D7\"><f/><v>2</v></c>"
            "<c r=\"XFD7\" s=\"1\"/></row>"),
        .second =
            "<x:worksheet xmlns:x=\"u\"><x:sheetData><x:row><x:c t=\"d\"><x:v>2024-03-09T00:00"
            ":00</x:v></x:c><x:c t=\"d\"><x:v>2024-03-09T01:02:03</x:v></x:c></x:row>"
            "</x:sheetData></x:worksheet>",
    };
    expect(&b, "表 1/1[plain][rich][a\rb_x_][][ <知> ]\n"
               "表 1/2[inline][fA|f][TRUE][FALSE][#N/A|e][#REF!|e]\n"
               "表 1/7[][][|?][2|f]\n"
               "Two/1[2024-03-09][2024-03-09 01:02:03]\n");
}

static void numbers_are_written_without_exponent(void **state)
{
    (void)state;
    struct book b = {.sheet =
                         SHEET("<row><c><v>201410001234</v></c><c><v>2.01410001234E+11</v></c>"
                               "<c><v>201410001234.79999</v></c><c><v>0.10000000000000001</v>"
                               "</c><c><v>1E-7</v></c><c><v>-12.5</v></c><c><v>20141000123456789"
                               "</v></c><c><v>1.5E+20</v></c><c><v>007</v></c><c><v>x</v></c>"
                               "<c><v>-0</v></c></row>")};
    expect(&b, "表 1/1[201410001234][201410001234][201410001234.8][0.1][0.0000001][-12.5]"
               "[20141000123456788|l][150000000000000000000|l][7][x][0]\n");
}

static void dates_follow_the_format_of_their_cell(void **state)
{
    (void)state;
    struct book b = {
        .styles =
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m\"/>"
            "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00;&quot;d&quot;\"/></numFmts>"
            "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
            "<xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>"
            "</styleSheet>",
        .sheet =
            SHEET("<row><c s=\"0\"><v>45360</v></c><c s=\"1\"><v>45360</v></c><c s=\"2\"><v>45360"
                  ".5</v></c><c s=\"3\"><v>1.5</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v>"
                  "</c><c s=\"1\"><v>0.25</v></c><c s=\"1\"><v>-3</v></c><c s=\"99\"><v>5</v></c>"
                  "</row>"),
    };
    expect(&b, "[45360][2024-03-09][2024-03-09 12:00:00][1.5][1900-02-28][1900-03-01][06:00:00][-3]"
               "[5]\n");
    b.workbook = "<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"S\" id=\"rId2\"/>"
                 "</sheets></workbook>";
    b.sheet = SHEET("<row><c s=\"1\"><v>43898</v></c><c s=\"1\"><v>0</v></c></row>");
    expect(&b, "S/1[2024-03-09][1904-01-01]\n");
}

static void what_is_hidden_is_told(void **state)
{
    static const char workbook[] =
        "<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"a\" sheetId=\"9\" r:id=\"rId2\"/>"
        "<sheet name=\"b\" sheetId=\"1\" state=\"veryHidden\" r:id=\"rId1\"/></sheets></workbook>";
    (void)state;
    struct book b = {.workbook = workbook,
                     .sheet = SHEET("<row r=\"1\"><c><v>1</v></c></row>"
                                    "<row r=\"2\" hidden=\"1\"><c><v>2</v></c></row>"
                                    "<row r=\"3\" hidden=\"0\"><c><v>3</v></c></row>"),
                     .second = SHEET("<row r=\"1\"><c><v>4</v></c></row>")};
    struct arena *a = arena_new();
    struct zip_build z;
    struct rows rows;
    struct row row;
    struct err e;
    bool has = true;
    assert_ok(xlsx_open(&rows, build(&z, &b), &e), &e);
    for (int n = 1; n <= 4; n++) {
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        assert_true(has);
        assert_int_equal(row.hidden, n == 2);
        assert_int_equal(row.sheet_hidden, n == 4);
    }
    rows_close(&rows);
    zip_drop(&z);
    arena_free(a);
}

static void hidden_columns_and_values_over_several_are_marked(void **state)
{
    (void)state;
    struct book b = {
        .sheet =
            "<worksheet><cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"4\" max=\"4\"/>"
            "<col min=\"9\" max=\"99999\" hidden=\"1\"/></cols><sheetData>"
            "<row r=\"1\"><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c></row>"
            "<row r=\"2\"><c><v>1</v></c><c><v>2</v></c></row></sheetData><mergeCells>"
            "<mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:C2\"/><mergeCell ref=\"C1:D1\"/>"
            "</mergeCells></worksheet>",
        .second = SHEET("<row r=\"1\"><c r=\"B1\"><v>4</v></c></row>")};
    static const bool across[2][4] = {{false, false, true, false}, {false, true}};
    struct arena *a = arena_new();
    struct zip_build z;
    struct rows rows;
    struct row row;
    struct err e;
    bool has = true;
    assert_ok(xlsx_open_merged(&rows, build(&z, &b), &e), &e);
    for (int n = 0; n < 2; n++) {
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        for (size_t i = 0; i < row.count; i++) {
            assert_int_equal(row.cells[i].hidden, i == 1 || i == 2);
            assert_int_equal(row.cells[i].across, across[n][i]);
        }
    }
    assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
    assert_true(has && row.count == 2 && !row.cells[1].hidden); /* another sheet */
    rows_close(&rows);
    zip_drop(&z);
    arena_free(a);
}

static void damage_costs_its_sheet_only(void **state)
{
    (void)state;
    struct book b = {.sheet = "<worksheet><sheetData><row><c><v>1</v></c></row><row><c></row>",
                     .second = SHEET("<row><c><v>2</v></c></row>")};
    expect(&b, "表 1/1[1]\n!sheet 表 1, after row 2: xl/worksheets/one.xml, line 1, column");
    expect(&b, "Two/1[2]\n");
    b.sheet = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet/>";
    expect(&b, "a DOCTYPE has no place in a workbook");
    b.sheet = SHEET("<row><c r=\"XFD1\"><v>1</v></c></row><row><c><v>3</v></c></row>");
    expect(&b, "!sheet 表 1, row 1: a value beyond column 4096 \n表 1/2[3]\n");
    b.workbook = "<workbook/>";
    expect(&b, "!the workbook has no sheet with cells");
}

static void cut_or_changed_anywhere_it_never_crashes(void **state)
{
    (void)state;
    struct book b = {.shared = "<sst><si><t>a</t></si></sst>",
                     .sheet = SHEET("<row><c t=\"s\"><v>0</v></c></row>")};
    struct zip_build z;
    struct bytes whole = build(&z, &b);
    struct rand r = {8};
    for (size_t len = 0; len < whole.len; len++) {
        struct buf got;
        uint8_t *copy = mem_alloc(len + 1);
        memcpy(copy, whole.ptr, len);
        buf_init(&got, 0);
        outline(&got, (struct bytes){copy, len});
        assert_true(got.ptr[0] == '!');
        free(copy);
        copy = mem_alloc(whole.len);
        memcpy(copy, whole.ptr, whole.len);
        copy[len] = (uint8_t)rand_below(&r, 256);
        outline(&got, (struct bytes){copy, whole.len});
        buf_clear(&got);
        free(copy);
    }
    zip_drop(&z);
}

static void damaged_xml_of_every_part_never_crashes(void **state)
{
    (void)state;
    static const char xml[] =
        "<a><row r=\"2\"><c r=\"B2\" t=\"s\" s=\"1\"><f>HYPERLINK(\"x\")</f><v>1"
        "</v><is><t>t</t></is></c></row><si><t>_x000D_</t></si><hyperlinks>"
        "<hyperlink ref=\"B2\" id=\"rId1\"/></hyperlinks></a>";
    struct rand r = {9};
    for (size_t i = 0; i < 2000; i++) {
        char broken[sizeof(xml)];
        struct zip_build z;
        struct buf got;
        memcpy(broken, xml, sizeof(xml));
        size_t cut = rand_below(&r, sizeof(xml) - 1);
        if (i & 1)
            broken[cut] = '\0';
        else
            broken[cut] = "<>/=\"a&;\xff"[rand_below(&r, 9)];
        struct book b = {broken, broken, broken, broken, NULL, NULL};
        buf_init(&got, 0);
        outline(&got, build(&z, &b));
        buf_clear(&got);
        zip_drop(&z);
    }
}

static void a_million_shared_texts_fit(void **state)
{
    (void)state;
    struct buf shared, got;
    struct zip_build z;
    buf_init(&shared, 0);
    buf_init(&got, 0);
    buf_addz(&shared, "<sst>");
    for (int i = 0; i < 1000000; i++)
        buf_addf(&shared, "<si><t>一种知识产权运营方法 %d</t></si>", i * 719);
    buf_addz(&shared, "</sst>");
    buf_addc(&shared, '\0');
    struct book b = {.shared = shared.ptr,
                     .sheet = SHEET("<row><c t=\"s\"><v>999999</v></c></row>")};
    struct bytes file = build(&z, &b);
    buf_clear(&shared);
    outline(&got, file);
    assert_str(buf_str(&got), "表 1/1[一种知识产权运营方法 718999281]\n\n");
    buf_clear(&got);
    zip_drop(&z);
}

static void what_was_written_reads_back_the_same(void **state)
{
    (void)state;
    char path[] = "/tmp/xlsx_test.XXXXXX", *twice[2];
    size_t twice_len[2];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct str header[] = {STR("申请号"), STR("原因")};
    char *big = mem_alloc(40000);
    memset(big, 'x', 40000);
    struct str table[][2] = {{STR("201410001234567890"), STR("001")},
                             {STR("a\r\nb\tc"), STR("_x0041_ _x")},
                             {STR("<&>\"'"), STR("bad \xff \x01")},
                             {STR("=1+1"), STR("https://example.org/")},
                             {{big, 40000}, STR(" blanks ")}};
    for (int round = 0; round < 2; round++) {
        struct xlsx_out *x;
        struct err e;
        size_t cut;
        assert_ok(xlsx_out_open(&x, path, "退回", "/tmp", &e), &e);
        xlsx_out_row(x, header, 2, true);
        for (size_t i = 0; i < ARRAY_LEN(table); i++)
            xlsx_out_row(x, table[i], 2, false);
        assert_ok(xlsx_out_finish(x, &cut, &e), &e);
        assert_int_equal(cut, 1);
        struct arena *a = arena_new();
        struct bytes file;
        assert_ok(fs_read(&file, &fs_system, path, 10 << 20, a, &e), &e);
        struct buf got;
        buf_init(&got, 0);
        outline(&got, file);
        assert_true(str_starts(
            buf_str(&got), STR("退回/1[申请号][原因]\n退回/2[201410001234567890][001]\n"
                               "退回/3[a\r\nb\tc][_x0041_ _x]\n退回/4[<&>\"'][bad "
                               "\xEF\xBF\xBD \xEF\xBF\xBD]\n退回/5[=1+1][https://example.org/]\n"
                               "退回/6[xxxx")));
        assert_true(str_ends(buf_str(&got), STR("xxxx…][ blanks ]\n\n")));
        buf_clear(&got);
        twice[round] = mem_alloc(file.len);
        memcpy(twice[round], file.ptr, file.len);
        twice_len[round] = file.len;
        arena_free(a);
    }
    assert_int_equal(twice_len[0], twice_len[1]);
    assert_memory_equal(twice[0], twice[1], twice_len[0]);
    free(twice[0]);
    free(twice[1]);
    free(big);
    unlink(path);
}

static void assert_part_says(struct bytes file, const char *part, const char *text)
{
    struct zip *z;
    struct stream *in;
    struct bytes all;
    struct err e;
    assert_ok(zip_open(&z, file, &e), &e);
    assert_ok(zip_open_member(&in, z, zip_find(z, str_of(part)), &e), &e);
    assert_ok(stream_map(&all, in, "/tmp", &e), &e);
    if (str_find(bytes_str(all), str_of(text), 0) == all.len)
        fail_msg("%s does not say %s: %.*s", part, text, (int)all.len, (const char *)all.ptr);
    stream_close(in);
    zip_close(z);
}

static void each_sheet_prints_across_with_its_head_and_first_column(void **state)
{
    (void)state;
    static const char *const sheets[] = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"};
    char path[] = "/tmp/xlsx_test.XXXXXX";
    struct str header[] = {STR("编号"), STR("单位")};
    struct xlsx_out *x;
    struct bytes file;
    struct err e;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_ok(xlsx_out_open(&x, path, "甲", "/tmp", &e), &e);
    xlsx_out_row(x, header, 2, true);
    xlsx_out_sheet(x, "乙");
    xlsx_out_row(x, header, 2, true);
    assert_ok(xlsx_out_finish(x, NULL, &e), &e);
    struct arena *a = arena_new();
    assert_ok(fs_read(&file, &fs_system, path, 10 << 20, a, &e), &e);
    for (size_t i = 0; i < 2; i++) {
        assert_part_says(file, sheets[i], "<pageSetUpPr fitToPage=\"1\"/>");
        assert_part_says(file, sheets[i],
                         "<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\"");
        assert_part_says(file, sheets[i], "xSplit=\"1\" ySplit=\"1\"");
        assert_part_says(file, sheets[i], "&amp;P/&amp;N");
    }
    assert_part_says(file, "xl/workbook.xml", ">'甲'!$A:$A,'甲'!$1:$1<");
    assert_part_says(file, "xl/workbook.xml", ">'乙'!$A:$A,'乙'!$1:$1<");
    arena_free(a);
    unlink(path);
}

static void a_dropped_workbook_leaves_the_old_file(void **state)
{
    (void)state;
    char path[] = "/tmp/xlsx_test.XXXXXX";
    struct xlsx_out *x;
    struct err e;
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "old", 3) == 3);
    close(fd);
    assert_ok(xlsx_out_open(&x, path, "s", "/tmp", &e), &e);
    xlsx_out_row(x, &STR("a"), 1, true);
    xlsx_out_drop(x);
    struct arena *a = arena_new();
    struct bytes file;
    assert_ok(fs_read(&file, &fs_system, path, 100, a, &e), &e);
    assert_str(bytes_str(file), "old");
    arena_free(a);
    unlink(path);
    xlsx_out_drop(NULL);
}

static void numbers_read_back_exactly(void **state)
{
    (void)state;
    struct rand r = {17};
    for (int i = 0; i < 200000; i++) {
        char text[CELL_NUMBER_MAX + 1];
        bool lossy;
        double x = (double)(int64_t)rand_u64(&r) / (double)(1ull << rand_below(&r, 63));
        if (i & 1) {
            uint64_t bits = rand_u64(&r);
            memcpy(&x, &bits, sizeof(x));
        }
        size_t len = cell_number(text, x, &lossy);
        text[len] = '\0';
        assert_true(len < CELL_NUMBER_MAX);
        if (len == 0)
            assert_true(x != x || x - x != 0);
        else
            assert_true(strtod(text, NULL) == x && !strchr(text, 'e'));
    }
}

static err_t open_mapped(struct rows *rows, struct stream *in, struct err *e)
{
    struct bytes map;
    err_t rc = stream_map(&map, in, "/tmp", e);
    return rc == OK ? xlsx_open(rows, map, e) : rc;
}

static void real_workbooks_have_their_rows(void **state)
{
    (void)state;
    static const struct table_size files[] = {
        {"patsnap-export/AR眼镜.XLSX", 17114, 0, 393622},
        {"patsnap-export/2020-2022中之信.partA.xlsx", 8497, 0, 229419},
        {"cnipa-title-list/专利.xlsx", 60129, 0, 0},
        {"wipo-landscape-reports/ewaste.xlsx", 8868, 0, 181677},
        {"cnipa-search-export/训练文件.xlsx", 200, 0, 0},
        {"reference/epo-legal-event-codes/legal_code_descriptions_202417.xlsx", 4398, 0, 0},
    };
    expect_sizes(files, ARRAY_LEN(files), open_mapped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_cell_gives_its_text),
        cmocka_unit_test(a_number_of_any_length_is_read),
        cmocka_unit_test(a_cell_beyond_the_limit_is_told_not_cut),
        cmocka_unit_test(numbers_are_written_without_exponent),
        cmocka_unit_test(dates_follow_the_format_of_their_cell),
        cmocka_unit_test(what_is_hidden_is_told),
        cmocka_unit_test(hidden_columns_and_values_over_several_are_marked),
        cmocka_unit_test(damage_costs_its_sheet_only),
        cmocka_unit_test(cut_or_changed_anywhere_it_never_crashes),
        cmocka_unit_test(damaged_xml_of_every_part_never_crashes),
        cmocka_unit_test(a_million_shared_texts_fit),
        cmocka_unit_test(what_was_written_reads_back_the_same),
        cmocka_unit_test(each_sheet_prints_across_with_its_head_and_first_column),
        cmocka_unit_test(a_dropped_workbook_leaves_the_old_file),
        cmocka_unit_test(numbers_read_back_exactly),
        cmocka_unit_test(real_workbooks_have_their_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
