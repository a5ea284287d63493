/* Random queries over random records, against an evaluator that reads the clauses
 * and the records' tokens directly: same records, whatever the matcher; and facets, families and
 * cells against counting each record by itself. */
#include "test.h"

#include "base/limits.h"
#include "base/rand.h"
#include "db/scratch.h"
#include "index/analyze.h"
#include "index/query.h"
#include "model/patent_store.h"
#include "search/search.h"
#include "search/syntax.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORDS 300
#define QUERIES 3000
#define NAMES 5 /* of a kind in a record */

struct record {
    char title[200], abstract[400];
    const char *ipc;
    int year;
    const char *applicants[NAMES], *inventors[NAMES]; /* NULL: no more */
    unsigned family;
    int64_t id;
};

static struct rand r;
static struct record records[RECORDS];

static const char *const words[] = {"电池",      "电",   "池",     "光",   "波导",
                                    "光波导",    "lens", "lenses", "wave", "guide",
                                    "waveguide", "AR",   "3d",     "装置"};
static const char *const symbols[] = {"H01M10/052", "H01M10/0525", "H01M4/36", "G02B27/01"};

static const char *a_word(void)
{
    return words[rand_below(&r, ARRAY_LEN(words))];
}

static void random_text(char *out, size_t cap, unsigned most)
{
    size_t len = 0;
    out[0] = 0;
    for (unsigned n = 1 + rand_below(&r, most); n > 0; n--)
        len += (size_t)snprintf(out + len, cap - len, "%s%s", a_word(),
                                rand_below(&r, 3)   ? " "
                                : rand_below(&r, 2) ? ""
                                                    : "，");
}

/* --- the evaluator ----------------------------------------------------------- */

static bool text_has_word(const char *text, struct str word, struct arena *a)
{
    size_t text_count, word_count, found = 0;
    const struct token *t = analyze_text(&text_count, str_of(text), ANALYZE_INDEX, a);
    const struct token *w = analyze_text(&word_count, word, ANALYZE_QUERY, a);
    for (size_t i = 0; i < word_count; i++)
        for (size_t k = 0; k < text_count; k++)
            if (str_eq(w[i].term, t[k].term)) {
                found++;
                break;
            }
    return found == word_count;
}

/* Every token somewhere, not all in one text. */
static bool record_has_word(const struct record *x, struct str word, struct arena *a)
{
    size_t count;
    const struct token *w = analyze_text(&count, word, ANALYZE_QUERY, a);
    for (size_t i = 0; i < count; i++) {
        struct str piece = w[i].term;
        /* The token as a text that gives it alone. */
        if (piece.ptr[0] == ANALYZE_SINGLE)
            piece = (struct str){piece.ptr + 1, piece.len - 1};
        if (!text_has_word(x->title, piece, a) && !text_has_word(x->abstract, piece, a))
            return false;
    }
    return count > 0;
}

static bool text_has_phrase(const char *text, struct str phrase, struct arena *a)
{
    size_t text_count, count;
    const struct token *t = analyze_text(&text_count, str_of(text), ANALYZE_INDEX, a);
    const struct token *w = analyze_text(&count, phrase, ANALYZE_QUERY, a);
    for (size_t k = 0; k < text_count; k++) {
        size_t i = 0;
        for (; i < count; i++) {
            bool there = false;
            for (size_t m = 0; m < text_count && !there; m++)
                there = t[m].number + w[0].number == t[k].number + w[i].number &&
                        str_eq(t[m].term, w[i].term);
            if (!there)
                break;
        }
        if (i == count && count > 0)
            return true;
    }
    return false;
}

/* Patterns, and where the parts of a NEAR stand in one text. */
static bool glob(const char *pattern, const char *end, const char *text, const char *text_end)
{
    if (pattern == end)
        return text == text_end;
    if (*pattern == '*' || *pattern == '$')
        return glob(pattern + 1, end, text, text_end) ||
               (text < text_end && glob(pattern, end, text + 1, text_end));
    return text < text_end && (*pattern == '?' || *pattern == *text) &&
           glob(pattern + 1, end, text + 1, text_end);
}

static bool term_is(struct str term, struct str pattern)
{
    return glob(pattern.ptr, pattern.ptr + pattern.len, term.ptr, term.ptr + term.len);
}

static bool is_in_title(const struct clause *c)
{
    return c->attribute && str_is(str_of(c->attribute->name), "title");
}

struct places {
    uint32_t from[600], to[600];
    size_t count;
};

static void add_place(struct places *p, uint32_t from, uint32_t to)
{
    if (p->count == ARRAY_LEN(p->from))
        fail_msg("more places than room");
    p->from[p->count] = from;
    p->to[p->count++] = to;
}

static void places_in(struct places *out, const char *text, bool title, const struct clause *c,
                      struct arena *a)
{
    size_t text_count, count;
    const struct token *t = analyze_text(&text_count, str_of(text), ANALYZE_INDEX, a);
    struct places *parts = arena_array(a, 2, sizeof(*parts));

    out->count = 0;
    for (size_t i = 0; c->op >= CLAUSE_NEAR && i < c->child_count; i++)
        places_in(&parts[i], text, title, &c->children[i], a);
    if (c->op == CLAUSE_OR)
        for (size_t i = 0; i < 2; i++)
            for (size_t k = 0; k < parts[i].count; k++)
                add_place(out, parts[i].from[k], parts[i].to[k]);
    for (size_t turn = 0; c->op == CLAUSE_NEAR && turn < (c->ordered ? 1 : 2); turn++)
        for (size_t i = 0; i < parts[turn].count; i++)
            for (size_t k = 0; k < parts[1 - turn].count; k++)
                if (parts[1 - turn].from[k] > parts[turn].to[i] &&
                    parts[1 - turn].from[k] <= parts[turn].to[i] + c->apart)
                    add_place(out, parts[turn].from[i], parts[1 - turn].to[k]);
    if (c->op >= CLAUSE_NEAR || (is_in_title(c) && !title))
        return;
    if (c->op == CLAUSE_PATTERN) {
        for (size_t k = 0; k < text_count; k++)
            if (term_is(t[k].term, c->text))
                add_place(out, t[k].number, t[k].number);
        return;
    }
    const struct token *w = analyze_text(&count, c->text, ANALYZE_QUERY, a);
    for (size_t k = 0; k < text_count; k++) {
        size_t found = 0;
        for (size_t i = 0; i < count; i++)
            for (size_t m = 0; m < text_count; m++)
                if (t[m].number + w[0].number == t[k].number + w[i].number &&
                    str_eq(t[m].term, w[i].term)) {
                    found++;
                    break;
                }
        if (found < count || !str_eq(t[k].term, w[0].term))
            continue;
        const struct token *last = &w[count - 1];
        bool bigram = last->cjk && last->term.ptr[0] != ANALYZE_SINGLE;
        add_place(out, t[k].number, t[k].number + last->number - w[0].number + bigram);
    }
}

static bool has_place(const struct record *x, const struct clause *c, struct arena *a)
{
    struct places *p = arena_alloc(a, sizeof(*p));
    places_in(p, x->title, true, c, a);
    if (p->count == 0)
        places_in(p, x->abstract, false, c, a);
    return p->count > 0;
}

/* A word with Chinese characters stands whole in one text. */
static bool is_chinese(struct str word, struct arena *a)
{
    size_t count;
    const struct token *t = analyze_text(&count, word, ANALYZE_QUERY, a);
    for (size_t i = 0; i < count; i++)
        if (t[i].cjk)
            return true;
    return false;
}

static bool matches(const struct record *x, const struct clause *c, struct arena *a)
{
    bool title = is_in_title(c), phrase = c->op == CLAUSE_PHRASE || is_chinese(c->text, a);
    uint64_t year;
    switch (c->op) {
    case CLAUSE_PATTERN:
    case CLAUSE_NEAR:
        return has_place(x, c, a);
    case CLAUSE_WORD:
    case CLAUSE_PHRASE:
        if (phrase)
            return text_has_phrase(x->title, c->text, a) ||
                   (!title && text_has_phrase(x->abstract, c->text, a));
        if (c->attribute &&
            c->attribute->kind == ATTRIBUTE_TEXTS) /* of one character or bigram here */
            return text_has_word(x->title, c->text, a) || text_has_word(x->abstract, c->text, a);
        return title ? text_has_word(x->title, c->text, a) : record_has_word(x, c->text, a);
    case CLAUSE_VALUE:
        if (!c->attribute)
            fail_msg("a value without its attribute");
        if (str_is(str_of(c->attribute->name), "ipc"))
            return str_starts(str_of(x->ipc), c->text); /* the symbols here allow it */
        return str_to_u64(&year, c->text) && (uint64_t)x->year == year;
    case CLAUSE_AND:
    case CLAUSE_OR:
        for (size_t i = 0; i < c->child_count; i++)
            if (matches(x, &c->children[i], a) == (c->op == CLAUSE_OR))
                return c->op == CLAUSE_OR;
        return c->op == CLAUSE_AND;
    case CLAUSE_NOT:
        return !matches(x, &c->children[0], a);
    case CLAUSE_ALL:
        return true;
    case CLAUSE_PREFIX:
    case CLAUSE_FILTER:
    case CLAUSE_NUMBERS:
        break;
    }
    fail_msg("clause %d is not made here", (int)c->op);
    return false;
}

/* --- queries ----------------------------------------------------------------- */

static const char *const patterns[] = {"wav?", "gu*e", "le$s", "wa?e*d?", "le*e"};

static void random_place(struct buf *out, unsigned depth)
{
    static const char *const near[] = {"NEAR/2", "NEAR/4", "ADJ", "adj3", "(1N)", "w/3"};
    unsigned kind = rand_below(&r, depth > 0 ? 8 : 6);
    if (kind == 0)
        buf_addz(out, patterns[rand_below(&r, 4)]);
    else if (kind == 1)
        buf_addf(out, "\"%s %s\"", a_word(), a_word());
    else if (kind < 6)
        buf_addf(out, "%s%s", rand_below(&r, 5) ? "" : "TI=", a_word());
    if (kind < 6)
        return;
    buf_addc(out, '(');
    random_place(out, depth - 1);
    buf_addf(out, " %s ", kind == 6 ? "or" : near[rand_below(&r, ARRAY_LEN(near))]);
    random_place(out, depth - 1);
    buf_addc(out, ')');
}

static void random_query(struct buf *out, unsigned depth)
{
    static const char *const prefixes[] = {"ipc:H01M", "ipc:H01M10", "ipc:G02B27/01", "ipc:G"};
    switch (rand_below(&r, depth > 0 ? 14 : 10)) {
    case 0:
    case 1:
    case 2:
        buf_addz(out, a_word());
        break;
    case 3:
        buf_addf(out, "title:%s%s", a_word(), rand_below(&r, 2) ? a_word() : "");
        break;
    case 4:
        buf_addf(out, "\"%s%s%s\"", a_word(), rand_below(&r, 2) ? " " : "", a_word());
        break;
    case 5:
        buf_addz(out, prefixes[rand_below(&r, ARRAY_LEN(prefixes))]);
        break;
    case 6:
        buf_addf(out, "year:%u", 2018 + rand_below(&r, 4));
        break;
    case 7:
        random_place(out, 0);
        buf_addz(out, rand_below(&r, 2) ? " NEAR/3 " : " ADJ2 ");
        random_place(out, 2);
        break;
    case 8:
        buf_addz(out, patterns[rand_below(&r, ARRAY_LEN(patterns))]);
        break;
    case 9:
        buf_addf(out, rand_below(&r, 2) ? "TAC=%s" : "%s.ti,ab.", a_word());
        break;
    case 10:
        buf_addz(out, "NOT (");
        random_query(out, depth - 1);
        buf_addc(out, ')');
        break;
    default:
        buf_addc(out, '(');
        random_query(out, depth - 1);
        for (unsigned n = 1 + rand_below(&r, 2); n > 0; n--) {
            buf_addz(out, rand_below(&r, 2)   ? " OR "
                          : rand_below(&r, 2) ? " "
                          : rand_below(&r, 2) ? " and "
                                              : " AND ");
            random_query(out, depth - 1);
        }
        buf_addc(out, ')');
    }
}

/* --- the instance ------------------------------------------------------------ */

static void add_parties(struct patent *p, enum party_role role, const char *const *names,
                        struct arena *a)
{
    for (size_t i = 0; i < NAMES && names[i]; i++)
        VEC_PUSH(a, &p->parties, ((struct party){.role = role, .name = str_of(names[i])}));
}

static err_t put_all(struct db *db, void *arg, struct err *e)
{
    err_t rc = OK;
    for (unsigned i = 0; i < RECORDS && rc == OK; i += *(const unsigned *)arg) {
        struct arena *a = arena_new();
        struct patent p = {0};
        struct classification c = {.scheme = CLASS_IPC};
        enum put_result result;
        patent_init(&p);
        p.source = p.file = STR("test");
        assert_true(number_parse(&p.publication, arena_printf(a, "CN11%07uA", i),
                                 NUMBER_PUBLICATION, STR_NONE, a));
        struct patent_text title = {.part = TEXT_TITLE, .content = str_of(records[i].title)};
        struct patent_text abstract = {.part = TEXT_ABSTRACT,
                                       .content = str_of(records[i].abstract)};
        VEC_PUSH(a, &p.texts, title);
        VEC_PUSH(a, &p.texts, abstract);
        assert_true(class_parse(&c.symbol, str_of(records[i].ipc), CLASS_IPC, a));
        VEC_PUSH(a, &p.classes, c);
        p.publication_date = (struct date){records[i].year, 5, 1};
        add_parties(&p, PARTY_APPLICANT, records[i].applicants, a);
        add_parties(&p, PARTY_INVENTOR, records[i].inventors, a);
        p.family = arena_printf(a, "F%u", records[i].family);
        patent_finish(&p, a);
        rc = patent_put(&result, db, &p, a, e);
        records[i].id = p.id;
        arena_free(a);
    }
    return rc;
}

static const struct record *record_of(int64_t id)
{
    for (size_t i = 0; i < RECORDS; i++)
        if (records[i].id == id)
            return &records[i];
    return NULL;
}

static void check_query(struct searcher *s, struct str text, uint64_t seed, struct arena *a)
{
    const struct clause *clause;
    struct search_reply reply;
    struct err e = {0};
    uint64_t expected = 0;

    assert_ok(syntax_parse(&clause, text, a, &e), &e);
    for (size_t i = 0; i < RECORDS; i++)
        expected += matches(&records[i], clause, a);
    for (size_t m = 0; index_matchers[m]; m++) {
        struct search_request q = {
            .query = text, .k = RECORDS, .ids_only = true, .matcher = index_matchers[m]};
        assert_ok(search_run(&reply, s, &q, a, &e), &e);
        if (reply.total != expected || reply.hit_count != expected)
            fail_msg("SEED=%llu %s: %.*s finds %llu (%zu hits), expected %llu",
                     (unsigned long long)seed, index_matchers[m], STR_ARG(text),
                     (unsigned long long)reply.total, reply.hit_count,
                     (unsigned long long)expected);
        for (size_t i = 0; i < reply.hit_count; i++)
            if (!matches(record_of(reply.hits[i].id), clause, a))
                fail_msg("SEED=%llu %s: %.*s finds a record that does not match",
                         (unsigned long long)seed, index_matchers[m], STR_ARG(text));
    }
}

/* --- counts -------------------------------------------------------------------- */

#define COUNT_QUERIES 2000
#define CELLS 512

static struct str listed[2] = {STR("四川锂芯有限公司"), STR("歌尔")}, alone = STR("Meta Platforms");
static struct search_group groups[] = {{7, STR("川芯集团"), listed, 2, false},
                                       {8, STR("别"), &alone, 1, true}};

struct naive {
    struct str keys[CELLS];
    uint64_t counts[CELLS];
    size_t count;
};

/* The applicant of a name, by the groups, where there are some; an inventor's is its key. */
static struct str person_key(const char *name, bool applicant, bool grouped, struct arena *a)
{
    struct str key = name_key(str_of(name), a), stem = name_stem(key);
    if (!applicant || (grouped && str_eq(key, name_key(alone, a))))
        return arena_printf(a, "=%.*s", STR_ARG(key));
    for (size_t i = 0; grouped && i < 3; i++)
        if (str_eq(stem, name_stem(name_key(i < 2 ? listed[i] : groups[0].name, a))))
            return STR("group");
    return stem;
}

static uint64_t *naive_at(struct naive *n, struct str key)
{
    size_t i = 0;
    while (i < n->count && !str_eq(n->keys[i], key))
        i++;
    assert_true(i < CELLS);
    if (i == n->count)
        n->keys[n->count++] = key;
    return &n->counts[i];
}

static void count_names(struct naive *n, const char *const *names, bool applicant, bool grouped,
                        struct arena *a)
{
    struct str before[NAMES];
    size_t known = 0;
    for (size_t i = 0; i < NAMES && names[i]; i++) {
        struct str key = person_key(names[i], applicant, grouped, a);
        bool again = false;
        for (size_t k = 0; k < known; k++)
            again |= str_eq(before[k], key);
        before[known++] = key;
        *naive_at(n, key) += !again;
    }
    if (known == 0)
        ++*naive_at(n, STR("未知"));
}

static int most_first(const void *x, const void *y)
{
    uint64_t l = *(const uint64_t *)x, m = *(const uint64_t *)y;
    return l > m ? -1 : l < m;
}

static void check_facet(const struct facet *f, struct naive *n, bool applicant, bool grouped,
                        uint64_t seed, struct arena *a)
{
    assert_int_equal(f->distinct, n->count);
    for (size_t i = 0; i < f->count; i++) {
        struct str value = f->values[i].value, key = value;
        if (str_starts(value, STR("\"")))
            value = (struct str){value.ptr + 1, value.len - 2};
        if (str_is(f->name, "applicant") || str_is(f->name, "inventor"))
            key = str_is(value, "未知")
                      ? value
                      : person_key(arena_dup(a, value).ptr, applicant, grouped, a);
        if (*naive_at(n, key) != f->values[i].count)
            fail_msg("SEED=%llu %.*s=%.*s: %llu, not %llu", (unsigned long long)seed,
                     STR_ARG(f->name), STR_ARG(value), (unsigned long long)f->values[i].count,
                     (unsigned long long)*naive_at(n, key));
    }
    assert_int_equal(f->distinct, n->count); /* the loop met no others */
    qsort(n->counts, n->count, sizeof(*n->counts), most_first);
    if (!str_is(f->name, "year")) /* which stands by year */
        for (size_t i = 0; i < f->count; i++)
            assert_int_equal(f->values[i].count, n->counts[i]);
    assert_int_equal(f->count, n->count < 20 ? n->count : 20);
}

/* The topic has the numbers of the records whose number the mask takes. */
static void check_counts(struct searcher *s, struct str text, unsigned mask, bool grouped,
                         bool families, uint64_t seed, struct arena *a)
{
    struct naive *n = arena_array(a, 5, sizeof(*n));
    struct str *numbers = arena_array(a, RECORDS, sizeof(*numbers)), filter = STR("topic=seen");
    struct search_topic topic = {STR("seen"), numbers, 0};
    struct search_request q = {.query = text,
                               .filters = &filter,
                               .filter_count = 1,
                               .records = {&topic, 1, groups, grouped ? ARRAY_LEN(groups) : 0},
                               .facets = true,
                               .families = families,
                               .ids_only = true};
    const struct clause *clause;
    struct search_reply reply;
    struct err e = {0};
    uint64_t total = 0;
    assert_ok(syntax_parse(&clause, text, a, &e), &e);
    for (unsigned i = 0; i < RECORDS; i++) {
        const struct record *x = &records[i];
        if ((i & mask) != 0)
            continue;
        numbers[topic.number_count++] = arena_printf(a, "CN11%07uA", i);
        if (!matches(x, clause, a))
            continue;
        total++;
        ++*naive_at(&n[0], arena_printf(a, "%d", x->year));
        ++*naive_at(&n[1], (struct str){x->ipc, 4});
        count_names(&n[2], x->applicants, true, grouped, a);
        count_names(&n[3], x->inventors, false, false, a);
        ++*naive_at(&n[4], arena_printf(a, "F%u", x->family));
    }
    assert_ok(search_run(&reply, s, &q, a, &e), &e);
    assert_int_equal(reply.total, total);
    for (size_t i = 0; families && i < reply.hit_count; i++)
        assert_int_equal(
            reply.hits[i].others + 1,
            *naive_at(&n[4], arena_printf(a, "F%u", record_of(reply.hits[i].id)->family)));
    assert_int_equal(reply.families, families ? n[4].count : 0);
    for (size_t i = 0; i < reply.facet_count; i++) {
        static const char *const names[] = {"year", "ipc4", "applicant", "inventor"};
        for (size_t k = 0; k < ARRAY_LEN(names); k++)
            if (str_is(reply.facets[i].name, names[k]))
                check_facet(&reply.facets[i], &n[k], k == 2, grouped, seed, a);
    }
}

/* --- the stores ------------------------------------------------------------------ */

static const char *a_name(bool applicant, struct arena *a)
{
    static const char *const firms[] = {"四川锂芯有限公司", "四川锂芯股份有限公司",
                                        "四川锂芯",         "歌尔",
                                        "歌尔股份有限公司", "川芯集团",
                                        "Meta Platforms",   "META PLATFORMS, INC.",
                                        "某,公司"};
    unsigned n = rand_below(&r, 40);
    if (applicant)
        return n < ARRAY_LEN(firms) ? firms[n] : arena_printf(a, "虚构%u公司", n).ptr;
    return arena_printf(a, rand_below(&r, 2) ? "Li %c" : "LI %c", 'A' + (int)n % 26).ptr;
}

static void draw_records(void)
{
    for (size_t i = 0; i < RECORDS; i++) {
        struct record *x = &records[i];
        *x = (struct record){.family = rand_below(&r, 60)};
        random_text(x->title, sizeof(x->title), 6);
        random_text(x->abstract, sizeof(x->abstract), 12);
        x->ipc = symbols[rand_below(&r, ARRAY_LEN(symbols))];
        x->year = 2018 + (int)rand_below(&r, 4);
    }
}

static void add_name(const char **names, bool applicant, struct arena *a)
{
    size_t i = 0;
    while (i < NAMES && names[i])
        i++;
    if (i < NAMES && rand_below(&r, 3))
        names[i] = a_name(applicant, a);
}

struct asked {
    char index[280];
    struct store *store;
    struct indexer *indexer;
    struct searcher *searcher;
    struct arena *a;
};

/* Names are added to every so manyth record: its document is deleted and written anew. */
static void write_records(struct asked *x, unsigned step)
{
    struct err e = {0};
    for (size_t i = 0; i < RECORDS; i += step) {
        add_name(records[i].applicants, true, x->a);
        add_name(records[i].inventors, false, x->a);
    }
    assert_ok(store_write(x->store, put_all, &step, &e), &e);
    assert_ok(indexer_follow(x->indexer, NULL, &e), &e);
}

static void open_asked(struct asked *x)
{
    struct err e = {0};
    x->a = arena_new();
    const char *dir = scratch_dir(x->a);
    snprintf(x->index, sizeof(x->index), "%s/index", dir);
    assert_ok(store_open(&x->store, scratch_url(x->a, dir, "store"), true, &e), &e);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_FULL, &e), &e);
    draw_records();
    for (int i = 0; i < 3; i++)
        write_records(x, 1);
    assert_ok(searcher_open(&x->searcher, x->store, x->index, &clock_system, &e), &e);
}

static void close_asked(struct asked *x)
{
    searcher_close(x->searcher);
    indexer_close(x->indexer);
    store_close(x->store);
    arena_free(x->a);
}

static void random_queries_find_what_a_naive_evaluator_finds(void **state)
{
    (void)state;
    struct asked x;
    uint64_t seed = test_seed(17);
    struct arena *a = arena_new();

    r.state = seed;
    open_asked(&x);
    for (int i = 0; i < QUERIES; i++) {
        struct buf b;
        buf_init(&b, QUERY_BYTES_MAX);
        random_query(&b, rand_below(&r, 4));
        check_query(x.searcher, buf_str(&b), seed, a);
        buf_clear(&b);
        arena_reset(a);
    }
    close_asked(&x);
    arena_free(a);
}

/* Every hundred queries some records are written, so that segments and what is deleted in them change. */
static void facets_and_families_are_counted_as_by_hand(void **state)
{
    (void)state;
    static const unsigned masks[] = {0, 0, 7, 1, 15, 31, 127};
    struct asked x;
    uint64_t seed = test_seed(18);
    struct arena *a = arena_new();

    r.state = seed;
    open_asked(&x);
    for (int i = 0; i < COUNT_QUERIES; i++) {
        struct buf b;
        buf_init(&b, QUERY_BYTES_MAX);
        if (i % 100 == 1)
            write_records(&x, 1 + rand_below(&r, 60));
        random_query(&b, rand_below(&r, 3));
        check_counts(x.searcher, rand_below(&r, 4) ? buf_str(&b) : STR_NONE,
                     masks[rand_below(&r, ARRAY_LEN(masks))], rand_below(&r, 2),
                     rand_below(&r, 3) == 0, seed, a);
        buf_clear(&b);
        arena_reset(a);
    }
    close_asked(&x);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_queries_find_what_a_naive_evaluator_finds),
        cmocka_unit_test(facets_and_families_are_counted_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
