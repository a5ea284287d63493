#include "base/fs.h"
#include "db/scratch.h"
#include "policy/lint.h"
#include "test.h"

/* A sound pack of two files, and what is broken in it, one thing at a time. */
static const char pack_yaml[] =
    "id: mini\n"
    "version: \"1\"\n"
    "document:\n"
    "  title: 示例办法\n"
    "  number: 示例〔2030〕1号\n"
    "  status: in_force\n"
    "  issued: 2030-01-01\n"
    "  effective: 2030-02-01\n"
    "  expires: 2032-01-31\n"
    "deadlines:\n"
    "  - {id: effective, rule: M1, clause: 三, quote: 印发一个月后施行}\n"
    "  - {id: pack-expiry, rule: T2, clause: 三, quote: 有效期2年}\n"
    "  - {id: publicity, rule: WD7, clause: 二, quote: 公示7个工作日}\n"
    "indicators:\n"
    "  - {id: staff, fold: count, unit: 人, from: [staff]}\n"
    "  - {id: fixed, fold: exists}\n"
    "  - {id: paid, fold: sum, unit: 元, from: [deals]}\n"
    "criteria:\n"
    "  - {id: staff-count, clause: 一, quote: 工作人员不少于3人, test: staff >= 3 人}\n"
    "  - {id: place, clause: 一, quote: 固定场所, test: fixed, ambiguities: [A-1]}\n"
    "  - {id: money, clause: 一, quote: 金额超过5万元, test: paid > 5 万元, readings: [{ambiguity: "
    "A-1, reading: least, test: paid >= 5 万元}]}\n"
    "  - {id: view, clause: 一, quote: 有影响力, judged: true}\n"
    "questions:\n"
    "  - {id: apply, label: 申报, criteria: [staff-count, place, money, view]}\n"
    "ambiguities:\n"
    "  - {id: A-1, clause: 一, problem: 超过, reading: 不含, default: above, alternatives: "
    "[least]}\n"
    "flags:\n"
    "  - {id: look, questions: [apply], indicator: fixed, text: 请核对}\n"
    "naming: {template: \"某省{industry}中心\", clause: 二, quote: 命名为某省}\n";
static const char clauses_yaml[] =
    "clauses:\n"
    "  - {id: 二, quote: 第二条, force: D, how: informative, reason: 标题}\n"
    "numbers:\n"
    "  - {text: 示例〔2030〕1号, reason: 文号}\n";
static const char source_txt[] =
    "示例〔2030〕1号\n"
    "第一条 申报单位工作人员不少于3人，有固定场所，金额超过5万元，有影响力。\n"
    "第二条 公示7个工作日，命名为某省某中心。\n"
    "第三条 本办法印发一个月后施行，有效期2年。\n";
static const char staff_sql[] = "SELECT full_time AS test, id_number AS key, record_id\n"
                                "FROM fact_staff WHERE subject = :subject\n";
static const char fixed_sql[] = "SELECT fixed AS test, record_id\n"
                                "FROM fact_workplace WHERE subject = :subject\n";
static const char paid_sql[] =
    "SELECT state = 'signed' AS test, contract_no AS key, amount, record_id\n"
    "FROM fact_deals WHERE subject = :subject\n";
static const char met_yaml[] = "name: 都符合\n"
                               "facts:\n"
                               "  as_of: 2030-06-01\n"
                               "  workplace: {fixed: true}\n"
                               "  staff:\n"
                               "    - {id_number: A1, full_time: true}\n"
                               "    - {id_number: A2, full_time: true}\n"
                               "    - {id_number: A3, full_time: true}\n"
                               "  deals:\n"
                               "    - {contract_no: H1, state: signed, amount: \"50000.01\"}\n"
                               "  judgements:\n"
                               "    - {id: view, result: pass}\n"
                               "expect: {verdict: pass}\n";
static const char not_met_yaml[] = "name: 都不符合\n"
                                   "facts:\n"
                                   "  as_of: 2030-06-01\n"
                                   "  workplace: {fixed: false}\n"
                                   "  staff: []\n"
                                   "  deals:\n"
                                   "    - {contract_no: H1, state: signed, amount: \"50000.00\"}\n"
                                   "  judgements:\n"
                                   "    - {id: view, result: fail}\n"
                                   "expect: {verdict: fail, criteria: {staff-count: false, place: "
                                   "false, money: false, view: false}}\n";
static const char unknown_yaml[] = "name: 都不清楚\n"
                                   "facts: {as_of: 2030-06-01}\n"
                                   "expect: {verdict: unknown, criteria: {staff-count: null, "
                                   "place: null, money: null, view: null}}\n";

struct file {
    const char *name, *text;
};
static const struct file files[] = {{"pack.yaml", pack_yaml},
                                    {"clauses.yaml", clauses_yaml},
                                    {"source.txt", source_txt},
                                    {"indicators/staff.sql", staff_sql},
                                    {"indicators/fixed.sql", fixed_sql},
                                    {"indicators/paid.sql", paid_sql},
                                    {"cases/met.yaml", met_yaml},
                                    {"cases/not-met.yaml", not_met_yaml},
                                    {"cases/unknown.yaml", unknown_yaml}};

static struct str replaced(const char *text, const char *find, const char *with, struct arena *a)
{
    struct str s = str_of(text);
    size_t at = str_find(s, str_of(find), 0);
    if (at == s.len)
        fail_msg("not in the file: %s", find);
    return arena_printf(a, "%.*s%s%s", (int)at, text, with, text + at + strlen(find));
}

/* The pack in a folder of its own; `find` in `file` is replaced (with NULL: the file is left
 * out). Returns the folder of packs. */
static const char *write_pack(struct arena *a, const char *file, const char *find, const char *with)
{
    const char *dir = scratch_dir(a);
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct str text = str_of(files[i].text);
        const char *path = arena_printf(a, "%s/mini/%s", dir, files[i].name).ptr;
        char *slash = strrchr(path, '/');
        bool broken = file && strcmp(file, files[i].name) == 0;
        if (broken && !with)
            continue;
        if (broken)
            text = replaced(files[i].text, find, with, a);
        const char *folder = arena_cstr(a, (struct str){path, (size_t)(slash - path)});
        assert_ok(fs_make_dirs(&fs_system, folder, &e), &e);
        assert_ok(fs_write_synced(&fs_system, path, str_bytes(text), &e), &e);
    }
    return dir;
}

static size_t lint(const struct pack_finding **found, const char *folder, struct arena *a)
{
    struct packs *packs;
    struct err e;
    size_t count;
    assert_ok(packs_open_folder(&packs, folder, &e), &e);
    assert_ok(pack_lint(found, &count, packs, STR("mini"), a, &e), &e);
    for (size_t i = 0; i < count; i++) { /* they outlive the packs */
        struct pack_finding *f = (struct pack_finding *)&(*found)[i];
        f->file = arena_dup(a, f->file);
        f->reason = arena_dup(a, f->reason);
    }
    struct pack_finding *copy = arena_array(a, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = (*found)[i];
    *found = copy;
    packs_close(packs);
    return count;
}

static void the_sound_pack_is_sound(void **state)
{
    struct arena *a = arena_new();
    const struct pack_finding *found;
    (void)state;
    if (lint(&found, write_pack(a, NULL, NULL, NULL), a))
        fail_msg("%.*s:%d: %.*s", STR_ARG(found->file), found->line, STR_ARG(found->reason));
    arena_free(a);
}

#define P "pack.yaml"
#define C "clauses.yaml"
#define S "source.txt"
#define STAFF "indicators/staff.sql"
static const struct broken {
    const char *file, *find, *with; /* with NULL: without the file */
    const char *where;              /* file of the finding */
    int line;
    const char *says;
} broken[] = {
    {P, "id: mini", "id: maxi", P, 1, "is not the name of its folder"},
    {P, "version: \"1\"", "edition: \"1\"", P, 2, "unknown key \"edition\""},
    {P, "version: \"1\"\n", "", P, 1, "\"version\" is missing"},
    {P, "  title: 示例办法\n", "", P, 4, "\"title\" is missing"},
    {P, "status: in_force", "status: valid", P, 6, "cannot be \"valid\""},
    {P, "2030-02-01", "2030-02-30", P, 8, "must be a date"},
    {P, "  effective: 2030-02-01\n", "", P, 4, "needs \"effective\""},
    {P, "2030-02-01", "2030-02-02", P, 11, "effective on 2030-02-01"},
    {P, "2032-01-31", "2032-02-01", P, 12, "expires on 2032-01-31"},
    {P, "2032-01-31", "2030-01-31", P, 9, "expires before it is effective"},
    {P, "rule: WD7", "rule: 7D", P, 13, "is no rule"},
    {P, "rule: WD7", "rule: Y02-30", P, 13, "is no rule"},
    {P, "clause: 二, quote: 公示7个工作日}", "quote: 公示7个工作日}", P, 13,
     "\"clause\" is missing"},
    {P, "quote: 公示7个工作日", "quote: 公示5个工作日", P, 13, "not in the source text"},
    {P, "id: publicity", "id: effective", P, 13, "stands twice"},
    {P, "fold: count", "fold: number", P, 15, "cannot be \"number\""},
    {P, "unit: 人, ", "", P, 15, "a quantity needs its unit"},
    {P, "fold: exists", "fold: exists, unit: 人", P, 16, "a truth has no unit"},
    {P, "from: [staff]", "from: [staffs]", P, 15, "is no list of a facts document"},
    {P, ", from: [staff]", "", P, 15, "say in \"from\" which"},
    {P, "unit: 元", "unit: 人", P, 17, "a sum is money"},
    {P, "id: fixed, fold: exists", "id: fixed, fold: every", P, 16, "\"every\" says each"},
    {P, "staff >= 3 人", "staff >= 3 元", P, 19, "units differ"},
    {P, "staff >= 3 人", "staff + 3", P, 19, "a quantity needs a comparison"},
    {P, "staff >= 3 人", "staffs >= 3 人", P, 19, "no indicator and no criterion"},
    {P, "staff >= 3 人", "\"all(staff-count, fixed)\"", P, 19, "asks for itself"},
    {P, "staff >= 3 人", "fixed", P, 15, "no criterion uses the indicator"},
    {P, ", test: staff >= 3 人", "", P, 19, "needs a test, or judged"},
    {P, "judged: true", "judged: maybe", P, 22, "must be true or false"},
    {P, "judged: true", "judged: true, test: fixed", P, 22, "a judged criterion has no test"},
    {P, "judged: true", "judged: true, part: true", P, 22, "is a part of no criterion"},
    {P, "quote: 有影响力, ", "", P, 22, "\"quote\" is missing"},
    {P, "quote: 工作人员不少于3人", "quote: 工作人员不少于5人", P, 19, "not in the source text"},
    {P, "ambiguities: [A-1]}", "ambiguities: [A-2]}", P, 20, "there is no ambiguity \"A-2\""},
    {P, "reading: least, test", "reading: most, test", P, 21, "is no alternative"},
    {P, "alternatives: [least]", "alternatives: [least, most]", P, 26, "changes nothing"},
    {P, ", view]}", "]}", P, 22, "no question asks"},
    {P, ", view]}", ", vieu]}", P, 24, "there is no criterion \"vieu\""},
    {P, "criteria: [staff-count, place, money, view]", "criteria: []", P, 24, "asks nothing"},
    {P, "indicator: fixed", "indicator: fixt", P, 28, "there is no indicator"},
    {P, "indicator: fixed", "indicator: staff", P, 28, "fold exists"},
    {P, "questions: [apply], indicator", "questions: [applied], indicator", P, 28,
     "no question \"applied\""},
    {P, "{industry}", "industry", P, 29, "has no {industry}"},
    {P, "quote: 命名为某省", "quote: 命名为他省", P, 29, "not in the source text"},
    {C, ", reason: 标题", "", C, 2, "says its reason"},
    {C, "quote: 第二条", "quote: 第二款", C, 2, "not in the source text"},
    {C, "how: informative", "how: enforced", C, 2, "says by which"},
    {C, "how: informative", "how: enforced, by: [nothing]", C, 2, "no criterion and no deadline"},
    {C, "  - {text: 示例〔2030〕1号, reason: 文号}\n", "  []\n", S, 1,
     "answers the number in \"2030"},
    {C, "numbers:\n", "numers:\n", C, 3, "unknown key \"numers\""},
    {C, "numbers:\n", "version: \"2\"\nnumbers:\n", C, 3, "\"version\" stands in pack.yaml"},
    {C, "numbers:\n", "flags: []\nnumbers:\n", C, 3, "stands in mini/pack.yaml too"},
    {C, "numbers:\n", "numbers\n", C, 4, "could not find expected ':'"},
    {C, clauses_yaml, "- clauses\n", C, 1, "a file of a pack is a map"},
    {P, "flags:\n", "extends: mini\nflags:\n", P, 27, "extends itself"},
    {P, "flags:\n", "extends: other\nflags:\n", P, 27, "there is no policy pack"},
    {P, "flags:\n", "overrides: [staff]\nflags:\n", P, 27, "nothing that an extended pack has"},
    {P, "flags:\n", "flags: &x\n", P, 27, "anchor"},
    {P, "flags:\n", "flags\n", P, 28, "could not find expected ':'"},
    {STAFF, "full_time AS test", "full_time AS tset", STAFF, 1, "none of an indicator"},
    {STAFF, "id_number AS key, ", "", STAFF, 1, "needs a column \"key\""},
    {STAFF, "fact_staff", "fact_stuff", STAFF, 1, "no such table"},
    {STAFF, "full_time AS", "(SELECT name FROM sqlite_schema) AS", STAFF, 1, "prohibited"},
    {STAFF, "WHERE subject = :subject", "", STAFF, 1, "does not ask for :subject"},
    {STAFF, "SELECT full_time", "DELETE FROM fact_staff WHERE subject = :subject; SELECT full_time",
     STAFF, 1, "not authorized"},
    {STAFF, ":subject\n", ":subject; SELECT 1\n", STAFF, 3, "one SELECT is expected"},
    {STAFF, "id_number AS key", "load_extension('x') AS key", STAFF, 1, "not authorized"},
    {STAFF, "id_number AS key", "deadline('holiday', '2030-01-01') AS key", STAFF, 1,
     "which mini does not have"},
    {STAFF, "", NULL, P, 15, "is missing"},
    {S, "", NULL, P, 1, "keeps no source text"},
    {S, "第三条", "第三条 违者罚款9元。\n第四条", S, 4, "answers the number in \"9元"},
    {S, "第三条", "第三条 罚款\n九元。\n第四条", S, 5, "answers the number in \"九元"},
    {S, "第三条", "第三条 三分之二同意。\n第四条", S, 4, "answers the number in \"三分之二"},
    {S, "第三条", "第三条 达百分之六十的。\n第四条", S, 4, "answers the number in \"百分之六十"},
    {S, "第二条", "第二条之前\n第九条 另行规定。\n第二条", S, 4, "no clause answers"},
    {"cases/not-met.yaml", "", NULL, P, 19, "no case in which \"staff-count\" is not met"},
    {"cases/unknown.yaml", "", NULL, P, 19, "is not known"},
    {"cases/met.yaml", "verdict: pass", "verdict: fail", "cases/met.yaml", 1, "does not hold"},
    {"cases/met.yaml", "\"50000.01\"", "\"50000.001\"", "cases/met.yaml", 1, "two decimals"},
};

static bool is_told(const struct broken *b, const struct pack_finding *f)
{
    return str_ends(f->file, str_of(b->where)) && f->line == b->line &&
           str_contains(f->reason, str_of(b->says));
}

static void each_broken_pack_is_refused_at_its_line(void **state)
{
    size_t wrong = 0;
    (void)state;
    print_message("# %zu broken packs\n", ARRAY_LEN(broken));
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        const struct broken *b = &broken[i];
        struct arena *a = arena_new();
        const struct pack_finding *found;
        size_t count = lint(&found, write_pack(a, b->file, b->find, b->with), a);
        bool told = false;
        for (size_t k = 0; k < count; k++)
            told |= is_told(b, &found[k]);
        if (!told) {
            wrong++;
            print_message("# %s: \"%s\" -> \"%s\": expected %s:%d %s\n", b->file, b->find,
                          b->with ? b->with : "(no file)", b->where, b->line, b->says);
            for (size_t k = 0; k < count; k++)
                print_message("#   %.*s:%d: %.*s\n", STR_ARG(found[k].file), found[k].line,
                              STR_ARG(found[k].reason));
        }
        arena_free(a);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sound_pack_is_sound),
        cmocka_unit_test(each_broken_pack_is_refused_at_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
