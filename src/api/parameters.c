/* Checks the values of a request against the declaration of its resource. Texts are checked whole:
 * nothing is dropped or replaced on input, so a text that cannot be stored as is, is refused with
 * its position. */
#include "api/list_book.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/unicode.h"

#define FAULTS_MAX 100           /* told; a body can have thousands */
#define PLACE_NAME_BYTES_MAX 200 /* told of a member's name, which can be as long as its body */

/* The position of a value. It is written out only for a fault, because the paths of a million
 * items with long names would exceed any memory. */
struct place {
    const struct place *in; /* NULL: a parameter */
    struct str name;
    size_t item;  /* of the list `in` */
    bool is_item; /* it has no name */
    bool in_body; /* in NULL: it is a member of the body */
};

struct faults {
    struct buf json;
    struct jout out;
    struct arena *arena;
    size_t count;
};

static struct place place_of(const struct parameter *p)
{
    return (struct place){.name = str_of(p->name), .in_body = p->in == IN_BODY};
}

/* "/items/2/create" in the body, as deep as JSON_DEPTH_MAX; else the name (problem.c says which). */
static void add_place(struct buf *to, const struct place *at)
{
    if (at->in)
        add_place(to, at->in);
    if (at->is_item) {
        buf_addf(to, "/%zu", at->item);
        return;
    }
    bool pointer = at->in || at->in_body;
    struct str name = utf8_cut(at->name, PLACE_NAME_BYTES_MAX);
    if (pointer)
        buf_addc(to, '/');
    for (size_t i = 0; i < name.len; i++)
        if (pointer && (name.ptr[i] == '~' || name.ptr[i] == '/'))
            buf_addz(to, name.ptr[i] == '~' ? "~0" : "~1");
        else
            buf_addc(to, name.ptr[i]);
}

static void add_fault(struct faults *f, const struct place *at, const char *code,
                      const char *message)
{
    struct buf field = {0};
    if (f->count++ >= FAULTS_MAX)
        return;
    add_place(&field, at);
    jout_object(&f->out);
    jout_pair_str(&f->out, "field", buf_str(&field));
    buf_clear(&field);
    jout_pair_z(&f->out, "code", code);
    jout_pair_z(&f->out, "message", msg(message));
    jout_end_object(&f->out);
}

/* --- one text or number ----------------------------------------------------------------- */

/* U+0000 no store can keep; what a person reads is besides bounded and stays in its place. */
static void check_characters(struct faults *f, const struct place *at, const struct schema *s,
                             struct str value)
{
    const char *torn = s->characters ? unicode_torn(value, s->lines) : NULL;
    if (value.len && memchr(value.ptr, '\0', value.len))
        add_fault(f, at, "characters", N_("holds the character U+0000"));
    else if (utf8_check(value) < value.len)
        add_fault(f, at, "characters", N_("is not valid UTF-8"));
    else if (torn)
        add_fault(f, at, "characters", torn);
    else if (s->characters && utf8_length(value) > s->characters)
        add_fault(f, at, "length",
                  arena_printf(f->arena, msg("is longer than %zu characters"), s->characters).ptr);
}

static void check_number(struct faults *f, const struct place *at, const struct schema *s,
                         struct str value)
{
    int64_t n = 0;
    bool bounded = s->minimum != 0 || s->maximum != 0;
    if (s->type != SCHEMA_INTEGER)
        return;
    bool whole = str_to_i64(&n, value);
    if (!whole && s->description)
        add_fault(
            f, at, "integer",
            arena_printf(f->arena, msg("must be a whole number: %s"), msg(s->description)).ptr);
    else if (!whole)
        add_fault(f, at, "integer", N_("must be a whole number"));
    else if (bounded && (n < s->minimum || n > s->maximum))
        add_fault(f, at, "range",
                  arena_printf(f->arena, msg("must be between %lld and %lld"),
                               (long long)s->minimum, (long long)s->maximum)
                      .ptr);
}

/* For a path or a query, where every value is text. */
static void check_text(struct faults *f, const struct parameter *p, struct str value)
{
    const struct place at = place_of(p);
    if (p->schema->type == SCHEMA_BOOLEAN && !str_is(value, "true") && !str_is(value, "false"))
        add_fault(f, &at, "boolean", N_("must be true or false"));
    check_characters(f, &at, p->schema, value);
    check_number(f, &at, p->schema, value);
    int64_t n;
    if (p->in == IN_PATH && p->schema->type == SCHEMA_INTEGER && str_to_i64(&n, value) &&
        !str_eq(arena_printf(f->arena, "%lld", (long long)n), value))
        add_fault(f, &at, "integer", N_("must be written without zeros before it"));
}

/* --- a body --------------------------------------------------------------------------------- */

static bool has_type(const struct jvalue *v, enum schema_type type)
{
    switch (type) {
    case SCHEMA_STRING:
        return v->type == J_STRING;
    case SCHEMA_INTEGER:
    case SCHEMA_NUMBER:
        return v->type == J_NUMBER;
    case SCHEMA_BOOLEAN:
        return v->type == J_TRUE || v->type == J_FALSE;
    case SCHEMA_ARRAY:
        return v->type == J_ARRAY;
    case SCHEMA_OBJECT:
        return v->type == J_OBJECT;
    case SCHEMA_NULL:
        return v->type == J_NULL;
    case SCHEMA_UNION:
    case SCHEMA_ANY:
        return true;
    }
    return false;
}

static void check_value(struct faults *f, const struct place *at, const struct schema *s,
                        bool required, const struct jvalue *v);

static void check_member(struct faults *f, const struct place *in, const struct property *p,
                         const struct jvalue *object)
{
    const struct jvalue *v = jin_get(object, p->name);
    const struct place at = {.in = in, .name = str_of(p->name)};
    if (v && p->nullable && v->type == J_NULL)
        return;
    if (v)
        check_value(f, &at, p->schema, p->required, v);
    else if (p->required)
        add_fault(f, &at, "required", N_("is missing"));
}

/* One that names its members has no others, unless it says what these are. */
static void check_object(struct faults *f, const struct place *at, const struct schema *s,
                         const struct jvalue *v)
{
    for (const struct property *p = s->properties; p && p->name; p++)
        check_member(f, at, p, v);
    for (size_t i = 0; i < v->count; i++) {
        const struct property *p = s->properties;
        const struct place member = {.in = at, .name = v->names[i]};
        while (p && p->name && !str_is(v->names[i], p->name))
            p++;
        if (s->items && (!p || !p->name))
            check_value(f, &member, s->items, false, &v->items[i]);
        else if (!p)
            check_value(f, &member, &schema_any, false, &v->items[i]);
        else if (!p->name)
            add_fault(f, &member, "unknown", N_("is not a member of this body"));
    }
}

/* As deep as JSON_DEPTH_MAX. A text of bounded length that is needed says something. */
static void check_value(struct faults *f, const struct place *at, const struct schema *s,
                        bool required, const struct jvalue *v)
{
    if (!has_type(v, s->type)) {
        add_fault(f, at, "type", N_("has the wrong type; see the description of this resource"));
        return;
    }
    if (v->type == J_STRING && required && s->characters && str_trim(v->text).len == 0)
        add_fault(f, at, "required", N_("is missing"));
    else if (v->type == J_STRING)
        check_characters(f, at, s, v->text);
    else if (v->type == J_NUMBER)
        check_number(f, at, s, v->text);
    else if (v->type == J_OBJECT)
        check_object(f, at, s, v);
    for (size_t i = 0; v->type == J_ARRAY && i < v->count; i++)
        check_value(f, &(struct place){.in = at, .item = i, .is_item = true},
                    s->items ? s->items : &schema_any, true, &v->items[i]);
}

static void check_body(struct faults *f, const struct parameter *p, const struct request *r)
{
    const struct jvalue *v = jin_get(r->body, p->name);
    const struct place at = place_of(p);
    if (v)
        check_value(f, &at, p->schema, p->required, v);
    else if (p->required)
        add_fault(f, &at, "required", N_("is missing"));
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool declared(const struct resource *resource, struct str name, enum parameter_in in)
{
    for (const struct parameter *p = resource->parameters; p && p->name; p++)
        if (p->in == in && str_is(name, p->name))
            return true;
    return in == IN_QUERY && str_is(name, list_book_parameter.name) && resource->book;
}

err_t parameters_check(struct str *faults, const struct resource *resource, const struct request *r,
                       struct err *e)
{
    struct faults f = {.arena = r->arena};
    buf_init(&f.json, 0);
    jout_init(&f.out, &f.json);
    jout_array(&f.out);
    for (const struct parameter *p = resource->parameters; p && p->name; p++) {
        const struct place at = place_of(p);
        if (p->in == IN_BODY) {
            check_body(&f, p, r);
            continue;
        }
        if (p->in == IN_PATH) {
            check_text(&f, p, request_value(r, p->name));
            continue;
        }
        if (p->in == IN_HEADER) {
            if (p->required && !request_header(r, p->name).len)
                add_fault(&f, &at, "required", N_("is missing"));
            continue;
        }
        size_t given = 0;
        for (size_t i = 0; i < r->query_count; i++)
            if (str_is(r->query[i].name, p->name)) {
                check_text(&f, p, r->query[i].value);
                given++;
            }
        if (given == 0 && p->required)
            add_fault(&f, &at, "required", N_("is missing"));
        else if (given > 1 && !p->repeated)
            add_fault(&f, &at, "repeated", N_("is given more than once"));
    }
    /* A misspelt parameter must not silently do nothing. */
    for (size_t i = 0; i < r->query_count && !resource->open_query; i++)
        if (!declared(resource, r->query[i].name, IN_QUERY))
            add_fault(&f, &(struct place){.name = r->query[i].name}, "unknown",
                      N_("is not a parameter of this resource"));
    for (size_t i = 0;
         r->body && i < r->body->count && r->body->type == J_OBJECT && !resource->open_body; i++)
        if (!declared(resource, r->body->names[i], IN_BODY))
            add_fault(&f, &(struct place){.name = r->body->names[i], .in_body = true}, "unknown",
                      N_("is not a member of this body"));
    jout_end_array(&f.out);
    *faults = f.count ? arena_dup(r->arena, buf_str(&f.json)) : STR_NONE;
    buf_clear(&f.json);
    return f.count ? err_set(e, E_INVALID, "the request has %zu wrong parameter(s)", f.count) : OK;
}

/* The parameter that a sentence begins with, and what it says of it; NULL: none. `field`: as
 * problem.c says. */
static const char *said_of(struct buf *field, const struct resource *resource, const char *sentence)
{
    static const char *const colons[] = {": ", "\xef\xbc\x9a"}; /* the second is full-width */
    size_t len = strspn(sentence, "abcdefghijklmnopqrstuvwxyz_0123456789[].");
    struct str name = {sentence, strcspn(sentence, "[.: \xef")};
    for (size_t i = 0; i < ARRAY_LEN(colons); i++) {
        bool ends = strncmp(sentence + len, colons[i], strlen(colons[i])) == 0;
        for (const struct parameter *p = resource->parameters; ends && p && p->name; p++)
            if (str_is(name, p->name)) {
                if (p->in == IN_BODY)
                    problem_pointer(field, (struct str){sentence, len});
                else
                    buf_addz(field, p->name);
                return sentence + len + strlen(colons[i]);
            }
    }
    return NULL;
}

struct str parameters_fault(const struct resource *resource, const char *sentence, struct arena *a)
{
    struct faults f = {.arena = a};
    struct buf field = {0};
    const char *said = said_of(&field, resource, sentence);
    if (!said) {
        buf_clear(&field);
        return STR_NONE;
    }
    buf_init(&f.json, 0);
    jout_init(&f.out, &f.json);
    jout_array(&f.out);
    add_fault(&f, &(struct place){.name = buf_str(&field)}, "invalid", said);
    jout_end_array(&f.out);
    buf_clear(&field);
    return buf_take(&f.json, a);
}
