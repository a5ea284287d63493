/* /people: whom who holds a case may name when he hands it on, asks for an opinion or sends a copy. */
#include "api/cases.h"
#include "base/msg.h"

ENUM_SCHEMA(for_schema, NULL, "forward", "opinion", "copy");
static const struct parameter parameters[] = {
    {"for", IN_QUERY, &for_schema, true, false,
     N_("the possible recipients: forward: colleagues who may continue; opinion: persons who may "
        "be asked; copy: persons who may read it")},
    {"case", IN_QUERY, &schema_id, true, false, N_("the id of a case")},
    {0}};
OBJECT_SCHEMA(person_schema, "Person", REQUIRED("account", schema_integer),
              REQUIRED("name", schema_string), REQUIRED("unit", schema_integer),
              REQUIRED("unit_name", schema_string), REQUIRED("roles", schema_strings));
LIST_SCHEMA(list_schema, person_schema);

static void person_json(struct jout *j, const struct subject *who)
{
    jout_object(j);
    jout_pair_i64(j, "account", who->account);
    jout_pair_str(j, "name", who->display_name);
    jout_pair_i64(j, "unit", who->unit);
    jout_pair_str(j, "unit_name", who->unit_name);
    jout_pair_array(j, "roles");
    for (size_t i = 0; i < who->grant_count; i++)
        if (!str_is(who->grants[i].role->name, "public"))
            jout_str(j, role_label(who->grants[i].role));
    jout_end_array(j);
    jout_end_object(j);
}

static err_t get_people(struct reply *out, const struct request *r, struct err *e)
{
    struct str purpose = request_query(r, "for");
    const struct subject *all = NULL;
    struct items list;
    struct step g;
    size_t count = 0;
    if (!str_is(purpose, "forward") && !str_is(purpose, "opinion") && !str_is(purpose, "copy"))
        return err_set(e, E_INVALID, "for: forward, opinion or copy");
    items_begin(&list);
    err_t rc = cases_read_one(&g, r, request_integer(r, "case", 0), e);
    if (rc == OK)
        rc = flow_action_recipients(&all, &count, &g, purpose);
    for (size_t i = 0; i < count; i++)
        person_json(&list.json, &all[i]);
    return items_end_if(rc, out, r, &list, (int64_t)count, 0, e);
}

const struct resource resource_people = {
    .reads = READS_NONE,
    .path = "/api/v1/people",
    .summary = N_("people to whom you may forward a case, whom you may ask for an opinion or send "
                  "a copy; none while others hold it"),
    .parameters = parameters,
    .reply = &list_schema,
    .handle = get_people,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};
