/* zhiyun import: files into the store, then the index follows. */
#include "access/subject.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "ingest/pipeline.h"
#include "search/search.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define REJECTS_SHOWN 5 /* per file on the terminal; --json and --rejects have them all */
#define BAR_COLUMNS 24
#define FOLLOW_RETRY_MS 50
#define FOLLOW_WAIT_MS 30000

/* Set by the first Ctrl-C; the import then ends after the batch at hand. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static bool stop_asked(void *arg)
{
    (void)arg;
    return interrupted != 0;
}

static void show_progress(void *arg, const struct import_progress *p)
{
    (void)arg;
    int percent = p->bytes_total ? (int)(p->bytes_done * 100 / p->bytes_total) : 0;
    int full = percent * BAR_COLUMNS / 100;
    struct str name = utf8_cut(str_of(p->file), 40);
    fputs("\r\033[K[", stderr);
    for (int i = 0; i < BAR_COLUMNS; i++)
        fputs(i < full ? "█" : "·", stderr);
    say(stderr, "] %3d%%  %lld  ", percent, (long long)p->records);
    say_line(stderr, name);
}

/* --- report -------------------------------------------------------------------- */

static int report_json(const struct app *app, const struct import_report *r, double seconds)
{
    struct buf b;
    struct jout j;
    struct err e;
    err_t rc = OK;
    buf_init(&b, (size_t)2 << 30);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_array(&j, "files");
    for (size_t i = 0; i < r->file_count && rc == OK; i++)
        rc = import_file_json(&j, &r->files[i], &e);
    jout_end_array(&j);
    import_run_json(&j, r);
    jout_pair_double(&j, "seconds", seconds);
    jout_end_object(&j);
    int code = rc == OK ? print_json(app, &b) : fail(app, &e);
    buf_clear(&b);
    return code;
}

static void report_days(const struct import_file_report *f, struct arena *a)
{
    struct str first = date_text(f->as_of, a), last = date_text(f->as_of_last, a);
    if (date_cmp(f->as_of, f->as_of_last) != 0)
        say(stdout, msg("  the data are of the days %.*s to %.*s\n"), STR_ARG(first),
            STR_ARG(last));
    else if (f->as_of.year)
        say(stdout, msg("  the data are of %.*s\n"), STR_ARG(first));
}

static void report_file(const struct import_file_report *f, struct arena *a)
{
    say_line(stdout, f->file);
    putchar('\n');
    if (f->format.len && f->dry_run)
        say(stdout, msg("  format %.*s: %lld records read, %lld rows refused\n"),
            STR_ARG(f->format), (long long)f->read, (long long)f->rejected);
    else if (f->format.len)
        say(stdout,
            msg("  format %.*s: %lld records: %lld inserted, %lld updated, %lld unchanged, %lld "
                "rejected\n"),
            STR_ARG(f->format), (long long)f->records, (long long)f->inserted,
            (long long)f->updated, (long long)f->unchanged, (long long)f->rejected);
    report_days(f, a);
    if (f->table.len)
        say(stdout, msg("  a table, not patents: %.*s\n"), STR_ARG(f->table));
    if (f->numberless)
        say(stdout, msg("  without any number: %lld\n"), (long long)f->numberless);
    if (f->repeats)
        say(stdout, msg("  repeated within the file: %lld\n"), (long long)f->repeats);
    if (f->refused != OK)
        say(stdout, msg("  refused: %.*s\n"), STR_ARG(f->refusal));
    for (size_t i = 0; i < f->reject_count && i < REJECTS_SHOWN; i++) {
        const struct import_reject *r = &f->rejects[i];
        if (r->column.len)
            say(stdout, msg("  row %lld, column %.*s, value '%.*s': %.*s\n"), (long long)r->row,
                STR_ARG(r->column), STR_ARG(utf8_cut(r->value, 80)), STR_ARG(r->reason));
        else
            say(stdout, msg("  row %lld '%.*s': %.*s\n"), (long long)r->row,
                STR_ARG(utf8_cut(r->value, 80)), STR_ARG(r->reason));
    }
    if (f->rejected > REJECTS_SHOWN)
        say(stdout, msg("  … and %lld more; --rejects FILE.xlsx writes them all\n"),
            (long long)f->rejected - REJECTS_SHOWN);
    for (size_t i = 0; i < f->warning_count; i++) {
        const struct import_warning *w = &f->warnings[i];
        say(stdout, msg("  note: %s: %lld times, first in row %lld: '%.*s'\n"), msg(w->kind),
            (long long)w->count, (long long)w->first_row, STR_ARG(utf8_cut(w->value, 80)));
    }
    if (f->unknown_count) {
        fputs(msg("  kept as they are (map with --map COLUMN=field):"), stdout);
        for (size_t i = 0; i < f->unknown_count; i++)
            say(stdout, " %.*s", STR_ARG(f->unknown_columns[i]));
        putchar('\n');
    }
    for (size_t i = 0; i < f->remark_count; i++)
        say(stdout, "  %.*s\n", STR_ARG(f->remarks[i]));
}

static int report(const struct app *app, const struct import_report *r, double seconds)
{
    if (app->json)
        return report_json(app, r, seconds);
    for (size_t i = 0; i < r->file_count; i++)
        report_file(&r->files[i], app->arena);
    for (size_t i = 0; i < r->remark_count; i++)
        say(stdout, "%.*s\n", STR_ARG(r->remarks[i]));
    if (r->dry_run) {
        say(stdout,
            msg("a dry run, nothing was written or compared: %lld records read, %lld rows refused, "
                "in %.1f s\n"),
            (long long)(r->records - r->rejected), (long long)r->rejected, seconds);
        return EXIT_DONE;
    }
    say(stdout,
        msg("%lld records: %lld inserted, %lld updated, %lld unchanged, %lld rejected, in %.1f "
            "s\n"),
        (long long)r->records, (long long)r->inserted, (long long)r->updated,
        (long long)r->unchanged, (long long)r->rejected, seconds);
    return EXIT_DONE;
}

/* --- the command ---------------------------------------------------------------- */

/* The index follows on a thread of its own while the import writes: it costs
 * more processor time than reading and writing together. */
struct follower {
    const char *index_dir;
    struct store *store;
    pthread_t thread;
    bool runs;
    atomic_bool filled; /* the import has written all it will */
    err_t rc;           /* read after the thread was joined; E_BUSY: another process follows */
    struct err why;
};

static void *follow_filling(void *arg)
{
    struct follower *f = arg;
    struct indexer *x = NULL;
    uint64_t done;
    bool last = false;

    f->rc = indexer_open(&x, f->store, f->index_dir, INDEX_FULL, &f->why);
    while (f->rc == OK && !last) {
        last = atomic_load(&f->filled); /* asked first: what was written before is there */
        f->rc =
            last ? indexer_follow(x, &done, &f->why) : indexer_follow_filling(x, &done, &f->why);
        if (!last && done == 0)
            usleep(FOLLOW_RETRY_MS * 1000);
    }
    indexer_close(x);
    return NULL;
}

static void follower_start(struct follower *f)
{
    f->rc = E_BUSY; /* without a thread the index is made afterwards */
    f->runs = f->store && pthread_create(&f->thread, NULL, follow_filling, f) == 0;
}

/* Brings the index up to what the store holds, or waits for whoever does.
 * A server that runs beside us follows the store for good, another import until
 * it has written its last: so until nobody holds the index or a search would
 * find our records. A server that follows a long import of another is not
 * waited for. */
static err_t index_follow(const char *index_dir, struct store *store, struct err *e)
{
    struct indexer *x = NULL;
    uint64_t done;
    int64_t ours = 0;
    err_t rc = indexer_last_change(&ours, store, e);
    if (rc == OK)
        rc = indexer_open(&x, store, index_dir, INDEX_FULL, e);
    for (int waited_ms = 0; rc == E_BUSY && waited_ms < FOLLOW_WAIT_MS;
         waited_ms += FOLLOW_RETRY_MS) {
        bool whole = false;
        if ((rc = indexer_holds(&whole, index_dir, ours, e)) != OK || whole)
            return rc;
        usleep(FOLLOW_RETRY_MS * 1000);
        rc = indexer_open(&x, store, index_dir, INDEX_FULL, e);
    }
    if (rc == E_BUSY)
        return OK;
    if (rc == OK)
        rc = indexer_follow(x, &done, e);
    indexer_close(x);
    return rc;
}

static err_t follower_end(struct follower *f, struct err *e)
{
    if (f->runs) {
        atomic_store(&f->filled, true);
        pthread_join(f->thread, NULL);
    }
    if (!f->store)
        return OK;
    if (f->rc == E_BUSY)
        return index_follow(f->index_dir, f->store, e);
    *e = f->why;
    return f->rc;
}

/* What an import brings is in the evidence log, numbered while it runs. */
static err_t log_begin(struct sequencer_thread **out, struct log_suite *suite, struct app *app,
                       struct store *store, struct err *e)
{
    err_t rc = instance_log(suite, app, store, NULL, e);
    if (rc == OK)
        rc = instance_clock(app, store, suite, e);
    if (rc != OK)
        return rc;
    struct sequencer_options o = instance_sequencer(app, store, suite);
    o.untold = true; /* one line says why an import failed: the store's fault is the log's, too */
    return sequencer_start(out, &o, e);
}

static int import_files(struct app *app, const char *const *files, size_t count,
                        struct import_options *o)
{
    struct err e;
    struct store *store = NULL;
    struct log_suite suite;
    struct sequencer_thread *sequencer = NULL;
    struct import_by by = {.suite = &suite, .clock = app->clock};
    struct import_report r = {0};
    int code;
    int64_t start = clock_monotonic_us(app->clock);

    if (!o->dry_run && instance_open_untyped(&store, app, true, &e) != OK)
        return fail(app, &e);
    if (store && log_begin(&sequencer, &suite, app, store, &e) != OK) {
        store_close(store);
        return fail(app, &e);
    }
    o->by = store ? &by : NULL;
    bool bar = !app->quiet && isatty(STDERR_FILENO);
    o->progress = bar ? show_progress : NULL;
    o->stop = stop_asked;
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    struct follower follower = {.index_dir = app->index_dir, .store = store};
    follower_start(&follower);
    err_t rc = import_run(&r, store, files, count, o, app->arena, &e);
    if (bar)
        fputs("\r\033[K", stderr);
    /* What is in the store must be found even when the import was stopped. */
    struct err follow_error;
    err_t follow_rc = follower_end(&follower, &follow_error);
    struct sequencer_state log = {0};
    sequencer_stop(sequencer, &log); /* what was written is signed, unless a server does it */
    if (rc == OK && store)
        rc = instance_clock(app, store, &suite, &e); /* it may have jumped meanwhile */
    store_close(store);
    double seconds = (double)(clock_monotonic_us(app->clock) - start) / 1e6;
    if (rc == E_INVALID && r.file_count == 0) /* an option was wrong: nothing was read */
        return usage_error("import", "%s", e.text);
    if (rc != OK && r.file_count == 0)
        return fail(app, &e);
    code = report(app, &r, seconds);
    if (rc != OK || follow_rc != OK) {
        const struct err *first = rc != OK ? &e : &follow_error;
        say(stderr, "zhiyun: %s\n", first->text);
        return exit_code_of(first->kind);
    }
    if (log.fault[0] && !log.doubted) {
        say(stderr, "zhiyun: the evidence log is not kept up: %s\n", log.fault);
        return EXIT_STORE;
    }
    return code == EXIT_DONE && r.refused_files > 0 ? EXIT_REFUSED : code;
}

static int run_import(struct app *app, int argc, char **argv)
{
    struct args args;
    struct import_options o = {.fs = app->fs,
                               .reader = program_beside_us(app->arena, "zhiyun-pdf")};
    VEC(const char *) files = {0};
    const char *as_of = NULL;
    VEC(struct str) maps = {0};

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char *value = NULL;
        bool takes_value = args_is(&args, "--format", NULL) || args_is(&args, "--map", NULL) ||
                           args_is(&args, "--rejects", NULL) || args_is(&args, "--source", NULL) ||
                           args_is(&args, "--as-of", NULL);
        if (takes_value && !(value = args_value(&args, "import")))
            return EXIT_USAGE;
        if (args_is(&args, "--format", NULL))
            o.format = value;
        else if (args_is(&args, "--map", NULL))
            VEC_PUSH(app->arena, &maps, str_of(value));
        else if (args_is(&args, "--rejects", NULL))
            o.rejects = value;
        else if (args_is(&args, "--source", NULL))
            o.source = str_of(value);
        else if (args_is(&args, "--as-of", NULL))
            as_of = value;
        else if (args_flag(&args, "--dry-run", "-n"))
            o.dry_run = true;
        else if (args.name)
            return usage_unknown(&args, "import");
        else
            VEC_PUSH(app->arena, &files, args.value);
    }
    if (files.len == 0)
        return usage_error("import", "which files? Name one or more");
    if (as_of && (!date_parse(&o.as_of, str_of(as_of)) || !date_valid(o.as_of)))
        return usage_error("import", "--as-of %s: this is no day; write YYYY-MM-DD", as_of);
    if (as_of && str_cmp(date_text(o.as_of, app->arena),
                         business_date(clock_now_ms(app->clock), app->arena)) > 0)
        return usage_error("import", "--as-of %s has not come yet", as_of);
    o.maps = maps.ptr;
    o.map_count = maps.len;
    return import_files(app, files.ptr, files.len, &o);
}

static const char help[] =
    N_("  --format NAME      do not guess the format by content\n"
       "  --map COLUMN=field what an unknown column means; may be given again\n"
       "  --map -=field      no column is that field: the answer where an import asks for a number "
       "or for names\n"
       "  --map office=US    the office of all numbers that name none; the row's own office goes "
       "first\n"
       "  --rejects FILE.xlsx  write refused rows there, to mend and import again\n"
       "  --source NAME      office or vendor whose data this is (docdb, cnipa-search, patsnap, "
       "incopat …): what it says is weighed by it; default: the file itself, by its content\n"
       "  --as-of DATE       day of the data, where its records do not say; the latest decides the "
       "legal status\n"
       "  --dry-run          read and report, write nothing\n"
       "Formats are found by content, also inside .zip .gz .zst. Good rows go in, bad ones are "
       "listed.\n");

static void help_lists(FILE *to)
{
    const char *title, *name;

    fprintf(to, "\n%s\n", msg("Formats:"));
    for (size_t i = 0; formats[i]; i++)
        fprintf(to, "  %-17s %s\n", formats[i]->name, msg(formats[i]->title));
    fprintf(to, "\n%s\n", msg("Fields of --map COLUMN=field:"));
    for (size_t i = 0; (name = field_doc(i, &title)) != NULL; i++)
        fprintf(to, "  %-25s %s\n", name, msg(title));
}

const struct command command_import = {
    "import",   N_("FILE…"), N_("reads patents from files of any known format"),
    run_import, help,        help_lists};
