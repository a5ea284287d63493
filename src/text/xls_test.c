#include "test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/rows_test.h"
#include "text/xls.h"
#include <stdlib.h>

#define SECTOR 512

/* --- a workbook by bytes ------------------------------------------------- */

static void put16(struct buf *b, unsigned v)
{
    buf_addc(b, (char)v);
    buf_addc(b, (char)(v >> 8));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xFFFF);
    put16(b, v >> 16);
}

static void put_double(struct buf *b, double d)
{
    char bytes[8];
    memcpy(bytes, &d, 8);
    buf_add(b, (struct str){bytes, 8});
}

static void record(struct buf *b, unsigned type, struct str data)
{
    put16(b, type);
    put16(b, (unsigned)data.len);
    buf_add(b, data);
}

/* Row, column and cell style, then what the caller adds. */
static struct buf cell(unsigned row, unsigned column, unsigned xf)
{
    struct buf b;
    buf_init(&b, 0);
    put16(&b, row);
    put16(&b, column);
    put16(&b, xf);
    return b;
}

static void put_record(struct buf *to, unsigned type, struct buf *data)
{
    record(to, type, buf_str(data));
    buf_clear(data);
}

/* A compound file of one stream. `scatter`: its sectors in reverse order. */
static void compound(struct buf *to, struct str stream, const char *name, bool scatter)
{
    struct buf padded;
    buf_init(&padded, 0);
    buf_add(&padded, stream);
    while (padded.len < 4096 || padded.len % SECTOR)
        buf_addc(&padded, 0);
    uint32_t sectors = (uint32_t)(padded.len / SECTOR), all = sectors + 2;
    uint32_t tables = all / (SECTOR / 4) + 1;
    buf_add(to, STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                    "\x3E\0\x03\0\xFE\xFF\x09\0\x06\0\0\0\0\0\0\0\0\0\0\0"));
    put32(to, tables);
    put32(to, sectors); /* the directory stands behind the stream */
    put32(to, 0);
    put32(to, 4096);
    put32(to, 0xFFFFFFFE);
    put32(to, 0);
    put32(to, 0xFFFFFFFE);
    put32(to, 0);
    for (uint32_t i = 0; i < 109; i++)
        put32(to, i < tables ? sectors + 1 + i : 0xFFFFFFFF);
    for (uint32_t i = 0; i < sectors; i++) {
        uint32_t from = scatter ? sectors - 1 - i : i;
        buf_add(to, (struct str){padded.ptr + (size_t)from * SECTOR, SECTOR});
    }
    for (int entry = 0; entry < 4; entry++) {
        const char *z = entry == 0 ? "Root Entry" : entry == 1 ? name : "";
        size_t start = to->len;
        for (size_t i = 0; i < strlen(z); i++)
            put16(to, (unsigned)z[i]);
        while (to->len < start + 64)
            buf_addc(to, 0);
        put16(to, (unsigned)(strlen(z) ? (strlen(z) + 1) * 2 : 0));
        buf_addc(to, (char)(entry == 0 ? 5 : entry == 1 ? 2 : 0));
        while (to->len < start + 116)
            buf_addc(to, 0);
        put32(to, entry == 1 ? (scatter ? sectors - 1 : 0) : 0xFFFFFFFE);
        put32(to, entry == 1 ? (uint32_t)padded.len : 0);
        put32(to, 0);
    }
    for (uint32_t i = 0; i < tables * (SECTOR / 4); i++) {
        uint32_t next = 0xFFFFFFFF;
        if (i < sectors)
            next = scatter ? (i ? i - 1 : 0xFFFFFFFE) : i + 1 < sectors ? i + 1 : 0xFFFFFFFE;
        else if (i == sectors)
            next = 0xFFFFFFFE;
        put32(to, next);
    }
    buf_clear(&padded);
}

static void bof(struct buf *b, unsigned version, unsigned kind)
{
    struct buf d;
    buf_init(&d, 0);
    put16(&d, version);
    put16(&d, kind);
    put32(&d, 0);
    put_record(b, 0x809, &d);
}

static void put_utf16(struct buf *b, const char *ascii_or_bmp, size_t units)
{
    for (size_t i = 0; i < units; i++)
        put16(b, (unsigned char)ascii_or_bmp[i]);
}

/* Globals with SST, formats, styles and one sheet that `cells` fills. */
static void workbook8_of(struct buf *to, struct str cells, unsigned state)
{
    struct buf b, d;
    buf_init(&b, 0);
    buf_init(&d, 0);
    bof(&b, 0x600, 5);
    /* formats: 164 a date, 165 none; styles 0 general, 1 built-in 14, 2 164, 3 165 */
    put16(&d, 164), put16(&d, 10), buf_addc(&d, 0), buf_addz(&d, "yyyy\"x\"m-d");
    put_record(&b, 0x41E, &d);
    put16(&d, 165), put16(&d, 8), buf_addc(&d, 0), buf_addz(&d, "0.00\"dd\"");
    put_record(&b, 0x41E, &d);
    static const unsigned formats[] = {0, 14, 164, 165};
    for (size_t i = 0; i < 4; i++) {
        put16(&d, 0), put16(&d, formats[i]), put32(&d, 0);
        put_record(&b, 0xE0, &d);
    }
    /* SST: a plain, a wide with runs and phonetic data, one over the border to
     * CONTINUE whose rest is narrow, one empty */
    put32(&d, 4), put32(&d, 4);
    put16(&d, 5), buf_addc(&d, 0), buf_addz(&d, "caf\xE9!");
    put16(&d, 3), buf_addc(&d, 1 | 4 | 8), put16(&d, 1), put32(&d, 6);
    put16(&d, 0x77E5), put16(&d, 0xD83D), put16(&d, 0xDE00);
    put32(&d, 0x00010001), put32(&d, 0), put16(&d, 0);
    put16(&d, 6), buf_addc(&d, 1), put16(&d, 0x8FD0), put16(&d, 'a');
    put_record(&b, 0xFC, &d);
    buf_addc(&d, 0), buf_addz(&d, "bcde"), put16(&d, 0), buf_addc(&d, 0);
    put_record(&b, 0x3C, &d);
    size_t sheet_record = b.len + 4;
    put32(&d, 0), put16(&d, state), buf_addc(&d, 2), buf_addc(&d, 1);
    put16(&d, 0x8868), put16(&d, '1');
    put_record(&b, 0x85, &d);
    record(&b, 0x0A, STR_NONE);
    for (int i = 0; i < 4; i++)
        b.ptr[sheet_record + (size_t)i] = (char)(b.len >> (8 * i));
    bof(&b, 0x600, 0x10);
    buf_add(&b, cells);
    record(&b, 0x0A, STR_NONE);
    compound(to, buf_str(&b), "Workbook", false);
    buf_clear(&b);
}

static void workbook8(struct buf *to, struct str cells)
{
    workbook8_of(to, cells, 0);
}

static void outline(struct buf *to, struct bytes file)
{
    struct rows rows;
    struct err e;
    if (xls_open(&rows, file, &e) == OK)
        outline_rows(to, &rows);
    else
        buf_addf(to, "!%s", e.text);
}

static void every_cell(struct buf *b)
{
    struct buf d;
    for (unsigned i = 0; i < 4; i++) { /* LABELSST */
        d = cell(0, i, 0), put32(&d, i);
        put_record(b, 0xFD, &d);
    }
    d = cell(0, 4, 0), put32(&d, 99);
    put_record(b, 0xFD, &d);
    d = cell(2, 0, 0), put_double(&d, 201410001234.0);
    put_record(b, 0x203, &d);
    d = cell(2, 1, 1), put_double(&d, 45360);
    put_record(b, 0x203, &d);
    d = cell(2, 2, 2), put32(&d, 45360u << 2 | 2);
    put_record(b, 0x27E, &d);
    d = cell(2, 3, 3), put32(&d, 1234u << 2 | 3);
    put_record(b, 0x27E, &d);
    d = cell(2, 4, 0), put32(&d, (uint32_t)-5 << 2 | 2), put16(&d, 0), put32(&d, 0x3FF00000);
    put16(&d, 5);
    put_record(b, 0xBD, &d);
    d = cell(3, 0, 0), put16(&d, 2), buf_addc(&d, 1), put16(&d, 0x6807), put16(&d, 0x9898);
    put_record(b, 0x204, &d);
    d = cell(3, 1, 0), put16(&d, 1);
    put_record(b, 0x205, &d);
    d = cell(3, 2, 0), put16(&d, 0x012A);
    put_record(b, 0x205, &d);
    d = cell(3, 3, 0), put_double(&d, 2.5), put16(&d, 0), put32(&d, 0);
    put_record(b, 0x06, &d);
    d = cell(3, 4, 0), buf_add(&d, STR("\0\0\0\0\0\0\xFF\xFF")), put16(&d, 0), put32(&d, 0);
    put_record(b, 0x06, &d);
    buf_init(&d, 0), put16(&d, 4), buf_addc(&d, 0), buf_addz(&d, "text");
    put_record(b, 0x207, &d);
    d = cell(3, 5, 0), buf_add(&d, STR("\0\0\0\0\0\0\xFF\xFF")), put16(&d, 0), put32(&d, 0);
    put_record(b, 0x06, &d);
    d = cell(4, 0, 0);
    put_record(b, 0x201, &d); /* BLANK: no row */
    bof(b, 0x600, 0x20);      /* a chart inside */
    d = cell(9, 0, 0), put_double(&d, 7);
    put_record(b, 0x203, &d);
    record(b, 0x0A, STR_NONE);
    d = cell(5, 1, 0), put_double(&d, 20141000123456789.0);
    put_record(b, 0x203, &d);
    buf_init(&d, 0); /* HLINK on B6, which is left out */
    put16(&d, 5), put16(&d, 5), put16(&d, 1), put16(&d, 1);
    for (int i = 0; i < 16; i++)
        buf_addc(&d, 0);
    put32(&d, 2), put32(&d, 1 | 0x10), put32(&d, 2), put_utf16(&d, "d\0", 2);
    buf_add(&d, STR("\xE0\xC9\xEA\x79\xF9\xBA\xCE\x11\x8C\x82\x00\xAA\x00\x4B\xA9\x0B"));
    put32(&d, 20), put_utf16(&d, "http://a/\0", 10);
    put_record(b, 0x1B8, &d);
}

static const char every_cell_text[] = "表1/1[café!][知😀][运abcde][][#REF!|e]\n"
                                      "表1/3[201410001234][2024-03-09][2024-03-09][12.34][-5][1]\n"
                                      "表1/4[标题][TRUE][#N/A|e][2.5|f][text|f][|?]\n"
                                      "表1/6[][20141000123456788|l]\n\n";

/* --- tests --------------------------------------------------------------- */

static void every_kind_of_cell_gives_its_text(void **state)
{
    (void)state;
    struct buf cells, file, got;
    buf_init(&cells, 0), buf_init(&file, 0), buf_init(&got, 0);
    every_cell(&cells);
    workbook8(&file, buf_str(&cells));
    outline(&got, str_bytes(buf_str(&file)));
    assert_str(buf_str(&got), every_cell_text);
    buf_clear(&cells), buf_clear(&file), buf_clear(&got);
}

static void put_label(struct buf *b, unsigned row, unsigned column, const char *text)
{
    struct buf d = cell(row, column, 0);
    put16(&d, (unsigned)strlen(text)), buf_addc(&d, 0), buf_addz(&d, text);
    put_record(b, 0x204, &d);
}

/* A1:A3 are one cell, B2:C2 another; row 2 is hidden, and so is the sheet. */
static void merged_cells_have_the_value_of_the_first_and_what_is_hidden_is_told(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf cells, file, got, d;
    struct rows rows;
    struct row row;
    struct err e;
    bool has = true;
    buf_init(&cells, 0), buf_init(&file, 0), buf_init(&got, 0), buf_init(&d, 0);
    for (unsigned i = 0; i < 3; i++) {
        put16(&d, i), put16(&d, 0), put16(&d, 3), put16(&d, 255), put32(&d, 0);
        put32(&d, i == 1 ? 0x20 : 0);
        put_record(&cells, 0x208, &d);
        buf_init(&d, 0);
    }
    put16(&d, 1), put16(&d, 3), put32(&d, 0), put16(&d, 1), put16(&d, 0); /* B to D are hidden */
    put_record(&cells, 0x7D, &d);
    buf_init(&d, 0);
    put_label(&cells, 0, 0, "one"), put_label(&cells, 0, 1, "x");
    put_label(&cells, 1, 1, "y"), put_label(&cells, 2, 1, "z"), put_label(&cells, 3, 1, "w");
    put16(&d, 2);
    put16(&d, 0), put16(&d, 2), put16(&d, 0), put16(&d, 0);
    put16(&d, 1), put16(&d, 1), put16(&d, 1), put16(&d, 2);
    put_record(&cells, 0xE5, &d);
    workbook8_of(&file, buf_str(&cells), 1);
    assert_ok(xls_open_merged(&rows, str_bytes(buf_str(&file)), &e), &e);
    outline_rows(&got, &rows);
    assert_str(buf_str(&got), "表1/1[one][x]\n表1/2[one|m][y]\n表1/3[one|m][z]\n表1/4[][w]\n\n");
    buf_reset(&got);
    outline(&got, str_bytes(buf_str(&file)));
    assert_str(buf_str(&got), "表1/1[one][x]\n表1/2[][y]\n表1/3[][z]\n表1/4[][w]\n\n");
    assert_ok(xls_open(&rows, str_bytes(buf_str(&file)), &e), &e);
    for (int64_t n = 1; n <= 4; n++) {
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        assert_true(has && row.sheet_hidden);
        assert_int_equal(row.hidden, n == 2);
        assert_true(!row.cells[0].hidden && row.cells[1].hidden && !row.cells[1].across);
    }
    rows_close(&rows);
    assert_ok(xls_open_merged(&rows, str_bytes(buf_str(&file)), &e), &e);
    for (int64_t n = 1; n <= 4; n++) {
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        assert_int_equal(row.cells[1].across, n == 2); /* B2:C2 */
    }
    rows_close(&rows);
    arena_free(a);
    buf_clear(&cells), buf_clear(&file), buf_clear(&got);
}

static void biff5_uses_its_code_page(void **state)
{
    (void)state;
    for (int scatter = 0; scatter < 2; scatter++) {
        struct buf b, d, file, got;
        buf_init(&b, 0), buf_init(&d, 0), buf_init(&file, 0), buf_init(&got, 0);
        bof(&b, 0x500, 5);
        put16(&d, 936);
        put_record(&b, 0x42, &d);
        size_t sheet_record = b.len + 4;
        put32(&d, 0), put16(&d, 0), buf_addc(&d, 4), buf_addz(&d, "\xb1\xea\xcc\xe2");
        put_record(&b, 0x85, &d);
        record(&b, 0x0A, STR_NONE);
        for (int i = 0; i < 4; i++)
            b.ptr[sheet_record + (size_t)i] = (char)(b.len >> (8 * i));
        bof(&b, 0x500, 0x10);
        for (unsigned row = 0; row < 400; row++) {
            d = cell(row, 0, 0), put16(&d, 4), buf_addz(&d, "\xd5\xc5\xc8\xfd");
            put_record(&b, 0x204, &d);
        }
        record(&b, 0x0A, STR_NONE);
        compound(&file, buf_str(&b), "Book", scatter);
        outline(&got, str_bytes(buf_str(&file)));
        assert_true(str_starts(buf_str(&got), STR("标题/1[张三]\n标题/2[张三]\n")));
        assert_true(str_ends(buf_str(&got), STR("标题/400[张三]\n\n")));
        buf_clear(&b), buf_clear(&file), buf_clear(&got);
    }
}

static void an_encrypted_or_empty_file_is_refused(void **state)
{
    (void)state;
    struct buf b, file, got;
    buf_init(&b, 0), buf_init(&file, 0), buf_init(&got, 0);
    bof(&b, 0x600, 5);
    record(&b, 0x2F, STR("\0\0\0\0"));
    record(&b, 0x0A, STR_NONE);
    compound(&file, buf_str(&b), "Workbook", false);
    outline(&got, str_bytes(buf_str(&file)));
    assert_str(buf_str(&got), "!the Excel file is encrypted; save it without a password");
    buf_reset(&got), buf_reset(&file);
    compound(&file, buf_str(&b), "EncryptedPackage", false);
    outline(&got, str_bytes(buf_str(&file)));
    assert_str(buf_str(&got), "!the Excel file is encrypted; save it without a password");
    buf_reset(&got), buf_reset(&file);
    compound(&file, buf_str(&b), "WordDocument", false);
    outline(&got, str_bytes(buf_str(&file)));
    assert_str(buf_str(&got), "!the file holds no Excel workbook");
    buf_reset(&got);
    outline(&got, str_bytes(STR("PK")));
    assert_str(buf_str(&got), "!this is no Excel file of the .xls kind");
    buf_clear(&b), buf_clear(&file), buf_clear(&got);
}

/* In a block of its very size, so that a read beyond it shows. */
static void outline_tight(struct str file)
{
    struct buf got;
    uint8_t *copy = mem_alloc(file.len + 1);
    memcpy(copy + 1, file.ptr, file.len);
    buf_init(&got, 0);
    outline(&got, (struct bytes){copy + 1, file.len});
    buf_clear(&got);
    free(copy);
}

static void cut_or_changed_anywhere_it_never_crashes(void **state)
{
    (void)state;
    struct rand r = {12};
    struct buf cells, file;
    buf_init(&cells, 0), buf_init(&file, 0);
    every_cell(&cells);
    workbook8(&file, buf_str(&cells));
    for (size_t len = 0; len < file.len; len++) {
        outline_tight((struct str){file.ptr, len});
        char was = file.ptr[len];
        file.ptr[len] = (char)rand_below(&r, 256);
        outline_tight(buf_str(&file));
        file.ptr[len] = (char)0xFF;
        outline_tight(buf_str(&file));
        file.ptr[len] = was;
    }
    buf_clear(&cells), buf_clear(&file);
}

static void a_damaged_row_costs_its_sheet_only(void **state)
{
    (void)state;
    struct buf cells, file, got, d;
    buf_init(&cells, 0), buf_init(&file, 0), buf_init(&got, 0);
    d = cell(0, 0, 0), put_double(&d, 1);
    put_record(&cells, 0x203, &d);
    d = cell(1, 0, 0), put16(&d, 1);
    put_record(&cells, 0x203, &d); /* a number of two bytes */
    workbook8(&file, buf_str(&cells));
    outline(&got, str_bytes(buf_str(&file)));
    assert_true(str_starts(buf_str(&got), STR("!sheet 表1, row 1: the Excel file is damaged")));
    buf_clear(&cells), buf_clear(&file), buf_clear(&got);
}

static err_t open_mapped(struct rows *rows, struct stream *in, struct err *e)
{
    struct bytes map;
    err_t rc = stream_map(&map, in, "/tmp", e);
    return rc == OK ? xls_open(rows, map, e) : rc;
}

static void real_files_have_their_rows(void **state)
{
    (void)state;
    static const struct table_size files[] = {
        {"wipo-patentscope-export/patentscope_pizza_1940_2005_9659.xls.zst", 9661, 0, 0},
        {"wipo-patentscope-export/patentscope_pizza_2006_2011_8458.xls.zst", 8460, 0, 0},
        {"cnipa-search-export/sipo-专利-副本.xls", 752, 0, 0},
        {"cnipa-search-export/sipo-专利.xls", 6, 0, 0},
    };
    expect_sizes(files, ARRAY_LEN(files), open_mapped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_cell_gives_its_text),
        cmocka_unit_test(merged_cells_have_the_value_of_the_first_and_what_is_hidden_is_told),
        cmocka_unit_test(biff5_uses_its_code_page),
        cmocka_unit_test(an_encrypted_or_empty_file_is_refused),
        cmocka_unit_test(cut_or_changed_anywhere_it_never_crashes),
        cmocka_unit_test(a_damaged_row_costs_its_sheet_only),
        cmocka_unit_test(real_files_have_their_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
