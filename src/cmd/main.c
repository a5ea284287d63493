/* zhiyun: global options, then one command. */
#include "base/catalogue.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

static const char global_help[] =
    N_("Global options:\n"
       "  --data DIR     the instance's folder (default ./zhiyun-data)\n"
       "  --store URL    where the records live (default sqlite:DIR/zhiyun.db)\n"
       "  --json         one JSON document on standard output\n"
       "  --quiet        no progress\n"
       "  --lang zh|en   language of messages (default zh; or ZHIYUN_LANG)\n"
       "Exit: 0 done, 1 a fault was found, 2 usage, 3 input refused, 4 store or I/O\n");

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int help(const char *name, FILE *to)
{
    const struct command *c = name ? find_command(name) : NULL;
    if (c) {
        fprintf(to, "zhiyun %s %s\n  %s\n", c->name, *c->arguments ? msg(c->arguments) : "",
                msg(c->summary));
        if (c->help)
            fprintf(to, "\n%s", msg(c->help));
        if (c->help_lists)
            c->help_lists(to);
        fprintf(to, "\n%s", msg(global_help));
        return EXIT_DONE;
    }
    fprintf(to, "%s\n\n", msg("Zhiyun: patent data, search and matching on your own machine"));
    for (size_t i = 0; commands[i]; i++)
        fprintf(to, "  %-10s %s\n", commands[i]->name, msg(commands[i]->summary));
    fprintf(to, "\n%s\n%s", msg("zhiyun help COMMAND says more."), msg(global_help));
    return EXIT_DONE;
}

static bool set_language(const char *value)
{
    if (strcmp(value, "zh") != 0 && strcmp(value, "en") != 0)
        return false;
    msg_set_lang(value[0] == 'z' ? LANG_ZH : LANG_EN);
    return true;
}

/* Takes the global options out of argv, wherever they stand before "--"; what
 * is left is the command with its own. */
static bool take_globals(struct app *app, int *argc, char **argv)
{
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        static const char *const with_value[] = {"--data", "--store", "--lang"};
        const char **target[] = {&app->data, &app->store_url, NULL};
        bool taken = false;
        if (strcmp(argv[i], "--") == 0) {
            while (i < *argc)
                argv[kept++] = argv[i++];
            break;
        }
        if (strcmp(argv[i], "--json") == 0)
            app->json = taken = true;
        else if (strcmp(argv[i], "--quiet") == 0)
            app->quiet = taken = true;
        for (size_t o = 0; o < ARRAY_LEN(with_value) && !taken; o++) {
            size_t len = strlen(with_value[o]);
            if (strncmp(argv[i], with_value[o], len) != 0 ||
                (argv[i][len] != '\0' && argv[i][len] != '='))
                continue;
            const char *value = argv[i][len] == '=' ? argv[i] + len + 1 : argv[++i];
            if (!value || *value == '\0') {
                (void)usage_error("", "option %s needs a value", with_value[o]);
                return false;
            }
            if (target[o])
                *target[o] = value;
            else if (!set_language(value)) {
                (void)usage_error("", "--lang takes zh or en, not '%s'", value);
                return false;
            }
            taken = true;
        }
        if (!taken)
            argv[kept++] = argv[i];
    }
    *argc = kept;
    argv[kept] = NULL;
    return true;
}

/* Large texts go back to the system when they are freed. By itself malloc learns
 * from the first of them to keep such blocks in its heaps, where they lie about in
 * pieces: an import of records of 10 MB took 400 MB instead of 280. Each thread has a heap; what is free at its end goes
 * back early: 16 MB for each made it 134 instead of 122 for 4,000 records in two languages, and no faster. */
static void keep_memory_low(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

/* It holds the keys of the log and of the files: no other process of the same user looks into it, and no picture
 * of its memory is left on a disk. A sanitizer looks for leaks from outside. */
static void keep_others_out(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* fails for no valid argument */
#endif
}

int main(int argc, char **argv)
{
    struct clock_watch watch;
    struct app app = {
        .data = "zhiyun-data", .clock = &watch.clock, .watch = &watch, .fs = &fs_system};
    const char *lang = getenv("ZHIYUN_LANG");
    int code;

    clock_watch_init(&watch, &clock_system);
    keep_others_out();
    keep_memory_low();
    msg_set_table(catalogue_zh, catalogue_zh_count);
    if (lang)
        (void)set_language(lang); /* an unknown value leaves the default */
    signal(SIGPIPE, SIG_IGN);     /* `zhiyun search … | head`: the write fails and is reported */
    argc--, argv++;
    if (!take_globals(&app, &argc, argv))
        return EXIT_USAGE;
    if (argc == 0) {
        (void)help(NULL, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 ||
        strcmp(argv[0], "-h") == 0)
        return argc > 1 && !find_command(argv[1])
                   ? usage_error("", "there is no command '%s'", argv[1])
                   : help(argc > 1 ? argv[1] : NULL, stdout);
    if (strcmp(argv[0], "version") == 0 || strcmp(argv[0], "--version") == 0) {
        puts("zhiyun " ZHIYUN_VERSION);
        return EXIT_DONE;
    }
    const struct command *command = find_command(argv[0]);
    if (!command && argv[0][0] == '-')
        return usage_error("", "%s stands before a command: options of a command come after it",
                           argv[0]);
    if (!command)
        return usage_error("", "there is no command '%s'", argv[0]);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return help(command->name, stdout);

    app.arena = arena_new();
    if (!app.store_url)
        app.store_url = arena_printf(app.arena, "sqlite:%s/zhiyun.db", app.data).ptr;
    app.index_dir = arena_printf(app.arena, "%s/index", app.data).ptr;
    code = command->run(&app, argc - 1, argv + 1);
    if (code == EXIT_DONE)
        code = finish_output();
    arena_free(app.arena);
    return code;
}
