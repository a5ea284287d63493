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
OBJECT_SCHEMA(policy, NULL, REQUIRED("id", schema_string), REQUIRED("title", schema_string),
              REQUIRED("same", schema_integer), REQUIRED("narrower", schema_integer),
              REQUIRED("wider", schema_integer), REQUIRED("differs", schema_integer),
              REQUIRED("absent", schema_integer), REQUIRED("not_compared", schema_integer));
ARRAY_SCHEMA(policies, policy);
OBJECT_SCHEMA(clause, NULL, REQUIRED("clause", schema_string), REQUIRED("quote", schema_string),
              REQUIRED("force", schema_string), REQUIRED("against", lines));
ARRAY_SCHEMA(clauses, clause);
OBJECT_SCHEMA(reply_schema, NULL, REQUIRED("pack", schema_string), REQUIRED("title", schema_string),
              REQUIRED("policies", policies), REQUIRED("clauses", clauses),
              REQUIRED("findings", schema_pack_findings));

static err_t get_consistency(struct reply *out, const struct request *r, struct err *e)
{
    struct consistency c;
    struct packs *packs;
    const struct pack *of;
    struct jout j;
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&of, packs, request_value(r, "id"), e);
    if (rc == OK)
        rc = consistency_make(&c, packs, of, r->arena, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    consistency_json(&j, &c);
    return reply_json(out, r, j.to, e);
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
