/* Statements of PostgreSQL: prepared when their types are known, values in binary. */
#include "base/mem.h"
#include "base/msg.h"
#include "db/dialect.h"
#include "db/postgres_priv.h"
#include <endian.h>
#include <stdlib.h>

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

#define NOT_READ (-2) /* pg_stmt.row: no row was asked for yet */

/* --- statements ------------------------------------------------------------ */

/* The column of `table` that the server numbers; asked once per connection. */
static err_t identity_of(struct str *column, struct pg_db *db, struct str table, struct err *e)
{
    static const char sql[] = POSTGRES_NUMBERED("$1");
    for (struct identity *i = db->identities; i; i = i->next)
        if (str_eq(i->table, table)) {
            *column = i->column;
            return OK;
        }
    err_t rc = postgres_collect(db, NULL, e);
    if (rc != OK)
        return rc;
    const char *value = arena_cstr(db->arena, table);
    PGresult *res = PQexecParams(db->conn, sql, 1, (const Oid[]){PG_TEXT}, &value, NULL, NULL, 0);
    rc = postgres_succeeded(res) ? OK : postgres_failed(db, res, e);
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

err_t postgres_prepare(struct stmt **out, struct db *base, const char *sql, struct err *e)
{
    struct pg_db *db = db_of(base);
    struct str table = dialect_inserts_into(str_of(sql)), column = STR_NONE;
    struct buf text = {0};
    err_t rc = OK;

    int count = dialect_params(&text, str_of(sql));
    if (count < 0)
        rc = err_store(e, E_INTERNAL, "store %s: a parameter of this statement is not ?1 … ?%d: %s",
                       db->name, DIALECT_PARAMS_MAX, sql);
    if (rc == OK && table.len)
        rc = identity_of(&column, db, table, e);
    if (rc == OK) {
        if (column.len)
            buf_addf(&text, " RETURNING %.*s", STR_ARG(column));
        buf_addc(&text, '\0');
        struct pg_stmt *st = mem_zalloc(sizeof(*st));
        st->sql = strdup(text.ptr);
        st->row = NOT_READ;
        st->gives_id = column.len > 0;
        st->param_count = count;
        st->params = mem_zalloc((size_t)(count ? count : 1) * sizeof(*st->params));
        *out = &st->base;
    }
    buf_clear(&text);
    return rc;
}

void postgres_reset(struct stmt *base)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    for (int i = 0; st->asked && i < db->pending; i++)
        if (db->asked[i] == st)
            db->asked[i] = NULL;
    st->asked = false;
    PQclear(st->result);
    st->result = NULL;
    st->row = NOT_READ;
    if (st->texts)
        arena_reset(st->texts);
}

static void doom(struct pg_db *db, struct pg_stmt *st)
{
    if (st->name)
        buf_addf(&db->doomed, "DEALLOCATE z%u;", st->name);
    st->name = 0;
}

void postgres_finalize(struct stmt *base)
{
    struct pg_stmt *st = of(base);
    postgres_reset(base);
    doom(db_of(base->db), st);
    arena_free(st->texts);
    free(st->params);
    free(st->sql);
    free(st);
}

void postgres_unbind(struct stmt *base)
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
        return err_store(e, E_INTERNAL, "store %s: this statement has no parameter %d: %s",
                         db_of(base->db)->name, param, st->sql);
    struct pg_param *p = &st->params[param - 1];
    p->type = type;
    p->bound = bound;
    p->value = value;
    return OK;
}

err_t postgres_bind_i64(struct stmt *base, int param, int64_t value, struct err *e)
{
    err_t rc = bind(base, param, PG_INT8, true, (struct bytes){NULL, sizeof(value)}, e);
    if (rc == OK) {
        struct pg_param *p = &of(base)->params[param - 1];
        p->i64 = (int64_t)htobe64((uint64_t)value);
        p->value.ptr = (const uint8_t *)&p->i64;
    }
    return rc;
}

err_t postgres_bind_text(struct stmt *base, int param, struct str v, struct err *e)
{
    return bind(base, param, PG_TEXT, true, str_bytes(v), e);
}

err_t postgres_bind_bytes(struct stmt *base, int param, struct bytes v, struct err *e)
{
    return bind(base, param, PG_BYTEA, true, v, e);
}

err_t postgres_bind_null(struct stmt *base, int param, enum value_type type, struct err *e)
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
    err_t rc = postgres_exec_text(db, db->doomed.ptr, e);
    buf_reset(&db->doomed);
    return rc;
}

static err_t prepare_now(struct pg_db *db, struct pg_stmt *st, struct err *e)
{
    Oid types[DIALECT_PARAMS_MAX];
    char name[16];
    err_t rc;

    doom(db, st);
    if ((rc = postgres_collect(db, NULL, e)) != OK || (rc = flush_doomed(db, e)) != OK)
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
    if (postgres_succeeded(res))
        st->name = number;
    else
        rc = postgres_failed(db, res, e);
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
            return err_store(e, E_INTERNAL, "store %s: column %s has a type that no store has (%u)",
                             db->name, PQfname(res, c), PQftype(res, c));
        }
    return OK;
}

/* sum() of integers is numeric there: refuse what SQLite calls an overflow. */
static err_t check_numbers(struct pg_db *db, const PGresult *res, struct err *e)
{
    for (int c = 0; c < PQnfields(res); c++) {
        int64_t n;
        if (PQftype(res, c) != PG_NUMERIC)
            continue;
        for (int r = 0; r < PQntuples(res); r++)
            if (!PQgetisnull(res, r, c) && !read_numeric(&n, res, r, c))
                return err_store(e, E_LIMIT, "store %s: column %s is no whole number of 64 bits",
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
        return postgres_lost_now(db, e);
    if (!is_prepared(st) && (rc = prepare_now(db, st, e)) != OK)
        return rc;
    for (int i = 0; i < st->param_count; i++) {
        const struct pg_param *p = &st->params[i];
        if (p->value.len > INT32_MAX)
            return err_store(e, E_LIMIT, "store %s: a value is larger than 2 GiB", db->name);
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
    err_t rc = postgres_begin_sending(db, e);
    if (rc != OK)
        return rc;
    return postgres_sent(db,
                         PQsendQueryPrepared(db->conn, c->name, st->param_count, c->values,
                                             c->lengths, c->formats, 1),
                         e);
}

/* Behind what waits for its answer in the pipeline, else alone. */
static err_t execute(PGresult **res, struct pg_db *db, const struct pg_stmt *st,
                     const struct call *c, struct err *e)
{
    err_t rc;
    *res = NULL;
    if (db->pending > 0) {
        rc = db->pending >= PENDING_MAX - 1 ? postgres_collect(db, NULL, e)
                                            : OK; /* room for this one */
        if (rc == OK)
            rc = send_call(db, st, c, e);
        return rc == OK ? postgres_collect(db, res, e) : rc;
    }
    *res = PQexecPrepared(db->conn, c->name, st->param_count, c->values, c->lengths, c->formats, 1);
    if (postgres_succeeded(*res))
        return OK;
    rc = postgres_failed(db, *res, e);
    PQclear(*res);
    *res = NULL;
    return rc;
}

static err_t run_statement(struct pg_db *db, struct pg_stmt *st, struct err *e)
{
    struct call c;
    err_t rc = st->asked ? postgres_collect(db, NULL, e) : OK;
    if (rc == OK && !st->result && (rc = make_call(&c, db, st, e)) != OK)
        return rc;
    if (rc == OK && !st->result)
        rc = execute(&st->result, db, st, &c, e);
    if (rc != OK) {
        doom(db, st); /* its plan may be what is wrong: made anew at the next run */
        return rc;
    }
    st->row = -1;
    if ((rc = check_columns(db, st->result, e)) != OK)
        return rc;
    return check_numbers(db, st->result, e);
}

err_t postgres_run_later(struct stmt *base, struct err *e)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    struct call c;
    if (!postgres_in_transaction(base->db))
        return run_statement(db, st, e);
    err_t rc = make_call(&c, db, st, e);
    if (rc == OK && db->pending == PENDING_MAX - 1)
        rc = postgres_collect(db, NULL, e);
    if (rc == OK)
        db->coded[db->pending] = base->coded;
    return rc == OK ? send_call(db, st, &c, e) : rc;
}

err_t postgres_ask(struct stmt *base, struct err *e)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    struct call c;
    err_t rc = make_call(&c, db, st, e);
    if (rc == OK && db->pending == PENDING_MAX - 1)
        rc = postgres_collect(db, NULL, e);
    if (rc == OK && (rc = send_call(db, st, &c, e)) == OK) {
        db->asked[db->pending - 1] = st;
        st->asked = true;
    }
    return rc;
}

err_t postgres_next(bool *has_row, struct stmt *base, struct err *e)
{
    struct pg_stmt *st = of(base);
    struct pg_db *db = db_of(base->db);
    err_t rc;

    *has_row = false;
    if (st->texts)
        arena_reset(st->texts);
    if (st->row == NOT_READ && (rc = run_statement(db, st, e)) != OK)
        return rc;
    int rows = PQntuples(st->result);
    if (st->gives_id) {
        if (rows > 0)
            db->last_id = value_i64(st->result, rows - 1, 0);
        return OK;
    }
    *has_row = ++st->row < rows;
    if (*has_row && base->coded.hides && str_starts(str_of(st->sql), STR("INSERT ")))
        db->last_id = value_i64(st->result, st->row, 0);
    return OK;
}

/* --- columns of a row ---------------------------------------------------- */

static bool is_row(const struct pg_stmt *st, int column)
{
    return st->result && st->row >= 0 && st->row < PQntuples(st->result) && column >= 0 &&
           column < PQnfields(st->result);
}

int64_t postgres_column_i64(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    return is_row(st, column) ? value_i64(st->result, st->row, column) : 0;
}

struct bytes postgres_column_bytes(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    if (!is_row(st, column) || PQgetisnull(st->result, st->row, column))
        return (struct bytes){0};
    return (struct bytes){(const uint8_t *)PQgetvalue(st->result, st->row, column),
                          (size_t)PQgetlength(st->result, st->row, column)};
}

struct str postgres_column_str(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    struct bytes raw = postgres_column_bytes(base, column);
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

bool postgres_column_is_null(struct stmt *base, int column)
{
    struct pg_stmt *st = of(base);
    return !is_row(st, column) || PQgetisnull(st->result, st->row, column);
}
