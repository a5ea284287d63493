/* The records behind a facts document, by type, so that readers of a number know whether all
 * records were counted. Records the subject may not read are not mentioned, not even whether there
 * are any. */
#include "record/facts_priv.h"

/* out[i] where field i gives a fact and is not among those that are seen. */
static void note_unseen(bool **out, struct gathering *x, const struct record_type *t,
                        const bool *seen, bool persons, const bool *gives)
{
    for (size_t i = 0; i < t->field_count; i++) {
        if (!gives[i] || seen[i] || (persons && t->fields[i].type != FIELD_PERSON))
            continue;
        if (!*out)
            *out = arena_array(x->arena, t->field_count + 1, sizeof(**out));
        (*out)[i] = true;
    }
}

void facts_note_read(struct gathering *x, size_t type, const struct shown *shown, const bool *gives)
{
    const struct record_type *t = record_type_at(x->kernel->types, type);
    struct type_read *r = &x->reads[x->party * x->type_count + type];
    r->records++;
    if (!shown)
        return;
    note_unseen(&r->hidden, x, t, shown->fields, false, gives);
    note_unseen(&r->masked, x, t, shown->unmasked, true, gives);
}

static size_t names_of(const struct str **out, const struct record_type *t, const bool *which,
                       struct arena *a)
{
    VEC(struct str) names = {0};
    for (size_t i = 0; which && i < t->field_count; i++)
        if (which[i])
            VEC_PUSH(a, &names, t->fields[i].name);
    *out = names.ptr;
    return names.len;
}

/* The list that the type gives to this document; NULL: none. */
static const struct pile *pile_for(const struct gathering *x, size_t party,
                                   const struct record_type *t)
{
    for (size_t l = 0; t->facts.len && l < x->references->facts.len; l++)
        if (str_eq(x->references->facts.ptr[l].name, t->facts) && facts_is_wanted(x, l))
            return &x->piles[party * x->references->facts.len + l];
    return NULL;
}

void facts_make_read(struct gathering *x, size_t party)
{
    VEC(struct facts_read) all = {0};
    const struct record_type *t;
    for (size_t i = 0; (t = record_type_at(x->kernel->types, i)) != NULL; i++) {
        const struct type_read *r = &x->reads[party * x->type_count + i];
        const struct pile *pile = pile_for(x, party, t);
        struct facts_read one = {.type = t->name, .records = r->records, .all = !r->partly};
        if (!pile || (r->records == 0 && !r->partly && !pile->stated))
            continue;
        one.stated = pile->stated;
        one.hidden_count = names_of(&one.hidden, t, r->hidden, x->arena);
        one.masked_count = names_of(&one.masked, t, r->masked, x->arena);
        VEC_PUSH(x->arena, &all, one);
    }
    x->parties[party].read = all.ptr;
    x->parties[party].read_count = all.len;
}

static void names_json(struct jout *j, const char *name, const struct str *names, size_t count)
{
    jout_pair_strs(j, name, names, count);
}

void facts_read_json(struct jout *j, const struct party_facts *p)
{
    jout_pair_array(j, "read");
    for (size_t i = 0; i < p->read_count; i++) {
        const struct facts_read *r = &p->read[i];
        jout_object(j);
        jout_pair(j, "type", r->type);
        jout_pair_i64(j, "records", r->records);
        jout_pair_bool(j, "all", r->all);
        jout_pair_bool(j, "stated", r->stated);
        names_json(j, "hidden", r->hidden, r->hidden_count);
        names_json(j, "masked", r->masked, r->masked_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}
