/* Cases: `begin` one, make it `ready` for a step, `step` it (by two persons with `second`), `take` up
 * one that something else opened, do `aside` what every case allows, hold a `panel` over some. */
#include "cmd/demo_act.h"
#include "cmd/demo_hand_in.h"
#include "cmd/demo_panel.h"
#include "programme/service.h"

static void prepare(struct programme *p, struct flow_call *call, struct demo_life *l)
{
    programme_init(p, &l->instance.kernel, l->packs, l->calendar, l->a);
    call->today = demo_today(l);
    call->arena = l->a;
}

static err_t name_case(struct demo_life *l, int64_t id)
{
    struct arena *kept = l->app->arena;
    VEC_PUSH(kept, &l->named,
             ((struct demo_named){.party = l->words.event->party,
                                  .root = l->words.event->root,
                                  .name = STR(DEMO_CASE),
                                  .thing = {.id = id}}));
    return demo_call(l, STR_NONE, (struct demo_thing){.id = id});
}

static err_t number_of(int64_t *out, struct demo_life *l, const char *key)
{
    struct str said;
    *out = 0;
    err_t rc = demo_say(&said, l, key);
    if (rc != OK || said.len == 0 || str_to_i64(out, said))
        return rc;
    return err_set(l->e, E_INVALID, "%s: %.*s is no number", key, STR_ARG(said));
}

static err_t begin(struct demo_life *l)
{
    struct programme_new n = {.unit = demo_party_of(l)->unit};
    struct programme p = {0};
    struct subject by;
    struct flow_taken taken = {0};
    struct flow_call call = {.by = &by};
    err_t rc = demo_say(&n.process, l, "begin");
    if (rc == OK && (rc = demo_say(&n.pack, l, "pack")) == OK &&
        (rc = demo_subject(&by, l, "by")) == OK && (rc = demo_body(&n.record, l, "fields")) == OK &&
        (rc = number_of(&n.call, l, "call")) == OK)
        rc = number_of(&n.record_id, l, "subject");
    if (rc != OK)
        return rc;
    prepare(&p, &call, l);
    rc = programme_begin(&taken, &call, &p, &n, l->e);
    if (rc == E_INVALID && p.faults.count)
        err_note(l->e, "%.*s: %.*s", STR_ARG(p.faults.items[0].field),
                 STR_ARG(p.faults.items[0].message_en));
    if (rc != OK)
        return rc;
    l->count.cases++;
    return name_case(l, taken.case_id);
}

static err_t read_case(struct flow_call *call, struct demo_life *l)
{
    struct str name;
    struct db *db = NULL;
    err_t rc = demo_say(&name, l, "case");
    if (rc != OK)
        return rc;
    const struct demo_named *n =
        name.len ? demo_find(l, l->words.event->party, name) : demo_find_case(l);
    if (!n)
        return err_set(l->e, E_INVALID, "there is no case %.*s", STR_ARG(name));
    if ((rc = store_reader_get(&db, l->instance.store, l->e)) != OK)
        return rc;
    rc = flow_case_read(&call->c, db, n->thing.id, l->a, l->e);
    store_reader_put(l->instance.store, db);
    return rc;
}

static err_t take_step(struct flow_taken *out, struct demo_life *l, const char *who)
{
    struct programme p;
    struct subject by;
    struct str action;
    struct flow_call call = {.by = &by};
    err_t rc = demo_subject(&by, l, who);
    const bool ready = yin_get(l->words.event->step, "ready") != NULL;
    if (rc == OK && (rc = demo_say(&action, l, ready ? "ready" : "step")) == OK &&
        (rc = demo_say(&call.reason, l, "reason")) == OK &&
        (rc = demo_say(&call.basis, l, "basis")) == OK &&
        (rc = demo_body(&call.arguments, l, "arguments")) == OK)
        rc = read_case(&call, l);
    if (rc != OK)
        return rc;
    if (!call.basis.len)
        call.basis = STR("演示：办理依据");
    prepare(&p, &call, l);
    if ((rc = programme_case(&call, &p, l->e)) != OK)
        return rc;
    if (!(call.step = process_step_find(call.process, action)))
        return err_set(l->e, E_INVALID, "there is no step %.*s", STR_ARG(action));
    const struct demo_handing handing = {&l->instance, &p, &call};
    if ((rc = demo_hand_in(&handing, l->e)) != OK || ready)
        return rc;
    rc = flow_take(out, &call, &p.flow, l->e);
    for (size_t i = 0; rc != OK && i < out->obstacle_count; i++)
        err_note(l->e, "%s %.*s: %.*s", out->obstacles[i].code, STR_ARG(out->obstacles[i].subject),
                 STR_ARG(out->obstacles[i].zh));
    return rc;
}

/* What the step hands in is there; only the step is still to be taken. */
static err_t ready(struct demo_life *l)
{
    struct flow_taken none;
    return take_step(&none, l, "by");
}

static err_t step(struct demo_life *l)
{
    struct flow_taken taken = {0};
    err_t rc = take_step(&taken, l, "by");
    if (rc == OK && yin_get(l->words.event->step, "second"))
        rc = taken.proposal ? take_step(&taken, l, "second")
                            : err_set(l->e, E_INVALID, "this step takes one person");
    else if (rc == OK && taken.proposal && !yin_get(l->words.event->step, "proposed"))
        rc = err_set(l->e, E_INVALID, "this step takes two persons");
    return rc == OK ? demo_call(l, STR_NONE, (struct demo_thing){.id = taken.case_id}) : rc;
}

/* `panel`: what is reviewed, with the `result` (pass, fail; none: the experts are only invited); of
 * the cases that all parties call by the name `of`, by experts of the office whose officers `by` and
 * `second` are. */
static err_t panel(struct demo_life *l)
{
    VEC(int64_t) cases = {0};
    struct str of = STR_NONE, pack, result = STR_NONE, seats = STR_NONE;
    struct demo_panel x = {.app = l->app,
                           .instance = &l->instance,
                           .field = STR("law"),
                           .seats = 3,
                           .result = "pass",
                           .reason = STR("专家组一致同意（演示）"),
                           .opinion = STR("符合条件，成效明显（演示）")};
    int64_t id;
    err_t rc = demo_say(&x.evaluation, l, "panel");
    if (rc == OK && (rc = demo_say(&x.title, l, "title")) == OK &&
        (rc = demo_say(&x.officers[0], l, "by")) == OK &&
        (rc = demo_say(&x.officers[1], l, "second")) == OK && (rc = demo_say(&of, l, "of")) == OK &&
        (rc = demo_say(&pack, l, "pack")) == OK && (rc = demo_say(&seats, l, "seats")) == OK &&
        (rc = demo_say(&result, l, "result")) == OK)
        rc = packs_get(&x.pack, l->packs, pack, l->e);
    if (seats.len && !str_to_i64(&x.seats, seats))
        return err_set(l->e, E_INVALID, "%s: %.*s is no number", "seats", STR_ARG(seats));
    for (size_t i = 0; i < l->named.len; i++)
        if (str_eq(l->named.ptr[i].name, of))
            VEC_PUSH(l->a, &cases, l->named.ptr[i].thing.id);
    x.drawn_only = str_is(result, "none");
    if (str_is(result, "fail")) {
        x.result = "fail";
        x.reason = STR("专家组认为未完成目标（演示）");
        x.opinion = STR("目标未完成（演示）");
    }
    x.cases = cases.ptr;
    x.case_count = cases.len;
    return rc == OK ? demo_panel_hold(&id, &x, l->a, l->e) : rc;
}

/* The latest case of the party, or of the office of `by`, in a process: opened by a step, or by the
 * year. */
static err_t take(struct demo_life *l)
{
    struct db *db = NULL;
    struct subject by = {.unit = demo_party_of(l)->unit};
    struct str process;
    int64_t id = 0;
    err_t rc = demo_say(&process, l, "take");
    if (rc == OK && !by.unit)
        rc = demo_subject(&by, l, "by");
    if (rc == OK && (rc = store_reader_get(&db, l->instance.store, l->e)) == OK) {
        rc = db_i64(&id, db, "SELECT max(id) FROM flow_case WHERE owner_unit = ?1 AND process = ?2",
                    VALUES(v_i64(by.unit), v_str(process)), l->e);
        store_reader_put(l->instance.store, db);
    }
    if (rc == OK && !id)
        rc = err_set(l->e, E_INVALID, "there is no case of %.*s", STR_ARG(process));
    if (rc == OK)
        l->count.cases++;
    return rc == OK ? name_case(l, id) : rc;
}

/* Its page with the seal comes back. */
static err_t seal(struct demo_life *l, struct flow_call *call, struct programme *p,
                  const struct case_paper *c)
{
    struct demo_handing h = {&l->instance, p, call};
    struct seal_new n = {.sealed_by = STR("演示机关"), .sealed_on = call->today};
    struct written w;
    const char *digest = "";
    err_t rc = demo_file(&digest, &h, l->e);
    n.reading.unread = true;
    if (rc == OK)
        rc = jin_parse(&n.file,
                       arena_printf(l->a, "{\"digest\":\"%s\",\"name\":\"sealed.pdf\"}", digest),
                       l->a, l->e);
    return rc == OK ? seal_record(&w, call, p, c, &n, l->e) : rc;
}

/* A paper of the case, by its id in the pack, is served in the system by `by` and read by `read`. */
static err_t serve(struct demo_life *l)
{
    static const struct str channel_name = {"channel", 7};
    static const struct jvalue in_system = {.type = J_STRING, .text = {"system", 6}};
    static const struct jvalue said = {
        .type = J_OBJECT, .count = 1, .items = &in_system, .names = &channel_name};
    const struct case_paper *papers = NULL;
    struct programme p;
    struct subject by, reader;
    struct flow_call call = {.by = &by}, reading = {.by = &reader};
    struct written w;
    struct str paper;
    struct db *db = NULL;
    size_t count = 0, at = 0;
    err_t rc = demo_subject(&by, l, "by");
    if (rc == OK && (rc = demo_subject(&reader, l, "read")) == OK &&
        (rc = demo_say(&paper, l, "serve")) == OK && (rc = read_case(&call, l)) == OK)
        rc = read_case(&reading, l);
    if (rc != OK)
        return rc;
    prepare(&p, &call, l);
    prepare(&p, &reading, l);
    if ((rc = programme_case(&call, &p, l->e)) != OK ||
        (rc = programme_case(&reading, &p, l->e)) != OK ||
        (rc = store_reader_get(&db, l->instance.store, l->e)) != OK)
        return rc;
    rc = case_papers(&papers, &count, db, call.c.id, l->a, l->e);
    store_reader_put(l->instance.store, db);
    for (size_t i = 0; i < count; i++)
        at = str_eq(papers[i].paper, paper) ? i + 1 : at;
    if (rc == OK && at == 0)
        rc = err_set(l->e, E_INVALID, "the case has no paper %.*s", STR_ARG(paper));
    if (rc == OK)
        rc = seal(l, &call, &p, &papers[at - 1]);
    if (rc == OK)
        rc = service_begin(&w, &call, &p, &papers[at - 1], &said, l->e);
    return rc == OK ? service_read(&reading, &p, &papers[at - 1], l->e) : rc;
}

static err_t aside(struct demo_life *l)
{
    struct programme p;
    struct subject by;
    struct flow_aside what = {0};
    struct flow_taken taken = {0};
    struct flow_call call = {.by = &by};
    struct str kind, to;
    err_t rc = demo_subject(&by, l, "by");
    if (rc == OK && (rc = demo_say(&kind, l, "aside")) == OK &&
        (rc = demo_say(&call.reason, l, "reason")) == OK &&
        (rc = demo_say(&call.basis, l, "basis")) == OK &&
        (rc = demo_say(&what.target, l, "target")) == OK &&
        (rc = demo_say(&what.due_date, l, "due")) == OK && (rc = demo_say(&to, l, "to")) == OK &&
        to.len)
        rc = demo_account(&what.account, l, to);
    if (rc == OK)
        rc = read_case(&call, l);
    if (rc != OK)
        return rc;
    what.kind = kind.ptr;
    prepare(&p, &call, l);
    if ((rc = programme_case(&call, &p, l->e)) == OK)
        rc = flow_take_general_action(&taken, &call, &what, &p.flow, l->e);
    for (size_t i = 0; rc != OK && i < taken.obstacle_count; i++)
        err_note(l->e, "%s: %.*s", taken.obstacles[i].code, STR_ARG(taken.obstacles[i].zh));
    return rc;
}

const struct demo_act demo_case_acts[] = {{"begin", begin}, {"ready", ready}, {"step", step},
                                          {"take", take},   {"aside", aside}, {"panel", panel},
                                          {"serve", serve}, {NULL, NULL}};
