/* What readers see of services, and what the party gets of a paper. */
#include "access/mutation.h"
#include "document/service.h"

err_t services_of(const struct service **out, size_t *count, struct step *g, int64_t paper,
                  struct arena *a)
{
    VEC(struct service) all = {0};
    struct service one;
    int64_t party = g->x->by->unit == g->x->c.unit ? g->x->c.unit : 0;
    err_t rc = db_rows(
        ROWS(&all, one), g->db,
        "SELECT s.id, s.state, s.channel, s.recipient, s.sent_on, s.served_on, v.entry, s.read_at,"
        " a.display_name FROM record_paper_service s JOIN record_version v ON v.type = "
        "'" SERVICE_TYPE
        "' AND v.record_id = s.id AND v.version = s.version LEFT JOIN account a ON a.id = s.read_by"
        " WHERE s.paper_id = ?1 AND s.case_id = ?2 AND s.ended_ms IS NULL AND (?3 = 0 OR"
        " s.owner_unit = ?3) ORDER BY s.id",
        VALUES(v_i64(paper), v_i64(g->x->c.id), v_i64(party)),
        INTO(into_i64(&one.id), into_str(&one.state), into_str(&one.channel),
             into_str(&one.recipient), into_str(&one.sent_on), into_str(&one.served_on),
             into_str(&one.entry), into_str(&one.read_at), into_str(&one.read_by)),
        a, g->e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* --- what the party gets ------------------------------------------------------------------ */

struct sending {
    bool out;       /* sent to the party, or served on it */
    bool by_hand;   /* handed over or posted: it has the original */
    bool in_system; /* in the system, and so read there */
};

static err_t read_sending(struct sending *out, struct step *g, const struct case_paper *c)
{
    const struct service *all = NULL;
    size_t count = 0;
    err_t rc = services_of(&all, &count, g, c->id, g->x->arena);
    *out = (struct sending){0};
    for (size_t i = 0; rc == OK && i < count; i++) {
        bool sent = str_is(all[i].state, "sent") || str_is(all[i].state, "served");
        out->out |= sent;
        out->by_hand |= str_is(all[i].state, "served") &&
                        (str_is(all[i].channel, "in_person") || str_is(all[i].channel, "post"));
        out->in_system |= sent && str_is(all[i].channel, "system");
    }
    return rc;
}

err_t service_allows_reading(bool *out, struct sealed *sealed, struct step *g,
                             const struct case_paper *c)
{
    struct sending sending;
    *out = true;
    err_t rc = seal_latest(sealed, g->db, c->id, g->x->arena, g->e);
    if (rc != OK || g->x->by->unit != g->x->c.unit || !service_is_owed(g, c->paper))
        return rc;
    rc = read_sending(&sending, g, c);
    *out = (sending.out && (sealed->id || g->x->c.trial)) || access_off(STR("case_papers"), "sent");
    return rc;
}

static err_t refuse_other_ways(struct step *g, const struct case_paper *c,
                               const struct sealed *sealed)
{
    struct sending sending;
    err_t rc = read_sending(&sending, g, c);
    if (rc != OK || access_off(STR("case_papers"), "sealed"))
        return rc;
    if (sealed->id)
        return err_set(g->e, E_CONFLICT,
                       "the paper was sealed on %.*s; the sealed file is what counts: open that",
                       STR_ARG(sealed->sealed_on));
    return sending.in_system ? err_set(g->e, E_CONFLICT,
                                       "the paper was served in the system: open its file, which "
                                       "is the service")
                             : OK;
}

err_t service_open(struct sealed *sealed, struct step *g, const struct case_paper *c, bool as_file)
{
    struct sending sending = {0};
    bool gives = true;
    err_t rc = service_allows_reading(&gives, sealed, g, c);
    if (rc == OK && !gives)
        rc = read_sending(&sending, g, c);
    if (rc == OK && !gives && c->superseded_by)
        rc = service_check_current(c, g->e);
    else if (rc == OK && !gives && sending.by_hand)
        rc = err_set(g->e, E_CONFLICT,
                     "\"%.*s\" was served on you sealed, on paper, and that is what counts; its "
                     "sealed file is here once the office records it",
                     STR_ARG(c->title));
    else if (rc == OK && !gives)
        rc = err_set(g->e, E_CONFLICT,
                     "\"%.*s\" is not sealed and sent to you yet; once it is, it is here",
                     STR_ARG(c->title));
    return rc == OK && !as_file && g->x->by->unit == g->x->c.unit ? refuse_other_ways(g, c, sealed)
                                                                  : rc;
}
