/* Each record of the types that forms and materials name, patched where it is empty. */
#include "cmd/demo_hand_in.h"
#include "base/vec.h"
#include "cmd/demo_act.h"
#include "programme/hand_in.h"

#define FILE_NAME "证明材料（演示）.pdf"
#define FILE "{\"digest\":\"%s\",\"name\":\"" FILE_NAME "\"}"

#define PLAN_NAME "下年度工作计划（演示）.pdf"
#define PLAN "{\"digest\":\"%p\",\"name\":\"" PLAN_NAME "\"}"

/* Every %s is the digest of the party's one file, %p that of its plan, which is another. */
static const struct {
    const char *type, *fields;
} wholes[] = {
    {"applicant", "{\"address\":\"虚构路1号（演示）\",\"postcode\":\"610000\",\"legal_"
                  "representative\":\"赵甲（演示）\","
                  "\"legal_post\":\"董事长\",\"legal_phone\":\"13800000001\",\"head\":"
                  "\"钱乙（演示）\",\"head_post\":"
                  "\"主任\",\"head_phone\":\"13800000002\",\"contact\":\"孙丙（演示）\",\"contact_"
                  "post\":\"专员\","
                  "\"contact_phone\":\"13800000003\",\"licence_file\":" FILE "}"},
    {"industry", "{\"list_version\":\"虚构名录2025（演示）\",\"party_count\":120,\"party_count_"
                 "source\":\"虚构统计（演示）\","
                 "\"party_count_date\":\"2025-12-31\",\"chain_overview\":"
                 "\"虚构产业链概况（演示）。\",\"trend_reason\":"
                 "\"列入本省规划（演示）\",\"chain_parties\":"
                 "[{\"name\":\"虚构链主企业（演示）\",\"chain_link\":\"上游\"}]}"},
    {"staff", "{\"position\":\"专员\",\"assignment\":\"检索分析\",\"proof_files\":[" FILE "]}"},
    {"workplace", "{\"address\":\"虚构路1号（演示）\",\"conditions\":\"独立办公区（演示）\","
                  "\"title_files\":[" FILE "]}"},
    {"documents",
     "{\"mechanism_summary\":\"虚构机制（演示）\",\"rules_summary\":\"虚构制度（演示）\","
     "\"construction_plan_file\":" FILE ",\"working_mechanism_file\":" FILE ",\"rules_file\":" FILE
     "}"},
    {"project", "{\"results\":\"已投产（演示）\",\"proof_files\":[" FILE "]}"},
    {"deal", "{\"contract_file\":" FILE "}"},
    {"application",
     "{\"own_plan\":\"虚构建设计划（演示）\",\"services_planned\":[\"促进产业知识产权协同发展\"],"
     "\"expected\":["
     "{\"indicator\":\"合同金额\",\"unit\":\"万元\",\"target\":\"200.00\",\"date\":\"2027-12-31\"}]"
     ","
     "\"handler\":\"李丁（演示）\",\"handler_phone\":\"13800000004\",\"commitment_file\":" FILE
     ",\"attachments\":[" FILE "]}"},
    {"annual_report",
     "{\"self_evaluation\":\"各项职责按年度计划履行（演示）\",\"report_file\":" FILE
     ",\"plan_file\":" PLAN "}"},
};

struct making {
    const struct demo_handing *h;
    struct flow_call *x;
    const char *digest, *plan;
    struct arena *a;
    struct err *e;
};

static err_t put_file(const char **digest, struct making *m, const char *file_name)
{
    struct arena *a = m->a;
    struct str name = str_of(file_name);
    struct str lines[] = {
        arena_printf(a, "事项：%.*s", STR_ARG(m->x->c.title)),
        arena_printf(a, "编号：%.*s", STR_ARG(m->x->c.number)),
        str_is(name, PLAN_NAME) ? STR("计划：培训、对接和导航按季度安排，逐项落实到人。")
                                : STR("所附材料与原件一致，可供核对。"),
    };
    struct attachment_made made;
    return demo_paper(&made, digest, m->h->instance, m->x->by, name,
                      (struct str){name.ptr, str_find(name, STR("（"), 0)}, lines, ARRAY_LEN(lines),
                      a, m->e);
}

static struct str with_digest(const char *fields, const struct making *m)
{
    struct str rest = str_of(fields), all = STR_NONE;
    for (;;) {
        size_t proof = str_find(rest, STR("%s"), 0), plan = str_find(rest, STR("%p"), 0);
        size_t at = plan < proof ? plan : proof;
        all = arena_printf(m->a, "%.*s%.*s", STR_ARG(all), (int)at, rest.ptr);
        if (at == rest.len)
            return all;
        all = arena_printf(m->a, "%.*s%s", STR_ARG(all),
                           plan < proof && m->plan ? m->plan : m->digest);
        rest = (struct str){rest.ptr + at + 2, rest.len - at - 2};
    }
}

static bool is_empty(const struct jvalue *v)
{
    return !v || v->type == J_NULL || (v->type == J_STRING && v->text.len == 0) ||
           (v->type == J_ARRAY && v->count == 0);
}

static err_t patch(struct making *m, const struct record_type *t, int64_t id,
                   const struct jvalue *fields)
{
    struct kernel *k = &m->h->instance->kernel;
    struct jvalue *items = arena_array(m->a, fields->count, sizeof(*items));
    struct str *names = arena_array(m->a, fields->count, sizeof(*names));
    struct jvalue body = {.type = J_OBJECT, .items = items, .names = names};
    const struct jvalue *had = NULL;
    struct written w = {0};
    err_t rc = record_seen(&had, &(struct record_call){k, m->x->by, t, id, m->a}, m->e);
    for (size_t i = 0; rc == OK && i < fields->count; i++)
        if (is_empty(jin_get(had, arena_cstr(m->a, fields->names[i])))) {
            items[body.count] = fields->items[i];
            names[body.count++] = fields->names[i];
        }
    if (rc != OK || body.count == 0)
        return rc;
    rc = record_change(&w, &(struct record_call){k, m->x->by, t, id, m->a}, &body,
                       &(struct write_options){.date = m->x->today}, m->e);
    if (rc == E_INVALID && w.faults.count)
        err_note(m->e, "%.*s %.*s", STR_ARG(t->name), STR_ARG(w.faults.items[0].field));
    return rc;
}

static err_t make_whole(struct making *m, const char *type, const char *template)
{
    const struct record_type *t = record_type_find(m->h->instance->kernel.types, str_of(type));
    const struct jvalue *fields;
    VEC(int64_t) ids = {0};
    struct db *db = NULL;
    struct stmt *st = NULL;
    err_t rc = jin_parse(&fields, with_digest(template, m), m->a, m->e);
    if (rc == OK && str_eq(t->name, m->x->c.type))
        return patch(m, t, m->x->c.record_id, fields);
    if (str_is(t->name, "application") || str_is(t->name, "annual_report"))
        return rc; /* another case's */
    if (rc == OK && (rc = store_reader_get(&db, m->h->instance->store, m->e)) == OK) {
        struct str sql =
            arena_printf(m->a,
                         "SELECT id FROM %.*s WHERE owner_unit = ?1 AND ended_ms IS NULL ORDER BY"
                         " id",
                         STR_ARG(t->table));
        rc = db_query_once(&st, db, sql.ptr, VALUES(v_i64(m->x->c.unit)), m->e);
        while (stmt_row(&rc, st, m->e))
            VEC_PUSH(m->a, &ids, stmt_i64(st, 0));
        stmt_free(st);
        store_reader_put(m->h->instance->store, db);
    }
    for (size_t i = 0; rc == OK && i < ids.len; i++)
        rc = patch(m, t, ids.ptr[i], fields);
    return rc;
}

static err_t accept(struct making *m)
{
    struct hand_in handed;
    err_t rc = hand_in_of(&handed, m->x, m->h->programme, m->x->step, m->e);
    return rc == OK && handed.commitment.len && !m->x->arguments
               ? jin_parse(&m->x->arguments,
                           arena_printf(m->a, "{\"commitment\":\"%.*s\"}", STR_ARG(handed.digest)),
                           m->a, m->e)
               : rc;
}

/* It is not changed any more afterwards. */
static bool signs(const struct process_effect *f, const struct flow_call *x)
{
    return f->kind == EFFECT_CHANGE && x->by->unit == x->c.unit && str_eq(f->object, x->c.type);
}

err_t demo_file(const char **digest, const struct demo_handing *h, struct err *e)
{
    struct making m = {.h = h, .x = h->call, .a = h->call->arena, .e = e};
    return put_file(digest, &m, FILE_NAME);
}

err_t demo_hand_in(const struct demo_handing *h, struct err *e)
{
    struct making m = {.h = h, .x = h->call, .a = h->call->arena, .e = e};
    bool hands = false;
    for (size_t i = 0; i < m.x->step->effect_count; i++)
        hands |= m.x->step->effects[i].kind == EFFECT_HAND_IN || signs(&m.x->step->effects[i], m.x);
    if (!hands)
        return OK;
    err_t rc = put_file(&m.digest, &m, FILE_NAME);
    if (rc == OK && str_is(m.x->c.type, "annual_report"))
        rc = put_file(&m.plan, &m, PLAN_NAME);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(wholes); i++)
        rc = make_whole(&m, wholes[i].type, wholes[i].fields);
    return rc == OK ? accept(&m) : rc;
}
