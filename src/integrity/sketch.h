/* A text as numbers: those of its 5-letter pieces whose hashes are the smallest. As every
 * text keeps the smallest, two sketches sample the same pieces, so that what texts share can
 * be counted, and in how many texts a piece stands at all (bottom-k sampling, Cohen & Kaplan).
 *
 * Only that tells a twin from a form: two contracts made from one template share most of
 * their letters, but hardly a piece that is rare. Pieces therefore weigh by their rarity. */
#ifndef INTEGRITY_SKETCH_H
#define INTEGRITY_SKETCH_H
#include "base/arena.h"
#include "base/str.h"

#define SKETCH_MAX 1500 /* all pieces of a contract of two pages */

struct sketch {
    const uint32_t *hashes; /* ascending, none twice */
    size_t count;
    bool whole; /* every piece of the text is there */
};

/* Of letters and digits alone, folded: blanks and marks say nothing. */
struct sketch sketch_of(struct str text, struct arena *a);

/* In how many of some sketches each piece stands. */
struct sketch_weights;
struct sketch_weights *sketch_weights_new(const struct sketch *all, size_t count, struct arena *a);
/* Of how many texts. */
size_t sketch_frequency(const struct sketch_weights *w, uint32_t hash);

/* 0 … 1: the rare pieces that both have, of those that either has. */
double sketch_likeness(const struct sketch *x, const struct sketch *y,
                       const struct sketch_weights *w);
#endif
