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
    "[{id: least, reading: 含, effect: 五万元也可}], switch: [office]}\n"
    "flags:\n"
    "  - {id: look, questions: [apply], indicator: fixed, text: 请核对}\n"
    "naming: {template: \"某省{industry}中心\", clause: 二, quote: 命名为某省某中心}\n";
static const char clauses_yaml[] =
    "clauses:\n"
    "  - {id: 二, quote: 第二条, force: D, how: informative, reason: 标题}\n"
    "  - {id: 一, quote: 申报单位工作人员不少于3人，有固定场所，金额超过5万元，有影响力。, "
    "force: M, how: enforced, by: [staff-count, place, money, view]}\n"
    "  - {id: 二, quote: 公示7个工作日，命名为某省某中心。, force: M, how: recorded, by: "
    "[application]}\n"
    "  - {id: 三, quote: 本办法印发一个月后施行，有效期2年。, force: D, how: enforced, by: "
    "[effective]}\n"
    "  - {id: 四, quote: "
    "申报单位提交申报表（单位名称、人数、工作队伍、姓名、职务，郑重承诺），附法人证书，"
    "向市局备案；省局受理并认定，异议分办结和未办结。综合评价分为优秀、不合格，看人数（占60%"
    "）和场所（满分40分，不得低于20分）"
    "，60分以上为优秀。"
    "弄虚作假的取消资格。一次性给予奖励5万元。本办法由省局解释。, force: M, how: informative, "
    "reason: "
    "见各部分}\n"
    "unquoted:\n"
    "  - {text: 示例办法2030年1月1日示例〔2030〕1号, reason: 文号}\n";
static const char source_txt[] =
    "示例办法2030年1月1日示例〔2030〕1号\n"
    "第一条 申报单位工作人员不少于3人，有固定场所，金额超过5万元，有影响力。\n"
    "第二条 公示7个工作日，命名为某省某中心。\n"
    "第三条 本办法印发一个月后施行，有效期2年。\n"
    "第四条 申报单位提交申报表（单位名称、人数、工作队伍、姓名、职务，郑重承诺），附法人证书，"
    "向市局备案；省局受理并认定，异议分办结和未办结。综合评价分为优秀、不合格，看人数（占60%"
    "）和场所（满分40分，不得低于20分）"
    "，60分以上为优秀。"
    "弄虚作假的取消资格。一次性给予奖励5万元。本办法由省局解释。\n";
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

static const char parts_yaml[] =
    "authorities:\n"
    "  - {id: office, label: 省局, name: 省局, functions: [accept, recognise, interpret], roles: "
    "[province_officer], clause: 四, quote: 本办法由省局解释}\n"
    "  - {id: city, label: 市局, name: 市局, functions: [accept], roles: [city_officer], clause: "
    "四, quote: 向市局备案}\n"
    "dictionaries:\n"
    "  - id: standing\n"
    "    label: 等次\n"
    "    of: objections.state\n"
    "    clause: 四\n"
    "    quote: 办结和未办结\n"
    "    entries:\n"
    "      - {codes: [open], word: 未办结}\n"
    "      - {codes: [closed], word: 办结}\n"
    "  - {id: grounds, label: 弄虚作假, of: findings.ground, clause: 四, quote: "
    "弄虚作假的取消资格, entries: "
    "[{codes: [falsification], word: 弄虚作假}]}\n"
    "forms:\n"
    "  - id: form\n"
    "    label: 申报表\n"
    "    layout: said\n"
    "    process: apply\n"
    "    clause: 四\n"
    "    quote: 提交申报表\n"
    "    sections:\n"
    "      - id: unit\n"
    "        cells:\n"
    "          - {label: 单位名称, line: 1, width: 60, fill: [applicant.name], criteria: [place]}\n"
    "          - {label: 人数, line: 1, width: 40, indicator: staff}\n"
    "          - label: 工作队伍\n"
    "            line: 2\n"
    "            width: 100\n"
    "            kind: table\n"
    "            columns: [{label: 姓名, width: 30, fill: [staff.name]}, {label: 职务, width: 70, "
    "fill: [staff.manager]}]\n"
    "          - {label: 承诺, line: 3, width: 100, kind: fixed, text: 郑重承诺}\n"
    "materials:\n"
    "  - {id: certificate, label: 法人证书, need: required, when: fixed, proof: [workplace.fixed], "
    "proves: [place], process: apply, clause: 四, quote: 附法人证书}\n"
    "processes:\n"
    "  - id: apply\n"
    "    label: 申报\n"
    "    subject: application\n"
    "    start: draft\n"
    "    clause: 四\n"
    "    quote: 申报单位提交申报表\n"
    "    states:\n"
    "      - {id: draft, label: 草稿}\n"
    "      - {id: filed, label: 已提交}\n"
    "      - {id: recognised, label: 已认定, end: true}\n"
    "    transitions:\n"
    "      - {id: submit, label: 提交, from: [draft], to: filed, actor: applicant, asks: [apply], "
    "effects: [record publicity, record judgement criterion=view result=pass, receipt application, "
    "notify "
    "office], clause: 四, quote: "
    "申报单位提交申报表}\n"
    "      - {id: file-with-city, label: 备案, from: [filed], actor: city, passes: [apply], "
    "effects: [date "
    "application.filed_with_city], clause: 四, quote: 向市局备案}\n"
    "      - {id: recognise, label: 认定, from: [filed], to: recognised, actor: office, needs: "
    "[place], deadline: publicity, counted: publicity.published, after_due: true, remind: [3, "
    "1], effects: [record centres, paper form, name centre], clause: 四, quote: 省局受理并认定}\n"
    "      - {id: return, label: 退回, from: [filed], to: draft, actor: office, reason: true, own: "
    "办法未规定退回}\n"
    "evaluations:\n"
    "  - id: comprehensive\n"
    "    label: 综合评价\n"
    "    by: office\n"
    "    cycle: pack-expiry\n"
    "    clause: 四\n"
    "    quote: 综合评价分为优秀、不合格\n"
    "    heads:\n"
    "      - {id: numbers, label: 人数, weight: 60, indicators: [staff]}\n"
    "      - {id: rest, label: 场所, weight: 40, least: 50}\n"
    "    grades:\n"
    "      - {id: good, label: 优秀, from: 60, to: 100}\n"
    "      - {id: bad, label: 不合格, from: 0, to: 60, process: apply}\n"
    "prohibitions:\n"
    "  - {id: fraud, label: 弄虚作假, grounds: [falsification], criterion: view, clause: 四, "
    "quote: 弄虚作假的取消资格, consequences: [{what: 取消资格, process: apply}]}\n"
    "funds:\n"
    "  - {id: award, label: 奖励, kind: award, payer: office, amount: \"50000.00\", once: true, "
    "policy: mini, criterion: money, clause: 四, quote: 一次性给予奖励5万元}\n"
    "interpretations:\n"
    "  - {id: I-1, by: office, date: 2030-03-01, clause: 一, text: 超过不含本数, source: 省局答复, "
    "ambiguity: A-1, reading: above}\n"
    "not_said:\n"
    "  - {id: exit, label: 退出后能否再申报, absent: [再次申报], then: 不作规定}\n"
    "papers:\n"
    "  - id: plain\n"
    "    label: 决定书\n"
    "    layout: official\n"
    "    own: 办法未规定版式\n"
    "    needs: [paper.issuer]\n"
    "    blocks:\n"
    "      - {role: title, text: \"关于{party.name}的决定\"}\n"
    "      - {role: table, each: parties, columns: [{label: 单位, width: 100, text: "
    "\"{parties.name}\"}]}\n"
    "      - {role: text, when: remedy.organ, text: \"{remedy.organ}，{remedy.period}，"
    "{remedy.court}，{remedy.court_period}\"}\n"
    "  - {id: decision, label: 认定决定, like: plain, process: apply, steps: [recognise], remedy: "
    "true, "
    "clause: 四, quote: 省局受理并认定}\n"
    "comparisons:\n"
    "  - {id: beside, label: 取消资格, with: mini, with_clause: 四, with_quote: 给予奖励, says: "
    "same, clause: 四, quote: 弄虚作假的取消资格}\n";

struct file {
    const char *name, *text;
};
static const char labels_yaml[] = "labels_en:\n"
                                  "  申报: Application\n";
static const struct file files[] = {{"pack.yaml", pack_yaml},
                                    {"labels.en.yaml", labels_yaml},
                                    {"clauses.yaml", clauses_yaml},
                                    {"parts.yaml", parts_yaml},
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

static bool has_field(const void *arg, struct str type, struct str field)
{
    (void)arg;
    return str_is(type, "judgement") || (str_is(type, "application") && field.len == 0);
}

static bool has_role(const void *arg, struct str role)
{
    (void)arg;
    return str_is(role, "province_officer") || str_is(role, "city_officer");
}
static const struct record_names names = {has_field, has_role, NULL};

static size_t lint(const struct pack_finding **found, const char *folder, struct arena *a)
{
    struct packs *packs;
    struct err e;
    size_t count;
    assert_ok(packs_open_folder(&packs, folder, &e), &e);
    assert_ok(pack_lint(found, &count, packs, STR("mini"), &names, a, &e), &e);
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
#define Q "parts.yaml"
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
    {P, "  issued: 2030-01-01\n", "", P, 6, "and the day it was issued"},
    {P, "  number: 示例〔2030〕1号\n", "", P, 5, "has a number"},
    {P, "  effective: 2030-02-01\n", "", P, 4, "needs \"effective\""},
    {P, "2030-02-01", "2030-02-02", P, 11, "effective on 2030-02-01"},
    {P, "2032-01-31", "2032-02-01", P, 12, "expires on 2032-01-31"},
    {P, "2032-01-31", "2030-01-31", P, 9, "expires before it is effective"},
    {P, "  title: 示例办法\n", "  title: 示例办法\n  explained_by: [nowhere]\n", P, 5,
     "no policy pack \"nowhere\""},
    {P, "  title: 示例办法\n", "  title: 示例办法\n  explained_by: [mini]\n", P, 5,
     "is no interpretation"},
    {P, "  title: 示例办法\n",
     "  title: 示例办法\n  replaced_by: nowhere\n  replaced_from: 2031-01-01\n", P, 5,
     "no policy pack \"nowhere\""},
    {P, "  title: 示例办法\n",
     "  title: 示例办法\n  replaced_by: mini\n  replaced_from: 2030-01-31\n", P, 5,
     "is not in force on 2030-01-31"},
    {P, "  title: 示例办法\n", "  title: 示例办法\n  replaced_by: mini\n", P, 4, "need each other"},
    {P, "  title: 示例办法\n",
     "  title: 示例办法\n  basis: [甲]\n  basis_ends: [{title: 乙, until: 2031-01-01}]\n", P, 6,
     "none of the basis"},
    {P, "rule: WD7", "rule: 7D", P, 13, "is no rule"},
    {P, "rule: WD7", "rule: Y02-30", P, 13, "is no rule"},
    {P, "clause: 二, quote: 公示7个工作日}", "quote: 公示7个工作日}", P, 13,
     "\"clause\" is missing"},
    {P, "quote: 公示7个工作日", "quote: 公示5个工作日", P, 13, "not in the source text"},
    {P, "id: publicity", "id: effective", P, 13, "is defined twice"},
    {P, "fold: count", "fold: number", P, 15, "cannot be \"number\""},
    {P, "unit: 人, ", "", P, 15, "a quantity needs its unit"},
    {P, "fold: exists", "fold: exists, unit: 人", P, 16, "a truth value has no unit"},
    {P, "from: [staff]}", "from: [staff], sql: fixed, word: x}", P, 15,
     "where its SQL asks for :word"},
    {P, "from: [staff]}", "from: [staff], sql: nowhere}", P, 15,
     "indicators/nowhere.sql is missing"},
    {P, "from: [staff]", "from: [staffs]", P, 15, "is no list of a facts document"},
    {P, ", from: [staff]", "", P, 15, "\"staff\" reads the list staff: say so in \"from\""},
    {P, "unit: 元", "unit: 元, word: x", P, 17, "where its SQL asks for :word"},
    {P, "id: fixed, fold: exists", "id: fixed, fold: every", P, 16, "\"every\" says each"},
    {P, "staff >= 3 人", "staff >= 3 元", P, 19, "units differ"},
    {P, "staff >= 3 人", "staff + 3", P, 19, "a quantity needs a comparison"},
    {P, "staff >= 3 人", "staffs >= 3 人", P, 19, "no indicator and no criterion"},
    {P, "staff >= 3 人", "\"all(staff-count, fixed)\"", P, 19, "asks for itself"},
    {P, "test: paid > 5 万元, readings: [{ambiguity: A-1, reading: least, test: paid >= 5 万元}]}",
     "test: fixed}", P, 17, "no criterion uses the indicator"},
    {P, ", test: staff >= 3 人", "", P, 19, "needs a test, or judged"},
    {P, "judged: true", "judged: maybe", P, 22, "must be true or false"},
    {P, "judged: true", "judged: true, test: fixed", P, 22, "a judged criterion has no test"},
    {P, "judged: true", "judged: true, part: true", P, 22, "is a part of no criterion"},
    {P, "quote: 有影响力, ", "", P, 22, "\"quote\" is missing"},
    {P, "quote: 工作人员不少于3人", "quote: 工作人员不少于5人", P, 19, "not in the source text"},
    {P, "ambiguities: [A-1]}", "ambiguities: [A-2]}", P, 20, "there is no ambiguity \"A-2\""},
    {P, "reading: least, test", "reading: most, test", P, 21, "is no alternative"},
    {P, "{id: least,", "{id: most, reading: 另, effect: 另}, {id: least,", P, 26,
     "changes nothing"},
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
    {C, "how: recorded, by: [application]", "how: recorded", C, 4, "says by which record types"},
    {C, "how: recorded, by: [application]", "how: recorded, by: [applicatoin]", C, 4,
     "no record type \"applicatoin\""},
    {C, "reason: 标题", "reason: 待确认", C, 2, "still to be confirmed"},
    {C, "  - {text: 示例办法2030年1月1日示例〔2030〕1号, reason: 文号}\n", "  []\n", S, 1,
     "no reason answers the number in \"2030"},
    {C, "  - {text: 示例办法2030年1月1日示例〔2030〕1号, reason: 文号}\n", "  []\n", S, 1,
     "no reason answers \"示例办法2030"},
    {C, "示例〔2030〕1号", "示例〔2031〕1号", C, 8, "not in the source text"},
    {C, "text: 示例办法2030年1月1日示例〔2030〕1号", "text: 公示7个工作日", C, 8,
     "a quote holds it already"},
    {C, "号, reason: 文号", "号", C, 8, "\"reason\" is missing"},
    {C, "申报单位工作人员", "工作人员", S, 2, "no reason answers \"申报单位"},
    {C, "，有固定场所，金额超过5万元，有影响力。", "", S, 2, "no reason answers \"有固定"},
    {C, "quote: 本办法印发", "quote: 印发", S, 4, "no reason answers \"本办法"},
    {C, "unquoted:\n", "unqoted:\n", C, 7, "unknown key \"unqoted\""},
    {C, "unquoted:\n", "version: \"2\"\nunquoted:\n", C, 7, "\"version\" belongs in pack.yaml"},
    {C, "unquoted:\n", "flags: []\nunquoted:\n", C, 7, "is in mini/pack.yaml too"},
    {C, "unquoted:\n", "unquoted\n", C, 8, "could not find expected ':'"},
    {C, clauses_yaml, "- clauses\n", C, 1, "a file of a pack is a map"},
    {P, "flags:\n", "extends: mini\nflags:\n", P, 27, "extends itself"},
    {P, "flags:\n", "extends: other\nflags:\n", P, 27, "there is no policy pack"},
    {P, "flags:\n", "overrides: [staff]\nflags:\n", P, 27, "nothing that an extended pack has"},
    {P, "flags:\n", "flags: &x\n", P, 27, "anchor"},
    {P, "flags:\n", "flags\n", P, 28, "could not find expected ':'"},
    {Q, "quote: 本办法由省局解释", "quote: 本办法由市局解释", Q, 2, "not in the source text"},
    {Q, "clause: 四, quote: 向市局备案}\ndic", "}\ndic", Q, 3, "needs clause and quote"},
    {Q, "functions: [accept, recognise", "functions: [accept, decide", Q, 2, "is none of what"},
    {Q, "roles: [province_officer]", "roles: [province_boss]", Q, 2, "there is no role"},
    {Q, "codes: [closed]", "codes: [open]", Q, 12, "stands twice"},
    {Q, "      - {codes: [closed], word: 办结}\n", "", Q, 5, "no entry has the code"},
    {Q, "codes: [closed]", "codes: [closed, shut]", Q, 12, "has no code"},
    {Q, "word: 办结", "word: 结案", Q, 12, "not in the source text"},
    {Q, "of: objections.state", "of: objections.stage", Q, 7, "no field of a record"},
    {Q, "label: 单位名称", "label: 单位全称", Q, 24, "not in the source text"},
    {Q, "fill: [applicant.name]", "fill: [applicant.title]", Q, 24, "no field of a record"},
    {Q, ", fill: [applicant.name]", "", Q, 24, "nothing fills"},
    {Q, "indicator: staff}", "indicator: staffs}", Q, 25, "no indicator"},
    {Q, "criteria: [place]}", "criteria: [palace]}", Q, 24, "no criterion"},
    {Q, "width: 60, fill", "width: 50, fill", Q, 25, "90 % wide"},
    {Q, "width: 30, fill", "width: 20, fill", Q, 30, "90 % wide"},
    {Q, "line: 3, width", "line: 1, width", Q, 31, "in order"},
    {Q, "kind: fixed, text: 郑重承诺", "kind: fixed", Q, 31, "needs its text"},
    {Q, "kind: table", "kind: text", Q, 26, "has columns"},
    {Q, "layout: said", "layout: printed", Q, 17, "cannot be"},
    {Q, "process: apply\n", "process: applying\n", Q, 18, "no process"},
    {Q, ", proof: [workplace.fixed]", "", Q, 33, "has no proof"},
    {Q, "proof: [workplace.fixed]", "proof: [workplace.fixt]", Q, 33, "no field of a record"},
    {Q, "proves: [place]", "proves: [palace]", Q, 33, "no criterion"},
    {Q, "proves: [place]", "proves: [place], lasts: [workplace.leas], months: 24", Q, 33,
     "no field of a record"},
    {Q, "proves: [place]", "proves: [place], lasts: [workplace.fixed]", Q, 33, "needs the months"},
    {Q, "proves: [place]", "proves: [place], months: 24", Q, 33, "needs the months"},
    {Q, "when: fixed", "when: staff", Q, 33, "no indicator that is true"},
    {Q, "need: required, ", "", Q, 33, "is missing"},
    {Q, "subject: application", "subject: applicaton", Q, 37, "no record type"},
    {Q, "start: draft", "start: drafts", Q, 38, "no state"},
    {Q, "to: filed, actor", "to: field, actor", Q, 46, "no state"},
    {Q, "      - {id: recognised, label: 已认定, end: true}\n",
     "      - {id: recognised, label: 已认定, end: true}\n      - {id: lost, label: 失, end: "
     "true}\n",
     Q, 45, "leads to the state"},
    {Q, "label: 已认定, end: true", "label: 已认定", Q, 44, "leads out of the state"},
    {Q, "label: 已提交}", "label: 已提交, end: true}", Q, 43, "has a step out of it"},
    {Q, "actor: applicant", "actor: bank", Q, 46, "no authority"},
    {Q, "roles: [city_officer], ", "", Q, 47, "nobody acts for"},
    {Q, "asks: [apply]", "asks: [applying]", Q, 46, "no question"},
    {Q, "passes: [apply]", "passes: [applying]", Q, 47, "no question"},
    {Q, "needs: [place], ", "needs: [palace], ", Q, 48, "no criterion"},
    {Q, "needs: [place], ", "needs: [place], panel: comprehensive, ", Q, 48, "review=pass"},
    {Q, "needs: [place], ", "needs: [place], panel: comprehensive=good, ", Q, 48, "review=pass"},
    {Q, "needs: [place], ", "needs: [place], panel: experts=pass, ", Q, 48, "no evaluation"},
    {Q, "deadline: publicity", "deadline: public", Q, 48, "no deadline"},
    {Q, ", counted: publicity.published", "", Q, 48, "from which date"},
    {Q, "counted: publicity.published", "counted: publicity.day", Q, 48, "no field of a record"},
    {Q, "deadline: publicity, counted: publicity.published, ", "", Q, 48, "nothing is late"},
    {Q, "remind: [3, 1]", "remind: [1, 3]", Q, 48, "falling"},
    {Q, "record centres", "record centers", Q, 48, "no record type"},
    {Q, "record centres", "record centres name=due:publicty", Q, 48, "no deadline \"publicty\""},
    {Q, "paper form", "paper letter", Q, 48, "no form"},
    {Q, "name centre]", "print form]", Q, 48, "is no effect"},
    {Q, "notify office", "notify offices", Q, 46, "no authority"},
    {Q, ", effects: [date application.filed_with_city]", "", Q, 47, "does nothing"},
    {Q, "date application.filed_with_city", "date application.filed", Q, 47,
     "no field of a record"},
    {Q, ", own: 办法未规定退回", "", Q, 49, "needs clause and quote"},
    {Q, "own: 办法未规定退回", "own: 办法未规定退回, clause: 四, quote: 给予奖励", Q, 49,
     "cannot have \"own\""},
    {Q, "weight: 40", "weight: 30", Q, 58, "90 % together"},
    {Q, ", weight: 40", "", Q, 58, "60 % together"},
    {Q, "from: 60, to: 100", "from: 60, to: 90", Q, 61, "gap or overlap at 100"},
    {Q, "from: 0, to: 60", "from: 0, to: 50", Q, 62, "gap or overlap at 60"},
    {Q, "from: 0, to: 60", "from: 10, to: 60", Q, 61, "gap or overlap at 10"},
    {Q, "    cycle: pack-expiry\n", "", Q, 51, "does not say \"cycle\""},
    {Q, "    cycle: pack-expiry\n", "    cycle: pack-expiry\n    not_said: [cycle]\n", Q, 55,
     "and says that the document does not"},
    {Q, "cycle: pack-expiry", "cycle: yearly", Q, 54, "no deadline"},
    {Q, "by: office\n    cycle", "by: offices\n    cycle", Q, 53, "no authority"},
    {Q, "label: 场所", "label: 位置", Q, 59, "not in the source text"},
    {Q, "grounds: [falsification]", "grounds: [lying]", Q, 64,
     "findings.ground has the code \"lying\""},
    {Q, ", consequences: [{what: 取消资格, process: apply}]", "", Q, 64,
     "does not say \"consequence\""},
    {Q, "what: 取消资格", "what: 罚款", Q, 64, "not in the source text"},
    {Q, "criterion: view", "criterion: views", Q, 64, "no criterion"},
    {Q, ", amount: \"50000.00\"", "", Q, 66, "does not say \"amount\""},
    {Q, "50000.00", "50000.001", Q, 66, "is no amount"},
    {Q, ", policy: mini", "", Q, 66, "paid once"},
    {Q, "by: office, date", "by: city, date", Q, 68, "does not let \"city\" interpret"},
    {Q, "ambiguity: A-1, reading: above", "ambiguity: A-9, reading: above", Q, 68, "no ambiguity"},
    {Q, "reading: above}", "reading: below}", Q, 68, "is no alternative"},
    {Q, "absent: [再次申报]", "absent: [再次申报, 给予奖励]", Q, 70, "does say"},
    {Q, "关于{party.name}", "关于{party.title}", Q, 78, "{party.title} is no value"},
    {Q, "关于{party.name}", "关于{parties.name}", Q, 78, "{parties.name} is no value"},
    {Q, "关于{party.name}", "关于{party.name", Q, 78, "a brace lacks its other"},
    {Q, "关于{party.name}", "关于party.name}", Q, 78, "a brace lacks its other"},
    {Q, "when: remedy.organ", "when: remedy.office", Q, 80, "{remedy.office} is no value"},
    {Q, "needs: [paper.issuer]", "needs: [paper.office]", Q, 76, "{paper.office} is no value"},
    {Q, "each: parties, columns: [{label: 单位, width: 100, text: \"{parties.name}\"}]",
     "each: parties, columns: [{label: 单位, width: 70, text: \"{parties.name}\"}, {label: 代码, "
     "width: 30, text: \"{parties.code}\"}]",
     Q, 79, "is 30 % wide"},
    {Q, "each: parties, columns", "each: row, columns", Q, 79, "no list \"row\""},
    {Q, "{role: text, when: remedy.organ,", "{role: text, when: row.number,", Q, 80,
     "{row.number} is no value"},
    {Q, "each: parties", "each: people", Q, 79, "no list \"people\""},
    {Q, "table, each: parties,", "table,", Q, 79, "a table has rows"},
    {Q, "text: \"{parties.name}\"", "text: \"{parties.age}\"", Q, 79, "{parties.age} is no value"},
    {Q, "label: 单位, width: 100", "label: 单位, width: 90", Q, 79, "90 % wide together"},
    {Q, "role: title", "role: item", Q, 78, "has a label"},
    {Q, "role: title", "role: headline", Q, 78, "cannot be \"headline\""},
    {Q, "{remedy.organ}，{remedy.period}", "{remedy.organ}", Q, 81, "prints {remedy.period}"},
    {Q, "{remedy.court}，{remedy.court_period}", "{remedy.court}", Q, 81,
     "prints {remedy.court_period}"},
    {Q, "like: plain", "like: decision", Q, 81, "with blocks of its own"},
    {Q, "with_quote: 给予奖励", "with_quote: 给予表扬", Q, 83, "not in the source text"},
    {Q, "with_clause: 四", "with_clause: 九", Q, 83, "mini has no clause \"九\""},
    {Q, "with: mini", "with: nowhere", Q, 83, "no policy pack \"nowhere\""},
    {Q, "says: same", "says: absent", Q, 83, "leave out the quote"},
    {Q, "says: same, clause: 四, quote: 弄虚作假的取消资格", "says: same, own: 未写", Q, 83,
     "needs the words of both texts"},
    {Q, "like: plain, ", "", Q, 81, "those of another: like"},
    {Q, "    layout: official\n", "", Q, 72, "says their layout"},
    {Q, "steps: [recognise]", "steps: [decide]", Q, 81, "no step \"decide\""},
    {Q, "steps: [recognise], remedy: true, clause: 四, quote: 省局受理并认定",
     "steps: [recognise], remedy: true, clause: 四, quote: 省局认定并受理", Q, 81,
     "not in the source text"},
    {Q, "effects: [record centres, paper form,", "effects: [record centres, paper plane,", Q, 48,
     "no form \"plane\""},
    {P, "effective: 2030-02-01", "effective: 2030-02-02", P, 8, "effective on 2030-02-01"},
    {P, "  status: in_force", "  own: [name]\n  status: in_force", P, 6, "name is none"},
    {Q, "[record publicity, ", "[", Q, 46, "makes none"},
    {Q, ", deadline: publicity, counted: publicity.published, after_due: true, remind: [3, 1]", "",
     P, 13, "nobody sees"},
    {Q, "from: [filed], to: draft, actor: office", "from: [filed], to: draft, actor: city", Q, 43,
     "hangs on the order"},
    {Q, "label: 已提交}", "label: 已提交, holder: applicant}", Q, 43, "can take no step"},
    {Q, "from: [filed], to: recognised", "from: [filed], to: draft", Q, 42,
     "no end can be reached"},
    {Q, "actor: office, reason: true, own", "actor: office, when: [applicant.kind=sme], own", Q, 49,
     "is no value of applicant.kind"},
    {Q, "actor: office, reason: true, own",
     "actor: office, when: [applicant.kind=park, applicant.kind=other], own", Q, 49, "never open"},
    {"indicators/paid.sql", "'signed'", "'sined'", "indicators/paid.sql", 1,
     "no code of \"state\""},
    {P, ", switch: [office]", "", P, 26, "nobody who may choose"},
    {P, "switch: [office]", "switch: [nobody]", P, 26, "no authority"},
    {P, "effect: 五万元也可", "result: 五万元也可", P, 26, "unknown key \"result\""},
    {P, "problem: 超过", "quote: 高于5万元, problem: 超过", P, 26, "not in the source text"},
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
    {STAFF, "SELECT", "/* SELECT", STAFF, 1, "one SELECT is expected"},
    {STAFF, "", NULL, P, 15, "is missing"},
    {S, "", NULL, P, 1, "keeps no source text"},
    {S, "第三条", "第三条 违者罚款9元。\n第四条", S, 4, "answers the number in \"9元"},
    {S, "第三条", "第三条 罚款\n九元。\n第四条", S, 5, "answers the number in \"九元"},
    {S, "第三条", "第三条 三分之二同意。\n第四条", S, 4, "answers the number in \"三分之二"},
    {S, "第三条", "第三条 达百分之六十的。\n第四条", S, 4, "answers the number in \"百分之六十"},
    {S, "第二条", "第二条之前\n第九条 另行规定。\n第二条", S, 4, "no clause answers"},
    {S, "第三条", "第三条 违者\n取消资格；\n第四条", S, 4, "no reason answers \"违者取消资格"},
    {S, "第三条", "单位名称\t邮编\n第三条", S, 4, "no reason answers \"邮编"},
    {"cases/not-met.yaml", "", NULL, P, 19, "no case in which \"staff-count\" is not met"},
    {"cases/unknown.yaml", "", NULL, P, 19, "is not known"},
    {"labels.en.yaml", "申报: Application", "申报:", "labels.en.yaml", 2, "no English label"},
    {"labels.en.yaml", "申报: A", "申包: A", "labels.en.yaml", 2, "is no label of the pack"},
    {"labels.en.yaml", "\n  申报: Application", " [申报]", "labels.en.yaml", 1, "is a map"},
    {"cases/met.yaml", "verdict: pass", "verdict: fail", "cases/met.yaml", 1, "does not hold"},
    {"cases/met.yaml", "expect: {verdict", "expect: {verdicts", "cases/met.yaml", 13,
     "unknown key \"verdicts\" (did you mean \"verdict\"?)"},
    {"cases/met.yaml", "workplace:", "workplaces:", "cases/met.yaml", 4,
     "unknown key \"workplaces\" (did you mean \"workplace\"?)"},
    {"cases/met.yaml", "name: 都符合", "name: &n 都符合", "cases/met.yaml", 1, "anchor"},
    {"cases/met.yaml", "facts:\n", "rows: [SCYY-050]\nfacts:\n", "cases/met.yaml", 1,
     "asserts SCYY-050, but judges no criterion"},
    {"cases/met.yaml", "\"50000.01\"", "\"50000.001\"", "cases/met.yaml", 10, "two decimals"},
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
