/* Contents are sorted objects of canonical values, so two of them are compared by
 * walking both at once. */
#include "record/diff.h"
#include "base/vec.h"

/* Equal as canonical JSON: order of members apart. */
bool diff_equal(const struct jvalue *x, const struct jvalue *y)
{
    if (x->type != y->type || x->count != y->count || !str_eq(x->text, y->text))
        return false;
    for (size_t i = 0; i < x->count; i++) {
        size_t k = i;
        for (; x->type == J_OBJECT && k < i + y->count; k++)
            if (str_eq(x->names[i], y->names[k % y->count]))
                break;
        if ((x->type == J_OBJECT && k == i + y->count) ||
            !diff_equal(&x->items[i], &y->items[k % y->count]))
            return false;
    }
    return true;
}

size_t diff_names(const struct str **out, const struct jvalue *before, const struct jvalue *after,
                  struct arena *a)
{
    static const struct jvalue none = {.type = J_OBJECT};
    const struct jvalue *x = before ? before : &none, *y = after ? after : &none;
    VEC(struct str) names = {0};
    for (size_t i = 0, k = 0; i < x->count || k < y->count;) {
        int order = i == x->count ? 1 : k == y->count ? -1 : str_cmp(x->names[i], y->names[k]);
        struct str name = order <= 0 ? x->names[i] : y->names[k];
        if ((order != 0 || !diff_equal(&x->items[i], &y->items[k])) && !str_is(name, "_reason"))
            VEC_PUSH(a, &names, name);
        i += order <= 0;
        k += order >= 0;
    }
    *out = names.ptr;
    return names.len;
}
