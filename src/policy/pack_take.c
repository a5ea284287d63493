/* Values out of a pack's file, each with its place when it is wrong. */
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

static void tell(void *arg, const struct yvalue *where, const char *fmt, va_list args)
{
    struct pack_reader *r = arg;
    note(r, r->file, where ? where->line : 1, where ? where->column : 0, fmt, args);
}

void pack_fault(struct pack_reader *r, const struct yvalue *where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tell(r, where, fmt, args);
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

/* --- the reader of text/yaml_take.h, whose faults are this pack's ------------------------- */

static struct ytake taking(struct pack_reader *r)
{
    return (struct ytake){r->arena, tell, r};
}

const struct yvalue *pack_place(const struct yvalue *map, const char *key)
{
    return ytake_place(map, key);
}

const struct yvalue *pack_take(const struct yvalue *map, const char *key)
{
    return ytake_value(map, key);
}

struct str pack_text(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct ytake t = taking(r);
    return ytake_text(&t, map, key);
}

struct str pack_required(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct ytake t = taking(r);
    return ytake_required(&t, map, key);
}

struct str pack_date(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct ytake t = taking(r);
    return ytake_date(&t, map, key);
}

bool pack_bool(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct ytake t = taking(r);
    return ytake_bool(&t, map, key, false);
}

int pack_choice(struct pack_reader *r, const struct yvalue *map, const char *key,
                const char *const *words, int absent)
{
    const struct ytake t = taking(r);
    return ytake_choice(&t, map, key, words, absent);
}

size_t pack_words(const struct str **out, struct pack_reader *r, const struct yvalue *map,
                  const char *key)
{
    const struct ytake t = taking(r);
    return ytake_words(out, &t, map, key);
}

size_t pack_maps(const struct yvalue **out, struct pack_reader *r, const struct yvalue *map,
                 const char *key)
{
    const struct ytake t = taking(r);
    return ytake_maps(out, &t, map, key);
}

const struct yvalue *pack_map(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = pack_take(map, key);
    if (!v || v->type == Y_MAP)
        return v;
    pack_fault(r, pack_place(map, key), "\"%s\" must be a map: {key: value}", key);
    return NULL;
}

void pack_keys(struct pack_reader *r, const struct yvalue *map, const struct part_key *known)
{
    const struct ytake t = taking(r);
    size_t count = 0;
    while (known[count].name)
        count++;
    const char **names = arena_array(r->arena, count + FORMER_KEYS_MAX + 1, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = known[i].name;
    count += pack_former_keys(names + count, r, map, known);
    names[count] = NULL;
    ytake_keys(&t, map, names);
}

/* --- what packs alone have ------------------------------------------------------------------ */

/* Letters, digits, - and _, beginning with a letter; at most 60. */
static bool pack_is_id(struct str s)
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

struct str pack_quote(struct pack_reader *r, const struct yvalue *map)
{
    return r->pack->document.not_held ? pack_text(r, map, "quote") : pack_required(r, map, "quote");
}

struct citation pack_citation(struct pack_reader *r, const struct yvalue *map)
{
    return (struct citation){.clause = pack_required(r, map, "clause"),
                             .quote = pack_quote(r, map),
                             .line = pack_place(map, "quote")->line};
}
