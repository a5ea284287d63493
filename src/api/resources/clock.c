/* /clock: whether the server's clock is believed, and a person's word that it is right. While it is in doubt nothing
 * is made and nothing signed (audit/clock_state.h), so that nothing is to be taken back. */
#include "api/cases.h"
#include "audit/clock_state.h"

static const struct schema doubt_schema = {
    SCHEMA_STRING,
    .description = N_("jump: while the server ran; behind, ahead: at its start, before the last "
                      "time that is known or more than 30 days after it; none")};
OBJECT_SCHEMA(clock_schema, NULL, REQUIRED("now_ms", schema_integer),
              REQUIRED("doubt", doubt_schema), OPTIONAL("due_ms", schema_integer),
              OPTIONAL("shown_ms", schema_integer));

static err_t get_clock(struct reply *out, const struct request *r, struct err *e)
{
    struct clock_state state;
    struct jout j;
    err_t rc = STORE_READ(db, r->api->store, e, clock_state_load(&state, db, e));
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "now_ms", clock_now_ms(r->api->clock));
    jout_pair(&j, "doubt", state.doubt ? str_of(clock_doubt_name(state.doubt)) : STR("none"));
    if (state.doubt) {
        jout_pair_i64(&j, "due_ms", state.jump.due_ms);
        jout_pair_i64(&j, "shown_ms", state.jump.shown_ms);
    }
    return reply_object(out, r, &j, e);
}

/* A jump detected by this server counts before the clock keeper has reported it to the store. */
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

static err_t set_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    struct clock_state state;
    err_t rc = tell_jump(db, d, r->api->watch, e);
    if (rc == OK)
        rc = clock_state_load(&state, db, e);
    if (rc == OK && state.doubt == CLOCK_TRUSTED)
        rc = err_set(e, E_CONFLICT, "the clock is not in doubt");
    if (rc == OK && d->by->by_token)
        rc = err_set(e, E_DENIED, "a change is confirmed by a person who has signed in");
    if (rc == OK)
        rc = clock_state_settle(db, deed_now_ms(d), e);
    return rc == OK ? deed_note(d, db, "set clock", "setting", 0, 0, e) : rc;
}

static err_t put_clock(struct reply *out, const struct request *r, struct err *e)
{
    err_t rc = request_write(r, set_step, e);
    return rc == OK ? get_clock(out, r, e) : rc;
}

static const struct parameter put_parameters[] = {
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")}, {0}};

const struct resource resource_clock = {
    .reads = READS_NONE,
    .path = "/api/v1/clock",
    .summary = N_("whether the server's clock is believed"),
    .reply = &clock_schema,
    .handle = get_clock,
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};
const struct resource resource_clock_put = {
    .method = "PUT",
    .path = "/api/v1/clock",
    .summary = N_("confirm that the clock is right, by a signed-in security administrator"),
    .parameters = put_parameters,
    .reply = &clock_schema,
    .statuses = {200, 202},
    .handle = put_clock,
    ROLE_AMONG(security_roles),
    .scope = "settings",
};
