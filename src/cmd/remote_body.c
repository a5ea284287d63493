/* The body of a request: a file of JSON, members from the command line, or both. */
#include "base/msg.h"
#include "cmd/remote.h"
#include <errno.h>

#define BODY_MAX ((size_t)64 << 20)

const char remote_body_help[] =
    N_("  --body FILE|-     what is sent, a JSON object\n"
       "  --reason TEXT, --basis TEXT   members of it, or more of them\n"
       "  --against CRITERION=WHY       why you go on against that condition; may be repeated\n");

void remote_body_add(struct remote_body *b, struct str name, struct str text, struct arena *to)
{
    VEC_PUSH(to, &b->members, ((struct remote_member){name, text}));
}

int remote_body_option(struct remote_body *b, struct args *a, const char *command, struct arena *to)
{
    bool file = args_is(a, "--body", NULL), against = args_is(a, "--against", NULL),
         reason = args_is(a, "--reason", NULL);
    if (!file && !against && !reason && !args_is(a, "--basis", NULL))
        return 0;
    const char *value = args_value(a, command);
    if (!value)
        return -1;
    struct str why = str_of(value);
    if (file)
        b->file = value;
    else if (against) {
        struct str criterion = str_split(&why, STR("="));
        VEC_PUSH(to, &b->against, ((struct remote_member){criterion, why}));
    } else
        remote_body_add(b, reason ? STR("reason") : STR("basis"), why, to);
    return 1;
}

static err_t read_standard_input(struct bytes *out, struct arena *a, struct err *e)
{
    struct buf b;
    char *to;
    size_t n;
    buf_init(&b, BODY_MAX);
    while ((to = buf_reserve(&b, 4096)) != NULL && (n = fread(to, 1, 4096, stdin)) > 0)
        b.len += n;
    err_t rc = !to             ? err_set(e, E_LIMIT, "standard input is larger than a body may be")
               : ferror(stdin) ? err_errno(e, errno, "cannot read standard input")
                               : OK;
    if (rc == OK)
        *out = str_bytes(arena_dup(a, buf_str(&b)));
    buf_clear(&b);
    return rc;
}

static err_t read_body(const struct jvalue **out, const struct remote_body *b, struct app *app,
                       struct err *e)
{
    bool standard = strcmp(b->file, "-") == 0;
    struct bytes text;
    err_t rc = standard ? read_standard_input(&text, app->arena, e)
                        : fs_read(&text, app->fs, b->file, BODY_MAX, app->arena, e);
    if (rc == OK && (rc = jin_parse(out, bytes_str(text), app->arena, e)) != OK)
        err_note(e, "%s", standard ? msg("standard input") : b->file);
    if (rc == OK && (*out)->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "%s: what is sent is a JSON object, {…}",
                     standard ? msg("standard input") : b->file);
    return rc;
}

static err_t check_once(const struct remote_body *b, const struct jvalue *doc, struct err *e)
{
    for (size_t n = 0; doc && n < doc->count; n++) {
        bool twice = str_is(doc->names[n], "against") && b->against.len;
        for (size_t i = 0; i < b->members.len; i++)
            twice |= str_eq(doc->names[n], b->members.ptr[i].name);
        if (twice)
            return err_set(e, E_INVALID, "\"%.*s\" stands in the body and in an option too",
                           STR_ARG(doc->names[n]));
    }
    return OK;
}

err_t remote_body_make(struct str *out, const struct remote_body *b, struct app *app, struct err *e)
{
    const struct jvalue *doc = NULL;
    struct buf text;
    struct jout j;
    err_t rc = b->file ? read_body(&doc, b, app, e) : OK;
    if (rc == OK)
        rc = check_once(b, doc, e);
    if (rc != OK)
        return rc;
    jout_begin(&j, &text);
    for (size_t n = 0; doc && n < doc->count; n++) {
        jout_name_str(&j, doc->names[n]);
        jout_value(&j, &doc->items[n]);
    }
    for (size_t i = 0; i < b->members.len; i++) {
        jout_name_str(&j, b->members.ptr[i].name);
        jout_str(&j, b->members.ptr[i].text);
    }
    if (b->against.len) {
        jout_pair_object(&j, "against");
        for (size_t i = 0; i < b->against.len; i++) {
            jout_name_str(&j, b->against.ptr[i].name);
            jout_str(&j, b->against.ptr[i].text);
        }
        jout_end_object(&j);
    }
    jout_end_object(&j);
    *out = buf_take(&text, app->arena);
    return OK;
}
