/* A condition of a direct way is judged where the way is chosen, not at the applicant's last step. Which
 * criteria these are follows from the facts: with the choice they fail, without it they do not. */
#include "programme/way.h"
#include "base/msg.h"
#include "judge/stored.h"

/* Does the step lead on from the start on the way that is chosen? */
static bool is_chosen(const struct process *process, const struct process_step *s,
                      const struct jvalue *said, struct arena *a)
{
    bool starts = false, chosen = s->when_count > 0 && str_is(s->actor, "applicant") && !s->stays;
    for (size_t i = 0; i < s->from_count; i++)
        starts |= s->from[i] == process->start;
    for (size_t i = 0; chosen && i < s->when_count; i++) {
        struct str field = s->when[i].name, type = str_split(&field, STR("."));
        const struct jvalue *v =
            str_eq(type, process->subject) ? jin_get(said, arena_cstr(a, field)) : NULL;
        chosen = v && v->type == J_STRING && str_eq(v->text, s->when[i].value) != s->when[i].other;
    }
    return starts && chosen;
}

static struct yvalue text_of(struct str text, struct arena *a)
{
    return (struct yvalue){.type = Y_TEXT, .text = {arena_cstr(a, text), text.len}, .quoted = true};
}

/* The facts of the party, with what is said as those of the subject; `said` NULL: with none. */
static const struct yvalue *facts_with(const struct yvalue *facts, struct str subject,
                                       const struct jvalue *said, struct arena *a)
{
    struct yvalue *items = arena_array(a, facts->count + 1, sizeof(*items));
    struct yvalue *names = arena_array(a, facts->count + 1, sizeof(*names));
    struct yvalue *out = arena_alloc(a, sizeof(*out)), *mine = arena_alloc(a, sizeof(*mine));
    *out = *facts;
    out->items = items;
    out->names = names;
    out->count = 0;
    for (size_t i = 0; i < facts->count; i++)
        if (!str_eq(facts->names[i].text, subject)) {
            names[out->count] = facts->names[i];
            items[out->count++] = facts->items[i];
        }
    if (!said)
        return out;
    struct yvalue *values = arena_array(a, said->count + 1, sizeof(*values));
    struct yvalue *fields = arena_array(a, said->count + 1, sizeof(*fields));
    *mine = (struct yvalue){.type = Y_MAP, .items = values, .names = fields};
    names[out->count] = text_of(subject, a);
    for (size_t i = 0; i < said->count; i++) {
        fields[mine->count] = text_of(said->names[i], a);
        values[mine->count++] = text_of(said->items[i].text, a);
    }
    items[out->count++] = *mine;
    return out;
}

/* The facts of the party that are not of this matter. NULL: it has no credit code, by which they are found. */
static err_t read_facts(const struct yvalue **out, struct flow_call *x, struct programme *p,
                        int64_t unit, struct err *e)
{
    struct subject all;
    struct party_facts party;
    struct stored_facts facts;
    struct str code = STR_NONE;
    struct facts_request r = {.as_of = x->today, .programme = p->pack->id, .subject = &all};
    struct db *db = NULL;
    *out = NULL;
    subject_program(&all, x->today);
    err_t rc = programme_party_code(&code, p, unit, e);
    if (rc != OK || code.len == 0)
        return rc;
    if ((rc = store_reader_get(&db, p->kernel->store, e)) == OK)
        rc = record_party(&party, p->kernel, db, &all, code, x->arena, e);
    store_reader_put(p->kernel->store, db);
    if (rc == OK)
        rc = facts_from_store(&facts, &party, p->pack, p->kernel, &r, x->arena, e);
    if (rc == OK)
        *out = facts.party.document;
    return rc;
}

static const struct criterion_result *failing(const struct pack_verdict *v, struct str criterion)
{
    for (size_t i = 0; i < v->result_count; i++)
        if (str_eq(v->results[i].criterion->id, criterion) && v->results[i].applicable &&
            v->results[i].pass == NO)
            return &v->results[i];
    return NULL;
}

/* Of one question: a criterion that the step needs, and that the choice alone makes fail. */
static err_t check_question(struct flow_call *x, const struct programme *p,
                            const struct process_step *s, const struct question *q,
                            const struct yvalue *with, const struct yvalue *without, struct err *e)
{
    struct pack_verdict chosen, open;
    err_t rc = pack_verdict_check(&chosen, p->pack, with, q->id, x->arena, e);
    if (rc == OK)
        rc = pack_verdict_check(&open, p->pack, without, q->id, x->arena, e);
    if (rc != OK) /* no verdict by these records: told where the step asks for one */
        return rc == E_INVALID ? OK : rc;
    for (size_t i = 0; i < s->need_count; i++) {
        const struct criterion_result *r = failing(&chosen, s->needs[i]);
        if (!r || failing(&open, s->needs[i]))
            continue;
        return err_set(e, E_INVALID, "%.*s: %.*s (%.*s)", STR_ARG(s->label),
                       STR_ARG(r->advice.len ? r->advice : r->criterion->citation.quote),
                       STR_ARG(r->criterion->citation.clause));
    }
    return OK;
}

err_t way_check(struct flow_call *x, struct programme *p, const struct process *process,
                int64_t unit, const struct jvalue *said, struct err *e)
{
    const struct process_step *way = NULL;
    const struct yvalue *facts = NULL, *with = NULL, *without = NULL;
    struct jvalue words = {.type = J_OBJECT};
    for (size_t i = 0; said && said->type == J_OBJECT && !way && i < process->step_count; i++)
        if (is_chosen(process, &process->steps[i], said, x->arena))
            way = &process->steps[i];
    if (!way || way->need_count == 0)
        return OK;
    struct jvalue *items = arena_array(x->arena, said->count + 1, sizeof(*items));
    struct str *names = arena_array(x->arena, said->count + 1, sizeof(*names));
    for (size_t i = 0; i < said->count; i++) /* what a fact of the subject can be: a word */
        for (size_t k = 0; k < way->when_count; k++)
            if (str_ends(way->when[k].name, said->names[i]) && said->items[i].type == J_STRING) {
                names[words.count] = said->names[i];
                items[words.count++] = said->items[i];
            }
    words.items = items;
    words.names = names;
    err_t rc = read_facts(&facts, x, p, unit, e);
    if (rc != OK || !facts || facts->type != Y_MAP)
        return rc;
    with = facts_with(facts, process->subject, &words, x->arena);
    without = facts_with(facts, process->subject, NULL, x->arena);
    for (size_t i = 0; rc == OK && i < p->pack->questions.len; i++)
        rc = check_question(x, p, way, &p->pack->questions.ptr[i], with, without, e);
    return rc;
}
