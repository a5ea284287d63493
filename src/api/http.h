/* The HTTP/1.1 server around the resource table (libmicrohttpd, wrapped by http.c). Handlers run
 * on worker threads and the connection is suspended meanwhile, so a slow search never blocks
 * another request. */
#ifndef API_HTTP_H
#define API_HTTP_H
#include "api/resource.h"

struct http_server;

struct http_options {
    const char *address; /* "127.0.0.1:8420", "[::1]:8420" */
    const char *gateway; /* path of a Unix socket for one that checks certificates; NULL: none */
    unsigned workers;    /* of each lane that takes the processor (resource.h); 0: 2 */
};

/* Without accounts only loopback addresses are served; any other address is E_DENIED. E_BUSY: the
 * port or the gateway's socket is in use. E_DENIED also if the gateway's folder is open to others
 * (http_gateway.c). */
MUST_CHECK err_t http_start(struct http_server **out, struct api *api, const struct http_options *o,
                            struct err *e);
/* Answer new requests with 503, let running ones finish (imports end after the batch at
 * hand), free. Accepts NULL. */
void http_stop(struct http_server *s);
#endif
