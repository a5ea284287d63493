/* POST /reads: several GETs in one request, such as those of a page. */
#include "access/subject.h"
#include "api/answer.h"
#include "db/fence.h"

#define READS_MAX 20
#define BELOW "/api/v1"

static const struct schema path = {SCHEMA_STRING, .characters = 2000};
ARRAY_SCHEMA(paths_schema, path);
static const struct parameter parameters[] = {
    {"paths", IN_BODY, &paths_schema, true, false,
     N_("addresses below /api/v1 with their queries, at most 20: \"/todo?limit=4\"")},
    {0}};
MAP_SCHEMA(headers_schema, schema_string);
OBJECT_SCHEMA(answer_schema, "ReadAnswer", REQUIRED("status", schema_integer),
              REQUIRED("headers", headers_schema), REQUIRED("body", schema_values));
ARRAY_SCHEMA(answers_schema, answer_schema);
OBJECT_SCHEMA(reply_schema, "ReadAnswers", REQUIRED("answers", answers_schema));

static void answer_json(struct jout *j, const struct answer *x)
{
    jout_object(j);
    jout_pair_i64(j, "status", x->reply.status ? x->reply.status : 200);
    jout_pair_object(j, "headers");
    for (size_t i = 0; i < x->reply.header_count; i++)
        jout_pair_z(j, x->reply.headers[i].name, x->reply.headers[i].value);
    jout_end_object(j);
    jout_pair_raw(j, "body", x->reply.body);
    jout_end_object(j);
}

static err_t post_reads(struct reply *out, const struct request *r, struct err *e)
{
    const struct str *paths;
    struct buf b;
    struct jout j;
    bool secret = false;
    size_t n = request_values(&paths, r, "paths");
    if (n > READS_MAX)
        return err_set(e, E_INVALID, "paths: at most %d", READS_MAX);
    jout_begin(&j, &b);
    jout_pair_array(&j, "answers");
    for (size_t i = 0; i < n; i++) {
        struct answer x;
        answer_within(&x, r, arena_printf(r->arena, BELOW "%.*s", STR_ARG(paths[i])));
        answer_json(&j, &x);
        secret |= x.reply.secret;
        fence_enter(subject_context(r->subject, r->arena)); /* before the arena of the other goes */
        answer_clear(&x);
    }
    jout_end_array(&j);
    err_t rc = reply_object(out, r, &j, e);
    out->secret = secret;
    return rc;
}

const struct resource resource_reads = {
    .method = "POST",
    .path = "/api/v1/reads",
    .id = "readTogether",
    .summary = N_("several GETs in one request, each answered as if asked alone; no files and no "
                  "streams"),
    .parameters = parameters,
    .body = BODY_JSON,
    .reply = &reply_schema,
    .handle = post_reads,
    .need = NEED_NOBODY,
    .slow = true,            /* any of them may be */
    .scope = "records:read", /* and that of each path */
    .entries = ENTRIES_NONE,
    .entries_why = N_("it reads"),
};
