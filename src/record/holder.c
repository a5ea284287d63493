/* Whether a contract on patents has a holder of each of them among its parties. What the library says is asked when
 * patents, parties, kind or state change: a patent that moves on later takes nothing from what was signed. */
#include "base/vec.h"
#include "model/normal.h"
#include "model/patent.h"
#include "record/write_priv.h"

struct looking {
    struct arena *arena;
    VEC(struct str) parties; /* keys of their names */
    struct str missing;
    bool seen; /* a publication of the patent */
};

/* Its assignees, else its applicants; one of them is enough. */
static err_t look(void *arg, const struct patent *p, struct err *e)
{
    struct looking *x = arg;
    struct str first = STR_NONE;
    enum party_role role = PARTY_APPLICANT;
    (void)e;
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == PARTY_ASSIGNEE)
            role = PARTY_ASSIGNEE;
    for (size_t i = 0; i < p->parties.len && !x->seen; i++) {
        const struct party *party = &p->parties.ptr[i];
        if (party->role != role)
            continue;
        if (str_among(party->name_key, x->parties.ptr, x->parties.len))
            return x->seen = true, OK;
        first = first.len ? first : party->name;
    }
    if (!x->seen && first.len && x->missing.len < 1000 && !str_contains(x->missing, first))
        x->missing = x->missing.len ? arena_printf(x->arena, "%.*s；%.*s", STR_ARG(x->missing),
                                                   STR_ARG(first))
                                    : arena_dup(x->arena, first);
    x->seen = true;
    return OK;
}

static const struct field_value *value_at(size_t *at, const struct write *w, struct str name)
{
    *at = plan_field(w->plan, name);
    return &w->body.values[*at];
}

void write_fill_holder(struct write *w)
{
    const struct claim_rule *c = &w->plan->type->claim;
    struct looking x = {.arena = w->arena};
    struct str column = c->parties, table = str_split(&column, STR("."));
    size_t at, sides_at, patents_at, kind_at;
    if (!w->kernel->library || c->holder.len == 0)
        return;
    const struct field_value *sides = value_at(&sides_at, w, table),
                             *patents = value_at(&patents_at, w, c->patents),
                             *kind = value_at(&kind_at, w, c->kind);
    if (w->before && !w->body.changed[sides_at] && !w->body.changed[patents_at] &&
        !w->body.changed[kind_at] && str_eq(w->labels.state, w->before->labels.state))
        return;
    if (w->subject->unit == w->labels.owner_unit)
        VEC_PUSH(w->arena, &x.parties, name_key(w->subject->unit_name, w->arena));
    size_t name_at =
        column.len ? value_part_column(w->plan->fields[sides_at].field, column) : 0;
    for (size_t i = 0; i < sides->row_count; i++)
        VEC_PUSH(w->arena, &x.parties,
                 name_key(bytes_str(sides->rows[i * sides->row_width + name_at].bytes), w->arena));
    bool asked = str_among(bytes_str(kind->cols[0].bytes), c->held.items, c->held.count);
    for (size_t i = 0; asked && i < patents->row_count; i++, x.seen = false) {
        struct str number = bytes_str(patents->rows[i * patents->row_width].bytes);
        err_t rc = w->kernel->library(w->kernel->searcher, number, look, &x, w->arena, NULL);
        if (rc != OK && rc != E_INVALID) /* there is no index now */
            return;
    }
    struct value_writer writer = {.view = VIEW_CANONICAL};
    struct field_value *v = &w->body.values[(at = plan_field(w->plan, c->holder))];
    if (str_eq(x.missing, v->given ? bytes_str(v->cols[0].bytes) : STR_NONE))
        return;
    *v = (struct field_value){.cols = {v_str(x.missing), {.type = VALUE_NULL}}};
    value_finish(v, &writer, w->plan->fields[at].field, w->arena);
    w->body.changed[at] = true;
    write_prepare(w);
}
