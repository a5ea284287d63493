/* Filled forms as JSON. */
#include "base/msg.h"
#include "document/case_paper.h"
#include "document/document.h"
#include "document/form_paper.h"

struct asked_record { /* whether its reader may change it */
    struct str type;
    int64_t id;
    struct writable may;
};

struct showing {
    struct step g;
    const struct form_filled *filled;
    bool partys;                     /* the party has the case in hand */
    const struct case_paper *papers; /* of the case, while what was handed in stands */
    size_t paper_count;
    struct str filed_on; /* the day of the step that handed it in */
    int64_t updated_ms;  /* of the records that were read */
    VEC(struct asked_record) asked;
    struct jout *j;
    struct arena *a;
};

static int64_t record_id(const struct jvalue *record)
{
    int64_t id = 0;
    return record && jin_i64(&id, record, "id") ? id : 0;
}

/* The party has it in hand until it hands it in, and again once it is sent back. */
static err_t find_in_hand(bool *out, struct step *g)
{
    bool has_row = false;
    err_t rc = db_any(&has_row, g->db,
                      "SELECT 1 FROM flow_case c JOIN assignment g ON g.id ="
                      " c.holder_assignment WHERE c.id = ?1 AND g.unit = ?2",
                      VALUES(v_i64(g->x->c.id), v_i64(g->x->c.unit)), g->e);
    *out = g->x->c.open && has_row;
    return rc;
}

/* --- who may change it ------------------------------------------------------------------------- */

static err_t find_writable(const struct writable **out, struct showing *s, struct str type,
                           int64_t id)
{
    struct asked_record one = {.type = type, .id = id};
    const struct record_type *t = record_type_find(s->g.p->kernel->types, type);
    for (size_t i = 0; i < s->asked.len; i++)
        if (s->asked.ptr[i].id == id && str_eq(s->asked.ptr[i].type, type)) {
            *out = &s->asked.ptr[i].may;
            return OK;
        }
    err_t rc =
        t ? record_writable(&one.may, s->g.db,
                            &(struct record_call){s->g.p->kernel, s->g.x->by, t, id, s->a}, s->g.e)
          : OK;
    VEC_PUSH(s->a, &s->asked, one);
    *out = &s->asked.ptr[s->asked.len - 1].may;
    return rc;
}

static err_t may_edit(bool *out, struct showing *s, struct str type, int64_t id, struct str field)
{
    const struct writable *may;
    err_t rc = find_writable(&may, s, type, id);
    *out = rc == OK && s->partys && may->type && writable_has(may, field);
    return rc;
}

static err_t changed_json(struct showing *s, struct str type, int64_t id)
{
    const struct writable *of;
    err_t rc = find_writable(&of, s, type, id);
    if (rc != OK || of->changed_ms == 0)
        return rc;
    jout_pair(s->j, "changed_on", business_date(of->changed_ms, s->a));
    s->updated_ms = of->changed_ms > s->updated_ms ? of->changed_ms : s->updated_ms;
    return OK;
}

/* --- cells --------------------------------------------------------------------------------------- */

static err_t source_json(struct showing *s, const struct form_from *from)
{
    const struct record_type *t = from->rows->type;
    struct form_path title = {t->name, t->title, STR_NONE};
    int64_t id = record_id(from->record);
    const struct field *f = from->field.len ? record_field(t, from->field) : NULL;
    bool editable = false;
    jout_object(s->j);
    jout_pair(s->j, "type", t->name);
    jout_pair(s->j, "type_label", label_shown(programme_type_label(s->g.p, t)));
    jout_pair_i64(s->j, "record", id);
    if (t->title.len)
        jout_pair(s->j, "title",
                  form_value((struct form_at){from->rows, from->record, NULL}, &title, NULL, s->a));
    jout_pair(s->j, "field", from->field);
    if (f)
        jout_pair(s->j, "field_label", label_shown(programme_field_label(s->g.p, t, f)));
    err_t rc = changed_json(s, t->name, id);
    if (rc == OK)
        rc = may_edit(&editable, s, t->name, id, from->field);
    jout_pair_bool(s->j, "editable", editable);
    jout_end_object(s->j);
    return rc;
}

static err_t sources_json(struct showing *s, const struct form_cell *c)
{
    err_t rc = OK;
    jout_pair_array(s->j, "sources");
    for (size_t i = 0; rc == OK && i < c->from.len; i++)
        rc = source_json(s, &c->from.ptr[i]);
    jout_end_array(s->j);
    return rc;
}

/* A required cell names every gap, an optional one those that the reader may fill. */
static err_t cell_gaps_json(struct showing *s, const struct form_cell *c)
{
    err_t rc = OK;
    jout_pair_array(s->j, "gaps");
    for (size_t i = 0; rc == OK && i < s->filled->gap_count; i++) {
        const struct form_gap *g = &s->filled->gaps[i];
        bool editable = false;
        if (g->of == c->cell)
            rc = may_edit(&editable, s, g->type, g->id, g->field);
        if (g->of != c->cell || (!editable && !part_true(c->cell, "required")))
            continue;
        jout_object(s->j);
        hand_in_gap_json(s->j, g, true);
        jout_pair_bool(s->j, "editable", editable);
        jout_end_object(s->j);
    }
    jout_end_array(s->j);
    return rc;
}

static void rows_json(struct jout *j, const struct form_cell *c)
{
    if (c->columns.len == 0)
        return;
    jout_pair_array(j, "columns");
    for (size_t i = 0; i < c->columns.len; i++) {
        jout_object(j);
        jout_pair(j, "label", c->columns.ptr[i].label);
        jout_pair_i64(j, "width", c->columns.ptr[i].width);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "rows");
    for (size_t i = 0; i < c->rows.len; i++) {
        const struct form_row *r = &c->rows.ptr[i];
        jout_object(j);
        jout_pair_i64(j, "record", record_id(r->record));
        jout_pair(j, "type", r->rows->type->name);
        jout_pair_strs(j, "cells", r->cells, c->columns.len);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static err_t cell_json(struct showing *s, const struct form_cell *c, size_t n)
{
    struct str kind = part_text(c->cell, "kind"), indicator = part_text(c->cell, "indicator");
    const struct part_value *criteria = part_value(c->cell, "criteria");
    const struct citation from = part_citation(c->cell);
    jout_object(s->j);
    jout_pair(s->j, "id", arena_printf(s->a, "%.*s.%zu", STR_ARG(c->section->id), n));
    jout_pair_str(s->j, "label", c->label);
    jout_pair(s->j, "guide", part_text(c->cell, "guide"));
    jout_pair(s->j, "kind", kind.len ? kind : STR("text"));
    jout_pair_i64(s->j, "width", part_int(c->cell, "width"));
    jout_pair_bool(s->j, "required", part_true(c->cell, "required"));
    jout_pair_or_null(s->j, "value", c->value);
    jout_pair_bool(s->j, "computed", indicator.len > 0);
    jout_pair(s->j, "indicator", indicator);
    proofs_json(s->j, c->proofs);
    rows_json(s->j, c);
    err_t rc = sources_json(s, c);
    if (rc == OK)
        rc = cell_gaps_json(s, c);
    jout_pair(s->j, "clause", from.clause);
    jout_pair(s->j, "quote", from.quote);
    jout_pair_strs(s->j, "criteria", criteria->words, criteria->word_count);
    jout_end_object(s->j);
    return rc;
}

/* --- sections ------------------------------------------------------------------------------------ */

struct standing_of {
    size_t required, filled, unknown; /* cells */
    bool others;                      /* steps of others alone write all that it says */
    bool any, blank;                  /* something of it is filled in; something is not */
};

static bool is_others(const struct showing *s, const struct part *section)
{
    const struct part_value *cells = part_value(section, "cells");
    size_t theirs = 0, own = 0;
    for (size_t i = 0; i < cells->item_count; i++) {
        const struct part_value *fill = part_value(&cells->items[i], "fill");
        for (size_t k = 0; k < fill->word_count; k++) {
            struct str type = form_path_of(fill->words[k]).type;
            const struct record_type *t = record_type_find(s->g.p->kernel->types, type);
            bool is_theirs = t && t->by_actions_only && !str_eq(type, s->g.x->c.type);
            *(is_theirs ? &theirs : &own) += 1;
        }
        own += part_text(&cells->items[i], "indicator").len > 0 ||
               part_value(&cells->items[i], "columns")->item_count > 0;
    }
    return theirs > 0 && own == 0;
}

static struct standing_of standing_of(const struct showing *s, size_t from, size_t end)
{
    struct standing_of out = {.others = is_others(s, s->filled->cells[from].section)};
    for (size_t i = from; i < end; i++) {
        const struct form_cell *c = &s->filled->cells[i];
        bool required = part_true(c->cell, "required");
        out.required += required;
        out.filled += required && !c->missing;
        out.unknown += c->unknown;
        out.any |= c->rows.len > 0 || (c->from.len > 0 && c->value.len > 0);
        out.blank |=
            c->value.len == 0 && c->rows.len == 0 && part_value(c->cell, "fill")->word_count > 0;
    }
    return out;
}

static struct str state_of_section(struct standing_of o)
{
    if (o.others)
        return STR("other");
    if (o.filled == o.required && o.unknown == 0 && (o.required || o.any || !o.blank))
        return STR("done");
    return o.any ? STR("gaps") : STR("empty");
}

static void counts_json(struct jout *j, size_t required, size_t filled, size_t unknown)
{
    jout_pair_i64(j, "required", (int64_t)required);
    jout_pair_i64(j, "filled", (int64_t)filled);
    jout_pair_i64(j, "unknown", (int64_t)unknown);
}

static err_t section_json(struct showing *s, size_t from, size_t end)
{
    const struct form_cell *cells = s->filled->cells;
    const struct part *section = cells[from].section;
    struct standing_of o = standing_of(s, from, end);
    err_t rc = OK;
    jout_object(s->j);
    jout_pair(s->j, "id", section->id);
    jout_name(s->j, "label"); /* the document gives not every section one */
    jout_str(s->j, part_text(section, "label"));
    jout_pair(s->j, "state", state_of_section(o));
    counts_json(s->j, o.required, o.filled, o.unknown);
    jout_pair_array(s->j, "lines");
    for (size_t i = from; rc == OK && i < end;) {
        int line = part_int(cells[i].cell, "line");
        jout_array(s->j);
        for (; rc == OK && i < end && part_int(cells[i].cell, "line") == line; i++)
            rc = cell_json(s, &cells[i], i - from);
        jout_end_array(s->j);
    }
    jout_end_array(s->j);
    jout_end_object(s->j);
    return rc;
}

static size_t end_of_section(const struct form_filled *f, size_t from)
{
    size_t end = from + 1;
    while (end < f->cell_count && f->cells[end].section == f->cells[from].section)
        end++;
    return end;
}

/* --- forms --------------------------------------------------------------------------------------- */

/* The latest version of the form as it was handed in; NULL: it is not, or was sent back. */
static const struct case_paper *filed_paper(const struct showing *s, const struct part *form)
{
    for (size_t i = s->paper_count; i > 0; i--)
        if (s->papers[i - 1].form && str_eq(s->papers[i - 1].paper, form->id))
            return &s->papers[i - 1];
    return NULL;
}

static err_t filed_json(struct showing *s, const struct case_paper *filed)
{
    struct case_paper whole = {.id = filed->id, .case_id = s->g.x->c.id};
    err_t rc = case_paper_read(&whole, s->g.db, s->a, s->g.e);
    jout_pair_object(s->j, "filed");
    jout_pair_i64(s->j, "paper", filed->id);
    jout_pair(s->j, "on", business_date(filed->issued_ms, s->a));
    jout_pair(s->j, "by", filed->name);
    jout_pair(s->j, "digest", filed->digest);
    if (rc == OK && whole.content.len) /* else it was erased by law */
        jout_pair_raw(s->j, "content", whole.content);
    jout_end_object(s->j);
    return rc;
}

static err_t one_form_json(struct showing *s, const struct part *form)
{
    const struct citation from = part_citation(form);
    const struct case_paper *filed = filed_paper(s, form);
    size_t required = 0, filled = 0, unknown = 0;
    struct str day = filed ? s->filed_on : s->g.x->today;
    err_t rc = programme_report_day(&(bool){false}, &day, s->g.db, s->g.p->kernel, s->g.p->pack,
                                    &s->g.x->c, s->a, s->g.e);
    for (size_t i = 0; i < s->filled->cell_count; i++) {
        const struct form_cell *c = &s->filled->cells[i];
        bool counts = part_true(c->cell, "required") && !is_others(s, c->section);
        required += counts;
        filled += counts && !c->missing;
        unknown += c->unknown;
    }
    jout_object(s->j);
    jout_pair(s->j, "form", form->id);
    jout_pair(s->j, "title", filed ? filed->title : s->filled->paper.title);
    jout_pair(s->j, "document", s->g.p->pack->document.title);
    jout_pair(s->j, "clause", from.clause);
    jout_pair(s->j, "quote", from.quote);
    counts_json(s->j, required, filled, unknown);
    jout_pair(s->j, "as_of", day);
    jout_pair_bool(s->j, "counts", form_counts(form));
    if (rc == OK && filed)
        rc = filed_json(s, filed);
    jout_pair_array(s->j, "sections");
    for (size_t i = 0, end; rc == OK && i < s->filled->cell_count; i = end) {
        end = end_of_section(s->filled, i);
        rc = section_json(s, i, end);
    }
    jout_end_array(s->j);
    jout_end_object(s->j);
    return rc;
}

/* With the reader's permissions: an office sees no more than in its lists. */
static err_t fill_for(struct form_filled *out, struct showing *s, const struct hand_in_form *of)
{
    const struct flow_case *c = &s->g.x->c;
    struct form_subject subject = {c->type, c->record_id, c->number, {.unit = c->unit}};
    struct form_source source = of->source;
    source.known = NULL; /* to whom reads it now */
    source.draft = true;
    err_t rc = programme_party_code(&subject.party.code, &s->g);
    if (rc == OK)
        rc = form_rows_read(&source,
                            &(struct record_call){s->g.p->kernel, s->g.x->by, NULL, 0, s->a},
                            of->form, &subject, s->g.e);
    if (rc == OK)
        rc = form_source_complete(&source, of->form, &s->g);
    return rc == OK ? form_fill(out, of->form, &source, s->a, s->g.e) : rc;
}

static err_t fill_all(struct form_filled *out, struct showing *s, const struct hand_in *h)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < h->form_count; i++)
        if (!filed_paper(s, h->forms[i].form))
            rc = fill_for(&out[i], s, &h->forms[i]);
    return rc;
}

static err_t forms_json(struct showing *s, const struct form_filled *filled,
                        const struct hand_in *h)
{
    err_t rc = OK;
    jout_pair_array(s->j, "forms");
    for (size_t i = 0; rc == OK && i < h->form_count; i++) {
        s->filled = &filled[i];
        rc = one_form_json(s, h->forms[i].form);
    }
    jout_end_array(s->j);
    return rc;
}

/* The papers of a case that was handed in and not sent back since, where the reader may see them. */
static err_t read_filed(struct showing *s)
{
    const struct process *process = s->g.x->process;
    struct str *steps = arena_array(s->a, process->step_count + 1, sizeof(*steps));
    struct flow_stands stands = {0};
    size_t count = 0;
    for (size_t i = 0; i < process->step_count; i++)
        if (process_step_has(&process->steps[i], EFFECT_HAND_IN))
            steps[count++] = process->steps[i].id;
    if (!form_paper_shown_to(s->g.x->by, s->g.x->c.unit))
        return OK;
    err_t rc = step_reader(&s->g);
    if (rc == OK)
        rc = flow_step_stands(&stands, &s->g, s->g.x->c.id, steps, count);
    if (rc == OK && stands.id)
        rc = case_papers(&s->papers, &s->paper_count, &s->g);
    step_reader_end(&s->g);
    s->filed_on = stands.date;
    return rc;
}

err_t form_json(struct buf *out, struct step *g)
{
    struct jout j;
    struct showing s = {.g = *g, .j = &j, .a = g->x->arena};
    struct form_acceptance by = {.digest = STR_NONE};
    struct hand_in h;
    programme_prepared(g->x)->with_sources = true;
    err_t rc = hand_in_of_case(&h, g);
    struct form_filled *filled = arena_array(g->x->arena, h.form_count + 1, sizeof(*filled));
    if (rc == OK)
        rc = read_filed(&s);
    if (rc == OK)
        rc = fill_all(filled, &s, &h);
    if (rc != OK || (rc = step_reader(&s.g)) != OK)
        return rc;
    rc = hand_in_accepted(&by, s.g.db, g->x->c.id, g->x->arena, g->e);
    if (rc == OK)
        rc = find_in_hand(&s.partys, &s.g);
    jout_init(&j, out);
    jout_object(&j);
    if (rc == OK)
        rc = forms_json(&s, filled, &h);
    if (rc == OK)
        hand_in_commitment_json(&j, &h, &by);
    jout_pair_i64(&j, "updated_ms", s.updated_ms);
    jout_end_object(&j);
    step_reader_end(&s.g);
    return rc;
}
