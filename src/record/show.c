/* One place where a record becomes JSON. */
#include "record/show.h"
#include "access/mutation.h"

static bool within(const struct decision *d, const struct str_list *l, const struct type_plan *p,
                   size_t i, const char *check)
{
    return !p->fields[i].field->retired && (str_list_has(l, p->fields[i].field->name) ||
                                            (d->allowed && access_off(p->type->name, check)));
}

void shown_from(struct shown *out, const struct type_plan *p, const struct decision *d,
                struct arena *a)
{
    out->fields = arena_array(a, p->field_count + 1, sizeof(*out->fields));
    out->unmasked = arena_array(a, p->field_count + 1, sizeof(*out->unmasked));
    out->labels = d->labels || (d->allowed && access_off(p->type->name, "whose"));
    for (size_t i = 0; i < p->field_count; i++) {
        out->fields[i] = within(d, &d->fields, p, i, "fields");
        out->unmasked[i] =
            p->fields[i].field->type == FIELD_PERSON && within(d, &d->unmasked, p, i, "plain");
    }
}

static void or_null(struct jout *j, int64_t n)
{
    if (n != 0)
        jout_i64(j, n);
    else
        jout_null(j);
}

bool shown_column(const struct shown *s, enum system_column c)
{
    return c == SYS_ID || c == SYS_VERSION || c == SYS_STATE || s->labels;
}

void show_column(struct jout *j, const struct shown *s, const struct row *r, enum system_column c)
{
    if (!shown_column(s, c))
        return;
    jout_name(j, system_column_name(c));
    switch (c) {
    case SYS_ID:
        jout_i64(j, r->labels.id);
        break;
    case SYS_VERSION:
        jout_i64(j, r->version);
        break;
    case SYS_STATE:
        jout_str(j, r->labels.state);
        break;
    case SYS_OWNER_UNIT:
        jout_i64(j, r->labels.owner_unit);
        break;
    case SYS_OWNER_CITY:
        if (r->labels.owner_city.len > 0)
            jout_str(j, r->labels.owner_city);
        else
            jout_null(j);
        break;
    case SYS_OWNER_PROVINCE:
        jout_str(j, r->labels.owner_province);
        break;
    case SYS_SECRECY:
        jout_z(j, secrecy_names[r->labels.secrecy]);
        break;
    case SYS_PUBLISHED:
        jout_bool(j, r->labels.published);
        break;
    case SYS_CREATED_MS:
        jout_i64(j, r->created_ms);
        break;
    case SYS_CREATED_BY:
        jout_i64(j, r->labels.created_by);
        break;
    case SYS_CHANGED_MS:
        jout_i64(j, r->changed_ms);
        break;
    case SYS_CHANGED_BY:
        jout_i64(j, r->changed_by);
        break;
    case SYS_ENDED_MS:
        or_null(j, r->ended_ms);
        break;
    case SYS_IMPORT_ID:
        or_null(j, r->import_id);
        break;
    case SYS_COUNT:
        jout_null(j);
        break;
    }
}

void show_system(struct jout *j, const struct shown *s, const struct row *r)
{
    for (int c = 0; c < SYS_COUNT; c++)
        show_column(j, s, r, (enum system_column)c);
}

void show_field(struct jout *j, struct value_writer *w, const struct field_plan *f,
                const struct field_value *v, bool unmasked)
{
    w->view = unmasked ? VIEW_PLAIN : VIEW_MASKED;
    jout_name_str(j, f->field->name);
    if (f->child)
        value_write_rows(j, w, f->field, v);
    else
        value_write(j, w, f->field, v->cols);
}

/* The field that names a record, where it may be seen; *field SIZE_MAX: it may not. */
static void find_title(size_t *field, bool *unmasked, const struct type_plan *p,
                       const struct decision *read, struct arena *a)
{
    struct shown shown;
    shown_from(&shown, p, read, a);
    *field = plan_field(p, p->type->title);
    if (*field != SIZE_MAX &&
        (!shown.fields[*field] || p->fields[*field].field->type == FIELD_COMPUTED))
        *field = SIZE_MAX;
    *unmasked = *field != SIZE_MAX && shown.unmasked[*field];
}

err_t show_title(struct jout *j, const struct kernel *k, const struct type_plan *p,
                 const struct row *row, const struct decision *read, struct arena *a, struct err *e)
{
    struct value_writer writer = {.keys = k->keys, .e = e};
    size_t field;
    bool unmasked;
    find_title(&field, &unmasked, p, read, a);
    jout_pair_object(j, "title");
    if (field != SIZE_MAX)
        show_field(j, &writer, &p->fields[field], &row->values[field], unmasked);
    jout_end_object(j);
    return writer.rc;
}

struct str show_title_text(const struct type_plan *p, const struct row *row,
                           const struct decision *read, struct arena *a)
{
    size_t field;
    bool unmasked;
    find_title(&field, &unmasked, p, read, a);
    const struct field_value *v = field == SIZE_MAX ? NULL : &row->values[field];
    bool plain = v && (p->fields[field].field->type == FIELD_TEXT) && !p->fields[field].child &&
                 v->cols[0].type == VALUE_STR;
    return plain ? arena_dup(a, bytes_str(v->cols[0].bytes)) : p->type->label.zh;
}
