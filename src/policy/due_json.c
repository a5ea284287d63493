/* The result of a deadline rule, with the clauses on counting. */
#include "policy/due_json.h"

static void day_or_null(struct jout *j, const char *name, bool has, struct date d)
{
    char text[DATE_TEXT_LEN + 1];
    date_format(text, d);
    jout_pair_z(j, name, has ? text : NULL);
}

void citation_json(struct jout *j, const struct citation *c)
{
    jout_pair(j, "clause", c->clause);
    jout_pair_or_null(j, "quote", c->quote);
}

void due_json(struct jout *j, const struct pack *p, const struct deadline_rule *by,
              const struct due *due, struct arena *a)
{
    const struct clause **clauses;
    jout_object(j);
    day_or_null(j, "due", due->state == DUE_KNOWN, due->date);
    jout_pair_bool(j, "provisional", due->provisional);
    day_or_null(j, "count_by", due->provisional, due->count_by);
    day_or_null(j, "earliest", due->state == DUE_RANGED, due->date);
    day_or_null(j, "latest", due->state == DUE_RANGED, due->last);
    citation_json(j, &by->citation);
    jout_pair(j, "note", by->note);
    jout_pair_array(j, "counted_by");
    size_t count = deadline_counted_by(&clauses, p, by, a);
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        citation_json(j, &clauses[i]->citation);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}
