/* What a step asks of the history of its case: where its record stood, who did what. */
#include "case/case.h"
#include "matter/against.h"
#include "matter/publicity.h"
#include "record/fixture.h"
#include "test.h"

#define SC "sc-yunying-2025"

static struct fixture f;
static struct packs *packs;
static struct programme p;
static struct prepared ready;
static struct subject by;
static struct flow_call x;

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    fixture_run(
        &f, arena_printf(f.a, "UPDATE unit SET credit_code = '91510100MA00000000' WHERE id = %lld",
                         (long long)f.centre)
                .ptr);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    programme_init(&p, &f.k, packs, NULL, f.a);
    by = fixture_subject(&f, f.officer);
    ready = (struct prepared){0};
    x = (struct flow_call){.by = &by, .prepared = &ready, .today = STR("2026-11-20"), .arena = f.a};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    packs_close(packs);
    fixture_close(&f);
    return 0;
}

/* --- a case, and its record -------------------------------------------------------------------- */

struct doing {
    int64_t record;
    const char *state;             /* to which the record comes; NULL: */
    const struct flow_done *lines; /* the case goes back to `to`; NULL: it begins */
    size_t count;
    const char *to;
};

static err_t begin_case(struct db *db, const struct doing *d, struct err *e)
{
    struct flow_taken out;
    x.c = (struct flow_case){.title = STR("虚构"),
                             .record_id = d->record,
                             .unit = f.centre,
                             .city = STR("5101"),
                             .province = STR("51")};
    return flow_begin(&out, &(struct step){NULL, db, &x, &p, e});
}

static err_t do_it(struct db *db, void *arg, struct err *e)
{
    const struct doing *d = arg;
    struct written w;
    const struct write_options o = {.state = str_of(d->state ? d->state : "")};
    if (d->lines)
        return programme_back(&(struct step){NULL, db, &x, &p, e}, d->lines, d->count,
                              str_of(d->to));
    if (!d->state)
        return begin_case(db, d, e);
    return record_put(
        &w, db, &(struct record_call){&f.k, &by, fixture_type(&f, "application"), d->record, f.a},
        fixture_json(&f, "{}"), &o, e);
}

static void take(struct doing d)
{
    struct err e;
    assert_ok(store_write(f.store, do_it, &d, &e), &e);
}

/* Of an application, which stands in that state of its own. */
static int64_t begin(const char *state)
{
    struct err e;
    assert_ok(packs_get(&p.pack, packs, STR(SC), &e), &e);
    assert_non_null(x.process = pack_process(p.pack, STR("application")));
    int64_t record = fixture_create(&f, f.manager, "application",
                                    "{\"to\":\"city\",\"office_city\":\"510100\"}");
    take((struct doing){.record = record, .state = state});
    take((struct doing){.record = record});
    return record;
}

static void a_record_goes_back_to_the_state_that_it_had_at_that_line(void **state)
{
    const struct flow_done *all;
    size_t count = 0;
    struct db *db;
    struct err e;
    (void)state;
    int64_t record = begin("submitted");
    take((struct doing){.record = record, .state = "withdrawn"});
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_history(&all, &count, db, x.c.id, f.a, &e), &e);
    store_reader_put(f.store, db);
    assert_int_equal(count, 1);
    struct flow_done lines[2] = {all[0], all[0]};
    lines[1].kind = STR("step");
    lines[1].step = STR("withdraw");
    lines[1].from = STR("draft");
    lines[1].to = STR("withdrawn");
    take((struct doing){.lines = lines, .count = 2, .to = "draft"});
    assert_str(fixture_text(&f, "SELECT state FROM record_application"), "submitted");
}

/* --- what is gone against ------------------------------------------------------------------------- */

/* What the step that asks is told to say why it goes on against; of a copy of the step with another id. */
static struct str asked_why(const char *step, const char *stage)
{
    static const struct str apply[] = {{"apply", 5}};
    struct flow_obstacles to = {.arena = f.a}, shown = to;
    struct err e;
    struct process_step one = *process_step_find(x.process, str_of(step));
    one.asks = apply;
    one.ask_count = 1;
    x.step = &one;
    x.c.stage = str_of(stage);
    x.looking = true;
    assert_ok(against_check(&(struct step){&to, NULL, &x, &p, &e}, &shown), &e);
    if (shown.len)
        against_show(&x, &shown);
    return ready.against ? jvalue_text(ready.against, f.a) : STR_NONE;
}

static void what_experts_judge_is_asked_of_nobody(void **state)
{
    struct err e;
    (void)state;
    begin("draft");
    assert_ok(packs_get(&p.pack, packs, STR("sc-yucheng-2025"), &e), &e);
    x.process = pack_process(p.pack, STR("application"));
    x.c.pack = p.pack->id;
    x.c.stage = STR("submitted");
    struct str early = asked_why("check-eligibility", "submitted"),
               late = asked_why("sign", "reviewed");
    assert_true(early.len > 0);
    assert_false(str_contains(early, STR("\"expert-review\"")));
    assert_false(str_contains(late, STR("\"expert-review\"")));
}

/* --- the days of a list ---------------------------------------------------------------------------- */

/* 公示5个工作日 is five days also where another step opens later, counted from the same day. */
static void a_list_is_public_for_the_days_of_the_deadline_publicity(void **state)
{
    struct process_step steps[64];
    struct due due;
    struct err e;
    struct db *db;
    bool known;
    (void)state;
    begin("submitted");
    struct process longer = *x.process;
    assert_true(longer.step_count < ARRAY_LEN(steps));
    steps[0] = *process_step_find(x.process, STR("recognise"));
    steps[0].due = STR("rectification-min");
    memcpy(steps + 1, longer.steps, longer.step_count * sizeof *steps);
    longer.steps = steps;
    longer.step_count++;
    fixture_run(&f, "INSERT INTO flow_timer (case_id, state, step, label, due_date, opens, rule)"
                    " SELECT id, 'running', 'object', '异议', '2026-11-27', 0, 'publicity' FROM"
                    " flow_case");
    fixture_run(&f, "INSERT INTO flow_timer (case_id, state, step, label, due_date, opens, rule)"
                    " SELECT id, 'running', 'recognise', '认定', '2027-02-20', 1,"
                    " 'rectification-min' FROM flow_case");
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    x.process = &longer;
    assert_ok(publicity_period(&due, &known, &(struct step){NULL, db, &x, &p, &e},
                               (struct date){2026, 11, 20}),
              &e);
    store_reader_put(f.store, db);
    assert_true(known);
    assert_str(date_text(due.date, f.a), "2026-11-27");
    assert_str(fixture_text(&f, "SELECT " PUBLICITY_TIMER("due_date") " FROM flow_case c"),
               "2026-11-27");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_goes_back_to_the_state_that_it_had_at_that_line),
        TEST(what_experts_judge_is_asked_of_nobody),
        TEST(a_list_is_public_for_the_days_of_the_deadline_publicity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
