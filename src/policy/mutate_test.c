#include "policy/mutate.h"
#include "test.h"

struct kind {
    const char *of, *what;
    bool found;
};

struct looking {
    struct kind *kinds;
    size_t count, mutants;
};

/* Each mutant says where it is; which of the kinds is it? */
static void look(void *arg, const struct mutant *m)
{
    struct looking *l = arg;
    l->mutants++;
    assert_true(m->file.len > 0 && m->line > 0);
    for (size_t i = 0; i < l->count; i++) {
        struct kind *k = &l->kinds[i];
        k->found |= str_find(m->what, str_of(k->what), 0) < m->what.len &&
                    str_find(m->file, str_of(k->of), 0) < m->file.len;
    }
}

/* No case is run: the changes alone, each of which the pack then has no more. */
static void collect(struct packs *packs, const char *id, struct kind *kinds, size_t count)
{
    struct looking l = {kinds, count, 0}, again = {kinds, count, 0};
    struct arena *a = arena_new();
    const struct pack *p;
    struct err e;
    assert_ok(packs_get(&p, packs, str_of(id), &e), &e);
    assert_ok(pack_mutate((struct pack *)p, look, &l, a, &e), &e);
    for (size_t i = 0; i < count; i++)
        if (!kinds[i].found)
            fail_msg("%s: no mutant of %s says \"%s\"", id, kinds[i].of, kinds[i].what);
    assert_ok(pack_mutate((struct pack *)p, look, &again, a, &e), &e);
    assert_int_equal(again.mutants, l.mutants);
    arena_free(a);
}

#define COLLECT(packs, id, ...)                                                                    \
    do {                                                                                           \
        struct kind kinds[] = {__VA_ARGS__};                                                       \
        collect(packs, id, kinds, ARRAY_LEN(kinds));                                               \
    } while (0)

static struct packs *opened(void)
{
    const char *root = getenv("MESON_SOURCE_ROOT");
    struct arena *a = arena_new();
    struct packs *packs;
    struct err e;
    if (!root)
        fail_msg("MESON_SOURCE_ROOT is not set");
    assert_ok(packs_open(&packs, arena_printf(a, "%s/docs", root).ptr, &e), &e);
    arena_free(a);
    return packs;
}

static void names_funds_days_and_keys_of_a_province_are_changed(void **state)
{
    struct packs *packs = opened();
    (void)state;
    COLLECT(packs, "example-province", {"pack.yaml", "naming: another beginning"},
            {"pack.yaml", "naming: another end"}, {"pack.yaml", "naming: drop_suffix is dropped"},
            {"pack.yaml", "naming: refuse without 产业"},
            {"pack.yaml", "naming: refuse_within without 公司"},
            {"authorities.yaml", "build: amount 600000.00 becomes 600000.01"},
            {"authorities.yaml", "build: payer finance becomes nothing"},
            {"authorities.yaml", "build: criterion build-grant becomes nothing"},
            {"authorities.yaml", "build: policy yunling-build becomes nothing"},
            {"authorities.yaml", "build: once true becomes false"},
            {"authorities.yaml", "build: kind support becomes"},
            {"pack.yaml", "publicity: one day or unit less"},
            {"pack.yaml", "publicity: one day or unit more"},
            {"pack.yaml", "publicity: working days and days change places"},
            {"pack.yaml", "rectification: working days and days change places"},
            {"pack.yaml", "evaluation: a term becomes so many months"},
            {"pack.yaml", "annual-report: a year later"},
            {"indicators/staff_full_qualified.sql", "id_number becomes 'one'"},
            {"indicators/staff_full_qualified.sql", "id_number becomes (id_number || record_id)"},
            {"indicators/staff_full_qualified.sql", "id_number becomes NULL"});
    packs_close(packs);
}

static void tests_flags_conditions_and_groups_are_changed(void **state)
{
    struct packs *packs = opened();
    (void)state;
    COLLECT(packs, "sc-yunying-2025", {"pack.yaml", "applies is dropped"},
            {"pack.yaml", "recommended: applies is dropped"},
            {"pack.yaml", "related-party: the flag is never raised"},
            {"pack.yaml", "related-party: the flag is raised in every question"},
            {"pack.yaml", "staff-count: number one up"},
            {"pack.yaml", "staff-count: number one down"}, {"pack.yaml", "staff-count: >= becomes"},
            {"indicators/staff_fields_held.sql", "f.column1 becomes 'one'"},
            {"indicators/staff_fields_held.sql", "s.id_number becomes NULL"},
            {"indicators/staff_fields_held.sql", " AND  becomes  OR "},
            {"process.yaml", "without deadline"}, {"process.yaml", "effect dropped: "},
            {"process.yaml", "condition turned round: "}, {"process.yaml", ": by "});
    packs_close(packs);
}

static void what_records_hold_is_changed_word_by_word(void **state)
{
    struct packs *packs = opened();
    (void)state;
    COLLECT(packs, "sc-yucheng-2025",
            {"records.yaml", "building-time: when without kind=cultivation"},
            {"records.yaml", "building-time: unless reason becomes nothing"},
            {"records.yaml", "building-time: at_most"},
            {"records.yaml", "milestones: from task_book_signed becomes nothing"},
            {"records.yaml", "milestones: need without milestones"},
            {"records.yaml", "target-grant-rate: row without criterion=grant-rate"},
            {"records.yaml", "target-filing-growth-base: filled without base_year"});
    packs_close(packs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_funds_days_and_keys_of_a_province_are_changed),
        cmocka_unit_test(tests_flags_conditions_and_groups_are_changed),
        cmocka_unit_test(what_records_hold_is_changed_word_by_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
