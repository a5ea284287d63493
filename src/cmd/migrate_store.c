/* zhiyun migrate-store: the records into a store of the other engine. */
#include "backup/codes.h"
#include "backup/move.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/copied.h"
#include "record/current.h"
#include <stdio.h>
#include <unistd.h>

static void show_progress(void *arg, const char *table, uint64_t rows)
{
    (void)arg;
    fprintf(stderr, "\r\033[K%llu  ", (unsigned long long)rows);
    say_line(stderr, str_of(table));
}

static int report(const struct app *app, const struct move_report *r, double seconds)
{
    const struct copied c = COPIED(r, seconds);
    struct buf b;
    struct jout j;
    if (app->json) {
        copied_begin(&b, &j);
        return copied_end(app, &b, &j, &c);
    }
    say(stdout,
        msg("%llu rows of %zu tables and %llu uploaded files moved, all compared; the log "
            "verifies, %llu entries; %.1f s\n"),
        (unsigned long long)r->rows, r->tables, (unsigned long long)r->files,
        (unsigned long long)r->entries, seconds);
    fputs(msg("From now on give the new address with --store. The old store is as it was; put "
              "it away, so that nobody writes there.\n"),
          stdout);
    int code = copied_say(&c, msg("Damaged or gone, and not moved: the uploaded file %.*s\n"));
    if (code != EXIT_DONE)
        fputs(msg("Mend them in the old store and say the same command again: it goes on with what "
                  "is missing.\n"),
              stdout);
    return code;
}

static const char *blobs_of(struct app *app, const char *store_url)
{
    struct app other = *app;
    other.store_url = store_url;
    return instance_blobs_url(&other);
}

static int run_migrate_store(struct app *app, int argc, char **argv)
{
    struct mac_key mac_key;
    bool there = false;
    struct args args;
    struct log_suite suite;
    struct move_report r;
    const char *operand[2] = {NULL, NULL};
    size_t count = 0;
    struct err e;
    int64_t start = clock_monotonic_us(app->clock);

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name || count == 2)
            return usage_unknown(&args, "migrate-store");
        operand[count++] = args.value;
    }
    if (count != 2)
        return usage_error("migrate-store", "from which store to which?");
    const char *keys = arena_printf(app->arena, "%s/keys", app->data).ptr;
    err_t rc = instance_disk(app, false, &e);
    if (rc == OK)
        rc = log_suite_open(&suite, app->fs, keys, &e);
    if (rc == E_NOTFOUND)
        rc = err_set(&e, E_IO, "there are no keys of an instance in %s", app->data);
    if (rc == OK)
        rc = codes_key(&mac_key, &there, app->fs, keys, &e);
    if (rc == OK)
        rc = instance_types(app, &e);
    if (rc != OK)
        return fail(app, &e);
    bool bar = !app->quiet && isatty(STDERR_FILENO);
    struct move_options o = {.fs = app->fs,
                             .clock = app->clock,
                             .suite = &suite,
                             .from = operand[0],
                             .to = operand[1],
                             .from_blobs = blobs_of(app, operand[0]),
                             .to_blobs = blobs_of(app, operand[1]),
                             .data = app->data,
                             .mac_key = there && codes_are_made(keys) ? &mac_key : NULL,
                             .current = record_current(app->types),
                             .progress = bar ? show_progress : NULL};
    rc = move_run(&r, &o, app->arena, &e);
    if (bar)
        fputs("\r\033[K", stderr);
    if (rc != OK)
        return fail(app, &e);
    return report(app, &r, (double)(clock_monotonic_us(app->clock) - start) / 1e6);
}

const struct command command_migrate_store = {
    "migrate-store",
    N_("FROM TO"),
    N_("moves the records into another store, from SQLite to PostgreSQL or back"),
    run_migrate_store,
    N_("FROM and TO are addresses as --store takes them; --data is the instance's folder. Stop\n"
       "every server first. TO has to be empty; FROM is only read.\n"
       "Exit: 1 when an uploaded file is damaged or gone; all else is moved then, and the same\n"
       "command goes on with it once it is mended.\n"),
    NULL};
