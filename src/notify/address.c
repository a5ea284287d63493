/* Special-purpose addresses as two tables of prefixes; the first that fits decides. */
#include "notify/address.h"
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct prefix4 {
    uint32_t address;
    int bits;
    enum reach reach;
};
#define V4(a, b, c, d)                                                                             \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static const struct prefix4 table4[] = {
    {V4(100, 100, 100, 200), 32, REACH_NEVER}, /* a cloud's metadata */
    {V4(192, 0, 0, 192), 32, REACH_NEVER},     /* another one's */
    {V4(0, 0, 0, 0), 8, REACH_NEVER},
    {V4(10, 0, 0, 0), 8, REACH_INSIDE},
    {V4(100, 64, 0, 0), 10, REACH_INSIDE}, /* carriers' NAT */
    {V4(127, 0, 0, 0), 8, REACH_INSIDE},
    {V4(169, 254, 0, 0), 16, REACH_NEVER}, /* link-local; metadata of most clouds */
    {V4(172, 16, 0, 0), 12, REACH_INSIDE},
    {V4(192, 0, 0, 0), 24, REACH_NEVER},
    {V4(192, 0, 2, 0), 24, REACH_NEVER},
    {V4(192, 88, 99, 0), 24, REACH_NEVER},
    {V4(192, 168, 0, 0), 16, REACH_INSIDE},
    {V4(198, 18, 0, 0), 15, REACH_NEVER},
    {V4(198, 51, 100, 0), 24, REACH_NEVER},
    {V4(203, 0, 113, 0), 24, REACH_NEVER},
    {V4(224, 0, 0, 0), 3, REACH_NEVER}, /* multicast, reserved, broadcast */
};

struct prefix6 {
    uint8_t address[16];
    int bits;
    enum reach reach;
};

static const struct prefix6 table6[] = {
    {{[15] = 1}, 128, REACH_INSIDE},                                 /* ::1 */
    {{0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, 0x54}, 128, REACH_NEVER}, /* a cloud's metadata */
    {{0xfd, 0x20, 0x00, 0xce, [14] = 0x02, 0x54}, 128, REACH_NEVER}, /* another one's */
    {{0xfc}, 7, REACH_INSIDE},                                       /* unique local */
    {{0x20, 0x01, 0x00, 0x00}, 23, REACH_NEVER}, /* Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, REACH_NEVER}, /* documentation */
    {{0x20, 0x02}, 16, REACH_NEVER},             /* 6to4 */
    {{0x3f, 0xff, 0x00}, 20, REACH_NEVER},       /* documentation */
    {{0x20}, 3, REACH_PUBLIC},
    {{0}, 0, REACH_NEVER}, /* mapped, NAT64, link-local, multicast, unassigned */
};

static enum reach reach4(uint32_t address)
{
    for (size_t i = 0; i < ARRAY_LEN(table4); i++)
        if ((address ^ table4[i].address) >> (32 - table4[i].bits) == 0)
            return table4[i].reach;
    return REACH_PUBLIC;
}

static bool fits6(const uint8_t *address, const struct prefix6 *p)
{
    int bytes = p->bits / 8, rest = p->bits % 8;
    if (memcmp(address, p->address, (size_t)bytes) != 0)
        return false;
    return rest == 0 || (address[bytes] ^ p->address[bytes]) >> (8 - rest) == 0;
}

enum reach address_reach(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return reach4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    if (address->sa_family != AF_INET6)
        return REACH_NEVER;
    const uint8_t *bytes = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    size_t i = 0;
    while (!fits6(bytes, &table6[i]))
        i++; /* the last fits all */
    return table6[i].reach;
}

bool address_same(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET) {
        const struct sockaddr_in *x = (const struct sockaddr_in *)a,
                                 *y = (const struct sockaddr_in *)b;
        return x->sin_port == y->sin_port && x->sin_addr.s_addr == y->sin_addr.s_addr;
    }
    const struct sockaddr_in6 *x = (const struct sockaddr_in6 *)a,
                              *y = (const struct sockaddr_in6 *)b;
    return a->sa_family == AF_INET6 && x->sin6_port == y->sin6_port &&
           memcmp(&x->sin6_addr, &y->sin6_addr, sizeof(x->sin6_addr)) == 0;
}
