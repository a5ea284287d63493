/* zhiyun archive: a closed case as one package, by the program, which may read all of it. */
#include "api/cases.h"
#include "api/public_address.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/policy.h"
#include "programme/case_archive.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define WAITS 50
#define WAIT_US 100000

struct archiving {
    struct app *app;
    const char *number, *out;
    struct case_archive_terms terms;
    struct instance instance;
    struct api api;
    struct request request; /* of nobody: where papers are made */
};

static err_t make_pdf(struct buf *out, const struct case_paper *c, void *arg, struct err *e)
{
    struct archiving *x = arg;
    struct paper_pdf said;
    return cases_paper_pdf(out, &said, c, &x->request, e);
}

static err_t find_case(struct flow_case *out, const struct archiving *x, struct err *e)
{
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    int64_t id = 0;
    err_t rc = store_reader_get(&db, x->instance.store, e);
    bool is_id = str_to_i64(&id, str_of(x->number)); /* a number has a hyphen */
    if (rc == OK)
        rc = is_id
                 ? db_query(&st, db, "SELECT id FROM flow_case WHERE id = ?1", VALUES(v_i64(id)), e)
                 : db_query(&st, db, "SELECT id FROM flow_case WHERE number = ?1",
                            VALUES(v_str(str_of(x->number))), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        id = stmt_i64(st, 0);
    stmt_free(st);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND,
                     "there is no case %s: give its number, 2026-000012, or its id, 12", x->number);
    if (rc == OK)
        rc = flow_case_read(out, db, id, x->app->arena, e);
    store_reader_put(x->instance.store, db);
    return rc;
}

static err_t write_piece(const struct fs *fs, int fd, struct bytes piece, const char *path,
                         struct err *e)
{
    for (size_t at = 0; at < piece.len;) {
        ssize_t n = fs->write(fs, fd, piece.ptr + at, piece.len - at);
        if (n < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot write %s", path);
        at += n > 0 ? (size_t)n : 0;
    }
    return OK;
}

/* It appears whole or not at all. */
static err_t write_file(const struct archiving *x, struct case_archive *a, struct err *e)
{
    const struct fs *fs = x->app->fs;
    const char *temporary = arena_printf(x->app->arena, "%s.new", x->out).ptr;
    struct bytes piece = {NULL, 1};
    int fd = fs->open(fs, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(e, errno, "cannot create %s", temporary);
    struct case_archive_reader *r = case_archive_read(a);
    err_t rc = OK;
    while (rc == OK && piece.len > 0)
        if ((rc = case_archive_next(&piece, r, e)) == OK)
            rc = write_piece(fs, fd, piece, temporary, e);
    case_archive_read_end(r);
    if (rc == OK && fs->fsync(fs, fd) != 0)
        rc = err_errno(e, errno, "cannot write %s to the disk", temporary);
    fs->close(fs, fd);
    if (rc == OK)
        rc = fs_publish(fs, temporary, x->out, e);
    else
        (void)fs->unlink(fs, temporary);
    return rc;
}

/* The digest of the package is an entry of its own, after that of its catalogue. */
static err_t pack(const struct archiving *x, struct case_archive *a, struct err *e)
{
    err_t rc = instance_sign(x->app, x->instance.store, &x->instance.suite, e);
    if (rc == OK)
        rc = case_archive_prove(a, e);
    for (int i = 0; rc == E_BUSY && i < WAITS; i++) {
        (void)usleep(WAIT_US); /* the server, which has that part, signs within a second */
        rc = case_archive_prove(a, e);
    }
    if (rc == OK)
        rc = write_file(x, a, e);
    if (rc == OK)
        rc = case_archive_packed(a, e);
    return rc == OK ? instance_sign(x->app, x->instance.store, &x->instance.suite, e) : rc;
}

static err_t make(struct case_archive **a, struct archiving *x, struct packs *packs,
                  const struct calendar *calendar, struct err *e)
{
    struct subject program;
    struct str today = business_date(clock_now_ms(x->app->clock), x->app->arena);
    const struct case_archive_parts parts = {.pdf = make_pdf,
                                             .arg = x,
                                             .files = &x->instance.files,
                                             .tmpdir = x->app->data,
                                             .secrets = true};
    struct faults faults = {0};
    struct programme p;
    struct flow_call call = {.by = &program, .today = today, .arena = x->app->arena};
    subject_program(&program, today);
    programme_init(&p, &x->instance.kernel, packs, calendar, x->app->arena);
    err_t rc = find_case(&call.c, x, e);
    if (rc == OK)
        rc = programme_case(&call, &p, e);
    if (rc == OK)
        rc = case_archive_make(a, &faults, &call, &p, &parts, &x->terms, e);
    return rc == OK ? pack(x, *a, e) : rc;
}

static int print(const struct archiving *x, const struct case_archive_said *said)
{
    struct buf b;
    struct jout j;
    if (!x->app->json) {
        say(stdout, msg("%s: %zu files, %lld bytes, digest %.*s\n"), x->out, said->members,
            (long long)said->bytes, STR_ARG(said->digest));
        say(stdout, msg("Kept %.*s (%.*s)\n"), STR_ARG(said->retention), STR_ARG(said->source));
        if (said->not_issued)
            say(stdout, msg("Papers that were not issued, as the catalogue says: %zu\n"),
                said->not_issued);
        return EXIT_DONE;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair(&j, "file", str_of(x->out));
    jout_pair_i64(&j, "bytes", said->bytes);
    jout_pair_i64(&j, "members", (int64_t)said->members);
    jout_pair_i64(&j, "withheld", (int64_t)said->withheld);
    jout_pair(&j, "catalogue_digest", said->catalogue_digest);
    jout_pair(&j, "file_digest", said->digest);
    jout_pair(&j, "retention", said->retention);
    jout_pair(&j, "retention_source", said->source);
    jout_pair_i64(&j, "not_issued", (int64_t)said->not_issued);
    jout_pair(&j, "entry", said->entry);
    jout_end_object(&j);
    int code = print_json(x->app, &b);
    buf_clear(&b);
    return code;
}

static int archive(struct archiving *x)
{
    struct app *app = x->app;
    const struct calendar *calendar = NULL;
    struct packs *packs = NULL;
    struct case_archive *a = NULL;
    struct case_archive_said said;
    struct err e;
    int code;
    err_t rc = policy_calendar(&calendar, app, &e);
    if (rc == OK)
        rc = policy_packs_counting(&packs, app, &e);
    if (rc == OK)
        rc = instance_kernel(&x->instance, app, &e);
    if (rc == OK) {
        x->api =
            (struct api){.store = x->instance.store,
                         .kernel = &x->instance.kernel,
                         .clock = app->clock,
                         .data_dir = app->data,
                         .press = {.program = program_beside_us(app->arena, "zhiyun-paper"),
                                   .fonts = arena_printf(app->arena, "%s/fonts", app->data).ptr}};
        x->request = (struct request){.api = &x->api, .arena = app->arena};
        rc = public_address_load(&x->api, &e);
        if (rc == OK)
            rc = make(&a, x, packs, calendar, &e);
        public_address_free(&x->api);
        instance_close(&x->instance);
    }
    packs_close(packs);
    if (rc == OK)
        case_archive_say(&said, a);
    code = rc == OK ? print(x, &said) : fail(app, &e);
    case_archive_free(a);
    return code;
}

static int run_archive(struct app *app, int argc, char **argv)
{
    struct archiving x = {.app = app};
    struct args args;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        struct str *text = args_is(&args, "--retention", NULL)        ? &x.terms.retention
                           : args_is(&args, "--source", NULL)         ? &x.terms.source
                           : args_is(&args, "--missing-reason", NULL) ? &x.terms.missing_reason
                                                                      : NULL;
        if (!args.name && !x.number) {
            x.number = args.value;
            continue;
        }
        if (!text && !args_is(&args, "--out", NULL))
            return usage_unknown(&args, "archive");
        const char *value = args_value(&args, "archive");
        if (!value)
            return EXIT_USAGE;
        if (text)
            *text = str_of(value);
        else
            x.out = value;
    }
    if (!x.number || !x.out)
        return usage_error("archive", "say which case, by its number or id, and --out FILE");
    return archive(&x);
}

const struct command command_archive = {
    "archive",
    N_("CASE --out FILE [--retention CLASS --source TEXT] [--missing-reason TEXT]"),
    N_("writes a closed case as one package that lasts"),
    run_archive,
    N_("  CASE                its number, 2026-000012, or its id\n"
       "  --out FILE          the package, a ZIP; `zhiyun verify --archive` checks it anywhere\n"
       "  --retention CLASS   how long it is kept, as its source says it (default: the office's "
       "rule)\n"
       "  --source TEXT       document and clause that say so\n"
       "  --missing-reason TEXT  why papers that its process owes were not issued; they stand in "
       "the "
       "catalogue\n"),
    NULL};
