/* Claims put in the order of their numbers: those of one number are one thing. */
#include "integrity/registry.h"
#include "base/vec.h"
#include "model/normal.h"
#include <stdlib.h>

#define WHOLE 10000 /* hundredths of a percent */

struct share {
    struct str key;
    int64_t unit, percent;
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

static err_t load_shares(share_list *out, struct db *db, const struct registry_question *q,
                         struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT r.number, u.id, s.percent FROM record_joint_claim r"
                        " JOIN record_joint_claim_shares s ON s.record_id = r.id"
                        " JOIN unit u ON u.credit_code = s.party"
                        " WHERE r.ended_ms IS NULL AND r.owner_province = ?1 AND r.what = ?2"
                        " ORDER BY r.id, s.position",
                        VALUES(v_str(q->province), v_str(q->what)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str number = stmt_str(st, 0);
        VEC_PUSH(a, out,
                 ((struct share){str_is(q->what, "patent") ? claim_patent_key(number, a)
                                                           : written_key(number, a),
                                 stmt_i64(st, 1), stmt_i64(st, 2)}));
    }
    stmt_free(st);
    return rc;
}

static const struct share *share_of(const share_list *l, const struct claim *c)
{
    for (size_t i = 0; i < l->len; i++)
        if (l->ptr[i].unit == c->unit && str_eq(l->ptr[i].key, c->number_key))
            return &l->ptr[i];
    return NULL;
}

static bool is_joint(const share_list *l, const struct claim *c)
{
    for (size_t i = 0; i < l->len; i++)
        if (str_eq(l->ptr[i].key, c->number_key))
            return true;
    return false;
}

/* What of a claim counts, one among `count` to the same thing. */
static struct registered weigh(const struct claim *c, size_t count, const share_list *shares)
{
    struct registered r = {.claim = c, .low = count == 1 ? WHOLE : 0, .high = WHOLE};
    const struct share *s = share_of(shares, c);
    if (is_joint(shares, c)) {
        r.low = r.high = s ? s->percent : 0; /* no part was agreed for it */
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
        list[i] = weigh(claims[i], count, shares);
        t->fen = t->fen ? t->fen : claims[i]->fen;
    }
    out->claim_count += count;
}

/* Claims without a number are things of their own: nothing says that they are one. */
static bool same_thing(const struct claim *x, const struct claim *y)
{
    return x->number_key.len > 0 && str_eq(x->number_key, y->number_key);
}

err_t registry_ask(struct registry_answer *out, const struct kernel *k, struct db *db,
                   const struct registry_question *q, struct arena *a, struct err *e)
{
    const struct claim *claims = NULL;
    size_t count = 0, n = 0;
    share_list shares = {0};
    struct str key =
        str_is(q->what, "patent") ? claim_patent_key(q->number, a) : written_key(q->number, a);
    *out = (struct registry_answer){0};
    err_t rc = claims_load(&claims, &count, k, db, q->what, q->province, a, e);
    if (rc == OK)
        rc = load_shares(&shares, db, q, a, e);
    if (rc != OK)
        return rc;
    const struct claim **list = arena_array(a, count + 1, sizeof(*list));
    struct registered_thing *things = arena_array(a, count + 1, sizeof(*things));
    for (size_t i = 0; i < count; i++)
        if (asked(q, key, &claims[i], &out->undated))
            list[n++] = &claims[i];
    if (n)
        qsort(list, n, sizeof(*list), by_number);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_thing(list[from], list[to]); to++) {
        }
        add_thing(out, things, list + from, to - from, &shares, a);
    }
    out->things = things;
    return OK;
}
