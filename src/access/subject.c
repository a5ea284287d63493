/* The subject of a request, read from the database each time. A cache of grants would
 * have to be told of every revocation, and one message missed is a right that stays. */
#include "access/subject.h"
#include "base/date.h"
#include "base/vec.h"
#include "db/row_mac.h"
#include "text/json.h"

static const struct role role_program = {
    .name = {"program", 7}, .delegable = false, .publications = true};
static const struct grant grant_program = {.role = &role_program};

struct grants {
    struct grant *ptr;
    size_t len, cap;
};

struct str region_city_prefix(struct str region)
{
    bool city = region.len == 6 && memcmp(region.ptr + 2, "00", 2) != 0;
    return city ? (struct str){region.ptr, 4} : STR_NONE;
}

struct str region_province_prefix(struct str region)
{
    return region.len == 6 ? (struct str){region.ptr, 2} : STR_NONE;
}

#define CHINA_MS ((int64_t)8 * 3600 * 1000)

struct str business_date(int64_t now_ms, struct arena *a)
{
    return date_text(date_from_ms(now_ms + CHINA_MS), a);
}

struct str business_time(int64_t now_ms, struct arena *a)
{
    char text[21];
    time_format(text, now_ms + CHINA_MS);
    return arena_printf(a, "%.10s %.8s", text, text + 11);
}

static err_t load_account(struct subject *out, struct db *db, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT a.name, a.display_name, a.state, u.id, u.kind, u.region, u.state,"
        " u.name, u.credit_code"
        " FROM account a JOIN unit u ON u.id = a.owner_unit WHERE a.id = ?1";
    struct str state, region, unit_state;
    bool found;
    err_t rc =
        db_row(&found, db, sql, VALUES(v_i64(out->account)),
               INTO(into_str(&out->name), into_str(&out->display_name), into_str(&state),
                    into_i64(&out->unit), into_str(&out->unit_kind), into_str(&region),
                    into_str(&unit_state), into_str(&out->unit_name), into_str(&out->credit_code)),
               a, e);

    if (rc != OK)
        return rc;
    if (!found)
        return err_set(e, E_NOTFOUND, "there is no account %lld", (long long)out->account);
    if ((rc = row_mac_require(e, db, "account", "%lld", (long long)out->account)) != OK ||
        (rc = row_mac_require(e, db, "unit", "%lld", (long long)out->unit)) != OK)
        return rc;
    out->city = region_city_prefix(region);
    out->province = region_province_prefix(region);
    if (!str_is(state, "active"))
        return err_set(e, E_DENIED, "the account %.*s is not active", STR_ARG(out->name));
    if (!str_is(unit_state, "active"))
        return err_set(e, E_DENIED, "the unit of the account %.*s has ended", STR_ARG(out->name));
    return OK;
}

/* Own grants come before delegated ones. */
static err_t load_grants(struct grants *own, struct grants *delegated, const struct subject *s,
                         struct db *db, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT g.role, g.delegated_by, l.display_name, g.programmes, g.id FROM role_grant g"
        " LEFT JOIN account l ON l.id = g.delegated_by"
        " WHERE g.account = ?1 AND g.owner_unit = ?2 AND g.state = 'active'"
        " AND g.from_date <= ?3 AND (g.to_date IS NULL OR g.to_date >= ?3)"
        " AND (g.delegated_by IS NULL OR EXISTS ("
        "  SELECT 1 FROM role_grant o JOIN account b ON b.id = o.account"
        "  WHERE o.account = g.delegated_by AND o.role = g.role AND o.delegated_by IS NULL"
        "  AND o.owner_unit = ?2 AND o.state = 'active'"
        "  AND o.from_date <= ?3 AND (o.to_date IS NULL OR o.to_date >= ?3)"
        "  AND b.state = 'active' AND b.owner_unit = ?2))"
        " ORDER BY g.id";
    struct stmt *st = NULL;
    err_t rc =
        db_query(&st, db, sql, VALUES(v_i64(s->account), v_i64(s->unit), v_str(s->today)), e);

    while (stmt_row(&rc, st, e)) {
        struct grant g = {.role = role_find(stmt_str(st, 0)),
                          .on_behalf_of = stmt_i64(st, 1),
                          .lender = arena_dup(a, stmt_str(st, 2)),
                          .programmes = arena_dup(a, stmt_str(st, 3))};
        if ((rc = row_mac_require(e, db, "role_grant", "%lld", (long long)stmt_i64(st, 4))) != OK)
            break;
        if (!g.role || !role_fits(g.role, s->unit_kind)) /* retired, or of another kind of unit */
            continue;
        if (g.on_behalf_of == 0)
            VEC_PUSH(a, own, g);
        else if (g.role->delegable)
            VEC_PUSH(a, delegated, g);
    }
    stmt_free(st);
    return rc;
}

/* grant.h refuses to store such rows; this one meets rows that came otherwise. */
static bool separated(const struct grants *own, const struct grants *delegated)
{
    const struct role *administrator = NULL;
    size_t other = delegated->len;
    for (size_t i = 0; i < own->len; i++) {
        const struct role *r = own->ptr[i].role;
        if (!r->administrator)
            other++;
        else if (administrator && administrator != r)
            return false;
        else
            administrator = r;
    }
    return !administrator || other == 0;
}

err_t subject_load(struct subject *out, struct db *db, int64_t account, struct str today,
                   int64_t now_ms, struct arena *a, struct err *e)
{
    struct grants own = {0}, delegated = {0};
    err_t rc;

    *out = (struct subject){.account = account, .today = arena_dup(a, today), .now_ms = now_ms};
    if ((rc = load_account(out, db, a, e)) != OK ||
        (rc = load_grants(&own, &delegated, out, db, a, e)) != OK)
        return rc;
    if (!separated(&own, &delegated))
        return err_set(e, E_DENIED,
                       "the account %.*s holds roles that one person may not hold together; a "
                       "security administrator must end one of them",
                       STR_ARG(out->name));
    VEC_PUSH(a, &own, ((struct grant){.role = role_find(STR("public"))}));
    for (size_t i = 0; i < delegated.len; i++)
        VEC_PUSH(a, &own, delegated.ptr[i]);
    out->grants = own.ptr;
    out->grant_count = own.len;
    return OK;
}

void subject_public(struct subject *out, struct str today, struct arena *a)
{
    struct grant *g = arena_alloc(a, sizeof(*g));
    g->role = role_find(STR("public"));
    *out = (struct subject){.grants = g, .grant_count = 1, .today = today};
}

void subject_program(struct subject *out, struct str today)
{
    *out = (struct subject){.grants = &grant_program, .grant_count = 1, .today = today};
}

bool subject_is_program(const struct subject *s)
{
    return s->grant_count == 1 && s->grants[0].role == &role_program;
}

bool grant_is_for(const struct grant *g, struct str programme)
{
    struct str rest = g->programmes;
    bool is = rest.len == 0;
    while (!is && rest.len)
        is = str_eq(str_split(&rest, STR(" ")), programme);
    return is;
}

bool subject_has_role(const struct subject *s, const char *role)
{
    for (size_t i = 0; i < s->grant_count; i++)
        if (str_is(s->grants[i].role->name, role) && s->grants[i].programmes.len == 0)
            return true;
    return false;
}

bool subject_stands_for(const struct subject *s, int64_t account, struct str programme)
{
    bool stands = s->account == account;
    for (size_t i = 0; !stands && i < s->grant_count; i++)
        stands = s->grants[i].on_behalf_of == account &&
                 (programme.len == 0 || grant_is_for(&s->grants[i], programme));
    return stands && account != 0;
}

const struct grant *subject_own_grant(const struct subject *s, struct str role)
{
    for (size_t i = 0; i < s->grant_count; i++)
        if (s->grants[i].on_behalf_of == 0 && str_eq(s->grants[i].role->name, role))
            return &s->grants[i];
    return NULL;
}

bool subject_has_any_role(const struct subject *s, const char *const *roles)
{
    for (size_t i = 0; roles[i]; i++)
        if (subject_has_role(s, roles[i]))
            return true;
    return false;
}

bool subject_brings_publications(const struct subject *s)
{
    for (size_t i = 0; i < s->grant_count; i++)
        if (s->grants[i].role->publications)
            return true;
    return false;
}

static bool holds_scope(struct str held, struct str asked)
{
    struct str shorter = held.len < asked.len ? held : asked;
    struct str longer = held.len < asked.len ? asked : held;
    return str_eq(held, asked) || (str_starts(longer, shorter) && longer.ptr[shorter.len] == ':');
}

bool subject_in_scope(const struct subject *s, const char *scope)
{
    for (size_t i = 0; i < s->scope_count; i++)
        if (s->scopes && holds_scope(s->scopes[i], str_of(scope)))
            return true;
    return s->scopes == NULL;
}
