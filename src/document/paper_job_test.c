/* PDFs of issued papers as a job: each digest is logged once, however often the program stops; what
 * cannot be made stays told and is tried again. The press itself: paper/paper_test.c. */
#include "document/paper_job.h"
#include "record/fixture.h"
#include "test.h"

#include <stdatomic.h>
#include <unistd.h>

#define NOW INT64_C(1772413200000) /* 2026-03-02 09:00 in China */

static struct fixture f;
static atomic_bool broken;
static atomic_int made;
static _Atomic int64_t unreadable; /* the paper whose row is damaged; 0: none */
static atomic_bool idle, visited;  /* visited: with each PDF somebody comes */

static err_t read_paper(struct case_paper *c, struct db *db, struct arena *a, struct err *e)
{
    return c->id == atomic_load(&unreadable) ? err_set(e, E_CORRUPT, "the row is damaged")
                                             : case_paper_read(c, db, a, e);
}

static err_t make_pdf(struct buf *out, const struct case_paper *c, void *arg, struct arena *a,
                      struct err *e)
{
    (void)arg;
    (void)a;
    if (atomic_load(&broken))
        return err_set(e, E_INVALID, "no font has the character U+2A6D6");
    atomic_fetch_add(&made, 1);
    if (atomic_load(&visited))
        atomic_store(&idle, false);
    buf_addf(out, "%%PDF of %.*s", STR_ARG(c->content));
    return OK;
}

static bool is_idle(void *arg)
{
    (void)arg;
    return atomic_load(&idle);
}

static struct paper_job_parts parts = {
    .kernel = &f.k, .read = read_paper, .pdf = make_pdf, .idle = is_idle};
static const struct job_use uses[] = {{&job_papers, &parts}, {0}};

/* Issued by a step at this moment. */
static int64_t issued(const char *paper)
{
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO case_paper (case_id, paper, version, title, code,"
                                 " content, digest, entry, issued_ms, issued_by, render_ms) VALUES"
                                 " (7, '%s', 1, '受理回执', '%s', '{\"of\":\"%s\"}', 'digest',"
                                 " 'entry', %lld, %lld, %lld)",
                                 paper, paper, paper, (long long)f.clock.fixed_ms,
                                 (long long)f.officer, (long long)f.clock.fixed_ms)
                        .ptr);
    return fixture_number(&f, "SELECT max(id) FROM case_paper");
}

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    f.clock.fixed_ms = NOW;
    atomic_store(&broken, false);
    atomic_store(&made, 0);
    atomic_store(&unreadable, 0);
    atomic_store(&idle, false);
    atomic_store(&visited, false);
    parts.started_ms = 0;
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO flow_case (id, version, state, owner_unit,"
                                 " owner_province, secrecy, published, created_ms, created_by,"
                                 " changed_ms, changed_by, number, title, programme, pack_version,"
                                 " pack_digest, process, stage, stage_label, stage_on, trial,"
                                 " record_type, record_id) VALUES (7, 1, 'running', %lld, '51', 0,"
                                 " 0, 0, 0, 0, 0, '2026-000007', '虚构', 'sc-yunying-2025', '1',"
                                 " 'digest', 'application', 'city', '市局', '2026-03-02', 0,"
                                 " 'application', 1)",
                                 (long long)f.centre)
                        .ptr);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static int64_t waiting(void)
{
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT (SELECT count(*) FROM case_paper WHERE render_ms"
                                           " BETWEEN %lld AND %lld) + (SELECT count(*) FROM job"
                                           " WHERE due_ms IS NOT NULL)",
                                           atomic_load(&idle) ? 0LL : (long long)parts.started_ms,
                                           (long long)f.clock.fixed_ms)
                                  .ptr);
}

/* A program that starts, does all that is due at this moment, and ends. */
static void work(void)
{
    struct job_workers *workers = NULL;
    struct err e;
    assert_ok(
        job_workers_start(
            &workers,
            &(struct job_workers_options){
                .store = f.store, .clock = &f.clock, .kinds = uses, .threads = 1, .poll_ms = 5},
            &e),
        &e);
    for (int i = 0; i < 60000 && waiting() != 0; i++)
        usleep(10000);
    job_workers_stop(workers);
    assert_int_equal(waiting(), 0);
}

static int64_t entries(int64_t paper)
{
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT count(*) FROM record_version WHERE type ="
                                           " 'case_paper' AND record_id = %lld AND action ="
                                           " 'render' AND version = 2",
                                           (long long)paper)
                                  .ptr);
}

static struct str digest_of(int64_t paper)
{
    return fixture_text(
        &f, arena_printf(f.a, "SELECT coalesce(file_digest, '-') FROM case_paper WHERE id = %lld",
                         (long long)paper)
                .ptr);
}

static void the_digest_of_each_paper_is_logged_once(void **state)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = sha256_of(str_bytes(STR("%PDF of {\"of\":\"one\"}")));
    int64_t one = issued("one"), two = issued("two");
    (void)state;
    work();
    sha256_hex(hex, &digest);
    assert_str(digest_of(one), hex);
    assert_int_equal(entries(one), 1);
    assert_int_equal(entries(two), 1);
    assert_int_equal(atomic_load(&made), 2);
    f.clock.fixed_ms += INT64_C(86400000);
    work();
    assert_int_equal(atomic_load(&made), 2);
    assert_int_equal(entries(one), 1);
}

static void what_cannot_be_made_is_told_once_and_tried_again_until_it_is_made(void **state)
{
    int64_t one = issued("one");
    (void)state;
    atomic_store(&broken, true);
    work();
    assert_int_equal(entries(one), 0);
    assert_str(fixture_text(&f, "SELECT render_error FROM case_paper"),
               "no font has the character U+2A6D6");
    int64_t again = fixture_number(&f, "SELECT render_ms FROM case_paper");
    assert_true(again > f.clock.fixed_ms);
    f.clock.fixed_ms = again;
    work();
    assert_int_equal(fixture_number(&f, "SELECT render_tries FROM case_paper"), 2);
    assert_int_equal(
        fixture_number(&f, arena_printf(f.a,
                                        "SELECT count(*) FROM notification WHERE kind ="
                                        " 'paper_not_made' AND account = %lld",
                                        (long long)f.officer)
                               .ptr),
        1);
    atomic_store(&broken, false);
    f.clock.fixed_ms = fixture_number(&f, "SELECT render_ms FROM case_paper");
    work();
    assert_int_equal(entries(one), 1);
    assert_str(fixture_text(&f, "SELECT coalesce(render_error, '-') FROM case_paper"), "-");
}

static void one_that_cannot_be_made_keeps_no_other_from_being_made(void **state)
{
    (void)state;
    atomic_store(&broken, true);
    int64_t one = issued("one");
    work();
    atomic_store(&broken, false);
    int64_t two = issued("two");
    work();
    assert_int_equal(entries(one), 0);
    assert_int_equal(entries(two), 1);
}

static void one_that_cannot_be_read_keeps_no_other_from_being_made(void **state)
{
    int64_t one = issued("one"), two = issued("two");
    (void)state;
    atomic_store(&unreadable, one);
    work();
    assert_int_equal(entries(one), 0);
    assert_int_equal(entries(two), 1);
    assert_str(
        fixture_text(&f, "SELECT render_error FROM case_paper WHERE render_ms IS NOT NULL"),
        "a fault of the program or of its machine; its administrator finds what it is in the "
        "log");
    atomic_store(&unreadable, 0);
    f.clock.fixed_ms = fixture_number(&f, "SELECT max(render_ms) FROM case_paper");
    work();
    assert_int_equal(entries(one), 1);
}

static void what_was_due_before_the_start_waits_until_the_server_is_idle(void **state)
{
    int64_t one = issued("one"), two = issued("two");
    (void)state;
    f.clock.fixed_ms = parts.started_ms = NOW + 1;
    int64_t new = issued("new");
    work();
    assert_int_equal(entries(new), 1);
    assert_int_equal(atomic_load(&made), 1);
    atomic_store(&idle, true);
    atomic_store(&visited, true);
    work();
    assert_int_equal(entries(one), 1);
    assert_int_equal(entries(two), 0);
    atomic_store(&idle, true);
    atomic_store(&visited, false);
    work();
    assert_int_equal(entries(two), 1);
    assert_int_equal(atomic_load(&made), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_digest_of_each_paper_is_logged_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_made_is_told_once_and_tried_again_until_it_is_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_made_keeps_no_other_from_being_made,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_read_keeps_no_other_from_being_made,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_was_due_before_the_start_waits_until_the_server_is_idle, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
