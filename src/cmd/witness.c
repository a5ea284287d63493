/* zhiyun witness: both sides of cosigning. A witness needs no instance: a key file,
 * a folder for its memory and the log's key are all it has. */
#include "audit/witness.h"
#include "audit/rows.h"
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define REQUEST_BYTES_MAX ((size_t)128 << 10)

struct asked {
    const char *what, *operand;
    const char *key, *state, *suite;
    VEC(struct note_key) logs;
    size_t from, size;
    bool has_size;
};

/* A file, or standard input for "-" and where none is named. */
static err_t read_input(struct str *out, struct app *app, const char *path, struct err *e)
{
    struct bytes file;
    struct buf b;
    size_t n;
    char *to;
    if (path && strcmp(path, "-") != 0) {
        err_t rc = fs_read(&file, app->fs, path, REQUEST_BYTES_MAX, app->arena, e);
        *out = rc == OK ? bytes_str(file) : STR_NONE;
        return rc;
    }
    buf_init(&b, REQUEST_BYTES_MAX);
    while ((to = buf_reserve(&b, 4096)) != NULL && (n = fread(to, 1, 4096, stdin)) > 0)
        b.len += n;
    err_t rc = !to ? err_set(e, E_LIMIT, "standard input: larger than %zu bytes", REQUEST_BYTES_MAX)
               : ferror(stdin) ? err_errno(e, errno, "cannot read standard input")
                               : OK;
    *out = buf_take(&b, app->arena);
    return rc;
}

/* --- at the witness -------------------------------------------------------------------- */

static int make_key(struct app *app, const struct asked *q)
{
    struct note_signer signer;
    struct log_suite suite;
    struct err e;
    if (!q->operand || !q->key)
        return usage_error("witness", "new NAME --key FILE");
    if (!note_name_valid(str_of(q->operand)))
        return usage_error("witness", "a name has 3 to 100 characters of a-z 0-9 . - /");
    if (log_suite_init(&suite, str_of(q->suite ? q->suite : "sha256-ed25519"), STR("new"), &e) !=
        OK)
        return usage_error("witness", "%s", e.text);
    if (access(q->key, F_OK) == 0) {
        (void)err_set(&e, E_INVALID, "%s: there is a key already", q->key);
        return fail(app, &e);
    }
    note_signer_make(&signer, str_of(q->operand), NOTE_COSIGNER, suite.sign);
    struct str text = arena_join(app->arena, note_signer_text(&signer, app->arena), STR("\n"));
    struct str vkey = note_key_text(&signer.key, app->arena);
    note_signer_clear(&signer);
    if (fs_write_synced(app->fs, q->key, str_bytes(text), &e) != OK ||
        fs_sync_dir_of(app->fs, q->key, &e) != OK)
        return fail(app, &e);
    return print_text(app, "key", app->json ? vkey : arena_join(app->arena, vkey, STR("\n")));
}

static err_t read_signer(struct note_signer *out, const struct app *app, const char *path,
                         struct err *e)
{
    struct bytes file;
    *out = (struct note_signer){.secret = NULL};
    err_t rc = fs_read(&file, app->fs, path, 4096, app->arena, e);
    if (rc == OK)
        rc = note_signer_parse(out, str_trim(bytes_str(file)), e);
    if (rc == OK && out->key.use != NOTE_COSIGNER)
        rc = err_set(e, E_INVALID, "it is the key of a log");
    if (rc != OK)
        err_note(e, "%s", path);
    return rc;
}

static int cosign(struct app *app, const struct asked *q)
{
    struct note_signer signer;
    struct str request;
    struct buf answer = {0};
    uint64_t last;
    int code = EXIT_DONE;
    struct err e;
    if (!q->key || !q->state || q->logs.len == 0)
        return usage_error("witness", "cosign --key FILE --log KEY --state FOLDER [REQUEST]");
    if (read_signer(&signer, app, q->key, &e) != OK) {
        note_signer_clear(&signer);
        return fail(app, &e);
    }
    struct witness w = {.signer = &signer,
                        .logs = q->logs.ptr,
                        .log_count = q->logs.len,
                        .fs = app->fs,
                        .dir = q->state,
                        .clock = app->clock};
    err_t rc = read_input(&request, app, q->operand, &e);
    if (rc == OK && (rc = witness_cosign(&answer, &last, &w, request, &e)) == OK)
        code = print_text(app, "answer", buf_str(&answer));
    buf_clear(&answer);
    note_signer_clear(&signer);
    if (rc == OK)
        return code;
    (void)fail(app, &e);
    /* A head that contradicts what was seen is the fault a witness looks for. */
    return rc == E_INVALID || rc == E_DENIED ? EXIT_FAULT_FOUND : exit_code_of(rc);
}

/* --- in the log's instance --------------------------------------------------------------- */

static int make_request(struct app *app, const struct asked *q)
{
    struct store *store = NULL;
    struct log_suite suite;
    struct buf b = {0};
    struct err e;
    err_t rc = instance_open_untyped(&store, app, false, &e);
    if (rc == OK && (rc = instance_log(&suite, app, store, NULL, &e)) == OK)
        rc = instance_sign(app, store, &suite, &e);
    if (rc == OK)
        rc = STORE_READ(db, store, &e,
                        witness_request_write(&b, db, &suite, q->from, app->arena, &e));
    int code = rc == OK ? print_text(app, "request", buf_str(&b)) : EXIT_DONE;
    buf_clear(&b);
    store_close(store);
    return rc == OK ? code : fail(app, &e);
}

static int trust_witness(struct app *app, const struct asked *q)
{
    struct note_key key;
    struct err e;
    const char *dir = arena_printf(app->arena, "%s/keys", app->data).ptr;
    if (!q->operand)
        return usage_error("witness", "trust KEY");
    if (note_key_parse(&key, str_of(q->operand), &e) != OK ||
        fs_make_dirs(app->fs, dir, &e) != OK || witness_list_add(app->fs, dir, &key, &e) != OK)
        return fail(app, &e);
    if (app->json)
        return print_text(app, "name", str_of(key.name));
    if (!app->quiet)
        say(stdout, msg("%s is a witness of this log\n"), key.name);
    return EXIT_DONE;
}

static int keep_answer(struct app *app, const struct asked *q)
{
    struct store *store = NULL;
    struct log_suite suite;
    struct witness_list known;
    struct str line;
    struct err e;
    const char *dir = arena_printf(app->arena, "%s/keys", app->data).ptr;
    if (!q->has_size)
        return usage_error("witness", "keep --size N [ANSWER]: of which head?");
    err_t rc = read_input(&line, app, q->operand, &e);
    if (rc == OK && (rc = witness_list_read(&known, app->fs, dir, &e)) == OK &&
        (rc = instance_open_untyped(&store, app, false, &e)) == OK &&
        (rc = instance_log(&suite, app, store, NULL, &e)) == OK)
        rc = witness_answer_keep(store, &suite, &known, q->size, line, &e);
    store_close(store);
    if (rc == E_NOTFOUND)
        rc = e.kind = E_INVALID;
    return rc == OK ? EXIT_DONE : fail(app, &e);
}

static int run_witness(struct app *app, int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct app *app, const struct asked *q);
    } parts[] = {{"new", make_key},
                 {"cosign", cosign},
                 {"request", make_request},
                 {"trust", trust_witness},
                 {"keep", keep_answer}};
    struct args args;
    struct asked q = {.what = NULL};
    struct note_key key;
    struct err e;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char **target = args_is(&args, "--key", NULL)     ? &q.key
                              : args_is(&args, "--state", NULL) ? &q.state
                              : args_is(&args, "--suite", NULL) ? &q.suite
                                                                : NULL;
        if (target || args_is(&args, "--log", NULL)) {
            const char *value = args_value(&args, "witness");
            if (!value)
                return EXIT_USAGE;
            if (target)
                *target = value;
            else if (note_key_parse(&key, str_of(value), &e) != OK)
                return fail(app, &e);
            else
                VEC_PUSH(app->arena, &q.logs, key);
        } else if (args_is(&args, "--from", NULL)) {
            if (!args_number(&q.from, &args, "witness", 0, INT64_MAX))
                return EXIT_USAGE;
        } else if (args_is(&args, "--size", NULL)) {
            if (!args_number(&q.size, &args, "witness", 0, INT64_MAX))
                return EXIT_USAGE;
            q.has_size = true;
        } else if (args.name || q.operand) {
            return usage_unknown(&args, "witness");
        } else if (!q.what) {
            q.what = args.value;
        } else {
            q.operand = args.value;
        }
    }
    for (size_t i = 0; q.what && i < ARRAY_LEN(parts); i++)
        if (strcmp(q.what, parts[i].name) == 0)
            return parts[i].run(app, &q);
    return usage_error("witness", "new, cosign, request, trust or keep?");
}

const struct command command_witness = {
    "witness",
    N_("new | cosign | request | trust | keep"),
    N_("cosigns heads of an evidence log, or asks a witness to"),
    run_witness,
    N_("At the witness, which needs no instance:\n"
       "  new NAME --key FILE [--suite SUITE]   makes its key, prints the public half\n"
       "  cosign --key FILE --log KEY --state FOLDER [REQUEST]\n"
       "                                        checks that the log only grew, prints the answer\n"
       "In the log's instance:\n"
       "  request [--from SIZE]                 prints a request, from what the witness saw last\n"
       "  trust KEY                             its word counts here\n"
       "  keep --size N [ANSWER]                keeps its answer under the head of N entries\n"
       "REQUEST and ANSWER are files; without one, standard input.\n"
       "Exit of cosign: 1 when the log forked or was rewritten.\n"),
    NULL};
