/* Ways out of the app that an administrator set up: the mail server, and gateways
 * (short messages, WeCom, DingTalk …): an address that takes JSON by POST, with a
 * template of what it wants. No row, no way out: a new instance has none. */
#ifndef NOTIFY_CHANNEL_H
#define NOTIFY_CHANNEL_H
#include "access/deed.h"
#include "notify/notify.h"

struct channel {
    struct str name; /* "mail", or a gateway's own: a-z 0-9 - */
    struct str url;  /* smtps:// smtp:// or https:// http:// */
    struct str sender, login;
    struct str secret; /* mail: password; gateway: the Authorization header; opened */
    struct str body;   /* gateway: JSON; {title} {text} {link} {name} {phone} {id} in its texts */
    bool plain;        /* mail: no TLS */
};

/* E_NOTFOUND; E_CORRUPT: the secret does not open. `seal` NULL: without the secret. */
MUST_CHECK err_t channel_get(struct channel *out, struct db *db, struct str name,
                             const struct seal_key *seal, struct arena *a, struct err *e);

/* Inside a store step. An empty secret keeps the one that is there. E_DENIED: the
 * doer is not system administrator; E_INVALID. */
MUST_CHECK err_t channel_put(struct db *db, const struct deed *d, const struct channel *c,
                             const struct seal_key *seal, struct err *e);
MUST_CHECK err_t channel_delete(struct db *db, const struct deed *d, struct str name,
                                struct err *e);

/* What one person is told. */
struct letter {
    struct str id; /* the same at each attempt */
    struct str title, text, link;
    struct str name, mail, phone; /* of the person */
    int64_t at_ms;
};

/* The template with its names filled in: texts stay texts, whatever they hold. */
MUST_CHECK err_t gateway_body(struct str *out, struct str template, const struct letter *l,
                              struct arena *a, struct err *e);

/* Errors as http_call; E_IO: may be tried again; E_INVALID, E_DENIED: for good. */
MUST_CHECK err_t channel_send(const struct notify *n, const struct allowed_hosts *allowed,
                              const struct channel *c, const struct letter *l, struct arena *a,
                              struct err *e);
#endif
