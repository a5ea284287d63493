/* What a request says against its resource, where no handler is asked. */
#include "test.h"

#include "api/resource.h"
#include "base/buf.h"

static const struct schema any_object = {SCHEMA_OBJECT};
ARRAY_SCHEMA(numbers, schema_integer);
static const struct parameter parameters[] = {{"fields", IN_BODY, &any_object, false, false, NULL},
                                              {"numbers", IN_BODY, &numbers, false, false, NULL},
                                              {0}};
static const struct resource resource = {.method = "POST", .parameters = parameters};

static struct str faults_of(struct arena *a, struct str body)
{
    struct request r = {.arena = a};
    struct str faults = STR_NONE;
    struct err e;
    assert_ok(jin_parse(&r.body, body, a, &e), &e);
    err_t rc = parameters_check(&faults, &resource, &r, &e);
    assert_int_equal(rc, faults.len ? E_INVALID : OK);
    return faults;
}

static void a_fault_is_told_with_the_way_to_it(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct str faults = faults_of(a, STR("{\"fields\":{\"a\":[{},{\"b\":\"x\\u0000\"}]},"
                                         "\"numbers\":[1,2.5],\"other\":1}"));
    assert_true(str_contains(faults, STR("\"field\":\"/fields/a/1/b\"")));
    assert_true(str_contains(faults, STR("\"field\":\"/numbers/1\"")));
    assert_true(str_contains(faults, STR("\"field\":\"/other\"")));
    arena_free(a);
}

/* Thousands of items behind a name of thousands of bytes: the way to each, written out, would be
 * their product. */
static void a_name_as_long_as_its_body_takes_no_more_memory_than_the_body(void **state)
{
    (void)state;
    enum { NAME = 20000, ITEMS = 4000 };
    struct arena *a = arena_new();
    for (int faulty = 0; faulty < 2; faulty++) {
        struct buf b;
        buf_init(&b, 0);
        buf_addz(&b, "{\"fields\":{\"");
        for (size_t i = 0; i < NAME; i++)
            buf_addc(&b, 'n');
        buf_addz(&b, "\":[");
        for (size_t i = 0; i < ITEMS; i++)
            buf_addf(&b, "%s%s", i ? "," : "", faulty ? "\"\\u0000\"" : "0");
        buf_addz(&b, "]}}");
        struct str faults = faults_of(a, buf_str(&b));
        assert_int_equal(faults.len > 0, faulty);
        assert_true(faults.len < 100000);
        assert_true(arena_used(a) < 4 * 1000 * 1000);
        buf_clear(&b);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_is_told_with_the_way_to_it),
        cmocka_unit_test(a_name_as_long_as_its_body_takes_no_more_memory_than_the_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
