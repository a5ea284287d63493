/* The rows of a list that is made public, out of the records of its parties. */
#include "base/msg.h"
#include "matter/publicity_priv.h"
#include "model/normal.h"
#include "policy/naming.h"
#include <stdlib.h>

struct listed {
    int64_t id; /* first: looked up by it */
    struct str number, party, code, region, industry, name;
    bool stands; /* where the case at hand stands */
};

#define LISTED                                                                                     \
    "SELECT c.id, c.number, u.name, u.credit_code, u.region, (SELECT i.name FROM record_industry"  \
    " i WHERE i.owner_unit = u.id AND i.ended_ms IS NULL ORDER BY i.id DESC NULLS LAST LIMIT 1)"

/* The cases that a list still makes public: no other came after it. */
struct all_listed {
    VEC(struct listed) of;
};

/* The name that the pack forms of its industry. */
static err_t form_name(struct listed *row, struct step *g)
{
    struct err why = {0};
    err_t rc = row->industry.len
                   ? pack_name(&row->name, g->p->pack, pack_naming_level(g->p->pack, g->x->process),
                               row->industry, g->p->arena, &why)
                   : OK;
    if (rc == E_INVALID) { /* the rule gives none of this industry: the column is empty */
        row->name = STR_NONE;
        return OK;
    }
    return err_pass(g->e, rc, &why);
}

static void write_row(struct jout *j, const struct listed *row, size_t number)
{
    jout_object(j);
    jout_pair(j, "case", row->number);
    jout_pair(j, "city", region_name(row->region));
    jout_pair(j, "code", row->code);
    jout_pair(j, "industry", row->industry);
    jout_pair(j, "name", row->name);
    jout_pair_i64(j, "number", (int64_t)number);
    jout_pair(j, "party", row->party);
    jout_end_object(j);
}

/* --- the cases of a list --------------------------------------------------------------------- */

static bool is_of_step(const struct flow_call *x, struct str number)
{
    return FIND_BY(x->joint, x->joint_count, c.number, number) || str_eq(x->c.number, number);
}

static struct listed listed_of(struct stmt *st, struct arena *a)
{
    return (struct listed){.id = stmt_i64(st, 0),
                           .number = arena_dup(a, stmt_str(st, 1)),
                           .party = arena_dup(a, stmt_str(st, 2)),
                           .code = arena_dup(a, stmt_str(st, 3)),
                           .region = arena_dup(a, stmt_str(st, 4)),
                           .industry = arena_dup(a, stmt_str(st, 5))};
}

/* In one statement, however many there are. */
static err_t read_listed(struct all_listed *out, struct step *g, struct str digest)
{
    struct arena *a = g->x->arena;
    *out = (struct all_listed){0};
    err_t rc = OK;
    EACH_ROW(
        st, rc, g->e, g->db,
        LISTED
        ", CASE WHEN c.state = 'running' AND c.stage = ?3 THEN 1 ELSE 0 END"
        " FROM record_publicity q JOIN flow_case c ON c.number = q.case_number AND c.owner_unit ="
        " q.owner_unit JOIN unit u ON u.id = c.owner_unit WHERE q.list_digest = ?1 AND q.ended_ms"
        " IS NULL AND c.owner_province = ?2 AND NOT EXISTS (SELECT 1 FROM record_publicity later"
        " WHERE later.owner_unit = q.owner_unit AND later.case_number = q.case_number AND"
        " later.ended_ms IS NULL AND later.id > q.id)",
        VALUES(v_str(digest), v_str(g->x->c.province), v_str(g->x->c.stage))) {
        struct listed one = listed_of(st, a);
        one.stands = stmt_i64(st, 6) != 0;
        VEC_PUSH(a, &out->of, one);
    }
    return rc;
}

/* The case of a frozen row, where it is decided with this list: it is of the step, within which it may have
 * moved, or stands where the case at hand stands. NULL: it is decided, or was sent back. */
static struct listed *still_public(struct all_listed *all, const struct flow_call *x,
                                   struct str number)
{
    for (size_t i = 0; i < all->of.len; i++)
        if (str_eq(all->of.ptr[i].number, number))
            return all->of.ptr[i].stands || is_of_step(x, number) ? &all->of.ptr[i] : NULL;
    return NULL;
}

err_t publicity_rows(const struct jvalue **rows, struct str list, struct arena *a, struct err *e)
{
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, list, a, e);
    *rows = rc == OK ? jin_get(v, "rows") : NULL;
    return rc == OK && (!*rows || (*rows)->type != J_ARRAY)
               ? err_set(e, E_CORRUPT, "a list that was made public has no rows")
               : rc;
}

err_t publicity_left_out(struct str *number, struct step *g, struct str list)
{
    const struct jvalue *rows;
    struct all_listed all;
    err_t rc = publicity_rows(&rows, list, g->x->arena, g->e);
    if (rc == OK)
        rc = read_listed(&all, g, text_digest(list, g->x->arena));
    *number = STR_NONE;
    for (size_t i = 0; rc == OK && number->len == 0 && i < rows->count; i++) {
        struct str of = jin_text(&rows->items[i], "case");
        if (!is_of_step(g->x, of) && still_public(&all, g->x, of))
            *number = of;
    }
    return rc;
}

/* --- the rows --------------------------------------------------------------------------------- */

static int64_t case_at(const struct flow_call *x, size_t i)
{
    return x->joint_count ? x->joint[i].c.id : x->c.id;
}

/* The cases of the step, by their ids; in one statement, however many there are. */
static err_t read_cases(struct all_listed *out, struct step *g)
{
    struct buf sql = {0};
    *out = (struct all_listed){0};
    buf_addf(&sql, LISTED " FROM flow_case c JOIN unit u ON u.id = c.owner_unit WHERE c.id IN (");
    for (size_t i = 0; i == 0 || i < g->x->joint_count; i++)
        buf_addf(&sql, "%s%lld", i ? "," : "", (long long)case_at(g->x, i));
    buf_addf(&sql, ") ORDER BY c.id");
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, g->e, g->db, arena_cstr(g->x->arena, buf_str(&sql)), NULL, 0)
        VEC_PUSH(g->x->arena, &out->of, listed_of(st, g->x->arena));
    buf_clear(&sql);
    return rc;
}

static err_t write_cases(struct jout *j, struct step *g)
{
    struct all_listed all;
    err_t rc = read_cases(&all, g);
    for (size_t i = 0; rc == OK && (i == 0 || i < g->x->joint_count); i++) {
        int64_t id = case_at(g->x, i);
        struct listed *row =
            all.of.len ? bsearch(&id, all.of.ptr, all.of.len, sizeof(*row), i64_cmp_first) : NULL;
        if (!row)
            return err_set(g->e, E_NOTFOUND, "there is no case %lld", (long long)id);
        if ((rc = form_name(row, g)) == OK)
            write_row(j, row, i + 1);
    }
    return rc;
}

/* As they were frozen, and of whom is not decided yet as the records say now. */
static err_t write_again(struct jout *j, struct step *g, const struct jvalue *rows,
                         struct str digest)
{
    struct all_listed all;
    err_t rc = read_listed(&all, g, digest);
    for (size_t i = 0; rc == OK && i < rows->count; i++) {
        struct listed *now = still_public(&all, g->x, jin_text(&rows->items[i], "case"));
        if (now)
            rc = form_name(now, g);
        if (rc == OK && now)
            write_row(j, now, i + 1);
        else if (rc == OK)
            jout_value(j, &rows->items[i]);
    }
    return rc;
}

/* The digest of the list that makes the case at hand public. */
static err_t digest_now(struct str *out, struct step *g)
{
    return db_text(out, g->db,
                   "SELECT list_digest FROM record_publicity WHERE owner_unit = ?1 AND"
                   " case_number = ?2 AND ended_ms IS NULL ORDER BY id DESC NULLS LAST LIMIT 1",
                   VALUES(v_i64(g->x->c.unit), v_str(g->x->c.number)), g->x->arena, g->e);
}

err_t publicity_list(struct str *out, struct step *g, const struct listing *what)
{
    struct str digest = STR_NONE;
    struct jout j;
    err_t rc = what->rows ? digest_now(&digest, g) : OK;
    jout_open(&j);
    jout_pair(&j, "note", what->note);
    jout_pair(&j, "programme", g->p->pack->id);
    jout_pair_array(&j, "rows");
    if (rc == OK && what->rows)
        rc = write_again(&j, g, what->rows, digest);
    else if (rc == OK)
        rc = write_cases(&j, g);
    jout_end_array(&j);
    jout_pair(&j, "title", what->title);
    jout_end_object(&j);
    if (rc == OK)
        *out = arena_dup(g->p->arena, buf_str(j.to));
    buf_clear(j.to);
    return rc;
}

/* A unit is known by its code: a new name of the same code is no other unit. */
static bool rows_same(const struct jvalue *one, const struct jvalue *other)
{
    static const char *const parts[] = {"number", "case", "code", "name", "party"};
    size_t count = ARRAY_LEN(parts) - (jin_text(one, "code").len > 0);
    bool same = true;
    for (size_t i = 0; i < count; i++)
        same = same && str_eq(jin_text(one, parts[i]), jin_text(other, parts[i]));
    return same;
}

err_t publicity_same(bool *out, struct str list, struct str other, struct arena *a, struct err *e)
{
    const struct jvalue *rows[2];
    err_t rc = publicity_rows(&rows[0], list, a, e);
    if (rc == OK)
        rc = publicity_rows(&rows[1], other, a, e);
    if (rc != OK)
        return rc;
    *out = rows[0]->count == rows[1]->count;
    for (size_t i = 0; *out && i < rows[0]->count; i++)
        *out = rows_same(&rows[0]->items[i], &rows[1]->items[i]);
    return OK;
}
