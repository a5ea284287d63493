/* The two types are named here because the contract of searching names them; everything
 * else of them is their files'. */
#include "api/topics.h"
#include "base/msg.h"
#include "base/vec.h"

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

err_t topics_read(const struct search_topic **out, size_t *count, struct kernel *k,
                  const struct subject *s, struct str query, const struct str *filters,
                  size_t filter_count, struct arena *a, struct err *e)
{
    struct reading x = {.k = k, .s = s, .a = a};
    VEC(struct search_topic) topics = {0};
    const struct str *names;
    size_t named = search_topic_names(&names, query, filters, filter_count, a);
    err_t rc = OK;
    *count = 0;
    if (named == 0)
        return OK;
    x.topics = record_type_find(k->types, STR("topic_database"));
    x.members = record_type_find(k->types, STR("topic_member"));
    for (size_t i = 0; rc == OK && x.topics && x.members && i < named; i++) {
        bool found = false;
        x.numbers.ptr = NULL;
        x.numbers.len = x.numbers.cap = 0;
        if ((rc = read_topic(&found, &x, names[i], e)) == OK && found)
            VEC_PUSH(a, &topics, ((struct search_topic){names[i], x.numbers.ptr, x.numbers.len}));
    }
    *out = topics.ptr;
    *count = topics.len;
    return rc;
}
