#include "test.h"

#include "record/type.h"

static struct arena *a;

/* The built-in types; a fault in one fails every test with its place. */
static struct record_types *shipped(void)
{
    struct record_types *set;
    const struct type_finding *findings;
    size_t count;
    struct err e;
    if (record_types_load(&set, NULL, &findings, &count, a, &e) == OK)
        return set;
    for (size_t i = 0; i < count; i++)
        print_error("%.*s:%d: %.*s\n", STR_ARG(findings[i].file), findings[i].line,
                    STR_ARG(findings[i].reason));
    fail_msg("%s", e.text);
    return NULL;
}

static void the_shipped_types_have_no_fault(void **state)
{
    (void)state;
    struct record_types *set = shipped();
    size_t n = 0;
    for (const struct record_type *t; (t = record_type_at(set, n)); n++) {
        assert_ptr_equal(record_type_find(set, t->name), t);
        assert_non_null(record_state(t, t->initial));
        assert_true(n == 0 || str_cmp(record_type_at(set, n - 1)->name, t->name) < 0);
    }
    assert_true(n >= 40);
    assert_null(record_type_find(set, STR("nothing")));
    assert_null(record_type_find(set, STR("roles")));
    record_types_free(set);
}

static void the_shipped_types_hold_against_a_database(void **state)
{
    (void)state;
    struct record_types *set = shipped();
    const struct type_finding *findings;
    size_t count;
    struct err e;
    if (record_types_check(set, &findings, &count, a, &e) != OK) {
        for (size_t i = 0; i < count; i++)
            print_error("%.*s:%d: %.*s\n", STR_ARG(findings[i].file), findings[i].line,
                        STR_ARG(findings[i].reason));
        fail_msg("%s", e.text);
    }
    record_types_free(set);
}

static void a_deal_is_what_its_file_says(void **state)
{
    (void)state;
    struct record_types *set = shipped();
    const struct record_type *t = record_type_find(set, STR("deal"));
    assert_non_null(t);
    assert_str(t->label.zh, "交易");
    assert_str(t->table, "record_deal");
    assert_str(t->access.table, "record_deal");
    assert_str(t->facts, "deals");
    assert_int_equal(t->digest.len, 64);

    const struct field *amount = record_field(t, STR("amount"));
    assert_int_equal(amount->type, FIELD_MONEY);
    assert_str(amount->column, "amount");
    assert_true(amount->has_min);
    assert_int_equal(amount->min, 0);
    assert_int_equal(field_places(amount), 2);

    const struct field *term = record_field(t, STR("licence_term"));
    assert_str(term->column, "licence_term");

    const struct field *patents = record_field(t, STR("patents"));
    assert_str(patents->child, "record_deal_patents");
    assert_int_equal(patents->column.len, 0);

    const struct field *payments = record_field(t, STR("payments"));
    assert_str(payments->child, "record_deal_payments");
    assert_str(record_row_field(payments, STR("due"))->column, "due");
    assert_null(record_row_field(payments, STR("nothing")));

    assert_str(t->initial, "intent");
    const struct transition *sign = record_transition(t, STR("sign"));
    assert_str(sign->to, "signed");
    assert_int_equal(sign->need_count, 6); /* with its number and its currency */
    assert_true(record_state(t, STR("void"))->locked.all);
    /* A rule that reads and writes is two: nobody writes by hand what is another's word. */
    assert_int_equal(t->access.rules[0].verbs, ACCESS_READ | ACCESS_EXPORT);
    assert_true(t->access.rules[0].fields.all);
    assert_int_equal(t->access.rules[1].verbs,
                     ACCESS_CREATE | ACCESS_CHANGE | ACCESS_IMPORT | ACCESS_ACT);
    assert_true(str_list_has(&t->access.rules[1].fields, STR("amount")));
    assert_false(str_list_has(&t->access.rules[1].fields, STR("accepted")));
    assert_int_equal(record_field(t, STR("accepted"))->word.kind, WORD_OFFICE);
    record_types_free(set);
}

static void a_word_of_sql_gets_a_column_of_another_name(void **state)
{
    (void)state;
    struct record_types *set = shipped();
    const struct record_type *t = record_type_find(set, STR("staff"));
    assert_str(record_field(t, STR("from"))->column, "from_");
    record_types_free(set);
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_types_have_no_fault),
        cmocka_unit_test(the_shipped_types_hold_against_a_database),
        cmocka_unit_test(a_deal_is_what_its_file_says),
        cmocka_unit_test(a_word_of_sql_gets_a_column_of_another_name),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
