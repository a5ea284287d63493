/* Forms and papers out of stored records; on both databases. */
#include "document/paper_fill.h"
#include "judge/facts_fill.h"
#include "judge/stored.h"
#include "matter/matter.h"
#include "policy/packs.h"
#include "policy/paper_value.h"
#include "record/fixture.h"
#include "test.h"

static struct fixture f;
static struct packs *packs;
static struct str code;

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    code = made_code(77, f.a);
    fixture_run(&f, arena_cstr(f.a, arena_printf(
                                        f.a, "UPDATE unit SET credit_code = '%.*s' WHERE id = %lld",
                                        STR_ARG(code), (long long)f.centre)));
    assert_ok(packs_open(&packs, NULL, &e), &e);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    packs_close(packs);
    fixture_close(&f);
    return 0;
}

static const struct pack *pack(const char *id)
{
    const struct pack *p;
    struct err e;
    assert_ok(packs_get(&p, packs, str_of(id), &e), &e);
    return p;
}

static void serve(int64_t account, int64_t number, const char *name)
{
    fixture_create(&f, account, "served_party",
                   arena_printf(f.a,
                                "{\"name\":\"%s\",\"credit_code\":\"%.*s\",\"in_chain\":true,"
                                "\"served\":\"2026-02-01\"}",
                                name, STR_ARG(made_code(number, f.a)))
                       .ptr);
}

/* --- what is recorded ------------------------------------------------------------------- */

static void add_records(void)
{
    fixture_create(
        &f, f.staff, "applicant",
        arena_printf(f.a,
                     "{\"name\":\"成都中心\",\"credit_code\":\"%.*s\",\"kind\":"
                     "\"institute\",\"city\":\"510100\","
                     "\"address\":\"武侯区一环路1号\",\"legal_representative\":\"张三丰\","
                     "\"legal_post\":\"院长\",\"legal_phone\":\"13812345678\"}",
                     STR_ARG(code))
            .ptr);
    fixture_run(&f, "UPDATE record_applicant SET provincial_unit = 1"); /* an office says so */
    fixture_create(
        &f, f.staff, "industry",
        "{\"name\":\"人工智能\",\"on_list\":true,\"party_count\":120,"
        "\"party_count_source\":\"统计公报\",\"party_count_date\":\"2025-12-31\","
        "\"leading_enterprises\":[\"甲公司\",\"乙公司\"],\"chain_parties\":[{\"name\":"
        "\"丙公司\",\"chain_link\":\"上游\"},{\"name\":\"丁公司\",\"chain_link\":\"下游\"}]}");
    fixture_create(
        &f, f.staff, "staff",
        "{\"name\":\"李四\",\"position\":\"主任\",\"fields\":[\"navigation\",\"legal\"]}");
    serve(f.staff, 1, "戊公司");
    serve(f.other_staff, 2, "别家服务的公司");
}

static const struct yvalue *facts(const struct subject *s, const struct pack *p)
{
    struct facts_request r = {.as_of = STR("2026-11-20"), .programme = p->id, .subject = s};
    struct stored_facts out;
    struct party_facts party;
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(record_party(&party, &f.k, db, s, code, f.a, &e), &e);
    store_reader_put(f.store, db);
    assert_ok(facts_from_store(&out, &party, p, &f.k, &r, f.a, &e), &e);
    return out.party.document;
}

static struct form_source source(int64_t account, const struct pack *p, const struct part *form)
{
    struct subject s = fixture_subject(&f, account);
    const struct form_subject none = {.party = {f.centre, code}};
    struct form_source out = {.pack = p, .document = facts(&s, p), .draft = true};
    struct err e;
    assert_ok(form_rows_read(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, form, &none, &e),
              &e);
    return out;
}

static struct form_filled filled(const char *id, const char *form)
{
    const struct pack *p = pack(id);
    const struct part *one = part_named(p, PART_FORMS, str_of(form));
    struct form_source s = source(f.staff, p, one);
    struct form_filled out;
    struct err e;
    assert_ok(form_fill(&out, one, &s, f.a, &e), &e);
    return out;
}

/* The cell behind the n-th label of that text; empty: there is none. */
static struct str beside(const struct paper *p, const char *label, int n)
{
    for (size_t b = 0; b < p->block_count; b++)
        for (size_t r = 0; r < p->blocks[b].row_count; r++)
            for (size_t c = 0; c + 1 < p->blocks[b].rows[r].cell_count; c++) {
                const struct paper_cell *cell = &p->blocks[b].rows[r].cells[c];
                if (str_is(cell->text, label) && cell->look == PAPER_LABEL && --n == 0)
                    return cell[1].text;
            }
    return STR_NONE;
}

static bool says(const struct paper *p, const char *words)
{
    struct buf out;
    buf_init(&out, 0);
    paper_canonical(&out, p);
    bool found = str_contains(buf_str(&out), str_of(words));
    buf_clear(&out);
    return found;
}

static bool lacks(const struct form_filled *x, const char *label)
{
    return str_among(str_of(label), x->missing, x->missing_count);
}

/* --- tests --------------------------------------------------------------------------------- */

static void cells_are_filled_from_the_records_of_the_party(void **state)
{
    (void)state;
    add_records();
    struct form_filled x = filled("sc-yunying-2025", "application-form");
    assert_str(beside(&x.paper, "单位名称", 1), "成都中心");
    assert_str(beside(&x.paper, "单位性质", 1), "高校院所，省级以上单位：是");
    assert_str(beside(&x.paper, "详细地址", 1), "四川省成都市；武侯区一环路1号");
    assert_str(beside(&x.paper, "法定代表人", 1), "张三丰");
    assert_str(beside(&x.paper, "联系方式", 1), "13812345678");
    assert_str(beside(&x.paper, "龙头企业", 1), "甲公司、乙公司");
    assert_str(beside(&x.paper, "产业链重要主体名单", 1), "丙公司，上游\n丁公司，下游");
    assert_true(says(&x.paper, "专利导航、法律文书撰写"));
    assert_false(says(&x.paper, "别家服务的公司"));
    assert_int_equal(x.paper.mark_count, 1);
    assert_str(x.paper.marks[0], "草稿");
}

static void a_total_is_computed_and_follows_the_records(void **state)
{
    (void)state;
    add_records();
    struct form_filled x = filled("sc-yunying-2025", "application-form");
    assert_str(beside(&x.paper, "服务产业链创新主体", 1), "不少于1家");
    struct digest before = paper_digest(&x.paper);
    serve(f.staff, 3, "己公司");
    x = filled("sc-yunying-2025", "application-form");
    assert_str(beside(&x.paper, "服务产业链创新主体", 1), "不少于2家");
    struct digest after = paper_digest(&x.paper);
    assert_false(digest_eq(&before, &after));
}

static void an_empty_required_cell_shows_that_and_is_told(void **state)
{
    (void)state;
    add_records();
    struct form_filled x = filled("sc-yunying-2025", "application-form");
    assert_str(beside(&x.paper, "邮编", 1), "待补");
    assert_str(beside(&x.paper, "产业领域", 1), "人工智能；待补（名录版本）");
    assert_true(lacks(&x, "邮编") && lacks(&x, "产业领域") && lacks(&x, "产业链概况") &&
                lacks(&x, "预期成效"));
    assert_true(lacks(&x, "姓名、现任职务、熟悉业务、拟分工")); /* one row has no task */
    assert_false(lacks(&x, "单位名称") || lacks(&x, "产业链重要主体名单"));
    assert_true(lacks(&x, "中心负责人职务") && !lacks(&x, "法定代表人职务") && !lacks(&x, "职务"));
    assert_false(lacks(&x, "负责人")); /* signed by hand */
}

static void materials_are_named_with_their_files_and_what_lacks(void **state)
{
    const struct pack *p = pack("sc-yunying-2025");
    const struct part *form = part_named(p, PART_FORMS, STR("application-form"));
    const struct form_material *all;
    struct form_filled x;
    size_t count;
    struct err e;
    (void)state;
    add_records();
    fixture_create(&f, f.staff, "project",
                   "{\"project_no\":\"P-1\",\"title\":\"甲项目\",\"kind\":\"conversion\","
                   "\"proof_files\":[{\"digest\":\"" FIXTURE_DIGEST "\",\"name\":\"证明.pdf\"}]}");
    fixture_create(&f, f.staff, "project",
                   "{\"project_no\":\"P-2\",\"title\":\"乙项目\",\"kind\":\"conversion\"}");
    struct form_source s = source(f.staff, p, form);
    assert_ok(form_materials(&all, &count, &s, STR("application"), f.a, &e), &e);
    assert_int_equal(count, 7);
    assert_str(all[3].material->id, "cases");
    assert_int_equal(all[3].wanted, 2);
    assert_int_equal(all[3].lacking, 1);
    assert_str(all[3].lacks[0], "乙项目");
    assert_int_equal(all[3].file_count, 1);
    assert_str(all[3].files[0].digest, FIXTURE_DIGEST);
    assert_true(all[0].required && all[0].lacking == 1); /* 法人证书 */
    assert_false(all[5].required);                       /* 固定工作场所证明: advised */
    x = filled("sc-yunying-2025", "application-form");
    assert_true(says(&x.paper, FIXTURE_DIGEST));
    assert_true(lacks(&x, "法人证书") && lacks(&x, "案例图文等佐证材料"));
    assert_false(lacks(&x, "固定工作场所证明"));
}

static void a_form_without_a_cell_for_it_says_whose_it_is_and_of_which_day(void **state)
{
    (void)state;
    add_records();
    struct form_filled x = filled("sc-yunying-2025", "work-register");
    struct form_filled named = filled("sc-yunying-2025", "application-form");
    assert_int_equal(x.paper.blocks[1].role, PAPER_ITEM);
    assert_str(x.paper.blocks[1].label, "单位");
    assert_str(x.paper.blocks[1].text, "成都中心");
    assert_str(x.paper.blocks[2].label, "数据截至");
    assert_str(x.paper.blocks[2].text, "2026年11月20日");
    assert_int_not_equal(named.paper.blocks[1].role, PAPER_ITEM);
}

static void an_erased_value_says_so(void **state)
{
    static const struct str names[] = {{"legal_phone", 11}};
    struct erase_request r = {.fields = names, .field_count = 1};
    struct write_options o = {.reason = STR("个保法第四十七条")};
    struct subject security = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    (void)state;
    add_records();
    subject_program(&security, STR("2026-11-20"));
    int64_t id = fixture_number(&f, "SELECT id FROM record_applicant");
    assert_ok(
        record_erase(&out,
                     &(struct record_call){&f.k, &security, fixture_type(&f, "applicant"), id, f.a},
                     &r, &o, &e),
        &e);
    struct form_filled x = filled("sc-yunying-2025", "application-form");
    assert_str(beside(&x.paper, "联系方式", 1), "已依法删除");
    assert_false(says(&x.paper, "13812345678"));
}

static void the_name_follows_from_the_industry_by_the_rule(void **state)
{
    (void)state;
    struct form_filled x = filled("sc-yunying-2025", "application-form");
    assert_true(says(&x.paper, "四川省×××产业知识产权运营中心"));
    add_records();
    x = filled("sc-yunying-2025", "application-form");
    assert_true(says(&x.paper, "我单位自愿申报建设四川省人工智能产业知识产权运营中心。"));
}

static void a_form_that_the_document_does_not_lay_out_is_refused(void **state)
{
    const struct pack *p = pack("sx-yunying-draft");
    const struct part *form = part_named(p, PART_FORMS, STR("application-form"));
    struct form_source s = {.pack = p};
    struct form_filled x;
    struct err e;
    (void)state;
    assert_int_equal(form_fill(&x, form, &s, f.a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "sx-yunying-draft"));
}

static struct paper_value given[] = {{"paper.issuer", {"某局", 6}},
                                     {"paper.number", {"某〔2026〕1号", 17}},
                                     {"paper.date", {"2026年1月5日", 15}},
                                     {"party.name", {"甲单位", 9}},
                                     {"case.number", {"1", 1}},
                                     {"case.matter", {"2026年度取消资格", 22}},
                                     {"decision.facts", {"查实", 6}},
                                     {"decision.reason", {"理由", 6}},
                                     {"remedy.organ", {"甲机关", 9}},
                                     {"remedy.period", {"六十日", 9}},
                                     {"remedy.court", {"甲法院", 9}},
                                     {"remedy.court_period", {"六个月", 9}}};
#define REMEDIES 4

static err_t revocation(struct paper_filled *out, const char *id, size_t count, bool draft,
                        struct err *e)
{
    const struct pack *p = pack(id);
    const struct process *process = pack_process(p, STR("revocation"));
    struct form_source s = {.pack = p};
    struct paper_facts facts = {
        .source = &s, .values = given, .value_count = count, .draft = draft};
    for (size_t i = 0; i < process->step_count; i++)
        if (str_is(process->steps[i].id, "revoke"))
            facts.step = &process->steps[i];
    return paper_fill(out, STR("revocation-decision"), &facts, f.a, e);
}

static void a_revocation_without_its_remedies_is_not_issued(void **state)
{
    struct paper_filled x;
    struct err e;
    (void)state;
    size_t known = ARRAY_LEN(given) - REMEDIES;
    for (size_t count = known; count < ARRAY_LEN(given); count++) {
        assert_int_equal(revocation(&x, "sc-yunying-2025", count, false, &e), E_INVALID);
        assert_non_null(strstr(e.text, "(remedy.court_period)"));
        assert_int_equal(strstr(e.text, "(remedy.organ)") != NULL, count == known);
    }
    assert_ok(revocation(&x, "sc-yunying-2025", ARRAY_LEN(given), false, &e), &e);
    assert_true(says(&x.paper, "自收到本决定之日起六十日内向甲机关申请行政复议"));
    assert_true(says(&x.paper, "自收到本决定之日起六个月内向甲法院提起行政诉讼"));
    assert_true(says(&x.paper, "关于取消甲单位四川省产业知识产权运营中心资格的决定"));
    assert_true(says(&x.paper, "经研究，决定：取消你单位的四川省产业知识产权运营中心资格。"));
    assert_true(says(&x.paper, "取消省运营中心资格"));
    assert_int_equal(x.paper.mark_count, 0);
    assert_int_equal(x.missing_count, 0);
    /* a draft shows what lacks */
    assert_ok(revocation(&x, "sc-yunying-2025", known, true, &e), &e);
    assert_true(str_among(STR("remedy.organ"), x.missing, x.missing_count));
}

static void what_lacks_is_named_before_a_paper_is_issued(void **state)
{
    struct form_source s = {.pack = pack("sc-yunying-2025")};
    struct paper_facts facts = {.source = &s, .values = given, .value_count = 3};
    static const char *const lack[] = {"rectification.grounds", "rectification.due", "party.name",
                                       "case.matter", "case.number"};
    struct paper_filled x;
    struct err e;
    (void)state;
    assert_int_equal(paper_fill(&x, STR("rectification-notice"), &facts, f.a, &e), E_INVALID);
    for (size_t i = 0; i < ARRAY_LEN(lack); i++) /* all at once */
        assert_non_null(strstr(e.text, lack[i]));
    assert_int_equal(paper_fill(&x, STR("poster"), &facts, f.a, &e), E_NOTFOUND);
}

static void papers_of_a_draft_are_on_trial(void **state)
{
    struct paper_filled x;
    struct err e;
    (void)state;
    assert_ok(revocation(&x, "sx-yunying-draft", ARRAY_LEN(given), false, &e), &e);
    assert_int_equal(x.paper.mark_count, 1);
    assert_str(x.paper.marks[0], "征求意见稿·试运行");
}

/* What pack and step say is theirs alone. */
static void a_caller_cannot_say_what_the_policy_says(void **state)
{
    struct paper_value wrong[] = {{"step.quote", {"另一句", 9}},
                                  {"policy.title", {"另一办法", 12}}};
    struct form_source s = {.pack = pack("sc-yunying-2025")};
    struct paper_facts facts = {.source = &s, .values = wrong, .value_count = 2, .draft = true};
    struct paper_filled x;
    struct err e;
    (void)state;
    assert_ok(paper_fill(&x, STR("revocation-decision"), &facts, f.a, &e), &e);
    assert_false(says(&x.paper, "另一"));
}

static void a_step_has_its_papers(void **state)
{
    const struct part *papers[8];
    (void)state;
    assert_int_equal(
        papers_of_step(papers, 8, pack("sc-yunying-2025"), STR("application"), STR("recognise")),
        4);
    assert_str(papers[0]->id, "recognition-decision");
    assert_int_equal(
        papers_of_step(papers, 8, pack("sc-yunying-2025"), STR("application"), STR("accept")), 1);
    assert_str(papers[0]->id, "acceptance-receipt");
    assert_int_equal(
        papers_of_step(papers, 8, pack("sc-yunying-2025"), STR("application"), STR("recheck")), 0);
}

static struct str printed(const char *field, const char *value)
{
    struct str rest = str_of(field), name = str_split(&rest, STR("."));
    struct form_path path = form_path_of(str_of(field));
    const struct jvalue *record = NULL;
    struct form_rows rows = {.type = record_type_find(f.k.types, name)};
    struct err e;
    assert_ok(jin_parse(&record, arena_printf(f.a, "{\"%.*s\":\"%s\"}", STR_ARG(path.field), value),
                        f.a, &e),
              &e);
    return form_value((struct form_at){&rows, record, NULL}, &path, NULL, f.a);
}

static void numbers_are_printed_as_an_office_writes_them(void **state)
{
    (void)state;
    assert_str(printed("deal.amount_cny", "1234567.89"), "1,234,567.89元");
    assert_str(printed("deal.amount_cny", "400000.00"), "400,000元");
    assert_str(printed("deal.amount_cny", "-999.50"), "-999.50元");
    assert_str(printed("deal.amount_cny", "999"), "999元");
    assert_str(printed("deal.rate", "4.50"), "4.5%");
    assert_str(printed("deal.rate", "100.00"), "100%");
    assert_str(printed("deal.rate", "0.00"), "0%");
}

/* policy knows the roles as words, paper as what they look like. */
static void roles_of_blocks_are_those_of_papers(void **state)
{
    size_t i = 0;
    (void)state;
    for (; paper_role_names[i] && paper_block_roles[i]; i++)
        assert_string_equal(paper_role_names[i], paper_block_roles[i]);
    assert_true(!paper_role_names[i] && !paper_block_roles[i]);
}

int main(void)
{
#define ON_STORE(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_STORE(cells_are_filled_from_the_records_of_the_party),
        ON_STORE(a_total_is_computed_and_follows_the_records),
        ON_STORE(an_empty_required_cell_shows_that_and_is_told),
        ON_STORE(materials_are_named_with_their_files_and_what_lacks),
        ON_STORE(a_form_without_a_cell_for_it_says_whose_it_is_and_of_which_day),
        ON_STORE(an_erased_value_says_so),
        ON_STORE(the_name_follows_from_the_industry_by_the_rule),
        ON_STORE(a_form_that_the_document_does_not_lay_out_is_refused),
        ON_STORE(a_revocation_without_its_remedies_is_not_issued),
        ON_STORE(what_lacks_is_named_before_a_paper_is_issued),
        ON_STORE(papers_of_a_draft_are_on_trial),
        ON_STORE(a_caller_cannot_say_what_the_policy_says),
        ON_STORE(a_step_has_its_papers),
        ON_STORE(numbers_are_printed_as_an_office_writes_them),
        ON_STORE(roles_of_blocks_are_those_of_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
