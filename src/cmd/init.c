/* zhiyun init: a new, empty instance. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include "search/search.h"
#include <stdio.h>

static int run_init(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    struct store *store = NULL;
    struct buf b;
    struct jout j;

    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "init");
    bool fresh = instance_open(&store, app, false, &e) != OK;
    if (fresh && instance_open(&store, app, true, &e) != OK)
        return fail(app, &e);
    const char *name = arena_printf(app->arena, "%s", store_name(store)).ptr;
    store_close(store);
    if (!app->json) {
        say(stdout,
            fresh ? msg("A new instance in %s; records in %s\n")
                  : msg("There is an instance in %s already, records in %s; nothing was changed\n"),
            app->data, name);
        return EXIT_DONE;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "data");
    jout_z(&j, app->data);
    jout_name(&j, "store");
    jout_z(&j, name);
    /* The evidence log signs with this key; an instance without a log has none. */
    jout_name(&j, "log_key");
    jout_null(&j);
    jout_end_object(&j);
    int code = print_json(app, &b);
    buf_clear(&b);
    return code;
}

const struct command command_init = {"init", "", N_("makes a new, empty instance"), run_init, NULL};
