/* Canonical JSON of a patent: the form in which sources and documents are kept,
 * compared and digested.
 *
 * A number has eight members, and a record with its citations can have hundreds
 * of numbers; what follows from the others is left out, which makes records a
 * third smaller. Left out: `written` when it equals `display`; `key` when it is
 * office/serial/kind letter (publications) or office/app/serial (applications),
 * `use` when it is the usual one of the place, `name_key` when it equals `name`.
 * A member that is empty although its neighbours imply a value is null. */
#include "model/patent.h"
#include "text/json.h"
#include <stdio.h>

/* --- out ------------------------------------------------------------------- */

static void put_implied(struct jout *j, const char *name, struct str value, struct str implied)
{
    if (str_eq(value, implied))
        return;
    jout_name(j, name);
    if (value.len)
        jout_str(j, value);
    else
        jout_null(j);
}

/* YYYY, YYYY-MM or YYYY-MM-DD: as much as is known. */
static void put_date(struct jout *j, const char *name, struct date d)
{
    char text[16];
    int n = 0;
    if (d.year <= 0 || d.year > 9999)
        return;
    if (d.month > 0 && d.month <= 99 && d.day > 0 && d.day <= 99)
        n = snprintf(text, sizeof(text), "%04d-%02d-%02d", d.year, d.month, d.day);
    else if (d.month > 0 && d.month <= 99)
        n = snprintf(text, sizeof(text), "%04d-%02d", d.year, d.month);
    else
        n = snprintf(text, sizeof(text), "%04d", d.year);
    jout_pair(j, name, (struct str){text, (size_t)n});
}

/* The key that office, serial and kind make by themselves; in `to`, or empty. */
static struct str usual_key(char *to, size_t cap, const struct number *n)
{
    if (n->serial.len == 0 || n->office.len + n->serial.len + 8 > cap || n->use == NUMBER_ANY)
        return STR_NONE;
    int len = n->use == NUMBER_APPLICATION
                  ? snprintf(to, cap, "%.*s/app/%.*s", STR_ARG(n->office), STR_ARG(n->serial))
                  : snprintf(to, cap, "%.*s/%.*s/%.*s", STR_ARG(n->office), STR_ARG(n->serial),
                             n->kind.len ? 1 : 0, n->kind.ptr);
    return (struct str){to, (size_t)len};
}

static const char *const use_names[] = {"publication", "application", "any"};
static const char *const check_names[] = {"", "right", "wrong"};

static void put_number_members(struct jout *j, const struct number *n, enum number_use usual)
{
    char key[256];
    if (n->use != usual)
        jout_pair(j, "use", str_of(use_names[n->use]));
    jout_pair(j, "office", n->office);
    jout_pair(j, "serial", n->serial);
    jout_pair(j, "kind", n->kind);
    jout_pair(j, "check_digit", n->check_digit);
    jout_pair(j, "check", str_of(check_names[n->check]));
    jout_pair(j, "display", n->display);
    put_implied(j, "written", n->written, n->display);
    put_implied(j, "key", n->key, usual_key(key, sizeof(key), n));
}

static bool number_is_empty(const struct number *n)
{
    return n->key.len == 0 && n->written.len == 0 && n->serial.len == 0 && n->display.len == 0 &&
           n->office.len == 0;
}

static void put_number(struct jout *j, const char *name, const struct number *n,
                       enum number_use usual)
{
    if (number_is_empty(n))
        return;
    if (name)
        jout_name(j, name);
    jout_object(j);
    put_number_members(j, n, usual);
    jout_end_object(j);
}

static void put_party(struct jout *j, const struct party *p)
{
    jout_pair(j, "role", str_of(party_role_name(p->role)));
    jout_pair(j, "name", p->name);
    put_implied(j, "name_key", p->name_key, p->name);
    jout_pair(j, "country", p->country);
    jout_pair(j, "address", p->address);
    jout_pair(j, "identifier", p->identifier);
}

static void put_class(struct jout *j, const struct classification *c)
{
    jout_pair(j, "scheme", str_of(class_scheme_name(c->scheme)));
    jout_pair(j, "symbol", c->symbol.symbol);
    jout_pair(j, "version", c->symbol.version);
    if (c->symbol.position)
        jout_pair(j, "position", (struct str){&c->symbol.position, 1});
    if (c->symbol.value)
        jout_pair(j, "value", (struct str){&c->symbol.value, 1});
}

static void put_text(struct jout *j, const struct patent_text *t)
{
    jout_pair(j, "part", str_of(text_part_name(t->part)));
    jout_pair(j, "lang", t->lang);
    if (t->translated)
        jout_pair_bool(j, "translated", true);
    jout_pair(j, "content", t->content);
}

static void put_citation(struct jout *j, const struct citation *c)
{
    put_number(j, "number", &c->number, NUMBER_PUBLICATION);
    jout_pair(j, "text", c->text);
    jout_pair(j, "category", c->category);
    jout_pair(j, "origin", c->origin);
    if (c->citing_us)
        jout_pair_bool(j, "citing_us", true);
}

static void put_event(struct jout *j, const struct legal_event *ev)
{
    put_date(j, "date", ev->date);
    jout_pair(j, "office", ev->office);
    jout_pair(j, "code", ev->code);
    jout_pair(j, "text", ev->text);
}

static void put_priority(struct jout *j, const struct priority *p)
{
    put_number(j, "number", &p->number, NUMBER_APPLICATION);
    put_date(j, "date", p->date);
    jout_pair(j, "country", p->country);
}

static void put_vendor(struct jout *j, const struct vendor_field *v)
{
    jout_pair(j, "name", v->name);
    jout_pair(j, "value", v->value);
}

static void put_family_member(struct jout *j, const struct number *n)
{
    put_number_members(j, n, NUMBER_PUBLICATION);
}

#define PUT_LIST(j, name, list, put_one)                                                           \
    if ((list).len > 0) {                                                                          \
        jout_name((j), (name));                                                                    \
        jout_array((j));                                                                           \
        for (size_t i_ = 0; i_ < (list).len; i_++) {                                               \
            jout_object((j));                                                                      \
            put_one((j), &(list).ptr[i_]);                                                         \
            jout_end_object((j));                                                                  \
        }                                                                                          \
        jout_end_array((j));                                                                       \
    }

/* Of the same day as the record: left out. */
static void put_status_day(struct jout *j, const struct patent *p)
{
    struct date day = patent_status_day(p);
    if (p->status_as_of.year == 0 || date_cmp(day, p->as_of) == 0)
        return;
    if (day.year > 0) {
        put_date(j, "status_as_of", day);
        return;
    }
    jout_pair_null(j, "status_as_of");
}

static void put_scalars(struct jout *j, const struct patent *p)
{
    jout_pair(j, "source", p->source);
    jout_pair(j, "source_id", p->source_id);
    put_date(j, "as_of", p->as_of);
    put_number(j, "publication", &p->publication, NUMBER_PUBLICATION);
    put_date(j, "publication_date", p->publication_date);
    put_number(j, "application", &p->application, NUMBER_APPLICATION);
    put_date(j, "application_date", p->application_date);
    put_date(j, "grant_date", p->grant_date);
    put_number(j, "earliest", &p->earliest, NUMBER_PUBLICATION);
    jout_pair(j, "family", p->family);
    if (p->type != TYPE_UNKNOWN)
        jout_pair(j, "type", str_of(patent_type_name(p->type)));
    if (p->status != STATUS_UNKNOWN)
        jout_pair(j, "status", str_of(patent_status_name(p->status)));
    jout_pair(j, "status_written", p->status_written);
    put_status_day(j, p);
    jout_pair(j, "region", p->region);
    if (p->times_cited >= 0)
        jout_pair_i64(j, "times_cited", p->times_cited);
}

void patent_to_json(struct buf *out, const struct patent *p)
{
    struct jout out_state, *j = &out_state;
    jout_init(j, out);
    jout_object(j);
    put_scalars(j, p);
    if (p->sei.len > 0)
        jout_pair_strs(j, "sei", p->sei.ptr, p->sei.len);
    PUT_LIST(j, "texts", p->texts, put_text);
    PUT_LIST(j, "parties", p->parties, put_party);
    PUT_LIST(j, "classes", p->classes, put_class);
    PUT_LIST(j, "priorities", p->priorities, put_priority);
    PUT_LIST(j, "family_members", p->family_members, put_family_member);
    PUT_LIST(j, "citations", p->citations, put_citation);
    PUT_LIST(j, "events", p->events, put_event);
    PUT_LIST(j, "vendor", p->vendor, put_vendor);
    jout_end_object(j);
}

/* --- in -------------------------------------------------------------------- */

/* What is being read: the first fault stays, later reads do nothing harmful. */
struct reader {
    struct arena *a;
    const char *fault; /* name of the member that cannot be, or NULL */
};

static struct str get_implied(const struct jvalue *v, const char *name, struct str implied)
{
    return jin_get(v, name) ? jin_text(v, name) : implied;
}

static bool get_true(const struct jvalue *v, const char *name)
{
    const struct jvalue *child = jin_get(v, name);
    return child && child->type == J_TRUE;
}

/* Index of the name that a member holds; `missing` when it is absent. */
static int get_name(struct reader *r, const struct jvalue *v, const char *member, int missing,
                    int count, const char *(*name_of)(int))
{
    struct str text = jin_text(v, member);
    if (text.len == 0)
        return missing;
    for (int i = 0; i < count; i++)
        if (str_is(text, name_of(i)))
            return i;
    r->fault = member;
    return missing;
}

static const char *use_name_of(int i)
{
    return use_names[i];
}
static const char *check_name_of(int i)
{
    return check_names[i];
}
static const char *role_name_of(int i)
{
    return party_role_name((enum party_role)i);
}
static const char *part_name_of(int i)
{
    return text_part_name((enum text_part)i);
}
static const char *scheme_name_of(int i)
{
    return class_scheme_name((enum class_scheme)i);
}
static const char *type_name_of(int i)
{
    return patent_type_name((enum patent_type)i);
}
static const char *status_name_of(int i)
{
    return patent_status_name((enum patent_status)i);
}

static bool digits(int *out, struct str s, size_t from, size_t len)
{
    uint64_t n = 0;
    if (s.len < from + len || !str_to_u64(&n, (struct str){s.ptr + from, len}))
        return false;
    *out = (int)n;
    return true;
}

static struct date get_date(struct reader *r, const struct jvalue *v, const char *name)
{
    struct str s = jin_text(v, name);
    struct date d = {0};
    if (s.len == 0)
        return d;
    bool good = digits(&d.year, s, 0, 4) && (s.len == 4 || s.len == 7 || s.len == 10);
    if (good && s.len >= 7)
        good = s.ptr[4] == '-' && digits(&d.month, s, 5, 2);
    if (good && s.len == 10)
        good = s.ptr[7] == '-' && digits(&d.day, s, 8, 2);
    if (!good)
        r->fault = name;
    return good ? d : (struct date){0};
}

static struct number get_number_members(struct reader *r, const struct jvalue *v,
                                        enum number_use usual)
{
    struct number n = {0};
    char key[256];
    if (!v)
        return n;
    n.use =
        (enum number_use)get_name(r, v, "use", (int)usual, (int)ARRAY_LEN(use_names), use_name_of);
    n.office = jin_text(v, "office");
    n.serial = jin_text(v, "serial");
    n.kind = jin_text(v, "kind");
    n.check_digit = jin_text(v, "check_digit");
    n.check = (enum number_check)get_name(r, v, "check", CHECK_NONE, (int)ARRAY_LEN(check_names),
                                          check_name_of);
    n.display = jin_text(v, "display");
    n.written = get_implied(v, "written", n.display);
    if (jin_get(v, "key"))
        n.key = jin_text(v, "key");
    else
        n.key = arena_dup(r->a, usual_key(key, sizeof(key), &n));
    return n;
}

static struct number get_number(struct reader *r, const struct jvalue *v, const char *name,
                                enum number_use usual)
{
    return get_number_members(r, jin_get(v, name), usual);
}

static struct party get_party(struct reader *r, const struct jvalue *v)
{
    struct str name = jin_text(v, "name");
    return (struct party){
        .role = (enum party_role)get_name(r, v, "role", 0, PARTY_ROLES, role_name_of),
        .name = name,
        .name_key = name_key(name, r->a), /* of today's rule, whatever was written */
        .country = jin_text(v, "country"),
        .address = jin_text(v, "address"),
        .identifier = jin_text(v, "identifier"),
    };
}

static char get_letter(const struct jvalue *v, const char *name)
{
    struct str s = jin_text(v, name);
    return s.len ? s.ptr[0] : '\0';
}

static struct classification get_class(struct reader *r, const struct jvalue *v)
{
    return (struct classification){
        .scheme = (enum class_scheme)get_name(r, v, "scheme", 0, CLASS_SCHEMES, scheme_name_of),
        .symbol = {.symbol = jin_text(v, "symbol"),
                   .version = jin_text(v, "version"),
                   .position = get_letter(v, "position"),
                   .value = get_letter(v, "value")},
    };
}

static struct patent_text get_text(struct reader *r, const struct jvalue *v)
{
    return (struct patent_text){
        .part = (enum text_part)get_name(r, v, "part", 0, TEXT_PARTS, part_name_of),
        .lang = jin_text(v, "lang"),
        .content = jin_text(v, "content"),
        .translated = get_true(v, "translated"),
    };
}

static struct citation get_citation(struct reader *r, const struct jvalue *v)
{
    return (struct citation){
        .number = get_number(r, v, "number", NUMBER_PUBLICATION),
        .text = jin_text(v, "text"),
        .category = jin_text(v, "category"),
        .origin = jin_text(v, "origin"),
        .citing_us = get_true(v, "citing_us"),
    };
}

static struct legal_event get_event(struct reader *r, const struct jvalue *v)
{
    return (struct legal_event){
        .date = get_date(r, v, "date"),
        .office = jin_text(v, "office"),
        .code = jin_text(v, "code"),
        .text = jin_text(v, "text"),
    };
}

static struct priority get_priority(struct reader *r, const struct jvalue *v)
{
    return (struct priority){
        .number = get_number(r, v, "number", NUMBER_APPLICATION),
        .date = get_date(r, v, "date"),
        .country = jin_text(v, "country"),
    };
}

static struct vendor_field get_vendor(struct reader *r, const struct jvalue *v)
{
    (void)r;
    return (struct vendor_field){.name = jin_text(v, "name"), .value = jin_text(v, "value")};
}

static struct number get_family_member(struct reader *r, const struct jvalue *v)
{
    return get_number_members(r, v, NUMBER_PUBLICATION);
}

static struct str get_sei(struct reader *r, const struct jvalue *v)
{
    (void)r;
    return v->text;
}

#define GET_LIST(r, v, name, list, get_one)                                                        \
    do {                                                                                           \
        const struct jvalue *items_ = jin_get((v), (name));                                        \
        if (!items_)                                                                               \
            break;                                                                                 \
        if (items_->type != J_ARRAY)                                                               \
            (r)->fault = (name);                                                                   \
        else if (items_->count > 0) {                                                              \
            (list)->ptr = arena_array((r)->a, items_->count, sizeof(*(list)->ptr));                \
            (list)->len = (list)->cap = items_->count;                                             \
            for (size_t i_ = 0; i_ < items_->count; i_++)                                          \
                (list)->ptr[i_] = get_one((r), &items_->items[i_]);                                \
        }                                                                                          \
    } while (0)

static void get_scalars(struct patent *p, struct reader *r, const struct jvalue *v)
{
    p->source = jin_text(v, "source");
    p->source_id = jin_text(v, "source_id");
    p->as_of = get_date(r, v, "as_of");
    p->publication = get_number(r, v, "publication", NUMBER_PUBLICATION);
    p->publication_date = get_date(r, v, "publication_date");
    p->application = get_number(r, v, "application", NUMBER_APPLICATION);
    p->application_date = get_date(r, v, "application_date");
    p->grant_date = get_date(r, v, "grant_date");
    p->earliest = get_number(r, v, "earliest", NUMBER_PUBLICATION);
    p->family = jin_text(v, "family");
    p->type = (enum patent_type)get_name(r, v, "type", TYPE_UNKNOWN, TYPE_OTHER + 1, type_name_of);
    p->status = (enum patent_status)get_name(r, v, "status", STATUS_UNKNOWN, STATUS_INACTIVE + 1,
                                             status_name_of);
    p->status_written = jin_text(v, "status_written");
    p->status_as_of = get_date(r, v, "status_as_of");
    if (jin_get(v, "status_as_of") && p->status_as_of.year == 0)
        p->status_as_of.year = -1;
    p->region = jin_text(v, "region");
    if (jin_get(v, "times_cited") && !jin_i64(&p->times_cited, v, "times_cited"))
        r->fault = "times_cited";
}

/* Returns the place of the quotation mark that ends the string whose content begins at `at`, or json.len. */
static size_t string_end(struct str json, size_t at)
{
    size_t end = str_find(json, STR("\""), at);
    for (;;) {
        size_t escape = str_find((struct str){json.ptr, end}, STR("\\"), at);
        if (escape >= end)
            return end;
        at = escape + 2;
        if (at > end) /* that mark was escaped, or it ends with a backslash */
            end = str_find(json, STR("\""), at);
    }
}

/* Where the first of these members of the outermost object begins; json.len: none is there. */
static size_t member_at(struct str json, const char *const *names, size_t count)
{
    int depth = 0;
    for (size_t at = 0; at < json.len; at++) {
        switch (json.ptr[at]) {
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            break;
        case '"':
            for (size_t i = 0; depth == 1 && i < count; i++)
                if (str_starts((struct str){json.ptr + at, json.len - at}, str_of(names[i])))
                    return at;
            at = string_end(json, at + 1);
            break;
        default:
            break;
        }
    }
    return json.len;
}

/* The JSON without the lists that patent_to_json writes last. */
static struct str head_of(struct str json, struct arena *a)
{
    static const char *const behind[] = {"\"priorities\":[", "\"family_members\":[",
                                         "\"citations\":[", "\"events\":[", "\"vendor\":["};
    size_t at = member_at(json, behind, ARRAY_LEN(behind));
    if (at == json.len)
        return json;
    at -= json.ptr[at - 1] == ',';
    return arena_join(a, (struct str){json.ptr, at}, STR("}"));
}

/* The next string from *at on, without its quotation marks; *at is put behind it. */
static struct str string_next(struct str json, size_t *at)
{
    size_t from = ++*at;
    *at = string_end(json, *at);
    struct str found = {json.ptr + from, *at - from};
    ++*at;
    return found;
}

static void number_member_read(struct number *n, struct str name, struct str value)
{
    if (str_is(name, "office"))
        n->office = value;
    else if (str_is(name, "serial"))
        n->serial = value;
    else if (str_is(name, "use"))
        n->use = str_is(value, use_names[NUMBER_APPLICATION]) ? NUMBER_APPLICATION : NUMBER_ANY;
}

void patent_cited_each(struct str json, void (*fn)(void *arg, const struct number *cited),
                       void *arg)
{
    /* Nothing else begins so: a text has \" in place of ". */
    const struct str list = STR("\"citations\":[");
    struct number n = {.use = NUMBER_PUBLICATION};
    bool is_citer = false;
    int depth = 0; /* 1 in the list, 2 in a citation, 3 in its number */

    for (size_t at = str_find(json, list, 0) + list.len - 1; at < json.len; at++) {
        char c = json.ptr[at];
        depth += (c == '[' || c == '{') - (c == ']' || c == '}');
        if (depth == 0)
            return;
        if (c == '}' && depth == 1) {
            if (!is_citer && n.serial.len > 0)
                fn(arg, &n);
            n = (struct number){.use = NUMBER_PUBLICATION};
            is_citer = false;
        }
        if (c != '"')
            continue;
        struct str name = string_next(json, &at);
        is_citer |= depth == 2 && str_is(name, "citing_us");
        if (at + 1 < json.len && json.ptr[at] == ':' && json.ptr[at + 1] == '"') {
            at++;
            struct str value = string_next(json, &at);
            if (depth == 3)
                number_member_read(&n, name, value);
        }
        at--;
    }
}

err_t patent_head_from_json(struct patent *out, struct str json, struct arena *a, struct err *e)
{
    return patent_from_json(out, head_of(json, a), a, e);
}

err_t patent_from_json(struct patent *out, struct str json, struct arena *a, struct err *e)
{
    const struct jvalue *v = NULL;
    struct reader reader = {.a = a}, *r = &reader;
    err_t rc = jin_parse(&v, json, a, e);
    if (rc != OK)
        return rc;
    *out = (struct patent){0};
    patent_init(out);
    if (v->type != J_OBJECT)
        return err_set(e, E_INVALID, "the JSON of a patent must be an object");
    get_scalars(out, r, v);
    GET_LIST(r, v, "sei", &out->sei, get_sei);
    GET_LIST(r, v, "texts", &out->texts, get_text);
    GET_LIST(r, v, "parties", &out->parties, get_party);
    GET_LIST(r, v, "classes", &out->classes, get_class);
    GET_LIST(r, v, "priorities", &out->priorities, get_priority);
    GET_LIST(r, v, "family_members", &out->family_members, get_family_member);
    GET_LIST(r, v, "citations", &out->citations, get_citation);
    GET_LIST(r, v, "events", &out->events, get_event);
    GET_LIST(r, v, "vendor", &out->vendor, get_vendor);
    if (r->fault)
        return err_set(e, E_INVALID, "the JSON of a patent has an impossible \"%s\"", r->fault);
    patent_region_read(out);
    return OK;
}
