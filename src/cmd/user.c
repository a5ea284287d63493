/* zhiyun user: people, their roles, links and tokens, for who stands at the machine.
 * It acts as the program itself, so it needs nobody signed in; what it does is in the
 * evidence log like everything else. No password goes through it: a person sets his
 * own after the link. */
#include "access/account.h"
#include "access/grant.h"
#include "access/link.h"
#include "access/token.h"
#include "access/unit.h"
#include "api/scope.h"
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include <stdio.h>

/* Everything that one call may say. */
struct request {
    struct app *app;
    const char *name; /* of the person */
    const char *display_name, *unit, *from, *to, *scope, *label;
    VEC(struct str) roles;
    size_t days;
    struct deed deed;
    /* what was made */
    int64_t account, id;
    char secret[API_TOKEN_MAX];
    int hours; /* how long the link holds */
};

struct action {
    const char *name;
    int operands; /* with the name */
    err_t (*step)(struct db *db, void *request, struct err *e);
    void (*print)(struct jout *j, const struct request *r); /* j NULL: for people */
};

/* --- steps ---------------------------------------------------------------------------- */

/* The one that was named; else the only one there is, or one for the operator. */
static err_t choose_unit(int64_t *unit, struct db *db, const struct request *r, struct err *e)
{
    struct new_unit operators = operators_unit();
    struct ids units = {0};
    err_t rc;

    if (r->unit)
        return unit_find(unit, db, str_of(r->unit), r->app->arena, e);
    rc = db_ids(&units, db, "SELECT id FROM unit WHERE state = 'active' ORDER BY id LIMIT 2", NULL,
                0, r->app->arena, e);
    if (units.len)
        *unit = units.ptr[0];
    if (units.len > 1)
        return err_set(e, E_INVALID, "there are several units; say whose person it is with --unit");
    return rc == OK && !units.len ? unit_add(unit, db, &r->deed, &operators, e) : rc;
}

static err_t give_roles(struct db *db, struct request *r, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < r->roles.len; i++) {
        struct new_grant g = {.account = r->account,
                              .role = r->roles.ptr[i],
                              .from = str_of(r->from),
                              .to = str_of(r->to)};
        rc = grant_role(&r->id, db, &r->deed, &g, e);
    }
    return rc;
}

static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    struct new_account n = {.name = str_of(r->name),
                            .display_name = str_of(r->display_name ? r->display_name : r->name)};
    err_t rc;
    if ((rc = choose_unit(&n.unit, db, r, e)) != OK ||
        (rc = account_add(&r->account, db, &r->deed, &n, e)) != OK)
        return rc;
    return give_roles(db, r, e);
}

static err_t find_account(struct db *db, struct request *r, struct err *e)
{
    return account_find(&r->account, db, str_of(r->name), r->app->arena, e);
}

static err_t link_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    err_t rc = find_account(db, r, e);
    return rc == OK ? link_make(r->secret, &r->hours, db, &r->deed, r->account, e) : rc;
}

static err_t token_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    struct account_row row;
    struct new_token t = {
        .label = str_of(r->label), .scopes = str_of(r->scope), .days = (int)r->days};
    err_t rc = scopes_check(t.scopes, e);
    if (rc == OK)
        rc = find_account(db, r, e);
    if (rc == OK)
        rc = account_read(&row, db, r->account, r->app->arena, e);
    if (rc == OK && str_is(row.state, "disabled"))
        rc = err_set(e, E_INVALID, "the account %.*s is not active", STR_ARG(row.name));
    if (rc == OK)
        rc = account_activate(db, &r->deed, r->account, e); /* a token speaks for who is here */
    t.account = r->account;
    return rc == OK ? api_token_make(r->secret, &r->id, db, &r->deed, &t, e) : rc;
}

static err_t grant_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    err_t rc = find_account(db, r, e);
    return rc == OK ? give_roles(db, r, e) : rc;
}

static err_t disable_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    err_t rc = find_account(db, r, e);
    return rc == OK ? account_disable(db, &r->deed, r->account, 0, e) : rc;
}

static err_t enable_step(struct db *db, void *arg, struct err *e)
{
    struct request *r = arg;
    err_t rc = find_account(db, r, e);
    return rc == OK ? account_enable(db, &r->deed, r->account, e) : rc;
}

/* --- replies ---------------------------------------------------------------------------- */

static void print_who(struct jout *j, const struct request *r)
{
    jout_pair_i64(j, "id", r->account);
    jout_pair(j, "name", account_name_fold(str_of(r->name), r->app->arena));
}

static void print_done(struct jout *j, const struct request *r)
{
    if (j) {
        print_who(j, r);
        return;
    }
    say(stdout, msg("Done: "));
    say_line(stdout, str_of(r->name));
    say(stdout, "\n");
}

static void print_added(struct jout *j, const struct request *r)
{
    if (j) {
        print_who(j, r);
        return;
    }
    say(stdout,
        msg("The account %s is made; the person signs in first with: zhiyun user link %s\n"),
        r->name, r->name);
}

static void print_link(struct jout *j, const struct request *r)
{
    const char *link = arena_printf(r->app->arena, "/w/login#link=%s", r->secret).ptr;
    if (j) {
        print_who(j, r);
        jout_pair(j, "link", str_of(link));
        jout_pair(j, "token", str_of(r->secret));
        jout_pair_i64(j, "hours", r->hours);
        return;
    }
    say(stdout,
        msg("Put this behind the server's address (http://127.0.0.1:8420); it works once, within "
            "%d hours:\n  %s\n"),
        r->hours, link);
}

static void print_token(struct jout *j, const struct request *r)
{
    if (j) {
        print_who(j, r);
        jout_pair_i64(j, "token_id", r->id);
        jout_pair(j, "token", str_of(r->secret));
        jout_pair_i64(j, "days", r->days ? (int64_t)r->days : API_TOKEN_DAYS);
        return;
    }
    say(stdout, msg("This token is shown once (Authorization: Bearer …):\n  %s\n"), r->secret);
}

static const struct action actions[] = {
    {"add", 1, add_step, print_added},        {"link", 1, link_step, print_link},
    {"token", 1, token_step, print_token},    {"grant", 2, grant_step, print_done},
    {"disable", 1, disable_step, print_done}, {"enable", 1, enable_step, print_done},
};

/* --- the list ---------------------------------------------------------------------------- */

/* Roles of a day, with a blank between. */
static err_t roles_of(struct str *out, struct db *db, int64_t account, struct str today,
                      struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = STR_NONE;
    EACH_ROW(st, rc, e, db,
             "SELECT role FROM role_grant WHERE account = ?1 AND state = 'active'"
             " AND from_date <= ?2 AND (to_date IS NULL OR to_date >= ?2) ORDER BY id",
             VALUES(v_i64(account), v_str(today))) {
        if (out->len > 0)
            *out = arena_join(a, *out, STR(" "));
        *out = arena_join(a, *out, stmt_str(st, 0));
    }
    return rc;
}

static struct str state_word(struct str state)
{
    if (str_is(state, "invited"))
        return str_of(msg("invited"));
    return str_of(str_is(state, "active") ? msg("active") : msg("disabled"));
}

static void print_person(struct jout *j, struct stmt *st, struct str roles)
{
    if (j) {
        jout_object(j);
        jout_pair_i64(j, "id", stmt_i64(st, 0));
        jout_pair(j, "name", stmt_str(st, 1));
        jout_pair(j, "display_name", stmt_str(st, 2));
        jout_pair(j, "state", stmt_str(st, 3));
        jout_pair_i64(j, "unit_id", stmt_i64(st, 4));
        jout_pair(j, "unit", stmt_str(st, 5));
        jout_pair_array(j, "roles");
        for (struct str rest = roles; rest.len > 0;)
            jout_str(j, str_split(&rest, STR(" ")));
        jout_end_array(j);
        jout_end_object(j);
        return;
    }
    const struct str columns[] = {stmt_str(st, 1), stmt_str(st, 2), state_word(stmt_str(st, 3)),
                                  stmt_str(st, 5)};
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        say_line(stdout, columns[i]);
        say(stdout, "  ");
    }
    say_line(stdout, roles);
    say(stdout, "\n");
}

static err_t print_people(struct jout *j, struct app *app, struct db *db, struct err *e)
{
    struct str today = business_date(clock_now_ms(app->clock), app->arena);
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT a.id, a.name, a.display_name, a.state, u.id, u.name FROM account a"
             " JOIN unit u ON u.id = a.owner_unit ORDER BY a.display_name_order"
             " NULLS LAST, a.name",
             NULL, 0) {
        struct str roles;
        rc = roles_of(&roles, db, stmt_i64(st, 0), today, app->arena, e);
        if (rc == OK)
            print_person(j, st, roles);
    }
    return rc;
}

static int list(struct app *app)
{
    struct store *store = NULL;
    struct err e;
    struct jout j;
    int code = EXIT_DONE;

    jout_open(&j);
    jout_pair_array(&j, "users");
    err_t rc = instance_open_untyped(&store, app, false, &e);
    if (rc == OK)
        rc = STORE_READ(db, store, &e, print_people(app->json ? &j : NULL, app, db, &e));
    store_close(store);
    jout_end_array(&j);
    jout_end_object(&j);
    if (rc != OK)
        code = fail(app, &e);
    else if (app->json)
        code = print_json(app, j.to);
    buf_clear(j.to);
    return code;
}

/* --- the command ---------------------------------------------------------------------------- */

static err_t do_it(struct request *r, const struct action *what, struct err *e)
{
    struct store *store = NULL;
    struct log_suite suite;
    struct subject program;
    err_t rc = instance_open_untyped(&store, r->app, false, e);

    if (rc == OK)
        rc = instance_log(&suite, r->app, store, NULL, e);
    if (rc == OK) {
        subject_program(&program, business_date(clock_now_ms(r->app->clock), r->app->arena));
        r->deed = (struct deed){.suite = &suite,
                                .clock = r->app->clock,
                                .by = &program,
                                .reason = r->deed.reason,
                                .arena = r->app->arena};
        rc = store_write(store, what->step, r, e);
    }
    if (rc == OK)
        rc = instance_sign(r->app, store, &suite, e);
    store_close(store);
    return rc;
}

static int answer(struct request *r, const struct action *what)
{
    struct jout j;
    if (!r->app->json) {
        what->print(NULL, r);
        return EXIT_DONE;
    }
    jout_open(&j);
    what->print(&j, r);
    jout_end_object(&j);
    return print_json(r->app, j.to);
}

/* Options of all actions; one that an action has no use for is refused by it. */
static bool take_option(struct request *r, struct args *args, const char *action)
{
    const struct {
        const char *name;
        const char **target;
        const char *actions;
    } texts[] = {{"--display-name", &r->display_name, "add"},
                 {"--unit", &r->unit, "add"},
                 {"--from", &r->from, "add grant"},
                 {"--to", &r->to, "add grant"},
                 {"--scope", &r->scope, "token"},
                 {"--label", &r->label, "token"}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (args_is(args, texts[i].name, NULL) && strstr(texts[i].actions, action)) {
            const char *value = args_value(args, "user");
            if (value && texts[i].target == &r->scope && r->scope)
                value = arena_printf(r->app->arena, "%s %s", r->scope, value).ptr;
            *texts[i].target = value;
            return value != NULL;
        }
    if (args_is(args, "--role", NULL) && strcmp(action, "add") == 0) {
        const char *value = args_value(args, "user");
        if (value)
            VEC_PUSH(r->app->arena, &r->roles, str_of(value));
        return value != NULL;
    }
    if (args_is(args, "--reason", NULL)) {
        const char *value = args_value(args, "user");
        r->deed.reason = str_of(value);
        return value != NULL;
    }
    if (args_is(args, "--days", NULL) && strcmp(action, "token") == 0)
        return args_number(&r->days, args, "user", 1, API_TOKEN_DAYS_MAX);
    (void)usage_unknown(args, "user");
    return false;
}

static int run_user(struct app *app, int argc, char **argv)
{
    struct request r = {.app = app};
    struct args args;
    struct err e;
    const struct action *what = NULL;
    int operands = 0;

    if (argc == 0)
        return usage_error("user",
                           "say what to do: add, link, token, grant, disable, enable, list");
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(argv[0], actions[i].name) == 0)
            what = &actions[i];
    bool lists = strcmp(argv[0], "list") == 0;
    if (!what && !lists)
        return usage_error("user",
                           "there is no 'user %s'; there are add, link, token, grant, "
                           "disable, enable, list",
                           argv[0]);
    args_init(&args, argc - 1, argv + 1);
    while (args_next(&args)) {
        if (args.name && what) {
            if (!take_option(&r, &args, what->name))
                return EXIT_USAGE;
        } else if (args.name || !what || operands >= what->operands) {
            return usage_unknown(&args, "user");
        } else if (operands++ == 0) {
            r.name = args.value;
        } else {
            VEC_PUSH(app->arena, &r.roles, str_of(args.value));
        }
    }
    if (lists)
        return list(app);
    if (operands < what->operands)
        return usage_error("user",
                           what->operands == 2 ? "user %s needs a NAME and a ROLE"
                                               : "user %s needs a NAME",
                           what->name);
    return do_it(&r, what, &e) == OK ? answer(&r, what) : fail(app, &e);
}

static void help_roles(FILE *to)
{
    say(to, "  ROLE:\n");
    for (size_t i = 0; role_at(i); i++)
        if (!str_is(role_at(i)->name, "public")) {
            struct str label = role_label(role_at(i));
            say(to, "    %-24.*s %.*s\n", STR_ARG(role_at(i)->name), STR_ARG(label));
        }
}

const struct command command_user = {
    "user",
    N_("add|link|token|grant|disable|enable NAME …, list"),
    N_("people who sign in: accounts, roles, links, tokens"),
    run_user,
    N_("  add NAME           a new account: [--display-name TEXT] [--unit ID|CODE|NAME]\n"
       "                     [--role ROLE]… [--from DATE] [--to DATE]\n"
       "  link NAME          a link that signs in once\n"
       "  token NAME         a token for programs: [--scope SCOPE]… [--days N] [--label TEXT]\n"
       "  grant NAME ROLE    gives a role: [--from DATE] [--to DATE]\n"
       "  disable NAME, enable NAME\n"
       "  list               all accounts with their roles\n"
       "  --reason TEXT      why; kept with the entry in the evidence log\n"),
    help_roles};
