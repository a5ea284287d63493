/* The hosts that may be called: the security administrator's list. Who may change
 * it is checked by the caller (api/resources/webhooks.c); that it was changed is
 * written to the log here. */
#ifndef NOTIFY_OUTWARD_H
#define NOTIFY_OUTWARD_H
#include "access/deed.h"
#include "notify/http_client.h"
#include "notify/url.h"

/* By name and port. */
MUST_CHECK err_t outward_hosts(struct allowed_hosts *out, struct db *db, struct arena *a,
                               struct err *e);

/* E_INVALID, and how to mend it: this host and port are not on the list. */
MUST_CHECK err_t outward_check(struct db *db, const struct url *u, struct arena *a, struct err *e);

/* Inside a store step. E_INVALID: no host, port 0; E_DENIED: the doer is not
 * security administrator. */
MUST_CHECK err_t outward_host_put(struct db *db, const struct deed *d, struct str host,
                                  int64_t port, bool inside, struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t outward_host_delete(struct db *db, const struct deed *d, struct str host,
                                     int64_t port, struct err *e);
#endif
