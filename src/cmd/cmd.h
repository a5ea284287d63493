/* The command line: commands, their common options, exit
 * codes. A command only wires: it opens the parts, calls one function of them
 * and prints what came back, as a table for people or, with --json, as one JSON
 * document for programs. */
#ifndef CMD_CMD_H
#define CMD_CMD_H
#include "audit/sequencer.h"
#include "audit/suite.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "model/file.h"
#include "model/store_read.h"
#include "record/record.h"
#include "text/json.h"
#include <stdio.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAULT_FOUND = 1, /* the work found a fault it was asked to look for */
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3, /* input refused */
    EXIT_STORE = 4    /* store or I/O */
};

struct app {
    const char *data;      /* --data: the instance's folder */
    const char *store_url; /* --store, or "sqlite:<data>/zhiyun.db" */
    const char *index_dir; /* "<data>/index" */
    bool json, quiet;
    const struct clock *clock;
    struct clock_watch *watch; /* whose clock it is */
    const struct fs *fs;
    struct arena *arena; /* lives as long as the command */
    /* Record types of the instance, whose tables the store has: set by instance_open. */
    const struct record_types *types;
    bool makes_demo; /* opens a demo that is not finished (instance_disk) */
};

struct command {
    const char *name;
    const char *arguments; /* for usage; shown through msg() */
    const char *summary;   /* one English sentence; shown through msg() */
    int (*run)(struct app *app, int argc, char **argv); /* argv[0] is the first argument */
    const char *help;                                   /* further lines of --help; NULL: none */
    void (*help_lists)(FILE *to);                       /* and lists made from tables; NULL: none */
};

extern const struct command *const commands[]; /* NULL-terminated */

/* --- options --------------------------------------------------------------- */
/* Walks arguments: options in any place, "--" ends them, "-k 10", "-k10",
 * "--name value" and "--name=value". */
struct args {
    int argc;
    char **argv;
    int at;
    bool only_operands;
    const char *name;  /* current option with its dashes; NULL: an operand */
    const char *value; /* operand, or the option's value once taken */
    const char *inline_value;
};

void args_init(struct args *a, int argc, char **argv);
bool args_next(struct args *a);
bool args_is(const struct args *a, const char *long_name, const char *short_name);
/* As args_is, for an option that takes no value: "--facets=no" is none. */
bool args_flag(const struct args *a, const char *long_name, const char *short_name);
/* The current option's value; NULL and a printed usage error when missing. */
const char *args_value(struct args *a, const char *command);
/* A whole number within bounds, or a printed usage error and false. */
bool args_number(size_t *out, struct args *a, const char *command, size_t low, size_t high);
/* Print what is wrong with the current argument; returns EXIT_USAGE. */
int usage_unknown(const struct args *a, const char *command);
int usage_error(const char *command, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* --- results ---------------------------------------------------------------- */
/* What a person reads. Text from files, records and the command line cannot
 * drive the terminal: control characters and bytes that are not UTF-8 show as
 * U+FFFD; line breaks and tabs stay, with say_line not even these. Our own
 * escape sequences (bar, highlights) are written by fputs. */
void say(FILE *to, const char *fmt, ...) PRINTF_LIKE(2, 3);
void say_str(FILE *to, struct str s);
void say_line(FILE *to, struct str s);

/* Print "zhiyun: <sentence>" on stderr (as {"error":…} on stdout too with
 * --json); returns the exit code of the kind. */
int fail(const struct app *app, const struct err *e);
int exit_code_of(err_t kind);

/* A text for programs to take on: as it is, or with --json as {name: text}. */
int print_text(const struct app *app, const char *name, struct str text);

/* Write a finished JSON document and a line feed to stdout; the buffer is cleared. */
int print_json(const struct app *app, struct buf *json);
/* For struct jout's take_part: writes a long document in parts, of which print_json writes the last. */
void print_json_part(void *app, struct buf *text);

/* Flush standard output; when anything printed there did not arrive, says so
 * and returns EXIT_STORE. main calls it after every command. */
int finish_output(void);

/* One line from the terminal, without its end; hidden: it is not shown. False: there was
 * none, or an empty one. */
bool ask(struct str *out, const char *question, bool hidden, struct arena *a);

/* --- the instance ------------------------------------------------------------ */
/* Folder, store, and record types (those of the program and of <data>/types) whose
 * tables it then has: app->types. E_IO names `zhiyun init` when the instance is absent and !create;
 * E_CONFLICT: a type does not fit what is stored, E_INVALID: one is wrong. */
MUST_CHECK err_t instance_open(struct store **out, struct app *app, bool create, struct err *e);
/* The same for commands that ask for no record: the types are loaded, and
 * app->types set, only when their tables have to be looked at. */
MUST_CHECK err_t instance_open_untyped(struct store **out, struct app *app, bool create,
                                       struct err *e);
/* app->types, of a store that has their tables (either of these). */
MUST_CHECK err_t instance_types(struct app *app, struct err *e);
/* Before anything of an instance is opened or made: E_CONFLICT where it is a test's (the switch
 * ZHIYUN_UNSYNCED) and this is none, or the other way round, or a demo that is not finished. From a
 * test's on, the disk is not waited for. */
MUST_CHECK err_t instance_disk(const struct app *app, bool create, struct err *e);
/* Do the records lie in the folder, in the one file that is theirs there? */
bool instance_holds_records(const struct app *app);
/* Where uploaded files are: beside the records, in a database file of their own. */
const char *instance_blobs_url(const struct app *app);
/* "<data>/types" */
const char *instance_types_folder(const struct app *app);

/* The suite and key of the instance's evidence log. Where there are no keys yet they
 * are made, all of them (<data>/keys), with `suite` (NULL: sha256-ed25519). E_IO:
 * the log has entries and its keys are gone. */
MUST_CHECK err_t instance_log(struct log_suite *out, const struct app *app, struct store *store,
                              const char *suite, struct err *e);
/* While nobody can sign in: passwords and codes follow the suite, and the first administrator, from the environment
 * (ZHIYUN_ADMIN, ZHIYUN_ADMIN_PASSWORD; ZHIYUN_ADMIN_DISPLAY_NAME, _OFFICE, _REGION)
 * or asked for at a terminal. *name is empty where none was made. */
MUST_CHECK err_t instance_administrator(struct str *name, const struct app *app,
                                        struct store *store, const struct log_suite *suite,
                                        struct err *e);

/* All of an instance that records need: store and types (instance_open), log, keys. On
 * an error nothing is left open. */
struct instance {
    struct store *store;
    struct log_suite suite;
    struct seal_key *keys;
    struct kernel kernel;
    struct file_place files; /* uploaded files */
};
MUST_CHECK err_t instance_kernel(struct instance *out, struct app *app, struct err *e);
void instance_close(struct instance *i); /* accepts one that was never opened (zeroed) */

/* The store for a search, and the records that it applies: the program may read them all. Record
 * types are loaded only where there are such records. */
struct search_records;
MUST_CHECK err_t instance_search(struct instance *out, struct search_records *records,
                                 struct app *app, struct str query, const struct str *filters,
                                 size_t filter_count, struct err *e);

/* A program installed where this one is; NULL: there is none. */
const char *program_beside_us(struct arena *a, const char *name);

/* What `match --text` compares: plain text in any encoding, or the text of a document; "-": standard input. */
MUST_CHECK err_t match_text(struct str *out, const char *path, struct arena *a, struct err *e);

struct sequencer_options instance_sequencer(const struct app *app, struct store *store,
                                            const struct log_suite *suite);
/* Has the clock jumped, before this command or since? Then the store hears of it as from a server (clock_keeper.h), so that
 * nothing is signed in a wrong time. Where another process keeps the log, as a server does, that one signs and looks: it
 * has watched the clock since, and the store has only what it was told up to a minute ago. */
MUST_CHECK err_t instance_clock(const struct app *app, struct store *store,
                                const struct log_suite *suite, struct err *e);
/* At the end of a command that wrote: log_sequence_now, after a look at the clock. */
MUST_CHECK err_t instance_sign(const struct app *app, struct store *store,
                               const struct log_suite *suite, struct err *e);
#endif
