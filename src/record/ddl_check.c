/* Obstacles to a changed type: stored values that would be lost or would break its new rules. Only
 * stricter rules are checked. */
#include "base/msg.h"
#include "record/ddl.h"
#include "record/faults.h"
#include "record/value.h"
#include "text/json.h"

#define IDS_TOLD 5

/* Records that are an obstacle for one reason. */
struct concerned {
    int64_t ids[IDS_TOLD];
    size_t count;
    int64_t last;
};

static void concern(struct concerned *c, int64_t id)
{
    if (c->count && c->last == id)
        return;
    if (c->count < IDS_TOLD)
        c->ids[c->count] = id;
    c->last = id;
    c->count++;
}

/* "records 1, 5, 9, 10, 12, … (17 in all)" */
static struct str told(const struct concerned *c, struct arena *a)
{
    struct str ids = STR("");
    size_t n = c->count < IDS_TOLD ? c->count : IDS_TOLD;
    for (size_t i = 0; i < n; i++)
        ids = arena_printf(a, "%.*s%s%lld", STR_ARG(ids), i ? ", " : "", (long long)c->ids[i]);
    return arena_printf(a, msg("records %.*s%s (%zu in all)"), STR_ARG(ids),
                        c->count > IDS_TOLD ? ", …" : "", c->count);
}

static void in_the_way(struct ddl_change *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void in_the_way(struct ddl_change *c, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str text = arena_vprintf(c->arena, msg(fmt), args);
    va_end(args);
    VEC_PUSH(c->arena, &c->obstacles, text);
}

/* The ids in the first column of what the SQL finds. It is made of names alone, which were checked
 * to be names when the type was read or its layout loaded. */
static err_t ask(struct concerned *to, struct ddl_change *c, struct err *e, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static err_t ask(struct concerned *to, struct ddl_change *c, struct err *e, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str sql = arena_vprintf(c->arena, fmt, args);
    va_end(args);
    *to = (struct concerned){0};
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, e, c->db, sql.ptr, NULL, 0)
        concern(to, stmt_i64(st, 0));
    return rc;
}

/* --- values that would be lost ---------------------------------------------------- */

/* Whether `column` is in the store's table now. */
static err_t has_column(bool *out, struct ddl_change *c, struct str table, struct str column,
                        struct err *e)
{
    const struct table_column *columns;
    size_t count;
    err_t rc = db_table_columns(&columns, &count, c->db, table.ptr, c->arena, e);
    *out = rc == OK && FIND_BY(columns, count, name, column);
    return rc;
}

/* Records with a value in the column, or with rows in the child table, that the
 * field `name` had in `table`. */
static err_t holders(struct concerned *to, struct ddl_change *c, struct str table, struct str name,
                     struct err *e)
{
    bool there = false;
    bool own = str_eq(table, c->type->table);
    struct str column = column_name(name, c->arena);
    struct str child = arena_printf(c->arena, "%.*s_%.*s", STR_ARG(table), STR_ARG(name));
    struct str period = arena_printf(c->arena, "%.*s_from", STR_ARG(column));
    const struct str columns[] = {column, period};
    err_t rc = OK;
    *to = (struct concerned){0};
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(columns) && to->count == 0; i++)
        if ((rc = has_column(&there, c, table, columns[i], e)) == OK && there)
            rc = ask(to, c, e, "SELECT %s FROM %.*s WHERE %.*s IS NOT NULL ORDER BY 1 NULLS LAST",
                     own ? "id" : "record_id", STR_ARG(table), STR_ARG(columns[i]));
    if (rc == OK && own && to->count == 0)
        rc = db_has_table(&there, c->db, child.ptr, e);
    if (rc == OK && own && to->count == 0 && there)
        rc = ask(to, c, e, "SELECT record_id FROM %.*s ORDER BY 1 NULLS LAST", STR_ARG(child));
    return rc;
}

static err_t check_gone(struct ddl_change *c, struct str table, const struct jvalue *before,
                        struct err *e)
{
    struct concerned holding;
    struct str name = jin_text(before, "name");
    err_t rc = holders(&holding, c, table, name, e);
    if (rc == OK && holding.count)
        in_the_way(
            c,
            "the field \"%.*s\" is gone, but %.*s hold a value in it: put it back with retired: "
            "true, which hides it, or empty it in these records first",
            STR_ARG(name), STR_ARG(told(&holding, c->arena)));
    return rc;
}

/* --- values that break a new rule ----------------------------------------------------- */

static bool list_holds(const struct jvalue *list, struct str word)
{
    return list && FIND_BY(list->items, list->count, text, word);
}

static bool bound_is_stricter(const struct jvalue *before, const char *name, bool has, int64_t now,
                              int direction)
{
    int64_t was = 0;
    if (!has)
        return false;
    return !jin_i64(&was, before, name) || (direction < 0 ? now < was : now > was);
}

static bool text_is_new(const struct jvalue *before, const char *name, struct str now)
{
    return now.len && !str_eq(jin_text(before, name), now);
}

/* Moving bounds apply to new values only, because time resolves violations. */
static bool moves_on(struct str bound)
{
    return str_is(bound, "today") || str_is(bound, "next_year") || str_is(bound, "year_end");
}

static bool is_stricter(const struct jvalue *before, const struct field *f)
{
    const struct jvalue *values = jin_get(before, "values");
    if (bound_is_stricter(before, "min", f->has_min, f->min, 1) ||
        bound_is_stricter(before, "max", f->has_max, f->max, -1) ||
        (text_is_new(before, "min_date", f->min_date) && !moves_on(f->min_date)) ||
        (text_is_new(before, "max_date", f->max_date) && !moves_on(f->max_date)) ||
        text_is_new(before, "pattern", f->pattern) || text_is_new(before, "level", f->level))
        return true;
    for (size_t i = 0; values && i < values->count; i++)
        if (!field_value(f, values->items[i].text))
            return true;
    return false;
}

/* One value of a set, by itself. */
static struct field one_of_set(const struct field *f)
{
    struct field one = *f;
    one.many = false;
    if (f->type == FIELD_TEXTS)
        one.type = FIELD_TEXT;
    return one;
}

/* A stored value, read as if it were given now. */
static bool value_holds(const struct field *f, const struct value *cols, struct ddl_change *c,
                        struct arena *a)
{
    struct fault_list faults = {.a = a};
    struct field_value now, before = {.given = true};
    struct value_writer w = {.view = VIEW_CANONICAL};
    struct value_reader r = {
        .a = a, .today = c->today, .patterns = c->patterns, .before = &before, .faults = &faults};
    const struct jvalue *json;
    struct jout j;
    memcpy(before.cols, cols, sizeof(before.cols));
    jout_own(&j);
    value_write(&j, &w, f, cols);
    bool holds =
        jin_parse(&json, buf_str(j.to), a, NULL) == OK && value_read(&now, &r, f, f->name, json);
    buf_clear(j.to);
    return holds;
}

static struct value stored_value(struct stmt *st, int column, bool integer)
{
    if (stmt_is_null(st, column))
        return (struct value){.type = VALUE_NULL};
    return integer ? v_i64(stmt_i64(st, column)) : v_str(stmt_str(st, column));
}

/* Records whose value of `f` in `table` breaks its rules. */
static err_t breakers(struct concerned *to, struct ddl_change *c, struct str table,
                      const struct field *f, struct err *e)
{
    struct column columns[VALUE_COLUMNS_MAX];
    struct value cols[VALUE_COLUMNS_MAX] = {{0}};
    struct str list = STR("");
    struct arena *a = arena_new();
    const struct field one = value_is_list(f) ? one_of_set(f) : *f;
    const struct field *single = value_is_list(f) ? &one : f; /* patterns go by the address */
    size_t count = value_columns(columns, f, c->arena);
    for (size_t i = 0; i < count; i++)
        list = arena_printf(c->arena, "%.*s, %.*s", STR_ARG(list), STR_ARG(columns[i].name));
    const char *sql = arena_printf(c->arena, "SELECT %s%.*s FROM %.*s ORDER BY 1 NULLS LAST",
                                   str_eq(table, c->type->table) ? "id" : "record_id",
                                   STR_ARG(list), STR_ARG(table))
                          .ptr;
    err_t rc = OK;
    *to = (struct concerned){0};
    EACH_ROW_ONCE(st, rc, e, c->db, sql, NULL, 0) {
        arena_reset(a);
        for (size_t i = 0; i < count; i++)
            cols[i] = stored_value(st, (int)i + 1, columns[i].integer);
        if (cols[0].type != VALUE_NULL && !value_holds(single, cols, c, a))
            concern(to, stmt_i64(st, 0));
    }
    arena_free(a);
    return rc;
}

static err_t row_breakers(struct concerned *to, struct ddl_change *c, const struct field *f,
                          struct err *e)
{
    int64_t max = f->has_max ? f->max : INT64_MAX, min = f->has_min ? f->min : 0;
    return ask(
        to, c, e,
        "SELECT r.id FROM %.*s r WHERE (SELECT count(*) FROM %.*s x WHERE x.record_id = r.id) "
        "NOT BETWEEN %lld AND %lld ORDER BY 1 NULLS LAST",
        STR_ARG(c->type->table), STR_ARG(f->child), (long long)min, (long long)max);
}

static err_t check_rules(struct ddl_change *c, struct str table, const struct field *f,
                         const struct jvalue *before, struct err *e)
{
    struct concerned breaking;
    if (!is_stricter(before, f))
        return OK;
    err_t rc = f->type == FIELD_TABLE
                   ? row_breakers(&breaking, c, f, e)
                   : breakers(&breaking, c, f->child.len ? f->child : table, f, e);
    if (rc == OK && breaking.count)
        in_the_way(c,
                   "the field \"%.*s\" became stricter, but %.*s break the new rule: correct them "
                   "first, or keep the wider rule",
                   STR_ARG(f->name), STR_ARG(told(&breaking, c->arena)));
    return rc;
}

/* --- required, unique, states ----------------------------------------------------------- */

/* Records without a value where one is needed now; ended ones are let be. */
static err_t check_required_in(struct ddl_change *c, const struct field *f, struct str state,
                               struct err *e)
{
    struct concerned lacking;
    struct str value = f->column, where = STR("");
    struct column columns[VALUE_COLUMNS_MAX];
    if (f->column.len && value_columns(columns, f, c->arena))
        value = columns[0].name;
    if (state.len)
        where = arena_printf(c->arena, " AND r.state = '%.*s'", STR_ARG(state));
    struct str lacks =
        f->column.len
            ? arena_printf(c->arena, "r.%.*s IS NULL", STR_ARG(value))
            : arena_printf(c->arena, "NOT EXISTS (SELECT 1 FROM %.*s x WHERE x.record_id = r.id)",
                           STR_ARG(f->child));
    err_t rc =
        ask(&lacking, c, e,
            "SELECT r.id FROM %.*s r WHERE r.ended_ms IS NULL AND %.*s%.*s ORDER BY 1 NULLS LAST",
            STR_ARG(c->type->table), STR_ARG(lacks), STR_ARG(where));
    if (rc == OK && lacking.count)
        in_the_way(
            c,
            "the field \"%.*s\" became required, but %.*s have no value in it: fill it there "
            "first, give it a default (a new field), or require it from a later state on",
            STR_ARG(f->name), STR_ARG(told(&lacking, c->arena)));
    return rc;
}

static err_t check_required(struct ddl_change *c, const struct field *f,
                            const struct jvalue *before, struct err *e)
{
    bool was = before && jin_text(before, "required").len > 0;
    const struct jvalue *from = before ? jin_get(before, "required_from") : NULL;
    err_t rc = OK;
    if (was || (!before && f->fallback.len))
        return OK;
    if (f->required)
        return check_required_in(c, f, STR_NONE, e);
    for (size_t i = 0; rc == OK && i < f->required_from_count; i++)
        if (!list_holds(from, f->required_from[i]))
            rc = check_required_in(c, f, f->required_from[i], e);
    return rc;
}

static err_t check_states(struct ddl_change *c, struct err *e)
{
    struct concerned there;
    const struct jvalue *states = jin_get(c->before, "states");
    err_t rc = OK;
    for (size_t i = 0; rc == OK && states && i < states->count; i++) {
        struct str name = states->items[i].text;
        if (record_state(c->type, name))
            continue;
        rc = ask(&there, c, e, "SELECT id FROM %.*s WHERE state = '%.*s' ORDER BY 1 NULLS LAST",
                 STR_ARG(c->type->table), STR_ARG(name));
        if (rc == OK && there.count)
            in_the_way(
                c,
                "the state \"%.*s\" is gone, but %.*s are in it: keep it until they have left "
                "it",
                STR_ARG(name), STR_ARG(told(&there, c->arena)));
    }
    return rc;
}

/* Groups of records that a new unique index would refuse. A value that is NULL
 * makes a row equal to none. */
err_t ddl_check_unique(struct ddl_change *c, const struct ddl_index *index, struct err *e)
{
    struct concerned equal;
    struct str rest = index->columns, given = STR("");
    while (rest.ptr) {
        struct str column = str_trim(str_split(&rest, STR(",")));
        given =
            arena_printf(c->arena, "%.*s AND %.*s IS NOT NULL", STR_ARG(given), STR_ARG(column));
    }
    err_t rc = ask(&equal, c, e,
                   "SELECT min(id) FROM %.*s%.*s%.*s GROUP BY %.*s "
                   "HAVING count(*) > 1 ORDER BY 1 NULLS LAST",
                   STR_ARG(c->type->table), STR_ARG(index->where), STR_ARG(given),
                   STR_ARG(index->columns));
    if (rc == OK && equal.count)
        in_the_way(
            c,
            "%.*s must differ from record to record now, but there are others equal to %.*s: "
            "correct or end one of each first",
            STR_ARG(index->columns), STR_ARG(told(&equal, c->arena)));
    return rc;
}

/* --- all of a type -------------------------------------------------------------------------- */

const struct jvalue *ddl_field_before(const struct jvalue *before, struct str name)
{
    const struct jvalue *fields = jin_get(before, "fields");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (str_eq(jin_text(&fields->items[i], "name"), name))
            return &fields->items[i];
    return NULL;
}

static err_t check_fields_gone(struct ddl_change *c, struct str table, const struct field *fields,
                               size_t count, const struct jvalue *before, struct err *e)
{
    const struct jvalue *was = jin_get(before, "fields");
    err_t rc = OK;
    for (size_t i = 0; rc == OK && was && i < was->count; i++) {
        size_t k = 0;
        while (k < count && (fields[k].type == FIELD_COMPUTED ||
                             !str_eq(fields[k].name, jin_text(&was->items[i], "name"))))
            k++;
        if (k == count)
            rc = check_gone(c, table, &was->items[i], e);
    }
    return rc;
}

static bool has_shape(const struct ddl_change *c, const struct field *f,
                      const struct jvalue *before)
{
    return ddl_shape_holds(jin_text(before, "shape"), f, c->arena);
}

/* A field that was there before: of the same shape it keeps its rules, of another it holds no value. */
static err_t check_kept(struct ddl_change *c, struct str table, const struct field *f,
                        const struct jvalue *before, struct err *e)
{
    struct concerned holding;
    if (has_shape(c, f, before))
        return check_rules(c, table, f, before, e);
    err_t rc = holders(&holding, c, table, f->name, e);
    if (rc == OK && holding.count)
        in_the_way(
            c,
            "the field \"%.*s\" was %.*s and %.*s hold a value in it: add a new field beside it, "
            "move the values, then retire this one (retired: true)",
            STR_ARG(f->name), STR_ARG(jin_text(before, "shape")),
            STR_ARG(told(&holding, c->arena)));
    return rc;
}

static err_t check_row_fields(struct ddl_change *c, const struct field *table,
                              const struct jvalue *before, struct err *e)
{
    err_t rc = check_fields_gone(c, table->child, table->fields, table->field_count, before, e);
    for (size_t i = 0; rc == OK && i < table->field_count; i++) {
        const struct field *f = &table->fields[i];
        const struct jvalue *was = ddl_field_before(before, f->name);
        if (was)
            rc = check_kept(c, table->child, f, was, e);
    }
    return rc;
}

static err_t check_field(struct ddl_change *c, const struct field *f, struct err *e)
{
    const struct jvalue *before = ddl_field_before(c->before, f->name);
    err_t rc = before ? check_kept(c, c->type->table, f, before, e) : OK;
    if (rc == OK && before && f->type == FIELD_TABLE && has_shape(c, f, before))
        rc = check_row_fields(c, f, before, e);
    return rc;
}

err_t ddl_check(struct ddl_change *c, struct err *e)
{
    const struct record_type *t = c->type;
    err_t rc = check_states(c, e);
    if (rc == OK)
        rc = check_fields_gone(c, t->table, t->fields, t->field_count, c->before, e);
    for (size_t i = 0; rc == OK && i < t->field_count; i++)
        if (t->fields[i].type != FIELD_COMPUTED)
            rc = check_field(c, &t->fields[i], e);
    return rc;
}

err_t ddl_check_required(struct ddl_change *c, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        if (f->type != FIELD_COMPUTED)
            rc = check_required(c, f, ddl_field_before(c->before, f->name), e);
    }
    return rc;
}
