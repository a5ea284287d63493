/* Claims put in the order of their numbers: those of one number are one thing. */
#include "integrity/registry.h"
#include "base/vec.h"
#include "model/normal.h"
#include <stdlib.h>

#define WHOLE 10000 /* hundredths of a percent */

struct share { /* a row of a joint claim */
    int64_t record, owner;
    struct str key, party;
    int64_t unit, percent; /* unit 0: the register has none of this code */
    size_t at;             /* in the order of entering */
};

typedef VEC(struct share) share_list;

static int by_number(const void *a, const void *b)
{
    const struct claim *x = *(const struct claim *const *)a, *y = *(const struct claim *const *)b;
    int order = str_cmp(x->number_key, y->number_key);
    if (order)
        return order;
    order = str_cmp(x->type->name, y->type->name);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static int by_key(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    int order = str_cmp(x->key, y->key);
    return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

/* In the order of their keys; those of one key in the order in which they were entered. */
static err_t load_shares(share_list *out, struct db *db, const struct registry_question *q,
                         struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT r.id, r.owner_unit, r.number, s.party, u.id, s.percent"
                        " FROM record_joint_claim r"
                        " JOIN record_joint_claim_shares s ON s.record_id = r.id"
                        " LEFT JOIN unit u ON u.credit_code = s.party"
                        " AND (u.ended_ms IS NULL OR u.id = r.owner_unit)"
                        " WHERE r.ended_ms IS NULL AND r.what = ?1"
                        " ORDER BY r.id, s.position, u.id",
                        VALUES(v_str(q->what)), e);
    while (stmt_row(&rc, st, e)) {
        struct str number = stmt_str(st, 2);
        struct share row = {.record = stmt_i64(st, 0),
                            .owner = stmt_i64(st, 1),
                            .key = str_is(q->what, "patent") ? claim_patent_key(number, a)
                                                             : written_key(number, a),
                            .party = arena_dup(a, stmt_str(st, 3)),
                            .unit = stmt_i64(st, 4),
                            .percent = stmt_i64(st, 5),
                            .at = out->len};
        VEC_PUSH(a, out, row);
    }
    stmt_free(st);
    if (rc == OK && out->len)
        qsort(out->ptr, out->len, sizeof(*out->ptr), by_key);
    return rc;
}

/* Those of this key, which comes after the keys asked for before: they go from the front of `left`. */
static share_list take_shares(share_list *left, struct str key)
{
    size_t before = 0, own = 0;
    while (before < left->len && str_cmp(left->ptr[before].key, key) < 0)
        before++;
    while (before + own < left->len && str_eq(left->ptr[before + own].key, key))
        own++;
    const share_list taken = {.ptr = left->ptr + before, .len = own};
    left->ptr += before;
    left->len -= before;
    return taken;
}

/* Whether `record` has each row of `of`. */
static bool has_rows_of(const share_list *l, int64_t record, int64_t of)
{
    for (size_t i = 0; i < l->len; i++) {
        bool found = l->ptr[i].record != of;
        for (size_t k = 0; k < l->len && !found; k++)
            found = l->ptr[k].record == record && l->ptr[k].percent == l->ptr[i].percent &&
                    str_eq(l->ptr[k].party, l->ptr[i].party);
        if (!found)
            return false;
    }
    return true;
}

/* `unit` registered the same shares of the same thing. */
static bool has_agreed(const share_list *l, int64_t unit, const struct share *to)
{
    for (size_t i = 0; i < l->len; i++)
        if (l->ptr[i].owner == unit && str_eq(l->ptr[i].key, to->key) &&
            has_rows_of(l, l->ptr[i].record, to->record) &&
            has_rows_of(l, to->record, l->ptr[i].record))
            return true;
    return false;
}

/* Whether the joint claim names each of who claims the thing: what two agree binds no third. */
static bool names_all(const share_list *l, int64_t record, const struct claim *const *claims,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool named = false;
        for (size_t k = 0; k < l->len && !named; k++)
            named = l->ptr[k].record == record && l->ptr[k].unit == claims[i]->unit;
        if (!named)
            return false;
    }
    return true;
}

static bool is_of_several(const share_list *l, const struct share *own)
{
    for (size_t i = 0; i < l->len; i++)
        if (l->ptr[i].record == own->record && !str_eq(l->ptr[i].party, own->party))
            return true;
    return false;
}

/* What the claimant registered for itself and others, once everybody of the register whom it names registered the same:
 * nobody's part is less by what another says. */
static const struct share *share_of(const share_list *l, const struct claim *c)
{
    const struct share *own = NULL;
    for (size_t i = 0; i < l->len && !own; i++)
        if (l->ptr[i].owner == c->unit && l->ptr[i].unit == c->unit &&
            str_eq(l->ptr[i].key, c->number_key))
            own = &l->ptr[i];
    for (size_t i = 0; own && i < l->len; i++)
        if (l->ptr[i].record == own->record && l->ptr[i].unit && l->ptr[i].unit != c->unit &&
            !has_agreed(l, l->ptr[i].unit, own))
            return NULL;
    return own && is_of_several(l, own) ? own : NULL;
}

/* What of the claim at `i` counts, one among `count` to the same thing. */
static struct registered weigh(const struct claim *const *claims, size_t count, size_t i,
                               const share_list *shares)
{
    struct registered r = {.claim = claims[i], .low = count == 1 ? WHOLE : 0, .high = WHOLE};
    const struct share *s = share_of(shares, claims[i]);
    if (s && names_all(shares, s->record, claims, count)) {
        r.low = r.high = s->percent;
        r.joint = true;
    }
    return r;
}

static bool asked(const struct registry_question *q, struct str key, const struct claim *c,
                  size_t *undated)
{
    if (q->number.len && !str_eq(key, c->number_key))
        return false;
    if ((q->from || q->to) && !c->day) {
        (*undated)++;
        return false;
    }
    return (!q->from || c->day >= q->from) && (!q->to || c->day <= q->to);
}

static void add_thing(struct registry_answer *out, struct registered_thing *things,
                      const struct claim **claims, size_t count, const share_list *shares,
                      struct arena *a)
{
    struct registered *list = arena_array(a, count, sizeof(*list));
    struct registered_thing *t = &things[out->thing_count++];
    *t = (struct registered_thing){
        .number = claims[0]->number, .claims = list, .claim_count = count};
    for (size_t i = 0; i < count; i++) {
        list[i] = weigh(claims, count, i, shares);
        t->yuan_fen = t->yuan_fen ? t->yuan_fen : claims[i]->yuan_fen;
        t->foreign |= claims[i]->fen != 0;
    }
    t->foreign &= t->yuan_fen == 0;
    out->claim_count += count;
}

/* Claims without a number are things of their own: nothing says that they are one. */
static bool same_thing(const struct claim *x, const struct claim *y)
{
    return x->number_key.len > 0 && str_eq(x->number_key, y->number_key);
}

err_t registry_ask(struct registry_answer *out, const struct claim_source *s,
                   const struct registry_question *q, struct err *e)
{
    struct arena *a = s->arena;
    struct claims all = {0};
    size_t n = 0;
    share_list shares = {0}; /* of things that are still to come */
    struct str key =
        str_is(q->what, "patent") ? claim_patent_key(q->number, a) : written_key(q->number, a);
    *out = (struct registry_answer){0};
    err_t rc = claims_load(&all, s, q->what, q->province, e);
    if (rc == OK)
        rc = load_shares(&shares, s->db, q, a, e);
    if (rc != OK)
        return rc;
    const struct claim **list = arena_array(a, all.count + 1, sizeof(*list));
    struct registered_thing *things = arena_array(a, all.count + 1, sizeof(*things));
    for (size_t i = 0; i < all.count; i++)
        if (asked(q, key, &all.list[i], &out->undated))
            list[n++] = &all.list[i];
    if (n)
        qsort(list, n, sizeof(*list), by_number);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_thing(list[from], list[to]); to++) {
        }
        const share_list own = take_shares(&shares, list[from]->number_key);
        add_thing(out, things, list + from, to - from, &own, a);
    }
    out->things = things;
    return OK;
}
