/* POST /imports: one file as the request's body, read as the command does; answered when all
 * of it is in, or, with job=true, at once, by the number of the job that reads it. */
#include "api/resource.h"
#include "api/upload_job.h"
#include "base/msg.h"
#include "ingest/import_job.h"
#include "ingest/pipeline.h"
#include "model/file.h"
#include "record/record.h"

static const struct property reject_members[] = {
    {"row", &schema_integer, true},    {"sheet", &schema_string, false},
    {"column", &schema_string, false}, {"value", &schema_string, false},
    {"reason", &schema_string, true},  {0}};
static const struct schema reject = {SCHEMA_OBJECT, .properties = reject_members};
static const struct schema rejects = {SCHEMA_ARRAY, .items = &reject};
static const struct property warning_members[] = {
    {"kind", &schema_string, true},       {"count", &schema_integer, true},
    {"first_row", &schema_integer, true}, {"column", &schema_string, false},
    {"value", &schema_string, false},     {0}};
static const struct schema warning = {SCHEMA_OBJECT, .properties = warning_members};
static const struct schema warnings = {SCHEMA_ARRAY, .items = &warning};
static const struct property guess_members[] = {{"column", &schema_string, true},
                                                {"field", &schema_string, false},
                                                {"values", &schema_string, true},
                                                {0}};
static const struct schema guess = {SCHEMA_OBJECT, .properties = guess_members};
static const struct schema guesses = {
    SCHEMA_ARRAY, .items = &guess,
    .description = N_("of a file that is refused because it is not sure which column is what: what "
                      "the values themselves say; answer with map")};
static const struct schema format_name = {SCHEMA_ANY,
                                          .description = N_("its name; null: none was found")};
static const struct property file_members[] = {
    {"file", &schema_string, true},      {"format", &format_name, true},
    {"records", &schema_integer, true},  {"inserted", &schema_integer, true},
    {"updated", &schema_integer, true},  {"unchanged", &schema_integer, true},
    {"rejected", &schema_integer, true}, {"numberless", &schema_integer, true},
    {"repeats", &schema_integer, true},  {"resumed", &schema_integer, true},
    {"table", &schema_string, false},    {"refused", &schema_string, false},
    {"rejects", &rejects, true},         {"unknown_columns", &schema_strings, true},
    {"proposals", &guesses, false},      {"warnings", &warnings, true},
    {"remarks", &schema_strings, true},  {0}};
static const struct schema file = {SCHEMA_OBJECT, .properties = file_members};
static const struct schema files = {SCHEMA_ARRAY, .items = &file};
static const struct property members[] = {{"files", &files, false},
                                          {"remarks", &schema_strings, false},
                                          {"seconds", &schema_number, false},
                                          {"job", &upload_job_schema, false},
                                          {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = members};

static const struct parameter parameters[] = {
    {"name", IN_QUERY, &schema_string, true, false,
     N_("the file's name, for the report and as source")},
    {"format", IN_QUERY, &schema_string, false, false, N_("absent: found by content")},
    {"map", IN_QUERY, &schema_string, false, true, N_("COLUMN=field; -=field: no column is it")},
    {"job", IN_QUERY, &schema_boolean, false, false,
     N_("true: do not wait for it; the answer is 202 with the number of a job")},
    {0}};

/* Asked between batches: the answer to a server that stops comes soon then. */
static bool server_stops(void *arg)
{
    return ((struct api *)arg)->stopping;
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

static err_t queue(int64_t *id, struct db *db, const void *wish, int64_t now_ms, struct err *e)
{
    return import_job_add(id, db, wish, now_ms, e);
}

static err_t queue_import(struct reply *out, const struct request *r, struct err *e)
{
    struct import_wish wish = {.name = request_value(r, "name"),
                               .format = request_value(r, "format"),
                               .account = r->subject->account,
                               .unit = r->subject->unit};
    if (r->subject->account == 0)
        return err_set(e, E_DENIED,
                       "a job belongs to somebody: sign in first, or wait for the "
                       "import without job=true");
    wish.map_count = request_values(&wish.maps, r, "map");
    return upload_job_reply(out, r, &(struct upload_job){&wish.digest, &wish, queue}, e);
}

static err_t post_import(struct reply *out, const struct request *r, struct err *e)
{
    struct str name = request_value(r, "name"), format = request_value(r, "format");
    struct import_options o = {.source = name,
                               .tmpdir = r->api->data_dir,
                               .stop = server_stops,
                               .stop_arg = r->api,
                               .format = format.len ? arena_cstr(r->arena, format) : NULL};
    struct import_by by = {.suite = r->api->kernel->suite,
                           .clock = r->api->clock,
                           .account = r->subject->account,
                           .unit = r->subject->unit};
    struct import_report report;
    struct buf b;
    struct jout j;
    const char *path = r->body_file;
    if (str_is(request_value(r, "job"), "true"))
        return queue_import(out, r, e);
    o.by = &by;
    o.map_count = request_values(&o.maps, r, "map");
    err_t rc = import_run(&report, r->api->store, &path, 1, &o, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "files");
    jout_array(&j);
    for (size_t i = 0; i < report.file_count && rc == OK; i++)
        rc = import_file_json(&j, &report.files[i], shown_name(r, name, report.files[i].file), e);
    jout_end_array(&j);
    import_run_json(&j, &report);
    jout_name(&j, "seconds");
    jout_double(&j, report.seconds);
    jout_end_object(&j);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_imports = {
    .method = "POST",
    .path = "/api/v1/imports",
    .summary = N_("import one file"),
    .parameters = parameters,
    .body = BODY_UPLOAD,
    .reply = &reply_schema,
    .handle = post_import,
    .need = NEED_LOCAL,
    .scope = "imports",
    .entries = ENTRIES_EACH,
    .entries_why = N_("one for each batch of the file; as a job, one for its queueing besides"),
};
