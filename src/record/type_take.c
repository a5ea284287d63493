/* Values out of a type's file, each with its place when it is wrong. */
#include "base/msg.h"
#include "record/scaled.h"
#include "record/type_priv.h"

void finding_va(struct type_findings *to, struct str file, int line, const char *fmt, va_list args)
{
    struct str reason = arena_vprintf(to->arena, msg(fmt), args);
    VEC_PUSH(to->arena, &to->list,
             ((struct type_finding){
                 .file = arena_dup(to->arena, file), .line = line, .reason = reason}));
}

void finding(struct type_findings *to, struct str file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    finding_va(to, file, line, fmt, args);
    va_end(args);
}

void type_fault(struct type_reader *r, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    finding_va(r->findings, r->file, line, fmt, args);
    va_end(args);
}

bool is_name(struct str s)
{
    if (s.len == 0 || s.len > NAME_MAX_LEN || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 1; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return s.ptr[s.len - 1] != '_' && !str_contains(s, STR("__"));
}

bool str_in(struct str s, const struct str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

int line_of(const struct yvalue *map, const char *key)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++)
        if (str_is(map->names[i].text, key))
            return map->names[i].line;
    return map->line;
}

/* The value, or NULL where the key is absent or has nothing. */
static const struct yvalue *take(const struct yvalue *map, const char *key)
{
    const struct yvalue *v = yin_get(map, key);
    return v && !yin_is_null(v) ? v : NULL;
}

struct str take_text(struct type_reader *r, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = take(map, key);
    if (!v)
        return STR_NONE;
    if (v->type == Y_TEXT && v->text.len > 0)
        return arena_dup(r->arena, v->text);
    type_fault(r, v->line, "\"%s\" must be a text", key);
    return STR_NONE;
}

struct str take_required(struct type_reader *r, const struct yvalue *map, const char *key)
{
    if (!take(map, key))
        type_fault(r, map->line, "\"%s\" is missing", key);
    return take_text(r, map, key);
}

struct str take_name(struct type_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = take_required(r, map, key);
    if (s.len == 0 || is_name(s))
        return s;
    type_fault(r, line_of(map, key),
               "\"%.*s\" is no name: a small letter, then at most %d small letters, digits and "
               "single _",
               STR_ARG(s), NAME_MAX_LEN - 1);
    return STR_NONE;
}

bool take_bool(struct type_reader *r, const struct yvalue *map, const char *key, bool absent)
{
    struct str s = take_text(r, map, key);
    if (s.len == 0)
        return absent;
    if (!str_is(s, "true") && !str_is(s, "false"))
        type_fault(r, line_of(map, key), "\"%s\" must be true or false, not \"%.*s\"", key,
                   STR_ARG(s));
    return str_is(s, "true");
}

int take_choice(struct type_reader *r, const struct yvalue *map, const char *key,
                const char *const *words, int absent)
{
    struct str s = take_text(r, map, key), all = STR_NONE;
    if (s.len == 0)
        return absent;
    for (int i = 0; words[i]; i++) {
        if (str_is(s, words[i]))
            return i;
        all = arena_printf(r->findings->arena, "%.*s %s", STR_ARG(all), words[i]);
    }
    type_fault(r, line_of(map, key), "\"%s\" cannot be \"%.*s\"; it is one of:%.*s", key,
               STR_ARG(s), STR_ARG(all));
    return absent;
}

bool take_i64(int64_t *out, struct type_reader *r, const struct yvalue *map, const char *key,
              int64_t low, int64_t high)
{
    struct str s = take_text(r, map, key);
    if (s.len == 0)
        return false;
    if (scaled_read(out, s, 0) && *out >= low && *out <= high)
        return true;
    type_fault(r, line_of(map, key),
               "\"%s\" must be a whole number from %lld to %lld, not \"%.*s\"", key, (long long)low,
               (long long)high, STR_ARG(s));
    return false;
}

struct label take_label(struct type_reader *r, const struct yvalue *map, const char *key,
                        bool required)
{
    static const char *const known[] = {"zh", "en", NULL};
    const struct yvalue *v = take(map, key);
    struct label label = {0};
    if (v && v->type == Y_MAP) {
        check_keys(r, v, known);
        label.zh = take_text(r, v, "zh");
        label.en = take_text(r, v, "en");
    }
    if (!v && required)
        type_fault(r, map->line, "\"%s\" is missing: {zh: …, en: …}", key);
    else if (v && !yin_get(v, "zh"))
        type_fault(r, v->line, "\"%s\" has no Chinese (zh)", key);
    if (v && !yin_get(v, "en"))
        type_fault(r, v->line, "\"%s\" has no English (en)", key);
    return label;
}

size_t take_words(const struct str **out, struct type_reader *r, const struct yvalue *map,
                  const char *key)
{
    const struct yvalue *v = take(map, key);
    *out = NULL;
    if (!v)
        return 0;
    size_t count = v->type == Y_LIST ? v->count : 1;
    const struct yvalue *items = v->type == Y_LIST ? v->items : v;
    struct str *words = arena_array(r->arena, count ? count : 1, sizeof(*words));
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].type != Y_TEXT || items[i].text.len == 0)
            type_fault(r, items[i].line, "\"%s\" must be a list of words", key);
        else if (str_in(items[i].text, words, n))
            type_fault(r, items[i].line, "\"%.*s\" stands twice in \"%s\"", STR_ARG(items[i].text),
                       key);
        else
            words[n++] = arena_dup(r->arena, items[i].text);
    }
    if (count == 0)
        type_fault(r, v->line, "\"%s\" is an empty list; leave the key out", key);
    *out = words;
    return n;
}

size_t take_maps(const struct yvalue **out, struct type_reader *r, const struct yvalue *map,
                 const char *key)
{
    const struct yvalue *v = take(map, key);
    VEC(struct yvalue) maps = {0};
    *out = NULL;
    if (!v)
        return 0;
    if (v->type != Y_LIST)
        type_fault(r, v->line, "\"%s\" must be a list", key);
    for (size_t i = 0; v->type == Y_LIST && i < v->count; i++) {
        if (v->items[i].type == Y_MAP)
            VEC_PUSH(r->arena, &maps, v->items[i]);
        else
            type_fault(r, v->items[i].line, "each of \"%s\" must be a map: {key: value}", key);
    }
    *out = maps.ptr;
    return maps.len;
}

static bool is_among(struct str word, const char *const *known)
{
    while (*known && !str_is(word, *known))
        known++;
    return *known != NULL;
}

void check_keys(struct type_reader *r, const struct yvalue *map, const char *const *known)
{
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++) {
        struct str name = map->names[i].text;
        struct nearest best = nearest_of(name);
        if (is_among(name, known))
            continue;
        for (const char *const *k = known; *k; k++)
            nearest_try(&best, str_of(*k));
        type_fault(r, map->names[i].line, "unknown key \"%.*s\"%.*s", STR_ARG(name),
                   STR_ARG(nearest_text(&best, r->findings->arena)));
    }
}
