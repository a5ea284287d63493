/* What travels between a store and PostgreSQL: commands sent and collected, errors in our words. */
#include "base/msg.h"
#include "base/utf8.h"
#include "db/postgres_priv.h"

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

struct told postgres_told(const char *text)
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

err_t postgres_lost_now(struct pg_db *db, struct err *e)
{
    db->lost = true;
    db->may_retry = true; /* but unknown_outcome() says otherwise */
    return err_store(e, E_IO,
                     "store %s: the connection to the database was lost; try again when it is up",
                     db->name);
}

/* Every failure passes here. `res` may be NULL. */
err_t postgres_failed(struct pg_db *db, const PGresult *res, struct err *e)
{
    struct str state = str_of(PQresultErrorField(res, PG_DIAG_SQLSTATE));
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    err_t kind = kind_of(state);
    struct str severity = str_of(PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED));
    if (PQstatus(db->conn) == CONNECTION_BAD || str_is(severity, "FATAL") ||
        str_is(severity, "PANIC")) /* the server ends the session with what it says */
        return postgres_lost_now(db, e);
    struct told why = postgres_told(text ? text : PQerrorMessage(db->conn));
    if (str_is(state, "40001") || str_is(state, "40P01")) {
        db->may_retry = true;
        return err_store(e, E_BUSY,
                         "store %s: others changed the same records at the same moment; "
                         "try again",
                         db->name);
    }
    /* No room at this moment to record what it read beside others: there is once they have ended. */
    db->may_retry |= str_is(state, "53200");
    switch (kind) {
    case E_BUSY:
        return err_store(e, E_BUSY,
                         "store %s: another process has been writing for more than %d s; try again "
                         "when it is done",
                         db->name, db->busy_ms / 1000);
    case E_IO:
        if (str_is(state, "53100"))
            return err_full(e, "store %s: %s", db->name, why.z);
        return err_store(e, E_IO, "store %s: %s (code %.*s); check the database server", db->name,
                         why.z, STR_ARG(state));
    case E_CORRUPT:
        return err_store(e, E_CORRUPT,
                         "store %s: %s; the database is damaged, restore it from a backup",
                         db->name, why.z);
    case OK:
    case E_INVALID:
    case E_NOTFOUND:
    case E_CONFLICT:
    case E_DENIED:
    case E_LIMIT:
    case E_INTERNAL:
        break;
    }
    return err_store(e, kind, "store %s: %s", db->name, why.z);
}

bool postgres_succeeded(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Notes the rows that a statement has written which nobody waited for. */
static void touch_rows(struct pg_db *db, struct stmt_coded coded, PGresult *res)
{
    struct pg_stmt st = {.base = {.db = &db->base, .coded = coded}, .result = res};
    for (; coded.parts && st.row < PQntuples(res); st.row++)
        row_macs_touch(&st.base);
    arena_free(st.texts);
}

/* The answers to all that was sent; *last (may be NULL) is that to the latest.
 * The error is the first one's: what follows it was not run. */
err_t postgres_collect(struct pg_db *db, PGresult **last, struct err *e)
{
    int count = db->pending;
    err_t rc = OK;
    if (count == 0)
        return OK;
    db->pending = 0;
    if (PQpipelineSync(db->conn) != 1)
        rc = postgres_failed(db, NULL, e);
    for (int i = 0; i < count; i++) {
        if (i == count - 1)
            db->warned = false; /* by this one: see commit() */
        PGresult *res = PQgetResult(db->conn);
        if (res)
            PQclear(PQgetResult(db->conn)); /* NULL: the end of one command */
        struct pg_stmt *st = db->asked[i];
        struct stmt_coded coded = db->coded[i];
        db->asked[i] = NULL;
        db->coded[i] = (struct stmt_coded){0};
        if (rc == OK && !postgres_succeeded(res))
            rc = postgres_failed(db, res, e);
        if (st)
            st->asked = false;
        if (rc == OK)
            touch_rows(db, coded, res);
        if (rc == OK && st)
            st->result = res;
        else if (rc == OK && last && i == count - 1)
            *last = res;
        else
            PQclear(res);
    }
    PQclear(PQgetResult(db->conn)); /* the answer to the sync */
    if (PQexitPipelineMode(db->conn) != 1 && rc == OK)
        rc = postgres_failed(db, NULL, e);
    return rc;
}

err_t postgres_touch(struct db *base, struct err *e)
{
    struct pg_db *db = (struct pg_db *)base;
    for (int i = 0; i < db->pending; i++)
        if (db->coded[i].parts)
            return postgres_collect(db, NULL, e);
    return OK;
}

/* Before a command is sent with PQsend…, which answers 1; then counts it. */
err_t postgres_begin_sending(struct pg_db *db, struct err *e)
{
    if (db->pending == 0 && PQenterPipelineMode(db->conn) != 1)
        return postgres_failed(db, NULL, e);
    return OK;
}

err_t postgres_sent(struct pg_db *db, int code, struct err *e)
{
    if (code != 1)
        return postgres_failed(db, NULL, e);
    return ++db->pending >= PENDING_MAX ? postgres_collect(db, NULL, e) : OK;
}

err_t postgres_send_text(struct pg_db *db, const char *sql, struct err *e)
{
    err_t rc = db->lost ? postgres_lost_now(db, e) : postgres_begin_sending(db, e);
    if (rc != OK)
        return rc;
    return postgres_sent(db, PQsendQueryParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0), e);
}

err_t postgres_exec_text(struct pg_db *db, const char *sql, struct err *e)
{
    err_t rc = postgres_collect(db, NULL, e);
    if (rc != OK)
        return rc;
    PGresult *res = PQexec(db->conn, sql);
    rc = postgres_succeeded(res) ? OK : postgres_failed(db, res, e);
    PQclear(res);
    return rc;
}

/* Warnings go nowhere but into the flag; see commit(). */
void postgres_on_notice(void *arg, const PGresult *res)
{
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    struct pg_db *db = arg;
    if (severity && strcmp(severity, "WARNING") == 0)
        db->warned = true;
}

bool postgres_in_transaction(const struct db *base)
{
    const struct pg_db *db = (const struct pg_db *)base;
    PGTransactionStatusType status = PQtransactionStatus(db->conn);
    return db->pending > 0 || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}
