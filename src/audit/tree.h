/* The Merkle tree of RFC 6962 §2.1: roots, proofs, and the tiles they are made
 * of (C2SP tlog-tiles, height 8). Nothing here knows a database: tiles come from
 * a callback, checks of proofs are pure.
 *
 * Sizes and indexes are below 2^53 (docs/evidence-log.md), so no sum overflows. */
#ifndef AUDIT_TREE_H
#define AUDIT_TREE_H
#include "base/arena.h"
#include "base/err.h"
#include "crypto/hash.h"

#define TREE_SIZE_MAX ((uint64_t)1 << 53) /* exclusive: numbers that JavaScript holds exactly */
#define TREE_DEPTH_MAX 53
#define TREE_PROOF_MAX (2 * TREE_DEPTH_MAX) /* hashes of the longest proof, and some */

struct digest tree_leaf(struct hasher *h, struct bytes entry);
struct digest tree_node(struct hasher *h, const struct digest *left, const struct digest *right);
struct digest tree_empty(struct hasher *h);

/* --- growing at the right edge --------------------------------------------------- */
/* Roots of the full subtrees that make up the tree, largest first: enough to add
 * leaves and to say the root. A plain value: copy it to keep a moment. */
struct tree_edge {
    uint64_t size;
    struct digest node[TREE_DEPTH_MAX + 1]; /* as many as `size` has bits set */
};
void tree_edge_add(struct tree_edge *t, const struct digest *leaf, struct hasher *h);
struct digest tree_edge_root(const struct tree_edge *t, struct hasher *h);

/* --- tiles ------------------------------------------------------------------------- */
#define TILE_HEIGHT 8
#define TILE_WIDTH 256
#define TILE_LEVELS 7 /* 256^7 > 2^53 */

/* *out: the first `width` hashes (32 bytes each) of tile `number` at `level`; may
 * hold more. E_CORRUPT: the tile is not there or shorter. */
struct tile_source {
    err_t (*read)(struct bytes *out, void *arg, int level, uint64_t number, size_t width,
                  struct arena *a, struct err *e);
    void *arg;
};

/* Adds leaves and makes the tiles that change. */
struct tile_writer {
    uint64_t size;
    struct digest hash[TILE_LEVELS][TILE_WIDTH]; /* the rightmost tile of each level */
    bool changed[TILE_LEVELS];
    err_t (*write)(void *arg, int level, uint64_t number, struct bytes hashes, struct err *e);
    void *arg;
    struct hasher *hasher;
};
/* Load the right edge of a tree of `size` leaves. */
MUST_CHECK err_t tile_writer_init(struct tile_writer *w, uint64_t size,
                                  const struct tile_source *from, struct arena *a, struct err *e);
MUST_CHECK err_t tile_writer_add(struct tile_writer *w, const struct digest *leaf, struct err *e);
/* Write the partial tiles; full ones were written when they filled. */
MUST_CHECK err_t tile_writer_flush(struct tile_writer *w, struct err *e);
struct digest tile_writer_root(const struct tile_writer *w);

/* --- from tiles --------------------------------------------------------------------- */
struct tree_proof {
    size_t count;
    struct digest hash[TREE_PROOF_MAX];
};
MUST_CHECK err_t tree_root(struct digest *out, const struct tile_source *from, uint64_t size,
                           struct hasher *h, struct arena *a, struct err *e);
/* That leaf `index` is in the tree of `size` leaves; index < size. */
MUST_CHECK err_t tree_inclusion(struct tree_proof *out, const struct tile_source *from,
                                uint64_t index, uint64_t size, struct hasher *h, struct arena *a,
                                struct err *e);
/* That the tree of `size` leaves begins with that of `old` leaves; old ≤ size. */
MUST_CHECK err_t tree_consistency(struct tree_proof *out, const struct tile_source *from,
                                  uint64_t old, uint64_t size, struct hasher *h, struct arena *a,
                                  struct err *e);

/* --- checking (RFC 9162 §2.1.3.2, §2.1.4.2; the same trees) -------------------------- */
/* Hashes of the path of leaf `index` in a tree of `size` leaves; index < size. */
size_t tree_path_length(uint64_t index, uint64_t size);
/* False for a proof that is not exactly as long as it has to be. There is none
 * from the empty tree (old 0): whoever holds nothing yet has nothing to check. */
MUST_CHECK bool tree_check_inclusion(uint64_t index, uint64_t size, const struct digest *leaf,
                                     const struct tree_proof *proof, const struct digest *root,
                                     struct hasher *h);
MUST_CHECK bool tree_check_consistency(uint64_t old, const struct digest *old_root, uint64_t size,
                                       const struct digest *root, const struct tree_proof *proof,
                                       struct hasher *h);
#endif
