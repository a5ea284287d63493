/* The names of the columns and tables that hold a type's fields. */
#include "record/type_priv.h"
#include "record/value.h"
#include "sql_words_table.h"

struct str column_name(struct str name, struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(sql_words_table); i++)
        if (str_is(name, sql_words_table[i][0]))
            return arena_printf(a, "%.*s_", STR_ARG(name));
    return name;
}

void columns_assign(struct field *f, struct str type_name, struct arena *a)
{
    if (value_is_list(f) || f->type == FIELD_TABLE)
        f->child = arena_printf(a, "record_%.*s_%.*s", STR_ARG(type_name), STR_ARG(f->name));
    else if (f->type != FIELD_COMPUTED)
        f->column = column_name(f->name, a);
}
