/* One SELECT for each type that claims something, one more for each field whose values lie
 * in a table of their own. */
#include "integrity/claim.h"
#include "base/date.h"
#include "base/vec.h"
#include "model/normal.h"
#include "model/number.h"
#include "record/plan.h"
#include "record/row.h"
#include <stdlib.h>

typedef VEC(struct str) words;

struct loading {
    const struct kernel *kernel;
    struct db *db;
    const struct record_type *type;
    const struct type_plan *plan;
    struct str province;
    struct arena *arena;
    struct err *e;
    VEC(struct claim) claims;
    size_t first; /* of this type */
};

struct str claim_patent_key(struct str written, struct arena *a)
{
    struct number n;
    return number_parse(&n, written, NUMBER_ANY, STR_NONE, a) ? n.key : written_key(written, a);
}

/* --- statements ------------------------------------------------------------------------ */

static const struct field_plan *field_of(const struct loading *x, struct str name)
{
    size_t i = name.len ? plan_field(x->plan, name) : SIZE_MAX;
    return i == SIZE_MAX ? NULL : &x->plan->fields[i];
}

/* The column of a single value; "NULL" where there is none. `which`: 1 the second one. */
static void add_column(struct buf *sql, const struct field_plan *f, size_t which)
{
    if (f && !f->child && f->column_count > which)
        buf_addf(sql, ", r.%.*s", STR_ARG(f->columns[which].name));
    else
        buf_addz(sql, ", NULL");
}

/* Those that claim: neither ended nor in a state that claims nothing, all of them there. */
static size_t add_where(struct buf *sql, struct value *values, const struct loading *x)
{
    const struct claim_rule *c = &x->type->claim;
    size_t n = 0;
    buf_addf(sql, " WHERE r.ended_ms IS NULL AND %s", ROW_HAS_ARRIVED);
    if (x->province.len) {
        values[n++] = v_str(x->province);
        buf_addf(sql, " AND r.owner_province = ?%zu", n);
    }
    for (size_t i = 0; i < c->without.count; i++) {
        values[n++] = v_str(c->without.items[i]);
        buf_addf(sql, " AND r.state <> ?%zu", n);
    }
    return n;
}

static err_t ask(struct stmt **st, const struct loading *x, struct buf *sql, const char *order)
{
    struct value *values = arena_array(x->arena, 1 + x->type->claim.without.count, sizeof(*values));
    size_t n = add_where(sql, values, x);
    buf_addz(sql, order);
    return db_query_once(st, x->db, arena_cstr(x->arena, buf_str(sql)), values, n, x->e);
}

/* --- rows ------------------------------------------------------------------------------- */

static int32_t day_of(struct str iso)
{
    struct date d;
    return date_parse(&d, iso) ? date_to_days(d) : 0;
}

static struct str key_of_number(const struct loading *x, struct str written, struct str canonical)
{
    const struct field *f = record_field(x->type, x->type->claim.number);
    if (f && f->type == FIELD_PATENT)
        return canonical.len ? arena_dup(x->arena, canonical) : claim_patent_key(written, x->arena);
    return written_key(written, x->arena);
}

/* A list of one, of a field that holds a single value; empty: none. */
static const struct str *one_word(size_t *count, struct loading *x, struct str s)
{
    struct str *out = arena_alloc(x->arena, sizeof(*out));
    *out = arena_dup(x->arena, s);
    *count = s.len > 0;
    return out;
}

static void take_row(struct loading *x, struct stmt *st)
{
    const struct claim_rule *rule = &x->type->claim;
    struct arena *a = x->arena;
    struct claim c = {.type = x->type,
                      .id = stmt_i64(st, 0),
                      .version = stmt_i64(st, 1),
                      .unit = stmt_i64(st, 2),
                      .city = arena_dup(a, stmt_str(st, 3)),
                      .province = arena_dup(a, stmt_str(st, 4)),
                      .owner = arena_dup(a, stmt_str(st, 5)),
                      .what = rule->what,
                      .number = arena_dup(a, stmt_str(st, 6)),
                      .title = arena_dup(a, stmt_str(st, 8)),
                      .fen = stmt_i64(st, 9),
                      .day = day_of(stmt_str(st, 10)),
                      .kind = arena_dup(a, stmt_str(st, 11))};
    struct str party = stmt_str(st, 12), patent = stmt_str(st, 13), patent_key = stmt_str(st, 14);
    c.currency = arena_dup(a, stmt_str(st, 16));
    c.yuan_fen = c.currency.len && !str_is(c.currency, "CNY") ? stmt_i64(st, 17) : c.fen;
    c.secret = stmt_i64(st, 18) >= SECRECY_SECRET;
    c.number_key = key_of_number(x, c.number, stmt_str(st, 7));
    c.title_key = written_key(c.title, a);
    c.repeats = str_among(c.kind, rule->repeats.items, rule->repeats.count);
    c.parties = one_word(&c.party_count, x, name_key(party, a));
    c.patents =
        one_word(&c.patent_count, x, patent_key.len ? patent_key : claim_patent_key(patent, a));
    c.files = one_word(&c.file_count, x, stmt_str(st, 15));
    VEC_PUSH(a, &x->claims, c);
}

static err_t load_rows(struct loading *x)
{
    const struct claim_rule *rule = &x->type->claim;
    const struct field_plan *amount = field_of(x, rule->amount);
    struct str currency = amount ? amount->field->currency : STR_NONE;
    const struct {
        struct str name;
        size_t which;
    } columns[] = {{rule->number, 0},  {rule->number, 1}, {rule->title, 0},   {rule->amount, 0},
                   {rule->date, 0},    {rule->kind, 0},   {rule->parties, 0}, {rule->patents, 0},
                   {rule->patents, 1}, {rule->files, 0},  {currency, 0},      {rule->yuan, 0}};
    struct stmt *st = NULL;
    struct buf sql = {0};
    buf_addz(&sql, "SELECT r.id, r.version, r.owner_unit, r.owner_city, r.owner_province, u.name");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        add_column(&sql, field_of(x, columns[i].name), columns[i].which);
    buf_addf(&sql, ", r.secrecy FROM %.*s r JOIN unit u ON u.id = r.owner_unit",
             STR_ARG(x->type->table));
    err_t rc = ask(&st, x, &sql, " ORDER BY r.id");
    buf_clear(&sql);
    while (stmt_row(&rc, st, x->e))
        take_row(x, st);
    stmt_free(st);
    return rc;
}

/* --- fields of several values --------------------------------------------------------- */

enum listed { LISTED_PARTIES, LISTED_PATENTS, LISTED_FILES };

static void put_list(struct claim *c, enum listed which, words *list)
{
    size_t count = 0;
    qsort(list->ptr, list->len, sizeof(*list->ptr), str_cmp_first);
    for (size_t i = 0; i < list->len; i++)
        if (count == 0 || !str_eq(list->ptr[i], list->ptr[count - 1]))
            list->ptr[count++] = list->ptr[i];
    if (which == LISTED_PARTIES) {
        c->parties = list->ptr;
        c->party_count = count;
    } else if (which == LISTED_PATENTS) {
        c->patents = list->ptr;
        c->patent_count = count;
    } else {
        c->files = list->ptr;
        c->file_count = count;
    }
}

static struct str word_of(struct stmt *st, enum listed which, struct arena *a)
{
    struct str value = stmt_str(st, 1), key = stmt_str(st, 2);
    if (which == LISTED_PARTIES)
        return name_key(value, a);
    if (which == LISTED_FILES)
        return arena_dup(a, value);
    return key.len ? arena_dup(a, key) : claim_patent_key(value, a);
}

/* Both are in the order of their records. */
static err_t take_lists(struct loading *x, struct stmt *st, enum listed which)
{
    words list = {0};
    size_t at = x->first;
    err_t rc = OK;
    while (stmt_row(&rc, st, x->e)) {
        int64_t id = stmt_i64(st, 0);
        if (at < x->claims.len && x->claims.ptr[at].id != id) {
            if (list.len)
                put_list(&x->claims.ptr[at], which, &list);
            list = (words){0};
            while (at < x->claims.len && x->claims.ptr[at].id < id)
                at++;
        }
        if (at < x->claims.len && x->claims.ptr[at].id == id && !stmt_is_null(st, 1))
            VEC_PUSH(x->arena, &list, word_of(st, which, x->arena));
    }
    if (rc == OK && list.len)
        put_list(&x->claims.ptr[at], which, &list);
    return rc;
}

/* `name`: a field of several values, or a column of a table, like sides.name. */
static err_t load_list(struct loading *x, struct str name, enum listed which)
{
    struct str column = name, field = str_split(&column, STR("."));
    const struct field_plan *f = field_of(x, field);
    struct stmt *st = NULL;
    struct buf sql = {0};
    if (!f || !f->child)
        return OK;
    size_t at = column.len ? value_part_column(f->field, column) : 0;
    struct str key = !column.len && f->column_count > 1
                         ? arena_printf(x->arena, "c.%.*s", STR_ARG(f->columns[1].name))
                         : STR("NULL");
    buf_addf(&sql, "SELECT c.record_id, c.%.*s, %.*s FROM %.*s c JOIN %.*s r ON r.id = c.record_id",
             STR_ARG(f->columns[at].name), STR_ARG(key), STR_ARG(f->field->child),
             STR_ARG(x->type->table));
    err_t rc = ask(&st, x, &sql, " ORDER BY c.record_id, c.position");
    buf_clear(&sql);
    if (rc == OK)
        rc = take_lists(x, st, which);
    stmt_free(st);
    return rc;
}

static err_t load_type(struct loading *x)
{
    const struct claim_rule *rule = &x->type->claim;
    x->plan = plan_of(x->kernel, x->type);
    x->first = x->claims.len;
    err_t rc = load_rows(x);
    if (rc == OK)
        rc = load_list(x, rule->parties, LISTED_PARTIES);
    if (rc == OK)
        rc = load_list(x, rule->patents, LISTED_PATENTS);
    if (rc == OK)
        rc = load_list(x, rule->files, LISTED_FILES);
    return rc;
}

err_t claims_load(struct claims *out, const struct claim_source *s, struct str what,
                  struct str province, struct err *e)
{
    struct loading x = {
        .kernel = s->kernel, .db = s->db, .province = province, .arena = s->arena, .e = e};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (x.type = record_type_at(s->kernel->types, i)); i++)
        if (x.type->claim.what.len && (what.len == 0 || str_eq(what, x.type->claim.what)))
            rc = load_type(&x);
    *out = (struct claims){x.claims.ptr, x.claims.len};
    return rc;
}
