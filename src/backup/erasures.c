/* The store's own table record_erasure is the list; the signed head says of which log and
 * from when it is. */
#include "backup/erasures.h"
#include "access/account.h"
#include "audit/head.h"
#include "audit/rows.h"
#include "audit/suite.h"
#include "base/msg.h"
#include "base/vec.h"

#define LIST_BYTES_MAX ((size_t)256 << 20)
#define PRODUCT "zhiyun-erasures"
#define AGAIN N_("erased by law before; again after a backup was restored")

/* --- writing ------------------------------------------------------------------------ */

static err_t write_erased(struct jout *j, uint64_t *count, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db,
                          "SELECT type, record_id, field, at_ms FROM record_erasure"
                          " ORDER BY type NULLS LAST, record_id, field",
                          e);
    *count = 0;
    jout_pair_array(j, "erased");
    while (stmt_row(&rc, st, e)) {
        jout_object(j);
        jout_pair(j, "type", stmt_str(st, 0));
        jout_pair_i64(j, "id", stmt_i64(st, 1));
        jout_pair(j, "field", stmt_str(st, 2));
        jout_pair_i64(j, "at_ms", stmt_i64(st, 3));
        jout_end_object(j);
        ++*count;
    }
    jout_end_array(j);
    stmt_free(st);
    return rc;
}

static err_t write_list(struct buf *out, uint64_t *count, struct db *db,
                        const struct log_suite *suite, const struct clock *clock, struct arena *a,
                        struct err *e)
{
    struct log_head_row head;
    struct jout j;
    uint64_t entries = 0;
    err_t rc = log_written(&entries, db, e);
    if (rc == OK && (rc = log_head_latest(&head, db, a, e)) == E_NOTFOUND)
        return err_set(e, E_INVALID, "the log has no signed head yet; nothing was erased");
    if (rc != OK)
        return rc;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_i64(&j, "format", 1);
    jout_pair(&j, "product", STR(PRODUCT));
    jout_pair(&j, "log", str_of(suite->origin));
    jout_pair_i64(&j, "made_ms", clock_now_ms(clock));
    jout_pair_i64(&j, "entries", (int64_t)entries);
    jout_pair(&j, "head", head.note);
    rc = write_erased(&j, count, db, e);
    jout_end_object(&j);
    buf_addc(out, '\n');
    return rc;
}

err_t erasures_write(uint64_t *count, struct store *store, const struct log_suite *suite,
                     const struct clock *clock, const struct fs *fs, const char *path,
                     struct arena *a, struct err *e)
{
    const char *temporary = arena_printf(a, "%s.part", path).ptr;
    struct db *db = NULL;
    struct buf list;
    buf_init(&list, LIST_BYTES_MAX);
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK && (rc = db_begin_read(db, e)) == OK)
        rc = write_list(&list, count, db, suite, clock, a, e);
    store_reader_put(store, db);
    if (rc == OK && !buf_ok(&list))
        rc = err_set(e, E_LIMIT, "the list of what was erased is too long");
    if (rc == OK)
        rc = fs_write_synced(fs, temporary, str_bytes(buf_str(&list)), e);
    if (rc == OK)
        rc = fs_publish(fs, temporary, path, e);
    buf_clear(&list);
    return rc;
}

/* --- replaying ------------------------------------------------------------------------ */

static err_t check_list(const struct jvalue *v, const struct log_suite *suite, const char *path,
                        uint64_t entries, struct err *e)
{
    const struct jvalue *erased = jin_get(v, "erased");
    struct head head;
    int64_t held = -1;
    if (!str_is(jin_text(v, "product"), PRODUCT) || !erased || erased->type != J_ARRAY ||
        !jin_i64(&held, v, "entries"))
        return err_set(e, E_INVALID, "%s is no list of what was erased", path);
    if (!str_is(jin_text(v, "log"), suite->origin))
        return err_set(e, E_INVALID, "the list %s is of the log %.*s, not of %s", path,
                       STR_ARG(jin_text(v, "log")), suite->origin);
    if (head_parse(&head, jin_text(v, "head"), e) != OK ||
        head_check(&head, &suite->key, e) != OK) {
        err_note(e, "%s", path);
        return E_INVALID;
    }
    if (held < 0 || (uint64_t)held < entries || head.size > (uint64_t)held)
        return err_set(e, E_INVALID,
                       "the list %s is older than the backup; give one that was made after it",
                       path);
    return OK;
}

struct again {
    struct kernel *kernel;
    struct subject by;
    struct arena *arena;
    uint64_t records;
};

/* Whether the store says that this field is erased already. */
static err_t is_erased(bool *out, struct kernel *k, struct str type, int64_t id, struct str field,
                       struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, k->store, e);
    *out = false;
    if (rc == OK)
        rc =
            db_any(out, db,
                   "SELECT 1 FROM record_erasure WHERE type = ?1 AND record_id = ?2 AND field = ?3",
                   VALUES(v_str(type), v_i64(id), v_str(field)), e);
    store_reader_put(k->store, db);
    return rc;
}

struct account_again {
    const struct again *all;
    int64_t id;
};

static err_t account_step(struct db *db, void *arg, struct err *e)
{
    const struct account_again *x = arg;
    const struct kernel *k = x->all->kernel;
    int64_t waits = 0;
    const struct deed d = {.suite = k->suite,
                           .clock = k->clock,
                           .by = &x->all->by,
                           .reason = str_of(msg(AGAIN)),
                           .arena = x->all->arena,
                           .waits = &waits};
    const struct erase_request none = {0};            /* the program is asked for none */
    err_t rc = account_close_again(db, &d, x->id, e); /* it may have been in use then */
    return rc == OK ? record_erase_account(db, &d, x->id, &none, e) : rc;
}

/* The fields of one record, all at once. One that was made after the backup is not there. */
static err_t erase_one(struct again *x, struct str type, int64_t id, const struct str *fields,
                       size_t count, struct err *e)
{
    const struct record_type *t = record_type_find(x->kernel->types, type);
    struct write_options o = {.reason = str_of(msg(AGAIN))};
    struct written out;
    if (count == 0)
        return OK;
    if (!t)
        return err_set(e, E_INVALID, "the list names records of the type %.*s, which is not there",
                       STR_ARG(type));
    struct account_again account = {x, id};
    const struct erase_request request = {.fields = fields, .field_count = count};
    err_t rc = str_is(type, "account")
                   ? store_write(x->kernel->store, account_step, &account, e)
                   : record_erase(&out, &(struct record_call){x->kernel, &x->by, t, id, x->arena},
                                  &request, &o, e);
    if (rc == OK)
        x->records++;
    return rc == E_NOTFOUND ? OK : rc;
}

static err_t replay(struct again *x, const struct jvalue *erased, struct err *e)
{
    VEC(struct str) fields = {0};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < erased->count; i++) {
        const struct jvalue *one = &erased->items[i];
        struct str type = jin_text(one, "type"), field = jin_text(one, "field");
        int64_t id = 0, next = 0;
        bool done = false;
        if (!jin_i64(&id, one, "id") || type.len == 0 || field.len == 0)
            return err_set(e, E_INVALID, "the list of what was erased does not read back");
        if ((rc = is_erased(&done, x->kernel, type, id, field, e)) == OK && !done)
            VEC_PUSH(x->arena, &fields, field);
        bool last = i + 1 == erased->count || !jin_i64(&next, &erased->items[i + 1], "id") ||
                    next != id || !str_eq(jin_text(&erased->items[i + 1], "type"), type);
        if (rc == OK && last) {
            rc = erase_one(x, type, id, fields.ptr, fields.len, e);
            fields.len = 0;
        }
    }
    return rc;
}

err_t erasures_replay(uint64_t *records, struct kernel *k, const struct fs *fs, const char *path,
                      uint64_t entries, struct arena *a, struct err *e)
{
    struct bytes content;
    const struct jvalue *v = NULL;
    struct again x = {.kernel = k, .arena = a};
    err_t rc = fs_read(&content, fs, path, LIST_BYTES_MAX, a, e);
    if (rc != OK)
        return rc;
    if (jin_parse(&v, bytes_str(content), a, NULL) != OK)
        return err_set(e, E_INVALID, "%s is no list of what was erased", path);
    if ((rc = check_list(v, k->suite, path, entries, e)) != OK)
        return rc;
    subject_program(&x.by, business_date(clock_now_ms(k->clock), a));
    rc = replay(&x, jin_get(v, "erased"), e);
    *records = x.records;
    return rc;
}
