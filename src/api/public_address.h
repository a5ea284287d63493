/* The public address of this server, set by a system administrator (notify/public_url.h), for
 * users behind a reverse proxy. Requests for its host are answered like those for a loopback name,
 * and pages from there are ours.
 *
 * Read by every request without a lock; replaced as a whole when it changes. */
#ifndef API_PUBLIC_ADDRESS_H
#define API_PUBLIC_ADDRESS_H
#include "api/resource.h"

struct public_address {
    struct public_address *before; /* that it replaced: somebody may still read it */
    char *host;                    /* as in a Host header; NULL: none is set */
    char *origin;                  /* "https://zhiyun.example.cn" */
    char *base;                    /* "/", or "/ip/" where a front proxy serves us below a path */
};

/* Reads the address from the store: at the start of the server, after a change, and every minute,
 * because another server of the same store may have changed it. */
MUST_CHECK err_t public_address_load(struct api *api, struct err *e);
void public_address_free(struct api *api);

/* Parts are never NULL: "" if no address is set. */
const char *public_host(const struct api *api);
const char *public_origin(const struct api *api);
/* The path of the public address, "/" if none is set; for a request, "/" unless it used the public
 * host. */
const char *public_base(const struct api *api);
const char *request_base(const struct request *r);
#endif
