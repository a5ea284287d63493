/* /jobs: long work, its progress, its end. Each account sees its own; a system
 * administrator also the program's. What is another's does not exist. */
#include "access/deed.h"
#include "access/mutation.h"
#include "api/reply_book.h"
#include "api/resource.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "db/blob.h"
#include "model/file.h"
#include "model/job_worker.h"
#include "record/record.h"
#include <stdlib.h>

static const struct schema file_name = {SCHEMA_STRING, .description = N_("the file it reads")};
static const struct schema check_number = {
    SCHEMA_INTEGER, .description = N_("of the job that checked this file before")};
OBJECT_SCHEMA(job_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("kind", schema_string),
              OPTIONAL("name", file_name), OPTIONAL("check", check_number),
              REQUIRED("state", schema_string), REQUIRED("done", schema_integer),
              REQUIRED("total", schema_integer), OPTIONAL("note", schema_string),
              OPTIONAL("error", schema_string), OPTIONAL("result", schema_values),
              REQUIRED("attempts", schema_integer), REQUIRED("created_ms", schema_integer),
              OPTIONAL("started_ms", schema_integer), REQUIRED("changed_ms", schema_integer),
              OPTIONAL("ended_ms", schema_integer));
LIST_SCHEMA(list_schema, job_schema);

/* Its arguments are the program's own but for these. */
static void write_file(struct jout *j, const struct job *job, struct arena *a)
{
    const struct jvalue *v = NULL;
    int64_t check = 0;
    if (jin_parse(&v, job->arguments, a, NULL) != OK)
        return;
    jout_pair(j, "name", jin_text(v, "name"));
    if (jin_i64(&check, v, "check"))
        jout_pair_i64(j, "check", check);
}

static void write_job(struct jout *j, const struct job *job, struct arena *a)
{
    jout_object(j);
    jout_pair_i64(j, "id", job->id);
    jout_pair(j, "kind", job->kind);
    write_file(j, job, a);
    jout_pair(j, "state", job->state);
    jout_pair_i64(j, "done", job->done);
    jout_pair_i64(j, "total", job->total);
    jout_pair(j, "note", job->note);
    jout_pair(j, "error", job->error);
    if (job->result.len > 0)
        jout_pair_raw(j, "result", job->result);
    jout_pair_i64(j, "attempts", job->attempts);
    jout_pair_i64(j, "created_ms", job->created_ms);
    jout_pair_id(j, "started_ms", job->started_ms);
    jout_pair_i64(j, "changed_ms", job->changed_ms);
    jout_pair_id(j, "ended_ms", job->ended_ms);
    jout_end_object(j);
}

static bool may_see(const struct request *r, const struct job *job)
{
    return job->owner == r->subject->account ||
           (job->owner == 0 && subject_has_role(r->subject, "system_administrator")) ||
           access_off(STR("jobs"), "owner");
}

static err_t get_list(struct reply *out, const struct request *r, struct err *e)
{
    const struct job *jobs = NULL;
    size_t count = 0;
    int64_t total = 0, limit = request_integer(r, "limit", 50);
    struct str state = request_value(r, "state");
    struct items list;
    bool program = str_is(request_value(r, "of"), "program");
    int64_t owner = program ? 0 : access_whose(STR("jobs"), r->subject->account);
    if (request_value(r, "of").len > 0 && !program)
        return err_set(e, E_INVALID, "of is program, or absent for your own jobs");
    if (program && !may_see(r, &(struct job){.owner = 0}))
        return err_set(e, E_DENIED, "the program's jobs are for a system administrator to see");
    err_t rc = STORE_READ(db, r->api->store, e,
                          job_list(&jobs, &count, db, owner, state, request_integer(r, "before", 0),
                                   limit, r->arena, e)
                              ?: job_count(&total, db, owner, state, e));
    if (rc != OK)
        return rc;
    items_begin(&list);
    for (size_t i = 0; i < count; i++)
        write_job(&list.json, &jobs[i], r->arena);
    return items_end(out, r, &list, total, count == (size_t)limit ? jobs[count - 1].id : 0, e);
}

static err_t find(struct job *out, const struct request *r, struct db *db, struct err *e)
{
    int64_t id = request_integer(r, "id", 0);
    err_t rc = job_get(out, db, id, r->arena, e);
    if (rc == OK && !may_see(r, out))
        return err_set(e, E_NOTFOUND, "there is no job %lld", (long long)id);
    return rc;
}

static err_t get_job(struct reply *out, const struct request *r, struct err *e)
{
    struct job job;
    struct jout j;
    err_t rc = STORE_READ(db, r->api->store, e, find(&job, r, db, e));
    if (rc != OK)
        return rc;
    jout_own(&j);
    write_job(&j, &job, r->arena);
    return reply_json(out, r, j.to, e);
}

/* --- a result that is a file ---------------------------------------------------------- */

struct download {
    struct blob_get *get;
    struct bytes piece; /* the rest of it */
};

static ssize_t read_download(void *arg, struct stream *stream, char *to, size_t max)
{
    struct download *d = arg;
    struct err e;
    (void)stream;
    if (d->piece.len == 0 && blob_get_next(&d->piece, d->get, &e) != OK) {
        log_line(LOG_ERROR, "a job's result cannot be read: %s", e.text);
        return STREAM_BROKEN;
    }
    return stream_move(&d->piece, to, max);
}

static void close_download(void *arg)
{
    struct download *d = arg;
    blob_get_close(d->get);
    free(d);
}

static err_t open_result(struct reply *out, const struct request *r, const struct job *job,
                         struct err *e)
{
    const struct jvalue *v = NULL;
    struct digest digest;
    struct download *d;
    int64_t size;
    bool held = false, rejects = str_is(request_value(r, "part"), "rejects");
    err_t rc = jin_parse(&v, job->result, r->arena, e);
    if (rc != OK)
        return rc;
    if (!hex_read(digest.byte, sizeof(digest.byte), jin_text(v, rejects ? "rejects" : "file"))) {
        out->body = job->result; /* it is short */
        return rejects ? err_set(e, E_NOTFOUND, "job %lld refused no row", (long long)job->id) : OK;
    }
    if ((rc = blob_find(&held, &size, r->api->files->blobs, &digest, e)) != OK)
        return rc;
    if (!held)
        return err_set(e, E_NOTFOUND, "the result of job %lld is not kept any more",
                       (long long)job->id);
    d = mem_zalloc(sizeof(*d));
    if ((rc = blob_get_open(&d->get, r->api->files->blobs, &digest, 0, -1, e)) != OK) {
        free(d);
        return rc;
    }
    if (rejects)
        out->content_type = XLSX_TYPE;
    else if (jin_text(v, "media_type").len)
        out->content_type = arena_cstr(r->arena, jin_text(v, "media_type"));
    out->stream = (struct stream_source){read_download, close_download, d, size};
    return OK;
}

static err_t get_result(struct reply *out, const struct request *r, struct err *e)
{
    struct job job;
    err_t rc = STORE_READ(db, r->api->store, e, find(&job, r, db, e));
    if (rc == OK && job.result.len == 0)
        rc = err_set(e, E_CONFLICT, "job %lld has no result: it is %.*s", (long long)job.id,
                     STR_ARG(job.state));
    return rc == OK ? open_result(out, r, &job, e) : rc;
}

/* --- changing ------------------------------------------------------------------------- */

struct change {
    const struct request *request;
    const char *action; /* as the entry names it */
    err_t (*run)(struct db *db, int64_t id, int64_t now_ms, struct err *e);
    int64_t now_ms;
};

static err_t change_step(struct db *db, void *arg, struct err *e)
{
    const struct change *c = arg;
    const struct request *r = c->request;
    const struct deed d = request_deed(r);
    struct job job;
    err_t rc = find(&job, r, db, e);
    if (rc == OK)
        rc = c->run(db, job.id, c->now_ms, e);
    return rc == OK ? deed_note(&d, db, c->action, "job", job.id, 0, e) : rc;
}

static err_t change(struct reply *out, const struct request *r, const char *action,
                    err_t (*run)(struct db *, int64_t, int64_t, struct err *), struct err *e)
{
    struct change c = {r, action, run, clock_now_ms(r->api->clock)};
    err_t rc = store_write(r->api->store, change_step, &c, e);
    if (rc != OK)
        return rc;
    job_workers_wake(r->api->jobs);
    return get_job(out, r, e);
}

static err_t post_cancel(struct reply *out, const struct request *r, struct err *e)
{
    return change(out, r, "cancel", job_cancel, e);
}

static err_t post_retry(struct reply *out, const struct request *r, struct err *e)
{
    return change(out, r, "retry", job_retry, e);
}

static const struct parameter list_parameters[] = {
    {"of", IN_QUERY, &schema_string, false, false,
     N_("program: its own jobs, for a system administrator; absent: mine")},
    {"state", IN_QUERY, &schema_string, false, false,
     N_("queued, running, done, failed or cancelled; absent: all")},
    {"before", IN_QUERY, &schema_id, false, false, N_("only those with a smaller id: next page")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("absent: 50")},
    {0}};

ENUM_SCHEMA(part_schema, NULL, "rejects");
static const struct parameter result_parameters[] = {
    ID_PARAMETER,
    {"part", IN_QUERY, &part_schema, false, false,
     N_("rejects: the rejected rows of an import, as a workbook to correct and import again")},
    {0}};

static const struct may owners[] = {
    {NULL, "own", NULL, NULL}, {"system_administrator", "program", NULL, NULL}, {0}};

/* Common members of the resources on one job, except .need. */
#define OWN_JOB .scope = "jobs", .may = owners, .hides = true

const struct resource resource_jobs = {
    .reads = READS_NONE,
    .path = "/api/v1/jobs",
    .summary = N_("my jobs, newest first"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .handle = get_list,
    .need = NEED_ACCOUNT,
    .scope = "jobs",
};
const struct resource resource_job = {
    .reads = READS_NONE,
    .path = "/api/v1/jobs/{id}",
    .summary = N_("one job: its progress, its result"),
    .parameters = path_id,
    .reply = &job_schema,
    .handle = get_job,
    .need = NEED_ACCOUNT,
    OWN_JOB,
};
const struct resource resource_job_result = {
    .reads = READS_ONE,
    .path = "/api/v1/jobs/{id}/result",
    .summary = N_("the full result of a job"),
    .parameters = result_parameters,
    .reply = &schema_values,
    .handle = get_result,
    .need = NEED_ACCOUNT,
    OWN_JOB,
};
const struct resource resource_job_cancel = {
    .method = "POST",
    .path = "/api/v1/jobs/{id}/cancel",
    .summary = N_("end a job; a running one ends at its next good place"),
    .parameters = path_id,
    .reply = &job_schema,
    .handle = post_cancel,
    .need = NEED_ACCOUNT,
    OWN_JOB,
};
const struct resource resource_job_retry = {
    .method = "POST",
    .path = "/api/v1/jobs/{id}/retry",
    .summary = N_("run a failed or cancelled job again"),
    .parameters = path_id,
    .reply = &job_schema,
    .handle = post_retry,
    .need = NEED_ACCOUNT,
    OWN_JOB,
};
