/* The types are named here because the contract of searching names them; everything
 * else of them is their files'. */
#include "api/search_records.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/patent_store.h"

struct reading {
    struct kernel *k;
    const struct subject *s;
    const struct record_type *topics, *members;
    struct arena *a;
    VEC(struct str) numbers;
};

/* name="…" with what the filter language minds escaped, or id=…. */
static struct str topic_filter(struct str name, struct arena *a)
{
    int64_t id = 0;
    if (str_to_i64(&id, name) && id > 0)
        return arena_printf(a, "id=%lld", (long long)id);
    char *text = arena_alloc(a, 2 * name.len + 1), *to = text;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"' || name.ptr[i] == '\\')
            *to++ = '\\';
        *to++ = name.ptr[i];
    }
    return arena_printf(a, "name=\"%.*s\"", STR_ARG(str_range(text, to)));
}

/* The members of one topic that the subject may read. */
static err_t add_members(struct reading *x, int64_t topic, struct err *e)
{
    struct list_request q = {.filter = arena_printf(x->a, "topic=%lld", (long long)topic),
                             .fields = STR("number"),
                             .limit = (int64_t)(TOPIC_NUMBERS_MAX - x->numbers.len)};
    const struct str *numbers;
    size_t count;
    err_t rc = record_texts(&numbers, &count,
                            &(struct record_call){x->k, x->s, x->members, 0, x->a}, &q, e);
    if (rc == E_DENIED) /* it sees topics and none of their members */
        return OK;
    for (size_t i = 0; rc == OK && i < count; i++)
        VEC_PUSH(x->a, &x->numbers, numbers[i]);
    return rc;
}

/* *found: there is such a topic for this subject. */
static err_t read_topic(bool *found, struct reading *x, struct str name, struct err *e)
{
    struct list_request q = {.filter = topic_filter(name, x->a),
                             .fields = STR("id"),
                             .limit = 100,
                             .without_total = true};
    struct record_page page;
    int64_t id;
    *found = false;
    err_t rc =
        record_page_read(&page, &(struct record_call){x->k, x->s, x->topics, 0, x->a}, &q, e);
    for (size_t i = 0; rc == OK && i < page.count; i++)
        if (jin_i64(&id, &page.items[i], "id")) {
            *found = true;
            rc = add_members(x, id, e);
        }
    /* A subject without access to the type has no topic databases. */
    return rc == E_DENIED || rc == E_INVALID ? OK : rc;
}

static err_t topics_read(struct search_records *out, struct reading *x, struct str query,
                         const struct str *filters, size_t filter_count, struct err *e)
{
    VEC(struct search_topic) topics = {0};
    const struct str *names;
    size_t named = search_topic_names(&names, query, filters, filter_count, x->a);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && x->topics && x->members && i < named; i++) {
        bool found = false;
        x->numbers.ptr = NULL;
        x->numbers.len = x->numbers.cap = 0;
        if ((rc = read_topic(&found, x, names[i], e)) == OK && found)
            VEC_PUSH(x->a, &topics,
                     ((struct search_topic){names[i], x->numbers.ptr, x->numbers.len}));
    }
    out->topics = topics.ptr;
    out->topic_count = topics.len;
    return rc;
}

static struct search_group group_of(const struct jvalue *item, const struct subject *s,
                                    struct arena *a)
{
    struct search_group g = {.name = jin_text(item, "name")};
    const struct jvalue *apart = jin_get(item, "apart"), *names = jin_get(item, "names");
    struct str *list = arena_array(a, names ? names->count + 1 : 1, sizeof(*list));
    int64_t unit = 0;
    bool own = subject_is_program(s) || (jin_i64(&unit, item, "owner_unit") && unit == s->unit);
    if (!own || !jin_i64(&g.id, item, "id"))
        g.id = 0;
    for (size_t i = 0; names && i < names->count; i++)
        list[g.name_count++] = names->items[i].text;
    g.names = list;
    g.apart = apart && apart->type == J_TRUE;
    return g;
}

/* Reads the groups that Derwent's codes make. They stand behind the groups that people made, which count first. */
static err_t code_groups(struct search_group **out, size_t *count, struct reading *x, struct err *e)
{
    struct party_codes codes = {0};
    err_t rc = STORE_READ(db, x->k->store, e, patent_party_codes(&codes, db, x->a, e));
    struct str *names = arena_array(x->a, codes.list.len, sizeof(*names));
    struct search_group *group = arena_array(x->a, codes.list.len, sizeof(*group));
    for (size_t i = 0; i < codes.list.len; i++) {
        const struct party_code *one = &codes.list.ptr[i];
        names[i] = one->name;
        if (i == 0 || !str_eq(one->code, one[-1].code))
            group[(*count)++] = (struct search_group){.name = one->name, .names = &names[i]};
        group[*count - 1].name_count++;
    }
    *out = group;
    return rc;
}

/* Its unit's own first, then those of the offices of its province. The program applies all. */
static err_t groups_read(struct search_records *out, struct reading *x, struct err *e)
{
    struct subject program;
    struct record_call call = {x->k, &program, record_type_find(x->k->types, STR("applicant_name")),
                               0, x->a};
    struct list_request q = {
        .sort = STR("for_all,-id"), .fields = STR("id,name,names,apart,owner_unit"), .limit = 500};
    subject_program(&program, x->s->today);
    if (!subject_is_program(x->s))
        q.filter = arena_printf(x->a, "owner_unit=%lld or for_all=true and owner_province=\"%.*s\"",
                                (long long)x->s->unit, STR_ARG(x->s->province));
    VEC(struct search_group) groups = {0};
    struct record_page page = {0};
    err_t rc = OK;
    do {
        q.cursor = page.next;
        rc = call.type ? record_page_read(&page, &call, &q, e) : OK;
        for (size_t i = 0; rc == OK && i < page.count; i++)
            VEC_PUSH(x->a, &groups, group_of(&page.items[i], x->s, x->a));
    } while (rc == OK && page.next.len > 0 && groups.len < GROUPS_MAX);
    struct search_group *coded = NULL;
    size_t count = 0;
    if (rc == OK)
        rc = code_groups(&coded, &count, x, e);
    for (size_t i = 0; i < count && groups.len < GROUPS_MAX; i++)
        VEC_PUSH(x->a, &groups, coded[i]);
    out->groups = groups.ptr;
    out->group_count = groups.len;
    return rc;
}

err_t search_records_read(struct search_records *out, struct kernel *k, const struct subject *s,
                          struct str query, const struct str *filters, size_t filter_count,
                          struct arena *a, struct err *e)
{
    struct reading x = {.k = k,
                        .s = s,
                        .topics = record_type_find(k->types, STR("topic_database")),
                        .members = record_type_find(k->types, STR("topic_member")),
                        .a = a};
    *out = (struct search_records){0};
    err_t rc = topics_read(out, &x, query, filters, filter_count, e);
    return rc == OK ? groups_read(out, &x, e) : rc;
}
