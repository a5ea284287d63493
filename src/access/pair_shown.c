/* Sentences beside a proposal, as JSON: {"kind", "what", "title", "case", "among", "lines": [[label, text] or [label, text, English]]}. */
#include "access/pair_shown.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "text/json.h"
#include "text/unicode.h"

struct str pair_shown_json(const struct pair_shown *s, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "kind", str_of(s->kind));
    jout_pair(&j, "what", str_of(s->what));
    jout_pair(&j, "title", s->title);
    jout_pair_i64(&j, "case", s->case_id);
    jout_pair_i64(&j, "among", s->among);
    jout_pair_array(&j, "lines");
    for (size_t i = 0; i < s->line_count; i++) {
        if (s->lines[i].text.len == 0)
            continue;
        jout_array(&j);
        jout_z(&j, s->lines[i].label);
        jout_str(&j, s->lines[i].text);
        if (s->lines[i].en.len)
            jout_str(&j, s->lines[i].en);
        jout_end_array(&j);
    }
    jout_end_array(&j);
    return jout_take(&j, a);
}

/* Each of two texts, or three. */
static bool are_lines(const struct jvalue *lines)
{
    bool right = lines && lines->type == J_ARRAY;
    for (size_t i = 0; right && i < lines->count; i++)
        right = lines->items[i].type == J_ARRAY &&
                (lines->items[i].count == 2 || lines->items[i].count == 3);
    return right;
}

err_t pair_waiting_take(struct pair_waiting *w, struct str shown, struct arena *a, struct err *e)
{
    return jin_parse(&w->shown, shown, a, e) == OK && are_lines(jin_get(w->shown, "lines"))
               ? OK
               : err_set(e, E_CORRUPT, "proposal %lld cannot be read", (long long)w->p.id);
}

err_t pair_waiting_read(struct pair_waiting *out, struct db *db, int64_t id, struct arena *a,
                        struct err *e)
{
    struct str shown;
    bool there;
    *out = (struct pair_waiting){0};
    err_t rc = db_row(&there, db,
                      "SELECT p.type, p.record_id, p.action, p.proposed_by, p.proposed_for,"
                      " p.unit, p.role, p.shown, u.owner_province FROM proposal p JOIN unit u ON"
                      " u.id = p.unit WHERE p.id = ?1 AND p.state = 'open' AND p.shown IS NOT"
                      " NULL",
                      VALUES(v_i64(id)),
                      INTO(into_str(&out->p.type), into_i64(&out->p.record_id),
                           into_str(&out->p.action), into_i64(&out->p.proposed_by),
                           into_i64(&out->p.proposed_for), into_i64(&out->p.unit),
                           into_str(&out->p.role), into_str(&shown), into_str(&out->province)),
                      a, e);
    out->p.id = there ? id : 0;
    return there ? pair_waiting_take(out, shown, a, e) : rc;
}

/* Officers and leaders of a province, or of a city, sit in one office. */
static struct str desk_of(struct str role)
{
    struct str place = role;
    if (str_ends(role, STR("_officer")))
        place.len -= strlen("_officer");
    else if (str_ends(role, STR("_leader")))
        place.len -= strlen("_leader");
    return place;
}

bool pair_is_among(const struct pair_waiting *w, const struct subject *s)
{
    int64_t among = PAIR_UNIT;
    if (!jin_i64(&among, w->shown, "among"))
        return false;
    if (among == PAIR_UNIT && s->unit != w->p.unit && !access_off(STR("pairs"), "unit"))
        return false;
    if (among == PAIR_PROVINCE && !str_eq(s->province, w->province) &&
        !access_off(STR("pairs"), "province"))
        return false;
    /* The office that runs an instance may be of no province. */
    if (among == PAIR_LEADERS && !str_is(w->province, "10") && !str_eq(s->province, w->province))
        return false;
    for (size_t i = 0; i < s->grant_count; i++) {
        struct str role = s->grants[i].role->name;
        bool fits = among == PAIR_LEADERS ? str_eq(w->p.role, role)
                                          : str_eq(desk_of(w->p.role), desk_of(role));
        if (s->grants[i].on_behalf_of == 0 && fits)
            return true;
    }
    return access_off(STR("pairs"), "role");
}

err_t pair_refuse(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct pair_waiting w;
    err_t rc = pair_waiting_read(&w, db, id, d->arena, e);
    if (rc == OK && !w.p.id)
        rc = err_set(e, E_NOTFOUND, "nothing is proposed here");
    if (rc == OK && w.p.proposed_by != d->by->account && !pair_is_among(&w, d->by))
        rc = err_set(e, E_NOTFOUND, "nothing is proposed here");
    if (rc == OK && !unicode_says(d->reason))
        rc = err_set(e, E_INVALID,
                     "reason: it says why, with at least one letter, digit or Chinese character");
    return rc == OK ? proposal_decline(db, d, &w.p, e) : rc;
}
