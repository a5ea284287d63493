/* JSON Schema of a type's bodies in canonical form: shapes, lengths, codes. Rules that JSON Schema
 * cannot express (check digits, constraints, states) are reported as faults of a write. Writes are
 * also more tolerant: they accept blanks around a text and a number for a decimal text. */
#include "base/msg.h"
#include "record/record.h"
#include "record/value.h"
#include "text/json.h"

/* --- pieces -------------------------------------------------------------------------- */

static void type_json(struct jout *j, const char *type, bool nullable)
{
    jout_name(j, "type");
    if (!nullable) {
        jout_z(j, type);
        return;
    }
    jout_array(j);
    jout_z(j, type);
    jout_z(j, "null");
    jout_end_array(j);
}

static void bounds_json(struct jout *j, const char *low, const char *high, const struct field *f)
{
    if (f->has_min && low)
        jout_pair_i64(j, low, f->min);
    if (f->has_max && high)
        jout_pair_i64(j, high, f->max);
}

/* POSIX classes ([[:digit:]]) are no part of ECMA 262. */
static bool is_ecma(struct str pattern)
{
    return !str_contains(pattern, STR("[:"));
}

static void text_json(struct jout *j, const struct field *f, bool nullable)
{
    type_json(j, "string", nullable);
    bounds_json(j, NULL, "maxLength", f);
    if (f->pattern.len && is_ecma(f->pattern)) {
        struct buf b = {0};
        buf_addf(&b, "^(%.*s)$", STR_ARG(f->pattern));
        jout_pair(j, "pattern", buf_str(&b));
        buf_clear(&b);
    }
}

static void decimal_json(struct jout *j, const struct field *f, bool nullable)
{
    struct buf b = {0};
    type_json(j, "string", nullable);
    buf_addf(&b, "^-?[0-9]+(\\.[0-9]{1,%d})?$", field_places(f));
    jout_pair(j, "pattern", buf_str(&b));
    buf_clear(&b);
}

static void enum_json(struct jout *j, const struct field *f, bool nullable)
{
    jout_pair_array(j, "enum");
    for (size_t i = 0; i < f->value_count; i++)
        jout_str(j, f->values[i].code);
    if (nullable)
        jout_null(j);
    jout_end_array(j);
}

static void string_json(struct jout *j, const char *format, bool nullable)
{
    type_json(j, "string", nullable);
    if (format)
        jout_pair(j, "format", str_of(format));
}

static void period_json(struct jout *j, bool nullable)
{
    type_json(j, "object", nullable);
    jout_pair_raw(j, "properties",
                  STR("{\"from\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"},"
                      "\"to\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"}}"));
}

static void file_json(struct jout *j, bool nullable)
{
    type_json(j, "object", nullable);
    jout_pair_raw(j, "properties",
                  STR("{\"digest\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"}}"));
}

/* The JSON of one value, without its title. */
static void value_json(struct jout *j, const struct field *f, enum field_type type, bool nullable)
{
    switch (type) {
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
        text_json(j, f, nullable);
        break;
    case FIELD_INT:
        type_json(j, "integer", nullable);
        bounds_json(j, "minimum", "maximum", f);
        break;
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        decimal_json(j, f, nullable);
        break;
    case FIELD_DATE:
        string_json(j, "date", nullable);
        break;
    case FIELD_KNOWN_DATE:
        jout_pair_raw(j, "anyOf",
                      STR("[{\"type\":\"string\",\"format\":\"date\"},{\"const\":false},"
                          "{\"type\":\"null\"}]"));
        break;
    case FIELD_DATETIME:
        string_json(j, "date-time", nullable);
        break;
    case FIELD_PERIOD:
        period_json(j, nullable);
        break;
    case FIELD_ENUM:
        enum_json(j, f, nullable);
        break;
    case FIELD_BOOL:
        type_json(j, "boolean", nullable);
        break;
    case FIELD_REF:
        type_json(j, "integer", nullable);
        jout_pair_i64(j, "minimum", 1);
        break;
    case FIELD_EMAIL:
        string_json(j, "email", nullable);
        break;
    case FIELD_FILE:
        file_json(j, nullable);
        break;
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_URL:
    case FIELD_REGION:
    case FIELD_IPC:
    case FIELD_PATENT:
        string_json(j, NULL, nullable);
        break;
    case FIELD_REFS:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_FILES:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        break; /* never one value: set_json, table_json */
    }
}

/* --- fields ------------------------------------------------------------------------------ */

static enum field_type item_type(const struct field *f)
{
    return f->type == FIELD_REFS      ? FIELD_REF
           : f->type == FIELD_PATENTS ? FIELD_PATENT
           : f->type == FIELD_TEXTS   ? FIELD_TEXT
           : f->type == FIELD_FILES   ? FIELD_FILE
                                      : f->type;
}

static void row_json(struct jout *j, const struct field *table, enum record_schema which);

static void items_json(struct jout *j, const struct field *f, enum record_schema which)
{
    type_json(j, "array", which != RECORD_SCHEMA_READ);
    if (f->type == FIELD_TABLE)
        bounds_json(j, "minItems", "maxItems", f);
    jout_pair_object(j, "items");
    if (f->type == FIELD_TABLE) {
        /* A row is given whole, in a patch too. */
        row_json(j, f, which == RECORD_SCHEMA_READ ? which : RECORD_SCHEMA_CREATE);
    } else {
        value_json(j, f, item_type(f), false);
    }
    jout_end_object(j);
}

static bool is_needed(const struct field *f, enum record_schema which)
{
    return which == RECORD_SCHEMA_CREATE && f->required && f->fallback.len == 0 &&
           f->numbered.len == 0;
}

static void field_json(struct jout *j, const struct field *f, enum record_schema which)
{
    jout_object(j);
    jout_pair(j, "title", msg_lang() == LANG_ZH ? f->label.zh : f->label.en);
    jout_pair(j, "description", msg_lang() == LANG_ZH ? f->hint.zh : f->hint.en);
    if (f->type == FIELD_TABLE || value_is_list(f))
        items_json(j, f, which);
    else
        value_json(j, f, f->type == FIELD_COMPUTED ? f->result : f->type, !is_needed(f, which));
    if (f->type == FIELD_COMPUTED)
        jout_pair_bool(j, "readOnly", true);
    jout_end_object(j);
}

static bool is_shown(const struct field *f, enum record_schema which)
{
    return !f->retired && (field_is_given(f) || which == RECORD_SCHEMA_READ);
}

static void required_json(struct jout *j, const struct field *fields, size_t count,
                          enum record_schema which)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_shown(&fields[i], which) || !is_needed(&fields[i], which))
            continue;
        if (!any)
            jout_pair_array(j, "required");
        any = true;
        jout_str(j, fields[i].name);
    }
    if (any)
        jout_end_array(j);
}

/* The members of an object, in the open "properties". */
static void fields_json(struct jout *j, const struct field *fields, size_t count,
                        enum record_schema which)
{
    for (size_t i = 0; i < count; i++)
        if (is_shown(&fields[i], which)) {
            jout_name_str(j, fields[i].name);
            field_json(j, &fields[i], which);
        }
}

static void row_json(struct jout *j, const struct field *table, enum record_schema which)
{
    type_json(j, "object", false);
    jout_pair_object(j, "properties");
    fields_json(j, table->fields, table->field_count, which);
    jout_end_object(j);
    required_json(j, table->fields, table->field_count, which);
}

/* --- the whole ------------------------------------------------------------------------------ */

static void state_json(struct jout *j, const struct record_type *t)
{
    jout_pair_object(j, "state");
    jout_pair_array(j, "enum");
    for (size_t i = 0; i < t->state_count; i++)
        jout_str(j, t->states[i].name);
    jout_end_array(j);
    jout_end_object(j);
}

/* System columns, and the permissions of the subject. */
static void system_json(struct jout *j, const struct record_type *t)
{
    static const struct {
        const char *name, *schema;
    } members[] = {{"id", "{\"type\":\"integer\"}"},
                   {"version", "{\"type\":\"integer\"}"},
                   {"owner_unit", "{\"type\":\"integer\"}"},
                   {"owner_city", "{\"type\":[\"string\",\"null\"]}"},
                   {"owner_province", "{\"type\":\"string\"}"},
                   {"secrecy", "{\"enum\":[\"open\",\"internal\",\"secret\"]}"},
                   {"published", "{\"type\":\"boolean\"}"},
                   {"created_ms", "{\"type\":\"integer\"}"},
                   {"created_by", "{\"type\":\"integer\"}"},
                   {"changed_ms", "{\"type\":\"integer\"}"},
                   {"changed_by", "{\"type\":\"integer\"}"},
                   {"ended_ms", "{\"type\":[\"integer\",\"null\"]}"},
                   {"import_id", "{\"type\":[\"integer\",\"null\"]}"},
                   {"_may", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"},
                   {"_erased", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"},
                   {"_fees", "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}"},
                   {"_proposals", "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}"}};
    state_json(j, t);
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        jout_pair_raw(j, members[i].name, str_of(members[i].schema));
}

void record_type_schema(struct jout *j, const struct record_type *t, enum record_schema which)
{
    jout_object(j);
    jout_pair(j, "title", record_type_label(t));
    type_json(j, "object", false);
    jout_pair_object(j, "properties");
    if (which == RECORD_SCHEMA_READ)
        system_json(j, t);
    fields_json(j, t->fields, t->field_count, which);
    jout_end_object(j);
    required_json(j, t->fields, t->field_count, which);
    if (which != RECORD_SCHEMA_READ)
        jout_pair_bool(j, "additionalProperties", false);
    jout_end_object(j);
}
