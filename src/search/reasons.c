/* Reasons of a match, from the parts that its score was added up from. Chinese
 * bigrams that stand together in the text and all count are told as the string
 * they make; a class is told once, with its ancestors' parts. */
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
#define CHAIN_BIGRAMS 7  /* eight characters at most */
#define CHAIN_LEAST 0.3f /* of the first bigram's part, to join it */

struct reasons {
    const struct match *m;
    struct arena *a;
    float *part; /* of each leaf; 0 when told or not there */
    float total;
    VEC(struct reason) list;
};

/* The bigram begins or ends with a particle: it crosses the border of a word. */
static bool crosses_border(struct str bigram)
{
    static const char *const particles[] = {"的", "和", "与", "及", "或", "了", "是",
                                            "将", "被", "该", "述", "并", "在"};
    for (size_t i = 0; i < ARRAY_LEN(particles); i++)
        if (str_starts(bigram, str_of(particles[i])) || str_ends(bigram, str_of(particles[i])))
            return true;
    return false;
}

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

/* The bigram beside `p` (step −1 or 1) when it counts enough to be told with it. */
static const struct match_place *beside(const struct reasons *r, const struct match_place *p,
                                        int step, float least)
{
    const struct match_place *end = r->m->places + r->m->place_count;
    for (const struct match_place *q = p + step; q >= r->m->places && q < end; q += step) {
        if (q->number == p->number || q->single)
            continue;
        bool touches = q->number + 1 == p->number || p->number + 1 == q->number;
        return touches && q->cjk && r->part[q->leaf] >= least &&
                       !crosses_border(r->m->leaves[q->leaf].term)
                   ? q
                   : NULL;
    }
    return NULL;
}

/* The string that holds the leaf's word, and the sum of what it counts; its
 * leaves are told by this. */
static float chain_of(struct str *out, struct reasons *r, uint32_t leaf)
{
    const struct match_place *first = place_of(r->m, leaf), *last = first, *next;
    float least = r->part[leaf] * CHAIN_LEAST, sum = 0;

    for (int n = 1; first->cjk && !first->single && n < CHAIN_BIGRAMS; n++) {
        if ((next = beside(r, last, 1, least)))
            last = next;
        else if ((next = beside(r, first, -1, least)))
            first = next;
        else
            break;
    }
    uint32_t through = last->number + (first->cjk && !first->single);
    for (const struct match_place *p = first;
         p < r->m->places + r->m->place_count && p->number <= through; p++) {
        if (p->number > last->number && !p->single)
            continue;
        sum += r->part[p->leaf];
        r->part[p->leaf] = 0;
    }
    *out = (struct str){r->m->text.ptr + first->from, last->to - first->from};
    return sum;
}

/* Pieces of words, which count, are told only with `pieces`. */
static void tell_words(struct reasons *r, const struct score_part *parts, size_t count, size_t most,
                       bool pieces)
{
    size_t told = 0;
    for (size_t i = 0; i < count && told < most; i++) {
        struct str value;
        uint32_t leaf = parts[i].tag;
        if (r->m->leaves[leaf].kind != LEAF_WORD || r->part[leaf] <= 0 || !place_of(r->m, leaf))
            continue;
        const struct match_place *place = place_of(r->m, leaf);
        if (place->cjk && !pieces &&
            (place->single ? is_inside_run(r, place) : crosses_border(r->m->leaves[leaf].term)))
            continue;
        float sum = chain_of(&value, r, leaf);
        tell(r, "term", value, sum);
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

/* A word of the text with its likeliest term in the other language that the record holds. */
static void tell_translations(struct reasons *r, const struct score_part *parts, size_t count)
{
    size_t told = 0;
    for (size_t i = 0; i < count && told < TRANSLATION_REASONS; i++) {
        const struct match_leaf *leaf = &r->m->leaves[parts[i].tag];
        float sum = 0;
        if (leaf->kind != LEAF_TRANSLATION || r->part[parts[i].tag] <= 0)
            continue;
        for (size_t k = i; k < count; k++) { /* other terms for the same word */
            const struct match_leaf *other = &r->m->leaves[parts[k].tag];
            if (other->kind != LEAF_TRANSLATION || !str_eq(other->shown, leaf->shown))
                continue;
            sum += r->part[parts[k].tag];
            r->part[parts[k].tag] = 0;
        }
        tell(r, "translation",
             arena_join_all(r->a, (struct str[]){leaf->shown, STR(" → "), leaf->term}, 3), sum);
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

static int by_weight(const void *l, const void *r)
{
    const struct reason *x = l, *y = r;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return str_cmp(x->value, y->value);
}

void match_reasons(struct found *out, const struct match *m, const struct score_part *parts,
                   size_t part_count, const struct reason *citer, const struct patent *p,
                   struct arena *a)
{
    struct reasons r = {.m = m, .a = a};

    r.part = arena_array(a, m->leaf_count + 1, sizeof(*r.part));
    for (size_t i = 0; i < part_count; i++) {
        r.part[parts[i].tag] = parts[i].score;
        r.total += parts[i].score;
    }
    r.total += (float)citer->weight;
    tell_words(&r, parts, part_count, TERM_REASONS, false);
    tell_translations(&r, parts, part_count);
    tell_classes(&r, parts, part_count);
    tell_related(&r, parts, part_count);
    if (citer->weight > 0)
        tell(&r, "citer", citer->value, (float)citer->weight);
    if (r.list.len == 0)
        tell_words(&r, parts, part_count, 1, true);
    if (r.list.len > 1)
        qsort(r.list.ptr, r.list.len, sizeof(*r.list.ptr), by_weight);
    tell_family(&r, p);
    tell_parties(&r, p);
    tell_region(&r, p);
    out->reasons = r.list.ptr;
    out->reason_count = r.list.len;
}
