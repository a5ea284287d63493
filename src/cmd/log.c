/* zhiyun log: what of the evidence log leaves the building: heads, receipts,
 * bundles. */
#include "audit/bundle.h"
#include "audit/receipt.h"
#include "audit/rows.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct job {
    struct app *app;
    struct store *store;
    struct log_suite suite;
    struct db *db;
    const char *file; /* NULL: standard output */
};

/* On a medium that nobody can write, the log is shown as it stands; entries without a place are told. */
static err_t say_waiting(struct job *j, struct err *e)
{
    int64_t count = 0;
    err_t rc = db_row(NULL, j->db, "SELECT count(*) FROM log_entry WHERE leaf IS NULL", NULL, 0,
                      INTO(into_i64(&count)), NULL, e);
    if (count > 0)
        say(stderr,
            msg("%lld entries have no place in the log yet, and none can be written here: they are "
                "not in what is shown\n"),
            (long long)count);
    return rc;
}

/* The instance, its log brought up to date where it can be, and a reader. */
static err_t open_job(struct job *j, struct err *e)
{
    err_t rc = instance_open_untyped(&j->store, j->app, false, e);
    if (rc == OK)
        rc = instance_log(&j->suite, j->app, j->store, NULL, e);
    bool frozen = rc == OK && access(j->app->data, W_OK) != 0 && errno != ENOENT;
    if (rc == OK && !frozen)
        rc = instance_sign(j->app, j->store, &j->suite, e);
    if (rc == OK)
        rc = store_reader_get(&j->db, j->store, e);
    return rc == OK && frozen ? say_waiting(j, e) : rc;
}

static void close_job(struct job *j)
{
    if (j->db)
        store_reader_put(j->store, j->db);
    store_close(j->store);
}

/* A finished text to the file or to standard output. */
static err_t deliver(const struct job *j, struct str text, struct err *e)
{
    if (!j->file) {
        (void)print_text(j->app, "text", text); /* main tells when it did not arrive */
        return OK;
    }
    const char *temporary = arena_printf(j->app->arena, "%s.new", j->file).ptr;
    err_t rc = fs_write_synced(j->app->fs, temporary, str_bytes(text), e);
    return rc == OK ? fs_publish(j->app->fs, temporary, j->file, e) : rc;
}

static err_t write_head(struct job *j, struct err *e)
{
    struct log_head_row head;
    struct buf b = {0};
    err_t rc = log_head_latest(&head, j->db, j->app->arena, e);
    if (rc == OK && (rc = log_head_write(&b, j->db, &head, e)) == OK)
        rc = deliver(j, buf_str(&b), e);
    buf_clear(&b);
    return rc;
}

static err_t write_receipt(struct job *j, struct str uid, struct err *e)
{
    struct buf b = {0};
    err_t rc = receipt_write(&b, j->db, &j->suite, uid, j->app->arena, e);
    if (rc == OK)
        rc = deliver(j, buf_str(&b), e);
    buf_clear(&b);
    return rc;
}

/* --- bundles: straight to the file, which appears whole or not at all ----------------- */

struct output {
    const struct fs *fs;
    int fd; /* −1: standard output */
    const char *path;
};

static err_t write_piece(void *arg, struct str piece, struct err *e)
{
    struct output *o = arg;
    if (o->fd < 0)
        return fwrite(piece.ptr, 1, piece.len, stdout) == piece.len
                   ? OK
                   : err_errno(e, errno, "cannot write to standard output");
    for (size_t at = 0; at < piece.len;) {
        ssize_t n = o->fs->write(o->fs, o->fd, piece.ptr + at, piece.len - at);
        if (n < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot write %s", o->path);
        at += n > 0 ? (size_t)n : 0;
    }
    return OK;
}

static err_t write_bundle(struct job *j, struct err *e)
{
    const struct fs *fs = j->app->fs;
    struct output o = {.fs = fs, .fd = -1};
    struct bundle_options options = {.suite = &j->suite, .write = write_piece, .write_arg = &o};
    err_t rc = OK;
    if (j->file) {
        o.path = arena_printf(j->app->arena, "%s.new", j->file).ptr;
        o.fd = fs->open(fs, o.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (o.fd < 0)
            return err_errno(e, errno, "cannot create %s", o.path);
    }
    rc = bundle_export(j->db, &options, e);
    if (o.fd >= 0) {
        if (rc == OK && fs->fsync(fs, o.fd) != 0)
            rc = err_errno(e, errno, "cannot write %s to the disk", o.path);
        fs->close(fs, o.fd);
        if (rc == OK)
            rc = fs_publish(fs, o.path, j->file, e);
        else
            (void)fs->unlink(fs, o.path);
    }
    return rc;
}

/* --- entries ------------------------------------------------------------------------------ */

struct printing {
    bool json, first;
};

static err_t print_entry(void *arg, const struct log_row *row, struct err *e)
{
    struct printing *p = arg;
    (void)e;
    if (p->json)
        printf("%s%.*s", p->first ? "" : ",", STR_ARG(row->body));
    else
        say(stdout, "%lld  %.*s\n", (long long)row->leaf, STR_ARG(row->body));
    p->first = false;
    return OK;
}

static err_t print_entries(struct job *j, size_t from, size_t count, struct err *e)
{
    struct printing p = {j->app->json, true};
    uint64_t next = from, end = from + count;
    err_t rc = OK;
    if (j->app->json)
        fputs("{\"entries\":[", stdout);
    for (uint64_t at = from; rc == OK && at < end; at = next) {
        rc = log_follow(&next, j->db, at, end - at < 1000 ? (size_t)(end - at) : 1000, print_entry,
                        &p, e);
        if (next == at)
            break;
    }
    if (j->app->json)
        puts("]}");
    return rc;
}

static int run_log(struct app *app, int argc, char **argv)
{
    struct args args;
    struct job j = {.app = app};
    const char *what = NULL, *operand[2] = {NULL, NULL};
    size_t operands = 0, from = 0, count = 20;
    struct err e;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--from", NULL)) {
            if (!args_number(&from, &args, "log", 0, INT32_MAX))
                return EXIT_USAGE;
        } else if (args_is(&args, NULL, "-k")) {
            if (!args_number(&count, &args, "log", 1, INT32_MAX))
                return EXIT_USAGE;
        } else if (args.name || operands == 2) {
            return usage_unknown(&args, "log");
        } else if (!what) {
            what = args.value;
        } else {
            operand[operands++] = args.value;
        }
    }
    bool head = what && strcmp(what, "head") == 0, receipt = what && strcmp(what, "receipt") == 0,
         bundle = what && strcmp(what, "bundle") == 0,
         entries = what && strcmp(what, "entries") == 0;
    if (!head && !receipt && !bundle && !entries)
        return usage_error("log", "head, receipt, bundle or entries?");
    if (bundle && app->json && operands == 0)
        return usage_error("log", "a bundle is no JSON: name a FILE for it");
    if (receipt && operands == 0)
        return usage_error("log", "which entry? Give its uid");
    if (!receipt && operands == 2)
        return usage_error("log", "one file");
    j.file = operand[receipt ? 1 : 0];
    err_t rc = open_job(&j, &e);
    if (rc == OK)
        rc = head      ? write_head(&j, &e)
             : receipt ? write_receipt(&j, str_of(operand[0]), &e)
             : bundle  ? write_bundle(&j, &e)
                       : print_entries(&j, from, count, &e);
    close_job(&j);
    if (rc == E_NOTFOUND)
        rc = e.kind = E_INVALID; /* what was asked for, not the store */
    if (rc != OK)
        return fail(app, &e);
    return j.file && app->json ? print_text(app, "file", str_of(j.file)) : EXIT_DONE;
}

const struct command command_log = {
    "log",
    N_("head | receipt UID | bundle | entries [FILE]"),
    N_("writes out heads, receipts and bundles of the evidence log"),
    run_log,
    N_("  head [FILE]           the latest signed head, with its cosignatures\n"
       "  receipt UID [FILE]    proof that an entry is in the log\n"
       "  bundle [FILE]         the whole log with what it commits to\n"
       "  entries               prints entries: --from N (default 0), -k N (default 20)\n"
       "Without FILE the text goes to standard output.\n"),
    NULL};
