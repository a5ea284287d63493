/* Reads a case's party and the cases that led to it; keeps the data prepared for its step. */
#include "matter/matter.h"
#include "crypto/hash.h"
#include "record/facts.h"

bool programme_is_office(const struct subject *s)
{
    return str_contains(s->unit_kind, STR("office")) || str_is(s->unit_kind, "province_ip_centre");
}

bool programme_is_partys(const struct record_type *t)
{
    return t->owner == OWNER_UNIT && !t->by_actions_only;
}

#define CASES_DEEP 8 /* a case, and those that brought it about, one after the other */

/* --- facts ---------------------------------------------------------------------------------- */

void programme_init(struct programme *p, struct kernel *k, struct packs *packs,
                    const struct calendar *calendar, struct arena *a)
{
    struct panel_reports *reports = arena_alloc(a, sizeof(*reports));
    *reports = (struct panel_reports){.arena = a};
    *p = (struct programme){
        .kernel = k, .reports = reports, .packs = packs, .calendar = calendar, .arena = a};
}

err_t step_reader(struct step *g)
{
    if (!g->db)
        return store_reader_get(&g->db, g->p->kernel->store, g->e);
    g->within++;
    return OK;
}

void step_reader_end(struct step *g)
{
    if (g->within) {
        g->within--;
        return;
    }
    store_reader_put(g->p->kernel->store, g->db);
    g->db = NULL;
}

struct prepared *programme_prepared(struct flow_call *x)
{
    if (!x->prepared)
        x->prepared = arena_alloc(x->arena, sizeof(struct prepared));
    return x->prepared;
}

err_t programme_party_code(struct str *out, struct step *g)
{
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = db_row(NULL, g->db, "SELECT credit_code FROM unit WHERE id = ?1",
                    VALUES(v_i64(g->x->c.unit)), INTO(into_str(out)), g->p->arena, g->e);
    step_reader_end(g);
    return rc;
}

err_t programme_cases(const struct facts_case **out, size_t *count, struct step *g)
{
    struct facts_case *cases = arena_array(g->x->arena, CASES_DEEP, sizeof(*cases));
    struct flow_case c = g->x->c;
    err_t rc = OK;
    *out = cases;
    *count = 0;
    cases[(*count)++] = (struct facts_case){c.number, c.type, c.record_id};
    while (c.parent && *count < CASES_DEEP &&
           (rc = flow_case_read(&c, g->db, c.parent, g->x->arena, g->e)) == OK)
        cases[(*count)++] = (struct facts_case){c.number, c.type, c.record_id};
    return rc;
}

struct str text_digest(struct str text, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(text));
    sha256_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}

struct str programme_condition_text(const struct jvalue *v)
{
    if (v && (v->type == J_TRUE || v->type == J_FALSE))
        return v->type == J_TRUE ? STR("true") : STR("false");
    return v ? v->text : STR_NONE;
}

bool programme_stands(const struct jvalue *v)
{
    return v && v->type != J_NULL && !(v->type == J_ARRAY && v->count == 0);
}

struct deed programme_deed(struct step *g)
{
    return (struct deed){.suite = g->p->kernel->suite,
                         .clock = g->p->kernel->clock,
                         .by = g->x->by,
                         .as = g->x->as,
                         .arena = g->x->arena};
}
