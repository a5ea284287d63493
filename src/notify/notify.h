/* What the kinds of jobs of this folder need: made by cmd, handed over as the
 * parts of job_outbox and job_webhooks (model/job_worker.h). */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H
#include "access/subject.h"
#include "crypto/seal.h"
#include "model/job_worker.h"
#include "notify/http_client.h"

struct assignment;
struct proposal;

struct notify {
    struct http_client *client;
    const struct seal_key *seal; /* passwords and secrets are kept sealed */
    struct str public_url;       /* where the app is reached, for links; empty: as it was set
                                    (notify/public_url.h), or none is written */
    /* Is what was done with a record (the entry's action) told to all who read it? NULL: it is. */
    bool (*told)(struct str type, struct str action);
    /* May the subject read this record now? NULL: nobody may read any. */
    err_t (*may_read)(bool *out, void *arg, struct db *db, const struct subject *s, struct str type,
                      int64_t id, struct arena *a, struct err *e);
    void *may_read_arg;
    /* Does the record, or the open proposal on it, wait for the subject? *title: its name as
     * the subject may see it. Either `given` or `proposal` is NULL. NULL: for nobody. */
    err_t (*waits)(bool *out, struct str *title, void *arg, struct db *db, const struct subject *s,
                   struct str type, int64_t id, const struct assignment *given,
                   const struct proposal *proposal, struct arena *a, struct err *e);
    void *waits_arg;
    const struct job_use *job_kinds; /* what jobs are called; ends with kind NULL; may be NULL */
};

extern const struct job_kind job_outbox;   /* sends what waits in the outbox */
extern const struct job_kind job_notices;  /* tells people what waits for them, and what ended */
extern const struct job_kind job_webhooks; /* puts what the log has new into the outbox */

#define OUTBOX_ATTEMPTS_MAX 16  /* over some seven hours */
#define WEBHOOK_FAILURES_MAX 20 /* calls in a row; then it is switched off */
#define WEBHOOKS_OF_ACCOUNT_MAX 20
#endif
