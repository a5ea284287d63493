/* zhiyun init: a new, empty instance with its keys. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include <stdio.h>

static int run_init(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    struct store *store = NULL;
    struct log_suite suite;
    const char *suite_name = NULL;
    struct str administrator = STR_NONE;
    struct jout j;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (!args_is(&args, "--suite", NULL))
            return usage_unknown(&args, "init");
        if (!(suite_name = args_value(&args, "init")))
            return EXIT_USAGE;
        if (log_suite_init(&suite, str_of(suite_name), STR("zhiyun"), &e) != OK)
            return usage_error("init", "%s", e.text);
    }
    bool fresh = instance_open(&store, app, false, &e) != OK;
    if (fresh && instance_open(&store, app, true, &e) != OK)
        return fail(app, &e);
    const char *name = arena_printf(app->arena, "%s", store_name(store)).ptr;
    err_t rc = instance_log(&suite, app, store, suite_name, &e);
    if (rc == OK && suite_name && strcmp(suite.name, suite_name) != 0)
        rc = err_set(&e, E_CONFLICT,
                     "the evidence log of this instance is of the suite %s and keeps it for life",
                     suite.name);
    if (rc == OK)
        rc = instance_administrator(&administrator, app, store, &suite, &e);
    if (rc == OK)
        rc = instance_sign(app, store, &suite, &e);
    store_close(store);
    if (rc != OK)
        return fail(app, &e);
    struct str key = note_key_text(&suite.key, app->arena);
    if (!app->json) {
        say(stdout,
            fresh ? msg("A new instance in %s; records in %s\n")
                  : msg("There is an instance in %s already, records in %s; nothing was changed\n"),
            app->data, name);
        say(stdout,
            msg("The key of its evidence log, for whoever checks receipts (keep it elsewhere "
                "too):\n  %.*s\n"),
            STR_ARG(key));
        if (administrator.len > 0)
            say(stdout, msg("The security administrator %.*s can sign in.\n"),
                STR_ARG(administrator));
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair_z(&j, "data", app->data);
    jout_pair_z(&j, "store", name);
    jout_pair(&j, "log_key", key);
    jout_pair(&j, "administrator", administrator);
    jout_end_object(&j);
    return print_json(app, j.to);
}

const struct command command_init = {
    "init",
    N_("[--suite SUITE]"),
    N_("makes a new, empty instance"),
    run_init,
    N_("  --suite SUITE  algorithms of the evidence log and of sealing, for life: sha256-ed25519 "
       "(default) or sm3-sm2\n"
       "The first administrator is asked for at a terminal, or taken from ZHIYUN_ADMIN and\n"
       "ZHIYUN_ADMIN_PASSWORD; without either serve prints a link to make one.\n"),
    NULL};
