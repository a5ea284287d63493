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
    struct map *terms;                   /* term → bit set of fields + 1 */
    const struct compiled_term *several; /* prefixes and phrases */
    size_t several_count;
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
    VEC(struct compiled_term) several = {0};

    m->terms = map_new(1);
    arena_cleanup(a, free_terms, m->terms);
    for (size_t i = 0; i < count; i++) {
        bool added;
        if (terms[i].prefix || terms[i].token_count > 1)
            VEC_PUSH(a, &several, terms[i]);
        else
            *map_put(m->terms, terms[i].term, &added) |=
                terms[i].field < 0 ? ANY_FIELD : (uint64_t)1 << terms[i].field;
    }
    m->several = several.ptr;
    m->several_count = several.len;
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

/* The end of the phrase that begins with t[0]; 0: it does not. */
static uint32_t phrase_end(const struct compiled_term *phrase, const struct token *t, size_t count)
{
    const struct token *want = phrase->tokens;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (t[i].number - t[0].number > want[found].number - want[0].number)
            return 0;
        if (t[i].number - t[0].number == want[found].number - want[0].number &&
            str_eq(t[i].term, want[found].term) && ++found == phrase->token_count)
            return t[i].to;
    }
    return 0;
}

/* Where the mark that begins with t[0] ends; 0: it is not marked. */
static uint32_t mark_end(const struct marker *m, const struct token *t, size_t count,
                         enum text_field field)
{
    const uint64_t *fields = map_get(m->terms, t[0].term);
    uint32_t end = fields && (*fields & (ANY_FIELD | (uint64_t)1 << field)) ? t[0].to : 0;
    for (size_t i = 0; i < m->several_count; i++) {
        const struct compiled_term *one = &m->several[i];
        uint32_t here = 0;
        if (one->field >= 0 && one->field != (int)field)
            continue;
        if (one->prefix && prefix_has(one, t[0].term))
            here = t[0].to;
        else if (!one->prefix && str_eq(one->term, t[0].term))
            here = phrase_end(one, t, count);
        end = here > end ? here : end;
    }
    return end;
}

typedef VEC(struct mark) mark_vec;

/* Ranges of the marked tokens, rising; touching ones joined (bigrams overlap). */
static void find_marks(mark_vec *out, const struct marker *m, struct str text,
                       enum text_field field, struct arena *a)
{
    size_t count;
    const struct token *t = analyze_text(&count, text, ANALYZE_MARKS | analyze_flags(m->kind), a);

    for (size_t i = 0; i < count; i++) {
        uint32_t end = mark_end(m, &t[i], count - i, field);
        struct mark *last = out->len ? &out->ptr[out->len - 1] : NULL;
        if (end <= t[i].from)
            continue;
        if (last && t[i].from <= last->to)
            last->to = end > last->to ? end : last->to;
        else
            VEC_PUSH(a, out, ((struct mark){t[i].from, end}));
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
