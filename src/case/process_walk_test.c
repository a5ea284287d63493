/* The processes of all packs, with each state, actor and guard: nothing leads nowhere, and what is known to
 * be hasty or idle is listed in tests/packs/process_breaches.txt (UPDATE_GOLDEN=1 rewrites it; the change is
 * then reviewed). Faults planted in the same processes are found. */
#include "test.h"

#include "base/buf.h"
#include "base/fs.h"
#include "judge/process_fields.h"
#include "policy/packs.h"
#include "policy/process_walk.h"
#include "record/fixture.h"

#define KNOWN "tests/packs/process_breaches.txt"

static struct fixture f;
static struct packs *packs, *further; /* the shipped and the example; those of tests/packs */

static const char *rooted(const char *path)
{
    return arena_printf(f.a, "%s/%s", getenv("MESON_SOURCE_ROOT"), path).ptr;
}

static int open_all(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    assert_ok(packs_open(&packs, rooted("docs"), &e), &e);
    assert_ok(packs_open(&further, rooted("tests/packs"), &e), &e);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    packs_close(further);
    packs_close(packs);
    fixture_close(&f);
    return 0;
}

static void walk(struct process_breaches *out, const struct process *p)
{
    const struct process_field *fields;
    struct process_model m;
    struct err e;
    size_t count = process_fields(&fields, p, f.types, f.a);
    assert_ok(process_model_make(&m, p, fields, count, f.a, &e), &e);
    assert_ok(process_walk(out, &m, f.a, &e), &e);
}

/* A period by its rule; one that an officer gives, by its step. */
static struct str period_of(const struct process_breach *b)
{
    return !b->period ? STR_NONE : b->period->due.len ? b->period->due : b->period->id;
}

static const char *breach_word(enum process_breach_kind kind)
{
    static const char *const words[] = {
        [BREACH_DEAD] = "dead",       [BREACH_UNREACHABLE] = "unreachable",
        [BREACH_ENDLESS] = "endless", [BREACH_NEVER] = "never",
        [BREACH_HASTY] = "hasty",     [BREACH_IDLE] = "idle"};
    return words[kind];
}

static struct str words_of(const struct process_breach *b)
{
    return arena_printf(f.a, "%s %.*s%s%.*s%s%.*s", breach_word(b->kind),
                        STR_ARG(b->state ? b->state->id : STR_NONE), b->state && b->step ? " " : "",
                        STR_ARG(b->step ? b->step->id : STR_NONE), b->period ? " while " : "",
                        STR_ARG(period_of(b)));
}

static bool is_hard(enum process_breach_kind kind)
{
    return kind != BREACH_HASTY && kind != BREACH_IDLE;
}

/* Adds the lines of one pack to `known`; the number of breaches that no pack may have. */
static int walk_pack(struct buf *known, const struct pack *pack)
{
    int faults = 0;
    for (size_t i = 0; i < pack->process_count; i++) {
        const struct process *p = &pack->processes[i];
        struct process_breaches all;
        walk(&all, p);
        for (size_t k = 0; k < all.len; k++) {
            struct str words = words_of(&all.ptr[k]);
            struct str line = arena_printf(f.a, "%.*s %.*s: %.*s", STR_ARG(pack->id),
                                           STR_ARG(p->id), STR_ARG(words));
            print_message("# %.*s: %.*s\n", STR_ARG(line), STR_ARG(all.ptr[k].witness));
            faults += is_hard(all.ptr[k].kind);
            if (!is_hard(all.ptr[k].kind))
                buf_addf(known, "%.*s\n", STR_ARG(line));
        }
    }
    return faults;
}

/* The shipped ones, and the fictional province; beside it lies what is no pack. */
static int walk_packs(struct buf *known)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    int faults = 0;
    for (size_t i = 0; i < count; i++) {
        const struct pack *pack;
        struct err e;
        if (!packs_are_shipped(packs, ids[i]) && !str_is(ids[i], "example-province"))
            continue;
        assert_ok(packs_get(&pack, packs, ids[i], &e), &e);
        faults += walk_pack(known, pack);
    }
    return faults;
}

static void every_state_is_reached_and_leads_to_an_end_and_every_step_is_somebodys(void **state)
{
    struct buf known;
    (void)state;
    buf_init(&known, 0);
    assert_int_equal(walk_packs(&known), 0);
    buf_clear(&known);
}

/* A breach that is new, and one that is listed and is no more, are both told. */
/* So that it is not sent back and taken again over the record of the case that it began (effect.c check_fresh). */
static void a_step_that_begins_another_case_ends_its_own(void **state)
{
    const struct str *ids;
    size_t count = 0, all = packs_ids(&ids, packs);
    (void)state;
    for (size_t i = 0; i < all; i++) {
        const struct pack *pack;
        struct err e;
        if (!packs_are_shipped(packs, ids[i]))
            continue;
        assert_ok(packs_get(&pack, packs, ids[i], &e), &e);
        for (size_t k = 0; k < pack->process_count; k++)
            for (size_t n = 0; n < pack->processes[k].step_count; n++) {
                const struct process *p = &pack->processes[k];
                const struct process_step *s = &p->steps[n];
                bool begins = false;
                for (size_t j = 0; j < s->effect_count; j++)
                    begins |= s->effects[j].kind == EFFECT_START;
                count += begins;
                if (begins && (s->stays || !p->states[s->to].end))
                    fail_msg("%.*s %.*s: %.*s begins a case and does not end its own",
                             STR_ARG(pack->id), STR_ARG(p->id), STR_ARG(s->id));
            }
    }
    assert_true(count > 3);
}

static void what_is_decided_too_soon_or_held_in_vain_is_what_is_listed(void **state)
{
    struct buf now;
    struct bytes listed;
    struct err e;
    (void)state;
    buf_init(&now, 0);
    (void)walk_packs(&now);
    if (getenv("UPDATE_GOLDEN"))
        assert_ok(fs_write_synced(&fs_system, rooted(KNOWN), str_bytes(buf_str(&now)), &e), &e);
    assert_ok(fs_read(&listed, &fs_system, rooted(KNOWN), 1 << 20, f.a, &e), &e);
    assert_str(buf_str(&now), arena_cstr(f.a, bytes_str(listed)));
    buf_clear(&now);
}

/* --- planted faults -------------------------------------------------------------------------- */

enum edit_kind {
    NO_EDIT,
    DROP,      /* the step */
    TO,        /* the step leads to the state */
    FROM,      /* the step is open in the state alone */
    NO_END,    /* the state is none */
    NOBODY,    /* nobody has the roles */
    NEEDS,     /* the step asks for a criterion */
    FAILS,     /* the step asks that the criterion is not met */
    CHANGES,   /* the step makes it an application to the province, where it is one to `state` */
    ONLY,      /* the step is only where it is one to `state` */
    AND_ALSO,  /* the step asks for its first condition, and for another value of that field */
    ANY_TIME,  /* the step does not wait for its day */
    NO_WAIT,   /* nor for the period of others */
    BOTH_TIMES /* the step is open only when its day is over, and never when it is */
};
struct edit {
    enum edit_kind kind;
    const char *what, *state;
};
static const struct plant {
    enum process_breach_kind kind;
    const char *pack, *process, *found; /* as words_of, behind the kind */
    struct edit edits[4];
} plants[] = {
#define SC "sc-yunying-2025"
#define SX "sx-yunying-draft"
    {BREACH_DEAD, SC, "application", "refused", {{NO_END, "refused"}}},
    {BREACH_DEAD, SX, "national", "considered", {{DROP, "recommend"}, {DROP, "not-recommend"}}},
    {BREACH_DEAD, "sc-yucheng-2025", "yearly-review", "due", {{DROP, "none"}, {DROP, "call-off"}}},
    {BREACH_DEAD, "sc-shifan-draft", "summary", "checked", {{DROP, "clear"}, {DROP, "revise"}}},
    {BREACH_DEAD,
     SC,
     "application",
     "with-city",
     {{DROP, "accept-service"}, {DROP, "return"}, {DROP, "withdraw"}}},
    {BREACH_UNREACHABLE, SC, "application", "with-city", {{DROP, "submit-city"}}},
    {BREACH_UNREACHABLE, SX, "application", "publicity", {{DROP, "publish"}}},
    {BREACH_UNREACHABLE, SC, "national", "recommended", {{TO, "recommend", "considered"}}},
    {BREACH_UNREACHABLE, SC, "rectification", "handed-in", {{FROM, "hand-in", "passed"}}},
    {BREACH_UNREACHABLE, "sc-yucheng-2025", "building", "accepted", {{AND_ALSO, "accept"}}},
    {BREACH_ENDLESS, SC, "service-plan", "draft", {{TO, "make", "draft"}}},
    {BREACH_ENDLESS,
     SC,
     "rectification",
     "running",
     {{TO, "pass", "running"}, {TO, "fail", "running"}, {TO, "fail-silent", "running"}}},
    {BREACH_ENDLESS,
     SC,
     "sub-centre",
     "opened",
     {{TO, "confirm", "opened"}, {TO, "dismiss", "opened"}}},
    {BREACH_ENDLESS, SX, "annual-report", "city-said", {{TO, "appraise", "city-said"}}},
    {BREACH_ENDLESS,
     SX,
     "evaluation",
     "open",
     {{TO, "grade-excellent", "due"},
      {TO, "grade-qualified", "due"},
      {TO, "call-off", "due"},
      {NOBODY, "grade-unqualified"}}},
    {BREACH_NEVER, SC, "rectification", "pass", {{NOBODY, "pass"}}},
    {BREACH_NEVER, SC, "application", "recognise", {{BOTH_TIMES, "recognise"}}},
    {BREACH_NEVER, SC, "annual-report", "file-directly", {{AND_ALSO, "file-directly"}}},
    {BREACH_NEVER, SC, "revocation", "revoke", {{FROM, "revoke", "kept"}}},
    {BREACH_NEVER, "sc-shifan-draft", "application", "recognise", {{DROP, "review"}}},
    {BREACH_HASTY,
     SC,
     "application",
     "publicity recognise while publicity",
     {{ANY_TIME, "recognise"}}},
    {BREACH_HASTY,
     SX,
     "application",
     "publicity recognise while publicity",
     {{ANY_TIME, "recognise"}}},
    {BREACH_HASTY, SC, "revocation", "told refer while reply", {{TO, "refer", "kept"}}},
    {BREACH_HASTY, SC, "rectification", "running pass while rectification", {{NO_WAIT, "pass"}}},
    {BREACH_HASTY,
     SX,
     "application",
     "publicity settle while publicity",
     {{TO, "settle", "refused"}}},
    {BREACH_IDLE, SC, "application", "draft submit-city", {{DROP, "withdraw"}}},
    {BREACH_IDLE, SC, "application", "rechecked expert-review", {{DROP, "refuse"}}},
    {BREACH_IDLE, SX, "award", "proposed grant", {{DROP, "drop"}}},
    {BREACH_IDLE, "sc-yucheng-2025", "application", "recommended review", {{DROP, "decline"}}},
    {BREACH_IDLE, SC, "sub-centre", "opened confirm", {{NEEDS, "confirm"}, {NEEDS, "dismiss"}}},
#define LJ "lanjiang" /* it has what must not be met, and effects under conditions */
    {BREACH_NEVER, LJ, "application", "refuse", {{NEEDS, "refuse"}}},
    {BREACH_NEVER, LJ, "revocation", "revoke", {{NEEDS, "revoke"}, {FAILS, "revoke"}}},
    {BREACH_IDLE, LJ, "revocation", "proposed revoke", {{FAILS, "revoke"}}},
    {BREACH_UNREACHABLE,
     LJ,
     "application",
     "reviewed",
     {{CHANGES, "submit", "province"}, {ONLY, "review", "province"}}},
    {BREACH_DEAD,
     LJ,
     "application",
     "submitted",
     {{CHANGES, "submit", "city"}, {ONLY, "review", "city"}}},
    {BREACH_IDLE, LJ, "revocation", "proposed revoke", {{CHANGES, "revoke", "city"}}},
};

struct planted {
    struct process process;
    struct process_state *states;
    struct process_step *steps;
};

static void copy(struct planted *out, const struct process *p)
{
    *out = (struct planted){*p, arena_array(f.a, p->state_count, sizeof(*out->states)),
                            arena_array(f.a, p->step_count, sizeof(*out->steps))};
    memcpy(out->states, p->states, p->state_count * sizeof(*out->states));
    memcpy(out->steps, p->steps, p->step_count * sizeof(*out->steps));
    out->process.states = out->states;
    out->process.steps = out->steps;
}

static size_t state_named(const struct planted *x, const char *id)
{
    for (size_t i = 0; i < x->process.state_count; i++)
        if (str_is(x->states[i].id, id))
            return i;
    fail_msg("no state %s", id);
}

static struct process_step *step_named(const struct planted *x, const char *id)
{
    for (size_t i = 0; i < x->process.step_count; i++)
        if (str_is(x->steps[i].id, id))
            return &x->steps[i];
    fail_msg("no step %s", id);
}

static void ask_two_values(struct process_step *s)
{
    struct process_value *when = arena_array(f.a, 2, sizeof(*when));
    when[0] = s->when_count
                  ? s->when[0]
                  : (struct process_value){STR("applicant.kind"), STR("enterprise"), false};
    when[1] = (struct process_value){when[0].name, when[0].value, !when[0].other};
    s->when = when;
    s->when_count = 2;
}

static const struct process_value *to_office(const char *office)
{
    struct process_value *when = arena_alloc(f.a, sizeof(*when));
    *when = (struct process_value){STR("application.to"), str_of(office), false};
    return when;
}

static void change_where(struct process_step *s, const char *office)
{
    static const struct process_value province = {{"to", 2}, {"province", 8}, false};
    struct process_effect *all = arena_array(f.a, s->effect_count + 1, sizeof(*all));
    for (size_t i = 0; i < s->effect_count; i++)
        all[i] = s->effects[i];
    all[s->effect_count++] = (struct process_effect){.kind = EFFECT_CHANGE,
                                                     .object = STR("application"),
                                                     .values = &province,
                                                     .value_count = 1,
                                                     .when = to_office(office),
                                                     .when_count = 1};
    s->effects = all;
}

static void apply(struct planted *x, const struct edit *d)
{
    static const struct str criterion = {"staff-count", 11};
    struct process_step *s = d->kind == NO_END ? NULL : step_named(x, d->what);
    size_t *from;
    switch (d->kind) {
    case NO_EDIT:
        break;
    case DROP:
        memmove(s, s + 1, (size_t)(x->steps + x->process.step_count - (s + 1)) * sizeof(*s));
        x->process.step_count--;
        break;
    case TO:
        s->to = state_named(x, d->state);
        s->stays = false;
        break;
    case FROM:
        from = arena_alloc(f.a, sizeof(*from));
        *from = state_named(x, d->state);
        s->from = from;
        s->from_count = 1;
        break;
    case NO_END:
        x->states[state_named(x, d->what)].end = false;
        break;
    case NOBODY:
        s->role_count = 0;
        break;
    case NEEDS:
        s->needs = &criterion;
        s->need_count = 1;
        break;
    case FAILS:
        s->fails = &criterion;
        s->fail_count = 1;
        break;
    case CHANGES:
        change_where(s, d->state);
        break;
    case ONLY:
        s->when = to_office(d->state);
        s->when_count = 1;
        break;
    case AND_ALSO:
        ask_two_values(s);
        break;
    case ANY_TIME:
        s->after_due = false;
        break;
    case NO_WAIT:
        s->wait_count = 0;
        break;
    case BOTH_TIMES:
        s->after_due = s->refused_late = true;
        break;
    }
}

static const struct process_breach *found(const struct process *p, const struct plant *what)
{
    struct process_breaches all;
    struct str wanted = arena_printf(f.a, what->kind == BREACH_NEVER ? "%s  %s" : "%s %s",
                                     breach_word(what->kind), what->found);
    walk(&all, p);
    for (size_t i = 0; i < all.len; i++) {
        struct str words = words_of(&all.ptr[i]);
        if (what->kind == BREACH_NEVER) /* without a state */
            words = arena_printf(f.a, "%s  %.*s", breach_word(all.ptr[i].kind),
                                 STR_ARG(all.ptr[i].step ? all.ptr[i].step->id : STR_NONE));
        if (str_eq(words, wanted))
            return &all.ptr[i];
    }
    return NULL;
}

static void every_planted_fault_is_found(void **state)
{
    size_t of_kind[BREACH_IDLE + 1] = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(plants); i++) {
        const struct plant *what = &plants[i];
        const struct process *p;
        const struct pack *pack;
        struct planted x;
        struct err e;
        struct packs *from = strcmp(what->pack, LJ) == 0 ? further : packs;
        assert_ok(packs_get(&pack, from, str_of(what->pack), &e), &e);
        assert_non_null(p = pack_process(pack, str_of(what->process)));
        if (found(p, what))
            fail_msg("%s %s: %s is there unplanted", what->pack, what->process, what->found);
        copy(&x, p);
        for (size_t k = 0; k < ARRAY_LEN(what->edits) && what->edits[k].kind != NO_EDIT; k++)
            apply(&x, &what->edits[k]);
        const struct process_breach *b = found(&x.process, what);
        if (!b)
            fail_msg("%s %s: %s %s is not found", what->pack, what->process,
                     breach_word(what->kind), what->found);
        print_message("# %s %s: %s %s: %.*s\n", what->pack, what->process, breach_word(what->kind),
                      what->found, STR_ARG(b->witness));
        of_kind[what->kind]++;
    }
    for (size_t i = 0; i < ARRAY_LEN(of_kind); i++)
        assert_true(of_kind[i] >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_reached_and_leads_to_an_end_and_every_step_is_somebodys),
        cmocka_unit_test(a_step_that_begins_another_case_ends_its_own),
        cmocka_unit_test(what_is_decided_too_soon_or_held_in_vain_is_what_is_listed),
        cmocka_unit_test(every_planted_fault_is_found),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
