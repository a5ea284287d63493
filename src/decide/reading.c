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

static bool has_word(const struct part_value *words, struct str word)
{
    return words && str_among(word, words->words, words->word_count);
}

/* Does this word of `switch` (an authority's id, or a function) name the authority? */
static bool is_named(const struct part *x, struct str word)
{
    return str_eq(x->id, word) || has_word(part_value(x, "functions"), word);
}

static bool is_named_at_all(const struct pack *p, struct str word)
{
    const struct part_list *all = &p->parts[PART_AUTHORITIES];
    for (size_t i = 0; i < all->list.len; i++)
        if (is_named(&all->list.ptr[i], word))
            return true;
    return false;
}

/* In one of its roles, in an office that has its function (of one that is named itself: any). */
static err_t is_authority(bool *out, struct db *db, const struct subject *s, const struct pack *p,
                          const struct part *x, struct str word, struct err *e)
{
    const struct part_value *functions = part_value(x, "functions");
    bool itself = str_eq(x->id, word);
    err_t rc = OK;
    if (!functions || !has_role(s, part_value(x, "roles")))
        return OK;
    for (size_t i = 0; rc == OK && !*out && i < functions->word_count; i++)
        if (itself || str_eq(functions->words[i], word))
            rc = office_has_function(out, db, s, p, functions->words[i], e);
    *out = *out || access_off(KIND, "function");
    return rc;
}

/* One of those whom the pack names. A function that no authority of it has is an office's of its province that has it
 * here. */
static err_t may_choose(bool *may, struct db *db, const struct subject *s, const struct pack *p,
                        const struct ambiguity *m, struct err *e)
{
    const struct part_list *all = &p->parts[PART_AUTHORITIES];
    err_t rc = OK;
    *may = false;
    for (size_t i = 0; rc == OK && !*may && i < m->switched_by_count; i++) {
        struct str word = m->switched_by[i];
        if (!is_named_at_all(p, word) && office_of_pack(s, p))
            rc = office_has_function(may, db, s, p, word, e);
        for (size_t k = 0; rc == OK && !*may && k < all->list.len; k++)
            if (is_named(&all->list.ptr[k], word))
                rc = is_authority(may, db, s, p, &all->list.ptr[k], word, e);
    }
    return rc;
}

/* Names of those whom the pack names, as "四川省知识产权中心"; where it names none, its issuer. */
static struct str choosers(const struct pack *p, const struct ambiguity *m, struct arena *a)
{
    const struct part_list *all = &p->parts[PART_AUTHORITIES];
    struct str out = STR_NONE;
    for (size_t i = 0; i < m->switched_by_count; i++)
        for (size_t k = 0; k < all->list.len; k++)
            if (is_named(&all->list.ptr[k], m->switched_by[i]))
                out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), out.len ? "、" : "",
                                   STR_ARG(part_text(&all->list.ptr[k], "name")));
    return out.len ? out : p->document.issuer;
}

/* The words of `switch`: "interpret". */
static struct str functions_of(const struct ambiguity *m, struct arena *a)
{
    struct str out = STR_NONE;
    for (size_t i = 0; i < m->switched_by_count; i++)
        out =
            arena_printf(a, "%.*s%s%.*s", STR_ARG(out), i ? "、" : "", STR_ARG(m->switched_by[i]));
    return out;
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
        rc = err_set(
            e, E_DENIED,
            "how %.*s is read is chosen, in his own right, by an officer of %.*s, whose "
            "office has an authority for it here (%.*s: %.*s); if its record is missing, the "
            "province's security administrator enters it",
            STR_ARG(m->id), STR_ARG(choosers(p, m, d->arena)), STR_ARG(p->id),
            STR_ARG(functions_of(m, d->arena)));
    return rc;
}

static err_t find(int64_t *id, int64_t *version, struct str *reading, struct db *db,
                  const struct pack *p, struct str ambiguity, struct arena *a, struct err *e)
{
    *id = *version = 0;
    *reading = STR_NONE;
    return db_row(
        NULL, db,
        "SELECT id, version, reading FROM pack_reading WHERE pack = ?1 AND ambiguity = ?2",
        VALUES(v_str(p->id), v_str(ambiguity)),
        INTO(into_i64(id), into_i64(version), into_str(reading)), a, e);
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
