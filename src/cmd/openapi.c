/* zhiyun openapi: the description of the HTTP API, without any instance. */
#include "api/resource.h"
#include "base/msg.h"
#include "cmd/cmd.h"

static int run_openapi(struct app *app, int argc, char **argv)
{
    struct args args;
    struct buf b;
    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "openapi");
    buf_init(&b, 0);
    openapi_json(&b);
    int code = print_json(app, &b);
    buf_clear(&b);
    return code;
}

const struct command command_openapi = {"openapi", "", N_("prints the OpenAPI 3.1 description"),
                                        run_openapi, NULL};
