/* What pages need of a type: which duty its records serve, the sections of their form, the stages
 * and due days of their life, what they take over from others. Whether what these name is there is
 * checked in lint_pages.c. */
#include "record/type_priv.h"

/* --- duty, dated, within ------------------------------------------------------------ */

/* duty: matching, or {by: kind, pool: pool, else: coordination}, or {by: duty} */
static void read_duty(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    const struct yvalue *v = ytake_value(root, "duty");
    struct duty_rule *d = &t->duty;
    d->line = ytake_place(root, v ? "duty" : "dated")->line;
    d->dated_count = take_words(&d->dated, r, root, "dated");
    if (!v || v->type != Y_MAP) {
        d->code = ytake_text(&r->take, root, "duty");
        return;
    }
    struct duty_of_value *of = arena_array(r->take.arena, v->count + 1, sizeof(*of));
    d->by = ytake_required(&r->take, v, "by");
    d->otherwise = ytake_text(&r->take, v, "else");
    for (size_t i = 0; i < v->count; i++) {
        struct str value = v->names[i].text;
        if (!str_is(value, "by") && !str_is(value, "else"))
            of[d->of_count++] = (struct duty_of_value){arena_dup(r->take.arena, value),
                                                       ytake_text(&r->take, v, value.ptr)};
    }
    d->of = of;
}

/* --- sections ------------------------------------------------------------------------- */

/* `sections`, or `papers` */
static size_t read_sections(const struct section **out, struct type_reader *r,
                            const struct yvalue *root, const char *key)
{
    static const char *const known[] = {"name", "label", "when", "fields", NULL};
    bool named = strcmp(key, "papers") == 0;
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, key);
    struct section *all = arena_array(r->take.arena, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        struct section *s = &all[i];
        ytake_keys(&r->take, &items[i], known);
        *s = (struct section){.line = items[i].line};
        if (i > 0 || named) {
            s->name = take_name(r, &items[i], "name");
            s->label = take_label(r, &items[i], "label", true);
        } else if (yin_get(&items[i], "name") || yin_get(&items[i], "label")) {
            type_fault(r, s->line, "the first section has neither name nor label");
        }
        s->when = take_conditions(r, &items[i], "when");
        s->field_count = take_words(&s->fields, r, &items[i], "fields");
    }
    *out = all;
    return count;
}

/* --- stage ------------------------------------------------------------------------------ */

static struct related read_related(struct type_reader *r, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = ytake_value(map, key);
    struct related out = {0};
    struct str name = STR_NONE;
    if (v && v->type == Y_MAP && v->count == 1) {
        name = arena_dup(r->take.arena, v->names[0].text);
        out.when = take_conditions(r, v, name.ptr);
    } else if (v) {
        name = ytake_text(&r->take, map, key);
    }
    out.type = str_split(&name, STR("."));
    out.field = name.ptr ? name : STR_NONE;
    return out;
}

/* `state: x` beside `when` says the same as `when: {state: x}`. */
static struct conditions with_state(struct conditions when, struct type_reader *r,
                                    const struct yvalue *map)
{
    struct condition *all = arena_array(r->take.arena, when.count + 1, sizeof(*all));
    if (!yin_get(map, "state"))
        return when;
    all[0] = (struct condition){.field = STR("state")};
    all[0].value_count = take_words(&all[0].values, r, map, "state");
    for (size_t i = 0; i < when.count; i++)
        all[i + 1] = when.items[i];
    return (struct conditions){all, when.count + 1, map->line};
}

/* The stages are the values of a computed field. */
static void add_stage_field(struct record_type *t, struct type_reader *r, int line)
{
    struct field *fields = arena_array(r->take.arena, t->field_count + 1, sizeof(*fields));
    struct enum_value *values = arena_array(r->take.arena, t->stage_count + 1, sizeof(*values));
    for (size_t i = 0; i < t->stage_count; i++)
        values[i] = (struct enum_value){.code = t->stages[i].name, .label = t->stages[i].label};
    for (size_t i = 0; i < t->field_count; i++) {
        fields[i] = t->fields[i];
        if (str_is(fields[i].name, "stage"))
            type_fault(r, fields[i].line, "a type with stages has no field \"stage\" of its own");
    }
    fields[t->field_count++] = (struct field){.name = STR("stage"),
                                              .type = FIELD_COMPUTED,
                                              .result = FIELD_ENUM,
                                              .label = {STR("阶段"), STR("Stage")},
                                              .fact = STR("none"),
                                              .values = values,
                                              .value_count = t->stage_count,
                                              .line = line};
    t->fields = fields;
}

static void read_stages(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"name", "label", "state", "when", "given",
                                        "has",  "each",  "on",    NULL};
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, "stage");
    struct stage_rule *all = arena_array(r->take.arena, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        const struct yvalue *map = &items[i];
        ytake_keys(&r->take, map, known);
        all[i] = (struct stage_rule){.name = take_name(r, map, "name"),
                                     .label = take_label(r, map, "label", true),
                                     .when = with_state(take_conditions(r, map, "when"), r, map),
                                     .has = read_related(r, map, "has"),
                                     .each = ytake_text(&r->take, map, "each"),
                                     .on = ytake_text(&r->take, map, "on"),
                                     .line = map->line};
        all[i].given_count = take_words(&all[i].given, r, map, "given");
    }
    t->stages = all;
    t->stage_count = count;
    if (count)
        add_stage_field(t, r, all[0].line);
}

/* --- dues --------------------------------------------------------------------------------- */

static void read_warnings(struct due_rule *d, struct type_reader *r, const struct yvalue *map)
{
    static const int16_t usual[] = {7, 0};
    const struct str *words;
    size_t count = take_words(&words, r, map, "warn");
    if (count > ARRAY_LEN(d->warn))
        type_fault(r, map->line, "warn: more than %zu", ARRAY_LEN(d->warn));
    for (size_t i = 0; i < count && i < ARRAY_LEN(d->warn); i++) {
        int64_t days;
        if (!str_to_i64(&days, words[i]) || days > DUE_WARN_MAX || days < -DUE_WARN_MAX)
            type_fault(r, map->line, "warn: \"%.*s\" is no number of days", STR_ARG(words[i]));
        else
            d->warn[d->warn_count++] = (int16_t)days;
    }
    for (size_t i = 0; !yin_get(map, "warn") && i < ARRAY_LEN(usual); i++)
        d->warn[d->warn_count++] = usual[i];
}

static void read_dues(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"name",  "label", "on",   "after", "when",     "until",
                                        "newer", "warn",  "whom", "act",   "computed", NULL};
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, "dues");
    struct due_rule *all = arena_array(r->take.arena, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        const struct yvalue *map = &items[i];
        ytake_keys(&r->take, map, known);
        all[i] = (struct due_rule){.name = take_name(r, map, "name"),
                                   .label = take_label(r, map, "label", true),
                                   .after = ytake_text(&r->take, map, "after"),
                                   .when = take_conditions(r, map, "when"),
                                   .until = ytake_text(&r->take, map, "until"),
                                   .whom = ytake_text(&r->take, map, "whom"),
                                   .act = ytake_text(&r->take, map, "act"),
                                   .line = map->line};
        all[i].on_count = take_words(&all[i].on, r, map, "on");
        all[i].newer_count = take_words(&all[i].newer, r, map, "newer");
        all[i].computed_count = take_words(&all[i].computed, r, map, "computed");
        if (all[i].computed_count && all[i].on_count)
            t->fees = all[i].on[0];
        if (all[i].on_count == 0)
            type_fault(r, map->line, "\"on\" is missing: the day that counts");
        read_warnings(&all[i], r, map);
    }
    t->dues = all;
    t->due_count = count;
}

/* --- carry ---------------------------------------------------------------------------------- */

struct carried_list {
    VEC(struct carried) list;
};

/* right: a path, or {is: code} */
static void read_carried(struct carried_list *to, struct type_reader *r, const struct yvalue *map,
                         struct str name, struct carried c)
{
    static const char *const known[] = {"is", NULL};
    const struct yvalue *v = yin_get(map, name.ptr);
    if (v && v->type == Y_MAP) {
        ytake_keys(&r->take, v, known);
        c.constant = ytake_required(&r->take, v, "is");
    } else {
        c.path = ytake_text(&r->take, map, name.ptr);
    }
    VEC_PUSH(r->take.arena, &to->list, c);
}

/* sides: {name: party.name, role: {is: taker}}; with `each`, a row for every one of the source's */
static void read_row(struct carried_list *to, struct type_reader *r, const struct yvalue *row,
                     struct str field)
{
    struct str rows = ytake_text(&r->take, row, "each");
    for (size_t i = 0; i < row->count; i++) {
        struct str column = arena_dup(r->take.arena, row->names[i].text);
        if (!str_is(column, "each"))
            read_carried(to, r, row, column,
                         (struct carried){.to = field, .column = column, .rows = rows});
    }
}

static struct carry read_carry(struct type_reader *r, const struct record_type *t,
                               const struct yvalue *map, struct str from)
{
    const struct yvalue *m = yin_get(map, from.ptr);
    struct carry c = {.from = from, .line = m->line};
    struct carried_list to = {0};
    if (m->type != Y_MAP) {
        type_fault(r, m->line, "carry names fields and their source: {demand: {title: title}}");
        return c;
    }
    c.each = ytake_text(&r->take, m, "each");
    for (size_t i = 0; i < m->count; i++) {
        struct str name = arena_dup(r->take.arena, m->names[i].text);
        const struct field *f = record_field(t, name);
        if (str_is(name, "each"))
            continue;
        if (f && f->type == FIELD_TABLE && m->items[i].type == Y_MAP)
            read_row(&to, r, &m->items[i], name);
        else
            read_carried(&to, r, m, name, (struct carried){.to = name});
    }
    c.fields = to.list.ptr;
    c.field_count = to.list.len;
    return c;
}

static void read_carries(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    const struct yvalue *map = ytake_value(root, "carry");
    if (!map)
        return;
    if (map->type != Y_MAP) {
        type_fault(r, map->line, "carry names references: {demand: {title: title}}");
        return;
    }
    struct carry *all = arena_array(r->take.arena, map->count + 1, sizeof(*all));
    for (size_t i = 0; i < map->count; i++)
        all[i] = read_carry(r, t, map, arena_dup(r->take.arena, map->names[i].text));
    t->carries = all;
    t->carry_count = map->count;
}

/* answers: {demand: {budget: price, region: region}} */
static void read_answers(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    VEC(struct answer_rule) rules = {0};
    const struct yvalue *map = ytake_value(root, "answers");
    struct arena *a = r->take.arena;
    for (size_t i = 0; map && i < map->count; i++)
        for (size_t k = 0; k < map->items[i].count; k++) {
            struct str need = arena_dup(a, map->items[i].names[k].text);
            VEC_PUSH(
                a, &rules,
                ((struct answer_rule){arena_dup(a, map->names[i].text), need,
                                      ytake_text(&r->take, &map->items[i], need.ptr), map->line}));
        }
    t->answers = rules.ptr;
    t->answer_count = rules.len;
}

void pages_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root)
{
    read_duty(t, r, root);
    t->within.count = take_words(&t->within.items, r, root, "within");
    t->section_count = read_sections(&t->sections, r, root, "sections");
    t->paper_count = read_sections(&t->papers, r, root, "papers");
    read_stages(t, r, root);
    read_dues(t, r, root);
    read_carries(t, r, root);
    read_answers(t, r, root);
}
