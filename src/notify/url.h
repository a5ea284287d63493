/* Addresses that the program may be told to call. One strict reader; what it
 * accepts is written anew from its parts before a library sees it, so that no
 * second reader can understand another host than the one that was checked. */
#ifndef NOTIFY_URL_H
#define NOTIFY_URL_H
#include "base/arena.h"
#include "base/err.h"

struct url {
    bool tls;          /* https, smtps */
    struct str host;   /* lower case; IPv4 or IPv6 without brackets, or a name */
    bool is_ipv6;      /* host is a literal IPv6 address */
    uint16_t port;     /* given, or the scheme's own */
    struct str target; /* path and query, at least "/" */
    struct str text;   /* the whole, written anew */
};

/* `schemes`: "http" (http and https) or "smtp" (smtp and smtps). E_INVALID: user
 * info, fragment, white space, a number that is no dotted IPv4 address, a name
 * with other characters than letters, digits and hyphens, a final dot, an IPv6
 * zone, a port that is none. Names beyond ASCII are written in their xn-- form. */
MUST_CHECK err_t url_parse(struct url *out, struct str text, const char *schemes, struct arena *a,
                           struct err *e);

/* A host as url_parse accepts it, in lower case; for the list of allowed hosts. */
MUST_CHECK err_t url_host(struct str *out, bool *is_ipv6, struct str text, struct arena *a,
                          struct err *e);
#endif
