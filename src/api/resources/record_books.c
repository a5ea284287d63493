/* Excel in and out of /records/{type}: template, export, import, undo, refused rows. */
#include "api/files.h"
#include "api/records.h"
#include "api/reply_book.h"
#include "api/upload_job.h"
#include "base/fs.h"
#include "base/msg.h"
#include "record/import_job.h"
#include "record/workbook.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAITED_FOR_BYTES ((off_t)2 << 20) /* some 30,000 rows: half a minute */

/* The workbook that `write` makes of the request's records. */
static err_t reply_written(struct reply *out, const struct request *r,
                           err_t (*write)(const char *path, const struct record_call *c,
                                          const char *data_dir, struct err *e),
                           struct err *e)
{
    struct record_call c;
    const char *path = NULL;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = reply_book_path(&path, r, e);
    if (rc == OK)
        rc = write(path, &c, r->api->data_dir, e);
    if (rc == OK)
        return reply_book(out, r, path, c.type->name, e);
    if (path)
        unlink(path);
    return rc;
}

static err_t get_template(struct reply *out, const struct request *r, struct err *e)
{
    return reply_written(out, r, workbook_template, e);
}

const struct resource resource_record_template = {
    .reads = READS_NONE,
    .path = "/api/v1/records/{type}/template.xlsx",
    .summary = N_("an empty workbook to fill in and import"),
    .parameters = path_type,
    .handle = get_template,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .lane = LANE_SLOW,
};

static const struct parameter export_parameters[] = {
    TYPE_PARAMETER,
    {"filter", IN_QUERY, &schema_string, false, false, N_("as in the list")},
    {"sort", IN_QUERY, &schema_string, false, false, N_("as in the list")},
    {"q", IN_QUERY, &schema_string, false, false, N_("as in the list")},
    {"ended", IN_QUERY, &schema_boolean, false, false, N_("ended records too")},
    {0}};

static err_t get_export(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    const char *path = NULL;
    const struct list_request q = records_list_request(r);
    int64_t count;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = reply_book_path(&path, r, e);
    if (rc == OK)
        rc = workbook_export(path, &count, &c, &q, r->api->data_dir, e);
    if (rc == OK) {
        rc = reply_export(out, r, path, c.type->name, count, e);
        out->records = count;
        return rc;
    }
    if (path)
        unlink(path);
    return rc;
}

const struct resource resource_record_export = {
    .reads = READS_SAID,
    .path = "/api/v1/records/{type}/export.xlsx",
    .summary = N_("the records of a list as a workbook, with all their fields"),
    .parameters = export_parameters,
    .handle = get_export,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .lane = LANE_LONG,
};

/* --- import ----------------------------------------------------------------------------- */

OBJECT_SCHEMA(reject, NULL, REQUIRED("sheet", schema_string), REQUIRED("row", schema_integer),
              REQUIRED("reason", schema_string));
ARRAY_SCHEMA(rejects, reject);
OBJECT_SCHEMA(import_schema, NULL, OPTIONAL("id", schema_integer), OPTIONAL("state", schema_string),
              OPTIONAL("created", schema_integer), OPTIONAL("changed", schema_integer),
              OPTIONAL("unchanged", schema_integer), OPTIONAL("rejected", schema_integer),
              OPTIONAL("rejects", rejects), OPTIONAL("notes", rejects),
              OPTIONAL("maps", schema_strings), OPTIONAL("unused", schema_strings),
              OPTIONAL("job", upload_job_schema));
static const struct parameter import_parameters[] = {
    TYPE_PARAMETER,
    {"name", IN_QUERY, &schema_string, false, false, N_("the file's name, for people")},
    {"whole", IN_QUERY, &schema_boolean, false, false, N_("true: all rows or none")},
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with each version")},
    {"check", IN_QUERY, &schema_boolean, false, false,
     N_("true: say what would become of each row, and write none; it is waited for")},
    {"map", IN_QUERY, &schema_string, false, true,
     N_("HEADER=column of the type, HEADER= leaves it out; of a workbook that is waited for. A "
        "check whose state "
        "is unmapped has the headers to map as rejects, and as maps what they most likely are")},
    {"job", IN_QUERY, &schema_boolean, false, false,
     N_("true: do not wait for it; the answer is 202 with the number of a job. A workbook of more "
        "than 2 MiB is never waited for")},
    {0}};

static bool server_stops(void *arg)
{
    return ((struct api *)arg)->stopping;
}

static err_t queue(int64_t *id, struct db *db, const void *wish, int64_t now_ms, struct err *e)
{
    return sheet_import_queue(id, db, wish, now_ms, e);
}

static err_t queue_import(struct reply *out, const struct request *r, const struct record_type *t,
                          struct err *e)
{
    struct sheet_import_wish wish = {.type = t->name,
                                     .file_name = request_query(r, "name"),
                                     .reason = request_query(r, "reason"),
                                     .whole = str_is(request_query(r, "whole"), "true"),
                                     .account = r->subject->account};
    if (!workbook_may_import(t, r->subject))
        return err_set(e, E_DENIED, "you may not import: %.*s", STR_ARG(record_type_label(t)));
    return upload_job_reply(out, r, &(struct upload_job){&wish.digest, &wish, queue}, e);
}

static err_t take_file(struct str *digest, void *arg, struct str name, struct stream *content,
                       struct err *e)
{
    return files_store(digest, arg, name, false, content, e);
}

static err_t post_import(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct sheet_import_outcome done;
    const struct sheet_import_files files = {take_file, (void *)(uintptr_t)r, WAITED_FOR_BYTES};
    bool bundle = false;
    struct stat st;
    struct sheet_import_options o = {.check = str_is(request_query(r, "check"), "true"),
                                     .whole = str_is(request_query(r, "whole"), "true"),
                                     .lang = msg_lang(),
                                     .file_name = request_query(r, "name"),
                                     .tmpdir = r->api->data_dir,
                                     .reason = request_query(r, "reason"),
                                     .files = &files,
                                     .stop = server_stops,
                                     .arg = r->api};
    struct jout j;
    o.map_count = request_values(&o.maps, r, "map");
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = sheet_import_is_bundle(&bundle, r->body_file, r->api->data_dir, e);
    bool job = str_is(request_query(r, "job"), "true");
    bool large = stat(r->body_file, &st) == 0 && st.st_size > WAITED_FOR_BYTES;
    if (rc == OK && bundle && job)
        return err_set(e, E_INVALID,
                       "a workbook with its files is not imported as a job: import it at once");
    if (rc == OK && !o.check && (job || (large && !bundle)))
        return queue_import(out, r, c.type, e);
    if (rc == OK)
        rc = sheet_import(&done, &c, r->body_file, &o, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    if (!o.check)
        jout_pair_i64(&j, "id", done.id);
    jout_pair(&j, "state", done.state);
    jout_pair_i64(&j, "created", done.created);
    jout_pair_i64(&j, "changed", done.changed);
    jout_pair_i64(&j, "unchanged", done.unchanged);
    jout_pair_i64(&j, "rejected", done.rejected);
    sheet_rows_json(&j, "rejects", done.rejects, done.reject_count);
    sheet_rows_json(&j, "notes", done.notes, done.note_count);
    if (done.map_count)
        jout_pair_strs(&j, "maps", done.maps, done.map_count);
    jout_pair_strs(&j, "unused", done.unused, done.unused_count);
    return reply_object(out, r, &j, e);
}

const struct resource resource_record_import = {
    .method = "POST",
    .path = "/api/v1/records/{type}/import",
    .summary =
        N_("bring in a workbook, or a ZIP of one and the files that its cells name; each row "
           "by itself, or all or none"),
    .parameters = import_parameters,
    .body = BODY_UPLOAD,
    .reply = &import_schema,
    .statuses = {200, 202},
    .handle = post_import,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    ENTRIES(EACH,
            N_("one for each row that changes, one for each file that came with the workbook, and "
               "one for the workbook; as a job, one for its queueing besides")),
};

static const struct parameter one_import_parameters[] = {
    TYPE_PARAMETER, {"id", IN_PATH, &schema_id, true, false, N_("the import's")}, {0}};

OBJECT_SCHEMA(one_import, NULL, REQUIRED("created", schema_integer),
              REQUIRED("changed", schema_integer), REQUIRED("unchanged", schema_integer),
              REQUIRED("rejected", schema_integer), REQUIRED("kept", schema_integer),
              REQUIRED("id", schema_integer), REQUIRED("state", schema_string),
              OPTIONAL("name", schema_string), REQUIRED("begun", schema_string));
LIST_SCHEMA(import_list, one_import);

static err_t get_imports(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct items list;
    int64_t total = 0;
    items_begin(&list);
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = sheet_imports_json(&list.json, &total, &c, e);
    return items_end_if(rc, out, r, &list, total, 0, e);
}

const struct resource resource_record_imports = {
    .reads = READS_NONE,
    .path = "/api/v1/records/{type}/imports",
    .summary = N_("your last 50 imports of this type, the latest first"),
    .parameters = path_type,
    .reply = &import_list,
    .handle = get_imports,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

static err_t get_rejects(struct reply *out, const struct request *r, struct err *e)
{
    return reply_written(out, r, sheet_import_rejects, e);
}

const struct resource resource_record_import_rejects = {
    .reads = READS_NONE,
    .path = "/api/v1/records/{type}/imports/{id}/rejects.xlsx",
    .summary = N_("the refused rows of an import, each with its reason"),
    .parameters = one_import_parameters,
    .handle = get_rejects,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .lane = LANE_SLOW,
};

static const struct schema left_schema = {
    SCHEMA_ARRAY, .items = &schema_integer,
    .description =
        N_("the records that were left alone; why says of the first what stood against it")};
OBJECT_SCHEMA(undo_schema, NULL, REQUIRED("undone", schema_integer),
              REQUIRED("kept", schema_integer), REQUIRED("left", left_schema),
              OPTIONAL("why", schema_string));

static err_t undo_import(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct sheet_undo_outcome done;
    struct jout j;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = sheet_import_undo(&done, &c, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "undone", done.undone);
    jout_pair_i64(&j, "kept", done.kept);
    jout_pair_array(&j, "left");
    for (int64_t i = 0; i < done.kept; i++)
        jout_i64(&j, done.left[i]);
    jout_end_array(&j);
    if (done.kept)
        jout_pair(&j, "why", done.why);
    return reply_object(out, r, &j, e);
}

const struct resource resource_record_import_undo = {
    .method = "POST",
    .path = "/api/v1/records/{type}/imports/{id}/undo",
    .summary = N_("end what an import made and put back what it changed"),
    .parameters = one_import_parameters,
    .reply = &undo_schema,
    .handle = undo_import,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .lane = LANE_LONG,
    ENTRIES(EACH, N_("one for each row that is put back")),
};
