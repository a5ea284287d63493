/* What is lent is what the files and the working days say now, and nobody else's meanwhile. */
#include "test.h"

#include "access/world.h"
#include "api/pack_shelf.h"
#include "db/scratch.h"
#include "decide/calendar_store.h"
#include <stdio.h>
#include <sys/stat.h>

#define LATER_MS ((int64_t)4102444800000) /* 2100: whatever a test has written is long settled */

static struct world w;
static struct clock now;
static struct pack_shelf *shelf;
static const char *dir;

static int open_world(void **state)
{
    (void)state;
    world_open_store(&w);
    now = clock_fixed(LATER_MS);
    dir = scratch_dir(w.arena);
    shelf = pack_shelf_new(w.store, &now, dir);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    pack_shelf_free(shelf);
    world_close(&w);
    return 0;
}

static struct shelved *take(void)
{
    struct shelved *x = NULL;
    struct err e;
    assert_ok(pack_shelf_take(&x, shelf, &e), &e);
    return x;
}

/* What is wrong with the pack "mine"; *again: whoever had these packs before has asked, too. */
static const char *fault(bool *again)
{
    struct err e = {0};
    const struct pack *pack;
    const struct pack_finding *findings;
    struct shelved *x = take();
    *again = packs_findings(&findings, shelved_packs(x), STR("mine")) > 0;
    assert_int_equal(packs_get(&pack, shelved_packs(x), STR("mine"), &e), E_INVALID);
    pack_shelf_give(x);
    return arena_cstr(w.arena, str_of(e.text));
}

static bool has_pack(const char *id)
{
    const struct str *ids;
    struct shelved *x = take();
    size_t count = packs_ids(&ids, shelved_packs(x)), found = 0;
    for (size_t i = 0; i < count; i++)
        found += str_eq(ids[i], str_of(id));
    pack_shelf_give(x);
    return found == 1;
}

static void write_pack(const char *id, const char *text)
{
    mkdir(arena_printf(w.arena, "%s/packs", dir).ptr, 0700);
    mkdir(arena_printf(w.arena, "%s/packs/%s", dir, id).ptr, 0700);
    FILE *f = fopen(arena_printf(w.arena, "%s/packs/%s/pack.yaml", dir, id).ptr, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void what_is_given_back_is_lent_again_but_never_twice_at_once(void **state)
{
    (void)state;
    struct shelved *one = take(), *other = take(), *again;
    assert_true(one != other && shelved_packs(one) != shelved_packs(other));
    pack_shelf_give(one);
    again = take();
    assert_true(again == one);
    pack_shelf_give(again);
    pack_shelf_give(other);
}

static void a_new_or_changed_file_is_seen(void **state)
{
    (void)state;
    bool again;
    assert_false(has_pack("mine"));
    write_pack("mine", "id: one\n");
    assert_true(has_pack("mine"));
    const char *before = fault(&again);
    assert_false(again);
    assert_string_equal(fault(&again), before);
    assert_true(again);
    write_pack("mine", "- a list\n");
    assert_string_not_equal(fault(&again), before);
    assert_false(again);
}

/* It may be written once more without its times or its size telling. */
static void a_file_that_was_just_written_is_read_each_time(void **state)
{
    (void)state;
    bool again;
    struct stat file;
    write_pack("mine", "id: two\n");
    assert_int_equal(stat(arena_printf(w.arena, "%s/packs/mine/pack.yaml", dir).ptr, &file), 0);
    now = clock_fixed(file.st_mtim.tv_sec * 1000);
    fault(&again);
    fault(&again);
    assert_false(again);
    now = clock_fixed(LATER_MS);
    fault(&again);
    fault(&again);
    assert_true(again);
}

static err_t add_year(struct db *db, void *arg, struct err *e)
{
    struct deed d = world_deed(&w, NULL);
    struct calendar_year y;
    err_t rc = calendar_parse(&y,
                              STR("# made up\ndate,kind\n2027-01-01,rest\n2027-05-01,rest\n"
                                  "2027-10-01,rest\n2027-10-02,rest\n2027-10-03,rest\n"),
                              "2027.csv", w.arena, e);
    return rc == OK ? calendar_add(arg, db, &d, &y, false, e) : rc;
}

static void a_year_of_working_days_is_counted_by_at_once(void **state)
{
    (void)state;
    bool added = false;
    struct err e;
    struct shelved *x = take();
    assert_false(calendar_has_year(shelved_calendar(x), 2027));
    pack_shelf_give(x);
    assert_ok(store_write(w.store, add_year, &added, &e), &e);
    assert_true(added);
    x = take();
    assert_true(calendar_has_year(shelved_calendar(x), 2027));
    pack_shelf_give(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_back_is_lent_again_but_never_twice_at_once),
        cmocka_unit_test(a_new_or_changed_file_is_seen),
        cmocka_unit_test(a_file_that_was_just_written_is_read_each_time),
        cmocka_unit_test(a_year_of_working_days_is_counted_by_at_once),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
