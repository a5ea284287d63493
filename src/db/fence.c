/* The texts of the fence. The role's name holds the numbers of the database and of the schema, because
 * roles are the server's: two stores on it must not share one. */
#include "db/fence.h"
#include "base/buf.h"
#include "crypto/hash.h"
#include "db/db_priv.h"
#include "db/dialect.h"
#include <assert.h>
#include <string.h>

static _Thread_local const char *now; /* whom this thread asks for; NULL: the program */

void fence_enter(const char *who)
{
    now = who;
}

void fence_leave(void)
{
    now = NULL;
}

const char *fence_now(void)
{
    return now;
}

err_t fence_off(struct db *db, struct err *e)
{
    return now && db->ops->fence ? db->ops->fence(db, NULL, e) : OK;
}

err_t fence_on(struct db *db, struct err *e)
{
    return now && db->ops->fence ? db->ops->fence(db, now, e) : OK;
}

/* An operator who lets us make no role keeps the fence by the context (fence.h). Until the schema's number was in its
 * name, the stores of a database had one role together: it loses what it may do here. */
static const char role_sql[] =
    "DO $zy$ DECLARE r text := " FENCE_ROLE "; s text := current_schema();"
    " shared text := regexp_replace(r, '_[0-9]+$', '');"
    " BEGIN"
    "  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = r) THEN"
    "   BEGIN EXECUTE format('CREATE ROLE %I NOLOGIN', r);"
    /* By another instance of this database meanwhile: our snapshot is of before it. */
    "   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;"
    "  END IF;"
    "  IF NOT pg_has_role(r, " FENCE_RIGHT ") THEN"
    "   EXECUTE format('GRANT %I TO CURRENT_USER', r);"
    "  END IF;"
    "  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', s, r);"
    "  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', s, r);"
    "  EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO %I', s, r);"
    "  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO %I', s, r);"
    "  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = shared) THEN"
    "   EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', s, shared);"
    "   EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', s, shared);"
    "   EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I', s, shared);"
    "   EXECUTE"
    "    format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON TABLES FROM %I', s, shared);"
    "  END IF;"
    " EXCEPTION WHEN insufficient_privilege THEN NULL;"
    " END $zy$";

/* What looks for tables by name looks here alone, and last among temporary tables, which anybody may make. */
static const char path_sql[] =
    "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)";

/* A role's context that cannot be read is nobody's: no rows. */
static const char *const functions[] = {
    "CREATE OR REPLACE FUNCTION zy_fence_who() RETURNS jsonb LANGUAGE sql STABLE AS $zy$"
    " SELECT nullif(current_setting('zhiyun.subject', true), '')::jsonb $zy$",
    "CREATE OR REPLACE FUNCTION zy_fence_open() RETURNS boolean LANGUAGE sql STABLE AS $zy$"
    " SELECT zy_fence_who() IS NULL AND left(current_user::text, 13) <> 'zhiyun_fence_' $zy$",
    "CREATE OR REPLACE FUNCTION zy_fence_text(name text) RETURNS text LANGUAGE sql STABLE AS $zy$"
    " SELECT zy_fence_who() ->> name $zy$",
    "CREATE OR REPLACE FUNCTION zy_fence_number(name text) RETURNS bigint LANGUAGE sql STABLE AS"
    " $zy$ SELECT (zy_fence_who() ->> name)::bigint $zy$",
    /* Roles, NULL: any. */
    "CREATE OR REPLACE FUNCTION zy_fence_persons(roles text[]) RETURNS bigint[] LANGUAGE sql STABLE"
    " AS $zy$ SELECT coalesce(array_agg((g ->> 1)::bigint), '{}')"
    " FROM jsonb_array_elements(zy_fence_who() -> 'grants') g"
    " WHERE g ->> 1 <> '0' AND (roles IS NULL OR g ->> 0 = ANY (roles)) $zy$",
    "CREATE OR REPLACE FUNCTION zy_fence_holds(roles text[]) RETURNS boolean LANGUAGE sql STABLE"
    " AS $zy$ SELECT EXISTS (SELECT 1 FROM jsonb_array_elements(zy_fence_who() -> 'grants') g"
    " WHERE roles IS NULL OR g ->> 0 = ANY (roles)) $zy$",
    /* Of a version of a record: its record is seen. Tables of other kinds have no fence. */
    "CREATE OR REPLACE FUNCTION zy_fence_sees(kind text, record bigint) RETURNS boolean"
    " LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $zy$ DECLARE seen boolean;"
    " BEGIN"
    "  IF to_regclass(quote_ident('record_' || kind)) IS NULL OR kind = 'version' THEN"
    "   RETURN true;"
    "  END IF;"
    "  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1)', 'record_' || kind)"
    "   INTO seen USING record;"
    "  RETURN seen;"
    " END $zy$",
};

static void add_policy(struct buf *sql, const struct fence_table *t)
{
    buf_addf(sql,
             "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;\n"
             "ALTER TABLE %s FORCE ROW LEVEL SECURITY;\n"
             "DROP POLICY IF EXISTS zy_fence ON %s;\n"
             "CREATE POLICY zy_fence ON %s USING ((SELECT zy_fence_open()) OR %s);\n",
             t->name, t->name, t->name, t->name, t->condition);
}

/* The context is put aside while it is worked out. Not by a SET of the function: of a setting that the server does not
 * know, that is a superuser's to write. */
static void add_value(struct buf *sql, const struct fence_value *v)
{
    assert(strlen(v->name) <= FENCE_NAME_MAX);
    buf_addf(sql,
             "DROP FUNCTION IF EXISTS %s(bigint);\nCREATE FUNCTION %s(bigint) RETURNS %s LANGUAGE"
             " plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $zy$"
             " DECLARE zy_who text := coalesce(current_setting('zhiyun.subject', true), '');"
             " zy_value %s;"
             " BEGIN PERFORM set_config('zhiyun.subject', '', true); zy_value := (",
             v->name, v->name, v->result, v->result);
    (void)dialect_params(sql, v->sql);
    buf_addf(sql,
             "); PERFORM set_config('zhiyun.subject', zy_who, true); RETURN zy_value; END $zy$;\n"
             "REVOKE ALL ON FUNCTION %s(bigint) FROM PUBLIC;\n",
             v->name);
}

struct installing {
    const char *sql; /* functions, policies, values, and the role */
    const char *digest;
};

struct installed {
    bool role, policies;
};

/* The digest of the policies stands as the comment of a function: a copy of the rows to another database does not
 * carry it. A copy of the whole database does (CREATE DATABASE … TEMPLATE), but has a role of its own. */
static err_t look(struct installed *out, struct db *db, const char *digest, struct err *e)
{
    struct stmt *st = NULL;
    *out = (struct installed){0};
    err_t rc =
        db_query(&st, db,
                 "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = " FENCE_ROLE
                 " AND pg_has_role(oid, " FENCE_RIGHT ")), EXISTS (SELECT 1 FROM pg_proc p WHERE"
                 " p.proname = 'zy_fence_sees' AND p.pronamespace = current_schema()::regnamespace"
                 " AND obj_description(p.oid, 'pg_proc') = ?1)",
                 VALUES(v_str(str_of(digest))), e);
    if (stmt_row(&rc, st, e))
        *out = (struct installed){stmt_i64(st, 0) != 0, stmt_i64(st, 1) != 0};
    stmt_free(st);
    return rc;
}

static err_t install_step(struct db *db, void *arg, struct err *e)
{
    const struct installing *i = arg;
    struct installed there = {0};
    err_t rc = db_exec(db, "SELECT pg_advisory_xact_lock(hashtext('zhiyun fence'))", e);
    if (rc == OK)
        rc = look(&there, db, i->digest, e);
    if (rc == OK && !there.policies)
        return db_exec(db, i->sql, e);
    return rc == OK && !there.role ? db_exec(db, role_sql, e) : rc;
}

err_t fence_install(struct store *s, const struct fence *fence, struct err *e)
{
    char digest[SHA256_HEX_LEN + 1];
    struct installing i = {.digest = digest};
    struct installed there = {0};
    struct db *db = NULL;
    struct buf sql = {0};
    if (!db_url_is(store_url(s), DB_POSTGRES))
        return OK;
    buf_addf(&sql, "%s;\n", path_sql);
    for (size_t f = 0; f < ARRAY_LEN(functions); f++)
        buf_addf(&sql, "%s;\n", functions[f]);
    for (size_t t = 0; t < fence->table_count; t++)
        add_policy(&sql, &fence->tables[t]);
    for (size_t v = 0; v < fence->value_count; v++)
        add_value(&sql, &fence->values[v]);
    buf_addf(&sql, "%s;\n", role_sql);
    struct digest d = sha256_of(str_bytes(buf_str(&sql)));
    sha256_hex(digest, &d);
    buf_addf(&sql, "COMMENT ON FUNCTION zy_fence_sees(text, bigint) IS '%s'", digest);
    buf_addc(&sql, '\0');
    i.sql = sql.ptr;
    err_t rc = store_reader_get(&db, s, e);
    if (rc == OK)
        rc = look(&there, db, digest, e);
    store_reader_put(s, db);
    if (rc == OK && !(there.role && there.policies))
        rc = store_write(s, install_step, &i, e);
    buf_clear(&sql);
    return rc;
}

/* Numbers of the one row of a question to a store of PostgreSQL; 0 elsewhere. */
static err_t ask(int64_t *out, size_t count, struct store *s, const char *sql, struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    memset(out, 0, count * sizeof(*out));
    if (!db_url_is(store_url(s), DB_POSTGRES))
        return OK;
    err_t rc = store_reader_get(&db, s, e);
    if (rc == OK)
        rc = db_query(&st, db, sql, NULL, 0, e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    for (size_t i = 0; rc == OK && has_row && i < count; i++)
        out[i] = stmt_i64(st, (int)i);
    stmt_free(st);
    store_reader_put(s, db);
    return rc;
}

#define BEYOND "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)::int"

err_t fence_kept(enum fence_kept *out, struct store *s, struct err *e)
{
    int64_t n[3];
    err_t rc = ask(n, ARRAY_LEN(n), s,
                   "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pg_roles WHERE"
                   " rolname = " FENCE_ROLE " AND pg_has_role(oid, " FENCE_RIGHT "))), " BEYOND
                   " FROM pg_policies WHERE policyname = 'zy_fence'"
                   " AND schemaname = current_schema()",
                   e);
    *out = n[0] == 0  ? FENCE_NONE
           : n[1] > 0 ? FENCE_BY_ROLE
           : n[2]     ? FENCE_BYPASSED
                      : FENCE_BY_CONTEXT;
    return rc;
}

/* Where nobody said otherwise, a database has rights of its own kind, a schema too. */
err_t fence_around(struct fence_around *out, struct store *s, struct err *e)
{
    int64_t n[3];
    err_t rc = ask(n, ARRAY_LEN(n), s,
                   "SELECT " BEYOND ", (SELECT count(*) FROM pg_database d,"
                   " aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) r"
                   " WHERE d.datname = current_database() AND r.grantee = 0"
                   " AND r.privilege_type = 'CONNECT'), (SELECT count(*) FROM pg_namespace n,"
                   " aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) r"
                   " WHERE n.nspname = current_schema() AND r.privilege_type = 'CREATE'"
                   " AND r.grantee <> n.nspowner AND r.grantee <> (SELECT oid FROM pg_roles WHERE"
                   " rolname = current_user))",
                   e);
    *out = (struct fence_around){n[0] != 0, n[1] != 0, n[2] != 0};
    return rc;
}
