/* Reports: the layout is the pack's, the numbers are its indicators on the party's facts. */
#include "judge/report.h"
#include "base/vec.h"

struct cell_list {
    VEC(struct report_cell) list;
};

static void add_number(struct cell_list *to, const struct pack *p, struct str label,
                       const struct part *cell, struct str indicator, struct arena *a)
{
    struct report_cell c = {.label = label, .cell = cell};
    size_t at;
    if (pack_find_indicator(&at, p, indicator)) {
        c.number = &p->indicators.ptr[at];
        c.label = label.len ? label : c.number->label;
    }
    VEC_PUSH(a, &to->list, c);
}

static struct report_section section_of(const struct pack *p, const struct part *part,
                                        struct arena *a)
{
    const struct part_value *cells = part_value(part, "cells"),
                            *named = part_value(part, "indicators");
    struct cell_list list = {0};
    for (size_t i = 0; i < cells->item_count; i++)
        add_number(&list, p, part_text(&cells->items[i], "label"), &cells->items[i],
                   part_text(&cells->items[i], "indicator"), a);
    for (size_t i = 0; i < named->word_count; i++)
        add_number(&list, p, STR_NONE, NULL, named->words[i], a);
    return (struct report_section){part->id, part_text(part, "label"), list.list.ptr,
                                   list.list.len};
}

static err_t lay_out(struct report *out, const struct pack *p, struct str id, struct arena *a,
                     struct err *e)
{
    const struct part *form = part_named(p, PART_FORMS, id);
    out->of = form ? form : part_named(p, PART_EVALUATIONS, id);
    if (!out->of)
        return err_set(e, E_NOTFOUND, "the policy %.*s has no form and no evaluation \"%.*s\"",
                       STR_ARG(p->id), STR_ARG(id));
    const struct part_value *parts = part_value(out->of, form ? "sections" : "heads");
    struct report_section *sections = arena_array(a, parts->item_count + 1, sizeof(*sections));
    for (size_t i = 0; i < parts->item_count; i++)
        sections[i] = section_of(p, &parts->items[i], a);
    out->sections = sections;
    out->section_count = parts->item_count;
    return OK;
}

/* Each number once, however many cells show it. */
static err_t count_all(struct report *r, struct arena *a, struct err *e)
{
    const struct pack *p = r->pack;
    size_t *at = arena_array(a, p->indicators.len + 1, sizeof(*at)), count = 0;
    struct outcome *outcomes = arena_array(a, p->indicators.len + 1, sizeof(*outcomes));
    for (size_t i = 0; i < p->indicators.len; i++) {
        bool shown = false;
        for (size_t s = 0; s < r->section_count; s++)
            for (size_t c = 0; c < r->sections[s].cell_count; c++)
                shown |= r->sections[s].cells[c].number == &p->indicators.ptr[i];
        if (shown)
            at[count++] = i;
    }
    err_t rc = pack_indicators_check(outcomes, p, at, count, r->party.document, a, e);
    for (size_t s = 0; rc == OK && s < r->section_count; s++)
        for (size_t c = 0; c < r->sections[s].cell_count; c++) {
            struct report_cell *cell = &r->sections[s].cells[c];
            for (size_t i = 0; i < count; i++)
                if (cell->number == &p->indicators.ptr[at[i]])
                    cell->outcome = &outcomes[i];
        }
    return rc;
}

err_t report_make(struct report *out, const struct pack *p, struct str id, struct kernel *k,
                  const struct stored_question *q, struct arena *a, struct err *e)
{
    *out = (struct report){.pack = p, .as_of = q->as_of};
    err_t rc = lay_out(out, p, id, a, e);
    if (rc == OK)
        rc = stored_report_facts(&out->party, &out->sources, p, k, q, a, e);
    if (rc == OK)
        rc = count_all(out, a, e);
    return rc;
}

/* --- as JSON ------------------------------------------------------------------------------ */

static size_t rows_that(const struct outcome *o, enum truth which)
{
    size_t n = 0;
    for (size_t i = 0; i < o->row_count; i++)
        n += o->rows[i].test == which;
    return n;
}

static void rows_json(struct jout *j, const struct outcome *o)
{
    size_t in = rows_that(o, YES);
    jout_pair_object(j, "rows");
    jout_pair_i64(j, "in", (int64_t)in);
    jout_pair_i64(j, "possible", (int64_t)rows_that(o, UNKNOWN));
    jout_pair_i64(j, "out", (int64_t)rows_that(o, NO));
    jout_end_object(j);
    jout_pair_bool(j, "empty", in == 0);
}

static struct str address(const struct report *r, const struct indicator *number, struct arena *a)
{
    return arena_printf(a, "/api/v1/indicators/%.*s/%.*s/rows?subject=%.*s&as_of=%.*s",
                        STR_ARG(r->pack->id), STR_ARG(number->id), STR_ARG(r->party.code),
                        STR_ARG(r->as_of));
}

static void number_json(struct jout *j, const struct report *r, const struct report_cell *c,
                        struct arena *a)
{
    outcome_json(j, c->number, c->outcome, a);
    rows_json(j, c->outcome);
    proofs_json(j, pack_proofs(&r->sources, c->outcome));
    jout_pair(j, "opens", address(r, c->number, a));
}

static void cell_json(struct jout *j, const struct report *r, const struct report_cell *c,
                      struct arena *a)
{
    jout_object(j);
    jout_pair(j, "title", c->label);
    if (c->number) {
        number_json(j, r, c, a);
    } else {
        const struct part_value *fill = part_value(c->cell, "fill");
        jout_pair(j, "kind", part_text(c->cell, "kind"));
        jout_pair_strs(j, "fill", fill->words, fill->word_count);
    }
    jout_end_object(j);
}

/* The year that a day lies in, as a number. */
static void year_json(struct jout *j, struct str as_of)
{
    int64_t year = 0;
    jout_name(j, "year");
    if (str_to_i64(&year, (struct str){as_of.ptr, 4}))
        jout_i64(j, year);
}

static void section_json(struct jout *j, const struct report *r, const struct report_section *s,
                         struct arena *a)
{
    jout_object(j);
    jout_pair(j, "id", s->id);
    jout_pair(j, "label", s->label);
    jout_pair_array(j, "cells");
    for (size_t i = 0; i < s->cell_count; i++)
        cell_json(j, r, &s->cells[i], a);
    jout_end_array(j);
    jout_end_object(j);
}

void report_json(struct jout *j, const struct report *r, struct arena *a)
{
    struct citation from = part_citation(r->of);
    jout_object(j);
    jout_pair(j, "pack", r->pack->id);
    jout_pair(j, "version", r->pack->version);
    jout_pair(j, "digest", r->pack->digest);
    jout_pair_z(j, "status", status_name(pack_status_on(r->pack, r->as_of)));
    jout_pair(j, "form", r->of->id);
    jout_pair(j, "label", part_text(r->of, "label"));
    jout_pair(j, "clause", from.clause);
    jout_pair(j, "quote", from.quote);
    jout_pair(j, "note", part_text(r->of, "note"));
    jout_pair(j, "party", r->party.code);
    jout_pair(j, "name", r->party.name);
    jout_pair(j, "as_of", r->as_of);
    year_json(j, r->as_of);
    jout_pair_array(j, "sections");
    for (size_t i = 0; i < r->section_count; i++)
        section_json(j, r, &r->sections[i], a);
    jout_end_array(j);
    facts_read_json(j, &r->party);
    jout_end_object(j);
}

/* --- several parties ------------------------------------------------------------------------ */

/* The cell's rows of all the parties as those of one. */
static struct outcome joined(const struct report *r, size_t count, size_t section, size_t cell,
                             struct arena *a)
{
    const struct indicator *number = r[0].sections[section].cells[cell].number;
    size_t total = 0, n = 0;
    bool open = false;
    for (size_t i = 0; i < count; i++)
        total += r[i].sections[section].cells[cell].outcome->row_count;
    struct fact_row *rows = arena_array(a, total + 1, sizeof(*rows));
    size_t *of = arena_array(a, total + 1, sizeof(*of));
    for (size_t i = 0; i < count; i++) {
        const struct outcome *o = r[i].sections[section].cells[cell].outcome;
        for (size_t k = 0; k < o->row_count; k++, n++) {
            rows[n] = o->rows[k];
            of[n] = i;
        }
        open |= o->open;
    }
    rows_add_shares(rows, of, n, a);
    return indicator_fold(number, rows, n, open);
}

static void joined_json(struct jout *j, const struct report *r, size_t count, size_t section,
                        size_t cell, struct arena *a)
{
    const struct report_cell *c = &r[0].sections[section].cells[cell];
    struct outcome o = joined(r, count, section, cell, a);
    jout_object(j);
    jout_pair(j, "title", c->label);
    outcome_json(j, c->number, &o, a);
    rows_json(j, &o);
    jout_pair_array(j, "opens");
    for (size_t i = 0; i < count; i++)
        jout_str(j, address(&r[i], c->number, a));
    jout_end_array(j);
    jout_end_object(j);
}

void report_together_json(struct jout *j, const struct report *r, size_t count, struct arena *a)
{
    jout_object(j);
    jout_pair(j, "as_of", r[0].as_of);
    year_json(j, r[0].as_of);
    jout_pair_i64(j, "parties", (int64_t)count);
    jout_pair_array(j, "numbers");
    for (size_t s = 0; s < r[0].section_count; s++)
        for (size_t c = 0; c < r[0].sections[s].cell_count; c++) {
            const struct report_cell *cell = &r[0].sections[s].cells[c];
            if (cell->number && !fold_is_truth(cell->number->fold) &&
                cell->number->fold != FOLD_VALUE)
                joined_json(j, r, count, s, c, a);
        }
    jout_end_array(j);
    jout_end_object(j);
}
