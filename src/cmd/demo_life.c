/* Days and moments, who acts, what is called by which name; and the whole story from end to end. */
#include "access/account.h"
#include "base/date.h"
#include "cmd/demo_act.h"
#include "decide/activation.h"
#include "judge/asked.h"
#include "policy/choices.h"

#define DAY_MS INT64_C(86400000)
#define NINE_MS INT64_C(3600000) /* nine in the morning in China */
#define STEP_MS INT64_C(20000)   /* what follows on the same day */

/* The clock to the nth event of a day. */
static void demo_set_moment(struct demo_life *l, int32_t day, size_t nth)
{
    l->clock = clock_fixed(day * DAY_MS + NINE_MS + (int64_t)nth * STEP_MS);
}

struct str demo_today(struct demo_life *l)
{
    return business_date(clock_now_ms(&l->clock), l->a);
}

struct demo_party *demo_party_of(struct demo_life *l)
{
    return &l->story.parties[l->words.event->party];
}

err_t demo_say(struct str *out, struct demo_life *l, const char *key)
{
    return demo_said(out, &l->words, key, l->a, l->e);
}

err_t demo_body(const struct jvalue **out, struct demo_life *l, const char *key)
{
    const struct yvalue *v = yin_get(l->words.event->step, key);
    struct str json;
    *out = NULL;
    if (!v)
        return OK;
    err_t rc = demo_json(&json, &l->words, v, l->a, l->e);
    return rc == OK ? jin_parse(out, json, l->a, l->e) : rc;
}

/* --- who acts ------------------------------------------------------------------------------------ */

struct deed demo_deed(struct demo_life *l, const struct subject *by)
{
    return (struct deed){.suite = &l->instance.suite, .clock = &l->clock, .by = by, .arena = l->a};
}

err_t demo_account(int64_t *out, struct demo_life *l, struct str name)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, l->instance.store, l->e);
    if (rc == OK)
        rc = account_find(out, db, name, l->a, l->e);
    store_reader_put(l->instance.store, db);
    return rc;
}

err_t demo_subject(struct subject *out, struct demo_life *l, const char *key)
{
    struct db *db = NULL;
    struct str name, today = demo_today(l);
    int64_t account;
    err_t rc = demo_say(&name, l, key);
    if (rc != OK)
        return rc;
    if (str_is(name, "program")) {
        subject_program(out, today);
        return OK;
    }
    if (str_is(name, "public")) {
        subject_public(out, today, l->a);
        return OK;
    }
    if ((rc = demo_account(&account, l, name)) != OK ||
        (rc = store_reader_get(&db, l->instance.store, l->e)) != OK)
        return rc;
    rc = subject_load(out, db, account, today, clock_now_ms(&l->clock), l->a, l->e);
    store_reader_put(l->instance.store, db);
    return rc;
}

/* --- names of things ------------------------------------------------------------------------------ */

const struct demo_named *demo_find(struct demo_life *l, size_t party, struct str name)
{
    const struct demo_named *common = NULL;
    for (size_t i = l->named.len; i-- > 0;) {
        const struct demo_named *n = &l->named.ptr[i];
        if (!str_eq(n->name, name))
            continue;
        if (n->party == party)
            return n;
        if (!common && l->story.parties[n->party].number == 0)
            common = n; /* an office's is everybody's */
    }
    return common;
}

const struct demo_named *demo_find_case(struct demo_life *l)
{
    const struct demo_event *x = l->words.event;
    for (size_t i = l->named.len; i-- > 0;) {
        const struct demo_named *n = &l->named.ptr[i];
        if (n->party == x->party && n->root == x->root && str_is(n->name, DEMO_CASE))
            return n;
    }
    return demo_find(l, x->party, STR(DEMO_CASE));
}

static bool thing(struct demo_thing *out, void *arg, size_t party, struct str name)
{
    const struct demo_named *n = demo_find(arg, party, name);
    if (n)
        *out = n->thing;
    return n != NULL;
}

err_t demo_call(struct demo_life *l, struct str type, struct demo_thing t)
{
    struct arena *kept = l->app->arena;
    struct str name;
    err_t rc = demo_say(&name, l, "as");
    if (rc != OK || name.len == 0)
        return rc;
    VEC_PUSH(kept, &l->named,
             ((struct demo_named){.party = l->words.event->party,
                                  .root = l->words.event->root,
                                  .name = arena_dup(kept, name),
                                  .type = type,
                                  .thing = {t.id, arena_dup(kept, t.file)}}));
    return OK;
}

/* --- the story -------------------------------------------------------------------------------------- */

static const struct demo_act *const acts[] = {demo_record_acts, demo_case_acts, demo_file_acts,
                                              demo_office_acts};

static err_t happen(struct demo_life *l)
{
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        for (const struct demo_act *x = acts[i]; x->key; x++)
            if (yin_get(l->words.event->step, x->key))
                return x->run(l);
    return err_set(l->e, E_INVALID, "this step does nothing");
}

static err_t live_all(struct demo_life *l)
{
    int32_t day = INT32_MIN;
    size_t nth = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < l->story.event_count; i++) {
        const struct demo_event *x = &l->story.events[i];
        l->count.days += x->day != day;
        nth = x->day == day ? nth + 1 : 0;
        day = x->day;
        arena_reset(l->a);
        demo_set_moment(l, day, nth);
        l->words.event = x;
        if ((rc = happen(l)) != OK) {
            struct str today = demo_today(l);
            err_note(l->e, "reference/demo, line %d, %.*s, %.*s", x->step->line,
                     STR_ARG(demo_party_of(l)->name), STR_ARG(today));
        }
    }
    return rc;
}

static err_t words(const struct enum_value **out, size_t *count, const struct kernel_choices *c,
                   const struct choice_for *who, struct str fact, struct arena *a, struct err *e)
{
    const struct choice_asker by = {who->province, &who->programme, 1, who->programme.len > 0};
    return policy_words(out, count, c->arg, &by, fact, a, e);
}

static err_t asks(const struct constraint **out, size_t *count, const struct kernel_choices *c,
                  struct str region, struct str type, struct str today, struct arena *a,
                  struct err *e)
{
    return judge_asks(out, count, c->arg, region, type, today, a, e);
}

static err_t beside(struct case_beside *out, const struct kernel_choices *c, struct kernel *k,
                    struct db *db, const struct record_type *t, int64_t id, struct str state,
                    struct arena *a, struct err *e)
{
    return programme_find_blocking_case(out, k, c->arg, db, t, id, state, a, e);
}

static err_t open_parts(struct demo_life *l)
{
    const char *folder = arena_printf(l->app->arena, "%s/packs", l->app->data).ptr;
    struct db *db = NULL;
    err_t rc = instance_kernel(&l->instance, l->app, l->e);
    if (rc == OK && (rc = store_reader_get(&db, l->instance.store, l->e)) == OK) {
        rc = packs_in_force(&l->packs, &l->calendar, db, folder, l->app->arena, l->e);
        store_reader_put(l->instance.store, db);
    }
    if (rc == OK) {
        l->choices = (struct kernel_choices){
            .words = words, .asks = asks, .beside = beside, .arg = l->packs};
        l->instance.kernel.choices = &l->choices;
        l->instance.kernel.clock = &l->clock;
    }
    return rc;
}

err_t demo_live(struct demo_count *out, struct app *app, uint64_t seed, struct err *e)
{
    struct demo_life l = {.app = app, .a = arena_new(), .e = e};
    err_t rc = demo_story_read(&l.story, seed, app->arena, e);
    l.words = (struct demo_words){.story = &l.story, .thing = thing, .arg = &l};
    if (rc == OK)
        rc = open_parts(&l);
    if (rc == OK)
        rc = live_all(&l);
    l.instance.kernel.clock = app->clock;
    if (rc == OK) {
        struct sequencer_options o = instance_sequencer(app, l.instance.store, &l.instance.suite);
        rc = log_sequence_now(&o, e);
    }
    *out = l.count;
    instance_close(&l.instance);
    arena_free(l.a);
    return rc;
}
