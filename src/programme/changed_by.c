/* Who wrote what differs now from what was reviewed: out of the versions of the records. */
#include "programme/changed_by.h"
#include "text/json.h"

/* The versions of one record, in order. */
struct following {
    struct arena *a;       /* of this record alone: an import may have brought in thousands */
    int64_t record, at_ms; /* of the latest that changed it; 0: none did */
    bool is_it;
    struct str value, who;
};

static bool has_value(const struct jvalue *content, struct str text, struct arena *a)
{
    bool out = text.len == 0;
    for (size_t i = 0; content && !out && i < content->count; i++)
        out = str_eq(jvalue_text(&content->items[i], a), text);
    return out;
}

static struct str value_in(const struct jvalue *content, const struct field *field, struct arena *a)
{
    const struct jvalue *v = content && field ? jin_get(content, arena_cstr(a, field->name)) : NULL;
    return v ? jvalue_json_ordered(v, a) : STR_NONE;
}

static void next_record(struct following *f, int64_t record)
{
    arena_reset(f->a);
    *f = (struct following){.a = f->a, .record = record};
}

static void follow(struct following *f, struct stmt *st, const struct field *field, struct str row,
                   int64_t since_ms)
{
    const struct jvalue *content = NULL;
    int64_t at_ms = stmt_i64(st, 1);
    if (f->record != stmt_i64(st, 0))
        next_record(f, stmt_i64(st, 0));
    if (jin_parse(&content, stmt_str(st, 3), JIN_REFUSE_DUPLICATES, NULL, f->a, NULL) != OK ||
        content->type != J_OBJECT)
        content = NULL; /* erased */
    struct str value = value_in(content, field, f->a);
    f->is_it |= has_value(content, row, f->a);
    if (at_ms > since_ms && (!field || !str_eq(value, f->value))) {
        f->at_ms = at_ms;
        f->who = arena_dup(f->a, stmt_str(st, 2));
    }
    f->value = value;
}

err_t changed_by(struct str *out, struct db *db, const struct flow_call *x,
                 const struct record_type *t, const struct field *field, struct str row,
                 int64_t since_ms, struct err *e)
{
    struct following f = {0};
    struct stmt *st = NULL;
    int64_t latest_ms = 0;
    bool has_row = false;
    *out = STR("—");
    if (!t || t->core)
        return OK;
    f.a = arena_new();
    struct str sql = arena_printf(
        x->arena,
        "SELECT v.record_id, v.at_ms, a.display_name, v.content FROM record_version v JOIN %.*s r"
        " ON r.id = v.record_id JOIN account a ON a.id = v.account WHERE v.type = ?1 AND"
        " r.owner_unit = ?2 AND EXISTS (SELECT 1 FROM record_version n WHERE n.type = ?1 AND"
        " n.record_id = r.id AND n.at_ms > ?3) ORDER BY v.record_id, v.version",
        STR_ARG(t->table));
    err_t rc =
        db_query(&st, db, sql.ptr, VALUES(v_str(t->name), v_i64(x->c.unit), v_i64(since_ms)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        follow(&f, st, field, row, since_ms);
        if (!f.is_it || f.at_ms <= latest_ms)
            continue;
        latest_ms = f.at_ms;
        *out = arena_printf(x->arena, "%.*s %.*s", STR_ARG(f.who),
                            STR_ARG(business_time(latest_ms, x->arena)));
    }
    stmt_free(st);
    arena_free(f.a);
    return rc;
}
