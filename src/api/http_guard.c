/* Refuses malformed requests that the library accepts. Those visible to a handler are refused here
 * (two Hosts, two lengths, length beside chunked, NUL in the path …), the others by
 * http_reading.c. */
#include "api/http_priv.h"
#include "base/msg.h"
#include <ctype.h>
#include <string.h>

#define HEADERS_MAX 100
#define HEADERS_BYTES_MAX ((size_t)16 << 10)

/* The library leaves the text of a head where it was read and hands out its parts, so a
 * part begins two bytes (CRLF) behind the end of the one before, and the head ends two
 * more behind the last. Where it does not, there was a bare LF, a NUL, a folded line or
 * a line without a name, none of which can be seen in the parts themselves; the last
 * would even end the head, and what follows it would be read as another request. Two
 * bytes that the library makes zero like CRLF are not told from it (NUL and LF, and a
 * line of a colon and LF): those are seen as they arrive (http_reading.c). Known of this
 * version; later ones refuse all of these. */
#define LIBRARY_IN_PLACE "0.9.75"

static bool parts_in_place(void)
{
    return strcmp(MHD_get_version(), LIBRARY_IN_PLACE) == 0;
}

static bool follows(const char *part, const char *before, size_t gap)
{
    return (uintptr_t)part == (uintptr_t)before + strlen(before) + gap;
}

bool http_guard_sees(const struct link *l)
{
    return !parts_in_place() || (l && l->reading.seen);
}

struct head_count {
    unsigned all, host, length, encoding, authorization;
    size_t bytes;
    bool bad, other_encoding;
    bool in_place;      /* parts follow each other */
    const char *before; /* the part before */
};

static bool is_token(const char *s)
{
    if (!*s)
        return false;
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c <= 0x20 || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return true;
}

/* RFC 9110 5.5: no control character but a tab. */
static bool is_field_value(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7F)
            return false;
    return true;
}

static enum MHD_Result count_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct head_count *n = arg;
    struct str key = str_of(name), text = str_of(value ? value : "");
    (void)kind;
    n->all++;
    n->bytes += key.len + text.len + sizeof(": \r\n") - 1;
    n->bad |= !is_token(name) || !is_field_value(text.ptr) ||
              (n->in_place && !follows(name, n->before, 2));
    n->before = text.ptr;
    if (str_eq_nocase(key, STR("host")))
        n->host++;
    if (str_eq_nocase(key, STR("content-length")))
        n->length++;
    if (str_eq_nocase(key, STR("authorization")))
        n->authorization++;
    if (str_eq_nocase(key, STR("transfer-encoding"))) {
        n->encoding++;
        n->other_encoding |= !str_eq_nocase(text, STR("chunked"));
    }
    return MHD_YES;
}

struct refusal http_guard_head(struct MHD_Connection *c, const struct link *l, const char *method,
                               const char *version)
{
    struct head_count n = {.in_place = parts_in_place(), .before = version};
    bool old = strcmp(version, "HTTP/1.0") == 0;
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &n);
    if (!old && strcmp(version, "HTTP/1.1") != 0)
        return (struct refusal){505, N_("only HTTP/1.1 and HTTP/1.0 are spoken here")};
    if (l && l->target_long)
        return (struct refusal){414, N_("the address is too long")};
    if (!is_token(method))
        return (struct refusal){400, N_("the method is malformed")};
    if (l && n.in_place && (!follows(l->target, method, 1) || version != l->target_end + 1))
        return (struct refusal){400, N_("the address has characters that none can have")};
    if (l && l->target_fault)
        return (struct refusal){400, l->target_fault};
    size_t head_bytes =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    n.bad |= n.in_place && !follows(method + head_bytes, n.before, sizeof("\r\n\r\n") - 1);
    n.bad |= n.in_place && l && !http_reading_agrees(&l->reading, head_bytes);
    if (l && l->reading.vast)
        return (struct refusal){413, N_("the body is too large")};
    if (n.all > HEADERS_MAX || n.bytes > HEADERS_BYTES_MAX)
        return (struct refusal){431, N_("there are too many headers, or they are too long")};
    if (n.bad)
        return (struct refusal){400, N_("a header is malformed")};
    if (n.host > 1 || (n.host == 0 && !old))
        return (struct refusal){400, N_("exactly one Host header is needed")};
    if (n.authorization > 1) /* a proxy before us may have let in the other */
        return (struct refusal){400, N_("there is more than one Authorization header")};
    if (n.length > 1 || n.encoding > 1 || (n.length && n.encoding) || (old && n.encoding))
        return (struct refusal){400, N_("the length of the body is not clear")};
    if (n.other_encoding)
        return (struct refusal){501, N_("chunked is the only transfer coding known here")};
    return (struct refusal){0};
}

/* The fault in path and query as sent, or NULL. Checked here because the library decodes them:
 * "%00" would end the text for every C function. */
static const char *target_fault(const char *target)
{
    for (const char *c = target; *c; c++) {
        if ((unsigned char)*c <= 0x20 || *c == 0x7F || *c == '#')
            return N_("the address has characters that none can have");
        if (*c != '%')
            continue;
        if (!isxdigit((unsigned char)c[1]) || !isxdigit((unsigned char)c[2]) ||
            (c[1] == '0' && c[2] == '0'))
            return N_("the address has a % that encodes no character");
    }
    return NULL;
}

/* More of them than are taken, which would fill the connection's memory: the library would give it up
 * without an answer. So it is shown none (it has found the "?" and reads the rest after this), and the
 * answer is ours. */
static bool hide_query(const char *target)
{
    char *query = strchr((char *)(uintptr_t)target, '?'); /* where it was read, ours to change */
    size_t values = 1;
    for (const char *c = query; c && *c; c++)
        values += *c == '&';
    if (values <= QUERY_VALUES_MAX)
        return false;
    query[1] = '\0';
    return true;
}

void *http_guard_target(void *arg, const char *target, struct MHD_Connection *c)
{
    struct link *l = http_link_of(c);
    (void)arg;
    if (l && target) {
        l->target = target;
        l->target_end = target + strlen(target);
        l->target_long = l->target_end - target > (ptrdiff_t)TARGET_BYTES_MAX;
        l->target_fault = l->target_long ? NULL : target_fault(target);
        l->target_many = hide_query(target);
    }
    return NULL;
}
