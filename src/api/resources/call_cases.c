/* /calls/{id}/actions: the same step of several cases of a call at once, so that what an office does once
 * for all of them is one request: together, where it is one thing (a joint list made public, the decision
 * on it), or each apart, so that what one of them lacks does not keep the others. Scores are entered by
 * each expert for each case, and never here. */
#include "api/cases.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "document/step_paper.h"

#define APART_MAX 500 /* cases of one request, each its own step of the store */

ARRAY_SCHEMA(ids_schema, schema_id);
ARRAY_SCHEMA(objects_schema, schema_values);

/* --- which ------------------------------------------------------------------------------------ */

/* A case that is chosen, and what is said of it alone (NULL: nothing). */
struct chosen {
    int64_t id;
    const struct jvalue *own;
};

static bool is_apart(const struct request *r)
{
    const struct jvalue *apart = r->body ? jin_get(r->body, "apart") : NULL;
    return apart && apart->type == J_TRUE;
}

static struct chosen *find_chosen(struct chosen *all, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].id == id)
            return &all[i];
    return NULL;
}

/* Members per case: in a joint step only the reason, because one action is taken; in separate
 * steps all others. */
static const char *const together_members[] = {"case", "version", "reason", "basis", NULL};
static const char *const apart_members[] = {"case",          "version",    "reason", "basis",
                                            "against",       "commitment", "papers", "records",
                                            "review_stands", "clears",     NULL};
static const char *const paper_members[] = {"case", "number", "values", "lists", "reason", NULL};

static bool is_among(const char *const *names, struct str name)
{
    while (*names && !str_is(name, *names))
        names++;
    return *names;
}

static err_t check_own(const struct jvalue *own, size_t at, const char *const *members,
                       struct err *e)
{
    for (size_t i = 0; i < own->count; i++) {
        if (is_among(members, own->names[i]))
            continue;
        if (members == together_members && is_among(apart_members, own->names[i]))
            return err_set(e, E_INVALID,
                           "each[%zu].%.*s: of one case alone only where each takes the step "
                           "apart (\"apart\": true)",
                           at, STR_ARG(own->names[i]));
        return err_set(e, E_INVALID, "each[%zu].%.*s: there is no such member", at,
                       STR_ARG(own->names[i]));
    }
    return OK;
}

static err_t read_each(struct chosen *all, size_t count, const struct request *r,
                       const char *const *members, struct err *e)
{
    const struct jvalue *each = r->body ? jin_get(r->body, "each") : NULL;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && each && i < each->count; i++) {
        const struct jvalue *own = &each->items[i];
        int64_t id = 0;
        struct chosen *c = jin_i64(&id, own, "case") ? find_chosen(all, count, id) : NULL;
        if (!c)
            return err_set(e, E_INVALID, "each[%zu].case: name one of `cases`", i);
        if (c->own)
            return err_set(e, E_INVALID, "each[%zu].case: %lld is named twice", i, (long long)id);
        rc = check_own(own, i, members, e);
        c->own = own;
    }
    return rc;
}

static err_t read_chosen(struct chosen **out, size_t *count, const struct request *r,
                         const char *const *members, struct err *e)
{
    const struct jvalue *said = r->body ? jin_get(r->body, "cases") : NULL;
    size_t most = APART_MAX;
    struct chosen *all;
    if (members == together_members)
        most = FLOW_JOINT_MAX;
    *count = said ? said->count : 0;
    if (*count == 0 || *count > most)
        return err_set(e, E_INVALID, "cases: name 1 to %zu cases of the call", most);
    *out = all = arena_array(r->arena, *count, sizeof(*all));
    for (size_t i = 0; i < *count; i++) {
        if (!str_to_i64(&all[i].id, said->items[i].text) || all[i].id < 1)
            return err_set(e, E_INVALID, "cases: \"%.*s\" is no number of a case",
                           STR_ARG(said->items[i].text));
        if (find_chosen(all, i, all[i].id))
            return err_set(e, E_INVALID, "cases: %lld is named twice", (long long)all[i].id);
    }
    return read_each(all, *count, r, members, e);
}

/* If the subject may read it and it belongs to the call. */
static err_t find_case(struct flow_call *x, const struct request *r, int64_t id, struct err *e)
{
    err_t rc = cases_find(x, r, id, e);
    if (rc == OK && x->c.call != request_integer(r, "id", 0))
        rc = err_set(e, E_INVALID, "cases: %.*s is not of this call", STR_ARG(x->c.number));
    return rc;
}

/* The step, and what the request says of it. */
static err_t say_step(struct step *g, const struct request *r, const struct jvalue *own)
{
    struct flow_call *x = g->x;
    struct str action = request_value(r, "action");
    int64_t seen = 0;
    x->step = process_step_find(x->process, action);
    x->arguments = cases_arguments(r, own);
    if (own && jin_get(own, "reason"))
        x->reason = str_trim(jin_text(own, "reason"));
    if (own && jin_get(own, "basis"))
        x->basis = str_trim(jin_text(own, "basis"));
    if (own && jin_i64(&seen, own, "version") && seen != x->c.version)
        return flow_moved_since(g);
    return x->step ? OK
                   : err_set(g->e, E_NOTFOUND, "the process \"%.*s\" has no step \"%.*s\"",
                             STR_ARG(process_name(x->process)), STR_ARG(action));
}

/* --- all of them together ----------------------------------------------------------------------- */

/* All of them of one process under one version of the policy. */
static err_t read_cases(struct flow_call *xs, struct programme *p, const struct chosen *all,
                        size_t count, const struct request *r, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        if ((rc = find_case(&xs[i], r, all[i].id, e)) != OK)
            break;
        const struct flow_case *c = &xs[i].c;
        if (!str_eq(c->pack_digest, xs[0].c.pack_digest) || !str_eq(c->process, xs[0].c.process))
            rc =
                err_set(e, E_INVALID,
                        "cases: %.*s is of the process %.*s, %.*s %.*s, and %.*s of %.*s, %.*s "
                        "%.*s: take them apart",
                        STR_ARG(c->number), STR_ARG(c->process), STR_ARG(c->pack),
                        STR_ARG(c->pack_version), STR_ARG(xs[0].c.number), STR_ARG(xs[0].c.process),
                        STR_ARG(xs[0].c.pack), STR_ARG(xs[0].c.pack_version));
    }
    if (rc == OK)
        rc = cases_open(p, r, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct step g = {.x = &xs[i], .p = p, .e = e};
        if ((rc = programme_case(&g)) == OK)
            rc = say_step(&g, r, all[i].own);
    }
    return rc;
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

static err_t act_together(struct reply *out, const struct request *r, const struct chosen *all,
                          size_t count, struct err *e)
{
    struct flow_call *xs = arena_array(r->arena, count, sizeof(*xs));
    struct flow_taken *taken = arena_array(r->arena, count, sizeof(*taken));
    struct programme p;
    err_t rc = read_cases(xs, &p, all, count, r, e);
    if (rc == OK)
        rc = flow_take_joint(taken, xs, count, &p, e);
    out->errors = flow_obstacles_values(taken[0].obstacles, taken[0].obstacle_count, r->arena);
    return rc == OK ? reply_all(out, r, taken, count, e) : rc;
}

/* --- each apart --------------------------------------------------------------------------------- */

struct apart {
    const struct request *r;
    struct packs *packs;
    const struct calendar *calendar;
    /* Done to one of them, and written to `json`; E_INVALID …: it is refused, *t says why. */
    err_t (*act)(struct apart *x, struct flow_taken *t, struct step *g, const struct jvalue *own);
    struct jout json; /* an open array */
    int64_t taken, refused;
    bool proposed;
};

static void add_refused(struct apart *x, const struct flow_case *c, const struct flow_taken *t,
                        const struct err *why, struct arena *a)
{
    unsigned status;
    const char *told = problem_message(&status, x->r, why);
    struct str errors =
        problem_errors(x->r, flow_obstacles_values(t->obstacles, t->obstacle_count, a), STR_NONE);
    jout_object(&x->json);
    jout_pair_i64(&x->json, "id", c->id);
    jout_pair(&x->json, "number", c->number);
    jout_pair_i64(&x->json, "status", status);
    jout_pair(&x->json, "detail", str_of(told));
    jout_pair_raw(&x->json, "errors", errors.len ? errors : STR("[]"));
    jout_end_object(&x->json);
    x->refused++;
}

static err_t take_step(struct apart *x, struct flow_taken *t, struct step *g,
                       const struct jvalue *own)
{
    err_t rc = say_step(g, x->r, own);
    if (rc == OK && (rc = flow_take(t, g)) == OK)
        flow_taken_json(&x->json, t);
    x->proposed = x->proposed || (rc == OK && t->proposal);
    return rc;
}

/* The memory of its verdict is released afterwards. */
static void act_each(struct apart *x, struct flow_call *xs, const struct chosen *all, size_t count)
{
    struct arena *own = arena_new();
    struct panel_reports reports = {.arena = x->r->arena};
    for (size_t i = 0; i < count; i++) {
        struct flow_taken taken = {0};
        struct programme p;
        struct err why = {0};
        struct step g = {.x = &xs[i], .p = &p, .e = &why};
        xs[i].arena = own;
        programme_init(&p, x->r->api->kernel, x->packs, x->calendar, own);
        p.reports = &reports;
        err_t rc = atomic_load(&x->r->api->stopping)
                       ? err_set(&why, E_BUSY, "the server is stopping; the step was not taken")
                       : programme_case(&g);
        if (rc == OK)
            rc = x->act(x, &taken, &g, all[i].own);
        if (rc == OK)
            x->taken++;
        else
            add_refused(x, &xs[i].c, &taken, &why, own);
        arena_reset(own);
    }
    arena_free(own);
}

static err_t act_apart(struct reply *out, struct apart *x, const struct chosen *all, size_t count,
                       struct err *e)
{
    const struct request *r = x->r;
    struct flow_call *xs = arena_array(r->arena, count, sizeof(*xs));
    struct programme p;
    struct buf b;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = find_case(&xs[i], r, all[i].id, e);
    if (rc == OK)
        rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    x->packs = p.packs;
    x->calendar = p.calendar;
    jout_begin(&x->json, &b);
    jout_pair_array(&x->json, "items");
    act_each(x, xs, all, count);
    jout_end_array(&x->json);
    jout_pair_i64(&x->json, "total", (int64_t)count);
    jout_pair_null(&x->json, "next");
    jout_pair_i64(&x->json, "taken", x->taken);
    jout_pair_i64(&x->json, "refused", x->refused);
    jout_end_object(&x->json);
    if ((rc = reply_json(out, r, &b, e)) == OK)
        out->status = x->proposed ? 202 : 200;
    return rc;
}

/* --- the request -------------------------------------------------------------------------------- */

static err_t post_action(struct reply *out, const struct request *r, struct err *e)
{
    struct chosen *all = NULL;
    size_t count = 0;
    err_t rc = call_check(r, e);
    if (rc == OK)
        rc = read_chosen(&all, &count, r, is_apart(r) ? apart_members : together_members, e);
    if (rc != OK)
        return rc;
    struct apart x = {.r = r, .act = take_step};
    return is_apart(r) ? act_apart(out, &x, all, count, e) : act_together(out, r, all, count, e);
}

static const struct parameter act_parameters[] = {
    ID_PARAMETER,
    {"action", IN_PATH, &schema_string, true, false, N_("a step of the process of the cases")},
    {"cases", IN_BODY, &ids_schema, true, false,
     N_("cases of the call, in the order of the list; all of them take the step, or none")},
    {"apart", IN_BODY, &schema_boolean, false, false,
     N_("each case takes the step separately: a refused one does not affect others, and is listed "
        "in the items with its number and reason")},
    {"each", IN_BODY, &objects_schema, false, false,
     N_("input for single cases: [{\"case\":ID,\"reason\":…}], with version and basis; in separate "
        "steps, any other input of a step")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("the basis, if the document does not contain the step")},
    {"records", IN_BODY, &schema_values, false, false,
     N_("the values of the step's records: {\"publicity\":{\"url\":…}}")},
    {"papers", IN_BODY, &schema_values, false, false,
     N_("the values of its papers, as with one case; a paper that lists parties is issued once, "
        "with all of them")},
    {"review_stands", IN_BODY, &schema_reason, false, false,
     N_("why earlier reviews stand despite the later changes, which the refusal lists")},
    {"against", IN_BODY, &schema_values, false, false,
     N_("why you go on against conditions that are not known: {\"shareholding\":\"…\"}, of each "
        "that "
        "the actions show under input.against")},
    {0}};

OBJECT_SCHEMA(refused_schema, "CaseRefused", REQUIRED("id", schema_integer),
              REQUIRED("number", schema_string), REQUIRED("status", schema_integer),
              REQUIRED("detail", schema_string), REQUIRED("errors", schema_problem_errors));
UNION_SCHEMA(outcome_schema, NULL, &schema_case_taken, &refused_schema);
ARRAY_SCHEMA(outcomes_schema, outcome_schema);
#define DONE_MEMBERS                                                                               \
    REQUIRED("total", schema_integer), NULLABLE("next", schema_string),                            \
        OPTIONAL("taken", schema_integer), OPTIONAL("refused", schema_integer)
OBJECT_SCHEMA(done_schema, NULL, REQUIRED("items", outcomes_schema), DONE_MEMBERS);

const struct resource resource_call_act = {
    .method = "POST",
    .path = "/api/v1/calls/{id}/actions/{action}",
    .id = "actOnCall",
    .summary = N_("take a step of several cases of a call at once; 202: it waits for a second "
                  "person"),
    .parameters = act_parameters,
    .reply = &done_schema,
    .statuses = {200, 202},
    .handle = post_action,
    .need = NEED_ACCOUNT,
    CASES_WRITE,
    ENTRIES(EACH,
            N_("one for the case and for each record, paper, assignment and day that it changes")),
};

/* --- papers ------------------------------------------------------------------------------------- */

/* One of each case; it is rendered by its job. */
static err_t issue_paper(struct apart *x, struct flow_taken *t, struct step *g,
                         const struct jvalue *own)
{
    struct flow_call *c = g->x;
    const struct jvalue *body = x->r->body, *values = own ? jin_get(own, "values") : NULL,
                        *lists = own ? jin_get(own, "lists") : NULL;
    const struct case_paper_new n = {.paper = request_value(x->r, "paper"),
                                     .step = request_value(x->r, "step"),
                                     .number = own ? str_trim(jin_text(own, "number")) : STR_NONE,
                                     .mark = str_trim(request_value(x->r, "mark")),
                                     .values = values ? values : jin_get(body, "values"),
                                     .lists = lists ? lists : jin_get(body, "lists")};
    struct case_paper issued;
    (void)t;
    if (own && jin_get(own, "reason"))
        c->reason = str_trim(jin_text(own, "reason"));
    err_t rc = cases_paper_shown(g, n.paper);
    if (rc == OK)
        rc = case_paper_issue(&issued, g, &n);
    if (rc != OK)
        return rc;
    jout_object(&x->json);
    jout_pair_i64(&x->json, "id", c->c.id);
    jout_pair(&x->json, "number", c->c.number);
    jout_pair_i64(&x->json, "paper", issued.id);
    jout_pair(&x->json, "paper_number", issued.number);
    jout_pair(&x->json, "entry", issued.entry);
    jout_end_object(&x->json);
    return OK;
}

static err_t post_papers(struct reply *out, const struct request *r, struct err *e)
{
    struct apart x = {.r = r, .act = issue_paper};
    struct chosen *all = NULL;
    size_t count = 0;
    err_t rc = call_check(r, e);
    if (rc == OK)
        rc = read_chosen(&all, &count, r, paper_members, e);
    return rc == OK ? act_apart(out, &x, all, count, e) : rc;
}

static const struct parameter paper_parameters[] = {
    ID_PARAMETER,
    {"paper", IN_PATH, &schema_string, true, false, N_("a paper of the policy")},
    {"cases", IN_BODY, &ids_schema, true, false,
     N_("cases of the call, in the order of their numbers; each gets its own paper, and a refused "
        "one does not affect others")},
    {"each", IN_BODY, &objects_schema, false, false,
     N_("input for single cases: [{\"case\":ID,\"values\":{…}}], with number, lists and reason")},
    {"step", IN_BODY, &schema_string, false, false,
     N_("the step at which it is drawn up; absent: the one of them that was taken last")},
    {"mark", IN_BODY, &schema_string, false, false,
     N_("a mark of your office, of which each draws the next number")},
    {"values", IN_BODY, &schema_values, false, false,
     N_("the entered values: {\"decision.reason\": \"…\"}; no counted ones")},
    {"lists", IN_BODY, &schema_values, false, false, N_("{\"findings\": [{\"facts\": \"…\"}]}")},
    {"reason", IN_BODY, &schema_reason, false, false,
     N_("why; needed where the paper was issued before")},
    {0}};

OBJECT_SCHEMA(issued_schema, "CallPaperIssued", REQUIRED("id", schema_integer),
              REQUIRED("number", schema_string), OPTIONAL("paper", schema_integer),
              OPTIONAL("paper_number", schema_string), OPTIONAL("entry", schema_string));
UNION_SCHEMA(issue_schema, NULL, &issued_schema, &refused_schema);
ARRAY_SCHEMA(issues_schema, issue_schema);
OBJECT_SCHEMA(papers_schema, NULL, REQUIRED("items", issues_schema), DONE_MEMBERS);

const struct resource resource_call_papers_issue = {
    .method = "POST",
    .path = "/api/v1/calls/{id}/papers/{paper}",
    .summary = N_("issue the same paper of several cases of a call, each its own"),
    .parameters = paper_parameters,
    .reply = &papers_schema,
    .handle = post_papers,
    .need = NEED_ACCOUNT,
    CASES_WRITE,
    ENTRIES(EACH, N_("those of one paper, for each case")),
};
