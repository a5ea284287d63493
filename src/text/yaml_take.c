/* One reader of checked values; who it is for keeps the list of faults (record, policy). */
#include "text/yaml_take.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "text/nearest.h"

void ytake_fault(const struct ytake *t, const struct yvalue *where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    t->tell(t->arg, where, fmt, args);
    va_end(args);
}

const struct yvalue *ytake_value(const struct yvalue *map, const char *key)
{
    const struct yvalue *v = yin_get(map, key);
    return v && !yin_is_null(v) ? v : NULL;
}

const struct yvalue *ytake_place(const struct yvalue *map, const char *key)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++)
        if (str_is(map->names[i].text, key))
            return &map->names[i];
    return map;
}

struct str ytake_text(const struct ytake *t, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = ytake_value(map, key);
    if (!v)
        return STR_NONE;
    struct str s = v->type == Y_TEXT ? str_trim(v->text) : STR_NONE;
    if (s.len)
        return arena_dup(t->arena, s);
    ytake_fault(t, v, N_("\"%s\" must be a text"), key);
    return STR_NONE;
}

struct str ytake_required(const struct ytake *t, const struct yvalue *map, const char *key)
{
    if (!ytake_value(map, key))
        ytake_fault(t, map, N_("\"%s\" is missing"), key);
    return ytake_text(t, map, key);
}

bool ytake_bool(const struct ytake *t, const struct yvalue *map, const char *key, bool absent)
{
    struct str s = ytake_text(t, map, key);
    if (s.len == 0)
        return absent;
    if (!str_is(s, "true") && !str_is(s, "false"))
        ytake_fault(t, ytake_place(map, key), N_("\"%s\" must be true or false, not \"%.*s\""), key,
                    STR_ARG(s));
    return str_is(s, "true");
}

struct str ytake_date(const struct ytake *t, const struct yvalue *map, const char *key)
{
    struct str s = ytake_text(t, map, key);
    struct date d;
    if (s.len == 0 || date_parse(&d, s))
        return s;
    ytake_fault(t, ytake_place(map, key), N_("\"%s\" must be a date YYYY-MM-DD, not \"%.*s\""), key,
                STR_ARG(s));
    return STR_NONE;
}

int ytake_choice(const struct ytake *t, const struct yvalue *map, const char *key,
                 const char *const *words, int absent)
{
    struct str s = ytake_text(t, map, key), all = STR_NONE;
    if (s.len == 0)
        return absent;
    for (int i = 0; words[i]; i++) {
        if (str_is(s, words[i]))
            return i;
        all = arena_printf(t->arena, "%.*s %s", STR_ARG(all), words[i]);
    }
    ytake_fault(t, ytake_place(map, key), N_("\"%s\" cannot be \"%.*s\"; it is one of:%.*s"), key,
                STR_ARG(s), STR_ARG(all));
    return absent;
}

size_t ytake_words(const struct str **out, const struct ytake *t, const struct yvalue *map,
                   const char *key)
{
    const struct yvalue *v = ytake_value(map, key);
    *out = NULL;
    if (!v)
        return 0;
    size_t count = v->type == Y_LIST ? v->count : 1, n = 0;
    const struct yvalue *items = v->type == Y_LIST ? v->items : v;
    struct str *words = arena_array(t->arena, count + 1, sizeof(*words));
    for (size_t i = 0; i < count; i++) {
        if (items[i].type != Y_TEXT || items[i].text.len == 0)
            ytake_fault(t, &items[i], N_("\"%s\" must be a list of words"), key);
        else if (str_among(items[i].text, words, n))
            ytake_fault(t, &items[i], N_("\"%.*s\" stands twice in \"%s\""), STR_ARG(items[i].text),
                        key);
        else
            words[n++] = arena_dup(t->arena, items[i].text);
    }
    *out = words;
    return n;
}

size_t ytake_maps(const struct yvalue **out, const struct ytake *t, const struct yvalue *map,
                  const char *key)
{
    const struct yvalue *v = ytake_value(map, key);
    VEC(struct yvalue) maps = {0};
    *out = NULL;
    if (!v)
        return 0;
    if (v->type != Y_LIST)
        ytake_fault(t, v, N_("\"%s\" must be a list"), key);
    for (size_t i = 0; v->type == Y_LIST && i < v->count; i++) {
        if (v->items[i].type == Y_MAP)
            VEC_PUSH(t->arena, &maps, v->items[i]);
        else
            ytake_fault(t, &v->items[i], N_("each of \"%s\" must be a map: {key: value}"), key);
    }
    *out = maps.ptr;
    return maps.len;
}

static bool is_known(struct str word, const char *const *known)
{
    while (*known && !str_is(word, *known))
        known++;
    return *known != NULL;
}

void ytake_keys(const struct ytake *t, const struct yvalue *map, const char *const *known)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++) {
        struct str name = map->names[i].text;
        struct nearest best = nearest_of(name);
        if (is_known(name, known))
            continue;
        for (const char *const *k = known; *k; k++)
            nearest_try(&best, str_of(*k));
        ytake_fault(t, &map->names[i], N_("unknown key \"%.*s\"%.*s"), STR_ARG(name),
                    STR_ARG(nearest_text(&best, t->arena)));
    }
}
