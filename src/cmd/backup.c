/* zhiyun backup: an instance as one file, beside whoever works with it. */
#include "backup/backup.h"
#include "backup/erasures.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/copied.h"
#include "cmd/passphrase.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void show_progress(void *arg, const struct backup_progress *p)
{
    (void)arg;
    fprintf(stderr, "\r\033[K%llu MB  ", (unsigned long long)(p->bytes >> 20));
    say_line(stderr, str_of(p->what));
}

static int report_json(const struct app *app, const struct backup_report *r, const char *path,
                       const struct copied *c)
{
    char made[LOG_TIME_LEN + 1];
    struct buf b;
    struct jout j;
    log_time_format(made, r->made_ms);
    copied_begin(&b, &j);
    jout_pair(&j, "file", str_of(path));
    jout_pair(&j, "made", str_of(made));
    jout_pair_i64(&j, "bytes", (int64_t)r->written);
    jout_pair_i64(&j, "unpacked", (int64_t)r->bytes);
    jout_pair_bool(&j, "sealed", r->sealed);
    jout_pair_bool(&j, "keys", r->keys);
    return copied_end(app, &b, &j, c);
}

static int report(const struct app *app, const struct backup_report *r, const char *path,
                  double seconds)
{
    const struct copied c = COPIED(r, seconds);
    if (app->json)
        return report_json(app, r, path, &c);
    say(stdout,
        msg("%s: %llu rows of %zu tables, %llu uploaded files, %llu entries of the log; %.1f "
            "MB in %.1f s\n"),
        path, (unsigned long long)r->rows, r->tables, (unsigned long long)r->files,
        (unsigned long long)r->entries, (double)r->written / 1e6, seconds);
    if (!r->keys)
        fputs(msg("The keys are not in it: keep a copy of the folder keys elsewhere.\n"), stdout);
    if (!r->sealed)
        fputs(msg("It is not sealed: whoever has the file can read what is in it.\n"), stdout);
    return copied_say(&c, msg("Damaged, and not in it: the uploaded file %.*s\n"));
}

static err_t make(struct backup_report *r, struct app *app, struct backup_options *o, struct err *e)
{
    struct instance i;
    err_t rc = instance_kernel(&i, app, e);
    if (rc != OK)
        return rc;
    bool bar = !app->quiet && isatty(STDERR_FILENO);
    o->national = i.suite.hash == HASH_SM3;
    o->progress = bar ? show_progress : NULL;
    struct backup_source from = {.store = i.store,
                                 .blobs = i.files.blobs,
                                 .suite = &i.suite,
                                 .fs = app->fs,
                                 .clock = app->clock,
                                 .data = app->data};
    rc = backup_write(r, &from, o, app->arena, e);
    if (bar)
        fputs("\r\033[K", stderr);
    if (rc == OK)
        rc = instance_sign(app, i.store, &i.suite, e);
    instance_close(&i);
    return rc;
}

/* Only the list of what was erased, which goes beside the backups that are there. */
static int write_erasures(struct app *app, const char *path)
{
    struct instance i;
    struct err e;
    struct jout j;
    uint64_t count = 0;
    err_t rc = instance_kernel(&i, app, &e);
    if (rc == OK)
        rc = instance_sign(app, i.store, &i.suite, &e);
    if (rc == OK)
        rc = erasures_write(&count, i.store, &i.suite, app->clock, app->fs, path, app->arena, &e);
    instance_close(&i);
    if (rc != OK)
        return fail(app, &e);
    if (!app->json) {
        say(stdout, msg("%s: %llu fields that were erased by law\n"), path,
            (unsigned long long)count);
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair(&j, "file", str_of(path));
    jout_pair_i64(&j, "erased", (int64_t)count);
    jout_end_object(&j);
    return print_json(app, j.to);
}

static int back_up(struct app *app, struct backup_options *o, const char *passphrase,
                   struct arena *secret)
{
    struct backup_report r;
    struct stat st;
    struct err e;
    int64_t start = clock_monotonic_us(app->clock);
    if (passphrase_get(&o->passphrase, app, passphrase, PASSPHRASE_NEW, secret, &e) != OK)
        return fail(app, &e);
    if (o->passphrase.len == 0 && !o->without_keys)
        return usage_error("backup",
                           "keys and data are not put into one file unprotected: give a passphrase "
                           "(--passphrase-file, ZHIYUN_BACKUP_PASSPHRASE), or leave the keys out "
                           "with --without-keys");
    if (make(&r, app, o, &e) != OK)
        return fail(app, &e);
    if (stat(o->path, &st) == 0)
        r.written = (uint64_t)st.st_size;
    return report(app, &r, o->path, (double)(clock_monotonic_us(app->clock) - start) / 1e6);
}

static int run_backup(struct app *app, int argc, char **argv)
{
    struct args args;
    struct backup_options o = {.path = NULL};
    const char *passphrase = NULL, *erasures = NULL;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_flag(&args, "--without-keys", NULL)) {
            o.without_keys = true;
        } else if (args_is(&args, "--passphrase-file", NULL)) {
            if (!(passphrase = args_value(&args, "backup")))
                return EXIT_USAGE;
        } else if (args_is(&args, "--erasures", NULL)) {
            if (!(erasures = args_value(&args, "backup")))
                return EXIT_USAGE;
        } else if (args.name || o.path) {
            return usage_unknown(&args, "backup");
        } else {
            o.path = args.value;
        }
    }
    if (erasures && !o.path)
        return write_erasures(app, erasures);
    if (!o.path || erasures)
        return usage_error("backup", "to which file?");
    struct arena *secret = arena_new_secret();
    int code = back_up(app, &o, passphrase, secret);
    arena_free(secret);
    return code;
}

const struct command command_backup = {
    "backup",
    N_("FILE [--passphrase-file FILE] [--without-keys] | --erasures LIST"),
    N_("copies the instance into one file while others work with it"),
    run_backup,
    N_("  --passphrase-file F  the first line of F seals the backup, with the keys in it (or\n"
       "                       ZHIYUN_BACKUP_PASSPHRASE, or it is asked for at a terminal)\n"
       "  --without-keys       leaves the keys out; without a passphrase the file is not sealed\n"
       "  --erasures LIST      writes only the list of what was erased by law, for restore: keep "
       "it\n"
       "                       beside the backups, and make it anew after each erasure\n"
       "The index is not in it: it follows from the records. Sessions are not either.\n"
       "Exit: 1 when an uploaded file is damaged; all else is in the backup then.\n"),
    NULL};
