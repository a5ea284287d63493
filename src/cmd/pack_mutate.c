/* zhiyun pack mutate: which changes of a pack its cases let pass. */
#include "base/msg.h"
#include "cmd/policy.h"
#include "policy/survivors.h"

#define SEED 20261120

static void survivor_json(struct jout *j, const struct survivor *s)
{
    jout_object(j);
    jout_pair(j, "file", s->mutant.file);
    jout_pair_i64(j, "line", s->mutant.line);
    jout_pair(j, "what", s->mutant.what);
    jout_name(j, "equivalent");
    jout_bool(j, s->equivalent);
    jout_end_object(j);
}

static void say_survivors(const struct survivors *s, struct str id)
{
    for (size_t i = 0; i < s->count; i++)
        say(stdout,
            s->list[i].equivalent ? msg("%.*s:%d: %.*s (nothing differs)\n") : "%.*s:%d: %.*s\n",
            STR_ARG(s->list[i].mutant.file), s->list[i].mutant.line,
            STR_ARG(s->list[i].mutant.what));
    say(stdout,
        msg("%.*s: %zu cases, %zu changes, %zu that no case notices, %zu that nothing would "
            "notice\n"),
        STR_ARG(id), s->cases, s->mutants, s->count - s->equivalent, s->equivalent);
}

err_t pack_mutate_one(size_t *unnoticed, struct jout *j, struct app *app, struct packs *packs,
                      const struct pack *p, struct err *e)
{
    struct survivors s;
    err_t rc = pack_survivors(&s, packs, p->id, SEED, app->arena, e);
    if (rc != OK)
        return rc;
    *unnoticed += s.count - s.equivalent;
    jout_object(j);
    jout_pair(j, "id", p->id);
    jout_pair_i64(j, "cases", (int64_t)s.cases);
    jout_pair_i64(j, "changes", (int64_t)s.mutants);
    jout_pair_i64(j, "equivalent", (int64_t)s.equivalent);
    jout_name(j, "survivors");
    jout_array(j);
    for (size_t i = 0; i < s.count; i++)
        survivor_json(j, &s.list[i]);
    jout_end_array(j);
    jout_end_object(j);
    if (!app->json)
        say_survivors(&s, p->id);
    return OK;
}
