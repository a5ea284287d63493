/* Calls to the outside: HTTP and mail, over libcurl, which only http_client.c
 * includes.
 *
 * Nothing is called that is not on the list of hosts which the security
 * administrator keeps (name and port). The name is resolved here, once, every
 * address it has is checked (notify/address.h), and the connection goes to one of
 * these and no other: what the name means a moment later does not matter. No
 * redirect is followed, no proxy taken from the environment, no netrc, cookie or
 * user name used; time and size have limits. docs/security.md says why. */
#ifndef NOTIFY_HTTP_CLIENT_H
#define NOTIFY_HTTP_CLIENT_H
#include "notify/address.h"
#include "notify/url.h"

struct http_client;

/* One line of the list. */
struct allowed_host {
    struct str host; /* as url_host writes it */
    int64_t port;
    bool inside; /* may have addresses of loopback or private networks */
};
struct allowed_hosts {
    const struct allowed_host *items;
    size_t count;
};

#define RESOLVED_MAX 16

struct http_client_options {
    int64_t timeout_ms; /* of a whole call, half of it for the connection; 0: 10 s */
    /* For tests. NULL: getaddrinfo. Addresses of `host`, at most `max`. */
    err_t (*resolve)(void *arg, struct net_address *out, size_t *count, size_t max,
                     const char *host, uint16_t port, struct err *e);
    /* For tests: asked for each connection that is about to be made; false: none. */
    bool (*connecting)(void *arg, const struct sockaddr *to);
    void *arg;
};

struct http_client *http_client_new(const struct http_client_options *o);
void http_client_free(struct http_client *c); /* accepts NULL */

struct http_header {
    const char *name;
    struct str value; /* no line break: E_INVALID */
};

struct http_call {
    const struct allowed_hosts *allowed;
    const char *method; /* "GET", "POST" … */
    struct str url;
    const struct http_header *headers; /* one of an empty value is not sent, whoever adds it */
    size_t header_count;
    struct str body;   /* with all but GET */
    size_t answer_max; /* bytes; 0: 64 KiB; a longer answer is E_LIMIT */
};

struct http_answer {
    int status;      /* as given; a redirect is an answer like any other */
    struct str head; /* lines as they came, in the arena */
    struct str body; /* in the arena */
};

/* E_INVALID: no such address; E_DENIED: its host is not on the list, or has an
 * address that it must not have; E_IO: no answer (may be tried again). Threads
 * may call at the same time. */
MUST_CHECK err_t http_call(struct http_answer *out, struct http_client *c,
                           const struct http_call *call, struct arena *a, struct err *e);

struct mail {
    const struct allowed_hosts *allowed;
    struct str url; /* of the server: smtps://host:465 or smtp://host:587 with STARTTLS */
    struct str user, password; /* empty: none */
    bool plain;                /* no TLS; only where the host is inside (E_DENIED) */
    struct str from, to;       /* bare addresses: "a@example.org" */
    struct str message;        /* RFC 5322; lines end in CRLF */
};

/* Hand one message to the server. Errors as http_call; E_INVALID too where the server
 * refuses the recipient for good. */
MUST_CHECK err_t mail_send(struct http_client *c, const struct mail *m, struct arena *a,
                           struct err *e);

/* Letters, digits and .!#$%&'*+/=?^_`{|}~- on the left, a host on the right. */
bool mail_address_is_clean(struct str address);
#endif
