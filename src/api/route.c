/* From method and path to a resource, and parameters against their schemas. */
#include "api/list_book.h"
#include "base/msg.h"
#include "base/vec.h"
#include <assert.h>

/* Match a template such as "/patents/{id}" against a path; values of the braces
 * go to `values` in order. */
static bool match_path(const char *pattern, struct str path, struct query_value *values,
                       size_t *count)
{
    size_t at = 0;
    *count = 0;
    for (const char *p = pattern; *p;) {
        if (*p != '{') {
            if (at >= path.len || path.ptr[at] != *p)
                return false;
            at++, p++;
            continue;
        }
        const char *end = strchr(p, '}');
        size_t from = at;
        while (at < path.len && path.ptr[at] != '/')
            at++;
        if (!end || at == from)
            return false;
        values[*count].name = str_range(p + 1, end);
        values[*count].value = (struct str){path.ptr + from, at - from};
        ++*count;
        p = end + 1;
    }
    return at == path.len;
}

#define PATH_VALUES_MAX 4

const struct resource *route_find(struct request *r, struct str *allowed, struct str method)
{
    struct query_value values[PATH_VALUES_MAX];
    const struct resource *found = NULL;
    size_t count, fewest = SIZE_MAX;
    *allowed = STR_NONE;
    /* A literal segment beats a parameter: "/records/deal/export.xlsx" is no id. */
    for (size_t i = 0; resources[i]; i++) {
        if (!match_path(resources[i]->path, r->path, values, &count) || count > fewest)
            continue;
        if (count < fewest) { /* what was found so far is beaten */
            fewest = count;
            found = NULL;
            *allowed = STR_NONE;
        }
        *allowed = allowed->len
                       ? arena_printf(r->arena, "%.*s, %s", STR_ARG(*allowed), resources[i]->method)
                       : str_of(resources[i]->method);
        if (!str_is(method, resources[i]->method) || found)
            continue;
        found = resources[i];
        r->path_values = arena_regrow(r->arena, values, count, PATH_VALUES_MAX, sizeof(*values));
        r->path_value_count = count;
    }
    return found;
}

struct str request_value(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->path_value_count; i++)
        if (str_is(r->path_values[i].name, name))
            return r->path_values[i].value;
    for (size_t i = 0; i < r->query_count; i++)
        if (str_is(r->query[i].name, name))
            return r->query[i].value;
    return jin_text(r->body, name);
}

struct str request_query(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->query_count; i++)
        if (str_is(r->query[i].name, name))
            return r->query[i].value;
    return STR_NONE;
}

struct str request_header(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (str_eq_nocase(r->headers[i].name, str_of(name)))
            return r->headers[i].value;
    return STR_NONE;
}

void reply_header(struct reply *out, const char *name, const char *value)
{
    assert(out->header_count < REPLY_HEADERS_MAX);
    out->headers[out->header_count++] = (struct reply_header){name, value};
}

int64_t request_integer(const struct request *r, const char *name, int64_t absent)
{
    int64_t n;
    return str_to_i64(&n, request_value(r, name)) ? n : absent;
}

size_t request_values(const struct str **out, const struct request *r, const char *name)
{
    VEC(struct str) found = {0};
    for (size_t i = 0; i < r->query_count; i++)
        if (str_is(r->query[i].name, name))
            VEC_PUSH(r->arena, &found, r->query[i].value);
    const struct jvalue *list = jin_get(r->body, name);
    if (list && list->type == J_STRING)
        VEC_PUSH(r->arena, &found, list->text);
    for (size_t i = 0; list && list->type == J_ARRAY && i < list->count; i++)
        VEC_PUSH(r->arena, &found, list->items[i].text);
    *out = found.ptr;
    return found.len;
}

err_t reply_json(struct reply *out, const struct request *r, struct buf *json, struct err *e)
{
    err_t rc = buf_ok(json) ? OK : err_set(e, E_LIMIT, "the answer is too large; ask for less");
    if (rc == OK)
        *out = (struct reply){.body = arena_dup(r->arena, buf_str(json))};
    buf_clear(json);
    return rc;
}

void items_begin(struct items *list)
{
    buf_init(&list->text, 0);
    jout_init(&list->json, &list->text);
    jout_object(&list->json);
    jout_name(&list->json, "items");
    jout_array(&list->json);
}

err_t items_end(struct reply *out, const struct request *r, struct items *list, int64_t total,
                int64_t next, struct err *e)
{
    jout_end_array(&list->json);
    jout_pair_i64(&list->json, "total", total);
    jout_name(&list->json, "next");
    if (next)
        jout_i64(&list->json, next);
    else
        jout_null(&list->json);
    jout_end_object(&list->json);
    return reply_json(out, r, &list->text, e);
}

/* --- parameters ---------------------------------------------------------------- */

struct faults {
    struct buf json;
    struct jout out;
    size_t count;
};

static void add_fault(struct faults *f, const char *field, const char *code, const char *message)
{
    jout_object(&f->out);
    jout_name(&f->out, "field");
    jout_z(&f->out, field);
    jout_name(&f->out, "code");
    jout_z(&f->out, code);
    jout_name(&f->out, "message");
    jout_z(&f->out, msg(message));
    jout_end_object(&f->out);
    f->count++;
}

static void check_text(struct faults *f, const struct parameter *p, struct str value,
                       struct arena *a)
{
    int64_t n = 0;
    bool bounded = p->schema->minimum != 0 || p->schema->maximum != 0;
    switch (p->schema->type) {
    case SCHEMA_INTEGER:
        if (!str_to_i64(&n, value))
            add_fault(f, p->name, "integer", N_("must be a whole number"));
        else if (p->in == IN_PATH && !str_eq(arena_printf(a, "%lld", (long long)n), value))
            add_fault(f, p->name, "integer", N_("must be written without zeros before it"));
        else if (bounded && (n < p->schema->minimum || n > p->schema->maximum))
            add_fault(f, p->name, "range",
                      arena_printf(a, msg("must be between %lld and %lld"),
                                   (long long)p->schema->minimum, (long long)p->schema->maximum)
                          .ptr);
        break;
    case SCHEMA_BOOLEAN:
        if (!str_is(value, "true") && !str_is(value, "false"))
            add_fault(f, p->name, "boolean", N_("must be true or false"));
        break;
    case SCHEMA_STRING:
    case SCHEMA_NUMBER:
    case SCHEMA_ARRAY:
    case SCHEMA_OBJECT:
    case SCHEMA_ANY:
        break;
    }
}

static bool json_fits(const struct jvalue *v, const struct schema *s)
{
    switch (s->type) {
    case SCHEMA_STRING:
        return v->type == J_STRING;
    case SCHEMA_INTEGER:
    case SCHEMA_NUMBER:
        return v->type == J_NUMBER;
    case SCHEMA_BOOLEAN:
        return v->type == J_TRUE || v->type == J_FALSE;
    case SCHEMA_ARRAY:
        if (v->type != J_ARRAY)
            return false;
        for (size_t i = 0; i < v->count; i++)
            if (!json_fits(&v->items[i], s->items))
                return false;
        return true;
    case SCHEMA_OBJECT:
        return v->type == J_OBJECT;
    case SCHEMA_ANY:
        return true;
    }
    return false;
}

static void check_body(struct faults *f, const struct parameter *p, const struct request *r)
{
    const struct jvalue *v = jin_get(r->body, p->name);
    if (!v) {
        if (p->required)
            add_fault(f, p->name, "required", N_("is missing"));
    } else if (!json_fits(v, p->schema)) {
        add_fault(f, p->name, "type",
                  N_("has the wrong type; see the description of this resource"));
    } else if (v->type == J_NUMBER) {
        check_text(f, p, v->text, r->arena);
    }
}

static bool declared(const struct resource *resource, struct str name, enum parameter_in in)
{
    for (const struct parameter *p = resource->parameters; p && p->name; p++)
        if (p->in == in && str_is(name, p->name))
            return true;
    return in == IN_QUERY && str_is(name, list_book_parameter.name) && list_book_is(resource);
}

err_t parameters_check(struct str *faults, const struct resource *resource, const struct request *r,
                       struct err *e)
{
    struct faults f = {0};
    buf_init(&f.json, 0);
    jout_init(&f.out, &f.json);
    jout_array(&f.out);
    for (const struct parameter *p = resource->parameters; p && p->name; p++) {
        if (p->in == IN_BODY) {
            check_body(&f, p, r);
            continue;
        }
        if (p->in == IN_PATH) {
            check_text(&f, p, request_value(r, p->name), r->arena);
            continue;
        }
        if (p->in == IN_HEADER) {
            if (p->required && !request_header(r, p->name).len)
                add_fault(&f, p->name, "required", N_("is missing"));
            continue;
        }
        size_t given = 0;
        for (size_t i = 0; i < r->query_count; i++)
            if (str_is(r->query[i].name, p->name)) {
                check_text(&f, p, r->query[i].value, r->arena);
                given++;
            }
        if (given == 0 && p->required)
            add_fault(&f, p->name, "required", N_("is missing"));
        else if (given > 1 && !p->repeated)
            add_fault(&f, p->name, "repeated", N_("is given more than once"));
    }
    /* A misspelt parameter must not silently do nothing. */
    for (size_t i = 0; i < r->query_count && !resource->open_query; i++)
        if (!declared(resource, r->query[i].name, IN_QUERY))
            add_fault(&f, arena_cstr(r->arena, r->query[i].name), "unknown",
                      N_("is not a parameter of this resource"));
    for (size_t i = 0;
         r->body && i < r->body->count && r->body->type == J_OBJECT && !resource->open_body; i++)
        if (!declared(resource, r->body->names[i], IN_BODY))
            add_fault(&f, arena_cstr(r->arena, r->body->names[i]), "unknown",
                      N_("is not a member of this body"));
    jout_end_array(&f.out);
    *faults = f.count ? arena_dup(r->arena, buf_str(&f.json)) : STR_NONE;
    buf_clear(&f.json);
    return f.count ? err_set(e, E_INVALID, "the request has %zu wrong parameter(s)", f.count) : OK;
}
