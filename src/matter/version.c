/* The version of the pack under which a case began, or begins now. */
#include "decide/activation.h"
#include "matter/matter.h"

/* --- the pack that a case began under ------------------------------------------------------- */

static err_t open_kept(struct step *g, struct str pack, struct str digest)
{
    struct programme *p = g->p;
    struct str archive;
    if ((p->pack = packs_kept(p->packs, digest)))
        return OK;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = pack_files_read(&archive, g->db, digest, p->arena, g->e);
    step_reader_end(g);
    return rc == OK ? packs_keep(&p->pack, p->packs, pack, digest, archive, g->e) : rc;
}

err_t programme_case(struct step *g)
{
    err_t rc = programme_version(g, g->x->c.pack);
    const struct pack *now = rc == OK ? g->p->pack : NULL; /* a case goes on where there is none */
    g->p->later = NULL;
    if (!now || !str_eq(now->digest, g->x->c.pack_digest)) {
        g->p->later = now;
        rc = open_kept(g, g->x->c.pack, g->x->c.pack_digest);
    }
    if (rc != OK)
        return rc;
    g->x->process = pack_process(g->p->pack, g->x->c.process);
    return g->x->process ? OK
                         : err_set(g->e, E_CORRUPT, "the policy %.*s has no process %.*s",
                                   STR_ARG(g->x->c.pack), STR_ARG(g->x->c.process));
}

err_t programme_version(struct step *g, struct str pack)
{
    struct programme *p = g->p;
    struct activation now = {0};
    err_t rc = packs_get(&p->pack, p->packs, pack, g->e);
    p->later = NULL;
    if (rc == OK && (rc = step_reader(g)) == OK) {
        rc = pack_active(&now, g->db, p->pack->id, p->arena, g->e);
        step_reader_end(g);
    }
    return rc == OK && now.id && !str_eq(now.digest, p->pack->digest)
               ? open_kept(g, now.pack, now.digest)
               : rc;
}

/* A call that runs goes on under the version that it opened with. */
err_t programme_call_version(struct step *g, int64_t call)
{
    const struct pack *now = g->p->pack;
    struct call_version v = {0};
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = call_version(&v, g, call, now->id, STR_NONE);
    step_reader_end(g);
    if (rc != OK || v.digest.len == 0 || str_eq(v.digest, now->digest))
        return rc;
    g->p->later = now;
    return open_kept(g, now->id, v.digest);
}
