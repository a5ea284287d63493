/* Queueing what reads an upload. */
#include "api/upload_job.h"
#include "access/deed.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "db/blob_file.h"
#include "model/file.h"
#include "model/job_worker.h"
#include "record/record.h"

const struct schema upload_job_schema = {
    SCHEMA_INTEGER, .description = N_("of the job that reads it; then nothing else is there yet")};

struct queueing {
    const struct request *request;
    const struct upload_job *job;
    int64_t now_ms, id;
};

static err_t queue_step(struct db *db, void *arg, struct err *e)
{
    struct queueing *q = arg;
    const struct request *r = q->request;
    const struct deed d = {.suite = r->api->kernel->suite,
                           .clock = r->api->clock,
                           .by = r->subject,
                           .arena = r->arena};
    err_t rc = q->job->queue(&q->id, db, q->job->wish, q->now_ms, e);
    return rc == OK
               ? deed_note(&d, db, q->job->action ? q->job->action : "import", "job", q->id, 0, e)
               : rc;
}

static err_t keep_file(const struct request *r, const struct upload_job *job, struct err *e)
{
    struct digest digest;
    int64_t size;
    bool held = false;
    err_t rc;
    if (!job->digest)
        return OK;
    if (job->digest->len == 0)
        return blob_put_file(job->digest, r->api->files->blobs, r->body_file, r->arena, e);
    if (!hex_read(digest.byte, sizeof(digest.byte), *job->digest))
        return err_set(e, E_CORRUPT, "a job's file has no digest");
    rc = blob_hold(&held, &size, r->api->files->blobs, &digest, e);
    return rc == OK && !held
               ? err_set(e, E_NOTFOUND, "the file is not kept any more: send it again")
               : rc;
}

err_t upload_job_reply(struct reply *out, const struct request *r, const struct upload_job *job,
                       struct err *e)
{
    struct queueing q = {.request = r, .job = job, .now_ms = clock_now_ms(r->api->clock)};
    struct jout j;
    err_t rc = keep_file(r, job, e);
    if (rc != OK || (rc = store_write(r->api->store, queue_step, &q, e)) != OK)
        return rc;
    job_workers_wake(r->api->jobs);
    jout_open(&j);
    jout_pair_i64(&j, "job", q.id);
    rc = reply_object(out, r, &j, e);
    out->status = 202;
    return rc;
}

struct program_job {
    const char *kind;
    struct str arguments;
    int64_t owner;
};

static err_t queue_program(int64_t *id, struct db *db, const void *wish, int64_t now_ms,
                           struct err *e)
{
    const struct program_job *p = wish;
    return job_add_once(id, db, p->kind, p->arguments, p->owner, now_ms, e);
}

err_t program_job_reply(struct reply *out, const struct request *r, const char *kind,
                        struct str arguments, struct err *e)
{
    const struct program_job p = {kind, arguments, 0};
    const struct upload_job j = {.action = kind, .wish = &p, .queue = queue_program};
    return upload_job_reply(out, r, &j, e);
}

err_t check_job_reply(struct reply *out, const struct request *r, const char *kind, struct err *e)
{
    struct str arguments =
        arena_printf(r->arena, "{\"lang\":\"%s\"}", msg_lang() == LANG_EN ? "en" : "zh");
    const struct program_job p = {kind, arguments, r->subject->account};
    const struct upload_job j = {.action = "check", .wish = &p, .queue = queue_program};
    return upload_job_reply(out, r, &j, e);
}
