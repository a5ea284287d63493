/* Text → weighted leaves, in up to three passes: words; words with classes; words
 * with classes and feedback. Sums run in the order of the leaves and ties are
 * broken by bytes or places, so nothing depends on hashing. */
#include "search/match.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "index/postings.h"
#include "search/document.h"
#include "search/stopwords.h"
#include "text/unicode.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define TF_SATURATION 2.0f /* query weight 3tf/(tf+2) */
#define CLASS_WEIGHT 0.75f /* at a text of usual length, see class_scale */
#define USUAL_MASS 100.0f  /* Σ weight · idf of an abstract, without BM25's k1 + 1 */
/* Of the text's Σ weight · idf. The notes' recipe has 0.2; half of it keeps nearly
 * all of the recall and does not push the first right answer down. */
#define FEEDBACK_SHARE 0.1f
#define LIKELY 0.5f       /* Σ probability of translations that stand for the whole word */
#define SCALE_MOST 8.0f   /* of translations */
#define LENGTH_POWER 0.45 /* of the count of words in a similarity */
#define TITLE_TF 5        /* a title's word counts as often in feedback, as in the index */

typedef VEC(struct match_leaf) leaf_vec;

struct matcher {
    struct arena *a;
    struct err *e;
    const struct snapshot *snapshot;
    const struct query *filter;
    struct db *db;
    struct search_scratch *scratch;
    enum index_kind kind;
    unsigned evidence;
    double docs;
    struct map *seen;    /* term → leaf number + 1 */
    struct map *dropped; /* terms of the dropped words */
    const struct search_request *q;
    leaf_vec leaves;
    float mass; /* Σ weight · idf of the words, or of their translations, which is larger */
    bool cites; /* some of the first answers state citations */
    bool translates;
    struct bytes translations; /* the store's */
    struct answer *answers;    /* that were read last */
    size_t answer_count;
};

/* --- statistics ------------------------------------------------------------ */

static err_t doc_counts(uint64_t *out, struct matcher *m, const struct str *terms, size_t count)
{
    err_t rc = index_doc_counts(out, m->snapshot, terms, count, m->scratch, m->e);
    for (size_t i = 0; i < count; i++)
        if (out[i] > snapshot_docs(m->snapshot))
            out[i] = snapshot_docs(m->snapshot); /* deleted ones are still counted */
    return rc;
}

static float bm25_idf(double docs, uint64_t df)
{
    return (float)log(1.0 + (docs - (double)df + 0.5) / ((double)df + 0.5));
}

/* Texts are translated if there are records in the other language. */
static err_t translations_begin(struct matcher *m, enum language own, struct asking *session)
{
    uint64_t records = 0;
    err_t rc = OK;
    if (m->evidence & MATCH_TRANSLATIONS && own != LANGUAGES) {
        const struct query other = language_query(language_other(own), m->a);
        rc = doc_counts(&records, m, &other.term, 1);
    }
    m->translates = records > 0;
    if (m->translates)
        m->translations = asking_translations(session);
    return rc;
}

/* --- words ----------------------------------------------------------------- */

/* Distinct tokens of a text with their counts, in order of first appearance. */
static void count_tokens(leaf_vec *out, struct map *seen, struct str text, const struct token *t,
                         size_t count, uint32_t times, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        bool added;
        uint64_t *at = map_put(seen, t[i].term, &added);
        if (added) {
            struct match_leaf leaf = {.term = t[i].term,
                                      .shown = {text.ptr + t[i].from, t[i].to - t[i].from},
                                      .first = t[i].number};
            *at = out->len;
            VEC_PUSH(a, out, leaf);
        }
        assert(*at < out->len);
        out->ptr[*at].tf += times;
    }
}

static void count_words(leaf_vec *out, struct map *seen, struct str text, uint32_t times,
                        enum index_kind kind, struct arena *a)
{
    size_t count;
    const struct token *t = analyze_text(&count, text, ANALYZE_MARKS | analyze_flags(kind), a);
    count_tokens(out, seen, text, t, count, times, a);
}

static int by_gain(const void *l, const void *r)
{
    const struct match_leaf *x = l, *y = r;
    float gain_x = x->weight * x->idf, gain_y = y->weight * y->idf;
    if (gain_x != gain_y)
        return gain_x > gain_y ? -1 : 1;
    return str_cmp(x->term, y->term);
}

static int by_place(const void *l, const void *r)
{
    const struct match_leaf *x = l, *y = r;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return str_cmp(x->term, y->term);
}

/* Keep the best `limit`, in the order of the text. */
static void keep_best(leaf_vec *leaves, size_t limit)
{
    if (leaves->len > limit) {
        qsort(leaves->ptr, leaves->len, sizeof(*leaves->ptr), by_gain);
        leaves->len = limit;
    }
    if (leaves->len > 0)
        qsort(leaves->ptr, leaves->len, sizeof(*leaves->ptr), by_place);
}

static float weight_of(const struct matcher *m, uint32_t times)
{
    float tf = (float)times;
    return m->evidence & MATCH_WEIGHTS ? (1 + TF_SATURATION) * tf / (tf + TF_SATURATION) : 1;
}

/* The terms that the index has for a target: the bigrams of a Chinese word. */
static size_t target_terms(struct str out[WORD_CHARACTERS_MAX], struct str target)
{
    size_t count = 0, from = 0, middle = 0;
    if (unicode_class(utf8_next(target, &middle)) != UNICODE_CJK) {
        out[0] = target;
        return 1;
    }
    for (size_t to = middle; to < target.len && count < WORD_CHARACTERS_MAX;
         from = middle, middle = to) {
        utf8_next(target, &to);
        out[count++] = (struct str){target.ptr + from, to - from};
    }
    return count;
}

/* The word's targets in the other language that the index holds with all their terms, each with its
 * share of the word's weight, of n terms each over √n. What unlikely targets share is less than the
 * word. A Chinese word (idf 0) holds no more of the mass than its target tells: in a store of few
 * Chinese records its bigrams are rare. */
static err_t translate_word(leaf_vec *out, struct map *seen, const struct match_leaf *word,
                            struct matcher *m, struct arena *scratch)
{
    struct translation list[TRANSLATIONS_MAX];
    struct str all[TRANSLATIONS_MAX * WORD_CHARACTERS_MAX];
    uint64_t dfs[ARRAY_LEN(all)];
    size_t count = translations_of(list, m->translations, word->term), held[TRANSLATIONS_MAX],
           n = 0;
    float sum = 0;
    bool whole_of[TRANSLATIONS_MAX];
    for (size_t i = 0; i < count; n += held[i++])
        held[i] = target_terms(all + n, list[i].target);
    err_t rc = doc_counts(dfs, m, all, n);
    if (rc != OK)
        return rc;
    const struct str *terms = all;
    const uint64_t *df = dfs;
    for (size_t i = 0; i < count; df += held[i++]) {
        bool whole = held[i] > 0;
        for (size_t k = 0; k < held[i]; k++)
            whole &= df[k] > 0;
        sum += whole ? list[i].probability : 0;
        whole_of[i] = whole;
    }
    df = dfs;
    for (size_t i = 0; i < count; terms += held[i], df += held[i], i++)
        for (size_t k = 0; whole_of[i] && k < held[i]; k++) {
            bool added;
            float idf = bm25_idf(m->docs, df[k]);
            uint64_t *at = map_put(seen, terms[k], &added);
            if (added) {
                *at = out->len;
                VEC_PUSH(scratch, out,
                         ((struct match_leaf){.kind = LEAF_TRANSLATION,
                                              .term = terms[k],
                                              .shown = word->shown,
                                              .target = list[i].target,
                                              .idf = idf,
                                              .first = word->first}));
            }
            float share = list[i].probability / fmaxf(sum, LIKELY) / sqrtf((float)held[i]);
            out->ptr[*at].weight += word->weight * share;
            out->ptr[*at].own =
                fmaxf(out->ptr[*at].own, fminf(word->own, word->weight * fmaxf(idf, word->idf)));
        }
    return OK;
}

/* A place of a Chinese word that has translations. */
struct source_place {
    uint32_t source, from, to;
};

struct sources {
    leaf_vec words;   /* distinct; `own`: of the bigrams that they stand for */
    struct map *seen; /* folded word → its number + 1, 0: it has no translation */
    VEC(struct source_place) places;
};

static bool add_source(struct sources *s, const struct word *w, const struct match *text,
                       const struct matcher *m, struct arena *scratch)
{
    struct translation list[TRANSLATIONS_MAX];
    bool added;
    uint64_t *at = map_put(s->seen, w->folded, &added);
    if (added && w->characters > 1 && !w->function &&
        translations_of(list, m->translations, w->folded) > 0) {
        VEC_PUSH(scratch, &s->words,
                 ((struct match_leaf){.term = w->folded,
                                      .shown = {text->text.ptr + w->from, w->to - w->from},
                                      .weight = (float)w->characters,
                                      .first = (uint32_t)s->words.len}));
        *at = s->words.len;
    }
    if (*at == 0)
        return false;
    s->words.ptr[*at - 1].tf++;
    VEC_PUSH(scratch, &s->places, ((struct source_place){(uint32_t)*at - 1, w->from, w->to}));
    return true;
}

static void add_untranslated(struct match *text, struct str shown)
{
    bool full = text->untranslated_count == MATCH_UNTRANSLATED_MAX;
    if (!full && !str_among(shown, text->untranslated, text->untranslated_count))
        text->untranslated[text->untranslated_count++] = shown;
}

/* A word, else the words inside it, from its beginning on. */
static void find_sources(struct sources *s, struct match *text, const struct matcher *m,
                         struct arena *scratch)
{
    uint32_t end = 0;
    const struct word *outer = NULL; /* none of which is translated so far */
    for (size_t i = 0; i <= text->word_count; i++) {
        const struct word *w = &text->words[i];
        bool next = i == text->word_count || !w->inner;
        if (next && outer && outer->characters > 1 && !outer->function)
            add_untranslated(text,
                             (struct str){text->text.ptr + outer->from, outer->to - outer->from});
        if (i == text->word_count)
            return;
        outer = next ? w : outer;
        if (w->from >= end && add_source(s, w, text, m, scratch)) {
            end = w->to;
            outer = NULL;
        }
    }
}

/* Translates the Chinese text word by word. A bigram counts for the words that it touches. */
static err_t translate_chinese(leaf_vec *out, const leaf_vec *bigrams, struct map *numbers,
                               const struct token *t, size_t count, struct match *text,
                               struct matcher *m, struct arena *scratch)
{
    struct sources s = {.seen = map_in(scratch)};
    struct map *targets = map_in(scratch);
    err_t rc = OK;
    find_sources(&s, text, m, scratch);
    for (size_t i = 0, at = 0; i < count; i++) {
        const struct match_leaf *bigram = &bigrams->ptr[*map_get(numbers, t[i].term)];
        while (at < s.places.len && s.places.ptr[at].to <= t[i].from)
            at++;
        size_t end = at;
        while (end < s.places.len && s.places.ptr[end].from < t[i].to)
            end++;
        for (size_t k = at; k < end; k++)
            s.words.ptr[s.places.ptr[k].source].own +=
                bigram->own / (float)bigram->tf / (float)(end - at);
    }
    for (size_t i = 0; rc == OK && i < s.words.len; i++) {
        s.words.ptr[i].weight *= weight_of(m, s.words.ptr[i].tf);
        rc = translate_word(out, targets, &s.words.ptr[i], m, scratch);
    }
    return rc;
}

/* Counts the documents that have each leaf's term. */
static err_t leaf_counts(uint64_t **out, struct matcher *m, const leaf_vec *leaves, struct arena *a)
{
    struct str *terms = arena_array(a, leaves->len + 1, sizeof(*terms));
    *out = arena_array(a, leaves->len + 1, sizeof(**out));
    for (size_t i = 0; i < leaves->len; i++)
        terms[i] = leaves->ptr[i].term;
    return doc_counts(*out, m, terms, leaves->len);
}

/* A long text has a hundred thousand distinct words, of which 150 are kept: all
 * but these live in a scratch arena. */
static err_t weigh_words(leaf_vec *kept, leaf_vec *translated, struct match *out, struct matcher *m,
                         struct arena *scratch)
{
    struct map *seen = map_in(scratch), *targets = map_in(scratch);
    bool weigh = m->evidence & MATCH_WEIGHTS;
    leaf_vec words = {0};
    size_t count;
    const struct token *t =
        analyze_text(&count, out->text, ANALYZE_MARKS | analyze_flags(m->kind), scratch);
    err_t rc = OK;

    count_tokens(&words, seen, out->text, t, count, 1, scratch);
    out->distinct = words.len;
    uint64_t *dfs;
    if ((rc = leaf_counts(&dfs, m, &words, scratch)) != OK)
        return rc;
    for (size_t i = 0; i < words.len; i++) {
        struct match_leaf leaf = words.ptr[i];
        uint64_t df = dfs[i];
        out->unknown += df == 0;
        if (weigh && is_stop_word(leaf.term))
            continue;
        leaf.weight = weight_of(m, leaf.tf);
        leaf.idf = bm25_idf(m->docs, df);
        if (leaf.term.ptr[0] != ANALYZE_SINGLE) {
            words.ptr[i].own = leaf.own = leaf.weight * leaf.idf;
            out->mass += leaf.own;
            out->counted++;
        }
        if (df > 0)
            VEC_PUSH(scratch, kept, leaf);
        struct translation list[TRANSLATIONS_MAX];
        if (m->translates && out->language == LANGUAGE_LETTERS && leaf.own > 0 &&
            (rc = translate_word(translated, targets, &leaf, m, scratch)) != OK)
            return rc;
        if (m->translates && out->language == LANGUAGE_LETTERS && leaf.own > 0 &&
            translations_of(list, m->translations, leaf.term) == 0)
            add_untranslated(out, leaf.shown);
    }
    if (m->translates && out->language == LANGUAGE_CHINESE)
        rc = translate_chinese(translated, &words, seen, t, count, out, m, scratch);
    keep_best(kept, weigh ? MATCH_WORDS : QUERY_LEAVES_MAX - 200);
    keep_best(translated, MATCH_WORDS);
    return rc;
}

static err_t add_words(struct match *out, struct matcher *m)
{
    struct arena *scratch = arena_new();
    leaf_vec kept = {0}, translated = {0};
    err_t rc = weigh_words(&kept, &translated, out, m, scratch);

    for (size_t i = 0; rc == OK && i < kept.len; i++) {
        struct match_leaf leaf = kept.ptr[i];
        bool added;
        leaf.term = arena_dup(m->a, leaf.term);
        VEC_PUSH(m->a, &m->leaves, leaf);
        *map_put(m->seen, leaf.term, &added) = i + 1;
        m->mass += leaf.weight * leaf.idf;
    }
    for (size_t i = 0; rc == OK && i < translated.len; i++) {
        struct match_leaf leaf = translated.ptr[i];
        if (map_get(m->seen, leaf.term) || map_get(m->dropped, leaf.term))
            continue;
        leaf.term = arena_dup(m->a, leaf.term);
        leaf.target = arena_dup(m->a, leaf.target);
        VEC_PUSH(m->a, &m->leaves, leaf);
    }
    arena_free(scratch);
    return rc;
}

/* --- the query so far -------------------------------------------------------- */

enum leaf_choice { LEAVES_ALL, LEAVES_DIRECT, LEAVES_TRANSLATIONS };

/* OR of the leaves. */
static const struct query *query_of(const struct matcher *m, enum leaf_choice choice)
{
    struct query *children = arena_array(m->a, m->leaves.len + 1, sizeof(*children));
    struct query *root = arena_alloc(m->a, sizeof(*root));

    *root = (struct query){.op = QUERY_OR, .children = children};
    for (size_t i = 0; i < m->leaves.len; i++) {
        const struct match_leaf *leaf = &m->leaves.ptr[i];
        bool translation = leaf->kind == LEAF_TRANSLATION;
        if (choice != LEAVES_ALL && translation != (choice == LEAVES_TRANSLATIONS))
            continue;
        children[root->child_count++] =
            (struct query){.op = QUERY_TERM,
                           .term = leaf->term,
                           .field = FIELD_ANY,
                           .score = leaf->kind == LEAF_CLASS ? SCORE_PRESENT : SCORE_BM25,
                           .weight = leaf->weight,
                           .tag = (uint32_t)i};
    }
    return root;
}

static bool has_translations(const struct matcher *m)
{
    for (size_t i = 0; i < m->leaves.len; i++)
        if (m->leaves.ptr[i].kind == LEAF_TRANSLATION)
            return true;
    return false;
}

/* True if an earlier part is of another translation of the same word. */
static bool is_counted_before(const struct match_leaf *leaves, const struct score_part *parts,
                              size_t part)
{
    const struct match_leaf *leaf = &leaves[parts[part].tag];
    for (size_t i = 0; i < part && leaf->kind == LEAF_TRANSLATION; i++) {
        const struct match_leaf *other = &leaves[parts[i].tag];
        if (other->kind == LEAF_TRANSLATION && parts[i].score > 0 && other->first == leaf->first)
            return true;
    }
    return false;
}

/* How much of the text's mass a record holds. */
static float mass_held(const struct match_leaf *leaves, const struct score_part *parts,
                       size_t count)
{
    float held = 0;
    for (size_t i = 0; i < count; i++)
        if (parts[i].score > 0 && !is_counted_before(leaves, parts, i))
            held += leaves[parts[i].tag].own;
    return held;
}

/* Score for each unit of the text's mass that the best records of the filter hold, 0: there are none; *most: what the
 * one with most of it holds. */
static err_t worth_of_mass(float *out, float *most, const struct matcher *m,
                           enum leaf_choice choice, const struct query *filter)
{
    struct search_options o = {.k = MATCH_FIRST_ANSWERS, .filter = filter, .scratch = m->scratch};
    const struct query *words = query_of(m, choice);
    struct explainer *explainer = NULL;
    struct search_result found;
    float score = 0, held = 0;
    err_t rc = index_search(&found, m->snapshot, words, &o, m->a, m->e);
    if (rc == OK)
        rc = explainer_new(&explainer, m->snapshot, words, m->scratch, m->e);
    for (size_t i = 0; rc == OK && i < found.hit_count; i++) {
        const struct score_part *parts;
        size_t count = 0;
        rc = index_explain(&parts, &count, explainer, &found.hits[i], m->a, m->e);
        float here = mass_held(m->leaves.ptr, parts, count);
        score += found.hits[i].score;
        held += here;
        *most = fmaxf(*most, here);
    }
    explainer_free(explainer);
    *out = held > 0 ? score / held : 0;
    return rc;
}

/* Σ own of the words that have translations, each once. */
static float mass_translated(const struct matcher *m)
{
    float mass = 0;
    const struct match_leaf *leaves = m->leaves.ptr;
    for (size_t i = 0; i < m->leaves.len; i++) {
        size_t k = 0;
        while (k < i && (leaves[k].kind != LEAF_TRANSLATION || leaves[k].first != leaves[i].first))
            k++;
        if (leaves[i].kind == LEAF_TRANSLATION && k == i)
            mass += leaves[i].own;
    }
    return mass;
}

static double similarity_of(const struct match *m, float held)
{
    double share = m->mass > 0 ? fmin(1, (double)(held / m->mass)) : 0;
    return 1 - pow(1 - share, pow((double)m->counted + 1, LENGTH_POWER));
}

/* Brings the translations to the scale of the text's own words: a part of the text counts the same in
 * the best records of either language. Words without translations lower what a foreign record can
 * hold; the root corrects part of that. Without it good foreign records come late, with the ratio
 * itself weak ones come first. If the nearest of them is less near than the nearest record of the text's own language,
 * they come later, by the cube (measured: README). */
static err_t translations_scale(struct matcher *m, const struct match *text)
{
    const struct query own = language_query(text->language, m->a);
    const struct query others = {.op = QUERY_NOT, .children = &own, .child_count = 1};
    float direct, translated = 0, most_own = 0, most_other = 0;
    if (!has_translations(m))
        return OK;
    err_t rc = worth_of_mass(&direct, &most_own, m, LEAVES_DIRECT, &own);
    if (rc == OK)
        rc = worth_of_mass(&translated, &most_other, m, LEAVES_TRANSLATIONS, &others);
    if (rc != OK)
        return rc;
    float scale = 1, mass = 0;
    if (direct > 0 && translated > 0) {
        float ratio = text->mass / mass_translated(m);
        float nearness = (float)(similarity_of(text, most_other) / similarity_of(text, most_own));
        scale = direct / translated * fminf(ratio, nearness * nearness * nearness * sqrtf(ratio));
    }
    scale = fminf(SCALE_MOST, scale);
    for (size_t i = 0; i < m->leaves.len; i++)
        if (m->leaves.ptr[i].kind == LEAF_TRANSLATION) {
            m->leaves.ptr[i].weight *= scale;
            mass += m->leaves.ptr[i].weight * m->leaves.ptr[i].idf;
        }
    m->mass = fmaxf(m->mass, mass);
    return OK;
}

const struct patent *answer_of(const struct answer *answers, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (answers[i].patent.id == id)
            return &answers[i].patent;
    return NULL;
}

/* The records that the query so far finds first. */
static err_t first_answers(struct answer **out, size_t *count, struct matcher *m)
{
    struct search_options o = {
        .k = MATCH_FIRST_ANSWERS, .filter = m->filter, .scratch = m->scratch};
    struct search_result found;
    float sum = 0;
    err_t rc = index_search(&found, m->snapshot, query_of(m, LEAVES_ALL), &o, m->a, m->e);

    *count = 0;
    struct answer *answers = *out = arena_array(m->a, MATCH_FIRST_ANSWERS, sizeof(**out));
    for (size_t i = 0; rc == OK && i < found.hit_count; i++) {
        struct answer *answer = &answers[*count];
        struct err e = {0};
        const struct patent *known =
            answer_of(m->answers, m->answer_count, (int64_t)found.hits[i].id);
        if (found.hits[i].score <= 0)
            break;
        if (known)
            answer->patent = *known;
        else
            rc = patent_get(&answer->patent, m->db, (int64_t)found.hits[i].id, m->a, &e);
        if (rc == E_NOTFOUND) { /* removed since; the index will hear of it */
            rc = OK;
            continue;
        }
        if (rc != OK)
            return err_pass(m->e, rc, &e);
        sum += answer->share = found.hits[i].score;
        ++*count;
    }
    for (size_t i = 0; i < *count; i++)
        answers[i].share /= sum;
    m->answers = answers;
    m->answer_count = *count;
    return rc;
}

/* --- classes --------------------------------------------------------------- */

/* One symbol's levels that count: subclass, main group, symbol; `weight` is added
 * to those that are there already. */
static void add_symbol(leaf_vec *classes, struct map *seen, struct str symbol, float weight,
                       struct arena *a)
{
    struct str up[5];
    size_t levels = class_ancestors(up, symbol);
    for (size_t i = 2; i < levels; i++) {
        bool added;
        uint64_t *at = map_put(seen, up[i], &added);
        if (added) {
            struct match_leaf leaf = {.kind = LEAF_CLASS,
                                      .term = key_term('u', up[i], a),
                                      .shown = arena_dup(a, up[i]),
                                      .first = UINT32_MAX};
            *at = classes->len;
            VEC_PUSH(a, classes, leaf);
        }
        assert(*at < classes->len);
        classes->ptr[*at].weight += weight;
    }
}

/* The symbol or what lies above it. */
static bool is_dropped(const struct matcher *m, struct str symbol)
{
    struct str up[5], one;
    size_t levels = class_ancestors(up, symbol);
    for (size_t i = 0; i < m->q->dropped_count; i++)
        for (size_t k = 0; k < levels && match_class(&one, m->q->dropped[i], m->a); k++)
            if (str_eq(up[k], one))
                return true;
    return false;
}

static bool is_alnum(char c)
{
    return (unsigned)((c | 32) - 'a') < 26u || (unsigned)(c - '0') < 10u;
}

static size_t digits_from(struct str s, size_t at)
{
    size_t from = at;
    while (at < s.len && (unsigned)(s.ptr[at] - '0') < 10u)
        at++;
    return at - from;
}

/* The end of a symbol like H01M, H01M10 or "H01M 10/052" that begins at `at`, or
 * `at` when none does. */
static size_t symbol_end(struct str s, size_t at)
{
    if (at + 4 > s.len || !strchr("ABCDEFGHY", s.ptr[at]) || digits_from(s, at + 1) != 2 ||
        (unsigned)(s.ptr[at + 3] - 'A') >= 26u || (at > 0 && is_alnum(s.ptr[at - 1])))
        return at;
    size_t end = at + 4, next = end + (end < s.len && s.ptr[end] == ' ');
    size_t group = digits_from(s, next);
    if (group > 0 && group <= 4) {
        size_t slash = next + group, sub = 0;
        if (slash < s.len && s.ptr[slash] == '/')
            sub = digits_from(s, slash + 1);
        if (sub > 0)
            end = slash + 1 + sub;
        else if (next == end) /* "H01M 10" may be a count, "H01M10" is a group */
            end = slash;
    }
    return end < s.len && is_alnum(s.ptr[end]) ? at : end;
}

static void classes_in_text(leaf_vec *classes, struct map *seen, const struct matcher *m,
                            struct str text)
{
    struct map *symbols = map_in(m->a);
    for (size_t at = 0; at < text.len;) {
        size_t end = symbol_end(text, at);
        struct class_symbol symbol = {0};
        if (end == at) {
            at++;
            continue;
        }
        bool added;
        if (class_parse(&symbol, (struct str){text.ptr + at, end - at}, CLASS_IPC, m->a)) {
            map_put(symbols, symbol.symbol, &added);
            if (added && !is_dropped(m, symbol.symbol))
                add_symbol(classes, seen, symbol.symbol, 0, m->a);
        }
        at = end;
    }
    for (size_t i = 0; i < classes->len; i++)
        classes->ptr[i].weight = 1;
}

static void classes_of_answers(leaf_vec *classes, struct map *seen, const struct matcher *m,
                               const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct patent *p = &answers[i].patent;
        leaf_vec own = {0};
        struct map *own_seen = map_in(m->a);
        for (size_t k = 0; k < p->classes.len; k++)
            if ((p->classes.ptr[k].scheme == CLASS_IPC || p->classes.ptr[k].scheme == CLASS_CPC) &&
                !is_dropped(m, p->classes.ptr[k].symbol.symbol))
                add_symbol(&own, own_seen, p->classes.ptr[k].symbol.symbol, 0, m->a);
        /* Once per record, however many of its symbols lie below. */
        for (size_t k = 0; k < own.len; k++) {
            bool added;
            uint64_t *at = map_put(seen, own.ptr[k].term, &added);
            if (added) {
                *at = classes->len;
                VEC_PUSH(m->a, classes, own.ptr[k]);
            }
            assert(*at < classes->len);
            classes->ptr[*at].weight += answers[i].share;
        }
    }
}

/* Class weights were measured beside texts of a certain Σ weight · idf; a short
 * text's classes must not drown its words. */
static float class_scale(const struct matcher *m)
{
    return CLASS_WEIGHT * fminf(1, m->mass / USUAL_MASS);
}

static err_t add_classes(struct matcher *m, struct str text)
{
    leaf_vec classes = {0}, known = {0};
    struct map *seen = map_in(m->a);
    struct answer *answers;
    struct str symbol;
    size_t count;
    err_t rc;

    classes_in_text(&classes, seen, m, text);
    if (classes.len == 0 && m->q->own) {
        struct answer own = {.patent = *m->q->own, .share = 1};
        classes_of_answers(&classes, seen, m, &own, 1);
    }
    if (classes.len == 0) {
        if ((rc = first_answers(&answers, &count, m)) != OK)
            return rc;
        classes_of_answers(&classes, seen, m, answers, count);
    }
    for (size_t i = 0; i < m->q->added_count; i++)
        if (match_class(&symbol, m->q->added[i], m->a))
            add_symbol(&classes, seen, symbol, 1, m->a);
    uint64_t *dfs;
    if ((rc = leaf_counts(&dfs, m, &classes, m->a)) != OK)
        return rc;
    for (size_t i = 0; i < classes.len; i++) {
        struct match_leaf leaf = classes.ptr[i];
        uint64_t df = dfs[i];
        if (df == 0 || (double)df >= m->docs)
            continue;
        leaf.idf = (float)log(m->docs / (double)df);
        leaf.weight *= class_scale(m);
        VEC_PUSH(m->a, &known, leaf);
    }
    keep_best(&known, MATCH_CLASSES_MAX);
    for (size_t i = 0; i < known.len; i++)
        VEC_PUSH(m->a, &m->leaves, known.ptr[i]);
    return OK;
}

/* --- feedback -------------------------------------------------------------- */

/* m->cites. */
static bool answers_cite(struct matcher *m, const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < answers[i].patent.citations.len; k++)
            m->cites |= !answers[i].patent.citations.ptr[k].citing_us;
    return m->cites;
}

/* True if some have texts in both languages and some in one: words of the former would draw these
 * before the latter. */
static bool answers_differ(const struct answer *answers, size_t count)
{
    size_t both = 0;
    for (size_t i = 0; i < count; i++) {
        bool has[LANGUAGES];
        patent_languages(has, &answers[i].patent);
        both += has[LANGUAGE_CHINESE] && has[LANGUAGE_LETTERS];
    }
    return both > 0 && both < count;
}

/* Words of the first answers by share · tf part · idf; words of the text that are
 * among them only gain weight. */
static err_t add_feedback(struct matcher *m)
{
    leaf_vec words = {0};
    struct map *seen = map_in(m->a);
    struct answer *answers;
    size_t count;
    float mass = 0;
    err_t rc = first_answers(&answers, &count, m);

    if (rc != OK || (m->evidence & MATCH_CITERS && answers_cite(m, answers, count)) ||
        (has_translations(m) && answers_differ(answers, count)))
        return rc;

    for (size_t i = 0; rc == OK && i < count; i++) {
        leaf_vec own = {0};
        struct map *own_seen = map_in(m->a);
        const struct patent *p = &answers[i].patent;
        count_words(&own, own_seen, document_text(p, TEXT_TITLE, m->a), TITLE_TF, m->kind, m->a);
        count_words(&own, own_seen, document_text(p, TEXT_ABSTRACT, m->a), 1, m->kind, m->a);
        for (size_t k = 0; k < own.len; k++) {
            bool added;
            uint64_t *at = map_put(seen, own.ptr[k].term, &added);
            if (added) {
                own.ptr[k].kind = LEAF_FEEDBACK;
                own.ptr[k].first = UINT32_MAX;
                *at = words.len;
                VEC_PUSH(m->a, &words, own.ptr[k]);
            }
            float tf = (float)own.ptr[k].tf;
            assert(*at < words.len);
            words.ptr[*at].weight += answers[i].share * tf / (tf + TF_SATURATION);
        }
    }
    leaf_vec known = {0};
    uint64_t *dfs = NULL;
    if (rc == OK)
        rc = leaf_counts(&dfs, m, &words, m->a);
    for (size_t i = 0; rc == OK && i < words.len; i++) {
        if (dfs[i] == 0 || is_stop_word(words.ptr[i].term) ||
            map_get(m->dropped, words.ptr[i].term))
            continue;
        words.ptr[i].idf = bm25_idf(m->docs, dfs[i]);
        VEC_PUSH(m->a, &known, words.ptr[i]);
    }
    if (rc != OK)
        return rc;
    keep_best(&known, MATCH_FEEDBACK_WORDS);
    for (size_t i = 0; i < known.len; i++)
        mass += known.ptr[i].weight * known.ptr[i].idf;
    for (size_t i = 0; i < known.len; i++) {
        struct match_leaf leaf = known.ptr[i];
        const uint64_t *at = map_get(m->seen, leaf.term);
        leaf.weight *= FEEDBACK_SHARE * m->mass / mass;
        if (at)
            m->leaves.ptr[*at - 1].weight += leaf.weight;
        else
            VEC_PUSH(m->a, &m->leaves, leaf);
    }
    return OK;
}

/* Where the words that were kept stand, and in which Chinese words, for reasons. */
static void find_places(struct match *out, const struct matcher *m)
{
    VEC(struct match_place) places = {0};
    struct arena *scratch = arena_new();
    size_t count, word = 0;
    const struct token *t =
        analyze_text(&count, out->text, ANALYZE_MARKS | analyze_flags(m->kind), scratch);

    for (size_t i = 0; i < count; i++) {
        const uint64_t *at = map_get(m->seen, t[i].term);
        const struct word *w = out->words + word, *end = out->words + out->word_count;
        while (w < end && (w->inner || w->to <= t[i].from))
            w++;
        word = (size_t)(w - out->words);
        bool inside = w < end && w->from <= t[i].from && t[i].to <= w->to, crosses = false;
        for (; !inside && w < end && w->from < t[i].to; w++)
            crosses |= w->characters > 1;
        struct match_place place = {.number = t[i].number,
                                    .from = t[i].from,
                                    .to = t[i].to,
                                    .word = inside ? (uint32_t)word : MATCH_NO_WORD,
                                    .cjk = t[i].cjk,
                                    .crosses = crosses,
                                    .single = t[i].term.ptr[0] == ANALYZE_SINGLE};
        if (!at)
            continue;
        place.leaf = (uint32_t)*at - 1;
        VEC_PUSH(m->a, &places, place);
    }
    arena_free(scratch);
    out->places = places.ptr;
    out->place_count = places.len;
}

err_t match_make(struct match *out, const struct search_request *q, const struct query *filter,
                 struct asking *session, struct arena *a, struct err *e)
{
    unsigned evidence = q->bare ? 0 : q->evidence ? q->evidence : MATCH_ALL;
    struct matcher m = {.a = a,
                        .q = q,
                        .e = e,
                        .snapshot = session->snapshot,
                        .filter = filter,
                        .db = session->db,
                        .scratch = session->scratch,
                        .kind = kind_of(snapshot_schema(session->snapshot)),
                        .evidence = evidence,
                        .docs = (double)snapshot_docs(session->snapshot)};
    err_t rc;

    if (q->text.len > MATCH_TEXT_BYTES_MAX)
        return err_set(e, E_INVALID,
                       "the text has %zu bytes, more than %zu; give the part that describes the "
                       "need",
                       q->text.len, MATCH_TEXT_BYTES_MAX);
    search_scratch_remember(m.scratch, m.snapshot);
    m.seen = map_in(a);
    m.dropped = map_in(a);
    *out = (struct match){.own = q->own,
                          .text = match_text_make(m.dropped, q, analyze_flags(m.kind), a)};
    out->language = text_language(out->text);
    out->words = words_split(&out->word_count, out->text, asking_words(session), a);
    if ((rc = translations_begin(&m, out->language, session)) != OK ||
        (rc = add_words(out, &m)) != OK)
        return rc;
    if (out->distinct == 0)
        return err_set(e, E_INVALID,
                       "the text holds no letters, digits or Chinese characters; "
                       "give a description of the need");
    if ((rc = translations_scale(&m, out)) != OK)
        return rc;
    if (m.leaves.len > 0 && (evidence & MATCH_CLASSES) && (rc = add_classes(&m, out->text)) != OK)
        return rc;
    if (m.leaves.len > 0 && (evidence & MATCH_FEEDBACK) && (rc = add_feedback(&m)) != OK)
        return rc;
    out->cites = evidence & MATCH_CITERS && (m.cites || !(evidence & MATCH_FEEDBACK));
    out->root = query_of(&m, LEAVES_ALL);
    out->direct = has_translations(&m) ? query_of(&m, LEAVES_DIRECT) : NULL;
    out->leaves = m.leaves.ptr;
    out->leaf_count = m.leaves.len;
    out->name_text = name_key(out->text, a);
    find_places(out, &m);
    out->answers = m.answers;
    out->answer_count = m.answer_count;
    return OK;
}

double match_similarity(const struct match *m, const struct score_part *parts, size_t part_count)
{
    return similarity_of(m, mass_held(m->leaves, parts, part_count));
}

const struct compiled_term *match_terms(size_t *count, const struct match *m, struct arena *a)
{
    VEC(struct compiled_term) terms = {0};
    bool *marks = arena_array(a, m->leaf_count + 1, sizeof(*marks));
    /* A single character marks too much; its bigrams mark it where it counts. A bigram that always
     * crosses a border of words marks pieces of them. */
    for (size_t i = 0; i < m->place_count; i++)
        marks[m->places[i].leaf] |= !m->places[i].single && !m->places[i].crosses;
    for (size_t i = 0; i < m->leaf_count; i++)
        if (marks[i] || m->leaves[i].kind == LEAF_TRANSLATION)
            VEC_PUSH(a, &terms, ((struct compiled_term){.term = m->leaves[i].term, .field = -1}));
    *count = terms.len;
    return terms.ptr;
}
