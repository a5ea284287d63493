/* Each mutant runs against the cases, those that noticed the last ones first; what they all let pass
 * is held against random facts. */
#include "policy/survivors.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "db/sandbox.h"
#include "policy/ban.h"
#include "policy/calendar.h"
#include "policy/case.h"
#include "policy/case_said.h"
#include "policy/naming.h"
#include "policy/pack_functions.h"
#include "policy/random_facts.h"
#include "policy/record_demand.h"
#include <stdio.h>

#define GROUP_FACTS 20
#define GROUPS (SURVIVOR_FACTS / GROUP_FACTS)

struct one_case {
    struct str file;
    const struct yvalue *root;
};

struct hunting {
    struct packs *packs;
    const struct pack *pack;
    struct one_case *cases;
    size_t case_count;
    struct fact_hints hints;
    uint64_t seed;
    /* The random facts, a few subjects in each database: a SELECT that looks through a whole list
     * looks through no more than theirs. */
    struct group {
        struct db *db;
        struct digest said; /* by the unchanged pack */
    } groups[GROUPS];
    struct pack_functions functions;
    struct facts *facts;
    struct db *scratch; /* in which a document is tried before it is one of them */
    struct arena *facts_arena;
    struct digest beside; /* what the unchanged pack says beside verdicts */
    VEC(struct survivor) found;
    struct survivors *out;
    struct arena *arena;
};

static bool holds(const struct hunting *h, const struct one_case *one)
{
    struct arena *a = arena_new();
    struct case_result r = {.file = one->file};
    case_run_parsed(&r, h->pack, one->root, a);
    bool held = r.wrong.len == 0;
    arena_free(a);
    return held;
}

/* --- what a pack says of everything ------------------------------------------------------- */

static struct digest verdicts_of(struct hunting *h, size_t group)
{
    struct arena *a = arena_new();
    struct hasher *sum = hasher_new();
    struct err why;
    for (size_t i = group * GROUP_FACTS; i < (group + 1) * GROUP_FACTS; i++) {
        pack_functions_read(&h->functions, &h->facts[i]);
        for (size_t q = 0; q < h->pack->questions.len; q++) {
            struct pack_verdict v;
            struct buf b;
            struct jout j;
            err_t rc = pack_verdict_of(&v, h->pack, h->groups[group].db, (int64_t)i, &h->facts[i],
                                       h->pack->questions.ptr[q].id, a, &why);
            buf_init(&b, 0);
            jout_init(&j, &b);
            if (rc == OK)
                pack_verdict_json(&j, &v, a);
            else
                buf_add(&b, str_of(why.text));
            hasher_add(sum, str_bytes(buf_str(&b)));
            buf_clear(&b);
        }
        arena_reset(a);
    }
    struct digest all = hasher_end(sum);
    hasher_free(sum);
    arena_free(a);
    return all;
}

static void add_days(struct hasher *to, const struct hunting *h, struct rand *r)
{
    const struct counting how = {.calendar = h->pack->calendar};
    for (size_t i = 0; i < SURVIVOR_FACTS; i++) {
        struct date from = facts_random_day(r, &h->hints);
        for (size_t k = 0; k < h->pack->deadlines.len; k++) {
            struct due due = {0};
            char text[64] = {0};
            if (due_of(&due, &h->pack->deadlines.ptr[k], from, &how, NULL) == OK)
                snprintf(text, sizeof(text), "%d %d %d %d", (int)due.state, date_to_days(due.date),
                         (int)due.provisional,
                         due.state == DUE_RANGED ? date_to_days(due.last) : 0);
            hasher_add(to, str_bytes(str_of(text)));
        }
    }
}

static void add_names(struct hasher *to, const struct hunting *h, struct rand *r, struct arena *a)
{
    const struct naming *n = &h->pack->naming;
    for (size_t i = 0; i < SURVIVOR_FACTS; i++) {
        uint32_t at = rand_below(r, (uint32_t)h->hints.texts.len);
        struct str name, text = h->hints.texts.ptr[at];
        struct err why;
        if (n->drop_suffix.len && rand_below(r, 3) == 0)
            text = arena_printf(a, "%.*s%.*s", STR_ARG(text), STR_ARG(n->drop_suffix));
        err_t rc = pack_name(&name, h->pack, text, a, &why);
        hasher_add(to, str_bytes(rc == OK ? name : str_of(why.text)));
    }
}

static void add_words(struct buf *to, const char *of, const struct str *words, size_t count)
{
    buf_addf(to, " %s:", of);
    for (size_t i = 0; i < count; i++)
        buf_addf(to, " %.*s", STR_ARG(words[i]));
}

static void add_conditions(struct buf *to, const struct process_value *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_addf(to, " %.*s%d%.*s", STR_ARG(v[i].name), v[i].other, STR_ARG(v[i].value));
}

static void add_step(struct buf *to, const struct process_step *s, struct arena *a)
{
    buf_addf(to, "%.*s %.*s to %zu %d%d%d%d%d%d", STR_ARG(s->id), STR_ARG(s->actor), s->to,
             s->stays, s->two_persons, s->reason, s->after_due, s->refused_late, s->reason_early);
    for (size_t i = 0; i < s->from_count; i++)
        buf_addf(to, " from %zu", s->from[i]);
    add_conditions(to, s->when, s->when_count);
    add_words(to, "needs", s->needs, s->need_count);
    add_words(to, "fails", s->fails, s->fail_count);
    add_words(to, "asks", s->asks, s->ask_count);
    add_words(to, "passes", s->passes, s->pass_count);
    add_words(to, "served", s->served, s->served_count);
    add_conditions(to, &s->panel, 1);
    buf_addf(to, " %.*s %.*s\n", STR_ARG(s->due), STR_ARG(s->counted));
    for (size_t i = 0; i < s->effect_count; i++)
        buf_addf(to, "  %.*s\n", STR_ARG(process_effect_text(&s->effects[i], a)));
}

static void add_data(struct hasher *to, const struct hunting *h, struct arena *a)
{
    const struct part_list *funds = &h->pack->parts[PART_FUNDS];
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < funds->list.len; i++)
        buf_addf(&b, "%.*s\n", STR_ARG(fund_text(&funds->list.ptr[i], a)));
    const struct part_list *records = &h->pack->parts[PART_RECORDS];
    for (size_t i = 0; i < records->list.len; i++)
        buf_addf(&b, "%.*s\n", STR_ARG(record_demand_text(&records->list.ptr[i], a)));
    buf_add(&b, ban_text(h->pack, a));
    for (size_t i = 0; i < h->pack->process_count; i++)
        for (size_t k = 0; k < h->pack->processes[i].step_count; k++)
            add_step(&b, &h->pack->processes[i].steps[k], a);
    hasher_add(to, str_bytes(buf_str(&b)));
    buf_clear(&b);
}

static void add_lives(struct hasher *to, const struct hunting *h, struct arena *a)
{
    for (size_t i = 0; i < h->case_count; i++) {
        struct case_result r = {.file = h->cases[i].file};
        if (!yin_get(h->cases[i].root, "lives"))
            continue;
        case_run_parsed(&r, h->pack, h->cases[i].root, a);
        hasher_add(to, str_bytes(r.trace));
    }
}

static struct digest said_beside(struct hunting *h)
{
    struct rand r = {h->seed ^ 0x5eed};
    struct arena *a = arena_new();
    struct hasher *sum = hasher_new();
    add_data(sum, h, a);
    add_lives(sum, h, a);
    add_days(sum, h, &r);
    add_names(sum, h, &r, a);
    struct digest all = hasher_end(sum);
    hasher_free(sum);
    arena_free(a);
    return all;
}

/* --- the random facts ------------------------------------------------------------------------ */

static err_t load_group(struct hunting *h, size_t group, struct rand *r, struct err *e)
{
    struct sandbox rules = pack_sandbox(&h->functions, h->pack);
    struct facts_loader *l = NULL;
    struct db **db = &h->groups[group].db;
    err_t rc = sandbox_open(db, e);
    if (rc == OK)
        rc = facts_create(*db, true, e);
    if (rc == OK)
        rc = facts_loader_open(&l, *db, e);
    for (size_t i = group * GROUP_FACTS; rc == OK && i < (group + 1) * GROUP_FACTS; i++) {
        const struct yvalue *d = facts_random(r, &h->hints, h->scratch, (int64_t)i, h->facts_arena);
        rc = facts_loader_add(&h->facts[i], l, (int64_t)i, d, h->facts_arena, e);
    }
    if (rc == OK)
        rc = facts_loader_commit(l, e);
    else
        facts_loader_drop(l);
    return rc == OK ? sandbox_confine(*db, &rules, e) : rc;
}

/* Of the unchanged pack, before the first mutant. */
static err_t prepare(struct hunting *h, struct err *e)
{
    struct rand r = {h->seed};
    err_t rc = OK;
    h->facts_arena = arena_new();
    h->facts = arena_array(h->facts_arena, SURVIVOR_FACTS, sizeof(*h->facts));
    fact_hints_of(&h->hints, h->pack, h->facts_arena);
    if ((rc = sandbox_open(&h->scratch, e)) == OK)
        rc = facts_create(h->scratch, false, e);
    for (size_t i = 0; rc == OK && i < GROUPS; i++)
        if ((rc = load_group(h, i, &r, e)) == OK)
            h->groups[i].said = verdicts_of(h, i);
    h->beside = said_beside(h);
    return rc;
}

/* Nothing that the changed pack says is another; asked no further than to the first difference. */
static bool says_the_same(struct hunting *h)
{
    struct digest now = said_beside(h);
    bool same = digest_eq(&now, &h->beside);
    for (size_t i = 0; same && i < GROUPS; i++) {
        now = verdicts_of(h, i);
        same = digest_eq(&now, &h->groups[i].said);
    }
    return same;
}

/* --- the hunt ------------------------------------------------------------------------------- */

static void hunt(void *arg, const struct mutant *m)
{
    struct hunting *h = arg;
    h->out->mutants++;
    /* Who noticed the last ones stands in front: the next change lies beside them. */
    for (size_t i = 0; i < h->case_count; i++) {
        struct one_case one = h->cases[i];
        if (holds(h, &one))
            continue;
        memmove(h->cases + 1, h->cases, i * sizeof h->cases[0]);
        h->cases[0] = one;
        return;
    }
    bool same = says_the_same(h);
    h->out->equivalent += same;
    VEC_PUSH(h->arena, &h->found, ((struct survivor){*m, same}));
}

/* A case that never holds would notice everything. */
static err_t read_cases(struct hunting *h, struct err *e)
{
    const struct pack_text *files;
    struct str id = h->pack->id;
    size_t count = packs_files(&files, h->packs, id, "cases/", h->arena);
    h->cases = arena_array(h->arena, count + 1, sizeof(*h->cases));
    for (size_t i = 0; i < count; i++) {
        struct case_result r;
        struct one_case *one = &h->cases[h->case_count];
        one->file = files[i].name;
        one->root = case_parse(&r, h->pack, h->packs, files[i].name, files[i].text, h->arena);
        if (!one->root || !holds(h, one))
            return err_set(e, E_INVALID,
                           "%.*s/%.*s: the case does not hold (zhiyun pack test %.*s)", STR_ARG(id),
                           STR_ARG(files[i].name), STR_ARG(id));
        h->case_count++;
    }
    return OK;
}

err_t pack_survivors(struct survivors *out, struct packs *packs, struct str id, uint64_t seed,
                     struct arena *a, struct err *e)
{
    struct hunting h = {.packs = packs, .seed = seed, .out = out, .arena = a};
    *out = (struct survivors){0};
    err_t rc = packs_get(&h.pack, packs, id, e);
    if (rc == OK)
        rc = read_cases(&h, e);
    if (rc == OK && h.case_count)
        rc = prepare(&h, e);
    if (rc == OK && h.case_count) /* the packs were opened for this alone */
        rc = pack_mutate((struct pack *)h.pack, hunt, &h, a, e);
    out->cases = h.case_count;
    out->list = h.found.ptr;
    out->count = h.found.len;
    for (size_t i = 0; i < GROUPS; i++)
        db_close(h.groups[i].db);
    db_close(h.scratch);
    if (h.facts_arena)
        arena_free(h.facts_arena);
    return rc;
}
