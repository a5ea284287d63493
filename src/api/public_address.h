/* Where people reach this server: the address that a system administrator set
 * (notify/public_url.h), for those who come through a front proxy. Requests for its
 * host are answered as those for a loopback name are, and pages from there are ours.
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

/* What the store says now. When the server starts, when it was set, and each minute,
 * since another server of the same store may have been told. */
MUST_CHECK err_t public_address_load(struct api *api, struct err *e);
void public_address_free(struct api *api);

/* Never NULL parts: "" where none is set. */
const char *public_host(const struct api *api);
const char *public_origin(const struct api *api);
/* Where the addresses below the origin begin, "/" where none is set; and for who sent this
 * request, "/" unless he asked the public host. */
const char *public_base(const struct api *api);
const char *request_base(const struct request *r);
#endif
