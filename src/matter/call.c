/* The version of a policy under which a call takes cases, and the party's row in the register. */
#include "matter/standing.h"

/* --- recognised once ---------------------------------------------------------------------------------- */

const struct part_value *call_again_after(const struct pack *pack, const struct process *process)
{
    const struct part_list *all = &pack->parts[PART_NOT_SAID];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *of = part_value(&all->list.ptr[i], "again_after");
        for (size_t k = 0; k < process->step_count; k++)
            for (size_t n = 0; n < process->steps[k].effect_count; n++)
                if (process->steps[k].effects[n].kind == EFFECT_START &&
                    str_among(process->steps[k].effects[n].object, of->words, of->word_count))
                    return of;
    }
    return NULL;
}

err_t call_row(int64_t *id, struct step *g)
{
    struct register_row row;
    *id = 0;
    if (!call_again_after(g->p->pack, g->x->process))
        return OK;
    err_t rc = standing_row(&row, g, g->x->c.pack, g->x->c.unit);
    *id = row.in_force ? row.id : 0;
    return rc;
}

/* --- the version it runs under ---------------------------------------------------------------------------- */

err_t call_version(struct call_version *out, struct step *g, int64_t call, struct str pack,
                   struct str of)
{
    *out = (struct call_version){0};
    return db_row(NULL, g->db,
                  "SELECT digest, at_ms FROM (SELECT 1 AS place, -v.version AS turn, a.digest,"
                  " v.at_ms FROM record_version v JOIN pack_activation a ON a.pack = ?2 AND"
                  " a.from_ms <= v.at_ms AND (a.to_ms IS NULL OR a.to_ms > v.at_ms)"
                  " WHERE v.type = 'call' AND v.record_id = ?1 AND v.action = 'open'"
                  " UNION ALL SELECT 2, c.id, c.pack_digest, 0 FROM flow_case c"
                  " WHERE c.call = ?1) x WHERE digest = ?3 OR ?3 IS NULL ORDER BY place, turn"
                  " LIMIT 1",
                  VALUES(v_i64(call), v_str(pack), v_str(of)),
                  INTO(into_str(&out->digest), into_i64(&out->opened_ms)), g->p->arena, g->e);
}

/* --- who opens it ------------------------------------------------------------------------------------------ */

bool programme_covers_region(const struct pack *p, struct str city, struct str province)
{
    struct str within = p->document.jurisdiction, its_city = region_city_prefix(within);
    return (str_is(within, "000000") || str_eq(region_province_prefix(within), province)) &&
           (its_city.len == 0 || str_eq(its_city, city));
}
