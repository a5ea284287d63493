/* Records: columns (a header and rows of cells → patents) and patent-json (what
 * the store keeps, read back, and merged in any order). */
#include "fuzz.h"
#include "ingest/columns.h"
#include "ingest/survey.h"
#include "model/patent.h"

/* Its JSON, read and written until nothing changes any more: at once. */
static void check_round_trip(const struct patent *p, struct arena *a)
{
    struct patent back = {0};
    struct buf once, twice;
    struct err e = {0};
    buf_init(&once, 0);
    buf_init(&twice, 0);
    patent_to_json(&once, p);
    FUZZ_ASSERT(buf_ok(&once) && fuzz_is_utf8(buf_str(&once)));
    if (patent_from_json(&back, buf_str(&once), a, &e) != OK) {
        fprintf(stderr, "its own JSON does not read back: %s\n%.*s\n", e.text,
                STR_ARG(buf_str(&once)));
        abort();
    }
    patent_to_json(&twice, &back);
    if (!str_eq(buf_str(&once), buf_str(&twice)))
        fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(buf_str(&once)), STR_ARG(buf_str(&twice)));
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    buf_clear(&once);
    buf_clear(&twice);
}

#define CELLS_MAX 64

/* Cells are separated by tabs. */
static struct row row_of(struct str line, struct cell *cells, int64_t number)
{
    struct row row = {.number = number, .line = number, .cells = cells};
    while (line.ptr && row.count < CELLS_MAX)
        cells[row.count++] = (struct cell){.text = str_split(&line, STR("\t"))};
    return row;
}

static void check_columns(struct bytes input, struct arena *a)
{
    static struct column_map *map;
    struct cell cells[CELLS_MAX], names[CELLS_MAX];
    struct str rest = bytes_str(input);
    struct header *header = NULL;
    struct err e = {0};
    if (!map && column_map_new(&map, NULL, 0, NULL) != OK)
        abort();
    if (utf8_check(rest) < rest.len)
        return; /* readers give UTF-8 alone */
    struct row first = row_of(str_split(&rest, STR("\n")), names, 1);
    FUZZ_ASSERT(column_map_score(map, &first) <= first.count);
    struct survey *survey = survey_new(map);
    if (header_bind(&header, map, survey, &first, a, &e) != OK) {
        FUZZ_ASSERT(e.text[0]);
        survey_free(survey);
        return;
    }
    (void)header_is_patents(header);
    for (int64_t n = 2; rest.ptr && n < 50; n++) {
        struct row row = row_of(str_split(&rest, STR("\n")), cells, n);
        struct patent p = {0};
        struct reading how = {0};
        if (!header_read(&p, &how, header, &row, a)) {
            FUZZ_ASSERT(how.blank || how.reason.len > 0);
            continue;
        }
        p.source = STR("fuzz");
        patent_finish(&p, a);
        check_round_trip(&p, a);
        survey_item(survey, &(struct item){.kind = ITEM_RECORD, .patent = &p});
    }
    struct notes notes = {.a = a};
    struct str question = STR_NONE;
    FUZZ_ASSERT(survey_end(survey, &question, &notes) == (question.len == 0));
    survey_free(survey);
    const struct str *unknown = NULL;
    FUZZ_ASSERT(header_unknown(header, &unknown, a) <= first.count);
}

#define PARTS_MAX 4

static void merged_json(struct buf *out, const struct patent *const *parts, size_t count,
                        struct arena *a)
{
    struct patent merged = {0};
    patent_merge(&merged, parts, count, a);
    buf_reset(out);
    patent_to_json(out, &merged);
}

/* One record a line; together they are one document, whoever came first. */
static void check_json(struct bytes input, struct arena *a)
{
    struct patent *p = arena_array(a, PARTS_MAX, sizeof(*p));
    const struct patent *parts[PARTS_MAX], *turned[PARTS_MAX];
    struct str rest = bytes_str(input), key;
    size_t count = 0;
    struct buf one, other;
    while (rest.ptr && count < PARTS_MAX) {
        struct err e = {0};
        err_t rc = patent_from_json(&p[count], str_split(&rest, STR("\n")), a, &e);
        FUZZ_ASSERT(rc == OK || (e.text[0] && fuzz_is_utf8(str_of(e.text))));
        if (rc != OK)
            continue;
        check_round_trip(&p[count], a);
        (void)!patent_key(&key, &p[count], a, &e);
        count++;
    }
    if (count < 2)
        return;
    for (size_t i = 0; i < count; i++) {
        parts[i] = &p[i];
        turned[count - 1 - i] = &p[i];
    }
    buf_init(&one, 0);
    buf_init(&other, 0);
    merged_json(&one, parts, count, a);
    merged_json(&other, turned, count, a);
    if (!str_eq(buf_str(&one), buf_str(&other)))
        fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(buf_str(&one)), STR_ARG(buf_str(&other)));
    FUZZ_ASSERT(str_eq(buf_str(&one), buf_str(&other)));
    buf_clear(&one);
    buf_clear(&other);
}

static const struct fuzz_target targets[] = {{"columns", check_columns},
                                             {"patent-json", check_json}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}
