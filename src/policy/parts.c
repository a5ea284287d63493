/* Reading the items of the sections that pack_keys.yaml describes. */
#include "policy/parts.h"
#include "base/msg.h"
#include "policy/pack_priv.h"

bool authority_has_function(struct str word)
{
    for (size_t i = 0; part_functions[i]; i++)
        if (str_is(word, part_functions[i]))
            return true;
    return false;
}

/* --- looking up ------------------------------------------------------------------------- */

const struct part_value *part_value(const struct part *p, const char *key)
{
    static const struct part_value none = {0};
    for (size_t i = 0; p->keys[i].name; i++)
        if (strcmp(p->keys[i].name, key) == 0)
            return &p->values[i];
    return &none;
}

struct str part_text(const struct part *p, const char *key)
{
    return part_value(p, key)->text;
}

bool part_true(const struct part *p, const char *key)
{
    return str_is(part_text(p, key), "true");
}

int part_int(const struct part *p, const char *key)
{
    uint64_t n = 0;
    return str_to_u64(&n, part_text(p, key)) && n <= INT32_MAX ? (int)n : 0;
}

struct citation part_citation(const struct part *p)
{
    const struct part_value *quote = part_value(p, "quote");
    return (struct citation){.clause = part_text(p, "clause"),
                             .quote = quote->text,
                             .line = quote->given ? quote->line : p->line};
}

const struct part *part_among(const struct part *items, size_t count, struct str id)
{
    return FIND_BY(items, count, id, id);
}

const struct part *part_named(const struct pack *p, enum part_section section, struct str id)
{
    return part_among(p->parts[section].list.ptr, p->parts[section].list.len, id);
}

/* --- one value ---------------------------------------------------------------------------- */

static struct part read_part(struct pack_reader *r, const struct yvalue *map,
                             const struct part_key *keys);

static void check_money(struct pack_reader *r, const struct yvalue *v, struct str s)
{
    size_t dot = str_find(s, STR("."), 0);
    uint64_t n;
    if (s.len &&
        (!str_to_u64(&n, (struct str){s.ptr, dot}) ||
         (dot < s.len && (s.len - dot - 1 > 2 ||
                          !str_to_u64(&n, (struct str){s.ptr + dot + 1, s.len - dot - 1})))))
        pack_fault(r, v, "\"%.*s\" is no amount: yuan with at most two decimals", STR_ARG(s));
}

static void check_words(struct pack_reader *r, const struct yvalue *v, const struct part_key *key,
                        const struct part_value *value)
{
    for (size_t i = 0; key->words && i < value->word_count; i++) {
        const char *const *w = key->words;
        while (*w && !str_is(value->words[i], *w))
            w++;
        if (!*w)
            pack_fault(r, v, "\"%.*s\" is none of what \"%s\" may say", STR_ARG(value->words[i]),
                       key->name);
    }
}

/* A map whose keys are named, or one of names of its own, of which some may be such maps. */
static void read_map(struct part_value *out, struct pack_reader *r, const struct yvalue *map,
                     const struct part_key *key)
{
    const struct yvalue *v = pack_map(r, map, key->name);
    if (!v)
        return;
    struct part *items = arena_array(r->arena, v->count + 1, sizeof(*items));
    if (key->type == PART_MAP)
        items[out->item_count++] = read_part(r, v, key->inner);
    for (size_t i = 0; key->type == PART_NAMES && key->inner && i < v->count; i++)
        if (v->items[i].type == Y_MAP)
            items[out->item_count++] = read_part(r, &v->items[i], key->inner);
    out->items = items;
}

static void read_items(struct part_value *out, struct pack_reader *r, const struct yvalue *map,
                       const struct part_key *key)
{
    const struct yvalue *maps;
    out->item_count = pack_maps(&maps, r, map, key->name);
    struct part *items = arena_array(r->arena, out->item_count + 1, sizeof(*items));
    for (size_t i = 0; i < out->item_count; i++) {
        items[i] = read_part(r, &maps[i], key->inner);
        if (items[i].id.len && part_among(items, i, items[i].id))
            pack_fault(r, &maps[i], "\"%.*s\" is defined twice", STR_ARG(items[i].id));
    }
    out->items = items;
}

static struct part_value read_value(struct pack_reader *r, const struct yvalue *map,
                                    const struct part_key *key)
{
    const struct yvalue *v = pack_take(map, key->name);
    struct part_value out = {.given = v != NULL, .line = v ? v->line : map->line};
    uint64_t n;
    if (!v && key->required)
        pack_fault(r, map, "\"%s\" is missing", key->name);
    if (!v)
        return out;
    switch (key->type) {
    case PART_ID:
        out.text = pack_id(r, map, key->name);
        break;
    case PART_WORDS:
        out.word_count = pack_words(&out.words, r, map, key->name);
        check_words(r, v, key, &out);
        break;
    case PART_BOOL:
        (void)pack_bool(r, map, key->name);
        out.text = pack_text(r, map, key->name);
        break;
    case PART_WORD:
        (void)pack_choice(r, map, key->name, key->words, 0);
        out.text = pack_text(r, map, key->name);
        break;
    case PART_INT:
        out.text = pack_text(r, map, key->name);
        if (out.text.len && (!str_to_u64(&n, out.text) || n > INT32_MAX))
            pack_fault(r, v, "\"%s\" must be a whole number, not \"%.*s\"", key->name,
                       STR_ARG(out.text));
        break;
    case PART_MONEY:
        out.text = pack_text(r, map, key->name);
        check_money(r, v, out.text);
        break;
    case PART_DATE:
        out.text = pack_date(r, map, key->name);
        break;
    case PART_ITEMS:
        read_items(&out, r, map, key);
        break;
    case PART_MAP:
    case PART_NAMES:
        read_map(&out, r, map, key);
        break;
    case PART_VALUE:
        if (v->type != Y_TEXT)
            pack_fault(r, v, "\"%s\" must be one value, no list and no map", key->name);
        out.text = v->type == Y_TEXT ? arena_dup(r->arena, v->text) : STR_NONE;
        break;
    case PART_TEXT:
    case PART_QUOTE:
        out.text = pack_text(r, map, key->name);
        break;
    }
    return out;
}

/* --- one item -------------------------------------------------------------------------- */

/* Clause and quote, or why it stands here without. */
static void check_cited(struct pack_reader *r, const struct yvalue *map, const struct part *p)
{
    bool citable = false;
    for (size_t i = 0; p->keys[i].name; i++)
        citable |= strcmp(p->keys[i].name, "own") == 0 && p->keys[i].type == PART_TEXT;
    bool clause = part_text(p, "clause").len > 0, quote = part_text(p, "quote").len > 0;
    if (!citable)
        return;
    if (part_text(p, "own").len) {
        if (clause || quote)
            pack_fault(r, pack_place(map, "own"),
                       "an item of the document (clause, quote) cannot have \"own\"");
    } else if (!clause || !quote) {
        pack_fault(r, map,
                   "it needs clause and quote; or \"own\": why it exists although the document "
                   "does not state it");
    }
}

static struct part read_part(struct pack_reader *r, const struct yvalue *map,
                             const struct part_key *keys)
{
    size_t count = 0;
    while (keys[count].name)
        count++;
    struct part_value *values = arena_array(r->arena, count + 1, sizeof(*values));
    struct part p = {.from = r->pack, .line = map->line, .keys = keys, .values = values};
    pack_keys(r, map, keys);
    for (size_t i = 0; i < count; i++)
        values[i] = read_value(r, map, &keys[i]);
    p.id = part_text(&p, "id");
    check_cited(r, map, &p);
    return p;
}

void pack_shape(struct pack_reader *r, const struct yvalue *map, const struct part_key *keys)
{
    (void)read_part(r, map, keys);
}

/* --- sections --------------------------------------------------------------------------- */

static void read_section(struct pack_reader *r, enum part_section section)
{
    const struct part_kind *kind = &part_kinds[section];
    struct part_list *to = &r->pack->parts[section];
    const struct part_list *theirs = r->pack->parent ? &r->pack->parent->parts[section] : NULL;
    const struct yvalue *maps;
    for (size_t i = 0; theirs && i < theirs->list.len; i++)
        if (!str_among(theirs->list.ptr[i].id, r->pack->overrides, r->pack->override_count))
            VEC_PUSH(r->arena, &to->list, theirs->list.ptr[i]);
    size_t count = pack_maps(&maps, r, pack_section(r, kind->section), kind->section);
    for (size_t i = 0; i < count; i++) {
        struct part one = read_part(r, &maps[i], kind->keys);
        const struct part *before = part_named(r->pack, section, one.id);
        if (before)
            pack_report_duplicate(r, &maps[i], one.id, before->from);
        else if (one.id.len)
            VEC_PUSH(r->arena, &to->list, one);
    }
}

void pack_read_parts(struct pack_reader *r)
{
    for (size_t i = 0; i < PART_SECTIONS; i++)
        read_section(r, (enum part_section)i);
    pack_read_processes(r);
}
