/* One person who is full-time staff of two units at once: each counts him for a condition that asks for
 * full-time staff. Whether one of the entries is wrong, a person says. Persons are known by the blind index of
 * their number (record/value_person.h); the flag names them as their records do. */
#include "base/vec.h"
#include "integrity/suspect.h"

struct post {
    int64_t id, version;
    struct str unit, city, name, from, to;
};

struct pair {
    struct post earlier, later;
};

static struct post post_at(struct stmt *st, int column, struct arena *a)
{
    return (struct post){.id = stmt_i64(st, column),
                         .version = stmt_i64(st, column + 1),
                         .unit = arena_dup(a, stmt_str(st, column + 2)),
                         .city = arena_dup(a, stmt_str(st, column + 3)),
                         .name = arena_dup(a, stmt_str(st, column + 4)),
                         .from = arena_dup(a, stmt_str(st, column + 5)),
                         .to = arena_dup(a, stmt_str(st, column + 6))};
}

/* Both began on a day that is known, and the earlier had not ended when the later began: a day of leaving that
 * is not known or said not to be there (no) is none. */
static err_t load(const struct pair **out, size_t *count, struct checking *c, struct db *db,
                  struct err *e)
{
    static const char sql[] =
        "WITH post AS (SELECT r.id, r.version, u.name AS unit, r.owner_city AS city, r.name,"
        " r.from_, r.to_, r.id_number_index AS person, r.owner_unit FROM record_staff r"
        " JOIN unit u ON u.id = r.owner_unit WHERE r.owner_province = ?1 AND r.full_time = 1"
        " AND r.from_ <> 'no' AND r.ended_ms IS NULL AND r.secrecy < 2)"
        " SELECT x.id, x.version, x.unit, x.city, x.name, x.from_, x.to_,"
        " y.id, y.version, y.unit, y.city, y.name, y.from_, y.to_ FROM post x"
        " JOIN post y ON y.person = x.person AND y.owner_unit <> x.owner_unit"
        " AND (y.from_ > x.from_ OR (y.from_ = x.from_ AND y.id > x.id))"
        " WHERE x.to_ IS NULL OR x.to_ = 'no' OR x.to_ >= y.from_ ORDER BY x.id, y.id";
    VEC(struct pair) list = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, VALUES(v_str(c->province)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(c->arena, &list,
                 ((struct pair){post_at(st, 0, c->arena), post_at(st, 7, c->arena)}));
    stmt_free(st);
    *out = list.ptr;
    *count = list.len;
    return rc;
}

/* "虚构中心 2025-01-02–": where and when. */
static struct str said(const struct post *p, struct arena *a)
{
    bool left = p->to.len && !str_is(p->to, "no");
    return arena_printf(a, "%.*s %.*s–%.*s", STR_ARG(p->unit), STR_ARG(p->from),
                        STR_ARG(left ? p->to : STR("")));
}

static struct flagged_record record_of(const struct post *p)
{
    return (struct flagged_record){.type = STR("staff"),
                                   .id = p->id,
                                   .version = p->version,
                                   .party = p->unit,
                                   .number = p->name};
}

static err_t raise(struct checking *c, const struct pair *p, struct err *e)
{
    const struct post *x = &p->earlier, *y = &p->later;
    const struct flagged_record records[] = {record_of(x), record_of(y)};
    const struct flag_reason reason = {"person", said(x, c->arena), said(y, c->arena)};
    const struct flag_draft d = {.kind = "full_time_twice",
                                 .summary =
                                     arena_printf(c->arena, "%.*s：%.*s／%.*s", STR_ARG(y->name),
                                                  STR_ARG(x->unit), STR_ARG(y->unit)),
                                 .city = str_eq(x->city, y->city) ? x->city : STR_NONE,
                                 .province = c->province,
                                 .records = records,
                                 .record_count = ARRAY_LEN(records),
                                 .reasons = &reason,
                                 .reason_count = 1};
    return checking_raise(c, &d, e);
}

err_t suspect_full_time(struct checking *c, struct err *e)
{
    const struct pair *pairs = NULL;
    size_t count = 0;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = load(&pairs, &count, c, db, e);
    store_reader_put(c->kernel->store, db);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = raise(c, &pairs[i], e);
    return rc;
}
