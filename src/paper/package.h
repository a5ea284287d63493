/* A ZIP of parts, as Office files are: the same parts give the same bytes. */
#ifndef PAPER_PACKAGE_H
#define PAPER_PACKAGE_H
#include "base/buf.h"
#include "base/err.h"

struct package;
struct package *package_new(void);
/* Nothing is compressed, so that the bytes are the same whatever compresses; each piece is handed on as
 * it is made, and package_end is given no buffer. After an error nothing is handed on. */
struct package *package_new_plain(err_t (*take)(void *arg, struct bytes piece, struct err *e),
                                  void *arg);
/* A member in pieces, `bytes` of them in all. */
void package_begin(struct package *p, const char *name, int64_t bytes);
void package_piece(struct package *p, struct bytes piece);
/* Sticky: a failure is told by package_end. */
void package_add(struct package *p, const char *name, struct str content);
/* Closes it, whatever comes; the bytes are added to `out`. The error is that of `take`, where it gave one. */
MUST_CHECK err_t package_end(struct package *p, struct buf *out, struct err *e);
#endif
