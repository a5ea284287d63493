/* pack_steps [PACK…]: every step of the processes of the policies, who takes it, and what is said in the body of the
 * request that takes it, as JSON. docs/steps.zh.md is made of it (tools/steps_page.py). */
#include "base/catalogue.h"
#include "case/case.h"
#include "document/paper_fill.h"
#include "matter/entered.h"
#include "policy/packs.h"
#include "record/type.h"
#include <stdio.h>
#include <stdlib.h>

#define PAPERS_MAX 16
#define BEGIN "(begin)" /* no step is named so */

struct listing {
    struct arena *a;
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
    of_process(l, arena_cstr(l->a, s->id));
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

static void list_process(struct listing *l)
{
    const struct part *papers[PAPERS_MAX];
    const struct process_step *from;
    struct entered what;
    programme_begin_fields(&what, &from, l->pack, l->process, l->types, l->a);
    if (from)
        begin_json(l, from, &what);
    for (size_t i = 0; i < l->process->step_count; i++) {
        const struct process_step *s = &l->process->steps[i];
        if (s->role_count == 0) /* the system's own */
            continue;
        programme_entered(&what, l->pack, l->process, s, l->types, l->a);
        size_t count = papers_of_step(papers, PAPERS_MAX, l->pack, l->process->id, s->id);
        step_json(l, s, &what, papers, count);
    }
}

static void leave(const struct err *e)
{
    fprintf(stderr, "pack_steps: %s\n", e->text);
    exit(2);
}

int main(int argc, char **argv)
{
    struct listing l = {.a = arena_new()};
    const struct type_finding *found;
    struct record_types *types = NULL;
    struct packs *packs = NULL;
    const struct str *ids;
    struct err e;
    struct buf b;
    struct jout j;
    size_t count = 0;
    msg_set_table(catalogue_zh, catalogue_zh_count);
    if (packs_open(&packs, NULL, &e) != OK ||
        record_types_load(&types, NULL, &found, &count, l.a, &e) != OK)
        leave(&e);
    l.types = types;
    l.j = &j;
    count = packs_ids(&ids, packs);
    jout_begin(&j, &b);
    jout_pair_array(&j, "steps");
    for (size_t i = 0; i < count; i++) {
        bool asked = argc < 2;
        for (int k = 1; k < argc; k++)
            asked |= str_is(ids[i], argv[k]);
        if (asked && packs_get(&l.pack, packs, ids[i], &e) != OK)
            leave(&e);
        for (size_t n = 0; asked && n < l.pack->process_count; n++) {
            l.process = &l.pack->processes[n];
            list_process(&l);
        }
    }
    jout_end_array(&j);
    jout_end_object(&j);
    fwrite(b.ptr, 1, b.len, stdout);
    buf_clear(&b);
    record_types_free(types);
    packs_close(packs);
    arena_free(l.a);
    return fflush(stdout) == 0 ? 0 : 1;
}
