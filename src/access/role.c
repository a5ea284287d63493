/* Looking up roles in the generated table, which is sorted by name. Roles are data of
 * a file and not an enum: a new one is a line there and no change of code. */
#include "access/role.h"
#include "base/attr.h"
#include "base/msg.h"
#include "role_table.h"

const struct role *role_at(size_t i)
{
    return i < ARRAY_LEN(role_table) ? &role_table[i] : NULL;
}

const struct role *role_find(struct str name)
{
    size_t low = 0, high = ARRAY_LEN(role_table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, role_table[middle].name);
        if (order == 0)
            return &role_table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

struct str role_label(const struct role *r)
{
    return msg_lang() == LANG_EN ? r->label_en : r->label_zh;
}

bool role_fits(const struct role *r, struct str unit_kind)
{
    if (r->unit_kind_count == 0)
        return r->administrator;
    return str_among(unit_kind, r->unit_kinds, r->unit_kind_count);
}
