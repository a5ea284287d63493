/* Compiling a type to statements. All names in them come from the type's file,
 * where they are checked to be plain names; every value is bound. */
#include "record/plan.h"
#include "base/vec.h"
#include "record/changed.h"
#include "record/columns.h"
#include <assert.h>
#include <stdlib.h>

#define ANSWERS_BYTES ((size_t)32 << 20) /* some thousand pages of lists */

static const char *const system_columns[SYS_COUNT] = {
    "id",       "version",   "state",      "owner_unit", "owner_city", "owner_province",
    "secrecy",  "published", "created_ms", "created_by", "changed_ms", "changed_by",
    "ended_ms", "import_id"};

const char *system_column_name(enum system_column c)
{
    return system_columns[c];
}

enum system_column system_column_named(struct str name)
{
    return (enum system_column)word_index(name, system_columns, SYS_COUNT);
}

size_t plan_state(const struct type_plan *p, struct str state)
{
    const struct state *s = record_state(p->type, state);
    return s ? (size_t)(s - p->type->states) : 0;
}

size_t plan_field(const struct type_plan *p, struct str name)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (str_eq(p->fields[i].field->name, name))
            return i;
    return SIZE_MAX;
}

bool plan_needs(const struct type_plan *p, struct str state, size_t field)
{
    return p->needed[plan_state(p, state) * p->field_count + field];
}

void plan_add_where(struct buf *sql, const struct type_plan *p, int *next_param)
{
    if (p->where_count == 0)
        return;
    buf_addf(sql, " AND r.%.*s IN (", STR_ARG(p->type->where_column));
    for (size_t i = 0; i < p->where_count; i++)
        buf_addf(sql, i > 0 ? ", ?%d" : "?%d", (*next_param)++);
    buf_addc(sql, ')');
}

/* --- which states need a field --------------------------------------------------- */

/* "Needed from these states on": in them, and where no way leads but through
 * them. A draft that is voided need not hold what only a signed record needs. */
static void mark_needed(struct type_plan *p, size_t field, bool *needed)
{
    const struct record_type *t = p->type;
    const struct field *f = p->fields[field].field;
    bool *reached = arena_array(p->arena, t->state_count + 1, sizeof(*reached));
    if (!f->required && f->required_from_count == 0)
        return;
    for (size_t i = 0; i < t->state_count; i++)
        reached[i] = str_eq(t->states[i].name, t->initial) &&
                     !str_among(t->initial, f->required_from, f->required_from_count);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < t->transition_count * t->state_count; i++) {
            const struct transition *step = &t->transitions[i % t->transition_count];
            size_t from = i / t->transition_count, to = plan_state(p, step->to);
            if (step->to.len == 0 || !reached[from] || reached[to] ||
                !transition_leaves(step, t->states[from].name) ||
                str_among(step->to, f->required_from, f->required_from_count))
                continue;
            reached[to] = more = true;
        }
    }
    for (size_t i = 0; i < t->state_count; i++)
        needed[i * p->field_count + field] = f->required || !reached[i];
}

/* --- content ------------------------------------------------------------------------ */

static void plan_content(struct type_plan *p)
{
    static const char *const of_kernel[] = {"_reason",   "ended_ms", "owner_unit",
                                            "published", "secrecy",  "state"};
    struct content_item *items =
        arena_array(p->arena, p->field_count + ARRAY_LEN(of_kernel), sizeof(*items));
    size_t n = 0;
    for (size_t i = 0; i < p->field_count; i++)
        if (p->fields[i].field->type != FIELD_COMPUTED)
            items[n++] = (struct content_item){p->fields[i].field->name, &p->fields[i]};
    for (size_t i = 0; i < ARRAY_LEN(of_kernel); i++)
        items[n++].name = str_of(of_kernel[i]);
    qsort(items, n, sizeof(*items), str_cmp_first);
    p->content = items;
    p->content_count = n;
}

/* --- statements --------------------------------------------------------------------- */

/* The text, kept in the plan; the buffer is cleared. */
static const char *kept(struct type_plan *p, struct buf *sql)
{
    const char *text = arena_dup(p->arena, buf_str(sql)).ptr;
    buf_clear(sql);
    return text;
}

static void plan_child(struct type_plan *p, struct field_plan *f)
{
    struct buf select = {0}, insert = {0};
    buf_addz(&select, "SELECT ");
    buf_addf(&insert, "INSERT INTO %.*s (record_id, position", STR_ARG(f->field->child));
    for (size_t i = 0; i < f->column_count; i++) {
        buf_addf(&select, i > 0 ? ", %.*s" : "%.*s", STR_ARG(f->columns[i].name));
        buf_addf(&insert, ", %.*s", STR_ARG(f->columns[i].name));
    }
    buf_addf(&select, " FROM %.*s WHERE record_id = ?1 ORDER BY position",
             STR_ARG(f->field->child));
    buf_addz(&insert, ") VALUES (?1, ?2");
    for (size_t i = 0; i < f->column_count; i++)
        buf_addf(&insert, ", ?%zu", i + 3);
    buf_addc(&insert, ')');
    f->child_select = kept(p, &select);
    f->child_insert = kept(p, &insert);
    f->child_delete =
        arena_printf(p->arena, "DELETE FROM %.*s WHERE record_id = ?1", STR_ARG(f->field->child))
            .ptr;
}

static const struct jvalue *parsed(struct str json, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct err e;
    if (json.len == 0)
        return NULL;
    err_t rc = jin_parse(&v, json, a, &e);
    assert(rc == OK); /* written by the loader of types */
    return v;
}

/* A computed field's SELECT inside a statement over alias r: its one parameter is
 * the record's id. A question mark inside a text of the SQL stays. */
static struct str computed_sql(struct str sql, struct arena *a)
{
    struct buf text = {0};
    bool quoted = false;
    buf_addc(&text, '(');
    for (size_t i = 0; i < sql.len; i++) {
        quoted ^= sql.ptr[i] == '\'';
        if (!quoted && sql.ptr[i] == '?' && i + 1 < sql.len && sql.ptr[i + 1] == '1') {
            buf_addz(&text, "r.id");
            i++;
        } else {
            buf_addc(&text, sql.ptr[i]);
        }
    }
    buf_addc(&text, ')');
    return buf_take(&text, a);
}

static void plan_fields(struct type_plan *p)
{
    const struct record_type *t = p->type;
    struct field_plan *fields = arena_array(p->arena, t->field_count + 1, sizeof(*fields));
    p->fields = fields;
    p->field_count = t->field_count;
    p->column_count = SYS_COUNT;
    assert(t->field_count <= VALUE_FIELDS_MAX);
    for (size_t i = 0; i < t->field_count; i++) {
        struct field_plan *f = &fields[i];
        f->field = &t->fields[i];
        f->at = SIZE_MAX;
        f->child = f->field->type == FIELD_TABLE || value_is_list(f->field);
        f->fallback = parsed(f->field->fallback, p->arena);
        if (f->field->type == FIELD_COMPUTED) {
            f->shown = computed_sql(f->field->sql, p->arena);
            f->shown_of = arena_cstr(p->arena, f->field->sql);
        }
        if (f->child) {
            f->column_count = value_child_columns(&f->columns, f->field, p->arena);
            plan_child(p, f);
        } else if (f->field->type != FIELD_COMPUTED) {
            struct column *columns = arena_array(p->arena, VALUE_COLUMNS_MAX, sizeof(*columns));
            f->column_count = value_columns(columns, f->field, p->arena);
            f->columns = columns;
            f->at = p->column_count;
            p->column_count += f->column_count;
        }
        if (str_is(f->field->name, "programme") && f->at != SIZE_MAX)
            p->programme = f;
        else if (str_is(f->field->name, "case_number") && f->at != SIZE_MAX)
            p->case_number = f;
    }
}

void plan_add_columns(struct buf *sql, const struct type_plan *p)
{
    for (size_t i = 0; i < SYS_COUNT; i++)
        buf_addf(sql, i > 0 ? ", r.%s" : "r.%s", system_columns[i]);
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t k = 0; !p->fields[i].child && k < p->fields[i].column_count; k++)
            buf_addf(sql, ", r.%.*s", STR_ARG(p->fields[i].columns[k].name));
}

static void plan_selects(struct type_plan *p)
{
    const struct record_type *t = p->type;
    struct buf row = {0}, labels = {0};
    int next = 2;
    buf_addz(&row, "SELECT ");
    plan_add_columns(&row, p);
    buf_addf(&row, " FROM %.*s r WHERE r.id = ?1", STR_ARG(t->table));
    plan_add_where(&row, p, &next);
    p->select_row = kept(p, &row);

    buf_addz(&labels, "SELECT ");
    for (size_t i = 0; i < SYS_COUNT; i++)
        buf_addf(&labels, i > 0 ? ", r.%s" : "r.%s", system_columns[i]);
    if (p->programme)
        buf_addf(&labels, ", r.%.*s", STR_ARG(p->programme->columns[0].name));
    buf_addf(&labels, " FROM %.*s r WHERE r.id = ?1", STR_ARG(t->table));
    next = 2;
    plan_add_where(&labels, p, &next);
    p->select_labels = kept(p, &labels);
}

/* A core type whose kind of row no field says. */
static bool adds_where_column(const struct type_plan *p)
{
    return p->where_count == 1 && plan_field(p, p->type->where_column) == SIZE_MAX;
}

static void plan_insert(struct type_plan *p)
{
    struct buf sql = {0};
    int next = 1;
    buf_addf(&sql, "INSERT INTO %.*s (", STR_ARG(p->type->table));
    for (size_t i = SYS_ID + 1; i < SYS_COUNT; i++)
        buf_addf(&sql, i > 1 ? ", %s" : "%s", system_columns[i]);
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t k = 0; !p->fields[i].child && k < p->fields[i].column_count; k++)
            buf_addf(&sql, ", %.*s", STR_ARG(p->fields[i].columns[k].name));
    if (adds_where_column(p))
        buf_addf(&sql, ", %.*s", STR_ARG(p->type->where_column));
    buf_addz(&sql, ") VALUES (");
    size_t count = p->column_count - 1 + adds_where_column(p);
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, i > 0 ? ", ?%d" : "?%d", next++);
    buf_addc(&sql, ')');
    p->insert = kept(p, &sql);
}

/* --- fields above a rule's level ------------------------------------------------------- */

/* A field's own secrecy says which rules show it: a rule that reaches less far
 * does not have it among its fields. Done once here, so that access/ knows rules
 * alone. */
static struct str_list within(const struct type_plan *p, const struct access_rule *rule)
{
    struct str_list out = {0};
    bool cut = false;
    struct str *items = arena_array(p->arena, p->field_count + 1, sizeof(*items));
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field *f = p->fields[i].field;
        if (f->secrecy > rule->secrecy)
            cut = true;
        else if (str_list_has(&rule->fields, f->name))
            items[out.count++] = f->name;
    }
    out.items = items;
    return cut ? out : rule->fields;
}

static void plan_policy(struct type_plan *p)
{
    p->policy = p->type->access;
    struct access_rule *rules = arena_array(p->arena, p->policy.rule_count + 1, sizeof(*rules));
    for (size_t i = 0; i < p->policy.rule_count; i++) {
        rules[i] = p->policy.rules[i];
        rules[i].fields = within(p, &rules[i]);
    }
    p->policy.rules = rules;
}

struct type_plan *plan_new(const struct record_type *t)
{
    struct arena *a = arena_new();
    struct type_plan *p = arena_alloc(a, sizeof(*p));
    struct value *where = arena_array(a, t->where_value_count + 1, sizeof(*where));
    p->arena = a;
    p->type = t;
    p->owns_itself = t->core && str_is(t->table, "unit");
    for (size_t i = 0; i < t->where_value_count; i++)
        where[i] = v_str(t->where_values[i]);
    p->where = where;
    p->where_count = t->where_value_count;
    plan_fields(p);
    plan_content(p);
    plan_selects(p);
    plan_insert(p);
    plan_policy(p);
    bool *needed = arena_array(a, t->state_count * p->field_count + 1, sizeof(*needed));
    for (size_t i = 0; i < p->field_count; i++)
        mark_needed(p, i, needed);
    p->needed = needed;
    p->patterns = value_patterns_new(t);
    return p;
}

void plan_free(struct type_plan *p)
{
    if (!p)
        return;
    value_patterns_free(p->patterns);
    arena_free(p->arena);
}

/* --- the kernel ---------------------------------------------------------------------------- */

struct record_plans {
    struct arena *arena;
    VEC(struct type_plan *) all; /* some sixty: found by walking them */
    struct answers *answers;
    struct changed *changed;
    struct list_columns *columns;
};

/* Whether `table` is this type's, or one of its child tables and no other type's. */
static bool is_own_table(const struct record_types *types, const struct record_type *t,
                         struct str table)
{
    const struct record_type *other;
    bool own = str_starts(table, t->table);
    for (size_t i = 0; (other = record_type_at(types, i)) != NULL; i++)
        own &= other->table.len <= t->table.len || !str_starts(table, other->table);
    return own;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* A computed field's SQL may name tables of other types (lint_sql.c reads it at a start):
 * every word that begins as one is taken for one. */
static bool reads_others(const struct record_types *types, const struct type_plan *p)
{
    const struct str head = STR("record_");
    for (size_t i = 0; i < p->field_count; i++) {
        struct str sql = p->type->fields[i].sql; /* empty: not computed */
        for (size_t at = 0; (at = str_find(sql, head, at)) < sql.len; at += head.len) {
            size_t len = head.len;
            while (at + len < sql.len && is_word(sql.ptr[at + len]))
                len++;
            if (!str_is((struct str){sql.ptr + at, len}, "record_id") &&
                !is_own_table(types, p->type, (struct str){sql.ptr + at, len}))
                return true;
        }
    }
    return false;
}

void kernel_init(struct kernel *k)
{
    struct arena *a = arena_new();
    struct record_plans *plans = arena_alloc(a, sizeof(*plans));
    const struct record_type *t;
    plans->arena = a;
    plans->answers = answers_new(ANSWERS_BYTES);
    for (size_t i = 0; (t = record_type_at(k->types, i)) != NULL; i++) {
        struct type_plan *p = plan_new(t);
        p->number = i;
        p->reads_others = reads_others(k->types, p);
        VEC_PUSH(a, &plans->all, p);
    }
    k->plans = plans;
    plans->changed = changed_new(k, plans->all.len);
    plans->columns = list_columns_new(k, plans->all.len);
}

void kernel_clear(struct kernel *k)
{
    if (!k->plans)
        return;
    list_columns_free(k->plans->columns);
    for (size_t i = 0; i < k->plans->all.len; i++)
        plan_free(k->plans->all.ptr[i]);
    answers_free(k->plans->answers);
    changed_free(k->plans->changed);
    arena_free(k->plans->arena);
    k->plans = NULL;
}

struct answers *kernel_answers(const struct kernel *k)
{
    return k->plans->answers;
}

struct changed *kernel_changed(const struct kernel *k)
{
    return k->plans->changed;
}

struct list_columns *kernel_columns(const struct kernel *k)
{
    return k->plans->columns;
}

const struct type_plan *plan_of(const struct kernel *k, const struct record_type *t)
{
    for (size_t i = 0; i < k->plans->all.len; i++)
        if (k->plans->all.ptr[i]->type == t)
            return k->plans->all.ptr[i];
    assert(false && "a type that is not of this kernel");
    return NULL;
}
