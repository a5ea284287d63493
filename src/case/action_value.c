/* Prefilled values and choices of the fields that a step enters. */
#include "base/msg.h"
#include "case/action.h"
#include "matter/publicity.h"
#include "policy/step_day.h"
#include "record/diff.h"

#define NAMED_MAX 50

static void offer(struct entered_field *f, struct entered_value value, struct arena *a)
{
    struct entered_value *v = arena_alloc(a, sizeof(*v));
    *v = value;
    f->value = v;
}

static void offer_text(struct entered_field *f, struct str text, struct str label, struct arena *a)
{
    const struct jvalue v = {.type = J_STRING, .text = text};
    offer(f, (struct entered_value){.json = jvalue_json(&v, a), .label = label}, a);
}

/* --- a record that there is ------------------------------------------------------------------- */

struct standing {
    struct step *g;
    const struct record_type *type;
    int64_t id;
    const struct jvalue *shown; /* as g->x->by may see it; NULL: not at all */
};

static err_t read_shown(struct standing *s)
{
    struct err why = {0};
    err_t rc = record_seen(
        &s->shown,
        &(struct record_call){s->g->p->kernel, s->g->x->by, s->type, s->id, s->g->x->arena}, &why);
    if (rc == E_DENIED || rc == E_NOTFOUND)
        return OK;
    if (rc != OK && s->g->e)
        *s->g->e = why;
    return rc;
}

/* A value that is shown masked is not offered: it would be taken for the new one. */
static err_t offer_standing(struct entered_field *f, const struct standing *s)
{
    const struct jvalue *stands,
        *shown = s->shown ? jin_get(s->shown, arena_cstr(s->g->x->arena, f->name)) : NULL;
    if (!shown || shown->type == J_NULL || (shown->type == J_ARRAY && shown->count == 0))
        return OK;
    err_t rc = record_value(&stands, s->g->db, s->g->p->kernel, s->type, s->id, f->name,
                            s->g->x->arena, s->g->e);
    if (rc == OK && stands && diff_equal(shown, stands))
        offer(f,
              (struct entered_value){.json = jvalue_json(stands, s->g->x->arena),
                                     .label = label_shown(programme_type_label(s->g->p, s->type)),
                                     .type = s->type->name,
                                     .id = s->id},
              s->g->x->arena);
    return rc;
}

/* The places of a list, of which one is said. */
static void offer_places(struct entered_field *f, const struct standing *s)
{
    const struct jvalue *sites = s->shown ? jin_get(s->shown, "sites") : NULL;
    VEC(struct entered_choice) all = {0};
    for (size_t i = 0; sites && sites->type == J_ARRAY && i < sites->count; i++)
        VEC_PUSH(s->g->x->arena, &all,
                 ((struct entered_choice){jin_text(&sites->items[i], "url"),
                                          jin_text(&sites->items[i], "title")}));
    f->choices = all.ptr;
    f->choice_count = all.len;
}

/* --- what is known otherwise ------------------------------------------------------------------ */

/* A day that is not to come is today's for who enters it today. */
static void offer_known(struct entered_field *f, const struct flow_call *x)
{
    const struct field *of = f->field;
    if (of->fallback.len)
        offer(f, (struct entered_value){.json = of->fallback}, x->arena);
    else if (f->required && (of->type == FIELD_DATE || of->type == FIELD_KNOWN_DATE) &&
             str_is(of->max_date, "today"))
        offer_text(f, x->today, str_of(msg(N_("today"))), x->arena);
}

static void offer_title(struct entered_field *f, struct step *g)
{
    if (str_is(f->name, "title"))
        offer_text(f, publicity_title(g->p, g->x->arena), g->p->pack->document.title, g->x->arena);
}

/* --- a record that is named ------------------------------------------------------------------- */

/* Its number, and what it is listed by. */
static err_t named_title(struct str *out, struct standing *s)
{
    struct arena *a = s->g->x->arena;
    err_t rc = read_shown(s);
    *out =
        arena_printf(a, "%.*s %lld", STR_ARG(label_shown(programme_type_label(s->g->p, s->type))),
                     (long long)s->id);
    struct str title = s->shown && s->type->title.len
                           ? jin_text(s->shown, arena_cstr(a, s->type->title))
                           : STR_NONE;
    for (size_t i = 0; s->shown && title.len == 0 && i < s->type->list_count; i++)
        title = jin_text(s->shown, arena_cstr(a, s->type->list[i]));
    if (title.len)
        *out = arena_printf(a, "%.*s  %.*s", STR_ARG(*out), STR_ARG(title));
    return rc;
}

/* Records of the case's party or about the case that can still reach the state; of an office's records the one that the step
 * would take by itself. */
static err_t read_named(const int64_t **out, size_t *count, struct standing *s,
                        const struct entered_record *r)
{
    const struct record_type *t = r->type;
    const struct flow_call *x = s->g->x;
    VEC(int64_t) ids = {0};
    int64_t own = 0;
    struct str state = process_writes(r->effect, STR("state"));
    struct str sql = arena_printf(
        x->arena,
        "SELECT id, state FROM %.*s WHERE owner_province = ?1 AND ended_ms IS NULL AND"
        " (owner_unit = ?2 OR id = ?4%s) ORDER BY id DESC LIMIT %d",
        STR_ARG(t->table),
        record_field(t, STR("case_number")) ? " OR case_number = ?3" : " OR ?3 = ''", NAMED_MAX);
    err_t rc = t->owner == OWNER_OFFICE ? programme_record(&own, s->g, t) : OK;
    EACH_ROW_ONCE(st, rc, s->g->e, s->g->db, sql.ptr,
                  VALUES(v_str(x->c.province), v_i64(x->c.unit), v_str(x->c.number), v_i64(own))) {
        struct str now = stmt_str(st, 1);
        bool past = str_eq(now, state);
        for (size_t i = 0; i < t->transition_count; i++)
            past |= str_eq(t->transitions[i].to, now) &&
                    str_among(state, t->transitions[i].from, t->transitions[i].from_count);
        if (!past)
            VEC_PUSH(x->arena, &ids, stmt_i64(st, 0));
    }
    *out = ids.ptr;
    *count = ids.len;
    return rc;
}

/* If only one record can be named, offers its values. */
static err_t offer_only(struct entered_record *r, struct standing *s)
{
    err_t rc = step_reader(s->g);
    for (size_t i = 0; rc == OK && i < r->fields.len; i++)
        rc = offer_standing(&r->fields.ptr[i], s);
    step_reader_end(s->g);
    return rc;
}

static err_t offer_named(struct entered_record *r, struct standing *s)
{
    const int64_t *ids = NULL;
    size_t count = 0;
    err_t rc = step_reader(s->g);
    if (rc == OK)
        rc = read_named(&ids, &count, s, r);
    step_reader_end(s->g);
    struct entered_choice *all = arena_array(s->g->x->arena, count, sizeof(*all));
    struct standing only = *s;
    size_t offered = 0;
    for (size_t i = 0; rc == OK && i < count; i++) {
        s->id = ids[i];
        all[offered].code = arena_printf(s->g->x->arena, "%lld", (long long)ids[i]);
        rc = named_title(&all[offered].label, s);
        if (!s->shown && r->type->access.recuses.len)
            continue;
        only = *s;
        offered++;
    }
    r->choices = all;
    r->choice_count = rc == OK ? offered : 0;
    if (rc == OK && offered == 1)
        return offer_only(r, &only);
    for (size_t i = 0; count && i < r->fields.len; i++) /* it may stand in that which is named */
        r->fields.ptr[i].required = false;
    return rc;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* The record that the step changes; of a list the one that is public. */
static err_t find_standing(struct standing *s)
{
    err_t rc = step_reader(s->g);
    if (rc == OK)
        rc = programme_record(&s->id, s->g, s->type);
    step_reader_end(s->g);
    return rc == OK && s->id ? read_shown(s) : rc;
}

static err_t offer_field(struct entered_field *f, struct standing *s, bool changes)
{
    bool list = str_is(s->type->name, PUBLICITY_TYPE);
    err_t rc = OK;
    if (list && str_is(f->name, "site"))
        offer_places(f, s);
    else if (!list || !str_is(f->name, "sites")) /* made public again, it is at new places */
        rc = offer_standing(f, s);
    if (rc == OK && !f->value && list)
        offer_title(f, s->g);
    else if (rc == OK && !f->value && !changes)
        offer_known(f, s->g->x);
    return rc;
}

/* The first and last day that due_entered accepts, where the step itself begins the count: today. */
static err_t bound_due(struct entered_field *f, const struct entered_record *r,
                       const struct process_step *step, struct standing *s)
{
    const struct deadline_rule *rule =
        step->due.len ? pack_deadline(s->g->p->pack, step->due) : NULL;
    struct str from = step->counted, type = str_split(&from, STR("."));
    struct counting how;
    struct date today;
    struct due due;
    if (!rule || !step_day_is_entered(rule) || !str_is(f->name, "due") ||
        !str_eq(type, r->type->name) || !str_is(process_writes(r->effect, from), "today") ||
        !date_parse(&today, s->g->x->today))
        return OK;
    err_t rc = programme_counting(&how, s->g->db, s->g->p, s->g->e);
    if (rc == OK)
        rc = due_of(&due, rule, today, &how, s->g->e);
    if (rc != OK)
        return rc;
    bool ranged = due.state == DUE_RANGED;
    struct field *bounded = arena_alloc(s->g->x->arena, sizeof(*bounded));
    *bounded = *f->field;
    bounded->min_date =
        date_text(ranged ? due.date : date_from_days(date_to_days(today) + 1), s->g->x->arena);
    if (ranged)
        bounded->max_date = date_text(due.last, s->g->x->arena);
    f->field = bounded;
    f->required = true; /* nothing else says by when */
    return OK;
}

static err_t offer_record(struct entered_record *r, struct standing *s)
{
    const struct process *process = s->g->x->process;
    bool changes = r->effect->kind == EFFECT_CHANGE;
    s->type = r->type;
    s->id = 0;
    s->shown = NULL;
    err_t rc = r->named ? offer_named(r, s) : OK;
    if (rc != OK || r->choice_count)
        return rc;
    if (changes || str_is(r->type->name, PUBLICITY_TYPE))
        rc = find_standing(s);
    if (rc != OK || (rc = step_reader(s->g)) != OK)
        return rc;
    for (size_t i = 0; rc == OK && i < r->fields.len; i++)
        rc = offer_field(&r->fields.ptr[i], s, changes);
    for (size_t i = 0; i < r->fields.len; i++)
        for (size_t k = 0; rc == OK && k < process->step_count; k++)
            rc = bound_due(&r->fields.ptr[i], r, &process->steps[k], s);
    step_reader_end(s->g);
    return rc;
}

err_t action_offer(struct entered *what, struct step *g)
{
    struct standing s = {.g = g};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < what->records.len; i++)
        rc = offer_record(&what->records.ptr[i], &s);
    return rc;
}
