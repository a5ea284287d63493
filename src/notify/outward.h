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

/* Inside a store step: puts the host on the list, or, without `allow`, takes it away. E_INVALID: no
 * host, port 0; E_DENIED: the doer is not security administrator; E_NOTFOUND: it is not on the list. */
MUST_CHECK err_t outward_host_change(struct db *db, const struct deed *d,
                                     const struct allowed_host *h, bool allow, struct err *e);
#endif
