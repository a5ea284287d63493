/* An uploaded file that a job reads instead of the request: stored like other uploads, queued in
 * one step with its log entry, answered with 202 and {"job":number}. */
#ifndef API_UPLOAD_JOB_H
#define API_UPLOAD_JOB_H
#include "api/resource.h"

struct upload_job {
    struct str *digest; /* of the wish: gets the request's file, before it is queued; not empty: of
                           a file that was kept before; NULL: no file is read */
    const void *wish;
    /* Inside the step; the same wish while it is open is the same job. */
    err_t (*queue)(int64_t *id, struct db *db, const void *wish, int64_t now_ms, struct err *e);
    const char *action; /* of the entry; NULL: import */
};

extern const struct schema upload_job_schema; /* of "job" in a reply */

/* Keeps the request's file, queues the job with its entry, wakes a worker and answers. Errors of
 * the files' store, of `queue` and of the step. */
MUST_CHECK err_t upload_job_reply(struct reply *out, const struct request *r,
                                  const struct upload_job *j, struct err *e);

/* The same for a job of the program's own, with an entry of its kind; while it is open it is the same. */
MUST_CHECK err_t program_job_reply(struct reply *out, const struct request *r, const char *kind,
                                   struct str arguments, struct err *e);

/* The same for one that checks something for who asks, arguments {"lang"}; its entry says check. */
MUST_CHECK err_t check_job_reply(struct reply *out, const struct request *r, const char *kind,
                                 struct err *e);
#endif
