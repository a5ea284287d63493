/* One statement for each kind of row; rows of one expert come together, in the order of ids. */
#include "panel/pool.h"
#include "base/vec.h"
#include "model/normal.h"
#include "text/json.h"

/* ?1 the province, ?2 … ?5 the experts' ids: every statement here reads the same experts. For one
 * expert only that row is read ("?2 = 0 OR x.id = ?2" would read them all). */
#define WHOSE " x.owner_province = ?1 AND x.id >= ?2 AND x.id <= ?5 AND x.ended_ms IS NULL"

struct reading {
    struct db *db;
    int64_t panel, expert;
    struct str province, today;
    struct arena *a;
    VEC(struct pool_expert) experts;
};

static err_t each(struct reading *r, const char *sql, void (*take)(struct reading *, struct stmt *),
                  struct err *e)
{
    int64_t last = r->expert ? r->expert : INT64_MAX;
    err_t rc = OK;
    EACH_ROW(
        st, rc, e, r->db, sql,
        VALUES(v_str(r->province), v_i64(r->expert), v_i64(r->panel), v_str(r->today), v_i64(last)))
        take(r, st);
    return rc;
}

static void take_expert(struct reading *r, struct stmt *st)
{
    struct str name = arena_dup(r->a, stmt_str(st, 1));
    VEC_PUSH(r->a, &r->experts,
             ((struct pool_expert){.id = stmt_i64(st, 0),
                                   .name = name,
                                   .name_key = name_key(name, r->a),
                                   .suspended = !str_is(stmt_str(st, 2), "active"),
                                   .consents = stmt_i64(st, 3) == 1,
                                   .employments_complete = stmt_i64(st, 4) == 1,
                                   .account = stmt_i64(st, 5),
                                   .left_out = arena_dup(r->a, stmt_str(st, 6))}));
}

/* NULL: he came into the pool since the experts were read; he is not in this reading. */
static struct pool_expert *expert_of(struct reading *r, struct stmt *st)
{
    int64_t id = stmt_i64(st, 0);
    size_t from = 0, end = r->experts.len;
    while (from < end) {
        size_t mid = from + (end - from) / 2;
        if (r->experts.ptr[mid].id < id)
            from = mid + 1;
        else
            end = mid;
    }
    return from < r->experts.len && r->experts.ptr[from].id == id ? &r->experts.ptr[from] : NULL;
}

static void take_field(struct reading *r, struct stmt *st)
{
    struct pool_expert *x = expert_of(r, st);
    if (!x)
        return;
    struct {
        struct str *ptr;
        size_t len, cap;
    } all = {(struct str *)x->fields, x->field_count, x->field_count};
    VEC_PUSH(r->a, &all, arena_dup(r->a, stmt_str(st, 1)));
    x->fields = all.ptr;
    x->field_count = all.len;
}

static void add_tie(const struct tie **ties, size_t *count, struct tie t, struct arena *a)
{
    struct tie *all = arena_regrow(a, *ties, *count, *count + 1, sizeof(*all));
    all[(*count)++] = t;
    *ties = all;
}

/* id, row, name, code, group, unit, to */
static struct tie tie_of(struct reading *r, struct stmt *st)
{
    struct str name = stmt_str(st, 2);
    return (struct tie){.row = arena_dup(r->a, stmt_str(st, 1)),
                        .name_key = name.len ? name_key(name, r->a) : STR_NONE,
                        .code = arena_dup(r->a, stmt_str(st, 3)),
                        .group = arena_dup(r->a, stmt_str(st, 4)),
                        .unit = stmt_i64(st, 5),
                        .to = arena_dup(r->a, stmt_str(st, 6))};
}

static void take_employment(struct reading *r, struct stmt *st)
{
    struct pool_expert *x = expert_of(r, st);
    if (x)
        add_tie(&x->employments, &x->employment_count, tie_of(r, st), r->a);
}

static void take_declared(struct reading *r, struct stmt *st)
{
    struct pool_expert *x = expert_of(r, st);
    if (x)
        add_tie(&x->declared, &x->declared_count, tie_of(r, st), r->a);
}

static err_t read_experts(struct reading *r, struct err *e)
{
    err_t rc = each(r,
                    "SELECT x.id, x.name, x.state, x.consent, x.employments_complete, a.id,"
                    " l.reason FROM record_expert x LEFT JOIN account a ON a.name = x.account_name"
                    " AND a.state = 'active' AND EXISTS (SELECT 1 FROM role_grant g WHERE"
                    " g.account = a.id AND g.role = 'expert' AND g.state = 'active' AND"
                    " g.from_date <= ?4 AND (g.to_date IS NULL OR g.to_date >= ?4))"
                    " LEFT JOIN panel_left_out l ON l.panel = ?3 AND l.expert = x.id WHERE" WHOSE
                    " ORDER BY x.id",
                    take_expert, e);
    if (rc == OK)
        rc = each(r,
                  "SELECT x.id, f.value, ?3, ?4 FROM record_expert x JOIN record_expert_fields f ON"
                  " f.record_id = x.id WHERE" WHOSE " ORDER BY x.id, f.value",
                  take_field, e);
    return rc;
}

static err_t read_ties(struct reading *r, struct err *e)
{
    err_t rc = each(
        r,
        "SELECT x.id, 'expert:' || x.id || '/employments/' || m.position, m.name, m.credit_code,"
        " CASE WHEN m.group_code IS NULL THEN u.group_code ELSE m.group_code END, u.id, m.to_, ?3,"
        " ?4 FROM record_expert x JOIN record_expert_employments m ON m.record_id = x.id LEFT JOIN"
        " unit u ON u.credit_code = m.credit_code WHERE" WHOSE " ORDER BY x.id, m.position",
        take_employment, e);
    if (rc == OK) /* the same person among the staff that parties keep: by the blind index */
        rc = each(r,
                  "SELECT x.id, 'staff:' || s.id, u.name, u.credit_code, u.group_code, u.id,"
                  " s.to_, ?3, ?4 FROM record_expert x JOIN record_staff s ON s.id_number_index ="
                  " x.id_number_index JOIN unit u ON u.id = s.owner_unit WHERE s.ended_ms IS NULL"
                  " AND" WHOSE " ORDER BY x.id, s.id",
                  take_employment, e);
    if (rc == OK) /* who signs in for a party works there */
        rc = each(r,
                  "SELECT x.id, 'account:' || a.id, u.name, u.credit_code, u.group_code, u.id,"
                  " 'no', ?3, ?4 FROM record_expert x JOIN account a ON a.name = x.account_name"
                  " JOIN unit u ON u.id = a.owner_unit WHERE u.kind <> 'expert_pool' AND" WHOSE
                  " ORDER BY x.id",
                  take_employment, e);
    if (rc == OK)
        rc = each(r,
                  "SELECT x.id, 'expert:' || x.id || '/declared/' || m.position, m.name,"
                  " m.credit_code, NULL, u.id, 'no', ?3, ?4 FROM record_expert x JOIN"
                  " record_expert_declared m ON m.record_id = x.id LEFT JOIN unit u ON"
                  " u.credit_code = m.credit_code WHERE" WHOSE " ORDER BY x.id, m.position",
                  take_declared, e);
    return rc;
}

static err_t read_parties(struct pool *out, struct reading *r, struct err *e)
{
    VEC(struct pool_party) all = {0};
    struct pool_party one = {0};
    err_t rc = db_rows(ROWS(&all, one), r->db,
                       "SELECT c.id, c.unit, u.name, u.credit_code, u.group_code FROM panel_case c"
                       " JOIN unit u ON u.id = c.unit WHERE c.panel = ?1 ORDER BY c.id",
                       VALUES(v_i64(r->panel)),
                       INTO(into_i64(&one.panel_case), into_i64(&one.unit), into_str(&one.name),
                            into_str(&one.code), into_str(&one.group)),
                       r->a, e);
    for (size_t i = 0; i < all.len; i++)
        all.ptr[i].name_key = name_key(all.ptr[i].name, r->a);
    out->parties = all.ptr;
    out->party_count = all.len;
    return rc;
}

err_t pool_read(struct pool *out, struct db *db, int64_t panel, struct str province, int64_t expert,
                struct str today, struct arena *a, struct err *e)
{
    struct reading r = {db, panel, expert, province, today, a, {0}};
    *out = (struct pool){0};
    err_t rc = read_experts(&r, e);
    if (rc == OK)
        rc = read_ties(&r, e);
    if (rc == OK)
        rc = read_parties(out, &r, e);
    out->experts = r.experts.ptr;
    out->expert_count = r.experts.len;
    return rc;
}

/* --- what was said, and taken back ---------------------------------------------------------- */

struct said {
    struct {
        struct tie *ptr;
        size_t len, cap;
    } employments, declared;
    struct arena *a;
};

static struct tie tie_said(const struct jvalue *row, struct arena *a)
{
    const struct jvalue *to = jin_get(row, "to");
    struct str name = jin_text(row, "name");
    return (struct tie){.name_key = name.len ? name_key(arena_dup(a, name), a) : STR_NONE,
                        .code = arena_dup(a, jin_text(row, "credit_code")),
                        .group = arena_dup(a, jin_text(row, "group_code")),
                        .to = to && to->type == J_FALSE ? STR("no")
                                                        : arena_dup(a, jin_text(row, "to"))};
}

/* The rows of one of his tables; NULL: it has none. */
static const struct jvalue *rows_of(const struct jvalue *content, const char *table)
{
    const struct jvalue *rows = content ? jin_get(content, table) : NULL;
    return rows && rows->type == J_ARRAY ? rows : NULL;
}

static void take_said(struct said *said, const struct jvalue *content)
{
    const struct jvalue *employments = rows_of(content, "employments"),
                        *declared = rows_of(content, "declared");
    for (size_t i = 0; employments && i < employments->count; i++)
        VEC_PUSH(said->a, &said->employments, tie_said(&employments->items[i], said->a));
    for (size_t i = 0; declared && i < declared->count; i++)
        VEC_PUSH(said->a, &said->declared, tie_said(&declared->items[i], said->a));
}

static struct str text_of(const struct jvalue *content, struct arena *a)
{
    static const char *const tables[] = {"employments", "declared"};
    struct jout j;
    jout_own(&j);
    jout_array(&j);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        const struct jvalue *rows = rows_of(content, tables[i]);
        jout_array(&j);
        for (size_t k = 0; rows && k < rows->count; k++)
            jout_value(&j, &rows->items[k]);
        jout_end_array(&j);
    }
    jout_end_array(&j);
    return buf_take(j.to, a);
}

/* Each version adds to the statements of earlier ones; a change by somebody else overrides them. */
static err_t read_said(struct said *out, struct db *db, const struct pool_expert *x,
                       int64_t since_ms, struct err *e)
{
    struct str before = STR_NONE;
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT v.account, v.content FROM record_version v WHERE v.type = 'expert'"
             " AND v.record_id = ?1 AND v.version >= coalesce((SELECT max(w.version)"
             " FROM record_version w WHERE w.type = 'expert' AND w.record_id = ?1 AND"
             " w.at_ms <= ?2), 1) ORDER BY v.version",
             VALUES(v_i64(x->id), v_i64(since_ms))) {
        const struct jvalue *content = NULL;
        bool own = stmt_i64(st, 0) == x->account;
        rc = jin_parse(&content, arena_dup(out->a, stmt_str(st, 1)), out->a, e);
        if (rc != OK)
            break;
        struct str now = text_of(content, out->a);
        if (!own && !str_eq(now, before))
            out->employments.len = out->declared.len = 0;
        take_said(out, content);
        before = now;
    }
    return rc;
}

err_t pool_remember(struct pool *p, struct db *db, int64_t since_ms, struct arena *a, struct err *e)
{
    struct said said = {.a = a};
    if (p->expert_count != 1)
        return OK;
    struct pool_expert *x = arena_alloc(a, sizeof(*x));
    *x = p->experts[0];
    err_t rc = read_said(&said, db, x, since_ms, e);
    for (size_t i = 0; rc == OK && i < said.employments.len; i++)
        add_tie(&x->employments, &x->employment_count, said.employments.ptr[i], a);
    for (size_t i = 0; rc == OK && i < said.declared.len; i++)
        add_tie(&x->declared, &x->declared_count, said.declared.ptr[i], a);
    p->experts = x;
    return rc;
}
