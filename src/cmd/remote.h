/* A running server, asked over its API by `case` and `pack activate`.
 *
 * A request goes to the one server that is named and to nowhere else, over the client of
 * src/notify: https with its certificate checked, plain http only to this machine unless asked
 * for. Who asks is whoever the token was made for (`zhiyun user token`); the token comes from a
 * file or from the environment and never from the arguments, which everybody on the machine can
 * read. A refusal of the server is printed as the sentences that it gives, each with its clause. */
#ifndef CMD_REMOTE_H
#define CMD_REMOTE_H
#include "base/vec.h"
#include "cmd/cmd.h"
#include "notify/http_client.h"

/* As said on the command line, or in ZHIYUN_SERVER, ZHIYUN_TOKEN, ZHIYUN_CA. */
struct remote_terms {
    const char *server;     /* URL; NULL: http://127.0.0.1:8420 */
    const char *token_file; /* NULL: the environment's token, or nobody's */
    const char *ca_file;    /* PEM of who signed the server's certificate; NULL: the system's */
    bool allow_http;        /* plain http to another machine */
};

/* Takes the current option if it is one of those: 1 taken, 0 none of them, -1 wrong, which is
 * printed. */
int remote_option(struct remote_terms *t, struct args *a, const char *command);
extern const char remote_help[]; /* their lines, for msg() */

struct remote {
    struct app *app;
    struct http_client *client;
    struct str base;          /* "http://127.0.0.1:8420" */
    struct str authorization; /* "Bearer …"; empty: nobody's */
    struct str cookie, csrf;  /* of remote_sign_in; empty: no session */
    struct allowed_host host;
};

/* E_INVALID: no such server, token or file; E_DENIED: plain http to another machine. */
MUST_CHECK err_t remote_open(struct remote *out, struct app *app, const struct remote_terms *t,
                             struct err *e);
void remote_close(struct remote *r); /* accepts one that was never opened (zeroed) */

/* A person who signs in. The password comes from a file or from the terminal and never from the arguments. */
struct remote_person {
    const char *name;
    const char *password_file; /* NULL: asked for at the terminal */
    const char
        *code; /* of the second factor, or a recovery code; NULL: asked for where it is needed */
};
int remote_person_option(struct remote_person *p, struct args *a, const char *command);
/* What is asked from now on is of that person's session, and of no token. An exit code; what is refused is printed. */
int remote_sign_in(struct remote *r, const struct remote_person *p);
void remote_sign_out(struct remote *r); /* does nothing without a session */

struct remote_request {
    const char *method; /* "GET" … */
    struct str path;    /* under /api/v1 */
    struct str query;   /* "a=b&c=d", escaped; empty: none */
    struct str body;
    const char *content_type; /* NULL: there is no body */
};

/* One answer, whatever its status. E_IO: none; the text says whether anything was asked. */
MUST_CHECK err_t remote_ask(struct http_answer *out, struct remote *r,
                            const struct remote_request *q, struct err *e);

/* 200 to 299 */
bool remote_agreed(const struct http_answer *answer);
/* Print why the server refuses (with --json its own document, on stdout); an exit code. */
int remote_refusal(const struct app *app, const struct http_answer *answer);
/* The answer as JSON. E_IO: it is none, so that is no server of this kind. */
MUST_CHECK err_t remote_json(const struct jvalue **out, const struct remote *r,
                             const struct http_answer *answer, struct err *e);

/* "name=value", with % where an address needs it, after what is there. */
struct str remote_query(struct arena *a, struct str before, struct str name, struct str value);

/* --- bodies ----------------------------------------------------------------- */
struct remote_member {
    struct str name, text;
};
/* A JSON object from a file and from the command line. */
struct remote_body {
    const char *file;                  /* NULL: none; "-": standard input */
    VEC(struct remote_member) members; /* "reason": … */
    VEC(struct remote_member) against; /* of the member "against": why a condition is passed over */
};

/* Takes --body, --reason, --basis and --against; as remote_option. */
int remote_body_option(struct remote_body *b, struct args *a, const char *command,
                       struct arena *to);
void remote_body_add(struct remote_body *b, struct str name, struct str text, struct arena *to);
extern const char remote_body_help[];
/* The whole, checked. E_INVALID names the file and the line, or the member. */
MUST_CHECK err_t remote_body_make(struct str *out, const struct remote_body *b, struct app *app,
                                  struct err *e);

/* --- for people ------------------------------------------------------------- */
/* A text of an answer, in the language that is spoken where it has several: "…" or {"zh":…,"en":…}. */
struct str remote_text(const struct jvalue *v, const char *name);

#define TABLE_COLUMNS_MAX 8
/* Rows whose columns stand under each other, printed at the end. */
struct table {
    struct arena *arena;
    size_t columns;
    VEC(struct str) cells;
};
void table_row(struct table *t, const struct str *cells); /* t->columns of them */
void table_print(const struct table *t);
#endif
