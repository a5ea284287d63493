/* The heap of the best hits against a sorted array. */
#include "base/rand.h"
#include "index/topk.h"
#include "test.h"
#include <stdlib.h>

static int best_first(const void *x, const void *y)
{
    const struct hit *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static void the_best_are_kept_ties_by_rising_id(void **state)
{
    (void)state;
    static const size_t ks[] = {0, 1, 2, 3, 10, 64, 500, 2000};
    struct rand r = {11};
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(ks) * 20; i++) {
        size_t k = ks[i % ARRAY_LEN(ks)], n = rand_below(&r, 1000);
        struct hit *all = arena_array(a, n, sizeof(*all));
        struct topk t;
        topk_init(&t, k, a);
        for (size_t j = 0; j < n; j++) { /* few distinct scores: many ties */
            all[j] = (struct hit){.id = j * 7919 % 1009, .score = (float)rand_below(&r, 30)};
            assert_true(t.count == k || topk_bar(&t) < 0);
            topk_push(&t, &all[j]);
        }
        qsort(all, n, sizeof(*all), best_first);
        size_t kept = n < k ? n : k;
        assert_int_equal(t.count, kept);
        if (k > 0 && kept == k)
            assert_true(topk_bar(&t) == all[k - 1].score);
        topk_sort(&t);
        for (size_t j = 0; j < kept; j++)
            assert_true(t.heap[j].id == all[j].id && t.heap[j].score == all[j].score);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_best_are_kept_ties_by_rising_id)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
