/* Lines that begin with a mark (第五条, 一、, （一）, 一是, 1.) begin a piece; it ends where one of its own
 * rank, or of a higher one, begins. */
#include "policy/clause_map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/lint_priv.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

enum rank { RANK_CHAPTER, RANK_ARTICLE, RANK_ITEM, RANK_SUBITEM };

struct piece {
    enum rank rank;
    wide number;
    size_t from, end;
    size_t line_end; /* of the line of its mark: of a heading, or of the whole piece */
};

struct clause_map {
    struct str text;
    VEC(struct piece) pieces;
    size_t first, tail; /* where the first article begins; what stands behind the last piece */
};

/* --- marks ----------------------------------------------------------------------------- */

/* Of one kind: 四1 are two. */
static size_t numeral_end(struct str s, size_t at)
{
    bool digits = at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
    for (size_t next = at; next < s.len; at = next) {
        uint32_t c = utf8_next(s, &next);
        if (digits ? c < '0' || c > '9' : !source_is_numeral(c))
            break;
    }
    return at;
}

static bool number_of(wide *out, struct str numerals, struct arena *a)
{
    const struct quantity *q;
    bool one = quantities(&q, numerals, a) == 1 && q->from == 0 && q->end == numerals.len;
    if (one)
        *out = q->number;
    return one;
}

/* The mark at the start of a line's words. */
static bool read_mark(struct piece *out, struct str line, struct arena *a)
{
    static const struct {
        const char *before, *after;
        enum rank rank;
    } marks[] = {{"第", "章", RANK_CHAPTER}, {"第", "节", RANK_CHAPTER}, {"第", "条", RANK_ARTICLE},
                 {"第", "部分", RANK_ITEM},  {"（", "）", RANK_ITEM},    {"(", ")", RANK_ITEM},
                 {"", "、", RANK_ARTICLE},   {"", "是", RANK_ITEM},      {"", ".", RANK_SUBITEM},
                 {"", "．", RANK_SUBITEM}};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        size_t from = strlen(marks[i].before);
        if (!str_starts(line, str_of(marks[i].before)))
            continue;
        size_t end = numeral_end(line, from);
        struct str numerals = {line.ptr + from, end - from};
        struct str rest = {line.ptr + end, line.len - end};
        bool digits = numerals.len && numerals.ptr[0] < 0x40 && numerals.ptr[0] > 0;
        if (end == from || !str_starts(rest, str_of(marks[i].after)) ||
            !number_of(&out->number, numerals, a) || (marks[i].rank == RANK_SUBITEM && !digits))
            continue;
        out->rank =
            digits && marks[i].rank == RANK_ARTICLE && from == 0 ? RANK_SUBITEM : marks[i].rank;
        return true;
    }
    return false;
}

/* Without the signs that a converter leaves before it. */
static struct str bare(struct str line)
{
    while (line.len && strchr("-#*[]:", line.ptr[0])) {
        size_t bookmark = source_bookmark_len(line);
        size_t skip = bookmark ? bookmark : 1;
        line.ptr += skip;
        line.len -= skip;
    }
    return line;
}

static void end_pieces(struct clause_map *m)
{
    for (size_t i = 0; i < m->pieces.len; i++) {
        size_t k = i + 1;
        while (k < m->pieces.len && m->pieces.ptr[k].rank > m->pieces.ptr[i].rank)
            k++;
        m->pieces.ptr[i].end = k < m->pieces.len ? m->pieces.ptr[k].from : m->text.len;
    }
}

const struct clause_map *clause_map_make(struct str source, struct arena *a)
{
    struct clause_map *m = arena_alloc(a, sizeof(*m));
    bool waits = false; /* for the end of the last piece's first sentence */
    size_t at = 0;
    *m = (struct clause_map){.text = without_blanks(source, a)};
    m->first = m->tail = m->text.len;
    for (struct str rest = source; rest.ptr;) {
        struct str line = without_blanks(str_split(&rest, STR("\n")), a), body = bare(line);
        struct piece p = {.from = at + (size_t)(body.ptr - line.ptr)};
        at += line.len;
        if (read_mark(&p, body, a)) {
            p.line_end = at;
            VEC_PUSH(a, &m->pieces, p);
            if (p.rank <= RANK_ARTICLE && m->first == m->text.len)
                m->first = p.from;
            waits = true;
            m->tail = m->text.len;
        }
        if (waits && str_ends(line, STR("。"))) {
            waits = false;
            m->tail = at;
        }
    }
    end_pieces(m);
    return m;
}

struct str clause_map_text(const struct clause_map *m)
{
    return m->text;
}

/* --- labels ------------------------------------------------------------------------------- */

struct label {
    struct str s;
    size_t at;
    struct str words; /* those before the last number that was read: 成效 */
    struct arena *arena;
};

static bool skips(struct label *l, const char *sign)
{
    if (!str_starts((struct str){l->s.ptr + l->at, l->s.len - l->at}, str_of(sign)))
        return false;
    l->at += strlen(sign);
    return true;
}

static bool takes_numerals(wide *out, struct label *l)
{
    size_t end = numeral_end(l->s, l->at);
    struct str numerals = {l->s.ptr + l->at, end - l->at};
    if (numerals.len == 0 || !number_of(out, numerals, l->arena))
        return false;
    l->at = end;
    return true;
}

/* The next number of the label; words between, which only describe, are passed over. *chapter: it is one. */
static bool next_number(wide *out, bool *chapter, struct label *l)
{
    bool starts = true; /* Chinese numerals inside of words are none: 成效第二个3 */
    size_t begin = l->at;
    while (l->at < l->s.len) {
        size_t token = l->at;
        bool open = skips(l, "(") || skips(l, "（");
        bool place = skips(l, "第");
        size_t from = l->at;
        bool digit = l->at < l->s.len && l->s.ptr[l->at] >= '0' && l->s.ptr[l->at] <= '9';
        if ((starts || open || digit) && takes_numerals(out, l)) {
            *chapter = skips(l, "章") || skips(l, "节");
            bool ordinal = place && !*chapter && !skips(l, "条") && !skips(l, "部分") &&
                           !skips(l, "款") && !skips(l, "项");
            if (open && !skips(l, ")"))
                (void)skips(l, "）");
            l->words = (struct str){l->s.ptr + begin, token - begin};
            if (!ordinal)
                return true;
        }
        starts = skips(l, ".") || skips(l, "．");
        if (!starts && l->at == from && l->at < l->s.len)
            (void)utf8_next(l->s, &l->at);
    }
    return false;
}

struct finding {
    struct source_span *pieces;
    size_t count;
    int rank; /* of the pieces; -1: the whole text */
};

/* A text without articles has items alone. */
static enum rank outermost(const struct clause_map *m)
{
    enum rank top = RANK_SUBITEM;
    for (size_t i = 0; i < m->pieces.len; i++)
        if (m->pieces.ptr[i].rank != RANK_CHAPTER && m->pieces.ptr[i].rank < top)
            top = m->pieces.ptr[i].rank;
    return top;
}

/* What introduces the list in which the piece is: the sentence before its first item (应当取得较好的成效：), without a
 * heading that stands before it. */
static struct str lead_of(const struct clause_map *m, size_t piece)
{
    size_t first = piece;
    for (size_t i = piece + 1; i-- > 0 && m->pieces.ptr[i].rank >= m->pieces.ptr[piece].rank;)
        if (m->pieces.ptr[i].rank == m->pieces.ptr[piece].rank) {
            first = i;
            if (m->pieces.ptr[i].number == MILLION)
                break;
        }
    size_t to = m->pieces.ptr[first].from, from = to;
    size_t heading =
        first > 0 && m->pieces.ptr[first - 1].line_end < to ? m->pieces.ptr[first - 1].line_end : 0;
    while (from > heading && !str_ends((struct str){m->text.ptr, from}, STR("。")))
        from--;
    return (struct str){m->text.ptr + from, to - from};
}

/* Of items of one number in several lists those of the list that the words of the label name. */
static void keep_named(struct finding *f, const struct clause_map *m, const size_t *pieces,
                       struct str words)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->count; i++)
        if (lint_shares_words(words, lead_of(m, pieces[i])))
            f->pieces[kept++] = f->pieces[i];
    if (kept)
        f->count = kept;
}

static void narrow(struct finding *f, const struct clause_map *m, wide number, bool chapter,
                   const struct label *l)
{
    struct arena *a = l->arena;
    VEC(size_t) at = {0};
    VEC(struct source_span) next = {0};
    enum rank wanted = chapter ? RANK_CHAPTER : outermost(m);
    for (size_t s = 0; s < f->count; s++)
        for (size_t i = 0; i < m->pieces.len; i++) {
            const struct piece *p = &m->pieces.ptr[i];
            bool inside = p->from >= f->pieces[s].from && p->end <= f->pieces[s].end;
            bool fits = f->rank < 0 ? p->rank == wanted : (int)p->rank > f->rank;
            if (inside && fits && p->number == number) {
                VEC_PUSH(a, &next, ((struct source_span){p->from, p->end}));
                VEC_PUSH(a, &at, i);
            }
        }
    f->rank = f->rank < 0 ? (int)wanted : f->rank + 1;
    f->pieces = next.ptr;
    f->count = next.len;
    if (f->count > 1)
        keep_named(f, m, at.ptr, l->words);
}

/* 附件2 is no second article: what words name stands outside of the articles as well. */
static bool is_named(struct str label)
{
    struct str bare_label = label;
    static const char *const marks[] = {"第", "（", "("};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_starts(bare_label, str_of(marks[i]))) {
            bare_label.ptr += strlen(marks[i]);
            bare_label.len -= strlen(marks[i]);
        }
    return numeral_end(bare_label, 0) == 0;
}

size_t clause_map_find(const struct source_span **out, const struct clause_map *m, struct str label,
                       bool article, struct arena *a)
{
    struct label l = {.s = label, .arena = a};
    struct source_span whole = {0, m->text.len};
    struct finding f = {.pieces = &whole, .count = 1, .rank = -1};
    VEC(struct source_span) found = {0};
    wide number;
    bool chapter;
    while ((f.rank <= RANK_CHAPTER || !article) && next_number(&number, &chapter, &l))
        narrow(&f, m, number, chapter, &l);
    for (size_t i = 0; f.rank >= 0 && i < f.count; i++)
        VEC_PUSH(a, &found, f.pieces[i]);
    if (is_named(label)) {
        VEC_PUSH(a, &found, ((struct source_span){0, m->first}));
        VEC_PUSH(a, &found, ((struct source_span){m->tail, m->text.len}));
    }
    *out = found.ptr;
    return found.len;
}

bool clause_map_has(const struct clause_map *m, const struct source_span *pieces, size_t count,
                    struct str words, struct arena *a)
{
    struct str q = without_blanks(words, a);
    for (size_t i = 0; q.len && i < count; i++)
        for (size_t at = str_find(m->text, q, pieces[i].from);
             at < m->text.len && at < pieces[i].end; at = str_find(m->text, q, at + 1))
            if (at + q.len <= pieces[i].end)
                return true;
    return false;
}
