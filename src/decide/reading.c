/* Rows of pack_reading, written (model/reading.h reads them). */
#include "decide/reading.h"
#include "access/mutation.h"
#include "policy/parts.h"
#include "text/unicode.h"

#define KIND STR("readings") /* names the checks (access/mutation.h) */

static bool offers(const struct ambiguity *m, struct str reading)
{
    bool offered = m->usual.len && str_eq(m->usual, reading);
    for (size_t i = 0; i < m->alternative_count; i++)
        offered |= str_eq(m->alternatives[i], reading);
    return offered;
}

static bool has_role(const struct subject *s, const struct part_value *roles)
{
    for (size_t i = 0; roles && i < s->grant_count; i++)
        if (str_among(s->grants[i].role->name, roles->words, roles->word_count) &&
            (s->grants[i].on_behalf_of == 0 || access_off(KIND, "own right")))
            return true;
    return access_off(KIND, "role");
}

/* Who may choose is said by a function, or by an authority of the pack: then one of its roles in
 * an office with one of its functions. */
static err_t may_choose(bool *may, struct db *db, const struct subject *s, const struct pack *p,
                        const struct ambiguity *m, struct err *e)
{
    err_t rc = OK;
    *may = false;
    for (size_t i = 0; rc == OK && !*may && i < m->switched_by_count; i++) {
        const struct part *x = part_named(p, PART_AUTHORITIES, m->switched_by[i]);
        const struct part_value *functions = x ? part_value(x, "functions") : NULL;
        if (x && !(functions && has_role(s, part_value(x, "roles"))))
            continue;
        rc = x ? office_has_function(may, db, s, p->id, functions->words, functions->word_count, e)
               : office_has_function(may, db, s, p->id, &m->switched_by[i], 1, e);
        *may = *may || access_off(KIND, "function");
    }
    return rc;
}

static err_t check(struct db *db, const struct deed *d, const struct pack *p,
                   const struct ambiguity *m, struct str reading, struct err *e)
{
    bool may = false;
    err_t rc = OK;
    if (!offers(m, reading))
        return err_set(e, E_INVALID, "%.*s has no reading \"%.*s\"", STR_ARG(m->id),
                       STR_ARG(reading));
    if (!unicode_says(d->reason))
        return err_set(e, E_INVALID,
                       "reason: it says why, with at least one letter, digit or Chinese character");
    if (d->by->account)
        rc = may_choose(&may, db, d->by, p, m, e);
    if (rc == OK && !may)
        rc = err_set(e, E_DENIED,
                     "how %.*s is read is chosen by the office that the policy names for it",
                     STR_ARG(m->id));
    return rc;
}

static err_t find(int64_t *id, int64_t *version, struct str *reading, struct db *db,
                  const struct pack *p, struct str ambiguity, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool found = false;
    *id = *version = 0;
    *reading = STR_NONE;
    err_t rc = db_query(
        &st, db, "SELECT id, version, reading FROM pack_reading WHERE pack = ?1 AND ambiguity = ?2",
        VALUES(v_str(p->id), v_str(ambiguity)), e);
    if (rc == OK)
        rc = stmt_next(&found, st, e);
    if (rc == OK && found) {
        *id = stmt_i64(st, 0);
        *version = stmt_i64(st, 1);
        *reading = arena_dup(a, stmt_str(st, 2));
    }
    stmt_free(st);
    return rc;
}

static err_t put(struct db *db, const struct deed *d, const struct pack *p, int64_t id,
                 int64_t version, struct str ambiguity, struct str reading, struct str before,
                 struct err *e)
{
    const struct deed_field fields[] = {{"ambiguity", v_str(ambiguity)},
                                        {"before", v_str(before)},
                                        {"pack", v_str(p->id)},
                                        {"pack_digest", v_str(p->digest)},
                                        {"reading", v_str(reading)}};
    int64_t now_ms = deed_now_ms(d);
    err_t rc =
        id ? db_run(db,
                    "UPDATE pack_reading SET version = ?2, reading = ?3, reason = ?4, changed_ms ="
                    " ?5, changed_by = ?6 WHERE id = ?1",
                    VALUES(v_i64(id), v_i64(version), v_str(reading), v_str(d->reason),
                           v_i64(now_ms), v_i64(d->by->account)),
                    e)
           : db_run(db,
                    "INSERT INTO pack_reading (version, pack, ambiguity, reading, reason,"
                    " changed_ms, changed_by) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
                    VALUES(v_str(p->id), v_str(ambiguity), v_str(reading), v_str(d->reason),
                           v_i64(now_ms), v_i64(d->by->account)),
                    e);
    if (rc == OK && id == 0)
        id = db_last_id(db);
    return rc == OK ? deed_version(d, db, "pack_reading", id, version, "read", fields,
                                   sizeof(fields) / sizeof(*fields), e)
                    : rc;
}

err_t reading_choose(bool *changed, struct db *db, const struct deed *d, const struct pack *p,
                     struct str ambiguity, struct str reading, struct err *e)
{
    const struct ambiguity *m = pack_ambiguity(p, ambiguity);
    struct str before = STR_NONE;
    int64_t id = 0, version = 0;
    *changed = false;
    if (!m)
        return err_set(e, E_INVALID, "the pack %.*s has no ambiguity \"%.*s\"", STR_ARG(p->id),
                       STR_ARG(ambiguity));
    err_t rc = check(db, d, p, m, reading, e);
    if (rc == OK)
        rc = find(&id, &version, &before, db, p, ambiguity, d->arena, e);
    bool same = id ? str_eq(before, reading) : str_eq(m->usual, reading);
    if (rc != OK || same)
        return rc;
    *changed = true;
    return put(db, d, p, id, version + 1, ambiguity, reading, id ? before : m->usual, e);
}

err_t reading_counting(struct counting *how, struct db *db, const struct pack *p,
                       const struct calendar *calendar, struct arena *a, struct err *e)
{
    const struct reading *chosen = NULL;
    size_t count = 0;
    err_t rc = readings_load(&chosen, &count, db, p->id, a, e);
    *how = pack_counting(p, calendar, chosen, rc == OK ? count : 0);
    return rc;
}
