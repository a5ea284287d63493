/* Files inside the binary: the web application's bundle (tools/web.sh) and the pages of
 * src/api/static, which need no script. Made by tools/embed.py. */
#ifndef API_EMBEDDED_H
#define API_EMBEDDED_H
#include "api/resource.h"

struct embedded_file {
    const char *name; /* "index.html", "assets/work-4f2a91c0.js" */
    const char *content_type;
    const char *etag; /* with its quotes */
    const unsigned char *bytes;
    size_t len;     /* of bytes */
    size_t raw_len; /* of the content */
    bool gzip;      /* bytes are the content, gzipped; pages never are */
};

extern const struct embedded_file embedded_files[]; /* ends with name NULL */

const struct embedded_file *embedded_find(struct str name); /* NULL: none */

/* A file as a reply: gzipped where the client takes that. */
MUST_CHECK err_t embedded_reply(struct reply *out, const struct embedded_file *f,
                                const struct request *r, struct err *e);
#endif
