/* A word is an AND of its tokens; a phrase and a word with Chinese characters keep their
 * distances. A word that reads as a patent number or a class symbol is also looked
 * up as one, and so is the whole query, since numbers are typed with blanks. */
#include "search/compile.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/patent.h"
#include "search/habits.h"

#define PART_BYTES 200 /* of a part of the query that a reply names */

typedef VEC(struct query) query_vec;

struct compiler {
    struct arena *a;
    struct err *e;
    enum index_kind kind;
    const struct filters *filters; /* of filters in braces and of values, but not their `all` */
    bool negated;                  /* below an odd number of NOTs */
    size_t leaves;
    VEC(struct compiled_term) terms;
    VEC(struct compiled_word) words;
    VEC(struct compiled_number) numbers;
    VEC(struct str) keys;
    const struct clause *root;
    bool near; /* inside a NEAR: a word stands in one place */
};

unsigned analyze_flags(enum index_kind kind)
{
    return kind == INDEX_PLAIN ? ANALYZE_UNSTEMMED : 0;
}

static struct query group(enum query_op op, const query_vec *list)
{
    if (list->len == 1)
        return list->ptr[0];
    return (struct query){.op = op, .children = list->ptr, .child_count = list->len};
}

static err_t count_leaves(struct compiler *p, const struct clause *c, size_t more)
{
    p->leaves += more;
    if (p->leaves > QUERY_LEAVES_MAX)
        return err_set(p->e, E_INVALID,
                       "at character %zu: the query has more than %d words; shorten it, or give "
                       "the text to match",
                       c->at, QUERY_LEAVES_MAX);
    return OK;
}

static void remember(struct compiler *p, struct str term, int field, bool prefix, struct str rest)
{
    struct compiled_term t = {.term = term, .field = field, .prefix = prefix, .rest = rest};
    if (!p->negated)
        VEC_PUSH(p->a, &p->terms, t);
}

static int attribute_field(const struct clause *c)
{
    return c->attribute ? c->attribute->field : -1;
}

/* Tokens that are marked where all stand together. */
static void remember_phrase(struct compiler *p, const struct token *t, size_t count, int field)
{
    struct compiled_term phrase = {
        .term = t[0].term, .field = field, .tokens = t, .token_count = count};
    if (!p->negated)
        VEC_PUSH(p->a, &p->terms, phrase);
}

static uint32_t field_of(const struct clause *c)
{
    return c->attribute ? (uint32_t)c->attribute->field : FIELD_ANY;
}

static struct query term_query(struct str term, uint32_t field)
{
    return (struct query){
        .op = QUERY_TERM, .term = term, .field = field, .score = SCORE_BM25, .weight = 1};
}

static const struct token *tokens_of(size_t *count, struct compiler *p, struct str text)
{
    return analyze_text(count, text, ANALYZE_QUERY | analyze_flags(p->kind), p->a);
}

/* --- numbers and symbols typed as words ------------------------------------ */

static void add_key(struct compiler *p, query_vec *any, struct str term)
{
    struct query q = {
        .op = QUERY_TERM, .term = term, .field = FIELD_ANY, .score = SCORE_PRESENT, .weight = 1};
    VEC_PUSH(p->a, any, q);
    p->leaves++;
}

/* Full-width letters, digits and marks as their ASCII ones. */
static struct str narrow(struct compiler *p, struct str s)
{
    char *out = arena_alloc(p->a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c == 0x3000)
            c = ' ';
        if (c >= 0xFF01 && c <= 0xFF5E) /* the block in the order of ASCII */
            c -= 0xFEE0;
        if (c < 0x80) {
            out[len++] = (char)c;
        } else { /* bad bytes too stay as they are */
            memcpy(out + len, s.ptr + from, i - from);
            len += i - from;
        }
    }
    return (struct str){out, len};
}

static void add_number_keys(struct compiler *p, query_vec *any, struct str typed)
{
    struct str keys[8], written = narrow(p, typed);
    if (!may_be_number(written) && !patent_key_is_numberless(written))
        return;
    size_t count = number_terms(keys, ARRAY_LEN(keys), written, true, p->a);
    for (size_t i = 0; i < count; i++)
        add_key(p, any, keys[i]);
}

static void add_class_keys(struct compiler *p, query_vec *any, struct str typed)
{
    struct class_symbol symbol = {0};
    struct str written = narrow(p, typed);
    /* From the subclass on: "H" and "A01" are words too. */
    if (written.len < 4 || written.len > 16 || !strchr("ABCDEFGHYabcdefghy", written.ptr[0]) ||
        written.ptr[1] < '0' || written.ptr[1] > '9' || written.ptr[2] < '0' ||
        written.ptr[2] > '9' || (unsigned)((written.ptr[3] | 32) - 'a') >= 26u)
        return;
    if (class_parse(&symbol, written, CLASS_IPC, p->a) && symbol.symbol.len >= 4)
        add_key(p, any, key_term('u', symbol.symbol, p->a));
}

/* --- clauses --------------------------------------------------------------- */

/* A bigram takes two positions. */
static uint32_t width_of(const struct token *t)
{
    return t->cjk && t->term.ptr[0] != ANALYZE_SINGLE;
}

static struct query phrase_query(struct compiler *p, const struct clause *c, const struct token *t,
                                 size_t count)
{
    VEC(struct str) terms = {0};
    for (size_t i = 0; i < count; i++) {
        while (terms.len < t[i].number - t[0].number)
            VEC_PUSH(p->a, &terms, STR_NONE); /* any one token stands here */
        VEC_PUSH(p->a, &terms, t[i].term);
    }
    return (struct query){.op = QUERY_PHRASE,
                          .terms = terms.ptr,
                          .term_count = terms.len,
                          .field = field_of(c),
                          .score = SCORE_BM25,
                          .weight = 1,
                          .width = width_of(&t[count - 1])};
}

/* A clause without a searchable character gives nothing: *some is false. The tokens of a word with Chinese characters
 * stand together; they score by themselves, as those of other words. */
static err_t compile_word(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    query_vec all = {0}, any = {0};
    size_t count;
    const struct token *t = tokens_of(&count, p, c->text);
    err_t rc;

    if ((rc = count_leaves(p, c, count)) != OK)
        return rc;
    bool cjk = false;
    for (size_t i = 0; i < count; i++) {
        VEC_PUSH(p->a, &all, term_query(t[i].term, field_of(c)));
        cjk |= t[i].cjk;
    }
    *some = all.len > 0;
    if (!*some)
        return OK;
    for (size_t i = 0; i < count && !cjk; i++)
        remember(p, t[i].term, attribute_field(c), false, STR_NONE);
    if (cjk)
        remember_phrase(p, t, count, attribute_field(c));
    if (cjk && count > 1) {
        struct query together = phrase_query(p, c, t, count);
        together.score = SCORE_NONE;
        VEC_PUSH(p->a, &all, together);
    }
    all.ptr[0].width = width_of(&t[count - 1]);
    VEC_PUSH(p->a, &any, group(QUERY_AND, &all));
    if (!c->attribute && !p->near) {
        add_number_keys(p, &any, c->text);
        add_class_keys(p, &any, c->text);
    }
    *out = group(QUERY_OR, &any);
    return OK;
}

static err_t compile_phrase(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c)
{
    size_t count;
    const struct token *t = tokens_of(&count, p, c->text);
    err_t rc;

    *some = count > 0;
    if (count < 2)
        return compile_word(out, some, p, c);
    if ((rc = count_leaves(p, c, count)) != OK)
        return rc;
    remember_phrase(p, t, count, attribute_field(c));
    *out = phrase_query(p, c, t, count);
    return OK;
}

static err_t compile_place(struct query *out, bool *some, struct compiler *p,
                           const struct clause *c)
{
    bool name = c->attribute && c->attribute->kind == ATTRIBUTE_PARTY; /* stands together */
    return p->near || name ? compile_phrase(out, some, p, c) : compile_word(out, some, p, c);
}

static err_t compile_prefix(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c)
{
    size_t count;
    const struct token *t = analyze_text(&count, c->text, ANALYZE_QUERY | ANALYZE_UNSTEMMED, p->a);

    /* Chinese words are found inside others anyway; the star says nothing. */
    if (count == 0 || t[count - 1].cjk)
        return compile_place(out, some, p, c);
    if (count > 1)
        return err_set(p->e, E_INVALID, "at character %zu: '*' ends one word; \"%.*s\" is several",
                       c->at, STR_ARG(c->text));
    if (utf8_length(t[0].term) < 2)
        return err_set(p->e, E_INVALID,
                       "at character %zu: '*' needs at least two letters before it", c->at);
    remember(p, t[0].term, attribute_field(c), true, STR_NONE);
    *some = true;
    *out = (struct query){.op = QUERY_PREFIX, .term = t[0].term, .field = field_of(c)};
    return OK;
}

/* Reads a wildcard at byte `at` of a word into the pattern; false if there is none. */
static bool take_wildcard(struct buf *pattern, size_t *at, struct str word)
{
    char c = word.ptr[*at], digit = *at + 1 < word.len ? word.ptr[*at + 1] : 0;
    if (!strchr("*?#$", c))
        return false;
    ++*at;
    if (c == '$' && digit >= '1' && digit <= '9') { /* as many at most */
        for (char i = '0'; i < digit; i++)
            buf_addc(pattern, PATTERN_MAYBE);
        ++*at;
    } else {
        buf_addc(pattern, c == '?' || c == '#' ? PATTERN_ONE : PATTERN_ANY);
    }
    return true;
}

/* The letters up to the next wildcard as the index has them; false if they are not one word. */
static bool take_letters(struct str *out, size_t *at, struct compiler *p, struct str word)
{
    size_t from = *at, count;
    while (*at < word.len && !strchr("*?#$", word.ptr[*at]))
        ++*at;
    struct str piece = {word.ptr + from, *at - from};
    const struct token *t = analyze_text(&count, piece, ANALYZE_QUERY | ANALYZE_UNSTEMMED, p->a);
    if (count != 1 || t[0].cjk || t[0].from > 0 || t[0].to < piece.len)
        return false;
    *out = t[0].term;
    return true;
}

/* The pattern of words without the ending that stemming takes away; empty: it takes none. */
static struct str stemmed(struct compiler *p, struct str pattern, struct str last)
{
    char word[TERM_BYTES_MAX + 4] = "xxxx"; /* it stems words of four letters on */
    if (p->kind == INDEX_PLAIN || last.len == 0 || !str_ends(pattern, last))
        return STR_NONE;
    memcpy(word + 4, last.ptr, last.len);
    size_t len = analyze_stem(word, 4 + last.len);
    if (len < 5 || len == 4 + last.len)
        return STR_NONE;
    struct str before = {pattern.ptr, pattern.len - last.len};
    return arena_join_all(p->a, (struct str[]){before, (struct str){word + 4, len - 4}}, 2);
}

static struct query pattern_query(struct compiler *p, const struct clause *c, struct str first,
                                  struct str rest)
{
    remember(p, first, attribute_field(c), true, rest);
    return (struct query){.op = QUERY_PREFIX, .term = first, .rest = rest, .field = field_of(c)};
}

/* A word with wildcards; what is not one word of letters and wildcards is words. */
static err_t compile_pattern(struct query *out, bool *some, struct compiler *p,
                             const struct clause *c)
{
    struct str first, last = STR_NONE;
    struct buf rest;
    size_t at = 0;
    query_vec any = {0};
    bool plain = take_letters(&first, &at, p, c->text);

    buf_init(&rest, 4 * TERM_BYTES_MAX);
    while (plain && at < c->text.len) {
        last = STR_NONE;
        if (take_wildcard(&rest, &at, c->text))
            continue;
        if ((plain = take_letters(&last, &at, p, c->text)))
            buf_add(&rest, last);
    }
    plain = plain && !rest.failed;
    struct str pattern = buf_take(&rest, p->a);
    if (!plain)
        return compile_place(out, some, p, c);
    VEC_PUSH(p->a, &any, pattern_query(p, c, first, pattern));
    struct str stem = stemmed(p, pattern, last);
    if (stem.len > 0)
        VEC_PUSH(p->a, &any, pattern_query(p, c, first, stem));
    *some = true;
    *out = group(QUERY_OR, &any);
    return OK;
}

/* --- numbers and distances ---------------------------------------------------- */

static void compile_numbers(struct query *out, struct compiler *p, const struct clause *c)
{
    struct number_list list;
    struct compiled_number one;
    size_t first = p->keys.len;

    (void)habit_numbers(&list, c->text);
    while (habit_next_number(&one.text, &list)) {
        struct str keys[8];
        one.first = p->keys.len;
        one.count = number_terms(keys, ARRAY_LEN(keys), one.text, false, p->a);
        for (size_t i = 0; i < one.count; i++)
            VEC_PUSH(p->a, &p->keys, keys[i]);
        VEC_PUSH(p->a, &p->numbers, one);
    }
    *out = (struct query){
        .op = QUERY_TERMS, .terms = p->keys.ptr + first, .term_count = p->keys.len - first};
}

static err_t compile_value(struct query *out, bool *some, struct compiler *p,
                           const struct clause *c)
{
    const struct attribute *at = c->attribute;
    /* Names without words in the index: a part of one is what a word of it would find. */
    bool part = at->kind == ATTRIBUTE_PARTY && at->field < 0 && !str_contains(c->text, STR("*")) &&
                !str_is(c->text, NOT_KNOWN);
    struct str value = part ? arena_printf(p->a, "*%.*s*", STR_ARG(c->text)) : c->text;
    err_t rc = filter_values_query(out, p->filters, at, value, p->a, p->e);
    if (rc != OK)
        err_note(p->e, "at character %zu", c->at);
    *some = true;
    return rc;
}

static err_t compile_filter(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c)
{
    const struct query *filter;
    struct filters f = *p->filters;
    f.all = &c->text;
    f.count = 1;
    err_t rc = filters_query(&filter, &f, p->a, p->e);
    if (rc != OK) {
        err_note(p->e, "at character %zu", c->at);
        return rc;
    }
    *out = *filter;
    *some = true;
    return OK;
}

static err_t compile_clause(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c);

static err_t compile_list(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    query_vec list = {0};
    for (size_t i = 0; i < c->child_count; i++) {
        const struct clause *part = &c->children[i];
        struct query child;
        bool has = false;
        size_t words = p->words.len;
        err_t rc = compile_clause(&child, &has, p, part);
        if (rc != OK)
            return rc;
        if (has)
            VEC_PUSH(p->a, &list, child);
        if (has && c == p->root && c->op == CLAUSE_AND && part->op >= CLAUSE_FILTER &&
            part->op < CLAUSE_NOT) {
            struct str cut = utf8_cut(part->source, PART_BYTES);
            struct compiled_word word = {cut, child};
            if (cut.len < part->source.len)
                word.text = arena_printf(p->a, "%.*s…", STR_ARG(cut));
            p->words.len = words; /* as one */
            VEC_PUSH(p->a, &p->words, word);
        }
    }
    *some = list.len > 0;
    if (*some)
        *out = group(c->op == CLAUSE_AND ? QUERY_AND : QUERY_OR, &list);
    return OK;
}

static err_t compile_near(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    struct query *both = arena_array(p->a, 2, sizeof(*both));
    bool outer = p->near, has[2] = {false};
    err_t rc = OK;
    p->near = true;
    for (size_t i = 0; rc == OK && i < 2; i++)
        rc = compile_clause(&both[i], &has[i], p, &c->children[i]);
    p->near = outer;
    *some = has[0] || has[1];
    *out = (struct query){.op = QUERY_NEAR,
                          .children = both,
                          .child_count = 2,
                          .field = FIELD_ANY,
                          .apart = c->apart,
                          .ordered = c->ordered};
    if (rc == OK && has[0] != has[1]) /* the other has no letters */
        *out = both[has[1]];
    return rc;
}

static err_t compile_not(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    struct query *child = arena_alloc(p->a, sizeof(*child));
    p->negated = !p->negated;
    err_t rc = compile_clause(child, some, p, &c->children[0]);
    p->negated = !p->negated;
    *out = (struct query){.op = QUERY_NOT, .children = child, .child_count = 1};
    return rc;
}

static err_t compile_one(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    return c->op == CLAUSE_WORD      ? compile_place(out, some, p, c)
           : c->op == CLAUSE_PHRASE  ? compile_phrase(out, some, p, c)
           : c->op == CLAUSE_PREFIX  ? compile_prefix(out, some, p, c)
           : c->op == CLAUSE_PATTERN ? compile_pattern(out, some, p, c)
                                     : compile_value(out, some, p, c);
}

/* In one of several fields. */
static err_t compile_fields(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c)
{
    query_vec any = {0};
    for (size_t i = 0; i < attribute_count; i++) {
        struct clause one = *c;
        struct query q;
        one.attribute = &attributes[i];
        if (attributes[i].kind == ATTRIBUTE_TEXTS || attributes[i].field < 0 ||
            !(c->attribute->field >> attributes[i].field & 1))
            continue;
        err_t rc = compile_one(&q, some, p, &one);
        if (rc != OK || !*some)
            return rc;
        VEC_PUSH(p->a, &any, q);
    }
    *out = group(QUERY_OR, &any);
    return OK;
}

static err_t compile_leaf(struct query *out, bool *some, struct compiler *p, const struct clause *c)
{
    bool several = c->attribute && c->attribute->kind == ATTRIBUTE_TEXTS;
    err_t rc = several ? compile_fields(out, some, p, c) : compile_one(out, some, p, c);
    if (rc == OK && *some && !p->negated) {
        struct compiled_word word = {c->text, *out};
        if (c->attribute)
            word.text = arena_printf(p->a, "%s:%.*s", c->attribute->name, STR_ARG(c->text));
        VEC_PUSH(p->a, &p->words, word);
    }
    return rc;
}

static err_t compile_clause(struct query *out, bool *some, struct compiler *p,
                            const struct clause *c)
{
    switch (c->op) {
    case CLAUSE_WORD:
    case CLAUSE_PHRASE:
    case CLAUSE_PREFIX:
    case CLAUSE_PATTERN:
    case CLAUSE_VALUE:
        return compile_leaf(out, some, p, c);
    case CLAUSE_NUMBERS:
        compile_numbers(out, p, c);
        *some = true;
        return OK;
    case CLAUSE_NEAR:
        return compile_near(out, some, p, c);
    case CLAUSE_AND:
    case CLAUSE_OR:
        return compile_list(out, some, p, c);
    case CLAUSE_FILTER:
        return compile_filter(out, some, p, c);
    case CLAUSE_NOT:
        return compile_not(out, some, p, c);
    case CLAUSE_ALL:
        *some = true;
        *out = (struct query){.op = QUERY_ALL};
        return OK;
    }
    return err_set(p->e, E_INTERNAL, "clause kind %d", (int)c->op);
}

err_t compile_query(struct compiled *out, struct str query, enum index_kind kind,
                    const struct filters *f, struct arena *a, struct err *e)
{
    struct compiler p = {.a = a, .e = e, .kind = kind, .filters = f};
    struct query *root = arena_alloc(a, sizeof(*root));
    const struct clause *clause;
    query_vec any = {0};
    bool some = false;
    err_t rc;

    if ((rc = syntax_parse(&clause, query, a, e)) != OK)
        return rc;
    p.root = clause;
    if ((rc = compile_clause(root, &some, &p, clause)) != OK)
        return rc;
    if (clause->op == CLAUSE_AND)
        add_number_keys(&p, &any, str_trim(query)); /* typed with blanks */
    if (!some && any.len == 0)
        return err_set(e, E_INVALID,
                       "at character %zu: nothing here can be searched for; type letters, digits "
                       "or Chinese characters",
                       clause->at);
    if (some && any.len > 0) {
        VEC_PUSH(a, &any, *root);
        *root = group(QUERY_OR, &any);
    }
    out->root = root;
    out->terms = p.terms.ptr;
    out->term_count = p.terms.len;
    out->words = p.words.ptr;
    out->word_count = p.words.len;
    out->numbers = p.numbers.ptr;
    out->number_count = p.numbers.len;
    out->keys = p.keys.ptr;
    return OK;
}
