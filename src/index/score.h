/* What a leaf gives to a document, in one place: every matcher and
 * index_explain call these, and the library is built without contraction of
 * multiply and add, so that all of them get the same bits. */
#ifndef INDEX_SCORE_H
#define INDEX_SCORE_H
#include "index/query.h"

/* norm(length) = base + slope·length, from k1·(1 − b + b·length/average). */
struct score_norm {
    float base, slope;
};

struct score_norm score_norm_make(const struct index_schema *schema, double average_length);

static inline float score_norm_of(struct score_norm n, uint32_t length)
{
    return n.base + n.slope * (float)length;
}

/* Factor of a leaf: weight · idf (BM25), weight · ln(N/df) (PRESENT), 0 (NONE).
 * `df` counts over all segments and is cut to `docs`, the live documents. */
float score_factor(enum query_score kind, float weight, uint64_t df, uint64_t docs);

/* f/(f + norm); rises with f, falls with norm. */
static inline float score_saturate(uint32_t freq, float norm)
{
    float f = (float)freq;
    return f / (f + norm);
}

static inline float score_part_of(enum query_score kind, float factor, uint32_t freq, float norm)
{
    return kind == SCORE_BM25 ? factor * score_saturate(freq, norm) : factor;
}

/* A bound computed in reals (or nearly) may be below a float sum of `leaves`
 * parts by this relative amount: each part is rounded three times and each
 * addition once, 2⁻²⁴ relative at most. Twice that is taken. */
static inline float score_slack(size_t leaves)
{
    return (float)(leaves + 16) * 0x1p-23f;
}
#endif
