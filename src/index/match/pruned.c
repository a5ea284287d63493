/* Bounds every document by integers, then scores the few that can matter.
 *
 * Rare lists are decoded and added up posting by posting; frequent ones are
 * known by their presence bits and one weight for all (plus their few heavy
 * postings), 64 documents an addition. That bounds all documents from above at
 * a fraction of scoring them. The best bounds are scored exactly, the k-th
 * score is the bar, and whoever's bound reaches the bar is refined and scored
 * exactly too. Block maxima as published (WAND, block-max) were measured and do
 * not prune queries of 60 and more terms; presence bits do.
 *
 * Why no document is lost. f/(f + k) = r(f,k)/(1 + k) with r(f,k) =
 * f·(1 + k)/(f + k), which rises with f and with k. Within a window the sums
 * take r at the window's largest norm, round each weight up to an integer
 * (scale: units per score), and so sum/scale/(1 + norm) is at least the true
 * score of any document of the window. A tile is cut at bar·scale·(1 + its
 * smallest norm), less score_slack for the roundings of the float sum; the bar
 * is always the k-th of exactly computed scores. Documents equal to the bar stay
 * in, as their id may win. Every weight is at least 1, so that a sum of 0 means
 * "in no list".
 *
 * Where bounds do not help (short queries of frequent words, k of thousands) a
 * window with too many survivors is scored exhaustively. */
#include "base/vec.h"
#include "index/kernels/scan.h"
#include "index/match/match.h"
#include <math.h>
#include <stdlib.h>

#define BOUND_DOCS 8192u /* documents of a window: their sums take half a first-level cache */
#define BOUND_TILES (BOUND_DOCS / TILE_DOCS)
#define LEVEL 1.002 /* of 1 + norm: a window with no more has one smallest norm for its tiles */
#define FREQS (FREQ_MAX + 1)
#define UNITS_MAX 65535.0
#define CHUNK 64 /* candidates refined together */

/* Rare: all postings in memory. Also the heavy postings of a frequent list, whose
 * weights are then what they have above the rest. */
struct rare {
    uint32_t leaf, count;
    const uint32_t *docs; /* with DOC_END behind */
    const uint8_t *freqs;
    uint32_t at; /* number of the first posting of the window being added up */
    uint16_t weights[FREQS];
};

struct frequent {
    uint32_t leaf, top;   /* frequency that the common weight stands for */
    const uint64_t *bits; /* from document 0 on */
    float bound;          /* factor · r(top, largest norm) */
    struct rare *heavy;   /* or NULL */
};

enum where { IN_NONE, IN_RARE, IN_FREQUENT };

/* What the frequent lists weigh in some windows; refining takes it back. */
struct weight_set {
    double norm;       /* the largest norm they are good for */
    uint8_t *weights;  /* per frequent list */
    uint16_t *factors; /* per group */
};

struct bounds {
    const struct plan *plan;
    const struct plan_segment *ps;
    struct arena *scratch;
    const struct scan_kernels *kernels;
    double scale;      /* units per score */
    uint32_t max_freq; /* of all lists with weights by frequency */
    uint32_t tiles, windows;
    uint16_t *sums;                        /* per document, padded to whole tiles */
    uint16_t *lanes;                       /* TILE_LANES per tile */
    uint16_t *tile_max;                    /* per tile */
    float *tile_scale;                     /* scale · (1 + smallest norm) */
    const struct weight_set **window_sets; /* per window */
    uint32_t *starts; /* per window (and one behind) and rare list: its first posting there */
    struct rare *rares, *heavies; /* heavies are rare lists too, but found via frequent */
    struct frequent *frequents;   /* falling bound */
    size_t rare_count, heavy_count, frequent_count, group_count;
    struct tile_group *groups;
    const uint64_t **group_bits;
    const uint64_t **tail_bits; /* copies for the last tile */
    uint64_t *tail_words;
    uint64_t *done;      /* documents offered already */
    uint32_t *room_docs; /* where the next list is decoded to */
    uint8_t *room_freqs;
    uint8_t *where;   /* per leaf: enum where */
    uint32_t *number; /* per leaf: in rares or frequents */
};

static double saturation(double freq, double norm)
{
    return freq * (1.0 + norm) / (freq + norm);
}

/* --- setting up --------------------------------------------------------------- */

static double leaf_bound(const struct plan_leaf *leaf, uint32_t freq, double norm)
{
    if (leaf->kind != SCORE_BM25)
        return (double)leaf->factor * (1.0 + norm);
    return (double)leaf->factor * saturation(freq, norm);
}

static double norm_at(const struct bounds *b, uint32_t doc)
{
    return (double)score_norm_of(b->plan->norm, b->ps->lengths[doc]);
}

static void rare_fill(struct rare *r, struct bounds *b, uint32_t leaf, const struct plan_list *list,
                      bool heavy)
{
    if (list->max_freq > b->max_freq)
        b->max_freq = list->max_freq;
    r->leaf = leaf;
    if (list->kind == LIST_OWN) {
        r->docs = list->own.docs;
        r->freqs = list->own.freqs;
        r->count = list->own.count;
        return;
    }
    r->docs = b->room_docs;
    r->freqs = b->room_freqs;
    r->count = (uint32_t)(heavy ? postings_heavy : postings_window)(
        list->stored, 0, b->ps->docs, b->room_docs, b->room_freqs, NULL);
    /* The next list may overwrite the slack, not this one's postings. */
    b->room_docs[r->count] = DOC_END;
    b->room_docs += r->count + 1;
    b->room_freqs += r->count + 1;
}

static void add_frequent(struct bounds *b, uint32_t leaf, const struct plan_list *list, double norm)
{
    struct postings *p = list->stored;
    struct frequent *f = &b->frequents[b->frequent_count++];
    *f = (struct frequent){.leaf = leaf, .top = list->max_freq};
    f->bits = postings_bits(p, 0, b->ps->docs, NULL);
    if (b->plan->leaves[leaf].kind == SCORE_BM25 && p->heavy_above < list->max_freq) {
        f->heavy = &b->heavies[b->heavy_count++];
        f->top = p->heavy_above;
        rare_fill(f->heavy, b, leaf, list, true);
    }
    f->bound = (float)leaf_bound(&b->plan->leaves[leaf], f->top, norm);
}

static int larger_bound(const void *x, const void *y)
{
    const struct frequent *a = x, *b = y;
    return a->bound > b->bound ? -1 : a->bound < b->bound ? 1 : a->leaf < b->leaf ? -1 : 1;
}

static bool is_bitmap(const struct plan_list *list)
{
    return list->kind == LIST_STORED && list->stored->shape == POSTINGS_BITMAP;
}

static void room_make(struct bounds *b)
{
    size_t room = POSTINGS_SLACK;
    for (size_t i = 0; i < b->plan->leaf_count; i++) {
        const struct plan_list *list = &b->ps->lists[i];
        if (list->kind == LIST_STORED)
            room += (is_bitmap(list) ? list->stored->heavy_count : list->doc_count) + 1;
    }
    b->room_docs = scratch_raw(b->plan->scratch, room, sizeof(*b->room_docs));
    b->room_freqs = scratch_raw(b->plan->scratch, room, sizeof(*b->room_freqs));
}

/* Splits the leaves, and finds the scale that keeps every sum below 2^16. */
static void lists_set_up(struct bounds *b)
{
    const struct plan *p = b->plan;
    double norm = norm_at(b, b->ps->docs - 1), rare_sum = 0, frequent_sum = 0;
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct plan_list *list = &b->ps->lists[i];
        if (list->kind == LIST_NONE)
            continue;
        double most = leaf_bound(&p->leaves[i], list->max_freq, norm);
        if (is_bitmap(list)) {
            b->where[i] = IN_FREQUENT;
            add_frequent(b, i, list, norm);
            double common = (double)b->frequents[b->frequent_count - 1].bound;
            frequent_sum += common;
            rare_sum += most - common; /* its heavy postings */
        } else {
            b->where[i] = IN_RARE;
            b->number[i] = (uint32_t)b->rare_count;
            rare_fill(&b->rares[b->rare_count++], b, i, list, false);
            rare_sum += most;
        }
    }
    if (b->frequent_count > 1)
        qsort(b->frequents, b->frequent_count, sizeof(*b->frequents), larger_bound);
    b->group_count = (b->frequent_count + TILE_LISTS - 1) / TILE_LISTS;
    for (uint32_t i = 0; i < b->frequent_count; i++)
        b->number[b->frequents[i].leaf] = i;
    /* Each rounding adds at most one unit, a group's factor at most 256; and a
     * group's largest sum is 255/(255 − 48) of what it stands for. */
    double lost = 2.0 * (double)p->leaf_count + 256.0 * (double)b->group_count + 16;
    double total = rare_sum + frequent_sum * 255.0 / (255.0 - TILE_LISTS);
    b->scale = total > 0 ? (UNITS_MAX - lost) / (total * 1.0001) : 1.0;
}

static void groups_set_up(struct bounds *b)
{
    b->groups = arena_array(b->scratch, b->group_count, sizeof(*b->groups));
    b->group_bits = arena_array(b->scratch, b->frequent_count, sizeof(*b->group_bits));
    b->tail_bits = arena_array(b->scratch, b->frequent_count, sizeof(*b->tail_bits));
    b->tail_words = arena_array(b->scratch, b->frequent_count * TILE_WORDS, sizeof(uint64_t));
    uint32_t from = (b->tiles - 1) * TILE_WORDS, words = (b->ps->docs + 63) / 64;
    for (size_t i = 0; i < b->frequent_count; i++) {
        uint64_t *copy = b->tail_words + i * TILE_WORDS;
        memcpy(copy, b->frequents[i].bits + from, (words - from) * sizeof(*copy));
        b->group_bits[i] = b->frequents[i].bits;
        b->tail_bits[i] = copy;
    }
}

static void *scratch_array(struct bounds *b, size_t count, size_t size)
{
    return arena_array(b->scratch, count ? count : 1, size);
}

static void bounds_set_up(struct bounds *b, const struct plan *p, const struct plan_segment *ps,
                          struct arena *scratch)
{
    *b = (struct bounds){.plan = p, .ps = ps, .scratch = scratch, .kernels = scan_kernels()};
    b->tiles = (ps->docs + TILE_DOCS - 1) / TILE_DOCS;
    b->windows = (ps->docs + BOUND_DOCS - 1) / BOUND_DOCS;
    b->sums = scratch_raw(b->plan->scratch, (size_t)b->tiles * TILE_DOCS, sizeof(*b->sums));
    b->lanes = scratch_raw(b->plan->scratch, (size_t)b->tiles * TILE_LANES, sizeof(*b->lanes));
    b->tile_max = scratch_array(b, b->tiles, sizeof(*b->tile_max));
    b->tile_scale = scratch_array(b, b->tiles, sizeof(*b->tile_scale));
    b->window_sets = scratch_array(b, b->windows, sizeof(struct weight_set *));
    b->done = scratch_array(b, ((size_t)ps->docs + 63) / 64, sizeof(*b->done));
    b->where = scratch_array(b, p->leaf_count, sizeof(*b->where));
    b->number = scratch_array(b, p->leaf_count, sizeof(*b->number));
    b->rares = scratch_array(b, p->leaf_count, sizeof(*b->rares));
    b->heavies = scratch_array(b, p->leaf_count, sizeof(*b->heavies));
    b->frequents = scratch_array(b, p->leaf_count, sizeof(*b->frequents));
    room_make(b);
    lists_set_up(b);
    b->starts = scratch_raw(p->scratch, (b->windows + 1) * b->rare_count, sizeof(*b->starts));
    memset(b->starts, 0, b->rare_count * sizeof(*b->starts));
    groups_set_up(b);
}

/* --- weights ------------------------------------------------------------------ */

static uint16_t round_up(double units)
{
    return (uint16_t)((uint32_t)units + 1);
}

/* What a posting of frequency f adds above `base` (the common weight). */
static void rare_weights(struct rare *r, const struct bounds *b, const double *saturations,
                         double norm, double base)
{
    const struct plan_leaf *leaf = &b->plan->leaves[r->leaf];
    double unit = b->scale * (double)leaf->factor;
    uint32_t most = b->ps->lists[r->leaf].max_freq;
    if (leaf->kind != SCORE_BM25) {
        for (uint32_t f = 0; f <= most; f++)
            r->weights[f] = round_up(unit * (1.0 + norm));
        return;
    }
    for (uint32_t f = 0; f <= most; f++) {
        double more = unit * (saturations[f] - base);
        r->weights[f] = round_up(more > 0 ? more : 0);
    }
}

static struct weight_set *frequent_weights(struct bounds *b, double norm)
{
    struct weight_set *set = arena_alloc(b->scratch, sizeof(*set));
    set->norm = norm;
    set->weights = scratch_array(b, b->frequent_count, sizeof(*set->weights));
    set->factors = scratch_array(b, b->group_count, sizeof(*set->factors));
    for (size_t g = 0; g < b->group_count; g++) {
        const struct frequent *lists = b->frequents + g * TILE_LISTS;
        size_t count = b->frequent_count - g * TILE_LISTS;
        double units[TILE_LISTS], sum = 0;
        count = count < TILE_LISTS ? count : TILE_LISTS;
        for (size_t i = 0; i < count; i++) {
            const struct plan_leaf *leaf = &b->plan->leaves[lists[i].leaf];
            sum += units[i] = b->scale * leaf_bound(leaf, lists[i].top, norm);
        }
        double factor = ceil(sum / (255.0 - (double)count));
        factor = factor < 1 ? 1 : factor;
        for (size_t i = 0; i < count; i++)
            set->weights[g * TILE_LISTS + i] = (uint8_t)round_up(units[i] / factor);
        set->factors[g] = (uint16_t)factor;
        struct tile_planes *planes = NULL;
        if (count >= b->kernels->planes_from) {
            planes = arena_alloc(b->scratch, sizeof(*planes));
            tile_planes_make(planes, set->weights + g * TILE_LISTS, count);
        }
        b->groups[g] =
            (struct tile_group){b->group_bits + g * TILE_LISTS, set->weights + g * TILE_LISTS,
                                count, set->factors[g], planes};
    }
    return set;
}

/* All weights for a window whose norms are at most `norm`. */
static const struct weight_set *weights_make(struct bounds *b, double norm)
{
    double saturations[FREQS];
    for (uint32_t f = 0; f <= b->max_freq; f++)
        saturations[f] = saturation(f, norm);
    for (size_t i = 0; i < b->rare_count; i++)
        rare_weights(&b->rares[i], b, saturations, norm, 0);
    for (size_t i = 0; i < b->frequent_count; i++)
        if (b->frequents[i].heavy)
            rare_weights(b->frequents[i].heavy, b, saturations, norm,
                         saturation(b->frequents[i].top, norm));
    return frequent_weights(b, norm);
}

/* --- adding up ---------------------------------------------------------------- */

static void scatter(uint16_t *sums, struct rare *r, uint32_t end)
{
    const uint32_t *docs = r->docs;
    const uint8_t *freqs = r->freqs;
    uint32_t at = r->at;
    for (; docs[at] < end; at++) {
        sums[docs[at]] = (uint16_t)(sums[docs[at]] + r->weights[freqs[at]]);
    }
    r->at = at;
}

/* One tile: the frequent lists, the allowed documents, the maxima. No document of it
 * has a smaller norm than `norm`. */
static void tile_finish(struct bounds *b, uint32_t tile, double norm)
{
    const uint64_t *allowed = b->ps->allowed ? b->ps->allowed + (size_t)tile * TILE_WORDS : NULL;
    uint64_t keep[TILE_WORDS] = {0};
    size_t word = (size_t)tile * TILE_WORDS;
    bool last = tile == b->tiles - 1;
    uint32_t docs = last ? b->ps->docs - tile * TILE_DOCS : TILE_DOCS;
    if (docs < TILE_DOCS) { /* nothing behind the last document may be read or counted */
        for (uint32_t i = 0; i < (docs + 63) / 64; i++)
            keep[i] = (allowed ? allowed[i] : UINT64_MAX) &
                      (docs - i * 64 >= 64 ? UINT64_MAX : ((uint64_t)1 << (docs - i * 64)) - 1);
        allowed = keep;
        for (size_t g = 0; g < b->group_count; g++)
            b->groups[g].bits = b->tail_bits + g * TILE_LISTS;
        word = 0;
    }
    b->tile_max[tile] =
        b->kernels->tile(b->sums + (size_t)tile * TILE_DOCS, b->lanes + (size_t)tile * TILE_LANES,
                         b->groups, b->group_count, word, allowed);
    b->tile_scale[tile] = (float)(b->scale * (1.0 + norm));
}

/* The norm to make weights for, from window `from` on: that of its last document,
 * or of a later window's where that is at most 4 % more, so that they share. */
static double shared_norm(const struct bounds *b, uint32_t from)
{
    double first = 0, most = 0;
    for (uint32_t w = from; w < b->windows; w++) {
        uint32_t left = b->ps->docs - w * BOUND_DOCS;
        double norm = norm_at(b, w * BOUND_DOCS + (left < BOUND_DOCS ? left : BOUND_DOCS) - 1);
        if (w == from)
            first = norm;
        else if (norm > first * 1.04)
            break;
        most = norm;
    }
    return most;
}

static void add_up(struct bounds *b)
{
    const struct weight_set *set = NULL;
    for (uint32_t w = 0; w < b->windows; w++) {
        uint32_t left = b->ps->docs - w * BOUND_DOCS;
        uint32_t end = w * BOUND_DOCS + (left < BOUND_DOCS ? left : BOUND_DOCS);
        double first = norm_at(b, w * BOUND_DOCS), last = norm_at(b, end - 1);
        /* Each look at a tile's first length waits for memory. */
        bool level = 1.0 + last <= LEVEL * (1.0 + first);
        if (!set || last > set->norm)
            set = weights_make(b, shared_norm(b, w));
        b->window_sets[w] = set;
        memset(b->sums + (size_t)w * BOUND_DOCS, 0,
               (size_t)(left < BOUND_DOCS ? (left + TILE_DOCS - 1) / TILE_DOCS : BOUND_TILES) *
                   TILE_DOCS * sizeof(*b->sums));
        uint32_t *starts = b->starts + (w + 1) * b->rare_count; /* of the next window */
        for (size_t i = 0; i < b->rare_count; i++) {
            scatter(b->sums, &b->rares[i], end);
            starts[i] = b->rares[i].at;
        }
        for (size_t i = 0; i < b->heavy_count; i++)
            scatter(b->sums, &b->heavies[i], end);
        for (uint32_t t = w * BOUND_TILES; t < b->tiles && t < (w + 1) * BOUND_TILES; t++)
            tile_finish(b, t, level ? first : norm_at(b, t * TILE_DOCS));
    }
}

/* --- exact scores --------------------------------------------------------------- */

struct candidate {
    float bound; /* no score above this, but for score_slack */
    uint32_t doc;
    struct bounds *b;
};

static bool rare_freq(uint32_t *freq, const struct bounds *b, uint32_t number, uint32_t doc)
{
    const uint32_t *starts = b->starts + (size_t)(doc / BOUND_DOCS) * b->rare_count + number;
    const struct rare *r = &b->rares[number];
    uint32_t from = starts[0], to = starts[b->rare_count];
    if (from == to)
        return false;
    from += (uint32_t)b->kernels->count_less(r->docs + from, to - from, doc);
    if (r->docs[from] != doc) /* DOC_END stands behind the last */
        return false;
    *freq = r->freqs[from];
    return true;
}

static bool frequent_freq(uint32_t *freq, const struct bounds *b, const struct frequent *f,
                          uint32_t doc)
{
    if (!docset_has(f->bits, doc))
        return false;
    bool present;
    *freq = postings_freq_of(b->ps->lists[f->leaf].stored, doc, &present);
    return present;
}

/* Starts loading what scoring a document will look at. */
static void fetch_ahead(const struct bounds *b, uint32_t doc)
{
    const uint32_t *starts = b->starts + (size_t)(doc / BOUND_DOCS) * b->rare_count;
    for (size_t i = 0; i < b->rare_count; i++) {
        uint32_t from = starts[i], to = starts[b->rare_count + i];
        uint32_t guess = from + (to - from) * (doc % BOUND_DOCS / 64) / (BOUND_DOCS / 64);
        if (from < to) {
            __builtin_prefetch(b->rares[i].docs + guess);
            __builtin_prefetch(b->rares[i].freqs + guess);
        }
    }
    for (size_t i = 0; i < b->frequent_count; i++)
        __builtin_prefetch(b->frequents[i].bits + doc / 64);
}

/* The score: leaf after leaf in query order. */
static float score_of(const struct bounds *b, uint32_t doc)
{
    float sum = 0, norm = score_norm_of(b->plan->norm, b->ps->lengths[doc]);
    for (size_t l = 0; l < b->plan->leaf_count; l++) {
        const struct plan_leaf *leaf = &b->plan->leaves[l];
        uint32_t freq;
        if (b->where[l] == IN_RARE ? rare_freq(&freq, b, b->number[l], doc)
                                   : b->where[l] == IN_FREQUENT &&
                                         frequent_freq(&freq, b, &b->frequents[b->number[l]], doc))
            sum += score_part_of(leaf->kind, leaf->factor, freq, norm);
    }
    return sum;
}

/* Scores candidates of one segment and offers them. */
static err_t score_exactly(struct topk *best, struct bounds *b, const struct candidate *c,
                           size_t count, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        uint32_t doc = c[i].doc;
        if (i + 1 < count)
            fetch_ahead(b, c[i + 1].doc);
        b->done[doc / 64] |= (uint64_t)1 << (doc % 64);
        rc = match_offer(best, b->ps, doc, score_of(b, doc), e);
    }
    return rc;
}

/* --- candidates ------------------------------------------------------------------ */

typedef VEC(struct candidate) candidates;

static int better_bound(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    return a->bound > b->bound ? -1 : a->bound < b->bound ? 1 : 0;
}

static int by_segment(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return a->doc < b->doc ? -1 : a->doc > b->doc;
}

/* Scores a chunk of candidates, which may be of several segments. */
static err_t score_chunk(struct topk *best, struct candidate *c, size_t count, struct err *e)
{
    err_t rc = OK;
    if (count > 1)
        qsort(c, count, sizeof(*c), by_segment);
    for (size_t from = 0, to; rc == OK && from < count; from = to) {
        for (to = from; to < count && c[to].b == c[from].b; to++)
            continue;
        rc = score_exactly(best, c[from].b, c + from, to - from, e);
    }
    return rc;
}

/* Sum that a document of the tile needs to reach the bar. */
static uint32_t tile_cut(const struct bounds *b, uint32_t tile, float bar)
{
    if (bar <= 0)
        return 1;
    double units = (double)bar * (double)b->tile_scale[tile];
    units *= 1.0 - 1e-6 - (double)score_slack(b->plan->leaf_count);
    return units >= 1 ? units < 65535 ? (uint32_t)units : 65536 : 1;
}

static float doc_bound(const struct bounds *b, uint32_t doc)
{
    double norm = norm_at(b, doc);
    return (float)((double)b->sums[doc] / (b->scale * (1.0 + norm)));
}

/* Takes the exact frequency of each frequent list into the bound, largest first,
 * until the bound falls below the bar. Returns whether it stays. */
static bool refine(struct candidate *c, float bar)
{
    const struct bounds *b = c->b;
    const struct weight_set *set = b->window_sets[c->doc / BOUND_DOCS];
    double norm = norm_at(b, c->doc);
    double units = (double)b->sums[c->doc], per_score = b->scale * (1.0 + norm);
    double cut = (double)bar * per_score * (1.0 - 1e-6 - (double)score_slack(b->plan->leaf_count));
    cut -= 1e-3; /* units come and go below: their own roundings */
    for (size_t i = 0; i < b->frequent_count && units >= cut; i++) {
        const struct frequent *f = &b->frequents[i];
        const struct plan_leaf *leaf = &b->plan->leaves[f->leaf];
        uint32_t freq;
        if (leaf->kind != SCORE_BM25 || !frequent_freq(&freq, b, f, c->doc))
            continue;
        size_t group = i / TILE_LISTS;
        units -= (double)set->weights[i] * set->factors[group];
        if (f->heavy && freq > f->top) {
            double more = saturation(freq, set->norm) - saturation(f->top, set->norm);
            units -= b->scale * (double)leaf->factor * more;
        }
        units += per_score * (double)leaf->factor * (double)freq / ((double)freq + norm);
    }
    c->bound = (float)(units / per_score);
    return units >= cut;
}

/* --- the first bar ---------------------------------------------------------------- */

static void sift(struct candidate *heap, size_t count, size_t at)
{
    struct candidate c = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1].bound < heap[child].bound)
            child++;
        if (heap[child].bound >= c.bound)
            break;
        heap[at] = heap[child];
    }
    heap[at] = c;
}

/* The document that gave a lane its maximum. */
static uint32_t lane_doc(const struct bounds *b, uint32_t lane)
{
    uint32_t first = lane / TILE_LANES * TILE_DOCS + lane % TILE_LANES;
    for (uint32_t doc = first;; doc += TILE_LANES)
        if (b->sums[doc] == b->lanes[lane])
            return doc;
}

/* How many documents are scored for the first bar: some more than k, as bounds
 * are not quite in the order of the scores. */
static size_t first_count(size_t k)
{
    return k + k / 4 + 6;
}

/* Keeps the `want` candidates with the largest bounds, the smallest first. */
static inline void keep_best(struct candidate *heap, size_t *count, size_t want, struct candidate c)
{
    bool full = *count == want;
    if (c.bound <= 0 || (full && c.bound <= heap[0].bound))
        return;
    heap[full ? 0 : (*count)++] = c;
    for (size_t i = full ? 1 : *count == want ? want / 2 : 0; i-- > 0;)
        sift(heap, want, i);
}

/* Scores the best document of each of the best lanes: at least k where there
 * are as many, so that the bar is a real k-th score. As many tiles hold them all. */
static err_t prime(struct topk *best, struct bounds *all, size_t segments, struct arena *scratch,
                   struct err *e)
{
    size_t want = first_count(best->k), count = 0, tile_count = 0;
    struct candidate *heap = arena_array(scratch, want, sizeof(*heap));
    struct candidate *tiles = arena_array(scratch, want, sizeof(*tiles));
    for (struct bounds *b = all; b < all + segments; b++)
        for (uint32_t t = 0; t < b->tiles; t++)
            keep_best(tiles, &tile_count, want,
                      (struct candidate){(float)b->tile_max[t] / b->tile_scale[t], t, b});
    while (tile_count-- > 0) { /* the larger ones stand behind */
        struct candidate t = tiles[tile_count];
        float unit = 1.0f / t.b->tile_scale[t.doc];
        for (uint32_t l = t.doc * TILE_LANES; l < (t.doc + 1) * TILE_LANES; l++)
            keep_best(heap, &count, want, (struct candidate){(float)t.b->lanes[l] * unit, l, t.b});
    }
    for (size_t i = 0; i < count; i++)
        heap[i].doc = lane_doc(heap[i].b, heap[i].doc);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i += CHUNK)
        rc = score_chunk(best, heap + i, count - i < CHUNK ? count - i : CHUNK, e);
    return rc;
}

/* --- the survivors ------------------------------------------------------------------ */

/* Documents of the tile that reach the bar and are not scored yet; counts them,
 * and puts them into `out` unless that is NULL. */
static size_t tile_survivors(candidates *out, struct bounds *b, uint32_t tile, float bar)
{
    uint32_t cut = tile_cut(b, tile, bar);
    size_t count = 0;
    if (b->tile_max[tile] < cut)
        return 0;
    const uint16_t *lanes = b->lanes + (size_t)tile * TILE_LANES;
    for (uint32_t l = 0; l < TILE_LANES; l++) {
        if (lanes[l] < cut)
            continue;
        uint32_t first = tile * TILE_DOCS + l;
        for (uint32_t doc = first; doc < first + TILE_DOCS; doc += TILE_LANES) {
            if (b->sums[doc] < cut || docset_has(b->done, doc))
                continue;
            count++;
            if (out)
                VEC_PUSH(b->scratch, out, ((struct candidate){doc_bound(b, doc), doc, b}));
        }
    }
    return count;
}

/* Rough times in ns, only to choose the cheaper way; they never change results. */
static double cost_refine(const struct bounds *b, size_t survivors)
{
    return (double)survivors * (60.0 + 15.0 * (double)b->frequent_count);
}

static double cost_score(const struct plan *p, const struct plan_segment *ps)
{
    double ns = 100;
    for (size_t i = 0; i < p->leaf_count; i++)
        if (ps->lists[i].kind != LIST_NONE)
            ns += is_bitmap(&ps->lists[i]) ? 35 : 18;
    return ns;
}

/* Exhaustive scoring of `docs` documents of the segment. */
static double cost_exhaustive(const struct plan *p, const struct plan_segment *ps, double docs)
{
    double postings = 0;
    for (size_t i = 0; i < p->leaf_count; i++)
        postings += (double)ps->lists[i].doc_count;
    return 1.4 * postings * docs / (double)ps->docs + 2.0 * docs +
           20.0 * (double)p->leaf_count * docs / WINDOW_DOCS;
}

static err_t score_survivors(struct topk *best, candidates *list, struct err *e)
{
    struct candidate chunk[CHUNK];
    err_t rc = OK;
    if (list->len > 1)
        qsort(list->ptr, list->len, sizeof(*list->ptr), better_bound);
    for (size_t i = 0; rc == OK && i < list->len;) {
        size_t count = 0;
        float bar = topk_bar(best);
        for (; i < list->len && count < CHUNK; i++) {
            struct candidate c = list->ptr[i];
            if (bar < 0 || refine(&c, bar))
                chunk[count++] = c;
        }
        rc = score_chunk(best, chunk, count, e);
    }
    return rc;
}

/* A window with too many survivors: all of it. */
static err_t score_windows(struct topk *best, struct bounds *b, struct window *w,
                           const uint8_t *chosen, struct err *e)
{
    window_enter(w, b->ps);
    for (uint32_t i = 0; i < b->windows; i++) {
        uint32_t end = b->ps->docs < (i + 1) * BOUND_DOCS ? b->ps->docs : (i + 1) * BOUND_DOCS;
        size_t left = 0;
        for (uint32_t t = i * BOUND_TILES; chosen[i] && t * TILE_DOCS < end; t++)
            left += tile_survivors(NULL, b, t, topk_bar(best));
        for (uint32_t from = i * BOUND_DOCS; left > 0 && from < end; from += WINDOW_DOCS) {
            uint32_t to = end - from < WINDOW_DOCS ? end : from + WINDOW_DOCS;
            err_t rc = window_score(best, w, from, to, b->done, e);
            if (rc != OK)
                return rc;
        }
    }
    return OK;
}

static err_t finish(struct topk *best, struct bounds *all, size_t segments, struct arena *scratch,
                    struct err *e)
{
    candidates list = {0};
    uint8_t **chosen = arena_array(scratch, segments, sizeof(*chosen));
    bool any = false;
    for (size_t s = 0; s < segments; s++) {
        struct bounds *b = &all[s];
        double dear = cost_exhaustive(b->plan, b->ps, BOUND_DOCS);
        chosen[s] = arena_alloc(scratch, b->windows);
        for (uint32_t w = 0; w < b->windows; w++) {
            size_t before = list.len;
            for (uint32_t t = w * BOUND_TILES; t < b->tiles && t < (w + 1) * BOUND_TILES; t++)
                (void)tile_survivors(&list, b, t, topk_bar(best));
            if (cost_refine(b, list.len - before) > dear) {
                list.len = before;
                chosen[s][w] = any = true;
            }
        }
    }
    err_t rc = score_survivors(best, &list, e);
    struct window *window = any ? window_new(all[0].plan, scratch) : NULL;
    for (size_t s = 0; any && rc == OK && s < segments; s++)
        rc = score_windows(best, &all[s], window, chosen[s], e);
    return rc;
}

/* Matches that no leaf is in, with score 0: only where k are not found otherwise. */
static err_t fill_up(struct topk *best, const struct bounds *b, struct err *e)
{
    err_t rc = OK;
    for (uint32_t doc = 0; rc == OK && doc < b->ps->docs && topk_bar(best) <= 0; doc++)
        if (b->sums[doc] == 0 && !docset_has(b->done, doc) &&
            (!b->ps->allowed || docset_has(b->ps->allowed, doc)))
            rc = match_offer(best, b->ps, doc, 0.0f, e);
    return rc;
}

/* For thousands of hits from a small index, scoring that many documents one by
 * one costs more than scoring all in a row. */
static bool is_not_worth_it(const struct topk *best, const struct plan *p)
{
    double all = 0, one = 0;
    for (size_t i = 0; i < p->segment_count; i++) {
        const struct plan_segment *ps = &p->segments[i];
        double cost = ps->docs ? cost_score(p, ps) : 0;
        one = cost > one ? cost : one;
        all += ps->docs ? cost_exhaustive(p, ps, ps->docs) : 0;
    }
    return one * (double)first_count(best->k) > 0.7 * all;
}

static err_t run(struct topk *best, const struct plan *p, struct arena *scratch, struct err *e)
{
    struct bounds *all = arena_array(scratch, p->segment_count, sizeof(*all));
    size_t segments = 0;
    err_t rc;
    if (is_not_worth_it(best, p))
        return matcher_exhaustive.run(best, p, scratch, e);
    for (size_t i = 0; i < p->segment_count; i++) {
        if (p->segments[i].docs == 0)
            continue;
        bounds_set_up(&all[segments], p, &p->segments[i], scratch);
        add_up(&all[segments++]);
    }
    if ((rc = prime(best, all, segments, scratch, e)) != OK ||
        (rc = finish(best, all, segments, scratch, e)) != OK)
        return rc;
    for (size_t i = 0; rc == OK && p->exact && i < segments; i++)
        rc = fill_up(best, &all[i], e);
    return rc;
}

const struct matcher matcher_pruned = {"pruned", run};
