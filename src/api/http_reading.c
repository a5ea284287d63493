/* The bytes of connections as they arrive, before libmicrohttpd has read them: a second,
 * strict opinion of where each head begins and ends. The library ends a head also at a
 * line of a colon and a bare LF, takes NUL and LF for CRLF, and makes all of these the
 * same two zeros, so that afterwards nothing tells them apart; what stood behind would
 * be read as a request that no proxy in front saw.
 *
 * It reads sockets by the name `recv`, which is ours in this program: the linker gives
 * a program's own definition precedence over libc's for the shared libraries as well.
 * Ours calls recvfrom, which is the same system call, and looks at what came if the
 * socket is one of our connections. Should that not take (a program linked statically),
 * no connection is used for a second request. Rejected: a thread that copies between a
 * socket and a pair of our own (three files and two wake-ups a request); looking with
 * MSG_PEEK (the library reads when the kernel tells it, not when we do). */
#include "api/http_priv.h"
#include "base/msg.h"
#include <string.h>
#include <sys/socket.h>

#define LENGTH_DIGITS_MAX 18 /* what 64 bits hold in any case */
#define FILES_SEEN_MAX 65536 /* a connection with a higher number ends with its first answer */

/* By file number, the open connections. An entry is written and read by the library's
 * thread that has the connection; the number is another's only after it was taken out. */
static _Atomic(struct link *) links[FILES_SEEN_MAX];

void http_reading_open(struct link *l)
{
    if (l->fd >= 0 && l->fd < FILES_SEEN_MAX)
        atomic_store(&links[l->fd], l);
}

void http_reading_close(struct link *l)
{
    if (l->fd >= 0 && l->fd < FILES_SEEN_MAX)
        atomic_store(&links[l->fd], NULL);
}

static void begin_head(struct reading *r)
{
    *r = (struct reading){.at = READING_HEAD, .seen = r->seen};
}

/* A byte of a length's value as the library is to read it. Its own answer to one that is no number, or that 64 bits
 * do not hold, has two heads; so it is given a number, and the head ends there: the answer is ours. */
static char feed_length(struct reading *r, char c)
{
    bool digit = c >= '0' && c <= '9', blank = c == ' ' || c == '\t';
    if (r->length.ended)
        return '\n';
    r->length.digits += digit && (c != '0' || r->length.digits > 0);
    r->vast |= r->length.digits > LENGTH_DIGITS_MAX;
    if (r->length.said ? (digit && !r->vast) || c == '\r' || c == '\n' : digit || blank) {
        r->length.said |= digit;
        return c;
    }
    r->odd = true;
    r->length.ended = r->length.said || c == '\n';
    r->length.said = true;
    return r->length.ended && c != '\n' ? '\n' : '0';
}

/* A byte of a head's line as the library is to read it. */
static char feed_line(struct reading *r, char c)
{
    static const char name[] = "content-length:";
    if (r->length.value)
        return feed_length(r, c);
    bool on =
        r->length.name_bytes == r->line_bytes && r->line_bytes < sizeof(name) - 1 &&
        (c == name[r->line_bytes] || (c >= 'A' && c <= 'Z' && (c | 0x20) == name[r->line_bytes]));
    r->length.name_bytes += on;
    r->length.value = r->length.name_bytes == sizeof(name) - 1;
    return c;
}

/* Heads that the library rejects: it looks for a space, and has room for this many bytes. */
#define ROOM_BYTES ((size_t)17 << 10)

static bool begins_request(char c)
{
    return (unsigned char)c > 0x20 && (unsigned char)c < 0x7F;
}

static void look_for_alien(struct reading *r, char c)
{
    if (r->lines == 0) {
        r->spaced |= c == ' ';
        if ((r->head_bytes == 1 && c != '\r' && c != '\n' && !begins_request(c)) ||
            (c == '\n' && r->line_bytes > 1 && !r->spaced))
            r->alien =
                (struct refusal){400, N_("this is no HTTP request: a line of method, address "
                                         "and HTTP/1.1 begins one")};
    }
    if (r->head_bytes > ROOM_BYTES && !r->alien.sentence)
        r->alien =
            r->lines == 0
                ? (struct refusal){414, N_("the address is too long")}
                : (struct refusal){431, N_("there are too many headers, or they are too long")};
}

/* The bytes of a head one by one; returns where it ended, or the end. */
static char *feed_head(struct reading *r, char *p, char *end)
{
    while (p < end) {
        char c = *p;
        *p++ = feed_line(r, c);
        r->head_bytes++;
        look_for_alien(r, c);
        r->lines += c == '\n' && r->line_bytes > 1;
        r->odd |= c == '\0' || (c == '\n' && !r->after_cr);
        if (c == '\n' && r->after_cr && r->line_bytes == 1) {
            if (r->head_bytes > 2) {
                r->at = READING_BEHIND;
                return p;
            }
            r->head_bytes = 0; /* RFC 9112 2.2: an empty line before a request is passed over */
        }
        r->line_bytes = c == '\n' ? 0 : r->line_bytes + 1;
        if (c == '\n' && !r->length.ended)
            memset(&r->length, 0, sizeof(r->length));
        r->after_cr = c == '\r';
    }
    return p;
}

static void feed(struct reading *r, char *p, size_t n)
{
    char *end = p + n;
    r->seen = true;
    if (r->at == READING_BODY) {
        size_t part = r->body_left < n ? (size_t)r->body_left : n;
        p += part;
        r->body_left -= part;
        if (r->body_left == 0)
            begin_head(r);
    }
    if (r->at == READING_HEAD)
        p = feed_head(r, p, end);
    if (r->at == READING_BEHIND)
        r->behind += (size_t)(end - p);
}

bool http_reading_agrees(const struct reading *r, size_t head_bytes)
{
    return !r->seen || (r->at == READING_BEHIND && !r->odd && r->head_bytes == head_bytes);
}

void http_reading_body(struct reading *r, char *behind, uint64_t body_bytes)
{
    size_t n = r->behind;
    if (!r->seen)
        return;
    begin_head(r);
    r->at = body_bytes > 0 ? READING_BODY : READING_HEAD;
    r->body_left = body_bytes;
    feed(r, behind, n);
}

ssize_t http_reading_recv(int fd, void *to, size_t max, int flags) __asm__("recv")
    __attribute__((visibility("default")));
ssize_t http_reading_recv(int fd, void *to, size_t max, int flags)
{
    ssize_t n = recvfrom(fd, to, max, flags, NULL, NULL);
    struct link *l = fd >= 0 && fd < FILES_SEEN_MAX ? atomic_load(&links[fd]) : NULL;
    if (!l || n < 0 || (flags & MSG_PEEK))
        return n;
    if (n == 0) {
        if (atomic_load(&l->state) == AT_BODY || atomic_load(&l->begun))
            http_link_refuse(l, http_cut_off);
        return n;
    }
    feed(&l->reading, to, (size_t)n);
    atomic_store(&l->begun, l->reading.at == READING_HEAD && l->reading.head_bytes > 0);
    if (!l->reading.alien.sentence || atomic_load(&l->state) != AT_HEAD)
        return n;
    http_link_refuse(l, l->reading.alien);
    return 0; /* to the library the client has gone */
}
