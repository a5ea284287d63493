/* zhiyun show: everything that is held of one patent, by its number in any
 * spelling. A number without kind may mean several documents: all are shown.
 * For people the record is laid out from its JSON, under the names that the API
 * and the dump use, so that no field can be forgotten here. */
#include "base/date.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "model/patent_store.h"
#include <stdio.h>

struct shown {
    int64_t id;
    struct str record; /* JSON */
    const struct patent_source *sources;
    size_t source_count;
};

static void print_value(const struct jvalue *v, int depth);

static bool is_empty(const struct jvalue *v)
{
    bool nested = v->type == J_ARRAY || v->type == J_OBJECT;
    return v->type == J_NULL || (nested && v->count == 0);
}

static void print_members(const struct jvalue *v, int depth)
{
    for (size_t i = 0; i < v->count; i++) {
        const struct jvalue *item = &v->items[i];
        if (is_empty(item))
            continue;
        fprintf(stdout, "%*s", depth * 2, "");
        if (v->type == J_OBJECT) {
            say_line(stdout, v->names[i]);
            fputs(":", stdout);
        } else {
            fputs("-", stdout);
        }
        print_value(item, depth + 1);
    }
}

static void print_value(const struct jvalue *v, int depth)
{
    if (v->type == J_ARRAY || v->type == J_OBJECT) {
        putchar('\n');
        print_members(v, depth);
        return;
    }
    putchar(' ');
    if (v->type == J_TRUE || v->type == J_FALSE)
        fputs(v->type == J_TRUE ? "true" : "false", stdout);
    else
        say_str(stdout, v->text);
    putchar('\n');
}

static err_t print_patent(const struct shown *s, struct arena *a, struct err *e)
{
    const struct jvalue *record;
    size_t duplicates = 0;
    err_t rc = jin_parse(&record, s->record, JIN_KEEP_LAST, &duplicates, a, e);

    if (rc != OK)
        return rc;
    print_members(record, 0);
    say(stdout, "%s\n", msg("sources:"));
    for (size_t i = 0; i < s->source_count; i++) {
        const struct patent_source *from = &s->sources[i];
        char when[21];
        time_format(when, from->received_ms);
        say(stdout, "  %s  %.*s", when, STR_ARG(from->source));
        if (from->source_id.len)
            say(stdout, "  %.*s", STR_ARG(from->source_id));
        if (from->file.len)
            say(stdout, "  %.*s", STR_ARG(from->file));
        if (from->row > 0)
            say(stdout, ":%lld", (long long)from->row);
        putchar('\n');
    }
    putchar('\n');
    return OK;
}

static void write_patent(struct jout *j, const struct shown *s)
{
    jout_object(j);
    jout_pair_i64(j, "id", s->id);
    jout_pair_raw(j, "record", s->record);
    jout_pair_array(j, "sources");
    for (size_t i = 0; i < s->source_count; i++) {
        const struct patent_source *from = &s->sources[i];
        char when[21];
        time_format(when, from->received_ms);
        jout_object(j);
        jout_pair(j, "source", from->source);
        jout_pair(j, "source_id", from->source_id);
        jout_pair(j, "file", from->file);
        if (from->row > 0)
            jout_pair_i64(j, "row", from->row);
        jout_pair(j, "received", str_of(when));
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static err_t read_all(struct shown **out, size_t *count, struct db *db, struct str number,
                      struct arena *a, struct err *e)
{
    const int64_t *ids;
    err_t rc = patent_find(&ids, count, db, number, a, e);

    if (rc != OK)
        return rc;
    if (*count == 0)
        return err_set(e, E_NOTFOUND, "no patent is held under the number '%.*s'", STR_ARG(number));
    *out = arena_array(a, *count, sizeof(**out));
    for (size_t i = 0; rc == OK && i < *count; i++) {
        struct shown *s = &(*out)[i];
        s->id = ids[i];
        if ((rc = patent_get_json(&s->record, db, s->id, a, e)) == OK)
            rc = patent_sources(&s->sources, &s->source_count, db, s->id, a, e);
    }
    return rc;
}

static int show(struct app *app, const struct shown *list, size_t count)
{
    struct err e;
    struct buf b;
    struct jout j;

    if (!app->json) {
        for (size_t i = 0; i < count; i++)
            if (print_patent(&list[i], app->arena, &e) != OK)
                return fail(app, &e);
        return EXIT_DONE;
    }
    buf_init(&b, (size_t)2 << 30);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_array(&j, "patents");
    for (size_t i = 0; i < count; i++)
        write_patent(&j, &list[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    return print_json(app, &b);
}

static int run_show(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    struct store *store = NULL;
    struct db *db = NULL;
    struct shown *list = NULL;
    struct str number = STR_NONE;
    size_t count = 0;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name || number.len)
            return usage_unknown(&args, "show");
        number = str_of(args.value);
    }
    if (number.len == 0)
        return usage_error("show", "which patent? Give its number");
    if (instance_open_untyped(&store, app, false, &e) != OK)
        return fail(app, &e);
    err_t rc = store_reader_get(&db, store, &e);
    if (rc == OK)
        rc = read_all(&list, &count, db, number, app->arena, &e);
    store_reader_put(store, db);
    int code = rc == OK           ? show(app, list, count)
               : rc == E_NOTFOUND ? (fail(app, &e), EXIT_FAULT_FOUND)
                                  : fail(app, &e);
    store_close(store);
    return code;
}

const struct command command_show = {
    "show",   N_("NUMBER"), N_("prints one patent with all its fields and sources"),
    run_show, NULL,         NULL};
