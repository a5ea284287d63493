/* Rows that name an organisation (`organisation: credit_code`) must refer to the register, so that
 * rules about the organisation find it: by code, or, if the register has none, by the registered
 * name. Another spelling, a former name or an unknown code would make it look unregistered. */
#include "base/msg.h"
#include "record/write_priv.h"

struct organisation {
    struct str name, code; /* name empty: there is none */
};

/* The row's statement. */
struct said {
    struct str name, code;
    bool stood; /* it is written as it was */
};

static bool is_pointed_at(const struct organisation *o, const struct said *s)
{
    return o->code.len ? str_eq(o->code, s->code) : str_eq(o->name, s->name);
}

static err_t name_in(struct str *out, struct str content, struct arena *a, struct err *e)
{
    const struct jvalue *v;
    err_t rc = jin_parse(&v, arena_dup(a, content), a, e);
    *out = rc == OK ? jin_text(v, "name") : STR_NONE;
    return rc;
}

/* A registered organisation with this name, in any spelling, that the row does not refer to; none
 * if it refers to one of them. `sql`: finds the name, or with `versions` a former one; returns the
 * organisation's current name and code. */
static err_t find_hidden(struct organisation *out, bool *found, struct db *db, const char *sql,
                         bool versions, const struct said *s, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    struct str key = value_name_key(s->name, a);
    bool pointed = false;
    *out = (struct organisation){0};
    err_t rc = db_query(&st, db, sql, VALUES(v_str(value_word_like(key, a))), e);
    while (rc == OK && key.len && !pointed && stmt_row(&rc, st, e)) {
        struct str name = stmt_str(st, 0);
        if (versions)
            rc = name_in(&name, name, a, e);
        if (rc != OK || !str_eq(value_name_key(name, a), key))
            continue;
        *out = (struct organisation){arena_dup(a, stmt_str(st, 1)), arena_dup(a, stmt_str(st, 2))};
        pointed = is_pointed_at(out, s);
    }
    stmt_free(st);
    *found = out->name.len > 0;
    if (pointed)
        *out = (struct organisation){0};
    return rc;
}

/* Former names count only if nobody has the name now. */
static err_t find(struct organisation *out, struct db *db, const struct said *s, struct arena *a,
                  struct err *e)
{
    bool found;
    err_t rc = find_hidden(out, &found, db,
                           "SELECT name, name, coalesce(credit_code, '') FROM unit WHERE ended_ms"
                           " IS NULL AND name LIKE ?1 ORDER BY id",
                           false, s, a, e);
    return rc != OK || found
               ? rc
               : find_hidden(out, &found, db,
                             "SELECT v.content, u.name, coalesce(u.credit_code, '') FROM"
                             " record_version v JOIN unit u ON u.id = v.record_id WHERE v.type IN"
                             " ('party', 'office') AND u.ended_ms IS NULL AND v.content LIKE ?1"
                             " ORDER BY v.record_id, v.version",
                             true, s, a, e);
}

static void refuse(struct write *w, struct str row, const struct field *f,
                   const struct organisation *o)
{
    struct str at = o->code.len ? f->organisation : f->name;
    struct str path = arena_printf(w->arena, "%.*s.%.*s", STR_ARG(row), STR_ARG(at));
    if (o->code.len)
        fault_add(&w->faults, path, "registered",
                  N_("is missing or another's: the organisation named here is in the register as "
                     "\"%s\" with the code %s; write that code. Another one of that name is "
                     "entered in the register first"),
                  FAULT_ARGS(both(o->name), both(o->code)));
    else
        fault_add(&w->faults, path, "registered",
                  N_("is \"%s\" of the register: use the registered name"),
                  FAULT_ARGS(both(o->name)));
}

static struct str cell(const struct field_value *v, size_t row, size_t column)
{
    const struct value *c = &v->rows[row * v->row_width + column];
    return c->type == VALUE_STR ? bytes_str(c->bytes) : STR_NONE;
}

static bool stood(const struct field_value *before, const struct said *s, size_t name, size_t code)
{
    for (size_t i = 0; before && i < before->row_count; i++)
        if (str_eq(cell(before, i, name), s->name) && str_eq(cell(before, i, code), s->code))
            return true;
    return false;
}

static err_t check_column(struct db *db, struct write *w, size_t at, const struct field *f,
                          struct err *e)
{
    const struct field *table = w->plan->fields[at].field;
    const struct field_value *v = &w->body.values[at];
    const struct field_value *before = w->before ? &w->before->values[at] : NULL;
    size_t name = value_part_column(table, f->name);
    size_t code = value_part_column(table, f->organisation);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < v->row_count; i++) {
        struct said s = {.name = cell(v, i, name), .code = cell(v, i, code)};
        struct organisation o;
        s.stood = stood(before, &s, name, code);
        rc = find(&o, db, &s, w->arena, e);
        /* A row is known by its name: one that stands is mended by its code alone. */
        if (rc == OK && o.name.len && (o.code.len || !s.stood))
            refuse(w, arena_printf(w->arena, "%.*s[%zu]", STR_ARG(table->name), i), f, &o);
    }
    return rc;
}

err_t named_check(struct db *db, struct write *w, size_t i, struct err *e)
{
    const struct field *table = w->plan->fields[i].field;
    err_t rc = OK;
    for (size_t n = 0; rc == OK && table->type == FIELD_TABLE && n < table->field_count; n++)
        if (table->fields[n].organisation.len)
            rc = check_column(db, w, i, &table->fields[n], e);
    return rc;
}
