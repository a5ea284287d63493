/* The proposal of a two-person step, and the part of its arguments that the history keeps. */
#include "access/two_person.h"
#include "matter/matter.h"

static struct str text_of(const struct flow_call *x, const struct jvalue *arguments)
{
    return arguments && arguments->count ? jvalue_json_ordered(arguments, x->arena) : STR("null");
}

struct str flow_arguments_text(const struct flow_call *x)
{
    return text_of(x, x->arguments);
}

/* The object with another value of a member that it has. */
static const struct jvalue *with(const struct jvalue *v, struct str name,
                                 const struct jvalue *value, struct arena *a)
{
    struct jvalue *items = arena_array(a, v->count, sizeof(*items));
    struct jvalue *out = arena_alloc(a, sizeof(*out));
    for (size_t i = 0; i < v->count; i++)
        items[i] = str_eq(v->names[i], name) ? *value : v->items[i];
    *out = *v;
    out->items = items;
    return out;
}

static const struct jvalue *id_alone(const struct jvalue *said, struct arena *a)
{
    const struct jvalue *id = jin_get(said, "id");
    struct str *name = arena_alloc(a, sizeof(*name));
    struct jvalue *out = arena_alloc(a, sizeof(*out));
    *name = STR("id");
    *out = (struct jvalue){.type = J_OBJECT, .count = id != NULL, .items = id, .names = name};
    return out;
}

/* Input by the public and input for secret records is only in the records, which have few readers;
 * the history is visible to all readers of the case and part of its archive. */
struct str flow_public_arguments(const struct flow_call *x)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    const struct jvalue *said =
        records && x->untold.len ? jin_get(records, arena_cstr(x->arena, x->untold)) : NULL;
    if (str_is(x->step->actor, "public"))
        return STR("null");
    if (!said)
        return flow_arguments_text(x);
    records = with(records, x->untold, id_alone(said, x->arena), x->arena);
    return text_of(x, with(x->arguments, STR("records"), records, x->arena));
}

void flow_joint_json(struct jout *j, const struct flow_call *x)
{
    jout_array(j);
    for (size_t i = 0; i < x->joint_count; i++)
        jout_str(j, x->joint[i].c.number);
    jout_end_array(j);
}

struct str flow_asked_text(const struct flow_call *x)
{
    struct jout j;
    jout_open(&j);
    jout_pair_raw(&j, "arguments", flow_arguments_text(x));
    jout_pair(&j, "basis", x->basis);
    if (x->joint_count > 1) {
        jout_name(&j, "cases");
        flow_joint_json(&j, x);
    }
    return jout_take(&j, x->arena);
}

err_t programme_find_changed(const struct record_type **t, int64_t *id, struct step *g,
                             const struct process_effect *f, const struct jvalue *arguments)
{
    const struct jvalue *records = arguments ? jin_get(arguments, "records") : NULL;
    struct str rest = f->object, type = str_split(&rest, STR("."));
    bool changes = f->kind == EFFECT_CHANGE || f->kind == EFFECT_DATE;
    *t = changes && !str_is(type, "case") ? record_type_find(g->p->kernel->types, type) : NULL;
    *id = 0;
    const struct jvalue *said =
        *t && records ? jin_get(records, arena_cstr(g->x->arena, type)) : NULL;
    if (!*t || (said && jin_i64(id, said, "id")))
        return OK;
    return programme_record(id, g, *t);
}

err_t programme_changed(struct str *out, struct step *g, const struct jvalue *arguments)
{
    const struct prepared *ready = g->x->prepared;
    const struct record_type *t;
    err_t rc = OK;
    *out = ready ? ready->review_seen : STR_NONE;
    for (size_t i = 0; rc == OK && i < g->x->step->effect_count; i++) {
        int64_t id = 0, version;
        bool found;
        rc = programme_find_changed(&t, &id, g, &g->x->step->effects[i], arguments);
        if (rc != OK || !t || !id)
            continue;
        struct str sql =
            arena_printf(g->x->arena, "SELECT version FROM %.*s WHERE id = ?1", STR_ARG(t->table));
        rc = db_row_once(&found, g->db, sql.ptr, VALUES(v_i64(id)), INTO(into_i64(&version)), NULL,
                         g->e);
        if (found)
            *out = arena_printf(g->x->arena, "%.*s %.*s:%lld:%lld", STR_ARG(*out), STR_ARG(t->name),
                                (long long)id, (long long)version);
    }
    return rc;
}

err_t flow_proposal_digest(struct str *out, struct step *g, struct str asked, struct str reason)
{
    struct flow_call *x = g->x;
    const struct jvalue *said = NULL;
    struct str records = STR_NONE;
    int64_t urged = 0; /* urging changes nothing of what both see */
    err_t rc =
        db_i64(&urged, g->db, "SELECT count(*) FROM flow_step WHERE case_id = ?1 AND kind = 'urge'",
               VALUES(v_i64(x->c.id)), g->e);
    if (rc == OK)
        rc = jin_parse(&said, asked, x->arena, g->e);
    if (rc == OK)
        rc = programme_changed(&records, g, jin_get(said, "arguments"));
    const struct str parts[] = {
        x->c.number, arena_printf(x->arena, "%lld", (long long)(x->c.version - urged)),
        x->step->id, asked,
        reason,      records};
    *out = proposal_digest(parts, sizeof(parts) / sizeof(*parts), x->arena);
    return rc;
}

bool flow_takes_two(const struct flow_call *x)
{
    return x->step->two_persons && !subject_is_program(x->by);
}

/* A proposal lapses if its author's account is closed or lost the role for the step. */
static err_t still_may(bool *out, struct step *g, const struct proposal *p)
{
    const struct flow_call *x = g->x;
    struct decision d = {0};
    struct subject first;
    bool there = false;
    err_t rc = proposal_first(&first, &there, p, g->db, x->today, clock_now_ms(g->p->kernel->clock),
                              x->arena, g->e);
    if (rc == OK && there)
        rc = flow_allows(&d, g->db, &first, &x->c, x->step->roles, x->step->role_count, x->step->id,
                         x->arena, g->e);
    *out = there && d.allowed;
    return rc;
}

err_t flow_standing_proposal(struct proposal *p, int64_t *over, struct step *g)
{
    const struct flow_call *x = g->x;
    struct str now = STR_NONE;
    *over = 0;
    err_t rc = proposal_find(p, g->db, STR("case"), x->c.id, x->step->id, x->arena, g->e);
    if (rc == OK && p->id)
        rc = flow_proposal_digest(&now, g, p->arguments, p->reason);
    /* Whatever the case or its records went through since then, this was not what it said yes to. */
    bool may = true;
    if (rc == OK && p->id)
        rc = still_may(&may, g, p);
    if (rc == OK && p->id &&
        (!may || p->expires_ms <= clock_now_ms(g->p->kernel->clock) || !str_eq(p->digest, now))) {
        *over = p->id;
        p->id = 0;
    }
    return rc;
}

err_t flow_proposed(struct proposal *out, struct step *g)
{
    int64_t over;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_standing_proposal(out, &over, g);
    step_reader_end(g);
    return rc;
}
