/* A case that is sent back: its record stands again in the state in which it stood then. */
#include "case/case.h"

/* The line by which the case came into `stage` last; NULL: it never did. */
static const struct flow_done *came_into(const struct flow_done *all, size_t count,
                                         struct str stage)
{
    for (size_t i = count; i > 0; i--)
        if (str_eq(all[i - 1].to, stage) && !str_eq(all[i - 1].from, stage))
            return &all[i - 1];
    return NULL;
}

/* The state of the record's version before the history line was written (a step writes its records
 * before its line). Empty: there was none. */
static err_t state_at(struct str *out, struct db *db, const struct flow_call *x,
                      const struct flow_done *line, struct err *e)
{
    const struct jvalue *content = NULL;
    struct str text;
    *out = STR_NONE;
    err_t rc =
        db_text(&text, db,
                "SELECT v.content FROM record_version v JOIN log_entry l ON l.uid = v.entry"
                " WHERE v.type = ?1 AND v.record_id = ?2 AND l.id < (SELECT id FROM"
                " log_entry WHERE uid = ?3) ORDER BY v.version DESC LIMIT 1",
                VALUES(v_str(x->c.type), v_i64(x->c.record_id), v_str(line->entry)), x->arena, e);
    if (text.len && (rc = jin_parse(&content, text, x->arena, e)) == OK)
        *out = jin_text(content, "state");
    return rc;
}

static err_t state_now(struct str *out, struct db *db, const struct flow_call *x,
                       const struct record_type *t, struct err *e)
{
    struct str sql = arena_printf(
        x->arena, "SELECT state FROM %.*s WHERE id = ?1 AND ended_ms IS NULL", STR_ARG(t->table));
    *out = STR_NONE;
    return db_row_once(NULL, db, sql.ptr, VALUES(v_i64(x->c.record_id)), INTO(into_str(out)),
                       x->arena, e);
}

err_t programme_back(struct db *db, struct flow_call *x, const struct flow_done *all, size_t count,
                     struct str stage, struct programme *p, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, x->c.type);
    const struct flow_done *line = came_into(all, count, stage);
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct str now, then;
    struct written w = {0};
    if (!t || t->initial.len == 0 || !line)
        return OK;
    err_t rc = state_at(&then, db, x, line, e);
    if (rc == OK)
        rc = state_now(&now, db, x, t, e);
    if (rc != OK || then.len == 0 || now.len == 0 || str_eq(now, then))
        return rc;
    struct write_options o = {.state = then, .as = x->as, .date = x->today};
    o.reason = arena_printf(x->arena, "%.*s %.*s", STR_ARG(x->c.number), STR_ARG(x->reason));
    rc = record_put(&w, db, &(struct record_call){p->kernel, x->by, t, x->c.record_id, x->arena},
                    &nothing, &o, e);
    return rc == E_INVALID && w.faults.count
               ? err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(w.faults.items[0].field),
                         STR_ARG(w.faults.items[0].message_zh))
               : rc;
}
