/* Rows of pack_reading, written (model/reading.h reads them). */
#include "decide/reading.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "policy/parts.h"
#include "text/json.h"

#define KIND STR("readings") /* names the checks (access/mutation.h) */

/* A reading that somebody chooses, and the row that there is of it. */
struct choice {
    struct db *db;
    const struct deed *deed;
    const struct pack *pack;
    const struct ambiguity *of;
    struct str reading;
    int64_t id, version; /* 0: there is no row */
    struct str before;
    struct str reason; /* the proposer's */
};

static bool offers(const struct ambiguity *m, struct str reading)
{
    return (m->usual.len && str_eq(m->usual, reading)) ||
           str_among(reading, m->alternatives, m->alternative_count);
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
static err_t is_authority(bool *out, const struct choice *c, const struct subject *s,
                          const struct part *x, struct str word, struct err *e)
{
    const struct part_value *functions = part_value(x, "functions");
    bool itself = str_eq(x->id, word);
    err_t rc = OK;
    if (!functions || !has_role(s, part_value(x, "roles")))
        return OK;
    for (size_t i = 0; rc == OK && !*out && i < functions->word_count; i++)
        if (itself || str_eq(functions->words[i], word))
            rc = office_has_function(out, c->db, s, c->pack, functions->words[i], e);
    *out = *out || access_off(KIND, "function");
    return rc;
}

/* Whether the person's office may choose: the pack names it, or the pack's function belongs to none
 * of its authorities and the office of its province has that function here. */
static err_t may_choose(bool *may, struct db *db, const struct subject *s, const void *arg,
                        struct err *e)
{
    const struct choice *c = arg;
    const struct part_list *all = &c->pack->parts[PART_AUTHORITIES];
    err_t rc = OK;
    (void)db;
    *may = false;
    for (size_t i = 0; rc == OK && !*may && i < c->of->switched_by_count; i++) {
        struct str word = c->of->switched_by[i];
        if (!is_named_at_all(c->pack, word) && office_of_pack(s, c->pack))
            rc = office_has_function(may, c->db, s, c->pack, word, e);
        for (size_t k = 0; rc == OK && !*may && k < all->list.len; k++)
            if (is_named(&all->list.ptr[k], word))
                rc = is_authority(may, c, s, &all->list.ptr[k], word, e);
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

static err_t check(const struct choice *c, struct err *e)
{
    const struct deed *d = c->deed;
    bool may = false;
    err_t rc = OK;
    if (!offers(c->of, c->reading))
        return err_set(e, E_INVALID, "%.*s has no reading \"%.*s\"", STR_ARG(c->of->id),
                       STR_ARG(c->reading));
    if (d->by->account)
        rc = may_choose(&may, c->db, d->by, c, e);
    if (rc == OK && !may)
        rc = err_set(
            e, E_DENIED,
            "how %.*s is read is chosen, in his own right, by an officer of %.*s, whose "
            "office has an authority for it here (%.*s: %.*s); if its record is missing, the "
            "province's security administrator enters it",
            STR_ARG(c->of->id), STR_ARG(choosers(c->pack, c->of, d->arena)), STR_ARG(c->pack->id),
            STR_ARG(functions_of(c->of, d->arena)));
    return rc;
}

static err_t find(struct choice *c, struct err *e)
{
    return db_row(
        NULL, c->db,
        "SELECT id, version, reading FROM pack_reading WHERE pack = ?1 AND ambiguity = ?2",
        VALUES(v_str(c->pack->id), v_str(c->of->id)),
        INTO(into_i64(&c->id), into_i64(&c->version), into_str(&c->before)), c->deed->arena, e);
}

static err_t put(const struct choice *c, struct err *e)
{
    const struct deed *d = c->deed;
    int64_t id = c->id, version = c->version + 1, now_ms = deed_now_ms(d);
    const struct deed_field fields[] = {{"ambiguity", v_str(c->of->id)},
                                        {"before", v_str(id ? c->before : c->of->usual)},
                                        {"pack", v_str(c->pack->id)},
                                        {"pack_digest", v_str(c->pack->digest)},
                                        {"reading", v_str(c->reading)}};
    err_t rc =
        id ? db_run(c->db,
                    "UPDATE pack_reading SET version = ?2, reading = ?3, reason = ?4, changed_ms ="
                    " ?5, changed_by = ?6 WHERE id = ?1",
                    VALUES(v_i64(id), v_i64(version), v_str(c->reading), v_str(c->reason),
                           v_i64(now_ms), v_i64(d->by->account)),
                    e)
           : db_run(c->db,
                    "INSERT INTO pack_reading (version, pack, ambiguity, reading, reason,"
                    " changed_ms, changed_by) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
                    VALUES(v_str(c->pack->id), v_str(c->of->id), v_str(c->reading),
                           v_str(c->reason), v_i64(now_ms), v_i64(d->by->account)),
                    e);
    if (rc == OK && id == 0)
        id = db_last_id(c->db);
    return rc == OK ? deed_version(d, c->db, "pack_reading", id, version, "read", fields,
                                   sizeof(fields) / sizeof(*fields), e)
                    : rc;
}

/* The words of a reading. */
static struct str words_of(const struct ambiguity *m, struct str reading)
{
    for (size_t i = 0; i < m->others.len; i++)
        if (str_eq(m->others.ptr[i].id, reading))
            return m->others.ptr[i].reading;
    return m->reading;
}

/* Two of the office that may choose: the second confirms. */
static err_t take_pair(int64_t *first, struct choice *c, struct err *e)
{
    const struct deed *d = c->deed;
    const struct pair_line lines[] = {
        {N_("what is unclear"), c->of->problem},
        {N_("read so far"), words_of(c->of, c->id ? c->before : c->of->usual)},
        {N_("to be read"), words_of(c->of, c->reading)}};
    const struct pair_shown shown = {.kind = N_("Policy"),
                                     .what = N_("choose how an unclear place is read"),
                                     .title = c->pack->document.title,
                                     .among = PAIR_UNIT,
                                     .lines = lines,
                                     .line_count = ARRAY_LEN(lines)};
    struct pair pair = {.type = STR("pack"),
                        .action = arena_printf(d->arena, "read %.*s %.*s", STR_ARG(c->pack->id),
                                               STR_ARG(c->of->id)),
                        .shown = pair_shown_json(&shown, d->arena),
                        .may = may_choose,
                        .arg = c};
    struct proposal open;
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", c->pack->digest);
    jout_pair(&j, "reading", c->reading);
    pair.arguments = jout_take(&j, d->arena);
    for (size_t i = 0; i < d->by->grant_count && !pair.role.len; i++)
        if (d->by->grants[i].on_behalf_of == 0)
            pair.role = d->by->grants[i].role->name;
    err_t rc = proposal_find(&open, c->db, pair.type, 0, pair.action, d->arena, e);
    c->reason = open.reason;
    return rc == OK ? pair_take(first, c->db, d, &pair, e) : rc;
}

err_t reading_choose(bool *changed, struct db *db, const struct deed *d, const struct pack *p,
                     struct str ambiguity, struct str reading, struct err *e)
{
    int64_t first = 0;
    struct choice c = {
        .db = db, .deed = d, .pack = p, .of = pack_ambiguity(p, ambiguity), .reading = reading};
    *changed = false;
    *d->waits = 0;
    if (!c.of)
        return err_set(e, E_INVALID, "the pack %.*s has no ambiguity \"%.*s\"", STR_ARG(p->id),
                       STR_ARG(ambiguity));
    err_t rc = check(&c, e);
    if (rc == OK)
        rc = find(&c, e);
    bool same = c.id ? str_eq(c.before, reading) : str_eq(c.of->usual, reading);
    if (rc != OK || same || (rc = take_pair(&first, &c, e)) != OK || !first)
        return rc;
    *changed = true;
    return put(&c, e);
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
