/* Spellings of a name's key, and keys of applicants. Counting goes by key, so that writings of one
 * company are one row; the spelling shown is chosen by order, not by what came first, so
 * that two runs and two segmentations show the same. */
#include "search/names.h"
#include "base/map.h"
#include "base/vec.h"
#include "search/fields.h"
#include <stdio.h>
#include <stdlib.h>

/* Begin keys of applicants that are not stems: the number of a group, a name that is listed apart. */
#define GROUP_KEY "\x1d"
#define APART_KEY "\x1c"

static size_t put(char *out, size_t cap, struct str s)
{
    size_t len = s.len < cap ? s.len : cap;
    memcpy(out, s.ptr, len);
    return len;
}

/* False: the value is no name, but NOT_KNOWN. */
static bool name_split(struct str *key, struct str *written, struct str value)
{
    size_t close = str_find(value, STR(NAME_CLOSE), 0);
    if (!str_starts(value, STR(NAME_OPEN)) || close == value.len)
        return false;
    *key = (struct str){value.ptr + 1, close - 1};
    *written = (struct str){value.ptr + close + 1, value.len - close - 1};
    return true;
}

/* --- applicants ---------------------------------------------------------------- */

struct group {
    struct str name, key;
    size_t record; /* its first */
    bool named;    /* a filter on its name finds it */
    VEC(int64_t) ids;
};

struct applicants {
    struct map *apart; /* key → number of its group, or APART and the record that counts it apart */
    struct map *stems; /* stem → number of its group */
    VEC(struct group) groups;
    VEC(struct str) moved;
};

#define APART ((uint64_t)1 << 63)

static size_t applicant_key(char *out, size_t cap, const struct applicants *x, struct str key)
{
    const uint64_t *apart = x ? map_get(x->apart, key) : NULL;
    struct str own = apart ? key : name_stem(key);
    const uint64_t *group = apart ? apart : x ? map_get(x->stems, own) : NULL;
    if (group && *group > 0 && *group < APART)
        return (size_t)snprintf(out, cap, GROUP_KEY "%llu", (unsigned long long)*group);
    size_t at = apart ? put(out, cap, STR(APART_KEY)) : 0;
    return at + put(out + at, cap - at, own);
}

static void put_apart(struct applicants *x, const struct search_group *g, size_t record,
                      struct arena *a)
{
    bool added;
    for (size_t i = 0; i < g->name_count; i++) {
        struct str key = name_key(g->names[i], a);
        uint64_t *at = map_put(x->apart, key, &added);
        VEC_PUSH(a, &x->moved, applicants_key(NULL, key, a));
        *at = added ? APART | record : *at;
    }
}

/* The group that has the name: this one, unless a record before `record` says otherwise. */
static uint64_t put_name(struct applicants *x, struct str key, uint64_t group, size_t record,
                         struct arena *a)
{
    bool added;
    VEC_PUSH(a, &x->moved, applicants_key(NULL, key, a));
    uint64_t *at = map_get(x->apart, key);
    if (!at)
        at = map_put(x->stems, name_stem(key), &added);
    if (key.len > 0 && (*at == 0 || *at > (APART | record)))
        *at = group;
    return *at;
}

/* Groups of one name are one. */
static void put_group(struct applicants *x, struct map *of_name, const struct search_group *g,
                      size_t record, struct arena *a)
{
    struct str key = name_key(g->name, a);
    bool added;
    uint64_t *number = map_put(of_name, key, &added);
    if (added) {
        *number = x->groups.len + 1;
        VEC_PUSH(a, &x->groups, ((struct group){.name = g->name, .key = key, .record = record}));
    }
    if (g->id > 0)
        VEC_PUSH(a, &x->groups.ptr[*number - 1].ids, g->id);
    for (size_t i = 0; i < g->name_count; i++)
        put_name(x, name_key(g->names[i], a), *number, record, a);
}

struct applicants *applicants_new(const struct search_group *groups, size_t count, struct arena *a)
{
    struct applicants *x = arena_alloc(a, sizeof(*x));
    x->apart = map_in(a);
    x->stems = map_in(a);
    struct map *of_name = map_in(a);
    for (size_t i = 0; i < count; i++)
        if (groups[i].apart)
            put_apart(x, &groups[i], i, a);
    for (size_t i = 0; i < count; i++)
        if (!groups[i].apart)
            put_group(x, of_name, &groups[i], i, a);
    /* An applicant with the name of a group belongs to it, unless another group lists the applicant. */
    for (size_t i = 0; i < x->groups.len; i++) {
        struct group *g = &x->groups.ptr[i];
        g->named = put_name(x, g->key, i + 1, g->record, a) == i + 1 && !str_is(g->key, NOT_KNOWN);
    }
    return x;
}

size_t applicants_map(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    struct str key, written;
    (void)number;
    return name_split(&key, &written, value) ? applicant_key(out, cap, arg, key)
                                             : put(out, cap, value);
}

struct str applicants_key(const struct applicants *x, struct str key, struct arena *a)
{
    char text[CELL_TEXT_MAX];
    return arena_dup(a, (struct str){text, applicant_key(text, sizeof(text), x, key)});
}

const struct str *applicants_moved(size_t *count, const struct applicants *x)
{
    *count = x->moved.len;
    return x->moved.ptr;
}

/* --- names ---------------------------------------------------------------------- */

struct spelling {
    struct str shown;
    size_t next; /* of the same applicant, from 1; 0: the last */
};

struct names {
    struct arena *a;
    const struct applicants *applicants;
    struct map *of_key;       /* key → number in shown */
    struct map *of_applicant; /* its key → number in shown, from 1 */
    VEC(struct spelling) shown;
};

struct names *names_new(const struct applicants *x, struct arena *a)
{
    struct names *n = arena_alloc(a, sizeof(*n));
    n->a = a;
    n->applicants = x;
    n->of_key = map_in(a);
    n->of_applicant = map_in(a);
    return n;
}

size_t names_map(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    struct names *n = arg;
    struct str key, written;
    bool added, first;
    (void)number;

    if (!name_split(&key, &written, value))
        return put(out, cap, value);
    if (key.len > cap && (!n || !n->applicants))
        key.len = cap;
    if (!n)
        return put(out, cap, key);
    uint64_t *at = map_put(n->of_key, key, &added);
    if (added) {
        *at = n->shown.len;
        VEC_PUSH(n->a, &n->shown, ((struct spelling){.shown = arena_dup(n->a, written)}));
    } else if (str_cmp(written, n->shown.ptr[*at].shown) > 0) {
        n->shown.ptr[*at].shown = arena_dup(n->a, written);
    }
    if (!n->applicants)
        return put(out, cap, key);
    size_t len = applicant_key(out, cap, n->applicants, key);
    if (added) {
        uint64_t *chain = map_put(n->of_applicant, (struct str){out, len}, &first);
        n->shown.ptr[*at].next = *chain;
        *chain = *at + 1;
    }
    return len;
}

static const struct group *group_at(const struct names *n, struct str key)
{
    uint64_t number = 0;
    if (!n->applicants || !str_starts(key, STR(GROUP_KEY)) ||
        !str_to_u64(&number, (struct str){key.ptr + 1, key.len - 1}))
        return NULL;
    return &n->applicants->groups.ptr[number - 1];
}

static const struct spelling *first_of(const struct names *n, struct str key)
{
    const uint64_t *at = map_get(n->applicants ? n->of_applicant : n->of_key, key);
    return at ? &n->shown.ptr[n->applicants ? *at - 1 : *at] : NULL;
}

static const struct spelling *next_of(const struct names *n, const struct spelling *s)
{
    return s->next ? &n->shown.ptr[s->next - 1] : NULL;
}

struct str names_shown(const struct names *n, struct str key)
{
    const struct group *g = group_at(n, key);
    const struct spelling *s = first_of(n, key);
    if (g && g->named)
        return g->name;
    struct str shown = s ? s->shown : key;
    while (s && (s = next_of(n, s)))
        if (str_cmp(s->shown, shown) > 0)
            shown = s->shown;
    return shown;
}

void names_united(struct facet_row *out, const struct names *n, struct str key)
{
    const struct group *g = group_at(n, key);
    const struct spelling *s = first_of(n, key);
    VEC(struct str) all = {0};
    if (!g && (!s || !s->next))
        return;
    for (; s; s = next_of(n, s))
        VEC_PUSH(n->a, &all, s->shown);
    qsort(all.ptr, all.len, sizeof(*all.ptr), str_cmp_first);
    out->names = all.ptr;
    out->name_count = all.len < NAMES_MAX ? all.len : NAMES_MAX;
    if (g) {
        out->groups = g->ids.ptr;
        out->group_count = g->ids.len;
    }
}
