/* Who archives, for how long it is kept, and what is recorded of it. */
#include "document/case_archive.h"
#include "base/limits.h"
#include "base/msg.h"
#include "document/case_archive_priv.h"

/* --- who, and for how long ---------------------------------------------------------------- */

/* Where a role acts follows from its unit: those of a city and of a province are asked apart. */
static err_t check_office(const struct grant **as, const struct case_archive *a)
{
    const struct str city[] = {STR("city_officer"), STR("city_leader")};
    const struct str province[] = {STR("province_officer"), STR("province_leader"),
                                   STR("ip_centre_officer")};
    struct decision d = {.allowed = false};
    if (subject_is_program(a->x.by))
        return OK;
    err_t rc = flow_allows(&d, a->g.db, a->x.by, &a->x.c, city, ARRAY_LEN(city), STR("archive"),
                           a->arena, a->g.e);
    if (rc == OK && !d.allowed)
        rc = flow_allows(&d, a->g.db, a->x.by, &a->x.c, province, ARRAY_LEN(province),
                         STR("archive"), a->arena, a->g.e);
    *as = d.grant;
    return rc == OK && !d.allowed
               ? err_set(a->g.e, E_DENIED, "a case is archived by the offices of its place")
               : rc;
}

/* Of several rules the one that says most. */
static err_t find_rule(struct case_archive *a)
{
    const struct flow_case *c = &a->x.c;
    return db_row(NULL, a->g.db,
                  "SELECT retention, source FROM record_retention_rule WHERE owner_province = ?1 "
                  "AND ended_ms IS NULL AND (programme IS NULL OR programme = ?2) AND (process IS "
                  "NULL OR process = ?3) ORDER BY CASE WHEN process IS NULL THEN 1 ELSE 0 END, "
                  "CASE WHEN programme IS NULL THEN 1 ELSE 0 END, id DESC NULLS LAST LIMIT 1",
                  VALUES(v_str(c->province), v_str(c->pack), v_str(c->process)),
                  INTO(into_str(&a->terms.retention), into_str(&a->terms.source)), a->arena,
                  a->g.e);
}

static struct case_archive *new_archive(struct step *g, const struct case_archive_parts *parts)
{
    struct arena *arena = arena_new();
    struct case_archive *a = arena_alloc(arena, sizeof(*a));
    a->arena = arena;
    a->scratch = arena_new();
    a->x = *g->x;
    a->x.arena = arena;
    a->g = (struct step){NULL, g->db, &a->x, g->p, g->e};
    a->parts = parts;
    a->files_at = *parts->files;
    return a;
}

void case_archive_free(struct case_archive *a)
{
    if (!a)
        return;
    arena_free(a->scratch);
    arena_free(a->arena);
}

/* --- its record ----------------------------------------------------------------------------- */

struct making {
    struct case_archive *a;
    const struct grant *as;
    struct written written;
};

#define ARCHIVE_ROWS                                                                               \
    "SELECT r.id, r.retention, r.retention_source, r.catalogue_digest, r.file_digest, v.entry,"    \
    " r.missing_reason, r.archived_on"                                                             \
    " FROM record_case_archive r JOIN record_version v ON v.type = '" ARCHIVE_TYPE                 \
    "' AND v.record_id = r.id AND v.version = 1 WHERE r.case_id = ?1 AND r.ended_ms IS NULL "

/* The latest record with an id under `before`; id 0: there is none. */
static err_t find_row(struct case_archive *a, int64_t before, struct str *catalogue)
{
    a->id = 0;
    return db_row(NULL, a->g.db, ARCHIVE_ROWS "AND r.id < ?2 ORDER BY r.id DESC LIMIT 1",
                  VALUES(v_i64(a->x.c.id), v_i64(before)),
                  INTO(into_i64(&a->id), into_str(&a->terms.retention), into_str(&a->terms.source),
                       into_str(catalogue), into_str(&a->file_digest), into_str(&a->entry),
                       into_str(&a->terms.missing_reason), into_str(&a->archived_on)),
                  a->arena, a->g.e);
}

/* As the officer says; else by the office's rule; else as it was said for the archive before. */
static err_t settle_terms(struct case_archive *a)
{
    struct str catalogue, missing_reason = a->terms.missing_reason;
    err_t rc = OK;
    if (a->terms.retention.len == 0 && a->terms.source.len == 0) {
        rc = find_rule(a);
        if (rc == OK && a->terms.retention.len == 0)
            rc = find_row(a, INT64_MAX, &catalogue);
        a->terms.missing_reason = missing_reason;
        a->id = 0;
        a->file_digest = STR_NONE;
        return rc != OK || a->terms.retention.len
                   ? rc
                   : err_set(a->g.e, E_INVALID,
                             "no rule says how long this case is kept (保管期限): enter the class "
                             "and its source, or record the office's rule (retention_rule)");
    }
    return a->terms.retention.len && a->terms.source.len
               ? OK
               : err_set(a->g.e, E_INVALID, "a retention class is entered with its source");
}

/* Its record, new where id is 0. */
static err_t put(struct making *m, int64_t id, struct jout *body)
{
    const struct case_archive *a = m->a;
    const struct record_type *t = record_type_find(a->g.p->kernel->types, STR(ARCHIVE_TYPE));
    struct write_options o = {
        .owner_unit = a->x.c.unit, .reason = a->x.reason, .date = a->x.today, .as = m->as};
    err_t rc = record_put(&m->written, a->g.db,
                          &(struct record_call){a->g.p->kernel, a->x.by, t, id, a->arena},
                          jout_made(body), &o, a->g.e);
    a->g.p->faults = m->written.faults;
    return rc;
}

static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    struct case_archive *a = m->a;
    const struct flow_case *c = &a->x.c;
    struct case_archive last = *a;
    struct str catalogue = STR_NONE;
    struct jout j;
    a->id = 0;
    a->g.db = last.g.db = db;
    a->g.e = last.g.e = e;
    err_t rc = check_office(&m->as, a);
    if (rc == OK)
        rc = find_row(&last, INT64_MAX, &catalogue);
    if (rc == OK && last.id && str_eq(catalogue, a->digest)) {
        a->id = last.id;
        a->entry = last.entry;
        a->file_digest = last.file_digest;
        return OK;
    }
    if (rc != OK)
        return rc;
    jout_init_values(&j, a->arena);
    jout_pair_i64(&j, "case_id", c->id);
    jout_pair(&j, "number", c->number);
    jout_pair(&j, "title", c->title);
    jout_pair(&j, "archived_on", a->x.today);
    jout_pair(&j, "retention", a->terms.retention);
    jout_pair(&j, "retention_source", a->terms.source);
    jout_pair(&j, "missing_reason", a->terms.missing_reason);
    jout_pair(&j, "catalogue_digest", a->digest);
    rc = put(m, 0, &j);
    if (rc == OK) {
        a->id = m->written.id;
        a->entry = arena_dup(a->arena, str_of(m->written.entry));
    }
    return rc;
}

/* --- its papers ------------------------------------------------------------------------------ */

static struct str names_of(const struct case_archive *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < a->due_count; i++)
        all = arena_printf(a->arena, "%.*s%s%.*s（%.*s，%.*s）", STR_ARG(all), i ? "、" : "",
                           STR_ARG(part_text(a->due[i].paper, "label")), STR_ARG(a->due[i].label),
                           STR_ARG(a->due[i].since));
    return all;
}

/* What the process owes is part of the file (归档): it is there, or the officer says why it is not. As it
 * was said before, unless he says otherwise; nothing is said where nothing is missing. */
static err_t check_papers(struct case_archive *a)
{
    struct case_archive before = *a;
    struct str catalogue, given = str_trim(a->terms.missing_reason);
    err_t rc = papers_due(&a->due, &a->due_count, &a->g);
    a->terms.missing_reason = STR_NONE;
    if (rc != OK || a->due_count == 0)
        return rc;
    before.terms.missing_reason = STR_NONE;
    rc = given.len ? OK : find_row(&before, INT64_MAX, &catalogue);
    a->terms.missing_reason = given.len ? given : before.terms.missing_reason;
    return rc != OK || a->terms.missing_reason.len
               ? rc
               : err_set(
                     a->g.e, E_INVALID,
                     "papers that the process owes were not issued: %.*s. Issue them, or say why "
                     "they are not there (missing_reason), which the catalogue then has",
                     STR_ARG(names_of(a)));
}

/* A PDF whose digest is not logged yet (paper_job.h) is made now: its entry belongs into the package,
 * which would be another one after it. */
static err_t render_one(struct case_archive *a, int64_t id)
{
    struct case_paper c = {.id = id, .case_id = a->x.c.id};
    struct buf b = {0};
    err_t rc = step_reader(&a->g);
    if (rc == OK)
        rc = case_paper_read(&c, a->g.db, a->scratch, a->g.e);
    step_reader_end(&a->g);
    if (rc == OK && a->parts->pdf(&b, &c, a->parts->arg, NULL) == OK)
        rc = case_paper_rendered_by_program(&c, &a->g, text_digest(buf_str(&b), a->arena));
    buf_clear(&b);
    return rc;
}

static err_t render_papers(struct case_archive *a)
{
    const struct case_paper *all = NULL;
    size_t count = 0;
    err_t rc = step_reader(&a->g);
    if (rc == OK)
        rc = case_papers(&all, &count, &a->g);
    step_reader_end(&a->g);
    for (size_t i = 0; rc == OK && i < count; i++)
        /* Also one that was erased: it is not there to be made. */
        if (all[i].file_digest.len == 0) {
            rc = render_one(a, all[i].id);
            arena_reset(a->scratch);
        }
    return rc;
}

err_t case_archive_make(struct case_archive **out, struct step *g,
                        const struct case_archive_parts *parts,
                        const struct case_archive_terms *terms)
{
    struct case_archive *a = new_archive(g, parts);
    struct making m = {.a = a};
    g->p->faults = (struct faults){0};
    *out = a;
    a->terms = *terms;
    err_t rc = step_reader(&a->g);
    if (rc == OK)
        rc = check_office(&m.as, a);
    if (rc == OK && g->x->c.open)
        rc = err_set(g->e, E_INVALID, "the case %.*s is not closed: it stands at \"%.*s\"",
                     STR_ARG(g->x->c.number), STR_ARG(g->x->c.stage_label));
    if (rc == OK)
        rc = settle_terms(a);
    if (rc == OK)
        rc = check_papers(a);
    step_reader_end(&a->g);
    if (rc == OK)
        rc = render_papers(a);
    if (rc == OK)
        rc = case_archive_gather(a);
    return rc == OK ? store_write(g->p->kernel->store, make_step, &m, g->e) : rc;
}

/* Reads and gathers the archive before the one of id `before`. Its id 0: there is none.
 * *same: who asks reads the same content as was archived. */
static err_t open_before(struct case_archive *a, bool *same, int64_t before)
{
    const struct grant *as = NULL;
    struct str catalogue = STR_NONE;
    err_t rc = step_reader(&a->g);
    *same = false;
    if (rc == OK)
        rc = check_office(&as, a);
    if (rc == OK)
        rc = find_row(a, before, &catalogue);
    if (rc == OK && a->id && a->terms.missing_reason.len)
        rc = papers_due(&a->due, &a->due_count, &a->g);
    step_reader_end(&a->g);
    if (rc == OK && a->id)
        rc = case_archive_gather(a);
    *same = rc == OK && a->id && str_eq(catalogue, a->digest);
    return rc;
}

/* Two offices may archive one case: they read different parts of it, or keep it for different terms. */
err_t case_archive_open(struct case_archive **out, struct step *g,
                        const struct case_archive_parts *parts)
{
    struct case_archive *a = *out = new_archive(g, parts);
    bool same = false;
    err_t rc = open_before(a, &same, INT64_MAX);
    struct str last_on = arena_dup(g->x->arena, a->archived_on);
    if (rc == OK && a->id == 0)
        return err_set(g->e, E_NOTFOUND, "the case %.*s is not archived", STR_ARG(g->x->c.number));
    for (int tried = 1; rc == OK && a->id && !same && tried < CASE_ARCHIVES_TRIED_MAX; tried++) {
        int64_t before = a->id;
        case_archive_free(a);
        a = *out = new_archive(g, parts);
        rc = open_before(a, &same, before);
    }
    return rc != OK || same
               ? rc
               : err_set(g->e, E_CONFLICT,
                         "the case has other content than when it was archived (last on %.*s), or "
                         "other than you may read: archive it anew",
                         STR_ARG(last_on));
}

void case_archive_say(struct case_archive_said *out, const struct case_archive *a)
{
    *out = (struct case_archive_said){.id = a->id,
                                      .bytes = a->package_bytes,
                                      .entry = a->entry,
                                      .catalogue_digest = a->digest,
                                      .digest = a->package_digest,
                                      .file_digest = a->file_digest,
                                      .retention = a->terms.retention,
                                      .source = a->terms.source,
                                      .members = a->members.len,
                                      .withheld = a->withheld.len,
                                      .not_issued = a->due_count};
}

/* --- the digest of its package, logged ----------------------------------------------------- */

static err_t packed_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    struct jout j;
    m->a->g.db = db;
    m->a->g.e = e;
    err_t rc = check_office(&m->as, m->a);
    if (rc != OK)
        return rc;
    jout_init_values(&j, m->a->arena);
    jout_pair(&j, "file_digest", m->a->file_digest);
    return put(m, m->a->id, &j);
}

err_t case_archive_packed(struct case_archive *a, struct err *e)
{
    struct making m = {.a = a};
    if (a->file_digest.len)
        return OK;
    a->file_digest = a->package_digest;
    return store_write(a->g.p->kernel->store, packed_step, &m, e);
}
