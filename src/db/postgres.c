/* PostgreSQL (13 or newer) behind db.h; the only file that includes libpq-fe.h.
 *
 * A statement is prepared at its first run, as PostgreSQL fixes the types of
 * parameters then: each gets the type of what is bound to it. A parameter that
 * is NULL at that run is left to the server to infer; when another type is bound
 * later the statement is prepared anew. Values travel in binary both ways.
 *
 * BEGIN, LOCK TABLE and what stmt_run_later runs are only sent; the next statement
 * that needs an answer collects theirs before its own (libpq's pipeline mode). A
 * step of three writes so takes two trips to the server instead of five.
 *
 * A result is fetched whole before its first row is given out: the connection
 * is then free for a walk inside a walk. (One row at a time was weighed: the
 * connection stays taken until the last row is read.) Who walks a large table
 * does it by ranges of its key.
 *
 * Write transactions are SERIALIZABLE, so that a step that reads, decides and
 * writes means the same as on SQLite, where steps run one by one; the price is
 * that the server may refuse one of two (db_may_retry, store.c runs it again).
 *
 * OK from a commit means durable: synchronous_commit is never below `on` here,
 * and a warning that comes with COMMIT means that its outcome is unknown: the
 * server answers a cancelled wait for its standby that way. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "db/db_priv.h"
#include "db/dialect.h"
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

#define BUSY_DEFAULT_MS 10000
#define VERSION_MIN 130000
#define CONNECT_SECONDS "5"      /* to each host of the address */
#define PENDING_MAX 100          /* answers not collected yet: they fit into a socket's buffer */
#define TCP_USER_TIMEOUT "10000" /* ms until a host that fell silent counts as gone */

/* Type numbers of pg_type.dat: fixed for ever. */
enum pg_type {
    PG_ANY = 0, /* let the server infer it */
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_CHAR = 18,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_NUMERIC = 1700,
};

struct identity { /* which column of a table the server numbers */
    struct identity *next;
    struct str table, column; /* column empty: none */
};

struct pg_db {
    struct db base;
    PGconn *conn;
    char *name;          /* for people: host and database, no password */
    struct arena *arena; /* lives as long as the connection */
    struct identity *identities;
    struct buf doomed;     /* DEALLOCATE of finalized statements, sent with the next prepare */
    unsigned prepared;     /* names given out */
    int pending;           /* commands sent in pipeline mode; > 0 only inside a write transaction */
    const char *locked[4]; /* tables, in this transaction; more are locked again */
    size_t locked_count;
    int busy_ms;
    int64_t last_id;
    bool fenced;    /* it has a context of somebody */
    bool lost;      /* the connection is gone: only closing helps */
    bool may_retry; /* since the last BEGIN: what failed may succeed when run again */
    bool warned;    /* the server sent a warning since this was last cleared */
};

struct pg_param {
    Oid type;        /* of what is bound; PG_ANY: NULL */
    Oid prepared_as; /* what the prepared statement takes */
    bool bound;
    int64_t i64; /* big-endian */
    struct bytes value;
};

struct pg_stmt {
    struct stmt base;
    char *sql;
    bool gives_id; /* ends in a RETURNING of ours */
    unsigned name; /* "z<name>"; 0: not prepared */
    int param_count;
    struct pg_param *params;
    PGresult *result;
    int row;
    struct arena *texts; /* numbers asked for as text, until the next row; NULL: none yet */
};

static struct pg_db *db_of(struct db *db)
{
    return (struct pg_db *)db;
}

static struct pg_stmt *of(struct stmt *st)
{
    return (struct pg_stmt *)st;
}

/* --- errors ---------------------------------------------------------------- */

struct state_kind {
    char state[6]; /* SQLSTATE, or its first two characters: the whole class */
    err_t kind;
};

/* The first that fits. (PostgreSQL manual, appendix A) */
static const struct state_kind state_kinds[] = {
    {"40", E_BUSY},        /* serialization failure, deadlock */
    {"55P03", E_BUSY},     /* lock not available */
    {"57014", E_BUSY},     /* query cancelled, statement timeout */
    {"53300", E_BUSY},     /* too many connections */
    {"53", E_IO},          /* disk full, out of memory */
    {"08", E_IO},          /* connection */
    {"57", E_IO},          /* shutdown, crash of a neighbour */
    {"58", E_IO},          /* system error */
    {"25006", E_IO},       /* read-only transaction */
    {"25P03", E_IO},       /* idle in transaction for too long */
    {"28", E_IO},          /* not let in */
    {"42501", E_IO},       /* may not touch this table */
    {"3D000", E_NOTFOUND}, /* no such database */
    {"3F000", E_NOTFOUND}, /* no such schema */
    {"23", E_CONFLICT},    /* unique, foreign key, check, not null */
    {"22P02", E_CONFLICT}, /* text where a number stands */
    {"42804", E_CONFLICT}, /* a value of another type than its column */
    {"22003", E_LIMIT},    /* number out of range */
    {"54", E_LIMIT},       /* too long, too complex */
    {"22021", E_INVALID},  /* not UTF-8 */
    {"22P05", E_INVALID},  /* no such character */
    {"XX001", E_CORRUPT},  /* data corrupted */
    {"XX002", E_CORRUPT},  /* index corrupted */
};

static err_t kind_of(struct str state)
{
    for (size_t i = 0; i < ARRAY_LEN(state_kinds); i++)
        if (str_starts(state, str_of(state_kinds[i].state)))
            return state_kinds[i].kind;
    return E_INTERNAL;
}

/* What libpq says, which may be some lines, as one. */
struct told {
    char z[600];
};

static struct told told(const char *text)
{
    struct told t;
    size_t len = 0;
    for (; *text && len < sizeof(t.z) - 1; text++) {
        bool blank = *text == '\n' || *text == '\t' || *text == ' ';
        if (!blank || (len > 0 && t.z[len - 1] != ' '))
            t.z[len++] = blank ? ' ' : *text;
    }
    while (len > 0 && t.z[len - 1] == ' ')
        len--;
    t.z[utf8_cut((struct str){t.z, len}, len).len] = '\0';
    return t;
}

static err_t lost_now(struct pg_db *db, struct err *e)
{
    db->lost = true;
    db->may_retry = true; /* but unknown_outcome() says otherwise */
    return err_set(e, E_IO,
                   "store %s: the connection to the database was lost; try again when it is up",
                   db->name);
}

/* Every failure passes here. `res` may be NULL. */
static err_t failed(struct pg_db *db, const PGresult *res, struct err *e)
{
    struct str state = str_of(PQresultErrorField(res, PG_DIAG_SQLSTATE));
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    err_t kind = kind_of(state);
    if (PQstatus(db->conn) == CONNECTION_BAD)
        return lost_now(db, e);
    struct told why = told(text ? text : PQerrorMessage(db->conn));
    if (str_is(state, "40001") || str_is(state, "40P01")) {
        db->may_retry = true;
        return err_set(e, E_BUSY,
                       "store %s: others changed the same records at the same moment; "
                       "try again",
                       db->name);
    }
    switch (kind) {
    case E_BUSY:
        return err_set(e, E_BUSY,
                       "store %s: another process has been writing for more than %d s; try again "
                       "when it is done",
                       db->name, db->busy_ms / 1000);
    case E_IO:
        return err_set(e, E_IO, "store %s: %s (code %.*s); check the database server", db->name,
                       why.z, STR_ARG(state));
    case E_CORRUPT:
        return err_set(e, E_CORRUPT,
                       "store %s: %s; the database is damaged, restore it from a backup", db->name,
                       why.z);
    case OK:
    case E_INVALID:
    case E_NOTFOUND:
    case E_CONFLICT:
    case E_DENIED:
    case E_LIMIT:
    case E_INTERNAL:
        break;
    }
    return err_set(e, kind, "store %s: %s", db->name, why.z);
}

static bool succeeded(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* The answers to all that was sent; *last (may be NULL) is that to the latest.
 * The error is the first one's: what follows it was not run. */
static err_t collect(struct pg_db *db, PGresult **last, struct err *e)
{
    int count = db->pending;
    err_t rc = OK;
    if (count == 0)
        return OK;
    db->pending = 0;
    if (PQpipelineSync(db->conn) != 1)
        rc = failed(db, NULL, e);
    for (int i = 0; i < count; i++) {
        if (i == count - 1)
            db->warned = false; /* by this one: see commit() */
        PGresult *res = PQgetResult(db->conn);
        if (res)
            PQclear(PQgetResult(db->conn)); /* NULL: the end of one command */
        if (rc == OK && !succeeded(res))
            rc = failed(db, res, e);
        if (rc == OK && last && i == count - 1)
            *last = res;
        else
            PQclear(res);
    }
    PQclear(PQgetResult(db->conn)); /* the answer to the sync */
    if (PQexitPipelineMode(db->conn) != 1 && rc == OK)
        rc = failed(db, NULL, e);
    return rc;
}

/* Before a command is sent with PQsend…, which answers 1; then counts it. */
static err_t begin_sending(struct pg_db *db, struct err *e)
{
    if (db->pending == 0 && PQenterPipelineMode(db->conn) != 1)
        return failed(db, NULL, e);
    return OK;
}

static err_t sent(struct pg_db *db, int code, struct err *e)
{
    if (code != 1)
        return failed(db, NULL, e);
    return ++db->pending >= PENDING_MAX ? collect(db, NULL, e) : OK;
}

static err_t send_text(struct pg_db *db, const char *sql, struct err *e)
{
    err_t rc = db->lost ? lost_now(db, e) : begin_sending(db, e);
    if (rc != OK)
        return rc;
    return sent(db, PQsendQueryParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0), e);
}

static err_t exec_text(struct pg_db *db, const char *sql, struct err *e)
{
    err_t rc = collect(db, NULL, e);
    if (rc != OK)
        return rc;
    PGresult *res = PQexec(db->conn, sql);
    rc = succeeded(res) ? OK : failed(db, res, e);
    PQclear(res);
    return rc;
}

/* Warnings go nowhere but into the flag; see commit(). */
static void on_notice(void *arg, const PGresult *res)
{
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    struct pg_db *db = arg;
    if (severity && strcmp(severity, "WARNING") == 0)
        db->warned = true;
}

/* --- statements ------------------------------------------------------------ */

/* The column of `table` that the server numbers; asked once per connection. */
static err_t identity_of(struct str *column, struct pg_db *db, struct str table, struct err *e)
{
    static const char sql[] =
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND table_name = $1 AND is_identity = 'YES'";
    for (struct identity *i = db->identities; i; i = i->next)
        if (str_eq(i->table, table)) {
            *column = i->column;
            return OK;
        }
    err_t rc = collect(db, NULL, e);
    if (rc != OK)
        return rc;
    const char *value = arena_cstr(db->arena, table);
    PGresult *res = PQexecParams(db->conn, sql, 1, (const Oid[]){PG_TEXT}, &value, NULL, NULL, 0);
    rc = succeeded(res) ? OK : failed(db, res, e);
    if (rc == OK) {
        struct identity *i = arena_alloc(db->arena, sizeof(*i));
        *i = (struct identity){.next = db->identities, .table = str_of(value)};
        if (PQntuples(res) == 1)
            i->column = arena_dup(db->arena, str_of(PQgetvalue(res, 0, 0)));
        db->identities = i;
        *column = i->column;
    }
    PQclear(res);
    return rc;
}

static err_t prepare(struct stmt **out, struct db *base, const char *sql, struct err *e)
{
    struct pg_db *db = db_of(base);
    struct str table = dialect_inserts_into(str_of(sql)), column = STR_NONE;
    struct buf text;
    err_t rc = OK;

    buf_init(&text, 0);
    int count = dialect_params(&text, str_of(sql));
    if (count < 0)
        rc = err_set(e, E_INTERNAL, "store %s: a parameter of this statement is not ?1 … ?%d: %s",
                     db->name, DIALECT_PARAMS_MAX, sql);
    if (rc == OK && table.len)
        rc = identity_of(&column, db, table, e);
    if (rc == OK) {
        if (column.len)
            buf_addf(&text, " RETURNING %.*s", STR_ARG(column));
        buf_addc(&text, '\0');
        struct pg_stmt *st = mem_zalloc(sizeof(*st));
        st->sql = strdup(text.ptr);
        st->gives_id = column.len > 0;
        st->param_count = count;
        st->params = mem_zalloc((size_t)(count ? count : 1) * sizeof(*st->params));
        *out = &st->base;
    }
    buf_clear(&text);
    return rc;
}

static void reset(struct stmt *base)
{
    struct pg_stmt *st = of(base);
    PQclear(st->result);
    st->result = NULL;
    st->row = -1;
    if (st->texts)
        arena_reset(st->texts);
}

static void doom(struct pg_db *db, struct pg_stmt *st)
{
    if (st->name)
        buf_addf(&db->doomed, "DEALLOCATE z%u;", st->name);
    st->name = 0;
}

static void finalize(struct stmt *base)
{
    struct pg_stmt *st = of(base);
    reset(base);
    doom(db_of(base->db), st);
    arena_free(st->texts);
    free(st->params);
    free(st->sql);
    free(st);
}

static void unbind(struct stmt *base)
{
    struct pg_stmt *st = of(base);
    for (int i = 0; i < st->param_count; i++)
        st->params[i] = (struct pg_param){.prepared_as = st->params[i].prepared_as};
}

static err_t bind(struct stmt *base, int param, Oid type, bool bound, struct bytes value,
                  struct err *e)
{
    struct pg_stmt *st = of(base);
    if (param < 1 || param > st->param_count)
        return err_set(e, E_INTERNAL, "store %s: this statement has no parameter %d: %s",
                       db_of(base->db)->name, param, st->sql);
    struct pg_param *p = &st->params[param - 1];
    p->type = type;
    p->bound = bound;
    p->value = value;
    return OK;
}

static err_t bind_i64(struct stmt *base, int param, int64_t value, struct err *e)
{
    err_t rc = bind(base, param, PG_INT8, true, (struct bytes){NULL, sizeof(value)}, e);
    if (rc == OK) {
        struct pg_param *p = &of(base)->params[param - 1];
        p->i64 = (int64_t)htobe64((uint64_t)value);
        p->value.ptr = (const uint8_t *)&p->i64;
    }
    return rc;
}

static err_t bind_text(struct stmt *base, int param, struct str v, struct err *e)
{
    return bind(base, param, PG_TEXT, true, str_bytes(v), e);
}

static err_t bind_bytes(struct stmt *base, int param, struct bytes v, struct err *e)
{
    return bind(base, param, PG_BYTEA, true, v, e);
}

static err_t bind_null(struct stmt *base, int param, enum value_type type, struct err *e)
{
    return bind(base, param, type == VALUE_STR ? PG_TEXT : PG_ANY, false, (struct bytes){0}, e);
}

/* Prepared with types that fit what is bound now? A NULL fits any. */
static bool is_prepared(const struct pg_stmt *st)
{
    for (int i = 0; i < st->param_count; i++)
        if (st->params[i].type != PG_ANY && st->params[i].type != st->params[i].prepared_as)
            return false;
    return st->name != 0;
}

static err_t flush_doomed(struct pg_db *db, struct err *e)
{
    if (db->doomed.len == 0 || PQtransactionStatus(db->conn) == PQTRANS_INERROR)
        return OK; /* after an error the server takes nothing but the end of the transaction */
    buf_addc(&db->doomed, '\0');
    err_t rc = exec_text(db, db->doomed.ptr, e);
    buf_reset(&db->doomed);
    return rc;
}

static err_t prepare_now(struct pg_db *db, struct pg_stmt *st, struct err *e)
{
    Oid types[DIALECT_PARAMS_MAX];
    char name[16];
    err_t rc;

    doom(db, st);
    if ((rc = collect(db, NULL, e)) != OK || (rc = flush_doomed(db, e)) != OK)
        return rc;
    for (int i = 0; i < st->param_count; i++) {
        struct pg_param *p = &st->params[i];
        if (p->type != PG_ANY)
            p->prepared_as = p->type;
        types[i] = p->prepared_as;
    }
    unsigned number = ++db->prepared;
    (void)snprintf(name, sizeof(name), "z%u", number);
    PGresult *res = PQprepare(db->conn, name, st->sql, st->param_count, types);
    if (succeeded(res))
        st->name = number;
    else
        rc = failed(db, res, e);
    PQclear(res);
    return rc;
}

/* Only what db.h knows how to hand out. */
static err_t check_columns(struct pg_db *db, const PGresult *res, struct err *e)
{
    for (int c = 0; c < PQnfields(res); c++)
        switch ((enum pg_type)PQftype(res, c)) {
        case PG_BOOL:
        case PG_BYTEA:
        case PG_CHAR:
        case PG_NAME:
        case PG_INT8:
        case PG_INT2:
        case PG_INT4:
        case PG_TEXT:
        case PG_BPCHAR:
        case PG_VARCHAR:
        case PG_NUMERIC:
            break;
        case PG_ANY:
        default:
            return err_set(e, E_INTERNAL, "store %s: column %s has a type that no store has (%u)",
                           db->name, PQfname(res, c), PQftype(res, c));
        }
    return OK;
}

static bool read_numeric(int64_t *out, const PGresult *res, int row, int column);

/* sum() of integers is numeric there: refuse what SQLite calls an overflow. */
static err_t check_numbers(struct pg_db *db, const PGresult *res, struct err *e)
{
    for (int c = 0; c < PQnfields(res); c++) {
        int64_t n;
        if (PQftype(res, c) != PG_NUMERIC)
            continue;
        for (int r = 0; r < PQntuples(res); r++)
            if (!PQgetisnull(res, r, c) && !read_numeric(&n, res, r, c))
                return err_set(e, E_LIMIT, "store %s: column %s is no whole number of 64 bits",
                               db->name, PQfname(res, c));
    }
    return OK;
}

/* A statement's values in the shape of libpq's calls. */
struct call {
    char name[16];
    const char *values[DIALECT_PARAMS_MAX];
    int lengths[DIALECT_PARAMS_MAX], formats[DIALECT_PARAMS_MAX];
};

static err_t make_call(struct call *c, struct pg_db *db, struct pg_stmt *st, struct err *e)
{
    err_t rc;
    if (db->lost)
        return lost_now(db, e);
    if (!is_prepared(st) && (rc = prepare_now(db, st, e)) != OK)
        return rc;
    for (int i = 0; i < st->param_count; i++) {
        const struct pg_param *p = &st->params[i];
        if (p->value.len > INT32_MAX)
            return err_set(e, E_LIMIT, "store %s: a value is larger than 2 GiB", db->name);
        c->values[i] = !p->bound ? NULL : p->value.ptr ? (const char *)p->value.ptr : "";
        c->lengths[i] = (int)p->value.len;
        c->formats[i] = 1;
    }
    (void)snprintf(c->name, sizeof(c->name), "z%u", st->name);
    return OK;
}

static err_t send_call(struct pg_db *db, const struct pg_stmt *st, const struct call *c,
                       struct err *e)
{
    err_t rc = begin_sending(db, e);
    if (rc != OK)
        return rc;
    return sent(db,
                PQsendQueryPrepared(db->conn, c->name, st->param_count, c->values, c->lengths,
                                    c->formats, 1),
                e);
}

/* Behind what waits for its answer in the pipeline, else alone. */
static err_t execute(PGresult **res, struct pg_db *db, const struct pg_stmt *st,
                     const struct call *c, struct err *e)
{
    err_t rc;
    *res = NULL;
    if (db->pending > 0) {
        rc = db->pending >= PENDING_MAX - 1 ? collect(db, NULL, e) : OK; /* room for this one */
        if (rc == OK)
            rc = send_call(db, st, c, e);
        return rc == OK ? collect(db, res, e) : rc;
    }
    *res = PQexecPrepared(db->conn, c->name, st->param_count, c->values, c->lengths, c->formats, 1);
    if (succeeded(*res))
        return OK;
    rc = failed(db, *res, e);
    PQclear(*res);
    *res = NULL;
    return rc;
}

static err_t run_statement(struct pg_db *db, struct pg_stmt *st, struct err *e)
{
    struct call c;
    err_t rc = make_call(&c, db, st, e);
    if (rc != OK)
        return rc;
    if ((rc = execute(&st->result, db, st, &c, e)) != OK) {
        doom(db, st); /* its plan may be what is wrong: made anew at the next run */
        return rc;
    }
    st->row = -1;
    if ((rc = check_columns(db, st->result, e)) != OK)
        return rc;
    return check_numbers(db, st->result, e);
}

static bool in_transaction(const struct db *base);

static err_t run_later(struct stmt *base, struct err *e)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    struct call c;
    if (!in_transaction(base->db))
        return run_statement(db, st, e);
    err_t rc = make_call(&c, db, st, e);
    return rc == OK ? send_call(db, st, &c, e) : rc;
}

static int64_t value_i64(const PGresult *res, int row, int column);

static err_t next(bool *has_row, struct stmt *base, struct err *e)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    err_t rc;

    *has_row = false;
    if (st->texts)
        arena_reset(st->texts);
    if (!st->result && (rc = run_statement(db, st, e)) != OK)
        return rc;
    int rows = PQntuples(st->result);
    if (st->gives_id) {
        if (rows > 0)
            db->last_id = value_i64(st->result, rows - 1, 0);
        return OK;
    }
    *has_row = ++st->row < rows;
    return OK;
}

/* --- values ---------------------------------------------------------------- */

static uint16_t be16_at(const char *p)
{
    return (uint16_t)((uint8_t)p[0] << 8 | (uint8_t)p[1]);
}

/* numeric on the wire: count of digits, weight of the first, sign and scale, 16
 * bits each, then digits of base 10,000. False unless a whole number that fits. */
static bool read_numeric(int64_t *out, const PGresult *res, int row, int column)
{
    enum { POSITIVE = 0, NEGATIVE = 0x4000 };
    const char *p = PQgetvalue(res, row, column);
    int count = be16_at(p), weight = (int16_t)be16_at(p + 2), sign = be16_at(p + 4);
    __int128 n = 0;
    if (PQgetlength(res, row, column) != 8 + 2 * count || weight > 4 ||
        (sign != POSITIVE && sign != NEGATIVE))
        return false;
    for (int i = 0; i < count || i <= weight; i++) {
        int digit = i < count ? be16_at(p + 8 + 2 * i) : 0;
        if (i > weight && digit != 0)
            return false;
        if (i <= weight)
            n = n * 10000 + digit;
    }
    n = sign == NEGATIVE ? -n : n;
    *out = (int64_t)n;
    return n >= INT64_MIN && n <= INT64_MAX;
}

static int64_t value_i64(const PGresult *res, int row, int column)
{
    const char *p = PQgetvalue(res, row, column);
    int64_t n = 0;
    if (PQgetisnull(res, row, column))
        return 0;
    switch ((enum pg_type)PQftype(res, column)) {
    case PG_INT8:
        memcpy(&n, p, sizeof(n));
        return (int64_t)be64toh((uint64_t)n);
    case PG_INT4:
        return (int32_t)((uint32_t)be16_at(p) << 16 | be16_at(p + 2));
    case PG_INT2:
        return (int16_t)be16_at(p);
    case PG_BOOL:
        return p[0] != 0;
    case PG_NUMERIC:
        return read_numeric(&n, res, row, column) ? n : 0; /* checked when it came */
    case PG_TEXT:
    case PG_VARCHAR:
    case PG_BPCHAR:
    case PG_NAME:
    case PG_CHAR:
        return str_to_i64(&n, (struct str){p, (size_t)PQgetlength(res, row, column)}) ? n : 0;
    case PG_BYTEA:
    case PG_ANY:
        break;
    }
    return 0;
}

static bool is_row(const struct pg_stmt *st, int column)
{
    return st->result && st->row >= 0 && st->row < PQntuples(st->result) && column >= 0 &&
           column < PQnfields(st->result);
}

static int64_t column_i64(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    return is_row(st, column) ? value_i64(st->result, st->row, column) : 0;
}

static struct bytes column_bytes(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    if (!is_row(st, column) || PQgetisnull(st->result, st->row, column))
        return (struct bytes){0};
    return (struct bytes){(const uint8_t *)PQgetvalue(st->result, st->row, column),
                          (size_t)PQgetlength(st->result, st->row, column)};
}

static struct str column_str(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    struct bytes raw = column_bytes(base, column);
    if (!raw.ptr)
        return STR_NONE;
    switch ((enum pg_type)PQftype(st->result, column)) {
    case PG_INT8:
    case PG_INT4:
    case PG_INT2:
    case PG_BOOL:
    case PG_NUMERIC:
        st->texts = st->texts ? st->texts : arena_new();
        return arena_printf(st->texts, "%lld", (long long)value_i64(st->result, st->row, column));
    case PG_ANY:
    case PG_BYTEA:
    case PG_CHAR:
    case PG_NAME:
    case PG_TEXT:
    case PG_BPCHAR:
    case PG_VARCHAR:
        break;
    }
    return bytes_str(raw);
}

static bool column_is_null(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    return !is_row(st, column) || PQgetisnull(st->result, st->row, column);
}

/* --- text without parameters ----------------------------------------------- */

static err_t exec(struct db *base, const char *sql, struct err *e)
{
    struct pg_db *db = db_of(base);
    struct buf text;
    err_t rc;
    if (db->lost)
        return lost_now(db, e);
    buf_init(&text, 0);
    dialect_tables(&text, str_of(sql));
    buf_addc(&text, '\0');
    rc = buf_ok(&text) ? exec_text(db, text.ptr, e)
                       : err_set(e, E_LIMIT, "store %s: a statement is too long", db->name);
    buf_clear(&text);
    db->identities = NULL; /* tables may be others now; the arena keeps a few bytes */
    return rc;
}

static err_t has_table(bool *out, struct db *db, const char *name, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT 1 FROM information_schema.tables"
                        " WHERE table_schema = current_schema() AND table_name = ?1",
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

static bool in_transaction(const struct db *base)
{
    const struct pg_db *db = (const struct pg_db *)base;
    PGTransactionStatusType status = PQtransactionStatus(db->conn);
    return db->pending > 0 || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static err_t begin(struct pg_db *db, const char *sql, struct err *e)
{
    db->may_retry = false;
    db->locked_count = 0;
    return db->lost ? lost_now(db, e) : exec_text(db, sql, e);
}

static err_t begin_write(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    db->may_retry = false;
    db->locked_count = 0;
    return send_text(db, "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE", e);
}

static err_t analyze(struct db *base, const struct str *tables, size_t count, struct err *e)
{
    (void)base;
    (void)tables;
    (void)count;
    (void)e;
    return OK; /* autovacuum does it */
}

/* Others may read the table meanwhile. LOCK takes no snapshot, so that the first
 * query after it sees what the holder before us committed. */
static err_t lock_table(struct db *base, const char *table, struct err *e)
{
    struct pg_db *db = db_of(base);
    char sql[128];
    for (size_t i = 0; i < db->locked_count; i++)
        if (strcmp(db->locked[i], table) == 0)
            return OK;
    (void)snprintf(sql, sizeof(sql), "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", table);
    err_t rc = in_transaction(base)
                   ? send_text(db, sql, e)
                   : err_set(e, E_INTERNAL, "store %s: a table is locked outside of a transaction",
                             db->name);
    if (rc == OK && db->locked_count < ARRAY_LEN(db->locked))
        db->locked[db->locked_count++] = table;
    return rc;
}

static void rollback(struct db *base)
{
    /* Failing means that the connection is gone, and the transaction with it; what
     * was still to be told of earlier statements is of no interest any more. */
    struct pg_db *db = db_of(base);
    (void)collect(db, NULL, NULL);
    if (in_transaction(base))
        (void)exec_text(db, "ROLLBACK", NULL);
}

static err_t begin_read(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    /* BEGIN alone takes no snapshot: the first query does. */
    return begin(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1", e);
}

static err_t unknown_outcome(struct pg_db *db, struct err *e)
{
    db->may_retry = false;
    return err_set(e, E_IO,
                   "store %s: the connection was lost or the wait for the standby was cut short "
                   "while committing, so it is not known whether the change was kept; look before "
                   "you repeat it",
                   db->name);
}

static err_t commit(struct db *base, struct err *e)
{
    struct pg_db *db = db_of(base);
    PGresult *res = NULL;
    /* Room for this one: its own answer is looked at. */
    err_t rc = db->pending >= PENDING_MAX - 1 ? collect(db, NULL, e) : OK;

    if (rc != OK || (rc = send_text(db, "COMMIT", e)) != OK)
        return rc;
    rc = collect(db, &res, e);
    if (db->lost || (rc == OK && db->warned))
        rc = unknown_outcome(db, e);
    else if (rc == OK && strcmp(PQcmdStatus(res), "COMMIT") != 0)
        /* A step went on after a statement failed: the server rolls back. */
        rc = err_set(e, E_INTERNAL,
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

/* Where that fails nobody may use the connection any more: it is lost. The role is asked for
 * each time, since it may have been made meanwhile. */
static err_t fence(struct db *base, const char *who, struct err *e)
{
    static const char enter[] =
        "SELECT set_config('zhiyun.subject', $1, false), set_config('role', coalesce((SELECT "
        "rolname"
        " FROM pg_roles WHERE rolname = 'zhiyun_fence_' || (SELECT oid FROM pg_database WHERE"
        " datname = current_database()) AND pg_has_role(oid, 'MEMBER')), 'none'), false)";
    struct pg_db *db = db_of(base);
    if (!who && !db->fenced)
        return OK;
    err_t rc = collect(db, NULL, e);
    if (rc == OK) {
        PGresult *res =
            who ? PQexecParams(db->conn, enter, 1, (const Oid[]){PG_TEXT}, &who, NULL, NULL, 0)
                : PQexec(db->conn, "RESET ROLE; SELECT set_config('zhiyun.subject', '',"
                                   " false)");
        rc = succeeded(res) ? OK : failed(db, res, e);
        PQclear(res);
    }
    db->fenced = who != NULL;
    db->lost |= rc != OK;
    return rc;
}

static void unlock_schema(struct db *base)
{
    /* Failing means that the connection is gone, and the lock with it. */
    struct pg_db *db = db_of(base);
    if (!db->lost)
        (void)exec_text(db, "SELECT pg_advisory_unlock(hashtext('zhiyun ' || current_schema()))",
                        NULL);
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

/* Foreign keys are taken away and made again, when all rows are looked at at once. (To
 * defer them was weighed: the server then keeps an event for each row in memory. To set
 * session_replication_role takes a superuser.) */
static err_t load_begin(struct str *restore, struct db *base, struct arena *a, struct err *e)
{
    static const char foreign_keys[] =
        "SELECT quote_ident(c.relname), quote_ident(k.conname), pg_get_constraintdef(k.oid)"
        " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY k.oid";
    struct buf drop, add;
    struct stmt *st = NULL;
    bool has_row = false;
    buf_init(&drop, 0);
    buf_init(&add, 0);
    err_t rc = db_prepare(&st, base, foreign_keys, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str table = stmt_str(st, 0), name = stmt_str(st, 1), rule = stmt_str(st, 2);
        buf_addf(&drop, "ALTER TABLE %.*s DROP CONSTRAINT %.*s;", STR_ARG(table), STR_ARG(name));
        buf_addf(&add, "ALTER TABLE %.*s ADD CONSTRAINT %.*s %.*s;", STR_ARG(table), STR_ARG(name),
                 STR_ARG(rule));
    }
    stmt_free(st);
    buf_addc(&drop, '\0');
    *restore = arena_dup(a, buf_str(&add));
    if (rc == OK)
        rc = exec_text(db_of(base), drop.ptr, e);
    buf_clear(&drop);
    buf_clear(&add);
    return rc;
}

static err_t load_end(struct db *base, struct str restore, struct err *e)
{
    err_t rc = exec_text(db_of(base), restore.len ? restore.ptr : "SELECT 1", e);
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
    .numbered = "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()"
                " AND table_name = ?1 AND is_identity = 'YES'",
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
};

static const struct db_ops postgres_ops = {
    .engine = DB_POSTGRES,
    .tables = &table_texts,
    .columns_sql = "SELECT column_name, data_type, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END"
                   " FROM information_schema.columns"
                   " WHERE table_schema = current_schema() AND table_name = ?1"
                   " ORDER BY ordinal_position",
    .name = name_of,
    .close = close_db,
    .prepare = prepare,
    .finalize = finalize,
    .reset = reset,
    .unbind = unbind,
    .bind_i64 = bind_i64,
    .bind_text = bind_text,
    .bind_bytes = bind_bytes,
    .bind_null = bind_null,
    .next = next,
    .run_later = run_later,
    .i64 = column_i64,
    .str = column_str,
    .bytes = column_bytes,
    .is_null = column_is_null,
    .exec = exec,
    .has_table = has_table,
    .try_lock = try_lock,
    .analyze = analyze,
    .lock_table = lock_table,
    .begin_write = begin_write,
    .begin_read = begin_read,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .last_id = last_id,
    .scrub = scrub,
    .check = check,
    .load_begin = load_begin,
    .load_end = load_end,
    .may_retry = may_retry,
    .is_alive = is_alive,
    .fence = fence,
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
    struct told why = told(PQerrorMessage(db->conn));
    /* libpq hands out no SQLSTATE before a connection stands; a server that
     * speaks another language gives E_IO here. */
    bool missing = str_contains(str_of(why.z), STR("database \"")) &&
                   str_ends(str_of(why.z), STR("does not exist"));
    return err_set(e, missing ? E_NOTFOUND : E_IO,
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
        return err_set(e, E_INVALID,
                       "store %s: the server says it is version %d.%d of PostgreSQL; 13 or newer "
                       "is needed",
                       db->name, version / 10000, version % 10000 / 100);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_set(e, E_INVALID,
                       "store %s: the database keeps its text as %s; make one with encoding UTF8",
                       db->name, encoding ? encoding : "?");
    /* Forks in the mode of another product: '' is NULL, or || is OR. */
    PGresult *res = PQexec(db->conn, "SELECT ('' IS NULL)::int, 'a' || 'b', 7 / 2,"
                                     " current_setting('transaction_read_only')");
    err_t rc = succeeded(res) ? OK : failed(db, res, e);
    if (rc == OK &&
        (!escapes || strcmp(escapes, "on") != 0 || strcmp(PQgetvalue(res, 0, 0), "0") != 0 ||
         strcmp(PQgetvalue(res, 0, 1), "ab") != 0 || strcmp(PQgetvalue(res, 0, 2), "3") != 0))
        rc = err_set(e, E_INVALID,
                     "store %s: the database runs in a mode that answers otherwise than PostgreSQL "
                     "(empty text, || or division); make one in its PostgreSQL mode",
                     db->name);
    PQclear(res);
    return rc;
}

static err_t configure(struct pg_db *db, bool read_only, struct err *e)
{
    char sql[512];
    err_t rc = check_server(db, e);
    if (rc != OK)
        return rc;
    /* The last one: a commit that is answered must be on disk, and on the standby
     * where the server names one; a stronger setting of the server stays. */
    (void)snprintf(sql, sizeof(sql),
                   "SET client_min_messages = warning; SET jit = off; SET lock_timeout = %d;"
                   "SET idle_in_transaction_session_timeout = '30s';"
                   "SET default_transaction_read_only = %s;"
                   "SELECT set_config('synchronous_commit', 'on', false)"
                   " WHERE current_setting('synchronous_commit') <> 'remote_apply'",
                   db->busy_ms, read_only ? "on" : "off");
    return exec_text(db, sql, e);
}

static char *make_name(const PGconn *conn)
{
    struct buf b;
    const char *host = PQhost(conn), *name = PQdb(conn);
    buf_init(&b, 0);
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
        err_set(e, E_INVALID, "the address of the store cannot be read: %s", told(why).z);
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
    PQsetNoticeReceiver(db->conn, on_notice, db);
    err_t rc = PQstatus(db->conn) == CONNECTION_OK ? configure(db, o->read_only, e)
                                                   : connect_failed(db, e);
    if (rc != OK) {
        db_close(&db->base);
        return rc;
    }
    *out = &db->base;
    return OK;
}
