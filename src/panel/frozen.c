/* The frozen text: everything the draw follows from but the seed, in one spelling. */
#include "panel/frozen.h"
#include "base/vec.h"
#include "text/json.h"
#include <stdlib.h>

static void write_conflicts(struct jout *j, const char *name, enum conflict_kind kind,
                            const struct pool *pool)
{
    jout_pair_array(j, name);
    for (size_t i = 0; i < pool->conflict_count; i++) {
        const struct conflict *x = &pool->conflicts[i];
        if (x->kind != kind)
            continue;
        jout_object(j);
        jout_pair_id(j, "case", x->panel_case);
        jout_pair_id(j, "expert", x->expert);
        jout_pair(j, "reason", x->reason);
        jout_pair(j, "rows", x->rows);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void write_pool(struct jout *j, const struct pool *pool)
{
    jout_pair_array(j, "pool");
    for (size_t i = 0; i < pool->expert_count; i++) {
        jout_object(j);
        jout_pair_i64(j, "expert", pool->experts[i].id);
        jout_pair_strs(j, "fields", pool->experts[i].fields, pool->experts[i].field_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

struct str frozen_write(const struct panel *p, int64_t round, const struct pool *pool,
                        struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_array(&j, "cases");
    for (size_t i = 0; i < p->case_count; i++) {
        jout_object(&j);
        jout_pair_i64(&j, "case", p->cases[i].id);
        jout_pair(&j, "number", p->cases[i].number);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    write_conflicts(&j, "conflicts", CONFLICT_TIE, pool);
    jout_pair_array(&j, "fields");
    for (size_t i = 0; i < p->field_count; i++) {
        jout_object(&j);
        jout_pair(&j, "field", p->fields[i].field);
        jout_pair_i64(&j, "seats", p->fields[i].seats);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    write_conflicts(&j, "left_out", CONFLICT_PERSON, pool);
    jout_pair_i64(&j, "panel", p->id);
    write_pool(&j, pool);
    jout_pair_i64(&j, "round", round);
    jout_pair(&j, "rule", STR("zhiyun-draw/1"));
    write_conflicts(&j, "unknown", CONFLICT_UNKNOWN, pool);
    return jout_take(&j, a);
}

/* --- read again -------------------------------------------------------------------------------- */

static err_t bad(struct err *e)
{
    return err_set(e, E_CORRUPT, "the frozen data of a draw cannot be read");
}

static void add_experts(struct ids *to, const struct jvalue *list, struct arena *a)
{
    int64_t id;
    for (size_t i = 0; list && i < list->count; i++)
        if (jin_i64(&id, &list->items[i], "expert"))
            VEC_PUSH(a, to, id);
}

static bool has_field(const struct jvalue *expert, struct str field)
{
    const struct jvalue *fields = jin_get(expert, "fields");
    return fields && FIND_BY(fields->items, fields->count, text, field);
}

err_t frozen_eligible(const int64_t **out, size_t *count, struct str frozen, struct str field,
                      struct arena *a, struct err *e)
{
    const struct jvalue *all, *pool;
    struct ids list = {0}, out_of_it = {0};
    err_t rc = jin_parse(&all, frozen, a, e);
    pool = rc == OK ? jin_get(all, "pool") : NULL;
    if (rc == OK && (!pool || pool->type != J_ARRAY))
        rc = bad(e);
    if (rc == OK) {
        add_experts(&out_of_it, jin_get(all, "conflicts"), a);
        add_experts(&out_of_it, jin_get(all, "left_out"), a);
        VEC_PUSH(a, &out_of_it, 0); /* so that there is an array to sort */
        qsort(out_of_it.ptr, out_of_it.len, sizeof(int64_t), i64_cmp_first);
    }
    for (size_t i = 0; rc == OK && i < pool->count; i++) {
        int64_t id = 0;
        if (!jin_i64(&id, &pool->items[i], "expert"))
            rc = bad(e);
        else if (has_field(&pool->items[i], field) &&
                 !bsearch(&id, out_of_it.ptr, out_of_it.len, sizeof(int64_t), i64_cmp_first))
            VEC_PUSH(a, &list, id);
    }
    *out = list.ptr;
    *count = list.len;
    return rc;
}

err_t draw_orders(const struct drawn_field **out, size_t *count, struct str frozen,
                  const struct digest *seed, struct arena *a, struct err *e)
{
    const struct jvalue *all, *fields;
    VEC(struct drawn_field) list = {0};
    err_t rc = jin_parse(&all, frozen, a, e);
    fields = rc == OK ? jin_get(all, "fields") : NULL;
    if (rc == OK && (!fields || fields->type != J_ARRAY))
        rc = bad(e);
    for (size_t i = 0; rc == OK && i < fields->count; i++) {
        struct drawn_field f = {.field = jin_text(&fields->items[i], "field")};
        const int64_t *eligible;
        if (!jin_i64(&f.seats, &fields->items[i], "seats"))
            return bad(e);
        rc = frozen_eligible(&eligible, &f.count, frozen, f.field, a, e);
        if (rc != OK)
            return rc;
        size_t *order = lot_order(seed, f.field, f.count, a);
        int64_t *experts = arena_array(a, f.count + 1, sizeof(*experts));
        for (size_t k = 0; k < f.count; k++)
            experts[k] = eligible[order[k]];
        f.order = experts;
        VEC_PUSH(a, &list, f);
    }
    *out = list.ptr;
    *count = list.len;
    return rc;
}
