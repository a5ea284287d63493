/* Rows of people are world.h's; what is of this folder goes by its own steps. */
#include "test.h"

#include "base/disk.h"
#include "db/scratch.h"
#include "notify/notification.h"
#include "notify/outward.h"
#include "notify/sending.h"
#include <unistd.h>

void sending_open(struct sending *f)
{
    struct err e;
    *f = (struct sending){.w = {.arena = arena_new()}};
    struct world *w = &f->w;
    f->url = scratch_url(w->arena, scratch_dir(w->arena), "t.db");
    disk_wait_for(false); /* nothing here outlives its test */
    assert_ok(store_open(&f->store, f->url, true, &e), &e);
    assert_ok(db_open(&w->db, f->url, &(struct db_options){0}, &e), &e);
    assert_ok(log_suite_init(&w->suite, STR("sha256-ed25519"), STR("zhiyun/test"), &e), &e);
    w->clock = clock_fixed(WORLD_NOW_MS);
    f->office = world_unit(w, "province_office", "510000");
    f->system_admin = world_account(w, "system", f->office);
    f->guardian = world_account(w, "guardian", f->office);
    world_grant(w, f->system_admin, f->office, "system_administrator", "2026-01-01", "", 0);
    world_grant(w, f->guardian, f->office, "security_administrator", "2026-01-01", "", 0);
    f->seal = seal_key_new(SEAL_AES_256_GCM);
    f->parts = (struct notify){.client = http_client_new(&(struct http_client_options){
                                   .timeout_ms = 3000, .resolve = peer_resolve}),
                               .seal = f->seal,
                               .public_url = STR("https://zhiyun.example.org")};
}

void sending_close(struct sending *f)
{
    http_client_free(f->parts.client);
    seal_key_free(f->seal);
    db_close(f->w.db);
    store_close(f->store);
    arena_free(f->w.arena);
}

int64_t sending_officer(struct sending *f, const char *name)
{
    int64_t id = world_account(&f->w, name, f->office);
    world_grant(&f->w, id, f->office, "province_officer", "2026-01-01", "", 0);
    return id;
}

void sending_reach(struct sending *f, int64_t account, const char *name)
{
    world_run(&f->w, "UPDATE account SET email = ?2, phone = '13800000000' WHERE id = ?1",
              VALUES(v_i64(account), v_str(arena_printf(f->w.arena, "%s@example.org", name))));
}

/* --- work ------------------------------------------------------------------------------- */

struct job_workers *sending_workers(struct store *store, const struct clock *clock,
                                    const struct job_use *uses)
{
    struct job_workers *workers = NULL;
    struct err e;
    assert_ok(job_workers_start(&workers,
                                &(struct job_workers_options){.store = store,
                                                              .clock = clock,
                                                              .kinds = uses,
                                                              .threads = 1,
                                                              .lease_ms = 500,
                                                              .poll_ms = 10},
                                &e),
              &e);
    return workers;
}

void sending_work(struct sending *f, const struct job_use *uses, bool (*nothing_is_due)(void))
{
    struct job_workers *workers = sending_workers(f->store, &f->w.clock, uses);
    for (int i = 0; i < 60000 && !nothing_is_due(); i++)
        usleep(10000);
    job_workers_stop(workers);
    assert_true(nothing_is_due());
}

bool sending_outbox_rests(struct sending *f)
{
    return world_number(&f->w, "SELECT count(*) FROM outbox WHERE due_ms <= ?1",
                        VALUES(v_i64(f->w.clock.fixed_ms))) == 0;
}

/* --- what lets a message out ---------------------------------------------------------------- */

struct outward_step {
    struct sending *f;
    struct deed deed;
    const struct channel *channel;
    const char *host;
    bool away;
    int64_t account;
    const char *kind, *timing;
};

static err_t channel_step(struct db *db, void *arg, struct err *e)
{
    const struct outward_step *s = arg;
    return channel_put(db, &s->deed, s->channel, s->f->seal, e);
}

static err_t host_step(struct db *db, void *arg, struct err *e)
{
    const struct outward_step *s = arg;
    const struct allowed_host h = {str_of(s->host), s->f->peer.port, !s->away};
    return outward_host_change(db, &s->deed, &h, !s->away, e);
}

static err_t choice_step(struct db *db, void *arg, struct err *e)
{
    const struct outward_step *s = arg;
    return choice_put(db, s->account, str_of(s->kind), s->channel->name, str_of(s->timing), e);
}

err_t sending_put_channel(struct sending *f, int64_t by, const struct channel *c, struct err *e)
{
    struct outward_step s = {
        .f = f, .deed = world_deed(&f->w, world_subject(&f->w, by)), .channel = c};
    return store_write(f->store, channel_step, &s, e);
}

err_t sending_put_host(struct sending *f, int64_t by, const char *host, bool away, struct err *e)
{
    struct outward_step s = {
        .f = f, .deed = world_deed(&f->w, world_subject(&f->w, by)), .host = host, .away = away};
    return store_write(f->store, host_step, &s, e);
}

err_t sending_choose(struct sending *f, int64_t account, const char *kind, const char *channel,
                     const char *timing)
{
    struct outward_step s = {.account = account,
                             .kind = kind,
                             .channel = &(struct channel){.name = str_of(channel)},
                             .timing = timing};
    return store_write(f->store, choice_step, &s, NULL);
}

void sending_channel(struct sending *f, const struct channel *c)
{
    struct err e;
    assert_ok(sending_put_channel(f, f->system_admin, c, &e), &e);
}

void sending_allow(struct sending *f, const char *host)
{
    struct err e;
    assert_ok(sending_put_host(f, f->guardian, host, false, &e), &e);
}
