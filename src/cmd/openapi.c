/* zhiyun openapi: the description of the HTTP API, with the record types of the
 * instance's folder, where there is one, besides those built in. */
#include "api/resource.h"
#include "base/msg.h"
#include "cmd/cmd.h"

static int run_openapi(struct app *app, int argc, char **argv)
{
    const struct type_finding *findings;
    struct record_types *types;
    struct args args;
    struct buf b;
    struct err e;
    size_t count;
    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "openapi");
    if (record_types_load(&types, instance_types_folder(app), &findings, &count, app->arena, &e) !=
        OK)
        return fail(app, &e);
    buf_init(&b, 0);
    openapi_json(&b, types);
    int code = print_json(app, &b);
    buf_clear(&b);
    record_types_free(types);
    return code;
}

const struct command command_openapi = {"openapi", "", N_("prints the OpenAPI 3.1 description"),
                                        run_openapi, NULL};
