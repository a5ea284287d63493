/* The one number of a test is found in its tree, and read as the pack's own are. */
#include "policy/pack_set.h"

static void find_numbers(const struct expr **found, size_t *count, const struct expr *x)
{
    if (!x)
        return;
    if (x->kind == EX_COMPARE && x->children[1].kind == EX_NUMBER) {
        *found = &x->children[1];
        ++*count;
    }
    for (size_t i = 0; i < x->count; i++)
        find_numbers(found, count, &x->children[i]);
}

static bool no_indicator(size_t *index, bool *is_truth, struct str *unit, const void *pack,
                         struct str name)
{
    (void)index, (void)is_truth, (void)unit, (void)pack, (void)name;
    return false;
}

static bool no_criterion(size_t *index, const void *pack, struct str name)
{
    (void)index, (void)pack, (void)name;
    return false;
}

/* "8" or "200 万元" as the tests of a pack write it: read by comparing it with itself. */
static err_t read_number(wide *out, struct str text, struct str unit, struct arena *a,
                         struct err *e)
{
    static const struct expr_names nothing = {NULL, no_indicator, no_criterion};
    struct expr *x = NULL;
    int column;
    char last = text.len ? text.ptr[text.len - 1] : 0;
    if (last >= '0' && last <= '9')
        text = arena_printf(a, "%.*s %.*s", STR_ARG(text), STR_ARG(unit));
    struct str test = arena_printf(a, "%.*s = %.*s", STR_ARG(text), STR_ARG(text));
    if (expr_parse(&x, &column, test, 1, 1, &nothing, a, NULL) != OK || x->kind != EX_COMPARE ||
        x->children[0].kind != EX_NUMBER || !str_eq(x->children[0].unit, unit))
        return err_set(e, E_INVALID, "\"%.*s\" is no number of %.*s", STR_ARG(text), STR_ARG(unit));
    *out = x->children[0].number;
    return OK;
}

static err_t set_test(const struct test *t, const struct criterion *c, struct str value,
                      struct arena *a, struct err *e)
{
    const struct expr *number = NULL;
    size_t count = 0;
    wide n = 0;
    find_numbers(&number, &count, t->tree);
    if (count != 1)
        return err_set(e, E_INVALID,
                       "%.*s does not compare with one number: there is nothing to set",
                       STR_ARG(c->id));
    err_t rc = read_number(&n, value, number->unit, a, e);
    if (rc == OK)
        copied_tree(number)->number = n;
    return rc;
}

err_t pack_set(struct pack_copy *copy, struct str change, struct arena *a, struct err *e)
{
    const struct pack *p = &copy->pack;
    struct str value = change, id = str_trim(str_split(&value, STR("=")));
    size_t at;
    if (id.len == change.len || str_trim(value).len == 0)
        return err_set(e, E_INVALID, "\"%.*s\" is not CRITERION=VALUE", STR_ARG(change));
    if (!pack_find_criterion(&at, p, id))
        return err_set(e, E_INVALID, "the pack %.*s has no criterion \"%.*s\"", STR_ARG(p->id),
                       STR_ARG(id));
    const struct criterion *c = &copy->criteria[at];
    err_t rc = set_test(&c->test, c, str_trim(value), a, e);
    for (size_t i = 0; rc == OK && i < c->readings.len; i++)
        rc = set_test(&c->readings.ptr[i].test, c, str_trim(value), a, e);
    if (rc != OK)
        err_note(e, "%.*s", STR_ARG(id));
    return rc;
}
