/* The compound file around a legacy Excel workbook: xls_cfb.c takes the
 * workbook's stream out of it, xls.c reads that. */
#ifndef TEXT_XLS_PRIV_H
#define TEXT_XLS_PRIV_H
#include "base/err.h"
#include "base/str.h"

struct cfb_stream {
    struct bytes bytes;
    void *owned; /* free() it; NULL when the bytes lie in the file as they are */
};

/* The first of the streams named (ASCII, NULL-terminated list) that the root
 * holds. E_INVALID: damaged, or none of them is there. */
MUST_CHECK err_t cfb_read(struct cfb_stream *out, struct bytes file, const char *const *names,
                          struct err *e);

static inline uint16_t le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t le32(const uint8_t *p)
{
    return le16(p) | (uint32_t)le16(p + 2) << 16;
}
#endif
