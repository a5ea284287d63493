/* The offices' own formats on the shared sample files, where these are there
 * (golden_test.c has their golden files), and on what is none of them. */
#include "base/fs.h"
#include "ingest/format.h"
#include "test.h"
#include <dirent.h>
#include <stdlib.h>

static const char *source_root(void)
{
    const char *root = getenv("MESON_SOURCE_ROOT");
    return root ? root : ".";
}

static const struct format *best_format(struct bytes head)
{
    const struct format *best = NULL;
    int sure = 0;

    for (size_t i = 0; formats[i]; i++) {
        int s = format_sniff(formats[i], head);
        if (s > sure) {
            sure = s;
            best = formats[i];
        }
    }
    return best;
}

struct counts {
    int records, rejects, tables, warnings;
    size_t memory; /* of the largest item, in bytes */
};

static void count_item(const struct item *it, struct counts *n)
{
    n->warnings += (int)it->warnings.len;
    n->records += it->kind == ITEM_RECORD;
    n->tables += it->kind == ITEM_TABLE;
    n->rejects += it->kind == ITEM_REJECT;
    if (it->kind == ITEM_REJECT || it->kind == ITEM_TABLE)
        assert_true(it->reason.len > 0);
}

/* Everything `f` gives for the stream; `visit` sees each record. */
static err_t read_all(struct counts *n, const struct format *f, struct stream *s,
                      void (*visit)(struct patent *p, void *arg), void *arg, struct err *e)
{
    struct arena *a = arena_new(), *kept = arena_new();
    struct notes notes = {.a = kept};
    struct input in = {.name = "golden",
                       .source = STR("golden"),
                       .stream = s,
                       .tmpdir = "/tmp",
                       .notes = &notes,
                       .frame = f->frame};
    void *state = NULL;
    struct item it = {0};
    err_t rc = f->open(&state, &in, e);

    *n = (struct counts){0};
    while (rc == OK) {
        it = (struct item){0};
        arena_reset(a);
        rc = f->next(&it, state, a, e);
        if (rc != OK || it.kind == ITEM_END)
            break;
        count_item(&it, n);
        if (arena_used(a) > n->memory)
            n->memory = arena_used(a);
        if (visit && it.kind == ITEM_RECORD)
            visit(it.patent, arg);
    }
    f->close(state);
    arena_free(a);
    arena_free(kept);
    return rc;
}

/* --- shared samples ------------------------------------------------------------- */

static const char *shared_dir(struct arena *a)
{
    const char *dir = getenv("ZHIYUN_SHARED");
    if (!dir)
        dir = arena_cstr(a, arena_printf(a, "%s/../shared", source_root()));
    DIR *d = opendir(dir);
    if (!d) { /* cmocka 1.1.5 prints skip() as "not ok", which meson takes for a failure */
        (void)fprintf(stderr, "# skipped: no shared samples at %s\n", dir);
        return NULL;
    }
    (void)closedir(d);
    return dir;
}

static struct stream *open_sample(const char *path)
{
    struct stream *s = NULL;
    struct err e = {0};

    assert_ok(stream_open_file(&s, &fs_system, path, &e), &e);
    if (str_ends(str_of(path), STR(".zst")))
        assert_ok(stream_open_zstd(&s, s, &e), &e);
    return s;
}

struct seen {
    int titles, publications, claims, dates, classes, parties;
    struct patent *last;
};

static void look(struct patent *p, void *arg)
{
    struct seen *s = arg;
    s->titles += patent_text(p, TEXT_TITLE, NULL).len > 0;
    s->claims += patent_text(p, TEXT_CLAIMS, NULL).len > 0;
    s->publications += p->publication.key.len > 0 && p->publication.use != NUMBER_APPLICATION;
    s->dates += p->publication_date.year > 0;
    s->classes += p->classes.len > 0;
    s->parties += p->parties.len > 0;
}

static void shared_samples_give_all_their_records(void **state)
{
    (void)state;
    static const struct {
        const char *file, *format;
        int records, titles, claims, parties;
    } samples[] = {
        {"uspto-samples/greenbook/US03932709.greenbook", "uspto-greenbook", 1, 1, 1, 1},
        {"uspto-samples/greenbook/US03937375.greenbook", "uspto-greenbook", 1, 1, 1, 1},
        {"uspto-samples/greenbook/US04347903.greenbook", "uspto-greenbook", 1, 1, 1, 1},
        {"uspto-samples/pap/US20010000044A1.xml", "uspto-pap", 1, 1, 1, 1},
        {"uspto-samples/pap/US20010000943A1.xml", "uspto-pap", 1, 1, 1, 1},
        {"uspto-samples/pap/US20010009014A1.xml", "uspto-pap", 1, 1, 1, 1},
        {"uspto-samples/sgml/US06336130.xml", "uspto-st32", 1, 1, 1, 1},
        {"uspto-samples/sgml/US06337117.xml", "uspto-st32", 1, 1, 1, 1},
        {"uspto-samples/sgml/USD435854S1.xml", "uspto-st32", 1, 1, 1, 1},
        {"uspto-samples/xml2004/US06859910.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xml2004/US06970935.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xml2006/US07272630B2.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xml2014/US08926509.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xml2014/US08927118.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xml2014/US08930553.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xmlApp2004/US20050004437A1.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/xmlApp2004/US20050004974A1.xml", "uspto-redbook", 1, 1, 1, 1},
        {"uspto-samples/cpcMaster/cpcMaster.xml", "cpc-master", 1, 0, 0, 0},
        {"uspto-samples/cpcScheme/cpc-scheme-A01L.xml", "class-scheme", 0, 0, 0, 0},
        {"uspto-api-json/public_search-biblio.json.zst", "uspto-search", 129, 129, 0, 129},
        {"uspto-api-json/public_search-doc.json.zst", "uspto-search", 31, -1, -1, -1},
        {"uspto-api-json/odp-application.json.zst", "uspto-odp", 1, 1, 0, 1},
        {"epo-samples/docdb/AP-1206-A_302101161.xml", "docdb", 1, 1, 0, 1},
        {"epo-samples/docdb/DE-backfile.xml", "docdb", 10, 10, 0, 10},
        {"epo-samples/docdb/WO-2023012807-A1_507242069.xml", "docdb", 1, 1, 0, 1},
        {"epo-samples/docdb/YU-6701-A_381353354.xml", "docdb", 1, 1, 0, 1},
        {"epo-samples/ops/biblio_example.xml", "ops", 1, 1, 0, 1},
        {"epo-samples/ops/biblio_example_2.xml", "ops", 1, 0, 0, 0},
        {"epo-samples/ops/claims_example.xml", "ops", 1, 0, 1, 0},
        {"epo-samples/ops/description_example.xml", "ops", 1, 0, 0, 0},
        {"epo-samples/ops/family_input.xml", "ops", 6, 0, 0, 0},
        {"epo-samples/ops/full_cycle_example.xml", "ops", 2, 2, 0, 2},
        {"epo-samples/ops/legal_example_1.xml", "ops", 1, 0, 0, 0},
        {"epo-samples/ops/search_result.xml", "ops-search", 100, 0, 0, 0},
    };
    struct arena *a = arena_new();
    const char *dir = shared_dir(a);
    if (!dir) {
        arena_free(a);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct counts n;
        struct seen seen = {0};
        struct bytes head;
        struct err e = {0};
        const char *path = arena_cstr(a, arena_printf(a, "%s/data/%s", dir, samples[i].file));
        struct stream *s = open_sample(path);
        assert_ok(stream_peek(&head, s, 65536, &e), &e);
        const struct format *f = best_format(head);
        if (!f || strcmp(f->name, samples[i].format) != 0)
            fail_msg("%s: recognised as %s", path, f ? f->name : "nothing");
        assert_ok(read_all(&n, f, s, look, &seen, &e), &e);
        stream_close(s);
        if (n.records != samples[i].records || n.rejects != 0 ||
            (samples[i].titles >= 0 && seen.titles != samples[i].titles) ||
            (samples[i].claims >= 0 && seen.claims != samples[i].claims) ||
            (samples[i].parties >= 0 && seen.parties != samples[i].parties))
            fail_msg("%s: %d records, %d rejects, %d titles, %d claims, %d with parties", path,
                     n.records, n.rejects, seen.titles, seen.claims, seen.parties);
        assert_int_equal(n.tables, strcmp(f->name, "class-scheme") == 0);
    }
    arena_free(a);
}

static void shared_ep_publications_are_whole(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *dir = shared_dir(a);
    if (!dir) {
        arena_free(a);
        return;
    }
    static const char *const kinds[] = {"application", "grant"};
    int files = 0, records = 0, mended = 0;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const char *folder =
            arena_cstr(a, arena_printf(a, "%s/data/epo-samples/eps/%s", dir, kinds[k]));
        DIR *d = opendir(folder);
        assert_non_null(d);
        for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
            if (entry->d_name[0] == '.')
                continue;
            struct counts n;
            struct seen seen = {0};
            struct err e = {0};
            struct bytes head;
            struct stream *s =
                open_sample(arena_cstr(a, arena_printf(a, "%s/%s", folder, entry->d_name)));
            assert_ok(stream_peek(&head, s, 65536, &e), &e);
            const struct format *f = best_format(head);
            assert_string_equal(f->name, "ep-publication");
            assert_ok(read_all(&n, f, s, look, &seen, &e), &e);
            stream_close(s);
            files++;
            records += n.records;
            mended += n.warnings;
            assert_int_equal(seen.titles, 1);
            assert_int_equal(seen.publications, 1);
            assert_int_equal(seen.dates, 1);
            assert_int_equal(seen.classes, 1);
            assert_int_equal(seen.parties, 1);
            assert_int_equal(seen.claims, k == 1 || seen.claims);
        }
        (void)closedir(d);
    }
    assert_int_equal(files, 22);
    assert_int_equal(records, 22);
    assert_int_equal(mended, 2); /* two files have a bare '&' in an address */
    arena_free(a);
}

/* --- what is not understood --------------------------------------------------------- */

static void a_file_without_records_gives_one_error(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "", "nothing of the kind", "<other/>", "{}", "<a><b>", "PATN", "[]"};
    for (size_t i = 0; formats[i]; i++) {
        if (strncmp(formats[i]->name, "uspto", 5) != 0 && strcmp(formats[i]->name, "docdb") != 0 &&
            strncmp(formats[i]->name, "ops", 3) != 0 && strncmp(formats[i]->name, "ep-", 3) != 0 &&
            strcmp(formats[i]->name, "cpc-master") != 0)
            continue;
        for (size_t k = 0; k < ARRAY_LEN(inputs); k++) {
            struct counts n;
            struct err e = {0};
            struct stream *s = stream_open_memory(str_bytes(str_of(inputs[k])));
            err_t rc = read_all(&n, formats[i], s, NULL, NULL, &e);
            stream_close(s);
            if (rc == OK && n.rejects == 0)
                fail_msg("%s took \"%s\" for an empty file of its own", formats[i]->name,
                         inputs[k]);
            assert_int_equal(n.records, 0);
        }
    }
}

/* --- what a stranger can make large ------------------------------------------------- */

#define PIECES 20000

static void look_at_pieces(struct patent *p, void *arg)
{
    struct str text = patent_text(p, TEXT_ABSTRACT, "en");
    size_t *found = arg;
    for (size_t at = 0; at < text.len; at = str_find(text, STR("\n"), at) + 1)
        ++*found;
    assert_true(str_starts(text, STR("piece 0\npiece 1\n")));
    assert_true(str_ends(text, STR("\npiece 19999\n")));
    assert_int_equal(p->priorities.len, 1);
}

/* Copied for each piece, they would take 3 GB. */
static void pieces_of_one_text_take_memory_once(void **state)
{
    (void)state;
    struct buf b;
    struct counts n;
    struct err e = {0};
    size_t found = 0;
    buf_init(&b, 0);
    buf_addz(&b, "<exchange-document country=\"DE\" doc-number=\"1258190\" kind=\"B\">"
                 "<bibliographic-data><priority-claims>");
    for (int i = 0; i < 2; i++)
        buf_addz(&b, "<priority-claim data-format=\"docdb\"><document-id><country>US</country>"
                     "<doc-number>201562100001</doc-number><kind>P</kind></document-id>"
                     "</priority-claim>");
    buf_addz(&b, "</priority-claims></bibliographic-data>");
    for (int i = 0; i < PIECES; i++)
        buf_addf(&b, "<abstract lang=\"en\"><p>piece %d</p></abstract>", i);
    buf_addz(&b, "</exchange-document>");
    const struct format *f = best_format(str_bytes(buf_str(&b)));
    assert_string_equal(f->name, "docdb");
    struct stream *s = stream_open_memory(str_bytes(buf_str(&b)));
    assert_ok(read_all(&n, f, s, look_at_pieces, &found, &e), &e);
    stream_close(s);
    buf_clear(&b);
    assert_int_equal(n.records, 1);
    assert_int_equal(found, PIECES);
    assert_true(n.memory < (size_t)64 << 20);
}

#define RELATIVES 10000

static void look_at_relatives(struct patent *p, void *arg)
{
    (void)arg;
    assert_int_equal(p->family_members.len, 0);
    assert_true(str_is(p->family, "docdb:7"));
}

/* Listed in each other, they would be a hundred million. */
static void a_huge_family_is_named_by_its_id(void **state)
{
    (void)state;
    struct buf b;
    struct counts n;
    struct err e = {0};
    buf_init(&b, 0);
    buf_addz(&b, "<ops:world-patent-data xmlns:ops=\"http://ops.epo.org\" "
                 "xmlns=\"http://www.epo.org/exchange\"><ops:patent-family>");
    for (int i = 0; i < RELATIVES; i++)
        buf_addf(&b,
                 "<ops:family-member family-id=\"7\"><publication-reference><document-id "
                 "document-id-type=\"docdb\"><country>EP</country><doc-number>%d</doc-number>"
                 "<kind>A1</kind></document-id></publication-reference></ops:family-member>",
                 1000000 + i);
    buf_addz(&b, "</ops:patent-family></ops:world-patent-data>");
    const struct format *f = best_format(str_bytes(buf_str(&b)));
    assert_string_equal(f->name, "ops");
    struct stream *s = stream_open_memory(str_bytes(buf_str(&b)));
    assert_ok(read_all(&n, f, s, look_at_relatives, NULL, &e), &e);
    stream_close(s);
    buf_clear(&b);
    assert_int_equal(n.records, RELATIVES);
    assert_int_equal(n.warnings, RELATIVES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_samples_give_all_their_records),
        cmocka_unit_test(shared_ep_publications_are_whole),
        cmocka_unit_test(a_file_without_records_gives_one_error),
        cmocka_unit_test(pieces_of_one_text_take_memory_once),
        cmocka_unit_test(a_huge_family_is_named_by_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
