/* Days of cases under a clock that the test moves: what the year opens, who is told when, once
 * however often the program stops; on both databases. */
#include "case/case.h"
#include "case/timer_job.h"
#include "decide/activation.h"
#include "decide/calendar_store.h"
#include "decide/deadline.h"
#include "judge/facts_fill.h"
#include "notify/notification.h"
#include "policy/calendar.h"
#include "record/fixture.h"
#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY_MS (INT64_C(86400000))

static struct fixture f;
static struct programme_parts parts;
static struct str code;
static const struct job_use uses[] = {
    {&job_timers, &parts}, {&job_year, &parts}, {&job_recount, &parts}, {0}};

/* A day in China at an hour. */
static void at(const char *day, int hour)
{
    struct date d;
    assert_true(date_parse(&d, str_of(day)));
    f.clock.fixed_ms = date_to_days(d) * DAY_MS + (hour - 8) * INT64_C(3600000);
}

struct putting {
    const char *type, *json;
    int64_t owner;
    const struct pack *pack;
    struct packs *packs;
};

static err_t put_step(struct db *db, void *arg, struct err *e)
{
    const struct putting *p = arg;
    struct subject program;
    struct written w;
    const struct write_options o = {.owner_unit = p->owner};
    subject_program(&program, business_date(f.clock.fixed_ms, f.a));
    return record_put(&w, db,
                      &(struct record_call){&f.k, &program, fixture_type(&f, p->type), 0, f.a},
                      fixture_json(&f, p->json), &o, e);
}

static void add_centre(const char *programme, const char *entered)
{
    struct err e;
    struct putting p = {"centre",
                        arena_printf(f.a,
                                     "{\"name\":\"虚构\",\"credit_code\":\"%.*s\",\"programme\":"
                                     "\"%s\",\"entered\":\"%s\"}",
                                     STR_ARG(code), programme, entered)
                            .ptr,
                        f.province, NULL, NULL};
    assert_ok(store_write(f.store, put_step, &p, &e), &e);
}

static err_t keep_step(struct db *db, void *arg, struct err *e)
{
    const struct putting *p = arg;
    return pack_files_keep(db, p->pack, packs_archive(p->packs, p->pack, f.a), f.clock.fixed_ms, e);
}

/* As if two officers had made it count. */
static void activate(const char *id)
{
    struct putting p = {.type = id};
    struct err e;
    assert_ok(packs_open(&p.packs, NULL, &e), &e);
    assert_ok(packs_get(&p.pack, p.packs, str_of(id), &e), &e);
    assert_ok(store_write(f.store, keep_step, &p, &e), &e);
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO pack_activation (version, state, pack, pack_version,"
                                 " digest, proposed_by, confirmed_by, from_ms) VALUES (1, 'active',"
                                 " '%s', '%.*s', '%.*s', %lld, %lld, 1)",
                                 id, STR_ARG(p.pack->version), STR_ARG(p.pack->digest),
                                 (long long)f.officer, (long long)f.officer2)
                        .ptr);
    packs_close(p.packs);
}

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    at("2026-10-30", 10);
    code = made_code(77, f.a);
    fixture_run(&f, arena_printf(f.a, "UPDATE unit SET credit_code = '%.*s' WHERE id = %lld",
                                 STR_ARG(code), (long long)f.centre)
                        .ptr);
    parts = (struct programme_parts){&f.k, f.dir};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static struct clock_watch watch; /* set up by tests whose clock jumps */

static struct job_workers *start_with(struct clock_watch *w, const struct job_use *kinds)
{
    struct job_workers *workers = NULL;
    struct err e;
    assert_ok(job_workers_start(&workers,
                                &(struct job_workers_options){.store = f.store,
                                                              .clock = w ? &w->clock : &f.clock,
                                                              .watch = w,
                                                              .kinds = kinds,
                                                              .threads = 1,
                                                              .lease_ms = 500,
                                                              .poll_ms = 5},
                                &e),
              &e);
    return workers;
}

static struct job_workers *start(void)
{
    return start_with(NULL, uses);
}

static int64_t waiting(void)
{
    int64_t now = f.clock.fixed_ms;
    struct str today = business_date(now, f.a);
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT (SELECT count(*) FROM flow_timer WHERE state ="
                                           " 'running' AND next_ms <= %lld) + (SELECT count(*) FROM"
                                           " job WHERE due_ms IS NOT NULL) + (SELECT 1 - count(*)"
                                           " FROM programme_told WHERE what = 'look' AND day >="
                                           " '%.*s') + (SELECT count(*) FROM flow_timer WHERE"
                                           " state = 'running' AND count_by <= '2026-01-01')",
                                           (long long)now, STR_ARG(today))
                                  .ptr);
}

/* A program that starts, does all that is due at this moment, and ends. */
static void work(void)
{
    struct job_workers *workers = start();
    for (int i = 0; i < 60000 && waiting() != 0; i++)
        usleep(10000);
    job_workers_stop(workers);
    assert_int_equal(waiting(), 0);
}

static int64_t told(const char *kind)
{
    return fixture_number(
        &f, arena_printf(f.a, "SELECT count(*) FROM notification WHERE kind = '%s'", kind).ptr);
}

static int64_t told_to(const char *kind, int64_t account)
{
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT count(*) FROM notification WHERE kind = '%s'"
                                           " AND account = %lld",
                                           kind, (long long)account)
                                  .ptr);
}

static int64_t cases(const char *programme, const char *process)
{
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT count(*) FROM flow_case WHERE programme = '%s'"
                                           " AND process = '%s'",
                                           programme, process)
                                  .ptr);
}

/* --- a clock that jumps ------------------------------------------------------------------------- */

static int64_t still(const struct clock *c)
{
    (void)c;
    return 0;
}

static err_t run_look(struct job_run *r, struct err *e)
{
    (void)r;
    (void)e;
    return OK;
}

static const struct job_kind of_a_person = {.name = "look", .title = "look", .run = run_look};

static err_t add_look(struct db *db, void *id, struct err *e)
{
    return job_add(id, db, &(struct job_draft){.kind = "look", .owner = f.officer}, 1, e);
}

/* Two jobs of a person, one after the other: in between the whole queue was looked at. */
static void let_look(void)
{
    for (int i = 0; i < 2; i++) {
        int64_t id;
        struct err e;
        assert_ok(store_write(f.store, add_look, &id, &e), &e);
        const char *ended =
            arena_printf(f.a, "SELECT count(*) FROM job WHERE id = %lld AND state = 'done'",
                         (long long)id)
                .ptr;
        for (int k = 0; k < 60000 && fixture_number(&f, ended) == 0; k++)
            usleep(10000);
        assert_int_equal(fixture_number(&f, ended), 1);
    }
}

static int64_t made(void)
{
    return fixture_number(&f, "SELECT (SELECT count(*) FROM flow_case) + (SELECT count(*) FROM"
                              " record_annual_report) + (SELECT count(*) FROM notification) +"
                              " (SELECT count(*) FROM programme_told) + (SELECT count(*) FROM"
                              " log_entry)");
}

/* Ten years forward and back, a month, a day; nothing is made until somebody says that it is right. */
static void a_clock_that_jumps_makes_nothing(void **state)
{
    static const int64_t jumps[] = {3650, -3650, 31, -31, 1, -1};
    static const struct job_use kinds[] = {{&job_timers, &parts},
                                           {&job_year, &parts},
                                           {&job_recount, &parts},
                                           {&of_a_person, NULL},
                                           {0}};
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2016-03-02");
    add_centre("sx-yunying-draft", "2016-03-02");
    at("2026-10-20", 9);
    work(); /* what is due today is made */
    f.clock.elapsed_ms = still;
    const int64_t before = made();
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        clock_watch_init(&watch, &f.clock);
        f.clock.fixed_ms += jumps[i] * DAY_MS;
        struct job_workers *workers = start_with(&watch, kinds);
        let_look();
        f.clock.fixed_ms -= jumps[i] * DAY_MS;
        let_look();
        assert_int_equal(made(), before);
        job_workers_stop(workers);
        clock_watch_clear(&watch);
    }
    clock_watch_init(&watch, &f.clock);
    f.clock.fixed_ms += 3650 * DAY_MS;
    struct job_workers *workers = start_with(&watch, kinds);
    let_look();
    assert_int_equal(made(), before);
    clock_watch_settle(&watch);
    let_look();
    job_workers_stop(workers);
    clock_watch_clear(&watch);
    work();
    assert_true(made() > before); /* the control */
}

/* --- what the year opens ---------------------------------------------------------------------- */

/* SCYY-081.1 */
static void the_yearly_report_opens_sixty_days_before_its_day_and_once(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-11-01", 0);
    f.clock.fixed_ms -= 60000; /* the evening before */
    work();
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 0);
    at("2026-11-01", 0);
    work();
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 1);
    assert_int_equal(fixture_number(&f, "SELECT year FROM record_annual_report"), 2026);
    assert_string_equal(fixture_text(&f, "SELECT max(rule) FROM flow_timer").ptr, "annual-report");
    assert_string_equal(fixture_text(&f, "SELECT g.due_date FROM flow_case c JOIN assignment g ON"
                                         " g.id = c.holder_assignment")
                            .ptr,
                        "2026-12-31");
    for (int day = 2; day <= 4; day++) {
        at(arena_printf(f.a, "2026-11-%02d", day).ptr, 9);
        work();
    }
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 1);
    /* no cycle is in that text: nobody is evaluated by the clock */
    assert_int_equal(cases("sc-yunying-2025", "evaluation"), 0);
}

static void a_report_that_was_begun_by_hand_is_taken_into_the_case(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    int64_t own = fixture_create(&f, f.manager, "annual_report", "{\"year\":2026}");
    at("2026-11-03", 9);
    work();
    assert_int_equal(fixture_number(&f, "SELECT record_id FROM flow_case"), own);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_annual_report"), 1);
}

static void who_entered_after_the_day_owes_nothing_for_that_year(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2027-01-04");
    at("2027-01-05", 9);
    work();
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 0);
}

/* SXYY-053 */
static void the_three_year_evaluation_is_proposed_ninety_days_before_each_date(void **state)
{
    (void)state;
    add_centre("sx-yunying-draft", "2026-06-30");
    at("2029-03-30", 9);
    work();
    assert_int_equal(cases("sx-yunying-draft", "evaluation"), 0);
    at("2029-03-31", 7);
    work();
    assert_int_equal(cases("sx-yunying-draft", "evaluation"), 1);
    assert_string_equal(
        fixture_text(&f, "SELECT due_date FROM flow_case WHERE process = 'evaluation'").ptr,
        "2029-06-29");
    assert_int_equal(fixture_number(&f, "SELECT trial FROM flow_case WHERE process = 'evaluation'"),
                     1);
    at("2029-03-31", 9); /* the first reminder */
    work();
    assert_int_equal(told_to("case_due", f.officer), 1);
    at("2032-03-31", 9);
    work();
    assert_int_equal(cases("sx-yunying-draft", "evaluation"), 2);
    assert_string_equal(fixture_text(&f, "SELECT max(due_date) FROM flow_case WHERE process ="
                                         " 'evaluation'")
                            .ptr,
                        "2032-06-29");
}

/* SCSF-029.2 */
static void a_base_owes_its_summary_by_15_december(void **state)
{
    (void)state;
    add_centre("sc-shifan-draft", "2026-03-02");
    at("2026-10-16", 0);
    work();
    assert_int_equal(cases("sc-shifan-draft", "summary"), 1);
    assert_string_equal(fixture_text(&f, "SELECT kind FROM record_annual_report").ptr, "summary");
    assert_string_equal(fixture_text(&f, "SELECT due_date FROM flow_case").ptr, "2026-12-15");
}

/* Of a document that has lapsed, what was recognised under it is still managed, as long as there is an office
 * that receives it. */
static void after_the_lapse_a_centre_owes_its_report_to_an_office_that_is_there(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    fixture_run(&f,
                "UPDATE unit SET ended_ms = 1 WHERE kind IN ('city_office', 'province_office')");
    at("2027-11-02", 9); /* lapsed on 11 October; sixty days before the report's day */
    work();
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 0);
    fixture_run(&f, "UPDATE unit SET ended_ms = NULL WHERE kind = 'city_office'");
    at("2027-11-03", 9);
    work();
    assert_int_equal(cases("sc-yunying-2025", "annual-report"), 1);
}

/* A policy of the offices' own, which has a round for each year, in the folder of the data. */
static void put_round(void)
{
    static const char pack[] =
        "id: round\nversion: \"1\"\n"
        "document: {title: 示例办法, jurisdiction: \"510000\", status: draft, "
        "expires: 2026-06-30}\n"
        "deadlines:\n"
        "  - {id: yearly, rule: Y12-31, clause: 一, quote: 每年评审}\n";
    static const char process[] =
        "processes:\n"
        "  - id: yearly-review\n"
        "    label: 年度评审\n"
        "    subject: review_round\n"
        "    start: due\n"
        "    clause: 一\n"
        "    quote: 每年评审\n"
        "    states: [{id: due, label: 待组织}, {id: held, label: 已组织, end: true}]\n"
        "    transitions:\n"
        "      - {id: hold, label: 完成评审, from: [due], to: held, actor: province, deadline: "
        "yearly, counted: review_round.year, remind: [90], clause: 一, quote: 每年评审}\n";
    static const char authorities[] =
        "authorities:\n"
        "  - {id: province, label: 省局, name: 示例省局, level: province, roles: "
        "[province_officer], functions: [manage], clause: 一, quote: 每年评审}\n";
    static const char *const names[] = {"pack.yaml", "process.yaml", "authorities.yaml",
                                        "source.txt"},
                             *const texts[] = {pack, process, authorities, "第一条 每年评审。\n"};
    const char *folder = arena_printf(f.a, "%s/packs/round", f.dir).ptr;
    struct err e;
    assert_ok(fs_make_dirs(&fs_system, folder, &e), &e);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_ok(fs_write_synced(&fs_system, arena_printf(f.a, "%s/%s", folder, names[i]).ptr,
                                  str_bytes(str_of(texts[i])), &e),
                  &e);
}

static void
after_the_lapse_an_office_owes_its_yearly_round_only_for_centres_that_are_there(void **state)
{
    (void)state;
    put_round();
    at("2026-11-02", 9); /* lapsed since July; within 90 days of the end of the year */
    work();
    assert_int_equal(cases("round", "yearly-review"), 0);
    add_centre("round", "2026-03-02");
    at("2026-11-03", 9);
    work();
    assert_int_equal(cases("round", "yearly-review"), 1);
}

/* --- who is told ------------------------------------------------------------------------------- */

/* …of a step's day. */
static int64_t told_of(const char *kind, int64_t account, const char *day)
{
    return fixture_number(&f, arena_printf(f.a,
                                           "SELECT count(*) FROM notification WHERE kind = '%s'"
                                           " AND account = %lld AND arguments LIKE '%%%s%%'",
                                           kind, (long long)account, day)
                                  .ptr);
}

/* SCYY-081.3 */
static void the_holders_are_told_at_60_30_7_and_1_days_also_after_a_restart(void **state)
{
    static const struct {
        const char *day;
        int due, over;
    } looks[] = {{"2026-11-01", 1, 0}, {"2026-11-30", 1, 0}, {"2026-12-01", 2, 0},
                 {"2026-12-24", 3, 0}, {"2026-12-30", 4, 0}, {"2026-12-31", 5, 0},
                 {"2027-01-01", 5, 1}, {"2027-02-01", 5, 1}};
    static const char last[] = "2026-12-31";
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-11-01", 0);
    work();
    assert_int_equal(told("case_due"), 0);
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        at(looks[i].day, 9); /* the program was not running meanwhile */
        work();
        work();
        assert_int_equal(told_of("case_due", f.manager, last), looks[i].due);
        assert_int_equal(told_of("case_due", f.staff, last), looks[i].due);
        assert_int_equal(told_of("case_over", f.manager, last), looks[i].over);
    }
    assert_int_equal(told_to("case_due", f.other_staff), 0);
    assert_int_equal(told_to("case_due", f.city_officer), 0);
}

/* Several moments that passed while nothing ran are told once, by what is so now. */
static void moments_that_were_missed_are_told_once(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-11-01", 0);
    work();
    at("2027-01-02", 9);
    work();
    assert_int_equal(told_to("case_due", f.manager), 0);
    assert_int_equal(told_to("case_over", f.manager), 1);
}

static void a_worker_that_is_killed_tells_nothing_twice_and_loses_nothing(void **state)
{
    enum { TIMERS = 60 };
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-11-01", 0);
    work();
    int64_t id = fixture_number(&f, "SELECT id FROM flow_case");
    for (int i = 0; i < TIMERS; i++)
        fixture_run(&f, arena_printf(f.a,
                                     "INSERT INTO flow_timer (case_id, state, step, label,"
                                     " due_date, opens, next_ms) VALUES (%lld, 'running',"
                                     " 'file-city', '虚构 %d', '%d-06-30', 0, %lld)",
                                     (long long)id, i, 2030 + i, (long long)f.clock.fixed_ms)
                            .ptr);
    for (int round = 0; round < 4; round++) {
        fixture_shut(&f);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            fixture_reopen(&f, NULL);
            (void)start();
            for (;;)
                pause();
        }
        usleep(40000 + 20000 * (useconds_t)round);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        f.clock.fixed_ms += 2000; /* its lease is over */
        fixture_reopen(&f, NULL);
    }
    work();
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM notification n WHERE n.arguments LIKE"
                                        " '%虚构 %'"),
                     2 * TIMERS);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM (SELECT DISTINCT account, arguments"
                                        " FROM notification WHERE arguments LIKE '%虚构 %') x"),
                     2 * TIMERS);
}

static void a_period_that_is_over_is_told_to_who_may_act_then(void **state)
{
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-11-01", 0);
    work();
    fixture_run(&f, "UPDATE flow_timer SET opens = 1, remind = NULL, due_date = '2026-11-09'");
    fixture_run(&f, "UPDATE flow_timer SET next_ms = 1");
    at("2026-11-09", 20);
    work();
    assert_int_equal(told("case_opens"), 0);
    at("2026-11-10", 7);
    work();
    assert_int_equal(told("case_opens"), 0);
    at("2026-11-10", 8);
    work();
    assert_int_equal(told_to("case_opens", f.manager), 1);
    assert_int_equal(told("case_due") + told("case_over"), 0);
}

/* --- too late ----------------------------------------------------------------------------------- */

/* What stands against the first step of the only case, as of now, for a manager of its party, when
 * it hands nothing in. */
static struct flow_obstacles look_now(struct flow_call *x, bool refused_late)
{
    struct programme p;
    struct packs *packs;
    struct flow_obstacles o = {.arena = f.a};
    struct subject s = fixture_subject(&f, f.manager);
    struct db *db;
    struct err e;
    *x = (struct flow_call){.by = &s, .today = business_date(f.clock.fixed_ms, f.a), .arena = f.a};
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_case_read(&x->c, db, fixture_number(&f, "SELECT id FROM flow_case"), f.a, &e),
              &e);
    store_reader_put(f.store, db);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    programme_init(&p, &f.k, packs, NULL, f.a);
    assert_ok(programme_case(&(struct step){NULL, NULL, x, &p, &e}), &e);
    struct process_step *step = arena_alloc(f.a, sizeof(*step));
    *step = x->process->steps[0];
    step->refused_late = refused_late;
    step->effect_count = 0;
    x->step = step;
    assert_ok(flow_find_obstacles(&(struct step){&o, NULL, x, &p, &e}), &e);
    for (size_t i = o.len; i-- > 0;) /* that there is no report yet is no matter of days */
        if (str_is(str_of(o.ptr[i].code), "material") || str_is(str_of(o.ptr[i].code), "form"))
            o.ptr[i] = o.ptr[--o.len];
    packs_close(packs);
    return o;
}

static void after_its_day_a_step_is_late_or_where_the_process_says_so_refused(void **state)
{
    struct flow_call x;
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-12-31", 23); /* its last day is whole */
    work();
    assert_int_equal(look_now(&x, true).len, 0);
    assert_false(x.late);
    at("2027-01-01", 0);
    assert_int_equal(look_now(&x, false).len, 0);
    assert_true(x.late);
    struct flow_obstacles o = look_now(&x, true);
    assert_int_equal(o.len, 1);
    assert_string_equal(o.ptr[0].code, "late");
    assert_true(str_find(o.ptr[0].en, STR("2026-12-31"), 0) < o.ptr[0].en.len);
}

/* --- days that are counted again ------------------------------------------------------------------ */

struct moving {
    struct packs *packs;
    const struct pack *pack;
    struct deadline issued;
    struct deadline_move move;
    int64_t case_id;
};

static err_t issue_step(struct db *db, void *arg, struct err *e)
{
    struct moving *m = arg;
    struct subject program;
    subject_program(&program, STR("2026-12-29"));
    struct deed d = {.suite = &f.suite, .clock = &f.clock, .by = &program, .arena = f.a};
    const struct deadline_new n = {.type = STR("case"),
                                   .record_id = m->case_id,
                                   .title = STR("公示"),
                                   .pack = m->pack,
                                   .rule = pack_deadline(m->pack, STR("publicity")),
                                   .from = {2026, 12, 29},
                                   .holder_unit = f.centre};
    err_t rc = deadline_issue(&m->issued, db, &d, NULL, &n, e);
    return rc == OK
               ? db_run(db,
                        "UPDATE flow_timer SET deadline = ?1, due_date = ?2, count_by = ?3, next_ms"
                        " = NULL WHERE id = (SELECT min(id) FROM flow_timer)",
                        VALUES(v_i64(m->issued.id), v_str(m->issued.due.date),
                               v_str(m->issued.due.count_by)),
                        e)
               : rc;
}

/* The table of 2027: as if 1, 4 and 5 January were days off. */
static err_t recount_step(struct db *db, void *arg, struct err *e)
{
    static const struct {
        int month, day;
    } off[] = {{1, 1}, {1, 4}, {1, 5}, {5, 1}, {10, 1}, {10, 2}, {10, 3}};
    struct moving *m = arg;
    struct subject program;
    struct calendar_day days[ARRAY_LEN(off)];
    const struct calendar_year year = {2027, STR("虚构通知"), days, ARRAY_LEN(off)};
    const struct calendar *c;
    bool added;
    for (size_t i = 0; i < ARRAY_LEN(off); i++)
        days[i] = (struct calendar_day){date_to_days((struct date){2027, off[i].month, off[i].day}),
                                        false};
    subject_program(&program, STR("2026-12-30"));
    struct deed d = {.suite = &f.suite, .clock = &f.clock, .by = &program, .arena = f.a};
    err_t rc = calendar_add(&added, db, &d, &year, false, e);
    if (rc == OK)
        rc = calendar_load(&c, db, f.a, e);
    if (rc == OK)
        rc = deadline_recount(&m->move, db, &d, c, 0, e);
    return rc == OK ? flow_timer_move(db, &d, m->move.id, m->move.day, e) : rc;
}

static struct str holding_due(void)
{
    return fixture_text(&f, "SELECT g.due_date FROM flow_case c JOIN assignment g ON g.id ="
                            " c.holder_assignment");
}

static void a_day_that_is_counted_again_moves_the_timer_and_the_holders_day(void **state)
{
    struct moving m = {0};
    struct err e;
    (void)state;
    activate("sc-yunying-2025");
    add_centre("sc-yunying-2025", "2026-03-02");
    at("2026-12-29", 9);
    work();
    m.case_id = fixture_number(&f, "SELECT id FROM flow_case");
    assert_ok(packs_open(&m.packs, NULL, &e), &e);
    assert_ok(packs_get(&m.pack, m.packs, STR("sc-yunying-2025"), &e), &e);
    assert_ok(store_write(f.store, issue_step, &m, &e), &e);
    assert_string_equal(m.issued.due.date.ptr, "2027-01-06"); /* provisional: the 4th counts */
    /* it is the only one, so it is the nearest */
    fixture_run(&f, "UPDATE flow_timer SET state = 'over' WHERE due_date = '2026-12-31'");
    assert_ok(store_write(f.store, recount_step, &m, &e), &e);
    packs_close(m.packs);
    assert_string_equal(fixture_text(&f, "SELECT due_date FROM flow_timer WHERE deadline IS NOT"
                                         " NULL ORDER BY id")
                            .ptr,
                        "2027-01-08");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM flow_timer WHERE count_by IS NOT"
                                        " NULL"),
                     0);
    assert_int_equal(told_to("deadline_moved", f.manager), 1);
    assert_string_equal(holding_due().ptr, "2027-01-08");
    at("2027-01-08", 9);
    fixture_run(&f, "UPDATE flow_timer SET next_ms = 1 WHERE state = 'running'");
    work();
    assert_int_equal(told_to("case_due", f.manager), 1);
}

/* Nothing is issued under a draft, and no import moves what was not issued. */
static void a_provisional_day_of_a_trial_is_counted_again_too(void **state)
{
    (void)state;
    add_centre("sx-yunying-draft", "2026-03-02");
    at("2026-11-02", 9);
    work();
    assert_true(fixture_number(&f, "SELECT count(*) FROM flow_timer WHERE deadline IS NULL") > 0);
    fixture_run(&f, "UPDATE flow_timer SET due_date = '2026-12-29', count_by = '2026-01-01'");
    work();
    assert_string_equal(fixture_text(&f, "SELECT min(due_date) FROM flow_timer WHERE state ="
                                         " 'running'")
                            .ptr,
                        "2026-12-31");
    assert_string_equal(holding_due().ptr, "2026-12-31");
}

/* --- what the offices should know --------------------------------------------------------------- */

/* SCYY-099.3 */
static void the_province_hears_180_90_30_days_before_a_document_lapses_and_on_the_day(void **state)
{
    static const struct {
        const char *day;
        int told;
    } looks[] = {{"2027-04-13", 0}, {"2027-04-14", 1}, {"2027-04-15", 1},
                 {"2027-07-12", 1}, {"2027-07-13", 2}, {"2027-09-11", 3},
                 {"2027-10-10", 3}, {"2027-10-11", 4}, {"2027-10-12", 4}};
    (void)state;
    activate("sc-yunying-2025");
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        at(looks[i].day, 9);
        work();
        assert_int_equal(told_to("pack_lapses", f.officer), looks[i].told);
        assert_int_equal(told_to("pack_lapses", f.officer2), looks[i].told);
    }
    assert_int_equal(told_to("pack_lapses", f.city_officer), 0);
}

static void a_missing_table_of_working_days_is_told_in_november_and_december(void **state)
{
    int last = calendar_last_year(NULL);
    (void)state;
    at(arena_printf(f.a, "%d-10-31", last).ptr, 9);
    work();
    assert_int_equal(told("days_missing"), 0);
    at(arena_printf(f.a, "%d-11-02", last).ptr, 9);
    work();
    assert_int_equal(told_to("days_missing", f.officer), 1);
    at(arena_printf(f.a, "%d-12-01", last).ptr, 9);
    work();
    at(arena_printf(f.a, "%d-12-02", last).ptr, 9);
    work();
    assert_int_equal(told_to("days_missing", f.officer), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_clock_that_jumps_makes_nothing),
        TEST(the_yearly_report_opens_sixty_days_before_its_day_and_once),
        TEST(a_report_that_was_begun_by_hand_is_taken_into_the_case),
        TEST(who_entered_after_the_day_owes_nothing_for_that_year),
        TEST(the_three_year_evaluation_is_proposed_ninety_days_before_each_date),
        TEST(a_base_owes_its_summary_by_15_december),
        TEST(after_the_lapse_a_centre_owes_its_report_to_an_office_that_is_there),
        TEST(after_the_lapse_an_office_owes_its_yearly_round_only_for_centres_that_are_there),
        TEST(the_holders_are_told_at_60_30_7_and_1_days_also_after_a_restart),
        TEST(moments_that_were_missed_are_told_once),
        TEST(a_worker_that_is_killed_tells_nothing_twice_and_loses_nothing),
        TEST(a_period_that_is_over_is_told_to_who_may_act_then),
        TEST(after_its_day_a_step_is_late_or_where_the_process_says_so_refused),
        TEST(a_day_that_is_counted_again_moves_the_timer_and_the_holders_day),
        TEST(a_provisional_day_of_a_trial_is_counted_again_too),
        TEST(the_province_hears_180_90_30_days_before_a_document_lapses_and_on_the_day),
        TEST(a_missing_table_of_working_days_is_told_in_november_and_december),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
