/* Below, policies know no record types; here both are known. */
#include "judge/names.h"
#include "access/role.h"

static bool type_has(const void *arg, struct str type, struct str field)
{
    const struct record_type *t = record_type_find(arg, type);
    struct str rest = field; /* "expected.target": of a row of a table */
    const struct field *f = t ? record_field(t, str_split(&rest, STR("."))) : NULL;
    return t && (field.len == 0 || (f && (!rest.ptr || record_row_field(f, rest))));
}

static bool is_role(const void *arg, struct str role)
{
    (void)arg;
    return role_find(role) != NULL;
}

struct record_names judge_names(const struct record_types *types)
{
    return (struct record_names){type_has, is_role, types};
}
