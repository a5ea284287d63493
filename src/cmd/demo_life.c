/* Days and moments, who acts, what is sent; and the whole story from end to end. */
#include "access/subject.h"
#include "api/answer.h"
#include "api/auth.h"
#include "audit/sequencer.h"
#include "cmd/demo_act.h"

#define DAY_MS INT64_C(86400000)
#define NINE_MS INT64_C(3600000) /* nine in the morning in China */
#define STEP_MS INT64_C(20000)   /* what follows on the same day */

struct str demo_today(struct demo_life *l)
{
    return business_date(clock_now_ms(&l->clock), l->a);
}

const struct demo_party *demo_party_of(const struct demo_life *l)
{
    return &l->story.parties[l->words.event->party];
}

struct str demo_say(struct demo_life *l, const char *key)
{
    return demo_said(&l->words, key, l->a);
}

/* --- who acts, and what things are called ------------------------------------------------------- */

err_t demo_subject(struct subject *out, struct demo_life *l)
{
    struct db *db = NULL;
    struct str name = demo_say(l, "by"), today = demo_today(l);
    int64_t account;
    if (l->words.rc != OK || l->words.lacks)
        return l->words.rc;
    if (str_is(name, "program")) {
        subject_program(out, today);
        return OK;
    }
    if (!jin_i64(&account, demo_find(&l->words, name), "id"))
        return err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(name));
    err_t rc = store_reader_get(&db, l->serving.api.store, l->e);
    if (rc == OK)
        rc = subject_load(out, db, account, today, clock_now_ms(&l->clock), l->a, l->e);
    store_reader_put(l->serving.api.store, db);
    return rc;
}

static void call(struct demo_life *l, struct str name, const struct jvalue *value)
{
    struct arena *kept = l->app->arena;
    VEC_PUSH(kept, &l->words.named,
             ((struct demo_named){l->words.event->party, l->words.event->root,
                                  arena_dup(kept, name), jvalue_dup(value, kept)}));
}

void demo_call(struct demo_life *l, const struct jvalue *value)
{
    struct str names = demo_say(l, "as");
    while (!l->words.lacks && names.len)
        call(l, str_split(&names, STR(" ")), value);
}

/* --- requests ------------------------------------------------------------------------------------- */

static void read_query(struct request *r, struct demo_life *l)
{
    const struct jvalue *said = demo_json(&l->words, "query", l->a);
    struct query_value *values = arena_array(l->a, said->count + 1, sizeof(*values));
    for (size_t i = 0; i < said->count; i++)
        values[i] = (struct query_value){said->names[i], said->items[i].text};
    r->query = values;
    r->query_count = said->count;
}

/* As the server does with a request that is sound, and whose sender is known. */
static err_t handle(struct reply *out, struct request *r, struct demo_life *l)
{
    *out = (struct reply){0};
    err_t rc = r->resource->handle(out, r, l->e);
    if (rc == OK && out->lane) { /* nothing was done: again, by who looks into files */
        r->lane = out->lane;
        *out = (struct reply){0};
        rc = r->resource->handle(out, r, l->e);
    }
    if (rc != OK && out->errors)
        err_note(l->e, "%.*s", STR_ARG(jvalue_json(out->errors, l->a)));
    if (out->stream.close)
        out->stream.close(out->stream.arg);
    return rc;
}

static err_t take_reply(struct demo_life *l, const struct reply *reply)
{
    struct str keep = demo_say(l, "keep");
    if (reply->content_type || !reply->body.len)
        return OK;
    err_t rc = jin_parse(&l->words.reply, arena_dup(l->a, reply->body), l->a, l->e);
    if (rc != OK)
        return rc;
    keep = arena_printf(l->a, "reply%s%.*s", keep.len ? "." : "", STR_ARG(keep));
    const struct jvalue *value = demo_of(&l->words, keep, l->a);
    if (!value)
        return err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(keep));
    demo_call(l, value);
    return OK;
}

static err_t send(struct demo_life *l)
{
    struct auth auth = {0};
    struct request r = {.api = &l->serving.api,
                        .arena = l->asked,
                        .address = STR("127.0.0.1"),
                        .subject = &auth.subject,
                        .auth = &auth};
    struct reply reply;
    struct str path = demo_say(l, "send"), others;
    if (l->words.rc != OK || l->words.lacks)
        return l->words.rc;
    err_t rc = demo_subject(&auth.subject, l);
    if (rc != OK || l->words.lacks)
        return rc;
    l->did = true;
    arena_reset(l->asked);
    r.method = str_split(&path, STR(" "));
    r.path = arena_printf(l->a, "/api/v1%.*s", STR_ARG(path));
    if (!(r.resource = route_find(&r, &others, r.method)))
        return err_set(l->e, E_INVALID, "there is nothing at this address");
    read_query(&r, l);
    r.body = demo_json(&l->words, "body", l->a);
    if ((rc = l->words.rc) == OK && (rc = handle(&reply, &r, l)) == OK)
        rc = take_reply(l, &reply);
    if (rc != OK)
        err_note(l->e, "%.*s %.*s", STR_ARG(r.method), STR_ARG(r.path));
    return rc;
}

/* --- the story -------------------------------------------------------------------------------------- */

static err_t run(struct demo_life *l, const struct yvalue *said);

static err_t run_all(struct demo_life *l, const struct yvalue *list)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < list->count; i++)
        rc = run(l, &list->items[i]);
    return rc;
}

/* `do`, for `each` or `once`. */
static err_t repeat(struct demo_life *l)
{
    const struct yvalue *said = l->words.said, *list = yin_get(said, "do");
    struct str once = demo_say(l, "once");
    const struct jvalue *each = demo_of(&l->words, demo_say(l, "each"), l->a);
    err_t rc = OK;
    if (once.len && !demo_find(&l->words, once)) {
        call(l, once, &(struct jvalue){.type = J_TRUE});
        return run_all(l, list);
    }
    size_t named = l->words.named.len;
    for (size_t i = 0; rc == OK && each && i < each->count; i++) {
        l->words.named.len = named;
        call(l, yin_get(said, "as")->text, &each->items[i]);
        rc = run_all(l, list);
        l->words.more++;
    }
    l->words.more -= each ? (unsigned)each->count : 0;
    l->words.named.len = named;
    return rc;
}

static err_t run(struct demo_life *l, const struct yvalue *said)
{
    static const struct {
        const char *key;
        err_t (*run)(struct demo_life *l);
    } kinds[] = {{"send", send},      {"file", demo_file}, {"account", demo_account},
                 {"unit", demo_unit}, {"work", demo_work}, {"do", repeat}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (yin_get(said, kinds[i].key)) {
            l->words.said = said;
            l->did |= i > 0; /* a request may be left out */
            err_t rc = kinds[i].run(l);
            return rc == OK ? l->words.rc : rc;
        }
    return err_set(l->e, E_INVALID, "this step does nothing");
}

static err_t happen(struct demo_life *l, const struct yvalue *step)
{
    const struct yvalue *acts = yin_get(l->story.lives, "acts");
    bool is_act = false;
    err_t rc = OK;
    l->did = false;
    l->words.its = step;
    l->words.reply = NULL;
    for (size_t i = 0; rc == OK && i < acts->count; i++)
        if (yin_get(step, acts->names[i].text.ptr)) {
            is_act = true;
            rc = run_all(l, &acts->items[i]);
        }
    l->count.parties += yin_get(step, "join") != NULL;
    l->count.cases += yin_get(step, "begin") || yin_get(step, "take");
    l->count.records += yin_get(step, "put") != NULL;
    if (rc == OK && !is_act)
        rc = run(l, step);
    return rc != OK || l->did ? rc : err_set(l->e, E_INVALID, "this step does nothing");
}

static err_t live_all(struct demo_life *l)
{
    const struct demo_event *before = NULL;
    size_t nth = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < l->story.event_count; i++) {
        const struct demo_event *x = &l->story.events[i];
        nth = before && x->day == before->day ? nth + 1 : 0;
        before = l->words.event = x;
        arena_reset(l->a);
        l->clock = clock_fixed(x->day * DAY_MS + NINE_MS + (int64_t)nth * STEP_MS);
        if ((rc = happen(l, x->step)) != OK) {
            struct str today = demo_today(l);
            err_note(l->e, "reference/demo, line %d, %.*s, %.*s", x->step->line,
                     STR_ARG(demo_party_of(l)->name), STR_ARG(today));
        }
    }
    return rc;
}

/* No PDF is made or read, and no server's threads run: all follows from the story. */
static err_t open_parts(struct demo_life *l)
{
    struct api *api = &l->serving.api;
    err_t rc = serving_open(&l->serving, l->app, &(struct serving_options){0}, l->e);
    if (rc != OK)
        return rc;
    api->pdf_program = api->press.program = NULL;
    api->clock = api->kernel->clock = &l->clock;
    return answer_open(api, l->e);
}

err_t demo_live(struct demo_count *out, struct app *app, uint64_t seed, struct err *e)
{
    struct demo_life l = {.app = app, .a = arena_new(), .asked = arena_new(), .e = e};
    l.words.story = &l.story;
    l.words.e = e;
    err_t rc = demo_story_read(&l.story, seed, app->arena, e);
    if (rc == OK && (rc = open_parts(&l)) == OK && (rc = live_all(&l)) == OK) {
        struct sequencer_options o =
            instance_sequencer(app, l.serving.api.store, l.serving.api.kernel->suite);
        rc = log_sequence_now(&o, e);
    }
    *out = l.count;
    arena_free(l.asked);
    arena_free(l.a);
    answer_close(&l.serving.api);
    serving_close(&l.serving);
    return rc;
}
