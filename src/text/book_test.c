/* Rows that another program reads: as they are here, and nothing but rows whatever it says. */
#include "test.h"

#include "base/child.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "text/book.h"
#include "text/rows_test.h"
#include "text/zip_build.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* This program is also the reader; asked for an .xls it says back what it is given. */
static char self[4096];

static struct bytes read_all(struct buf *b)
{
    ssize_t n = 1;
    buf_init(b, 0);
    while (n > 0) {
        char *to = buf_reserve(b, 65536);
        if ((n = read(STDIN_FILENO, to, 65536)) > 0)
            b->len += (size_t)n;
    }
    return str_bytes(buf_str(b));
}

static int be_the_reader(const char *word)
{
    struct buf b;
    struct bytes file = read_all(&b);
    if (file.len == 4 && memcmp(file.ptr, "kill", 4) == 0)
        return raise(SIGKILL);
    if (file.len == 4 && memcmp(file.ptr, "segv", 4) == 0)
        return raise(SIGXCPU);
    if (strcmp(word, "xls-merged") == 0)
        return fwrite(file.ptr, 1, file.len, stdout) != file.len;
    return book_say(word, file) ? 0 : 1;
}

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

/* Of two sheets, one hidden, with a merged cell, a formula, an error, many rows and damage at their end. */
static struct bytes build(struct zip_build *z, struct buf *sheet)
{
    zip_begin(z);
    buf_init(sheet, 0);
    buf_addz(sheet,
             "<worksheet><cols><col min=\"1\" max=\"2\" hidden=\"1\"/></cols><sheetData>"
             "<row r=\"1\" hidden=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>公开号</t></is></c>"
             "<c r=\"B1\" t=\"e\"><v>#N/A</v></c><c r=\"C1\"><f>1+1</f><v>2</v></c></row>");
    for (int i = 2; i < 5000; i++)
        buf_addf(sheet,
                 "<row r=\"%d\"><c r=\"A%d\" t=\"inlineStr\"><is><t>虚构 %d</t></is></c></row>", i,
                 i, i);
    buf_addz(sheet, "</sheetData><mergeCells><mergeCell ref=\"A1:A2\"/><mergeCell "
                    "ref=\"C1:D1\"/></mergeCells></worksheet>");
    zip_put(z, "xl/worksheets/one.xml", NULL, buf_str(sheet), true, 0);
    zip_put(z, "xl/worksheets/two.xml", NULL,
            STR("<worksheet><sheetData><row r=\"7\"><c r=\"A7\"><v>7</v></c></row><row "
                "r=\"8\"></sheetData>"),
            true, 0);
    zip_put(z, "[Content_Types].xml", NULL, STR("<Types/>"), true, 0);
    zip_put(z, "_rels/.rels", NULL,
            STR("<Relationships><Relationship Id=\"r1\" Type=\"" REL
                "officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"),
            true, 0);
    zip_put(
        z, "xl/workbook.xml", NULL,
        STR("<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"表 1\" sheetId=\"1\" r:id=\"a\"/>"
            "<sheet name=\"Two\" sheetId=\"2\" state=\"hidden\" r:id=\"b\"/></sheets></workbook>"),
        true, 0);
    zip_put(z, "xl/_rels/workbook.xml.rels", NULL,
            STR("<Relationships><Relationship Id=\"a\" Type=\"" REL
                "worksheet\" Target=\"worksheets/one.xml\"/><Relationship Id=\"b\" Type=\"" REL
                "worksheet\" Target=\"worksheets/two.xml\"/></Relationships>"),
            true, 0);
    return zip_end(z);
}

static void outline(struct buf *to, enum book_kind kind, struct bytes file, const char *reader)
{
    struct rows rows;
    struct err e;
    buf_init(to, 0);
    if (book_open(&rows, kind, file, reader, &e) == OK)
        outline_rows(to, &rows);
    else
        buf_addf(to, "!%d %s", e.kind, e.text);
}

static void same_either_way(enum book_kind kind, struct bytes file)
{
    struct buf here, there;
    outline(&here, kind, file, NULL);
    outline(&there, kind, file, self);
    assert_true(here.len > 0);
    if (!str_eq(buf_str(&here), buf_str(&there)))
        fail_msg("here %.300s\nthere %.300s", here.ptr, there.ptr);
    buf_clear(&here);
    buf_clear(&there);
}

static void rows_and_faults_are_as_if_they_were_read_here(void **state)
{
    (void)state;
    struct zip_build z;
    struct buf sheet;
    struct bytes file = build(&z, &sheet);
    same_either_way(BOOK_XLSX, file);
    same_either_way(BOOK_XLSX_MERGED, file);
    for (size_t cut = 0; cut < file.len; cut += file.len / 16)
        same_either_way(BOOK_XLSX, (struct bytes){file.ptr, cut});
    zip_drop(&z);
    buf_clear(&sheet);
}

/* Hidden sheets and rows, and how much of the file is read. */
static void what_is_told_beside_the_cells_comes_along(void **state)
{
    (void)state;
    struct zip_build z;
    struct buf sheet;
    struct bytes file = build(&z, &sheet);
    struct arena *a = arena_new();
    struct rows here, there;
    struct row one, two;
    struct err e;
    bool has_one = true, has_two = true;
    assert_ok(book_open(&here, BOOK_XLSX_MERGED, file, NULL, &e), &e);
    assert_ok(book_open(&there, BOOK_XLSX_MERGED, file, self, &e), &e);
    int hidden = 0, columns = 0, across = 0;
    while (rows_next(&has_one, &one, &here, a, &e) == OK && has_one) {
        assert_ok(rows_next(&has_two, &two, &there, a, &e), &e);
        assert_true(has_two && one.hidden == two.hidden && one.sheet_hidden == two.sheet_hidden);
        assert_true(one.line == two.line && one.done == two.done);
        hidden += one.hidden + one.sheet_hidden;
        for (size_t i = 0; i < one.count; i++) {
            assert_true(one.cells[i].hidden == two.cells[i].hidden);
            assert_true(one.cells[i].across == two.cells[i].across);
            columns += one.cells[i].hidden;
            across += one.cells[i].across;
        }
    }
    assert_int_equal(hidden, 2);
    assert_int_equal(columns, 5000); /* A1, B1, and A of all others */
    assert_int_equal(across, 1);
    rows_close(&here);
    rows_close(&there);
    arena_free(a);
    zip_drop(&z);
    buf_clear(&sheet);
}

static void a_reader_that_is_ended_is_told_apart(void **state)
{
    (void)state;
    struct rows rows;
    struct err e;
    assert_int_equal(book_open(&rows, BOOK_XLSX, str_bytes(STR("kill")), self, &e), E_BUSY);
    assert_int_equal(book_open(&rows, BOOK_XLSX, str_bytes(STR("segv")), self, &e), E_INVALID);
    assert_non_null(strstr(e.text, "more time, memory or rights"));
    assert_true(book_open(&rows, BOOK_XLSX, str_bytes(STR("x")), "/nowhere/reader", &e) != OK);
}

/* What a sound reader says of the workbook. */
struct fed {
    struct bytes rest;
};

static err_t feed_all(struct bytes *piece, void *arg, struct err *e)
{
    struct fed *f = arg;
    (void)e;
    *piece = f->rest;
    f->rest.len = 0;
    return OK;
}

static void record_words(struct buf *out, struct bytes file)
{
    const char *const argv[] = {self, "rows", "en", "0", "xlsx", NULL};
    struct fed f = {file};
    struct child c = {.argv = argv, .feed = feed_all, .arg = &f, .out = out, .time_ms = 60000};
    struct err e;
    int status;
    assert_ok(child_run(&status, &c, &e), &e);
    assert_int_equal(status, 0);
}

/* Whatever it says, also where it was taken over: rows of text within bounds, or an error. */
static void wrong_words_are_errors(void **state)
{
    (void)state;
    struct rand r = {test_seed(16)};
    struct zip_build z;
    struct buf sheet, words, out;
    buf_init(&words, 0);
    record_words(&words, build(&z, &sheet));
    for (int i = 0; i < 200; i++) {
        struct str all = buf_str(&words);
        size_t at = rand_below(&r, i % 2 ? 600 : (uint32_t)all.len);
        char was = words.ptr[at];
        words.ptr[at] = (char)rand_below(&r, 256);
        all.len = i % 3 ? all.len : rand_below(&r, (uint32_t)all.len);
        outline(&out, BOOK_XLS_MERGED, str_bytes(all), self);
        assert_true(utf8_check(buf_str(&out)) == out.len);
        buf_clear(&out);
        words.ptr[at] = was;
    }
    outline(&out, BOOK_XLS_MERGED, (struct bytes){(const uint8_t *)words.ptr, words.len - 1}, self);
    assert_non_null(strstr(out.ptr, "the workbook is refused")); /* cut off is not the end */
    buf_clear(&out);
    buf_clear(&words);
    buf_clear(&sheet);
    zip_drop(&z);
}

int main(int argc, char **argv)
{
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    if (argc == 5 && strcmp(argv[1], "rows") == 0)
        return be_the_reader(argv[4]);
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_faults_are_as_if_they_were_read_here),
        cmocka_unit_test(what_is_told_beside_the_cells_comes_along),
        cmocka_unit_test(a_reader_that_is_ended_is_told_apart),
        cmocka_unit_test(wrong_words_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
