/* Offices, countries and regions of WIPO Standard ST.3 (reference/offices.csv):
 * codes by bisection, names by walking the table. A walk compares lengths
 * first and takes about a microsecond, once per record at most. */
#include "model/number.h"
#include "model/table_priv.h"
#include "offices_table.h"

enum { CODE, ZH, EN, ALIASES };

static bool has_alias(const char *aliases, struct str name)
{
    struct str rest = str_of(aliases);
    while (rest.ptr)
        if (str_eq_nocase(str_split(&rest, STR("|")), name))
            return true;
    return false;
}

struct str office_code(struct str written)
{
    struct str name = str_trim(written);
    if (name.len < 2)
        return STR_NONE;
    if (name.len == 2) {
        char upper[2];
        for (int i = 0; i < 2; i++)
            upper[i] =
                (char)(name.ptr[i] >= 'a' && name.ptr[i] <= 'z' ? name.ptr[i] - 32 : name.ptr[i]);
        const char *const *row = TABLE_FIND(offices_table, ((struct str){upper, 2}));
        if (row)
            return str_of(row[CODE]);
    }
    for (size_t i = 0; i < ARRAY_LEN(offices_table); i++) {
        const char *const *row = offices_table[i];
        if (str_eq(str_of(row[ZH]), name) || str_eq_nocase(str_of(row[EN]), name) ||
            (row[ALIASES][0] != '\0' && has_alias(row[ALIASES], name)))
            return str_of(row[CODE]);
    }
    return STR_NONE;
}

struct str office_name_zh(struct str code)
{
    const char *const *row = TABLE_FIND(offices_table, code);
    return row ? str_of(row[ZH]) : STR_NONE;
}
