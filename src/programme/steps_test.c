/* What a step asks of the history of its case: where its record stood, who did what, what lies ahead. */
#include "test.h"

#include "access/named.h"
#include "programme/against.h"
#include "programme/ahead.h"
#include "programme/apart.h"
#include "programme/objection.h"
#include "record/fixture.h"

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

static err_t do_it(struct db *db, void *arg, struct err *e)
{
    const struct doing *d = arg;
    struct flow_taken out;
    struct faults faults;
    struct written w;
    const struct write_options o = {.state = str_of(d->state ? d->state : "")};
    const struct flow_new n = {.process = x.process,
                               .pack = p.pack->id,
                               .pack_version = p.pack->version,
                               .pack_digest = p.pack->digest,
                               .title = STR("虚构"),
                               .type = x.process->subject,
                               .record_id = d->record,
                               .unit = f.centre,
                               .region = STR("510104")};
    if (d->lines)
        return programme_back(db, &x, d->lines, d->count, str_of(d->to), &p, e);
    if (!d->state)
        return flow_begin(&out, db, &p.flow, &x, &n, e);
    return record_put(&w, &faults, db, &f.k, &by, fixture_type(&f, "application"), d->record,
                      fixture_json(&f, "{}"), &o, f.a, e);
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

/* --- who did what ------------------------------------------------------------------------------- */

static void note_step(const char *step, int64_t account)
{
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "INSERT INTO flow_step (case_id, version, kind, step, label, from_stage, to_stage,"
            " at_ms, date, account, late, entry) VALUES (%lld, 2, 'step', '%s', '虚构', 'draft',"
            " 'draft', 1, '2026-11-20', %lld, 0, '-')",
            (long long)x.c.id, step, (long long)account)
            .ptr);
}

/* A third one of the office, whom nothing keeps away. */
static void add_officer(void)
{
    long long unit = f.province, third = f.city_officer;
    fixture_run(
        &f,
        arena_printf(f.a, "UPDATE account SET owner_unit = %lld WHERE id = %lld", unit, third).ptr);
    fixture_run(&f, arena_printf(f.a,
                                 "UPDATE role_grant SET owner_unit = %lld, role = "
                                 "'province_officer' WHERE account = %lld",
                                 unit, third)
                        .ptr);
}

static void who_took_one_of_two_steps_hears_of_that_one(void **state)
{
    static const struct str two[] = {{"settle", 6}, {"recheck", 7}},
                            officer[] = {{"province_officer", 16}};
    struct flow_obstacles to = {.arena = f.a};
    struct db *db;
    struct err e;
    (void)state;
    begin("draft");
    struct process_step step = *process_step_find(x.process, STR("refuse"));
    step.apart = two;
    step.apart_count = 2;
    step.roles = officer;
    step.role_count = 1;
    step.two_persons = false;
    x.step = &step;
    add_officer();
    note_step("settle", f.officer);
    note_step("recheck", f.officer2);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(apart_check(&to, db, &x, &e), &e);
    store_reader_put(f.store, db);
    assert_int_equal(to.len, 1);
    assert_str(to.ptr[0].subject, "settle");
}

/* An objection of the case that complains of who is called so. */
static void complain_of(const char *name)
{
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO record_objection (version, state, owner_unit,"
                                 " owner_province, secrecy, published, created_ms, created_by,"
                                 " changed_ms, changed_by, received, case_number, complains_of)"
                                 " VALUES (1, 'open', %lld, '51', 3, 0, 1, 0, 1, 0, 1, '%.*s',"
                                 " '%s')",
                                 (long long)x.c.unit, STR_ARG(x.c.number), name)
                        .ptr);
}

static size_t kept_away(const struct grant *as)
{
    struct flow_obstacles to = {.arena = f.a};
    struct db *db;
    struct err e;
    x.as = as;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(apart_check(&to, db, &x, &e), &e);
    store_reader_put(f.store, db);
    for (size_t i = 0; i < to.len; i++)
        assert_str(to.ptr[i].subject, "complains_of");
    return to.len;
}

static void who_acts_for_one_complained_of_stays_away_as_he_does(void **state)
{
    const struct grant own = {0}, lent = {.on_behalf_of = f.officer2};
    (void)state;
    begin("draft");
    struct process_step step = *process_step_find(x.process, STR("refuse"));
    step.apart_count = 0;
    x.step = &step;
    assert_int_equal(kept_away(&lent), 0);
    complain_of(
        fixture_text(&f, arena_printf(f.a, "SELECT display_name FROM account WHERE id = %lld",
                                      (long long)f.officer2)
                             .ptr)
            .ptr);
    assert_int_equal(kept_away(&own), 0);
    assert_int_equal(kept_away(&lent), 1);
}

/* --- whom a text names -------------------------------------------------------------------------- */

static bool names(const char *text, const char *name, const char *login)
{
    struct db *db;
    struct err e;
    bool out = false;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(named_in(&out, db, str_of(text), str_of(name), str_of(login), f.a, &e), &e);
    store_reader_put(f.store, db);
    return out;
}

static void rename_officer(const char *name)
{
    fixture_run(&f, arena_printf(f.a, "UPDATE account SET display_name = '%s' WHERE id = %lld",
                                 name, (long long)f.officer2)
                        .ptr);
}

static void a_person_is_named_in_whatever_writing(void **state)
{
    static const struct {
        const char *text, *name;
        bool meant;
    } rows[] = {{"张三处长", "张三", true},
                {"张 三", "张三", true},
                {"张　三、李四", "张三", true},
                {"李四，张·三等人", "张三", true},
                {"王五；张\xe2\x80\x8b三", "张三", true}, /* a blank of no width */
                {"張三", "张三", true},
                {"张三(专利处)", "张三（专利处）", true},
                {"张三 （ 专利处 ）", "张三(专利处)", true},
                {"张三", "张三（专利处）", true},
                {"张三", "张三处长", true},
                {"专利处副处长张三收受财物", "张三处长", true},
                {"ＺＨＡＮＧ　Ｓａｎ", "Zhang San", true},
                {"zhang  san, Li Si", "Zhang San", true},
                {"账号ＯＦＦＩＣＥＲ", "甲", true},
                {"张三丰", "张三", false},
                {"张 三 丰", "张三", false},
                {"张、三", "张三", false},
                {"zhang sang", "Zhang San", false},
                {"专利处", "专利处（经办）", true}, /* two to four characters may be a name */
                {"某某促进中心", "某某促进中心（经办）", false},
                {"officer2、my_officer", "甲", false},
                {"", "张三", false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (names(rows[i].text, rows[i].name, "officer") != rows[i].meant)
            fail_msg("%s in %s", rows[i].name, rows[i].text);
}

static void a_name_within_that_of_another_account_is_not_meant(void **state)
{
    (void)state;
    rename_officer("欧阳张三");
    assert_false(names("欧阳张三", "张三", "officer"));
    assert_true(names("欧阳张三、张三", "张三", "officer"));
    rename_officer("张三（专利处）");
    assert_true(
        names("张三(专利处)", "张三（专利处）", "officer")); /* which is his own account's */
}

/* --- what lies ahead ---------------------------------------------------------------------------- */

/* Whether the experts are still to judge once the step is taken in a case that went through these stages. */
static bool is_ahead(const char *step, const char *stages, const char *without)
{
    const struct process *process = x.process;
    struct flow_done all[16] = {0};
    bool out[100], closed[100] = {0};
    struct str rest = str_of(stages);
    size_t count = 0;
    assert_true(process->step_count <= ARRAY_LEN(out));
    for (; rest.len; count++) {
        all[count].from = count ? all[count - 1].to : STR_NONE;
        all[count].to = str_split(&rest, STR(" "));
    }
    for (size_t i = 0; i < process->step_count; i++)
        closed[i] = str_is(process->steps[i].id, without);
    ahead_from(out, process, process_step_find(process, str_of(step)), all, count, closed, f.a);
    return out[process_step_find(process, STR("expert-review")) - process->steps];
}

static void what_a_case_has_left_behind_or_cannot_come_to_is_not_ahead(void **state)
{
    (void)state;
    begin("draft");
    assert_true(is_ahead("check-eligibility", "draft with-city accepted", ""));
    assert_true(is_ahead("recheck", "draft with-city accepted eligible checked queue", ""));
    assert_true(is_ahead("expert-review", "draft queue rechecked", ""));
    assert_true(is_ahead("file-with-city", "draft", ""));
    assert_false(is_ahead("refuse", "draft queue rechecked", ""));
    assert_false(is_ahead("file-with-city", "draft queue rechecked reviewed publicity", ""));
    /* sent back, it comes to it again */
    assert_true(is_ahead("recheck", "draft queue rechecked reviewed publicity queue", ""));
    assert_false(is_ahead("recheck", "draft queue", "expert-review"));
}

/* What the step that asks is told to say why it goes on against; of a copy of the step with another id. */
static struct str asked_why(const char *step, const char *stage)
{
    static const struct str apply[] = {{"apply", 5}};
    struct flow_obstacles to = {.arena = f.a};
    struct err e;
    struct process_step one = *process_step_find(x.process, str_of(step));
    one.asks = apply;
    one.ask_count = 1;
    x.step = &one;
    x.c.stage = str_of(stage);
    x.looking = true;
    assert_ok(against_look(&to, &x, &p, &e), &e);
    return ready.against;
}

static void what_nobody_will_judge_any_more_is_gone_against_with_a_reason(void **state)
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
    assert_true(str_contains(late, STR("\"expert-review\"")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_goes_back_to_the_state_that_it_had_at_that_line),
        TEST(who_took_one_of_two_steps_hears_of_that_one),
        TEST(who_acts_for_one_complained_of_stays_away_as_he_does),
        TEST(a_person_is_named_in_whatever_writing),
        TEST(a_name_within_that_of_another_account_is_not_meant),
        TEST(what_a_case_has_left_behind_or_cannot_come_to_is_not_ahead),
        TEST(what_nobody_will_judge_any_more_is_gone_against_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
