/* /calls/{id}: the same step of several cases of a call at once, so that what an office does once for all
 * of them (a joint list made public, the decision on it) is one request; and what is made public of it. */
#include "api/cases.h"
#include "api/panel.h"
#include "base/msg.h"
#include "base/vec.h"
#include "programme/publicity.h"

static const struct schema id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct schema any_object = {SCHEMA_OBJECT};
static const struct schema ids_schema = {SCHEMA_ARRAY, .items = &id_schema};

LIST_SCHEMA(list_schema, any_object);

struct ids {
    int64_t *ptr;
    size_t len, cap;
};

/* The call, as who asks may read it. */
static err_t check_call(const struct request *r, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("call"));
    int64_t version;
    struct buf b;
    buf_init(&b, 0);
    err_t rc = record_get(&b, &version, r->api->kernel, r->subject, t, request_integer(r, "id", 0),
                          r->arena, e);
    buf_clear(&b);
    return rc;
}

/* --- the step ------------------------------------------------------------------------------ */

static err_t read_ids(int64_t **ids, size_t *count, const struct request *r, struct err *e)
{
    const struct jvalue *said = r->body ? jin_get(r->body, "cases") : NULL;
    *count = said ? said->count : 0;
    *ids = arena_array(r->arena, *count + 1, sizeof(**ids));
    if (*count == 0 || *count > FLOW_JOINT_MAX)
        return err_set(e, E_INVALID, "cases: name 1 to %d cases of the call", FLOW_JOINT_MAX);
    for (size_t i = 0; i < *count; i++) {
        if (!str_to_i64(&(*ids)[i], said->items[i].text) || (*ids)[i] < 1)
            return err_set(e, E_INVALID, "cases: \"%.*s\" is no number of a case",
                           STR_ARG(said->items[i].text));
        for (size_t k = 0; k < i; k++)
            if ((*ids)[k] == (*ids)[i])
                return err_set(e, E_INVALID, "cases: %lld is named twice", (long long)(*ids)[i]);
    }
    return OK;
}

/* All of them of the call, of one process under one version of the policy. */
static err_t read_cases(struct flow_call *xs, struct programme *p, const int64_t *ids, size_t count,
                        const struct request *r, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        if ((rc = cases_find(&xs[i], r, ids[i], e)) != OK)
            break;
        const struct flow_case *c = &xs[i].c;
        if (c->call != request_integer(r, "id", 0))
            rc = err_set(e, E_INVALID, "cases: %.*s is not of this call", STR_ARG(c->number));
        else if (!str_eq(c->pack_digest, xs[0].c.pack_digest) ||
                 !str_eq(c->process, xs[0].c.process))
            rc = err_set(e, E_INVALID,
                         "cases: %.*s is of another process or version of the policy than %.*s",
                         STR_ARG(c->number), STR_ARG(xs[0].c.number));
    }
    if (rc == OK)
        rc = cases_open(p, r, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = programme_case(&xs[i], p, e);
    return rc;
}

static err_t take(struct flow_taken *taken, struct flow_call *xs, size_t count, struct programme *p,
                  const struct request *r, struct err *e)
{
    struct str action = request_value(r, "action");
    for (size_t i = 0; i < count; i++) {
        xs[i].step = process_step_find(xs[i].process, action);
        xs[i].arguments = cases_arguments(r);
        if (!xs[i].step)
            return err_set(e, E_NOTFOUND, "the process \"%.*s\" has no step \"%.*s\"",
                           STR_ARG(xs[i].process->label), STR_ARG(action));
    }
    return flow_take_joint(taken, xs, count, &p->flow, e);
}

static err_t reply_all(struct reply *out, const struct request *r, const struct flow_taken *taken,
                       size_t count, struct err *e)
{
    struct items list;
    items_begin(&list);
    for (size_t i = 0; i < count; i++)
        flow_taken_json(&list.json, &taken[i]);
    err_t rc = items_end(out, r, &list, (int64_t)count, 0, e);
    if (rc == OK)
        out->status = taken[0].proposal ? 202 : 200;
    return rc;
}

static err_t post_action(struct reply *out, const struct request *r, struct err *e)
{
    struct flow_call *xs;
    struct flow_taken *taken;
    struct programme p;
    int64_t *ids;
    size_t count = 0;
    err_t rc = check_call(r, e);
    if (rc == OK)
        rc = read_ids(&ids, &count, r, e);
    if (rc != OK)
        return rc;
    xs = arena_array(r->arena, count, sizeof(*xs));
    taken = arena_array(r->arena, count, sizeof(*taken));
    taken[0] = (struct flow_taken){0};
    if ((rc = read_cases(xs, &p, ids, count, r, e)) == OK)
        rc = take(taken, xs, count, &p, r, e);
    out->errors = flow_obstacles_json(taken[0].obstacles, taken[0].obstacle_count, r->arena);
    return rc == OK ? reply_all(out, r, taken, count, e) : rc;
}

static const struct schema grounds_schema = {SCHEMA_ARRAY, .items = &schema_string};
static const struct parameter act_parameters[] = {
    {"id", IN_PATH, &id_schema, true, false, NULL},
    {"action", IN_PATH, &schema_string, true, false, N_("a step of the process of the cases")},
    {"cases", IN_BODY, &ids_schema, true, false,
     N_("cases of the call, in the order of the list; all of them take the step, or none")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("what you base it on, where the document does not say the step")},
    {"records", IN_BODY, &any_object, false, false,
     N_("what the records of the step hold: {\"publicity\":{\"url\":…}}")},
    {"papers", IN_BODY, &any_object, false, false,
     N_("what its papers say, as with one case; one that lists parties is issued once, with all of "
        "them")},
    {"rests_on", IN_BODY, &grounds_schema, false, false,
     N_("on what a decision against a party rests: [\"criterion:ID\", \"panel:NUMBER\", "
        "\"objection:NUMBER\", \"step:ID\"]")},
    {"review_stands", IN_BODY, &any_object, false, false,
     N_("earlier reviews stand in spite of what changed since: {\"reason\":…,\"changes\":[…]}, the "
        "changes of each case as the refusal names them")},
    {0}};
const struct resource resource_call_act = {
    .method = "POST",
    .path = "/api/v1/calls/{id}/actions/{action}",
    .summary = N_("take a step of several cases of a call at once; 202: it waits for a second "
                  "person"),
    .parameters = act_parameters,
    .body = BODY_JSON,
    .reply = &list_schema,
    .handle = post_action,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:write",
    .slow = true,
    .entries = ENTRIES_EACH,
    .entries_why =
        N_("one for the case and for each record, paper, assignment and day that it changes"),
    .enters_refusals = false,
};

/* --- what is made public ---------------------------------------------------------------------- */

/* The cases of the call that who asks may read; *next: of the page after, null: there is none. */
static err_t add_readable(struct ids *to, int64_t *next, const struct request *r, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("case"));
    const struct list_request q = {
        .filter = arena_printf(r->arena, "call=%lld", (long long)request_integer(r, "id", 0)),
        .fields = STR("id"),
        .sort = STR("id"),
        .page = *next,
        .limit = 500};
    const struct jvalue *v = NULL, *items;
    int64_t id, total = 0;
    struct buf b;
    buf_init(&b, 0);
    err_t rc = record_list(&b, r->api->kernel, r->subject, t, &q, r->arena, e);
    if (rc == OK)
        rc = jin_parse(&v, arena_dup(r->arena, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL, r->arena,
                       e);
    buf_clear(&b);
    items = rc == OK ? jin_get(v, "items") : NULL;
    for (size_t i = 0; items && i < items->count; i++)
        if (jin_i64(&id, &items->items[i], "id"))
            VEC_PUSH(r->arena, to, id);
    *next = rc == OK && jin_i64(&total, v, "total") && total > *next * 500 ? *next + 1 : 0;
    return rc;
}

static err_t get_publicity(struct reply *out, const struct request *r, struct err *e)
{
    struct ids ids = {0};
    struct items list;
    struct db *db = NULL;
    int64_t count = 0, page = 1;
    err_t rc = check_call(r, e);
    while (rc == OK && page)
        rc = add_readable(&ids, &page, r, e);
    if (rc != OK)
        return rc;
    items_begin(&list);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = publicity_of_call(&list.json, &count, db, request_integer(r, "id", 0), ids.ptr,
                               ids.len, panel_officer(r->subject), e);
    panel_reader_put(db, r);
    if (rc == OK)
        return items_end(out, r, &list, count, 0, e);
    buf_clear(&list.text);
    return rc;
}

static const struct parameter one_parameters[] = {{"id", IN_PATH, &id_schema, true, false, NULL},
                                                  {0}};
const struct resource resource_call_publicity = {
    .method = "GET",
    .path = "/api/v1/calls/{id}/publicity",
    .summary = N_("cases of a call that were made public: on which list, until when, what was "
                  "objected, what became of them"),
    .parameters = one_parameters,
    .reply = &list_schema,
    .handle = get_publicity,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};
