/* Texts are analysed again as they were for the index, so whatever made a term
 * match (case, width, stem, traditional form) marks it too. */
#include "search/marks.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "index/analyze.h"

#define EXCERPT_BYTES 320             /* about two lines of a page */
#define READ_BYTES ((size_t)64 << 10) /* of a long text; what follows is not looked at */
#define CANDIDATES 400                /* marked tokens that may begin an excerpt */

struct marker {
    struct map *terms; /* term → bit set of fields + 1 */
    const struct compiled_term *prefixes;
    size_t prefix_count;
    enum index_kind kind;
};

#define ANY_FIELD ((uint64_t)1 << FIELDS)

static void free_terms(void *arg)
{
    map_free(arg);
}

struct marker *marker_new(const struct compiled_term *terms, size_t count, enum index_kind kind,
                          struct arena *a)
{
    struct marker *m = arena_alloc(a, sizeof(*m));
    VEC(struct compiled_term) prefixes = {0};

    m->terms = map_new(1);
    arena_cleanup(a, free_terms, m->terms);
    for (size_t i = 0; i < count; i++) {
        bool added;
        if (terms[i].prefix)
            VEC_PUSH(a, &prefixes, terms[i]);
        else
            *map_put(m->terms, terms[i].term, &added) |=
                terms[i].field < 0 ? ANY_FIELD : (uint64_t)1 << terms[i].field;
    }
    m->prefixes = prefixes.ptr;
    m->prefix_count = prefixes.len;
    m->kind = kind;
    return m;
}

static bool prefix_has(const struct compiled_term *prefix, struct str term)
{
    size_t len = prefix->term.len;
    return str_starts(term, prefix->term) &&
           (prefix->rest.len == 0 ||
            pattern_matches(prefix->rest, (struct str){term.ptr + len, term.len - len}));
}

static bool is_marked(const struct marker *m, struct str term, enum text_field field)
{
    const uint64_t *fields = map_get(m->terms, term);
    if (fields && (*fields & (ANY_FIELD | (uint64_t)1 << field)))
        return true;
    for (size_t i = 0; i < m->prefix_count; i++)
        if ((m->prefixes[i].field < 0 || m->prefixes[i].field == (int)field) &&
            prefix_has(&m->prefixes[i], term))
            return true;
    return false;
}

typedef VEC(struct mark) mark_vec;

/* Ranges of the marked tokens, rising; touching ones joined (bigrams overlap). */
static void find_marks(mark_vec *out, const struct marker *m, struct str text,
                       enum text_field field, struct arena *a)
{
    size_t count;
    const struct token *t = analyze_text(&count, text, ANALYZE_MARKS | analyze_flags(m->kind), a);

    for (size_t i = 0; i < count; i++) {
        if (t[i].to <= t[i].from || !is_marked(m, t[i].term, field))
            continue;
        struct mark *last = out->len ? &out->ptr[out->len - 1] : NULL;
        if (last && t[i].from <= last->to) {
            if (t[i].to > last->to)
                last->to = t[i].to;
        } else {
            struct mark mark = {t[i].from, t[i].to};
            VEC_PUSH(a, out, mark);
        }
    }
}

/* The mark whose excerpt shows most marked bytes; the first of equals. */
static size_t best_start(const mark_vec *marks)
{
    size_t best = 0, best_sum = 0, end = 0, sum = 0;
    size_t limit = marks->len < CANDIDATES ? marks->len : CANDIDATES;

    for (size_t i = 0; i < limit; i++) {
        if (end < i)
            end = i, sum = 0;
        while (end < marks->len &&
               marks->ptr[end].to <= marks->ptr[i].from + EXCERPT_BYTES * 3 / 4) {
            sum += marks->ptr[end].to - marks->ptr[end].from;
            end++;
        }
        if (sum > best_sum)
            best_sum = sum, best = i;
        if (end > i)
            sum -= marks->ptr[i].to - marks->ptr[i].from;
    }
    return best;
}

/* Back to the beginning of a sentence or a word, not further than a quarter of
 * the excerpt; else to a code point's first byte. */
static size_t begin_before(struct str text, size_t from)
{
    size_t least = from > EXCERPT_BYTES / 4 ? from - EXCERPT_BYTES / 4 : 0;
    if (least == 0)
        return 0;
    for (size_t i = from; i > least; i--) {
        struct str before = {text.ptr, i};
        if (str_ends(before, STR("。")) || str_ends(before, STR("；")) ||
            str_ends(before, STR(". ")) || str_ends(before, STR("\n")))
            return i;
    }
    for (size_t i = least; i < from; i++)
        if (text.ptr[i] == ' ')
            return i + 1;
    while (least > 0 && ((unsigned char)text.ptr[least] & 0xC0) == 0x80)
        least--;
    return least;
}

/* The excerpt of text from `from` on, with the marks inside it. */
static struct highlight excerpt(const char *field, struct str text, size_t from,
                                const mark_vec *marks, struct arena *a)
{
    struct str tail = {text.ptr + from, text.len - from};
    struct str body = utf8_cut(tail, EXCERPT_BYTES);
    size_t shift = from > 0 ? strlen("…") : 0;
    mark_vec inside = {0};

    for (size_t i = 0; i < marks->len; i++) {
        struct mark mark = marks->ptr[i];
        if (mark.from < from || mark.to > from + body.len)
            continue;
        mark.from = (uint32_t)(mark.from - from + shift);
        mark.to = (uint32_t)(mark.to - from + shift);
        VEC_PUSH(a, &inside, mark);
    }
    return (struct highlight){.field = str_of(field),
                              .text = arena_printf(a, "%s%.*s%s", from > 0 ? "…" : "",
                                                   STR_ARG(body), body.len < tail.len ? "…" : ""),
                              .marks = inside.ptr,
                              .mark_count = inside.len};
}

/* The text of a part with most marks, among its languages. */
static struct str best_text(mark_vec *marks, const struct marker *m, const struct patent *p,
                            enum text_part part, enum text_field field, struct arena *a)
{
    struct str best = STR_NONE;
    for (size_t i = 0; i < p->texts.len; i++) {
        if (p->texts.ptr[i].part != part)
            continue;
        mark_vec found = {0};
        struct str text = utf8_cut(p->texts.ptr[i].content, READ_BYTES);
        find_marks(&found, m, text, field, a);
        if (best.len == 0 || found.len > marks->len) {
            best = text;
            *marks = found;
        }
    }
    return best;
}

void marker_run(const struct highlight **out, size_t *count, const struct marker *m,
                const struct patent *p, struct arena *a)
{
    static const struct {
        enum text_part part;
        enum text_field field;
        const char *name;
    } parts[] = {{TEXT_ABSTRACT, FIELD_ABSTRACT, "abstract"},
                 {TEXT_CLAIMS, FIELD_CLAIMS, "claims"},
                 {TEXT_FIRST_CLAIM, FIELD_CLAIMS, "claims"},
                 {TEXT_DESCRIPTION, FIELD_DESCRIPTION, "description"}};
    VEC(struct highlight) list = {0};
    mark_vec marks = {0};
    struct str title = best_text(&marks, m, p, TEXT_TITLE, FIELD_TITLE, a);

    if (marks.len > 0) {
        struct highlight h = {STR("title"), title, marks.ptr, marks.len};
        VEC_PUSH(a, &list, h);
    }
    bool claims = false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        mark_vec found = {0};
        if (parts[i].part == TEXT_DESCRIPTION && list.len > 0)
            break; /* long, and says no more */
        struct str text = best_text(&found, m, p, parts[i].part, parts[i].field, a);
        if (found.len == 0 || (claims && parts[i].part == TEXT_FIRST_CLAIM))
            continue;
        claims |= parts[i].part == TEXT_CLAIMS;
        size_t from = begin_before(text, found.ptr[best_start(&found)].from);
        VEC_PUSH(a, &list, excerpt(parts[i].name, text, from, &found, a));
    }
    if (list.len == 0) {
        struct str text = patent_text(p, TEXT_ABSTRACT, NULL);
        if (text.len > 0)
            VEC_PUSH(a, &list, excerpt("abstract", text, 0, &marks, a));
    }
    *out = list.ptr;
    *count = list.len;
}
