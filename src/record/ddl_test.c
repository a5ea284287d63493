#include "test.h"

#include "db/scratch.h"
#include "db/store.h"
#include "record/type.h"

static struct arena *a;

static struct store *open_store(const char *dir)
{
    struct store *s;
    struct err e;
    assert_ok(store_open(&s, scratch_url(a, dir, "store.db"), true, &e), &e);
    return s;
}

static struct record_types *shipped(void)
{
    struct record_types *set;
    const struct type_finding *findings;
    size_t count;
    struct err e;
    assert_ok(record_types_load(&set, NULL, &findings, &count, a, &e), &e);
    return set;
}

static void check_prepares(struct db *db, const char *sql)
{
    struct stmt *st = NULL;
    struct err e;
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    stmt_free(st);
}

static void every_shipped_type_has_its_tables(void **state)
{
    (void)state;
    struct store *s = open_store(scratch_dir(a));
    struct record_types *set = shipped();
    struct db *db;
    struct err e;
    assert_ok(record_types_migrate(set, s, &e), &e);
    assert_ok(record_types_migrate(set, s, &e), &e); /* a second start changes nothing */
    assert_ok(store_reader_get(&db, s, &e), &e);
    check_prepares(db, "SELECT id, version, owner_city, contract_no, amount, licence_term_from, "
                       "licence_term_to FROM record_deal");
    check_prepares(db, "SELECT record_id, position, value, value_key FROM record_deal_patents");
    check_prepares(db, "SELECT record_id, position, due, amount, paid FROM record_deal_payments");
    check_prepares(db, "SELECT from_, to_, id_number, id_number_index FROM record_staff");
    check_prepares(db, "SELECT value FROM record_staff_fields");
    store_reader_put(s, db);
    record_types_free(set);
    store_close(s);
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
        cmocka_unit_test(every_shipped_type_has_its_tables),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
