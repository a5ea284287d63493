/* Sources of facts, restricted by a pack. */
#include "policy/narrow.h"
#include "base/msg.h"
#include "policy/facts_priv.h"

static bool find_word(struct fact_word *out, struct str fact)
{
    struct str key = fact, record = str_split(&key, STR("."));
    return fact_word_find(out, record, key);
}

static const struct part *item_of(const struct pack *p, struct str fact)
{
    const struct part_list *all = &p->parts[PART_FACT_WORDS];
    for (size_t i = 0; i < all->list.len; i++)
        if (str_eq(part_text(&all->list.ptr[i], "fact"), fact))
            return &all->list.ptr[i];
    return NULL;
}

/* Whether all who check as `narrower` check as `wider` too. */
static bool within(struct str narrower, struct str wider)
{
    return str_eq(narrower, wider) || str_is(wider, "office");
}

void word_narrow(struct fact_word *w, const struct pack *p)
{
    const struct part *item = item_of(p, w->fact);
    struct str checked = item ? part_text(item, "checked") : STR_NONE;
    if (checked.len && fact_word_is_partys(w) && within(checked, w->checked))
        w->checked = checked;
}

/* --- what counts only when it is checked ----------------------------------------------------- */

static bool is_checked(const struct yvalue *document, const struct fact_word *w)
{
    struct str key = w->fact, record = str_split(&key, STR("."));
    const struct yvalue *list = yin_get(document, "checked");
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++) {
        const struct yvalue *of = yin_get(&list->items[i], "record");
        const struct yvalue *role = yin_get(&list->items[i], "role");
        if (of && role && str_eq(of->text, record) && fact_word_checks(w, role->text))
            return true;
    }
    return false;
}

static struct yvalue without_key(const struct yvalue *map, struct str key, struct arena *a)
{
    struct yvalue out = *map;
    struct yvalue *names = arena_array(a, map->count + 1, sizeof(*names));
    struct yvalue *items = arena_array(a, map->count + 1, sizeof(*items));
    out.count = 0;
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++)
        if (!str_eq(map->names[i].text, key)) {
            names[out.count] = map->names[i];
            items[out.count++] = map->items[i];
        }
    out.names = names;
    out.items = items;
    return map->type == Y_MAP ? out : *map;
}

/* For each row of a list, or for the single record. */
static struct yvalue without_fact(const struct yvalue *record, struct str key, struct arena *a)
{
    if (record->type != Y_LIST)
        return without_key(record, key, a);
    struct yvalue out = *record;
    struct yvalue *items = arena_array(a, record->count + 1, sizeof(*items));
    for (size_t i = 0; i < record->count; i++)
        items[i] = without_key(&record->items[i], key, a);
    out.items = items;
    return out;
}

static const struct yvalue *leave_out(const struct yvalue *document, struct str fact,
                                      struct arena *a)
{
    struct str key = fact, record = str_split(&key, STR("."));
    struct yvalue *out = arena_alloc(a, sizeof(*out));
    if (key.len == 0) { /* a value of the document itself */
        *out = without_key(document, record, a);
        return out;
    }
    *out = *document;
    struct yvalue *items = arena_array(a, document->count + 1, sizeof(*items));
    for (size_t i = 0; i < document->count; i++)
        items[i] = str_eq(document->names[i].text, record)
                       ? without_fact(&document->items[i], key, a)
                       : document->items[i];
    out->items = items;
    return out;
}

const struct yvalue *facts_narrowed(const struct yvalue *document, const struct pack *p,
                                    struct arena *a)
{
    const struct part_list *all = &p->parts[PART_FACT_WORDS];
    for (size_t i = 0; document->type == Y_MAP && i < all->list.len; i++) {
        const struct part *item = &all->list.ptr[i];
        struct fact_word w;
        if (!part_true(item, "only_checked") || narrow_fault(item) ||
            !find_word(&w, part_text(item, "fact")))
            continue;
        word_narrow(&w, p);
        if (!is_checked(document, &w))
            document = leave_out(document, w.fact, a);
    }
    return document;
}

/* --- what is wrong --------------------------------------------------------------------------- */

static const struct fact_column *column_of(struct str fact)
{
    struct str key = fact, record = str_split(&key, STR("."));
    for (const struct fact_record *r = fact_records; r->name; r++)
        for (const struct fact_column *c = r->columns; str_is(record, r->name) && c->name; c++)
            if (str_is(key, c->name))
                return c;
    return NULL;
}

const char *narrow_fault(const struct part *item)
{
    struct str fact = part_text(item, "fact"), checked = part_text(item, "checked");
    const struct fact_column *c = column_of(fact);
    struct fact_word w;
    if (!find_word(&w, fact))
        return N_("there is no such fact");
    if (!fact_word_is_partys(&w) || w.checked.len == 0)
        return N_("only the party's own word is narrowed: another's is established already");
    if (checked.len && !within(checked, w.checked))
        return N_("this widens the rule: only checkers of the fact in every policy can be named");
    if ((checked.len == 0 || str_eq(checked, w.checked)) && !part_true(item, "only_checked"))
        return N_("this narrows nothing: say who checks it, or only_checked");
    if (part_true(item, "only_checked") && c && c->absent)
        return N_("absent means none here, so that it cannot be made unknown");
    return NULL;
}
