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

void advice(struct type_findings *to, struct str file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    finding_va(to, file, line, fmt, args);
    va_end(args);
    to->list.ptr[to->list.len - 1].advice = true;
    to->advice_count++;
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

static void tell(void *arg, const struct yvalue *where, const char *fmt, va_list args)
{
    struct type_reader *r = arg;
    finding_va(r->findings, r->file, where->line, fmt, args);
}

void type_reader_init(struct type_reader *r, struct arena *a, struct type_findings *findings,
                      struct str file, const struct type_references *references)
{
    *r = (struct type_reader){
        .take = {a, tell, r}, .findings = findings, .file = file, .references = references};
}

struct str take_name(struct type_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = ytake_required(&r->take, map, key);
    if (s.len == 0 || is_name(s))
        return s;
    type_fault(r, ytake_place(map, key)->line,
               "\"%.*s\" is no name: a small letter, then at most %d small letters, digits and "
               "single _",
               STR_ARG(s), NAME_MAX_LEN - 1);
    return STR_NONE;
}

bool take_i64(int64_t *out, struct type_reader *r, const struct yvalue *map, const char *key,
              int64_t low, int64_t high)
{
    struct str s = ytake_text(&r->take, map, key);
    if (s.len == 0)
        return false;
    if (scaled_read(out, s, 0) && *out >= low && *out <= high)
        return true;
    type_fault(r, ytake_place(map, key)->line,
               "\"%s\" must be a whole number from %lld to %lld, not \"%.*s\"", key, (long long)low,
               (long long)high, STR_ARG(s));
    return false;
}

struct label take_label(struct type_reader *r, const struct yvalue *map, const char *key,
                        bool required)
{
    static const char *const known[] = {"zh", "en", NULL};
    const struct yvalue *v = ytake_value(map, key);
    struct label label = {0};
    if (v && v->type == Y_MAP) {
        ytake_keys(&r->take, v, known);
        label.zh = ytake_text(&r->take, v, "zh");
        label.en = ytake_text(&r->take, v, "en");
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
    const struct yvalue *v = ytake_value(map, key);
    if (v && v->type == Y_LIST && v->count == 0)
        type_fault(r, v->line, "\"%s\" is an empty list; leave the key out", key);
    return ytake_words(out, &r->take, map, key);
}
