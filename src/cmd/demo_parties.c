/* Everything is made up: names carry （演示）, credit codes and identity numbers have regions
 * that do not exist (99), so that they are nobody's. What differs from party to party are the
 * numbers that a policy counts; some are on one side of its bounds, some on the other. */
#include "cmd/demo_parties.h"
#include "access/unit.h"
#include "base/vec.h"
#include "model/codes.h"
#include "model/file_kind.h"
#include "record/attachment.h"

#define AS_OF "2026-05-20"

struct demo_party {
    const char *name, *region, *city, *industry;
    unsigned staff, projects, served, deals;
    bool judged, stated; /* the persons' findings are there; its lists are said to be complete */
};

static const struct demo_party parties[] = {
    {"成都青岚电子信息运营中心（演示）", "510104", "510100", "电子信息", 11, 8, 7, 4, true, true},
    {"成都蜀光软件运营中心（演示）", "510107", "510100", "软件与信息服务", 7, 7, 6, 3, true, true},
    {"成都锦朔生物医药运营中心（演示）", "510112", "510100", "生物医药", 5, 6, 5, 3, true, true},
    {"成都澄观航空运营中心（演示）", "510114", "510100", "航空与燃机", 9, 9, 9, 5, true, true},
    {"成都云栖智能装备运营中心（演示）", "510115", "510100", "智能装备", 6, 6, 5, 2, true, true},
    {"成都启衡新材料运营中心（演示）", "510116", "510100", "新材料", 4, 6, 5, 3, true, true},
    {"成都远瓴轨道交通运营中心（演示）", "510117", "510100", "轨道交通", 12, 5, 6, 4, true, true},
    {"绵阳砺成新型显示运营中心（演示）", "510703", "510700", "新型显示", 8, 7, 6, 3, true, true},
    {"绵阳岷川激光运营中心（演示）", "510704", "510700", "激光", 7, 6, 5, 3, true, true},
    {"绵阳雁行存储运营中心（演示）", "510705", "510700", "磁性材料与存储", 6, 8, 5, 4, false, true},
    {"宜宾汾泽动力电池运营中心（演示）", "511502", "511500", "动力电池", 10, 7, 8, 3, true, true},
    {"宜宾恒岳晶硅光伏运营中心（演示）", "511503", "511500", "晶硅光伏", 5, 7, 6, 3, true, true},
    {"宜宾青岚白酒运营中心（演示）", "511504", "511500", "优质白酒", 7, 6, 5, 1, true, true},
    {"宜宾启衡数字经济运营中心（演示）", "511505", "511500", "数字经济", 6, 6, 6, 3, true, false},
    {"太原汾泽特种钢运营中心（演示）", "140105", "140100", "特钢", 6, 6, 5, 4, true, true},
    {"太原恒岳煤机装备运营中心（演示）", "140106", "140100", "煤机装备", 3, 5, 5, 3, true, true},
    {"大同雁行氢能运营中心（演示）", "140212", "140200", "氢能", 8, 6, 6, 3, true, true},
    {"大同云栖碳基新材料运营中心（演示）", "140213", "140200", "碳基新材料", 4, 4, 5, 2, true,
     false},
};

static const char *const stated[] = {"staff", "projects", "deals", "served_parties", "judgements"};
static const char *const findings[] = {"team", "influence", "sustained-service"};
static const char *const fields[] = {"industry", "filing",  "navigation",
                                     "review",   "finance", "legal"};
static const char *const surnames[] = {"赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈"};
static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};

size_t demo_party_count(void)
{
    return ARRAY_LEN(parties);
}

struct making {
    struct app *app;
    struct instance instance;
    struct subject program;
    const struct demo_party *party;
    size_t number;
    int64_t unit;
    struct str code;
    struct str contract; /* digest of its one contract */
    struct err *e;
};

/* --- numbers that are nobody's ------------------------------------------------------- */

static struct str code_of(size_t n, struct arena *a)
{
    static const char check[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    struct str code = STR_NONE;
    for (size_t i = 0; check[i]; i++)
        if (credit_code_parse(&code, arena_printf(a, "91990000MADEM%04zu%c", n, check[i]), a) ==
            CODE_RIGHT)
            return code;
    return STR_NONE;
}

static struct str person_of(size_t party, size_t n, struct arena *a)
{
    static const char check[] = "0123456789X";
    struct str number = STR_NONE;
    for (size_t i = 0; check[i]; i++)
        if (resident_id_parse(&number,
                              arena_printf(a, "9900001990%02zu%02zu%03zu%c", 1 + party % 12,
                                           1 + party / 12, n, check[i]),
                              a) == CODE_RIGHT)
            return number;
    return STR_NONE;
}

/* --- records ---------------------------------------------------------------------------- */

static err_t put(int64_t *id, struct making *m, const char *type, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static err_t put(int64_t *id, struct making *m, const char *type, const char *fmt, ...)
{
    struct arena *a = m->app->arena;
    struct kernel *k = &m->instance.kernel;
    struct write_options o = {.owner_unit = m->unit, .date = STR(AS_OF)};
    const struct jvalue *body;
    struct faults faults = {0};
    struct written out;
    va_list args;
    va_start(args, fmt);
    struct str text = arena_vprintf(a, fmt, args);
    va_end(args);
    err_t rc = jin_parse(&body, text, JIN_REFUSE_DUPLICATES, NULL, a, m->e);
    if (rc == OK)
        rc = record_create(&out, &faults, k, &m->program, record_type_find(k->types, str_of(type)),
                           body, &o, a, m->e);
    if (rc == E_INVALID && faults.count)
        err_note(m->e, "%s %.*s", type, STR_ARG(faults.items[0].field));
    if (rc == OK && id)
        *id = out.id;
    return rc;
}

static err_t act(struct making *m, const char *type, int64_t id, const char *action)
{
    struct kernel *k = &m->instance.kernel;
    struct faults faults = {0};
    struct written out;
    err_t rc = record_act(&out, &faults, k, &m->program, record_type_find(k->types, str_of(type)),
                          id, str_of(action), NULL, &(struct write_options){.date = STR(AS_OF)},
                          m->app->arena, m->e);
    if (rc == E_INVALID && faults.count)
        err_note(m->e, "%s %.*s", type, STR_ARG(faults.items[0].field));
    return rc;
}

/* One small PDF that all of its deals name. */
static err_t put_contract(struct making *m)
{
    struct arena *a = m->app->arena;
    struct str text = arena_printf(a,
                                   "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                                   "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
                                   "%% demo %zu\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
                                   m->number);
    struct file_put *f = NULL;
    struct file_stored *stored = arena_alloc(a, sizeof(*stored));
    struct attachment_made made;
    struct subject by = m->program;
    struct str name = STR("合同（演示）.pdf");
    by.unit = m->unit;
    by.city = (struct str){m->party->region, 4};
    by.province = (struct str){m->party->region, 2};
    file_put_begin(&f, &m->instance.files, m->unit, false, (int64_t)text.len);
    err_t rc = file_put_add(f, str_bytes(text), m->e);
    if (rc != OK) {
        file_put_abort(f);
        return rc;
    }
    rc = file_put_end(stored, f, a, m->e);
    struct attachment_new x = {.stored = stored,
                               .kind = file_kind_of_name(name),
                               .name = name,
                               .secrecy = SECRECY_INTERNAL,
                               .quota_bytes = INT64_C(1) << 30};
    if (rc == OK)
        rc = attachment_add(&made, &m->instance.kernel, &by, &x, a, m->e);
    m->contract = str_of(stored->digest);
    return rc;
}

static err_t put_staff(struct making *m)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < m->party->staff; i++)
        rc = put(
            NULL, m, "staff",
            "{\"name\":\"%s%s\",\"id_number\":\"%.*s\",\"full_time\":true,\"social_security\":"
            "true,\"labour_contract\":true,\"manager\":%s,\"from\":\"2024-%02zu-01\",\"fields\":["
            "\"%s\",\"%s\"]}",
            surnames[(m->number + i) % ARRAY_LEN(surnames)], stems[i % ARRAY_LEN(stems)],
            STR_ARG(person_of(m->number, i, m->app->arena)), i == 0 ? "true" : "false", 1 + i % 12,
            fields[i % ARRAY_LEN(fields)], fields[(i + 3) % ARRAY_LEN(fields)]);
    return rc;
}

static err_t put_deals(struct making *m)
{
    static const char *const types[] = {"licence", "transfer", "equity", "open_licence"};
    err_t rc = m->party->deals ? put_contract(m) : OK;
    for (size_t i = 0; rc == OK && i < m->party->deals; i++) {
        int64_t id = 0;
        rc = put(
            &id, m, "deal",
            "{\"contract_no\":\"YS-%02zu-%02zu\",\"title\":\"%s专利合作（演示）\",\"type\":\"%s\","
            "\"signed\":\"2025-%02zu-15\",\"amount\":\"%zu.00\",\"currency\":\"CNY\","
            "\"related_party\":false,\"contract_file\":{\"digest\":\"%.*s\",\"name\":"
            "\"合同（演示）.pdf\"}}",
            m->number, i + 1, m->party->industry, types[i % ARRAY_LEN(types)], 1 + i % 12,
            400000 + 50000 * ((m->number + i) % 5), STR_ARG(m->contract));
        if (rc == OK)
            rc = act(m, "deal", id, "sign");
    }
    return rc;
}

static err_t put_work(struct making *m)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < m->party->projects; i++)
        rc = put(
            NULL, m, "project",
            "{\"project_no\":\"XM-%02zu-%02zu\",\"title\":\"%s专利转化项目%zu（演示）\",\"kind\":"
            "\"%s\",\"role\":\"organiser\",\"started\":\"2025-%02zu-01\"}",
            m->number, i + 1, m->party->industry, i + 1, i % 2 ? "industrialisation" : "conversion",
            1 + i % 12);
    for (size_t i = 0; rc == OK && i < m->party->served; i++)
        rc = put(
            NULL, m, "served_party",
            "{\"name\":\"%s企业%zu（演示）\",\"credit_code\":\"%.*s\",\"in_chain\":true,\"sme\":"
            "true,\"served\":\"2025-%02zu-10\"}",
            m->party->industry, i + 1, STR_ARG(code_of(1000 + m->number * 20 + i, m->app->arena)),
            1 + i % 12);
    return rc;
}

static err_t put_body(struct making *m)
{
    const struct demo_party *p = m->party;
    err_t rc =
        put(NULL, m, "applicant",
            "{\"name\":\"%s\",\"credit_code\":\"%.*s\",\"kind\":\"enterprise\",\"leading\":true,"
            "\"city\":\"%s\",\"provincial_unit\":false,\"legal_person\":true,\"ip_department\":"
            "true,\"autonomous\":true,\"registered_province\":\"%.2s0000\","
            "\"construction_started\":\"2024-03-01\"}",
            p->name, STR_ARG(m->code), p->city, p->city);
    if (rc == OK)
        rc =
            put(NULL, m, "industry",
                "{\"name\":\"%s\",\"on_list\":true,\"leading_enterprises\":[\"虚构龙头（演示）\"]}",
                p->industry);
    if (rc == OK)
        rc = put(NULL, m, "application", "{\"to\":\"city\",\"office_city\":\"%s\"}", p->city);
    if (rc == OK)
        rc = put(NULL, m, "workplace",
                 "{\"fixed\":true,\"independent\":true,\"office_conditions\":true}");
    if (rc == OK)
        rc = put(NULL, m, "documents",
                 "{\"construction_plan\":true,\"working_mechanism\":true,\"rules\":true,"
                 "\"service_catalogue\":true}");
    if (rc == OK)
        rc = put(NULL, m, "funds", "{\"assured\":true,\"separate_account\":true}");
    return rc;
}

static err_t put_words(struct making *m)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && m->party->judged && i < ARRAY_LEN(findings); i++)
        rc = put(NULL, m, "judgement",
                 "{\"criterion\":\"%s\",\"by\":\"评审组（演示）\",\"result\":\"pass\",\"reason\":"
                 "\"材料齐全（演示）\"}",
                 findings[i]);
    for (size_t i = 0; rc == OK && m->party->stated && i < ARRAY_LEN(stated); i++)
        rc = put(NULL, m, "list_statement",
                 "{\"list\":\"%s\",\"up_to\":\"2030-12-31\",\"party\":\"%.*s\",\"stated_by\":"
                 "\"演示填报人\"}",
                 stated[i], STR_ARG(m->code));
    return rc;
}

/* --- parties ------------------------------------------------------------------------------ */

struct unit_step {
    struct deed deed;
    struct new_unit unit;
    int64_t id;
};

static err_t add_unit(struct db *db, void *arg, struct err *e)
{
    struct unit_step *s = arg;
    return unit_add(&s->id, db, &s->deed, &s->unit, e);
}

static err_t add_party(bool *added, struct making *m)
{
    struct unit_step s = {.deed = {.suite = &m->instance.suite,
                                   .clock = m->app->clock,
                                   .by = &m->program,
                                   .arena = m->app->arena},
                          .unit = {.kind = STR("party"),
                                   .name = str_of(m->party->name),
                                   .region = str_of(m->party->region),
                                   .credit_code = m->code}};
    struct err taken = {0};
    err_t rc = store_write(m->instance.store, add_unit, &s, &taken);
    *added = rc == OK;
    if (rc == E_CONFLICT) /* there from an earlier demo */
        return OK;
    if (rc != OK) {
        *m->e = taken;
        return rc;
    }
    m->unit = s.id;
    if ((rc = put_body(m)) == OK && (rc = put_staff(m)) == OK && (rc = put_deals(m)) == OK &&
        (rc = put_work(m)) == OK)
        rc = put_words(m);
    return rc;
}

err_t demo_parties(size_t *added, struct app *app, struct err *e)
{
    struct making m = {.app = app, .e = e};
    err_t rc = instance_kernel(&m.instance, app, e);
    *added = 0;
    if (rc != OK)
        return rc;
    subject_program(&m.program, business_date(clock_now_ms(app->clock), app->arena));
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(parties); i++) {
        bool is_new = false;
        m.number = i + 1;
        m.party = &parties[i];
        m.code = code_of(m.number, app->arena);
        rc = add_party(&is_new, &m);
        *added += is_new;
    }
    struct sequencer_options o = instance_sequencer(app, m.instance.store, &m.instance.suite);
    if (rc == OK)
        rc = log_sequence_now(&o, e);
    instance_close(&m.instance);
    return rc;
}
