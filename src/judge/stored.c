/* One party: its facts, read in one moment. */
#include "judge/stored.h"

err_t facts_from_store(struct stored_facts *out, const struct party_facts *party, struct kernel *k,
                       const struct facts_request *r, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    struct buf text;
    *out = (struct stored_facts){.party = *party};
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK)
        rc = db_begin_read(db, e);
    if (rc == OK)
        rc = record_facts(&out->party, 1, k, db, r, a, e);
    store_reader_put(k->store, db);
    if (rc != OK)
        return rc;
    buf_init(&text, 0);
    rc = facts_canonical(&text, out->party.document, a, e);
    out->canonical = arena_dup(a, buf_str(&text));
    buf_clear(&text);
    return rc;
}

/* --- a verdict ------------------------------------------------------------------------- */

static void add_sources(struct pack_verdict *v, const struct party_facts *p, struct arena *a)
{
    struct verdict_source *to = arena_array(a, p->source_count + 1, sizeof(*to));
    for (size_t i = 0; i < p->source_count; i++) {
        const struct fact_source *s = &p->sources[i];
        struct verdict_file *files = arena_array(a, s->file_count + 1, sizeof(*files));
        for (size_t k = 0; k < s->file_count; k++)
            files[k] =
                (struct verdict_file){s->files[k].field, s->files[k].digest, s->files[k].name};
        to[i] = (struct verdict_source){s->row, s->type, s->id, s->version, files, s->file_count};
    }
    v->sources = to;
    v->source_count = p->source_count;
}

static err_t find_party(struct party_facts *out, struct kernel *k, const struct stored_question *q,
                        struct arena *a, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK)
        rc = record_party(out, k, db, q->subject, q->code, a, e);
    store_reader_put(k->store, db);
    return rc;
}

static err_t facts_of(struct party_facts *party, const struct pack *p, struct kernel *k,
                      const struct stored_question *q, struct arena *a, struct err *e)
{
    struct facts_request r = {.as_of = q->as_of,
                              .programme = p->id,
                              .question = q->question,
                              .subject = q->subject,
                              .with_sources = true};
    struct stored_facts facts = {0};
    err_t rc = find_party(party, k, q, a, e);
    if (rc == OK)
        rc = facts_from_store(&facts, party, k, &r, a, e);
    if (rc == OK)
        *party = facts.party;
    return rc;
}

err_t stored_verdict(struct pack_verdict *out, struct party_facts *party, const struct pack *p,
                     struct kernel *k, const struct stored_question *q, struct arena *a,
                     struct err *e)
{
    err_t rc = facts_of(party, p, k, q, a, e);
    if (rc == OK)
        rc = pack_verdict_check(out, p, party->document, q->question, a, e);
    if (rc == OK)
        add_sources(out, party, a);
    return rc;
}

err_t stored_indicator(struct stored_indicator *out, const struct pack *p, size_t indicator,
                       struct kernel *k, const struct stored_question *q, struct arena *a,
                       struct err *e)
{
    *out = (struct stored_indicator){.of = {.pack = p}};
    err_t rc = facts_of(&out->party, p, k, q, a, e);
    if (rc == OK)
        rc = pack_indicator_check(&out->outcome, p, indicator, out->party.document, a, e);
    if (rc != OK)
        return rc;
    out->evidence =
        (struct evidence){&p->indicators.ptr[indicator], out->outcome.rows, out->outcome.row_count};
    add_sources(&out->of, &out->party, a);
    return OK;
}
