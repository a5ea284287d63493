/* The part of the interface that is the same for every engine: choosing it by
 * URL, the cache of prepared statements, upserts. */
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "db/db_priv.h"
#include <assert.h>
#include <stdlib.h>

err_t db_open(struct db **out, const char *url, const struct db_options *o, struct err *e)
{
    struct str address = str_of(url), file = STR("sqlite:");
    *out = NULL;
    if (str_starts(address, file) && address.len > file.len)
        return sqlite_open(out, url + file.len, o, e);
    if (db_url_is(url, DB_POSTGRES))
        return postgres_open(out, url, o, e);
    return err_set(e, E_INVALID,
                   "store \"%s\": the address of a store is sqlite:PATH or "
                   "postgresql://HOST/DATABASE; give one with --store",
                   url);
}

/* libpq's two spellings: a URL, or "host=… dbname=…". */
bool db_url_is(const char *url, enum db_engine engine)
{
    struct str address = str_of(url);
    size_t name = strspn(url, "abcdefghijklmnopqrstuvwxyz_");
    bool postgres = str_starts(address, STR("postgresql://")) ||
                    str_starts(address, STR("postgres://")) || (name > 0 && url[name] == '=');
    return postgres == (engine == DB_POSTGRES);
}

bool db_is(const struct db *db, enum db_engine engine)
{
    return db->ops->engine == engine;
}

bool db_is_near(const struct db *db)
{
    return db_is(db, DB_SQLITE);
}

bool db_may_retry(const struct db *db)
{
    return db->ops->may_retry(db);
}

err_t db_commits_seen(int64_t *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    assert(db_is(db, DB_SQLITE));
    err_t rc = db_prepare(&st, db, "PRAGMA data_version", e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    *out = rc == OK && has_row ? stmt_i64(st, 0) : 0;
    stmt_free(st);
    return rc;
}

bool db_is_alive(struct db *db)
{
    return db->ops->is_alive(db);
}

err_t db_lock_schema(struct db *db, struct err *e)
{
    return db->ops->lock_schema(db, e);
}

void db_unlock_schema(struct db *db)
{
    db->ops->unlock_schema(db);
}

const char *db_name(const struct db *db)
{
    return db->ops->name(db);
}

static struct stmt **bucket_of(struct db *db, const void *key)
{
    uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u; /* Fibonacci hashing */
    return &db->cache[h >> 58];                                  /* 6 bits: STMT_BUCKETS */
}

/* A kept statement of that key which nobody holds, or NULL. The same SQL can be
 * in use twice at once (a walk inside a walk): each then has its own. */
static struct stmt *cache_take(struct db *db, const void *key)
{
    for (struct stmt *st = *bucket_of(db, key); st; st = st->next)
        if (st->key == key && !st->lent) {
            st->lent = true;
            return st;
        }
    return NULL;
}

static err_t prepare_new(struct stmt **out, struct db *db, const char *sql, struct err *e)
{
    struct stmt *st = NULL;
    struct stmt_coded coded = {0};
    struct buf text = {0};
    bool follows = db->macs && row_macs_follow(&coded, &text, str_of(sql));
    err_t rc = db->ops->prepare(&st, db, follows ? text.ptr : sql, e);
    buf_clear(&text);
    *out = st;
    if (rc == OK) {
        st->db = db;
        st->lent = true;
        st->coded = coded;
    }
    return rc;
}

static err_t prepare_as(struct stmt **out, struct db *db, const void *key, const char *sql,
                        struct err *e)
{
    err_t rc = prepare_new(out, db, sql, e);
    if (rc != OK)
        return rc;
    struct stmt *st = *out;
    struct stmt **bucket = bucket_of(db, key);
    st->key = key;
    st->next = *bucket;
    *bucket = st;
    return OK;
}

err_t db_prepare(struct stmt **out, struct db *db, const char *sql, struct err *e)
{
    *out = cache_take(db, sql);
    return *out ? OK : prepare_as(out, db, sql, sql, e);
}

/* --- SQL made at run time: kept by content, the latest TEXTS_MAX ------------- */

/* Takes an idle statement of that text out of the list, or NULL. */
static struct stmt *text_take(struct db *db, struct str sql, uint64_t hash)
{
    for (struct stmt **at = &db->texts; *at; at = &(*at)->next) {
        struct stmt *st = *at;
        if (st->hash != hash || !str_is(sql, st->text))
            continue;
        *at = st->next;
        db->text_count--;
        st->lent = true;
        return st;
    }
    return NULL;
}

static void text_drop(struct stmt *st)
{
    free(st->text);
    st->db->ops->finalize(st);
}

static void text_put(struct stmt *st)
{
    struct db *db = st->db;
    st->next = db->texts;
    db->texts = st;
    db->texts_lent--;
    if (++db->text_count <= DB_TEXTS_MAX)
        return;
    struct stmt **at = &db->texts;
    while ((*at)->next)
        at = &(*at)->next;
    text_drop(*at);
    *at = NULL;
    db->text_count--;
}

err_t db_prepare_text(struct stmt **out, struct db *db, struct str sql, struct err *e)
{
    uint64_t hash = hash_bytes(sql, 0);
    err_t rc = OK;
    if (sql.len == 0 || memchr(sql.ptr, '\0', sql.len)) {
        *out = NULL;
        return err_set(e, E_INTERNAL, "a statement for the store is empty or holds a NUL");
    }
    *out = text_take(db, sql, hash);
    if (!*out) {
        char *text = strndup(sql.ptr, sql.len);
        if ((rc = prepare_new(out, db, text, e)) != OK) {
            free(text);
            return rc;
        }
        (*out)->text = text;
        (*out)->hash = hash;
    }
    db->texts_lent++;
    return OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < STMT_BUCKETS; i++)
        for (struct stmt *st = db->cache[i], *next; st; st = next) {
            next = st->next;
            assert(!st->lent);
            db->ops->finalize(st);
        }
    assert(db->texts_lent == 0);
    for (struct stmt *st = db->texts, *next; st; st = next) {
        next = st->next;
        text_drop(st);
    }
    row_macs_free(db->macs);
    db->ops->close(db);
}

int names_count(const char *list)
{
    int n = 1;
    for (; *list; list++)
        n += *list == ',';
    return n;
}

/* INSERT … ON CONFLICT (keys) DO UPDATE SET column=excluded.column, which SQLite
 * and PostgreSQL both know; a fork that does not gets its own spelling here. */
err_t db_prepare_upsert(struct stmt **out, struct db *db, const struct upsert *u, struct err *e)
{
    *out = cache_take(db, u);
    if (*out)
        return OK;
    struct buf sql = {0};
    buf_addf(&sql, "INSERT INTO %s (%s, %s) VALUES (", u->table, u->keys, u->columns);
    int n = names_count(u->keys) + names_count(u->columns);
    for (int i = 1; i <= n; i++)
        buf_addf(&sql, i > 1 ? ", ?%d" : "?%d", i);
    buf_addf(&sql, ") ON CONFLICT (%s) DO UPDATE SET ", u->keys);
    struct str rest = str_of(u->columns);
    for (bool first = true; rest.ptr; first = false) {
        struct str name = str_trim(str_split(&rest, STR(",")));
        buf_addf(&sql, "%s%.*s=excluded.%.*s", first ? "" : ", ", STR_ARG(name), STR_ARG(name));
    }
    buf_addc(&sql, '\0');
    err_t rc = prepare_as(out, db, u, sql.ptr, e);
    buf_clear(&sql);
    return rc;
}

static _Thread_local uint64_t statements;

uint64_t db_statements(void)
{
    return statements;
}

void db_statements_set(uint64_t count)
{
    statements = count;
}

static void count_run(struct stmt *st)
{
    statements += !st->begun && !st->db->own;
    st->begun = true;
}

static void reset(struct stmt *st)
{
    st->db->ops->reset(st);
    st->begun = false;
    st->ended = false;
}

void stmt_free(struct stmt *st)
{
    if (!st)
        return;
    assert(st->lent);
    reset(st);
    st->db->ops->unbind(st); /* borrowed texts may be gone before the next use */
    st->lent = false;
    if (st->text)
        text_put(st);
}

err_t stmt_bind_i64(struct stmt *st, int param, int64_t value, struct err *e)
{
    return st->db->ops->bind_i64(st, param, value, e);
}

err_t stmt_bind_str(struct stmt *st, int param, struct str value, struct err *e)
{
    if (value.len == 0)
        return st->db->ops->bind_null(st, param, VALUE_STR, e);
    if (memchr(value.ptr, '\0', value.len))
        return err_set(e, E_INVALID, "a text for the store holds a NUL character; remove it");
    return st->db->ops->bind_text(st, param, value, e);
}

err_t stmt_bind_bytes(struct stmt *st, int param, struct bytes value, struct err *e)
{
    return st->db->ops->bind_bytes(st, param, value, e);
}

err_t stmt_bind_null(struct stmt *st, int param, struct err *e)
{
    return st->db->ops->bind_null(st, param, VALUE_NULL, e);
}

err_t stmt_next(bool *has_row, struct stmt *st, struct err *e)
{
    *has_row = false;
    if (st->ended)
        return OK;
    count_run(st);
    err_t rc;
    do {
        rc = st->db->ops->next(has_row, st, e);
        if (rc == OK && *has_row && st->coded.parts)
            row_macs_touch(st);
    } while (rc == OK && *has_row && st->coded.hides);
    st->ended = rc != OK || !*has_row;
    return rc;
}

bool stmt_row(err_t *rc, struct stmt *st, struct err *e)
{
    bool has_row = false;
    if (*rc == OK)
        *rc = stmt_next(&has_row, st, e);
    return *rc == OK && has_row;
}

err_t stmt_run(struct stmt *st, struct err *e)
{
    bool has_row = true;
    err_t rc = OK;
    while (rc == OK && has_row)
        rc = stmt_next(&has_row, st, e);
    reset(st);
    return rc;
}

err_t stmt_run_later(struct stmt *st, struct err *e)
{
    if (!st->db->ops->run_later)
        return stmt_run(st, e);
    count_run(st);
    err_t rc = st->db->ops->run_later(st, e);
    reset(st);
    return rc;
}

int64_t stmt_i64(struct stmt *st, int column)
{
    return st->db->ops->i64(st, column + st->coded.parts);
}

struct str stmt_str(struct stmt *st, int column)
{
    return st->db->ops->str(st, column + st->coded.parts);
}

struct bytes stmt_bytes(struct stmt *st, int column)
{
    return st->db->ops->bytes(st, column + st->coded.parts);
}

bool stmt_is_null(struct stmt *st, int column)
{
    return st->db->ops->is_null(st, column + st->coded.parts);
}

static err_t bind_value(struct stmt *st, int param, const struct value *v, struct err *e)
{
    switch (v->type) {
    case VALUE_NULL:
        return stmt_bind_null(st, param, e);
    case VALUE_I64:
        return stmt_bind_i64(st, param, v->i64, e);
    case VALUE_STR:
        return stmt_bind_str(st, param, bytes_str(v->bytes), e);
    case VALUE_BYTES:
        return stmt_bind_bytes(st, param, v->bytes, e);
    }
    return err_set(e, E_INTERNAL, "a value for the store has no type");
}

/* After a preparation that ended in `rc`. */
static err_t bind_all(struct stmt **out, err_t rc, const struct value *values, size_t count,
                      struct err *e)
{
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = bind_value(*out, (int)i + 1, &values[i], e);
    if (rc != OK) {
        stmt_free(*out);
        *out = NULL;
    }
    return rc;
}

err_t db_query(struct stmt **out, struct db *db, const char *sql, const struct value *values,
               size_t count, struct err *e)
{
    return bind_all(out, db_prepare(out, db, sql, e), values, count, e);
}

err_t db_upsert(struct db *db, const struct upsert *u, const struct value *values, size_t count,
                struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = bind_all(&st, db_prepare_upsert(&st, db, u, e), values, count, e);
    if (rc == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    return rc;
}

err_t db_any(bool *out, struct db *db, const char *sql, const struct value *values, size_t count,
             struct err *e)
{
    return db_row(out, db, sql, values, count, NULL, 0, NULL, e);
}

err_t db_i64(int64_t *out, struct db *db, const char *sql, const struct value *values, size_t count,
             struct err *e)
{
    *out = 0;
    return db_row(NULL, db, sql, values, count, INTO(into_i64(out)), NULL, e);
}

err_t db_text(struct str *out, struct db *db, const char *sql, const struct value *values,
              size_t count, struct arena *a, struct err *e)
{
    *out = STR_NONE;
    return db_row(NULL, db, sql, values, count, INTO(into_str(out)), a, e);
}

static void take_columns(const struct into *into, size_t columns, struct stmt *st, struct arena *a)
{
    for (size_t i = 0; i < columns; i++)
        switch (into[i].type) {
        case INTO_I64:
            *(int64_t *)into[i].to = stmt_i64(st, (int)i);
            break;
        case INTO_INT:
            *(int *)into[i].to = (int)stmt_i64(st, (int)i);
            break;
        case INTO_STR:
            *(struct str *)into[i].to = arena_dup(a, stmt_str(st, (int)i));
            break;
        case INTO_BYTES:
            *(struct bytes *)into[i].to =
                str_bytes(arena_dup(a, bytes_str(stmt_bytes(st, (int)i))));
            break;
        case INTO_BOOL:
            *(bool *)into[i].to = stmt_i64(st, (int)i) != 0;
            break;
        }
}

/* Reads the first row and frees the statement. */
static err_t take_first(bool *found, struct stmt *st, err_t rc, const struct into *into,
                        size_t columns, struct arena *a, struct err *e)
{
    bool has_row = stmt_row(&rc, st, e);
    if (has_row)
        take_columns(into, columns, st, a);
    if (found)
        *found = has_row;
    stmt_free(st);
    return rc;
}

err_t db_row(bool *found, struct db *db, const char *sql, const struct value *values, size_t count,
             const struct into *into, size_t columns, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, values, count, e);
    return take_first(found, st, rc, into, columns, a, e);
}

err_t db_row_once(bool *found, struct db *db, const char *sql, const struct value *values,
                  size_t count, const struct into *into, size_t columns, struct arena *a,
                  struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query_once(&st, db, sql, values, count, e);
    return take_first(found, st, rc, into, columns, a, e);
}

err_t db_rows(void *list, void *one, size_t size, struct db *db, const char *sql,
              const struct value *values, size_t count, const struct into *into, size_t columns,
              struct arena *a, struct err *e)
{
    VEC(char) all;
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, values, count, e);
    memcpy(&all, list, sizeof(all));
    while (stmt_row(&rc, st, e)) {
        if (all.len == all.cap) {
            all.cap = all.cap ? all.cap * 2 : 4;
            all.ptr = arena_regrow(a, all.ptr, all.len, all.cap, size);
        }
        take_columns(into, columns, st, a);
        memcpy(all.ptr + all.len++ * size, one, size);
    }
    memcpy(list, &all, sizeof(all));
    stmt_free(st);
    return rc;
}

err_t db_ids(struct ids *out, struct db *db, const char *sql, const struct value *values,
             size_t count, struct arena *a, struct err *e)
{
    int64_t id;
    return db_rows(ROWS(out, id), db, sql, values, count, INTO(into_i64(&id)), a, e);
}

err_t db_texts(struct texts *out, struct db *db, const char *sql, const struct value *values,
               size_t count, struct arena *a, struct err *e)
{
    struct str text;
    return db_rows(ROWS(out, text), db, sql, values, count, INTO(into_str(&text)), a, e);
}

err_t db_query_once(struct stmt **out, struct db *db, const char *sql, const struct value *values,
                    size_t count, struct err *e)
{
    return bind_all(out, db_prepare_text(out, db, str_of(sql), e), values, count, e);
}

err_t db_ask_once(struct stmt **out, struct db *db, const char *sql, const struct value *values,
                  size_t count, struct err *e)
{
    err_t rc = db_query_once(out, db, sql, values, count, e);
    return rc == OK && db->ops->ask && db->ops->in_transaction(db) ? db->ops->ask(*out, e) : rc;
}

/* What stmt_run and stmt_run_later have in common. */
typedef err_t run_fn(struct stmt *st, struct err *e);

static err_t run_and_free(struct stmt *st, run_fn *run, err_t rc, struct err *e)
{
    if (rc == OK)
        rc = run(st, e);
    stmt_free(st);
    return rc;
}

err_t db_run(struct db *db, const char *sql, const struct value *values, size_t count,
             struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, values, count, e);
    return run_and_free(st, stmt_run, rc, e);
}

err_t db_run_once(struct db *db, const char *sql, const struct value *values, size_t count,
                  struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query_once(&st, db, sql, values, count, e);
    return run_and_free(st, stmt_run, rc, e);
}

err_t db_run_later(struct db *db, const char *sql, const struct value *values, size_t count,
                   struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, values, count, e);
    return run_and_free(st, stmt_run_later, rc, e);
}

err_t db_run_once_later(struct db *db, const char *sql, const struct value *values, size_t count,
                        struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query_once(&st, db, sql, values, count, e);
    return run_and_free(st, stmt_run_later, rc, e);
}

err_t db_exec(struct db *db, const char *sql, struct err *e)
{
    row_macs_new_columns(db->macs);
    return db->ops->exec(db, sql, e);
}

err_t db_has_table(bool *out, struct db *db, const char *name, struct err *e)
{
    return db->ops->has_table(out, db, name, e);
}

err_t db_try_lock(bool *got, struct db *db, int number, struct err *e)
{
    return db->ops->try_lock(got, db, number, e);
}

/* Types as this program's tables spell them, on each engine. */
static enum value_type type_of_name(struct str name)
{
    static const struct {
        const char *name;
        enum value_type type;
    } types[] = {{"INTEGER", VALUE_I64}, {"bigint", VALUE_I64}, {"TEXT", VALUE_STR},
                 {"text", VALUE_STR},    {"BLOB", VALUE_BYTES}, {"bytea", VALUE_BYTES}};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_is(name, types[i].name))
            return types[i].type;
    return VALUE_NULL;
}

err_t db_table_columns(const struct table_column **out, size_t *count, struct db *db,
                       const char *table, struct arena *a, struct err *e)
{
    VEC(struct table_column) columns = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, db->ops->columns_sql, VALUES(v_str(str_of(table))), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, &columns,
                 ((struct table_column){.name = arena_dup(a, stmt_str(st, 0)),
                                        .type = type_of_name(stmt_str(st, 1)),
                                        .not_null = stmt_i64(st, 2) != 0}));
    stmt_free(st);
    *out = columns.ptr;
    *count = columns.len;
    return rc;
}

err_t db_analyze(struct db *db, const struct str *tables, size_t count, struct err *e)
{
    return db->ops->analyze(db, tables, count, e);
}

err_t db_begin_write(struct db *db, struct err *e)
{
    return db->ops->begin_write(db, e);
}

err_t db_begin_turn(struct db *db, const char *table, struct err *e)
{
    return db->ops->begin_turn ? db->ops->begin_turn(db, table, e) : db_begin_write(db, e);
}

bool db_in_doubt(const struct db *db)
{
    return db->ops->in_doubt && db->ops->in_doubt(db);
}

err_t db_was_kept(bool *kept, struct db *db, const struct db *cut, struct err *e)
{
    return db->ops->was_kept(kept, db, cut, e);
}

err_t db_begin_read(struct db *db, struct err *e)
{
    return db->ops->begin_read(db, e);
}

err_t db_commit(struct db *db, struct err *e)
{
    uint64_t asked = statements; /* what codes take is nobody's question */
    err_t rc = db->macs ? row_macs_write(db, e) : OK;
    statements = asked;
    if (rc == OK)
        rc = db->ops->commit(db, e);
    if (rc != OK)
        db->ops->rollback(db);
    return rc;
}

void db_rollback(struct db *db)
{
    row_macs_forget(db->macs);
    db->ops->rollback(db);
}

err_t db_run_constant(struct db *db, const char *sql, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db, sql, e);
    if (rc == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    return rc;
}

err_t db_savepoint(struct db *db, struct err *e)
{
    return db->ops->savepoint ? db->ops->savepoint(db, e)
                              : db_run_constant(db, "SAVEPOINT step", e);
}

err_t db_release(struct db *db, struct err *e)
{
    return db_run_constant(db, "RELEASE SAVEPOINT step", e);
}

err_t db_rollback_to(struct db *db, struct err *e)
{
    if (db->ops->rollback_to)
        return db->ops->rollback_to(db, e);
    err_t rc = db_run_constant(db, "ROLLBACK TO SAVEPOINT step", e);
    return rc == OK ? db_release(db, e) : rc;
}

bool db_in_transaction(const struct db *db)
{
    return db->ops->in_transaction(db);
}

err_t db_scrub(struct db *db, struct err *e)
{
    return db->ops->scrub(db, e);
}

err_t db_check(struct db *db, struct err *e)
{
    return db->ops->check(db, e);
}

int64_t db_last_id(const struct db *db)
{
    return db->ops->last_id(db);
}

struct str db_like(struct str words, bool inside, struct arena *a)
{
    char *to = arena_alloc(a, 2 * words.len + 2), *at = to;
    if (inside)
        *at++ = '%';
    for (size_t i = 0; i < words.len; i++) {
        char c = words.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            *at++ = '\\';
        *at++ = c;
    }
    *at++ = '%';
    return str_range(to, at);
}
