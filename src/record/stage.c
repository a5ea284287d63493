/* The computed field "stage" of a type with stages: one SELECT of the last stage all of whose
 * conditions hold, NULL where none does. It has no clock: a stage changes by a write alone. Other
 * records count while they have not ended and their owner is the record's. */
#include "record/type_priv.h"
#include "record/value.h"

struct sql {
    struct buf b;
    struct arena *a;
};

static void add_codes(struct sql *s, const struct condition *k)
{
    buf_addz(&s->b, k->negated ? " NOT IN (" : " IN (");
    for (size_t i = 0; i < k->value_count; i++)
        buf_addf(&s->b, "%s'%.*s'", i ? ", " : "", STR_ARG(k->values[i]));
    buf_addc(&s->b, ')');
}

/* " AND alias.column IN ('a', 'b')" */
static void add_condition(struct sql *s, const struct record_type *t, const char *alias,
                          const struct condition *k)
{
    const struct field *f = record_field(t, k->field);
    if (!f || f->type != FIELD_ENUM || !f->many)
        buf_addz(&s->b, " AND ");
    if (!f) {
        buf_addf(&s->b, "%s.state", alias);
        add_codes(s, k);
    } else if (f->type == FIELD_BOOL) {
        bool yes = str_among(STR("true"), k->values, k->value_count);
        bool no = str_among(STR("false"), k->values, k->value_count);
        buf_addf(&s->b, "%s.%.*s IN (%d, %d)", alias, STR_ARG(f->column), yes != k->negated,
                 no == k->negated);
    } else if (f->child.len) {
        if (k->negated)
            buf_addf(&s->b, " AND EXISTS (SELECT 1 FROM %.*s x WHERE x.record_id = %s.id)",
                     STR_ARG(f->child), alias);
        buf_addf(&s->b, " AND %sEXISTS (SELECT 1 FROM %.*s x WHERE x.record_id = %s.id AND x.value",
                 k->negated ? "NOT " : "", STR_ARG(f->child), alias);
        add_codes(s, &(struct condition){.values = k->values, .value_count = k->value_count});
        buf_addc(&s->b, ')');
    } else {
        buf_addf(&s->b, "%s.%.*s", alias, STR_ARG(f->column));
        add_codes(s, k);
    }
}

static void add_conditions(struct sql *s, const struct record_type *t, const char *alias,
                           const struct conditions *when)
{
    for (size_t i = 0; i < when->count; i++)
        add_condition(s, t, alias, &when->items[i]);
}

/* The field has a value, and not that it did not happen; `is`: "IS NULL" or "IS NOT NULL". */
static void add_known(struct sql *s, const struct field *f, const char *alias)
{
    struct column columns[VALUE_COLUMNS_MAX];
    if (f->child.len) {
        buf_addf(&s->b, "EXISTS (SELECT 1 FROM %.*s x WHERE x.record_id = %s.id)",
                 STR_ARG(f->child), alias);
        return;
    }
    (void)value_columns(columns, f, s->a);
    buf_addf(&s->b, "coalesce(%s.%.*s", alias, STR_ARG(columns[0].name));
    if (f->type == FIELD_PERIOD)
        buf_addf(&s->b, ", %s.%.*s", alias, STR_ARG(columns[1].name));
    else
        buf_addz(&s->b, ", NULL");
    buf_addz(&s->b, f->type == FIELD_KNOWN_DATE ? ", 'no') <> 'no'" : ") IS NOT NULL");
}

static void add_rows(struct sql *s, const struct field *table, struct str column, bool each)
{
    const struct field *f = record_row_field(table, column);
    buf_addf(&s->b, "%sEXISTS (SELECT 1 FROM %.*s c WHERE c.record_id = m.id AND %s",
             each ? "NOT " : "", STR_ARG(table->child), each ? "NOT (" : "");
    if (f)
        add_known(s, f, "c");
    buf_addz(&s->b, each ? "))" : ")");
}

static void add_child(struct sql *s, const struct record_type *t, const struct related *has,
                      const struct record_types *set)
{
    const struct record_type *child = record_type_find(set, has->type);
    const struct field *ref = child ? reference_to(child, t->name, has->field) : NULL;
    if (!ref) /* lint tells */
        return;
    buf_addf(&s->b,
             " AND EXISTS (SELECT 1 FROM %.*s c WHERE c.%.*s = m.id AND c.ended_ms IS NULL"
             " AND c.owner_unit = m.owner_unit",
             STR_ARG(child->table), STR_ARG(ref->column));
    add_conditions(s, child, "c", &has->when);
    buf_addc(&s->b, ')');
}

static void add_stage(struct sql *s, const struct record_type *t, const struct stage_rule *g,
                      const struct record_types *set)
{
    struct str each = g->each, table = str_split(&each, STR("."));
    const struct field *f = record_field(t, g->has.type);
    buf_addz(&s->b, "1 = 1");
    add_conditions(s, t, "m", &g->when);
    for (size_t i = 0; i < g->given_count; i++) {
        const struct field *given = record_field(t, g->given[i]);
        if (given) {
            buf_addz(&s->b, " AND ");
            add_known(s, given, "m");
        }
    }
    if (f && f->type == FIELD_TABLE) {
        buf_addz(&s->b, " AND ");
        add_rows(s, f, g->has.field, false);
    } else if (g->has.type.len) {
        add_child(s, t, &g->has, set);
    }
    if ((f = record_field(t, table)) && f->type == FIELD_TABLE) {
        buf_addz(&s->b, " AND ");
        add_rows(s, f, each, true);
    }
}

const struct field *reference_to(const struct record_type *child, struct str to, struct str name)
{
    const struct field *found = NULL;
    for (size_t i = 0; i < child->field_count; i++) {
        const struct field *f = &child->fields[i];
        if (f->type != FIELD_REF || f->retired || !str_eq(f->to, to) ||
            (name.len && !str_eq(f->name, name)))
            continue;
        if (found)
            return NULL;
        found = f;
    }
    return found;
}

void stage_compile(struct record_type *t, const struct record_types *set, struct arena *a)
{
    struct stage_rule *stages = arena_array(a, t->stage_count + 1, sizeof(*stages));
    struct field *fields = arena_array(a, t->field_count + 1, sizeof(*fields));
    struct str all = STR("SELECT CASE");
    for (size_t i = t->stage_count; i > 0; i--) {
        struct sql s = {.a = a};
        buf_init(&s.b, 0);
        stages[i - 1] = t->stages[i - 1];
        add_stage(&s, t, &t->stages[i - 1], set);
        stages[i - 1].sql = buf_take(&s.b, a);
        all = arena_printf(a, "%.*s WHEN %.*s THEN '%.*s'", STR_ARG(all),
                           STR_ARG(stages[i - 1].sql), STR_ARG(t->stages[i - 1].name));
    }
    if (t->stage_count == 0)
        return;
    for (size_t i = 0; i < t->field_count; i++)
        fields[i] = t->fields[i];
    fields[t->field_count - 1].sql =
        arena_printf(a, "%.*s END FROM %.*s m WHERE m.id = ?1", STR_ARG(all), STR_ARG(t->table));
    t->fields = fields;
    t->stages = stages;
}
