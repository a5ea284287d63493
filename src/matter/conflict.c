/* A case that has moved since it was read: who moved it, when and by which step. */
#include "base/msg.h"
#include "matter/matter.h"
#include <assert.h>

struct str flow_stage_label_en(const struct process *p, struct str stage)
{
    size_t at = process_state_at(p, stage);
    return at < p->state_count ? p->states[at].label_en : stage;
}

/* --- what was done meanwhile ----------------------------------------------------------------- */

err_t flow_find_done(struct done_by *out, struct step *g, const struct process_step *step)
{
    static const char sql[] =
        "SELECT s.at_ms, s.label, s.kind, a.display_name, u.name, s.step FROM flow_step s"
        " LEFT JOIN account a ON a.id = s.account LEFT JOIN unit u ON u.id = s.unit WHERE "
        "s.case_id = ?1 AND"
        " (?2 IS NULL OR (s.kind = 'step' AND s.step = ?2)) ORDER BY s.id DESC NULLS LAST LIMIT 1";
    struct str kind, name, unit, taken;
    int64_t at_ms;
    *out = (struct done_by){0};
    err_t rc = db_row(&out->found, g->db, sql,
                      VALUES(v_i64(g->x->c.id), v_str(step ? step->id : STR_NONE)),
                      INTO(into_i64(&at_ms), into_str(&out->label), into_str(&kind),
                           into_str(&name), into_str(&unit), into_str(&taken)),
                      g->x->arena, g->e);
    if (!out->found)
        return rc;
    const struct process_step *s = process_step_find(g->x->process, taken);
    out->at = business_time(at_ms, g->x->arena);
    if (s && msg_lang() == LANG_EN)
        out->label = s->label_en;
    else if (flow_is_general_action(kind)) /* actions of every case have the program's labels */
        out->label = str_of(msg(arena_cstr(g->x->arena, out->label)));
    out->name = name.len == 0 ? str_of(msg("the program"))
                : unit.len ? arena_printf(g->x->arena, "%.*s (%.*s)", STR_ARG(name), STR_ARG(unit))
                           : name;
    return OK;
}

/* The latest line may be one that he is not shown. */
err_t flow_conflict_error(struct step *g)
{
    const struct flow_done *all = NULL;
    struct done_by by;
    struct flow_case now;
    size_t count = 0;
    err_t rc = flow_find_done(&by, g, NULL);
    if (rc == OK)
        rc = flow_case_read(&now, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc == OK)
        rc = flow_history_shown(&all, &count, g);
    if (rc != OK)
        return rc;
    struct str stage =
        msg_lang() == LANG_EN ? flow_stage_label_en(g->x->process, now.stage) : now.stage_label;
    if (count == 0 || all[count - 1].version != now.version)
        return err_set(g->e, E_CONFLICT,
                       "case %.*s has moved meanwhile and is now at \"%.*s\"; look at it again "
                       "before you continue",
                       STR_ARG(now.number), STR_ARG(stage));
    return err_set(g->e, E_CONFLICT,
                   "case %.*s has moved meanwhile: %.*s did \"%.*s\" at %.*s, and it is now at "
                   "\"%.*s\"; look at it again before you continue",
                   STR_ARG(now.number), STR_ARG(by.name), STR_ARG(by.label), STR_ARG(by.at),
                   STR_ARG(stage));
}

err_t flow_moved_since(struct step *g)
{
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_conflict_error(g);
    step_reader_end(g);
    return rc;
}
