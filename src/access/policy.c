/* One policy, said three ways: for a record in memory, as SQL, and as labels.
 *
 * All three walk the same rules in the same order (`for_each rule × held role`)
 * and differ only in what they do with a relation; policy_test.c holds them against
 * each other and against a fourth, naive one. A second table of permissions, or
 * triggers, were rejected: what a rule means must stand in one place. */
#include "access/policy.h"
#include "access/mutation.h"
#include "base/vec.h"

/* --- which rules speak -------------------------------------------------------- */

/* What is asked, and how: enough to name a check. */
struct question {
    const struct access_policy *policy;
    enum access_verb verb;
    const char *how; /* "decide", "where", "labels" */
    const struct subject *by;
    struct db *db; /* "where": none of these three */
    struct arena *arena;
    struct err *e;
};

static const char *verb_name(enum access_verb verb)
{
    switch (verb) {
    case ACCESS_READ:
        return "read";
    case ACCESS_CREATE:
        return "create";
    case ACCESS_CHANGE:
        return "change";
    case ACCESS_END:
        return "end";
    case ACCESS_IMPORT:
        return "import";
    case ACCESS_EXPORT:
        return "export";
    case ACCESS_ACT:
        return "act";
    }
    return "";
}

/* In test builds alone (access/mutation.h): may the check be passed over? */
static bool off(const struct question *q, const char *check)
{
    char name[64];
    if (!ACCESS_MUTATION)
        return false;
    (void)snprintf(name, sizeof(name), "%s %s %s", q->how, verb_name(q->verb), check);
    return access_off(q->policy->type, name);
}

static bool in_scope(const struct question *q)
{
    bool reads = q->verb == ACCESS_READ || q->verb == ACCESS_EXPORT;
    return subject_in_scope(q->by, reads ? "records:read" : "records:write") || off(q, "scope");
}

/* Of the verb, whatever the action. */
static bool names_verb(const struct question *q, const struct access_rule *r)
{
    return ((r->verbs & (unsigned)q->verb) != 0 &&
            (q->verb != ACCESS_ACT || r->actions.all || r->actions.count > 0)) ||
           (q->verb != ACCESS_ACT && off(q, "verb"));
}

static bool names_action(const struct question *q, const struct access_rule *r, struct str action)
{
    return q->verb != ACCESS_ACT || str_list_has(&r->actions, action) || off(q, "action");
}

/* A role that is lent for some programmes reaches their records, and reads those of types that have no programme. */
static bool gives(const struct question *q, const struct access_rule *r, const struct grant *g)
{
    bool lent = g->programmes.len == 0 || q->policy->has_programme || q->verb == ACCESS_READ;
    return (str_list_has(&r->roles, g->role->name) && lent) || off(q, "role");
}

bool access_rule_reaches(const struct access_rule *r, const struct subject *s)
{
    for (size_t i = 0; i < s->grant_count; i++)
        if (str_list_has(&r->roles, s->grants[i].role->name))
            return true;
    return false;
}

unsigned access_verbs(const struct subject *s, const struct access_policy *p)
{
    unsigned verbs = 0;
    for (size_t i = 0; i < p->rule_count; i++)
        if (access_rule_reaches(&p->rules[i], s))
            verbs |= p->rules[i].verbs;
    return verbs;
}

/* Whose `own` and `assigned` are meant. */
static int64_t person_of(const struct subject *s, const struct grant *g)
{
    return g->on_behalf_of ? g->on_behalf_of : s->account;
}

static bool state_fits(const struct question *q, const struct access_rule *r, struct str state)
{
    return str_list_has(&r->states, state) || off(q, "state");
}

static bool secrecy_fits(const struct question *q, const struct access_rule *r, enum secrecy level)
{
    return level <= r->secrecy || off(q, "secrecy");
}

/* The relation that a rule asks for, where it is a condition. */
static enum relation relation_of(const struct question *q, const struct access_rule *r)
{
    return r->relation == RELATION_ANY || off(q, "relation") ? RELATION_ANY : r->relation;
}

/* --- one record --------------------------------------------------------------- */

static err_t has_authority(bool *out, const struct question *q, struct str function,
                           const struct labels *l)
{
    const struct subject *s = q->by;
    static const char sql[] =
        "SELECT 1 FROM authority WHERE owner_unit = ?1 AND state = 'active' AND programme = ?2"
        " AND (?3 IS NULL OR function = ?3)"
        " AND from_date <= ?4 AND (to_date IS NULL OR to_date >= ?4)"
        " AND (region = ?5 OR region = ?6)";
    char city[7] = "", province[7] = "";

    *out = false;
    if (s->unit == 0 || l->programme.len == 0)
        return OK;
    if (l->owner_city.len == 4)
        (void)snprintf(city, sizeof(city), "%.4s00", l->owner_city.ptr);
    if (l->owner_province.len == 2)
        (void)snprintf(province, sizeof(province), "%.2s0000", l->owner_province.ptr);
    return db_any(out, q->db, sql,
                  VALUES(v_i64(s->unit), v_str(l->programme), v_str(function), v_str(s->today),
                         v_str(str_of(city)), v_str(str_of(province))),
                  q->e);
}

static err_t is_assigned(bool *out, const struct question *q, int64_t person, int64_t id)
{
    const struct subject *s = q->by;
    static const char sql[] =
        "SELECT 1 FROM assignment WHERE type = ?1 AND record_id = ?2"
        " AND (account = ?3 OR unit = ?4) AND kind = 'do' AND ask IS NULL AND from_ms <= ?5"
        " AND (to_ms IS NULL OR to_ms > ?5)";
    *out = false;
    if (person == 0)
        return OK;
    return db_any(
        out, q->db, sql,
        VALUES(v_str(q->policy->type), v_i64(id), v_i64(person), v_i64(s->unit), v_i64(s->now_ms)),
        q->e);
}

/* Cases that came to a unit to be handled: whose, of which programme. */
#define HANDED_IN                                                                                  \
    "flow_case held JOIN assignment given ON given.type = 'case' AND given.record_id = held.id"    \
    " AND given.kind = 'do'"

static err_t is_handed_in(bool *out, const struct question *q, const struct labels *l)
{
    *out = false;
    if (q->by->unit == 0)
        return OK;
    return db_any(out, q->db,
                  "SELECT 1 FROM " HANDED_IN " WHERE given.unit = ?1 AND held.owner_unit = ?2"
                  " AND (?3 = 0 OR held.programme = ?4)",
                  VALUES(v_i64(q->by->unit), v_i64(l->owner_unit), v_i64(q->policy->has_programme),
                         v_str(l->programme)),
                  q->e);
}

/* Records whose column `named` has the credit code of the unit ?unit. */
static void add_named(struct buf *sql, const char *alias, const struct access_rule *r, int unit)
{
    buf_addf(sql, "%s.%.*s = (SELECT mine.credit_code FROM unit mine WHERE mine.id = ?%d)", alias,
             STR_ARG(r->named), unit);
}

static struct buf sql_of_named(const struct question *q, const struct access_rule *r)
{
    struct buf sql = {0};
    buf_addf(&sql, "SELECT t.id FROM %.*s t WHERE ", STR_ARG(q->policy->table));
    add_named(&sql, "t", r, 1);
    return sql;
}

static err_t is_named(bool *out, const struct question *q, const struct access_rule *r, int64_t id)
{
    *out = false;
    if (q->by->unit == 0)
        return OK;
    struct buf sql = sql_of_named(q, r);
    buf_addz(&sql, " AND t.id = ?2");
    buf_addc(&sql, '\0');
    err_t rc = db_row_once(out, q->db, sql.ptr, VALUES(v_i64(q->by->unit), v_i64(id)), NULL, 0,
                           NULL, q->e);
    buf_clear(&sql);
    return rc;
}

static err_t relates(bool *out, const struct question *q, int64_t person,
                     const struct access_rule *r, const struct labels *l)
{
    const struct subject *s = q->by;
    *out = true;
    switch (r->relation) {
    case RELATION_ANY:
        return OK;
    case RELATION_OWN:
        *out = person != 0 && l->created_by == person && s->unit != 0 && l->owner_unit == s->unit;
        return OK;
    case RELATION_OWN_UNIT:
        *out = s->unit != 0 && l->owner_unit == s->unit;
        return OK;
    case RELATION_OWN_CITY:
        *out = s->city.len > 0 && str_eq(l->owner_city, s->city);
        return OK;
    case RELATION_OWN_PROVINCE:
        *out = s->province.len > 0 && str_eq(l->owner_province, s->province);
        return OK;
    case RELATION_AUTHORITY:
        *out = false;
        return q->policy->has_programme ? has_authority(out, q, r->function, l) : OK;
    case RELATION_HANDED_IN:
        return is_handed_in(out, q, l);
    case RELATION_NAMED:
        return is_named(out, q, r, l->id);
    case RELATION_ASSIGNED:
        return is_assigned(out, q, person, l->id);
    case RELATION_PUBLISHED:
        *out = l->published;
        return OK;
    }
    return err_set(q->e, E_INTERNAL, "a rule of %.*s has no relation", STR_ARG(q->policy->type));
}

struct names {
    struct str *ptr;
    size_t len, cap;
};

static void unite(struct str_list *out, struct names *store, const struct str_list *more,
                  struct arena *a)
{
    if (out->all || more->all) {
        *out = (struct str_list){.all = true};
        return;
    }
    for (size_t i = 0; i < more->count; i++)
        if (!str_list_has(out, more->items[i])) {
            VEC_PUSH(a, store, more->items[i]);
            *out = (struct str_list){store->ptr, store->len, false};
        }
}

/* Own roles name the deed in the log before what anybody may do, and that before
 * another person's right. */
static int rank_of(const struct grant *g)
{
    return g->on_behalf_of ? 2 : str_is(g->role->name, "public");
}

/* The first grant by which the rule allows; NULL: none. */
static err_t allowing_grant(const struct grant **out, const struct question *q,
                            const struct access_rule *r, const struct labels *l)
{
    *out = NULL;
    for (size_t i = 0; i < q->by->grant_count; i++) {
        const struct grant *g = &q->by->grants[i];
        bool related = false;
        err_t rc;
        if (!gives(q, r, g) || (q->policy->has_programme && !grant_is_for(g, l->programme)))
            continue;
        if ((rc = relates(&related, q, person_of(q->by, g), r, l)) != OK)
            return rc;
        if ((related || off(q, "relation")) && (!*out || rank_of(g) < rank_of(*out)))
            *out = g;
    }
    return OK;
}

/* --- whom a record names ------------------------------------------------------ */

/* 张三（专利处）: 张三. Empty: too short to be looked for. */
static struct str recused_name(const struct subject *s)
{
    struct str name = s->display_name;
    name.len = str_find(name, STR("("), 0);
    name.len = str_find(name, STR("（"), 0);
    name = str_trim(name);
    return name.len > strlen("张") ? name : STR_NONE;
}

/* Does the text hold the name ?name, and not that of everybody of the unit ?unit with a role of the rules? Who
 * complains of a whole office would else keep it from its work. ?account: the person. */
static void add_recused(struct buf *sql, const struct access_policy *p, const char *alias, int name,
                        int unit, int account)
{
    buf_addf(sql,
             "(%s.%.*s LIKE '%%' || ?%d || '%%' AND EXISTS (SELECT 1 FROM account other JOIN"
             " role_grant held ON held.account = other.id WHERE other.owner_unit = ?%d AND"
             " other.id <> ?%d AND other.state = 'active' AND held.state = 'active' AND"
             " %s.%.*s NOT LIKE '%%' || other.display_name || '%%' AND held.role IN ('-'",
             alias, STR_ARG(p->recuses), name, unit, account, alias, STR_ARG(p->recuses));
    for (size_t i = 0; i < p->rule_count; i++)
        for (size_t k = 0; k < p->rules[i].roles.count; k++)
            buf_addf(sql, ", '%.*s'", STR_ARG(p->rules[i].roles.items[k]));
    buf_addz(sql, ")))");
}

err_t access_recused(bool *out, struct db *db, const struct subject *s,
                     const struct access_policy *p, int64_t id, struct err *e)
{
    struct str name = p->recuses.len ? recused_name(s) : STR_NONE;
    struct buf sql = {0};
    *out = false;
    if (name.len == 0 || subject_is_program(s))
        return OK;
    buf_addf(&sql, "SELECT 1 FROM %.*s r WHERE r.id = ?1 AND ", STR_ARG(p->table));
    add_recused(&sql, p, "r", 2, 3, 4);
    buf_addc(&sql, '\0');
    err_t rc = db_row_once(out, db, sql.ptr,
                           VALUES(v_i64(id), v_str(name), v_i64(s->unit), v_i64(s->account)), NULL,
                           0, NULL, e);
    buf_clear(&sql);
    return rc;
}

/* --- one record, decided ------------------------------------------------------ */

static err_t decide(struct decision *out, const struct question *q, struct str action,
                    const struct labels *l)
{
    struct names fields = {0}, unmasked = {0};
    bool recused = false;
    *out = (struct decision){0};
    err_t seen = access_recused(&recused, q->db, q->by, q->policy, l->id, q->e);
    if (seen != OK || recused || !in_scope(q))
        return seen;
    for (size_t i = 0; i < q->policy->rule_count; i++) {
        const struct access_rule *r = &q->policy->rules[i];
        const struct grant *g = NULL;
        err_t rc;
        if (!names_verb(q, r) || !names_action(q, r, action) || !state_fits(q, r, l->state) ||
            !secrecy_fits(q, r, l->secrecy))
            continue;
        if ((rc = allowing_grant(&g, q, r, l)) != OK) {
            *out = (struct decision){0};
            return rc;
        }
        if (!g)
            continue;
        out->allowed = true;
        if (!out->grant || rank_of(g) < rank_of(out->grant))
            out->grant = g;
        unite(&out->fields, &fields, &r->fields, q->arena);
        unite(&out->unmasked, &unmasked, &r->unmasked, q->arena);
        out->labels |= !access_is_public(r);
    }
    return OK;
}

err_t access_allow(struct decision *out, struct db *db, const struct subject *s,
                   const struct access_policy *p, enum access_verb verb, struct str action,
                   const struct labels *l, struct arena *a, struct err *e)
{
    if (subject_is_program(s)) {
        *out = (struct decision){.allowed = true,
                                 .visible = true,
                                 .fields = {.all = true},
                                 .unmasked = {.all = true},
                                 .labels = true,
                                 .grant = &s->grants[0]};
        return OK;
    }
    const struct question q = {p, verb, "decide", s, db, a, e};
    err_t rc = decide(out, &q, action, l);
    out->visible = out->allowed;
    return rc;
}

err_t access_decide(struct decision *out, struct db *db, const struct subject *s,
                    const struct access_policy *p, enum access_verb verb, struct str action,
                    const struct labels *l, struct arena *a, struct err *e)
{
    err_t rc = access_allow(out, db, s, p, verb, action, l, a, e);
    if (rc == OK && verb != ACCESS_READ && !subject_is_program(s)) {
        const struct question q = {p, ACCESS_READ, "decide", s, db, a, e};
        struct decision read;
        rc = decide(&read, &q, STR_NONE, l);
        out->visible = read.allowed;
    }
    if (rc != OK)
        *out = (struct decision){0};
    return rc;
}

/* --- many records: SQL -------------------------------------------------------- */

/* Text under construction; equal values share a parameter. */
struct condition {
    struct buf *sql;
    struct value *values;
    int first, *next;
    const char *alias;
    int rules; /* in the text so far */
    bool full; /* more than ACCESS_VALUES_MAX values */
};

static bool same_value(const struct value *x, const struct value *y)
{
    return x->type == y->type && x->i64 == y->i64 &&
           str_eq(bytes_str(x->bytes), bytes_str(y->bytes));
}

static int parameter(struct condition *c, struct value v)
{
    for (int n = c->first; n < *c->next; n++)
        if (same_value(&c->values[n - 1], &v))
            return n;
    if (*c->next - c->first >= ACCESS_VALUES_MAX) {
        c->full = true;
        return c->first;
    }
    c->values[*c->next - 1] = v;
    return (*c->next)++;
}

static int number(struct condition *c, int64_t n)
{
    return parameter(c, v_i64(n));
}

static int text(struct condition *c, struct str s)
{
    return parameter(c, v_str(s));
}

static void add_authority(struct condition *c, const struct subject *s, struct str function)
{
    const char *t = c->alias;
    int today = text(c, s->today);
    buf_addf(c->sql,
             "EXISTS (SELECT 1 FROM authority held WHERE held.owner_unit = ?%d"
             " AND held.state = 'active' AND held.programme = %s.programme",
             number(c, s->unit), t);
    if (function.len > 0)
        buf_addf(c->sql, " AND held.function = ?%d", text(c, function));
    buf_addf(c->sql,
             " AND held.from_date <= ?%d AND (held.to_date IS NULL OR held.to_date >= ?%d)"
             " AND (held.region = %s.owner_city || '00' OR held.region = %s.owner_province ||"
             " '0000'))",
             today, today, t, t);
}

static void add_assigned(struct condition *c, const struct subject *s, int64_t person,
                         struct str type)
{
    int now = number(c, s->now_ms);
    buf_addf(c->sql,
             "EXISTS (SELECT 1 FROM assignment given WHERE given.type = ?%d"
             " AND given.record_id = %s.id AND (given.account = ?%d OR given.unit = ?%d)"
             " AND given.kind = 'do' AND given.ask IS NULL AND given.from_ms <= ?%d AND "
             "(given.to_ms IS NULL OR "
             "given.to_ms > ?%d))",
             text(c, type), c->alias, number(c, person), number(c, s->unit), now, now);
}

static void add_handed_in(struct condition *c, const struct subject *s, bool has_programme)
{
    const char *t = c->alias;
    buf_addf(c->sql,
             "EXISTS (SELECT 1 FROM " HANDED_IN " WHERE given.unit = ?%d AND held.owner_unit ="
             " %s.owner_unit",
             number(c, s->unit), t);
    if (has_programme)
        buf_addf(c->sql, " AND held.programme = %s.programme", t);
    buf_addc(c->sql, ')');
}

/* The relation as SQL; false: it cannot hold for this subject. */
static bool add_relation(struct condition *c, int64_t person, const struct question *q,
                         const struct access_rule *r)
{
    const struct subject *s = q->by;
    switch (relation_of(q, r)) {
    case RELATION_ANY:
        buf_addz(c->sql, "1 = 1");
        return true;
    case RELATION_OWN:
        if (person != 0 && s->unit != 0)
            buf_addf(c->sql, "%s.created_by = ?%d AND %s.owner_unit = ?%d", c->alias,
                     number(c, person), c->alias, number(c, s->unit));
        return person != 0 && s->unit != 0;
    case RELATION_OWN_UNIT:
        if (s->unit != 0)
            buf_addf(c->sql, "%s.owner_unit = ?%d", c->alias, number(c, s->unit));
        return s->unit != 0;
    case RELATION_OWN_CITY:
        if (s->city.len > 0) /* a city lies in its province, by which records are indexed */
            buf_addf(c->sql, "%s.owner_province = ?%d AND %s.owner_city = ?%d", c->alias,
                     text(c, s->province), c->alias, text(c, s->city));
        return s->city.len > 0;
    case RELATION_OWN_PROVINCE:
        if (s->province.len > 0)
            buf_addf(c->sql, "%s.owner_province = ?%d", c->alias, text(c, s->province));
        return s->province.len > 0;
    case RELATION_AUTHORITY:
        if (s->unit == 0 || !q->policy->has_programme)
            return false;
        add_authority(c, s, r->function);
        return true;
    case RELATION_HANDED_IN:
        if (s->unit != 0)
            add_handed_in(c, s, q->policy->has_programme);
        return s->unit != 0;
    case RELATION_NAMED:
        if (s->unit != 0)
            add_named(c->sql, c->alias, r, number(c, s->unit));
        return s->unit != 0;
    case RELATION_ASSIGNED:
        if (person != 0)
            add_assigned(c, s, person, q->policy->type);
        return person != 0;
    case RELATION_PUBLISHED:
        buf_addf(c->sql, "%s.published = 1", c->alias);
        return true;
    }
    return false;
}

static void add_states(struct condition *c, const struct str_list *states)
{
    buf_addf(c->sql, " AND %s.state IN (", c->alias);
    for (size_t i = 0; i < states->count; i++)
        buf_addf(c->sql, i ? ", ?%d" : "?%d", text(c, states->items[i]));
    buf_addc(c->sql, ')');
}

/* Whether an earlier grant gives the rule for the same person: then it adds nothing. */
static bool said_before(const struct question *q, const struct access_rule *r, size_t at)
{
    const struct subject *s = q->by;
    for (size_t i = 0; i < at; i++)
        if (gives(q, r, &s->grants[i]) && s->grants[i].programmes.len == 0 &&
            person_of(s, &s->grants[i]) == person_of(s, &s->grants[at]))
            return true;
    return false;
}

/* "(relation AND programme AND state AND secrecy)", after " OR " where it is not the first;
 * nothing where it cannot hold. */
static void add_rule(struct condition *c, int64_t person, struct str programme,
                     const struct question *q, const struct access_rule *r)
{
    bool any_state = r->states.all || off(q, "state");
    size_t before = c->sql->len;

    if (!any_state && r->states.count == 0)
        return;
    buf_addz(c->sql, c->rules > 0 ? " OR (" : "(");
    if (!add_relation(c, person, q, r)) {
        c->sql->len = before;
        return;
    }
    c->rules++;
    if (programme.len)
        buf_addf(c->sql, " AND %s.programme = ?%d", c->alias, text(c, programme));
    if (!any_state)
        add_states(c, &r->states);
    if (r->secrecy < SECRECY_SECRET && !off(q, "secrecy"))
        buf_addf(c->sql, " AND %s.secrecy <= %d", c->alias, (int)r->secrecy);
    buf_addc(c->sql, ')');
}

err_t access_where(struct buf *sql, struct value *values, int *next_param, const struct subject *s,
                   const struct access_policy *p, enum access_verb verb, const char *alias,
                   struct err *e)
{
    struct condition c = {
        .sql = sql, .values = values, .first = *next_param, .next = next_param, .alias = alias};
    const struct question q = {.policy = p, .verb = verb, .how = "where", .by = s};

    if (subject_is_program(s)) {
        buf_addz(sql, "(1 = 1)");
        return OK;
    }
    struct str name = p->recuses.len ? recused_name(s) : STR_NONE;
    buf_addz(sql, name.len ? "((" : "(");
    for (size_t i = 0; in_scope(&q) && i < p->rule_count; i++) {
        const struct access_rule *r = &p->rules[i];
        for (size_t g = 0; names_verb(&q, r) && g < s->grant_count; g++) {
            struct str rest = p->has_programme ? s->grants[g].programmes : STR_NONE, one;
            if (gives(&q, r, &s->grants[g]) && !said_before(&q, r, g))
                do {
                    one = str_split(&rest, STR(" "));
                    add_rule(&c, person_of(s, &s->grants[g]), one, &q, r);
                } while (rest.len);
        }
    }
    buf_addz(sql, c.rules > 0 ? ")" : "0 = 1)");
    if (name.len) {
        buf_addf(sql, " AND (%s.%.*s IS NULL OR NOT ", alias, STR_ARG(p->recuses));
        add_recused(sql, p, alias, text(&c, name), number(&c, s->unit), number(&c, s->account));
        buf_addz(sql, "))");
    }
    if (c.full)
        return err_set(e, E_LIMIT,
                       "the access rules of %.*s name more than %d different values for one "
                       "person; name fewer states",
                       STR_ARG(p->type), ACCESS_VALUES_MAX);
    return OK;
}

/* --- many records: labels ----------------------------------------------------- */

struct clauses {
    struct access_clause *ptr;
    size_t len, cap;
};

static err_t add_authorities(struct clauses *out, const struct access_clause *shape,
                             const struct question *q, struct str function)
{
    static const char sql[] =
        "SELECT programme, region FROM authority WHERE owner_unit = ?1 AND state = 'active'"
        " AND (?2 IS NULL OR function = ?2) AND (?4 IS NULL OR programme = ?4)"
        " AND from_date <= ?3 AND (to_date IS NULL OR to_date >= ?3) ORDER BY id";
    struct stmt *st = NULL;
    err_t rc = db_query(
        &st, q->db, sql,
        VALUES(v_i64(q->by->unit), v_str(function), v_str(q->by->today), v_str(shape->programme)),
        q->e);

    while (stmt_row(&rc, st, q->e)) {
        struct access_clause c = *shape;
        struct str region = arena_dup(q->arena, stmt_str(st, 1));
        c.programme = arena_dup(q->arena, stmt_str(st, 0));
        c.city = region_city_prefix(region);
        if (c.city.len == 0)
            c.province = region_province_prefix(region);
        else if (!str_ends(region, STR("00"))) /* a county: no record carries it */
            continue;
        if (c.city.len > 0 || c.province.len > 0)
            VEC_PUSH(q->arena, out, c);
    }
    stmt_free(st);
    return rc;
}

static void add_ids(struct clauses *out, const struct access_clause *shape,
                    const struct question *q, const struct ids *ids)
{
    struct access_clause c = *shape;
    c.ids = ids->ptr;
    c.id_count = ids->len;
    if (ids->len > 0)
        VEC_PUSH(q->arena, out, c);
}

static err_t add_naming(struct clauses *out, const struct access_clause *shape,
                        const struct question *q, const struct access_rule *r)
{
    struct ids ids = {0};
    struct stmt *st = NULL;
    struct buf sql = sql_of_named(q, r);
    buf_addz(&sql, " ORDER BY t.id");
    buf_addc(&sql, '\0');
    err_t rc = db_query_once(&st, q->db, sql.ptr, VALUES(v_i64(q->by->unit)), q->e);
    while (stmt_row(&rc, st, q->e))
        VEC_PUSH(q->arena, &ids, stmt_i64(st, 0));
    stmt_free(st);
    buf_clear(&sql);
    if (rc == OK)
        add_ids(out, shape, q, &ids);
    return rc;
}

static err_t add_assignments(struct clauses *out, const struct access_clause *shape,
                             const struct question *q, int64_t person)
{
    static const char sql[] =
        "SELECT record_id FROM assignment WHERE type = ?1 AND (account = ?2 OR unit = ?3)"
        " AND kind = 'do' AND ask IS NULL AND from_ms <= ?4 AND (to_ms IS NULL OR to_ms > ?4) "
        "GROUP BY record_id"
        " ORDER BY record_id";
    struct ids ids = {0};
    err_t rc = db_ids(
        &ids, q->db, sql,
        VALUES(v_str(q->policy->type), v_i64(person), v_i64(q->by->unit), v_i64(q->by->now_ms)),
        q->arena, q->e);
    if (rc == OK)
        add_ids(out, shape, q, &ids);
    return rc;
}

static err_t add_handed(struct clauses *out, const struct access_clause *shape,
                        const struct question *q)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, q->db,
                        "SELECT DISTINCT held.owner_unit, held.programme FROM " HANDED_IN
                        " WHERE given.unit = ?1 AND (?2 IS NULL OR held.programme = ?2)"
                        " ORDER BY 1, 2",
                        VALUES(v_i64(q->by->unit), v_str(shape->programme)), q->e);
    while (stmt_row(&rc, st, q->e)) {
        struct access_clause c = *shape;
        c.owner_unit = stmt_i64(st, 0);
        if (q->policy->has_programme)
            c.programme = arena_dup(q->arena, stmt_str(st, 1));
        VEC_PUSH(q->arena, out, c);
    }
    stmt_free(st);
    return rc;
}

static err_t add_clauses(struct clauses *out, const struct question *q, int64_t person,
                         struct str programme, const struct access_rule *r)
{
    const struct subject *s = q->by;
    struct access_clause c = {.secrecy = r->secrecy, .states = r->states, .programme = programme};
    const struct access_policy *p = q->policy;
    bool holds = true;

    if (!c.states.all && off(q, "state"))
        c.states.all = true;
    if (c.secrecy < SECRECY_SECRET && off(q, "secrecy"))
        c.secrecy = SECRECY_SECRET;
    switch (relation_of(q, r)) {
    case RELATION_ANY:
        break;
    case RELATION_OWN:
        c.created_by = person;
        c.owner_unit = s->unit;
        holds = person != 0 && s->unit != 0;
        break;
    case RELATION_OWN_UNIT:
        c.owner_unit = s->unit;
        holds = s->unit != 0;
        break;
    case RELATION_OWN_CITY:
        c.city = s->city;
        holds = s->city.len > 0;
        break;
    case RELATION_OWN_PROVINCE:
        c.province = s->province;
        holds = s->province.len > 0;
        break;
    case RELATION_AUTHORITY:
        return s->unit && p->has_programme ? add_authorities(out, &c, q, r->function) : OK;
    case RELATION_HANDED_IN:
        return s->unit ? add_handed(out, &c, q) : OK;
    case RELATION_NAMED:
        return s->unit ? add_naming(out, &c, q, r) : OK;
    case RELATION_ASSIGNED:
        return person ? add_assignments(out, &c, q, person) : OK;
    case RELATION_PUBLISHED:
        c.published = true;
        break;
    }
    if (holds)
        VEC_PUSH(q->arena, out, c);
    return OK;
}

err_t access_index_predicate(struct access_predicate *out, struct db *db, const struct subject *s,
                             const struct access_policy *p, enum access_verb verb, struct arena *a,
                             struct err *e)
{
    struct clauses clauses = {0};
    const struct question q = {p, verb, "labels", s, db, a, e};
    err_t rc = OK;

    *out = (struct access_predicate){0};
    if (subject_is_program(s))
        VEC_PUSH(a, &clauses,
                 ((struct access_clause){.secrecy = SECRECY_SECRET, .states = {.all = true}}));
    for (size_t i = 0; rc == OK && in_scope(&q) && i < p->rule_count; i++) {
        const struct access_rule *r = &p->rules[i];
        for (size_t g = 0; rc == OK && names_verb(&q, r) && g < s->grant_count; g++) {
            struct str rest = p->has_programme ? s->grants[g].programmes : STR_NONE, one;
            if (gives(&q, r, &s->grants[g]) && !said_before(&q, r, g))
                do {
                    one = str_split(&rest, STR(" "));
                    rc = add_clauses(&clauses, &q, person_of(s, &s->grants[g]), one, r);
                } while (rc == OK && rest.len);
        }
    }
    if (rc == OK)
        *out = (struct access_predicate){.clauses = clauses.ptr, .count = clauses.len};
    return rc;
}
