/* zhiyun dump: every record with its sources, one JSON line each, in the order
 * of their keys and without row numbers or times, so that two stores with the
 * same content give the same bytes. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include "model/patent_store.h"
#include <stdio.h>

static bool print_line(void *arg, struct str json)
{
    (void)arg;
    return fwrite(json.ptr, 1, json.len, stdout) == json.len && putchar('\n') != EOF;
}

static int run_dump(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    struct store *store = NULL;

    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "dump");
    if (instance_open_untyped(&store, app, false, &e) != OK)
        return fail(app, &e);
    err_t rc = STORE_READ(db, store, &e, patent_dump(db, print_line, NULL, &e));
    store_close(store);
    return rc == OK ? EXIT_DONE : fail(app, &e);
}

const struct command command_dump = {
    "dump", "", N_("prints every record with its sources, one JSON line each, always alike"),
    run_dump, NULL};
