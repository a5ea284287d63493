/* Shared by the files that read types (type*.c), check them (lint*.c), and make
 * their tables (ddl*.c). */
#ifndef RECORD_TYPE_PRIV_H
#define RECORD_TYPE_PRIV_H
#include "base/buf.h"
#include "base/vec.h"
#include "record/type.h"
#include "text/nearest.h"
#include "text/yaml_take.h"

#define NAME_MAX_LEN 40
/* Type and field together: PostgreSQL cuts names beyond 63 bytes without a word,
 * and the longest is that of an index, "record_" type "__" field "__file". */
#define TYPE_AND_FIELD_MAX 48

/* --- embedded files ----------------------------------------------------------- */
/* Made at build from types/ (tools/embed_types.py), by name: "deal.yaml",
 * "dictionaries/industry.yaml", "facts.yaml", "roles.yaml". */
struct type_file {
    const char *name;
    const char *text;
    size_t len;
};
extern const struct type_file type_files[];
extern const size_t type_file_count;
/* Hex digest of all type files and of the generator's sources. */
extern const char type_files_digest[];

/* --- the set ------------------------------------------------------------------- */
struct dictionary {
    struct str name;
    const struct enum_value *values;
    size_t count;
};

/* docs/facts.md: the lists and objects of a facts document and their keys. */
struct fact_list {
    struct str name;
    bool object;
    const struct str *keys;
    size_t key_count;
    bool report_only;              /* no verdict is given it … */
    const struct str *report_keys; /* … nor these of its keys */
    size_t report_key_count;
};

struct type_references { /* what types may name; one for a set */
    VEC(struct dictionary) dictionaries;
    VEC(struct fact_list) facts;
    VEC(struct str) fact_keys; /* of the document itself */
    VEC(struct str) roles;
};

struct record_types {
    struct arena *arena;
    struct str digest;                     /* as record_types_digest */
    VEC(const struct record_type *) types; /* by name */
    struct type_references references;
};

/* In its place by name; one of the same name is replaced. */
void type_set_add(struct record_types *set, const struct record_type *t);

/* --- reading a file ---------------------------------------------------------- */
struct type_findings { /* of all files of one loading */
    struct arena *arena;
    VEC(struct type_finding) list;
    size_t advice_count; /* how many of them are advice */
};

struct type_reader {
    struct ytake take; /* into the arena of the type */
    struct type_findings *findings;
    struct str file;
    struct str type_name; /* once it is known */
    const struct type_references *references;
    struct str sort;       /* of the type */
    struct str number;     /* field whose text is the number that a claim goes by; empty: none */
    const struct str *key; /* natural key */
    size_t key_count;
};

/* Note what is wrong; `fmt` goes through msg(). */
void finding(struct type_findings *to, struct str file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* As a finding that stops no start; printed by `zhiyun types lint`. */
void advice(struct type_findings *to, struct str file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
void finding_va(struct type_findings *to, struct str file, int line, const char *fmt, va_list args)
    __attribute__((format(printf, 4, 0)));
void type_fault(struct type_reader *r, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

void type_reader_init(struct type_reader *r, struct arena *a, struct type_findings *findings,
                      struct str file, const struct type_references *references);

/* Additions to text/yaml_take.h. A name: [a-z][a-z0-9_]{0,39}. */
struct str take_name(struct type_reader *r, const struct yvalue *map, const char *key);
bool take_i64(int64_t *out, struct type_reader *r, const struct yvalue *map, const char *key,
              int64_t low, int64_t high);
struct label take_label(struct type_reader *r, const struct yvalue *map, const char *key,
                        bool required);
/* As ytake_words; an empty list is a finding. */
size_t take_words(const struct str **out, struct type_reader *r, const struct yvalue *map,
                  const char *key);

/* A `when`: {type: [pledge, insurance], currency: {not: CNY}}; nothing where the key is absent. */
struct conditions take_conditions(struct type_reader *r, const struct yvalue *map, const char *key);

bool is_name(struct str s);

/* A type with what only its checks need. Every type of a set is one. */
enum type_line {
    LINE_KEY,
    LINE_LIST,
    LINE_SEARCH,
    LINE_EVIDENCE,
    LINE_SORT,
    LINE_TITLE,
    LINE_PUBLIC_UNLESS,
    LINE_FACTS,
    LINE_STATES,
    LINE_CORE,
    LINE_SCOPE,
    LINE_KEY_STATE,
    LINE_FACTS_OF,
    LINE_COMPLETES,
    LINE_KEPT,
    LINE_WITHIN,
    TYPE_LINES
};
struct type_source {
    struct record_type type; /* first: a record_type is one */
    int lines[TYPE_LINES];   /* where each key stands */
};
static inline int type_line(const struct record_type *t, enum type_line key)
{
    return ((const struct type_source *)t)->lines[key];
}

/* The type of one file, however faulty: what could be read. NULL: not even a map. */
struct record_type *type_parse(struct type_reader *r, struct str text);
/* The fields of a type, or of a table field's rows. */
size_t fields_parse(const struct field **out, struct type_reader *r, const struct yvalue *map,
                    bool in_table);
/* `values` of an enum or dictionary. */
size_t take_values(const struct enum_value **out, struct type_reader *r, const struct yvalue *map);
/* Constraints, states, transitions, actions, access. */
void rules_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root);

/* duty, dated, within, sections, stage, dues, carry; after the fields. */
void pages_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root);
/* The SQL of the field "stage"; the types of `set` are read. */
void stage_compile(struct record_type *t, const struct record_types *set, struct arena *a);
/* The reference of `child` to `to` that a `related` or "type.field" names; NULL: none, or several. */
const struct field *reference_to(const struct record_type *child, struct str to, struct str name);

/* The words of these enums in a type's file and in its JSON, NULL behind the last. */
extern const char *const owner_names[], *const key_scope_names[], *const reason_names[],
                                                                      *const relation_names[];
#define VERB_NAMES 6
extern const char
    *const verb_names[VERB_NAMES]; /* of ACCESS_READ, ACCESS_CREATE …: bit 0, bit 1 … */

/* "when" of an object, nothing for no conditions; what pages need, as members of a type. */
struct jout;
void conditions_json(struct jout *j, const struct conditions *when);
void describe_words(struct jout *j, const char *name, const struct str *words, size_t count);
void describe_label(struct jout *j, const char *name, const struct label *label);
void pages_json(struct jout *j, const struct record_type *t);
/* type_asks.c: `asks`, after the fields. */
void asks_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root);

/* Marks fields whose facts another body states; people cannot write them. */
void words_apply(struct record_type *t, struct arena *a);

/* The field that a CONSTRAINT_SUM adds up; NULL: its name is none of a row. */
const struct field *sum_field(const struct record_type *t, const struct constraint *c);

/* Whether it is a pattern of numbers (numbered.c): "YS-{yy}-{nn}". */
bool numbered_holds(struct str pattern, struct arena *a);

/* Column and child table of a field of that type, or of its rows. */
void columns_assign(struct field *f, struct str type_name, struct arena *a);
/* "from_" for "from". */
struct str column_name(struct str name, struct arena *a);
#endif
