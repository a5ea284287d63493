/* QR symbols, and the picture of one for a file that holds pictures. */
#ifndef PAPER_QR_H
#define PAPER_QR_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define QR_QUIET 4 /* modules of white around a symbol (ISO/IEC 18004) */

struct qr {
    int side;            /* modules */
    const uint8_t *dark; /* side * side, by rows; 1: dark */
};

/* Error correction M. E_LIMIT: the text is too long for a symbol. */
MUST_CHECK err_t qr_of(struct qr *out, struct str text, struct arena *a, struct err *e);

/* A PNG of `scale` pixels a module, with its quiet zone. */
void qr_png(struct buf *out, const struct qr *q, int scale);
#endif
