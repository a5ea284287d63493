/* Lines that begin with a mark (第五条, 一、, （一）, 一是, 1.) begin a piece; it ends where one of its own
 * rank, or of a higher one, begins. */
#include "policy/clause_map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

enum rank { RANK_CHAPTER, RANK_ARTICLE, RANK_ITEM, RANK_SUBITEM };

struct piece {
    enum rank rank;
    wide number;
    size_t from, end;
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

/* The next number of the label; words between, which only describe, are passed over. */
static bool next_number(wide *out, struct label *l)
{
    bool starts = true; /* Chinese numerals inside of words are none: 成效第二个3 */
    while (l->at < l->s.len) {
        bool open = skips(l, "(") || skips(l, "（");
        bool place = skips(l, "第");
        size_t from = l->at;
        bool digit = l->s.ptr[l->at] >= '0' && l->s.ptr[l->at] <= '9';
        if ((starts || open || digit) && takes_numerals(out, l)) {
            bool ordinal = place && !skips(l, "条") && !skips(l, "章") && !skips(l, "节") &&
                           !skips(l, "部分") && !skips(l, "款") && !skips(l, "项");
            if (open && !skips(l, ")"))
                (void)skips(l, "）");
            if (!ordinal)
                return true;
        }
        starts = skips(l, ".") || skips(l, "．");
        if (!starts && l->at == from && l->at < l->s.len)
            (void)utf8_next(l->s, &l->at);
    }
    return false;
}

static void narrow(struct source_span **found, size_t *count, const struct clause_map *m,
                   wide number, bool outermost, struct arena *a)
{
    VEC(struct source_span) next = {0};
    for (size_t s = 0; s < *count; s++)
        for (size_t i = 0; i < m->pieces.len; i++) {
            const struct piece *p = &m->pieces.ptr[i];
            bool inside = p->from >= (*found)[s].from && p->end <= (*found)[s].end;
            bool fits = outermost ? p->rank == RANK_ARTICLE : p->rank > RANK_ARTICLE;
            if (inside && fits && p->number == number)
                VEC_PUSH(a, &next, ((struct source_span){p->from, p->end}));
        }
    *found = next.ptr;
    *count = next.len;
}

size_t clause_map_find(const struct source_span **out, const struct clause_map *m, struct str label,
                       bool article, struct arena *a)
{
    struct label l = {.s = label, .arena = a};
    struct source_span *found = arena_array(a, 2, sizeof(*found));
    size_t count = 1;
    wide number;
    bool outermost = true;
    found[0] = (struct source_span){0, m->text.len};
    for (; (outermost || !article) && next_number(&number, &l); outermost = false)
        narrow(&found, &count, m, number, outermost, a);
    if (outermost) {
        found[0] = (struct source_span){0, m->first};
        found[1] = (struct source_span){m->tail, m->text.len};
        count = 2;
    }
    *out = found;
    return count;
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
