/* The address under which people reach the app, for links in mail and for whom a front
 * proxy speaks to. A system administrator sets it; a new instance has none. */
#ifndef NOTIFY_PUBLIC_URL_H
#define NOTIFY_PUBLIC_URL_H
#include "access/deed.h"
#include "notify/url.h"

/* "https://zhiyun.example.cn" or "https://example.cn/ip": no query, no final slash.
 * http for a loopback name only. E_INVALID. */
MUST_CHECK err_t public_url_parse(struct url *out, struct str text, struct arena *a, struct err *e);

/* Empty: none is set. On a reader. */
MUST_CHECK err_t public_url_get(struct str *out, struct db *db, struct arena *a, struct err *e);

/* Inside a store step; empty: none from now on. E_DENIED: the doer is not system
 * administrator; E_INVALID. */
MUST_CHECK err_t public_url_put(struct db *db, const struct deed *d, struct str url, struct err *e);
#endif
