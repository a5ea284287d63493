/* Scopes of tokens, from the table of resources. */
#include "api/scope.h"
#include "api/resource.h"
#include <string.h>

/* "records" means "records:read" and "records:write". */
static bool is_scope(struct str word)
{
    if (str_is(word, "all"))
        return true;
    for (size_t i = 0; resources[i]; i++) {
        struct str one = str_of(resources[i]->scope);
        if (str_eq(one, word) ||
            (one.len > word.len && str_starts(one, word) && one.ptr[word.len] == ':'))
            return true;
    }
    return false;
}

static bool listed_before(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (resources[i]->scope && strcmp(resources[i]->scope, resources[at]->scope) == 0)
            return true;
    return false;
}

err_t scopes_check(struct str scopes, struct err *e)
{
    struct str rest = str_trim(scopes);
    struct buf known = {0};
    err_t rc = OK;
    buf_addz(&known, "all");
    for (size_t i = 0; resources[i]; i++)
        if (resources[i]->scope && !listed_before(i))
            buf_addf(&known, " %s", resources[i]->scope);
    while (rc == OK && rest.ptr && rest.len > 0) {
        struct str word = str_split(&rest, STR(" "));
        if (word.len > 0 && !is_scope(word))
            rc = err_set(e, E_INVALID, "there is no scope \"%.*s\"; there are: %.*s", STR_ARG(word),
                         (int)known.len, known.ptr);
    }
    buf_clear(&known);
    return rc;
}
