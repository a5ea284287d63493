/* Rules as SQL conditions over a row's labels and the subject's context. Names are words of the
 * type's file, checked when it was read (letters, digits, _). Each (SELECT …) is independent, so
 * that the server evaluates it once per query and not per row. Relations are those of access_where
 * (access/policy.c); record/fence_test.c compares both. */
#include "record/fence.h"
#include "db/fence.h"
#include "record/value.h"

/* '{one,two}', or NULL for all. */
static void add_words(struct buf *out, const struct str_list *words)
{
    if (words->all) {
        buf_addz(out, "NULL");
        return;
    }
    buf_addz(out, "'{");
    for (size_t i = 0; i < words->count; i++)
        buf_addf(out, i ? ",%.*s" : "%.*s", STR_ARG(words->items[i]));
    buf_addz(out, "}'");
}

static void add_authority(struct buf *out, struct str table, struct str function)
{
    buf_addf(out,
             "EXISTS (SELECT 1 FROM authority held WHERE held.owner_unit = (SELECT"
             " zy_fence_number('unit')) AND held.state = 'active' AND held.programme ="
             " %.*s.programme",
             STR_ARG(table));
    if (function.len > 0)
        buf_addf(out, " AND held.function = '%.*s'", STR_ARG(function));
    buf_addf(out,
             " AND held.from_date <= (SELECT zy_fence_text('today')) COLLATE \"C\""
             " AND (held.to_date IS NULL OR held.to_date >= (SELECT zy_fence_text('today'))"
             " COLLATE \"C\") AND (held.region = %.*s.owner_city || '00' OR held.region ="
             " %.*s.owner_province || '0000'))",
             STR_ARG(table), STR_ARG(table));
}

static void add_assigned(struct buf *out, const struct record_type *t, const struct access_rule *r)
{
    buf_addf(out,
             "EXISTS (SELECT 1 FROM assignment given WHERE given.type = '%.*s'"
             " AND given.record_id = %.*s.id AND given.kind = 'do' AND given.ask IS NULL AND "
             "(given.account = ANY"
             " ((SELECT zy_fence_persons(",
             STR_ARG(t->name), STR_ARG(t->table));
    add_words(out, &r->roles);
    buf_addz(out, "))::bigint[]) OR given.unit = (SELECT zy_fence_number('unit')))"
                  " AND given.from_ms <= (SELECT zy_fence_number('now'))"
                  " AND (given.to_ms IS NULL OR given.to_ms > (SELECT zy_fence_number('now'))))");
}

static void add_handed_in(struct buf *out, const struct record_type *t)
{
    buf_addf(out,
             "EXISTS (SELECT 1 FROM flow_case held JOIN assignment given ON given.type = 'case'"
             " AND given.record_id = held.id AND given.kind = 'do' WHERE given.unit ="
             " (SELECT zy_fence_number('unit')) AND held.owner_unit = %.*s.owner_unit",
             STR_ARG(t->table));
    if (t->access.has_programme)
        buf_addf(out, " AND held.programme = %.*s.programme", STR_ARG(t->table));
    buf_addc(out, ')');
}

/* False: the relation holds for nobody. */
static bool add_relation(struct buf *out, const struct record_type *t, const struct access_rule *r)
{
    switch (r->relation) {
    case RELATION_ANY:
        buf_addz(out, "true");
        return true;
    case RELATION_OWN:
        buf_addz(out, "created_by = ANY ((SELECT zy_fence_persons(");
        add_words(out, &r->roles);
        buf_addz(out, "))::bigint[]) AND owner_unit = (SELECT zy_fence_number('unit'))");
        return true;
    case RELATION_OWN_UNIT:
        buf_addz(out, "owner_unit = (SELECT zy_fence_number('unit'))");
        return true;
    case RELATION_OWN_CITY:
        buf_addz(out, "owner_city = (SELECT zy_fence_text('city')) COLLATE \"C\"");
        return true;
    case RELATION_OWN_PROVINCE:
        buf_addz(out, "owner_province = (SELECT zy_fence_text('province')) COLLATE \"C\"");
        return true;
    case RELATION_AUTHORITY:
        if (t->access.has_programme)
            add_authority(out, t->table, r->function);
        return t->access.has_programme;
    case RELATION_HANDED_IN:
        add_handed_in(out, t);
        return true;
    case RELATION_NAMED:
        buf_addf(out,
                 "%.*s.%.*s = (SELECT mine.credit_code FROM unit mine WHERE mine.id ="
                 " (SELECT zy_fence_number('unit')))",
                 STR_ARG(t->table), STR_ARG(r->named));
        return true;
    case RELATION_ASSIGNED:
        add_assigned(out, t, r);
        return true;
    case RELATION_PUBLISHED:
        buf_addz(out, "published = 1");
        return true;
    }
    return false;
}

static void add_rule(struct buf *out, const struct record_type *t, const struct access_rule *r)
{
    size_t before = out->len;
    if (!r->states.all && r->states.count == 0)
        return;
    buf_addz(out, " OR ((SELECT zy_fence_holds(");
    add_words(out, &r->roles);
    buf_addz(out, ")) AND ");
    if (!add_relation(out, t, r)) {
        out->len = before;
        return;
    }
    if (r->secrecy < SECRECY_SECRET)
        buf_addf(out, " AND secrecy <= %d", (int)r->secrecy);
    if (!r->states.all) {
        buf_addz(out, " AND state = ANY (");
        add_words(out, &r->states);
        buf_addc(out, ')');
    }
    buf_addc(out, ')');
}

/* The condition of one type's table: some rule, of whatever verb, reaches the row. Ends with
 * a NUL. */
static struct str record_fence_condition(const struct record_type *t, struct arena *a)
{
    struct buf out = {0};
    buf_addz(&out, "(false");
    for (size_t i = 0; i < t->access.rule_count; i++)
        add_rule(&out, t, &t->access.rules[i]);
    buf_addz(&out, ")");
    struct str text = arena_printf(a, "%.*s", STR_ARG(buf_str(&out)));
    buf_clear(&out);
    return text;
}

struct str record_fence_value(const struct record_type *t, const struct field *f, struct arena *a)
{
    return arena_printf(a, "zy_computed_%.*s_%.*s", STR_ARG(t->name), STR_ARG(f->name));
}

err_t record_fence_install(const struct record_types *set, struct store *store, struct err *e)
{
    struct arena *a = arena_new();
    VEC(struct fence_table) tables = {0};
    VEC(struct fence_value) values = {0};
    VEC_PUSH(a, &tables,
             ((struct fence_table){"record_version", "zy_fence_sees(type, record_id)"}));
    for (size_t i = 0; i < set->types.len; i++) {
        const struct record_type *t = set->types.ptr[i];
        if (t->core)
            continue;
        const char *table = arena_cstr(a, t->table);
        VEC_PUSH(a, &tables, ((struct fence_table){table, record_fence_condition(t, a).ptr}));
        for (size_t f = 0; f < t->field_count; f++) {
            const struct field *field = &t->fields[f];
            struct str child = field->child;
            if (field->type == FIELD_COMPUTED)
                VEC_PUSH(
                    a, &values,
                    ((struct fence_value){
                        record_fence_value(t, field, a).ptr,
                        value_is_integer(field) ? "bigint" : "text",
                        field->result == FIELD_BOOL /* some of them are 0 or 1 there */
                            ? arena_printf(a, "SELECT CAST((%.*s) AS int)", STR_ARG(field->sql))
                            : field->sql}));
            if (child.len == 0)
                continue;
            /* The policy of the record's own table holds in here as well. */
            const char *seen =
                arena_printf(a, "EXISTS (SELECT 1 FROM %s r WHERE r.id = %.*s.record_id)", table,
                             STR_ARG(child))
                    .ptr;
            VEC_PUSH(a, &tables, ((struct fence_table){arena_cstr(a, child), seen}));
        }
    }
    const struct fence fence = {tables.ptr, tables.len, values.ptr, values.len};
    err_t rc = fence_install(store, &fence, e);
    arena_free(a);
    return rc;
}
