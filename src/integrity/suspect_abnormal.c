/* The list of abnormal filings (非正常专利申请) against what parties claim. An application on it
 * is a hit where a record claims it, where its applicant is a party here, or of the group of one.
 * What kept decisions counted it is told with it: criterion and indicator of each. A decision
 * stands all the same, until an officer does something about it. */
#include "base/vec.h"
#include "integrity/kin.h"
#include "integrity/suspect.h"
#include "model/normal.h"

struct listed {
    int64_t id, version;
    struct str number, key, applicant_key, code, state, batch;
};

struct hits {
    struct checking *checking;
    const struct listed *listed;
    VEC(struct flagged_record) records;
    VEC(struct flag_reason) reasons;
    struct str city; /* of the first hit */
    bool one_city, any;
};

static err_t load_listed(const struct listed **out, size_t *count, struct checking *c,
                         struct db *db, struct err *e)
{
    VEC(struct listed) list = {0};
    struct arena *a = c->arena;
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT id, version, number, applicant, applicant_code, status, batch"
                        " FROM record_abnormal_filing r WHERE owner_province = ?1"
                        " AND ended_ms IS NULL AND status <> 'cleared' ORDER BY id",
                        VALUES(v_str(c->province)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, &list,
                 ((struct listed){.id = stmt_i64(st, 0),
                                  .version = stmt_i64(st, 1),
                                  .number = arena_dup(a, stmt_str(st, 2)),
                                  .key = claim_patent_key(stmt_str(st, 2), a),
                                  .applicant_key = name_key(stmt_str(st, 3), a),
                                  .code = arena_dup(a, stmt_str(st, 4)),
                                  .state = arena_dup(a, stmt_str(st, 5)),
                                  .batch = arena_dup(a, stmt_str(st, 6))}));
    stmt_free(st);
    *out = list.ptr;
    *count = list.len;
    return rc;
}

static void hit(struct hits *h, struct str city)
{
    h->one_city = !h->any || (h->one_city && str_eq(h->city, city));
    h->city = h->any ? h->city : city;
    h->any = true;
}

static void reason(struct hits *h, const char *feature, struct str left, struct str right)
{
    VEC_PUSH(h->checking->arena, &h->reasons, ((struct flag_reason){feature, left, right}));
}

/* --- who ------------------------------------------------------------------------------------ */

static void hit_claims(struct hits *h)
{
    const struct checking *c = h->checking;
    for (size_t i = 0; i < c->claim_count; i++) {
        const struct claim *x = &c->claims[i];
        if (!str_among(h->listed->key, x->patents, x->patent_count))
            continue;
        VEC_PUSH(c->arena, &h->records, checking_record(x));
        reason(h, "patents", x->owner, x->number);
        hit(h, x->city);
    }
}

static bool is_applicant(const struct listed *l, const struct kin *k)
{
    return (l->code.len && str_eq(l->code, k->code)) ||
           (l->applicant_key.len && str_eq(l->applicant_key, k->name_key));
}

static bool is_new(const struct hits *h, struct str party)
{
    for (size_t i = 0; i < h->reasons.len; i++)
        if (str_eq(h->reasons.ptr[i].left, party) &&
            !str_is(str_of(h->reasons.ptr[i].feature), "patents"))
            return false;
    return true;
}

/* Its applicant is a party of the province, or of the group of one. */
static void hit_parties(struct hits *h, const struct kin *kin, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct kin *k = &kin[i];
        bool here = str_eq(k->province, h->checking->province);
        if (!is_applicant(h->listed, k))
            continue;
        if (here && is_new(h, k->name)) {
            reason(h, "parties", k->name, h->listed->number);
            hit(h, k->city);
        }
        for (size_t n = 0; n < count; n++) {
            const struct kin_value *v = kin_same(k, &kin[n]) ? NULL : kin_common(k, &kin[n]);
            if (!v || !str_is(str_of(v->feature), "group") || !is_new(h, kin[n].name) ||
                !str_eq(kin[n].province, h->checking->province))
                continue;
            reason(h, "group", kin[n].name, v->text);
            hit(h, kin[n].city);
        }
    }
}

/* --- what counted it ------------------------------------------------------------------------- */

static bool counts(const struct jvalue *rows, const char *list, struct str key, struct arena *a)
{
    const struct jvalue *all = jin_get(rows, list);
    for (size_t i = 0; all && all->type == J_ARRAY && i < all->count; i++)
        if (str_eq(claim_patent_key(jin_text(&all->items[i], "label"), a), key))
            return true;
    return false;
}

static void look_at_rows(struct hits *h, const struct jvalue *criterion, int64_t decision,
                         struct str pack)
{
    const struct jvalue *rows = jin_get(criterion, "rows");
    struct arena *a = h->checking->arena;
    for (size_t i = 0; rows && rows->type == J_ARRAY && i < rows->count; i++)
        if (counts(&rows->items[i], "in", h->listed->key, a) ||
            counts(&rows->items[i], "possible", h->listed->key, a))
            reason(h, "counted", arena_printf(a, "%.*s #%lld", STR_ARG(pack), (long long)decision),
                   arena_printf(a, "%.*s：%.*s", STR_ARG(jin_text(criterion, "id")),
                                STR_ARG(jin_text(&rows->items[i], "indicator"))));
}

/* Decisions that stand and whose answer names the number as it is written here. */
static err_t look_at_decisions(struct hits *h, struct db *db, struct err *e)
{
    struct arena *a = h->checking->arena;
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT id, pack, answer FROM decision WHERE state = 'stands' ORDER BY id",
                        NULL, 0, e);
    while (stmt_row(&rc, st, e)) {
        const struct jvalue *answer = NULL;
        struct str pack = arena_dup(a, stmt_str(st, 1)), text = arena_dup(a, stmt_str(st, 2));
        if ((rc = jin_parse(&answer, text, a, e)) != OK)
            break;
        const struct jvalue *criteria = jin_get(answer, "criteria");
        for (size_t i = 0; criteria && criteria->type == J_ARRAY && i < criteria->count; i++)
            look_at_rows(h, &criteria->items[i], stmt_i64(st, 0), pack);
    }
    stmt_free(st);
    return rc;
}

/* --- raising ----------------------------------------------------------------------------------- */

static struct str state_text(const struct checking *c, struct str code)
{
    const struct record_type *t = record_type_find(c->kernel->types, STR("abnormal_filing"));
    const struct field *f = t ? record_field(t, STR("status")) : NULL;
    const struct enum_value *value = f ? field_value(f, code) : NULL;
    return value ? value->label.zh : code;
}

static err_t look_at(struct checking *c, const struct listed *l, const struct kin *kin,
                     size_t kin_count, struct err *e)
{
    struct hits h = {.checking = c, .listed = l};
    struct str state = state_text(c, l->state);
    struct db *db = NULL;
    VEC_PUSH(c->arena, &h.records,
             ((struct flagged_record){.type = STR("abnormal_filing"),
                                      .id = l->id,
                                      .version = l->version,
                                      .number = l->number}));
    reason(&h, "listed", l->number,
           arena_printf(c->arena, "%.*s，%.*s", STR_ARG(state), STR_ARG(l->batch)));
    hit_claims(&h);
    hit_parties(&h, kin, kin_count);
    if (!h.any)
        return OK;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = look_at_decisions(&h, db, e);
    store_reader_put(c->kernel->store, db);
    const struct flag_draft d = {
        .kind = "abnormal_filing",
        .summary = arena_printf(c->arena, "%.*s（%.*s）", STR_ARG(l->number), STR_ARG(state)),
        .city = h.one_city ? h.city : STR_NONE,
        .province = c->province,
        .records = h.records.ptr,
        .record_count = h.records.len,
        .reasons = h.reasons.ptr,
        .reason_count = h.reasons.len};
    return rc == OK ? checking_raise(c, &d, e) : rc;
}

err_t suspect_abnormal(struct checking *c, struct err *e)
{
    const struct listed *listed = NULL;
    const struct kin *kin = NULL;
    size_t count = 0, kin_count = 0;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    rc = load_listed(&listed, &count, c, db, e);
    if (rc == OK)
        rc = kin_load(&kin, &kin_count, &(struct claim_source){c->kernel, db, c->arena}, e);
    store_reader_put(c->kernel->store, db);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = look_at(c, &listed[i], kin, kin_count, e);
    return rc;
}
