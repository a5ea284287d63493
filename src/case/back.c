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
static err_t state_at(struct str *out, struct step *g, const struct flow_done *line)
{
    const struct jvalue *content = NULL;
    struct str text;
    *out = STR_NONE;
    err_t rc = db_text(&text, g->db,
                       "SELECT v.content FROM record_version v JOIN log_entry l ON l.uid = v.entry"
                       " WHERE v.type = ?1 AND v.record_id = ?2 AND l.id < (SELECT id FROM"
                       " log_entry WHERE uid = ?3) ORDER BY v.version DESC LIMIT 1",
                       VALUES(v_str(g->x->c.type), v_i64(g->x->c.record_id), v_str(line->entry)),
                       g->x->arena, g->e);
    if (text.len && (rc = jin_parse(&content, text, g->x->arena, g->e)) == OK)
        *out = jin_text(content, "state");
    return rc;
}

static err_t state_now(struct str *out, struct step *g, const struct record_type *t)
{
    struct str sql =
        arena_printf(g->x->arena, "SELECT state FROM %.*s WHERE id = ?1 AND ended_ms IS NULL",
                     STR_ARG(t->table));
    *out = STR_NONE;
    return db_row_once(NULL, g->db, sql.ptr, VALUES(v_i64(g->x->c.record_id)), INTO(into_str(out)),
                       g->x->arena, g->e);
}

err_t programme_back(struct step *g, const struct flow_done *all, size_t count, struct str stage)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    const struct flow_done *line = came_into(all, count, stage);
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct str now, then;
    struct written w = {0};
    if (!t || t->initial.len == 0 || !line)
        return OK;
    err_t rc = state_at(&then, g, line);
    if (rc == OK)
        rc = state_now(&now, g, t);
    if (rc != OK || then.len == 0 || now.len == 0 || str_eq(now, then))
        return rc;
    struct write_options o = {.state = then, .as = g->x->as, .date = g->x->today};
    o.reason =
        arena_printf(g->x->arena, "%.*s %.*s", STR_ARG(g->x->c.number), STR_ARG(g->x->reason));
    rc = record_put(
        &w, g->db, &(struct record_call){g->p->kernel, g->x->by, t, g->x->c.record_id, g->x->arena},
        &nothing, &o, g->e);
    return rc == E_INVALID && w.faults.count
               ? err_set(g->e, E_INVALID, "%.*s: %.*s", STR_ARG(w.faults.items[0].field),
                         STR_ARG(w.faults.items[0].message_zh))
               : rc;
}
