/* SQLite behind db.h; with its test twin sqlite_fault.c the only file that
 * includes sqlite3.h.
 *
 * WAL with synchronous=FULL: a commit is one fsync of the log, readers never
 * wait for the writer. Connections are opened without SQLite's own mutex, as
 * each belongs to one thread at a time.
 *
 * Turns. SQLite's lock is unfair: whoever commits and begins again at once
 * nearly always wins against a process that polls. So a writer first takes the
 * lock of the file PATH-turn, polls for SQLite's write lock while it holds it,
 * and lets the turn go when it has the write lock. Whoever just committed finds
 * the turn taken and waits behind. The kernel frees the turn of a killed
 * process. (A busy timeout alone was tried: of two writers with batches of 20 ms
 * one waited for up to seconds.)
 *
 * The log is copied back into the file by a thread with a connection of its own: it
 * took a tenth of a busy writer's time, and an fsync of some MB to wait for. But
 * the log begins anew only when all of it was copied, which never happens while
 * commits go on; so when the thread is done, the writer copies the little that has
 * come since. */
#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "db/db_priv.h"
#include "db/page_sums.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BUSY_DEFAULT_MS 10000
#define POLL_US 500 /* between two looks at a lock; a group commit takes 1–20 ms */

/* Pages kept by a connection. Nobody maps the file: its pages would count as the
 * memory of an import, whose index reads all that is written. (Mapping 256 MB
 * was tried: the processor time of a search command is the same.) */
#define CACHE_SETTING "PRAGMA cache_size=-16384"

/* The log is copied back every 4,000 pages (16 MB) instead of SQLite's 1,000: with
 * batches of some MB each the same pages are copied fewer times. */
#define LOG_PAGES 4000

/* From 64 MB on who commits waits for the thread that copies, which on a busy machine gets too
 * little of the processor to come to the end of a log that grows meanwhile. */
#define LOG_PAGES_MAX 16000

/* The thread that copies the log of one writer back, from when that is first needed. */
struct copier {
    struct db *db; /* its own connection */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    enum copier_state { COPIER_IDLE, COPIER_COPIES, COPIER_HAS_COPIED, COPIER_ENDS } state;
    bool sync_failed;
};

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    char *name; /* "sqlite:" and the path */
    const char *path;
    int turn_fd; /* -1: none needed or not opened yet */
    int busy_ms;
    int64_t busy_since_us;
    bool sync_failed;
    struct db_options options;
    struct copier *copier; /* NULL: not needed yet */
    void *kept;            /* of sandbox.c */
    struct arena *kept_in;
    int log_pages; /* in the write-ahead log after the latest commit, uncopied ones or not */
};

struct sqlite_stmt {
    struct stmt base;
    sqlite3_stmt *handle;
};

static struct sqlite_db *db_of(struct db *db)
{
    return (struct sqlite_db *)db;
}

static sqlite3_stmt *handle_of(struct stmt *st)
{
    return ((struct sqlite_stmt *)st)->handle;
}

struct sqlite3 *sqlite_handle(struct db *db)
{
    return db_of(db)->handle;
}

struct sqlite3_stmt *sqlite_statement(struct stmt *st)
{
    return handle_of(st);
}

void sqlite_keep(struct db *db, void *what, struct arena *in)
{
    arena_free(db_of(db)->kept_in);
    db_of(db)->kept = what;
    db_of(db)->kept_in = in;
}

void *sqlite_kept(struct db *db)
{
    return db_of(db)->kept;
}

static err_t kind_of(int code)
{
    if (code == SQLITE_IOERR_DATA) /* a page does not fit its checksum */
        return E_CORRUPT;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return E_BUSY;
    case SQLITE_CONSTRAINT:
        return E_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return E_CORRUPT;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
        return E_IO;
    case SQLITE_TOOBIG:
    case SQLITE_INTERRUPT: /* nobody but the step counter of sandbox.c stops a statement */
        return E_LIMIT;
    default:
        return E_INTERNAL;
    }
}

/* SQLite's refusals that a person can do something about, in our words so that
 * they have a translation; another one is told as SQLite tells it. */
static const char *fault_text(const struct sqlite_db *db, int code)
{
    switch (code & 0xFF) {
    case SQLITE_NOTADB:
        return msg("it is not a database");
    case SQLITE_CORRUPT:
        return msg("its pages are damaged");
    case SQLITE_READONLY:
        return msg("it may not be written");
    case SQLITE_CANTOPEN:
        return msg("it cannot be opened");
    case SQLITE_FULL:
        return msg("no space is left on the disk");
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_DATA ? msg("its pages are damaged")
                                         : msg("reading or writing the disk failed");
    case SQLITE_INTERRUPT:
        return msg("stopped");
    case SQLITE_NOMEM:
        return msg("out of memory");
    case SQLITE_TOOBIG:
        return msg("a value is too large");
    default:
        return sqlite3_errmsg(db->handle);
    }
}

/* Other calls than a write fail then, too: one that makes a temporary file, or lengthens the memory
 * that connections share. */
static bool is_full(const struct sqlite_db *db, int code)
{
    int kind = code & 0xFF, errnum = sqlite3_system_errno(db->handle);
    return kind == SQLITE_FULL || ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) &&
                                   (errnum == ENOSPC || errnum == EDQUOT));
}

/* Every error passes here, so that a failed fsync is never overlooked. */
static err_t failed(struct sqlite_db *db, int code, struct err *e)
{
    int extended = code > 0xFF ? code : sqlite3_extended_errcode(db->handle);
    if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
        db->sync_failed = true;
    if (extended == SQLITE_IOERR_DATA) /* opening tells the bare code alone */
        code = extended;
    switch (kind_of(code)) {
    case E_BUSY:
        return err_store(e, E_BUSY,
                         "store %s: another process has been writing for more than %d s; try again "
                         "when it is done",
                         db->path, db->busy_ms / 1000);
    case E_CORRUPT:
        return err_store(
            e, E_CORRUPT,
            "store %s: %s; the file is no store or is damaged, restore it from a backup", db->path,
            fault_text(db, code));
    case E_IO:
        if (is_full(db, code))
            return err_full(e, "store %s: %s", db->path, fault_text(db, SQLITE_FULL));
        return err_store(e, E_IO,
                         "store %s: %s (code %d); check the disk and the file's permissions",
                         db->path, fault_text(db, code), extended);
    case OK:
    case E_INVALID:
    case E_NOTFOUND:
    case E_CONFLICT:
    case E_DENIED:
    case E_LIMIT:
    case E_INTERNAL:
        break;
    }
    return err_store(e, kind_of(code), "store %s: %s", db->path, fault_text(db, code));
}

/* --- waiting for other processes ------------------------------------------ */

static int64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

static bool waited_enough(const struct sqlite_db *db)
{
    return now_us() - db->busy_since_us > (int64_t)db->busy_ms * 1000;
}

static int on_busy(void *arg, int count)
{
    struct sqlite_db *db = arg;
    if (count == 0)
        db->busy_since_us = now_us();
    if (waited_enough(db))
        return 0;
    usleep(POLL_US);
    return 1;
}

static void open_turn(struct sqlite_db *db)
{
    if (db->turn_fd >= 0 || str_is(str_of(db->path), ":memory:"))
        return;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s-turn", db->path).ptr;
    /* Without it writers still exclude each other, only less fairly. */
    db->turn_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    arena_free(a);
}

static err_t take_turn(struct sqlite_db *db, struct err *e)
{
    open_turn(db);
    db->busy_since_us = now_us();
    while (db->turn_fd >= 0 && flock(db->turn_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return OK; /* a file system without flock: go on without turns */
        if (waited_enough(db))
            return failed(db, SQLITE_BUSY, e);
        usleep(POLL_US);
    }
    return OK;
}

static void give_turn(struct sqlite_db *db)
{
    if (db->turn_fd >= 0)
        (void)flock(db->turn_fd, LOCK_UN); /* fails only where taking it did */
}

/* --- statements ------------------------------------------------------------ */

static err_t prepare(struct stmt **out, struct db *base, const char *sql, struct err *e)
{
    struct sqlite_db *db = db_of(base);
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (code != SQLITE_OK)
        return failed(db, code, e);
    if (!handle)
        return err_set(e, E_INVALID, "this SQL is no statement");
    struct sqlite_stmt *st = mem_zalloc(sizeof(*st));
    st->handle = handle;
    *out = &st->base;
    return OK;
}

static void finalize(struct stmt *st)
{
    sqlite3_finalize(handle_of(st)); /* repeats the last step's error: handled there */
    free(st);
}

static void reset(struct stmt *st)
{
    sqlite3_reset(handle_of(st)); /* repeats the last step's error: handled there */
}

static void unbind(struct stmt *st)
{
    sqlite3_clear_bindings(handle_of(st));
}

static err_t bound(struct stmt *st, int code, struct err *e)
{
    return code == SQLITE_OK ? OK : failed(db_of(st->db), code, e);
}

static err_t bind_i64(struct stmt *st, int param, int64_t value, struct err *e)
{
    return bound(st, sqlite3_bind_int64(handle_of(st), param, value), e);
}

static err_t bind_text(struct stmt *st, int param, struct str v, struct err *e)
{
    return bound(
        st, sqlite3_bind_text64(handle_of(st), param, v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8), e);
}

static err_t bind_bytes(struct stmt *st, int param, struct bytes v, struct err *e)
{
    const void *ptr = v.ptr ? v.ptr : (const uint8_t *)""; /* NULL would bind NULL */
    return bound(st, sqlite3_bind_blob64(handle_of(st), param, ptr, v.len, SQLITE_STATIC), e);
}

static err_t bind_null(struct stmt *st, int param, enum value_type type, struct err *e)
{
    (void)type;
    return bound(st, sqlite3_bind_null(handle_of(st), param), e);
}

static err_t next(bool *has_row, struct stmt *st, struct err *e)
{
    int code = sqlite3_step(handle_of(st));
    *has_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : failed(db_of(st->db), code, e);
}

static int64_t column_i64(struct stmt *st, int column)
{
    return sqlite3_column_int64(handle_of(st), column);
}

static struct str column_str(struct stmt *st, int column)
{
    const unsigned char *text = sqlite3_column_text(handle_of(st), column);
    return (struct str){(const char *)text, (size_t)sqlite3_column_bytes(handle_of(st), column)};
}

static struct bytes column_bytes(struct stmt *st, int column)
{
    const void *blob = sqlite3_column_blob(handle_of(st), column);
    return (struct bytes){blob, (size_t)sqlite3_column_bytes(handle_of(st), column)};
}

static bool column_is_null(struct stmt *st, int column)
{
    return sqlite3_column_type(handle_of(st), column) == SQLITE_NULL;
}

static err_t exec(struct db *base, const char *sql, struct err *e)
{
    struct sqlite_db *db = db_of(base);
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : failed(db, code, e);
}

static err_t has_table(bool *out, struct db *db, const char *name, struct err *e)
{
    return db_any(out, db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
                  VALUES(v_str(str_of(name))), e);
}

static err_t try_lock(bool *got, struct db *db, int number, struct err *e)
{
    (void)db;
    (void)number;
    (void)e;
    *got = true;
    return OK;
}

/* Rows looked at of each index: enough to tell a column of few values from a key. */
#define ANALYSIS_LIMIT "400"

/* Other connections read the findings when they read the schema: a table that comes
 * and goes makes them read it anew. */
static err_t analyze(struct db *db, const struct str *tables, size_t count, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = exec(db, "PRAGMA analysis_limit=" ANALYSIS_LIMIT, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = exec(db, arena_printf(a, "ANALYZE %.*s", STR_ARG(tables[i])).ptr, e);
    if (rc == OK)
        rc = exec(db, "CREATE TABLE analyzed_anew (n INTEGER) STRICT; DROP TABLE analyzed_anew", e);
    arena_free(a);
    return rc;
}

/* --- copying the log back --------------------------------------------------- */

/* What was committed is in the log and durable, so every commit stands whatever
 * happens here; but after a failed fsync nobody knows what the disk holds, and
 * nothing more is written. */
static void copying_failed(struct sqlite_db *db, int code)
{
    struct err e = {0};
    if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED)
        return; /* somebody else copies; whoever commits next sees to the rest */
    (void)failed(db, code, &e);
    log_line(LOG_ERROR, "%s", e.text);
}

/* Copies the log back into the file. SQLite would do it by itself and tell nobody when
 * it fails. */
static int copy_log(struct sqlite_db *db)
{
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code != SQLITE_OK)
        copying_failed(db, code);
    return code;
}

/* SQLite syncs the file once all of the log is in it, which will be the writer's to wait
 * for: the better part of it is done here. */
static void sync_copied(struct sqlite_db *db)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_FILE_POINTER, &file);
    if (code == SQLITE_OK)
        code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_OK)
        copying_failed(db, code);
}

static void *copy_when_asked(void *arg)
{
    struct copier *c = arg;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->state != COPIER_COPIES && c->state != COPIER_ENDS)
            pthread_cond_wait(&c->changed, &c->lock);
        if (c->state == COPIER_ENDS)
            break;
        pthread_mutex_unlock(&c->lock);
        if (copy_log(db_of(c->db)) == SQLITE_OK)
            sync_copied(db_of(c->db));
        pthread_mutex_lock(&c->lock);
        c->sync_failed |= db_of(c->db)->sync_failed;
        if (c->state == COPIER_COPIES)
            c->state = COPIER_HAS_COPIED;
        pthread_cond_broadcast(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void copier_free(struct copier *c)
{
    db_close(c->db);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* NULL where there is no thread or connection to be had: then the writer copies. */
static struct copier *copier_start(const struct sqlite_db *db)
{
    struct copier *c = mem_zalloc(sizeof(*c));
    struct db_options o = db->options;
    o.must_exist = true;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    if (sqlite_open(&c->db, db->path, &o, NULL) != OK ||
        pthread_create(&c->thread, NULL, copy_when_asked, c) != 0) {
        copier_free(c);
        return NULL;
    }
    pthread_setname_np(c->thread, "store copier"); /* for who looks where time goes */
    return c;
}

static void copier_end(struct copier *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->state = COPIER_ENDS;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    copier_free(c);
}

static bool copier_sync_failed(struct copier *c)
{
    if (!c)
        return false;
    pthread_mutex_lock(&c->lock);
    bool sync_failed = c->sync_failed;
    pthread_mutex_unlock(&c->lock);
    return sync_failed;
}

/* After a commit: whether this thread is to copy what is left. `full`: not before the other has
 * ended what it copies. */
static bool ask_copier(struct copier *c, bool full)
{
    pthread_mutex_lock(&c->lock);
    while (full && c->state == COPIER_COPIES)
        pthread_cond_wait(&c->changed, &c->lock);
    bool rest_is_ours = c->state == COPIER_HAS_COPIED && !c->sync_failed;
    if (rest_is_ours) {
        c->state = COPIER_IDLE;
    } else if (c->state == COPIER_IDLE) {
        c->state = COPIER_COPIES;
        pthread_cond_signal(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
    return rest_is_ours;
}

static void see_to_log(struct sqlite_db *db)
{
    if (db->log_pages < LOG_PAGES)
        return;
    if (!db->copier)
        db->copier = copier_start(db);
    if (!db->copier || ask_copier(db->copier, db->log_pages >= LOG_PAGES_MAX))
        (void)copy_log(db); /* told already */
}

/* --- transactions ---------------------------------------------------------- */

static err_t begin_write(struct db *base, struct err *e)
{
    struct sqlite_db *db = db_of(base);
    err_t rc;
    if (db->sync_failed || copier_sync_failed(db->copier))
        return err_store(e, E_IO,
                         "store %s: an earlier fsync failed, so nobody knows what the disk holds; "
                         "check the disk and start again",
                         db->path);
    if ((rc = take_turn(db, e)) != OK)
        return rc;
    rc = db_run_constant(base, "BEGIN IMMEDIATE", e);
    give_turn(db);
    return rc;
}

static err_t begin_read(struct db *base, struct err *e)
{
    err_t rc = db_run_constant(base, "BEGIN", e);
    if (rc != OK)
        return rc;
    /* BEGIN alone takes no snapshot: the first read does. */
    if ((rc = db_run_constant(base, "SELECT 1 FROM sqlite_schema LIMIT 1", e)) != OK)
        base->ops->rollback(base);
    return rc;
}

static int on_commit(void *arg, sqlite3 *handle, const char *name, int log_pages)
{
    (void)handle;
    (void)name;
    ((struct sqlite_db *)arg)->log_pages = log_pages;
    return SQLITE_OK;
}

static err_t commit(struct db *base, struct err *e)
{
    err_t rc = db_run_constant(base, "COMMIT", e);
    if (rc == OK)
        see_to_log(db_of(base));
    return rc;
}

static bool in_transaction(const struct db *base)
{
    return sqlite3_get_autocommit(((const struct sqlite_db *)base)->handle) == 0;
}

static void rollback(struct db *base)
{
    /* An I/O error while rolling back ends the transaction all the same: the
     * log's frames without a commit mark are not read by anybody. */
    if (in_transaction(base))
        (void)sqlite3_exec(db_of(base)->handle, "ROLLBACK", NULL, NULL, NULL);
}

static int64_t last_id(const struct db *base)
{
    return sqlite3_last_insert_rowid(((const struct sqlite_db *)base)->handle);
}

static const char *name_of(const struct db *base)
{
    return ((const struct sqlite_db *)base)->name;
}

static bool may_retry(const struct db *base)
{
    (void)base;
    return false;
}

static bool is_alive(struct db *base)
{
    (void)base;
    return true;
}

static err_t lock_schema(struct db *base, struct err *e)
{
    (void)base;
    (void)e;
    return OK;
}

static void unlock_schema(struct db *base)
{
    (void)base;
}

/* --- opening and closing --------------------------------------------------- */

static void close_db(struct db *base)
{
    struct sqlite_db *db = db_of(base);
    copier_end(db->copier);
    sqlite3_close_v2(db->handle); /* with every statement finalized it cannot refuse */
    if (db->turn_fd >= 0)
        close(db->turn_fd);
    arena_free(db->kept_in);
    free(db->name);
    free(db);
}

/* Of two who copy the log at once SQLite refuses one, and asks no busy handler. */
static err_t scrub(struct db *base, struct err *e)
{
    struct sqlite_db *db = db_of(base);
    int code;
    db->busy_since_us = now_us();
    while ((code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                             NULL)) == SQLITE_BUSY &&
           !waited_enough(db))
        usleep(POLL_US);
    return code == SQLITE_OK ? OK : failed(db, code, e);
}

/* SQLite's own check tells a page that cannot be read in words, in a row. */
static err_t check(struct db *base, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_prepare(&st, base, "PRAGMA quick_check(1)", e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && (!has_row || !str_is(stmt_str(st, 0), "ok")))
        rc = failed(db_of(base), SQLITE_CORRUPT, e);
    stmt_free(st);
    return rc;
}

/* --- loading whole tables -------------------------------------------------- */

static err_t set_rules(struct sqlite_db *db, bool on, struct err *e)
{
    int code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)on, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, (int)on, NULL);
    return code == SQLITE_OK ? OK : failed(db, code, e);
}

static err_t load_begin(struct str *restore, struct db *base, struct arena *a, struct err *e)
{
    (void)a;
    *restore = STR_NONE;
    return set_rules(db_of(base), false, e);
}

static err_t load_end(struct db *base, struct str restore, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    (void)restore;
    err_t rc = set_rules(db_of(base), true, e);
    if (rc == OK && (rc = db_prepare(&st, base, "PRAGMA foreign_key_check", e)) == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row) {
        struct str from = stmt_str(st, 0), to = stmt_str(st, 2);
        rc = err_store(e, E_CORRUPT, "store %s: a row of %.*s names one of %.*s that is not there",
                       db_of(base)->path, STR_ARG(from), STR_ARG(to));
    }
    stmt_free(st);
    return rc;
}

static const struct table_sql table_texts = {
    .names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
             " ESCAPE '\\' ORDER BY name",
    .key = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
    .numbered = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1"
                " AND sql LIKE '% AUTOINCREMENT%'",
    .last_number = "SELECT seq FROM sqlite_sequence WHERE name = ?1",
    .set_last = {"DELETE FROM sqlite_sequence WHERE name = ?1 AND ?2 = ?2",
                 "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)"},
    .references = "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1)"
                  " ORDER BY id, seq",
    .indexes = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1"
               " AND sql IS NOT NULL ORDER BY name",
    .drop = "",
    .foreign =
        "SELECT type || ' ' || name FROM sqlite_schema WHERE type = 'view' OR"
        " (type = 'trigger' AND sql NOT IN (SELECT 'CREATE TRIGGER ' || tbl_name || '_' || o.op"
        " || '_access AFTER ' || upper(o.op) || ' ON ' || tbl_name || char(10) || '    BEGIN"
        " UPDATE access_number SET number = number + 1; END' FROM (SELECT 'insert' AS op"
        " UNION ALL SELECT 'update' UNION ALL SELECT 'delete') o))",
};

static const struct db_ops sqlite_ops = {
    .engine = DB_SQLITE,
    .tables = &table_texts,
    .columns_sql = "SELECT name, type, \"notnull\" <> 0 OR pk > 0 FROM pragma_table_info(?1)"
                   " ORDER BY cid",
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
    .i64 = column_i64,
    .str = column_str,
    .bytes = column_bytes,
    .is_null = column_is_null,
    .exec = exec,
    .has_table = has_table,
    .try_lock = try_lock,
    .analyze = analyze,
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
    .lock_schema = lock_schema,
    .unlock_schema = unlock_schema,
};

/* SQLite answers the journal mode it has instead of failing; `mode` holds it. */
static int ask_mode(char mode[16], struct sqlite_db *db, const char *pragma)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(db->handle, pragma, -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    mode[0] = '\0';
    if (code == SQLITE_ROW)
        (void)snprintf(mode, 16, "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return code == SQLITE_ROW ? SQLITE_OK : code;
}

/* The mode is the file's, not the connection's: whoever makes the store sets it
 * once. Several may be making it at the same moment, and the change of mode is
 * refused instead of waiting, so it is tried again while the turn is held. */
static err_t set_wal(struct sqlite_db *db, struct err *e)
{
    char mode[16];
    int code = ask_mode(mode, db, "PRAGMA journal_mode");
    if (code != SQLITE_OK)
        return failed(db, code, e);
    if (db->options.spills || str_is(str_of(mode), "wal") || str_is(str_of(mode), "memory"))
        return OK;
    err_t rc = take_turn(db, e);
    if (rc != OK)
        return rc;
    while ((code = ask_mode(mode, db, "PRAGMA journal_mode=WAL")) == SQLITE_BUSY ||
           (code == SQLITE_OK && !str_is(str_of(mode), "wal"))) {
        if (code == SQLITE_OK) {
            rc = err_store(e, E_IO,
                           "store %s: this file system cannot hold a store (no shared memory); put "
                           "it on a local disk",
                           db->path);
            break;
        }
        if (waited_enough(db))
            break;
        usleep(POLL_US);
    }
    if (rc == OK && code != SQLITE_OK)
        rc = failed(db, code, e);
    give_turn(db);
    return rc;
}

static err_t configure(struct sqlite_db *db, bool read_only, struct err *e)
{
    static const char *const for_all[] = {CACHE_SETTING, "PRAGMA temp_store=MEMORY",
                                          "PRAGMA trusted_schema=OFF"};
    static const char *const for_writer[] = {
        "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",     /* freed places are zeroed */
        "PRAGMA wal_autocheckpoint=0", /* see copy_log() */
        "PRAGMA journal_size_limit=67108864"};
    /* There may be 32 of them, and each fills its own: half a gigabyte was seen. What it
     * lets go of, the system's cache still has; but with 4 MB a total that reads 20,000
     * rows took 1.6 times as long. */
    static const char *const for_reader[] = {"PRAGMA query_only=ON", "PRAGMA cache_size=-8192"};
    int reserve = PAGE_SUM_BYTES;
    err_t rc = OK;

    sqlite3_extended_result_codes(db->handle, 1);
    if (!read_only) /* of a file that is made now; another one keeps what it has */
        sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    sqlite3_busy_handler(db->handle, on_busy, db);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (!read_only)
        rc = set_wal(db, e);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(for_all); i++)
        rc = exec(&db->base, for_all[i], e);
    for (size_t i = 0; rc == OK && !read_only && i < ARRAY_LEN(for_writer); i++)
        rc = exec(&db->base, for_writer[i], e);
    if (!read_only)
        sqlite3_wal_hook(db->handle, on_commit, db);
    for (size_t i = 0; rc == OK && read_only && i < ARRAY_LEN(for_reader); i++)
        rc = exec(&db->base, for_reader[i], e);
    /* The first read meets a file that is no database. */
    return rc == OK ? exec(&db->base, "SELECT 1 FROM sqlite_schema LIMIT 1", e) : rc;
}

/* SQLite would count every piece of memory it takes under one lock of all threads, for a
 * figure that nobody asks. Only before its first use; refused where a test was faster. */
static void configure_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* How the place of a file lets it be read. */
enum place {
    PLACE_OPEN, /* it may be written, or the file is yet to be made */
    PLACE_SHARED, /* others may write there, and we may not: it is read with the log that they keep beside it */
    PLACE_FROZEN /* nobody can: SQLite's own files cannot be beside it, and it is read as it stands */
};

static bool has_beside(const char *path, const char *tail, struct stat *st)
{
    char beside[PATH_BYTES_MAX];
    (void)snprintf(beside, sizeof(beside), "%s%s", path, tail);
    return access(beside, R_OK) == 0 && stat(beside, st) == 0;
}

static bool may_write(const char *path)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    int len = slash ? (int)(slash - path) + 1 : 0;
    (void)snprintf(folder, sizeof(folder), "%.*s.", len, path);
    return access(folder, W_OK) == 0 && access(path, W_OK) == 0;
}

/* E_IO: what was committed last lies in its log, which only a writer takes in; or there is no log to read it with. */
static err_t look_at_place(enum place *place, const char *path, struct err *e)
{
    struct statvfs medium;
    struct stat log;
    *place = PLACE_OPEN;
    if (access(path, R_OK) != 0 || may_write(path))
        return OK;
    if (statvfs(path, &medium) == 0 && (medium.f_flag & ST_RDONLY)) {
        *place = PLACE_FROZEN;
        return !has_beside(path, "-wal", &log) || log.st_size == 0
                   ? OK
                   : err_store(e, E_IO,
                               "store %s: it lies where nothing can be written, and its last "
                               "changes are in %s-wal: copy the folder to a disk that can be "
                               "written, and read it there",
                               path, path);
    }
    *place = PLACE_SHARED;
    return has_beside(path, "-wal", &log) && has_beside(path, "-shm", &log)
               ? OK
               : err_store(e, E_IO,
                           "store %s: you may not write there, where somebody else may begin to at "
                           "any moment: read it as who owns it, or copy the folder and read that",
                           path);
}

/* The file's name as a URI that says that it does not change. */
static void frozen_name(struct buf *name, const char *path)
{
    buf_addz(name, "file:");
    for (; *path; path++)
        if (strchr("%?#", *path))
            buf_addf(name, "%%%02X", (unsigned char)*path);
        else
            buf_addc(name, *path);
    buf_addz(name, "?immutable=1");
    buf_addc(name, '\0');
}

err_t sqlite_open(struct db **out, const char *path, const struct db_options *o, struct err *e)
{
    static const char scheme[] = "sqlite:";
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    int flags = SQLITE_OPEN_NOMUTEX;
    bool in_memory = str_is(str_of(path), ":memory:");
    enum place place = PLACE_OPEN;
    if (!in_memory && (o->read_only || o->must_exist) && access(path, F_OK) != 0)
        return err_store(e, E_NOTFOUND, "store %s: there is no such file", path);
    if (!in_memory && look_at_place(&place, path, e) != OK)
        return E_IO;
    bool reads = o->read_only || place != PLACE_OPEN, frozen = place == PLACE_FROZEN;
    flags |= reads ? SQLITE_OPEN_READONLY
                   : SQLITE_OPEN_READWRITE | (o->must_exist ? 0 : SQLITE_OPEN_CREATE);
    flags |= frozen ? SQLITE_OPEN_URI : 0;

    struct sqlite_db *db = mem_zalloc(sizeof(*db));
    db->base.ops = &sqlite_ops;
    db->turn_fd = -1;
    db->options = *o;
    db->busy_ms = o->busy_timeout_ms ? o->busy_timeout_ms : BUSY_DEFAULT_MS;
    if (asprintf(&db->name, "%s%s", scheme, path) < 0)
        abort(); /* as mem_alloc */
    db->path = db->name + strlen(scheme);
    struct buf name = {0};
    if (frozen)
        frozen_name(&name, path);
    const char *file = frozen ? name.ptr : o->spills ? "" : path;
    int code = sqlite3_open_v2(file, &db->handle, flags, page_sums_vfs(o->vfs));
    buf_clear(&name);
    err_t rc = code == SQLITE_OK ? configure(db, reads, e) : failed(db, code, e);
    if (rc != OK) {
        db_close(&db->base);
        return rc;
    }
    *out = &db->base;
    return OK;
}
