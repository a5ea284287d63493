/* Records of type paper_service, written in the steps that bring them about. */
#include "document/service.h"
#include "document/service_priv.h"
#include "document/step_paper.h"

/* --- serving ---------------------------------------------------------------------------- */

/* Finds an owed or sent service of the paper to this recipient, to be completed. E_CONFLICT: it
 * has been served. The party is identified by its unit, because its name may have been corrected
 * since. */
static err_t find_open(struct serving *s)
{
    struct str state = STR_NONE, served_on;
    int64_t party = s->others || s->g.x->by->unit == s->g.x->c.unit ? 0 : s->g.x->c.unit;
    err_t rc = db_row(
        NULL, s->g.db,
        "SELECT id, state, served_on FROM record_paper_service WHERE paper_id = ?1"
        " AND case_id = ?2 AND (owner_unit = ?4 OR (?4 = 0 AND recipient = ?3))"
        " AND ended_ms IS NULL ORDER BY id LIMIT 1",
        VALUES(v_i64(s->paper->id), v_i64(s->g.x->c.id), v_str(s->recipient), v_i64(party)),
        INTO(into_i64(&s->id), into_str(&state), into_str(&served_on)), s->g.x->arena, s->g.e);
    if (str_is(state, "served"))
        rc = err_set(s->g.e, E_CONFLICT, "\"%.*s\" was served on \"%.*s\" on %.*s already",
                     STR_ARG(s->paper->title), STR_ARG(s->recipient), STR_ARG(served_on));
    return rc;
}

/* Does the party bear this name, or did it on the day on which the paper was issued? A name that it bore before that,
 * or after, is none of this paper. */
static err_t is_partys_name(bool *out, struct serving *s, struct str name)
{
    struct arena *a = s->g.x->arena;
    struct str day = business_date(s->paper->issued_ms, a);
    const struct jvalue *v = NULL;
    bool bore = false;
    *out = str_eq(name, s->party);
    if (*out)
        return OK;
    err_t rc = OK;
    EACH_ROW(st, rc, s->g.e, s->g.db,
             "SELECT at_ms, content FROM record_version WHERE type = 'party' AND"
             " record_id = ?1 ORDER BY version",
             VALUES(v_i64(s->g.x->c.unit))) {
        int since = str_cmp(business_date(stmt_i64(st, 0), a), day);
        if (since > 0)
            break;
        rc = jin_parse(&v, arena_dup(a, stmt_str(st, 1)), a, s->g.e);
        bool is = rc == OK && str_eq(name, str_trim(jin_text(v, "name")));
        bore = is || (since == 0 && bore); /* of that day itself, each */
    }
    *out = bore;
    return rc;
}

/* To whom the paper says it goes; empty: it does not say. */
static err_t read_addressee(struct str *out, struct serving *s)
{
    struct paper paper;
    *out = STR_NONE;
    err_t rc = case_paper_content(&paper, s->paper, s->g.x->arena, s->g.e);
    for (size_t i = 0; rc == OK && out->len == 0 && i < paper.block_count; i++)
        if (paper.blocks[i].role == PAPER_ADDRESSEE)
            *out = str_trim(paper.blocks[i].text);
    if (out->len && str_ends(*out, STR("：")))
        out->len -= STR("：").len;
    return rc;
}

/* An owed paper can only go to the party, and in the system only the party can be served.
 * E_INVALID. */
static err_t find_recipient(struct serving *s)
{
    struct str named = service_said(s, "recipient");
    struct str to = STR_NONE;
    bool its = true;
    err_t rc = OK;
    bool owed = service_is_owed(&s->g, s->paper->paper);
    if (!owed && (rc = read_addressee(&to, s)) != OK)
        return rc;
    s->recipient = named.len ? named : to.len ? to : s->party;
    if ((rc = is_partys_name(&its, s, s->recipient)) != OK)
        return rc;
    s->others = !its;
    if (its) {
        s->recipient = s->party;
        return OK;
    }
    if (owed)
        return err_set(s->g.e, E_INVALID, "\"%.*s\" is served on the party of the case alone: %.*s",
                       STR_ARG(s->paper->title), STR_ARG(s->party));
    return str_is(service_said(s, "channel"), "system")
               ? err_set(s->g.e, E_INVALID,
                         "in this system only the party of the case is served: %.*s",
                         STR_ARG(s->party))
               : OK;
}

/* Service in the system means that the party opens the sealed file. A trial's paper binds nobody
 * and has no seal. */
static err_t check_sealed(struct serving *s)
{
    struct sealed sealed;
    if (s->g.x->c.trial || !str_is(service_said(s, "channel"), "system") ||
        !service_is_owed(&s->g, s->paper->paper))
        return OK;
    err_t rc = seal_latest(&sealed, s->g.db, s->paper->id, s->g.x->arena, s->g.e);
    return rc == OK && !sealed.id
               ? err_set(s->g.e, E_CONFLICT,
                         "\"%.*s\" is not sealed yet: record the sealed file first, for it is "
                         "what the party reads",
                         STR_ARG(s->paper->title))
               : rc;
}

static err_t tell_party(struct serving *s)
{
    struct flow_call *x = s->g.x;
    static const char *const actors[] = {"applicant", "centre"};
    const struct notification_draft d = {.kind = "case_step",
                                         .arguments = told_words(x, s->paper->title)};
    struct told t = told_by(&s->g);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(actors); i++) {
        const struct str *roles;
        size_t count = pack_actor_roles(&roles, s->g.p->pack, str_of(actors[i]), s->g.p->arena);
        rc = programme_notify_roles(&t, &x->c, roles, count, &d);
    }
    return rc;
}

err_t service_check_current(const struct case_paper *c, struct err *e)
{
    return err_set(e, E_CONFLICT,
                   "\"%.*s\" was replaced by its version %lld, which counts: take that one",
                   STR_ARG(c->title), (long long)c->superseded_by);
}

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    bool in_system = str_is(service_said(s, "channel"), "system");
    bool served = service_said(s, "served_on").len > 0;
    struct jout j;
    s->id = 0;
    s->g.db = db;
    s->g.e = e;
    err_t rc = case_paper_actor(&s->as, &s->g, s->paper);
    if (rc == OK && s->paper->superseded_by)
        rc = service_check_current(s->paper, s->g.e);
    if (rc == OK)
        rc = step_paper_counts(&s->g, s->paper);
    if (rc == OK)
        rc = service_read_party(s);
    if (rc == OK)
        rc = find_recipient(s);
    if (rc == OK)
        rc = check_sealed(s);
    if (rc == OK)
        rc = find_open(s);
    if (rc != OK)
        return rc;
    bool is_new = s->id == 0;
    jout_init_values(&j, s->g.x->arena);
    if (is_new)
        service_put_names(&j, s);
    service_put_said(&j, s);
    rc = service_put(s, &j, served ? STR("served") : STR("sent"));
    if (rc == OK && is_new && !served)
        rc = service_give(s);
    if (rc == OK && in_system)
        rc = service_give_party(s);
    return rc == OK && in_system ? tell_party(s) : rc;
}

err_t service_begin(struct written *out, struct step *g, const struct case_paper *c,
                    const struct jvalue *said)
{
    struct serving s = {.out = out, .g = *g, .paper = c, .said = said};
    out->faults = (struct faults){0};
    return store_write(g->p->kernel->store, begin_step, &s, g->e);
}
