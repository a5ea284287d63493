/* PDFs of issued papers, one after another, made outside of any store step. */
#include "document/paper_job.h"
#include "base/log.h"
#include "base/msg.h"
#include "notify/notification.h"

/* Papers that were due before this moment wait. */
static int64_t due_from(const struct paper_job_parts *parts)
{
    return parts->idle(parts->arg) ? 0 : parts->started_ms;
}

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM case_paper WHERE render_ms IS NOT NULL AND render_ms BETWEEN ?1"
                  " AND ?2 LIMIT 1",
                  VALUES(v_i64(due_from(parts)), v_i64(now_ms)), e);
}

struct rendering {
    struct job_run *run;
    const struct paper_job_parts *parts;
    struct case_paper c; /* id 0: none is due; of one that cannot be read the id alone */
    struct str file_digest, why;
    int64_t now_ms;
    struct arena *a; /* of one paper */
};

/* The log has the full reason; the stored one is for users. */
static void not_made(struct rendering *x, const struct err *why)
{
    x->why = arena_dup(x->a, str_of(err_told(why)));
    log_line(LOG_ERROR, "the PDF of the paper %lld cannot be made: %s", (long long)x->c.id,
             why->text);
}

/* A paper that cannot be read counts as one that cannot be rendered, so that it does not block
 * others. */
static err_t read_whole(struct rendering *x, struct db *db, struct err *e)
{
    const struct case_paper named = x->c;
    struct err why = {0};
    err_t rc = x->parts->read(&x->c, db, x->a, &why);
    if (rc == E_CORRUPT || rc == E_NOTFOUND) {
        x->c = named;
        not_made(x, &why);
        return OK;
    }
    return err_pass(e, rc, &why);
}

/* The one that has waited longest, whole. */
static err_t find(struct rendering *x, struct err *e)
{
    x->c = (struct case_paper){.id = 0};
    x->file_digest = x->why = STR_NONE;
    err_t rc = STORE_READ(
        db, job_run_store(x->run), e,
        db_row(NULL, db,
               "SELECT id, case_id FROM case_paper WHERE render_ms IS NOT NULL AND render_ms"
               " BETWEEN ?1 AND ?2 ORDER BY render_ms, id LIMIT 1",
               VALUES(v_i64(due_from(x->parts)), v_i64(x->now_ms)),
               INTO(into_i64(&x->c.id), into_i64(&x->c.case_id)), NULL, e));
    if (rc == OK && x->c.id)
        rc = STORE_READ(db, job_run_store(x->run), e, read_whole(x, db, e));
    return rc;
}

static void make(struct rendering *x)
{
    struct err why;
    struct buf b = {0};
    if (x->parts->pdf(&b, &x->c, x->parts->arg, x->a, &why) == OK)
        x->file_digest = text_digest(buf_str(&b), x->a);
    else
        not_made(x, &why);
    buf_clear(&b);
}

static err_t tell(const struct rendering *x, struct db *db, struct err *e)
{
    int64_t id;
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title", x->c.title);
    jout_pair(&j, "why", x->why);
    jout_end_object(&j);
    const struct notification_draft d = {
        .account = x->c.issued_by,
        .kind = "paper_not_made",
        .arguments = buf_str(j.to),
        .link = arena_printf(x->a, "/case/%lld", (long long)x->c.case_id)};
    err_t rc = x->c.issued_by ? notification_post(&id, db, &d, x->now_ms, e) : OK;
    buf_clear(j.to);
    return rc;
}

static err_t settle(struct db *db, void *arg, struct err *e)
{
    struct rendering *x = arg;
    struct subject program;
    subject_program(&program, business_date(x->now_ms, x->a));
    const struct deed d = {.suite = x->parts->kernel->suite,
                           .clock = job_run_clock(x->run),
                           .by = &program,
                           .arena = x->a};
    if (x->file_digest.len)
        return case_paper_rendered_in(&x->c, db, &d, x->file_digest, e);
    bool first = false;
    x->c.render_error = x->why;
    err_t rc = case_paper_not_rendered(&first, &x->c, db, x->now_ms, e);
    return rc == OK && first ? tell(x, db, e) : rc;
}

static err_t render(struct rendering *x, struct err *e)
{
    x->now_ms = clock_now_ms(job_run_clock(x->run));
    err_t rc = find(x, e);
    if (rc != OK || x->c.id == 0)
        return rc;
    if (x->why.len == 0)
        make(x);
    return job_run_step(x->run, settle, x, STR_NONE, e);
}

static err_t run(struct job_run *r, struct err *e)
{
    struct rendering x = {.run = r, .parts = job_run_parts(r), .c.id = 1, .a = arena_new()};
    err_t rc = OK;
    while (rc == OK && x.c.id) {
        arena_reset(x.a);
        rc = render(&x, e);
        if (rc == OK && x.c.id && job_run_stops(r))
            rc = job_run_stopped(e);
    }
    arena_free(x.a);
    return rc;
}

const struct job_kind job_papers = {
    .name = "papers",
    .title = N_("making the PDF of issued papers"),
    .run = run,
    .due = due,
    .timeless = true,
};
