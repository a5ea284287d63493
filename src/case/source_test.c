/* Whatever stands against a step names the record that is missing, who makes it and by what: every guard of
 * every process of every pack that comes with the program, walked off its data. The kinds of them are kept in
 * tests/packs/obstacles.txt, for which web/app/tests/doors.test.ts finds pages (UPDATE_GOLDEN=1 rewrites it). */
#include "base/fs.h"
#include "base/vec.h"
#include "case/case.h"
#include "record/fixture.h"
#include "test.h"

static struct fixture f;
static struct packs *packs;
static struct programme p;
static struct flow_call x;
static size_t guards;
static VEC(struct str) kinds;

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    programme_init(&p, &f.k, packs, NULL, f.a);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    packs_close(packs);
    fixture_close(&f);
    return 0;
}

/* Keys are in small letters: no Chinese label has any. */
static void expect_no_key(struct str label)
{
    for (size_t i = 1; i < label.len; i++)
        if (label.ptr[i - 1] >= 'a' && label.ptr[i - 1] <= 'z' && label.ptr[i] >= 'a' &&
            label.ptr[i] <= 'z')
            fail_msg("\"%.*s\" is a key", STR_ARG(label));
}

/* "criterion<TAB>new<TAB>deal<TAB>": what removes it, with its record, and the step or action of it. */
static void note_kind(const char *code, const struct flow_missing *m)
{
    bool here = m->step.len && str_eq(m->process, x.process->id);
    struct str act = m->by;
    while (str_contains(act, STR("/")))
        (void)str_split(&act, STR("/"));
    const char *via = here && str_eq(m->step, x.step->id)              ? "asked"
                      : here                                           ? "step"
                      : m->step.len                                    ? "process"
                      : str_contains(m->by, STR("/actions/"))          ? "action"
                      : str_starts(m->by, STR("PATCH"))                ? "change"
                      : str_starts(m->by, STR("POST /api/v1/records")) ? "new"
                                                                       : "by";
    struct str name = strcmp(via, "process") == 0                  ? m->process
                      : strcmp(via, "action") == 0                 ? act
                      : str_starts(m->by, STR("zhiyun pack show")) ? STR("zhiyun pack show")
                      : strcmp(via, "by") == 0                     ? m->by
                                                                   : STR_NONE;
    struct str kind =
        arena_printf(f.a, "%s\t%s\t%.*s\t%.*s", code, via, STR_ARG(m->type), STR_ARG(name));
    if (!str_among(kind, kinds.ptr, kinds.len))
        VEC_PUSH(f.a, &kinds, kind);
}

/* A sentence and what is named with it. */
static void expect_named(const char *code, struct str subject, struct str path)
{
    struct flow_obstacles to = {.arena = f.a};
    struct err e;
    obstacle_add(&to, WHY_REASON, subject, NULL, NULL, 0);
    to.ptr[0].code = code;
    to.ptr[0].missing.path = path;
    assert_ok(programme_name_missing(&(struct step){&to, NULL, &x, &p, &e}), &e);
    const struct flow_missing *m = &to.ptr[0].missing;
    guards++;
    note_kind(code, m);
    if (m->type.len == 0 || m->type_zh.len == 0 || m->type_en.len == 0 || m->who_zh.len == 0 ||
        m->who_en.len == 0 || (m->step.len == 0 && m->by.len == 0))
        fail_msg("%.*s %.*s %.*s, %s %.*s %.*s: record %.*s, field %.*s, by whom \"%.*s\", by what "
                 "\"%.*s%.*s\"",
                 STR_ARG(p.pack->id), STR_ARG(x.process->id), STR_ARG(x.step->id), code,
                 STR_ARG(subject), STR_ARG(path), STR_ARG(m->type), STR_ARG(m->field),
                 STR_ARG(m->who_zh), STR_ARG(m->step), STR_ARG(m->by));
    bool in_words =
        !str_is(m->type, "case") && !str_is(m->type, "pack") && !str_is(m->type, "panel");
    if (in_words &&
        (!str_contains(to.ptr[0].zh, m->who_zh) || !str_contains(to.ptr[0].zh, m->step_zh)))
        fail_msg("%.*s does not say who and how", STR_ARG(to.ptr[0].zh));
    if (str_contains(to.ptr[0].zh, STR("/api/")))
        fail_msg("%.*s shows an address of the API", STR_ARG(to.ptr[0].zh));
    expect_no_key(m->type_zh);
    expect_no_key(m->field_zh);
    if (m->field.len && (m->field_zh.len == 0 || m->field_en.len == 0))
        fail_msg("%.*s: the field %.*s has no label", STR_ARG(to.ptr[0].zh), STR_ARG(m->field));
}

static void walk_question(struct str id)
{
    const struct question *q = pack_question(p.pack, id);
    assert_non_null(q);
    for (size_t i = 0; i < q->count; i++)
        expect_named("criterion", q->names[i], STR_NONE);
}

static void walk_fill(const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill"),
                            *columns = part_value(cell, "columns");
    for (size_t i = 0; i < fill->word_count; i++)
        expect_named("form", part_text(cell, "label"), fill->words[i]);
    for (size_t i = 0; i < columns->item_count; i++) {
        const struct part_value *of = part_value(&columns->items[i], "fill");
        for (size_t k = 0; k < of->word_count; k++)
            expect_named("form", part_text(cell, "label"), of->words[k]);
    }
}

static void walk_handed_in(struct str id)
{
    const struct part *form = part_named(p.pack, PART_FORMS, id);
    assert_non_null(form);
    const struct part_value *sections = part_value(form, "sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++)
            walk_fill(&cells->items[k]);
    }
    const struct part_list *all = &p.pack->parts[PART_MATERIALS];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *proof = part_value(&all->list.ptr[i], "proof");
        for (size_t k = 0; k < proof->word_count; k++)
            expect_named("material", all->list.ptr[i].id, proof->words[k]);
    }
    expect_named("commitment", STR("commitment"), STR_NONE);
}

static void walk_step(void)
{
    const struct process_step *s = x.step;
    for (size_t i = 0; i < s->need_count; i++)
        expect_named("criterion", s->needs[i], STR_NONE);
    for (size_t i = 0; i < s->ask_count; i++)
        walk_question(s->asks[i]);
    for (size_t i = 0; i < s->pass_count; i++)
        walk_question(s->passes[i]);
    for (size_t i = 0; i < s->when_count; i++)
        expect_named("when", s->when[i].name, STR_NONE);
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_HAND_IN)
            walk_handed_in(s->effects[i].object);
        else if (s->effects[i].kind == EFFECT_NAME)
            expect_named("object", STR("industry.name"), STR_NONE);
    if (s->panel.name.len)
        expect_named("panel", s->panel.name, STR_NONE);
    if (s->due.len && s->after_due)
        expect_named("early", s->due, STR_NONE);
    if (s->due.len && s->refused_late)
        expect_named("late", s->due, STR_NONE);
    if (s->after_due && str_starts(s->counted, STR("publicity."))) {
        expect_named("publicity", STR("objections"), STR_NONE);
        expect_named("publicity", STR("sites"), STR_NONE);
        expect_named("publicity", STR("list"), STR_NONE);
    }
    static const char *const own[] = {"stage",   "actor",  "reason", "basis",
                                      "opinion", "second", "object", "lapsed"};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        expect_named(own[i], STR_NONE, STR_NONE);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void expect_kinds(void)
{
    const char *path =
        arena_printf(f.a, "%s/tests/packs/obstacles.txt", getenv("MESON_SOURCE_ROOT")).ptr;
    struct bytes listed;
    struct err e;
    struct buf now;
    buf_init(&now, 0);
    qsort(kinds.ptr, kinds.len, sizeof(*kinds.ptr), by_name);
    for (size_t i = 0; i < kinds.len; i++)
        buf_addf(&now, "%.*s\n", STR_ARG(kinds.ptr[i]));
    if (getenv("UPDATE_GOLDEN"))
        assert_ok(fs_write_synced(&fs_system, path, str_bytes(buf_str(&now)), &e), &e);
    assert_ok(fs_read(&listed, &fs_system, path, 1 << 20, f.a, &e), &e);
    assert_str(buf_str(&now), arena_cstr(f.a, bytes_str(listed)));
    buf_clear(&now);
}

static void every_guard_of_every_pack_names_what_is_missing(void **state)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs), processes = 0;
    struct subject program;
    (void)state;
    subject_program(&program, STR("2026-03-02"));
    for (size_t i = 0; i < count; i++) {
        struct err e;
        assert_ok(packs_get(&p.pack, packs, ids[i], &e), &e);
        for (size_t k = 0; k < p.pack->process_count; k++, processes++) {
            const struct process *of = &p.pack->processes[k];
            x = (struct flow_call){.c = {.open = true,
                                         .pack = p.pack->id,
                                         .process = of->id,
                                         .stage = of->states[of->start].id,
                                         .number = STR("2026-000001"),
                                         .type = of->subject,
                                         .unit = f.centre},
                                   .process = of,
                                   .by = &program,
                                   .today = STR("2026-03-02"),
                                   .arena = f.a};
            for (size_t n = 0; n < of->step_count; n++) {
                x.step = &of->steps[n];
                walk_step();
            }
        }
    }
    print_message("# %zu guards of %zu processes\n", guards, processes);
    assert_true(processes > 20 && guards > 1000);
    expect_kinds();
}

/* What is named with a criterion that stands against a step of an application. */
static const struct flow_obstacle *named_with(const char *step, const char *criterion, enum why why,
                                              struct str word)
{
    struct flow_obstacles to = {.arena = f.a};
    struct err e;
    assert_ok(packs_get(&p.pack, packs, STR("sc-yunying-2025"), &e), &e);
    x = (struct flow_call){.c = {.pack = p.pack->id, .unit = f.centre, .number = STR("2026-1")},
                           .process = pack_process(p.pack, STR("application")),
                           .today = STR("2026-03-02"),
                           .arena = f.a};
    x.step = process_step_find(x.process, str_of(step));
    obstacle_add(&to, why, str_of(criterion), NULL, &word, 1);
    assert_ok(programme_name_missing(&(struct step){&to, NULL, &x, &p, &e}), &e);
    return &to.ptr[0];
}

/* The example of the requirement: a recommendation that is not there. */
static void a_missing_recommendation_is_the_citys_to_make_in_its_step(void **state)
{
    (void)state;
    const struct flow_obstacle *o =
        named_with("recheck", "recommended", WHY_CRITERION_UNKNOWN, STR("推荐"));
    assert_str(o->missing.type, "process");
    assert_str(o->missing.field, "recommended");
    assert_str(o->missing.step, "recommend");
    assert_true(str_contains(o->zh, STR("择优推荐")));
    assert_true(str_contains(o->zh, o->missing.who_zh));
}

/* What is too few is one more record of the list that is counted, whatever else its SQL reads. */
static void too_few_served_parties_are_records_of_served_parties(void **state)
{
    (void)state;
    const struct flow_obstacle *o =
        named_with("submit-city", "served-parties", WHY_CRITERION_FAILS, STR("5家"));
    assert_str(o->missing.type, "served_party");
    assert_str(o->missing.by, "POST /api/v1/records/served_party");
}

static err_t ask_for_a_line(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_run(db,
                  "INSERT INTO record_fund_line (id, version, state, owner_unit, owner_province,"
                  " secrecy, published, created_ms, created_by, changed_ms, changed_by, line)"
                  " VALUES (7, 1, 'requested', ?1, '51', 1, 0, 1, 0, 1, 0, '印制费')",
                  VALUES(v_i64(f.centre)), e);
}

/* Nobody changes an approved sum by hand: the deed is the action, and the province's. */
static void an_approved_sum_is_approved_not_changed(void **state)
{
    struct flow_missing m;
    struct err e;
    (void)state;
    assert_ok(packs_get(&p.pack, packs, STR("sc-yucheng-2025"), &e), &e);
    x = (struct flow_call){.c = {.pack = p.pack->id, .unit = f.centre, .number = STR("2026-1")},
                           .process = pack_process(p.pack, STR("application")),
                           .today = STR("2026-03-02"),
                           .arena = f.a};
    assert_ok(store_write(p.kernel->store, ask_for_a_line, NULL, &e), &e);
    assert_ok(programme_find_source(&m, &(struct step){NULL, NULL, &x, &p, &e},
                                    STR("fund_line.approved")),
              &e);
    assert_str(m.by, "POST /api/v1/records/fund_line/7/actions/approve");
    assert_str(m.who_en, "Province officer, Province leader");
    assert_ok(programme_find_source(&m, &(struct step){NULL, NULL, &x, &p, &e},
                                    STR("fund_line.requested")),
              &e);
    assert_str(m.by, "PATCH /api/v1/records/fund_line/7");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_guard_of_every_pack_names_what_is_missing),
        TEST(a_missing_recommendation_is_the_citys_to_make_in_its_step),
        TEST(too_few_served_parties_are_records_of_served_parties),
        TEST(an_approved_sum_is_approved_not_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
