/* One document from several sources. The result is a function of the set of
 * records, never of the order in which they came (README, "Merging"): parts are
 * first put into one total order, the more believed ones before the others, and
 * every rule below only asks for "the first that has it". */
#include "base/map.h"
#include "model/patent.h"
#include <stdlib.h>

/* Names as the readers of src/ingest/formats give them, and what an operator may
 * write with --source. What is not listed is a vendor's. */
static const struct {
    const char *name;
    int rank;
} source_ranks[] = {
    {"cnipa", 4},        {"docdb", 4},     {"epo", 4},         {"ep", 4},           {"inpadoc", 4},
    {"jpo", 4},          {"kipo", 4},      {"ops", 4},         {"uspto", 4},        {"wipo", 4},
    {"cnipa-search", 3}, {"espacenet", 3}, {"patentscope", 3}, {"uspto-search", 3}, {"citation", 1},
    {"gbt7714", 1},      {"text", 1},
};

int patent_source_rank(struct str source)
{
    struct str rest = source;
    struct str name = str_split(&rest, STR(":"));
    for (size_t i = 0; i < ARRAY_LEN(source_ranks); i++)
        if (str_eq_nocase(name, str_of(source_ranks[i].name)))
            return source_ranks[i].rank;
    return 2;
}

/* --- the order of parts ----------------------------------------------------- */

struct part {
    const struct patent *p;
    int rank;
    struct date latest; /* latest day that the record speaks of */
    struct str json;    /* for the last tie only */
};

static int date_cmp(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return a.day < b.day ? -1 : a.day > b.day;
}

static struct date later_of(struct date a, struct date b)
{
    return date_cmp(a, b) < 0 ? b : a;
}

static struct date latest_date(const struct patent *p)
{
    struct date d = later_of(later_of(p->publication_date, p->application_date), p->grant_date);
    for (size_t i = 0; i < p->events.len; i++)
        d = later_of(d, p->events.ptr[i].date);
    return d;
}

/* A record without a number says least of a document that has one. */
static int part_rank(const struct patent *p)
{
    bool numbered = p->publication.key.len || p->application.key.len;
    return numbered ? patent_source_rank(p->source) : 0;
}

/* Better first. A patent's life goes one way (pending, active, inactive), so of
 * two records of the same day the one further on is the newer. */
static int part_cmp(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    int c;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if ((c = date_cmp(b->p->as_of, a->p->as_of)) != 0)
        return c;
    if ((c = date_cmp(b->latest, a->latest)) != 0)
        return c;
    if (a->p->status != b->p->status)
        return a->p->status > b->p->status ? -1 : 1;
    if (a->json.len != b->json.len)
        return a->json.len > b->json.len ? -1 : 1;
    return str_cmp(a->json, b->json);
}

/* A later record of the same source and id takes the place of `old`. */
static bool superseded(const struct patent *old, const struct patent *const *parts, size_t count)
{
    if (old->source_id.len == 0 || old->as_of.year == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (str_eq(parts[i]->source, old->source) && str_eq(parts[i]->source_id, old->source_id) &&
            date_cmp(parts[i]->as_of, old->as_of) > 0)
            return true;
    return false;
}

static struct part *order_parts(size_t *kept, const struct patent *const *parts, size_t count,
                                struct arena *a)
{
    struct part *out = arena_array(a, count, sizeof(*out));
    struct buf json;
    buf_init(&json, 0);
    *kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (superseded(parts[i], parts, count))
            continue;
        buf_reset(&json);
        patent_to_json(&json, parts[i]);
        out[(*kept)++] = (struct part){.p = parts[i],
                                       .rank = part_rank(parts[i]),
                                       .latest = latest_date(parts[i]),
                                       .json = arena_dup(a, buf_str(&json))};
    }
    buf_clear(&json);
    qsort(out, *kept, sizeof(*out), part_cmp);
    return out;
}

/* --- scalars ---------------------------------------------------------------- */

/* A full date before a partial one. */
static struct date better_date(struct date have, struct date other)
{
    if (have.year == 0 || (!date_valid(have) && date_valid(other)))
        return other;
    return have;
}

static void take_str(struct str *have, struct str other)
{
    if (have->len == 0)
        *have = other;
}

/* A right check digit, or none at all, before a wrong one. */
static void take_number(struct number *have, const struct number *other)
{
    if (other->key.len == 0)
        return;
    if (have->key.len == 0 || (have->check == CHECK_WRONG && other->check != CHECK_WRONG))
        *have = *other;
}

static void take_scalars(struct patent *out, const struct patent *p)
{
    take_str(&out->source_id, p->source_id);
    out->as_of = out->as_of.year ? out->as_of : p->as_of;
    take_number(&out->publication, &p->publication);
    if (out->publication.kind.len == 0 && p->publication.kind.len)
        out->publication = p->publication;
    out->publication_date = better_date(out->publication_date, p->publication_date);
    take_number(&out->application, &p->application);
    out->application_date = better_date(out->application_date, p->application_date);
    out->grant_date = better_date(out->grant_date, p->grant_date);
    take_number(&out->earliest, &p->earliest);
    take_str(&out->family, p->family);
    if (out->type == TYPE_UNKNOWN)
        out->type = p->type;
    if (out->status == STATUS_UNKNOWN) {
        out->status = p->status;
        out->status_written = p->status_written;
    }
    take_str(&out->region, p->region);
    if (out->times_cited < 0)
        out->times_cited = p->times_cited;
}

/* --- lists ------------------------------------------------------------------ */

/* What is in the merged lists already, by a text that says which list and which
 * element. */
struct seen {
    struct map *map;
    struct arena *a;
};

/* Where the element of that key stands in its list, or NULL: it is new, and
 * stands at `at` from now on. */
static uint64_t *seen_at(struct seen *s, size_t at, struct str key)
{
    bool added = false;
    uint64_t *where = map_put(s->map, key, &added);
    if (!added)
        return where;
    *where = at;
    return NULL;
}

static struct str number_id(const struct number *n)
{
    return n->key.len ? n->key : n->written;
}

#define KEY(s, ...) arena_printf((s)->a, __VA_ARGS__)

/* A text whose language nobody knows may be in any: it is another one unless it
 * is the same to the letter. */
static bool text_known(const struct patent *out, const struct patent_text *t)
{
    for (size_t i = 0; i < out->texts.len; i++)
        if (out->texts.ptr[i].part == t->part && str_eq(out->texts.ptr[i].content, t->content))
            return true;
    return false;
}

static void unite_texts(struct patent *out, const struct patent *p, int rank, struct seen *s,
                        int *ranks)
{
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        uint64_t *at = NULL;
        if (t->lang.len == 0 && text_known(out, t))
            continue;
        if (t->lang.len)
            at = seen_at(s, out->texts.len,
                         KEY(s, "t%d%d%.*s", t->part, t->translated, STR_ARG(t->lang)));
        if (!at) {
            ranks[out->texts.len] = rank;
            VEC_PUSH(s->a, &out->texts, *t);
            continue;
        }
        struct patent_text *have = &out->texts.ptr[*at];
        if (ranks[*at] == rank && have->content.len < t->content.len)
            have->content = t->content;
    }
}

static void unite_parties(struct patent *out, const struct patent *p, struct seen *s)
{
    for (size_t i = 0; i < p->parties.len; i++) {
        const struct party *x = &p->parties.ptr[i];
        struct str name = x->name_key.len ? x->name_key : x->name;
        uint64_t *at = seen_at(s, out->parties.len, KEY(s, "p%d%.*s", x->role, STR_ARG(name)));
        if (!at) {
            VEC_PUSH(s->a, &out->parties, *x);
            continue;
        }
        struct party *have = &out->parties.ptr[*at];
        take_str(&have->country, x->country);
        take_str(&have->address, x->address);
        take_str(&have->identifier, x->identifier);
    }
}

/* One list has one first class: that of the part that is believed most. */
static void unite_classes(struct patent *out, const struct patent *p, struct seen *s,
                          bool has_first[CLASS_SCHEMES])
{
    bool first_here[CLASS_SCHEMES] = {false};
    for (size_t i = 0; i < p->classes.len; i++) {
        struct classification c = p->classes.ptr[i];
        if (c.symbol.position == 'F' && has_first[c.scheme])
            c.symbol.position = 'L';
        first_here[c.scheme] |= c.symbol.position == 'F';
        struct str key = KEY(s, "c%d%.*s", c.scheme, STR_ARG(c.symbol.symbol));
        uint64_t *at = seen_at(s, out->classes.len, key);
        if (!at) {
            VEC_PUSH(s->a, &out->classes, c);
            continue;
        }
        struct class_symbol *have = &out->classes.ptr[*at].symbol;
        take_str(&have->version, c.symbol.version);
        have->position = have->position ? have->position : c.symbol.position;
        have->value = have->value ? have->value : c.symbol.value;
    }
    for (size_t i = 0; i < CLASS_SCHEMES; i++)
        has_first[i] |= first_here[i];
}

static void unite_citations(struct patent *out, const struct patent *p, struct seen *s)
{
    for (size_t i = 0; i < p->citations.len; i++) {
        const struct citation *c = &p->citations.ptr[i];
        struct str id = c->number.key.len ? c->number.key : c->text;
        struct str key = KEY(s, "x%d%d%.*s", c->citing_us, c->number.key.len > 0, STR_ARG(id));
        uint64_t *at = seen_at(s, out->citations.len, key);
        if (!at) {
            VEC_PUSH(s->a, &out->citations, *c);
            continue;
        }
        struct citation *have = &out->citations.ptr[*at];
        take_str(&have->text, c->text);
        take_str(&have->category, c->category);
        take_str(&have->origin, c->origin);
    }
}

static void unite_priorities(struct patent *out, const struct patent *p, struct seen *s)
{
    for (size_t i = 0; i < p->priorities.len; i++) {
        const struct priority *x = &p->priorities.ptr[i];
        struct str id = number_id(&x->number);
        uint64_t *at = seen_at(s, out->priorities.len, KEY(s, "r%.*s", STR_ARG(id)));
        if (!at) {
            VEC_PUSH(s->a, &out->priorities, *x);
            continue;
        }
        struct priority *have = &out->priorities.ptr[*at];
        have->date = better_date(have->date, x->date);
        take_str(&have->country, x->country);
    }
}

static void unite_rest(struct patent *out, const struct patent *p, struct seen *s)
{
    for (size_t i = 0; i < p->family_members.len; i++) {
        struct str id = number_id(&p->family_members.ptr[i]);
        if (!seen_at(s, 0, KEY(s, "f%.*s", STR_ARG(id))))
            VEC_PUSH(s->a, &out->family_members, p->family_members.ptr[i]);
    }
    for (size_t i = 0; i < p->events.len; i++) {
        const struct legal_event *x = &p->events.ptr[i];
        struct str key = KEY(s, "e%d-%d-%d/%.*s/%.*s/%.*s", x->date.year, x->date.month,
                             x->date.day, STR_ARG(x->office), STR_ARG(x->code), STR_ARG(x->text));
        if (!seen_at(s, 0, key))
            VEC_PUSH(s->a, &out->events, *x);
    }
    for (size_t i = 0; i < p->vendor.len; i++) {
        const struct vendor_field *x = &p->vendor.ptr[i];
        struct str key = KEY(s, "v%zu/%.*s%.*s", x->name.len, STR_ARG(x->name), STR_ARG(x->value));
        if (!seen_at(s, 0, key))
            VEC_PUSH(s->a, &out->vendor, *x);
    }
    for (size_t i = 0; i < p->sei.len; i++)
        if (!seen_at(s, 0, KEY(s, "s%.*s", STR_ARG(p->sei.ptr[i]))))
            VEC_PUSH(s->a, &out->sei, p->sei.ptr[i]);
}

static struct str join_sources(const struct part *parts, size_t count, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        bool again = parts[i].p->source.len == 0;
        for (size_t k = 0; k < i && !again; k++)
            again = str_eq(parts[k].p->source, parts[i].p->source);
        if (again)
            continue;
        all = all.len ? arena_join(a, arena_join(a, all, STR(" + ")), parts[i].p->source)
                      : parts[i].p->source;
    }
    return all;
}

void patent_merge(struct patent *out, const struct patent *const *parts, size_t count,
                  struct arena *a)
{
    if (count == 1) {
        *out = *parts[0];
        return;
    }
    size_t kept, texts = 0;
    struct part *p = order_parts(&kept, parts, count, a);
    struct seen seen = {map_new((uint64_t)(uintptr_t)a), a};
    bool has_first[CLASS_SCHEMES] = {false};
    for (size_t i = 0; i < kept; i++)
        texts += p[i].p->texts.len;
    int *ranks = arena_array(a, texts, sizeof(*ranks));

    *out = (struct patent){0};
    patent_init(out);
    for (size_t i = 0; i < kept; i++) {
        take_scalars(out, p[i].p);
        unite_texts(out, p[i].p, p[i].rank, &seen, ranks);
        unite_parties(out, p[i].p, &seen);
        unite_classes(out, p[i].p, &seen, has_first);
        unite_citations(out, p[i].p, &seen);
        unite_priorities(out, p[i].p, &seen);
        unite_rest(out, p[i].p, &seen);
    }
    out->source = join_sources(p, kept, a);
    map_free(seen.map);
}
