/* GET /search, POST /match, their exports, GET /patents/{id}/similar: the same search_run as the commands. */
#include "api/reply_book.h"
#include "api/resources/schemas.h"
#include "api/search_records.h"
#include "base/limits.h"
#include "base/msg.h"
#include "search/export.h"
#include <unistd.h>

const struct schema schema_k = {SCHEMA_INTEGER, .minimum = 1, .maximum = RESULTS_MAX};

static const char *const groups[] = {"family", NULL};
const struct schema schema_group = {SCHEMA_STRING, .values = groups};
const struct schema schema_families = {
    SCHEMA_INTEGER,
    .description = N_("with group=family: how many families the `total` records are")};

OBJECT_SCHEMA(run, "TextRun", REQUIRED("text", schema_string), REQUIRED("marked", schema_boolean));
ARRAY_SCHEMA(runs, run);
ENUM_SCHEMA(highlight_field, NULL, "title", "abstract", "claims", "description");
OBJECT_SCHEMA(highlight, "Highlight", REQUIRED("field", highlight_field),
              REQUIRED("field_label", schema_string), REQUIRED("runs", runs));
ARRAY_SCHEMA(highlights, highlight);
ENUM_SCHEMA(reason_kind, NULL, "term", "translation", "class", "related", "citer", "family",
            "applicant", "region");
OBJECT_SCHEMA(reason, "MatchReason", REQUIRED("kind", reason_kind),
              REQUIRED("value", schema_string), REQUIRED("weight", schema_number));
ARRAY_SCHEMA(reasons, reason);
static const struct schema status_date = {
    SCHEMA_STRING, .description = N_("the day for which the data say so; null: not known")};
static const struct schema similarity = {
    SCHEMA_NUMBER, .description = N_("of a match: to the text, 0 to 1, alike for all texts")};
static const struct schema others = {
    SCHEMA_INTEGER,
    .description = N_("with group=family: how many more records of its family are found; "
                      "filter=family=NUMBER finds them all")};
OBJECT_SCHEMA(hit, "Hit", REQUIRED("id", schema_integer), REQUIRED("number", schema_string),
              REQUIRED("title", schema_string), REQUIRED("score", schema_number),
              OPTIONAL("others", others), REQUIRED("highlights", highlights),
              OPTIONAL("similarity", similarity), OPTIONAL("reasons", reasons),
              OPTIONAL("applicant", schema_string), OPTIONAL("date", schema_string),
              OPTIONAL("ipc", schema_string), OPTIONAL("times_cited", schema_integer),
              REQUIRED("status", schema_patent_status), REQUIRED("status_label", schema_string),
              NULLABLE("status_date", status_date), REQUIRED("type", schema_patent_type),
              REQUIRED("type_label", schema_string), OPTIONAL("office", schema_string),
              OPTIONAL("office_label", schema_string),
              OPTIONAL("application_number", schema_string), OPTIONAL("applicants", schema_string),
              OPTIONAL("assignee", schema_string), OPTIONAL("inventors", schema_string),
              OPTIONAL("application_date", schema_string),
              OPTIONAL("publication_date", schema_string), OPTIONAL("grant_date", schema_string),
              OPTIONAL("priority_date", schema_string), OPTIONAL("cpc", schema_string),
              OPTIONAL("family", schema_string), OPTIONAL("abstract", schema_string));
ARRAY_SCHEMA(hits, hit);
static const struct schema facet_value_text = {
    SCHEMA_STRING,
    .description = N_("filter=FILTER=VALUE finds exactly `count` records of this search")};
static const struct schema facet_names = {
    SCHEMA_ARRAY, .items = &schema_string,
    .description = N_("of several names that are one applicant, or are united by hand: as written, "
                      "20 at most")};
static const struct schema facet_groups = {
    SCHEMA_ARRAY, .items = &schema_integer,
    .description = N_("the records (applicant_name) that unite them by hand; absent: they differ "
                      "in their legal form alone")};
OBJECT_SCHEMA(facet_value, "FacetValue", REQUIRED("value", facet_value_text),
              REQUIRED("label", schema_string), REQUIRED("count", schema_integer),
              OPTIONAL("names", facet_names), OPTIONAL("groups", facet_groups));
ARRAY_SCHEMA(facet_values, facet_value);
ENUM_SCHEMA(facet_name, NULL, "office", "type", "kind", "status", "year", "ipc3", "ipc4",
            "applicant", "inventor", "region");
OBJECT_SCHEMA(facet, "Facet", REQUIRED("name", facet_name), REQUIRED("label", schema_string),
              REQUIRED("filter", schema_string), REQUIRED("distinct", schema_integer),
              REQUIRED("values", facet_values));
ARRAY_SCHEMA(facets, facet);
OBJECT_SCHEMA(term, NULL, REQUIRED("text", schema_string), REQUIRED("count", schema_integer));
static const struct schema terms = {
    SCHEMA_ARRAY, .items = &term,
    .description = N_("of a search that finds nothing: in how many records each of its words is")};
OBJECT_SCHEMA(without_one, NULL, REQUIRED("filter", schema_string),
              REQUIRED("total", schema_integer));
static const struct schema without = {
    SCHEMA_ARRAY, .items = &without_one,
    .description = N_("of a search that finds nothing: its total without each filter")};
static const struct schema nothing_near = {
    SCHEMA_BOOLEAN,
    .description = N_("of a match: no record is closer to the text than to an unrelated one")};
static const struct schema before = {
    SCHEMA_STRING,
    .description = N_("of a match: what was published on this day or later is left out")};
OBJECT_MEMBERS(reply, REQUIRED("hits", hits), REQUIRED("total", schema_integer),
               OPTIONAL("families", schema_families), REQUIRED("ms", schema_number),
               OPTIONAL("facets", facets), OPTIONAL("terms", terms), OPTIONAL("without", without),
               OPTIONAL("note", schema_string), OPTIONAL("nothing_near", nothing_near),
               OPTIONAL("before", before));
const struct schema schema_search_reply = {SCHEMA_OBJECT, .name = "SearchReply",
                                           .properties = reply_members};
static const char *const statuses[] = {"unknown", "pending", "active", "inactive", NULL};
const struct schema schema_patent_status = {SCHEMA_STRING, .name = "PatentStatus",
                                            .values = statuses};
static const char *const types[] = {"unknown", "invention", "utility", "design",
                                    "plant",   "other",     NULL};
const struct schema schema_patent_type = {SCHEMA_STRING, .name = "PatentType", .values = types};

static const struct parameter search_parameters[] = {
    {"query", IN_QUERY, &schema_string, false, false,
     N_("words, \"phrase\", field:term, AND OR NOT, parentheses, ranges; empty: all records")},
    {"k", IN_QUERY, &schema_k, false, false, N_("number of answers; 10 when not given")},
    {"offset", IN_QUERY, &schema_offset, false, false, N_("leave out the first so many")},
    {"sort", IN_QUERY, &schema_string, false, false,
     N_("relevance (when not given); -date: the newest first; date: the oldest first; -cited: the "
        "most cited first. The date is "
        "that of the hit: publication, else grant, else application")},
    {"filter", IN_QUERY, &schema_string, false, true, N_("NAME=VALUE; all must hold")},
    {"facets", IN_QUERY, &schema_boolean, false, false, N_("count values over all matches")},
    {"group", IN_QUERY, &schema_group, false, false,
     N_("family: the best hit of each family alone; k and offset count families")},
    {0}};

#define MATCH_PARAMETERS                                                                           \
    {"text", IN_BODY, &schema_string, true, false, N_("the text to answer")},                      \
        {"dropped", IN_BODY, &schema_strings,                                                      \
         false,     false,   N_("words and classes that do not count")},                           \
        {"added", IN_BODY, &schema_strings,                                                        \
         false,   false,   N_("words and classes that count beside the text's")},                  \
        {"before",                                                                                 \
         IN_BODY,                                                                                  \
         &schema_string,                                                                           \
         false,                                                                                    \
         false,                                                                                    \
         N_("leaves out what was published on this day or later; today when not given; any: "      \
            "nothing is left out")},                                                               \
        {"own_language",  IN_BODY,                                                                 \
         &schema_boolean, false,                                                                   \
         false,           N_("without words of other languages that the store's records teach")},  \
    {                                                                                              \
        "filters", IN_BODY, &schema_strings, false, false, NULL                                    \
    }

static const struct parameter match_parameters[] = {
    MATCH_PARAMETERS,
    {"k", IN_BODY, &schema_k, false, false, NULL},
    {"offset", IN_BODY, &schema_offset, false, false, NULL},
    {"facets", IN_BODY, &schema_boolean, false, false, NULL},
    {"group", IN_BODY, &schema_group, false, false, N_("as in search")},
    {0}};

static bool is_true(const struct request *r, const char *name)
{
    const struct jvalue *v = jin_get(r->body, name);
    return v ? v->type == J_TRUE : str_is(request_value(r, name), "true");
}

static err_t reply_hits(struct reply *out, const struct request *r,
                        const struct search_reply *found, bool with_reasons, struct err *e)
{
    struct long_json x;
    long_json_begin(&x, r, e);
    search_reply_json(&x.json, found, with_reasons);
    err_t rc = long_json_end(out, &x);
    if (rc == OK)
        out->records = (int64_t)found->hit_count;
    return rc;
}

static err_t answer(struct reply *out, const struct request *r, struct search_request *q,
                    struct err *e)
{
    struct search_reply found;
    q->k = (size_t)request_integer(r, "k", 10);
    q->offset = (size_t)request_integer(r, "offset", 0);
    q->facets = is_true(r, "facets");
    q->families = str_is(request_value(r, "group"), "family");
    err_t rc = search_records_read(&q->records, r->api->kernel, r->subject, q->query, q->filters,
                                   q->filter_count, r->arena, e);
    if (rc == OK)
        rc = search_run(&found, r->api->searcher, q, r->arena, e);
    return rc == OK ? reply_hits(out, r, &found, q->reasons, e) : rc;
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

static err_t export_found(struct reply *out, const struct request *r, struct search_request *q,
                          const char *ending, struct err *e)
{
    const char *path = NULL;
    int64_t count = 0;
    err_t rc = search_records_read(&q->records, r->api->kernel, r->subject, q->query, q->filters,
                                   q->filter_count, r->arena, e);
    if (rc == OK)
        rc = reply_file_path(&path, r, ending, e);
    if (rc == OK)
        rc = search_export(&count, path, r->api->searcher, q, r->api->data_dir, r->arena, e);
    if (rc == OK) {
        out->records = count;
        return reply_export(out, r, path, STR("patents"), count, e);
    }
    if (path)
        unlink(path);
    return rc;
}

static err_t export_hits(struct reply *out, const struct request *r, const char *ending,
                         struct err *e)
{
    struct search_request q = {.query = request_value(r, "query")};
    q.filter_count = request_values(&q.filters, r, "filter");
    err_t rc = search_sort_parse(&q.sort, request_value(r, "sort"), e);
    return rc == OK ? export_found(out, r, &q, ending, e) : rc;
}

static err_t get_export_xlsx(struct reply *out, const struct request *r, struct err *e)
{
    return export_hits(out, r, ".xlsx", e);
}

static err_t get_export_csv(struct reply *out, const struct request *r, struct err *e)
{
    return export_hits(out, r, ".csv", e);
}

static const struct parameter similar_parameters[] = {
    {"id", IN_PATH, &schema_id, true, false, N_("as search gives it")},
    {"k", IN_QUERY, &schema_k, false, false, N_("number of answers; 10 when not given")},
    {"before", IN_QUERY, &schema_string, false, false,
     N_("leaves out what was published on this day or later; when not given, its priority date, "
        "else application or publication date; any: nothing is left out")},
    {0}};

static err_t get_similar(struct reply *out, const struct request *r, struct err *e)
{
    struct search_reply found;
    struct search_request q = {.k = (size_t)request_integer(r, "k", 10),
                               .before = request_value(r, "before")};
    err_t rc =
        search_similar(&found, r->api->searcher, &q, request_integer(r, "id", 0), r->arena, e);
    return rc == OK ? reply_hits(out, r, &found, true, e) : rc;
}

static err_t read_match(struct search_request *q, const struct request *r, struct err *e)
{
    *q = (struct search_request){.text = request_value(r, "text"), .reasons = true};
    if (q->text.len > MATCH_TEXT_BYTES_MAX)
        return err_set(e, E_LIMIT, "the text is longer than %zu bytes", MATCH_TEXT_BYTES_MAX);
    if (str_trim(q->text).len == 0)
        return err_set(e, E_INVALID, "the text is empty");
    if (is_true(r, "own_language"))
        q->evidence = MATCH_ALL & ~(unsigned)MATCH_TRANSLATIONS;
    q->before = search_before(request_value(r, "before"), r->subject->today);
    q->filter_count = request_values(&q->filters, r, "filters");
    q->dropped_count = request_values(&q->dropped, r, "dropped");
    q->added_count = request_values(&q->added, r, "added");
    if (q->dropped_count > MATCH_CHANGES_MAX || q->added_count > MATCH_CHANGES_MAX)
        return err_set(e, E_LIMIT, "more than %d words are dropped, or added", MATCH_CHANGES_MAX);
    return OK;
}

static err_t post_match(struct reply *out, const struct request *r, struct err *e)
{
    struct search_request q;
    err_t rc = read_match(&q, r, e);
    return rc == OK ? answer(out, r, &q, e) : rc;
}

static const struct parameter match_export_parameters[] = {MATCH_PARAMETERS, {0}};

static err_t post_match_export(struct reply *out, const struct request *r, struct err *e)
{
    struct search_request q;
    err_t rc = read_match(&q, r, e);
    return rc == OK ? export_found(out, r, &q, ".xlsx", e) : rc;
}

const struct resource resource_search = {
    .reads = READS_SAID,
    .path = "/api/v1/search",
    .summary = N_("ranked search"),
    .parameters = search_parameters,
    .reply = &schema_search_reply,
    .handle = get_search,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_SLOW,
};

const struct resource resource_search_export_xlsx = {
    .reads = READS_SAID,
    .path = "/api/v1/search/export.xlsx",
    .summary = N_("everything that a search finds, as a workbook"),
    .parameters = export_parameters,
    .handle = get_export_xlsx,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_LONG,
};

const struct resource resource_search_export_csv = {
    .reads = READS_SAID,
    .path = "/api/v1/search/export.csv",
    .summary = N_("everything that a search finds, as CSV"),
    .parameters = export_parameters,
    .handle = get_export_csv,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_LONG,
};

const struct resource resource_patent_similar = {
    .reads = READS_SAID,
    .path = "/api/v1/patents/{id}/similar",
    .id = "findSimilarPatents",
    .summary = N_("patents that answer the title, abstract and claims of one, without itself"),
    .parameters = similar_parameters,
    .reply = &schema_search_reply,
    .handle = get_similar,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_SLOW,
};

const struct resource resource_match = {
    .method = "POST",
    .reads = READS_SAID,
    .path = "/api/v1/match",
    .summary = N_("patents that answer a text, with reasons"),
    .parameters = match_parameters,
    .reply = &schema_search_reply,
    .handle = post_match,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_SLOW,
    ENTRIES(NONE, N_("it reads")),
};

const struct resource resource_match_export = {
    .method = "POST",
    .reads = READS_SAID,
    .path = "/api/v1/match/export.xlsx",
    .summary = N_("everything that a match finds, the closest first, as a workbook"),
    .parameters = match_export_parameters,
    .body = BODY_JSON,
    .handle = post_match_export,
    .need = NEED_LOCAL,
    .scope = "search",
    .lane = LANE_LONG,
};
