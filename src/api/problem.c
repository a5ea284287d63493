/* Errors as RFC 9457 problem documents.
 *
 * `errors` names each fault's place in `field`:
 *   "/records/publicity/site", "/shares/0/percent"   of the body, as a JSON Pointer (RFC 6901)
 *   "limit", "id", "If-Match"                        a parameter of the query, the path or the head
 *   "settle", "no-objection"                         what stands against a step: a criterion, a material, a
 *                                                    field of a record that is there already
 * so what begins with / is a field of the form that was sent, and nothing else is. */
#include "api/resource.h"
#include "base/log.h"
#include "base/msg.h"

unsigned problem_status(err_t kind)
{
    static const unsigned statuses[] = {
        [OK] = 200,        [E_INVALID] = 400,  [E_NOTFOUND] = 404, [E_CONFLICT] = 409,
        [E_DENIED] = 403,  [E_LIMIT] = 413,    [E_BUSY] = 503,     [E_IO] = 500,
        [E_CORRUPT] = 500, [E_INTERNAL] = 500,
    };
    return statuses[kind];
}

const char *problem_message(unsigned *status, const struct request *r, const struct err *e)
{
    const char *told = err_told(e);
    *status = e->of == ERR_SPACE ? 507 : err_is_down(e) ? 503 : problem_status(e->kind);
    /* E_BUSY is said under load; who makes the load must not fill the log as well, but for what the machine lacks. */
    if ((told != e->text || *status >= 500) && (e->kind != E_BUSY || e->of == ERR_MACHINE))
        log_line(LOG_ERROR, "%.*s %.*s (request %016llx): %s", STR_ARG(r->method), STR_ARG(r->path),
                 (unsigned long long)r->id, e->text);
    return told;
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {{400, N_("Bad Request")},
                  {401, N_("Unauthorized")},
                  {403, N_("Forbidden")},
                  {404, N_("Not Found")},
                  {405, N_("Method Not Allowed")},
                  {408, N_("Request Timeout")},
                  {409, N_("Conflict")},
                  {413, N_("Content Too Large")},
                  {414, N_("URI Too Long")},
                  {415, N_("Unsupported Media Type")},
                  {416, N_("Range Not Satisfiable")},
                  {422, N_("Unprocessable Content")},
                  {429, N_("Too Many Requests")},
                  {431, N_("Request Header Fields Too Large")},
                  {501, N_("Not Implemented")},
                  {503, N_("Service Unavailable")},
                  {505, N_("HTTP Version Not Supported")},
                  {507, N_("Insufficient Storage")}};
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return N_("Internal Server Error");
}

static bool in_body(const struct request *r, struct str name)
{
    const struct resource *resource = r->resource;
    for (const struct parameter *p = resource ? resource->parameters : NULL; p && p->name; p++)
        if (p->in == IN_BODY && str_is(name, p->name))
            return true;
    return false;
}

void problem_pointer(struct buf *to, struct str path)
{
    buf_addc(to, '/');
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (c == '.' || c == '[')
            buf_addc(to, '/');
        else if (c == '~' || c == '/')
            buf_addz(to, c == '~' ? "~0" : "~1");
        else if (c != ']')
            buf_addc(to, c);
    }
}

/* Converts a path as written by handlers. */
static void add_field(struct buf *to, const struct request *r, struct str path, struct str within)
{
    struct str rest = path, first;
    first = str_split(&rest, STR("."));
    rest = first;
    first = str_split(&rest, STR("["));
    bool pointer = str_starts(path, STR("/")), open = r->resource && r->resource->open_body;
    const struct jvalue *fields = r->body ? jin_get(r->body, "fields") : NULL; /* of a new record */
    buf_add(to, within);
    if (pointer)
        buf_add(to, path);
    else if (within.len || open || in_body(r, first)) {
        if (path.len)
            problem_pointer(to, path);
    } else if (fields && fields->type == J_OBJECT) {
        buf_addz(to, "/fields");
        problem_pointer(to, path);
    } else
        buf_add(to, path);
}

struct str problem_errors(const struct request *r, const struct jvalue *list, struct str within)
{
    struct buf b = {0}, field = {0};
    struct jout j;
    if (!list)
        return STR_NONE;
    jout_init(&j, &b);
    jout_array(&j);
    for (size_t i = 0; i < list->count; i++) {
        const struct jvalue *one = &list->items[i];
        jout_object(&j);
        for (size_t k = 0; k < one->count; k++) {
            jout_name_str(&j, one->names[k]);
            if (!str_is(one->names[k], "field")) {
                jout_value(&j, &one->items[k]);
                continue;
            }
            buf_reset(&field);
            add_field(&field, r, one->items[k].text, within);
            jout_str(&j, buf_str(&field));
        }
        jout_end_object(&j);
    }
    jout_end_array(&j);
    struct str out = buf_take(&b, r->arena);
    buf_clear(&field);
    return out;
}

void problem_json(struct buf *out, unsigned status, struct str detail, struct str errors,
                  struct str id)
{
    struct jout j;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_z(&j, "type", "about:blank");
    jout_pair_z(&j, "title", msg(title_of(status)));
    jout_pair_i64(&j, "status", status);
    jout_pair_str(&j, "detail", detail);
    jout_pair(&j, "request_id", id);
    if (errors.len)
        jout_pair_raw(&j, "errors", errors);
    jout_end_object(&j);
}

void reply_problem(struct reply *out, const struct request *r, unsigned status, struct str sentence,
                   struct str errors)
{
    struct str id = arena_printf(r->arena, "%016llx", (unsigned long long)r->id);
    struct buf b = {0};
    problem_json(&b, status, sentence, errors, id);
    *out = (struct reply){.status = status,
                          .content_type = "application/problem+json",
                          .body = arena_dup(r->arena, buf_str(&b))};
    reply_header(out, "X-Request-Id", id.ptr);
    buf_clear(&b);
}
