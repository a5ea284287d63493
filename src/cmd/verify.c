/* zhiyun verify: the whole log of this instance, or a receipt or bundle, which need
 * no instance at all. */
#include "audit/verify.h"
#include "audit/bundle.h"
#include "audit/receipt.h"
#include "audit/witness.h"
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "document/case_archive_check.h"
#include "record/current.h"
#include <stdio.h>
#include <unistd.h>

#define KEYS_FILE_BYTES_MAX ((size_t)1 << 20)
#define RECEIPT_BYTES_MAX ((size_t)1 << 20) /* an entry of 16 KiB, 53 hashes, a head of 64 KiB */

struct asked {
    const char *receipt, *bundle, *archive;
    VEC(struct note_key) keys;
    VEC(struct str) held;
    size_t witnesses;
    bool only_new;
    struct log_suite suite; /* of the log to verify */
    bool has_suite;
};

/* One key of each name: two would leave open whose word holds. */
static err_t add_key(struct asked *q, struct str text, struct arena *a, struct err *e)
{
    struct note_key key;
    err_t rc = note_key_parse(&key, text, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < q->keys.len; i++)
        if (strcmp(q->keys.ptr[i].name, key.name) == 0 && q->keys.ptr[i].use == key.use)
            return note_key_eq(&q->keys.ptr[i], &key)
                       ? OK
                       : err_set(e, E_INVALID, "two different keys of %s were given", key.name);
    VEC_PUSH(a, &q->keys, key);
    if (key.use == NOTE_LOG && !q->has_suite) {
        q->has_suite = true;
        return log_suite_of(&q->suite, &key, e);
    }
    return OK;
}

static err_t add_keys_file(struct asked *q, const struct app *app, const char *path, struct err *e)
{
    struct bytes file;
    err_t rc = fs_read(&file, app->fs, path, KEYS_FILE_BYTES_MAX, app->arena, e);
    for (struct str rest = rc == OK ? bytes_str(file) : STR_NONE; rc == OK && rest.ptr;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        if (line.len > 0)
            rc = add_key(q, line, app->arena, e);
    }
    if (rc != OK)
        err_note(e, "%s", path);
    return rc;
}

/* What this instance knows, where there is one and nothing else was said. */
static err_t add_own_keys(struct asked *q, const struct app *app, struct err *e)
{
    const char *dir = arena_printf(app->arena, "%s/keys", app->data).ptr;
    struct log_suite suite;
    struct witness_list witnesses = {.count = 0};
    err_t rc = log_suite_open(&suite, app->fs, dir, e);
    if (rc == E_NOTFOUND)
        return OK;
    if (rc == OK && !q->has_suite)
        rc = add_key(q, note_key_text(&suite.key, app->arena), app->arena, e);
    if (rc == OK)
        rc = witness_list_read(&witnesses, app->fs, dir, e);
    for (size_t i = 0; i < witnesses.count && rc == OK; i++) {
        bool given = false;
        for (size_t k = 0; k < q->keys.len; k++)
            given |= strcmp(q->keys.ptr[k].name, witnesses.key[i].name) == 0;
        if (!given)
            VEC_PUSH(app->arena, &q->keys, witnesses.key[i]);
    }
    return rc;
}

/* --- what was found ------------------------------------------------------------------- */

static void say_time(const char *fmt, struct str name, int64_t ms)
{
    char at[LOG_TIME_LEN + 1];
    log_time_format(at, ms);
    say(stdout, fmt, STR_ARG(name), at);
}

/* Says when the fault came about, and which entries the head still proves. */
static void say_rest(const struct log_verdict *v)
{
    char at[LOG_TIME_LEN + 1];
    log_time_format(at, v->since_ms);
    if (v->since_ms)
        say(stdout, msg("It was changed after %s, when the program wrote it last\n"), at);
    if (v->proven)
        say(stdout, msg("Still proven: the first %llu entries of the log, by the head below\n"),
            (unsigned long long)v->proven);
}

static void say_head(const struct log_verdict *v)
{
    size_t checked = 0;
    char at[LOG_TIME_LEN + 1];
    if (!v->has_head)
        return;
    log_time_format(at, v->head.time_ms);
    say(stdout, msg("Head: %llu entries, signed by %.*s at %s\n"), (unsigned long long)v->head.size,
        STR_ARG(v->head.origin), at);
    for (size_t i = 0; i < v->witness_count; i++) {
        const struct witness_word *w = &v->witness[i];
        checked += w->checked;
        if (w->checked)
            say_time(msg("Cosigned by %.*s at %s\n"), w->name, w->seconds * 1000);
        else
            say(stdout, msg("Cosigned by %.*s: not checked, its key was not given (--key)\n"),
                STR_ARG(w->name));
    }
    if (checked == 0)
        say(stdout, "%s", msg("Not checked: no known witness cosigned this head\n"));
    if (v->held_consistent > 0)
        say(stdout, msg("It continues %zu heads that you hold\n"), v->held_consistent);
    if (v->held_unchecked > 0)
        say(stdout, "%s",
            msg("Not checked: whether it continues the heads that you hold takes a bundle\n"));
    if (v->held_consistent + v->held_unchecked == 0)
        say(stdout, "%s",
            msg("Not checked: no earlier head was given (--held); a log that was rewritten whole "
                "would not show\n"));
}

static void say_verdict(const struct log_verdict *v, struct str receipt)
{
    if (verdict_good(v) && receipt.len > 0)
        say(stdout, msg("The receipt is good; its entry:\n  %.*s\n"), STR_ARG(receipt));
    else if (verdict_good(v))
        say(stdout, msg("Good: %llu entries, %llu contents checked\n"),
            (unsigned long long)v->entries, (unsigned long long)v->contents_checked);
    else
        say(stdout, msg("Fault: %s\n"), v->fault);
    if (!verdict_good(v) && v->names_entry && v->has_index)
        say(stdout, msg("First bad entry: %llu  %s %lld\n"), (unsigned long long)v->index, v->type,
            (long long)v->id);
    else if (!verdict_good(v) && v->names_entry && v->type[0])
        say(stdout, msg("First bad entry: %s %lld\n"), v->type, (long long)v->id);
    if (!verdict_good(v))
        say_rest(v);
    if (verdict_good(v) && v->rows_checked > 0)
        say(stdout, msg("Records compared with their last versions: %llu\n"),
            (unsigned long long)v->rows_checked);
    if (v->before > 0)
        say(stdout,
            msg("Not compared: the %llu entries before the head that you hold, rows of records, "
                "imported publications, pages of the store\n"),
            (unsigned long long)v->before);
    if (v->contents_withheld > 0)
        say(stdout, msg("Contents of %llu entries are not in the bundle\n"),
            (unsigned long long)v->contents_withheld);
    if (v->fields_closed > 0)
        say(stdout, msg("%llu fields were erased or withheld\n"),
            (unsigned long long)v->fields_closed);
    say_head(v);
}

/* `receipt`: the entry's line, where the verdict is on one. */
static int tell(struct app *app, const struct log_verdict *v, struct str receipt)
{
    int code = EXIT_DONE;
    if (app->json) {
        struct buf b = {0};
        struct jout j;
        jout_init(&j, &b);
        verdict_json(&j, v);
        code = print_json(app, &b);
        buf_clear(&b);
    } else {
        say_verdict(v, receipt);
    }
    return code == EXIT_DONE && !verdict_good(v) ? EXIT_FAULT_FOUND : code;
}

/* --- receipt, bundle, store ----------------------------------------------------------------- */

static int verify_receipt(struct app *app, const struct asked *q, const struct log_trust *t)
{
    struct bytes file;
    struct log_verdict v;
    struct entry entry;
    struct str line;
    struct err e;
    if (fs_read(&file, app->fs, q->receipt, RECEIPT_BYTES_MAX, app->arena, &e) != OK)
        return fail(app, &e);
    receipt_check(&v, &entry, &line, bytes_str(file), t, app->arena);
    return tell(app, &v, line);
}

static int verify_bundle(struct app *app, const struct asked *q, const struct log_trust *t)
{
    struct bytes map;
    struct log_verdict v;
    struct err e;
    if (fs_map(&map, app->fs, q->bundle, &e) != OK)
        return fail(app, &e);
    bundle_check(&v, bytes_str(map), t);
    int code = tell(app, &v, STR_NONE);
    fs_unmap(map);
    return code;
}

static int verify_archive(struct app *app, const struct asked *q, const struct log_trust *t)
{
    struct bytes map;
    struct log_verdict v;
    struct err e;
    if (fs_map(&map, app->fs, q->archive, &e) != OK)
        return fail(app, &e);
    case_archive_check(&v, map, t, app->arena);
    int code = tell(app, &v, STR_NONE);
    fs_unmap(map);
    return code;
}

static void show_progress(void *arg, uint64_t entries, uint64_t of)
{
    (void)arg;
    fprintf(stderr, "\r\033[K%llu / %llu", (unsigned long long)entries, (unsigned long long)of);
}

static int verify_store(struct app *app, const struct asked *q, const struct log_trust *t)
{
    struct store *store = NULL;
    struct log_verdict v;
    struct err e;
    bool bar = !app->quiet && isatty(STDERR_FILENO);
    if (instance_open_untyped(&store, app, false, &e) != OK)
        return fail(app, &e);
    if (instance_types(app, &e) != OK) {
        store_close(store);
        return fail(app, &e);
    }
    struct verify_options o = {.suite = &q->suite,
                               .trust = t,
                               .only_new = q->only_new,
                               .clock = app->clock,
                               .batches = &record_batches,
                               .current = record_current(app->types),
                               .progress = bar ? show_progress : NULL};
    err_t rc = log_verify_store(&v, store, &o, app->arena, &e);
    if (bar)
        fputs("\r\033[K", stderr);
    store_close(store);
    return rc == OK ? tell(app, &v, STR_NONE) : fail(app, &e);
}

static err_t take_option(struct asked *q, struct app *app, const struct args *args,
                         const char *value, struct err *e)
{
    struct bytes file;
    err_t rc = OK;
    if (args_is(args, "--receipt", NULL))
        q->receipt = value;
    else if (args_is(args, "--bundle", NULL))
        q->bundle = value;
    else if (args_is(args, "--archive", NULL))
        q->archive = value;
    else if (args_is(args, "--key", NULL))
        rc = add_key(q, str_of(value), app->arena, e);
    else if (args_is(args, "--keys", NULL))
        rc = add_keys_file(q, app, value, e);
    else if (q->held.len == HELD_MAX)
        rc = err_set(e, E_LIMIT, "at most %d heads can be held against a log", HELD_MAX);
    else if ((rc = fs_read(&file, app->fs, value, HEAD_BYTES_MAX, app->arena, e)) == OK)
        VEC_PUSH(app->arena, &q->held, bytes_str(file));
    return rc;
}

static int run_verify(struct app *app, int argc, char **argv)
{
    struct args args;
    struct asked q = {.receipt = NULL};
    struct err e;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--witnesses", NULL)) {
            if (!args_number(&q.witnesses, &args, "verify", 0, HEAD_LINES_MAX - 1))
                return EXIT_USAGE;
            continue;
        }
        q.only_new |= args_is(&args, "--after", NULL);
        if (!args_is(&args, "--after", NULL) && !args_is(&args, "--receipt", NULL) &&
            !args_is(&args, "--bundle", NULL) && !args_is(&args, "--archive", NULL) &&
            !args_is(&args, "--key", NULL) && !args_is(&args, "--keys", NULL) &&
            !args_is(&args, "--held", NULL))
            return usage_unknown(&args, "verify");
        const char *value = args_value(&args, "verify");
        if (!value)
            return EXIT_USAGE;
        if (take_option(&q, app, &args, value, &e) != OK)
            return fail(app, &e);
    }
    if (!!q.receipt + !!q.bundle + !!q.archive > 1)
        return usage_error("verify", "one at a time: --receipt, --bundle or --archive");
    if (q.only_new && (q.receipt || q.bundle || q.archive))
        return usage_error("verify", "--after is for the log of an instance");
    if (add_own_keys(&q, app, &e) != OK)
        return fail(app, &e);
    if (!q.has_suite)
        return usage_error("verify", "the key of the log is not known here; give it with --key");
    struct log_trust t = {.keys = q.keys.ptr,
                          .key_count = q.keys.len,
                          .held = q.held.ptr,
                          .held_count = q.held.len,
                          .witnesses = q.witnesses};
    return q.receipt   ? verify_receipt(app, &q, &t)
           : q.bundle  ? verify_bundle(app, &q, &t)
           : q.archive ? verify_archive(app, &q, &t)
                       : verify_store(app, &q, &t);
}

const struct command command_verify = {
    "verify",
    N_("[--receipt FILE | --bundle FILE | --archive FILE] [--key KEY]…"),
    N_("checks the evidence log, a receipt or bundle of one, or the archive of a case"),
    run_verify,
    N_("  --receipt FILE   a receipt; needs no instance\n"
       "  --bundle FILE    a bundle; needs no instance\n"
       "  --archive FILE   the archive of a case; needs no instance\n"
       "  --key KEY        key of the log or of a witness; may be given again (default: those of "
       "this instance)\n"
       "  --keys FILE      the same, one a line\n"
       "  --held FILE      a head that you verified before: the log has to continue it; may be "
       "given again\n"
       "  --after FILE     the same, and only what came after it is read: seconds for any log\n"
       "  --witnesses N    so many known witnesses have to have cosigned\n"
       "Exit: 1 when anything is wrong; the first bad entry is named.\n"),
    NULL};
