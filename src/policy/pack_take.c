/* Values out of a pack's file, each with its place when it is wrong. */
#include "base/date.h"
#include "base/msg.h"
#include "policy/pack_priv.h"

#define ID_MAX_LEN 60

static void note(struct pack_reader *r, struct str file, int line, int column, const char *fmt,
                 va_list args)
{
    struct arena *a = r->findings->arena;
    struct str reason = arena_vprintf(a, msg(fmt), args);
    VEC_PUSH(a, &r->findings->list,
             ((struct pack_finding){arena_dup(a, file), line, column, reason}));
}

void pack_fault(struct pack_reader *r, const struct yvalue *where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    note(r, r->file, where ? where->line : 1, where ? where->column : 0, fmt, args);
    va_end(args);
}

void pack_fault_at(struct pack_reader *r, struct str file, int line, int column, const char *fmt,
                   ...)
{
    va_list args;
    va_start(args, fmt);
    note(r, file, line, column, fmt, args);
    va_end(args);
}

bool str_among(struct str s, const struct str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

const struct yvalue *pack_place(const struct yvalue *map, const char *key)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++)
        if (str_is(map->names[i].text, key))
            return &map->names[i];
    return map;
}

const struct yvalue *pack_take(const struct yvalue *map, const char *key)
{
    const struct yvalue *v = yin_get(map, key);
    return v && !yin_is_null(v) ? v : NULL;
}

struct str pack_text(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = pack_take(map, key);
    if (!v)
        return STR_NONE;
    struct str s = v->type == Y_TEXT ? str_trim(v->text) : STR_NONE;
    if (s.len)
        return arena_dup(r->arena, s);
    pack_fault(r, v, "\"%s\" must be a text", key);
    return STR_NONE;
}

struct str pack_required(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    if (!pack_take(map, key))
        pack_fault(r, map, "\"%s\" is missing", key);
    return pack_text(r, map, key);
}

bool pack_is_id(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool first = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!first && (i == 0 || !((c >= '0' && c <= '9') || c == '-' || c == '_')))
            return false;
    }
    return s.len > 0 && s.len <= ID_MAX_LEN;
}

struct str pack_id(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = pack_required(r, map, key);
    if (s.len == 0 || pack_is_id(s))
        return s;
    pack_fault(r, pack_place(map, key), "\"%.*s\" is no id: letters, digits, - and _", STR_ARG(s));
    return STR_NONE;
}

struct str pack_date(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = pack_text(r, map, key);
    struct date d;
    if (s.len == 0 || date_parse(&d, s))
        return s;
    pack_fault(r, pack_place(map, key), "\"%s\" must be a date YYYY-MM-DD, not \"%.*s\"", key,
               STR_ARG(s));
    return STR_NONE;
}

bool pack_bool(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = pack_text(r, map, key);
    if (s.len && !str_is(s, "true") && !str_is(s, "false"))
        pack_fault(r, pack_place(map, key), "\"%s\" must be true or false, not \"%.*s\"", key,
                   STR_ARG(s));
    return str_is(s, "true");
}

int pack_choice(struct pack_reader *r, const struct yvalue *map, const char *key,
                const char *const *words, int absent)
{
    struct str s = pack_text(r, map, key), all = STR_NONE;
    if (s.len == 0)
        return absent;
    for (int i = 0; words[i]; i++) {
        if (str_is(s, words[i]))
            return i;
        all = arena_printf(r->findings->arena, "%.*s %s", STR_ARG(all), words[i]);
    }
    pack_fault(r, pack_place(map, key), "\"%s\" cannot be \"%.*s\"; it is one of:%.*s", key,
               STR_ARG(s), STR_ARG(all));
    return absent;
}

size_t pack_words(const struct str **out, struct pack_reader *r, const struct yvalue *map,
                  const char *key)
{
    const struct yvalue *v = pack_take(map, key);
    *out = NULL;
    if (!v)
        return 0;
    size_t count = v->type == Y_LIST ? v->count : 1, n = 0;
    const struct yvalue *items = v->type == Y_LIST ? v->items : v;
    struct str *words = arena_array(r->arena, count + 1, sizeof(*words));
    for (size_t i = 0; i < count; i++) {
        if (items[i].type != Y_TEXT || items[i].text.len == 0)
            pack_fault(r, &items[i], "\"%s\" must be a list of words", key);
        else if (str_among(items[i].text, words, n))
            pack_fault(r, &items[i], "\"%.*s\" stands twice in \"%s\"", STR_ARG(items[i].text),
                       key);
        else
            words[n++] = arena_dup(r->arena, items[i].text);
    }
    *out = words;
    return n;
}

size_t pack_maps(const struct yvalue **out, struct pack_reader *r, const struct yvalue *map,
                 const char *key)
{
    const struct yvalue *v = pack_take(map, key);
    VEC(struct yvalue) maps = {0};
    *out = NULL;
    if (!v)
        return 0;
    if (v->type != Y_LIST)
        pack_fault(r, v, "\"%s\" must be a list", key);
    for (size_t i = 0; v->type == Y_LIST && i < v->count; i++) {
        if (v->items[i].type == Y_MAP)
            VEC_PUSH(r->arena, &maps, v->items[i]);
        else
            pack_fault(r, &v->items[i], "each of \"%s\" must be a map: {key: value}", key);
    }
    *out = maps.ptr;
    return maps.len;
}

void pack_keys(struct pack_reader *r, const struct yvalue *map, const char *const *known)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++) {
        const char *const *k = known;
        while (*k && !str_is(map->names[i].text, *k))
            k++;
        if (!*k)
            pack_fault(r, &map->names[i], "unknown key \"%.*s\"", STR_ARG(map->names[i].text));
    }
}

struct str pack_quote(struct pack_reader *r, const struct yvalue *map)
{
    return r->pack->document.not_held ? pack_text(r, map, "quote")
                                      : pack_required(r, map, "quote");
}

struct citation pack_citation(struct pack_reader *r, const struct yvalue *map)
{
    return (struct citation){.clause = pack_required(r, map, "clause"),
                             .quote = pack_quote(r, map),
                             .line = pack_place(map, "quote")->line};
}
