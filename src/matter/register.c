/* The row of a party in the register of recognised units. */
#include "matter/standing.h"

err_t standing_row(struct register_row *out, struct step *g, struct str pack, int64_t unit)
{
    int64_t created_ms;
    bool found;
    *out = (struct register_row){0};
    err_t rc = db_row(&found, g->db,
                      "SELECT c.id, c.name, c.entered, c.created_ms, CASE WHEN c.state = "
                      "'active' THEN 1 ELSE 0 END FROM"
                      " record_centre c JOIN unit u ON u.credit_code = c.credit_code WHERE u.id ="
                      " ?1 AND c.programme = ?2 AND c.owner_province = u.owner_province AND"
                      " c.ended_ms IS NULL ORDER BY CASE WHEN c.state = 'active' THEN 0 ELSE 1"
                      " END, c.id DESC LIMIT 1",
                      VALUES(v_i64(unit), v_str(pack)),
                      INTO(into_i64(&out->id), into_str(&out->name), into_str(&out->entered),
                           into_i64(&created_ms), into_bool(&out->in_force)),
                      g->x->arena, g->e);
    if (found && out->entered.len == 0)
        out->entered = business_date(created_ms, g->x->arena);
    return rc;
}
