/* A person's session instead of a token: for what no token may do. */
#include "access/session.h"
#include "base/msg.h"
#include "cmd/remote.h"
#include <unistd.h>

#define PASSWORD_FILE_MAX ((size_t)4096)

int remote_person_option(struct remote_person *p, struct args *a, const char *command)
{
    const char **to = args_is(a, "--name", NULL)            ? &p->name
                      : args_is(a, "--password-file", NULL) ? &p->password_file
                      : args_is(a, "--code", NULL)          ? &p->code
                                                            : NULL;
    if (!to)
        return 0;
    return (*to = args_value(a, command)) ? 1 : -1;
}

/* *out is empty where there is neither a file nor a terminal. */
static err_t read_password(struct str *out, const struct remote_person *p, struct app *app,
                           struct err *e)
{
    struct bytes content;
    err_t rc = OK;
    *out = STR_NONE;
    if (p->password_file && (rc = fs_read(&content, app->fs, p->password_file, PASSWORD_FILE_MAX,
                                          app->arena, e)) == OK) {
        struct str rest = bytes_str(content);
        *out = str_split(&rest, STR("\n"));
    } else if (!p->password_file && isatty(STDIN_FILENO) && isatty(STDERR_FILENO)) {
        (void)ask(out, msg("Password: "), true, app->arena);
    }
    if (rc == OK && out->len == 0)
        rc = err_set(e, E_INVALID,
                     "there is no password: give a file whose first line it is, --password-file "
                     "FILE, or answer at a terminal");
    return rc;
}

static err_t ask_session(struct http_answer *out, struct remote *r, struct str name,
                         struct str password, struct str code, struct err *e)
{
    struct buf b;
    struct jout j;
    jout_begin(&j, &b);
    jout_pair(&j, "name", name);
    jout_pair(&j, "password", password);
    jout_pair(&j, "code", code);
    jout_end_object(&j);
    const struct remote_request q = {.method = "POST",
                                     .path = STR("/session"),
                                     .body = buf_str(&b),
                                     .content_type = "application/json"};
    err_t rc = remote_ask(out, r, &q, e);
    buf_clear(&b);
    return rc;
}

/* "__Host-session=…" out of the answer's head, which sets a cookie of the device, too. */
static struct str session_cookie(const struct http_answer *answer)
{
    for (struct str rest = answer->head; rest.len;) {
        struct str line = str_split(&rest, STR("\n"));
        size_t at = str_find(line, STR(SESSION_COOKIE "="), 0);
        line = at < line.len ? (struct str){line.ptr + at, line.len - at} : STR_NONE;
        if (line.len)
            return str_split(&line, STR(";"));
    }
    return STR_NONE;
}

int remote_sign_in(struct remote *r, const struct remote_person *p)
{
    struct str password, code = str_of(p->code);
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    r->authorization = STR_NONE;
    if (read_password(&password, p, r->app, &e) != OK ||
        ask_session(&answer, r, str_of(p->name), password, code, &e) != OK)
        return fail(r->app, &e);
    bool asked = str_contains(answer.body, STR("\"/code\"")) && code.len == 0 &&
                 isatty(STDIN_FILENO) && isatty(STDERR_FILENO) &&
                 ask(&code, msg("Code of the authenticator: "), false, r->app->arena);
    if (asked && ask_session(&answer, r, str_of(p->name), password, code, &e) != OK)
        return fail(r->app, &e);
    if (!remote_agreed(&answer))
        return remote_refusal(r->app, &answer);
    if (remote_json(&doc, r, &answer, &e) != OK)
        return fail(r->app, &e);
    r->cookie = session_cookie(&answer);
    r->csrf = jin_text(doc, "csrf");
    return EXIT_DONE;
}

void remote_sign_out(struct remote *r)
{
    const struct remote_request q = {.method = "DELETE", .path = STR("/session")};
    struct http_answer answer;
    struct err ignored;
    if (r->cookie.len) {
        err_t rc = remote_ask(&answer, r, &q, &ignored);
        (void)rc; /* a session that nobody ended is over when it was idle for its time */
    }
    r->cookie = r->csrf = STR_NONE;
}
