/* The other end of an outward call, for tests: a server on loopback that answers
 * every connection with one text and keeps what it was sent; or a mail server. */
#ifndef NOTIFY_PEER_H
#define NOTIFY_PEER_H
#include "base/buf.h"
#include "notify/address.h"
#include <pthread.h>
#include <stdatomic.h>

#define PEER_MAIL "mail"     /* as answer: speak SMTP; refuses <refused@…> for good */
#define PEER_SILENT "silent" /* never answers */

struct peer {
    int fd;
    uint16_t port;
    _Atomic(const char *) answer;
    atomic_int delay_ms; /* before it answers */
    pthread_t thread;
    pthread_mutex_t lock;
    struct buf got; /* everything that came; guarded by lock */
    atomic_int accepted;
    atomic_bool stopping;
};

void peer_start(struct peer *p, const char *answer);
/* At another address of this machine; false: it has none such. */
bool peer_start_at(struct peer *p, const char *address, const char *answer);
void peer_stop(struct peer *p);
/* What came since the last call, in the arena. */
struct str peer_take(struct peer *p, struct arena *a);

/* An address literal as a socket address; false: it is none. */
bool peer_address(struct net_address *out, const char *text, uint16_t port);

/* A resolver (http_client.h) to which every name is this machine. */
err_t peer_resolve(void *arg, struct net_address *out, size_t *count, size_t max, const char *host,
                   uint16_t port, struct err *e);
#endif
