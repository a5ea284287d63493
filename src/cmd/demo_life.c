/* Days and moments, who acts, what is sent; and the whole story from end to end. */
#include "access/subject.h"
#include "api/answer.h"
#include "api/auth.h"
#include "audit/sequencer.h"
#include "cmd/demo_act.h"

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

const struct demo_party *demo_party_of(const struct demo_life *l)
{
    return &l->story.parties[l->words.event->party];
}

err_t demo_say(struct str *out, struct demo_life *l, const char *key)
{
    return demo_said(out, &l->words, key, l->a, l->e);
}

/* --- who acts, and what things are called ------------------------------------------------------- */

err_t demo_subject(struct subject *out, struct demo_life *l)
{
    struct db *db = NULL;
    struct str name, today = demo_today(l);
    int64_t account;
    err_t rc = demo_say(&name, l, "by");
    if (rc != OK || l->words.lacks)
        return rc;
    if (str_is(name, "program")) {
        subject_program(out, today);
        return OK;
    }
    if (!jin_i64(&account, demo_find(&l->words, name), "id"))
        return err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(name));
    if ((rc = store_reader_get(&db, l->serving.api.store, l->e)) != OK)
        return rc;
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

err_t demo_call(struct demo_life *l, const struct jvalue *value)
{
    struct str names;
    err_t rc = demo_say(&names, l, "as");
    while (rc == OK && !l->words.lacks && names.len)
        call(l, str_split(&names, STR(" ")), value);
    return rc;
}

err_t demo_call_id(struct demo_life *l, int64_t id)
{
    struct jout j;
    jout_init_values(&j, l->a);
    jout_pair_i64(&j, "id", id);
    return demo_call(l, jout_made(&j));
}

/* --- requests ------------------------------------------------------------------------------------- */

static err_t read_query(struct request *r, struct demo_life *l)
{
    const struct yvalue *map = yin_get(l->words.said, "query");
    struct query_value *values = arena_array(l->a, map ? map->count + 1 : 1, sizeof(*values));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && map && i < map->count; i++) {
        l->words.lacks = false;
        values[r->query_count].name = map->names[i].text;
        rc = demo_text(&values[r->query_count].value, &l->words, map->items[i].text, l->a, l->e);
        r->query_count += !l->words.lacks;
    }
    r->query = values;
    return rc;
}

static err_t read_body(struct request *r, struct demo_life *l)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    const struct yvalue *said = yin_get(l->words.said, "body");
    err_t rc = said ? demo_json(&r->body, &l->words, said, l->a, l->e) : OK;
    if (r->resource->body == BODY_JSON && !r->body)
        r->body = &nothing;
    return rc;
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
    struct str keep;
    const struct jvalue *value = NULL;
    if (reply->content_type || !reply->body.len)
        return OK;
    err_t rc = jin_parse(&l->words.reply, arena_dup(l->a, reply->body), l->a, l->e);
    if (rc == OK && (rc = demo_say(&keep, l, "keep")) == OK) {
        keep = arena_printf(l->a, "reply%s%.*s", keep.len ? "." : "", STR_ARG(keep));
        value = demo_of(&l->words, keep, l->a);
        if (!value)
            rc = err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(keep));
    }
    return rc == OK ? demo_call(l, value) : rc;
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
    struct str path, others;
    arena_reset(l->asked);
    err_t rc = demo_say(&path, l, "send");
    bool left_out = l->words.lacks;
    if (rc == OK)
        rc = demo_subject(&auth.subject, l);
    if (rc != OK || left_out || l->words.lacks)
        return rc;
    l->did = true;
    r.method = str_split(&path, STR(" "));
    r.path = arena_printf(l->a, "/api/v1%.*s", STR_ARG(path));
    if (!(r.resource = route_find(&r, &others, r.method)))
        return err_set(l->e, E_INVALID, "there is nothing at this address");
    if ((rc = read_query(&r, l)) == OK && (rc = read_body(&r, l)) == OK &&
        (rc = handle(&reply, &r, l)) == OK)
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
    const struct jvalue *each;
    struct str path, once;
    err_t rc = demo_say(&once, l, "once");
    if (rc == OK && once.len && demo_find(&l->words, once))
        return rc;
    if (rc == OK && (rc = demo_say(&path, l, "each")) == OK && !path.len) {
        call(l, once, &(struct jvalue){.type = J_TRUE});
        return run_all(l, list);
    }
    each = demo_of(&l->words, path, l->a);
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
            return kinds[i].run(l);
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

static err_t live(struct demo_life *l)
{
    struct sequencer_options o =
        instance_sequencer(l->app, l->serving.api.store, l->serving.api.kernel->suite);
    err_t rc = live_all(l);
    return rc == OK ? log_sequence_now(&o, l->e) : rc;
}

err_t demo_live(struct demo_count *out, struct app *app, uint64_t seed, struct err *e)
{
    struct demo_life l = {.app = app, .a = arena_new(), .asked = arena_new(), .e = e};
    l.words.story = &l.story;
    err_t rc = demo_story_read(&l.story, seed, app->arena, e);
    if (rc == OK && (rc = open_parts(&l)) == OK)
        rc = live(&l);
    *out = l.count;
    arena_free(l.asked);
    arena_free(l.a);
    answer_close(&l.serving.api);
    serving_close(&l.serving);
    return rc;
}
