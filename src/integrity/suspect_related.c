/* Contracts between organisations of one hand. Whether that is wrong, a person says. */
#include "base/vec.h"
#include "integrity/kin.h"
#include "integrity/suspect.h"

struct looking {
    struct checking *checking;
    const struct kin *kin;
    size_t kin_count;
};

/* The parties of a contract that are known here; its owner is one of them. */
static size_t sides_of(const struct kin ***out, const struct looking *l, const struct claim *c)
{
    VEC(const struct kin *) sides = {0};
    for (size_t i = 0; i < l->kin_count; i++) {
        const struct kin *k = &l->kin[i];
        if (k->unit == c->unit || str_among(k->name_key, c->parties, c->party_count) ||
            (k->code.len && str_among(k->code, c->parties, c->party_count)))
            VEC_PUSH(l->checking->arena, &sides, k);
    }
    *out = sides.ptr;
    return sides.len;
}

static err_t raise(struct looking *l, const struct claim *c, const struct kin *x,
                   const struct kin *y, const struct kin_value *common, struct err *e)
{
    struct arena *a = l->checking->arena;
    const struct flagged_record record = checking_record(c);
    const struct flag_reason reason = {
        common->feature, common->text,
        arena_printf(a, "%.*s／%.*s", STR_ARG(x->name), STR_ARG(y->name))};
    const struct flag_draft d = {.kind = "related_party",
                                 .summary =
                                     arena_printf(a, "%.*s：%.*s／%.*s", STR_ARG(record.number),
                                                  STR_ARG(x->name), STR_ARG(y->name)),
                                 .city = c->city,
                                 .province = l->checking->province,
                                 .records = &record,
                                 .record_count = 1,
                                 .reasons = &reason,
                                 .reason_count = 1};
    return checking_raise(l->checking, &d, e);
}

/* One flag a contract: the first that two of its sides have in common. */
static err_t look_at(struct looking *l, const struct claim *c, struct err *e)
{
    const struct kin **sides;
    size_t count = sides_of(&sides, l, c);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct kin_value *common =
                kin_same(sides[i], sides[k]) ? NULL : kin_common(sides[k], sides[i]);
            if (common)
                return raise(l, c, sides[k], sides[i], common, e);
        }
    return OK;
}

err_t suspect_related(struct checking *c, struct err *e)
{
    struct looking l = {.checking = c};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = kin_load(&l.kin, &l.kin_count, &(struct claim_source){c->kernel, db, c->arena}, e);
    store_reader_put(c->kernel->store, db);
    for (size_t i = 0; rc == OK && i < c->claim_count; i++)
        if (str_is(c->claims[i].what, "contract"))
            rc = look_at(&l, &c->claims[i], e);
    return rc;
}
