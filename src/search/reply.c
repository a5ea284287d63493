/* Replies as JSON, with the keys of the command line's contract; what is empty is
 * left out, but for the keys that every hit has. */
#include "search/search.h"

static void highlights_json(struct jout *j, const struct found *f)
{
    jout_name(j, "highlights");
    jout_array(j);
    for (size_t i = 0; i < f->highlight_count; i++) {
        const struct highlight *h = &f->highlights[i];
        jout_object(j);
        jout_pair(j, "field", h->field);
        jout_pair(j, "text", h->text);
        jout_name(j, "marks"); /* byte ranges in the UTF-8 text */
        jout_array(j);
        for (size_t k = 0; k < h->mark_count; k++) {
            jout_array(j);
            jout_u64(j, h->marks[k].from);
            jout_u64(j, h->marks[k].to);
            jout_end_array(j);
        }
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void reasons_json(struct jout *j, const struct found *f)
{
    jout_name(j, "reasons");
    jout_array(j);
    for (size_t i = 0; i < f->reason_count; i++) {
        jout_object(j);
        jout_pair(j, "kind", f->reasons[i].kind);
        jout_pair(j, "value", f->reasons[i].value);
        jout_name(j, "weight");
        jout_double(j, f->reasons[i].weight);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void hit_json(struct jout *j, const struct found *f, bool with_reasons)
{
    jout_object(j);
    jout_pair_i64(j, "id", f->id);
    jout_name(j, "number");
    jout_str(j, f->number);
    jout_name(j, "title");
    jout_str(j, f->title);
    jout_name(j, "score");
    jout_double(j, f->score);
    jout_pair(j, "applicant", f->applicant);
    jout_pair(j, "date", f->date);
    jout_pair(j, "ipc", f->ipc);
    jout_pair(j, "status", f->status);
    jout_pair(j, "type", f->type);
    jout_pair(j, "office", f->office);
    highlights_json(j, f);
    if (with_reasons)
        reasons_json(j, f);
    jout_end_object(j);
}

static void facets_json(struct jout *j, const struct search_reply *r)
{
    jout_name(j, "facets");
    jout_array(j);
    for (size_t i = 0; i < r->facet_count; i++) {
        const struct facet *f = &r->facets[i];
        jout_object(j);
        jout_pair(j, "name", f->name);
        jout_name(j, "distinct");
        jout_u64(j, f->distinct);
        jout_name(j, "values");
        jout_array(j);
        for (size_t k = 0; k < f->count; k++) {
            jout_object(j);
            jout_pair(j, "value", f->values[k].value);
            jout_pair(j, "label", f->values[k].label);
            jout_name(j, "count");
            jout_u64(j, f->values[k].count);
            jout_end_object(j);
        }
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void search_reply_json(struct jout *j, const struct search_reply *r, bool with_reasons)
{
    jout_object(j);
    jout_name(j, "hits");
    jout_array(j);
    for (size_t i = 0; i < r->hit_count; i++)
        hit_json(j, &r->hits[i], with_reasons);
    jout_end_array(j);
    jout_name(j, "total");
    jout_u64(j, r->total);
    jout_name(j, "ms");
    jout_double(j, r->ms);
    if (r->facet_count > 0)
        facets_json(j, r);
    jout_pair(j, "note", r->note);
    jout_end_object(j);
}

static void strs_json(struct jout *j, const char *name, const struct str *list, size_t count)
{
    jout_name(j, name);
    jout_array(j);
    for (size_t i = 0; i < count; i++)
        jout_str(j, list[i]);
    jout_end_array(j);
}

void landscape_reply_json(struct jout *j, const struct landscape_reply *r)
{
    jout_object(j);
    strs_json(j, "by", r->by, r->by_count);
    jout_name(j, "cells");
    jout_array(j);
    for (size_t i = 0; i < r->cell_count; i++) {
        jout_object(j);
        strs_json(j, "key", r->cells[i].key, r->by_count);
        strs_json(j, "label", r->cells[i].label, r->by_count);
        jout_name(j, "count");
        jout_u64(j, r->cells[i].count);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_name(j, "total");
    jout_u64(j, r->total);
    jout_name(j, "ms");
    jout_double(j, r->ms);
    jout_pair(j, "note", r->note);
    jout_end_object(j);
}
