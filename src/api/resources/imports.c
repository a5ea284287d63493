/* /imports: one file as the request's body, read as the command does; answered when all of it is in,
 * or, with job=true, at once, by the number of the job that reads it. And what was brought in: listed,
 * taken back. */
#include "api/resource.h"
#include "api/upload_job.h"
#include "base/msg.h"
#include "ingest/import_job.h"
#include "ingest/import_undo.h"
#include "ingest/pipeline.h"
#include "ingest/right.h"
#include "model/file.h"
#include "record/record.h"

OBJECT_SCHEMA(reject, NULL, REQUIRED("row", schema_integer), OPTIONAL("sheet", schema_string),
              OPTIONAL("column", schema_string), OPTIONAL("value", schema_string),
              REQUIRED("reason", schema_string));
ARRAY_SCHEMA(rejects, reject);
OBJECT_SCHEMA(warning, NULL, REQUIRED("kind", schema_string), REQUIRED("count", schema_integer),
              REQUIRED("first_row", schema_integer), OPTIONAL("column", schema_string),
              OPTIONAL("value", schema_string));
ARRAY_SCHEMA(warnings, warning);
OBJECT_SCHEMA(guess, NULL, REQUIRED("column", schema_string), OPTIONAL("field", schema_string),
              REQUIRED("values", schema_string));
static const struct schema guesses = {
    SCHEMA_ARRAY, .items = &guess,
    .description = N_("of a file that is refused because it is not sure which column is what: what "
                      "the values themselves say; answer with map")};
OBJECT_SCHEMA(column, NULL, REQUIRED("column", schema_string), REQUIRED("field", schema_string),
              REQUIRED("known", schema_boolean), REQUIRED("sample", schema_strings));
static const struct schema columns = {
    SCHEMA_ARRAY, .items = &column,
    .description =
        N_("of its first table: what each is read as, whether its name says so, and what "
           "stands in its first rows")};
OBJECT_MEMBERS(with, REQUIRED("applicant", schema_integer), REQUIRED("abstract", schema_integer),
               REQUIRED("class", schema_integer), REQUIRED("citation", schema_integer));
static const struct schema with = {SCHEMA_OBJECT, .properties = with_members,
                                   .description = N_("how many of its records have one")};
OBJECT_SCHEMA(field_choice, NULL, REQUIRED("field", schema_string),
              REQUIRED("label", schema_string));
static const struct schema field_choices = {
    SCHEMA_ARRAY, .items = &field_choice,
    .description = N_("of a dry run: what map may say that a column is")};
static const struct schema format_name = {SCHEMA_STRING,
                                          .description = N_("its name; null: none was found")};
static const struct schema as_of_day = {
    SCHEMA_STRING,
    .description = N_("day of its data, as the file itself or the request says; absent: not "
                      "known")};
static const struct schema as_of_last_day = {
    SCHEMA_STRING, .description = N_("the last one, where its records are of several days")};
OBJECT_SCHEMA(file, NULL, REQUIRED("file", schema_string), NULLABLE("format", format_name),
              REQUIRED("records", schema_integer), REQUIRED("inserted", schema_integer),
              REQUIRED("updated", schema_integer), REQUIRED("unchanged", schema_integer),
              REQUIRED("rejected", schema_integer), REQUIRED("numberless", schema_integer),
              REQUIRED("repeats", schema_integer), REQUIRED("resumed", schema_integer),
              OPTIONAL("as_of", as_of_day), OPTIONAL("as_of_last", as_of_last_day),
              OPTIONAL("table", schema_string), OPTIONAL("refused", schema_string),
              REQUIRED("rejects", rejects), REQUIRED("unknown_columns", schema_strings),
              OPTIONAL("proposals", guesses), REQUIRED("warnings", warnings),
              REQUIRED("remarks", schema_strings), OPTIONAL("dry_run", schema_boolean),
              OPTIONAL("columns", columns), OPTIONAL("format_title", schema_string),
              OPTIONAL("with", with));
ARRAY_SCHEMA(files, file);
static const struct schema numbers = {SCHEMA_ARRAY, .items = &schema_integer,
                                      .description = N_("the imports': GET /imports/{id}")};
OBJECT_SCHEMA(reply_schema, NULL, OPTIONAL("files", files), OPTIONAL("remarks", schema_strings),
              OPTIONAL("imports", numbers), OPTIONAL("seconds", schema_number),
              OPTIONAL("job", upload_job_schema), OPTIONAL("dry_run", schema_boolean),
              OPTIONAL("fields", field_choices));

static const struct parameter parameters[] = {
    {"name", IN_QUERY, &schema_string, true, false, N_("the file's name, for the report")},
    {"source", IN_QUERY, &schema_line, false, false,
     N_("the office or vendor whose data this is (patsnap, incopat, cnipa-search …): what it says "
        "is "
        "weighed by it; absent: the file itself, by its content")},
    {"as_of", IN_QUERY, &schema_day, false, false,
     N_("day of the data, where its records do not say; the latest decides the legal status")},
    {"format", IN_QUERY, &schema_string, false, false, N_("absent: found by content")},
    {"map", IN_QUERY, &schema_string, false, true, N_("COLUMN=field; -=field: no column is it")},
    {"job", IN_QUERY, &schema_boolean, false, false,
     N_("true: do not wait for it; the answer is 202 with the number of a job")},
    {"dry_run", IN_QUERY, &schema_boolean, false, false,
     N_("true: say what an import would do, and write nothing")},
    {"check", IN_QUERY, &schema_id, false, false,
     N_("with job: the number of a job of mine that was a dry run; its file is read, not the "
        "body's, under its name, source, day and maps")},
    {0}};

/* Asked between batches: the answer to a server that stops comes soon then. */
static bool server_stops(void *arg)
{
    return ((struct api *)arg)->stopping;
}

static bool is_dry_run(const struct request *r)
{
    return str_is(request_value(r, "dry_run"), "true");
}

static err_t queue(int64_t *id, struct db *db, const void *wish, int64_t now_ms, struct err *e)
{
    return import_job_add(id, db, wish, now_ms, e);
}

/* A file that was looked at is not sent again. */
static err_t find_checked(struct import_wish *out, const struct request *r, int64_t id,
                          struct err *e)
{
    struct job job;
    err_t rc = STORE_READ(db, r->api->store, e, job_get(&job, db, id, r->arena, e));
    if (rc == OK && (job.owner != r->subject->account || !str_is(job.kind, import_check_kind.name)))
        rc = err_set(e, E_NOTFOUND, "there is no job %lld", (long long)id);
    if (rc == OK && (rc = import_job_wish(out, &job, r->arena, e)) == OK)
        out->check = id;
    return rc;
}

/* Those of the request after those that the file was looked at with: the later one holds. */
static void add_maps(struct import_wish *w, const struct request *r)
{
    const struct str *more;
    size_t count = request_values(&more, r, "map");
    struct str *all = arena_array(r->arena, w->map_count + count + 1, sizeof(*all));
    for (size_t i = 0; i < w->map_count + count; i++)
        all[i] = i < w->map_count ? w->maps[i] : more[i - w->map_count];
    w->maps = all;
    w->map_count += count;
}

static err_t queue_import(struct reply *out, const struct request *r, struct err *e)
{
    struct import_wish wish = {.name = request_value(r, "name"),
                               .format = request_value(r, "format"),
                               .source = request_value(r, "source"),
                               .as_of = request_value(r, "as_of"),
                               .account = r->subject->account,
                               .unit = r->subject->unit};
    int64_t check = request_integer(r, "check", 0);
    err_t rc;
    if (r->subject->account == 0)
        return err_set(e, E_DENIED,
                       "a job belongs to somebody: sign in first, or wait for the "
                       "import without job=true");
    if (check && (rc = find_checked(&wish, r, check, e)) != OK)
        return rc;
    wish.dry_run = is_dry_run(r);
    wish.lang = msg_lang();
    add_maps(&wish, r);
    return upload_job_reply(out, r, &(struct upload_job){&wish.digest, &wish, queue}, e);
}

/* A party's list is not an office's data because somebody says so. */
static err_t take_source(struct str *out, const struct request *r, struct err *e)
{
    *out = request_value(r, "source");
    if (patent_source_rank(*out) > RANK_VENDOR && !import_states_offices(r->subject))
        return err_set(e, E_DENIED,
                       "source: only officers of the province can declare a file as an office's "
                       "data; leave it out, or name the vendor");
    return OK;
}

static err_t take_day(struct date *out, const struct request *r, struct err *e)
{
    struct str text = request_value(r, "as_of");
    *out = (struct date){0};
    if (text.len == 0)
        return OK;
    if (!import_states_offices(r->subject)) /* the latest decides the legal status for everybody */
        return err_set(
            e, E_DENIED,
            "as_of: only officers of the province can state the date of data; leave it out");
    if (!date_parse(out, text) || !date_valid(*out))
        return err_set(e, E_INVALID, "as_of: \"%.*s\" is no day; write YYYY-MM-DD", STR_ARG(text));
    if (str_cmp(date_text(*out, r->arena), r->subject->today) > 0)
        return err_set(e, E_INVALID, "as_of: %.*s has not come yet", STR_ARG(text));
    return OK;
}

static err_t post_import(struct reply *out, const struct request *r, struct err *e)
{
    struct str name = request_value(r, "name"), format = request_value(r, "format");
    struct import_options o = {.shown = name,
                               .reader = r->api->pdf_program,
                               .tmpdir = r->api->data_dir,
                               .stop = server_stops,
                               .stop_arg = r->api,
                               .dry_run = is_dry_run(r),
                               .format = format.len ? arena_cstr(r->arena, format) : NULL};
    struct import_by by = {.suite = r->api->kernel->suite,
                           .clock = r->api->clock,
                           .account = r->subject->account,
                           .unit = r->subject->unit};
    struct import_report report;
    struct jout j;
    const char *path = r->body_file;
    err_t rc;
    if ((rc = take_source(&o.source, r, e)) != OK || (rc = take_day(&o.as_of, r, e)) != OK)
        return rc;
    if (str_is(request_value(r, "job"), "true") || request_value(r, "check").len)
        return queue_import(out, r, e);
    o.by = &by;
    o.map_count = request_values(&o.maps, r, "map");
    rc = import_run(&report, r->api->store, &path, 1, &o, r->arena, e);
    if (rc == OK && !o.dry_run)
        rc = import_check_refused(&report, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_array(&j, "files");
    for (size_t i = 0; i < report.file_count && rc == OK; i++)
        rc = import_file_json(&j, &report.files[i], e);
    jout_end_array(&j);
    import_run_json(&j, &report);
    jout_pair_double(&j, "seconds", report.seconds);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_publications_import = {
    .method = "POST",
    .path = "/api/v1/imports",
    .summary = N_("import one file"),
    .parameters = parameters,
    .body = BODY_UPLOAD,
    .reply = &reply_schema,
    .statuses = {200, 202},
    .handle = post_import,
    .need = NEED_BRINGS,
    .scope = "imports",
    ENTRIES(EACH, N_("one for each batch of the file; as a job, one for its queueing besides")),
};

/* --- what was brought in ------------------------------------------------------------------ */

OBJECT_SCHEMA(one_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("state", schema_string),
              REQUIRED("name", schema_string), REQUIRED("digest", schema_string),
              OPTIONAL("source", schema_string), REQUIRED("account", schema_integer),
              REQUIRED("unit", schema_integer), OPTIONAL("begun", schema_string),
              REQUIRED("finished", schema_boolean), REQUIRED("records", schema_integer),
              OPTIONAL("entry", schema_string), OPTIONAL("undone", schema_string),
              OPTIONAL("undone_by", schema_integer), OPTIONAL("undone_entry", schema_string));
LIST_SCHEMA(list_schema, one_schema);

static const struct schema limit_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 200};
static const struct parameter list_parameters[] = {
    {"before", IN_QUERY, &schema_id, false, false, N_("number of an import: older ones alone")},
    {"limit", IN_QUERY, &limit_schema, false, false, N_("absent: 50")},
    {0}};
static const struct parameter one_parameters[] = {
    {"id", IN_PATH, &schema_id, true, false, N_("the import's")}, {0}};

static const struct may reach[] = {{NULL, "own_unit", NULL, NULL},
                                   {"province_officer", "own_province", NULL, NULL},
                                   {"province_officer", "program", NULL, NULL},
                                   {"ip_centre_officer", "own_province", NULL, NULL},
                                   {"ip_centre_officer", "program", NULL, NULL},
                                   {0}};

static void pair_time(struct jout *j, const char *name, int64_t ms)
{
    char when[21];
    if (ms == 0)
        return;
    time_format(when, ms);
    jout_pair(j, name, str_of(when));
}

static void import_json(struct jout *j, const struct publication_import *i)
{
    jout_object(j);
    jout_pair_i64(j, "id", i->id);
    jout_pair(j, "state", i->state);
    jout_pair(j, "name", i->name);
    jout_pair(j, "digest", i->digest);
    jout_pair(j, "source", i->source);
    jout_pair_i64(j, "account", i->account);
    jout_pair_i64(j, "unit", i->unit);
    pair_time(j, "begun", i->begun_ms);
    jout_pair_bool(j, "finished", i->finished);
    jout_pair_i64(j, "records", i->records);
    jout_pair(j, "entry", i->entry);
    pair_time(j, "undone", i->undone_ms);
    if (i->undone_ms)
        jout_pair_i64(j, "undone_by", i->undone_by);
    jout_pair(j, "undone_entry", i->undone_entry);
    jout_end_object(j);
}

static err_t get_imports(struct reply *out, const struct request *r, struct err *e)
{
    struct publication_imports page = {0};
    struct items list;
    struct publication_reach who = import_reach(r->subject);
    items_begin(&list);
    who.id = request_integer(r, "before", INT64_MAX);
    err_t rc = STORE_READ(
        db, r->api->store, e,
        publication_import_list(&page, db, &who, request_integer(r, "limit", 50), r->arena, e));
    for (size_t i = 0; i < page.count; i++)
        import_json(&list.json, &page.list[i]);
    return items_end_if(rc, out, r, &list, page.total, page.more ? page.list[page.count - 1].id : 0,
                        e);
}

static err_t reply_one(struct reply *out, const struct request *r,
                       const struct publication_import *i, struct err *e)
{
    struct jout j;
    jout_own(&j);
    import_json(&j, i);
    return reply_json(out, r, j.to, e);
}

static err_t get_import(struct reply *out, const struct request *r, struct err *e)
{
    struct publication_reach who = import_reach(r->subject);
    struct publication_import i;
    who.id = request_integer(r, "id", 0);
    err_t rc =
        STORE_READ(db, r->api->store, e, publication_import_reached(&i, db, &who, r->arena, e));
    return rc == OK ? reply_one(out, r, &i, e) : rc;
}

static err_t post_undo(struct reply *out, const struct request *r, struct err *e)
{
    const struct deed d = request_deed(r);
    const struct import_stop stop = {server_stops, r->api};
    struct publication_import i;
    err_t rc = import_undo(&i, r->api->store, &d, request_integer(r, "id", 0), &stop, e);
    return rc == OK ? reply_one(out, r, &i, e) : rc;
}

const struct resource resource_imports = {
    .reads = READS_NONE,
    .path = "/api/v1/imports",
    .summary = N_("imports of publications, the latest first: of one's unit, for officers of the "
                  "province of all units there"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .handle = get_imports,
    .need = NEED_BRINGS,
    .scope = "imports",
};

const struct resource resource_import = {
    .reads = READS_NONE,
    .path = "/api/v1/imports/{id}",
    .summary = N_("one import of publications, with the entries of the evidence log that it left"),
    .parameters = one_parameters,
    .reply = &one_schema,
    .handle = get_import,
    .need = NEED_BRINGS,
    .may = reach,
    .hides = true,
    .scope = "imports",
};

const struct resource resource_import_undo = {
    .method = "POST",
    .path = "/api/v1/imports/{id}/undo",
    .summary =
        N_("undo an import: its statements are withdrawn, and each publication is merged from all "
           "other sources; once begun, it is completed even if the server is stopped or killed"),
    .parameters = one_parameters,
    .reply = &one_schema,
    .handle = post_undo,
    .need = NEED_BRINGS,
    .may = reach,
    .hides = true,
    .scope = "imports",
    .lane = LANE_LONG,
    ENTRIES(EACH, N_("one for the act, and one for each step that withdraws some of its records")),
};
