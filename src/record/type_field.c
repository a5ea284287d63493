/* One field of a type's file. What depends on other fields or types is checked
 * in lint.c, when all are there. */
#include "base/date.h"
#include "base/limits.h"
#include "base/msg.h"
#include "record/scaled.h"
#include "record/type_priv.h"
#include "record/value.h"
#include "text/json.h"
#include <regex.h>

/* By enum field_type: name, and the keys besides those of every field. */
static const struct {
    const char *name;
    const char *keys[9];
} kinds[] = {
    [FIELD_TEXT] = {"text",
                    {"max", "pattern", "choices", "number", "organisation", "office_mark",
                     "numbered"}},
    [FIELD_LONG_TEXT] = {"long_text", {"max"}},
    [FIELD_INT] = {"int", {"min", "max", "unit", "adds_up"}},
    [FIELD_DECIMAL] = {"decimal", {"places", "min", "max", "unit"}},
    [FIELD_MONEY] = {"money", {"min", "max", "currency", "adds_up"}},
    [FIELD_PERCENT] = {"percent", {"min", "max"}},
    [FIELD_DATE] = {"date", {"min", "max"}},
    [FIELD_KNOWN_DATE] = {"known_date", {"min", "max"}},
    [FIELD_DATETIME] = {"datetime", {NULL}},
    [FIELD_PERIOD] = {"period", {NULL}},
    [FIELD_ENUM] = {"enum", {"values", "dictionary", "many"}},
    [FIELD_BOOL] = {"bool", {NULL}},
    [FIELD_REF] = {"ref", {"to", "on_end"}},
    [FIELD_REFS] = {"refs", {"to", "on_end"}},
    [FIELD_PARTY] = {"party", {NULL}},
    [FIELD_PERSON] = {"person", {NULL}},
    [FIELD_PHONE] = {"phone", {NULL}},
    [FIELD_EMAIL] = {"email", {NULL}},
    [FIELD_URL] = {"url", {NULL}},
    [FIELD_REGION] = {"region", {"level"}},
    [FIELD_IPC] = {"ipc", {NULL}},
    [FIELD_PATENT] = {"patent", {NULL}},
    [FIELD_PATENTS] = {"patents", {NULL}},
    [FIELD_TEXTS] = {"texts", {"max", "choices"}},
    [FIELD_FILE] = {"file", {"accept"}},
    [FIELD_FILES] = {"files", {"accept"}},
    [FIELD_TABLE] = {"table", {"fields", "key", "min", "max", "keep_rows", "fixed_but"}},
    [FIELD_COMPUTED] = {"computed", {"result", "sql", "places", "unit"}},
};

static const char *const common_keys[] = {
    "name",     "type",     "label",    "hint",    "required", "unique",
    "default",  "secrecy",  "fact",     "retired", "set_by",   "cleared_by",
    "by_cases", "fixed_by", "personal", "stays",   "was"};

const char *field_type_name(enum field_type t)
{
    return kinds[t].name;
}

int field_places(const struct field *f)
{
    enum field_type t = f->type == FIELD_COMPUTED ? f->result : f->type;
    return t == FIELD_DECIMAL ? f->places : t == FIELD_MONEY || t == FIELD_PERCENT ? 2 : 0;
}

static bool is_number(enum field_type t)
{
    return t == FIELD_INT || t == FIELD_DECIMAL || t == FIELD_MONEY || t == FIELD_PERCENT;
}

static int read_type(struct type_reader *r, const struct yvalue *map, const char *key)
{
    const char *names[ARRAY_LEN(kinds) + 1];
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        names[i] = kinds[i].name;
    names[ARRAY_LEN(kinds)] = NULL;
    if (ytake_required(&r->take, map, key).len == 0)
        return -1;
    return ytake_choice(&r->take, map, key, names, -1);
}

static void check_field_keys(struct type_reader *r, const struct yvalue *map, int type)
{
    const char *known[ARRAY_LEN(common_keys) + ARRAY_LEN(kinds[0].keys) + 1];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(common_keys); i++)
        known[n++] = common_keys[i];
    for (const char *const *k = kinds[type].keys; *k; k++)
        known[n++] = *k;
    known[n] = NULL;
    ytake_keys(&r->take, map, known);
}

/* --- bounds -------------------------------------------------------------------- */

static bool read_scaled(int64_t *out, struct type_reader *r, const struct yvalue *map,
                        const char *key, const struct field *f)
{
    struct str s = ytake_text(&r->take, map, key);
    if (s.len == 0)
        return false;
    if (scaled_read(out, s, field_places(f)))
        return true;
    type_fault(r, ytake_place(map, key)->line,
               "\"%s\" must be a number with at most %d decimals, not \"%.*s\"", key,
               field_places(f), STR_ARG(s));
    return false;
}

static struct str read_date_bound(struct type_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = ytake_text(&r->take, map, key);
    struct date d;
    bool most = strcmp(key, "max") == 0;
    if (s.len == 0 || str_is(s, "today") || (most && str_is(s, "year_end")) || date_parse(&d, s))
        return s;
    type_fault(r, ytake_place(map, key)->line,
               most ? "\"%s\" must be a date (2026-11-20), today or year_end, not \"%.*s\""
                    : "\"%s\" must be a date (2026-11-20) or today, not \"%.*s\"",
               key, STR_ARG(s));
    return STR_NONE;
}

#define TEXT_MAX_MOST 2000000 /* a record is at most some MB (base/limits.h) */
#define ROWS_MOST 10000

static void read_bounds(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    struct str most = f->type == FIELD_INT ? ytake_text(&r->take, map, "max") : STR_NONE;
    if (str_is(most, "today") || str_is(most, "next_year")) {
        f->has_min = read_scaled(&f->min, r, map, "min", f);
        f->max_date = most; /* a year that has begun, or is the next one to do so */
    } else if (is_number(f->type)) {
        f->has_min = read_scaled(&f->min, r, map, "min", f);
        f->has_max = read_scaled(&f->max, r, map, "max", f);
    } else if (f->type == FIELD_DATE || f->type == FIELD_KNOWN_DATE) {
        f->min_date = read_date_bound(r, map, "min");
        f->max_date = read_date_bound(r, map, "max");
        if (f->min_date.len == f->max_date.len && str_cmp(f->min_date, f->max_date) > 0)
            type_fault(r, ytake_place(map, "min")->line, "min is after max");
    } else if (f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_TEXTS) {
        f->max = f->type == FIELD_LONG_TEXT ? PROSE_CHARACTERS_MAX : LINE_CHARACTERS_MAX;
        f->has_max = true;
        (void)take_i64(&f->max, r, map, "max", 1, TEXT_MAX_MOST); /* absent: the default stays */
    } else if (f->type == FIELD_TABLE) {
        f->has_min = take_i64(&f->min, r, map, "min", 0, ROWS_MOST);
        f->has_max = take_i64(&f->max, r, map, "max", 1, ROWS_MOST);
    }
    if (f->has_min && f->has_max && f->min > f->max)
        type_fault(r, ytake_place(map, "min")->line, "min is greater than max");
}

/* The pattern as it is matched: the whole value. */
static const char *pattern_whole(struct str pattern, struct arena *a)
{
    return arena_printf(a, "^(%.*s)$", STR_ARG(pattern)).ptr;
}

/* choices: true, or of what: series.name */
static void read_choices_of(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    const struct yvalue *said = yin_get(map, "choices");
    bool named = said && said->type == Y_TEXT && memchr(said->text.ptr, '.', said->text.len);
    f->choices = named || ytake_bool(&r->take, map, "choices", false);
    if (named)
        f->choices_of = arena_dup(r->take.arena, said->text);
}

static void read_pattern(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    regex_t re;
    char why[128];
    struct str pattern = ytake_text(&r->take, map, "pattern");
    if (pattern.len == 0)
        return;
    int code = regcomp(&re, pattern_whole(pattern, r->take.arena), REG_EXTENDED | REG_NOSUB);
    if (code == 0) {
        regfree(&re);
        f->pattern = pattern;
        return;
    }
    regerror(code, &re, why, sizeof(why));
    type_fault(r, ytake_place(map, "pattern")->line, "the pattern \"%.*s\" cannot be used: %s",
               STR_ARG(pattern), why);
}

/* --- values of an enum ------------------------------------------------------------ */

#define CODE_MAX_LEN 60

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || strchr("\"'`,;:()[]{}\\", s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= CODE_MAX_LEN;
}

static struct str read_day(struct type_reader *r, const struct yvalue *map, const char *key)
{
    struct str s = ytake_text(&r->take, map, key);
    struct date d;
    if (s.len == 0 || date_parse(&d, s))
        return s;
    type_fault(r, ytake_place(map, key)->line, "\"%s\" must be a date (2026-11-20), not \"%.*s\"",
               key, STR_ARG(s));
    return STR_NONE;
}

size_t take_values(const struct enum_value **out, struct type_reader *r, const struct yvalue *map)
{
    static const char *const known[] = {"code", "zh", "en", "from", "to", "after", NULL};
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, map, "values"), n = 0;
    struct enum_value *values = arena_array(r->take.arena, count ? count : 1, sizeof(*values));
    for (size_t i = 0; i < count; i++) {
        struct enum_value v = {.code = ytake_required(&r->take, &items[i], "code")};
        ytake_keys(&r->take, &items[i], known);
        v.label = (struct label){ytake_required(&r->take, &items[i], "zh"),
                                 ytake_required(&r->take, &items[i], "en")};
        v.from = read_day(r, &items[i], "from");
        v.to = read_day(r, &items[i], "to");
        v.after = ytake_text(&r->take, &items[i], "after");
        if (v.code.len && !is_code(v.code))
            type_fault(r, items[i].line,
                       "the code \"%.*s\" is not usable: no blanks, commas, quotes or brackets, at "
                       "most %d bytes",
                       STR_ARG(v.code), CODE_MAX_LEN);
        if (v.from.len && v.to.len && str_cmp(v.from, v.to) > 0)
            type_fault(r, items[i].line, "from is after to");
        if (v.code.len && FIND_BY(values, n, code, v.code))
            type_fault(r, items[i].line, "the code \"%.*s\" stands twice", STR_ARG(v.code));
        values[n++] = v;
    }
    *out = values;
    return n;
}

static void read_enum(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    struct str name = ytake_text(&r->take, map, "dictionary");
    f->many = ytake_bool(&r->take, map, "many", false);
    f->value_count = take_values(&f->values, r, map);
    if (name.len && yin_get(map, "values"))
        type_fault(r, ytake_place(map, "dictionary")->line,
                   "give values or a dictionary, not both");
    if (!name.len) {
        if (f->value_count == 0)
            type_fault(r, map->line, "an enum needs values or a dictionary");
        return;
    }
    for (size_t i = 0; i < r->references->dictionaries.len; i++) {
        const struct dictionary *d = &r->references->dictionaries.ptr[i];
        if (str_eq(d->name, name)) {
            f->values = d->values;
            f->value_count = d->count;
            return;
        }
    }
    type_fault(r, ytake_place(map, "dictionary")->line,
               "there is no dictionary types/dictionaries/%.*s.yaml", STR_ARG(name));
}

/* --- default ---------------------------------------------------------------------- */

static struct str json_string(struct str s, struct arena *a)
{
    struct jout j;
    jout_own(&j);
    jout_str(&j, s);
    return buf_take(j.to, a);
}

/* The JSON text of a default of this type; empty: it is none of the type. */
static struct str default_json(const struct field *f, struct str s, struct arena *a)
{
    char room[SCALED_TEXT_MAX];
    int64_t n;
    struct date d;
    switch (f->type) {
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        if (!scaled_read(&n, s, field_places(f)) || (f->has_min && n < f->min) ||
            (f->has_max && n > f->max))
            return STR_NONE;
        s = arena_dup(a, scaled_write(room, n, field_places(f)));
        return f->type == FIELD_INT ? s : json_string(s, a);
    case FIELD_BOOL:
        return str_is(s, "true") || str_is(s, "false") ? s : STR_NONE;
    case FIELD_DATE:
    case FIELD_KNOWN_DATE:
        if (f->type == FIELD_KNOWN_DATE && str_is(s, "false"))
            return s;
        return date_parse(&d, s) ? json_string(s, a) : STR_NONE;
    case FIELD_ENUM:
        return field_value(f, s) ? json_string(s, a) : STR_NONE;
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_URL:
    case FIELD_REGION:
    case FIELD_IPC:
        return json_string(s, a);
    case FIELD_DATETIME:
    case FIELD_PERIOD:
    case FIELD_REF:
    case FIELD_REFS:
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_FILE:
    case FIELD_FILES:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        break;
    }
    return STR_NONE;
}

static void read_default(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    const struct str *words = NULL;
    size_t count = take_words(&words, r, map, "default");
    if (count == 0)
        return;
    bool ok = f->many || count == 1;
    struct str json = STR_NONE;
    for (size_t i = 0; ok && i < count; i++) {
        struct str one = default_json(f, words[i], r->take.arena);
        json = i ? arena_printf(r->take.arena, "%.*s,%.*s", STR_ARG(json), STR_ARG(one)) : one;
        ok = one.len > 0;
    }
    if (!ok)
        type_fault(r, ytake_place(map, "default")->line,
                   "the default \"%.*s\" is no value of this %s field", STR_ARG(words[0]),
                   field_type_name(f->type));
    else
        f->fallback = f->many ? arena_printf(r->take.arena, "[%.*s]", STR_ARG(json)) : json;
}

/* --- the whole -------------------------------------------------------------------- */

static void read_required_from(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    const struct yvalue *v = yin_get(map, "required");
    if (v && v->type == Y_LIST)
        f->required_from_count = take_words(&f->required_from, r, map, "required");
    else
        f->required = ytake_bool(&r->take, map, "required", false);
}

static void read_table(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    f->field_count = fields_parse(&f->fields, r, map, true);
    f->row_key_count = take_words(&f->row_key, r, map, "key");
    f->keep_rows = ytake_bool(&r->take, map, "keep_rows", false);
    if (yin_get(map, "fixed_but"))
        f->fixed_but_count = take_words(&f->fixed_but, r, map, "fixed_but");
    if (!yin_get(map, "fields"))
        type_fault(r, map->line, "a table needs fields");
}

static void read_computed(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    int result = read_type(r, map, "result");
    static const enum field_type scalars[] = {FIELD_TEXT,  FIELD_INT,       FIELD_DECIMAL,
                                              FIELD_MONEY, FIELD_PERCENT,   FIELD_DATE,
                                              FIELD_BOOL,  FIELD_KNOWN_DATE};
    bool ok = result < 0;
    for (size_t i = 0; i < ARRAY_LEN(scalars); i++)
        ok |= result == (int)scalars[i];
    if (!ok)
        type_fault(r, ytake_place(map, "result")->line,
                   "a computed field cannot give \"%s\"; it gives text, int, decimal, money, "
                   "percent, date, known_date or bool",
                   kinds[result].name);
    f->result = ok && result >= 0 ? (enum field_type)result : FIELD_TEXT;
    f->sql = ytake_required(&r->take, map, "sql");
}

static void read_places(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    int64_t places = 0;
    if (f->type != FIELD_DECIMAL && (f->type != FIELD_COMPUTED || f->result != FIELD_DECIMAL))
        return;
    if (!yin_get(map, "places"))
        type_fault(r, map->line, "\"places\" is missing: how many decimals, 1 to %d",
                   SCALED_PLACES_MAX);
    if (take_i64(&places, r, map, "places", 1, SCALED_PLACES_MAX))
        f->places = (int)places;
}

/* Keys of certain types only; absent for others (reported by check_field_keys). */
static void read_kind(struct field *f, struct type_reader *r, const struct yvalue *map)
{
    static const char *const levels[] = {"province", "city", "county", NULL};
    static const char *const on_end[] = {"keep", NULL};
    switch (f->type) {
    case FIELD_ENUM:
        read_enum(f, r, map);
        break;
    case FIELD_REF:
    case FIELD_REFS:
        f->to = ytake_required(&r->take, map, "to");
        (void)ytake_choice(&r->take, map, "on_end", on_end, 0); /* the one behaviour there is */
        break;
    case FIELD_REGION:
        if (ytake_choice(&r->take, map, "level", levels, -1) >= 0)
            f->level = ytake_text(&r->take, map, "level");
        break;
    case FIELD_MONEY:
        f->currency = ytake_text(&r->take, map, "currency");
        f->adds_up = ytake_bool(&r->take, map, "adds_up", false);
        break;
    case FIELD_INT:
        f->adds_up = ytake_bool(&r->take, map, "adds_up", false);
        break;
    case FIELD_FILE:
    case FIELD_FILES:
        f->accept_count = take_words(&f->accept, r, map, "accept");
        break;
    case FIELD_TABLE:
        read_table(f, r, map);
        break;
    case FIELD_COMPUTED:
        read_computed(f, r, map);
        break;
    case FIELD_TEXT:
        read_pattern(f, r, map);
        read_choices_of(f, r, map);
        f->number = ytake_bool(&r->take, map, "number", false);
        f->organisation = ytake_text(&r->take, map, "organisation");
        f->numbered = ytake_text(&r->take, map, "numbered");
        f->office_mark = ytake_bool(&r->take, map, "office_mark", false);
        break;
    case FIELD_TEXTS:
        read_choices_of(f, r, map);
        break;
    case FIELD_LONG_TEXT:
    case FIELD_DECIMAL:
    case FIELD_PERCENT:
    case FIELD_DATE:
    case FIELD_KNOWN_DATE:
    case FIELD_DATETIME:
    case FIELD_PERIOD:
    case FIELD_BOOL:
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
        break;
    }
}

static bool may_stand_in_a_row(const struct field *f)
{
    return f->type != FIELD_TABLE && f->type != FIELD_COMPUTED && !value_is_list(f);
}

static bool parse_field(struct field *f, struct type_reader *r, const struct yvalue *map,
                        bool in_table)
{
    *f = (struct field){.name = take_name(r, map, "name"), .line = map->line};
    int type = read_type(r, map, "type");
    f->label = take_label(r, map, "label", true);
    f->hint = take_label(r, map, "hint", false);
    if (f->name.len &&
        (record_is_system_column(f->name) ||
         (in_table && (str_is(f->name, "record_id") || str_is(f->name, "position")))))
        type_fault(r, map->line, "\"%.*s\" is a column of every record; take another name",
                   STR_ARG(f->name));
    if (type < 0) { /* it goes on as a text, so that its name is known */
        columns_assign(f, r->type_name, r->take.arena);
        return f->name.len > 0;
    }
    f->type = (enum field_type)type;
    check_field_keys(r, map, type);
    read_kind(f, r, map);
    read_places(f, r, map);
    f->unit = ytake_text(&r->take, map, "unit");
    read_bounds(f, r, map);
    read_required_from(f, r, map);
    f->unique = ytake_bool(&r->take, map, "unique", false);
    f->retired = ytake_bool(&r->take, map, "retired", false);
    f->secrecy = (enum secrecy)ytake_choice(&r->take, map, "secrecy", secrecy_names, SECRECY_OPEN);
    f->fact = ytake_text(&r->take, map, "fact");
    f->by_cases = ytake_bool(&r->take, map, "by_cases", false);
    f->personal = ytake_bool(&r->take, map, "personal", false) || f->type == FIELD_PERSON ||
                  f->type == FIELD_PHONE || f->type == FIELD_EMAIL;
    f->was = ytake_text(&r->take, map, "was");
    f->stays = ytake_bool(&r->take, map, "stays", false);
    if (yin_get(map, "fixed_by"))
        f->fixed_by_count = take_words(&f->fixed_by, r, map, "fixed_by");
    if (yin_get(map, "set_by"))
        f->set_by_count = take_words(&f->set_by, r, map, "set_by");
    if (yin_get(map, "cleared_by"))
        f->cleared_by_count = take_words(&f->cleared_by, r, map, "cleared_by");
    read_default(f, r, map);
    columns_assign(f, r->type_name, r->take.arena);
    if (in_table && !may_stand_in_a_row(f)) {
        type_fault(r, map->line,
                   "a row of a table cannot hold a %s field; make it a type of its own",
                   f->many ? "many" : field_type_name(f->type));
        return false;
    }
    return f->name.len > 0;
}

/* Whether records are identified by this text. */
static bool in_number(const struct type_reader *r, struct str field)
{
    return str_eq(field, r->number) || str_among(field, r->key, r->key_count);
}

static bool in_sort(struct str sort, struct str field)
{
    while (sort.len > 0) {
        struct str name = str_trim(str_split(&sort, STR(",")));
        if (str_ends(name, field) && name.len - field.len == str_starts(name, STR("-")))
            return true;
    }
    return false;
}

size_t fields_parse(const struct field **out, struct type_reader *r, const struct yvalue *map,
                    bool in_table)
{
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, map, "fields"), n = 0;
    struct field *fields = arena_array(r->take.arena, count ? count : 1, sizeof(*fields));
    for (size_t i = 0; i < count; i++) {
        if (!parse_field(&fields[n], r, &items[i], in_table))
            continue;
        size_t k = 0;
        while (k < n && !str_eq(fields[k].name, fields[n].name))
            k++;
        fields[n].names = !in_table && in_number(r, fields[n].name);
        fields[n].sorts = !in_table && fields[n].type == FIELD_TEXT && !fields[n].number &&
                          in_sort(r->sort, fields[n].name);
        if (k < n)
            type_fault(r, items[i].line, "the field \"%.*s\" is defined twice (first on line %d)",
                       STR_ARG(fields[n].name), fields[k].line);
        else
            n++;
    }
    *out = fields;
    return n;
}
