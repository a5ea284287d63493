/* Shared by the files of the HTTP server: one running request (struct exchange, a transport of
 * struct answer), one open connection (struct link), the server. Only these files include
 * libmicrohttpd:
 *
 *   http.c           start, stop, and the library's callback for each request
 *   http_listen.c    the listening socket
 *   http_gateway.c   the socket of a gateway that checks certificates, and the headers that are
 *                    trusted there only
 *   http_link.c      connections, and the sweeper that ends slow ones
 *   http_reading.c   the end of each head, parsed strictly as its bytes arrive
 *   http_guard.c     requests refused before a handler sees them
 *   http_exchange.c  a request's head in the form of answer.h
 *   http_work.c      queues and workers; requests that need none
 *   http_reply.c     the reply
 *   http_stream.c    bodies generated while they are sent */
#ifndef API_HTTP_PRIV_H
#define API_HTTP_PRIV_H
#include "api/answer.h"
#include "api/http.h"
#include "base/limits.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define SECOND_US ((int64_t)1000000)
#define IDLE_SECONDS 30 /* for the rest of a head, or the next one */
#define QUERY_VALUES_MAX 100
#define TARGET_BYTES_MAX ((size_t)8 << 10) /* path and query as they were sent */

struct exchange {
    struct exchange *next; /* in the workers' queue */
    struct MHD_Connection *connection;
    struct http_server *server;
    struct answer answer;
    bool counted;
    bool last;      /* the connection ends with its answer */
    int64_t person; /* on a queue by turns: whose account; 0: his address counts */
};

/* The state of a connection. */
enum link_at {
    AT_HEAD, /* its next head, or the rest of it */
    AT_BODY, /* the client sends */
    AT_WORK, /* a worker has it; or a stream without an end, which sends when there is something */
    AT_ANSWER, /* the client reads */
};

/* The state of the strict parser of a connection's bytes (http_reading.c). Used only by the
 * library's thread of the connection. */
struct reading {
    enum reading_at {
        READING_HEAD,
        READING_BEHIND, /* a head has ended, what follows it is not yet known */
        READING_BODY
    } at;
    bool seen;            /* any byte at all: else reading does not pass here */
    bool odd;             /* a bare LF or a NUL in the head, or a length that is no number */
    bool vast;            /* a length that is more than any */
    bool spaced;          /* a space in the request line */
    size_t lines;         /* of the head that are whole */
    struct refusal alien; /* what the library would end without a word, or with its own */
    bool after_cr;        /* the byte before was a CR */
    struct {
        unsigned name_bytes;     /* of "content-length:" */
        unsigned digits;         /* of its value, without leading noughts */
        bool value, said, ended; /* in the value; it has a digit; the library reads no more */
    } length;
    size_t head_bytes; /* from the request line on */
    size_t line_bytes; /* of the line that is read, its CR included */
    size_t behind;     /* bytes that came behind the head */
    uint64_t body_left;
};

/* One open connection: the library's own time-out starts anew with every byte, so a
 * client that sends or reads one byte now and then would live for ever. */
struct link {
    struct link *next, **at; /* in server->waiting or server->busy */
    int fd;
    bool gateway;               /* over the gateway's socket */
    _Atomic enum link_at state; /* changed under the server's lock */
    atomic_bool begun;          /* AT_HEAD: some of it has come */
    atomic_bool refused;        /* http_link_refuse or http_link_tell has spoken */
    int64_t since_us;           /* in this state; AT_BODY, AT_ANSWER: of the window */
    int64_t window_bytes; /* that had gone over the socket when the window began; -1: not read */
    struct reading reading;
    /* The last request line. */
    const char *target, *target_end; /* the library's; the end is that of the C string */
    const char *target_fault;        /* a sentence; NULL: none */
    bool target_long, target_many;   /* as a whole; the values of its query */
};

/* In the order in which they came there, the oldest first. */
struct links {
    struct link *first, **last;
};

struct http_server {
    struct MHD_Daemon *daemon;
    struct MHD_Daemon *gateway_daemon; /* NULL: none */
    struct gateway *gateway;           /* its socket */
    pthread_t sweeper;
    bool sweeper_runs;
    struct links waiting; /* AT_HEAD; guarded by lock, as is what follows */
    struct links busy;    /* all others */
    unsigned link_count, link_max;
    struct stream *streams; /* open ones; guarded by lock */
    struct api *api;
    struct worker {
        struct http_server *server;
        struct queue *queue;
        const struct exchange *running; /* of a queue by turns; NULL: none */
        pthread_t thread;
    } * workers;
    unsigned worker_count;
    pthread_mutex_t lock; /* guards queues, stopping, in_flight */
    pthread_cond_t wake_sweeper, idle;
    /* Those from LANE_SLOW on are by turns: one of a person at a time, and others go before his next. */
    struct queue {
        struct exchange *head, **tail;
        pthread_cond_t wake;
        struct worker *workers; /* its own */
        unsigned worker_count;
    } queues[LANES];
    unsigned in_flight;
    bool refusing; /* no new requests: they are answered at once that we stop */
    bool stopping;
};

/* --- http_reply.c */
enum MHD_Result http_reply_send(struct exchange *x);

/* --- http_stream.c */
/* Takes the reply's source; NULL: no response could be made. */
struct MHD_Response *http_stream_response(struct exchange *x);
/* Wakes all streams, which then see that they end. Under the server's lock. */
void http_streams_wake(struct http_server *s);

/* --- http_reading.c */
/* A connection is looked at from open to close. */
void http_reading_open(struct link *l);
void http_reading_close(struct link *l);
/* Whether a head that the library ended after so many bytes is whole and ends there. */
bool http_reading_agrees(const struct reading *r, size_t head_bytes);
/* A body of that many bytes follows the head, then another head. `behind`: the part of it that the
 * library has read already, after the head; its lengths are checked (http_reading.c). */
void http_reading_body(struct reading *r, char *behind, uint64_t body_bytes);

/* --- http_guard.c */
/* True if the connection may serve further requests: the library parses heads as strictly as this
 * file, or http_guard has checked their bytes. */
bool http_guard_sees(const struct link *l);
/* Checks a head. In a bad head the end may be wrong too, so a refusal closes the connection and
 * nothing after it is parsed as another request. */
struct refusal http_guard_head(struct MHD_Connection *c, const struct link *l, const char *method,
                               const char *version);
/* MHD_OPTION_URI_LOG_CALLBACK: called with the request line, before anything of it is decoded. */
void *http_guard_target(void *arg, const char *target, struct MHD_Connection *c);

/* --- http_exchange.c */
/* *refused: it is answered before its body is read, and the connection then ends. */
struct exchange *http_exchange_new(bool *refused, struct http_server *s, struct MHD_Connection *c,
                                   const char *url, const char *method, const char *version);
void http_exchange_free(struct exchange *x);

/* --- http_work.c */
/* A worker's thread; its argument is a struct worker. */
void *http_work(void *worker);
/* Give to a worker, its connection suspended. False: the server stops. */
bool http_work_enqueue(struct http_server *s, struct exchange *x);
/* Does the part that needs no other thread. BEGUN_STEP: the exchange now belongs to the store's
 * thread or a worker; BEGUN_NOT: a worker does everything. */
enum begun http_work_begin(struct http_server *s, struct exchange *x);

/* --- http_link.c */
struct link *http_link_of(struct MHD_Connection *c);
/* Under the server's lock; accepts NULL. */
void http_link_to(struct http_server *s, struct link *l, enum link_at state);
/* True if the client closed the connection or shut down its sending side. Accepts NULL. */
bool http_link_left(const struct link *l);
void http_link_mark(struct http_server *s, struct MHD_Connection *c, enum link_at state);
/* Writes a reply to the socket where the library would close it without one, and shuts the socket
 * down. No other reply may be in progress: call it on the library's thread of the connection, or
 * under the server's lock while it is AT_HEAD or AT_BODY. Once per connection; accepts NULL. */
void http_link_refuse(struct link *l, struct refusal why);
/* The same, but what the client still sends is read, so that it sees the reply. */
void http_link_tell(struct link *l, struct refusal why);
bool http_link_is_told(const struct link *l); /* one of these has spoken; accepts NULL */
extern const struct refusal http_cut_off;     /* of who ends before his request does */
/* MHD_OPTION_NOTIFY_CONNECTION. */
void http_link_notify(void *server, struct MHD_Connection *c, void **context,
                      enum MHD_ConnectionNotificationCode what);
/* The maximum number of connections: fewer than the available descriptors. */
unsigned http_link_max(void);
/* The sweeper's thread. */
void *http_link_sweep(void *server);

/* --- http_gateway.c */
struct gateway;
/* A Unix socket at that path, in a folder that is ours or root's, closed to all but us and its
 * group, which the socket gets. E_DENIED: the folder is not so; E_BUSY: somebody listens there. */
MUST_CHECK err_t gateway_open(struct gateway **out, int *fd, const char *path, struct err *e);
void gateway_close(struct gateway *g); /* the file is removed if it is ours still; accepts NULL */
/* Whether that connection came over a Unix socket. */
bool gateway_has(int fd);

/* --- http_listen.c */
/* A socket that listens on a loopback address, "127.0.0.1:8420". E_DENIED: the address is open to
 * others; E_BUSY: in use by another program. */
MUST_CHECK err_t http_listen(int *out, const char *address, struct err *e);
#endif
