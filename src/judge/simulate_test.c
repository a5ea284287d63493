/* Whose verdict would change: against each party checked by itself with the pack changed in
 * its text; and what who asks may not see changes nothing for it. */
#include "test.h"

#include "base/fs.h"
#include "db/scratch.h"
#include "judge/facts_fill.h"
#include "judge/facts_make.h"
#include "judge/simulate.h"
#include "policy/case.h"
#include "policy/pack_set.h"
#include "record/fixture.h"

#define MADE 60
#define STAFFED 12
#define PACK "sc-yunying-2025"

static struct fixture f;
static struct packs *packs, *written;
static const struct pack *as_it_is, *text_changed;
static struct pack_copy *set;
static struct str as_of;
static struct arena *a;

struct filling {
    const struct yvalue *document;
    int64_t number, unit;
};

static err_t fill_step(struct db *db, void *arg, struct err *e)
{
    struct filling *x = arg;
    struct filled_party p;
    err_t rc = facts_fill_party(&p, db, x->number, a, e);
    x->unit = p.unit;
    return rc == OK ? facts_fill(db, &f.k, &p, x->document, a, e) : rc;
}

/* Its unit. */
static int64_t fill(const struct yvalue *document)
{
    static int64_t number;
    struct filling x = {.document = document, .number = ++number};
    struct err e;
    assert_ok(store_write(f.store, fill_step, &x, &e), &e);
    return x.unit;
}

/* --- a pack with another text ---------------------------------------------------------- */

static struct str replaced(struct str text, struct str what, struct str with)
{
    size_t at = str_find(text, what, 0);
    if (at == text.len)
        return text;
    struct str rest = {text.ptr + at + what.len, text.len - at - what.len};
    return arena_printf(a, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(with), STR_ARG(rest));
}

static void write_pack(const char *folder, const char *id, struct str what, struct str with)
{
    const struct pack_text *files;
    struct err e;
    size_t n = packs_files(&files, packs, str_of(id), "", a), changed = 0;
    for (size_t i = 0; i < n; i++) {
        struct str text = replaced(files[i].text, what, with);
        struct str path = arena_printf(a, "%s/%s/%.*s", folder, id, STR_ARG(files[i].name));
        size_t slash = path.len;
        while (path.ptr[slash - 1] != '/')
            slash--;
        changed += !str_eq(text, files[i].text);
        assert_ok(fs_make_dirs(&fs_system, arena_cstr(a, (struct str){path.ptr, slash - 1}), &e),
                  &e);
        assert_ok(fs_write_synced(&fs_system, path.ptr, str_bytes(text), &e), &e);
    }
    assert_int_equal(changed, what.len > 0);
}

static void open_packs(void)
{
    const char *folder = scratch_dir(a);
    struct err e;
    size_t at;
    assert_ok(packs_open(&packs, NULL, &e), &e);
    assert_ok(packs_get(&as_it_is, packs, STR(PACK), &e), &e);
    assert_true(pack_find_criterion(&at, as_it_is, STR("staff-count")));
    struct str test = as_it_is->criteria.ptr[at].test.text;
    write_pack(folder, "common", STR(""), STR(""));
    write_pack(folder, PACK, test, replaced(test, STR(" 5 "), STR(" 8 ")));
    assert_ok(packs_open_folder(&written, folder, &e), &e);
    assert_ok(packs_get(&text_changed, written, STR(PACK), &e), &e);
    set = pack_copy(as_it_is, a);
    assert_ok(pack_set(set, STR("staff-count=8"), a, &e), &e);
}

/* --- parties ------------------------------------------------------------------------------ */

static const struct yvalue *passing(void)
{
    const struct pack_text *files;
    struct case_result r;
    size_t n = packs_files(&files, packs, STR(PACK), "cases/apply-at-the-line.yaml", a);
    assert_int_equal(n, 1);
    const struct yvalue *root = case_parse(&r, as_it_is, packs, files[0].name, files[0].text, a);
    assert_non_null(root);
    return yin_get(root, "facts");
}

static struct yvalue colleague(const struct yvalue *like, size_t number)
{
    struct yvalue *items = arena_array(a, like->count, sizeof(*items));
    for (size_t i = 0; i < like->count; i++) {
        items[i] = like->items[i];
        if (str_is(like->names[i].text, "id_number"))
            items[i].text = arena_printf(a, "MADE%zu", number);
    }
    struct yvalue out = *like;
    out.items = items;
    return out;
}

/* The document with so many staff. */
static const struct yvalue *with_staff(const struct yvalue *document, size_t count)
{
    struct yvalue *out = arena_alloc(a, sizeof(*out)),
                  *items = arena_array(a, document->count, sizeof(*items)),
                  *staff = arena_array(a, count + 1, sizeof(*staff));
    *out = *document;
    out->items = items;
    for (size_t i = 0; i < document->count; i++) {
        const struct yvalue *v = &document->items[i];
        items[i] = *v;
        if (!str_is(document->names[i].text, "staff"))
            continue;
        for (size_t k = 0; k < count; k++)
            staff[k] = k < v->count ? v->items[k] : colleague(&v->items[k % v->count], k);
        items[i].items = staff;
        items[i].count = count;
    }
    return out;
}

static void fill_all(void)
{
    struct rand r = {test_seed(20261121)};
    const struct yvalue *document = passing(), *made;
    struct err e;
    as_of = yin_get(document, "as_of")->text;
    for (size_t i = 0; i < STAFFED; i++)
        fill(with_staff(document, i));
    for (size_t i = 0; i < MADE; i++) {
        assert_ok(facts_parse(&made, made_facts(&r, arena_cstr(a, as_of), 9, a), a, &e), &e);
        fill(made);
    }
}

/* --- tests ---------------------------------------------------------------------------------- */

static enum truth verdict_of(const struct pack *p, const struct party_facts *party,
                             const struct subject *s)
{
    struct facts_request r = {.as_of = as_of, .programme = STR(PACK), .subject = s};
    struct stored_facts facts;
    struct pack_verdict v;
    struct err e;
    assert_ok(facts_from_store(&facts, party, NULL, &f.k, &r, a, &e), &e);
    assert_ok(pack_verdict_check(&v, p, facts.party.document, STR("apply"), a, &e), &e);
    return v.verdict;
}

static struct simulation simulated(const struct subject *s)
{
    const struct pack *two[2] = {as_it_is, &set->pack};
    struct many m = {.kernel = &f.k,
                     .subject = s,
                     .as_of = as_of,
                     .question = STR("apply"),
                     .packs = two,
                     .pack_count = 2,
                     .threads = 2};
    struct simulation out;
    struct err e;
    assert_ok(simulate(&out, &m, a, &e), &e);
    assert_int_equal(out.refused_count, 0);
    return out;
}

static void it_lists_exactly_those_who_change(void **state)
{
    struct subject s;
    struct party_facts *all;
    struct db *db = NULL;
    struct err e;
    size_t count, n = 0;
    (void)state;
    subject_program(&s, STR("2026-11-20"));
    struct simulation out = simulated(&s);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(record_parties(&all, &count, &f.k, db, &s, 1000, a, &e), &e);
    store_reader_put(f.store, db);
    assert_int_equal(out.outside, 1); /* of Shanxi, in every fixture */
    assert_int_equal(out.judged, count - 1);
    for (size_t i = 0; i < count; i++) {
        enum truth before = verdict_of(as_it_is, &all[i], &s),
                   after = verdict_of(text_changed, &all[i], &s);
        if (before == after)
            continue;
        assert_true(n < out.changed_count);
        const struct changed_party *p = &out.changed[n++];
        assert_int_equal(p->unit, all[i].unit);
        assert_int_equal(p->before, before);
        assert_int_equal(p->after, after);
        assert_int_equal(p->because_count, 1);
        assert_str(p->because[0].id, "staff-count");
    }
    assert_int_equal(n, out.changed_count);
    assert_int_equal(n, 3); /* with 5, 6 and 7 */
}

static void parties_of_other_places_are_left_out_and_counted(void **state)
{
    struct subject s;
    (void)state;
    subject_program(&s, STR("2026-11-20"));
    struct simulation before = simulated(&s);
    int64_t moved = before.changed[0].unit;
    fixture_run(&f, arena_printf(a, "UPDATE unit SET owner_province = '14' WHERE id = %lld",
                                 (long long)moved)
                        .ptr);
    struct simulation after = simulated(&s);
    assert_int_equal(after.outside, before.outside + 1);
    assert_int_equal(after.judged, before.judged - 1);
    assert_int_equal(after.changed_count, before.changed_count - 1);
    for (size_t i = 0; i < after.changed_count; i++)
        assert_int_not_equal(after.changed[i].unit, moved);
}

static void count_judged(void *arg, const struct judged *j)
{
    int64_t *sums = arg;
    sums[0]++;
    sums[1] += j->party->unit;
}

/* More than one batch of judge/many.c takes: none is left out between two, none comes twice. */
static void each_of_some_hundred_parties_is_judged_once(void **state)
{
    struct subject s;
    const struct many all = {.kernel = &f.k,
                             .subject = &s,
                             .as_of = as_of,
                             .question = STR("apply"),
                             .packs = &as_it_is,
                             .pack_count = 1,
                             .threads = 2};
    struct yvalue nothing = *passing();
    struct err e;
    int64_t before[2] = {0}, after[2] = {0}, units = 0;
    size_t count, outside;
    (void)state;
    subject_program(&s, STR("2026-11-20"));
    nothing.count = 0;
    assert_ok(judge_many(&count, &outside, &all, count_judged, before, &e), &e);
    assert_int_equal(before[0], count);
    for (size_t i = 0; i < 300; i++)
        units += fill(&nothing);
    assert_ok(judge_many(&count, &outside, &all, count_judged, after, &e), &e);
    assert_int_equal(after[0], count);
    assert_int_equal(after[0], before[0] + 300);
    assert_int_equal(after[1], before[1] + units);
}

static void what_cannot_be_set_is_refused(void **state)
{
    static const char *const wrong[] = {"staff-count",      "staff-count=",     "nobody=8",
                                        "staff-count=8 元", "staff-count=many", "documents=2",
                                        "in-force=1"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err e;
        if (pack_set(set, str_of(wrong[i]), a, &e) != E_INVALID)
            fail_msg("%s was taken", wrong[i]);
    }
    struct err e;
    assert_ok(pack_set(set, STR("cumulative-amount=200 万元"), a, &e), &e);
    assert_ok(pack_set(set, STR("cumulative-amount=1000000"), a, &e), &e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lists_exactly_those_who_change),
        cmocka_unit_test(parties_of_other_places_are_left_out_and_counted),
        cmocka_unit_test(each_of_some_hundred_parties_is_judged_once),
        cmocka_unit_test(what_cannot_be_set_is_refused),
    };
    fixture_open(&f, NULL, 0);
    a = arena_new();
    open_packs();
    fill_all();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    packs_close(packs);
    packs_close(written);
    arena_free(a);
    fixture_close(&f);
    return failed;
}
