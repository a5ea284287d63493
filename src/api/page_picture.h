/* Pages as pictures: one PNG each, of a file or of a paper, made by the confined reader of PDF (src/pdf). */
#ifndef API_PAGE_PICTURE_H
#define API_PAGE_PICTURE_H
#include "api/resource.h"
#include "model/file_kind.h"

extern const struct schema page_number_schema, page_width_schema;
#define PAGE_PARAMETERS                                                                            \
    {"n", IN_PATH, &page_number_schema, true, false, N_("the page, from 1")},                      \
    {                                                                                              \
        "width", IN_QUERY, &page_width_schema, false, false, N_("pixels; absent: 900")             \
    }

/* Replies with page {n} of a file, with X-Pages; `line` is printed across it (empty: none). `tag`:
 * the cache key of the content; empty: neither the client nor the server keeps it. E_NOTFOUND: no
 * such page. It looks into the file (request_look). */
MUST_CHECK err_t page_reply(struct reply *out, const struct request *r, const struct file_view *v,
                            struct str line, struct str tag, struct err *e);
/* Likewise of a paper, which is pressed first. */
MUST_CHECK err_t page_reply_paper(struct reply *out, const struct request *r, const struct paper *p,
                                  const struct paper_stamp *s, struct str tag, struct err *e);
#endif
