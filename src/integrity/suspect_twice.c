/* One thing claimed by two records: under one number, by one file in two ledgers, or by one amount
 * of one party for the same patent or title in two ledgers. Which is right, a person says. */
#include "base/date.h"
#include "base/map.h"
#include "integrity/suspect.h"

#define NUMBER_MIN 3 /* bytes of a number that says anything */
#define TITLE_MIN 12 /* bytes: four Chinese characters */

struct mark { /* what a claim shares with another to the same thing */
    size_t claim;
    const struct mark *before; /* of the earlier claim with it; NULL: none */
};

struct twins {
    struct checking *checking;
    struct map *marks; /* a text of what is shared -> its latest struct mark */
    struct map *told;  /* pairs that were raised: they may share several marks */
};

/* --- two claims ------------------------------------------------------------------------------ */

/* The first that both lists have. */
static struct str shared(const struct str *x, size_t x_count, const struct str *y, size_t y_count)
{
    for (size_t i = 0; i < x_count; i++)
        if (str_among(x[i], y, y_count))
            return x[i];
    return STR_NONE;
}

struct features {
    bool number, title, amount, date;
    struct str party, patent, file;
    const char *kind; /* of flag; NULL: they are no twins */
};

/* Two parties may each give a number of their own: the contracts then are of others, or of other
 * patents. */
static bool differ(const struct claim *x, const struct claim *y, const struct features *f)
{
    return (!f->party.len && x->party_count && y->party_count) ||
           (!f->patent.len && x->patent_count && y->patent_count);
}

/* What comes again each year is one only on the same day. */
static const char *kind_of(const struct claim *x, const struct claim *y, const struct features *f)
{
    bool contract = str_is(x->what, "contract") || str_is(x->what, "project");
    if (f->number && (contract ? !differ(x, y, f) : x->unit != y->unit))
        return "repeated";
    if (!contract || x->unit == y->unit)
        return NULL;
    if (f->file.len)
        return "repeated";
    bool renewed = (x->repeats || y->repeats) && !f->date;
    return f->amount && f->party.len && (f->patent.len || f->title) && !renewed ? "renamed" : NULL;
}

static struct features features_of(const struct claim *x, const struct claim *y)
{
    struct features f = {
        .number = x->number_key.len >= NUMBER_MIN && str_eq(x->number_key, y->number_key),
        .title = x->title_key.len >= TITLE_MIN && str_eq(x->title_key, y->title_key),
        .amount = x->fen > 0 && x->fen == y->fen,
        .date = x->day && x->day == y->day,
        .party = shared(x->parties, x->party_count, y->parties, y->party_count),
        .patent = shared(x->patents, x->patent_count, y->patents, y->patent_count),
        .file = shared(x->files, x->file_count, y->files, y->file_count)};
    f.kind = kind_of(x, y, &f);
    return f;
}

static struct str money(int64_t fen, struct arena *a)
{
    return arena_printf(a, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

static err_t raise(struct checking *c, const struct claim *x, const struct claim *y,
                   const struct features *f, struct err *e)
{
    const struct flagged_record records[] = {checking_record(x), checking_record(y)};
    struct str amount = money(x->fen, c->arena);
    struct str day = date_text(date_from_days(x->day), c->arena);
    const struct flag_reason all[] = {{f->number ? "number" : NULL, x->number, y->number},
                                      {f->file.len ? "file" : NULL, f->file, f->file},
                                      {f->title ? "title" : NULL, x->title, y->title},
                                      {f->amount ? "amount" : NULL, amount, amount},
                                      {f->date ? "date" : NULL, day, day},
                                      {f->party.len ? "parties" : NULL, f->party, f->party},
                                      {f->patent.len ? "patents" : NULL, f->patent, f->patent}};
    struct flag_reason reasons[ARRAY_LEN(all)];
    struct flag_draft d = {.kind = f->kind,
                           .summary = arena_printf(c->arena, "%.*s（%.*s）／%.*s（%.*s）",
                                                   STR_ARG(records[0].number), STR_ARG(x->owner),
                                                   STR_ARG(records[1].number), STR_ARG(y->owner)),
                           .city = str_eq(x->city, y->city) ? x->city : STR_NONE,
                           .province = c->province,
                           .records = records,
                           .record_count = ARRAY_LEN(records),
                           .reasons = reasons};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].feature)
            reasons[d.reason_count++] = all[i];
    return checking_raise(c, &d, e);
}

/* --- who is compared --------------------------------------------------------------------------- */

/* Compares the claim with the earlier ones of this mark: it is told once, as a twin of the
 * first. */
static err_t look_at(struct twins *t, size_t claim, const char *what, struct str key, struct err *e)
{
    struct checking *c = t->checking;
    const struct claim *x = NULL, *y = &c->claims[claim];
    struct arena *a = c->arena;
    struct mark *m = arena_alloc(a, sizeof(*m));
    struct features f = {0};
    bool added;
    uint64_t *latest = map_put(
        t->marks, arena_printf(a, "%s\n%.*s\n%.*s", what, STR_ARG(y->what), STR_ARG(key)), &added);
    *m = (struct mark){claim, (const struct mark *)(uintptr_t)*latest};
    *latest = (uint64_t)(uintptr_t)m;
    for (const struct mark *k = m->before; k; k = k->before) {
        const struct features g = features_of(&c->claims[k->claim], y);
        if (g.kind) {
            x = &c->claims[k->claim];
            f = g;
        }
    }
    if (x)
        map_put(t->told, arena_printf(a, "%zu %zu", (size_t)(x - c->claims), claim), &added);
    return x && added ? raise(c, x, y, &f, e) : OK;
}

err_t suspect_twice(struct checking *c, struct err *e)
{
    struct twins t = {.checking = c, .marks = map_in(c->arena), .told = map_in(c->arena)};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->claim_count; i++) {
        const struct claim *x = &c->claims[i];
        if (str_is(x->what, "patent"))
            continue; /* a patent may stand in many ledgers: it is counted once, which is all */
        if (x->number_key.len >= NUMBER_MIN)
            rc = look_at(&t, i, "number", x->number_key, e);
        for (size_t k = 0; rc == OK && k < x->file_count; k++)
            rc = look_at(&t, i, "file", x->files[k], e);
        for (size_t k = 0; rc == OK && k < x->party_count && x->fen > 0; k++)
            rc = look_at(
                &t, i, "amount",
                arena_printf(c->arena, "%lld %.*s", (long long)x->fen, STR_ARG(x->parties[k])), e);
    }
    return rc;
}
