/* Thresholds were set on the first seed of tests/integrity/contracts.py, and on no other. */
#include "integrity/twin.h"
#include "base/date.h"
#include "base/map.h"
#include "base/vec.h"
#include <stdio.h>
#include <stdlib.h>

#define NUMBER_MIN 3  /* bytes of a number that says anything */
#define TITLE_MIN 12  /* bytes: four Chinese characters */
#define SAME_DAYS 15  /* dates of one signing */
#define ORDER_DAYS 7  /* orders of one amount under one framework contract are further apart */
#define YEAR_DAYS 300 /* from here on it is a renewal */
#define PART_DAYS 15  /* between the parts of a split contract */
#define SPLIT_DAYS 60 /* between them and the whole */
#define SPLIT_PARTS_MAX (SUSPICION_CLAIMS_MAX - 1)
#define SPLIT_CANDIDATES 14

struct pair {
    uint32_t x, y;
};

struct bucketed { /* a claim under something that it shares with few */
    uint64_t key;
    uint32_t claim;
};

/* One file on several projects of one owner: a note, however many there are. */
struct shared {
    struct str digest;
    int64_t unit;
    size_t found; /* its place among what was found */
    size_t count; /* of projects */
    struct twin_reason *reasons;
};

struct finder {
    const struct twin_search *s;
    struct arena *arena;
    VEC(struct bucketed) buckets;
    VEC(struct pair) pairs;
    VEC(struct suspicion) found;
    VEC(struct shared) shared;
    uint32_t
        *twin_of; /* of each claim an earlier one that it was found to be a twin of, or itself */
};

typedef VEC(struct twin_reason) reasons;

static const struct claim *claim_at(const struct finder *f, size_t i)
{
    return &f->s->claims[i];
}

static bool stopped(const struct finder *f)
{
    return f->s->stops && f->s->stops(f->s->arg);
}

/* --- who is compared --------------------------------------------------------------------- */

static void put(struct finder *f, size_t claim, const char *what, struct str x, struct str y)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, "%s\n%.*s\n%.*s\n%.*s", what, STR_ARG(claim_at(f, claim)->what), STR_ARG(x),
             STR_ARG(y));
    VEC_PUSH(f->arena, &f->buckets,
             ((struct bucketed){hash_bytes(buf_str(&b), 7), (uint32_t)claim}));
    buf_clear(&b);
}

static void put_claim(struct finder *f, size_t i)
{
    const struct claim *c = claim_at(f, i);
    char amount[32];
    (void)snprintf(amount, sizeof(amount), "%lld", (long long)c->fen);
    if (c->number_key.len >= NUMBER_MIN)
        put(f, i, "number", c->number_key, STR_NONE);
    for (size_t k = 0; k < c->file_count; k++)
        put(f, i, "file", c->files[k], STR_NONE);
    for (size_t k = 0; k < c->party_count && c->fen > 0; k++)
        put(f, i, "amount", str_of(amount), c->parties[k]);
    for (size_t k = 0; k < c->patent_count; k++)
        put(f, i, "patent", c->patents[k], STR_NONE);
    if (c->title_key.len >= TITLE_MIN)
        for (size_t k = 0; k < c->party_count; k++)
            put(f, i, "title", c->title_key, c->parties[k]);
}

static int by_key(const void *a, const void *b)
{
    const struct bucketed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->claim < y->claim ? -1 : x->claim > y->claim;
}

static void add_pair(struct finder *f, uint32_t x, uint32_t y)
{
    if (x != y)
        VEC_PUSH(f->arena, &f->pairs, (x < y ? (struct pair){x, y} : (struct pair){y, x}));
}

static void pair_buckets(struct finder *f)
{
    const struct bucketed *b = f->buckets.ptr;
    if (f->buckets.len)
        qsort(f->buckets.ptr, f->buckets.len, sizeof(*f->buckets.ptr), by_key);
    for (size_t from = 0, to; from < f->buckets.len; from = to) {
        for (to = from; to < f->buckets.len && b[to].key == b[from].key; to++)
            for (size_t i = from; i < to; i++)
                add_pair(f, b[i].claim, b[to].claim);
    }
}

/* --- features of a pair ------------------------------------------------------------------- */

struct overlap {
    size_t shared, either;
    struct str first; /* shared */
};

static struct overlap overlap_of(const struct str *x, size_t x_count, const struct str *y,
                                 size_t y_count)
{
    struct overlap o = {0};
    for (size_t i = 0; i < x_count; i++)
        if (str_among(x[i], y, y_count)) {
            o.first = o.shared++ ? o.first : x[i];
        }
    o.either = x_count + y_count - o.shared;
    return o;
}

static bool mostly(const struct overlap *o)
{
    return o->shared > 0 && 2 * o->shared >= o->either;
}

struct features {
    bool number, title, amount, amount_differs, file, parties, parties_differ, patents,
        patents_differ;
    int gap; /* days; -1: not known */
    struct overlap party, patent, files;
    bool same_owner, repeats;
    bool order; /* of one owner and a kind that comes again: under a framework contract, perhaps */
};

static struct features features_of(const struct claim *x, const struct claim *y)
{
    struct features v = {.gap = -1, .same_owner = x->unit == y->unit};
    v.party = overlap_of(x->parties, x->party_count, y->parties, y->party_count);
    v.patent = overlap_of(x->patents, x->patent_count, y->patents, y->patent_count);
    v.files = overlap_of(x->files, x->file_count, y->files, y->file_count);
    v.number = x->number_key.len >= NUMBER_MIN && str_eq(x->number_key, y->number_key);
    v.title = x->title_key.len >= TITLE_MIN && str_eq(x->title_key, y->title_key);
    v.amount = x->fen > 0 && x->fen == y->fen;
    v.amount_differs = x->fen > 0 && y->fen > 0 && x->fen != y->fen;
    v.file = v.files.shared > 0;
    v.parties = mostly(&v.party);
    v.parties_differ = x->party_count && y->party_count && v.party.shared == 0;
    v.patents = mostly(&v.patent);
    v.patents_differ = x->patent_count && y->patent_count && v.patent.shared == 0;
    if (x->day && y->day)
        v.gap = abs(x->day - y->day);
    v.repeats = x->repeats || y->repeats;
    v.order = v.repeats && v.same_owner && !v.number;
    return v;
}

static bool near(const struct features *v, int days)
{
    return v->gap >= 0 && v->gap <= days;
}

/* A framework contract is the file of all its orders: with its owner they are told apart by
 * amount or day. */
static bool one_file(const struct features *v)
{
    int days = v->order ? ORDER_DAYS : SAME_DAYS;
    return v->file && (!v->same_owner || (!v->amount_differs && (v->gap < 0 || near(v, days))));
}

static const char *kind_by_record(const struct features *v)
{
    if (!v->amount || !v->parties || v->gap < 0)
        return NULL;
    if ((v->patents || v->title) && near(v, v->order ? ORDER_DAYS : SAME_DAYS))
        return "renamed";
    return v->patents && v->title && !v->repeats ? "redated" : NULL;
}

/* The kind of twin; NULL: none. */
static const char *kind_of(const struct features *v, struct str what)
{
    bool contract = str_is(what, "contract") || str_is(what, "project");
    bool of_two = v->parties_differ || v->patents_differ;
    if (!contract)
        return v->number && !v->same_owner ? "repeated" : NULL;
    if (v->number && (!of_two || v->file))
        return "repeated";
    if (v->gap >= YEAR_DAYS && v->repeats)
        return NULL; /* renewed */
    return one_file(v) ? "repeated" : kind_by_record(v);
}

/* --- reasons ------------------------------------------------------------------------------- */

static struct str money(int64_t fen, struct arena *a)
{
    return arena_printf(a, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

static struct str day_text(int32_t day, struct arena *a)
{
    return day ? date_text(date_from_days(day), a) : STR_NONE;
}

static void add(struct finder *f, reasons *to, const char *feature, struct str left,
                struct str right)
{
    VEC_PUSH(f->arena, to, ((struct twin_reason){feature, left, right}));
}

static void add_reasons(struct finder *f, reasons *to, const struct features *v,
                        const struct claim *x, const struct claim *y)
{
    struct arena *a = f->arena;
    if (v->number)
        add(f, to, "number", x->number, y->number);
    if (v->file)
        add(f, to, "file", v->files.first, v->files.first);
    if (v->title)
        add(f, to, "title", x->title, y->title);
    if (v->amount)
        add(f, to, "amount", money(x->fen, a), money(y->fen, a));
    if (v->gap >= 0 && v->gap <= SAME_DAYS)
        add(f, to, "date", day_text(x->day, a), day_text(y->day, a));
    if (v->parties)
        add(f, to, "parties", v->party.first, v->party.first);
    if (v->patents)
        add(f, to, "patents", v->patent.first, v->patent.first);
}

/* The first of the claims that are known to be one with it. */
static uint32_t first_of(struct finder *f, uint32_t claim)
{
    while (f->twin_of[claim] != claim)
        claim = f->twin_of[claim] = f->twin_of[f->twin_of[claim]];
    return claim;
}

/* Nothing but the file speaks for it that two projects of one owner are one: a contract or a report may be of
 * several. */
static bool is_shared_file(const struct features *v, struct str what)
{
    return str_is(what, "project") && v->same_owner && v->file && !v->number && !v->title &&
           !v->patents && !v->amount;
}

static void note_shared(struct finder *f, struct pair p, const struct features *v)
{
    int64_t unit = claim_at(f, p.x)->unit;
    struct shared *one = NULL;
    for (size_t i = 0; i < f->shared.len && !one; i++)
        if (f->shared.ptr[i].unit == unit && str_eq(f->shared.ptr[i].digest, v->files.first))
            one = &f->shared.ptr[i];
    if (!one) {
        struct shared new = {v->files.first, unit, f->found.len, 1,
                             arena_array(f->arena, 2, sizeof(*new.reasons))};
        new.reasons[0] = (struct twin_reason){"file", new.digest, STR_NONE};
        VEC_PUSH(f->arena, &f->shared, new);
        VEC_PUSH(f->arena, &f->found,
                 ((struct suspicion){"shared_file", {p.x}, 1, new.reasons, 2}));
        one = &f->shared.ptr[f->shared.len - 1];
    }
    struct suspicion *s = &f->found.ptr[one->found];
    if (s->claim_count < SUSPICION_CLAIMS_MAX)
        s->claims[s->claim_count++] = p.y;
    one->count++;
    one->reasons[1] =
        (struct twin_reason){"records", arena_printf(f->arena, "%zu", one->count), STR_NONE};
}

/* Of many claims to one thing each is told once, as a twin of the first: pairs are in their
 * order. */
static void look_at(struct finder *f, struct pair p)
{
    const struct claim *x = claim_at(f, p.x), *y = claim_at(f, p.y);
    reasons why = {0};
    if (!str_eq(x->what, y->what) || str_is(x->what, "patent"))
        return; /* a patent may stand in many ledgers: it is counted once, which is all */
    uint32_t first = first_of(f, p.x), second = first_of(f, p.y);
    if (first == second)
        return;
    struct features v = features_of(x, y);
    const char *kind = kind_of(&v, x->what);
    if (!kind)
        return;
    f->twin_of[second > first ? second : first] = second > first ? first : second;
    if (is_shared_file(&v, x->what)) {
        note_shared(f, p, &v);
        return;
    }
    add_reasons(f, &why, &v, x, y);
    VEC_PUSH(f->arena, &f->found, ((struct suspicion){kind, {p.x, p.y}, 2, why.ptr, why.len}));
}

/* --- parts ----------------------------------------------------------------------------------- */

struct parting {
    struct finder *finder;
    size_t whole;
    uint32_t candidates[SPLIT_CANDIDATES];
    size_t count;
    size_t chosen[SPLIT_PARTS_MAX];
    size_t chosen_count;
};

static bool can_be_part(const struct claim *whole, const struct claim *part)
{
    const struct features v = {
        .party = overlap_of(whole->parties, whole->party_count, part->parties, part->party_count),
        .patent =
            overlap_of(whole->patents, whole->patent_count, part->patents, part->patent_count)};
    return part != whole && str_eq(part->what, whole->what) && part->fen > 0 &&
           part->fen < whole->fen && part->day && abs(part->day - whole->day) <= SPLIT_DAYS &&
           mostly(&v.party) && v.patent.shared > 0;
}

static bool fits(const struct parting *p, size_t next)
{
    for (size_t i = 0; i < p->chosen_count; i++)
        if (abs(claim_at(p->finder, p->chosen[i])->day - claim_at(p->finder, next)->day) >
            PART_DAYS)
            return false;
    return true;
}

/* The first parts, in the order of the candidates, whose amounts are the rest. */
static bool choose(struct parting *p, size_t from, int64_t rest)
{
    if (rest == 0)
        return p->chosen_count >= 2;
    for (size_t i = from; i < p->count && p->chosen_count < SPLIT_PARTS_MAX; i++) {
        const struct claim *c = claim_at(p->finder, p->candidates[i]);
        if (c->fen > rest || !fits(p, p->candidates[i]))
            continue;
        p->chosen[p->chosen_count++] = p->candidates[i];
        if (choose(p, i + 1, rest - c->fen))
            return true;
        p->chosen_count--;
    }
    return false;
}

static void report_parts(struct finder *f, const struct parting *p)
{
    const struct claim *whole = claim_at(f, p->whole), *part = claim_at(f, p->chosen[0]);
    struct suspicion s = {.kind = "split", .claims = {p->whole}, .claim_count = 1};
    struct buf b;
    reasons why = {0};
    buf_init(&b, 0);
    for (size_t i = 0; i < p->chosen_count; i++) {
        s.claims[s.claim_count++] = p->chosen[i];
        struct str part_text = money(claim_at(f, p->chosen[i])->fen, f->arena);
        buf_addf(&b, "%s%.*s", i ? " + " : "", STR_ARG(part_text));
    }
    add(f, &why, "sum", money(whole->fen, f->arena), arena_dup(f->arena, buf_str(&b)));
    buf_clear(&b);
    struct overlap party =
        overlap_of(whole->parties, whole->party_count, part->parties, part->party_count);
    struct overlap patent =
        overlap_of(whole->patents, whole->patent_count, part->patents, part->patent_count);
    add(f, &why, "parties", party.first, party.first);
    add(f, &why, "patents", patent.first, patent.first);
    add(f, &why, "date", day_text(whole->day, f->arena), day_text(part->day, f->arena));
    s.reasons = why.ptr;
    s.reason_count = why.len;
    VEC_PUSH(f->arena, &f->found, s);
}

/* `others`: the claims that share a pair with this one, in the order of their ids. */
static void look_for_parts(struct finder *f, size_t whole, const uint32_t *others, size_t count)
{
    struct parting p = {.finder = f, .whole = whole};
    const struct claim *c = claim_at(f, whole);
    if (c->fen <= 0 || !c->day)
        return;
    for (size_t i = 0; i < count && p.count < SPLIT_CANDIDATES; i++)
        if (can_be_part(c, claim_at(f, others[i])))
            p.candidates[p.count++] = others[i];
    if (p.count >= 2 && choose(&p, 0, c->fen))
        report_parts(f, &p);
}

static int by_pair(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return x->y < y->y ? -1 : x->y > y->y;
}

static size_t sort_pairs(struct finder *f)
{
    size_t n = 0;
    struct pair *p = f->pairs.ptr;
    if (f->pairs.len)
        qsort(p, f->pairs.len, sizeof(*p), by_pair);
    for (size_t i = 0; i < f->pairs.len; i++)
        if (n == 0 || by_pair(&p[i], &p[n - 1]) != 0)
            p[n++] = p[i];
    return f->pairs.len = n;
}

static void look_for_all_parts(struct finder *f, size_t pair_count)
{
    for (size_t i = 0; i < pair_count; i++) /* and from the other side */
        VEC_PUSH(f->arena, &f->pairs, ((struct pair){f->pairs.ptr[i].y, f->pairs.ptr[i].x}));
    size_t count = sort_pairs(f);
    for (size_t from = 0, to; from < count; from = to) {
        VEC(uint32_t) others = {0};
        for (to = from; to < count && f->pairs.ptr[to].x == f->pairs.ptr[from].x; to++)
            VEC_PUSH(f->arena, &others, f->pairs.ptr[to].y);
        look_for_parts(f, f->pairs.ptr[from].x, others.ptr, others.len);
    }
}

err_t twins_find(const struct suspicion **out, size_t *count, const struct twin_search *s,
                 struct arena *a, struct err *e)
{
    struct finder f = {.s = s, .arena = a};
    f.twin_of = arena_array(a, s->claim_count + 1, sizeof(*f.twin_of));
    for (size_t i = 0; i < s->claim_count; i++)
        f.twin_of[i] = (uint32_t)i;
    for (size_t i = 0; i < s->claim_count; i++)
        put_claim(&f, i);
    pair_buckets(&f);
    err_t rc = OK;
    size_t pairs = sort_pairs(&f);
    for (size_t i = 0; rc == OK && i < pairs; i++) {
        if (i % 64 == 0 && stopped(&f))
            rc = err_set(e, E_BUSY, "the search for twins was stopped");
        else
            look_at(&f, f.pairs.ptr[i]);
    }
    if (rc == OK)
        look_for_all_parts(&f, pairs);
    *out = f.found.ptr;
    *count = f.found.len;
    return rc;
}
