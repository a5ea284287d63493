/* The body of a request: a file of JSON, members from the command line, or both. The ways to
 * write a member are those of `gh api` and HTTPie: K=TEXT is always a text, K:=JSON is whatever it
 * is, A[B]=… stands in A. */
#include "base/msg.h"
#include "cmd/remote.h"
#include <errno.h>

#define BODY_MAX ((size_t)64 << 20)

const char remote_body_help[] =
    N_("  --body FILE|-     what is sent, a JSON object\n"
       "  --field K=TEXT    one member of it, or one more; K:=JSON a number, list or object;\n"
       "                    A[B]=TEXT in an object; may be repeated\n");

int remote_body_option(struct remote_body *b, struct args *a, const char *command, struct arena *to)
{
    const char *value;
    if (!args_is(a, "--body", NULL) && !args_is(a, "--field", NULL))
        return 0;
    bool field = args_is(a, "--field", NULL);
    if (!(value = args_value(a, command)))
        return -1;
    if (field)
        VEC_PUSH(to, &b->fields, str_of(value));
    else
        b->file = value;
    return 1;
}

/* --- members ---------------------------------------------------------------------------- */

struct member {
    struct str name, json;      /* json: its value, where it is no object of ours */
    VEC(struct member) members; /* else these */
};

static struct member *find_member(struct member *of, struct str name)
{
    for (size_t i = 0; i < of->members.len; i++)
        if (str_eq(of->members.ptr[i].name, name))
            return &of->members.ptr[i];
    return NULL;
}

static struct str as_json(struct str text, struct arena *a)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_str(&j, text);
    return buf_take(&b, a);
}

static err_t malformed(struct str field, struct err *e)
{
    return err_set(e, E_INVALID, "--field %.*s: write NAME=TEXT, NAME:=JSON or NAME[PART]=TEXT",
                   STR_ARG(field));
}

/* "records[publicity][url]" → where it stands, made as needed. */
static err_t place(struct member **out, struct member *root, struct str key, struct str field,
                   struct arena *a, struct err *e)
{
    struct member *at = root;
    size_t open = str_find(key, STR("["), 0);
    struct str name = {key.ptr, open}, rest = {key.ptr + open, key.len - open};
    while (true) {
        if (name.len == 0)
            return malformed(field, e);
        struct member *next = find_member(at, name);
        if (next && (next->json.len || rest.len == 0))
            return err_set(e, E_INVALID, "--field %.*s: \"%.*s\" is said twice", STR_ARG(field),
                           STR_ARG(name));
        if (!next) {
            VEC_PUSH(a, &at->members, ((struct member){.name = name}));
            next = &at->members.ptr[at->members.len - 1];
        }
        at = next;
        if (rest.len == 0)
            break;
        size_t close = str_find(rest, STR("]"), 0);
        if (rest.ptr[0] != '[' || close == rest.len)
            return malformed(field, e);
        name = (struct str){rest.ptr + 1, close - 1};
        rest = (struct str){rest.ptr + close + 1, rest.len - close - 1};
    }
    *out = at;
    return OK;
}

static err_t add_field(struct member *root, struct str field, struct arena *a, struct err *e)
{
    size_t equals = str_find(field, STR("="), 0);
    if (equals == field.len || equals == 0)
        return malformed(field, e);
    bool json = field.ptr[equals - 1] == ':';
    struct str key = {field.ptr, equals - (json ? 1 : 0)};
    struct str value = {field.ptr + equals + 1, field.len - equals - 1};
    const struct jvalue *parsed;
    struct member *m = NULL;
    err_t rc = place(&m, root, key, field, a, e);
    if (rc == OK && json &&
        (rc = jin_parse(&parsed, value, JIN_REFUSE_DUPLICATES, NULL, a, e)) != OK)
        err_note(e, "--field %.*s", STR_ARG(key));
    if (rc == OK)
        m->json = json ? value : as_json(value, a);
    return rc;
}

static void write_member(struct jout *j, const struct member *m)
{
    jout_name_str(j, m->name);
    if (m->json.len) {
        jout_raw(j, m->json);
        return;
    }
    jout_object(j);
    for (size_t i = 0; i < m->members.len; i++)
        write_member(j, &m->members.ptr[i]);
    jout_end_object(j);
}

/* --- the whole --------------------------------------------------------------------------- */

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
    if (rc == OK &&
        (rc = jin_parse(out, bytes_str(text), JIN_REFUSE_DUPLICATES, NULL, app->arena, e)) != OK)
        err_note(e, "%s", standard ? msg("standard input") : b->file);
    if (rc == OK && (*out)->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "%s: what is sent is a JSON object, {…}",
                     standard ? msg("standard input") : b->file);
    return rc;
}

err_t remote_body_make(struct str *out, const struct remote_body *b, struct app *app, struct err *e)
{
    struct member root = {0};
    const struct jvalue *doc = NULL;
    struct buf text;
    struct jout j;
    err_t rc = b->file ? read_body(&doc, b, app, e) : OK;
    *out = STR_NONE;
    for (size_t i = 0; rc == OK && i < b->fields.len; i++)
        rc = add_field(&root, b->fields.ptr[i], app->arena, e);
    for (size_t i = 0; rc == OK && i < root.members.len; i++)
        for (size_t n = 0; doc && n < doc->count; n++)
            if (str_eq(doc->names[n], root.members.ptr[i].name))
                rc = err_set(e, E_INVALID, "\"%.*s\" stands in the body and in an option too",
                             STR_ARG(doc->names[n]));
    if (rc != OK || (!doc && !root.members.len))
        return rc;
    jout_begin(&j, &text);
    for (size_t n = 0; doc && n < doc->count; n++) {
        jout_name_str(&j, doc->names[n]);
        jout_value(&j, &doc->items[n]);
    }
    for (size_t i = 0; i < root.members.len; i++)
        write_member(&j, &root.members.ptr[i]);
    jout_end_object(&j);
    *out = buf_take(&text, app->arena);
    return OK;
}
