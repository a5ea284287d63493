/* The rows of a list that is made public, out of the records of its parties. */
#include "base/msg.h"
#include "crypto/hash.h"
#include "model/normal.h"
#include "policy/naming.h"
#include "programme/programme_priv.h"
#include "programme/publicity.h"

struct listed {
    struct str number, party, code, region, industry, name;
    int64_t unit;
};

static err_t read_case(struct listed *out, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT c.number, u.name, u.credit_code, u.region, u.id FROM flow_case c"
                        " JOIN unit u ON u.id = c.owner_unit WHERE c.id = ?1",
                        VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = (struct listed){.number = arena_dup(a, stmt_str(st, 0)),
                               .party = arena_dup(a, stmt_str(st, 1)),
                               .code = arena_dup(a, stmt_str(st, 2)),
                               .region = arena_dup(a, stmt_str(st, 3)),
                               .unit = stmt_i64(st, 4)};
    stmt_free(st);
    return rc == OK && !has_row ? err_set(e, E_NOTFOUND, "there is no case %lld", (long long)id)
                                : rc;
}

err_t programme_industry(struct str *out, struct db *db, const struct programme *p, int64_t unit,
                         struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR("industry"));
    const struct jvalue *v = NULL;
    struct str json = STR_NONE;
    int64_t id = 0;
    *out = STR_NONE;
    err_t rc = t ? record_latest(&id, db, p->kernel, t, unit, STR_NONE, STR_NONE, p->arena, e) : OK;
    if (rc == OK && id)
        rc = record_value(&json, db, p->kernel, t, id, STR("name"), p->arena, e);
    if (rc == OK && json.len)
        rc = jin_parse(&v, json, JIN_REFUSE_DUPLICATES, NULL, p->arena, e);
    if (rc == OK && v)
        *out = v->text;
    return rc;
}

/* The industry, and the name that the pack forms of it. */
static err_t read_name(struct listed *row, struct db *db, struct programme *p, struct err *e)
{
    struct err why;
    err_t rc = programme_industry(&row->industry, db, p, row->unit, e);
    if (rc != OK || row->industry.len == 0)
        return rc;
    rc = pack_name(&row->name, p->pack, row->industry, p->arena, &why);
    if (rc == E_INVALID) { /* the rule gives none of this industry: the column is empty */
        row->name = STR_NONE;
        return OK;
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}

static void write_row(struct jout *j, const struct listed *row, size_t number)
{
    jout_object(j);
    jout_pair(j, "case", row->number);
    pair_if(j, "city", region_name(row->region));
    pair_if(j, "code", row->code);
    pair_if(j, "industry", row->industry);
    pair_if(j, "name", row->name);
    jout_pair_i64(j, "number", (int64_t)number);
    jout_pair(j, "party", row->party);
    jout_end_object(j);
}

err_t publicity_list(struct str *out, struct db *db, struct programme *p,
                     const struct listing *what, struct err *e)
{
    struct buf b;
    struct jout j;
    err_t rc = OK;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    pair_if(&j, "note", what->note);
    jout_pair(&j, "programme", p->pack->id);
    jout_name(&j, "rows");
    jout_array(&j);
    for (size_t i = 0; rc == OK && i < what->count; i++) {
        struct listed row = {0};
        if ((rc = read_case(&row, db, what->cases[i], p->arena, e)) == OK &&
            (rc = read_name(&row, db, p, e)) == OK)
            write_row(&j, &row, i + 1);
    }
    jout_end_array(&j);
    jout_pair(&j, "title", what->title);
    jout_end_object(&j);
    if (rc == OK)
        *out = arena_dup(p->arena, buf_str(&b));
    buf_clear(&b);
    return rc;
}

err_t publicity_same(bool *out, struct str list, struct str other, struct arena *a, struct err *e)
{
    static const char *const parts[] = {"number", "case", "party", "code", "name"};
    const struct jvalue *v[2] = {NULL, NULL}, *rows[2];
    err_t rc = jin_parse(&v[0], list, JIN_REFUSE_DUPLICATES, NULL, a, e);
    if (rc == OK)
        rc = jin_parse(&v[1], other, JIN_REFUSE_DUPLICATES, NULL, a, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < 2; i++)
        if (!(rows[i] = jin_get(v[i], "rows")) || rows[i]->type != J_ARRAY)
            return err_set(e, E_CORRUPT, "a list that was made public has no rows");
    *out = rows[0]->count == rows[1]->count;
    for (size_t i = 0; *out && i < rows[0]->count; i++)
        for (size_t k = 0; k < ARRAY_LEN(parts); k++)
            *out = *out && str_eq(jin_text(&rows[0]->items[i], parts[k]),
                                  jin_text(&rows[1]->items[i], parts[k]));
    return OK;
}

struct str publicity_digest(struct str list, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(list));
    digest_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}
