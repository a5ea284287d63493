/* Names are those of lists, which hold nothing that the subject may not read. A name of an ended record is no
 * other's rival: it goes out with its id, and is not found without it. */
#include "record/ref_names.h"
#include "base/map.h"
#include "record/sheet.h"

#define PAGE 500
#define TOLD_MAX 5 /* candidates of an ambiguous name */
#define SEVERAL UINT64_MAX

struct named {
    struct str title, key; /* empty: none that the subject sees */
    int64_t id;
    bool ended;
};

struct type_names {
    const struct record_type *type;
    VEC(struct named) records;
    struct map *names; /* title, key, "12", "#12", "title #12": number + 1, or SEVERAL */
};

/* As a name can stand in a cell; a word of a list has another in each language. */
static struct str name_in(const struct jvalue *record, const struct record_type *t, struct str name,
                          struct arena *a)
{
    const struct field *f = record_field(t, name);
    struct str text = f && !f->value_count ? str_trim(jin_text(record, name.ptr)) : STR_NONE;
    return str_contains(text, STR("\n")) ? STR_NONE : arena_dup(a, text);
}

static void add_name(struct type_names *t, struct str name)
{
    bool added;
    uint64_t *at = name.len ? map_put(t->names, name, &added) : NULL;
    if (at)
        *at = added || *at == t->records.len ? t->records.len : SEVERAL;
}

static void add_record(struct type_names *t, const struct jvalue *record, struct arena *kept,
                       struct arena *a)
{
    struct named r = {.title = name_in(record, t->type, t->type->title, kept)};
    int64_t ended;
    if (!jin_i64(&r.id, record, "id"))
        return;
    if (t->type->key_count == 1)
        r.key = name_in(record, t->type, t->type->key[0], kept);
    r.ended = jin_i64(&ended, record, "ended_ms");
    VEC_PUSH(kept, &t->records, r);
    struct str id = arena_printf(a, "#%lld", (long long)r.id);
    add_name(t, id);
    add_name(t, arena_printf(a, "%.*s %.*s", STR_ARG(r.title), STR_ARG(id)));
    if (!r.ended) {
        add_name(t, r.title);
        add_name(t, r.key);
        add_name(t, (struct str){id.ptr + 1, id.len - 1});
    }
}

static err_t read_names(struct type_names *t, struct ref_names *n, struct str fields, struct err *e)
{
    struct list_request list = {
        .fields = fields, .sort = STR("id"), .limit = PAGE, .ended = true, .without_total = true};
    err_t rc;
    do {
        struct arena *a = arena_new();
        struct record_page page;
        rc = record_page_read(&page, &(struct record_call){n->kernel, n->subject, t->type, 0, a},
                              &list, e);
        for (size_t i = 0; rc == OK && i < page.count; i++)
            add_record(t, &page.items[i], n->a, a);
        list.cursor = arena_dup(n->a, page.next);
        arena_free(a);
    } while (rc == OK && list.cursor.len);
    return rc;
}

/* A type, or a title, that the subject sees nowhere gives no names. */
static err_t names_of(struct type_names **out, struct ref_names *n, const struct field *f,
                      struct err *e)
{
    const struct record_type *type = record_type_find(n->kernel->types, f->to);
    for (size_t i = 0; i < n->types.len; i++)
        if ((*out = n->types.ptr[i])->type == type)
            return OK;
    *out = arena_alloc(n->a, sizeof(**out));
    **out = (struct type_names){.type = type, .names = map_in(n->a)};
    VEC_PUSH(n->a, &n->types, *out);
    struct str all = arena_printf(n->a, "ended_ms,%.*s,%.*s", STR_ARG(type->title),
                                  STR_ARG(type->key_count == 1 ? type->key[0] : STR_NONE));
    err_t rc = read_names(*out, n, all, e);
    if (rc == E_INVALID)
        rc = read_names(*out, n, type->title, e);
    return rc == E_INVALID || rc == E_DENIED ? OK : rc;
}

/* "#12" is read as an id whatever is named so. */
static struct str name_of(const struct type_names *t, struct str id, struct arena *a)
{
    struct str bare = arena_printf(a, "#%.*s", STR_ARG(id));
    const uint64_t *at = map_get(t->names, bare), *found;
    struct str name = at && *at != SEVERAL ? t->records.ptr[*at - 1].title : STR_NONE;
    if (name.len == 0 || name.ptr[0] == '#')
        return bare;
    if ((found = map_get(t->names, name)) && *found == *at)
        return name;
    name = arena_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(bare));
    return *map_get(t->names, name) == *at ? name : bare;
}

err_t ref_names_write(struct buf *to, struct ref_names *n, const struct field *f,
                      const struct jvalue *value, struct err *e)
{
    bool list = value->type == J_ARRAY;
    struct type_names *t;
    err_t rc = names_of(&t, n, f, e);
    for (size_t i = 0; rc == OK && i < (list ? value->count : 1); i++) {
        buf_addz(to, i ? "\n" : "");
        buf_add(to, name_of(t, list ? value->items[i].text : value->text, n->a));
    }
    return rc;
}

static struct str say_several(const struct type_names *t, struct str text, enum lang lang,
                              struct arena *a)
{
    struct str list = STR_NONE;
    size_t told = 0;
    for (size_t i = 0; i < t->records.len && told <= TOLD_MAX; i++) {
        const struct named *r = &t->records.ptr[i];
        struct str id = arena_printf(a, "#%lld", (long long)r->id);
        if (r->ended || !(str_eq(r->title, text) || str_eq(r->key, text) ||
                          str_eq((struct str){id.ptr + 1, id.len - 1}, text)))
            continue;
        struct str other = str_eq(r->title, text) ? r->key : r->title;
        if (told == TOLD_MAX)
            id = STR("…");
        else if (other.len)
            id = arena_printf(a, "%.*s (%.*s)", STR_ARG(id), STR_ARG(other));
        list = arena_printf(a, "%.*s%s%.*s", STR_ARG(list), told++ ? msg_in(lang, N_(", ")) : "",
                            STR_ARG(id));
    }
    return arena_printf(
        a,
        msg_in(lang, N_("several are named '%.*s': %.*s; write the id of the one that is meant")),
        STR_ARG(text), STR_ARG(list));
}

err_t ref_names_read(struct str *one, struct str *problem, struct ref_names *n,
                     const struct field *f, struct err *e)
{
    struct type_names *t;
    int64_t id;
    if (one->ptr[0] == '#')
        return OK;
    err_t rc = names_of(&t, n, f, e);
    const uint64_t *at = rc == OK ? map_get(t->names, *one) : NULL;
    if (at && *at != SEVERAL)
        *one = arena_printf(n->a, "#%lld", (long long)t->records.ptr[*at - 1].id);
    else if (at)
        *problem = say_several(t, *one, n->lang, n->a);
    else if (rc == OK && !str_to_i64(&id, *one)) /* of an id the write says it */
        *problem = arena_printf(
            n->a,
            msg_in(n->lang,
                   N_("there is no %.*s '%.*s' that you can see; write its name as it stands "
                      "there, or its id, as #12")),
            STR_ARG(sheet_label(t->type->label, n->lang)), STR_ARG(*one));
    return rc;
}
