/* One document from several sources. The result is a function of the set of
 * records, never of the order in which they came (README, "Merging"): parts are
 * first put into one total order, the more believed ones before the others, and
 * every rule below only asks for "the first that has it": what a part states, a part of a
 * lower rank or of an older file only adds to where it says nothing. Records that one source
 * gave in several files become one part before that. The legal status alone goes by the date
 * of the data before the rank. */
#include "base/map.h"
#include "model/patent.h"
#include <stdlib.h>
#include <string.h>

/* Names as the readers of src/ingest/formats give them, and what may be named with an import
 * (--source). */
static const struct {
    const char *name;
    enum source_rank rank;
} source_ranks[] = {
    {"cnipa", RANK_EXCHANGE},     {"docdb", RANK_EXCHANGE},      {"ep", RANK_EXCHANGE},
    {"epo", RANK_EXCHANGE},       {"inpadoc", RANK_EXCHANGE},    {"jpo", RANK_EXCHANGE},
    {"kipo", RANK_EXCHANGE},      {"ops", RANK_EXCHANGE},        {"uspto", RANK_EXCHANGE},
    {"wipo", RANK_EXCHANGE},      {"cnipa-search", RANK_EXPORT}, {"depatisnet", RANK_EXPORT},
    {"espacenet", RANK_EXPORT},   {"j-platpat", RANK_EXPORT},    {"kipris", RANK_EXPORT},
    {"patentscope", RANK_EXPORT}, {"uspto-search", RANK_EXPORT}, {"derwent", RANK_VENDOR},
    {"google", RANK_VENDOR},      {"himmpat", RANK_VENDOR},      {"incopat", RANK_VENDOR},
    {"lens", RANK_VENDOR},        {"orbit", RANK_VENDOR},        {"patsnap", RANK_VENDOR},
    {"patyee", RANK_VENDOR},      {"智慧芽", RANK_VENDOR},       {"壹专利", RANK_VENDOR},
    {"citation", RANK_TEXT},      {"gbt7714", RANK_TEXT},        {"text", RANK_TEXT},
};

enum source_rank patent_source_rank(struct str source)
{
    struct str rest = source;
    struct str name = str_split(&rest, STR(":"));
    for (size_t i = 0; i < ARRAY_LEN(source_ranks); i++)
        if (str_eq_nocase(name, str_of(source_ranks[i].name)))
            return source_ranks[i].rank;
    return RANK_LIST;
}

/* --- the order of parts ----------------------------------------------------- */

struct part {
    const struct patent *p;
    enum source_rank rank; /* within its unit */
    enum source_rank
        trust;     /* beside other units: a vendor's data named by a party count as a list */
    int64_t layer; /* first import of its unit that speaks of the document; 0: an office's data */
    struct date latest; /* latest day that the record speaks of */
    struct date day;    /* latest as_of of its file; only where files are compared */
    struct str json;    /* for the last tie only */
};

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

/* A record without a number ranks lowest. An office's source that a party names counts as a list. */
static enum source_rank part_rank(const struct patent *p)
{
    if (p->publication.key.len == 0 && p->application.key.len == 0)
        return RANK_NUMBERLESS;
    enum source_rank rank = patent_source_rank(p->source);
    return p->by_party && rank > RANK_VENDOR ? RANK_LIST : rank;
}

/* Which file states it: 0 where files describe parts of one whole. */
static int64_t file_of(const struct part *part)
{
    return part->rank == RANK_EXCHANGE ? 0 : part->p->file_number;
}

/* Equal trust: an office of the province before a party; then the later data date; then the layer with the earlier
 * import; then rank; then the later file. A patent's life goes one way (pending, active, inactive), so of two records
 * of the same day the one further on is the newer. */
static int younger_cmp(const struct part *a, const struct part *b)
{
    int c = date_cmp(b->p->as_of, a->p->as_of);
    if (a->p->by_party != b->p->by_party)
        return a->p->by_party ? 1 : -1;
    if (c != 0)
        return c;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if (file_of(a) != file_of(b))
        return file_of(a) > file_of(b) ? -1 : 1;
    if ((c = date_cmp(b->latest, a->latest)) != 0)
        return c;
    if (a->p->status != b->p->status)
        return a->p->status > b->p->status ? -1 : 1;
    if (a->json.len != b->json.len)
        return a->json.len > b->json.len ? -1 : 1;
    return str_cmp(a->json, b->json);
}

/* Better first. */
static int part_cmp(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    if (a->trust != b->trust)
        return a->trust > b->trust ? -1 : 1;
    return younger_cmp(a, b);
}

/* Whose legal status counts first: a day of the data that is not known is older than any. */
static int status_cmp(const struct part *a, const struct part *b)
{
    int c = date_cmp(b->p->as_of, a->p->as_of);
    return c != 0 ? c : part_cmp(a, b);
}

/* Each unit has its own layer. Records of offices form one layer, whichever unit imported them. */
static bool same_layer(const struct patent *a, const struct patent *b)
{
    return a->unit == b->unit || part_rank(a) == RANK_EXCHANGE;
}

/* A later record of the same source and id in the same layer takes the place of `old`. */
static bool superseded(const struct patent *old, const struct patent *const *parts, size_t count)
{
    if (old->source_id.len == 0 || old->as_of.year == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (same_layer(parts[i], old) && str_eq(parts[i]->source, old->source) &&
            str_eq(parts[i]->source_id, old->source_id) &&
            date_cmp(parts[i]->as_of, old->as_of) > 0)
            return true;
    return false;
}

static struct part part_of(const struct patent *p, struct arena *a)
{
    struct buf json = {0};
    patent_to_json(&json, p);
    enum source_rank rank = part_rank(p);
    struct part part = {.p = p,
                        .rank = rank,
                        .trust = p->by_party && rank > RANK_LIST ? RANK_LIST : rank,
                        .latest = latest_date(p),
                        .json = arena_dup(a, buf_str(&json))};
    buf_clear(&json);
    return part;
}

static void find_layers(struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].rank == RANK_EXCHANGE)
            continue;
        parts[i].layer = parts[i].p->import_number;
        for (size_t k = 0; k < count; k++)
            if (parts[k].rank != RANK_EXCHANGE && parts[k].p->unit == parts[i].p->unit &&
                parts[k].p->import_number < parts[i].layer)
                parts[i].layer = parts[k].p->import_number;
    }
}

static struct part *collect_parts(size_t *kept, const struct patent *const *parts, size_t count,
                                  struct arena *a)
{
    struct part *out = arena_array(a, count, sizeof(*out));
    *kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!superseded(parts[i], parts, count))
            out[(*kept)++] = part_of(parts[i], a);
    find_layers(out, *kept);
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

/* Words that nobody understands are words still. */
static bool states_status(const struct patent *p)
{
    return p->status != STATUS_UNKNOWN || p->status_written.len;
}

struct date patent_status_day(const struct patent *p)
{
    if (p->status_as_of.year < 0 || !states_status(p))
        return (struct date){0};
    return p->status_as_of.year ? p->status_as_of : p->as_of;
}

static void take_one_status(struct patent *out, const struct patent *p)
{
    struct date day = patent_status_day(p);
    out->status = p->status;
    out->status_written = p->status_written;
    out->status_as_of = day.year ? day : (struct date){.year = states_status(p) ? -1 : 0};
}

/* A number without kind may stand for several printings: the record that names the kind says the day, else the first
 * of the days is that of the publication. */
static void take_publication_day(struct patent *out, const struct patent *p)
{
    struct date day = p->publication_date;
    bool named = p->publication.kind.len > 0;
    if (out->publication.kind.len == 0 && date_valid(out->publication_date) && date_valid(day) &&
        (named || date_cmp(day, out->publication_date) < 0))
        out->publication_date = day;
    out->publication_date = better_date(out->publication_date, day);
}

static void take_scalars(struct patent *out, const struct patent *p)
{
    take_str(&out->source_id, p->source_id);
    out->as_of = out->as_of.year ? out->as_of : p->as_of;
    take_publication_day(out, p);
    take_number(&out->publication, &p->publication);
    if (out->publication.key.len == 0)
        take_str(&out->publication.office, p->publication.office);
    if (out->publication.kind.len == 0 && p->publication.kind.len)
        out->publication = p->publication;
    take_number(&out->application, &p->application);
    out->application_date = better_date(out->application_date, p->application_date);
    out->grant_date = better_date(out->grant_date, p->grant_date);
    take_number(&out->earliest, &p->earliest);
    take_str(&out->family, p->family);
    if (out->type == TYPE_UNKNOWN)
        out->type = p->type;
    if (!states_status(out))
        take_one_status(out, p);
    take_str(&out->region, p->region);
    if (out->times_cited < 0)
        out->times_cited = p->times_cited;
}

/* What a lower part says of a fact that better ones state already:
 * nothing, but for a date that says the same more exactly. */
static void hide_date(struct date *older, struct date stated)
{
    bool same = stated.year == older->year && (!stated.month || stated.month == older->month) &&
                (!stated.day || stated.day == older->day);
    if (stated.year && !same)
        *older = (struct date){0};
}

static void take_older_scalars(struct patent *out, const struct patent *p)
{
    const struct party *now = patent_party(out, PARTY_APPLICANT, 0),
                       *then = patent_party(p, PARTY_APPLICANT, 0);
    struct patent older = *p;

    hide_date(&older.publication_date, out->publication_date);
    hide_date(&older.application_date, out->application_date);
    hide_date(&older.grant_date, out->grant_date);
    if (now && then && !str_eq(now->name_key, then->name_key))
        older.region = STR_NONE; /* that of another applicant */
    take_scalars(out, &older);
}

/* --- lists ------------------------------------------------------------------ */

/* How long the merged lists were when the turn of a part of lower rank or of an older file
 * came: what stands before is stated by better ones. */
struct stated {
    bool any;
    size_t texts, parties, classes, citations, priorities, family, events, vendor, sei;
};

/* One document being merged. What is in its lists already is found by a text
 * that says which list and which element. */
struct merge {
    struct patent *out;
    struct arena *a;
    struct map *seen;
    enum source_rank *ranks; /* of out->texts */
    bool has_first[CLASS_SCHEMES];
    struct stated newer;
};

/* Where the element of that key stands in its list. NULL: it is new, and stands
 * at `at` from now on, unless newer files state the list (`closed`). */
static uint64_t *seen_at(struct merge *m, size_t at, struct str key, bool closed)
{
    bool added = false;
    if (closed)
        return map_get(m->seen, key);
    uint64_t *where = map_put(m->seen, key, &added);
    if (!added)
        return where;
    *where = at;
    return NULL;
}

static struct str number_id(const struct number *n)
{
    return n->key.len ? n->key : n->written;
}

#define KEY(m, ...) arena_printf((m)->a, __VA_ARGS__)

/* A text whose language nobody knows may be in any: it is another one unless it
 * is the same to the letter. */
static bool text_known(const struct patent *out, const struct patent_text *t)
{
    for (size_t i = 0; i < out->texts.len; i++)
        if (out->texts.ptr[i].part == t->part && str_eq(out->texts.ptr[i].content, t->content))
            return true;
    return false;
}

static bool text_stated(const struct merge *m, const struct patent_text *t)
{
    for (size_t i = 0; i < m->newer.texts; i++) {
        const struct patent_text *have = &m->out->texts.ptr[i];
        if (have->part == t->part && have->translated == t->translated &&
            str_eq(have->lang, t->lang))
            return true;
    }
    return false;
}

static void unite_texts(struct merge *m, const struct patent *p, enum source_rank rank)
{
    struct patent *out = m->out;
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        uint64_t *at = NULL;
        if (text_stated(m, t) || (t->lang.len == 0 && text_known(out, t)))
            continue;
        if (t->lang.len)
            at = seen_at(m, out->texts.len,
                         KEY(m, "t%d%d%.*s", t->part, t->translated, STR_ARG(t->lang)), false);
        if (!at) {
            m->ranks[out->texts.len] = rank;
            VEC_PUSH(m->a, &out->texts, *t);
            continue;
        }
        struct patent_text *have = &out->texts.ptr[*at];
        if (m->ranks[*at] == rank && have->content.len < t->content.len)
            have->content = t->content;
    }
}

static bool role_stated(const struct merge *m, enum party_role role)
{
    for (size_t i = 0; i < m->newer.parties; i++)
        if (m->out->parties.ptr[i].role == role)
            return true;
    return false;
}

static void unite_parties(struct merge *m, const struct patent *p)
{
    for (size_t i = 0; i < p->parties.len; i++) {
        const struct party *x = &p->parties.ptr[i];
        struct str name = x->name_key.len ? x->name_key : x->name;
        bool closed = role_stated(m, x->role);
        uint64_t *at =
            seen_at(m, m->out->parties.len, KEY(m, "p%d%.*s", x->role, STR_ARG(name)), closed);
        if (!at) {
            if (!closed)
                VEC_PUSH(m->a, &m->out->parties, *x);
            continue;
        }
        struct party *have = &m->out->parties.ptr[*at];
        take_str(&have->country, x->country);
        take_str(&have->address, x->address);
        take_str(&have->identifier, x->identifier);
    }
}

static bool scheme_stated(const struct merge *m, enum class_scheme scheme)
{
    for (size_t i = 0; i < m->newer.classes; i++)
        if (m->out->classes.ptr[i].scheme == scheme)
            return true;
    return false;
}

/* One list has one first class: that of the part that is believed most. */
static void unite_classes(struct merge *m, const struct patent *p)
{
    bool first_here[CLASS_SCHEMES] = {false};
    for (size_t i = 0; i < p->classes.len; i++) {
        struct classification c = p->classes.ptr[i];
        if (c.symbol.position == 'F' && m->has_first[c.scheme])
            c.symbol.position = 'L';
        struct str key = KEY(m, "c%d%.*s", c.scheme, STR_ARG(c.symbol.symbol));
        bool closed = scheme_stated(m, c.scheme);
        uint64_t *at = seen_at(m, m->out->classes.len, key, closed);
        if (at || !closed)
            first_here[c.scheme] |= c.symbol.position == 'F';
        if (!at) {
            if (!closed)
                VEC_PUSH(m->a, &m->out->classes, c);
            continue;
        }
        struct class_symbol *have = &m->out->classes.ptr[*at].symbol;
        take_str(&have->version, c.symbol.version);
        have->position = have->position ? have->position : c.symbol.position;
        have->value = have->value ? have->value : c.symbol.value;
    }
    for (size_t i = 0; i < CLASS_SCHEMES; i++)
        m->has_first[i] |= first_here[i];
}

/* Citations of one direction, and patents apart from the rest: exports have a
 * column for each. */
static bool citations_stated(const struct merge *m, const struct citation *c)
{
    for (size_t i = 0; i < m->newer.citations; i++) {
        const struct citation *have = &m->out->citations.ptr[i];
        if (have->citing_us == c->citing_us &&
            (have->number.key.len > 0) == (c->number.key.len > 0))
            return true;
    }
    return false;
}

static void unite_citations(struct merge *m, const struct patent *p)
{
    for (size_t i = 0; i < p->citations.len; i++) {
        const struct citation *c = &p->citations.ptr[i];
        struct str id = c->number.key.len ? c->number.key : c->text;
        struct str key = KEY(m, "x%d%d%.*s", c->citing_us, c->number.key.len > 0, STR_ARG(id));
        bool closed = citations_stated(m, c);
        uint64_t *at = seen_at(m, m->out->citations.len, key, closed);
        if (!at) {
            if (!closed)
                VEC_PUSH(m->a, &m->out->citations, *c);
            continue;
        }
        struct citation *have = &m->out->citations.ptr[*at];
        take_str(&have->text, c->text);
        take_str(&have->category, c->category);
        take_str(&have->origin, c->origin);
    }
}

static void unite_priorities(struct merge *m, const struct patent *p)
{
    bool closed = m->newer.priorities > 0;
    for (size_t i = 0; i < p->priorities.len; i++) {
        const struct priority *x = &p->priorities.ptr[i];
        struct str id = number_id(&x->number);
        uint64_t *at = seen_at(m, m->out->priorities.len, KEY(m, "r%.*s", STR_ARG(id)), closed);
        if (!at) {
            if (!closed)
                VEC_PUSH(m->a, &m->out->priorities, *x);
            continue;
        }
        struct priority *have = &m->out->priorities.ptr[*at];
        struct date date = x->date;
        if (closed)
            hide_date(&date, have->date);
        have->date = better_date(have->date, date);
        take_str(&have->country, x->country);
    }
}

static bool vendor_stated(const struct merge *m, struct str name)
{
    return FIND_BY(m->out->vendor.ptr, m->newer.vendor, name, name) != NULL;
}

/* Lists whose elements have nothing to fill. */
static void unite_rest(struct merge *m, const struct patent *p)
{
    struct patent *out = m->out;
    for (size_t i = 0; i < p->family_members.len && m->newer.family == 0; i++) {
        struct str id = number_id(&p->family_members.ptr[i]);
        if (!seen_at(m, 0, KEY(m, "f%.*s", STR_ARG(id)), false))
            VEC_PUSH(m->a, &out->family_members, p->family_members.ptr[i]);
    }
    for (size_t i = 0; i < p->events.len && m->newer.events == 0; i++) {
        const struct legal_event *x = &p->events.ptr[i];
        struct str key = KEY(m, "e%d-%d-%d/%.*s/%.*s/%.*s", x->date.year, x->date.month,
                             x->date.day, STR_ARG(x->office), STR_ARG(x->code), STR_ARG(x->text));
        if (!seen_at(m, 0, key, false))
            VEC_PUSH(m->a, &out->events, *x);
    }
    for (size_t i = 0; i < p->vendor.len; i++) {
        const struct vendor_field *x = &p->vendor.ptr[i];
        struct str key = KEY(m, "v%zu/%.*s%.*s", x->name.len, STR_ARG(x->name), STR_ARG(x->value));
        if (!vendor_stated(m, x->name) && !seen_at(m, 0, key, false))
            VEC_PUSH(m->a, &out->vendor, *x);
    }
    for (size_t i = 0; i < p->sei.len && m->newer.sei == 0; i++)
        if (!seen_at(m, 0, KEY(m, "s%.*s", STR_ARG(p->sei.ptr[i])), false))
            VEC_PUSH(m->a, &out->sei, p->sei.ptr[i]);
}

/* --- one document ------------------------------------------------------------- */

static void merge_begin(struct merge *m, struct patent *out, const struct part *parts, size_t count,
                        struct arena *a)
{
    size_t texts = 0;
    for (size_t i = 0; i < count; i++)
        texts += parts[i].p->texts.len;
    *m = (struct merge){.out = out,
                        .a = a,
                        .seen = map_new((uint64_t)(uintptr_t)a),
                        .ranks = arena_array(a, texts, sizeof(*m->ranks))};
    *out = (struct patent){0};
    patent_init(out);
}

static void merge_add(struct merge *m, const struct part *part)
{
    if (m->newer.any)
        take_older_scalars(m->out, part->p);
    else
        take_scalars(m->out, part->p);
    unite_texts(m, part->p, part->rank);
    unite_parties(m, part->p);
    unite_classes(m, part->p);
    unite_citations(m, part->p);
    unite_priorities(m, part->p);
    unite_rest(m, part->p);
}

/* What comes from now on is of a lower rank or of an older file. */
static void merge_older(struct merge *m)
{
    const struct patent *p = m->out;
    m->newer = (struct stated){.any = true,
                               .texts = p->texts.len,
                               .parties = p->parties.len,
                               .classes = p->classes.len,
                               .citations = p->citations.len,
                               .priorities = p->priorities.len,
                               .family = p->family_members.len,
                               .events = p->events.len,
                               .vendor = p->vendor.len,
                               .sei = p->sei.len};
}

static void merge_end(struct merge *m)
{
    map_free(m->seen);
}

/* --- several files of one source ------------------------------------------------ */

/* Newer files first; within a file as ever. A file stands for the latest day that
 * one of its records stands for (`day`). */
static int file_cmp(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    int c = date_cmp(b->day, a->day);
    if (c != 0)
        return c;
    if (a->p->file_number != b->p->file_number)
        return a->p->file_number > b->p->file_number ? -1 : 1;
    return part_cmp(left, right);
}

static void find_days(struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        parts[i].day = parts[i].p->as_of;
        for (size_t k = 0; k < count; k++)
            if (parts[k].p->file_number == parts[i].p->file_number)
                parts[i].day = later_of(parts[i].day, parts[k].p->as_of);
    }
}

/* What the files of one source say together: each fact as the newest file that
 * states it does. */
static struct part fold_files(struct part *parts, size_t count, struct arena *a)
{
    struct patent *out = arena_alloc(a, sizeof(*out));
    struct merge m;

    find_days(parts, count);
    qsort(parts, count, sizeof(*parts), file_cmp);
    merge_begin(&m, out, parts, count, a);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && parts[i].p->file_number != parts[i - 1].p->file_number)
            merge_older(&m);
        merge_add(&m, &parts[i]);
    }
    merge_end(&m);
    out->source = parts[0].p->source;
    out->file_number = parts[0].p->file_number;
    out->unit = parts[0].p->unit;
    out->by_party = parts[0].p->by_party;
    struct part whole = part_of(out, a);
    whole.layer = parts[0].layer;
    return whole;
}

/* Whether records of the source come in files of which each states all anew. An
 * office's files describe parts of one whole, whoever read them. */
static bool has_later_files(const struct part *parts, size_t count)
{
    if (parts[0].p->source.len == 0 || patent_source_rank(parts[0].p->source) == RANK_EXCHANGE)
        return false;
    for (size_t i = 1; i < count; i++)
        if (parts[i].p->file_number != parts[0].p->file_number)
            return true;
    return false;
}

static int source_cmp(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    int c = str_cmp(a->p->source, b->p->source);
    return c != 0 || a->layer == b->layer ? c : a->layer < b->layer ? -1 : 1;
}

/* One part for each source of several files of one unit. */
static size_t fold_sources(struct part *parts, size_t count, struct arena *a)
{
    size_t kept = 0, end;
    qsort(parts, count, sizeof(*parts), source_cmp);
    for (size_t i = 0; i < count; i = end) {
        for (end = i + 1; end < count && source_cmp(&parts[end], &parts[i]) == 0;)
            end++;
        if (has_later_files(&parts[i], end - i)) {
            parts[kept++] = fold_files(&parts[i], end - i, a);
            continue;
        }
        memmove(&parts[kept], &parts[i], (end - i) * sizeof(*parts));
        kept += end - i;
    }
    qsort(parts, kept, sizeof(*parts), part_cmp);
    return kept;
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

/* Whether the part begins what those before it only leave gaps for. */
static bool is_lower(const struct part *part, const struct part *before)
{
    return part->trust != before->trust || part->rank != before->rank ||
           part->layer != before->layer || file_of(part) != file_of(before);
}

/* The legal status by the date of the data, then by rank. */
static void take_status(struct patent *out, const struct part *parts, size_t count)
{
    const struct part *first = NULL;
    for (size_t i = 0; i < count; i++)
        if (states_status(parts[i].p) && (!first || status_cmp(&parts[i], first) < 0))
            first = &parts[i];
    if (first)
        take_one_status(out, first->p);
}

void patent_merge(struct patent *out, const struct patent *const *parts, size_t count,
                  struct arena *a)
{
    if (count == 1) {
        *out = *parts[0];
        return;
    }
    size_t kept;
    struct part *p = collect_parts(&kept, parts, count, a);
    struct merge m;

    kept = fold_sources(p, kept, a);
    merge_begin(&m, out, p, kept, a);
    for (size_t i = 0; i < kept; i++) {
        if (i > 0 && is_lower(&p[i], &p[i - 1]))
            merge_older(&m);
        merge_add(&m, &p[i]);
    }
    merge_end(&m);
    take_status(out, p, kept);
    out->source = join_sources(p, kept, a);
}

void patent_overlay(struct patent *out, const struct patent *top, const struct patent *base,
                    struct arena *a)
{
    const struct part parts[] = {{.p = top, .rank = RANK_EXCHANGE}, {.p = base}};
    struct merge m;
    merge_begin(&m, out, parts, ARRAY_LEN(parts), a);
    merge_add(&m, &parts[0]);
    merge_older(&m);
    merge_add(&m, &parts[1]);
    merge_end(&m);
    out->source = base->source;
}
