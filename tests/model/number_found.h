/* Whether a search finds a number, by the keys of both. */
#ifndef MODEL_NUMBER_FOUND_H
#define MODEL_NUMBER_FOUND_H
#include "model/number.h"

/* Whether a search for `typed`, as exact as search/filters.c makes it, finds a record of number `n`. */
static inline bool number_found(struct str typed, const struct number *n, struct arena *a)
{
    struct number asked;
    struct str terms[8], keys[8];
    (void)number_parse(&asked, typed, NUMBER_ANY, STR_NONE, a);
    size_t term_count = number_lookup_keys(terms, 8, &asked, a);
    size_t key_count = number_lookup_keys(keys, 8, n, a);
    for (size_t i = 0; i < term_count; i++) {
        bool any_office = terms[i].ptr[0] == '/';
        bool any_kind = !any_office && str_ends(terms[i], STR("/"));
        for (size_t k = 0; k < key_count; k++)
            if (!(any_office && asked.office.len) && !(any_kind && i > 0) &&
                str_eq(terms[i], keys[k]))
                return true;
    }
    return false;
}
#endif
