/* zhiyun landscape: counts and trends as a table of bars, a picture or JSON. */
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "search/chart.h"
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned width(void)
{
    struct winsize size;
    bool known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return known && size.ws_col > 20 ? size.ws_col : 0;
}

static int show(const struct app *app, const struct landscape_reply *r, size_t rows)
{
    struct buf b = {0};
    int code = EXIT_DONE;
    if (app->json) {
        struct jout j;
        jout_init(&j, &b);
        j.take_part = print_json_part;
        landscape_reply_json(&j, r);
        code = print_json(app, &b);
    } else {
        chart_bars(&b, r, width(), rows);
        say_str(stdout, buf_str(&b));
        if (r->by_families)
            say(stdout, msg("%llu families of %llu records, %.1f ms\n"),
                (unsigned long long)r->families, (unsigned long long)r->total, r->ms);
        else
            say(stdout, msg("%llu records, %.1f ms\n"), (unsigned long long)r->total, r->ms);
        if (r->note.len)
            say(stdout, "%.*s\n", STR_ARG(r->note));
    }
    buf_clear(&b);
    return code;
}

static int run_landscape(struct app *app, int argc, char **argv)
{
    struct landscape_request q = {0};
    struct landscape_reply reply;
    VEC(struct str) filters = {0};
    VEC(struct str) by = {0};
    size_t rows = 0;
    struct args args;
    struct err e;
    struct instance instance;
    struct searcher *searcher = NULL;
    int code;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--rows", NULL)) {
            if (!args_number(&rows, &args, "landscape", 1, 100000))
                return EXIT_USAGE;
            continue;
        }
        if (args_flag(&args, "--families", NULL)) {
            q.families = true;
            continue;
        }
        bool known = args_is(&args, "--query", NULL) || args_is(&args, "--filter", "-f") ||
                     args_is(&args, "--by", NULL);
        if (!known)
            return usage_unknown(&args, "landscape");
        const char *value = args_value(&args, "landscape");
        if (!value)
            return EXIT_USAGE;
        if (args_is(&args, "--query", NULL)) {
            q.query = str_of(value);
        } else if (args_is(&args, "--by", NULL)) {
            struct str rest = str_of(value);
            while (rest.ptr)
                VEC_PUSH(app->arena, &by, str_trim(str_split(&rest, STR(","))));
        } else {
            VEC_PUSH(app->arena, &filters, str_of(value));
        }
    }
    if (by.len == 0)
        return usage_error("landscape", "count by what? --by year, --by year,ipc4 …");
    q.filters = filters.ptr;
    q.filter_count = filters.len;
    q.by = by.ptr;
    q.by_count = by.len;
    if (instance_search(&instance, &q.records, app, q.query, q.filters, q.filter_count, &e) != OK)
        return fail(app, &e);
    err_t rc = searcher_open(&searcher, instance.store, app->index_dir, app->clock, &e);
    if (rc == OK)
        rc = landscape_run(&reply, searcher, &q, app->arena, &e);
    if (rc == E_CORRUPT && searcher && (rc = searcher_mend(searcher, &e)) == OK)
        rc = landscape_run(&reply, searcher, &q, app->arena, &e);
    if (rc != OK)
        code = fail(app, &e);
    else
        code = show(app, &reply, rows);
    searcher_close(searcher);
    instance_close(&instance);
    return code;
}

static void help_lists(FILE *to)
{
    fprintf(to, "\n%s", msg("Dimensions:"));
    for (size_t i = 0; landscape_dimension_name(i); i++)
        fprintf(to, " %s", landscape_dimension_name(i));
    fprintf(to, "\n%s\n",
            msg("year is the publication's, else the grant's, else the application's; published, "
                "granted and applied are years of that date alone"));
}

const struct command command_landscape = {
    "landscape",
    N_("[--query Q] [--filter F]… --by D[,D…]"),
    N_("counts and trends by year, office, class, applicant, region …"),
    run_landscape,
    N_("  --by D[,D…]        one to three of the dimensions below\n"
       "  --query Q          only what this query finds\n"
       "  --filter NAME=VALUE  as in search; may be given again\n"
       "  --families         counts each patent family once per cell\n"
       "  --rows N           bars shown (default 40)\n"),
    help_lists};
