/* The description of a type as JSON, from which user interfaces draw lists and forms. Bounds and
 * defaults have the form of values ("12.50" for money). Access rules are included as they are; the
 * permissions of one person are in each record ("_may"). */
#include "record/record.h"
#include "record/scaled.h"
#include "record/type_priv.h"
#include "record/value.h"
#include "text/json.h"

void describe_label(struct jout *j, const char *name, const struct label *label)
{
    if (label->zh.len == 0 && label->en.len == 0)
        return;
    jout_pair_object(j, name);
    jout_pair(j, "zh", label->zh);
    jout_pair(j, "en", label->en);
    jout_end_object(j);
}

void describe_words(struct jout *j, const char *name, const struct str *words, size_t count)
{
    if (count == 0)
        return;
    jout_pair_strs(j, name, words, count);
}

/* "all" or the list; nothing when it is empty. */
static void list_json(struct jout *j, const char *name, const struct str_list *list)
{
    if (list->all)
        jout_pair(j, name, STR("all"));
    else
        describe_words(j, name, list->items, list->count);
}

static void flag_json(struct jout *j, const char *name, bool flag)
{
    if (!flag)
        return;
    jout_pair_bool(j, name, true);
}

const char *const secrecy_names[] = {"open", "internal", "secret", NULL};
const char *const owner_names[] = {
    [OWNER_UNIT] = "unit", [OWNER_ACCOUNT] = "account", [OWNER_OFFICE] = "office", NULL};
const char *const key_scope_names[] = {
    [KEY_OWNER] = "owner", [KEY_PROVINCE] = "province", [KEY_INSTANCE] = "instance", NULL};
const char *const reason_names[] = {
    [REASON_NONE] = "none", [REASON_OPTIONAL] = "optional", [REASON_REQUIRED] = "required", NULL};
const char *const relation_names[] = {[RELATION_ANY] = "any",
                                      [RELATION_OWN] = "own",
                                      [RELATION_OWN_UNIT] = "own_unit",
                                      [RELATION_OWN_CITY] = "own_city",
                                      [RELATION_OWN_PROVINCE] = "own_province",
                                      [RELATION_AUTHORITY] = "authority",
                                      [RELATION_HANDED_IN] = "handed_in",
                                      [RELATION_NAMED] = "named",
                                      [RELATION_ASSIGNED] = "assigned",
                                      [RELATION_PUBLISHED] = "published",
                                      NULL};
const char *const verb_names[VERB_NAMES] = {"read", "create", "change", "end", "import", "export"};

/* --- fields ---------------------------------------------------------------------- */

static void bound_json(struct jout *j, const char *name, const struct field *f, bool has, int64_t n)
{
    char room[SCALED_TEXT_MAX];
    if (!has)
        return;
    if (field_places(f)) {
        jout_pair(j, name, scaled_write(room, n, field_places(f)));
        return;
    }
    jout_pair_i64(j, name, n);
}

static void values_json(struct jout *j, const struct field *f)
{
    if (f->value_count == 0)
        return;
    jout_pair_array(j, "values");
    for (size_t i = 0; i < f->value_count; i++) {
        const struct enum_value *v = &f->values[i];
        jout_object(j);
        jout_pair(j, "code", v->code);
        describe_label(j, "label", &v->label);
        jout_pair(j, "from", v->from);
        jout_pair(j, "to", v->to);
        jout_pair(j, "pack", v->pack);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* How a filter over the list compares the field; "": it cannot. */
static const char *filter_name(const struct field *f)
{
    static const char *const names[] = {
        [ORDER_NUMBER] = "number",   [ORDER_TEXT] = "text",     [ORDER_DATE] = "date",
        [ORDER_INSTANT] = "instant", [ORDER_PERIOD] = "period", [ORDER_CODE] = "code",
        [ORDER_BLIND] = "equal",
    };
    return f->type == FIELD_TABLE ? "" : names[value_order(f)];
}

static void fields_json(struct jout *j, const struct field *fields, size_t count)
{
    jout_pair_array(j, "fields");
    for (size_t i = 0; i < count; i++)
        if (!fields[i].retired)
            record_field_json(j, &fields[i]);
    jout_end_array(j);
}

/* The source of the fact; nothing for other fields. */
static void word_json(struct jout *j, const struct field *f)
{
    if (!f->has_word)
        return;
    jout_pair_object(j, "word");
    jout_pair(j, "fact", f->word.fact);
    jout_pair(j, "who", f->word.name);
    describe_label(
        j, "label",
        &(struct label){fact_word_label(f->word.name, false), fact_word_label(f->word.name, true)});
    jout_pair(j, "checked", f->word.checked);
    describe_label(j, "evidence", &(struct label){f->word.evidence, f->word.evidence_en});
    jout_end_object(j);
}

void record_field_json(struct jout *j, const struct field *f)
{
    jout_object(j);
    jout_pair(j, "name", f->name);
    jout_pair(j, "type", str_of(field_type_name(f->type)));
    describe_label(j, "label", &f->label);
    describe_label(j, "hint", &f->hint);
    flag_json(j, "required", f->required);
    describe_words(j, "required_from", f->required_from, f->required_from_count);
    flag_json(j, "unique", f->unique);
    flag_json(j, "many", f->many);
    if (f->secrecy != SECRECY_OPEN)
        jout_pair(j, "secrecy", str_of(secrecy_names[f->secrecy]));
    if (f->fallback.len)
        jout_pair_raw(j, "default", f->fallback);
    bound_json(j, "min", f, f->has_min, f->min);
    bound_json(j, "max", f, f->has_max, f->max);
    jout_pair(j, "min_date", f->min_date);
    jout_pair(j, "max_date", f->max_date);
    if (field_places(f))
        jout_pair_i64(j, "places", field_places(f));
    jout_pair(j, "unit", f->unit);
    jout_pair(j, "pattern", f->pattern);
    jout_pair(j, "currency", f->currency);
    jout_pair(j, "to", f->to);
    jout_pair(j, "level", f->level);
    values_json(j, f);
    describe_words(j, "accept", f->accept, f->accept_count);
    describe_words(j, "set_by", f->set_by, f->set_by_count);
    describe_words(j, "cleared_by", f->cleared_by, f->cleared_by_count);
    flag_json(j, "by_cases", f->by_cases);
    flag_json(j, "personal", f->personal);
    flag_json(j, "stays", f->stays);
    flag_json(j, "number", f->number);
    jout_pair(j, "numbered", f->numbered);
    jout_pair(j, "organisation", f->organisation);
    flag_json(j, "office_mark", f->office_mark);
    flag_json(j, "choices", f->choices);
    jout_pair(j, "choices_of", f->choices_of);
    describe_words(j, "fixed_by", f->fixed_by, f->fixed_by_count);
    word_json(j, f);
    if (f->type == FIELD_TABLE) {
        fields_json(j, f->fields, f->field_count);
        describe_words(j, "key", f->row_key, f->row_key_count);
        flag_json(j, "keep_rows", f->keep_rows);
        describe_words(j, "fixed_but", f->fixed_but, f->fixed_but_count);
    }
    if (f->type == FIELD_COMPUTED)
        jout_pair(j, "result", str_of(field_type_name(f->result)));
    jout_pair(j, "filter", str_of(filter_name(f)));
    flag_json(j, "sorts",
              f->column.len && f->type != FIELD_PERSON && f->type != FIELD_LONG_TEXT &&
                  f->type != FIELD_FILE);
    jout_end_object(j);
}

/* --- rules ------------------------------------------------------------------------ */

static void constraint_json(struct jout *j, const struct constraint *c)
{
    static const char *const kinds[] = {
        [CONSTRAINT_ORDER] = "order",     [CONSTRAINT_SUM] = "sum",
        [CONSTRAINT_ONE_OF] = "one_of",   [CONSTRAINT_ONLY_ONE_OF] = "only_one_of",
        [CONSTRAINT_WHEN_NEED] = "need",  [CONSTRAINT_WHEN_FORBID] = "forbid",
        [CONSTRAINT_UNEQUAL] = "unequal", [CONSTRAINT_TERM] = "term",
        [CONSTRAINT_UNSAID] = "unsaid",   [CONSTRAINT_BEGUN] = "begun",
        [CONSTRAINT_NEVER] = "never"};
    jout_object(j);
    jout_pair(j, "kind", str_of(kinds[c->kind]));
    describe_words(j, "fields", c->fields, c->field_count);
    jout_pair(j, c->at_most ? "at_most" : "is", c->sum_text);
    jout_pair_id(j, "years", c->years.count);
    jout_pair(j, "unless", c->unless);
    jout_pair(j, "since", c->since);
    conditions_json(j, &c->when);
    describe_words(j, "words", c->unsaid, c->unsaid_count);
    describe_words(j, "but", c->but, c->but_count);
    describe_label(j, "message", &c->message);
    jout_end_object(j);
}

static void state_json(struct jout *j, const struct state *s)
{
    jout_object(j);
    jout_pair(j, "name", s->name);
    describe_label(j, "label", &s->label);
    list_json(j, "locked", &s->locked);
    describe_words(j, "late", s->late.items, s->late.count);
    flag_json(j, "public", s->is_public);
    jout_end_object(j);
}

static void action_json(struct jout *j, const struct transition *t)
{
    jout_object(j);
    jout_pair(j, "name", t->name);
    describe_label(j, "label", &t->label);
    describe_words(j, "from", t->from, t->from_count);
    jout_pair(j, "to", t->to);
    describe_words(j, "need", t->need, t->need_count);
    if (t->amend_count)
        describe_words(j, "amends", t->amends, t->amend_count);
    if (t->take_count)
        describe_words(j, "takes", t->takes, t->take_count);
    if (t->ahead_count)
        describe_words(j, "ahead", t->ahead, t->ahead_count);
    jout_pair(j, "reason", str_of(reason_names[t->reason]));
    flag_json(j, "two_persons", t->two_persons);
    jout_end_object(j);
}

static void rule_json(struct jout *j, const struct access_rule *rule)
{
    jout_object(j);
    list_json(j, "roles", &rule->roles);
    jout_pair(j, "relation", str_of(relation_names[rule->relation]));
    jout_pair(j, "function", rule->function);
    jout_pair_array(j, "verbs");
    for (size_t i = 0; i < VERB_NAMES; i++)
        if (rule->verbs & 1u << i)
            jout_z(j, verb_names[i]);
    jout_end_array(j);
    list_json(j, "actions", &rule->actions);
    list_json(j, "states", &rule->states);
    list_json(j, "fields", &rule->fields);
    list_json(j, "unmasked", &rule->unmasked);
    jout_pair(j, "secrecy", str_of(secrecy_names[rule->secrecy]));
    jout_end_object(j);
}

void record_access_json(struct jout *j, const struct record_type *t)
{
    jout_pair_array(j, "actions");
    for (size_t i = 0; i < t->transition_count; i++)
        action_json(j, &t->transitions[i]);
    jout_end_array(j);
    jout_pair_array(j, "access");
    for (size_t i = 0; i < t->access.rule_count; i++)
        rule_json(j, &t->access.rules[i]);
    jout_end_array(j);
}

static void rules_json(struct jout *j, const struct record_type *t)
{
    jout_pair_array(j, "constraints");
    for (size_t i = 0; i < t->constraint_count; i++)
        constraint_json(j, &t->constraints[i]);
    jout_end_array(j);
    jout_pair(j, "initial", t->initial);
    jout_pair_array(j, "states");
    for (size_t i = 0; i < t->state_count; i++)
        state_json(j, &t->states[i]);
    jout_end_array(j);
    record_access_json(j, t);
}

void record_type_json(struct jout *j, const struct record_type *t)
{
    jout_object(j);
    jout_pair(j, "name", t->name);
    describe_label(j, "label", &t->label);
    describe_label(j, "hint", &t->hint);
    jout_pair(j, "owner", str_of(owner_names[t->owner]));
    jout_pair(j, "facts", t->facts);
    if (t->facts.len)
        jout_pair(j, "facts_shape", t->facts_object ? STR("object") : STR("list"));
    describe_words(j, "key", t->key, t->key_count);
    if (t->key_count)
        jout_pair(j, "key_scope", str_of(key_scope_names[t->key_scope]));
    jout_pair(j, "key_state", t->key_state);
    jout_pair(j, "kept", t->kept_here ? STR("here") : STR("anywhere"));
    jout_pair(j, "written_by", t->by_actions_only ? STR("actions") : STR("people"));
    flag_json(j, "public", t->is_public);
    jout_pair(j, "title", t->title);
    describe_words(j, "list", t->list, t->list_count);
    jout_pair(j, "sort", t->sort);
    describe_words(j, "search", t->search, t->search_count);
    describe_words(j, "evidence", t->evidence, t->evidence_count);
    jout_pair(j, "secrecy", str_of(secrecy_names[t->secrecy]));
    jout_pair_id(j, "retention_years", t->retention_years);
    fields_json(j, t->fields, t->field_count);
    pages_json(j, t);
    rules_json(j, t);
    jout_end_object(j);
}

/* --- words of policies --------------------------------------------------------------- */

struct field field_offered(const struct field *f, const struct kernel_choices *c,
                           const struct choice_for *who, struct arena *a)
{
    struct field out = *f;
    if (f->choices && c &&
        c->words(&out.values, &out.value_count, c, who, field_choices_of(f), a, NULL) != OK)
        out.value_count = 0;
    if (f->field_count) { /* a table: its columns */
        struct field *columns = arena_array(a, f->field_count, sizeof(*columns));
        for (size_t i = 0; i < f->field_count; i++)
            columns[i] = field_offered(&f->fields[i], c, who, a);
        out.fields = columns;
    }
    return out;
}

const struct record_type *type_offered(const struct record_call *c)
{
    struct record_type *out = arena_alloc(c->arena, sizeof(*out));
    struct field *fields = arena_array(c->arena, c->type->field_count + 1, sizeof(*fields));
    const struct choice_for who = {c->subject->unit, c->subject->province, STR_NONE};
    for (size_t i = 0; i < c->type->field_count; i++)
        fields[i] = field_offered(&c->type->fields[i], c->kernel->choices, &who, c->arena);
    *out = *c->type;
    out->fields = fields;
    return out;
}
