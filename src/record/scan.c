/* The look over a record before it leaves the building (model/sensitive.h): every text of it, rows of
 * tables included. What is found refuses the action and is listed with its place; a reason lets it
 * pass, and stays with the version. Files are not read here: with one, a reason is always needed. */
#include "base/msg.h"
#include "model/sensitive.h"
#include "record/faults.h"

static struct label kind_label(enum sensitive_kind kind)
{
    static const char *const names[] = {
        [SENSITIVE_PERSON] = N_("a person's number"),
        [SENSITIVE_PHONE] = N_("a phone number"),
        [SENSITIVE_PRICE] = N_("a price"),
        [SENSITIVE_MARK] = N_("a mark of secrecy"),
    };
    return (struct label){str_of(msg_in(LANG_ZH, names[kind])),
                          str_of(msg_in(LANG_EN, names[kind]))};
}

/* "a phone number (character 12), a price (character 40)", in both languages. */
static void tell_hits(struct fault_list *to, struct str path, const struct sensitive_hit *hits,
                      size_t count)
{
    struct label all = {STR_NONE, STR_NONE};
    for (size_t i = 0; i < count; i++) {
        struct label one = kind_label(hits[i].kind);
        all.zh = arena_printf(to->a, "%.*s%s%.*s（第%zu字）", STR_ARG(all.zh), i ? "、" : "",
                              STR_ARG(one.zh), hits[i].character);
        all.en = arena_printf(to->a, "%.*s%s%.*s (character %zu)", STR_ARG(all.en), i ? ", " : "",
                              STR_ARG(one.en), hits[i].character);
    }
    if (count > 0)
        fault_add(to, path, "sensitive",
                  N_("holds %s; take it out, or give the reason why it may stay"), &all, 1);
}

static void scan_value(struct fault_list *to, struct str path, const struct jvalue *v)
{
    const struct sensitive_hit *hits;
    if (v->type == J_OBJECT && jin_get(v, "digest"))
        fault_add(to, path, "not_read",
                  N_("is a file; its text (GET /files/{digest}/text) tells what is in it; look "
                     "through it, and say so as the reason"),
                  NULL, 0);
    else if (v->type == J_STRING)
        tell_hits(to, path, hits, sensitive_find(&hits, v->text, to->a));
    for (size_t i = 0; v->type == J_ARRAY && i < v->count; i++)
        scan_value(to, arena_printf(to->a, "%.*s[%zu]", STR_ARG(path), i), &v->items[i]);
    for (size_t i = 0; v->type == J_OBJECT && !jin_get(v, "digest") && i < v->count; i++)
        scan_value(to, arena_printf(to->a, "%.*s.%.*s", STR_ARG(path), STR_ARG(v->names[i])),
                   &v->items[i]);
}

static err_t scan(const struct jvalue **change, struct faults *faults, const struct action_call *c,
                  struct err *e)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct fault_list list = {.a = c->arena};
    (void)e;
    for (size_t i = 0; c->reason.len == 0 && i < c->before->count; i++) {
        const struct field *f = record_field(c->type, c->before->names[i]);
        if (f && field_is_given(f))
            scan_value(&list, f->name, &c->before->items[i]);
    }
    *change = &nothing;
    *faults = faults_of(&list);
    return OK;
}

const struct action_function scan_sensitive = {.name = "scan_sensitive", .run = scan};
