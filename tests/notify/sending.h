/* For tests of this folder: a store with one office and its two administrators, the parts of
 * the jobs here, and the steps that let something go out. */
#ifndef NOTIFY_SENDING_H
#define NOTIFY_SENDING_H
#include "access/world.h"
#include "notify/channel.h"
#include "notify/notify.h"
#include "notify/peer.h"

struct sending {
    struct world w; /* held at WORLD_NOW_MS; a test may move it */
    struct store *store;
    const char *url;
    struct seal_key *seal;
    struct notify parts; /* whose hooks and kinds are the test's to set */
    struct peer peer;    /* the test starts and stops it */
    int64_t office, system_admin, guardian;
};

void sending_open(struct sending *f);
void sending_close(struct sending *f);

/* An account of the office, who may decide what the office does. */
int64_t sending_officer(struct sending *f, const char *name);
/* <name>@example.org and 13800000000. */
void sending_reach(struct sending *f, int64_t account, const char *name);

/* One thread; on `store`, which may be another process's. */
struct job_workers *sending_workers(struct store *store, const struct clock *clock,
                                    const struct job_use *uses);
/* A program that starts, does all that is due at the world's moment, and ends. */
void sending_work(struct sending *f, const struct job_use *uses, bool (*nothing_is_due)(void));
/* No message waits to go out. */
bool sending_outbox_rests(struct sending *f);

/* Steps by a doer of the test's choice; `away` takes the host back. Its port is the peer's. */
MUST_CHECK err_t sending_put_channel(struct sending *f, int64_t by, const struct channel *c,
                                     struct err *e);
MUST_CHECK err_t sending_put_host(struct sending *f, int64_t by, const char *host, bool away,
                                  struct err *e);
MUST_CHECK err_t sending_choose(struct sending *f, int64_t account, const char *kind,
                                const char *channel, const char *timing);
/* …by who may. */
void sending_channel(struct sending *f, const struct channel *c);
void sending_allow(struct sending *f, const char *host);
#endif
