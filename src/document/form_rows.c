/* The records behind a form, out of the store: one list for each type that it names. */
#include "access/account.h"
#include "base/vec.h"
#include "document/form_value.h"
#include "matter/matter.h"
#include "policy/paper_value.h"
#include "record/plan.h"

#define RECORDS_MAX 500 /* of one type in one paper: 25 pages of a list */

struct reading {
    const struct form_source *source;
    const struct record_call *who;
    const struct form_subject *of;
    struct arena *a; /* of the caller */
    struct err *e;
    VEC(struct form_rows) rows;
};

/* --- which types --------------------------------------------------------------------- */

static void add_type(struct reading *r, struct str name)
{
    const struct record_type *t = record_type_find(r->who->kernel->types, name);
    for (size_t i = 0; t && i < r->rows.len; i++)
        if (r->rows.ptr[i].type == t)
            return;
    if (t)
        VEC_PUSH(r->a, &r->rows, ((struct form_rows){.type = t}));
}

static void add_placeholders(struct reading *r, struct str text)
{
    struct str piece, name;
    while (text.ptr && paper_text_next(&text, &piece, &name))
        if (name.ptr && !paper_value_name(name))
            add_type(r, form_path_of(name).type);
}

/* Every path and placeholder of the form or paper, however deep. */
static void add_types_of(struct reading *r, const struct part *p)
{
    for (size_t i = 0; p->keys[i].name; i++) {
        const struct part_value *v = &p->values[i];
        bool paths = strcmp(p->keys[i].name, "fill") == 0 ||
                     strcmp(p->keys[i].name, "needs") == 0 || strcmp(p->keys[i].name, "proof") == 0;
        for (size_t k = 0; paths && k < v->word_count; k++)
            if (!paper_value_name(v->words[k]))
                add_type(r, form_path_of(v->words[k]).type);
        if (strcmp(p->keys[i].name, "each") == 0 && v->text.len)
            add_type(r, v->text);
        if (strcmp(p->keys[i].name, "when") == 0 && v->text.len && !paper_value_name(v->text))
            add_type(r, form_path_of(v->text).type);
        if (p->keys[i].type == PART_TEXT)
            add_placeholders(r, v->text);
        for (size_t k = 0; k < v->item_count; k++)
            add_types_of(r, &v->items[k]);
    }
}

/* --- their records ---------------------------------------------------------------------- */

static bool of_another_programme(const struct reading *r, const struct type_plan *p,
                                 const struct jvalue *v)
{
    struct str programme =
        p->programme ? jin_text(v, arena_cstr(r->a, p->programme->field->name)) : STR_NONE;
    return programme.len && !str_eq(programme, r->source->pack->id);
}

static bool of_another_case(const struct reading *r, const struct type_plan *p,
                            const struct jvalue *v)
{
    struct str number =
        p->case_number ? jin_text(v, arena_cstr(r->a, p->case_number->field->name)) : STR_NONE;
    return number.len && r->of->number.len && !str_eq(number, r->of->number);
}

static err_t account_name(struct str *out, struct reading *r, int64_t account)
{
    return STORE_READ(db, r->who->kernel->store, r->e,
                      account_display_name(out, db, account, r->a, r->e));
}

/* Replaces account numbers in a record by the names of the people. */
static err_t name_accounts(const struct jvalue **record, struct reading *r,
                           const struct record_type *t)
{
    const struct jvalue *from = *record;
    struct jvalue *named = arena_alloc(r->a, sizeof(*named)),
                  *items = arena_array(r->a, from->count + 1, sizeof(*items));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < from->count; i++) {
        const struct field *f = record_field(t, from->names[i]);
        int64_t account = 0;
        items[i] = from->items[i];
        if (!f || f->type != FIELD_REF || !str_is(f->to, "account") || items[i].type != J_NUMBER ||
            !str_to_i64(&account, items[i].text))
            continue;
        rc = account_name(&items[i].text, r, account);
        items[i].type = J_STRING;
    }
    *named = *from;
    named->items = items;
    *record = named;
    return rc;
}

static err_t read_one(const struct jvalue **out, struct reading *r, const struct record_type *t,
                      int64_t id)
{
    err_t rc =
        record_seen(out, &(struct record_call){r->who->kernel, r->who->subject, t, id, r->a}, r->e);
    return rc == OK ? name_accounts(out, r, t) : rc;
}

static struct str filter_of(const struct reading *r, const struct record_type *t)
{
    switch (t->facts_of) {
    case FACTS_OF_OWNER:
        return arena_printf(r->a, "owner_unit=%lld", (long long)r->of->party.unit);
    case FACTS_OF_PARTY:
        return arena_printf(r->a, "party=\"%.*s\"", STR_ARG(r->of->party.code));
    case FACTS_OF_PROVINCE:
        break;
    }
    return STR_NONE; /* of every party of the province: what the subject may read */
}

/* All fields of the records that the subject may read. */
static err_t list_records(struct record_page *out, struct reading *r, const struct record_type *t)
{
    struct list_request q = {
        .filter = filter_of(r, t), .sort = STR("id"), .fields = STR("*"), .limit = RECORDS_MAX};
    err_t rc = record_page_read(
        out, &(struct record_call){r->who->kernel, r->who->subject, t, 0, r->a}, &q, r->e);
    if (rc == OK && out->total > RECORDS_MAX)
        return err_set(r->e, E_LIMIT,
                       "%lld records of the type %.*s are more than a paper lists: at most %d",
                       (long long)out->total, STR_ARG(t->name), RECORDS_MAX);
    return rc;
}

/* The ids of the type's records of which a value was erased. */
static err_t find_erased(struct ids *out, struct reading *r, const struct record_type *t)
{
    return STORE_READ(db, r->who->kernel->store, r->e,
                      db_ids(out, db,
                             "SELECT DISTINCT record_id FROM record_erasure WHERE type = ?1",
                             VALUES(v_str(t->name)), r->a, r->e));
}

/* A record of the list; one with an erased value is read alone, which names the erased fields. */
static err_t read_listed(const struct jvalue **out, struct reading *r, const struct record_type *t,
                         const struct jvalue *item, const struct ids *erased)
{
    int64_t id = 0;
    if (!jin_i64(&id, item, "id"))
        return err_set(r->e, E_INTERNAL, "%s", "a record has no id");
    for (size_t i = 0; i < erased->len; i++)
        if (erased->ptr[i] == id)
            return read_one(out, r, t, id);
    *out = item;
    return name_accounts(out, r, t);
}

static err_t read_list(struct reading *r, struct form_rows *rows)
{
    const struct type_plan *plan = plan_of(r->who->kernel, rows->type);
    const struct jvalue *one = NULL;
    struct record_page page;
    struct ids erased = {0};
    VEC(struct jvalue) all = {0};
    err_t rc = list_records(&page, r, rows->type);
    if (rc == E_DENIED) /* a type that this person may not read at all: nothing of it is known */
        return OK;
    if (rc == OK && page.count)
        rc = find_erased(&erased, r, rows->type);
    for (size_t i = 0; rc == OK && i < page.count; i++) {
        rc = read_listed(&one, r, rows->type, &page.items[i], &erased);
        if (rc == OK && !of_another_programme(r, plan, one) && !of_another_case(r, plan, one))
            VEC_PUSH(r->a, &all, *one);
    }
    rows->items = all.ptr;
    rows->count = all.len;
    return rc;
}

static err_t read_type(struct reading *r, struct form_rows *rows)
{
    struct form_rows_known *known = r->source->known;
    const struct jvalue *one = NULL;
    err_t rc = OK;
    for (size_t i = 0; known && i < known->len; i++)
        if (known->ptr[i].type == rows->type) {
            *rows = known->ptr[i];
            return OK;
        }
    if (str_eq(rows->type->name, r->of->type)) {
        rc = read_one(&one, r, rows->type, r->of->id);
        rows->items = one;
        rows->count = rc == OK;
    } else {
        rc = read_list(r, rows);
    }
    if (rc == OK && known)
        VEC_PUSH(r->a, known, *rows);
    return rc;
}

err_t form_rows_read(struct form_source *s, const struct record_call *who, const struct part *form,
                     const struct form_subject *of, struct err *e)
{
    struct reading r = {.source = s, .who = who, .of = of, .a = who->arena, .e = e};
    const struct pack *p = s->pack;
    const struct part *like = part_named(p, PART_PAPERS, part_text(form, "like"));
    err_t rc = OK;
    add_types_of(&r, form);
    if (like)
        add_types_of(&r, like);
    /* Only what is handed in prints which material proves it: a paper's own lines name all that it says. */
    bool is_paper = part_named(p, PART_PAPERS, form->id) == form;
    for (size_t i = 0; !is_paper && i < p->parts[PART_MATERIALS].list.len; i++)
        if (str_eq(part_text(&p->parts[PART_MATERIALS].list.ptr[i], "process"),
                   part_text(form, "process")))
            add_types_of(&r, &p->parts[PART_MATERIALS].list.ptr[i]);
    if (is_paper || p->naming.given) /* a paper may say it; names are made of it */
        add_type(&r, STR("industry"));
    if (of->type.len)
        add_type(&r, of->type);
    for (size_t i = 0; rc == OK && i < r.rows.len; i++)
        rc = read_type(&r, &r.rows.ptr[i]);
    s->rows = r.rows.ptr;
    s->row_count = r.rows.len;
    return rc;
}
