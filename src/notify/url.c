/* The strict reader of addresses. It refuses what browsers and libraries each
 * read in their own way (2130706433, 0x7f.1, 127.1, a backslash, an "@"). */
#include "notify/url.h"
#include "base/limits.h"
#include "base/msg.h"
#include <arpa/inet.h>

static bool is_hex(char c)
{
    return ascii_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Path and query of RFC 3986; a % only before two hex digits. */
static bool target_is_clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            if (i + 2 >= s.len || !is_hex(s.ptr[i + 1]) || !is_hex(s.ptr[i + 2]))
                return false;
            i += 2;
        } else if (!ascii_is_letter(c) && !ascii_is_digit(c) &&
                   (!c || !strchr("-._~!$&'()*+,;=:@/?", c))) {
            return false;
        }
    }
    return true;
}

static bool label_is_clean(struct str s)
{
    if (s.len == 0 || s.len > 63 || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_letter(s.ptr[i]) && !ascii_is_digit(s.ptr[i]) && s.ptr[i] != '-')
            return false;
    return true;
}

/* Labels of letters, digits and hyphens; the last does not begin with a digit,
 * which no top-level domain does and every odd spelling of an IPv4 address. */
static bool name_is_clean(struct str host)
{
    struct str rest = host, label = STR_NONE;
    if (host.len == 0 || host.len > 253)
        return false;
    while (rest.ptr) {
        label = str_split(&rest, STR("."));
        if (!label_is_clean(label))
            return false;
    }
    return !ascii_is_digit(label.ptr[0]);
}

/* Exactly the spelling that inet_ntop gives: no leading zeros, four parts. */
static bool is_ipv4(const char *host)
{
    struct in_addr address;
    char again[INET_ADDRSTRLEN];
    return inet_pton(AF_INET, host, &address) == 1 &&
           inet_ntop(AF_INET, &address, again, sizeof(again)) && strcmp(again, host) == 0;
}

err_t url_host(struct str *out, bool *is_ipv6, struct str text, struct arena *a, struct err *e)
{
    struct in6_addr v6;
    struct str host = arena_dup(a, text);
    bool whole = host.len && host.len == strlen(host.ptr);

    *is_ipv6 = false;
    for (size_t i = 0; i < host.len; i++)
        if (host.ptr[i] >= 'A' && host.ptr[i] <= 'Z')
            ((char *)(uintptr_t)host.ptr)[i] += 'a' - 'A'; /* our copy */
    if (whole && memchr(host.ptr, ':', host.len) && inet_pton(AF_INET6, host.ptr, &v6) == 1) {
        char again[INET6_ADDRSTRLEN];
        inet_ntop(AF_INET6, &v6, again, sizeof(again));
        *is_ipv6 = true;
        *out = arena_dup(a, str_of(again));
        return OK;
    }
    *out = host;
    if (whole && (is_ipv4(host.ptr) || name_is_clean(host)))
        return OK;
    return err_set(e, E_INVALID, "\"%.*s\" is not a host name or an IP address", STR_ARG(text));
}

struct scheme {
    const char *prefix;
    const char *family;
    uint16_t port;
    bool tls;
};
static const struct scheme schemes[] = {{"https://", "http", 443, true},
                                        {"http://", "http", 80, false},
                                        {"smtps://", "smtp", 465, true},
                                        {"smtp://", "smtp", 587, false}};

static err_t refuse(struct str text, struct err *e)
{
    return err_set(e, E_INVALID,
                   "\"%.*s\" is not an address that can be called; write "
                   "https://host/path, without user name or #fragment",
                   STR_ARG(text));
}

/* Host and port of "host:port" or "[v6]:port". */
static err_t split_authority(struct url *out, struct str authority, struct str text,
                             struct arena *a, struct err *e)
{
    struct str host = authority, port;
    bool brackets = str_starts(authority, STR("["));
    uint64_t number = 0;
    err_t rc;

    if (brackets) {
        size_t end = str_find(authority, STR("]"), 0);
        if (end == authority.len)
            return refuse(text, e);
        host = (struct str){authority.ptr + 1, end - 1};
        port = (struct str){authority.ptr + end + 1, authority.len - end - 1};
        if (port.len > 0 && port.ptr[0] != ':')
            return refuse(text, e);
    } else {
        size_t colon = str_find(authority, STR(":"), 0);
        host.len = colon;
        port = (struct str){authority.ptr + colon, authority.len - colon};
    }
    if ((rc = url_host(&out->host, &out->is_ipv6, host, a, e)) != OK)
        return rc;
    if (brackets != out->is_ipv6)
        return refuse(text, e);
    if (port.len == 0)
        return OK;
    port = (struct str){port.ptr + 1, port.len - 1};
    if (!str_to_u64(&number, port) || number == 0 || number > 65535)
        return refuse(text, e);
    out->port = (uint16_t)number;
    return OK;
}

err_t url_parse(struct url *out, struct str text, const char *family, struct arena *a,
                struct err *e)
{
    const struct scheme *s = NULL;
    err_t rc;

    *out = (struct url){0};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (strcmp(schemes[i].family, family) == 0 && str_starts(text, str_of(schemes[i].prefix)))
            s = &schemes[i];
    if (!s || text.len > URL_BYTES_MAX)
        return refuse(text, e);
    struct str rest = {text.ptr + strlen(s->prefix), text.len - strlen(s->prefix)};
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
        end++;
    struct str target = {rest.ptr + end, rest.len - end};
    out->tls = s->tls;
    out->port = s->port;
    if (!target_is_clean(target))
        return refuse(text, e);
    if ((rc = split_authority(out, (struct str){rest.ptr, end}, text, a, e)) != OK)
        return rc;
    out->target =
        str_starts(target, STR("/")) ? arena_dup(a, target) : arena_join(a, STR("/"), target);
    out->text = arena_printf(a, out->is_ipv6 ? "%s[%.*s]:%u%.*s" : "%s%.*s:%u%.*s", s->prefix,
                             STR_ARG(out->host), (unsigned)out->port, STR_ARG(out->target));
    return OK;
}
