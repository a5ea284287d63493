/* A page as a picture: what a scan keeps of it, however it lay in the scanner.
 *
 * The page is set upright, its writing is cut out and laid on a grid of ink, 4 bits a cell.
 * Two grids are compared block by block, each where it fits best nearby. A second scan of one
 * page agrees everywhere. Another contract from the same template agrees nearly everywhere,
 * but not where names, numbers and dates stand: so the blocks that do not agree decide, not
 * the mean. A hash of the whole page (pHash and the like) was rejected: it tells such two
 * pages apart no better than two scans of one. */
#ifndef INTEGRITY_PAGE_H
#define INTEGRITY_PAGE_H
#include "base/arena.h"
#include "base/str.h"

#define PAGE_COLUMNS 176
#define PAGE_ROWS 248
#define PAGE_CELLS (PAGE_COLUMNS * PAGE_ROWS)
#define PAGE_BYTES (PAGE_CELLS / 2) /* as it is kept */

struct page {
    uint8_t ink[PAGE_CELLS]; /* 0 … 15 */
    bool blank;              /* too little is written on it to be known again */
};

/* `grey`: width × height bytes, 0 black. Both at least 32. */
void page_of_grey(struct page *out, const uint8_t *grey, int width, int height, struct arena *a);

void page_pack(uint8_t out[PAGE_BYTES], const struct page *p);
void page_unpack(struct page *out, const uint8_t in[PAGE_BYTES]);

/* A page blurred: what tells most pages apart in a microsecond. */
#define PAGE_BLURRED 682
struct page_blurred {
    float value[PAGE_BLURRED]; /* of mean 0 and length 1; all 0: a blank page */
};
void page_blur(struct page_blurred *out, const struct page *p);
/* -1 … 1; two scans of one page are above PAGE_WHOLE_MIN. */
double page_blurred_likeness(const struct page_blurred *x, const struct page_blurred *y);
#define PAGE_WHOLE_MIN 0.9

struct page_likeness {
    double worst;   /* how well the written block agrees that agrees worst but one: dust is
                       forgiven once; -1 … 1 */
    double typical; /* how well the middle one agrees */
};
/* Both 0 as soon as it is plain that they are two pages. */
struct page_likeness page_compare(const struct page *x, const struct page *y);
/* One page, scanned twice. */
bool page_same(const struct page_likeness *l);
#endif
