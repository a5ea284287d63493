/* Standing work on issued papers: the PDF of each is made after its step is in the store, and its
 * digest logged as a second entry. A paper waits in its own row (case_paper.render_ms), so none is
 * lost when a process is killed, and each is logged once. One that cannot be made is tried again
 * (job_backoff_ms) for as long as it takes; why stands with the paper, and who issued it is told with
 * the first failure. */
#ifndef PROGRAMME_PAPER_JOB_H
#define PROGRAMME_PAPER_JOB_H
#include "model/job_worker.h"
#include "programme/case_paper.h"

struct paper_job_parts {
    struct kernel *kernel;
    /* case_paper_read. E_CORRUPT, E_NOTFOUND are the paper's; any other error ends the run. */
    err_t (*read)(struct case_paper *out, struct db *db, int64_t case_id, int64_t id,
                  struct arena *a, struct err *e);
    /* The PDF of an issued paper, which has its content; any error is the paper's. */
    err_t (*pdf)(struct buf *out, const struct case_paper *c, void *arg, struct arena *a,
                 struct err *e);
    void *arg;
};

extern const struct job_kind job_papers; /* parts: struct paper_job_parts */
#endif
