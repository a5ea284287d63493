/* A day is held still while a step is taken: the steps are those that people take, with the same
 * guards, entries and notices. Everything is made up. */
#include "cmd/demo_life.h"
#include "access/account.h"
#include "access/grant.h"
#include "access/unit.h"
#include "base/date.h"
#include "base/vec.h"
#include "cmd/demo_panel.h"
#include "decide/activation.h"
#include "decide/calendar_store.h"
#include "model/codes.h"
#include "programme/programme.h"

#define DAY_MS INT64_C(86400000)
#define NINE_MS INT64_C(3600000) /* nine in the morning in China */

struct life {
    struct app *app;
    struct instance instance;
    struct clock clock; /* the day that is lived */
    struct packs *packs;
    const struct calendar *calendar;
    struct subject program;
    struct arena *a; /* of one step */
    struct err *e;
    size_t cases;
};

static struct str today(struct life *l)
{
    return business_date(clock_now_ms(&l->clock), l->a);
}

static err_t set_day(struct life *l, const char *date)
{
    struct date d;
    if (!date_parse(&d, str_of(date)))
        return err_set(l->e, E_INTERNAL, "%s is no date", date);
    arena_reset(l->a);
    l->clock = clock_fixed(date_to_days(d) * DAY_MS + NINE_MS);
    subject_program(&l->program, today(l));
    return OK;
}

/* --- offices and people ------------------------------------------------------------------------ */

static const struct {
    const char *kind, *name, *region;
} offices[] = {
    {"province_office", "四川省市场监督管理局（演示）", "510000"},
    {"province_ip_centre", "四川省知识产权中心（演示）", "510000"},
    {"finance_office", "四川省财政厅（演示）", "510000"},
    {"audit_office", "四川省审计厅（演示）", "510000"},
    {"city_office", "成都市市场监督管理局（演示）", "510100"},
    {"city_office", "绵阳市市场监督管理局（演示）", "510700"},
    {"city_office", "宜宾市市场监督管理局（演示）", "511500"},
    {"province_office", "山西省知识产权局（演示）", "140000"},
    {"city_office", "太原市市场监督管理局（演示）", "140100"},
    {"city_office", "大同市市场监督管理局（演示）", "140200"},
    {"bank", "虚构银行（演示）", "510104"},
    {"expert_pool", "四川省专家库（演示）", "510000"},
    {"expert_pool", "山西省专家库（演示）", "140000"},
};

static const struct {
    const char *name, *display, *unit, *role;
} people[] = {
    {"officer", "省局甲（演示）", "四川省市场监督管理局（演示）", "province_officer"},
    {"leader", "省局乙（演示）", "四川省市场监督管理局（演示）", "province_leader"},
    {"city", "成都甲（演示）", "成都市市场监督管理局（演示）", "city_officer"},
    {"city-leader", "成都乙（演示）", "成都市市场监督管理局（演示）", "city_leader"},
    {"mianyang", "绵阳甲（演示）", "绵阳市市场监督管理局（演示）", "city_officer"},
    {"yibin", "宜宾甲（演示）", "宜宾市市场监督管理局（演示）", "city_officer"},
    {"shanxi", "山西甲（演示）", "山西省知识产权局（演示）", "province_officer"},
    {"shanxi-leader", "山西乙（演示）", "山西省知识产权局（演示）", "province_leader"},
    {"taiyuan", "太原甲（演示）", "太原市市场监督管理局（演示）", "city_officer"},
    {"datong", "大同甲（演示）", "大同市市场监督管理局（演示）", "city_officer"},
    {"finance", "财政甲（演示）", "四川省财政厅（演示）", "finance_officer"},
    {"auditor", "审计甲（演示）", "四川省审计厅（演示）", "auditor"},
    {"bank", "银行甲（演示）", "虚构银行（演示）", "bank_officer"},
    {"expert", "专家甲（演示）", "四川省专家库（演示）", "expert"},
    {"expert-b", "专家乙（演示）", "四川省专家库（演示）", "expert"},
    {"expert-c", "专家丙（演示）", "四川省专家库（演示）", "expert"},
    {"shanxi-expert", "专家丁（演示）", "山西省专家库（演示）", "expert"},
    {"shanxi-expert-b", "专家戊（演示）", "山西省专家库（演示）", "expert"},
    {"shanxi-expert-c", "专家己（演示）", "山西省专家库（演示）", "expert"},
    {"sysadmin", "系统管理员（演示）", "四川省市场监督管理局（演示）", "system_administrator"},
    {"secadmin", "安全管理员（演示）", "四川省市场监督管理局（演示）", "security_administrator"},
    {"auditadmin", "审计管理员（演示）", "四川省市场监督管理局（演示）", "audit_administrator"},
    {"centre", "中心甲（演示）", "成都青岚电子信息运营中心（演示）", "centre_manager"},
    {"company", "单位甲（演示）", "成都青岚电子信息运营中心（演示）", "company_staff"},
};

struct unit_making {
    struct deed deed;
    struct new_unit unit;
    int64_t id;
};

static err_t unit_step(struct db *db, void *arg, struct err *e)
{
    struct unit_making *m = arg;
    err_t rc = unit_find(&m->id, db, m->unit.name, m->deed.arena, e);
    return rc == E_NOTFOUND ? unit_add(&m->id, db, &m->deed, &m->unit, e) : rc;
}

static struct deed deed_of(struct life *l)
{
    return (struct deed){
        .suite = &l->instance.suite, .clock = &l->clock, .by = &l->program, .arena = l->a};
}

struct account_making {
    struct deed deed;
    const char *name, *display, *role;
    struct str unit;
    int64_t id;
};

static err_t account_step(struct db *db, void *arg, struct err *e)
{
    struct account_making *m = arg;
    struct new_account n = {.name = str_of(m->name), .display_name = str_of(m->display)};
    int64_t grant;
    err_t rc = account_find(&m->id, db, n.name, m->deed.arena, e);
    if (rc != E_NOTFOUND)
        return rc;
    if ((rc = unit_find(&n.unit, db, m->unit, m->deed.arena, e)) == OK &&
        (rc = account_add(&m->id, db, &m->deed, &n, e)) == OK &&
        (rc = account_activate(db, &m->deed, m->id, e)) == OK)
        rc = grant_role(&grant, db, &m->deed,
                        &(struct new_grant){.account = m->id, .role = str_of(m->role)}, e);
    return rc;
}

static err_t put_account(struct life *l, const char *name, const char *display, struct str unit,
                         const char *role)
{
    struct account_making m = {
        .deed = deed_of(l), .name = name, .display = display, .role = role, .unit = unit};
    return store_write(l->instance.store, account_step, &m, l->e);
}

/* --- who acts ------------------------------------------------------------------------------------ */

static err_t person(struct subject *out, struct life *l, const char *name)
{
    struct db *db = NULL;
    int64_t id;
    err_t rc = store_reader_get(&db, l->instance.store, l->e);
    if (rc == OK)
        rc = account_find(&id, db, str_of(name), l->a, l->e);
    if (rc == OK)
        rc = subject_load(out, db, id, today(l), clock_now_ms(&l->clock), l->a, l->e);
    store_reader_put(l->instance.store, db);
    return rc;
}

static struct str resident(size_t n, struct arena *a)
{
    static const char check[] = "0123456789X";
    struct str number = STR_NONE;
    for (size_t i = 0; check[i]; i++)
        if (resident_id_parse(&number, arena_printf(a, "9900001970010190%zu%c", n, check[i]), a) ==
            CODE_RIGHT)
            return number;
    return STR_NONE;
}

/* In the pool, as the officer of the province enters him. */
static err_t put_expert(struct life *l, size_t n)
{
    struct kernel *k = &l->instance.kernel;
    bool shanxi = str_find(str_of(people[n].name), STR("shanxi"), 0) == 0;
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct subject by;
    struct faults faults;
    struct written w;
    bool there = false;
    const struct jvalue *body = NULL;
    err_t rc = person(&by, l, shanxi ? "shanxi" : "officer");
    if (rc == OK && (rc = store_reader_get(&db, l->instance.store, l->e)) == OK) {
        if ((rc = db_query(&st, db, "SELECT 1 FROM record_expert WHERE account_name = ?1",
                           VALUES(v_str(str_of(people[n].name))), l->e)) == OK)
            rc = stmt_next(&there, st, l->e);
        stmt_free(st);
        store_reader_put(l->instance.store, db);
    }
    if (rc != OK || there)
        return rc;
    rc =
        jin_parse(&body,
                  arena_printf(l->a,
                               "{\"name\":\"%s\",\"id_number\":\"%.*s\",\"account_name\":\"%s\","
                               "\"consent\":true,\"fields\":[\"law\"],\"employments\":[{\"name\":"
                               "\"虚构大学（演示）\",\"to\":false}],\"employments_complete\":true}",
                               people[n].display, STR_ARG(resident(n % 10, l->a)), people[n].name),
                  JIN_REFUSE_DUPLICATES, NULL, l->a, l->e);
    return rc == OK ? record_create(&w, &faults, k, &by, record_type_find(k->types, STR("expert")),
                                    body, NULL, l->a, l->e)
                    : rc;
}

static err_t put_people(struct life *l)
{
    err_t rc = set_day(l, "2025-10-13");
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(offices); i++) {
        struct unit_making m = {.deed = deed_of(l),
                                .unit = {.kind = str_of(offices[i].kind),
                                         .name = str_of(offices[i].name),
                                         .region = str_of(offices[i].region)}};
        rc = store_write(l->instance.store, unit_step, &m, l->e);
    }
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(people); i++)
        if ((rc = put_account(l, people[i].name, people[i].display, str_of(people[i].unit),
                              people[i].role)) == OK &&
            strcmp(people[i].role, "expert") == 0)
            rc = put_expert(l, i);
    return rc;
}

struct activating_step {
    struct deed deed;
    struct activating what;
    struct activation made;
    int64_t waits;
};

static err_t activate_step(struct db *db, void *arg, struct err *e)
{
    struct activating_step *s = arg;
    struct activation now;
    err_t rc = pack_active(&now, db, s->what.pack->id, s->deed.arena, e);
    if (rc != OK || str_eq(now.digest, s->what.pack->digest))
        return rc;
    return pack_activate(&s->made, &s->waits, db, &s->deed, &s->what, e);
}

static err_t activate(struct life *l, const char *pack)
{
    static const char *const two[] = {"officer", "leader"};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(two); i++) {
        struct activating_step s = {.deed = deed_of(l)};
        struct subject by;
        rc = person(&by, l, two[i]);
        if (rc == OK)
            rc = packs_get(&s.what.pack, l->packs, str_of(pack), l->e);
        if (rc != OK)
            return rc;
        s.deed.by = &by;
        s.deed.reason = STR("演示：启用");
        s.what.archive = packs_archive(l->packs, s.what.pack, l->a);
        rc = store_write(l->instance.store, activate_step, &s, l->e);
    }
    return rc;
}

/* --- cases ----------------------------------------------------------------------------------------- */

/* One after the other; a life ends where its stage says. */
enum stage {
    DRAFT,
    WITH_CITY,
    RETURNED,
    NOT_RECOMMENDED,
    QUEUE,
    REVIEWED,
    PUBLICITY,
    OBJECTED,
    RECOGNISED,
    RECTIFYING,
    REVOKED
};

static const struct {
    const char *party, *city, *pack, *apply_on;
    enum stage stage;
} lives[] = {
    {"成都青岚电子信息运营中心（演示）", "city", "sc-yunying-2025", "2026-05-25", RECOGNISED},
    {"成都蜀光软件运营中心（演示）", "city", "sc-yunying-2025", "2026-05-26", NOT_RECOMMENDED},
    {"成都锦朔生物医药运营中心（演示）", "city", "sc-yunying-2025", "2026-05-26", REVOKED},
    {"成都澄观航空运营中心（演示）", "city", "sc-yunying-2025", "2026-05-27", RECTIFYING},
    {"成都云栖智能装备运营中心（演示）", "city", "sc-yunying-2025", "2026-05-27", DRAFT},
    {"绵阳砺成新型显示运营中心（演示）", "mianyang", "sc-yunying-2025", "2026-05-28", RECOGNISED},
    {"绵阳岷川激光运营中心（演示）", "mianyang", "sc-yunying-2025", "2026-05-28", OBJECTED},
    {"绵阳雁行存储运营中心（演示）", "mianyang", "sc-yunying-2025", "2026-05-29", RETURNED},
    {"宜宾汾泽动力电池运营中心（演示）", "yibin", "sc-yunying-2025", "2026-05-29", RECOGNISED},
    {"宜宾恒岳晶硅光伏运营中心（演示）", "yibin", "sc-yunying-2025", "2026-06-01", PUBLICITY},
    {"宜宾青岚白酒运营中心（演示）", "yibin", "sc-yunying-2025", "2026-06-01", DRAFT},
    {"宜宾启衡数字经济运营中心（演示）", "yibin", "sc-yunying-2025", "2026-06-02", QUEUE},
    {"太原汾泽特种钢运营中心（演示）", "taiyuan", "sx-yunying-draft", "2026-06-03", REVIEWED},
    {"大同雁行氢能运营中心（演示）", "datong", "sx-yunying-draft", "2026-06-04", WITH_CITY},
};

struct at { /* the case that is lived */
    struct life *l;
    int64_t case_id, unit;
    struct str manager; /* account of the party */
    struct str city, province;
    bool sichuan;
};

/* The step of a case, by a person of that name on that day. */
static err_t step(struct at *x, const char *day, const char *who, const char *action,
                  const char *reason, const char *records)
{
    struct life *l = x->l;
    struct programme p;
    struct subject by;
    struct flow_taken taken;
    struct db *db = NULL;
    struct flow_call call = {.by = &by, .reason = str_of(reason), .arena = l->a};
    err_t rc = set_day(l, day);
    if (rc == OK)
        rc = person(&by, l, who);
    if (rc == OK && records)
        rc = jin_parse(&call.arguments, str_of(records), JIN_REFUSE_DUPLICATES, NULL, l->a, l->e);
    if (rc == OK && (rc = store_reader_get(&db, l->instance.store, l->e)) == OK) {
        rc = flow_case_read(&call.c, db, x->case_id, l->a, l->e);
        store_reader_put(l->instance.store, db);
    }
    if (rc != OK)
        return rc;
    programme_init(&p, &l->instance.kernel, l->packs, l->calendar, l->a);
    call.today = today(l);
    call.basis = STR("演示：办理依据");
    if ((rc = programme_case(&call, &p, l->e)) != OK)
        return rc;
    call.step = flow_step_find(call.process, str_of(action));
    rc = call.step ? flow_take(&taken, &call, &p.flow, l->e)
                   : err_set(l->e, E_INTERNAL, "there is no step %s", action);
    if (rc != OK)
        err_note(l->e, "%.*s: %s", STR_ARG(call.c.title), action);
    return rc;
}

static err_t both(struct at *x, const char *day, const char *action, const char *reason,
                  const char *records)
{
    err_t rc = step(x, day, x->sichuan ? "officer" : "shanxi", action, reason, records);
    return rc == OK ? step(x, day, x->sichuan ? "leader" : "shanxi-leader", action, reason, records)
                    : rc;
}

static err_t begin(struct at *x, const char *day, const char *who, const char *pack,
                   const char *process, const char *fields)
{
    struct life *l = x->l;
    struct programme_new n = {.pack = str_of(pack), .process = str_of(process), .unit = x->unit};
    struct programme p;
    struct subject by;
    struct faults faults;
    struct flow_taken taken;
    struct flow_call call = {.by = &by, .arena = l->a};
    err_t rc = set_day(l, day);
    if (rc == OK)
        rc = person(&by, l, who);
    if (rc == OK)
        rc = jin_parse(&n.record, str_of(fields), JIN_REFUSE_DUPLICATES, NULL, l->a, l->e);
    if (rc != OK)
        return rc;
    programme_init(&p, &l->instance.kernel, l->packs, l->calendar, l->a);
    call.today = today(l);
    rc = programme_begin(&taken, &faults, &call, &p, &n, l->e);
    x->case_id = taken.case_id;
    l->cases += rc == OK;
    return rc;
}

static const char *manager_of(const struct at *x)
{
    return x->manager.ptr;
}

/* The office says that its list of objections is complete up to the day. */
static err_t state_objections(struct at *x, const char *day)
{
    struct life *l = x->l;
    struct kernel *k = &l->instance.kernel;
    struct subject by;
    struct faults faults;
    struct written w;
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    const struct jvalue *body = NULL;
    struct str code = STR_NONE;
    err_t rc = set_day(l, day);
    if (rc == OK)
        rc = person(&by, l, x->sichuan ? "officer" : "shanxi");
    if (rc == OK && (rc = store_reader_get(&db, l->instance.store, l->e)) == OK) {
        if ((rc = db_query(&st, db, "SELECT credit_code FROM unit WHERE id = ?1",
                           VALUES(v_i64(x->unit)), l->e)) == OK &&
            (rc = stmt_next(&has_row, st, l->e)) == OK && has_row)
            code = arena_dup(l->a, stmt_str(st, 0));
        stmt_free(st);
        store_reader_put(l->instance.store, db);
    }
    if (rc == OK)
        rc = jin_parse(&body,
                       arena_printf(l->a,
                                    "{\"list\":\"objections\",\"party\":\"%.*s\",\"up_to\":\"%s\","
                                    "\"stated_by\":\"省局甲（演示）\"}",
                                    STR_ARG(code), day),
                       JIN_REFUSE_DUPLICATES, NULL, l->a, l->e);
    return rc == OK ? record_create(&w, &faults, k, &by,
                                    record_type_find(k->types, STR("list_statement")), body, NULL,
                                    l->a, l->e)
                    : rc;
}

/* A panel over this case alone, on that day. */
static err_t experts(struct at *x, const char *day)
{
    struct life *l = x->l;
    int64_t panel;
    struct demo_panel what = {.app = l->app,
                              .instance = &l->instance,
                              .evaluation = STR("review"),
                              .title = STR("专家评审组（演示）"),
                              .field = STR("law"),
                              .seats = 3,
                              .officers = {x->sichuan ? STR("officer") : STR("shanxi"),
                                           x->sichuan ? STR("leader") : STR("shanxi-leader")},
                              .cases = &x->case_id,
                              .case_count = 1,
                              .result = "pass",
                              .reason = STR("专家组一致同意（演示）"),
                              .opinion = STR("符合条件，成效明显（演示）")};
    err_t rc = set_day(l, day);
    if (rc == OK)
        rc = packs_get(&what.pack, l->packs,
                       x->sichuan ? STR("sc-yunying-2025") : STR("sx-yunying-draft"), l->e);
    return rc == OK ? demo_panel_hold(&panel, &what, l->a, l->e) : rc;
}

static const char notice[] =
    "{\"records\":{\"publicity\":{\"url\":\"https://example.invalid/notice\"}}}";

/* From the city to the list. */
static err_t review(struct at *x, enum stage stage)
{
    const char *city = x->city.ptr, *office = x->sichuan ? "officer" : "shanxi";
    err_t rc = step(x, "2026-06-08", city, "accept", "", NULL);
    if (rc != OK || stage == WITH_CITY)
        return rc;
    if (stage == RETURNED)
        return step(x, "2026-06-09", city, "return", "请补充员工社保证明", NULL);
    if ((rc = step(x, "2026-06-10", city, "check-eligibility", "资格符合", NULL)) != OK ||
        (rc = step(x, "2026-06-11", city, "check-materials", "材料齐全", NULL)) != OK)
        return rc;
    if (stage == NOT_RECOMMENDED)
        return step(x, "2026-06-12", city, "not-recommend", "择优排序靠后", NULL);
    if ((rc = step(x, "2026-06-12", city, "recommend", "择优推荐", NULL)) != OK || stage == QUEUE)
        return rc;
    if ((rc = step(x, "2026-07-06", office, "recheck", "复核无误", NULL)) != OK ||
        (rc = experts(x, "2026-07-17")) != OK ||
        (rc = step(x, "2026-07-20", office, "expert-review", "专家组一致同意", NULL)) != OK ||
        stage == REVIEWED)
        return rc;
    return step(x, "2026-08-03", office, "publish", "", notice);
}

/* …and to the recognition, five working days later: 4, 5, 6, 7 and 10 August. */
static err_t recognise(struct at *x, size_t number)
{
    struct arena *kept = x->l->app->arena;
    struct str records = arena_printf(
        kept, "{\"records\":{\"recognition\":{\"document_no\":\"虚构〔2026〕%zu号\"}}}", number);
    err_t rc = state_objections(x, "2026-08-11");
    return rc == OK ? both(x, "2026-08-11", "recognise", "公示期满无异议", records.ptr) : rc;
}

static err_t object(struct at *x)
{
    static const char told[] = "{\"records\":{\"objection\":{\"content\":\"虚构异议："
                               "两个项目为同一合同\",\"named\":true}}}";
    static const char upheld[] =
        "{\"records\":{\"objection\":{\"upheld\":true,\"handling\":\"核实属实\"}}}";
    err_t rc = step(x, "2026-08-05", "officer", "object", "来函代录", told);
    if (rc == OK)
        rc = step(x, "2026-08-07", "officer", "settle", "异议成立", upheld);
    return rc == OK ? both(x, "2026-08-12", "refuse", "异议成立，不予认定", NULL) : rc;
}

static err_t revoke(struct at *x)
{
    err_t rc = begin(x, "2026-09-14", "officer", "sc-yunying-2025", "revocation",
                     "{\"ground\":\"falsification\",\"facts_found\":\"虚构事实：合同系伪造\"}");
    if (rc == OK)
        rc = step(x, "2026-09-15", "officer", "tell", "拟取消资格", NULL);
    if (rc == OK)
        rc = step(x, "2026-09-20", manager_of(x), "reply", "", NULL);
    return rc == OK ? both(x, "2026-10-12", "revoke", "弄虚作假查实", NULL) : rc;
}

static err_t rectify(struct at *x)
{
    static const char asked[] =
        "{\"records\":{\"rectification\":{\"due\":\"2027-01-15\",\"grounds\":[\"slack\"]}}}";
    err_t rc = begin(x, "2026-09-14", "officer", "sc-yunying-2025", "rectification", "{}");
    return rc == OK ? both(x, "2026-09-16", "notice", "怠于履行工作职责", asked) : rc;
}

static err_t live(struct life *l, size_t i, bool *there)
{
    struct arena *kept = l->app->arena;
    struct at x = {.l = l, .sichuan = strcmp(lives[i].pack, "sc-yunying-2025") == 0};
    enum stage stage = lives[i].stage;
    struct db *db = NULL;
    struct stmt *st = NULL;
    err_t rc = store_reader_get(&db, l->instance.store, l->e);
    if (rc == OK && (rc = unit_find(&x.unit, db, str_of(lives[i].party), l->a, l->e)) == OK &&
        (rc = db_query(&st, db, "SELECT 1 FROM flow_case WHERE owner_unit = ?1 LIMIT 1",
                       VALUES(v_i64(x.unit)), l->e)) == OK)
        rc = stmt_next(there, st, l->e);
    stmt_free(st);
    store_reader_put(l->instance.store, db);
    if (rc != OK || *there)
        return rc;
    x.city = str_of(lives[i].city);
    x.manager = arena_printf(kept, "centre%zu", i + 1);
    const char *city_code = x.sichuan
                                ? (strcmp(lives[i].city, "city") == 0       ? "510100"
                                   : strcmp(lives[i].city, "mianyang") == 0 ? "510700"
                                                                            : "511500")
                                : (strcmp(lives[i].city, "taiyuan") == 0 ? "140100" : "140200");
    if ((rc = set_day(l, "2025-10-14")) != OK ||
        (rc = put_account(l, x.manager.ptr, "中心负责人（演示）", str_of(lives[i].party),
                          "centre_manager")) != OK)
        return rc;
    struct str fields = arena_printf(
        kept, "{\"to\":\"city\",\"office_city\":\"%s\",\"summary\":\"虚构申报\"}", city_code);
    rc = begin(&x, lives[i].apply_on, manager_of(&x), lives[i].pack, "application", fields.ptr);
    if (rc == OK && stage != DRAFT)
        rc = step(&x, lives[i].apply_on, manager_of(&x), "submit-city", "", NULL);
    if (rc == OK && stage != DRAFT)
        rc = review(&x, stage);
    if (rc == OK && stage == OBJECTED)
        rc = object(&x);
    if (rc == OK && stage >= RECOGNISED)
        rc = recognise(&x, i + 1);
    if (rc == OK && stage == REVOKED)
        rc = revoke(&x);
    if (rc == OK && stage == RECTIFYING)
        rc = rectify(&x);
    return rc;
}

err_t demo_life(size_t *cases, struct app *app, struct err *e)
{
    const char *folder = arena_printf(app->arena, "%s/packs", app->data).ptr;
    struct life l = {.app = app, .a = arena_new(), .e = e};
    struct db *db = NULL;
    *cases = 0;
    err_t rc = instance_kernel(&l.instance, app, e);
    if (rc == OK && (rc = store_reader_get(&db, l.instance.store, e)) == OK) {
        rc = calendar_load(&l.calendar, db, app->arena, e);
        store_reader_put(l.instance.store, db);
    }
    if (rc == OK && (rc = packs_open(&l.packs, folder, e)) == OK) {
        packs_use_calendar(l.packs, l.calendar);
        l.instance.kernel.clock = &l.clock;
        if ((rc = put_people(&l)) == OK && (rc = set_day(&l, "2025-10-14")) == OK)
            rc = activate(&l, "sc-yunying-2025");
        for (size_t i = 0; rc == OK && i < ARRAY_LEN(lives); i++) {
            bool there = false;
            rc = live(&l, i, &there);
            l.cases += there;
        }
        l.instance.kernel.clock = app->clock;
    }
    struct sequencer_options o = instance_sequencer(app, l.instance.store, &l.instance.suite);
    if (rc == OK)
        rc = log_sequence_now(&o, e);
    *cases = l.cases;
    packs_close(l.packs);
    instance_close(&l.instance);
    arena_free(l.a);
    return rc;
}
