/* What goes into an archive, as who asks may read it; nothing of the moment, and nothing of who asks. */
#include "base/date.h"
#include "base/fs.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "document/case_archive_priv.h"
#include "document/service.h"
#include "record/attachment.h"
#include "text/xlsx_out.h"
#include <unistd.h>

/* --- members and entries ------------------------------------------------------------------ */

static err_t add(struct case_archive *a, struct str name, struct str title, struct str content)
{
    a->made_bytes += (int64_t)content.len;
    if (a->made_bytes > ARCHIVE_MADE_MAX)
        return err_set(a->g.e, E_LIMIT, "papers and records of the case take more than %d MiB",
                       (int)(ARCHIVE_MADE_MAX >> 20));
    VEC_PUSH(a->arena, &a->members,
             ((struct case_archive_member){.name = name,
                                           .title = title,
                                           .content = content,
                                           .bytes = (int64_t)content.len,
                                           .digest = text_digest(content, a->arena)}));
    return OK;
}

static void withhold(struct case_archive *a, struct str name, const char *why)
{
    VEC_PUSH(a->arena, &a->withheld, ((struct case_archive_withheld){name, str_of(why)}));
}

/* The entries of its versions, with what opens their commitments. */
static err_t add_entries(struct case_archive *a, const char *type, int64_t id)
{
    struct case_archive_entry one;
    return db_rows(ROWS(&a->entries, one), a->g.db,
                   "SELECT entry, content, seal FROM record_version WHERE type = ?1 AND "
                   "record_id = ?2 ORDER BY version",
                   VALUES(v_str(str_of(type)), v_i64(id)),
                   INTO(into_str(&one.uid), into_str(&one.content), into_str(&one.seal)), a->arena,
                   a->g.e);
}

/* --- the case ------------------------------------------------------------------------------- */

static void note_office(struct case_archive *a, struct str unit)
{
    if (unit.len && !str_among(unit, a->offices.ptr, a->offices.len))
        VEC_PUSH(a->arena, &a->offices, unit);
}

static void note_record(struct case_archive *a, const struct record_type *t, int64_t id)
{
    for (size_t i = 0; i < a->records.len; i++)
        if (a->records.ptr[i].type == t && a->records.ptr[i].id == id)
            return;
    VEC_PUSH(a->arena, &a->records, ((struct record_named){t, id}));
}

/* What a step wrote stands in its result as "publicity_id": 7. */
static err_t note_results(struct case_archive *a, struct str result)
{
    const struct jvalue *v = NULL;
    if (result.len == 0)
        return OK;
    err_t rc = jin_parse(&v, result, a->arena, a->g.e);
    for (size_t i = 0; rc == OK && v->type == J_OBJECT && i < v->count; i++) {
        struct str name = v->names[i];
        int64_t id = 0;
        if (!str_ends(name, STR("_id")) || v->items[i].type != J_NUMBER ||
            !str_to_i64(&id, v->items[i].text))
            continue;
        name.len -= 3;
        const struct record_type *t = record_type_find(a->g.p->kernel->types, name);
        if (t && !str_is(t->name, "case"))
            note_record(a, t, id);
    }
    return rc;
}

static void step_json(struct jout *j, const struct flow_done *d)
{
    jout_object(j);
    jout_pair_i64(j, "version", d->version);
    jout_pair(j, "kind", d->kind);
    jout_pair(j, "action", d->step);
    jout_pair(j, "label", d->label);
    jout_pair(j, "from", d->from);
    jout_pair(j, "to", d->to);
    jout_pair(j, "date", d->date);
    jout_pair_i64(j, "at_ms", d->at_ms);
    jout_pair(j, "by", d->name);
    jout_pair(j, "unit", d->unit_name);
    jout_pair(j, "role", d->role);
    jout_pair(j, "reason", d->reason);
    jout_pair(j, "basis", d->basis);
    jout_pair(j, "clause", d->clause);
    jout_pair_bool(j, "late", d->late);
    if (d->arguments.len)
        jout_pair_raw(j, "arguments", d->arguments);
    if (d->result.len) {
        jout_pair_raw(j, "result", d->result);
    }
    jout_pair(j, "entry", d->entry);
    jout_end_object(j);
}

static void case_json(struct jout *j, const struct case_archive *a)
{
    const struct flow_case *c = &a->x.c;
    jout_pair(j, "number", c->number);
    jout_pair(j, "title", c->title);
    jout_pair(j, "document", a->g.p->pack->document.title);
    jout_pair(j, "document_number", a->g.p->pack->document.number);
    jout_pair(j, "pack", c->pack);
    jout_pair(j, "pack_version", c->pack_version);
    jout_pair(j, "pack_digest", c->pack_digest);
    jout_pair(j, "process", c->process);
    jout_pair(j, "process_label", a->x.process->label);
    jout_pair(j, "stage", c->stage_label);
    jout_pair(j, "opened_on", business_date(c->opened_ms, a->arena));
    jout_pair(j, "closed_on", c->closed_on);
    jout_pair_bool(j, "trial", c->trial);
}

static err_t read_case(struct case_archive *a)
{
    const struct flow_done *all = NULL;
    size_t count = 0;
    struct jout j;
    err_t rc = flow_history(&all, &count, a->g.db, a->x.c.id, a->arena, a->g.e);
    jout_open(&j);
    case_json(&j, a);
    jout_pair_array(&j, "history");
    for (size_t i = 0; rc == OK && i < count; i++) {
        step_json(&j, &all[i]);
        note_office(a, all[i].unit_name);
        rc = note_results(a, all[i].result);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    if (rc != OK) {
        buf_clear(j.to);
        return rc;
    }
    note_record(a, record_type_find(a->g.p->kernel->types, a->x.c.type), a->x.c.record_id);
    rc = add(a, STR("case.json"), STR("事项与办理过程"), buf_take(j.to, a->arena));
    return rc == OK ? add_entries(a, "case", a->x.c.id) : rc;
}

/* --- papers ------------------------------------------------------------------------------------ */

/* Its sealed copies, then its services. */
static err_t read_of_paper(struct case_archive *a, int64_t paper)
{
    err_t rc = OK;
    EACH_ROW(st, rc, a->g.e, a->g.db,
             "SELECT 1 AS place, id FROM record_paper_seal WHERE paper_id = ?1 AND "
             "ended_ms IS NULL UNION ALL SELECT 2, id FROM record_paper_service WHERE "
             "paper_id = ?1 AND ended_ms IS NULL ORDER BY place, id",
             VALUES(v_i64(paper))) {
        const char *type = stmt_i64(st, 0) == 1 ? SEAL_TYPE : SERVICE_TYPE;
        note_record(a, record_type_find(a->g.p->kernel->types, str_of(type)), stmt_i64(st, 1));
        rc = add_entries(a, type, stmt_i64(st, 1));
    }
    return rc;
}

static err_t read_papers(struct case_archive *a)
{
    const struct case_paper *all = NULL;
    size_t count = 0;
    err_t rc = case_papers(&all, &count, &a->g);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct case_paper c = {.id = all[i].id, .case_id = a->x.c.id};
        rc = case_paper_read(&c, a->g.db, a->arena, a->g.e);
        if (rc == OK)
            rc = add_entries(a, "case_paper", all[i].id);
        if (rc == OK)
            rc = read_of_paper(a, all[i].id);
        VEC_PUSH(a->arena, &a->papers, c);
    }
    return rc;
}

static err_t add_rendered(struct case_archive *a, const struct case_paper *c, struct str base)
{
    const struct paper_stamp stamp = {.entry = c->entry};
    struct paper paper;
    if (c->form && c->content.len == 0) {
        withhold(a, base, "已依法删除");
        return OK;
    }
    struct buf b = {0};
    err_t rc = a->parts->pdf(&b, c, a->parts->arg, a->g.e);
    struct str name = arena_printf(a->arena, "%.*s.pdf", STR_ARG(base));
    if (rc == OK)
        rc = add(a, name, c->title, arena_dup(a->arena, buf_str(&b)));
    else if (rc == E_NOTFOUND) {
        withhold(a, name, "归档时本机不能生成 PDF");
        rc = OK;
    }
    buf_reset(&b);
    if (rc == OK)
        rc = case_paper_content(&paper, c, a->arena, a->g.e);
    if (rc == OK)
        rc = paper_docx(&b, &paper, &stamp, a->arena, a->g.e);
    if (rc == OK)
        rc = add(a, arena_printf(a->arena, "%.*s.docx", STR_ARG(base)), c->title,
                 arena_dup(a->arena, buf_str(&b)));
    buf_clear(&b);
    return rc == OK
               ? add(a, arena_printf(a->arena, "%.*s.json", STR_ARG(base)), c->title, c->content)
               : rc;
}

static err_t add_papers(struct case_archive *a)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < a->papers.len; i++) {
        const struct case_paper *c = &a->papers.ptr[i];
        rc = add_rendered(a, c,
                          arena_printf(a->arena, "papers/%03zu-%.*s-%lld", i + 1, STR_ARG(c->paper),
                                       (long long)c->version));
    }
    return rc;
}

/* --- records and their files ------------------------------------------------------------------ */

/* What reading it takes, out of the scratch. */
static const struct file_row *kept_row(const struct file_row *row, struct arena *a)
{
    struct file_row *out = arena_alloc(a, sizeof(*out));
    *out = *row;
    out->state = out->city = out->province = STR_NONE;
    out->digest = arena_dup(a, row->digest);
    out->blob = arena_dup(a, row->blob);
    out->name = arena_dup(a, row->name);
    out->kind = arena_dup(a, row->kind);
    out->media_type = arena_dup(a, row->media_type);
    out->key = arena_dup(a, row->key);
    return out;
}

/* A secret file leaves as it is fetched: by who may read it, now, and its reading is logged. */
static err_t add_file(struct case_archive *a, struct str digest, struct str title)
{
    struct kernel *k = a->g.p->kernel;
    struct attachment f;
    if (str_among(digest, a->files.ptr, a->files.len))
        return OK;
    VEC_PUSH(a->arena, &a->files, arena_dup(a->arena, digest));
    struct str plain = arena_printf(a->arena, "files/%.16s", digest.ptr);
    err_t rc =
        attachment_find(&f, &(struct record_call){k, a->x.by, NULL, 0, a->scratch}, digest, a->g.e);
    bool secret = rc == OK && f.row.secrecy == SECRECY_SECRET;
    if (rc == E_NOTFOUND || (secret && !a->parts->secrets)) {
        withhold(a, plain, "归档人无权读取");
        return OK;
    }
    if (rc == OK && secret && !subject_is_program(a->x.by))
        rc = attachment_note(&(struct record_call){k, a->x.by, NULL, 0, a->scratch}, &f, "read", 0,
                             a->g.e);
    if (rc != OK)
        return rc;
    const struct file_row *row = kept_row(&f.row, a->arena);
    VEC_PUSH(a->arena, &a->members,
             ((struct case_archive_member){
                 .name = arena_printf(a->arena, "%.*s.%.*s", STR_ARG(plain), STR_ARG(row->kind)),
                 .title = arena_dup(a->arena, title),
                 .file = row,
                 .bytes = row->bytes,
                 .digest = row->digest}));
    return OK;
}

static err_t add_files(struct case_archive *a, const struct jvalue *v)
{
    err_t rc = OK;
    if (v->type != J_OBJECT && v->type != J_ARRAY)
        return OK;
    struct str digest = v->type == J_OBJECT ? jin_text(v, "digest") : STR_NONE;
    if (v->count == 2 && digest.len == SHA256_HEX_LEN && jin_get(v, "name"))
        return add_file(a, digest, jin_text(v, "name"));
    for (size_t i = 0; rc == OK && i < v->count; i++)
        rc = add_files(a, &v->items[i]);
    return rc;
}

/* Without what the server adds for who looks at it now ("_may"). */
static err_t add_record(struct case_archive *a, const struct record_type *t, int64_t id)
{
    const struct jvalue *v = NULL;
    struct jout j;
    struct str name =
        arena_printf(a->arena, "records/%.*s-%lld.json", STR_ARG(t->name), (long long)id);
    err_t rc =
        record_seen(&v, &(struct record_call){a->g.p->kernel, a->x.by, t, id, a->scratch}, a->g.e);
    if (rc == E_NOTFOUND || rc == E_DENIED) {
        withhold(a, name, "归档人无权读取");
        return OK;
    }
    if (rc != OK)
        return rc;
    jout_open(&j);
    for (size_t i = 0; i < v->count; i++)
        if (v->names[i].len && v->names[i].ptr[0] != '_') {
            jout_name_str(&j, v->names[i]);
            jout_value(&j, &v->items[i]);
        }
    jout_end_object(&j);
    rc = add(a, name, t->label.zh, buf_take(j.to, a->arena));
    return rc == OK ? add_files(a, v) : rc;
}

static err_t add_records(struct case_archive *a)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < a->records.len; i++)
        if (a->records.ptr[i].type) {
            rc = add_record(a, a->records.ptr[i].type, a->records.ptr[i].id);
            arena_reset(a->scratch);
        }
    return rc;
}

/* --- catalogue ----------------------------------------------------------------------------------- */

static struct str due_title(const struct paper_due *due, struct arena *a)
{
    return arena_printf(a, "%.*s（%.*s，%.*s）", STR_ARG(part_text(due->paper, "label")),
                        STR_ARG(due->label), STR_ARG(due->since));
}

static void write_rows(struct xlsx_out *x, const struct case_archive *a)
{
    const struct str head[] = {STR("序号"), STR("文件"), STR("题名"), STR("字节"), STR("SHA-256")};
    const struct str about[][2] = {{STR("事项编号"), a->x.c.number},
                                   {STR("事项名称"), a->x.c.title},
                                   {STR("依据文件"), a->g.p->pack->document.title},
                                   {STR("立案日期"), business_date(a->x.c.opened_ms, a->arena)},
                                   {STR("办结日期"), a->x.c.closed_on},
                                   {STR("保管期限"), a->terms.retention},
                                   {STR("保管期限依据"), a->terms.source}};
    xlsx_out_row(x, head, ARRAY_LEN(head), true);
    for (size_t i = 0; i < a->members.len; i++) {
        const struct case_archive_member *m = &a->members.ptr[i];
        const struct str row[] = {arena_printf(a->arena, "%zu", i + 1), m->name, m->title,
                                  arena_printf(a->arena, "%lld", (long long)m->bytes), m->digest};
        xlsx_out_row(x, row, ARRAY_LEN(row), false);
    }
    for (size_t i = 0; i < a->due_count; i++) {
        const struct str row[] = {arena_printf(a->arena, "%zu", a->members.len + i + 1),
                                  STR("未制发"), due_title(&a->due[i], a->arena), STR_NONE,
                                  STR_NONE};
        xlsx_out_row(x, row, ARRAY_LEN(row), false);
    }
    xlsx_out_sheet(x, "事项");
    for (size_t i = 0; i < ARRAY_LEN(about); i++)
        xlsx_out_row(x, about[i], 2, false);
    if (a->due_count)
        xlsx_out_row(x, (const struct str[]){STR("文书未制发的原因"), a->terms.missing_reason}, 2,
                     false);
}

static err_t add_workbook(struct case_archive *a)
{
    uint8_t random[8];
    char hex[2 * sizeof(random) + 1];
    struct xlsx_out *x = NULL;
    struct bytes file = {NULL, 0};
    random_bytes(random, sizeof(random));
    hex_write(hex, (struct bytes){random, sizeof(random)});
    hex[2 * sizeof(random)] = 0;
    const char *path = arena_printf(a->arena, "%s/archive-%s.xlsx", a->parts->tmpdir, hex).ptr;
    err_t rc = xlsx_out_open(&x, path, "目录", a->parts->tmpdir, a->g.e);
    if (rc != OK)
        return rc;
    write_rows(x, a);
    rc = xlsx_out_finish(x, NULL, a->g.e);
    if (rc == OK)
        rc = fs_read(&file, &fs_system, path, (size_t)ARCHIVE_MADE_MAX, a->arena, a->g.e);
    (void)unlink(path);
    return rc == OK ? add(a, STR("catalogue.xlsx"), STR("目录"), bytes_str(file)) : rc;
}

/* 未制发: what the process owes and nobody issued. */
static void write_due(struct jout *j, const struct case_archive *a)
{
    jout_pair_object(j, "not_issued");
    jout_pair(j, "reason", a->terms.missing_reason);
    jout_pair_array(j, "papers");
    for (size_t i = 0; i < a->due_count; i++) {
        jout_object(j);
        jout_pair(j, "paper", a->due[i].paper->id);
        jout_pair(j, "title", part_text(a->due[i].paper, "label"));
        jout_pair(j, "step", a->due[i].step);
        jout_pair(j, "step_label", a->due[i].label);
        jout_pair(j, "since", a->due[i].since);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static void write_catalogue(struct jout *j, const struct case_archive *a)
{
    jout_object(j);
    jout_pair(j, "format", STR(ARCHIVE_FORMAT));
    jout_pair_object(j, "case");
    case_json(j, a);
    jout_pair_strs(j, "offices", a->offices.ptr, a->offices.len);
    jout_end_object(j);
    jout_pair_object(j, "retention");
    jout_pair(j, "class", a->terms.retention);
    jout_pair(j, "source", a->terms.source);
    jout_end_object(j);
    jout_pair_array(j, "members");
    for (size_t i = 0; i < a->members.len; i++) {
        const struct case_archive_member *m = &a->members.ptr[i];
        jout_object(j);
        jout_pair(j, "name", m->name);
        jout_pair(j, "title", m->title);
        jout_pair_i64(j, "bytes", m->bytes);
        jout_pair(j, "sha256", m->digest);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "withheld");
    for (size_t i = 0; i < a->withheld.len; i++) {
        jout_object(j);
        jout_pair(j, "name", a->withheld.ptr[i].name);
        jout_pair(j, "why", a->withheld.ptr[i].why);
        jout_end_object(j);
    }
    jout_end_array(j);
    if (a->due_count)
        write_due(j, a);
    jout_pair_array(j, "entries");
    for (size_t i = 0; i < a->entries.len; i++) {
        jout_object(j);
        jout_pair(j, "uid", a->entries.ptr[i].uid);
        jout_pair_bool(j, "opened", a->entries.ptr[i].content.len > 0);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

err_t case_archive_gather(struct case_archive *a)
{
    struct jout j;
    err_t rc = step_reader(&a->g);
    if (rc == OK)
        rc = read_case(a);
    if (rc == OK)
        rc = read_papers(a);
    step_reader_end(&a->g);
    if (rc == OK)
        rc = add_papers(a);
    if (rc == OK)
        rc = add_records(a);
    if (rc == OK)
        rc = add_workbook(a);
    if (rc != OK)
        return rc;
    jout_own(&j);
    write_catalogue(&j, a);
    a->catalogue = buf_take(j.to, a->arena);
    a->digest = text_digest(a->catalogue, a->arena);
    return OK;
}
