/* Ends the running cases of a party that left the register. */
#include "base/log.h"
#include "base/msg.h"
#include "base/vec.h"
#include "case/case.h"
#include "matter/lapse.h"

/* --- who left -------------------------------------------------------------------------------- */

struct left_case {
    int64_t id;
    struct str leaving, reason;
};

static err_t end_case(struct db *db, const struct flow_call *by, const struct programme *p,
                      const struct left_case *one, struct err *e)
{
    const char *label = str_is(one->leaving, "revoked")  ? N_("Recognition revoked")
                        : str_is(one->leaving, "exited") ? N_("Exited")
                                                         : N_("Recognition expired");
    const struct process_state as = {
        .id = one->leaving, .label = str_of(msg_in(LANG_ZH, label)), .end = true};
    struct flow_call x = {
        .by = by->by, .as = by->as, .today = by->today, .reason = one->reason, .arena = by->arena};
    struct programme own;
    struct err why = {0};
    programme_init(&own, p->kernel, p->packs, p->calendar, x.arena);
    err_t rc = flow_case_read(&x.c, db, one->id, x.arena, e);
    if (rc == OK && programme_case(&(struct step){NULL, NULL, &x, &own, &why}) != OK) {
        log_line(LOG_WARN, "case %.*s does not end: %s", STR_ARG(x.c.number), why.text);
        return OK;
    }
    return rc == OK && lapse_of_centres(own.pack, x.process) &&
                   !process_effect(x.process, EFFECT_CHANGE, STR("centre"))
               ? flow_end(&(struct step){NULL, db, &x, &own, e}, &as,
                          by->step ? &by->step->citation : NULL)
               : rc;
}

err_t standing_end_cases(struct step *g)
{
    VEC(struct left_case) all = {0};
    struct left_case one;
    err_t rc = db_rows(
        ROWS(&all, one), g->db,
        "SELECT k.id, CASE WHEN c.leaving = 'revoked' THEN 'revoked' WHEN c.state = 'exited' THEN"
        " 'exited' ELSE 'expired' END, v.reason FROM flow_case k JOIN unit u ON u.id ="
        " k.owner_unit JOIN record_centre c ON c.credit_code = u.credit_code AND c.programme ="
        " k.programme LEFT JOIN record_version v ON v.type = 'centre' AND v.record_id = c.id AND"
        " v.version = c.version WHERE k.state = 'running' AND (?1 = 0 OR"
        " k.owner_unit = ?1) AND NOT EXISTS (SELECT 1 FROM record_centre o WHERE o.credit_code ="
        " c.credit_code AND o.programme = c.programme AND (o.id > c.id OR (o.state = 'active' AND"
        " o.ended_ms IS NULL))) ORDER BY k.id",
        VALUES(v_i64(g->x->c.unit)),
        INTO(into_i64(&one.id), into_str(&one.leaving), into_str(&one.reason)), g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = end_case(g->db, g->x, g->p, &all.ptr[i], g->e);
    return rc;
}
