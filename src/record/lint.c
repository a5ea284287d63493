/* Checks across the fields of a type and across types. Every fault is told: a
 * check that cannot go on for one name goes on with the next. */
#include "record/lint.h"
#include "base/msg.h"
#include "record/record.h"
#include "record/scaled.h"
#include "record/value.h"

/* --- names of fields ------------------------------------------------------------ */

/* " (did you mean "x"?)" or nothing. */
static struct str suggestion(const struct lint *l, struct str name)
{
    struct nearest best = nearest_of(name);
    for (size_t i = 0; i < l->t->field_count; i++)
        nearest_try(&best, l->t->fields[i].name);
    return nearest_text(&best, l->to->arena);
}

const struct field *lint_used(const struct lint *l, int line, const char *what, struct str name)
{
    const struct field *f = record_field(l->t, name);
    if (!f)
        FAULT(l, line, "\"%s\" names \"%.*s\", which is no field%.*s", what, STR_ARG(name),
              STR_ARG(suggestion(l, name)));
    else if (f->retired)
        FAULT(l, line, "\"%s\" names \"%.*s\", which is retired", what, STR_ARG(name));
    return f && !f->retired ? f : NULL;
}

static void check_state(const struct lint *l, int line, const char *what, struct str name)
{
    if (!record_state(l->t, name))
        FAULT(l, line, "\"%s\" names \"%.*s\", which is no state", what, STR_ARG(name));
}

static void check_transitions(const struct lint *l, int line, const char *what,
                              const struct str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!record_transition(l->t, names[i]))
            FAULT(l, line, "\"%s\" names \"%.*s\", which is no transition or action", what,
                  STR_ARG(names[i]));
}

static void check_each(const struct lint *l, int line, const char *what, const struct str *names,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)lint_used(l, line, what, names[i]);
}

static bool is_single(const struct field *f)
{
    return f->column.len > 0;
}

static bool is_number(enum field_type t)
{
    return t == FIELD_INT || t == FIELD_DECIMAL || t == FIELD_MONEY || t == FIELD_PERCENT;
}

static bool is_date(enum field_type t)
{
    return t == FIELD_DATE || t == FIELD_KNOWN_DATE || t == FIELD_DATETIME;
}

static bool sorts(const struct field *f)
{
    return is_single(f) && f->type != FIELD_PERSON && f->type != FIELD_LONG_TEXT &&
           f->type != FIELD_FILE;
}

/* --- the top level ---------------------------------------------------------------- */

static void check_key(const struct lint *l)
{
    int line = type_line(l->t, LINE_KEY);
    bool unique = false;
    for (size_t i = 0; i < l->t->field_count; i++)
        unique |= l->t->fields[i].unique;
    for (size_t i = 0; i < l->t->key_count; i++) {
        const struct field *f = lint_used(l, line, "key", l->t->key[i]);
        if (f && (!is_single(f) || f->type == FIELD_LONG_TEXT || f->type == FIELD_PERIOD))
            FAULT(l, line, "\"key\" names \"%.*s\": a %s field cannot tell records apart",
                  STR_ARG(f->name), field_type_name(f->type));
    }
    if (l->t->key_scope != KEY_OWNER && l->t->key_count == 0 && !unique)
        FAULT(l, type_line(l->t, LINE_SCOPE), "key_scope without a key or a unique field");
    if (l->t->key_state.len && l->t->key_count == 0)
        FAULT(l, type_line(l->t, LINE_KEY_STATE), "key_state without a key");
    if (l->t->key_state.len && !record_state(l->t, l->t->key_state))
        FAULT(l, type_line(l->t, LINE_KEY_STATE), "there is no state \"%.*s\"",
              STR_ARG(l->t->key_state));
}

static void check_sort(const struct lint *l)
{
    int line = type_line(l->t, LINE_SORT);
    struct str rest = l->t->sort;
    while (rest.ptr) {
        struct str name = str_trim(str_split(&rest, STR(",")));
        if (name.len && name.ptr[0] == '-')
            name = (struct str){name.ptr + 1, name.len - 1};
        if (record_is_system_column(name))
            continue;
        const struct field *f = lint_used(l, line, "sort", name);
        if (f && !sorts(f))
            FAULT(l, line, "\"sort\" names \"%.*s\": a %s field has no order", STR_ARG(name),
                  f->many ? "many" : field_type_name(f->type));
    }
}

static bool is_searched(enum field_type t)
{
    return t == FIELD_TEXT || t == FIELD_LONG_TEXT || t == FIELD_TEXTS || t == FIELD_PATENT ||
           t == FIELD_PATENTS || t == FIELD_IPC || t == FIELD_PARTY;
}

static void check_search(const struct lint *l)
{
    int line = type_line(l->t, LINE_SEARCH);
    for (size_t i = 0; i < l->t->search_count; i++) {
        struct str column = l->t->search[i], name = str_split(&column, STR("."));
        const struct field *f = lint_used(l, line, "search", name);
        const struct field *inner = f && column.len ? record_row_field(f, column) : NULL;
        if (inner)
            f = inner;
        if (f && (!is_searched(f->type) || (column.len && !inner)))
            FAULT(l, line, "\"search\" names \"%.*s\": fields of type %s hold no text to search",
                  STR_ARG(f->name), field_type_name(f->type));
    }
}

/* What is no record type and has entries in the evidence log (deed.h, note.h): the entries of a type
 * of that name could not be told from them. */
static void check_name(const struct lint *l)
{
    static const char *const kept[] = {"assignment",   "channel", "erasure", "instance", "job",
                                       "outward_host", "patent",  "setting", "webhook"};
    if (STR_IN(l->t->name, kept))
        FAULT(l, 1,
              "\"%.*s\" is what entries of the evidence log call something of the program's "
              "own; take another name",
              STR_ARG(l->t->name));
}

static void check_top(const struct lint *l)
{
    const struct record_type *t = l->t;
    check_name(l);
    check_key(l);
    check_sort(l);
    check_search(l);
    for (size_t i = 0; i < t->list_count; i++)
        if (!record_is_system_column(t->list[i]))
            (void)lint_used(l, type_line(t, LINE_LIST), "list", t->list[i]);
    check_each(l, type_line(t, LINE_EVIDENCE), "evidence", t->evidence, t->evidence_count);
    const struct field *title =
        t->title.len ? lint_used(l, type_line(t, LINE_TITLE), "title", t->title) : NULL;
    if (title && !is_single(title))
        FAULT(l, type_line(t, LINE_TITLE), "\"title\" names \"%.*s\": a %s field is no name",
              STR_ARG(title->name), field_type_name(title->type));
}

/* Facts are read as the public reads them by the state alone (facts_open.c). */
static void check_public_unless(const struct lint *l)
{
    const struct record_type *t = l->t;
    int line = type_line(t, LINE_PUBLIC_UNLESS);
    const struct field *f =
        t->public_unless.len ? lint_used(l, line, "public_unless", t->public_unless) : NULL;
    if (f && f->type != FIELD_BOOL)
        FAULT(l, line,
              "\"public_unless\" names \"%.*s\": it has to be a field that is true or false",
              STR_ARG(f->name));
    if (f && (!record_is_ever_published(t) || t->facts.len))
        FAULT(l, line, "\"public_unless\" is for types that publish records and bring in no facts");
    if (t->access.recuses.len && (f = lint_used(l, line, "recuses", t->access.recuses)) &&
        f->type != FIELD_TEXT)
        FAULT(l, line, "\"recuses\" names \"%.*s\": it has to be a text field", STR_ARG(f->name));
}

/* --- fields ------------------------------------------------------------------------- */

static void check_ref(const struct lint *l, const struct field *f)
{
    if (f->to.len == 0 || record_type_find(l->set, f->to) || str_eq(f->to, l->t->name))
        return;
    struct nearest best = nearest_of(f->to);
    for (size_t i = 0; i < l->set->types.len; i++)
        nearest_try(&best, l->set->types.ptr[i]->name);
    FAULT(l, f->line, "\"to\" names \"%.*s\", which is no type%.*s", STR_ARG(f->to),
          STR_ARG(nearest_text(&best, l->to->arena)));
}

static void check_required(const struct lint *l, const struct field *f, bool in_table)
{
    for (size_t i = 0; i < f->required_from_count; i++)
        check_state(l, f->line, "required", f->required_from[i]);
    bool required = f->required || f->required_from_count;
    if (in_table && f->required_from_count)
        FAULT(l, f->line, "within a table required is true or false");
    if (f->type == FIELD_COMPUTED && (required || f->unique || f->fallback.len))
        FAULT(l, f->line, "a computed field cannot be required or unique and has no default");
    if (f->unique && f->type != FIELD_COMPUTED && (in_table || !is_single(f)))
        FAULT(l, f->line, "only a single value of the record can be unique");
    if (f->retired && (required || f->unique))
        FAULT(l, f->line, "a retired field can be neither required nor unique");
}

static void check_currency(const struct lint *l, const struct field *f)
{
    const struct field *currency =
        f->currency.len ? lint_used(l, f->line, "currency", f->currency) : NULL;
    if (currency && currency->type != FIELD_TEXT && currency->type != FIELD_ENUM)
        FAULT(l, f->line, "\"currency\" names \"%.*s\", which is neither text nor enum",
              STR_ARG(f->currency));
}

static void check_name_length(const struct lint *l, const struct field *f)
{
    if (l->t->name.len + f->name.len > TYPE_AND_FIELD_MAX)
        FAULT(
            l, f->line,
            "the names of type and field are %zu letters together, more than the %d that a table's "
            "name has room for",
            l->t->name.len + f->name.len, TYPE_AND_FIELD_MAX);
}

/* A period's second column can be the name of another field. */
static void check_columns(const struct lint *l, const struct field *fields, size_t count)
{
    VEC(struct str) taken = {0};
    for (size_t i = 0; i < count; i++) {
        struct column columns[VALUE_COLUMNS_MAX];
        size_t n = fields[i].column.len ? value_columns(columns, &fields[i], l->to->arena) : 0;
        for (size_t k = 0; k < n; k++) {
            if (str_among(columns[k].name, taken.ptr, taken.len) ||
                (k > 0 && record_is_system_column(columns[k].name)))
                FAULT(l, fields[i].line,
                      "the field \"%.*s\" needs the column %.*s, which there is already; take "
                      "another name",
                      STR_ARG(fields[i].name), STR_ARG(columns[k].name));
            VEC_PUSH(l->to->arena, &taken, columns[k].name);
        }
    }
}

/* By law goes what says who somebody is, never what is counted, compared or decided: the worth of a record, the
 * number of a contract, its days. So ceilings and conditions hold after an erasure as before. */
static void check_personal(const struct lint *l, const struct field *f)
{
    static const enum field_type said[] = {FIELD_TEXT,   FIELD_LONG_TEXT, FIELD_TEXTS,
                                           FIELD_PERSON, FIELD_PHONE,     FIELD_EMAIL,
                                           FIELD_URL,    FIELD_FILE,      FIELD_FILES};
    const struct claim_rule *c = &l->t->claim;
    const struct str used_by[] = {c->number, c->title, c->amount,  c->date,
                                  c->kind,   c->yuan,  c->parties, c->patents};
    bool fits = false, counts = f->number || f->choices;
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        fits |= f->type == said[i];
    for (size_t i = 0; i < ARRAY_LEN(used_by); i++)
        counts |= used_by[i].len > 0 && str_eq(used_by[i], f->name);
    if (f->personal && !fits)
        FAULT(l, f->line,
              "\"personal\" stands with texts and files: a %s field is no word of a person",
              f->many ? "many" : field_type_name(f->type));
    else if (f->personal && counts)
        FAULT(l, f->line,
              "\"personal\" stands with \"%.*s\", by which records are told apart or counted",
              STR_ARG(f->name));
}

/* `table`: in which the field stands; NULL: in none. */
static void check_organisation(const struct lint *l, const struct field *f,
                               const struct field *table)
{
    const struct field *code =
        table && f->organisation.len ? record_row_field(table, f->organisation) : NULL;
    if (f->organisation.len && (!code || code->type != FIELD_PARTY))
        FAULT(l, f->line,
              "\"organisation\" names \"%.*s\", which is no code of an organisation in its table",
              STR_ARG(f->organisation));
}

/* Whether the values of `old` are values of `f` as they stand: texts become rows of its table. */
static bool takes_over(const struct field *f, const struct field *table, const struct field *old)
{
    bool fits = old->type == f->type || (f->type == FIELD_TEXT && old->type == FIELD_LONG_TEXT) ||
                (f->type == FIELD_LONG_TEXT && old->type == FIELD_TEXT);
    if (table)
        return f->type == FIELD_TEXT && old->type == FIELD_TEXTS && table->secrecy >= old->secrecy;
    for (size_t i = 0; i < old->value_count; i++)
        fits &= field_value(f, old->values[i].code) != NULL;
    return fits && f != old && is_single(old) && is_single(f) && str_eq(f->to, old->to) &&
           f->places == old->places && f->secrecy >= old->secrecy && f->personal >= old->personal;
}

static void check_was(const struct lint *l, const struct field *f, const struct field *table)
{
    const struct field *old = record_field(l->t, f->was);
    if (f->was.len && (!old || l->t->core || f->fallback.len || !takes_over(f, table, old)))
        FAULT(l, f->line, "\"was\" names \"%.*s\", whose values this field cannot take over%.*s",
              STR_ARG(f->was), STR_ARG(old ? STR_NONE : suggestion(l, f->was)));
}

static void check_numbered(const struct lint *l, const struct field *f, bool in_table)
{
    bool fits = !in_table && f->secrecy != SECRECY_SECRET && l->t->key_scope == KEY_OWNER &&
                (l->t->facts.len == 0 || record_field_fact(f).len == 0);
    if (f->numbered.len == 0)
        return;
    for (size_t i = 0; i < l->t->field_count; i++)
        fits &= l->t->fields[i].numbered.len == 0 || &l->t->fields[i] == f;
    if (!fits)
        FAULT(l, f->line,
              "\"numbered\" stands with one field of a type whose key is the owner's: in no table, "
              "neither secret nor a fact");
    if (!numbered_holds(f->numbered, l->to->arena))
        FAULT(l, f->line,
              "the pattern \"%.*s\" has one {n…}, and else no braces but {yyyy}, {yy} and {mm}",
              STR_ARG(f->numbered));
}

static void check_table(const struct lint *l, const struct field *table)
{
    for (size_t i = 0; i < table->row_key_count; i++)
        if (!record_row_field(table, table->row_key[i]))
            FAULT(l, table->line, "\"key\" names \"%.*s\", which is no field of this table",
                  STR_ARG(table->row_key[i]));
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *f = &table->fields[i];
        check_required(l, f, true);
        check_personal(l, f);
        check_ref(l, f);
        if (f->currency.len && !record_row_field(table, f->currency))
            FAULT(l, f->line, "\"currency\" names \"%.*s\", which is no field of this table",
                  STR_ARG(f->currency));
        check_organisation(l, f, table);
        check_was(l, f, table);
        check_numbered(l, f, true);
        if (f->fact.len && !str_is(f->fact, "none") && l->t->facts.len == 0)
            FAULT(l, f->line, "fact stands here, but the type has no facts");
    }
    check_columns(l, table->fields, table->field_count);
}

/* What actions fill: with who, the day, or yes. */
static void check_set_by(const struct lint *l, const struct field *f)
{
    bool who = f->type == FIELD_REF && str_is(f->to, "account");
    bool asked = f->set_by_count && str_starts(f->set_by[0], STR(ASK_ANSWER)); /* lint_ask */
    if (!asked) {
        check_transitions(l, f->line, "set_by", f->set_by, f->set_by_count);
        check_transitions(l, f->line, "cleared_by", f->cleared_by, f->cleared_by_count);
    }
    if (f->cleared_by_count && !f->set_by_count)
        FAULT(l, f->line, "cleared_by stands with set_by alone");
    if (f->set_by_count && !who && f->type != FIELD_DATE && f->type != FIELD_KNOWN_DATE &&
        f->type != FIELD_BOOL && !asked)
        FAULT(l, f->line, "set_by fills a ref to account, a date or a bool, no %s field",
              field_type_name(f->type));
    if ((f->set_by_count || f->by_cases) &&
        (f->required || f->required_from_count || f->fallback.len))
        FAULT(l, f->line, "what actions fill is neither required nor has a default");
    if (f->by_cases && (f->set_by_count || f->type == FIELD_COMPUTED || l->t->by_actions_only))
        FAULT(l, f->line, "by_cases stands on a field that people could write else");
}

/* Else nothing would ever correct it. */
static void check_stays(const struct lint *l, const struct field *f)
{
    bool corrected = false;
    for (size_t i = 0; f->stays && i < l->t->transition_count; i++)
        corrected |=
            str_among(f->name, l->t->transitions[i].amends, l->t->transitions[i].amend_count) ||
            str_among(f->name, l->t->transitions[i].takes, l->t->transitions[i].take_count);
    if (f->stays && !corrected)
        FAULT(l, f->line, "\"%.*s\" stays as it is entered: a transition amends or takes it",
              STR_ARG(f->name));
}

/* A signature that fixes it; the word of a signed fact says that there is one. */
static void check_fixed_by(const struct lint *l, const struct field *f)
{
    for (size_t i = 0; i < f->fixed_by_count; i++) {
        const struct field *by = record_field(l->t, f->fixed_by[i]);
        if (!by || (by->type != FIELD_DATE && by->type != FIELD_KNOWN_DATE &&
                    by->type != FIELD_LONG_TEXT && by->type != FIELD_BOOL))
            FAULT(l, f->line,
                  "\"fixed_by\" names \"%.*s\", which is no date, bool or long text of this type",
                  STR_ARG(f->fixed_by[i]));
    }
    for (size_t i = 0; i < f->fixed_but_count; i++)
        if (f->fixed_by_count == 0 || !record_row_field(f, f->fixed_but[i]))
            FAULT(l, f->line,
                  "\"fixed_but\" stands with fixed_by and names columns: \"%.*s\" is none",
                  STR_ARG(f->fixed_but[i]));
    if (f->has_word && f->word.kind == WORD_SIGNED && f->fixed_by_count == 0)
        FAULT(l, f->line, "the fact %.*s is fixed by a signature: give fixed_by",
              STR_ARG(f->word.fact));
}

/* Somebody establishes it: its step, its action, or who holds a role whose word it is. */
static void check_word(const struct lint *l, const struct field *f)
{
    bool somebody = !field_is_given(f) || l->t->by_actions_only || !f->has_word ||
                    fact_word_may(f->word.kind, STR_NONE);
    for (size_t i = 0; i < l->t->access.rule_count && !somebody; i++) {
        const struct access_rule *rule = &l->t->access.rules[i];
        somebody = (rule->verbs & (ACCESS_CREATE | ACCESS_CHANGE | ACCESS_ACT)) &&
                   str_list_has(&rule->fields, f->name);
    }
    if (!somebody)
        FAULT(l, f->line, "the fact %.*s is the word of \"%.*s\", and no rule lets it be written",
              STR_ARG(f->word.fact), STR_ARG(f->word.name));
}

static void check_field(const struct lint *l, const struct field *f)
{
    check_name_length(l, f);
    check_set_by(l, f);
    check_fixed_by(l, f);
    check_stays(l, f);
    check_word(l, f);
    if (f->choices && !f->has_word && f->choices_of.len == 0)
        FAULT(l, f->line, "choices are names of a fact, and the field is none");
    check_required(l, f, false);
    check_personal(l, f);
    check_ref(l, f);
    check_currency(l, f);
    check_organisation(l, f, NULL);
    check_was(l, f, NULL);
    check_numbered(l, f, false);
    if (f->type == FIELD_TABLE)
        check_table(l, f);
}

static void check_fields(const struct lint *l)
{
    const struct record_type *t = l->t;
    if (t->field_count > VALUE_FIELDS_MAX)
        FAULT(l, t->fields[VALUE_FIELDS_MAX].line, "a type has at most %d fields",
              VALUE_FIELDS_MAX);
    for (size_t i = 0; i < t->field_count; i++) {
        check_field(l, &t->fields[i]);
        if (t->core && t->fields[i].child.len)
            FAULT(l, t->fields[i].line,
                  "a core type has no tables of its own: a %s field cannot stand here",
                  t->fields[i].many ? "many" : field_type_name(t->fields[i].type));
    }
    check_columns(l, t->fields, t->field_count);
}

/* --- facts --------------------------------------------------------------------------- */

static const struct fact_list *fact_list_named(const struct lint *l, struct str name)
{
    return FIND_BY(l->set->references.facts.ptr, l->set->references.facts.len, name, name);
}

static bool can_be_fact(const struct field *f)
{
    static const enum field_type none[] = {FIELD_PERIOD, FIELD_REF, FIELD_REFS, FIELD_FILE,
                                           FIELD_FILES};
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (type == none[i])
            return false;
    return true;
}

/* The field whose values are the fact: it, or the column of its rows. */
static const struct field *fact_source(const struct field *f)
{
    const struct field *column = record_fact_column(f);
    return column ? column : f;
}

static void check_fact(const struct lint *l, const struct fact_list *list, const struct field *of)
{
    const struct field *f = fact_source(of);
    struct str key = record_field_fact(f);
    if (key.len == 0)
        return;
    if (!can_be_fact(f) || (f != of && f->type != FIELD_TEXT))
        FAULT(l, f->line, "a %s field gives no fact; say fact: none", field_type_name(f->type));
    if (key.ptr[0] == '/') {
        struct str name = {key.ptr + 1, key.len - 1};
        if (!str_among(name, l->set->references.fact_keys.ptr, l->set->references.fact_keys.len))
            FAULT(l, f->line, "fact: %.*s is no key of a facts document", STR_ARG(key));
        return;
    }
    if (str_among(key, list->keys, list->key_count))
        return;
    struct nearest best = nearest_of(key);
    for (size_t i = 0; i < list->key_count; i++)
        nearest_try(&best, list->keys[i]);
    FAULT(l, f->line, "\"%.*s\" is no key of the facts %.*s%.*s; give fact: its key, or none",
          STR_ARG(key), STR_ARG(l->t->facts), STR_ARG(nearest_text(&best, l->to->arena)));
}

/* A bool beside another field: its "no" says that there is none of that. */
static bool denies(const struct field *f, const struct field *other)
{
    return (f->type == FIELD_BOOL) != (other->type == FIELD_BOOL);
}

static void check_facts_of(const struct lint *l)
{
    const struct record_type *t = l->t;
    const struct field *party = record_field(t, STR("party"));
    const struct field *list = record_field(t, t->completes), *up_to = record_field(t, t->covers);
    if (t->facts_of != FACTS_OF_OWNER && t->facts.len == 0 && t->completes.len == 0)
        FAULT(l, type_line(t, LINE_FACTS_OF), "facts_of stands here, but the type has no facts");
    if (t->facts_of == FACTS_OF_PARTY && (!party || party->type != FIELD_PARTY))
        FAULT(l, type_line(t, LINE_FACTS_OF),
              "facts_of: party needs a field \"party\" of the type party");
    if (t->kept_here && (t->facts.len == 0 || !t->by_actions_only))
        FAULT(l, type_line(t, LINE_KEPT),
              "kept: here is for facts that steps alone write (facts, written_by: actions)");
    if (t->completes.len == 0)
        return;
    if (!list || list->type != FIELD_ENUM || list->many || !up_to || up_to->type != FIELD_DATE ||
        t->facts_of != FACTS_OF_PARTY)
        FAULT(l, type_line(t, LINE_COMPLETES),
              "completes needs facts_of: party and the names of an enum, for the list, and of a "
              "date, for up_to");
    for (size_t i = 0; list && i < list->value_count; i++)
        if (!fact_list_named(l, list->values[i].code))
            FAULT(l, list->line, "there are no facts \"%.*s\" (types/facts.yaml lists them)",
                  STR_ARG(list->values[i].code));
}

/* A field that the claim names is there, and of one of these types. */
static void check_claimed(const struct lint *l, int line, const char *key, struct str name,
                          const enum field_type *types, size_t count)
{
    const struct field *f = name.len ? lint_used(l, line, key, name) : NULL;
    bool fits = !f;
    for (size_t i = 0; f && i < count; i++)
        fits |= f->type == types[i] && !f->many;
    if (!fits)
        FAULT(l, line, "\"%s\" names \"%.*s\": a %s field says nothing of that", key, STR_ARG(name),
              field_type_name(f->type));
}

/* Of a list, or of the rows of a table: sides.name. */
static void check_claimed_parties(const struct lint *l, const enum field_type *types, size_t count)
{
    const struct claim_rule *c = &l->t->claim;
    struct str column = c->parties, name = str_split(&column, STR("."));
    const struct field *table = column.len ? lint_used(l, c->line, "parties", name) : NULL;
    const struct field *f = table ? record_row_field(table, column) : NULL;
    if (column.len == 0)
        check_claimed(l, c->line, "parties", c->parties, types, count);
    else if (table && (!f || f->type != FIELD_TEXT || f->personal))
        FAULT(l, c->line, "\"parties\" names \"%.*s\", which is no text of a table's rows",
              STR_ARG(c->parties));
}

static void check_claim(const struct lint *l)
{
    static const enum field_type numbers[] = {FIELD_TEXT, FIELD_PATENT}, titles[] = {FIELD_TEXT},
                                 amounts[] = {FIELD_MONEY},
                                 dates[] = {FIELD_DATE, FIELD_KNOWN_DATE}, kinds[] = {FIELD_ENUM},
                                 parties[] = {FIELD_TEXTS, FIELD_TEXT},
                                 patents[] = {FIELD_PATENTS, FIELD_PATENT},
                                 files[] = {FIELD_FILE, FIELD_FILES}, codes[] = {FIELD_PARTY};
    const struct claim_rule *c = &l->t->claim;
    const struct kinship_rule *k = &l->t->kinship;
    check_claimed(l, c->line, "number", c->number, numbers, ARRAY_LEN(numbers));
    check_claimed(l, c->line, "title", c->title, titles, ARRAY_LEN(titles));
    check_claimed(l, c->line, "amount", c->amount, amounts, ARRAY_LEN(amounts));
    check_claimed(l, c->line, "yuan", c->yuan, amounts, ARRAY_LEN(amounts));
    check_claimed(l, c->line, "date", c->date, dates, ARRAY_LEN(dates));
    check_claimed(l, c->line, "kind", c->kind, kinds, ARRAY_LEN(kinds));
    check_claimed_parties(l, parties, ARRAY_LEN(parties));
    check_claimed(l, c->line, "patents", c->patents, patents, ARRAY_LEN(patents));
    check_claimed(l, c->line, "files", c->files, files, ARRAY_LEN(files));
    check_claimed(l, c->line, "holder", c->holder, titles, ARRAY_LEN(titles));
    if (c->holder.len && !(c->patents.len && c->parties.len && c->kind.len && c->held.count))
        FAULT(l, c->line, "\"holder\" needs \"patents\", \"parties\", \"kind\" and \"held\"");
    for (size_t i = 0; i < c->without.count; i++)
        check_state(l, c->line, "without", c->without.items[i]);
    check_claimed(l, k->line, "name", k->name, titles, ARRAY_LEN(titles));
    check_claimed(l, k->line, "code", k->code, codes, ARRAY_LEN(codes));
    for (size_t i = 0; i < k->by.count; i++)
        (void)lint_used(l, k->line, "by", k->by.items[i]);
}

static void check_facts(const struct lint *l)
{
    const struct record_type *t = l->t;
    const struct fact_list *list = t->facts.len ? fact_list_named(l, t->facts) : NULL;
    int line = type_line(t, LINE_FACTS);
    if (t->facts.len && !list)
        FAULT(l, line, "there are no facts \"%.*s\" (types/facts.yaml lists them)",
              STR_ARG(t->facts));
    if (list && list->object != t->facts_object)
        FAULT(l, line, "the facts %.*s are %s: facts_shape must say so", STR_ARG(t->facts),
              list->object ? "object" : "list");
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (list)
            check_fact(l, list, f);
        else if (t->facts.len == 0 && f->fact.len && !str_is(f->fact, "none"))
            FAULT(l, f->line, "fact stands here, but the type has no facts");
        for (size_t k = 0; list && k < i; k++)
            if (record_field_fact(fact_source(f)).len && !denies(f, &t->fields[k]) &&
                str_eq(record_field_fact(fact_source(f)),
                       record_field_fact(fact_source(&t->fields[k]))))
                FAULT(l, f->line, "two fields give the fact %.*s",
                      STR_ARG(record_field_fact(fact_source(f))));
    }
}

/* --- constraints --------------------------------------------------------------------- */

static void check_sum(const struct lint *l, const struct constraint *c)
{
    int64_t n;
    const struct field *f = sum_field(l->t, c);
    if (!f || !is_number(f->type))
        FAULT(l, c->line,
              "sum takes a number of a table's rows: {sum: shares.percent, is: \"100.00\"}");
    else if (c->sum_text.len && !scaled_read(&n, c->sum_text, field_places(f)))
        FAULT(l, c->line, "\"is\" must be a number with at most %d decimals, not \"%.*s\"",
              field_places(f), STR_ARG(c->sum_text));
}

static bool may_be(const struct field *f, struct str value)
{
    if (f->type == FIELD_BOOL)
        return str_is(value, "true") || str_is(value, "false");
    return field_value(f, value) != NULL;
}

static void check_condition(const struct lint *l, int line, const struct condition *k)
{
    const struct field *f = lint_used(l, line, "when", k->field);
    bool text = f && f->type == FIELD_TEXT;
    if (f && !text && f->type != FIELD_ENUM && f->type != FIELD_BOOL)
        FAULT(l, line, "\"when\" names \"%.*s\", which is neither enum, bool nor text",
              STR_ARG(f->name));
    else
        for (size_t i = 0; f && !text && i < k->value_count; i++)
            if (!may_be(f, k->values[i]))
                FAULT(l, line, "\"%.*s\" is no value of %.*s", STR_ARG(k->values[i]),
                      STR_ARG(f->name));
}

void lint_conditions(const struct lint *l, const struct conditions *when, bool state)
{
    for (size_t i = 0; i < when->count; i++) {
        const struct condition *k = &when->items[i];
        if (!state || !str_is(k->field, "state"))
            check_condition(l, when->line, k);
        else
            for (size_t n = 0; n < k->value_count; n++)
                check_state(l, when->line, "when", k->values[n]);
    }
}

static const char *constraint_key(enum constraint_kind kind)
{
    static const char *const keys[] = {
        [CONSTRAINT_ORDER] = "order",     [CONSTRAINT_SUM] = "sum",
        [CONSTRAINT_ONE_OF] = "one_of",   [CONSTRAINT_ONLY_ONE_OF] = "only_one_of",
        [CONSTRAINT_WHEN_NEED] = "need",  [CONSTRAINT_WHEN_FORBID] = "forbid",
        [CONSTRAINT_UNEQUAL] = "unequal", [CONSTRAINT_TERM] = "term",
        [CONSTRAINT_UNSAID] = "unsaid",   [CONSTRAINT_BEGUN] = "begun",
        [CONSTRAINT_NEVER] = "of",
    };
    return kind == CONSTRAINT_ROW ? "" : keys[kind]; /* no type says one of those */
}

static void check_constraint(const struct lint *l, const struct constraint *c)
{
    const char *key = constraint_key(c->kind);
    bool when = c->kind == CONSTRAINT_WHEN_NEED || c->kind == CONSTRAINT_WHEN_FORBID;
    size_t few = when || c->kind == CONSTRAINT_UNSAID || c->kind == CONSTRAINT_BEGUN ? 1 : 2;
    if (c->kind == CONSTRAINT_SUM) {
        lint_conditions(l, &c->when, false);
        check_sum(l, c);
        return;
    }
    if (c->since.len > 0)
        (void)lint_used(l, c->line, "since", c->since);
    if (when && c->since.len == 0 && c->when.count == 0)
        FAULT(l, c->line, "when names fields and their values: {type: [pledge]}");
    lint_conditions(l, &c->when, false);
    if (c->kind == CONSTRAINT_TERM && c->unless.len > 0)
        (void)lint_used(l, c->line, "unless", c->unless);
    if (c->kind == CONSTRAINT_TERM && c->field_count != 2)
        FAULT(l, c->line, "\"term\" names the first and the last day: [start, end]");
    else if (c->kind != CONSTRAINT_NEVER && c->field_count < few)
        FAULT(l, c->line, "\"%s\" names too few fields: at least %zu", key, few);
    for (size_t i = 0; i < c->upon_count; i++)
        (void)lint_used(l, c->line, "upon", c->upon[i]);
    for (size_t i = 0; i < c->not_by_count; i++)
        if (!record_transition(l->t, c->not_by[i]))
            FAULT(l, c->line, "\"not_by\" names \"%.*s\", which is no action",
                  STR_ARG(c->not_by[i]));
    if (c->kind == CONSTRAINT_UNSAID && c->unsaid_count == 0)
        FAULT(l, c->line, "\"unsaid\" takes the words: {unsaid: [name], words: [国家级]}");
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field *f = lint_used(l, c->line, key, c->fields[i]);
        if (f && f->type == FIELD_COMPUTED)
            FAULT(l, c->line, "\"%s\" names \"%.*s\", which is computed", key, STR_ARG(f->name));
        else if (f && c->kind == CONSTRAINT_TERM && f->type != FIELD_DATE &&
                 f->type != FIELD_KNOWN_DATE)
            FAULT(l, c->line, "\"term\" names \"%.*s\", which is no date", STR_ARG(f->name));
        else if (f && c->kind == CONSTRAINT_BEGUN && f->type != FIELD_INT)
            FAULT(l, c->line, "\"begun\" names \"%.*s\", which is no year", STR_ARG(f->name));
        else if (f && c->kind == CONSTRAINT_UNSAID && f->type != FIELD_TEXT)
            FAULT(l, c->line, "\"unsaid\" names \"%.*s\", which is no text", STR_ARG(f->name));
        else if (f && c->kind == CONSTRAINT_ORDER && !is_date(f->type))
            FAULT(l, c->line, "\"order\" names \"%.*s\", which is no date", STR_ARG(f->name));
    }
}

/* --- states --------------------------------------------------------------------------- */

static size_t state_index(const struct record_type *t, struct str name)
{
    size_t i = 0;
    while (i < t->state_count && !str_eq(t->states[i].name, name))
        i++;
    return i;
}

/* What is reached from the states already in `reached`; true when it grew. */
static bool reach_more(bool *reached, const struct record_type *t)
{
    bool grew = false;
    for (size_t i = 0; i < t->transition_count; i++) {
        const struct transition *move = &t->transitions[i];
        size_t to = state_index(t, move->to);
        for (size_t k = 0; to < t->state_count && !reached[to] && k < move->from_count; k++) {
            size_t from = state_index(t, move->from[k]);
            if (from < t->state_count && reached[from])
                reached[to] = grew = true;
        }
    }
    return grew;
}

static void check_reachable(const struct lint *l)
{
    const struct record_type *t = l->t;
    bool *reached = arena_array(l->to->arena, t->state_count + 1, sizeof(*reached));
    size_t initial = state_index(t, t->initial);
    /* Actions of the program move records of such types as they like. */
    if (t->by_actions_only || initial == t->state_count)
        return;
    reached[initial] = true;
    while (reach_more(reached, t))
        continue;
    for (size_t i = 0; i < t->state_count; i++)
        if (!reached[i])
            FAULT(l, t->states[i].line, "no transition leads to the state \"%.*s\"",
                  STR_ARG(t->states[i].name));
}

static void check_function(const struct lint *l, const struct transition *move)
{
    struct nearest best = nearest_of(move->function);
    if (move->function.len == 0)
        return;
    for (size_t i = 0; action_functions[i]; i++) {
        if (str_is(move->function, action_functions[i]->name))
            return;
        nearest_try(&best, str_of(action_functions[i]->name));
    }
    FAULT(l, move->line, "there is no function \"%.*s\" in the program%.*s",
          STR_ARG(move->function), STR_ARG(nearest_text(&best, l->to->arena)));
}

static void check_transition(const struct lint *l, const struct transition *move)
{
    check_function(l, move);
    for (size_t i = 0; i < move->from_count; i++)
        check_state(l, move->line, "from", move->from[i]);
    if (move->to.len)
        check_state(l, move->line, "to", move->to);
    check_each(l, move->line, "need", move->need, move->need_count);
    check_each(l, move->line, "amends", move->amends, move->amend_count);
    check_each(l, move->line, "takes", move->takes, move->take_count);
    check_each(l, move->line, "ahead", move->ahead, move->ahead_count);
}

/* Locked fields, or columns of locked tables: sides.role. */
static void check_late(const struct lint *l, const struct state *s)
{
    for (size_t i = 0; i < s->late.count; i++) {
        struct str column = s->late.items[i], name = str_split(&column, STR("."));
        const struct field *f = lint_used(l, s->line, "late", name);
        if (f && (!str_list_has(&s->locked, name) || (f->type == FIELD_TABLE) != (column.len > 0) ||
                  (column.len && !record_row_field(f, column))))
            FAULT(l, s->line, "\"late\" names \"%.*s\", which is no locked field or column",
                  STR_ARG(s->late.items[i]));
    }
}

static void check_states(const struct lint *l)
{
    const struct record_type *t = l->t;
    if (t->initial.len && t->state_count)
        check_state(l, type_line(t, LINE_STATES), "initial", t->initial);
    for (size_t i = 0; i < t->state_count; i++) {
        check_each(l, t->states[i].line, "locked", t->states[i].locked.items,
                   t->states[i].locked.count);
        check_late(l, &t->states[i]);
    }
    for (size_t i = 0; i < t->transition_count; i++)
        check_transition(l, &t->transitions[i]);
    check_reachable(l);
}

/* --- access ---------------------------------------------------------------------------- */

static void check_unmasked(const struct lint *l, const struct access_rule *rule)
{
    for (size_t i = 0; i < rule->unmasked.count; i++) {
        const struct field *f = lint_used(l, rule->line, "unmasked", rule->unmasked.items[i]);
        if (f && f->type != FIELD_PERSON)
            FAULT(l, rule->line, "\"unmasked\" names \"%.*s\", which is never masked",
                  STR_ARG(f->name));
    }
}

static void check_role(const struct lint *l, const struct access_rule *rule, struct str role)
{
    struct nearest best = nearest_of(role);
    if (str_among(role, l->set->references.roles.ptr, l->set->references.roles.len))
        return;
    for (size_t i = 0; i < l->set->references.roles.len; i++)
        nearest_try(&best, l->set->references.roles.ptr[i]);
    FAULT(l, rule->line, "\"roles\" names \"%.*s\", which is no role%.*s", STR_ARG(role),
          STR_ARG(nearest_text(&best, l->to->arena)));
}

static void check_rule(const struct lint *l, const struct access_rule *rule)
{
    for (size_t i = 0; i < rule->roles.count; i++)
        check_role(l, rule, rule->roles.items[i]);
    check_transitions(l, rule->line, "actions", rule->actions.items, rule->actions.count);
    for (size_t i = 0; i < rule->states.count; i++)
        check_state(l, rule->line, "states", rule->states.items[i]);
    check_each(l, rule->line, "fields", rule->fields.items, rule->fields.count);
    check_unmasked(l, rule);
    if (rule->relation == RELATION_PUBLISHED && !record_is_ever_published(l->t))
        FAULT(l, rule->line,
              "relation: published, but no record is: give public: true to a state or the type");
    if (rule->relation == RELATION_AUTHORITY && !l->t->access.has_programme)
        FAULT(l, rule->line, "relation: authority needs a field \"programme\"");
    const struct field *named = record_field(l->t, rule->named);
    if ((rule->relation == RELATION_NAMED) != (rule->named.len > 0) ||
        (rule->named.len && (!named || named->type != FIELD_PARTY)))
        FAULT(l, rule->line, "relation: named needs \"named\", a field of the type party");
}

/* --- among types -------------------------------------------------------------------------- */

/* The tables of `deal` with a table field `shares` and of a type `deal_shares`. */
static void check_table_names(const struct lint *l)
{
    for (size_t i = 0; i < l->t->field_count; i++) {
        const struct field *f = &l->t->fields[i];
        for (size_t k = 0; f->child.len && k < l->set->types.len; k++)
            if (str_eq(l->set->types.ptr[k]->table, f->child))
                FAULT(l, f->line,
                      "the rows of \"%.*s\" would lie in %.*s, the table of another type; take "
                      "another name",
                      STR_ARG(f->name), STR_ARG(f->child));
    }
}

void lint_type(const struct record_type *t, const struct record_types *set,
               struct type_findings *to)
{
    struct lint l = {t, set, to};
    check_top(&l);
    check_public_unless(&l);
    check_fields(&l);
    check_facts(&l);
    check_claim(&l);
    check_facts_of(&l);
    for (size_t i = 0; i < t->constraint_count; i++)
        check_constraint(&l, &t->constraints[i]);
    check_states(&l);
    for (size_t i = 0; i < t->ask_count; i++)
        lint_ask(&l, &t->asks[i]);
    for (size_t i = 0; i < t->access.rule_count; i++)
        check_rule(&l, &t->access.rules[i]);
    check_table_names(&l);
    lint_pages(&l);
}

void lint_replacement(const struct record_type *t, const struct record_type *shipped,
                      struct type_findings *to)
{
    struct lint l = {t, NULL, to};
    for (size_t i = 0; shipped && i < shipped->field_count; i++) {
        const struct field *was = &shipped->fields[i], *is = record_field(t, was->name);
        if (!is)
            FAULT(&l, 1,
                  "the shipped type has the field \"%.*s\"; a file that replaces it keeps it",
                  STR_ARG(was->name));
        else if (is->type != was->type || is->many != was->many)
            FAULT(&l, is->line, "in the shipped type \"%.*s\" is of type %s; it must stay so",
                  STR_ARG(was->name), field_type_name(was->type));
    }
}
