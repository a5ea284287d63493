/* zhiyun types: the record types of the program and of this instance, and what
 * is wrong with their files. */
#include "base/limits.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include <stdio.h>

/* --- lint ------------------------------------------------------------------------ */

static void print_findings(const struct type_finding *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        say_line(stdout, f[i].file);
        say(stdout, ":%d: %s", f[i].line, f[i].advice ? msg("advice: ") : "");
        say_line(stdout, f[i].reason);
        putchar('\n');
    }
}

static int findings_json(const struct app *app, const struct type_finding *f, size_t count)
{
    struct jout j;
    jout_open(&j);
    jout_pair_array(&j, "findings");
    for (size_t i = 0; i < count; i++) {
        jout_object(&j);
        jout_pair(&j, "file", f[i].file);
        jout_pair_i64(&j, "line", f[i].line);
        jout_pair(&j, "reason", f[i].reason);
        if (f[i].advice)
            jout_pair_bool(&j, "advice", true);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    return print_json(app, j.to);
}

static int report(const struct app *app, const struct type_finding *f, size_t count,
                  size_t file_count)
{
    int code = EXIT_DONE;
    size_t faults = 0;
    for (size_t i = 0; i < count; i++)
        faults += !f[i].advice;
    if (app->json) {
        code = findings_json(app, f, count);
    } else {
        print_findings(f, count);
        if (count == 0)
            say(stdout, msg("%zu files, no fault\n"), file_count);
    }
    return code == EXIT_DONE && faults ? EXIT_FAULT_FOUND : code;
}

/* All types: those of the program, then the instance's. */
static int lint_all(const struct app *app)
{
    struct record_types *set = NULL;
    const struct type_finding *f, *of_sql = NULL;
    size_t count, sql_count = 0, types = 0;
    struct err e;
    err_t rc = record_types_load(&set, instance_types_folder(app), &f, &count, app->arena, &e);
    if (rc == OK)
        rc = record_types_check(set, &of_sql, &sql_count, app->arena, &e);
    if (sql_count) {
        f = of_sql;
        count = sql_count;
    }
    while (set && record_type_at(set, types))
        types++;
    int code = rc == OK || count ? report(app, f, count, types) : fail(app, &e);
    record_types_free(set);
    return code;
}

static int lint_files(const struct app *app, char **files, size_t file_count)
{
    struct record_types *set = NULL;
    const struct type_finding *f = NULL;
    struct type_text *texts = arena_array(app->arena, file_count, sizeof(*texts));
    size_t count = 0;
    struct bytes text;
    struct err e;
    /* Beside the shipped ones alone: an instance's files may be those that are looked at. */
    err_t rc = record_types_load(&set, NULL, &f, &count, app->arena, &e);
    for (size_t i = 0; rc == OK && i < file_count; i++) {
        rc = fs_read(&text, app->fs, files[i], YAML_BYTES_MAX + 1, app->arena, &e);
        texts[i] = (struct type_text){files[i], bytes_str(text)};
    }
    if (rc == OK)
        rc = record_types_lint(&f, &count, texts, file_count, set, app->arena, &e);
    int code = rc == OK || count ? report(app, f, count, file_count) : fail(app, &e);
    record_types_free(set);
    return code;
}

/* --- list -------------------------------------------------------------------------- */

static const char *owner_name(enum owner_kind owner)
{
    switch (owner) {
    case OWNER_UNIT:
        return "unit";
    case OWNER_ACCOUNT:
        return "account";
    case OWNER_OFFICE:
        return "office";
    }
    return "";
}

static void type_json(struct jout *j, const struct record_type *t)
{
    jout_object(j);
    jout_pair(j, "name", t->name);
    jout_pair_object(j, "label");
    jout_pair(j, "zh", t->label.zh);
    jout_pair(j, "en", t->label.en);
    jout_end_object(j);
    jout_pair(j, "file", t->file);
    jout_pair(j, "table", t->table);
    jout_pair(j, "owner", str_of(owner_name(t->owner)));
    jout_pair_i64(j, "fields", (int64_t)t->field_count);
    jout_pair(j, "facts", t->facts);
    jout_pair(j, "digest", t->digest);
    jout_end_object(j);
}

static int list_json(const struct app *app, const struct record_types *set)
{
    struct jout j;
    jout_open(&j);
    jout_pair_array(&j, "types");
    for (size_t i = 0; record_type_at(set, i); i++)
        type_json(&j, record_type_at(set, i));
    jout_end_array(&j);
    jout_end_object(&j);
    return print_json(app, j.to);
}

static int list(const struct app *app)
{
    struct record_types *set = NULL;
    const struct type_finding *f;
    size_t count;
    struct err e;
    int code = EXIT_DONE;
    if (record_types_load(&set, instance_types_folder(app), &f, &count, app->arena, &e) != OK)
        return fail(app, &e);
    if (app->json)
        code = list_json(app, set);
    for (size_t i = 0; !app->json && record_type_at(set, i); i++) {
        const struct record_type *t = record_type_at(set, i);
        say(stdout, "%-22.*s %3zu  ", STR_ARG(t->name), t->field_count);
        say_line(stdout, record_type_label(t));
        putchar('\n');
    }
    record_types_free(set);
    return code;
}

static int run_types(struct app *app, int argc, char **argv)
{
    struct args args;
    const char *what = NULL;
    char **files = arena_array(app->arena, (size_t)argc + 1, sizeof(*files));
    size_t file_count = 0;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name)
            return usage_unknown(&args, "types");
        if (!what)
            what = args.value;
        else
            files[file_count++] = argv[args.at - 1];
    }
    bool lint = what && strcmp(what, "lint") == 0;
    if (!lint && (!what || strcmp(what, "list") != 0))
        return usage_error("types", "say what: list or lint");
    if (!lint && file_count)
        return usage_error("types", "'%s' is one argument too many", files[0]);
    if (!lint)
        return list(app);
    return file_count ? lint_files(app, files, file_count) : lint_all(app);
}

const struct command command_types = {
    "types",
    N_("list | lint [FILE…]"),
    N_("lists the kinds of record, or says what is wrong with their files"),
    run_types,
    N_("  list          name, number of fields and label of each kind\n"
       "  lint          every type of the program and of the instance's folder types;\n"
       "                with FILE… these files, beside the program's types. Each fault with file,\n"
       "                line and reason; exit 1 when there is one\n"),
    NULL};
