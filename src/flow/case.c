/* Reading cases, and who acts on them. */
#include "flow/case.h"
#include "base/msg.h"
#include "base/vec.h"
#include "flow/case_priv.h"

#define COLUMNS                                                                                    \
    "id, version, state, trial, number, title, programme, pack_version, pack_digest, process,"     \
    " stage, stage_label, stage_on, record_type, record_id, owner_unit, owner_city,"               \
    " owner_province, call, parent, created_ms, created_by, due_date, closed_on, stream,"          \
    " due_count_by"

static struct str text(struct stmt *st, int column, struct arena *a)
{
    return arena_dup(a, stmt_str(st, column));
}

static void take_row(struct flow_case *out, struct stmt *st, struct arena *a)
{
    *out = (struct flow_case){.id = stmt_i64(st, 0),
                              .version = stmt_i64(st, 1),
                              .open = str_is(stmt_str(st, 2), "running"),
                              .trial = stmt_i64(st, 3) != 0,
                              .number = text(st, 4, a),
                              .title = text(st, 5, a),
                              .pack = text(st, 6, a),
                              .pack_version = text(st, 7, a),
                              .pack_digest = text(st, 8, a),
                              .process = text(st, 9, a),
                              .stage = text(st, 10, a),
                              .stage_label = text(st, 11, a),
                              .stage_on = text(st, 12, a),
                              .type = text(st, 13, a),
                              .record_id = stmt_i64(st, 14),
                              .unit = stmt_i64(st, 15),
                              .city = text(st, 16, a),
                              .province = text(st, 17, a),
                              .call = stmt_i64(st, 18),
                              .parent = stmt_i64(st, 19),
                              .opened_ms = stmt_i64(st, 20),
                              .opened_by = stmt_i64(st, 21),
                              .due = {text(st, 22, a), text(st, 25, a)},
                              .closed_on = text(st, 23, a),
                              .stream = text(st, 24, a)};
}

static err_t read_one(struct flow_case *out, struct db *db, const char *sql,
                      const struct value *values, size_t count, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, sql, values, count, e);
    *out = (struct flow_case){0};
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        take_row(out, st, a);
    stmt_free(st);
    return rc;
}

err_t flow_case_read(struct flow_case *out, struct db *db, int64_t id, struct arena *a,
                     struct err *e)
{
    err_t rc = read_one(out, db, "SELECT " COLUMNS " FROM flow_case WHERE id = ?1",
                        VALUES(v_i64(id)), a, e);
    return rc == OK && out->id == 0 ? err_set(e, E_NOTFOUND, "there is no case %lld", (long long)id)
                                    : rc;
}

err_t flow_case_of(struct flow_case *out, struct db *db, struct str type, int64_t id,
                   struct arena *a, struct err *e)
{
    return read_one(out, db,
                    "SELECT " COLUMNS " FROM flow_case WHERE record_type = ?1 AND record_id = ?2"
                    " ORDER BY id DESC NULLS LAST LIMIT 1",
                    VALUES(v_str(type), v_i64(id)), a, e);
}

struct labels flow_labels(const struct flow_case *c)
{
    return (struct labels){.id = c->id,
                           .owner_unit = c->unit,
                           .created_by = c->opened_by,
                           .owner_city = c->city,
                           .owner_province = c->province,
                           .state = c->open ? STR("running") : STR("over"),
                           .programme = c->pack,
                           .secrecy = SECRECY_INTERNAL};
}

/* --- what was done, what can be done ------------------------------------------------------- */

/* The actor's name, and the represented person's if the role is delegated. */
static struct str acting_name(struct stmt *st, struct arena *a)
{
    struct str name = text(st, 20, a), whose = text(st, 22, a);
    return whose.len ? arena_printf(a, msg(N_("%.*s (for %.*s)")), STR_ARG(name), STR_ARG(whose))
                     : name;
}

err_t flow_history(const struct flow_done **out, size_t *count, struct db *db, int64_t case_id,
                   struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT s.id, s.version, s.at_ms, s.account, s.on_behalf_of, s.unit, s.kind, s.step,"
        " s.label, s.from_stage, s.to_stage, s.date, s.role, s.reason, s.basis, s.arguments,"
        " s.result, s.clause, s.entry, s.late, a.display_name, u.name, o.display_name FROM"
        " flow_step s LEFT JOIN account a ON a.id = s.account LEFT JOIN unit u ON u.id = s.unit"
        " LEFT JOIN account o ON o.id = s.on_behalf_of"
        " WHERE s.case_id = ?1 ORDER BY s.id";
    VEC(struct flow_done) all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, sql, VALUES(v_i64(case_id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, &all,
                 ((struct flow_done){.id = stmt_i64(st, 0),
                                     .version = stmt_i64(st, 1),
                                     .at_ms = stmt_i64(st, 2),
                                     .account = stmt_i64(st, 3),
                                     .on_behalf_of = stmt_i64(st, 4),
                                     .unit = stmt_i64(st, 5),
                                     .kind = text(st, 6, a),
                                     .step = text(st, 7, a),
                                     .label = text(st, 8, a),
                                     .from = text(st, 9, a),
                                     .to = text(st, 10, a),
                                     .date = text(st, 11, a),
                                     .role = text(st, 12, a),
                                     .reason = text(st, 13, a),
                                     .basis = text(st, 14, a),
                                     .arguments = text(st, 15, a),
                                     .result = text(st, 16, a),
                                     .clause = text(st, 17, a),
                                     .entry = text(st, 18, a),
                                     .late = stmt_i64(st, 19) != 0,
                                     .name = acting_name(st, a),
                                     .unit_name = text(st, 21, a)}));
    stmt_free(st);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* "application.to=city", one on a line. */
static void split_conditions(struct flow_open_step *s, struct str lines, struct arena *a)
{
    VEC(struct process_value) all = {0};
    while (lines.len) {
        struct str value = str_split(&lines, STR("\n")), name = str_split(&value, STR("="));
        struct process_value v = {.name = name, .value = value};
        v.other = name.len && name.ptr[name.len - 1] == '!';
        v.name.len -= v.other;
        VEC_PUSH(a, &all, v);
    }
    s->when = all.ptr;
    s->when_count = all.len;
}

static void split_words(struct flow_open_step *s, struct str words, struct arena *a)
{
    VEC(struct str) all = {0};
    while (words.len)
        VEC_PUSH(a, &all, str_split(&words, STR(" ")));
    s->roles = all.ptr;
    s->role_count = all.len;
}

err_t flow_open_steps(const struct flow_open_step **out, size_t *count, struct db *db,
                      int64_t case_id, struct arena *a, struct err *e)
{
    VEC(struct flow_open_step) all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT step, label, roles, holds, clause, conditions, opens, calls FROM flow_open"
                 " WHERE case_id = ?1 ORDER BY position",
                 VALUES(v_i64(case_id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct flow_open_step s = {.step = text(st, 0, a),
                                   .label = text(st, 1, a),
                                   .clause = text(st, 4, a),
                                   .holds = stmt_i64(st, 3) != 0,
                                   .calls = stmt_i64(st, 7) != 0,
                                   .opens = stmt_i64(st, 6) != 0};
        split_words(&s, text(st, 2, a), a);
        split_conditions(&s, text(st, 5, a), a);
        VEC_PUSH(a, &all, s);
    }
    stmt_free(st);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* --- who ------------------------------------------------------------------------------------ */

static const struct { /* units in which a role is held → on whose cases it acts */
    const char *unit_kind;
    enum relation relation;
} places[] = {
    {"city_office", RELATION_OWN_CITY},
    {"province_office", RELATION_OWN_PROVINCE},
    {"province_ip_centre", RELATION_OWN_PROVINCE},
    {"finance_office", RELATION_OWN_PROVINCE},
    {"audit_office", RELATION_OWN_PROVINCE},
    {"expert_pool", RELATION_ASSIGNED},
    {"party", RELATION_OWN_UNIT},
    {"service_org", RELATION_OWN_UNIT},
};

static const char *place_of(enum relation *relation, struct str role)
{
    const struct role *r = role_find(role);
    for (size_t i = 0; r && i < ARRAY_LEN(places); i++)
        if (r->unit_kind_count && role_fits(r, str_of(places[i].unit_kind))) {
            *relation = places[i].relation;
            return places[i].unit_kind;
        }
    *relation = RELATION_ANY;
    return NULL;
}

/* The access rule of these roles on a case: the party, its city, its province, assignees. */
static struct access_rule flow_rule(const struct str *roles, size_t count, const struct str *action)
{
    struct access_rule r = {.roles = {.items = roles, .count = count},
                            .verbs = ACCESS_ACT,
                            .actions = {.items = action, .count = 1},
                            .states = {.all = true},
                            .secrecy = SECRECY_SECRET};
    if (count)
        (void)place_of(&r.relation, roles[0]);
    return r;
}

err_t flow_allows(struct decision *out, struct db *db, const struct subject *s,
                  const struct flow_case *c, const struct str *roles, size_t count,
                  struct str action, struct arena *a, struct err *e)
{
    const struct access_rule rule = flow_rule(roles, count, &action);
    const struct access_policy policy = {.type = STR("case"),
                                         .table = STR("flow_case"),
                                         .has_programme = true,
                                         .rules = &rule,
                                         .rule_count = 1};
    const struct labels labels = flow_labels(c);
    return access_allow(out, db, s, &policy, ACCESS_ACT, action, &labels, a, e);
}

err_t flow_unit_of(int64_t *unit, struct db *db, const struct flow_case *c, struct str role,
                   struct str today, struct err *e)
{
    /* If several offices match, the one with the programme's authority today comes first. */
#define ENTRUSTED_FIRST                                                                            \
    " AND u.ended_ms IS NULL ORDER BY CASE WHEN EXISTS (SELECT 1 FROM authority a WHERE"           \
    " a.owner_unit = u.id AND a.state = 'active' AND a.programme = ?3 AND a.from_date <= ?4 AND"   \
    " (a.to_date IS NULL OR a.to_date >= ?4)) THEN 0 ELSE 1 END, u.id LIMIT 1"
    enum relation relation;
    const char *kind = place_of(&relation, role);
    struct stmt *st = NULL;
    bool has_row = false;
    *unit = relation == RELATION_OWN_UNIT ? c->unit : 0;
    if (!kind || relation == RELATION_OWN_UNIT || relation == RELATION_ASSIGNED)
        return OK;
    err_t rc =
        relation == RELATION_OWN_CITY
            ? db_query(
                  &st, db,
                  "SELECT u.id FROM unit u WHERE u.kind = ?1 AND u.owner_city = ?2" ENTRUSTED_FIRST,
                  VALUES(v_str(str_of(kind)), v_str(c->city), v_str(c->pack), v_str(today)), e)
            : db_query(
                  &st, db,
                  "SELECT u.id FROM unit u WHERE u.kind = ?1 AND u.owner_province = "
                  "?2" ENTRUSTED_FIRST,
                  VALUES(v_str(str_of(kind)), v_str(c->province), v_str(c->pack), v_str(today)), e);
#undef ENTRUSTED_FIRST
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *unit = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}
