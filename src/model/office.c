/* Offices, countries and regions of WIPO Standard ST.3 (reference/offices.csv),
 * by code and by name. */
#include "model/normal.h"
#include "model/number.h"
#include "model/table_priv.h"
#include "office_first_days_table.h"
#include "office_names_table.h"
#include "offices_table.h"

#define NAME_BYTES_MAX 96 /* longer than every name of the table */

struct str office_code(struct str written)
{
    char folded[NAME_BYTES_MAX];
    struct str name = str_trim(written);
    if (name.len < 2 || name.len > sizeof(folded))
        return STR_NONE;
    bool code = name.len == 2;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
        folded[i] = (char)(code && lower ? c - 32 : !code && upper ? c + 32 : c);
    }
    name.ptr = folded;
    if (code) {
        const char *const *row = TABLE_FIND(offices_table, name);
        if (row)
            return str_of(row[0]);
        for (size_t i = 0; i < name.len; i++) /* "UK" is a name */
            if (folded[i] >= 'A' && folded[i] <= 'Z')
                folded[i] = (char)(folded[i] + 32);
    }
    const char *const *row = TABLE_FIND(office_names_table, name);
    return row ? str_of(row[1]) : STR_NONE;
}

struct str office_name_zh(struct str code)
{
    const char *const *row = TABLE_FIND(offices_table, code);
    return row ? str_of(row[1]) : STR_NONE;
}

bool office_is_older(struct str code, struct date day)
{
    struct date first;
    const char *const *row = TABLE_FIND(office_first_days_table, code);
    return !row || (date_parse(&first, str_of(row[1])) && date_cmp(first, day) <= 0);
}
