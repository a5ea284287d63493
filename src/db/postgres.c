/* PostgreSQL (13 or newer) behind db.h. The engine, its transactions and how it is
 * opened are here; what travels in postgres_wire.c, statements in postgres_stmt.c.
 *
 * A statement is prepared at its first run, as PostgreSQL fixes the types of
 * parameters then: each gets the type of what is bound to it. A parameter that
 * is NULL at that run is left to the server to infer; when another type is bound
 * later the statement is prepared anew. Values travel in binary both ways.
 *
 * BEGIN, SAVEPOINT and what stmt_run_later runs are only sent; the next
 * statement that needs an answer collects theirs before its own (libpq's pipeline mode). A
 * step of three writes so takes two trips to the server instead of five.
 *
 * A result is fetched whole before its first row is given out: the connection
 * is then free for a walk inside a walk. (One row at a time was weighed: the
 * connection stays taken until the last row is read.) Who walks a large table
 * does it by ranges of its key.
 *
 * Steps run one by one as on SQLite, also those of several servers: the turn of the store is a
 * table lock that a group takes before its snapshot (begin_turn). REPEATABLE READ lets a group see
 * one state and its own changes, and refuses what somebody wrote without the turn.
 *
 * OK from a commit means durable: synchronous_commit is never below `on` here (but where no disk
 * is waited for, base/disk.h), and a warning that comes with COMMIT means that its outcome is unknown: the
 * server answers a cancelled wait for its standby that way. */
#include "base/disk.h"
#include "base/mem.h"
#include "base/msg.h"
#include "db/dialect.h"
#include "db/postgres_priv.h"
#include <poll.h>
#include <stdlib.h>

#define BUSY_DEFAULT_MS 10000
#define VERSION_MIN 130000
#define CONNECT_SECONDS "5"      /* to each host of the address */
#define TCP_USER_TIMEOUT "10000" /* ms until a host that fell silent counts as gone */
#define BEGIN_WRITE "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
#define TIMELINE "left(pg_walfile_name(pg_current_wal_lsn()), 8)"

/* --- text without parameters ----------------------------------------------- */

static err_t exec(struct db *base, const char *sql, struct err *e)
{
    struct pg_db *db = db_of(base);
    struct buf text = {0};
    err_t rc;
    if (db->lost)
        return postgres_lost_now(db, e);
    dialect_tables(&text, str_of(sql));
    buf_addc(&text, '\0');
    rc = buf_ok(&text) ? postgres_exec_text(db, text.ptr, e)
                       : err_store(e, E_LIMIT, "store %s: a statement is too long", db->name);
    buf_clear(&text);
    db->identities = NULL; /* tables may be others now; the arena keeps a few bytes */
    return rc;
}

static err_t has_table(bool *out, struct db *db, const char *name, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT 1 FROM pg_class WHERE relname = ?1 AND relkind IN ('r', 'p', 'v')"
                        " AND relnamespace = " POSTGRES_SCHEMA,
                        VALUES(v_str(str_of(name))), e);
    *out = false;
    if (rc == OK)
        rc = stmt_next(out, st, e);
    stmt_free(st);
    return rc;
}

/* Of the schema: stores of one database do not lock each other. */
static err_t try_lock(bool *got, struct db *db, int number, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row;
    err_t rc = db_query(&st, db,
                        "SELECT CASE WHEN pg_try_advisory_lock(hashtext(current_schema()), ?1::int)"
                        " THEN 1 ELSE 0 END",
                        VALUES(v_i64(number)), e);
    *got = false;
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *got = stmt_i64(st, 0) == 1;
    stmt_free(st);
    return rc;
}

/* --- transactions ---------------------------------------------------------- */

static err_t begin(struct pg_db *db, const char *sql, struct err *e)
{
    db->may_retry = false;
    return db->lost ? postgres_lost_now(db, e) : postgres_exec_text(db, sql, e);
}

static void rollback(struct db *base)
{
    /* Failing means that the connection is gone, and the transaction with it; what
     * was still to be told of earlier statements is of no interest any more. */
    struct pg_db *db = db_of(base);
    (void)postgres_collect(db, NULL, NULL);
    if (postgres_in_transaction(base))
        (void)postgres_exec_text(db, "ROLLBACK", NULL);
}

static err_t unknown_outcome(struct pg_db *db, struct err *e)
{
    db->may_retry = false;
    return err_store(
        e, E_IO,
        "store %s: the connection was lost or the wait for the standby was cut short "
        "while committing, so it is not known whether the change was kept; look before "
        "you repeat it",
        db->name);
}

static err_t begin_write(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    db->may_retry = db->in_doubt = false;
    *db->transaction = '\0';
    return postgres_send_text(db, BEGIN_WRITE, e);
}

/* LOCK takes no snapshot: who waited here sees what those before him committed. The transaction's number
 * and the server's timeline are asked for because a COMMIT may be cut off. */
static err_t begin_turn(struct db *base, const char *table, struct err *e)
{
    struct pg_db *db = db_of(base);
    char sql[300];
    db->may_retry = db->in_doubt = false;
    if (db->lost)
        return postgres_lost_now(db, e);
    (void)snprintf(sql, sizeof(sql),
                   BEGIN_WRITE "; LOCK TABLE %s IN EXCLUSIVE MODE;"
                               "SELECT pg_current_xact_id() || ' ' || " TIMELINE,
                   table);
    PGresult *res = PQexec(db->conn, sql);
    err_t rc = postgres_succeeded(res) ? OK : postgres_failed(db, res, e);
    if (rc == OK)
        (void)snprintf(db->transaction, sizeof(db->transaction), "%s", PQgetvalue(res, 0, 0));
    else
        rollback(base);
    PQclear(res);
    return rc;
}

/* `db` has the turn, so the transaction of `cut` is over. On another timeline (a standby was promoted) its
 * number may be another's. The message makes this COMMIT wait for the disk and the standby, which then have the
 * other one too. */
static err_t was_kept(bool *kept, struct db *db, const struct db *cut, struct err *e)
{
    struct arena *a = arena_new();
    struct str number = str_of(((const struct pg_db *)cut)->transaction), status = STR_NONE,
               word = str_split(&number, STR(" "));
    err_t rc = db_text(&status, db,
                       "SELECT pg_xact_status(?1::xid8), length(pg_logical_emit_message(true,"
                       " 'zhiyun', '')::text) WHERE " TIMELINE " = ?2",
                       VALUES(v_str(word), v_str(number)), a, e);
    *kept = str_is(status, "committed");
    if (rc == OK && !*kept && !str_is(status, "aborted"))
        rc = unknown_outcome(db_of(db), e);
    arena_free(a);
    return rc == OK ? db_commit(db, e) : rc;
}

static err_t analyze(struct db *base, const struct str *tables, size_t count, struct err *e)
{
    (void)base;
    (void)tables;
    (void)count;
    (void)e;
    return OK; /* autovacuum does it */
}

static err_t begin_read(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    /* BEGIN alone takes no snapshot: the first query does. */
    return begin(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1", e);
}

static err_t commit(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    PGresult *res = NULL;
    /* Room for this one: its own answer is looked at. */
    err_t rc = db->pending >= PENDING_MAX - 1 ? postgres_collect(db, NULL, e) : OK;

    if (rc != OK)
        return rc;
    if ((rc = postgres_send_text(db, "COMMIT", e)) == OK)
        rc = postgres_collect(db, &res, e);
    db->in_doubt = db->lost && *db->transaction;
    if (db->lost || (rc == OK && db->warned))
        rc = unknown_outcome(db, e);
    else if (rc == OK && strcmp(PQcmdStatus(res), "COMMIT") != 0)
        /* A step went on after a statement failed: the server rolls back. */
        rc = err_store(e, E_INTERNAL,
                       "store %s: a statement of this transaction had failed, so nothing of it was "
                       "kept",
                       db->name);
    PQclear(res);
    return rc;
}

static int64_t last_id(const struct db *base)
{
    return ((const struct pg_db *)base)->last_id;
}

static const char *name_of(const struct db *base)
{
    return ((const struct pg_db *)base)->name;
}

static bool may_retry(const struct db *base)
{
    return ((const struct pg_db *)base)->may_retry;
}

static bool in_doubt(const struct db *base)
{
    return ((const struct pg_db *)base)->in_doubt;
}

/* This undoes the step and drops the errors of its statements that nobody has read yet. */
static err_t rollback_to(struct db *base, struct err *e)
{
    (void)postgres_collect(db_of(base), NULL, NULL);
    return postgres_exec_text(db_of(base), "ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step", e);
}

static err_t savepoint(struct db *base, struct err *e)
{
    return postgres_send_text(db_of(base), "SAVEPOINT step", e);
}

/* A connection that lay idle: has the server ended it meanwhile? */
static bool is_alive(struct db *base)
{
    struct pg_db *db = db_of(base);
    struct pollfd p = {.fd = PQsocket(db->conn), .events = POLLIN};
    if (db->lost || PQstatus(db->conn) != CONNECTION_OK)
        return false;
    /* Its farewell may lie before the end of the stream: read all there is. */
    while (!db->lost && poll(&p, 1, 0) > 0)
        db->lost = PQconsumeInput(db->conn) == 0;
    return !db->lost && PQstatus(db->conn) == CONNECTION_OK;
}

/* One process at a time brings the schema up to date. Taken outside of any
 * transaction, so that the ones that follow see what the other did. */
static err_t lock_schema(struct db *base, struct err *e)
{
    return begin(db_of(base), "SELECT pg_advisory_lock(hashtext('zhiyun ' || current_schema()))",
                 e);
}

static void unlock_schema(struct db *base)
{
    /* Failing means that the connection is gone, and the lock with it. */
    struct pg_db *db = db_of(base);
    if (!db->lost)
        (void)postgres_exec_text(
            db, "SELECT pg_advisory_unlock(hashtext('zhiyun ' || current_schema()))", NULL);
}

/* --- opening and closing --------------------------------------------------- */

static void close_db(struct db *base)
{
    struct pg_db *db = db_of(base);
    PQfinish(db->conn);
    buf_clear(&db->doomed);
    arena_free(db->arena);
    free(db->name);
    free(db);
}

/* Rows that nobody can see any more are the server's to remove. */
static err_t scrub(struct db *base, struct err *e)
{
    (void)base;
    (void)e;
    return OK;
}

/* pg_amcheck and the server's data checksums look at its files. */
static err_t check(struct db *base, struct err *e)
{
    (void)base;
    (void)e;
    return OK;
}

/* --- loading whole tables -------------------------------------------------- */

/* Foreign keys are taken away and made again, when all rows are looked at at once; triggers rest. (To
 * defer the keys was weighed: the server then keeps an event for each row in memory. To set
 * session_replication_role takes a superuser.) */
static err_t load_begin(struct str *restore, struct db *base, struct arena *a, struct err *e)
{
    static const char before_and_after[] =
        "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I;', c.relname, k.conname),"
        " format('ALTER TABLE %I ADD CONSTRAINT %I %s;', c.relname, k.conname,"
        " pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace UNION ALL"
        " SELECT format('ALTER TABLE %I DISABLE TRIGGER USER;', c.relname),"
        " format('ALTER TABLE %I ENABLE TRIGGER USER;', c.relname) FROM pg_class c"
        " WHERE c.relhastriggers AND c.relnamespace = current_schema()::regnamespace";
    struct buf drop = {0}, add = {0};
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, base, before_and_after, e);
    while (stmt_row(&rc, st, e)) {
        buf_add(&drop, stmt_str(st, 0));
        buf_add(&add, stmt_str(st, 1));
    }
    stmt_free(st);
    buf_addc(&drop, '\0');
    *restore = arena_dup(a, buf_str(&add));
    if (rc == OK)
        rc = postgres_exec_text(db_of(base), drop.ptr, e);
    buf_clear(&drop);
    buf_clear(&add);
    return rc;
}

static err_t load_end(struct db *base, struct str restore, struct err *e)
{
    err_t rc = postgres_exec_text(db_of(base), restore.len ? restore.ptr : "SELECT 1", e);
    if (rc == E_CONFLICT) {
        if (e)
            e->kind = E_CORRUPT;
        rc = E_CORRUPT;
    }
    return rc;
}

#define OF_TABLE " = (quote_ident(current_schema()) || '.' || quote_ident(?1))::regclass"

static const struct table_sql table_texts = {
    .names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
             " ORDER BY tablename COLLATE \"C\"",
    .key = "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
           " AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid" OF_TABLE
           " ORDER BY array_position(i.indkey::int2[], a.attnum)",
    .numbered = POSTGRES_NUMBERED("?1"),
    .last_number = "SELECT coalesce(s.last_value, 0) FROM pg_sequences s"
                   " WHERE s.schemaname = current_schema() AND quote_ident(s.schemaname) || '.' ||"
                   " quote_ident(s.sequencename) = pg_get_serial_sequence("
                   "quote_ident(current_schema()) || '.' || quote_ident(?1), 'id')",
    .set_last = {"SELECT setval(pg_get_serial_sequence(quote_ident(current_schema()) || '.' ||"
                 " quote_ident(?1), 'id'), ?2)"},
    .references = "SELECT a.attname, f.relname, b.attname FROM pg_constraint k"
                  " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
                  " JOIN pg_class f ON f.oid = k.confrelid"
                  " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]"
                  " WHERE k.contype = 'f' AND k.conrelid" OF_TABLE " ORDER BY k.conname",
    .indexes = "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i"
               " JOIN pg_class c ON c.oid = i.indexrelid"
               " WHERE NOT i.indisprimary AND i.indrelid" OF_TABLE " ORDER BY c.relname",
    .drop = " CASCADE",
    .foreign =
        "SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND c.relnamespace "
        "= " POSTGRES_SCHEMA " AND NOT (t.tgname = c.relname || '_access' AND t.tgqual IS NULL"
        " AND p.proname = 'access_number_raise' AND p.pronamespace = c.relnamespace AND p.prosrc ="
        " 'BEGIN UPDATE access_number SET number = number + 1; RETURN NULL; END')"
        " UNION ALL SELECT 'rule ' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid ="
        " r.ev_class WHERE c.relnamespace = " POSTGRES_SCHEMA " AND c.relkind IN ('r', 'p')"
        " UNION ALL SELECT 'view ' || relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = " POSTGRES_SCHEMA " UNION ALL SELECT 'policy ' || p.polname FROM"
        " pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace "
        "= " POSTGRES_SCHEMA,
};

static const struct db_ops postgres_ops = {
    .engine = DB_POSTGRES,
    .tables = &table_texts,
    .columns_sql = "SELECT a.attname, format_type(a.atttypid, NULL), CASE WHEN a.attnotnull THEN 1"
                   " ELSE 0 END" POSTGRES_COLUMNS "?1 ORDER BY a.attnum",
    .name = name_of,
    .close = close_db,
    .prepare = postgres_prepare,
    .finalize = postgres_finalize,
    .reset = postgres_reset,
    .unbind = postgres_unbind,
    .bind_i64 = postgres_bind_i64,
    .bind_text = postgres_bind_text,
    .bind_bytes = postgres_bind_bytes,
    .bind_null = postgres_bind_null,
    .next = postgres_next,
    .run_later = postgres_run_later,
    .ask = postgres_ask,
    .touch = postgres_touch,
    .i64 = postgres_column_i64,
    .str = postgres_column_str,
    .bytes = postgres_column_bytes,
    .is_null = postgres_column_is_null,
    .exec = exec,
    .has_table = has_table,
    .try_lock = try_lock,
    .analyze = analyze,
    .begin_write = begin_write,
    .begin_turn = begin_turn,
    .was_kept = was_kept,
    .savepoint = savepoint,
    .rollback_to = rollback_to,
    .begin_read = begin_read,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = postgres_in_transaction,
    .last_id = last_id,
    .scrub = scrub,
    .check = check,
    .load_begin = load_begin,
    .load_end = load_end,
    .may_retry = may_retry,
    .in_doubt = in_doubt,
    .is_alive = is_alive,
    .lock_schema = lock_schema,
    .unlock_schema = unlock_schema,
};

#define SETTINGS_MAX 64 /* libpq knows some forty */

struct settings {
    const char *key[SETTINGS_MAX + 1], *value[SETTINGS_MAX + 1];
    size_t count;
};

static void set_default(struct settings *s, const char *key, const char *value)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->key[i], key) == 0)
            return;
    s->key[s->count] = key;
    s->value[s->count++] = value;
}

/* What the address says, then what we want where it says nothing. */
static void fill_settings(struct settings *s, const PQconninfoOption *given,
                          const struct db_options *o)
{
    set_default(s, "client_encoding", "UTF8"); /* first: the address cannot change it */
    for (; given->keyword && s->count < SETTINGS_MAX - 8; given++)
        if (given->val)
            set_default(s, given->keyword, given->val);
    set_default(s, "application_name", "zhiyun");
    set_default(s, "connect_timeout", CONNECT_SECONDS);
    set_default(s, "tcp_user_timeout", TCP_USER_TIMEOUT);
    if (!o->read_only) /* of several hosts the one that is the primary now */
        set_default(s, "target_session_attrs", "read-write");
}

static err_t connect_failed(struct pg_db *db, struct err *e)
{
    struct told why = postgres_told(PQerrorMessage(db->conn));
    /* libpq hands out no SQLSTATE before a connection stands; a server that
     * speaks another language gives E_IO here. */
    bool missing = str_contains(str_of(why.z), STR("database \"")) &&
                   str_ends(str_of(why.z), STR("does not exist"));
    return err_store(e, missing ? E_NOTFOUND : E_IO,
                     "store %s: %s; check the address and that the database server runs", db->name,
                     why.z);
}

/* Answers as a store needs them, or a sentence why this server cannot be one. */
static err_t check_server(struct pg_db *db, struct err *e)
{
    int version = PQserverVersion(db->conn);
    const char *encoding = PQparameterStatus(db->conn, "server_encoding");
    const char *escapes = PQparameterStatus(db->conn, "standard_conforming_strings");
    if (version < VERSION_MIN)
        return err_store(e, E_INVALID,
                         "store %s: the server says it is version %d.%d of PostgreSQL; 13 or newer "
                         "is needed",
                         db->name, version / 10000, version % 10000 / 100);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_store(e, E_INVALID,
                         "store %s: the database keeps its text as %s; make one with encoding UTF8",
                         db->name, encoding ? encoding : "?");
    /* Forks in the mode of another product: '' is NULL, or || is OR. */
    PGresult *res = PQexec(db->conn, "SELECT ('' IS NULL)::int, 'a' || 'b', 7 / 2,"
                                     " current_setting('transaction_read_only')");
    err_t rc = postgres_succeeded(res) ? OK : postgres_failed(db, res, e);
    if (rc == OK &&
        (!escapes || strcmp(escapes, "on") != 0 || strcmp(PQgetvalue(res, 0, 0), "0") != 0 ||
         strcmp(PQgetvalue(res, 0, 1), "ab") != 0 || strcmp(PQgetvalue(res, 0, 2), "3") != 0))
        rc = err_store(
            e, E_INVALID,
            "store %s: the database runs in a mode that answers otherwise than PostgreSQL "
            "(empty text, || or division); make one in its PostgreSQL mode",
            db->name);
    PQclear(res);
    return rc;
}

static err_t configure(struct pg_db *db, const struct db_options *o, struct err *e)
{
    char sql[512];
    err_t rc = check_server(db, e);
    if (rc != OK)
        return rc;
    /* Writers look up by keys: without seqscan = off a plan of a table that was empty when the server last looked
     * reads all of it, and an import of 4,000 rows took twice, one of more rows ten times as long.
     * The last one: a commit that is answered must be on disk, and on the standby
     * where the server names one; a stronger setting of the server stays. */
    (void)snprintf(sql, sizeof(sql),
                   "SET client_min_messages = warning; SET jit = off; SET lock_timeout = %d;"
                   "SET idle_in_transaction_session_timeout = '%s';"
                   "SET default_transaction_read_only = %s; %s;"
                   "SELECT set_config('synchronous_commit', '%s', false)"
                   " WHERE current_setting('synchronous_commit') <> 'remote_apply'",
                   db->busy_ms, o->may_stand ? "0" : "30s", o->read_only ? "on" : "off",
                   o->read_only
                       ? "SET plan_cache_mode = auto"
                       : "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off",
                   disk_is_waited_for() ? "on" : "off");
    return postgres_exec_text(db, sql, e);
}

static char *make_name(const PGconn *conn)
{
    struct buf b = {0};
    const char *host = PQhost(conn), *name = PQdb(conn);
    buf_addf(&b, "postgresql://%s/%s", host ? host : "", name ? name : "");
    buf_addc(&b, '\0');
    return b.ptr;
}

err_t postgres_open(struct db **out, const char *url, const struct db_options *o, struct err *e)
{
    struct settings s = {.count = 0};
    char *why = NULL;
    PQconninfoOption *given = PQconninfoParse(url, &why);
    if (!given) {
        err_set(e, E_INVALID, "the address of the store cannot be read: %s", postgres_told(why).z);
        PQfreemem(why);
        return E_INVALID;
    }
    struct pg_db *db = mem_zalloc(sizeof(*db));
    db->base.ops = &postgres_ops;
    db->arena = arena_new();
    buf_init(&db->doomed, 0);
    db->busy_ms = o->busy_timeout_ms ? o->busy_timeout_ms : BUSY_DEFAULT_MS;
    fill_settings(&s, given, o);
    db->conn = PQconnectdbParams(s.key, s.value, 0);
    PQconninfoFree(given);
    db->name = make_name(db->conn);
    PQsetNoticeReceiver(db->conn, postgres_on_notice, db);
    err_t rc = PQstatus(db->conn) == CONNECTION_OK ? configure(db, o, e) : connect_failed(db, e);
    if (rc != OK) {
        db_close(&db->base);
        return rc;
    }
    *out = &db->base;
    return OK;
}
