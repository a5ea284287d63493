/* Comparisons are written in the pack that compares; here they are gathered by what they compare with. */
#include "policy/consistency.h"
#include "base/msg.h"
#include "base/vec.h"
#include "policy/lint.h"
#include "policy/pack_show.h"
#include "policy/sentences.h"

struct gathering {
    VEC(const struct pack *) policies;
    VEC(struct consistency_line) lines;
    VEC(struct pack_finding) findings;
};

/* A pack with faults is reported, and the others are compared. */
static err_t gather(struct gathering *g, struct packs *packs, struct str id, struct str of,
                    struct arena *a, struct err *e)
{
    const struct pack *p = NULL;
    const struct pack_finding *f;
    err_t rc = packs_get(&p, packs, id, e);
    if (rc == OK && str_among(of, p->document.explained_by, p->document.explained_by_count))
        VEC_PUSH(a, &g->policies, p);
    size_t count = rc == OK ? 0 : packs_findings(&f, packs, id);
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(a, &g->findings, f[i]);
    return count ? OK : rc;
}

/* The comparison speaks of words of this very clause. */
static bool speaks_of(const struct part *said, const struct pack *of, const struct clause *c,
                      struct arena *a)
{
    struct str words = part_text(said, "with_quote"), text = without_blanks(c->citation.quote, a);
    return str_eq(part_text(said, "with"), of->id) &&
           str_eq(part_text(said, "with_clause"), c->id) && quote_find(text, words, a) < text.len;
}

static void add_policy(struct gathering *g, const struct pack *of, const struct clause *c,
                       const struct pack *policy, struct arena *a)
{
    const struct part_list *all = &policy->parts[PART_COMPARISONS];
    bool any = false;
    for (size_t i = 0; i < all->list.len; i++)
        if (speaks_of(&all->list.ptr[i], of, c, a)) {
            VEC_PUSH(a, &g->lines, ((struct consistency_line){c, policy, &all->list.ptr[i]}));
            any = true;
        }
    if (!any && (c->force == FORCE_MUST || c->force == FORCE_ENCOURAGED))
        VEC_PUSH(a, &g->lines, ((struct consistency_line){c, policy, NULL}));
}

err_t consistency_make(struct consistency *out, struct packs *packs, const struct pack *of,
                       struct arena *a, struct err *e)
{
    struct gathering g = {0};
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = gather(&g, packs, ids[i], of->id, a, e);
    if (rc == OK && g.policies.len == 0)
        rc = err_set(e, E_INVALID, "no policy says that it is explained by %.*s", STR_ARG(of->id));
    for (size_t c = 0; rc == OK && c < of->clauses.len; c++)
        for (size_t i = 0; i < g.policies.len; i++)
            add_policy(&g, of, &of->clauses.ptr[c], g.policies.ptr[i], a);
    *out = (struct consistency){of,          g.policies.ptr, g.policies.len, g.lines.ptr,
                                g.lines.len, g.findings.ptr, g.findings.len};
    return rc;
}

/* The number of a policy's lines with this relation ("same" …); "": the number without one. */
static size_t consistency_count(const struct consistency *c, const struct pack *policy,
                                struct str says)
{
    size_t n = 0;
    for (size_t i = 0; i < c->line_count; i++) {
        const struct consistency_line *l = &c->lines[i];
        n += l->policy == policy && str_eq(l->said ? part_text(l->said, "says") : STR_NONE, says);
    }
    return n;
}

/* --- as JSON --------------------------------------------------------------------------------- */

static void policy_json(struct jout *j, const struct consistency *c, const struct pack *p)
{
    jout_object(j);
    jout_pair(j, "id", p->id);
    jout_pair(j, "title", p->document.title);
    for (size_t r = 0; part_relations[r]; r++)
        jout_pair_i64(j, part_relations[r],
                      (int64_t)consistency_count(c, p, str_of(part_relations[r])));
    jout_pair_i64(j, "not_compared", (int64_t)consistency_count(c, p, STR_NONE));
    jout_end_object(j);
}

static void line_json(struct jout *j, const struct consistency_line *l)
{
    jout_object(j);
    jout_pair(j, "policy", l->policy->id);
    jout_pair(j, "says", l->said ? part_text(l->said, "says") : STR("not_compared"));
    if (l->said) {
        jout_pair(j, "comparison", l->said->id);
        jout_pair(j, "label", part_text(l->said, "label"));
        jout_pair(j, "with_quote", part_text(l->said, "with_quote"));
        jout_pair(j, "clause", part_text(l->said, "clause"));
        jout_pair(j, "quote", part_text(l->said, "quote"));
        jout_pair(j, "note", part_text(l->said, "note"));
        jout_pair(j, "own", part_text(l->said, "own"));
    }
    jout_end_object(j);
}

void consistency_json(struct jout *j, const struct consistency *c)
{
    jout_object(j);
    jout_pair(j, "pack", c->of->id);
    jout_pair(j, "title", c->of->document.title);
    jout_pair_array(j, "policies");
    for (size_t i = 0; i < c->policy_count; i++)
        policy_json(j, c, c->policies[i]);
    jout_end_array(j);
    jout_pair_array(j, "clauses");
    for (size_t i = 0; i < c->line_count;) {
        const struct clause *clause = c->lines[i].clause;
        jout_object(j);
        jout_pair(j, "clause", clause->id);
        jout_pair(j, "quote", clause->citation.quote);
        jout_pair(j, "force", str_of(force_names[clause->force]));
        jout_pair_array(j, "against");
        for (; i < c->line_count && c->lines[i].clause == clause; i++)
            line_json(j, &c->lines[i]);
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
    pack_findings_json(j, c->findings, c->finding_count);
    jout_end_object(j);
}

/* --- for people ------------------------------------------------------------------------------- */

static const char *relation_text(struct str says)
{
    static const char *const texts[PART_RELATIONS] = {N_("says the same"), N_("says less"),
                                                      N_("says more"), N_("says it otherwise"),
                                                      N_("does not say it")};
    for (size_t r = 0; part_relations[r]; r++)
        if (str_is(says, part_relations[r]))
            return msg(texts[r]);
    return msg(N_("not compared"));
}

void consistency_text(struct buf *to, const struct consistency *c)
{
    const struct clause *last = NULL;
    for (size_t i = 0; i < c->line_count; i++) {
        const struct consistency_line *l = &c->lines[i];
        if (l->clause != last)
            buf_addf(to, "%.*s %s: %.*s\n", STR_ARG(l->clause->id), force_names[l->clause->force],
                     STR_ARG(l->clause->citation.quote));
        last = l->clause;
        buf_addf(to, "  %.*s: %s", STR_ARG(l->policy->id),
                 relation_text(l->said ? part_text(l->said, "says") : STR_NONE));
        if (l->said && part_text(l->said, "quote").len)
            buf_addf(to, " — %.*s: %.*s", STR_ARG(part_text(l->said, "clause")),
                     STR_ARG(part_text(l->said, "quote")));
        buf_addc(to, '\n');
    }
    for (size_t i = 0; i < c->policy_count; i++) {
        buf_addf(to, "%.*s:", STR_ARG(c->policies[i]->id));
        for (size_t r = 0; part_relations[r]; r++)
            buf_addf(to, " %s %zu;", relation_text(str_of(part_relations[r])),
                     consistency_count(c, c->policies[i], str_of(part_relations[r])));
        buf_addf(to, " %s %zu\n", relation_text(STR_NONE),
                 consistency_count(c, c->policies[i], STR_NONE));
    }
}
