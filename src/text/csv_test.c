#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/csv.h"
#include "text/rows_test.h"
#include <stdlib.h>
#include <sys/resource.h>

/* --- helpers ------------------------------------------------------------- */

/* All rows as "number/line[cell][cell*]…", an error as "!number/line". */
static void outline(struct buf *to, struct str text, char delimiter, uint32_t most)
{
    struct stream *in = in_pieces(text, most, most);
    struct arena *a = arena_new();
    struct rows rows;
    struct row row;
    struct err e;
    bool has = true;
    assert_ok(csv_open(&rows, in, delimiter, &e), &e);
    while (has) {
        err_t rc = rows_next(&has, &row, &rows, a, &e);
        if (rc == OK && !has)
            break;
        has = true;
        buf_addf(to, "%s%lld/%lld", rc == OK ? "" : "!", (long long)row.number,
                 (long long)row.line);
        for (size_t i = 0; rc == OK && i < row.count; i++)
            buf_addf(to, "[%.*s%s]", STR_ARG(row.cells[i].text),
                     row.cells[i].flag == CELL_BAD_BYTES ? "*" : "");
        buf_addc(to, ' ');
        arena_reset(a);
    }
    rows_close(&rows);
    stream_close(in);
    arena_free(a);
}

static void expect_str(struct str text, const char *wanted)
{
    for (uint32_t most = 1; most < 60; most += 7) {
        struct buf b;
        buf_init(&b, 0);
        outline(&b, text, 0, most);
        if (!str_is(buf_str(&b), wanted))
            fail_msg("%.*s\n got %.*s\nwant %s", STR_ARG(text), STR_ARG(buf_str(&b)), wanted);
        buf_clear(&b);
    }
}

static void expect(const char *text, const char *wanted)
{
    expect_str(str_of(text), wanted);
}

/* --- tests --------------------------------------------------------------- */

static void rows_have_their_record_and_line_numbers(void **state)
{
    (void)state;
    expect("", "");
    expect("\n\r\n\r", "");
    expect("a,b\n1,2\n", "1/1[a][b] 2/2[1][2] ");
    expect("a,b\r\n\r\n1,2", "1/1[a][b] 2/3[1][2] ");
    expect("a,b\r1,2\r\r3,4\r", "1/1[a][b] 2/2[1][2] 3/4[3][4] ");
    expect("\xEF\xBB\xBF"
           "a,b\n,\n\n,x",
           "1/1[a][b] 2/2[][] 3/4[][x] ");
    expect("a,\"b\r\nc\nd\re\",f\n1,2,3", "1/1[a][b\r\nc\nd\re][f] 2/5[1][2][3] ");
}

static void quotation_marks_are_read_as_they_were_meant(void **state)
{
    (void)state;
    expect("a,\"b,\"\"c\"\"\",\"\"\n", "1/1[a][b,\"c\"][] ");
    expect("a,5\" pipe,\"x\"\n1,2,3", "1/1[a][5\" pipe][x] 2/2[1][2][3] ");
    expect("a,\"the \"big\" one\",c\n", "1/1[a][the \"big\" one][c] ");
    expect("\"a\" ,\"b\"\t\n1,2\n", "1/1[a][b] 2/2[1][2] ");
    expect("\"\"\"\",\"\"\"a\"\n", "1/1[\"][\"a] ");
}

static void the_delimiter_is_told_from_the_content(void **state)
{
    (void)state;
    expect("a;b\n1,5;2\n", "1/1[a][b] 2/2[1,5][2] ");
    expect("标题\t发明人\n一种a,b,c\t张三|李四\n", "1/1[标题][发明人] 2/2[一种a,b,c][张三|李四] ");
    expect("a|b|c\n1,2|3|4\n5|6|7\n", "1/1[a][b][c] 2/2[1,2][3][4] 3/3[5][6][7] ");
    expect("sep=;\na,b;c\n1,2;3\n", "1/2[a,b][c] 2/3[1,2][3] ");
    expect("a,b\n\"x;y;z\",\"p;q\"\n\"x;y\",\"p;q;r;s\"\n", "1/1[a][b] 2/2[x;y;z][p;q] "
                                                            "3/3[x;y][p;q;r;s] ");
    expect("alone\nwords\n", "1/1[alone] 2/2[words] ");
    expect("a,b\n1,2,3\n4\n5,6\n", "1/1[a][b] 2/2[1][2][3] 3/3[4] 4/4[5][6] ");
    char d;
    assert_int_equal(csv_guess(&d, STR("a;b;c\n1;2;3\n4;5")), 2);
    assert_int_equal(d, ';');
    assert_int_equal(csv_guess(&d, STR("no table\n")), 0);
}

static void broken_bytes_are_flagged_in_their_cell_only(void **state)
{
    (void)state;
    expect_str(STR("标题,b\n好,x\xffy\n\xEF\xBF\xBD,d\n"),
               "1/1[标题][b] 2/2[好][x\xEF\xBF\xBDy*] 3/3[\xEF\xBF\xBD][d] ");
    expect_str(STR("a,b\nx\0y,\"z\"\n"), "1/1[a][b] 2/2[x\xEF\xBF\xBDy*][z] ");
    /* GBK 标题,发明人 / one broken byte / 张三,李四 */
    expect_str(STR("\xb1\xea\xcc\xe2,\xb7\xa2\xc3\xf7\xc8\xcb\nab\xff"
                   "c,1\n"
                   "\xd5\xc5\xc8\xfd,\xc0\xee\xcb\xc4\n"),
               "1/1[标题][发明人] 2/2[ab\xEF\xBF\xBD"
               "c*][1] 3/3[张三][李四] ");
}

static void an_unclosed_mark_costs_its_own_line_only(void **state)
{
    (void)state;
    expect("a,b\n\"x,2\n3,4\n5,6\n", "1/1[a][b] !2/2 3/3[3][4] 4/4[5][6] ");
    expect("a,b\n1,\"x", "1/1[a][b] !2/2 ");
    expect("\"x,2\n\"y,3\n", "!1/1 !2/2 ");
    struct buf many, got;
    buf_init(&many, 0), buf_init(&got, 0);
    for (int i = 0; i < 3000; i++)
        buf_addz(&many, "\"abc,1\n");
    outline(&got, buf_str(&many), ',', 100000);
    assert_true(str_ends(buf_str(&got), STR("!3000/3000 ")));
    buf_clear(&many), buf_clear(&got);
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    struct buf b, got;
    buf_init(&b, 0), buf_init(&got, 0);
    buf_addz(&b, "a,b\n");
    for (int i = 1; i < COLUMNS_MAX; i++)
        buf_addz(&b, ",");
    buf_addz(&b, "\n");
    for (int i = 0; i < COLUMNS_MAX; i++)
        buf_addz(&b, ",");
    buf_addz(&b, "\nc,d\n");
    outline(&got, buf_str(&b), ',', 50);
    assert_true(str_starts(buf_str(&got), STR("1/1[a][b] 2/2[][][]")));
    assert_true(str_ends(buf_str(&got), STR("[] !3/3 4/4[c][d] ")));
    buf_clear(&b), buf_clear(&got);
}

/* A packed table that is cut off: its rows, one error, the end. */
static void an_error_of_the_stream_is_told_once(void **state)
{
    (void)state;
    static const unsigned char packed[] = {0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x0C, 0x61,
                                           0x00, 0x00, 'a',  ',',  'b',  '\n', '1',
                                           ',',  '2',  '\n', '3',  ',',  '4',  '\n'};
    for (size_t len = 1; len < sizeof(packed); len++) {
        struct stream *in;
        struct arena *a = arena_new();
        struct rows rows = {0};
        struct row row;
        struct err e;
        bool has = true;
        size_t errors = 0;
        assert_ok(stream_open_zstd(&in, stream_open_memory((struct bytes){packed, len}), &e), &e);
        err_t rc = csv_open(&rows, in, 0, &e);
        errors += rc != OK;
        for (int turns = 0; rc == OK && turns < 10; turns++) {
            err_t next = rows_next(&has, &row, &rows, a, &e);
            errors += next != OK;
            if (next == OK && !has)
                break;
        }
        assert_int_equal(errors, 1);
        rows_close(&rows);
        stream_close(in);
        arena_free(a);
    }
    struct stream *in;
    struct bytes head;
    struct err e;
    char text[40];
    size_t got;
    struct bytes cut;
    unsigned char two[sizeof(packed) * 2];
    memcpy(two, packed, sizeof(packed));
    memcpy(two + sizeof(packed), packed, sizeof(packed));
    cut = (struct bytes){two, sizeof(two) - 1};
    assert_ok(stream_open_zstd(&in, stream_open_memory(cut), &e), &e);
    assert_ok(stream_peek(&head, in, 100, &e), &e);
    assert_true(head.len >= 12);
    assert_ok(stream_read(&got, in, text, sizeof(text), &e), &e);
    assert_int_equal(got, head.len);
    assert_int_equal(stream_read(&got, in, text, sizeof(text), &e), E_INVALID);
    stream_close(in);
}

struct long_line {
    uint64_t left; /* bytes of the long line, then "\nend,1\n" */
    bool quoted, begun, ended;
};

static err_t long_line_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct long_line *l = state;
    (void)e;
    *got = 0;
    if (!l->begun) {
        memcpy(to, l->quoted ? "a,b\n\"" : "a,b\nx", 5);
        *got = 5;
        l->begun = true;
    } else if (l->left) {
        *got = cap < l->left ? cap : (size_t)l->left;
        memset(to, 'x', *got);
        l->left -= *got;
    } else if (!l->ended) {
        memcpy(to, "\nend,1\n", 7);
        *got = 7;
        l->ended = true;
    }
    return OK;
}

static const struct stream_ops long_line_ops = {long_line_read, NULL, free};

static void a_line_of_two_gigabytes_is_a_limit_with_flat_memory(void **state)
{
    (void)state;
    for (int quoted = 0; quoted < 2; quoted++) {
        struct long_line *l = mem_zalloc(sizeof(*l));
        *l = (struct long_line){.left = (uint64_t)2 << 30, .quoted = quoted};
        struct stream *in = stream_new(&long_line_ops, l);
        struct arena *a = arena_new();
        struct rows rows;
        struct row row;
        struct err e;
        bool has;
        assert_ok(csv_open(&rows, in, 0, &e), &e);
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        assert_int_equal(rows_next(&has, &row, &rows, a, &e), quoted ? E_INVALID : E_LIMIT);
        assert_int_equal(row.line, 2);
        assert_true(str_starts(str_of(e.text), STR("line 2: column 1")));
        assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
        assert_true(has && row.line == 3);
        assert_str(row.cells[0].text, "end");
        rows_close(&rows);
        stream_close(in);
        arena_free(a);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifndef __SANITIZE_ADDRESS__
    assert_true(usage.ru_maxrss < 300 << 10);
#endif
}

static struct str random_cell(struct rand *r, struct arena *a)
{
    static const char *const parts[] = {"a", "\"", ",",  "\n", "\r\n", "\r",   "知识产权",
                                        " ", ";",  "\t", "|",  "1",    "\"\"", "\xEF\xBF\xBD"};
    struct str s = STR_NONE;
    for (uint32_t n = rand_below(r, 6); n > 0; n--)
        s = arena_join(a, s, str_of(parts[rand_below(r, ARRAY_LEN(parts))]));
    return s;
}

static void put_cell(struct buf *to, struct str s, char delimiter, struct rand *r)
{
    char needs[] = {delimiter, '"', '\n', '\r'};
    bool quote = rand_below(r, 3) == 0;
    for (size_t i = 0; i < sizeof(needs); i++)
        quote |= str_contains(s, (struct str){&needs[i], 1});
    if (!quote) {
        buf_add(to, s);
        return;
    }
    buf_addc(to, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            buf_addc(to, '"');
        buf_addc(to, s.ptr[i]);
    }
    buf_addc(to, '"');
}

static void what_was_written_reads_back_the_same(void **state)
{
    (void)state;
    uint64_t seed = test_seed(21);
    struct rand r = {seed};
    struct arena *a = arena_new(), *b = arena_new();
    for (int round = 0; round < 1500; round++) {
        static const char delimiters[] = {',', ';', '\t', '|'};
        static const char *const breaks[] = {"\n", "\r\n", "\r"};
        struct str table[12][8];
        size_t rows_wanted = 1 + rand_below(&r, 12), columns = 2 + rand_below(&r, 7);
        char delimiter = delimiters[rand_below(&r, 4)];
        const char *line_break = breaks[rand_below(&r, 3)];
        struct buf text;
        buf_init(&text, 0);
        for (size_t i = 0; i < rows_wanted; i++) {
            for (size_t k = 0; k < columns; k++) {
                table[i][k] = random_cell(&r, a);
                if (k)
                    buf_addc(&text, delimiter);
                put_cell(&text, table[i][k], delimiter, &r);
            }
            if (i + 1 < rows_wanted || rand_below(&r, 2))
                buf_addz(&text, line_break);
        }
        struct stream *in = in_pieces(buf_str(&text), 1, 1 + rand_below(&r, 40));
        struct rows rows;
        struct row row;
        struct err e;
        bool has = true;
        size_t n = 0;
        assert_ok(csv_open(&rows, in, delimiter, &e), &e);
        for (;; n++) {
            assert_ok(rows_next(&has, &row, &rows, b, &e), &e);
            if (!has)
                break;
            if (n == rows_wanted || row.count != columns)
                fail_msg("SEED=%llu round %d: row %zu has %zu cells", (unsigned long long)seed,
                         round, n, row.count);
            for (size_t k = 0; k < columns; k++) {
                if (!str_eq(row.cells[k].text, table[n][k]))
                    fail_msg("SEED=%llu round %d", (unsigned long long)seed, round);
                assert_int_equal(row.cells[k].flag, CELL_PLAIN);
            }
        }
        assert_int_equal(n, rows_wanted);
        rows_close(&rows);
        stream_close(in);
        buf_clear(&text);
        arena_reset(a);
        arena_reset(b);
    }
    arena_free(a);
    arena_free(b);
}

static void any_bytes_come_to_an_end(void **state)
{
    (void)state;
    struct rand r = {31};
    for (int round = 0; round < 3000; round++) {
        static const char set[] = "\"\",,;\n\r\ta1 \xff\xb1\xea";
        char bytes[200];
        size_t len = rand_below(&r, sizeof(bytes));
        struct buf once, again;
        for (size_t i = 0; i < len; i++)
            bytes[i] = round & 1 ? set[rand_below(&r, sizeof(set))] : (char)rand_below(&r, 256);
        buf_init(&once, 0), buf_init(&again, 0);
        outline(&once, (struct str){bytes, len}, 0, 1);
        outline(&again, (struct str){bytes, len}, 0, 1000);
        assert_true(str_eq(buf_str(&once), buf_str(&again)));
        buf_clear(&once), buf_clear(&again);
    }
}

static err_t open_told(struct rows *rows, struct stream *in, struct err *e)
{
    return csv_open(rows, in, 0, e);
}

static void real_files_have_their_rows(void **state)
{
    (void)state;
    static const struct table_size files[] = {
        {"lens-export/drone_drones_fulltext_families_5884.csv.zst", 5885, 26, 0},
        {"wipo-landscape-reports/ritonavir.csv", 805, 20, 0},
        {"us-landscape-citations/orbit_satellite.csv.zst", 2282, 13, 0},
        {"us-landscape-citations/offshore_plant.csv.zst", 938, 13, 0},
        {"zh-titles-ipc/oof_predictions.csv", 7799, 7, 0},
        {"zh-g06f-cpc-sample/sample_train.csv", 4102, 4, 0},
        {"zh-crosslang-pairs/train.csv", 869, 3, 0},
        {"patentsview-inventors/raw_inventor_sample.tsv.zst", 35096, 6, 0},
        {"us-phrase-similarity/train.csv.zst", 28623, 5, 0},
        {"zh-domain-labels/domain-milk-protein-examples.csv", 57, 11, 0},
    };
    expect_sizes(files, ARRAY_LEN(files), open_told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_their_record_and_line_numbers),
        cmocka_unit_test(quotation_marks_are_read_as_they_were_meant),
        cmocka_unit_test(the_delimiter_is_told_from_the_content),
        cmocka_unit_test(broken_bytes_are_flagged_in_their_cell_only),
        cmocka_unit_test(an_unclosed_mark_costs_its_own_line_only),
        cmocka_unit_test(too_many_columns_are_refused),
        cmocka_unit_test(an_error_of_the_stream_is_told_once),
        cmocka_unit_test(a_line_of_two_gigabytes_is_a_limit_with_flat_memory),
        cmocka_unit_test(what_was_written_reads_back_the_same),
        cmocka_unit_test(any_bytes_come_to_an_end),
        cmocka_unit_test(real_files_have_their_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
