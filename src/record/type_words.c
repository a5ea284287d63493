/* Sources of facts (model/fact_word.h), applied to a type: its fields know their source, and no
 * rule of its access allows writing what another body states. A rule that reads and writes becomes
 * two, so that read access is unchanged. */
#include "record/type_priv.h"

/* Actions too: what they need can be said with them. */
#define BY_HAND (ACCESS_CREATE | ACCESS_CHANGE | ACCESS_IMPORT | ACCESS_ACT)

static bool is_his(const struct field *f, const struct str_list *roles)
{
    for (size_t i = 0; f->has_word && i < roles->count; i++)
        if (!fact_word_may(f->word.kind, roles->items[i]))
            return false;
    return true;
}

/* The fields of the rule without those that its roles do not establish; *fewer: there are such. */
static struct str_list own_fields(bool *fewer, const struct record_type *t,
                                  const struct access_rule *rule, struct arena *a)
{
    struct str *items = arena_array(a, t->field_count + 1, sizeof(*items));
    struct str_list out = {.items = items};
    *fewer = false;
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (!str_list_has(&rule->fields, f->name) || f->retired)
            continue;
        if (!is_his(f, &rule->roles) && field_is_given(f))
            *fewer = true;
        else
            items[out.count++] = f->name;
    }
    return out;
}

static void find_words(struct record_type *t)
{
    struct field *fields = (struct field *)t->fields; /* of this type, which is still being made */
    for (size_t i = 0; t->facts.len && i < t->field_count; i++) {
        struct str key = record_field_fact(&fields[i]);
        bool of_document = key.len && key.ptr[0] == '/';
        if (key.len)
            fields[i].has_word =
                of_document ? fact_word_find(&fields[i].word,
                                             (struct str){key.ptr + 1, key.len - 1}, STR_NONE)
                            : fact_word_find(&fields[i].word, t->facts, key);
    }
}

void words_apply(struct record_type *t, struct arena *a)
{
    find_words(t);
    const struct access_rule *old = t->access.rules;
    struct access_rule *rules = arena_array(a, 2 * t->access.rule_count + 1, sizeof(*rules));
    size_t n = 0;
    for (size_t i = 0; i < t->access.rule_count; i++) {
        bool fewer = false;
        struct str_list own = own_fields(&fewer, t, &old[i], a);
        if (!fewer || !(old[i].verbs & BY_HAND)) {
            rules[n++] = old[i];
            continue;
        }
        if (old[i].verbs & ~BY_HAND) {
            rules[n] = old[i];
            rules[n].actions = (struct str_list){0};
            rules[n++].verbs &= ~(unsigned)BY_HAND;
        }
        rules[n] = old[i];
        rules[n].verbs &= BY_HAND;
        rules[n++].fields = own;
    }
    t->access.rules = rules;
    t->access.rule_count = n;
}
