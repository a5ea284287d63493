/* The HTTP/1.1 server around the resource table (libmicrohttpd, kept behind
 * http.c). Handlers run on worker threads; the connection is suspended
 * meanwhile, so a slow search never holds up another request. */
#ifndef API_HTTP_H
#define API_HTTP_H
#include "api/resource.h"

struct http_server;

struct http_options {
    const char *address; /* "127.0.0.1:8420", "[::1]:8420" */
    const char *gateway; /* path of a Unix socket for one that checks certificates; NULL: none */
    unsigned workers;    /* 0: 2; one more takes uploads */
};

/* Without accounts only loopback addresses are served: anything else is
 * E_DENIED. E_BUSY: the port is taken, or the gateway's socket. E_DENIED also: the gateway's
 * folder is open to others (http_gateway.c). */
MUST_CHECK err_t http_start(struct http_server **out, struct api *api, const struct http_options *o,
                            struct err *e);
/* Answer new requests with 503, let running ones finish (imports end after the batch at
 * hand), free. Accepts NULL. */
void http_stop(struct http_server *s);
#endif
