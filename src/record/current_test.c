/* What is changed past the program is found, of every column that a content speaks of. */
#include "record/fixture.h"
#include "test.h"

static struct fixture f;

static int open_fixture(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    return 0;
}

static int close_fixture(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static int64_t put(const char *name)
{
    return fixture_create(
        &f, f.staff, "thing",
        arena_printf(f.a,
                     "{\"name\":\"%s\",\"story\":\"长\",\"count\":3,\"weight\":\"1.500\","
                     "\"amount\":\"12.50\",\"rate\":\"5.00\",\"signed\":\"2026-01-02\","
                     "\"term\":{\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"},"
                     "\"marks\":[\"red\",\"green\"],\"done\":true,\"phone\":\"13800138000\","
                     "\"words\":[\"a\",\"b\"],\"shares\":[{\"who\":\"x\",\"percent\":\"60.00\"},"
                     "{\"who\":\"y\",\"percent\":\"40.00\"}]}",
                     name)
            .ptr);
}

static void what_the_program_wrote_is_in_order(void **state)
{
    (void)state;
    uint64_t before = fixture_current(&f).different, rows = fixture_current(&f).rows;
    for (int i = 0; i < 3; i++)
        (void)put(arena_printf(f.a, "n%d", i).ptr);
    (void)fixture_create(&f, f.staff, "step", "{\"title\":\"一\"}");
    struct verify_found found = fixture_current(&f);
    assert_int_equal(found.rows, rows + 4);
    assert_int_equal(found.different, before);
}

static void every_change_past_the_program_is_found(void **state)
{
    static const char *const changes[][2] = {
        {"UPDATE record_thing SET amount = 99", "UPDATE record_thing SET amount = 1250"},
        {"UPDATE record_thing SET name = 'm'", "UPDATE record_thing SET name = 'n'"},
        {"UPDATE record_thing SET story = NULL", "UPDATE record_thing SET story = '长'"},
        {"UPDATE record_thing SET email = 'a@b.cn'", "UPDATE record_thing SET email = NULL"},
        {"UPDATE record_thing SET done = 0", "UPDATE record_thing SET done = 1"},
        {"UPDATE record_thing SET signed = '2026-01-03'",
         "UPDATE record_thing SET signed = '2026-01-02'"},
        {"UPDATE record_thing SET state = 'other'", "UPDATE record_thing SET state = 'active'"},
        {"UPDATE record_thing SET owner_unit = owner_unit + 1",
         "UPDATE record_thing SET owner_unit = owner_unit - 1"},
        {"UPDATE record_thing SET ended_ms = 5", "UPDATE record_thing SET ended_ms = NULL"},
        {"UPDATE record_thing SET secrecy = secrecy + 1",
         "UPDATE record_thing SET secrecy = secrecy - 1"},
        {"UPDATE record_thing SET published = 1 - published",
         "UPDATE record_thing SET published = 1 - published"},
        {"UPDATE record_thing SET version = version + 1",
         "UPDATE record_thing SET version = version - 1"},
        {"UPDATE record_thing_marks SET value = 'red' WHERE position = 1",
         "UPDATE record_thing_marks SET value = 'green' WHERE position = 1"},
        {"UPDATE record_thing_shares SET percent = percent + 1 WHERE position = 0",
         "UPDATE record_thing_shares SET percent = percent - 1 WHERE position = 0"},
        {"INSERT INTO record_thing_words (record_id, position, value) SELECT id, 2, 'c' FROM "
         "record_thing",
         "DELETE FROM record_thing_words WHERE position = 2"},
        {"UPDATE record_version SET record_id = record_id + 50 WHERE type = 'thing'",
         "UPDATE record_version SET record_id = record_id - 50 WHERE type = 'thing'"},
    };
    (void)state;
    (void)put("n");
    uint64_t before = fixture_current(&f).different;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        fixture_run(&f, changes[i][0]);
        if (fixture_current(&f).different <= before)
            fail_msg("not found: %s", changes[i][0]);
        fixture_run(&f, changes[i][1]);
        assert_int_equal(fixture_current(&f).different, before);
    }
}

static void a_row_that_is_gone_is_found(void **state)
{
    (void)state;
    int64_t id = put("n");
    uint64_t before = fixture_current(&f).different;
    fixture_run(&f, "DELETE FROM record_thing_marks; DELETE FROM record_thing_words; DELETE FROM "
                    "record_thing_shares");
    fixture_run(&f,
                arena_printf(f.a, "DELETE FROM record_thing WHERE id = %lld", (long long)id).ptr);
    assert_int_equal(fixture_current(&f).different, before + 1);
}

/* More than one batch, and the change in the last row. */
static void every_batch_is_looked_at(void **state)
{
    (void)state;
    int64_t id = 0;
    for (int i = 0; i < 501; i++)
        id = fixture_create(&f, f.staff, "step", "{\"title\":\"一\"}");
    uint64_t before = fixture_current(&f).different;
    fixture_run(
        &f, arena_printf(f.a, "UPDATE record_step SET title = '二' WHERE id = %lld", (long long)id)
                .ptr);
    assert_int_equal(fixture_current(&f).different, before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_program_wrote_is_in_order, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(every_change_past_the_program_is_found, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_row_that_is_gone_is_found, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(every_batch_is_looked_at, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests_name("record/current", tests, NULL, NULL);
}
