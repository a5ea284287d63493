/* Records of an office's register without their place. */
#include "programme/place.h"
#include "base/log.h"

struct unplaced {
    int64_t id;
    struct str city; /* GB/T 2260, six digits */
};

static const struct field *field_that(const struct record_type *t, enum follows follows)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (programme_follows(t, &t->fields[i]) == follows)
            return &t->fields[i];
    return NULL;
}

static err_t find_unplaced(const struct unplaced **out, size_t *count, struct kernel *k,
                           const struct record_type *t, const struct field *party,
                           const struct field *region, struct arena *a, struct err *e)
{
    VEC(struct unplaced) all = {0};
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    struct str sql = arena_printf(
        a,
        "SELECT c.id, u.region FROM %.*s c JOIN unit u ON u.credit_code = c.%.*s WHERE c.%.*s IS"
        " NULL AND c.state = ?1 AND c.ended_ms IS NULL AND u.ended_ms IS NULL AND u.owner_city IS"
        " NOT NULL AND u.owner_province = c.owner_province ORDER BY c.id",
        STR_ARG(t->table), STR_ARG(party->name), STR_ARG(region->name));
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK)
        rc = db_query_once(&st, db, sql.ptr, VALUES(v_str(t->initial)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str city = region_city_prefix(stmt_str(st, 1));
        VEC_PUSH(a, &all,
                 ((struct unplaced){stmt_i64(st, 0), arena_printf(a, "%.*s00", STR_ARG(city))}));
    }
    stmt_free(st);
    store_reader_put(k->store, db);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

static err_t fill_one(struct kernel *k, const struct subject *by, const struct record_type *t,
                      const struct field *region, const struct unplaced *one, struct arena *a,
                      struct err *e)
{
    const struct jvalue *patch = NULL;
    struct written written;
    struct faults faults = {0};
    struct err why = {0};
    struct str text =
        arena_printf(a, "{\"%.*s\":\"%.*s\"}", STR_ARG(region->name), STR_ARG(one->city));
    err_t rc = jin_parse(&patch, text, JIN_REFUSE_DUPLICATES, NULL, a, e);
    if (rc != OK)
        return rc;
    rc = record_change(&written, &faults, k, by, t, one->id, patch, NULL, a, &why);
    if (rc == E_INVALID || rc == E_CONFLICT) { /* one keeps no other from its place */
        log_line(LOG_WARN, "%.*s %lld is given no place: %s", STR_ARG(t->name), (long long)one->id,
                 faults.count ? faults.items[0].message_en.ptr : why.text);
        return OK;
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}

err_t place_fill(struct kernel *k, struct str today, struct arena *a, struct err *e)
{
    const struct record_type *t;
    struct subject program;
    err_t rc = OK;
    subject_program(&program, today);
    for (size_t i = 0; rc == OK && (t = record_type_at(k->types, i)); i++) {
        const struct unplaced *all = NULL;
        size_t count = 0;
        const struct field *party = field_that(t, FOLLOWS_PARTY);
        const struct field *region = field_that(t, FOLLOWS_REGION);
        if (!t->by_actions_only || t->owner != OWNER_OFFICE || t->core || !party || !region)
            continue;
        rc = find_unplaced(&all, &count, k, t, party, region, a, e);
        for (size_t n = 0; rc == OK && n < count; n++)
            rc = fill_one(k, &program, t, region, &all[n], a, e);
    }
    return rc;
}
