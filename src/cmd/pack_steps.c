/* zhiyun pack steps: every step of the processes of a policy, who takes it, and what is said in the
 * body of the request that takes it. docs/steps.zh.md is made of it (tools/steps_page.py). */
#include "base/msg.h"
#include "cmd/policy.h"
#include "flow/flow.h"
#include "programme/entered.h"
#include "programme/paper_fill.h"

#define PAPERS_MAX 16
#define BEGIN "(begin)" /* no step is named so */

struct listing {
    struct app *app;
    const struct record_types *types;
    const struct pack *pack;
    const struct process *process;
    struct jout *j;
};

static void flag_json(struct jout *j, const char *name, bool is)
{
    jout_pair_bool(j, name, is);
}

static void papers_json(struct jout *j, const struct part *const *papers, size_t count)
{
    jout_pair_array(j, "papers");
    for (size_t i = 0; i < count; i++)
        jout_str(j, papers[i]->id);
    jout_end_array(j);
    jout_pair_array(j, "with_step");
    for (size_t i = 0; i < count; i++)
        if (paper_issued_with_step(papers[i]))
            jout_str(j, papers[i]->id);
    jout_end_array(j);
}

static void of_process(const struct listing *l, const char *action)
{
    jout_pair(l->j, "pack", l->pack->id);
    jout_pair(l->j, "process", l->process->id);
    jout_pair(l->j, "process_label", l->process->label);
    jout_pair(l->j, "action", str_of(action));
}

/* How a case of the process begins, before its steps; a process may have no steps of people. */
static void begin_json(const struct listing *l, const struct process_step *by,
                       const struct entered *what)
{
    jout_object(l->j);
    of_process(l, BEGIN);
    jout_pair(l->j, "actor", by->actor);
    entered_json(l->j, what, NULL, STR_NONE);
    jout_end_object(l->j);
}

static void step_json(const struct listing *l, const struct process_step *s,
                      const struct entered *what, const struct part *const *papers, size_t count)
{
    struct jout *j = l->j;
    jout_object(j);
    of_process(l, arena_cstr(l->app->arena, s->id));
    jout_pair(j, "label", s->label);
    jout_pair(j, "actor", s->actor);
    jout_pair(j, "clause", s->citation.clause);
    jout_pair(j, "own", s->own);
    flag_json(j, "reason", s->reason);
    flag_json(j, "basis", process_needs_basis(s));
    flag_json(j, "commitment", what->commitment);
    flag_json(j, "two_persons", s->two_persons);
    jout_pair_strs(j, "served", s->served, s->served_count);
    jout_pair(j, "panel", s->panel.name);
    entered_json(j, what, NULL, STR_NONE);
    papers_json(j, papers, count);
    jout_end_object(j);
}

static void say_records(const struct entered *what, const char *member)
{
    for (size_t i = 0; i < what->records.len; i++) {
        const struct entered_record *r = &what->records.ptr[i];
        say(stdout, "    %s%.*s:%s", member, STR_ARG(r->type->name), r->named ? " id*" : "");
        for (size_t n = 0; n < r->fields.len; n++)
            say(stdout, " %.*s%s", STR_ARG(r->fields.ptr[n].name),
                r->fields.ptr[n].required ? "*" : "");
        say(stdout, " (%.*s)\n", STR_ARG(label_shown(r->type->label)));
    }
}

static void say_step(const struct process_step *s, const struct entered *what)
{
    say(stdout, "  %.*s  %.*s%s%s%s%s\n", STR_ARG(s->id), STR_ARG(s->label),
        s->two_persons ? msg("  two persons") : "", s->reason ? msg("  with a reason") : "",
        process_needs_basis(s) ? msg("  with its basis") : "",
        what->commitment ? msg("  with the commitment") : "");
    say_records(what, "records.");
}

static void list_process(struct listing *l)
{
    const struct part *papers[PAPERS_MAX];
    const struct process_step *from;
    struct entered what;
    if (!l->app->json)
        say(stdout, "%.*s %.*s  %.*s\n", STR_ARG(l->pack->id), STR_ARG(l->process->id),
            STR_ARG(l->process->label));
    programme_begin_fields(&what, &from, l->pack, l->process, l->types, l->app->arena);
    if (from)
        begin_json(l, from, &what);
    if (from && !l->app->json) {
        say(stdout, "  %s\n", BEGIN);
        say_records(&what, "fields, ");
    }
    for (size_t i = 0; i < l->process->step_count; i++) {
        const struct process_step *s = &l->process->steps[i];
        if (s->role_count == 0) /* the system's own */
            continue;
        programme_entered(&what, l->pack, l->process, s, l->types, l->app->arena);
        size_t count = papers_of_step(papers, PAPERS_MAX, l->pack, l->process->id, s->id);
        step_json(l, s, &what, papers, count);
        if (!l->app->json)
            say_step(s, &what);
    }
}

void pack_steps(struct jout *j, struct app *app, const struct record_types *types,
                const struct pack *p)
{
    struct listing l = {.app = app, .types = types, .pack = p, .j = j};
    for (size_t i = 0; i < p->process_count; i++) {
        l.process = &p->processes[i];
        list_process(&l);
    }
}
