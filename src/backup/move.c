/* Read in one transaction, written under the mark of a store that is being filled, walked
 * again and compared by digests, which both engines give in the same order. */
#include "backup/move.h"
#include "audit/rows.h"
#include "audit/sequencer.h"
#include "audit/verify.h"
#include "backup/backup.h"
#include "backup/note.h"
#include "backup/rows.h"
#include "backup/target.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "db/row_mac.h"
#include "record/current.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#define STEP_BYTES ((size_t)4 << 20) /* rows of one transaction */

struct moved {
    struct digest digest;
    uint64_t rows;
};

struct moving {
    const struct move_options *o;
    struct move_report *r;
    struct arena *a;
    struct db *from, *to;
    struct table *tables;
    size_t count;
    struct moved *sent;
    bool resumed; /* the rows are there already */
    VEC(struct str) damaged;
    /* the table at hand */
    const struct table *table;
    struct stmt *insert; /* NULL: rows are only looked at */
    struct hasher *hasher;
    struct buf line;
    size_t step_bytes;
    uint64_t rows;
};

/* --- rows -------------------------------------------------------------------------------- */

static err_t next_step(struct moving *m, struct err *e)
{
    err_t rc = db_commit(m->to, e);
    m->step_bytes = 0;
    return rc == OK ? db_begin_write(m->to, e) : rc;
}

static err_t put_row(struct moving *m, struct stmt *row, struct err *e)
{
    const struct table *t = m->table;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->column_count; i++) {
        int column = (int)i, param = column + 1;
        if (stmt_is_null(row, column))
            rc = stmt_bind_null(m->insert, param, e);
        else if (t->columns[i].type == VALUE_I64)
            rc = stmt_bind_i64(m->insert, param, stmt_i64(row, column), e);
        else if (t->columns[i].type == VALUE_STR)
            rc = stmt_bind_str(m->insert, param, stmt_str(row, column), e);
        else
            rc = stmt_bind_bytes(m->insert, param, stmt_bytes(row, column), e);
    }
    if (rc == OK)
        rc = stmt_run_later(m->insert, e);
    m->step_bytes += m->line.len;
    return rc == OK && m->step_bytes >= STEP_BYTES ? next_step(m, e) : rc;
}

static err_t take_row(void *arg, struct stmt *row, struct err *e)
{
    struct moving *m = arg;
    buf_reset(&m->line);
    err_t rc = row_write(&m->line, m->table, row, e);
    if (rc != OK)
        return rc;
    hasher_add(m->hasher, str_bytes(buf_str(&m->line)));
    m->rows++;
    if (m->o->progress && m->insert && m->rows % 10000 == 0)
        m->o->progress(m->o->progress_arg, m->table->name.ptr, m->rows);
    return m->insert ? put_row(m, row, e) : OK;
}

static struct moved walked(struct moving *m)
{
    return (struct moved){hasher_end(m->hasher), m->rows};
}

static err_t send_table(struct moving *m, size_t at, struct err *e)
{
    const struct table *t = m->table = &m->tables[at];
    struct str *names = arena_array(m->a, t->column_count, sizeof(*names));
    for (size_t i = 0; i < t->column_count; i++)
        names[i] = t->columns[i].name;
    m->rows = 0;
    err_t rc = table_insert(&m->insert, m->to, t->name, names, t->column_count, e);
    if (rc == OK && (rc = db_begin_write(m->to, e)) == OK) {
        rc = table_rows(m->from, t, take_row, m, e);
        if (rc == OK)
            rc = db_commit(m->to, e);
        else
            db_rollback(m->to);
    }
    stmt_free(m->insert);
    m->insert = NULL;
    m->sent[at] = walked(m);
    m->r->rows += m->rows;
    return rc;
}

static err_t compare_table(struct moving *m, size_t at, struct err *e)
{
    m->table = &m->tables[at];
    m->rows = 0;
    err_t rc = table_rows(m->to, m->table, take_row, m, e);
    struct moved got = walked(m);
    if (rc == OK && (got.rows != m->sent[at].rows || !digest_eq(&got.digest, &m->sent[at].digest)))
        rc = err_set(e, E_CORRUPT,
                     "the table %.*s has arrived otherwise than it was sent: %llu of %llu rows, or "
                     "others",
                     STR_ARG(m->table->name), (unsigned long long)got.rows,
                     (unsigned long long)m->sent[at].rows);
    return rc;
}

/* --- tables ------------------------------------------------------------------------------- */

static err_t list_tables(struct moving *m, struct err *e)
{
    const struct table *all;
    size_t count = 0;
    VEC(struct table) kept = {0};
    err_t rc = db_tables(&all, &count, m->from, m->a, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (!backup_is_machinery(all[i].name))
            VEC_PUSH(m->a, &kept, all[i]);
    m->tables = kept.ptr;
    m->count = m->r->tables = kept.len;
    m->sent = arena_array(m->a, kept.len ? kept.len : 1, sizeof(*m->sent));
    return rc;
}

/* Of this program's own version: a store that is only read is not brought to it. */
static err_t check_version(struct moving *m, struct err *e)
{
    bool there = false, filling = false;
    int64_t number = 0;
    err_t rc = db_has_table(&there, m->from, STORE_LEDGER, e);
    if (rc == OK && !there)
        return err_set(e, E_NOTFOUND, "there is no store in %s", db_name(m->from));
    if (rc == OK)
        rc = fill_is(&filling, m->from, e);
    if (rc == OK)
        rc = db_row(NULL, m->from, "SELECT max(number) FROM " STORE_LEDGER, NULL, 0,
                    INTO(into_i64(&number)), NULL, e);
    if (rc == OK && (filling || number != (int64_t)migration_count))
        rc = err_set(e, E_CONFLICT,
                     "the store %s is of another version of the program, or only partly there; let "
                     "this program open it once (zhiyun verify)",
                     db_name(m->from));
    return rc;
}

/* What was changed past the program is not carried on as if it were the program's. */
static err_t check_rows(struct moving *m, struct err *e)
{
    struct log_verdict v = {.kind = LOG_FAULT_NONE};
    err_t rc = log_verify_current(&v, &m->o->current, m->from, e);
    if (rc == OK && !verdict_good(&v))
        rc = err_set(e, E_CORRUPT,
                     "the store %s is not as the program left it, nothing was moved: %s",
                     db_name(m->from), v.fault);
    return rc;
}

static err_t move_rows(struct moving *m, struct err *e)
{
    struct db_load *load = NULL;
    err_t rc = target_begin(&load, m->to, migration_count, m->tables, m->count, m->a, e);
    for (size_t i = 0; rc == OK && i < m->count; i++)
        rc = send_table(m, i, e);
    if (rc == OK)
        rc = target_end(load, m->to, m->tables, m->count, e);
    for (size_t i = 0; rc == OK && i < m->count; i++)
        rc = compare_table(m, i, e);
    return rc;
}

/* --- uploaded files ---------------------------------------------------------------------------- */

/* Not as it was stored, or gone: the others are moved none the less. */
static err_t is_damaged(struct moving *m, struct str hex, err_t rc)
{
    if (rc != E_CORRUPT && rc != E_NOTFOUND)
        return rc;
    VEC_PUSH(m->a, &m->damaged, arena_dup(m->a, hex));
    return OK;
}

static err_t move_file(struct moving *m, struct blobs *from, struct blobs *to, struct str hex,
                       struct err *e)
{
    struct digest digest, got;
    struct blob_get *get = NULL;
    struct blob_put *put = NULL;
    struct bytes piece;
    int64_t size = 0;
    bool there = false;
    if (!hex_read(digest.byte, HASH_LEN, hex))
        return err_set(e, E_CORRUPT, "the name %.*s of an uploaded file is none", STR_ARG(hex));
    err_t rc = m->resumed ? blob_find(&there, &size, to, &digest, e) : OK, put_rc = OK;
    if (rc != OK || there)
        return rc;
    if ((rc = blob_get_open(&get, from, &digest, 0, -1, e)) != OK)
        return is_damaged(m, hex, rc);
    blob_put_begin(&put, to, INT64_MAX);
    while ((rc = blob_get_next(&piece, get, e)) == OK && piece.len > 0)
        if ((put_rc = blob_put_add(put, piece, e)) != OK)
            break;
    blob_get_close(get);
    if (rc != OK || put_rc != OK) {
        blob_put_abort(put);
        return put_rc != OK ? put_rc : is_damaged(m, hex, rc);
    }
    rc = blob_put_end(&got, &size, put, e);
    if (rc == OK && !digest_eq(&got, &digest))
        rc = err_set(e, E_CORRUPT, "the uploaded file %.*s has arrived otherwise than it was sent",
                     STR_ARG(hex));
    m->r->files++;
    return rc;
}

static err_t move_files(struct moving *m, struct err *e)
{
    struct blobs_options o = {.create = true, .clock = m->o->clock};
    struct blobs *from = NULL, *to = NULL;
    struct buf names;
    buf_init(&names, BACKUP_NAMES_MAX);
    err_t rc = backup_file_names(&names, m->from, e);
    if (rc == OK && names.len > 0 && strcmp(m->o->from_blobs, m->o->to_blobs) != 0 &&
        (rc = blobs_open(&from, m->o->from_blobs, &o, e)) == OK)
        rc = blobs_open(&to, m->o->to_blobs, &o, e);
    for (size_t at = 0; rc == OK && to && at < names.len; at += SHA256_HEX_LEN)
        rc = move_file(m, from, to, (struct str){names.ptr + at, SHA256_HEX_LEN}, e);
    blobs_close(from);
    blobs_close(to);
    buf_clear(&names);
    return rc;
}

/* --- the log there ------------------------------------------------------------------------------ */

static err_t verify_there(struct moving *m, struct store *store, struct err *e)
{
    struct log_verdict v;
    struct clock then = clock_fixed(0); /* what waits for its number waits there too */
    struct log_trust trust = {.keys = &m->o->suite->key, .key_count = 1};
    struct verify_options o = {.suite = m->o->suite,
                               .trust = &trust,
                               .clock = &then,
                               .batches = &record_batches,
                               .current = m->o->current};
    err_t rc = log_verify_store(&v, store, &o, m->a, e);
    if (rc == OK && !verdict_good(&v))
        rc = err_set(e, E_CORRUPT, "the log does not verify in the new store: %s", v.fault);
    m->r->entries = v.entries;
    return rc;
}

static err_t finish(struct moving *m, struct err *e)
{
    struct store *store = NULL;
    const struct deed_field fields[] = {{"rows", v_i64((int64_t)m->r->rows)}};
    struct sequencer_options s = {.suite = m->o->suite,
                                  .fs = m->o->fs,
                                  .clock = m->o->clock,
                                  .data = m->o->data,
                                  .locked = true};
    err_t rc =
        store_open_with(&store, m->o->to, &(struct store_options){.filling = !m->resumed}, e);
    if (rc == OK && m->o->mac_key)
        store_use_mac_key(store, m->o->mac_key);
    if (rc == OK && (rc = verify_there(m, store, e)) == OK)
        rc = instance_note(store, m->o->suite, m->o->clock, "move", fields, ARRAY_LEN(fields), m->a,
                           e);
    s.store = store;
    if (rc == OK)
        rc = log_sequence_now(&s, e);
    store_close(store);
    return rc == OK && !m->resumed ? fill_end(m->to, e) : rc;
}

/* --- all of it ------------------------------------------------------------------------------------- */

/* Is the newest entry of `from`'s log in that store, and so all that is written in `from`? */
static err_t has_newest(bool *out, struct moving *m, struct db *to, struct err *e)
{
    struct str newest = STR_NONE;
    err_t rc = db_text(&newest, m->from, "SELECT uid FROM log_entry ORDER BY id DESC LIMIT 1", NULL,
                       0, m->a, e);
    if (rc != OK || newest.len == 0)
        return rc;
    return db_any(out, to, "SELECT 1 FROM log_entry WHERE uid = ?1", VALUES(v_str(newest)), e);
}

/* m->resumed: `to` is open, and an earlier move has brought the rows there. */
static err_t look_resumed(struct moving *m, struct err *e)
{
    struct db *to = NULL;
    struct err why = {0};
    bool there = false, filling = false;
    err_t rc = db_open(&to, m->o->to, &(struct db_options){.must_exist = true}, &why);
    if (rc != OK)
        return OK; /* none is there; what else is wrong the move itself says */
    if ((rc = db_has_table(&there, to, "log_entry", e)) == OK && there &&
        (rc = fill_is(&filling, to, e)) == OK && !filling)
        rc = has_newest(&m->resumed, m, to, e);
    if (rc == OK && m->resumed)
        m->to = to;
    else
        db_close(to);
    return rc;
}

static err_t open_target(struct moving *m, struct err *e)
{
    enum target_state state;
    err_t rc = target_look(&state, m->o->to, m->a, e);
    if (rc == OK && state != TARGET_NONE)
        rc = target_remove(m->o->fs, m->o->to, m->a, e);
    return rc == OK ? db_open(&m->to, m->o->to, &(struct db_options){.may_stand = true}, e) : rc;
}

static err_t move_all(struct moving *m, struct err *e)
{
    err_t rc = db_open(&m->from, m->o->from,
                       &(struct db_options){.read_only = true, .may_stand = true}, e);
    if (rc == OK && m->o->mac_key)
        db_use_mac_key(m->from, m->o->mac_key);
    if (rc == OK && (rc = check_version(m, e)) == OK && (rc = look_resumed(m, e)) == OK)
        rc = db_begin_read(m->from, e);
    if (rc == OK && !m->resumed && (rc = check_rows(m, e)) == OK &&
        (rc = open_target(m, e)) == OK && (rc = list_tables(m, e)) == OK)
        rc = move_rows(m, e);
    if (rc == OK)
        rc = move_files(m, e);
    if (rc == OK && m->resumed && m->r->files == 0 && m->damaged.len == 0)
        rc = err_set(e, E_CONFLICT, "there is a store in %s already; give an empty one",
                     db_name(m->to)); /* nothing is missing there */
    if (m->from)
        db_rollback(m->from);
    return rc;
}

err_t move_run(struct move_report *r, const struct move_options *o, struct arena *a, struct err *e)
{
    struct moving m = {.o = o, .r = r, .a = a, .hasher = hasher_new()};
    const char *path = arena_printf(a, "%s/log.lock", o->data).ptr;
    int lock = o->fs->open(o->fs, path, O_RDWR | O_CREAT, 0600);
    err_t rc = OK;
    *r = (struct move_report){0};
    buf_init(&m.line, ROW_LINE_MAX);
    if (lock < 0)
        rc = err_errno(e, errno, "cannot open %s", path);
    else if (flock(lock, LOCK_EX | LOCK_NB) != 0)
        rc = err_set(e, E_BUSY, "another program works with the instance in %s; stop it first",
                     o->data);
    if (rc == OK) {
        rc = move_all(&m, e);
        bool begun = m.to != NULL;
        if (rc == OK)
            rc = finish(&m, e);
        db_close(m.to);
        if (rc != OK && begun && !m.resumed)
            (void)!target_remove(o->fs, o->to, a, NULL); /* what is left has the mark */
    }
    db_close(m.from);
    r->damaged = m.damaged.ptr;
    r->damaged_count = m.damaged.len;
    if (lock >= 0)
        o->fs->close(o->fs, lock);
    hasher_free(m.hasher);
    buf_clear(&m.line);
    return rc;
}
