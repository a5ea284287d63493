/* The OpenAPI 3.1 description, written from the resource table. */
#include "api/resource.h"
#include "base/msg.h"

static void write_schema(struct jout *j, const struct schema *s)
{
    static const char *const names[] = {"string", "integer", "number", "boolean",
                                        "array",  "object",  NULL};
    jout_object(j);
    if (names[s->type]) {
        jout_name(j, "type");
        jout_z(j, names[s->type]);
    }
    if (s->description) {
        jout_name(j, "description");
        jout_z(j, msg(s->description));
    }
    if (s->type == SCHEMA_INTEGER && (s->minimum || s->maximum)) {
        jout_name(j, "minimum");
        jout_i64(j, s->minimum);
        jout_name(j, "maximum");
        jout_i64(j, s->maximum);
    }
    if (s->items) {
        jout_name(j, "items");
        write_schema(j, s->items); /* depth is that of our own static tables */
    }
    if (s->properties) {
        jout_name(j, "properties");
        jout_object(j);
        for (const struct property *p = s->properties; p->name; p++) {
            jout_name(j, p->name);
            write_schema(j, p->schema);
        }
        jout_end_object(j);
        jout_name(j, "required");
        jout_array(j);
        for (const struct property *p = s->properties; p->name; p++)
            if (p->required)
                jout_z(j, p->name);
        jout_end_array(j);
    }
    jout_end_object(j);
}

static void write_parameters(struct jout *j, const struct resource *r)
{
    jout_name(j, "parameters");
    jout_array(j);
    for (const struct parameter *p = r->parameters; p && p->name; p++) {
        if (p->in == IN_BODY)
            continue;
        jout_object(j);
        jout_name(j, "name");
        jout_z(j, p->name);
        jout_name(j, "in");
        jout_z(j, p->in == IN_PATH ? "path" : p->in == IN_HEADER ? "header" : "query");
        jout_name(j, "required");
        jout_bool(j, p->required || p->in == IN_PATH);
        if (p->description) {
            jout_name(j, "description");
            jout_z(j, msg(p->description));
        }
        jout_name(j, "schema");
        if (p->repeated) {
            const struct schema list = {.type = SCHEMA_ARRAY, .items = p->schema};
            write_schema(j, &list);
        } else {
            write_schema(j, p->schema);
        }
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void write_body(struct jout *j, const struct resource *r)
{
    jout_name(j, "requestBody");
    jout_object(j);
    jout_name(j, "required");
    jout_bool(j, true);
    jout_name(j, "content");
    jout_object(j);
    if (r->body == BODY_UPLOAD) {
        jout_name(j, "application/octet-stream");
        jout_raw(j, STR("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    } else {
        jout_name(j, "application/json");
        jout_object(j);
        jout_name(j, "schema");
        jout_object(j);
        jout_name(j, "type");
        jout_z(j, "object");
        jout_name(j, "properties");
        jout_object(j);
        for (const struct parameter *p = r->parameters; p && p->name; p++)
            if (p->in == IN_BODY) {
                jout_name(j, p->name);
                write_schema(j, p->schema);
            }
        jout_end_object(j);
        jout_name(j, "required");
        jout_array(j);
        for (const struct parameter *p = r->parameters; p && p->name; p++)
            if (p->in == IN_BODY && p->required)
                jout_z(j, p->name);
        jout_end_array(j);
        jout_end_object(j);
        jout_end_object(j);
    }
    jout_end_object(j);
    jout_end_object(j);
}

static void write_operation(struct jout *j, const struct resource *r)
{
    jout_object(j);
    jout_name(j, "summary");
    jout_z(j, msg(r->summary));
    write_parameters(j, r);
    if (r->body != BODY_NONE)
        write_body(j, r);
    jout_name(j, "responses");
    jout_object(j);
    jout_name(j, "200");
    jout_object(j);
    jout_name(j, "description");
    jout_z(j, msg("done"));
    if (r->reply) {
        jout_name(j, "content");
        jout_object(j);
        jout_name(j, "application/json");
        jout_object(j);
        jout_name(j, "schema");
        write_schema(j, r->reply);
        jout_end_object(j);
        jout_end_object(j);
    }
    jout_end_object(j);
    jout_name(j, "default");
    jout_object(j);
    jout_name(j, "description");
    jout_z(j, msg("a problem (RFC 9457)"));
    jout_name(j, "content");
    jout_raw(j, STR("{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
                    "problem\"}}}"));
    jout_end_object(j);
    jout_end_object(j);
    jout_end_object(j);
}

static bool path_is_new(size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (!resources[before]->hidden && strcmp(resources[before]->path, resources[i]->path) == 0)
            return false;
    return true;
}

static void write_method(struct jout *j, const struct resource *r)
{
    char lower[8];
    size_t n = 0;
    for (; r->method[n] && n + 1 < sizeof(lower); n++)
        lower[n] = (char)(r->method[n] | 0x20); /* methods are upper-case ASCII letters */
    jout_name_str(j, (struct str){lower, n});
    write_operation(j, r);
}

void openapi_json(struct buf *out)
{
    struct jout j;
    jout_init(&j, out);
    jout_object(&j);
    jout_name(&j, "openapi");
    jout_z(&j, "3.1.0");
    jout_name(&j, "info");
    jout_raw(&j, STR("{\"title\":\"Zhiyun\",\"version\":\"" ZHIYUN_VERSION "\"}"));
    jout_name(&j, "paths");
    jout_object(&j);
    for (size_t i = 0; resources[i]; i++) {
        if (resources[i]->hidden || !path_is_new(i))
            continue;
        jout_name(&j, resources[i]->path);
        jout_object(&j);
        for (size_t k = i; resources[k]; k++)
            if (!resources[k]->hidden && strcmp(resources[k]->path, resources[i]->path) == 0)
                write_method(&j, resources[k]);
        jout_end_object(&j);
    }
    jout_end_object(&j);
    jout_name(&j, "components");
    jout_raw(&j,
             STR("{\"schemas\":{\"problem\":{\"type\":\"object\",\"properties\":{\"type\":{"
                 "\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":"
                 "\"integer\"},\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\","
                 "\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
                 "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}},"
                 "\"required\":[\"title\",\"status\"]}}}"));
    jout_end_object(&j);
}
