/* zhiyun imports: what was brought in, what it changed, and taking it back. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include "ingest/import_report.h"
#include "ingest/import_undo.h"
#include <stdio.h>

#define PAGE 200 /* imports read, or publications compared, at a time */

static void print_one(const struct publication_import *i)
{
    char when[21] = "-";
    if (i->begun_ms)
        time_format(when, i->begun_ms);
    say(stdout, "%lld  %s  %.*s  %.*s  ", (long long)i->id, when, STR_ARG(i->state),
        STR_ARG(i->source.len ? i->source : STR("-")));
    say_line(stdout, i->name);
    say(stdout, msg("  %lld records\n"), (long long)i->records);
}

static int one(const struct app *app, const struct publication_import *i)
{
    struct buf b;
    struct jout j;
    if (!app->json) {
        print_one(i);
        return EXIT_DONE;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    import_json(&j, i);
    return print_json(app, &b);
}

static err_t list(struct buf *b, const struct app *app, struct db *db, struct err *e)
{
    static const struct publication_reach all = {.all = true};
    struct publication_imports page = {.more = true};
    int64_t before = INT64_MAX;
    struct jout j;
    err_t rc = OK;
    jout_init(&j, b);
    jout_object(&j);
    jout_pair_array(&j, "items");
    while (rc == OK && page.more) {
        rc = publication_import_list(&page, db, &all, before, PAGE, app->arena, e);
        for (size_t i = 0; rc == OK && i < page.count; i++) {
            import_json(&j, &page.list[i]);
            if (!app->json)
                print_one(&page.list[i]);
            before = page.list[i].id;
        }
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "total", page.total);
    jout_end_object(&j);
    return rc;
}

static err_t changes(struct buf *b, const struct app *app, struct db *db, int64_t id, struct err *e)
{
    struct publication_import i;
    int64_t total = 0, after = 0;
    struct jout j;
    err_t rc = publication_import_get(&i, db, id, app->arena, e);
    jout_init(&j, b);
    jout_object(&j);
    jout_pair_array(&j, "items");
    do {
        if (rc == OK)
            rc = import_changes_json(&j, &total, &after, db, id, after, PAGE, app->arena, e);
    } while (rc == OK && after > 0);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", total);
    jout_end_object(&j);
    return rc;
}

/* The list, or with an id what that import changes; the latter is JSON in any case. */
static int show(struct app *app, int64_t id)
{
    struct store *store = NULL;
    struct db *db = NULL;
    struct err e;
    struct buf b;
    int code = EXIT_DONE;
    buf_init(&b, (size_t)2 << 30);
    err_t rc = instance_open_untyped(&store, app, false, &e);
    if (rc == OK && (rc = store_reader_get(&db, store, &e)) == OK) {
        rc = id ? changes(&b, app, db, id, &e) : list(&b, app, db, &e);
        store_reader_put(store, db);
    }
    if (rc != OK)
        code = fail(app, &e);
    else if (app->json || id)
        code = print_json(app, &b);
    buf_clear(&b);
    store_close(store);
    return code;
}

static err_t take_back(struct publication_import *out, struct app *app, struct store *store,
                       int64_t id, struct err *e)
{
    struct log_suite suite;
    struct subject program;
    err_t rc = instance_log(&suite, app, store, NULL, e);
    if (rc != OK)
        return rc;
    subject_program(&program, business_date(clock_now_ms(app->clock), app->arena));
    const struct deed d = {
        .suite = &suite, .clock = app->clock, .by = &program, .arena = app->arena};
    if ((rc = import_undo(out, store, &d, id, NULL, e)) == OK)
        rc = index_follow(app->index_dir, store, e);
    return rc == OK ? instance_sign(app, store, &suite, e) : rc;
}

static int undo(struct app *app, int64_t id)
{
    struct publication_import i;
    struct store *store = NULL;
    struct err e;
    err_t rc = instance_open_untyped(&store, app, false, &e);
    if (rc == OK)
        rc = take_back(&i, app, store, id, &e);
    store_close(store);
    return rc == OK ? one(app, &i) : fail(app, &e);
}

static int run_imports(struct app *app, int argc, char **argv)
{
    struct args args;
    struct str words[2] = {{0}};
    size_t count = 0;
    int64_t id = 0;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name)
            return usage_unknown(&args, "imports");
        if (count == 2)
            return usage_error("imports", "one word and one number at most");
        words[count++] = str_of(args.value);
    }
    if (count == 0)
        return show(app, 0);
    bool undoes = str_is(words[0], "undo");
    if (!undoes && !str_is(words[0], "changes"))
        return usage_error("imports", "'%s' is neither changes nor undo", words[0].ptr);
    if (count < 2 || !str_to_i64(&id, words[1]) || id < 1)
        return usage_error("imports", "which import? zhiyun imports lists their numbers");
    return undoes ? undo(app, id) : show(app, id);
}

static const char help[] =
    N_("  (nothing)    the imports, the latest first: number, when, state, source, file\n"
       "  changes ID   what it changes: each publication with its fields as all other sources have "
       "them and as they are with it (JSON)\n"
       "  undo ID      takes it back: each publication is what all other sources say of it\n");

const struct command command_imports = {"imports",
                                        N_("[changes ID | undo ID]"),
                                        N_("what was imported, what it changed; taking it back"),
                                        run_imports,
                                        help,
                                        NULL};
