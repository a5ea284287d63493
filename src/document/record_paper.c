#include "document/record_paper.h"
#include "model/patent_names.h"

/* The first patents that the record names, with what the library says of them. */
static err_t list_patents(struct paper_list *out, const struct record_call *c,
                          const struct jvalue *record, struct err *e)
{
    const struct jvalue *numbers = NULL;
    struct patent_line line;
    struct db *db = NULL;
    *out = (struct paper_list){.name = "patents"};
    for (size_t i = 0; !numbers && i < c->type->field_count; i++)
        if (c->type->fields[i].type == FIELD_PATENTS)
            numbers = jin_get(record, arena_cstr(c->arena, c->type->fields[i].name));
    size_t count = numbers && numbers->type == J_ARRAY ? numbers->count : 0;
    struct paper_row_values *rows = arena_array(c->arena, count + 1, sizeof(*rows));
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct paper_value *values = arena_array(c->arena, 3, sizeof(*values));
        rc = patent_line_read(&line, db, numbers->items[i].text, c->arena, e);
        values[0] = (struct paper_value){"patents.number", numbers->items[i].text};
        values[1] = (struct paper_value){"patents.title", line.title};
        values[2] = (struct paper_value){"patents.holder", line.applicant};
        rows[i] = (struct paper_row_values){values, 3, STR_NONE};
        if (line.id)
            rows[i].source = arena_printf(c->arena, "%lld", (long long)line.id);
    }
    store_reader_put(c->kernel->store, db);
    out->rows = rows;
    out->count = count;
    return rc;
}

err_t record_paper_fill(struct paper_filled *out, struct jout *j, const struct record_call *c,
                        const struct part *paper, struct err *e)
{
    struct form_source source = {.types = c->kernel->types};
    struct form_subject of = {.type = c->type->name, .id = c->id};
    const struct jvalue *record = NULL;
    struct paper_list patents;
    const struct paper_facts facts = {
        .source = &source, .lists = &patents, .list_count = 1, .draft = true, .places = j};
    if (!paper || !FIND_BY(c->type->papers, c->type->paper_count, name, paper->id))
        return err_set(e, E_NOTFOUND, "there is no such paper");
    source.pack = paper->from;
    err_t rc = record_seen(&record, c, e);
    if (rc == OK)
        rc = list_patents(&patents, c, record, e);
    if (rc == OK && jin_i64(&of.party.unit, record, "owner_unit"))
        rc = form_rows_read(&source, c, paper, &of, e);
    jout_pair_array(j, "places");
    if (rc == OK)
        rc = paper_fill(out, paper->id, &facts, c->arena, e);
    jout_end_array(j);
    return rc;
}
