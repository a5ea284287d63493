/* CAS 2 and 3: a ticket that the browser brings is good for one question to the server,
 * about the same service address. That address carries our state, so that a ticket of
 * somebody else's browser fits no sign-in begun here. */
#include "access/outside_priv.h"
#include "base/vec.h"
#include "text/xml.h"

#define TICKET_MAX 256
#define NAMESPACE "http://www.yale.edu/tp/cas"

static struct str service_of(const struct journey *j)
{
    struct str service = j->provider->service;
    bool more = str_contains(service, STR("?"));
    return arena_printf(j->arena, "%.*s%cstate=%s", STR_ARG(service), more ? '&' : '?', j->state);
}

err_t cas_redirect(struct str *out, const struct journey *j, struct err *e)
{
    struct buf b = {0};
    (void)e;
    buf_addf(&b, "%.*s/login?service=", STR_ARG(j->provider->server));
    percent_add(&b, service_of(j), KEPT);
    *out = buf_take(&b, j->arena);
    return OK;
}

static bool is_ticket(struct str s)
{
    if (s.len == 0 || s.len > TICKET_MAX || !str_starts(s, STR("ST-")))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && !strchr("-._", c))
            return false;
    }
    return true;
}

/* user and each attribute that is there once; of one that is there twice nobody could
 * say which is meant. */
static void take_claims(struct claims *out, const struct xml_node *success, struct arena *a)
{
    VEC(struct claim) found = {0};
    VEC_PUSH(a, &found, ((struct claim){STR("user"), xml_text_at(success, "user", a)}));
    const struct xml_node *attributes = xml_child(success, "attributes");
    for (const struct xml_node *n = xml_first(attributes); n; n = xml_after(n)) {
        struct claim c = {arena_dup(a, n->name), xml_text(n, a)};
        bool twice = str_is(c.name, "user");
        for (const struct xml_node *m = xml_first(attributes); m; m = xml_after(m))
            twice |= m != n && str_eq(m->name, n->name);
        if (!twice)
            VEC_PUSH(a, &found, c);
    }
    *out = (struct claims){found.ptr, found.len};
}

/* No namespace but the protocol's is declared, so that each name is the protocol's own. */
static bool has_one_namespace(struct str body)
{
    static const char *const quoted[] = {"\"" NAMESPACE "\"", "'" NAMESPACE "'"};
    bool declared = false;
    for (size_t at = str_find(body, STR("xmlns"), 0); at < body.len;
         at = str_find(body, STR("xmlns"), at + 1)) {
        size_t value = str_find(body, STR("="), at) + 1;
        struct str rest =
            value < body.len ? str_range(body.ptr + value, body.ptr + body.len) : STR_NONE;
        if (!str_starts(rest, str_of(quoted[0])) && !str_starts(rest, str_of(quoted[1])))
            return false;
        declared = true;
    }
    return declared;
}

/* The reader mends old patent files; of what proves a person nothing is mended. */
static bool is_whole(struct str body, const struct xml_reader *r)
{
    return xml_is(xml_root(r), "serviceResponse") && has_one_namespace(body) &&
           !str_contains(body, STR("<!DOCTYPE")) && xml_unknown_entities(r) == 0 &&
           xml_bare_ampersands(r) == 0 && xml_bad_characters(r) == 0;
}

/* One ticket, one person, said once and in plain text. */
static bool names_one(const struct xml_node *answer)
{
    const struct xml_node *success = xml_child(answer, "authenticationSuccess");
    const struct xml_node *user = xml_child(success, "user");
    return user && !xml_same(success) && !xml_same(user) && !xml_first(user) &&
           !xml_child(answer, "authenticationFailure");
}

static err_t read_answer(struct claims *out, struct str body, struct arena *a, struct err *e)
{
    static const char *const records[] = {"serviceResponse", NULL};
    struct stream *in = stream_open_memory(str_bytes(body));
    struct xml_reader *r = NULL;
    struct xml_node *answer = NULL, *more = NULL;
    err_t rc = xml_open(&r, in, records, e);

    if (rc == OK && (rc = xml_next(&answer, r, a, e)) == OK && answer)
        rc = xml_next(&more, r, a, e);
    const struct xml_node *success = xml_child(answer, "authenticationSuccess");
    if (rc != OK || !answer || more || !is_whole(body, r))
        rc = err_set(e, E_DENIED, "the provider's answer cannot be read");
    else if (!names_one(answer) || xml_text_at(success, "user", a).len == 0)
        rc = err_set(e, E_DENIED, "the provider does not know this ticket");
    else
        take_claims(out, success, a);
    xml_close(r);
    stream_close(in);
    return rc;
}

err_t cas_prove(struct claims *out, const struct journey *j, const struct outside_return *r,
                struct err *e)
{
    const struct outside_provider *p = j->provider;
    struct outward_answer answer = {0};
    struct buf b = {0};

    if (!is_ticket(r->ticket))
        return err_set(e, E_DENIED, "the browser brings no ticket of the provider");
    buf_addf(&b, "%.*s/%sserviceValidate?service=", STR_ARG(p->server),
             p->version == 2 ? "" : "p3/");
    percent_add(&b, service_of(j), KEPT);
    buf_addz(&b, "&ticket=");
    percent_add(&b, r->ticket, KEPT);
    struct outward_call call = {.method = "GET", .url = buf_take(&b, j->arena)};
    err_t rc = j->outward->call(j->outward->arg, &answer, &call, j->arena, e);
    if (rc != OK)
        return rc;
    if (answer.status != 200)
        return err_set(e, E_DENIED, "the provider answers %d", answer.status);
    return read_answer(out, answer.body, j->arena, e);
}
