/* GET /search, POST /match: the same search_run as the commands. */
#include "api/reply_book.h"
#include "api/resources/schemas.h"
#include "api/topics.h"
#include "base/limits.h"
#include "base/msg.h"
#include "search/export.h"
#include <unistd.h>

const struct schema schema_k = {SCHEMA_INTEGER, .minimum = 1, .maximum = RESULTS_MAX};
const struct schema schema_offset = {SCHEMA_INTEGER, .minimum = 0, .maximum = INT64_MAX};

static const struct property run_members[] = {
    {"text", &schema_string, true}, {"marked", &schema_boolean, true}, {0}};
static const struct schema run = {SCHEMA_OBJECT, .properties = run_members};
static const struct schema runs = {SCHEMA_ARRAY, .items = &run};
static const struct property highlight_members[] = {{"field", &schema_string, true},
                                                    {"field_label", &schema_string, true},
                                                    {"runs", &runs, true},
                                                    {0}};
static const struct schema highlight = {SCHEMA_OBJECT, .properties = highlight_members};
static const struct schema highlights = {SCHEMA_ARRAY, .items = &highlight};
static const struct property reason_members[] = {{"kind", &schema_string, true},
                                                 {"value", &schema_string, true},
                                                 {"weight", &schema_number, true},
                                                 {0}};
static const struct schema reason = {SCHEMA_OBJECT, .properties = reason_members};
static const struct schema reasons = {SCHEMA_ARRAY, .items = &reason};
static const struct schema status_date = {
    SCHEMA_STRING, .description = N_("the day for which the data say so; null: not known")};
static const struct property hit_members[] = {{"id", &schema_integer, true},
                                              {"number", &schema_string, true},
                                              {"title", &schema_string, true},
                                              {"score", &schema_number, true},
                                              {"highlights", &highlights, true},
                                              {"reasons", &reasons, false},
                                              {"applicant", &schema_string, false},
                                              {"date", &schema_string, false},
                                              {"ipc", &schema_string, false},
                                              {"status", &schema_string, true},
                                              {"status_label", &schema_string, true},
                                              NULLABLE("status_date", status_date),
                                              {"type", &schema_string, true},
                                              {"type_label", &schema_string, true},
                                              {"office", &schema_string, false},
                                              {"office_label", &schema_string, false},
                                              {0}};
static const struct schema hit = {SCHEMA_OBJECT, .properties = hit_members};
static const struct schema hits = {SCHEMA_ARRAY, .items = &hit};
static const struct schema facet_value_schema = {
    SCHEMA_STRING,
    .description = N_("filter=FILTER=VALUE finds exactly `count` records of this search")};
static const struct property facet_value_members[] = {{"value", &facet_value_schema, true},
                                                      {"label", &schema_string, true},
                                                      {"count", &schema_integer, true},
                                                      {0}};
static const struct schema facet_value = {SCHEMA_OBJECT, .properties = facet_value_members};
static const struct schema facet_values = {SCHEMA_ARRAY, .items = &facet_value};
static const struct property facet_members[] = {
    {"name", &schema_string, true},   {"label", &schema_string, true},
    {"filter", &schema_string, true}, {"distinct", &schema_integer, true},
    {"values", &facet_values, true},  {0}};
static const struct schema facet = {SCHEMA_OBJECT, .properties = facet_members};
static const struct schema facets = {SCHEMA_ARRAY, .items = &facet};
static const struct property term_members[] = {
    {"text", &schema_string, true}, {"count", &schema_integer, true}, {0}};
static const struct schema term = {SCHEMA_OBJECT, .properties = term_members};
static const struct schema terms = {
    SCHEMA_ARRAY, .items = &term,
    .description = N_("of a search that finds nothing: in how many records each of its words is")};
static const struct property without_members[] = {
    {"filter", &schema_string, true}, {"total", &schema_integer, true}, {0}};
static const struct schema without_one = {SCHEMA_OBJECT, .properties = without_members};
static const struct schema without = {
    SCHEMA_ARRAY, .items = &without_one,
    .description = N_("of a search that finds nothing: its total without each filter")};
static const struct property reply_members[] = {
    {"hits", &hits, true},           {"total", &schema_integer, true},
    {"ms", &schema_number, true},    {"facets", &facets, false},
    {"terms", &terms, false},        {"without", &without, false},
    {"note", &schema_string, false}, {0}};
const struct schema schema_search_reply = {SCHEMA_OBJECT, .properties = reply_members};

static const struct parameter search_parameters[] = {
    {"query", IN_QUERY, &schema_string, false, false,
     N_("words, \"phrase\", field:term, AND OR NOT, parentheses, ranges; empty: all records")},
    {"k", IN_QUERY, &schema_k, false, false, N_("number of answers; 10 when not given")},
    {"offset", IN_QUERY, &schema_offset, false, false, N_("leave out the first so many")},
    {"sort", IN_QUERY, &schema_string, false, false,
     N_("relevance (when not given); -date: the newest first; date: the oldest first. The date is "
        "that of the hit: publication, else grant, else application")},
    {"filter", IN_QUERY, &schema_string, false, true, N_("NAME=VALUE; all must hold")},
    {"facets", IN_QUERY, &schema_boolean, false, false, N_("count values over all matches")},
    {0}};

static const struct parameter match_parameters[] = {
    {"text", IN_BODY, &schema_string, true, false, N_("the text to answer")},
    {"k", IN_BODY, &schema_k, false, false, NULL},
    {"offset", IN_BODY, &schema_offset, false, false, NULL},
    {"filters", IN_BODY, &schema_strings, false, false, NULL},
    {"facets", IN_BODY, &schema_boolean, false, false, NULL},
    {0}};

static bool is_true(const struct request *r, const char *name)
{
    const struct jvalue *v = jin_get(r->body, name);
    return v ? v->type == J_TRUE : str_is(request_value(r, name), "true");
}

static err_t answer(struct reply *out, const struct request *r, struct search_request *q,
                    struct err *e)
{
    struct search_reply found;
    struct buf b;
    struct jout j;
    q->k = (size_t)request_integer(r, "k", 10);
    q->offset = (size_t)request_integer(r, "offset", 0);
    q->facets = is_true(r, "facets");
    err_t rc = topics_read(&q->topics, &q->topic_count, r->api->kernel, r->subject, q->filters,
                           q->filter_count, r->arena, e);
    if (rc == OK)
        rc = search_run(&found, r->api->searcher, q, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    search_reply_json(&j, &found, q->reasons);
    if ((rc = reply_json(out, r, &b, e)) == OK)
        out->records = (int64_t)found.hit_count;
    return rc;
}

static err_t get_search(struct reply *out, const struct request *r, struct err *e)
{
    struct search_request q = {.query = request_value(r, "query")};
    q.filter_count = request_values(&q.filters, r, "filter");
    err_t rc = search_sort_parse(&q.sort, request_value(r, "sort"), e);
    return rc == OK ? answer(out, r, &q, e) : rc;
}

static const struct parameter export_parameters[] = {
    {"query", IN_QUERY, &schema_string, false, false, N_("as in search")},
    {"sort", IN_QUERY, &schema_string, false, false, N_("as in search")},
    {"filter", IN_QUERY, &schema_string, false, true, N_("as in search")},
    {0}};

static err_t export_hits(struct reply *out, const struct request *r, const char *ending,
                         struct err *e)
{
    struct search_request q = {.query = request_value(r, "query")};
    const char *path = NULL;
    int64_t count = 0;
    q.filter_count = request_values(&q.filters, r, "filter");
    err_t rc = search_sort_parse(&q.sort, request_value(r, "sort"), e);
    if (rc == OK)
        rc = topics_read(&q.topics, &q.topic_count, r->api->kernel, r->subject, q.filters,
                         q.filter_count, r->arena, e);
    if (rc == OK)
        rc = reply_file_path(&path, r, ending, e);
    if (rc == OK)
        rc = search_export(&count, path, r->api->searcher, &q, r->api->data_dir, r->arena, e);
    if (rc == OK) {
        out->records = count;
        return reply_export(out, r, path, STR("patents"), count, e);
    }
    if (path)
        unlink(path);
    return rc;
}

static err_t get_export_xlsx(struct reply *out, const struct request *r, struct err *e)
{
    return export_hits(out, r, ".xlsx", e);
}

static err_t get_export_csv(struct reply *out, const struct request *r, struct err *e)
{
    return export_hits(out, r, ".csv", e);
}

static err_t post_match(struct reply *out, const struct request *r, struct err *e)
{
    struct search_request q = {.text = request_value(r, "text"), .reasons = true};
    if (q.text.len > MATCH_TEXT_BYTES_MAX)
        return err_set(e, E_LIMIT, "the text is longer than %zu bytes", MATCH_TEXT_BYTES_MAX);
    if (str_trim(q.text).len == 0)
        return err_set(e, E_INVALID, "the text is empty");
    q.filter_count = request_values(&q.filters, r, "filters");
    return answer(out, r, &q, e);
}

const struct resource resource_search = {
    .method = "GET",
    .reads = READS_SAID,
    .path = "/api/v1/search",
    .summary = N_("ranked search"),
    .parameters = search_parameters,
    .reply = &schema_search_reply,
    .handle = get_search,
    .need = NEED_LOCAL,
    .scope = "search",
    .slow = true,
};

const struct resource resource_search_export_xlsx = {
    .method = "GET",
    .reads = READS_SAID,
    .path = "/api/v1/search/export.xlsx",
    .summary = N_("everything that a search finds, as a workbook"),
    .parameters = export_parameters,
    .handle = get_export_xlsx,
    .need = NEED_LOCAL,
    .scope = "search",
    .slow = true,
};

const struct resource resource_search_export_csv = {
    .method = "GET",
    .reads = READS_SAID,
    .path = "/api/v1/search/export.csv",
    .summary = N_("everything that a search finds, as CSV"),
    .parameters = export_parameters,
    .handle = get_export_csv,
    .need = NEED_LOCAL,
    .scope = "search",
    .slow = true,
};

const struct resource resource_match = {
    .method = "POST",
    .reads = READS_SAID,
    .path = "/api/v1/match",
    .summary = N_("patents that answer a text, with reasons"),
    .parameters = match_parameters,
    .body = BODY_JSON,
    .reply = &schema_search_reply,
    .handle = post_match,
    .need = NEED_LOCAL,
    .scope = "search",
    .slow = true,
    .entries = ENTRIES_NONE,
    .entries_why = N_("it reads"),
};
