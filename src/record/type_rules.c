/* Constraints, states and access of a type's file. Whether what they name is
 * there is checked in lint.c. */
#include "record/scaled.h"
#include "record/type_priv.h"

/* --- constraints --------------------------------------------------------------- */

static const char *const constraint_keys[] = {
    "order",  "sum",     "is",    "at_most", "one_of", "only_one_of", "when",  "need",
    "forbid", "unequal", "term",  "years",   "unless", "never",       "of",    "unsaid",
    "words",  "but",     "begun", "message", "upon",   "not_by",      "since", NULL};

const struct field *sum_field(const struct record_type *t, const struct constraint *c)
{
    struct str rest = c->field_count == 1 ? c->fields[0] : STR_NONE;
    const struct field *table = record_field(t, str_split(&rest, STR(".")));
    return table && rest.ptr && table->type == FIELD_TABLE ? record_row_field(table, rest) : NULL;
}

#define CONDITIONS_MAX 4

struct conditions take_conditions(struct type_reader *r, const struct yvalue *map, const char *key)
{
    static const char *const known[] = {"not", NULL};
    const struct yvalue *when = ytake_value(map, key);
    struct conditions out = {0};
    if (!when)
        return out;
    if (when->type != Y_MAP || when->count == 0) {
        type_fault(r, when->line, "when names fields and their values: {type: [pledge]}");
        return out;
    }
    if (when->count > CONDITIONS_MAX)
        type_fault(r, when->line, "\"when\" names %zu fields: at most %d", when->count,
                   CONDITIONS_MAX);
    struct condition *all = arena_array(r->take.arena, when->count, sizeof(*all));
    for (size_t i = 0; i < when->count; i++) {
        const char *name = when->names[i].text.ptr;
        all[i].field = arena_dup(r->take.arena, when->names[i].text);
        all[i].negated = when->items[i].type == Y_MAP;
        if (all[i].negated)
            ytake_keys(&r->take, &when->items[i], known);
        all[i].value_count = all[i].negated ? take_words(&all[i].values, r, &when->items[i], "not")
                                            : take_words(&all[i].values, r, when, name);
    }
    return (struct conditions){all, when->count, when->line};
}

static void read_needs(struct constraint *c, struct type_reader *r, const struct yvalue *map)
{
    c->since = ytake_text(&r->take, map, "since");
    bool need = yin_get(map, "need") != NULL;
    if (need == (yin_get(map, "forbid") != NULL))
        type_fault(r, map->line, "when and since take need or forbid");
    c->kind = need ? CONSTRAINT_WHEN_NEED : CONSTRAINT_WHEN_FORBID;
    c->field_count = take_words(&c->fields, r, map, need ? "need" : "forbid");
}

/* {term: [start, end], years: 3, unless: reason}, with a when or without */
static void read_term(struct constraint *c, struct type_reader *r, const struct yvalue *map)
{
    int64_t years = 0;
    if (!take_i64(&years, r, map, "years", 1, 100))
        type_fault(r, map->line, "term takes its length: {term: [start, end], years: 3}");
    c->years.count = (int)years;
    c->unless = ytake_text(&r->take, map, "unless");
}

/* {unsaid: [name], words: [国家级], but: [新区]}, with a when or without */
static void read_unsaid(struct constraint *c, struct type_reader *r, const struct yvalue *map)
{
    c->unsaid_count = take_words(&c->unsaid, r, map, "words");
    if (yin_get(map, "but"))
        c->but_count = take_words(&c->but, r, map, "but");
}

/* {never: "SELECT 1 …", of: [amount], upon: [amount], not_by: [correct], message: {zh: …, en: …}} */
static void read_never(struct constraint *c, struct type_reader *r, const struct yvalue *map)
{
    c->sql = ytake_required(&r->take, map, "never");
    if (yin_get(map, "of"))
        c->field_count = take_words(&c->fields, r, map, "of");
    if (yin_get(map, "upon"))
        c->upon_count = take_words(&c->upon, r, map, "upon");
    if (yin_get(map, "not_by"))
        c->not_by_count = take_words(&c->not_by, r, map, "not_by");
    c->message = take_label(r, map, "message", true);
}

/* lint.c tells when there is no such field or the number does not fit it. */
static void read_sum(struct constraint *c, struct type_reader *r, const struct yvalue *map,
                     const struct record_type *t)
{
    c->at_most = yin_get(map, "at_most") != NULL;
    if (c->at_most && yin_get(map, "is"))
        type_fault(r, map->line, "sum needs is or at_most");
    c->sum_text = ytake_required(&r->take, map, c->at_most ? "at_most" : "is");
    const struct field *f = sum_field(t, c);
    if (f && !scaled_read(&c->sum, c->sum_text, field_places(f)))
        c->sum = 0;
}

static bool read_constraint(struct constraint *c, struct type_reader *r, const struct yvalue *map,
                            const struct record_type *t)
{
    static const struct {
        const char *key;
        enum constraint_kind kind;
    } kinds[] = {{"order", CONSTRAINT_ORDER},     {"sum", CONSTRAINT_SUM},
                 {"one_of", CONSTRAINT_ONE_OF},   {"only_one_of", CONSTRAINT_ONLY_ONE_OF},
                 {"unequal", CONSTRAINT_UNEQUAL}, {"when", CONSTRAINT_WHEN_NEED},
                 {"term", CONSTRAINT_TERM},       {"never", CONSTRAINT_NEVER},
                 {"unsaid", CONSTRAINT_UNSAID},   {"begun", CONSTRAINT_BEGUN}};
    size_t found = 0;
    *c = (struct constraint){.line = map->line};
    ytake_keys(&r->take, map, constraint_keys);
    c->when = take_conditions(r, map, "when");
    if (!yin_get(map, "never"))
        c->message = take_label(r, map, "message", false);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        bool since = kinds[i].kind == CONSTRAINT_WHEN_NEED && yin_get(map, "since");
        bool apart = kinds[i].kind == CONSTRAINT_WHEN_NEED && !since &&
                     (yin_get(map, "term") || yin_get(map, "one_of") || yin_get(map, "unsaid") ||
                      yin_get(map, "begun") || yin_get(map, "sum"));
        if ((!yin_get(map, kinds[i].key) && !since) || apart)
            continue;
        found++;
        c->kind = kinds[i].kind;
        if (c->kind == CONSTRAINT_WHEN_NEED)
            read_needs(c, r, map);
        else if (c->kind == CONSTRAINT_NEVER)
            read_never(c, r, map);
        else
            c->field_count = take_words(&c->fields, r, map, kinds[i].key);
    }
    if (found != 1)
        type_fault(r, map->line,
                   "a constraint is one of order, sum, one_of, only_one_of, unequal, when, since, "
                   "term, unsaid, begun, never");
    if (found == 1 && c->kind == CONSTRAINT_TERM)
        read_term(c, r, map);
    else if (found == 1 && c->kind == CONSTRAINT_UNSAID)
        read_unsaid(c, r, map);
    if (c->kind != CONSTRAINT_UNSAID && (yin_get(map, "words") || yin_get(map, "but")))
        type_fault(r, map->line, "words and but are only allowed with unsaid");
    if (c->kind != CONSTRAINT_TERM && (yin_get(map, "years") || yin_get(map, "unless")))
        type_fault(r, map->line, "years and unless are only allowed with term");
    if (yin_get(map, "of") && c->kind != CONSTRAINT_NEVER)
        type_fault(r, map->line, "of is only allowed with never");
    if (yin_get(map, "upon") && c->kind != CONSTRAINT_NEVER)
        type_fault(r, map->line, "upon is only allowed with never");
    if (yin_get(map, "not_by") && c->kind != CONSTRAINT_NEVER)
        type_fault(r, map->line, "not_by is only allowed with never");
    if (found == 1 && c->kind == CONSTRAINT_SUM)
        read_sum(c, r, map, t);
    else if (yin_get(map, "at_most"))
        type_fault(r, ytake_place(map, "at_most")->line, "at_most is only allowed with sum");
    else if (yin_get(map, "is"))
        type_fault(r, ytake_place(map, "is")->line, "is is only allowed with sum");
    if (found == 1 && c->kind != CONSTRAINT_WHEN_NEED && c->kind != CONSTRAINT_WHEN_FORBID &&
        (yin_get(map, "need") || yin_get(map, "forbid")))
        type_fault(r, map->line, "need and forbid are only allowed with when or since");
    return found == 1;
}

static void read_constraints(struct record_type *t, struct type_reader *r,
                             const struct yvalue *root)
{
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, "constraints"), n = 0;
    struct constraint *all = arena_array(r->take.arena, count ? count : 1, sizeof(*all));
    for (size_t i = 0; i < count; i++)
        n += read_constraint(&all[n], r, &items[i], t);
    t->constraints = all;
    t->constraint_count = n;
}

/* --- states ---------------------------------------------------------------------- */

static struct str_list take_list(struct type_reader *r, const struct yvalue *map, const char *key)
{
    struct str_list list = {0};
    list.count = take_words(&list.items, r, map, key);
    if (list.count == 1 && str_is(list.items[0], "all") && yin_get(map, key)->type == Y_TEXT)
        list = (struct str_list){.all = true};
    return list;
}

static void read_state_list(struct record_type *t, struct type_reader *r,
                            const struct yvalue *states)
{
    static const char *const known[] = {"name", "label", "locked", "late", "public", NULL};
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, states, "list"), n = 0;
    struct state *all = arena_array(r->take.arena, count ? count : 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        struct state s = {.name = take_name(r, &items[i], "name"), .line = items[i].line};
        ytake_keys(&r->take, &items[i], known);
        s.label = take_label(r, &items[i], "label", true);
        s.locked = take_list(r, &items[i], "locked");
        s.late = take_list(r, &items[i], "late");
        s.is_public = ytake_bool(&r->take, &items[i], "public", false);
        size_t k = 0;
        while (k < n && !str_eq(all[k].name, s.name))
            k++;
        if (s.name.len && k < n)
            type_fault(r, s.line, "the state \"%.*s\" is defined twice", STR_ARG(s.name));
        else if (s.name.len)
            all[n++] = s;
    }
    if (n == 0)
        type_fault(r, states->line, "\"states\" has no list");
    t->states = all;
    t->state_count = n;
}

static struct transition read_transition(struct type_reader *r, const struct yvalue *map)
{
    static const char *const known[] = {
        "name",   "label",       "from",     "to",   "need",      "amends",      "takes", "ahead",
        "reason", "two_persons", "function", "ends", "on_import", "beside_case", NULL};
    struct transition t = {.name = take_name(r, map, "name"), .line = map->line};
    ytake_keys(&r->take, map, known);
    t.label = take_label(r, map, "label", true);
    t.from_count = take_words(&t.from, r, map, "from");
    if (t.from_count == 0)
        type_fault(r, map->line, "\"from\" is missing: the states it starts in");
    t.amend_count = take_words(&t.amends, r, map, "amends");
    t.to = t.amend_count ? ytake_text(&r->take, map, "to") : ytake_required(&r->take, map, "to");
    t.need_count = take_words(&t.need, r, map, "need");
    if (yin_get(map, "takes"))
        t.take_count = take_words(&t.takes, r, map, "takes");
    if (yin_get(map, "ahead"))
        t.ahead_count = take_words(&t.ahead, r, map, "ahead");
    switch (ytake_choice(&r->take, map, "reason", reason_names, 1)) {
    case 0:
        t.reason = REASON_NONE;
        break;
    case 1:
        t.reason = REASON_OPTIONAL;
        break;
    default:
        t.reason = REASON_REQUIRED;
    }
    t.two_persons = ytake_bool(&r->take, map, "two_persons", false);
    if (t.two_persons && t.reason != REASON_REQUIRED)
        type_fault(r, map->line, "a two-person action needs a reason: reason: required");
    if (t.amend_count && !t.two_persons)
        type_fault(r, map->line,
                   "amends needs two_persons: signed values are corrected by two persons");
    t.function = ytake_text(&r->take, map, "function");
    t.ends = ytake_bool(&r->take, map, "ends", false);
    t.on_import = ytake_bool(&r->take, map, "on_import", false);
    if (t.on_import && (t.reason != REASON_NONE || t.two_persons || t.need_count == 0))
        type_fault(r, map->line,
                   "what a workbook brings about needs fields, no reason and no second person: "
                   "on_import stands with need and reason: none");
    t.beside_case = ytake_bool(&r->take, map, "beside_case", false);
    return t;
}

static struct transition read_action(struct type_reader *r, const struct yvalue *map)
{
    static const char *const known[] = {"name", "label", "function", NULL};
    struct transition t = {.name = take_name(r, map, "name"), .line = map->line};
    ytake_keys(&r->take, map, known);
    t.label = take_label(r, map, "label", true);
    t.function = ytake_required(&r->take, map, "function");
    t.reason = REASON_OPTIONAL;
    return t;
}

static void read_transitions(struct record_type *t, struct type_reader *r,
                             const struct yvalue *states, const struct yvalue *root)
{
    const struct yvalue *moves = NULL, *actions;
    size_t move_count = states ? ytake_maps(&moves, &r->take, states, "transitions") : 0;
    size_t action_count = ytake_maps(&actions, &r->take, root, "actions"), n = 0;
    struct transition *all =
        arena_array(r->take.arena, move_count + action_count + 1, sizeof(*all));
    for (size_t i = 0; i < move_count + action_count; i++) {
        struct transition one = i < move_count ? read_transition(r, &moves[i])
                                               : read_action(r, &actions[i - move_count]);
        size_t k = 0;
        while (k < n && !str_eq(all[k].name, one.name))
            k++;
        if (one.name.len == 0)
            continue;
        if (k < n)
            type_fault(r, one.line, "the action \"%.*s\" is defined twice", STR_ARG(one.name));
        else if (str_is(one.name, "end") || str_is(one.name, "create") ||
                 str_is(one.name, "change"))
            type_fault(r, one.line, "\"%.*s\" is an action of every record; choose another name",
                       STR_ARG(one.name));
        else
            all[n++] = one;
    }
    t->transitions = all;
    t->transition_count = n;
}

static void read_states(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"initial", "list", "transitions", NULL};
    static const struct state active = {.name = STR("active"),
                                        .label = {STR("已录入"), STR("Entered")}};
    const struct yvalue *states = yin_get(root, "states");
    if (states && states->type != Y_MAP) {
        type_fault(r, states->line, "states must be a map: initial, list, transitions");
        states = NULL;
    }
    if (states) {
        ytake_keys(&r->take, states, known);
        t->initial = ytake_required(&r->take, states, "initial");
        read_state_list(t, r, states);
    } else {
        t->states = &active;
        t->state_count = 1;
        t->initial = active.name;
    }
    read_transitions(t, r, states, root);
}

/* --- access ----------------------------------------------------------------------- */

static unsigned read_verbs(struct type_reader *r, const struct yvalue *map)
{
    const struct str *words;
    size_t count = take_words(&words, r, map, "verbs");
    unsigned set = 0;
    for (size_t i = 0; i < count; i++) {
        size_t verb = word_index(words[i], verb_names, VERB_NAMES);
        if (verb < VERB_NAMES)
            set |= 1u << verb;
        else
            type_fault(
                r, ytake_place(map, "verbs")->line,
                "\"%.*s\" is no verb; they are read create change end import export (actions "
                "stand under actions)",
                STR_ARG(words[i]));
    }
    return set;
}

static struct access_rule read_rule(struct type_reader *r, const struct yvalue *map)
{
    static const char *const known[] = {"roles",    "relation", "function", "named",
                                        "verbs",    "actions",  "states",   "fields",
                                        "unmasked", "secrecy",  NULL};
    static const char *const functions[] = {"accept", "recommend", "recognise", "manage", NULL};
    struct access_rule rule = {.line = map->line};
    ytake_keys(&r->take, map, known);
    rule.roles = take_list(r, map, "roles");
    if (rule.roles.count == 0)
        type_fault(r, map->line, "an access rule names its roles");
    (void)ytake_required(&r->take, map, "relation");
    /* A wrong one must not widen: assigned reaches the fewest. */
    rule.relation =
        (enum relation)ytake_choice(&r->take, map, "relation", relation_names, RELATION_ASSIGNED);
    if (ytake_choice(&r->take, map, "function", functions, -1) >= 0)
        rule.function = ytake_text(&r->take, map, "function");
    if (rule.function.len && rule.relation != RELATION_AUTHORITY)
        type_fault(r, ytake_place(map, "function")->line,
                   "function is only allowed with relation: authority");
    rule.named = ytake_text(&r->take, map, "named");
    rule.verbs = read_verbs(r, map);
    rule.actions = take_list(r, map, "actions");
    if (rule.actions.all || rule.actions.count)
        rule.verbs |= ACCESS_ACT;
    if (rule.verbs == 0)
        type_fault(r, map->line, "an access rule allows nothing: give verbs or actions");
    rule.states = take_list(r, map, "states");
    rule.states.all |= rule.states.count == 0;
    rule.fields = take_list(r, map, "fields");
    rule.fields.all |= rule.fields.count == 0;
    rule.unmasked = take_list(r, map, "unmasked");
    rule.secrecy =
        (enum secrecy)ytake_choice(&r->take, map, "secrecy", secrecy_names, SECRECY_INTERNAL);
    return rule;
}

static void read_access(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, "access");
    struct access_rule *rules = arena_array(r->take.arena, count ? count : 1, sizeof(*rules));
    for (size_t i = 0; i < count; i++)
        rules[i] = read_rule(r, &items[i]);
    if (!yin_get(root, "access"))
        type_fault(r, root->line, "\"access\" is missing: nobody could read these records");
    t->access = (struct access_policy){.type = t->name, .rules = rules, .rule_count = count};
}

void rules_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root)
{
    read_constraints(t, r, root);
    read_states(t, r, root);
    read_access(t, r, root);
}
