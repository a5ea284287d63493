/* The normalisers on files of vendors and offices: what a file states in one
 * column is compared with what is read from another. The rates are printed; a
 * floor under each keeps them. */
#include "test.h"

#include "base/fs.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/vec.h"
#include "model/normal.h"
#include "model/number.h"
#include "model/number_found.h"
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

/* --- numbers of all files: shown as written, found by each spelling, no two alike ------------- */

#define OFFICES_LEAST 25
#define SPELLINGS_LEAST 2000
#define DRAWN_OF_OFFICE 30

struct written {
    struct str text;
    enum number_use use;
};

/* Numbers of all files by office, each once. */
struct pool {
    struct arena *a;
    struct map *offices, *seen;
    struct {
        struct str code;
        VEC(struct written) list;
    } office[128];
    size_t count;
};

/* Letters and digits. */
static struct str compact(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z'))
            p[n++] = s.ptr[i];
    return (struct str){p, n};
}

static void pool_add(struct pool *p, struct str text, enum number_use use)
{
    struct number n;
    bool added, ascii = text.len > 4 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z';
    for (size_t i = 0; i < text.len; i++)
        ascii = ascii && (unsigned char)text.ptr[i] < 0x80;
    (void)map_put(p->seen, text, &added);
    if (!ascii || !added || !number_parse(&n, text, use, STR_NONE, p->a) || n.office.len == 0)
        return;
    uint64_t *at = map_put(p->offices, n.office, &added);
    if (added) {
        *at = p->count++;
        assert_true(p->count <= ARRAY_LEN(p->office));
        p->office[*at].code = arena_dup(p->a, n.office);
    }
    struct written w = {arena_dup(p->a, text), use};
    VEC_PUSH(p->a, &p->office[*at].list, w);
}

static bool pool_table(struct pool *p, const char *file, const char *known, const char *column,
                       const char *separators, enum number_use use)
{
    struct table t;
    if (!table_open(&t, file, known))
        return false;
    for (; t.has_row; next_row(&t)) {
        struct str s = cell(&t, column);
        for (size_t from = 0, i = 0; i <= s.len; i++)
            if (i == s.len || strchr(separators, s.ptr[i])) {
                pool_add(p, str_trim(str_range(s.ptr + from, s.ptr + i)), use);
                from = i + 1;
            }
    }
    table_close(&t);
    return true;
}

static struct str element(const char **at, const char *name, const char *end)
{
    const char *from = strstr(*at, name);
    if (!from || from > end)
        return STR_NONE;
    from += strlen(name);
    *at = strchr(from, '<');
    return str_range(from, *at);
}

/* Publications of a DOCDB or OPS file: country, number, kind. */
static void pool_docdb(struct pool *p, const char *file)
{
    const char *path = shared_file(p->a, file);
    struct stream *in;
    struct bytes map;
    struct err e;
    assert_non_null(path);
    assert_ok(shared_open(&in, path, &e), &e);
    assert_ok(stream_map(&map, in, "/tmp", &e), &e);
    const char *at = arena_cstr(p->a, (struct str){(const char *)map.ptr, map.len}), *end;
    for (; (at = strstr(at, "publication-reference")) != NULL; at = end) {
        at += 21;
        if ((end = strstr(at, "publication-reference")) == NULL)
            break;
        struct str country = element(&at, "country>", end),
                   serial = element(&at, "doc-number>", end), kind = element(&at, "kind>", end);
        if (country.len && serial.len && kind.len)
            pool_add(p,
                     arena_printf(p->a, "%.*s %.*s %.*s", STR_ARG(country), STR_ARG(serial),
                                  STR_ARG(kind)),
                     NUMBER_PUBLICATION);
    }
    stream_close(in);
}

/* Forms of the office itself that NUMBERS.md names: WO's, JP's and CN's numbers are rewritten,
 * US and EP numbers are brought to their length. */
static bool is_office_form(const struct number *n, struct str written, struct arena *a)
{
    struct str shown = compact(n->display, a);
    static const char *const rewritten[] = {"CN", "US", "EP", "WO", "JP", "KR"};
    for (size_t i = 0; i < ARRAY_LEN(rewritten) && n->use == NUMBER_APPLICATION; i++)
        if (str_is(n->office, rewritten[i]))
            return true;
    if (str_is(n->office, "WO"))
        return str_eq((struct str){shown.ptr + shown.len - 5, 5},
                      (struct str){written.ptr + written.len - 5, 5});
    size_t zeros = shown.len - written.len,
           at = str_is(n->office, "US") || str_is(n->office, "JP") ? 6 : 2;
    return (str_is(n->office, "US") || str_is(n->office, "JP") || str_is(n->office, "EP")) &&
           shown.len > written.len && memcmp(shown.ptr, written.ptr, at) == 0 &&
           strspn(shown.ptr + at, "0") >= zeros &&
           memcmp(shown.ptr + at + zeros, written.ptr + at, written.len - at) == 0;
}

#define SPELL(...)                                                                                 \
    do {                                                                                           \
        struct str typed_ = arena_printf(a, __VA_ARGS__);                                          \
        judge(found, number_found(typed_, &n, a), typed_);                                         \
    } while (0)

static void judge_number(const struct written *w, struct rate *shown, struct rate *found,
                         struct arena *a)
{
    struct number n, typed;
    (void)number_parse(&n, w->text, w->use, STR_NONE, a);
    bool application = n.use == NUMBER_APPLICATION;
    struct str text = w->text, o = n.office;
    size_t date = text.len - 9; /* "EP 0259054 B9 20031217" */
    if (text.len > 14 && text.ptr[date] == ' ' && !memchr(text.ptr + date + 1, ' ', 8))
        text.len = date;
    struct str all = compact(text, a);
    if (application) /* the kind is DOCDB's and not part of an application number */
        all.len -= n.kind.len;
    judge(shown, str_eq(all, compact(n.display, a)) || is_office_form(&n, all, a), w->text);
    if (application && str_is(o, "WO")) {
        SPELL("%.*s", STR_ARG(n.display));
        return;
    }
    /* "GB 190716631T A" ends like a kind; without kind DOCDB's 7220673 of JP has no era, and its
     * applications no year; the right of KR's is told by the kind alone. */
    bool docdb = application ? str_is(o, "JP") || str_is(o, "KR") || all.ptr[all.len - 1] > '9'
                             : (str_is(o, "JP") && n.serial.ptr[0] > '9' && all.ptr[2] <= '9') ||
                                   (str_is(o, "KR") && all.len - n.kind.len == 9);
    struct str body = {all.ptr + 2, all.len - 2 - (application ? 0 : n.kind.len)};
    struct str kind = application ? STR_NONE : n.kind, b = body;
    if (docdb) {
        if (all.ptr[all.len - 1] <= '9')
            SPELL("%.*s", STR_ARG(application ? n.display : text));
        return;
    }
    if (application) {
        SPELL("%.*s", STR_ARG(n.display));
        (void)number_parse(&typed, all, NUMBER_ANY, STR_NONE, a);
        if (typed.use == NUMBER_PUBLICATION) /* by its shape, as US 10123456 */
            return;
    } else {
        SPELL("%.*s", STR_ARG(text));
        if (kind.len)
            SPELL("%.*s-%.*s-%.*s", STR_ARG(o), STR_ARG(b), STR_ARG(kind));
        SPELL("%.*s %.*s %.1s", STR_ARG(o), STR_ARG(b), kind.len ? kind.ptr : "");
    }
    SPELL("%.*s %.*s %.*s", STR_ARG(o), STR_ARG(b), STR_ARG(kind));
    SPELL("%.*s%.*s%.*s", STR_ARG(o), STR_ARG(b), STR_ARG(kind));
    SPELL("%c%c%.*s%.*s", o.ptr[0] | 32, o.ptr[1] | 32, STR_ARG(b), STR_ARG(kind));
    SPELL("%.*s%.*s", STR_ARG(o), STR_ARG(b));
    SPELL("%.*s-%.*s", STR_ARG(o), STR_ARG(b));
    if (application)
        return;
    if (str_is(o, "US") && b.len == 7 && b.ptr[0] != '0' && compact(b, a).ptr[0] <= '9')
        SPELL("US %.1s,%.3s,%.3s %.*s", b.ptr, b.ptr + 1, b.ptr + 4, STR_ARG(kind));
    if (str_is(o, "US") && b.len == 11)
        SPELL("US %.4s/%.7s", b.ptr, b.ptr + 4);
    if (str_is(o, "WO") && b.len == 10)
        SPELL("WO/%.4s/%.6s", b.ptr, b.ptr + 4);
    if (str_is(o, "EP") && b.len == 7)
        SPELL("EP %.1s %.3s %.3s", b.ptr, b.ptr + 1, b.ptr + 4);
    if (str_is(o, "KR") && b.len == 13)
        SPELL("KR %.2s-%.4s-%.7s %.*s", b.ptr, b.ptr + 2, b.ptr + 6, STR_ARG(kind));
    if (str_is(o, "KR") && b.len == 9)
        SPELL("KR %.2s-%.7s", b.ptr, b.ptr + 2);
    if (str_is(o, "JP") && b.len == 10 && b.ptr[0] == '2')
        SPELL("JP %.4s-%.6s", b.ptr, b.ptr + 4);
    if (str_is(o, "JP") && b.len > 4 && (b.ptr[0] == 'H' || b.ptr[0] == 'S'))
        SPELL("JP %.3s-%.*s", b.ptr, (int)b.len - 3, b.ptr + 3);
    if (str_is(o, "DE") && b.len == 12)
        SPELL("DE %.2s %.4s %.3s %.3s", b.ptr, b.ptr + 2, b.ptr + 6, b.ptr + 9);
    if (str_is(o, "BR") && b.len == 12)
        SPELL("BR %.2s %.4s %.6s", b.ptr, b.ptr + 2, b.ptr + 6);
    if (str_is(o, "AU") && b.len == 10)
        SPELL("AU %.4s/%.6s", b.ptr, b.ptr + 4);
    if (str_is(o, "MX") && b.len == 10)
        SPELL("MX/a/%.4s/%.6s", b.ptr, b.ptr + 4);
    size_t digits = 0;
    while (digits < b.len && b.ptr[digits] <= '9')
        digits++;
    if (str_is(o, "IN") && digits < b.len)
        SPELL("%.*s/%.*s/%.4s", (int)digits, b.ptr, (int)(b.len - 4 - digits), b.ptr + digits,
              b.ptr + b.len - 4);
}

static bool pool_fill(struct pool *p)
{
    static const char *const docdb[] = {"docdb/AP-1206-A_302101161.xml",
                                        "docdb/DE-backfile.xml",
                                        "docdb/WO-2023012807-A1_507242069.xml",
                                        "docdb/YU-6701-A_381353354.xml",
                                        "ops/family_input.xml",
                                        "ops/biblio_example.xml",
                                        "ops/search_result.xml"};
    const char *lens = "lens-export/drone_drones_fulltext_families_5884.csv.zst";
    if (!pool_table(p, lens, "Lens ID", "Publication Number", "", NUMBER_PUBLICATION))
        return false;
    (void)pool_table(p, lens, "Lens ID", "Application Number", "", NUMBER_APPLICATION);
    (void)pool_table(p, lens, "Lens ID", "Priority Numbers", ";", NUMBER_APPLICATION);
    (void)pool_table(p, "patsnap-export/AR眼镜.XLSX", "受理局", "公开*", "", NUMBER_PUBLICATION);
    (void)pool_table(p, "wipo-landscape-reports/ewaste.xlsx", "Basic Patent Number",
                     "Basic Patent Number in EspaceNet*", "", NUMBER_PUBLICATION);
    (void)pool_table(p, "us-landscape-citations/orbit_satellite.csv.zst", "publication_number",
                     "refs", "[]', \"", NUMBER_PUBLICATION);
    for (size_t i = 0; i < ARRAY_LEN(docdb); i++)
        pool_docdb(p, arena_printf(p->a, "epo-samples/%s", docdb[i]).ptr);
    return true;
}

static void numbers_are_shown_as_written_and_found_by_their_spellings(void **state)
{
    (void)state;
    struct pool p = {.a = arena_new(), .offices = map_new(1), .seen = map_new(2)};
    struct rate shown = {"shown as written", 0, 0}, found = {"found by a spelling", 0, 0};
    struct rand r = {test_seed(20261127)};
    if (pool_fill(&p)) {
        for (size_t i = 0; i < p.count; i++)
            for (size_t k = 0; k < DRAWN_OF_OFFICE && k < p.office[i].list.len; k++) {
                struct written *list = p.office[i].list.ptr;
                size_t at = k + rand_below(&r, (uint32_t)(p.office[i].list.len - k));
                struct written drawn = list[at];
                list[at] = list[k];
                list[k] = drawn;
                judge_number(&drawn, &shown, &found, p.a);
            }
        print_message("# of %zu offices\n", p.count);
        expect(&shown, 1);
        expect(&found, 1);
        assert_true(p.count >= OFFICES_LEAST && found.all >= SPELLINGS_LEAST);
    }
    map_free(p.offices);
    map_free(p.seen);
    arena_free(p.a);
}

/* Without zeros and the kind's digit, which are written or not. */
static struct str bare(const struct number *n, struct str written, struct arena *a)
{
    struct str all = compact(written, a);
    char *p = arena_alloc(a, all.len + 1);
    size_t len = 0;
    for (size_t i = 0; i + (n->kind.len > 1) < all.len; i++)
        if (all.ptr[i] != '0')
            p[len++] = all.ptr[i];
    return (struct str){p, len};
}

/* Different numbers of one column never share a key, unless one is a spelling of the other. */
static void judge_column(const char *file, const char *known, const char *column,
                         const char *separators)
{
    struct pool p = {.a = arena_new(), .offices = map_new(1), .seen = map_new(2)};
    struct map *keys = map_new(3);
    struct rate apart = {file, 0, 0};
    if (pool_table(&p, file, known, column, separators, NUMBER_PUBLICATION)) {
        for (size_t i = 0; i < p.count; i++)
            for (size_t k = 0; k < p.office[i].list.len; k++) {
                struct number n;
                bool added;
                struct str text = p.office[i].list.ptr[k].text;
                (void)number_parse(&n, text, NUMBER_PUBLICATION, STR_NONE, p.a);
                uint64_t hash = hash_bytes(bare(&n, text, p.a), 7);
                uint64_t *held = map_put(keys, n.key, &added);
                if (added)
                    *held = hash;
                judge(&apart, *held == hash, text);
            }
        expect(&apart, 1);
    }
    map_free(keys);
    map_free(p.offices);
    map_free(p.seen);
    arena_free(p.a);
}

static void no_two_numbers_of_a_file_share_a_key(void **state)
{
    (void)state;
    judge_column("lens-export/drone_drones_fulltext_families_5884.csv.zst", "Lens ID",
                 "Publication Number", "");
    judge_column("patsnap-export/AR眼镜.XLSX", "受理局", "公开*", "");
    judge_column("wipo-landscape-reports/ewaste.xlsx", "Basic Patent Number",
                 "Basic Patent Number in EspaceNet*", "");
    judge_column("us-landscape-citations/orbit_satellite.csv.zst", "publication_number", "refs",
                 "[]', \"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_shown_as_written_and_found_by_their_spellings),
        cmocka_unit_test(no_two_numbers_of_a_file_share_a_key),
        cmocka_unit_test(lens_states_office_and_kind_of_its_numbers),
        cmocka_unit_test(patsnap_states_office_status_and_region),
        cmocka_unit_test(two_writings_of_one_number_meet_in_the_derwent_table),
        cmocka_unit_test(google_states_office_and_kind_of_documents_and_citations),
        cmocka_unit_test(patentscope_numbers_and_symbols_are_read),
        cmocka_unit_test(check_digits_of_the_office_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
