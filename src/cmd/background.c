/* Joins the parts: kinds of jobs with what they need, and the record types with
 * webhooks, which ask whether their owner may read a record. */
#include "cmd/background.h"
#include "access/mutation.h"
#include "api/alerts.h"
#include "api/cases.h"
#include "backup/kept.h"
#include "base/mem.h"
#include "base/msg.h"
#include "case/timer_job.h"
#include "cmd/tidy.h"
#include "document/paper_job.h"
#include "ingest/import_job.h"
#include "integrity/check.h"
#include "notify/events.h"
#include "notify/notify.h"
#include "record/attachment.h"
#include "record/current.h"
#include "record/dues.h"
#include "record/import_job.h"
#include "search/search.h"
#include <stdlib.h>
#include <unistd.h>

#define LOOK_US 200000
#define IDLE_US (INT64_C(600) * 1000000) /* without a request of anybody who has signed in */

struct background {
    struct notify notify;
    struct attachment_parts attachments;
    struct import_parts imports;
    struct sheet_import_parts sheets;
    struct programme_parts programme;
    struct paper_job_parts papers;
    struct backup_parts backups;
    struct job_use kinds[21]; /* the last is empty */
    struct kernel *kernel;
    struct tidy *tidy;
};

/* What is only proposed, or was not confirmed, waits with who may act on it and is nobody else's news. */
static bool told(struct str type, struct str action)
{
    static const char *const proposals[] = {"propose:", "withdraw:", "refuse:"};
    bool is = !str_is(type, "case") || flow_is_public_action(action);
    for (size_t i = 0; is && i < ARRAY_LEN(proposals); i++)
        is = !str_starts(action, str_of(proposals[i]));
    return is;
}

/* By the policy of the record's type, asked in SQL: as lists are. */
static err_t may_read(bool *out, void *arg, struct db *db, const struct subject *s, struct str type,
                      int64_t id, struct arena *a, struct err *e)
{
    const struct background *b = arg;
    const struct record_type *t = record_type_find(b->kernel->types, type);
    struct value values[1 + ACCESS_VALUES_MAX] = {v_i64(id)};
    struct buf sql = {0};
    int next = 2;
    (void)a;
    *out = false;
    if (!t)
        return OK;
    buf_addf(&sql, "SELECT 1 FROM %.*s r WHERE r.id = ?1 AND ", STR_ARG(t->access.table));
    const char *part = access_part(ACCESS_NO_REQUEST);
    err_t rc = access_where(&sql, values, &next, s, &t->access, ACCESS_READ, "r", e);
    (void)access_part(part);
    buf_addc(&sql, '\0');
    if (rc == OK)
        rc = db_row_once(out, db, sql.ptr, values, (size_t)next - 1, NULL, 0, NULL, e);
    buf_clear(&sql);
    return rc;
}

static err_t waits(bool *out, struct str *title, void *arg, struct db *db, const struct subject *s,
                   struct str type, int64_t id, const struct assignment *given,
                   const struct proposal *proposal, struct arena *a, struct err *e)
{
    const struct background *b = arg;
    const char *part = access_part(ACCESS_NO_REQUEST);
    err_t rc = record_waits(out, title, b->kernel, db, s, type, id, given, proposal, a, e);
    (void)access_part(part);
    return rc;
}

static err_t make_pdf(struct buf *out, const struct case_paper *c, void *arg, struct arena *a,
                      struct err *e)
{
    const struct request nobodys = {.api = arg, .arena = a};
    struct paper_pdf said;
    return cases_paper_pdf(out, &said, c, &nobodys, e);
}

static bool is_idle(void *arg)
{
    struct api *api = arg;
    return clock_monotonic_us(api->clock) - atomic_load(&api->asked_us) >= IDLE_US;
}

err_t reindex_dues(const struct kernel *k, struct err *e)
{
    struct dues_remaking x = {
        .kernel = k, .now_ms = clock_now_ms(k->clock), .all = true, .more = true};
    err_t rc = OK;
    for (; rc == OK && x.more; x.at = x.next)
        rc = store_write(k->store, dues_remake_step, &x, e);
    return rc;
}

/* The thread that follows the store makes the index again (serving.c). */
static err_t run_reindex(struct job_run *r, struct err *e)
{
    const struct api *api = job_run_parts(r);
    uint64_t before = searcher_rebuilds(api->searcher);
    for (searcher_ask_rebuild(api->searcher); searcher_rebuilds(api->searcher) == before;) {
        if (job_run_stops(r))
            return job_run_stopped(e);
        usleep(LOOK_US);
    }
    return reindex_dues(api->kernel, e);
}

static const struct job_kind reindex_kind = {
    .name = "reindex", .title = N_("making the index again"), .run = run_reindex};

static err_t run_log_check(struct job_run *r, struct err *e)
{
    struct kernel *k = job_run_parts(r);
    struct log_trust trust = {.keys = &k->suite->key, .key_count = 1};
    struct verify_options o = {.suite = k->suite,
                               .trust = &trust,
                               .clock = k->clock,
                               .batches = &record_batches,
                               .current = record_current(k->types)};
    struct log_verdict v;
    struct jout j;
    msg_speak(str_is(job_run_job(r)->arguments, "{\"lang\":\"en\"}") ? LANG_EN : LANG_ZH);
    err_t rc = log_verify_store(&v, k->store, &o, job_run_arena(r), e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    verdict_json(&j, &v);
    job_run_result(r, buf_take(j.to, job_run_arena(r)));
    return OK;
}

static const struct job_kind log_check_kind = {.name = "log_check",
                                               .title =
                                                   N_("verifying the evidence log and all rows"),
                                               .run = run_log_check};

static void jobs_changed(void *arg)
{
    events_poke(arg);
}

err_t background_start(struct background **out, struct api *api, struct err *e)
{
    struct background *b = mem_zalloc(sizeof(*b));
    err_t rc;

    *out = b;
    b->kernel = api->kernel;
    if ((rc = events_start(&api->events, api->store, api->clock, e)) != OK)
        goto done;
    b->notify = (struct notify){.client = http_client_new(&(struct http_client_options){0}),
                                .seal = api->kernel->keys,
                                .told = told,
                                .may_read = may_read,
                                .may_read_arg = b,
                                .waits = waits,
                                .waits_arg = b,
                                .job_kinds = b->kinds};
    api->client = b->notify.client;
    b->kinds[0] = (struct job_use){&job_outbox, &b->notify};
    b->kinds[1] = (struct job_use){&job_webhooks, &b->notify};
    b->attachments = (struct attachment_parts){api->kernel, api->files->blobs};
    b->kinds[2] = (struct job_use){&attachment_sweep_kind, &b->attachments};
    b->kinds[3] = (struct job_use){&job_notices, &b->notify};
    b->imports = (struct import_parts){api->files->blobs, api->kernel->suite, api->data_dir,
                                       api->pdf_program};
    b->kinds[4] = (struct job_use){&import_job_kind, &b->imports};
    b->sheets = (struct sheet_import_parts){api->kernel, api->files->blobs, api->data_dir};
    b->kinds[5] = (struct job_use){&sheet_import_kind, &b->sheets};
    b->kinds[6] = (struct job_use){&sheet_import_sweep_kind, &b->sheets};
    b->kinds[7] = (struct job_use){&integrity_check_kind, api->kernel};
    b->programme = (struct programme_parts){api->kernel, api->data_dir};
    b->kinds[8] = (struct job_use){&job_timers, &b->programme};
    b->kinds[9] = (struct job_use){&job_year, &b->programme};
    b->papers = (struct paper_job_parts){.kernel = api->kernel,
                                         .read = case_paper_read,
                                         .pdf = make_pdf,
                                         .arg = api,
                                         .started_ms = clock_now_ms(api->clock),
                                         .idle = is_idle};
    atomic_store(&api->asked_us, clock_monotonic_us(api->clock));
    b->kinds[10] = (struct job_use){&job_papers, &b->papers};
    b->kinds[11] = (struct job_use){&job_recount, &b->programme};
    b->kinds[12] = (struct job_use){&import_undo_kind, &b->imports};
    b->kinds[13] = (struct job_use){&import_check_kind, &b->imports};
    b->kinds[14] = (struct job_use){&job_alerts, api};
    b->kinds[15] = (struct job_use){&job_dues, &b->programme};
    b->backups = (struct backup_parts){api->kernel, api->data_dir};
    b->kinds[16] = (struct job_use){&backup_make_kind, &b->backups};
    b->kinds[18] = (struct job_use){&reindex_kind, api};
    b->kinds[19] = (struct job_use){&log_check_kind, api->kernel};
    b->kinds[17] = (struct job_use){&backup_check_kind, &b->backups};
    rc = job_workers_start(&api->jobs,
                           &(struct job_workers_options){.store = api->store,
                                                         .clock = api->clock,
                                                         .watch = api->watch,
                                                         .kinds = b->kinds,
                                                         .changed = jobs_changed,
                                                         .changed_arg = api->events},
                           e);
    if (rc == OK)
        rc = tidy_start(&b->tidy, api, e);
done:
    if (rc != OK) {
        background_stop(b, api);
        *out = NULL;
    }
    return rc;
}

void background_stop(struct background *b, struct api *api)
{
    if (!b)
        return;
    tidy_stop(b->tidy);
    job_workers_stop(api->jobs);
    events_stop(api->events);
    http_client_free(b->notify.client);
    api->jobs = NULL;
    api->events = NULL;
    free(b);
}
