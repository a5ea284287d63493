/* Standing job for issued papers: renders the PDF of each after its step is committed and logs its
 * digest as a second entry. Pending papers are marked in their own row (case_paper.render_ms), so
 * none is lost when a process is killed, and each is logged once. A paper that cannot be rendered
 * is retried (job_backoff_ms) until it succeeds. The reason is stored with the paper, and the
 * issuer is notified of the first failure.
 *
 * Papers that were pending before the server started (a demo's, a restored store's) can be hundreds:
 * each takes a processor a quarter of a second. They are rendered when the server is idle. Whoever
 * asks for one earlier gets it: the request renders it (case_paper_rendered_by_program). */
#ifndef DOCUMENT_PAPER_JOB_H
#define DOCUMENT_PAPER_JOB_H
#include "document/case_paper.h"
#include "model/job_worker.h"

struct paper_job_parts {
    struct kernel *kernel;
    /* case_paper_read. E_CORRUPT, E_NOTFOUND are the paper's; any other error ends the run. */
    err_t (*read)(struct case_paper *c, struct db *db, struct arena *a, struct err *e);
    /* The PDF of an issued paper, which has its content; any error is the paper's. */
    err_t (*pdf)(struct buf *out, const struct case_paper *c, void *arg, struct arena *a,
                 struct err *e);
    void *arg;
    int64_t started_ms; /* papers that were due earlier wait until the server is idle */
    bool (*idle)(void *arg);
};

extern const struct job_kind job_papers; /* parts: struct paper_job_parts */
#endif
