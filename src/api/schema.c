/* The plain schemas that everybody needs. */
#include "api/resource.h"
#include "base/limits.h"
#include "base/msg.h"

const struct schema schema_string = {.type = SCHEMA_STRING};
const struct schema schema_line = {.type = SCHEMA_STRING, .characters = LINE_CHARACTERS_MAX};
const struct schema schema_reason = {
    .type = SCHEMA_STRING, .characters = REASON_CHARACTERS_MAX, .lines = true};
const struct schema schema_prose = {
    .type = SCHEMA_STRING, .characters = PROSE_CHARACTERS_MAX, .lines = true};
const struct schema schema_integer = {.type = SCHEMA_INTEGER};
const struct schema schema_id = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
const struct schema schema_limit = {SCHEMA_INTEGER, .minimum = 1, .maximum = 500};
const struct schema schema_page = {SCHEMA_INTEGER, .minimum = 1, .maximum = 1000000};
const struct schema schema_offset = {SCHEMA_INTEGER, .minimum = 0, .maximum = INT64_MAX};
const struct schema schema_day = {SCHEMA_STRING, .description = N_("YYYY-MM-DD")};
const struct schema schema_day_or_today = {SCHEMA_STRING,
                                           .description = N_("YYYY-MM-DD; absent: today")};
const struct schema schema_number = {.type = SCHEMA_NUMBER};
const struct schema schema_boolean = {.type = SCHEMA_BOOLEAN};
const struct schema schema_any = {.type = SCHEMA_ANY};
const struct schema schema_strings = {.type = SCHEMA_ARRAY, .items = &schema_string};

/* --- values of records ----------------------------------------------------------------- */

static const struct schema none = {SCHEMA_NULL};
/* A list of lists is no value: types made from this would refer to themselves. */
UNION_SCHEMA(value_item, NULL, &schema_string, &schema_number, &schema_boolean, &none,
             &schema_values);
ARRAY_SCHEMA(value_list, value_item);
static const struct schema *const values_any_of[] = {
    &schema_string, &schema_number, &schema_boolean, &none, &value_list, &schema_values, NULL};
const struct schema schema_value = {
    SCHEMA_UNION, .name = "Value", .any_of = values_any_of,
    .description =
        N_("a text, a number, true or false, a file or a period, a list or the rows of a table")};
const struct schema schema_values = {SCHEMA_OBJECT, .name = "Values", .items = &schema_value};

/* --- errors ------------------------------------------------------------------------------ */

OBJECT_SCHEMA(missing_value, "MissingValue", REQUIRED("record_type", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("record", schema_integer),
              OPTIONAL("title", schema_string), REQUIRED("may", schema_boolean),
              OPTIONAL("field", schema_string), OPTIONAL("field_label", schema_string),
              OPTIONAL("who", schema_string), OPTIONAL("process", schema_string),
              OPTIONAL("action", schema_string), OPTIONAL("action_label", schema_string),
              OPTIONAL("by", schema_string));
OBJECT_SCHEMA(fault_place, NULL, OPTIONAL("character", schema_integer),
              REQUIRED("what", schema_string));
ARRAY_SCHEMA(fault_places, fault_place);
OBJECT_SCHEMA(problem_fault, "ProblemError", OPTIONAL("field", schema_string),
              REQUIRED("code", schema_string), REQUIRED("message", schema_string),
              OPTIONAL("case", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("missing", missing_value),
              OPTIONAL("places", fault_places));
const struct schema schema_problem_errors = {SCHEMA_ARRAY, .items = &problem_fault};
OBJECT_MEMBERS(problem, REQUIRED("type", schema_string), REQUIRED("title", schema_string),
               REQUIRED("status", schema_integer), REQUIRED("detail", schema_string),
               OPTIONAL("request_id", schema_string), OPTIONAL("errors", schema_problem_errors));
const struct schema schema_problem = {SCHEMA_OBJECT, .name = "Problem",
                                      .properties = problem_members};
const struct parameter path_id[] = {ID_PARAMETER, {0}};
const char *const office_roles[] = {"province_officer", "province_leader", "ip_centre_officer",
                                    "city_officer",     "city_leader",     NULL};
const char *const system_roles[] = {"system_administrator", NULL};
const char *const security_roles[] = {"security_administrator", NULL};
const struct may may_own[] = {{NULL, "own", NULL, NULL}, {0}};
const struct may may_readable[] = {{NULL, "readable", NULL, NULL}, {0}};
const char *const administrator_roles[] = {"security_administrator", "system_administrator",
                                           "audit_administrator", NULL};
