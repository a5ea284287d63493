/* The address that is listened on: of this machine alone, what others see is a front proxy's. */
#include "api/http_priv.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static err_t parse_address(struct sockaddr_storage *out, socklen_t *len, const char *text,
                           struct err *e)
{
    char host[INET6_ADDRSTRLEN];
    uint64_t port;
    const char *colon = strrchr(text, ':');
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    size_t host_len = colon ? (size_t)(colon - text) : 0;
    bool brackets = host_len > 2 && text[0] == '[' && text[host_len - 1] == ']';

    if (!colon || !str_to_u64(&port, str_of(colon + 1)) || port > 65535 ||
        host_len - (brackets ? 2 : 0) >= sizeof(host))
        return err_set(e, E_INVALID, "'%s' is not an address; write 127.0.0.1:8420", text);
    if (brackets)
        host_len -= 2;
    memcpy(host, text + brackets, host_len);
    host[host_len] = '\0';
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
    *out = (struct sockaddr_storage){0};
    bool loopback;
    if (!brackets && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *len = sizeof(*v4);
        loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    } else if (brackets && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *len = sizeof(*v6);
        loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    } else {
        return err_set(e, E_INVALID, "'%s' is not an address; write 127.0.0.1:8420", text);
    }
    if (!loopback)
        return err_set(e, E_DENIED,
                       "%s is open to others: without accounts only loopback is served", text);
    return OK;
}

static err_t open_socket(int *out, const struct sockaddr_storage *address, socklen_t len,
                         const char *text, struct err *e)
{
    int yes = 1, fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_errno(e, errno, "cannot open a socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, (const struct sockaddr *)address, len) != 0 || listen(fd, 1024) != 0) {
        int errnum = errno;
        close(fd);
        if (errnum != EADDRINUSE)
            return err_errno(e, errnum, "cannot listen on %s", text);
        return err_set(e, E_BUSY, "%s is taken by another program; choose another --listen", text);
    }
    *out = fd;
    return OK;
}

err_t http_listen(int *out, const char *text, struct err *e)
{
    struct sockaddr_storage address;
    socklen_t len = 0;
    err_t rc = parse_address(&address, &len, text, e);
    return rc == OK ? open_socket(out, &address, len, text, e) : rc;
}
