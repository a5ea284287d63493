/* zhiyun restore: a backup made into an instance again. */
#include "backup/restore.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/copied.h"
#include "cmd/passphrase.h"
#include <stdio.h>
#include <unistd.h>

static void show_progress(void *arg, uint64_t bytes, uint64_t of)
{
    (void)arg;
    fprintf(stderr, "\r\033[K%3d%%", of ? (int)(bytes * 100 / of) : 0);
}

static int report_json(const struct app *app, const struct restore_report *r, const char *made,
                       const struct copied *c)
{
    struct buf b;
    struct jout j;
    copied_begin(&b, &j);
    jout_pair(&j, "data", str_of(app->data));
    jout_pair(&j, "made", str_of(made));
    jout_pair_i64(&j, "erased", (int64_t)r->erased);
    return copied_end(app, &b, &j, c);
}

static int report(const struct app *app, const struct restore_report *r, double seconds)
{
    const struct copied c = COPIED(r, seconds);
    char made[LOG_TIME_LEN + 1];
    log_time_format(made, r->made_ms);
    if (app->json)
        return report_json(app, r, made, &c);
    say(stdout,
        msg("%s is as the backup of %s had it: %llu rows of %zu tables, %llu uploaded files; "
            "the log verifies, %llu entries; %.1f s\n"),
        app->data, made, (unsigned long long)r->rows, r->tables, (unsigned long long)r->files,
        (unsigned long long)r->entries, seconds);
    if (r->erased > 0)
        say(stdout, msg("Erased again: values of %llu records\n"), (unsigned long long)r->erased);
    fputs(msg("Whoever had signed in signs in again; the index is made with the first search.\n"),
          stdout);
    return copied_say(&c, msg("Damaged in the backup, and not restored: the uploaded file %.*s\n"));
}

static int run(struct app *app, struct restore_options *o, const char *passphrase,
               struct arena *secret)
{
    struct restore_report r;
    struct restore_target to = {.fs = app->fs,
                                .clock = app->clock,
                                .data = app->data,
                                .store_url = app->store_url,
                                .blobs_url = instance_blobs_url(app)};
    struct err e;
    bool bar = !app->quiet && isatty(STDERR_FILENO);
    int64_t start = clock_monotonic_us(app->clock);
    o->progress = bar ? show_progress : NULL;
    err_t rc = passphrase_get(&o->passphrase, app, passphrase, PASSPHRASE_GIVEN, secret, &e);
    if (rc == OK && (rc = instance_disk(app, false, &e)) == OK)
        rc = restore_run(&r, &to, o, app->arena, &e);
    if (rc == E_DENIED && o->passphrase.len == 0) { /* it is sealed: only now is one asked for */
        struct err ignored;
        if (passphrase_get(&o->passphrase, app, NULL, PASSPHRASE_NEEDED, secret, &ignored) == OK &&
            o->passphrase.len > 0)
            rc = restore_run(&r, &to, o, app->arena, &e);
    }
    if (bar)
        fputs("\r\033[K", stderr);
    if (rc != OK)
        return fail(app, &e);
    return report(app, &r, (double)(clock_monotonic_us(app->clock) - start) / 1e6);
}

static int run_restore(struct app *app, int argc, char **argv)
{
    struct args args;
    struct restore_options o = {.path = NULL};
    const char *passphrase = NULL;
    bool without_erasures = false;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char **to = args_is(&args, "--passphrase-file", NULL) ? &passphrase
                          : args_is(&args, "--keys", NULL)          ? &o.keys
                          : args_is(&args, "--erasures", NULL)      ? &o.erasures
                                                                    : NULL;
        if (to) {
            if (!(*to = args_value(&args, "restore")))
                return EXIT_USAGE;
        } else if (args_flag(&args, "--without-erasures", NULL)) {
            without_erasures = true;
        } else if (args.name || o.path) {
            return usage_unknown(&args, "restore");
        } else {
            o.path = args.value;
        }
    }
    if (!o.path)
        return usage_error("restore", "from which file?");
    if (!o.erasures == !without_erasures)
        return usage_error("restore",
                           "what was erased by law after the backup is erased again: give the list "
                           "(--erasures, made by zhiyun backup --erasures), or say "
                           "--without-erasures where nothing was");
    struct arena *secret = arena_new_secret();
    int code = run(app, &o, passphrase, secret);
    arena_free(secret);
    return code;
}

const struct command command_restore = {
    "restore",
    N_("FILE (--erasures LIST | --without-erasures) [--passphrase-file FILE] [--keys DIR]"),
    N_("makes an instance of a backup, in an empty folder and an empty store"),
    run_restore,
    N_("  --erasures LIST      erases again what was erased by law since the backup was made\n"
       "  --without-erasures   nothing was erased since\n"
       "  --passphrase-file F  the first line of F opens a sealed backup (or\n"
       "                       ZHIYUN_BACKUP_PASSPHRASE, or it is asked for at a terminal)\n"
       "  --keys DIR           the keys, where the backup holds none\n"
       "--data and --store say where; either database, whichever the backup came from.\n"),
    NULL};
