/* The constants of a score, worked out in double and kept as float: they are made
 * once per leaf, and every matcher multiplies the same floats. */
#include "index/score.h"
#include <math.h>

/* A norm of 0 would make 0/0 of a term that counts nothing (weight-0 fields). */
#define NORM_MIN 1e-6

struct score_norm score_norm_make(const struct index_schema *schema, double average_length)
{
    double k1 = (double)schema->k1, b = (double)schema->b;
    double base = k1 * (1.0 - b);
    double slope = average_length > 0 ? k1 * b / average_length : 0;
    return (struct score_norm){(float)(base > NORM_MIN ? base : NORM_MIN), (float)slope};
}

float score_factor(enum query_score kind, float weight, uint64_t df, uint64_t docs)
{
    double n = (double)(df < docs ? df : docs), all = (double)docs;
    switch (kind) {
    case SCORE_BM25:
        return (float)((double)weight * log(1.0 + (all - n + 0.5) / (n + 0.5)));
    case SCORE_PRESENT:
        return n > 0 ? (float)((double)weight * log(all / n)) : 0.0f;
    case SCORE_NONE:
        break;
    }
    return 0.0f;
}
