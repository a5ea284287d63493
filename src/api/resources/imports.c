/* POST /imports: one file as the request's body, read as the command does. */
#include "api/resource.h"
#include "base/msg.h"
#include "ingest/pipeline.h"

static const struct property reject_members[] = {{"row", &schema_integer, true},
                                                 {"column", &schema_string, false},
                                                 {"value", &schema_string, false},
                                                 {"reason", &schema_string, true},
                                                 {0}};
static const struct schema reject = {SCHEMA_OBJECT, .properties = reject_members};
static const struct schema rejects = {SCHEMA_ARRAY, .items = &reject};
static const struct property file_members[] = {
    {"file", &schema_string, true},      {"format", &schema_string, false},
    {"records", &schema_integer, true},  {"inserted", &schema_integer, true},
    {"updated", &schema_integer, true},  {"unchanged", &schema_integer, true},
    {"rejected", &schema_integer, true}, {"refused", &schema_string, false},
    {"rejects", &rejects, true},         {0}};
static const struct schema file = {SCHEMA_OBJECT, .properties = file_members};
static const struct schema files = {SCHEMA_ARRAY, .items = &file};
static const struct property members[] = {
    {"files", &files, true}, {"seconds", &schema_number, true}, {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = members};

static const struct parameter parameters[] = {
    {"name", IN_QUERY, &schema_string, true, false,
     N_("the file's name, for the report and as source")},
    {"format", IN_QUERY, &schema_string, false, false, N_("absent: found by content")},
    {"map", IN_QUERY, &schema_string, false, true, N_("COLUMN=field")},
    {0}};

static void write_file(struct jout *j, const struct import_file_report *f, struct str name)
{
    jout_object(j);
    jout_name(j, "file");
    jout_str(j, name);
    jout_pair(j, "format", f->format);
    jout_pair_i64(j, "records", f->records);
    jout_pair_i64(j, "inserted", f->inserted);
    jout_pair_i64(j, "updated", f->updated);
    jout_pair_i64(j, "unchanged", f->unchanged);
    jout_pair_i64(j, "rejected", f->rejected);
    if (f->refused != OK)
        jout_pair(j, "refused", f->refusal);
    jout_name(j, "rejects");
    jout_array(j);
    for (size_t i = 0; i < f->reject_count; i++) {
        jout_object(j);
        jout_pair_i64(j, "row", f->rejects[i].row);
        jout_pair(j, "column", f->rejects[i].column);
        jout_pair(j, "value", f->rejects[i].value);
        jout_pair(j, "reason", f->rejects[i].reason);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

/* The upload lies in a file with a made-up name: reports show the given one. */
static struct str shown_name(const struct request *r, struct str given, struct str reported)
{
    struct str prefix = str_of(r->body_file);
    if (!str_starts(reported, prefix))
        return given;
    return arena_join(r->arena, given,
                      (struct str){reported.ptr + prefix.len, reported.len - prefix.len});
}

static err_t post_import(struct reply *out, const struct request *r, struct err *e)
{
    struct str name = request_value(r, "name"), format = request_value(r, "format");
    struct import_options o = {.source = name,
                               .tmpdir = r->api->data_dir,
                               .format = format.len ? arena_cstr(r->arena, format) : NULL};
    struct import_report report;
    struct buf b;
    struct jout j;
    const char *path = r->body_file;
    o.map_count = request_values(&o.maps, r, "map");
    err_t rc = import_run(&report, r->api->store, &path, 1, &o, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "files");
    jout_array(&j);
    for (size_t i = 0; i < report.file_count; i++)
        write_file(&j, &report.files[i], shown_name(r, name, report.files[i].file));
    jout_end_array(&j);
    jout_name(&j, "seconds");
    jout_double(&j, report.seconds);
    jout_end_object(&j);
    return reply_json(out, r, &b, e);
}

const struct resource resource_imports = {
    .method = "POST",
    .path = "/api/v1/imports",
    .summary = N_("import one file"),
    .parameters = parameters,
    .body = BODY_UPLOAD,
    .reply = &reply_schema,
    .handle = post_import,
};
