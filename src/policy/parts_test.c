#include "base/fs.h"
#include "db/scratch.h"
#include "policy/packs.h"
#include "test.h"

static const struct process *shipped(struct packs **packs, const char *pack, const char *id)
{
    const struct pack *p;
    struct err e;
    assert_ok(packs_open(packs, NULL, &e), &e);
    assert_ok(packs_get(&p, *packs, str_of(pack), &e), &e);
    const struct process *process = pack_process(p, str_of(id));
    assert_non_null(process);
    return process;
}

static const struct process_step *step(const struct process *p, const char *id)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (str_is(p->steps[i].id, id))
            return &p->steps[i];
    fail_msg("no step %s", id);
    return NULL;
}

#define ASSERT_STR(s, z) assert_string_equal(arena_cstr(a, s), z)

static void a_process_comes_out_as_plain_data(void **state)
{
    struct packs *packs;
    struct arena *a = arena_new();
    const struct process *p = shipped(&packs, "sc-yunying-2025", "application");
    const struct process_step *s = step(p, "recognise");
    (void)state;
    ASSERT_STR(p->subject, "application");
    ASSERT_STR(p->states[p->start].id, "draft");
    assert_int_equal(s->from_count, 1);
    ASSERT_STR(p->states[s->from[0]].id, "publicity");
    ASSERT_STR(p->states[s->to].id, "recognised");
    assert_true(p->states[s->to].end && s->two_persons && s->after_due && !s->stays);
    ASSERT_STR(s->due, "publicity");
    ASSERT_STR(s->counted, "publicity.published_on");
    ASSERT_STR(s->passes[0], "recognise");
    ASSERT_STR(s->roles[0], "province_officer"); /* of the authority "province" */
    assert_int_equal(s->effects[0].kind, EFFECT_NAME);
    ASSERT_STR(s->citation.clause, "七(三)");
    packs_close(packs);
    arena_free(a);
}

static void a_step_beside_the_way_stays_and_one_of_our_own_has_no_clause(void **state)
{
    struct packs *packs;
    struct arena *a = arena_new();
    const struct process *p = shipped(&packs, "sx-yunying-draft", "application");
    (void)state;
    assert_true(step(p, "file-with-city")->stays);
    assert_int_equal(step(p, "file-with-city")->from_count, 1);      /* once it is handed in */
    ASSERT_STR(step(p, "file-with-city")->roles[0], "centre_staff"); /* the applicant */
    assert_int_equal(step(p, "return")->citation.clause.len, 0);
    assert_true(step(p, "return")->own.len > 0 && step(p, "return")->reason);
    packs_close(packs);
    arena_free(a);
}

/* Sichuan files the report with both offices, Shanxi has it reviewed by the city first. */
static void provinces_differ_in_data_alone(void **state)
{
    struct packs *sichuan, *shanxi;
    struct arena *a = arena_new();
    const struct process *one = shipped(&sichuan, "sc-yunying-2025", "annual-report");
    const struct process *two = shipped(&shanxi, "sx-yunying-draft", "annual-report");
    (void)state;
    ASSERT_STR(step(one, "file-province")->actor, "centre");
    ASSERT_STR(one->states[step(one, "file-province")->from[0]].id, "with-city");
    ASSERT_STR(step(two, "review")->actor, "city");
    ASSERT_STR(two->states[step(two, "file")->from[0]].id, "reviewed");
    assert_int_equal(step(one, "file-city")->remind[3], 1);
    packs_close(sichuan);
    packs_close(shanxi);
    arena_free(a);
}

/* --- files of a folder, and what a pack takes over -------------------------------------- */

static void put(const char *dir, const char *name, const char *text, struct arena *a)
{
    const char *path = arena_printf(a, "%s/%s", dir, name).ptr;
    char *slash = strrchr(path, '/');
    struct err e;
    assert_ok(
        fs_make_dirs(&fs_system, arena_cstr(a, (struct str){path, (size_t)(slash - path)}), &e),
        &e);
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(str_of(text)), &e), &e);
}

#define HEAD "version: \"1\"\ndocument: {title: 示例, status: draft}\n"

static void a_pack_takes_over_what_it_does_not_say_anew(void **state)
{
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    const struct pack *p;
    struct packs *packs;
    struct err e;
    (void)state;
    put(dir, "province/pack.yaml", "id: province\n" HEAD, a);
    put(dir, "province/forms.yaml",
        "forms:\n  - {id: one, label: 甲表, layout: own, own: 示例}\n"
        "  - {id: two, label: 乙表, layout: own, own: 示例}\n",
        a);
    put(dir, "city/pack.yaml", "id: city\nextends: province\noverrides: [two]\n" HEAD, a);
    put(dir, "city/papers.yaml", "forms:\n  - {id: two, label: 丙表, layout: own, own: 示例}\n", a);
    assert_ok(packs_open_folder(&packs, dir, &e), &e);
    assert_ok(packs_get(&p, packs, STR("city"), &e), &e);
    assert_int_equal(p->parts[PART_FORMS].list.len, 2);
    ASSERT_STR(part_text(part_named(p, PART_FORMS, STR("one")), "label"), "甲表");
    ASSERT_STR(part_text(part_named(p, PART_FORMS, STR("two")), "label"), "丙表");
    ASSERT_STR(pack_section_file(p, "forms"), "city/papers.yaml");
    packs_close(packs);
    arena_free(a);
}

static struct str digest_of(const char *dir, struct arena *a)
{
    const struct pack *p;
    struct packs *packs;
    struct err e;
    assert_ok(packs_open_folder(&packs, dir, &e), &e);
    assert_ok(packs_get(&p, packs, STR("province"), &e), &e);
    struct str digest = arena_dup(a, p->digest);
    packs_close(packs);
    return digest;
}

static void every_file_of_a_pack_is_in_its_digest(void **state)
{
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    (void)state;
    put(dir, "province/pack.yaml", "id: province\n" HEAD, a);
    put(dir, "province/forms.yaml", "forms:\n  - {id: one, label: 甲, layout: own, own: 示}\n", a);
    struct str before = digest_of(dir, a);
    assert_true(str_eq(before, digest_of(dir, a)));
    put(dir, "province/forms.yaml", "forms:\n  - {id: one, label: 乙, layout: own, own: 示}\n", a);
    assert_false(str_eq(before, digest_of(dir, a)));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_comes_out_as_plain_data),
        cmocka_unit_test(a_step_beside_the_way_stays_and_one_of_our_own_has_no_clause),
        cmocka_unit_test(provinces_differ_in_data_alone),
        cmocka_unit_test(a_pack_takes_over_what_it_does_not_say_anew),
        cmocka_unit_test(every_file_of_a_pack_is_in_its_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
