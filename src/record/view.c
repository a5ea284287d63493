/* Rules are cut to those that show a field, and access/ makes the condition of what
 * is left: there is no second reading of a rule here. */
#include "record/view.h"
#include "access/mutation.h"
#include "record/row.h"

#define SHOWN_ALWAYS STR("1 = 1")

static bool reads(const struct subject *s, const struct access_rule *r)
{
    return (r->verbs & ACCESS_READ) != 0 && access_rule_reaches(r, s);
}

static bool same_list(const struct str_list *x, const struct str_list *y)
{
    if (x->all || y->all)
        return x->all == y->all;
    if (x->count != y->count)
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (!str_list_has(y, x->items[i]))
            return false;
    return true;
}

void view_init(struct view *v, const struct kernel *k, const struct type_plan *p,
               const struct subject *s, struct arena *a)
{
    const struct access_rule *first = NULL;
    *v = (struct view){.kernel = k,
                       .plan = p,
                       .subject = s,
                       .a = a,
                       .next_param = 1,
                       .same_everywhere = true,
                       .shown = arena_array(a, 2 * (p->field_count + 1), sizeof(*v->shown))};
    buf_init(&v->sql, 0);
    v->reads = subject_is_program(s);
    for (size_t i = 0; i < p->policy.rule_count && !subject_is_program(s); i++) {
        const struct access_rule *r = &p->policy.rules[i];
        if (!reads(s, r))
            continue;
        if (first &&
            (!same_list(&first->fields, &r->fields) || !same_list(&first->unmasked, &r->unmasked) ||
             access_is_public(first) != access_is_public(r)))
            v->same_everywhere = false;
        v->reads = true;
        first = first ? first : r;
    }
}

void view_clear(struct view *v)
{
    buf_clear(&v->sql);
}

void view_add(struct view *v, const char *text)
{
    buf_addz(&v->sql, text);
}

static void make_room(struct view *v, size_t extra)
{
    size_t used = (size_t)v->next_param - 1;
    if (used + extra <= v->value_cap)
        return;
    v->value_cap = (used + extra) * 2;
    v->values = arena_regrow(v->a, v->values, used, v->value_cap, sizeof(*v->values));
}

int view_value(struct view *v, struct value value)
{
    make_room(v, 1);
    v->values[v->next_param - 1] = value;
    return v->next_param++;
}

err_t view_allowed(struct view *v, enum access_verb verb, struct err *e)
{
    make_room(v, ACCESS_VALUES_MAX);
    return access_where(&v->sql, v->values, &v->next_param, v->subject, &v->plan->policy, verb, "r",
                        e);
}

err_t view_readable(struct view *v, struct err *e)
{
    return view_allowed(v, ACCESS_READ, e);
}

err_t view_add_records(struct view *v, struct err *e)
{
    const struct type_plan *p = v->plan;
    buf_addf(&v->sql, " FROM %.*s r WHERE ", STR_ARG(p->type->table));
    err_t rc = view_readable(v, e);
    /* Imported records are visible once the import is complete (import.h). */
    view_add(v, " AND " ROW_HAS_ARRIVED);
    for (size_t i = 0; i < p->where_count; i++) {
        if (i == 0)
            buf_addf(&v->sql, " AND r.%.*s IN (", STR_ARG(p->type->where_column));
        buf_addf(&v->sql, i > 0 ? ", ?%d" : "?%d", view_value(v, p->where[i]));
    }
    view_add(v, p->where_count > 0 ? ")" : "");
    return rc;
}

static bool shows(struct str type, const struct access_rule *r, struct str name, bool unmasked)
{
    return (str_list_has(&r->fields, name) || access_off(type, "shown")) &&
           (!unmasked || str_list_has(&r->unmasked, name) || access_off(type, "shown plain"));
}

size_t view_labels(const struct view *v, enum system_column c)
{
    return c == SYS_ID || c == SYS_VERSION || c == SYS_STATE ? SIZE_MAX : v->plan->field_count;
}

static bool shows_labels(const struct access_policy *p, const struct access_rule *r)
{
    return !access_is_public(r) || access_off(p->type, "shown whose");
}

enum shown_where view_rules(struct access_policy *out, const struct view *v, size_t field,
                            bool unmasked)
{
    const struct access_policy *p = &v->plan->policy;
    bool labels = field == v->plan->field_count;
    struct str name = labels ? STR_NONE : v->plan->fields[field].field->name;
    struct access_rule *rules = arena_array(v->a, p->rule_count + 1, sizeof(*rules));
    size_t hiding = 0;

    *out = *p;
    out->rules = rules;
    out->rule_count = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        if (!reads(v->subject, &p->rules[i]))
            continue;
        if (labels ? shows_labels(p, &p->rules[i]) : shows(p->type, &p->rules[i], name, unmasked))
            rules[out->rule_count++] = p->rules[i];
        else
            hiding++;
    }
    if (subject_is_program(v->subject) || (hiding == 0 && out->rule_count > 0))
        return SHOWN_EVERYWHERE;
    return out->rule_count > 0 ? SHOWN_SOMEWHERE : SHOWN_NEVER;
}

err_t view_shown(struct str *out, struct view *v, size_t field, bool unmasked, struct err *e)
{
    struct str *kept = &v->shown[2 * field + unmasked];
    struct access_policy cut;
    struct buf text = {0};

    *out = *kept;
    if (kept->len > 0)
        return OK;
    enum shown_where where = view_rules(&cut, v, field, unmasked);
    if (where == SHOWN_EVERYWHERE)
        *out = *kept = SHOWN_ALWAYS;
    if (where != SHOWN_SOMEWHERE)
        return OK;
    make_room(v, ACCESS_VALUES_MAX);
    const char *part = access_part("shown ");
    err_t rc =
        access_where(&text, v->values, &v->next_param, v->subject, &cut, ACCESS_READ, "r", e);
    (void)access_part(part);
    *out = *kept = buf_take(&text, v->a);
    return rc;
}

size_t view_field(const struct view *v, struct str name)
{
    size_t at = plan_field(v->plan, name);
    if (at == SIZE_MAX || v->plan->fields[at].field->retired)
        return SIZE_MAX;
    if (subject_is_program(v->subject))
        return at;
    for (size_t i = 0; i < v->plan->policy.rule_count; i++)
        if (reads(v->subject, &v->plan->policy.rules[i]) &&
            shows(v->plan->policy.type, &v->plan->policy.rules[i], name, false))
            return at;
    return SIZE_MAX;
}

void view_add_column(struct view *v, size_t field)
{
    const struct field_plan *f = &v->plan->fields[field];
    if (f->field->type == FIELD_COMPUTED)
        buf_add(&v->sql, f->shown);
    else
        buf_addf(&v->sql, "r.%.*s", STR_ARG(f->columns[value_order_column(f->field)].name));
}
