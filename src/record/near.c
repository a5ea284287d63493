/* One pass over the texts of the records that the reader may read: which of the need's words each holds, as bits. Then the words are
 * weighed, and only the nearest are read. A pass over 25,000 texts of 300 characters takes some 130 ms (bench/answers.py). */
#include "record/near.h"
#include "base/map.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "record/filter.h"
#include "record/find.h"
#include "record/scaled.h"
#include "text/unicode.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define TERMS_MAX 256 /* of the text: the first ones */
#define SLOTS 4096    /* 12 bits of a hash */
#define WORD_BYTES_MAX 64
#define WORDS 5     /* told of a hit */
#define TITLE 1.5   /* a word in the first of its texts */
#define AGREES 1.2  /* for each field that does */
#define LENGTH 0.75 /* BM25's b and k1 */
#define SATURATION 1.2
#define TOLD 0.01         /* of the text's worth: what all records hold is not told */
#define LEAST 0.02        /* a similarity below tells of no more than words that all have */
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
    bool any;
    double score, share;
};

struct nearing {
    const struct near_request *q;
    const struct record_call *c;
    struct arena *a;
    const struct token *tokens;
    size_t token_count;
    struct near_term terms[TERMS_MAX];
    size_t term_count;
    uint16_t slots[SLOTS];     /* by the bytes of a term: its number in `terms` + 1; 0: free */
    VEC(struct near_row) rows; /* that hold one of the terms */
    double count, length;      /* of all rows */
    double mass;               /* Σ worth of the terms */
    const struct jvalue *need; /* NULL: none */
};

static bool has(const uint64_t *bits, uint64_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

/* --- words ------------------------------------------------------------------------------------- */

/* The slot of the term, or the free one where it belongs. */
static uint32_t slot_of(const struct nearing *x, struct str term)
{
    uint64_t head = 0;
    for (size_t i = 0; i < term.len && i < sizeof(head); i++) /* memcpy stalls at the load of it */
        head = head << 8 | (unsigned char)term.ptr[i];
    uint32_t at = (uint32_t)((head + term.len) * UINT64_C(0x9e3779b97f4a7c15) >> 52);
    while (x->slots[at] && !str_eq(x->terms[x->slots[at] - 1].token->term, term))
        at = (at + 1) % SLOTS;
    return at;
}

static err_t take_terms(struct nearing *x, struct err *e)
{
    x->tokens = analyze_text(&x->token_count, x->q->text, ANALYZE_QUERY, x->a);
    for (size_t i = 0; i < x->token_count; i++) {
        uint16_t *slot = &x->slots[slot_of(x, x->tokens[i].term)];
        if (!*slot && x->term_count < TERMS_MAX) {
            x->terms[x->term_count++].token = &x->tokens[i];
            *slot = (uint16_t)x->term_count;
        }
        if (*slot)
            x->terms[*slot - 1].tf++;
    }
    return x->term_count > 0 ? OK
                             : err_set(e, E_INVALID,
                                       "the text holds no letters, digits or Chinese characters; "
                                       "give a description of the need");
}

static void take_word(struct nearing *x, struct near_row *row, struct str term, bool in_title)
{
    uint32_t n = x->slots[slot_of(x, term)];
    row->length++;
    if (n-- == 0)
        return;
    x->terms[n].df += !has(row->held, n);
    row->held[n / 64] |= UINT64_C(1) << n % 64;
    row->title[n / 64] |= (uint64_t)in_title << n % 64;
    row->any = true;
}

/* Which terms stand in the text, which is folded, and in its first line. A Chinese character has three bytes: two side by side
 * are a bigram if they are one of the need's. What else stands between signs of ASCII is a word. */
static void take_row(struct nearing *x, int64_t id, struct str text)
{
    struct near_row row = {.id = id};
    size_t line = str_find(text, STR("\n"), 0), wide = SIZE_MAX; /* the end of the last character */
    for (size_t at = 0; at < text.len;) {
        unsigned char c = (unsigned char)text.ptr[at];
        size_t from = at;
        if (c >> 4 == 0xe && at + 3 <= text.len) {
            at += 3;
            if (wide == from)
                take_word(x, &row, (struct str){text.ptr + from - 3, 6}, at <= line);
            wide = at;
            continue;
        }
        while (at < text.len && (unsigned char)text.ptr[at] >> 4 != 0xe &&
               ((unsigned char)text.ptr[at] >= 0x80 || isalnum((unsigned char)text.ptr[at])))
            at++;
        if (at > from && at - from <= WORD_BYTES_MAX) {
            char word[WORD_BYTES_MAX];
            memcpy(word, text.ptr + from, at - from);
            take_word(x, &row, (struct str){word, analyze_stem(word, at - from)}, at <= line);
        }
        at += at == from;
    }
    x->length += row.length;
    x->count++;
    if (row.any)
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
    while (st && stmt_row(&rc, st, e))
        take_row(x, stmt_i64(st, 0), stmt_str(st, 1));
    stmt_free(st);
    view_clear(&v);
    return rc;
}

static int by_score(const void *l, const void *r)
{
    const struct near_row *x = l, *y = r;
    return x->score != y->score ? (x->score < y->score ? 1 : -1)
                                : (x->id < y->id) - (x->id > y->id);
}

static void weigh(struct nearing *x)
{
    for (size_t i = 0; i < x->term_count; i++) {
        struct near_term *t = &x->terms[i];
        t->worth = 3.0 * t->tf / (t->tf + 2.0) * log(1 + (x->count - t->df + 0.5) / (t->df + 0.5));
        x->mass += t->worth;
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
        row->share =
            1 - pow(1 - fmin(1, held / x->mass), pow((double)x->term_count + 1, LENGTH_POWER));
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
        uint32_t n = x->slots[slot_of(x, t->term)];
        bool held = n > 0 && has(row->held, n - 1);
        if (held && t->cjk && t->number == next) {
            struct run *last = &runs.ptr[runs.len - 1];
            last->text.len = (size_t)(x->q->text.ptr + t->to - last->text.ptr);
            last->worth += x->terms[n - 1].worth;
        } else if (held) {
            VEC_PUSH(
                x->a, &runs,
                ((struct run){{x->q->text.ptr + t->from, t->to - t->from}, x->terms[n - 1].worth}));
        }
        next = held && t->cjk ? t->number + 1 : UINT32_MAX;
    }
    struct str *out = arena_array(x->a, WORDS, sizeof(*out));
    size_t count = 0;
    qsort(runs.ptr, runs.len, sizeof(*runs.ptr), by_worth);
    for (size_t i = 0; i < runs.len && count < WORDS; i++) {
        bool added;
        map_put(seen, runs.ptr[i].text, &added);
        if (added && runs.ptr[i].worth > TOLD * x->mass)
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

static size_t number_of(const struct field *f, struct str code)
{
    const struct enum_value *v = FIND_BY(f->values, f->value_count, code, code);
    return v ? (size_t)(v - f->values) : 0;
}

/* A place within another, a price within the budget, a stage not before the one that is asked for,
 * a text within another. */
static bool agree(const struct field *f, struct str need, struct str own, struct arena *a)
{
    int64_t most, asked;
    if (f->type == FIELD_ENUM)
        return number_of(f, own) >= number_of(f, need);
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
        const struct jvalue *asked = jin_get(x->need, arena_cstr(x->a, rule->need));
        const struct jvalue *has = jin_get(row, arena_cstr(x->a, rule->own));
        struct str need = jvalue_text(asked, x->a), own = jvalue_text(has, x->a);
        const struct field *f = record_field(t, rule->own);
        if (!str_eq(rule->of, x->q->of->name) || str_among(rule->own, out, count))
            continue;
        if (f->type == FIELD_PATENTS
                ? asked && has && asked->type == J_ARRAY && has->type == J_ARRAY &&
                      x->q->covers(asked, has, x->q->arg)
                : need.len > 0 && own.len > 0 && agree(f, need, own, x->a))
            out[count++] = rule->own;
    }
    return (struct str_list){out, count};
}

/* True if the need is of this record: its party does not answer it. */
static bool asks_itself(const struct nearing *x, int64_t id)
{
    const struct record_type *of = x->q->of;
    for (size_t i = 0; x->need && i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        int64_t named;
        if (f->type == FIELD_REF && str_eq(f->to, x->c->type->name) &&
            jin_i64(&named, x->need, arena_cstr(x->a, f->name)) && named == id)
            return true;
    }
    return false;
}

static bool is_refused(const struct nearing *x, int64_t id)
{
    const struct jvalue *list = x->q->refused;
    for (size_t i = 0; list && list->type == J_ARRAY && i < list->count; i++)
        if (str_eq(list->items[i].text, arena_printf(x->a, "%lld", (long long)id)))
            return true;
    return false;
}

/* The nearest rows as a list has them. */
static err_t read_hits(struct near_hit **out, size_t *count, const struct nearing *x, struct err *e)
{
    const struct record_type *t = x->c->type;
    struct buf ids = {0}, fields = {0};
    struct record_page page;
    size_t most = 0;
    while (most < x->rows.len && most < NEAR_HITS_MAX && x->rows.ptr[most].share >= LEAST)
        most++;
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
            if (!jin_i64(&id, &page.items[k], "id") || id != row->id || asks_itself(x, id))
                continue;
            struct near_hit hit = {id,         &page.items[k],   row->share,
                                   row->score, words_of(x, row), fields_of(x, &page.items[k])};
            hit.score *= is_refused(x, id) ? 0 : pow(AGREES, (double)hit.fields.count);
            (*out)[(*count)++] = hit;
        }
    }
    return rc;
}

static int by_hit(const void *l, const void *r)
{
    const struct near_hit *x = l, *y = r;
    return x->score != y->score ? (x->score < y->score ? 1 : -1)
                                : (x->id < y->id) - (x->id > y->id);
}

err_t record_near(struct near_hit **out, size_t *count, const struct record_call *c,
                  const struct near_request *q, struct err *e)
{
    struct nearing *x = arena_alloc(c->arena, sizeof(*x));
    *x = (struct nearing){.q = q, .c = c, .a = c->arena};
    *count = 0;
    err_t rc = take_terms(x, e);
    if (rc == OK && q->of)
        rc = record_seen(&x->need,
                         &(struct record_call){c->kernel, c->subject, q->of, q->need, c->arena}, e);
    if (rc == OK)
        rc = STORE_READ(db, c->kernel->store, e, take_rows(x, db, e));
    if (rc == OK)
        weigh(x);
    if (rc == OK && x->rows.len > 0 && x->rows.ptr[0].share >= LEAST)
        rc = read_hits(out, count, x, e);
    if (rc != OK || *count == 0)
        return rc;
    qsort(*out, *count, sizeof(**out), by_hit);
    *count = *count < q->limit ? *count : q->limit;
    return OK;
}
