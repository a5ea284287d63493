/* Days and moments, who acts, what is sent and made; and the whole story from end to end. */
#include "access/account.h"
#include "access/grant.h"
#include "access/unit.h"
#include "api/answer.h"
#include "api/auth.h"
#include "api/files.h"
#include "audit/sequencer.h"
#include "base/utf8.h"
#include "case/timer_job.h"
#include "cmd/demo_story.h"
#include "cmd/serving.h"
#include "integrity/check.h"
#include "text/stream.h"
#include <time.h>

#define DAY_MS INT64_C(86400000)
#define NINE_MS INT64_C(3600000) /* nine in the morning in China */
#define STEP_MS INT64_C(20000)   /* what follows on the same day */

struct demo_life {
    struct app *app;
    struct serving serving;
    struct clock clock; /* the day that is lived */
    struct demo_story story;
    struct demo_words words; /* of the event that happens */
    struct demo_count count;
    bool did;            /* anything, at this event */
    struct arena *a;     /* of one event */
    struct arena *asked; /* of one request */
    struct err *e;
};

static struct str today_of(struct demo_life *l)
{
    return business_date(clock_now_ms(&l->clock), l->a);
}

static const struct demo_party *party_of(const struct demo_life *l)
{
    return &l->story.parties[l->words.event->party];
}

static struct str say_of(struct demo_life *l, const char *key)
{
    return demo_said(&l->words, key, l->a);
}

/* --- who acts, and what things are called ------------------------------------------------------- */

static err_t find_subject(struct subject *out, struct demo_life *l)
{
    struct str name = say_of(l, "by"), today = today_of(l);
    int64_t account;
    if (l->words.rc != OK || l->words.lacks)
        return l->words.rc;
    if (str_is(name, "program")) {
        subject_program(out, today);
        return OK;
    }
    if (!jin_i64(&account, demo_of(&l->words, name, l->a), "id"))
        return err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(name));
    return STORE_READ(db, l->serving.api.store, l->e,
                      subject_load(out, db, account, today, clock_now_ms(&l->clock), l->a, l->e));
}

static void call(struct demo_life *l, struct str name, const struct jvalue *value)
{
    struct arena *kept = l->app->arena;
    VEC_PUSH(kept, &l->words.named,
             ((struct demo_named){l->words.event->party, l->words.event->root,
                                  arena_dup(kept, name), jvalue_dup(value, kept)}));
}

static void name_as(struct demo_life *l, const struct jvalue *value)
{
    struct str names = say_of(l, "as");
    while (!l->words.lacks && names.len)
        call(l, str_split(&names, STR(" ")), value);
}

/* --- papers ---------------------------------------------------------------------------------------- */

/* A paper is a PDF of one page. Its font is not in the file: readers have faces for STSong-Light and the
 * encoding UniGB-UTF16-H, or take others (ISO 32000-1, 9.7.5.2), so it has 2 KB. */
#define OBJECTS 6
#define LINE 38 /* characters, full width */

/* As text of the page: hexadecimal UTF-16, lines broken where they are full. */
static void add_line(struct buf *b, struct str text)
{
    unsigned width = 0;
    buf_addz(b, "<");
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = utf8_next(text, &at);
        width += utf8_width((struct str){text.ptr + from, at - from});
        if (width > 2 * LINE) {
            buf_addz(b, ">Tj T*<");
            width = 2;
        }
        buf_addf(b, "%04X", c > 0xffff ? UTF8_REPLACEMENT : c);
    }
    buf_addz(b, ">Tj T*\n");
}

#define FRAME                                                                                      \
    "%%PDF-1.4\n"                                                                                  \
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>\nendobj\n"                                               \
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"                                         \
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F "  \
    "5 0 R>>>>>>\nendobj\n"                                                                        \
    "4 0 obj<</Length %zu>>stream\n%.*s\nendstream\nendobj\n"                                      \
    "5 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"               \
    "/DescendantFonts[6 0 R]>>\nendobj\n"                                                          \
    "6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry"      \
    "(Adobe)/Ordering(GB1)/Supplement 2>>/W[1 95 500 814 907 500]/FontDescriptor<</Type"           \
    "/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle"        \
    " 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>\nendobj\n"

static struct str make_pdf(struct str page, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, FRAME, page.len, STR_ARG(page));
    size_t table = b.len;
    buf_addf(&b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (int i = 1; i <= OBJECTS; i++)
        buf_addf(&b, "%010zu 00000 n \n",
                 str_find(buf_str(&b), arena_printf(a, "\n%d 0 obj", i), 0) + 1);
    buf_addf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1, table);
    return buf_take(&b, a);
}

/* `file`: its heading and name; `lines`: what stands on it; `sealed: true`: it is secret. */
static err_t put_file(struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->words.said, "lines");
    struct subject by;
    const struct request r = {.api = &l->serving.api, .arena = l->a, .subject = &by};
    struct str heading = say_of(l, "file"), today = today_of(l), digest = STR_NONE;
    struct str name = arena_printf(l->a, "%.*s（演示）.pdf", STR_ARG(heading));
    struct buf page;
    struct jout j;
    buf_init(&page, 0);
    buf_addz(&page, "BT /F 20 Tf 40 TL 50 760 Td\n");
    add_line(&page, heading);
    buf_addz(&page, "/F 13 Tf 26 TL\n");
    for (size_t i = 0; i < list->count; i++)
        add_line(&page, demo_text(&l->words, list->items[i].text, l->a));
    add_line(&page, arena_printf(l->a, "（演示文件：%.*s，%.*s）", STR_ARG(party_of(l)->name),
                                 STR_ARG(today)));
    buf_addz(&page, "ET");
    struct stream *content = stream_open_memory(str_bytes(make_pdf(buf_take(&page, l->a), l->a)));
    err_t rc = find_subject(&by, l);
    if (rc == OK)
        rc = files_store(&digest, &r, name, yin_get(l->words.said, "sealed"), content, l->e);
    stream_close(content);
    jout_init_values(&j, l->a);
    jout_pair(&j, "digest", digest);
    jout_pair(&j, "name", name);
    name_as(l, jout_made(&j));
    return rc;
}

/* --- units and accounts ----------------------------------------------------------------------------- */

struct making {
    struct deed deed;
    struct new_unit unit;
    struct new_account account;
    struct str role;
    int64_t id;
};

static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    int64_t grant;
    if (m->unit.kind.len)
        return unit_add(&m->id, db, &m->deed, &m->unit, e);
    err_t rc = account_add(&m->id, db, &m->deed, &m->account, e);
    if (rc == OK && (rc = account_activate(db, &m->deed, m->id, e)) == OK)
        rc = grant_role(&grant, db, &m->deed,
                        &(struct new_grant){.account = m->id, .role = m->role}, e);
    return rc;
}

static err_t make(struct demo_life *l, struct making *m)
{
    struct subject program;
    struct jout j;
    subject_program(&program, today_of(l));
    m->deed = (struct deed){
        .suite = l->serving.api.kernel->suite, .clock = &l->clock, .by = &program, .arena = l->a};
    err_t rc =
        l->words.rc == OK ? store_write(l->serving.api.store, make_step, m, l->e) : l->words.rc;
    jout_init_values(&j, l->a);
    jout_pair_i64(&j, "id", m->id);
    name_as(l, jout_made(&j));
    return rc;
}

static err_t put_unit(struct demo_life *l)
{
    struct making m = {.unit = {.kind = say_of(l, "unit"),
                                .name = say_of(l, "name"),
                                .region = say_of(l, "region"),
                                .credit_code = say_of(l, "credit_code")}};
    return make(l, &m);
}

static err_t put_account(struct demo_life *l)
{
    struct str display = say_of(l, "display"), unit = say_of(l, "unit");
    struct making m = {
        .account = {.name = say_of(l, "account"),
                    .display_name = arena_printf(l->a, "%.*s（演示）", STR_ARG(display))},
        .role = say_of(l, "role")};
    return str_to_i64(&m.account.unit, unit)
               ? make(l, &m)
               : err_set(l->e, E_INVALID, "%s: %.*s is no number", "unit", STR_ARG(unit));
}

/* --- jobs ------------------------------------------------------------------------------------------------ */

struct work {
    struct str kind;
    int64_t now_ms, id;
};

static err_t add_job(struct db *db, void *arg, struct err *e)
{
    struct work *w = arg;
    return job_add(&w->id, db, &(struct job_draft){.kind = w->kind.ptr}, w->now_ms, e);
}

static err_t wait_for(struct demo_life *l, int64_t id)
{
    struct job job = {0};
    err_t rc = OK;
    for (; rc == OK && job.ended_ms == 0; nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL))
        rc = STORE_READ(db, l->serving.api.store, l->e, job_get(&job, db, id, l->a, l->e));
    return rc != OK || str_is(job.state, "done")
               ? rc
               : err_set(l->e, E_INTERNAL, "%.*s: %.*s", STR_ARG(job.kind), STR_ARG(job.error));
}

/* `work`: a job that would run by itself were the program running on that day; `log`: it is signed. */
static err_t do_work(struct demo_life *l)
{
    struct kernel *kernel = l->serving.api.kernel;
    struct programme_parts programme = {kernel, l->app->data};
    const struct job_use kinds[][2] = {
        {{&job_timers, &programme}}, {{&job_year, &programme}}, {{&integrity_check_kind, kernel}}};
    struct sequencer_options o = instance_sequencer(l->app, kernel->store, kernel->suite);
    struct work w = {.kind = say_of(l, "work"), .now_ms = clock_now_ms(&l->clock)};
    struct job_workers *workers = NULL;
    if (str_is(w.kind, "log"))
        return log_sequence_now(&o, l->e);
    size_t at = 0;
    while (at < ARRAY_LEN(kinds) && !str_is(w.kind, kinds[at]->kind->name))
        at++;
    if (at == ARRAY_LEN(kinds))
        return err_set(l->e, E_INVALID, "there is no job %.*s", STR_ARG(w.kind));
    err_t rc = store_write(kernel->store, add_job, &w, l->e);
    if (rc == OK)
        rc = job_workers_start(&workers,
                               &(struct job_workers_options){.store = kernel->store,
                                                             .clock = &l->clock,
                                                             .kinds = kinds[at],
                                                             .threads = 1,
                                                             .poll_ms = 5},
                               l->e);
    if (rc == OK)
        rc = wait_for(l, w.id);
    job_workers_stop(workers);
    return rc;
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
    err_t rc;
    *out = (struct reply){0};
    do { /* again, where nothing was done yet: as who looks into files */
        r->lane = out->lane;
        *out = (struct reply){0};
        rc = r->resource->handle(out, r, l->e);
    } while (rc == OK && out->lane);
    if (rc != OK && out->errors)
        err_note(l->e, "%.*s", STR_ARG(jvalue_json(out->errors, l->a)));
    if (out->stream.close)
        out->stream.close(out->stream.arg);
    return rc;
}

static err_t take_reply(struct demo_life *l, const struct reply *reply)
{
    struct str keep = say_of(l, "keep");
    if (reply->content_type || !reply->body.len)
        return OK;
    err_t rc = jin_parse(&l->words.reply, arena_dup(l->a, reply->body), l->a, l->e);
    const struct jvalue *value = keep.len ? demo_of(&l->words, keep, l->a) : l->words.reply;
    if (rc == OK && !value)
        rc = err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(keep));
    if (rc == OK)
        name_as(l, value);
    return rc;
}

static err_t send(struct demo_life *l)
{
    struct auth auth = {0};
    struct request r = {
        .api = &l->serving.api, .arena = l->asked, .subject = &auth.subject, .auth = &auth};
    struct reply reply;
    struct str path = say_of(l, "send"), others;
    if (l->words.rc != OK || l->words.lacks)
        return l->words.rc;
    err_t rc = find_subject(&auth.subject, l);
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
    struct str once = say_of(l, "once");
    const struct jvalue *each = demo_of(&l->words, say_of(l, "each"), l->a);
    err_t rc = OK;
    if (once.len && !demo_of(&l->words, once, l->a)) {
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
    } kinds[] = {{"send", send},     {"file", put_file}, {"account", put_account},
                 {"unit", put_unit}, {"work", do_work},  {"do", repeat}};
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
            struct str today = today_of(l);
            err_note(l->e, "reference/demo, line %d, %.*s, %.*s", x->step->line,
                     STR_ARG(party_of(l)->name), STR_ARG(today));
        }
    }
    return rc;
}

/* No PDF is made or read, and no server's threads run: all follows from the story. */
static err_t open_parts(struct demo_life *l)
{
    struct api *api = &l->serving.api;
    err_t rc = serving_open(&l->serving, l->app, &(struct serving_options){0}, l->e);
    if (rc != OK) {
        l->serving = (struct serving){0}; /* nothing is open */
        return rc;
    }
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
