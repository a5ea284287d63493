/* Imports for people: two forms of a document, member by member. */
#include "ingest/import_report.h"

static void pair_time(struct jout *j, const char *name, int64_t ms)
{
    char when[21];
    if (ms == 0)
        return;
    time_format(when, ms);
    jout_pair(j, name, str_of(when));
}

void import_json(struct jout *j, const struct publication_import *i)
{
    jout_object(j);
    jout_pair_i64(j, "id", i->id);
    jout_pair(j, "state", i->state);
    jout_pair(j, "name", i->name);
    jout_pair(j, "digest", i->digest);
    jout_pair(j, "source", i->source);
    jout_pair_i64(j, "account", i->account);
    jout_pair_i64(j, "unit", i->unit);
    pair_time(j, "begun", i->begun_ms);
    jout_pair_bool(j, "finished", i->finished);
    jout_pair_i64(j, "records", i->records);
    jout_pair(j, "entry", i->entry);
    pair_time(j, "undone", i->undone_ms);
    if (i->undone_ms)
        jout_pair_i64(j, "undone_by", i->undone_by);
    jout_pair(j, "undone_entry", i->undone_entry);
    jout_end_object(j);
}

/* The member of that name as JSON; empty: there is none. */
static struct str member(const struct jvalue *v, struct str name, struct arena *a)
{
    for (size_t i = 0; v && i < v->count; i++)
        if (str_eq(v->names[i], name))
            return jvalue_json(&v->items[i], a);
    return STR_NONE;
}

static void write_field(struct jout *j, struct str name, struct str before, struct str after)
{
    if (str_eq(before, after))
        return;
    jout_object(j);
    jout_pair(j, "field", name);
    if (before.len)
        jout_pair_raw(j, "before", before);
    if (after.len) {
        jout_pair_raw(j, "after", after);
    }
    jout_end_object(j);
}

static err_t parse(const struct jvalue **out, struct str json, struct arena *a, struct err *e)
{
    *out = NULL;
    return json.len ? jin_parse(out, json, JIN_REFUSE_DUPLICATES, NULL, a, e) : OK;
}

/* Members as they are with the import, then those that are there only without it. */
static err_t write_fields(struct jout *j, struct str without, struct str with, struct arena *a,
                          struct err *e)
{
    const struct jvalue *then = NULL, *now = NULL;
    err_t rc = parse(&then, without, a, e);
    if (rc == OK)
        rc = parse(&now, with, a, e);
    for (size_t i = 0; rc == OK && now && i < now->count; i++)
        write_field(j, now->names[i], member(then, now->names[i], a),
                    jvalue_json(&now->items[i], a));
    for (size_t i = 0; rc == OK && then && i < then->count; i++)
        if (member(now, then->names[i], a).len == 0)
            write_field(j, then->names[i], jvalue_json(&then->items[i], a), STR_NONE);
    return rc;
}

err_t import_changes_json(struct jout *j, int64_t *total, int64_t *next, struct db *db, int64_t id,
                          int64_t after, size_t limit, struct arena *a, struct err *e)
{
    int64_t *ids = arena_array(a, limit + 1, sizeof(*ids));
    size_t count = 0;
    err_t rc = publication_import_touched(ids, &count, limit + 1, db, id, after, e);
    if (rc == OK)
        rc = publication_import_count(total, db, id, e);
    *next = count > limit ? ids[limit - 1] : 0;
    for (size_t i = 0; rc == OK && i < count && i < limit; i++) {
        struct str without, with;
        rc = publication_import_compare(&without, &with, db, id, ids[i], a, e);
        if (rc != OK)
            break;
        jout_object(j);
        jout_pair_i64(j, "publication", ids[i]);
        jout_pair_array(j, "fields");
        rc = write_fields(j, without, with, a, e);
        jout_end_array(j);
        jout_end_object(j);
    }
    return rc;
}
