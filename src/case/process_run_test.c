/* Cases of all processes of all packs, moved at random through flow, and beside each what the model of its
 * process (policy/process_walk.h) says of it: whether a step is open to somebody on a day, and if not, why;
 * then where the case stands, what its history says, who holds it, what is open there and by when. What a
 * policy says of a step is answered as the dice fell, so that all combinations are met; what
 * steps write is lived through in tests/programmes. SEED repeats a run, LONG=1 makes it long (make check), MOVES=n
 * as long as is said. */
#include "base/date.h"
#include "base/rand.h"
#include "case/case.h"
#include "case/process_people.h"
#include "case/step_open.h"
#include "db/scratch.h"
#include "judge/process_fields.h"
#include "policy/packs.h"
#include "record/fixture.h"
#include "test.h"

#define DAY_MS (INT64_C(86400000))

enum { GUARDS = 24, STEPS = 32, CASES = 48, MOVES_MAX = 60 };
enum { MOVES = 5000, MOVES_POSTGRES = 2000, LONG_MOVES = 200000 };

/* Why a step is refused; as bits. */
static const char *const codes[] = {"stage", "early", "late",   "when",  "criterion", "question",
                                    "panel", "actor", "reason", "basis", "second"};
enum {
    NOT_HERE = 1,
    EARLY = 2,
    LATE = 4,
    WHEN = 8,
    CRITERION = 16,
    QUESTION = 32,
    PANEL = 64,
    OF_MODEL = 127,
    ACTOR = 128,
    REASON = 256,
    BASIS = 512,
    SECOND = 1024
};

struct taken_by { /* a proposal that waits for a second person */
    const struct process_step *step;
    size_t person;
    int64_t version, at_ms;
    struct str reason, basis;
    bool over, late; /* of the last one of a step: the case moved; after its time */
};

struct line {
    struct str kind, step, from, to, reason, date;
    int64_t account;
    bool late;
};

struct kept {
    const struct pack *pack;
    const struct process *process;
    struct process_model model;
    int *times; /* by step: how often it was taken in all such cases */
    int64_t id, version, unit;
    size_t state;
    bool open;
    struct str stream, stage_on, closed_on;
    uint8_t says[GUARDS]; /* what is answered; of periods: see `day` */
    struct str day[GUARDS],
        officers[STEPS];             /* that an officer gives a period, and a step without one */
    struct str due[STEPS];           /* by step, as set when the case moved last; empty: none */
    const struct process_step *main; /* as of when it was given to its holder */
    bool called[STEPS];              /* likewise: the open items */
    bool anew;                       /* it was given to its holder with the last move */
    int64_t holding;                 /* the assignment of who holds it, since then */
    struct taken_by proposed;
    bool
        unconfirmed[STEPS]; /* the last proposal of it was not confirmed: it waits, or has lapsed */
    struct taken_by last[STEPS]; /* that proposal */
    VEC(struct line) lines;
    int moves;
};

static struct fixture f;
static struct packs *packs;
static struct kept cases[CASES], *now;
static struct arena *scratch;
static struct rand dice;
static struct programme work;
static VEC(struct kept) kinds; /* a case at the start of each process */
static int taken, proposed, refused, looked, of_code[ARRAY_LEN(codes)];

static bool one_in(uint32_t n)
{
    return rand_below(&dice, n) == 0;
}

static struct str today(void)
{
    return business_date(f.clock.fixed_ms, f.a);
}

static bool acts_for(const struct person *who, const struct process_step *s)
{
    return person_acts(who, s, now->unit);
}

/* --- in place of records --------------------------------------------------------------------------- */

static size_t step_at(const struct process_step *s)
{
    return (size_t)(s - now->process->steps);
}

static size_t guard_at(enum process_guard_kind kind, struct str name)
{
    for (size_t g = 0; g < now->model.guard_count; g++)
        if (now->model.guards[g].kind == kind && str_eq(now->model.guards[g].name, name))
            return g;
    fail_msg("the model has no guard %.*s", STR_ARG(name));
}

/* What the field holds; empty: not known. */
static struct str field_says(struct str name)
{
    size_t g = guard_at(GUARD_FIELD, name), v = now->says[g];
    return v == GUARD_UNKNOWN                         ? STR_NONE
           : v - 1 < now->model.guards[g].value_count ? now->model.guards[g].values[v - 1]
                                                      : STR("another");
}

static void stand(struct flow_obstacles *to, enum why why)
{
    obstacle_pass(to, why, NULL, "no");
}

static err_t look(struct flow_obstacles *to, const struct flow_call *x)
{
    const struct process_step *s = x->step;
    for (size_t i = 0; i < s->when_count; i++) {
        struct str is = field_says(s->when[i].name);
        if (is.len == 0 || str_eq(is, s->when[i].value) == s->when[i].other)
            stand(to, WHY_WHEN_UNKNOWN);
    }
    if (to->len && strcmp(to->ptr[to->len - 1].code, "when") == 0)
        return OK;
    const struct process_value *v;
    for (size_t i = s->when_count; (v = process_condition_at(s, i)); i++)
        if (field_says(v->name).len == 0)
            stand(to, WHY_WHEN_UNKNOWN);
    for (size_t i = 0; i < s->need_count; i++)
        if (now->says[guard_at(GUARD_CRITERION, s->needs[i])] != GUARD_PASSES)
            stand(to, WHY_CRITERION_UNKNOWN);
    for (size_t i = 0; i < s->fail_count; i++)
        if (now->says[guard_at(GUARD_CRITERION, s->fails[i])] != GUARD_FAILS)
            stand(to, WHY_CRITERION_UNKNOWN);
    for (size_t i = 0; i < s->ask_count; i++)
        if (now->says[guard_at(GUARD_QUESTION, s->asks[i])] == GUARD_FAILS)
            stand(to, WHY_AGAINST_NONE);
    for (size_t i = 0; i < s->pass_count; i++)
        if (now->says[guard_at(GUARD_QUESTION, s->passes[i])] != GUARD_PASSES)
            stand(to, WHY_AGAINST_NONE);
    if (s->panel.name.len && now->says[guard_at(GUARD_PANEL, s->panel.name)] !=
                                 (str_is(s->panel.value, "pass") ? GUARD_PASSES : GUARD_FAILS))
        stand(to, WHY_PANEL_NONE);
    return OK;
}

static bool is_anothers(const struct process_step *step)
{
    bool out = false;
    for (size_t i = 0; i < step->when_count; i++) {
        struct str is = field_says(step->when[i].name);
        out |= now->model.guards[guard_at(GUARD_FIELD, step->when[i].name)].settles && is.len &&
               str_eq(is, step->when[i].value) == step->when[i].other;
    }
    return out;
}

/* The day that a step has; empty: none. */
static struct str day_of(const struct process_step *s)
{
    return s->due.len ? now->day[guard_at(GUARD_PERIOD, s->due)] : now->officers[step_at(s)];
}

static struct flow_due due(const struct process_step *s)
{
    struct str day = day_of(s);
    return (struct flow_due){.known = day.len > 0, .day = {.date = day}};
}

static const struct stand_in dice_say = {look, is_anothers, due};

/* --- what the dice say ----------------------------------------------------------------------- */

static bool is_begun_with(const struct process_guard *g, uint8_t *value)
{
    const struct process *p = now->process;
    for (size_t i = 0; i < p->begin_count; i++) {
        struct str path =
            arena_printf(scratch, "%.*s.%.*s", STR_ARG(p->subject), STR_ARG(p->begins[i].name));
        for (size_t v = 0; str_eq(g->name, path) && v < g->value_count; v++)
            if (str_eq(g->values[v], p->begins[i].value)) {
                *value = (uint8_t)(v + 1);
                return true;
            }
    }
    return false;
}

/* The value that a condition on it names; 0: the step drawn has none. */
static uint8_t named_value(const struct process_guard *g)
{
    const struct process *p = now->process;
    const struct process_step *s = &p->steps[rand_below(&dice, (uint32_t)p->step_count)];
    for (size_t i = 0; i < s->when_count; i++)
        for (size_t v = 0; str_eq(s->when[i].name, g->name) && v < g->value_count; v++)
            if (str_eq(g->values[v], s->when[i].value))
                return (uint8_t)(v + 1);
    return 0;
}

static void roll_field(size_t g)
{
    const struct process_guard *guard = &now->model.guards[g];
    if (is_begun_with(guard, &now->says[g]))
        return;
    now->says[g] = one_in(2) ? named_value(guard) : 0;
    if (now->says[g] == GUARD_UNKNOWN)
        now->says[g] = one_in(10) ? GUARD_UNKNOWN
                                  : (uint8_t)(1 + rand_below(&dice, (uint32_t)guard->says - 1));
}

static struct str a_day(void)
{
    return business_date(f.clock.fixed_ms + ((int64_t)rand_below(&dice, 17) - 8) * DAY_MS, f.a);
}

static void roll(void)
{
    for (size_t g = 0; g < now->model.guard_count; g++)
        switch (now->model.guards[g].kind) {
        case GUARD_FIELD:
            if (one_in(10))
                roll_field(g);
            break;
        case GUARD_CRITERION:
        case GUARD_QUESTION:
        case GUARD_PANEL:
            now->says[g] = (uint8_t)(one_in(4) ? rand_below(&dice, 2) : GUARD_PASSES);
            break;
        case GUARD_PERIOD:
            now->day[g] = one_in(6) ? STR_NONE : a_day();
            break;
        }
    for (size_t i = 0; i < now->process->step_count; i++)
        now->officers[i] = one_in(12) ? a_day() : STR_NONE;
}

/* --- what the model says --------------------------------------------------------------------- */

/* What the guards say of one step: of a period what the day says that counts for it. */
static void guards_of(uint8_t *says, const struct process_step *s)
{
    memcpy(says, now->says, GUARDS);
    for (size_t g = 0; g < now->model.guard_count; g++)
        if (now->model.guards[g].kind == GUARD_PERIOD) {
            const struct process_guard *guard = &now->model.guards[g];
            struct str due =
                s->due.len && str_eq(guard->name, s->due) ? now->due[step_at(s)] : STR_NONE;
            for (size_t i = 0; i < s->wait_count; i++)
                if (process_guard_is_of(guard, &now->process->steps[s->waits[i]]))
                    due = now->due[s->waits[i]];
            says[g] = due.len == 0                ? GUARD_UNKNOWN
                      : str_cmp(today(), due) > 0 ? GUARD_OVER
                                                  : GUARD_RUNS;
        }
}

/* Which of its guards keep the step closed. */
static unsigned closed_by(const struct process_step *s, const uint8_t *says)
{
    static const unsigned of_kind[] = {[GUARD_FIELD] = WHEN,
                                       [GUARD_CRITERION] = CRITERION,
                                       [GUARD_QUESTION] = QUESTION,
                                       [GUARD_PANEL] = PANEL,
                                       [GUARD_PERIOD] = EARLY};
    unsigned out = 0;
    for (size_t g = 0; g < now->model.guard_count; g++)
        if (!(process_allowed(&now->model, s, now->state, g) & (1u << says[g])))
            out |= of_kind[now->model.guards[g].kind] == EARLY && s->refused_late
                       ? LATE
                       : of_kind[now->model.guards[g].kind];
    return out;
}

/* A step that stays is open in an end that names it. */
static bool stands_in(const struct process_step *s)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (s->from[i] == now->state)
            return now->open || s->stays;
    return false;
}

static bool is_by_office(const struct process_step *s)
{
    return !str_is(s->actor, "applicant") && !str_is(s->actor, "centre") &&
           !str_is(s->actor, "public") && !str_is(s->actor, "expert");
}

static unsigned words_missing(const struct process_step *s, const struct person *who,
                              const struct flow_call *x)
{
    bool own = s->citation.clause.len == 0 && s->role_count && is_by_office(s);
    struct due_day due = {.date = now->due[step_at(s)]};
    return (process_asks_reason(s, x->today, due) && x->reason.len == 0 ? REASON : 0) |
           (own && x->basis.len == 0 && who != &people[PROGRAM] ? BASIS : 0);
}

/* Is it proposed and waits for a second? */
static bool is_proposed(const struct process_step *s)
{
    return now->proposed.step == s && now->proposed.version == now->version &&
           f.clock.fixed_ms < now->proposed.at_ms + PROPOSAL_LIFE_MS;
}

/* Another than who proposed it asks for what has lapsed. */
static bool confirms_lapsed(const struct taken_by *last, const struct person *who,
                            const struct flow_call *x)
{
    bool same = (x->reason.len == 0 || str_eq(x->reason, last->reason)) &&
                (x->basis.len == 0 || str_eq(x->basis, last->basis));
    bool late = last->over ? last->late : f.clock.fixed_ms >= last->at_ms + PROPOSAL_LIFE_MS;
    return last->person != (size_t)(who - people) &&
           (x->reason.len + x->basis.len == 0 || (late && same));
}

/* What stands against it. *proposes: it would be proposed only. */
static unsigned expected(bool *proposes, const struct process_step *s, const struct person *who,
                         const struct flow_call *x)
{
    uint8_t says[GUARDS];
    bool two = s->two_persons && who != &people[PROGRAM];
    *proposes = two && !is_proposed(s);
    guards_of(says, s);
    unsigned by_guards = closed_by(s, says), out = stands_in(s) ? by_guards & (EARLY | LATE) : 0;
    assert_int_equal(step_is_open(&now->model, s, now->state, says),
                     stands_in(s) && by_guards == 0);
    out |= stands_in(s) ? 0 : NOT_HERE;
    out |= acts_for(who, s) ? 0 : ACTOR;
    out |= two ? 0 : words_missing(s, who, x);
    if (!(out & (NOT_HERE | ACTOR)) && two && *proposes && !x->looking &&
        now->unconfirmed[s - now->process->steps] &&
        confirms_lapsed(&now->last[s - now->process->steps], who, x))
        return SECOND;
    if (!(out & (NOT_HERE | ACTOR)))
        out |= by_guards & WHEN ? WHEN : by_guards;
    if (!(out & (NOT_HERE | ACTOR)) && two && *proposes && !x->looking)
        out |= words_missing(s, who, x);
    if (out)
        return out;
    if (two && *proposes)
        return words_missing(s, who, x);
    bool same = (x->reason.len == 0 || str_eq(x->reason, now->proposed.reason)) &&
                (x->basis.len == 0 || str_eq(x->basis, now->proposed.basis));
    return two && (now->proposed.person == (size_t)(who - people) || !same) ? SECOND : 0;
}

static unsigned bits_of(const struct flow_obstacle *o, size_t count)
{
    unsigned out = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(codes) && strcmp(codes[k], o[i].code) != 0)
            k++;
        if (k == ARRAY_LEN(codes))
            fail_msg("an obstacle of another kind: %s", o[i].code);
        out |= 1u << k;
    }
    return out;
}

/* --- what came of it ------------------------------------------------------------------------- */

static void note_line(const char *kind, const struct process_step *s, const struct person *who,
                      size_t from, struct str reason)
{
    struct str due = now->due[step_at(s)];
    struct line l = {.kind = str_of(kind),
                     .step = s->id,
                     .from = now->process->states[from].id,
                     .to = now->process->states[now->state].id,
                     .reason = reason,
                     .date = today(),
                     .account = who->account,
                     .late = s->due.len && !s->after_due && due.len && str_cmp(today(), due) > 0};
    VEC_PUSH(f.a, &now->lines, l);
    now->version++;
    for (size_t i = 0; i < now->process->step_count; i++)
        if (!now->last[i].over) {
            now->last[i].over = true;
            now->last[i].late = f.clock.fixed_ms >= now->last[i].at_ms + PROPOSAL_LIFE_MS;
        }
}

/* An open item beside `main`: a step that leads on, of the holder or of a party that may say something. */
static bool is_called(const struct process_step *s, const struct process_step *main)
{
    if (!main || !s->role_count || !stands_in(s) || s->stays || is_anothers(s))
        return false;
    return str_eq(s->actor, main->actor) ||
           (process_is_partys(s) && !now->process->states[s->to].end);
}

/* It stays with its holder where it was not moved and the same is called for. */
static void stand_anew(bool moved)
{
    const struct process *p = now->process;
    const struct process_step *main =
        now->open ? process_main_step(&now->model, now->state, now->says) : NULL;
    now->anew = moved;
    for (size_t i = 0; i < p->step_count; i++) {
        bool counts = now->open && process_day_counts(p, &p->steps[i], now->state);
        now->due[i] = counts ? day_of(&p->steps[i]) : STR_NONE;
        now->anew |= now->called[i] != is_called(&p->steps[i], main);
    }
    for (size_t i = 0; now->anew && i < p->step_count; i++)
        now->called[i] = is_called(&p->steps[i], main);
    if (now->anew)
        now->main = main;
}

static void take_in_model(const struct process_step *s, const struct person *who, struct str reason)
{
    size_t from = now->state;
    if (!s->stays) {
        now->state = s->to;
        now->stream = s->stream.len ? s->stream : now->stream;
        now->stage_on = now->state == from ? now->stage_on : today();
        now->open = !now->process->states[s->to].end;
        now->closed_on = now->open ? STR_NONE : today();
    }
    note_line("step", s, who, from, reason);
    stand_anew(!s->stays);
    now->times[step_at(s)]++;
}

static void compare_history(struct db *db)
{
    const struct flow_done *all;
    size_t count = 0;
    struct err e;
    assert_ok(flow_history(&all, &count, db, now->id, scratch, &e), &e);
    assert_int_equal(count, now->lines.len);
    for (size_t i = 0; i < count; i++) {
        const struct line *l = &now->lines.ptr[i];
        assert_int_equal(all[i].version, (int64_t)i + 1);
        assert_int_equal(all[i].account, l->account);
        assert_int_equal(all[i].late, l->late);
        assert_true(str_eq(all[i].kind, l->kind) && str_eq(all[i].step, l->step) &&
                    str_eq(all[i].from, l->from) && str_eq(all[i].to, l->to) &&
                    str_eq(all[i].reason, l->reason) && str_eq(all[i].date, l->date));
    }
}

/* Whoever holds it is given it once, when it comes to him. */
static void compare_holder(struct db *db)
{
    struct stmt *st = NULL;
    struct err e;
    bool has_row = false;
    assert_ok(db_query(&st, db,
                       "SELECT g.unit, g.id FROM flow_case c JOIN assignment g ON g.id ="
                       " c.holder_assignment WHERE c.id = ?1 AND g.to_ms IS NULL AND g.done_ms IS"
                       " NULL",
                       VALUES(v_i64(now->id)), &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t unit = has_row ? stmt_i64(st, 0) : 0, id = has_row ? stmt_i64(st, 1) : 0;
    stmt_free(st);
    assert_int_equal(unit, now->main ? unit_acting(now->main->roles[0], now->unit) : 0);
    assert_true(now->anew ? id == 0 || id > now->holding : id == now->holding);
    now->holding = id;
}

static void compare_open(struct db *db)
{
    const struct flow_open_step *open;
    size_t count = 0, at = 0;
    struct err e;
    assert_ok(flow_open_steps(&open, &count, db, now->id, scratch, &e), &e);
    for (size_t i = 0; i < now->process->step_count; i++) {
        const struct process_step *s = &now->process->steps[i];
        if (!now->open || !stands_in(s) || s->role_count == 0)
            continue;
        assert_true(at < count && str_eq(open[at].step, s->id));
        assert_int_equal(open[at].holds, now->main && str_eq(now->main->actor, s->actor));
        at++;
    }
    assert_int_equal(at, count);
}

static void compare_days(struct db *db)
{
    const struct flow_timer *timers;
    size_t count = 0, wanted = 0;
    struct err e;
    assert_ok(flow_timers(&timers, &count, db, now->id, scratch, &e), &e);
    for (size_t i = 0; i < now->process->step_count; i++)
        wanted += now->due[i].len > 0;
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) {
        const struct process_step *s = process_step_find(now->process, timers[i].step);
        assert_non_null(s);
        assert_true(str_eq(timers[i].due.date, now->due[step_at(s)]));
    }
}

static void compare(void)
{
    struct db *db = NULL;
    struct flow_case c;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_case_read(&c, db, now->id, scratch, &e), &e);
    assert_int_equal(c.version, now->version);
    assert_int_equal(c.open, now->open);
    assert_true(str_eq(c.stage, now->process->states[now->state].id) &&
                str_eq(c.stream, now->stream) && str_eq(c.stage_on, now->stage_on) &&
                str_eq(c.closed_on, now->closed_on));
    compare_history(db);
    compare_holder(db);
    compare_open(db);
    compare_days(db);
    store_reader_put(f.store, db);
}

#define LETTER "{\"records\":{\"objection\":{\"ground\":\"虚构\",\"content\":\"虚构\"}}}"

/* --- one move -------------------------------------------------------------------------------- */

static struct flow_call call_of(const struct process_step *s, const struct person *who)
{
    struct flow_call x = {.process = now->process,
                          .step = s,
                          .by = &who->subject,
                          .reason = one_in(20) ? STR_NONE : STR("理由"),
                          .basis = one_in(20) ? STR_NONE : STR("依据"),
                          .today = today(),
                          .arena = scratch};
    struct db *db = NULL;
    struct err e;
    /* An objection that came by letter is entered by an officer, with what it says. */
    if (str_is(s->actor, "public"))
        assert_ok(jin_parse(&x.arguments, STR(LETTER), scratch, &e), &e);
    /* Who confirms says nothing, mostly. */
    if (is_proposed(s) && !one_in(4))
        x.reason = x.basis = STR_NONE;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(flow_case_read(&x.c, db, now->id, scratch, &e), &e);
    store_reader_put(f.store, db);
    return x;
}

static void differ(const struct process_step *s, const struct person *who, unsigned got,
                   unsigned wanted)
{
    fail_msg("%.*s %.*s at %.*s: %.*s by %s on %.*s: refused for %x, the model says %x",
             STR_ARG(now->pack->id), STR_ARG(now->process->id),
             STR_ARG(now->process->states[now->state].id), STR_ARG(s->id), who->role,
             STR_ARG(today()), got, wanted);
}

/* Looked at, it is as open as it is to who takes it; words are not asked for. */
static void look_at(const struct process_step *s, const struct person *who)
{
    struct flow_call x = call_of(s, who);
    struct flow_obstacles to = {.arena = scratch};
    struct err e;
    bool proposes;
    x.looking = true;
    x.reason = STR("理由");
    x.basis = STR("依据");
    unsigned wanted = expected(&proposes, s, who, &x) & ~(unsigned)SECOND;
    assert_ok(flow_find_obstacles(&(struct step){&to, NULL, &x, &work, &e}), &e);
    unsigned got = bits_of(to.ptr, to.len);
    if (got & ACTOR) /* whose step it is not is told of the rest as well */
        got &= (wanted | ~(unsigned)OF_MODEL);
    if (got != wanted)
        differ(s, who, got, wanted);
    looked++;
}

static void take(const struct process_step *s, const struct person *who)
{
    struct flow_call x = call_of(s, who);
    struct flow_taken out;
    struct err e;
    bool proposes;
    struct str reason = x.reason;
    unsigned wanted = expected(&proposes, s, who, &x);
    err_t rc = flow_take(&out, &(struct step){NULL, NULL, &x, &work, &e});
    unsigned got = rc == OK ? 0 : bits_of(out.obstacles, out.obstacle_count);
    if (rc != OK && rc != E_INVALID && rc != E_DENIED)
        fail_msg("%.*s: %s", STR_ARG(s->id), e.text);
    if (got != wanted || (rc == OK) != (wanted == 0))
        differ(s, who, got, wanted);
    if (rc != OK) {
        assert_int_equal(rc, wanted & ACTOR ? E_DENIED : E_INVALID);
        refused++;
        for (size_t i = 0; i < ARRAY_LEN(codes); i++)
            of_code[i] += (wanted >> i) & 1;
        return;
    }
    assert_int_equal(out.proposal != 0, proposes);
    if (proposes) {
        struct str basis = x.basis;
        note_line("propose", s, who, now->state, reason);
        now->anew = false;
        now->proposed = (struct taken_by){s,
                                          (size_t)(who - people),
                                          now->version,
                                          f.clock.fixed_ms,
                                          arena_dup(f.a, reason),
                                          arena_dup(f.a, basis)};
        now->last[s - now->process->steps] = now->proposed;
        now->unconfirmed[s - now->process->steps] = true;
        proposed++;
    } else {
        if (who != &people[PROGRAM])
            now->unconfirmed[s - now->process->steps] = false;
        take_in_model(s, who,
                      s->two_persons && who != &people[PROGRAM] ? now->proposed.reason : reason);
        taken++;
    }
    compare();
}

static bool is_closed(const struct process_step *s)
{
    uint8_t says[GUARDS];
    guards_of(says, s);
    return !step_is_open(&now->model, s, now->state, says);
}

/* Mostly one that is done where the case stands, and is open. */
static const struct process_step *any_step(void)
{
    const struct process *p = now->process;
    const struct process_step *s = &p->steps[rand_below(&dice, (uint32_t)p->step_count)];
    bool any = one_in(12), shut = one_in(5);
    for (int i = 0; i < 50 && !any && (!stands_in(s) || (!shut && i < 30 && is_closed(s))); i++)
        s = &p->steps[rand_below(&dice, (uint32_t)p->step_count)];
    return s;
}

/* Of several the one that was taken least, so that every stage is come to. */
static const struct process_step *some_step(void)
{
    const struct process_step *s = any_step();
    if (now->proposed.step && is_proposed(now->proposed.step) && !one_in(4))
        return now->proposed.step;
    for (uint32_t i = rand_below(&dice, 6); i > 0; i--) {
        const struct process_step *other = any_step();
        s = now->times[step_at(other)] < now->times[step_at(s)] ? other : s;
    }
    return s;
}

static const struct person *some_person(const struct process_step *s)
{
    const struct person *who = &people[rand_below(&dice, PEOPLE)];
    bool any = one_in(14);
    for (int i = 0; i < 50 && !any && (!acts_for(who, s) || who == &people[PROGRAM]); i++)
        who = &people[rand_below(&dice, PEOPLE)];
    return who;
}

static void move(void)
{
    f.clock.fixed_ms += one_in(4) ? DAY_MS : 1000;
    if (one_in(400))
        f.clock.fixed_ms += 15 * DAY_MS;
    if (one_in(2))
        roll();
    const struct process_step *s = some_step();
    const struct person *who = some_person(s);
    now->moves++;
    if (one_in(6))
        look_at(s, who);
    take(s, who);
    arena_reset(scratch);
}

/* --- cases ----------------------------------------------------------------------------------- */

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct flow_taken out;
    struct flow_call x = {.process = now->process,
                          .by = &people[PROGRAM].subject,
                          .today = today(),
                          .arena = scratch};
    x.c = (struct flow_case){.title = STR("虚构"),
                             .record_id = 1,
                             .unit = now->unit,
                             .city = now->unit == f.centre ? STR("5101") : STR("5103"),
                             .province = STR("51")};
    (void)arg;
    err_t rc = flow_begin(&out, &(struct step){NULL, db, &x, &work, e});
    now->id = out.case_id;
    return rc;
}

static void begin(struct kept *c, const struct kept *kind)
{
    struct err e;
    const struct line opened = {.kind = STR("open"),
                                .step = STR("open"),
                                .to = kind->process->states[kind->process->start].id,
                                .date = today()};
    now = c;
    *c = *kind;
    work.pack = c->pack;
    c->unit = one_in(10) ? f.other_centre : f.centre;
    c->stage_on = today();
    for (size_t g = 0; g < c->model.guard_count; g++)
        if (c->model.guards[g].kind == GUARD_FIELD)
            roll_field(g);
    roll();
    assert_ok(store_write(f.store, begin_step, NULL, &e), &e);
    VEC_PUSH(f.a, &c->lines, opened);
    c->version = 1;
    stand_anew(true);
    compare();
    arena_reset(scratch);
}

static void add_kind(const struct pack *pack, const struct process *p)
{
    struct kept kind = {.pack = pack,
                        .process = p,
                        .times = arena_array(f.a, STEPS, sizeof(int)),
                        .state = p->start,
                        .open = true};
    const struct process_field *fields;
    size_t count = process_fields(&fields, p, f.types, f.a);
    struct err e;
    assert_ok(process_model_make(&kind.model, p, fields, count, f.a, &e), &e);
    assert_true(kind.model.guard_count <= GUARDS && p->step_count <= STEPS);
    VEC_PUSH(f.a, &kinds, kind);
}

/* In no pack does it hang on a condition who holds a case, but it may: here one of two steps with
 * conditions is another office's. */
static void add_divided(const struct pack *pack)
{
    const struct process *from = pack_process(pack, STR("application"));
    struct process *p = arena_alloc(f.a, sizeof(*p));
    struct process_step *steps = arena_array(f.a, from->step_count, sizeof(*steps));
    memcpy(steps, from->steps, from->step_count * sizeof(*steps));
    *p = *from;
    p->steps = steps;
    struct process_step *one = NULL;
    for (size_t i = 0; i < p->step_count; i++)
        one = str_is(steps[i].id, "accept") ? &steps[i] : one;
    const struct process_step *other = process_step_find(p, STR("recheck"));
    if (!one || !other)
        fail_msg("no step accept or no recheck");
    assert_true(one->when_count && !str_eq(one->actor, other->actor));
    one->actor = other->actor;
    one->roles = other->roles;
    one->role_count = other->role_count;
    add_kind(pack, p);
}

static void add_kinds(void)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    for (size_t i = 0; i < count; i++) {
        const struct pack *pack;
        struct err e;
        if (!packs_are_shipped(packs, ids[i]) && !str_is(ids[i], "example-province"))
            continue;
        assert_ok(packs_get(&pack, packs, ids[i], &e), &e);
        for (size_t k = 0; k < pack->process_count; k++)
            add_kind(pack, &pack->processes[k]);
        if (str_is(pack->id, "sc-yunying-2025"))
            add_divided(pack);
    }
}

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    scratch = arena_new();
    assert_ok(packs_open(&packs, arena_printf(f.a, "%s/docs", getenv("MESON_SOURCE_ROOT")).ptr, &e),
              &e);
    programme_init(&work, &f.k, packs, NULL, f.a);
    work.stand_in = &dice_say;
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

static int moves_wanted(void)
{
    const char *said = getenv("MOVES");
    if (said)
        return (int)strtol(said, NULL, 10);
    return scratch_is_postgres() ? MOVES_POSTGRES : getenv("LONG") ? LONG_MOVES : MOVES;
}

/* In a long run every step of every process was taken, and some were refused for each cause. */
static void tell_steps(bool all)
{
    size_t missing = 0, count = 0;
    for (size_t i = 0; i < kinds.len; i++)
        for (size_t k = 0; k < kinds.ptr[i].process->step_count; k++) {
            const struct kept *kind = &kinds.ptr[i];
            missing += kind->times[k] == 0;
            count++;
            if (kind->times[k] == 0 && all)
                print_message("# never taken: %.*s %.*s %.*s\n", STR_ARG(kind->pack->id),
                              STR_ARG(kind->process->id), STR_ARG(kind->process->steps[k].id));
        }
    print_message("# %d moves: %d taken, %d proposed, %d refused; %d looked at; %zu steps never\n",
                  taken + proposed + refused, taken, proposed, refused, looked, missing);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        print_message("# refused for %s: %d\n", codes[i], of_code[i]);
        assert_true(!all || of_code[i] > 0);
    }
    assert_true(all ? missing == 0 : missing < count / 3);
}

/* Long processes more often: there is more in them to come through. */
static const struct kept *some_kind(void)
{
    const struct kept *one = &kinds.ptr[rand_below(&dice, (uint32_t)kinds.len)];
    const struct kept *two = &kinds.ptr[rand_below(&dice, (uint32_t)kinds.len)];
    return one->process->step_count > two->process->step_count ? one : two;
}

static void random_moves_agree_with_the_model(void **state)
{
    int count = moves_wanted();
    (void)state;
    dice.state = test_seed(20261120);
    for (size_t i = 0; i < CASES; i++)
        begin(&cases[i], &kinds.ptr[i % kinds.len]);
    for (int i = 0; i < count; i++) {
        now = &cases[rand_below(&dice, CASES)];
        work.pack = now->pack;
        if ((!now->open && !one_in(4)) || now->moves > MOVES_MAX)
            begin(now, some_kind());
        move();
    }
    tell_steps(count >= LONG_MOVES);
    assert_true(taken > count / 5 && refused > count / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_moves_agree_with_the_model, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
