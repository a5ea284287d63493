/* Rows of pack_activation and pack_files. */
#include "decide/activation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "decide/calendar_store.h"
#include "text/json.h"

#define COLUMNS "id, pack, pack_version, digest, signer, proposed_by, confirmed_by, from_ms, to_ms"
#define INTO_ACTIVATION(x)                                                                         \
    INTO(into_i64(&(x)->id), into_str(&(x)->pack), into_str(&(x)->pack_version),                   \
         into_str(&(x)->digest), into_str(&(x)->signer), into_i64(&(x)->proposed_by),              \
         into_i64(&(x)->confirmed_by), into_i64(&(x)->from_ms), into_i64(&(x)->to_ms))

/* --- files ----------------------------------------------------------------------------- */

err_t pack_files_read(struct str *out, struct db *db, struct str digest, struct arena *a,
                      struct err *e)
{
    bool found = false;
    err_t rc = db_row(&found, db, "SELECT content FROM pack_files WHERE digest = ?1",
                      VALUES(v_str(digest)), INTO(into_str(out)), a, e);
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "no files of the digest %.*s are kept", STR_ARG(digest));
    return rc;
}

err_t pack_files_keep(struct db *db, const struct pack *p, struct str archive, int64_t now_ms,
                      struct err *e)
{
    bool found = false;
    err_t rc = db_any(&found, db, "SELECT 1 FROM pack_files WHERE digest = ?1",
                      VALUES(v_str(p->digest)), e);
    if (rc != OK || found)
        return rc;
    return db_run(
        db,
        "INSERT INTO pack_files (digest, pack, pack_version, content, kept_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        VALUES(v_str(p->digest), v_str(p->id), v_str(p->version), v_str(archive), v_i64(now_ms)),
        e);
}

/* --- reading --------------------------------------------------------------------------- */

err_t pack_active(struct activation *out, struct db *db, struct str pack, struct arena *a,
                  struct err *e)
{
    *out = (struct activation){0};
    return db_row(NULL, db,
                  "SELECT " COLUMNS " FROM pack_activation WHERE pack = ?1 AND state = 'active'",
                  VALUES(v_str(pack)), INTO_ACTIVATION(out), a, e);
}

err_t pack_activations(const struct activation **out, size_t *count, struct db *db, struct arena *a,
                       struct err *e)
{
    VEC(struct activation) all = {0};
    struct activation x = {0};
    err_t rc =
        db_rows(ROWS(&all, x), db, "SELECT " COLUMNS " FROM pack_activation ORDER BY id DESC", NULL,
                0, INTO_ACTIVATION(&x), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* The version of a pack that the folder or the program has is not the one in force. A version that
 * the program once shipped gives way to the present one; an office's own is read from its kept files. */
static err_t put_back(struct packs *packs, struct db *db, struct str id, struct arena *a,
                      struct err *e)
{
    const struct pack *p = NULL;
    struct activation now;
    struct str kept = STR_NONE;
    bool counts = false;
    err_t rc = pack_active(&now, db, id, a, e);
    bool own = now.signer.len > 0;
    if (rc != OK || !(packs_take_place(packs, id) || (own && packs_are_shipped(packs, id))))
        return rc;
    if (packs_get(&p, packs, id, NULL) == OK && now.id)
        counts = str_eq(now.digest, p->digest);
    else if (p)
        rc =
            db_any(&counts, db, "SELECT 1 FROM flow_case WHERE programme = ?1 AND pack_digest = ?2",
                   VALUES(v_str(id), v_str(p->digest)), e);
    if (rc == OK && !counts && own)
        rc = pack_files_read(&kept, db, now.digest, a, e);
    return rc == OK && !counts ? packs_put_back(packs, id, now.digest, kept, e) : rc;
}

err_t packs_in_force(struct packs **out, const struct calendar **calendar, struct db *db,
                     const char *folder, struct arena *a, struct err *e)
{
    const struct str *ids;
    struct packs *packs = NULL;
    err_t rc = calendar_load(calendar, db, a, e);
    if (rc == OK)
        rc = packs_open(&packs, folder, e);
    if (rc != OK)
        return rc;
    packs_close_with(packs, a);
    packs_use_calendar(packs, *calendar);
    for (size_t i = 0, count = packs_ids(&ids, packs); rc == OK && i < count; i++)
        rc = put_back(packs, db, ids[i], a, e);
    *out = packs;
    return rc;
}

static err_t counted_then(bool *out, struct db *db, const struct pack *p, int64_t then_ms,
                          struct err *e)
{
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM pack_activation WHERE pack = ?1 AND digest = ?2 AND"
                  " from_ms <= ?3 AND (to_ms IS NULL OR to_ms > ?3)",
                  VALUES(v_str(p->id), v_str(p->digest), v_i64(then_ms)), e);
}

/* A case that began before the last day of its document is brought to its end under it. */
static struct date day_of_case(const struct pack *p, struct date on, int64_t began_ms,
                               struct arena *a)
{
    struct date last;
    struct str last_day = pack_last_day(p);
    bool lapsed = date_parse(&last, last_day) && date_to_days(last) < date_to_days(on);
    bool in_time = began_ms && str_cmp(business_date(began_ms, a), last_day) <= 0;
    return lapsed && in_time ? last : on;
}

err_t pack_decides_here(struct db *db, const struct pack *p, struct date on, int64_t began_ms,
                        struct arena *a, struct err *e)
{
    struct activation now;
    bool then = false;
    err_t rc = pack_decides(p, day_of_case(p, on, began_ms, a), e);
    if (rc == OK)
        rc = pack_active(&now, db, p->id, a, e);
    if (rc != OK || str_eq(now.digest, p->digest))
        return rc;
    rc = began_ms ? counted_then(&then, db, p, began_ms, e) : OK;
    if (rc != OK || then)
        return rc;
    if (now.id == 0)
        return err_set(e, E_INVALID,
                       "%.*s was not activated here: it can be tried, no decision may cite it",
                       STR_ARG(p->id));
    return err_set(e, E_INVALID,
                   "of %.*s another version was activated here (%.*s): no decision may cite this "
                   "one",
                   STR_ARG(p->id), STR_ARG(now.digest));
}

/* --- activating -------------------------------------------------------------------------- */

static struct str arguments_of(const struct activating *what, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", what->pack->digest);
    jout_pair(&j, "signer", what->signer);
    jout_pair(&j, "title", what->pack->document.title);
    jout_pair(&j, "version", what->pack->version);
    return jout_take(&j, a);
}

/* Days do not count yet: a version is activated before it is in force. Of a shipped draft, two choose
 * the version that is tried. */
static err_t check_text(const struct pack *p, bool replaces, struct err *e)
{
    struct date first;
    if (replaces && p->document.standing != PACK_IN_FORCE)
        return OK;
    if (!date_parse(&first, p->document.effective))
        first = (struct date){1, 1, 1};
    return pack_decides(p, first, e);
}

static err_t put_version(struct db *db, const struct deed *d, const struct activation *x,
                         int64_t version, struct err *e)
{
    const struct deed_field fields[] = {{"confirmed_by", v_i64(x->confirmed_by)},
                                        {"digest", v_str(x->digest)},
                                        {"pack", v_str(x->pack)},
                                        {"pack_version", v_str(x->pack_version)},
                                        {"proposed_by", v_i64(x->proposed_by)},
                                        {"signer", v_str(x->signer)}};
    return deed_version(d, db, "pack_activation", x->id, version,
                        version == 1 ? "activate" : "replace", fields,
                        sizeof(fields) / sizeof(*fields), e);
}

static err_t end_version(struct db *db, const struct deed *d, struct activation *x, struct err *e)
{
    x->to_ms = deed_now_ms(d);
    err_t rc = db_run(
        db, "UPDATE pack_activation SET version = 2, state = 'over', to_ms = ?2 WHERE id = ?1",
        VALUES(v_i64(x->id), v_i64(x->to_ms)), e);
    return rc == OK ? put_version(db, d, x, 2, e) : rc;
}

static err_t put_row(struct activation *x, struct db *db, const struct deed *d, struct err *e)
{
    err_t rc = db_run(
        db,
        "INSERT INTO pack_activation (version, state, pack, pack_version, digest, signer,"
        " proposed_by, confirmed_by, from_ms) VALUES (1, 'active', ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        VALUES(v_str(x->pack), v_str(x->pack_version), v_str(x->digest), v_str(x->signer),
               v_i64(x->proposed_by), v_i64(x->confirmed_by), v_i64(x->from_ms)),
        e);
    x->id = rc == OK ? db_last_id(db) : 0;
    return rc == OK ? put_version(db, d, x, 1, e) : rc;
}

err_t pack_activate(struct activation *out, struct db *db, const struct deed *d,
                    const struct activating *what, struct err *e)
{
    const struct pack *p = what->pack;
    const struct pair_line lines[] = {{N_("version"), p->version}, {N_("signed by"), what->signer}};
    const struct pair_change change = {
        p,     "activate",      arguments_of(what, d->arena), N_("make the policy count here"),
        lines, ARRAY_LEN(lines)};
    struct activation before;
    int64_t first;
    *out = (struct activation){0};
    *d->waits = 0;
    err_t rc = pack_active(&before, db, p->id, d->arena, e);
    if (rc == OK)
        rc = check_text(p, what->replaces || before.id, e);
    if (rc == OK && before.id && str_eq(before.digest, p->digest))
        rc = err_set(e, E_CONFLICT, "this version of %.*s counts already", STR_ARG(p->id));
    if (rc == OK)
        rc = pair_change(&first, db, d, &change, e);
    if (rc != OK || !first)
        return rc;
    *out = (struct activation){.pack = p->id,
                               .pack_version = p->version,
                               .digest = p->digest,
                               .signer = what->signer,
                               .proposed_by = first,
                               .confirmed_by = d->by->account,
                               .from_ms = deed_now_ms(d)};
    rc = pack_files_keep(db, p, what->archive, out->from_ms, e);
    if (rc == OK && before.id)
        rc = end_version(db, d, &before, e);
    return rc == OK ? put_row(out, db, d, e) : rc;
}
