/* One thread, one connection at a time, a request is over when nothing more comes. */
#include "test.h"

#include "base/arena.h"
#include "notify/peer.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

bool peer_address(struct net_address *out, const char *text, uint16_t port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out->at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->at;
    *out = (struct net_address){0};
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out->len = sizeof(*v4);
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out->len = sizeof(*v6);
    return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

err_t peer_resolve(void *arg, struct net_address *out, size_t *count, size_t max, const char *host,
                   uint16_t port, struct err *e)
{
    (void)arg;
    (void)max;
    (void)host;
    (void)e;
    *count = 1;
    assert_true(peer_address(out, "127.0.0.1", port));
    return OK;
}

static void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL); /* the client may be gone: its business */
}

static void keep(struct peer *p, const char *data, size_t len)
{
    pthread_mutex_lock(&p->lock);
    buf_add(&p->got, (struct str){data, len});
    pthread_mutex_unlock(&p->lock);
}

static void take_mail(int fd, struct peer *p)
{
    char room[4096];
    struct buf lines;
    size_t seen = 0;
    bool in_data = false, over = false;
    buf_init(&lines, 0);
    say(fd, "220 mail\r\n");
    for (ssize_t n; !over && (n = read(fd, room, sizeof(room))) > 0;) {
        keep(p, room, (size_t)n);
        buf_add(&lines, (struct str){room, (size_t)n});
        for (size_t end; (end = str_find(buf_str(&lines), STR("\r\n"), seen)) < lines.len;
             seen = end + 2) {
            struct str said = {lines.ptr + seen, end - seen};
            if (in_data) {
                in_data = !str_is(said, ".");
                if (!in_data)
                    say(fd, "250 taken\r\n");
            } else if (str_starts(said, STR("RCPT TO:<refused@"))) {
                say(fd, "550 nobody\r\n");
            } else if (str_is(said, "DATA")) {
                in_data = true;
                say(fd, "354 go on\r\n");
            } else if (str_is(said, "QUIT")) {
                say(fd, "221 bye\r\n");
                over = true;
            } else {
                say(fd, "250 ok\r\n");
            }
        }
    }
    buf_clear(&lines);
}

static void take_request(int fd, struct peer *p)
{
    char room[4096];
    struct pollfd ready = {fd, POLLIN, 0};
    while (poll(&ready, 1, 50) > 0) {
        ssize_t n = read(fd, room, sizeof(room));
        if (n <= 0)
            break;
        keep(p, room, (size_t)n);
    }
    for (int ms = 0; !p->stopping && (strcmp(p->answer, PEER_SILENT) == 0 || ms < p->delay_ms);
         ms += 10)
        usleep(10000);
    if (strcmp(p->answer, PEER_SILENT) != 0)
        say(fd, p->answer);
}

static void *serve(void *arg)
{
    struct peer *p = arg;
    for (int fd; (fd = accept(p->fd, NULL, NULL)) >= 0; close(fd)) {
        p->accepted++;
        if (strcmp(p->answer, PEER_MAIL) == 0)
            take_mail(fd, p);
        else
            take_request(fd, p);
    }
    return NULL;
}

bool peer_start_at(struct peer *p, const char *address, const char *answer)
{
    struct net_address at;
    assert_true(peer_address(&at, address, 0));
    socklen_t len = at.len;
    int fd = socket(at.at.ss_family, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at.at, len) != 0) {
        close(fd);
        return false;
    }
    *p = (struct peer){.fd = fd, .answer = answer};
    buf_init(&p->got, 0);
    pthread_mutex_init(&p->lock, NULL);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at.at, &len), 0);
    p->port = ntohs(at.at.ss_family == AF_INET ? ((struct sockaddr_in *)&at.at)->sin_port
                                               : ((struct sockaddr_in6 *)&at.at)->sin6_port);
    assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
    return true;
}

void peer_start(struct peer *p, const char *answer)
{
    assert_true(peer_start_at(p, "127.0.0.1", answer));
}

void peer_stop(struct peer *p)
{
    p->stopping = true;
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->fd);
    pthread_mutex_destroy(&p->lock);
    buf_clear(&p->got);
}

struct str peer_take(struct peer *p, struct arena *a)
{
    pthread_mutex_lock(&p->lock);
    struct str got = arena_dup(a, buf_str(&p->got));
    buf_reset(&p->got);
    pthread_mutex_unlock(&p->lock);
    return got;
}
