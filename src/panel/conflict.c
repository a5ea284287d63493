/* Every pair of expert and party is compared; names on patents are looked up by both keys. */
#include "panel/conflict.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/patent_store.h"

/* --- names on patents ------------------------------------------------------------------- */

/* A pair of keys and the place of their first meeting, in two parts. */
struct meeting {
    int64_t as_applicant, as_inventor; /* publication; 0: never */
};

struct co_names {
    struct arena *arena;
    struct map *pairs, *looked; /* "party key \x1f name key" → meeting; party key */
    VEC(struct meeting) meetings;
};

struct co_names *co_names_new(void)
{
    struct arena *a = arena_new();
    struct co_names *c = arena_alloc(a, sizeof(*c));
    c->arena = a;
    c->pairs = map_new(hash_secret());
    c->looked = map_new(hash_secret());
    return c;
}

void co_names_free(struct co_names *c)
{
    if (!c)
        return;
    map_free(c->pairs);
    map_free(c->looked);
    arena_free(c->arena);
}

static struct str pair_of(struct str party, struct str name, struct arena *a)
{
    return arena_printf(a, "%.*s\x1f%.*s", STR_ARG(party), STR_ARG(name));
}

static struct meeting *meeting_of(struct co_names *c, struct str party, struct str name,
                                  struct arena *a)
{
    bool added = false;
    uint64_t *at = map_put(c->pairs, pair_of(party, name, a), &added);
    if (added) {
        *at = c->meetings.len;
        VEC_PUSH(c->arena, &c->meetings, (struct meeting){0});
    }
    return &c->meetings.ptr[*at];
}

static bool holds(const struct party *p)
{
    return p->role == PARTY_APPLICANT || p->role == PARTY_ASSIGNEE;
}

static void take_document(struct co_names *c, const struct patent *p, int64_t id, struct str party,
                          struct arena *a)
{
    bool of_party = false;
    for (size_t i = 0; i < p->parties.len && !of_party; i++)
        of_party = holds(&p->parties.ptr[i]) && str_eq(p->parties.ptr[i].name_key, party);
    for (size_t i = 0; i < p->parties.len && of_party; i++) {
        const struct party *other = &p->parties.ptr[i];
        if (other->name_key.len == 0 || (!holds(other) && other->role != PARTY_INVENTOR))
            continue;
        struct meeting *m = meeting_of(c, party, other->name_key, a);
        int64_t *at = holds(other) ? &m->as_applicant : &m->as_inventor;
        *at = *at ? *at : id;
    }
}

err_t co_names_add(struct co_names *c, struct db *db, struct str party_name, const int64_t *ids,
                   size_t count, struct err *e)
{
    struct arena *a = arena_new();
    struct str party = arena_dup(c->arena, name_key(party_name, a));
    err_t rc = OK;
    bool added;
    (void)map_put(c->looked, party, &added);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct patent p;
        arena_reset(a);
        rc = patent_get(&p, db, ids[i], a, e);
        if (rc == OK)
            take_document(c, &p, ids[i], party, a);
    }
    arena_free(a);
    return rc;
}

static struct meeting met(const struct co_names *c, struct str party, struct str name,
                          struct arena *a)
{
    const uint64_t *at =
        c && party.len && name.len ? map_get(c->pairs, pair_of(party, name, a)) : NULL;
    return at ? c->meetings.ptr[*at] : (struct meeting){0};
}

/* --- one pair -------------------------------------------------------------------------------- */

static bool both(struct str x, struct str y)
{
    return x.len > 0 && y.len > 0;
}

/* The codes decide where both are known; else the names do. */
static bool same_organisation(const struct tie *t, const struct pool_party *p)
{
    if (t->unit && t->unit == p->unit)
        return true;
    return both(t->code, p->code)
               ? str_eq(t->code, p->code)
               : both(t->name_key, p->name_key) && str_eq(t->name_key, p->name_key);
}

static bool same_group(const struct tie *t, const struct pool_party *p)
{
    return (both(t->group, p->group) && str_eq(t->group, p->group)) ||
           (both(t->group, p->code) && str_eq(t->group, p->code)) ||
           (both(t->code, p->group) && str_eq(t->code, p->group));
}

static bool lasts(const struct tie *t)
{
    return str_is(t->to, "no");
}

/* Within three years, or for all that is known still. */
static bool recent(const struct tie *t, struct date today)
{
    char oldest[DATE_TEXT_LEN + 1];
    struct date then = {today.year - CONFLICT_YEARS, today.month, today.day};
    if (!date_valid(then))
        then.day = 28; /* 29 February */
    date_format(oldest, then);
    return t->to.len == 0 || lasts(t) || str_cmp(t->to, str_of(oldest)) >= 0;
}

struct finding {
    struct arena *a;
    VEC(struct conflict) list;
};

/* The same reason again: one more row. */
static void found(struct finding *f, enum conflict_kind kind, int64_t expert, int64_t panel_case,
                  const char *reason, struct str row)
{
    for (size_t i = f->list.len; i > 0; i--) {
        struct conflict *c = &f->list.ptr[i - 1];
        if (c->expert != expert || c->panel_case != panel_case)
            break;
        if (!str_is(c->reason, reason))
            continue;
        if (row.len)
            c->rows =
                c->rows.len ? arena_printf(f->a, "%.*s %.*s", STR_ARG(c->rows), STR_ARG(row)) : row;
        return;
    }
    VEC_PUSH(f->a, &f->list,
             ((struct conflict){kind, expert, panel_case, str_of(reason), arena_dup(f->a, row)}));
}

static const char *tie_with(const struct tie *t, const struct pool_party *p, struct date today)
{
    if (same_organisation(t, p))
        return lasts(t) ? "own_unit" : recent(t, today) ? "employment" : NULL;
    return recent(t, today) && same_group(t, p) ? "same_group" : NULL;
}

bool conflict_now(const struct pool_expert *x, const struct pool_party *p, struct date today)
{
    for (size_t i = 0; i < x->employment_count; i++)
        if (tie_with(&x->employments[i], p, today))
            return true;
    for (size_t i = 0; i < x->declared_count; i++)
        if (same_organisation(&x->declared[i], p))
            return true;
    return false;
}

static struct str publication(int64_t id, struct arena *a)
{
    return arena_printf(a, "patent:%lld", (long long)id);
}

static void find_patents(struct finding *f, const struct pool_expert *x, const struct pool_party *p,
                         const struct co_names *patents, struct date today)
{
    struct meeting m = met(patents, p->name_key, x->name_key, f->a);
    if (m.as_inventor)
        found(f, CONFLICT_TIE, x->id, p->panel_case, "co_inventor",
              publication(m.as_inventor, f->a));
    if (m.as_applicant)
        found(f, CONFLICT_TIE, x->id, p->panel_case, "co_applicant",
              publication(m.as_applicant, f->a));
    for (size_t i = 0; i < x->employment_count; i++) {
        const struct tie *t = &x->employments[i];
        if (!recent(t, today) || same_organisation(t, p))
            continue; /* a former employer's patents are not his; the party's own are told above */
        m = met(patents, p->name_key, t->name_key, f->a);
        if (m.as_applicant)
            found(f, CONFLICT_TIE, x->id, p->panel_case, "co_applicant",
                  publication(m.as_applicant, f->a));
    }
}

static void find_pair(struct finding *f, const struct pool_expert *x, const struct pool_party *p,
                      const struct co_names *patents, struct date today)
{
    for (size_t i = 0; i < x->employment_count; i++) {
        const char *reason = tie_with(&x->employments[i], p, today);
        if (reason)
            found(f, CONFLICT_TIE, x->id, p->panel_case, reason, x->employments[i].row);
    }
    for (size_t i = 0; i < x->declared_count; i++)
        if (same_organisation(&x->declared[i], p))
            found(f, CONFLICT_TIE, x->id, p->panel_case, "declared", x->declared[i].row);
    find_patents(f, x, p, patents, today);
}

/* --- one person, one party ----------------------------------------------------------------- */

static void find_person(struct finding *f, const struct pool_expert *x)
{
    bool employed = false, group = true;
    if (x->suspended)
        found(f, CONFLICT_PERSON, x->id, 0, "suspended", STR_NONE);
    if (!x->consents)
        found(f, CONFLICT_PERSON, x->id, 0, "no_consent", STR_NONE);
    if (!x->account)
        found(f, CONFLICT_PERSON, x->id, 0, "no_account", STR_NONE);
    if (x->left_out.len)
        found(f, CONFLICT_PERSON, x->id, 0, "left_out", STR_NONE);
    for (size_t i = 0; i < x->employment_count; i++)
        if (lasts(&x->employments[i])) {
            employed = true;
            group = group && x->employments[i].group.len > 0;
        }
    if (!employed)
        found(f, CONFLICT_UNKNOWN, x->id, 0, "employer_unknown", STR_NONE);
    if (!x->employments_complete)
        found(f, CONFLICT_UNKNOWN, x->id, 0, "employment_unknown", STR_NONE);
    if (!group)
        found(f, CONFLICT_UNKNOWN, x->id, 0, "group_unknown", STR_NONE);
}

static void find_party(struct finding *f, const struct pool_party *p, const struct co_names *c)
{
    if (p->group.len == 0)
        found(f, CONFLICT_UNKNOWN, 0, p->panel_case, "group_unknown", STR_NONE);
    if (!c || !map_get(c->looked, p->name_key))
        found(f, CONFLICT_UNKNOWN, 0, p->panel_case, "patents_unknown", STR_NONE);
}

err_t conflicts_find(struct pool *p, const struct co_names *patents, struct date today,
                     struct arena *a, struct err *e)
{
    struct finding f = {.a = a};
    if (!date_valid(today))
        return err_set(e, E_INTERNAL, "conflicts are looked for on a day");
    for (size_t i = 0; i < p->party_count; i++)
        find_party(&f, &p->parties[i], patents);
    for (size_t i = 0; i < p->expert_count; i++) {
        find_person(&f, &p->experts[i]);
        for (size_t k = 0; k < p->party_count; k++)
            find_pair(&f, &p->experts[i], &p->parties[k], patents, today);
    }
    p->conflicts = f.list.ptr;
    p->conflict_count = f.list.len;
    return OK;
}

/* --- in words ---------------------------------------------------------------------------------- */

static const struct {
    const char *reason, *label;
} labels[] = {
    {"own_unit", N_("works at the party")},
    {"employment", N_("worked at the party within three years, or it is not known until when")},
    {"same_group", N_("the expert's employer and the party belong to one group")},
    {"declared", N_("a tie to the party was declared")},
    {"co_applicant", N_("the expert or the employer holds a patent together with the party")},
    {"co_inventor", N_("a patent of the party has an inventor of that name")},
    {"suspended", N_("suspended in the pool")},
    {"no_consent", N_("has not consented to be in the pool")},
    {"no_account", N_("has no active account as an expert")},
    {"left_out", N_("left out by an officer")},
    {"employer_unknown", N_("the expert's employer is unknown")},
    {"employment_unknown", N_("whether all employments of three years are stated is not known")},
    {"group_unknown", N_("the group is not known")},
    {"patents_unknown", N_("the patents of the party were not looked through")},
};

const char *conflict_label(struct str reason)
{
    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (str_is(reason, labels[i].reason))
            return labels[i].label;
    return NULL;
}
