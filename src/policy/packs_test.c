/* Packs as files: one digest wherever they lie, read again out of an archive; texts that are not
 * held; what may decide. */
#include "test.h"

#include "base/fs.h"
#include "db/scratch.h"
#include "policy/packs.h"
#include <sys/stat.h>
#include <unistd.h>

static struct arena *a;

static int begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static const struct pack *get(struct packs *packs, const char *id)
{
    const struct pack *p;
    struct err e;
    assert_ok(packs_get(&p, packs, str_of(id), &e), &e);
    return p;
}

static struct packs *shipped(void)
{
    struct packs *packs;
    struct err e;
    assert_ok(packs_open(&packs, NULL, &e), &e);
    return packs;
}

static void put(const char *folder, const char *name, struct str text)
{
    struct err e;
    const char *path = arena_printf(a, "%s/%s", folder, name).ptr;
    const char *slash = strrchr(path, '/');
    const char *in = arena_cstr(a, (struct str){path, (size_t)(slash - path)});
    assert_ok(fs_make_dirs(&fs_system, in, &e), &e);
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(text), &e), &e);
}

/* Every file of the packs that an archive names, in a folder. */
static void unpack(const char *folder, struct packs *packs, const char *id)
{
    const struct pack_text *files;
    size_t n = packs_files(&files, packs, str_of(id), "", a);
    for (size_t i = n; i > 0; i--) /* another order than theirs */
        put(folder, arena_printf(a, "%s/%.*s", id, STR_ARG(files[i - 1].name)).ptr,
            files[i - 1].text);
}

/* An office's own version of a shipped pack stands where that stood; of the same version it is a
 * mistake, and a broken one is told where it is broken. */
static void an_own_version_takes_the_place_of_the_shipped_one(void **state)
{
    struct packs *packs;
    const struct pack *p;
    const struct pack_finding *f;
    const char *dir = scratch_dir(a);
    struct err e;
    (void)state;
    unpack(dir, shipped(), "sx-yunying-draft");
    assert_ok(packs_open(&packs, dir, &e), &e);
    assert_int_equal(packs_get(&p, packs, STR("sx-yunying-draft"), &e), E_INVALID);
    assert_non_null(strstr(e.text, "the program ships sx-yunying-draft in that version"));
    assert_int_equal(packs_get(&p, packs, STR("sx-yunying-draft"), &e), E_INVALID); /* for good */
    assert_int_equal(packs_findings(&f, packs, STR("sx-yunying-draft")), 1);
    assert_non_null(get(packs, "sc-yunying-2025"));
    packs_close(packs);
    put(dir, "sx-yunying-draft/pack.yaml",
        STR("# own\nid: sx-yunying-draft\nversion: '1-a'\nextends: common\n"
            "document:\n  title: 虚构\n  issuer: 虚构\n  effective: 2026-01-01\n"));
    assert_ok(packs_open(&packs, dir, &e), &e);
    assert_false(packs_are_shipped(packs, STR("sx-yunying-draft")));
    assert_true(packs_are_shipped(packs, STR("sc-yunying-2025")));
    put(dir, "sx-yunying-draft/pack.yaml", STR("version: [\n"));
    assert_ok(packs_open(&packs, dir, &e), &e);
    assert_int_equal(packs_get(&p, packs, STR("sx-yunying-draft"), &e), E_INVALID);
    assert_non_null(strstr(e.text, "sx-yunying-draft/pack.yaml:"));
}

static const char *in(const char *folder, const char *name)
{
    return arena_printf(a, "%s/%s", folder, name).ptr;
}

/* Two packs that are good, and beside them everything else that a folder can hold. */
static const char *put_strays(void)
{
    static const char *const folders[] = {"empty", "linked", "piped", "large"};
    const char *dir = scratch_dir(a);
    struct err e;
    unpack(dir, shipped(), "sc-yunying-2025");
    unpack(dir, shipped(), "common");
    put(dir, ".hidden/notes", STR("passed over"));
    put(dir, "stray.txt", STR("no pack\n"));
    put(dir, "broken/pack.yaml", STR("id: broken\nversion: [\n"));
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        assert_ok(fs_make_dirs(&fs_system, in(dir, folders[i]), &e), &e);
    assert_int_equal(symlink("/etc", in(dir, "elsewhere")), 0);
    assert_int_equal(symlink("/etc/passwd", in(dir, "linked/pack.yaml")), 0);
    assert_int_equal(mkfifo(in(dir, "piped/pack.yaml"), 0600), 0);
    put(dir, "large/pack.yaml", STR("id: large\n"));
    assert_int_equal(truncate(in(dir, "large/pack.yaml"), (off_t)64 << 20), 0);
    return dir;
}

/* One bad thing in the folder is told, with what to do, and takes none of the good ones with it. */
static void what_is_no_pack_is_told_and_the_others_are_there(void **state)
{
    static const struct {
        const char *id, *file, *says;
    } bad[] = {
        {"broken", "broken/pack.yaml", "did not find expected"},
        {"elsewhere", "elsewhere", "elsewhere is a link; put the folder itself in its place"},
        {"empty", "empty", "empty has no pack.yaml; put one into it, or take it away"},
        {"large", "large/pack.yaml", "large/pack.yaml: larger than"},
        {"linked", "linked/pack.yaml", "linked/pack.yaml is a link; put the file itself"},
        {"piped", "piped/pack.yaml", "piped/pack.yaml is no regular file"},
        {"stray.txt", "stray.txt", "stray.txt is no folder"},
    };
    const char *dir = put_strays();
    struct packs *packs;
    const struct str *ids;
    struct err e;
    (void)state;
    assert_ok(packs_open_folder(&packs, dir, &e), &e);
    assert_int_equal(packs_ids(&ids, packs), ARRAY_LEN(bad) + 2);
    get(packs, "sc-yunying-2025");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct pack *p;
        const struct pack_finding *f;
        assert_int_equal(packs_get(&p, packs, str_of(bad[i].id), &e), E_INVALID);
        assert_null(p);
        assert_int_equal(packs_findings(&f, packs, str_of(bad[i].id)), 1);
        assert_true(str_is(f->file, bad[i].file) && f->line >= 1);
        if (!strstr(arena_cstr(a, f->reason), bad[i].says))
            fail_msg("%s: %.*s", bad[i].id, STR_ARG(f->reason));
        assert_null(strstr(arena_cstr(a, f->reason), dir)); /* where the data lie */
    }
    packs_close(packs);
}

/* Whatever part of a pack leads out of it, its pack is not used and shows nothing of what is there. */
static void a_file_of_a_pack_is_a_plain_file_in_it(void **state)
{
    static const char *const parts[] = {
        "clauses.yaml",   "source.txt", "indicators/staff_full_time.sql",
        "cases/one.yaml", "indicators", "cases"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *dir = scratch_dir(a), *whole = in(dir, "common");
        struct packs *packs;
        const struct pack *p;
        const struct pack_finding *f;
        const struct pack_text *files;
        struct err e;
        unpack(dir, shipped(), "common");
        put(dir, "common/cases/two.yaml", STR("name: two\n"));
        const char *away = arena_printf(a, "%s/away", scratch_dir(a)).ptr;
        const char *part = in(whole, parts[i]);
        assert_true(rename(part, away) == 0 || symlink("/etc/passwd", away) == 0);
        assert_int_equal(symlink(away, part), 0);
        assert_ok(packs_open_folder(&packs, dir, &e), &e);
        assert_int_equal(packs_get(&p, packs, STR("common"), &e), E_INVALID);
        assert_int_not_equal(packs_findings(&f, packs, STR("common")), 0);
        assert_true(str_is(f->file, in("common", parts[i])));
        assert_true(str_contains(f->reason, STR("is a link; put the f")));
        size_t n = packs_files(&files, packs, STR("common"), "", a);
        for (size_t k = 0; k < n; k++)
            assert_false(str_contains(files[k].text, STR("root:")));
        packs_close(packs);
    }
}

static void a_pack_has_one_digest_wherever_its_files_lie(void **state)
{
    struct packs *own = shipped(), *folder, *archive;
    const char *dir = scratch_dir(a);
    struct err e;
    (void)state;
    struct str digest = get(own, "sc-yunying-2025")->digest;
    struct str kept = packs_archive(own, get(own, "sc-yunying-2025"), a);
    unpack(dir, own, "sc-yunying-2025");
    unpack(dir, own, "common");
    assert_ok(packs_open_folder(&folder, dir, &e), &e);
    assert_true(str_eq(get(folder, "sc-yunying-2025")->digest, digest));
    assert_ok(packs_open_archive(&archive, kept, &e), &e);
    assert_true(str_eq(get(archive, "sc-yunying-2025")->digest, digest));
    assert_int_equal(get(archive, "sc-yunying-2025")->criteria.len,
                     get(own, "sc-yunying-2025")->criteria.len);
    assert_int_equal(packs_get(&(const struct pack *){NULL}, archive, STR("sx-yunying-draft"), &e),
                     E_NOTFOUND);
    packs_close(archive);
    packs_close(folder);
    put(dir, "common/indicators/staff_full_time.sql", STR("SELECT 1 AS test"));
    assert_ok(packs_open_folder(&folder, dir, &e), &e);
    assert_false(
        str_eq(get(folder, "sc-yunying-2025")->digest, digest)); /* what it extends counts */
    packs_close(folder);
    packs_close(own);
}

static void another_version_is_kept_beside_the_one_that_is_there(void **state)
{
    struct packs *own = shipped(), *folder, *now = shipped();
    const struct pack *before;
    const char *dir = scratch_dir(a);
    struct err e;
    (void)state;
    unpack(dir, own, "sc-yunying-2025");
    unpack(dir, own, "common");
    put(dir, "common/indicators/staff_full_time.sql", STR("SELECT 1 AS test"));
    assert_ok(packs_open_folder(&folder, dir, &e), &e);
    const struct pack *other = get(folder, "sc-yunying-2025");
    struct str archive = packs_archive(folder, other, a), digest = arena_dup(a, other->digest);
    assert_null(packs_kept(now, digest));
    assert_int_equal(packs_keep(&before, now, STR("sc-yunying-2025"),
                                get(own, "sc-yunying-2025")->digest, archive, &e),
                     E_CORRUPT);
    assert_ok(packs_keep(&before, now, STR("sc-yunying-2025"), digest, archive, &e), &e);
    packs_close(folder);
    assert_ptr_equal(packs_kept(now, digest), before);
    assert_true(str_eq(before->digest, digest));
    assert_false(str_eq(get(now, "sc-yunying-2025")->digest, digest));
    assert_true(str_eq(packs_archive(now, before, a), archive));
    packs_close(now);
    packs_close(own);
}

static void a_broken_archive_is_refused(void **state)
{
    static const char *const broken[] = {
        "",
        "zhiyun pack files 2\n",
        "zhiyun pack files 1\n5 a/pack.yaml\nabc\n",
        "zhiyun pack files 1\n3 a/pack.yaml\nabcd\n",
        "zhiyun pack files 1\nx a/pack.yaml\nabc\n",
        "zhiyun pack files 1\n3 b/pack.yaml\nabc\n3 a/pack.yaml\nabc\n",
        "zhiyun pack files 1\n99999999999999999999 a/pack.yaml\nabc\n",
        "zhiyun pack files 1\n3",
    };
    struct packs *packs;
    struct err e;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        assert_int_equal(packs_open_archive(&packs, str_of(broken[i]), &e), E_CORRUPT);
}

#define TEXT "第一条 工作人员不少于5人。\n第二条 公示5个工作日。\n"
#define NOT_HELD                                                                                        \
    "id: away\nversion: \"1\"\ndocument:\n  title: 未提供的办法\n  issuer: 某省\n  number: "    \
    "外〔2026〕1号\n"                                                                               \
    "  jurisdiction: \"510000\"\n  status: in_force\n  issued: 2026-01-01\n"                            \
    "  effective: 2026-02-01\n  expires: 2027-01-31\n  source: not_held\n"                              \
    "deadlines:\n  - {id: publicity, rule: WD5, clause: 二, quote: 公示5个工作日}\n"             \
    "indicators:\n  - {id: staff, fold: count, unit: 人, from: [staff], label: 工作人员}\n"        \
    "criteria:\n  - {id: staff-count, clause: 一, quote: 工作人员不少于5人, test: staff >= 5 " \
    "人}\n"                                                                                            \
    "questions:\n  - {id: apply, label: 申报, criteria: [staff-count]}\n"

static void expect_refusal(const struct pack *p, const char *day, const char *says)
{
    struct date on;
    struct err e;
    assert_true(date_parse(&on, str_of(day)));
    assert_int_equal(pack_decides(p, on, &e), E_INVALID);
    if (!strstr(e.text, says))
        fail_msg("%s: %s", says, e.text);
}

static const struct pack *open_away(struct packs **packs, const char *dir)
{
    struct err e;
    assert_ok(packs_open_folder(packs, dir, &e), &e);
    return get(*packs, "away");
}

static void a_text_that_is_not_held_is_not_quoted_and_decides_nothing(void **state)
{
    const char *dir = scratch_dir(a);
    struct packs *packs;
    (void)state;
    put(dir, "away/pack.yaml", STR(NOT_HELD));
    put(dir, "away/indicators/staff.sql",
        STR("SELECT id_number AS key, 1 AS test FROM fact_staff WHERE subject = :subject"));
    const struct pack *p = open_away(&packs, dir);
    struct str digest = arena_dup(a, p->digest);
    assert_str(p->criteria.ptr[0].citation.clause, "一");
    assert_int_equal(p->criteria.ptr[0].citation.quote.len, 0);
    assert_int_equal(p->deadlines.ptr[0].citation.quote.len, 0);
    expect_refusal(p, "2026-03-01", "is not held");
    packs_close(packs);

    put(dir, "away/source.txt", STR("第一条 工作人员不少于6人。\n第二条 公示5个工作日。\n"));
    p = open_away(&packs, dir);
    assert_int_equal(p->criteria.ptr[0].citation.quote.len, 0); /* it is not in it */
    assert_str(p->deadlines.ptr[0].citation.quote, "公示5个工作日");
    expect_refusal(p, "2026-03-01", "staff-count");
    packs_close(packs);

    put(dir, "away/source.txt", STR(TEXT));
    p = open_away(&packs, dir);
    assert_str(p->criteria.ptr[0].citation.quote, "工作人员不少于5人");
    assert_false(str_eq(p->digest, digest));
    assert_int_equal(pack_decides(p, (struct date){2026, 3, 1}, NULL), OK);
    packs_close(packs);
}

static void what_may_decide_says_its_days(void **state)
{
    struct packs *packs = shipped();
    const struct pack *sichuan = get(packs, "sc-yunying-2025");
    (void)state;
    assert_int_equal(pack_decides(sichuan, (struct date){2025, 10, 12}, NULL), OK);
    assert_int_equal(pack_decides(sichuan, (struct date){2027, 10, 11}, NULL), OK);
    expect_refusal(sichuan, "2025-10-11", "2025-10-12");
    expect_refusal(sichuan, "2027-10-12", "2027-10-11");
    expect_refusal(get(packs, "sx-yunying-draft"), "2026-03-01", "draft");
    expect_refusal(get(packs, "cnipa-jiedu"), "2026-03-01", "interpretation");
    expect_refusal(get(packs, "common"), "2026-03-01", "no document");
    packs_close(packs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_own_version_takes_the_place_of_the_shipped_one),
        TEST(what_is_no_pack_is_told_and_the_others_are_there),
        TEST(a_file_of_a_pack_is_a_plain_file_in_it),
        TEST(a_pack_has_one_digest_wherever_its_files_lie),
        TEST(another_version_is_kept_beside_the_one_that_is_there),
        TEST(a_broken_archive_is_refused),
        TEST(a_text_that_is_not_held_is_not_quoted_and_decides_nothing),
        TEST(what_may_decide_says_its_days),
    };
    return cmocka_run_group_tests_name("packs", tests, NULL, NULL);
}
