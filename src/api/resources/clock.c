/* /clock: whether the server's clock is believed, and the word of people on what time it is
 * (programme/clock_right.h). */
#include "access/security_change.h"
#include "api/cases.h"
#include "programme/clock_right.h"

static const struct property made_members[] = {
    {"cases", &schema_integer, true},    {"worked_on", &schema_integer, true},
    {"records", &schema_integer, true},  {"calls", &schema_integer, true},
    {"messages", &schema_integer, true}, {0}};
static const struct schema made_schema = {
    SCHEMA_OBJECT,
    .description = N_("what standing work made with times that are wrong, and what would be taken "
                      "back of it: all but the cases that people have worked on since"),
    .properties = made_members};
static const struct schema doubt_schema = {
    SCHEMA_STRING,
    .description = N_("jump: while the server ran; behind, ahead: at its start, before the last "
                      "time that is known or more than 30 days after it; none")};
static const struct property members[] = {
    {"now_ms", &schema_integer, true},  {"doubt", &doubt_schema, true},
    {"due_ms", &schema_integer, false}, {"shown_ms", &schema_integer, false},
    {"made", &made_schema, true},       {0}};
static const struct schema clock_schema = {SCHEMA_OBJECT, .properties = members};

static void write_made(struct jout *j, const struct clock_made *made)
{
    jout_name(j, "made");
    jout_object(j);
    jout_pair_i64(j, "cases", (int64_t)made->case_count);
    jout_pair_i64(j, "worked_on", made->worked_on);
    jout_pair_i64(j, "records", made->records);
    jout_pair_i64(j, "calls", made->calls);
    jout_pair_i64(j, "messages", made->messages);
    jout_end_object(j);
}

static err_t write_clock(struct reply *out, const struct request *r, const struct clock_made *made,
                         struct err *e)
{
    struct clock_state state;
    struct db *db = NULL;
    struct buf b;
    struct jout j;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = clock_state_load(&state, db, e);
    store_reader_put(r->api->store, db);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_i64(&j, "now_ms", clock_now_ms(r->api->clock));
    jout_pair(&j, "doubt", state.doubt ? str_of(clock_doubt_name(state.doubt)) : STR("none"));
    if (state.doubt) {
        jout_pair_i64(&j, "due_ms", state.jump.due_ms);
        jout_pair_i64(&j, "shown_ms", state.jump.shown_ms);
    }
    write_made(&j, made);
    jout_end_object(&j);
    return reply_json(out, r, &b, e);
}

/* Of the query or the body; where neither says one, what is later than now. */
static err_t take_span(struct clock_span *span, const struct request *r, struct err *e)
{
    int64_t now_ms = clock_now_ms(r->api->clock);
    *span = (struct clock_span){.from_ms = request_integer(r, "from_ms", 0),
                                .to_ms = request_integer(r, "to_ms", 0)};
    span->said = span->from_ms || span->to_ms;
    if (!span->said)
        *span = (struct clock_span){.from_ms = now_ms + 1, .to_ms = INT64_MAX};
    else if (span->from_ms <= 0 || span->to_ms < span->from_ms)
        return err_set(e, E_INVALID,
                       "of the times that were wrong give the first and the last: from_ms, to_ms, "
                       "and not the later one first");
    return OK;
}

static err_t find_made(struct clock_made *made, struct programme *p, struct clock_span *span,
                       const struct request *r, struct err *e)
{
    err_t rc = take_span(span, r, e);
    if (rc == OK)
        rc = cases_open(p, r, e);
    return rc == OK ? clock_made_find(made, p, span, e) : rc;
}

static err_t get_clock(struct reply *out, const struct request *r, struct err *e)
{
    struct clock_made made;
    struct clock_span span;
    struct programme p;
    err_t rc = find_made(&made, &p, &span, r, e);
    return rc == OK ? write_clock(out, r, &made, e) : rc;
}

struct setting_right {
    const struct request *request;
    struct clock_made made;
    struct programme p;
    int64_t waits;
};

/* What this server has found out since counts before the keeper of the clock has told the store. */
static err_t tell_jump(struct db *db, const struct deed *d, struct clock_watch *watch,
                       struct err *e)
{
    struct clock_state state;
    struct clock_jump own;
    bool first;
    err_t rc = clock_state_load(&state, db, e);
    if (rc != OK || state.doubt != CLOCK_AHEAD || !clock_watch_jumped(&own, watch))
        return rc;
    return clock_state_doubt(&first, db, d->suite, d->clock, CLOCK_JUMPED, &own, d->arena, e);
}

static err_t set_step(struct db *db, void *arg, struct err *e)
{
    struct setting_right *x = arg;
    struct deed d = request_deed(x->request);
    d.waits = &x->waits;
    err_t rc = tell_jump(db, &d, x->request->api->watch, e);
    return rc == OK ? clock_set_right(db, &d, &x->made, &x->p, e) : rc;
}

static err_t put_clock(struct reply *out, const struct request *r, struct err *e)
{
    struct setting_right x = {.request = r};
    struct clock_span span;
    err_t rc = find_made(&x.made, &x.p, &span, r, e);
    if (rc == OK)
        rc = store_write(r->api->store, set_step, &x, e);
    if (rc == OK)
        rc = write_clock(out, r, &x.made, e);
    out->status = rc == OK && x.waits ? 202 : 0;
    return rc;
}

static const char *const guardians[] = {"security_administrator", NULL};
static const char *const readers[] = {"security_administrator", "system_administrator",
                                      "audit_administrator", NULL};
#define FROM N_("the first of the times that were wrong, with to_ms; else: all later than now")
#define TO N_("the last of them")
static const struct parameter get_parameters[] = {
    {"from_ms", IN_QUERY, &schema_integer, false, false, FROM},
    {"to_ms", IN_QUERY, &schema_integer, false, false, TO},
    {0}};
static const struct parameter put_parameters[] = {
    {"from_ms", IN_BODY, &schema_integer, false, false, FROM},
    {"to_ms", IN_BODY, &schema_integer, false, false, TO},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_clock = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/clock",
    .summary = N_("whether the server's clock is believed, and what was made in a wrong time"),
    .parameters = get_parameters,
    .reply = &clock_schema,
    .handle = get_clock,
    .need = NEED_ROLE,
    .roles = readers,
    .scope = "settings",
};
const struct resource resource_clock_put = {
    .method = "PUT",
    .path = "/api/v1/clock",
    .summary = N_("say that the clock is right now, and take back what standing work made in a "
                  "wrong time; 202: it waits for another security administrator"),
    .parameters = put_parameters,
    .body = BODY_JSON,
    .reply = &clock_schema,
    .statuses = {200, 202},
    .handle = put_clock,
    .need = NEED_ROLE,
    .roles = guardians,
    .scope = "settings",
};
