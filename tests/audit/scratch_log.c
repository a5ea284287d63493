/* Tests and the generator of attacked files share this; the program does not. */
#include "audit/scratch_log.h"
#include "db/scratch.h"
#include <stdio.h>
#include <stdlib.h>

static void need(err_t rc, const struct err *e, const char *what)
{
    if (rc == OK)
        return;
    fprintf(stderr, "scratch log: %s: %s\n", what, e->text);
    abort();
}

void scratch_log_open(struct scratch_log *l, const char *suite)
{
    struct err e;
    *l = (struct scratch_log){.arena = arena_new(), .clock = clock_fixed(1795173753123)};
    l->dir = scratch_dir(l->arena);
    const char *keys = arena_printf(l->arena, "%s/keys", l->dir).ptr;
    need(store_open(&l->store, scratch_url(l->arena, l->dir, "t.db"), true, &e), &e, "store");
    need(log_keys_make(&fs_system, keys, str_of(suite), &e), &e, "keys");
    need(log_suite_open(&l->suite, &fs_system, keys, &e), &e, "suite");
}

void scratch_log_close(struct scratch_log *l)
{
    store_close(l->store);
    arena_free(l->arena);
}

struct sequencer_options scratch_log_options(struct scratch_log *l)
{
    return (struct sequencer_options){.store = l->store,
                                      .suite = &l->suite,
                                      .fs = &fs_system,
                                      .clock = &l->clock,
                                      .data = l->dir};
}

struct adding {
    struct scratch_log *l;
    struct log_draft draft;
    struct log_commitment commitment;
    struct str content, reason; /* of the version; empty: none */
};

static err_t add(struct db *db, void *arg, struct err *e)
{
    struct adding *x = arg;
    struct scratch_log *l = x->l;
    const struct log_draft *d = &x->draft;
    err_t rc = log_append(l->uid, db, &l->suite, &l->clock, d, l->arena, e);
    if (rc != OK || x->content.len == 0)
        return rc;
    return db_run(db,
                  "INSERT INTO record_version (type, record_id, version, at_ms, account, role, "
                  "action, reason, content, seal, entry) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                  VALUES(v_str(d->type), v_i64(d->id), v_i64(d->version),
                         v_i64(clock_now_ms(&l->clock)), v_i64(d->who), v_str(d->role),
                         v_str(d->action), v_str(x->reason), v_str(x->content),
                         v_str(x->commitment.seal), v_str(str_of(l->uid))),
                  e);
}

void scratch_log_add(struct scratch_log *l, const char *action, int64_t who)
{
    struct adding x = {
        .l = l,
        .draft = {
            .has_who = true, .who = who, .role = STR("centre_staff"), .action = str_of(action)}};
    struct err e;
    need(store_write(l->store, add, &x, &e), &e, "entry");
}

void scratch_log_deal(struct scratch_log *l, int64_t id, int64_t version)
{
    const struct log_field fields[] = {
        {STR("_reason"), STR("\"补正金额\"")},
        {STR("amount"), arena_printf(l->arena, "\"%d.50\"", (int)(id * 100 + version))},
        {STR("parties"),
         STR("[{\"name\":\"成都 \\\"甲\\\" 公司\",\"share\":60},{\"name\":\"乙\"}]")},
    };
    struct adding x = {.l = l,
                       .reason = STR("补正金额"),
                       .draft = {.has_who = true,
                                 .who = 7,
                                 .unit = 3,
                                 .role = STR("centre_staff"),
                                 .action = version == 1 ? STR("create") : STR("change"),
                                 .type = STR("deal"),
                                 .id = id,
                                 .version = version,
                                 .date = STR("2026-11-20")}};
    struct err e;
    log_commit(&x.commitment, &l->suite, fields, ARRAY_LEN(fields), l->arena);
    x.draft.content = x.commitment.hex;
    x.content =
        arena_printf(l->arena, "{\"_reason\":%.*s,\"amount\":%.*s,\"parties\":%.*s}",
                     STR_ARG(fields[0].value), STR_ARG(fields[1].value), STR_ARG(fields[2].value));
    need(store_write(l->store, add, &x, &e), &e, "version");
}

void scratch_log_sequence(struct scratch_log *l)
{
    struct sequencer_options o = scratch_log_options(l);
    struct err e;
    need(log_sequence_now(&o, &e), &e, "sequence");
}

void scratch_log_fill(struct scratch_log *l, size_t count)
{
    for (size_t end = l->filled + count; l->filled < end; l->filled++) {
        size_t i = l->filled;
        if (i % 2 == 0)
            scratch_log_add(l, "login", (int64_t)(i % 5));
        else
            scratch_log_deal(l, (int64_t)(i / 4 + 1), i % 4 == 1 ? 1 : 2);
        l->clock.fixed_ms += 17;
    }
    scratch_log_sequence(l);
}
