/* From method and path to a resource, and what a request says. */
#include "api/resource.h"
#include "base/msg.h"
#include "base/vec.h"
#include <assert.h>

/* Most paths begin alike and part in the last byte before the first brace: looking there first tells
 * nearly all of them without walking along. */
static bool may_match(size_t resource, struct str path)
{
    size_t len = resource_literals[resource];
    return path.len >= len && path.ptr[len - 1] == resources[resource]->path[len - 1];
}

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
        size_t from = at, literal = end ? strcspn(end + 1, "/{") : 0;
        while (at < path.len && path.ptr[at] != '/')
            at++;
        if (!end || at <= from + literal) /* "{n}.png": the literal is checked as it follows */
            return false;
        at -= literal;
        values[*count].name = str_range(p + 1, end);
        values[*count].value = (struct str){path.ptr + from, at - from};
        ++*count;
        p = end + 1;
    }
    return at == path.len;
}

#define PATH_VALUES_MAX 4

static const struct resource *find(struct request *r, struct str *allowed, struct str path,
                                   struct str method)
{
    struct query_value values[PATH_VALUES_MAX];
    const struct resource *found = NULL;
    size_t count, fewest = SIZE_MAX;
    *allowed = STR_NONE;
    /* A literal segment beats a parameter: "/records/deal/export.xlsx" is no id. */
    for (size_t i = 0; resources[i]; i++) {
        if (!may_match(i, path) || !match_path(resources[i]->path, path, values, &count) ||
            count > fewest)
            continue;
        if (count < fewest) { /* what was found so far is beaten */
            fewest = count;
            found = NULL;
            *allowed = STR_NONE;
        }
        *allowed = allowed->len ? arena_printf(r->arena, "%.*s, %s", STR_ARG(*allowed),
                                               resource_method(resources[i]))
                                : str_of(resource_method(resources[i]));
        if (!str_is(method, resource_method(resources[i])) || found)
            continue;
        found = resources[i];
        r->path_values = arena_regrow(r->arena, values, count, PATH_VALUES_MAX, sizeof(*values));
        r->path_value_count = count;
    }
    return found;
}

/* The web application's routers know its addresses, this one does not. */
static bool may_be_page(struct str path)
{
    return !str_starts(path, STR("/api/")) && !str_starts(path, STR("/assets/"));
}

const struct resource *route_find(struct request *r, struct str *allowed, struct str method)
{
    const struct resource *found = find(r, allowed, r->path, method);
    if (!found && allowed->len == 0 && may_be_page(r->path))
        found = find(r, allowed, STR("/"), method);
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
    const struct query_value *q = FIND_BY(r->query, r->query_count, name, str_of(name));
    return q ? q->value : STR_NONE;
}

struct str request_header(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (str_eq_nocase(r->headers[i].name, str_of(name)))
            return r->headers[i].value;
    return STR_NONE;
}

bool request_takes_gzip(const struct request *r)
{
    struct str header = request_header(r, "accept-encoding");
    while (header.len) {
        struct str weight = str_split(&header, STR(","));
        struct str name = str_trim(str_split(&weight, STR(";")));
        if (str_eq_nocase(name, STR("gzip")))
            return !str_starts(str_trim(weight), STR("q=0")) ||
                   str_starts(str_trim(weight), STR("q=0."));
    }
    return false;
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

err_t reply_json_if(err_t rc, struct reply *out, const struct request *r, struct buf *json,
                    struct err *e)
{
    if (rc == OK)
        return reply_json(out, r, json, e);
    buf_clear(json);
    return rc;
}

err_t reply_json(struct reply *out, const struct request *r, struct buf *json, struct err *e)
{
    err_t rc = buf_ok(json) ? OK : err_set(e, E_LIMIT, "the answer is too large; ask for less");
    if (rc == OK)
        *out = (struct reply){.body = arena_dup(r->arena, buf_str(json))};
    buf_clear(json);
    return rc;
}

err_t reply_object(struct reply *out, const struct request *r, struct jout *j, struct err *e)
{
    jout_end_object(j);
    return reply_json(out, r, j->to, e);
}

err_t reply_created(struct reply *out, const struct request *r, struct jout *j, struct err *e)
{
    err_t rc = reply_object(out, r, j, e);
    if (rc == OK)
        out->status = 201;
    return rc;
}

err_t reply_proposed(struct reply *out, const struct request *r, const char *done, int64_t proposal,
                     struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair_bool(&j, done, proposal == 0);
    jout_pair_id(&j, "proposal", proposal);
    err_t rc = reply_object(out, r, &j, e);
    out->status = rc == OK && proposal ? 202 : 0;
    return rc;
}

void items_begin(struct items *list)
{
    jout_open(&list->json);
    jout_pair_array(&list->json, "items");
}

err_t items_end(struct reply *out, const struct request *r, struct items *list, int64_t total,
                int64_t next, struct err *e)
{
    jout_end_array(&list->json);
    jout_pair_i64(&list->json, "total", total);
    if (next)
        jout_pair_i64(&list->json, "next", next);
    else
        jout_pair_null(&list->json, "next");
    return reply_object(out, r, &list->json, e);
}

err_t items_end_if(err_t rc, struct reply *out, const struct request *r, struct items *list,
                   int64_t total, int64_t next, struct err *e)
{
    if (rc == OK)
        return items_end(out, r, list, total, next, e);
    buf_clear(list->json.to);
    return rc;
}

err_t items_read(struct reply *out, const struct request *r, struct err *e)
{
    struct items list;
    int64_t total = 0;
    items_begin(&list);
    err_t rc = STORE_READ(db, r->api->store, e, r->resource->rows(&list.json, &total, db, r, e));
    return items_end_if(rc, out, r, &list, total, 0, e);
}
