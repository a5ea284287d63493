/* Which records name a file is one query over all columns of all types that can; it is
 * made from the types and kept by the connection like any other text. */
#include "record/attachment.h"
#include "access/deed.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/file_upload.h"
#include "record/row.h"
#include "record/value.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const struct type_plan *plan_of_files(const struct kernel *k)
{
    return plan_of(k, record_type_find(k->types, STR(ATTACHMENT_TYPE)));
}

/* --- uploading ------------------------------------------------------------------------- */

static err_t decide_upload(struct decision *out, struct db *db, const struct record_call *c,
                           enum secrecy secrecy, struct err *e)
{
    struct labels l = {.owner_unit = c->subject->unit,
                       .created_by = c->subject->account,
                       .owner_city = c->subject->city,
                       .owner_province = c->subject->province,
                       .state = STR("active"),
                       .secrecy = secrecy};
    err_t rc = access_decide(out, db, c->subject, &plan_of_files(c->kernel)->policy, ACCESS_CREATE,
                             STR_NONE, &l, c->arena, e);
    if (rc == OK && (!out->allowed || c->subject->unit == 0))
        rc = err_set(e, E_DENIED, "none of your roles uploads files");
    return rc;
}

err_t attachment_may_upload(const struct record_call *c, enum secrecy secrecy, struct err *e)
{
    struct decision d;
    return STORE_READ(db, c->kernel->store, e,
                      decide_upload(&d, db,
                                    &(struct record_call){c->kernel, c->subject, NULL, 0, c->arena},
                                    secrecy, e));
}

struct adding {
    struct attachment_made *out;
    struct kernel *kernel;
    const struct subject *subject;
    const struct attachment_new *file;
    struct arena *arena;
};

static err_t entry_of(char entry[LOG_UID_LEN + 1], struct db *db, int64_t id, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT entry FROM record_version WHERE type = '" ATTACHMENT_TYPE
                        "' AND record_id = ?1 AND version = 1",
                        VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    struct str uid = rc == OK && has_row ? stmt_str(st, 0) : STR_NONE;
    memset(entry, 0, LOG_UID_LEN + 1);
    if (uid.len == LOG_UID_LEN)
        memcpy(entry, uid.ptr, uid.len);
    stmt_free(st);
    return rc;
}

/* The unit's own row of this content, where there is one. */
static err_t find_same(bool *found, struct db *db, struct adding *x, struct err *e)
{
    const struct file_row *rows;
    size_t count;
    err_t rc = file_rows(&rows, &count, db, str_of(x->file->stored->digest), x->arena, e);
    *found = false;
    for (size_t i = 0; rc == OK && i < count; i++) {
        if (rows[i].owner_unit != x->subject->unit)
            continue;
        if (rows[i].secrecy != (int)x->file->secrecy)
            return err_set(e, E_CONFLICT,
                           "your unit has this file already, at another level of secrecy");
        *found = true;
        x->out->repeated = true;
        x->out->id = rows[i].id;
        rc = entry_of(x->out->entry, db, rows[i].id, e);
    }
    return rc;
}

static err_t write_new(struct db *db, struct adding *x, const struct grant *as, struct err *e)
{
    const struct attachment_new *f = x->file;
    const struct subject *s = x->subject;
    struct deed d = {
        .suite = x->kernel->suite, .clock = x->kernel->clock, .by = s, .as = as, .arena = x->arena};
    struct file_row row = {.owner_unit = s->unit,
                           .created_by = s->account,
                           .created_ms = clock_now_ms(x->kernel->clock),
                           .bytes = f->stored->bytes,
                           .secrecy = (int)f->secrecy,
                           .city = s->city,
                           .province = s->province,
                           .digest = str_of(f->stored->digest),
                           .blob = str_of(f->stored->blob),
                           .name = f->name,
                           .kind = str_of(f->kind->extension),
                           .media_type = str_of(f->kind->media_type),
                           .key = f->stored->key};
    err_t rc = file_add(&x->out->id, db, &row, e);
    struct deed_field fields[] = {
        {"bytes", v_i64(row.bytes)},     {"digest", v_str(row.digest)},
        {"kind", v_str(row.kind)},       {"media_type", v_str(row.media_type)},
        {"name", v_str(row.name)},       {"owner_unit", v_i64(row.owner_unit)},
        {"secrecy", v_i64(row.secrecy)}, {"state", v_str(STR("active"))}};
    if (rc == OK)
        rc = deed_version(&d, db, ATTACHMENT_TYPE, x->out->id, 1, "create", fields,
                          ARRAY_LEN(fields), e);
    return rc == OK ? entry_of(x->out->entry, db, x->out->id, e) : rc;
}

static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct adding *x = arg;
    struct decision d;
    bool found = false;
    err_t rc;
    *x->out = (struct attachment_made){0};
    if ((rc = decide_upload(&d, db, &(struct record_call){x->kernel, x->subject, NULL, 0, x->arena},
                            x->file->secrecy, e)) != OK)
        return rc;
    if (x->file->upload.len > 0 && (rc = file_upload_remove(db, x->file->upload, e)) != OK)
        return rc;
    if ((rc = find_same(&found, db, x, e)) != OK || found)
        return rc;
    rc = (x->subject->account ? file_unit_fits : file_public_fits)(
        db, x->subject->unit, x->file->quota_bytes, x->file->stored->bytes, e);
    x->out->over_quota = rc == E_LIMIT;
    return rc == OK ? write_new(db, x, d.grant, e) : rc;
}

err_t attachment_add(struct attachment_made *out, const struct record_call *c,
                     const struct attachment_new *f, struct err *e)
{
    struct adding x = {out, c->kernel, c->subject, f, c->arena};
    return store_write(c->kernel->store, add_step, &x, e);
}

/* --- who names a file ------------------------------------------------------------------ */

/* A column that holds digests. */
struct naming {
    const struct record_type *type;
    const struct field *field; /* of the type: what a reader must see */
    struct str table, id, column;
};
typedef VEC(struct naming) naming_list;

static void add_naming(naming_list *list, struct arena *a, const struct record_type *t,
                       const struct field *f)
{
    struct column columns[VALUE_COLUMNS_MAX];
    struct naming n = {.type = t, .field = f, .table = t->table, .id = STR("id")};
    if (f->type == FIELD_FILE || f->type == FIELD_FILES) {
        (void)value_columns(columns, f, a);
        n.column = columns[0].name;
        if (f->type == FIELD_FILES) {
            n.table = f->child;
            n.id = STR("record_id");
        }
        VEC_PUSH(a, list, n);
    }
    for (size_t i = 0; f->type == FIELD_TABLE && i < f->field_count; i++) {
        if (f->fields[i].type != FIELD_FILE)
            continue;
        (void)value_columns(columns, &f->fields[i], a);
        n.table = f->child;
        n.id = STR("record_id");
        n.column = columns[0].name;
        VEC_PUSH(a, list, n);
    }
}

static naming_list namings_of(const struct kernel *k, struct arena *a)
{
    naming_list list = {0};
    const struct record_type *t;
    for (size_t i = 0; (t = record_type_at(k->types, i)) != NULL; i++)
        for (size_t n = 0; n < t->field_count; n++)
            add_naming(&list, a, t, &t->fields[n]);
    return list;
}

/* (number of the naming, record) of every record that names the digest ?1. */
static struct str naming_sql(const naming_list *list, struct arena *a)
{
    struct buf sql = {0};
    for (size_t i = 0; i < list->len; i++) {
        const struct naming *n = &list->ptr[i];
        buf_addf(&sql, "%sSELECT %zu, %.*s FROM %.*s WHERE %.*s = ?1", i ? " UNION ALL " : "", i,
                 STR_ARG(n->id), STR_ARG(n->table), STR_ARG(n->column));
    }
    return buf_take(&sql, a);
}

struct named {
    size_t naming;
    int64_t record;
};
typedef VEC(struct named) named_list;

static err_t named_by(named_list *out, struct db *db, const naming_list *namings, struct str digest,
                      struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = (named_list){0};
    if (namings->len == 0)
        return OK;
    EACH_ROW_ONCE(st, rc, e, db, naming_sql(namings, a).ptr, VALUES(v_str(digest)))
        VEC_PUSH(a, out, ((struct named){(size_t)stmt_i64(st, 0), stmt_i64(st, 1)}));
    return rc;
}

/* --- reading --------------------------------------------------------------------------- */

static struct labels labels_of(const struct file_row *f)
{
    return (struct labels){.id = f->id,
                           .owner_unit = f->owner_unit,
                           .created_by = f->created_by,
                           .owner_city = f->city,
                           .owner_province = f->province,
                           .state = f->state,
                           .secrecy = (enum secrecy)f->secrecy};
}

/* The row of a content that a record refers to: its own unit's, else the most secret one. */
static const struct file_row *row_for(const struct file_row *rows, size_t count, int64_t unit)
{
    const struct file_row *best = rows;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].owner_unit == unit)
            return &rows[i];
        if (rows[i].secrecy > best->secrecy)
            best = &rows[i];
    }
    return best;
}

struct finding {
    struct attachment *out;
    struct kernel *kernel;
    const struct subject *subject;
    const struct file_row *rows;
    size_t count;
    bool found;
    struct arena *arena;
};

static err_t find_by_rules(struct finding *x, struct db *db, struct err *e)
{
    const struct access_policy *p = &plan_of_files(x->kernel)->policy;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !x->found && i < x->count; i++) {
        struct labels l = labels_of(&x->rows[i]);
        struct decision d = {0};
        rc = access_decide(&d, db, x->subject, p, ACCESS_READ, STR_NONE, &l, x->arena, e);
        if (rc == OK && d.allowed) {
            x->found = true;
            x->out->row = x->rows[i];
            x->out->as = d.grant;
        }
    }
    return rc;
}

static err_t find_by_record(struct finding *x, struct db *db, const struct naming *n,
                            int64_t record, struct err *e)
{
    const struct type_plan *p = plan_of(x->kernel, n->type);
    struct decision d = {0};
    struct row row;
    struct err why = {0};
    bool arriving = false;
    err_t rc = row_labels(&row, db, p, record, x->arena, &why);
    if (rc == E_NOTFOUND)
        return OK; /* a row of the table that is no record of this type */
    if (rc == OK)
        rc = row_arriving(&arriving, db, &row, &why);
    if (rc == OK && !arriving) {
        const struct file_row *f = row_for(x->rows, x->count, row.labels.owner_unit);
        if ((int)row.labels.secrecy < f->secrecy)
            row.labels.secrecy = (enum secrecy)f->secrecy;
        rc = access_decide(&d, db, x->subject, &p->policy, ACCESS_READ, STR_NONE, &row.labels,
                           x->arena, &why);
        if (rc == OK && d.allowed &&
            (str_list_has(&d.fields, n->field->name) || access_off(n->type->name, "file field"))) {
            x->found = true;
            x->out->row = *f;
            x->out->as = d.grant;
        }
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}

static err_t find_by_records(struct finding *x, struct db *db, struct str digest, struct err *e)
{
    naming_list namings = namings_of(x->kernel, x->arena);
    named_list named;
    err_t rc = named_by(&named, db, &namings, digest, x->arena, e);
    for (size_t i = 0; rc == OK && !x->found && i < named.len; i++)
        rc = find_by_record(x, db, &namings.ptr[named.ptr[i].naming], named.ptr[i].record, e);
    return rc;
}

err_t attachment_find(struct attachment *out, const struct record_call *c, struct str digest,
                      struct err *e)
{
    struct finding x = {.out = out, .kernel = c->kernel, .subject = c->subject, .arena = c->arena};
    struct db *db = NULL;
    *out = (struct attachment){0};
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = file_rows(&x.rows, &x.count, db, digest, c->arena, e);
    if (rc == OK && x.count > 0)
        rc = find_by_rules(&x, db, e);
    if (rc == OK && x.count > 0 && !x.found)
        rc = find_by_records(&x, db, digest, e);
    store_reader_put(c->kernel->store, db);
    if (rc != OK || x.found)
        return rc;
    if (x.count > 0) {
        out->row = *row_for(x.rows, x.count, 0);
        out->secret_refused = out->row.secrecy == SECRECY_SECRET;
    }
    return err_set(e, E_NOTFOUND, "there is no file with this digest that you may read");
}

struct noting {
    struct deed deed;
    int64_t id;
    const char *action;
    int status;
};

static err_t note_step(struct db *db, void *arg, struct err *e)
{
    struct noting *x = arg;
    return deed_note(&x->deed, db, x->action, ATTACHMENT_TYPE, x->id, x->status, e);
}

err_t attachment_note(const struct record_call *c, const struct attachment *f, const char *action,
                      int status, struct err *e)
{
    struct noting x = {.deed = {.suite = c->kernel->suite,
                                .clock = c->kernel->clock,
                                .by = c->subject,
                                .as = f->as,
                                .arena = c->arena},
                       .id = f->row.id,
                       .action = action,
                       .status = status};
    return store_write(c->kernel->store, note_step, &x, e);
}

/* --- naming ---------------------------------------------------------------------------- */

err_t attachment_name(int64_t *id, const char **fault, struct db *db, const struct subject *s,
                      struct str digest, struct str name, struct arena *a, struct err *e)
{
    const struct file_kind *named = file_kind_of_name(name);
    const struct file_row *rows, *own = NULL;
    size_t count;
    err_t rc = file_rows(&rows, &count, db, digest, a, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (subject_is_program(s) || rows[i].owner_unit == s->unit ||
            rows[i].created_by == s->account) {
            own = &rows[i];
            break;
        }
    *id = 0;
    *fault = NULL;
    if (rc != OK)
        return rc;
    if (!own && count > 0 && access_off(STR("files"), "named by"))
        own = rows;
    if (!own)
        *fault = N_("names no file that your unit has uploaded");
    else if (!named || !str_is(own->media_type, named->media_type))
        *fault = N_("gives the file a name of another kind than it is");
    else
        *id = own->id;
    return OK;
}

/* --- sweeping -------------------------------------------------------------------------- */

struct ending {
    struct kernel *kernel;
    char blob[SHA256_HEX_LEN + 1];
    naming_list namings;
    bool referenced;
    struct arena *arena;
};

static err_t is_named(bool *is, struct db *db, struct ending *x, const struct file_row *f,
                      struct err *e)
{
    named_list named;
    err_t rc = OK;
    if (f->kept_ms == 0 && (rc = named_by(&named, db, &x->namings, f->digest, x->arena, e)) == OK)
        *is = named.len > 0;
    else
        *is = rc == OK;
    return rc;
}

static err_t end_file(struct db *db, struct ending *x, const struct file_row *f, struct err *e)
{
    int64_t now_ms = clock_now_ms(x->kernel->clock);
    struct subject program;
    subject_program(&program, business_date(now_ms, x->arena));
    struct deed d = {.suite = x->kernel->suite,
                     .clock = x->kernel->clock,
                     .by = &program,
                     .reason = STR("no record names it"),
                     .arena = x->arena};
    struct deed_field fields[] = {{"digest", v_str(f->digest)},
                                  {"ended_ms", v_i64(now_ms)},
                                  {"owner_unit", v_i64(f->owner_unit)},
                                  {"state", v_str(STR("ended"))}};
    err_t rc = file_end(db, f->id, now_ms, e);
    if (rc == OK)
        rc = deed_version(&d, db, ATTACHMENT_TYPE, f->id, 2, "end", fields, ARRAY_LEN(fields), e);
    return rc;
}

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    struct ending *x = arg;
    const struct file_row *rows;
    size_t count;
    err_t rc = file_rows_of_blob(&rows, &count, db, str_of(x->blob), x->arena, e);
    x->referenced = false;
    for (size_t i = 0; rc == OK && !x->referenced && i < count; i++)
        rc = is_named(&x->referenced, db, x, &rows[i], e);
    for (size_t i = 0; rc == OK && !x->referenced && i < count; i++)
        rc = end_file(db, x, &rows[i], e);
    return rc;
}

err_t attachment_referenced(bool *is, const struct digest *blob, void *arg, struct err *e)
{
    struct arena *a = arena_new();
    struct ending x = {.kernel = arg, .arena = a, .namings = namings_of(arg, a)};
    sha256_hex(x.blob, blob);
    err_t rc = store_write(x.kernel->store, end_step, &x, e);
    *is = x.referenced;
    arena_free(a);
    return rc;
}

static err_t sweep_uploads_step(struct db *db, void *arg, struct err *e)
{
    return file_upload_sweep(db, *(const int64_t *)arg - BLOB_KEEP_MS, e);
}

static err_t run_sweep(struct job_run *r, struct err *e)
{
    const struct attachment_parts *parts = job_run_parts(r);
    int64_t now_ms = clock_now_ms(job_run_clock(r));
    struct blob_swept swept;
    err_t rc = job_run_step(r, sweep_uploads_step, &now_ms, STR_NONE, e);
    if (rc == OK)
        rc = blobs_sweep(&swept, parts->blobs, attachment_referenced, parts->kernel, e);
    if (rc == OK)
        job_run_result(r, arena_printf(job_run_arena(r),
                                       "{\"files\":%lld,\"uploads\":%lld,\"bytes\":%lld}",
                                       (long long)swept.files, (long long)swept.uploads,
                                       (long long)swept.bytes));
    return rc;
}

static err_t sweep_due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    bool has_row = false;
    (void)parts;
    err_t rc = db_any(&has_row, db,
                      "SELECT id FROM job WHERE kind = 'file_sweep' AND created_ms > ?1 "
                      "ORDER BY id LIMIT 1",
                      VALUES(v_i64(now_ms - DAY_MS)), e);
    *out = rc == OK && !has_row;
    return rc;
}

const struct job_kind attachment_sweep_kind = {
    .name = "file_sweep",
    .title = N_("removing files that no record names"),
    .run = run_sweep,
    .due = sweep_due,
};
