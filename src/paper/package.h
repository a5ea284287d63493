/* A ZIP of parts, as Office files are: the same parts give the same bytes. */
#ifndef PAPER_PACKAGE_H
#define PAPER_PACKAGE_H
#include "base/buf.h"
#include "base/err.h"

struct package;
struct package *package_new(void);
/* Sticky: a failure is told by package_end. */
void package_add(struct package *p, const char *name, struct str content);
/* Closes it, whatever comes; the bytes are added to `out`. */
MUST_CHECK err_t package_end(struct package *p, struct buf *out, struct err *e);
#endif
