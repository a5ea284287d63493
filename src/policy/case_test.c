#include "policy/case.h"
#include "policy/pack_copy.h"
#include "test.h"
#include <stdio.h>
#include <unistd.h>

static void run_all(struct packs *from, const char *folder, struct packs *packs, struct str id,
                    size_t *count)
{
    const struct pack_text *files;
    const struct pack *p;
    struct arena *a = arena_new();
    struct err e;
    assert_ok(packs_get(&p, packs, id, &e), &e);
    size_t n = packs_files(&files, from, id, folder, a);
    for (size_t i = 0; i < n; i++) {
        struct case_result r;
        struct arena *one = arena_new();
        case_run(&r, p, packs, files[i].name, files[i].text, one);
        if (r.wrong.len)
            fail_msg("%.*s/%.*s: %.*s", STR_ARG(id), STR_ARG(files[i].name), STR_ARG(r.wrong));
        arena_free(one);
    }
    *count += n;
    arena_free(a);
}

static void every_case_of_a_shipped_pack_holds(void **state)
{
    const struct str *ids;
    struct packs *packs;
    struct err e;
    size_t count = 0;
    (void)state;
    assert_ok(packs_open(&packs, NULL, &e), &e);
    size_t n = packs_ids(&ids, packs);
    assert_true(n > 1);
    for (size_t i = 0; i < n; i++)
        run_all(packs, "cases/", packs, ids[i], &count);
    print_message("# %zu cases\n", count);
    assert_true(count > 0);
    packs_close(packs);
}

static void the_shared_cases_hold(void **state)
{
    const char *shared = getenv("ZHIYUN_SHARED"), *root = getenv("MESON_SOURCE_ROOT");
    struct arena *a = arena_new();
    struct str folder = shared ? arena_printf(a, "%s/cases", shared)
                               : arena_printf(a, "%s/../shared/cases", root ? root : ".");
    const struct str *ids;
    struct packs *packs;
    struct err e;
    size_t count = 0;
    (void)state;
    if (access(folder.ptr, R_OK) != 0) {
        printf("# skipped: the shared cases are not here; set ZHIYUN_SHARED\n");
        arena_free(a);
        return;
    }
    assert_ok(packs_open(&packs, NULL, &e), &e);
    size_t n = packs_ids(&ids, packs);
    for (size_t i = 0; i < n; i++) {
        struct packs *cases = packs_open_cases(folder.ptr, ids[i]);
        run_all(cases, "", packs, ids[i], &count);
        packs_close(cases);
    }
    print_message("# %zu cases\n", count);
    packs_close(packs);
    arena_free(a);
}

/* A number that is changed in a copy changes its verdicts, and none of the pack's own. */
static void a_changed_threshold_fails_a_case(void **state)
{
    const struct pack_text *files;
    const struct pack *p;
    struct packs *packs;
    struct arena *a = arena_new();
    struct case_result r;
    struct err e;
    size_t at, failed = 0;
    (void)state;
    assert_ok(packs_open(&packs, NULL, &e), &e);
    assert_ok(packs_get(&p, packs, STR("sc-yunying-2025"), &e), &e);
    assert_true(pack_find_criterion(&at, p, STR("staff-count")));
    struct pack_copy *copy = pack_copy(p, a);
    copied_tree(&copy->criteria[at].test.tree->children[1])->number += MILLION;
    size_t n = packs_files(&files, packs, p->id, "cases/", a);
    for (size_t i = 0; i < n; i++) {
        case_run(&r, &copy->pack, packs, files[i].name, files[i].text, a);
        failed += r.wrong.len > 0;
        case_run(&r, p, packs, files[i].name, files[i].text, a);
        assert_int_equal(r.wrong.len, 0);
    }
    assert_true(failed > 0);
    packs_close(packs);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_a_shipped_pack_holds),
        cmocka_unit_test(the_shared_cases_hold),
        cmocka_unit_test(a_changed_threshold_fails_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
