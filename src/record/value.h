/* Values of fields: untrusted JSON → one canonical value → columns → JSON. One table (value.c) has
 * the differences between field types: a new type is one line there with its two functions.
 *
 * Canonical form: text in NFC, trimmed; money and percent with two places, decimals with theirs;
 * dates ISO; codes upper case. Writing a value that was read gives the same columns. Empty text,
 * null and an empty list are no value.
 *
 * Columns (ddl.c calls value_columns): a single value is stored in the type's table, or in the
 * table of its table field, as <name> and for some types <name>_<suffix>. Several values (enum
 * with `many`, refs, texts, patents, files) are stored in a child table with record_id, position,
 * and the columns of one value with `value` for <name>. Rows of a table field are stored in a
 * child table with record_id, position, and the columns of its fields. */
#ifndef RECORD_VALUE_H
#define RECORD_VALUE_H
#include "db/db.h"
#include "record/type.h"
#include "text/json.h"

struct fault_list;
struct seal_key;

#define VALUE_COLUMNS_MAX 2
#define VALUE_ITEMS_MAX 2000 /* values of one field, rows of one table: a step takes ≤ 5 ms */
#define VALUE_FIELDS_MAX 128 /* fields of a type, or of a table field */

struct column {
    struct str name;
    bool integer; /* INTEGER, else TEXT */
};

/* How filters and orders compare values of a type. */
enum value_order {
    ORDER_NUMBER,  /* integers, scaled ones too */
    ORDER_TEXT,    /* = exact, ~ contains, trailing * begins */
    ORDER_DATE,    /* a year or month stands for all its days */
    ORDER_INSTANT, /* milliseconds in the second column */
    ORDER_PERIOD,  /* first and last day in the two columns */
    ORDER_CODE,    /* one of given values: = and != */
    ORDER_BLIND    /* = alone, by the blind index in the second column */
};

bool value_is_list(const struct field *f); /* several values, in a child table */
bool value_merges(const struct field *f);  /* an object: a patch changes its members one by one */
enum value_order value_order(const struct field *f);
bool value_is_integer(const struct field *f); /* a computed field's result is an integer */
/* Which column filters look at, of those of one value; and by which lists are sorted. */
size_t value_order_column(const struct field *f);
size_t value_sort_column(const struct field *f);

/* The columns of one value (of one item of a list); 0 for table and computed. */
size_t value_columns(struct column out[VALUE_COLUMNS_MAX], const struct field *f, struct arena *a);
/* All columns of a field's child table after record_id, position; 0: it has none. */
size_t value_child_columns(const struct column **out, const struct field *f, struct arena *a);

/* The position of the ordering column of field `name` in a row of table field `f`; SIZE_MAX: no
 * such field. */
size_t value_part_column(const struct field *f, struct str name);

/* Patterns of text fields, compiled once per type. */
struct value_patterns;
struct value_patterns *value_patterns_new(const struct record_type *t);
void value_patterns_free(struct value_patterns *p); /* accepts NULL */

/* One field's value. */
struct field_value {
    bool given;
    struct str json;                      /* canonical text; empty when not given */
    struct value cols[VALUE_COLUMNS_MAX]; /* a single value */
    const struct value *rows;             /* several: row_count times row_width, by child column */
    size_t row_count, row_width;
};

/* For a table whose rows cannot be removed: the index of the first row of `before` that is missing
 * in `now`, by the key of its rows, else by their first field; SIZE_MAX: none is missing. */
size_t value_removed_row(const struct field *f, const struct field_value *before,
                         const struct field_value *now);

/* One column of two values. */
bool value_same(const struct value *x, const struct value *y);

/* The context of a reader, and the reason of a failure. */
struct value_reader {
    struct arena *a;
    struct str today;            /* business date, ISO */
    const struct seal_key *keys; /* NULL: persons cannot be read */
    const struct value_patterns *patterns;
    const struct field_value *before; /* what the record holds now; NULL: nothing */
    struct fault_list *faults;
};

/* JSON → value. False: faults say why, under `path` and below. `f` is no
 * computed field. */
MUST_CHECK bool value_read(struct field_value *out, struct value_reader *r, const struct field *f,
                           struct str path, const struct jvalue *v);

enum value_view {
    VIEW_CANONICAL, /* for content, commitments: persons as their sealed text */
    VIEW_MASKED,
    VIEW_PLAIN
};

struct value_writer {
    enum value_view view;
    const struct seal_key *keys;
    err_t rc; /* E_CORRUPT: a sealed value does not open; the first error stays */
    struct err *e;
};

/* Columns → JSON; NULL in the first column is null. */
void value_write(struct jout *j, struct value_writer *w, const struct field *f,
                 const struct value *cols);
/* Rows of a child table → a JSON array. */
void value_write_rows(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct field_value *v);
/* The canonical value, from columns or rows, in the arena; NULL: no value. */
const struct jvalue *value_made(const struct field_value *v, const struct field *f,
                                struct arena *a);
/* Completes `json` from the columns or rows of `v`; given: whether there is a value. */
void value_finish(struct field_value *v, struct value_writer *w, const struct field *f,
                  struct arena *a);

/* One operand of a filter: the bounds that `text` means in the ordering column. low and high
 * differ for dates ("2024": its days) and instants. False: the faults (in r) have the reason. */
MUST_CHECK bool value_operand(struct value *low, struct value *high, struct value_reader *r,
                              const struct field *f, struct str text);

/* A number of the field as its JSON writes it, without quotes: "12.50". */
struct str value_number_text(const struct field *f, int64_t n, struct arena *a);

/* An amount of money as people write it: "1,234.50", "人民币 3,000 元", "￥12万", "1.5亿元". */
struct amount {
    int64_t fen;
    bool is_amount; /* of fen or of less */
    bool has_unit;  /* 元, 万, 亿 … */
    bool is_yuan;   /* it says so: 元, 人民币, RMB, ￥ */
};
/* False: it is no amount, or no whole number of fen. */
MUST_CHECK bool value_amount(struct amount *out, struct str written, struct arena *a);

/* The common key of all spellings of a number, in the arena (written_key); text without a key
 * stays whole. */
struct str value_number_key(struct str written, struct arena *a);

/* The second column of a text that has one, its key, in the arena; the rule by which keys are made, empty: it has none. */
struct str value_text_key(const struct field *f, struct str written, struct arena *a);
struct str value_key_rule(const struct field *f);

/* The key for comparing words, in the arena: letters and digits only, ignoring width, case,
 * traditional forms and rare forms of 国, so that "國 家（級）" is "国家级". */
struct str value_word_key(struct str written, struct arena *a);

/* As value_word_key, with every kind of dash as "-": the key for comparing names. */
struct str value_name_key(struct str written, struct arena *a);

/* A LIKE pattern that matches every spelling with this key, in the arena: its Han characters with
 * only one form, in order. It narrows the rows whose keys are then compared. */
struct str value_word_like(struct str key, struct arena *a);

/* Text in its stored form: NFC, trimmed (ASCII blanks, NBSP, ideographic space, zero-width space,
 * BOM), CR LF and CR as LF. Invisible text is no value. */
struct str value_clean(struct str written, struct arena *a);
#endif
