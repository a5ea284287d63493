/* Pairs of texts → co-occurring terms → probabilities. Only as many pairs are read as fill CELLS_MAX cells (a pair of
 * terms in a pair of texts), some 1,000 abstracts or 30,000 titles: a few hundred suffice, and learning takes a second. */
#include "search/translate.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "index/postings.h"
#include "index/snapshot.h"
#include "model/patent_store.h"
#include "search/document.h"
#include "search/stopwords.h"
#include "text/unicode.h"
#include "translations_tsv.h"
#include <stdlib.h>

#define FILE_NAME "translations"
#define RECORDS_LEAST 20
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

static void take_text(term_list *out, struct vocabulary *v, struct str text, struct arena *a)
{
    size_t count;
    const struct token *t = analyze_text(&count, text, ANALYZE_QUERY, a);
    for (size_t i = 0; i < count && out->len < TERMS_MAX; i++) {
        bool added, twice = false;
        if (t[i].term.ptr[0] == ANALYZE_SINGLE || is_stop_word(t[i].term))
            continue;
        uint64_t *id = map_put(v->ids, t[i].term, &added);
        if (added) {
            *id = v->terms.len;
            VEC_PUSH(a, &v->terms, arena_dup(a, t[i].term));
            VEC_PUSH(a, &v->pairs, 0);
        }
        for (size_t k = 0; k < out->len && !twice; k++)
            twice = out->ptr[k] == *id;
        if (twice)
            continue;
        v->pairs.ptr[*id]++;
        VEC_PUSH(a, out, (uint32_t)*id);
    }
}

static void take_pair(struct learning *l, const struct patent *p)
{
    struct str texts[LANGUAGES + 1] = {STR_NONE};
    struct text_pair pair = {0};
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        struct str *joined = &texts[text_language(t->content)];
        if (is_title_or_abstract(t))
            *joined = arena_join_all(l->a, (struct str[]){*joined, STR("\n"), t->content}, 3);
    }
    for (int s = 0; s < LANGUAGES; s++)
        take_text(&pair.side[s], &l->words[s], texts[s], l->a);
    l->cells += (pair.side[LANGUAGE_CHINESE].len + 1) * (pair.side[LANGUAGE_LETTERS].len + 1);
    VEC_PUSH(l->a, &l->pairs, pair);
}

struct cell {
    uint32_t source, target;
    float probability, count;
};

struct table {
    VEC(struct cell) cells;
    uint32_t
        *at; /* of each pair, target by target: its cell with each source, and with none at last */
    float *sums; /* of each source; none at last */
    size_t sources;
};

/* Numbers the pairs of terms that occur together. */
static void table_make(struct table *t, const struct learning *l, enum language from,
                       struct arena *a)
{
    enum language to = language_other(from);
    struct map *seen = map_in(a);
    size_t n = 0;
    t->sources = l->words[from].terms.len;
    t->at = arena_array(a, l->cells + 1, sizeof(*t->at));
    t->sums = arena_array(a, t->sources + 1, sizeof(*t->sums));
    for (size_t p = 0; p < l->pairs.len; p++) {
        const term_list *sources = &l->pairs.ptr[p].side[from],
                        *targets = &l->pairs.ptr[p].side[to];
        for (size_t j = 0; j < targets->len; j++)
            for (size_t i = 0; i <= sources->len; i++) {
                uint32_t source = i < sources->len ? sources->ptr[i] : (uint32_t)t->sources;
                uint32_t key[2] = {source, targets->ptr[j]};
                bool added;
                uint64_t *cell =
                    map_put(seen, (struct str){(const char *)key, sizeof(key)}, &added);
                if (added) {
                    *cell = t->cells.len;
                    VEC_PUSH(a, &t->cells, ((struct cell){source, targets->ptr[j], 1, 0}));
                }
                t->at[n++] = (uint32_t)*cell;
            }
    }
}

/* One turn: each target's share of each source, then these as probabilities. */
static void table_turn(struct table *t, const struct learning *l, enum language from)
{
    enum language to = language_other(from);
    size_t n = 0;
    for (size_t p = 0; p < l->pairs.len; p++) {
        size_t width = l->pairs.ptr[p].side[from].len + 1;
        for (size_t j = 0; j < l->pairs.ptr[p].side[to].len; j++, n += width) {
            float sum = 0;
            for (size_t i = 0; i < width; i++)
                sum += t->cells.ptr[t->at[n + i]].probability;
            for (size_t i = 0; i < width && sum > 0; i++) {
                struct cell *c = &t->cells.ptr[t->at[n + i]];
                c->count += c->probability / sum;
            }
        }
    }
    memset(t->sums, 0, (t->sources + 1) * sizeof(*t->sums));
    for (size_t i = 0; i < t->cells.len; i++)
        t->sums[t->cells.ptr[i].source] += t->cells.ptr[i].count;
    for (size_t i = 0; i < t->cells.len; i++) {
        struct cell *c = &t->cells.ptr[i];
        c->probability = c->count / t->sums[c->source];
        c->count = 0;
    }
}

typedef VEC(struct line) line_vec;

static void table_learn(line_vec *out, const struct learning *l, enum language from,
                        struct arena *a)
{
    const struct vocabulary *sources = &l->words[from];
    const struct vocabulary *targets = &l->words[language_other(from)];
    struct arena *scratch = arena_new();
    struct table t = {0};
    table_make(&t, l, from, scratch);
    for (int turn = 0; turn < TURNS; turn++)
        table_turn(&t, l, from);
    for (size_t i = 0; i < t.cells.len; i++) {
        const struct cell *c = &t.cells.ptr[i];
        if (c->source < t.sources && (double)c->probability >= PROBABILITY_LEAST &&
            sources->pairs.ptr[c->source] >= PAIRS_LEAST)
            VEC_PUSH(a, out,
                     ((struct line){sources->terms.ptr[c->source], targets->terms.ptr[c->target],
                                    (uint32_t)(c->probability * 1000 + 0.5f)}));
    }
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

static const char *table_path(const char *index_dir, const char *ending, struct arena *a)
{
    return arena_cstr(a, arena_printf(a, "%s/" FILE_NAME "%s", index_dir, ending));
}

static err_t table_write(const char *index_dir, line_vec *lines, uint64_t records, struct arena *a,
                         struct err *e)
{
    const char *temporary = table_path(index_dir, ".new", a);
    struct buf b;
    size_t same = 0;
    buf_init(&b, 0);
    buf_addf(&b, "%llu\n", (unsigned long long)records);
    if (lines->len > 0)
        qsort(lines->ptr, lines->len, sizeof(*lines->ptr), line_order);
    for (size_t i = 0; i < lines->len; i++) {
        const struct line *x = &lines->ptr[i];
        same = i > 0 && str_eq(x->term, lines->ptr[i - 1].term) ? same + 1 : 0;
        if (same < TRANSLATIONS_MAX)
            buf_addf(&b, "%.*s\t%.*s\t%u\n", STR_ARG(x->term), STR_ARG(x->target), x->thousandths);
    }
    err_t rc = buf_ok(&b) ? fs_write_synced(&fs_system, temporary, str_bytes(buf_str(&b)), e)
                          : err_set(e, E_LIMIT, "the table of terms is too long");
    buf_clear(&b);
    return rc == OK ? fs_publish(&fs_system, temporary, table_path(index_dir, "", a), e) : rc;
}

struct bytes translations_map(const char *index_dir)
{
    struct arena *a = arena_new();
    struct bytes out = {0};
    if (fs_map(&out, &fs_system, table_path(index_dir, "", a), NULL) != OK)
        out = (struct bytes){0};
    arena_free(a);
    return out;
}

/* The line that begins at or before `at`. */
static size_t line_begin(struct str all, size_t at)
{
    while (at > 0 && all.ptr[at - 1] != '\n')
        at--;
    return at;
}

static struct str line_at(struct str all, size_t at)
{
    return (struct str){all.ptr + at, str_find(all, STR("\n"), at) - at};
}

static size_t lines_of(struct translation out[TRANSLATIONS_MAX], struct str all, struct str term)
{
    size_t low = str_find(all, STR("\n"), 0) + 1, high = all.len, count = 0;
    while (low < high) {
        size_t middle = line_begin(all, low + (high - low) / 2);
        struct str rest = line_at(all, middle);
        if (str_cmp(str_split(&rest, STR("\t")), term) < 0)
            low = middle + line_at(all, middle).len + 1;
        else
            high = middle;
    }
    for (; low < all.len && count < TRANSLATIONS_MAX; count++) {
        struct str rest = line_at(all, low);
        uint64_t thousandths = 0;
        low += rest.len + 1;
        if (!str_eq(str_split(&rest, STR("\t")), term))
            break;
        out[count].target = str_split(&rest, STR("\t"));
        if (!str_to_u64(&thousandths, rest))
            break;
        out[count].probability = (float)thousandths / 1000;
    }
    return count;
}

size_t translations_of(struct translation out[TRANSLATIONS_MAX], struct bytes own, struct str term)
{
    static const struct str carried = {translations_tsv, sizeof(translations_tsv) - 1};
    size_t count = lines_of(out, carried, term);
    return count > 0 ? count : lines_of(out, bytes_str(own), term);
}

/* --- following the index ------------------------------------------------------------------ */

static uint64_t records_learnt(const char *index_dir)
{
    struct bytes table = translations_map(index_dir);
    uint64_t count = 0;
    if (table.len == 0 || !str_to_u64(&count, line_at(bytes_str(table), 0)))
        count = 0;
    fs_unmap(table);
    return count;
}

static err_t learn(struct store *store, const char *index_dir, const struct search_result *found,
                   struct arena *a, struct err *e)
{
    struct learning l = {.a = a};
    struct db *db = NULL;
    line_vec lines = {0};
    err_t rc = store_reader_get(&db, store, e);
    for (int s = 0; s < LANGUAGES; s++)
        l.words[s].ids = map_in(a);
    for (size_t i = 0; rc == OK && i < found->hit_count && l.cells < CELLS_MAX; i++) {
        struct patent p;
        struct err why = {0};
        rc = patent_get(&p, db, (int64_t)found->hits[i].id, a, &why);
        if (rc == OK)
            take_pair(&l, &p);
        else if (rc != E_NOTFOUND)
            return err_set(e, rc, "%s", why.text);
        rc = OK;
    }
    if (db)
        store_reader_put(store, db);
    if (rc != OK)
        return rc;
    table_learn(&lines, &l, LANGUAGE_CHINESE, a);
    table_learn(&lines, &l, LANGUAGE_LETTERS, a);
    return table_write(index_dir, &lines, found->total, a, e);
}

err_t translations_follow(struct store *store, const char *index_dir, struct err *e)
{
    struct index_reader *reader = NULL;
    struct arena *a = arena_new();
    struct search_scratch *scratch = search_scratch_new();
    const struct query languages[LANGUAGES] = {language_query(LANGUAGE_CHINESE, a),
                                               language_query(LANGUAGE_LETTERS, a)};
    const struct query bilingual = {
        .op = QUERY_AND, .children = languages, .child_count = LANGUAGES};
    struct search_options o = {.k = CELLS_MAX / TERMS_MAX, .total = true, .scratch = scratch};
    struct search_result found = {0};
    err_t rc = index_reader_open(&reader, &fs_system, index_dir, e);
    if (rc == OK) {
        struct snapshot *s = snapshot_get(reader);
        rc = index_search(&found, s, &bilingual, &o, a, e);
        snapshot_put(s);
        index_reader_close(reader);
    }
    uint64_t learnt = records_learnt(index_dir);
    if (rc == OK && found.total >= RECORDS_LEAST && found.total > learnt + learnt / 5)
        rc = learn(store, index_dir, &found, a, e);
    search_scratch_free(scratch);
    arena_free(a);
    return rc;
}
