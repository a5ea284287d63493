/* The plain schemas that everybody needs. */
#include "api/resource.h"
#include "base/limits.h"

const struct schema schema_string = {.type = SCHEMA_STRING};
const struct schema schema_line = {.type = SCHEMA_STRING, .characters = LINE_CHARACTERS_MAX};
const struct schema schema_reason = {
    .type = SCHEMA_STRING, .characters = REASON_CHARACTERS_MAX, .lines = true};
const struct schema schema_prose = {
    .type = SCHEMA_STRING, .characters = PROSE_CHARACTERS_MAX, .lines = true};
const struct schema schema_integer = {.type = SCHEMA_INTEGER};
const struct schema schema_number = {.type = SCHEMA_NUMBER};
const struct schema schema_boolean = {.type = SCHEMA_BOOLEAN};
const struct schema schema_any = {.type = SCHEMA_ANY};
const struct schema schema_strings = {.type = SCHEMA_ARRAY, .items = &schema_string};
