/* POST /match/records: the records of a type that answer a need. */
#include "api/records.h"
#include "base/limits.h"
#include "base/msg.h"
#include "model/normal.h"
#include "record/near.h"
#include "search/match.h"
#include "search/search.h"
#include "search/words.h"

#define HITS 20
#define PATENTS 3 /* of a record, whose classes are looked up */

static const struct schema refused_schema = {SCHEMA_ARRAY, .items = &schema_integer};
static const struct parameter parameters[] = {
    {"text", IN_BODY, &schema_string, true, false, NULL},
    {"type", IN_BODY, &schema_string, true, false, NULL},
    {"filter", IN_BODY, &schema_string, false, false, NULL},
    {"need", IN_BODY, &schema_integer, false, false, NULL},
    {"refused", IN_BODY, &refused_schema, false, false, NULL},
    {0}};
static const struct schema row_schema = {SCHEMA_OBJECT, .items = &schema_value};
OBJECT_SCHEMA(hit, NULL, REQUIRED("id", schema_integer), REQUIRED("similarity", schema_number),
              REQUIRED("record", row_schema), REQUIRED("words", schema_strings),
              REQUIRED("fields", schema_strings));
ARRAY_SCHEMA(hit_list, hit);
OBJECT_SCHEMA(reply_schema, NULL, REQUIRED("hits", hit_list));

/* Without words that say nothing of a subject. */
static struct str subject_of(struct str text, struct arena *a)
{
    size_t count;
    struct str out = arena_dup(a, text);
    const struct word *words = words_split(&count, out, NULL, a);
    for (size_t i = 0; i < count; i++)
        if (words[i].function && !words[i].inner)
            memset((char *)out.ptr + words[i].from, ' ', words[i].to - words[i].from);
    return out;
}

/* By the classes that the library has of the first patents. */
static bool covers(const struct jvalue *classes, const struct jvalue *patents, void *arg)
{
    const struct request *r = arg;
    for (size_t i = 0; i < patents->count && i < PATENTS && classes->count > 0; i++) {
        struct search_reply found = {0};
        struct search_request q = {.query = patents->items[i].text, .k = 1};
        if (search_run(&found, r->api->searcher, &q, r->arena, NULL) != OK || found.hit_count == 0)
            continue;
        struct str up[5], asked;
        size_t levels = class_ancestors(up, found.hits->ipc);
        for (size_t k = 0; k < classes->count; k++)
            if (match_class(&asked, classes->items[k].text, r->arena) &&
                str_among(asked, up, levels))
                return true;
    }
    return false;
}

static void names_json(struct jout *j, const char *name, const struct str_list *list)
{
    jout_pair_array(j, name);
    for (size_t i = 0; i < list->count; i++)
        jout_str(j, list->items[i]);
    jout_end_array(j);
}

static err_t post_match_records(struct reply *out, const struct request *r, struct err *e)
{
    const struct kernel *k = r->api->kernel;
    struct str text = request_value(r, "text");
    struct near_hit *hits = NULL;
    size_t count = 0;
    struct jout j;
    const struct record_type *type = record_type_find(k->types, request_value(r, "type"));
    if (text.len > MATCH_TEXT_BYTES_MAX)
        return err_set(e, E_LIMIT, "the text is longer than %zu bytes", MATCH_TEXT_BYTES_MAX);
    if (!type || type->search_count == 0)
        return err_set(e, E_INVALID, "type: no type whose texts are searched has this name");
    struct near_request q = {.text = subject_of(text, r->arena),
                             .filter = request_value(r, "filter"),
                             .need = request_integer(r, "need", 0),
                             .limit = HITS,
                             .refused = jin_get(r->body, "refused"),
                             .covers = covers,
                             .arg = (void *)r};
    q.of = q.need ? record_type_find(k->types, STR("demand")) : NULL;
    err_t rc = record_near(&hits, &count, RECORD_CALL(r, type, 0), &q, e);
    jout_open(&j);
    jout_pair_array(&j, "hits");
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(&j);
        jout_pair_i64(&j, "id", hits[i].id);
        jout_pair_double(&j, "similarity", hits[i].similarity);
        jout_name(&j, "record");
        jout_value(&j, hits[i].row);
        names_json(&j, "words", &hits[i].words);
        names_json(&j, "fields", &hits[i].fields);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    out->records = (int64_t)count;
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_match_records = {
    .method = "POST",
    .reads = READS_SAID,
    .path = "/api/v1/match/records",
    .summary = N_("records that answer a need"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = post_match_records,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .lane = LANE_SLOW,
    ENTRIES(NONE, N_("it reads")),
};
