/* Who archives, for how long it is kept, and what is recorded of it. */
#include "programme/case_archive.h"
#include "base/msg.h"
#include "programme/case_archive_priv.h"
#include "programme/programme_priv.h"

/* --- who, and for how long ---------------------------------------------------------------- */

/* Where a role acts follows from its unit: those of a city and of a province are asked apart. */
static err_t check_office(const struct grant **as, struct db *db, const struct case_archive *a,
                          struct err *e)
{
    const struct str city[] = {STR("city_officer"), STR("city_leader")};
    const struct str province[] = {STR("province_officer"), STR("province_leader"),
                                   STR("ip_centre_officer")};
    struct decision d = {.allowed = false};
    if (subject_is_program(a->x->by))
        return OK;
    err_t rc =
        flow_allows(&d, db, a->x->by, &a->x->c, city, ARRAY_LEN(city), STR("archive"), a->arena, e);
    if (rc == OK && !d.allowed)
        rc = flow_allows(&d, db, a->x->by, &a->x->c, province, ARRAY_LEN(province), STR("archive"),
                         a->arena, e);
    *as = d.grant;
    return rc == OK && !d.allowed
               ? err_set(e, E_DENIED, "a case is archived by the offices of its place")
               : rc;
}

/* Of several rules the one that says most. */
static err_t find_rule(struct case_archive *a, struct db *db, struct err *e)
{
    const struct flow_case *c = &a->x->c;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT retention, source FROM record_retention_rule WHERE owner_province = ?1 "
                 "AND ended_ms IS NULL AND (programme IS NULL OR programme = ?2) AND (process IS "
                 "NULL OR process = ?3) ORDER BY CASE WHEN process IS NULL THEN 1 ELSE 0 END, "
                 "CASE WHEN programme IS NULL THEN 1 ELSE 0 END, id DESC NULLS LAST LIMIT 1",
                 VALUES(v_str(c->province), v_str(c->pack), v_str(c->process)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        a->terms.retention = arena_dup(a->arena, stmt_str(st, 0));
        a->terms.source = arena_dup(a->arena, stmt_str(st, 1));
    }
    stmt_free(st);
    return rc;
}

static struct case_archive *new_archive(struct flow_call *x, struct programme *p,
                                        const struct case_archive_parts *parts)
{
    struct arena *arena = arena_new();
    struct case_archive *a = arena_alloc(arena, sizeof(*a));
    a->arena = arena;
    a->scratch = arena_new();
    a->x = x;
    a->p = p;
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
    struct faults *faults;
};

#define ROWS                                                                                       \
    "SELECT r.id, r.retention, r.retention_source, r.catalogue_digest, r.file_digest, v.entry"     \
    " FROM record_case_archive r JOIN record_version v ON v.type = '" ARCHIVE_TYPE                 \
    "' AND v.record_id = r.id AND v.version = 1 WHERE r.case_id = ?1 AND r.ended_ms IS NULL "

/* The record of this catalogue (empty: the latest); id 0: there is none. */
static err_t find_row(struct case_archive *a, struct db *db, struct str digest,
                      struct str *catalogue, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = digest.len
                   ? db_query(&st, db, ROWS "AND r.catalogue_digest = ?2 ORDER BY r.id LIMIT 1",
                              VALUES(v_i64(a->x->c.id), v_str(digest)), e)
                   : db_query(&st, db, ROWS "ORDER BY r.id DESC NULLS LAST LIMIT 1",
                              VALUES(v_i64(a->x->c.id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        a->id = stmt_i64(st, 0);
        a->terms.retention = arena_dup(a->arena, stmt_str(st, 1));
        a->terms.source = arena_dup(a->arena, stmt_str(st, 2));
        *catalogue = arena_dup(a->arena, stmt_str(st, 3));
        a->file_digest = arena_dup(a->arena, stmt_str(st, 4));
        a->entry = arena_dup(a->arena, stmt_str(st, 5));
    }
    stmt_free(st);
    return rc;
}

/* As the officer says; else by the office's rule; else as it was said for the archive before. */
static err_t settle_terms(struct case_archive *a, struct db *db, struct err *e)
{
    struct str catalogue;
    err_t rc = OK;
    if (a->terms.retention.len == 0 && a->terms.source.len == 0) {
        rc = find_rule(a, db, e);
        if (rc == OK && a->terms.retention.len == 0)
            rc = find_row(a, db, STR_NONE, &catalogue, e);
        a->id = 0;
        a->file_digest = STR_NONE;
        return rc != OK || a->terms.retention.len
                   ? rc
                   : err_set(e, E_INVALID,
                             "no rule says how long this case is kept (保管期限): enter the class "
                             "and its source, or record the office's rule (retention_rule)");
    }
    return a->terms.retention.len && a->terms.source.len
               ? OK
               : err_set(e, E_INVALID, "a retention class is entered with its source");
}

static err_t put(struct written *w, struct faults *faults, struct db *db,
                 const struct case_archive *a, int64_t id, struct buf *b, const struct grant *as,
                 struct err *e)
{
    const struct record_type *t = record_type_find(a->p->kernel->types, STR(ARCHIVE_TYPE));
    const struct jvalue *body = NULL;
    struct write_options o = {
        .owner_unit = a->x->c.unit, .reason = a->x->reason, .date = a->x->today, .as = as};
    struct str text = arena_dup(a->arena, buf_str(b));
    buf_clear(b);
    err_t rc = jin_parse(&body, text, JIN_REFUSE_DUPLICATES, NULL, a->arena, e);
    return rc == OK
               ? record_put(w, faults, db, a->p->kernel, a->x->by, t, id, body, &o, a->arena, e)
               : rc;
}

static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    struct case_archive *a = m->a;
    const struct flow_case *c = &a->x->c;
    const struct grant *as = NULL;
    struct str catalogue;
    struct written w;
    struct buf b;
    struct jout j;
    a->id = 0;
    err_t rc = check_office(&as, db, a, e);
    if (rc == OK)
        rc = find_row(a, db, a->digest, &catalogue, e);
    if (rc != OK || a->id)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_i64(&j, "case_id", c->id);
    jout_pair(&j, "number", c->number);
    jout_pair(&j, "title", c->title);
    jout_pair(&j, "archived_on", a->x->today);
    jout_pair(&j, "retention", a->terms.retention);
    jout_pair(&j, "retention_source", a->terms.source);
    jout_pair(&j, "catalogue_digest", a->digest);
    jout_end_object(&j);
    rc = put(&w, m->faults, db, a, 0, &b, as, e);
    if (rc == OK) {
        a->id = w.id;
        a->entry = arena_dup(a->arena, str_of(w.entry));
    }
    return rc;
}

err_t case_archive_make(struct case_archive **out, struct faults *faults, struct flow_call *x,
                        struct programme *p, const struct case_archive_parts *parts,
                        const struct case_archive_terms *terms, struct err *e)
{
    struct case_archive *a = new_archive(x, p, parts);
    struct making m = {a, faults};
    const struct grant *as = NULL;
    struct db *db = NULL;
    *faults = (struct faults){0};
    *out = a;
    a->terms = *terms;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = check_office(&as, db, a, e);
    if (rc == OK && x->c.open)
        rc = err_set(e, E_INVALID, "the case %.*s is not closed: it stands at \"%.*s\"",
                     STR_ARG(x->c.number), STR_ARG(x->c.stage_label));
    if (rc == OK)
        rc = settle_terms(a, db, e);
    store_reader_put(p->kernel->store, db);
    if (rc == OK)
        rc = case_archive_gather(a, e);
    return rc == OK ? store_write(p->kernel->store, make_step, &m, e) : rc;
}

err_t case_archive_open(struct case_archive **out, struct flow_call *x, struct programme *p,
                        const struct case_archive_parts *parts, struct err *e)
{
    struct case_archive *a = new_archive(x, p, parts);
    const struct grant *as = NULL;
    struct str catalogue = STR_NONE;
    struct db *db = NULL;
    *out = a;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = check_office(&as, db, a, e);
    if (rc == OK)
        rc = find_row(a, db, STR_NONE, &catalogue, e);
    store_reader_put(p->kernel->store, db);
    if (rc == OK && a->id == 0)
        rc = err_set(e, E_NOTFOUND, "the case %.*s is not archived", STR_ARG(x->c.number));
    if (rc == OK)
        rc = case_archive_gather(a, e);
    if (rc == OK && !str_eq(catalogue, a->digest))
        rc = err_set(e, E_CONFLICT,
                     "the case has other content than when it was archived, or other than you may "
                     "read: archive it anew");
    return rc;
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
                                      .withheld = a->withheld.len};
}

/* --- the digest of its package, logged ----------------------------------------------------- */

static err_t packed_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    const struct grant *as = NULL;
    struct written w;
    struct buf b;
    struct jout j;
    err_t rc = check_office(&as, db, m->a, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair(&j, "file_digest", m->a->file_digest);
    jout_end_object(&j);
    return put(&w, m->faults, db, m->a, m->a->id, &b, as, e);
}

err_t case_archive_packed(struct case_archive *a, struct err *e)
{
    struct faults faults = {0};
    struct making m = {a, &faults};
    if (a->file_digest.len)
        return OK;
    a->file_digest = a->package_digest;
    return store_write(a->p->kernel->store, packed_step, &m, e);
}
