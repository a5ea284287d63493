/* The job of an import, and how its file comes to it. */
#include "ingest/import_job.h"
#include "base/vec.h"
#include "db/blob_file.h"
#include "ingest/import_undo.h"
#include "ingest/pipeline.h"
#include "ingest/report.h"
#include <stdio.h>
#include <unistd.h>

#define INLINE_MAX ((size_t)256 << 10) /* a longer report is a file */

/* --- the wish ------------------------------------------------------------------------ */

static struct str wish_json(const struct import_wish *w, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", w->digest);
    jout_pair(&j, "name", w->name);
    jout_pair(&j, "format", w->format);
    jout_pair(&j, "source", w->source);
    jout_pair(&j, "as_of", w->as_of);
    jout_pair_strs(&j, "map", w->maps, w->map_count);
    jout_pair_i64(&j, "unit", w->unit);
    jout_pair_id(&j, "check", w->check);
    jout_pair(&j, "lang", w->lang == LANG_EN ? STR("en") : STR("zh"));
    return jout_take(&j, a);
}

err_t import_job_wish(struct import_wish *out, const struct job *job, struct arena *a,
                      struct err *e)
{
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, job->arguments, a, e);
    if (rc != OK)
        return rc;
    const struct jvalue *maps = jin_get(v, "map");
    VEC(struct str) list = {0};
    for (size_t i = 0; maps && i < maps->count; i++)
        VEC_PUSH(a, &list, maps->items[i].text);
    *out = (struct import_wish){.digest = jin_text(v, "digest"),
                                .name = jin_text(v, "name"),
                                .format = jin_text(v, "format"),
                                .source = jin_text(v, "source"),
                                .as_of = jin_text(v, "as_of"),
                                .maps = list.ptr,
                                .map_count = list.len,
                                .account = job->owner,
                                .dry_run = str_is(job->kind, import_check_kind.name),
                                .lang = str_is(jin_text(v, "lang"), "en") ? LANG_EN : LANG_ZH};
    if (!jin_i64(&out->check, v, "check"))
        out->check = 0;
    return jin_i64(&out->unit, v, "unit")
               ? OK
               : err_set(e, E_CORRUPT, "job %lld: its arguments are not those of an import",
                         (long long)job->id);
}

err_t import_job_add(int64_t *id, struct db *db, const struct import_wish *w, int64_t now_ms,
                     struct err *e)
{
    struct arena *a = arena_new();
    const char *kind = w->dry_run ? import_check_kind.name : import_job_kind.name;
    err_t rc = job_add_once(id, db, kind, wish_json(w, a), w->account, now_ms, e);
    arena_free(a);
    return rc;
}

/* --- the run ------------------------------------------------------------------------- */

static void progressed(void *arg, const struct import_progress *p)
{
    struct job_run *r = arg;
    char note[64];
    snprintf(note, sizeof(note), "%lld", (long long)p->records);
    job_run_progress(r, (int64_t)p->bytes_done, (int64_t)p->bytes_total, str_of(note));
}

static bool stops(void *arg)
{
    return job_run_stops(arg);
}

static void write_counts(struct jout *j, const struct import_report *report)
{
    jout_pair_i64(j, "records", report->records);
    jout_pair_i64(j, "inserted", report->inserted);
    jout_pair_i64(j, "updated", report->updated);
    jout_pair_i64(j, "unchanged", report->unchanged);
    jout_pair_i64(j, "rejected", report->rejected);
    jout_pair_i64(j, "refused_files", (int64_t)report->refused_files);
}

static err_t write_files(struct jout *j, const struct import_report *report, struct err *e)
{
    err_t rc = OK;
    jout_pair_array(j, "files");
    for (size_t i = 0; i < report->file_count && rc == OK; i++)
        rc = import_file_json(j, &report->files[i], e);
    jout_end_array(j);
    return rc;
}

/* `file`: the digest of the whole report; empty: this is it. */
static err_t report_json(struct buf *b, const struct import_report *report, struct str rejects,
                         struct str file, struct err *e)
{
    struct jout j;
    err_t rc = OK;
    jout_init(&j, b);
    jout_object(&j);
    write_counts(&j, report);
    jout_pair(&j, "rejects", rejects);
    jout_pair(&j, "file", file);
    if (file.len == 0)
        rc = write_files(&j, report, e);
    import_run_json(&j, report);
    jout_pair_double(&j, "seconds", report->seconds);
    jout_end_object(&j);
    return rc;
}

static err_t put_rejects(struct str *digest, struct job_run *r, const struct import_report *report,
                         struct err *e)
{
    const struct import_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    const char *name;
    err_t rc = temp_file_new(&name, parts->tmpdir, ".xlsx", a, e);
    if (rc != OK)
        return rc;
    rc = report_rejects_xlsx(report, name, parts->tmpdir, e);
    if (rc == OK)
        rc = blob_put_file(digest, parts->blobs, name, a, e);
    unlink(name);
    return rc;
}

/* The whole report, or where it is kept and the counts. */
static err_t set_result(struct job_run *r, const struct import_report *report, struct err *e)
{
    const struct import_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    struct str digest, rejects = STR_NONE;
    struct buf b = {0};
    err_t rc = report->rejected ? put_rejects(&rejects, r, report, e) : OK;
    if (rc != OK)
        return rc;
    rc = report_json(&b, report, rejects, STR_NONE, e);
    if (rc == OK && b.len > INLINE_MAX &&
        (rc = blob_put_text(&digest, parts->blobs, buf_str(&b), a, e)) == OK) {
        buf_clear(&b);
        rc = report_json(&b, report, rejects, digest, e);
    }
    if (rc == OK)
        job_run_result(r, arena_dup(a, buf_str(&b)));
    buf_clear(&b);
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    const struct import_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    struct import_wish w;
    struct import_report report;
    int fd = -1;
    err_t rc;
    if ((rc = import_job_wish(&w, job_run_job(r), a, e)) != OK ||
        (rc = blob_get_file(&fd, parts->blobs, w.digest, parts->tmpdir, a, e)) != OK)
        goto done;
    struct str path = arena_printf(a, "/proc/self/fd/%d", fd);
    struct date as_of = {0};
    if (w.as_of.len && !date_parse(&as_of, w.as_of)) {
        rc = err_set(e, E_CORRUPT, "the arguments of an import name a day that is none");
        goto done;
    }
    const struct import_by by = {
        .suite = parts->suite, .clock = job_run_clock(r), .account = w.account, .unit = w.unit};
    const struct import_options o = {.format = w.format.len ? arena_cstr(a, w.format) : NULL,
                                     .maps = w.maps,
                                     .map_count = w.map_count,
                                     .by = &by,
                                     .source = w.source,
                                     .as_of = as_of,
                                     .dry_run = w.dry_run,
                                     .shown = w.name,
                                     .tmpdir = parts->tmpdir,
                                     .reader = parts->reader,
                                     .progress = progressed,
                                     .progress_arg = r,
                                     .stop = stops,
                                     .stop_arg = r};
    msg_speak(w.lang);
    rc = import_run(&report, job_run_store(r), &path.ptr, 1, &o, a, e);
    if (rc == E_BUSY && job_run_stops(r))
        rc = job_run_stopped(e);
    if (rc == OK && !w.dry_run)
        rc = import_check_refused(&report, e);
    if (rc == OK)
        rc = set_result(r, &report, e);
    msg_speak_default();
done:
    if (fd >= 0)
        close(fd);
    return rc;
}

const struct job_kind import_job_kind = {
    .name = "import", .title = N_("import of a file"), .run = run};

const struct job_kind import_check_kind = {
    .name = "import_check", .title = N_("check of a file before its import"), .run = run};

/* --- taking back what was broken off ---------------------------------------------------- */

static err_t run_undo(struct job_run *r, struct err *e)
{
    const struct import_parts *parts = job_run_parts(r);
    const struct import_stop stop = {stops, r};
    err_t rc = import_undo_rest(job_run_store(r), parts->suite, job_run_clock(r), &stop, e);
    return rc == OK && job_run_stops(r) ? job_run_stopped(e) : rc;
}

static err_t undo_due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)now_ms;
    (void)parts;
    return import_undo_waits(out, db, e);
}

const struct job_kind import_undo_kind = {.name = "import_undo",
                                          .title = N_("taking imports of publications back"),
                                          .run = run_undo,
                                          .due = undo_due,
                                          .timeless = true};
