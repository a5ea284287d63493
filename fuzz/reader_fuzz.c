/* The readers below the import formats: csv-rows, json-value, json-split, xml,
 * encoding, zip, xlsx-parts, xls-book. Besides ending and giving UTF-8,
 * those that stream must not care how the bytes come: whole or in drips. */
#include "base/limits.h"
#include "base/map.h"
#include "fuzz.h"
#include "text/csv.h"
#include "text/json_split.h"
#include "text/xls.h"
#include "text/xlsx.h"
#include "text/xml.h"
#include "text/zip.h"
#include "text/zip_build.h"

#define STEPS_MAX 100000 /* more rows or records than any input of a target has bytes */

/* --- a stream that gives one to seven bytes at a time ---------------------- */
struct drip {
    struct bytes left;
    uint64_t raw;
    unsigned turn;
};

static err_t drip_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct drip *d = state;
    size_t n = 1 + (d->turn++ * 5 + 3) % 7;
    (void)e;
    n = n < cap ? n : cap;
    n = n < d->left.len ? n : d->left.len;
    if (n)
        memcpy(to, d->left.ptr, n);
    d->left.ptr += n;
    d->left.len -= n;
    d->raw += n;
    *got = n;
    return OK;
}

static uint64_t drip_offset(const void *state)
{
    return ((const struct drip *)state)->raw;
}

static struct stream *stream_of(struct bytes input, bool drips)
{
    static const struct stream_ops ops = {drip_read, drip_offset, free};
    if (!drips)
        return stream_open_memory(input);
    struct drip *d = mem_zalloc(sizeof(*d));
    d->left = input;
    return stream_new(&ops, d);
}

static uint64_t mix(uint64_t h, struct str s)
{
    return hash_bytes(s, h * 31 + s.len);
}

/* --- rows ------------------------------------------------------------------- */
/* `canonical`: every row is added as RFC 4180 has it; may be NULL. */
static uint64_t read_rows(struct rows *rows, struct buf *canonical, bool *plain)
{
    struct arena *a = arena_new();
    uint64_t h = 0;
    size_t steps = 0;
    bool has = true;
    while (has) {
        struct row row = {0};
        struct err e = {0};
        FUZZ_ASSERT(steps++ < STEPS_MAX);
        arena_reset(a);
        err_t rc = rows_next(&has, &row, rows, a, &e);
        h = mix(h, str_of(e.text)) + (uint64_t)rc;
        *plain &= rc == OK;
        if (rc != OK) {
            FUZZ_ASSERT(e.text[0] && fuzz_is_utf8(str_of(e.text)));
            has = true; /* the next row that can be found, or the end */
            continue;
        }
        for (size_t i = 0; has && i < row.count; i++) {
            const struct cell *c = &row.cells[i];
            FUZZ_ASSERT(fuzz_is_utf8(c->text));
            FUZZ_ASSERT(c->text.len <= FIELD_BYTES_MAX);
            h = mix(h, c->text) + (uint64_t)c->flag;
            *plain &= c->flag == CELL_PLAIN;
            if (!canonical)
                continue;
            buf_addz(canonical, i ? ",\"" : "\"");
            for (size_t k = 0; k < c->text.len; k++) {
                if (c->text.ptr[k] == '"')
                    buf_addc(canonical, '"');
                buf_addc(canonical, c->text.ptr[k]);
            }
            buf_addc(canonical, '"');
        }
        if (has && canonical)
            buf_addc(canonical, '\n');
    }
    arena_free(a);
    return h;
}

static uint64_t read_csv(struct bytes input, char delimiter, bool drips, struct buf *canonical,
                         bool *plain)
{
    struct stream *in = stream_of(input, drips);
    struct rows rows = {0};
    struct err e = {0};
    uint64_t h = 0;
    if (csv_open(&rows, in, delimiter, &e) == OK)
        h = read_rows(&rows, canonical, plain);
    else
        FUZZ_ASSERT(e.text[0]);
    rows_close(&rows);
    stream_close(in);
    return h;
}

/* A table without damage, written as RFC 4180 has it, reads back to itself. */
static void check_csv(struct bytes input, struct arena *a)
{
    struct buf once, twice;
    bool plain = true;
    char delimiter = 0;
    (void)a;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    (void)csv_guess(&delimiter, bytes_str(input));
    uint64_t h = read_csv(input, 0, false, &once, &plain);
    FUZZ_ASSERT(read_csv(input, 0, true, NULL, &plain) == h);
    if (plain && once.len) {
        (void)read_csv(str_bytes(buf_str(&once)), ',', false, &twice, &plain);
        FUZZ_ASSERT(plain && str_eq(buf_str(&once), buf_str(&twice)));
    }
    buf_clear(&once);
    buf_clear(&twice);
}

static void read_workbook(struct bytes file,
                          err_t (*open)(struct rows *, struct bytes, struct err *))
{
    uint64_t first = 0;
    for (int turn = 0; turn < 2; turn++) {
        struct rows rows = {0};
        struct err e = {0};
        bool plain = true;
        uint64_t h = 1;
        if (open(&rows, file, &e) == OK)
            h = read_rows(&rows, NULL, &plain);
        else
            FUZZ_ASSERT(e.text[0] && fuzz_is_utf8(str_of(e.text)));
        rows_close(&rows);
        FUZZ_ASSERT(turn == 0 || h == first);
        first = h;
    }
}

/* The parts of a workbook are the input's, separated by a line "=="; so that a
 * mutation need not know what a ZIP archive is. */
static void check_xlsx_parts(struct bytes input, struct arena *a)
{
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    static const char *const names[] = {"xl/worksheets/one.xml", "xl/shared.xml",
                                        "xl/styles.xml",         "xl/worksheets/_rels/one.xml.rels",
                                        "xl/workbook.xml",       "xl/_rels/workbook.xml.rels"};
    static const char *const otherwise[] = {
        "<worksheet><sheetData/></worksheet>",
        "<sst><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r></si></sst>",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        "<Relationships/>",
        "<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/>"
        "</sheets></workbook>",
        "<Relationships><Relationship Id=\"r1\" Type=\"" REL "worksheet\" "
        "Target=\"worksheets/one.xml\"/><Relationship Id=\"s\" Type=\"" REL "sharedStrings\" "
        "Target=\"shared.xml\"/><Relationship Id=\"y\" Type=\"" REL "styles\" "
        "Target=\"styles.xml\"/></Relationships>"};
    struct str rest = bytes_str(input);
    struct zip_build z;
    (void)a;
    zip_begin(&z);
    zip_put(&z, "_rels/.rels", NULL,
            STR("<Relationships><Relationship Id=\"r1\" Type=\"" REL "officeDocument\" "
                "Target=\"/xl/workbook.xml\"/></Relationships>"),
            false, 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str part = rest.ptr ? str_split(&rest, STR("\n==\n")) : STR_NONE;
        zip_put(&z, names[i], NULL, part.len ? part : str_of(otherwise[i]), false, 0);
    }
    read_workbook(zip_end(&z), xlsx_open);
    zip_drop(&z);
}

/* --- a compound file around the input as the workbook's stream --------------- */
#define SECTOR 512u

static void directory_entry(struct buf *to, const char *name, unsigned kind, uint32_t first,
                            uint32_t len)
{
    size_t start = to->len;
    for (size_t i = 0; i < strlen(name); i++)
        zb16(to, (unsigned char)name[i]);
    while (to->len < start + 64)
        buf_addc(to, 0);
    zb16(to, *name ? (unsigned)(strlen(name) + 1) * 2 : 0);
    buf_addc(to, (char)kind);
    while (to->len < start + 116)
        buf_addc(to, 0);
    zb32(to, first);
    zb32(to, len);
    zb32(to, 0);
}

static void check_xls_book(struct bytes input, struct arena *a)
{
    struct buf b;
    uint32_t len = (uint32_t)(input.len < 4096 ? 4096 : (input.len + SECTOR - 1) / SECTOR * SECTOR);
    uint32_t sectors = len / SECTOR, tables = (sectors + 2) / (SECTOR / 4) + 1;
    (void)a;
    buf_init(&b, 0);
    buf_add(&b, STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                    "\x3E\0\x03\0\xFE\xFF\x09\0\x06\0\0\0\0\0\0\0\0\0\0\0"));
    uint32_t head[8] = {tables, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0};
    for (size_t i = 0; i < ARRAY_LEN(head); i++)
        zb32(&b, head[i]);
    for (uint32_t i = 0; i < 109; i++)
        zb32(&b, i < tables ? sectors + 1 + i : 0xFFFFFFFF);
    buf_add(&b, bytes_str(input));
    while (b.len < (size_t)SECTOR + len)
        buf_addc(&b, 0);
    directory_entry(&b, "Root Entry", 5, 0xFFFFFFFE, 0);
    directory_entry(&b, "Workbook", 2, 0, len);
    directory_entry(&b, "", 0, 0, 0);
    directory_entry(&b, "", 0, 0, 0);
    for (uint32_t i = 0; i < tables * (SECTOR / 4); i++)
        zb32(&b, i + 1 < sectors ? i + 1 : i <= sectors ? 0xFFFFFFFE : 0xFFFFFFFF);
    read_workbook(str_bytes(buf_str(&b)), xls_open);
    buf_clear(&b);
}

/* --- JSON -------------------------------------------------------------------- */
static void write_value(struct jout *j, const struct jvalue *v, size_t depth)
{
    FUZZ_ASSERT(depth <= JSON_DEPTH_MAX);
    FUZZ_ASSERT(fuzz_is_utf8(v->text));
    switch (v->type) {
    case J_NULL:
        jout_null(j);
        break;
    case J_FALSE:
    case J_TRUE:
        jout_bool(j, v->type == J_TRUE);
        break;
    case J_NUMBER:
        jout_raw(j, v->text);
        break;
    case J_STRING:
        jout_str(j, v->text);
        break;
    case J_ARRAY:
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            write_value(j, &v->items[i], depth + 1);
        jout_end_array(j);
        break;
    case J_OBJECT:
        jout_object(j);
        for (size_t i = 0; i < v->count; i++) {
            jout_name_str(j, v->names[i]);
            write_value(j, &v->items[i], depth + 1);
        }
        jout_end_object(j);
        break;
    }
}

static bool parse_and_write(struct buf *out, struct str text, bool last, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct err e = {0};
    struct jout j;
    size_t duplicates = 0;
    err_t rc = last ? jin_parse_last(&v, text, &duplicates, a, &e) : jin_parse(&v, text, a, &e);
    FUZZ_ASSERT(rc == OK || ((rc == E_INVALID || rc == E_LIMIT) && e.text[0]));
    FUZZ_ASSERT(rc == OK || fuzz_is_utf8(str_of(e.text)));
    if (rc != OK)
        return false;
    jout_init(&j, out);
    write_value(&j, v, 0);
    return true;
}

/* What was understood, written, is understood as the same. */
static void check_json(struct bytes input, struct arena *a)
{
    for (int last = 0; last < 2; last++) {
        struct buf once, twice;
        buf_init(&once, 0);
        buf_init(&twice, 0);
        if (parse_and_write(&once, bytes_str(input), last, a)) {
            FUZZ_ASSERT(parse_and_write(&twice, buf_str(&once), false, a));
            FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
        }
        buf_clear(&once);
        buf_clear(&twice);
    }
}

static uint64_t read_elements(struct bytes input, bool drips)
{
    static const char *const paths[] = {"docs", "response/docs", NULL};
    struct arena *a = arena_new();
    struct stream *in = stream_of(input, drips);
    struct json_split *s = NULL;
    struct err e = {0};
    uint64_t h = 0;
    int64_t last = 0;
    size_t steps = 0;
    bool has = json_split_open(&s, in, paths, &e) == OK;
    while (has) {
        struct json_element el = {0};
        struct err fault = {0};
        FUZZ_ASSERT(steps++ < STEPS_MAX);
        arena_reset(a);
        err_t rc = json_split_next(&has, &el, s, a, &fault);
        h = mix(h, str_of(fault.text)) + (uint64_t)rc + (uint64_t)el.number;
        if (rc != OK) {
            FUZZ_ASSERT(fault.text[0] && fuzz_is_utf8(str_of(fault.text)));
            has = true;
        } else if (has) {
            FUZZ_ASSERT(el.value && el.number > last && el.line >= 1);
            last = el.number;
            h = mix(h, el.text);
        }
    }
    h = mix(h, str_of(e.text)) + (s && json_split_gave_up(s));
    json_split_close(s);
    stream_close(in);
    arena_free(a);
    return h;
}

static void check_json_split(struct bytes input, struct arena *a)
{
    (void)a;
    uint64_t h = read_elements(input, false);
    FUZZ_ASSERT(read_elements(input, true) == h);
}

/* --- XML and SGML ------------------------------------------------------------- */
static uint64_t walk_tree(const struct xml_node *n, const struct xml_node *parent, size_t depth)
{
    uint64_t h = mix(depth, n->name);
    FUZZ_ASSERT(depth <= XML_DEPTH_MAX && n->parent == parent);
    FUZZ_ASSERT(fuzz_is_utf8(n->text));
    FUZZ_ASSERT(n->name.len == 0 || n->text.len == 0);
    h = mix(h, n->text) + (n->name.len ? (uint64_t)n->line : 0);
    for (size_t i = 0; i < n->attr_count; i++) {
        FUZZ_ASSERT(fuzz_is_utf8(n->attrs[i].value));
        h = mix(mix(h, n->attrs[i].name), n->attrs[i].value);
    }
    for (const struct xml_node *c = n->first; c; c = c->next) {
        FUZZ_ASSERT(c->next || c == n->last);
        h = h * 7 + walk_tree(c, n, depth + 1);
    }
    return h;
}

static uint64_t read_xml(struct bytes input, bool drips)
{
    static const char *const records[] = {
        "doc", "us-patent-grant", "exchange-document", "PATDOC", "ep-patent-document", "p", NULL};
    struct arena *a = arena_new();
    struct stream *in = stream_of(input, drips);
    struct xml_reader *r = NULL;
    struct err e = {0};
    uint64_t h = 0;
    size_t steps = 0;
    bool more = xml_open(&r, in, records, &e) == OK;
    while (more) {
        struct xml_node *n = NULL;
        struct err fault = {0};
        FUZZ_ASSERT(steps++ < STEPS_MAX);
        arena_reset(a);
        err_t rc = xml_next(&n, r, a, &fault);
        h = mix(h, str_of(fault.text)) + (uint64_t)rc;
        if (rc != OK) {
            FUZZ_ASSERT(fault.text[0] && fuzz_is_utf8(str_of(fault.text)));
            continue;
        }
        more = n != NULL;
        if (!more)
            break;
        h = h * 3 + walk_tree(n, NULL, 0);
        struct str text = xml_text(n, a), same = xml_text(xml_copy(n, a), a);
        FUZZ_ASSERT(str_eq(text, same) && fuzz_is_utf8(text));
        FUZZ_ASSERT(xml_root(r) != NULL);
    }
    if (r)
        h += xml_unknown_entities(r) * 3 + xml_bare_ampersands(r) * 5 + xml_bad_characters(r) * 7;
    xml_close(r);
    stream_close(in);
    arena_free(a);
    return h;
}

static void check_xml(struct bytes input, struct arena *a)
{
    struct xml_head *head = arena_alloc(a, sizeof(*head));
    (void)xml_head(head, input);
    uint64_t h = read_xml(input, false);
    FUZZ_ASSERT(read_xml(input, false) == h);
    FUZZ_ASSERT(read_xml(input, true) == h);
}

/* --- encodings ------------------------------------------------------------------ */
static uint64_t read_text(struct bytes input, bool drips, enum encoding_bad how)
{
    struct stream *s = NULL;
    struct encoding_report report = {0};
    struct err e = {0};
    struct buf all;
    size_t got = 1;
    char chunk[777];
    err_t rc = encoding_open(&s, stream_of(input, drips), how, &report, &e);
    buf_init(&all, 0);
    while (rc == OK && got) {
        rc = stream_read(&got, s, chunk, sizeof(chunk), &e);
        buf_add(&all, (struct str){chunk, got});
    }
    FUZZ_ASSERT(rc == OK || e.text[0]);
    FUZZ_ASSERT(all.len <= input.len * 4 + 4);
    if (how == ENCODING_REPLACE && rc == OK)
        FUZZ_ASSERT(fuzz_is_utf8(buf_str(&all)));
    FUZZ_ASSERT(report.bad == 0 || report.first_bad < input.len);
    uint64_t h = mix((uint64_t)rc + report.bad, buf_str(&all)) + (uint64_t)report.encoding;
    stream_close(s);
    buf_clear(&all);
    return h;
}

static void check_encoding(struct bytes input, struct arena *a)
{
    for (int how = ENCODING_REPLACE; how <= ENCODING_MARK; how++) {
        uint64_t h = read_text(input, false, (enum encoding_bad)how);
        FUZZ_ASSERT(read_text(input, true, (enum encoding_bad)how) == h);
    }
    FUZZ_ASSERT(fuzz_is_utf8(encoding_to_utf8(bytes_str(input), a)));
}

/* --- ZIP -------------------------------------------------------------------------- */
static void check_zip(struct bytes input, struct arena *a)
{
    struct zip *z = NULL;
    struct err e = {0};
    size_t total = 0;
    (void)a;
    if (zip_open(&z, input, &e) != OK) {
        FUZZ_ASSERT(e.text[0] && fuzz_is_utf8(str_of(e.text)));
        return;
    }
    for (size_t i = 0; i < zip_count(z) && i < 50; i++) {
        const struct zip_member *m = zip_get(z, i);
        struct stream *s = NULL;
        char chunk[4096];
        size_t got = 1, size = 0;
        FUZZ_ASSERT(fuzz_is_utf8(m->name) && zip_find(z, m->name) < zip_count(z));
        err_t rc = zip_open_member(&s, z, i, &e);
        while (rc == OK && got && total < ((size_t)16 << 20)) {
            rc = stream_read(&got, s, chunk, sizeof(chunk), &e);
            size += got;
            total += got;
        }
        if (rc == OK && got == 0)
            FUZZ_ASSERT(size == m->size);
        stream_close(s);
    }
    zip_close(z);
}

static const struct fuzz_target targets[] = {
    {"csv-rows", check_csv},          {"xlsx-parts", check_xlsx_parts},
    {"xls-book", check_xls_book},     {"json-value", check_json},
    {"json-split", check_json_split}, {"xml", check_xml},
    {"encoding", check_encoding},     {"zip", check_zip},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}
