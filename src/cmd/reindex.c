/* zhiyun reindex: the indexes of documents and of dues are derived data; make them again from the store. */
#include "base/msg.h"
#include "cmd/background.h"
#include "cmd/cmd.h"
#include "search/search.h"
#include <stdio.h>

static err_t rebuild(uint64_t *done, const struct app *app, struct store *store, struct err *e)
{
    struct indexer *x = NULL;
    err_t rc = indexer_open(&x, store, app->index_dir, INDEX_FULL, e);
    if (rc == OK)
        rc = indexer_rebuild(x, done, e);
    if (rc == OK)
        rc = indexer_optimise(x, e);
    indexer_close(x);
    return rc;
}

static int run_reindex(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    struct store *store = NULL;
    uint64_t done = 0;
    int64_t start = clock_monotonic_us(app->clock);

    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "reindex");
    if (instance_open(&store, app, false, &e) != OK)
        return fail(app, &e);
    err_t rc = rebuild(&done, app, store, &e);
    struct kernel k = {.store = store, .types = app->types, .clock = app->clock};
    kernel_init(&k);
    if (rc == OK)
        rc = reindex_dues(&k, &e);
    kernel_clear(&k);
    store_close(store);
    if (rc != OK)
        return fail(app, &e);
    double seconds = (double)(clock_monotonic_us(app->clock) - start) / 1e6;
    if (!app->json) {
        say(stdout, msg("%llu changes indexed in %.1f s\n"), (unsigned long long)done, seconds);
        return EXIT_DONE;
    }
    struct jout j;
    jout_open(&j);
    jout_pair_u64(&j, "changes", done);
    jout_pair_double(&j, "seconds", seconds);
    jout_end_object(&j);
    return print_json(app, j.to);
}

const struct command command_reindex = {"reindex", "", N_("makes the index again from the records"),
                                        run_reindex, NULL};
