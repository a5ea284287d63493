/* Live events of one account: progress of its jobs, new messages, changed cases, as
 * server-sent events (WHATWG HTML §9.2). Nothing here knows HTTP: api/resources/
 * events.c hands the bytes on.
 *
 * One thread looks at what changed in the store, twice a second and when poked,
 * for all streams at once, and only while there are any. Events say what is so
 * now, not what changed, so hearing one twice does no harm: what is called a gap
 * in other designs is closed by looking back EVENTS_OVERLAP_MS each time, which
 * covers steps that were committed later than they were dated, and servers whose
 * clocks differ. The id of an event is its time; a client that comes back with
 * Last-Event-ID hears what changed since. */
#ifndef NOTIFY_EVENTS_H
#define NOTIFY_EVENTS_H
#include "base/clock.h"
#include "model/store_read.h"
#include <sys/types.h>

#define EVENTS_OVERLAP_MS 5000
#define EVENTS_HEARTBEAT_MS 15000
/* A stream ends after so long; the browser comes back by itself and is asked anew
 * who it is. Until then a disabled account hears nothing more. */
#define EVENTS_LIFE_MS 300000
#define EVENTS_STREAMS_MAX 3000       /* below the server's connections */
#define EVENTS_OF_ACCOUNT_MAX 16      /* tabs */
#define EVENTS_BUFFER_MAX (256 << 10) /* bytes not taken yet; a slower client is cut off */

struct events;
struct event_stream;

MUST_CHECK err_t events_start(struct events **out, struct store *store, const struct clock *clock,
                              struct err *e);
void events_stop(struct events *h); /* no stream may be open; accepts NULL */
/* Something changed: look at once. Any thread; accepts NULL. */
void events_poke(struct events *h);
size_t events_open_count(struct events *h);

/* since_ms: Last-Event-ID, 0: from now on. E_LIMIT: too many streams. */
MUST_CHECK err_t events_open(struct event_stream **out, struct events *h, int64_t account,
                             int64_t since_ms, struct err *e);
void events_close(struct event_stream *s); /* accepts NULL */

/* Up to `max` bytes. 0: none now; `wait` was called, and `wake` will be when there
 * are, both under one lock. EVENTS_END: it is over. */
#define EVENTS_END (-1)
ssize_t events_read(struct event_stream *s, char *to, size_t max, void (*wait)(void *arg),
                    void (*wake)(void *arg), void *arg);
#endif
