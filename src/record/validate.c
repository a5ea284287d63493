/* Fields one by one, then what holds between them. */
#include "record/validate.h"
#include "base/date.h"
#include "base/msg.h"
#include "record/scaled.h"

/* --- fields ------------------------------------------------------------------------ */

/* RFC 7396: members of the patch over those that are there; null takes one away. */
static const struct jvalue *merged(const struct jvalue *patch, const struct field_value *before,
                                   const struct field *f, struct arena *a)
{
    const struct jvalue *old = before ? value_made(before, f, a) : NULL;
    struct jout j;
    if (patch->type != J_OBJECT || !old)
        return patch;
    jout_init_values(&j, a);
    for (size_t i = 0; i < old->count; i++)
        if (!jin_get(patch, arena_cstr(a, old->names[i]))) {
            jout_name_str(&j, old->names[i]);
            jout_value(&j, &old->items[i]);
        }
    for (size_t i = 0; i < patch->count; i++)
        if (patch->items[i].type != J_NULL) {
            jout_name_str(&j, patch->names[i]);
            jout_value(&j, &patch->items[i]);
        }
    return jout_made(&j);
}

static void read_field(struct body *out, const struct validation *v, size_t i,
                       const struct jvalue *json)
{
    const struct field *f = v->plan->fields[i].field;
    const struct field_value *before = v->before ? &v->before[i] : NULL;
    struct value_reader r = {.a = v->a,
                             .today = v->today,
                             .keys = v->keys,
                             .patterns = v->plan->patterns,
                             .before = before,
                             .faults = v->faults};
    if (value_merges(f))
        json = merged(json, before, f, v->a);
    if (!value_read(&out->values[i], &r, f, f->name, json))
        out->values[i] = (struct field_value){0}; /* its fault is told */
    out->changed[i] = before ? !str_eq(before->json, out->values[i].json) : out->values[i].given;
}

static bool has_code(const struct field_value *x, struct str code)
{
    for (size_t i = 0; i < x->row_count; i++)
        if (str_eq(bytes_str(x->rows[i * x->row_width].bytes), code))
            return true;
    if (x->cols[0].type == VALUE_I64) /* a bool */
        return str_eq(x->json, code);
    return str_eq(bytes_str(x->cols[0].bytes), code);
}

/* Replaces the input, or each of a list, by its code if policies define choices; words are accepted,
 * because nobody needs to know the codes. A code that the record holds already may stay. path: its
 * position. False: a fault was reported. */
static bool choose_one(struct jvalue *said, const struct validation *v, const struct field *f,
                       struct str path, const struct field_value *before, const struct jvalue *json)
{
    struct str all = STR_NONE;
    bool ok = true;
    *said = *json;
    if (f->choices && json->type == J_ARRAY) {
        struct jvalue *items = arena_array(v->a, json->count + 1, sizeof(*items));
        for (size_t i = 0; i < json->count; i++)
            ok &= choose_one(&items[i], v, f, path, before, &json->items[i]);
        said->items = items;
    }
    if (!f->choices || json->type != J_STRING)
        return ok;
    const struct field of = field_offered(
        f, v->choices, &(struct choice_for){v->unit, v->province, v->programme}, v->a);
    said->text = field_code(&of, value_clean(json->text, v->a));
    if (of.value_count == 0 || said->text.len == 0 || field_value(&of, said->text) ||
        (before && has_code(before, said->text)))
        return true;
    for (size_t i = 0; i < of.value_count; i++)
        all = arena_printf(v->a, "%.*s%s%.*s（%.*s，%.*s）", STR_ARG(all), i ? "、" : "",
                           STR_ARG(of.values[i].label.zh), STR_ARG(of.values[i].code),
                           STR_ARG(of.values[i].pack));
    fault_add(v->faults, path, "choice", N_("is none of the names that policies give: %s"),
              FAULT_ARGS(both(all)));
    return false;
}

/* Likewise in each row of a table. */
static bool choose_in_rows(struct jvalue *said, const struct validation *v, const struct field *f)
{
    struct jvalue *rows = arena_array(v->a, said->count + 1, sizeof(*rows));
    bool ok = true;
    for (size_t i = 0; i < said->count; i++) {
        rows[i] = said->items[i];
        struct jvalue *cells = arena_array(v->a, rows[i].count + 1, sizeof(*cells));
        for (size_t k = 0; rows[i].type == J_OBJECT && k < rows[i].count; k++) {
            const struct field *column = record_row_field(f, rows[i].names[k]);
            cells[k] = rows[i].items[k];
            if (column && !choose_one(&cells[k], v, column,
                                      arena_printf(v->a, "%.*s[%zu].%.*s", STR_ARG(f->name), i,
                                                   STR_ARG(column->name)),
                                      NULL, &rows[i].items[k]))
                ok = false;
        }
        rows[i].items = cells;
    }
    said->items = rows;
    return ok;
}

static bool choose(struct jvalue *said, const struct validation *v, size_t i,
                   const struct jvalue *json)
{
    const struct field *f = v->plan->fields[i].field;
    bool rows = f->type == FIELD_TABLE && json->type == J_ARRAY;
    bool ok = choose_one(said, v, f, f->name, v->before ? &v->before[i] : NULL, json);
    return rows ? choose_in_rows(said, v, f) : ok;
}

/* How an issuing mark begins says whose it is; not where the policies cannot be read now. */
static bool is_own_mark(const struct validation *v, const struct field *f,
                        const struct jvalue *said)
{
    struct str place = STR_NONE;
    if (!f->office_mark || !v->choices || !v->choices->mark_place || said->type != J_STRING ||
        v->choices->mark_place(&place, v->choices, value_clean(said->text, v->a), v->a, NULL) !=
            OK ||
        place.len == 0 || str_eq(place, v->region))
        return true;
    fault_add(v->faults, f->name, "mark",
              N_("begins as the marks of another place's offices: an office of that place enters "
                 "it, of a province one of the province itself"),
              NULL, 0);
    return false;
}

/* An amount of the type is in the currency that stands in this field. */
static bool holds_currency(const struct validation *v, struct str name)
{
    for (size_t i = 0; i < v->plan->field_count; i++)
        if (str_eq(v->plan->fields[i].field->currency, name))
            return true;
    return false;
}

static bool names_yuan(const struct jvalue *said, struct arena *a)
{
    struct amount m;
    return said->type == J_STRING &&
           value_amount(&m, arena_join(a, STR("1"), value_clean(said->text, a)), a) && m.is_yuan &&
           m.fen == 100;
}

static void read_member(struct body *out, const struct validation *v, struct str name,
                        const struct jvalue *json)
{
    struct jvalue said;
    size_t i = plan_field(v->plan, name);
    const struct field *f = i == SIZE_MAX ? NULL : v->plan->fields[i].field;
    if (!f && record_is_system_column(name)) {
        fault_add(v->faults, name, "not_writable", N_("is set by the program alone"), NULL, 0);
    } else if (!f || f->retired) {
        fault_add(v->faults, name, "unknown", N_("is no field of this kind of record"), NULL, 0);
    } else if (f->type == FIELD_COMPUTED) {
        fault_add(v->faults, name, "not_writable", N_("is computed from other records"), NULL, 0);
    } else if (!field_is_given(f) && !v->by_step) {
        fault_add(v->faults, name, "not_writable", N_("is set by its actions alone"), NULL, 0);
    } else {
        out->named[i] = true;
        bool ok = choose(&said, v, i, json) && is_own_mark(v, f, &said);
        if (holds_currency(v, name) && names_yuan(&said, v->a))
            said.text = STR("CNY");
        if (ok)
            read_field(out, v, i, &said);
    }
}

/* --- a field by its name ------------------------------------------------------------- */

static const struct field_value *value_of(const struct validation *v, const struct body *b,
                                          struct str name)
{
    static const struct field_value none;
    size_t i = plan_field(v->plan, name);
    return i == SIZE_MAX ? &none : &b->values[i];
}

static bool is_no(const struct field_value *x)
{
    return x->given && x->cols[0].type == VALUE_STR && str_is(x->json, "false");
}

static bool is_had(const struct field_value *x)
{
    return x->given && !is_no(x);
}

/* "￥3,000" beside USD. */
static void check_currency(const struct validation *v, const struct body *b, const struct field *f,
                           const struct jvalue *json)
{
    struct amount m;
    const struct jvalue *said = f->currency.len ? jin_get(json, arena_cstr(v->a, f->name)) : NULL;
    const struct field_value *currency = value_of(v, b, f->currency);
    if (said && said->type == J_STRING && value_amount(&m, said->text, v->a) && m.is_yuan &&
        currency->given && !str_is(currency->json, "\"CNY\""))
        fault_add(v->faults, f->name, "currency", N_("is in yuan, but the currency is %s"),
                  FAULT_ARGS(both(bytes_str(currency->cols[0].bytes))));
}

bool validate_has_happened(const struct field_value *x)
{
    return is_had(x);
}

static bool condition_holds(const struct validation *v, const struct body *b,
                            const struct condition *k)
{
    const struct field_value *x = value_of(v, b, k->field);
    bool found = false;
    for (size_t i = 0; x->given && i < k->value_count; i++)
        found |= has_code(x, k->values[i]);
    return x->given && found != k->negated;
}

bool validate_when(const struct validation *v, const struct body *b, struct str state,
                   const struct conditions *when)
{
    bool holds = true;
    for (size_t i = 0; holds && i < when->count; i++) {
        const struct condition *k = &when->items[i];
        holds = str_is(k->field, "state")
                    ? str_among(state, k->values, k->value_count) != k->negated
                    : condition_holds(v, b, k);
    }
    return holds;
}

/* Whether all conditions of the constraint hold, and `since` has a value. */
static bool applies(const struct validation *v, const struct body *b, const struct constraint *c)
{
    bool holds = c->since.len == 0 || is_had(value_of(v, b, c->since));
    for (size_t i = 0; holds && i < c->when.count; i++)
        holds = condition_holds(v, b, &c->when.items[i]);
    return holds;
}

/* --- terms ----------------------------------------------------------------------------- */

/* The last day of a term that begins on that of `from`; false: it is not known. */
static bool term_ends(char out[DATE_TEXT_LEN + 1], const struct field_value *from,
                      const struct constraint *c)
{
    struct date day;
    if (!is_had(from) || !date_parse(&day, bytes_str(from->cols[0].bytes)) ||
        !date_term_end(&day, day, c->years))
        return false;
    date_format(out, day);
    return true;
}

/* A new record that says its first day alone has the usual length. */
static void fill_term(struct body *out, const struct validation *v, const struct constraint *c)
{
    char day[DATE_TEXT_LEN + 1];
    if (c->kind != CONSTRAINT_TERM || c->at_most)
        return;
    size_t from = plan_field(v->plan, c->fields[0]), to = plan_field(v->plan, c->fields[1]);
    struct jvalue last = {.type = J_STRING};
    if (out->named[to] || !applies(v, out, c) || !term_ends(day, &out->values[from], c))
        return;
    last.text = arena_dup(v->a, str_of(day));
    read_field(out, v, to, &last);
}

/* A path of the field or of what is in it: "recoveries", "recoveries[0].amount". */
static bool is_within(struct str path, struct str name)
{
    bool below = path.len > name.len && strchr(".[", path.ptr[name.len]);
    return str_starts(path, name) && (path.len == name.len || below);
}

static bool is_told_within(const struct validation *v, struct str name)
{
    for (size_t i = 0; i < v->faults->len; i++)
        if (is_within(v->faults->ptr[i].field, name))
            return true;
    return false;
}

/* The transition that corrects the field; NULL: there is none. */
static const struct transition *correcting(const struct record_type *t, const struct field *f)
{
    for (size_t i = 0; i < t->transition_count; i++)
        if (str_among(f->name, t->transitions[i].amends, t->transitions[i].amend_count))
            return &t->transitions[i];
    return NULL;
}

/* Rows of a table that stay: none is taken away, but by the two persons who correct it. */
static void check_rows_kept(const struct body *b, const struct validation *v)
{
    for (size_t i = 0; v->before && i < v->plan->field_count; i++) {
        const struct field *f = v->plan->fields[i].field;
        if (f->type != FIELD_TABLE || !f->keep_rows || !b->changed[i] || is_told_within(v, f->name))
            continue;
        size_t lost = value_removed_row(f, &v->before[i], &b->values[i]);
        const struct transition *way = correcting(v->plan->type, f);
        char digits[SCALED_TEXT_MAX];
        bool whole = f->row_key_count == f->field_count;
        if (lost != SIZE_MAX && way && way != v->transition)
            fault_add(v->faults, f->name, "kept",
                      N_("row %s was written and stays: two persons take it out, with the reason "
                         "(%s)"),
                      FAULT_ARGS(both(scaled_write(digits, (int64_t)lost + 1, 0)), way->label));
        else if (lost != SIZE_MAX && !way)
            fault_add(v->faults, f->name, "kept",
                      whole ? N_("row %s cannot be changed: send it unchanged, and add a new row")
                            : N_("row %s was written and stays: say in it what has changed, as the "
                                 "day on which it ended"),
                      FAULT_ARGS(both(scaled_write(digits, (int64_t)lost + 1, 0))));
    }
}

/* A value that stays as it was entered (who somebody is), but by the transition that corrects it, or that takes what
 * somebody says of himself. */
static void check_values_stay(const struct body *b, const struct validation *v)
{
    const struct record_type *t = v->plan->type;
    for (size_t i = 0; v->before && i < v->plan->field_count; i++) {
        const struct field *f = v->plan->fields[i].field;
        const struct transition *way = f->stays ? correcting(t, f) : NULL;
        for (size_t k = 0; f->stays && !way && k < t->transition_count; k++)
            if (str_among(f->name, t->transitions[k].takes, t->transitions[k].take_count))
                way = &t->transitions[k];
        if (!way || !b->changed[i] || !is_had(&v->before[i]) || way == v->transition ||
            is_told_within(v, f->name))
            continue;
        fault_add(v->faults, f->name, "kept",
                  N_("was entered and stays: it is corrected by the action \"%s\" alone"),
                  FAULT_ARGS(way->label));
    }
}

/* The programme that the record has after the write. */
static struct str programme_of(const struct validation *v, const struct jvalue *json)
{
    const struct field_plan *f = v->plan->programme;
    const struct jvalue *said = f ? jin_get(json, "programme") : NULL;
    return said             ? said->text
           : f && v->before ? bytes_str(v->before[f - v->plan->fields].cols[0].bytes)
                            : STR_NONE;
}

void validate_body(struct body *out, const struct validation *of, const struct jvalue *json)
{
    struct validation with = *of, *v = &with;
    size_t n = v->plan->field_count;
    with.programme = programme_of(v, json);
    out->values = arena_array(v->a, n + 1, sizeof(*out->values));
    out->named = arena_array(v->a, n + 1, sizeof(*out->named));
    out->changed = arena_array(v->a, n + 1, sizeof(*out->changed));
    for (size_t i = 0; v->before && i < n; i++)
        out->values[i] = v->before[i];
    if (json && json->type != J_OBJECT) {
        fault_add(v->faults, STR_NONE, "type", N_("the body must be an object of fields"), NULL, 0);
        return;
    }
    for (size_t i = 0; json && i < json->count; i++)
        read_member(out, v, json->names[i], &json->items[i]);
    for (size_t i = 0; !v->before && i < n; i++)
        if (v->plan->fields[i].fallback && !out->named[i])
            read_field(out, v, i, v->plan->fields[i].fallback);
    for (size_t i = 0; !v->before && i < v->plan->type->constraint_count; i++)
        fill_term(out, v, &v->plan->type->constraints[i]);
    for (size_t i = 0; !v->before && i < v->asked_count; i++)
        fill_term(out, v, &v->asked[i]);
    for (size_t i = 0; json && i < n; i++)
        check_currency(v, out, v->plan->fields[i].field, json);
    check_rows_kept(out, v);
    check_values_stay(out, v);
}

static struct label label_of(const struct validation *v, struct str name)
{
    size_t i = plan_field(v->plan, name);
    return i == SIZE_MAX ? both(name) : v->plan->fields[i].field->label;
}

/* "licensor, licensee" in both languages. */
static struct label labels_of(const struct validation *v, const struct str *names, size_t count)
{
    struct label all = {STR_NONE, STR_NONE};
    for (size_t i = 0; i < count; i++) {
        struct label one = label_of(v, names[i]);
        all.zh =
            arena_printf(v->a, "%.*s%s%.*s", STR_ARG(all.zh), i > 0 ? "、" : "", STR_ARG(one.zh));
        all.en =
            arena_printf(v->a, "%.*s%s%.*s", STR_ARG(all.en), i > 0 ? ", " : "", STR_ARG(one.en));
    }
    return all;
}

/* The author's own words where the constraint has them. */
static void say(const struct validation *v, const struct constraint *c, struct str field,
                const char *sentence, const struct label *args, size_t arg_count)
{
    if (c->message.zh.len > 0)
        fault_say(v->faults, field, "constraint", &c->message);
    else
        fault_add(v->faults, field, "constraint", sentence, args, arg_count);
}

/* --- constraints ----------------------------------------------------------------------- */

/* Which of two days or moments is earlier; false where one is not given. */
static bool is_before(const struct field_value *x, const struct field_value *y)
{
    if (!is_had(x) || !is_had(y))
        return false;
    if (x->cols[1].type == VALUE_I64 && y->cols[1].type == VALUE_I64)
        return x->cols[1].i64 < y->cols[1].i64;
    struct str a = bytes_str(x->cols[0].bytes), b = bytes_str(y->cols[0].bytes);
    a.len = a.len > 10 ? 10 : a.len; /* the day of a moment */
    b.len = b.len > 10 ? 10 : b.len;
    return str_cmp(a, b) < 0;
}

static void check_order(const struct validation *v, const struct body *b,
                        const struct constraint *c)
{
    size_t last = SIZE_MAX; /* the latest given one so far */
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field_value *x = value_of(v, b, c->fields[i]);
        if (!is_had(x))
            continue;
        if (last != SIZE_MAX && is_before(x, value_of(v, b, c->fields[last])))
            say(v, c, c->fields[i], N_("%s is before %s"),
                FAULT_ARGS(label_of(v, c->fields[i]), label_of(v, c->fields[last])));
        last = i;
    }
}

static void check_sum(const struct validation *v, const struct body *b, const struct constraint *c)
{
    struct str rest = c->fields[0];
    struct str table = str_split(&rest, STR("."));
    size_t i = plan_field(v->plan, table);
    if (i == SIZE_MAX || !b->values[i].given || !applies(v, b, c))
        return;
    const struct field *part = record_row_field(v->plan->fields[i].field, rest);
    const struct field_value *rows = &b->values[i];
    size_t column = value_part_column(v->plan->fields[i].field, rest);
    int64_t sum = 0, wanted = 0;
    bool known = rows->row_count == 0;
    if (!part || !scaled_read(&wanted, c->sum_text, field_places(part)))
        return; /* such a type is not loaded */
    for (size_t k = 0; k < rows->row_count; k++) {
        const struct value *cell = &rows->rows[k * rows->row_width + column];
        known |= cell->type != VALUE_NULL;
        if (__builtin_add_overflow(sum, cell->i64, &sum))
            sum = INT64_MAX;
    }
    if (!known)
        return;
    if (c->at_most && sum > wanted)
        say(v, c, table, N_("%s add up to %s, more than %s"),
            FAULT_ARGS(part->label, both(value_number_text(part, sum, v->a)), both(c->sum_text)));
    else if (!c->at_most && sum != wanted)
        say(v, c, table, N_("%s add up to %s instead of %s"),
            FAULT_ARGS(part->label, both(value_number_text(part, sum, v->a)), both(c->sum_text)));
}

static void check_count(const struct validation *v, const struct body *b,
                        const struct constraint *c, bool at_most)
{
    size_t given = 0, last = 0;
    if (!applies(v, b, c))
        return;
    for (size_t i = 0; i < c->field_count; i++)
        if (value_of(v, b, c->fields[i])->given) {
            given++;
            last = i;
        }
    if (at_most ? given <= 1 : given > 0)
        return;
    say(v, c, c->fields[last],
        at_most ? N_("only one of these may be given: %s") : N_("one of these is needed: %s"),
        FAULT_ARGS(labels_of(v, c->fields, c->field_count)));
}

/* The author's words with the field in the place of {1}. */
static struct str naming(const struct validation *v, struct str words, struct str field)
{
    size_t at = str_find(words, STR("{1}"), 0);
    return at == words.len
               ? words
               : arena_printf(v->faults->a, "%.*s%.*s%.*s", (int)at, words.ptr, STR_ARG(field),
                              (int)(words.len - at - 3), words.ptr + at + 3);
}

static void check_when(const struct validation *v, const struct body *b, const struct constraint *c,
                       bool forbid)
{
    bool asked = applies(v, b, c);
    for (size_t i = 0; asked && i < c->field_count; i++) {
        const struct field_value *x = value_of(v, b, c->fields[i]);
        if (forbid ? !x->given : is_had(x))
            continue;
        if (c->message.zh.len > 0) {
            const struct label field = label_of(v, c->fields[i]);
            const struct label said = {naming(v, c->message.zh, field.zh),
                                       naming(v, c->message.en, field.en)};
            fault_say(v->faults, c->fields[i], "constraint", &said);
            continue;
        }
        say(v, c, c->fields[i],
            forbid ? N_("must stay empty with this %s") : N_("is required with this %s"),
            FAULT_ARGS(label_of(v, c->when.count ? c->when.items[0].field : c->since)));
    }
}

static void check_unequal(const struct validation *v, const struct body *b,
                          const struct constraint *c)
{
    for (size_t i = 1; i < c->field_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct field_value *x = value_of(v, b, c->fields[i]),
                                     *y = value_of(v, b, c->fields[k]);
            bool same = x->given && y->given &&
                        (value_order(v->plan->fields[plan_field(v->plan, c->fields[i])].field) ==
                                 ORDER_BLIND
                             ? str_eq(bytes_str(x->cols[1].bytes), bytes_str(y->cols[1].bytes))
                             : str_eq(x->json, y->json));
            if (same)
                say(v, c, c->fields[i], N_("must not be the same as %s"),
                    FAULT_ARGS(label_of(v, c->fields[k])));
        }
}

static void check_term(const struct validation *v, const struct body *b, const struct constraint *c)
{
    char day[DATE_TEXT_LEN + 1];
    const struct field_value *to = value_of(v, b, c->fields[1]);
    bool excused = c->unless.len > 0 && is_had(value_of(v, b, c->unless));
    if (excused || !applies(v, b, c) || !is_had(to) ||
        !term_ends(day, value_of(v, b, c->fields[0]), c))
        return;
    int order = str_cmp(bytes_str(to->cols[0].bytes), str_of(day));
    if (order == 0 || (c->at_most && order < 0))
        return;
    if (c->unless.len > 0)
        say(v, c, c->unless, N_("is required where %s is not %s"),
            FAULT_ARGS(label_of(v, c->fields[1]), both(arena_dup(v->a, str_of(day)))));
    else
        say(v, c, c->fields[1], N_("must be %s"), FAULT_ARGS(both(arena_dup(v->a, str_of(day)))));
}

/* --- words that a text does not say --------------------------------------------------------- */

/* Whether one of the words occurs and none of those that may follow it. Both are keys
 * (value_word_key). */
static bool says_word(struct str text, struct str word, const struct constraint *c, struct arena *a)
{
    for (size_t at = 0; word.len && at + word.len <= text.len; at++) {
        struct str rest = {text.ptr + at + word.len, text.len - at - word.len};
        bool may = memcmp(text.ptr + at, word.ptr, word.len) != 0;
        for (size_t i = 0; i < c->but_count && !may; i++)
            may = str_starts(rest, value_word_key(c->but[i], a));
        if (!may)
            return true;
    }
    return false;
}

static void check_unsaid(const struct validation *v, const struct body *b,
                         const struct constraint *c)
{
    bool moved = false;
    for (size_t i = 0; i < c->when.count; i++)
        moved |= b->changed[plan_field(v->plan, c->when.items[i].field)];
    for (size_t i = 0; i < c->field_count && applies(v, b, c); i++) {
        const struct field_value *x = value_of(v, b, c->fields[i]);
        if (!b->changed[plan_field(v->plan, c->fields[i])] && !moved)
            continue; /* a name of long ago hinders nothing */
        struct str text = x->given ? value_word_key(bytes_str(x->cols[0].bytes), v->a) : STR_NONE;
        for (size_t k = 0; k < c->unsaid_count; k++)
            if (says_word(text, value_word_key(c->unsaid[k], v->a), c, v->a)) {
                say(v, c, c->fields[i], N_("must not say \"%s\""), FAULT_ARGS(both(c->unsaid[k])));
                break;
            }
    }
}

static void check_begun(const struct validation *v, const struct body *b,
                        const struct constraint *c)
{
    struct date today;
    char digits[SCALED_TEXT_MAX];
    if (!applies(v, b, c) || !date_parse(&today, v->today))
        return;
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field_value *x = value_of(v, b, c->fields[i]);
        if (x->given && x->cols[0].i64 > today.year)
            say(v, c, c->fields[i], N_("is a year to come: at most %s"),
                FAULT_ARGS(both(scaled_write(digits, today.year, 0))));
    }
}

/* --- rows that policies ask for ------------------------------------------------------------- */

/* Whether a number is at least, or at most, the limit. */
static bool cell_reaches(const struct jvalue *row, struct str column, struct str bound, char sign,
                         struct arena *a)
{
    const struct jvalue *cell = jin_get(row, arena_cstr(a, column));
    int64_t there, wanted;
    return cell && cell->type != J_NULL && scaled_read(&there, cell->text, SCALED_PLACES_MAX) &&
           scaled_read(&wanted, bound, SCALED_PLACES_MAX) &&
           (sign == '>' ? there >= wanted : there <= wanted);
}

static bool cell_is(const struct jvalue *row, struct str column, const struct str *value,
                    struct arena *a)
{
    const struct jvalue *cell = jin_get(row, arena_cstr(a, column));
    if (!cell || cell->type == J_NULL)
        return false;
    if (!value)
        return true;
    return cell->type == J_TRUE || cell->type == J_FALSE
               ? str_is(*value, cell->type == J_TRUE ? "true" : "false")
               : str_eq(cell->text, *value);
}

static bool row_is(const struct jvalue *row, const struct constraint *c, struct arena *a)
{
    bool ok = true;
    for (size_t i = 0; i < c->row_column_count; i++)
        ok = ok && (c->row_bound[i]
                        ? cell_reaches(row, c->row_columns[i], c->row_values[i], c->row_bound[i], a)
                        : cell_is(row, c->row_columns[i], &c->row_values[i], a));
    for (size_t i = 0; i < c->filled_count; i++)
        ok = ok && cell_is(row, c->filled[i], NULL, a);
    return ok;
}

static void check_row(const struct validation *v, const struct body *b, const struct constraint *c)
{
    const struct field_value *table = value_of(v, b, c->fields[0]);
    bool found = !applies(v, b, c) || (c->unless.len && is_had(value_of(v, b, c->unless)));
    const struct jvalue *rows =
        found ? NULL : value_made(table, record_field(v->plan->type, c->fields[0]), v->a);
    for (size_t i = 0; rows && i < rows->count && !found; i++)
        found = row_is(&rows->items[i], c, v->a);
    if (!found)
        fault_say(v->faults, c->fields[0], "constraint", &c->message);
}

/* Skips constraints on fields that have a fault already, among the first `told` faults. */
static bool is_moot(const struct validation *v, const struct constraint *c, size_t told)
{
    for (size_t i = 0; i < told; i++) {
        struct str path = v->faults->ptr[i].field;
        if (FIND_BY(c->when.items, c->when.count, field, path))
            return true;
        for (size_t k = 0; k < c->field_count; k++)
            if (is_within(path, c->fields[k]))
                return true;
    }
    return false;
}

static void check(const struct validation *v, const struct body *b, const struct constraint *c,
                  size_t told)
{
    if (is_moot(v, c, told))
        return;
    switch (c->kind) {
    case CONSTRAINT_ORDER:
        check_order(v, b, c);
        break;
    case CONSTRAINT_SUM:
        check_sum(v, b, c);
        break;
    case CONSTRAINT_ONE_OF:
        check_count(v, b, c, false);
        break;
    case CONSTRAINT_ONLY_ONE_OF:
        check_count(v, b, c, true);
        break;
    case CONSTRAINT_WHEN_NEED:
        check_when(v, b, c, false);
        break;
    case CONSTRAINT_WHEN_FORBID:
        check_when(v, b, c, true);
        break;
    case CONSTRAINT_UNEQUAL:
        check_unequal(v, b, c);
        break;
    case CONSTRAINT_TERM:
        check_term(v, b, c);
        break;
    case CONSTRAINT_ROW:
        check_row(v, b, c);
        break;
    case CONSTRAINT_UNSAID:
        check_unsaid(v, b, c);
        break;
    case CONSTRAINT_BEGUN:
        check_begun(v, b, c);
        break;
    case CONSTRAINT_NEVER: /* asked in the step (write.c) */
        break;
    }
}

void validate_state(const struct validation *v, const struct body *b, struct str state)
{
    const struct record_type *t = v->plan->type;
    for (size_t i = 0; i < v->plan->field_count; i++)
        if (plan_needs(v->plan, state, i) && !b->values[i].given &&
            !is_told_within(v, v->plan->fields[i].field->name) &&
            !v->plan->fields[i].field->retired &&
            (v->before || !v->plan->fields[i].field->numbered.len))
            fault_add(v->faults, v->plan->fields[i].field->name, "required", N_("is required"),
                      NULL, 0);
    for (size_t i = 0; i < t->constraint_count; i++)
        check(v, b, &t->constraints[i], v->faults->len);
    size_t told = v->faults->len; /* each row and field that a policy asks for is named */
    for (size_t i = 0; i < v->asked_count; i++)
        check(v, b, &v->asked[i], told);
}

void validate_set_by(struct body *b, const struct validation *v, struct str action, int64_t account)
{
    for (size_t i = 0; i < v->plan->field_count; i++) {
        const struct field *f = v->plan->fields[i].field;
        struct jvalue value = {.type = J_NULL};
        if (str_among(action, f->set_by, f->set_by_count)) {
            if (f->type == FIELD_REF && account != 0)
                value = (struct jvalue){.type = J_NUMBER,
                                        .text = arena_printf(v->a, "%lld", (long long)account)};
            else if (f->type == FIELD_ENUM) /* of an ask: how it was answered */
                value = (struct jvalue){.type = J_STRING,
                                        .text = account ? STR("account") : STR("link")};
            else if (f->type == FIELD_BOOL)
                value = (struct jvalue){.type = J_TRUE};
            else if (f->type != FIELD_REF)
                value = (struct jvalue){.type = J_STRING, .text = v->today};
        } else if (!str_among(action, f->cleared_by, f->cleared_by_count)) {
            continue;
        }
        read_field(b, v, i, &value);
    }
}

static bool leads(const struct transition *t, struct str from, struct str to)
{
    return str_eq(t->to, to) && str_among(from, t->from, t->from_count);
}

/* Whether an action with a signature field leads to the state. */
static bool is_signed_state(const struct record_type *t, struct str state)
{
    for (size_t i = 0; i < t->field_count; i++)
        for (size_t k = 0; k < t->fields[i].set_by_count && t->fields[i].cleared_by_count; k++) {
            const struct transition *by = record_transition(t, t->fields[i].set_by[k]);
            if (by && str_eq(by->to, state))
                return true;
        }
    return false;
}

void validate_signed(struct body *b, const struct validation *v, struct str from, struct str to)
{
    const struct record_type *t = v->plan->type;
    const struct jvalue nothing = {.type = J_NULL};
    bool back = false;
    for (size_t i = 0; i < t->transition_count && !str_eq(from, to); i++) {
        const struct transition *by = &t->transitions[i];
        for (size_t k = 0; k < v->plan->field_count && leads(by, from, to); k++) {
            const struct field *f = v->plan->fields[k].field;
            if (!str_among(by->name, f->cleared_by, f->cleared_by_count))
                continue;
            read_field(b, v, k, &nothing);
            back = true;
        }
    }
    if (!back && is_signed_state(t, from))
        validate_locked(v, b, from, NULL, 0);
}

/* The action that is open in the state and writes the field; NULL: none. */
static const struct transition *action_writing(const struct record_type *t, struct str state,
                                               struct str field)
{
    for (size_t i = 0; i < t->transition_count; i++) {
        const struct transition *x = &t->transitions[i];
        if (str_among(state, x->from, x->from_count) &&
            (str_among(field, x->need, x->need_count) ||
             str_among(field, x->amends, x->amend_count) ||
             str_among(field, x->takes, x->take_count)))
            return x;
    }
    return NULL;
}

void validate_locked(const struct validation *v, const struct body *b, struct str state,
                     const struct str *open, size_t open_count)
{
    const struct state *s = &v->plan->type->states[plan_state(v->plan, state)];
    for (size_t i = 0; i < v->plan->field_count; i++) {
        struct str name = v->plan->fields[i].field->name;
        bool is_open = str_among(name, open, open_count);
        if (!b->changed[i] || is_open || !str_list_has(&s->locked, name))
            continue;
        const struct transition *by = action_writing(v->plan->type, state, name);
        if (by)
            fault_add(v->faults, name, "locked",
                      N_("is not changed in the state %s but by the action %s (%s)"),
                      FAULT_ARGS(s->label, by->label, both(by->name)));
        else
            fault_add(v->faults, name, "locked", N_("is not changed any more in the state %s"),
                      FAULT_ARGS(s->label));
    }
}

void validate_need(const struct validation *v, const struct body *b, const struct str *need,
                   size_t need_count)
{
    for (size_t i = 0; i < need_count; i++)
        if (!is_had(value_of(v, b, need[i])) && !is_told_within(v, need[i]))
            fault_add(v->faults, need[i], "required", N_("is required for this action"), NULL, 0);
}

void validate_ahead(const struct validation *v, const struct body *b, const struct str *days,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct field_value *x = value_of(v, b, days[i]);
        if (is_had(x) && str_cmp(bytes_str(x->cols[0].bytes), v->today) < 0)
            fault_add(v->faults, days[i], "range", N_("must not be before %s"),
                      FAULT_ARGS(both(v->today)));
    }
}
