/* Reads the citations of the best hits from their records and finds the cited numbers as key terms of the index, so that no
 * table of citations is needed. Sums run in the order of the hits, so that the same request gives the same bytes. */
#include "search/citers.h"
#include "base/limits.h"
#include "base/vec.h"
#include "index/postings.h"
#include "model/patent_store.h"
#include <stdlib.h>

#define CITERS_SHARE 0.6f
#define CITERS_DECAY 0.5f /* of each further citer's score */

/* A document that hits cite. */
struct target {
    uint32_t segment, doc;
    struct str term;  /* by which it was found */
    float gain, part; /* part: the share of the next citer */
    int64_t citer;
    size_t last; /* number of the last hit that cites it + 1 */
    bool found;
};

struct place {
    uint32_t segment, doc;
};

/* A cited number: its key term, and the documents that have it. */
struct cited {
    struct str term;
    size_t first, count; /* of places */
};

struct link {
    size_t hit, cited;
};

struct citing {
    const struct snapshot *snapshot;
    struct db *db;
    struct map *terms; /* key term → index into cited + 1 */
    VEC(struct cited) cited;
    VEC(struct link) links; /* in the order of the hits */
    VEC(struct place) places;
    struct map *by_place; /* bytes of a place → index into targets + 1 */
    VEC(struct target) targets;
    struct postings *stating; /* of each segment: documents that state citations */
    size_t hit;               /* that is being read */
    const struct patent *own;
    struct arena *a, *one; /* one: of the hit that is being read */
    struct err *e;
};

/* --- what the hits cite ------------------------------------------------------ */

static void number_note(void *arg, const struct number *n)
{
    struct citing *c = arg;
    struct str term = cited_term('n', n, c->one);
    bool added;
    if (term.len > TERM_BYTES_MAX)
        return;
    uint64_t *at = map_put(c->terms, term, &added);
    if (added) {
        VEC_PUSH(c->a, &c->cited, ((struct cited){.term = arena_dup(c->a, term)}));
        *at = c->cited.len;
    }
    VEC_PUSH(c->a, &c->links, ((struct link){c->hit, (size_t)*at - 1}));
}

static bool is_own(const struct citing *c, int64_t id, struct str json)
{
    return c->own && (id == c->own->id ||
                      (c->own->family.len > 0 &&
                       str_contains(json, arena_join_all(c->one,
                                                         (struct str[]){STR("\"family\":\""),
                                                                        c->own->family, STR("\"")},
                                                         3))));
}

static err_t stating_open(struct citing *c)
{
    struct str term = key_term(KEY_CITES, STR("1"), c->a);
    size_t segments = snapshot_segments(c->snapshot);
    err_t rc = OK;
    c->stating = arena_array(c->a, segments + 1, sizeof(*c->stating));
    for (size_t i = 0; rc == OK && i < segments; i++) {
        struct term_info info;
        rc = segment_terms(&info, snapshot_segment(c->snapshot, i), &term, 1, c->e);
        if (rc == OK && info.doc_count > 0)
            rc = postings_open(&c->stating[i], snapshot_segment(c->snapshot, i), &info, c->e);
    }
    return rc;
}

static err_t hits_read(struct citing *c, const struct search_result *found)
{
    err_t rc = stating_open(c);
    c->one = arena_new();
    for (size_t i = 0; rc == OK && i < found->hit_count && i < CITERS_FIRST; i++) {
        struct str json;
        struct err why = {0};
        int64_t id = (int64_t)found->hits[i].id;
        arena_reset(c->one);
        bool states = false;
        const struct postings *stating = &c->stating[found->hits[i].segment];
        if (found->hits[i].score <= 0)
            break;
        if (stating->info.doc_count > 0)
            (void)postings_freq_of(stating, found->hits[i].doc, &states);
        if (!states)
            continue;
        rc = patent_get_json(&json, c->db, id, c->one, &why);
        c->hit = i;
        if (rc == OK && !is_own(c, id, json))
            patent_cited_each(json, number_note, c);
        else if (rc == E_NOTFOUND) /* removed since; the index will hear of it */
            rc = OK;
        else if (rc != OK)
            rc = err_pass(c->e, rc, &why);
    }
    arena_free(c->one);
    return rc;
}

/* --- which documents these are ------------------------------------------------ */

static err_t places_add(struct citing *c, uint32_t number, const struct term_info *info)
{
    struct postings list;
    err_t rc = postings_open(&list, snapshot_segment(c->snapshot, number), info, c->e);
    for (uint32_t doc = rc == OK ? postings_first(&list) : DOC_END; doc != DOC_END;
         doc = postings_next(&list))
        VEC_PUSH(c->a, &c->places, ((struct place){number, doc}));
    return rc;
}

static err_t cited_find(struct citing *c)
{
    size_t segments = snapshot_segments(c->snapshot), count = c->cited.len;
    struct str *terms = arena_array(c->a, count + 1, sizeof(*terms));
    struct term_info *info = arena_array(c->a, segments * count + 1, sizeof(*info));
    err_t rc = OK;

    for (size_t i = 0; i < count; i++)
        terms[i] = c->cited.ptr[i].term;
    for (size_t s = 0; rc == OK && s < segments; s++)
        rc = segment_terms(info + s * count, snapshot_segment(c->snapshot, s), terms, count, c->e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct cited *one = &c->cited.ptr[i];
        one->first = c->places.len;
        for (size_t s = 0; rc == OK && s < segments; s++)
            if (info[s * count + i].doc_count > 0)
                rc = places_add(c, (uint32_t)s, &info[s * count + i]);
        one->count = c->places.len - one->first;
    }
    return rc;
}

/* --- what they gain -------------------------------------------------------------- */

static struct str place_key(const struct place *p)
{
    return (struct str){(const char *)p, sizeof(*p)};
}

static void gain_add(struct citing *c, const struct place *p, struct str term, const struct hit *by,
                     size_t number)
{
    bool added;
    uint64_t *at = map_put(c->by_place, place_key(p), &added);
    if (added) {
        VEC_PUSH(c->a, &c->targets,
                 ((struct target){.segment = p->segment,
                                  .doc = p->doc,
                                  .term = term,
                                  .part = CITERS_SHARE,
                                  .citer = (int64_t)by->id}));
        *at = c->targets.len;
    }
    struct target *t = &c->targets.ptr[*at - 1];
    if (t->last == number + 1)
        return; /* cited twice */
    t->last = number + 1;
    t->gain += t->part * by->score;
    t->part *= CITERS_DECAY;
}

static void gains_sum(struct citing *c, const struct search_result *found)
{
    for (size_t i = 0; i < c->links.len; i++) {
        const struct link *link = &c->links.ptr[i];
        const struct cited *cited = &c->cited.ptr[link->cited];
        const struct hit *by = &found->hits[link->hit];
        for (size_t k = 0; k < cited->count; k++) {
            const struct place *p = &c->places.ptr[cited->first + k];
            if (p->segment != by->segment || p->doc != by->doc)
                gain_add(c, p, cited->term, by, link->hit);
        }
    }
}

static struct target *target_of(const struct citing *c, const struct hit *h)
{
    struct place place = {h->segment, h->doc};
    const uint64_t *at = map_get(c->by_place, place_key(&place));
    return at ? &c->targets.ptr[*at - 1] : NULL;
}

/* Finds the targets that are not hits yet and match the query and its filter. */
static err_t others_find(struct search_result *out, struct citing *c, const struct query *query,
                         const struct search_options *options)
{
    struct query *terms = arena_array(c->a, c->targets.len + 1, sizeof(*terms));
    struct query any = {.op = QUERY_OR, .children = terms}, both[2];
    for (size_t i = 0; i < c->targets.len; i++)
        if (!c->targets.ptr[i].found)
            terms[any.child_count++] = (struct query){.op = QUERY_TERM,
                                                      .term = c->targets.ptr[i].term,
                                                      .field = FIELD_ANY,
                                                      .score = SCORE_NONE};
    *out = (struct search_result){0};
    if (any.child_count == 0)
        return OK;
    both[0] = any;
    if (options->filter)
        both[1] = *options->filter;
    struct query filter = {
        .op = QUERY_AND, .children = both, .child_count = options->filter ? 2 : 1};
    struct search_options o = {.k = 2 * any.child_count, /* a number may have several kinds */
                               .then_by = options->then_by,
                               .filter = &filter,
                               .scratch = options->scratch};
    return index_search(out, c->snapshot, query, &o, c->a, c->e);
}

int hit_order(const void *l, const void *r)
{
    const struct hit *x = l, *y = r;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void gain_note(struct citers *out, struct hit *h, const struct target *t,
                      struct citer_gain *gains, size_t *count)
{
    bool added;
    if (!t)
        return;
    h->score += t->gain;
    gains[*count] = (struct citer_gain){(int64_t)h->id, t->gain, t->citer};
    *map_put(out->by_id, (struct str){(const char *)&gains[*count].id, sizeof(int64_t)}, &added) =
        *count + 1;
    ++*count;
}

err_t citers_apply(struct search_result *found, struct citers *out, const struct query *query,
                   const struct search_options *options, const struct patent *own,
                   const struct asking *session, struct arena *a, struct err *e)
{
    struct citing c = {.snapshot = session->snapshot,
                       .db = session->db,
                       .terms = map_in(a),
                       .by_place = map_in(a),
                       .own = own,
                       .a = a,
                       .e = e};
    struct search_result others;
    err_t rc;

    *out = (struct citers){.by_id = map_in(a)};
    if ((rc = hits_read(&c, found)) != OK || (rc = cited_find(&c)) != OK)
        return rc;
    gains_sum(&c, found);
    if (c.targets.len == 0)
        return OK;
    for (size_t i = 0; i < found->hit_count; i++) {
        struct target *t = target_of(&c, &found->hits[i]);
        if (t)
            t->found = true;
    }
    if ((rc = others_find(&others, &c, query, options)) != OK)
        return rc;
    struct hit *hits = arena_array(a, found->hit_count + others.hit_count, sizeof(*hits));
    struct citer_gain *gains = arena_array(a, c.targets.len, sizeof(*gains));
    size_t count = 0, gain_count = 0;
    for (size_t i = 0; i < found->hit_count; i++)
        hits[count++] = found->hits[i];
    for (size_t i = 0; i < others.hit_count; i++) {
        struct target *t = target_of(&c, &others.hits[i]);
        if (t && !t->found)
            hits[count++] = others.hits[i];
    }
    for (size_t i = 0; i < count; i++)
        gain_note(out, &hits[i], target_of(&c, &hits[i]), gains, &gain_count);
    qsort(hits, count, sizeof(*hits), hit_order);
    found->hits = hits;
    found->hit_count = count;
    out->gains = gains;
    out->count = gain_count;
    return OK;
}

const struct citer_gain *citers_find(const struct citers *c, int64_t id)
{
    const uint64_t *at =
        c->by_id ? map_get(c->by_id, (struct str){(const char *)&id, sizeof(id)}) : NULL;
    return at ? &c->gains[*at - 1] : NULL;
}
