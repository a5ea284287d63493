/* zhiyun openapi: the description of the HTTP API. With --types records are described for each type,
 * those of the instance's folder included, where there is one. */
#include "api/resource.h"
#include "base/msg.h"
#include "cmd/cmd.h"

static int run_openapi(struct app *app, int argc, char **argv)
{
    const struct type_finding *findings;
    struct record_types *types = NULL;
    struct args args;
    struct buf b = {0};
    struct err e;
    size_t count;
    bool each_type = false;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (!args_flag(&args, "--types", NULL))
            return usage_unknown(&args, "openapi");
        each_type = true;
    }
    if (each_type && record_types_load(&types, instance_types_folder(app), &findings, &count,
                                       app->arena, &e) != OK)
        return fail(app, &e);
    openapi_json(&b, types, "/");
    int code = print_json(app, &b);
    buf_clear(&b);
    record_types_free(types);
    return code;
}

const struct command command_openapi = {
    "openapi",
    "[--types]",
    N_("prints the OpenAPI 3.1 description"),
    run_openapi,
    N_("  --types  describes the records of each type by themselves, with all their fields\n"),
    NULL};
