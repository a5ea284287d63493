#include "test.h"

#include "audit/attack.h"
#include "audit/bundle.h"
#include "audit/receipt.h"

static void judge(struct log_verdict *v, const struct attack *x, struct arena *a)
{
    struct note_key keys[4];
    struct entry entry;
    struct str line;
    struct err e;
    for (size_t i = 0; i < x->key_count; i++)
        assert_ok(note_key_parse(&keys[i], x->keys[i], &e), &e);
    struct log_trust trust = {.keys = keys,
                              .key_count = x->key_count,
                              .held = &x->held,
                              .held_count = x->held.len > 0,
                              .witnesses = x->witnesses};
    if (x->receipt)
        receipt_check(v, &entry, &line, x->text, &trust, a);
    else
        bundle_check(v, x->text, &trust);
}

static void check_all(const char *suite)
{
    struct arena *a = arena_new();
    struct attack_list list = attacks_make(suite, a);
    size_t refused = 0, failed = 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct attack *x = &list.items[i];
        struct log_verdict v;
        judge(&v, x, a);
        int64_t index = !v.names_entry ? -1 : v.has_index ? (int64_t)v.index : -2;
        refused += !verdict_good(&v);
        if (v.kind != x->expected || (x->expected != LOG_FAULT_NONE && index != x->index)) {
            print_message("# %s: %s at %d (%s), expected %s at %d\n", x->name,
                          log_fault_name(v.kind), (int)index, v.fault, log_fault_name(x->expected),
                          (int)x->index);
            failed++;
        }
        assert_int_equal(v.fault[0] != '\0', !verdict_good(&v));
    }
    print_message("# %zu of %zu refused\n", refused, list.count);
    assert_int_equal(failed, 0);
    assert_in_range(refused, 60, list.count);
    arena_free(a);
}

static void every_attack_is_refused_for_its_reason(void **state)
{
    (void)state;
    check_all("sha256-ed25519");
}

static void every_attack_is_refused_in_the_national_suite(void **state)
{
    (void)state;
    check_all("sm3-sm2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attack_is_refused_for_its_reason),
        cmocka_unit_test(every_attack_is_refused_in_the_national_suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
