/* The normalisers on files of vendors and offices: what a file states in one
 * column is compared with what is read from another. The rates are printed; a
 * floor under each keeps them. */
#include "test.h"

#include "base/fs.h"
#include "model/normal.h"
#include "model/number.h"
#include "text/csv.h"
#include "text/shared_files.h"
#include "text/xls.h"
#include "text/xlsx.h"

#define COLUMNS 128

struct table {
    struct arena *names, *a; /* of the header; of the present row */
    struct stream *in;
    struct rows rows;
    struct str header[COLUMNS];
    struct row row;
    bool has_row;
};

static void next_row(struct table *t)
{
    struct err e;
    arena_reset(t->a);
    assert_ok(rows_next(&t->has_row, &t->row, &t->rows, t->a, &e), &e);
}

/* Open a table whose header has a cell `known`; false when the file is absent. */
static bool table_open(struct table *t, const char *name, const char *known)
{
    struct err e;
    struct bytes map, head;
    *t = (struct table){.names = arena_new(), .a = arena_new()};
    const char *path = shared_file(t->names, name);
    if (!path) {
        shared_absent();
        arena_free(t->a);
        arena_free(t->names);
        return false;
    }
    assert_ok(shared_open(&t->in, path, &e), &e);
    assert_ok(stream_peek(&head, t->in, 64, &e), &e);
    if (xls_is(head)) {
        assert_ok(stream_map(&map, t->in, "/tmp", &e), &e);
        assert_ok(xls_open(&t->rows, map, &e), &e);
    } else if (head.len > 1 && memcmp(head.ptr, "PK", 2) == 0) {
        assert_ok(stream_map(&map, t->in, "/tmp", &e), &e);
        assert_ok(xlsx_open(&t->rows, map, &e), &e);
    } else
        assert_ok(csv_open(&t->rows, t->in, 0, &e), &e);
    for (bool found = false; !found;) {
        next_row(t);
        assert_true(t->has_row);
        for (size_t i = 0; i < t->row.count && i < COLUMNS; i++) {
            t->header[i] = arena_dup(t->names, str_trim(t->row.cells[i].text));
            found = found || str_is(t->header[i], known);
        }
    }
    next_row(t);
    return true;
}

static void table_close(struct table *t)
{
    rows_close(&t->rows);
    stream_close(t->in);
    arena_free(t->a);
    arena_free(t->names);
}

/* The cell under the first header that is, or starts with, `name`; "-" is empty. */
static struct str cell(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->row.count && i < COLUMNS; i++)
        if (str_is(t->header[i], name) ||
            (name[0] && name[strlen(name) - 1] == '*' &&
             str_starts(t->header[i], (struct str){name, strlen(name) - 1}))) {
            struct str s = str_trim(t->row.cells[i].text);
            return str_is(s, "-") ? STR_NONE : s;
        }
    return STR_NONE;
}

struct rate {
    const char *what;
    size_t right, all;
};

static void judge(struct rate *r, bool right, struct str text)
{
    r->all++;
    r->right += right;
    if (!right && r->all - r->right <= 3)
        print_message("#   %s: \"%.*s\"\n", r->what, STR_ARG(text));
}

static void expect(const struct rate *r, double floor)
{
    print_message("# %s: %zu of %zu\n", r->what, r->right, r->all);
    assert_true(r->all > 0 && (double)r->right >= floor * (double)r->all);
}

static void judge_classes(struct rate *r, struct str list, enum class_scheme scheme,
                          struct arena *a)
{
    struct str part[256];
    size_t n = class_split(part, ARRAY_LEN(part), list, scheme);
    for (size_t i = 0; i < n && i < ARRAY_LEN(part); i++) {
        struct class_symbol c;
        judge(r, class_parse(&c, part[i], scheme, a), part[i]);
    }
}

static void lens_states_office_and_kind_of_its_numbers(void **state)
{
    (void)state;
    struct table t;
    struct rate publication = {"Lens publication numbers", 0, 0},
                application = {"Lens applications", 0, 0}, ipc = {"Lens IPC symbols", 0, 0},
                cpc = {"Lens CPC symbols", 0, 0}, date = {"Lens dates", 0, 0};
    if (!table_open(&t, "lens-export/drone_drones_fulltext_families_5884.csv.zst", "Lens ID"))
        return;
    for (; t.has_row; next_row(&t)) {
        struct number n;
        struct date d;
        struct str text = cell(&t, "Publication Number");
        bool is = number_parse(&n, text, NUMBER_PUBLICATION, STR_NONE, t.a);
        judge(&publication,
              is && str_eq(n.office, cell(&t, "Jurisdiction")) && str_eq(n.kind, cell(&t, "Kind")),
              text);
        text = cell(&t, "Application Number");
        is = number_parse(&n, text, NUMBER_APPLICATION, STR_NONE, t.a);
        judge(&application, is && n.use == NUMBER_APPLICATION && n.check != CHECK_WRONG, text);
        judge_classes(&ipc, cell(&t, "IPCR Classifications"), CLASS_IPC, t.a);
        judge_classes(&cpc, cell(&t, "CPC Classifications"), CLASS_CPC, t.a);
        text = cell(&t, "Publication Date");
        judge(&date, foreign_date_parse(&d, text) && date_valid(d), text);
    }
    table_close(&t);
    expect(&publication, 0.999);
    expect(&application, 0.999);
    expect(&ipc, 0.999);
    expect(&cpc, 0.999);
    expect(&date, 0.999);
}

static void patsnap_states_office_status_and_region(void **state)
{
    (void)state;
    static const char *const files[] = {"patsnap-export/AR眼镜.XLSX",
                                        "patsnap-export/2020-2022中之信.partA.xlsx"};
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        struct table t;
        struct rate office = {"PatSnap offices", 0, 0}, kind = {"PatSnap types by kind", 0, 0},
                    status = {"PatSnap status by events", 0, 0},
                    region = {"PatSnap provinces", 0, 0}, ipc = {"PatSnap IPC symbols", 0, 0};
        if (!table_open(&t, files[f], "受理局"))
            return;
        for (; t.has_row; next_row(&t)) {
            struct number n;
            struct str text = cell(&t, "公开*"), written = cell(&t, "受理局");
            if (text.len == 0)
                continue;
            bool is = number_parse(&n, text, NUMBER_PUBLICATION, STR_NONE, t.a);
            judge(&office, is && str_eq(n.office, office_code(written)), text);
            enum patent_type by_word = patent_type_of(cell(&t, "专利类型"), n.office, STR_NONE);
            if (str_is(n.office, "CN"))
                judge(&kind, by_word == patent_type_of(STR_NONE, n.office, n.kind), text);
            enum patent_status simple = patent_status_of(cell(&t, "简单法律状态"));
            struct str events = cell(&t, "法律状态*");
            if (events.len > 0)
                judge(&status, simple == patent_status_of(events), events);
            struct str province = cell(&t, "当前申请(专利权)人州*");
            if (province.len == 0)
                province = cell(&t, "当前申请专利权人州*");
            if (str_is(n.office, "CN") && province.len == strlen("四川")) {
                struct region g;
                region_of(&g, province, STR_NONE, STR_NONE);
                judge(&region, g.code.len == 6 && str_starts(g.province, province), province);
            }
            judge_classes(&ipc, cell(&t, "IPC分类号"), CLASS_IPC, t.a);
        }
        table_close(&t);
        expect(&office, 0.999);
        expect(&kind, 0.999);
        expect(&status, 0.99);
        expect(&region, 0.98);
        expect(&ipc, 0.999);
    }
}

static void two_writings_of_one_number_meet_in_the_derwent_table(void **state)
{
    (void)state;
    struct table t;
    struct rate pairs = {"DWPI against Espacenet", 0, 0};
    if (!table_open(&t, "wipo-landscape-reports/ewaste.xlsx", "Basic Patent Number"))
        return;
    for (; t.has_row; next_row(&t)) {
        struct str dwpi = cell(&t, "Basic Patent Number"),
                   espacenet = cell(&t, "Basic Patent Number in EspaceNet*");
        struct number x, y;
        if (dwpi.len == 0 || espacenet.len == 0)
            continue;
        bool is = number_parse(&x, dwpi, NUMBER_PUBLICATION, STR_NONE, t.a) &&
                  number_parse(&y, espacenet, NUMBER_PUBLICATION, STR_NONE, t.a);
        judge(&pairs, is && str_eq(x.office, y.office) && str_eq(x.serial, y.serial), dwpi);
    }
    table_close(&t);
    expect(&pairs, 0.99);
}

static void google_states_office_and_kind_of_documents_and_citations(void **state)
{
    (void)state;
    static const char *const files[] = {
        "us-landscape-citations/nighttime_driver_visibility.csv.zst",
        "us-landscape-citations/offshore_plant.csv.zst",
        "us-landscape-citations/orbit_satellite.csv.zst"};
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        struct table t;
        struct rate numbers = {"Google numbers and citations", 0, 0};
        if (!table_open(&t, files[f], "publication_number"))
            return;
        for (; t.has_row; next_row(&t)) {
            struct str rest = arena_join(
                t.a, arena_join(t.a, cell(&t, "publication_number"), STR(",")), cell(&t, "refs"));
            while (rest.ptr) {
                struct str text = str_split(&rest, STR(",")), part = text;
                while (text.len > 0 && strchr("[' \"", text.ptr[0]))
                    text = (struct str){text.ptr + 1, text.len - 1};
                while (text.len > 0 && strchr("]' \"", text.ptr[text.len - 1]))
                    text.len--;
                if (text.len == 0)
                    continue;
                struct number n;
                bool is = number_parse(&n, text, NUMBER_PUBLICATION, STR_NONE, t.a);
                part = text;
                struct str office = str_split(&part, STR("-"));
                (void)str_split(&part, STR("-"));
                judge(&numbers,
                      is && str_eq(n.office, office) && str_eq(n.kind, part.ptr ? part : STR_NONE),
                      text);
            }
        }
        table_close(&t);
        expect(&numbers, 0.999);
    }
}

static void patentscope_numbers_and_symbols_are_read(void **state)
{
    (void)state;
    static const char *const files[] = {
        "wipo-patentscope-export/patentscope_pizza_1940_2005_9659.xls.zst",
        "wipo-patentscope-export/patentscope_pizza_2006_2011_8458.xls.zst"};
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        struct table t;
        struct rate number = {"Patentscope numbers", 0, 0}, ipc = {"Patentscope IPC symbols", 0, 0},
                    date = {"Patentscope dates", 0, 0};
        if (!table_open(&t, files[f], "Publication Number"))
            return;
        for (; t.has_row; next_row(&t)) {
            struct number n;
            struct date d;
            struct str text = cell(&t, "Publication Number");
            if (text.len == 0)
                continue;
            bool is = number_parse(&n, text, NUMBER_PUBLICATION, STR_NONE, t.a);
            judge(&number,
                  is && n.use == NUMBER_PUBLICATION &&
                      str_eq_nocase((struct str){text.ptr, 2}, n.office),
                  text);
            judge_classes(&ipc, cell(&t, "IPC*"), CLASS_IPC, t.a);
            text = cell(&t, "Publication Date");
            judge(&date, foreign_date_parse(&d, text) && date_valid(d), text);
        }
        table_close(&t);
        expect(&number, 0.999);
        expect(&ipc, 0.995); /* cells end in the middle of a symbol: "A47J 27/" */
        expect(&date, 0.999);
    }
}

static void check_digits_of_the_office_are_right(void **state)
{
    (void)state;
    struct table t;
    struct rate checks = {"CNIPA check digits", 0, 0};
    if (!table_open(&t, "cnipa-search-export/训练文件.xlsx", "申请号"))
        return;
    for (; t.has_row; next_row(&t)) {
        struct number n;
        struct str text = cell(&t, "申请号");
        if (text.len == 0)
            continue;
        bool is = number_parse(&n, text, NUMBER_APPLICATION, STR("CN"), t.a);
        judge(&checks, is && n.check == CHECK_RIGHT && str_eq(n.display, text), text);
    }
    table_close(&t);
    expect(&checks, 0.99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lens_states_office_and_kind_of_its_numbers),
        cmocka_unit_test(patsnap_states_office_status_and_region),
        cmocka_unit_test(two_writings_of_one_number_meet_in_the_derwent_table),
        cmocka_unit_test(google_states_office_and_kind_of_documents_and_citations),
        cmocka_unit_test(patentscope_numbers_and_symbols_are_read),
        cmocka_unit_test(check_digits_of_the_office_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
