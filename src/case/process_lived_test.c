/* Cases of the processes of all packs, begun and moved at random with the guards and effects of this folder and
 * with records made for each step (entered.h), beside the model of their process. What verdicts, panels and
 * papers say is taken from what stands against a step when it is looked at; by it and by what the fields
 * hold the model says whether the step is open, and where the case stands behind it, with whom, and what is
 * open there. Steps that want what nobody makes here (materials, panels, lists) are refused for that alone. */
#include "base/buf.h"
#include "base/rand.h"
#include "case/case.h"
#include "case/process_people.h"
#include "case/step_open.h"
#include "db/scratch.h"
#include "decide/activation.h"
#include "judge/facts_fill.h"
#include "judge/process_fields.h"
#include "matter/lapse.h"
#include "policy/packs.h"
#include "test.h"

#define DAY_MS (INT64_C(86400000))
enum {
    GUARDS = 24,
    KINDS = 64,
    MOVES = 3000,
    MOVES_POSTGRES = 300,
    LONG_MOVES = 20000,
    MOVES_MAX = 40
};

struct kind {
    const struct pack *pack;
    const struct process *process;
    struct process_model model;
    int64_t id; /* of the case that runs; 0: none */
    int moves, begun, taken, closed;
};

static struct fixture f;
static struct packs *packs;
static struct arena *scratch;
static struct rand dice;
static uint32_t stand_still; /* moves in a day, so that no document lapses for all of a long run */
static struct programme p;
static struct kind kinds[KINDS], *now;
static size_t kind_count;
static int taken, proposed, refused, wanting;

static bool one_in(uint32_t n)
{
    return rand_below(&dice, n) == 0;
}

static struct str today(void)
{
    return business_date(f.clock.fixed_ms, scratch);
}

static struct flow_call call_by(struct person *who)
{
    programme_init(&p, &f.k, packs, NULL, scratch);
    who->subject.today = today();
    who->subject.now_ms = f.clock.fixed_ms;
    return (struct flow_call){.by = &who->subject, .today = who->subject.today, .arena = scratch};
}

/* A policy is for the units of its own place: all of them move there, with who acts for them. */
static void stand_in(struct str jurisdiction)
{
    static char stands[3] = "51";
    struct str there = region_province_prefix(jurisdiction);
    if (there.len == 0 || str_is(jurisdiction, "000000") || str_is(there, stands))
        return;
    fixture_run(&f, arena_printf(scratch,
                                 "UPDATE unit SET region = '%.*s' || substr(region, 3),"
                                 " owner_province = '%.*s', owner_city = '%.*s' ||"
                                 " substr(owner_city, 3) WHERE owner_province = '%s'",
                                 STR_ARG(there), STR_ARG(there), STR_ARG(there), stands)
                        .ptr);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct subject *who = &people[i].subject;
        if (who->province.len == 0)
            continue;
        who->province = arena_dup(f.a, there);
        if (who->city.len)
            who->city = arena_printf(f.a, "%.*s%.*s", STR_ARG(there), (int)who->city.len - 2,
                                     who->city.ptr + 2);
    }
    memcpy(stands, there.ptr, 2);
}

/* --- what is entered ------------------------------------------------------------------------- */

/* False: nothing of the kind is made here. */
static bool write_value(struct jout *j, const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
        jout_str(j, STR("虚构"));
        return true;
    case FIELD_INT:
        jout_i64(j, field->has_min && field->min > 1 ? field->min : 1);
        return true;
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        jout_str(j, STR("1.00"));
        return true;
    case FIELD_DATE:
    case FIELD_KNOWN_DATE:
        jout_str(j, today());
        return true;
    case FIELD_BOOL:
        jout_bool(j, one_in(2));
        return true;
    case FIELD_ENUM:
        if (field->many)
            jout_array(j);
        jout_str(j, field->values[rand_below(&dice, (uint32_t)field->value_count)].code);
        if (field->many)
            jout_end_array(j);
        return true;
    case FIELD_REGION:
        jout_str(j, str_is(field->name, "office_city")
                        ? arena_printf(scratch, "%.*s00", STR_ARG(people[2].subject.city))
                        : STR("510100"));
        return true;
    case FIELD_PARTY:
        jout_str(j, made_code(77, scratch));
        return true;
    case FIELD_DATETIME:
    case FIELD_PERIOD:
    case FIELD_REF:
    case FIELD_REFS:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_FILE:
    case FIELD_FILES:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        return false;
    }
    return false;
}

static bool is_made(const struct field *field)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    bool made = write_value(&j, field);
    buf_clear(&b);
    return made;
}

/* The years are a case's own, so that none stands in another's way. */
static void write_field(struct jout *j, const struct field *field)
{
    jout_name_str(j, field->name);
    if (str_is(field->name, "year") && field->type == FIELD_INT)
        jout_i64(j, 2026 + now->begun);
    else if (str_is(field->name, "due"))
        jout_str(j, business_date(f.clock.fixed_ms + 120 * DAY_MS, scratch));
    else
        (void)write_value(j, field);
}

/* What a new subject holds, beside what the process gives it. */
static const struct jvalue *subject_of(const struct process *process)
{
    const struct record_type *t = record_type_find(f.types, process->subject);
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    for (size_t i = 0; i < t->field_count; i++) {
        bool begins = false;
        const struct field *field = &t->fields[i];
        for (size_t k = 0; k < process->begin_count; k++)
            begins |= str_eq(process->begins[k].name, field->name);
        for (size_t k = 0; k < now->model.guard_count; k++)
            if (!begins && field->required == false && field_is_given(field) && is_made(field) &&
                str_eq(now->model.guards[k].name,
                       arena_printf(scratch, "%.*s.%.*s", STR_ARG(t->name), STR_ARG(field->name))))
                write_field(&j, field);
        bool follows = programme_derivation_of(t, field) && field != programme_year_field(t);
        if (!begins && !follows && field->required && field_is_given(field) && is_made(field))
            write_field(&j, field);
    }
    jout_end_object(&j);
    return fixture_written(&b, scratch);
}

/* All that the step needs, and some of what it may say; numbers of documents are an office's register's. */
static const struct jvalue *said_of(const struct process_step *s)
{
    struct entered all;
    struct buf b;
    struct jout j;
    programme_entered(&all, now->pack, now->process, s, f.types, scratch);
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "records");
    jout_object(&j);
    for (size_t i = 0; i < all.records.len; i++) {
        const struct entered_record *r = &all.records.ptr[i];
        jout_name_str(&j, r->type->name);
        jout_object(&j);
        for (size_t k = 0; k < r->fields.len; k++) {
            const struct field *field = r->fields.ptr[k].field;
            if (field && is_made(field) &&
                (r->fields.ptr[k].required || str_is(field->name, "due") ||
                 (!str_is(field->name, "document_no") && !one_in(8))))
                write_field(&j, field);
        }
        jout_end_object(&j);
    }
    jout_end_object(&j);
    jout_end_object(&j);
    return fixture_written(&b, scratch);
}

/* --- what the guards say --------------------------------------------------------------------- */

static bool has(const struct flow_obstacle *o, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(o[i].code, code) == 0)
            return true;
    return false;
}

static uint8_t value_says(const struct process_guard *g, struct str is)
{
    for (size_t v = 0; v < g->value_count; v++)
        if (str_eq(g->values[v], is))
            return (uint8_t)(v + 1);
    return is.len ? (uint8_t)(g->says - 1) : GUARD_UNKNOWN;
}

/* Whether it is the day of the step, or of what the step waits for, by that guard. */
static bool is_day_of(const struct flow_timer *t, const struct process_guard *guard,
                      const struct process_step *s)
{
    bool is = s->due.len && str_eq(t->step, s->id) && str_eq(guard->name, s->due);
    for (size_t i = 0; i < s->wait_count; i++) {
        const struct process_step *period = &now->process->steps[s->waits[i]];
        is |= str_eq(t->step, period->id) && process_guard_is_of(guard, period);
    }
    return is;
}

/* The fields as they stand; the day that runs for the step; all else as the step would have it. */
static void guards_of(uint8_t *says, struct flow_call *x, const struct process_step *s)
{
    const struct flow_timer *timers;
    struct db *db = NULL;
    size_t count = 0;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_timers(&timers, &count, db, x->c.id, scratch, &e), &e);
    for (size_t g = 0; g < now->model.guard_count; g++) {
        const struct process_guard *guard = &now->model.guards[g];
        struct str is;
        says[g] = guard->kind == GUARD_PERIOD ? GUARD_UNKNOWN : GUARD_PASSES;
        if (guard->kind == GUARD_PANEL && s && str_is(s->panel.value, "fail"))
            says[g] = GUARD_FAILS;
        if (guard->kind == GUARD_FIELD) {
            assert_ok(programme_field_text(&is, &(struct step){NULL, db, x, &p, &e}, guard->name),
                      &e);
            says[g] = value_says(guard, is);
        }
        for (size_t i = 0; s && guard->kind == GUARD_PERIOD && i < count; i++)
            if (is_day_of(&timers[i], guard, s))
                says[g] = str_cmp(x->today, timers[i].due.date) > 0 ? GUARD_OVER : GUARD_RUNS;
    }
    store_reader_put(f.store, db);
}

/* A verdict or a panel that stands against the step does so by all of its questions: which of them it is
 * was asked of the facts, not of the model. */
static void hear(uint8_t *says, const struct flow_obstacles *o)
{
    for (size_t g = 0; g < now->model.guard_count; g++) {
        enum process_guard_kind kind = now->model.guards[g].kind;
        if ((kind == GUARD_CRITERION || kind == GUARD_QUESTION) && has(o->ptr, o->len, "criterion"))
            says[g] = GUARD_FAILS;
        if (kind == GUARD_PANEL && has(o->ptr, o->len, "panel"))
            says[g] = GUARD_UNKNOWN;
    }
}

static size_t state_of(const struct flow_case *c)
{
    for (size_t i = 0; i < now->process->state_count; i++)
        if (str_eq(now->process->states[i].id, c->stage))
            return i;
    fail_msg("no state %.*s", STR_ARG(c->stage));
}

static bool opens_in(const struct process_step *s, size_t state)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (s->from[i] == state)
            return true;
    return false;
}

/* --- what came of it ------------------------------------------------------------------------- */

static void read_case(struct flow_case *c)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_case_read(c, db, now->id, scratch, &e), &e);
    store_reader_put(f.store, db);
}

/* Who holds it, and what is open there, where a step led on. */
static void compare_standing(struct flow_call *x, size_t state)
{
    uint8_t says[GUARDS];
    const struct flow_open_step *open;
    size_t count = 0, at = 0;
    struct db *db = NULL;
    struct err e;
    guards_of(says, x, NULL);
    const struct process_step *main = process_main_step(&now->model, state, says);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_open_steps(&open, &count, db, now->id, scratch, &e), &e);
    store_reader_put(f.store, db);
    for (size_t i = 0; i < now->process->step_count; i++) {
        const struct process_step *s = &now->process->steps[i];
        if (!opens_in(s, state) || now->process->states[state].end || s->role_count == 0)
            continue;
        assert_true(at < count && str_eq(open[at].step, s->id));
        assert_int_equal(open[at].holds, main && str_eq(main->actor, s->actor));
        at++;
    }
    assert_int_equal(at, count);
    assert_int_equal(fixture_number(&f, arena_printf(scratch,
                                                     "SELECT coalesce((SELECT g.unit FROM flow_case"
                                                     " c JOIN assignment g ON g.id ="
                                                     " c.holder_assignment WHERE c.id = %lld), 0)",
                                                     (long long)now->id)
                                            .ptr),
                     main ? unit_acting(main->roles[0], x->c.unit) : 0);
}

static void compare_taken(const struct flow_case *before, const struct process_step *s,
                          const struct flow_taken *out, struct person *who)
{
    const struct flow_done *all;
    struct flow_call x = call_by(who);
    struct db *db = NULL;
    size_t count = 0;
    struct err e;
    read_case(&x.c);
    assert_ok(programme_case(&(struct step){NULL, NULL, &x, &p, &e}), &e);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_history(&all, &count, db, now->id, scratch, &e), &e);
    store_reader_put(f.store, db);
    const struct flow_done *last = &all[count - 1];
    struct str to = out->proposal || s->stays ? before->stage : now->process->states[s->to].id;
    assert_int_equal(x.c.version, before->version + 1);
    assert_int_equal(count, x.c.version);
    assert_true(str_eq(x.c.stage, to) && str_eq(last->to, to) && str_eq(last->step, s->id) &&
                str_eq(last->from, before->stage) && str_eq(last->date, today()) &&
                last->account == who->account &&
                str_is(last->kind, out->proposal ? "propose" : "step"));
    assert_int_equal(x.c.open, !now->process->states[state_of(&x.c)].end);
    if (!out->proposal && !s->stays)
        compare_standing(&x, state_of(&x.c));
}

/* --- one move -------------------------------------------------------------------------------- */

static bool has_of_model(const struct flow_obstacles *o)
{
    static const char *const codes[] = {"stage", "early", "late", "when", "criterion", "panel"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (has(o->ptr, o->len, codes[i]))
            return true;
    return false;
}

static void differ(const struct process_step *s, const struct person *who, const char *what)
{
    fail_msg("%.*s %.*s: %.*s by %s: %s", STR_ARG(now->pack->id), STR_ARG(now->process->id),
             STR_ARG(s->id), who->role, what);
}

static void move(void)
{
    const struct process *process = now->process;
    const struct process_step *s =
        &process->steps[rand_below(&dice, (uint32_t)process->step_count)];
    struct person *who = &people[rand_below(&dice, PEOPLE)];
    struct flow_call x;
    struct flow_obstacles to = {.arena = scratch};
    struct flow_taken out = {0};
    uint8_t says[GUARDS];
    struct err e;
    f.clock.fixed_ms += one_in(stand_still) ? DAY_MS : 1000;
    x = call_by(who);
    read_case(&x.c);
    bool any = one_in(12);
    for (int i = 0; i < 30 && !any && !opens_in(s, state_of(&x.c)); i++)
        s = &process->steps[rand_below(&dice, (uint32_t)process->step_count)];
    any = one_in(12);
    for (int i = 0; i < 30 && !any && !person_acts(who, s, x.c.unit); i++)
        who = &people[rand_below(&dice, PEOPLE)];
    x.by = call_by(who).by;
    assert_ok(programme_case(&(struct step){NULL, NULL, &x, &p, &e}), &e);
    x.step = s;
    x.reason = one_in(10) ? STR_NONE : STR("理由");
    x.basis = STR("依据");
    x.arguments = said_of(s);
    struct proposal had;
    assert_ok(flow_proposed(&had, &(struct step){NULL, NULL, &x, &p, &e}), &e);
    if (had.id && !one_in(5)) { /* who confirms says nothing */
        x.reason = x.basis = STR_NONE;
        x.arguments = NULL;
    }
    const struct flow_case before = x.c;
    now->moves++;
    guards_of(says, &x, s);
    assert_ok(flow_find_obstacles(&(struct step){&to, NULL, &x, &p, &e}), &e);
    hear(says, &to);
    bool open = step_is_open(&now->model, s, state_of(&x.c), says);
    bool acts = person_acts(who, s, x.c.unit);
    if (open == has_of_model(&to))
        differ(s, who, open ? "the model has it open" : "the model has it closed");
    if (acts == has(to.ptr, to.len, "actor"))
        differ(s, who, "whose step it is");
    struct flow_call y = x;
    err_t rc = flow_take(&out, &(struct step){NULL, NULL, &y, &p, &e});
    if (rc == OK && (!open || !acts || (s->reason && x.reason.len == 0 && had.id == 0)))
        differ(s, who, "taken, and the model has it closed");
    if (rc == OK) {
        taken += out.proposal == 0;
        proposed += out.proposal != 0;
        now->taken += out.proposal == 0;
        compare_taken(&before, s, &out, who);
        return;
    }
    if (rc != E_INVALID && rc != E_DENIED)
        fail_msg("%.*s %.*s %.*s: %s: %s", STR_ARG(now->pack->id), STR_ARG(process->id),
                 STR_ARG(s->id), err_kind_name(rc), e.text);
    struct flow_case after;
    read_case(&after);
    assert_int_equal(after.version, before.version);
    assert_true(!open || !acts || out.obstacle_count > 0 || e.text[0]);
    refused++;
    wanting += open && acts;
}

/* --- cases ----------------------------------------------------------------------------------- */

/* What is of who was recognised begins for nobody else: the unit is entered in the register, once for each pack. */
static void enter_in_register(void)
{
    struct str code = made_code(77, f.a), id = now->pack->id;
    if (lapse_of_centres(now->pack, now->process))
        fixture_run(&f,
                    arena_printf(
                        f.a,
                        "INSERT INTO record_centre (version, state, owner_unit, owner_province,"
                        " secrecy, published, created_ms, created_by, changed_ms, changed_by, name,"
                        " credit_code, programme) SELECT 1, 'active', %lld, '51', 1, 0, 0, 0, 0, 0,"
                        " '%.*s', '%.*s', '%.*s' WHERE NOT EXISTS (SELECT 1 FROM record_centre"
                        " WHERE credit_code = '%.*s' AND programme = '%.*s' AND state = 'active')",
                        (long long)f.centre, STR_ARG(id), STR_ARG(code), STR_ARG(id), STR_ARG(code),
                        STR_ARG(id))
                        .ptr);
}

static bool begin(void)
{
    struct programme_new n = {.pack = now->pack->id, .process = now->process->id, .unit = f.centre};
    struct flow_taken out = {0};
    struct faults wrong = {0};
    struct err e = {0}, why = {0};
    now->begun++;
    enter_in_register();
    for (size_t i = 2; i < PEOPLE; i++) {
        struct flow_call x = call_by(&people[i]);
        n.record = subject_of(now->process);
        err_t rc = programme_begin(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n);
        if (rc != OK && rc != E_DENIED) {
            why = e;
            wrong = p.faults;
        }
        if (rc != OK)
            continue;
        now->id = out.case_id;
        now->moves = 0;
        struct flow_call y = call_by(&people[i]);
        read_case(&y.c);
        assert_ok(programme_case(&(struct step){NULL, NULL, &y, &p, &e}), &e);
        compare_standing(&y, now->process->start);
        return true;
    }
    if (now->begun == 1)
        print_message("# not begun: %.*s %.*s: %s\n", STR_ARG(now->pack->id),
                      STR_ARG(now->process->id), why.text[0] ? why.text : e.text);
    for (size_t i = 0; now->begun == 1 && i < wrong.count; i++)
        print_message("#   %.*s %s\n", STR_ARG(wrong.items[i].field), wrong.items[i].code);
    return false;
}

static err_t keep_step(struct db *db, void *arg, struct err *e)
{
    const struct pack *pack = arg;
    return pack_files_keep(db, pack, packs_archive(packs, pack, scratch), f.clock.fixed_ms, e);
}

/* As if two officers had made it count. */
static void activate(const struct pack *pack)
{
    struct err e;
    assert_ok(store_write(f.store, keep_step, (void *)(uintptr_t)pack, &e), &e);
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO pack_activation (version, state, pack, pack_version,"
                                 " digest, proposed_by, confirmed_by, from_ms) VALUES (1, 'active',"
                                 " '%.*s', '%.*s', '%.*s', %lld, %lld, 1)",
                                 STR_ARG(pack->id), STR_ARG(pack->version), STR_ARG(pack->digest),
                                 (long long)f.officer, (long long)f.officer2)
                        .ptr);
}

static void add_kinds(void)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    for (size_t i = 0; i < count; i++) {
        const struct pack *pack;
        struct err e;
        assert_ok(packs_get(&pack, packs, ids[i], &e), &e);
        if (pack->process_count && pack->document.standing == PACK_IN_FORCE)
            activate(pack);
        for (size_t k = 0; k < pack->process_count; k++) {
            struct kind *kind = &kinds[kind_count++];
            const struct process_field *fields;
            assert_true(kind_count < KINDS);
            *kind = (struct kind){.pack = pack, .process = &pack->processes[k]};
            size_t fields_count = process_fields(&fields, kind->process, f.types, f.a);
            assert_ok(
                process_model_make(&kind->model, kind->process, fields, fields_count, f.a, &e), &e);
            assert_true(kind->model.guard_count <= GUARDS);
        }
    }
}

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    scratch = arena_new();
    fixture_run(&f, arena_printf(f.a, "UPDATE unit SET credit_code = '%.*s' WHERE id = %lld",
                                 STR_ARG(made_code(77, f.a)), (long long)f.centre)
                        .ptr);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    add_kinds();
    people_gather(&f);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    packs_close(packs);
    arena_free(scratch);
    fixture_close(&f);
    return 0;
}

static void cases_with_their_own_guards_and_effects_agree_with_the_model(void **state)
{
    int count = scratch_is_postgres() ? MOVES_POSTGRES : getenv("LONG") ? LONG_MOVES : MOVES;
    size_t lived = 0;
    (void)state;
    stand_still = 1 + (uint32_t)count / 1000;
    dice.state = test_seed(20261120);
    for (int i = 0; i < count;) {
        now = &kinds[rand_below(&dice, (uint32_t)kind_count)];
        stand_in(now->pack->document.jurisdiction);
        struct flow_case c = {0};
        if (now->id)
            read_case(&c);
        if ((!c.open || now->moves > MOVES_MAX) && (now->begun > 3 + count / 50 || !begin())) {
            i++;
            arena_reset(scratch);
            continue;
        }
        for (int k = 0; k < 4 && i < count; k++, i++)
            move();
        arena_reset(scratch);
    }
    for (size_t i = 0; i < kind_count; i++) {
        lived += kinds[i].taken > 0;
        print_message("# %.*s %.*s: %d begun, %d taken\n", STR_ARG(kinds[i].pack->id),
                      STR_ARG(kinds[i].process->id), kinds[i].begun, kinds[i].taken);
    }
    print_message("# %d taken, %d proposed, %d refused, %d of them for what is not made here; %zu "
                  "of %zu processes\n",
                  taken, proposed, refused, wanting, lived, kind_count);
    assert_true(lived * 2 > kind_count && taken > count / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        cases_with_their_own_guards_and_effects_agree_with_the_model, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
