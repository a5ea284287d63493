/* How much of a source text its pack answers. Everything is compared without blanks:
 * the texts come with line breaks wherever a page ended. */
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/lint.h"
#include "policy/pack_priv.h"

struct str without_blanks(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t at = 0, from = 0; at < s.len; from = at) {
        uint32_t c = utf8_next(s, &at);
        if (c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF || c == 0x200B)
            continue;
        memcpy(out + len, s.ptr + from, at - from);
        len += at - from;
    }
    return (struct str){out, len};
}

size_t quote_find(struct str text, struct str quote, size_t from, struct arena *a)
{
    struct str q = without_blanks(quote, a);
    return q.len ? str_find(text, q, from) : text.len;
}

struct spans {
    VEC(struct source_span) list;
};

/* --- quotes --------------------------------------------------------------------------- */

struct citations {
    VEC(struct citation) list;
};

static void add_citation(struct citations *c, const struct citation *one, const struct pack *from,
                         const struct pack *p)
{
    if (from == p && one->quote.len)
        VEC_PUSH(p->arena, &c->list, *one);
}

static struct citations citations_of(const struct pack *p)
{
    struct citations c = {0};
    for (size_t i = 0; i < p->clauses.len; i++)
        add_citation(&c, &p->clauses.ptr[i].citation, p->clauses.ptr[i].from, p);
    for (size_t i = 0; i < p->criteria.len; i++)
        add_citation(&c, &p->criteria.ptr[i].citation, p->criteria.ptr[i].from, p);
    for (size_t i = 0; i < p->deadlines.len; i++)
        add_citation(&c, &p->deadlines.ptr[i].citation, p->deadlines.ptr[i].from, p);
    if (p->naming.given)
        add_citation(&c, &p->naming.citation, p, p);
    return c;
}

/* Every place where a quote stands in the text. */
static struct spans quoted_spans(struct share *quotes, const struct citations *c, struct str text,
                                 struct arena *a)
{
    struct spans out = {0};
    VEC(struct str) missing = {0};
    for (size_t i = 0; i < c->list.len; i++) {
        struct str q = without_blanks(c->list.ptr[i].quote, a);
        size_t at = str_find(text, q, 0);
        quotes->total++;
        quotes->covered += at < text.len;
        if (at == text.len)
            VEC_PUSH(a, &missing, c->list.ptr[i].quote);
        for (; at < text.len; at = str_find(text, q, at + 1))
            VEC_PUSH(a, &out.list, ((struct source_span){at, at + q.len}));
    }
    quotes->missing = missing.ptr;
    quotes->missing_count = missing.len;
    return out;
}

static bool is_within(const struct spans *s, size_t from, size_t end)
{
    for (size_t i = 0; i < s->list.len; i++)
        if (s->list.ptr[i].from <= from && end <= s->list.ptr[i].end)
            return true;
    return false;
}

static bool begins_within(const struct spans *s, size_t from, size_t end)
{
    for (size_t i = 0; i < s->list.len; i++)
        if (s->list.ptr[i].from < end && s->list.ptr[i].end > from)
            return true;
    return false;
}

/* --- articles ------------------------------------------------------------------------- */

static bool is_numeral(uint32_t c)
{
    struct str all = STR("一二三四五六七八九十百两");
    for (size_t at = 0; at < all.len;)
        if (utf8_next(all, &at) == c)
            return true;
    return false;
}

static size_t skip_numerals(struct str s, size_t at)
{
    for (size_t next = at; next < s.len; at = next)
        if (!is_numeral(utf8_next(s, &next)))
            break;
    return at;
}

/* Length of "第二十条", "一、", "（一）" or "(一)" at the start of a line; 0: none. */
static size_t heading_len(struct str line)
{
    static const char *const before[] = {"第", "", "（", "("};
    static const char *const after[] = {"条", "、", "）", ")"};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t from = strlen(before[i]), end;
        if (!str_starts(line, str_of(before[i])))
            continue;
        end = skip_numerals(line, from);
        struct str rest = {line.ptr + end, line.len - end};
        if (end > from && str_starts(rest, str_of(after[i])))
            return end + strlen(after[i]);
    }
    return 0;
}

/* Where the pieces of the source begin, in the text without blanks. */
static struct spans articles_of(struct str source, size_t text_len, struct arena *a)
{
    struct spans out = {0};
    size_t at = 0;
    for (struct str rest = source; rest.ptr;) {
        struct str line = without_blanks(str_split(&rest, STR("\n")), a), body = line;
        while (body.len && strchr("-#*[]:", body.ptr[0])) {
            body.ptr++;
            body.len--;
        }
        if (str_starts(body, STR("bookmark")))
            body = (struct str){body.ptr + str_find(body, STR("]"), 0), 0};
        size_t begin = at + (size_t)(body.ptr - line.ptr);
        if (heading_len(body) || str_contains(line, STR("]第"))) {
            if (out.list.len)
                out.list.ptr[out.list.len - 1].end = begin;
            VEC_PUSH(a, &out.list, ((struct source_span){begin, text_len}));
        }
        at += line.len;
    }
    return out;
}

static void add_missing(struct share *s, struct str text, size_t from, size_t len, struct arena *a)
{
    size_t end = from;
    for (size_t n = 0; end < text.len && n < len; n++)
        (void)utf8_next(text, &end);
    struct str *all =
        arena_regrow(a, s->missing, s->missing_count, s->missing_count + 1, sizeof(*s->missing));
    all[s->missing_count++] = (struct str){text.ptr + from, end - from};
    s->missing = all;
}

size_t source_articles(const struct source_span **out, struct str source, struct arena *a)
{
    struct spans s = articles_of(source, without_blanks(source, a).len, a);
    *out = s.list.ptr;
    return s.list.len;
}

static void cover_articles(struct share *out, const struct spans *quotes, struct str source,
                           struct str text, struct arena *a)
{
    struct spans articles = articles_of(source, text.len, a);
    out->total = articles.list.len;
    for (size_t i = 0; i < articles.list.len; i++) {
        struct source_span s = articles.list.ptr[i];
        bool covered = begins_within(quotes, s.from, s.end);
        out->covered += covered;
        if (!covered)
            add_missing(out, text, s.from, 16, a);
    }
}

/* --- numbers ---------------------------------------------------------------------------- */

static bool is_digit(struct str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* The end of the number at `at`; `at` itself: there is none. */
static size_t number_end(struct str s, size_t at)
{
    static const char *const units[] = {"年", "个", "月", "日", "人", "家", "件",
                                        "项", "部", "条", "级", "次", "番"};
    size_t end = at;
    while (is_digit(s, end) || (end > at && s.ptr[end] == '.' && is_digit(s, end + 1)))
        end++;
    if (end > at)
        return end;
    end = skip_numerals(s, at);
    struct str rest = {s.ptr + end, s.len - end};
    for (size_t i = 0; end > at && i < ARRAY_LEN(units); i++)
        if (str_starts(rest, str_of(units[i])))
            return end;
    return at;
}

static bool is_noted(const struct pack *p, struct str text, size_t from, size_t end,
                     struct arena *a)
{
    for (size_t i = 0; i < p->numbers.len; i++) {
        struct str q = without_blanks(p->numbers.ptr[i].text, a);
        for (size_t at = str_find(text, q, 0); at < text.len; at = str_find(text, q, at + 1))
            if (at <= from && end <= at + q.len)
                return true;
    }
    return false;
}

/* "1." before words marks a place in a list; it is no number of the policy. */
static bool is_list_mark(struct str s, size_t at, size_t end)
{
    return end - at <= 2 && is_digit(s, at) && end < s.len && s.ptr[end] == '.';
}

size_t source_numbers(const struct source_span **out, struct str text, struct arena *a)
{
    struct spans found = {0};
    for (size_t at = 0; at < text.len;) {
        size_t end = number_end(text, at);
        if (end == at) {
            (void)utf8_next(text, &at);
            continue;
        }
        /* 第五条 and 1. name a place: the pieces themselves are counted above. */
        bool names_place =
            (at >= 3 && memcmp(text.ptr + at - 3, "第", 3) == 0) || is_list_mark(text, at, end);
        if (!names_place)
            VEC_PUSH(a, &found.list, ((struct source_span){at, end}));
        at = end;
    }
    *out = found.list.ptr;
    return found.list.len;
}

static void cover_numbers(struct share *out, const struct pack *p, const struct spans *quotes,
                          struct str text, struct arena *a)
{
    const struct source_span *n;
    out->total = source_numbers(&n, text, a);
    for (size_t i = 0; i < out->total; i++) {
        bool covered =
            is_within(quotes, n[i].from, n[i].end) || is_noted(p, text, n[i].from, n[i].end, a);
        out->covered += covered;
        if (!covered)
            add_missing(out, text, n[i].from, 12, a);
    }
}

void pack_coverage(struct coverage *out, const struct pack *p, struct arena *a)
{
    struct str text = without_blanks(p->source, a);
    struct citations c = citations_of(p);
    *out = (struct coverage){0};
    struct spans quotes = quoted_spans(&out->quotes, &c, text, a);
    cover_articles(&out->articles, &quotes, p->source, text, a);
    cover_numbers(&out->numbers, p, &quotes, text, a);
}
