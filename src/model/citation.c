/* How a citation is printed. */
#include "model/citation.h"
#include "base/attr.h"

#define HAN_BYTES 3

/* 五3, 五.2, 三.条件1 as an office writes them: 五、3; 五、2; 三、条件1. */
static struct str clause_written(struct str clause, struct arena *a)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五",
                                           "六", "七", "八", "九", "十"};
    struct str out = STR_NONE;
    for (size_t i = 0; i < clause.len; i++) {
        bool dot = clause.ptr[i] == '.' && i >= HAN_BYTES && (clause.ptr[i - 1] & 0x80);
        bool digit = clause.ptr[i] >= '0' && clause.ptr[i] <= '9', numbered = false;
        for (size_t k = 0; digit && i >= HAN_BYTES && k < ARRAY_LEN(numerals); k++)
            numbered |= str_is((struct str){clause.ptr + i - HAN_BYTES, HAN_BYTES}, numerals[k]);
        if (dot || numbered)
            out = arena_printf(a, "%.*s、", STR_ARG(out));
        if (!dot)
            out = arena_printf(a, "%.*s%c", STR_ARG(out), clause.ptr[i]);
    }
    return out;
}

struct str clause_bracketed(struct str clause, struct arena *a)
{
    bool has_brackets = str_find(clause, STR("（"), 0) < clause.len;
    return arena_printf(a, has_brackets ? "〔%.*s〕" : "（%.*s）",
                        STR_ARG(clause_written(clause, a)));
}
