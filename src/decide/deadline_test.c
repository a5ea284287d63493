/* Deadlines that were issued, and a year's table that arrives. */
#include "test.h"

#include "access/world.h"
#include "decide/calendar_store.h"
#include "decide/deadline.h"
#include "policy/packs.h"

#define YEAR                                                                                       \
    "# made up for tests\ndate,kind,holiday\n2027-01-01,rest,x\n2027-01-02,rest,x\n"               \
    "2027-01-03,rest,x\n2027-01-04,rest,x\n2027-05-01,rest,x\n2027-10-01,rest,x\n2027-10-02,rest," \
    "x\n"                                                                                          \
    "2027-10-03,rest,x\n"

static struct world w;
static struct packs *packs;
static const struct pack *sichuan;
static int64_t office, officer;

static int open_world(void **state)
{
    struct err e;
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    officer = world_account(&w, "officer", office);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    assert_ok(packs_get(&sichuan, packs, STR("sc-yunying-2025"), &e), &e);
    world_run(&w,
              "INSERT INTO pack_files (digest, pack, pack_version, content, kept_ms)"
              " VALUES (?1, ?2, '1', 'x', 0)",
              VALUES(v_str(sichuan->digest), v_str(sichuan->id)));
    world_run(
        &w,
        "INSERT INTO pack_activation (version, state, pack, pack_version, digest, proposed_by,"
        " confirmed_by, from_ms) VALUES (1, 'active', ?2, '1', ?1, ?3, ?3, 0)",
        VALUES(v_str(sichuan->digest), v_str(sichuan->id), v_i64(officer)));
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    packs_close(packs);
    world_close(&w);
    return 0;
}

static struct deadline_new about(const char *rule, struct date from)
{
    return (struct deadline_new){.type = STR("centre"),
                                 .record_id = 7,
                                 .title = STR("公示"),
                                 .pack = sichuan,
                                 .rule = pack_deadline(sichuan, str_of(rule)),
                                 .from = from,
                                 .holder_account = officer};
}

static struct deadline issue(const struct deadline_new *n)
{
    struct deed d = world_deed(&w, NULL);
    struct deadline x;
    struct err e;
    assert_ok(deadline_issue(&x, w.db, &d, NULL, n, &e), &e);
    return x;
}

static err_t add(bool *added, const char *text, struct err *e)
{
    struct deed d = world_deed(&w, NULL);
    struct calendar_year y;
    assert_ok(calendar_parse(&y, str_of(text), "2027.csv", w.arena, e), e);
    return calendar_add(added, w.db, &d, &y, false, e);
}

static err_t correct(bool *added, const char *text, struct err *e)
{
    struct deed d = world_deed(&w, NULL);
    struct calendar_year y;
    assert_ok(calendar_parse(&y, str_of(text), "2027.csv", w.arena, e), e);
    return calendar_add(added, w.db, &d, &y, true, e);
}

/* All that there is to count again; how many there were. */
static size_t recount(struct deadline_move *moves, size_t max)
{
    struct deed d = world_deed(&w, NULL);
    const struct calendar *c;
    struct err e;
    size_t n = 0;
    d.reason = STR("made up for tests");
    assert_ok(calendar_load(&c, w.db, w.arena, &e), &e);
    for (int64_t after = 0; n < max; after = moves[n++].id) {
        assert_ok(deadline_recount(&moves[n], w.db, &d, c, after, &e), &e);
        if (!moves[n].id)
            break;
    }
    return n;
}

static int64_t messages(const char *kind)
{
    return world_number(&w, "SELECT count(*) FROM notification WHERE kind = ?1 AND account = ?2",
                        VALUES(v_str(str_of(kind)), v_i64(officer)));
}

static void a_deadline_keeps_its_clause_and_moves_only_visibly(void **state)
{
    struct deadline_new soon = about("publicity", (struct date){2026, 9, 30});
    struct deadline_new late = about("publicity", (struct date){2026, 12, 30});
    struct deadline_new same = about("publicity", (struct date){2027, 3, 1});
    struct deadline first = issue(&soon), second = issue(&late), third = issue(&same), now;
    struct deadline_move moves[4];
    struct err e;
    bool added;
    (void)state;
    assert_str(first.due.date, "2026-10-13");
    assert_str(first.clause, "七(三)");
    assert_str(first.quote, "向社会公示5个工作日");
    assert_int_equal(first.due.count_by.len, 0);
    assert_str(second.due.date, "2027-01-07");
    assert_str(second.due.count_by, "2027-01-01");
    assert_int_equal(recount(moves, 4), 0); /* no table, nothing moves */
    assert_ok(add(&added, YEAR, &e), &e);
    assert_true(added);
    assert_ok(deadline_read(&now, w.db, second.id, w.arena, &e), &e);
    assert_str(now.due.date, "2027-01-07"); /* not by the table alone */
    int64_t entries = world_entries(&w);
    assert_int_equal(recount(moves, 4), 2);
    assert_str(world_actions(&w, entries), "recount recount");
    assert_int_equal(moves[0].id, second.id);
    assert_str(moves[0].before, "2027-01-07");
    assert_str(moves[0].day.date, "2027-01-08");
    assert_str(moves[1].before, "2027-03-08");
    assert_str(moves[1].day.date, "2027-03-08");
    assert_ok(deadline_read(&now, w.db, second.id, w.arena, &e), &e);
    assert_str(now.due.date, "2027-01-08");
    assert_int_equal(now.due.count_by.len, 0);
    assert_int_equal(now.version, 2);
    assert_int_equal(messages("deadline_moved"), 1);
    assert_int_equal(messages("deadline_certain"), 1);
    assert_int_equal(recount(moves, 4), 0); /* once */
    assert_ok(deadline_read(&now, w.db, first.id, w.arena, &e), &e);
    assert_int_equal(now.version, 1);
    assert_int_equal(
        world_number(
            &w,
            "SELECT count(*) FROM record_version WHERE type = 'deadline' AND record_id ="
            " ?1 AND content LIKE '%\"before\":\"2027-01-07\"%\"due_date\":\"2027-01-08\"%'",
            VALUES(v_i64(second.id))),
        1);
    (void)third;
}

/* A program without the days of the law leaves such a row (migration 0069). */
static void a_provisional_day_of_before_is_counted_once_again(void **state)
{
    struct deadline_new late = about("publicity", (struct date){2026, 12, 30});
    struct deadline x = issue(&late);
    struct deadline_move moves[2];
    struct err e;
    (void)state;
    world_run(&w, "UPDATE deadline SET due_date = '2027-01-06', count_again = 1 WHERE id = ?1",
              VALUES(v_i64(x.id)));
    assert_int_equal(recount(moves, 2), 1);
    assert_str(moves[0].before, "2027-01-06");
    assert_ok(deadline_read(&x, w.db, x.id, w.arena, &e), &e);
    assert_str(x.due.date, "2027-01-07");
    assert_str(x.due.count_by, "2027-01-01");
    assert_int_equal(messages("deadline_moved"), 1);
    assert_int_equal(recount(moves, 2), 0);
}

static void a_pack_that_does_not_count_here_issues_nothing(void **state)
{
    struct deadline_new n = about("publicity", (struct date){2026, 9, 30});
    struct deed d = world_deed(&w, NULL);
    struct deadline x;
    struct err e;
    (void)state;
    world_run(&w, "UPDATE pack_activation SET state = 'over'", NULL, 0);
    assert_int_equal(deadline_issue(&x, w.db, &d, NULL, &n, &e), E_INVALID);
    assert_non_null(strstr(e.text, "not activated"));
    assert_int_equal(world_number(&w, "SELECT count(*) FROM deadline", NULL, 0), 0);
}

static void one_that_is_over_stays_as_it_was(void **state)
{
    struct deadline_new late = about("publicity", (struct date){2026, 12, 30});
    struct deadline x = issue(&late);
    struct deed d = world_deed(&w, NULL);
    struct deadline_move moves[2];
    struct err e;
    bool added;
    (void)state;
    assert_ok(deadline_end(w.db, &d, x.id, &e), &e);
    assert_int_equal(deadline_end(w.db, &d, x.id, &e), E_CONFLICT);
    assert_ok(add(&added, YEAR, &e), &e);
    assert_int_equal(recount(moves, 2), 0);
    assert_ok(deadline_read(&x, w.db, x.id, w.arena, &e), &e);
    assert_str(x.due.date, "2027-01-07");
    assert_int_equal(deadline_read(&x, w.db, 99, w.arena, &e), E_NOTFOUND);
}

static void a_unit_is_told_each_of_its_people(void **state)
{
    struct deadline_new late = about("publicity", (struct date){2026, 12, 30});
    struct deadline_move moves[2];
    struct err e;
    bool added;
    (void)state;
    world_account(&w, "other", office);
    world_run(&w, "UPDATE account SET state = 'disabled' WHERE id = ?1",
              VALUES(v_i64(world_account(&w, "gone", office)))); /* is told nothing */
    late.holder_account = 0;
    late.holder_unit = office;
    issue(&late);
    assert_ok(add(&added, YEAR, &e), &e);
    assert_int_equal(recount(moves, 2), 1);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM notification", NULL, 0), 2);
}

static void an_officer_enters_what_the_rule_leaves_to_him(void **state)
{
    struct deadline_new range = about("rectification", (struct date){2026, 11, 30});
    struct deed d = world_deed(&w, NULL);
    struct deadline x;
    struct err e;
    (void)state;
    assert_int_equal(deadline_issue(&x, w.db, &d, NULL, &range, &e), E_INVALID);
    range.entered = (struct date){2027, 5, 31};
    assert_int_equal(deadline_issue(&x, w.db, &d, NULL, &range, &e), E_INVALID);
    range.entered = (struct date){2027, 5, 30};
    x = issue(&range);
    assert_str(x.due.date, "2027-05-30");
    assert_true(x.entered);
}

static void a_year_is_taken_once_and_in_its_turn(void **state)
{
    struct err e;
    bool added;
    (void)state;
    assert_ok(add(&added, YEAR, &e), &e);
    assert_true(added);
    assert_ok(add(&added, YEAR, &e), &e);
    assert_false(added);
    assert_int_equal(add(&added, YEAR "2027-06-09,rest,x\n", &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "2027-06-09"));
    assert_int_equal(world_number(&w, "SELECT count(*) FROM calendar_year", NULL, 0), 1);
    assert_int_equal(add(&added,
                         "# s\ndate,kind\n2029-01-01,rest\n2029-05-01,rest\n2029-10-01,rest\n"
                         "2029-10-02,rest\n2029-10-03,rest\n",
                         &e),
                     E_INVALID);
    assert_non_null(strstr(e.text, "2028"));
}

/* 2027-01-06 was entered as a day off by mistake: what ends later moves back, and nobody is told of what stays. */
static void a_year_is_corrected_and_what_it_moves_is_counted_again(void **state)
{
    struct deadline_new late = about("publicity", (struct date){2026, 12, 30});
    struct deadline_move moves[4];
    struct deadline x;
    struct err e;
    bool added;
    (void)state;
    assert_ok(add(&added, YEAR "2027-01-06,rest,x\n", &e), &e);
    x = issue(&late);
    assert_str(x.due.date, "2027-01-07");
    assert_int_equal(add(&added, YEAR, &e), E_CONFLICT);
    int64_t entries = world_entries(&w);
    assert_ok(correct(&added, YEAR, &e), &e);
    assert_true(added);
    assert_str(world_actions(&w, entries), "correct");
    assert_int_equal(recount(moves, 4), 1);
    assert_str(moves[0].before, "2027-01-07");
    assert_int_equal(messages("deadline_moved"), 1);
    assert_int_equal(recount(moves, 4), 0);
    assert_ok(correct(&added, YEAR, &e), &e);
    assert_false(added); /* the same again */
    assert_ok(correct(&added, YEAR "2027-12-24,rest,x\n", &e), &e);
    assert_int_equal(recount(moves, 4), 1); /* counted again, and stays */
    assert_str(moves[0].day.date, moves[0].before.ptr);
    assert_int_equal(messages("deadline_moved"), 1);
    assert_int_equal(messages("deadline_certain"), 0);
    assert_int_equal(world_number(&w,
                                  "SELECT max(version) FROM record_version WHERE type = 'calendar'",
                                  NULL, 0),
                     3);
    assert_int_equal(correct(&added,
                             "# "
                             "s\ndate,kind\n2026-01-01,rest\n2026-05-01,rest\n2026-10-01,"
                             "rest\n2026-10-02,rest\n2026-10-03,rest\n",
                             &e),
                     E_CONFLICT); /* the program's own */
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_deadline_keeps_its_clause_and_moves_only_visibly),
        WITH_WORLD(a_provisional_day_of_before_is_counted_once_again),
        WITH_WORLD(a_pack_that_does_not_count_here_issues_nothing),
        WITH_WORLD(one_that_is_over_stays_as_it_was),
        WITH_WORLD(a_unit_is_told_each_of_its_people),
        WITH_WORLD(an_officer_enters_what_the_rule_leaves_to_him),
        WITH_WORLD(a_year_is_taken_once_and_in_its_turn),
        WITH_WORLD(a_year_is_corrected_and_what_it_moves_is_counted_again),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
