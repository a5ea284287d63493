/* One pass over record_text tells in which types and between which ids the words occur; then a statement for each of these
 * types decides whose they are, counts and orders. A pass over 100,000 texts takes 9 to 20 ms of processor time in SQLite,
 * so that two stay below the 100 ms that somebody who types may wait: no list of grams is kept beside each write, and both
 * stores read the same table (bench/README). */
#include "record/find.h"
#include "base/vec.h"
#include "model/number.h"
#include "text/unicode.h"
#include <string.h>

#define WORDS_MAX 8
#define SERIAL_MIN 7
#define RANKED_MAX 5000 /* of more hits in a type, titles are not compared */

struct range {
    const struct record_type *type;
    size_t group;
    int64_t first, last, count;
};

struct finding {
    const struct find_request *q;
    const struct record_call *c;
    struct arena *a;
    struct db *db;
    struct buf holds; /* condition on w.text; its values are ?1 … */
    struct value values[WORDS_MAX + 1];
    size_t value_count;
    struct value line, title; /* patterns of ranks */
    VEC(struct range) ranges;
};

/* Brackets of any kind count as one: 浙知〔2026〕3号 is written with others too. */
static struct value pattern(struct str words, struct arena *a)
{
    struct str like = db_like(words, true, a);
    struct buf b = {0};
    for (size_t i = 0; i < like.len; i++) {
        struct str rest = {like.ptr + i, like.len - i};
        bool wide = str_starts(rest, STR("〔")) || str_starts(rest, STR("〕"));
        buf_addc(&b, wide || strchr("[]()", like.ptr[i]) ? '_' : like.ptr[i]);
        i += wide ? 2 : 0;
    }
    return v_str(buf_take(&b, a));
}

static void add_holds(struct finding *x, const char *before, struct str word)
{
    x->values[x->value_count++] = pattern(word, x->a);
    buf_addf(&x->holds, "%sw.text LIKE ?%zu ESCAPE '\\'", before, x->value_count);
}

/* Searches a patent number by its digits too: "ZL 2023 1 0123456.7", "CN202310123456.7". */
static void add_words(struct finding *x)
{
    struct number n;
    struct buf folded = {0};
    unicode_fold(&folded, str_trim(x->q->words));
    struct str rest = buf_take(&folded, x->a);
    bool number = number_parse(&n, rest, NUMBER_ANY, STR_NONE, x->a) && n.office.len > 0 &&
                  n.serial.len >= SERIAL_MIN;
    x->line = pattern(number ? n.serial : arena_printf(x->a, "\n%.*s\n", STR_ARG(rest)), x->a);
    x->title = pattern(rest, x->a);
    while (rest.len > 0 && x->value_count < WORDS_MAX) {
        struct str word = str_split(&rest, STR(" "));
        if (word.len > 0)
            add_holds(x, x->value_count > 0 ? " AND " : "((", word);
    }
    buf_addz(&x->holds, ")");
    if (number)
        add_holds(x, " OR ", n.serial);
    buf_addz(&x->holds, ")");
}

/* The types in which something is, whoever may read it. */
static err_t find_ranges(struct finding *x, struct err *e)
{
    struct str sql = arena_printf(x->a,
                                  "SELECT w.type, min(w.record_id), max(w.record_id), count(*) "
                                  "FROM record_text w WHERE %.*s GROUP BY w.type",
                                  (int)x->holds.len, x->holds.ptr);
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, e, x->db, sql.ptr, x->values, x->value_count) {
        const struct record_type *t = record_type_find(x->c->kernel->types, stmt_str(st, 0));
        size_t group = t && t->within.count == 0 ? x->q->group(t, x->q->arg) : x->q->groups;
        VEC_PUSH(x->a, &x->ranges,
                 ((struct range){t, group, stmt_i64(st, 1), stmt_i64(st, 2), stmt_i64(st, 3)}));
    }
    return rc;
}

/* The index in `search` of the field that holds the title; SIZE_MAX: none. */
static size_t title_at(const struct record_type *t)
{
    struct str name = record_field(t, STR("title")) ? STR("title") : t->title;
    for (size_t i = 0; i < t->search_count; i++)
        if (str_eq(t->search[i], name))
            return i;
    return SIZE_MAX;
}

err_t find_add_readable(struct view *v, struct err *e)
{
    const struct record_type *t = v->plan->type;
    err_t rc = view_add_records(v, e);
    for (size_t i = 0; rc == OK && i < t->search_count; i++) {
        struct str shown = STR_NONE, column = t->search[i];
        size_t field = plan_field(v->plan, str_split(&column, STR(".")));
        rc = view_shown(&shown, v, field, false, e);
        buf_addf(&v->sql, " AND %.*s", STR_ARG(shown.len > 0 ? shown : STR("1 = 0")));
    }
    view_add(v, " AND r.ended_ms IS NULL");
    return rc;
}

/* Selects the hits among the records that the subject may read and whose searched fields it sees. */
static err_t add_statement(struct view *v, const struct finding *x, const struct range *r,
                           struct err *e)
{
    const struct record_type *t = r->type;
    size_t title = r->count > RANKED_MAX ? SIZE_MAX : title_at(t);
    const struct field_plan *f =
        title == SIZE_MAX ? NULL : &v->plan->fields[plan_field(v->plan, t->search[title])];
    for (size_t i = 0; i < x->value_count; i++)
        (void)view_value(v, x->values[i]);
    buf_addf(&v->sql, "SELECT w.record_id, CASE WHEN ?%d || w.text LIKE ?%d ESCAPE '\\' THEN 0",
             view_value(v, v_str(STR("\n"))), view_value(v, x->line));
    if (f && f->column_count > 0)
        buf_addf(&v->sql,
                 " WHEN (SELECT lower(n.%.*s) FROM %.*s n WHERE n.id = w.record_id) LIKE ?%d ESCAPE"
                 " '\\' THEN 1",
                 STR_ARG(f->columns[0].name), STR_ARG(t->table), view_value(v, x->title));
    buf_addf(&v->sql,
             " ELSE 2 END, count(*) OVER () FROM record_text w WHERE w.type = ?%d AND w.record_id "
             "BETWEEN ?%d AND ?%d AND %.*s AND EXISTS (SELECT 1",
             view_value(v, v_str(t->name)), view_value(v, v_i64(r->first)),
             view_value(v, v_i64(r->last)), (int)x->holds.len, x->holds.ptr);
    err_t rc = find_add_readable(v, e);
    buf_addf(&v->sql, " AND r.id = w.record_id) ORDER BY 2, 1 DESC LIMIT ?%d",
             view_value(v, v_i64((int64_t)(x->q->offset + x->q->limit))));
    buf_addc(&v->sql, '\0');
    return rc;
}

static err_t find_in(struct find_group *group, const struct finding *x, const struct range *r,
                     struct err *e)
{
    struct view v;
    struct stmt *st = NULL;
    int64_t total = 0;
    view_init(&v, x->c->kernel, plan_of(x->c->kernel, r->type), x->c->subject, x->a);
    err_t rc = v.reads ? add_statement(&v, x, r, e) : OK;
    if (rc == OK && v.reads)
        rc = db_query_once(&st, x->db, v.sql.ptr, v.values, (size_t)v.next_param - 1, e);
    while (st && stmt_row(&rc, st, e)) {
        group->hits[group->count++] =
            (struct find_hit){.type = r->type, .id = stmt_i64(st, 0), .rank = (int)stmt_i64(st, 1)};
        total = stmt_i64(st, 2);
    }
    group->total += total;
    stmt_free(st);
    view_clear(&v);
    return rc;
}

static int by_rank(const void *x, const void *y)
{
    const struct find_hit *a = x, *b = y;
    int types = str_cmp(a->type->name, b->type->name);
    return a->rank != b->rank ? a->rank - b->rank
           : types            ? types
                              : (a->id < b->id) - (a->id > b->id);
}

static err_t find_group(struct find_group *out, struct finding *x, size_t number, struct err *e)
{
    size_t most = x->q->offset + x->q->limit;
    err_t rc = OK;
    *out = (struct find_group){.hits =
                                   arena_array(x->a, x->ranges.len * most + 1, sizeof(*out->hits))};
    for (size_t i = 0; rc == OK && i < x->ranges.len; i++)
        if (x->ranges.ptr[i].group == number)
            rc = find_in(out, x, &x->ranges.ptr[i], e);
    qsort(out->hits, out->count, sizeof(*out->hits), by_rank);
    out->count = out->count < most ? out->count : most;
    size_t skipped = x->q->offset < out->count ? x->q->offset : out->count;
    out->hits += skipped;
    out->count -= skipped;
    return rc;
}

/* Reads a hit as a list shows it. */
static err_t name_hit(struct find_hit *hit, const struct finding *x, struct err *e)
{
    const struct record_type *t = hit->type;
    struct str fields = STR("id");
    struct record_page page;
    for (size_t i = 0; i < t->search_count; i++)
        if (record_field(t, t->search[i]))
            fields = arena_printf(x->a, "%.*s,%.*s", STR_ARG(fields), STR_ARG(t->search[i]));
    struct list_request q = {.filter = arena_printf(x->a, "id=%lld", (long long)hit->id),
                             .fields = fields,
                             .limit = 1,
                             .without_total = true};
    struct record_call call = {x->c->kernel, x->c->subject, t, 0, x->a};
    err_t rc = record_page_read(&page, &call, &q, e);
    for (size_t i = 0; rc == OK && page.count > 0 && i < t->search_count; i++) {
        struct str text = jin_text(&page.items[0], arena_cstr(x->a, t->search[i]));
        if (i == title_at(t))
            hit->title = text;
        else if (text.len > 0)
            hit->what = arena_printf(x->a, hit->what.len ? "%.*s · %.*s" : "%.*s%.*s",
                                     STR_ARG(hit->what), STR_ARG(text));
    }
    return rc;
}

err_t record_find(struct find_group *out, const struct record_call *c, const struct find_request *q,
                  struct err *e)
{
    struct finding x = {.q = q, .c = c, .a = c->arena};
    buf_init(&x.holds, 0);
    err_t rc = store_reader_get(&x.db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    add_words(&x);
    rc = x.value_count > 0 ? find_ranges(&x, e) : OK;
    for (size_t i = 0; rc == OK && i < q->groups; i++)
        rc = find_group(&out[i], &x, i, e);
    store_reader_put(c->kernel->store, x.db);
    for (size_t i = 0; rc == OK && i < q->groups; i++)
        for (size_t k = 0; rc == OK && k < out[i].count; k++)
            rc = name_hit(&out[i].hits[k], &x, e);
    buf_clear(&x.holds);
    return rc;
}

err_t record_texts_fold(struct db *db, struct arena *a, struct err *e)
{
    struct stale {
        struct str type, text;
        int64_t id;
    };
    VEC(struct stale) list = {0};
    struct buf folded = {0};
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT type, record_id, text FROM record_text", NULL, 0) {
        struct str text = stmt_str(st, 2);
        buf_reset(&folded);
        unicode_fold(&folded, text);
        if (!str_eq(buf_str(&folded), text))
            VEC_PUSH(a, &list,
                     ((struct stale){arena_dup(a, stmt_str(st, 0)), arena_dup(a, buf_str(&folded)),
                                     stmt_i64(st, 1)}));
    }
    buf_clear(&folded);
    for (size_t i = 0; rc == OK && i < list.len; i++)
        rc = db_run(db, "UPDATE record_text SET text = ?3 WHERE type = ?1 AND record_id = ?2",
                    VALUES(v_str(list.ptr[i].type), v_i64(list.ptr[i].id), v_str(list.ptr[i].text)),
                    e);
    return rc;
}
