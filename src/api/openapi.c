/* The OpenAPI 3.1 description, written from the resource table. */
#include "api/list_book.h"
#include "api/reply_book.h"
#include "base/msg.h"
#include "record/type.h"

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
    if (s->characters) {
        jout_name(j, "maxLength");
        jout_i64(j, (int64_t)s->characters);
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

static void write_parameter(struct jout *j, const struct parameter *p)
{
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

static void write_parameters(struct jout *j, const struct resource *r, const struct record_type *t)
{
    jout_name(j, "parameters");
    jout_array(j);
    for (const struct parameter *p = r->parameters; p && p->name; p++)
        if (p->in != IN_BODY && !(t && p->in == IN_PATH && strcmp(p->name, "type") == 0))
            write_parameter(j, p);
    if (list_book_is(r))
        write_parameter(j, &list_book_parameter);
    jout_end_array(j);
}

/* {"$ref":"#/components/schemas/deal_create"} */
static void write_reference(struct jout *j, struct str type, const char *suffix)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, "#/components/schemas/%.*s%s", STR_ARG(type), suffix);
    jout_object(j);
    jout_name(j, "$ref");
    jout_str(j, buf_str(&b));
    jout_end_object(j);
    buf_clear(&b);
}

static void write_record_body(struct jout *j, const struct resource *r, const struct record_type *t)
{
    jout_name(j, "requestBody");
    jout_object(j);
    jout_name(j, "required");
    jout_bool(j, true);
    jout_name(j, "content");
    jout_object(j);
    jout_name(j, "application/json");
    jout_object(j);
    jout_name(j, "schema");
    write_reference(j, t->name, r->shape == SHAPE_CREATE ? "_create" : "_change");
    jout_end_object(j);
    jout_end_object(j);
    jout_end_object(j);
}

static void write_body(struct jout *j, const struct resource *r)
{
    jout_name(j, "requestBody");
    jout_object(j);
    jout_name(j, "required");
    jout_bool(j, true);
    jout_name(j, "content");
    jout_object(j);
    if (r->body == BODY_UPLOAD || r->body == BODY_SEALED || r->body == BODY_BYTES) {
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

/* A page of records of a type, as write_schema would write the list's schema. */
static void write_page(struct jout *j, const struct record_type *t)
{
    jout_object(j);
    jout_name(j, "type");
    jout_z(j, "object");
    jout_name(j, "properties");
    jout_object(j);
    jout_name(j, "items");
    jout_object(j);
    jout_name(j, "type");
    jout_z(j, "array");
    jout_name(j, "items");
    write_reference(j, t->name, "");
    jout_end_object(j);
    jout_name(j, "total");
    jout_raw(j, STR("{\"type\":[\"integer\",\"null\"]}"));
    jout_name(j, "next");
    jout_raw(j, STR("{\"type\":[\"string\",\"null\"]}"));
    jout_end_object(j);
    jout_name(j, "required");
    jout_raw(j, STR("[\"items\",\"total\",\"next\"]"));
    jout_end_object(j);
}

static void write_reply(struct jout *j, const struct resource *r, const struct record_type *t)
{
    if (t && r->shape == SHAPE_LIST)
        write_page(j, t);
    else if (t && r->shape == SHAPE_ONE)
        write_reference(j, t->name, "");
    else
        write_schema(j, r->reply);
}

static void write_entries(struct jout *j, const struct resource *r)
{
    static const char *const words[] = {"one", "each", "none"};
    jout_name(j, "x-entries");
    jout_object(j);
    jout_pair(j, "done", str_of(words[r->entries]));
    if (r->entries_why)
        jout_pair(j, "why", str_of(msg(r->entries_why)));
    jout_name(j, "refused");
    jout_bool(j, r->enters_refusals);
    jout_end_object(j);
}

static void write_words(struct jout *j, const char *name, const char *words)
{
    struct str rest = str_of(words ? words : "");
    jout_name(j, name);
    jout_array(j);
    while (rest.len > 0)
        jout_str(j, str_split(&rest, STR(" ")));
    jout_end_array(j);
}

static void write_may(struct jout *j, const struct may *m)
{
    jout_object(j);
    if (m->role)
        jout_pair(j, "role", str_of(m->role));
    jout_pair(j, "of", str_of(m->of));
    write_words(j, "but", m->but);
    if (m->deed)
        jout_pair(j, "deed", str_of(m->deed));
    jout_end_object(j);
}

static void write_access(struct jout *j, const struct resource *r)
{
    static const char *const needs[] = {
        [NEED_UNSAID] = "",         [NEED_LOCAL] = "account", [NEED_NOBODY] = "nobody",
        [NEED_ACCOUNT] = "account", [NEED_ROLE] = "role",     [NEED_BRINGS] = "role"};
    jout_name(j, "x-access");
    jout_object(j);
    jout_pair(j, "need", str_of(needs[r->need]));
    jout_name(j, "roles");
    jout_array(j);
    for (size_t i = 0; r->need == NEED_ROLE && r->roles[i]; i++)
        jout_z(j, r->roles[i]);
    for (size_t i = 0; r->need == NEED_BRINGS && role_at(i); i++)
        if (role_at(i)->publications)
            jout_str(j, role_at(i)->name);
    jout_end_array(j);
    jout_pair(j, "scope", str_of(r->scope ? r->scope : "other"));
    jout_name(j, "in_person");
    jout_bool(j, r->in_person);
    if (r->may) {
        jout_name(j, "may");
        jout_array(j);
        for (const struct may *m = r->may; m->of; m++)
            write_may(j, m);
        jout_end_array(j);
        jout_pair_i64(j, "else", r->hides ? 404 : 403);
    }
    jout_end_object(j);
}

static void write_reads(struct jout *j, const struct resource *r)
{
    static const char *const words[] = {[READS_UNSAID] = "none",
                                        [READS_NONE] = "none",
                                        [READS_ONE] = "one",
                                        [READS_ROWS] = "rows",
                                        [READS_SAID] = "said"};
    jout_pair(j, "x-reads", str_of(words[r->reads]));
}

static void write_operation(struct jout *j, const struct resource *r, const struct record_type *t)
{
    jout_object(j);
    jout_name(j, "summary");
    jout_z(j, msg(r->summary));
    write_parameters(j, r, t);
    if (t && (r->shape == SHAPE_CREATE || r->shape == SHAPE_CHANGE))
        write_record_body(j, r, t);
    else if (r->body != BODY_NONE)
        write_body(j, r);
    write_access(j, r);
    write_reads(j, r);
    if (strcmp(r->method, "GET") != 0)
        write_entries(j, r);
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
        write_reply(j, r, t);
        jout_end_object(j);
        if (list_book_is(r)) {
            jout_name(j, XLSX_TYPE);
            jout_raw(j, STR("{}"));
        }
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

static void write_method(struct jout *j, const struct resource *r, const struct record_type *t)
{
    char lower[8];
    size_t n = 0;
    for (; r->method[n] && n + 1 < sizeof(lower); n++)
        lower[n] = (char)(r->method[n] | 0x20); /* methods are upper-case ASCII letters */
    jout_name_str(j, (struct str){lower, n});
    write_operation(j, r, t);
}

#define TYPE_PART "/records/{type}"

/* The methods of the path of resource i; `t`: written for that type. */
static void write_path(struct jout *j, size_t i, const struct record_type *t)
{
    const char *path = resources[i]->path, *part = strstr(path, TYPE_PART);
    struct buf b;
    buf_init(&b, 0);
    if (t)
        buf_addf(&b, "%.*s/records/%.*s%s", (int)(part - path), path, STR_ARG(t->name),
                 part + strlen(TYPE_PART));
    else
        buf_addz(&b, path);
    jout_name_str(j, buf_str(&b));
    jout_object(j);
    for (size_t k = i; resources[k]; k++) {
        const struct resource *r = resources[k];
        bool writes = r->shape == SHAPE_CREATE || r->shape == SHAPE_CHANGE;
        if (!r->hidden && strcmp(r->path, path) == 0 && !(t && t->by_actions_only && writes))
            write_method(j, r, t);
    }
    jout_end_object(j);
    buf_clear(&b);
}

static void write_type_schemas(struct jout *j, const struct record_types *types)
{
    static const struct {
        const char *suffix;
        enum record_schema which;
    } schemas[] = {{"", RECORD_SCHEMA_READ},
                   {"_create", RECORD_SCHEMA_CREATE},
                   {"_change", RECORD_SCHEMA_CHANGE}};
    const struct record_type *t;
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; (t = record_type_at(types, i)) != NULL; i++)
        for (size_t k = 0; k < ARRAY_LEN(schemas); k++) {
            buf_reset(&b);
            buf_addf(&b, "%.*s%s", STR_ARG(t->name), schemas[k].suffix);
            jout_name_str(j, buf_str(&b));
            record_type_schema(j, t, schemas[k].which);
        }
    buf_clear(&b);
}

void openapi_json(struct buf *out, const struct record_types *types)
{
    struct jout j;
    const struct record_type *t;
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
        if (!strstr(resources[i]->path, TYPE_PART))
            write_path(&j, i, NULL);
        for (size_t k = 0;
             strstr(resources[i]->path, TYPE_PART) && (t = record_type_at(types, k)) != NULL; k++)
            write_path(&j, i, t);
    }
    jout_end_object(&j);
    jout_name(&j, "components");
    jout_object(&j);
    jout_name(&j, "schemas");
    jout_object(&j);
    jout_name(&j, "problem");
    jout_raw(&j,
             STR("{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},"
                 "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
                 "\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{"
                 "\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
                 "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},"
                 "\"message_zh\":{\"type\":\"string\"},\"message_en\":{\"type\":\"string\"}}}}},"
                 "\"required\":[\"title\",\"status\"]}"));
    write_type_schemas(&j, types);
    jout_end_object(&j);
    jout_name(&j, "securitySchemes");
    jout_raw(&j, STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":"
                     "\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-session\"}}"));
    jout_end_object(&j);
    jout_end_object(&j);
}
