/* The version of the pack under which a case began, or begins now. */
#include "decide/activation.h"
#include "matter/matter.h"

/* --- the pack that a case began under ------------------------------------------------------- */

static err_t open_kept(const struct pack **out, struct programme *p, struct str pack,
                       struct str digest, struct err *e)
{
    struct str archive;
    struct db *db = NULL;
    if ((*out = packs_kept(p->packs, digest)))
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = pack_files_read(&archive, db, digest, p->arena, e);
    store_reader_put(p->kernel->store, db);
    return rc == OK ? packs_keep(out, p->packs, pack, digest, archive, e) : rc;
}

err_t programme_case(struct step *g)
{
    err_t rc = programme_version(g->p, g->x->c.pack, g->e);
    const struct pack *now = rc == OK ? g->p->pack : NULL; /* a case goes on where there is none */
    g->p->later = NULL;
    if (!now || !str_eq(now->digest, g->x->c.pack_digest)) {
        g->p->later = now;
        rc = open_kept(&g->p->pack, g->p, g->x->c.pack, g->x->c.pack_digest, g->e);
    }
    if (rc != OK)
        return rc;
    g->x->process = pack_process(g->p->pack, g->x->c.process);
    return g->x->process ? OK
                         : err_set(g->e, E_CORRUPT, "the policy %.*s has no process %.*s",
                                   STR_ARG(g->x->c.pack), STR_ARG(g->x->c.process));
}

err_t programme_version(struct programme *p, struct str pack, struct err *e)
{
    struct activation now = {0};
    struct db *db = NULL;
    err_t rc = packs_get(&p->pack, p->packs, pack, e);
    p->later = NULL;
    if (rc == OK && (rc = store_reader_get(&db, p->kernel->store, e)) == OK) {
        rc = pack_active(&now, db, p->pack->id, p->arena, e);
        store_reader_put(p->kernel->store, db);
    }
    return rc == OK && now.id && !str_eq(now.digest, p->pack->digest)
               ? open_kept(&p->pack, p, now.pack, now.digest, e)
               : rc;
}

/* A call that runs goes on under the version that it opened with. */
err_t programme_call_version(struct programme *p, int64_t call, struct err *e)
{
    const struct pack *now = p->pack;
    struct call_version v = {0};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = call_version(&v, db, call, now->id, STR_NONE, p->arena, e);
    store_reader_put(p->kernel->store, db);
    if (rc != OK || v.digest.len == 0 || str_eq(v.digest, now->digest))
        return rc;
    p->later = now;
    return open_kept(&p->pack, p, now->id, v.digest, e);
}
