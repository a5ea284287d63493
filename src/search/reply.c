/* Replies as JSON, with the keys of the command line's contract; what is empty is
 * left out, but for the keys that every hit has. */
#include "search/export.h"

static void run_json(struct jout *j, struct str text, size_t from, size_t to, bool marked)
{
    if (from == to)
        return;
    jout_object(j);
    jout_pair(j, "text", (struct str){text.ptr + from, to - from});
    jout_pair_bool(j, "marked", marked);
    jout_end_object(j);
}

/* The text in pieces, marked and unmarked by turns. */
static void runs_json(struct jout *j, const struct highlight *h)
{
    size_t at = 0;
    jout_pair_array(j, "runs");
    for (size_t i = 0; i < h->mark_count; i++) {
        run_json(j, h->text, at, h->marks[i].from, false);
        run_json(j, h->text, h->marks[i].from, h->marks[i].to, true);
        at = h->marks[i].to;
    }
    run_json(j, h->text, at, h->text.len, false);
    jout_end_array(j);
}

static void highlights_json(struct jout *j, const struct found *f)
{
    jout_pair_array(j, "highlights");
    for (size_t i = 0; i < f->highlight_count; i++) {
        const struct highlight *h = &f->highlights[i];
        jout_object(j);
        jout_pair(j, "field", h->field);
        jout_pair(j, "field_label", search_label(h->field));
        runs_json(j, h);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void reasons_json(struct jout *j, const struct found *f)
{
    jout_pair_array(j, "reasons");
    for (size_t i = 0; i < f->reason_count; i++) {
        jout_object(j);
        jout_pair(j, "kind", f->reasons[i].kind);
        jout_pair(j, "value", f->reasons[i].value);
        jout_pair_double(j, "weight", f->reasons[i].weight);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void hit_json(struct jout *j, const struct found *f, bool by_families, bool with_reasons)
{
    jout_object(j);
    jout_pair_i64(j, "id", f->id);
    jout_pair_str(j, "number", f->number);
    jout_pair_str(j, "title", f->title);
    jout_pair_double(j, "score", f->score);
    jout_pair(j, "applicant", f->applicant);
    jout_pair(j, "date", f->date);
    jout_pair(j, "ipc", f->ipc);
    jout_pair(j, "status", f->status);
    jout_pair(j, "status_label", f->status_label);
    jout_pair_or_null(j, "status_date", f->status_date);
    if (f->times_cited >= 0)
        jout_pair_i64(j, "times_cited", f->times_cited);
    jout_pair(j, "type", f->type);
    jout_pair(j, "type_label", f->type_label);
    jout_pair(j, "office", f->office);
    jout_pair(j, "office_label", f->office_label);
    if (by_families)
        jout_pair_u64(j, "others", f->others);
    search_cells_json(j, f);
    highlights_json(j, f);
    if (with_reasons) {
        jout_pair_double(j, "similarity", f->similarity);
        reasons_json(j, f);
    }
    jout_end_object(j);
}

static void groups_json(struct jout *j, const struct facet_row *row)
{
    if (row->group_count == 0)
        return;
    jout_pair_array(j, "groups");
    for (size_t i = 0; i < row->group_count; i++)
        jout_i64(j, row->groups[i]);
    jout_end_array(j);
}

static void facets_json(struct jout *j, const struct search_reply *r)
{
    jout_pair_array(j, "facets");
    for (size_t i = 0; i < r->facet_count; i++) {
        const struct facet *f = &r->facets[i];
        jout_object(j);
        jout_pair(j, "name", f->name);
        jout_pair(j, "label", search_label(f->name));
        jout_pair(j, "filter", f->filter);
        jout_pair_u64(j, "distinct", f->distinct);
        jout_pair_array(j, "values");
        for (size_t k = 0; k < f->count; k++) {
            jout_object(j);
            jout_pair(j, "value", f->values[k].value);
            jout_pair(j, "label", f->values[k].label);
            jout_pair_u64(j, "count", f->values[k].count);
            if (f->values[k].name_count > 0)
                jout_pair_strs(j, "names", f->values[k].names, f->values[k].name_count);
            groups_json(j, &f->values[k]);
            jout_end_object(j);
        }
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void hints_json(struct jout *j, const char *list, const char *name, const char *count,
                       const struct search_hint *hints, size_t hint_count)
{
    if (hint_count == 0)
        return;
    jout_pair_array(j, list);
    for (size_t i = 0; i < hint_count; i++) {
        jout_object(j);
        jout_pair(j, name, hints[i].text);
        jout_pair_u64(j, count, hints[i].count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void search_reply_json(struct jout *j, const struct search_reply *r, bool with_reasons)
{
    jout_object(j);
    jout_pair_array(j, "hits");
    for (size_t i = 0; i < r->hit_count; i++)
        hit_json(j, &r->hits[i], r->by_families, with_reasons);
    jout_end_array(j);
    jout_pair_u64(j, "total", r->total);
    if (r->by_families)
        jout_pair_u64(j, "families", r->families);
    if (with_reasons) {
        jout_pair_bool(j, "nothing_near", r->nothing_near);
        jout_pair(j, "before", r->before);
    }
    jout_pair_double(j, "ms", r->ms);
    if (r->facet_count > 0)
        facets_json(j, r);
    hints_json(j, "terms", "text", "count", r->words, r->word_count);
    hints_json(j, "without", "filter", "total", r->filters, r->filter_count);
    jout_pair(j, "note", r->note);
    jout_end_object(j);
}

void landscape_reply_json(struct jout *j, const struct landscape_reply *r)
{
    jout_object(j);
    jout_pair_strs(j, "by", r->by, r->by_count);
    jout_pair_array(j, "cells");
    for (size_t i = 0; i < r->cell_count; i++) {
        jout_object(j);
        jout_pair_strs(j, "key", r->cells[i].key, r->by_count);
        jout_pair_strs(j, "label", r->cells[i].label, r->by_count);
        jout_pair_u64(j, "count", r->cells[i].count);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_u64(j, "total", r->total);
    if (r->by_families)
        jout_pair_u64(j, "families", r->families);
    jout_pair_double(j, "ms", r->ms);
    if (r->open_from)
        jout_pair_i64(j, "open_from", r->open_from);
    jout_pair(j, "note", r->note);
    jout_end_object(j);
}
