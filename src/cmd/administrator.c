/* The first administrator at `zhiyun init`: from the environment (for scripts), or asked
 * for at a terminal. Without either none is made, and serve prints a set-up link: no
 * account and no password is ever there by default. */
#include "access/credential.h"
#include "access/link.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "crypto/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024

/* Whose log speaks SM3, its passwords and codes do: said once, when nobody is there yet. */
static err_t national_step(struct db *db, void *arg, struct err *e)
{
    return access_setting_set(db, arg, STR("national"), STR("yes"), e);
}

static err_t follow_suite(struct store *store, struct deed *d, struct err *e)
{
    struct access_settings settings;
    err_t rc = STORE_READ(db, store, e, access_settings_load(&settings, db, e));
    if (rc != OK || d->suite->hash != HASH_SM3 || settings.national)
        return rc;
    return store_write(store, national_step, d, e);
}

struct first {
    struct first_administrator who;
    struct new_password password;
    struct deed deed;
    int64_t account;
};

static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct first *f = arg;
    err_t rc = make_first_administrator(&f->account, db, &f->deed, &f->who, e);
    return rc == OK ? password_store(db, &f->deed, f->account, &f->password, 0, e) : rc;
}

bool ask(struct str *out, const char *question, bool hidden, struct arena *a)
{
    char line[LINE_MAX_BYTES];
    struct termios before, quiet;
    bool silent = hidden && tcgetattr(STDIN_FILENO, &before) == 0;
    if (silent) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        silent = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    fputs(question, stderr);
    bool read = fgets(line, sizeof(line), stdin) != NULL;
    if (silent) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before); /* else the terminal stays silent: its
                                                              owner sees it and types reset */
        fputc('\n', stderr);
    }
    if (read)
        *out = arena_dup(a, str_trim(str_of(line)));
    secret_wipe(line, sizeof(line));
    return read && out->len > 0;
}

static bool from_terminal(struct first_administrator *who, struct str *password, struct arena *a)
{
    struct str again;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return false;
    fputs(msg("First administrator (an empty answer leaves it to a set-up link)\n"), stderr);
    if (!ask(&who->name, msg("  name to sign in with: "), false, a) ||
        !ask(password, msg("  password: "), true, a))
        return false;
    if (!ask(&again, msg("  password again: "), true, a) || !str_eq(*password, again)) {
        fputs(msg("The two passwords differ; nobody is made.\n"), stderr);
        return false;
    }
    return true;
}

static bool from_environment(struct first_administrator *who, struct str *password)
{
    const char *name = getenv("ZHIYUN_ADMIN"), *secret = getenv("ZHIYUN_ADMIN_PASSWORD");
    who->display_name = str_of(getenv("ZHIYUN_ADMIN_DISPLAY_NAME"));
    who->office = str_of(getenv("ZHIYUN_ADMIN_OFFICE"));
    who->region = str_of(getenv("ZHIYUN_ADMIN_REGION"));
    who->name = str_of(name);
    *password = str_of(secret);
    return name && secret && *name && *secret;
}

static err_t nobody_yet(bool *out, struct store *store, struct err *e)
{
    bool any = true;
    err_t rc = STORE_READ(db, store, e, has_any_account(&any, db, e));
    *out = !any;
    return rc;
}

err_t instance_administrator(struct str *name, const struct app *app, struct store *store,
                             const struct log_suite *suite, struct err *e)
{
    struct first f = {0};
    struct str password = STR_NONE;
    struct subject program;
    struct access_settings settings = access_settings_default();
    bool nobody = false;
    err_t rc = nobody_yet(&nobody, store, e);

    *name = STR_NONE;
    subject_program(&program, business_date(clock_now_ms(app->clock), app->arena));
    f.deed =
        (struct deed){.suite = suite, .clock = app->clock, .by = &program, .arena = app->arena};
    if (rc == OK && nobody)
        rc = follow_suite(store, &f.deed, e);
    settings.national = suite->hash == HASH_SM3;
    if (rc != OK || !nobody ||
        (!from_environment(&f.who, &password) &&
         (app->json || !from_terminal(&f.who, &password, app->arena))))
        return rc;
    if (f.who.display_name.len == 0)
        f.who.display_name = f.who.name;
    struct password_owner owner = {.name = f.who.name, .display_name = f.who.display_name};
    if ((rc = password_prepare(&f.password, NULL, &settings, &owner, password, e)) != OK)
        return rc;
    if ((rc = store_write(store, make_step, &f, e)) == OK)
        *name = f.who.name;
    return rc;
}
