/* Records changed after their owner had filed on them. A filing is the latest submitting of an
 * application or an annual report, by the record's own action or by a step of its case; it counted what
 * its owner had then. What is looked at are the
 * fields that prove (`evidence:`) and those that say what is claimed (`claim:`): the version that
 * stood at the filing against the one of now. A record made later was not counted. */
#include "base/vec.h"
#include "integrity/suspect.h"

struct filing {
    int64_t unit, id, version, at_ms;
    struct str type, city;
};

struct change {
    int64_t id, then, now;
    struct str before, after; /* contents */
};

static err_t load_filings(const struct filing **out, size_t *count, struct checking *c,
                          struct db *db, struct err *e)
{
    VEC(struct filing) list = {0};
    static const char *const sql[] = {
        "SELECT r.owner_unit, r.id, v.version, v.at_ms, 'application', r.owner_city"
        " FROM record_application r JOIN record_version v ON v.type = 'application'"
        " AND v.record_id = r.id AND v.action = 'submit'"
        " WHERE r.owner_province = ?1 AND r.state = 'submitted' ORDER BY r.owner_unit, v.at_ms",
        "SELECT r.owner_unit, r.id, v.version, v.at_ms, 'annual_report', r.owner_city"
        " FROM record_annual_report r JOIN record_version v ON v.type = 'annual_report'"
        " AND v.record_id = r.id AND v.action = 'submit'"
        " WHERE r.owner_province = ?1 AND r.state = 'submitted' ORDER BY r.owner_unit, v.at_ms",
        /* The party's latest step that led on. Not where the case was sent back to where it stood
         * before, nor where the party ended it: there nothing is filed any more. */
        "SELECT c.owner_unit, c.record_id, (SELECT max(v.version) FROM record_version v"
        " WHERE v.type = c.record_type AND v.record_id = c.record_id AND v.at_ms <= s.at_ms),"
        " s.at_ms, c.record_type, c.owner_city FROM flow_case c JOIN flow_step s"
        " ON s.id = (SELECT max(x.id) FROM flow_step x WHERE x.case_id = c.id AND x.kind = 'step'"
        " AND x.unit = c.owner_unit AND x.from_stage <> x.to_stage)"
        " WHERE c.owner_province = ?1 AND c.record_type IN ('application', 'annual_report')"
        " AND c.stage <> s.from_stage AND (c.state = 'running' OR c.stage <> s.to_stage)"
        " ORDER BY c.owner_unit, s.at_ms"};
    err_t rc = OK;
    for (size_t i = 0; i < ARRAY_LEN(sql) && rc == OK; i++) {
        struct filing x = {0};
        rc = db_rows(ROWS(&list, x), db, sql[i], VALUES(v_str(c->province)),
                     INTO(into_i64(&x.unit), into_i64(&x.id), into_i64(&x.version),
                          into_i64(&x.at_ms), into_str(&x.type), into_str(&x.city)),
                     c->arena, e);
    }
    *out = list.ptr;
    *count = list.len;
    return rc;
}

/* Records of a type that had a version at the filing and have a later one now. */
static err_t load_changes(const struct change **out, size_t *count, struct checking *c,
                          const struct record_type *t, const struct filing *f, struct err *e)
{
    VEC(struct change) list = {0};
    struct db *db = NULL;
    struct stmt *st = NULL;
    *count = 0;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    const char *sql =
        arena_printf(c->arena,
                     "SELECT r.id, b.version, n.version, b.content, n.content FROM %.*s r"
                     " JOIN record_version n ON n.type = ?1 AND n.record_id = r.id"
                     " AND n.version = r.version"
                     " JOIN record_version b ON b.type = ?1 AND b.record_id = r.id"
                     " AND b.version = (SELECT max(x.version) FROM record_version x WHERE"
                     " x.type = ?1 AND x.record_id = r.id AND x.at_ms <= ?3)"
                     " WHERE r.owner_unit = ?2 AND n.at_ms > ?3 AND r.secrecy < 2 ORDER BY r.id",
                     STR_ARG(t->table))
            .ptr;
    rc = db_query_once(&st, db, sql, VALUES(v_str(t->name), v_i64(f->unit), v_i64(f->at_ms)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(c->arena, &list,
                 ((struct change){.id = stmt_i64(st, 0),
                                  .then = stmt_i64(st, 1),
                                  .now = stmt_i64(st, 2),
                                  .before = arena_dup(c->arena, stmt_str(st, 3)),
                                  .after = arena_dup(c->arena, stmt_str(st, 4))}));
    stmt_free(st);
    store_reader_put(c->kernel->store, db);
    *out = list.ptr;
    *count = list.len;
    return rc;
}

/* --- what differs ------------------------------------------------------------------------- */

static struct str json_of(const struct jvalue *v, struct arena *a)
{
    return v ? jvalue_json_ordered(v, a) : STR_NONE;
}

struct comparing {
    struct checking *checking;
    const struct record_type *type;
    const struct change *change;
    const struct jvalue *before, *after;
    struct flag_reason *reasons;
    size_t count;
};

static void compare(struct comparing *m, struct str field)
{
    struct arena *a = m->checking->arena;
    const struct field *f = field.len ? record_field(m->type, field) : NULL;
    if (!f || f->secrecy == SECRECY_SECRET || f->type == FIELD_PERSON)
        return;
    const char *name = arena_cstr(a, field);
    struct str was = json_of(jin_get(m->before, name), a);
    struct str is = json_of(jin_get(m->after, name), a);
    if (!str_eq(was, is))
        m->reasons[m->count++] = (struct flag_reason){
            "changed",
            arena_printf(a, "%.*s（%lld）：%.*s", STR_ARG(f->label.zh), (long long)m->change->then,
                         STR_ARG(was)),
            arena_printf(a, "（%lld）%.*s", (long long)m->change->now, STR_ARG(is))};
}

static err_t look_at(struct checking *c, const struct record_type *t, const struct filing *f,
                     const struct change *x, struct err *e)
{
    const struct claim_rule *r = &t->claim;
    const struct str claimed[] = {r->number, r->title,   r->amount,  r->date,
                                  r->kind,   r->parties, r->patents, r->files};
    struct comparing m = {.checking = c, .type = t, .change = x};
    m.reasons = arena_array(c->arena, t->evidence_count + ARRAY_LEN(claimed), sizeof(*m.reasons));
    err_t rc = jin_parse(&m.before, x->before, c->arena, e);
    if (rc == OK)
        rc = jin_parse(&m.after, x->after, c->arena, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(claimed); i++)
        if (!str_among(claimed[i], t->evidence, t->evidence_count))
            compare(&m, claimed[i]);
    for (size_t i = 0; i < t->evidence_count; i++)
        compare(&m, t->evidence[i]);
    if (m.count == 0)
        return OK;
    const struct flagged_record records[] = {{.type = t->name, .id = x->id, .version = x->now},
                                             {.type = f->type, .id = f->id, .version = f->version}};
    const struct flag_draft d = {
        .kind = "edited_after_filing",
        .summary = arena_printf(c->arena, "%.*s %lld：报送后修改（第 %lld 版）",
                                STR_ARG(t->label.zh), (long long)x->id, (long long)x->now),
        .city = f->city,
        .province = c->province,
        .records = records,
        .record_count = ARRAY_LEN(records),
        .reasons = m.reasons,
        .reason_count = m.count};
    return checking_raise(c, &d, e);
}

static err_t look_at_type(struct checking *c, const struct record_type *t, const struct filing *f,
                          struct err *e)
{
    const struct change *changes = NULL;
    size_t count = 0;
    err_t rc = load_changes(&changes, &count, c, t, f, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = look_at(c, t, f, &changes[i], e);
    return rc;
}

/* What filings count: records that give facts. A filing itself is locked once it is submitted. */
static bool is_counted(const struct record_type *t)
{
    return !t->core && t->facts.len && !t->facts_object && (t->evidence_count || t->claim.what.len);
}

err_t suspect_edited(struct checking *c, struct err *e)
{
    const struct filing *filings = NULL;
    const struct record_type *t;
    struct db *db = NULL;
    size_t count = 0;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = load_filings(&filings, &count, c, db, e);
    store_reader_put(c->kernel->store, db);
    for (size_t i = 0; rc == OK && i < count; i++)
        for (size_t k = 0; rc == OK && (t = record_type_at(c->kernel->types, k)); k++)
            if (is_counted(t) && !str_eq(t->name, filings[i].type))
                rc = look_at_type(c, t, &filings[i], e);
    return rc;
}
