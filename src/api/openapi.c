/* The OpenAPI 3.1 description, written from the resource table. */
#include "api/list_book.h"
#include "api/reply_book.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/type.h"
#include <ctype.h>

#define PROBLEM_REFERENCE "{\"$ref\":\"#/components/responses/Problem\"}"

struct description {
    struct jout j;
    struct arena *arena;
    VEC(const struct schema *) named; /* those referenced so far: written under components */
};

static void write_type(struct jout *j, const struct record_type *t, const char *suffix)
{
    struct buf b = {0};
    buf_addf(&b, "#/components/schemas/%.*s%s", STR_ARG(t->name), suffix);
    jout_object(j);
    jout_pair(j, "$ref", buf_str(&b));
    jout_end_object(j);
    buf_clear(&b);
}

/* --- schemas ----------------------------------------------------------------------------- */

static void write_schema(struct description *d, const struct schema *s, bool nullable);

/* {"$ref":"#/components/schemas/CaseStep"} */
static void write_reference(struct description *d, const struct schema *s)
{
    struct buf b = {0};
    bool known = false;
    for (size_t i = 0; i < d->named.len; i++)
        known |= d->named.ptr[i] == s;
    if (!known)
        VEC_PUSH(d->arena, &d->named, s);
    buf_addf(&b, "#/components/schemas/%s", s->name);
    jout_object(&d->j);
    jout_pair(&d->j, "$ref", buf_str(&b));
    jout_end_object(&d->j);
    buf_clear(&b);
}

static void write_kind(struct jout *j, const struct schema *s, bool nullable)
{
    static const char *const names[] = {
        [SCHEMA_STRING] = "string",   [SCHEMA_INTEGER] = "integer", [SCHEMA_NUMBER] = "number",
        [SCHEMA_BOOLEAN] = "boolean", [SCHEMA_ARRAY] = "array",     [SCHEMA_OBJECT] = "object",
        [SCHEMA_UNION] = NULL,        [SCHEMA_NULL] = "null",       [SCHEMA_ANY] = NULL};
    if (!names[s->type])
        return;
    jout_name(j, "type");
    if (nullable)
        jout_array(j);
    jout_z(j, names[s->type]);
    if (nullable) {
        jout_z(j, "null");
        jout_end_array(j);
    }
}

static void write_values(struct jout *j, const struct schema *s, bool nullable)
{
    jout_pair_array(j, "enum");
    for (const char *const *value = s->values; *value; value++)
        jout_z(j, *value);
    if (nullable)
        jout_null(j);
    jout_end_array(j);
}

static void write_properties(struct description *d, const struct property *properties)
{
    bool any = false;
    jout_pair_object(&d->j, "properties");
    for (const struct property *p = properties; p->name; p++) {
        any |= p->required;
        jout_name(&d->j, p->name);
        write_schema(d, p->schema, p->nullable);
    }
    jout_end_object(&d->j);
    if (!any)
        return;
    jout_pair_array(&d->j, "required");
    for (const struct property *p = properties; p->name; p++)
        if (p->required)
            jout_z(&d->j, p->name);
    jout_end_array(&d->j);
}

/* Depth is that of our own static tables. */
static void write_members(struct description *d, const struct schema *s, bool nullable)
{
    struct jout *j = &d->j;
    jout_object(j);
    if (s->properties && s->items) {
        /* In one object, TypeScript's index signature would have to fit the named members too. */
        struct schema others = {SCHEMA_OBJECT, .items = s->items}, named = *s;
        named.items = NULL;
        jout_pair_array(j, "allOf");
        write_schema(d, &others, false);
        write_members(d, &named, nullable);
        jout_end_array(j);
        jout_end_object(j);
        return;
    }
    write_kind(j, s, nullable);
    if (s->description)
        jout_pair(j, "description", str_of(msg(s->description)));
    if (s->values)
        write_values(j, s, nullable);
    if (s->type == SCHEMA_INTEGER && (s->minimum || s->maximum)) {
        jout_pair_i64(j, "minimum", s->minimum);
        jout_pair_i64(j, "maximum", s->maximum);
    }
    if (s->characters)
        jout_pair_i64(j, "maxLength", (int64_t)s->characters);
    if (s->items) {
        jout_name(j, s->type == SCHEMA_OBJECT ? "additionalProperties" : "items");
        write_schema(d, s->items, false);
    }
    if (s->any_of) {
        jout_pair_array(j, "anyOf");
        for (const struct schema *const *one = s->any_of; *one; one++)
            write_schema(d, *one, false);
        jout_end_array(j);
    }
    if (s->properties)
        write_properties(d, s->properties);
    jout_end_object(j);
}

static void write_schema(struct description *d, const struct schema *s, bool nullable)
{
    struct jout *j = &d->j;
    bool twice = nullable && (s->name || s->type == SCHEMA_UNION);
    if (twice) {
        jout_object(j);
        jout_pair_array(j, "anyOf");
    }
    if (s->name)
        write_reference(d, s);
    else
        write_members(d, s, nullable && !twice);
    if (twice) {
        jout_raw(j, STR("{\"type\":\"null\"}"));
        jout_end_array(j);
        jout_end_object(j);
    }
}

/* --- what an operation takes ---------------------------------------------------------------- */

static void write_parameter(struct description *d, const struct parameter *p)
{
    struct jout *j = &d->j;
    jout_object(j);
    jout_pair_z(j, "name", p->name);
    jout_pair_z(j, "in", p->in == IN_PATH ? "path" : p->in == IN_HEADER ? "header" : "query");
    jout_pair_bool(j, "required", p->required || p->in == IN_PATH);
    if (p->description)
        jout_pair_z(j, "description", msg(p->description));
    jout_name(j, "schema");
    if (p->repeated) {
        const struct schema list = {.type = SCHEMA_ARRAY, .items = p->schema};
        write_schema(d, &list, false);
    } else {
        write_schema(d, p->schema, false);
    }
    jout_end_object(j);
}

static void write_parameters(struct description *d, const struct resource *r,
                             const struct record_type *t)
{
    jout_pair_array(&d->j, "parameters");
    for (const struct parameter *p = r->parameters; p && p->name; p++)
        if (p->in != IN_BODY && !(t && p->in == IN_PATH && strcmp(p->name, "type") == 0))
            write_parameter(d, p);
    if (r->book)
        write_parameter(d, &list_book_parameter);
    jout_end_array(&d->j);
}

/* A body of members that no parameter names holds fields of a record. */
static void write_body_schema(struct description *d, const struct resource *r)
{
    VEC(struct property) members = {0};
    for (const struct parameter *p = r->parameters; p && p->name; p++)
        if (p->in == IN_BODY)
            VEC_PUSH(d->arena, &members,
                     ((struct property){p->name, p->schema, p->required, false}));
    size_t count = members.len;
    VEC_PUSH(d->arena, &members, ((struct property){0}));
    if (count == 0 && r->open_body)
        write_schema(d, &schema_values, false);
    else if (count == 0)
        jout_raw(&d->j, STR("{\"type\":\"object\",\"additionalProperties\":false}"));
    else
        write_members(d,
                      &(struct schema){SCHEMA_OBJECT, .properties = members.ptr,
                                       .items = r->open_body ? &schema_value : NULL},
                      false);
}

static void write_body(struct description *d, const struct resource *r, const struct record_type *t)
{
    struct jout *j = &d->j;
    jout_pair_object(j, "requestBody");
    jout_pair_bool(j, "required", true);
    jout_pair_object(j, "content");
    if (r->body == BODY_UPLOAD || r->body == BODY_SEALED || r->body == BODY_BYTES) {
        jout_pair_raw(j, "application/octet-stream",
                      STR("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    } else {
        jout_pair_object(j, "application/json");
        jout_name(j, "schema");
        if (t && r->shape == SHAPE_CREATE)
            write_type(j, t, "_create");
        else if (t && r->shape == SHAPE_CHANGE)
            write_type(j, t, "_change");
        else
            write_body_schema(d, r);
        jout_end_object(j);
    }
    jout_end_object(j);
    jout_end_object(j);
}

/* --- what it gives --------------------------------------------------------------------------- */

/* A page of records of a type, as write_schema would write the list's schema. */
static void write_page(struct jout *j, const struct record_type *t)
{
    jout_object(j);
    jout_pair_z(j, "type", "object");
    jout_pair_object(j, "properties");
    jout_pair_object(j, "items");
    jout_pair_z(j, "type", "array");
    jout_name(j, "items");
    write_type(j, t, "");
    jout_end_object(j);
    jout_pair_raw(j, "total", STR("{\"type\":[\"integer\",\"null\"]}"));
    jout_pair_raw(j, "next", STR("{\"type\":[\"string\",\"null\"]}"));
    jout_end_object(j);
    jout_pair_raw(j, "required", STR("[\"items\",\"total\",\"next\"]"));
    jout_end_object(j);
}

static void write_reply(struct description *d, const struct resource *r,
                        const struct record_type *t, unsigned status)
{
    struct jout *j = &d->j;
    jout_pair_object(j, "content");
    jout_pair_object(j, "application/json");
    jout_name(j, "schema");
    if (t && r->shape == SHAPE_LIST)
        write_page(j, t);
    else if (t && r->shape == SHAPE_ONE)
        write_type(j, t, "");
    else
        write_schema(d, status == 202 && r->accepted ? r->accepted : r->reply, false);
    jout_end_object(j);
    if (r->book)
        jout_pair_raw(j, XLSX_TYPE,
                      STR("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    jout_end_object(j);
}

static void write_response(struct description *d, const struct resource *r,
                           const struct record_type *t, unsigned status)
{
    struct jout *j = &d->j;
    char name[16];
    snprintf(name, sizeof(name), "%u", status);
    jout_pair_object(j, name);
    jout_pair(j, "description",
              str_of(msg(status == 201   ? N_("created")
                         : status == 202 ? N_("accepted: it waits for a second person or for a job")
                         : status == 303 ? N_("go on there")
                                         : N_("done"))));
    if (r->reply && status != 204)
        write_reply(d, r, t, status);
    jout_end_object(j);
}

static void write_responses(struct description *d, const struct resource *r,
                            const struct record_type *t)
{
    struct jout *j = &d->j;
    jout_pair_object(j, "responses");
    for (size_t i = 0; i < STATUSES_MAX && r->statuses[i]; i++)
        write_response(d, r, t, r->statuses[i]);
    if (!r->statuses[0])
        write_response(d, r, t, 200);
    jout_pair_raw(j, "4XX", STR(PROBLEM_REFERENCE));
    jout_pair_raw(j, "default", STR(PROBLEM_REFERENCE));
    jout_end_object(j);
}

/* components.responses.Problem: any answer of status 400 or above. */
static void write_problem(struct description *d)
{
    struct jout *j = &d->j;
    jout_pair_object(j, "responses");
    jout_pair_object(j, "Problem");
    jout_pair(j, "description",
              str_of(msg(N_("a problem (RFC 9457). 400: the request has faults, listed in errors. "
                            "401: sign in first. 403: not allowed. 404: it does not exist, or you "
                            "may not read it. 409: the state forbids it, or a newer version "
                            "exists. 413: too large. 415: another content type. 429: too often; "
                            "Retry-After says when to try again. 5XX: the server failed"))));
    jout_pair_object(j, "content");
    jout_pair_object(j, "application/problem+json");
    jout_name(j, "schema");
    write_schema(d, &schema_problem, false);
    jout_end_object(j);
    jout_end_object(j);
    jout_end_object(j);
    jout_end_object(j);
}

/* --- who may call it, and what it leaves ------------------------------------------------------- */

static void write_entries(struct jout *j, const struct resource *r)
{
    static const char *const words[] = {"one", "each", "none"};
    jout_pair_object(j, "x-entries");
    jout_pair(j, "done", str_of(words[r->entries]));
    if (r->entries_why)
        jout_pair(j, "why", str_of(msg(r->entries_why)));
    jout_pair_bool(j, "refused", r->enters_refusals);
    jout_end_object(j);
}

static void write_words(struct jout *j, const char *name, const char *words)
{
    struct str rest = str_of(words ? words : "");
    jout_pair_array(j, name);
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
    jout_pair_object(j, "x-access");
    jout_pair(j, "need", str_of(needs[r->need]));
    jout_pair_array(j, "roles");
    for (size_t i = 0; r->need == NEED_ROLE && r->roles[i]; i++)
        jout_z(j, r->roles[i]);
    for (size_t i = 0; r->need == NEED_BRINGS && role_at(i); i++)
        if (role_at(i)->publications)
            jout_str(j, role_at(i)->name);
    jout_end_array(j);
    jout_pair(j, "scope", str_of(r->scope ? r->scope : "other"));
    jout_pair_bool(j, "in_person", r->in_person);
    if (r->may) {
        jout_pair_array(j, "may");
        for (const struct may *m = r->may; m->of; m++)
            write_may(j, m);
        jout_end_array(j);
        jout_pair_i64(j, "else", r->hides ? 404 : 403);
    }
    jout_end_object(j);
}

/* The ways to sign a request in (securitySchemes). A token needs the resource's scope; a session that changes
 * something also the CSRF token. {}: no sign-in. */
static void write_security(struct jout *j, const struct resource *r)
{
    bool nobody = r->need == NEED_NOBODY;
    jout_pair_array(j, "security");
    if (nobody || r->need == NEED_LOCAL || r->need == NEED_BRINGS)
        jout_raw(j, STR("{}"));
    if ((!nobody || r->by_reader) && !r->in_person) {
        jout_object(j);
        jout_pair_array(j, "token");
        jout_z(j, r->scope ? r->scope : "other");
        jout_end_array(j);
        jout_end_object(j);
    }
    if (!nobody || r->by_reader)
        jout_raw(j,
                 resource_gets(r) ? STR("{\"session\":[]}") : STR("{\"session\":[],\"csrf\":[]}"));
    jout_end_array(j);
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

/* --- paths -------------------------------------------------------------------------------------- */

static void add_camel(struct buf *to, struct str words)
{
    while (words.len > 0) {
        struct str word = str_split(&words, STR("_"));
        buf_addc(to, (char)toupper((unsigned char)word.ptr[0]));
        buf_add(to, (struct str){word.ptr + 1, word.len - 1});
    }
}

/* "case_begin": beginCase; of a GET "cases": listCases, "case": getCase. */
static void write_id(struct jout *j, size_t i, const struct record_type *t)
{
    const struct resource *r = resources[i];
    struct str name = str_of(resource_names[i]);
    const char *verb = strrchr(resource_names[i], '_');
    struct buf b = {0};
    if (r->id) {
        buf_addz(&b, r->id);
    } else if (resource_gets(r)) {
        buf_addz(&b, list_has_items(r) ? "list" : "get");
        add_camel(&b, name);
    } else {
        buf_addz(&b, verb ? verb + 1 : resource_names[i]);
        add_camel(&b, verb ? str_range(resource_names[i], verb) : STR_NONE);
    }
    if (t)
        buf_addf(&b, "_%.*s", STR_ARG(t->name));
    jout_pair(j, "operationId", buf_str(&b));
    buf_clear(&b);
}

/* Tags: the first word of a path without its suffix, "due" of /due.ics. */
static const struct {
    const char *name, *description;
} tags[] = {
    {"account-acts", N_("what an account changed last")},
    {"account-imports", N_("accounts from a workbook")},
    {"accounts", N_("accounts of people who sign in")},
    {"asks", N_("questions of a record to a person or unit that it names")},
    {"backup-plan", N_("when backups are made, where to, and how many stay")},
    {"backups", N_("backups and their checks by a restore")},
    {"beginnings", N_("cases that one's unit may begin")},
    {"calls", N_("rounds of applications, and steps of several cases of a round at once")},
    {"cases", N_("cases: application, recognition, report, evaluation, rectification, revocation")},
    {"channels", N_("how messages leave this server: mail and gateways")},
    {"clock", N_("whether the server's clock is believed")},
    {"document-numbers", N_("document numbers of an office")},
    {"due", N_("what is due, day by day")},
    {"erasure-grounds", N_("grounds on which personal data are erased by law")},
    {"events", N_("progress and messages as server-sent events")},
    {"file-limits", N_("how much units may upload")},
    {"files", N_("files, named by their digest")},
    {"find", N_("the search box: cases, parties, patents, policies, records")},
    {"grants", N_("roles that accounts hold")},
    {"healthz", N_("whether the server works")},
    {"imports", N_("imports of patent publications")},
    {"indicators", N_("numbers of policies about a party, and the records behind them")},
    {"integrity", N_("the same contract, project or patent claimed twice")},
    {"jobs", N_("long work, its progress and result")},
    {"landscape", N_("counts of patents by one to three dimensions")},
    {"log", N_("the evidence log: signed heads, entries, proofs")},
    {"match", N_("patents that answer a text, with reasons")},
    {"metrics", N_("figures of this server for Prometheus")},
    {"notifications", N_("messages to a person")},
    {"openapi", N_("this description")},
    {"outside-identities", N_("accounts of other sign-in systems, linked to people")},
    {"outside-providers", N_("other systems for signing in")},
    {"outward-hosts", N_("hosts that this server may call")},
    {"packs", N_("policies: clauses, verdicts, simulation, activation, amendment")},
    {"panels", N_("panels of experts: conflicts of interest, draw, scores, report")},
    {"patents", N_("patents with their sources")},
    {"people", N_("people to whom work can be given")},
    {"proposals", N_("steps that wait for a second person")},
    {"public", N_("what anybody may read or send: publicity, objections, registry, certificates")},
    {"public-address", N_("where people reach this server")},
    {"receipts", N_("receipts of log entries")},
    {"records", N_("records of all types")},
    {"regions", N_("administrative divisions (GB/T 2260)")},
    {"reports", N_("forms of policies filled from several parties and years")},
    {"roles", N_("roles and the kinds of unit in which they are held")},
    {"search", N_("ranked search of patents")},
    {"session", N_("signing in and out, password, authenticator")},
    {"set-up", N_("the first administrator")},
    {"settings", N_("settings of signing in")},
    {"todo", N_("a person's work")},
    {"system", N_("the state of each part of the program, and the disk")},
    {"tokens", N_("tokens of programs")},
    {"types", N_("record types: fields, states, lists, forms")},
    {"units", N_("offices and organisations with their people")},
    {"webhooks", N_("signed calls to other systems about events")},
    {"workdays", N_("working days of years")},
};

static void write_tags(struct jout *j)
{
    jout_pair_array(j, "tags");
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        jout_object(j);
        jout_pair_z(j, "name", tags[i].name);
        jout_pair_z(j, "description", msg(tags[i].description));
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void write_tag(struct jout *j, const struct resource *r)
{
    bool api = str_starts(str_of(r->path), STR("/api/v1/"));
    struct str path = str_of(r->path + strlen(api ? "/api/v1/" : "/")),
               word = str_split(&path, STR("/"));
    jout_pair_array(j, "tags");
    jout_str(j, str_split(&word, STR(".")));
    jout_end_array(j);
}

static void write_operation(struct description *d, size_t i, const struct record_type *t)
{
    const struct resource *r = resources[i];
    struct jout *j = &d->j;
    jout_object(j);
    write_id(j, i, t);
    write_tag(j, r);
    jout_pair_z(j, "summary", msg(r->summary));
    write_parameters(d, r, t);
    if (resource_body(r) != BODY_NONE)
        write_body(d, r, t);
    write_security(j, r);
    write_access(j, r);
    write_reads(j, r);
    if (!resource_gets(r))
        write_entries(j, r);
    write_responses(d, r, t);
    jout_end_object(j);
}

static bool path_is_new(size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (!resources[before]->hidden && strcmp(resources[before]->path, resources[i]->path) == 0)
            return false;
    return true;
}

static void write_method(struct description *d, size_t i, const struct record_type *t)
{
    const char *method = resource_method(resources[i]);
    char lower[8];
    size_t n = 0;
    for (; method[n] && n + 1 < sizeof(lower); n++)
        lower[n] = (char)(method[n] | 0x20); /* methods are upper-case ASCII letters */
    jout_name_str(&d->j, (struct str){lower, n});
    write_operation(d, i, t);
}

#define TYPE_PART "/records/{type}"

/* The methods of the path of resource i; `t`: written for that type. */
static void write_path(struct description *d, size_t i, const struct record_type *t)
{
    const char *path = resources[i]->path, *part = strstr(path, TYPE_PART);
    struct buf b = {0};
    if (t)
        buf_addf(&b, "%.*s/records/%.*s%s", (int)(part - path), path, STR_ARG(t->name),
                 part + strlen(TYPE_PART));
    else
        buf_addz(&b, path);
    jout_name_str(&d->j, buf_str(&b));
    jout_object(&d->j);
    for (size_t k = i; resources[k]; k++) {
        const struct resource *r = resources[k];
        bool writes = r->shape == SHAPE_CREATE || r->shape == SHAPE_CHANGE;
        if (!r->hidden && strcmp(r->path, path) == 0 && !(t && t->by_actions_only && writes))
            write_method(d, k, t);
    }
    jout_end_object(&d->j);
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
    struct buf b = {0};
    for (size_t i = 0; (t = record_type_at(types, i)) != NULL; i++)
        for (size_t k = 0; k < (t->by_actions_only ? 1 : ARRAY_LEN(schemas)); k++) {
            buf_reset(&b);
            buf_addf(&b, "%.*s%s", STR_ARG(t->name), schemas[k].suffix);
            jout_name_str(j, buf_str(&b));
            record_type_schema(j, t, schemas[k].which);
        }
    buf_clear(&b);
}

static void write_paths(struct description *d, const struct record_types *types)
{
    const struct record_type *t;
    jout_pair_object(&d->j, "paths");
    for (size_t i = 0; resources[i]; i++) {
        bool each = types && strstr(resources[i]->path, TYPE_PART);
        if (resources[i]->hidden || !path_is_new(i))
            continue;
        if (!each)
            write_path(d, i, NULL);
        for (size_t k = 0; each && (t = record_type_at(types, k)) != NULL; k++)
            write_path(d, i, t);
    }
    jout_end_object(&d->j);
}

void openapi_json(struct buf *out, const struct record_types *types, const char *server)
{
    struct description d = {.arena = arena_new()};
    struct jout *j = &d.j;
    jout_init(j, out);
    jout_object(j);
    jout_pair_z(j, "openapi", "3.1.0");
    jout_pair_raw(j, "info",
                  STR("{\"title\":\"Zhiyun\",\"version\":\"" ZHIYUN_VERSION
                      "\",\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}"));
    jout_pair_array(j, "servers");
    jout_object(j);
    jout_pair_z(j, "url", server);
    jout_end_object(j);
    jout_end_array(j);
    write_tags(j);
    write_paths(&d, types);
    jout_pair_object(j, "components");
    write_problem(&d);
    jout_pair_object(j, "schemas");
    for (size_t i = 0; i < d.named.len; i++) { /* which adds to them */
        jout_name(j, d.named.ptr[i]->name);
        write_members(&d, d.named.ptr[i], false);
    }
    if (types)
        write_type_schemas(j, types);
    jout_end_object(j);
    jout_pair_raw(
        j, "securitySchemes",
        STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":"
            "\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-session\"},\"csrf\":{\"type\":"
            "\"apiKey\",\"in\":\"header\",\"name\":\"X-CSRF-Token\"}}"));
    jout_end_object(j);
    jout_end_object(j);
    arena_free(d.arena);
}
