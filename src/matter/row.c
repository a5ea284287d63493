/* Reading cases, and who acts on them. */
#include "matter/row.h"
#include "base/msg.h"
#include "base/vec.h"
#include "matter/matter.h"

#define COLUMNS                                                                                    \
    "id, version, CASE state WHEN 'running' THEN 1 ELSE 0 END, CASE secrecy WHEN 2 THEN 1 ELSE 0 " \
    "END, trial, number, title, programme, "                                                       \
    "pack_version, pack_digest, process,"                                                          \
    " stage, stage_label, stage_on, record_type, record_id, owner_unit, owner_city,"               \
    " owner_province, call, parent, created_ms, created_by, due_date, closed_on, stream,"          \
    " due_count_by"
#define INTO_CASE(c)                                                                               \
    INTO(into_i64(&(c)->id), into_i64(&(c)->version), into_bool(&(c)->open),                       \
         into_bool(&(c)->unseen), into_bool(&(c)->trial), into_str(&(c)->number),                  \
         into_str(&(c)->title), into_str(&(c)->pack), into_str(&(c)->pack_version),                \
         into_str(&(c)->pack_digest), into_str(&(c)->process), into_str(&(c)->stage),              \
         into_str(&(c)->stage_label), into_str(&(c)->stage_on), into_str(&(c)->type),              \
         into_i64(&(c)->record_id), into_i64(&(c)->unit), into_str(&(c)->city),                    \
         into_str(&(c)->province), into_i64(&(c)->call), into_i64(&(c)->parent),                   \
         into_i64(&(c)->opened_ms), into_i64(&(c)->opened_by), into_str(&(c)->due.date),           \
         into_str(&(c)->closed_on), into_str(&(c)->stream), into_str(&(c)->due.count_by))

err_t flow_case_read(struct flow_case *out, struct db *db, int64_t id, struct arena *a,
                     struct err *e)
{
    bool found = false;
    *out = (struct flow_case){0};
    err_t rc = db_row(&found, db, "SELECT " COLUMNS " FROM flow_case WHERE id = ?1",
                      VALUES(v_i64(id)), INTO_CASE(out), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no case %lld", (long long)id) : rc;
}

err_t flow_case_of(struct flow_case *out, struct db *db, struct str type, int64_t id,
                   struct arena *a, struct err *e)
{
    *out = (struct flow_case){0};
    return db_row(NULL, db,
                  "SELECT " COLUMNS " FROM flow_case WHERE record_type = ?1 AND record_id = ?2"
                  " ORDER BY id DESC NULLS LAST LIMIT 1",
                  VALUES(v_str(type), v_i64(id)), INTO_CASE(out), a, e);
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
                           .secrecy = c->unseen ? SECRECY_SECRET : SECRECY_INTERNAL};
}

/* --- what was done, what can be done ------------------------------------------------------- */

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
    struct flow_done d = {0};
    err_t rc = db_rows(
        ROWS(&all, d), db, sql, VALUES(v_i64(case_id)),
        INTO(into_i64(&d.id), into_i64(&d.version), into_i64(&d.at_ms), into_i64(&d.account),
             into_i64(&d.on_behalf_of), into_i64(&d.unit), into_str(&d.kind), into_str(&d.step),
             into_str(&d.label), into_str(&d.from), into_str(&d.to), into_str(&d.date),
             into_str(&d.role), into_str(&d.reason), into_str(&d.basis), into_str(&d.arguments),
             into_str(&d.result), into_str(&d.clause), into_str(&d.entry), into_bool(&d.late),
             into_str(&d.name), into_str(&d.unit_name), into_str(&d.behalf_name)),
        a, e);
    for (size_t i = 0; i < all.len; i++)
        if (all.ptr[i].behalf_name.len)
            all.ptr[i].name = arena_printf(a, msg(N_("%.*s (for %.*s)")), STR_ARG(all.ptr[i].name),
                                           STR_ARG(all.ptr[i].behalf_name));
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
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT step, label, roles, holds, clause, conditions, opens, calls FROM flow_open"
             " WHERE case_id = ?1 ORDER BY position",
             VALUES(v_i64(case_id))) {
        struct flow_open_step s = {.step = arena_dup(a, stmt_str(st, 0)),
                                   .label = arena_dup(a, stmt_str(st, 1)),
                                   .clause = arena_dup(a, stmt_str(st, 4)),
                                   .holds = stmt_i64(st, 3) != 0,
                                   .calls = stmt_i64(st, 7) != 0,
                                   .opens = stmt_i64(st, 6) != 0};
        split_words(&s, arena_dup(a, stmt_str(st, 2)), a);
        split_conditions(&s, arena_dup(a, stmt_str(st, 5)), a);
        VEC_PUSH(a, &all, s);
    }
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
    bool city = relation == RELATION_OWN_CITY;
    *unit = relation == RELATION_OWN_UNIT ? c->unit : 0;
    if (!kind || relation == RELATION_OWN_UNIT || relation == RELATION_ASSIGNED)
        return OK;
    return db_row(
        NULL, db,
        city
            ? "SELECT u.id FROM unit u WHERE u.kind = ?1 AND u.owner_city = ?2" ENTRUSTED_FIRST
            : "SELECT u.id FROM unit u WHERE u.kind = ?1 AND u.owner_province = ?2" ENTRUSTED_FIRST,
        VALUES(v_str(str_of(kind)), v_str(city ? c->city : c->province), v_str(c->pack),
               v_str(today)),
        INTO(into_i64(unit)), NULL, e);
#undef ENTRUSTED_FIRST
}
