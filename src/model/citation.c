/* How a citation is printed. */
#include "model/citation.h"

struct str clause_bracketed(struct str clause, struct arena *a)
{
    bool has_brackets = str_find(clause, STR("（"), 0) < clause.len;
    return arena_printf(a, has_brackets ? "〔%.*s〕" : "（%.*s）", STR_ARG(clause));
}
