/* How much of a source text its pack answers. Everything is compared without blanks:
 * the texts come with line breaks wherever a page ended. */
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/lint.h"
#include "policy/pack_priv.h"
#include "policy/sentences.h"

#define SHOWN_LETTERS 16 /* of what is missing */

size_t quote_find(struct str text, struct str quote, struct arena *a)
{
    struct str q = without_blanks(quote, a);
    return q.len ? str_find(text, q, 0) : text.len;
}

/* A source and which of its bytes, without blanks, a quote or a note of the pack holds. */
struct covering {
    const struct pack *pack;
    struct str source, text;
    bool *quoted; /* by a part of the pack */
    bool *noted;  /* with a reason why no part answers it */
    struct arena *arena;
};

static bool all_of(const bool *marks, size_t from, size_t end)
{
    while (from < end && marks[from])
        from++;
    return from == end;
}

static bool any_of(const bool *marks, size_t from, size_t end)
{
    while (from < end && !marks[from])
        from++;
    return from < end;
}

/* Mark every place where the words stand in the text. False: nowhere. */
static bool mark(const struct covering *c, bool *marks, struct str words)
{
    struct str q = without_blanks(words, c->arena);
    size_t at = q.len ? str_find(c->text, q, 0) : c->text.len;
    bool found = at < c->text.len;
    for (; at < c->text.len; at = str_find(c->text, q, at + 1))
        memset(marks + at, true, q.len);
    return found;
}

static void add_missing(struct share *s, const struct covering *c, size_t from, size_t end)
{
    size_t last = from;
    for (size_t n = 0; last < end && n < SHOWN_LETTERS; n++)
        (void)utf8_next(c->text, &last);
    s->missing = arena_regrow(c->arena, s->missing, s->missing_count, s->missing_count + 1,
                              sizeof(*s->missing));
    s->missing[s->missing_count++] =
        (struct uncovered){{c->text.ptr + from, last - from}, source_line(c->source, from)};
}

/* --- quotes --------------------------------------------------------------------------- */

static void take_quote(struct share *quotes, const struct covering *c, const struct citation *one,
                       const struct pack *from)
{
    if (from != c->pack || one->quote.len == 0)
        return;
    bool found = mark(c, c->quoted, one->quote);
    quotes->total++;
    quotes->covered += found;
    if (found)
        return;
    quotes->missing = arena_regrow(c->arena, quotes->missing, quotes->missing_count,
                                   quotes->missing_count + 1, sizeof(*quotes->missing));
    quotes->missing[quotes->missing_count++] = (struct uncovered){one->quote, 0};
}

/* Every word that a part has from the document: its quote, labels, words of a dictionary. */
static void take_part(struct share *quotes, const struct covering *c, const struct part *one,
                      bool own)
{
    own = own || part_true(one, "own") || str_is(part_text(one, "layout"), "own");
    for (size_t i = 0; one->keys[i].name; i++) {
        const struct part_value *v = &one->values[i];
        struct citation words = {.quote = v->text};
        if (one->keys[i].type == PART_QUOTE && (!own || strcmp(one->keys[i].name, "quote") == 0))
            take_quote(quotes, c, &words, one->from);
        for (size_t k = 0; k < v->item_count; k++)
            take_part(quotes, c, &v->items[k], own);
    }
}

static void take_quotes(struct share *quotes, const struct covering *c)
{
    const struct pack *p = c->pack;
    for (size_t i = 0; i < p->clauses.len; i++)
        take_quote(quotes, c, &p->clauses.ptr[i].citation, p->clauses.ptr[i].from);
    for (size_t i = 0; i < p->criteria.len; i++)
        take_quote(quotes, c, &p->criteria.ptr[i].citation, p->criteria.ptr[i].from);
    for (size_t i = 0; i < p->deadlines.len; i++)
        take_quote(quotes, c, &p->deadlines.ptr[i].citation, p->deadlines.ptr[i].from);
    for (size_t s = 0; s < PART_SECTIONS; s++)
        for (size_t i = 0; i < p->parts[s].list.len; i++)
            take_part(quotes, c, &p->parts[s].list.ptr[i], false);
    if (p->naming.given)
        take_quote(quotes, c, &p->naming.citation, p);
}

/* --- articles ------------------------------------------------------------------------- */

struct source_span {
    size_t from, end;
};
struct spans {
    VEC(struct source_span) list;
};

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
        if (source_heading_len(body) || str_contains(line, STR("]第"))) {
            if (out.list.len)
                out.list.ptr[out.list.len - 1].end = begin;
            VEC_PUSH(a, &out.list, ((struct source_span){begin, text_len}));
        }
        at += line.len;
    }
    return out;
}

static void cover_articles(struct share *out, const struct covering *c)
{
    struct spans articles = articles_of(c->source, c->text.len, c->arena);
    out->total = articles.list.len;
    for (size_t i = 0; i < articles.list.len; i++) {
        struct source_span s = articles.list.ptr[i];
        bool covered = any_of(c->quoted, s.from, s.end);
        out->covered += covered;
        if (!covered)
            add_missing(out, c, s.from, s.end);
    }
}

/* --- sentences ------------------------------------------------------------------------- */

/* The first word between the two that no quote and no note holds; `end`: there is none. */
static size_t first_missing(const struct covering *c, size_t from, size_t end)
{
    for (size_t next = from; from < end; from = next)
        if (source_is_word(utf8_next(c->text, &next)) && !c->quoted[from] && !c->noted[from])
            break;
    return from;
}

/* A sentence is covered when each of its words is: half a sentence may hold a duty. */
static void cover_sentences(struct share *out, const struct covering *c)
{
    const struct source_sentence *s;
    out->total = source_sentences(&s, c->source, c->arena);
    for (size_t i = 0; i < out->total; i++) {
        size_t missing = first_missing(c, s[i].from, s[i].end);
        out->covered += missing == s[i].end;
        if (missing < s[i].end)
            add_missing(out, c, missing, s[i].end);
    }
}

/* --- numbers ---------------------------------------------------------------------------- */

static size_t digits_end(struct str s, size_t at)
{
    size_t end = at;
    for (size_t next = at; next < s.len; end = next) {
        uint32_t c = utf8_next(s, &next);
        bool point =
            c == '.' && end > at && next < s.len && s.ptr[next] >= '0' && s.ptr[next] <= '9';
        if (!point && !(c >= '0' && c <= '9') && !(c >= 0xFF10 && c <= 0xFF19))
            break;
    }
    return end;
}

static bool is_at(struct str s, size_t at, const char *word)
{
    return str_starts((struct str){s.ptr + at, s.len - at}, str_of(word));
}

static bool starts_with_any(struct str s, size_t at, const char *const *words)
{
    while (*words && !is_at(s, at, *words))
        words++;
    return *words != NULL;
}

/* The end of the number at `at`; `at` itself: there is none. Chinese numerals are one before
 * a unit (三年, 五个) and in a fraction (二分之一, 百分之六十); 一定, 进一步 and 每万人 are not. */
static size_t number_end(struct str s, size_t at)
{
    static const char *const units[] = {"年", "个", "月", "日", "天", "周", "人", "名",
                                        "家", "件", "项", "部", "条", "级", "次", "番",
                                        "倍", "元", "届", "种", "类", NULL};
    size_t end = digits_end(s, at);
    if (end > at)
        return end;
    end = source_numerals_end(s, at);
    bool is_rank = end == at + strlen("万") && (is_at(s, at, "万") || is_at(s, at, "亿"));
    if (end == at || is_rank)
        return at;
    if (is_at(s, end, "分之"))
        return source_numerals_end(s, end + strlen("分之"));
    return starts_with_any(s, end, units) ? end : at;
}

/* "1." before words marks a place in a list; it is no number of the policy. */
static bool is_list_mark(struct str s, size_t at, size_t end)
{
    return end - at <= 2 && s.ptr[at] >= '0' && s.ptr[at] <= '9' && end < s.len &&
           s.ptr[end] == '.';
}

/* The positions of numbers in the source text without blanks. */
static size_t source_numbers(const struct source_span **out, struct str text, struct arena *a)
{
    struct spans found = {0};
    for (size_t at = 0; at < text.len;) {
        at += source_bookmark_len((struct str){text.ptr + at, text.len - at});
        if (at == text.len)
            break;
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

static void cover_numbers(struct share *out, const struct covering *c)
{
    const struct source_span *n;
    out->total = source_numbers(&n, c->text, c->arena);
    for (size_t i = 0; i < out->total; i++) {
        size_t from = n[i].from, end = n[i].end;
        bool covered = all_of(c->quoted, from, end) || all_of(c->noted, from, end);
        out->covered += covered;
        if (!covered)
            add_missing(out, c, from, c->text.len);
    }
}

/* --- all together ------------------------------------------------------------------------ */

static struct covering covering_of(const struct pack *p, struct arena *a)
{
    struct covering c = {
        .pack = p, .source = p->source, .text = without_blanks(p->source, a), .arena = a};
    c.quoted = arena_array(a, c.text.len + 1, sizeof(bool));
    c.noted = arena_array(a, c.text.len + 1, sizeof(bool));
    return c;
}

bool is_quoted(const struct pack *p, struct str passage, struct arena *a)
{
    struct covering c = covering_of(p, a);
    struct share quotes = {0};
    struct str words = without_blanks(passage, a);
    size_t at = str_find(c.text, words, 0);
    take_quotes(&quotes, &c);
    while (at < c.text.len && first_missing(&c, at, at + words.len) == at + words.len)
        at = str_find(c.text, words, at + 1);
    return at == c.text.len;
}

void pack_coverage(struct coverage *out, const struct pack *p, struct arena *a)
{
    struct covering c = covering_of(p, a);
    *out = (struct coverage){0};
    take_quotes(&out->quotes, &c);
    for (size_t i = 0; i < p->unquoted.len; i++)
        (void)mark(&c, c.noted, p->unquoted.ptr[i].text); /* that it is there, lint asks */
    cover_articles(&out->articles, &c);
    cover_sentences(&out->sentences, &c);
    cover_numbers(&out->numbers, &c);
}
