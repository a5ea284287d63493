/* Pairs of texts → co-occurring terms → probabilities. Only as many pairs are read as fill CELLS_MAX cells (a pair of
 * terms in a pair of texts), some 1,000 abstracts or 30,000 titles: a few hundred suffice, and learning takes a second. */
#include "search/translate.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "search/document.h"
#include "search/learnt.h"
#include "search/stopwords.h"
#include "search/words.h"
#include "text/unicode.h"
#include "translations_tsv.h"
#include <stdlib.h>

#define CELLS_MAX ((size_t)6 << 20)
#define TERMS_MAX 200 /* distinct ones of a text */
#define TURNS 5       /* of expectation maximisation */
#define PROBABILITY_LEAST 0.03
#define PAIRS_LEAST 2 /* in which a term occurs */

typedef VEC(uint32_t) term_list;

struct vocabulary {
    struct map *ids;
    VEC(struct str) terms;
    VEC(uint32_t) pairs; /* in how many each occurs */
};

struct text_pair {
    term_list side[LANGUAGES];
};

struct learning {
    struct arena *a;
    struct words_list *own; /* the store's Chinese words */
    struct vocabulary words[LANGUAGES];
    VEC(struct text_pair) pairs;
    size_t cells;
};

struct line {
    struct str term, target;
    uint32_t thousandths;
};

/* --- which records ------------------------------------------------------------------ */

enum language text_language(struct str text)
{
    size_t chinese = 0, words = 0;
    bool inside = false;
    for (size_t at = 0; at < text.len;) {
        enum unicode_class k = unicode_class(utf8_next(text, &at));
        chinese += k == UNICODE_CJK;
        words += k == UNICODE_LETTER && !inside;
        inside = k == UNICODE_LETTER;
    }
    return chinese + words == 0 ? LANGUAGES : chinese > words ? LANGUAGE_CHINESE : LANGUAGE_LETTERS;
}

static bool is_title_or_abstract(const struct patent_text *t)
{
    return t->part == TEXT_TITLE || t->part == TEXT_ABSTRACT;
}

void patent_languages(bool out[LANGUAGES], const struct patent *p)
{
    bool all[LANGUAGES + 1] = {false};
    for (size_t i = 0; i < p->texts.len; i++)
        if (is_title_or_abstract(&p->texts.ptr[i]))
            all[text_language(p->texts.ptr[i].content)] = true;
    memcpy(out, all, LANGUAGES * sizeof(*out));
}

struct str language_name(enum language l)
{
    return l == LANGUAGE_CHINESE ? STR("zh") : STR("letters");
}

struct query language_query(enum language l, struct arena *a)
{
    return (struct query){.op = QUERY_TERM,
                          .term = key_term(KEY_LANGUAGE, language_name(l), a),
                          .field = FIELD_ANY,
                          .score = SCORE_NONE};
}

/* --- learning ------------------------------------------------------------------------- */

static void take_term(term_list *out, struct vocabulary *v, struct str term, struct arena *a)
{
    bool added;
    uint64_t *id = map_put(v->ids, term, &added);
    if (added) {
        *id = v->terms.len;
        VEC_PUSH(a, &v->terms, arena_dup(a, term));
        VEC_PUSH(a, &v->pairs, 0);
    }
    for (size_t k = 0; k < out->len; k++)
        if (out->ptr[k] == *id)
            return;
    v->pairs.ptr[*id]++;
    VEC_PUSH(a, out, (uint32_t)*id);
}

static void take_chinese(term_list *out, struct learning *l, struct str text, struct arena *scratch)
{
    size_t count;
    const struct word *w = words_split(&count, text, l->own, scratch);
    for (size_t i = 0; i < count && out->len < TERMS_MAX; i++)
        if (!w[i].inner && !w[i].function && w[i].characters > 1)
            take_term(out, &l->words[LANGUAGE_CHINESE], w[i].folded, l->a);
}

static void take_letters(term_list *out, struct learning *l, struct str text, struct arena *scratch)
{
    size_t count;
    const struct token *t = analyze_text(&count, text, ANALYZE_QUERY, scratch);
    for (size_t i = 0; i < count && out->len < TERMS_MAX; i++)
        if (!t[i].cjk && !is_stop_word(t[i].term))
            take_term(out, &l->words[LANGUAGE_LETTERS], t[i].term, l->a);
}

static bool take_pair(void *arg, const struct patent *p)
{
    struct learning *l = arg;
    struct arena *scratch = arena_new();
    struct str texts[LANGUAGES + 1] = {STR_NONE};
    struct text_pair pair = {0};
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        struct str *joined = &texts[text_language(t->content)];
        if (is_title_or_abstract(t))
            *joined = arena_join_all(scratch, (struct str[]){*joined, STR("\n"), t->content}, 3);
    }
    take_chinese(&pair.side[LANGUAGE_CHINESE], l, texts[LANGUAGE_CHINESE], scratch);
    take_letters(&pair.side[LANGUAGE_LETTERS], l, texts[LANGUAGE_LETTERS], scratch);
    arena_free(scratch);
    l->cells += (pair.side[LANGUAGE_CHINESE].len + 1) * (pair.side[LANGUAGE_LETTERS].len + 1);
    VEC_PUSH(l->a, &l->pairs, pair);
    return l->cells < CELLS_MAX;
}

struct cell {
    float probability, count;
};

struct table {
    struct cell *cells; /* source by source */
    uint32_t *first;    /* cell of each source, of none, and the end */
    uint32_t
        *at; /* of each pair, target by target: its cell with each source, and with none at last */
    size_t sources;
};

/* Numbers the pairs of terms that occur together, by the pairs of texts in which each source does. */
static void table_make(struct table *t, const struct learning *l, enum language from,
                       struct arena *a)
{
    enum language to = language_other(from);
    const struct vocabulary *sources = &l->words[from];
    struct place {
        uint32_t pair, at; /* of its first target */
    } * places;
    size_t count = 0, n = 0;
    uint32_t *last = arena_array(a, l->words[to].terms.len + 1, sizeof(*last)); /* cell + 1 */
    uint32_t *ends, cells = 0;

    t->sources = sources->terms.len;
    t->at = arena_array(a, l->cells + 1, sizeof(*t->at));
    t->first = arena_array(a, t->sources + 2, sizeof(*t->first));
    ends = arena_array(a, t->sources + 1, sizeof(*ends)); /* of the places of each source */
    for (size_t i = 0; i < t->sources; count += sources->pairs.ptr[i++])
        ends[i] = (uint32_t)count;
    ends[t->sources] = (uint32_t)count;
    places = arena_array(a, count + l->pairs.len, sizeof(*places));
    for (size_t p = 0; p < l->pairs.len; p++) {
        const term_list *in = &l->pairs.ptr[p].side[from];
        for (size_t i = 0; i <= in->len; i++)
            places[ends[i < in->len ? in->ptr[i] : t->sources]++] =
                (struct place){(uint32_t)p, (uint32_t)(n + i)};
        n += (in->len + 1) * l->pairs.ptr[p].side[to].len;
    }
    for (size_t i = 0, k = 0; i <= t->sources; i++) {
        t->first[i] = cells;
        for (; k < ends[i]; k++) {
            const struct text_pair *pair = &l->pairs.ptr[places[k].pair];
            uint32_t *at = t->at + places[k].at;
            for (size_t j = 0; j < pair->side[to].len; j++, at += pair->side[from].len + 1) {
                uint32_t *cell = &last[pair->side[to].ptr[j]];
                if (*cell <= t->first[i])
                    *cell = ++cells;
                *at = *cell - 1;
            }
        }
    }
    t->first[t->sources + 1] = cells;
    t->cells = arena_array(a, cells + 1, sizeof(*t->cells));
    for (uint32_t i = 0; i < cells; i++)
        t->cells[i].probability = 1;
}

/* One turn: each target's share of each source, then these as probabilities. */
static void table_turn(struct table *t, const struct learning *l, enum language from)
{
    enum language to = language_other(from);
    const uint32_t *at = t->at;
    for (size_t p = 0; p < l->pairs.len; p++) {
        size_t width = l->pairs.ptr[p].side[from].len + 1;
        for (size_t j = 0; j < l->pairs.ptr[p].side[to].len; j++, at += width) {
            float sum = 0;
            for (size_t i = 0; i < width; i++)
                sum += t->cells[at[i]].probability;
            for (size_t i = 0; i < width && sum > 0; i++) {
                struct cell *c = &t->cells[at[i]];
                c->count += c->probability / sum;
            }
        }
    }
    for (size_t i = 0; i <= t->sources; i++) {
        float sum = 0;
        for (size_t k = t->first[i]; k < t->first[i + 1]; k++)
            sum += t->cells[k].count;
        for (size_t k = t->first[i]; k < t->first[i + 1]; k++)
            t->cells[k] = (struct cell){t->cells[k].count / sum, 0};
    }
}

typedef VEC(struct line) line_vec;

/* The likely ones, each once. */
static void table_lines(line_vec *out, struct table *t, const struct learning *l,
                        enum language from, struct arena *a)
{
    enum language to = language_other(from);
    const uint32_t *at = t->at;
    for (size_t p = 0; p < l->pairs.len; p++) {
        const term_list *sources = &l->pairs.ptr[p].side[from],
                        *targets = &l->pairs.ptr[p].side[to];
        for (size_t j = 0; j < targets->len; j++, at++) /* behind none */
            for (size_t i = 0; i < sources->len; i++, at++) {
                struct cell *c = &t->cells[*at];
                if ((double)c->probability >= PROBABILITY_LEAST &&
                    l->words[from].pairs.ptr[sources->ptr[i]] >= PAIRS_LEAST)
                    VEC_PUSH(a, out,
                             ((struct line){l->words[from].terms.ptr[sources->ptr[i]],
                                            l->words[to].terms.ptr[targets->ptr[j]],
                                            (uint32_t)(c->probability * 1000 + 0.5f)}));
                c->probability = 0;
            }
    }
}

static void table_learn(line_vec *out, const struct learning *l, enum language from,
                        struct arena *a)
{
    struct arena *scratch = arena_new();
    struct table t = {0};
    table_make(&t, l, from, scratch);
    for (int turn = 0; turn < TURNS; turn++)
        table_turn(&t, l, from);
    table_lines(out, &t, l, from, a);
    arena_free(scratch);
}

static int line_order(const void *l, const void *r)
{
    const struct line *x = l, *y = r;
    int order = str_cmp(x->term, y->term);
    if (order == 0 && x->thousandths != y->thousandths)
        order = x->thousandths > y->thousandths ? -1 : 1;
    return order ? order : str_cmp(x->target, y->target);
}

/* --- the file --------------------------------------------------------------------------- */

static err_t table_write(const struct learnt_from *from, line_vec *lines, uint64_t records,
                         struct err *e)
{
    struct buf b;
    size_t same = 0;
    buf_init(&b, 0);
    if (lines->len > 0)
        qsort(lines->ptr, lines->len, sizeof(*lines->ptr), line_order);
    for (size_t i = 0; i < lines->len; i++) {
        const struct line *x = &lines->ptr[i];
        same = i > 0 && str_eq(x->term, lines->ptr[i - 1].term) ? same + 1 : 0;
        if (same == 0)
            buf_addf(&b, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(x->term));
        if (same < TRANSLATIONS_MAX)
            buf_addf(&b, "\t%.*s\t%u", STR_ARG(x->target), x->thousandths);
    }
    buf_addc(&b, '\n');
    err_t rc = learnt_write(from, records, &b, e);
    buf_clear(&b);
    return rc;
}

static struct str line_of(struct str file, struct str term)
{
    struct str lines = learnt_find(learnt_lines(file), term), line = learnt_line(&lines);
    return str_eq(str_split(&line, STR("\t")), term) ? line : STR_NONE;
}

static void add_targets(struct translation *list, size_t *count, struct str line, float share)
{
    while (line.len > 0 && *count < 2 * TRANSLATIONS_MAX) {
        struct str target = str_split(&line, STR("\t"));
        uint64_t thousandths = 0;
        size_t i = 0;
        if (!str_to_u64(&thousandths, str_split(&line, STR("\t"))))
            return;
        while (i < *count && !str_eq(list[i].target, target))
            i++;
        if (i == *count)
            list[(*count)++] = (struct translation){target, 0};
        list[i].probability += share * (float)thousandths / 1000;
    }
}

static int by_probability(const void *l, const void *r)
{
    const struct translation *x = l, *y = r;
    if (x->probability != y->probability)
        return x->probability > y->probability ? -1 : 1;
    return str_cmp(x->target, y->target);
}

size_t translations_of(struct translation out[TRANSLATIONS_MAX], struct bytes own, struct str term)
{
    static const struct str carried = {translations_tsv, sizeof(translations_tsv) - 1};
    struct str lines[2] = {line_of(carried, term), line_of(bytes_str(own), term)};
    float share = lines[0].len > 0 && lines[1].len > 0 ? 0.5f : 1;
    struct translation list[2 * TRANSLATIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < 2; i++)
        add_targets(list, &count, lines[i], share);
    if (count > 1)
        qsort(list, count, sizeof(*list), by_probability);
    count = count < TRANSLATIONS_MAX ? count : TRANSLATIONS_MAX;
    memcpy(out, list, count * sizeof(*out));
    return count;
}

/* --- following the index ------------------------------------------------------------------ */

err_t translations_follow(struct store *store, const char *index_dir, struct err *e)
{
    struct arena *a = arena_new();
    struct bytes words = learnt_map(index_dir, WORDS_FILE);
    struct learning l = {.a = a, .own = arena_alloc(a, sizeof(*l.own))};
    const struct query languages[LANGUAGES] = {language_query(LANGUAGE_CHINESE, a),
                                               language_query(LANGUAGE_LETTERS, a)};
    const struct query bilingual = {
        .op = QUERY_AND, .children = languages, .child_count = LANGUAGES};
    const struct learnt_from from = {.index_dir = index_dir,
                                     .name = TRANSLATIONS_FILE,
                                     .query = &bilingual,
                                     .most = CELLS_MAX / TERMS_MAX,
                                     .take = take_pair,
                                     .arg = &l};
    line_vec lines = {0};
    uint64_t records;
    words_list_make(l.own, words);
    for (int s = 0; s < LANGUAGES; s++)
        l.words[s].ids = map_in(a);
    err_t rc = learnt_read(&records, store, &from, a, e);
    if (rc == OK && records > 0) {
        table_learn(&lines, &l, LANGUAGE_CHINESE, a);
        table_learn(&lines, &l, LANGUAGE_LETTERS, a);
        rc = table_write(&from, &lines, records, e);
    }
    fs_unmap(words);
    arena_free(a);
    return rc;
}
