/* Reasons of a match, from the parts that its score was added up from. A Chinese word
 * is told where the record holds it whole, with the parts of its bigrams; else the longest
 * words inside it that the record holds. Words that stand side by side in the text and in
 * the record are told as one. A class is told once, with its ancestors' parts. */
#include "base/utf8.h"
#include "base/vec.h"
#include "search/families.h"
#include "search/match.h"
#include "text/unicode.h"
#include <stdlib.h>

#define TERM_REASONS 8
#define CLASS_REASONS 4
#define RELATED_REASONS 3
#define TRANSLATION_REASONS 6
#define PLACES_TRIED 8 /* of a bigram, for a word that the record holds */
#define JOINED_CHARACTERS 8

struct reasons {
    const struct match *m;
    struct arena *a;
    float *part;       /* of each leaf; 0 when told or not there */
    struct str record; /* its texts that score, as the index folds them */
    float total;
    VEC(struct reason) list;
};

/* A character of a longer run: nobody would name it. */
static bool is_inside_run(const struct reasons *r, const struct match_place *p)
{
    struct str text = r->m->text;
    size_t before = p->from, after = p->to;
    if (after < text.len && unicode_class(utf8_next(text, &after)) == UNICODE_CJK)
        return true;
    if (before == 0)
        return false;
    do
        before--;
    while (before > 0 && ((unsigned char)text.ptr[before] & 0xC0) == 0x80);
    return unicode_class(utf8_next(text, &before)) == UNICODE_CJK;
}

static bool is_function(const struct reasons *r, const struct match_place *p)
{
    return p->word != MATCH_NO_WORD && r->m->words[p->word].function;
}

static void tell(struct reasons *r, const char *kind, struct str value, float part)
{
    struct reason reason = {str_of(kind), value, r->total > 0 ? (double)(part / r->total) : 0};
    VEC_PUSH(r->a, &r->list, reason);
}

static const struct match_place *place_of(const struct match *m, uint32_t leaf)
{
    for (size_t i = 0; i < m->place_count; i++)
        if (m->places[i].leaf == leaf)
            return &m->places[i];
    return NULL;
}

/* The record's title, abstract and claims. */
static struct str record_text(const struct patent *p, struct arena *a)
{
    struct buf folded;
    buf_init(&folded, 0);
    for (size_t i = 0; i < p->texts.len; i++)
        if (p->texts.ptr[i].part != TEXT_DESCRIPTION) {
            unicode_fold(&folded, p->texts.ptr[i].content);
            buf_addc(&folded, '\n');
        }
    struct str out = arena_dup(a, buf_str(&folded));
    buf_clear(&folded);
    return out;
}

/* The longest word around the place, which stands in one, that the record holds. */
static const struct word *word_at(const struct reasons *r, const struct match_place *p)
{
    const struct word *end = r->m->words + r->m->word_count, *best = NULL;
    const struct word *outer = r->m->words + p->word;
    for (const struct word *w = outer; w < end && (w == outer || w->inner); w++)
        if (w->from <= p->from && p->to <= w->to && !w->function && w->characters > 1 &&
            (!best || w->characters > best->characters) && str_contains(r->record, w->folded))
            best = w;
    return best;
}

/* A string of the text that the record holds. */
struct span {
    struct str folded;
    uint32_t from, to;
    size_t characters;
    const struct word *ends[2]; /* the words of the path at its beginning and its end */
};

/* The span with the word before it or behind it (side 0, 1), where the record has them so. */
static bool join(struct span *s, const struct reasons *r, int side)
{
    const struct word *words = r->m->words, *end = words + r->m->word_count, *w = s->ends[side];
    do
        w += side ? 1 : -1;
    while (w >= words && w < end && w->inner);
    if (w < words || w >= end || w->function || w->characters < 2 ||
        s->characters + w->characters > JOINED_CHARACTERS)
        return false;
    const struct str left = side ? s->folded : w->folded, right = side ? w->folded : s->folded;
    const struct str both = {left.ptr, left.len + right.len};
    if (left.ptr + left.len != right.ptr || !str_contains(r->record, both))
        return false;
    s->folded = both;
    s->characters += w->characters;
    s->ends[side] = w;
    s->from = side ? s->from : w->from;
    s->to = side ? w->to : s->to;
    return true;
}

/* The words around the leaf's bigram; false: the record holds none. */
static bool find_span(struct span *out, const struct reasons *r, uint32_t leaf)
{
    const struct match_place *end = r->m->places + r->m->place_count;
    int tried = 0; /* a long text has a bigram in thousands of places */
    for (const struct match_place *p = r->m->places; p < end && tried < PLACES_TRIED; p++) {
        const struct word *w = p->leaf == leaf && p->word != MATCH_NO_WORD ? word_at(r, p) : NULL;
        tried += p->leaf == leaf && p->word != MATCH_NO_WORD;
        if (!w)
            continue;
        const struct word *outer = r->m->words + p->word;
        *out = (struct span){w->folded, w->from, w->to, w->characters, {outer, outer}};
        while (join(out, r, 1) || join(out, r, 0))
            ;
        return true;
    }
    return false;
}

static void tell_words(struct reasons *r, const struct score_part *parts, size_t count)
{
    size_t told = 0;
    for (size_t i = 0; i < count && told < TERM_REASONS; i++) {
        uint32_t leaf = parts[i].tag;
        const struct match_place *place = place_of(r->m, leaf);
        if (r->m->leaves[leaf].kind != LEAF_WORD || r->part[leaf] <= 0 || !place)
            continue;
        struct span s = {.from = place->from, .to = place->to};
        if (place->single ? is_inside_run(r, place) || is_function(r, place)
                          : place->cjk && !find_span(&s, r, leaf))
            continue;
        float sum = 0;
        for (const struct match_place *p = r->m->places;
             p < r->m->places + r->m->place_count && p->from < s.to; p++)
            if (p->from >= s.from && p->to <= s.to) {
                sum += r->part[p->leaf];
                r->part[p->leaf] = 0;
            }
        tell(r, "term", (struct str){r->m->text.ptr + s.from, s.to - s.from}, sum);
        told++;
    }
}

static void tell_classes(struct reasons *r, const struct score_part *parts, size_t count)
{
    for (size_t told = 0; told < CLASS_REASONS; told++) {
        uint32_t deepest = UINT32_MAX;
        size_t len = 0;
        float sum = 0;
        for (size_t i = 0; i < count; i++) {
            const struct match_leaf *leaf = &r->m->leaves[parts[i].tag];
            if (leaf->kind == LEAF_CLASS && r->part[parts[i].tag] > 0 && leaf->shown.len > len)
                deepest = parts[i].tag, len = leaf->shown.len;
        }
        if (deepest == UINT32_MAX)
            return;
        struct str symbol = r->m->leaves[deepest].shown, up[5];
        size_t levels = class_ancestors(up, symbol);
        for (size_t i = 0; i < count; i++) {
            const struct match_leaf *leaf = &r->m->leaves[parts[i].tag];
            for (size_t k = 0; k < levels && leaf->kind == LEAF_CLASS; k++)
                if (str_eq(leaf->shown, up[k])) {
                    sum += r->part[parts[i].tag];
                    r->part[parts[i].tag] = 0;
                }
        }
        tell(r, "class", symbol, sum);
    }
}

/* A word of the text with its likeliest target in the other language that the record holds whole. */
static void tell_translations(struct reasons *r, const struct score_part *parts, size_t count)
{
    size_t told = 0;
    for (size_t i = 0; i < count && told < TRANSLATION_REASONS; i++) {
        const struct match_leaf *leaf = &r->m->leaves[parts[i].tag];
        float sum = 0;
        if (leaf->kind != LEAF_TRANSLATION || r->part[parts[i].tag] <= 0 ||
            (r->m->language == LANGUAGE_LETTERS && !str_contains(r->record, leaf->target)))
            continue;
        for (size_t k = i; k < count; k++) { /* other terms for the same word */
            const struct match_leaf *other = &r->m->leaves[parts[k].tag];
            if (other->kind != LEAF_TRANSLATION || !str_eq(other->shown, leaf->shown))
                continue;
            sum += r->part[parts[k].tag];
            r->part[parts[k].tag] = 0;
        }
        tell(r, "translation",
             arena_join_all(r->a, (struct str[]){leaf->shown, STR(" → "), leaf->target}, 3), sum);
        told++;
    }
}

static void tell_related(struct reasons *r, const struct score_part *parts, size_t count)
{
    size_t told = 0;
    for (size_t i = 0; i < count && told < RELATED_REASONS; i++) {
        const struct match_leaf *leaf = &r->m->leaves[parts[i].tag];
        /* Bigrams out of their text are pieces of words: only whole words are told. */
        size_t at = 0;
        if (leaf->kind != LEAF_FEEDBACK || leaf->term.ptr[0] == '\x01' ||
            unicode_class(utf8_next(leaf->term, &at)) == UNICODE_CJK)
            continue;
        tell(r, "related", leaf->shown, parts[i].score);
        told++;
    }
}

static void tell_family(struct reasons *r, const struct patent *p)
{
    const struct patent *own = r->m->own;
    if (own && str_eq(family_key(p, r->a), family_key(own, r->a)))
        tell(r, "family",
             own->publication.key.len > 0 ? own->publication.display : own->application.display, 0);
}

/* A name found in the text; of two letters or more, so that it is one. */
static void tell_parties(struct reasons *r, const struct patent *p)
{
    for (size_t i = 0; i < p->parties.len; i++) {
        const struct party *party = &p->parties.ptr[i];
        if ((party->role == PARTY_APPLICANT || party->role == PARTY_ASSIGNEE) &&
            party->name_key.len >= 6 && str_contains(r->m->name_text, party->name_key)) {
            tell(r, "applicant", party->name, 0);
            return;
        }
    }
}

/* 四川省 is also meant by 四川. */
static struct str without_suffix(struct str name)
{
    static const char *const suffixes[] = {"特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区",
                                           "自治区",     "自治州",     "省",         "市"};
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        struct str suffix = str_of(suffixes[i]);
        if (str_ends(name, suffix) && name.len >= suffix.len + 6)
            return (struct str){name.ptr, name.len - suffix.len};
    }
    return name;
}

static void tell_region(struct reasons *r, const struct patent *p)
{
    if (p->region.len != 6)
        return;
    struct str province = region_name(arena_printf(r->a, "%.2s0000", p->region.ptr));
    struct str city = region_name(arena_printf(r->a, "%.4s00", p->region.ptr));
    struct str part = city;
    province = arena_dup(r->a, province);
    if (province.len > 0 && city.len > province.len && str_starts(city, province))
        part = (struct str){city.ptr + province.len, city.len - province.len};
    struct str shorter = without_suffix(part);
    if (shorter.len >= 6 && str_contains(r->m->text, shorter))
        tell(r, "region", arena_dup(r->a, city), 0);
    else if (province.len >= 6 && str_contains(r->m->text, without_suffix(province)))
        tell(r, "region", province, 0);
}

static int by_kind_and_weight(const void *l, const void *r)
{
    static const char *const kinds[] = {"term", "translation", "class", "related", "citer"};
    const struct reason *x = l, *y = r;
    size_t kind_x = word_index(x->kind, kinds, ARRAY_LEN(kinds));
    size_t kind_y = word_index(y->kind, kinds, ARRAY_LEN(kinds));
    if (kind_x != kind_y)
        return kind_x < kind_y ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return str_cmp(x->value, y->value);
}

void match_reasons(struct found *out, const struct match *m, const struct score_part *parts,
                   size_t part_count, const struct reason *citer, const struct patent *p,
                   struct arena *a)
{
    struct reasons r = {.m = m, .a = a};
    if (m->word_count > 0 || m->direct)
        r.record = record_text(p, a);
    r.part = arena_array(a, m->leaf_count + 1, sizeof(*r.part));
    for (size_t i = 0; i < part_count; i++) {
        r.part[parts[i].tag] = parts[i].score;
        r.total += parts[i].score;
    }
    r.total += (float)citer->weight;
    tell_words(&r, parts, part_count);
    tell_translations(&r, parts, part_count);
    tell_classes(&r, parts, part_count);
    tell_related(&r, parts, part_count);
    if (citer->weight > 0)
        tell(&r, "citer", citer->value, (float)citer->weight);
    if (r.list.len > 1)
        qsort(r.list.ptr, r.list.len, sizeof(*r.list.ptr), by_kind_and_weight);
    tell_family(&r, p);
    tell_parties(&r, p);
    tell_region(&r, p);
    out->reasons = r.list.ptr;
    out->reason_count = r.list.len;
}
