/* Connections: the library's own time-out starts anew with every byte, so a sweeper shuts those
 * that wait or move too slowly; a full house turns the longest idle one out. */
#include "api/http_priv.h"
#include "base/mem.h"
#include "base/msg.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 10240 /* as many as files may be open, less those kept for the rest */
#define CONNECTIONS_MIN 16
#define CONNECTIONS_SPARE 32 /* from there on the longest idle one gives way to a new one */
#define FILES_KEPT 192       /* for store, index, uploads in work */
/* A client that sends a body or reads an answer more slowly than this is disconnected: 500 bytes a
 * second, a tenth of a modem. */
#define WINDOW_SECONDS 30
#define SHORT_SECONDS 5 /* for so long after files ran out nobody only sits there */
#define WINDOW_BYTES_MIN 15000
#define CLOSE_WAIT 8 /* TCP_CLOSE_WAIT of netinet/tcp.h, which has an older struct tcp_info */

static const struct refusal too_slow = {408, N_("the request did not come within its time")};

const struct refusal http_cut_off = {400, N_("the request ended before it was whole")};

struct link *http_link_of(struct MHD_Connection *c)
{
    return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void link_out(struct http_server *s, struct link *l)
{
    struct links *of = l->state == AT_HEAD ? &s->waiting : &s->busy;
    *l->at = l->next;
    if (l->next)
        l->next->at = l->at;
    else
        of->last = l->at;
}

static void link_in(struct http_server *s, struct link *l, enum link_at state)
{
    struct links *of = state == AT_HEAD ? &s->waiting : &s->busy;
    l->state = state;
    l->since_us = clock_monotonic_us(&clock_system);
    l->window_bytes = -1;
    l->next = NULL;
    l->at = of->last;
    *of->last = l;
    of->last = &l->next;
}

void http_link_to(struct http_server *s, struct link *l, enum link_at state)
{
    if (!l)
        return;
    link_out(s, l);
    link_in(s, l, state);
}

void http_link_mark(struct http_server *s, struct MHD_Connection *c, enum link_at state)
{
    pthread_mutex_lock(&s->lock);
    http_link_to(s, http_link_of(c), state);
    pthread_mutex_unlock(&s->lock);
}

bool http_link_left(const struct link *l)
{
    struct pollfd fd = {.fd = l ? l->fd : -1, .events = POLLRDHUP};
    return poll(&fd, 1, 0) > 0;
}

static void say(struct link *l, struct refusal why)
{
    struct buf body = {0}, all = {0};
    if (atomic_exchange(&l->refused, true))
        return;
    problem_json(&body, why.status, str_of(msg(why.sentence)), STR_NONE, STR_NONE);
    buf_addf(&all,
             "HTTP/1.1 %u %s\r\nContent-Type: application/problem+json\r\nContent-Length: "
             "%zu\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: "
             "close\r\n\r\n",
             why.status, MHD_get_reason_phrase_for(why.status), body.len);
    buf_add(&all, buf_str(&body));
    (void)send(l->fd, all.ptr, all.len,
               MSG_DONTWAIT | MSG_NOSIGNAL); /* who does not read is not waited for */
    buf_clear(&all);
    buf_clear(&body);
}

void http_link_refuse(struct link *l, struct refusal why)
{
    if (!l)
        return;
    say(l, why);
    shutdown(l->fd, SHUT_RDWR);
}

void http_link_tell(struct link *l, struct refusal why)
{
    if (!l)
        return;
    say(l, why);
    shutdown(l->fd, SHUT_WR);
}

bool http_link_is_told(const struct link *l)
{
    return l && atomic_load(&l->refused);
}

/* The library then sees the end of the connection and frees it. A client that had begun a head
 * gets the reason. */
static void shut(struct http_server *s, struct link *l, struct refusal why)
{
    if (atomic_load(&l->begun))
        http_link_refuse(l, why);
    else
        shutdown(l->fd, SHUT_RDWR);
    http_link_to(s, l, l->state); /* behind all others: it is not chosen again before they are */
}

void http_link_notify(void *arg, struct MHD_Connection *c, void **context,
                      enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = arg;
    struct link *l = *context;
    pthread_mutex_lock(&s->lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        /* At the limit, the connection that has been idle longest is closed for a new one. */
        if (++s->link_count + CONNECTIONS_SPARE > s->link_max && s->waiting.first)
            shut(s, s->waiting.first,
                 (struct refusal){503, N_("too many connections are open; try again later")});
        l = mem_zalloc(sizeof(*l));
        l->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        l->gateway = gateway_has(l->fd);
        link_in(s, l, AT_HEAD);
        http_reading_open(l);
        *context = l;
    } else if (l) {
        http_reading_close(l);
        s->link_count--;
        link_out(s, l);
        free(l);
        *context = NULL;
    }
    pthread_mutex_unlock(&s->lock);
}

/* *moved: bytes that went over a socket either way and were seen to arrive. Returns
 * whether the client has said that it sends no more. Of TCP: a gateway does not count. */
static bool look_at(int64_t *moved, int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    *moved = 0;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    *moved = (int64_t)(info.tcpi_bytes_acked + info.tcpi_bytes_received);
    return info.tcpi_state == CLOSE_WAIT;
}

/* The library does not see an end that came together with the last bytes. */
static void sweep_waiting(struct link *l, int64_t now)
{
    if (l->window_bytes >= 0 || now - l->since_us < SECOND_US)
        return;
    if (!look_at(&l->window_bytes, l->fd))
        return;
    if (atomic_load(&l->begun))
        http_link_refuse(l, http_cut_off);
    else
        shutdown(l->fd, SHUT_RDWR);
}

/* One window of a connection whose client sends or reads. */
static void sweep_busy(struct link *l, int64_t now)
{
    int64_t moved, age = now - l->since_us;
    bool over = age > WINDOW_SECONDS * SECOND_US;
    if (l->gateway || l->state == AT_WORK || age < SECOND_US || (l->window_bytes >= 0 && !over))
        return;
    bool ended = look_at(&moved, l->fd) && l->state == AT_BODY;
    bool slow = l->window_bytes >= 0 && moved - l->window_bytes < WINDOW_BYTES_MIN;
    if (ended)
        http_link_refuse(l, http_cut_off);
    else if (slow && l->state == AT_BODY)
        http_link_refuse(l, too_slow);
    else if (slow)
        shutdown(l->fd, SHUT_RDWR);
    l->window_bytes = moved;
    l->since_us =
        now; /* of the look, however late it comes: what is counted is of a whole window */
}

/* Then the library accepts no connection until one has ended. */
static bool no_file_left(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0)
        close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

/* Once a second. */
void *http_link_sweep(void *arg)
{
    struct http_server *s = arg;
    int64_t short_us = INT64_MIN / 2; /* files ran out then */
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t now = clock_monotonic_us(&clock_system);
        struct link *l;
        short_us = no_file_left() ? now : short_us;
        int64_t oldest =
            now - (now - short_us < SHORT_SECONDS * SECOND_US ? 0 : IDLE_SECONDS * SECOND_US);
        while ((l = s->waiting.first) && l->since_us < oldest)
            shut(s, l, too_slow);
        for (l = s->waiting.first; l; l = l->next)
            sweep_waiting(l, now);
        for (l = s->busy.first; l; l = l->next)
            sweep_busy(l, now);
        struct timespec until = clock_moment_in(CLOCK_REALTIME, 1000);
        pthread_cond_timedwait(&s->wake_sweeper, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* The library does not handle running out of descriptors: it would retry for ever. So it gets
 * fewer connections than there are descriptors. */
unsigned http_link_max(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return CONNECTIONS_MIN;
    rlim_t wanted = CONNECTIONS_MAX + FILES_KEPT;
    if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
        struct rlimit more = {files.rlim_max < wanted ? files.rlim_max : wanted, files.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &more) == 0)
            files = more;
    }
    if (files.rlim_cur < CONNECTIONS_MIN + FILES_KEPT)
        return CONNECTIONS_MIN;
    return files.rlim_cur < wanted ? (unsigned)(files.rlim_cur - FILES_KEPT) : CONNECTIONS_MAX;
}
