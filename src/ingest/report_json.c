/* The report of one input as JSON, for the command and the API alike. */
#include "base/msg.h"
#include "ingest/pipeline.h"

static bool reject_json(void *arg, const struct import_reject *r)
{
    struct jout *j = arg;
    jout_object(j);
    jout_pair_i64(j, "row", r->row);
    jout_pair(j, "sheet", r->sheet);
    jout_pair(j, "column", r->column);
    jout_pair(j, "value", r->value);
    jout_pair(j, "reason", r->reason);
    jout_end_object(j);
    return true;
}

/* Lists the fields that a column can be mapped to. */
static void fields_json(struct jout *j)
{
    const char *title, *name;
    jout_pair_array(j, "fields");
    for (size_t i = 0; (name = field_doc(i, &title)) != NULL; i++) {
        jout_object(j);
        jout_pair(j, "field", str_of(name));
        jout_pair(j, "label", str_of(msg(title)));
        jout_end_object(j);
    }
    jout_end_array(j);
}

void import_run_json(struct jout *j, const struct import_report *r)
{
    jout_pair_strs(j, "remarks", r->remarks, r->remark_count);
    jout_pair_array(j, "imports");
    for (size_t i = 0; i < r->import_count; i++)
        jout_i64(j, r->imports[i]);
    jout_end_array(j);
    if (r->dry_run) {
        jout_pair_bool(j, "dry_run", true);
        fields_json(j);
    }
}

static void guesses_json(struct jout *j, const struct import_file_report *f)
{
    jout_pair_array(j, "proposals");
    for (size_t i = 0; i < f->guess_count; i++) {
        jout_object(j);
        jout_pair(j, "column", f->guesses[i].column);
        jout_pair(j, "field", f->guesses[i].field);
        jout_pair(j, "values", f->guesses[i].values);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* Reports what was recognised, for a user who decides whether to import the file. */
static void recognised_json(struct jout *j, const struct import_file_report *f)
{
    jout_pair_bool(j, "dry_run", true);
    if (f->format_title)
        jout_pair(j, "format_title", str_of(msg(f->format_title)));
    jout_pair_array(j, "columns");
    for (size_t i = 0; i < f->column_count; i++) {
        const struct import_column *c = &f->columns[i];
        jout_object(j);
        jout_pair_str(j, "column", c->name);
        jout_pair(j, "field", str_of(c->field));
        jout_pair_bool(j, "known", c->known);
        jout_pair_strs(j, "sample", c->sample, IMPORT_SAMPLES);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_object(j, "with");
    jout_pair_i64(j, "applicant", f->applicants);
    jout_pair_i64(j, "abstract", f->abstracts);
    jout_pair_i64(j, "class", f->classes);
    jout_pair_i64(j, "citation", f->citations);
    jout_end_object(j);
}

static void day_json(struct jout *j, const char *name, struct date day)
{
    struct arena *a = arena_new();
    jout_pair(j, name, date_text(day, a));
    arena_free(a);
}

err_t import_file_json(struct jout *j, const struct import_file_report *f, struct err *e)
{
    err_t rc;
    jout_object(j);
    jout_pair_str(j, "file", f->file);
    jout_pair_or_null(j, "format", f->format);
    if (f->dry_run)
        recognised_json(j, f);
    jout_pair_i64(j, "records", f->records);
    jout_pair_i64(j, "inserted", f->inserted);
    jout_pair_i64(j, "updated", f->updated);
    jout_pair_i64(j, "unchanged", f->unchanged);
    jout_pair_i64(j, "rejected", f->rejected);
    jout_pair_i64(j, "numberless", f->numberless);
    jout_pair_i64(j, "repeats", f->repeats);
    jout_pair_i64(j, "resumed", f->resumed);
    if (f->as_of.year)
        day_json(j, "as_of", f->as_of);
    if (date_cmp(f->as_of, f->as_of_last) != 0) /* the records are of several days */
        day_json(j, "as_of_last", f->as_of_last);
    jout_pair(j, "table", f->table);
    if (f->refused != OK)
        jout_pair_str(j, "refused", f->refusal);
    jout_pair_array(j, "rejects");
    rc = import_rejects_each(f, reject_json, j, e);
    jout_end_array(j);
    jout_pair_strs(j, "unknown_columns", f->unknown_columns, f->unknown_count);
    jout_pair_array(j, "warnings");
    for (size_t i = 0; i < f->warning_count; i++) {
        const struct import_warning *w = &f->warnings[i];
        jout_object(j);
        jout_pair_z(j, "kind", msg(w->kind));
        jout_pair_i64(j, "count", w->count);
        jout_pair_i64(j, "first_row", w->first_row);
        jout_pair(j, "column", w->column);
        jout_pair(j, "value", w->value);
        jout_end_object(j);
    }
    jout_end_array(j);
    if (f->guess_count)
        guesses_json(j, f);
    jout_pair_strs(j, "remarks", f->remarks, f->remark_count);
    jout_end_object(j);
    return rc;
}
