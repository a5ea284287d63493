/* Webhooks: who subscribes is told what happens to the records that he may read.
 *
 * The source is the evidence log in the order of its leaves, so nothing is missed
 * and nothing told before it was committed. A message names the record and what
 * was done; it carries no content, which the receiver reads with a token of its
 * own. What the owner may not read, when it is found and again when it is sent,
 * is not told. Messages are signed as standardwebhooks.com says:
 *
 *   webhook-id         the same at each attempt
 *   webhook-timestamp  seconds since 1970
 *   webhook-signature  v1,base64(HMAC-SHA256(secret, id "." timestamp "." body))
 *
 * Any answer 2xx is an acknowledgement; others are tried again (OUTBOX_ATTEMPTS_MAX)
 * and switch the webhook off after WEBHOOK_FAILURES_MAX in a row; 410 at once. */
#ifndef NOTIFY_WEBHOOK_H
#define NOTIFY_WEBHOOK_H
#include "access/deed.h"
#include "notify/notify.h"

struct webhook {
    int64_t id, owner, next_leaf, failures, created_ms, changed_ms;
    struct str state, url, events, error; /* events: JSON array of texts */
};

struct webhook_draft {
    struct str url;
    const struct str *events; /* "deal.create", "deal.*", "*" */
    size_t event_count;
};

#define WEBHOOK_SECRET_LEN 32 /* random bytes */

/* Inside a store step, for the deed's doer. *secret: "whsec_…", shown this once;
 * made before the step by webhook_secret_new. E_INVALID; E_LIMIT: too many. */
void webhook_secret_new(uint8_t secret[WEBHOOK_SECRET_LEN]);
struct str webhook_secret_text(const uint8_t secret[WEBHOOK_SECRET_LEN], struct arena *a);
MUST_CHECK err_t webhook_create(int64_t *id, struct db *db, const struct deed *d,
                                const struct webhook_draft *draft,
                                const uint8_t secret[WEBHOOK_SECRET_LEN],
                                const struct seal_key *seal, struct err *e);
/* Its own owner's; E_NOTFOUND otherwise. What waits is not sent. */
MUST_CHECK err_t webhook_delete(struct db *db, const struct deed *d, int64_t id, struct err *e);
/* Those not ended, newest first. */
struct webhooks {
    struct webhook *ptr;
    size_t len, cap;
};
MUST_CHECK err_t webhook_list(struct webhooks *out, struct db *db, int64_t owner, struct arena *a,
                              struct err *e);

/* "v1,…" */
struct str webhook_signature(struct bytes secret, struct str id, int64_t seconds, struct str body,
                             struct arena *a);
/* Does one of the events (a JSON array) name "type.action"? */
bool webhook_wants(struct str events, struct str type, struct str action, struct arena *a);

/* --- for the outbox ------------------------------------------------------------- */
struct webhook_call {
    int64_t webhook;
    struct str uid, type, body;
    int64_t record_id;
};
/* What an outward call of the outbox is made with. */
struct delivery {
    const struct notify *notify;
    struct db *db;
    const struct allowed_hosts *allowed;
    int64_t now_ms;
    struct arena *arena;
};
struct webhook_sent {
    bool dropped; /* nobody may be told any more: nothing was sent */
    bool gone;    /* the receiver wants no more of it */
};
MUST_CHECK err_t webhook_send(struct webhook_sent *out, const struct delivery *s,
                              const struct webhook_call *c, struct err *e);

struct webhook_end { /* how a call went */
    bool well, gone;
    struct str why;
    int64_t now_ms;
};
/* Inside a store step. Enough failures switch it off. */
MUST_CHECK err_t webhook_went(struct db *db, int64_t id, const struct webhook_end *end,
                              struct err *e);
#endif
