/* /packs/{id}/consistency: an interpretation and the policies whose basis it explains, side by side. */
#include "api/policy.h"
#include "base/msg.h"
#include "policy/consistency.h"

static const struct parameter parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, N_("a pack that explains others' basis")}, {0}};
OBJECT_SCHEMA(line, NULL, REQUIRED("policy", schema_string), REQUIRED("says", schema_string),
              OPTIONAL("comparison", schema_string), OPTIONAL("label", schema_string),
              OPTIONAL("with_quote", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("note", schema_string),
              OPTIONAL("own", schema_string));
ARRAY_SCHEMA(lines, line);
static const struct property policy_members[] = {{"id", &schema_string, true},
                                                 {"title", &schema_string, true},
                                                 {"same", &schema_integer, true},
                                                 {"narrower", &schema_integer, true},
                                                 {"wider", &schema_integer, true},
                                                 {"differs", &schema_integer, true},
                                                 {"absent", &schema_integer, true},
                                                 {"not_compared", &schema_integer, true},
                                                 {0}};
static const struct schema policy = {SCHEMA_OBJECT, .properties = policy_members};
static const struct schema policies = {SCHEMA_ARRAY, .items = &policy};
static const struct property clause_members[] = {{"clause", &schema_string, true},
                                                 {"quote", &schema_string, true},
                                                 {"force", &schema_string, true},
                                                 {"against", &lines, true},
                                                 {0}};
static const struct schema clause = {SCHEMA_OBJECT, .properties = clause_members};
static const struct schema clauses = {SCHEMA_ARRAY, .items = &clause};
static const struct property members[] = {{"pack", &schema_string, true},
                                          {"title", &schema_string, true},
                                          {"policies", &policies, true},
                                          {"clauses", &clauses, true},
                                          {"findings", &schema_pack_findings, true},
                                          {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = members};

static err_t get_consistency(struct reply *out, const struct request *r, struct err *e)
{
    struct consistency c;
    struct packs *packs;
    const struct pack *of;
    struct buf b;
    struct jout j;
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&of, packs, request_value(r, "id"), e);
    if (rc == OK)
        rc = consistency_make(&c, packs, of, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    consistency_json(&j, &c);
    return reply_json(out, r, &b, e);
}

const struct resource resource_pack_consistency = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/consistency",
    .summary = N_("the demands of an interpretation, compared with each policy that it explains"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_consistency,
    .need = NEED_LOCAL,
    .scope = "policies",
};
