/* The data of a write, made before its step: the version's content and its commitment, the search
 * text. */
#include "record/write_priv.h"
#include "text/unicode.h"

static struct str member_json(const struct write *w, struct str name)
{
    struct jout j;
    jout_own(&j);
    if (str_is(name, "_reason") && w->reason.len > 0)
        jout_str(&j, w->reason);
    else if (str_is(name, "ended_ms") && w->ends)
        jout_i64(&j, w->now_ms);
    else if (str_is(name, "owner_unit") && !w->plan->owns_itself)
        jout_i64(&j, w->labels.owner_unit);
    else if (str_is(name, "published"))
        jout_bool(&j, w->labels.published);
    else if (str_is(name, "secrecy"))
        jout_i64(&j, (int64_t)w->labels.secrecy);
    else if (str_is(name, "state"))
        jout_str(&j, w->labels.state);
    return buf_take(j.to, w->arena);
}

/* The version's content, and the commitment to each of its members. */
static void make_content(struct write *w)
{
    struct log_field *fields = arena_array(w->arena, w->plan->content_count + 1, sizeof(*fields));
    struct jout j;
    size_t n = 0;
    jout_open(&j);
    for (size_t i = 0; i < w->plan->content_count; i++) {
        const struct content_item *item = &w->plan->content[i];
        struct str json = item->field ? w->body.values[item->field - w->plan->fields].json
                                      : member_json(w, item->name);
        if (json.len == 0)
            continue;
        fields[n++] = (struct log_field){item->name, json};
        jout_name_str(&j, item->name);
        jout_raw(&j, json);
    }
    jout_end_object(&j);
    w->content = buf_take(j.to, w->arena);
    log_commit(&w->commitment, w->kernel->suite, fields, n, w->arena);
}

/* The search form of the type's search fields, one a line, if one of them has changed. */
static void make_text(struct write *w)
{
    const struct record_type *t = w->plan->type;
    struct buf text = {0};
    bool changed = false;
    for (size_t i = 0; i < t->search_count; i++) {
        struct str column = t->search[i];
        size_t at = plan_field(w->plan, str_split(&column, STR(".")));
        const struct field_value *v = &w->body.values[at];
        size_t part = column.len ? value_part_column(w->plan->fields[at].field, column) : 0;
        changed |= !w->body.changed || w->body.changed[at];
        if (v->cols[0].type == VALUE_STR) {
            unicode_fold(&text, bytes_str(v->cols[0].bytes));
            buf_addc(&text, '\n');
        }
        for (size_t k = 0; k < v->row_count; k++)
            if (v->rows[k * v->row_width + part].type == VALUE_STR) {
                unicode_fold(&text, bytes_str(v->rows[k * v->row_width + part].bytes));
                buf_addc(&text, '\n');
            }
    }
    w->text = buf_take(&text, w->arena);
    if (!changed)
        w->text = STR_NONE;
}

err_t write_text(struct db *db, const struct write *w, struct err *e)
{
    static const struct upsert text = {"record_text", "type, record_id", "text"};
    struct stmt *st = NULL;
    err_t rc;
    if (!w->text.ptr)
        return OK;
    if (w->text.len == 0)
        return db_run_later(db, "DELETE FROM record_text WHERE type = ?1 AND record_id = ?2",
                            VALUES(v_str(w->plan->type->name), v_i64(w->id)), e);
    if ((rc = db_prepare_upsert(&st, db, &text, e)) == OK &&
        (rc = stmt_bind_str(st, 1, w->plan->type->name, e)) == OK &&
        (rc = stmt_bind_i64(st, 2, w->id, e)) == OK &&
        (rc = stmt_bind_str(st, 3, w->text, e)) == OK)
        rc = stmt_run_later(st, e);
    stmt_free(st);
    return rc;
}

err_t write_search_text(struct db *db, struct write *w, struct err *e)
{
    make_text(w);
    return write_text(db, w, e);
}

bool write_published(const struct write *w)
{
    const struct record_type *t = w->plan->type;
    size_t unless = t->public_unless.len ? plan_field(w->plan, t->public_unless) : SIZE_MAX;
    if (unless != SIZE_MAX && w->body.values[unless].cols[0].i64)
        return false;
    const struct state *s = record_state(t, w->labels.state);
    return t->is_public || (s && s->is_public);
}

/* Everything that the step writes, from the body and the labels. */
void write_prepare(struct write *w)
{
    w->labels.published = write_published(w);
    make_content(w);
    if (w->plan->type->search_count > 0)
        make_text(w);
}
