/* The disclosure check when a step clears a record. */
#include "matter/matter.h"
#include "matter/review.h"

/* The transition whose look the effect owes; NULL: none. */
static bool is_clearing(const struct process_effect *f, const struct record_type *t)
{
    bool asked = false;
    struct str state = process_writes(f, STR("state"));
    for (size_t k = 0; k < t->transition_count; k++)
        asked |= str_eq(t->transitions[k].to, state) && clearing_is_asked(&t->transitions[k]);
    return asked;
}

/* The step leads to the state in which the record is cleared next: who looks at it is told already. */
static bool is_before_clearing(const struct process_effect *f, const struct record_type *t)
{
    bool asked = false;
    struct str state = process_writes(f, STR("state"));
    for (size_t k = 0; k < t->transition_count; k++)
        asked |= clearing_is_asked(&t->transitions[k]) &&
                 str_among(state, t->transitions[k].from, t->transitions[k].from_count);
    return asked;
}

/* The record as it will be: what is said with the step, else what stands. */
static err_t scan_record(struct clearing *c, struct step *g, const struct record_type *t,
                         int64_t id)
{
    const struct jvalue *records = g->x->arguments ? jin_get(g->x->arguments, "records") : NULL;
    const struct jvalue *said = records ? jin_get(records, arena_cstr(g->x->arena, t->name)) : NULL;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        const struct jvalue *value = said ? jin_get(said, arena_cstr(g->x->arena, f->name)) : NULL;
        if (!field_is_given(f))
            continue;
        if (!value)
            rc = record_value(&value, g->db, g->p->kernel, t, id, f->name, g->x->arena, g->e);
        if (rc == OK && value)
            rc = clearing_scan(c, g->db, f->name, value, g->e);
    }
    return rc;
}

static void tell(struct flow_obstacles *to, const struct flow_call *x, const struct record_type *t,
                 const struct clearing *c)
{
    struct fault_list list = {.a = x->arena};
    clearing_tell(&list, c);
    for (size_t i = 0; i < list.len; i++) {
        const struct fault *one = &list.ptr[i];
        struct str rest = one->field, name = str_split(&rest, STR("["));
        const struct field *f = record_field(t, name);
        struct flow_obstacle o = {
            .code = "sensitive",
            .subject = one->field,
            .clause = x->step->citation.clause,
            .quote = x->step->citation.quote,
            .zh = arena_printf(x->arena, "%.*s（%.*s）%.*s", STR_ARG(f->label.zh),
                               STR_ARG(one->field), STR_ARG(one->message_zh)),
            .en = arena_printf(x->arena, "%.*s (%.*s) %.*s", STR_ARG(f->label.en),
                               STR_ARG(one->field), STR_ARG(one->message_en))};
        VEC_PUSH(to->arena, to, o);
    }
}

err_t cleared_look(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    err_t rc = OK;
    ready->cleared = (struct clearing){.kernel = g->p->kernel, .arena = g->x->arena};
    for (size_t i = 0; rc == OK && i < g->x->step->effect_count; i++) {
        const struct process_effect *f = &g->x->step->effects[i];
        const struct record_type *t =
            f->kind == EFFECT_CHANGE ? record_type_find(g->p->kernel->types, f->object) : NULL;
        const struct jvalue *said = NULL;
        int64_t id = 0;
        bool owed = t && is_clearing(f, t);
        if (!owed && !(t && g->x->looking && is_before_clearing(f, t)))
            continue;
        if ((rc = step_reader(g)) == OK)
            rc = programme_record(&id, g, t);
        if (rc == OK && id)
            rc = scan_record(&ready->cleared, g, t, id);
        step_reader_end(g);
        if (rc == OK && owed && (rc = review_argument(&said, g, "clears")) == OK) {
            clearing_answer(&ready->cleared, said);
            tell(g->to, g->x, t, &ready->cleared);
        }
    }
    return rc;
}

void cleared_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (ready->cleared.places.len == 0)
        return;
    jout_name(x->result, "cleared");
    clearing_json(x->result, &ready->cleared, false);
}
