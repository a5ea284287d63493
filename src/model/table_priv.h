/* Bisection in the tables that tools/embed_table.py makes. */
#ifndef MODEL_TABLE_PRIV_H
#define MODEL_TABLE_PRIV_H
#include "base/str.h"

/* First row whose first column is not below `key`, of `count` rows of
 * `columns` strings each; count when there is none. */
static inline size_t table_lower(const char *const *table, size_t count, size_t columns,
                                 struct str key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (str_cmp(str_of(table[mid * columns]), key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The row whose first column is `key`, or NULL. */
#define TABLE_FIND(table, key)                                                                     \
    table_find((const char *const *)(const void *)(table), ARRAY_LEN(table),                       \
               ARRAY_LEN((table)[0]), (key))
static inline const char *const *table_find(const char *const *table, size_t count, size_t columns,
                                            struct str key)
{
    size_t at = table_lower(table, count, columns, key);
    return at < count && str_is(key, table[at * columns]) ? table + at * columns : NULL;
}
#endif
