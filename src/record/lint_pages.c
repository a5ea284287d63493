/* Checks of what pages need of a type: type_pages.c has read it. */
#include "record/dues.h"
#include "record/lint.h"
#include "record/value.h"

#define FIRST_FIELDS_MAX 8
#define FIELDS_WITHOUT_SECTIONS 12

static bool is_day(const struct field *f)
{
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    return type == FIELD_DATE || type == FIELD_KNOWN_DATE || type == FIELD_DATETIME ||
           type == FIELD_PERIOD;
}

/* --- duty, dated, within ------------------------------------------------------------- */

static void check_duty_code(const struct lint *l, struct str code)
{
    const struct dictionary *d = FIND_BY(l->set->references.dictionaries.ptr,
                                         l->set->references.dictionaries.len, name, STR("duty"));
    if (d && FIND_BY(d->values, d->count, code, code))
        return;
    if (str_is(code, "own"))
        return;
    FAULT(l, l->t->duty.line, "duty: \"%.*s\" is no code of the dictionary duty", STR_ARG(code));
}

static void check_duty_by(const struct lint *l)
{
    const struct duty_rule *d = &l->t->duty;
    const struct field *f = lint_used(l, d->line, "duty", d->by);
    if (!f)
        return;
    if ((f->type != FIELD_ENUM || f->many) && f->type != FIELD_BOOL) {
        FAULT(l, d->line, "\"duty\" names \"%.*s\", which is neither enum nor bool",
              STR_ARG(f->name));
        return;
    }
    for (size_t i = 0; i < d->of_count; i++)
        check_duty_code(l, d->of[i].duty);
    if (d->otherwise.len)
        check_duty_code(l, d->otherwise);
    for (size_t i = 0; d->otherwise.len == 0 && i < f->value_count; i++) {
        bool has = FIND_BY(d->of, d->of_count, value, f->values[i].code) != NULL;
        if (d->of_count == 0)
            check_duty_code(l, f->values[i].code);
        else if (!has)
            FAULT(l, d->line, "duty by %.*s: the value \"%.*s\" has no duty, and there is no else",
                  STR_ARG(f->name), STR_ARG(f->values[i].code));
    }
}

static void check_duty(const struct lint *l)
{
    const struct record_type *t = l->t;
    const struct duty_rule *d = &t->duty;
    bool said = d->code.len || d->by.len;
    if (d->code.len)
        check_duty_code(l, d->code);
    else if (d->by.len)
        check_duty_by(l);
    if (said && d->dated_count == 0)
        FAULT(l, d->line, "duty without dated: which day counts its records?");
    if (said && t->within.count)
        FAULT(l, d->line, "duty stands on a type within another: it counts with that one");
    for (size_t i = 0; i < d->dated_count; i++) {
        const struct field *f =
            str_is(d->dated[i], "created") ? NULL : lint_used(l, d->line, "dated", d->dated[i]);
        if (f && !is_day(f) && f->type != FIELD_INT)
            FAULT(l, d->line, "\"dated\" names \"%.*s\", which is no date", STR_ARG(f->name));
    }
    if (!said && t->within.count == 0 && t->owner == OWNER_UNIT && !t->core && !t->by_actions_only)
        advice(l->to, t->file, 1, "say which duty it serves: duty, within or duty: own");
}

/* Whether the type is, over its parents, within itself. */
static bool within_reaches(const struct lint *l, const struct record_type *t, int depth)
{
    for (size_t i = 0; i < t->within.count && depth < 8; i++) {
        const struct field *f = record_field(t, t->within.items[i]);
        const struct record_type *parent = f ? record_type_find(l->set, f->to) : NULL;
        if (parent && (str_eq(parent->name, l->t->name) || within_reaches(l, parent, depth + 1)))
            return true;
    }
    return false;
}

static bool asks_one_of(const struct record_type *t)
{
    for (size_t i = 0; i < t->constraint_count; i++)
        if (t->constraints[i].kind == CONSTRAINT_ONE_OF ||
            t->constraints[i].kind == CONSTRAINT_ONLY_ONE_OF)
            return true;
    return false;
}

static void check_within(const struct lint *l)
{
    const struct record_type *t = l->t;
    int line = ((const struct type_source *)t)->lines[LINE_WITHIN];
    for (size_t i = 0; i < t->within.count; i++) {
        const struct field *f = lint_used(l, line, "within", t->within.items[i]);
        const struct record_type *to = f ? record_type_find(l->set, f->to) : NULL;
        if (f && f->type != FIELD_REF)
            FAULT(l, line, "\"within\" names \"%.*s\", which is no reference", STR_ARG(f->name));
        else if (to && to->core)
            FAULT(l, line, "\"within\" names \"%.*s\", which refers to %.*s, a core type",
                  STR_ARG(f->name), STR_ARG(f->to));
    }
    if (t->within.count > 1 && !asks_one_of(t))
        FAULT(l, line,
              "within names %zu references, and no one_of or only_one_of asks that one is given",
              t->within.count);
    if (within_reaches(l, t, 0))
        FAULT(l, line, "the type is within itself");
}

/* --- sections -------------------------------------------------------------------------- */

static size_t sections_of(const struct record_type *t, struct str field)
{
    size_t n = 0;
    for (size_t i = 0; i < t->section_count; i++)
        n += str_among(field, t->sections[i].fields, t->sections[i].field_count);
    return n;
}

static void check_sections(const struct lint *l)
{
    const struct record_type *t = l->t;
    size_t given = 0;
    for (size_t i = 0; i < t->section_count; i++) {
        const struct section *s = &t->sections[i];
        for (size_t k = 0; k < s->field_count; k++)
            (void)lint_used(l, s->line, "fields", s->fields[k]);
        lint_conditions(l, &s->when, true);
        if (i == 0 && s->when.count)
            FAULT(l, s->line, "the first section has a condition");
        if (i == 0 && s->field_count > FIRST_FIELDS_MAX)
            FAULT(l, s->line, "the first section asks %zu fields of a new record: %d at most",
                  s->field_count, FIRST_FIELDS_MAX);
    }
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        size_t n = sections_of(t, f->name);
        given += field_is_given(f) && !f->retired;
        if (n > 1)
            FAULT(l, f->line, "the field \"%.*s\" stands in two sections", STR_ARG(f->name));
        else if (t->section_count && n == 0 && field_is_given(f) && !f->retired)
            advice(l->to, t->file, f->line, "the field \"%.*s\" stands in no section",
                   STR_ARG(f->name));
    }
    if (given > FIELDS_WITHOUT_SECTIONS && t->section_count == 0 && !t->by_actions_only)
        advice(l->to, t->file, 1, "from %d fields on a type has sections",
               FIELDS_WITHOUT_SECTIONS + 1);
}

/* --- stages and dues --------------------------------------------------------------------- */

/* "payments.paid" of a table, "follow_up.date" of a type with a reference; the column, or NULL. */
static const struct field *check_path(const struct lint *l, int line, const char *what,
                                      struct str path)
{
    struct str rest = path, first = str_split(&rest, STR("."));
    const struct field *table = record_field(l->t, first), *f = NULL;
    const struct record_type *child = record_type_find(l->set, first);
    if (table && !rest.ptr)
        return lint_used(l, line, what, first);
    if (table && table->type == FIELD_TABLE)
        f = record_row_field(table, rest);
    else if (child && !reference_to(child, l->t->name, STR_NONE))
        FAULT(l, line, "\"%s\" names \"%.*s\", which has no reference to this type, or several",
              what, STR_ARG(first));
    else if (child)
        f = record_field(child, rest);
    else
        return lint_used(l, line, what, first);
    if (!f && rest.ptr)
        FAULT(l, line, "\"%s\" names \"%.*s\", which is no field of %.*s", what, STR_ARG(rest),
              STR_ARG(first));
    return f;
}

static void check_has(const struct lint *l, const struct stage_rule *g)
{
    const struct record_type *child = record_type_find(l->set, g->has.type);
    const struct field *table = record_field(l->t, g->has.type);
    if (table && table->type == FIELD_TABLE) {
        if (!record_row_field(table, g->has.field))
            FAULT(l, g->line, "\"has\" names \"%.*s\", which is no field of %.*s",
                  STR_ARG(g->has.field), STR_ARG(g->has.type));
    } else if (!child || !reference_to(child, l->t->name, g->has.field)) {
        FAULT(l, g->line, "\"has\" names \"%.*s\", which has no reference to this type, or several",
              STR_ARG(g->has.type));
    } else {
        const struct lint of = {child, l->set, l->to};
        lint_conditions(&of, &g->has.when, true);
    }
}

static void check_stages(const struct lint *l)
{
    for (size_t i = 0; i < l->t->stage_count; i++) {
        const struct stage_rule *g = &l->t->stages[i];
        lint_conditions(l, &g->when, true);
        for (size_t k = 0; k < g->given_count; k++) {
            const struct field *f = lint_used(l, g->line, "given", g->given[k]);
            if (f && f->type == FIELD_COMPUTED)
                FAULT(l, g->line, "\"given\" names \"%.*s\", which is computed", STR_ARG(f->name));
        }
        if (g->has.type.len)
            check_has(l, g);
        if (g->each.len)
            (void)check_path(l, g->line, "each", g->each);
        if (g->on.len && !str_is(g->on, "created")) {
            const struct field *f = check_path(l, g->line, "on", g->on);
            if (f && !is_day(f))
                FAULT(l, g->line, "\"on\" names \"%.*s\", which is no date", STR_ARG(g->on));
        }
        for (size_t k = i + 1; k < l->t->stage_count; k++)
            if (str_eq(g->sql, l->t->stages[k].sql))
                FAULT(l, g->line,
                      "the stages \"%.*s\" and \"%.*s\" have the same conditions: the first is "
                      "never shown",
                      STR_ARG(g->name), STR_ARG(l->t->stages[k].name));
    }
}

/* 90d, 6m, 1y */
static bool is_interval(struct str s)
{
    int64_t n;
    return s.len > 1 && strchr("dmy", s.ptr[s.len - 1]) &&
           str_to_i64(&n, (struct str){s.ptr, s.len - 1}) && n > 0;
}

/* handler, creator, unit; a party; an account, of the record or of one that it refers to. */
static void check_whom(const struct lint *l, const struct due_rule *d)
{
    static const struct str words[] = {{"handler", 7}, {"creator", 7}, {"unit", 4}};
    struct str rest = d->whom;
    const struct field *f = record_field(l->t, str_split(&rest, STR(".")));
    const struct record_type *of = f && rest.ptr ? record_type_find(l->set, f->to) : NULL;
    if (rest.ptr)
        f = of ? record_field(of, rest) : NULL;
    if (d->whom.len && !str_among(d->whom, words, ARRAY_LEN(words)) &&
        !(f && ((f->type == FIELD_PARTY && !rest.ptr) || str_is(f->to, "account"))))
        FAULT(l, d->line, "\"whom\" names \"%.*s\", which is neither an account nor a party",
              STR_ARG(d->whom));
}

static void check_due(const struct lint *l, const struct due_rule *d)
{
    for (size_t i = 0; i < d->on_count; i++) {
        const struct field *f =
            str_is(d->on[i], "created") ? NULL : check_path(l, d->line, "on", d->on[i]);
        if (f && (!is_day(f) || f->type == FIELD_COMPUTED))
            FAULT(l, d->line, "\"on\" names \"%.*s\", which is no date", STR_ARG(d->on[i]));
    }
    check_whom(l, d);
    const struct field *after =
        d->after.len && !is_interval(d->after) ? lint_used(l, d->line, "after", d->after) : NULL;
    for (size_t i = 0; after && i < after->value_count; i++)
        if (after->values[i].after.len == 0)
            FAULT(l, d->line, "\"after\" names \"%.*s\", whose value \"%.*s\" says no after",
                  STR_ARG(after->name), STR_ARG(after->values[i].code));
    if (after && after->type != FIELD_ENUM)
        FAULT(l, d->line, "\"after\" is an interval (90d, 6m, 1y) or an enum");
    lint_conditions(l, &d->when, true);
    if (d->until.len) {
        struct str on = d->on_count ? d->on[0] : STR_NONE, until = d->until;
        (void)check_path(l, d->line, "until", d->until);
        struct str table = str_split(&until, STR("."));
        if (until.ptr && !str_eq(str_split(&on, STR(".")), table))
            FAULT(l, d->line, "until is a column of another table than on");
    }
    for (size_t i = 0; i < d->newer_count; i++)
        (void)lint_used(l, d->line, "newer", d->newer[i]);
    for (size_t i = 0; i < d->computed_count; i++)
        (void)lint_used(l, d->line, "computed", d->computed[i]);
    if (d->act.len && !record_transition(l->t, d->act))
        FAULT(l, d->line, "\"act\" names \"%.*s\", which is no transition or action",
              STR_ARG(d->act));
}

/* --- carry --------------------------------------------------------------------------------- */

/* The type that a draft is made from, or the table of it (*row). */
static const struct record_type *carry_source(const struct field **row, const struct lint *l,
                                              const struct carry *c)
{
    struct str table = c->from, name = str_split(&table, STR("."));
    *row = NULL;
    if (str_is(c->from, "unit"))
        return record_type_find(l->set, STR("party"));
    const struct field *f = record_field(l->t, name);
    const struct record_type *source = NULL;
    if (f && f->type == FIELD_REF)
        source = record_type_find(l->set, f->to);
    else if (!f) /* event.shown: made from a row of a type that this one need not refer to */
        source = table.ptr ? record_type_find(l->set, name) : NULL;
    if (!source)
        FAULT(l, c->line, "\"carry\" names \"%.*s\", which is no reference of this type",
              STR_ARG(c->from));
    struct str rows = table.ptr ? table : c->each;
    if (source && rows.len) {
        const struct field *t = record_field(source, rows);
        if (t && t->type == FIELD_TABLE)
            *row = t;
        else
            FAULT(l, c->line, "\"carry\" names \"%.*s\", which is no table of %.*s", STR_ARG(rows),
                  STR_ARG(source->name));
    }
    return source;
}

static const struct field *path_field(const struct lint *l, const struct record_type *source,
                                      const struct field *row, struct str path)
{
    struct str rest = path, first = str_split(&rest, STR("."));
    const struct field *f = row ? record_row_field(row, first) : NULL;
    if (!f)
        f = record_field(source, first);
    if (!f || !rest.ptr)
        return f;
    const struct record_type *of = f->type == FIELD_REF     ? record_type_find(l->set, f->to)
                                   : f->type == FIELD_PARTY ? record_type_find(l->set, STR("party"))
                                                            : NULL;
    return of ? record_field(of, rest) : NULL;
}

static enum field_type carried_type(const struct field *f)
{
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    return type == FIELD_LONG_TEXT ? FIELD_TEXT : type == FIELD_PATENT ? FIELD_PATENTS : type;
}

static void check_carried(const struct lint *l, const struct carry *c, const struct carried *m,
                          const struct record_type *source, const struct field *row)
{
    const struct field *to = lint_used(l, c->line, "carry", m->to);
    if (to && m->column.len)
        to = record_row_field(to, m->column);
    if (!to) {
        FAULT(l, c->line, "\"carry\" fills \"%.*s\", which is no column", STR_ARG(m->column));
        return;
    }
    if (!field_is_given(to)) {
        FAULT(l, c->line, "carries into \"%.*s\", which nobody enters", STR_ARG(to->name));
        return;
    }
    if (m->constant.len) {
        if (to->type == FIELD_ENUM && !field_value(to, m->constant))
            FAULT(l, c->line, "\"%.*s\" is no value of %.*s", STR_ARG(m->constant),
                  STR_ARG(to->name));
        return;
    }
    const struct field *rows = m->rows.len ? record_field(source, m->rows) : NULL;
    const struct field *from = rows && rows->type == FIELD_TEXTS
                                   ? rows
                                   : path_field(l, source, rows ? rows : row, m->path);
    if (!from) {
        FAULT(l, c->line, "\"carry\" takes \"%.*s\", which is no field of %.*s", STR_ARG(m->path),
              STR_ARG(source->name));
        return;
    }
    enum field_type is = carried_type(from), wanted = carried_type(to);
    if (rows && rows->type == FIELD_TEXTS)
        is = FIELD_TEXT;
    bool is_code = from->type == FIELD_COMPUTED && wanted == FIELD_PARTY; /* no result is a party */
    if (is != wanted && !(is_code && is == FIELD_TEXT))
        FAULT(l, c->line, "%s cannot be carried into %s", field_type_name(from->type),
              field_type_name(to->type));
    if (from->secrecy > to->secrecy ||
        (source->secrecy == SECRECY_SECRET && l->t->secrecy != SECRECY_SECRET))
        FAULT(l, c->line, "carries \"%.*s\" (secret) into a field that more may see",
              STR_ARG(from->name));
}

static void check_carry(const struct lint *l, const struct carry *c)
{
    const struct field *row;
    const struct record_type *source = carry_source(&row, l, c);
    for (size_t i = 0; source && i < c->field_count; i++)
        check_carried(l, c, &c->fields[i], source, row);
}

static void check_answer(const struct lint *l, const struct answer_rule *rule)
{
    const struct record_type *of = record_type_find(l->set, rule->of);
    if (!of || !record_field(of, rule->need) || !record_field(l->t, rule->own))
        FAULT(l, rule->line, "answers: %.*s.%.*s or \"%.*s\" is no field", STR_ARG(rule->of),
              STR_ARG(rule->need), STR_ARG(rule->own));
}

void lint_pages(const struct lint *l)
{
    check_duty(l);
    check_within(l);
    check_sections(l);
    check_stages(l);
    for (size_t i = 0; i < l->t->due_count; i++)
        check_due(l, &l->t->dues[i]);
    for (size_t i = 0; i < l->t->paper_count; i++)
        lint_conditions(l, &l->t->papers[i].when, true);
    for (size_t i = 0; i < l->t->carry_count; i++)
        check_carry(l, &l->t->carries[i]);
    for (size_t i = 0; i < l->t->answer_count; i++)
        check_answer(l, &l->t->answers[i]);
}
