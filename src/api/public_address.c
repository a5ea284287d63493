/* A list of what was ever set while this process runs, the newest first: it is set a
 * few times in years, and a request that still reads an old one is then no danger. */
#include "api/public_address.h"
#include "base/mem.h"
#include "notify/public_url.h"
#include <stdlib.h>

static struct public_address *address_new(const struct url *u)
{
    struct public_address *p = mem_zalloc(sizeof(*p));
    struct buf b;
    if (!u)
        return p;
    const char *scheme = u->tls ? "https://" : "http://";
    buf_init(&b, 0);
    buf_addf(&b, u->is_ipv6 ? "%s[%.*s]" : "%s%.*s", scheme, STR_ARG(u->host));
    if (u->port != (u->tls ? 443 : 80)) /* browsers leave the scheme's own out */
        buf_addf(&b, ":%u", (unsigned)u->port);
    buf_addc(&b, '\0');
    p->origin = b.ptr;
    p->host = p->origin + strlen(scheme);
    buf_init(&b, 0);
    buf_add(&b, u->target);
    if (!str_ends(u->target, STR("/")))
        buf_addc(&b, '/');
    buf_addc(&b, '\0');
    p->base = b.ptr;
    return p;
}

static void address_free(struct public_address *p)
{
    if (p) {
        free(p->origin);
        free(p->base);
    }
    free(p);
}

const char *public_origin(const struct api *api)
{
    const struct public_address *p = atomic_load(&api->public_address);
    return p && p->origin ? p->origin : "";
}

const char *public_host(const struct api *api)
{
    const struct public_address *p = atomic_load(&api->public_address);
    return p && p->host ? p->host : "";
}

const char *public_base(const struct api *api)
{
    const struct public_address *p = atomic_load(&api->public_address);
    return p && p->base ? p->base : "/";
}

const char *request_base(const struct request *r)
{
    const char *host = public_host(r->api);
    return *host && str_eq_nocase(request_header(r, "host"), str_of(host)) ? public_base(r->api)
                                                                           : "/";
}

err_t public_address_load(struct api *api, struct err *e)
{
    struct arena *a = arena_new();
    struct str text = STR_NONE;
    struct url u;
    err_t rc = STORE_READ(db, api->store, e, public_url_get(&text, db, a, e));
    if (rc == OK && text.len > 0)
        rc = public_url_parse(&u, text, a, e);
    if (rc == OK) {
        struct public_address *now = address_new(text.len > 0 ? &u : NULL);
        if (strcmp(now->origin ? now->origin : "", public_origin(api)) == 0 &&
            strcmp(now->base ? now->base : "/", public_base(api)) == 0) {
            address_free(now);
        } else {
            now->before = atomic_load(&api->public_address);
            while (!atomic_compare_exchange_weak(&api->public_address, &now->before, now))
                continue;
        }
    }
    arena_free(a);
    return rc;
}

void public_address_free(struct api *api)
{
    struct public_address *p = atomic_load(&api->public_address);
    while (p) {
        struct public_address *before = p->before;
        address_free(p);
        p = before;
    }
    atomic_store(&api->public_address, NULL);
}
