/* One request and its reply, independent of the transport: from the head through authentication,
 * parameters and handler to the problem for an error.
 *
 * HTTP (http_priv.h) is one transport. The other is the door of tests (tests/kernel/door.c), which
 * needs no sockets and so allows many more requests. The transport fills in headers and query,
 * then calls answer_head, answer_take for each piece of the body, answer_begin, and answer_make or
 * answer_end. The reply is complete when it is `handled`.
 *
 *   answer_take.c   a request from its head to the end of its body
 *   answer.c        authentication, the handler, the reply */
#ifndef API_ANSWER_H
#define API_ANSWER_H
#include "api/resource.h"
#include "base/msg.h"

#define JSON_BODY_MAX ((size_t)8 << 20)

struct answer {
    struct request request;
    const struct resource *resource; /* NULL: what is asked for is not there */
    struct buf body;
    int upload_fd;
    struct sealed_body *sealed;
    uint64_t body_len, body_max; /* bytes received; that the resource takes */
    struct reply reply;
    struct str allowed;  /* methods that the path has */
    bool handled;        /* the reply is there */
    bool begun;          /* its step is with the store, or done */
    enum lang lang;      /* of the reply */
    int64_t since_us;    /* its last byte was read; 0: not yet */
    uint64_t statements; /* of the store, but those of a step that was submitted */
};

struct refusal {
    unsigned status;
    const char *sentence; /* NULL: none */
};

/* --- what all requests share -------------------------------------------------------- */
/* Initialises the members of struct api that are marked as made here. */
MUST_CHECK err_t answer_open(struct api *api, struct err *e);
void answer_close(const struct api *api);

/* --- answer_take.c ------------------------------------------------------------------ */
void answer_init(struct answer *x, struct api *api, struct str path);
void answer_clear(struct answer *x);
/* The complete head, with query and headers (as C strings) in the request: finds the resource and
 * prepares the body. `peer`: the client's address. */
void answer_head(struct answer *x, const char *method, struct str peer);
/* The next piece of the body. False: whoever goes on sending is not listened to any more. */
bool answer_take(struct answer *x, struct str part);
/* Value of a header by lower-case name, the first of it; NULL when absent. */
const char *answer_header(const struct request *r, const char *name);

/* --- answer.c ----------------------------------------------------------------------- */
/* The reply is an RFC 9457 problem. `sentence` goes through the catalogue; one that did
 * already is not found there again. `errors`: a JSON array, or empty. */
void answer_problem(struct answer *x, unsigned status, const char *sentence, struct str errors);
/* Turns an error into a problem. Internal details go to the log instead (err_told); errors that
 * may pass get Retry-After. */
void answer_error(struct answer *x, struct str errors, const struct err *e);
/* Does the part that needs no other thread, on a thread that must not wait. BEGUN_STEP: submit the
 * request's step, then call answer_end; BEGUN_NOT: answer_make does everything. */
enum begun answer_begin(struct answer *x);
/* All that is left to do; it may wait. Its reply has another `lane`: call it again, on a thread of
 * that. */
void answer_make(struct answer *x);
/* The reply of a step that is done. */
void answer_end(struct answer *x);
void answer_count(const struct answer *x);

/* The status of a finished reply; *unchanged: the client has the body already, so none is sent. */
unsigned answer_status(bool *unchanged, const struct answer *x);
/* Each header in turn, but for those of the connection. `last`: the connection ends with it. */
void answer_headers(const struct answer *x, bool last,
                    void (*add)(void *arg, const char *name, const char *value), void *arg);
#endif
