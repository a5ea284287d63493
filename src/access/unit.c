/* Units: rows of the tree of offices and parties. Their place (owner_city, owner_province) is
 * kept beside every row that hangs on them, so that a condition needs no join. */
#include "access/unit.h"
#include "model/codes.h"
#include "model/normal.h"
#include "text/pinyin.h"

struct unit_row {
    int64_t version, parent;
    struct str state, kind, name, region, credit_code, address, phone;
    struct str remedy_organ, remedy_period, remedy_court, remedy_court_period; /* of an office */
};

bool unit_kind_is_office(struct str kind)
{
    return str_ends(kind, STR("_office")) || str_is(kind, "province_ip_centre");
}

static bool is_kind(struct str kind)
{
    static const char *const others[] = {"party", "service_org", "bank", "expert_pool"};
    static const char *const offices[] = {"province_office", "city_office", "province_ip_centre",
                                          "finance_office", "audit_office"};
    return STR_IN(kind, others) || STR_IN(kind, offices);
}

/* One that has a name, or the whole country: with another nobody finds the place again. */
static bool is_region(struct str region)
{
    return region.len == 6 && (region_name(region).len > 0 || str_is(region, "100000"));
}

static err_t may_manage(const struct deed *d, struct err *e)
{
    if (deed_by_role(d, "security_administrator"))
        return OK;
    return err_set(e, E_DENIED, "units are made, moved and ended by a security administrator");
}

static err_t read_unit(struct unit_row *out, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    static const char sql[] = "SELECT version, state, kind, name, region, credit_code, parent,"
                              " address, phone, remedy_organ, remedy_period, remedy_court,"
                              " remedy_court_period FROM unit WHERE id = ?1";
    bool found;
    *out = (struct unit_row){0};
    err_t rc =
        db_row(&found, db, sql, VALUES(v_i64(id)),
               INTO(into_i64(&out->version), into_str(&out->state), into_str(&out->kind),
                    into_str(&out->name), into_str(&out->region), into_str(&out->credit_code),
                    into_i64(&out->parent), into_str(&out->address), into_str(&out->phone),
                    into_str(&out->remedy_organ), into_str(&out->remedy_period),
                    into_str(&out->remedy_court), into_str(&out->remedy_court_period)),
               a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no unit %lld", (long long)id) : rc;
}

/* The row as it now is becomes a version. */
static err_t note_unit(struct db *db, const struct deed *d, int64_t id, const char *action,
                       struct err *e)
{
    struct unit_row u;
    err_t rc = read_unit(&u, db, id, d->arena, e);
    if (rc != OK)
        return rc;
    struct value parent = u.parent ? v_i64(u.parent) : (struct value){0};
    const struct deed_field fields[] = {{"address", v_str(u.address)},
                                        {"credit_code", v_str(u.credit_code)},
                                        {"kind", v_str(u.kind)},
                                        {"name", v_str(u.name)},
                                        {"parent", parent},
                                        {"phone", v_str(u.phone)},
                                        {"region", v_str(u.region)},
                                        {"remedy_court", v_str(u.remedy_court)},
                                        {"remedy_court_period", v_str(u.remedy_court_period)},
                                        {"remedy_organ", v_str(u.remedy_organ)},
                                        {"remedy_period", v_str(u.remedy_period)},
                                        {"state", v_str(u.state)}};
    return deed_version(d, db, unit_kind_is_office(u.kind) ? "office" : "party", id, u.version,
                        action, fields, ARRAY_LEN(fields), e);
}

/* 100000 is no province's: nothing else in an instance has its prefix. */
struct new_unit operators_unit(void)
{
    return (struct new_unit){
        .kind = STR("province_office"), .name = STR("运行管理单位"), .region = STR("100000")};
}

static err_t check_unit(struct str *code, const struct deed *d, const struct new_unit *u,
                        struct err *e)
{
    if (!is_kind(u->kind))
        return err_set(e, E_INVALID, "there is no kind of unit \"%.*s\"", STR_ARG(u->kind));
    if (u->name.len == 0)
        return err_set(e, E_INVALID, "a unit needs a name");
    if (!is_region(u->region))
        return err_set(e, E_INVALID, "\"%.*s\" is no region code of GB/T 2260 (six digits)",
                       STR_ARG(u->region));
    *code = STR_NONE;
    if (u->credit_code.len > 0 && credit_code_parse(code, u->credit_code, d->arena) != CODE_RIGHT)
        return err_set(e, E_INVALID, "\"%.*s\" is not a unified social credit code (GB 32100)",
                       STR_ARG(u->credit_code));
    return OK;
}

err_t unit_add(int64_t *id, struct db *db, const struct deed *d, const struct new_unit *u,
               struct err *e)
{
    static const char sql[] =
        "INSERT INTO unit (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, kind, name, credit_code,"
        " region, parent, name_order)"
        " VALUES (1, 'active', 0, ?1, ?2, 1, 0, ?3, ?4, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    struct str code;
    err_t rc;

    if ((rc = may_manage(d, e)) != OK || (rc = check_unit(&code, d, u, e)) != OK)
        return rc;
    rc = db_run(db, sql,
                VALUES(v_str(region_city_prefix(u->region)),
                       v_str(region_province_prefix(u->region)), v_i64(deed_now_ms(d)),
                       v_i64(d->by->account), v_str(u->kind), v_str(u->name), v_str(code),
                       v_str(u->region), u->parent ? v_i64(u->parent) : (struct value){0},
                       v_str(pinyin_key(u->name, d->arena))),
                e);
    if (rc == E_CONFLICT)
        return err_set(e, E_CONFLICT, "the unified social credit code %.*s is another unit's",
                       STR_ARG(code));
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    if ((rc = db_run(db, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(*id)), e)) !=
        OK)
        return rc;
    return note_unit(db, d, *id, "create", e);
}

err_t unit_follow(struct db *db, int64_t id, struct err *e)
{
    static const char *const sql[] = {
        "UPDATE unit SET owner_city = ?2, owner_province = ?3 WHERE id = ?1",
        "UPDATE account SET owner_city = ?2, owner_province = ?3 WHERE owner_unit = ?1",
        "UPDATE role_grant SET owner_city = ?2, owner_province = ?3 WHERE owner_unit = ?1",
        "UPDATE authority SET owner_city = ?2, owner_province = ?3 WHERE owner_unit = ?1"};
    struct arena *a = arena_new();
    struct unit_row u;
    err_t rc = read_unit(&u, db, id, a, e);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(sql); i++)
        rc = db_run(db, sql[i],
                    VALUES(v_i64(id), v_str(region_city_prefix(u.region)),
                           v_str(region_province_prefix(u.region))),
                    e);
    arena_free(a);
    return rc;
}

err_t unit_find(int64_t *id, struct db *db, struct str written, struct arena *a, struct err *e)
{
    static const char by_id[] = "SELECT id FROM unit WHERE id = ?1";
    static const char by_text[] =
        "SELECT id FROM unit WHERE credit_code = ?1 OR name = ?2 ORDER BY id LIMIT 2";
    struct ids found = {0};
    struct str code = STR_NONE;
    int64_t number;
    err_t rc;

    *id = 0;
    if (str_to_i64(&number, written))
        rc = db_ids(&found, db, by_id, VALUES(v_i64(number)), a, e);
    else {
        if (credit_code_parse(&code, written, a) != CODE_RIGHT)
            code = STR_NONE;
        rc = db_ids(&found, db, by_text, VALUES(v_str(code), v_str(written)), a, e);
    }
    if (rc == OK && found.len == 0)
        rc = err_set(e, E_NOTFOUND, "there is no unit \"%.*s\"", STR_ARG(written));
    if (rc == OK && found.len > 1)
        rc = err_set(e, E_CONFLICT, "several units are called \"%.*s\"; give its number",
                     STR_ARG(written));
    if (found.len)
        *id = found.ptr[0];
    return rc;
}
