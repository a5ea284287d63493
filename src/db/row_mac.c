/* One question serves all: the row of a key with the code that is kept of it. Writing asks it of the
 * rows that a transaction has changed, use and comparison of a row that gives a right. A whole table is
 * good if the codes of its rows add up to its sum; only where they do not each row is looked up. */
#include "db/row_mac.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "crypto/secret.h"
#include "db/db_priv.h"
#include "db/proof_table.h"
#include "db/tables.h"
#include <assert.h>
#include <stdlib.h>

#define TABLES ARRAY_LEN(proof_tables)
#define CODE_LEN 16
#define ASKED_MAX 16 /* questions at once */
#define KEY_PARTS_MAX 4
#define SUMS "*" /* the name of the rows with sums */

typedef unsigned __int128 code_t;

struct coded { /* a table of a connection */
    const struct table_column *columns;
    size_t count;
    size_t order[64]; /* by name: engines and upgrades have them in other orders */
    enum value_type key_type[KEY_PARTS_MAX];
    const char *sql; /* code, columns; parameters: its key as text, and in parts */
};

struct touched {
    size_t table;
    struct str key;
    bool changed; /* it may have been there before */
};

struct row_macs {
    struct mac_key key;
    struct hmac *hmac;
    struct arena *arena; /* of the connection */
    struct coded *tables[TABLES];
    struct arena *passing; /* of one transaction: */
    VEC(struct touched) touched;
    struct buf text;
    struct db *before; /* sees rows as they were; NULL: not opened */
    const char *before_url;
    const struct db_options *before_options;
};

void db_use_mac_key(struct db *db, const struct mac_key *key)
{
    struct row_macs *m = mem_zalloc(sizeof(*m));
    assert(!db->macs);
    m->key = *key;
    m->hmac = hmac_new(key->kind);
    m->arena = arena_new();
    m->passing = arena_new();
    db->macs = m;
}

void db_look_before(struct db *db, const char *url, const struct db_options *o)
{
    db->macs->before_url = url;
    db->macs->before_options = o;
}

void row_macs_free(struct row_macs *m)
{
    if (!m)
        return;
    db_close(m->before);
    secret_wipe(&m->key, sizeof(m->key));
    hmac_free(m->hmac);
    arena_free(m->arena);
    arena_free(m->passing);
    buf_clear(&m->text);
    free(m);
}

void row_macs_forget(struct row_macs *m)
{
    if (!m)
        return;
    m->touched.ptr = NULL;
    m->touched.len = m->touched.cap = 0;
    arena_reset(m->passing);
}

void row_macs_new_columns(struct row_macs *m)
{
    if (!m)
        return;
    memset(m->tables, 0, sizeof(m->tables));
    if (m->before)
        row_macs_new_columns(m->before->macs);
}

static bool find_table(size_t *out, struct str name)
{
    for (*out = 0; *out < TABLES; ++*out)
        if (str_is(name, proof_tables[*out].name))
            return proof_tables[*out].key != NULL;
    return false;
}

bool row_is_coded(struct str table)
{
    size_t number;
    return find_table(&number, table);
}

/* --- statements that write ------------------------------------------------------------- */

bool row_macs_follow(struct stmt_coded *out, struct buf *to, struct str sql)
{
    static const char *const begins[] = {"INSERT INTO ", "UPDATE ", "DELETE FROM "};
    struct str rest = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(begins) && !rest.ptr; i++)
        if (str_starts(sql, str_of(begins[i])))
            rest = (struct str){sql.ptr + strlen(begins[i]), sql.len - strlen(begins[i])};
    if (!rest.ptr || !find_table(&out->table, str_split(&rest, STR(" "))))
        return false;
    const char *key = proof_tables[out->table].key;
    size_t at = str_find(sql, STR(" RETURNING "), 0), head = at + strlen(" RETURNING ");
    out->hides = at == sql.len;
    out->changes = sql.ptr[0] != 'I' || str_find(sql, STR(" ON CONFLICT"), 0) < sql.len;
    out->parts = names_count(key);
    if (out->hides)
        buf_addf(to, "%.*s RETURNING %s", STR_ARG(sql), key);
    else
        buf_addf(to, "%.*s%s, %.*s", (int)head, sql.ptr, key, (int)(sql.len - head),
                 sql.ptr + head);
    buf_addc(to, '\0');
    return true;
}

void row_macs_touch(struct stmt *st)
{
    struct row_macs *m = st->db->macs;
    struct buf key = {0};
    for (int i = 0; i < st->coded.parts; i++)
        buf_addf(&key, "%s%.*s", i ? ROW_KEY_SEPARATOR : "", STR_ARG(st->db->ops->str(st, i)));
    VEC_PUSH(m->passing, &m->touched,
             ((struct touched){st->coded.table, buf_take(&key, m->passing), st->coded.changes}));
}

/* --- codes ------------------------------------------------------------------------------- */

static code_t code_of(struct row_macs *m, const char *name)
{
    code_t code;
    hmac_begin(m->hmac, (struct bytes){m->key.byte, sizeof(m->key.byte)});
    hmac_add(m->hmac, (struct bytes){(const uint8_t *)name, strlen(name) + 1});
    hmac_add(m->hmac, str_bytes(buf_str(&m->text)));
    struct digest d = hmac_end(m->hmac);
    memcpy(&code, d.byte, CODE_LEN);
    return code;
}

/* Of the row that the statement stands on; `from`: where its columns begin. */
static code_t row_code(struct row_macs *m, size_t table, struct stmt *st, int from)
{
    const struct coded *c = m->tables[table];
    buf_reset(&m->text);
    for (size_t i = 0; i < c->count; i++) {
        const struct table_column *column = &c->columns[c->order[i]];
        int at = from + (int)c->order[i];
        if (stmt_is_null(st, at))
            continue;
        struct str value =
            column->type == VALUE_BYTES ? bytes_str(stmt_bytes(st, at)) : stmt_str(st, at);
        buf_addf(&m->text, "%.*s %zu ", STR_ARG(column->name), value.len);
        buf_add(&m->text, value);
    }
    return code_of(m, proof_tables[table].name);
}

static struct bytes code_bytes(const code_t *code)
{
    return (struct bytes){(const uint8_t *)code, CODE_LEN};
}

static bool read_code(code_t *out, struct stmt *st, int column)
{
    struct bytes b = stmt_bytes(st, column);
    *out = 0;
    if (b.len == CODE_LEN)
        memcpy(out, b.ptr, CODE_LEN);
    return b.len == CODE_LEN;
}

static err_t load_columns(struct coded **out, struct db *db, size_t table, struct err *e)
{
    struct row_macs *m = db->macs;
    const struct proof_table *t = &proof_tables[table];
    struct coded *c = m->tables[table];
    struct buf sql = {0};
    struct str rest = str_of(t->key), part;
    *out = c;
    if (c)
        return OK;
    *out = c = arena_alloc(m->arena, sizeof(*c));
    err_t rc = db_table_columns(&c->columns, &c->count, db, t->name, m->arena, e);
    assert(c->count <= ARRAY_LEN(c->order));
    buf_addz(&sql, "SELECT m.code");
    for (size_t i = 0; i < c->count; i++) {
        size_t at = i;
        buf_addf(&sql, ", t.%.*s", STR_ARG(c->columns[i].name));
        for (; at > 0 && str_cmp(c->columns[c->order[at - 1]].name, c->columns[i].name) > 0; at--)
            c->order[at] = c->order[at - 1];
        c->order[at] = i;
    }
    buf_addf(&sql, " FROM (SELECT 1 AS one) q LEFT JOIN %s t ON", t->name);
    for (int i = 0; (part = str_trim(str_split(&rest, STR(",")))).len; i++) {
        const struct table_column *column = FIND_BY(c->columns, c->count, name, part);
        c->key_type[i] = column ? column->type : VALUE_STR;
        buf_addf(&sql, "%s t.%.*s = ?%d", i ? " AND" : "", STR_ARG(part), i + 2);
    }
    buf_addf(&sql, " LEFT JOIN row_mac m ON m.name = '%s' AND m.key = ?1", t->name);
    c->sql = buf_take(&sql, m->arena).ptr; /* with a NUL behind */
    m->tables[table] = rc == OK ? c : NULL;
    return rc;
}

/* For stmt_next to read; what is asked before it is answered in one trip. */
static err_t ask(struct stmt **out, struct db *db, const char *sql, const struct value *values,
                 size_t count, struct err *e)
{
    err_t rc = db_query(out, db, sql, values, count, e);
    return rc == OK && db->ops->ask ? db->ops->ask(*out, e) : rc;
}

/* The row of the key with its code, asked for. */
static err_t ask_row(struct stmt **out, struct db *db, size_t table, struct str key, struct err *e)
{
    struct coded *c;
    struct value values[1 + KEY_PARTS_MAX] = {v_str(key)};
    size_t count = 1;
    err_t rc = load_columns(&c, db, table, e);
    for (struct str rest = key; rc == OK && rest.ptr && count <= KEY_PARTS_MAX; count++) {
        struct str part = str_split(&rest, STR(ROW_KEY_SEPARATOR));
        int64_t number = 0;
        if (c->key_type[count - 1] == VALUE_I64)
            values[count] = str_to_i64(&number, part) ? v_i64(number) : v_id(0);
        else
            values[count] = v_str(part);
    }
    return rc == OK ? ask(out, db, c->sql, values, count, e) : rc;
}

struct row_found {
    bool there, coded; /* the row; a code of it */
    code_t code, kept; /* what it should be; what is kept */
};

static bool fits(const struct row_found *row)
{
    return row->coded && row->code == row->kept;
}

static err_t read_row(struct row_found *out, struct db *db, size_t table, struct stmt *st,
                      struct err *e)
{
    const struct coded *c = db->macs->tables[table];
    err_t rc = OK;
    *out = (struct row_found){0};
    if (stmt_row(&rc, st, e)) {
        for (size_t i = 0; i < c->count; i++)
            out->there |= !stmt_is_null(st, 1 + (int)i);
        out->coded = read_code(&out->kept, st, 0);
        out->code = row_code(db->macs, table, st, 1);
    }
    return rc;
}

static err_t find_row(struct row_found *out, struct db *db, size_t table, struct str key,
                      struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = ask_row(&st, db, table, key, e);
    if (rc == OK)
        rc = read_row(out, db, table, st, e);
    stmt_free(st);
    return rc;
}

/* --- sums -------------------------------------------------------------------------------- */

/* A sum with its own code behind. */
static code_t sum_code(struct row_macs *m, size_t table, code_t sum)
{
    buf_reset(&m->text);
    buf_addf(&m->text, "%s ", proof_tables[table].name);
    buf_add(&m->text, bytes_str(code_bytes(&sum)));
    return code_of(m, SUMS);
}

struct sum {
    size_t table;
    code_t kept, now;
    bool good; /* false: it was changed */
};

static err_t ask_sum(struct stmt **out, struct db *db, size_t table, struct err *e)
{
    return ask(out, db, "SELECT code FROM row_mac WHERE name = '" SUMS "' AND key = ?1",
               VALUES(v_str(str_of(proof_tables[table].name))), e);
}

/* None, and no rows: 0. */
static err_t read_sum(struct sum *out, struct db *db, size_t table, struct stmt *st, struct err *e)
{
    code_t kept[2] = {0}; /* it, and its own code */
    err_t rc = OK;
    bool there = stmt_row(&rc, st, e);
    struct bytes b = there ? stmt_bytes(st, 0) : (struct bytes){NULL, 0};
    if (b.len == sizeof(kept))
        memcpy(kept, b.ptr, sizeof(kept));
    *out = (struct sum){table, kept[0], kept[0],
                        b.len == 0 || kept[1] == sum_code(db->macs, table, kept[0])};
    return rc;
}

static err_t put_code(struct db *db, const char *name, struct str key, struct bytes code,
                      struct err *e)
{
    return db_run_later(db,
                        "INSERT INTO row_mac (name, key, code) VALUES (?1, ?2, ?3)"
                        " ON CONFLICT (name, key) DO UPDATE SET code = excluded.code",
                        VALUES(v_str(str_of(name)), v_str(key), v_bytes(code)), e);
}

static err_t put_sum(struct db *db, size_t table, code_t sum, struct err *e)
{
    const code_t both[] = {sum, sum_code(db->macs, table, sum)};
    return put_code(db, SUMS, str_of(proof_tables[table].name),
                    (struct bytes){(const uint8_t *)both, sizeof(both)}, e);
}

/* --- at COMMIT --------------------------------------------------------------------------- */

static int compare_touched(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;
    return x->table != y->table ? (x->table < y->table ? -1 : 1) : str_cmp(x->key, y->key);
}

/* Adds to *sum what the row's code grows by. `before`: the row as it was; NULL: not asked. */
static err_t write_code(code_t *sum, struct db *db, const struct touched *t, struct stmt *st,
                        struct stmt *before, struct err *e)
{
    const char *name = proof_tables[t->table].name;
    struct row_found row, was = {0};
    err_t rc = read_row(&row, db, t->table, st, e);
    if (rc == OK && before)
        rc = read_row(&was, db->macs->before, t->table, before, e);
    if (row.there && was.there && !fits(&was))
        return rc;
    *sum += (row.there ? row.code : 0) - row.kept;
    if (rc == OK && row.there && !fits(&row))
        rc = put_code(db, name, t->key, code_bytes(&row.code), e);
    if (rc == OK && !row.there && row.coded)
        rc = db_run_later(db, "DELETE FROM row_mac WHERE name = ?1 AND key = ?2",
                          VALUES(v_str(str_of(name)), v_str(t->key)), e);
    return rc;
}

static err_t end_sum(struct db *db, const struct sum *s, struct err *e)
{
    bool grew = s->table < TABLES && s->good && s->now != s->kept; /* a changed one stays wrong */
    return grew ? put_sum(db, s->table, s->now, e) : OK;
}

struct asked {
    struct stmt *sum /* where another table begins */, *row, *before;
};

static err_t ask_touched(struct asked *out, struct db *db, const struct touched *t, bool begins,
                         struct err *e)
{
    struct row_macs *m = db->macs;
    err_t rc = begins ? ask_sum(&out->sum, db, t->table, e) : OK;
    if (rc == OK)
        rc = ask_row(&out->row, db, t->table, t->key, e);
    if (rc == OK && t->changed && m->before_url)
        rc = ask_row(&out->before, m->before, t->table, t->key, e);
    return rc;
}

/* At most ASKED_MAX, by their tables; *sum: of the table before. */
static err_t write_some(struct sum *sum, struct db *db, const struct touched *t, size_t count,
                        struct err *e)
{
    struct asked asked[ASKED_MAX] = {{NULL, NULL, NULL}};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = ask_touched(&asked[i], db, &t[i], t[i].table != (i ? t[i - 1].table : sum->table), e);
    for (size_t i = 0; i < count; i++) {
        if (rc == OK && asked[i].sum && (rc = end_sum(db, sum, e)) == OK)
            rc = read_sum(sum, db, t[i].table, asked[i].sum, e);
        if (rc == OK)
            rc = write_code(&sum->now, db, &t[i], asked[i].row, asked[i].before, e);
        stmt_free(asked[i].sum);
        stmt_free(asked[i].row);
        stmt_free(asked[i].before);
    }
    return rc;
}

static err_t open_before(struct row_macs *m, struct err *e)
{
    err_t rc = OK;
    if (m->before && !db_is_alive(m->before)) {
        db_close(m->before);
        m->before = NULL;
    }
    if (!m->before && (rc = db_open(&m->before, m->before_url, m->before_options, e)) == OK)
        db_use_mac_key(m->before, &m->key);
    return rc;
}

err_t row_macs_write(struct db *db, struct err *e)
{
    struct row_macs *m = db->macs;
    struct sum sum = {.table = TABLES};
    size_t count = 0, at = 0;
    err_t rc = db->ops->touch ? db->ops->touch(db, e) : OK;
    struct touched *t = m->touched.ptr;
    bool changed = false;
    qsort(t, m->touched.len, sizeof(*t), compare_touched);
    for (size_t i = 0; i < m->touched.len; i++) {
        changed |= t[i].changed;
        if (count == 0 || compare_touched(&t[count - 1], &t[i]) != 0)
            t[count++] = t[i];
        t[count - 1].changed |= t[i].changed;
    }
    if (rc == OK && changed && m->before_url)
        rc = open_before(m, e);
    for (size_t some; rc == OK && at < count; at += some) {
        some = count - at < ASKED_MAX ? count - at : ASKED_MAX;
        rc = write_some(&sum, db, &t[at], some, e);
    }
    if (rc == OK)
        rc = end_sum(db, &sum, e);
    row_macs_forget(m);
    return rc;
}

/* --- use --------------------------------------------------------------------------------- */

/* Its code comes with this transaction's COMMIT. */
static bool is_touched(const struct row_macs *m, size_t table, struct str key)
{
    bool is = false;
    for (size_t i = 0; !is && i < m->touched.len; i++)
        is = m->touched.ptr[i].table == table && str_eq(m->touched.ptr[i].key, key);
    return is;
}

err_t row_mac_require(struct err *e, struct db *db, const char *table, const char *format, ...)
{
    struct row_found row;
    size_t number;
    va_list args;
    if (!db->macs)
        return OK;
    struct arena *a = arena_new();
    va_start(args, format);
    struct str key = arena_vprintf(a, format, args);
    va_end(args);
    bool known = find_table(&number, str_of(table));
    assert(known);
    uint64_t asked = db_statements(); /* what codes take is nobody's question */
    err_t rc = find_row(&row, db, number, key, e);
    db_statements_set(asked);
    if (rc == OK && row.there && !fits(&row) && !is_touched(db->macs, number, key)) {
        log_line(LOG_ERROR,
                 "a row of the table %s (%.*s) was written past the program and is refused", table,
                 STR_ARG(key));
        rc = err_set(
            e, E_DENIED,
            "this right was changed in the database past the program; zhiyun verify names it");
    }
    arena_free(a);
    return rc;
}

/* --- whole tables ------------------------------------------------------------------------ */

struct table_walk {
    struct db *db;
    size_t number; /* of proof_tables */
    const struct table *table;
    enum { ADD_UP, MAKE, NAME } does;
    code_t sum; /* of the rows */
    uint64_t rows, faults;
    row_mac_fn fn;
    void *arg;
};

static void tell(struct table_walk *w, enum row_mac_fault what, struct str key)
{
    w->faults++;
    w->fn(w->arg, what, proof_tables[w->number].name, key);
}

static struct str key_of(const struct table *t, struct stmt *st, struct arena *a)
{
    struct buf key = {0};
    for (size_t i = 0; i < t->key_count; i++) {
        const struct table_column *c = FIND_BY(t->columns, t->column_count, name, t->key[i]);
        buf_addf(&key, "%s%.*s", i ? ROW_KEY_SEPARATOR : "",
                 STR_ARG(stmt_str(st, (int)(c - t->columns))));
    }
    return buf_take(&key, a);
}

static err_t walk_row(void *arg, struct stmt *st, struct err *e)
{
    struct table_walk *w = arg;
    const char *name = proof_tables[w->number].name;
    code_t code = row_code(w->db->macs, w->number, st, 0);
    struct bytes kept = {NULL, 0};
    err_t rc = OK;
    w->sum += code;
    if (w->does == ADD_UP)
        return OK;
    struct arena *a = arena_new();
    struct str key = key_of(w->table, st, a);
    if (w->does == MAKE)
        rc = put_code(w->db, name, key, code_bytes(&code), e);
    else
        rc = db_row(NULL, w->db, "SELECT code FROM row_mac WHERE name = ?1 AND key = ?2",
                    VALUES(v_str(str_of(name)), v_str(key)), INTO(into_bytes(&kept)), a, e);
    if (rc == OK && w->does == NAME && kept.len != CODE_LEN)
        tell(w, ROW_FOREIGN, key);
    else if (rc == OK && w->does == NAME && memcmp(kept.ptr, &code, CODE_LEN) != 0)
        tell(w, ROW_CHANGED, key);
    arena_free(a);
    return rc;
}

static err_t walk_table(struct table_walk *w, int does, struct err *e)
{
    struct coded *c;
    err_t rc = load_columns(&c, w->db, w->number, e);
    w->does = does;
    w->sum = 0;
    return rc == OK ? table_rows(w->db, w->table, walk_row, w, e) : rc;
}

/* Codes whose row is gone; *sum: of all codes. */
static err_t walk_codes(code_t *sum, struct table_walk *w, bool name, struct err *e)
{
    struct arena *a = arena_new();
    VEC(struct str) keys = {0};
    struct stmt *st = NULL;
    struct row_found row;
    err_t rc = db_query(&st, w->db, "SELECT code, key FROM row_mac WHERE name = ?1 ORDER BY key",
                        VALUES(v_str(w->table->name)), e);
    *sum = 0;
    while (stmt_row(&rc, st, e)) {
        code_t code;
        (void)read_code(&code, st, 0);
        *sum += code;
        if (name)
            VEC_PUSH(a, &keys, arena_dup(a, stmt_str(st, 1)));
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < keys.len; i++)
        if ((rc = find_row(&row, w->db, w->number, keys.ptr[i], e)) == OK && !row.there)
            tell(w, ROW_GONE, keys.ptr[i]);
    arena_free(a);
    return rc;
}

static err_t compare_table(struct table_walk *w, struct err *e)
{
    struct stmt *st = NULL;
    struct sum sum;
    code_t codes;
    err_t rc = walk_table(w, ADD_UP, e);
    if (rc == OK && (rc = ask_sum(&st, w->db, w->number, e)) == OK)
        rc = read_sum(&sum, w->db, w->number, st, e);
    stmt_free(st);
    if (rc != OK || (rc = walk_codes(&codes, w, false, e)) != OK ||
        (sum.good && sum.now == w->sum && codes == w->sum))
        return rc;
    w->faults = 0;
    if ((rc = walk_table(w, NAME, e)) == OK)
        rc = walk_codes(&codes, w, true, e);
    if (rc == OK && w->faults == 0) /* rows are gone with their codes, or the sum is not ours */
        tell(w, ROW_GONE, STR(""));
    return rc;
}

static err_t make_table(struct table_walk *w, struct err *e)
{
    err_t rc =
        db_run(w->db, "DELETE FROM row_mac WHERE name = ?1", VALUES(v_str(w->table->name)), e);
    if (rc == OK)
        rc = walk_table(w, MAKE, e);
    return rc == OK ? put_sum(w->db, w->number, w->sum, e) : rc;
}

static err_t each_table(struct table_walk *w, const char *only,
                        err_t (*fn)(struct table_walk *w, struct err *e), struct err *e)
{
    struct arena *a = arena_new();
    struct table table;
    err_t rc = OK;
    w->table = &table;
    for (w->number = 0; rc == OK && w->number < TABLES; w->number++) {
        const struct proof_table *p = &proof_tables[w->number];
        if (p->key && (!only || strcmp(p->name, only) == 0) &&
            (rc = db_table(&table, w->db, p->name, a, e)) == OK)
            rc = fn(w, e);
    }
    arena_free(a);
    return rc;
}

err_t row_macs_make(struct db *db, const char *table, struct err *e)
{
    struct table_walk w = {.db = db};
    return each_table(&w, table, make_table, e);
}

err_t row_macs_compare(struct db *db, row_mac_fn fn, void *arg, struct err *e)
{
    struct table_walk w = {.db = db, .fn = fn, .arg = arg};
    struct stmt *st = NULL;
    err_t rc = db->macs ? each_table(&w, NULL, compare_table, e) : OK;
    if (rc == OK && db->macs)
        rc = db_prepare(&st, db, db->ops->tables->foreign, e);
    while (st && stmt_row(&rc, st, e))
        fn(arg, SQL_FOREIGN, "", stmt_str(st, 0));
    stmt_free(st);
    return rc;
}
