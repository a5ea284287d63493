/* Small parsers of foreign words; FUZZ_TEXT names one: number, class, date,
 * split, query. Each must give the same answer twice and keep its promise. */
#include "base/date.h"
#include "fuzz.h"
#include "ingest/split.h"
#include "model/normal.h"
#include "model/number.h"
#include "search/compile.h"
#include "search/filters.h"

#if FUZZ_TEXT == 1
static void check(struct str s, struct arena *a)
{
    struct number n, again;
    struct str keys[8];
    if (!number_parse(&n, s, NUMBER_ANY, STR_NONE, a))
        return;
    FUZZ_ASSERT(n.key.len > 0);
    FUZZ_ASSERT(number_parse(&again, s, NUMBER_ANY, STR_NONE, a));
    FUZZ_ASSERT(str_eq(n.key, again.key) && str_eq(n.display, again.display));
    FUZZ_ASSERT(number_lookup_keys(keys, ARRAY_LEN(keys), &n, a) > 0);
    (void)!number_parse(&again, s, NUMBER_PUBLICATION, STR("CN"), a);
    (void)!number_parse(&again, s, NUMBER_APPLICATION, STR("US"), a);
}
#elif FUZZ_TEXT == 2
static void check(struct str s, struct arena *a)
{
    struct class_symbol c, again;
    for (int scheme = 0; scheme < CLASS_SCHEMES; scheme++)
        if (class_parse(&c, s, (enum class_scheme)scheme, a)) {
            FUZZ_ASSERT(c.symbol.len > 0);
            /* What is canonical stays as it is. */
            if (scheme == CLASS_IPC || scheme == CLASS_CPC) {
                FUZZ_ASSERT(class_parse(&again, c.symbol, (enum class_scheme)scheme, a));
                FUZZ_ASSERT(str_eq(again.symbol, c.symbol));
            }
        }
}
#elif FUZZ_TEXT == 3
static void check(struct str s, struct arena *a)
{
    struct date d, again;
    char text[DATE_TEXT_LEN + 1];
    (void)a;
    if (!foreign_date_parse(&d, s))
        return;
    FUZZ_ASSERT(d.month >= 0 && d.month <= 12 && d.day >= 0 && d.day <= 31);
    if (!date_valid(d))
        return;
    date_format(text, d);
    FUZZ_ASSERT(foreign_date_parse(&again, str_of(text)));
    FUZZ_ASSERT(again.year == d.year && again.month == d.month && again.day == d.day);
}
#elif FUZZ_TEXT == 4
static void check(struct str s, struct arena *a)
{
    struct str *piece;
    for (int how = SPLIT_NONE; how <= SPLIT_TEXTS; how++) {
        size_t count = split_value(&piece, s, (enum split)how, a), total = 0;
        for (size_t i = 0; i < count; i++) {
            FUZZ_ASSERT(!value_is_empty(piece[i]));
            total += piece[i].len;
        }
        FUZZ_ASSERT(total <= s.len);
    }
}
#else
/* The same bytes as a query, down to the engine's tree, and as a filter. */
static void check(struct str s, struct arena *a)
{
    struct compiled c;
    const struct query *filter;
    struct err e = {0}, again = {0};
    err_t rc = compile_query(&c, s, INDEX_FULL, a, &e);
    FUZZ_ASSERT(rc == OK || (rc == E_INVALID && e.text[0] != 0));
    FUZZ_ASSERT(compile_query(&c, s, INDEX_FULL, a, &again) == rc);
    FUZZ_ASSERT(strcmp(e.text, again.text) == 0);
    rc = filters_query(&filter, &s, 1, a, &e);
    FUZZ_ASSERT(rc == OK || (rc == E_INVALID && e.text[0] != 0));
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    check((struct str){(const char *)data, size}, a);
    arena_free(a);
    return 0;
}
