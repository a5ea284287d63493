/* Which IP addresses the program may connect to. */
#ifndef NOTIFY_ADDRESS_H
#define NOTIFY_ADDRESS_H
#include "base/attr.h"
#include <stdbool.h>
#include <sys/socket.h>

struct net_address {
    struct sockaddr_storage at;
    socklen_t len;
};

enum reach {
    REACH_PUBLIC, /* an address of the internet */
    REACH_INSIDE, /* loopback and private networks: only for hosts named as inside */
    REACH_NEVER   /* unspecified, link-local, multicast, reserved, documentation, addresses that
                     carry another one in them (IPv4-mapped, NAT64, 6to4, Teredo), and the
                     places where clouds give out their machines' secrets */
};

/* IANA's registries of special-purpose addresses (RFC 6890 and its updates). Of
 * IPv6 only 2000::/3 is public: what is not assigned yet is refused. */
enum reach address_reach(const struct sockaddr *address);

bool address_same(const struct sockaddr *a, const struct sockaddr *b); /* port too */
#endif
