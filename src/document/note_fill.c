/* Notes of a source's own words, under what is printed of it. */
#include "base/vec.h"
#include "document/criteria_fill.h"
#include "text/typography.h"

static bool names(const struct part *p, struct str id)
{
    const struct part_value *own = p ? part_value(p, "ambiguities") : NULL;
    return own && str_among(id, own->words, own->word_count);
}

static bool criterion_names(const struct criteria_said *said, struct str id)
{
    for (size_t i = 0; said && i < said->count; i++) {
        const struct criterion *c = said->items[i].of;
        if (str_among(id, c->ambiguities, c->ambiguity_count))
            return true;
    }
    return false;
}

size_t notes_fill(const struct str **out, const struct pack *p, const struct part *of,
                  const struct process_step *step, const struct criteria_said *said,
                  struct arena *a)
{
    const struct part *process = part_named(p, PART_PROCESSES, part_text(of, "process"));
    VEC(struct str) all = {0};
    for (size_t i = 0; i < p->ambiguities.len; i++) {
        const struct ambiguity *m = &p->ambiguities.ptr[i];
        bool quoted = step && m->quote.len && str_contains(step->citation.quote, m->quote);
        if (!m->noted ||
            !(quoted || names(of, m->id) || names(process, m->id) || criterion_names(said, m->id)))
            continue;
        struct str clause = typography_mended(m->clause, a);
        VEC_PUSH(a, &all,
                 arena_printf(a, "%.*s：%.*s；办理时：%.*s", STR_ARG(clause), STR_ARG(m->problem),
                              STR_ARG(m->reading)));
    }
    *out = all.ptr;
    return all.len;
}
