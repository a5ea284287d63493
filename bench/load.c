/* Many keep-alive clients from one thread, cheap enough to share two cores with the
 * server it asks: epoll, one request under way on each connection, no pipelining.
 *
 *   load PORT TOKEN CONNECTIONS SECONDS create PREFIX [EVERY_MS]
 *   load PORT TOKEN CONNECTIONS SECONDS change FIRST
 *   load PORT TOKEN CONNECTIONS SECONDS list PATH
 *
 * create posts deals of twelve fields, each with a number of its own that begins with
 * PREFIX; change gives deals new titles, each connection its own deal of version 1: FIRST,
 * FIRST + 1 …; list gets PATH, where each '#' becomes a running number. EVERY_MS: one
 * connection, a request each so many milliseconds. Prints one JSON object; any answer
 * that is not 200 or 201 ends the program with the answer. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4000
#define EVENTS 256
#define ANSWER_MAX ((size_t)1 << 20)
#define REQUEST_MAX 4096

struct link {
    int fd;
    int64_t sent_us;
    char *answer;
    size_t got;
    int64_t record, version; /* what it changes */
};

struct load {
    const char *token, *what, *text;
    int64_t until_us, started, every_ms;
    uint32_t *took_us; /* of each answer */
    size_t answers, room;
    uint64_t bytes;
};

static void stop(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(4);
}

static size_t make_create(char *out, struct load *l)
{
    char body[1024];
    int len = snprintf(body, sizeof(body),
                       "{\"contract_no\":\"%s-%lld\",\"title\":\"一种石墨烯复合材料专利许可\","
                       "\"type\":\"licence\",\"signed\":\"2025-%02d-%02d\",\"amount\":\"%lld.00\","
                       "\"currency\":\"CNY\",\"sides\":[{\"name\":\"虚构大学\"},"
                       "{\"name\":\"虚构新材料有限公司\"}],"
                       "\"patents\":[\"CN108192973A\"],\"related_party\":false,"
                       "\"filed_on\":\"2025-12-31\",\"licence_term\":{\"from\":\"2026-04-01\","
                       "\"to\":\"2031-03-31\"},\"outcome\":\"已投产，年产值约三千万元\"}",
                       l->text, (long long)l->started, (int)(1 + l->started % 12),
                       (int)(1 + l->started % 28), (long long)(l->started * 7919 % 1000000));
    return (size_t)snprintf(out, REQUEST_MAX,
                            "POST /api/v1/records/deal HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                            "Content-Length: %d\r\n\r\n%s",
                            l->token, len, body);
}

static size_t make_change(char *out, const struct load *l, struct link *x)
{
    char body[128];
    int len = snprintf(body, sizeof(body), "{\"title\":\"一种石墨烯复合材料专利许可 %lld\"}",
                       (long long)l->started);
    return (size_t)snprintf(out, REQUEST_MAX,
                            "PATCH /api/v1/records/deal/%lld HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                            "If-Match: \"%lld\"\r\nContent-Length: %d\r\n\r\n%s",
                            (long long)x->record, l->token, (long long)x->version++, len, body);
}

static size_t make_list(char *out, struct load *l)
{
    char path[1024];
    size_t n = 0;
    for (const char *c = l->text; *c && n + 24 < sizeof(path); c++) {
        if (*c == '#')
            n += (size_t)snprintf(path + n, sizeof(path) - n, "%lld", (long long)l->started);
        else
            path[n++] = *c;
    }
    path[n] = '\0';
    return (size_t)snprintf(
        out, REQUEST_MAX, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n",
        path, l->token);
}

static void ask(struct load *l, struct link *x)
{
    char request[REQUEST_MAX];
    size_t len = strcmp(l->what, "create") == 0   ? make_create(request, l)
                 : strcmp(l->what, "change") == 0 ? make_change(request, l, x)
                                                  : make_list(request, l);
    l->started++;
    x->sent_us = clock_monotonic_us(&clock_system);
    if (send(x->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
        stop("send"); /* a request is smaller than any socket's buffer */
}

static void count(struct load *l, const struct link *x)
{
    if (l->answers == l->room) {
        l->room = l->room ? 2 * l->room : 65536;
        l->took_us = mem_grow(l->took_us, l->room * sizeof(*l->took_us));
    }
    l->took_us[l->answers++] = (uint32_t)(clock_monotonic_us(&clock_system) - x->sent_us);
    l->bytes += x->got;
}

/* Whether the whole answer has come. */
static bool is_whole(const struct link *x)
{
    struct str all = {x->answer, x->got};
    size_t head = str_find(all, STR("\r\n\r\n"), 0), at;
    uint64_t len = 0;
    if (head == all.len)
        return false;
    struct str line = {all.ptr, head};
    if (!str_starts(all, STR("HTTP/1.1 200")) && !str_starts(all, STR("HTTP/1.1 201"))) {
        fprintf(stderr, "%.*s\n", STR_ARG(all));
        exit(4);
    }
    if ((at = str_find(line, STR("Content-Length: "), 0)) == line.len)
        stop("an answer without its length");
    at += strlen("Content-Length: ");
    while (at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9')
        len = len * 10 + (uint64_t)(line.ptr[at++] - '0');
    return x->got >= head + 4 + len;
}

static void hear(struct load *l, struct link *x)
{
    ssize_t n = recv(x->fd, x->answer + x->got, ANSWER_MAX - x->got, 0);
    if (n <= 0)
        stop("recv");
    x->got += (size_t)n;
    if (!is_whole(x))
        return;
    count(l, x);
    x->got = 0;
    if (l->every_ms) {
        int64_t wait = l->every_ms * 1000 - (clock_monotonic_us(&clock_system) - x->sent_us);
        if (wait > 0)
            usleep((useconds_t)wait);
    }
    if (clock_monotonic_us(&clock_system) < l->until_us)
        ask(l, x);
    else
        x->sent_us = 0;
}

static void connect_all(struct link *x, size_t count, int epoll, uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int yes = 1;
    for (size_t i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = &x[i]}};
        x[i] = (struct link){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                             .answer = mem_alloc(ANSWER_MAX)};
        if (x[i].fd < 0 || connect(x[i].fd, (struct sockaddr *)&to, sizeof(to)) != 0)
            stop("connect");
        setsockopt(x[i].fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, x[i].fd, &event) != 0)
            stop("epoll");
    }
}

static int by_size(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static double at_share(const struct load *l, double share)
{
    size_t i = (size_t)(share * (double)(l->answers - 1));
    return (double)l->took_us[i] / 1000;
}

static void report(struct load *l, double seconds)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    double used = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
                  (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    qsort(l->took_us, l->answers, sizeof(*l->took_us), by_size);
    printf("{\"answers\":%zu,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
           "\"bytes\":%.0f,\"own_us\":%.2f}\n",
           l->answers, (double)l->answers / seconds, at_share(l, 0.5), at_share(l, 0.99),
           at_share(l, 1), (double)l->bytes / (double)l->answers, used / (double)l->answers);
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS];
    int64_t port, connections, seconds, first = 0;
    struct load l = {0};
    if (argc < 7 || !str_to_i64(&port, str_of(argv[1])) ||
        !str_to_i64(&connections, str_of(argv[3])) || !str_to_i64(&seconds, str_of(argv[4])) ||
        connections < 1 || connections > CONNECTIONS_MAX ||
        (strcmp(argv[5], "change") == 0 && !str_to_i64(&first, str_of(argv[6]))) ||
        (argc > 7 && (connections != 1 || !str_to_i64(&l.every_ms, str_of(argv[7]))))) {
        fprintf(stderr,
                "load PORT TOKEN CONNECTIONS SECONDS create PREFIX [EVERY_MS] | change FIRST"
                " | list PATH\n");
        return 2;
    }
    l.token = argv[2];
    l.what = argv[5];
    l.text = argv[6];
    struct link *links = mem_array((size_t)connections, sizeof(*links));
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    connect_all(links, (size_t)connections, epoll, (uint16_t)port);
    int64_t began = clock_monotonic_us(&clock_system);
    l.until_us = began + seconds * 1000000;
    for (int64_t i = 0; i < connections; i++) {
        links[i].record = first + i;
        links[i].version = 1;
        ask(&l, &links[i]);
    }
    while ((int64_t)l.answers < l.started) {
        int n = epoll_wait(epoll, events, EVENTS, 60000);
        if (n == 0 || (n < 0 && errno != EINTR))
            stop("an answer is waited for in vain");
        for (int i = 0; i < n; i++)
            hear(&l, events[i].data.ptr);
    }
    report(&l, (double)(clock_monotonic_us(&clock_system) - began) / 1e6);
    for (int64_t i = 0; i < connections; i++) {
        close(links[i].fd);
        free(links[i].answer);
    }
    close(epoll);
    free(links);
    free(l.took_us);
    return 0;
}
