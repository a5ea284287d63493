/* The job of an import, its result, and the sweeper of what came to no end. */
#include "record/import_job.h"
#include "db/blob_file.h"
#include <unistd.h>

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* --- the wish ------------------------------------------------------------------------ */

static struct str wish_json(const struct sheet_import_wish *w, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", w->digest);
    jout_pair(&j, "type", w->type);
    jout_pair(&j, "name", w->file_name);
    jout_pair(&j, "reason", w->reason);
    jout_pair_bool(&j, "whole", w->whole);
    return jout_take(&j, a);
}

static err_t read_wish(struct sheet_import_wish *out, const struct job *job, struct arena *a,
                       struct err *e)
{
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, job->arguments, a, e);
    if (rc != OK)
        return rc;
    const struct jvalue *whole = jin_get(v, "whole");
    *out = (struct sheet_import_wish){.digest = jin_text(v, "digest"),
                                      .type = jin_text(v, "type"),
                                      .file_name = jin_text(v, "name"),
                                      .reason = jin_text(v, "reason"),
                                      .whole = whole && whole->type == J_TRUE,
                                      .account = job->owner};
    return OK;
}

err_t sheet_import_queue(int64_t *id, struct db *db, const struct sheet_import_wish *w,
                         int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = job_add_once(id, db, sheet_import_kind.name, wish_json(w, a), w->account, now_ms, e);
    arena_free(a);
    return rc;
}

/* --- what an earlier run left ----------------------------------------------------------- */

static err_t read_earlier(struct sheet_import_outcome *out, struct db *db, int64_t job,
                          struct arena *a, struct err *e)
{
    *out = (struct sheet_import_outcome){0};
    return db_row(NULL, db,
                  "SELECT id, state, created, changed, unchanged, rejected FROM "
                  "record_import WHERE job = ?1 ORDER BY id DESC NULLS LAST LIMIT 1",
                  VALUES(v_i64(job)),
                  INTO(into_i64(&out->id), into_str(&out->state), into_i64(&out->created),
                       into_i64(&out->changed), into_i64(&out->unchanged),
                       into_i64(&out->rejected)),
                  a, e);
}

/* *out as the latest import of the job stands; no id: there is none. *s: its owner, now. */
static err_t look_back(struct sheet_import_outcome *out, struct subject *s, struct job_run *r,
                       struct err *e)
{
    const struct sheet_import_parts *parts = job_run_parts(r);
    const struct job *job = job_run_job(r);
    struct arena *a = job_run_arena(r);
    int64_t now_ms = clock_now_ms(parts->kernel->clock);
    *out = (struct sheet_import_outcome){.state = STR("none")};
    return STORE_READ(
        db, parts->kernel->store, e,
        read_earlier(out, db, job->id, a, e)
            ?: subject_load(s, db, job->owner, business_date(now_ms, a), now_ms, a, e));
}

/* --- the result -------------------------------------------------------------------------- */

static err_t put_rejects(struct str *digest, struct job_run *r, const struct record_call *c,
                         struct err *e)
{
    const struct sheet_import_parts *parts = job_run_parts(r);
    const char *name;
    err_t rc = temp_file_new(&name, parts->tmpdir, ".xlsx", c->arena, e);
    if (rc != OK)
        return rc;
    rc = sheet_import_rejects(name, c, parts->tmpdir, e);
    if (rc == OK)
        rc = blob_put_file(digest, parts->blobs, name, c->arena, e);
    unlink(name);
    return rc;
}

static err_t set_result(struct job_run *r, const struct record_call *c,
                        const struct sheet_import_wish *w, const struct sheet_import_outcome *done,
                        struct err *e)
{
    struct str digest = STR_NONE;
    struct jout j;
    err_t rc = done->rejected ? put_rejects(&digest, r, c, e) : OK;
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "id", done->id);
    jout_pair(&j, "type", c->type->name);
    jout_pair(&j, "state", done->state);
    jout_pair_i64(&j, "created", done->created);
    jout_pair_i64(&j, "changed", done->changed);
    jout_pair_i64(&j, "unchanged", done->unchanged);
    jout_pair_i64(&j, "rejected", done->rejected);
    sheet_rows_json(&j, "notes", done->notes, done->note_count);
    if (digest.len) {
        jout_pair(&j, "file", digest);
        jout_pair(&j, "name", w->file_name.len ? w->file_name : STR("rejects.xlsx"));
        jout_pair(&j, "media_type", STR(XLSX_TYPE));
    }
    jout_end_object(&j);
    job_run_result(r, arena_dup(c->arena, buf_str(j.to)));
    buf_clear(j.to);
    return OK;
}

/* --- the run ------------------------------------------------------------------------------ */

static err_t import(struct sheet_import_outcome *done, struct job_run *r,
                    const struct record_call *c, const struct sheet_import_wish *w, struct err *e)
{
    const struct sheet_import_parts *parts = job_run_parts(r);
    int fd = -1;
    err_t rc = blob_get_file(&fd, parts->blobs, w->digest, parts->tmpdir, c->arena, e);
    if (rc != OK)
        return rc;
    const struct sheet_import_options o = {.whole = w->whole,
                                           .lang = msg_lang(),
                                           .file_name = w->file_name,
                                           .tmpdir = parts->tmpdir,
                                           .reason = w->reason,
                                           .job = r,
                                           .resumes = done->id};
    rc = sheet_import(done, c, arena_printf(c->arena, "/proc/self/fd/%d", fd).ptr, &o, e);
    close(fd);
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    const struct sheet_import_parts *parts = job_run_parts(r);
    struct sheet_import_wish w;
    struct sheet_import_outcome done;
    struct subject s;
    struct record_call c = {parts->kernel, &s, NULL, 0, job_run_arena(r)};
    err_t rc = read_wish(&w, job_run_job(r), job_run_arena(r), e);
    c.type = rc == OK ? record_type_find(parts->kernel->types, w.type) : NULL;
    if (rc == OK && !c.type)
        return err_set(e, E_NOTFOUND, "there is no kind of record %.*s", STR_ARG(w.type));
    if (rc != OK || (rc = look_back(&done, &s, r, e)) != OK)
        return rc;
    if (str_is(done.state, "removing"))
        return err_set(e, E_BUSY, "what an earlier run left is being taken back");
    if (!str_is(done.state, "finished") && !str_is(done.state, "refused")) {
        if (!str_is(done.state, "running"))
            done.id = 0; /* a cancelled one, taken back meanwhile: anew */
        rc = import(&done, r, &c, &w, e);
    }
    c.id = done.id;
    return rc == OK ? set_result(r, &c, &w, &done, e) : rc;
}

const struct job_kind sheet_import_kind = {
    .name = "record_import", .title = N_("import of a workbook"), .run = run};

/* --- the sweeper --------------------------------------------------------------------------- */

static err_t run_sweep(struct job_run *r, struct err *e)
{
    const struct sheet_import_parts *parts = job_run_parts(r);
    int64_t removed;
    err_t rc = sheet_import_sweep(&removed, parts->kernel, e);
    if (rc == OK)
        job_run_result(r, arena_printf(job_run_arena(r), "{\"removed\":%lld}", (long long)removed));
    return rc;
}

static err_t sweep_due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)parts;
    return sheet_import_has_leftover(out, db, now_ms, e);
}

const struct job_kind sheet_import_sweep_kind = {
    .name = "record_import_sweep",
    .title = N_("taking back imports that came to no end"),
    .run = run_sweep,
    .due = sweep_due,
};
