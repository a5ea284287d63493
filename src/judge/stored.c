/* One party: its facts, read in one moment. */
#include "judge/stored.h"
#include "model/reading.h"

/* --- readings -------------------------------------------------------------------------- */

static struct yvalue text_value(struct str s)
{
    return (struct yvalue){.type = Y_TEXT, .text = s, .quoted = true};
}

static struct yvalue reading_value(const struct reading *r, struct arena *a)
{
    struct yvalue *names = arena_array(a, 3, sizeof(*names));
    struct yvalue *items = arena_array(a, 3, sizeof(*items));
    names[0] = text_value(STR("id"));
    names[1] = text_value(STR("reading"));
    names[2] = text_value(STR("reason"));
    items[0] = text_value(r->ambiguity);
    items[1] = text_value(r->reading);
    items[2] = text_value(r->reason);
    return (struct yvalue){.type = Y_MAP, .count = 3, .names = names, .items = items};
}

/* Whether a record's reading counts besides those chosen by the instance. */
static bool counts(const struct yvalue *of_record, const struct pack *p,
                   const struct reading *chosen, size_t count)
{
    const struct yvalue *id = yin_get(of_record, "id");
    bool holds = !p || (id && pack_ambiguity(p, id->text));
    for (size_t i = 0; holds && id && i < count; i++)
        holds = !str_eq(id->text, chosen[i].ambiguity);
    return holds;
}

/* The document with another list of readings; itself where that would be the same. */
static const struct yvalue *with_readings(const struct yvalue *document, const struct pack *p,
                                          const struct reading *chosen, size_t count,
                                          struct arena *a)
{
    const struct yvalue *had = yin_get(document, "readings");
    size_t had_count = had && had->type == Y_LIST ? had->count : 0, n = 0, kept = 0, at = 0;
    if (had_count + count == 0)
        return document;
    struct yvalue *list = arena_array(a, had_count + count, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[n++] = reading_value(&chosen[i], a);
    for (size_t i = 0; i < had_count; i++)
        if (counts(&had->items[i], p, chosen, count))
            list[n++] = had->items[i];
    struct yvalue *names = arena_array(a, document->count + 1, sizeof(*names));
    struct yvalue *items = arena_array(a, document->count + 1, sizeof(*items));
    for (; at < document->count; at++)
        if (!str_is(document->names[at].text, "readings")) {
            names[kept] = document->names[at];
            items[kept++] = document->items[at];
        }
    if (n) {
        names[kept] = text_value(STR("readings"));
        items[kept++] = (struct yvalue){.type = Y_LIST, .count = n, .items = list};
    }
    struct yvalue *out = arena_array(a, 1, sizeof(*out));
    *out = *document;
    out->names = names;
    out->items = items;
    out->count = kept;
    return out;
}

err_t judge_facts(struct party_facts *parties, size_t count, const struct pack *p, struct kernel *k,
                  struct db *db, const struct facts_request *r, struct arena *a, struct err *e)
{
    const struct reading *chosen = NULL;
    size_t chosen_count = 0;
    err_t rc = record_facts(parties, count, k, db, r, a, e);
    if (rc == OK && r->programme.len)
        rc = readings_load(&chosen, &chosen_count, db, r->programme, a, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        parties[i].document = with_readings(parties[i].document, p, chosen, chosen_count, a);
    return rc;
}

/* --- a document ------------------------------------------------------------------------ */

err_t facts_from_store(struct stored_facts *out, const struct party_facts *party,
                       const struct pack *p, struct kernel *k, const struct facts_request *r,
                       struct arena *a, struct err *e)
{
    struct buf text = {0};
    *out = (struct stored_facts){.party = *party};
    err_t rc = STORE_READ(db, k->store, e,
                          db_begin_read(db, e) ?: judge_facts(&out->party, 1, p, k, db, r, a, e));
    if (rc != OK)
        return rc;
    rc = facts_canonical(&text, out->party.document, a, e);
    out->canonical = buf_take(&text, a);
    return rc;
}

/* --- a verdict ------------------------------------------------------------------------- */

void stored_sources(struct pack_verdict *v, const struct party_facts *p, struct arena *a)
{
    struct verdict_source *to = arena_array(a, p->source_count + 1, sizeof(*to));
    for (size_t i = 0; i < p->source_count; i++) {
        const struct fact_source *s = &p->sources[i];
        struct verdict_file *files = arena_array(a, s->file_count + 1, sizeof(*files));
        for (size_t k = 0; k < s->file_count; k++)
            files[k] =
                (struct verdict_file){s->files[k].field, s->files[k].digest, s->files[k].name};
        to[i] = (struct verdict_source){s->row, s->type,       s->id,         s->version,
                                        files,  s->file_count, s->takes_files};
    }
    v->sources = to;
    v->source_count = p->source_count;
}

static err_t find_party(struct party_facts *out, struct kernel *k, const struct stored_question *q,
                        struct arena *a, struct err *e)
{
    return STORE_READ(db, k->store, e, record_party(out, k, db, q->subject, q->code, a, e));
}

static err_t facts_of(struct party_facts *party, const struct pack *p, struct kernel *k,
                      const struct stored_question *q, bool for_report, struct arena *a,
                      struct err *e)
{
    struct facts_request r = {.as_of = q->as_of,
                              .programme = p->id,
                              .question = q->question,
                              .subject = q->subject,
                              .with_sources = true,
                              .for_report = for_report};
    struct stored_facts facts = {0};
    err_t rc = find_party(party, k, q, a, e);
    if (rc == OK)
        rc = facts_from_store(&facts, party, p, k, &r, a, e);
    if (rc == OK)
        *party = facts.party;
    return rc;
}

err_t stored_verdict(struct pack_verdict *out, struct party_facts *party, const struct pack *p,
                     struct kernel *k, const struct stored_question *q, struct arena *a,
                     struct err *e)
{
    err_t rc = facts_of(party, p, k, q, false, a, e);
    if (rc == OK)
        rc = pack_verdict_check(out, p, party->document, q->question, a, e);
    if (rc == OK)
        stored_sources(out, party, a);
    return rc;
}

err_t stored_report_facts(struct party_facts *party, struct pack_verdict *of, const struct pack *p,
                          struct kernel *k, const struct stored_question *q, struct arena *a,
                          struct err *e)
{
    *of = (struct pack_verdict){.pack = p};
    err_t rc = facts_of(party, p, k, q, true, a, e);
    if (rc == OK)
        stored_sources(of, party, a);
    return rc;
}

err_t stored_indicator(struct stored_indicator *out, const struct pack *p, size_t indicator,
                       struct kernel *k, const struct stored_question *q, struct arena *a,
                       struct err *e)
{
    *out = (struct stored_indicator){0};
    err_t rc = stored_report_facts(&out->party, &out->of, p, k, q, a, e);
    if (rc == OK)
        rc = pack_indicators_check(&out->outcome, p, &indicator, 1, out->party.document, a, e);
    if (rc != OK)
        return rc;
    out->evidence = (struct evidence){&p->indicators.ptr[indicator], out->outcome.rows,
                                      out->outcome.row_count, &out->outcome};
    return OK;
}
