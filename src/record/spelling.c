/* One number is written in one way within its owner, so that what is equal is written alike: rules, facts and people
 * compare what stands there. And who is to be another is not the owner, however he is written. */
#include "base/msg.h"
#include "base/vec.h"
#include "record/conflict.h"
#include "record/write_priv.h"

static err_t say_spelling(struct write *w, struct db *db, const struct field *f, int64_t id,
                          struct str other, struct err *e)
{
    bool seen;
    err_t rc = conflict_shows(&seen, w, db, id, e);
    if (rc != OK)
        return rc;
    w->outcome = WRITE_FAULTY;
    if (seen)
        fault_add(
            &w->faults, f->name, "spelling",
            N_("is \"%s\" of record %s, written in another way: one number is written in one way"),
            FAULT_ARGS(both(other), both(arena_printf(w->arena, "%lld", (long long)id))));
    else
        fault_add(&w->faults, f->name, "spelling",
                  N_("another record has this number, written in another way"), NULL, 0);
    return OK;
}

/* Of one key are few: they are found by it, however many records the owner has. */
static err_t check_field(struct db *db, struct write *w, const struct field_plan *f,
                         const struct field_value *v, struct err *e)
{
    struct str written = bytes_str(v->cols[0].bytes), column = f->columns[0].name;
    struct str sql = arena_printf(w->arena,
                                  "SELECT id, %.*s FROM %.*s WHERE owner_unit = ?1 AND %.*s = ?2"
                                  " AND ended_ms IS NULL AND %.*s <> ?3 AND id <> ?4"
                                  " ORDER BY id LIMIT 1",
                                  STR_ARG(column), STR_ARG(w->plan->type->table),
                                  STR_ARG(f->columns[1].name), STR_ARG(column));
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t other = 0;
    struct str same = STR_NONE;
    err_t rc = db_query_once(
        &st, db, sql.ptr,
        VALUES(v_i64(w->labels.owner_unit), v->cols[1], v_str(written), v_i64(w->id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        other = stmt_i64(st, 0);
        same = arena_dup(w->arena, stmt_str(st, 1));
    }
    stmt_free(st);
    return rc == OK && other ? say_spelling(w, db, f->field, other, same, e) : rc;
}

/* Without the role that it has in the contract, before or behind the name. */
static struct str without_role(struct str s)
{
    static const char *const roles[] = {"甲方",   "乙方",   "丙方",     "丁方",   "转让方",
                                        "受让方", "出让方", "被许可方", "许可方", "委托方",
                                        "受托方", "买方",   "卖方"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        size_t len = strlen(roles[i]);
        if (str_starts(s, str_of(roles[i])))
            s = (struct str){s.ptr + len, s.len - len};
        if (str_ends(s, str_of(roles[i])))
            s.len -= len;
    }
    return s;
}

/* A unit, as payees are written: its name or its code, whatever else stands there; "our own" in words. */
static bool names_unit(struct str written, struct str name, struct str code, struct arena *a)
{
    static const char *const own[] = {"",       "本单位", "本公司", "本企业", "本中心", "我单位",
                                      "我公司", "我司",   "我方",   "本校",   "本院"};
    struct str key = without_role(value_word_key(written, a)), is = value_word_key(name, a);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (str_eq(key, str_of(own[i])))
            return true;
    if (code.len && str_contains(key, value_word_key(code, a)))
        return true;
    /* With its code or an account behind it: what follows the name are no words. */
    if (is.len == 0 || !str_starts(key, is))
        return false;
    for (size_t i = is.len; i < key.len; i++)
        if ((unsigned char)key.ptr[i] >= 0x80)
            return str_is((struct str){key.ptr + is.len, key.len - is.len}, "本单位");
    return true;
}

/* Signs alone, or a role alone: "。", "甲方". */
static bool names_nobody(const struct field_plan *f, const struct field_value *v, struct arena *a)
{
    bool nobody = true;
    if (!f->child)
        return without_role(value_word_key(bytes_str(v->cols[0].bytes), a)).len == 0;
    for (size_t i = 0; i < v->row_count; i++) {
        struct str written = bytes_str(v->rows[i * v->row_width].bytes);
        nobody &= without_role(value_word_key(written, a)).len == 0;
    }
    return nobody;
}

/* An organisation as others may write it: its code, its name and those that it bore before. */
struct written_unit {
    struct str code;
    VEC(struct str) names;
};

static err_t read_unit(struct written_unit *out, struct db *db, const struct write *w,
                       struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = (struct written_unit){0};
    err_t rc =
        db_query(&st, db,
                 "SELECT u.name, coalesce(u.credit_code, ''), v.content FROM unit u LEFT JOIN"
                 " record_version v ON v.type = 'party' AND v.record_id = u.id WHERE u.id = ?1"
                 " ORDER BY v.version NULLS LAST",
                 VALUES(v_i64(w->labels.owner_unit)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct jvalue *before = NULL;
        struct str content = arena_dup(w->arena, stmt_str(st, 2));
        if (out->names.len == 0) {
            VEC_PUSH(w->arena, &out->names, arena_dup(w->arena, stmt_str(st, 0)));
            out->code = arena_dup(w->arena, stmt_str(st, 1));
        }
        if (content.len)
            rc = jin_parse(&before, content, JIN_REFUSE_DUPLICATES, NULL, w->arena, e);
        if (rc == OK && before)
            VEC_PUSH(w->arena, &out->names, jin_text(before, "name"));
    }
    stmt_free(st);
    return rc;
}

static bool is_unit(struct str written, const struct written_unit *u, struct arena *a)
{
    for (size_t i = 0; i < u->names.len; i++)
        if (names_unit(written, u->names.ptr[i], u->code, a))
            return true;
    return false;
}

static bool names_itself(const struct field_plan *f, const struct field_value *v,
                         const struct written_unit *u, struct arena *a)
{
    bool itself = v->row_count > 0;
    if (!f->child)
        return is_unit(bytes_str(v->cols[0].bytes), u, a);
    for (size_t i = 0; i < v->row_count; i++)
        itself &= is_unit(bytes_str(v->rows[i * v->row_width].bytes), u, a);
    return itself;
}

/* Money or a claim that goes to oneself goes to nobody; a contract is with somebody else. */
static err_t check_others(struct db *db, struct write *w, const struct field_plan *f,
                          const struct field_value *v, struct err *e)
{
    struct written_unit u;
    err_t rc = read_unit(&u, db, w, e);
    if (rc != OK || !names_itself(f, v, &u, w->arena))
        return rc;
    w->outcome = WRITE_FAULTY;
    fault_add(&w->faults, f->field->name, "self",
              names_nobody(f, v, w->arena) ? N_("names nobody: write the name of the other one")
              : f->child ? N_("names the organisation itself alone: name the other one, too")
                         : N_("is the organisation itself: name the other one"),
              NULL, 0);
    return OK;
}

err_t spelling_check(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !w->ends && i < w->plan->field_count; i++) {
        const struct field_value *v = &w->body.values[i];
        if (w->plan->fields[i].field->number && v->given && w->body.changed[i])
            rc = check_field(db, w, &w->plan->fields[i], v, e);
        if (rc == OK && w->plan->fields[i].field->others && v->given && w->body.changed[i])
            rc = check_others(db, w, &w->plan->fields[i], v, e);
    }
    return rc;
}

err_t spelling_before(struct write *w, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, w->kernel->store, e);
    if (rc == OK)
        rc = spelling_check(db, w, e);
    store_reader_put(w->kernel->store, db);
    w->spelled = rc == OK;
    return rc;
}
