#include "record/near.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "record/filter.h"
#include "record/find.h"
#include "record/scaled.h"
#include "text/unicode.h"
#include <math.h>
#include <stdlib.h>

#define TERMS_MAX 256 /* of the text: the first ones */
#define WORDS 5       /* told of a hit */
#define BATCH 4096    /* rows between two resets of the arena of their words */
#define TITLE 1.5     /* a word in the first of its texts */
#define AGREES 1.2    /* for each field that does */
#define LENGTH 0.75   /* BM25's b and k1 */
#define SATURATION 1.2
#define LENGTH_POWER 0.45 /* of the count of words in a similarity: search/match.c */

struct near_term {
    const struct token *token;
    uint32_t tf, df;
    double worth; /* weight · idf */
};

struct near_row {
    int64_t id;
    uint64_t held[TERMS_MAX / 64], title[TERMS_MAX / 64];
    uint32_t length;
    double score, share;
};

struct nearing {
    const struct near_request *q;
    const struct record_call *c;
    struct arena *a, *scratch; /* scratch: of some rows */
    const struct token *tokens;
    size_t token_count;
    struct map *numbers; /* term → its number in `terms` */
    struct near_term terms[TERMS_MAX];
    size_t term_count;
    VEC(struct near_row) rows; /* that hold one of the terms */
    double count, length;      /* of all rows */
    const struct jvalue *need; /* NULL: none */
};

static bool has(const uint64_t *bits, uint64_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

/* --- words ------------------------------------------------------------------------------------- */

static err_t take_terms(struct nearing *x, struct err *e)
{
    x->numbers = map_in(x->a);
    x->tokens = analyze_text(&x->token_count, x->q->text, ANALYZE_QUERY, x->a);
    for (size_t i = 0; i < x->token_count; i++) {
        bool added;
        uint64_t *at = map_put(x->numbers, x->tokens[i].term, &added);
        if (added && x->term_count < TERMS_MAX) {
            *at = x->term_count;
            x->terms[x->term_count++].token = &x->tokens[i];
        } else if (added) {
            *at = TERMS_MAX;
        }
        if (*at < TERMS_MAX)
            x->terms[*at].tf++;
    }
    return x->term_count > 0 ? OK
                             : err_set(e, E_INVALID,
                                       "the text holds no letters, digits or Chinese characters; "
                                       "give a description of the need");
}

/* Which terms stand in the text, and in its first line. */
static void take_row(struct nearing *x, int64_t id, struct str text)
{
    struct near_row row = {.id = id};
    size_t count, line = str_find(text, STR("\n"), 0);
    bool any = false;
    const struct token *t = analyze_text(&count, text, ANALYZE_QUERY, x->scratch);
    for (size_t i = 0; i < count; i++) {
        const uint64_t *at = map_get(x->numbers, t[i].term);
        if (!at || *at == TERMS_MAX)
            continue;
        x->terms[*at].df += !has(row.held, *at);
        row.held[*at / 64] |= UINT64_C(1) << *at % 64;
        row.title[*at / 64] |= (uint64_t)(t[i].to <= line) << *at % 64;
        any = true;
    }
    row.length = (uint32_t)count;
    x->length += (double)count;
    x->count++;
    if (any)
        VEC_PUSH(x->a, &x->rows, row);
}

/* Reads the texts of the records that the subject may read, whose searched fields it sees. */
static err_t take_rows(struct nearing *x, struct db *db, struct err *e)
{
    struct view v;
    struct stmt *st = NULL;
    view_init(&v, x->c->kernel, plan_of(x->c->kernel, x->c->type), x->c->subject, x->a);
    buf_addf(&v.sql,
             "SELECT r.id, (SELECT w.text FROM record_text w WHERE w.type = ?%d AND w.record_id = "
             "r.id)",
             view_value(&v, v_str(x->c->type->name)));
    err_t rc = v.reads ? find_add_readable(&v, e) : OK;
    if (rc == OK && str_trim(x->q->filter).len > 0) {
        view_add(&v, " AND ");
        rc = filter_add(&v, x->q->filter, e);
    }
    buf_addc(&v.sql, '\0');
    if (rc == OK && v.reads)
        rc = db_query_once(&st, db, v.sql.ptr, v.values, (size_t)v.next_param - 1, e);
    for (size_t n = 1; st && stmt_row(&rc, st, e); n++) {
        take_row(x, stmt_i64(st, 0), stmt_str(st, 1));
        if (n % BATCH == 0)
            arena_reset(x->scratch);
    }
    stmt_free(st);
    view_clear(&v);
    return rc;
}

static int by_score(const void *l, const void *r)
{
    const struct near_row *x = l, *y = r;
    return x->score != y->score ? (x->score < y->score ? 1 : -1) : (x->id < y->id) - (x->id > y->id);
}

static void weigh(struct nearing *x)
{
    double mass = 0;
    for (size_t i = 0; i < x->term_count; i++) {
        struct near_term *t = &x->terms[i];
        t->worth = 3.0 * t->tf / (t->tf + 2.0) * log(1 + (x->count - t->df + 0.5) / (t->df + 0.5));
        mass += t->worth;
    }
    for (size_t i = 0; i < x->rows.len; i++) {
        struct near_row *row = &x->rows.ptr[i];
        double held = 0;
        for (size_t k = 0; k < x->term_count; k++)
            if (has(row->held, k)) {
                held += x->terms[k].worth;
                row->score += x->terms[k].worth * (has(row->title, k) ? TITLE : 1);
            }
        row->score /=
            1 + SATURATION * (1 - LENGTH + LENGTH * (double)row->length * x->count / x->length);
        row->share = 1 - pow(1 - fmin(1, held / mass), pow((double)x->term_count + 1, LENGTH_POWER));
    }
    qsort(x->rows.ptr, x->rows.len, sizeof(*x->rows.ptr), by_score);
}

struct run {
    struct str text;
    double worth;
};

static int by_worth(const void *l, const void *r)
{
    const struct run *x = l, *y = r;
    return (x->worth < y->worth) - (x->worth > y->worth);
}

/* Stretches of the text whose terms the row holds, one after the other. */
static struct str_list words_of(const struct nearing *x, const struct near_row *row)
{
    VEC(struct run) runs = {0};
    uint32_t next = UINT32_MAX;
    struct map *seen = map_in(x->a);
    for (size_t i = 0; i < x->token_count; i++) {
        const struct token *t = &x->tokens[i];
        uint64_t at = *map_get(x->numbers, t->term);
        bool held = at < TERMS_MAX && has(row->held, at);
        if (held && t->cjk && t->number == next) {
            struct run *last = &runs.ptr[runs.len - 1];
            last->text.len = (size_t)(x->q->text.ptr + t->to - last->text.ptr);
            last->worth += x->terms[at].worth;
        } else if (held) {
            VEC_PUSH(x->a, &runs,
                     ((struct run){{x->q->text.ptr + t->from, t->to - t->from}, x->terms[at].worth}));
        }
        next = held && t->cjk ? t->number + 1 : UINT32_MAX;
    }
    struct str *out = arena_array(x->a, WORDS, sizeof(*out));
    size_t count = 0;
    qsort(runs.ptr, runs.len, sizeof(*runs.ptr), by_worth);
    for (size_t i = 0; i < runs.len && count < WORDS; i++) {
        bool added;
        map_put(seen, runs.ptr[i].text, &added);
        if (added)
            out[count++] = runs.ptr[i].text;
    }
    return (struct str_list){out, count};
}

/* --- what agrees besides ------------------------------------------------------------------------- */

static struct str folded(struct str s, struct arena *a)
{
    struct buf b = {0};
    unicode_fold(&b, str_trim(s));
    return buf_take(&b, a);
}

/* A place within another, a price within the budget, a text within another; else the same. */
static bool agree(const struct field *f, struct str need, struct str own, struct arena *a)
{
    int64_t most, asked;
    if (f->type == FIELD_MONEY)
        return scaled_read(&most, need, 2) && scaled_read(&asked, own, 2) && asked <= most;
    if (f->type == FIELD_REGION)
        while (str_ends(need, STR("00")) || str_ends(own, STR("00")))
            *(str_ends(need, STR("00")) ? &need.len : &own.len) -= 2;
    need = folded(need, a);
    own = folded(own, a);
    if (f->type == FIELD_REGION)
        return str_starts(need, own) || str_starts(own, need);
    return str_contains(need, own) || str_contains(own, need);
}

static struct str_list fields_of(const struct nearing *x, const struct jvalue *row)
{
    const struct record_type *t = x->c->type;
    struct str *out = arena_array(x->a, t->answer_count + 1, sizeof(*out));
    size_t count = 0;
    for (size_t i = 0; x->need && i < t->answer_count; i++) {
        const struct answer_rule *rule = &t->answers[i];
        struct str need = jvalue_text(jin_get(x->need, arena_cstr(x->a, rule->need)), x->a);
        struct str own = jvalue_text(jin_get(row, arena_cstr(x->a, rule->own)), x->a);
        if (str_eq(rule->of, x->q->of->name) && need.len > 0 && own.len > 0 &&
            !str_among(rule->own, out, count) && agree(record_field(t, rule->own), need, own, x->a))
            out[count++] = rule->own;
    }
    return (struct str_list){out, count};
}

/* The nearest rows as a list has them. */
static err_t read_hits(struct near_hit **out, size_t *count, const struct nearing *x, struct err *e)
{
    const struct record_type *t = x->c->type;
    struct buf ids = {0}, fields = {0};
    struct record_page page;
    size_t most = x->rows.len < NEAR_HITS_MAX ? x->rows.len : NEAR_HITS_MAX;
    for (size_t i = 0; i < most; i++)
        buf_addf(&ids, "%s%lld", i > 0 ? "," : "id=", (long long)x->rows.ptr[i].id);
    buf_addz(&fields, "id");
    for (size_t i = 0; i < t->list_count; i++)
        buf_addf(&fields, ",%.*s", STR_ARG(t->list[i]));
    for (size_t i = 0; i < t->answer_count; i++)
        if (!str_among(t->answers[i].own, t->list, t->list_count))
            buf_addf(&fields, ",%.*s", STR_ARG(t->answers[i].own));
    const struct list_request q = {.filter = buf_take(&ids, x->a),
                                   .fields = buf_take(&fields, x->a),
                                   .limit = NEAR_HITS_MAX,
                                   .without_total = true};
    err_t rc = record_page_read(&page, x->c, &q, e);
    *out = arena_array(x->a, most + 1, sizeof(**out));
    for (size_t i = 0; rc == OK && i < most; i++) {
        const struct near_row *row = &x->rows.ptr[i];
        for (size_t k = 0; k < page.count; k++) {
            int64_t id;
            if (!jin_i64(&id, &page.items[k], "id") || id != row->id)
                continue;
            struct near_hit hit = {id, &page.items[k], row->share, row->score, words_of(x, row),
                                   fields_of(x, &page.items[k])};
            hit.score *= pow(AGREES, (double)hit.fields.count);
            (*out)[(*count)++] = hit;
        }
    }
    return rc;
}

static int by_hit(const void *l, const void *r)
{
    const struct near_hit *x = l, *y = r;
    return x->score != y->score ? (x->score < y->score ? 1 : -1) : (x->id < y->id) - (x->id > y->id);
}

err_t record_near(struct near_hit **out, size_t *count, const struct record_call *c,
                  const struct near_request *q, struct err *e)
{
    struct nearing *x = arena_alloc(c->arena, sizeof(*x));
    struct db *db = NULL;
    *x = (struct nearing){.q = q, .c = c, .a = c->arena, .scratch = arena_new()};
    *count = 0;
    err_t rc = take_terms(x, e);
    if (rc == OK && q->of)
        rc = record_seen(&x->need,
                         &(struct record_call){c->kernel, c->subject, q->of, q->need, c->arena}, e);
    if (rc == OK)
        rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = take_rows(x, db, e);
    store_reader_put(c->kernel->store, db);
    arena_free(x->scratch);
    if (rc == OK)
        weigh(x);
    if (rc == OK && x->rows.len > 0)
        rc = read_hits(out, count, x, e);
    if (rc != OK || *count == 0)
        return rc;
    qsort(*out, *count, sizeof(**out), by_hit);
    *count = *count < q->limit ? *count : q->limit;
    return OK;
}
