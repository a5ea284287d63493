/* Lists for the pages of administrators: units, accounts, roles held, all roles. The manager of
 * an organisation sees his own unit. */
#include "access/account.h"
#include "api/list_book.h"
#include "base/msg.h"

#define ROWS_MAX 500
#define SILENT_MS (INT64_C(90) * 24 * 3600 * 1000)

static const char *const keepers[] = {"security_administrator", "system_administrator",
                                      "audit_administrator", "centre_manager", NULL};

/* A row whose columns, after the first, are the members of `of`; a label is that of the role
 * before it. */
static void write_row(struct jout *j, struct stmt *st, const struct schema *of)
{
    int column = 0;
    jout_object(j);
    for (const struct property *p = of->properties; p->name; p++) {
        if (str_is(str_of(p->name), "label")) {
            const struct role *role = role_find(stmt_str(st, column));
            jout_pair_str(j, p->name, role ? role_label(role) : stmt_str(st, column));
        } else if (p->schema->type == SCHEMA_BOOLEAN)
            jout_pair_bool(j, p->name, stmt_i64(st, ++column) != 0);
        else if (p->schema->type == SCHEMA_INTEGER)
            jout_pair_id(j, p->name, stmt_i64(st, ++column));
        else
            jout_pair(j, p->name, stmt_str(st, ++column));
    }
    jout_end_object(j);
}

static bool administers(const struct subject *s)
{
    for (size_t i = 0; administrator_roles[i]; i++)
        if (subject_own_grant(s, str_of(administrator_roles[i])))
            return true;
    return false;
}

/* The first column of each query is the number of all rows. ?1 limit, ?2 offset, ?3 unit, ?4 words, ?5 role, ?6 today, ?7
 * now, ?8 since when nobody signed in, ?9 account, ?10 ended ones too; `used`: the last of them that it has. */
static err_t list(struct reply *out, const struct request *r, const char *sql, size_t used,
                  const struct schema *of, struct err *e)
{
    int64_t limit = request_integer(r, "limit", ROWS_MAX), page = request_integer(r, "page", 1);
    int64_t unit = administers(r->subject) ? request_integer(r, "unit", 0) : r->subject->unit;
    int64_t now_ms = clock_now_ms(r->api->clock), total = 0;
    bool silent = str_is(request_value(r, "silent"), "true");
    const struct value values[] = {v_i64(limit),
                                   v_i64((page - 1) * limit),
                                   v_i64(unit),
                                   v_str(account_name_fold(request_value(r, "q"), r->arena)),
                                   v_str(request_value(r, "role")),
                                   v_str(r->subject->today),
                                   v_i64(now_ms),
                                   v_i64(silent ? now_ms - SILENT_MS : 0),
                                   v_i64(request_integer(r, "account", 0)),
                                   v_i64(str_is(request_value(r, "ended"), "true"))};
    struct items items;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc != OK)
        return rc;
    items_begin(&items);
    EACH_ROW(st, rc, e, db, sql, values, used) {
        total = stmt_i64(st, 0);
        write_row(&items.json, st, of);
    }
    store_reader_put(r->api->store, db);
    return items_end_if(rc, out, r, &items, total, page * limit < total ? page + 1 : 0, e);
}

static const struct schema limit_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = ROWS_MAX};
#define PAGE_PARAMETERS                                                                            \
    {"unit", IN_QUERY, &schema_id, false, false, N_("the unit's id")},                             \
        {"limit", IN_QUERY, &limit_schema, false, false, N_("absent: 500")},                       \
    {                                                                                              \
        "page", IN_QUERY, &schema_page, false, false, N_("absent: 1")                              \
    }

/* --- units ------------------------------------------------------------------------------ */

static const struct parameter unit_parameters[] = {
    PAGE_PARAMETERS,
    {"q", IN_QUERY, &schema_string, false, false,
     N_("part of its name, of its credit code or of the name of one of its people")},
    {0}};
OBJECT_SCHEMA(unit_schema, "UnitOfPeople", REQUIRED("id", schema_integer),
              REQUIRED("kind", schema_string), REQUIRED("name", schema_string),
              REQUIRED("region", schema_string), OPTIONAL("credit_code", schema_string),
              OPTIONAL("parent", schema_integer), OPTIONAL("people", schema_integer));
LIST_SCHEMA(units_schema, unit_schema);

static err_t get_units(struct reply *out, const struct request *r, struct err *e)
{
    return list(
        out, r,
        "SELECT count(*) OVER (), u.id, u.kind, u.name, u.region, u.credit_code, u.parent, (SELECT"
        " count(*) FROM account a WHERE a.owner_unit = u.id AND a.state <> 'disabled')"
        " FROM unit u WHERE u.state = 'active' AND (?3 = 0 OR u.id = ?3) AND (?4 IS NULL OR"
        " lower(u.name) LIKE '%' || ?4 || '%' OR lower(u.credit_code) LIKE '%' || ?4 || '%' OR"
        " EXISTS (SELECT 1 FROM account b WHERE b.owner_unit = u.id AND (b.name LIKE '%' || ?4 ||"
        " '%' OR lower(b.display_name) LIKE '%' || ?4 || '%')))"
        " ORDER BY CASE WHEN u.kind LIKE 'province%' THEN 0 WHEN u.kind LIKE '%office' THEN 1 ELSE"
        " 2 END, u.name_order NULLS LAST, u.id NULLS LAST LIMIT ?1 OFFSET ?2",
        4, &unit_schema, e);
}

const struct resource resource_units = {
    .reads = READS_NONE,
    .path = "/api/v1/units",
    .summary = N_("units with the number of their people, offices first"),
    .parameters = unit_parameters,
    .reply = &units_schema,
    .handle = get_units,
    ROLE_AMONG(keepers),
    .scope = "accounts",
};

/* --- people ----------------------------------------------------------------------------- */

static const struct parameter people_parameters[] = {
    PAGE_PARAMETERS,
    {"q", IN_QUERY, &schema_string, false, false, N_("part of a name")},
    {"role", IN_QUERY, &schema_string, false, false, N_("who holds it today")},
    {"silent", IN_QUERY, &schema_boolean, false, false,
     N_("true: who has not signed in for 90 days")},
    {0}};
OBJECT_SCHEMA(person_schema, "AccountOfUnit", REQUIRED("id", schema_integer),
              REQUIRED("name", schema_string), OPTIONAL("display_name", schema_string),
              OPTIONAL("email", schema_string), OPTIONAL("phone", schema_string),
              REQUIRED("state", schema_string), REQUIRED("unit", schema_integer),
              REQUIRED("unit_name", schema_string), REQUIRED("second_factor", schema_boolean),
              OPTIONAL("last_ms", schema_integer), OPTIONAL("link_until_ms", schema_integer));
LIST_SCHEMA(people_schema, person_schema);

static err_t get_people(struct reply *out, const struct request *r, struct err *e)
{
    return list(
        out, r,
        "SELECT count(*) OVER (), a.id, a.name, a.display_name, a.email, a.phone, a.state, u.id,"
        " u.name, (SELECT totp_confirmed FROM credential c WHERE c.account = a.id), (SELECT"
        " max(last_ms) FROM known_device k WHERE k.account = a.id), (SELECT max(expires_ms) FROM"
        " sign_in_link l WHERE l.account = a.id AND l.used_ms IS NULL AND l.expires_ms > ?7)"
        " FROM account a JOIN unit u ON u.id = a.owner_unit WHERE (?3 = 0 OR u.id = ?3)"
        " AND (?4 IS NULL OR a.name LIKE '%' || ?4 || '%' OR lower(a.display_name) LIKE '%' || ?4 "
        "||"
        " '%') AND (?5 IS NULL OR EXISTS (SELECT 1 FROM role_grant g WHERE g.account = a.id AND "
        "g.role ="
        " ?5 AND g.state = 'active' AND g.from_date <= ?6 AND (g.to_date IS NULL OR g.to_date >="
        " ?6))) AND (?8 = 0 OR (a.state <> 'disabled' AND a.created_ms < ?8 AND NOT EXISTS (SELECT"
        " 1 FROM known_device k WHERE k.account = a.id AND k.last_ms >= ?8)))"
        " ORDER BY CASE a.state WHEN 'disabled' THEN 1 ELSE 0 END, a.display_name_order NULLS LAST,"
        " a.id NULLS LAST"
        " LIMIT ?1 OFFSET ?2",
        8, &person_schema, e);
}

const struct resource resource_accounts = {
    .reads = READS_NONE,
    .path = "/api/v1/accounts",
    .summary = N_("accounts, with second factor, last sign-in and until when an unused link holds"),
    .parameters = people_parameters,
    .reply = &people_schema,
    .handle = get_people,
    ROLE_AMONG(keepers),
    .scope = "accounts",
};

/* --- what an account did ------------------------------------------------------------------- */

static const struct parameter act_parameters[] = {
    PAGE_PARAMETERS,
    {"account", IN_QUERY, &schema_id, true, false, N_("whose")},
    {"open", IN_QUERY, &schema_boolean, false, false,
     N_("true: what it has to do (do, or an ask) and what it proposed (propose …), since when")},
    {0}};
OBJECT_SCHEMA(act_schema, NULL, REQUIRED("type", schema_string), REQUIRED("id", schema_integer),
              REQUIRED("action", schema_string), REQUIRED("at_ms", schema_integer));
LIST_SCHEMA(acts_schema, act_schema);

static err_t get_acts(struct reply *out, const struct request *r, struct err *e)
{
    if (str_is(request_value(r, "open"), "true"))
        return list(
            out, r,
            "SELECT 0, w.type, w.record_id, w.action, w.at_ms FROM (SELECT account, type,"
            " record_id, coalesce(ask, kind) AS action, from_ms AS at_ms FROM assignment"
            " WHERE kind = 'do' AND to_ms IS NULL AND done_ms IS NULL UNION ALL SELECT"
            " proposed_by, type, record_id, 'propose ' || action, proposed_ms FROM proposal"
            " WHERE state = 'open' AND expires_ms > ?7) w JOIN account a ON a.id = w.account"
            " WHERE a.id = ?9 AND (?3 = 0 OR a.owner_unit = ?3) ORDER BY w.at_ms, w.type,"
            " w.record_id LIMIT ?1 OFFSET ?2",
            9, &act_schema, e);
    return list(
        out, r,
        "SELECT 0, v.type, v.record_id, v.action, v.at_ms FROM record_version v JOIN account"
        " a ON a.id = v.account WHERE v.account = ?9 AND (?3 = 0 OR a.owner_unit = ?3)"
        " ORDER BY v.at_ms DESC NULLS LAST, v.type, v.record_id, v.version DESC LIMIT ?1"
        " OFFSET ?2",
        9, &act_schema, e);
}

const struct resource resource_account_acts = {
    .reads = READS_NONE,
    .path = "/api/v1/account-acts",
    .summary = N_("what an account changed last: kind, number and action, without any content"),
    .parameters = act_parameters,
    .reply = &acts_schema,
    .handle = get_acts,
    ROLE_AMONG(keepers),
    .scope = "accounts",
};

/* --- roles held ------------------------------------------------------------------------- */

static const struct parameter grant_parameters[] = {
    PAGE_PARAMETERS,
    {"account", IN_QUERY, &schema_id, false, false, N_("whose")},
    {"role", IN_QUERY, &schema_string, false, false, N_("a role of types/roles.yaml")},
    {"ended", IN_QUERY, &schema_boolean, false, false, N_("true: those that have ended too")},
    {0}};
ENUM_SCHEMA(grant_state, NULL, "active", "later", "ended");
OBJECT_SCHEMA(grant_schema, "RoleHeld", REQUIRED("id", schema_integer),
              REQUIRED("account", schema_integer), REQUIRED("name", schema_string),
              OPTIONAL("display_name", schema_string), REQUIRED("unit", schema_integer),
              REQUIRED("unit_name", schema_string), REQUIRED("role", schema_string),
              REQUIRED("label", schema_string), REQUIRED("from", schema_string),
              OPTIONAL("to", schema_string), REQUIRED("state", grant_state),
              OPTIONAL("lent_by", schema_string), OPTIONAL("approved_by", schema_string),
              OPTIONAL("proposed_by", schema_string));
LIST_SCHEMA(grants_schema, grant_schema);

static struct str state_word(const struct book_words *w, struct str code)
{
    (void)w;
    return str_of(msg(str_is(code, "ended")   ? N_("Ended")
                      : str_is(code, "later") ? N_("Begins later")
                                              : N_("In force")));
}

static const struct book_column grant_columns[] = {{"unit_name", N_("Unit"), NULL},
                                                   {"display_name", N_("Person's name"), NULL},
                                                   {"name", N_("Sign-in name"), NULL},
                                                   {"label", N_("Role"), NULL},
                                                   {"from", N_("From"), NULL},
                                                   {"to", N_("To"), NULL},
                                                   {"state", N_("State"), state_word},
                                                   {"lent_by", N_("Lent by"), NULL},
                                                   {"proposed_by", N_("Proposed by"), NULL},
                                                   {"approved_by", N_("Approved by"), NULL},
                                                   {0}};

static err_t get_grants(struct reply *out, const struct request *r, struct err *e)
{
    return list(
        out, r,
        "SELECT count(*) OVER (), g.id, g.account, a.name, a.display_name, u.id, u.name, g.role,"
        " g.from_date, g.to_date, CASE WHEN g.state = 'ended' OR g.to_date < ?6 THEN 'ended' WHEN"
        " g.from_date > ?6 THEN 'later' ELSE 'active' END, lender.display_name, giver.display_name,"
        " (SELECT b.display_name FROM proposal p JOIN account b ON b.id = p.proposed_by WHERE"
        " p.type = 'grant' AND p.record_id = g.account AND p.action = 'grant ' || g.role AND "
        "p.state"
        " = 'confirmed' AND p.decided_by = g.created_by AND p.decided_ms <= g.created_ms + 60000"
        " ORDER BY p.id DESC NULLS LAST LIMIT 1)"
        " FROM role_grant g JOIN account a ON a.id = g.account JOIN unit u ON u.id = g.owner_unit"
        " LEFT JOIN account lender ON lender.id = g.delegated_by"
        " LEFT JOIN account giver ON giver.id = g.created_by"
        " WHERE (?3 = 0 OR u.id = ?3) AND (?9 = 0 OR g.account = ?9) AND (?5 IS NULL OR g.role ="
        " ?5) AND (?10 = 1 OR (g.state <> 'ended' AND (g.to_date IS NULL OR g.to_date >= ?6)))"
        " ORDER BY g.id DESC NULLS LAST LIMIT ?1 OFFSET ?2",
        10, &grant_schema, e);
}

const struct resource resource_grants = {
    .reads = READS_NONE,
    .path = "/api/v1/grants",
    .summary = N_("roles that people hold, with who proposed and who approved each"),
    .parameters = grant_parameters,
    .reply = &grants_schema,
    .book = grant_columns,
    .handle = get_grants,
    ROLE_AMONG(keepers),
    .scope = "accounts",
};

/* --- roles that there are ----------------------------------------------------------------- */

OBJECT_SCHEMA(role_schema, "Role", REQUIRED("role", schema_string),
              REQUIRED("label", schema_string), REQUIRED("units", schema_strings),
              REQUIRED("administrator", schema_boolean), OPTIONAL("granted_by", schema_string));
LIST_SCHEMA(roles_schema, role_schema);

static err_t get_roles(struct reply *out, const struct request *r, struct err *e)
{
    const struct role *role;
    struct items items;
    int64_t count = 0;
    items_begin(&items);
    for (; (role = role_at((size_t)count)) != NULL; count++) {
        jout_object(&items.json);
        jout_pair(&items.json, "role", role->name);
        jout_pair(&items.json, "label", role_label(role));
        jout_pair_strs(&items.json, "units", role->unit_kinds, role->unit_kind_count);
        jout_pair_bool(&items.json, "administrator", role->administrator);
        jout_pair(&items.json, "granted_by", role->granted_by);
        jout_end_object(&items.json);
    }
    return items_end(out, r, &items, count, 0, e);
}

const struct resource resource_roles = {
    .reads = READS_NONE,
    .path = "/api/v1/roles",
    .summary = N_("the roles, each with the kinds of unit in which it is held"),
    .reply = &roles_schema,
    .handle = get_roles,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
};
