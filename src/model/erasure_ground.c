/* The list of grounds, by code. */
#include "model/erasure_ground.h"
#include "erasure_grounds_table.h"
#include "model/table_priv.h"

enum { CODE, ZH, EN, BASIS, KEPT };

static void take(struct erasure_ground *out, const char *const *row)
{
    *out = (struct erasure_ground){row[CODE], row[ZH], row[EN], row[BASIS][0] == '1',
                                   row[KEPT][0] == '1'};
}

bool erasure_ground_find(struct erasure_ground *out, struct str code)
{
    const char *const *row = TABLE_FIND(erasure_grounds_table, code);
    *out = (struct erasure_ground){0};
    if (row)
        take(out, row);
    return row != NULL;
}

bool erasure_ground_at(struct erasure_ground *out, size_t i)
{
    if (i < ARRAY_LEN(erasure_grounds_table))
        take(out, erasure_grounds_table[i]);
    return i < ARRAY_LEN(erasure_grounds_table);
}
